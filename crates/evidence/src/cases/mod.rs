//! Cases that are held elsewhere: what the rows of a list of cases mean.
//!
//! A case list is a sheet with a row for each person. What each column means is known from a
//! standard ([`htcds`]: the Human Trafficking Case Data Standard of IOM), or a map says it
//! ([`map`]), which can be proposed from the header and a sample of rows ([`propose`]). Every row
//! becomes a [`Record`] in the role of a victim or of a suspect.
//!
//! # What holds
//! - Nothing that was typed is lost: what no answer holds as it was typed stands in the answer
//!   [`AS_FOUND`], nominal and sealed with the rest.
//! - Nothing is guessed silently: a value is bound where it is certain, and otherwise kept as typed
//!   with a finding; what was mended is told.
//! - What is told of a file ([`Told`]) holds nothing of a cell but the nearest value of a list.
//! - Agreement to exploitation is never taken as a fact (TIP Protocol, article 3 (b)).

mod cell;
mod column;
mod day;
mod fold;
pub mod htcds;
pub mod map;
mod pieces;
mod plan;
pub mod preview;
pub mod propose;
mod shape;
mod sheet;
mod told;
mod vocabulary;

pub use plan::AS_FOUND;
pub use sheet::{Row, Sheet};
pub use told::{Tally, Told, Weight};

use crate::record::{PersonRole, Record};

/// A row that became a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Where it stands, as a spreadsheet counts.
    pub row: u64,
    /// In what role its dossier is about the person.
    pub role: PersonRole,
    /// The record.
    pub record: Record,
}

/// What a file of cases came to.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// The sheet that was read; none for a text.
    pub sheet: Option<String>,
    /// Rows that were read.
    pub rows: u64,
    /// The records; of a refused file none may be used.
    pub cases: Vec<Case>,
    /// What is told of it.
    pub told: Told,
}

impl Taken {
    /// Tells which other filled sheets of the workbook were not read.
    pub fn left(&mut self, sheets: &[String]) {
        for sheet in sheets {
            let saying = told::Saying::new("sheet_not_read").of(sheet);
            let saying = saying.allowed("one sheet of cases; name another by sheet in a map");
            self.told.tell(Weight::Noted, saying);
        }
    }
}
