//! A released table as a workbook of two sheets: the figures as they are read, and what they mean.
//!
//! A masked cell is the text that a page prints for it. No number stands for it in any cell, in a
//! hidden column, a formula or a note: the workbook has none of these.

use std::collections::HashMap;

use protect::Released;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};
use terms::cell::Cell;
use terms::table::{Dimension, Table};

use crate::present::{Presented, present};

/// Most columns across; a wider table is written with one row for each cell.
const ACROSS_MAX: usize = 60;
/// Width of a column of names, in characters.
const NAME_WIDTH: f64 = 28.0;
/// Width of a column of words, in characters.
const WORDS_WIDTH: f64 = 90.0;

/// A line of the second sheet: what it is about, and what is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// What it is about; empty where it goes on from the line above.
    pub about: String,
    /// A code, where the line says what a code means.
    pub code: String,
    /// What is said.
    pub said: String,
}

/// What a workbook says besides the figures, in the words of its reader's language.
pub struct Sheets<'a> {
    /// Name of the sheet of figures; at most 31 characters.
    pub figures: &'a str,
    /// Name of the sheet of definitions; at most 31 characters.
    pub definitions: &'a str,
    /// What the table is called.
    pub title: &'a str,
    /// Lines that stand under the title on both sheets, such as that the figures are synthetic.
    pub notes: &'a [String],
    /// Place of the dimension whose codes stand across, where there are several.
    pub across: usize,
    /// Heading of the values, where each cell has a row.
    pub value: &'a str,
    /// What a dimension is called.
    pub dimension: &'a dyn Fn(&Dimension) -> String,
    /// What a code is called.
    pub code: &'a dyn Fn(&Dimension, &str) -> String,
    /// What is printed for a cell that is no number.
    pub cell: &'a dyn Fn(&Presented) -> String,
    /// The lines of the sheet of definitions.
    pub meanings: &'a [Meaning],
    /// When it was released, in seconds since 1970-01-01 UTC: the workbook's own date, so that the
    /// same release makes the same file.
    pub released_at: i64,
}

/// A workbook that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("workbook_unwritten: {0}")]
pub struct WorkbookError(#[from] XlsxError);

/// The table as a workbook (XLSX).
///
/// # Errors
/// When the table is larger than a sheet can be, or a name of a sheet cannot be one.
pub fn workbook(released: &Released<Table>, sheets: &Sheets<'_>) -> Result<Vec<u8>, WorkbookError> {
    let mut workbook = Workbook::new();
    let at = ExcelDateTime::from_timestamp(sheets.released_at)?;
    let properties = DocProperties::new()
        .set_title(sheets.title)
        .set_creation_datetime(&at);
    workbook.set_properties(&properties);
    let figures = workbook.add_worksheet();
    figures.set_name(sheets.figures)?;
    let row = head(figures, sheets)?;
    let table = released.value();
    match across(table, sheets.across) {
        Some(columns) => crossed(figures, row, table, (columns, sheets))?,
        None => long(figures, row, table, sheets)?,
    }
    let definitions = workbook.add_worksheet();
    definitions.set_name(sheets.definitions)?;
    let row = head(definitions, sheets)?;
    meanings(definitions, row, sheets)?;
    Ok(workbook.save_to_buffer()?)
}

/// The title and the notes under it; answers with the first row that is free.
fn head(sheet: &mut Worksheet, sheets: &Sheets<'_>) -> Result<u32, XlsxError> {
    let title = Format::new().set_bold().set_font_size(14);
    let note = Format::new().set_bold();
    sheet.write_string_with_format(0, 0, sheets.title, &title)?;
    let mut row = 1;
    for text in sheets.notes {
        sheet.write_string_with_format(row, 0, text, &note)?;
        row += 1;
    }
    Ok(row + 1)
}

/// The codes that stand across; none where each cell gets a row of its own.
fn across(table: &Table, at: usize) -> Option<&[String]> {
    let dimensions = table.dimensions();
    let codes = table.codes(&dimensions.get(at)?.id).ok()?;
    (dimensions.len() > 1 && codes.len() <= ACROSS_MAX).then_some(codes)
}

/// A column's number; no table has so many that one is lost.
fn column(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// One row for each combination of the other dimensions, the codes of one across.
fn crossed(
    sheet: &mut Worksheet,
    top: u32,
    table: &Table,
    (across, sheets): (&[String], &Sheets<'_>),
) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let heading = Format::new().set_bold().set_align(FormatAlign::Right);
    let wide = &table.dimensions()[sheets.across];
    let down = table.dimensions().iter().filter(|one| one.id != wide.id);
    let down: Vec<&Dimension> = down.collect();
    let over = down.len();
    sheet.write_string_with_format(top, column(over), (sheets.dimension)(wide), &bold)?;
    for (number, dimension) in down.iter().enumerate() {
        let name = (sheets.dimension)(dimension);
        sheet.write_string_with_format(top + 1, column(number), name, &bold)?;
        sheet.set_column_width(column(number), NAME_WIDTH)?;
    }
    let mut column_of = HashMap::new();
    for (number, code) in across.iter().enumerate() {
        let at = column(over + number);
        let name = (sheets.code)(wide, code);
        sheet.write_string_with_format(top + 1, at, name, &heading)?;
        sheet.set_column_width(at, 16.0)?;
        column_of.insert(code.as_str(), at);
    }
    sheet.set_freeze_panes(top + 2, column(over))?;
    let mut row_of: HashMap<Vec<&str>, u32> = HashMap::new();
    let mut free = top + 2;
    for (mut codes, cell) in table.iter() {
        let at = column_of.get(codes.remove(sheets.across)).copied();
        let row = match row_of.get(&codes) {
            Some(row) => *row,
            None => {
                for (number, (dimension, code)) in down.iter().zip(&codes).enumerate() {
                    let name = (sheets.code)(dimension, code);
                    sheet.write_string(free, column(number), name)?;
                }
                row_of.insert(codes, free);
                free += 1;
                free - 1
            }
        };
        if let Some(at) = at {
            write(sheet, (row, at), cell, sheets)?;
        }
    }
    Ok(())
}

/// One row for each cell.
fn long(
    sheet: &mut Worksheet,
    top: u32,
    table: &Table,
    sheets: &Sheets<'_>,
) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let heading = Format::new().set_bold().set_align(FormatAlign::Right);
    let dimensions = table.dimensions();
    for (number, dimension) in dimensions.iter().enumerate() {
        let name = (sheets.dimension)(dimension);
        sheet.write_string_with_format(top, column(number), name, &bold)?;
        sheet.set_column_width(column(number), NAME_WIDTH)?;
    }
    let value = column(dimensions.len());
    sheet.write_string_with_format(top, value, sheets.value, &heading)?;
    sheet.set_column_width(value, 16.0)?;
    sheet.set_freeze_panes(top + 1, value)?;
    for (row, (codes, cell)) in (top + 1..).zip(table.iter()) {
        for (number, (dimension, code)) in dimensions.iter().zip(codes).enumerate() {
            sheet.write_string(row, column(number), (sheets.code)(dimension, code))?;
        }
        write(sheet, (row, value), cell, sheets)?;
    }
    Ok(())
}

/// A count that was printed is a number; everything else is the text that a page prints.
fn write(
    sheet: &mut Worksheet,
    (row, at): (u32, u16),
    cell: &Cell,
    sheets: &Sheets<'_>,
) -> Result<(), XlsxError> {
    match present(cell) {
        Presented::Exact(count) => {
            sheet.write_number(row, at, crate::present::float(count))?;
        }
        Presented::Measure { value, .. } if value.is_finite() => {
            sheet.write_number(row, at, value)?;
        }
        other => {
            let right = Format::new().set_align(FormatAlign::Right);
            sheet.write_string_with_format(row, at, (sheets.cell)(&other), &right)?;
        }
    }
    Ok(())
}

fn meanings(sheet: &mut Worksheet, top: u32, sheets: &Sheets<'_>) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_align(FormatAlign::Top);
    let plain = Format::new().set_align(FormatAlign::Top);
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_column_width(0, NAME_WIDTH)?;
    sheet.set_column_width(1, NAME_WIDTH)?;
    sheet.set_column_width(2, WORDS_WIDTH)?;
    for (row, meaning) in (top..).zip(sheets.meanings) {
        if !meaning.about.is_empty() {
            sheet.write_string_with_format(row, 0, &meaning.about, &bold)?;
        }
        if !meaning.code.is_empty() {
            sheet.write_string_with_format(row, 1, &meaning.code, &plain)?;
        }
        sheet.write_string_with_format(row, 2, &meaning.said, &wrapped)?;
    }
    Ok(())
}
