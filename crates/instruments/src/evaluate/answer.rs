//! What stands in a node of a record, by its type.

use super::moment::Clock;
use super::value::{Atom, java_text, number_text, small, truncated};

/// The type of a node, by its `bind` and its control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DataType {
    Text,
    Integer,
    Decimal,
    Date,
    Time,
    DateTime,
    Boolean,
    Choice,
    Choices,
    Geopoint,
    Geotrace,
    Geoshape,
}

impl DataType {
    /// The type in words.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "whole number",
            Self::Decimal => "number",
            Self::Date => "date",
            Self::Time => "time of day",
            Self::DateTime => "date with a time",
            Self::Boolean => "truth",
            Self::Choice | Self::Choices => "choice",
            Self::Geopoint | Self::Geotrace | Self::Geoshape => "place",
        }
    }

    /// The type of that name in a `bind`.
    pub(crate) fn of_bind(name: &str) -> Self {
        match name.rsplit(':').next().unwrap_or_default() {
            "int" | "integer" | "long" => Self::Integer,
            "decimal" | "double" | "float" => Self::Decimal,
            "date" => Self::Date,
            "time" => Self::Time,
            "dateTime" => Self::DateTime,
            "boolean" => Self::Boolean,
            "geopoint" => Self::Geopoint,
            "geotrace" => Self::Geotrace,
            "geoshape" => Self::Geoshape,
            _ => Self::Text,
        }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Text(String),
    Whole(i64),
    Decimal(f64),
    Boolean(bool),
    Date(i64),
    Time(i64),
    DateTime(i64),
    Choices(Vec<String>),
    /// Points: latitude, longitude, altitude, accuracy.
    Points(Vec<[f64; 4]>),
}

impl Answer {
    /// Reads what stands in a record or was entered. None where it is nothing or does not fit.
    pub(crate) fn read(text: &str, data_type: DataType, clock: Clock) -> Option<Self> {
        let trimmed = text.trim();
        if text.is_empty() || (trimmed.is_empty() && data_type != DataType::Text) {
            return None;
        }
        match data_type {
            DataType::Text => Some(Self::Text(text.to_owned())),
            DataType::Choice => Some(Self::Choices(vec![text.to_owned()])),
            DataType::Choices => Some(Self::Choices(split_choices(text))),
            DataType::Integer => trimmed
                .parse()
                .ok()
                .map(|whole: i32| Self::Whole(whole.into())),
            DataType::Decimal => trimmed.parse().ok().map(Self::Decimal),
            DataType::Date => clock.read_date(trimmed).map(Self::Date),
            DataType::DateTime => clock.read_date_time(trimmed).map(Self::DateTime),
            DataType::Time => clock.read_time(trimmed).map(Self::Time),
            DataType::Boolean => Some(Self::Boolean(matches!(trimmed, "1" | "t"))),
            DataType::Geopoint => points(trimmed)
                .filter(|all| all.len() == 1)
                .map(Self::Points),
            DataType::Geotrace | DataType::Geoshape => points(trimmed).map(Self::Points),
        }
    }

    /// Whether `JavaRosa` can set a node of that type to a value. Where it cannot it stops.
    pub(crate) fn takes(value: &Atom, data_type: DataType, clock: Clock) -> bool {
        if value.is_nothing() {
            return true;
        }
        match (data_type, value) {
            (DataType::Integer | DataType::Decimal, Atom::Text(text)) => {
                text.trim().parse::<f64>().is_ok()
            }
            (DataType::Integer | DataType::Decimal, Atom::Moment(_)) => false,
            (DataType::Date | DataType::DateTime | DataType::Time, Atom::Text(text)) => {
                Self::read(text, data_type, clock).is_some()
            }
            (DataType::Date | DataType::DateTime | DataType::Time, Atom::Number(_)) => false,
            (DataType::Geopoint | DataType::Geotrace | DataType::Geoshape, Atom::Moment(_)) => {
                false
            }
            _ => true,
        }
    }

    /// What a calculation comes to, as an answer of the node's type.
    pub(crate) fn of_value(value: Atom, data_type: DataType, clock: Clock) -> Option<Self> {
        if value.is_nothing() {
            return None;
        }
        if data_type == DataType::Boolean {
            return Some(Self::Boolean(value.truth()));
        }
        match value {
            Atom::Boolean(truth) => Some(Self::Boolean(truth)),
            Atom::Number(number) => Some(of_number(number, data_type)),
            Atom::Moment(moment) => Some(match data_type {
                DataType::Time => Self::Time(moment),
                DataType::Date => Self::Date(moment),
                DataType::Choice | DataType::Choices => {
                    Self::Choices(vec![clock.date_time_text(moment)])
                }
                _ => Self::DateTime(moment),
            }),
            Atom::Text(text) => match data_type {
                DataType::Geopoint
                | DataType::Geotrace
                | DataType::Geoshape
                | DataType::Choice
                | DataType::Choices => Self::read(&text, data_type, clock),
                _ => Some(Self::Text(text)),
            },
        }
    }

    /// A time of day that a form has from the beginning is one of the day on which it is opened.
    pub(crate) fn today(self, clock: Clock) -> Self {
        match self {
            Self::Time(moment) if (0..super::moment::DAY).contains(&moment) => {
                Self::Time(moment + clock.day_start(clock.now))
            }
            other => other,
        }
    }

    /// The value for expressions.
    pub(crate) fn atom(&self) -> Atom {
        match self {
            Self::Text(text) => Atom::Text(text.clone()),
            Self::Whole(whole) => Atom::Number(super::moment::to_number(*whole)),
            Self::Decimal(number) => Atom::Number(*number),
            Self::Boolean(truth) => Atom::Boolean(*truth),
            Self::Date(moment) | Self::Time(moment) | Self::DateTime(moment) => {
                Atom::Moment(*moment)
            }
            Self::Choices(choices) => Atom::Text(choices.join(" ")),
            Self::Points(points) => Atom::Text(points_text(points)),
        }
    }

    /// The answer as it stands in a record.
    pub(crate) fn text(&self, clock: Clock) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Whole(whole) => whole.to_string(),
            Self::Decimal(number) => java_text(*number),
            Self::Boolean(truth) => u8::from(*truth).to_string(),
            Self::Date(moment) => clock.date_text(*moment),
            Self::Time(moment) => clock.time_text(*moment),
            Self::DateTime(moment) => clock.date_time_text(*moment),
            Self::Choices(choices) => choices.join(" "),
            Self::Points(points) => points_text(points),
        }
    }
}

fn of_number(number: f64, data_type: DataType) -> Answer {
    let whole = truncated(number);
    let is_whole = (number - super::moment::to_number(whole)).abs() < 1e-9;
    match data_type {
        DataType::Integer => Answer::Whole(small(number).into()),
        DataType::Choice | DataType::Choices => Answer::Choices(vec![number_text(number)]),
        _ if is_whole => Answer::Whole(whole),
        _ => Answer::Decimal(number),
    }
}

/// The chosen values, which are joined by spaces.
pub(crate) fn split_choices(text: &str) -> Vec<String> {
    text.split(' ')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Points of a place, a line or an area, which are joined by semicolons.
pub(crate) fn points(text: &str) -> Option<Vec<[f64; 4]>> {
    let mut points = Vec::new();
    for part in text
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let mut point = [0.0; 4];
        let numbers: Vec<&str> = part.split_whitespace().collect();
        if numbers.len() < 2 || numbers.len() > 4 {
            return None;
        }
        for (place, number) in point.iter_mut().zip(numbers) {
            *place = number.parse().ok()?;
        }
        points.push(point);
    }
    (!points.is_empty()).then_some(points)
}

fn points_text(points: &[[f64; 4]]) -> String {
    let point = |point: &[f64; 4]| point.map(java_text).join(" ");
    points.iter().map(point).collect::<Vec<_>>().join("; ")
}
