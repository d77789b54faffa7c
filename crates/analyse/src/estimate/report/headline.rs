//! Which method is defended for the situation, and how its answer moves.

use super::super::existence::Status;
use super::super::fit::Fitter;
use super::super::stepwise::stepwise;
use super::super::table::{CaptureTable, TableError, pairs};
use super::{Change, MethodResult, Sensitivity};

/// Thresholds at which the stepwise choice is shown.
const THRESHOLDS: [f64; 8] = [0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];

/// The method that is defended here, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// The word of the method; absent where none is defended.
    pub method: Option<&'static str>,
    /// Place of its answer in the results, where it was run and has an estimate and both limits.
    pub result: Option<usize>,
    /// Why this one, or why none.
    pub why: String,
}

/// `sparse` says whether some lists share nobody, or too few to be told.
pub(super) fn headline(lists: usize, sparse: bool, results: &[MethodResult]) -> Headline {
    if lists == 2 {
        let why = "With two lists no method is defended: independence cannot be tested. Chapman's \
                   estimate is a starting point.";
        return Headline {
            method: None,
            result: None,
            why: why.to_owned(),
        };
    }
    let (method, why) = if lists <= 5 && !sparse {
        (
            "bic",
            "Three to five lists that all share persons: all hierarchical models can be compared, \
             and each replicate chooses anew (Silverman, Chan and Vincent 2024).",
        )
    } else {
        (
            "stepwise",
            "More than five lists, or lists that share nobody: the stepwise choice checks that \
             each model has an estimate, and each replicate chooses anew (Chan, Silverman and \
             Vincent 2021).",
        )
    };
    let place = results.iter().position(|result| {
        let limits = result.lower.is_some() && result.upper.is_some();
        result.method == method && result.estimate.is_some() && limits
    });
    let mut why = why.to_owned();
    let run = results.iter().any(|result| result.method == method);
    if run && place.is_none() {
        why.push_str(
            " Here it has no estimate with two limits, so that no headline is defended on this \
             table.",
        );
    }
    Headline {
        method: Some(method),
        result: place,
        why,
    }
}

/// The stepwise choice without each list, with each pair of lists as one, and at other thresholds.
pub(super) fn sensitivity(table: &CaptureTable, threshold: f64) -> Vec<Sensitivity> {
    let lists = table.lists();
    let mut rows: Vec<Sensitivity> = THRESHOLDS
        .iter()
        .map(|own| row(Change::Threshold(*own), Ok(table.clone()), *own))
        .collect();
    rows.extend(lists.iter().map(|list| {
        row(
            Change::Without(list.clone()),
            table.without(list),
            threshold,
        )
    }));
    rows.extend(pairs(lists.len()).into_iter().map(|(i, j)| {
        let merged = table.merge(&[&lists[i], &lists[j]]);
        row(
            Change::Merged(lists[i].clone(), lists[j].clone()),
            merged,
            threshold,
        )
    }));
    rows
}

fn row(change: Change, table: Result<CaptureTable, TableError>, threshold: f64) -> Sensitivity {
    let table = match table {
        Ok(table) => table.by_name().0,
        Err(refusal) => {
            return Sensitivity {
                change,
                persons: 0,
                status: Status::DoesNotExist,
                estimate: None,
                refusal: Some(refusal.to_string()),
            };
        }
    };
    let found = stepwise(&mut Fitter::new(table.counts()), threshold);
    Sensitivity {
        change,
        persons: table.persons(),
        status: found.status,
        estimate: Some(found.estimate).filter(|estimate| estimate.is_finite()),
        refusal: None,
    }
}
