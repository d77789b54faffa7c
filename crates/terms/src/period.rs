//! Periods of time that a figure refers to, with a text form close to SDMX.
//!
//! | kind | text |
//! |---|---|
//! | year | `2019` |
//! | half-year | `2019-H1` (`2019-S1`, SDMX's own letter, is read too) |
//! | quarter | `2019-Q3` |
//! | month | `2019-06` |
//! | day | `2019-06-30` |
//! | range | `2019-06-15/2019-07-02`, both days included |
//!
//! SDMX writes a range as a start and a duration; two days are plainer to read and to check.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::Date;

/// What kind of period it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeriodKind {
    /// A calendar year.
    Year,
    /// January to June, or July to December.
    HalfYear,
    /// Three months of a calendar year.
    Quarter,
    /// A calendar month.
    Month,
    /// One day.
    Day,
    /// From one day to another, both included.
    Range,
}

impl PeriodKind {
    /// Length in months of a kind that divides the year.
    const fn months(self) -> Option<i8> {
        match self {
            PeriodKind::Year => Some(12),
            PeriodKind::HalfYear => Some(6),
            PeriodKind::Quarter => Some(3),
            PeriodKind::Month => Some(1),
            PeriodKind::Day | PeriodKind::Range => None,
        }
    }
}

/// A period: its first and last day, and the kind that its text form shows.
///
/// Periods are ordered by their first day, then by their last, then by kind. Years run from 1000
/// to 9998, so that the text form always has four digits and every period has a next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    start: Date,
    end: Date,
    kind: PeriodKind,
}

/// A text or a pair of days that is no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The text has none of the known forms, or names a day, month or year that does not exist.
    #[error(
        "terms.period.text: {found:?} is not a period; allowed are 2019, 2019-H1, 2019-Q3, \
         2019-06, 2019-06-30 and 2019-06-15/2019-07-02"
    )]
    Text {
        /// The text that was given.
        found: String,
    },
    /// A range that ends before it starts.
    #[error("terms.period.order: the range ends on {end}, before it starts on {start}")]
    Order {
        /// First day given.
        start: Date,
        /// Last day given.
        end: Date,
    },
    /// A year outside 1000 to 9998.
    #[error("terms.period.year: year {found} is outside 1000 to 9998")]
    Year {
        /// The year that was given.
        found: i16,
    },
}

impl Period {
    /// A calendar year.
    ///
    /// # Errors
    /// [`PeriodError::Year`] outside 1000 to 9998.
    pub fn year(year: i16) -> Result<Period, PeriodError> {
        Period::part(year, PeriodKind::Year, 1)
    }

    /// A calendar month, counted from 1.
    ///
    /// # Errors
    /// [`PeriodError::Year`] for the year, [`PeriodError::Text`] for the month.
    pub fn month(year: i16, month: i8) -> Result<Period, PeriodError> {
        Period::part(year, PeriodKind::Month, month)
    }

    /// A quarter, counted from 1.
    ///
    /// # Errors
    /// [`PeriodError::Year`] for the year, [`PeriodError::Text`] for the quarter.
    pub fn quarter(year: i16, quarter: i8) -> Result<Period, PeriodError> {
        Period::part(year, PeriodKind::Quarter, quarter)
    }

    /// A half-year, 1 or 2.
    ///
    /// # Errors
    /// [`PeriodError::Year`] for the year, [`PeriodError::Text`] for the half.
    pub fn half_year(year: i16, half: i8) -> Result<Period, PeriodError> {
        Period::part(year, PeriodKind::HalfYear, half)
    }

    /// One day.
    ///
    /// # Errors
    /// [`PeriodError::Year`] outside 1000 to 9998.
    pub fn day(day: Date) -> Result<Period, PeriodError> {
        check_year(day.year())?;
        Ok(Period {
            start: day,
            end: day,
            kind: PeriodKind::Day,
        })
    }

    /// From one day to another, both included.
    ///
    /// # Errors
    /// [`PeriodError::Order`] when the last day is before the first, [`PeriodError::Year`].
    pub fn range(start: Date, end: Date) -> Result<Period, PeriodError> {
        check_year(start.year())?;
        check_year(end.year())?;
        if end < start {
            return Err(PeriodError::Order { start, end });
        }
        Ok(Period {
            start,
            end,
            kind: PeriodKind::Range,
        })
    }

    /// The `number`th part of a year, counted from 1.
    fn part(year: i16, kind: PeriodKind, number: i8) -> Result<Period, PeriodError> {
        check_year(year)?;
        let months = kind
            .months()
            .expect("only kinds that divide a year are asked for");
        let fault = || PeriodError::Text {
            found: format!("part {number} of {year}"),
        };
        if number < 1 || number > 12 / months {
            return Err(fault());
        }
        let start = Date::new(year, (number - 1) * months + 1, 1).map_err(|_| fault())?;
        let last = Date::new(year, number * months, 1).map_err(|_| fault())?;
        Ok(Period {
            start,
            end: last.last_of_month(),
            kind,
        })
    }

    /// What kind of period it is.
    pub const fn kind(&self) -> PeriodKind {
        self.kind
    }

    /// The first day.
    pub const fn start(&self) -> Date {
        self.start
    }

    /// The last day, which belongs to the period.
    pub const fn end(&self) -> Date {
        self.end
    }

    /// Whether a day falls into the period.
    pub fn contains(&self, day: Date) -> bool {
        self.start <= day && day <= self.end
    }

    /// Whether all days of another period fall into this one.
    pub fn covers(&self, other: &Period) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two have a day in common, so that figures for both may count twice.
    pub fn overlaps(&self, other: &Period) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// The period of the same kind that follows; for a range none is defined. `None` also past
    /// the year 9998.
    pub fn next(&self) -> Option<Period> {
        let start = self.end.checked_add(1.day()).ok()?;
        let month = start.month() - 1;
        match self.kind {
            PeriodKind::Day => Period::day(start).ok(),
            PeriodKind::Range => None,
            kind => Period::part(start.year(), kind, month / kind.months()? + 1).ok(),
        }
    }
}

fn check_year(year: i16) -> Result<(), PeriodError> {
    if (1000..=9998).contains(&year) {
        Ok(())
    } else {
        Err(PeriodError::Year { found: year })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.start.year(), self.start.month());
        match self.kind {
            PeriodKind::Year => write!(formatter, "{year}"),
            PeriodKind::HalfYear => write!(formatter, "{year}-H{}", (month - 1) / 6 + 1),
            PeriodKind::Quarter => write!(formatter, "{year}-Q{}", (month - 1) / 3 + 1),
            PeriodKind::Month => write!(formatter, "{year}-{month:02}"),
            PeriodKind::Day => write!(formatter, "{}", self.start),
            PeriodKind::Range => write!(formatter, "{}/{}", self.start, self.end),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = || PeriodError::Text {
            found: text.to_owned(),
        };
        if let Some((start, end)) = text.split_once('/') {
            return Period::range(day(start).ok_or_else(fault)?, day(end).ok_or_else(fault)?);
        }
        if text.len() == 10 {
            return Period::day(day(text).ok_or_else(fault)?);
        }
        let (year, part) = match text.split_once('-') {
            Some((year, part)) => (year, Some(part)),
            None => (text, None),
        };
        let year: i16 = number(year, 4).ok_or_else(fault)?;
        let Some(part) = part else {
            return Period::year(year);
        };
        let (kind, digits, width) = match part.as_bytes().first() {
            Some(b'H' | b'S') => (PeriodKind::HalfYear, &part[1..], 1),
            Some(b'Q') => (PeriodKind::Quarter, &part[1..], 1),
            _ => (PeriodKind::Month, part, 2),
        };
        check_year(year)?;
        Period::part(year, kind, number(digits, width).ok_or_else(fault)?).map_err(|_| fault())
    }
}

/// A number written with exactly so many digits: no sign, no blank.
fn number<T: FromStr>(text: &str, width: usize) -> Option<T> {
    let digits = text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// A day written as `2019-06-30` and in no other way.
fn day(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Date::new(number(year, 4)?, number(month, 2)?, number(day, 2)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn period(text: &str) -> Period {
        text.parse().expect(text)
    }

    #[test]
    fn every_kind_has_its_days() {
        let days = |text: &str| {
            let period = period(text);
            (
                period.kind(),
                period.start().to_string(),
                period.end().to_string(),
            )
        };
        let expected = |kind, start: &str, end: &str| (kind, start.to_owned(), end.to_owned());
        assert_eq!(
            days("2019"),
            expected(PeriodKind::Year, "2019-01-01", "2019-12-31")
        );
        assert_eq!(
            days("2019-H2"),
            expected(PeriodKind::HalfYear, "2019-07-01", "2019-12-31")
        );
        assert_eq!(
            days("2019-Q3"),
            expected(PeriodKind::Quarter, "2019-07-01", "2019-09-30")
        );
        assert_eq!(
            days("2020-02"),
            expected(PeriodKind::Month, "2020-02-01", "2020-02-29")
        );
        assert_eq!(
            days("2019-06-30"),
            expected(PeriodKind::Day, "2019-06-30", "2019-06-30")
        );
        let range = "2019-06-15/2019-07-02";
        assert_eq!(
            days(range),
            expected(PeriodKind::Range, "2019-06-15", "2019-07-02")
        );
    }

    #[test]
    fn what_is_no_period_is_refused() {
        let texts = [
            "",
            "19",
            "2019-",
            "2019-Q5",
            "2019-Q0",
            "2019-H3",
            "2019-13",
            "2019-00",
            "2019-6",
            "2019-02-29",
            "2019-06-31",
            "2019/2020",
            " 2019",
            "+019",
            "2019-Q٣",
            "0999",
            "9999",
            "2019-06-30/2019-06-29",
            "2019-é1",
            "2019-Q-1",
            "2019-06-30/",
        ];
        for text in texts {
            assert!(text.parse::<Period>().is_err(), "{text:?} was read");
        }
        let error = "2019-Q5".parse::<Period>().expect_err("no fifth quarter");
        assert!(
            error
                .to_string()
                .starts_with("terms.period.text: \"2019-Q5\"")
        );
    }

    #[test]
    fn containment_and_overlap_include_the_last_day() {
        let year = period("2019");
        assert!(year.contains(period("2019-12-31").start()));
        assert!(!year.contains(period("2020-01-01").start()));
        assert!(year.covers(&period("2019-Q4")) && !year.covers(&period("2019-12-31/2020-01-01")));
        assert!(year.overlaps(&period("2019-12-31/2020-01-01")));
        assert!(!year.overlaps(&period("2020")));
    }

    #[test]
    fn order_is_by_first_day_then_last() {
        let mut periods = ["2020", "2019", "2019-Q1", "2019-01", "2018-12-31"].map(period);
        periods.sort();
        let texts = periods.map(|period| period.to_string());
        assert_eq!(texts, ["2018-12-31", "2019-01", "2019-Q1", "2019", "2020"]);
    }

    fn any_period() -> impl Strategy<Value = Period> {
        let day = (1000i16..=9998, 1i8..=12, 1i8..=31)
            .prop_filter_map("a day that exists", |(y, m, d)| Date::new(y, m, d).ok());
        prop_oneof![
            (1000i16..=9998).prop_map(|y| Period::year(y).expect("in range")),
            (1000i16..=9998, 1i8..=2).prop_map(|(y, h)| Period::half_year(y, h).expect("half")),
            (1000i16..=9998, 1i8..=4).prop_map(|(y, q)| Period::quarter(y, q).expect("quarter")),
            (1000i16..=9998, 1i8..=12).prop_map(|(y, m)| Period::month(y, m).expect("month")),
            day.clone().prop_map(|d| Period::day(d).expect("day")),
            (day.clone(), day)
                .prop_map(|(a, b)| Period::range(a.min(b), a.max(b)).expect("ordered")),
        ]
    }

    proptest! {
        #[test]
        fn text_is_read_back(period in any_period()) {
            prop_assert_eq!(period.to_string().parse::<Period>(), Ok(period));
        }

        #[test]
        fn no_text_makes_it_stop(text in ".{0,24}") {
            if let Ok(period) = text.parse::<Period>() {
                prop_assert!(period.start() <= period.end());
            }
        }

        #[test]
        fn the_next_period_touches_and_does_not_overlap(period in any_period()) {
            if let Some(next) = period.next() {
                prop_assert_eq!(period.end().tomorrow().ok(), Some(next.start()));
                prop_assert_eq!(period.kind(), next.kind());
                prop_assert!(period < next && !period.overlaps(&next));
            }
        }
    }
}
