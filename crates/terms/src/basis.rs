//! On what a fact in a list rests.

use crate::rows::{ListFileError, Row};

/// On what a fact in a list rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// Read in a source, which a note or the list's entry names.
    Sourced,
    /// Written from general knowledge; to be checked before a decision rests on it.
    Memory,
    /// Decided by this project, for want of a standard.
    Own,
    /// Entered by the node that uses the list.
    Node,
}

impl Basis {
    /// The word in the list files.
    pub const fn code(self) -> &'static str {
        match self {
            Basis::Sourced => "sourced",
            Basis::Memory => "memory",
            Basis::Own => "own",
            Basis::Node => "node",
        }
    }

    pub(crate) fn read(row: &Row) -> Result<Basis, ListFileError> {
        [Basis::Sourced, Basis::Memory, Basis::Own, Basis::Node]
            .into_iter()
            .find(|basis| basis.code() == row.text("basis"))
            .ok_or_else(|| row.fault("basis", "not one of sourced, memory, own, node"))
    }
}
