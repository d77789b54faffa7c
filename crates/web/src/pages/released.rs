//! A release of the node's own, for anybody: the table as printed, the rule that it went through,
//! and whether it was withdrawn. The node may be locked.

use std::sync::Arc;

use askama::Template;
use axum::http::Uri;
use axum::response::Response;
use office::PublicRelease;

use crate::drawn::{Extent, draw};
use crate::fields::Fields;
use crate::office::{day, moment};
use crate::page::{Page, html};
use crate::problem::{Kind, Problem};
use crate::rules;
use crate::site::Desk;

#[derive(Template)]
#[template(path = "released.html")]
struct Released {
    page: Page,
    release: PublicRelease,
    table: String,
    note: Option<String>,
    masked: bool,
}

impl Released {
    fn source(&self) -> &terms::source::Source {
        &self.release.released.value().source
    }

    fn rule(&self) -> String {
        rules::title(self.page.words, self.release.rule)
    }

    fn rule_told(&self) -> String {
        rules::told(self.page.words, self.release.rule)
    }

    fn day(&self, ms: &i64) -> String {
        day(ms)
    }

    fn moment(&self, ms: &i64) -> String {
        moment(ms)
    }
}

/// The public release of an identifier, if the node has signed one.
pub(crate) async fn find(desk: &Desk, release: &str) -> Result<Option<PublicRelease>, Problem> {
    if desk.site.released.is_none() {
        return Ok(None);
    }
    let (site, release) = (Arc::clone(&desk.site), release.to_owned());
    let found = tokio::task::spawn_blocking(move || {
        let read = site.released.as_ref()?;
        Some(read().map(|all| {
            all.into_iter()
                .find(|one| one.released.identifier() == release)
        }))
    });
    let found = found.await.map_err(|_| Problem::new(Kind::Internal))?;
    found.transpose().map(Option::flatten).map_err(|error| {
        tracing::error!(code = error.code(), "releases could not be read");
        Problem::new(Kind::Unavailable)
    })
}

/// Its page.
pub(crate) fn show(desk: &Desk, uri: &Uri, release: PublicRelease) -> Result<Response, Problem> {
    Fields::read(uri, &[])?;
    let words = desk.words;
    let table = release.released.value();
    let cell = |_: usize, cell: &terms::cell::Cell| rules::seen(words, cell);
    let (drawn, note) = match draw(words, table, "bench-drawn-caption", cell) {
        Some((drawn, Extent::Whole)) => (drawn.render().unwrap_or_default(), None),
        _ => (String::new(), Some(words.say("release-drawn-not"))),
    };
    let masked = table
        .iter()
        .any(|(_, cell)| matches!(cell, terms::cell::Cell::Masked { .. }));
    html(&Released {
        page: desk.page(uri, "", words.say("explain-title")),
        masked,
        release,
        table: drawn,
        note,
    })
}
