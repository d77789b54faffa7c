//! What is wrong, or worth knowing, about one row of a file.
//!
//! Reading never fails on content: it returns what could be read and a list of findings. A finding
//! names the file, the row as a person would count it in a spreadsheet, the field, what was found
//! and what is allowed, under a code that does not change when the wording does.

use std::fmt;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; the row is used.
    Notice,
    /// The row is kept as it is printed, but does not enter a figure until someone decides.
    Held,
    /// The row cannot be used; without `--keep-good` the whole file is refused.
    Error,
}

impl Severity {
    /// The stable code: `notice`, `held` or `error`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Held => "held",
            Self::Error => "error",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Name of the file, without its folder.
    pub file: String,
    /// Row as a spreadsheet counts it (the header is row 1); none for the whole file.
    pub row: Option<u64>,
    /// Name of the field as the file spells it; none for the whole row.
    pub field: Option<String>,
    /// Stable code, such as `number_unreadable`.
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What the file says, shortened if it is long.
    pub found: String,
    /// What would have been right.
    pub allowed: String,
}

/// Longest text of a file that a finding repeats, in characters.
pub const FOUND_LENGTH_MAX: usize = 120;

impl Finding {
    /// A finding about the whole file.
    #[must_use]
    pub fn of_file(file: &str, code: &'static str, severity: Severity) -> Self {
        Self {
            file: file.to_owned(),
            row: None,
            field: None,
            code,
            severity,
            found: String::new(),
            allowed: String::new(),
        }
    }

    /// Says at which row it was found.
    #[must_use]
    pub const fn at_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// Says in which field it was found.
    #[must_use]
    pub fn in_field(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    /// Says what was found; a long text is cut at [`FOUND_LENGTH_MAX`] characters.
    #[must_use]
    pub fn found(mut self, found: &str) -> Self {
        self.found = found.chars().take(FOUND_LENGTH_MAX).collect();
        if found.chars().count() > FOUND_LENGTH_MAX {
            self.found.push('…');
        }
        self
    }

    /// Says what is allowed.
    #[must_use]
    pub fn allowed(mut self, allowed: &str) -> Self {
        self.allowed = allowed.to_owned();
        self
    }

    /// The finding as one English sentence.
    #[must_use]
    pub fn message(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(field) = &self.field {
            write!(f, ", field “{field}”")?;
        }
        write!(f, ": {}", self.code.replace('_', " "))?;
        if !self.found.is_empty() {
            write!(f, ", found “{}”", self.found)?;
        }
        if !self.allowed.is_empty() {
            write!(f, "; allowed: {}", self.allowed)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_reads_as_a_sentence() {
        let finding = Finding::of_file("deaths.csv", "number_unreadable", Severity::Error)
            .at_row(12)
            .in_field("Number Dead")
            .found("a few")
            .allowed("a whole number, 0 or more");
        assert_eq!(
            finding.message(),
            "deaths.csv, row 12, field “Number Dead”: number unreadable, found “a few”; \
             allowed: a whole number, 0 or more"
        );
    }

    #[test]
    fn a_long_text_is_cut() {
        let finding = Finding::of_file("f", "c", Severity::Notice).found(&"é".repeat(500));
        assert_eq!(finding.found.chars().count(), FOUND_LENGTH_MAX + 1);
    }
}
