//! A table of counts drawn for reading: one dimension across, the others down, and marks in words
//! and shapes beside the cells that have one.

use std::collections::{HashMap, HashSet};

use askama::Template;
use terms::cell::Cell;
use terms::table::{Dimension, Table};

use crate::words::{Words, text};

/// Widest table that is drawn, in columns.
const COLUMNS_MAX: usize = 40;
/// Longest table that is drawn whole, in rows.
const ROWS_MAX: usize = 200;

/// The drawn table.
#[derive(Template)]
#[template(path = "check_table.html")]
pub(crate) struct Drawn {
    caption: String,
    corner: String,
    columns: Vec<String>,
    rows: Vec<DrawnRow>,
}

struct DrawnRow {
    label: String,
    cells: Vec<DrawnCell>,
}

/// One place of it: what is printed, and its mark, if it has one.
#[derive(Clone, Default)]
pub(crate) struct DrawnCell {
    pub(crate) text: String,
    pub(crate) class: &'static str,
    pub(crate) shape: &'static str,
    pub(crate) mark: String,
}

/// How much of a table was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it.
    Whole,
    /// The rows with a mark, up to a number of them.
    Marked,
}

/// Draws a table of a size that can be drawn. `caption` is the key of a message with the variables
/// `rows` and `columns`; `cell` says what stands in a place, by the number of the row and its cell.
pub(crate) fn draw(
    words: &Words,
    table: &Table,
    caption: &str,
    cell: impl FnMut(usize, &Cell) -> DrawnCell,
) -> Option<(Drawn, Extent)> {
    let dimensions = table.dimensions();
    let (last, first) = dimensions.split_last()?;
    let columns: Vec<String> = match first {
        [] => vec![String::new()],
        _ => table.codes(&last.id).ok()?.to_vec(),
    };
    if columns.len() > COLUMNS_MAX {
        return None;
    }
    let (mut rows, marked) = rows(table, &columns, cell);
    let mut extent = Extent::Whole;
    if rows.len() > ROWS_MAX {
        extent = Extent::Marked;
        let mut at = 0;
        rows.retain(|_| {
            at += 1;
            marked.contains(&(at - 1))
        });
        rows.truncate(ROWS_MAX);
    }
    let names = |of: &[Dimension]| {
        let names: Vec<&str> = of.iter().map(|one| one.id.as_str()).collect();
        names.join(" · ")
    };
    let (corner, over) = match first {
        [] => (last.id.clone(), "–".to_owned()),
        _ => (names(first), last.id.clone()),
    };
    let caption = words.say_with(
        caption,
        &[("rows", text(corner.clone())), ("columns", text(over))],
    );
    let drawn = Drawn {
        caption,
        corner,
        columns,
        rows,
    };
    Some((drawn, extent))
}

/// The rows, and the numbers of those with a mark.
fn rows(
    table: &Table,
    columns: &[String],
    mut drawn: impl FnMut(usize, &Cell) -> DrawnCell,
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
        let cell = drawn(number, cell);
        if !cell.shape.is_empty() {
            marked.insert(row);
        }
        rows[row].cells[column] = cell;
    }
    (rows, marked)
}
