//! Hidden populations: a capture table is sent, estimated and forgotten.
//!
//! The table is unit-level data. It is read from the request, held in memory while it is estimated
//! and dropped with the answer; nothing of it reaches a file or a log.

use std::sync::atomic::{AtomicUsize, Ordering};

use analyse::estimate::{CaptureTable, TableError};
use askama::Template;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, FromRequest, OriginalUri, Request, State};
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

/// Fields of the form.
const FIELDS: [&str; 2] = ["table", "file"];

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
    request: Request,
) -> Result<Response, Problem> {
    let sent = text(request).await?;
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
pub(crate) struct Turn;

static AT_WORK: AtomicUsize = AtomicUsize::new(0);

impl Turn {
    pub(crate) fn take() -> Option<Self> {
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
pub(crate) fn unkept(response: Result<Response, Problem>) -> Result<Response, Problem> {
    response.map(|response| ([(header::CACHE_CONTROL, "no-store")], response).into_response())
}

/// The text that was sent: of the file, or of the field where there is no file.
async fn text(request: Request) -> Result<String, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let pairs = if kind.starts_with("multipart/form-data") {
        with_file(request).await?
    } else {
        let sent: Result<Form<Vec<(String, String)>>, FormRejection> =
            Form::from_request(request, &()).await;
        let Form(pairs) = sent.map_err(|refused| refused_with(refused.status()))?;
        pairs
    };
    let mut sent: [Option<String>; 2] = [None, None];
    for (name, value) in pairs {
        let Some(place) = FIELDS.iter().position(|field| *field == name) else {
            return Err(Problem::of(Kind::UnknownField, &name, "").allowing(FIELDS));
        };
        if value.len() > TABLE_BYTES_MAX {
            return Err(too_long());
        }
        if sent[place].replace(value).is_some() {
            return Err(Problem::of(Kind::RepeatedField, FIELDS[place], ""));
        }
    }
    let [table, file] = sent;
    let file = file.filter(|file| !file.trim().is_empty());
    file.or(table)
        .ok_or_else(|| Problem::of(Kind::MissingField, "table", ""))
}

/// Names and values of a form with a file among them.
async fn with_file(request: Request) -> Result<Vec<(String, String)>, Problem> {
    let refused = |error: &MultipartError| refused_with(error.status());
    let sent = Multipart::from_request(request, &()).await;
    let mut form = sent.map_err(|refusal| refused_with(refusal.status()))?;
    let mut pairs = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|e| refused(&e))? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(|e| refused(&e))?;
        let value = String::from_utf8(bytes.to_vec())
            .map_err(|_| Problem::of(Kind::NotInList, &name, "").allowing(["UTF-8"]))?;
        pairs.push((name, value));
    }
    Ok(pairs)
}

fn too_long() -> Problem {
    Problem::of(Kind::TooLong, "table", "").allowing([TABLE_BYTES_MAX.to_string()])
}

fn refused_with(status: StatusCode) -> Problem {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => too_long(),
        _ => Problem::of(Kind::MissingField, "table", ""),
    }
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
