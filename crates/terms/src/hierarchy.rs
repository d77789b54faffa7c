//! How the codes of a dimension add up.

use std::collections::{HashMap, HashSet};

/// How the codes of one dimension add up: which code is the total of which others.
///
/// A code may be the total of parts that are totals themselves. A code that is nobody's part and
/// nobody's total stands for itself: no sum runs over it, as over the years of a table without a
/// total of years.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hierarchy {
    sums: Vec<(String, Vec<String>)>,
}

/// Why a hierarchy cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HierarchyError {
    /// A total has no parts.
    #[error("“{0}” is a total without parts")]
    NoParts(String),
    /// Two sums have the same total.
    #[error("“{0}” is named as a total twice")]
    TotalTwice(String),
    /// A code is a part of two totals, or twice of one.
    #[error("“{0}” is a part of two totals")]
    PartTwice(String),
    /// A total is, by a way, a part of itself.
    #[error("“{0}” is a part of itself")]
    Circle(String),
}

impl Hierarchy {
    /// Codes that do not add up.
    #[must_use]
    pub const fn none() -> Self {
        Self { sums: Vec::new() }
    }

    /// One total and its parts.
    ///
    /// # Errors
    /// See [`HierarchyError`].
    pub fn flat(
        total: &str,
        parts: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self, HierarchyError> {
        let parts = parts.into_iter().map(Into::into).collect();
        Self::new([(total.to_owned(), parts)])
    }

    /// Totals, each with its parts.
    ///
    /// # Errors
    /// See [`HierarchyError`].
    pub fn new(
        sums: impl IntoIterator<Item = (String, Vec<String>)>,
    ) -> Result<Self, HierarchyError> {
        let sums: Vec<(String, Vec<String>)> = sums.into_iter().collect();
        let mut totals = HashSet::new();
        let mut above: HashMap<&str, &str> = HashMap::new();
        for (total, parts) in &sums {
            if parts.is_empty() {
                return Err(HierarchyError::NoParts(total.clone()));
            }
            if !totals.insert(total.as_str()) {
                return Err(HierarchyError::TotalTwice(total.clone()));
            }
            for part in parts {
                if above.insert(part, total).is_some() {
                    return Err(HierarchyError::PartTwice(part.clone()));
                }
            }
        }
        for (total, _) in &sums {
            let mut at = total.as_str();
            let mut steps = 0;
            while let Some(&next) = above.get(at) {
                at = next;
                steps += 1;
                if steps > sums.len() {
                    return Err(HierarchyError::Circle(total.clone()));
                }
            }
        }
        Ok(Self { sums })
    }

    /// Each total with its parts.
    #[must_use]
    pub fn sums(&self) -> &[(String, Vec<String>)] {
        &self.sums
    }

    /// The code that stands for everybody: a total that is nobody's part. None when codes do not
    /// add up, or add up to several totals.
    #[must_use]
    pub fn whole(&self) -> Option<&str> {
        let parts: HashSet<&str> = self
            .sums
            .iter()
            .flat_map(|(_, parts)| parts.iter().map(String::as_str))
            .collect();
        let mut tops = self
            .sums
            .iter()
            .map(|(total, _)| total.as_str())
            .filter(|total| !parts.contains(total));
        let top = tops.next()?;
        tops.next().is_none().then_some(top)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(given: &[(&str, &[&str])]) -> Result<Hierarchy, HierarchyError> {
        Hierarchy::new(given.iter().map(|(total, parts)| {
            (
                (*total).to_owned(),
                parts.iter().map(|part| (*part).to_owned()).collect(),
            )
        }))
    }

    #[test]
    fn the_whole_is_the_total_of_totals() {
        let forms = sums(&[("all", &["labour", "other"]), ("labour", &["farm", "home"])]);
        assert_eq!(forms.expect("a tree").whole(), Some("all"));
        assert_eq!(Hierarchy::none().whole(), None);
        let two = sums(&[("north", &["a", "b"]), ("south", &["c", "d"])]);
        assert_eq!(two.expect("a wood").whole(), None);
    }

    #[test]
    fn what_is_no_tree_is_refused() {
        assert_eq!(
            sums(&[("all", &[])]),
            Err(HierarchyError::NoParts("all".into()))
        );
        assert_eq!(
            sums(&[("all", &["a"]), ("all", &["b"])]),
            Err(HierarchyError::TotalTwice("all".into()))
        );
        assert_eq!(
            sums(&[("all", &["a"]), ("some", &["a"])]),
            Err(HierarchyError::PartTwice("a".into()))
        );
        assert_eq!(
            sums(&[("a", &["b"]), ("b", &["a"])]),
            Err(HierarchyError::Circle("a".into()))
        );
    }
}
