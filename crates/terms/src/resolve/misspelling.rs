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
    letters: Vec<char>,
    signature: u32,
    meaning: Meaning,
    usual: bool,
}

/// The names that a misspelling may stand for, in groups of equal length.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    by_length: Vec<Vec<Spelling>>,
}

/// Longer texts are not names misspelled.
const LONGEST: usize = 60;

impl Spellings {
    pub(super) fn add(&mut self, folded: &str, meaning: Meaning, usual: bool) {
        let letters: Vec<char> = folded.chars().collect();
        if bound(letters.len()) == 0 || letters.len() > LONGEST {
            return;
        }
        while self.by_length.len() <= letters.len() {
            self.by_length.push(Vec::new());
        }
        let signature = signature(&letters);
        let group = &mut self.by_length[letters.len()];
        group.push(Spelling {
            letters,
            signature,
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
        let letters: Vec<char> = folded.chars().collect();
        let mut limit = bound(letters.len());
        if limit == 0 || letters.len() > LONGEST {
            return Vec::new();
        }
        let signature = signature(&letters);
        let mut nearest: Vec<Near> = Vec::new();
        let shortest = letters.len() - usize::from(limit);
        let longest = letters.len() + usize::from(limit);
        for group in self.by_length.iter().take(longest + 1).skip(shortest) {
            for spelling in group {
                let Some(distance) = distance_within(spelling, &letters, signature, limit) else {
                    continue;
                };
                if distance < limit {
                    nearest.retain(|near| near.distance <= distance);
                    limit = distance;
                }
                let Spelling { meaning, usual, .. } = *spelling;
                nearest.push(Near {
                    meaning,
                    distance,
                    usual,
                });
            }
        }
        nearest.retain(|near| near.distance <= limit);
        nearest
    }
}

fn distance_within(spelling: &Spelling, letters: &[char], signature: u32, limit: u8) -> Option<u8> {
    // One error changes at most two letters of the set; more than that cannot be within reach.
    if (spelling.signature ^ signature).count_ones() > 2 * u32::from(limit) {
        return None;
    }
    let same_start = spelling.letters[0] == letters[0];
    let allowed = limit.min(bound(spelling.letters.len().min(letters.len())));
    // First letters are seldom wrong: a text with another first letter has spent its errors.
    let allowed = if same_start { allowed } else { allowed.min(1) };
    if spelling.letters.len().abs_diff(letters.len()) > usize::from(allowed) {
        return None;
    }
    if (spelling.signature ^ signature).count_ones() > 2 * u32::from(allowed) {
        return None;
    }
    let counted = strsim::generic_damerau_levenshtein(&spelling.letters, letters);
    let distance = u8::try_from(counted).ok()?;
    (distance <= allowed).then_some(distance)
}

/// How many errors a text of a length may have.
fn bound(length: usize) -> u8 {
    match length {
        0..=3 => 0,
        4..=6 => 1,
        7..=11 => 2,
        _ => 3,
    }
}

/// The set of letters as bits, other scripts spread over the bits that remain.
fn signature(letters: &[char]) -> u32 {
    letters.iter().fold(0, |set, letter| {
        let bit = match letter {
            'a'..='z' => u32::from(*letter) - u32::from('a'),
            other => 26 + u32::from(*other) % 6,
        };
        set | (1 << bit)
    })
}
