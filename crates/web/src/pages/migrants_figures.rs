//! The drawings of the page on the dead and the missing.

use publish::chart::Direction;
use publish::{BarChart, Bubble, BubbleMap, Datum, Drawing, LineChart, Series, Width};
use terms::cell::Cell;
use terms::table::{Table, TableError};

use super::migrants::name;
use crate::cells;
use crate::grid::{Column, Grid, GridCell};
use crate::migrants::{self, Asked, UNPLACED};
use crate::origin::Origin;
use crate::page::Page;
use crate::words::{count, text};

/// Radius of the largest circle of the map, in its own units.
const BUBBLE_RADIUS: f64 = 40.0;

/// A chart with its table and files.
pub(crate) struct Figure {
    pub(crate) id: &'static str,
    pub(crate) heading: String,
    /// Wide and narrow, or why there is none.
    pub(crate) drawn: Result<[String; 2], String>,
    pub(crate) grid: Grid,
    pub(crate) csv: String,
    pub(crate) json: String,
    pub(crate) origin: Origin,
}

/// The map with its table and files.
pub(crate) struct MapFigure {
    pub(crate) heading: String,
    pub(crate) svg: String,
    pub(crate) grid: Grid,
    pub(crate) unplaced: Option<String>,
    pub(crate) csv: String,
    pub(crate) json: String,
    pub(crate) origin: Origin,
}

struct Keys {
    id: &'static str,
    heading: &'static str,
    column: &'static str,
}

fn keys(by: &str) -> Keys {
    let (id, heading, column) = match by {
        "year" => ("by-year", "migrants-by-year", "migrants-year"),
        "route" => ("by-route", "migrants-by-route", "migrants-route"),
        "cause" => ("by-cause", "migrants-by-cause", "migrants-cause"),
        "month" => ("by-month", "migrants-by-month", "migrants-month"),
        _ => ("by-place", "migrants-by-place", "migrants-place"),
    };
    Keys {
        id,
        heading,
        column,
    }
}

/// Codes and cells of one dimension. Years and months in which the register has nothing under the
/// filters are zero: the register covers them. Routes and causes without an entry are left out.
fn cells_of(page: &Page, asked: &Asked, by: &str) -> Result<Vec<(String, Cell)>, TableError> {
    let released = asked.table(&page.site, &[by])?;
    let table: &Table = released.value();
    let periods = by == "year" || by == "month";
    let codes = if by == "place" {
        let mut codes = table.codes(by)?.to_vec();
        codes.sort_by_key(|code| {
            let size = table.get(&[code]).and_then(Cell::bounds).unwrap_or((0, 0));
            (std::cmp::Reverse(size), code.clone())
        });
        codes
    } else {
        migrants::codes(&page.site, by)
    };
    let codes = codes.into_iter().filter(|code| {
        let year = asked.year.as_deref();
        by != "month" || year.is_none_or(|year| code.starts_with(year))
    });
    Ok(codes
        .filter_map(|code| match table.get(&[&code]) {
            Some(cell) => Some((code, cell.clone())),
            None if periods => Some((code, Cell::Exact(0))),
            None => None,
        })
        .collect())
}

/// The chart of one dimension.
pub(crate) fn figure(page: &Page, asked: &Asked, by: &'static str) -> Figure {
    let keys = keys(by);
    let heading = page.t(keys.heading);
    let found = cells_of(page, asked, by);
    let drawn = match &found {
        Ok(values) => Ok(draw(page, by, &heading, values)),
        Err(error) => Err(cells::refusal(page.words, error)),
    };
    let values = found.unwrap_or_default();
    let query = asked.query(&[("by", by)]);
    Figure {
        id: keys.id,
        grid: grid(page, by, &heading, &values),
        csv: page.to(&format!("/missing-migrants.csv{query}")),
        json: page.to(&format!("/missing-migrants.json{query}")),
        origin: Origin::of_table(
            page,
            &asked.part_or_whole(&page.site.missing_migrants),
            &query,
            format!("/api/v1/missing-migrants{query}"),
        )
        .about(heading.clone()),
        drawn,
        heading,
    }
}

fn grid(page: &Page, by: &str, heading: &str, values: &[(String, Cell)]) -> Grid {
    let keys = keys(by);
    let columns = vec![
        Column::text(page.t(keys.column)),
        Column::number(page.t("migrants-column-count")),
    ];
    let mut grid = Grid::new(&format!("{}-caption", keys.id), heading, columns);
    let row = |(code, cell): &(String, Cell)| {
        vec![
            GridCell::text(name(page, by, code)),
            cells::print(page.words, cell).into(),
        ]
    };
    grid.rows = values.iter().map(row).collect();
    grid
}

fn draw(page: &Page, by: &str, heading: &str, values: &[(String, Cell)]) -> [String; 2] {
    let categories: Vec<String> = values
        .iter()
        .map(|(code, _)| name(page, by, code))
        .collect();
    let data: Vec<Datum> = values
        .iter()
        .map(|(_, cell)| cells::datum(page.words, cell))
        .collect();
    let series = vec![Series {
        name: page.t("migrants-column-count"),
        values: data,
    }];
    let description = page.say(
        "migrants-chart-description",
        &[
            ("count", count(values.len() as u64)),
            ("largest", text(largest(page, by, values))),
        ],
    );
    let numbers = |value: f64| page.words.decimal(value);
    [Width::Wide, Width::Narrow].map(|width| {
        let prefix = match width {
            Width::Wide => format!("{by}-w"),
            Width::Narrow => format!("{by}-n"),
        };
        let drawing = Drawing::new(&prefix).width(width).numbers(&numbers);
        let (title, description) = (heading.to_owned(), description.clone());
        if by == "month" {
            let chart = LineChart {
                incomplete: Vec::new(),
                title,
                description,
                categories: categories.clone(),
                series: series.clone(),
            };
            return chart.svg(&drawing).into_string();
        }
        let chart = BarChart {
            title,
            description,
            categories: categories.clone(),
            series: series.clone(),
            totals: Vec::new(),
            direction: if by == "year" {
                Direction::Vertical
            } else {
                Direction::Horizontal
            },
        };
        chart.svg(&drawing).into_string()
    })
}

/// The largest entry in words, for those who do not see the drawing.
fn largest(page: &Page, by: &str, values: &[(String, Cell)]) -> String {
    let top = values
        .iter()
        .max_by_key(|(_, cell)| cell.bounds().unwrap_or((0, 0)));
    top.map_or_else(String::new, |(code, cell)| {
        format!(
            "{} ({})",
            name(page, by, code),
            cells::print(page.words, cell).text
        )
    })
}

/// The map by cells of five degrees; none when nothing can be placed or summed.
pub(crate) fn map(page: &Page, asked: &Asked) -> Option<MapFigure> {
    let values = cells_of(page, asked, "place").ok()?;
    let bubbles: Vec<Bubble> = values
        .iter()
        .filter_map(|(code, cell)| bubble(page, code, cell))
        .collect();
    let heading = page.t("migrants-map");
    let map = BubbleMap {
        title: heading.clone(),
        description: page.say(
            "migrants-map-description",
            &[
                ("count", count(bubbles.len() as u64)),
                ("largest", text(largest(page, "place", &placed(&values)))),
            ],
        ),
        bubbles,
        max_radius: BUBBLE_RADIUS,
    };
    let numbers = |value: f64| page.words.decimal(value);
    let drawing = Drawing::new("places").numbers(&numbers);
    let unplaced = values.iter().find(|(code, _)| code == UNPLACED);
    let query = asked.query(&[("by", "place")]);
    Some(MapFigure {
        svg: map.svg(&page.site.map, &drawing).into_string(),
        unplaced: unplaced.map(|(_, cell)| {
            let printed = cells::print(page.words, cell).text;
            page.with("migrants-unplaced-count", "count", printed)
        }),
        grid: grid(page, "place", &page.t("migrants-by-place"), &values),
        csv: page.to(&format!("/missing-migrants.csv{query}")),
        json: page.to(&format!("/missing-migrants.json{query}")),
        origin: Origin::of_table(
            page,
            &asked.part_or_whole(&page.site.missing_migrants_map),
            &query,
            format!("/api/v1/missing-migrants{query}"),
        )
        .about(heading.clone()),
        heading,
    })
}

fn placed(values: &[(String, Cell)]) -> Vec<(String, Cell)> {
    values
        .iter()
        .filter(|(code, _)| code != UNPLACED)
        .cloned()
        .collect()
}

/// A circle, for counts that are printed; a withheld count has no size.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of public tables are below 2^53"
)]
fn bubble(page: &Page, code: &str, cell: &Cell) -> Option<Bubble> {
    let (lon, lat) = migrants::centre(code)?;
    let value = cell.exact()? as f64;
    let printed = cells::print(page.words, cell).text;
    Some(Bubble {
        lon,
        lat,
        value,
        label: format!("{}: {printed}", square(page, code)),
    })
}

/// A cell of five degrees in the reader's words, such as `35–40° N, 10–15° E`.
pub(super) fn square(page: &Page, code: &str) -> String {
    let Some((lon, lat)) = migrants::centre(code) else {
        return code.to_owned();
    };
    let side = |centre: f64, positive: &str, negative: &str| {
        let (near, far) = ((centre.abs() - 2.5).abs(), centre.abs() + 2.5);
        let key = if centre > 0.0 { positive } else { negative };
        format!("{near}–{far}° {}", page.t(key))
    };
    format!(
        "{}, {}",
        side(lat, "compass-north", "compass-south"),
        side(lon, "compass-east", "compass-west")
    )
}
