//! Small words: particles, conjunctions, numerals, words for persons and States.

use std::collections::HashMap;

use super::fold::fold;
use super::index::records;

const WORDS_CSV: &str = include_str!("../../../../codelists/resolver/words.csv");

/// What a small word does in a label. A word may do several things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Role {
    Article = 1,
    /// A particle that carries no meaning inside a name.
    Stop = 2,
    Joiner = 4,
    Negation = 8,
    /// "citizens of", "nationality": adds nothing to the place.
    Nationality = 16,
    /// "women", "victims": a remark on the persons.
    Person = 32,
    /// "republic", "kingdom".
    Generic = 64,
    /// "democratic", "people's": part of official names that tell States apart.
    Democratic = 128,
    Number = 256,
    Former = 512,
    /// "others", "rest of".
    Remainder = 1024,
}

impl Role {
    fn parse(kind: &str) -> Option<Role> {
        Some(match kind {
            "article" => Role::Article,
            "stop" => Role::Stop,
            "joiner" => Role::Joiner,
            "negation" => Role::Negation,
            "nationality" => Role::Nationality,
            "person" => Role::Person,
            "generic" => Role::Generic,
            "democratic" => Role::Democratic,
            "number" => Role::Number,
            "former" => Role::Former,
            "remainder" => Role::Remainder,
            _ => return None,
        })
    }
}

/// The small words, with all roles of each.
#[derive(Debug)]
pub(super) struct Words {
    roles: HashMap<String, u16>,
}

impl Words {
    pub(super) fn load() -> Words {
        let mut roles: HashMap<String, u16> = HashMap::new();
        for [kind, words] in records::<2>(WORDS_CSV) {
            let role = Role::parse(&kind).expect("a test reads the embedded words");
            for word in words.split('|') {
                *roles.entry(fold(word)).or_default() |= role as u16;
            }
        }
        Words { roles }
    }

    pub(super) fn is(&self, word: &str, role: Role) -> bool {
        self.roles
            .get(word)
            .is_some_and(|roles| roles & role as u16 != 0)
    }

    pub(super) fn is_any(&self, word: &str, wanted: &[Role]) -> bool {
        wanted.iter().any(|role| self.is(word, *role))
    }

    /// Whether the word has any role.
    pub(super) fn holds(&self, word: &str) -> bool {
        self.roles.contains_key(word)
    }

    /// The words of a name in alphabetical order, abbreviations written out, particles left out.
    /// `None` for a name of one word.
    pub(super) fn reordered(&self, folded: &str) -> Option<String> {
        if !folded.contains(' ') {
            return None;
        }
        let mut words: Vec<&str> = folded
            .split(' ')
            .map(written_out)
            .filter(|word| !self.is(word, Role::Stop))
            .collect();
        words.sort_unstable();
        (words.len() > 1).then(|| words.join(" "))
    }
}

/// The full word of an abbreviation that has one only reading in names of States.
pub(super) fn written_out(word: &str) -> &str {
    match word {
        "rep" | "repub" | "republik" | "republique" | "republica" | "repubblica" => "republic",
        "dem" | "democratique" | "democratica" => "democratic",
        "fed" => "federal",
        "st" | "ste" | "sainte" => "saint",
        "is" | "isl" | "isls" => "islands",
        "pop" | "peoples" => "people",
        "utd" => "united",
        "terr" => "territory",
        other => other,
    }
}
