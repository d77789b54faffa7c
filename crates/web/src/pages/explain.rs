//! One figure explained: the release it belongs to, and the very query that it answers.

use askama::Template;
use axum::extract::{OriginalUri, Path, State};
use axum::http::Uri;
use axum::response::Response;
use protect::Released;
use terms::table::Table;

use super::released;
use super::treaty::{counting_rule, reference_date};
use crate::explore;
use crate::fields::{Fields, encode};
use crate::migrants::FILTERS;
use crate::origin::Origin;
use crate::page::{Page, html};
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::status::{self, Asked};

#[derive(Template)]
#[template(path = "explain.html")]
struct Explain {
    page: Page,
    release: String,
    query: Vec<(String, String)>,
    origin: Origin,
    back: String,
}

pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(release): Path<String>,
) -> Result<Response, Problem> {
    if let Some(own) = released::find(&desk, &release).await? {
        return released::show(&desk, &uri, own);
    }
    let mut known = vec!["treaty", "on", "group", "by"];
    known.extend(FILTERS);
    let dimensions = table(&desk, &release)
        .map(dimension_names)
        .unwrap_or_default();
    known.extend(
        dimensions
            .iter()
            .map(String::as_str)
            .filter(|name| !FILTERS.contains(name)),
    );
    known.extend(["rows", "columns"]);
    let fields = Fields::read(&uri, &known)?;
    let page = desk
        .page(&uri, "", desk.words.say("explain-title"))
        .of_others();
    let query = known
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), fields.get(name)?.to_owned())))
        .collect();
    let (origin, back) = if fields.get("treaty").is_some() {
        of_treaty(&page, &release, &fields)?
    } else {
        of_table(&page, &desk, &release, (&uri, &fields))?
    };
    html(&Explain {
        page,
        release,
        query,
        origin,
        back,
    })
}

fn dimension_names(table: &Released<Table>) -> Vec<String> {
    let dimensions = table.value().dimensions();
    dimensions
        .iter()
        .map(|dimension| dimension.id.clone())
        .collect()
}

fn gone(release: &str) -> Problem {
    Problem::of(Kind::NotFound, "release", release)
}

/// A treaty's status is released anew for each day; it is the same release only if the record
/// still says the same.
fn of_treaty(page: &Page, release: &str, fields: &Fields) -> Result<(Origin, String), Problem> {
    let treaty = status::treaty(fields.get("treaty").unwrap_or_default())?;
    let asked = Asked::read(&page.site, treaty, fields, page.language())?;
    if asked.world.identifier() != release {
        return Err(gone(release));
    }
    let (code, query) = (treaty.code(), asked.query());
    let rule = (counting_rule(page), reference_date(page));
    let origin = Origin::of_record(
        page,
        &asked.world,
        (&rule.0, &rule.1),
        &asked.status.limits,
        &asked.explain_query(),
        format!("/api/v1/treaties/{code}/status{query}"),
    );
    Ok((origin, page.to(&format!("/treaties/{code}{query}"))))
}

fn table<'a>(desk: &'a Desk, release: &str) -> Option<&'a Released<Table>> {
    let site = &desk.site;
    let own = [&site.missing_migrants, &site.missing_migrants_map];
    own.into_iter()
        .chain(&site.tables)
        .find(|table| table.identifier() == release)
}

fn of_table(
    page: &Page,
    desk: &Desk,
    release: &str,
    (uri, fields): (&Uri, &Fields),
) -> Result<(Origin, String), Problem> {
    let released = table(desk, release).ok_or_else(|| gone(release))?;
    let query = fields.with(&[]);
    let id = &released.value().id;
    let imported = page
        .site
        .tables
        .iter()
        .any(|table| table.identifier() == release);
    let (path, back) = if imported {
        let id = encode(id);
        let selection = explore::of_page(released.value(), uri)?.selection.query();
        (
            format!("/api/v1/tables/{id}{selection}"),
            format!("/tables/{id}{query}"),
        )
    } else {
        let page_query = fields.with(&[("by", "")]);
        (
            format!("/api/v1/missing-migrants{query}"),
            format!("/missing-migrants{page_query}"),
        )
    };
    let origin = Origin::of_table(page, released, &query, path);
    Ok((origin, page.to(&back)))
}
