//! The names the resolver knows, and what each of them means.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::Refusal;
use super::fold::{fold, native};
use super::inflect::Tongue;
use super::misspelling::Spellings;
use super::words::Words;
use crate::language::Language;
use crate::place::{Place, PlaceCode, PlaceKind, Places};

pub(super) const NAMES_CSV: &str = include_str!("../../../../codelists/resolver/names.csv");
const REGIONS_CSV: &str = include_str!("../../../../codelists/resolver/regions.csv");
const ALIASES_CSV: &str = include_str!("../../../../codelists/resolver/aliases.csv");
const DEMONYMS_CSV: &str = include_str!("../../../../codelists/resolver/demonyms.csv");
const REFUSALS_CSV: &str = include_str!("../../../../codelists/resolver/refusals.csv");

/// Names of so many letters keep their accents.
pub(super) const SHORT: usize = 3;

/// What a name of the lists stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A short or official name in a carried language.
    Exact(PlaceCode),
    /// Another certain name of the place.
    Alias(PlaceCode),
    /// The people of the place, or its adjective.
    Demonym(PlaceCode),
    /// A State that is no more.
    Former(PlaceCode),
    /// A name that is offered and never taken: parts of States, words with another meaning.
    Offer(PlaceCode),
    /// A name of several places; the number is that of [`Index::ambiguities`].
    Ambiguous(usize),
    /// No place.
    Refuse(Refusal),
}

impl Meaning {
    /// The one place the name stands for.
    pub(super) fn place(self) -> Option<PlaceCode> {
        match self {
            Meaning::Exact(code)
            | Meaning::Alias(code)
            | Meaning::Demonym(code)
            | Meaning::Former(code)
            | Meaning::Offer(code) => Some(code),
            Meaning::Ambiguous(_) | Meaning::Refuse(_) => None,
        }
    }
}

/// A name that two places claim, and which of the two has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Collision {
    pub(super) name: String,
    pub(super) kept: Meaning,
    pub(super) lost: Meaning,
}

/// All names, by their folded form.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) names: HashMap<String, Meaning>,
    /// Names of places by their words in alphabetical order, abbreviations written out and
    /// particles left out: inverted forms. `None` where two places share the words.
    pub(super) reordered: HashMap<String, Option<Meaning>>,
    /// Names in one language that are adjectives in another: `Indien`, `indien`.
    pub(super) also_adjectives: HashSet<String>,
    /// The places of each ambiguous name.
    pub(super) ambiguities: Vec<Vec<PlaceCode>>,
    /// Whether each ambiguous name is an adjective or a people's name.
    pub(super) shared_adjectives: Vec<bool>,
    pub(super) collisions: Vec<Collision>,
    pub(super) spellings: Spellings,
    /// Names as written that have letters beyond ASCII, for the repair of lost letters.
    pub(super) natives: Vec<String>,
    pub(super) words: Words,
}

impl Index {
    /// Reads all lists. The order is one of precedence: a name keeps its first meaning.
    pub(super) fn build(places: &Places) -> Index {
        let mut index = Index {
            names: HashMap::with_capacity(20_000),
            reordered: HashMap::with_capacity(6_000),
            also_adjectives: HashSet::new(),
            ambiguities: Vec::new(),
            shared_adjectives: Vec::new(),
            collisions: Vec::new(),
            spellings: Spellings::default(),
            natives: Vec::new(),
            words: Words::load(),
        };
        index.add_aliases(|kind| kind.starts_with("ambiguous") || kind == "offer");
        for place in places.iter() {
            index.add_place(place);
        }
        index.add_aliases(|kind| matches!(kind, "official" | "alias" | "former"));
        index.add_names();
        index.add_demonyms();
        index.add_refusals();
        for place in places
            .iter()
            .filter(|place| place.kind != PlaceKind::FormerState)
        {
            for form in derived_adjectives(place.name(Language::En)) {
                if !index.names.contains_key(&form) {
                    index
                        .spellings
                        .add_derived(&form, Meaning::Offer(place.code));
                }
            }
        }
        index
    }

    fn add_place(&mut self, place: &Place) {
        let meaning = match place.kind {
            PlaceKind::FormerState => Meaning::Former(place.code),
            PlaceKind::Organisation => Meaning::Refuse(Refusal::Region),
            // Under a code that ISO leaves to users, no name is a standard one.
            PlaceKind::UserAssigned => Meaning::Alias(place.code),
            _ => Meaning::Exact(place.code),
        };
        for language in Language::ALL {
            if let Some(name) = place.names.own(language) {
                self.add(name, meaning, true);
            }
        }
    }

    fn add_aliases(&mut self, wanted: impl Fn(&str) -> bool) {
        for [kind, code, names] in records::<3>(ALIASES_CSV) {
            if !wanted(&kind) {
                continue;
            }
            let codes: Vec<PlaceCode> = code.split(' ').map(place_code).collect();
            let meaning = match kind.as_str() {
                "official" => Meaning::Exact(codes[0]),
                "alias" => Meaning::Alias(codes[0]),
                "former" => Meaning::Former(codes[0]),
                "offer" => Meaning::Offer(codes[0]),
                _ => {
                    self.ambiguities.push(codes);
                    self.shared_adjectives.push(kind == "ambiguous_people");
                    Meaning::Ambiguous(self.ambiguities.len() - 1)
                }
            };
            for name in names.split('|') {
                self.add(name, meaning, true);
            }
        }
    }

    fn add_demonyms(&mut self) {
        for record in records::<9>(DEMONYMS_CSV) {
            let meaning = Meaning::Demonym(place_code(&record[0]));
            for (tongue, cell) in Tongue::ALL.into_iter().zip(&record[1..]) {
                for written in cell.split('|').filter(|written| !written.is_empty()) {
                    for form in tongue.forms(written) {
                        if tongue.writes_peoples_large()
                            && let Some(Meaning::Alias(code)) = self.names.get(&fold(&form))
                            && Some(*code) == meaning.place()
                        {
                            self.names.insert(fold(&form), meaning);
                        }
                        self.add(&form, meaning, true);
                    }
                }
            }
        }
    }

    fn add_names(&mut self) {
        for [code, name, locales] in records::<3>(NAMES_CSV) {
            let carried = |locale: &str| Language::parse(locale).is_ok();
            let usual = locales.split(' ').any(carried);
            self.add(&name, Meaning::Alias(place_code(&code)), usual);
        }
    }

    fn add_refusals(&mut self) {
        for [reason, _use, phrases] in records::<3>(REFUSALS_CSV) {
            let refusal = Refusal::parse(&reason).expect("a test reads the embedded reasons");
            for phrase in phrases.split('|') {
                self.add(phrase, Meaning::Refuse(refusal), true);
            }
        }
        for [_region, name, _languages] in records::<3>(REGIONS_CSV) {
            self.add(&name, Meaning::Refuse(Refusal::Region), false);
        }
    }

    /// Adds a name; `usual` marks names that the carried languages use, which a misspelling is
    /// measured against before others.
    fn add(&mut self, name: &str, meaning: Meaning, usual: bool) {
        let mut folded = fold(name);
        if folded.is_empty() {
            return;
        }
        // In a short name an accent is much of what tells it apart ("Irã", "Áo").
        if folded.len() <= SHORT && !name.is_ascii() {
            folded = native(name);
        }
        if matches!(
            meaning,
            Meaning::Exact(_) | Meaning::Alias(_) | Meaning::Former(_)
        ) {
            self.add_reordered(&folded, meaning);
        }
        match self.names.entry(folded) {
            Entry::Occupied(taken) => {
                let kept = *taken.get();
                if kept.place() != meaning.place() {
                    self.collisions.push(Collision {
                        name: taken.key().clone(),
                        kept,
                        lost: meaning,
                    });
                } else if matches!(kept, Meaning::Alias(_))
                    && matches!(meaning, Meaning::Demonym(_))
                {
                    self.also_adjectives.insert(taken.key().clone());
                }
            }
            Entry::Vacant(free) => {
                self.spellings.add(free.key(), meaning, usual);
                free.insert(meaning);
            }
        }
        if !name.is_ascii() || name.contains('\'') {
            self.natives.push(name.to_owned());
        }
    }

    fn add_reordered(&mut self, folded: &str, meaning: Meaning) {
        let Some(key) = self.words.reordered(folded) else {
            return;
        };
        match self.reordered.entry(key) {
            Entry::Vacant(free) => {
                free.insert(Some(meaning));
            }
            Entry::Occupied(mut taken) => {
                if taken
                    .get()
                    .is_some_and(|kept| kept.place() != meaning.place())
                {
                    taken.insert(None);
                }
            }
        }
    }
}

/// The adjectives that an English writer would make of a name by rule, right or wrong. They are
/// only ever offered: `Madagascarian`, `Honduranian`.
fn derived_adjectives(name: &str) -> Vec<String> {
    let base = fold(name.split(['(', ',']).next().unwrap_or_default());
    if base.len() < 4 || base.contains(' ') || !base.is_ascii() {
        return Vec::new();
    }
    let stem = base.trim_end_matches(['a', 'e', 'i', 'o', 'y', 's']);
    let mut forms = Vec::with_capacity(12);
    for start in [stem, base.trim_end_matches('s'), base.as_str()] {
        for ending in ["an", "ian", "n", "nian", "ese", "i"] {
            let form = format!("{start}{ending}");
            if form.len() > base.len() && !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
    forms
}

fn place_code(text: &str) -> PlaceCode {
    text.parse().expect("a test reads the embedded codes")
}

/// The records of an embedded list, its header left out.
pub(super) fn records<const N: usize>(text: &str) -> impl Iterator<Item = [String; N]> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader
        .records()
        .map(|row| row.expect("a test reads the embedded lists"))
        .collect();
    rows.into_iter().map(|row| {
        let mut cells = row.iter().map(str::to_owned);
        std::array::from_fn(|_| cells.next().expect("csv refuses a row of another width"))
    })
}
