//! How a column of a file of cases is read.

use std::collections::BTreeMap;

use terms::cell::Absence;
use terms::crosswalk::{Crosswalk, Crosswalks, Relation};
use terms::list::ListReference;

use super::fold;
use super::vocabulary::Vocabulary;
use crate::concept::{Concept, Kind};
use crate::record::Class;

/// In whose dossier a column belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Only in a victim's.
    Victim,
    /// Only in a suspect's.
    Suspect,
    /// In that of either.
    Person,
    /// In that of either; where a row speaks of both, in the victim's.
    Case,
}

/// One column.
#[derive(Debug)]
pub(super) struct Column {
    /// Its place in the row.
    pub(super) position: usize,
    /// Its name as printed.
    pub(super) header: String,
    /// The name under which its answers stand.
    pub(super) question: String,
    /// Whose it is.
    pub(super) part: Part,
    /// How its fields are read.
    pub(super) reading: Reading,
    /// Folded texts that say nothing.
    pub(super) blank: Vec<String>,
    /// Folded texts that say why there is no answer.
    pub(super) absent: BTreeMap<String, Absence>,
    /// How far its answers may travel at most, if less than their concept's.
    pub(super) class: Option<Class>,
}

/// How fields are read.
#[derive(Debug)]
pub(super) enum Reading {
    /// As typed, nominal.
    Text(Option<&'static Concept>),
    /// As typed, and told: what it says is never taken as a fact.
    Agreement,
    /// A day, in this format.
    Date(Option<&'static Concept>, Option<String>),
    /// A whole number.
    Number(&'static Concept),
    /// Codes.
    Coded(Coded),
    /// Whether one code of a question holds: 1 or 0.
    Choice(Coded, String),
}

/// How codes are read.
#[derive(Debug)]
pub(super) struct Coded {
    /// What they are bound to.
    pub(super) concept: Option<&'static Concept>,
    /// The list in which the values are written, with its words.
    pub(super) list: ListReference,
    pub(super) words: Vocabulary,
    /// The words of the concept's own list, and the way there, if it is another.
    pub(super) own: Option<(ListReference, Vocabulary, Option<&'static Crosswalk>)>,
    /// What a map says: folded value to codes of the concept's list.
    pub(super) values: BTreeMap<String, Vec<String>>,
    /// What parts values, if it was said.
    pub(super) separator: Option<String>,
    /// Whether the column takes one value only.
    pub(super) one: bool,
}

/// What a value means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    /// The code of the list in which it was written, where the concept has another list.
    pub(super) found: Option<String>,
    /// Codes of the concept's list.
    pub(super) codes: Vec<String>,
    /// What the concept's list cannot hold.
    pub(super) lost: Vec<String>,
}

impl Coded {
    /// Reads values of this list for this concept; none if a list is not carried or neither is
    /// given.
    pub(super) fn new(
        concept: Option<&'static Concept>,
        list: Option<ListReference>,
    ) -> Option<Self> {
        let own = concept.and_then(|concept| match &concept.kind {
            Kind::Coded(list) => Some(list.clone()),
            _ => None,
        });
        let list = list.or_else(|| own.clone())?;
        let other = own.filter(|own| *own != list);
        let own = match other {
            Some(own) => {
                let way = Crosswalks::standard().between(&list, &own);
                let words = Vocabulary::of(&own)?;
                Some((own, words, way))
            }
            None => None,
        };
        Some(Self {
            concept,
            words: Vocabulary::of(&list)?,
            list,
            own,
            values: BTreeMap::new(),
            separator: None,
            one: concept.is_some_and(|concept| !concept.many),
        })
    }

    /// What a text means; none if it is not known.
    pub(super) fn meaning(&self, text: &str) -> Option<Meaning> {
        if let Some(codes) = self.values.get(&fold::value(text)) {
            return Some(Meaning {
                codes: codes.clone(),
                ..Meaning::default()
            });
        }
        if let Some(code) = self.words.read(text) {
            return Some(self.of_code(code));
        }
        let (_, own, _) = self.own.as_ref()?;
        own.read(text).map(|code| Meaning {
            codes: vec![code],
            ..Meaning::default()
        })
    }

    /// What a code of the list in which values are written means.
    pub(super) fn of_code(&self, code: String) -> Meaning {
        match (&self.own, self.concept) {
            (Some((_, _, Some(way))), _) => {
                let translated = way.translate(&code);
                let lost = match translated.relation {
                    Relation::Exact => Vec::new(),
                    _ => translated.lost,
                };
                Meaning {
                    found: Some(code),
                    codes: translated.to,
                    lost,
                }
            }
            (Some((own, _, None)), _) => Meaning {
                lost: vec![format!("there is no crosswalk from {} to {own}", self.list)],
                found: Some(code),
                codes: Vec::new(),
            },
            (None, Some(_)) => Meaning {
                codes: vec![code],
                ..Meaning::default()
            },
            (None, None) => Meaning {
                found: Some(code),
                ..Meaning::default()
            },
        }
    }

    /// Whether a text is known.
    pub(super) fn knows(&self, text: &str) -> bool {
        !text.trim().is_empty() && self.meaning(text).is_some()
    }

    /// Whether a text is a code as it is written.
    pub(super) fn is_code(&self, text: &str) -> bool {
        self.words.is_code(text)
            || self
                .own
                .as_ref()
                .is_some_and(|(_, own, _)| own.is_code(text))
    }
}
