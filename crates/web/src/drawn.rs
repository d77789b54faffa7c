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

/// How dimensions and codes are named in a drawn table, and which dimension stands across.
pub(crate) struct Naming<'a> {
    pub(crate) dimension: &'a dyn Fn(&Dimension) -> String,
    pub(crate) code: &'a dyn Fn(&Dimension, &str) -> String,
    /// Place of the dimension that stands across, where there are several.
    pub(crate) across: usize,
}

/// Draws a table of a size that can be drawn. `caption` is the key of a message with the variables
/// `rows` and `columns`; `cell` says what stands in a place, by the number of the row and its cell.
pub(crate) fn draw(
    words: &Words,
    table: &Table,
    caption: &str,
    cell: impl FnMut(usize, &Cell) -> DrawnCell,
) -> Option<(Drawn, Extent)> {
    let naming = Naming {
        dimension: &|dimension| dimension.id.clone(),
        code: &|_, code| code.to_owned(),
        across: table.dimensions().len().saturating_sub(1),
    };
    draw_named(words, table, caption, &naming, cell)
}

/// Draws a table with names for its dimensions and codes.
pub(crate) fn draw_named(
    words: &Words,
    table: &Table,
    caption: &str,
    naming: &Naming<'_>,
    cell: impl FnMut(usize, &Cell) -> DrawnCell,
) -> Option<(Drawn, Extent)> {
    let dimensions = table.dimensions();
    let across = dimensions.get(naming.across)?;
    let down: Vec<&Dimension> = dimensions
        .iter()
        .filter(|dimension| dimension.id != across.id)
        .collect();
    let columns: Vec<String> = match down[..] {
        [] => vec![String::new()],
        _ => table.codes(&across.id).ok()?.to_vec(),
    };
    if columns.len() > COLUMNS_MAX {
        return None;
    }
    let (mut rows, marked) = rows(table, &columns, naming, cell);
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
    let names: Vec<String> = down.iter().map(|one| (naming.dimension)(one)).collect();
    let (corner, over) = match down[..] {
        [] => ((naming.dimension)(across), "–".to_owned()),
        _ => (names.join(" · "), (naming.dimension)(across)),
    };
    let columns = match down[..] {
        [] => columns,
        _ => columns
            .iter()
            .map(|code| (naming.code)(across, code))
            .collect(),
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
    naming: &Naming<'_>,
    mut drawn: impl FnMut(usize, &Cell) -> DrawnCell,
) -> (Vec<DrawnRow>, HashSet<usize>) {
    let dimensions = table.dimensions();
    let alone = dimensions.len() == 1;
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
            false => column_of
                .get(codes.remove(naming.across))
                .copied()
                .unwrap_or(0),
        };
        let down = dimensions.iter().enumerate();
        let down = down.filter(|(at, _)| alone || *at != naming.across);
        let names = down
            .zip(&codes)
            .map(|((_, one), code)| (naming.code)(one, code));
        let label = names.collect::<Vec<_>>().join(" · ");
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
