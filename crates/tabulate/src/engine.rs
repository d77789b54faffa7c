//! A plan carried out.
//!
//! Each dimension of a plan is a digit; the digits of a row make up its place in the table, and a
//! table is an array of counts. What a column adds to the place, and whether a condition lets the
//! row in at all, is worked out beforehand for each number that can stand in it: so a row costs a
//! look-up and an addition for each column, whatever is asked, and a branch for none.
//! A file says of each column between which numbers it lies. Where all of them come to the same, as
//! a period does that holds the whole file, the column is not opened.
//! A table with very many places is kept as a map of those that are filled.

use std::collections::{BTreeSet, HashMap};
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
use parquet::file::metadata::ParquetMetaData;
use parquet::file::statistics::Statistics;

use crate::{By, Condition, Counted, File, Plan, Sealed, TabulateError, Width};

/// As many places as a table can have. A table that a person looks at is far below.
const PLACES_MAX: u128 = 1 << 62;
/// Up to here counts lie in an array: 32 MiB for each thread.
const DENSE_MAX: u128 = 1 << 22;
/// Rows that are handled at once: their places stay in the processor's nearest memory but one.
const BATCH_ROWS: usize = 1 << 13;
/// The place of a row that is not counted. Whatever is added to it, it stays.
const NOWHERE: u64 = u64::MAX;
/// As many numbers as a column of one can hold.
const NUMBERS: usize = 1 << u16::BITS;

/// One dimension, ready to be counted by.
#[derive(Clone, Copy)]
struct Digit<'a> {
    kind: Kind,
    /// The column, as the plan names it.
    column: &'a str,
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

/// A column of which one number is read: what each number adds to the place of a row.
struct Single<'a> {
    name: &'a str,
    adds: Vec<u64>,
}

/// A column of which sets are read.
struct Several<'a> {
    name: &'a str,
    /// Of these bits one must be there, each time.
    any_of: Vec<u64>,
    /// The dimension that is counted by it.
    digit: Option<Digit<'a>>,
}

/// A plan, ready to be carried out.
struct Ready<'a> {
    singles: Vec<Single<'a>>,
    several: Vec<Several<'a>>,
    digits: Vec<Digit<'a>>,
    places: u128,
}

/// Counts by place.
enum Tally {
    /// The last one is that of rows that are not counted.
    Dense(Vec<u64>),
    Sparse(HashMap<u64, u64>),
}

impl Tally {
    fn new(places: u128) -> Self {
        match usize::try_from(places) {
            Ok(size) if places <= DENSE_MAX => Self::Dense(vec![0; size + 1]),
            _ => Self::Sparse(HashMap::new()),
        }
    }

    fn add(&mut self, place: u64, rows: u64) {
        match self {
            Self::Dense(counts) => {
                let last = counts.len() - 1;
                let at = usize::try_from(place).map_or(last, |at| at.min(last));
                counts[at] += rows;
            }
            Self::Sparse(_) if place == NOWHERE => {}
            Self::Sparse(counts) => *counts.entry(place).or_default() += rows,
        }
    }

    /// Adds a row at each place.
    fn add_each(&mut self, places: &[u64]) {
        let Self::Dense(counts) = self else {
            for place in places {
                self.add(*place, 1);
            }
            return;
        };
        let last = counts.len() - 1;
        for place in places {
            // On a processor of 32 bits an array cannot be longer than a place is wide.
            let at = usize::try_from(*place).map_or(last, |at| at.min(last));
            // There are not so many rows.
            counts[at] = counts[at].wrapping_add(1);
        }
    }

    fn filled(self) -> Box<dyn Iterator<Item = (u64, u64)>> {
        match self {
            Self::Dense(mut counts) => {
                counts.pop();
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
            singles: Vec::new(),
            several: Vec::new(),
            digits: plan.by.iter().map(Digit::new).collect(),
            places: 1,
        };
        ready.weigh()?;
        for digit in ready.digits.clone() {
            match digit.kind {
                Kind::EachOf => ready.several(sealed, digit.column, None, Some(digit))?,
                _ => ready.single(sealed, digit.column, |number| digit.adds(number))?,
            }
        }
        for condition in &plan.of {
            let let_in = |fits: bool| if fits { 0 } else { NOWHERE };
            match condition {
                Condition::OneOf { column, codes } => {
                    let codes: BTreeSet<u16> = codes.iter().copied().collect();
                    ready.single(sealed, column, |number| let_in(codes.contains(&number)))?;
                }
                Condition::AnyOf { column, bits } => {
                    ready.several(sealed, column, Some(*bits), None)?;
                }
                Condition::Between { column, from, to } => {
                    let fits = |number| (*from..=*to).contains(&number);
                    ready.single(sealed, column, |number| let_in(fits(number)))?;
                }
            }
        }
        Ok(ready)
    }

    /// Looks whether a column is there, of that width.
    fn known(sealed: &Sealed, name: &str, width: Width) -> Result<(), TabulateError> {
        let known = sealed.columns.iter().find(|(known, _)| known == name);
        if known.is_some_and(|(_, known)| *known == width) {
            return Ok(());
        }
        Err(TabulateError::Column {
            column: name.to_owned(),
            wanted: match width {
                Width::One => "one code",
                Width::Set => "a set of codes",
            },
        })
    }

    /// Adds to what each number of a column adds.
    fn single(
        &mut self,
        sealed: &Sealed,
        name: &'a str,
        adds: impl Fn(u16) -> u64,
    ) -> Result<(), TabulateError> {
        Self::known(sealed, name, Width::One)?;
        let place = self.singles.iter().position(|one| one.name == name);
        let place = place.unwrap_or_else(|| {
            let adds = vec![0; NUMBERS];
            self.singles.push(Single { name, adds });
            self.singles.len() - 1
        });
        for (number, sum) in (0..=u16::MAX).zip(&mut self.singles[place].adds) {
            *sum = sum.saturating_add(adds(number));
        }
        Ok(())
    }

    /// Notes what is asked of a column of sets.
    fn several(
        &mut self,
        sealed: &Sealed,
        name: &'a str,
        any_of: Option<u64>,
        digit: Option<Digit<'a>>,
    ) -> Result<(), TabulateError> {
        Self::known(sealed, name, Width::Set)?;
        let any_of = any_of.into_iter().collect();
        self.several.push(Several {
            name,
            any_of,
            digit,
        });
        Ok(())
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
        let mut from = 0_u64;
        let mut singles = Vec::new();
        for single in &self.singles {
            match single.same_in(builder.metadata()) {
                Some(adds) => from = from.saturating_add(adds),
                None => singles.push(single),
            }
        }
        if from == NOWHERE {
            return Ok(());
        }
        if singles.is_empty() && self.several.is_empty() {
            let rows = builder.metadata().file_metadata().num_rows();
            tally.add(from, rows.unsigned_abs());
            return Ok(());
        }
        // By place, since a dot in a name would be taken for a step into a structure.
        let is_wanted = |name: &str| {
            singles.iter().any(|one| one.name == name)
                || self.several.iter().any(|one| one.name == name)
        };
        let fields = builder.schema().fields().iter().enumerate();
        let wanted = fields.filter(|(_, field)| is_wanted(field.name()));
        let wanted: Vec<usize> = wanted.map(|(place, _)| place).collect();
        let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
        let reader = builder
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()?;
        let mut places = Vec::new();
        for batch in reader {
            let batch = batch.map_err(ParquetError::from)?;
            places.clear();
            places.resize(batch.num_rows(), from);
            self.add(&batch, &singles, &mut places, tally)?;
        }
        Ok(())
    }

    fn add(
        &self,
        batch: &RecordBatch,
        singles: &[&Single<'a>],
        places: &mut [u64],
        tally: &mut Tally,
    ) -> Result<(), TabulateError> {
        for single in singles {
            let array = array(batch, single.name)?;
            let cells = array.as_primitive_opt::<UInt16Type>();
            single.place(cells.ok_or_else(|| missing(single.name))?.values(), places);
        }
        let mut sets = Vec::new();
        for several in &self.several {
            let array = array(batch, several.name)?;
            let cells = array.as_primitive_opt::<UInt64Type>();
            let cells: &[u64] = cells.ok_or_else(|| missing(several.name))?.values();
            for bits in &several.any_of {
                for (place, cell) in places.iter_mut().zip(cells) {
                    *place |= if cell & bits == 0 { NOWHERE } else { 0 };
                }
            }
            sets.extend(several.digit.as_ref().map(|digit| (digit, cells)));
        }
        match sets.as_slice() {
            [] => {
                tally.add_each(places);
                return Ok(());
            }
            [(digit, cells)] => {
                if let Some(bits) = digit.bits() {
                    bits.add_each(cells, places, tally);
                    return Ok(());
                }
            }
            _ => {}
        }
        for (row, place) in places.iter().enumerate() {
            if *place != NOWHERE {
                each_set(*place, &sets, row, tally);
            }
        }
        Ok(())
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

/// A column of a batch, without gaps.
fn array<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b dyn Array, TabulateError> {
    let array = batch.column_by_name(name);
    let whole = array.filter(|array| array.null_count() == 0);
    whole.map(AsRef::as_ref).ok_or_else(|| missing(name))
}

/// That a file has no such column.
fn missing(name: &str) -> TabulateError {
    TabulateError::Column {
        column: name.to_owned(),
        wanted: "the file",
    }
}

impl Single<'_> {
    /// What the column adds in a file, if every number between its least and its greatest adds the
    /// same; the file then need not be read for it.
    fn same_in(&self, file: &ParquetMetaData) -> Option<u64> {
        let schema = file.file_metadata().schema_descr();
        let mut fields = schema.columns().iter();
        let place = fields.position(|field| field.path().parts() == [self.name])?;
        let mut same = None;
        for group in file.row_groups() {
            let Statistics::Int32(told) = group.column(place).statistics()? else {
                return None;
            };
            if told.null_count_opt() != Some(0) {
                return None;
            }
            let least = usize::try_from(*told.min_opt()?).ok()?;
            let greatest = usize::try_from(*told.max_opt()?).ok()?;
            let adds = self.adds.get(least..=greatest)?;
            let (first, others) = adds.split_first()?;
            let alike = others.iter().all(|one| one == first);
            if !alike || same.is_some_and(|same| same != *first) {
                return None;
            }
            same = Some(*first);
        }
        same
    }

    /// Moves each row to its place along the dimensions that are told by this column.
    fn place(&self, cells: &[u16], places: &mut [u64]) {
        // Known to be as long as there are numbers, so that no look-up is checked.
        let Ok(adds) = <&[u64; NUMBERS]>::try_from(self.adds.as_slice()) else {
            return places.fill(NOWHERE);
        };
        for (place, cell) in places.iter_mut().zip(cells) {
            *place = place.saturating_add(adds[usize::from(*cell)]);
        }
    }
}

impl<'a> Digit<'a> {
    fn new(by: &'a By) -> Self {
        let span = |from: u16, to: u16| u64::from(to).saturating_sub(u64::from(from)) + 1;
        let (column, kind, size) = match by {
            By::Code { column, codes } => (column, Kind::Code, u64::from(*codes) + 1),
            By::EachOf { column, groups } => (column, Kind::EachOf, groups.len() as u64 + 1),
            By::Year { column, from, to } => {
                let kind = Kind::Year {
                    from: u64::from(*from),
                };
                (column, kind, span(*from, *to))
            }
            By::Month { column, from, to } => {
                let kind = Kind::Month {
                    from: u64::from(*from),
                };
                (column, kind, span(*from, *to))
            }
        };
        Self {
            kind,
            column,
            size,
            worth: 1,
            groups: match by {
                By::EachOf { groups, .. } => groups,
                _ => &[],
            },
        }
    }

    /// What each bit adds, if groups are of one bit each and none is of another's.
    fn bits(&self) -> Option<Bits> {
        let mut bits = Bits {
            adds: [0; u64::BITS as usize],
            known: 0,
        };
        for (group, of) in (1..).zip(self.groups) {
            if of.count_ones() != 1 || bits.known & of != 0 {
                return None;
            }
            bits.known |= of;
            bits.adds[of.trailing_zeros() as usize] = group * self.worth;
        }
        Some(bits)
    }

    /// What a number in its column adds to the place of a row.
    fn adds(&self, number: u16) -> u64 {
        let number = u64::from(number);
        let value = match self.kind {
            Kind::Code | Kind::EachOf => Some(number),
            Kind::Year { from } => {
                let year = number.checked_sub(1).map(|months| months / 12);
                year.and_then(|year| year.checked_sub(from))
            }
            Kind::Month { from } => number.checked_sub(from),
        };
        let value = value.filter(|value| *value < self.size);
        value.map_or(NOWHERE, |value| value * self.worth)
    }
}

/// Groups of one bit each, no bit in two of them: what each bit adds to the place.
struct Bits {
    adds: [u64; u64::BITS as usize],
    known: u64,
}

impl Bits {
    /// Adds each row under each of its bits that is in a group; one without any as such.
    fn add_each(&self, cells: &[u64], places: &[u64], tally: &mut Tally) {
        for (place, cell) in places.iter().zip(cells) {
            let mut left = cell & self.known;
            if left == 0 {
                tally.add(*place, 1);
            }
            while left != 0 {
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                tally.add(place.saturating_add(self.adds[bit]), 1);
            }
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
