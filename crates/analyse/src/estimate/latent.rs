//! Latent classes by a sampler: lists independent within classes of persons, classes unknown.
//!
//! Definition (Manrique-Vallier 2016). Persons fall into at most `C` classes with weights `nu` by
//! stick breaking, `V_c ~ Beta(1, alpha)`, `V_C = 1`; within class `c` list `j` holds a person
//! with probability `lambda_jc ~ Beta(1, 1)`; `alpha ~ Gamma(1/4, rate 1/4)`; the number of persons
//! has prior `1/N`. One sweep draws the classes of the persons seen, `lambda`, `V`, the hidden part
//! `n0 ~ NegBin(n, 1 - rho)` with `rho` the chance to be on no list, its classes, and `alpha`.
//!
//! Limits. `n0` above 20 times the persons seen is drawn again (the rule of the published
//! software), which cuts the posterior of sparse tables. Chains mix slowly on small tables: each
//! chain's effective size is reported, and medians of chains that disagree are no estimate.
//!
//! A trap: in the second parameter of `V_c` the number of persons in later classes must be
//! subtracted before `alpha` is added. Added first, `alpha` below 1e-13 is lost to rounding, sticks
//! at 0, and the sampler silently becomes the model of one class while its chains look perfect.

use super::random::Random;
use super::table::CaptureTable;
use super::workers::{Workers, collect};

/// Hidden parts above so many times the persons seen are drawn again.
pub const HIDDEN_FACTOR_MAX: f64 = 20.0;
/// Effective size below which a chain's quantiles are not relied on.
pub const EFFECTIVE_SIZE_MIN: f64 = 400.0;

const WARM_UP: usize = 500;
/// Draws after which the hidden part is set to its bound: nearly all of its mass lies beyond.
const REDRAWS_MAX: usize = 1000;
const ALPHA_SHAPE: f64 = 0.25;
const ALPHA_RATE: f64 = 0.25;
/// Counts up to which persons are drawn one by one.
const SINGLY_MAX: u64 = 4;

/// Settings of the sampler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Most classes `C`.
    pub classes: usize,
    /// Sweeps before the first sample of a chain.
    pub burn_in: usize,
    /// Samples of a chain.
    pub samples: usize,
    /// Sweeps from one sample to the next.
    pub thinning: usize,
    /// Number of chains, each with its own stream of random numbers.
    pub chains: usize,
    /// Seed of all chains.
    pub seed: u64,
}

impl Settings {
    /// Ten classes, four chains of 20,000 sweeps and then 5,000 samples twenty sweeps apart.
    #[must_use]
    pub fn usual(seed: u64) -> Self {
        Self {
            classes: 10,
            burn_in: 20_000,
            samples: 5000,
            thinning: 20,
            chains: 4,
            seed,
        }
    }
}

/// What the chains gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Chains {
    /// Sampled numbers of persons, chain by chain.
    pub persons: Vec<Vec<f64>>,
}

impl Chains {
    /// Quantile of all chains together.
    #[must_use]
    pub fn quantile(&self, p: f64) -> f64 {
        let mut all = self.persons.concat();
        all.sort_by(f64::total_cmp);
        super::bootstrap::quantile_type_8(&all, p)
    }

    /// Median of each chain.
    #[must_use]
    pub fn medians(&self) -> Vec<f64> {
        let median = |chain: &Vec<f64>| {
            let mut sorted = chain.clone();
            sorted.sort_by(f64::total_cmp);
            super::bootstrap::quantile_type_8(&sorted, 0.5)
        };
        self.persons.iter().map(median).collect()
    }

    /// Effective number of independent samples of each chain.
    #[must_use]
    pub fn effective_sizes(&self) -> Vec<f64> {
        self.persons
            .iter()
            .map(|chain| effective_size(chain))
            .collect()
    }
}

/// Effective number of independent samples, by Geyer's initial positive sequence.
#[must_use]
pub fn effective_size(chain: &[f64]) -> f64 {
    let size = chain.len() as f64;
    let mean = chain.iter().sum::<f64>() / size;
    let covariance = |lag: usize| {
        let pairs = chain.iter().zip(&chain[lag..]);
        pairs.map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / size
    };
    let variance = covariance(0);
    if variance.is_nan() || variance <= 0.0 {
        return f64::NAN;
    }
    let mut sum = -variance;
    for lag in (0..chain.len().saturating_sub(1)).step_by(2) {
        let pair = covariance(lag) + covariance(lag + 1);
        if pair <= 0.0 {
            break;
        }
        sum += 2.0 * pair;
    }
    size * variance / sum.max(variance / size)
}

/// Runs all chains.
pub fn sample(table: &CaptureTable, settings: Settings, workers: &dyn Workers) -> Chains {
    let persons = collect(workers, settings.chains, |chain| {
        let random = Random::stream(settings.seed, chain as u64);
        let mut sampler = Sampler::new(table, settings.classes.max(1), random);
        for _ in 0..settings.burn_in {
            sampler.sweep();
        }
        let mut sampled = Vec::with_capacity(settings.samples);
        for _ in 0..settings.samples {
            for _ in 0..settings.thinning.max(1) {
                sampler.sweep();
            }
            sampled.push(sampler.persons + sampler.hidden);
        }
        sampled
    });
    Chains { persons }
}

/// One chain. Arrays by list and class hold class `c` of list `j` at `j * classes + c`.
#[derive(Debug)]
struct Sampler {
    lists: usize,
    classes: usize,
    histories: Vec<(usize, u64)>,
    persons: f64,
    random: Random,
    alpha: f64,
    sweeps: usize,
    hidden: f64,
    hidden_by_class: Vec<f64>,
    lambda: Vec<f64>,
    weights: Vec<f64>,
    /// Chance of class and history together, at `history * classes + class`.
    joint: Vec<f64>,
    in_class: Vec<f64>,
    captures: Vec<f64>,
    rests: Vec<f64>,
}

impl Sampler {
    fn new(table: &CaptureTable, classes: usize, random: Random) -> Self {
        let lists = table.lists().len();
        let persons = table.persons() as f64;
        let histories = table.counts().iter().copied().enumerate();
        let rates = table.list_totals();
        let lambda = rates
            .iter()
            .flat_map(|total| std::iter::repeat_n(*total as f64 / persons, classes));
        let mut sampler = Self {
            lists,
            classes,
            histories: histories.filter(|(_, count)| *count > 0).collect(),
            persons,
            random,
            alpha: 0.3 / classes as f64,
            sweeps: 0,
            hidden: 0.0,
            hidden_by_class: vec![0.0; classes],
            lambda: lambda.collect(),
            weights: vec![1.0 / classes as f64; classes],
            joint: vec![0.0; classes << lists],
            in_class: vec![0.0; classes],
            captures: vec![0.0; classes * lists],
            rests: vec![0.0; classes],
        };
        sampler.fill_joint();
        sampler
    }

    fn sweep(&mut self) {
        self.draw_classes();
        self.draw_rates();
        let last = self.draw_weights();
        self.fill_joint();
        self.draw_hidden();
        self.sweeps += 1;
        if self.sweeps == WARM_UP {
            self.sort_classes();
        }
        if self.sweeps > WARM_UP {
            let shape = ALPHA_SHAPE + self.classes as f64 - 1.0;
            self.alpha = self.random.gamma(shape) / (ALPHA_RATE - last);
        }
    }

    /// Chances of each class with each history, by doubling over the lists.
    fn fill_joint(&mut self) {
        let classes = self.classes;
        self.joint[..classes].copy_from_slice(&self.weights);
        for list in 0..self.lists {
            let half = classes << list;
            let rates = &self.lambda[list * classes..(list + 1) * classes];
            let (low, high) = self.joint[..2 * half].split_at_mut(half);
            let rows = low
                .chunks_exact_mut(classes)
                .zip(high.chunks_exact_mut(classes));
            for (low, high) in rows {
                for ((low, high), rate) in low.iter_mut().zip(high.iter_mut()).zip(rates) {
                    *high = *low * rate;
                    *low *= 1.0 - rate;
                }
            }
        }
    }

    /// Classes of the persons seen, and the sums that the next steps need.
    fn draw_classes(&mut self) {
        let classes = self.classes;
        self.in_class.iter_mut().for_each(|n| *n = 0.0);
        self.captures.iter_mut().for_each(|n| *n = 0.0);
        let mut drawn = vec![0.0; classes];
        for place in 0..self.histories.len() {
            let (code, count) = self.histories[place];
            let joint = &self.joint[code * classes..(code + 1) * classes];
            split(
                &mut self.random,
                count as f64,
                count <= SINGLY_MAX,
                joint,
                &mut self.rests,
                &mut drawn,
            );
            for (sum, own) in self.in_class.iter_mut().zip(&drawn) {
                *sum += own;
            }
            for list in (0..self.lists).filter(|list| code & 1 << list != 0) {
                let captures = &mut self.captures[list * classes..(list + 1) * classes];
                for (sum, own) in captures.iter_mut().zip(&drawn) {
                    *sum += own;
                }
            }
        }
        for (sum, own) in self.in_class.iter_mut().zip(&self.hidden_by_class) {
            *sum += own;
        }
    }

    fn draw_rates(&mut self) {
        for (place, rate) in self.lambda.iter_mut().enumerate() {
            let class = place % self.classes;
            let captures = self.captures[place];
            let rest = self.in_class[class] - captures;
            *rate = if self.in_class[class] == 0.0 {
                self.random.uniform()
            } else {
                self.random.beta(1.0 + captures, 1.0 + rest)
            };
        }
    }

    /// Draws the sticks; gives the logarithm of the last class's weight.
    fn draw_weights(&mut self) -> f64 {
        let all: f64 = self.in_class.iter().sum();
        let (mut done, mut ln_left) = (0.0, 0.0);
        for class in 0..self.classes - 1 {
            done += self.in_class[class];
            // Whole numbers first: see the trap at the head of this file.
            let later = all - done;
            let taken = self.random.ln_gamma(1.0 + self.in_class[class]);
            let left = self.random.ln_gamma(self.alpha + later);
            let both = ln_add(taken, left);
            self.weights[class] = (ln_left + taken - both).exp();
            ln_left += left - both;
        }
        self.weights[self.classes - 1] = ln_left.exp();
        ln_left
    }

    fn draw_hidden(&mut self) {
        let classes = self.classes;
        let unseen: f64 = self.joint[..classes].iter().sum();
        let unseen = unseen.clamp(0.0, 1.0 - 1e-12);
        let most = HIDDEN_FACTOR_MAX * self.persons;
        self.hidden = most;
        for _ in 0..REDRAWS_MAX {
            let rate = self.random.gamma(self.persons) * unseen / (1.0 - unseen);
            let drawn = self.random.poisson(rate);
            if drawn <= most {
                self.hidden = drawn;
                break;
            }
        }
        let joint = &self.joint[..classes];
        let (random, rests) = (&mut self.random, &mut self.rests);
        split(
            random,
            self.hidden,
            false,
            joint,
            rests,
            &mut self.hidden_by_class,
        );
    }

    fn sort_classes(&mut self) {
        let classes = self.classes;
        let mut order: Vec<usize> = (0..classes).collect();
        order.sort_by(|a, b| self.weights[*b].total_cmp(&self.weights[*a]));
        let sorted = |values: &[f64]| -> Vec<f64> {
            let rows = values.chunks_exact(classes);
            rows.flat_map(|row| order.iter().map(|class| row[*class]))
                .collect()
        };
        self.lambda = sorted(&self.lambda);
        self.weights = sorted(&self.weights);
        self.hidden_by_class = sorted(&self.hidden_by_class);
        self.fill_joint();
    }
}

/// Splits `count` persons over classes in proportion to `weights`.
fn split(
    random: &mut Random,
    count: f64,
    singly: bool,
    weights: &[f64],
    rests: &mut [f64],
    drawn: &mut [f64],
) {
    drawn.iter_mut().for_each(|n| *n = 0.0);
    // Weight of a class and all later ones, summed from the end so that nothing cancels.
    let mut rest = 0.0;
    for (sum, weight) in rests.iter_mut().zip(weights).rev() {
        rest += weight;
        *sum = rest;
    }
    let mut left = count;
    if singly {
        while left > 0.0 {
            let place = random.uniform() * rest;
            // Classes whose rest still lies above the place come before the one that is hit.
            let class = rests.iter().rposition(|sum| *sum > place).unwrap_or(0);
            drawn[class] += 1.0;
            left -= 1.0;
        }
        return;
    }
    for (class, weight) in weights.iter().enumerate() {
        if left <= 0.0 {
            return;
        }
        let share = if class + 1 == weights.len() || rests[class] <= 0.0 {
            1.0
        } else {
            weight / rests[class]
        };
        let own = random.binomial(left, share);
        drawn[class] = own;
        left -= own;
    }
}

/// ln(exp(a) + exp(b)) without overflow.
fn ln_add(a: f64, b: f64) -> f64 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    if low == f64::NEG_INFINITY {
        return high;
    }
    high + (low - high).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tiny_alpha_is_not_lost() {
        let text =
            "A,B,C,count\n1,0,0,40\n0,1,0,30\n0,0,1,20\n1,1,0,9\n1,0,1,7\n0,1,1,8\n1,1,1,3\n";
        let table = CaptureTable::from_csv(text).expect("a table");
        let mut sampler = Sampler::new(&table, 10, Random::stream(1, 0));
        sampler.sweeps = WARM_UP;
        sampler.alpha = 1e-15;
        let mut alpha_max: f64 = 0.0;
        for _ in 0..20_000 {
            sampler.sweep();
            assert!(sampler.alpha > 0.0, "alpha is stuck at 0");
            alpha_max = alpha_max.max(sampler.alpha);
        }
        assert!(alpha_max > 1e-3, "alpha never came back: {alpha_max}");
    }

    #[test]
    fn effective_size_of_independent_and_of_repeated_samples() {
        let mut random = Random::stream(3, 0);
        let chain: Vec<f64> = (0..4000).map(|_| random.normal()).collect();
        let slow: Vec<f64> = chain.iter().flat_map(|x| [*x; 8]).collect();
        assert!((2800.0..5600.0).contains(&effective_size(&chain)));
        assert!((2400.0..6000.0).contains(&effective_size(&slow)));
        assert!(effective_size(&[1.0; 10]).is_nan());
    }
}
