//! Workbooks of Excel (XLSX, XLS) and OpenDocument (ODS).

use std::borrow::Cow;
use std::io::Cursor;
use std::sync::Arc;

use calamine::{Data, ExcelDateTime, Range, Reader, open_workbook_auto_from_rs};
use evidence::intake::Kind;

use crate::error::ShareError;
use crate::reading::{Opened, Rows};
use crate::text::HEADER_RECORDS_MAX;

/// Reads the first sheet that holds such a publication, from its header down.
pub(crate) fn read<T: Rows>(
    bytes: Vec<u8>,
    file: &str,
    kind: Kind,
    begin: impl FnOnce(u64, &[&str]) -> Opened<T>,
) -> Result<T, ShareError> {
    let unreadable = |error: calamine::Error| ShareError::WorkbookUnreadable {
        file: file.to_owned(),
        reason: error.to_string(),
    };
    let shared: Arc<[u8]> = bytes.into();
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(shared)).map_err(unreadable)?;
    let mut first = None;
    for name in workbook.sheet_names() {
        let sheet = workbook.worksheet_range(&name).map_err(unreadable)?;
        if let Some(header) = find_header(&sheet, kind) {
            return read_sheet(&sheet, header, file, begin);
        }
        if first.is_none() && !sheet.is_empty() {
            first = Some(sheet);
        }
    }
    // No sheet is recognised: the first one is asked, so that what is missing can be named.
    match first {
        Some(sheet) => read_sheet(&sheet, 0, file, begin),
        None => Err(ShareError::Empty {
            file: file.to_owned(),
        }),
    }
}

fn find_header(sheet: &Range<Data>, kind: Kind) -> Option<usize> {
    let mut rows = sheet.rows().take(HEADER_RECORDS_MAX);
    rows.position(|row| {
        let names: Vec<_> = row.iter().map(cell_text).collect();
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        kind.recognises(&names)
    })
}

fn read_sheet<T: Rows>(
    sheet: &Range<Data>,
    header: usize,
    file: &str,
    begin: impl FnOnce(u64, &[&str]) -> Opened<T>,
) -> Result<T, ShareError> {
    // Rows above the first filled one are no part of the range and are counted all the same.
    let first_row = sheet.start().map_or(1, |(row, _)| u64::from(row) + 1);
    let mut sheet_rows = (first_row..).zip(sheet.rows()).skip(header);
    let empty = || ShareError::Empty {
        file: file.to_owned(),
    };
    let (row, names) = sheet_rows.next().ok_or_else(empty)?;
    let names: Vec<_> = names.iter().map(cell_text).collect();
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let mut rows = begin(row, &names).map_err(|findings| ShareError::Header {
        file: file.to_owned(),
        findings,
    })?;
    for (row, cells) in sheet_rows {
        let fields: Vec<_> = cells.iter().map(cell_text).collect();
        rows.row(row, &fields, None);
    }
    Ok(rows)
}

/// A cell as text: whole numbers without a fraction, days in ISO 8601.
pub(crate) fn cell_text(cell: &Data) -> Cow<'_, str> {
    match cell {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.into(),
        Data::Int(number) => number.to_string().into(),
        Data::Float(number) => number.to_string().into(),
        Data::Bool(truth) => truth.to_string().into(),
        Data::DateTime(moment) => moment_text(moment).into(),
        Data::Error(error) => error.to_string().into(),
        Data::Empty => "".into(),
    }
}

fn moment_text(moment: &ExcelDateTime) -> String {
    if !moment.is_datetime() {
        return moment.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}
