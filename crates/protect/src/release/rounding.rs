//! Controlled rounding: every cell to a neighbouring multiple of the base, and the table adds up.
//!
//! Each cell goes to the multiple of the base below or above its count, and a count that is a
//! multiple stays (zero-restricted; Cox, "A constructive procedure for unbiased controlled
//! rounding", Journal of the American Statistical Association 82, 1987). Which way each goes is a
//! programme in zeros and ones: the sum of all moves is made small. In tables of three dimensions
//! and more there may be no such rounding; then there is none, and the table is refused.

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};
use terms::cell::Cell;
use terms::hierarchy::Hierarchy;
use terms::table::Table;

/// After how many nodes of the search a rounding is given up.
const NODES_MAX: u64 = 20_000;

/// The rounded table; none when there is none, or a cell is no count, or it was not found.
pub(super) fn controlled(table: &Table, hierarchies: &[Hierarchy], base: u64) -> Option<Table> {
    let counts: Vec<u64> = table
        .iter()
        .map(|(_, cell)| cell.exact())
        .collect::<Option<_>>()?;
    let sums = crate::suppress::sums(table, hierarchies).ok()?;
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let ways: Vec<Option<Variable>> = counts
        .iter()
        .map(|count| {
            let over = count % base;
            // Going up moves a count by what is missing, going down by what is over.
            let cost = float(base - over) - float(over);
            (over != 0).then(|| problem.add_binary_var(cost))
        })
        .collect();
    for (total, parts) in &sums {
        let all = parts.iter().map(|&part| (part, 1.0));
        let mut terms = Vec::new();
        let mut constant = 0.0;
        for (cell, sign) in all.chain([(*total, -1.0)]) {
            constant -= sign * float(counts[cell] / base);
            if let Some(way) = ways[cell] {
                terms.push((way, sign));
            }
        }
        if terms.is_empty() {
            if constant != 0.0 {
                return None;
            }
            continue;
        }
        problem.add_constraint(terms.as_slice(), ComparisonOp::Eq, constant);
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(NODES_MAX);
    let solved = problem.solve_with(options).ok()?;
    let solution = solved.solution()?;
    let mut rounded = table.filter(|_| false);
    for (cell, (codes, _)) in table.iter().enumerate() {
        let up = ways[cell].is_some_and(|way| solution.var_value(way) > 0.5);
        let value = (counts[cell] / base + u64::from(up)) * base;
        rounded
            .push(&codes, Cell::Rounded { base, value })
            .expect("rows of a table do not repeat");
    }
    adds_up(&rounded, &sums).then_some(rounded)
}

fn adds_up(table: &Table, sums: &[(usize, Vec<usize>)]) -> bool {
    let values: Vec<u64> = table
        .iter()
        .map(|(_, cell)| match cell {
            Cell::Rounded { value, .. } => *value,
            _ => 0,
        })
        .collect();
    sums.iter()
        .all(|(total, parts)| values[*total] == parts.iter().map(|&part| values[part]).sum::<u64>())
}

#[allow(
    clippy::cast_precision_loss,
    reason = "counts of persons are far below the numbers from which a float skips whole ones"
)]
const fn float(count: u64) -> f64 {
    count as f64
}
