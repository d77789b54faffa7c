//! One instrument on one day: totals, map, timeline, parties; as a page, CSV or JSON.

use std::collections::BTreeMap;

use askama::Template;
use axum::Json;
use axum::extract::{OriginalUri, Path, State};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use law::{Record, Treaty};
use terms::group::{RegionLevel, Regions};
use terms::place::PlaceCode;

use super::treaty_figures::{self as figures, Key};
use super::{Format, csv_file, ending};
use crate::fields::Fields;
use crate::grid::{Answer, AnswerSet, Choice, Column, Grid, GridCell};
use crate::origin::Origin;
use crate::page::{Page, html};
use crate::problem::Problem;
use crate::site::{Desk, Site};
use crate::status::{self, Asked, FIELDS};
use crate::wire::TreatyStatus;
use crate::words::count;

#[derive(Template)]
#[template(path = "treaty.html")]
struct TreatyPage {
    page: Page,
    title: String,
    citation: String,
    action: String,
    on: Date,
    today: Date,
    said: Vec<String>,
    scope_name: Option<String>,
    scope_note: Option<String>,
    group: Choice,
    tallies: Vec<(String, String)>,
    since: Option<Date>,
    limits: Vec<String>,
    origin: Origin,
    map: String,
    legend: Vec<Key>,
    timeline: [String; 2],
    timeline_table: Grid,
    parties: Grid,
    signed_only: Option<Grid>,
    later: Vec<String>,
    scopes: Option<Grid>,
    csv: String,
    json: String,
}

pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let (code, format) = ending(&name);
    let treaty = status::treaty(code)?;
    let fields = Fields::read(&uri, &FIELDS)?;
    let site = &desk.site;
    match format {
        Format::Page => page(&desk, &uri, treaty, &fields),
        Format::Json => {
            let asked = Asked::read(site, treaty, &fields, terms::language::Language::En)?;
            Ok(Json(TreatyStatus::new(&site.places, &asked)).into_response())
        }
        Format::Csv => {
            let asked = Asked::read(site, treaty, &fields, desk.words.language())?;
            let name = format!("{}-{}.csv", treaty.code(), asked.on);
            Ok(csv_file(&name, csv(site, &asked)))
        }
    }
}

/// How parties are counted, in the page's language.
pub(crate) fn counting_rule(page: &Page) -> String {
    page.t("treaty-counting")
}

/// Which day decides, in the page's language.
pub(crate) fn reference_date(page: &Page) -> String {
    page.t("treaty-reference")
}

fn page(
    desk: &Desk,
    uri: &axum::http::Uri,
    treaty: Treaty,
    fields: &Fields,
) -> Result<Response, Problem> {
    let language = desk.words.language();
    let asked = Asked::read(&desk.site, treaty, fields, language)?;
    let instrument = Record::standard().instrument(treaty);
    let page = desk.page(uri, "treaties", instrument.short(language).to_owned());
    let (code, query) = (treaty.code(), asked.query());
    let rule = (counting_rule(&page), reference_date(&page));
    let origin = Origin::of_record(
        &page,
        &asked.world,
        (&rule.0, &rule.1),
        &asked.status.limits,
        &asked.explain_query(),
        format!("/api/v1/treaties/{code}/status{query}"),
    );
    let map = figures::map(&page, &asked);
    html(&TreatyPage {
        title: instrument.title(language).to_owned(),
        citation: instrument.registration.clone(),
        action: page.to(&format!("/treaties/{code}")),
        on: asked.on,
        today: (desk.site.today)(),
        said: said(&page, &asked),
        scope_name: asked.scope.as_ref().map(|scope| scope.name.clone()),
        scope_note: asked
            .scope
            .as_ref()
            .map(|scope| scope.note.clone())
            .filter(|note| !note.is_empty()),
        group: group_choice(&page, &asked),
        tallies: tallies(&page, &asked),
        since: asked.status.in_force_since,
        limits: origin.limits.clone(),
        map: map.svg,
        legend: map.legend,
        timeline: figures::timeline(&page, &asked),
        timeline_table: figures::timeline_table(&page, &asked),
        parties: parties(&page, &asked),
        signed_only: signed_only(&page, &asked),
        later: later(&page, &asked),
        scopes: asked.scope.is_none().then(|| scopes(&page, &asked)),
        csv: page.to(&format!("/treaties/{code}.csv{query}")),
        json: page.to(&format!("/treaties/{code}.json{query}")),
        origin,
        page,
    })
}

/// What must be said above the figures: which day was chosen for the reader, where the record ends.
fn said(page: &Page, asked: &Asked) -> Vec<String> {
    let ends = asked.status.record_ends.to_string();
    let mut said = Vec::new();
    if asked.by_default {
        let key = if asked.on == asked.status.record_ends {
            "treaty-by-default-end"
        } else {
            "treaty-by-default-today"
        };
        said.push(page.with(key, "date", asked.on.to_string()));
    }
    if asked.on > asked.status.record_ends {
        said.push(page.with("treaty-after-end", "date", ends));
    }
    said
}

fn tallies(page: &Page, asked: &Asked) -> Vec<(String, String)> {
    let status = &asked.status;
    let line = |label: String, value: usize| (label, page.number(value));
    let mut tallies = vec![
        line(
            page.with("treaty-parties-on", "date", asked.on.to_string()),
            status.parties.len(),
        ),
        line(page.t("treaty-states"), status.states()),
        line(page.t("treaty-signatories"), status.signatories.len()),
        line(
            page.t("treaty-signed-only"),
            status.signatories_not_party().count(),
        ),
        line(page.t("treaty-in-force-for"), status.in_force_for()),
    ];
    if asked.scope.is_some() {
        tallies.push(line(page.t("treaty-outside"), status.outside().len()));
    }
    tallies
}

fn group_choice(page: &Page, asked: &Asked) -> Choice {
    let language = page.language();
    let chosen = asked.scope.as_ref().map(|scope| scope.code.as_str());
    let answer = |value: String, label: String| Answer {
        chosen: chosen == Some(value.as_str()),
        value,
        label,
    };
    let regions = |level: RegionLevel| -> Vec<Answer> {
        let regions = Regions::standard().iter();
        let regions = regions.filter(|region| region.level == level);
        let mut options: Vec<Answer> = regions
            .map(|region| answer(region.code.to_string(), region.name(language).to_owned()))
            .collect();
        options.sort_by_key(|option| super::states::sort_key(&option.label));
        options
    };
    let groups = page
        .site
        .groups
        .iter()
        .filter(|group| group.has_known_members());
    let groups = groups.map(|group| answer(group.code.clone(), group.name(language).to_owned()));
    let set = |label: &str, options: Vec<Answer>| AnswerSet {
        label: page.t(label),
        options,
    };
    let mut subregions = regions(RegionLevel::Subregion);
    subregions.extend(regions(RegionLevel::Intermediate));
    subregions.sort_by_key(|option| super::states::sort_key(&option.label));
    Choice {
        name: "group".to_owned(),
        label: page.t("treaty-group"),
        options: vec![answer(String::new(), page.t("treaty-group-world"))],
        sets: vec![
            set("treaty-group-members", groups.collect()),
            set("treaty-group-regions", regions(RegionLevel::Region)),
            set("treaty-group-subregions", subregions),
        ],
    }
}

/// The link to a place's own page.
fn place_cell(page: &Page, code: PlaceCode) -> GridCell {
    GridCell::link(page.place(code), page.to(&format!("/states/{code}")))
}

/// The word for a kind of act, with a mark when the kind is not certain.
pub(crate) fn act(page: &Page, act: law::Act, certain: bool) -> String {
    let name = page.t(format!("act-{}", act.code()));
    if certain {
        name
    } else {
        page.with("treaty-act-uncertain", "act", name)
    }
}

fn parties(page: &Page, asked: &Asked) -> Grid {
    let status = &asked.status;
    let caption = page.say(
        "treaty-table-caption",
        &[
            ("count", count(status.parties.len() as u64)),
            ("date", crate::words::text(asked.on.to_string())),
        ],
    );
    let columns = [
        "treaty-column-party",
        "treaty-column-region",
        "treaty-column-signed",
        "treaty-column-act",
        "treaty-column-deposited",
        "treaty-column-force",
    ];
    let columns = columns
        .map(|key| Column::text(page.t(key)))
        .into_iter()
        .collect();
    let mut grid = Grid::new("parties-caption", caption, columns);
    let region = |code: PlaceCode| {
        let place = page.site.places.get(code)?;
        let region = Regions::standard().get(place.subregion.or(place.region)?)?;
        Some(region.name(page.language()).to_owned())
    };
    let mut listed: Vec<_> = status.parties.iter().collect();
    listed.sort_by_key(|party| super::states::sort_key(&page.place(party.place)));
    for party in listed {
        grid.rows.push(vec![
            place_cell(page, party.place),
            GridCell {
                class: "keep",
                ..GridCell::text(region(party.place).unwrap_or_else(|| "–".to_owned()))
            },
            GridCell::date(party.signed),
            GridCell::text(act(page, party.act, party.certain)),
            GridCell::date(Some(party.deposited)),
            GridCell::date(Some(party.in_force_from)),
        ]);
    }
    grid
}

fn signed_only(page: &Page, asked: &Asked) -> Option<Grid> {
    let mut listed: Vec<_> = asked.status.signatories_not_party().collect();
    if listed.is_empty() {
        return None;
    }
    listed.sort_by_key(|one| super::states::sort_key(&page.place(one.place)));
    let caption = page.counted("treaty-signed-only-caption", listed.len());
    let columns = vec![
        Column::text(page.t("treaty-column-signatory")),
        Column::text(page.t("treaty-column-signed")),
    ];
    let mut grid = Grid::new("signed-caption", caption, columns);
    grid.rows = listed
        .into_iter()
        .map(|one| {
            vec![
                place_cell(page, one.place),
                GridCell::date(Some(one.signed)),
            ]
        })
        .collect();
    Some(grid)
}

fn later(page: &Page, asked: &Asked) -> Vec<String> {
    let bound = asked.status.bound_by_later_succession.iter();
    bound
        .map(|party| {
            page.say(
                "treaty-later",
                &[
                    ("name", crate::words::text(page.place(party.place))),
                    ("date", crate::words::text(party.deposited.to_string())),
                ],
            )
        })
        .collect()
}

/// Each region and group with its parties, each a link to the page restricted to it.
fn scopes(page: &Page, asked: &Asked) -> Grid {
    let columns = vec![
        Column::text(page.t("treaty-column-scope")),
        Column::number(page.t("treaty-column-parties")),
        Column::number(page.t("treaty-column-signed-only")),
        Column::number(page.t("treaty-column-outside")),
    ];
    let caption = page.with("treaty-scopes-caption", "date", asked.on.to_string());
    let mut grid = Grid::new("scopes-caption", caption, columns);
    let world = asked.world.value();
    let states: std::collections::BTreeSet<PlaceCode> = status::states_on(&page.site, asked.on)
        .map(|place| place.code)
        .collect();
    for code in figures::scope_rows(&page.site) {
        let Some(scope) = status::scope(&page.site, &code, asked.on, page.language()) else {
            continue;
        };
        let part = world.among(&scope.places);
        let outside = part.outside();
        let outside = outside
            .iter()
            .filter(|place| states.contains(place))
            .count();
        let on = asked.on.to_string();
        let query = crate::fields::query(&[("on", &on), ("group", &code)]);
        let href = page.to(&format!("/treaties/{}{query}", asked.treaty.code()));
        grid.rows.push(vec![
            GridCell::link(scope.name, href),
            GridCell::number(page.number(part.parties.len())),
            GridCell::number(page.number(part.signatories_not_party().count())),
            GridCell::number(page.number(outside)),
        ]);
    }
    grid
}

/// The parties as CSV; every row carries its origin.
fn csv(site: &Site, asked: &Asked) -> String {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let header = [
        "treaty",
        "on",
        "code",
        "name",
        "standing",
        "signed",
        "act",
        "act_certain",
        "deposited",
        "in_force_from",
        "release",
        "source",
        "licence",
    ];
    writer.write_record(header).expect("writing to memory");
    let english = |code: PlaceCode| {
        let place = site.places.get(code);
        place
            .map_or("", |place| place.name(terms::language::Language::En))
            .to_owned()
    };
    let source = asked.world.source();
    let on = asked.on.to_string();
    let mut rows: BTreeMap<PlaceCode, [String; 6]> = BTreeMap::new();
    for party in &asked.status.parties {
        let signed = party.signed.map(|day| day.to_string()).unwrap_or_default();
        let certain = if party.certain { "yes" } else { "no" };
        let row = [
            "party".to_owned(),
            signed,
            party.act.code().to_owned(),
            certain.to_owned(),
            party.deposited.to_string(),
            party.in_force_from.to_string(),
        ];
        rows.insert(party.place, row);
    }
    for one in asked.status.signatories_not_party() {
        let mut row: [String; 6] = Default::default();
        row[0] = "signatory".to_owned();
        row[1] = one.signed.to_string();
        rows.insert(one.place, row);
    }
    let title = format!("{}: {}", source.publisher, source.title);
    for (code, row) in rows {
        let head = [
            asked.treaty.code().to_owned(),
            on.clone(),
            code.to_string(),
            english(code),
        ];
        let tail = [
            asked.world.identifier().to_owned(),
            title.clone(),
            source.licence.clone(),
        ];
        let record = head.iter().chain(&row).chain(&tail);
        writer.write_record(record).expect("writing to memory");
    }
    String::from_utf8(writer.into_inner().expect("writing to memory")).expect("only text")
}
