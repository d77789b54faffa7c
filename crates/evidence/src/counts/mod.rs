//! A table of counts as an office prints it: what it says, which cells are hidden, and which of its
//! codes add up.
//!
//! A table comes in as rows of text, with a [`Layout`] that says what the table itself does not.
//! [`read`] gives a [`CountTable`], with findings; a table with an error is not given. Nothing here
//! knows CSV from a workbook.
//!
//! The table may be a draft that nobody has released. Whoever reads one keeps it as such; findings
//! name places and signs of the file, and repeat no count that could be read.

mod grid;
pub mod layout;
pub mod printed;
mod shape;
mod sums;
mod total;

use terms::finding::{Finding, Severity};
use terms::hierarchy::Hierarchy;
use terms::table::Table;

pub use layout::{Dash, Form, Layout, Sums};
pub use shape::HEADER_ROWS_MAX;

/// Most cells that a table may have.
pub const CELLS_MAX: usize = 1_000_000;
/// Most dimensions that a table may have.
pub const DIMENSIONS_MAX: usize = 8;
/// Findings of one file that are told; further ones are counted.
pub const FINDINGS_MAX: usize = 500;

/// One row of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// As a spreadsheet counts it.
    pub number: u64,
    /// Its fields.
    pub fields: Vec<String>,
    /// The first field whose bytes are not text, if the edge found one.
    pub undecodable: Option<usize>,
}

/// What stands behind one cell, as far as the file says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Behind {
    /// How many events.
    pub events: Option<u64>,
    /// How many sources (agencies).
    pub sources: Option<u64>,
    /// How many parties.
    pub contributors: Option<u64>,
    /// How many people live where it was counted.
    pub inhabitants: Option<u64>,
}

/// What adding up the printed cells came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SumCounts {
    /// Sums of which the total and every part is a count, hidden or not.
    pub checked: u64,
    /// Those among them that cannot hold.
    pub inconsistent: u64,
    /// Sums of which the total or a part has no value.
    pub open: u64,
}

/// A table of counts.
#[derive(Debug, Clone)]
pub struct CountTable {
    /// The cells as printed. The bounds of a mask that prints none are those that every reader can
    /// work out: from the layout's lower bound to the smallest printed total over the cell.
    pub table: Table,
    /// How the codes of each dimension add up, in the order of the table's dimensions.
    pub hierarchies: Vec<Hierarchy>,
    /// What stands behind each cell, in the order of the table's cells; empty when the file says
    /// nothing of it.
    pub behind: Vec<Behind>,
    /// Whom it counts.
    pub population: String,
    /// Of which state of the records.
    pub vintage: String,
    /// The dimension whose codes are the parties that handed in the counts.
    pub party_dimension: Option<String>,
    /// What adding up came to.
    pub sums: SumCounts,
    /// Hidden cells of which the file prints no upper bound and the layout says none.
    pub bounds_from_totals: u64,
    /// In which form it stood in its file.
    pub form: Form,
}

impl CountTable {
    /// The total of each dimension, in the order of the dimensions; none where none is known.
    pub fn totals(&self) -> impl Iterator<Item = Option<&str>> {
        self.hierarchies.iter().map(Hierarchy::whole)
    }
}

/// What reading a table came to.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The table; none when a finding is an error.
    pub table: Option<CountTable>,
    /// Everything found, in the order of the rows.
    pub findings: Vec<Finding>,
    /// Rows below the header that were read.
    pub rows_read: u64,
}

/// Whether these rows hold a table of counts: the way to find the delimiter of a text, or the sheet
/// of a workbook.
#[must_use]
pub fn recognises(rows: &[Row], layout: &Layout) -> bool {
    shape::find(rows, layout).is_some()
}

/// Reads a table from the rows of a file. `content_sha256` is the hash of what was read.
#[must_use]
pub fn read(file: &str, rows: &[Row], layout: &Layout, content_sha256: &str) -> Taken {
    let mut findings = Findings::new(file);
    let mut rows_read = 0;
    let table = shape::header(file, rows, layout, &mut findings.all).and_then(|header| {
        let below = &rows[header.at + 1..];
        rows_read = below.iter().filter(|row| !row.is_blank()).count() as u64;
        let grid = grid::Grid::read(&header, below, layout, &mut findings);
        sums::table(&header, grid, layout, content_sha256, &mut findings)
    });
    let (findings, sound) = findings.finish();
    Taken {
        table: table.filter(|_| sound),
        findings,
        rows_read,
    }
}

impl Row {
    /// Whether nothing stands in it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.filled() == 0
    }

    /// In how many fields something stands.
    fn filled(&self) -> usize {
        let is_filled = |field: &&String| !field.trim().is_empty();
        self.fields.iter().filter(is_filled).count()
    }
}

/// What is found in one file, told up to a number.
struct Findings<'f> {
    file: &'f str,
    all: Vec<Finding>,
    left_off: u64,
    error_left_off: bool,
}

impl<'f> Findings<'f> {
    const fn new(file: &'f str) -> Self {
        Self {
            file,
            all: Vec::new(),
            left_off: 0,
            error_left_off: false,
        }
    }

    /// A finding of this file, to be filled in and pushed.
    fn of(&self, code: &'static str, severity: Severity) -> Finding {
        Finding::of_file(self.file, code, severity)
    }

    fn push(&mut self, finding: Finding) {
        if self.all.len() < FINDINGS_MAX {
            self.all.push(finding);
        } else {
            self.left_off += 1;
            self.error_left_off |= finding.severity == Severity::Error;
        }
    }

    /// Whether no finding is an error.
    fn sound(&self) -> bool {
        let is_error = |finding: &Finding| finding.severity == Severity::Error;
        !self.error_left_off && !self.all.iter().any(is_error)
    }

    /// The findings in the order of the rows, and whether none is an error.
    fn finish(mut self) -> (Vec<Finding>, bool) {
        self.all.sort_by_key(|finding| finding.row.unwrap_or(0));
        let sound = self.sound();
        if self.left_off > 0 {
            let more = self
                .of("findings_left_off", Severity::Notice)
                .found(&format!("{} more", self.left_off));
            self.all.push(more);
        }
        (self.all, sound)
    }
}

#[cfg(test)]
mod tests;
