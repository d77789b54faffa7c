//! By which sum a hidden cell follows, for people who are to see it.
//!
//! Intervals are narrowed along the sums of the table, one by one, and the last sum that narrowed a
//! cell is kept. Where that comes to what the attacker proves, the sum is the reason; where the
//! attacker proves more, it takes several sums together.

use std::collections::{HashMap, VecDeque};

use terms::cell::{Absence, Cell};
use terms::hierarchy::Hierarchy;
use terms::table::Table;

/// How often a sum is looked at at most.
const VISITS_MAX: u32 = 200;

/// The sum by which a cell follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The dimension over which it runs.
    pub dimension: String,
    /// The codes of its total.
    pub total: Vec<String>,
    /// The codes of the other hidden cells in it, which had to be worked out or bounded first.
    pub hidden: Vec<Vec<String>>,
}

/// A sum by the numbers of its cells.
#[derive(Debug)]
pub(super) struct Numbered {
    pub(super) dimension: usize,
    pub(super) total: usize,
    pub(super) parts: Vec<usize>,
}

impl Numbered {
    pub(super) fn members(&self) -> impl Iterator<Item = usize> + '_ {
        self.parts.iter().copied().chain([self.total])
    }
}

/// The sums of a table of which every term stands in it.
pub(super) fn sums(table: &Table, hierarchies: &[Hierarchy]) -> Vec<Numbered> {
    let rows: Vec<Vec<&str>> = table.iter().map(|(codes, _)| codes).collect();
    let at: HashMap<&[&str], usize> = rows
        .iter()
        .enumerate()
        .map(|(row, codes)| (codes.as_slice(), row))
        .collect();
    let mut sums = Vec::new();
    for (dimension, hierarchy) in hierarchies.iter().enumerate() {
        let parts_of: HashMap<&str, &[String]> = hierarchy
            .sums()
            .iter()
            .map(|(total, parts)| (total.as_str(), parts.as_slice()))
            .collect();
        for (total, codes) in rows.iter().enumerate() {
            let Some(parts) = codes.get(dimension).and_then(|code| parts_of.get(code)) else {
                continue;
            };
            let mut other = codes.clone();
            let parts: Option<Vec<usize>> = parts
                .iter()
                .map(|part| {
                    other[dimension] = part;
                    at.get(other.as_slice()).copied()
                })
                .collect();
            if let Some(parts) = parts {
                sums.push(Numbered {
                    dimension,
                    total,
                    parts,
                });
            }
        }
    }
    sums
}

type Within = (i64, Option<i64>);

/// What narrowing along single sums comes to, and why.
pub(super) struct Explained<'a> {
    table: &'a Table,
    rows: Vec<(Vec<&'a str>, &'a Cell)>,
    sums: Vec<Numbered>,
    within: Vec<Within>,
    by: Vec<Option<usize>>,
}

impl<'a> Explained<'a> {
    /// Narrows the cells of a table along its sums.
    pub(super) fn of(table: &'a Table, hierarchies: &[Hierarchy]) -> Self {
        let rows: Vec<(Vec<&str>, &Cell)> = table.iter().collect();
        let within: Vec<Within> = rows.iter().map(|(_, cell)| given(cell)).collect();
        let mut explained = Self {
            table,
            sums: sums(table, hierarchies),
            by: vec![None; within.len()],
            within,
            rows,
        };
        explained.narrow();
        explained
    }

    fn narrow(&mut self) {
        let mut stands = vec![Vec::new(); self.within.len()];
        for (sum, numbered) in self.sums.iter().enumerate() {
            for cell in numbered.members() {
                stands[cell].push(sum);
            }
        }
        let mut queue: VecDeque<usize> = (0..self.sums.len()).collect();
        let mut queued = vec![true; self.sums.len()];
        let mut visits = vec![0_u32; self.sums.len()];
        while let Some(sum) = queue.pop_front() {
            queued[sum] = false;
            visits[sum] += 1;
            if visits[sum] > VISITS_MAX {
                continue;
            }
            for cell in self.along(sum) {
                for &other in &stands[cell] {
                    if other != sum && !queued[other] {
                        queued[other] = true;
                        queue.push_back(other);
                    }
                }
            }
        }
    }

    /// Narrows the cells of one sum and gives those that moved. A sum that cannot hold moves none.
    fn along(&mut self, sum: usize) -> Vec<usize> {
        let Numbered { total, parts, .. } = &self.sums[sum];
        let total = *total;
        let lowers: i64 = parts.iter().map(|&part| self.within[part].0).sum();
        let open = parts
            .iter()
            .filter(|&&part| self.within[part].1.is_none())
            .count();
        let uppers: i64 = parts.iter().filter_map(|&part| self.within[part].1).sum();
        let (least, most) = self.within[total];
        let mut next = vec![(total, (lowers, (open == 0).then_some(uppers)))];
        for &part in parts {
            let (lower, upper) = self.within[part];
            let others_open = open - usize::from(upper.is_none());
            let others_upper = uppers - upper.unwrap_or(0);
            let from_total = (others_open == 0).then_some(least - others_upper);
            next.push((
                part,
                (
                    from_total.unwrap_or(i64::MIN),
                    most.map(|most| most - (lowers - lower)),
                ),
            ));
        }
        let mut moved = Vec::new();
        for (cell, (lower, upper)) in next {
            let (least, most) = self.within[cell];
            let narrower = (
                least.max(lower),
                match (most, upper) {
                    (Some(one), Some(other)) => Some(one.min(other)),
                    (one, other) => one.or(other),
                },
            );
            let empty = narrower.1.is_some_and(|upper| narrower.0 > upper);
            if !empty && narrower != (least, most) {
                self.within[cell] = narrower;
                self.by[cell] = Some(sum);
                moved.push(cell);
            }
        }
        moved
    }

    /// The sum by which a cell is known to lie within these bounds; none when single sums do not
    /// come so far.
    pub(super) fn sum(&self, cell: usize, lower: i64, upper: Option<i64>) -> Option<Sum> {
        if self.within[cell] != (lower, upper) {
            return None;
        }
        let sum = &self.sums[self.by[cell]?];
        let codes = |wanted: usize| {
            let codes = self.rows[wanted].0.iter();
            codes.map(|&code| code.to_owned()).collect::<Vec<_>>()
        };
        let printed = |wanted: usize| matches!(self.rows[wanted].1, Cell::Exact(_));
        let hidden = sum
            .members()
            .filter(|&other| other != cell && !printed(other));
        Some(Sum {
            dimension: self.table.dimensions()[sum.dimension].id.clone(),
            total: codes(sum.total),
            hidden: hidden.map(codes).collect(),
        })
    }
}

/// Largest count that is worked with: a million of them still add up.
const COUNT_MAX: i64 = 1 << 40;

/// What is printed of a cell.
fn given(cell: &Cell) -> Within {
    let whole = |count: u64| i64::try_from(count).map_or(COUNT_MAX, |count| count.min(COUNT_MAX));
    match cell {
        Cell::Exact(count) => (whole(*count), Some(whole(*count))),
        Cell::Masked { lower, upper } => {
            let upper = Some(whole(*upper)).filter(|&upper| upper < COUNT_MAX);
            (whole(*lower), upper)
        }
        Cell::Rounded { base, value } => {
            let off = base.saturating_sub(1);
            (
                whole(value.saturating_sub(off)),
                Some(whole(value.saturating_add(off))),
            )
        }
        Cell::Absent(Absence::NotApplicable) => (0, Some(0)),
        _ => (0, None),
    }
}
