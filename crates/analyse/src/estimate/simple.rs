//! The estimators of two lists and of capture frequencies: starting points and lower bounds.
//!
//! With two lists of `n1` and `n2` persons, `m` of them on both, independence of the lists is the
//! whole of the assumption and nothing in the table can test it. With more lists, `f1` and `f2`
//! persons on exactly one and exactly two lists give Chao's lower bound (Chao 1987) and
//! Zelterman's estimate (Zelterman 1988).

use super::special::normal_quantile;
use super::table::{CaptureTable, pairs};

/// Lincoln-Petersen and Chapman for one pair of lists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoLists {
    /// Places of the two lists.
    pub pair: (usize, usize),
    /// Persons on the first list.
    pub first: u64,
    /// Persons on the second list.
    pub second: u64,
    /// Persons on both.
    pub both: u64,
    /// `n1 n2 / m`; absent where nobody is on both.
    pub lincoln_petersen: Option<f64>,
    /// `(n1 + 1)(n2 + 1)/(m + 1) - 1`.
    pub chapman: f64,
    /// `(n1 + 1)(n2 + 1)(n1 - m)(n2 - m) / ((m + 1)^2 (m + 2))`.
    pub chapman_variance: f64,
}

impl TwoLists {
    /// Normal interval around Chapman's estimate at a level such as 0.95.
    #[must_use]
    pub fn chapman_interval(&self, level: f64) -> (f64, f64) {
        let width = normal_quantile(f64::midpoint(1.0, level)) * self.chapman_variance.sqrt();
        (self.chapman - width, self.chapman + width)
    }
}

/// The estimates of one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Simple {
    /// Each pair of lists.
    pub pairs: Vec<TwoLists>,
    /// Persons on exactly 1, 2, .., K lists.
    pub frequencies: Vec<u64>,
    /// `n + ((K - 1)/K) f1^2 / (2 f2)`; absent where `f2` is 0.
    pub chao_lower_bound: Option<f64>,
    /// `n + ((K - 1)/K) f1 (f1 - 1) / (2 (f2 + 1))`.
    pub chao_bias_corrected: f64,
    /// `n / (1 - exp(-2 f2 / f1))`; absent where `f1` or `f2` is 0.
    pub zelterman: Option<f64>,
}

/// All simple estimates of a table.
#[must_use]
pub fn simple(table: &CaptureTable) -> Simple {
    let lists = table.lists().len();
    let mut frequencies = vec![0; lists];
    for (code, count) in table.counts().iter().enumerate().skip(1) {
        frequencies[code.count_ones() as usize - 1] += count;
    }
    let (once, twice) = (frequencies[0] as f64, frequencies[1] as f64);
    let persons = table.persons() as f64;
    let share = (lists as f64 - 1.0) / lists as f64;
    Simple {
        pairs: pairs(lists)
            .into_iter()
            .map(|pair| two_lists(table, pair))
            .collect(),
        frequencies,
        chao_lower_bound: (twice > 0.0).then(|| persons + share * once * once / (2.0 * twice)),
        chao_bias_corrected: persons + share * once * (once - 1.0) / (2.0 * (twice + 1.0)),
        zelterman: (once > 0.0 && twice > 0.0).then(|| persons / -(-2.0 * twice / once).exp_m1()),
    }
}

fn two_lists(table: &CaptureTable, pair: (usize, usize)) -> TwoLists {
    let first = table.together(1 << pair.0);
    let second = table.together(1 << pair.1);
    let both = table.together(1 << pair.0 | 1 << pair.1);
    let (a, b, m) = (first as f64, second as f64, both as f64);
    let product = (a + 1.0) * (b + 1.0);
    TwoLists {
        pair,
        first,
        second,
        both,
        lincoln_petersen: (both > 0).then(|| a * b / m),
        chapman: product / (m + 1.0) - 1.0,
        chapman_variance: product * (a - m) * (b - m) / ((m + 1.0).powi(2) * (m + 2.0)),
    }
}
