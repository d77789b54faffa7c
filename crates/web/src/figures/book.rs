//! A release of the node's own as a file: CSV, JSON, or a workbook that says what it means.

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use publish::{Meaning, Sheets};
use terms::table::{Dimension, Members};

use super::Figure;
use super::names::Names;
use crate::cells;
use crate::office::{day, moment};
use crate::origin::sentences;
use crate::page::Page;
use crate::pages::csv_file;
use crate::problem::{Kind, Problem};
use crate::rules;
use crate::words::text;

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// For any spreadsheet.
    Csv,
    /// For a program.
    Json,
    /// For a spreadsheet, with definitions.
    Workbook,
}

/// The endings of addresses of files.
const ENDINGS: [(&str, Form); 3] = [
    (".csv", Form::Csv),
    (".json", Form::Json),
    (".xlsx", Form::Workbook),
];

/// The media type of a workbook (IANA).
const WORKBOOK_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Splits the ending from the last part of an address.
pub(crate) fn form(name: &str) -> (&str, Option<Form>) {
    let found = ENDINGS.iter().find_map(|(ending, form)| {
        let stem = name.strip_suffix(ending)?;
        Some((stem, Some(*form)))
    });
    found.unwrap_or((name, None))
}

/// The release as a file.
pub(crate) fn file(page: &Page, figure: &Figure, form: Form) -> Result<Response, Problem> {
    let released = &figure.release.released;
    let notes = notes(page, figure);
    let note = (!notes.is_empty()).then(|| notes.join(" "));
    Ok(match form {
        Form::Csv => csv_file(
            &format!("{}.csv", figure.identifier()),
            publish::files::csv_noted(released, note.as_deref()),
        ),
        Form::Json => {
            let mut json = publish::files::json(released);
            json["title"] = figure.title(page).into();
            json["note"] = note.into();
            json["rule"] = figure.release.rule.code.into();
            json["explain"] = explain(page, figure).into();
            Json(json).into_response()
        }
        Form::Workbook => workbook(page, figure, &notes)?,
    })
}

/// What every file says before anything else: that it is synthetic, that it was withdrawn.
fn notes(page: &Page, figure: &Figure) -> Vec<String> {
    let mut notes = Vec::new();
    if page.site.synthetic {
        notes.push(page.t("figures-synthetic"));
    }
    if let Some(withdrawn) = &figure.release.withdrawn {
        let time = moment(withdrawn.at_ms);
        let told = page.with("release-withdrawn-at", "time", time);
        notes.push(format!("{told}: {}", withdrawn.reason));
    }
    notes
}

/// The address at which the release is explained, whole where the node knows its own.
fn explain(page: &Page, figure: &Figure) -> String {
    let path = page.to(&format!("/explain/{}", figure.identifier()));
    match &page.site.origin {
        Some(origin) => format!("{origin}{path}"),
        None => path,
    }
}

fn workbook(page: &Page, figure: &Figure, notes: &[String]) -> Result<Response, Problem> {
    let names = Names::of(page, figure.told.as_ref());
    let title = figure.title(page);
    let sheets = Sheets {
        figures: &page.t("figures-sheet-figures"),
        definitions: &page.t("figures-sheet-definitions"),
        title: &title,
        notes,
        across: figure.across(),
        value: &page.t("figures-value"),
        dimension: &|dimension| names.dimension(dimension),
        code: &|dimension, code| names.code(dimension, code),
        cell: &|presented| cells::short(page.words, presented),
        meanings: &meanings(page, figure, &names),
        released_at: figure.release.at_ms / 1000,
    };
    let bytes = publish::workbook(&figure.release.released, &sheets).map_err(|error| {
        tracing::error!(%error, "a workbook could not be written");
        Problem::new(Kind::Internal)
    })?;
    let mut response = ([(header::CONTENT_TYPE, WORKBOOK_TYPE)], bytes).into_response();
    let name = format!("attachment; filename=\"{}.xlsx\"", figure.identifier());
    if let Ok(value) = HeaderValue::from_str(&name) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

fn meaning(about: String, said: impl Into<String>) -> Meaning {
    Meaning {
        about,
        code: String::new(),
        said: said.into(),
    }
}

/// The lines of the sheet of definitions: what is counted, what each code means, the marks, the
/// rule, and where it comes from.
fn meanings(page: &Page, figure: &Figure, names: &Names<'_>) -> Vec<Meaning> {
    let mut lines = facts(page, figure)
        .into_iter()
        .map(|said| meaning(said.label, said.text))
        .collect::<Vec<_>>();
    for (at, dimension) in figure.table().dimensions().iter().enumerate() {
        lines.push(meaning(
            names.dimension(dimension),
            list_told(page, dimension, figure.whole(at).is_some()),
        ));
        let codes = figure.table().codes(&dimension.id).unwrap_or_default();
        lines.extend(codes.iter().map(|code| Meaning {
            about: String::new(),
            code: code.clone(),
            said: names.code(dimension, code),
        }));
    }
    let marks = [
        ("0", "figures-mark-zero"),
        ("<5, 5–9, *", "figures-mark-masked"),
        ("≈10", "figures-mark-rounded"),
        ("–", "figures-mark-absent"),
    ];
    let mut about = page.t("figures-marks");
    for (code, said) in marks {
        lines.push(Meaning {
            about: std::mem::take(&mut about),
            code: code.to_owned(),
            said: page.t(said),
        });
    }
    lines
}

/// What is said of a dimension: the list of its codes, and whether they add up.
fn list_told(page: &Page, dimension: &Dimension, has_total: bool) -> String {
    let adds_up = has_total || dimension.members == Members::Disjoint;
    let key = if adds_up {
        "figures-list-adds-up"
    } else {
        "figures-list-overlaps"
    };
    page.say(key, &[("list", text(dimension.list.clone()))])
}

/// One thing that is said of a release.
pub(crate) struct Said {
    pub(crate) label: String,
    pub(crate) text: String,
    /// The language of the text, where it is not that of the page.
    pub(crate) language: Option<&'static str>,
}

/// What is said of a release, on its page as in its workbook.
pub(crate) fn facts(page: &Page, figure: &Figure) -> Vec<Said> {
    let own = |key: &str, text: String| Said {
        label: page.t(key),
        text,
        language: None,
    };
    // What the table came with is English, whatever the page is.
    let foreign = |key: &str, text: &str| Said {
        language: (page.lang() != "en").then_some("en"),
        ..own(key, text.to_owned())
    };
    let release = &figure.release;
    let rule = rules::title(page.words, release.rule);
    let told = rules::told(page.words, release.rule);
    let limits = sentences(page.words, &figure.table().limits);
    let source = release.released.source();
    let audience = rules::audience(page.words, release.released.audience());
    let mut facts: Vec<Said> = counted(page, figure)
        .into_iter()
        .map(|(label, text)| Said {
            label,
            text,
            language: None,
        })
        .collect();
    facts.extend([
        own(
            "bench-rule",
            format!("{rule}. {told} ({})", release.rule.code),
        ),
        own("origin-limits", limits.join(" ")),
        own("released-publisher", source.publisher.clone()),
        foreign("origin-title", &source.title),
        foreign("origin-licence", &source.licence),
        foreign("bench-population", &release.population),
        foreign("bench-vintage", &release.vintage),
        foreign("origin-counting", &figure.table().counting.statement),
        own("bench-audience", audience),
        own("released-when", day(release.at_ms)),
        own("figures-act", release.act.to_string()),
        own("releases-one", figure.identifier().to_owned()),
        own("figures-explain", explain(page, figure)),
    ]);
    facts.retain(|said| !said.text.is_empty());
    facts
}

/// What a table that was counted here tells of how it was counted.
fn counted(page: &Page, figure: &Figure) -> Vec<(String, String)> {
    let Some(told) = &figure.told else {
        return Vec::new();
    };
    let names = Names::of(page, Some(told));
    let unit = names.unit(told.tabulation.unit.code());
    let mut conditions = names.conditions();
    if conditions.is_empty() {
        conditions.push(page.t("figures-all"));
    }
    let day = names.day(&told.tabulation.reference);
    let mut facts = vec![
        (
            page.t("figures-counts"),
            page.with("figures-counts-told", "unit", unit),
        ),
        (page.t("figures-of"), conditions.join("; ")),
        (
            page.t("figures-period"),
            figure.period().unwrap_or_default(),
        ),
        (
            page.t("figures-reference"),
            page.with("figures-reference-told", "day", day),
        ),
    ];
    let by = |name: &str| told.tabulation.by.iter().any(|one| one.name == name);
    if by("form") {
        facts.push((page.t("figures-forms"), page.t("figures-forms-main")));
    } else if by("forms") {
        facts.push((page.t("figures-forms"), page.t("figures-forms-all")));
    }
    if told
        .tabulation
        .by
        .iter()
        .any(|one| one.name == "citizenship")
    {
        let column = names.column("citizenship");
        facts.push((column, page.t("figures-citizenship-proxy")));
    }
    facts.push((
        page.t("figures-agencies"),
        format!(
            "{} {}",
            figure.completeness(page).unwrap_or_default(),
            page.t("figures-not-persons")
        ),
    ));
    facts
}
