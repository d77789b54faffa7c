//! Forward stepwise choice of pairs by Poisson p-values.
//!
//! Definition (Chan, Silverman and Vincent 2021, section 3.2). From independent lists on, and as
//! long as the smallest p-value lies below the threshold, the pair of lists with the smallest is
//! added: `p = min(P(X <= N*), P(X >= N*))` with `N*` the persons on both lists and `X` Poisson
//! with the mean that the present model fits for them. A pair with which no estimate exists has
//! `p = 1`. Threshold 0 gives independent lists, 1 the model of all pairs. The default of 0.02 is
//! the authors', from 28 simulated settings.
//!
//! Limits. Choice by significance overstates precision (Whitehead and others 2021), which is why
//! the interval comes from a bootstrap that repeats the whole choice ([`super::bootstrap`]).

use super::existence::Status;
use super::fit::Fitter;
use super::model::Model;
use super::special::poisson_tail_below;
use super::table::pairs;

/// The threshold that the authors advise.
pub const THRESHOLD_USUAL: f64 = 0.02;

/// Relative difference of p-values that rounding can make: below it the earlier pair is taken, in
/// the order 12, 13, .., 1K, 23, ..
const TIE: f64 = 1e-9;

/// What the stepwise choice came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Stepwise {
    /// Whether the chosen model has an estimate.
    pub status: Status,
    /// Estimated number of persons; not a number where there is none.
    pub estimate: f64,
    /// Pairs (codes) in the order in which they came in.
    pub added: Vec<usize>,
    /// Their p-values.
    pub p_values: Vec<f64>,
    /// The model's terms, the intercept first.
    pub terms: Vec<usize>,
}

/// Chooses a model for the table of the fitter.
pub fn stepwise(fitter: &mut Fitter, threshold: f64) -> Stepwise {
    let lists = fitter.lists();
    if threshold >= 1.0 {
        return all_pairs(fitter, lists);
    }
    let mut chosen = Stepwise {
        status: Status::Ok,
        estimate: f64::NAN,
        added: Vec::new(),
        p_values: Vec::new(),
        terms: Model::main_effects(lists).terms().to_vec(),
    };
    let settled = choose(fitter, threshold, &mut chosen);
    chosen.status = fitter.status(&chosen.terms);
    if !settled && chosen.status == Status::Ok {
        chosen.status = Status::DoesNotExist;
    }
    if chosen.status == Status::Ok {
        chosen.estimate = fitter.persons() + fitter.hidden();
    }
    chosen
}

fn all_pairs(fitter: &mut Fitter, lists: usize) -> Stepwise {
    let terms = Model::all_pairs(lists).terms().to_vec();
    let fit = fitter.fit(&terms);
    Stepwise {
        status: fit.as_ref().err().copied().unwrap_or(Status::Ok),
        estimate: fit.map_or(f64::NAN, |fit| fit.estimate()),
        added: terms
            .iter()
            .copied()
            .filter(|t| t.count_ones() == 2)
            .collect(),
        p_values: Vec::new(),
        terms,
    }
}

/// Adds pairs to `chosen` while they are significant; false when a fit does not settle.
fn choose(fitter: &mut Fitter, threshold: f64, chosen: &mut Stepwise) -> bool {
    let mut left: Vec<usize> = pairs(fitter.lists())
        .iter()
        .map(|(first, second)| 1 << first | 1 << second)
        .collect();
    if !fitter.maximise(&chosen.terms, false) {
        return false;
    }
    let mut refused: Vec<usize> = Vec::new();
    loop {
        // A p-value counts only below the threshold and below the best so far, which lets most
        // sums stop early.
        let mut best: Option<(usize, f64)> = None;
        for (place, pair) in left.iter().enumerate() {
            let limit = best.map_or(threshold, |(_, p)| p * (1.0 - TIE));
            if !refused.contains(pair) {
                let (found, fitted) = (fitter.statistic(*pair), fitter.fitted(*pair));
                best = poisson_tail_below(found, fitted, limit)
                    .map(|p| (place, p))
                    .or(best);
            }
        }
        let Some((place, p)) = best else { return true };
        let pair = left[place];
        chosen.terms.push(pair);
        if fitter.status(&chosen.terms) != Status::Ok {
            chosen.terms.pop();
            refused.push(pair);
            continue;
        }
        left.remove(place);
        refused.clear();
        chosen.added.push(pair);
        chosen.p_values.push(p);
        if !fitter.maximise(&chosen.terms, true) {
            return false;
        }
    }
}
