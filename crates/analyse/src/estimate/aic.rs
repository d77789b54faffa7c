//! Forward stepwise choice of pairs by Akaike's criterion.
//!
//! Definition (Silverman 2014; Bales, Hesketh and Silverman 2015). From independent lists on, the
//! pair with the largest fall of AIC is added, until AIC falls no more or the Wald p-value of the
//! new parameter exceeds the threshold. The interval is the profile likelihood's
//! ([`super::profile`]). This is the method of the United Kingdom's published range of 10,000 to
//! 13,000 victims in 2013.
//!
//! Limits. The interval takes the chosen model as if it had been known before.

use super::existence::Status;
use super::fit::{Fit, Fitter};
use super::model::Model;
use super::special::normal_upper;
use super::table::pairs;

/// The threshold of the published estimates.
pub const THRESHOLD_USUAL: f64 = 0.05;

/// The chosen model's fit and the pairs (codes) in the order in which they came in.
///
/// # Errors
/// The [`Status`] of the model of independent lists when that has no estimate.
pub fn forward(fitter: &mut Fitter, threshold: f64) -> Result<(Fit, Vec<usize>), Status> {
    let lists = fitter.lists();
    let mut terms = Model::main_effects(lists).terms().to_vec();
    let mut fit = fitter.fit(&terms)?;
    let mut added = Vec::new();
    let all = pairs(lists).into_iter().map(|(i, j)| 1 << i | 1 << j);
    let mut left: Vec<usize> = all.collect();
    loop {
        let mut best: Option<(usize, Fit)> = None;
        for pair in &left {
            terms.push(*pair);
            if let Ok(candidate) = fitter.fit(&terms) {
                let limit = best.as_ref().map_or(fit.aic(), |(_, best)| best.aic());
                if candidate.aic() < limit {
                    best = Some((*pair, candidate));
                }
            }
            terms.pop();
        }
        let Some((pair, candidate)) = best else {
            return Ok((fit, added));
        };
        // A pair at minus infinity has no finite error: nothing speaks for its being there.
        let own = candidate
            .coefficients
            .iter()
            .find(|(term, ..)| *term == pair);
        let p = own.map_or(1.0, |(_, value, error)| {
            2.0 * normal_upper((value / error).abs())
        });
        if p > threshold {
            return Ok((fit, added));
        }
        terms.push(pair);
        left.retain(|other| *other != pair);
        added.push(pair);
        fit = candidate;
    }
}
