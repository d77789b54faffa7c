//! `palermo form`: questionnaires checked, described, written as `XForms` and filled in by scripts.

mod replay;

use std::io::{self, BufRead, Write};
use std::path::Path;

use instruments::dictionary::{Entry, dictionary, markdown};
use instruments::{Compiled, Finding, Format, Options, Severity};
use serde_json::{Value, json};
use terms::language::Language;
use terms::list::CodeLists;

use crate::cli::form::{Form, FormFile};
use crate::refusal::Refusal;

pub(crate) fn run(command: &Form, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        Form::Check(form) => check(form, out),
        Form::Dictionary { file, json } => describe(file, *json, out),
        Form::Convert {
            form,
            output,
            pretty,
        } => convert(form, output, *pretty, out),
        Form::Replay { json: _ } => fill_in(out),
        Form::Choices { list, name, json } => choices(list, name.as_deref(), *json, out),
    }
}

fn read(file: &Path) -> Result<(Vec<u8>, Format), Refusal> {
    let name = file.to_string_lossy();
    let Some(format) = Format::of_name(&name) else {
        let message = format!("{name}: the name of a form ends with .md, .csv, .xlsx or .xlsm");
        return Err(Refusal::usage("form_format", message));
    };
    let bytes = std::fs::read(file)
        .map_err(|error| Refusal::input("form_unreadable", format!("{name}: {error}")))?;
    Ok((bytes, format))
}

fn stem(file: &Path) -> Option<&str> {
    file.file_stem().and_then(|stem| stem.to_str())
}

fn key(file: Option<&Path>) -> Result<Option<String>, Refusal> {
    let Some(file) = file else { return Ok(None) };
    let text = std::fs::read_to_string(file).map_err(|error| {
        Refusal::input("key_unreadable", format!("{}: {error}", file.display()))
    })?;
    let lines = text.lines().filter(|line| !line.starts_with("-----"));
    Ok(Some(lines.map(str::trim).collect()))
}

fn check(form: &FormFile, out: &mut impl Write) -> Result<(), Refusal> {
    let (bytes, format) = read(&form.file)?;
    let key = key(form.public_key.as_deref())?;
    let options = Options {
        stem: stem(&form.file),
        pretty: false,
        public_key: key.as_deref(),
    };
    let compiled = instruments::check(&bytes, format, &options);
    tell(form, &compiled, out)
}

fn convert(
    form: &FormFile,
    output: &Path,
    pretty: bool,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let (bytes, format) = read(&form.file)?;
    let key = key(form.public_key.as_deref())?;
    let options = Options {
        stem: stem(&form.file),
        pretty,
        public_key: key.as_deref(),
    };
    let compiled = instruments::compile(&bytes, format, &options);
    if let Some(xml) = &compiled.xml {
        let unwritable = |file: &Path, error: io::Error| {
            Refusal::input("output_unwritable", format!("{}: {error}", file.display()))
        };
        std::fs::write(output, xml).map_err(|error| unwritable(output, error))?;
        let itemsets = compiled
            .form
            .as_ref()
            .and_then(|form| form.itemsets.as_ref());
        if let Some(itemsets) = itemsets {
            let beside = output.with_file_name("itemsets.csv");
            std::fs::write(&beside, itemsets).map_err(|error| unwritable(&beside, error))?;
        }
    }
    tell(form, &compiled, out)
}

/// The findings; a refused form is an exit code as well.
fn tell(form: &FormFile, compiled: &Compiled, out: &mut impl Write) -> Result<(), Refusal> {
    if form.json {
        let findings: Vec<Value> = compiled.findings.iter().map(finding).collect();
        writeln!(
            out,
            "{}",
            json!({"ok": compiled.is_ok(), "findings": findings})
        )?;
    } else {
        for finding in &compiled.findings {
            writeln!(out, "{finding}")?;
        }
    }
    if compiled.is_ok() {
        return Ok(());
    }
    let errors = compiled
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let file = form.file.display();
    let message = match errors.count() {
        1 => format!("{file}: 1 fault"),
        faults => format!("{file}: {faults} faults"),
    };
    Err(Refusal::input("form_refused", message))
}

fn finding(finding: &Finding) -> Value {
    json!({
        "sheet": finding.sheet,
        "row": finding.row,
        "column": finding.column,
        "code": finding.code,
        "message": finding.message,
        "severity": finding.severity.word(),
    })
}

fn describe(file: &Path, json: bool, out: &mut impl Write) -> Result<(), Refusal> {
    let (bytes, format) = read(file)?;
    let options = Options {
        stem: stem(file),
        ..Options::default()
    };
    let compiled = instruments::compile(&bytes, format, &options);
    let form = match &compiled.form {
        Some(form) if compiled.is_ok() => form,
        _ => {
            for finding in &compiled.findings {
                writeln!(out, "{finding}")?;
            }
            let message = format!("{}: the form is refused", file.display());
            return Err(Refusal::input("form_refused", message));
        }
    };
    let entries = dictionary(form);
    if json {
        let rows: Vec<Value> = entries
            .iter()
            .map(|entry| {
                let pairs = Entry::HEADERS.iter().zip(entry.cells());
                pairs
                    .map(|(key, cell)| ((*key).to_owned(), json!(cell)))
                    .collect()
            })
            .collect();
        writeln!(out, "{}", Value::Array(rows))?;
    } else {
        write!(out, "{}", markdown(&entries))?;
    }
    Ok(())
}

fn fill_in(out: &mut impl Write) -> Result<(), Refusal> {
    for line in io::stdin().lock().lines() {
        let line = line?;
        if !line.trim().is_empty() {
            let now = jiff::Timestamp::now().as_millisecond();
            writeln!(out, "{}", replay::answer(&line, now))?;
            out.flush()?;
        }
    }
    Ok(())
}

/// The headers of the sheet choices.
const CHOICE_HEADERS: [&str; 5] = [
    "list_name",
    "name",
    "label::English (en)",
    "label::Français (fr)",
    "label::Português (pt)",
];

fn choices(
    list: &str,
    name: Option<&str>,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let found = CodeLists::standard()
        .find(list)
        .map_err(|error| Refusal::usage("list_reference", error))?;
    let Some(found) = found else {
        return Err(Refusal::input(
            "list_unknown",
            format!("there is no list {list}"),
        ));
    };
    let own = list
        .split('@')
        .next()
        .and_then(|id| id.rsplit('.').next())
        .unwrap_or(list);
    let name = name.unwrap_or(own);
    let rows = found.codes().iter().map(|code| {
        let label = |language| code.label(language).to_owned();
        let labels = [Language::En, Language::Fr, Language::Pt].map(label);
        let [en, fr, pt] = labels;
        [name.to_owned(), code.code.clone(), en, fr, pt]
    });
    if json {
        let rows: Vec<Value> = rows
            .map(|row| {
                let pairs = CHOICE_HEADERS.iter().zip(row);
                pairs
                    .map(|(key, cell)| ((*key).to_owned(), json!(cell)))
                    .collect()
            })
            .collect();
        writeln!(out, "{}", Value::Array(rows))?;
        return Ok(());
    }
    writeln!(out, "| | {} |", CHOICE_HEADERS.join(" | "))?;
    for row in rows {
        let cells = row.map(|cell| cell.replace('|', "\\|"));
        writeln!(out, "| | {} |", cells.join(" | "))?;
    }
    Ok(())
}
