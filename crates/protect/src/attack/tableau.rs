//! The sums solved: some unknowns expressed by the others.
//!
//! Entries are floating-point numbers. As long as pivots are taken on 1 and -1 alone, they are
//! whole and exact; a walk among fractions takes others, on a copy. Nothing rests on entries
//! being right: a table found by them is checked against the sums.

use std::collections::{BTreeMap, BTreeSet};

use super::system::Equation;

/// Each *basic* unknown as a sum of *free* ones: its change is the sum of its row's entries times
/// the changes of the free unknowns. All entries are whole.
#[derive(Debug, Clone)]
pub(super) struct Tableau {
    basic: Vec<usize>,
    free: Vec<usize>,
    /// Where an unknown stands; none when it was dropped or never moves.
    place: Vec<Place>,
    /// Columns of `basic.len()` entries each.
    entries: Vec<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Row(usize),
    Column(usize),
    Nowhere,
}

impl Tableau {
    /// Solves the sums. None when that needs a division.
    pub(super) fn of(unknowns: usize, equations: &[Equation]) -> Option<Self> {
        let mut solved = Solved::new(unknowns);
        for equation in equations {
            solved.add(equation)?;
        }
        Some(solved.into_tableau(unknowns))
    }

    pub(super) fn columns(&self) -> usize {
        self.free.len()
    }

    /// How many entries there are, zeros included.
    pub(super) fn size(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn free(&self, column: usize) -> usize {
        self.free[column]
    }

    pub(super) fn basic(&self, row: usize) -> usize {
        self.basic[row]
    }

    pub(super) fn entry(&self, row: usize, column: usize) -> f64 {
        self.entries[column * self.basic.len() + row]
    }

    /// By how much an unknown changes for each unit of the free unknown of a column.
    pub(super) fn pull(&self, unknown: usize, column: usize) -> f64 {
        match self.place[unknown] {
            Place::Row(row) => self.entry(row, column),
            Place::Column(own) if own == column => 1.0,
            Place::Column(_) | Place::Nowhere => 0.0,
        }
    }

    /// The entries of a column that are not 0, with their rows.
    pub(super) fn column(&self, column: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let height = self.basic.len();
        let entries = &self.entries[column * height..(column + 1) * height];
        let all = entries.iter().copied().enumerate();
        all.filter(|&(_, entry)| entry != 0.0)
    }

    /// Exchanges the basic unknown of a row and the free one of a column, whose entry is not 0.
    pub(super) fn pivot(&mut self, row: usize, column: usize) {
        let height = self.basic.len();
        let pivot = self.entry(row, column);
        let chosen: Vec<(usize, f64)> = self.column(column).filter(|&(at, _)| at != row).collect();
        // x_row = pivot x_column + rest, so x_column = x_row / pivot - rest / pivot.
        for at in 0..self.free.len() {
            let entries = &mut self.entries[at * height..(at + 1) * height];
            if at == column {
                for &(other, entry) in &chosen {
                    entries[other] = entry / pivot;
                }
                entries[row] = 1.0 / pivot;
            } else if entries[row] != 0.0 {
                let times = entries[row] / pivot;
                for &(other, entry) in &chosen {
                    let changed = entries[other] - times * entry;
                    entries[other] = snapped(changed);
                }
                entries[row] = -times;
            }
        }
        let (out, into) = (self.basic[row], self.free[column]);
        self.basic[row] = into;
        self.free[column] = out;
        self.place[into] = Place::Row(row);
        self.place[out] = Place::Column(column);
    }

    /// Makes an unknown free in the place of one that is not frozen, if it moves with one by as
    /// much: entries other than 1 and -1 would bring fractions. Of several the sparsest column is
    /// taken. Says whether it is free now, or moves with nothing.
    pub(super) fn free_of(&mut self, unknown: usize, frozen: &[bool]) -> bool {
        let Place::Row(row) = self.place[unknown] else {
            return true;
        };
        let mut moves = false;
        let choice = (0..self.free.len())
            .filter(|&column| !frozen[self.free[column]])
            .filter(|&column| {
                let entry = self.entry(row, column).abs();
                moves |= entry != 0.0;
                is_one(entry)
            })
            .min_by_key(|&column| self.column(column).count());
        if let Some(column) = choice {
            self.pivot(row, column);
        }
        choice.is_some() || !moves
    }

    /// Drops the column of a free unknown: it will not move again.
    pub(super) fn drop_column_of(&mut self, unknown: usize) {
        let Place::Column(column) = self.place[unknown] else {
            return;
        };
        let height = self.basic.len();
        let last = self.free.len() - 1;
        self.entries
            .copy_within(last * height..(last + 1) * height, column * height);
        self.entries.truncate(last * height);
        self.free.swap_remove(column);
        self.place[unknown] = Place::Nowhere;
        if column < last {
            self.place[self.free[column]] = Place::Column(column);
        }
    }
}

/// A difference that rounding errors make.
const SMALL: f64 = 1e-9;

/// What rounding leaves of a zero is a zero. Entries that are whole stay whole exactly.
fn snapped(entry: f64) -> f64 {
    if entry.abs() < SMALL { 0.0 } else { entry }
}

/// Whether an entry is 1 or -1.
pub(super) fn is_one(entry: f64) -> bool {
    (entry.abs() - 1.0).abs() < SMALL
}

/// The sums solved one by one.
struct Solved {
    rows: BTreeMap<usize, BTreeMap<usize, i32>>,
    /// For each unknown, the basic unknowns in whose rows it stands.
    used_by: Vec<BTreeSet<usize>>,
}

impl Solved {
    fn new(unknowns: usize) -> Self {
        Self {
            rows: BTreeMap::new(),
            used_by: vec![BTreeSet::new(); unknowns],
        }
    }

    fn add(&mut self, equation: &Equation) -> Option<()> {
        let mut row: BTreeMap<usize, i32> = BTreeMap::new();
        for &(unknown, times) in &equation.terms {
            let times = i32::try_from(times).ok()?;
            match self.rows.get(&unknown) {
                Some(known) => {
                    for (&at, &entry) in known {
                        *row.entry(at).or_default() += times * entry;
                    }
                }
                None => *row.entry(unknown).or_default() += times,
            }
        }
        row.retain(|_, entry| *entry != 0);
        if row.is_empty() {
            return Some(());
        }
        let (&chosen, &pivot) = row
            .iter()
            .filter(|(_, entry)| entry.abs() == 1)
            .min_by_key(|&(&at, _)| self.used_by[at].len())?;
        row.remove(&chosen);
        for entry in row.values_mut() {
            *entry *= -pivot;
        }
        for user in std::mem::take(&mut self.used_by[chosen]) {
            self.substitute(user, chosen, &row);
        }
        for &at in row.keys() {
            self.used_by[at].insert(chosen);
        }
        self.rows.insert(chosen, row);
        Some(())
    }

    fn substitute(&mut self, user: usize, chosen: usize, by: &BTreeMap<usize, i32>) {
        let row = self.rows.get_mut(&user).expect("users are basic");
        let times = row.remove(&chosen).expect("users use it");
        for (&at, &entry) in by {
            let sum = row.entry(at).or_default();
            *sum += times * entry;
            if *sum == 0 {
                row.remove(&at);
                self.used_by[at].remove(&user);
            } else {
                self.used_by[at].insert(user);
            }
        }
    }

    fn into_tableau(self, unknowns: usize) -> Tableau {
        let free: Vec<usize> = (0..unknowns)
            .filter(|unknown| !self.rows.contains_key(unknown))
            .collect();
        let basic: Vec<usize> = self.rows.keys().copied().collect();
        let mut place = vec![Place::Nowhere; unknowns];
        for (column, &unknown) in free.iter().enumerate() {
            place[unknown] = Place::Column(column);
        }
        for (row, &unknown) in basic.iter().enumerate() {
            place[unknown] = Place::Row(row);
        }
        let height = basic.len();
        let mut entries = vec![0.0; height * free.len()];
        for (row, terms) in self.rows.values().enumerate() {
            for (&at, &entry) in terms {
                if let Place::Column(column) = place[at] {
                    entries[column * height + row] = f64::from(entry);
                }
            }
        }
        Tableau {
            basic,
            free,
            place,
            entries,
        }
    }
}
