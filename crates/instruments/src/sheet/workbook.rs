//! Workbooks of Excel. Cells come out as the text that a data manager sees in them: whole numbers
//! without a point, days with their time, truth in capitals.
//!
//! A workbook is weighed before it is opened, and read cell by cell: no address in it, however far
//! out, costs memory.

use std::borrow::Cow;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, Xlsx, XlsxError, open_workbook_from_rs};

use super::{SHEETS, Sheet, Workbook, any_byte, put};
use crate::limits;

/// A run of empty header cells after which nothing more is looked for.
const EMPTY_COLUMNS_MAX: u32 = 20;
/// A run of empty rows after which nothing more is looked for.
const EMPTY_ROWS_MAX: usize = 60;

/// Most sheets that are read: each known one in two spellings. Sheets can share one packed part.
const READ_SHEETS_MAX: usize = 2 * SHEETS.len();

/// What is written at a row and a column.
struct Cell {
    at: (u32, u32),
    text: String,
}

pub(super) fn read(bytes: &[u8]) -> Result<Workbook<'static>, String> {
    weigh(bytes)?;
    // The reader of the workbook stops at some damaged addresses instead of refusing them.
    catch_unwind(AssertUnwindSafe(|| open(bytes)))
        .unwrap_or_else(|_| Err("the workbook is damaged".to_owned()))
}

/// Refuses what unpacks to more than a form can be. What is read counts, not what is claimed.
fn weigh(bytes: &[u8]) -> Result<(), String> {
    let damaged = |error: &dyn std::fmt::Display| format!("the workbook cannot be read: {error}");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut left = limits::UNPACKED_BYTES_MAX + 1;
    for at in 0..archive.len() {
        let mut part = archive
            .by_index(at)
            .map_err(|error| damaged(&error))?
            .take(left);
        let read = std::io::copy(&mut part, &mut std::io::sink());
        left -= read.map_err(|error| damaged(&error))?;
        if left == 0 {
            let most = limits::UNPACKED_BYTES_MAX;
            return Err(format!("the workbook unpacks to more than {most} bytes"));
        }
    }
    Ok(())
}

fn open(bytes: &[u8]) -> Result<Workbook<'static>, String> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes))
        .map_err(|error: XlsxError| format!("the workbook cannot be read: {error}"))?;
    let names = book.sheet_names();
    let mut workbook = Workbook::default();
    let mut read = 0;
    for name in &names {
        workbook.names.push(name.clone());
        let known = name.to_lowercase();
        let known = if SHEETS.contains(&known.as_str()) {
            known
        } else if names.len() == 1 {
            "survey".to_owned()
        } else {
            continue;
        };
        read += 1;
        if read > READ_SHEETS_MAX {
            return Err(format!("more than {READ_SHEETS_MAX} sheets are to be read"));
        }
        let cells = cells(&mut book, name)
            .map_err(|error| format!("the sheet \u{2018}{name}\u{2019} cannot be read: {error}"))?;
        workbook.put(&known, sheet(cells)?);
    }
    Ok(workbook)
}

/// What is written in a sheet, by row and column.
fn cells(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Cell>, String> {
    let mut cells: Vec<Cell> = Vec::new();
    let mut reader = match book.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        // A sheet that holds a chart alone has no cells.
        Err(XlsxError::WorksheetNotFound(_)) => return Ok(cells),
        Err(error) => return Err(error.to_string()),
    };
    while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
        let at = cell.get_position();
        cells.extend(text(cell.get_value()).map(|text| Cell { at, text }));
        if cells.len() > limits::CELLS_MAX {
            return Err(format!("it has more than {} cells", limits::CELLS_MAX));
        }
    }
    if !cells.is_sorted_by(|one, next| one.at < next.at) {
        // Of cells at one address the last counts.
        cells.reverse();
        cells.sort_by_key(|cell| cell.at);
        cells.dedup_by_key(|cell| cell.at);
    }
    Ok(cells)
}

/// The columns that have a header, until a run of empty ones, each with its place in the sheet.
fn columns(header: &[Cell], sheet: &mut Sheet<'_>) -> Result<Vec<(u32, usize)>, String> {
    let mut columns: Vec<(u32, usize)> = Vec::new();
    let mut next = 0;
    for Cell { at, text } in header {
        let column = at.1;
        if column - next > EMPTY_COLUMNS_MAX || columns.len() > limits::COLUMNS_MAX {
            break;
        }
        next = column + 1;
        if sheet.header.contains(text) {
            return Err(format!("the column \u{2018}{text}\u{2019} is there twice"));
        }
        columns.push((column, sheet.add_header(&collapse(text))));
    }
    Ok(columns)
}

fn sheet(mut cells: Vec<Cell>) -> Result<Sheet<'static>, String> {
    let mut sheet = Sheet::default();
    let header = cells.partition_point(|cell| cell.at.0 == 0);
    let columns = columns(&cells[..header], &mut sheet)?;
    for row in cells[header..].chunk_by_mut(|one, next| one.at.0 == next.at.0) {
        // The header is row 0.
        let before = row[0].at.0 as usize - 1;
        let mut filled = Vec::with_capacity(row.len());
        let mut known = columns.iter().peekable();
        for Cell { at, text } in row {
            while known.next_if(|(column, _)| *column < at.1).is_some() {}
            if let Some((_, column)) = known.next_if(|(column, _)| *column == at.1) {
                put(&mut filled, Some(*column), Cow::Owned(std::mem::take(text)));
            }
        }
        if filled.is_empty() {
            continue;
        }
        if before - sheet.rows.len() > EMPTY_ROWS_MAX {
            break;
        }
        if before >= limits::ROWS_MAX {
            return Err(format!("it has more than {} rows", limits::ROWS_MAX));
        }
        sheet.rows.resize_with(before, Vec::new);
        sheet.rows.push(filled);
    }
    Ok(sheet)
}

fn text(cell: &DataRef<'_>) -> Option<String> {
    let text = match cell {
        DataRef::Empty => return None,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            spaced(text)
        }
        DataRef::SharedString(text) => spaced(text),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => plain(*number),
        DataRef::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::Error(error) => error.to_string(),
        DataRef::DateTime(moment) => date_time(moment),
    };
    (!text.is_empty()).then_some(text)
}

/// Text without space around it, and with plain spaces inside.
fn spaced(text: &str) -> String {
    let text = text.trim();
    // The first byte of the space that does not break.
    if any_byte(text, |byte| byte == 0xc2) {
        text.replace('\u{a0}', " ")
    } else {
        text.to_owned()
    }
}

/// A number as short as it reads back, whole ones without a point.
fn plain(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e16 {
        return format!("{number:.0}");
    }
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let scientific = format!("{number:e}");
        if let Some((digits, exponent)) = scientific.split_once('e') {
            let (sign, exponent) = match exponent.strip_prefix('-') {
                Some(rest) => ('-', rest),
                None => ('+', exponent),
            };
            return format!("{digits}e{sign}{exponent:0>2}");
        }
    }
    format!("{number}")
}

fn date_time(moment: &calamine::ExcelDateTime) -> String {
    let serial = moment.as_f64();
    if moment.is_duration() {
        return plain(serial);
    }
    // Days before the first are times of day.
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let fraction = if milli > 0 {
        format!(".{milli:03}000")
    } else {
        String::new()
    };
    if (0.0..1.0).contains(&serial) {
        return format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    }
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{fraction}")
}

/// Runs of spaces become one.
fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        if c != ' ' || !out.ends_with(' ') {
            out.push(c);
        }
    }
    out
}
