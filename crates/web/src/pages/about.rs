//! What this is, where its data come from, and what it does not do.

use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use law::{Record, Treaty};
use terms::source::Source;

use crate::fields::Fields;
use crate::page::{Page, html};
use crate::problem::Problem;
use crate::site::Desk;

#[derive(Template)]
#[template(path = "about.html")]
struct About {
    page: Page,
    sources: Vec<Source>,
}

pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    Fields::read(&uri, &[])?;
    let page = desk.page(&uri, "about", desk.words.say("about-title"));
    let record = Record::standard();
    let mut sources: Vec<Source> = Treaty::ALL.map(|treaty| record.source(treaty)).to_vec();
    let site = &desk.site;
    sources.push(site.missing_migrants.source().clone());
    sources.extend(site.tables.iter().map(|table| table.source().clone()));
    html(&About { page, sources })
}
