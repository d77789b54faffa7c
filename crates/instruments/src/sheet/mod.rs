//! Workbooks in the XLSForm layout: sheets by name, each with a header and rows, from Markdown
//! tables, CSV or Excel workbooks. Nothing is understood here beyond where a cell stands.
//!
//! The layout is that of pyxform (<https://xlsform.org>, <https://github.com/XLSForm/pyxform>).

mod csv;
pub(crate) mod header;
mod markdown;
mod workbook;

use std::sync::Arc;

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

/// One sheet: what its header says and its rows.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// The headers, each once, in order.
    pub header: Vec<String>,
    /// The rows below the header. A cell without a header has the key `None`.
    pub rows: Vec<Vec<(Option<Arc<str>>, String)>>,
}

impl Sheet {
    /// Whether the sheet has neither header nor rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.header.is_empty() && self.rows.is_empty()
    }

    fn add_header(&mut self, header: &str) {
        if !self.header.iter().any(|known| known == header) {
            self.header.push(header.to_owned());
        }
    }
}

/// Puts a cell into a row; a later cell under the same header takes the earlier one's place.
fn put(row: &mut Vec<(Option<Arc<str>>, String)>, header: Option<&Arc<str>>, value: String) {
    match row.iter_mut().find(|(key, _)| key.as_ref() == header) {
        Some((_, old)) => *old = value,
        None => row.push((header.cloned(), value)),
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
pub struct Workbook {
    sheets: Vec<(String, Sheet)>,
    /// All sheets' names as written, for spelling hints.
    pub names: Vec<String>,
    /// The file's name without its end: the form's id when the settings name none.
    pub stem: Option<String>,
}

impl Workbook {
    /// Reads a form. `None` when it cannot be read as that format; the findings say why.
    #[must_use]
    pub fn read(
        bytes: &[u8],
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
                within_limits(&workbook, findings).then_some(workbook)
            }
            Err(reason) => {
                findings.error(Place::file(), "file-unreadable", reason);
                None
            }
        }
    }

    /// The sheet of that name, when there is one.
    #[must_use]
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, sheet)| sheet)
    }

    /// The sheet of that name when it has rows.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<&Sheet> {
        self.sheet(name).filter(|sheet| !sheet.rows.is_empty())
    }

    /// Takes a sheet in; one of the same name is replaced.
    fn put(&mut self, name: &str, sheet: Sheet) {
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

fn within_limits(workbook: &Workbook, findings: &mut Findings) -> bool {
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
        for (index, row) in sheet.rows.iter().enumerate() {
            for (column, value) in row {
                if let Some(bad) = not_in_xml(value) {
                    let place = Place::sheet(name).row(row_number(index));
                    let place = match column {
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

/// The first character of a text that XML does not allow.
fn not_in_xml(text: &str) -> Option<char> {
    // Control characters are single bytes; the others that are not allowed begin with 0xef.
    let doubtful = |byte: u8| byte < b' ' || byte == 0xef;
    if !text.bytes().any(doubtful) {
        return None;
    }
    text.chars().find(|c| !xml_character(*c))
}

/// Whether XML 1.0 allows the character (section 2.2).
fn xml_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..)
}
