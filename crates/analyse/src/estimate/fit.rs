//! The Poisson log-linear model by extended maximum likelihood.
//!
//! Definition. Histories `w` have independent counts `N_w ~ Poisson(mu_w)` with `log mu_w` the sum
//! of the parameters of all terms within `w` (Chan, Silverman and Vincent 2021). The hidden part
//! is `exp` of the intercept, so that `N = n + exp(a_0)`. Terms with sufficient statistic 0 are at
//! minus infinity (the boundary step of [`super::existence`]).
//!
//! Formulas. Deviance `2 sum(y ln(y/mu) - (y - mu))` and log-likelihood
//! `sum(y ln mu - mu - ln y!)` over the possible histories. `p` counts all parameters, those at
//! minus infinity included: AIC `2p - 2 loglik`, BIC over persons `p ln n - 2 loglik`, BIC over
//! cells with `ln(2^K - 1)`. Wald interval `n + exp(a_0 + z sqrt(V_00))`; standard error of N
//! `sqrt(d + d^2 V_00)` with `d` the hidden part (Rcapture).
//!
//! Method. The first step is that of iteratively reweighted least squares from `y + 0.1`, the
//! following are Newton's with step halving, on bit masks: `log mu` is a sum over subsets, and the
//! information of terms `s` and `t` is the sum of `mu` over the supersets of `s | t`, so both come
//! from two butterfly passes over the cells and no design matrix is ever built.

use super::existence::{Checker, Status};
use super::special::{ln_factorial, normal_quantile};

/// Greatest number of Newton steps; a model that exists needs about eight.
const STEPS_MAX: usize = 200;
/// Newton decrement below which one more step gives all digits.
const DECREMENT_SMALL: f64 = 1e-11;

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Persons on at least one list.
    pub persons: f64,
    /// Estimated number of persons on no list.
    pub hidden: f64,
    /// All parameters, those at minus infinity included.
    pub parameters: usize,
    /// Terms at minus infinity, as codes.
    pub boundary: Vec<usize>,
    /// Finite terms (codes, the intercept first) with estimate and standard error.
    pub coefficients: Vec<(usize, f64, f64)>,
    /// Possible histories: those that hold no term at minus infinity.
    pub cells: usize,
    /// Log-likelihood over the possible histories.
    pub log_likelihood: f64,
    /// Deviance over the possible histories.
    pub deviance: f64,
    /// Number of lists.
    pub lists: usize,
}

impl Fit {
    /// Estimated number of persons, seen and hidden.
    #[must_use]
    pub fn estimate(&self) -> f64 {
        self.persons + self.hidden
    }

    /// Akaike's criterion.
    #[must_use]
    pub fn aic(&self) -> f64 {
        2.0 * self.parameters as f64 - 2.0 * self.log_likelihood
    }

    /// Schwarz's criterion with persons as the observations.
    #[must_use]
    pub fn bic(&self) -> f64 {
        self.parameters as f64 * self.persons.ln() - 2.0 * self.log_likelihood
    }

    /// Schwarz's criterion with histories as the observations.
    #[must_use]
    pub fn bic_cells(&self) -> f64 {
        let cells = (1_usize << self.lists) - 1;
        self.parameters as f64 * (cells as f64).ln() - 2.0 * self.log_likelihood
    }

    /// Possible histories less finite parameters.
    #[must_use]
    pub fn residual_degrees(&self) -> usize {
        self.cells.saturating_sub(self.coefficients.len())
    }

    /// Standard error of the estimated number of persons.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        let error = self.coefficients.first().map_or(f64::NAN, |first| first.2);
        (self.hidden + (self.hidden * error).powi(2)).sqrt()
    }

    /// Wald limit on the logarithm of the hidden part at probability `p`, such as 0.025.
    #[must_use]
    pub fn wald_limit(&self, p: f64) -> f64 {
        let Some((_, intercept, error)) = self.coefficients.first() else {
            return f64::NAN;
        };
        self.persons + (intercept + normal_quantile(p) * error).exp()
    }
}

/// Sums over supersets, in place: entry `s` becomes the sum of all entries `w` with `w & s == s`.
pub(super) fn superset_sums(cells: &mut [f64]) {
    let mut bit = 1;
    while bit < cells.len() {
        for block in cells.chunks_exact_mut(2 * bit) {
            let (low, high) = block.split_at_mut(bit);
            for (low, high) in low.iter_mut().zip(high.iter()) {
                *low += high;
            }
        }
        bit *= 2;
    }
}

/// Sums over subsets, in place: entry `w` becomes the sum of all entries `s` with `w & s == s`.
pub(super) fn subset_sums(cells: &mut [f64]) {
    let mut bit = 1;
    while bit < cells.len() {
        for block in cells.chunks_exact_mut(2 * bit) {
            let (low, high) = block.split_at_mut(bit);
            for (high, low) in high.iter_mut().zip(low.iter()) {
                *high += low;
            }
        }
        bit *= 2;
    }
}

/// Fits models to one table after another, with room that is kept between fits.
#[derive(Debug, Clone)]
pub struct Fitter {
    counts: Vec<f64>,
    observed: Vec<bool>,
    /// Sufficient statistics: superset sums of the counts.
    statistics: Vec<f64>,
    persons: f64,
    ln_factorials: f64,
    /// Whether the history of no list is a cell with a count (for profile likelihood).
    with_hidden: bool,
    /// Terms of the last model that are finite, and their estimates.
    finite: Vec<usize>,
    beta: Vec<f64>,
    kept: Vec<bool>,
    means: Vec<f64>,
    mean_sums: Vec<f64>,
    linear: Vec<f64>,
    matrix: Vec<f64>,
    gradient: Vec<f64>,
    checked_terms: Vec<usize>,
    checked_cells: Vec<bool>,
    checker: Checker,
}

impl Fitter {
    /// A fitter for these counts by history code; the first, of no list, is not looked at.
    #[must_use]
    pub fn new(counts: &[u64]) -> Self {
        let cells = counts.len();
        let mut fitter = Self {
            counts: vec![0.0; cells],
            observed: vec![false; cells],
            statistics: vec![0.0; cells],
            persons: 0.0,
            ln_factorials: 0.0,
            with_hidden: false,
            finite: Vec::new(),
            beta: Vec::new(),
            kept: vec![true; cells],
            means: vec![0.0; cells],
            mean_sums: vec![0.0; cells],
            linear: vec![0.0; cells],
            matrix: Vec::new(),
            gradient: Vec::new(),
            checked_terms: Vec::new(),
            checked_cells: vec![true; cells],
            checker: Checker::default(),
        };
        fitter.load(counts);
        fitter
    }

    /// Takes up another table of the same lists.
    pub fn load(&mut self, counts: &[u64]) {
        self.with_hidden = false;
        for (cell, count) in counts.iter().enumerate().skip(1) {
            self.counts[cell] = *count as f64;
            self.observed[cell] = *count > 0;
        }
        self.counts[0] = 0.0;
        self.take_up();
    }

    /// Adds the history of no list as a cell with this count.
    pub(super) fn set_hidden(&mut self, count: f64) {
        self.with_hidden = true;
        self.counts[0] = count;
        self.take_up();
    }

    fn take_up(&mut self) {
        self.statistics.copy_from_slice(&self.counts);
        superset_sums(&mut self.statistics);
        self.persons = self.statistics[0];
        // Only full fits print a log-likelihood: the sum is made when it is asked for.
        self.ln_factorials = f64::NAN;
    }

    /// Number of lists.
    #[must_use]
    pub fn lists(&self) -> usize {
        self.counts.len().ilog2() as usize
    }

    /// Persons of the table.
    #[must_use]
    pub fn persons(&self) -> f64 {
        self.persons
    }

    /// The number of persons who are on all lists of a term.
    pub(super) fn statistic(&self, term: usize) -> f64 {
        self.statistics[term]
    }

    /// The fitted number of persons who are on all lists of a term.
    pub(super) fn fitted(&self, term: usize) -> f64 {
        self.mean_sums[term]
    }

    /// The estimated hidden part of the model that was fitted last.
    pub(super) fn hidden(&self) -> f64 {
        self.beta.first().map_or(f64::NAN, |value| value.exp())
    }

    /// Boundary step: keeps the finite terms and marks the histories that stay possible.
    fn boundary_step(&mut self, terms: &[usize]) {
        self.finite.clear();
        self.kept.iter_mut().for_each(|kept| *kept = true);
        self.kept[0] = self.with_hidden;
        for term in terms {
            if self.statistics[*term] > 0.0 {
                self.finite.push(*term);
            } else {
                for (cell, kept) in self.kept.iter_mut().enumerate() {
                    *kept &= cell & term != *term;
                }
            }
        }
    }

    /// Existence and identifiability of a model with these terms (intercept first).
    pub fn status(&mut self, terms: &[usize]) -> Status {
        // The last fit stays as it is, so that the next one can start from it.
        std::mem::swap(&mut self.finite, &mut self.checked_terms);
        std::mem::swap(&mut self.kept, &mut self.checked_cells);
        self.boundary_step(terms);
        let (finite, kept) = (&self.finite, &self.kept);
        let status = self.checker.status(finite, kept, &self.observed);
        std::mem::swap(&mut self.finite, &mut self.checked_terms);
        std::mem::swap(&mut self.kept, &mut self.checked_cells);
        status
    }

    /// Maximises the likelihood; false when it did not settle (which the status foretells).
    /// Estimates of terms that the last fit had too are the start where `warm` says so.
    pub(super) fn maximise(&mut self, terms: &[usize], warm: bool) -> bool {
        let before = std::mem::take(&mut self.finite);
        let start = std::mem::take(&mut self.beta);
        self.boundary_step(terms);
        if warm {
            self.beta = self.warm_start(&before, &start);
        } else if !self.first_step() {
            return false;
        }
        let mut best = self.evaluate();
        for _ in 0..STEPS_MAX {
            let width = self.finite.len();
            self.gradient.clear();
            for term in &self.finite {
                self.gradient
                    .push(self.statistics[*term] - self.mean_sums[*term]);
            }
            let gradient = self.gradient.clone();
            self.fill_information();
            if !cholesky(&mut self.matrix, width) {
                return false;
            }
            solve(&self.matrix, width, &mut self.gradient);
            let steps = gradient.iter().zip(&self.gradient);
            let decrement: f64 = steps.map(|(g, step)| g * step).sum();
            let mut scale = 1.0;
            let origin = self.beta.clone();
            loop {
                for ((own, from), step) in self.beta.iter_mut().zip(&origin).zip(&self.gradient) {
                    *own = from + scale * step;
                }
                let value = self.evaluate();
                if value >= best - 1e-9 * (1.0 + best.abs()) || scale < 1e-8 {
                    best = value;
                    break;
                }
                scale *= 0.5;
            }
            if decrement < DECREMENT_SMALL {
                return best.is_finite();
            }
        }
        false
    }

    /// A start from the last fit: known terms keep their estimate, a new term begins with the
    /// logarithm of observed over fitted.
    fn warm_start(&self, before: &[usize], start: &[f64]) -> Vec<f64> {
        let value = |term: &usize| {
            let known = before.iter().position(|other| other == term);
            known.map_or_else(
                || (self.statistics[*term] / self.mean_sums[*term].max(1e-3)).ln(),
                |place| start[place],
            )
        };
        self.finite.iter().map(value).collect()
    }

    /// The weighted least squares step from `mu = y + 0.1`; false when the terms depend on each
    /// other.
    fn first_step(&mut self) -> bool {
        for cell in 0..self.counts.len() {
            let (mean, working) = if self.kept[cell] {
                let count = self.counts[cell];
                let mean = count + 0.1;
                (mean, mean * mean.ln() + count - mean)
            } else {
                (0.0, 0.0)
            };
            self.mean_sums[cell] = mean;
            self.linear[cell] = working;
        }
        superset_sums(&mut self.mean_sums);
        superset_sums(&mut self.linear);
        self.fill_information();
        self.beta.clear();
        self.beta
            .extend(self.finite.iter().map(|term| self.linear[*term]));
        let width = self.finite.len();
        if !cholesky(&mut self.matrix, width) {
            return false;
        }
        solve(&self.matrix, width, &mut self.beta);
        true
    }

    /// Means at the present parameters; gives the log-likelihood without its constant.
    fn evaluate(&mut self) -> f64 {
        self.linear.iter_mut().for_each(|value| *value = 0.0);
        for (term, value) in self.finite.iter().zip(&self.beta) {
            self.linear[*term] = *value;
        }
        subset_sums(&mut self.linear);
        for cell in 0..self.linear.len() {
            self.means[cell] = if self.kept[cell] {
                self.linear[cell].exp()
            } else {
                0.0
            };
        }
        self.mean_sums.copy_from_slice(&self.means);
        superset_sums(&mut self.mean_sums);
        let terms = self.finite.iter().zip(&self.beta);
        let linear: f64 = terms
            .map(|(term, value)| value * self.statistics[*term])
            .sum();
        linear - self.mean_sums[0]
    }

    /// Fisher information of the finite terms, lower triangle, row by row.
    fn fill_information(&mut self) {
        let width = self.finite.len();
        self.matrix.resize(width * width, 0.0);
        for (row, first) in self.finite.iter().enumerate() {
            let line = &mut self.matrix[row * width..row * width + row + 1];
            for (entry, second) in line.iter_mut().zip(&self.finite) {
                *entry = self.mean_sums[first | second];
            }
        }
    }

    /// Log-likelihood of the last fit, over the possible histories.
    pub(super) fn log_likelihood(&mut self) -> f64 {
        if self.ln_factorials.is_nan() {
            let counts = self.counts.iter().filter(|count| **count > 1.0);
            self.ln_factorials = counts.map(|count| ln_factorial(*count)).sum();
        }
        let terms = self.finite.iter().zip(&self.beta);
        let linear: f64 = terms
            .map(|(term, value)| value * self.statistics[*term])
            .sum();
        linear - self.mean_sums[0] - self.ln_factorials
    }

    /// `sum(y ln y - ln y!)` of the observed histories.
    pub(super) fn saturated(&self) -> f64 {
        let counts = self.counts[1..].iter().filter(|count| **count > 0.0);
        counts.map(|y| y * y.ln() - ln_factorial(*y)).sum()
    }

    /// Deviance of the last fit, over the possible histories.
    pub(super) fn deviance(&self) -> f64 {
        let cells = (0..self.counts.len()).filter(|cell| self.kept[*cell]);
        let parts = cells.map(|cell| {
            let (count, mean) = (self.counts[cell], self.means[cell]);
            let ratio = if count > 0.0 {
                count * (count / mean).ln()
            } else {
                0.0
            };
            ratio - (count - mean)
        });
        2.0 * parts.sum::<f64>()
    }

    /// Standard errors of the last fit, by finite term.
    pub(super) fn standard_errors(&mut self) -> Vec<f64> {
        let width = self.finite.len();
        self.fill_information();
        if !cholesky(&mut self.matrix, width) {
            return vec![f64::NAN; width];
        }
        let variance = |place: usize| {
            let mut unit = vec![0.0; width];
            unit[place] = 1.0;
            solve(&self.matrix, width, &mut unit);
            unit[place].sqrt()
        };
        (0..width).map(variance).collect()
    }

    /// Checks and fits a model.
    ///
    /// # Errors
    /// The [`Status`] that says why there is no estimate.
    pub fn fit(&mut self, terms: &[usize]) -> Result<Fit, Status> {
        let status = self.status(terms);
        if status != Status::Ok {
            return Err(status);
        }
        if !self.maximise(terms, false) {
            return Err(Status::DoesNotExist);
        }
        Ok(self.last_fit(terms))
    }

    /// Everything about the model that was fitted last.
    pub(super) fn last_fit(&mut self, terms: &[usize]) -> Fit {
        let errors = self.standard_errors();
        let finite = self.finite.iter().zip(&self.beta).zip(errors);
        let coefficients = finite.map(|((t, b), e)| (*t, *b, e)).collect();
        let boundary = terms.iter().filter(|term| !self.finite.contains(term));
        Fit {
            persons: self.persons,
            hidden: self.hidden(),
            parameters: terms.len(),
            boundary: boundary.copied().collect(),
            coefficients,
            cells: self.kept.iter().filter(|kept| **kept).count(),
            log_likelihood: self.log_likelihood(),
            deviance: self.deviance(),
            lists: self.lists(),
        }
    }
}

/// Cholesky factor of a positive definite matrix, in its lower triangle; false where it is not.
pub(super) fn cholesky(matrix: &mut [f64], width: usize) -> bool {
    for row in 0..width {
        let (above, current) = matrix.split_at_mut(row * width);
        let current = &mut current[..width];
        let diagonal = current[row];
        for column in 0..row {
            let other = &above[column * width..column * width + column + 1];
            let mut sum = current[column];
            for (own, other) in current[..column].iter().zip(other) {
                sum -= own * other;
            }
            current[column] = sum / other[column];
        }
        let left = diagonal - current[..row].iter().map(|v| v * v).sum::<f64>();
        if left.is_nan() || left <= diagonal * 1e-14 {
            return false;
        }
        current[row] = left.sqrt();
    }
    true
}

/// Solves with the factor of [`cholesky`], in place.
pub(super) fn solve(factor: &[f64], width: usize, values: &mut [f64]) {
    for row in 0..width {
        let line = &factor[row * width..row * width + row + 1];
        let done: f64 = line[..row].iter().zip(&*values).map(|(a, b)| a * b).sum();
        values[row] = (values[row] - done) / line[row];
    }
    for row in (0..width).rev() {
        values[row] /= factor[row * width + row];
        let value = values[row];
        for (place, own) in values[..row].iter_mut().enumerate() {
            *own -= factor[row * width + place] * value;
        }
    }
}
