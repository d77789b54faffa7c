//! What is to be protected: counts, their sums, and what each sensitive cell needs.

use std::collections::HashMap;

use terms::cell::{Absence, Cell};
use terms::hierarchy::Hierarchy;
use terms::table::Table;

use super::lattice::Lattice;

/// What an attacker must not be able to rule out of a sensitive cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The cell, by its number in the table.
    pub cell: usize,
    /// It can be at least so large.
    pub up_to: i64,
    /// It can be at most so large; see `down_needed`.
    pub down_to: i64,
    /// Whether `down_to` must be reached. If not, it is only tried, and how far it got counts
    /// towards the width.
    pub down_needed: bool,
    /// The largest and smallest possible count differ by at least this.
    pub width: i64,
}

impl Need {
    /// Whether a cell that can be as small and as large as this has what it needs.
    #[must_use]
    pub const fn is_met(&self, (least, most): (i64, i64)) -> bool {
        most >= self.up_to
            && most - least >= self.width
            && (!self.down_needed || least <= self.down_to)
    }
}

/// A counted table with what it needs.
#[derive(Debug, Clone)]
pub struct Problem {
    counts: Vec<i64>,
    sums: Vec<(usize, Vec<usize>)>,
    fixed: Vec<bool>,
    costs: Vec<u64>,
    needs: Vec<Need>,
    sensitive: Vec<bool>,
    lattice: Lattice,
}

/// Why a table cannot be protected at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProblemError {
    /// A cell is not a count.
    #[error("the cell at {0} is not a count")]
    NotACount(String),
    /// The table needs one hierarchy for each dimension.
    #[error("the table has {dimensions} dimensions and {hierarchies} hierarchies")]
    WrongWidth {
        /// Dimensions of the table.
        dimensions: usize,
        /// Hierarchies given.
        hierarchies: usize,
    },
    /// A total is not the sum of its parts.
    #[error("the total at {total} is {found}, and its parts add up to {parts}")]
    DoesNotAddUp {
        /// Codes of the total.
        total: String,
        /// What stands there.
        found: i64,
        /// What the parts add up to.
        parts: i64,
    },
}

impl Problem {
    /// The counts and sums of a table. A part that is not in the table counts nobody. Cells that
    /// are absent because they do not apply are zeros that everybody knows.
    ///
    /// Every cell costs one, and more the larger it is: the logarithm to base two of its count in
    /// eighths, so that eight doublings weigh as much as one more cell. The count of everybody
    /// costs eight times as much.
    ///
    /// # Errors
    /// When a cell is no count or a total is not the sum of its parts.
    pub fn of(table: &Table, hierarchies: &[Hierarchy]) -> Result<Self, ProblemError> {
        let mut counts = Vec::with_capacity(table.len());
        let mut fixed = vec![false; table.len()];
        for (at, (codes, cell)) in table.iter().enumerate() {
            counts.push(match cell {
                Cell::Exact(count) => {
                    i64::try_from(*count).map_err(|_| ProblemError::NotACount(codes.join(" / ")))?
                }
                Cell::Absent(Absence::NotApplicable) => {
                    fixed[at] = true;
                    0
                }
                _ => return Err(ProblemError::NotACount(codes.join(" / "))),
            });
        }
        let sums = sums(table, hierarchies)?;
        for (total, parts) in &sums {
            let sum: i64 = parts.iter().map(|&part| counts[part]).sum();
            if sum != counts[*total] {
                return Err(ProblemError::DoesNotAddUp {
                    total: codes_of(table, *total),
                    found: counts[*total],
                    parts: sum,
                });
            }
        }
        let whole: Option<Vec<&str>> = hierarchies.iter().map(Hierarchy::whole).collect();
        let whole = whole.and_then(|codes| table.row(&codes));
        let costs = counts.iter().enumerate().map(|(cell, &count)| {
            let times = if Some(cell) == whole { WHOLE_COSTS } else { 1 };
            times * cost_of(count)
        });
        let costs = costs.collect();
        Ok(Self {
            sensitive: vec![false; counts.len()],
            lattice: Lattice::of(table, hierarchies),
            needs: Vec::new(),
            counts,
            sums,
            fixed,
            costs,
        })
    }

    /// Says what a sensitive cell needs.
    pub fn protect(&mut self, need: Need) {
        self.sensitive[need.cell] = true;
        self.needs.push(need);
    }

    /// Masks a cell without asking anything for it.
    pub fn mask(&mut self, cell: usize) {
        self.sensitive[cell] = true;
    }

    /// Takes a cell as printed, whatever becomes of the rest.
    pub fn fix(&mut self, cell: usize) {
        self.fixed[cell] = true;
    }

    /// Says what it costs to mask a cell, in the measure of [`Problem::of`].
    pub fn price(&mut self, cell: usize, cost: u64) {
        self.costs[cell] = cost;
    }

    /// The counts.
    #[must_use]
    pub fn counts(&self) -> &[i64] {
        &self.counts
    }

    /// Each total with its parts, by the cells' numbers.
    #[must_use]
    pub fn sums(&self) -> &[(usize, Vec<usize>)] {
        &self.sums
    }

    pub(super) fn fixed(&self) -> &[bool] {
        &self.fixed
    }

    pub(super) fn needs(&self) -> &[Need] {
        &self.needs
    }

    pub(super) fn is_sensitive(&self, cell: usize) -> bool {
        self.sensitive[cell]
    }

    pub(super) fn cost(&self, cell: usize) -> u64 {
        self.costs[cell]
    }

    pub(super) fn lattice(&self) -> &Lattice {
        &self.lattice
    }
}

/// As many other cells are masked before the count of everybody, which every reader looks for.
const WHOLE_COSTS: u64 = 8;

/// One, and an eighth for each doubling.
fn cost_of(count: i64) -> u64 {
    8 + u64::from(count.unsigned_abs().checked_ilog2().unwrap_or(0))
}

/// Each total with its parts, for every combination of the other dimensions' codes.
pub(crate) fn sums(
    table: &Table,
    hierarchies: &[Hierarchy],
) -> Result<Vec<(usize, Vec<usize>)>, ProblemError> {
    if hierarchies.len() != table.dimensions().len() {
        return Err(ProblemError::WrongWidth {
            dimensions: table.dimensions().len(),
            hierarchies: hierarchies.len(),
        });
    }
    let rows: Vec<Vec<&str>> = table.iter().map(|(codes, _)| codes).collect();
    let at: HashMap<&[&str], usize> = rows
        .iter()
        .enumerate()
        .map(|(row, codes)| (codes.as_slice(), row))
        .collect();
    let mut sums = Vec::new();
    for (dimension, hierarchy) in hierarchies.iter().enumerate() {
        for (total, parts) in hierarchy.sums() {
            for (row, codes) in rows.iter().enumerate() {
                if codes[dimension] != total {
                    continue;
                }
                let mut other = codes.clone();
                let found = parts.iter().filter_map(|part| {
                    other[dimension] = part;
                    at.get(other.as_slice()).copied()
                });
                let found: Vec<usize> = found.collect();
                // A total whose parts are nowhere is a table cut off there, not a sum of nothing.
                if !found.is_empty() {
                    sums.push((row, found));
                }
            }
        }
    }
    Ok(sums)
}

fn codes_of(table: &Table, row: usize) -> String {
    let codes = table.iter().nth(row).map(|(codes, _)| codes.join(" / "));
    codes.unwrap_or_default()
}
