//! Languages: which columns have a language that others lack.

use std::collections::BTreeMap;

use crate::finding::{Findings, Place};

const SURVEY: [&str; 9] = [
    "label",
    "hint",
    "guidance_hint",
    "image",
    "big-image",
    "audio",
    "video",
    "jr:constraintMsg",
    "jr:requiredMsg",
];
const CHOICES: [&str; 5] = ["label", "image", "big-image", "audio", "video"];

/// The languages of a sheet and the columns that each has.
#[derive(Debug, Default)]
pub(crate) struct Languages {
    seen: BTreeMap<String, Vec<String>>,
}

impl Languages {
    /// Reads them off the headers of the sheet `survey`.
    pub(crate) fn of_survey(headers: &[Vec<String>]) -> Self {
        Self::of(headers, &SURVEY)
    }

    /// Reads them off the headers of the sheet `choices`.
    pub(crate) fn of_choices(headers: &[Vec<String>]) -> Self {
        Self::of(headers, &CHOICES)
    }

    fn of(headers: &[Vec<String>], columns: &[&str]) -> Self {
        let mut languages = Self::default();
        for words in headers {
            let grouped = words.len() > 1 && matches!(words[0].as_str(), "media" | "bind");
            let words = if grouped { &words[1..] } else { &words[..] };
            if !columns.contains(&words[0].as_str()) {
                continue;
            }
            let language = match words {
                [_] => crate::settings::NO_LANGUAGE,
                [_, language] => language,
                _ => continue,
            };
            languages
                .seen
                .entry(language.to_owned())
                .or_default()
                .push(words[0].clone());
        }
        languages
    }

    /// Whether no text names its language.
    pub(crate) fn none_named(&self) -> bool {
        self.seen
            .keys()
            .all(|language| language == crate::settings::NO_LANGUAGE)
    }

    /// Warns of each column that a language lacks and another has.
    pub(crate) fn warn_missing(&self, sheet: &str, findings: &mut Findings) {
        if self.none_named() {
            return;
        }
        let mut columns: Vec<&String> = self.seen.values().flatten().collect();
        columns.sort_unstable();
        columns.dedup();
        for (language, seen) in &self.seen {
            for column in columns.iter().filter(|column| !seen.contains(column)) {
                let name = match column.as_str() {
                    "jr:constraintMsg" => "constraint_message",
                    "jr:requiredMsg" => "required_message",
                    other => other,
                };
                let message = format!("the language \u{2018}{language}\u{2019} has no {name}");
                let place = Place::sheet(sheet).row(1).column(name);
                findings.warn(place, "translation-missing", message);
            }
        }
    }
}
