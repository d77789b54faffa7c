//! What somebody told or saw of one person, as it was entered: the micro grain.
//!
//! A [`Record`] is one filled form. It is kept as entered, complete or not, with what was found
//! wrong beside it. Each answer has a disclosure class; only coded answers that are bound to a
//! concept can ever be counted, and nothing of a record leaves a node as it is.

use jiff::civil::Date;
use terms::cell::Absence;

/// How far an answer may travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Says who somebody is, or could: names, numbers, addresses, all free text. Never leaves, but
    /// in a referral of one person to one receiver.
    Nominal,
    /// Coded, but of the unit's grain and dangerous; counted here, never shown by unit.
    Restricted,
    /// Coded; may be shared by unit under an agreement that protects it.
    Shareable,
    /// Says nothing of a person.
    Public,
}

impl Class {
    /// Every class, the strictest first.
    pub const ALL: [Self; 4] = [
        Self::Nominal,
        Self::Restricted,
        Self::Shareable,
        Self::Public,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nominal => "nominal",
            Self::Restricted => "restricted",
            Self::Shareable => "shareable",
            Self::Public => "public",
        }
    }

    /// The class of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.code() == code)
    }
}

/// In what role a dossier is about a person, or that it is about none. One person may have several
/// dossiers; that they are one person is known nowhere in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonRole {
    /// Presumed or identified victim of trafficking.
    Victim,
    /// Smuggled migrant.
    Migrant,
    /// Witness.
    Witness,
    /// Suspect, defendant or convicted person.
    Suspect,
    /// Relative or companion.
    Relative,
    /// Nobody: a case before police, prosecutor and courts.
    Case,
    /// Nobody: an event of trafficking, of smuggling, or of violence.
    Event,
    /// Not said yet.
    Unstated,
}

impl PersonRole {
    /// Every role.
    pub const ALL: [Self; 8] = [
        Self::Victim,
        Self::Migrant,
        Self::Witness,
        Self::Suspect,
        Self::Relative,
        Self::Case,
        Self::Event,
        Self::Unstated,
    ];

    /// Whether a dossier in it is about a person.
    #[must_use]
    pub const fn is_of_person(self) -> bool {
        !matches!(self, Self::Case | Self::Event)
    }

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Victim => "victim",
            Self::Migrant => "migrant",
            Self::Witness => "witness",
            Self::Suspect => "suspect",
            Self::Relative => "relative",
            Self::Case => "case",
            Self::Event => "event",
            Self::Unstated => "unstated",
        }
    }

    /// The role of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// As typed.
    Text(String),
    /// A whole number; its unit is the question's.
    Number(i64),
    /// A day.
    Date(Date),
    /// A code of a list in a version.
    Coded {
        /// The list.
        list: String,
        /// Its version.
        version: String,
        /// The code.
        code: String,
    },
    /// Nothing, and why.
    Absent(Absence),
}

/// One question and what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Name of the question in its form.
    pub question: String,
    /// Concept that the question is bound to; an unbound answer is kept and never counted.
    pub concept: Option<String>,
    /// How far it may travel.
    pub class: Class,
    /// What was answered.
    pub value: Value,
}

/// Where else a record stands, so that bringing the same source in twice is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceKey {
    /// The system or file series.
    pub source: String,
    /// The record's own number there.
    pub number: String,
}

/// One filled form, as entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Name of the form.
    pub form: String,
    /// Its version.
    pub form_version: String,
    /// Where it comes from, if it was brought in.
    pub source: Option<SourceKey>,
    /// The answers, in the form's order.
    pub answers: Vec<Answer>,
    /// What was found wrong with it, as messages; it is kept all the same.
    pub findings: Vec<String>,
}

/// The finding of a record that whoever enters it has not finished yet.
pub const UNFINISHED: &str = "unfinished";

impl Record {
    /// Whether it waits for whoever enters it: it is kept, and counted nowhere until another record
    /// that is finished takes its place.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        self.findings.iter().any(|finding| finding == UNFINISHED)
    }

    /// Names of the person: the answers bound to the concept `name`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.answers
            .iter()
            .filter_map(|answer| match &answer.value {
                Value::Text(name) if answer.concept.as_deref() == Some("name") => {
                    Some(name.as_str())
                }
                _ => None,
            })
    }

    /// What can be counted: concept, list, version and code of each coded answer that is bound.
    /// Days and numbers are counted through the code that they are turned into at entry.
    pub fn coded(&self) -> impl Iterator<Item = (&str, &str, &str, &str)> {
        self.answers.iter().filter_map(|answer| {
            let concept = answer.concept.as_deref()?;
            match &answer.value {
                Value::Coded {
                    list,
                    version,
                    code,
                } if answer.class != Class::Nominal => {
                    Some((concept, list.as_str(), version.as_str(), code.as_str()))
                }
                _ => None,
            }
        })
    }
}
