//! The tables and drawings of an estimate.

use analyse::estimate::report::{Change, MethodResult, Sensitivity};
use analyse::estimate::{CaptureTable, Report};
use publish::chart::{Estimated, IntervalRow};
use publish::{Drawing, IntervalChart, Width};

use super::sentences::{method, persons, status};
use crate::grid::{Column, Grid, GridCell};
use crate::words::{Words, count, text};

/// Persons by pair of lists; the diagonal is each list.
pub(super) fn pairs(words: &Words, table: &CaptureTable) -> Grid {
    let lists = table.lists();
    let mut columns = vec![Column::text(words.say("estimate-column-list"))];
    columns.extend(lists.iter().map(Column::number));
    let mut grid = Grid::new("pairs", words.say("estimate-pairs-caption"), columns);
    for (row, name) in lists.iter().enumerate() {
        let mut cells = vec![GridCell::text(name)];
        for column in 0..lists.len() {
            let shared = table.together(1 << row | 1 << column);
            let mut cell = GridCell::number(words.number(shared));
            if shared == 0 {
                cell = GridCell::number(words.say("estimate-pair-nobody"));
                cell.class = "n warned";
            }
            cells.push(cell);
        }
        grid.rows.push(cells);
    }
    grid
}

/// Results that are shown: for more than three lists the estimates from single pairs are left to
/// the command line, and none that is withheld.
fn shown(report: &Report) -> impl Iterator<Item = &MethodResult> {
    let pairs = report.lists.len() <= 3;
    let own = report
        .results
        .iter()
        .filter(|one| super::own::is_shown(one));
    own.filter(move |one| pairs || setting(one, "pair").is_none())
}

fn setting<'a>(result: &'a MethodResult, key: &str) -> Option<&'a str> {
    let found = result.settings.iter().find(|(name, _)| *name == key);
    found.map(|(_, value)| value.as_str())
}

/// The method's name, with the estimator and the pair where there are several.
pub(super) fn name(words: &Words, result: &MethodResult) -> String {
    let own = match setting(result, "estimator") {
        Some(estimator) => method(words, estimator),
        None => method(words, result.method),
    };
    match setting(result, "pair") {
        Some(pair) => format!("{own} {pair}"),
        None => own,
    }
}

fn limit(words: &Words, value: Option<f64>) -> String {
    value.map_or_else(|| "?".to_owned(), |value| persons(words, value))
}

/// Whether a limit is sought and not found.
fn is_open(result: &MethodResult) -> bool {
    let missing = result.lower.is_none() || result.upper.is_none();
    result.method != "simple" && result.estimate.is_some() && missing
}

/// Whether any limit is sought and not found.
pub(super) fn any_open(report: &Report) -> bool {
    report.results.iter().any(is_open)
}

pub(super) fn methods(words: &Words, report: &Report) -> Grid {
    let columns = vec![
        Column::text(words.say("estimate-column-method")),
        Column::number(words.say("estimate-column-estimate")),
        Column::number(words.say("estimate-column-lower")),
        Column::number(words.say("estimate-column-upper")),
        Column::text(words.say("estimate-column-model")),
        Column::text(words.say("estimate-column-settings")),
    ];
    let level = report.results.first().map_or(0.95, |result| result.level);
    let level = ("level", text(percent(words, level)));
    let caption = words.say_with("estimate-methods-caption", &[level]);
    let mut grid = Grid::new("methods", caption, columns);
    for result in shown(report) {
        let limits = |value: Option<f64>| {
            let none = if is_open(result) { "?" } else { "–" };
            GridCell::number(value.map_or_else(|| none.to_owned(), |value| persons(words, value)))
        };
        let settings: Vec<String> = result
            .settings
            .iter()
            .filter(|(name, _)| !matches!(*name, "estimator" | "pair"))
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        let (estimate, model) = match result.estimate {
            Some(value) => (
                GridCell::number(persons(words, value)),
                result.model.clone().unwrap_or_else(|| "–".to_owned()),
            ),
            None => (
                GridCell {
                    class: "n absent",
                    ..GridCell::text(words.say("estimate-none"))
                },
                reason(words, result),
            ),
        };
        grid.rows.push(vec![
            GridCell::text(name(words, result)),
            estimate,
            limits(result.lower),
            limits(result.upper),
            GridCell::text(model),
            GridCell {
                class: "keep",
                ..GridCell::text(settings.join(", "))
            },
        ]);
    }
    grid
}

/// A level in hundredths, without the sign.
pub(super) fn percent(words: &Words, level: f64) -> String {
    words.decimal((level * 1e4).round() / 100.0)
}

/// Why there is no estimate.
fn reason(words: &Words, result: &MethodResult) -> String {
    if result.method == "simple" {
        return words.say("estimate-none-twice");
    }
    status(words, result.status)
}

/// Estimates of all methods, wide and narrow.
pub(super) fn methods_drawn(words: &Words, report: &Report, mark: &str) -> [String; 2] {
    let rows = shown(report).map(|result| {
        let Some(point) = result.estimate else {
            return absent(name(words, result), words);
        };
        let mut label = persons(words, point);
        if result.lower.is_some() || result.upper.is_some() {
            let lower = limit(words, result.lower);
            label = format!("{label} ({lower}–{})", limit(words, result.upper));
        }
        IntervalRow {
            name: name(words, result),
            estimated: Estimated::Interval {
                lower: result.lower,
                point,
                upper: result.upper,
            },
            label,
        }
    });
    let title = words.say("estimate-methods-drawn");
    drawn((words, mark), report, ("methods", title), rows.collect())
}

fn absent(name: String, words: &Words) -> IntervalRow {
    IntervalRow {
        name,
        estimated: Estimated::Absent,
        label: words.say("estimate-none"),
    }
}

/// What was changed, in words.
fn change(words: &Words, row: &Sensitivity) -> String {
    match &row.change {
        Change::Without(list) => {
            words.say_with("estimate-change-without", &[("list", text(list.as_str()))])
        }
        Change::Merged(first, second) => {
            let names = [
                ("first", text(first.as_str())),
                ("second", text(second.as_str())),
            ];
            words.say_with("estimate-change-merged", &names)
        }
        Change::Threshold(value) => {
            let value = text(words.decimal(*value));
            words.say_with("estimate-change-threshold", &[("value", value)])
        }
    }
}

/// How the stepwise choice moves with its threshold and without each list, wide and narrow.
pub(super) fn sensitivity_drawn(words: &Words, report: &Report, mark: &str) -> [String; 2] {
    let own = report.sensitivity.iter();
    let rows = own.filter(|row| !matches!(row.change, Change::Merged(..)));
    let rows = rows.map(|row| match row.estimate {
        None => absent(change(words, row), words),
        Some(point) => IntervalRow {
            name: change(words, row),
            estimated: Estimated::Interval {
                lower: None,
                point,
                upper: None,
            },
            label: persons(words, point),
        },
    });
    let title = words.say("estimate-sensitivity-drawn");
    drawn(
        (words, mark),
        report,
        ("sensitivity", title),
        rows.collect(),
    )
}

pub(super) fn sensitivity(words: &Words, report: &Report) -> Grid {
    let columns = vec![
        Column::text(words.say("estimate-column-change")),
        Column::number(words.say("estimate-column-estimate")),
        Column::number(words.say("estimate-column-seen")),
        Column::text(words.say("estimate-column-remark")),
    ];
    let caption = words.say("estimate-sensitivity-caption");
    let mut grid = Grid::new("moves", caption, columns);
    for row in &report.sensitivity {
        let (estimate, remark) = match (row.estimate, &row.refusal) {
            (Some(value), _) => (GridCell::number(persons(words, value)), String::new()),
            (None, refused) => (
                GridCell {
                    class: "n absent",
                    ..GridCell::text(words.say("estimate-none"))
                },
                match refused {
                    Some(_) => words.say("estimate-change-refused"),
                    None => status(words, row.status),
                },
            ),
        };
        grid.rows.push(vec![
            GridCell::text(change(words, row)),
            estimate,
            seen(words, row.persons),
            GridCell::text(remark),
        ]);
    }
    grid
}

/// How many persons are left; where that is not told, nothing.
fn seen(words: &Words, persons: u64) -> GridCell {
    GridCell::number(match persons {
        0 => "–".to_owned(),
        persons => words.number(persons),
    })
}

fn drawn(
    (words, mark): (&Words, &str),
    report: &Report,
    (prefix, title): (&str, String),
    rows: Vec<IntervalRow>,
) -> [String; 2] {
    let told: Vec<String> = rows
        .iter()
        .map(|row| format!("{}: {}", row.name, row.label))
        .collect();
    let seen = words.say_with("estimate-seen-mark", &[("count", count(report.persons))]);
    #[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
    let persons = report.persons as f64;
    let chart = IntervalChart {
        title,
        description: told.join("; "),
        rows,
        mark: Some((persons, seen)),
    };
    let numbers = |value: f64| words.decimal(value);
    [("wide", Width::Wide), ("narrow", Width::Narrow)].map(|(kind, width)| {
        let prefix = format!("{prefix}-{kind}");
        let drawing = Drawing::new(&prefix)
            .width(width)
            .numbers(&numbers)
            .watermark(mark);
        chart.svg(&drawing).into_string()
    })
}
