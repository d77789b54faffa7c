//! The second walk: among tables of fractions, on a copy of the tableau.

use super::tableau::Tableau;
use super::walk::{Goal, Place, Reach, SMALL, Step, Walk, float};

/// After how many steps it is given up.
const STEPS_MAX: usize = 80;
/// A larger tableau is not walked among fractions: what whole steps do not reach stays unproven.
const ENTRIES_MAX: usize = 60_000;
/// How many columns are tried for the longest step.
const COLUMNS_TRIED: usize = 8;
/// Pivots below it would let rounding errors grow.
const PIVOT_MIN: f64 = 1e-4;

/// Looks for a table of fractions.
pub(super) fn reach(walk: &Walk, goal: &Goal) -> Reach {
    if walk.tableau().size() > ENTRIES_MAX {
        return Reach::Unproven;
    }
    let mut at = Fractions {
        tableau: walk.tableau().clone(),
        place: walk.place().clone(),
        frozen: walk.frozen(),
    };
    at.place.at.copy_from_slice(walk.start());
    let sign = goal.sign();
    for _ in 0..STEPS_MAX {
        let missing = sign * (float(goal.target) - at.place.at[goal.unknown]);
        if missing < SMALL {
            return witness(walk, &at.place.at);
        }
        let Some(step) = at.best(goal.unknown, sign, missing) else {
            // No free unknown can move it on: the optimum of the linear programme.
            return limit(walk, goal, &at.place.at);
        };
        if step.amount != 0.0 {
            at.place.take(&at.tableau, step.column, step.amount);
        }
        if let Some(row) = step.stop {
            if at.tableau.entry(row, step.column).abs() < PIVOT_MIN {
                return Reach::Unproven;
            }
            at.tableau.pivot(row, step.column);
        }
    }
    Reach::Unproven
}

fn witness(walk: &Walk, at: &[f64]) -> Reach {
    let cells = walk.moved(at);
    if walk.holds(&cells, at) {
        Reach::Witness(cells)
    } else {
        Reach::Unproven
    }
}

/// The limit as a whole number that lies no nearer than the limit itself.
fn limit(walk: &Walk, goal: &Goal, at: &[f64]) -> Reach {
    if !walk.holds(&walk.moved(at), at) {
        return Reach::Unproven;
    }
    let limit = at[goal.unknown];
    let outward = if goal.up {
        (limit + SMALL).floor()
    } else {
        (limit - SMALL).ceil()
    };
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a count of persons, made whole before"
    )]
    Reach::Limit(outward as i64)
}

struct Fractions<'a> {
    tableau: Tableau,
    place: Place,
    frozen: &'a [bool],
}

impl Fractions<'_> {
    /// A step that brings the unknown on, but not farther than is missing: of the columns that pull
    /// most, the one that brings it farthest. In a corner, where several bounds meet and none of
    /// them brings anything, the first in the order of the unknowns (Bland, "New finite pivoting
    /// rules for the simplex method", 1977).
    fn best(&self, unknown: usize, sign: f64, missing: f64) -> Option<Step> {
        let mut columns: Vec<(usize, f64)> = (0..self.tableau.columns())
            .map(|column| (column, self.tableau.pull(unknown, column)))
            .filter(|&(column, pull)| {
                pull != 0.0 && self.room(self.tableau.free(column), sign * pull.signum()) != 0.0
            })
            .collect();
        columns.sort_by(|(_, one), (_, other)| other.abs().total_cmp(&one.abs()));
        let along = |(column, pull): (usize, f64)| {
            self.along(
                column,
                sign * pull.signum(),
                missing / pull.abs(),
                pull.abs(),
            )
        };
        let mut best: Option<Step> = None;
        for &tried in columns.iter().take(COLUMNS_TRIED) {
            let step = along(tried);
            if step.gain > best.map_or(SMALL, |found| found.gain + SMALL) {
                best = Some(step);
                if step.gain > missing - SMALL {
                    break;
                }
            }
        }
        best.or_else(|| {
            let first = columns
                .into_iter()
                .min_by_key(|&(column, _)| self.tableau.free(column))?;
            Some(along(first))
        })
    }

    /// How far one free unknown can go in a direction before something stops it.
    fn along(&self, column: usize, direction: f64, wanted: f64, pull: f64) -> Step {
        let free = self.tableau.free(column);
        let mut amount = self.room(free, direction).min(wanted);
        let mut stop: Option<(usize, f64)> = None;
        for (row, entry) in self.tableau.column(column) {
            let room = self.room(self.tableau.basic(row), direction * entry);
            let most = room / entry.abs();
            // Of rows that stop it alike, the entry nearest to 1 makes the best pivot.
            let away = (entry.abs() - 1.0).abs();
            let tie = stop.is_some_and(|(_, other)| most < amount + SMALL && away < other);
            if most < amount - SMALL || tie {
                amount = amount.min(most);
                stop = Some((row, away));
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
        self.place.room(unknown, direction, self.frozen)
    }
}
