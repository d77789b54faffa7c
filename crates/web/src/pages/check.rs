//! A table of counts is sent, tried and forgotten.
//!
//! The table can be a draft that nobody has released. It is read from the request, held in memory
//! while it is worked on and dropped with the answer; nothing of it reaches a file or a log.

use std::sync::Arc;

use askama::Template;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::extract::{OriginalUri, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use terms::finding::{Finding, Severity};

use super::estimate::{Turn, unkept};
use crate::check::{Parts, Remark, SaidOfTable, remarks, try_out};
use crate::fields::Fields;
use crate::page::{Page, html_with};
use crate::problem::{Kind, Problem};
use crate::site::Desk;

/// Longest file or text that is taken, in bytes.
const TABLE_BYTES_MAX: usize = 192 * 1024;
/// Longest layout that is taken, in bytes.
const LAYOUT_BYTES_MAX: usize = 64 * 1024;
/// Longest request that is taken, in bytes.
pub(crate) const FORM_BYTES_MAX: usize = TABLE_BYTES_MAX + LAYOUT_BYTES_MAX + 8 * 1024;
/// Findings of a refused table that are shown.
const FINDINGS_MAX: usize = 20;

const FIELDS: [&str; 8] = [
    "file", "table", "small", "below", "zeros", "dash", "totals", "layout",
];

/// A draft of an invented office.
const EXAMPLE: &str = "district,form,count
Total,Total,214
Total,forced labour,121
Total,sexual exploitation,70
Total,other,23
North,Total,88
North,forced labour,52
North,sexual exploitation,31
North,other,5
Harbour,Total,71
Harbour,forced labour,38
Harbour,sexual exploitation,29
Harbour,other,<5
Plains,Total,43
Plains,forced labour,27
Plains,sexual exploitation,<5
Plains,other,*
Islands,Total,12
Islands,forced labour,<5
Islands,sexual exploitation,*
Islands,other,<5
";

/// What was sent.
#[derive(Default)]
struct Sent {
    name: String,
    file: Vec<u8>,
    table: String,
    small: String,
    below: String,
    zeros: String,
    dash: String,
    totals: String,
    layout: String,
}

#[derive(Template)]
#[template(path = "check.html")]
struct Ask {
    page: Page,
    table: String,
    said: Sent,
    refused: Vec<Remark>,
}

#[derive(Template)]
#[template(path = "check_answer.html")]
struct Told {
    page: Page,
    parts: String,
}

pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    offered(&desk, &uri)?;
    let fields = Fields::read(&uri, &["example"])?;
    let example = fields.one_of("example", ["invented"])?.is_some();
    let sent = Sent {
        table: if example { EXAMPLE } else { "" }.to_owned(),
        small: "5".to_owned(),
        ..Sent::default()
    };
    ask(&desk, &uri, sent, &[], StatusCode::OK)
}

pub(crate) async fn answer(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    sent: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    offered(&desk, &uri)?;
    let sent = Sent::read(sent).await?;
    let (small_below, said) = sent.said()?;
    let Some(turn) = Turn::take() else {
        return Err(Problem::new(Kind::Busy));
    };
    let words = desk.words;
    let site = Arc::clone(&desk.site);
    let worked_on = tokio::task::spawn_blocking(move || {
        // Held here, so that a reader who goes away does not give it back before the work ends.
        let _turn = turn;
        let read = site.counts.as_ref();
        let counted = read.map(|read| read(sent.bytes(), sent.name(), &said));
        match counted {
            None => Err(Box::new((sent, Vec::new()))),
            Some(Err(findings)) => Err(Box::new((sent, findings))),
            Some(Ok(counted)) => match try_out(counted, small_below, said.zeros_printed) {
                Some(tried) => Ok(Parts::new(words, &tried).render()),
                None => Err(Box::new((sent, vec![too_large()]))),
            },
        }
    });
    match worked_on.await {
        Ok(Ok(Ok(parts))) => {
            let page = desk.page(&uri, "check", words.say("check-answer-title"));
            unkept(html_with(StatusCode::OK, &Told { page, parts }))
        }
        Ok(Err(back)) => {
            let (sent, findings) = *back;
            let refused = StatusCode::UNPROCESSABLE_ENTITY;
            ask(&desk, &uri, sent, &findings, refused)
        }
        Ok(Ok(Err(_))) | Err(_) => Err(Problem::new(Kind::Internal)),
    }
}

/// A site that reads no tables has no such page.
fn offered(desk: &Desk, uri: &Uri) -> Result<(), Problem> {
    match desk.site.counts {
        Some(_) => Ok(()),
        None => Err(Problem::of(Kind::NotFound, "", uri.path())),
    }
}

fn too_large() -> Finding {
    Finding::of_file("", "count_too_large", Severity::Error)
}

/// The form, empty, with the example, or with what was refused so that it can be mended.
fn ask(
    desk: &Desk,
    uri: &Uri,
    sent: Sent,
    findings: &[Finding],
    status: StatusCode,
) -> Result<Response, Problem> {
    let template = Ask {
        page: desk.page(uri, "check", desk.words.say("check-title")),
        // A browser drops one line end after the opening tag.
        table: format!("\n{}", sent.table),
        said: Sent {
            layout: format!("\n{}", sent.layout),
            ..sent
        },
        refused: remarks(desk.words, findings, FINDINGS_MAX),
    };
    unkept(html_with(status, &template))
}

impl Sent {
    /// Reads the form; what it does not know is refused by name.
    async fn read(sent: Result<Multipart, MultipartRejection>) -> Result<Self, Problem> {
        let missing = || Problem::of(Kind::MissingField, "file", "").allowing(["file", "table"]);
        let mut form = sent.map_err(|_| missing())?;
        let mut read = Self::default();
        let mut seen: Vec<String> = Vec::new();
        loop {
            let field = form.next_field().await.map_err(|error| refused(&error))?;
            let Some(field) = field else { break };
            let name = field.name().unwrap_or_default().to_owned();
            if !FIELDS.contains(&name.as_str()) {
                return Err(Problem::of(Kind::UnknownField, &name, "").allowing(FIELDS));
            }
            if seen.contains(&name) {
                return Err(Problem::of(Kind::RepeatedField, &name, ""));
            }
            let file_name = field.file_name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(|error| refused(&error))?;
            if bytes.len() > TABLE_BYTES_MAX {
                return Err(too_long());
            }
            match name.as_str() {
                "file" => {
                    read.name = file_name.chars().take(80).collect();
                    read.file = bytes.to_vec();
                }
                other => read.put(other, &bytes)?,
            }
            seen.push(name);
        }
        let empty = read.file.is_empty() && read.table.trim().is_empty();
        if empty { Err(missing()) } else { Ok(read) }
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), Problem> {
        let text = std::str::from_utf8(bytes)
            .map_err(|_| Problem::of(Kind::NotInList, name, "").allowing(["UTF-8"]))?;
        let (place, most) = match name {
            "table" => (&mut self.table, TABLE_BYTES_MAX),
            "layout" => (&mut self.layout, LAYOUT_BYTES_MAX),
            "small" => (&mut self.small, 8),
            "below" => (&mut self.below, 8),
            "zeros" => (&mut self.zeros, 16),
            "dash" => (&mut self.dash, 16),
            _ => (&mut self.totals, 400),
        };
        if text.len() > most {
            return Err(Problem::of(Kind::TooLong, name, "").allowing([most.to_string()]));
        }
        text.clone_into(place);
        Ok(())
    }

    /// Below which count is small, and what is said of the table.
    fn said(&self) -> Result<(u64, SaidOfTable), Problem> {
        let number = |name: &'static str, text: &str| match text.trim() {
            "" => Ok(None),
            text => match text.parse::<u64>() {
                Ok(number @ 1..=1000) => Ok(Some(number)),
                _ => Err(Problem::of(Kind::NotInList, name, text).allowing(["1–1000"])),
            },
        };
        let chosen = |name: &'static str, text: &str, allowed: &[&'static str]| {
            let found = allowed.iter().find(|one| **one == text).copied();
            match text {
                "" => Ok(None),
                text => found.map(Some).ok_or_else(|| {
                    Problem::of(Kind::NotInList, name, text).allowing(allowed.iter().copied())
                }),
            }
        };
        let words = self.totals.split(',').map(str::trim);
        let said = SaidOfTable {
            below: number("below", &self.below)?,
            zeros_printed: chosen("zeros", &self.zeros, &["hidden", "printed"])? == Some("printed"),
            dash: chosen("dash", &self.dash, &["zero", "absent", "masked"])?,
            total_words: words
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect(),
            layout: self.layout.clone(),
        };
        Ok((number("small", &self.small)?.unwrap_or(5), said))
    }

    fn bytes(&self) -> &[u8] {
        match self.file.is_empty() {
            true => self.table.as_bytes(),
            false => &self.file,
        }
    }

    fn name(&self) -> &str {
        match self.name.as_str() {
            "" => "table",
            name => name,
        }
    }
}

fn too_long() -> Problem {
    Problem::of(Kind::TooLong, "file", "").allowing([TABLE_BYTES_MAX.to_string()])
}

fn refused(error: &axum::extract::multipart::MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_long(),
        _ => Problem::of(Kind::MissingField, "file", "").allowing(["file", "table"]),
    }
}
