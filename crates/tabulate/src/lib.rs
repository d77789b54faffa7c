//! Counts sealed columns by what stands in them.
//!
//! The one room that knows how columns are read; it knows nothing of what a number means. Columns
//! come as encrypted Parquet files ([`Sealed`]); what is wanted is a [`Plan`]: by which columns, of
//! which rows. Files are read side by side, on as many threads as the machine has cores; each opens
//! the columns that the plan names and no other, adds each row up where it belongs, and forgets it.
//! Nothing is written to the disk on the way.
//!
//! A row that holds several codes at once under a column is counted under each of them, so the
//! counts along such a column overlap: whoever asks says so beside the table.

mod engine;

use std::collections::BTreeMap;
use std::path::PathBuf;

use zeroize::Zeroizing;

/// One encrypted Parquet file.
#[derive(Clone)]
pub struct File {
    /// Where it lies.
    pub path: PathBuf,
    /// The key of its footer and columns: AES-256-GCM.
    pub key: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("File")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// What a column is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// One number of a code, from 1; 0 where nothing was said. 16 bits without a sign.
    One,
    /// A set of codes: code `n`, from 1, is bit `n - 1`. 64 bits without a sign.
    Set,
}

/// Sealed files with the same columns.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// The files.
    pub files: Vec<File>,
    /// The columns that a plan may name.
    pub columns: Vec<(String, Width)>,
}

/// By what rows are counted: one dimension of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// The codes of a column that holds one: 0 for nothing said, up to `codes`.
    Code {
        /// Which column.
        column: String,
        /// How many codes it has.
        codes: u16,
    },
    /// Groups of codes of a column that holds a set, from 1: a row counts once under each group of
    /// which it holds any code. 0 where it holds none of any.
    EachOf {
        /// Which column.
        column: String,
        /// The bits of each group.
        groups: Vec<u64>,
    },
    /// The year of a month, as the year itself. A row of another year is not counted.
    Year {
        /// Which column: twelve times the year, plus the month from 1.
        column: String,
        /// The first year.
        from: u16,
        /// The last year.
        to: u16,
    },
    /// The month, as it stands. A row of another month is not counted.
    Month {
        /// Which column.
        column: String,
        /// The first month.
        from: u16,
        /// The last month.
        to: u16,
    },
}

/// Which rows are counted. All conditions hold together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The column holds one of these; 0 stands for nothing said.
    OneOf {
        /// Which column.
        column: String,
        /// Which numbers.
        codes: Vec<u16>,
    },
    /// The set in the column holds at least one of these bits.
    AnyOf {
        /// Which column.
        column: String,
        /// The bits.
        bits: u64,
    },
    /// The set in the column holds none of these bits.
    NoneOf {
        /// Which column.
        column: String,
        /// The bits.
        bits: u64,
    },
    /// The month in the column is from one to another, both included.
    Between {
        /// Which column.
        column: String,
        /// From.
        from: u16,
        /// To.
        to: u16,
    },
}

/// What is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// By what rows are counted, in the order of the answer's keys.
    pub by: Vec<By>,
    /// Of which rows.
    pub of: Vec<Condition>,
}

/// How many rows stand under each key: a number for each dimension of the plan. What nothing stands
/// under is not there.
pub type Counted = BTreeMap<Vec<u16>, u64>;

/// A count that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum TabulateError {
    /// The plan names a column that is not there, or uses it for what it is not.
    #[error("tabulate_column: {column:?} is no column of {wanted}")]
    Column {
        /// Which.
        column: String,
        /// What it was used for.
        wanted: &'static str,
    },
    /// There would be more places than are counted at once.
    #[error("tabulate_large: the table would have {places} places; allowed: up to {allowed}")]
    Large {
        /// How many there would be.
        places: u128,
        /// How many there may be.
        allowed: u128,
    },
    /// A file cannot be opened with its key, or is damaged.
    #[error("tabulate_refused: the columns cannot be read: {0}")]
    Refused(#[from] parquet::errors::ParquetError),
    /// The disk refuses.
    #[error("tabulate_refused: the columns cannot be read: {0}")]
    Disk(#[from] std::io::Error),
}

impl TabulateError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Column { .. } => "tabulate_column",
            Self::Large { .. } => "tabulate_large",
            Self::Refused(_) | Self::Disk(_) => "tabulate_refused",
        }
    }
}

/// Counts. It blocks until the answer is there, on as many threads as the machine has cores.
///
/// # Errors
/// When the plan does not fit the columns, or a file cannot be read or opened.
pub fn count(sealed: &Sealed, plan: &Plan) -> Result<Counted, TabulateError> {
    engine::count(sealed, plan)
}

/// What stands in two columns of a row: one of single numbers, one of sets.
pub type Found = (u16, u64);

/// Finds rows: what stands in a column of single numbers and in one of sets, of each row that fits,
/// in the order of the files. It blocks until the answer is there.
///
/// # Errors
/// When the conditions or the columns do not fit the files, or a file cannot be read or opened.
pub fn find(
    sealed: &Sealed,
    of: &[Condition],
    (one, set): (&str, &str),
) -> Result<Vec<Found>, TabulateError> {
    engine::find(sealed, of, (one, set))
}

#[cfg(test)]
mod tests;
