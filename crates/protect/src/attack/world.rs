//! From what was printed to unknowns and sums.
//!
//! An unknown is a population, a vintage and a cell; a cell is the set of its concepts with their
//! codes, without those that stand for everybody, so that the same margin of two tables is one
//! unknown. What is printed exactly stands in the constants of the sums.

use std::collections::{HashMap, HashSet};

use terms::cell::{Absence, Cell};
use terms::hierarchy::Hierarchy;
use terms::table::{Dimension, Table};

use super::propagate::NUMBER_MAX;
use super::system::{System, Unknown};
use crate::ledger::Publication;

/// What names a cell: concepts with their codes, without those that stand for everybody, in any
/// order, such as `[("sex", "female")]`.
pub type Place<'a> = [(&'a str, &'a str)];

/// What is known of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It is printed, or known besides, as this count.
    Exactly(i64),
    /// It is this unknown of the system.
    Unknown(usize),
}

/// Sums of which every term is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many there are.
    pub sums: usize,
    /// How many of them do not hold.
    pub inconsistent: usize,
}

/// Words, each once.
#[derive(Debug, Clone, Default)]
struct Words(HashMap<String, u32>);

impl Words {
    fn note(&mut self, word: String) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(WHOLE - 1);
        *self.0.entry(word).or_insert(next)
    }

    /// Two words as one: no name of a dimension holds the separator.
    fn pair(one: &str, other: &str) -> String {
        format!("{one}\u{1f}{other}")
    }
}

/// Stands, in a row of concepts, for a code that stands for everybody.
const WHOLE: u32 = u32::MAX;

/// What names a cell: population with vintage, then its concepts in order.
type Key = Box<[u32]>;

/// A sum: its total, and where its parts stand among all parts.
#[derive(Debug, Clone, Copy)]
struct Sum {
    total: u32,
    parts: (usize, usize),
}

/// What was printed: cells, what is known of each, and the sums that hold between them.
#[derive(Debug, Clone, Default)]
pub struct World {
    states: Words,
    concepts: Words,
    cells: HashMap<Key, u32>,
    known: Vec<Unknown>,
    /// Whether somebody prints the cell, or says that it is masked.
    listed: Vec<bool>,
    sums: Vec<Sum>,
    parts: Vec<u32>,
    /// Which sums are there: the total's cell, and the number of the list of parts.
    noted: HashSet<(u32, u32)>,
    lists: HashMap<(u32, Vec<u32>), u32>,
}

/// The place of a row: its codes, without those that stand for everybody.
#[must_use]
pub fn place<'a>(
    dimensions: &'a [Dimension],
    hierarchies: &[Hierarchy],
    codes: &[&'a str],
) -> Vec<(&'a str, &'a str)> {
    let wholes = hierarchies.iter().map(Hierarchy::whole);
    let wholes = wholes.chain(std::iter::repeat(None));
    dimensions
        .iter()
        .zip(codes)
        .zip(wholes)
        .filter(|&((_, code), whole)| whole != Some(code))
        .map(|((dimension, code), _)| (dimension.id.as_str(), *code))
        .collect()
}

/// How one dimension of a publication is read.
struct Axis<'a> {
    concepts: HashMap<&'a str, u32>,
    /// Each sum: the number of its list, its total, its parts.
    sums: Vec<(u32, u32, Vec<u32>)>,
    /// In which sums a concept stands.
    stands: HashMap<u32, Vec<usize>>,
}

impl World {
    /// Nothing was printed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The world of several publications.
    pub fn of<'a>(publications: impl IntoIterator<Item = &'a Publication>) -> Self {
        let mut world = Self::new();
        for publication in publications {
            world.add(publication);
        }
        world
    }

    /// Adds what was printed.
    pub fn add(&mut self, publication: &Publication) {
        self.add_table(
            &publication.population,
            &publication.vintage,
            &publication.table,
            &publication.hierarchies,
        );
    }

    /// Adds a table: its cells, and for each dimension each total with its parts, for every
    /// combination of the codes of the other dimensions that occurs. Cells that a sum needs and
    /// nobody prints are counts of which nothing is known. Hierarchies stand in the order of the
    /// table's dimensions; a dimension without one does not add up.
    pub fn add_table(
        &mut self,
        population: &str,
        vintage: &str,
        table: &Table,
        hierarchies: &[Hierarchy],
    ) {
        let state = self.states.note(Words::pair(population, vintage));
        let mut axes: Vec<Axis<'_>> = Vec::new();
        let none = Hierarchy::none();
        for (at, dimension) in table.dimensions().iter().enumerate() {
            axes.push(self.axis(dimension, hierarchies.get(at).unwrap_or(&none)));
        }
        let width = axes.len();
        let mut rows: Vec<u32> = Vec::with_capacity(table.len() * width);
        let mut own: HashSet<u32> = HashSet::with_capacity(table.len());
        let mut key = Vec::with_capacity(width + 1);
        for (codes, value) in table.iter() {
            let start = rows.len();
            for ((axis, code), dimension) in axes.iter_mut().zip(&codes).zip(table.dimensions()) {
                rows.push(self.concept(axis, dimension, code));
            }
            let cell = self.cell(state, &rows[start..], &mut key);
            own.insert(cell);
            self.print(cell, value);
        }
        for (at, axis) in axes.iter().enumerate() {
            self.add_sums((state, axis), (at, width), (&mut rows, &mut own), &mut key);
        }
    }

    fn concept<'a>(&mut self, axis: &mut Axis<'a>, dimension: &Dimension, code: &'a str) -> u32 {
        let concepts = &mut self.concepts;
        *axis
            .concepts
            .entry(code)
            .or_insert_with(|| concepts.note(Words::pair(&dimension.id, code)))
    }

    fn axis<'a>(&mut self, dimension: &Dimension, hierarchy: &'a Hierarchy) -> Axis<'a> {
        let mut axis = Axis {
            concepts: HashMap::new(),
            sums: Vec::new(),
            stands: HashMap::new(),
        };
        if let Some(whole) = hierarchy.whole() {
            axis.concepts.insert(whole, WHOLE);
        }
        for (total, parts) in hierarchy.sums() {
            let total = self.concept(&mut axis, dimension, total);
            let mut concepts = Vec::with_capacity(parts.len());
            for part in parts {
                concepts.push(self.concept(&mut axis, dimension, part));
            }
            for &member in concepts.iter().chain([&total]) {
                axis.stands.entry(member).or_default().push(axis.sums.len());
            }
            let mut sorted = concepts.clone();
            sorted.sort_unstable();
            let next = u32::try_from(self.lists.len()).unwrap_or(WHOLE);
            let list = *self.lists.entry((total, sorted)).or_insert(next);
            axis.sums.push((list, total, concepts));
        }
        axis
    }

    fn cell(&mut self, state: u32, row: &[u32], key: &mut Vec<u32>) -> u32 {
        key.clear();
        key.push(state);
        key.extend(row.iter().filter(|&&concept| concept != WHOLE));
        key[1..].sort_unstable();
        if let Some(&cell) = self.cells.get(key.as_slice()) {
            return cell;
        }
        let cell = u32::try_from(self.known.len()).expect("fewer than 2^32 cells fit in memory");
        self.cells.insert(key.as_slice().into(), cell);
        self.known.push(Unknown::COUNT);
        self.listed.push(false);
        cell
    }

    fn print(&mut self, cell: u32, value: &Cell) {
        let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let within = match *value {
            Cell::Exact(count) => Unknown::within(whole(count), whole(count)),
            Cell::Masked { lower, upper } => Unknown {
                lower: Some(whole(lower)),
                // An upper end beyond every count is how a mask says that it has none.
                upper: Some(whole(upper)).filter(|&upper| upper <= NUMBER_MAX),
            },
            Cell::Rounded { base, value } => {
                let off = base.saturating_sub(1);
                let least = value.saturating_sub(off);
                Unknown::within(whole(least), whole(value.saturating_add(off)))
            }
            Cell::Absent(Absence::NotApplicable) => Unknown::within(0, 0),
            // What is no count, or has no value, says nothing of the count.
            Cell::Noised { .. }
            | Cell::Estimate { .. }
            | Cell::Measure { .. }
            | Cell::Absent(_) => Unknown::COUNT,
        };
        self.listed[cell as usize] = true;
        self.known[cell as usize].narrow(within);
    }

    /// Adds the sums of one dimension. Totals that a sum implies and nobody prints join the rows,
    /// so that the next dimensions add them up too.
    fn add_sums(
        &mut self,
        (state, axis): (u32, &Axis<'_>),
        (at, width): (usize, usize),
        (rows, own): (&mut Vec<u32>, &mut HashSet<u32>),
        key: &mut Vec<u32>,
    ) {
        let mut row = 0;
        let mut changed = Vec::with_capacity(width);
        while row < rows.len() {
            changed.clear();
            changed.extend_from_slice(&rows[row..row + width]);
            row += width;
            for &sum in axis.stands.get(&changed[at]).map_or(&[][..], Vec::as_slice) {
                let (list, total, parts) = &axis.sums[sum];
                changed[at] = *total;
                let cell = self.cell(state, &changed, key);
                if own.insert(cell) {
                    rows.extend_from_slice(&changed);
                }
                if !self.noted.insert((cell, *list)) {
                    continue;
                }
                let start = self.parts.len();
                for &part in parts {
                    changed[at] = part;
                    let part = self.cell(state, &changed, key);
                    self.parts.push(part);
                }
                self.sums.push(Sum {
                    total: cell,
                    parts: (start, self.parts.len()),
                });
            }
        }
    }

    /// How many cells there are, printed or needed by a sum.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.known.len()
    }

    /// The cell of this name, if anybody prints it or a sum needs it.
    #[must_use]
    pub fn find(&self, population: &str, vintage: &str, place: &Place<'_>) -> Option<usize> {
        let state = *self.states.0.get(&Words::pair(population, vintage))?;
        let mut key = vec![state];
        for (dimension, code) in place {
            key.push(*self.concepts.0.get(&Words::pair(dimension, code))?);
        }
        key[1..].sort_unstable();
        self.cells.get(key.as_slice()).map(|&cell| cell as usize)
    }

    /// Adds a count that somebody knows besides what is printed, such as a party its own.
    ///
    /// # Panics
    /// When there is no such cell.
    pub fn know(&mut self, cell: usize, count: u64) {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        self.known[cell].narrow(Unknown::within(count, count));
        self.listed[cell] = true;
    }

    /// The unknowns and the sums. Cells on which what is printed contradicts itself are unknowns
    /// without a value, so that what hangs together with them is a contradiction.
    #[must_use]
    pub fn made(&self) -> Made {
        let mut system = System::new();
        let mut cells = Vec::new();
        let mut known = Vec::with_capacity(self.known.len());
        for (cell, &within) in self.known.iter().enumerate() {
            known.push(match within.fixed() {
                Some(count) => Known::Exactly(count),
                None => {
                    cells.push(cell);
                    Known::Unknown(system.unknown(within))
                }
            });
        }
        let mut checked = Checked::default();
        let idle = self.idle();
        for (sum, _) in self.sums.iter().zip(idle).filter(|(_, idle)| !idle) {
            let mut terms = Vec::new();
            let mut constant = 0_i64;
            let parts = &self.parts[sum.parts.0..sum.parts.1];
            let parts = parts.iter().map(|&part| (part, 1));
            for (cell, coefficient) in parts.chain([(sum.total, -1)]) {
                match known[cell as usize] {
                    Known::Exactly(count) => {
                        constant = constant.saturating_sub(count.saturating_mul(coefficient));
                    }
                    Known::Unknown(at) => terms.push((at, coefficient)),
                }
            }
            if terms.is_empty() {
                checked.sums += 1;
                checked.inconsistent += usize::from(constant != 0);
            } else {
                system.equation(terms, constant);
            }
        }
        Made {
            system,
            checked,
            known,
            cells,
        }
    }

    /// Which sums say nothing: those whose parts nobody prints and no other sum needs.
    fn idle(&self) -> impl Iterator<Item = bool> + '_ {
        let mut stands = vec![0_u32; self.known.len()];
        for &cell in &self.parts {
            stands[cell as usize] += 1;
        }
        for sum in &self.sums {
            stands[sum.total as usize] += 1;
        }
        self.sums.iter().map(move |sum| {
            let mut parts = self.parts[sum.parts.0..sum.parts.1].iter();
            parts.all(|&part| !self.listed[part as usize] && stands[part as usize] == 1)
        })
    }
}

/// The system of a world.
#[derive(Debug, Clone)]
pub struct Made {
    /// The unknowns, and the sums that name at least one.
    pub system: System,
    /// Sums of which every term is known exactly: they name no unknown.
    pub checked: Checked,
    known: Vec<Known>,
    cells: Vec<usize>,
}

impl Made {
    /// What is known of a cell.
    ///
    /// # Panics
    /// When there is no such cell.
    #[must_use]
    pub fn known(&self, cell: usize) -> Known {
        self.known[cell]
    }

    /// The cell of an unknown; none for the unknown of a difference.
    #[must_use]
    pub fn cell(&self, unknown: usize) -> Option<usize> {
        self.cells.get(unknown).copied()
    }

    /// The later count less the earlier one, for the same cell in two vintages. Where records are
    /// only ever added, the count of each cell grows only, and the difference is not negative.
    ///
    /// # Panics
    /// When there is no such cell.
    pub fn difference(&mut self, earlier: usize, later: usize, grows_only: bool) -> Known {
        let mut constant = 0_i64;
        let mut terms = Vec::new();
        for (cell, coefficient) in [(later, 1), (earlier, -1)] {
            match self.known[cell] {
                Known::Exactly(count) => {
                    constant = count.saturating_mul(coefficient).saturating_add(constant);
                }
                Known::Unknown(at) => terms.push((at, coefficient)),
            }
        }
        if terms.is_empty() {
            return Known::Exactly(constant);
        }
        let difference = self.system.unknown(if grows_only {
            Unknown::COUNT
        } else {
            Unknown::NUMBER
        });
        terms.push((difference, -1));
        self.system.equation(terms, -constant);
        Known::Unknown(difference)
    }
}

#[cfg(test)]
mod tests;
