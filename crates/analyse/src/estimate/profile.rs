//! Interval for the number of persons by multinomial profile likelihood.
//!
//! Definition (Cormack 1992). For each size `n0 >= 0` of the hidden part, taken as continuous, the
//! history of no list is a cell with count `n0` and the model is fitted to all `2^K` cells; with
//! `G` its deviance and `N = n + n0` the profile log-likelihood is
//! `l(n0) = -(G - 2c)/2`, `c = ln(n0^n0 N! / (N^N n0!))`, to which the constant
//! `sum(y ln y - ln y!)` of the observed histories is added, so that `l` is the multinomial
//! log-likelihood. The limits at level `1 - alpha` are where `l` has fallen by half the chi-square
//! quantile with one degree of freedom.
//!
//! Limits. The interval takes the model as given: after a search for the model it is too narrow.

use super::fit::Fitter;
use super::special::{ln_factorial, normal_quantile};

/// How many times the estimate the upper limit is looked for.
pub const SEARCH_FACTOR: f64 = 10.0;

/// A hidden part small enough to stand for none.
const HIDDEN_MIN: f64 = 1e-6;

/// Where the profile is highest, and how high.
#[derive(Debug)]
pub struct Profile<'a> {
    fitter: &'a mut Fitter,
    terms: &'a [usize],
    persons: f64,
    /// `sum(y ln y - ln y!)` of the observed histories.
    saturated: f64,
    /// Number of persons at which the profile is highest.
    pub estimate: f64,
    /// The profile log-likelihood there.
    pub maximum: f64,
}

impl<'a> Profile<'a> {
    /// The profile of a model; `estimate` is the Poisson estimate of the number of persons.
    /// Nothing when the model cannot be fitted.
    ///
    /// The fitter keeps the cell of no list until its next table.
    pub fn new(fitter: &'a mut Fitter, terms: &'a [usize], estimate: f64) -> Option<Self> {
        let persons = fitter.persons();
        let saturated = fitter.saturated();
        let mut profile = Self {
            fitter,
            terms,
            persons,
            saturated,
            estimate,
            maximum: f64::NEG_INFINITY,
        };
        let hidden = profile.highest((estimate - persons).max(1.0));
        profile.maximum = profile.at(hidden);
        profile.estimate = persons + hidden;
        profile.maximum.is_finite().then_some(profile)
    }

    /// The profile log-likelihood at a size of the hidden part.
    fn at(&mut self, hidden: f64) -> f64 {
        self.fitter.set_hidden(hidden);
        if !self.fitter.maximise(self.terms, false) {
            return f64::NAN;
        }
        let all = self.persons + hidden;
        let constant =
            hidden * hidden.ln() - ln_factorial(hidden) + ln_factorial(all) - all * all.ln();
        self.saturated + constant - self.fitter.deviance() / 2.0
    }

    /// Golden section search around a start, on the logarithm of the hidden part.
    fn highest(&mut self, start: f64) -> f64 {
        let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
        let (mut low, mut high) = (HIDDEN_MIN.ln(), start.ln() + 2.0);
        let mut left = high - ratio * (high - low);
        let mut right = low + ratio * (high - low);
        let (mut at_left, mut at_right) = (self.at(left.exp()), self.at(right.exp()));
        while high - low > 1e-9 {
            if at_left > at_right {
                (high, right, at_right) = (right, left, at_left);
                left = high - ratio * (high - low);
                at_left = self.at(left.exp());
            } else {
                (low, left, at_left) = (left, right, at_right);
                right = low + ratio * (high - low);
                at_right = self.at(right.exp());
            }
        }
        f64::midpoint(low, high).exp()
    }

    /// Limits at a level such as 0.95: the lower one is the number of persons seen where the
    /// profile never falls so far, the upper one is absent where it is not found within
    /// [`SEARCH_FACTOR`] times the estimate.
    pub fn limits(&mut self, level: f64) -> (f64, Option<f64>) {
        let z = normal_quantile(f64::midpoint(1.0, level));
        let wanted = self.maximum - z * z / 2.0;
        let top = self.estimate - self.persons;
        let lower = if self.at(HIDDEN_MIN) >= wanted {
            self.persons
        } else {
            self.persons + self.crossing(HIDDEN_MIN, top, wanted)
        };
        let end = SEARCH_FACTOR * self.estimate - self.persons;
        let upper = (self.at(end) < wanted).then(|| self.crossing(end, top, wanted));
        (lower, upper.map(|hidden| hidden + self.persons))
    }

    /// Between a point below the wanted height and one above it, by bisection.
    fn crossing(&mut self, mut below: f64, mut above: f64, wanted: f64) -> f64 {
        for _ in 0..60 {
            let middle = f64::midpoint(below, above);
            if self.at(middle) < wanted {
                below = middle;
            } else {
                above = middle;
            }
        }
        f64::midpoint(below, above)
    }
}
