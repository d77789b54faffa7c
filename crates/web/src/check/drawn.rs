//! The table itself, with marks in words and shapes beside the cells that do not hide.

use std::collections::{HashMap, HashSet};

use askama::Template;
use protect::check::{Exposed, Exposure};
use terms::cell::Cell;
use terms::table::Table;

use super::Tried;
use crate::cells;
use crate::words::{Words, count, text};

/// Widest table that is drawn, in columns.
const COLUMNS_MAX: usize = 40;
/// Longest table that is drawn whole, in rows.
const ROWS_MAX: usize = 200;

/// The drawn table.
#[derive(Template)]
#[template(path = "check_table.html")]
pub(super) struct Drawn {
    caption: String,
    corner: String,
    columns: Vec<String>,
    rows: Vec<DrawnRow>,
}

struct DrawnRow {
    label: String,
    cells: Vec<DrawnCell>,
}

#[derive(Clone, Default)]
struct DrawnCell {
    text: String,
    class: &'static str,
    shape: &'static str,
    mark: String,
}

/// A table of a size that can be drawn, and whether rows were left out.
pub(super) fn drawn(words: &Words, tried: &Tried) -> Option<(Drawn, bool)> {
    let table = &tried.counted.table;
    let dimensions = table.dimensions();
    let (last, first) = dimensions.split_last()?;
    let columns: Vec<String> = match first {
        [] => vec![String::new()],
        _ => table.codes(&last.id).ok()?.to_vec(),
    };
    if columns.len() > COLUMNS_MAX {
        return None;
    }
    let marks = Marks::of(tried);
    let (mut rows, marked) = rows(words, table, &columns, &marks);
    let part = rows.len() > ROWS_MAX;
    if part {
        let mut at = 0;
        rows.retain(|_| {
            at += 1;
            marked.contains(&(at - 1))
        });
        rows.truncate(ROWS_MAX);
    }
    let names = |of: &[terms::table::Dimension]| {
        let names: Vec<&str> = of.iter().map(|one| one.id.as_str()).collect();
        names.join(" · ")
    };
    let (corner, over) = match first {
        [] => (last.id.clone(), "–".to_owned()),
        _ => (names(first), last.id.clone()),
    };
    let caption = words.say_with(
        "check-drawn-caption",
        &[("rows", text(corner.clone())), ("columns", text(over))],
    );
    let drawn = Drawn {
        caption,
        corner,
        columns,
        rows,
    };
    Some((drawn, part))
}

/// The rows, and the numbers of those with a mark.
fn rows(
    words: &Words,
    table: &Table,
    columns: &[String],
    marks: &Marks<'_>,
) -> (Vec<DrawnRow>, HashSet<usize>) {
    let alone = table.dimensions().len() == 1;
    let column_of: HashMap<&str, usize> = columns
        .iter()
        .enumerate()
        .map(|(at, code)| (code.as_str(), at))
        .collect();
    let mut rows: Vec<DrawnRow> = Vec::new();
    let mut row_of: HashMap<Vec<&str>, usize> = HashMap::new();
    let mut marked = HashSet::new();
    for (number, (mut codes, cell)) in table.iter().enumerate() {
        let column = match alone {
            true => 0,
            false => codes
                .pop()
                .and_then(|code| column_of.get(code).copied())
                .unwrap_or(0),
        };
        let label = codes.join(" · ");
        let row = *row_of.entry(codes).or_insert_with(|| {
            rows.push(DrawnRow {
                label,
                cells: vec![DrawnCell::default(); columns.len()],
            });
            rows.len() - 1
        });
        let printed = print(words, cell, marks.small_below);
        let (shape, class, mark) = marks.at(words, number);
        if !shape.is_empty() {
            marked.insert(row);
        }
        rows[row].cells[column] = DrawnCell {
            text: printed.text,
            class: match class {
                "" => printed.class,
                class => class,
            },
            shape,
            mark,
        };
    }
    (rows, marked)
}

/// A cell as the office prints it. Where a mask reaches further than the small counts, its bounds
/// are taken from the totals, and a sign says more clearly what the office prints.
fn print(words: &Words, cell: &Cell, small_below: u64) -> cells::Printed {
    let mut printed = cells::print(words, cell);
    if matches!(cell, Cell::Masked { upper, .. } if *upper >= small_below) {
        "*".clone_into(&mut printed.text);
    }
    printed
}

/// Which cells have a mark.
struct Marks<'a> {
    small_below: u64,
    exposed: HashMap<usize, &'a Exposed>,
    besides: HashSet<usize>,
}

impl<'a> Marks<'a> {
    fn of(tried: &'a Tried) -> Self {
        let proposed = tried.proposal.iter().flat_map(|one| &one.cells);
        Self {
            small_below: tried.small_below,
            exposed: tried
                .report
                .exposed
                .iter()
                .map(|one| (one.cell, one))
                .collect(),
            besides: proposed.copied().collect(),
        }
    }

    /// The shape, the class and the words of a cell's mark; nothing where it has none.
    fn at(&self, words: &Words, cell: usize) -> (&'static str, &'static str, String) {
        if let Some(exposed) = self.exposed.get(&cell) {
            let key = match exposed.exposure {
                Exposure::Exactly => "check-mark-exactly",
                Exposure::Small => "check-mark-small",
                Exposure::Narrow => "check-mark-narrow",
            };
            let mark = said(words, key, exposed);
            return match exposed.exposure {
                Exposure::Exactly => (EXACTLY, "n exposed", mark),
                Exposure::Small => (SMALL, "n exposed", mark),
                Exposure::Narrow => (NARROW, "n exposed", mark),
            };
        }
        match self.besides.contains(&cell) {
            true => (BESIDES, "n besides", words.say("check-mark-besides")),
            false => ("", "", String::new()),
        }
    }
}

/// The shapes of the marks; each stands beside its words.
pub(super) const EXACTLY: &str = "◆";
pub(super) const SMALL: &str = "▼";
pub(super) const NARROW: &str = "◇";
pub(super) const BESIDES: &str = "✚";

/// A sentence about an exposed cell, with its codes and its bounds.
pub(super) fn said(words: &Words, key: &str, exposed: &Exposed) -> String {
    let bound = |bound: i64| count(u64::try_from(bound).unwrap_or(0));
    let mut variables = vec![("lower", bound(exposed.lower))];
    if let Some(upper) = exposed.upper {
        variables.push(("upper", bound(upper)));
    }
    variables.push(("cell", text(exposed.codes.join(" · "))));
    words.say_with(key, &variables)
}
