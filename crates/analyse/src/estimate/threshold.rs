//! The Bayesian threshold: all pairs of lists first, then those that stand out.
//!
//! Definition (Silverman 2020, section 6). The Poisson model with all pairs is sampled with flat
//! priors on the intercept and the lists and a normal (or flat) prior on the interactions; pairs
//! with `|mean| / sd` below the threshold of 2 are dropped and the rest is sampled again; the
//! estimate is the posterior median of `n + exp(a_0)`. With order 3, triples all of whose pairs
//! stayed are added, held to the same threshold, and the rest is sampled once more. With flat
//! priors, pairs that share nobody are at minus infinity from the start and existence is asked.
//!
//! Method. Hamiltonian Monte Carlo around the posterior mode in coordinates in which the posterior
//! is nearly a standard normal. Any correct sampler gives the same posterior; figures differ from
//! published ones by their Monte Carlo error.

use super::existence::Status;
use super::fit::{Fitter, cholesky, solve, subset_sums, superset_sums};
use super::model::Model;
use super::random::Random;
use super::table::CaptureTable;

/// Interactions below so many standard deviations are dropped.
pub const THRESHOLD_USUAL: f64 = 2.0;

const LEAPS: usize = 3;
const LEAP: f64 = 0.5;

/// Settings of the method.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Variance of the normal prior of each interaction; absent for a flat prior.
    pub variance: Option<f64>,
    /// Least `|mean| / sd` of an interaction that stays.
    pub threshold: f64,
    /// 2 for pairs of lists, 3 for triples too.
    pub order_max: usize,
    /// Samples before those that count.
    pub burn_in: usize,
    /// Samples that count.
    pub samples: usize,
    /// Seed.
    pub seed: u64,
}

impl Settings {
    /// Prior variance 1, threshold 2, pairs, 1,000 and 10,000 samples.
    #[must_use]
    pub fn usual(seed: u64) -> Self {
        Self {
            variance: Some(1.0),
            threshold: THRESHOLD_USUAL,
            order_max: 2,
            burn_in: 1000,
            samples: 10_000,
            seed,
        }
    }
}

/// What the method came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// `mean / sd` of each interaction when it was held to the threshold.
    pub strengths: Vec<(usize, f64)>,
    /// Interactions (codes) that stayed.
    pub retained: Vec<usize>,
    /// Pairs at minus infinity.
    pub boundary: Vec<usize>,
    /// Sampled numbers of persons under what stayed, sorted.
    pub persons: Vec<f64>,
}

impl Outcome {
    /// Quantile of the posterior of the number of persons.
    #[must_use]
    pub fn quantile(&self, p: f64) -> f64 {
        super::bootstrap::quantile_type_8(&self.persons, p)
    }
}

/// Runs the method.
///
/// # Errors
/// The [`Status`] of the model of all pairs where priors are flat and it has no estimate, and
/// [`Status::DoesNotExist`] where a posterior has no mode.
pub fn bayesian_threshold(table: &CaptureTable, settings: Settings) -> Result<Outcome, Status> {
    let lists = table.lists().len();
    let all = Model::all_pairs(lists).terms().to_vec();
    let mut boundary = Vec::new();
    if settings.variance.is_none() {
        let status = Fitter::new(table.counts()).status(&all);
        if status != Status::Ok {
            return Err(status);
        }
        let pairs = all.iter().copied().filter(|term| term.count_ones() == 2);
        boundary = pairs.filter(|pair| table.together(*pair) == 0).collect();
    }
    let run = |interactions: &[usize], stream| -> Result<Samples, Status> {
        let sampler = Posterior::new(table, interactions, &boundary, settings.variance);
        let mut random = Random::stream(settings.seed, stream);
        let samples = sampler.and_then(|s| s.sample(settings, &mut random));
        samples.ok_or(Status::DoesNotExist)
    };
    let mut retained: Vec<usize> = all
        .into_iter()
        .filter(|term| term.count_ones() == 2 && !boundary.contains(term))
        .collect();
    let mut strengths = run(&retained, 0)?.strengths;
    let strong = |strengths: &[(usize, f64)], term: &usize| {
        let own = strengths.iter().rfind(|(code, _)| code == term);
        own.is_some_and(|(_, strength)| strength.abs() >= settings.threshold)
    };
    retained.retain(|term| strong(&strengths, term));
    if settings.order_max >= 3 {
        let triples = triples(lists, &retained);
        if !triples.is_empty() {
            let together = [retained.clone(), triples.clone()].concat();
            strengths.extend(
                run(&together, 1)?
                    .strengths
                    .into_iter()
                    .filter(|(code, _)| code.count_ones() == 3),
            );
            retained.extend(triples.iter().filter(|term| strong(&strengths, term)));
        }
    }
    let mut persons = run(&retained, 2)?.persons;
    persons.sort_by(f64::total_cmp);
    Ok(Outcome {
        strengths,
        retained,
        boundary,
        persons,
    })
}

/// Triples of lists all of whose pairs are there.
fn triples(lists: usize, pairs: &[usize]) -> Vec<usize> {
    let three = (0..1_usize << lists).filter(|code| code.count_ones() == 3);
    three
        .filter(|code| {
            let within = pairs.iter().filter(|pair| code & **pair == **pair);
            within.count() == 3
        })
        .collect()
}

/// Samples of one model.
struct Samples {
    strengths: Vec<(usize, f64)>,
    persons: Vec<f64>,
}

/// The posterior of one model, in coordinates `u` with `beta = mode + L'^-1 u`, `L` the Cholesky
/// factor of the information at the mode.
struct Posterior {
    terms: Vec<usize>,
    statistics: Vec<f64>,
    precision: Vec<f64>,
    kept: Vec<bool>,
    persons: f64,
    mode: Vec<f64>,
    factor: Vec<f64>,
    means: Vec<f64>,
}

impl Posterior {
    fn new(
        table: &CaptureTable,
        interactions: &[usize],
        boundary: &[usize],
        variance: Option<f64>,
    ) -> Option<Self> {
        let lists = table.lists().len();
        let mut sums: Vec<f64> = table.counts().iter().map(|count| *count as f64).collect();
        superset_sums(&mut sums);
        let mut terms: Vec<usize> = std::iter::once(0)
            .chain((0..lists).map(|l| 1 << l))
            .collect();
        let flat = terms.len();
        terms.extend(interactions);
        let precision = (0..terms.len()).map(|place| {
            let normal = variance.filter(|_| place >= flat);
            normal.map_or(0.0, |variance| 1.0 / variance)
        });
        let kept = |cell: usize| cell > 0 && boundary.iter().all(|pair| cell & pair != *pair);
        let mut posterior = Self {
            statistics: terms.iter().map(|term| sums[*term]).collect(),
            precision: precision.collect(),
            kept: (0..sums.len()).map(kept).collect(),
            persons: sums[0],
            mode: vec![0.0; terms.len()],
            factor: Vec::new(),
            means: vec![0.0; sums.len()],
            terms,
        };
        posterior.find_mode().then_some(posterior)
    }

    /// Log posterior; leaves the sums of the means over supersets behind.
    fn value(&mut self, beta: &[f64]) -> f64 {
        self.means.iter_mut().for_each(|mean| *mean = 0.0);
        for (term, value) in self.terms.iter().zip(beta) {
            self.means[*term] = *value;
        }
        subset_sums(&mut self.means);
        for (mean, kept) in self.means.iter_mut().zip(&self.kept) {
            *mean = if *kept { mean.exp() } else { 0.0 };
        }
        superset_sums(&mut self.means);
        let parts = beta.iter().zip(&self.statistics).zip(&self.precision);
        let linear: f64 = parts.map(|((b, s), p)| b * s - 0.5 * p * b * b).sum();
        linear - self.means[0]
    }

    /// Gradient at the parameters that were looked at last.
    fn gradient(&self, beta: &[f64], gradient: &mut Vec<f64>) {
        gradient.clear();
        for (place, term) in self.terms.iter().enumerate() {
            let prior = self.precision[place] * beta[place];
            gradient.push(self.statistics[place] - self.means[*term] - prior);
        }
    }

    fn find_mode(&mut self) -> bool {
        let width = self.terms.len();
        let mut beta = vec![0.0; width];
        beta[0] = (2.0 * self.persons).ln();
        let rates = self.statistics.iter().zip(&self.terms);
        for (start, (statistic, term)) in beta.iter_mut().zip(rates).skip(1) {
            if term.count_ones() == 1 {
                *start = (statistic / (2.0 * self.persons)).ln();
            }
        }
        let mut best = self.value(&beta);
        let mut step = Vec::new();
        for _ in 0..200 {
            self.gradient(&beta, &mut step);
            let gradient = step.clone();
            self.factor = vec![0.0; width * width];
            for (row, first) in self.terms.iter().enumerate() {
                for (column, second) in self.terms[..=row].iter().enumerate() {
                    self.factor[row * width + column] = self.means[first | second];
                }
                self.factor[row * width + row] += self.precision[row];
            }
            if !cholesky(&mut self.factor, width) {
                return false;
            }
            solve(&self.factor, width, &mut step);
            let decrement: f64 = gradient.iter().zip(&step).map(|(g, s)| g * s).sum();
            if decrement < 1e-10 {
                self.mode = beta;
                return best.is_finite();
            }
            let origin = beta.clone();
            let mut scale = 1.0;
            loop {
                for ((own, from), step) in beta.iter_mut().zip(&origin).zip(&step) {
                    *own = from + scale * step;
                }
                let value = self.value(&beta);
                if value >= best - 1e-9 * (1.0 + best.abs()) || scale < 1e-8 {
                    best = value;
                    break;
                }
                scale *= 0.5;
            }
        }
        false
    }

    /// `mode + L'^-1 u`.
    fn parameters(&self, u: &[f64]) -> Vec<f64> {
        let width = u.len();
        let mut beta = u.to_vec();
        for row in (0..width).rev() {
            beta[row] /= self.factor[row * width + row];
            let value = beta[row];
            for (place, own) in beta[..row].iter_mut().enumerate() {
                *own -= self.factor[row * width + place] * value;
            }
        }
        beta.iter_mut()
            .zip(&self.mode)
            .for_each(|(b, mode)| *b += mode);
        beta
    }

    /// Log posterior and its gradient in the coordinates `u`.
    fn at(&mut self, u: &[f64], slope: &mut Vec<f64>) -> (f64, Vec<f64>) {
        let beta = self.parameters(u);
        let value = self.value(&beta);
        self.gradient(&beta, slope);
        let width = u.len();
        for row in 0..width {
            let line = &self.factor[row * width..row * width + row + 1];
            let done: f64 = line[..row].iter().zip(&*slope).map(|(a, b)| a * b).sum();
            slope[row] = (slope[row] - done) / line[row];
        }
        (value, beta)
    }

    fn sample(mut self, settings: Settings, random: &mut Random) -> Option<Samples> {
        let width = self.terms.len();
        let (mut sums, mut squares) = (vec![0.0; width], vec![0.0; width]);
        let mut persons = Vec::with_capacity(settings.samples);
        let mut u = vec![0.0; width];
        let mut slope = Vec::new();
        let (mut value, mut beta) = self.at(&u, &mut slope);
        for number in 0..settings.burn_in + settings.samples {
            let mut momentum: Vec<f64> = (0..width).map(|_| random.normal()).collect();
            let energy = |m: &[f64]| 0.5 * m.iter().map(|x| x * x).sum::<f64>();
            let before = value - energy(&momentum);
            let leap = LEAP * (0.7 + 0.6 * random.uniform());
            let (mut place, mut force) = (u.clone(), slope.clone());
            let mut end = (value, beta.clone());
            for _ in 0..LEAPS {
                momentum
                    .iter_mut()
                    .zip(&force)
                    .for_each(|(m, f)| *m += 0.5 * leap * f);
                place
                    .iter_mut()
                    .zip(&momentum)
                    .for_each(|(x, m)| *x += leap * m);
                end = self.at(&place, &mut force);
                momentum
                    .iter_mut()
                    .zip(&force)
                    .for_each(|(m, f)| *m += 0.5 * leap * f);
            }
            let gain = end.0 - energy(&momentum) - before;
            if gain.is_finite() && random.uniform().ln() < gain {
                (u, slope) = (place, force);
                (value, beta) = end;
            }
            if number >= settings.burn_in {
                for (at, b) in beta.iter().enumerate() {
                    let distance = b - self.mode[at];
                    sums[at] += distance;
                    squares[at] += distance * distance;
                }
                persons.push(self.persons + beta[0].exp());
            }
        }
        let size = settings.samples as f64;
        let strength = |at: usize| {
            let mean = sums[at] / size;
            let deviation = ((squares[at] / size - mean * mean) * size / (size - 1.0)).sqrt();
            (self.terms[at], (self.mode[at] + mean) / deviation)
        };
        let interactions = (0..width).filter(|at| self.terms[*at].count_ones() > 1);
        let strengths = interactions.map(strength).collect();
        Some(Samples { strengths, persons })
    }
}
