//! A plan carried out.
//!
//! Each dimension of a plan is a digit; the digits of a row make up its place in the table, and a
//! table is an array of counts. So a row costs a multiplication and an addition for each dimension.
//! A table with very many places is kept as a map of those that are filled.

use std::collections::HashMap;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use arrow_array::cast::AsArray;
use arrow_array::types::{UInt16Type, UInt64Type};
use arrow_array::{Array, RecordBatch};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::encryption::decrypt::FileDecryptionProperties;
use parquet::errors::ParquetError;

use crate::{By, Condition, Counted, File, Plan, Sealed, TabulateError, Width};

/// As many places as a table can have. A table that a person looks at is far below.
const PLACES_MAX: u128 = 1 << 62;
/// Up to here counts lie in an array: 32 MiB for each thread.
const DENSE_MAX: u128 = 1 << 22;
/// Rows that are handled at once.
const BATCH_ROWS: usize = 1 << 14;
/// The place of a row that is not counted.
const NOWHERE: u64 = u64::MAX;

/// One dimension, ready to be counted by.
#[derive(Clone, Copy)]
struct Digit<'a> {
    /// The column, among those that are read.
    column: usize,
    kind: Kind,
    /// How many values it has.
    size: u64,
    /// What one of its values is worth in the place.
    worth: u64,
    /// The groups of a set.
    groups: &'a [u64],
}

#[derive(Clone, Copy)]
enum Kind {
    Code,
    EachOf,
    Year { from: u64 },
    Month { from: u64 },
}

/// One condition, ready to be looked at.
enum Check {
    OneOf { column: usize, allowed: Vec<bool> },
    AnyOf { column: usize, bits: u64 },
    Between { column: usize, from: u16, to: u16 },
}

/// A plan, ready to be carried out.
struct Ready<'a> {
    /// The columns that are read.
    columns: Vec<&'a str>,
    digits: Vec<Digit<'a>>,
    checks: Vec<Check>,
    places: u128,
}

/// Counts by place.
enum Tally {
    Dense(Vec<u64>),
    Sparse(HashMap<u64, u64>),
}

impl Tally {
    fn new(places: u128) -> Self {
        match usize::try_from(places) {
            Ok(size) if places <= DENSE_MAX => Self::Dense(vec![0; size]),
            _ => Self::Sparse(HashMap::new()),
        }
    }

    fn add(&mut self, place: u64, rows: u64) {
        match self {
            Self::Dense(counts) => {
                let count = usize::try_from(place)
                    .ok()
                    .and_then(|at| counts.get_mut(at));
                if let Some(count) = count {
                    *count += rows;
                }
            }
            Self::Sparse(counts) => *counts.entry(place).or_default() += rows,
        }
    }

    fn filled(self) -> Box<dyn Iterator<Item = (u64, u64)>> {
        match self {
            Self::Dense(counts) => {
                let filled = (0..).zip(counts).filter(|(_, count)| *count > 0);
                Box::new(filled)
            }
            Self::Sparse(counts) => Box::new(counts.into_iter()),
        }
    }
}

pub(crate) fn count(sealed: &Sealed, plan: &Plan) -> Result<Counted, TabulateError> {
    let ready = Ready::new(sealed, plan)?;
    let threads = thread::available_parallelism()?
        .get()
        .min(sealed.files.len());
    let next = AtomicUsize::new(0);
    let tallies: Vec<Result<Tally, TabulateError>> = thread::scope(|scope| {
        let work = || {
            let mut tally = Tally::new(ready.places);
            while let Some(file) = sealed.files.get(next.fetch_add(1, Ordering::Relaxed)) {
                ready.read(file, &mut tally)?;
            }
            Ok(tally)
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let joined = threads.into_iter().map(|thread| {
            thread.join().unwrap_or_else(|_| {
                let fault = ParquetError::General("a file that cannot be decoded".to_owned());
                Err(fault.into())
            })
        });
        joined.collect()
    });
    let mut counted = Counted::new();
    for tally in tallies {
        for (place, rows) in tally?.filled() {
            *counted.entry(ready.key(place)).or_default() += rows;
        }
    }
    Ok(counted)
}

impl<'a> Ready<'a> {
    fn new(sealed: &Sealed, plan: &'a Plan) -> Result<Self, TabulateError> {
        let mut ready = Self {
            columns: Vec::new(),
            digits: Vec::new(),
            checks: Vec::new(),
            places: 1,
        };
        for by in &plan.by {
            let (name, width, kind, size) = match by {
                By::Code { column, codes } => {
                    (column, Width::One, Kind::Code, u64::from(*codes) + 1)
                }
                By::EachOf { column, groups } => {
                    let size = groups.len() as u64 + 1;
                    (column, Width::Set, Kind::EachOf, size)
                }
                By::Year { column, from, to } => {
                    let from_year = u64::from(*from);
                    let years = u64::from(*to).saturating_sub(from_year) + 1;
                    (column, Width::One, Kind::Year { from: from_year }, years)
                }
                By::Month { column, from, to } => {
                    let from_month = u64::from(*from);
                    let months = u64::from(*to).saturating_sub(from_month) + 1;
                    (column, Width::One, Kind::Month { from: from_month }, months)
                }
            };
            let column = ready.column(sealed, name, width)?;
            let groups = match by {
                By::EachOf { groups, .. } => groups.as_slice(),
                _ => &[],
            };
            ready.digits.push(Digit {
                column,
                kind,
                size,
                worth: 1,
                groups,
            });
        }
        ready.weigh()?;
        for condition in &plan.of {
            let check = match condition {
                Condition::OneOf { column, codes } => {
                    let mut allowed = vec![false; usize::from(u16::MAX) + 1];
                    for code in codes {
                        allowed[usize::from(*code)] = true;
                    }
                    let column = ready.column(sealed, column, Width::One)?;
                    Check::OneOf { column, allowed }
                }
                Condition::AnyOf { column, bits } => {
                    let column = ready.column(sealed, column, Width::Set)?;
                    Check::AnyOf {
                        column,
                        bits: *bits,
                    }
                }
                Condition::Between { column, from, to } => {
                    let column = ready.column(sealed, column, Width::One)?;
                    let (from, to) = (*from, *to);
                    Check::Between { column, from, to }
                }
            };
            ready.checks.push(check);
        }
        Ok(ready)
    }

    /// The place of a column among those that are read.
    fn column(
        &mut self,
        sealed: &Sealed,
        name: &'a str,
        width: Width,
    ) -> Result<usize, TabulateError> {
        let known = sealed.columns.iter().find(|(known, _)| known == name);
        if known.is_none_or(|(_, known)| *known != width) {
            return Err(TabulateError::Column {
                column: name.to_owned(),
                wanted: match width {
                    Width::One => "one code",
                    Width::Set => "a set of codes",
                },
            });
        }
        let place = self.columns.iter().position(|known| *known == name);
        Ok(place.unwrap_or_else(|| {
            self.columns.push(name);
            self.columns.len() - 1
        }))
    }

    /// Gives each digit its worth, the last one counting singly.
    fn weigh(&mut self) -> Result<(), TabulateError> {
        for digit in self.digits.iter_mut().rev() {
            digit.worth = u64::try_from(self.places).unwrap_or(u64::MAX);
            self.places = self.places.saturating_mul(u128::from(digit.size));
        }
        if self.places > PLACES_MAX {
            return Err(TabulateError::Large {
                places: self.places,
                allowed: PLACES_MAX,
            });
        }
        Ok(())
    }

    /// Counts the rows of one file.
    fn read(&self, file: &File, tally: &mut Tally) -> Result<(), TabulateError> {
        let decryption = FileDecryptionProperties::builder(file.key.to_vec()).build()?;
        let options = ArrowReaderOptions::new().with_file_decryption_properties(decryption);
        let opened = fs::File::open(&file.path)?;
        let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(opened, options)?;
        if self.columns.is_empty() {
            let rows = builder.metadata().file_metadata().num_rows();
            tally.add(0, rows.unsigned_abs());
            return Ok(());
        }
        // By place, since a dot in a name would be taken for a step into a structure.
        let fields = builder.schema().fields().iter().enumerate();
        let wanted = fields.filter(|(_, field)| self.columns.contains(&field.name().as_str()));
        let wanted: Vec<usize> = wanted.map(|(place, _)| place).collect();
        let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
        let reader = builder
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()?;
        let mut places = Vec::new();
        for batch in reader {
            let batch = batch.map_err(ParquetError::from)?;
            self.add(&batch, &mut places, tally)?;
        }
        Ok(())
    }

    fn add(
        &self,
        batch: &RecordBatch,
        places: &mut Vec<u64>,
        tally: &mut Tally,
    ) -> Result<(), TabulateError> {
        let arrays = self.arrays(batch)?;
        places.clear();
        places.resize(batch.num_rows(), 0);
        for check in &self.checks {
            check.apply(&arrays, places);
        }
        let mut sets = Vec::new();
        for digit in &self.digits {
            match arrays[digit.column] {
                Codes::Set(cells) => sets.push((digit, cells)),
                Codes::One(cells) => digit.place(cells, places),
            }
        }
        for (row, place) in places.iter().enumerate() {
            if *place != NOWHERE {
                each_set(*place, &sets, row, tally);
            }
        }
        Ok(())
    }

    /// The columns of a batch, in the order in which the plan knows them.
    fn arrays<'b>(&self, batch: &'b RecordBatch) -> Result<Vec<Codes<'b>>, TabulateError> {
        let array = |name: &&str| {
            let array = batch.column_by_name(name)?;
            if array.null_count() > 0 {
                return None;
            }
            let one = array.as_primitive_opt::<UInt16Type>();
            let set = array.as_primitive_opt::<UInt64Type>();
            match (one, set) {
                (Some(one), _) => Some(Codes::One(one.values())),
                (_, Some(set)) => Some(Codes::Set(set.values())),
                _ => None,
            }
        };
        self.columns
            .iter()
            .map(|name| {
                array(name).ok_or_else(|| TabulateError::Column {
                    column: (*name).to_owned(),
                    wanted: "the file",
                })
            })
            .collect()
    }

    /// What stands at a place: a number for each dimension.
    fn key(&self, place: u64) -> Vec<u16> {
        let digit = |digit: &Digit<'_>| {
            let value = place / digit.worth % digit.size;
            let value = match digit.kind {
                Kind::Code | Kind::EachOf => value,
                Kind::Year { from } | Kind::Month { from } => value + from,
            };
            u16::try_from(value).unwrap_or(u16::MAX)
        };
        self.digits.iter().map(digit).collect()
    }
}

/// The numbers of a column.
#[derive(Clone, Copy)]
enum Codes<'a> {
    One(&'a [u16]),
    Set(&'a [u64]),
}

impl Check {
    /// Rows that do not fit are counted nowhere.
    fn apply(&self, arrays: &[Codes<'_>], places: &mut [u64]) {
        match (self, arrays[self.column()]) {
            (Self::OneOf { allowed, .. }, Codes::One(cells)) => {
                for (place, cell) in places.iter_mut().zip(cells) {
                    if !allowed[usize::from(*cell)] {
                        *place = NOWHERE;
                    }
                }
            }
            (Self::Between { from, to, .. }, Codes::One(cells)) => {
                for (place, cell) in places.iter_mut().zip(cells) {
                    if !(from..=to).contains(&cell) {
                        *place = NOWHERE;
                    }
                }
            }
            (Self::AnyOf { bits, .. }, Codes::Set(cells)) => {
                for (place, cell) in places.iter_mut().zip(cells) {
                    if cell & bits == 0 {
                        *place = NOWHERE;
                    }
                }
            }
            // The widths were looked at before.
            _ => places.fill(NOWHERE),
        }
    }

    const fn column(&self) -> usize {
        match self {
            Self::OneOf { column, .. }
            | Self::AnyOf { column, .. }
            | Self::Between { column, .. } => *column,
        }
    }
}

impl Digit<'_> {
    /// Moves each row to its place along this dimension.
    fn place(&self, cells: &[u16], places: &mut [u64]) {
        let (size, worth) = (self.size, self.worth);
        for (place, cell) in places.iter_mut().zip(cells) {
            let cell = u64::from(*cell);
            let value = match self.kind {
                Kind::Code | Kind::EachOf => cell,
                // What lies before the first is far behind the last.
                Kind::Year { from } => (cell.wrapping_sub(1) / 12).wrapping_sub(from),
                Kind::Month { from } => cell.wrapping_sub(from),
            };
            *place = match *place {
                NOWHERE => NOWHERE,
                _ if value >= size => NOWHERE,
                sum => sum + value * worth,
            };
        }
    }
}

/// Adds a row under each group of each set.
fn each_set(place: u64, sets: &[(&Digit<'_>, &[u64])], row: usize, tally: &mut Tally) {
    let Some(((digit, cells), rest)) = sets.split_first() else {
        return tally.add(place, 1);
    };
    let bits = cells[row];
    let mut met = false;
    for (group, wanted) in (1..).zip(digit.groups) {
        if bits & wanted != 0 {
            met = true;
            each_set(place + group * digit.worth, rest, row, tally);
        }
    }
    if !met {
        each_set(place, rest, row, tally);
    }
}
