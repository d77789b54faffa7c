//! States and other parties: the list, and the page of each.

use std::collections::BTreeMap;

use askama::Template;
use axum::Json;
use axum::extract::{OriginalUri, Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use law::{Record, Treaty};
use protect::Released;
use terms::group::Regions;
use terms::language::Language;
use terms::place::{Place, PlaceCode, PlaceKind};
use unicode_normalization::UnicodeNormalization;

use super::treaty::{act, counting_rule, reference_date};
use super::{Format, ending};
use crate::api;
use crate::fields::Fields;
use crate::grid::{Column, Grid, GridCell};
use crate::origin::Origin;
use crate::page::{Page, html};
use crate::problem::{Kind, Problem};
use crate::site::{Desk, Site};
use crate::status;

/// A key by which names are put into order: letters without marks, in lower case. It is not the
/// collation of any one language, but no accent sends a State to the end of a list.
pub(crate) fn sort_key(name: &str) -> String {
    let letters = name.nfd().filter(char::is_ascii);
    letters
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == ' ')
        .collect::<String>()
        .to_lowercase()
}

#[derive(Template)]
#[template(path = "states.html")]
struct States {
    page: Page,
    grid: Grid,
    origins: Vec<Origin>,
}

pub(crate) async fn list(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    Fields::read(&uri, &[])?;
    let page = desk.page(&uri, "states", desk.words.say("states-title"));
    let record = Record::standard();
    let mut listed: Vec<&Place> = page
        .site
        .places
        .iter()
        .filter(|place| matches!(place.kind, PlaceKind::State | PlaceKind::Organisation))
        .collect();
    listed.sort_by_key(|place| sort_key(place.name(page.language())));
    let mut columns = vec![Column::text(page.t("states-column-name"))];
    let shorts = Treaty::ALL.map(|treaty| record.instrument(treaty).short(page.language()));
    columns.extend(shorts.map(Column::text));
    let mut grid = Grid::new("states-caption", page.t("states-caption"), columns);
    for place in listed {
        let href = page.to(&format!("/states/{}", place.code));
        let mut row = vec![GridCell::link(place.name(page.language()), href)];
        for standing in record.of(place.code) {
            row.push(match (&standing.deposit, &standing.signature) {
                (Some(deposit), _) => GridCell::date(Some(deposit.date)),
                (None, Some(signed)) => GridCell {
                    class: "absent",
                    ..GridCell::text(page.with("states-signed", "date", signed.date.to_string()))
                },
                (None, None) => GridCell::text("–"),
            });
        }
        grid.rows.push(row);
    }
    let origins = Treaty::ALL
        .map(|treaty| origin(&page, treaty))
        .into_iter()
        .collect();
    html(&States {
        page,
        grid,
        origins,
    })
}

/// Where the acts towards a treaty come from: its status at the end of the record.
fn origin(page: &Page, treaty: Treaty) -> Origin {
    let instrument = Record::standard().instrument(treaty);
    let on = status::default_day(&page.site, treaty);
    let released: Released<law::Status> = status::released(treaty, on);
    let rule = (counting_rule(page), reference_date(page));
    let limits: Vec<_> = instrument.gap.iter().map(|gap| gap.limit).collect();
    Origin::of_record(
        page,
        &released,
        (&rule.0, &rule.1),
        &limits,
        &format!("?treaty={}&on={on}", treaty.code()),
        format!("/api/v1/treaties/{}/actions", treaty.code()),
    )
    .named(instrument.short(page.language()))
}

#[derive(Template)]
#[template(path = "state.html")]
struct StatePage {
    page: Page,
    kind: Option<String>,
    facts: Vec<(String, String)>,
    names: Vec<(&'static str, &'static str, String)>,
    acts: Grid,
    memberships: Option<Grid>,
    notes: Vec<String>,
    origins: Vec<Origin>,
    json: String,
}

pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    Fields::read(&uri, &[])?;
    let (code, format) = ending(&name);
    let upper = code.to_ascii_uppercase();
    let place = find(&desk.site, &upper).ok_or_else(|| {
        Problem::of(Kind::NotFound, "state", code).allowing(["ISO 3166-1 alpha-3"])
    })?;
    if upper != code {
        let mended = uri.path().replace(code, &upper);
        return Ok(Redirect::permanent(&mended).into_response());
    }
    match format {
        Format::Page => page(&desk, &uri, place),
        Format::Json => Ok(Json(api::states::line(&desk.site, place)).into_response()),
        Format::Csv => Err(Problem::of(Kind::NotFound, "", uri.path())),
    }
}

/// The place of a code in capital letters.
pub(crate) fn find<'a>(site: &'a Site, code: &str) -> Option<&'a Place> {
    site.places.get(code.parse().ok()?)
}

fn page(desk: &Desk, uri: &Uri, place: &Place) -> Result<Response, Problem> {
    let language = desk.words.language();
    let page = desk.page(uri, "states", place.name(language).to_owned());
    let kind = match place.kind {
        PlaceKind::State => None,
        PlaceKind::Organisation => Some(page.t("state-kind-organisation")),
        PlaceKind::Territory => Some(page.t("state-kind-territory")),
        PlaceKind::FormerState => Some(page.t("state-kind-former")),
        PlaceKind::Area | PlaceKind::UserAssigned => Some(page.t("state-kind-area")),
    };
    let names = Language::ALL
        .into_iter()
        .map(|other| (other.code(), other.own_name(), place.name(other).to_owned()))
        .collect();
    let standings = Record::standard().of(place.code);
    let acts = standings
        .iter()
        .flat_map(|one| one.signature.iter().chain(&one.deposit));
    let notes = acts.filter_map(|action| action.note.clone()).collect();
    html(&StatePage {
        kind,
        facts: facts(&page, place),
        names,
        acts: acts_grid(&page, place.code),
        memberships: memberships(&page, place.code),
        notes,
        origins: Treaty::ALL
            .map(|treaty| origin(&page, treaty))
            .into_iter()
            .collect(),
        json: page.to(&format!("/states/{}.json", place.code)),
        page,
    })
}

fn facts(page: &Page, place: &Place) -> Vec<(String, String)> {
    let regions = Regions::standard();
    let region = |code| {
        let region = regions.get(code)?;
        Some(region.name(page.language()).to_owned())
    };
    let path = [place.region, place.subregion, place.intermediate];
    let path: Vec<String> = path.into_iter().flatten().filter_map(region).collect();
    let codes = [
        Some(place.code.to_string()),
        place.alpha2.clone(),
        place.m49.map(|number| format!("{number:03}")),
    ];
    let codes: Vec<String> = codes.into_iter().flatten().collect();
    let mut facts = vec![(page.t("state-codes"), codes.join(" · "))];
    if !path.is_empty() {
        facts.push((page.t("state-region"), path.join(" › ")));
    }
    if let Some(other) = place.administered_by {
        facts.push((page.t("state-administered"), page.place(other)));
    }
    if !place.successors.is_empty() {
        let names: Vec<String> = place
            .successors
            .iter()
            .map(|code| page.place(*code))
            .collect();
        facts.push((page.t("state-successors"), names.join(", ")));
    }
    facts
}

fn acts_grid(page: &Page, code: PlaceCode) -> Grid {
    let columns = [
        "state-column-treaty",
        "treaty-column-signed",
        "treaty-column-act",
        "treaty-column-deposited",
        "treaty-column-force",
    ];
    let columns = columns
        .map(|key| Column::text(page.t(key)))
        .into_iter()
        .collect();
    let mut grid = Grid::new("acts-caption", page.t("state-acts-caption"), columns);
    for standing in Record::standard().of(code) {
        let instrument = Record::standard().instrument(standing.treaty);
        let href = page.to(&format!("/treaties/{}", standing.treaty.code()));
        let deposit = standing.deposit.as_ref();
        grid.rows.push(vec![
            GridCell::link(instrument.short(page.language()), href),
            GridCell::date(standing.signature.as_ref().map(|action| action.date)),
            GridCell::text(deposit.map_or_else(
                || page.t("state-not-party"),
                |action| act(page, action.act, action.certain),
            )),
            GridCell::date(deposit.map(|action| action.date)),
            GridCell::date(deposit.and_then(|action| action.in_force_from)),
        ]);
    }
    grid
}

fn memberships(page: &Page, code: PlaceCode) -> Option<Grid> {
    let columns = vec![
        Column::text(page.t("state-column-group")),
        Column::text(page.t("state-column-from")),
        Column::text(page.t("state-column-to")),
        Column::text(page.t("state-column-basis")),
    ];
    let mut grid = Grid::new("groups-caption", page.t("state-groups-caption"), columns);
    let basis: BTreeMap<&str, String> = [
        ("sourced", page.t("state-basis-sourced")),
        ("memory", page.t("state-basis-memory")),
        ("node", page.t("state-basis-node")),
    ]
    .into();
    for group in page.site.groups.iter() {
        for period in group.members.iter().filter(|one| one.place == code) {
            let from = period
                .from
                .map_or_else(|| page.t("state-from-unknown"), |day| day.to_string());
            let to = period
                .to
                .map_or_else(|| page.t("state-goes-on"), |day| day.to_string());
            grid.rows.push(vec![
                GridCell::text(group.name(page.language())),
                GridCell::text(from),
                GridCell::text(to),
                GridCell::text(basis.get(period.basis.code()).cloned().unwrap_or_default()),
            ]);
        }
    }
    (!grid.rows.is_empty()).then_some(grid)
}

#[cfg(test)]
mod tests {
    use super::sort_key;

    #[test]
    fn marks_do_not_change_the_order() {
        let mut names = ["Zimbabwe", "Égypte", "Éthiopie", "Espagne", "Côte d’Ivoire"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(
            names,
            ["Côte d’Ivoire", "Égypte", "Espagne", "Éthiopie", "Zimbabwe"]
        );
    }
}
