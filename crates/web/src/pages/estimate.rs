//! Hidden populations: a capture table is sent, estimated and forgotten.
//!
//! The table is unit-level data. It is read from the request, held in memory while it is estimated
//! and dropped with the answer; nothing of it reaches a file or a log.

use std::sync::atomic::{AtomicUsize, Ordering};

use analyse::estimate::{CaptureTable, TableError};
use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, OriginalUri, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::estimate::{Parts, quick, refusal};
use crate::fields::Fields;
use crate::page::{Page, html_with};
use crate::problem::{Kind, Problem};
use crate::site::Desk;

/// Longest table that is taken, in bytes of its text.
const TABLE_BYTES_MAX: usize = 64 * 1024;

/// Longest request that is taken, in bytes: a form writes commas and ends of lines as three bytes.
pub(crate) const FORM_BYTES_MAX: usize = 3 * TABLE_BYTES_MAX + 64;

/// Tables that are worked on at one time; further requests are asked to come back.
const AT_ONCE_MAX: usize = 2;

/// A table of invented persons on invented lists.
const EXAMPLE: &str = "police,shelter,hotline,inspectors,count
1,0,0,0,173
0,1,0,0,168
0,0,1,0,201
0,0,0,1,86
1,1,0,0,117
1,0,1,0,47
1,0,0,1,15
0,1,1,0,35
0,1,0,1,19
0,0,1,1,22
1,1,1,0,22
1,1,0,1,11
1,0,1,1,2
0,1,1,1,3
1,1,1,1,2
";

/// A refused table, ready to be printed.
struct Refused {
    sentence: String,
    row: Option<usize>,
    field: String,
    found: String,
}

#[derive(Template)]
#[template(path = "estimate.html")]
struct Ask {
    page: Page,
    table: String,
    refused: Option<Refused>,
}

#[derive(Template)]
#[template(path = "estimate_answer.html")]
struct Told {
    page: Page,
    parts: String,
}

pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let fields = Fields::read(&uri, &["example"])?;
    let example = fields.one_of("example", ["invented"])?.is_some();
    let table = if example { EXAMPLE } else { "" };
    ask(&desk, &uri, table, None, StatusCode::OK)
}

pub(crate) async fn answer(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    sent: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, Problem> {
    let sent = text(sent)?;
    let table = match read(&sent) {
        Ok(table) => table,
        Err(error) => {
            return ask(
                &desk,
                &uri,
                &sent,
                Some(&error),
                StatusCode::UNPROCESSABLE_ENTITY,
            );
        }
    };
    let Some(turn) = Turn::take() else {
        return Err(Problem::new(Kind::Busy));
    };
    let words = desk.words;
    let computed = tokio::task::spawn_blocking(move || {
        // Held here, so that a reader who goes away does not give it back before the work ends.
        let _turn = turn;
        let report = quick(&table).ok()?;
        Parts::new(words, &table, &report).render().ok()
    });
    let parts = computed.await.ok().flatten();
    let parts = parts.ok_or_else(|| Problem::new(Kind::Internal))?;
    let page = desk.page(&uri, "estimate", words.say("estimate-answer-title"));
    unkept(html_with(StatusCode::OK, &Told { page, parts }))
}

/// One of the places at which a table that was sent is worked on, given back when it is dropped.
pub(super) struct Turn;

static AT_WORK: AtomicUsize = AtomicUsize::new(0);

impl Turn {
    pub(super) fn take() -> Option<Self> {
        let before = AT_WORK.fetch_add(1, Ordering::AcqRel);
        // Made before the comparison: dropping it gives the place back in either case.
        let turn = Self;
        (before < AT_ONCE_MAX).then_some(turn)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        AT_WORK.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The form, empty, with the example, or with what was refused so that it can be mended.
fn ask(
    desk: &Desk,
    uri: &Uri,
    table: &str,
    error: Option<&TableError>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let refused = error.map(|error| Refused {
        sentence: refusal(desk.words, error),
        row: error.row,
        field: error.field.clone(),
        found: error.found.trim_matches('`').chars().take(120).collect(),
    });
    let template = Ask {
        page: desk.page(uri, "estimate", desk.words.say("estimate-title")),
        // A browser drops one line end after the opening tag.
        table: format!("\n{table}"),
        refused,
    };
    unkept(html_with(status, &template))
}

/// Neither the reader's browser nor anything on the way keeps it.
pub(super) fn unkept(response: Result<Response, Problem>) -> Result<Response, Problem> {
    response.map(|response| ([(header::CACHE_CONTROL, "no-store")], response).into_response())
}

/// The text of the one field.
fn text(sent: Result<Form<Vec<(String, String)>>, FormRejection>) -> Result<String, Problem> {
    let too_long =
        || Problem::of(Kind::TooLong, "table", "").allowing([TABLE_BYTES_MAX.to_string()]);
    let Form(pairs) = sent.map_err(|refused| match refused.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_long(),
        _ => Problem::of(Kind::MissingField, "table", ""),
    })?;
    let mut table = None;
    for (name, value) in pairs {
        if name != "table" {
            return Err(Problem::of(Kind::UnknownField, &name, "").allowing(["table"]));
        }
        if table.replace(value).is_some() {
            return Err(Problem::of(Kind::RepeatedField, "table", ""));
        }
    }
    let table = table.ok_or_else(|| Problem::of(Kind::MissingField, "table", ""))?;
    if table.len() > TABLE_BYTES_MAX {
        return Err(too_long());
    }
    Ok(table)
}

/// Reads a table as it is pasted: separated by commas, semicolons or, from a spreadsheet, tabs.
fn read(text: &str) -> Result<CaptureTable, TableError> {
    let header = text.trim_start().lines().next().unwrap_or_default();
    let separator = ['\t', ';'].into_iter().find(|mark| header.contains(*mark));
    match separator {
        Some(mark) if !header.contains(',') => CaptureTable::from_csv(&text.replace(mark, ",")),
        _ => CaptureTable::from_csv(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_as_it_is_pasted() {
        let by_commas = read(EXAMPLE).expect("a table");
        for mark in ["\t", ";"] {
            assert_eq!(read(&EXAMPLE.replace(',', mark)).as_ref(), Ok(&by_commas));
        }
        assert_eq!(
            read(&EXAMPLE.replace('\n', "\r\n")).as_ref(),
            Ok(&by_commas)
        );
    }

    #[test]
    fn a_turn_is_given_back() {
        let first = Turn::take();
        let second = Turn::take();
        assert!(first.is_some() && second.is_some());
        assert!(Turn::take().is_none());
        drop(first);
        assert!(Turn::take().is_some());
    }
}
