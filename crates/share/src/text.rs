//! Delimited text: which encoding, which delimiter, where the header stands.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Cursor, Read};

use evidence::intake::Kind;

use crate::error::ShareError;
use crate::reading::{Opened, Rows};
use crate::records::{Fault, Record, Records};

/// How much of a text is looked at to find its header.
const PEEK_BYTES: u64 = 1 << 18;
/// Records in which a header is looked for, below a title.
pub(crate) const HEADER_RECORDS_MAX: usize = 30;

pub(crate) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads a text to its end.
pub(crate) fn read<T: Rows>(
    input: impl Read,
    file: &str,
    kind: Kind,
    begin: impl FnOnce(u64, &[&str]) -> Opened<T>,
    compressed: bool,
) -> Result<T, ShareError> {
    let fault = |fault| match fault {
        Fault::Io(error) => io_error(error, file, compressed),
        Fault::Unclosed(row) => ShareError::QuoteUnclosed {
            file: file.to_owned(),
            row,
        },
    };
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut start = Vec::new();
    let peeked = input.by_ref().take(PEEK_BYTES).read_to_end(&mut start);
    peeked.map_err(|error| io_error(error, file, compressed))?;
    check_text(&start, file)?;
    let skipped = start
        .starts_with(BYTE_ORDER_MARK)
        .then_some(BYTE_ORDER_MARK.len());
    let skipped = skipped.unwrap_or(0);
    let (delimiter, header_row) = find_header(&start[skipped..], kind);
    let mut text = Cursor::new(start).chain(input);
    text.consume(skipped);
    let mut records = Records::new(text, delimiter);
    let mut rows = loop {
        match records.next().map_err(fault)? {
            Some((row, header)) if row >= header_row => {
                let names: Vec<_> = header.fields().map(String::from_utf8_lossy).collect();
                let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
                break begin(row, &names).map_err(|findings| ShareError::Header {
                    file: file.to_owned(),
                    findings,
                })?;
            }
            Some(_) => {}
            None => {
                let file = file.to_owned();
                return Err(ShareError::Empty { file });
            }
        }
    };
    while let Some((row, record)) = records.next().map_err(fault)? {
        let (fields, undecodable) = decode(record);
        rows.row(row, &fields, undecodable);
    }
    Ok(rows)
}

/// The fields as text. Where bytes are not UTF-8 no other encoding is guessed: the field is
/// named, and what stands in for it is never used.
fn decode(record: &Record) -> (Vec<Cow<'_, str>>, Option<usize>) {
    let mut undecodable = None;
    let fields = record.fields().enumerate().map(|(at, field)| {
        let text = String::from_utf8_lossy(field);
        if matches!(text, Cow::Owned(_)) && undecodable.is_none() {
            undecodable = Some(at);
        }
        text
    });
    (fields.collect(), undecodable)
}

pub(crate) fn io_error(error: io::Error, file: &str, compressed: bool) -> ShareError {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    let file = file.to_owned();
    if compressed && matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof) {
        let reason = error.to_string();
        ShareError::CompressedBroken { file, reason }
    } else {
        let source = error;
        ShareError::Unreadable { file, source }
    }
}

pub(crate) fn check_text(start: &[u8], file: &str) -> Result<(), ShareError> {
    let file = file.to_owned();
    if start.iter().all(u8::is_ascii_whitespace) || start == BYTE_ORDER_MARK {
        return Err(ShareError::Empty { file });
    }
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
        let found = "UTF-16";
        return Err(ShareError::EncodingUnsupported { file, found });
    }
    if start.contains(&0) {
        return Err(ShareError::FormUnknown { file });
    }
    Ok(())
}

/// The delimiter and the row of the header. Where no row is the header of such a publication, the
/// first record stands for it, so that what is missing can be named.
fn find_header(start: &[u8], kind: Kind) -> (u8, u64) {
    let mut widest = (DELIMITERS[0], 0, 1);
    for delimiter in DELIMITERS {
        let mut records = Records::new(start, delimiter);
        for at in 0..HEADER_RECORDS_MAX {
            let Ok(Some((row, record))) = records.next() else {
                break;
            };
            let names: Vec<_> = record.fields().map(String::from_utf8_lossy).collect();
            let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
            if kind.recognises(&names) {
                return (delimiter, row);
            }
            if at == 0 && names.len() > widest.1 {
                widest = (delimiter, names.len(), row);
            }
        }
    }
    (widest.0, widest.2)
}
