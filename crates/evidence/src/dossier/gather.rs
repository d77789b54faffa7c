//! The records of a dossier brought together, concept by concept.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Row, Said};
use crate::concept::{Concepts, Kind};
use crate::record::Value;

/// One thing that was said, and where.
pub(super) struct Told<'a> {
    /// In which record, counted from the first.
    pub(super) record: usize,
    /// In which group of its form.
    pub(super) group: &'a str,
    /// What.
    pub(super) value: &'a Value,
}

/// Everything that a dossier says, by concept, in the order in which it was said.
pub(super) struct Gathered<'a> {
    by_concept: BTreeMap<&'a str, Vec<Told<'a>>>,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(records: &'a [Vec<Said>]) -> Self {
        let mut by_concept: BTreeMap<&str, Vec<Told<'_>>> = BTreeMap::new();
        for (record, said) in records.iter().enumerate() {
            for one in said {
                by_concept.entry(&one.concept).or_default().push(Told {
                    record,
                    group: &one.group,
                    value: &one.value,
                });
            }
        }
        Self { by_concept }
    }

    /// Everything that was said under a concept.
    pub(super) fn told(&self, concept: &str) -> &[Told<'a>] {
        self.by_concept.get(concept).map_or(&[], Vec::as_slice)
    }

    /// The last code that was said, or why none.
    pub(super) fn last(&self, concept: &str) -> Option<String> {
        self.told(concept)
            .iter()
            .rev()
            .find_map(|told| code_of(told.value))
    }

    /// The last number that was said.
    pub(super) fn last_number(&self, concept: &str) -> Option<i64> {
        let numbers = self.told(concept).iter().rev();
        numbers.copied_number()
    }

    /// Every code that was said, each once, in the order of first mention. Where something was
    /// said, reasons for saying nothing are left out.
    pub(super) fn all(&self, concept: &str) -> Vec<String> {
        let mut codes: Vec<String> = Vec::new();
        for told in self.told(concept) {
            if let Value::Coded { code, .. } = told.value
                && !codes.contains(code)
            {
                codes.push(code.clone());
            }
        }
        if codes.is_empty() {
            codes.extend(self.last(concept));
        }
        codes
    }

    /// The first day that was said.
    pub(super) fn first_day(&self, concept: &str) -> Option<Date> {
        let days = self
            .told(concept)
            .iter()
            .filter_map(|told| day_of(told.value));
        days.min()
    }

    /// A day that one record says at the same place, or anywhere in it.
    pub(super) fn day_in(&self, concept: &str, record: usize, group: &str) -> Option<Date> {
        let there = self
            .told(concept)
            .iter()
            .filter(|told| told.record == record);
        let (mut beside, mut anywhere) = (None, None);
        for told in there {
            let day = day_of(told.value);
            anywhere = anywhere.or(day);
            if told.group == group {
                beside = beside.or(day);
            }
        }
        beside.or(anywhere)
    }

    /// Every coded concept as a column: the last word, or all of them where several can hold.
    pub(super) fn columns(&self) -> Row {
        let concepts = Concepts::standard();
        let mut row = Row::new();
        for concept in self.by_concept.keys() {
            let Some(known) = concepts.get(concept) else {
                continue;
            };
            if !matches!(known.kind, Kind::Coded(_)) {
                continue;
            }
            let codes = if known.many {
                self.all(concept)
            } else {
                self.last(concept).into_iter().collect()
            };
            if !codes.is_empty() {
                row.insert((*concept).to_owned(), codes);
            }
        }
        row
    }
}

trait CopiedNumber {
    fn copied_number(self) -> Option<i64>;
}

impl<'a, 'b: 'a, I: Iterator<Item = &'a Told<'b>>> CopiedNumber for I {
    fn copied_number(mut self) -> Option<i64> {
        self.find_map(|told| match told.value {
            Value::Number(number) => Some(*number),
            _ => None,
        })
    }
}

/// The code of a value: of its list, or the reason for which there is none.
pub(super) fn code_of(value: &Value) -> Option<String> {
    match value {
        Value::Coded { code, .. } => Some(code.clone()),
        Value::Absent(absence) => Some(format!("{ABSENT}{}", absence.code())),
        Value::Text(_) | Value::Number(_) | Value::Date(_) => None,
    }
}

/// Before the reason for which nothing was said, so that it is no code of a list.
pub(super) const ABSENT: &str = "absent.";

pub(super) const fn day_of(value: &Value) -> Option<Date> {
    match value {
        Value::Date(day) => Some(*day),
        _ => None,
    }
}

/// The month of a day, as periods are written: `2031-04`.
pub(super) fn month_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}
