//! Codes made of a source's own labels, and the labels behind them.

use std::collections::BTreeMap;

/// The labels of one code list, as the source prints them.
///
/// A code is what stands in a table, an address or a file name: lower case, words joined by
/// hyphens. The label is what a person reads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels {
    by_code: BTreeMap<String, String>,
}

impl Labels {
    /// The code of a label. Two labels that make the same code get different ones: the later one
    /// ends in a number.
    pub fn note(&mut self, wanted: &str, label: &str) -> String {
        for number in 1_u32.. {
            let code = match number {
                1 => wanted.to_owned(),
                _ => format!("{wanted}-{number}"),
            };
            match self.by_code.get(&code) {
                Some(known) if known == label => return code,
                Some(_) => {}
                None => {
                    self.by_code.insert(code.clone(), label.to_owned());
                    return code;
                }
            }
        }
        unreachable!("there are more numbers than labels")
    }

    /// The label of a code, as the source prints it.
    #[must_use]
    pub fn label(&self, code: &str) -> Option<&str> {
        self.by_code.get(code).map(String::as_str)
    }

    /// Every code with its label, in the order of the codes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.by_code.iter();
        pairs.map(|(code, label)| (code.as_str(), label.as_str()))
    }

    /// Number of codes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_code.len()
    }

    /// Whether there is no code.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_code.is_empty()
    }
}

/// A label in lower case with hyphens between its words: `Sea & land` becomes `sea-land`. A label
/// without a letter or digit becomes `other`.
#[must_use]
pub fn slug(label: &str) -> String {
    let spaced: String = label
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .flat_map(char::to_lowercase)
        .collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    if words.is_empty() {
        "other".to_owned()
    } else {
        words.join("-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_make_one_code_stay_apart() {
        let mut labels = Labels::default();
        assert_eq!(labels.note("north-sea", "North Sea"), "north-sea");
        assert_eq!(labels.note("north-sea", "North-Sea"), "north-sea-2");
        assert_eq!(labels.note("north-sea", "North Sea"), "north-sea");
        assert_eq!(labels.label("north-sea-2"), Some("North-Sea"));
        assert_eq!(labels.label("south"), None);
    }

    #[test]
    fn slugs() {
        assert_eq!(slug("EHOA Eastern Route"), "ehoa-eastern-route");
        assert_eq!(slug(" Route – Île & coast "), "route-île-coast");
        assert_eq!(slug("—"), "other");
    }
}
