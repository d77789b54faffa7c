//! A cell in the reader's words: the number, or why there is none. Nothing here can turn a masked
//! cell into a number.

use fluent_bundle::FluentArgs;
use publish::{Datum, Presented, present};
use terms::cell::Cell;

use crate::words::Words;

/// A cell as a table prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Printed {
    /// The text.
    pub(crate) text: String,
    /// Class of the table cell: `n`, `n masked` or `n absent`.
    pub(crate) class: &'static str,
}

/// How a cell is printed.
pub(crate) fn print(words: &Words, cell: &Cell) -> Printed {
    let presented = present(cell);
    Printed {
        class: match presented {
            Presented::Under { .. } | Presented::Between { .. } | Presented::Withheld => "n masked",
            Presented::Absent(_) => "n absent",
            _ => "n",
        },
        text: short(words, &presented),
    }
}

/// The place of a table in which nothing stands.
pub(crate) fn nothing(words: &Words) -> Printed {
    Printed {
        class: "n absent",
        text: words.say("absent-not-in-source"),
    }
}

/// The text of a cell: numbers with signs, absences in words.
pub(crate) fn short(words: &Words, presented: &Presented) -> String {
    if let Presented::Absent(_) = presented {
        let key = presented.key();
        return words.find(&key, None).unwrap_or(key);
    }
    presented.short(|number| words.decimal(number))
}

/// What a chart shows for a cell.
pub(crate) fn datum(words: &Words, cell: &Cell) -> Datum {
    Datum::of(cell, |presented| short(words, presented))
}

/// Why a sum was refused, in the reader's words.
pub(crate) fn refusal(words: &Words, error: &terms::table::TableError) -> String {
    use terms::cell::SumRefusal;
    use terms::table::TableError;
    let (key, what) = match error {
        TableError::Overlapping(dimension) => ("refused-overlapping", dimension.clone()),
        TableError::Sum(SumRefusal::Absent(why)) => {
            let key = format!("absent-{}", why.code().replace('_', "-"));
            ("refused-absent", words.find(&key, None).unwrap_or(key))
        }
        TableError::Sum(SumRefusal::NotACount(kind)) => ("refused-not-a-count", (*kind).to_owned()),
        other => ("refused-other", other.to_string()),
    };
    let mut variables = FluentArgs::new();
    variables.set("what", what);
    words
        .find(key, Some(&variables))
        .unwrap_or_else(|| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::LANGUAGES;
    use terms::cell::{Absence, SumRefusal};
    use terms::table::TableError;

    const ABSENCES: [Absence; 8] = [
        Absence::NotCollected,
        Absence::NotAsked,
        Absence::Refused,
        Absence::Unknown,
        Absence::NotApplicable,
        Absence::NotInSource,
        Absence::Disputed,
        Absence::NotYet,
    ];

    #[test]
    fn a_masked_cell_has_no_number_of_its_own() {
        for language in LANGUAGES {
            let printed = print(Words::of(language), &Cell::Masked { lower: 0, upper: 4 });
            assert_eq!(printed.text, "<5");
            assert_eq!(printed.class, "n masked");
            let told = print(Words::of(language), &Cell::Masked { lower: 3, upper: 3 });
            assert!(!told.text.contains('3'), "{}", told.text);
        }
    }

    #[test]
    fn every_absence_is_said_in_words() {
        for language in LANGUAGES {
            for reason in ABSENCES {
                let printed = print(Words::of(language), &Cell::Absent(reason));
                assert!(printed.text.chars().count() > 3, "{language} {reason}");
                assert!(!printed.text.contains('_') && !printed.text.starts_with("absent-"));
            }
        }
    }

    #[test]
    fn every_refusal_has_its_reason() {
        for language in LANGUAGES {
            let words = Words::of(language);
            let errors = [
                TableError::Overlapping("form".into()),
                TableError::Sum(SumRefusal::Absent(Absence::Disputed)),
                TableError::Sum(SumRefusal::NotACount("estimate")),
            ];
            for error in errors {
                assert_ne!(refusal(words, &error), error.to_string(), "{language}");
            }
        }
    }
}
