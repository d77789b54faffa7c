//! The drawings of an instrument's page, and the table under the timeline.

use std::collections::BTreeMap;

use jiff::civil::Date;
use law::Record;
use publish::chart::{Event, Step};
use publish::{Choropleth, Drawing, MapClass, PlaceMark, StepChart, Width};
use terms::group::{RegionLevel, Regions};
use terms::place::PlaceCode;

use crate::grid::{Column, Grid, GridCell};
use crate::page::Page;
use crate::site::Site;
use crate::status::{self, Asked};
use crate::words::{count, text};

/// Fills of the map: party, signatory only, neither.
const SYMBOLS: [usize; 3] = [5, 2, 0];

/// One line of the map's legend.
pub(crate) struct Key {
    pub(crate) swatch: String,
    pub(crate) name: String,
    pub(crate) places: String,
}

/// A map and its legend.
pub(crate) struct Map {
    pub(crate) svg: String,
    pub(crate) legend: Vec<Key>,
}

/// Who is party, has signed only, or neither. Territories are in no class: they are party to
/// nothing by themselves, and a treaty's application to them is another matter.
pub(crate) fn map(page: &Page, asked: &Asked) -> Map {
    let on = asked.on.to_string();
    let within = |code: PlaceCode| {
        let scope = asked.scope.as_ref();
        scope.is_none_or(|scope| scope.places.contains(&code))
    };
    let mark = |code: PlaceCode, class: usize, key: &str, date: Option<Date>| {
        let variables = [
            ("name", text(page.place(code))),
            (
                "date",
                text(date.map(|day| day.to_string()).unwrap_or_default()),
            ),
        ];
        let label = page.say(key, &variables);
        // No links in the drawing: it is one image to those who listen, and the table has them.
        let link = None;
        (code, PlaceMark { class, label, link })
    };
    let states = status::states_on(&page.site, asked.on).filter(|place| within(place.code));
    let mut places: BTreeMap<PlaceCode, PlaceMark> = states
        .map(|place| mark(place.code, 2, "map-neither", None))
        .collect();
    let signed = asked.status.signatories_not_party();
    places.extend(
        signed
            .filter(|one| places_contains(page, one.place))
            .map(|one| mark(one.place, 1, "map-signed", Some(one.signed))),
    );
    let parties = asked.status.parties.iter();
    places.extend(
        parties
            .filter(|party| !party.is_organisation)
            .map(|party| mark(party.place, 0, "map-party", Some(party.deposited))),
    );
    let names = ["map-class-party", "map-class-signed", "map-class-neither"];
    let classes = names.iter().zip(SYMBOLS).map(|(key, symbol)| MapClass {
        name: page.t(key),
        symbol,
    });
    let choropleth = Choropleth {
        title: page.with("map-title", "date", on),
        description: page.say(
            "map-description",
            &[
                ("parties", count(asked.status.parties.len() as u64)),
                (
                    "signed",
                    count(asked.status.signatories_not_party().count() as u64),
                ),
            ],
        ),
        classes: classes.collect(),
        places,
    };
    let svg = choropleth
        .svg(&page.site.map, &Drawing::new("map"))
        .into_string();
    let legend = choropleth.legend(&Drawing::new("key")).into_iter();
    Map {
        svg,
        legend: legend
            .map(|entry| Key {
                swatch: entry.swatch.into_string(),
                name: entry.name,
                places: page.number(entry.places),
            })
            .collect(),
    }
}

fn places_contains(page: &Page, code: PlaceCode) -> bool {
    let place = page.site.places.get(code);
    place.is_some_and(|place| place.kind != terms::place::PlaceKind::Organisation)
}

/// Deposits of the world, or of the places asked for, as a running count over the whole record.
fn running(asked: &Asked) -> Vec<(Date, usize)> {
    let record = Record::standard();
    let Some(scope) = &asked.scope else {
        return record.timeline(asked.treaty);
    };
    let deposits = record.actions().iter().filter(|action| {
        action.treaty == asked.treaty
            && action.act.makes_a_party()
            && scope.places.contains(&action.party)
    });
    let mut on_day: BTreeMap<Date, usize> = BTreeMap::new();
    for action in deposits {
        *on_day.entry(action.date).or_default() += 1;
    }
    let mut total = 0;
    let running = |(day, more): (Date, usize)| {
        total += more;
        (day, total)
    };
    on_day.into_iter().map(running).collect()
}

/// A day as a number of days, for an axis.
fn number_of(day: Date) -> i64 {
    let first = Date::constant(2000, 1, 1);
    first
        .until(day)
        .map_or(0, |span| i64::from(span.get_days()))
}

/// The growth of the number of parties, drawn wide and narrow.
pub(crate) fn timeline(page: &Page, asked: &Asked) -> [String; 2] {
    let instrument = Record::standard().instrument(asked.treaty);
    let last = asked
        .on
        .max(instrument.record_ends)
        .min((page.site.today)());
    let first = instrument.opened_for_signature.min(asked.on);
    let days = running(asked);
    let mut steps: Vec<Step> = vec![Step {
        day: number_of(instrument.opened_for_signature),
        count: 0.0,
    }];
    #[expect(clippy::cast_precision_loss, reason = "fewer than two hundred parties")]
    steps.extend(days.iter().map(|(day, total)| Step {
        day: number_of(*day),
        count: *total as f64,
    }));
    let force = instrument.entered_into_force;
    let chart = StepChart {
        title: page.t("timeline-title"),
        description: page.say(
            "timeline-description",
            &[
                (
                    "count",
                    count(days.last().map_or(0, |(_, total)| *total) as u64),
                ),
                ("from", text(instrument.opened_for_signature.to_string())),
                ("to", text(last.to_string())),
            ],
        ),
        series: vec![(page.t("timeline-parties"), steps)],
        events: vec![
            Event {
                day: number_of(force),
                label: page.with("timeline-force", "date", force.to_string()),
            },
            Event {
                day: number_of(asked.on),
                label: page.with("timeline-asked", "date", asked.on.to_string()),
            },
        ],
        days: (first.year() + 1..=last.year())
            .filter(|year| year % 5 == 0)
            .map(|year| (number_of(Date::constant(year, 1, 1)), year.to_string()))
            .collect(),
        span: (number_of(first), number_of(last)),
    };
    let numbers = |value: f64| page.words.decimal(value);
    [("wide", Width::Wide), ("narrow", Width::Narrow)].map(|(prefix, width)| {
        let drawing = Drawing::new(prefix).width(width).numbers(&numbers);
        chart.svg(&drawing).into_string()
    })
}

/// The number of parties at the end of each year.
pub(crate) fn timeline_table(page: &Page, asked: &Asked) -> Grid {
    let days = running(asked);
    let columns = vec![
        Column::text(page.t("timeline-column-year")),
        Column::number(page.t("timeline-column-new")),
        Column::number(page.t("timeline-column-total")),
    ];
    let mut grid = Grid::new("timeline-caption", page.t("timeline-caption"), columns);
    let instrument = Record::standard().instrument(asked.treaty);
    let mut before = 0;
    for year in instrument.opened_for_signature.year()..=instrument.record_ends.year() {
        let until = days.iter().take_while(|(day, _)| day.year() <= year).last();
        let total = until.map_or(0, |(_, total)| *total);
        grid.rows.push(vec![
            GridCell::text(year.to_string()),
            GridCell::number(page.number(total - before)),
            GridCell::number(page.number(total)),
        ]);
        before = total;
    }
    grid
}

/// The regions and groups that the page compares: continents, then groups with known members.
pub(crate) fn scope_rows(site: &Site) -> Vec<String> {
    let regions = Regions::standard().iter();
    let regions = regions.filter(|region| region.level == RegionLevel::Region);
    let groups = site.groups.iter().filter(|group| group.has_known_members());
    regions
        .map(|region| region.code.to_string())
        .chain(groups.map(|group| group.code.clone()))
        .collect()
}
