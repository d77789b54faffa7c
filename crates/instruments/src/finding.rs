//! What the compiler and the lint have to say about a form: one finding for each thing, with the
//! place where a data manager finds it.

use std::borrow::Cow;
use std::fmt;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The form works; somebody should look.
    Warning,
    /// The form is refused.
    Error,
}

impl Severity {
    /// The word in files and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing that was found, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The sheet, as the form's author named it; empty when the file as a whole is meant.
    pub sheet: String,
    /// The row of the sheet, counted from 1 with the header as row 1. Blank rows of a Markdown or
    /// CSV table are not counted.
    pub row: Option<u32>,
    /// The column's header.
    pub column: Option<String>,
    /// A stable word for the kind of finding.
    pub code: &'static str,
    /// What was found and what is allowed, in a sentence.
    pub message: String,
    /// Whether the form is refused for it.
    pub severity: Severity,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.severity.word())?;
        if !self.sheet.is_empty() {
            write!(f, ", sheet {}", self.sheet)?;
        }
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, " [{}]: {}", self.code, self.message)
    }
}

/// A place in a workbook.
#[derive(Clone, Debug, Default)]
pub struct Place {
    sheet: Cow<'static, str>,
    row: Option<u32>,
    column: Option<String>,
}

impl Place {
    /// The file as a whole.
    #[must_use]
    pub fn file() -> Self {
        Self::default()
    }

    /// A sheet as a whole.
    #[must_use]
    pub fn sheet(sheet: &str) -> Self {
        Self {
            sheet: Cow::Owned(sheet.to_owned()),
            row: None,
            column: None,
        }
    }

    /// A row of the sheet `survey`.
    #[must_use]
    pub fn survey(row: u32) -> Self {
        Self {
            sheet: Cow::Borrowed("survey"),
            row: Some(row),
            column: None,
        }
    }

    /// The same sheet, at a row.
    #[must_use]
    pub fn row(mut self, row: u32) -> Self {
        self.row = Some(row);
        self
    }

    /// The same row, in a column.
    #[must_use]
    pub fn column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }
}

/// Findings as they are made, in order.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    list: Vec<Finding>,
    refused: bool,
}

/// Most findings kept of one form; a file that is wrong in every row says so soon enough.
pub const FINDINGS_MAX: usize = 200;

impl Findings {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The form is refused for this.
    pub fn error(&mut self, place: Place, code: &'static str, message: impl Into<String>) {
        self.refused = true;
        self.add(place, code, message.into(), Severity::Error);
    }

    /// Somebody should look at this.
    pub fn warn(&mut self, place: Place, code: &'static str, message: impl Into<String>) {
        self.add(place, code, message.into(), Severity::Warning);
    }

    fn add(&mut self, place: Place, code: &'static str, message: String, severity: Severity) {
        if self.list.len() >= FINDINGS_MAX && severity == Severity::Warning {
            return;
        }
        if self.list.len() >= 2 * FINDINGS_MAX {
            return;
        }
        self.list.push(Finding {
            sheet: place.sheet.into_owned(),
            row: place.row,
            column: place.column,
            code,
            message,
            severity,
        });
    }

    /// Whether the form is refused.
    #[must_use]
    pub fn refused(&self) -> bool {
        self.refused
    }

    /// All findings, in the order in which they were made.
    #[must_use]
    pub fn into_list(self) -> Vec<Finding> {
        self.list
    }
}

/// The nearest of some allowed words, when one is near enough to be meant.
#[must_use]
pub fn nearest<'a>(found: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let found = found.to_lowercase();
    let furthest = 1 + found.chars().count() / 3;
    allowed
        .into_iter()
        .map(|word| {
            (
                strsim::damerau_levenshtein(&found, &word.to_lowercase()),
                word,
            )
        })
        .filter(|(distance, _)| *distance <= furthest)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// ` (nearest: word)`, or nothing when no allowed word is near.
#[must_use]
pub fn hint<'a>(found: &str, allowed: impl IntoIterator<Item = &'a str>) -> String {
    nearest(found, allowed).map_or_else(String::new, |word| format!(" (nearest: {word})"))
}
