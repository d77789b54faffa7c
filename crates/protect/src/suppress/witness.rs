//! Witnesses: other tables that agree with the sums, found by linear programmes.

use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, OptimizationDirection, SolveOutcome, Variable};

use super::problem::Problem;

/// A difference that the solver's arithmetic makes.
const SMALL: f64 = 1e-6;

/// How a witness differs from the counts: cells with their changes, in the order of the cells.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change(Vec<(usize, f64)>);

impl Change {
    /// The cells that differ, and by how much.
    pub(super) fn cells(&self) -> &[(usize, f64)] {
        &self.0
    }

    /// The same in whole numbers; none when a cell differs by a fraction.
    pub(super) fn whole(&self) -> Option<Vec<(usize, i64)>> {
        let cells = self.0.iter();
        cells
            .map(|&(cell, by)| (by.fract() == 0.0).then(|| (cell, whole(by))))
            .collect()
    }

    /// Whether a cell differs.
    pub(super) fn changes(&self, cell: usize) -> bool {
        self.0.binary_search_by_key(&cell, |&(at, _)| at).is_ok()
    }
}

/// The counts with their sums, as programmes need them.
#[derive(Debug)]
pub(super) struct Field<'a> {
    problem: &'a Problem,
    /// For each cell the sums that it is in.
    sums_of: Vec<Vec<usize>>,
    /// For each cell that is a total the shortest of its sums.
    shortest: Vec<Option<usize>>,
}

/// Which sums are rows of a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sums {
    /// For each total the one of the fewest parts.
    Shortest,
    All,
}

impl<'a> Field<'a> {
    pub(super) fn of(problem: &'a Problem) -> Self {
        let mut sums_of = vec![Vec::new(); problem.counts().len()];
        for (sum, (total, parts)) in problem.sums().iter().enumerate() {
            for &cell in std::iter::once(total).chain(parts) {
                sums_of[cell].push(sum);
            }
        }
        let mut shortest: Vec<Option<usize>> = vec![None; problem.counts().len()];
        let parts = |sum: usize| problem.sums()[sum].1.len();
        for (sum, (total, _)) in problem.sums().iter().enumerate() {
            let known = &mut shortest[*total];
            if known.is_none_or(|known| parts(sum) < parts(known)) {
                *known = Some(sum);
            }
        }
        Self {
            problem,
            sums_of,
            shortest,
        }
    }

    /// The witness in which a cell is larger by `amount`, or smaller if that is negative, and in
    /// which the prices of what differs, each times its change, add up to the least. Only `cells`
    /// may differ. With what it costs; none when there is none.
    pub(super) fn cheapest(
        &self,
        cells: &[usize],
        price: impl Fn(usize) -> f64,
        (cell, amount): (usize, i64),
    ) -> Option<(Change, f64)> {
        if amount < -self.problem.counts()[cell] {
            return None;
        }
        // Where every place has a cell, one sum of each total is enough: the others follow.
        [Sums::Shortest, Sums::All].into_iter().find_map(|sums| {
            let programme = Programme::of(self, cells, &price, (cell, amount), sums);
            let (change, cost) = programme.solve()?;
            self.holds(&change).then_some((Change(change), cost))
        })
    }

    /// How much a cell can be smaller.
    fn most(&self, cell: usize) -> f64 {
        float(self.problem.counts()[cell])
    }

    /// The sums over some cells.
    fn sums(&self, cells: &[usize], which: Sums) -> BTreeSet<usize> {
        let sums = cells.iter().flat_map(|&cell| &self.sums_of[cell]).copied();
        let is_taken = |sum: &usize| {
            let (total, _) = &self.problem.sums()[*sum];
            which == Sums::All || self.shortest[*total] == Some(*sum)
        };
        sums.filter(is_taken).collect()
    }

    /// Whether a table that differs so has every sum right: the solver is not taken at its word.
    fn holds(&self, change: &[(usize, f64)]) -> bool {
        let mut sums = BTreeMap::<usize, f64>::new();
        for &(cell, by) in change {
            if by < -self.most(cell) - SMALL || self.problem.fixed()[cell] {
                return false;
            }
            for &sum in &self.sums_of[cell] {
                let sign = if self.problem.sums()[sum].0 == cell {
                    -1.0
                } else {
                    1.0
                };
                *sums.entry(sum).or_default() += sign * by;
            }
        }
        sums.values().all(|sum| sum.abs() < SMALL)
    }
}

/// A linear programme over some cells: how much each is larger, and how much it is smaller.
struct Programme<'a> {
    cells: &'a [usize],
    programme: microlp::Problem,
    ways: Vec<(Variable, Variable)>,
}

impl<'a> Programme<'a> {
    fn of(
        field: &Field<'_>,
        cells: &'a [usize],
        price: &impl Fn(usize) -> f64,
        (cell, amount): (usize, i64),
        sums: Sums,
    ) -> Self {
        let mut programme = microlp::Problem::new(OptimizationDirection::Minimize);
        let amount = float(amount);
        let ways: Vec<(Variable, Variable)> = cells
            .iter()
            .map(|&at| {
                let most = field.most(at);
                let (up, down) = match at == cell {
                    // To one side alone: both together would be no change at all.
                    true if amount > 0.0 => ((amount, f64::INFINITY), (0.0, 0.0)),
                    true => ((0.0, 0.0), (-amount, most)),
                    false => ((0.0, f64::INFINITY), (0.0, most)),
                };
                let price = price(at);
                (programme.add_var(price, up), programme.add_var(price, down))
            })
            .collect();
        for sum in field.sums(cells, sums) {
            let (total, parts) = &field.problem.sums()[sum];
            let all = parts.iter().map(|part| (part, 1.0));
            let mut terms = Vec::new();
            for (cell, times) in all.chain([(total, -1.0)]) {
                if let Ok(at) = cells.binary_search(cell) {
                    let (up, down) = ways[at];
                    terms.extend([(up, times), (down, -times)]);
                }
            }
            programme.add_constraint(&terms[..], ComparisonOp::Eq, 0.0);
        }
        Self {
            cells,
            programme,
            ways,
        }
    }

    /// What changes, and what it costs.
    fn solve(&self) -> Option<(Vec<(usize, f64)>, f64)> {
        let Ok(SolveOutcome::Solution(solution)) = self.programme.solve() else {
            return None;
        };
        let change = self.cells.iter().zip(&self.ways).map(|(&cell, ways)| {
            let by = solution.var_value(ways.0) - solution.var_value(ways.1);
            let whole = by.round();
            let by = if (by - whole).abs() < SMALL {
                whole
            } else {
                by
            };
            (cell, by)
        });
        let change = change.filter(|&(_, by)| by != 0.0).collect();
        Some((change, solution.objective()))
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a count of persons is far below the numbers from which a float skips whole ones"
)]
pub(super) const fn float(count: i64) -> f64 {
    count as f64
}

/// A count that stands in a float, made whole before.
#[allow(
    clippy::cast_possible_truncation,
    reason = "a count of persons fits, and the conversion saturates"
)]
pub(super) const fn whole(value: f64) -> i64 {
    value as i64
}
