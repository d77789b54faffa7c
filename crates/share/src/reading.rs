//! One file, read from its first byte to its last.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use evidence::intake::{Intake, Kind, RowDigests, Taken};
use flate2::bufread::MultiGzDecoder;

use crate::digesting::Digesting;
use crate::error::ShareError;
use crate::text::io_error;
use crate::{text, workbook};

/// Largest text that is read, after decompression. A workbook is held in memory, a text is not.
const TEXT_BYTES_MAX: u64 = 4 << 30;
/// Largest workbook that is read.
const WORKBOOK_BYTES_MAX: u64 = 256 << 20;

const GZIP: &[u8] = b"\x1f\x8b";
/// Beginnings of workbooks: a ZIP archive (XLSX, ODS) and a compound file (XLS).
const WORKBOOKS: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"];

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

/// Reads a file. `previous` holds the rows of earlier files of the same kind.
///
/// # Errors
/// When the file as a whole cannot be read; what is wrong with single rows is in the findings.
pub fn read(path: &Path, kind: Kind, previous: &RowDigests) -> Result<Reading, ShareError> {
    let name = file_name(path);
    match File::open(path) {
        Ok(file) => read_from(file, &name, kind, previous),
        Err(source) => Err(ShareError::Unreadable { file: name, source }),
    }
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
    let (intake, content_sha256) = if is_workbook {
        (read_workbook(whole, name, kind, previous)?, None)
    } else if is_gzip {
        let text = MultiGzDecoder::new(BufReader::with_capacity(1 << 16, whole));
        let (intake, content_sha256) = read_text(text, name, kind, previous, true)?;
        (intake, Some(content_sha256))
    } else {
        (read_text(whole, name, kind, previous, false)?.0, None)
    };
    file.drain().map_err(failed)?;
    let file_sha256 = file.sha256();
    let content_sha256 = content_sha256.unwrap_or_else(|| file_sha256.clone());
    let taken = intake.finish(&content_sha256);
    if taken.counts.read == 0 {
        let file = name.to_owned();
        return Err(ShareError::NoRows { file });
    }
    Ok(Reading {
        kind,
        file_name: name.to_owned(),
        content_sha256,
        file_sha256,
        taken,
    })
}

fn read_text<'p>(
    input: impl Read,
    name: &str,
    kind: Kind,
    previous: &'p RowDigests,
    compressed: bool,
) -> Result<(Intake<'p>, String), ShareError> {
    let mut text = Digesting::new(input.take(TEXT_BYTES_MAX + 1));
    let intake = text::read(text.by_ref(), name, kind, previous, compressed)?;
    if text.passed() > TEXT_BYTES_MAX {
        return Err(too_large(name, TEXT_BYTES_MAX));
    }
    Ok((intake, text.sha256()))
}

fn read_workbook<'p>(
    input: impl Read,
    name: &str,
    kind: Kind,
    previous: &'p RowDigests,
) -> Result<Intake<'p>, ShareError> {
    let mut bytes = Vec::new();
    let mut limited = input.take(WORKBOOK_BYTES_MAX + 1);
    let read = limited.read_to_end(&mut bytes);
    read.map_err(|error| io_error(error, name, false))?;
    if bytes.len() as u64 > WORKBOOK_BYTES_MAX {
        return Err(too_large(name, WORKBOOK_BYTES_MAX));
    }
    workbook::read(bytes, name, kind, previous)
}

fn too_large(name: &str, limit_bytes: u64) -> ShareError {
    ShareError::TooLarge {
        file: name.to_owned(),
        limit_bytes,
    }
}
