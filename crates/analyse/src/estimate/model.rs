//! Hierarchical log-linear models and their names.
//!
//! A term is a set of lists, written as the code of a history; the model holds the intercept
//! (code 0), every single list, and the interactions, with each interaction all interactions
//! within it. `[12,3]` names the model by its largest terms, lists counted from 1.

use std::fmt;

use super::table::{LISTS_MAX, pairs};

/// A hierarchical model with all main effects.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Model {
    lists: usize,
    terms: Vec<usize>,
}

/// A model's name that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("model-name: found `{found}`, allowed {allowed}")]
pub struct ModelError {
    /// The text.
    pub found: String,
    /// What may stand there.
    pub allowed: String,
}

impl Model {
    /// The model of independent lists.
    #[must_use]
    pub fn main_effects(lists: usize) -> Self {
        Self::with_interactions(lists, &[])
    }

    /// The model with these interactions (codes) and everything within them.
    #[must_use]
    pub fn with_interactions(lists: usize, interactions: &[usize]) -> Self {
        let within = |code: usize| interactions.iter().any(|term| term & code == code);
        let mut terms: Vec<usize> = (0..1_usize << lists)
            .filter(|code| code.count_ones() <= 1 || within(*code))
            .collect();
        terms.sort_by_key(|code| (code.count_ones(), *code));
        Self { lists, terms }
    }

    /// The model with every pair of lists.
    #[must_use]
    pub fn all_pairs(lists: usize) -> Self {
        let codes: Vec<usize> = pairs(lists).iter().map(|(i, j)| 1 << i | 1 << j).collect();
        Self::with_interactions(lists, &codes)
    }

    /// Reads a name such as `[12,3]`. Lists that are not named are in as main effects.
    ///
    /// # Errors
    /// [`ModelError`] for anything but digits of lists in brackets.
    pub fn parse(name: &str, lists: usize) -> Result<Self, ModelError> {
        let wrong = || ModelError {
            found: name.to_owned(),
            allowed: format!("terms such as [12,3] over the lists 1 to {lists}"),
        };
        let inside = name.trim().strip_prefix('[');
        let inside = inside.and_then(|text| text.strip_suffix(']'));
        let inside = inside.ok_or_else(wrong)?;
        let mut interactions = Vec::new();
        for term in inside.split(',').map(str::trim) {
            if term.is_empty() {
                return Err(wrong());
            }
            let mut code = 0;
            for digit in term.chars() {
                let list = digit.to_digit(10).and_then(|d| usize::try_from(d).ok());
                let list = list.filter(|list| (1..=lists.min(LISTS_MAX)).contains(list));
                let bit = 1 << (list.ok_or_else(wrong)? - 1);
                if code & bit != 0 {
                    return Err(wrong());
                }
                code |= bit;
            }
            interactions.push(code);
        }
        Ok(Self::with_interactions(lists, &interactions))
    }

    /// Number of lists.
    #[must_use]
    pub fn lists(&self) -> usize {
        self.lists
    }

    /// All terms as codes, the intercept (0) first, by size and then by code.
    #[must_use]
    pub fn terms(&self) -> &[usize] {
        &self.terms
    }

    /// The same model after the lists have moved: list `j` here is list `places[j]` there.
    #[must_use]
    pub fn moved(&self, places: &[usize]) -> Self {
        let moved: Vec<usize> = self.terms.iter().map(|t| move_code(*t, places)).collect();
        Self::with_interactions(self.lists, &moved)
    }
}

/// The code of the same history after the lists have moved: list `j` is now list `places[j]`.
#[must_use]
pub fn move_code(code: usize, places: &[usize]) -> usize {
    let bits = places.iter().enumerate();
    bits.filter(|(list, _)| code & 1 << list != 0)
        .map(|(_, place)| 1 << place)
        .sum()
}

/// The digits of a term, such as `12`.
#[must_use]
pub fn term_name(code: usize) -> String {
    (0..LISTS_MAX)
        .filter(|list| code & 1 << list != 0)
        .map(|list| (list + 1).to_string())
        .collect()
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let within = |code: usize| {
            let mut terms = self.terms.iter();
            terms.any(|term| *term != code && term & code == code)
        };
        let maximal = self.terms.iter().copied();
        let mut names: Vec<String> = maximal
            .filter(|code| *code != 0 && !within(*code))
            .map(term_name)
            .collect();
        names.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        write!(f, "[{}]", names.join(","))
    }
}
