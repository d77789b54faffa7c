//! What is to be counted of a node's own dossiers, said so that a person can read it and a machine
//! can do it again.
//!
//! A [`Tabulation`] names the unit, the dimensions, which dossiers are counted, the period and the
//! day that decides on it. It is written as one line of text, which stands beside the figure for
//! good, and read again from it. It says in particular under which form of exploitation somebody is
//! counted who suffered several: under one main form, so that forms add up, or under each, so that
//! they do not and no total stands beside them.
//!
//! Columns have short names here ([`name`]): `sex` is `person.sex` of a victim and `accused.sex` of
//! an accused person.

pub mod definition;
mod laid;
pub mod name;
mod text;
pub mod told;

use evidence::dossier::Unit;
use evidence::dossier::column::{Column, Shape, columns};
use terms::crosswalk::{Crosswalk, Crosswalks};

pub use laid::{CountedTable, Laid, LaidDimension, NOT_SAID, Place, Read, TOTAL, Wanted};
pub use name::{column_of, label};
pub use told::Told;

/// One dimension of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// Its short name, such as `sex`.
    pub name: String,
    /// The list that codes are brought to, as `id@version`; none for the column's own.
    pub list: Option<String>,
}

/// Which dossiers are counted: those with one of these codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The short name of the column.
    pub name: String,
    /// The codes.
    pub codes: Vec<String>,
}

/// A month, as twelve times the year plus the month from 1.
pub type Month = u16;

/// What is to be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tabulation {
    /// What one count stands for.
    pub unit: Unit,
    /// By what.
    pub by: Vec<Dimension>,
    /// Of which.
    pub of: Vec<Condition>,
    /// The short name of the month that decides on the period.
    pub reference: String,
    /// The first month, included.
    pub from: Month,
    /// The last month, included.
    pub to: Month,
}

/// A tabulation that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TabulationError {
    /// There is no such column.
    #[error("tabulation_column: found {found:?}; a {unit} has {allowed}")]
    Column {
        /// What was asked for.
        found: String,
        /// Of which unit.
        unit: &'static str,
        /// What there is.
        allowed: String,
    },
    /// There is no such code in the column.
    #[error("tabulation_code: found {found:?} for {name}; allowed: {allowed}")]
    Code {
        /// The column's short name.
        name: String,
        /// What was asked for.
        found: String,
        /// What there is.
        allowed: String,
    },
    /// Nothing leads from the column's list to that one.
    #[error("tabulation_list: {name} cannot be told in {found}; allowed: {allowed}")]
    List {
        /// The column's short name.
        name: String,
        /// The list that was asked for.
        found: String,
        /// Where a crosswalk leads.
        allowed: String,
    },
    /// The text cannot be read.
    #[error("tabulation_text: found {found:?} for {part}; allowed: {allowed}")]
    Text {
        /// Which part of it.
        part: &'static str,
        /// What was found.
        found: String,
        /// What is allowed.
        allowed: String,
    },
    /// Several dimensions hold several codes at once, or one stands twice.
    #[error("tabulation_dimensions: {0}")]
    Dimensions(String),
}

impl TabulationError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Column { .. } => "tabulation_column",
            Self::Code { .. } => "tabulation_code",
            Self::List { .. } => "tabulation_list",
            Self::Text { .. } => "tabulation_text",
            Self::Dimensions(_) => "tabulation_dimensions",
        }
    }
}

/// As many dimensions as a table has at most; a person reads three.
const DIMENSIONS_MAX: usize = 6;

/// A month as it is written: `2031-04`.
#[must_use]
pub fn month_text(month: Month) -> String {
    text::month(month)
}

/// The dimension of years.
pub const YEAR: &str = "year";
/// The dimension of months.
pub const MONTH: &str = "month";

impl Tabulation {
    /// Looks at whether everything that is named is there.
    ///
    /// # Errors
    /// At the first name, code or list that is not.
    pub fn check(&self) -> Result<(), TabulationError> {
        let mut seen = Vec::new();
        let mut several = Vec::new();
        for dimension in &self.by {
            if seen.contains(&&dimension.name) {
                let message = format!(
                    "{:?} stands twice; each dimension stands once",
                    dimension.name
                );
                return Err(TabulationError::Dimensions(message));
            }
            seen.push(&dimension.name);
            if dimension.name == YEAR || dimension.name == MONTH {
                continue;
            }
            let column = column_of(self.unit, &dimension.name)?;
            if column.shape == Shape::Many {
                several.push(dimension.name.as_str());
            }
            if let Some(list) = &dimension.list {
                crosswalk(dimension, &column, list)?;
            }
        }
        if several.len() > 1 {
            let several = several.join(" and ");
            let message =
                format!("{several} each hold several codes at once; a table has one such");
            return Err(TabulationError::Dimensions(message));
        }
        if self.by.len() > DIMENSIONS_MAX {
            let message = format!(
                "{} dimensions; allowed: up to {DIMENSIONS_MAX}",
                self.by.len()
            );
            return Err(TabulationError::Dimensions(message));
        }
        if self.from > self.to || self.from < 12 {
            let found = format!("{}..{}", text::month(self.from), text::month(self.to));
            return Err(TabulationError::Text {
                part: "period",
                found,
                allowed: "a first month or year, two dots, and a last that is not before"
                    .to_owned(),
            });
        }
        for condition in &self.of {
            let column = column_of(self.unit, &condition.name)?;
            for code in &condition.codes {
                name::fits(&column, &condition.name, code)?;
            }
        }
        self.reference_column().map(drop)
    }

    /// The column of months that decides on the period.
    ///
    /// # Errors
    /// When there is no such column, or it holds no months.
    pub fn reference_column(&self) -> Result<Column, TabulationError> {
        let column = column_of(self.unit, &self.reference)?;
        if column.shape == Shape::Month {
            return Ok(column);
        }
        let months = columns(self.unit)
            .into_iter()
            .filter(|column| column.shape == Shape::Month);
        let allowed: Vec<String> = months
            .map(|column| name::short(&column.id).to_owned())
            .collect();
        Err(TabulationError::Column {
            found: self.reference.clone(),
            unit: self.unit.code(),
            allowed: allowed.join(", "),
        })
    }

    /// Whom it counts, in the words by which tables are held against each other: tables of the same
    /// population and state of the records say the same of a cell that they share.
    #[must_use]
    pub fn population(&self) -> String {
        let mut of: Vec<String> = self.of.iter().map(ToString::to_string).collect();
        of.sort();
        let of = if of.is_empty() {
            "all".to_owned()
        } else {
            of.join(" ")
        };
        format!("{} by {} of {of}", self.unit.code(), self.reference)
    }
}

/// The crosswalk that leads from a column's list to another.
fn crosswalk(
    dimension: &Dimension,
    column: &Column,
    list: &str,
) -> Result<&'static Crosswalk, TabulationError> {
    let own = column.list.as_deref().unwrap_or_default();
    let from = own.parse().ok();
    let to = list.parse().ok();
    let found = from
        .zip(to)
        .and_then(|(from, to)| Crosswalks::standard().between(&from, &to));
    found.ok_or_else(|| {
        let from_here = Crosswalks::standard()
            .iter()
            .filter(|crosswalk| crosswalk.from.to_string() == own);
        let allowed: Vec<String> = from_here
            .map(|crosswalk| crosswalk.to.to_string())
            .collect();
        TabulationError::List {
            name: dimension.name.clone(),
            found: list.to_owned(),
            allowed: allowed.join(", "),
        }
    })
}

#[cfg(test)]
mod tests;
