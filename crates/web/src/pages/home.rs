//! The first page: what this is, three figures, ways in.

use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use law::{Record, Treaty};
use terms::cell::Cell;

use super::treaty::{counting_rule, reference_date};
use crate::cells;
use crate::fields::Fields;
use crate::migrants;
use crate::origin::Origin;
use crate::page::{Page, html};
use crate::problem::Problem;
use crate::site::Desk;
use crate::status;
use crate::words::text;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    page: Page,
    tiles: Vec<Tile>,
    ways: Vec<Way>,
}

struct Tile {
    heading: String,
    number: String,
    caption: String,
    href: String,
    link: String,
    limits: Vec<String>,
    origin: Origin,
    wine: bool,
}

struct Way {
    href: String,
    label: String,
    sentence: String,
}

pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    Fields::read(&uri, &[])?;
    let page = desk.page(&uri, "home", desk.words.say("home-title"));
    let tiles = vec![
        treaty_tile(&page, Treaty::Tip),
        treaty_tile(&page, Treaty::Som),
        migrants_tile(&page),
    ];
    let ways = ways(&page);
    html(&Home { page, tiles, ways })
}

fn treaty_tile(page: &Page, treaty: Treaty) -> Tile {
    let site = &page.site;
    let on = status::default_day(site, treaty);
    let released = status::released(treaty, on);
    let status = released.value();
    let code = treaty.code();
    let heading = page.with(
        "home-parties",
        "treaty",
        Record::standard().instrument(treaty).short(page.language()),
    );
    let rule = (counting_rule(page), reference_date(page));
    let query = format!("?on={on}");
    let origin = Origin::of_record(
        page,
        &released,
        (&rule.0, &rule.1),
        &status.limits,
        &format!("?treaty={code}&on={on}"),
        format!("/api/v1/treaties/{code}/status{query}"),
    );
    Tile {
        number: page.number(status.parties.len()),
        caption: page.say(
            "home-parties-caption",
            &[
                ("states", crate::words::count(status.states() as u64)),
                ("date", text(on.to_string())),
            ],
        ),
        href: page.to(&format!("/treaties/{code}")),
        link: page.t("home-parties-link"),
        limits: origin.limits.clone(),
        origin: origin.about(heading.clone()),
        heading,
        wine: false,
    }
}

fn migrants_tile(page: &Page) -> Tile {
    let asked = migrants::Asked::default();
    let total = asked.total(&page.site);
    let number = match &total {
        Ok(cell) => cells::print(page.words, cell).text,
        Err(error) => cells::refusal(page.words, error),
    };
    let years = migrants::codes(&page.site, "year");
    let span = [years.first(), years.last()].map(|year| year.cloned().unwrap_or_default());
    let heading = page.t("home-migrants");
    let origin = Origin::of_table(
        page,
        &page.site.missing_migrants,
        "",
        "/api/v1/missing-migrants".to_owned(),
    );
    Tile {
        number,
        caption: page.say(
            "home-migrants-caption",
            &[("from", text(&*span[0])), ("to", text(&*span[1]))],
        ),
        href: page.to("/missing-migrants"),
        link: page.t("home-migrants-link"),
        limits: if matches!(total, Ok(Cell::Exact(_))) {
            origin.limits.iter().take(1).cloned().collect()
        } else {
            origin.limits.clone()
        },
        origin: origin.about(heading.clone()),
        heading,
        wine: true,
    }
}

fn ways(page: &Page) -> Vec<Way> {
    let mut ways = vec![
        ("/treaties", "nav-treaties", "home-way-treaties"),
        ("/states", "nav-states", "home-way-states"),
        ("/missing-migrants", "nav-migrants", "home-way-migrants"),
    ];
    if !page.site.tables.is_empty() {
        ways.push(("/tables", "nav-tables", "home-way-tables"));
    }
    ways.push(("/about", "nav-about", "home-way-about"));
    ways.into_iter()
        .map(|(path, label, sentence)| Way {
            href: page.to(path),
            label: page.t(label),
            sentence: page.t(sentence),
        })
        .collect()
}
