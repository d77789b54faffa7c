//! Unknown counts and the sums that bind them.

/// What an attacker knows of one count: an interval of whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unknown {
    /// It is at least this. A count is at least 0; a difference between two vintages may be below.
    pub lower: Option<i64>,
    /// It is at most this; none when nothing says so.
    pub upper: Option<i64>,
}

impl Unknown {
    /// A count of which nothing is known.
    pub const COUNT: Self = Self {
        lower: Some(0),
        upper: None,
    };

    /// A number of which nothing is known, not even that it is not negative.
    pub const NUMBER: Self = Self {
        lower: None,
        upper: None,
    };

    /// A count in `lower..=upper`.
    #[must_use]
    pub const fn within(lower: i64, upper: i64) -> Self {
        Self {
            lower: Some(lower),
            upper: Some(upper),
        }
    }

    /// The one value that it can have.
    #[must_use]
    pub fn fixed(self) -> Option<i64> {
        self.lower.filter(|_| self.lower == self.upper)
    }

    /// Takes in what somebody says or knows besides: it lies in this interval too.
    pub fn narrow(&mut self, to: Self) {
        self.lower = self.lower.max(to.lower);
        self.upper = match (self.upper, to.upper) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }

    /// Whether no value is left: what is printed contradicts itself.
    #[must_use]
    pub fn is_empty(self) -> bool {
        matches!((self.lower, self.upper), (Some(lower), Some(upper)) if lower > upper)
    }
}

/// Unknowns by number, each with its coefficient.
pub(super) type Terms = Vec<(usize, i64)>;

/// A sum that holds: each coefficient times its unknown, added up, equals the constant. What is
/// printed exactly stands in the constant, so that an equation names unknowns only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Equation {
    /// Unknowns by their number in the system, each once, with coefficients other than 0.
    pub terms: Vec<(usize, i64)>,
    /// What the terms add up to.
    pub constant: i64,
}

/// Unknown counts and the sums that bind them. Every unknown is a whole number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct System {
    unknowns: Vec<Unknown>,
    equations: Vec<Equation>,
}

impl System {
    /// No unknowns, no sums.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            unknowns: Vec::new(),
            equations: Vec::new(),
        }
    }

    /// Adds an unknown and gives its number.
    pub fn unknown(&mut self, unknown: Unknown) -> usize {
        self.unknowns.push(unknown);
        self.unknowns.len() - 1
    }

    /// Adds what somebody knows besides: the unknown lies in this interval too. Where the two have
    /// nothing in common the unknown is left without a value, which is a contradiction.
    ///
    /// # Panics
    /// When there is no such unknown.
    pub fn narrow(&mut self, at: usize, to: Unknown) {
        self.unknowns[at].narrow(to);
    }

    /// Adds a sum. Terms of the same unknown are added together; terms that cancel out are dropped.
    ///
    /// # Panics
    /// When a term names an unknown that is not there.
    pub fn equation(&mut self, terms: impl IntoIterator<Item = (usize, i64)>, constant: i64) {
        let mut terms: Vec<(usize, i64)> = terms.into_iter().collect();
        terms.sort_unstable();
        terms.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 += later.1;
            }
            same
        });
        terms.retain(|&(_, coefficient)| coefficient != 0);
        assert!(
            terms.iter().all(|&(at, _)| at < self.unknowns.len()),
            "a sum names an unknown that is not there"
        );
        self.equations.push(Equation { terms, constant });
    }

    /// The unknowns.
    #[must_use]
    pub fn unknowns(&self) -> &[Unknown] {
        &self.unknowns
    }

    /// The sums.
    #[must_use]
    pub fn equations(&self) -> &[Equation] {
        &self.equations
    }

    /// The same unknowns with some of the sums.
    #[must_use]
    pub(crate) fn with_equations(&self, kept: impl Fn(usize) -> bool) -> Self {
        let equations = self.equations.iter().enumerate();
        Self {
            unknowns: self.unknowns.clone(),
            equations: equations
                .filter(|&(at, _)| kept(at))
                .map(|(_, equation)| equation.clone())
                .collect(),
        }
    }

    /// In which sums each unknown stands.
    pub(crate) fn standing(&self) -> Standing {
        let count = self.unknowns.len();
        let mut starts = vec![0; count + 1];
        for &(at, _) in self.equations.iter().flat_map(|e| &e.terms) {
            starts[at + 1] += 1;
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut sums = vec![0; starts[count]];
        for (sum, equation) in self.equations.iter().enumerate() {
            for &(at, _) in &equation.terms {
                sums[next[at]] = sum;
                next[at] += 1;
            }
        }
        Standing { starts, sums }
    }

    /// Whether these values, one for each unknown, lie in every interval and agree with every sum.
    #[must_use]
    pub fn agrees(&self, values: &[i64]) -> bool {
        let within = |(unknown, value): (&Unknown, &i64)| {
            unknown.lower.is_none_or(|lower| lower <= *value)
                && unknown.upper.is_none_or(|upper| *value <= upper)
        };
        values.len() == self.unknowns.len()
            && self.unknowns.iter().zip(values).all(within)
            && self.equations.iter().all(|equation| {
                let terms = equation.terms.iter();
                let sum: i128 = terms
                    .map(|&(at, coefficient)| i128::from(coefficient) * i128::from(values[at]))
                    .sum();
                sum == i128::from(equation.constant)
            })
    }
}

/// In which sums each unknown of a system stands.
#[derive(Debug)]
pub(crate) struct Standing {
    starts: Vec<usize>,
    sums: Vec<usize>,
}

impl Standing {
    /// The numbers of the sums in which the unknown stands, in order.
    pub(crate) fn of(&self, unknown: usize) -> &[usize] {
        &self.sums[self.starts[unknown]..self.starts[unknown + 1]]
    }
}
