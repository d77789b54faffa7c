//! What tests of several rooms need: invented tables of invented States, and the way to real data
//! that may be read but not carried; and a disk that loses what was not synced.

pub mod cluster;
pub mod power;
pub mod random;

#[cfg(feature = "counts")]
pub use share::counts;

use std::path::{Path, PathBuf};

use terms::cell::Cell;
use terms::limit::Limit;
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension, Table};

/// The folder of the repository.
#[must_use]
pub fn repository() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest
        .ancestors()
        .nth(2)
        .map(Path::to_path_buf)
        .unwrap_or_default()
}

/// A file of real data that stands beside the repository (in `../shared/data`, or in `data` of the
/// folder that `PALERMO_SHARED` names) and is never carried in it. Where it is absent the test
/// says so and skips.
#[must_use]
pub fn shared(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("PALERMO_SHARED")
        .map_or_else(|| repository().join("../shared"), PathBuf::from);
    let path = folder.join("data").join(file);
    if path.is_file() {
        return Some(path);
    }
    #[expect(
        clippy::print_stderr,
        reason = "a skipped test must say that it was skipped"
    )]
    {
        eprintln!("skipped: {} is not there", path.display());
    }
    None
}

/// The source of an invented table: plainly invented, free to use.
#[must_use]
pub fn invented_source(vintage: &str) -> Source {
    Source {
        publisher: "Statistical Office of XA (invented)".into(),
        title: "Invented table".into(),
        address: "https://example.org/invented".into(),
        licence: "CC0 1.0".into(),
        attribution: "Statistical Office of XA (invented)".into(),
        vintage: vintage.into(),
        retrieved: None,
        content_sha256: None,
    }
}

/// Builds a table of an invented publisher.
#[derive(Debug)]
pub struct InventedTable {
    table: Table,
}

impl InventedTable {
    /// A table with these dimensions, whose codes exclude each other.
    #[must_use]
    pub fn by(id: &str, unit: CountedUnit, dimensions: &[&str]) -> Self {
        let dimensions = dimensions
            .iter()
            .map(|id| Dimension::disjoint(id, "invented@1"))
            .collect();
        Self::with(id, unit, dimensions)
    }

    /// A table with these dimensions.
    #[must_use]
    pub fn with(id: &str, unit: CountedUnit, dimensions: Vec<Dimension>) -> Self {
        let counting = CountingRule {
            unit,
            reference_date: "date of the incident".into(),
            statement: "Invented for a test.".into(),
        };
        let limits = vec![Limit::MinimumCount];
        Self {
            table: Table::new(id, dimensions, counting, invented_source("2026"), limits),
        }
    }

    /// Adds a cell.
    ///
    /// # Panics
    /// When the place is filled already: a test's own mistake.
    #[must_use]
    pub fn cell(mut self, codes: &[&str], cell: Cell) -> Self {
        self.table
            .push(codes, cell)
            .expect("each place of an invented table is filled once");
        self
    }

    /// Adds an exact count.
    ///
    /// # Panics
    /// As [`InventedTable::cell`].
    #[must_use]
    pub fn count(self, codes: &[&str], count: u64) -> Self {
        self.cell(codes, Cell::Exact(count))
    }

    /// The table.
    #[must_use]
    pub fn build(self) -> Table {
        self.table
    }
}
