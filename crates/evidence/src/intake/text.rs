//! Texts that stand for numbers, days and places, read strictly: what is not certain is refused.

use jiff::civil::{Date, Weekday};

use crate::incident::Position;

/// A whole number, with or without commas between groups of three digits. A fraction of zero, as
/// spreadsheets write it, is allowed; a sign, a unit or a word is not.
#[must_use]
pub fn whole_number(text: &str) -> Option<u64> {
    let text = text.trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    let mut groups = text.split(',');
    let first = groups.next()?;
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(first) {
        return None;
    }
    let mut digits = first.to_owned();
    for group in groups {
        if first.len() > 3 || group.len() != 3 || !is_digits(group) {
            return None;
        }
        digits.push_str(group);
    }
    digits.parse().ok()
}

/// A day, and the weekday that the text claims where that is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// The weekday that the text names and the day does not have.
    pub weekday_claimed: Option<Weekday>,
}

/// A day in one of the forms that publishers use:
/// `2026-01-31`, with or without a time; `01/31/2026` (month first), with or without a weekday
/// before and a time after, such as `Sat, 01/31/2026 - 12:00`; `January 31, 2026`.
#[must_use]
pub fn day(text: &str) -> Option<Day> {
    let text = text.trim();
    let plain = |date| Day {
        date,
        weekday_claimed: None,
    };
    if let Some(date) = iso_day(text) {
        return Some(plain(date));
    }
    if let Some(date) = month_name_day(text) {
        return Some(plain(date));
    }
    let (weekday, rest) = match text.split_once(',') {
        Some((name, rest)) => (Some(weekday(name)?), rest.trim()),
        None => (None, text),
    };
    let date = slashed_day(rest)?;
    Some(Day {
        date,
        weekday_claimed: weekday.filter(|&named| named != date.weekday()),
    })
}

fn iso_day(text: &str) -> Option<Date> {
    let (date, time) = match text.char_indices().nth(10) {
        Some((at, 'T' | ' ')) => (&text[..at], Some(&text[at + 1..])),
        Some(_) => return None,
        None => (text, None),
    };
    let is_time = |c: char| c.is_ascii_digit() || ":.Z+-".contains(c);
    if time.is_some_and(|time| time.is_empty() || !time.chars().all(is_time)) {
        return None;
    }
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    civil(year, month, day)
}

/// `MM/DD/YYYY`, with a time after it that is not read: `12:00` or `- 12:00`.
fn slashed_day(text: &str) -> Option<Date> {
    let mut words = text.split_whitespace();
    let date = words.next()?;
    for word in words {
        if !word
            .chars()
            .all(|c| c.is_ascii_digit() || c == ':' || c == '-')
        {
            return None;
        }
    }
    let mut parts = date.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    civil(year, month, day)
}

fn month_name_day(text: &str) -> Option<Date> {
    let (start, year) = text.rsplit_once(',')?;
    let (name, day) = start.trim().split_once(' ')?;
    let year = year.trim();
    if year.len() != 4 {
        return None;
    }
    civil(year, &month_of_name(name)?.to_string(), day.trim())
}

fn civil(year: &str, month: &str, day: &str) -> Option<Date> {
    let number = |part: &str| whole_number(part).filter(|_| part.len() <= 4);
    let year = i16::try_from(number(year)?).ok()?;
    let month = i8::try_from(number(month)?).ok()?;
    let day = i8::try_from(number(day)?).ok()?;
    Date::new(year, month, day).ok()
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The number of a month from its English name, its first three letters, or its number.
#[must_use]
pub fn month_of_name(text: &str) -> Option<i8> {
    let name = text.trim().to_lowercase();
    let named = |month: &&str| name.len() >= 3 && month.starts_with(name.as_str());
    let at = match MONTHS.iter().position(named) {
        Some(at) => at + 1,
        None => usize::try_from(whole_number(&name)?).ok()?,
    };
    i8::try_from(at)
        .ok()
        .filter(|month| (1..=12).contains(month))
}

fn weekday(name: &str) -> Option<Weekday> {
    let name = name.trim().to_lowercase();
    let days = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let fits = |full: &str| name.len() >= 3 && full.starts_with(name.as_str());
    days.into_iter()
        .find(|(full, _)| fits(full))
        .map(|(_, day)| day)
}

/// A position written as `latitude, longitude` in decimal degrees.
#[must_use]
pub fn position(text: &str) -> Option<Position> {
    let (latitude, longitude) = text.split_once(',')?;
    Position::new(degrees(latitude)?, degrees(longitude)?)
}

/// Decimal degrees: digits, at most one point, a sign in front.
#[must_use]
pub fn degrees(text: &str) -> Option<f64> {
    let text = text.trim();
    let allowed = |c: char| c.is_ascii_digit() || c == '.' || c == '-' || c == '+';
    if text.is_empty() || !text.chars().all(allowed) {
        return None;
    }
    text.parse().ok()
}

/// The text behind HTML entities and tags of a paragraph, which web forms leave in exports, with
/// runs of space made one.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (shown, used) = entity(rest).or_else(|| tag(rest)).unwrap_or_else(|| {
            let first = rest.chars().next().unwrap_or(' ');
            (first, first.len_utf8())
        });
        out.push(shown);
        rest = &rest[used..];
    }
    out.push_str(rest);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The character of an entity at the start of the text, and the entity's length in bytes.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    let name = text.get(1..end).filter(|_| text.starts_with('&'))?;
    let shown = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" | "rsquo" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((shown, end + 1))
}

/// A tag of a paragraph or a line break, shown as a space, and its length in bytes.
fn tag(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(8).position(|byte| byte == b'>')?;
    let name = text.get(1..end).filter(|_| text.starts_with('<'))?;
    let name = name.trim_matches(['/', ' ']);
    ["p", "br", "span", "div"]
        .contains(&name)
        .then_some((' ', end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn whole_numbers() {
        for (text, number) in [
            ("0", Some(0)),
            (" 12 ", Some(12)),
            ("1,234", Some(1234)),
            ("6,112,019", Some(6_112_019)),
            ("12.0", Some(12)),
            ("1234,567", None),
            ("1,23", None),
            ("1 234", None),
            ("-1", None),
            ("12.5", None),
            ("a few", None),
            ("<5", None),
            ("", None),
            (",", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(whole_number(text), number, "{text}");
        }
    }

    #[test]
    fn days_in_the_forms_of_publishers() {
        let new_year = date(2026, 1, 1);
        for text in [
            "Thu, 01/01/2026 - 12:00",
            "Thursday, 01/01/2026",
            "01/01/2026",
            "01/01/2026 12:00",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "2026-01-01 12:00:00",
            "January 1, 2026",
            "Jan 01, 2026",
        ] {
            let read = day(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (read.date, read.weekday_claimed),
                (new_year, None),
                "{text}"
            );
        }
        assert_eq!(
            day("Fri, 12/31/2021 - 12:00").map(|d| d.date),
            Some(date(2021, 12, 31))
        );
    }

    #[test]
    fn a_wrong_weekday_is_told_and_a_wrong_day_is_refused() {
        let read = day("Fri, 01/01/2026 - 12:00").expect("the day is sound");
        assert_eq!(read.weekday_claimed, Some(Weekday::Friday));
        for text in [
            "",
            "Thu",
            "31/01/2026",
            "02/30/2026",
            "2026-13-01",
            "2026-1-1",
            "1/1/26",
            "Xyz, 01/01/2026",
            "soon",
            "2026",
            "2026-01-01 about",
            "January 32, 2026",
            "éééééééééééé",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn months_by_name_or_number() {
        assert_eq!(month_of_name("January"), Some(1));
        assert_eq!(month_of_name("dec"), Some(12));
        assert_eq!(month_of_name("7"), Some(7));
        assert_eq!(month_of_name("13"), None);
        assert_eq!(month_of_name("Brumaire"), None);
    }

    #[test]
    fn positions_within_the_globe() {
        let found = position("35.5, -12.25").expect("a position");
        assert_eq!((found.latitude, found.longitude), (35.5, -12.25));
        for text in [
            "",
            "35.5",
            "95, 10",
            "10, 190",
            "north, south",
            "inf, nan",
            "1,2,3",
        ] {
            assert_eq!(position(text), None, "{text}");
        }
    }

    #[test]
    fn entities_and_paragraphs_become_text() {
        assert_eq!(plain("<p>Sea &amp; shore</p>\n"), "Sea & shore");
        assert_eq!(plain("L&#39;&icirc;le &lt;5"), "L'&icirc;le <5");
        assert_eq!(plain("a <b &"), "a <b &");
    }

    proptest! {
        #[test]
        fn no_text_makes_a_reader_panic(text in "\\PC{0,40}") {
            let _ = (whole_number(&text), day(&text), position(&text), plain(&text));
            let _ = month_of_name(&text);
        }

        #[test]
        fn near_misses_do_not_panic(text in "[0-9,./:TZ<&;#x -]{0,24}") {
            let _ = (whole_number(&text), day(&text), position(&text), plain(&text));
        }

        #[test]
        fn every_number_survives_its_commas(number in 0_u64..10_000_000_000) {
            let digits = number.to_string();
            let mut grouped = String::new();
            for (at, digit) in digits.chars().enumerate() {
                if at > 0 && (digits.len() - at) % 3 == 0 {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            prop_assert_eq!(whole_number(&grouped), Some(number));
        }
    }
}
