//! Lists of cases that are held elsewhere, brought in by somebody who works here: what a file comes
//! to, before the office is asked.

use evidence::record::{PersonRole, Record};
use protect::Confidential;
use terms::finding::Finding;

pub use share::cases::{
    MAP_BYTES_MAX, Map, Proposal, Proposed, ShownCase, Sure, Tally, Told, Weight, bound, preview,
    proposed,
};
use share::cases::{Taken, map};

/// By what the columns of a file are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// The layout of IOM's case standard, HTCDS 2.0.
    Standard,
    /// A map, as its file spells it.
    Map(String),
}

/// What a file came to.
#[derive(Debug)]
pub struct CasesRead {
    /// Rows that were read.
    pub rows: u64,
    /// What is told of it; nothing of a cell stands in it.
    pub told: Told,
    /// How many records have an answer to each concept; under none, what is bound to nothing.
    pub bound: Vec<(Option<String>, u64)>,
    /// The first records, what is nominal left out.
    pub shown: Vec<ShownCase>,
    /// The records, sealed. None where the file is refused.
    pub records: Vec<(PersonRole, Confidential<Record>)>,
}

/// Records that a preview shows.
const SHOWN: usize = 3;

/// Proposes a map for a file; the answer is the proposal, and the map as its file spells it.
///
/// # Errors
/// What was found, where the file cannot be read.
pub fn propose(bytes: &[u8], name: &str) -> Result<(Proposed, String), Vec<Finding>> {
    let found = share::cases::propose(bytes, name, None).map_err(|error| error.findings())?;
    let text = proposed(&found, name);
    Ok((found, text))
}

/// Reads a file of cases.
///
/// # Errors
/// What was found, where the file or the map cannot be read at all. A file that is refused for what
/// stands in it says so in what is told, and has no records.
pub fn read(bytes: &[u8], name: &str, by: &By) -> Result<CasesRead, Vec<Finding>> {
    let taken = match by {
        By::Standard => share::cases::htcds(bytes, name, None),
        By::Map(text) => share::cases::table(bytes, name, &map(text, "map")?),
    };
    let Taken {
        rows, cases, told, ..
    } = taken.map_err(|error| error.findings())?;
    let refused = told.is_refused();
    let (bound, shown) = (bound(&cases), preview(&cases, SHOWN));
    let cases = cases.into_iter().filter(|_| !refused);
    Ok(CasesRead {
        rows,
        told,
        bound: bound.into_iter().collect(),
        shown,
        records: cases
            .map(|case| (case.role, Confidential::seal(case.record)))
            .collect(),
    })
}
