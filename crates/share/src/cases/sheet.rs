//! The sheets of a file: text of any delimiter, gzip of it, or a workbook.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::Arc;

use calamine::{Data, Reader, Xlsx, open_workbook_auto_from_rs};
use evidence::cases::Sheet;
use flate2::bufread::MultiGzDecoder;
use terms::finding::{Finding, Severity};

use crate::counts::Bounds;
use crate::counts::sheet::{Bytes, weigh};
use crate::error::ShareError;
use crate::reading::{GZIP, WORKBOOKS, too_large};
use crate::records::{Fault, Records};
use crate::text::{BYTE_ORDER_MARK, DELIMITERS, check_text, io_error};
use crate::workbook::cell_text;

/// How much of a file of cases is taken.
const BOUNDS: Bounds = Bounds {
    file_bytes: 256 << 20,
    unpacked_bytes: 1 << 30,
    fields: 64_000_000,
    any_workbook: true,
};
/// Longest text of a cell, in characters: the most that a spreadsheet holds in one.
const CELL_LENGTH_MAX: usize = 32_767;
/// Cells that are named when a file is refused for them.
const CELLS_NAMED_MAX: usize = 20;
/// Records by which the delimiter is told.
const RECORDS_LOOKED_AT: usize = 10;

/// What programs write in a cell whose formula fails.
const FORMULA_ERRORS: [&str; 9] = [
    "#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
];

/// Every filled sheet of a file, in its order; a text is one sheet.
pub(super) fn sheets(bytes: &[u8], file: &str) -> Result<Vec<Sheet>, ShareError> {
    if bytes.len() as u64 > BOUNDS.file_bytes {
        return Err(too_large(file, BOUNDS.file_bytes));
    }
    let sheets = if WORKBOOKS.iter().any(|mark| bytes.starts_with(mark)) {
        workbook(bytes, file)?
    } else if bytes.starts_with(GZIP) {
        let mut text = Vec::new();
        let mut decoder = MultiGzDecoder::new(bytes).take(BOUNDS.unpacked_bytes + 1);
        let read = decoder.read_to_end(&mut text);
        read.map_err(|error| io_error(error, file, true))?;
        if text.len() as u64 > BOUNDS.unpacked_bytes {
            return Err(too_large(file, BOUNDS.unpacked_bytes));
        }
        vec![of_text(&text, file)?]
    } else {
        vec![of_text(bytes, file)?]
    };
    let filled: Vec<Sheet> = sheets
        .into_iter()
        .filter(|sheet| !sheet.is_empty())
        .collect();
    if filled.is_empty() {
        let file = file.to_owned();
        return Err(ShareError::Empty { file });
    }
    Ok(filled)
}

/// Looks at cells one by one, and gathers what cannot be taken.
struct Checks<'a> {
    file: &'a str,
    sheet: Option<&'a str>,
    fields: u64,
    wrong: Vec<Finding>,
}

impl Checks<'_> {
    fn of<'a>(file: &'a str, sheet: Option<&'a str>) -> Checks<'a> {
        Checks {
            file,
            sheet,
            fields: 0,
            wrong: Vec::new(),
        }
    }

    fn tell(
        &mut self,
        code: &'static str,
        (row, column): (u64, usize),
        found: &str,
        allowed: &str,
    ) {
        if self.wrong.len() < CELLS_NAMED_MAX {
            let letters = letters(column);
            let field = match self.sheet {
                Some(sheet) => format!("{sheet}!{letters}"),
                None => letters,
            };
            let finding = Finding::of_file(self.file, code, Severity::Error);
            let finding = finding.at_row(row).in_field(&field);
            self.wrong.push(finding.found(found).allowed(allowed));
        }
    }

    /// Counts fields and looks at their texts.
    fn row<'a>(
        &mut self,
        row: u64,
        fields: impl Iterator<Item = &'a str>,
    ) -> Result<(), ShareError> {
        for (column, text) in fields.enumerate() {
            self.fields += 1;
            let long = text.len() > CELL_LENGTH_MAX && text.chars().count() > CELL_LENGTH_MAX;
            if long {
                let found = format!("{} characters", text.chars().count());
                let allowed = format!("at most {CELL_LENGTH_MAX} characters in a cell");
                self.tell("cell_too_long", (row, column), &found, &allowed);
            }
            if text.starts_with('#') && FORMULA_ERRORS.contains(&text.trim()) {
                let allowed = "what the formula should give";
                self.tell("formula_error", (row, column), text.trim(), allowed);
            }
        }
        if self.fields > BOUNDS.fields {
            let file = self.file.to_owned();
            let limit_fields = BOUNDS.fields;
            return Err(ShareError::TooMany { file, limit_fields });
        }
        Ok(())
    }

    fn end(self) -> Result<(), ShareError> {
        if self.wrong.is_empty() {
            return Ok(());
        }
        Err(ShareError::Cells {
            file: self.file.to_owned(),
            findings: self.wrong,
        })
    }
}

/// The letters of a column, as a spreadsheet names it: A to Z, AA and on.
fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(
            b'A' + u8::try_from(left % 26).unwrap_or_default(),
        ));
        left /= 26;
    }
    letters.iter().rev().collect()
}

fn of_text(bytes: &[u8], file: &str) -> Result<Sheet, ShareError> {
    let start = &bytes[..bytes.len().min(1 << 18)];
    check_text(start, file)?;
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let mut records = Records::new(text, delimiter(text));
    let mut sheet = Sheet::new(None);
    let mut checks = Checks::of(file, None);
    loop {
        let record = match records.next() {
            Ok(Some(record)) => record,
            Ok(None) => break,
            Err(Fault::Io(error)) => return Err(io_error(error, file, false)),
            Err(Fault::Unclosed(row)) => {
                let file = file.to_owned();
                return Err(ShareError::QuoteUnclosed { file, row });
            }
        };
        let (row, record) = record;
        let decoded: Result<Vec<&str>, usize> = record
            .fields()
            .enumerate()
            .map(|(column, field)| std::str::from_utf8(field).map_err(|_| column))
            .collect();
        match decoded {
            Ok(fields) => {
                checks.row(row, fields.iter().copied())?;
                sheet.push(row, fields);
            }
            Err(column) => {
                let allowed = "text in UTF-8: save the file as “CSV UTF-8”";
                checks.tell("encoding_unreadable", (row, column), "", allowed);
            }
        }
    }
    checks.end()?;
    Ok(sheet)
}

/// The delimiter by which most of the first records have the same width, and more than one field.
fn delimiter(text: &[u8]) -> u8 {
    let weight = |delimiter: u8| {
        let mut records = Records::new(text, delimiter);
        let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
        for _ in 0..RECORDS_LOOKED_AT {
            let Ok(Some((_, record))) = records.next() else {
                break;
            };
            *widths.entry(record.fields().count()).or_default() += 1;
        }
        let several = widths.into_iter().filter(|(width, _)| *width > 1);
        several
            .map(|(width, records)| (records, width))
            .max()
            .unwrap_or_default()
    };
    let weighed = DELIMITERS.into_iter().enumerate();
    let best = weighed.max_by_key(|(at, delimiter)| (weight(*delimiter), std::cmp::Reverse(*at)));
    best.map_or(b',', |(_, delimiter)| delimiter)
}

fn unreadable(file: &str, reason: &str) -> ShareError {
    ShareError::WorkbookUnreadable {
        file: file.to_owned(),
        reason: reason.to_owned(),
    }
}

fn workbook(bytes: &[u8], file: &str) -> Result<Vec<Sheet>, ShareError> {
    let shared: Arc<[u8]> = bytes.into();
    if shared.starts_with(b"PK") {
        weigh(Cursor::new(Arc::clone(&shared)), file, &BOUNDS)?;
    }
    if let Ok(mut workbook) = Xlsx::new(Cursor::new(Arc::clone(&shared))) {
        let names = workbook.sheet_names();
        let read = names.iter().map(|name| cells(&mut workbook, name, file));
        return read.collect();
    }
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(shared))
        .map_err(|error| unreadable(file, &error.to_string()))?;
    let mut sheets = Vec::new();
    for name in workbook.sheet_names() {
        let range = workbook.worksheet_range(&name);
        let range = range.map_err(|error| unreadable(file, &error.to_string()))?;
        let (first_row, first_column) = range.start().unwrap_or((0, 0));
        let mut sheet = Sheet::new(Some(&name));
        let mut checks = Checks::of(file, Some(&name));
        for (number, row) in (u64::from(first_row) + 1..).zip(range.rows()) {
            let blank = std::iter::repeat_n("".into(), first_column as usize);
            let fields: Vec<_> = blank.chain(row.iter().map(cell_text)).collect();
            checks.row(number, fields.iter().map(AsRef::as_ref))?;
            sheet.push(number, fields.iter().map(AsRef::as_ref));
        }
        checks.end()?;
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// The rows of a sheet of Excel, cell by cell: two cells in far corners make no wide range.
fn cells(workbook: &mut Xlsx<Bytes>, name: &str, file: &str) -> Result<Sheet, ShareError> {
    let broken = |error: calamine::XlsxError| unreadable(file, &error.to_string());
    let mut sheet = Sheet::new(Some(name));
    let mut reader = match workbook.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        // A sheet that holds a chart alone has no cells.
        Err(calamine::XlsxError::WorksheetNotFound(_)) => return Ok(sheet),
        Err(error) => return Err(broken(error)),
    };
    let mut checks = Checks::of(file, Some(name));
    let mut row: (u64, Vec<String>) = (0, Vec::new());
    let mut put = |row: &mut (u64, Vec<String>)| -> Result<(), ShareError> {
        checks.row(row.0, row.1.iter().map(String::as_str))?;
        sheet.push(row.0, row.1.iter().map(String::as_str));
        row.1.clear();
        Ok(())
    };
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let (at, column) = cell.get_position();
        let number = u64::from(at) + 1;
        if number != row.0 {
            put(&mut row)?;
            row.0 = number;
        }
        let value = Data::from(cell.get_value().clone());
        let text = cell_text(&value);
        if text.trim().is_empty() {
            continue;
        }
        let column = column as usize;
        if column >= row.1.len() {
            row.1.resize(column + 1, String::new());
        }
        row.1[column] = text.into_owned();
    }
    put(&mut row)?;
    checks.end()?;
    Ok(sheet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_a_spreadsheet_does() {
        let named = [0, 25, 26, 51, 701, 702].map(letters);
        assert_eq!(named, ["A", "Z", "AA", "AZ", "ZZ", "AAA"]);
    }

    #[test]
    fn the_delimiter_is_that_of_the_records_and_not_of_several_values_in_a_cell() {
        assert_eq!(delimiter(b"no,forms\n1,a;b;c;d\n2,a;b\n3,a\n"), b',');
        assert_eq!(delimiter(b"no;forms\n1;a,b\n"), b';');
        assert_eq!(delimiter(b"one column\nonly\n"), b',');
    }
}
