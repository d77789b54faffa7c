//! What a value of a coded column means: by code or by label, in any carried language.

use std::cell::RefCell;
use std::collections::HashMap;

use terms::language::Language;
use terms::list::{CodeList, CodeLists, ListReference};
use terms::place::special_citizenships;
use terms::resolve::{Refusal, Resolver};

use super::fold;
use crate::concept::{CITIZENSHIP, Concepts, bind};
use crate::record::{Answer, Class, Value};

/// The values of one list, or of places as answers on citizenship.
#[derive(Debug)]
pub(super) enum Vocabulary {
    /// A list of codes.
    List(Words),
    /// Places, and what stands in place of a State; readings are remembered.
    Places(RefCell<HashMap<String, Option<String>>>),
}

/// How offices write codes of a list besides by its labels, in the languages of this house. A word
/// is here only if it can mean nothing else.
const WRITTEN: [(&str, &str, &[&str]); 2] = [
    (
        "palermo.sex",
        "F",
        &[
            "female", "feminine", "woman", "girl", "féminin", "femme", "fille", "feminino",
            "mulher", "rapariga",
        ],
    ),
    (
        "palermo.sex",
        "M",
        &[
            "male",
            "masculine",
            "man",
            "boy",
            "masculin",
            "homme",
            "garçon",
            "masculino",
            "homem",
            "rapaz",
        ],
    ),
];

/// The codes and labels of a list.
#[derive(Debug)]
pub(super) struct Words {
    list: &'static CodeList,
    /// By folded writing; none where two codes are written so.
    meanings: HashMap<String, Option<&'static str>>,
}

impl Vocabulary {
    /// The vocabulary of a list; none if it is not carried.
    pub(super) fn of(list: &ListReference) -> Option<Self> {
        if list.id == CITIZENSHIP {
            return Some(Self::Places(RefCell::default()));
        }
        CodeLists::standard()
            .get(list)
            .map(|list| Self::List(Words::of(list)))
    }

    /// The code that a text stands for, where that is certain.
    pub(super) fn read(&self, text: &str) -> Option<String> {
        match self {
            Self::List(words) => words.read(text).map(str::to_owned),
            Self::Places(known) => {
                let text = text.trim();
                if let Some(read) = known.borrow().get(text) {
                    return read.clone();
                }
                let read = place(text);
                known.borrow_mut().insert(text.to_owned(), read.clone());
                read
            }
        }
    }

    /// Whether a text is one code as it is written, so that a blank beside it can part it from the
    /// next.
    pub(super) fn is_code(&self, text: &str) -> bool {
        match self {
            Self::List(words) => words
                .read(text)
                .is_some_and(|code| fold::value(code) == fold::value(text)),
            Self::Places(_) => {
                let capitals = text.bytes().all(|byte| byte.is_ascii_uppercase());
                (2..=3).contains(&text.len()) && capitals && self.read(text).is_some()
            }
        }
    }

    /// The one code whose writing begins with a text of six letters or more.
    pub(super) fn beginning(&self, text: &str) -> Option<&'static str> {
        const LETTERS_MIN: usize = 6;
        let Self::List(words) = self else {
            return None;
        };
        let typed = fold::value(text);
        let begins = |(writing, code): (&String, &Option<&'static str>)| {
            let begins = writing.starts_with(&typed);
            (*code).filter(|_| begins)
        };
        let mut codes: Vec<&'static str> = words.meanings.iter().filter_map(begins).collect();
        codes.sort_unstable();
        codes.dedup();
        match codes.as_slice() {
            [code] if typed.chars().count() >= LETTERS_MIN => Some(code),
            _ => None,
        }
    }

    /// The allowed value that is written most like a text, if one is near.
    pub(super) fn nearest(&self, text: &str) -> Option<String> {
        match self {
            Self::List(words) => words.nearest(text),
            Self::Places(_) => {
                let resolved = Resolver::standard().resolve(text);
                resolved.code.map(|code| code.as_str().to_owned())
            }
        }
    }
}

impl Words {
    fn of(list: &'static CodeList) -> Self {
        let mut meanings: HashMap<String, Option<&'static str>> = HashMap::new();
        let mut add = |writing: &str, code: &'static str| {
            let held = meanings.entry(fold::value(writing)).or_insert(Some(code));
            if held.is_some_and(|other| other != code) {
                *held = None;
            }
        };
        for code in list.codes() {
            for language in Language::ALL {
                if let Some(label) = code.labels.own(language) {
                    add(label, &code.code);
                }
            }
        }
        for (id, written, words) in WRITTEN {
            if let Some(code) = list.get(written).filter(|_| list.reference.id == id) {
                for word in words {
                    add(word, &code.code);
                }
            }
        }
        // A code is certain, whatever labels are written like it.
        for code in list.codes() {
            meanings.insert(fold::value(&code.code), Some(&code.code));
        }
        Self { list, meanings }
    }

    fn read(&self, text: &str) -> Option<&'static str> {
        let typed = text.trim();
        if let Some(code) = self.list.get(typed) {
            return Some(&code.code);
        }
        self.meanings.get(&fold::value(typed)).copied().flatten()
    }

    fn nearest(&self, text: &str) -> Option<String> {
        let typed = fold::value(text);
        let bound = (typed.chars().count() / 3).max(1);
        let near = self.meanings.iter().filter_map(|(writing, code)| {
            let distance = strsim::osa_distance(writing, &typed);
            Some((distance, (*code)?)).filter(|(distance, _)| *distance <= bound)
        });
        near.min().map(|(_, code)| code.to_owned())
    }
}

/// The code of a text on citizenship or country: one that a form would take, an ISO 3166 code, or
/// a name of which the resolver is certain.
fn place(text: &str) -> Option<String> {
    let typed = Answer {
        question: String::new(),
        concept: Some("person.citizenship".to_owned()),
        class: Class::Nominal,
        value: Value::Text(text.to_owned()),
    };
    if let Value::Coded { code, .. } = bind(typed).value {
        return Some(code);
    }
    let folded = fold::value(text);
    let special = special_citizenships().iter().find(|special| {
        let labels = Language::ALL.map(|language| special.names.get(language));
        labels.into_iter().any(|label| fold::value(label) == folded)
    });
    if let Some(special) = special {
        return Some(special.code.clone());
    }
    let resolved = Resolver::standard().resolve(text);
    match (resolved.code, resolved.reason) {
        (Some(code), _) if resolved.status.is_certain() => Some(code.as_str().to_owned()),
        (None, Some(Refusal::Stateless)) => Some("stateless".to_owned()),
        _ => None,
    }
    .filter(|code| {
        let concept = Concepts::standard().get("person.citizenship");
        concept.is_some_and(|concept| concept.allows(code))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(list: &str) -> Vocabulary {
        Vocabulary::of(&list.parse().expect("a reference")).expect("carried")
    }

    #[test]
    fn values_are_read_by_code_or_label_whatever_case_or_blanks() {
        let control = of("htcds.vic_MethodsOfControl@2.0");
        for typed in [
            "DebtBondage ",
            "debt bondage",
            "DEBT_BONDAGE",
            "Debt  Bondage",
        ] {
            assert_eq!(
                control.read(typed).as_deref(),
                Some("DebtBondage"),
                "{typed}"
            );
        }
        assert_eq!(control.read("Debts"), None);
        assert_eq!(
            control.nearest("Dept bondage").as_deref(),
            Some("DebtBondage")
        );
        assert_eq!(control.nearest("a sentence about something else"), None);
        let exploitation = of("palermo.exploitation@1");
        assert_eq!(
            exploitation.read("travail force").as_deref(),
            Some("forced_labour")
        );
        assert_eq!(
            exploitation.read("TRABALHO FORÇADO").as_deref(),
            Some("forced_labour")
        );
    }

    #[test]
    fn sexes_are_read_as_offices_write_them() {
        let sex = of("palermo.sex@1");
        for (typed, code) in [
            ("Feminino", "F"),
            ("féminin", "F"),
            ("FEMALE", "F"),
            ("masculino", "M"),
            ("Homme", "M"),
            ("M", "M"),
        ] {
            assert_eq!(sex.read(typed).as_deref(), Some(code), "{typed}");
        }
        assert_eq!(sex.read("x"), None);
        // They are words of that list alone.
        assert_eq!(of("palermo.act@1").read("female"), None);
    }

    #[test]
    fn places_are_read_only_where_they_are_certain() {
        let places = of("palermo.citizenship@1");
        for (typed, code) in [
            ("ZM", Some("ZMB")),
            ("MWI", Some("MWI")),
            ("Zambian", Some("ZMB")),
            ("Congo, Democratic Republic of the", Some("COD")),
            ("Stateless", Some("stateless")),
            ("XXB", Some("XXB")),
            ("Zambbia", None),
            ("Africa", None),
            ("Zambia and Malawi", None),
        ] {
            assert_eq!(places.read(typed).as_deref(), code, "{typed}");
        }
        assert_eq!(places.nearest("Zambbia").as_deref(), Some("ZMB"));
        assert!(places.is_code("ZM") && !places.is_code("Zambia"));
    }
}
