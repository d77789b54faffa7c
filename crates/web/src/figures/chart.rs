//! Charts of a released table: bars of one or two of its dimensions, everybody along the others.

use publish::chart::Direction;
use publish::{BarChart, Datum, Drawing, Series, Width};
use terms::cell::Cell;

use super::Figure;
use super::names::{Names, is_place};
use crate::cells;
use crate::grid::{Column, Grid, GridCell};
use crate::page::Page;
use crate::words::text;

/// Most bars of a chart.
const BARS_MAX: usize = 20;
/// Most bars where two dimensions are crossed.
const CROSSED_MAX: usize = 20;

/// Named cells of a figure, in the order of print.
pub(crate) struct Bars {
    /// What the bars are.
    heading: String,
    rows: Vec<(String, Cell)>,
    /// How many masked cells of a long list are in the table and not drawn.
    left_out: usize,
}

/// A chart with the table under it.
pub(crate) struct Drawn {
    pub(crate) heading: String,
    /// Wide and narrow.
    pub(crate) svg: [String; 2],
    pub(crate) grid: Grid,
    /// What is not drawn, if anything is not.
    pub(crate) left_out: Option<String>,
}

/// The title of a chart; it says so where the figures are synthetic, for a chart is soon apart from
/// its page.
pub(crate) fn synthetic_title(page: &Page, title: String) -> String {
    if page.site.synthetic {
        format!("{title} – {}", page.t("figures-synthetic-short"))
    } else {
        title
    }
}

/// The bars that tell most of a figure: its first dimension that is no year, or its first two where
/// they are short. None where another dimension has no total.
pub(crate) fn bars(page: &Page, figure: &Figure) -> Option<Bars> {
    let names = Names::of(page, figure.told.as_ref());
    let others = figure.others();
    let (first, second) = match others[..] {
        [] => return None,
        [first] => (first, None),
        [first, second] => {
            let both = figure.codes(first).len() * figure.codes(second).len();
            (first, (both <= CROSSED_MAX).then_some(second))
        }
        [first, ..] => (first, None),
    };
    let name = |at: usize, code: &str| names.code(figure.dimension(at), code);
    let mut rows = Vec::new();
    for code in figure.codes(first) {
        let Some(second) = second else {
            let cell = figure.cell(&[(first, code)])?.clone();
            rows.push((name(first, code), cell));
            continue;
        };
        for other in figure.codes(second) {
            let cell = figure.cell(&[(first, code), (second, other)])?.clone();
            rows.push((
                format!("{}, {}", name(first, code), name(second, other)),
                cell,
            ));
        }
    }
    let dimensions = [Some(first), second].into_iter().flatten();
    let headings: Vec<String> = dimensions
        .map(|at| names.dimension(figure.dimension(at)))
        .collect();
    let mut left_out = 0;
    if rows.len() > BARS_MAX || is_place(figure.dimension(first)) {
        left_out = shorten(&mut rows);
    }
    Some(Bars {
        heading: headings.join(", "),
        rows,
        left_out,
    })
}

/// Of a long list the largest printed counts are drawn. Which masked cell is larger than another
/// nobody can say, so none of them is; answers with how many those are.
fn shorten(rows: &mut Vec<(String, Cell)>) -> usize {
    let is_hidden = |cell: &Cell| cell.exact().is_none() && !matches!(cell, Cell::Rounded { .. });
    let hidden = rows.iter().filter(|(_, cell)| is_hidden(cell)).count();
    rows.retain(|(_, cell)| !is_hidden(cell) && !matches!(cell, Cell::Exact(0)));
    let size = |cell: &Cell| match cell {
        Cell::Rounded { value, .. } => *value,
        cell => cell.exact().unwrap_or(0),
    };
    rows.sort_by_key(|(name, cell)| (std::cmp::Reverse(size(cell)), name.clone()));
    rows.truncate(BARS_MAX);
    hidden
}

impl Bars {
    /// Bars of named cells.
    pub(crate) const fn new(heading: String, rows: Vec<(String, Cell)>) -> Self {
        Self {
            heading,
            rows,
            left_out: 0,
        }
    }

    /// The chart and its table; `prefix` is the start of every identifier and unique in the page.
    pub(crate) fn draw(self, page: &Page, prefix: &str) -> Option<Drawn> {
        if self.rows.is_empty() {
            return None;
        }
        let data: Vec<Datum> = self
            .rows
            .iter()
            .map(|(_, cell)| cells::datum(page.words, cell))
            .collect();
        let chart = BarChart {
            title: synthetic_title(page, self.heading.clone()),
            description: self.description(page),
            categories: self.rows.iter().map(|(name, _)| name.clone()).collect(),
            series: vec![Series {
                name: page.t("figures-value"),
                values: data,
            }],
            totals: Vec::new(),
            direction: Direction::Horizontal,
        };
        let numbers = |value: f64| page.words.decimal(value);
        let mark = page.site.synthetic_mark(page.words);
        let svg = [(Width::Wide, "w"), (Width::Narrow, "n")].map(|(width, letter)| {
            let prefix = format!("{prefix}-{letter}");
            let drawing = Drawing::new(&prefix)
                .width(width)
                .numbers(&numbers)
                .watermark(&mark);
            chart.svg(&drawing).into_string()
        });
        Some(Drawn {
            grid: self.grid(page, prefix),
            heading: self.heading,
            svg,
            left_out: (self.left_out > 0).then(|| page.counted("figures-left-out", self.left_out)),
        })
    }

    fn description(&self, page: &Page) -> String {
        let printed = self.rows.iter().filter(|(_, cell)| cell.exact().is_some());
        let largest = printed.max_by_key(|(_, cell)| cell.exact());
        match largest {
            Some((name, cell)) => page.say(
                "figures-bars-description",
                &[
                    ("name", text(name.clone())),
                    ("value", text(cells::print(page.words, cell).text)),
                ],
            ),
            None => page.t("figures-bars-none"),
        }
    }

    fn grid(&self, page: &Page, prefix: &str) -> Grid {
        let columns = vec![
            Column::text(self.heading.clone()),
            Column::number(page.t("figures-value")),
        ];
        let caption = self.heading.clone();
        let mut grid = Grid::new(&format!("{prefix}-table"), caption, columns);
        let row = |(name, cell): &(String, Cell)| {
            vec![
                GridCell::text(name.clone()),
                cells::print(page.words, cell).into(),
            ]
        };
        grid.rows = self.rows.iter().map(row).collect();
        grid
    }
}
