//! From a messy label to the code of a place.
//!
//! National reporters write countries as they please: names in their own language, adjectives,
//! abbreviations, old names, remarks, counts, several States in one cell, in files that have lost
//! letters. [`Resolver::resolve`] answers with a code only when one State alone can be meant, and
//! says how sure it is by its [`Status`]; otherwise it says why not by a [`Refusal`].
//!
//! # Method
//!
//! 1. *Codes*: ISO 3166-1 alpha-2 and alpha-3 in capital letters, M49 numbers of three digits. A
//!    code that is also a word of a language carried here (`NO`, `NA`) is not read as a code.
//! 2. *Names*: the label and the lists are folded (case, accents, width, punctuation; see `fold`)
//!    and compared whole; then without its article, with its words in another order and
//!    abbreviations written out ("Korea, Rep. of"), without words for nationality, and without
//!    words for a form of State where that leaves one State only.
//! 3. *Damage*: text decoded with the wrong table is decoded again; a lost letter stands for any
//!    letter that files lose (those beyond ASCII), word by word, and is accepted when one place
//!    alone is left.
//! 4. *Remarks*: the label is cut into its longest known phrases (see `remark`).
//! 5. *Misspellings*: the nearest name by the distance of Damerau (1964, "A technique for computer
//!    detection and correction of spelling errors") and Levenshtein (1966, "Binary codes capable
//!    of correcting deletions, insertions, and reversals") within a bound that grows with length.
//!    Always [`Status::Suggested`]; two places equally near are refused as ambiguous.
//!
//! # Limits
//!
//! Declension is not analysed: Slavic, Baltic and Finnic case forms are near the nominative and
//! are offered as misspellings. Names are known in some forty languages, adjectives in seven.
//! Towns are not known. An English adjective that nobody uses, made by rule, is offered. The use
//! of a name says nothing on the legal status of a place.

mod fold;
mod index;
mod inflect;
mod misspelling;
mod remark;
mod repair;
mod words;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::OnceLock;

use self::fold::{fold, native};
use self::index::{Index, Meaning};
use self::misspelling::Near;
use self::remark::Scan;
use self::words::Role;
use crate::place::{PlaceCode, PlaceKind, Places};

/// How a label was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// A short or official name in a carried language, case and accents aside; or a code.
    Exact,
    /// Another certain writing: common, former, abbreviated or foreign name, damage undone.
    Alias,
    /// The adjective or the people's name.
    Demonym,
    /// Offered to a person who decides: a misspelling, or a State's name among other words.
    Suggested,
    /// A State that is no more; no successor is chosen.
    FormerState,
    /// No code can be given honestly; the [`Refusal`] says why.
    Refused,
}

impl Status {
    /// The status as it is written in files and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Exact => "exact",
            Status::Alias => "alias",
            Status::Demonym => "demonym",
            Status::Suggested => "suggested",
            Status::FormerState => "former_state",
            Status::Refused => "refused",
        }
    }

    /// Whether the code may be used without asking anybody.
    pub const fn is_certain(self) -> bool {
        !matches!(self, Status::Suggested | Status::Refused)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Why a label has no code. The list is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// A region, a group of States, or the remainder of one.
    Region,
    /// More than one State is named.
    SeveralStates,
    /// One State is named with a number of persons.
    CountInLabel,
    /// Citizens of the reporting country, which the label does not name.
    OwnNationals,
    /// Citizenship not known, not recorded, not stated.
    Unknown,
    /// A people, a heading, a total, a number, or words that name no country.
    NotACountry,
    /// A name or adjective of several States, or a misspelling equally near to several.
    Ambiguous,
    /// No State considers the person its national.
    Stateless,
    /// Other countries or foreigners, none named.
    Other,
}

impl Refusal {
    /// All reasons.
    pub const ALL: [Refusal; 9] = [
        Refusal::Region,
        Refusal::SeveralStates,
        Refusal::CountInLabel,
        Refusal::OwnNationals,
        Refusal::Unknown,
        Refusal::NotACountry,
        Refusal::Ambiguous,
        Refusal::Stateless,
        Refusal::Other,
    ];

    /// The reason as it is written in files and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Refusal::Region => "region",
            Refusal::SeveralStates => "several_states",
            Refusal::CountInLabel => "count_in_label",
            Refusal::OwnNationals => "own_nationals",
            Refusal::Unknown => "unknown",
            Refusal::NotACountry => "not_a_country",
            Refusal::Ambiguous => "ambiguous",
            Refusal::Stateless => "stateless",
            Refusal::Other => "other",
        }
    }

    fn parse(text: &str) -> Option<Refusal> {
        Refusal::ALL
            .into_iter()
            .find(|refusal| refusal.as_str() == text)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The answer to one label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// How the label was understood.
    pub status: Status,
    /// The place; `None` exactly when refused.
    pub code: Option<PlaceCode>,
    /// Why there is no code; `None` unless refused.
    pub reason: Option<Refusal>,
    /// What a reader should know, in English: successors, damage undone.
    pub note: Option<String>,
    /// For a misspelling: errors between the label and the name, in letters.
    pub distance: Option<u8>,
    /// Other places that the label names or may mean, in the order of their codes.
    pub alternatives: Vec<PlaceCode>,
}

impl Resolution {
    fn of(status: Status, code: PlaceCode) -> Resolution {
        let (code, reason) = (Some(code), None);
        Resolution {
            status,
            code,
            reason,
            note: None,
            distance: None,
            alternatives: Vec::new(),
        }
    }

    fn refused(reason: Refusal) -> Resolution {
        Resolution {
            status: Status::Refused,
            code: None,
            reason: Some(reason),
            note: None,
            distance: None,
            alternatives: Vec::new(),
        }
    }

    fn with_note(mut self, note: impl Into<String>) -> Resolution {
        self.note = Some(note.into());
        self
    }

    fn with_alternatives(mut self, alternatives: Vec<PlaceCode>) -> Resolution {
        self.alternatives = alternatives;
        self
    }
}

/// One form for all writings of the same label, as names are compared here: lower case, no accents
/// on letters, words of letters and digits separated by one blank, `&` read as "and".
#[must_use]
pub fn folded(label: &str) -> String {
    fold(label)
}

/// Reads labels; see the module's description.
#[derive(Debug)]
pub struct Resolver {
    index: Index,
    places: &'static Places,
    /// Words with letters beyond ASCII, and all words: what damaged words may have been.
    lossy_words: OnceLock<[Vec<Vec<char>>; 2]>,
}

/// Texts longer than this are no labels.
const LONGEST_LABEL: usize = 400;

/// A word cut short keeps at least so many letters.
const SHORTEST_CUT: usize = 3;

/// States whose name with another form of State is another State: the word cannot be left out.
const FORM_OF_STATE_MATTERS: [&str; 14] = [
    "CHN", "COD", "COG", "DEU", "DMA", "DOM", "FSM", "GIN", "KOR", "PRK", "SRB", "VNM", "WSM",
    "YEM",
];

impl Resolver {
    /// The resolver over the embedded lists, built once.
    pub fn standard() -> &'static Resolver {
        static STANDARD: OnceLock<Resolver> = OnceLock::new();
        STANDARD.get_or_init(Resolver::build)
    }

    fn build() -> Resolver {
        let places = Places::standard();
        let index = Index::build(places);
        Resolver {
            index,
            places,
            lossy_words: OnceLock::new(),
        }
    }

    /// The place that a label stands for. Never fails: what cannot be read is refused.
    pub fn resolve(&self, text: &str) -> Resolution {
        let text = text
            .trim()
            .trim_matches(['\u{feff}', '"', '\'', '«', '»', '“', '”'])
            .trim();
        let mut answer = self.read(text);
        if let Some(place) = answer.code.and_then(|code| self.places.get(code))
            && place.kind == PlaceKind::FormerState
        {
            let successors: Vec<_> = place.successors.iter().map(|code| code.as_str()).collect();
            answer.note = Some(format!(
                "no longer a State; successors: {}",
                successors.join(" ")
            ));
            answer.alternatives.clone_from(&place.successors);
        }
        answer
    }

    /// Whether the text, folded, is a name of the lists as it stands.
    pub fn lists(&self, text: &str) -> bool {
        self.index.names.contains_key(&fold(text))
    }

    fn read(&self, text: &str) -> Resolution {
        if text.len() > LONGEST_LABEL {
            return Resolution::refused(Refusal::NotACountry).with_note("too long for a label");
        }
        if let Some(answer) = self.read_code(text).or_else(|| read_figure(text)) {
            return answer;
        }
        // A mark of doubt or of loss is not punctuation.
        let marked = text.contains(['?', '¿', repair::LOST]);
        if let Some(meaning) = self.certain(text).filter(|_| !marked) {
            return self.answer(meaning);
        }
        let repaired = repair::repairs(text);
        for whole in &repaired {
            if let Some(meaning) = self.certain(whole) {
                return self
                    .answer(demoted(meaning))
                    .with_note("wrong decoding undone");
            }
        }
        let text = repaired.first().map_or(text, String::as_str);
        if let Some(answer) = self.read_doubted(text, &['?', '¿']) {
            return answer;
        }
        if let Some(marked) = repair::mark_losses(text)
            && let Some(answer) = self.read_damaged(&marked)
        {
            return answer;
        }
        if let Some(answer) = self.read_doubted(text, &['?', '¿', '!', '*', repair::LOST]) {
            return answer;
        }
        self.read_remarks(text)
    }

    /// A certain name between marks of doubt: offered.
    fn read_doubted(&self, text: &str, marks: &[char]) -> Option<Resolution> {
        let beside = |letter: char| marks.contains(&letter) || " ()".contains(letter);
        let name = text.trim_matches(beside);
        let doubted = text.contains(marks) && !name.contains(marks);
        let code = self
            .certain(name)
            .filter(|_| doubted)
            .and_then(Meaning::place)?;
        Some(Resolution::of(Status::Suggested, code).with_note("marked as doubtful"))
    }

    /// A code in capital letters, or an M49 number.
    fn read_code(&self, text: &str) -> Option<Resolution> {
        let bytes = text.as_bytes();
        if bytes.len() == 3 && bytes.iter().all(u8::is_ascii_digit) {
            let number: u16 = text.parse().ok()?;
            return self
                .places
                .get_by_m49(number)
                .map(|place| self.answer_place(place.code, Status::Exact))
                .or_else(|| {
                    self.is_region(number)
                        .then(|| Resolution::refused(Refusal::Region))
                });
        }
        if !(2..=3).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_uppercase) {
            return None;
        }
        let word = text.to_ascii_lowercase();
        let listed = self
            .index
            .names
            .get(&word)
            .and_then(|meaning| meaning.place());
        let code = match bytes.len() {
            2 => self.places.get_by_alpha2(text)?.code,
            _ => text.parse().ok()?,
        };
        let is_word = self.index.names.contains_key(&word) && listed != Some(code);
        if is_word || self.index.words.holds(&word) {
            return None;
        }
        if let Some(renamed) = self.places.renamed(code) {
            return Some(self.answer_place(renamed.current, Status::Alias));
        }
        self.places
            .get(code)
            .map(|place| self.answer_place(place.code, Status::Exact))
    }

    fn is_region(&self, number: u16) -> bool {
        number == 1
            || self.places.iter().any(|place| {
                [place.region, place.subregion, place.intermediate]
                    .iter()
                    .any(|region| region.is_some_and(|code| code.0 == number))
            })
    }

    fn answer_place(&self, code: PlaceCode, status: Status) -> Resolution {
        match self.places.get(code).map(|place| place.kind) {
            Some(PlaceKind::FormerState) => Resolution::of(Status::FormerState, code),
            Some(PlaceKind::Organisation) => Resolution::refused(Refusal::Region),
            _ => Resolution::of(status, code),
        }
    }

    fn answer(&self, meaning: Meaning) -> Resolution {
        match meaning {
            Meaning::Exact(code) => Resolution::of(Status::Exact, code),
            Meaning::Alias(code) => Resolution::of(Status::Alias, code),
            Meaning::Demonym(code) => Resolution::of(Status::Demonym, code),
            Meaning::Former(code) => Resolution::of(Status::FormerState, code),
            Meaning::Offer(code) => Resolution::of(Status::Suggested, code),
            Meaning::Refuse(reason) => Resolution::refused(reason),
            Meaning::Ambiguous(number) => Resolution::refused(Refusal::Ambiguous)
                .with_alternatives(self.index.ambiguities[number].clone()),
        }
    }

    /// What the whole label certainly means, if it is a name.
    fn certain(&self, text: &str) -> Option<Meaning> {
        let meaning = self.certain_folded(text)?;
        // A list of States is not one State, though its words may be those of another's name.
        let parts: Vec<&str> = text.split([',', ';', '/', '|', '+', '\n']).collect();
        if parts.len() > 1
            && let Some(whole) = meaning.place()
        {
            let named: Option<BTreeSet<PlaceCode>> =
                parts.iter().map(|part| self.plain_name(part)).collect();
            if named.is_some_and(|codes| codes.len() > 1 && !codes.contains(&whole)) {
                return Some(Meaning::Refuse(Refusal::SeveralStates));
            }
        }
        Some(meaning)
    }

    fn plain_name(&self, text: &str) -> Option<PlaceCode> {
        match self.index.names.get(&fold(text))? {
            Meaning::Exact(code) | Meaning::Alias(code) => Some(*code),
            _ => None,
        }
    }

    fn certain_folded(&self, text: &str) -> Option<Meaning> {
        let folded = &fold(text);
        if folded.len() <= index::SHORT
            && let Some(meaning) = self.index.names.get(&native(text))
        {
            return Some(*meaning);
        }
        if let Some(meaning) = self.index.names.get(folded) {
            return Some(match meaning {
                // Languages that write peoples' names small write States' names large.
                Meaning::Alias(code)
                    if !text.contains(char::is_uppercase)
                        && self.index.also_adjectives.contains(folded) =>
                {
                    Meaning::Demonym(*code)
                }
                Meaning::Exact(_) if text.contains('&') => demoted(*meaning),
                meaning => *meaning,
            });
        }
        if let Some(key) = self.index.words.reordered(folded)
            && !self.joins_names(folded)
            && let Some(Some(meaning)) = self.index.reordered.get(&key)
        {
            return Some(demoted(*meaning));
        }
        let mut rest = folded.as_str();
        while let Some((first, tail)) = rest.split_once(' ') {
            if !self.index.words.is(first, Role::Article) {
                break;
            }
            if let Some(meaning) = self.index.names.get(tail) {
                return Some(demoted(*meaning));
            }
            rest = tail;
        }
        let words: Vec<&str> = folded.split(' ').collect();
        let start = words
            .iter()
            .position(|word| !self.index.words.is(word, Role::Former));
        let end = words
            .iter()
            .rposition(|word| !self.index.words.is(word, Role::Former));
        if let (Some(start), Some(end)) = (start, end)
            && let Some(Meaning::Former(code)) = self.index.names.get(&words[start..=end].join(" "))
        {
            return Some(Meaning::Former(*code));
        }
        // What stands in brackets is a remark, not a part of the name.
        if text.contains(['(', '[']) {
            return None;
        }
        self.without_nationality(folded)
            .or_else(|| self.without_form_of_state(folded))
            .or_else(|| self.abbreviated(text))
    }

    /// "Congo and DRC": a conjunction between two names, which is no part of a name.
    fn joins_names(&self, folded: &str) -> bool {
        let words: Vec<&str> = folded.split(' ').collect();
        let is_joiner = |word: &&str| self.index.words.is(word, Role::Joiner);
        words.iter().any(is_joiner)
            && words
                .split(is_joiner)
                .all(|part| self.index.names.contains_key(&part.join(" ")))
    }

    /// "Nigerian nationals", "citizens of Nigeria": the words for nationality add nothing.
    fn without_nationality(&self, folded: &str) -> Option<Meaning> {
        let words: Vec<&str> = folded.split(' ').collect();
        let mut kept = Vec::with_capacity(words.len());
        for (at, word) in words.iter().enumerate() {
            let possessive = words.get(at + 1) == Some(&"s");
            if possessive || !self.index.words.is(word, Role::Nationality) {
                kept.push(*word);
            }
        }
        if kept.len() == words.len() {
            return None;
        }
        let is_stop = |word: &&str| self.index.words.is_any(word, &[Role::Stop, Role::Article]);
        let start = kept.iter().position(|word| !is_stop(word))?;
        let end = kept.iter().rposition(|word| !is_stop(word))? + 1;
        match self.index.names.get(&kept[start..end].join(" "))? {
            Meaning::Refuse(_) => None,
            meaning => Some(demoted(*meaning)),
        }
    }

    /// "Republic of Niger", "Togolese Republic": the form of State adds nothing to most names.
    fn without_form_of_state(&self, folded: &str) -> Option<Meaning> {
        let words: Vec<&str> = folded.split(' ').collect();
        let is_form = |word: &&&str| self.index.words.is(word, Role::Generic);
        // After the name, "state" is a part of a State: "Niger State" is in Nigeria.
        let of_part = words
            .last()
            .is_some_and(|word| ["state", "estado"].contains(word));
        if of_part || !words.iter().any(|word| is_form(&word)) {
            return None;
        }
        let kept: Vec<&str> = words
            .iter()
            .filter(|word| !is_form(word) && !self.index.words.is(word, Role::Stop))
            .copied()
            .collect();
        match self.index.names.get(&kept.join(" "))? {
            Meaning::Exact(code) | Meaning::Alias(code) | Meaning::Demonym(code)
                if !FORM_OF_STATE_MATTERS.contains(&code.as_str()) =>
            {
                Some(Meaning::Alias(*code))
            }
            _ => None,
        }
    }

    /// "Equat. Guinea": words cut short with a point, when one place alone has such a name.
    fn abbreviated(&self, text: &str) -> Option<Meaning> {
        let pieces: Vec<&str> = text.split([' ', '-', '&', ',']).collect();
        let is_cut = |piece: &&str| piece.ends_with('.') && piece.chars().count() > SHORTEST_CUT;
        if !text.contains('.') || pieces.len() < 2 || !pieces.iter().any(is_cut) {
            return None;
        }
        let is_stop = |word: &str| self.index.words.is(word, Role::Stop);
        let words: Vec<(String, bool)> = pieces
            .iter()
            .map(|piece| (fold(piece), is_cut(piece)))
            .filter(|(word, _)| !word.is_empty() && !is_stop(word))
            .collect();
        let fits = |name: &str| {
            let mut names = name.split(' ').filter(|word| !is_stop(word));
            let all = words.iter().all(|(word, cut)| {
                let named = names.next();
                named.is_some_and(|named| named == word || (*cut && named.starts_with(word)))
            });
            all && names.next().is_none()
        };
        let found = self.index.names.iter().filter(|(name, _)| fits(name));
        let meanings: Vec<Meaning> = found.map(|(_, meaning)| *meaning).collect();
        let codes: Option<BTreeSet<PlaceCode>> = meanings.iter().map(|m| m.place()).collect();
        let code = codes.filter(|codes| codes.len() == 1)?.pop_first()?;
        let adjective = meanings
            .iter()
            .all(|meaning| matches!(meaning, Meaning::Demonym(_)));
        let plain = meanings.iter().all(|meaning| {
            matches!(
                meaning,
                Meaning::Exact(_) | Meaning::Alias(_) | Meaning::Demonym(_)
            )
        });
        match adjective {
            true => Some(Meaning::Demonym(code)),
            false => plain.then_some(Meaning::Alias(code)),
        }
    }

    /// A label with lost letters: each damaged word is taken for the known words that fit, and the
    /// label is accepted when all ways to read it give the same answer.
    fn read_damaged(&self, marked: &str) -> Option<Resolution> {
        for plain in [false, true] {
            let answers: Vec<Meaning> = self
                .readings(marked, plain)
                .iter()
                .filter_map(|text| self.certain(text))
                .collect();
            let codes: BTreeSet<PlaceCode> = answers.iter().filter_map(|m| m.place()).collect();
            match (codes.len(), answers.first()) {
                (_, None) => {}
                (0, Some(meaning)) => return Some(self.answer(*meaning)),
                (1, Some(_)) => {
                    let certain = answers.iter().find(|m| m.place().is_some())?;
                    return Some(
                        self.answer(demoted(*certain))
                            .with_note("lost letters restored"),
                    );
                }
                _ => {
                    let codes = codes.into_iter().collect();
                    return Some(Resolution::refused(Refusal::Ambiguous).with_alternatives(codes));
                }
            }
        }
        let readings = self.readings(marked, false);
        readings.first().map(|text| self.read_remarks(text))
    }

    /// The texts that a damaged one may have been, at most 64.
    fn readings(&self, marked: &str, plain: bool) -> Vec<String> {
        let mut texts = vec![String::new()];
        for piece in repair::split_words(marked) {
            let options = if piece.contains(repair::LOST) {
                self.whole_words(piece, plain)
            } else {
                vec![piece.to_owned()]
            };
            texts = texts
                .iter()
                .flat_map(|start| options.iter().map(move |word| format!("{start}{word}")))
                .take(64)
                .collect();
        }
        texts
    }

    fn whole_words(&self, damaged: &str, plain: bool) -> Vec<String> {
        let damaged: Vec<char> = damaged.chars().collect();
        if damaged
            .iter()
            .filter(|letter| **letter != repair::LOST)
            .count()
            < 2
        {
            return Vec::new();
        }
        let words = &self.lossy_words()[usize::from(plain)];
        words
            .iter()
            .filter(|word| word.len() <= damaged.len() && repair::may_be(&damaged, word, plain))
            .map(|word| word.iter().collect())
            .collect()
    }

    fn lossy_words(&self) -> &[Vec<Vec<char>>; 2] {
        self.lossy_words.get_or_init(|| {
            let words_of = |text: &str| -> Vec<String> {
                repair::split_words(&native(text))
                    .into_iter()
                    .map(str::to_owned)
                    .collect()
            };
            let lossy: BTreeSet<String> = self
                .index
                .natives
                .iter()
                .flat_map(|name| words_of(name))
                .filter(|word| !word.is_ascii() || word.contains('\''))
                .collect();
            let all: BTreeSet<String> = self
                .index
                .names
                .iter()
                .filter(|(_, meaning)| meaning.place().is_some())
                .flat_map(|(name, _)| words_of(name))
                .collect();
            [lossy, all].map(|words| words.iter().map(|word| word.chars().collect()).collect())
        })
    }

    /// A label that is no name as it stands: remarks and misspellings.
    fn read_remarks(&self, text: &str) -> Resolution {
        if let Some(code) = self.within_state(text) {
            return Resolution::of(Status::Suggested, code).with_note("a place within the State");
        }
        let mut scan = Scan::read(&self.index, text);
        if !scan.unknown.is_empty() && scan.may_be_one_name() {
            let folded = fold(text);
            if let Some(answer) = self.judge(&self.index.spellings.nearest(&folded)) {
                return answer;
            }
        }
        if scan.wants_spelling() {
            for part in scan.unknown.clone().iter().take(3) {
                self.spell_part(part, &mut scan);
            }
        }
        scan.decide(&self.index, self.places)
    }

    /// "New Mexico, USA": a name after a comma, and before it words that are no State's name.
    fn within_state(&self, text: &str) -> Option<PlaceCode> {
        let (part, state) = text.rsplit_once(',')?;
        let state = self.plain_name(state)?;
        let listed = part.contains([',', ';', '/', '&', '(']) || self.certain(part).is_some();
        let scan = Scan::read(&self.index, part);
        (!listed && !scan.is_list() && scan.holds_more_than_names()).then_some(state)
    }

    /// Looks for one misspelled name in words that no list holds.
    fn spell_part(&self, part: &str, scan: &mut Scan) {
        for candidate in std::iter::once(part).chain(part.split(' ').take(3)) {
            if candidate.chars().count() < 5 {
                continue;
            }
            let nearest = self.index.spellings.nearest(candidate);
            let usual: Vec<Near> = nearest.into_iter().filter(|near| near.usual).collect();
            let codes: BTreeSet<_> = usual
                .iter()
                .filter_map(|near| near.meaning.place())
                .collect();
            if let [near, ..] = usual.as_slice()
                && codes.len() < 2
            {
                let named = usual.iter().find(|near| near.meaning.place().is_some());
                let near = named.unwrap_or(near);
                return scan.note_misspelled(part, near.meaning, near.distance.max(1));
            }
        }
    }

    /// The answer that the nearest names give together.
    fn judge(&self, nearest: &[Near]) -> Option<Resolution> {
        let codes_of = |usual: bool| -> BTreeSet<PlaceCode> {
            let of_kind = nearest.iter().filter(|near| near.usual == usual);
            of_kind
                .flat_map(|near| match near.meaning {
                    Meaning::Ambiguous(number) => self.index.ambiguities[number].clone(),
                    meaning => meaning.place().into_iter().collect(),
                })
                .collect()
        };
        let distance = nearest.first()?.distance;
        let (usual, rare) = (codes_of(true), codes_of(false));
        let refused = nearest.iter().find_map(|near| match near.meaning {
            Meaning::Refuse(reason) if near.usual => Some(reason),
            _ => None,
        });
        if usual.is_empty()
            && let Some(reason) = refused
        {
            return Some(Resolution::refused(reason));
        }
        let codes = if usual.is_empty() { &rare } else { &usual };
        let mut codes_iter = codes.iter();
        match (codes_iter.next(), codes_iter.next()) {
            (Some(code), None) => {
                let mut offered = Resolution::of(Status::Suggested, *code);
                offered.distance = Some(distance);
                offered.alternatives = rare
                    .iter()
                    .filter(|other| *other != code)
                    .copied()
                    .collect();
                Some(offered.with_note("nearest name"))
            }
            (Some(_), Some(_)) => {
                let alternatives = codes.iter().copied().collect();
                let refused = Resolution::refused(Refusal::Ambiguous);
                Some(
                    refused
                        .with_alternatives(alternatives)
                        .with_note("equally near"),
                )
            }
            (None, _) => refused.map(Resolution::refused),
        }
    }
}

/// A name that needed work to be found is no longer an exact one.
fn demoted(meaning: Meaning) -> Meaning {
    match meaning {
        Meaning::Exact(code) => Meaning::Alias(code),
        other => other,
    }
}

/// Labels without a letter: nothing, signs, numbers.
fn read_figure(text: &str) -> Option<Resolution> {
    if text.chars().any(char::is_alphabetic) {
        return None;
    }
    let reason = match text.chars().any(char::is_numeric) {
        true => Refusal::NotACountry,
        false => Refusal::Unknown,
    };
    Some(Resolution::refused(reason))
}

#[cfg(test)]
mod tests;
