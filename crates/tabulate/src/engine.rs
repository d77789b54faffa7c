//! A plan carried out.
//!
//! Each dimension of a plan is a digit; the digits of a row make up its place in the table, and a
//! table is an array of counts. What a column adds to the place, and whether a condition lets the
//! row in at all, is worked out beforehand for each number that can stand in it: so a row costs a
//! look-up and an addition for each column, whatever is asked. Rows that are alike are looked up
//! once: whether sixteen of them are is a branch for each sixteen, and none for a row.
//! A part of a file says of each column between which numbers it lies. Where all come to the
//! same, as a period does that holds the whole part, the column is not opened.
//! A table with very many places is kept as a map of those that are filled.

mod find;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use arrow_array::cast::AsArray;
use arrow_array::types::{UInt16Type, UInt64Type};
use arrow_array::{Array, RecordBatch};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use parquet::encryption::decrypt::FileDecryptionProperties;
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::statistics::Statistics;

use crate::{By, Condition, Counted, File, Plan, Sealed, TabulateError, Width};

/// As many places as a table can have. A table that a person looks at is far below.
const PLACES_MAX: u128 = 1 << 62;
/// Up to here counts lie in an array: 32 MiB for each thread.
const DENSE_MAX: u128 = 1 << 22;
/// Rows that are handled at once: their places stay in the processor's nearest memory but one.
const BATCH_ROWS: usize = 1 << 13;
/// Rows that are looked at together, whether they are all alike: of a file that is laid out by what
/// is counted most are.
const RUN_ROWS: usize = 16;
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
    /// What must be there, or must not.
    bound: Option<Bound>,
    /// The dimension that is counted by it.
    digit: Option<Digit<'a>>,
}

/// What bits a set must hold.
#[derive(Clone, Copy)]
enum Bound {
    /// One of these at least.
    Any(u64),
    /// Not one of these.
    None(u64),
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

pub(crate) use find::find;

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
                    ready.several(sealed, column, Some(Bound::Any(*bits)), None)?;
                }
                Condition::NoneOf { column, bits } => {
                    ready.several(sealed, column, Some(Bound::None(*bits)), None)?;
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
        bound: Option<Bound>,
        digit: Option<Digit<'a>>,
    ) -> Result<(), TabulateError> {
        Self::known(sealed, name, Width::Set)?;
        self.several.push(Several { name, bound, digit });
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
        let (opened, metadata) = open(file)?;
        let mut parts = metadata
            .metadata()
            .row_groups()
            .iter()
            .enumerate()
            .peekable();
        while let Some((number, part)) = parts.next() {
            let (singles, from) = self.wanted(part);
            if from == NOWHERE {
                continue;
            }
            if singles.is_empty() && self.several.is_empty() {
                tally.add(from, part.num_rows().unsigned_abs());
                continue;
            }
            // What follows and is read alike is read in one go.
            let mut together = vec![number];
            let is_alike = |(_, next): &(usize, &RowGroupMetaData)| {
                let (next, other) = self.wanted(next);
                other == from && names(&next).eq(names(&singles))
            };
            while let Some((next, _)) = parts.next_if(is_alike) {
                together.push(next);
            }
            let reader = self.reader((&opened, &metadata), together, |name| {
                singles.iter().any(|one| one.name == name)
            })?;
            for batch in reader {
                let batch = batch.map_err(ParquetError::from)?;
                self.add(&batch, (&singles, from), tally)?;
            }
        }
        Ok(())
    }

    /// The columns whose numbers must be looked up in a part of a file, and what the others add.
    fn wanted(&self, part: &RowGroupMetaData) -> (Vec<&Single<'a>>, u64) {
        let mut from = 0_u64;
        let mut singles = Vec::new();
        for single in &self.singles {
            match single.same_in(part) {
                Some(adds) => from = from.saturating_add(adds),
                None => singles.push(single),
            }
        }
        (singles, from)
    }

    /// Reads columns of parts of a file: those of sets, and whichever are wanted besides.
    fn reader(
        &self,
        (opened, metadata): (&fs::File, &ArrowReaderMetadata),
        parts: Vec<usize>,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<ParquetRecordBatchReader, TabulateError> {
        let opened = opened.try_clone()?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(opened, metadata.clone());
        // By place, since a dot in a name would be taken for a step into a structure.
        let fields = builder.schema().fields().iter().enumerate();
        let wanted = fields.filter(|(_, field)| {
            is_wanted(field.name()) || self.several.iter().any(|one| one.name == field.name())
        });
        let wanted: Vec<usize> = wanted.map(|(place, _)| place).collect();
        let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
        let builder = builder.with_row_groups(parts).with_projection(mask);
        Ok(builder.with_batch_size(BATCH_ROWS).build()?)
    }

    /// The sets of a batch.
    fn sets<'b>(
        &'b self,
        batch: &'b RecordBatch,
    ) -> Result<Vec<(&'b Several<'a>, &'b [u64])>, TabulateError> {
        let several = self.several.iter();
        several
            .map(|several| Ok((several, sets(batch, several.name)?)))
            .collect()
    }

    /// Counts the rows of a batch. Of `singles` alone the numbers are looked up; what the others
    /// add is `from`.
    fn add(
        &self,
        batch: &RecordBatch,
        (singles, from): (&[&Single<'a>], u64),
        tally: &mut Tally,
    ) -> Result<(), TabulateError> {
        let singles = singles.iter();
        let ones: Vec<(&Single<'a>, &[u16])> = singles
            .map(|single| Ok((*single, ones(batch, single.name)?)))
            .collect::<Result<_, TabulateError>>()?;
        let sets = self.sets(batch)?;
        let under = Under::new(&sets);
        let mut places = [from; RUN_ROWS];
        for start in (0..batch.num_rows()).step_by(RUN_ROWS) {
            let end = batch.num_rows().min(start + RUN_ROWS);
            let is_run = ones.iter().all(|(_, cells)| is_alike(&cells[start..end]))
                && sets.iter().all(|(_, cells)| is_alike(&cells[start..end]));
            // Of rows that are all alike one is looked up, and stands for all.
            let (end, each) = if is_run {
                (start + 1, (end - start) as u64)
            } else {
                (end, 1)
            };
            let places = &mut places[..end - start];
            places.fill(from);
            for (single, cells) in &ones {
                single.place(&cells[start..end], places);
            }
            for (several, cells) in &sets {
                several.leave_out(&cells[start..end], places);
            }
            under.add(places, start, each, tally);
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

/// Whether all cells hold the same.
fn is_alike<T: Copy + PartialEq>(cells: &[T]) -> bool {
    // Not `all`, which stops at the first that differs: this way many are compared at once.
    cells.first().is_none_or(|first| {
        cells
            .iter()
            .fold(true, |so_far, cell| so_far & (cell == first))
    })
}

/// The names of columns.
fn names<'s>(singles: &'s [&Single<'_>]) -> impl Iterator<Item = &'s str> {
    singles.iter().map(|single| single.name)
}

/// A sealed file and what it says of itself.
fn open(file: &File) -> Result<(fs::File, ArrowReaderMetadata), TabulateError> {
    let decryption = FileDecryptionProperties::builder(file.key.to_vec()).build()?;
    let options = ArrowReaderOptions::new()
        .with_file_decryption_properties(decryption)
        .with_skip_arrow_metadata(true);
    let opened = fs::File::open(&file.path)?;
    let metadata = ArrowReaderMetadata::load(&opened, options)?;
    Ok((opened, metadata))
}

/// A column of a batch, without gaps.
fn array<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b dyn Array, TabulateError> {
    let array = batch.column_by_name(name);
    let whole = array.filter(|array| array.null_count() == 0);
    whole.map(AsRef::as_ref).ok_or_else(|| missing(name))
}

/// A column of single numbers.
fn ones<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b [u16], TabulateError> {
    let cells = array(batch, name)?.as_primitive_opt::<UInt16Type>();
    Ok(cells.ok_or_else(|| missing(name))?.values())
}

/// A column of sets.
fn sets<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b [u64], TabulateError> {
    let cells = array(batch, name)?.as_primitive_opt::<UInt64Type>();
    Ok(cells.ok_or_else(|| missing(name))?.values())
}

/// That a file has no such column.
fn missing(name: &str) -> TabulateError {
    TabulateError::Column {
        column: name.to_owned(),
        wanted: "the file",
    }
}

impl Single<'_> {
    /// What the column adds in a part of a file, if every number between its least and its greatest
    /// adds the same; the part then need not be read for it.
    fn same_in(&self, part: &RowGroupMetaData) -> Option<u64> {
        let mut columns = part.columns().iter();
        let column = columns.find(|column| column.column_path().parts() == [self.name])?;
        let Statistics::Int32(told) = column.statistics()? else {
            return None;
        };
        if told.null_count_opt() != Some(0) {
            return None;
        }
        let least = usize::try_from(*told.min_opt()?).ok()?;
        let greatest = usize::try_from(*told.max_opt()?).ok()?;
        let (first, others) = self.adds.get(least..=greatest)?.split_first()?;
        others.iter().all(|one| one == first).then_some(*first)
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

impl Several<'_> {
    /// Rows that do not fit a condition have no place.
    fn leave_out(&self, cells: &[u64], places: &mut [u64]) {
        let (bits, wanted) = match self.bound {
            Some(Bound::Any(bits)) => (bits, true),
            Some(Bound::None(bits)) => (bits, false),
            None => return,
        };
        for (place, cell) in places.iter_mut().zip(cells) {
            *place |= if (cell & bits != 0) == wanted {
                0
            } else {
                NOWHERE
            };
        }
    }
}

/// The sets that rows of a batch are counted under.
enum Under<'b> {
    /// None: a row is counted once.
    Nothing,
    /// One, with groups of one bit each.
    Alone(Box<Bits>, &'b [u64]),
    Several(Vec<(&'b Digit<'b>, &'b [u64])>),
}

impl<'b> Under<'b> {
    fn new(sets: &[(&'b Several<'b>, &'b [u64])]) -> Self {
        let digits = sets.iter().filter_map(|(several, cells)| {
            let digit = several.digit.as_ref()?;
            Some((digit, *cells))
        });
        let digits: Vec<(&Digit<'_>, &[u64])> = digits.collect();
        match digits.as_slice() {
            [] => Self::Nothing,
            [(digit, cells)] => match digit.bits() {
                Some(bits) => Self::Alone(Box::new(bits), cells),
                None => Self::Several(digits),
            },
            _ => Self::Several(digits),
        }
    }

    /// Counts rows whose places along single columns are known, `each` times. The first of them is
    /// row `start` of the sets.
    fn add(&self, places: &[u64], start: usize, each: u64, tally: &mut Tally) {
        match self {
            Self::Nothing => {
                for place in places {
                    tally.add(*place, each);
                }
            }
            Self::Alone(bits, cells) => bits.add_each(&cells[start..], places, each, tally),
            Self::Several(sets) => {
                for (row, place) in (start..).zip(places) {
                    if *place != NOWHERE {
                        each_set(*place, sets, (row, each), tally);
                    }
                }
            }
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
    fn add_each(&self, cells: &[u64], places: &[u64], each: u64, tally: &mut Tally) {
        for (place, cell) in places.iter().zip(cells) {
            let mut left = cell & self.known;
            if left == 0 {
                tally.add(*place, each);
            }
            while left != 0 {
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                tally.add(place.saturating_add(self.adds[bit]), each);
            }
        }
    }
}

/// Adds a row under each group of each set, `each` times.
fn each_set(
    place: u64,
    sets: &[(&Digit<'_>, &[u64])],
    (row, each): (usize, u64),
    tally: &mut Tally,
) {
    let Some(((digit, cells), rest)) = sets.split_first() else {
        return tally.add(place, each);
    };
    let bits = cells[row];
    let mut met = false;
    for (group, wanted) in (1..).zip(digit.groups) {
        if bits & wanted != 0 {
            met = true;
            each_set(place + group * digit.worth, rest, (row, each), tally);
        }
    }
    if !met {
        each_set(place, rest, (row, each), tally);
    }
}
