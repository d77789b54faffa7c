//! Lays the rows of a run of dossiers out as columns, and writes them sealed.
//!
//! Rows of a year lie together, and within it those of an agency, of a sex, of an age. So a count
//! of some years leaves the others unread, one by year does not read the months at all, and what
//! is read is mostly long repetitions, which are small and quickly unpacked.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, UInt16Array, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use evidence::dossier::column::{Column, Shape, columns, usual_month};
use evidence::dossier::{Row, Unit, rows};
use parquet::arrow::ArrowWriter;
use parquet::basic::Encoding;
use parquet::encryption::encrypt::FileEncryptionProperties;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use terms::id::AgencyId;

use super::index::{Index, Numbers};
use super::{AGENCY, ColumnError, ORDINAL};
use crate::KeepError;
use crate::views::Views;

/// As many codes as a column can hold of which one holds, and of which several hold.
const ONE_MAX: usize = u16::MAX as usize;
const MANY_MAX: usize = u64::BITS as usize;

/// The fewest rows that are worth a part of a file of their own: each column of each part is
/// sealed and opened by itself.
const PART_ROWS_MIN: usize = 1 << 12;

/// What tables are most often made by: within a year rows lie in the order of these.
const MOST_COUNTED: [&str; 10] = [
    "person.sex",
    "accused.sex",
    "victim.age_group",
    "accused.age_group",
    "victim.form",
    "accused.ending",
    "service.rendered",
    "case.status",
    "person.citizenship",
    "accused.citizenship",
];

/// What stands in a column, row by row.
enum Cells {
    One(Vec<u16>),
    Many(Vec<u64>),
}

impl Cells {
    /// The order of two rows by this column.
    fn order(&self, one: usize, other: usize) -> Ordering {
        match self {
            Self::One(cells) => cells[one].cmp(&cells[other]),
            Self::Many(cells) => cells[one].cmp(&cells[other]),
        }
    }
}

/// The rows of a unit, ready to be written.
pub(super) struct Sheet {
    pub(super) batch: RecordBatch,
    /// Where each part of the file ends.
    parts: Vec<usize>,
}

/// One column under way.
struct Laying {
    column: Column,
    numbers: Numbers,
    cells: Cells,
}

impl Laying {
    fn push(&mut self, codes: Option<&Vec<String>>) -> Result<(), ColumnError> {
        let codes = codes.map_or(&[][..], Vec::as_slice);
        match (&mut self.cells, &self.column.shape) {
            (Cells::One(cells), Shape::Month) => {
                cells.push(
                    codes
                        .first()
                        .and_then(|code| month(code))
                        .unwrap_or_default(),
                );
            }
            (Cells::One(cells), _) => {
                let number = match codes.first() {
                    Some(code) => number(&mut self.numbers, code, &self.column, ONE_MAX)? + 1,
                    None => 0,
                };
                cells.push(u16::try_from(number).unwrap_or_default());
            }
            (Cells::Many(cells), _) => {
                let mut bits = 0;
                for code in codes {
                    bits |= 1_u64 << number(&mut self.numbers, code, &self.column, MANY_MAX)?;
                }
                cells.push(bits);
            }
        }
        Ok(())
    }
}

/// The number of a code, from 0; a new one gets the next.
fn number(
    numbers: &mut Numbers,
    code: &str,
    column: &Column,
    allowed: usize,
) -> Result<usize, ColumnError> {
    if let Some(number) = numbers.get(code) {
        return Ok(*number);
    }
    let number = numbers.len();
    if number >= allowed {
        return Err(ColumnError::Full {
            column: column.id.clone(),
            codes: number + 1,
            allowed,
        });
    }
    numbers.insert(code.to_owned(), number);
    Ok(number)
}

/// Twelve times the year, plus the month from 1, of `2031-04`.
fn month(code: &str) -> Option<u16> {
    let (year, month) = code.split_once('-')?;
    let (year, month): (u16, u16) = (year.parse().ok()?, month.parse().ok()?);
    year.checked_mul(12)?.checked_add(month)
}

/// A unit under way.
struct Table {
    ordinals: Vec<u64>,
    agencies: Vec<u16>,
    columns: Vec<Laying>,
}

impl Table {
    fn new(unit: Unit, index: &Index) -> Self {
        let laying = |column: Column| Laying {
            numbers: index.numbers(unit, &column.id),
            cells: match column.shape {
                Shape::One | Shape::Month => Cells::One(Vec::new()),
                Shape::Many => Cells::Many(Vec::new()),
            },
            column,
        };
        Self {
            ordinals: Vec::new(),
            agencies: Vec::new(),
            columns: columns(unit).into_iter().map(laying).collect(),
        }
    }

    fn push(&mut self, ordinal: u64, agency: u16, row: &Row) -> Result<(), ColumnError> {
        self.ordinals.push(ordinal);
        self.agencies.push(agency);
        for column in &mut self.columns {
            let codes = row.get(&column.column.id);
            column.push(codes)?;
        }
        Ok(())
    }

    /// The year of each row, by the month that the unit is usually counted by; 0 where none is
    /// known.
    fn years(&self, unit: Unit) -> Vec<u16> {
        let usual = usual_month(unit);
        let months = self.columns.iter().find(|laid| laid.column.id == usual);
        match months.map(|laid| &laid.cells) {
            Some(Cells::One(months)) => months
                .iter()
                .map(|month| month.checked_sub(1).map_or(0, |month| month / 12))
                .collect(),
            _ => vec![0; self.ordinals.len()],
        }
    }

    /// The rows in the order in which they are written, and where a part of the file ends.
    fn order(&self, unit: Unit) -> (Vec<usize>, Vec<usize>) {
        let years = self.years(unit);
        let of = |name: &&str| self.columns.iter().find(|laid| laid.column.id == **name);
        let by: Vec<&Cells> = MOST_COUNTED
            .iter()
            .filter_map(of)
            .map(|laid| &laid.cells)
            .collect();
        let mut rows: Vec<usize> = (0..self.ordinals.len()).collect();
        rows.sort_by(|one, other| {
            let first =
                (years[*one], self.agencies[*one]).cmp(&(years[*other], self.agencies[*other]));
            by.iter().fold(first, |so_far, cells| {
                so_far.then_with(|| cells.order(*one, *other))
            })
        });
        let mut parts = Vec::new();
        let mut began = 0;
        for (place, pair) in (1..).zip(rows.windows(2)) {
            if years[pair[0]] != years[pair[1]] && place - began >= PART_ROWS_MIN {
                parts.push(place);
                began = place;
            }
        }
        parts.push(rows.len());
        (rows, parts)
    }

    fn sheet(self, unit: Unit, index: &mut Index) -> Result<Sheet, ColumnError> {
        let (order, parts) = self.order(unit);
        let ones = |cells: &[u16]| -> ArrayRef {
            Arc::new(UInt16Array::from_iter_values(
                order.iter().map(|row| cells[*row]),
            ))
        };
        let sets = |cells: &[u64]| -> ArrayRef {
            Arc::new(UInt64Array::from_iter_values(
                order.iter().map(|row| cells[*row]),
            ))
        };
        let mut fields = vec![
            Field::new(AGENCY, DataType::UInt16, false),
            Field::new(ORDINAL, DataType::UInt64, false),
        ];
        let mut arrays = vec![ones(&self.agencies), sets(&self.ordinals)];
        for laid in self.columns {
            let (array, kind) = match &laid.cells {
                Cells::One(cells) => (ones(cells), DataType::UInt16),
                Cells::Many(cells) => (sets(cells), DataType::UInt64),
            };
            fields.push(Field::new(&laid.column.id, kind, false));
            arrays.push(array);
            if laid.column.shape != Shape::Month {
                index.met(unit, &laid.column.id, laid.numbers);
            }
        }
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
            .map_err(parquet::errors::ParquetError::from)?;
        Ok(Sheet { batch, parts })
    }
}

/// The rows of a run of dossiers under way, by unit.
pub(super) struct Sheets<'a> {
    index: &'a mut Index,
    tables: BTreeMap<Unit, Table>,
    fault: Option<ColumnError>,
}

impl<'a> Sheets<'a> {
    pub(super) const fn new(index: &'a mut Index) -> Self {
        Self {
            index,
            tables: BTreeMap::new(),
            fault: None,
        }
    }

    /// Adds a row of a dossier; what cannot be held is told in the end.
    pub(super) fn push(&mut self, (ordinal, custodian): (u64, AgencyId), unit: Unit, row: &Row) {
        let agency = u16::try_from(self.index.agency(custodian.0) + 1).unwrap_or_default();
        let index = &*self.index;
        let table = self
            .tables
            .entry(unit)
            .or_insert_with(|| Table::new(unit, index));
        if let Err(error) = table.push(ordinal, agency, row) {
            self.fault.get_or_insert(error);
        }
    }

    pub(super) fn finish(self) -> Result<Vec<(Unit, Sheet)>, ColumnError> {
        if let Some(error) = self.fault {
            return Err(error);
        }
        let Self { index, tables, .. } = self;
        tables
            .into_iter()
            .map(|(unit, table)| Ok((unit, table.sheet(unit, index)?)))
            .collect()
    }
}

/// The rows of a run of dossiers, by unit.
pub(super) fn lay(
    views: &Views,
    segment: u64,
    index: &mut Index,
) -> Result<Vec<(Unit, Sheet)>, ColumnError> {
    let mut sheets = Sheets::new(index);
    views.subjects_of(segment, |subject| {
        for (unit, row) in rows(subject.role, &subject.records) {
            sheets.push((subject.ordinal, subject.custodian), unit, &row);
        }
    })?;
    sheets.finish()
}

/// Writes rows sealed, footer and statistics included, and flushes them.
pub(super) fn write(path: &Path, sheet: &Sheet, key: &[u8; 32]) -> Result<(), ColumnError> {
    let encryption = FileEncryptionProperties::builder(key.to_vec()).build()?;
    let properties = WriterProperties::builder()
        .with_file_encryption_properties(encryption)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_column_dictionary_enabled(ORDINAL.into(), false)
        .set_column_encoding(ORDINAL.into(), Encoding::DELTA_BINARY_PACKED)
        .set_max_row_group_row_count(None)
        .set_dictionary_page_size_limit(1 << 20)
        .set_data_page_row_count_limit(usize::MAX)
        .set_offset_index_disabled(true)
        .build();
    let file = File::create(path).map_err(KeepError::disk("write", path))?;
    let mut writer = ArrowWriter::try_new(file, sheet.batch.schema(), Some(properties))?;
    let mut from = 0;
    for to in &sheet.parts {
        writer.write(&sheet.batch.slice(from, to - from))?;
        writer.flush()?;
        from = *to;
    }
    let file = writer.into_inner()?;
    file.sync_all().map_err(KeepError::disk("flush", path))?;
    Ok(())
}
