//! The node's profile: the newest standing public release of each figure that is defined, laid out
//! as the chapters of a report.

use analyse::tabulation::definition::definitions;
use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use publish::chart::{Estimated, IntervalRow};
use publish::{Datum, Drawing, IntervalChart, Width};
use terms::cell::Cell;

use crate::cells;
use crate::fields::Fields;
use crate::figures::chart::{self, Drawn, synthetic_title};
use crate::figures::{self, Figure};
use crate::grid::{Column, Grid, GridCell};
use crate::office::day;
use crate::page::{Page, html};
use crate::problem::Problem;
use crate::site::Desk;
use crate::words::text;

/// Chapters, with the names of the definitions that belong to each. A test holds every definition
/// to have a chapter.
const CHAPTERS: [(&str, &str, &[&str]); 3] = [
    (
        "victims",
        "figures-chapter-victims",
        &[
            "gr-victims",
            "gr-victims-form",
            "gr-victims-citizenship",
            "gr-repatriated",
        ],
    ),
    (
        "justice",
        "figures-chapter-justice",
        &[
            "gr-contact",
            "gr-prosecuted",
            "gr-convicted",
            "gr-offences",
            "sadc-cases-reported",
            "sadc-cases-investigated",
            "sadc-cases-prosecuted",
        ],
    ),
    ("support", "figures-chapter-support", &["sadc-support"]),
];

/// The steps of the justice chain that are drawn together.
const CHAIN: [&str; 3] = ["gr-contact", "gr-prosecuted", "gr-convicted"];

#[derive(Template)]
#[template(path = "profile.html")]
struct Profile {
    page: Page,
    chapters: Vec<Chapter>,
    missing: Vec<String>,
}

struct Chapter {
    id: &'static str,
    heading: String,
    chain: Option<Drawn>,
    parts: Vec<Part>,
}

/// One figure of a chapter.
struct Part {
    id: &'static str,
    title: String,
    drawn: Option<Drawn>,
    /// The total over the period, as printed.
    total: Option<String>,
    notes: Vec<String>,
    source: String,
    explain: String,
}

pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    Fields::read(&uri, &[])?;
    let all = figures::all(&desk).await?;
    let page = desk.page(&uri, "figures", desk.words.say("figures-title"));
    let chapters = CHAPTERS.map(|chapter| chapter_of(&page, &all, chapter));
    let missing = definitions()
        .iter()
        .filter(|definition| newest(&all, &definition.id).is_none());
    html(&Profile {
        missing: missing
            .map(|definition| definition.title(page.language()).to_owned())
            .collect(),
        chapters: chapters
            .into_iter()
            .filter(|chapter| !chapter.parts.is_empty())
            .collect(),
        page,
    })
}

/// The newest standing release of a definition, of all agencies together.
fn newest<'a>(all: &'a [Figure], definition: &str) -> Option<&'a Figure> {
    all.iter().rev().find(|figure| {
        figure.stands() && figure.is_of_all_agencies() && figure.definition() == Some(definition)
    })
}

fn chapter_of(
    page: &Page,
    all: &[Figure],
    (id, heading, wanted): (&'static str, &str, &[&'static str]),
) -> Chapter {
    let part = |id: &&'static str| Some(part(page, newest(all, id)?, id));
    Chapter {
        id,
        heading: page.t(heading),
        chain: (id == "justice").then(|| chain(page, all)).flatten(),
        parts: wanted.iter().filter_map(part).collect(),
    }
}

fn part(page: &Page, figure: &Figure, id: &'static str) -> Part {
    let mut notes = Vec::new();
    let drawn = chart::bars(page, figure)
        .or_else(|| years(page, figure))
        .and_then(|bars| bars.draw(page, id));
    notes.extend(drawn.iter().filter_map(|drawn| drawn.left_out.clone()));
    if id == "gr-victims-citizenship" {
        notes.push(page.t("figures-citizenship-proxy"));
    }
    if id == "gr-repatriated" {
        notes.push(page.t("figures-repatriated-apart"));
    }
    if let Some(completeness) = figure.completeness(page) {
        notes.push(completeness);
    }
    let total = figure
        .cell(&[])
        .map(|cell| cells::print(page.words, cell).text);
    let title = figure.title(page);
    let period = figure.period().unwrap_or_default();
    Part {
        id,
        title: format!("{title}, {period}"),
        drawn,
        total,
        notes,
        source: source(page, figure),
        explain: page.to(&format!("/explain/{}", figure.identifier())),
    }
}

/// Bars of years, for a figure that has no other dimension.
fn years(page: &Page, figure: &Figure) -> Option<chart::Bars> {
    let at = figure.year()?;
    let codes = figure.codes(at).into_iter();
    let rows: Option<Vec<(String, Cell)>> = codes
        .map(|year| Some((year.to_owned(), figure.cell(&[(at, year)])?.clone())))
        .collect();
    Some(chart::Bars::new(page.t("figures-by-year"), rows?))
}

/// The line under a figure: who published it, of which state of the records, when it was released.
fn source(page: &Page, figure: &Figure) -> String {
    let release = &figure.release;
    page.say(
        "figures-source",
        &[
            (
                "publisher",
                text(release.released.source().publisher.clone()),
            ),
            ("vintage", text(vintage(page, &release.vintage))),
            ("day", text(day(release.at_ms))),
        ],
    )
}

/// The state of the records in words, where it is told by the act up to which they were counted.
fn vintage(page: &Page, told: &str) -> String {
    let act = told
        .strip_prefix("act ")
        .filter(|act| act.parse::<u64>().is_ok());
    act.map_or_else(
        || told.to_owned(),
        |act| page.with("figures-vintage", "act", act),
    )
}

/// The steps of justice, one under another: a printed count is a point, a masked one the range in
/// which it lies. Convictions stand by year as well.
fn chain(page: &Page, all: &[Figure]) -> Option<Drawn> {
    let mut rows: Vec<(String, Cell)> = Vec::new();
    for id in CHAIN {
        let Some(figure) = newest(all, id) else {
            continue;
        };
        let name = page.t(format!("figures-chain-{}", id.trim_start_matches("gr-")));
        let period = figure.period().unwrap_or_default();
        if let Some(cell) = figure.cell(&[]) {
            rows.push((format!("{name}, {period}"), cell.clone()));
        }
        let years = figure.year().filter(|_| id == "gr-convicted");
        for (at, year) in years.iter().flat_map(|at| {
            let codes = figure.codes(*at).into_iter();
            codes.map(|year| (*at, year))
        }) {
            if let Some(cell) = figure.cell(&[(at, year)]) {
                rows.push((format!("{name}, {year}"), cell.clone()));
            }
        }
    }
    (!rows.is_empty()).then(|| draw_chain(page, &rows))
}

fn draw_chain(page: &Page, rows: &[(String, Cell)]) -> Drawn {
    let heading = page.t("figures-chain");
    let row = |(name, cell): &(String, Cell)| {
        let datum = cells::datum(page.words, cell);
        let label = datum.label().to_owned();
        IntervalRow {
            name: name.clone(),
            estimated: match datum {
                Datum::Value { value, .. } => Estimated::Interval {
                    lower: None,
                    point: value,
                    upper: None,
                },
                Datum::Masked { lower, upper, .. } => Estimated::Within { lower, upper },
                Datum::Absent { .. } => Estimated::Absent,
            },
            label,
        }
    };
    let chart = IntervalChart {
        title: synthetic_title(page, heading.clone()),
        description: page.t("figures-chain-description"),
        rows: rows.iter().map(row).collect(),
        mark: None,
    };
    let numbers = |value: f64| page.words.decimal(value);
    let mark = page.site.synthetic_mark(page.words);
    let svg = [(Width::Wide, "chain-w"), (Width::Narrow, "chain-n")].map(|(width, prefix)| {
        let drawing = Drawing::new(prefix)
            .width(width)
            .numbers(&numbers)
            .watermark(&mark);
        chart.svg(&drawing).into_string()
    });
    let columns = vec![
        Column::text(page.t("figures-step")),
        Column::number(page.t("figures-value")),
    ];
    let mut grid = Grid::new("chain-table", heading.clone(), columns);
    grid.rows = rows
        .iter()
        .map(|(name, cell)| {
            vec![
                GridCell::text(name.clone()),
                cells::print(page.words, cell).into(),
            ]
        })
        .collect();
    Drawn {
        heading,
        svg,
        grid,
        left_out: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_has_its_chapter() {
        let mut chaptered: Vec<&str> = CHAPTERS
            .iter()
            .flat_map(|(_, _, wanted)| wanted.iter().copied())
            .collect();
        let mut defined: Vec<&str> = definitions().iter().map(|one| one.id.as_str()).collect();
        chaptered.sort_unstable();
        defined.sort_unstable();
        assert_eq!(chaptered, defined);
    }
}
