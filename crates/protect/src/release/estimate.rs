//! Estimates from a node's own lists, for the agency that asked for them.
//!
//! An estimate is a function of the whole capture table: with all its digits, and with what beside
//! it says how well a model fits, small counts can be worked back by trying tables. So what leaves
//! is only the estimates and their limits, with two digits; the settings that give them again; and
//! counts as [`crate::capture`] tells them, rounded or hidden. Criteria of models, standard errors,
//! and what stands on a hidden overlap alone stay.
//!
//! One person may make such a file, so it is for their own agency; to anybody else something goes
//! by two persons ([`super::release`]).

use std::marker::PhantomData;

use sha2::Digest;
use terms::cell::Cell;
use terms::source::Source;

use super::{Audience, Ground, Released, ToParty, identify};
use crate::capture::{Margins, Told, margins, released, rounded, threshold};
use crate::seal::Confidential;

/// Below it a whole number has two digits: field practice prints so many ("10,000 to 13,000").
const TWO_DIGITS: f64 = 100.0;
/// The finest that an estimate is told.
const FINEST: f64 = 10.0;

/// On what of the table an answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandsOn {
    /// On the whole of it, through a model.
    Model,
    /// On two lists and their overlap, which it gives away.
    Pair(usize, usize),
    /// On how many persons are on one list and on two, which it gives away.
    Frequencies,
}

/// One method's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The method, by its word, with the estimator where it has several.
    pub method: String,
    /// The settings that give it again: name and value.
    pub settings: Vec<(String, String)>,
    /// The estimate; none where there is none.
    pub estimate: Option<f64>,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
    /// Level of the interval.
    pub level: f64,
    /// On what it stands.
    pub stands_on: StandsOn,
}

/// What was found from a capture table, and the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Where it comes from.
    pub source: Source,
    /// Whom it counts, such as `victim by event.detected_by`.
    pub population: String,
    /// Names of the lists.
    pub lists: Vec<String>,
    /// Counts by history, as for [`margins`].
    pub counts: Vec<u64>,
    /// What each method says.
    pub answers: Vec<Answer>,
    /// Place of the answer that is defended.
    pub headline: Option<usize>,
    /// What must be said beside the numbers: code and sentence.
    pub caveats: Vec<(String, String)>,
}

/// What of it leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    /// Whom it counts.
    pub population: String,
    /// Names of the lists.
    pub lists: Vec<String>,
    /// Persons on at least one list, rounded.
    pub persons: Cell,
    /// Persons on each list, rounded or hidden.
    pub totals: Vec<Cell>,
    /// Persons on both of two lists, rounded or hidden.
    pub pairs: Vec<((usize, usize), Cell)>,
    /// What each method says, rounded; what stands on hidden counts is not among it.
    pub answers: Vec<Answer>,
    /// Place of the answer that is defended.
    pub headline: Option<usize>,
    /// What must be said beside the numbers: code and sentence.
    pub caveats: Vec<(String, String)>,
}

/// Whether an answer may be told where these counts are.
#[must_use]
pub fn tellable(stands_on: StandsOn, margins: &Margins) -> bool {
    match stands_on {
        StandsOn::Model => true,
        StandsOn::Frequencies => margins.whole,
        StandsOn::Pair(first, second) => {
            matches!(margins.pair(first, second), Some(Told::Count(_)))
        }
    }
}

/// Releases what was found to one party, the agency of whoever asked. Nothing finer than
/// [`Estimates`] says passes.
#[must_use]
pub fn estimates(found: &Confidential<Found>, party: &str) -> Released<Estimates, ToParty> {
    let found = found.within();
    let margins = margins(found.lists.len(), &found.counts);
    let cell = |told: Told| released(told, margins.persons);
    let kept: Vec<usize> = (0..found.answers.len())
        .filter(|at| tellable(found.answers[*at].stands_on, &margins))
        .collect();
    let value = Estimates {
        population: found.population.clone(),
        lists: found.lists.clone(),
        persons: rounded(margins.persons, threshold()),
        totals: margins.totals.iter().copied().map(cell).collect(),
        pairs: margins
            .pairs
            .iter()
            .map(|(places, told)| (*places, cell(*told)))
            .collect(),
        answers: kept.iter().map(|at| coarse(&found.answers[*at])).collect(),
        headline: found
            .headline
            .and_then(|at| kept.iter().position(|own| *own == at)),
        caveats: found.caveats.clone(),
    };
    let audience = Audience::Party(party.to_owned());
    let identifier = identify(&audience, &found.source, Ground::Estimated, |hash| {
        hash.update(format!("{value:?}").as_bytes());
    });
    Released {
        value,
        audience,
        ground: Ground::Estimated,
        source: found.source.clone(),
        identifier,
        to: PhantomData,
    }
}

/// An answer with as many digits as leave: the estimate to the nearest, its limits outwards.
fn coarse(answer: &Answer) -> Answer {
    Answer {
        estimate: answer.estimate.map(|value| to_digits(value, f64::round)),
        lower: answer.lower.map(|value| to_digits(value, f64::floor)),
        upper: answer.upper.map(|value| to_digits(value, f64::ceil)),
        ..answer.clone()
    }
}

fn to_digits(value: f64, to_whole: fn(f64) -> f64) -> f64 {
    if !value.is_finite() || value <= 0.0 {
        return value;
    }
    let mut unit = FINEST;
    while value / unit >= TWO_DIGITS {
        unit *= 10.0;
    }
    to_whole(value / unit) * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Source {
        Source {
            publisher: "Hub of XA".into(),
            title: "Estimate".into(),
            address: String::new(),
            licence: String::new(),
            attribution: String::new(),
            vintage: "act 7".into(),
            retrieved: None,
            content_sha256: None,
        }
    }

    fn answer(method: &str, estimate: f64, stands_on: StandsOn) -> Answer {
        Answer {
            method: method.to_owned(),
            settings: vec![("seed".to_owned(), "1".to_owned())],
            estimate: Some(estimate),
            lower: Some(estimate / 2.0),
            upper: Some(estimate * 2.0),
            level: 0.95,
            stands_on,
        }
    }

    fn found() -> Found {
        Found {
            source: source(),
            population: "victim by detected_by".to_owned(),
            lists: ["ngo", "police", "self"].map(str::to_owned).to_vec(),
            counts: vec![0, 31, 22, 3, 26, 12, 17, 0],
            answers: vec![
                answer("chapman", 217.391, StandsOn::Pair(0, 1)),
                answer("stepwise", 1234.5678, StandsOn::Model),
                answer("chapman", 187.391, StandsOn::Pair(1, 2)),
                answer("chao-lower-bound", 301.2, StandsOn::Frequencies),
            ],
            headline: Some(1),
            caveats: vec![("assumptions".to_owned(), "As ever.".to_owned())],
        }
    }

    #[test]
    fn only_rounded_estimates_and_rounded_or_hidden_counts_leave() {
        let released = estimates(&Confidential::seal(found()), "XAHUB");
        assert_eq!(released.audience().code(), "party:XAHUB");
        assert_eq!(released.ground().code(), "estimated");
        let value = released.value();
        let first = &value.answers[0];
        assert_eq!(first.method, "stepwise");
        let numbers = (first.estimate, first.lower, first.upper);
        assert_eq!(numbers, (Some(1200.0), Some(610.0), Some(2500.0)));
        assert_eq!(value.headline, Some(0));
        let of_frequencies = |one: &Answer| one.stands_on == StandsOn::Frequencies;
        assert!(!value.answers.iter().any(of_frequencies));
        let exact = |cell: &Cell| cell.exact().is_some();
        let cells = value
            .totals
            .iter()
            .chain(value.pairs.iter().map(|(_, cell)| cell));
        assert!(!cells.chain([&value.persons]).any(exact));
        assert_eq!(
            value.persons,
            Cell::Rounded {
                base: 5,
                value: 110
            }
        );
    }

    #[test]
    fn the_identifier_follows_the_content() {
        let one = estimates(&Confidential::seal(found()), "XAHUB");
        let same = estimates(&Confidential::seal(found()), "XAHUB");
        assert_eq!(one.identifier(), same.identifier());
        let mut other = found();
        other.answers[1].estimate = Some(5000.0);
        let other = estimates(&Confidential::seal(other), "XAHUB");
        assert_ne!(one.identifier(), other.identifier());
    }

    #[test]
    fn tables_that_differ_by_a_person_leave_alike() {
        // Three and four on the first two lists: both are few.
        let mut more = found();
        more.counts[3] = 4;
        more.counts[1] = 30;
        more.counts[2] = 21;
        more.counts[4] = 27;
        let sheets = [found(), more].map(|one| estimates(&Confidential::seal(one), "XAHUB"));
        assert_eq!(sheets[0].value().pairs, sheets[1].value().pairs);
        assert_eq!(sheets[0].value().persons, sheets[1].value().persons);
    }

    #[test]
    fn digits_never_grow_finer_than_ten() {
        for (value, wanted) in [
            (4.0, 0.0),
            (64.0, 60.0),
            (347.0, 350.0),
            (11_304.2, 11_000.0),
        ] {
            let told = to_digits(value, f64::round);
            assert!((told - wanted).abs() < 1e-9, "{value}: {told}");
        }
    }
}
