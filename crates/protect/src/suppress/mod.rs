//! Complementary suppression: which cells to mask besides the sensitive ones, losing little.
//!
//! Masking small counts protects nothing while the rest of their sums is printed. This module
//! starts from the other end: everything is masked, and cells are printed one by one, the most
//! useful first, as long as every sensitive cell keeps a *witness*, a table that agrees with
//! all that is printed and in which the cell is as large (or as small) as the rule wants. What is
//! left at the end is a pattern in which no further cell was found that could be printed: a walk
//! that gets stuck counts as a no, so in tables of many dimensions more is masked than needed.
//!
//! Related work: the greedy order is that of Langsrud, "Secondary cell suppression by Gaussian
//! elimination" (Privacy in Statistical Databases 2024), which asks that no sensitive cell lie in
//! the span of the printed ones; asking for witnesses instead (the protection levels of Fischetti
//! and Salazar, "Solving the cell suppression problem on tabular data with linear constraints",
//! Management Science 47(7), 2001) also keeps a cell from being shown to be small.

mod problem;

pub(crate) use problem::sums;
pub use problem::{Need, Problem, ProblemError};

use std::collections::HashSet;

use crate::attack::walk::{Reach, Walk};

/// Which cells are masked, and which sensitive cells could not be protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// For each cell whether it is masked.
    pub masked: Vec<bool>,
    /// Sensitive cells that stay exposed, however much is masked.
    pub exposed: Vec<usize>,
}

/// Finds a pattern.
///
/// The cells that the problem fixes are printed whatever becomes of the sensitive ones; those that
/// cannot be protected against them are in [`Pattern::exposed`].
///
/// # Errors
/// When the counts do not add up; see [`ProblemError`].
pub fn complementary(problem: &Problem) -> Result<Pattern, ProblemError> {
    let mut search = Search::begin(problem)?;
    search.print_what_can_be();
    Ok(search.pattern())
}

/// A sensitive cell with its witnesses.
#[derive(Debug, Clone)]
struct Guarded {
    need: Need,
    /// Cells that change in the witness of its being large, and of its being small.
    witnesses: Vec<usize>,
}

struct Search<'a> {
    problem: &'a Problem,
    walk: Walk,
    guarded: Vec<Guarded>,
    exposed: Vec<usize>,
    masked: Vec<bool>,
}

impl<'a> Search<'a> {
    fn begin(problem: &'a Problem) -> Result<Self, ProblemError> {
        let mut search = Self {
            problem,
            walk: problem.walk()?,
            guarded: Vec::new(),
            exposed: Vec::new(),
            masked: problem.fixed().iter().map(|fixed| !fixed).collect(),
        };
        for need in problem.needs() {
            match search.witnesses(need) {
                Some(witnesses) => search.guarded.push(Guarded {
                    need: *need,
                    witnesses,
                }),
                None => search.exposed.push(need.cell),
            }
        }
        Ok(search)
    }

    /// The cells that change in two tables: one in which the cell is small, one in which it is so
    /// much larger that the interval is wide enough.
    fn witnesses(&mut self, need: &Need) -> Option<Vec<usize>> {
        let mut cells = HashSet::new();
        let lowest = match self.walk.reach(need.cell, false, need.down_to) {
            Reach::Witness(moved) => {
                cells.extend(moved);
                need.down_to
            }
            Reach::Limit(limit) if !need.down_needed => limit,
            Reach::Unproven if !need.down_needed => self.problem.counts()[need.cell],
            _ => return None,
        };
        let highest = need.up_to.max(lowest + need.width);
        match self.walk.reach(need.cell, true, highest) {
            Reach::Witness(moved) => cells.extend(moved),
            _ => return None,
        }
        Some(cells.into_iter().collect())
    }

    /// Prints cells, the dearest first, as long as every sensitive cell stays protected.
    fn print_what_can_be(&mut self) {
        let mut order: Vec<usize> = (0..self.masked.len())
            .filter(|&cell| self.masked[cell] && !self.problem.is_sensitive(cell))
            .collect();
        order.sort_by_key(|&cell| (std::cmp::Reverse(self.problem.cost(cell)), cell));
        self.print_all_or_parts(&order);
    }

    fn print_all_or_parts(&mut self, cells: &[usize]) {
        if cells.is_empty() || self.try_to_print(cells) || cells.len() == 1 {
            return;
        }
        let (dear, cheap) = cells.split_at(cells.len().div_ceil(2));
        self.print_all_or_parts(dear);
        self.print_all_or_parts(cheap);
    }

    /// Prints these cells if every sensitive cell then still has its witnesses.
    fn try_to_print(&mut self, cells: &[usize]) -> bool {
        for &cell in cells {
            self.walk.freeze(cell);
        }
        let printed: HashSet<usize> = cells.iter().copied().collect();
        for at in 0..self.guarded.len() {
            let touched = &self.guarded[at].witnesses;
            if !touched.iter().any(|cell| printed.contains(cell)) {
                continue;
            }
            let need = self.guarded[at].need;
            if let Some(witnesses) = self.witnesses(&need) {
                self.guarded[at].witnesses = witnesses;
            } else {
                for &cell in cells {
                    self.walk.thaw(cell);
                }
                // Whoever fails is likely to fail again: it is asked first from now on.
                self.guarded.swap(0, at);
                return false;
            }
        }
        for &cell in cells {
            self.walk.forget(cell);
            self.masked[cell] = false;
        }
        true
    }

    fn pattern(self) -> Pattern {
        Pattern {
            masked: self.masked,
            exposed: self.exposed,
        }
    }
}
