//! The three instruments side by side on one day.

use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use jiff::civil::Date;
use law::{Record, Treaty};

use super::treaty::{counting_rule, reference_date};
use crate::fields::Fields;
use crate::origin::Origin;
use crate::page::{Page, html};
use crate::problem::Problem;
use crate::site::Desk;
use crate::status::Asked;

#[derive(Template)]
#[template(path = "treaties.html")]
struct Treaties {
    page: Page,
    on: String,
    today: Date,
    instruments: Vec<Instrument>,
}

struct Instrument {
    id: String,
    short: String,
    title: String,
    href: String,
    on: String,
    parties: String,
    states: String,
    signatories: String,
    since: Option<Date>,
    limits: Vec<String>,
    origin: Origin,
}

pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let fields = Fields::read(&uri, &["on"])?;
    let page = desk.page(&uri, "treaties", desk.words.say("treaties-title"));
    let instruments = Treaty::ALL
        .into_iter()
        .map(|treaty| instrument(&page, treaty, &fields))
        .collect::<Result<_, _>>()?;
    html(&Treaties {
        on: fields.get("on").unwrap_or_default().to_owned(),
        today: (desk.site.today)(),
        page,
        instruments,
    })
}

fn instrument(page: &Page, treaty: Treaty, fields: &Fields) -> Result<Instrument, Problem> {
    let asked = Asked::read(&page.site, treaty, fields, page.language())?;
    let instrument = Record::standard().instrument(treaty);
    let status = &asked.status;
    let (code, query) = (treaty.code(), asked.query());
    let rule = (counting_rule(page), reference_date(page));
    let origin = Origin::of_record(
        page,
        &asked.world,
        (&rule.0, &rule.1),
        &status.limits,
        &asked.explain_query(),
        format!("/api/v1/treaties/{code}/status{query}"),
    );
    let short = instrument.short(page.language()).to_owned();
    Ok(Instrument {
        id: code.to_lowercase(),
        title: instrument.title(page.language()).to_owned(),
        href: page.to(&format!(
            "/treaties/{code}{}",
            if asked.by_default { "" } else { &query }
        )),
        on: asked.on.to_string(),
        parties: page.number(status.parties.len()),
        states: page.number(status.states()),
        signatories: page.number(status.signatories.len()),
        since: status.in_force_since,
        limits: origin.limits.clone(),
        origin: origin.about(short.clone()),
        short,
    })
}
