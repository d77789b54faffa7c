//! What would be bound, shown without anything nominal.

use std::collections::BTreeMap;

use super::Case;
use crate::record::{Class, PersonRole, Record, Value};

/// One answer as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its question.
    pub question: String,
    /// The concept to which it is bound.
    pub concept: Option<String>,
    /// How far it may travel.
    pub class: Class,
    /// What it says; none where that is nominal.
    pub value: Option<String>,
}

/// One row as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownCase {
    /// Where it stands.
    pub row: u64,
    /// In what role.
    pub role: PersonRole,
    /// Its answers.
    pub answers: Vec<Shown>,
}

/// The first cases, nominal answers without what they say.
#[must_use]
pub fn preview(cases: &[Case], rows: usize) -> Vec<ShownCase> {
    let shown = |case: &Case| ShownCase {
        row: case.row,
        role: case.role,
        answers: answers(&case.record),
    };
    cases.iter().take(rows).map(shown).collect()
}

fn answers(record: &Record) -> Vec<Shown> {
    let shown = |answer: &crate::record::Answer| {
        let said = match &answer.value {
            Value::Text(_) => None,
            Value::Number(number) => Some(number.to_string()),
            Value::Date(date) => Some(date.to_string()),
            Value::Coded { code, .. } => Some(code.clone()),
            Value::Absent(absence) => Some(absence.code().to_owned()),
        };
        Shown {
            question: answer.question.clone(),
            concept: answer.concept.clone(),
            class: answer.class,
            value: said.filter(|_| answer.class != Class::Nominal),
        }
    };
    record.answers.iter().map(shown).collect()
}

/// How many records have an answer to each concept that is no text; what is bound to nothing is
/// under none.
#[must_use]
pub fn bound(cases: &[Case]) -> BTreeMap<Option<String>, u64> {
    let mut counts: BTreeMap<Option<String>, u64> = BTreeMap::new();
    for case in cases {
        let mut here: Vec<Option<&str>> = case
            .record
            .answers
            .iter()
            .map(|answer| answer.concept.as_deref())
            .collect();
        here.sort_unstable();
        here.dedup();
        for concept in here {
            match counts.get_mut(&concept.map(str::to_owned)) {
                Some(count) => *count += 1,
                None => {
                    counts.insert(concept.map(str::to_owned), 1);
                }
            }
        }
    }
    counts
}
