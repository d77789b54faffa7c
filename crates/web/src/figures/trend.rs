//! Years side by side: the line, and what may be said of each year against the one before.

use analyse::trend::{Change, YearOf, change};
use publish::{Drawing, LineChart, Series, Width};
use terms::cell::Cell;

use super::Figure;
use crate::cells;
use crate::page::Page;
use crate::words::text;

/// A line over years.
pub(crate) struct Trend {
    /// Wide and narrow.
    pub(crate) drawn: [String; 2],
    /// One sentence for each year that follows another.
    pub(crate) sentences: Vec<String>,
    /// Years behind which not all agencies stand.
    pub(crate) incomplete: Vec<String>,
    /// Whether of some year it is not told who stands behind it.
    pub(crate) untold: bool,
}

/// The years of a figure with their totals; none if it has fewer than two.
fn years(figure: &Figure) -> Option<Vec<(&str, &Cell)>> {
    let at = figure.year()?;
    let codes = figure.codes(at).into_iter();
    let years: Option<Vec<(&str, &Cell)>> = codes
        .map(|year| Some((year, figure.cell(&[(at, year)])?)))
        .collect();
    years.filter(|years| years.len() > 1)
}

/// The line of a figure over its years.
pub(crate) fn of(page: &Page, figure: &Figure, prefix: &str) -> Option<Trend> {
    let years = years(figure)?;
    let all_agencies = |year: &str| {
        let told = figure.told.as_ref()?;
        told.years.get(year).copied()
    };
    let pairs = years.windows(2).map(|pair| {
        let of = |(year, cell): (&str, &'_ Cell)| (all_agencies(year), cell.clone());
        let ((all_before, before), (all_after, after)) = (of(pair[0]), of(pair[1]));
        let told = change(
            YearOf {
                cell: &before,
                all_agencies: all_before,
            },
            YearOf {
                cell: &after,
                all_agencies: all_after,
            },
        );
        sentence(page, told, pair[0].0, pair[1].0)
    });
    let sentences = pairs.collect();
    let not_all = |(year, _): &&(&str, &Cell)| all_agencies(year) == Some(false);
    let incomplete = years.iter().filter(not_all);
    let incomplete = incomplete.map(|(year, _)| (*year).to_owned()).collect();
    Some(Trend {
        drawn: draw(page, figure, &years, prefix),
        sentences,
        untold: years.iter().any(|(year, _)| all_agencies(year).is_none()),
        incomplete,
    })
}

fn sentence(page: &Page, told: Change, from: &str, to: &str) -> String {
    let key = match told {
        Change::Rise => "rise",
        Change::Fall => "fall",
        Change::Same => "same",
        Change::NotTold(why) => why.code(),
    };
    page.say(
        &format!("figures-change-{key}"),
        &[("from", text(from.to_owned())), ("to", text(to.to_owned()))],
    )
}

fn draw(page: &Page, figure: &Figure, years: &[(&str, &Cell)], prefix: &str) -> [String; 2] {
    let told = figure.told.as_ref();
    let complete = |year: &str| told.is_some_and(|told| told.years.get(year) == Some(&true));
    let numbered = years.iter().enumerate();
    let incomplete = numbered.filter(|(_, (year, _))| !complete(year));
    let incomplete: Vec<usize> = incomplete.map(|(at, _)| at).collect();
    let values = years.iter().map(|(_, cell)| cells::datum(page.words, cell));
    let chart = LineChart {
        title: super::chart::synthetic_title(page, page.t("figures-by-year")),
        description: page.t("figures-by-year-description"),
        categories: years.iter().map(|(year, _)| (*year).to_owned()).collect(),
        series: vec![Series {
            name: page.t("figures-value"),
            values: values.collect(),
        }],
        incomplete,
    };
    let numbers = |value: f64| page.words.decimal(value);
    let mark = page.site.synthetic_mark(page.words);
    [(Width::Wide, "w"), (Width::Narrow, "n")].map(|(width, letter)| {
        let prefix = format!("{prefix}-{letter}");
        let drawing = Drawing::new(&prefix)
            .width(width)
            .numbers(&numbers)
            .watermark(&mark);
        chart.svg(&drawing).into_string()
    })
}
