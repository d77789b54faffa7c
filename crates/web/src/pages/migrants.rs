//! The dead and the missing on migration routes: filters, map, charts, each with table and files.

use askama::Template;
use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};

use super::csv_file;
use super::migrants_figures::{self as figures, Figure, MapFigure};
use crate::cells;
use crate::fields::Fields;
use crate::grid::{Answer, Choice};
use crate::migrants::{self, Asked, FILTERS};
use crate::origin::Origin;
use crate::page::{Page, html};
use crate::problem::Problem;
use crate::site::Desk;
use crate::words::text;
use crate::{api, wire};

#[derive(Template)]
#[template(path = "migrants.html")]
struct MigrantsPage {
    page: Page,
    choices: Vec<Choice>,
    chosen: Vec<(String, String)>,
    number: String,
    caption: String,
    limits: Vec<String>,
    attribution: String,
    licence: String,
    origin: Origin,
    map: Option<MapFigure>,
    figures: Vec<Figure>,
    csv: String,
    json: String,
    reset: String,
}

pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let fields = Fields::read(&uri, &FILTERS)?;
    let page = desk.page(&uri, "migrants", desk.words.say("migrants-title"));
    let asked = Asked::read(&desk.site, &fields)?;
    let total = asked.total(&page.site);
    let number = match &total {
        Ok(cell) => cells::print(page.words, cell).text,
        Err(error) => cells::refusal(page.words, error),
    };
    let by = ["year", "route", "cause", "month"];
    let drawn = by
        .into_iter()
        .filter(|by| asked.chosen(by).is_none() || *by == "month");
    let figures = drawn.map(|by| figures::figure(&page, &asked, by)).collect();
    let origin = Origin::of_table(
        &page,
        &asked.part_or_whole(&page.site.missing_migrants),
        &asked.query(&[]),
        format!("/api/v1/missing-migrants{}", asked.query(&[])),
    );
    let files = asked.query(&[("by", "year,month,route,cause")]);
    let files = files.replace("%2C", ",");
    html(&MigrantsPage {
        choices: FILTERS
            .map(|filter| choice(&page, &asked, filter))
            .into_iter()
            .collect(),
        chosen: chosen(&page, &asked),
        number,
        caption: caption(&page, &asked),
        limits: origin.limits.clone(),
        licence: page.site.missing_migrants.source().licence.clone(),
        attribution: page.site.missing_migrants.source().attribution.clone(),
        map: figures::map(&page, &asked),
        figures,
        csv: page.to(&format!("/missing-migrants.csv{files}")),
        json: page.to(&format!("/missing-migrants.json{files}")),
        reset: page.to("/missing-migrants"),
        origin,
        page,
    })
}

pub(crate) async fn csv(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let (_, by, table) = api::migrants::answer(&desk.site, &uri)?;
    let name = format!("missing-migrants-{}.csv", by.join("-"));
    Ok(csv_file(&name, publish::files::csv(&table)))
}

pub(crate) async fn json(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    let (asked, _, table) = api::migrants::answer(&desk.site, &uri)?;
    let lines = wire::TableLines::new(&table, api::migrants::filters(&asked));
    Ok(Json(lines).into_response())
}

/// The list of a filter: everything, then each code.
fn choice(page: &Page, asked: &Asked, filter: &'static str) -> Choice {
    let (label, all) = match filter {
        "route" => ("migrants-route", "migrants-route-all"),
        "year" => ("migrants-year", "migrants-year-all"),
        _ => ("migrants-cause", "migrants-cause-all"),
    };
    let chosen = asked.chosen(filter);
    let mut codes = migrants::codes(&page.site, filter);
    if filter == "year" {
        codes.reverse();
    }
    let mut options = vec![Answer {
        value: String::new(),
        label: page.t(all),
        chosen: chosen.is_none(),
    }];
    options.extend(codes.into_iter().map(|code| Answer {
        label: name(page, filter, &code),
        chosen: chosen == Some(code.as_str()),
        value: code,
    }));
    Choice {
        name: filter.to_owned(),
        label: page.t(label),
        options,
        sets: Vec::new(),
    }
}

/// What a code is called on the page.
pub(super) fn name(page: &Page, dimension: &str, code: &str) -> String {
    match dimension {
        "route" | "cause" => page.site.label(page.words, dimension, code),
        "place" if code == migrants::UNPLACED => page.t("migrants-unplaced"),
        "place" => figures::square(page, code),
        _ => code.to_owned(),
    }
}

fn chosen(page: &Page, asked: &Asked) -> Vec<(String, String)> {
    let labels = ["migrants-route", "migrants-year", "migrants-cause"];
    let pairs = FILTERS.into_iter().zip(labels);
    pairs
        .filter_map(|(filter, label)| {
            let code = asked.chosen(filter)?;
            Some((page.t(label), name(page, filter, code)))
        })
        .collect()
}

fn caption(page: &Page, asked: &Asked) -> String {
    if let Some(year) = &asked.year {
        return page.with("migrants-caption-year", "year", year.clone());
    }
    let years = migrants::codes(&page.site, "year");
    let ends = [years.first(), years.last()].map(|year| year.cloned().unwrap_or_default());
    page.say(
        "migrants-caption",
        &[("from", text(&*ends[0])), ("to", text(&*ends[1]))],
    )
}
