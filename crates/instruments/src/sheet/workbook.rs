//! Workbooks of Excel. Cells come out as the text that a data manager sees in them: whole numbers
//! without a point, days with their time, truth in capitals.
//!
//! A workbook is weighed before it is opened, and read cell by cell: no address in it, however far
//! out, costs memory.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{Data, Reader, Xlsx, XlsxError, open_workbook_from_rs};

use super::{SHEETS, Sheet, Workbook, put};
use crate::limits;

/// A run of empty header cells after which nothing more is looked for.
const EMPTY_COLUMNS_MAX: u32 = 20;
/// A run of empty rows after which nothing more is looked for.
const EMPTY_ROWS_MAX: usize = 60;

/// Most sheets that are read: each known one in two spellings. Sheets can share one packed part.
const READ_SHEETS_MAX: usize = 2 * SHEETS.len();

/// Cells with something in them, by row and column.
type Cells = BTreeMap<u32, BTreeMap<u32, String>>;

pub(super) fn read(bytes: &[u8]) -> Result<Workbook, String> {
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

fn open(bytes: &[u8]) -> Result<Workbook, String> {
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

fn cells(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Cells, String> {
    let mut cells = Cells::new();
    let mut reader = match book.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        // A sheet that holds a chart alone has no cells.
        Err(XlsxError::WorksheetNotFound(_)) => return Ok(cells),
        Err(error) => return Err(error.to_string()),
    };
    while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
        let (row, column) = cell.get_position();
        if let Some(text) = text(&Data::from(cell.get_value().clone())) {
            cells.entry(row).or_default().insert(column, text);
        }
        if cells.len() > limits::ROWS_MAX {
            return Err(format!("it has more than {} rows", limits::ROWS_MAX));
        }
    }
    Ok(cells)
}

/// The columns that have a header, until a run of empty ones.
fn columns(header: Option<&BTreeMap<u32, String>>) -> Result<Vec<(u32, Arc<str>)>, String> {
    let mut columns: Vec<(u32, Arc<str>)> = Vec::new();
    let mut next = 0;
    for (column, header) in header.into_iter().flatten() {
        if column - next > EMPTY_COLUMNS_MAX {
            break;
        }
        next = column + 1;
        if columns.iter().any(|(_, known)| **known == **header) {
            return Err(format!(
                "the column \u{2018}{header}\u{2019} is there twice"
            ));
        }
        columns.push((*column, collapse(header).into()));
    }
    Ok(columns)
}

fn sheet(mut cells: Cells) -> Result<Sheet, String> {
    let mut sheet = Sheet::default();
    let columns = columns(cells.get(&0))?;
    for (_, header) in &columns {
        sheet.add_header(header);
    }
    let mut empty = 0;
    let height = cells.last_key_value().map_or(0, |(row, _)| *row);
    for row in 1..=height {
        let mut filled = Vec::new();
        let mut own = cells.remove(&row);
        for (column, header) in &columns {
            if let Some(value) = own.as_mut().and_then(|own| own.remove(column)) {
                put(&mut filled, Some(header), value);
            }
        }
        if filled.is_empty() {
            if empty == EMPTY_ROWS_MAX {
                break;
            }
            empty += 1;
        } else {
            empty = 0;
        }
        sheet.rows.push(filled);
    }
    while sheet.rows.last().is_some_and(Vec::is_empty) {
        sheet.rows.pop();
    }
    Ok(sheet)
}

fn text(cell: &Data) -> Option<String> {
    let text = match cell {
        Data::Empty => return None,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            text.trim().replace('\u{a0}', " ")
        }
        Data::Int(number) => number.to_string(),
        Data::Float(number) => plain(*number),
        Data::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        Data::Error(error) => error.to_string(),
        Data::DateTime(moment) => date_time(moment),
    };
    (!text.is_empty()).then_some(text)
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
