//! Labels that hold more than a name: remarks, counts, several States, remainders.
//!
//! The label is cut into the longest known phrases. What was found decides: several States are
//! refused, one State with a count is refused, one State beside anything that is not understood is
//! offered, and a label without a State is refused for the reason its words give.

use std::collections::BTreeSet;

use super::fold::fold;
use super::index::{Index, Meaning};
use super::words::{Role, written_out};
use super::{Refusal, Resolution, Status};
use crate::place::{PlaceCode, Places};

/// Words in a phrase that is looked up as one.
const LONGEST_PHRASE: usize = 9;

/// A name found inside a label.
#[derive(Debug, Clone, Copy)]
struct Mention {
    meaning: Meaning,
    /// Errors between what was written and the name.
    distance: u8,
}

/// What a label was found to hold.
#[derive(Debug, Default)]
pub(super) struct Scan {
    mentions: Vec<Mention>,
    refusals: Vec<Refusal>,
    /// Reasons that count only when nothing else was found.
    weak_refusals: Vec<Refusal>,
    counted: bool,
    joined: bool,
    negated: bool,
    remainder: bool,
    former: bool,
    bracketed: bool,
    remarked: bool,
    /// Runs of words that no list holds.
    pub(super) unknown: Vec<String>,
}

/// Beginnings of words that tell why no country is named, for words that no list holds.
const TELLING_STEMS: &[(&str, Refusal)] = &[
    ("apatr", Refusal::Stateless),
    ("statel", Refusal::Stateless),
    ("apolid", Refusal::Stateless),
    ("staatenlos", Refusal::Stateless),
    ("extranj", Refusal::Other),
    ("etrang", Refusal::Other),
    ("estrang", Refusal::Other),
    ("stranier", Refusal::Other),
    ("auslan", Refusal::Other),
    ("foreign", Refusal::Other),
    ("иностран", Refusal::Other),
    ("especifiqu", Refusal::Other),
    ("precise", Refusal::Other),
    ("specify", Refusal::Other),
    ("desconoc", Refusal::Unknown),
    ("desconhec", Refusal::Unknown),
    ("inconnu", Refusal::Unknown),
    ("sconosc", Refusal::Unknown),
    ("necunosc", Refusal::Unknown),
    ("unbekann", Refusal::Unknown),
    ("unknow", Refusal::Unknown),
    ("неизвест", Refusal::Unknown),
    ("nepozna", Refusal::Unknown),
    ("ismeretl", Refusal::Unknown),
    ("indetermin", Refusal::Unknown),
    ("determin", Refusal::Unknown),
    ("identif", Refusal::Unknown),
    ("especific", Refusal::Unknown),
    ("specifi", Refusal::Unknown),
    ("unspecif", Refusal::Unknown),
    ("registr", Refusal::Unknown),
    ("record", Refusal::Unknown),
    ("inform", Refusal::Unknown),
    ("dato", Refusal::Unknown),
    ("data", Refusal::Unknown),
    ("dados", Refusal::Unknown),
    ("donnee", Refusal::Unknown),
    ("disponi", Refusal::Unknown),
    ("availab", Refusal::Unknown),
    ("declar", Refusal::Unknown),
    ("precis", Refusal::Unknown),
    ("renseign", Refusal::Unknown),
    ("missing", Refusal::Unknown),
];

impl Scan {
    /// Reads a label.
    pub(super) fn read(index: &Index, text: &str) -> Scan {
        let folded = split_numbers(&fold(text));
        let words: Vec<&str> = folded.split_ascii_whitespace().collect();
        let mut scan = Scan {
            bracketed: text.contains(['(', '[']),
            ..Scan::default()
        };
        let mut at = 0;
        let mut run: Vec<&str> = Vec::new();
        while at < words.len() {
            let (known, length) = scan.read_phrase(index, &words[at..]);
            if known {
                scan.close_run(&mut run);
            } else {
                run.push(words[at]);
            }
            at += length;
        }
        scan.close_run(&mut run);
        scan
    }

    fn close_run(&mut self, run: &mut Vec<&str>) {
        if !run.is_empty() {
            self.unknown.push(run.join(" "));
            run.clear();
        }
    }

    /// Reads the phrase at the start: whether it is known, and how many words it has.
    fn read_phrase(&mut self, index: &Index, words: &[&str]) -> (bool, usize) {
        let word = words[0];
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            let year = word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
            self.counted |= !year;
            self.remarked |= year;
            return (true, 1);
        }
        for length in (2..=LONGEST_PHRASE.min(words.len())).rev() {
            let key = words[..length].join(" ");
            let expanded = || {
                words[..length]
                    .iter()
                    .map(|w| written_out(w))
                    .collect::<Vec<_>>()
            };
            let meaning = index
                .names
                .get(&key)
                .or_else(|| index.names.get(&expanded().join(" ")));
            if let Some(meaning) = meaning {
                self.note(*meaning, 0);
                return (true, length);
            }
        }
        let meaning = index.names.get(word).copied();
        if self.read_role(index, word) {
            if let Some(Meaning::Refuse(refusal)) = meaning {
                self.weak_refusals.push(refusal);
            }
            return (true, 1);
        }
        match meaning {
            Some(meaning) if word.chars().count() > 2 || ["uk", "eu", "ue"].contains(&word) => {
                self.note(meaning, 0);
                (true, 1)
            }
            _ => (false, 1),
        }
    }

    /// Notes what a small word does; whether it is one.
    fn read_role(&mut self, index: &Index, word: &str) -> bool {
        let is = |role| index.words.is(word, role);
        if !index.words.holds(word) {
            return false;
        }
        self.joined |= is(Role::Joiner);
        self.negated |= is(Role::Negation);
        self.counted |= is(Role::Number);
        self.former |= is(Role::Former);
        self.remainder |= is(Role::Remainder) && !is(Role::Nationality);
        self.remarked |= is(Role::Person) || is(Role::Generic) || is(Role::Democratic);
        true
    }

    fn note(&mut self, meaning: Meaning, distance: u8) {
        match meaning {
            Meaning::Refuse(refusal) => self.refusals.push(refusal),
            _ => self.mentions.push(Mention { meaning, distance }),
        }
    }

    /// Whether words that no list holds should be compared letter by letter: beside a State they
    /// are mostly its towns, unless several States are listed.
    pub(super) fn wants_spelling(&self) -> bool {
        !self.unknown.is_empty() && (self.mentions.is_empty() || self.joined)
    }

    /// Whether the label is a plain sequence of words, which as a whole may be a name misspelled.
    pub(super) fn may_be_one_name(&self) -> bool {
        !self.counted && self.places().len() < 2
    }

    /// Whether the label shows the marks of a list or of a count.
    pub(super) fn is_list(&self) -> bool {
        self.joined || self.counted || self.negated || self.remainder || self.former
    }

    /// Whether there are words beside the names.
    pub(super) fn holds_more_than_names(&self) -> bool {
        self.remarked || !self.unknown.is_empty() || self.mentions.is_empty()
    }

    /// Takes a misspelled part of the label as read.
    pub(super) fn note_misspelled(&mut self, part: &str, meaning: Meaning, distance: u8) {
        self.unknown.retain(|unknown| unknown != part);
        self.note(meaning, distance);
    }

    fn places(&self) -> BTreeSet<PlaceCode> {
        self.mentions
            .iter()
            .filter_map(|mention| mention.meaning.place())
            .collect()
    }

    /// What the label stands for.
    pub(super) fn decide(&self, index: &Index, places: &Places) -> Resolution {
        let mut codes = self.places();
        drop_implied(&mut codes, places);
        let open = self.ambiguities_beside(index, &codes);
        let region = self.refusals.contains(&Refusal::Region);
        if self.negated && !codes.is_empty() {
            let reason = if region {
                Refusal::Region
            } else {
                Refusal::Other
            };
            return Resolution::refused(reason).with_note("all but the State named");
        }
        if codes.len() > 1 || (!codes.is_empty() && !open.is_empty()) || open.len() > 1 {
            let named = codes.into_iter().collect();
            return Resolution::refused(Refusal::SeveralStates).with_alternatives(named);
        }
        match codes.first() {
            Some(code) => self.decide_one(index, *code, region),
            None => self.decide_none(index, &open),
        }
    }

    fn decide_one(&self, index: &Index, code: PlaceCode, region: bool) -> Resolution {
        if self.counted {
            return Resolution::refused(Refusal::CountInLabel).with_alternatives(vec![code]);
        }
        if self.joined && self.remainder {
            return Resolution::refused(Refusal::SeveralStates).with_alternatives(vec![code]);
        }
        // "congolais (RDC)": the name settles which people is meant.
        let shared_adjective = self.mentions.iter().any(|mention| match mention.meaning {
            Meaning::Ambiguous(number) => index.shared_adjectives[number],
            _ => false,
        });
        let (settled, others): (Vec<Mention>, Vec<Mention>) = self
            .mentions
            .iter()
            .partition(|m| matches!(m.meaning, Meaning::Ambiguous(_)));
        let meanings: Vec<Meaning> = others.iter().map(|m| m.meaning).collect();
        let distance = self.mentions.iter().map(|m| m.distance).max().unwrap_or(0);
        let was_former = meanings.iter().all(|m| matches!(m, Meaning::Former(_)));
        let only_names = self.unknown.is_empty()
            && self.refusals.is_empty()
            && !self.remarked
            && !self.remainder
            && !self.negated
            && !region
            && distance == 0
            && (!self.joined || self.mentions.len() > 1)
            && (!self.former || was_former)
            && (!self.bracketed || was_former || self.mentions.len() > 1)
            && meanings.iter().all(|m| m.place() == Some(code))
            && !meanings.iter().any(|m| matches!(m, Meaning::Offer(_)));
        if !only_names {
            let mut offered = Resolution::of(Status::Suggested, code);
            if distance > 0 {
                offered.distance = Some(distance);
            }
            return offered.with_note("the label holds more than a name");
        }
        let status = if was_former {
            Status::FormerState
        } else if shared_adjective
            || (settled.is_empty() && meanings.iter().all(|m| matches!(m, Meaning::Demonym(_))))
        {
            Status::Demonym
        } else {
            Status::Alias
        };
        Resolution::of(status, code)
    }

    fn decide_none(&self, index: &Index, open: &BTreeSet<usize>) -> Resolution {
        if let Some(ambiguity) = open.first() {
            let reason = match self.counted {
                true => Refusal::CountInLabel,
                false => Refusal::Ambiguous,
            };
            let alternatives = index.ambiguities[*ambiguity].clone();
            return Resolution::refused(reason).with_alternatives(alternatives);
        }
        const PRECEDENCE: [Refusal; 7] = [
            Refusal::SeveralStates,
            Refusal::Region,
            Refusal::Stateless,
            Refusal::Other,
            Refusal::OwnNationals,
            Refusal::Unknown,
            Refusal::NotACountry,
        ];
        let mut reasons = self.refusals.clone();
        for word in self.unknown.iter().flat_map(|run| run.split(' ')) {
            let told = TELLING_STEMS
                .iter()
                .find(|(stem, _)| word.starts_with(stem));
            reasons.extend(told.map(|(_, reason)| *reason));
        }
        let first_of = |reasons: &[Refusal]| {
            PRECEDENCE
                .into_iter()
                .find(|reason| reasons.contains(reason))
        };
        let reason = match first_of(&reasons) {
            None | Some(Refusal::NotACountry) if self.remainder => Some(Refusal::Other),
            None => first_of(&self.weak_refusals),
            found => found,
        };
        Resolution::refused(reason.unwrap_or(Refusal::NotACountry))
    }

    /// The ambiguous names that the States named beside them do not settle.
    fn ambiguities_beside(&self, index: &Index, codes: &BTreeSet<PlaceCode>) -> BTreeSet<usize> {
        let ambiguous = self
            .mentions
            .iter()
            .filter_map(|mention| match mention.meaning {
                Meaning::Ambiguous(number) => Some(number),
                _ => None,
            });
        ambiguous
            .filter(|number| {
                let shared = &index.ambiguities[*number];
                self.joined || !shared.iter().any(|code| codes.contains(code))
            })
            .collect()
    }
}

/// Drops what another code implies: the State that administers a territory named, a former State
/// named beside its successor.
fn drop_implied(codes: &mut BTreeSet<PlaceCode>, places: &Places) {
    let listed: Vec<_> = codes.iter().filter_map(|code| places.get(*code)).collect();
    for place in listed {
        if let Some(state) = place.administered_by.filter(|_| codes.len() > 1) {
            codes.remove(&state);
        }
        if place
            .successors
            .iter()
            .any(|successor| codes.contains(successor))
        {
            codes.remove(&place.code);
        }
    }
}

/// Numbers written against letters are words of their own: "3maliens".
fn split_numbers(folded: &str) -> String {
    let mut split = String::with_capacity(folded.len() + 4);
    let mut after_number_at_start = false;
    let mut at_word_start = true;
    for letter in folded.chars() {
        let digit = letter.is_ascii_digit();
        if after_number_at_start && !digit && letter != ' ' {
            split.push(' ');
        }
        split.push(letter);
        after_number_at_start = digit && (at_word_start || after_number_at_start);
        at_word_start = letter == ' ';
    }
    split
}
