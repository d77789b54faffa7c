//! Values of expressions, and how one kind becomes another, as in JavaRosa.

use super::EvaluationError;
use super::moment::{Clock, to_number};

/// Numbers nearer to each other than this are the same.
pub(crate) const NEAR: f64 = 1e-12;

/// A node of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NodeRef {
    /// Which instance; 0 is the record.
    pub(crate) instance: usize,
    /// Which node of it.
    pub(crate) node: usize,
}

/// A value that is no set of nodes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Atom {
    Boolean(bool),
    Number(f64),
    Text(String),
    /// A moment, in milliseconds since 1970.
    Moment(i64),
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Atom(Atom),
    Nodes(Vec<NodeRef>),
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Atom(Atom::Boolean(truth))
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Atom(Atom::Number(number))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Atom(Atom::Text(text))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Atom(Atom::Text(text.to_owned()))
    }
}

impl Atom {
    pub(crate) fn empty() -> Self {
        Self::Text(String::new())
    }

    pub(crate) fn truth(&self) -> bool {
        match self {
            Self::Boolean(truth) => *truth,
            Self::Number(number) => number.abs() > NEAR && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::Moment(_) => true,
        }
    }

    pub(crate) fn number(&self, clock: Clock) -> f64 {
        match self {
            Self::Boolean(truth) => f64::from(u8::from(*truth)),
            Self::Number(number) => *number,
            Self::Text(text) => number_of(text),
            Self::Moment(moment) => to_number(clock.days(*moment)),
        }
    }

    /// The number, with the part of the day where it is a moment.
    pub(crate) fn precise_number(&self, clock: Clock) -> f64 {
        match self {
            Self::Moment(moment) => clock.fractional_days(*moment),
            other => other.number(clock),
        }
    }

    pub(crate) fn text(&self, clock: Clock) -> String {
        match self {
            Self::Boolean(truth) => truth.to_string(),
            Self::Number(number) => number_text(*number),
            Self::Text(text) => text.clone(),
            Self::Moment(moment) => clock.date_text(*moment),
        }
    }

    /// Whether it is nothing: an empty text or no number.
    pub(crate) fn is_nothing(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Number(number) => number.is_nan(),
            _ => false,
        }
    }

    /// Whether two values are equal.
    pub(crate) fn equals(&self, other: &Self, clock: Clock) -> bool {
        match (self, other) {
            (Self::Boolean(_), _) | (_, Self::Boolean(_)) => self.truth() == other.truth(),
            (Self::Number(_), _) | (_, Self::Number(_)) => {
                (self.number(clock) - other.number(clock)).abs() < NEAR
            }
            _ => self.text(clock) == other.text(clock),
        }
    }

    /// Reads a moment. Nothing stays nothing.
    pub(crate) fn moment(self, keep_time: bool, clock: Clock) -> Result<Self, EvaluationError> {
        let far = |number: f64| {
            EvaluationError::new(format!(
                "{} days are too far for a date",
                number_text(number)
            ))
        };
        match self {
            Self::Number(number) => {
                if number.is_nan() {
                    return Ok(Self::Number(number));
                }
                if number.abs() > f64::from(i32::MAX) {
                    return Err(far(number));
                }
                if keep_time {
                    let milliseconds = truncated(number * to_number(super::moment::DAY));
                    return Ok(Self::Moment(milliseconds));
                }
                clock
                    .of_days(truncated(number))
                    .map(Self::Moment)
                    .ok_or_else(|| far(number))
            }
            Self::Text(text) if text.is_empty() => Ok(Self::Text(text)),
            Self::Text(text) => clock
                .read_date_time(&text)
                .map(Self::Moment)
                .ok_or_else(|| EvaluationError::new(format!("\u{2018}{text}\u{2019} is no date"))),
            Self::Moment(moment) if keep_time => Ok(Self::Moment(moment)),
            Self::Moment(moment) => Ok(Self::Moment(clock.day_start(moment))),
            Self::Boolean(_) => Err(EvaluationError::new("true and false are no date")),
        }
    }
}

/// A number without its fraction, within the bounds of whole numbers.
#[expect(
    clippy::cast_possible_truncation,
    reason = "truncation is what is asked for"
)]
pub(crate) fn truncated(number: f64) -> i64 {
    number as i64
}

/// A number as a small whole one, within its bounds.
#[expect(
    clippy::cast_possible_truncation,
    reason = "truncation is what is asked for"
)]
pub(crate) fn small(number: f64) -> i32 {
    number as i32
}

/// A text as a number: digits, a sign and a point alone; anything else is no number.
pub(crate) fn number_of(text: &str) -> f64 {
    let text = text.replace(',', ".");
    let text = text.trim();
    let plain = text
        .bytes()
        .all(|b| b == b'-' || b == b'.' || b.is_ascii_digit());
    if !plain || text.is_empty() {
        return f64::NAN;
    }
    text.parse().unwrap_or(f64::NAN)
}

/// A number as text: whole ones without a point, others as Java writes them.
pub(crate) fn number_text(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.abs() < NEAR {
        return "0".to_owned();
    }
    if number.is_infinite() {
        let sign = if number < 0.0 { "-" } else { "" };
        return format!("{sign}Infinity");
    }
    let whole = f64::from(small(number));
    if (number - whole).abs() < NEAR {
        return format!("{whole:.0}");
    }
    java_text(number)
}

/// A number as Java writes it: with a point, and an exponent when it is very large or very small.
pub(crate) fn java_text(number: f64) -> String {
    if !number.is_finite() {
        let sign = if number < 0.0 { "-" } else { "" };
        return if number.is_nan() {
            "NaN".to_owned()
        } else {
            format!("{sign}Infinity")
        };
    }
    let magnitude = number.abs();
    if number == 0.0 || (1e-3..1e7).contains(&magnitude) {
        let text = format!("{number}");
        return if text.contains('.') {
            text
        } else {
            format!("{text}.0")
        };
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = if digits.contains('.') {
        digits.to_owned()
    } else {
        format!("{digits}.0")
    };
    format!("{digits}E{exponent}")
}
