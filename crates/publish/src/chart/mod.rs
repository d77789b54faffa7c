//! Charts, drawn on the server.
//!
//! Text in a drawing shrinks with it. A chart is therefore made for one of two widths, and a page
//! that does not know its reader's screen prints both and lets the style sheet choose: put the
//! two in an element of class `figure-pair`.

/// Number of series that have a class of their own; further ones repeat.
pub const SERIES_CLASSES: usize = 6;

mod bar;
mod interval;
mod line;
mod scale;
mod step;

pub use bar::{BarChart, Direction};
pub use interval::{Estimated, IntervalChart, IntervalRow};
pub use line::LineChart;
pub use scale::nice_ticks;
pub use step::{Event, Step, StepChart};

use terms::cell::Cell;

use crate::present::{Presented, float, present};

/// One value of a chart, with the text that is printed at it. The text comes from the caller,
/// who has the words and the digits of the reader's language.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    /// A value.
    Value {
        /// The value.
        value: f64,
        /// What is printed at it.
        label: String,
    },
    /// A withheld value: solid up to the lower bound, hatched to the upper one.
    Masked {
        /// Smallest value allowed.
        lower: f64,
        /// Largest value allowed.
        upper: f64,
        /// What is printed at it, such as `<5`.
        label: String,
    },
    /// No value: a gap with a mark.
    Absent {
        /// What is printed at it, such as `not collected`.
        label: String,
    },
}

impl Datum {
    /// A value and its label.
    #[must_use]
    pub fn value(value: f64, label: impl Into<String>) -> Self {
        Self::Value {
            value,
            label: label.into(),
        }
    }

    /// What a chart shows for a cell; `word` prints it. A cell that is withheld without bounds,
    /// and a number that is not finite, are shown as absent.
    #[must_use]
    pub fn of(cell: &Cell, word: impl FnOnce(&Presented) -> String) -> Self {
        let presented = present(cell);
        let label = word(&presented);
        let value = match presented {
            Presented::Exact(count) => float(count),
            Presented::Under { bound } => {
                return Self::Masked {
                    lower: 0.0,
                    upper: float(bound - 1),
                    label,
                };
            }
            Presented::Between { lower, upper } => {
                return Self::Masked {
                    lower: float(lower),
                    upper: float(upper),
                    label,
                };
            }
            Presented::Rounded { value, .. } => float(value),
            #[expect(
                clippy::cast_precision_loss,
                reason = "for drawing; counts are below 2^53"
            )]
            Presented::Noised { value, .. } => value as f64,
            Presented::Estimate { point, .. } => point,
            Presented::Measure { value, .. } => value,
            Presented::Withheld | Presented::Absent(_) => return Self::Absent { label },
        };
        if value.is_finite() {
            Self::Value { value, label }
        } else {
            Self::Absent { label }
        }
    }

    /// What is printed at it.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::Value { label, .. } | Self::Masked { label, .. } | Self::Absent { label } => {
                label
            }
        }
    }

    /// The largest value that it allows; zero for none.
    pub(crate) fn top(&self) -> f64 {
        match self {
            Self::Value { value, .. } => *value,
            Self::Masked { upper, .. } => *upper,
            Self::Absent { .. } => 0.0,
        }
    }
}

/// A named run of values, one for each category.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Name, as the legend says it.
    pub name: String,
    /// The values, in the order of the categories; missing ones at the end are absent.
    pub values: Vec<Datum>,
}
