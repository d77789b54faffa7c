//! Walking among the tables that agree with what is printed.
//!
//! From one table that satisfies every sum, [`Walk`] looks for others in which a given cell is
//! larger or smaller. Whatever it finds is a *witness*: a table that an attacker cannot rule out.
//!
//! Method: the primal simplex method with bounds on the unknowns (Dantzig, "Linear Programming and
//! Extensions", 1963, chapter 18), from a table instead of a corner. The first walk pivots on 1 and
//! -1 alone and steps by whole numbers: what it finds is a table of whole numbers. Where it gets
//! stuck a second walk takes fractions, if the table is small. Every witness is checked against
//! every sum and bound before it counts. Where none is found the walk says that it does not know,
//! which a release takes for a no.

use std::collections::BTreeMap;

use super::fraction;
use super::system::{Equation, System};
use super::tableau::{Tableau, is_one};

/// How far one unknown can go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// It gets there: the unknowns that differ from the table at which the walk began.
    Witness(Vec<usize>),
    /// It gets this far and, by the optimum of the linear programme, no farther.
    Limit(i64),
    /// The walk did not get there, and has not shown that there is no way.
    Unproven,
}

/// A walk among tables; see the module.
#[derive(Debug, Clone)]
pub struct Walk {
    tableau: Tableau,
    start: Vec<f64>,
    place: Place,
    frozen: Vec<bool>,
    equations: Vec<Equation>,
    /// For each unknown the sums that it is in.
    sums_of: Vec<Vec<usize>>,
}

/// Why no walk can begin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoWalk {
    /// The point does not satisfy the sums or the bounds.
    #[error("the table to begin with does not agree with what is printed")]
    NotATable,
    /// The sums cannot be solved on whole numbers alone.
    #[error("the sums cannot be solved without fractions")]
    Fractions,
}

/// A step along one free unknown: which column, how far, and what stops it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) column: usize,
    pub(super) amount: f64,
    pub(super) gain: f64,
    pub(super) stop: Option<usize>,
}

/// A difference that rounding errors make.
pub(super) const SMALL: f64 = 1e-6;
/// After how many steps a walk by whole steps is given up.
const STEPS_MAX: usize = 60;

impl Walk {
    /// Begins at a table of whole numbers, one for each unknown of the system.
    ///
    /// # Errors
    /// See [`NoWalk`].
    pub fn from(system: &System, start: Vec<i64>) -> Result<Self, NoWalk> {
        let unknowns = system.unknowns();
        let within = unknowns.iter().zip(&start).all(|(unknown, &value)| {
            unknown.lower.is_none_or(|lower| lower <= value)
                && unknown.upper.is_none_or(|upper| value <= upper)
        });
        let adds_up = system.equations().iter().all(|equation| {
            let terms = equation.terms.iter();
            let sum: i64 = terms.map(|&(at, times)| times * start[at]).sum();
            sum == equation.constant
        });
        if start.len() != unknowns.len() || !within || !adds_up {
            return Err(NoWalk::NotATable);
        }
        let tableau = Tableau::of(unknowns.len(), system.equations()).ok_or(NoWalk::Fractions)?;
        let start: Vec<f64> = start.into_iter().map(float).collect();
        let bound = |bound: Option<i64>, none: f64| bound.map_or(none, float);
        Ok(Self {
            tableau,
            place: Place {
                at: start.clone(),
                lower: unknowns
                    .iter()
                    .map(|unknown| bound(unknown.lower, f64::NEG_INFINITY))
                    .collect(),
                upper: unknowns
                    .iter()
                    .map(|unknown| bound(unknown.upper, f64::INFINITY))
                    .collect(),
            },
            frozen: vec![false; unknowns.len()],
            sums_of: sums_of(unknowns.len(), system.equations()),
            equations: system.equations().to_vec(),
            start,
        })
    }

    /// Takes an unknown as known: it stays where it is.
    pub fn freeze(&mut self, unknown: usize) {
        self.tableau.free_of(unknown, &self.frozen);
        self.frozen[unknown] = true;
    }

    /// Takes it as unknown again.
    pub fn thaw(&mut self, unknown: usize) {
        self.frozen[unknown] = false;
    }

    /// Takes an unknown as known for good, which makes every later step cheaper.
    pub fn forget(&mut self, unknown: usize) {
        self.tableau.free_of(unknown, &self.frozen);
        self.frozen[unknown] = true;
        self.tableau.drop_column_of(unknown);
    }

    /// Looks for a table in which the unknown is at least (`up`) or at most `target`.
    pub fn reach(&mut self, unknown: usize, up: bool, target: i64) -> Reach {
        let goal = Goal {
            unknown,
            up,
            target,
        };
        if let Some(cells) = self.by_whole_steps(&goal) {
            return Reach::Witness(cells);
        }
        fraction::reach(self, &goal)
    }

    /// The walk by whole steps: the cells that differ at its end.
    fn by_whole_steps(&mut self, goal: &Goal) -> Option<Vec<usize>> {
        self.place.at.copy_from_slice(&self.start);
        let sign = goal.sign();
        for _ in 0..STEPS_MAX {
            let missing = sign * (float(goal.target) - self.place.at[goal.unknown]);
            if missing <= 0.0 {
                let cells = self.moved(&self.place.at);
                return self.holds(&cells, &self.place.at).then_some(cells);
            }
            let step = self.best(goal.unknown, sign, missing)?;
            if step.amount != 0.0 {
                self.place.take(&self.tableau, step.column, step.amount);
            }
            match step.stop {
                Some(row) if is_one(self.tableau.entry(row, step.column)) => {
                    self.tableau.pivot(row, step.column);
                }
                _ if step.amount != 0.0 => {}
                _ => return None,
            }
        }
        None
    }

    /// The whole step that brings the unknown farthest, but not farther than is missing. In a
    /// corner, where several bounds meet and no step brings anything, the first in the order of the
    /// unknowns that can be pivoted on (Bland, "New finite pivoting rules for the simplex method",
    /// 1977).
    fn best(&self, unknown: usize, sign: f64, missing: f64) -> Option<Step> {
        let mut best: Option<Step> = None;
        let mut corner: Option<(usize, Step)> = None;
        for column in 0..self.tableau.columns() {
            let free = self.tableau.free(column);
            let pull = self.tableau.pull(unknown, column);
            let direction = sign * pull.signum();
            if pull == 0.0 || self.room(free, direction) < 1.0 {
                continue;
            }
            let wanted = (missing / pull.abs()).ceil();
            let step = self.along(column, direction, wanted, pull.abs());
            if step.gain > best.map_or(0.0, |found| found.gain) {
                best = Some(step);
                if step.gain >= missing {
                    break;
                }
            }
            let pivots = |row| is_one(self.tableau.entry(row, column));
            if step.gain == 0.0
                && step.stop.is_some_and(pivots)
                && corner.is_none_or(|(first, _)| free < first)
            {
                corner = Some((free, step));
            }
        }
        best.or(corner.map(|(_, step)| step))
    }

    /// How far one free unknown can go in a direction, by whole steps, before something stops it.
    fn along(&self, column: usize, direction: f64, wanted: f64, pull: f64) -> Step {
        let free = self.tableau.free(column);
        let mut amount = self.room(free, direction).min(wanted);
        let mut stop: Option<(usize, bool)> = None;
        for (row, entry) in self.tableau.column(column) {
            let room = self.room(self.tableau.basic(row), direction * entry);
            let most = (room / entry.abs()).floor();
            let one = is_one(entry);
            let better_pivot = most <= amount && one && stop.is_some_and(|(_, other)| !other);
            if most < amount || better_pivot {
                amount = amount.min(most);
                stop = Some((row, one));
            }
        }
        Step {
            column,
            amount: direction * amount,
            gain: pull * amount,
            stop: stop.map(|(row, _)| row),
        }
    }

    fn room(&self, unknown: usize, direction: f64) -> f64 {
        self.place.room(unknown, direction, &self.frozen)
    }

    /// The cells that differ from the start.
    pub(super) fn moved(&self, at: &[f64]) -> Vec<usize> {
        let both = at.iter().zip(&self.start).enumerate();
        both.filter(|(_, (now, then))| (*now - *then).abs() > SMALL)
            .map(|(cell, _)| cell)
            .collect()
    }

    /// Whether the table that differs from the start in these cells satisfies every sum and bound.
    pub(super) fn holds(&self, cells: &[usize], at: &[f64]) -> bool {
        let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
        for &cell in cells {
            let (lower, upper) = self.place.bounds(cell);
            if self.frozen[cell] || at[cell] < lower - SMALL || at[cell] > upper + SMALL {
                return false;
            }
            let change = at[cell] - self.start[cell];
            for &sum in &self.sums_of[cell] {
                let terms = &self.equations[sum].terms;
                let found = terms.binary_search_by_key(&cell, |&(at, _)| at);
                let times = found.map_or(0, |at| terms[at].1);
                *sums.entry(sum).or_default() += float(times) * change;
            }
        }
        sums.values().all(|sum| sum.abs() < SMALL)
    }

    /// The table at which the walk began.
    pub(super) fn start(&self) -> &[f64] {
        &self.start
    }

    /// The place to move, for a walk of its own.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    pub(super) fn tableau(&self) -> &Tableau {
        &self.tableau
    }

    pub(super) fn frozen(&self) -> &[bool] {
        &self.frozen
    }
}

/// What is looked for: an unknown that is at least (`up`) or at most `target`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Goal {
    pub(super) unknown: usize,
    pub(super) up: bool,
    pub(super) target: i64,
}

impl Goal {
    pub(super) const fn sign(&self) -> f64 {
        if self.up { 1.0 } else { -1.0 }
    }
}

/// Where a walk is, and between what bounds.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) at: Vec<f64>,
    lower: Vec<f64>,
    upper: Vec<f64>,
}

impl Place {
    /// The bounds of an unknown, infinite where there is none.
    pub(super) fn bounds(&self, unknown: usize) -> (f64, f64) {
        (self.lower[unknown], self.upper[unknown])
    }

    /// How far an unknown may still move in a direction.
    pub(super) fn room(&self, unknown: usize, direction: f64, frozen: &[bool]) -> f64 {
        let room = if frozen[unknown] {
            0.0
        } else if direction > 0.0 {
            self.upper[unknown] - self.at[unknown]
        } else {
            self.at[unknown] - self.lower[unknown]
        };
        if room < SMALL { 0.0 } else { room }
    }

    /// Takes a step along the free unknown of a column.
    pub(super) fn take(&mut self, tableau: &Tableau, column: usize, amount: f64) {
        self.at[tableau.free(column)] += amount;
        for (row, entry) in tableau.column(column) {
            self.at[tableau.basic(row)] += entry * amount;
        }
    }
}

fn sums_of(unknowns: usize, equations: &[Equation]) -> Vec<Vec<usize>> {
    let mut sums_of = vec![Vec::new(); unknowns];
    for (sum, equation) in equations.iter().enumerate() {
        for &(unknown, _) in &equation.terms {
            sums_of[unknown].push(sum);
        }
    }
    sums_of
}

#[allow(
    clippy::cast_precision_loss,
    reason = "counts of persons are far below the numbers from which a float skips whole ones"
)]
pub(super) const fn float(count: i64) -> f64 {
    count as f64
}
