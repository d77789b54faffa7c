//! A table of counts from a file, as an office prints it.
//!
//! The file is read into memory and nowhere else: it can be a draft that nobody has released. How
//! much is taken is said by [`Bounds`], for a file that its owner reads at their own machine, or
//! for one that comes from anybody.

mod layout;
mod sent;
pub(crate) mod sheet;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use evidence::counts::{HEADER_ROWS_MAX, Layout, Row, Taken, recognises};
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::error::ShareError;
use crate::reading::{GZIP, WORKBOOKS, file_name, too_large};
use crate::records::{Fault, Records};
use crate::text::{BYTE_ORDER_MARK, DELIMITERS, check_text, io_error};

pub use layout::{LAYOUT_BYTES_MAX, layout};
pub use sent::Sent;

/// How much of a file is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Longest file, in bytes.
    pub file_bytes: u64,
    /// Longest content, in bytes: of a compressed text, and of all parts of a workbook together.
    pub unpacked_bytes: u64,
    /// Most fields, empty ones between filled ones included.
    pub fields: u64,
    /// Whether XLS, XLSB and ODS are read, whose sheets are not weighed before they are opened.
    pub any_workbook: bool,
}

impl Bounds {
    /// For a file that its owner reads at their own machine.
    pub const OWN: Self = Self {
        file_bytes: 256 << 20,
        unpacked_bytes: 1 << 30,
        fields: 16_000_000,
        any_workbook: true,
    };

    /// For a file that comes from anybody.
    pub const ANYBODY: Self = Self {
        file_bytes: 192 << 10,
        unpacked_bytes: 4 << 20,
        fields: 20_000,
        any_workbook: false,
    };
}

/// What a file says, and what it is.
#[derive(Debug, Clone)]
pub struct CountReading {
    /// Name of the file, without its folder.
    pub file_name: String,
    /// SHA-256 of the file's bytes, in lower-case hexadecimal.
    pub file_sha256: String,
    /// Name of the sheet that was read, of a workbook.
    pub sheet: Option<String>,
    /// The table, with findings.
    pub taken: Taken,
}

/// Reads a table of counts from a file.
///
/// # Errors
/// When the file as a whole cannot be read; what is wrong with its content is in the findings.
pub fn read(path: &Path, layout: &Layout, bounds: &Bounds) -> Result<CountReading, ShareError> {
    let name = file_name(path);
    match File::open(path) {
        Ok(file) => read_from(file, &name, layout, bounds),
        Err(source) => Err(ShareError::Unreadable { file: name, source }),
    }
}

/// Reads a table of counts from bytes that are called `name`; the form is known by the first of
/// them, not by the name.
///
/// # Errors
/// As for [`read`].
pub fn read_from(
    input: impl Read,
    name: &str,
    layout: &Layout,
    bounds: &Bounds,
) -> Result<CountReading, ShareError> {
    let bytes = limited(input, name, bounds.file_bytes, false)?;
    let hash = Sha256::digest(&bytes);
    let file_sha256: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let (sheet, rows) = if WORKBOOKS.iter().any(|mark| bytes.starts_with(mark)) {
        let (sheet, rows) = sheet::rows(bytes, name, layout, bounds)?;
        (Some(sheet), rows)
    } else if bytes.starts_with(GZIP) {
        let text = MultiGzDecoder::new(BufReader::new(&bytes[..]));
        let text = limited(text, name, bounds.unpacked_bytes, true)?;
        (None, text_rows(&text, name, layout, bounds)?)
    } else {
        (None, text_rows(&bytes, name, layout, bounds)?)
    };
    Ok(CountReading {
        file_name: name.to_owned(),
        taken: evidence::counts::read(name, &rows, layout, &file_sha256),
        file_sha256,
        sheet,
    })
}

fn limited(
    input: impl Read,
    name: &str,
    limit_bytes: u64,
    compressed: bool,
) -> Result<Vec<u8>, ShareError> {
    let mut bytes = Vec::new();
    let read = input.take(limit_bytes + 1).read_to_end(&mut bytes);
    read.map_err(|error| io_error(error, name, compressed))?;
    if bytes.len() as u64 > limit_bytes {
        return Err(too_large(name, limit_bytes));
    }
    Ok(bytes)
}

/// The rows of a text, split at the mark that makes the widest table of counts of it.
fn text_rows(
    text: &[u8],
    name: &str,
    layout: &Layout,
    bounds: &Bounds,
) -> Result<Vec<Row>, ShareError> {
    check_text(text, name)?;
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut widest = (DELIMITERS[0], 0);
    for delimiter in DELIMITERS {
        let mut fields = 0;
        let mut rows = Vec::new();
        let mut records = Records::new(text, delimiter);
        while let Ok(Some((number, record))) = records.next() {
            let row = row(number, record.fields());
            fields += row.fields.len();
            rows.push(row);
            if rows.len() == 2 * HEADER_ROWS_MAX {
                break;
            }
        }
        if fields > widest.1 && recognises(&rows, layout) {
            widest = (delimiter, fields);
        }
    }
    let fault = |fault| match fault {
        Fault::Io(error) => io_error(error, name, false),
        Fault::Unclosed(row) => ShareError::QuoteUnclosed {
            file: name.to_owned(),
            row,
        },
    };
    let mut rows = Vec::new();
    let mut fields = 0;
    let mut records = Records::new(text, widest.0);
    while let Some((number, record)) = records.next().map_err(fault)? {
        let row = row(number, record.fields());
        fields += row.fields.len() as u64;
        if fields > bounds.fields {
            return Err(too_many(name, bounds));
        }
        rows.push(row);
    }
    Ok(rows)
}

fn too_many(name: &str, bounds: &Bounds) -> ShareError {
    ShareError::TooMany {
        file: name.to_owned(),
        limit_fields: bounds.fields,
    }
}

/// One row as text. Where bytes are not UTF-8 no other encoding is guessed.
fn row<'a>(number: u64, fields: impl Iterator<Item = &'a [u8]>) -> Row {
    let mut row = Row {
        number,
        ..Row::default()
    };
    for (at, field) in fields.enumerate() {
        let text = String::from_utf8_lossy(field);
        if matches!(text, std::borrow::Cow::Owned(_)) && row.undecodable.is_none() {
            row.undecodable = Some(at);
        }
        row.fields.push(text.into_owned());
    }
    row
}

#[cfg(test)]
mod tests;
