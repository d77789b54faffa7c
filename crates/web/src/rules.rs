//! Disclosure rules, audiences and what becomes of a cell, in words that need no training.

use fluent_bundle::FluentValue;
use protect::Audience;
use protect::release::{Fate, Reason};
use protect::rule::Rule;
use terms::cell::Cell;

use crate::cells;
use crate::drawn::DrawnCell;
use crate::site::slug;
use crate::words::{Words, count, text};

/// What a rule is called.
pub(crate) fn title(words: &Words, rule: &Rule) -> String {
    words.say(&format!("rule-title-{}", slug(rule.code)))
}

/// What a rule prints and masks.
pub(crate) fn told(words: &Words, rule: &Rule) -> String {
    words.say_with(&format!("rule-told-{}", slug(rule.code)), &numbers(rule))
}

/// What a rule is called, by its code; the code where this program has no such rule.
pub(crate) fn title_of(words: &Words, code: &str) -> String {
    Rule::of_code(code).map_or_else(|| code.to_owned(), |rule| title(words, rule))
}

/// The numbers of a rule, for the sentences about it.
fn numbers<'a>(rule: &Rule) -> [(&'static str, FluentValue<'a>); 6] {
    [
        ("threshold", count(rule.threshold)),
        ("inhabitants", count(rule.inhabitants_below)),
        ("few", count(rule.threshold_few_inhabitants)),
        ("events", count(rule.events_min)),
        ("sources", count(rule.sources_min)),
        ("parties", count(rule.contributors_min)),
    ]
}

/// Whom a release is for.
pub(crate) fn audience(words: &Words, audience: &Audience) -> String {
    match audience {
        Audience::Public => words.say("audience-public"),
        Audience::Agreement(code) => {
            words.say_with("audience-agreement", &[("code", text(code.clone()))])
        }
        Audience::Party(code) => words.say_with("audience-party", &[("code", text(code.clone()))]),
    }
}

/// Whom a release is for, by its code; the code where this program knows no such audience.
pub(crate) fn audience_of(words: &Words, code: &str) -> String {
    Audience::of_code(code).map_or_else(|| code.to_owned(), |known| audience(words, &known))
}

/// Why a cell is masked: a shape and words, never the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) shape: &'static str,
    code: &'static str,
}

/// Every mark, in the order of a legend.
pub(crate) const MARKS: [Mark; 9] = [
    mark("●", "small"),
    mark("▲", "few-inhabitants"),
    mark("■", "few-events"),
    mark("◆", "few-sources"),
    mark("★", "few-contributors"),
    mark("◐", "group-disclosure"),
    mark("≠", "difference"),
    mark("◇", "protecting"),
    mark("✚", "chosen"),
];

const fn mark(shape: &'static str, code: &'static str) -> Mark {
    Mark { shape, code }
}

impl Mark {
    /// The mark of what becomes of a cell; none where it is printed.
    pub(crate) const fn of(fate: Fate) -> Option<Self> {
        let at = match fate {
            Fate::Printed => return None,
            Fate::Sensitive(Reason::Small) => 0,
            Fate::Sensitive(Reason::FewInhabitants) => 1,
            Fate::Sensitive(Reason::FewEvents) => 2,
            Fate::Sensitive(Reason::FewSources) => 3,
            Fate::Sensitive(Reason::FewContributors) => 4,
            Fate::Sensitive(Reason::GroupDisclosure) => 5,
            Fate::Sensitive(Reason::Difference) => 6,
            Fate::Protecting => 7,
            Fate::Chosen => 8,
        };
        Some(MARKS[at])
    }

    /// A word or two beside the shape.
    pub(crate) fn word(self, words: &Words) -> String {
        words.say(&format!("fate-mark-{}", self.code))
    }

    /// What it means under a rule.
    pub(crate) fn told(self, words: &Words, rule: &Rule) -> String {
        words.say_with(&format!("fate-told-{}", self.code), &numbers(rule))
    }
}

/// A cell as it would be printed, with the mark of what becomes of it.
pub(crate) fn drawn(words: &Words, printed: &Cell, fate: Fate) -> DrawnCell {
    let shown = cells::print(words, printed);
    let mark = Mark::of(fate);
    DrawnCell {
        class: match (mark, shown.class) {
            (Some(_), "n absent") => "n masked",
            (_, class) => class,
        },
        text: shown.text,
        shape: mark.map_or("", |mark| mark.shape),
        mark: mark.map(|mark| mark.word(words)).unwrap_or_default(),
    }
}

/// A cell as its audience sees it.
pub(crate) fn seen(words: &Words, printed: &Cell) -> DrawnCell {
    let shown = cells::print(words, printed);
    DrawnCell {
        text: shown.text,
        class: shown.class,
        ..DrawnCell::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::LANGUAGES;
    use protect::rule::RULES;

    #[test]
    fn every_rule_and_every_mark_is_told_in_every_language() {
        for language in LANGUAGES {
            let words = Words::of(language);
            for rule in &RULES {
                for said in [title(words, rule), told(words, rule)] {
                    assert!(!said.contains('⟦'), "{language}: {said}");
                }
                for mark in MARKS {
                    for said in [mark.word(words), mark.told(words, rule)] {
                        assert!(!said.contains('⟦'), "{language}: {said}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_becomes_of_a_cell_has_a_shape_of_its_own() {
        let reasons = [
            Reason::Small,
            Reason::FewInhabitants,
            Reason::FewEvents,
            Reason::FewSources,
            Reason::FewContributors,
            Reason::GroupDisclosure,
            Reason::Difference,
        ];
        let fates = reasons.map(Fate::Sensitive).into_iter();
        let fates = fates.chain([Fate::Protecting, Fate::Chosen]);
        let shapes: Vec<&str> = fates.filter_map(Mark::of).map(|mark| mark.shape).collect();
        assert_eq!(shapes, MARKS.map(|mark| mark.shape));
        assert_eq!(Mark::of(Fate::Printed), None);
    }

    #[test]
    fn a_cell_that_is_withheld_whole_is_marked_as_masked() {
        let withheld = Cell::Absent(terms::cell::Absence::Refused);
        let drawn = drawn(Words::of(LANGUAGES[0]), &withheld, Fate::Protecting);
        assert_eq!((drawn.class, drawn.shape), ("n masked", "◇"));
    }
}
