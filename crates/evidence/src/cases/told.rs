//! What is told of a file of cases: what was mended, kept aside, or refused.
//!
//! What stands in a cell can say who somebody is, so nothing of a cell is told outside of the
//! sealed record. A message names the file, the row, the column and what is allowed; what was found
//! stands beside it only where it is the name of a column or a word of the map.

use std::collections::BTreeMap;

use terms::finding::{Finding, Severity};

/// Rows that are named with a message; further ones are counted.
const ROWS_NAMED_MAX: usize = 20;

/// What was done about what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// The file is refused.
    Refused,
    /// Kept as it was typed, nominal, and bound to nothing.
    Held,
    /// Read as what was meant.
    Mended,
    /// Worth knowing.
    Noted,
}

impl Weight {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Held => "held",
            Self::Mended => "mended",
            Self::Noted => "noted",
        }
    }

    const fn severity(self) -> Severity {
        match self {
            Self::Refused => Severity::Error,
            Self::Held => Severity::Held,
            Self::Mended | Self::Noted => Severity::Notice,
        }
    }
}

/// One kind of finding in one column, with the rows in which it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// What was done.
    pub weight: Weight,
    /// The finding of the first row; it tells nothing of a cell.
    pub finding: Finding,
    /// The first rows in which it was made.
    pub rows: Vec<u64>,
    /// In how many rows.
    pub count: u64,
}

type Kind = (Weight, &'static str, Option<String>, String, String);

/// Everything that is told of one file.
#[derive(Debug, Clone, Default)]
pub struct Told {
    file: String,
    tallies: BTreeMap<Kind, Tally>,
}

impl Told {
    /// Nothing yet of this file.
    #[must_use]
    pub fn of_file(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            tallies: BTreeMap::new(),
        }
    }

    /// Tells something; what a cell says must not stand in `found`.
    pub(super) fn tell(&mut self, weight: Weight, saying: Saying<'_>) {
        let field = saying.field.map(str::to_owned);
        let (found, allowed) = (saying.found.to_owned(), saying.allowed.to_owned());
        let kind = (weight, saying.code, field, found, allowed);
        let tally = self.tallies.entry(kind).or_insert_with(|| Tally {
            weight,
            finding: saying.finding(&self.file, weight),
            rows: Vec::new(),
            count: 0,
        });
        tally.count += 1;
        if let Some(row) = saying.row
            && tally.rows.len() < ROWS_NAMED_MAX
        {
            tally.rows.push(row);
        }
    }

    /// Everything that was told, what is refused first.
    pub fn tallies(&self) -> impl Iterator<Item = &Tally> {
        self.tallies.values()
    }

    /// In how many rows something of this weight was found, rows counted once for each finding.
    #[must_use]
    pub fn count(&self, weight: Weight) -> u64 {
        let of_weight = self.tallies().filter(|tally| tally.weight == weight);
        of_weight.map(|tally| tally.count).sum()
    }

    /// Whether the file is refused.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.count(Weight::Refused) > 0
    }
}

/// One thing to tell.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Saying<'a> {
    pub(super) code: &'static str,
    pub(super) row: Option<u64>,
    pub(super) field: Option<&'a str>,
    pub(super) found: &'a str,
    pub(super) allowed: &'a str,
}

impl<'a> Saying<'a> {
    pub(super) fn new(code: &'static str) -> Self {
        Self {
            code,
            ..Self::default()
        }
    }

    pub(super) const fn at(self, row: u64) -> Self {
        Self {
            row: Some(row),
            ..self
        }
    }

    pub(super) const fn of(self, field: &'a str) -> Self {
        Self {
            field: Some(field),
            ..self
        }
    }

    pub(super) const fn found(self, found: &'a str) -> Self {
        Self { found, ..self }
    }

    pub(super) const fn allowed(self, allowed: &'a str) -> Self {
        Self { allowed, ..self }
    }

    fn finding(&self, file: &str, weight: Weight) -> Finding {
        let mut finding = Finding::of_file(file, self.code, weight.severity())
            .found(self.found)
            .allowed(self.allowed);
        finding.row = self.row;
        finding.field = self.field.map(str::to_owned);
        finding
    }

    /// The finding as it stands in the sealed record, with what the cell says.
    pub(super) fn sealed(&self, cell: &str) -> String {
        let field = self.field.unwrap_or("row");
        let code = self.code.replace('_', " ");
        let cut: String = cell.chars().take(120).collect();
        let found = if cell.is_empty() {
            String::new()
        } else {
            format!(", found “{cut}”")
        };
        let allowed = match self.allowed {
            "" => String::new(),
            allowed => format!("; {allowed}"),
        };
        format!("{field}: {code}{found}{allowed}")
    }
}
