//! What an answer can mean: the concepts to which questions of any form are bound.
//!
//! A country's form asks in its own words; a question that is bound to a concept is counted with
//! every other question of the same concept. `codelists/concepts.csv` says of each concept what it
//! says something of, what kind of answer it takes, from which list, and how far an answer may
//! travel at most. An answer whose concept is not listed is kept and never counted.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use terms::language::{Language, Names};
use terms::list::{CodeLists, ListReference};
use terms::place::{PlaceCode, Places, special_citizenships};

use crate::record::{Answer, Class, Value};

const FILE: &str = include_str!("../../../codelists/concepts.csv");

/// The list of places as answers to questions on citizenship and country: ISO 3166-1 alpha-3 codes,
/// codes of invented States, and what stands in place of a State.
pub const CITIZENSHIP: &str = "palermo.citizenship";
/// The version of [`CITIZENSHIP`].
pub const CITIZENSHIP_VERSION: &str = "1";

/// Codes of machine-readable travel documents that are no States, and what they mean here (ICAO
/// Doc 9303-3, section 5, code for persons without a defined nationality).
const TRAVEL_DOCUMENT_CODES: [(&str, &str); 2] = [("XXA", "stateless"), ("XXX", "unknown")];

/// What a concept says something of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Of {
    /// The person whom a dossier is about.
    Person,
    /// A person who is accused, in a record about a case.
    Accused,
    /// An event: of trafficking, of smuggling, of violence.
    Event,
    /// A case before police, prosecutor and courts.
    Case,
    /// One step of the justice chain.
    Step,
    /// A service that was rendered.
    Service,
    /// Compensation: claimed, awarded, paid.
    Compensation,
    /// One leg of a route.
    Leg,
    /// The record itself.
    Record,
}

impl Of {
    const ALL: [Self; 9] = [
        Self::Person,
        Self::Accused,
        Self::Event,
        Self::Case,
        Self::Step,
        Self::Service,
        Self::Compensation,
        Self::Leg,
        Self::Record,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Accused => "accused",
            Self::Event => "event",
            Self::Case => "case",
            Self::Step => "step",
            Self::Service => "service",
            Self::Compensation => "compensation",
            Self::Leg => "leg",
            Self::Record => "record",
        }
    }
}

/// What kind of answer a concept takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A code of this list in this version.
    Coded(ListReference),
    /// A day.
    Date,
    /// A whole number.
    Number,
    /// Text, which is nominal always.
    Text,
}

/// One concept.
#[derive(Debug, Clone)]
pub struct Concept {
    /// Its name, such as `person.sex`.
    pub id: String,
    /// What it says something of.
    pub of: Of,
    /// What kind of answer it takes.
    pub kind: Kind,
    /// Whether several answers can hold at once.
    pub many: bool,
    /// How far an answer may travel at most.
    pub class: Class,
    /// Where the concept comes from.
    pub source: String,
    labels: Names,
}

impl Concept {
    /// What it is called.
    #[must_use]
    pub fn label(&self, language: Language) -> &str {
        self.labels.get(language)
    }

    /// Whether `code` is an answer that the concept's list knows.
    #[must_use]
    pub fn allows(&self, code: &str) -> bool {
        match &self.kind {
            Kind::Coded(list) if list.id == CITIZENSHIP => is_citizenship(code),
            Kind::Coded(list) => CodeLists::standard()
                .get(list)
                .is_some_and(|list| list.contains(code)),
            _ => false,
        }
    }

    /// The value of a code of the concept's list.
    #[must_use]
    pub fn coded(&self, code: &str) -> Option<Value> {
        let Kind::Coded(list) = &self.kind else {
            return None;
        };
        self.allows(code).then(|| Value::Coded {
            list: list.id.clone(),
            version: list.version.clone(),
            code: code.to_owned(),
        })
    }
}

/// Every concept.
#[derive(Debug)]
pub struct Concepts {
    concepts: BTreeMap<String, Concept>,
}

/// A fault in the file of concepts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("evidence.concepts: concepts.csv, row {row}, field {field}: {problem}")]
pub struct ConceptFileError {
    /// The row, counted from 1 after the header.
    pub row: usize,
    /// The column's name.
    pub field: &'static str,
    /// What was found and what is allowed.
    pub problem: String,
}

impl Concepts {
    /// The concepts that are carried.
    ///
    /// # Panics
    /// Never: a test reads the embedded file.
    #[must_use]
    pub fn standard() -> &'static Self {
        static CONCEPTS: OnceLock<Concepts> = OnceLock::new();
        CONCEPTS.get_or_init(|| Self::parse(FILE).expect("the embedded concepts are sound"))
    }

    /// A concept by its name.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Concept> {
        self.concepts.get(id)
    }

    /// Every concept, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Concept> {
        self.concepts.values()
    }

    /// Reads a file of concepts.
    ///
    /// # Errors
    /// At the first row that is not sound.
    pub fn parse(text: &str) -> Result<Self, ConceptFileError> {
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .from_reader(text.as_bytes());
        let mut concepts = BTreeMap::new();
        for (index, row) in reader.records().enumerate() {
            let number = index + 1;
            let row = row.map_err(|error| fault(number, "(row)", error.to_string()))?;
            let concept = concept(number, &row)?;
            if concepts.contains_key(&concept.id) {
                let problem = format!("{:?} stands twice", concept.id);
                return Err(fault(number, "concept", problem));
            }
            concepts.insert(concept.id.clone(), concept);
        }
        Ok(Self { concepts })
    }
}

fn fault(row: usize, field: &'static str, problem: String) -> ConceptFileError {
    ConceptFileError {
        row,
        field,
        problem,
    }
}

fn concept(number: usize, row: &csv::StringRecord) -> Result<Concept, ConceptFileError> {
    let text = |index: usize| row.get(index).unwrap_or_default();
    let of = Of::ALL.into_iter().find(|of| of.code() == text(1));
    let of = of.ok_or_else(|| {
        let allowed = Of::ALL.map(Of::code).join(", ");
        fault(number, "of", format!("{:?}; allowed {allowed}", text(1)))
    })?;
    let kind = match (text(2), text(3)) {
        ("coded", list) => Kind::Coded(
            list.parse()
                .map_err(|error| fault(number, "list", format!("{error}")))?,
        ),
        ("date", "") => Kind::Date,
        ("number", "") => Kind::Number,
        ("text", "") => Kind::Text,
        (kind, list) => {
            let allowed = "coded with a list, or date, number, text without one";
            let problem = format!("{kind:?} with list {list:?}; allowed {allowed}");
            return Err(fault(number, "kind", problem));
        }
    };
    let many = match text(4) {
        "yes" => true,
        "no" => false,
        other => return Err(fault(number, "many", format!("{other:?}; allowed yes, no"))),
    };
    let class = Class::of_code(text(5)).ok_or_else(|| {
        let allowed = Class::ALL.map(Class::code).join(", ");
        fault(number, "class", format!("{:?}; allowed {allowed}", text(5)))
    })?;
    let mut labels = Names::default();
    for (index, language) in [(6, Language::En), (7, Language::Fr), (8, Language::Pt)] {
        labels.set(language, text(index).to_owned());
    }
    Ok(Concept {
        id: text(0).to_owned(),
        of,
        kind,
        many,
        class,
        source: text(9).to_owned(),
        labels,
    })
}

/// Whether a code can stand as an answer on citizenship or country.
#[must_use]
pub fn is_citizenship(code: &str) -> bool {
    if special_citizenships()
        .iter()
        .any(|special| special.code == code)
    {
        return true;
    }
    let Ok(place) = code.parse::<PlaceCode>() else {
        return false;
    };
    place.is_user_assigned() || Places::standard().get(place).is_some()
}

/// Turns what was answered into what its concept means, where that is certain: a code that was
/// typed as text becomes the code. The class of an answer is never raised above the concept's.
#[must_use]
pub fn bind(answer: Answer) -> Answer {
    let concepts = Concepts::standard();
    let Some(concept) = answer.concept.as_deref().and_then(|id| concepts.get(id)) else {
        return answer;
    };
    let Value::Text(text) = &answer.value else {
        let class = answer.class.min(concept.class);
        return Answer { class, ..answer };
    };
    let typed = text.trim();
    let means = TRAVEL_DOCUMENT_CODES
        .iter()
        .find(|(code, _)| *code == typed);
    let code = match (&concept.kind, means) {
        (Kind::Coded(list), Some((_, meaning))) if list.id == CITIZENSHIP => meaning,
        _ => typed,
    };
    match concept.coded(code) {
        Some(value) => Answer {
            class: concept.class,
            value,
            ..answer
        },
        None => answer,
    }
}

#[cfg(test)]
mod tests;
