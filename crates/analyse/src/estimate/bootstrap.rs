//! Intervals by the bootstrap, with the whole choice of the model repeated in each replicate.
//!
//! Definition (DiCiccio and Efron 1996; Chan, Silverman and Vincent 2021). `B` tables of `n`
//! persons are drawn from the observed histories and estimated anew. With `z0` the normal
//! quantile of the share of replicates below the estimate and `a` the acceleration, the limit at
//! probability `p` is the replicate quantile at
//! `q = Phi(z0 + (z0 + z_p) / (1 - a (z0 + z_p)))`, type 8 of Hyndman and Fan. The acceleration is
//! from the exact jackknife: one person of each observed history taken away in turn,
//! `a = sum N_w d_w^3 / (6 (sum N_w d_w^2)^(3/2))` with `d_w` the mean of the values less the
//! value.
//!
//! Limits. When `q B` lies within ten of either end the quantile is one of the few most extreme
//! replicates, an artefact of the draw (published limits of that kind are known); such a limit is
//! *beyond the resolution of B replicates* and is said to be so, not printed. A replicate without
//! an estimate counts as unboundedly large.

use super::fit::Fitter;
use super::random::Random;
use super::special::{normal_cdf, normal_quantile, whole};
use super::workers::{Workers, collect};

/// Replicates at either end that a limit must leave beyond itself.
pub const REPLICATES_BEYOND_MIN: f64 = 10.0;

/// Relative difference of two estimates that rounding can make.
const TIE: f64 = 1e-9;

/// Replicates that one task runs, so that its fitter is made once.
const BLOCK: usize = 16;

/// How many replicates, and from which seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resampling {
    /// Number of replicates `B`.
    pub replicates: usize,
    /// Seed of all random numbers.
    pub seed: u64,
}

/// One limit of a bootstrap interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// The limit.
    At(f64),
    /// Below what so many replicates can tell; the smallest replicates lie about here.
    BelowResolution(f64),
    /// Above what so many replicates can tell; the largest replicates lie about here.
    AboveResolution(f64),
    /// The correction is not defined (all replicates on one side, or no acceleration).
    Undefined,
}

impl Limit {
    /// The limit where there is one.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        match self {
            Self::At(value) => Some(value),
            _ => None,
        }
    }
}

/// The parts of the interval's arithmetic.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// Normal quantile of the share of replicates below the estimate.
    pub bias: f64,
    /// Acceleration `a`.
    pub acceleration: f64,
    /// Replicates in ascending order, those without an estimate as infinity.
    pub sorted: Vec<f64>,
}

impl Correction {
    /// Prepares limits from an estimate, its replicates and its acceleration.
    #[must_use]
    pub fn new(estimate: f64, replicates: &[f64], acceleration: f64) -> Self {
        let known = |value: &f64| {
            if value.is_nan() {
                f64::INFINITY
            } else {
                *value
            }
        };
        let mut sorted: Vec<f64> = replicates.iter().map(known).collect();
        sorted.sort_by(f64::total_cmp);
        // On small tables a replicate often has the very value of the estimate: rounding must not
        // say whether it lies below.
        let least = estimate - TIE * estimate.abs();
        let below = sorted.iter().filter(|value| **value < least).count();
        Self {
            bias: normal_quantile(below as f64 / sorted.len() as f64),
            acceleration,
            sorted,
        }
    }

    /// The probability at which the replicates' quantile is the limit at `p`; not a number where
    /// it is not defined.
    #[must_use]
    pub fn adjusted(&self, p: f64) -> f64 {
        let moved = self.bias + normal_quantile(p);
        let stretch = 1.0 - self.acceleration * moved;
        if !moved.is_finite() || stretch.is_nan() || stretch <= 0.0 {
            return f64::NAN;
        }
        normal_cdf(self.bias + moved / stretch)
    }

    /// The quantile of the replicates at the adjusted probability, whether or not so many
    /// replicates can tell it.
    #[must_use]
    pub fn quantile(&self, p: f64) -> f64 {
        quantile_type_8(&self.sorted, self.adjusted(p))
    }

    /// The limit at `p`, such as 0.025.
    #[must_use]
    pub fn limit(&self, p: f64) -> Limit {
        let place = self.adjusted(p) * self.sorted.len() as f64;
        if place.is_nan() {
            return Limit::Undefined;
        }
        let value = self.quantile(p);
        if place < REPLICATES_BEYOND_MIN {
            Limit::BelowResolution(value)
        } else if place > self.sorted.len() as f64 - REPLICATES_BEYOND_MIN || !value.is_finite() {
            Limit::AboveResolution(value)
        } else {
            Limit::At(value)
        }
    }
}

/// Quantile of sorted values by Hyndman and Fan's type 8.
#[must_use]
pub fn quantile_type_8(sorted: &[f64], p: f64) -> f64 {
    let size = sorted.len() as f64;
    if sorted.is_empty() || p.is_nan() {
        return f64::NAN;
    }
    let place = ((size + 1.0 / 3.0) * p + 1.0 / 3.0).clamp(1.0, size);
    let below = place.floor();
    let low = sorted[whole(below) - 1];
    let high = sorted[whole(below).min(sorted.len() - 1)];
    let weight = place - below;
    // Two infinite neighbours would give no number.
    if weight == 0.0 || low == high {
        low
    } else {
        low + weight * (high - low)
    }
}

/// Acceleration from jackknife values with their weights (`N_w`); not a number where a value is
/// missing.
#[must_use]
pub fn acceleration(jackknife: &[(u64, f64)]) -> f64 {
    let persons: f64 = jackknife.iter().map(|(weight, _)| *weight as f64).sum();
    let sum = jackknife.iter().map(|(w, value)| *w as f64 * value);
    let mean = sum.sum::<f64>() / persons;
    let power = |p: i32| -> f64 {
        let parts = jackknife.iter();
        parts
            .map(|(w, value)| *w as f64 * (mean - value).powi(p))
            .sum()
    };
    power(3) / (6.0 * power(2).powf(1.5))
}

/// Estimates without one person of each observed history, with the history and its count.
pub fn jackknife(
    counts: &[u64],
    workers: &dyn Workers,
    estimate: impl Fn(&mut Fitter) -> f64 + Sync,
) -> Vec<(usize, u64, f64)> {
    let seen: Vec<usize> = (1..counts.len()).filter(|cell| counts[*cell] > 0).collect();
    collect(workers, seen.len(), |number| {
        let mut fewer = counts.to_vec();
        fewer[seen[number]] -= 1;
        let value = estimate(&mut Fitter::new(&fewer));
        (seen[number], counts[seen[number]], value)
    })
}

/// Most persons that are drawn one by one; of more, each history's number is drawn at once.
const PERSONS_ONE_BY_ONE_MAX: u64 = 20_000;

/// How tables of as many persons are drawn from the observed histories.
enum Draws {
    /// Person by person, from a list with each person's history.
    Persons(Vec<usize>, u32),
    /// History by history, each number binomial given those before: time and memory do not grow
    /// with the counts.
    Histories(Vec<(usize, f64)>),
}

impl Draws {
    fn new(counts: &[u64]) -> Self {
        let cells = counts.iter().enumerate().filter(|(_, count)| **count > 0);
        let persons: u64 = counts.iter().sum();
        if let (true, Ok(bound)) = (persons <= PERSONS_ONE_BY_ONE_MAX, u32::try_from(persons)) {
            let each = cells.flat_map(|(cell, count)| (0..*count).map(move |_| cell));
            return Self::Persons(each.collect(), bound);
        }
        Self::Histories(cells.map(|(cell, count)| (cell, *count as f64)).collect())
    }

    fn draw(&self, random: &mut Random, drawn: &mut [u64]) {
        drawn.iter_mut().for_each(|count| *count = 0);
        match self {
            Self::Persons(persons, bound) => {
                for _ in 0..persons.len() {
                    drawn[persons[random.below(*bound)]] += 1;
                }
            }
            Self::Histories(cells) => {
                let mut left: f64 = cells.iter().map(|(_, count)| count).sum();
                let mut rest = left;
                for (cell, count) in cells {
                    let own = random.binomial(left, count / rest);
                    drawn[*cell] = whole(own) as u64;
                    left -= own;
                    rest -= count;
                }
            }
        }
    }
}

/// Estimates of resampled tables, in the order of the replicates.
pub fn replicates(
    counts: &[u64],
    resampling: Resampling,
    workers: &dyn Workers,
    estimate: impl Fn(&mut Fitter) -> f64 + Sync,
) -> Vec<f64> {
    let draws = Draws::new(counts);
    let blocks = resampling.replicates.div_ceil(BLOCK);
    let parts = collect(workers, blocks, |block| {
        let mut fitter = Fitter::new(counts);
        let mut drawn = vec![0_u64; counts.len()];
        let end = resampling.replicates.min((block + 1) * BLOCK);
        let numbers = block * BLOCK..end;
        let draw = |number: usize| {
            let mut random = Random::stream(resampling.seed, number as u64);
            draws.draw(&mut random, &mut drawn);
            fitter.load(&drawn);
            estimate(&mut fitter)
        };
        numbers.map(draw).collect::<Vec<f64>>()
    });
    parts.concat()
}

/// Replicates, jackknife and correction of one estimator on one table.
pub fn bootstrap(
    counts: &[u64],
    resampling: Resampling,
    workers: &dyn Workers,
    estimate: impl Fn(&mut Fitter) -> f64 + Sync,
) -> Correction {
    let point = estimate(&mut Fitter::new(counts));
    let values = jackknife(counts, workers, &estimate);
    let weighted: Vec<(u64, f64)> = values.iter().map(|(_, w, value)| (*w, *value)).collect();
    let drawn = replicates(counts, resampling, workers, estimate);
    Correction::new(point, &drawn, acceleration(&weighted))
}
