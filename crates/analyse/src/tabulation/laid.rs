//! From a tabulation to what is read off the columns, and back to a table.
//!
//! The columns know numbers; a table knows codes. [`Tabulation::wanted`] says what is to be counted
//! in the codes of the columns, and [`Wanted::table`] makes a table of the answer: every code of
//! every dimension with every other, zeros included, codes brought to the list that was asked for,
//! a total along each dimension whose codes exclude each other.

use std::collections::{BTreeMap, BTreeSet};

use evidence::dossier::Row;
use evidence::dossier::column::{Column, Shape};
use terms::cell::Cell;
use terms::hierarchy::Hierarchy;
use terms::limit::Limit;
use terms::source::Source;
use terms::table::{self, CountedUnit, CountingRule, Members, Table};

use super::{
    MONTH, Month, Tabulation, TabulationError, YEAR, column_of, crosswalk, name, text, told,
};

/// The code of what was not said, where a list has none of its own.
pub const NOT_SAID: &str = "not_said";
/// The code of everybody, where a dimension adds up.
pub const TOTAL: &str = "total";

/// What is read along one dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// The one code of a column.
    Code {
        /// Which.
        column: String,
    },
    /// Groups of codes of a column that holds several; each with its name.
    Groups {
        /// Which.
        column: String,
        /// Each group's code and the codes of the column that belong to it; none where every code
        /// is its own group.
        groups: Option<Vec<(String, Vec<String>)>>,
    },
    /// The year of the month that decides.
    Year,
    /// The month that decides.
    Month,
}

/// One dimension, laid out.
#[derive(Debug, Clone)]
pub struct LaidDimension {
    /// Its short name.
    pub name: String,
    /// What is read.
    pub read: Read,
    /// The list of its codes in the table.
    pub list: String,
    /// The codes that stand in the table whether anybody is counted there or not.
    pub codes: Vec<String>,
    /// What a code of the column becomes.
    recoded: BTreeMap<String, String>,
    /// Whether its codes exclude each other.
    pub members: Members,
}

/// What is to be read off the columns.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What was asked for.
    pub tabulation: Tabulation,
    /// The column of months that decides.
    pub reference: String,
    /// Its dimensions.
    pub dimensions: Vec<LaidDimension>,
    /// Columns and the codes of which one must stand there.
    pub conditions: Vec<(Column, Vec<String>)>,
}

/// Where something is counted: the codes of a row along each dimension, as the columns write them;
/// empty for what was not said.
pub type Place = Vec<String>;

/// What was counted.
#[derive(Debug, Clone, Default)]
pub struct Laid {
    /// How many stand at each place, by agency.
    pub counts: BTreeMap<Place, BTreeMap<[u8; 16], u64>>,
}

/// A table of counts, and what stands behind each cell.
#[derive(Debug, Clone)]
pub struct CountedTable {
    /// The counts, every one of them exact.
    pub table: Table,
    /// How the codes of each dimension add up.
    pub hierarchies: Vec<Hierarchy>,
    /// How many agencies stand behind each cell, in the order of the cells.
    pub sources: Vec<u64>,
}

impl Tabulation {
    /// What is to be read off the columns.
    ///
    /// # Errors
    /// As [`Tabulation::check`].
    pub fn wanted(&self) -> Result<Wanted, TabulationError> {
        self.check()?;
        let laid = |dimension: &super::Dimension| self.dimension(dimension);
        let condition = |condition: &super::Condition| {
            let column = column_of(self.unit, &condition.name)?;
            Ok((column, condition.codes.clone()))
        };
        Ok(Wanted {
            reference: self.reference_column()?.id,
            dimensions: self.by.iter().map(laid).collect::<Result<_, _>>()?,
            conditions: self.of.iter().map(condition).collect::<Result<_, _>>()?,
            tabulation: self.clone(),
        })
    }

    fn dimension(&self, dimension: &super::Dimension) -> Result<LaidDimension, TabulationError> {
        let laid = |read, list: &str, codes| LaidDimension {
            name: dimension.name.clone(),
            read,
            list: list.to_owned(),
            codes,
            recoded: BTreeMap::new(),
            members: Members::Disjoint,
        };
        if dimension.name == YEAR {
            let years = (self.from - 1) / 12..=(self.to - 1) / 12;
            let years = years.map(|year| year.to_string()).collect();
            return Ok(laid(Read::Year, "iso8601@year", years));
        }
        if dimension.name == MONTH {
            let months = (self.from..=self.to).map(text::month).collect();
            return Ok(laid(Read::Month, "iso8601@month", months));
        }
        let column = column_of(self.unit, &dimension.name)?;
        let own = column.list.clone().unwrap_or_default();
        let mut recoded = BTreeMap::new();
        let mut codes = name::codes(&column).unwrap_or_default();
        let list = match &dimension.list {
            None => own,
            Some(list) => {
                for mapping in crosswalk(dimension, &column, list)?.mappings() {
                    // Several targets hold together; the first is the one that is counted under.
                    let to = mapping.to.first().map_or(NOT_SAID, String::as_str);
                    recoded.insert(mapping.from.clone(), to.to_owned());
                }
                let told = codes.iter().filter_map(|code| recoded.get(code).cloned());
                codes = unique(told.collect());
                list.clone()
            }
        };
        let several = column.shape == Shape::Many;
        let read = if several {
            let groups = (!recoded.is_empty()).then(|| groups(&recoded));
            Read::Groups {
                column: column.id,
                groups,
            }
        } else {
            Read::Code { column: column.id }
        };
        let members = if several {
            Members::Overlapping
        } else {
            Members::Disjoint
        };
        Ok(LaidDimension {
            recoded,
            members,
            ..laid(read, &list, codes)
        })
    }
}

/// The codes that come together under each target.
fn groups(recoded: &BTreeMap<String, String>) -> Vec<(String, Vec<String>)> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (from, to) in recoded {
        groups.entry(to.clone()).or_default().push(from.clone());
    }
    groups.into_iter().collect()
}

/// Under which groups a set of codes stands; under none of them, the empty code.
fn grouped(codes: &[String], groups: Option<&[(String, Vec<String>)]>) -> Vec<String> {
    let mut here: Vec<String> = match groups {
        None => codes.to_vec(),
        Some(groups) => groups
            .iter()
            .filter(|(_, of)| of.iter().any(|code| codes.contains(code)))
            .map(|(group, _)| group.clone())
            .collect(),
    };
    if here.is_empty() {
        here.push(String::new());
    }
    here
}

/// Whether a code says why nothing was said.
fn is_silent(code: &str) -> bool {
    code.starts_with("absent.")
}

fn unique(codes: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    codes
        .into_iter()
        .filter(|code| seen.insert(code.clone()))
        .collect()
}

impl LaidDimension {
    /// The code that a code of the column, or of a group, has in the table; the empty one is that
    /// of what was not said.
    #[must_use]
    pub fn told(&self, code: &str) -> String {
        let said = !code.is_empty() && !is_silent(code);
        if !said {
            return self.unknown();
        }
        // Groups come with their target's code already.
        let is_grouped = matches!(
            self.read,
            Read::Groups {
                groups: Some(_),
                ..
            }
        );
        if is_grouped || self.recoded.is_empty() {
            return code.to_owned();
        }
        self.recoded
            .get(code)
            .cloned()
            .unwrap_or_else(|| self.unknown())
    }

    /// The code of what was not said.
    fn unknown(&self) -> String {
        let own = ["_U", "unknown", "Unknown"];
        let known = own
            .into_iter()
            .find(|code| self.codes.iter().any(|known| known == code));
        known.unwrap_or(NOT_SAID).to_owned()
    }

    /// The months that a code of the table stands for, both included; none if it is no year and no
    /// month.
    #[must_use]
    pub fn months(&self, code: &str) -> Option<(Month, Month)> {
        match self.read {
            Read::Year => {
                let year: Month = code.parse().ok()?;
                let first = year.checked_mul(12)?.checked_add(1)?;
                Some((first, first.checked_add(11)?))
            }
            Read::Month => text::read(code).map(|month| (month, month)),
            Read::Code { .. } | Read::Groups { .. } => None,
        }
    }

    fn adds_up(&self) -> bool {
        self.members == Members::Disjoint
    }
}

impl Wanted {
    /// Counts one row by itself, as the columns would: for checking them, and for counting as of an
    /// earlier day.
    pub fn add(&self, row: &Row, agency: [u8; 16], laid: &mut Laid) {
        let codes = |column: &str| row.get(column).map_or(&[][..], Vec::as_slice);
        let Some(month) = codes(&self.reference)
            .first()
            .and_then(|code| text::read(code))
        else {
            return;
        };
        if !(self.tabulation.from..=self.tabulation.to).contains(&month) {
            return;
        }
        let holds = |(column, wanted): &(Column, Vec<String>)| {
            let said = codes(&column.id);
            // Under a column of one code the first that was said is the one.
            let said = if column.shape == Shape::Many {
                said
            } else {
                &said[..said.len().min(1)]
            };
            let silent = column.shape != Shape::Many && said.iter().all(|code| is_silent(code));
            wanted
                .iter()
                .any(|code| said.contains(code) || (silent && code == NOT_SAID))
        };
        if !self.conditions.iter().all(holds) {
            return;
        }
        let mut places: Vec<Place> = vec![Vec::new()];
        for dimension in &self.dimensions {
            let here: Vec<String> = match &dimension.read {
                Read::Year => vec![((month - 1) / 12).to_string()],
                Read::Month => vec![text::month(month)],
                Read::Code { column } => vec![codes(column).first().cloned().unwrap_or_default()],
                Read::Groups { column, groups } => grouped(codes(column), groups.as_deref()),
            };
            let longer = places.iter().flat_map(|place| {
                here.iter().map(|code| {
                    let mut place = place.clone();
                    place.push(code.clone());
                    place
                })
            });
            places = longer.collect();
        }
        for place in places {
            *laid
                .counts
                .entry(place)
                .or_default()
                .entry(agency)
                .or_default() += 1;
        }
    }

    /// Whether a row is counted in a cell of the table, by the cell's codes.
    #[must_use]
    pub fn is_in(&self, row: &Row, cell: &[String]) -> bool {
        let mut laid = Laid::default();
        self.add(row, [0; 16], &mut laid);
        laid.counts.keys().any(|place| {
            let told = self.dimensions.iter().zip(place);
            let told: Vec<String> = told.map(|(dimension, code)| dimension.told(code)).collect();
            self.with_totals(&told).iter().any(|place| place == cell)
        })
    }

    /// The codes along each dimension that the table has: those of the list, and those that were
    /// met besides.
    fn codes(&self, laid: &Laid) -> Vec<Vec<String>> {
        let along = |(index, dimension): (usize, &LaidDimension)| {
            let mut codes = dimension.codes.clone();
            let met: BTreeSet<String> = laid
                .counts
                .keys()
                .map(|place| dimension.told(&place[index]))
                .collect();
            codes.extend(
                met.into_iter()
                    .filter(|code| !dimension.codes.contains(code)),
            );
            codes
        };
        self.dimensions.iter().enumerate().map(along).collect()
    }

    /// The table of what was counted. `source` says where the records are kept.
    ///
    /// # Panics
    /// Never: the places of a table differ.
    #[must_use]
    pub fn table(
        &self,
        id: &str,
        laid: &Laid,
        source: Source,
        agencies: (u64, u64),
    ) -> CountedTable {
        let codes = self.codes(laid);
        let mut cells: BTreeMap<Place, BTreeMap<[u8; 16], u64>> = BTreeMap::new();
        for (place, by_agency) in &laid.counts {
            let told = self.dimensions.iter().zip(place);
            let told: Vec<String> = told.map(|(dimension, code)| dimension.told(code)).collect();
            for place in self.with_totals(&told) {
                let cell = cells.entry(place).or_default();
                for (agency, rows) in by_agency {
                    *cell.entry(*agency).or_default() += rows;
                }
            }
        }
        let dimensions = self.dimensions.iter().map(|dimension| table::Dimension {
            id: dimension.name.clone(),
            list: dimension.list.clone(),
            members: Members::Overlapping,
        });
        let mut table = Table::new(
            id,
            dimensions.collect(),
            self.counting(agencies),
            source,
            vec![Limit::DetectedOnly],
        );
        let mut sources = Vec::new();
        for place in self.places(&codes) {
            let cell = cells.get(&place);
            let rows = cell.map_or(0, |cell| cell.values().sum());
            sources.push(cell.map_or(0, |cell| cell.len() as u64));
            let place: Vec<&str> = place.iter().map(String::as_str).collect();
            table
                .push(&place, Cell::Exact(rows))
                .expect("the places of a table differ");
        }
        CountedTable {
            table,
            hierarchies: self.hierarchies(&codes),
            sources,
        }
    }

    /// A place and every total that it is part of.
    fn with_totals(&self, place: &[String]) -> Vec<Place> {
        let mut places: Vec<Place> = vec![Vec::new()];
        for (dimension, code) in self.dimensions.iter().zip(place) {
            let mut longer = Vec::with_capacity(places.len() * 2);
            for place in places {
                if dimension.adds_up() {
                    let mut total = place.clone();
                    total.push(TOTAL.to_owned());
                    longer.push(total);
                }
                let mut place = place;
                place.push(code.clone());
                longer.push(place);
            }
            places = longer;
        }
        places
    }

    /// Every place of the table, totals first.
    fn places(&self, codes: &[Vec<String>]) -> Vec<Place> {
        let mut places: Vec<Place> = vec![Vec::new()];
        for (dimension, codes) in self.dimensions.iter().zip(codes) {
            let total = dimension.adds_up().then(|| TOTAL.to_owned());
            let all: Vec<String> = total.into_iter().chain(codes.iter().cloned()).collect();
            let longer = places.iter().flat_map(|place| {
                all.iter().map(|code| {
                    let mut place = place.clone();
                    place.push(code.clone());
                    place
                })
            });
            places = longer.collect();
        }
        places
    }

    fn hierarchies(&self, codes: &[Vec<String>]) -> Vec<Hierarchy> {
        let hierarchy = |(dimension, codes): (&LaidDimension, &Vec<String>)| {
            if !dimension.adds_up() || codes.is_empty() {
                return Hierarchy::none();
            }
            Hierarchy::flat(TOTAL, codes.iter().cloned()).unwrap_or_else(|_| Hierarchy::none())
        };
        self.dimensions.iter().zip(codes).map(hierarchy).collect()
    }

    /// The rule by which it was counted, in words.
    fn counting(&self, agencies: (u64, u64)) -> CountingRule {
        CountingRule {
            unit: CountedUnit::Records,
            reference_date: self.reference.clone(),
            statement: told::statement(&self.tabulation, agencies),
        }
    }
}
