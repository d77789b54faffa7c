//! Whole numbers near a table of fractions.

use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};

use super::walk::{Goal, Walk};

/// How many cells may differ for the search to be worth its time.
const CELLS_MAX: usize = 60;
/// After how many nodes of the search it is given up.
const NODES_MAX: u64 = 200;
/// How far a cell may move that nothing bounds.
const FAR: f64 = 1_000_000.0;

/// A table of whole numbers that reaches the goal and differs from the start of the walk in these
/// cells alone. None when there is none, or none was found.
pub(super) fn near(walk: &Walk, cells: &[usize], goal: &Goal) -> Option<Vec<f64>> {
    if cells.len() > CELLS_MAX {
        return None;
    }
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut changes: BTreeMap<usize, Variable> = BTreeMap::new();
    for &cell in cells {
        changes.insert(cell, change_of(&mut problem, walk, cell, goal)?);
    }
    let mut seen = BTreeSet::new();
    for &cell in cells {
        for (sum, equation) in walk.sums_of(cell) {
            if !seen.insert(sum) {
                continue;
            }
            let terms: Vec<(Variable, f64)> = equation
                .terms
                .iter()
                .filter_map(|(at, times)| {
                    let times = f64::from(i32::try_from(*times).ok()?);
                    changes.get(at).map(|&variable| (variable, times))
                })
                .collect();
            problem.add_constraint(terms.as_slice(), ComparisonOp::Eq, 0.0);
        }
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(NODES_MAX);
    let solved = problem.solve_with(options).ok()?;
    let solution = solved.solution()?;
    let mut found = walk.start().to_vec();
    for (&cell, &variable) in &changes {
        found[cell] += solution.var_value(variable).round();
    }
    Some(found)
}

/// The variable for the change of one cell: between its bounds, and as far as the goal wants it.
#[allow(
    clippy::cast_possible_truncation,
    reason = "between the two ends of FAR, and whole"
)]
fn change_of(problem: &mut Problem, walk: &Walk, cell: usize, goal: &Goal) -> Option<Variable> {
    let start = walk.start()[cell];
    let (lower, upper) = walk.place().bounds(cell);
    let mut least = (lower - start).max(-FAR);
    let mut most = (upper - start).min(FAR);
    if cell == goal.unknown {
        let needed = super::walk::float(goal.target) - start;
        if goal.up {
            least = least.max(needed);
        } else {
            most = most.min(needed);
        }
    }
    let bounds = (least.ceil() as i32, most.floor() as i32);
    (bounds.0 <= bounds.1).then(|| problem.add_integer_var(0.0, bounds))
}
