//! One file, read from its first byte to its last.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use evidence::intake::{Intake, Kind, ReportRows, RowDigests, Taken};
use flate2::bufread::MultiGzDecoder;
use terms::finding::Finding;

use crate::digesting::Digesting;
use crate::error::ShareError;
use crate::text::io_error;
use crate::{text, workbook};

/// Largest text that is read, after decompression. A workbook is held in memory, a text is not.
const TEXT_BYTES_MAX: u64 = 4 << 30;
/// Largest workbook that is read.
const WORKBOOK_BYTES_MAX: u64 = 256 << 20;

pub(crate) const GZIP: &[u8] = b"\x1f\x8b";
/// Beginnings of workbooks: a ZIP archive (XLSX, ODS) and a compound file (XLS).
pub(crate) const WORKBOOKS: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"];

/// What a file says, and what it is.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Kind of publication.
    pub kind: Kind,
    /// Name of the file, without its folder.
    pub file_name: String,
    /// SHA-256 of the content: of the text after decompression, of a workbook as it is.
    pub content_sha256: String,
    /// SHA-256 of the file's bytes as they came.
    pub file_sha256: String,
    /// Counts, findings, observations, source.
    pub taken: Taken,
}

/// Takes the rows of a file, one after the other.
pub(crate) trait Rows: Sized {
    /// Takes one row, which stands at `number`; see [`Intake::row`].
    fn row(&mut self, number: u64, fields: &[Cow<'_, str>], undecodable: Option<usize>);
}

impl Rows for Intake<'_> {
    fn row(&mut self, number: u64, fields: &[Cow<'_, str>], undecodable: Option<usize>) {
        Intake::row(self, number, fields, undecodable);
    }
}

impl Rows for ReportRows {
    fn row(&mut self, number: u64, fields: &[Cow<'_, str>], _: Option<usize>) {
        ReportRows::row(self, number, fields);
    }
}

/// What begins with a header: its row and the names in it.
pub(crate) type Opened<T> = Result<T, Vec<Finding>>;

/// Reads a file. `previous` holds the rows of earlier files of the same kind.
///
/// # Errors
/// When the file as a whole cannot be read; what is wrong with single rows is in the findings.
pub fn read(path: &Path, kind: Kind, previous: &RowDigests) -> Result<Reading, ShareError> {
    let name = file_name(path);
    read_from(open(path)?, &name, kind, previous)
}

/// Reads the rows of a table of the Global Report as printed.
///
/// # Errors
/// When the file as a whole cannot be read.
pub fn read_report(path: &Path) -> Result<ReportRows, ShareError> {
    let name = file_name(path);
    let begin = |row: u64, names: &[&str]| ReportRows::open(&name, row, names);
    let whole = rows_of(open(path)?, &name, Kind::GlobalReport, begin)?;
    if whole.rows.read() == 0 {
        return Err(ShareError::NoRows { file: name });
    }
    Ok(whole.rows)
}

fn open(path: &Path) -> Result<File, ShareError> {
    File::open(path).map_err(|source| ShareError::Unreadable {
        file: file_name(path),
        source,
    })
}

/// The name of a file without its folder.
pub(crate) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Reads bytes that are called `name`; the form is known by the first of them, not by the name.
///
/// # Errors
/// As for [`read`].
pub fn read_from(
    input: impl Read,
    name: &str,
    kind: Kind,
    previous: &RowDigests,
) -> Result<Reading, ShareError> {
    let begin = |row: u64, names: &[&str]| Intake::open(kind, name, row, names, previous);
    let whole = rows_of(input, name, kind, begin)?;
    let taken = whole.rows.finish(&whole.content_sha256);
    if taken.counts.read == 0 {
        let file = name.to_owned();
        return Err(ShareError::NoRows { file });
    }
    Ok(Reading {
        kind,
        file_name: name.to_owned(),
        content_sha256: whole.content_sha256,
        file_sha256: whole.file_sha256,
        taken,
    })
}

/// A file read to its end.
struct Whole<T> {
    rows: T,
    content_sha256: String,
    file_sha256: String,
}

fn rows_of<T: Rows>(
    input: impl Read,
    name: &str,
    kind: Kind,
    begin: impl FnOnce(u64, &[&str]) -> Opened<T>,
) -> Result<Whole<T>, ShareError> {
    let failed = |error| io_error(error, name, false);
    let mut file = Digesting::new(input);
    let mut start = Vec::new();
    file.by_ref()
        .take(4)
        .read_to_end(&mut start)
        .map_err(failed)?;
    let is_gzip = start.starts_with(GZIP);
    let is_workbook = WORKBOOKS.iter().any(|mark| start.starts_with(mark));
    let whole = Cursor::new(start).chain(file.by_ref());
    let (rows, content_sha256) = if is_workbook {
        (read_workbook(whole, name, kind, begin)?, None)
    } else if is_gzip {
        let text = MultiGzDecoder::new(BufReader::with_capacity(1 << 16, whole));
        let (rows, content_sha256) = read_text(text, name, kind, begin, true)?;
        (rows, Some(content_sha256))
    } else {
        (read_text(whole, name, kind, begin, false)?.0, None)
    };
    file.drain().map_err(failed)?;
    let file_sha256 = file.sha256();
    Ok(Whole {
        rows,
        content_sha256: content_sha256.unwrap_or_else(|| file_sha256.clone()),
        file_sha256,
    })
}

fn read_text<T: Rows>(
    input: impl Read,
    name: &str,
    kind: Kind,
    begin: impl FnOnce(u64, &[&str]) -> Opened<T>,
    compressed: bool,
) -> Result<(T, String), ShareError> {
    let mut text = Digesting::new(input.take(TEXT_BYTES_MAX + 1));
    let rows = text::read(text.by_ref(), name, kind, begin, compressed)?;
    if text.passed() > TEXT_BYTES_MAX {
        return Err(too_large(name, TEXT_BYTES_MAX));
    }
    Ok((rows, text.sha256()))
}

fn read_workbook<T: Rows>(
    input: impl Read,
    name: &str,
    kind: Kind,
    begin: impl FnOnce(u64, &[&str]) -> Opened<T>,
) -> Result<T, ShareError> {
    let mut bytes = Vec::new();
    let mut limited = input.take(WORKBOOK_BYTES_MAX + 1);
    let read = limited.read_to_end(&mut bytes);
    read.map_err(|error| io_error(error, name, false))?;
    if bytes.len() as u64 > WORKBOOK_BYTES_MAX {
        return Err(too_large(name, WORKBOOK_BYTES_MAX));
    }
    workbook::read(bytes, name, kind, begin)
}

pub(crate) fn too_large(name: &str, limit_bytes: u64) -> ShareError {
    ShareError::TooLarge {
        file: name.to_owned(),
        limit_bytes,
    }
}
