//! Workbooks in the XLSForm layout: sheets by name, each with a header and rows, from Markdown
//! tables, CSV or Excel workbooks. Nothing is understood here beyond where a cell stands.
//!
//! The layout is that of pyxform (<https://xlsform.org>, <https://github.com/XLSForm/pyxform>).

mod csv;
pub(crate) mod header;
mod markdown;
mod workbook;

use std::borrow::Cow;

use crate::finding::{Findings, Place};
use crate::limits;

/// The sheets that an XLSForm may have; others are notes.
pub const SHEETS: [&str; 6] = [
    "survey",
    "choices",
    "settings",
    "external_choices",
    "osm",
    "entities",
];

/// How a form is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Markdown tables, the sheet's name in the first column.
    Markdown,
    /// Comma-separated values, the sheet's name in the first column.
    Csv,
    /// A workbook of Excel (`.xlsx`, `.xlsm`). Its older format is not read.
    Workbook,
}

impl Format {
    /// By the end of a file's name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, end) = name.rsplit_once('.')?;
        match end.to_ascii_lowercase().as_str() {
            "md" => Some(Self::Markdown),
            "csv" => Some(Self::Csv),
            "xlsx" | "xlsm" => Some(Self::Workbook),
            _ => None,
        }
    }
}

/// A cell: its column, counted in the sheet's header from 0, and what is written. A cell without a
/// header has no column.
pub type Field<'a> = (Option<usize>, Cow<'a, str>);

/// One sheet: what its header says and its rows.
#[derive(Clone, Debug, Default)]
pub struct Sheet<'a> {
    /// The headers, each once, in order.
    pub header: Vec<String>,
    /// The rows below the header.
    pub rows: Vec<Vec<Field<'a>>>,
}

impl Sheet<'_> {
    /// Whether the sheet has neither header nor rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.header.is_empty() && self.rows.is_empty()
    }

    /// The header of a cell.
    #[must_use]
    pub fn header_of(&self, field: &Field<'_>) -> Option<&str> {
        self.header.get(field.0?).map(String::as_str)
    }

    /// Leaves a column out, with all that stands under it.
    pub(crate) fn leave_out(&mut self, left_out: usize) {
        self.header.remove(left_out);
        for row in &mut self.rows {
            row.retain(|(column, _)| *column != Some(left_out));
            for column in row.iter_mut().filter_map(|(column, _)| column.as_mut()) {
                *column -= usize::from(*column > left_out);
            }
        }
    }

    /// The column of a header, which is added when it is new.
    fn add_header(&mut self, header: &str) -> usize {
        let known = self.header.iter().position(|known| known == header);
        known.unwrap_or_else(|| {
            self.header.push(header.to_owned());
            self.header.len() - 1
        })
    }
}

/// Puts a cell into a row; a later cell under the same header takes the earlier one's place.
fn put<'a>(row: &mut Vec<Field<'a>>, column: Option<usize>, value: Cow<'a, str>) {
    match row.iter_mut().find(|(known, _)| *known == column) {
        Some((_, old)) => *old = value,
        None => row.push((column, value)),
    }
}

/// The number of the first row under the header.
pub const FIRST_ROW: u32 = 2;

/// The number of a row as a data manager counts it: the header is row 1.
#[must_use]
pub(crate) fn row_number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX - FIRST_ROW) + FIRST_ROW
}

/// A form as it was written down.
#[derive(Clone, Debug, Default)]
pub struct Workbook<'a> {
    sheets: Vec<(String, Sheet<'a>)>,
    /// All sheets' names as written, for spelling hints.
    pub names: Vec<String>,
    /// The file's name without its end: the form's id when the settings name none.
    pub stem: Option<String>,
}

impl<'a> Workbook<'a> {
    /// Reads a form. `None` when it cannot be read as that format; the findings say why.
    #[must_use]
    pub fn read(
        bytes: &'a [u8],
        format: Format,
        stem: Option<&str>,
        findings: &mut Findings,
    ) -> Option<Self> {
        if bytes.len() > limits::BYTES_MAX {
            let message = format!(
                "the file has {} bytes; at most {} are read",
                bytes.len(),
                limits::BYTES_MAX
            );
            findings.error(Place::file(), "file-too-large", message);
            return None;
        }
        let read = match format {
            Format::Markdown => text(bytes).and_then(markdown::read),
            Format::Csv => text(bytes).and_then(csv::read),
            Format::Workbook => workbook::read(bytes),
        };
        match read {
            Ok(mut workbook) => {
                workbook.stem = stem.map(str::to_owned);
                // A text without any such character has none in a cell.
                let spotless = format != Format::Workbook && !any_of(bytes, doubtful);
                let good = within_limits(&workbook, findings)
                    && (spotless || allowed_in_xml(&workbook, findings));
                good.then_some(workbook)
            }
            Err(reason) => {
                findings.error(Place::file(), "file-unreadable", reason);
                None
            }
        }
    }

    /// The sheet of that name, when there is one.
    #[must_use]
    pub fn sheet(&self, name: &str) -> Option<&Sheet<'a>> {
        self.sheets
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, sheet)| sheet)
    }

    /// The sheet of that name when it has rows.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<&Sheet<'a>> {
        self.sheet(name).filter(|sheet| !sheet.rows.is_empty())
    }

    /// Takes a sheet in; one of the same name is replaced.
    fn put(&mut self, name: &str, sheet: Sheet<'a>) {
        match self.sheets.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = sheet,
            None => self.sheets.push((name.to_owned(), sheet)),
        }
    }

    /// The names of sheets near enough to the wanted one to be meant by it.
    #[must_use]
    pub fn misspelled(&self, wanted: &str) -> Option<String> {
        let near: Vec<String> = self
            .names
            .iter()
            .filter(|name| {
                strsim::levenshtein(&name.to_lowercase(), wanted) <= 2
                    && !SHEETS.contains(&name.as_str())
                    && !name.starts_with('_')
            })
            .map(|name| format!("\u{2018}{name}\u{2019}"))
            .collect();
        (!near.is_empty()).then(|| near.join(", "))
    }
}

fn text(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes)
        .map_err(|error| format!("the file is not UTF-8 text: byte {}", error.valid_up_to()))
}

fn within_limits(workbook: &Workbook<'_>, findings: &mut Findings) -> bool {
    for (name, sheet) in &workbook.sheets {
        if sheet.rows.len() > limits::ROWS_MAX {
            let found = sheet.rows.len();
            let message = format!("the sheet has {found} rows; at most {}", limits::ROWS_MAX);
            findings.error(Place::sheet(name), "sheet-too-long", message);
            return false;
        }
        if sheet.header.len() > limits::COLUMNS_MAX {
            let found = sheet.header.len();
            let message = format!(
                "the sheet has {found} columns; at most {}",
                limits::COLUMNS_MAX
            );
            findings.error(Place::sheet(name), "sheet-too-wide", message);
            return false;
        }
    }
    true
}

fn allowed_in_xml(workbook: &Workbook<'_>, findings: &mut Findings) -> bool {
    for (name, sheet) in &workbook.sheets {
        for (index, row) in sheet.rows.iter().enumerate() {
            for field in row {
                if let Some(bad) = not_in_xml(&field.1) {
                    let place = Place::sheet(name).row(row_number(index));
                    let place = match sheet.header_of(field) {
                        Some(column) => place.column(column),
                        None => place,
                    };
                    let message = format!("found the control character U+{:04X}", u32::from(bad));
                    findings.error(place, "character-not-allowed", message);
                    return false;
                }
            }
        }
    }
    true
}

/// Whether a text has a byte of some kind. Bytes are looked at in blocks without a branch inside,
/// which the compiler makes into few instructions.
pub(crate) fn any_byte(text: &str, wanted: impl Fn(u8) -> bool) -> bool {
    any_of(text.as_bytes(), wanted)
}

fn any_of(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> bool {
    let any = |block: &[u8]| block.iter().fold(false, |any, byte| any | wanted(*byte));
    let (blocks, rest) = bytes.as_chunks::<16>();
    blocks.iter().any(|block| any(block)) || any(rest)
}

/// Whether a byte may be of a character that XML does not allow: a control character, which is a
/// single byte, or one that begins with 0xef.
fn doubtful(byte: u8) -> bool {
    (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0xef
}

/// The first character of a text that XML does not allow.
fn not_in_xml(text: &str) -> Option<char> {
    if !any_byte(text, doubtful) {
        return None;
    }
    text.chars().find(|c| !xml_character(*c))
}

/// Whether XML 1.0 allows the character (section 2.2).
fn xml_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..)
}
