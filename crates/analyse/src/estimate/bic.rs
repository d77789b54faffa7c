//! All hierarchical models, ranked by Schwarz's criterion.
//!
//! Definition (Silverman, Chan and Vincent 2024). Every hierarchical model with all main effects
//! and interactions of at most a given order (lists in one term) is checked and fitted; those
//! without an estimate are left out; the rest are ranked by BIC over persons. The interval is
//! [`super::bootstrap`]'s, each replicate choosing anew among the best models of the first
//! ranking.
//!
//! Where the models are too many, [`downhill`] walks from independent lists to the neighbour (one
//! pair added or removed) with the lowest BIC while it falls; it can stop at a model that is only
//! the best of its neighbours.
//!
//! Limits. The number of models grows fast: 8 for three lists, 113 for four, 6,893 for five;
//! 32,768 of order two for six lists, 3,702,013 of order three.

use super::existence::Status;
use super::fit::Fitter;
use super::model::Model;
use super::table::pairs;
use super::workers::{Workers, collect};

/// Most models that are enumerated; beyond, the order must be lowered.
pub const MODELS_MAX: usize = 4_000_000;

/// Models that one task fits.
const BLOCK: usize = 64;

/// A model that has an estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// Bit `t` is set where term `t` (a code of two lists or more) is in.
    mask: u128,
    /// Estimated number of persons.
    pub estimate: f64,
    /// BIC over persons.
    pub bic: f64,
    /// AIC.
    pub aic: f64,
}

impl Ranked {
    /// The model.
    #[must_use]
    pub fn model(&self, lists: usize) -> Model {
        let codes = (0..1_usize << lists).filter(|code| self.mask & 1 << code != 0);
        Model::with_interactions(lists, &codes.collect::<Vec<_>>())
    }
}

/// All models that have an estimate, best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// Number of lists.
    pub lists: usize,
    /// Largest number of lists in one term.
    pub order_max: usize,
    /// Models that were looked at.
    pub enumerated: usize,
    /// Those with an estimate, by ascending BIC.
    pub ranked: Vec<Ranked>,
}

/// More models than [`MODELS_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "models-too-many: found more than {MODELS_MAX} models of order {order_max} for {lists} lists, \
     allowed a lower order or fewer lists"
)]
pub struct TooManyModels {
    /// Number of lists.
    pub lists: usize,
    /// The order that was asked for.
    pub order_max: usize,
}

/// The order that the authors' software takes for so many lists.
#[must_use]
pub fn order_usual(lists: usize) -> usize {
    if matches!(lists, 4 | 5) { 3 } else { 2 }
}

/// How many of the best models the authors' software lets each replicate choose from.
#[must_use]
pub fn top_usual(lists: usize) -> usize {
    match lists {
        0..=3 => usize::MAX,
        4 => 20,
        _ => 100,
    }
}

/// Masks of all hierarchical models up to an order.
///
/// # Errors
/// [`TooManyModels`] beyond [`MODELS_MAX`], and for eight lists or more.
fn enumerate(lists: usize, order_max: usize) -> Result<Vec<u128>, TooManyModels> {
    let refusal = TooManyModels { lists, order_max };
    if lists > 7 {
        return Err(refusal);
    }
    let order = |code: &usize| code.count_ones() as usize;
    let mut terms: Vec<usize> = (0..1_usize << lists)
        .filter(|code| (2..=order_max).contains(&order(code)))
        .collect();
    terms.sort_by_key(|code| (order(code), *code));
    // What a term needs: all terms with one list less, pairs needing nothing.
    let needs = |code: usize| -> u128 {
        let within = (0..lists).filter(|list| code & 1 << list != 0);
        within
            .map(|list| code & !(1 << list))
            .filter(|part| order(part) > 1)
            .map(|part| 1_u128 << part)
            .sum()
    };
    let mut masks = vec![0_u128];
    for term in terms {
        let need = needs(term);
        let with: Vec<u128> = masks
            .iter()
            .filter(|mask| *mask & need == need)
            .map(|mask| mask | 1 << term)
            .collect();
        masks.extend(with);
        if masks.len() > MODELS_MAX {
            return Err(refusal);
        }
    }
    Ok(masks)
}

fn terms_of(mask: u128, lists: usize, terms: &mut Vec<usize>) {
    terms.clear();
    terms.push(0);
    terms.extend((0..lists).map(|list| 1 << list));
    let mut left = mask;
    while left != 0 {
        let term = left.trailing_zeros() as usize;
        terms.push(term);
        left &= left - 1;
    }
}

fn fit_one(fitter: &mut Fitter, mask: u128, terms: &mut Vec<usize>) -> Option<Ranked> {
    terms_of(mask, fitter.lists(), terms);
    if fitter.status(terms) != Status::Ok || !fitter.maximise(terms, false) {
        return None;
    }
    let log_likelihood = fitter.log_likelihood();
    let parameters = terms.len() as f64;
    Some(Ranked {
        mask,
        estimate: fitter.persons() + fitter.hidden(),
        bic: parameters * fitter.persons().ln() - 2.0 * log_likelihood,
        aic: 2.0 * parameters - 2.0 * log_likelihood,
    })
}

/// Fits and ranks all hierarchical models up to an order.
///
/// # Errors
/// [`TooManyModels`] where they are too many.
pub fn rank(
    counts: &[u64],
    order_max: usize,
    workers: &dyn Workers,
) -> Result<Ranking, TooManyModels> {
    let lists = counts.len().ilog2() as usize;
    let masks = enumerate(lists, order_max)?;
    let parts = collect(workers, masks.len().div_ceil(BLOCK), |block| {
        let mut fitter = Fitter::new(counts);
        let mut terms = Vec::new();
        let own = masks.iter().skip(block * BLOCK).take(BLOCK);
        own.filter_map(|mask| fit_one(&mut fitter, *mask, &mut terms))
            .collect::<Vec<_>>()
    });
    let mut ranked = parts.concat();
    ranked.sort_by(|a, b| a.bic.total_cmp(&b.bic).then(a.mask.cmp(&b.mask)));
    Ok(Ranking {
        lists,
        order_max,
        enumerated: masks.len(),
        ranked,
    })
}

/// The model of pairs in which a walk downhill from independent lists ends, as terms (intercept
/// first), and its estimate; not a number where not even independent lists have one.
pub fn downhill(fitter: &mut Fitter) -> (Vec<usize>, f64) {
    let lists = fitter.lists();
    let main: Vec<usize> = Model::main_effects(lists).terms().to_vec();
    let all: Vec<usize> = pairs(lists).iter().map(|(i, j)| 1 << i | 1 << j).collect();
    let criterion = |fitter: &mut Fitter, terms: &[usize]| {
        if fitter.status(terms) != Status::Ok || !fitter.maximise(terms, false) {
            return None;
        }
        let penalty = terms.len() as f64 * fitter.persons().ln();
        Some(penalty - 2.0 * fitter.log_likelihood())
    };
    let mut terms = main;
    let Some(mut lowest) = criterion(fitter, &terms) else {
        return (terms, f64::NAN);
    };
    loop {
        let mut best: Option<(Vec<usize>, f64)> = None;
        for pair in &all {
            let mut other = terms.clone();
            if other.contains(pair) {
                other.retain(|term| term != pair);
            } else {
                other.push(*pair);
            }
            let limit = best.as_ref().map_or(lowest, |(_, bic)| *bic);
            // Rounding must not send the walk in circles.
            let found = criterion(fitter, &other).filter(|bic| *bic < limit - 1e-9);
            best = found.map(|bic| (other, bic)).or(best);
        }
        let Some((next, bic)) = best else { break };
        (terms, lowest) = (next, bic);
    }
    let settled = fitter.maximise(&terms, false);
    let estimate = fitter.persons() + fitter.hidden();
    (terms, if settled { estimate } else { f64::NAN })
}

impl Ranking {
    /// The mean of the estimates weighted by `exp(-BIC/2)`; not a number where no model has one.
    #[must_use]
    pub fn weighted_estimate(&self) -> f64 {
        let Some(best) = self.ranked.first() else {
            return f64::NAN;
        };
        let weight = |model: &Ranked| (-(model.bic - best.bic) / 2.0).exp();
        let total: f64 = self.ranked.iter().map(weight).sum();
        let sum = self.ranked.iter().map(|m| weight(m) * m.estimate);
        sum.sum::<f64>() / total
    }

    /// The choice that a replicate repeats: the estimate of the model with the least BIC among the
    /// `top` best of this ranking; not a number where none of them has an estimate.
    pub fn choice(&self, top: usize) -> impl Fn(&mut Fitter) -> f64 + Sync {
        let chosen = self.chosen(top);
        move |fitter| chosen(fitter).map_or(f64::NAN, |(_, estimate)| estimate)
    }

    /// The same choice, with the place of the chosen model in this ranking (0 for the best).
    pub fn chosen(&self, top: usize) -> impl Fn(&mut Fitter) -> Option<(usize, f64)> + Sync {
        let masks: Vec<u128> = self.ranked.iter().take(top).map(|m| m.mask).collect();
        move |fitter| {
            let mut terms = Vec::new();
            let mut best: Option<(usize, Ranked)> = None;
            for (place, mask) in masks.iter().enumerate() {
                let found = fit_one(fitter, *mask, &mut terms);
                let better = |model: &Ranked| best.is_none_or(|(_, best)| model.bic < best.bic);
                best = found.filter(better).map(|model| (place, model)).or(best);
            }
            best.map(|(place, model)| (place, model.estimate))
        }
    }
}
