//! What can be worked back from the public table of the Global Report on Trafficking in Persons.
//!
//! The table prints `<5` for small counts and, beside them, the totals that they are parts of. The
//! sums, exactly:
//!
//! - A cell is an area, an indicator, a dimension with its category, a sex, an age and a year; of
//!   repeated cells the first is kept.
//! - Within one area, indicator, dimension, category and year: for each age, the sex `Total` is the
//!   sum of the other sexes that are printed; for each sex, the age `Total` is the sum of the other
//!   ages that are printed. A sum needs its total and at least two parts.
//! - **Subtraction**: wherever one cell of a sum is masked and no other, it is worked out, and
//!   taken if its mask allows it; and so on until nothing moves.
//! - **Bounds**: the masked cells between the ends of their masks, and all sums together. Where the
//!   printed sums contradict themselves nothing is bounded.
//!
//! What comes out is how many cells there are of each kind, and never what stands in one.

use std::collections::HashMap;

use evidence::intake::ReportRow;
use terms::cell::Cell;

use super::bounds::{Budget, Wanted, bounds};
use super::propagate::{AttackError, NUMBER_MAX};
use super::system::{System, Unknown};

/// The code of every sex and of every age.
const TOTAL: &str = "Total";

/// What can be worked back, in numbers of cells and sums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportAttack {
    /// Cells that are masked, each once.
    pub masked_cells: usize,
    /// Masked cells that follow by subtraction.
    pub derivable_by_subtraction: usize,
    /// Masked cells that follow from all sums together, and not by subtraction.
    pub derivable_by_bounds: usize,
    /// Sums of which every cell is printed.
    pub checked_sums: usize,
    /// Sums of which every cell is printed and that do not add up.
    pub inconsistent_sums: usize,
    /// Groups of masked cells, bound together by sums, for which no counts agree with all sums.
    pub inconsistent_components: usize,
}

/// Cells of one area, indicator, dimension, category and year.
type Group<'a> = [&'a str; 5];

/// The cells of a table and the sums between them.
#[derive(Debug, Default)]
struct Printed {
    cells: Vec<Unknown>,
    sums: Vec<Sum>,
}

/// A total and its parts, by the numbers of their cells.
#[derive(Debug)]
struct Sum {
    total: usize,
    parts: Vec<usize>,
}

/// Attacks the rows of a table of the Global Report.
///
/// # Errors
/// When a printed count is too large to be worked with.
pub fn attack_report(rows: &[ReportRow]) -> Result<ReportAttack, AttackError> {
    let printed = Printed::of(rows)?;
    let masked = printed.cells.iter().filter(|cell| cell.fixed().is_none());
    let (checked_sums, inconsistent_sums) = printed.checked();
    let derived = printed.subtracted();
    let mut attack = ReportAttack {
        masked_cells: masked.count(),
        derivable_by_subtraction: derived.iter().filter(|derived| **derived).count(),
        checked_sums,
        inconsistent_sums,
        ..ReportAttack::default()
    };
    let (system, cells) = printed.system();
    let found = bounds(&system, Wanted::Every, Budget::USUAL)?;
    attack.inconsistent_components = found.contradictory.len();
    let intervals = cells.iter().zip(&found.intervals);
    attack.derivable_by_bounds = intervals
        .filter(|&(&cell, interval)| {
            let fixed = interval.is_some_and(|interval| interval.fixed().is_some());
            fixed && !derived[cell]
        })
        .count();
    Ok(attack)
}

impl Printed {
    fn of(rows: &[ReportRow]) -> Result<Self, AttackError> {
        let mut printed = Self::default();
        let mut places = HashMap::new();
        let mut groups: Vec<Vec<(&str, &str, usize)>> = Vec::new();
        let mut numbers: HashMap<Group<'_>, usize> = HashMap::new();
        for row in rows {
            let Some(value) = value(&row.value)? else {
                continue;
            };
            let group = [
                row.area.as_str(),
                &row.indicator,
                &row.dimension,
                &row.category,
                &row.year,
            ];
            let next = groups.len();
            let group = *numbers.entry(group).or_insert(next);
            if group == next {
                groups.push(Vec::new());
            }
            let (sex, age) = (row.sex.as_str(), row.age.as_str());
            let cell = printed.cells.len();
            if *places.entry((group, sex, age)).or_insert(cell) == cell {
                printed.cells.push(value);
                groups[group].push((sex, age, cell));
            }
        }
        for group in &groups {
            printed.add_sums(group.iter().map(|&(sex, age, cell)| (age, sex, cell)));
            printed.add_sums(group.iter().copied());
        }
        Ok(printed)
    }

    /// Adds, for each first word, the sum over the second ones.
    fn add_sums<'a>(&mut self, cells: impl Iterator<Item = (&'a str, &'a str, usize)>) {
        let mut by_first: Vec<(&str, Option<usize>, Vec<usize>)> = Vec::new();
        for (first, second, cell) in cells {
            let found = by_first.iter().position(|line| line.0 == first);
            let at = found.unwrap_or_else(|| {
                by_first.push((first, None, Vec::new()));
                by_first.len() - 1
            });
            if second == TOTAL {
                by_first[at].1 = Some(cell);
            } else {
                by_first[at].2.push(cell);
            }
        }
        for (_, total, parts) in by_first {
            if let Some(total) = total.filter(|_| parts.len() >= 2) {
                self.sums.push(Sum { total, parts });
            }
        }
    }

    /// How many sums have every cell printed, and how many of these do not add up.
    fn checked(&self) -> (usize, usize) {
        let known: Vec<Option<i64>> = self.cells.iter().map(|cell| cell.fixed()).collect();
        let offs: Vec<i64> = self.sums.iter().filter_map(|sum| sum.off(&known)).collect();
        let wrong = offs.iter().filter(|off| **off != 0).count();
        (offs.len(), wrong)
    }

    /// Which masked cells follow by subtraction.
    fn subtracted(&self) -> Vec<bool> {
        let mut known: Vec<Option<i64>> = self.cells.iter().map(|cell| cell.fixed()).collect();
        let mut derived = vec![false; known.len()];
        let mut moved = true;
        while moved {
            moved = false;
            for sum in &self.sums {
                let Some((cell, value)) = sum.missing(&known) else {
                    continue;
                };
                let Unknown { lower, upper } = self.cells[cell];
                let allowed = lower <= Some(value) && upper.is_some_and(|upper| value <= upper);
                if allowed {
                    known[cell] = Some(value);
                    derived[cell] = true;
                    moved = true;
                }
            }
        }
        derived
    }

    /// The masked cells as unknowns, with the sums that name any; and the cell of each unknown.
    fn system(&self) -> (System, Vec<usize>) {
        let mut system = System::new();
        let mut cells = Vec::new();
        let mut numbers = vec![None; self.cells.len()];
        for (cell, within) in self.cells.iter().enumerate() {
            if within.fixed().is_none() {
                cells.push(cell);
                numbers[cell] = Some(system.unknown(*within));
            }
        }
        for sum in &self.sums {
            let mut terms = Vec::new();
            let mut constant = 0;
            let parts = sum.parts.iter().map(|&part| (part, 1));
            for (cell, coefficient) in parts.chain([(sum.total, -1)]) {
                match (numbers[cell], self.cells[cell].fixed()) {
                    (Some(unknown), _) => terms.push((unknown, coefficient)),
                    (None, value) => constant -= coefficient * value.unwrap_or(0),
                }
            }
            if !terms.is_empty() {
                system.equation(terms, constant);
            }
        }
        (system, cells)
    }
}

impl Sum {
    /// By how much the parts miss the total, where all of them are known.
    fn off(&self, known: &[Option<i64>]) -> Option<i64> {
        let parts: Option<i64> = self.parts.iter().map(|&part| known[part]).sum();
        Some(known[self.total]? - parts?)
    }

    /// The one cell that is not known, and what it must be. None when there is not exactly one.
    fn missing(&self, known: &[Option<i64>]) -> Option<(usize, i64)> {
        let cells = self.parts.iter().chain([&self.total]);
        let mut unknown = cells.filter(|&&cell| known[cell].is_none());
        let missing = *unknown.next()?;
        if unknown.next().is_some() {
            return None;
        }
        let parts: i64 = self.parts.iter().filter_map(|&part| known[part]).sum();
        let value = known[self.total].map_or(parts, |total| total - parts);
        Some((missing, value))
    }
}

/// What is printed in a cell, where it is a count or a mask.
fn value(cell: &Cell) -> Result<Option<Unknown>, AttackError> {
    let Some((lower, upper)) = cell.bounds() else {
        return Ok(None);
    };
    let whole = |count: u64| {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let fits = Some(count).filter(|&count| count <= NUMBER_MAX);
        fits.ok_or(AttackError::NumberTooLarge { found: count })
    };
    Ok(Some(Unknown::within(whole(lower)?, whole(upper)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASK: Cell = Cell::Masked { lower: 0, upper: 4 };

    fn rows(cells: &[(&str, &str, Cell)]) -> Vec<ReportRow> {
        let row = |(sex, age, value): &(&str, &str, Cell)| ReportRow {
            area: "XXA".to_owned(),
            indicator: "Detected trafficking victims".to_owned(),
            dimension: "Total".to_owned(),
            category: "Total".to_owned(),
            sex: (*sex).to_owned(),
            age: (*age).to_owned(),
            year: "2020".to_owned(),
            value: value.clone(),
        };
        cells.iter().map(row).collect()
    }

    fn attacked(cells: &[(&str, &str, Cell)]) -> ReportAttack {
        attack_report(&rows(cells)).expect("small numbers")
    }

    #[test]
    fn a_masked_cell_beside_its_total_and_the_other_part_follows_by_subtraction() {
        let mut cells = vec![
            ("Total", "Total", Cell::Exact(12)),
            ("Female", "Total", Cell::Exact(9)),
            ("Male", "Total", MASK),
        ];
        let found = attacked(&cells);
        assert_eq!((found.masked_cells, found.derivable_by_subtraction), (1, 1));
        assert_eq!((found.checked_sums, found.derivable_by_bounds), (0, 0));
        // The first of two cells is kept.
        cells.push(("Female", "Total", Cell::Exact(3)));
        assert_eq!(attacked(&cells), found);
        cells.rotate_right(1);
        let other = attacked(&cells);
        assert_eq!(other.derivable_by_subtraction, 0);
        assert_eq!(other.inconsistent_components, 1);
        // A total with one part is no sum.
        let alone = attacked(&[("Total", "Total", Cell::Exact(3)), ("Male", "Total", MASK)]);
        assert_eq!(alone.derivable_by_subtraction, 0);
    }

    #[test]
    fn two_full_masks_follow_from_bounds_and_from_no_subtraction() {
        let found = attacked(&[
            ("Total", "Total", Cell::Exact(8)),
            ("Female", "Total", MASK),
            ("Male", "Total", MASK),
        ]);
        assert_eq!(found.derivable_by_subtraction, 0);
        assert_eq!(found.derivable_by_bounds, 2);
    }

    #[test]
    fn printed_sums_are_checked() {
        let mut cells = vec![
            ("Total", "Total", Cell::Exact(12)),
            ("Female", "Total", Cell::Exact(9)),
            ("Male", "Total", Cell::Exact(3)),
        ];
        let found = attacked(&cells);
        assert_eq!((found.checked_sums, found.inconsistent_sums), (1, 0));
        cells[2].2 = Cell::Exact(4);
        let found = attacked(&cells);
        assert_eq!((found.checked_sums, found.inconsistent_sums), (1, 1));
        assert_eq!(found.inconsistent_components, 0);
    }
}
