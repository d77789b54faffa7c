//! What stands in one place of a table, and why.
//!
//! A number that was counted, a number that a publisher hid, a number that was moved or estimated,
//! and no number at all are different things. They are different variants here, so that no code
//! can mistake one for another: a masked `<5` is never a zero and never a missing value.
//!
//! There is deliberately no subtraction. Adding cells can only widen what is not known; taking one
//! from another is how a masked cell is worked back, so this type offers no way to do it.

use std::fmt;

/// One value of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A count as it was made, zero included.
    Exact(u64),
    /// A count that was withheld; it lies in `lower..=upper`.
    Masked {
        /// Smallest value that the rule allows.
        lower: u64,
        /// Largest value that the rule allows.
        upper: u64,
    },
    /// A count moved to a multiple of `base`.
    Rounded {
        /// The rounding base.
        base: u64,
        /// The multiple that is printed.
        value: u64,
    },
    /// A count with noise added on purpose.
    Noised {
        /// The value that is printed; noise may make it negative.
        value: i64,
        /// Scale of the noise, in counts.
        scale: f64,
    },
    /// An estimate with its interval.
    Estimate {
        /// The point estimate.
        point: f64,
        /// Lower limit of the interval.
        lower: f64,
        /// Upper limit of the interval.
        upper: f64,
        /// Confidence or credibility level of the interval, between 0 and 1.
        level: f64,
    },
    /// A measured quantity that is not a count.
    Measure {
        /// The quantity.
        value: f64,
        /// Its unit, spelled out, such as `per 100,000 population`.
        unit: String,
    },
    /// No value, and why.
    Absent(Absence),
}

/// Why there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Absence {
    /// Nobody records this.
    NotCollected,
    /// It is recorded, but this time it was not asked for.
    NotAsked,
    /// It was asked for and withheld.
    Refused,
    /// It was asked for and is not known.
    Unknown,
    /// The question does not apply.
    NotApplicable,
    /// The source has no such cell.
    NotInSource,
    /// The source prints several values for the same place of the table and they disagree.
    Disputed,
    /// It is expected and has not come.
    NotYet,
}

impl Absence {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::NotCollected,
        Self::NotAsked,
        Self::Refused,
        Self::Unknown,
        Self::NotApplicable,
        Self::NotInSource,
        Self::Disputed,
        Self::NotYet,
    ];

    /// The reason of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// The stable code of the reason, as files and messages use it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotCollected => "not_collected",
            Self::NotAsked => "not_asked",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::NotApplicable => "not_applicable",
            Self::NotInSource => "not_in_source",
            Self::Disputed => "disputed",
            Self::NotYet => "not_yet",
        }
    }
}

impl fmt::Display for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why two cells cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SumRefusal {
    /// One of the cells is not a count.
    #[error("a {0} cell is not a count and cannot be added to one")]
    NotACount(&'static str),
    /// One of the cells has no value.
    #[error("a cell without a value ({0}) cannot be added: the sum would look complete")]
    Absent(Absence),
    /// The sum does not fit.
    #[error("the sum is larger than any count that can be kept")]
    Overflow,
}

impl Cell {
    /// The stable code of the kind of value: `exact`, `masked`, `rounded`, `noised`, `estimate`,
    /// `measure` or `absent`.
    #[must_use]
    pub const fn status(&self) -> &'static str {
        match self {
            Self::Exact(_) => "exact",
            Self::Masked { .. } => "masked",
            Self::Rounded { .. } => "rounded",
            Self::Noised { .. } => "noised",
            Self::Estimate { .. } => "estimate",
            Self::Measure { .. } => "measure",
            Self::Absent(_) => "absent",
        }
    }

    /// The count, when it was counted and is printed as counted.
    #[must_use]
    pub const fn exact(&self) -> Option<u64> {
        match self {
            Self::Exact(count) => Some(*count),
            _ => None,
        }
    }

    /// The smallest and largest count that this cell allows, for counts only.
    #[must_use]
    pub const fn bounds(&self) -> Option<(u64, u64)> {
        match self {
            Self::Exact(count) => Some((*count, *count)),
            Self::Masked { lower, upper } => Some((*lower, *upper)),
            _ => None,
        }
    }

    /// Adds two counts. A masked count makes the sum masked, with the bounds added; anything that
    /// is not a count, or has no value, is refused rather than skipped.
    ///
    /// # Errors
    /// See [`SumRefusal`].
    pub fn plus(&self, other: &Self) -> Result<Self, SumRefusal> {
        let (low, high) = self.addend()?;
        let (other_low, other_high) = other.addend()?;
        let lower = low.checked_add(other_low).ok_or(SumRefusal::Overflow)?;
        let upper = high.checked_add(other_high).ok_or(SumRefusal::Overflow)?;
        let hidden = matches!(self, Self::Masked { .. }) || matches!(other, Self::Masked { .. });
        Ok(if hidden {
            Self::Masked { lower, upper }
        } else {
            Self::Exact(lower)
        })
    }

    fn addend(&self) -> Result<(u64, u64), SumRefusal> {
        match self {
            Self::Absent(why) => Err(SumRefusal::Absent(*why)),
            _ => self.bounds().ok_or(SumRefusal::NotACount(self.status())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const UNDER_FIVE: Cell = Cell::Masked { lower: 0, upper: 4 };

    #[test]
    fn zero_masked_and_absent_are_three_things() {
        assert_ne!(Cell::Exact(0), UNDER_FIVE);
        assert_ne!(Cell::Exact(0), Cell::Absent(Absence::NotInSource));
        assert_eq!(UNDER_FIVE.exact(), None);
        assert_eq!(Cell::Absent(Absence::NotInSource).bounds(), None);
    }

    #[test]
    fn a_sum_with_a_masked_cell_stays_masked() {
        let sum = Cell::Exact(10).plus(&UNDER_FIVE);
        assert_eq!(
            sum,
            Ok(Cell::Masked {
                lower: 10,
                upper: 14
            })
        );
        assert_eq!(
            UNDER_FIVE.plus(&UNDER_FIVE),
            Ok(Cell::Masked { lower: 0, upper: 8 })
        );
    }

    #[test]
    fn what_is_not_a_count_is_refused_not_skipped() {
        let absent = Cell::Absent(Absence::NotCollected);
        assert_eq!(
            Cell::Exact(1).plus(&absent),
            Err(SumRefusal::Absent(Absence::NotCollected))
        );
        let estimate = Cell::Estimate {
            point: 5.0,
            lower: 3.0,
            upper: 8.0,
            level: 0.95,
        };
        assert_eq!(
            estimate.plus(&Cell::Exact(1)),
            Err(SumRefusal::NotACount("estimate"))
        );
        assert_eq!(
            Cell::Exact(u64::MAX).plus(&Cell::Exact(1)),
            Err(SumRefusal::Overflow)
        );
    }

    fn count() -> impl Strategy<Value = Cell> {
        prop_oneof![
            (0_u64..1000).prop_map(Cell::Exact),
            (0_u64..10, 0_u64..10).prop_map(|(lower, width)| Cell::Masked {
                lower,
                upper: lower + width
            }),
        ]
    }

    proptest! {
        #[test]
        fn adding_commutes_and_never_unmasks(a in count(), b in count()) {
            let sum = a.plus(&b).expect("small counts add");
            prop_assert_eq!(&sum, &b.plus(&a).expect("small counts add"));
            let hidden = a.exact().is_none() || b.exact().is_none();
            prop_assert_eq!(sum.exact().is_none(), hidden);
        }
    }
}
