//! Complementary suppression: which cells to mask besides the sensitive ones, losing little.
//!
//! Masking small counts protects nothing while the rest of their sums is printed. A sensitive cell
//! is protected by *witnesses*: tables that agree with all that is printed and in which the cell
//! is as large, or as small, as the rule wants. Whoever attacks cannot rule a witness out.
//!
//! Method: one sensitive cell after the other, each by the witness that needs the cheapest further
//! masks: a linear programme with the sums as its rows, in which a change of a masked cell costs
//! next to nothing (the network and linear-programming heuristics of Kelly, Golden and Assad,
//! "Cell suppression: disclosure protection for sensitive tabular data", Networks 22, 1992, and
//! the auxiliary programmes of Fischetti and Salazar, "Solving the cell suppression problem on
//! tabular data with linear constraints", Management Science 47(7), 2001). Whatever else moves in a
//! witness is shown to be free as well. Tables of up to 1,000 cells that can change are worked
//! over: masks that have become needless are taken away again, the dearest first.
//!
//! The result is good, not the best: the cheapest pattern of all is a hard problem. In large tables
//! the programmes look around the cell first, and at the whole table only where that does not do.
//! A witness may hold fractions where no whole-numbered one was found; the attack that follows
//! each proposal for a release looks for whole numbers again where that is cheap.

mod lattice;
mod problem;
mod search;
mod witness;

pub(crate) use problem::sums;
pub use problem::{Need, Problem, ProblemError};

/// Which cells are masked, and which sensitive cells could not be protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// For each cell whether it is masked.
    pub masked: Vec<bool>,
    /// Sensitive cells that stay exposed, however much is masked.
    pub exposed: Vec<usize>,
    /// The whole-numbered witnesses: cells, and by how much they differ from the counts.
    pub witnesses: Vec<Vec<(usize, i64)>>,
}

/// Finds a pattern.
///
/// The cells that the problem fixes are printed whatever becomes of the sensitive ones; those that
/// cannot be protected against them are in [`Pattern::exposed`].
#[must_use]
pub fn complementary(problem: &Problem) -> Pattern {
    search::pattern(problem)
}
