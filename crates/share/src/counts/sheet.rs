//! The sheet of a workbook that holds a table of counts.
//!
//! A workbook of a few thousand bytes can unpack to a gigabyte, and two cells in far corners of a
//! sheet make a range of thousands of millions. So the parts of an archive are weighed before they
//! are opened, and the cells of a sheet of Excel are read one by one.

use std::io::{Cursor, Read};
use std::sync::Arc;

use calamine::{Data, Range, Reader, Xlsx, open_workbook_auto_from_rs};
use evidence::counts::{Layout, Row, recognises};

use super::{Bounds, too_many};
use crate::error::ShareError;
use crate::reading::too_large;
use crate::workbook::cell_text;

pub(crate) type Bytes = Cursor<Arc<[u8]>>;

/// The name and the rows of the first sheet that holds a table of counts, or of the one that the
/// layout names. Where none does, it is the first with anything in it, so that what is missing can
/// be named.
pub(super) fn rows(
    bytes: Vec<u8>,
    file: &str,
    layout: &Layout,
    bounds: &Bounds,
) -> Result<(String, Vec<Row>), ShareError> {
    let shared: Arc<[u8]> = bytes.into();
    if shared.starts_with(b"PK") {
        weigh(Cursor::new(Arc::clone(&shared)), file, bounds)?;
    }
    match Xlsx::new(Cursor::new(Arc::clone(&shared))) {
        Ok(mut workbook) => {
            let names = workbook.sheet_names();
            first(names, file, layout, |name| {
                cells(&mut workbook, name, file, bounds)
            })
        }
        Err(_) if bounds.any_workbook => {
            let mut workbook = open_workbook_auto_from_rs(Cursor::new(shared))
                .map_err(|error| unreadable(file, &error.to_string()))?;
            let names = workbook.sheet_names();
            first(names, file, layout, |name| {
                let sheet = workbook.worksheet_range(name);
                let sheet = sheet.map_err(|error| unreadable(file, &error.to_string()))?;
                of_range(&sheet, file, bounds)
            })
        }
        Err(error) => Err(unreadable(file, &error.to_string())),
    }
}

fn unreadable(file: &str, reason: &str) -> ShareError {
    ShareError::WorkbookUnreadable {
        file: file.to_owned(),
        reason: reason.to_owned(),
    }
}

fn first(
    names: Vec<String>,
    file: &str,
    layout: &Layout,
    mut read: impl FnMut(&str) -> Result<Vec<Row>, ShareError>,
) -> Result<(String, Vec<Row>), ShareError> {
    if let Some(said) = &layout.sheet {
        if !names.contains(said) {
            return Err(unreadable(file, &format!("no sheet is called “{said}”")));
        }
        let rows = read(said)?;
        return Ok((said.clone(), rows));
    }
    let mut filled = None;
    for name in names {
        let rows = read(&name)?;
        if recognises(&rows, layout) {
            return Ok((name, rows));
        }
        if filled.is_none() && !rows.is_empty() {
            filled = Some((name, rows));
        }
    }
    filled.ok_or_else(|| ShareError::Empty {
        file: file.to_owned(),
    })
}

/// Unpacks every part of an archive, keeping nothing, and refuses it when they are too much
/// together. What the archive says of its sizes is not believed.
pub(crate) fn weigh(bytes: Bytes, file: &str, bounds: &Bounds) -> Result<(), ShareError> {
    let broken = |error: &dyn std::fmt::Display| unreadable(file, &error.to_string());
    let mut archive = zip::ZipArchive::new(bytes).map_err(|error| broken(&error))?;
    let mut left = bounds.unpacked_bytes + 1;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|error| broken(&error))?;
        let mut part = part.take(left);
        let read = std::io::copy(&mut part, &mut std::io::sink());
        left -= read.map_err(|error| broken(&error))?;
        if left == 0 {
            return Err(too_large(file, bounds.unpacked_bytes));
        }
    }
    Ok(())
}

/// The rows of a sheet of Excel, cell by cell.
fn cells(
    workbook: &mut Xlsx<Bytes>,
    name: &str,
    file: &str,
    bounds: &Bounds,
) -> Result<Vec<Row>, ShareError> {
    let broken = |error: calamine::XlsxError| unreadable(file, &error.to_string());
    let mut reader = match workbook.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        // A sheet that holds a chart alone has no cells.
        Err(calamine::XlsxError::WorksheetNotFound(_)) => return Ok(Vec::new()),
        Err(error) => return Err(broken(error)),
    };
    let mut rows: Vec<Row> = Vec::new();
    let mut fields = 0;
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let number = u64::from(row) + 1;
        let value = Data::from(cell.get_value().clone());
        let text = cell_text(&value);
        if text.trim().is_empty() {
            continue;
        }
        if rows.last().is_none_or(|last| last.number != number) {
            rows.push(Row {
                number,
                ..Row::default()
            });
        }
        let Some(last) = rows.last_mut() else {
            continue;
        };
        let column = column as usize;
        if column >= last.fields.len() {
            fields += (column + 1 - last.fields.len()) as u64;
            if fields > bounds.fields {
                return Err(too_many(file, bounds));
            }
            last.fields.resize(column + 1, String::new());
        }
        last.fields[column] = text.into_owned();
    }
    squared(&mut rows);
    Ok(rows)
}

fn of_range(sheet: &Range<Data>, file: &str, bounds: &Bounds) -> Result<Vec<Row>, ShareError> {
    let (first_row, first_column) = sheet.start().unwrap_or((0, 0));
    let (height, width) = sheet.get_size();
    let fields = (width as u64 + u64::from(first_column)).saturating_mul(height as u64);
    if fields > bounds.fields {
        return Err(too_many(file, bounds));
    }
    let mut rows: Vec<Row> = (u64::from(first_row) + 1..)
        .zip(sheet.rows())
        .map(|(number, cells)| Row {
            number,
            fields: std::iter::repeat_n(String::new(), first_column as usize)
                .chain(cells.iter().map(|cell| cell_text(cell).into_owned()))
                .collect(),
            undecodable: None,
        })
        .filter(|row| !row.is_blank())
        .collect();
    squared(&mut rows);
    Ok(rows)
}

/// Takes off the columns at the left in which nothing stands: a table may begin anywhere.
fn squared(rows: &mut [Row]) {
    let filled = |row: &Row| row.fields.iter().position(|field| !field.trim().is_empty());
    let Some(left) = rows.iter().filter_map(filled).min() else {
        return;
    };
    for row in rows {
        row.fields.drain(..left.min(row.fields.len()));
    }
}
