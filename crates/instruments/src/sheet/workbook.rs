//! Workbooks of Excel. Cells come out as the text that a data manager sees in them: whole numbers
//! without a point, days with their time, truth in capitals.

use std::io::Cursor;

use calamine::{Data, Range, Reader, open_workbook_auto_from_rs};

use super::{SHEETS, Sheet, Workbook, put};

/// A run of empty header cells after which nothing more is looked for.
const EMPTY_COLUMNS_MAX: usize = 20;
/// A run of empty rows after which nothing more is looked for.
const EMPTY_ROWS_MAX: usize = 60;

pub(super) fn read(bytes: &[u8]) -> Result<Workbook, String> {
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes))
        .map_err(|error| format!("the workbook cannot be read: {error}"))?;
    let names = book.sheet_names();
    let mut workbook = Workbook::default();
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
        let range = book
            .worksheet_range(name)
            .map_err(|error| format!("the sheet \u{2018}{name}\u{2019} cannot be read: {error}"))?;
        workbook.put(&known, sheet(&range)?);
    }
    Ok(workbook)
}

fn sheet(range: &Range<Data>) -> Result<Sheet, String> {
    let mut sheet = Sheet::default();
    let Some((height, width)) = range.end() else {
        return Ok(sheet);
    };
    let value = |row: u32, column: u32| range.get_value((row, column)).and_then(text);
    let mut columns: Vec<(u32, String)> = Vec::new();
    let mut written: Vec<String> = Vec::new();
    let mut empty = 0;
    for column in 0..=width {
        let Some(header) = range.get_value((0, column)).and_then(text) else {
            if empty == EMPTY_COLUMNS_MAX {
                break;
            }
            empty += 1;
            continue;
        };
        empty = 0;
        if written.contains(&header) {
            return Err(format!(
                "the column \u{2018}{header}\u{2019} is there twice"
            ));
        }
        let clean = collapse(&header);
        written.push(clean.clone());
        columns.push((column, clean));
    }
    for (_, header) in &columns {
        sheet.add_header(header);
    }
    let mut empty = 0;
    for row in 1..=height {
        let mut cells = Vec::new();
        for (column, header) in &columns {
            if let Some(value) = value(row, *column) {
                put(&mut cells, Some(header), value);
            }
        }
        if cells.is_empty() {
            if empty == EMPTY_ROWS_MAX {
                break;
            }
            empty += 1;
        } else {
            empty = 0;
        }
        sheet.rows.push(cells);
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
