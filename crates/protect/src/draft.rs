//! A counted table before anything is masked.

use terms::hierarchy::Hierarchy;
use terms::table::Table;

/// What stands behind one cell, as far as it was counted.
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

/// A counted table before anything is masked. It travels as `Confidential<Draft>`.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The counts, all of them exact, or absent with a reason.
    pub table: Table,
    /// How the codes of each dimension add up, in the order of the table's dimensions.
    pub hierarchies: Vec<Hierarchy>,
    /// Whom it counts, such as `victims detected in XXA`. Tables of one population and vintage that
    /// share a cell say the same thing of it.
    pub population: String,
    /// Of which state of the records, such as the date of the count. Vintages of one population
    /// differ by what was entered, corrected or erased between.
    pub vintage: String,
    /// The dimension whose codes are the parties that handed in the counts, if there is one. Each
    /// party knows its own.
    pub party_dimension: Option<String>,
    /// What stands behind each cell, in the order of the table's cells; empty when nothing of it
    /// was counted.
    pub behind: Vec<Behind>,
}
