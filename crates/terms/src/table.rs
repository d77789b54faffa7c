//! A counted table: dimensions, cells, and the rule by which they were counted.
//!
//! Rows are kept as small integers into each dimension's own list of codes, so that a table of
//! tens of thousands of cells is a few megabytes and a sum over it is a walk over one array.
//!
//! A dimension says whether its codes exclude each other. Where they do not (a total beside its
//! parts, one person under several forms of exploitation), a sum over the dimension would count
//! somebody twice and is refused.

use std::collections::HashMap;

use crate::cell::{Cell, SumRefusal};
use crate::limit::Limit;
use crate::source::Source;

/// Whether the codes of a dimension exclude each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Members {
    /// Each unit stands under exactly one code: sums over the dimension are sound.
    Disjoint,
    /// A unit can stand under several codes, or a total stands among the parts: sums are refused.
    Overlapping,
}

/// One dimension of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// Name of the concept, such as `route` or `month`.
    pub id: String,
    /// Code list and version of its codes, such as `iso3166-1@2026`.
    pub list: String,
    /// Whether its codes exclude each other.
    pub members: Members,
}

impl Dimension {
    /// A dimension whose codes exclude each other.
    #[must_use]
    pub fn disjoint(id: &str, list: &str) -> Self {
        Self {
            id: id.to_owned(),
            list: list.to_owned(),
            members: Members::Disjoint,
        }
    }

    /// A dimension whose codes overlap.
    #[must_use]
    pub fn overlapping(id: &str, list: &str) -> Self {
        Self {
            id: id.to_owned(),
            list: list.to_owned(),
            members: Members::Overlapping,
        }
    }
}

/// What one count stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CountedUnit {
    /// Persons who died or are missing.
    DeadAndMissing,
    /// Incidents.
    Incidents,
    /// Detections of an irregular crossing.
    Detections,
    /// Records: dossiers of one agency about one person, case or event; not persons, as long as
    /// nobody has looked whether two of them are about the same.
    Records,
    /// What the source's own indicator counts (victims, persons, offences), as printed.
    AsIndicated,
}

impl CountedUnit {
    /// Every unit.
    pub const ALL: [Self; 5] = [
        Self::DeadAndMissing,
        Self::Incidents,
        Self::Detections,
        Self::Records,
        Self::AsIndicated,
    ];

    /// What a code means.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.code() == code)
    }

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::DeadAndMissing => "dead-and-missing",
            Self::Incidents => "incidents",
            Self::Detections => "detections",
            Self::Records => "records",
            Self::AsIndicated => "as-indicated",
        }
    }
}

/// The rule by which the cells were counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountingRule {
    /// What one count stands for.
    pub unit: CountedUnit,
    /// Which day decides under which period a unit is counted, such as `date of the incident`.
    pub reference_date: String,
    /// One plain sentence that says how a number came to be.
    pub statement: String,
}

/// A counted table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name of the table, such as `missing-migrants`.
    pub id: String,
    /// How it was counted.
    pub counting: CountingRule,
    /// Where it comes from.
    pub source: Source,
    /// What it cannot say.
    pub limits: Vec<Limit>,
    dimensions: Vec<Dimension>,
    codes: Vec<Codes>,
    keys: Vec<u32>,
    cells: Vec<Cell>,
    rows: HashMap<Box<[u32]>, usize>,
}

#[derive(Debug, Clone, Default)]
struct Codes {
    names: Vec<String>,
    indices: HashMap<String, u32>,
}

impl Codes {
    fn intern(&mut self, name: &str) -> u32 {
        if let Some(&index) = self.indices.get(name) {
            return index;
        }
        let index = u32::try_from(self.names.len()).expect("fewer than 2^32 codes");
        self.names.push(name.to_owned());
        self.indices.insert(name.to_owned(), index);
        index
    }
}

/// Why a table cannot be built or asked this way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The row has the wrong number of codes.
    #[error("a row needs {needed} codes, one for each dimension, and has {found}")]
    WrongWidth {
        /// Number of dimensions.
        needed: usize,
        /// Number of codes given.
        found: usize,
    },
    /// The same place of the table was filled twice.
    #[error("the table already has a cell at {0}")]
    Repeated(String),
    /// There is no such dimension.
    #[error("the table has no dimension “{0}”")]
    UnknownDimension(String),
    /// The codes of the dimension overlap, so a sum would count somebody twice.
    #[error("the codes of “{0}” overlap: a sum over them would count somebody twice")]
    Overlapping(String),
    /// Two cells cannot be added.
    #[error(transparent)]
    Sum(#[from] SumRefusal),
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(
        id: &str,
        dimensions: Vec<Dimension>,
        counting: CountingRule,
        source: Source,
        limits: Vec<Limit>,
    ) -> Self {
        let codes = dimensions.iter().map(|_| Codes::default()).collect();
        Self {
            id: id.to_owned(),
            counting,
            source,
            limits,
            dimensions,
            codes,
            keys: Vec::new(),
            cells: Vec::new(),
            rows: HashMap::new(),
        }
    }

    /// Fills one place of the table.
    ///
    /// # Errors
    /// When the number of codes is wrong or the place is already filled.
    pub fn push(&mut self, codes: &[&str], cell: Cell) -> Result<(), TableError> {
        let key = self.intern(codes)?;
        if self.rows.contains_key(&key) {
            return Err(TableError::Repeated(codes.join(" / ")));
        }
        self.append(key, cell);
        Ok(())
    }

    /// Adds a count to one place of the table, filling it if it is empty.
    ///
    /// # Errors
    /// When the number of codes is wrong or the two cells cannot be added.
    pub fn add(&mut self, codes: &[&str], cell: &Cell) -> Result<(), TableError> {
        let key = self.intern(codes)?;
        match self.rows.get(&key) {
            Some(&row) => self.cells[row] = self.cells[row].plus(cell)?,
            None => self.append(key, cell.clone()),
        }
        Ok(())
    }

    fn intern(&mut self, codes: &[&str]) -> Result<Box<[u32]>, TableError> {
        if codes.len() != self.dimensions.len() {
            return Err(TableError::WrongWidth {
                needed: self.dimensions.len(),
                found: codes.len(),
            });
        }
        Ok(codes
            .iter()
            .zip(&mut self.codes)
            .map(|(name, list)| list.intern(name))
            .collect())
    }

    fn append(&mut self, key: Box<[u32]>, cell: Cell) {
        self.keys.extend_from_slice(&key);
        self.rows.insert(key, self.cells.len());
        self.cells.push(cell);
    }

    /// The dimensions, in the order of the codes of each row.
    #[must_use]
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// Number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is no cell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The codes of one dimension that occur, in the order in which they came.
    ///
    /// # Errors
    /// When there is no such dimension.
    pub fn codes(&self, dimension: &str) -> Result<&[String], TableError> {
        Ok(&self.codes[self.position(dimension)?].names)
    }

    /// Every cell with its codes, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (Vec<&str>, &Cell)> {
        self.cells.iter().enumerate().map(|(row, cell)| {
            let codes = self.row_key(row).iter().zip(&self.codes);
            (
                codes
                    .map(|(&index, list)| list.names[index as usize].as_str())
                    .collect(),
                cell,
            )
        })
    }

    /// The cell at one place, if it is filled.
    #[must_use]
    pub fn get(&self, codes: &[&str]) -> Option<&Cell> {
        self.row(codes).map(|row| &self.cells[row])
    }

    /// Where the cell at one place stands in the order of [`Table::iter`], if it is filled.
    #[must_use]
    pub fn row(&self, codes: &[&str]) -> Option<usize> {
        if codes.len() != self.dimensions.len() {
            return None;
        }
        let key: Option<Box<[u32]>> = codes
            .iter()
            .zip(&self.codes)
            .map(|(name, list)| list.indices.get(*name).copied())
            .collect();
        self.rows.get(&key?).copied()
    }

    /// The cells whose codes all satisfy the test, with the same dimensions.
    #[must_use]
    pub fn filter(&self, mut wanted: impl FnMut(&[&str]) -> bool) -> Self {
        let mut kept = self.emptied(self.dimensions.clone());
        for (codes, cell) in self.iter() {
            if wanted(&codes) {
                kept.push(&codes, cell.clone())
                    .expect("rows of a table do not repeat");
            }
        }
        kept
    }

    /// The part of the table under one code of a dimension, with the same dimensions. The limit
    /// that speaks of the last year goes when another year is chosen.
    ///
    /// # Errors
    /// When there is no such dimension.
    pub fn at(&self, dimension: &str, code: &str) -> Result<Self, TableError> {
        let position = self.position(dimension)?;
        let mut part = self.filter(|codes| codes[position] == code);
        let last = self.codes[position].names.iter().max();
        if dimension == "year" && last.is_some_and(|last| last != code) {
            part.limits
                .retain(|limit| *limit != Limit::LastYearIncomplete);
        }
        Ok(part)
    }

    /// Sums over every dimension that is not named, keeping the named ones in the order given.
    ///
    /// # Errors
    /// When a name is unknown, when a dimension that would be summed over has overlapping codes,
    /// or when a cell is not a count.
    pub fn sum_to(&self, kept: &[&str]) -> Result<Self, TableError> {
        let positions: Vec<usize> = kept
            .iter()
            .map(|id| self.position(id))
            .collect::<Result<_, _>>()?;
        for (index, dimension) in self.dimensions.iter().enumerate() {
            if !positions.contains(&index) && dimension.members == Members::Overlapping {
                return Err(TableError::Overlapping(dimension.id.clone()));
            }
        }
        let dimensions = positions
            .iter()
            .map(|&at| self.dimensions[at].clone())
            .collect();
        let mut summed = self.emptied(dimensions);
        let mut codes = Vec::with_capacity(positions.len());
        for (row, cell) in self.cells.iter().enumerate() {
            let key = self.row_key(row);
            codes.clear();
            codes.extend(
                positions
                    .iter()
                    .map(|&at| self.codes[at].names[key[at] as usize].as_str()),
            );
            summed.add(&codes, cell)?;
        }
        Ok(summed)
    }

    /// The sum of all cells.
    ///
    /// # Errors
    /// As for [`Table::sum_to`].
    pub fn total(&self) -> Result<Cell, TableError> {
        let sum = self.sum_to(&[])?;
        Ok(sum.cells.into_iter().next().unwrap_or(Cell::Exact(0)))
    }

    fn emptied(&self, dimensions: Vec<Dimension>) -> Self {
        Self::new(
            &self.id,
            dimensions,
            self.counting.clone(),
            self.source.clone(),
            self.limits.clone(),
        )
    }

    fn row_key(&self, row: usize) -> &[u32] {
        let width = self.dimensions.len();
        &self.keys[row * width..(row + 1) * width]
    }

    fn position(&self, id: &str) -> Result<usize, TableError> {
        self.dimensions
            .iter()
            .position(|dimension| dimension.id == id)
            .ok_or_else(|| TableError::UnknownDimension(id.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Source {
        Source {
            publisher: "Statistical Office of XA".into(),
            title: "Invented table".into(),
            address: String::new(),
            licence: "CC0".into(),
            attribution: String::new(),
            vintage: "2026".into(),
            retrieved: None,
            content_sha256: None,
        }
    }

    fn table() -> Table {
        let counting = CountingRule {
            unit: CountedUnit::Incidents,
            reference_date: "date of the incident".into(),
            statement: "Each incident once.".into(),
        };
        let dimensions = vec![
            Dimension::disjoint("year", "period"),
            Dimension::disjoint("route", "routes@1"),
            Dimension::overlapping("form", "forms@1"),
        ];
        let mut table = Table::new("invented", dimensions, counting, source(), vec![]);
        for (codes, count) in [
            (["2020", "north", "labour"], 3),
            (["2020", "south", "labour"], 4),
            (["2021", "north", "labour"], 5),
            (["2021", "north", "sexual"], 2),
        ] {
            table.push(&codes, Cell::Exact(count)).expect("rows differ");
        }
        table
    }

    #[test]
    fn a_place_is_filled_once() {
        let again = table().push(&["2020", "north", "labour"], Cell::Exact(9));
        assert_eq!(
            again,
            Err(TableError::Repeated("2020 / north / labour".into()))
        );
    }

    #[test]
    fn a_sum_over_overlapping_codes_is_refused() {
        let refused = table().sum_to(&["year"]).map(|t| t.len());
        assert_eq!(refused, Err(TableError::Overlapping("form".into())));
    }

    #[test]
    fn a_sum_over_disjoint_codes_adds_up() {
        let by_year = table()
            .sum_to(&["year", "form"])
            .expect("year and route are disjoint");
        assert_eq!(by_year.get(&["2020", "labour"]), Some(&Cell::Exact(7)));
        assert_eq!(by_year.get(&["2021", "sexual"]), Some(&Cell::Exact(2)));
        assert_eq!(by_year.get(&["2021", "north"]), None);
    }

    #[test]
    fn a_masked_cell_masks_the_sum() {
        let mut masked = table().filter(|codes| codes[2] == "labour");
        masked
            .push(
                &["2022", "north", "labour"],
                Cell::Masked { lower: 0, upper: 4 },
            )
            .expect("a new row");
        let one_form = masked.sum_to(&["form"]).expect("disjoint");
        assert_eq!(
            one_form.get(&["labour"]),
            Some(&Cell::Masked {
                lower: 12,
                upper: 16
            })
        );
    }

    #[test]
    fn the_limit_of_the_last_year_goes_with_it() {
        let mut table = table();
        table.limits = vec![Limit::MinimumCount, Limit::LastYearIncomplete];
        let earlier = table.at("year", "2020").expect("a dimension");
        assert_eq!(
            (earlier.len(), earlier.limits),
            (2, vec![Limit::MinimumCount])
        );
        let last = table.at("year", "2021").expect("a dimension");
        assert!(last.limits.contains(&Limit::LastYearIncomplete));
        let route = table.at("route", "north").expect("a dimension");
        assert!(route.limits.contains(&Limit::LastYearIncomplete));
    }

    #[test]
    fn an_unknown_dimension_is_named() {
        let refused = table().sum_to(&["colour"]).map(|t| t.len());
        assert_eq!(refused, Err(TableError::UnknownDimension("colour".into())));
    }

    #[test]
    fn wrong_width_is_refused() {
        let narrow = table().push(&["2020"], Cell::Exact(1));
        assert_eq!(
            narrow,
            Err(TableError::WrongWidth {
                needed: 3,
                found: 1
            })
        );
    }
}
