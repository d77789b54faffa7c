//! `palermo estimate`: how many persons are on no list, from a capture table in a file.
//!
//! The table is read, never kept. What the engine answers is printed whole: as JSON for programs,
//! as text for people.

mod strata;
mod text;

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::thread;

use analyse::estimate::bootstrap::Resampling;
use analyse::estimate::decomposable::SizePrior;
use analyse::estimate::report::{EstimateError, MethodResult, WITHHELD};
use analyse::estimate::{CaptureTable, Method, Options, Report, TableError, report};
use serde::Serialize;
use serde_json::{Map, Value};
use terms::language::Language;
use web::{Threads, estimate_file, estimate_text};

use crate::cli::{Estimate, FileLanguage, Prior};
use crate::refusal::Refusal;
use crate::vault;

/// Most bytes of a capture table: nine lists have 511 histories, so that this is ample.
const FILE_BYTES_MAX: u64 = 16_000_000;

/// Settings and details whose values are lists of numbers or names made of digits.
const TEXTS: [&str; 6] = [
    "pair",
    "p_values",
    "added",
    "minus_infinity",
    "medians_of_chains",
    "effective_sizes",
];

/// What `estimate --json` answers, in the order in which it is printed.
#[derive(Serialize)]
struct Answer<'a> {
    n: u64,
    lists: &'a [String],
    empty_pairs: Vec<[&'a str; 2]>,
    results: Vec<ResultLine<'a>>,
    caveats: Vec<CaveatLine<'a>>,
}

#[derive(Serialize)]
struct ResultLine<'a> {
    method: &'a str,
    settings: Map<String, Value>,
    status: &'a str,
    estimate: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
    level: f64,
    model: Option<&'a str>,
    aic: Option<f64>,
    bic: Option<f64>,
    detail: Map<String, Value>,
}

#[derive(Serialize)]
struct CaveatLine<'a> {
    code: &'a str,
    sentence: String,
}

pub(crate) fn run(asked: &Estimate, out: &mut impl Write) -> Result<(), Refusal> {
    if !asked.strata.is_empty() {
        return strata::run(asked, out);
    }
    if let Some(node) = &asked.own.node {
        return own_lists(node, asked, out);
    }
    let path = file_of(asked)?;
    let methods = Method::named(&asked.method).map_err(|error| refused(path, &error))?;
    let table = read(path)?;
    let found = report(&table, &methods, &options(asked), &threads(asked))
        .map_err(|error| refused(path, &error))?;
    if asked.json {
        writeln!(out, "{}", serde_json::json!(answer(&found)))?;
        return Ok(());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if let Some(path) = &asked.html {
        write_html(path, language(asked.language), &name, (&table, &found))?;
        writeln!(out, "{}", path.display())?;
        return Ok(());
    }
    let told = match language(asked.language) {
        Language::En => text::text(&name, &found),
        other => estimate_text(other, &name, &table, &found),
    };
    out.write_all(told.as_bytes())?;
    Ok(())
}

/// The file that was named.
fn file_of(asked: &Estimate) -> Result<&Path, Refusal> {
    let file = asked.file.as_deref();
    file.ok_or_else(|| Refusal::usage("file-missing", "allowed: a file, or --node NODE"))
}

/// From the lists of a node instead of a file.
fn own_lists(node: &Path, asked: &Estimate, out: &mut impl Write) -> Result<(), Refusal> {
    let methods = Method::named(&asked.method).map_err(|error| vault::method_refused(&error))?;
    let how = vault::How {
        methods: (&asked.method, methods),
        options: options(asked),
        threads: threads(asked),
        json: asked.json,
        language: language(asked.language),
    };
    vault::estimate_lists(node, &asked.own, how, out)
}

/// What `estimate --json` says of a report.
pub(crate) fn answer_json(found: &Report) -> Value {
    serde_json::json!(answer(found))
}

/// Writes the page that a person keeps; a file that is there already is left alone.
fn write_html(
    path: &Path,
    language: Language,
    name: &str,
    (table, found): (&CaptureTable, &Report),
) -> Result<(), Refusal> {
    let unwritten = |error: &dyn std::fmt::Display| {
        Refusal::input("file-not-written", format!("{}: {error}", path.display()))
    };
    let html = estimate_file(language, name, table, found).map_err(|error| unwritten(&error))?;
    let mut file = File::create_new(path).map_err(|error| unwritten(&error))?;
    file.write_all(html.as_bytes())
        .map_err(|error| unwritten(&error))
}

fn language(asked: FileLanguage) -> Language {
    match asked {
        FileLanguage::En => Language::En,
        FileLanguage::Fr => Language::Fr,
        FileLanguage::Pt => Language::Pt,
    }
}

fn threads(asked: &Estimate) -> Threads {
    let all = || thread::available_parallelism().map_or(1, usize::from);
    Threads(asked.threads.map_or_else(all, usize::from))
}

fn options(asked: &Estimate) -> Options {
    let usual = Options::usual(asked.seed);
    let mut options = Options {
        level: asked.level,
        threshold: asked.threshold.unwrap_or(usual.threshold),
        resampling: Resampling {
            replicates: asked.bootstrap,
            seed: asked.seed,
        },
        order_max: asked.max_order,
        delta: asked.delta,
        prior: match asked.prior {
            Prior::Inverse => SizePrior::Inverse,
            Prior::Uniform => SizePrior::Uniform,
        },
        ..usual
    };
    options.latent.classes = asked.classes;
    options
}

fn read(path: &Path) -> Result<CaptureTable, Refusal> {
    let text = read_text(path)?;
    CaptureTable::from_csv(&text).map_err(|error| table_refused(path, &error))
}

/// The text of a file that is not too large.
fn read_text(path: &Path) -> Result<String, Refusal> {
    let shown = path.display();
    let unread = |error| Refusal::input("file-not-read", format!("{shown}: {error}"));
    let file = File::open(path).map_err(unread)?;
    let mut bytes = Vec::new();
    let limit = FILE_BYTES_MAX + 1;
    file.take(limit).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 == limit {
        let message = format!("{shown}: found more, allowed at most {FILE_BYTES_MAX} bytes");
        return Err(Refusal::input("file-too-large", message));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..good];
        let row = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let message = format!("{shown}, row {row}: found bytes that are no text, allowed UTF-8");
        Refusal::input("not-utf8", message)
    })
}

/// What a table is refused for: file, row, field, found and allowed, as far as each is known.
fn table_refused(path: &Path, error: &TableError) -> Refusal {
    let mut place = path.display().to_string();
    if let Some(row) = error.row {
        place.push_str(&format!(", row {row}"));
    }
    if !error.field.is_empty() {
        place.push_str(&format!(", field `{}`", error.field));
    }
    let message = format!("{place}: found {}, allowed {}", error.found, error.allowed);
    Refusal::input(error.code, message)
}

/// What was typed wrongly is wrong usage; a table that a method does not fit is refused input.
fn refused(path: &Path, error: &EstimateError) -> Refusal {
    let text = error.to_string();
    let (_, message) = text.split_once(": ").unwrap_or(("", &text));
    let shown = path.display();
    match error {
        EstimateError::Method { .. } => {
            Refusal::usage("method-unknown", format!("--method: {message}"))
        }
        EstimateError::Model(_) => Refusal::usage("model-name", format!("--method: {message}")),
        EstimateError::Setting { field, .. } => {
            let found = message.split_once(", ").map_or(message, |(_, rest)| rest);
            Refusal::usage("setting", format!("--{field}: {found}"))
        }
        EstimateError::Models(_) => {
            Refusal::input("models-too-many", format!("{shown}: {message}"))
        }
        EstimateError::Lists { .. } => {
            Refusal::input("lists-too-many", format!("{shown}: {message}"))
        }
        EstimateError::Persons { .. } => {
            Refusal::input("persons-too-many", format!("{shown}: {message}"))
        }
    }
}

fn answer(found: &Report) -> Answer<'_> {
    let pairs = found.empty_pairs.iter();
    let caveats = found.caveats.iter().map(|caveat| CaveatLine {
        code: caveat.code,
        sentence: caveat.sentence.clone(),
    });
    let not_run = found.not_run.iter().map(|(method, reason)| CaveatLine {
        code: "not-run",
        sentence: format!("{method} does not run on this table: {reason}"),
    });
    Answer {
        n: found.persons,
        lists: &found.lists,
        empty_pairs: pairs.map(|(a, b)| [a.as_str(), b.as_str()]).collect(),
        results: found.results.iter().map(line).collect(),
        caveats: caveats.chain(not_run).collect(),
    }
}

fn line(result: &MethodResult) -> ResultLine<'_> {
    ResultLine {
        method: result.method,
        settings: values(&result.settings),
        status: if result.is_withheld() {
            WITHHELD
        } else {
            result.status.word()
        },
        estimate: result.estimate,
        lower: result.lower,
        upper: result.upper,
        level: result.level,
        model: result.model.as_deref(),
        aic: result.aic,
        bic: result.bic,
        detail: values(&result.detail),
    }
}

/// Names and values; a value that is a number is printed as one.
fn values(pairs: &[(&'static str, String)]) -> Map<String, Value> {
    let value = |name: &str, text: &str| {
        let number = || {
            let whole = text.parse::<u64>().ok().map(Value::from);
            let other = || text.parse::<f64>().ok().filter(|value| value.is_finite());
            whole.or_else(|| other().map(Value::from))
        };
        let number = if TEXTS.contains(&name) {
            None
        } else {
            number()
        };
        number.unwrap_or_else(|| Value::from(text))
    };
    let pairs = pairs.iter();
    pairs
        .map(|(name, text)| ((*name).to_owned(), value(name, text)))
        .collect()
}
