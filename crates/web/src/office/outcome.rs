//! What holding a draft against its audience came to, in words: how much is printed, how much is
//! masked and why, what is lost, what could be worked back. No count behind a mask is among them.

use std::collections::BTreeMap;

use askama::Template;
use office::Examined;
use protect::release::{Breach, Fate, Proposal};
use protect::rule::{Method, Rule};
use terms::table::Table;

use crate::drawn::{Extent, draw};
use crate::rules::{self, MARKS, Mark};
use crate::words::{Words, count, text};

/// What could be worked back that is told one by one, for each attacker.
const BREACHES_MAX: usize = 30;
/// Shares are told in steps of so many per cent, so that no count follows from one, nor from the
/// difference of two.
const STEP_PERCENT: u64 = 5;

/// What a rule would cost.
pub(crate) struct Summary {
    /// Whether it could be released so.
    pub(crate) releasable: bool,
    /// Whether the rule protects nothing: every count would be seen as it is.
    pub(crate) bare: bool,
    pub(crate) cells: u64,
    pub(crate) printed: u64,
    /// Masked for their own sake.
    pub(crate) sensitive: u64,
    /// Masked so that these cannot be worked back.
    pub(crate) protecting: u64,
    /// Masked because somebody wants it so.
    pub(crate) chosen: u64,
    /// Printed, but moved to a multiple.
    pub(crate) rounded: bool,
    /// Which part of all that was counted stands in masked cells.
    pub(crate) share: String,
    /// What could be worked back.
    pub(crate) breaches: u64,
}

impl Summary {
    pub(crate) fn of(words: &Words, rule: &Rule, examined: &Examined) -> Self {
        let proposal = examined.proposal.expose(&examined.warrant);
        let table = &examined.counts.expose(&examined.warrant).table;
        let lost = &proposal.lost;
        let mut printed = proposal.printed.iter();
        Self {
            releasable: proposal.breaches.is_empty(),
            bare: matches!(rule.method, Method::AsSigned),
            cells: lost.cells,
            printed: lost.printed,
            sensitive: lost.sensitive,
            protecting: lost.protecting,
            chosen: lost.chosen,
            rounded: printed.any(|(_, cell)| matches!(cell, terms::cell::Cell::Rounded { .. })),
            share: share(words, lost.counts, whole(table)),
            breaches: proposal.breaches.len() as u64,
        }
    }
}

/// Every count of a table, totals with their parts.
fn whole(table: &Table) -> u64 {
    let counts = table.iter().filter_map(|(_, cell)| cell.exact());
    counts.fold(0, u64::saturating_add)
}

/// A part of a whole in words, in steps.
fn share(words: &Words, part: u64, whole: u64) -> String {
    if part == 0 || whole == 0 {
        return words.say("bench-share-none");
    }
    let percent = u128::from(part) * 100 / u128::from(whole);
    let percent = u64::try_from(percent).unwrap_or(100);
    let from = percent / STEP_PERCENT * STEP_PERCENT;
    match from {
        0 => words.say_with("bench-share-under", &[("percent", count(STEP_PERCENT))]),
        100.. => words.say("bench-share-all"),
        from => words.say_with(
            "bench-share",
            &[("from", count(from)), ("to", count(from + STEP_PERCENT))],
        ),
    }
}

/// A mark with how many cells have it and what it means.
pub(crate) struct Legend {
    pub(crate) shape: &'static str,
    pub(crate) word: String,
    pub(crate) told: String,
    pub(crate) cells: u64,
}

/// What somebody could work back.
pub(crate) struct Attack {
    pub(crate) attacker: String,
    /// A sentence for each.
    pub(crate) found: Vec<String>,
    /// How many more there are.
    pub(crate) more: u64,
}

/// The whole answer.
pub(crate) struct Outcome {
    pub(crate) summary: Summary,
    pub(crate) legend: Vec<Legend>,
    /// The table as it would be printed; empty where it cannot be drawn.
    pub(crate) table: String,
    /// Why not all of it is drawn.
    pub(crate) note: Option<String>,
    pub(crate) attacks: Vec<Attack>,
}

impl Outcome {
    pub(crate) fn of(words: &Words, rule: &Rule, examined: &Examined) -> Self {
        let proposal = examined.proposal.expose(&examined.warrant);
        let (table, note) = drawn(words, proposal);
        Self {
            summary: Summary::of(words, rule, examined),
            legend: legend(words, rule, &proposal.fates),
            table,
            note,
            attacks: attacks(words, &proposal.breaches),
        }
    }

    /// Whether any mask stands in the table, so that a legend is needed.
    pub(crate) fn is_masked(&self) -> bool {
        !self.legend.is_empty()
    }
}

fn drawn(words: &Words, proposal: &Proposal) -> (String, Option<String>) {
    let fate = |at: usize| proposal.fates.get(at).copied().unwrap_or(Fate::Protecting);
    let cell = |at: usize, cell: &terms::cell::Cell| rules::drawn(words, cell, fate(at));
    match draw(words, &proposal.printed, "bench-drawn-caption", cell) {
        None => (String::new(), Some(words.say("bench-drawn-not"))),
        Some((drawn, extent)) => (
            drawn.render().unwrap_or_default(),
            (extent == Extent::Marked).then(|| words.say("bench-drawn-part")),
        ),
    }
}

fn legend(words: &Words, rule: &Rule, fates: &[Fate]) -> Vec<Legend> {
    if matches!(rule.method, Method::AsSigned) {
        return Vec::new();
    }
    let cells = |mark: &Mark| {
        let with = fates.iter().filter(|fate| Mark::of(**fate) == Some(*mark));
        with.count() as u64
    };
    let marks = MARKS.iter().map(|mark| (mark, cells(mark)));
    let found = marks.filter(|(_, cells)| *cells > 0);
    let line = |(mark, cells): (&Mark, u64)| Legend {
        shape: mark.shape,
        word: mark.word(words),
        told: mark.told(words, rule),
        cells,
    };
    found.map(line).collect()
}

/// What each attacker could work back: of which cell, and of what kind; not what.
fn attacks(words: &Words, breaches: &[Breach]) -> Vec<Attack> {
    let mut by: BTreeMap<&str, Vec<&Breach>> = BTreeMap::new();
    for breach in breaches {
        by.entry(&breach.attacker).or_default().push(breach);
    }
    let sentence = |breach: &&Breach| {
        let key = format!("breach-{}", breach.kind.code());
        match breach.codes.is_empty() {
            true => words.say(&format!("{key}-all")),
            false => {
                let cell = text(breach.codes.join(" · "));
                words.say_with(&key, &[("cell", cell)])
            }
        }
    };
    let attack = |(attacker, found): (&str, Vec<&Breach>)| Attack {
        attacker: who(words, attacker),
        more: found.len().saturating_sub(BREACHES_MAX) as u64,
        found: found.iter().take(BREACHES_MAX).map(sentence).collect(),
    };
    by.into_iter().map(attack).collect()
}

/// An attacker in words: anybody, a party, a pair of parties, the readers of an agreement.
fn who(words: &Words, attacker: &str) -> String {
    let named = |key: &str, one: &str, other: &str| {
        let variables = [
            ("one", text(one.to_owned())),
            ("other", text(other.to_owned())),
        ];
        words.say_with(key, &variables)
    };
    match attacker.split_once('+') {
        _ if attacker == "public" => words.say("attacker-public"),
        _ if attacker == "nobody" => words.say("attacker-nobody"),
        Some((one, other)) => named("attacker-pair", one, other),
        None if attacker.contains(':') => rules::audience_of(words, attacker),
        None => {
            let party = text(attacker.to_owned());
            words.say_with("attacker-party", &[("party", party)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::LANGUAGES;
    use protect::release::BreachKind;

    #[test]
    fn a_share_is_told_in_steps_from_which_no_count_follows() {
        let words = Words::of(LANGUAGES[0]);
        let told = |part| share(words, part, 200);
        assert_eq!(told(1), told(9));
        assert_eq!(told(10), told(19));
        assert_ne!(told(9), told(10));
        assert_ne!(told(0), told(1));
        assert_ne!(told(199), told(200));
        assert!(!told(17).contains("17") && !told(17).contains("8.5"));
    }

    #[test]
    fn every_kind_of_breach_is_told_with_its_cell_and_without_its_bounds() {
        let kinds = [
            BreachKind::Count,
            BreachKind::Difference,
            BreachKind::Earlier,
            BreachKind::Shown,
            BreachKind::Unproven,
            BreachKind::DoesNotAddUp,
            BreachKind::NoRounding,
        ];
        for language in LANGUAGES {
            let words = Words::of(language);
            for (attacker, codes) in [
                ("public", vec!["north".to_owned(), "other".to_owned()]),
                ("XA", vec!["north".to_owned()]),
                ("XA+XB", Vec::new()),
                ("nobody", Vec::new()),
                ("agreement:PACT", Vec::new()),
            ] {
                let breaches = kinds.map(|kind| Breach {
                    attacker: attacker.to_owned(),
                    codes: codes.clone(),
                    kind,
                    lower: 7_341,
                    upper: Some(7_342),
                });
                let told = attacks(words, &breaches);
                assert_eq!(told.len(), 1);
                assert_eq!(told[0].found.len(), kinds.len());
                let all = format!("{}\n{}", told[0].attacker, told[0].found.join("\n"));
                assert!(!all.contains('⟦'), "{language}: {all}");
                assert!(!all.contains("341") && !all.contains("342"), "{all}");
                assert!(
                    codes.is_empty() || all.contains(&codes.join(" · ")),
                    "{all}"
                );
            }
        }
    }
}
