//! The printed form of a cell, before it has a language.

use terms::cell::Cell;

/// What a page prints for a cell. [`Presented::key`] names the text, the fields are its numbers;
/// the caller has the words and the digits of the reader's language.
#[derive(Debug, Clone, PartialEq)]
pub enum Presented {
    /// The count.
    Exact(u64),
    /// Withheld; fewer than `bound`, zero included.
    Under {
        /// One more than the largest count allowed.
        bound: u64,
    },
    /// Withheld; the count lies in the interval.
    Between {
        /// Smallest count allowed.
        lower: u64,
        /// Largest count allowed.
        upper: u64,
    },
    /// Withheld, with bounds so close that they would tell the count; no number is printed.
    Withheld,
    /// Moved to a multiple of `base`.
    Rounded {
        /// The multiple.
        value: u64,
        /// The rounding base.
        base: u64,
    },
    /// Noise was added.
    Noised {
        /// The printed value.
        value: i64,
        /// Scale of the noise, in counts.
        scale: f64,
    },
    /// An estimate with its interval.
    Estimate {
        /// The point estimate.
        point: f64,
        /// Lower limit.
        lower: f64,
        /// Upper limit.
        upper: f64,
        /// Level of the interval, between 0 and 1.
        level: f64,
    },
    /// A measured quantity.
    Measure {
        /// The quantity.
        value: f64,
        /// Its unit.
        unit: String,
    },
    /// No value; the stable code of the reason.
    Absent(&'static str),
}

impl Presented {
    /// The key of the text with which a page prints it: `cell-exact`, `cell-under`,
    /// `cell-between`, `cell-withheld`, `cell-rounded`, `cell-noised`, `cell-estimate`,
    /// `cell-measure`, or `absent-` and the reason with hyphens, such as `absent-not-collected`.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Exact(_) => "cell-exact".to_owned(),
            Self::Under { .. } => "cell-under".to_owned(),
            Self::Between { .. } => "cell-between".to_owned(),
            Self::Withheld => "cell-withheld".to_owned(),
            Self::Rounded { .. } => "cell-rounded".to_owned(),
            Self::Noised { .. } => "cell-noised".to_owned(),
            Self::Estimate { .. } => "cell-estimate".to_owned(),
            Self::Measure { .. } => "cell-measure".to_owned(),
            Self::Absent(reason) => format!("absent-{}", reason.replace('_', "-")),
        }
    }

    /// The short form with signs instead of words: `12`, `<5`, `10–14`, `≈10`, `–`. Numbers are
    /// written by the caller's function.
    #[must_use]
    pub fn short(&self, number: impl Fn(f64) -> String) -> String {
        match self {
            Self::Exact(count) => number(float(*count)),
            Self::Under { bound } => format!("<{}", number(float(*bound))),
            Self::Between { lower, upper } => {
                format!("{}–{}", number(float(*lower)), number(float(*upper)))
            }
            Self::Withheld => "*".to_owned(),
            Self::Rounded { value, .. } => format!("≈{}", number(float(*value))),
            #[expect(
                clippy::cast_precision_loss,
                reason = "for print; counts are below 2^53"
            )]
            Self::Noised { value, .. } => format!("≈{}", number(*value as f64)),
            Self::Estimate {
                point,
                lower,
                upper,
                ..
            } => {
                format!("{} ({}–{})", number(*point), number(*lower), number(*upper))
            }
            Self::Measure { value, .. } => number(*value),
            Self::Absent(_) => "–".to_owned(),
        }
    }
}

/// A count as a floating-point number, for drawing and print.
#[expect(
    clippy::cast_precision_loss,
    reason = "for print; counts are below 2^53"
)]
pub(crate) const fn float(count: u64) -> f64 {
    count as f64
}

/// How a cell is printed. A masked cell with bounds that coincide would tell its count, so it is
/// [`Presented::Withheld`].
#[must_use]
pub fn present(cell: &Cell) -> Presented {
    match cell {
        Cell::Exact(count) => Presented::Exact(*count),
        Cell::Masked { lower, upper } if lower >= upper => Presented::Withheld,
        Cell::Masked { lower: 0, upper } => match upper.checked_add(1) {
            Some(bound) => Presented::Under { bound },
            None => Presented::Withheld,
        },
        Cell::Masked { lower, upper } => Presented::Between {
            lower: *lower,
            upper: *upper,
        },
        Cell::Rounded { base, value } => Presented::Rounded {
            value: *value,
            base: *base,
        },
        Cell::Noised { value, scale } => Presented::Noised {
            value: *value,
            scale: *scale,
        },
        Cell::Estimate {
            point,
            lower,
            upper,
            level,
        } => Presented::Estimate {
            point: *point,
            lower: *lower,
            upper: *upper,
            level: *level,
        },
        Cell::Measure { value, unit } => Presented::Measure {
            value: *value,
            unit: unit.clone(),
        },
        Cell::Absent(reason) => Presented::Absent(reason.code()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::plain_number;
    use terms::cell::Absence;

    fn short(cell: &Cell) -> String {
        present(cell).short(plain_number)
    }

    #[test]
    fn a_masked_cell_prints_its_interval_and_never_a_count() {
        assert_eq!(short(&Cell::Masked { lower: 0, upper: 4 }), "<5");
        assert_eq!(
            short(&Cell::Masked {
                lower: 10,
                upper: 14
            }),
            "10–14"
        );
        let told = Cell::Masked { lower: 3, upper: 3 };
        assert_eq!(short(&told), "*");
        assert_eq!(present(&told).key(), "cell-withheld");
    }

    #[test]
    fn a_reason_is_a_key() {
        let absent = present(&Cell::Absent(Absence::NotCollected));
        assert_eq!(absent.key(), "absent-not-collected");
        assert_eq!(present(&Cell::Exact(0)).key(), "cell-exact");
    }

    proptest::proptest! {
        #[test]
        fn no_mask_prints_or_draws_one_number(lower in 0_u64..50, width in 0_u64..5) {
            let cell = Cell::Masked { lower, upper: lower + width };
            let printed = short(&cell);
            proptest::prop_assert!(printed.parse::<f64>().is_err(), "{}", printed);
            match crate::Datum::of(&cell, |shown| shown.short(plain_number)) {
                crate::Datum::Value { value, .. } => proptest::prop_assert!(false, "{}", value),
                crate::Datum::Masked { lower, upper, .. } => proptest::prop_assert!(lower < upper),
                crate::Datum::Absent { label } => proptest::prop_assert_eq!(label, "*"),
            }
        }
    }
}
