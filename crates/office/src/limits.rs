//! How often one person may do what can harm many. Whoever needs more asks a second person.
//!
//! The numbers are of the house: above what a shelter's caseworker or a coordinator does in a day
//! of work, and far below what it takes to copy a caseload. They are read at the journal's head.

use std::time::Duration;

/// At most so many of a kind of act, in so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The kinds of act that count, as the journal names them.
    pub(crate) kinds: &'static [&'static str],
    /// How many.
    pub most: u64,
    /// In how long.
    pub within: Duration,
}

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// Reads of dossiers, alone or together with the person concerned.
pub const READS: Limit = Limit {
    kinds: &["DossierRead", "AccessGiven"],
    most: 200,
    within: HOUR,
};

/// Searches by name.
pub const SEARCHES: Limit = Limit {
    kinds: &["NamesSearched"],
    most: 60,
    within: HOUR,
};

/// Estimates from the node's own lists: two that differ by a list tell of whoever is on it alone.
pub const LISTS: Limit = Limit {
    kinds: &["ListsEstimated"],
    most: 60,
    within: DAY,
};

/// Emergency openings.
pub const GLASSES: Limit = Limit {
    kinds: &["GlassBroken"],
    most: 3,
    within: DAY,
};

/// Exports that are taken.
pub const EXPORTS: Limit = Limit {
    kinds: &["ExportTaken"],
    most: 5,
    within: DAY,
};
