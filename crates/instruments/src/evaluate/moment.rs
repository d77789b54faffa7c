//! Moments in time, as milliseconds since 1970-01-01T00:00Z, and how they are written and read.
//! Nothing here asks a clock: the moment of a submission and its distance from UTC are handed in.

use jiff::civil::{Date, DateTime, Time};

/// Milliseconds of a day.
pub(crate) const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;

/// The clock of a device: what it showed, and how far it stood from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Milliseconds since 1970-01-01T00:00Z.
    pub now: i64,
    /// Minutes that the device's time is ahead of UTC.
    pub ahead_minutes: i16,
}

impl Clock {
    fn ahead(self) -> i64 {
        i64::from(self.ahead_minutes) * MINUTE
    }

    fn local(self, moment: i64) -> i64 {
        moment + self.ahead()
    }

    /// The beginning of the day that the moment is in.
    pub(crate) fn day_start(self, moment: i64) -> i64 {
        self.local(moment).div_euclid(DAY) * DAY - self.ahead()
    }

    /// Whole days since 1970-01-01.
    pub(crate) fn days(self, moment: i64) -> i64 {
        self.local(moment).div_euclid(DAY)
    }

    /// Days since 1970-01-01 with the part of the day.
    pub(crate) fn fractional_days(self, moment: i64) -> f64 {
        to_number(self.local(moment)) / to_number(DAY)
    }

    /// The moment at which a day since 1970-01-01 begins.
    pub(crate) fn of_days(self, days: i64) -> Option<i64> {
        days.checked_mul(DAY)?.checked_sub(self.ahead())
    }

    fn civil(self, moment: i64) -> Option<DateTime> {
        let local = self.local(moment);
        let day = i32::try_from(local.div_euclid(DAY)).ok()?;
        let rest = local.rem_euclid(DAY);
        let epoch = Date::constant(1970, 1, 1);
        let date = epoch
            .checked_add(jiff::Span::new().try_days(day).ok()?)
            .ok()?;
        let part = |length: i64, modulo: i64| i8::try_from(rest / length % modulo).ok();
        let nanos = i32::try_from(rest % 1000).ok()? * 1_000_000;
        let time = Time::new(
            part(3_600_000, 24)?,
            part(MINUTE, 60)?,
            part(1000, 60)?,
            nanos,
        )
        .ok()?;
        Some(date.to_datetime(time))
    }

    fn of_civil(self, civil: DateTime) -> i64 {
        let epoch = Date::constant(1970, 1, 1);
        let days = civil.date().duration_since(epoch).as_hours() / 24;
        let time = civil.time();
        days * DAY
            + i64::from(time.hour()) * 3_600_000
            + i64::from(time.minute()) * MINUTE
            + i64::from(time.second()) * 1000
            + i64::from(time.millisecond())
            - self.ahead()
    }

    /// `2026-11-30`.
    pub(crate) fn date_text(self, moment: i64) -> String {
        self.civil(moment)
            .map_or_else(String::new, |civil| civil.date().to_string())
    }

    /// `10:15:00.000Z`.
    pub(crate) fn time_text(self, moment: i64) -> String {
        let Some(civil) = self.civil(moment) else {
            return String::new();
        };
        let time = civil.time();
        let offset = match self.ahead_minutes {
            0 => "Z".to_owned(),
            ahead => {
                let sign = if ahead < 0 { '-' } else { '+' };
                format!("{sign}{:02}:{:02}", ahead.abs() / 60, ahead.abs() % 60)
            }
        };
        let (hour, minute) = (time.hour(), time.minute());
        let (second, millisecond) = (time.second(), time.millisecond());
        format!("{hour:02}:{minute:02}:{second:02}.{millisecond:03}{offset}")
    }

    /// `2026-11-30T10:15:00.000Z`.
    pub(crate) fn date_time_text(self, moment: i64) -> String {
        format!("{}T{}", self.date_text(moment), self.time_text(moment))
    }

    /// Reads a day, or a day and a time.
    pub(crate) fn read_date_time(self, text: &str) -> Option<i64> {
        match text.split_once('T') {
            Some((day, time)) => {
                let date = civil_date(day)?;
                self.with_time(date, time)
            }
            None => self.read_date(text),
        }
    }

    /// Reads a day.
    pub(crate) fn read_date(self, text: &str) -> Option<i64> {
        let date = civil_date(text)?;
        Some(self.of_civil(date.to_datetime(Time::midnight())))
    }

    /// Reads a time of the day that the clock shows.
    pub(crate) fn read_time(self, text: &str) -> Option<i64> {
        let today = self.civil(self.now)?.date();
        self.with_time(today, text)
    }

    fn with_time(self, date: Date, text: &str) -> Option<i64> {
        let (clock, offset) = split_offset(text)?;
        let time = civil_time(clock)?;
        let civil = date.to_datetime(time);
        Some(match offset {
            None => self.of_civil(civil),
            Some(minutes) => {
                let utc = Clock {
                    now: 0,
                    ahead_minutes: 0,
                };
                utc.of_civil(civil) - minutes * MINUTE
            }
        })
    }

    /// The moment in words of a format: `%Y-%m-%d`. None when the format is not known.
    pub(crate) fn format(self, moment: i64, format: &str) -> Option<String> {
        const MONTHS: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let civil = self.civil(moment)?;
        let (date, time) = (civil.date(), civil.time());
        let mut out = String::new();
        let mut characters = format.chars();
        while let Some(c) = characters.next() {
            if c != '%' {
                out.push(c);
                continue;
            }
            let word = match characters.next()? {
                '%' => "%".to_owned(),
                'Y' => format!("{:04}", date.year()),
                'y' => format!("{:02}", date.year().rem_euclid(100)),
                'm' => format!("{:02}", date.month()),
                'n' => date.month().to_string(),
                'b' => MONTHS[usize::from(date.month().unsigned_abs()) - 1].to_owned(),
                'd' => format!("{:02}", date.day()),
                'e' => date.day().to_string(),
                'H' => format!("{:02}", time.hour()),
                'h' => time.hour().to_string(),
                'M' => format!("{:02}", time.minute()),
                'S' => format!("{:02}", time.second()),
                '3' => format!("{:03}", time.millisecond()),
                'a' => {
                    let day = date.weekday().to_monday_zero_offset();
                    DAYS[usize::from(day.unsigned_abs())].to_owned()
                }
                'W' => date.iso_week_date().week().to_string(),
                _ => return None,
            };
            out.push_str(&word);
        }
        Some(out)
    }
}

/// A whole number as a floating one. Exact up to 2^53, which no moment reaches.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of 280,000 years are exact"
)]
pub(crate) fn to_number(whole: i64) -> f64 {
    whole as f64
}

fn whole<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.strip_prefix('+').unwrap_or(text).parse().ok()
}

fn civil_date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    Date::new(whole(year)?, whole(month)?, whole(day)?).ok()
}

/// A time without its distance from UTC, and the distance in minutes.
fn split_offset(text: &str) -> Option<(&str, Option<i64>)> {
    if let Some(time) = text.strip_suffix('Z') {
        return Some((time, Some(0)));
    }
    let Some(at) = text.find(['+', '-']) else {
        return Some((text, None));
    };
    let sign = if text[at..].starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text[at + 1..]
        .split_once(':')
        .unwrap_or((&text[at + 1..], "0"));
    let (hours, minutes): (i64, i64) = (whole(hours)?, whole(minutes)?);
    // No clock is a day away from another.
    if !(0..24).contains(&hours) || !(0..60).contains(&minutes) {
        return None;
    }
    Some((&text[..at], Some(sign * (hours * 60 + minutes))))
}

fn civil_time(text: &str) -> Option<Time> {
    let parts: Vec<&str> = text.split(':').collect();
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (*hour, *minute, "0"),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    let end = second
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(second.len());
    let (whole_second, fraction) = second[..end]
        .split_once('.')
        .unwrap_or((&second[..end], ""));
    let second = if whole_second.is_empty() {
        0
    } else {
        whole(whole_second)?
    };
    let mut millis = String::from(fraction.get(..3.min(fraction.len())).unwrap_or_default());
    while millis.len() < 3 {
        millis.push('0');
    }
    let millis: i32 = whole(&millis)?;
    Time::new(whole(hour)?, whole(minute)?, second, millis * 1_000_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const UTC: Clock = Clock {
        now: 1_782_813_600_000, // 2026-06-30T10:00Z
        ahead_minutes: 0,
    };
    const NEPAL: Clock = Clock {
        ahead_minutes: 345,
        ..UTC
    };
    const WEST: Clock = Clock {
        ahead_minutes: -210,
        ..UTC
    };

    #[test]
    fn a_moment_is_written_with_the_clocks_distance_and_read_again() {
        for (clock, text) in [
            (UTC, "2026-06-30T10:00:00.000Z"),
            (NEPAL, "2026-06-30T15:45:00.000+05:45"),
            (WEST, "2026-06-30T06:30:00.000-03:30"),
        ] {
            assert_eq!(clock.date_time_text(UTC.now), text);
            assert_eq!(clock.read_date_time(text), Some(UTC.now), "{text}");
        }
    }

    #[test]
    fn a_day_begins_where_the_clock_stands() {
        let late = NEPAL
            .read_date_time("2026-07-01T00:30:00")
            .expect("a moment");
        assert_eq!(NEPAL.date_text(late), "2026-07-01");
        assert_eq!(UTC.date_text(late), "2026-06-30");
        assert_eq!(
            NEPAL.day_start(late),
            NEPAL.read_date("2026-07-01").expect("a day")
        );
        assert_eq!(NEPAL.of_days(NEPAL.days(late)), Some(NEPAL.day_start(late)));
        let noon = UTC.read_date_time("1970-01-02T12:00").expect("a moment");
        assert!((UTC.fractional_days(noon) - 1.5).abs() < 1e-12);
    }

    #[test]
    fn days_before_1970_and_leap_days_are_days() {
        assert_eq!(
            UTC.read_date("1969-12-31").map(|day| UTC.days(day)),
            Some(-1)
        );
        assert_eq!(
            UTC.read_date("2000-02-29").map(|day| UTC.days(day)),
            Some(11_016)
        );
        for none in [
            "1900-02-29",
            "2026-02-30",
            "2026-13-01",
            "2026-1",
            "",
            "--",
            "1e3-01-01",
        ] {
            assert_eq!(UTC.read_date(none), None, "{none}");
        }
    }

    #[test]
    fn no_distance_from_utc_is_too_far_to_be_refused() {
        for far in [
            "+9223372036854775807:00",
            "-99:99999999999",
            "+25:00",
            "+:",
            "-",
        ] {
            let text = format!("2026-01-01T12:00:00{far}");
            assert_eq!(UTC.read_date_time(&text), None, "{text}");
        }
        assert_eq!(
            UTC.read_date_time("2026-01-01T12:00:00+14"),
            UTC.read_date("2026-01-01").map(|day| day - 2 * 3_600_000)
        );
    }

    #[test]
    fn words_of_a_format_are_those_of_javarosa() {
        let moment = UTC
            .read_date_time("2026-01-04T03:05:09.045")
            .expect("a moment");
        let formatted = UTC.format(moment, "%Y %y %m %n %b %d %e %H %h %M %S %3 %a %W %%");
        assert_eq!(
            formatted.as_deref(),
            Some("2026 26 01 1 Jan 04 4 03 3 05 09 045 Sun 1 %")
        );
        assert_eq!(UTC.format(moment, "%Q"), None);
        assert_eq!(UTC.format(moment, "%"), None);
    }
}
