//! Days as files write them.

use jiff::civil::Date;

/// Why a text is no certain day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoDay {
    /// Day and month could be the other way round.
    Ambiguous,
    /// No day that is known.
    Unreadable,
}

/// Reads a day. Without a format: ISO 8601, also with a time behind it, and day, month, year where
/// the figures leave one order only.
pub(super) fn read(text: &str, format: Option<&str>) -> Result<Date, NoDay> {
    let text = text.trim();
    if let Some(date) = iso(text) {
        return Ok(date);
    }
    if let Some(format) = format {
        let parsed = jiff::fmt::strtime::parse(format, text);
        return parsed
            .and_then(|parsed| parsed.to_date())
            .map_err(|_| NoDay::Unreadable);
    }
    evident(text)
}

/// Whether a text is a format that a day can be read with.
pub(super) fn is_format(format: &str) -> bool {
    let day = jiff::civil::date(2031, 11, 23);
    jiff::fmt::strtime::format(format, day).is_ok_and(|written| {
        jiff::fmt::strtime::parse(format, &written)
            .and_then(|parsed| parsed.to_date())
            .is_ok_and(|read| read == day)
    })
}

fn iso(text: &str) -> Option<Date> {
    let day = text.get(..10)?;
    let rest = &text[10..];
    let ends = rest.is_empty() || rest.starts_with(['T', ' ']);
    let shaped = day.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if ends && shaped {
        day.parse().ok()
    } else {
        None
    }
}

fn evident(text: &str) -> Result<Date, NoDay> {
    let dotted = text.contains('.');
    let parts: Vec<&str> = text.split(['/', '.', '-']).collect();
    let [first, second, year] = parts.as_slice() else {
        return Err(NoDay::Unreadable);
    };
    let number = |part: &str| part.parse::<i8>().ok().filter(|number| *number > 0);
    let (Some(first), Some(second), 4) = (number(first), number(second), year.len()) else {
        return Err(NoDay::Unreadable);
    };
    let year = year.parse::<i16>().map_err(|_| NoDay::Unreadable)?;
    let (day, month) = match (first, second) {
        // With dots the day stands first wherever dates are written so.
        _ if dotted => (first, second),
        (day, month) if day == month || day > 12 => (day, month),
        (month, day) if day > 12 => (day, month),
        _ => return Err(NoDay::Ambiguous),
    };
    Date::new(year, month, day).map_err(|_| NoDay::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_only_where_its_order_is_certain() {
        let day = |text: &str| read(text, None).map(|date| date.to_string());
        assert_eq!(day("1990-03-15"), Ok("1990-03-15".to_owned()));
        assert_eq!(
            day("1990-03-15T10:00:00+02:00"),
            Ok("1990-03-15".to_owned())
        );
        assert_eq!(day("15/03/1990"), Ok("1990-03-15".to_owned()));
        assert_eq!(day("03/15/1990"), Ok("1990-03-15".to_owned()));
        assert_eq!(day("4.3.1990"), Ok("1990-03-04".to_owned()));
        assert_eq!(day("04/03/1990"), Err(NoDay::Ambiguous));
        for text in [
            "31.02.1990",
            "1990",
            "15/03/90",
            "soon",
            "32874",
            "é990-03-155",
        ] {
            assert_eq!(day(text), Err(NoDay::Unreadable), "{text}");
        }
        assert_eq!(
            read("04/03/1990", Some("%m/%d/%Y")).map(|d| d.month()),
            Ok(4)
        );
        assert!(is_format("%d %B %Y") && !is_format("%Y") && !is_format("dd/mm/yyyy"));
    }
}
