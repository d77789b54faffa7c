//! Which cells to mask besides, so that what is hidden stays hidden.
//!
//! Cells are masked one at a time beside those that do not hide, the ones that cost least first: a
//! part before a total, then a cell in whose other sums something is hidden already, then the
//! smaller count. The attacker is
//! asked after each round. At the end each of them is given back if everything stays hidden without
//! it. That is a good answer and not always the best one; what is proposed has been tried by the
//! attacker in every case.

use std::collections::{BTreeSet, HashSet};

use terms::cell::Cell;
use terms::table::Table;

use super::why::{Numbered, sums};
use super::{Exposed, Question, Report, check};
use crate::attack::AttackError;

/// Rounds of masking and asking.
const ROUNDS_MAX: usize = 40;

/// What to mask besides, and what that costs.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The numbers of the cells to be masked, in the order of the table.
    pub cells: Vec<usize>,
    /// The codes of each of them.
    pub codes: Vec<Vec<String>>,
    /// What their counts add up to: what readers lose, totals counted with their parts.
    pub counts_lost: u64,
    /// What all printed counts add up to, totals counted with their parts.
    pub counts_printed: u64,
    /// The table with these cells masked: each of these masks says nothing of what it hides.
    pub table: Table,
    /// What the table still gives away then. Nothing is exposed in it, or masking more does not
    /// help: a mask that prints its bounds can be too narrow by itself.
    pub report: Report,
}

/// Looks for cells to mask besides. `asked_max` is how often the attacker may be asked.
///
/// # Errors
/// When a count is too large to be worked with.
pub fn propose(
    question: &Question<'_>,
    report: &Report,
    asked_max: usize,
) -> Result<Proposal, AttackError> {
    let mut search = Search::new(question, asked_max);
    let mut report = report.clone();
    let mut rounds = 0;
    while !report.exposed.is_empty() && rounds < ROUNDS_MAX && search.asked < asked_max {
        rounds += 1;
        if !search.mask_beside(&report) {
            break;
        }
        report = search.ask()?;
    }
    report = search.give_back(report)?;
    Ok(search.proposal(report))
}

struct Search<'a> {
    question: Question<'a>,
    cells: Vec<(Vec<&'a str>, &'a Cell)>,
    sums: Vec<Numbered>,
    stands: Vec<Vec<usize>>,
    /// Of how many sums each cell is the total.
    totals: Vec<usize>,
    hidden: Vec<bool>,
    added: BTreeSet<usize>,
    asked: usize,
    asked_max: usize,
}

impl<'a> Search<'a> {
    fn new(question: &Question<'a>, asked_max: usize) -> Self {
        let cells: Vec<(Vec<&str>, &Cell)> = question.table.iter().collect();
        let sums = sums(question.table, question.hierarchies);
        let mut stands = vec![Vec::new(); cells.len()];
        let mut totals = vec![0; cells.len()];
        for (sum, numbered) in sums.iter().enumerate() {
            totals[numbered.total] += 1;
            for cell in numbered.members() {
                stands[cell].push(sum);
            }
        }
        Self {
            question: *question,
            hidden: cells
                .iter()
                .map(|(_, cell)| cell.exact().is_none())
                .collect(),
            cells,
            sums,
            stands,
            totals,
            added: BTreeSet::new(),
            asked: 0,
            asked_max,
        }
    }

    /// Masks one more cell beside each that does not hide. False when there is none left to mask.
    fn mask_beside(&mut self, report: &Report) -> bool {
        let mut touched: HashSet<usize> = HashSet::new();
        let mut masked = false;
        for exposed in &report.exposed {
            // A sum that has just got a hidden cell may be enough.
            if self.stands[exposed.cell]
                .iter()
                .any(|sum| touched.contains(sum))
            {
                continue;
            }
            let Some(cell) = self.cheapest_beside(exposed) else {
                continue;
            };
            self.hidden[cell] = true;
            self.added.insert(cell);
            touched.extend(&self.stands[cell]);
            masked = true;
        }
        masked
    }

    /// The cheapest printed cell in a sum of the exposed one, in the sum by which it follows if
    /// that is known. A printed zero is no help: readers may know that nobody can be there.
    fn cheapest_beside(&self, exposed: &Exposed) -> Option<usize> {
        let own = &self.stands[exposed.cell];
        let by = exposed.sum.as_ref().map(|sum| {
            own.iter().copied().filter(|&at| {
                let numbered = &self.sums[at];
                let dimension = &self.question.table.dimensions()[numbered.dimension].id;
                *dimension == sum.dimension && self.cells[numbered.total].0 == sum.total
            })
        });
        let among = |sums: &mut dyn Iterator<Item = usize>| {
            sums.flat_map(|sum| self.sums[sum].members().map(move |cell| (sum, cell)))
                .filter(|&(_, cell)| !self.hidden[cell])
                .filter_map(|(sum, cell)| {
                    let count = self.cells[cell].1.exact().filter(|&count| count > 0)?;
                    Some((self.totals[cell], self.lonely(cell, sum), count, cell))
                })
                .min()
                .map(|(.., cell)| cell)
        };
        let first = by.and_then(|mut sums| among(&mut sums));
        first.or_else(|| among(&mut own.iter().copied()))
    }

    /// In how many of its other sums a cell would be the only hidden one.
    fn lonely(&self, cell: usize, sum: usize) -> usize {
        let others = self.stands[cell].iter().filter(|&&other| other != sum);
        others
            .filter(|&&other| !self.sums[other].members().any(|member| self.hidden[member]))
            .count()
    }

    fn table(&self) -> Table {
        let original = self.question.table;
        let mut table = Table::new(
            &original.id,
            original.dimensions().to_vec(),
            original.counting.clone(),
            original.source.clone(),
            original.limits.clone(),
        );
        for (at, (codes, cell)) in self.cells.iter().enumerate() {
            let cell = match self.added.contains(&at) {
                true => Cell::Masked {
                    lower: 0,
                    upper: u64::MAX,
                },
                false => (*cell).clone(),
            };
            table
                .push(codes, cell)
                .expect("cells of a table do not repeat");
        }
        table
    }

    fn ask(&mut self) -> Result<Report, AttackError> {
        self.asked += 1;
        let table = self.table();
        check(&Question {
            table: &table,
            ..self.question
        })
    }

    /// Prints again what need not be masked, the dearest first.
    fn give_back(&mut self, mut report: Report) -> Result<Report, AttackError> {
        let count = |cell: usize| self.cells[cell].1.exact().unwrap_or(0);
        let mut dearest: Vec<usize> = self.added.iter().copied().collect();
        dearest.sort_by_key(|&cell| (std::cmp::Reverse(count(cell)), cell));
        for cell in dearest {
            if self.asked >= self.asked_max {
                break;
            }
            self.added.remove(&cell);
            let without = self.ask()?;
            if without.exposed.len() <= report.exposed.len() && without.unsettled == 0 {
                self.hidden[cell] = false;
                report = without;
            } else {
                self.added.insert(cell);
            }
        }
        Ok(report)
    }

    fn proposal(self, report: Report) -> Proposal {
        let count = |cell: usize| self.cells[cell].1.exact().unwrap_or(0);
        let codes = |cell: usize| {
            let codes = self.cells[cell].0.iter();
            codes.map(|&code| code.to_owned()).collect()
        };
        Proposal {
            codes: self.added.iter().map(|&cell| codes(cell)).collect(),
            counts_lost: self.added.iter().map(|&cell| count(cell)).sum(),
            counts_printed: (0..self.cells.len()).map(count).sum(),
            table: self.table(),
            cells: self.added.into_iter().collect(),
            report,
        }
    }
}
