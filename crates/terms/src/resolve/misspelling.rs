//! The nearest name to a misspelled text.
//!
//! Distance: Damerau (1964) counted the four errors that make most misspellings, one letter wrong,
//! missing, added, or two neighbours exchanged; Levenshtein (1966) gave the distance for the first
//! three. Their union is `strsim::damerau_levenshtein` (unrestricted). The bound grows with
//! length; short words have too many neighbours to be guessed. A guess is only ever offered.

use super::index::Meaning;

/// A name within the bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Near {
    pub(super) meaning: Meaning,
    pub(super) distance: u8,
    pub(super) usual: bool,
}

#[derive(Debug)]
struct Spelling {
    text: String,
    first: char,
    length: usize,
    /// The set of its letters, as bits.
    letters: u64,
    counts: Counts,
    meaning: Meaning,
    usual: bool,
}

/// The names that a misspelling may stand for, in groups of equal length.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    by_length: Vec<Vec<Spelling>>,
}

/// The shortest name that may be meant by a misspelling.
const SHORTEST: usize = 4;

/// Longer texts are not names misspelled.
const LONGEST: usize = 60;

impl Spellings {
    pub(super) fn add(&mut self, folded: &str, meaning: Meaning, usual: bool) {
        let length = folded.chars().count();
        let Some(first) = folded.chars().next().filter(|_| bound(length) > 0) else {
            return;
        };
        if length > LONGEST {
            return;
        }
        while self.by_length.len() <= length {
            self.by_length.push(Vec::new());
        }
        self.by_length[length].push(Spelling {
            text: folded.to_owned(),
            first,
            length,
            letters: letters_of(&counts(folded)),
            counts: counts(folded),
            meaning,
            usual,
        });
    }

    /// Adds an adjective made by rule, which no list holds.
    pub(super) fn add_derived(&mut self, folded: &str, meaning: Meaning) {
        self.add(folded, meaning, false);
    }

    /// All names at the smallest distance within the bound.
    pub(super) fn nearest(&self, folded: &str) -> Vec<Near> {
        let length = folded.chars().count();
        if length == SHORTEST - 1 {
            return self.completions(folded);
        }
        let mut limit = bound(length);
        if limit == 0 || length > LONGEST {
            return Vec::new();
        }
        let counts = counts(folded);
        let letters = letters_of(&counts);
        let mut nearest: Vec<Near> = Vec::new();
        // Names of the same length first: what they leave within reach makes the rest quick.
        for apart in 0..=usize::from(limit) {
            let lengths = [
                length.checked_sub(apart),
                (apart > 0).then_some(length + apart),
            ];
            let groups = lengths
                .into_iter()
                .flatten()
                .filter_map(|l| self.by_length.get(l));
            for spelling in groups.flatten() {
                let Some(distance) = spelling.distance_within(folded, (letters, &counts), limit)
                else {
                    continue;
                };
                limit = limit.min(distance);
                nearest.push(Near {
                    meaning: spelling.meaning,
                    distance,
                    usual: spelling.usual,
                });
            }
        }
        nearest.retain(|near| near.distance <= limit);
        nearest
    }

    /// Names of four letters of which one was left out: shorter texts have no other guess.
    fn completions(&self, folded: &str) -> Vec<Near> {
        let group = self.by_length.get(SHORTEST).map_or(&[][..], Vec::as_slice);
        let lacks_one = |spelling: &&Spelling| {
            spelling.usual
                && folded.starts_with(spelling.first)
                && strsim::damerau_levenshtein(&spelling.text, folded) == 1
        };
        let near = |spelling: &Spelling| Near {
            meaning: spelling.meaning,
            distance: 1,
            usual: true,
        };
        let places = group
            .iter()
            .filter(|spelling| spelling.meaning.place().is_some());
        places.filter(lacks_one).map(near).collect()
    }
}

impl Spelling {
    fn distance_within(&self, folded: &str, held: (u64, &Counts), limit: u8) -> Option<u8> {
        // First letters are seldom wrong: a text with another first letter has spent its errors.
        let reach = if folded.starts_with(self.first) {
            limit
        } else {
            limit.min(1)
        };
        let allowed = reach.min(bound(self.length));
        let (letters, counts) = held;
        // One error changes at most two letters of the set.
        if (self.letters ^ letters).count_ones() > 2 * u32::from(allowed) {
            return None;
        }
        // It adds at most one to the letters that the one has and the other lacks.
        if lacking(&self.counts, counts).max(lacking(counts, &self.counts)) > u32::from(allowed) {
            return None;
        }
        let counted = strsim::damerau_levenshtein(&self.text, folded);
        let distance = u8::try_from(counted).ok()?;
        (distance <= allowed).then_some(distance)
    }
}

/// How many errors a text of a length may have.
fn bound(length: usize) -> u8 {
    match length {
        0..=3 => 0,
        4..=6 => 1,
        7..=9 => 2,
        _ => 3,
    }
}

/// How often each letter stands in a text; letters of other scripts share places.
type Counts = [u8; 64];

fn counts(folded: &str) -> Counts {
    let mut counts = [0; 64];
    for letter in folded.chars() {
        let place = match u8::try_from(letter) {
            Ok(byte @ b'a'..=b'z') => usize::from(byte - b'a'),
            _ => 26 + letter as usize % 38,
        };
        counts[place] += 1;
    }
    counts
}

fn letters_of(counts: &Counts) -> u64 {
    let with_bits = counts.iter().enumerate();
    with_bits.fold(0, |set, (bit, count)| set | (u64::from(*count > 0) << bit))
}

/// How many letters of the first text the second lacks.
fn lacking(first: &Counts, second: &Counts) -> u32 {
    let pairs = first.iter().zip(second);
    pairs
        .map(|(first, second)| u32::from(first.saturating_sub(*second)))
        .sum()
}
