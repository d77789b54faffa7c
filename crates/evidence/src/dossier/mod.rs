//! What a dossier comes to: its records, entered one after another, as rows that can be counted.
//!
//! A dossier holds several records: an intake, follow-ups, steps before the courts, corrections. A
//! figure counts the dossier once, so its records are first brought together ([`rows`]): of what is
//! said once the last word holds, of what can be several everything that was said holds. What a
//! figure needs besides is worked out here and nowhere else: the month of detection, the age under
//! the presumption of minority, what became of an accused person, whether the three elements of
//! trafficking are there ([`elements`]). Rows name nobody, but each is about one person: they are
//! of the grain of a unit and stay sealed.
//!
//! [`RULES`] says by which version of these rules a figure was counted.

mod case;
pub mod column;
pub mod elements;
mod gather;
mod justice;
mod victim;

use std::collections::BTreeMap;

use crate::concept::bind;
use crate::record::{Class, PersonRole, Record, Value};

pub use column::{Column, Shape};
pub use justice::{Charge, Ending, Step, endings};

use gather::Gathered;

/// The version of the rules by which records become rows. Raised with every change of what comes
/// out; a figure says by which it was counted.
pub const RULES: u32 = 1;

/// What one row stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// A presumed or identified victim of trafficking: one dossier.
    Victim,
    /// A smuggled migrant: one dossier.
    Migrant,
    /// An accused person: one dossier, or one person in the record of a case.
    Accused,
    /// A case before police, prosecutor or courts.
    Case,
    /// An event: of trafficking, of smuggling, of violence.
    Event,
    /// One kind of service rendered to one person, as one record tells it.
    Service,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 6] = [
        Self::Victim,
        Self::Migrant,
        Self::Accused,
        Self::Case,
        Self::Event,
        Self::Service,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Victim => "victim",
            Self::Migrant => "migrant",
            Self::Accused => "accused",
            Self::Case => "case",
            Self::Event => "event",
            Self::Service => "service",
        }
    }

    /// The unit of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.code() == code)
    }
}

/// What was said in one place of a record, as far as it can be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Where in the form: the path of the group or of the turn of a repeat, such as
    /// `accused[2]/step[1]`; empty at the top.
    pub group: String,
    /// The concept.
    pub concept: String,
    /// What was said: a code, a day, a number, or why nothing.
    pub value: Value,
}

/// What a record says that can be counted: answers that are bound, not nominal, and no text.
pub fn said(record: &Record) -> impl Iterator<Item = Said> + '_ {
    record.answers.iter().filter_map(|answer| {
        // The register decides, whatever a form says of itself: what is nominal there is nowhere
        // counted, and a code that was typed as text is the code.
        let answer = bind(answer.clone());
        let concept = answer.concept?;
        if answer.class == Class::Nominal || matches!(answer.value, Value::Text(_)) {
            return None;
        }
        let group = answer
            .question
            .rsplit_once('/')
            .map_or("", |(group, _)| group);
        Some(Said {
            group: group.to_owned(),
            concept,
            value: answer.value,
        })
    })
}

/// One row: the codes under each of its columns. A column that is not there was not said.
pub type Row = BTreeMap<String, Vec<String>>;

/// The rows that a dossier comes to. `records` are what its records say, in the order in which they
/// were entered, corrected ones left out; a dossier without any comes to nothing.
#[must_use]
pub fn rows(role: PersonRole, records: &[Vec<Said>]) -> Vec<(Unit, Row)> {
    if records.is_empty() {
        return Vec::new();
    }
    let gathered = Gathered::new(records);
    match role {
        PersonRole::Victim => {
            let row = victim::row(&gathered);
            let mut rows = victim::services(&gathered, &row);
            rows.insert(0, (Unit::Victim, row));
            rows
        }
        PersonRole::Migrant => vec![(Unit::Migrant, victim::row(&gathered))],
        PersonRole::Suspect => vec![(Unit::Accused, justice::suspect(&gathered))],
        PersonRole::Case => case::rows(&gathered),
        PersonRole::Event => vec![(Unit::Event, case::event(&gathered))],
        PersonRole::Witness | PersonRole::Relative | PersonRole::Unstated => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
