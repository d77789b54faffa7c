//! Drawings and tables that tests compare and the gallery shows. Figures are invented, and are of
//! invented places or of none; what is said of real places is their region in M49.

use std::collections::BTreeMap;

use protect::Released;
use publish::chart::{Direction, Estimated, Event, IntervalRow, Step};
use publish::{
    BarChart, Bubble, BubbleMap, Choropleth, Datum, IntervalChart, LineChart, MapClass, PlaceMark,
    Series, StepChart, WorldMap, present,
};
use terms::cell::{Absence, Cell};
use terms::language::Language;
use terms::place::Places;
use terms::table::{CountedUnit, Table};
use testkit::InventedTable;

pub(crate) const UNDER_FIVE: Cell = Cell::Masked { lower: 0, upper: 4 };
pub(crate) const NOT_COLLECTED: Cell = Cell::Absent(Absence::NotCollected);

/// Each place of the map by its M49 region, with a label and a link as a page would give it.
pub(crate) fn regions() -> Choropleth {
    let names = ["Africa", "Americas", "Asia", "Europe", "Oceania"];
    let numbers = [2, 19, 142, 150, 9];
    let map = WorldMap::standard();
    let mut places = BTreeMap::new();
    for place in Places::standard().iter().filter(|one| map.shows(one.code)) {
        let class = numbers
            .iter()
            .position(|number| place.region.is_some_and(|region| region.0 == *number));
        let Some(class) = class else { continue };
        let name = place.name(Language::En);
        let mark = PlaceMark {
            class,
            label: format!("{name}: {}, as M49 lists it", names[class]),
            link: Some(format!("/states/{}", place.code.as_str())),
        };
        places.insert(place.code, mark);
    }
    let class = |(index, name): (usize, &&str)| MapClass {
        name: (*name).to_owned(),
        symbol: [6, 2, 3, 4, 1][index],
    };
    Choropleth {
        title: "Places by region".into(),
        description: "Each place of ISO 3166-1 by its region in the standard M49.".into(),
        classes: names.iter().enumerate().map(class).collect(),
        places,
    }
}

/// States only, three classes as a map of a treaty has them, and no links.
pub(crate) fn by_subregion() -> Choropleth {
    let mut map = regions();
    map.classes = (0..7)
        .map(|symbol| MapClass {
            name: format!("Symbol {symbol}"),
            symbol,
        })
        .collect();
    for (code, mark) in &mut map.places {
        let subregion = Places::standard().get(*code).and_then(|one| one.subregion);
        mark.class = subregion.map_or(0, |one| usize::from(one.0) % 7);
        mark.link = None;
    }
    map
}

/// Circles of invented values on a few crossings of the graticule.
pub(crate) fn bubbles() -> BubbleMap {
    let values = [12.0, 2400.0, 310.0, 55.0, 900.0, 5.0, 1250.0, 40.0];
    let bubbles = values.iter().enumerate().map(|(index, value)| {
        let index = f64::from(u8::try_from(index).expect("few values"));
        Bubble {
            lon: -15.0 + index * 4.0,
            lat: 36.0 - index * 1.5,
            value: *value,
            label: format!("Invented place {index}: {value}"),
        }
    });
    BubbleMap {
        title: "Invented values at invented places".into(),
        description: "Eight circles between 15 degrees west and 15 degrees east.".into(),
        bubbles: bubbles.collect(),
        max_radius: 28.0,
    }
}

fn datum(cell: &Cell) -> Datum {
    Datum::of(cell, |presented| match cell {
        Cell::Absent(_) => "not collected".to_owned(),
        _ => presented.short(publish::svg::plain_number),
    })
}

/// Bars of one series: a large value, a zero, a masked and an absent one.
pub(crate) fn bars() -> BarChart {
    let cells = [
        Cell::Exact(1240),
        Cell::Exact(310),
        Cell::Masked {
            lower: 200,
            upper: 260,
        },
        Cell::Exact(0),
        UNDER_FIVE,
        NOT_COLLECTED,
    ];
    let names = [
        "Sexual exploitation",
        "Forced labour",
        "Forced criminal activity",
        "Forced marriage",
        "Organ removal",
        "Other forms",
    ];
    BarChart {
        title: "Victims by form of exploitation, XA, 2025 (invented)".into(),
        description: "Sexual exploitation is the largest group; two values are withheld.".into(),
        categories: names.map(str::to_owned).to_vec(),
        series: vec![Series {
            name: "Victims".into(),
            values: cells.iter().map(datum).collect(),
        }],
        totals: Vec::new(),
        direction: Direction::Horizontal,
    }
}

/// Stacked bars by year.
pub(crate) fn stacked() -> BarChart {
    let counts: [[u64; 8]; 3] = [
        [120, 140, 180, 170, 210, 190, 230, 250],
        [80, 90, 60, 110, 130, 150, 140, 170],
        [20, 10, 30, 25, 40, 20, 35, 30],
    ];
    let names = ["Women", "Men", "Girls and boys"];
    let series = names
        .iter()
        .zip(counts)
        .enumerate()
        .map(|(index, (name, counts))| Series {
            name: (*name).to_owned(),
            values: counts
                .iter()
                .enumerate()
                .map(|(year, count)| match (index, year) {
                    (2, 1) => datum(&Cell::Masked {
                        lower: 0,
                        upper: 20,
                    }),
                    (_, 3) => datum(&NOT_COLLECTED),
                    _ => datum(&Cell::Exact(*count)),
                })
                .collect(),
        });
    BarChart {
        title: "Victims by year, XA (invented)".into(),
        description: "More each year; 2020 was not collected.".into(),
        categories: (2017..2025).map(|year: u16| year.to_string()).collect(),
        series: series.collect(),
        totals: Vec::new(),
        direction: Direction::Vertical,
    }
}

/// Two lines over three years of months, with a gap and a masked month.
pub(crate) fn lines() -> LineChart {
    let months = 0..36_u64;
    let first = months.clone().map(|month| match month {
        9 | 10 => datum(&NOT_COLLECTED),
        20 => datum(&Cell::Masked {
            lower: 0,
            upper: 20,
        }),
        _ => datum(&Cell::Exact(60 + (month * 37) % 90)),
    });
    let second = months
        .clone()
        .map(|month| datum(&Cell::Exact(20 + (month * 17) % 50)));
    LineChart {
        incomplete: vec![4, 5],
        title: "Detections by month, XA (invented)".into(),
        description:
            "Two routes over three years; two months were not collected, two are not complete."
                .into(),
        categories: months
            .map(|month| format!("{}-{:02}", 2023 + month / 12, month % 12 + 1))
            .collect(),
        series: vec![
            Series {
                name: "Route of XA".into(),
                values: first.collect(),
            },
            Series {
                name: "Route of XB".into(),
                values: second.collect(),
            },
        ],
    }
}

/// Two stairs with two events.
pub(crate) fn steps() -> StepChart {
    let stair = |every: i64, top: i64| -> Vec<Step> {
        (0..top)
            .map(|index| Step {
                day: 200 + index * every,
                #[expect(clippy::cast_precision_loss, reason = "small")]
                count: (index + 1) as f64,
            })
            .collect()
    };
    let named = (0..=24)
        .step_by(4)
        .map(|year| (year * 365, (2000 + year).to_string()));
    StepChart {
        title: "Parties to two invented treaties".into(),
        description: "Both rise quickly and then level off.".into(),
        series: vec![
            ("First treaty".into(), stair(44, 180)),
            ("Second treaty".into(), stair(58, 150)),
        ],
        events: vec![
            Event {
                day: 1090,
                label: "First treaty in force, 25 December 2003".into(),
            },
            Event {
                day: 8000,
                label: "Record of actions ends".into(),
            },
        ],
        days: named.collect(),
        span: (0, 9100),
    }
}

/// A released table with a cell of every kind and a code that a spreadsheet could run.
pub(crate) fn every_kind() -> Released<Table> {
    let cells = [
        ("XA", Cell::Exact(12)),
        ("XB", UNDER_FIVE),
        ("XC", Cell::Masked { lower: 3, upper: 3 }),
        ("XD", Cell::Rounded { base: 5, value: 15 }),
        (
            "XE",
            Cell::Noised {
                value: -2,
                scale: 3.0,
            },
        ),
        (
            "XF",
            Cell::Estimate {
                point: 6.5,
                lower: 4.0,
                upper: 9.0,
                level: 0.95,
            },
        ),
        (
            "XG",
            Cell::Measure {
                value: 1.25,
                unit: "per 100,000 population".into(),
            },
        ),
        ("XH", NOT_COLLECTED),
        ("=HYPERLINK(\"x\")", Cell::Exact(1)),
    ];
    let mut table = InventedTable::by("every-kind", CountedUnit::Incidents, &["place", "year"]);
    for (place, cell) in cells {
        table = table.cell(&[place, "2025"], cell);
    }
    let source = testkit::invented_source("2026");
    protect::release::public_record(table.build(), source, "invented/every-kind")
}

/// The short form of a cell, as the gallery prints it.
pub(crate) fn short(cell: &Cell) -> String {
    present(cell).short(publish::svg::plain_number)
}

/// Estimates: one whole, one whose upper limit is far away, one with a limit that is not known,
/// one without limits, and one that does not exist.
pub(crate) fn intervals() -> IntervalChart {
    let row = |name: &str, lower, point, upper, label: &str| IntervalRow {
        name: name.into(),
        estimated: Estimated::Interval {
            lower,
            point,
            upper,
        },
        label: label.into(),
    };
    let absent = IntervalRow {
        name: "All pairs".into(),
        estimated: Estimated::Absent,
        label: "not estimable: no maximum".into(),
    };
    IntervalChart {
        title: "Invented estimates by method".into(),
        description: "Five methods; one has no estimate.".into(),
        rows: vec![
            row(
                "Stepwise",
                Some(310.0),
                420.0,
                Some(640.0),
                "420 (310 to 640)",
            ),
            row(
                "Wide",
                Some(200.0),
                500.0,
                Some(9000.0),
                "500 (200 to 9000)",
            ),
            row("One limit", None, 450.0, Some(700.0), "450 (? to 700)"),
            row("Bound", None, 380.0, None, "380"),
            IntervalRow {
                name: "Withheld".into(),
                estimated: Estimated::Within {
                    lower: 20.0,
                    upper: 240.0,
                },
                label: "20–240".into(),
            },
            absent,
        ],
        mark: Some((160.0, "160 seen".into())),
    }
}
