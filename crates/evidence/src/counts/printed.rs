//! What stands in one place of a table, read as offices print it.

use terms::cell::Absence;

use super::layout::{Dash, Layout};

/// Largest count that is read: more than any count of people.
pub const COUNT_MAX: u64 = 1_000_000_000_000;

/// What stands in one place of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printed {
    /// A whole number.
    Count(u64),
    /// A hidden count; what is not printed of its bounds is none.
    Masked {
        /// It is at least this.
        lower: Option<u64>,
        /// It is at most this.
        upper: Option<u64>,
    },
    /// No value.
    Absent(Absence),
    /// A lone dash of which nobody has said what it means.
    Dash,
    /// It cannot be read, and why.
    Wrong(Wrong),
}

/// Why the text of a place cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// No number and no sign that is known.
    Unreadable,
    /// A number below zero.
    Negative,
    /// A number with a fraction.
    Fraction,
    /// Larger than [`COUNT_MAX`].
    TooLarge,
    /// Either a fraction or thousands.
    Ambiguous,
    /// Bounds of which the lower is above the upper, or that leave nothing.
    BoundsCrossed,
}

impl Wrong {
    /// The stable code of the finding.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "count_unreadable",
            Self::Negative => "count_negative",
            Self::Fraction => "count_fraction",
            Self::TooLarge => "count_too_large",
            Self::Ambiguous => "count_ambiguous",
            Self::BoundsCrossed => "bounds_crossed",
        }
    }

    /// What would have been right.
    #[must_use]
    pub const fn allowed(self) -> &'static str {
        match self {
            Self::Unreadable => {
                "a whole number, a mask such as <5, 1-4 or *, or nothing; other signs for a \
                 hidden count are said in the layout as masks"
            }
            Self::Negative => "0 or more",
            Self::Fraction => "a whole number",
            Self::TooLarge => "at most 1,000,000,000,000",
            Self::Ambiguous => {
                "a whole number; say in the layout which mark stands between thousands"
            }
            Self::BoundsCrossed => "a lower bound that is not above the upper one",
        }
    }
}

/// Signs that hide a count and print no bounds: stars and crosses; `c` and `s` for confidential
/// and suppressed, `D` of the United States, `np` of Australia, `: c` of Eurostat.
const MASKS: [&str; 30] = [
    "*",
    "**",
    "***",
    "x",
    "xx",
    "c",
    "s",
    "d",
    "(x)",
    "(c)",
    "(s)",
    "(d)",
    "[c]",
    "[x]",
    "(*)",
    "#",
    "‡",
    "np",
    "n.p.",
    ":c",
    ": c",
    "suppressed",
    "supp",
    "supp.",
    "masked",
    "hidden",
    "confidential",
    "confidentiel",
    "confidencial",
    "geheim",
];

/// Signs of no value: nothing was recorded, or it is not told.
const UNKNOWN: [&str; 19] = [
    "..",
    "...",
    "…",
    ".",
    ":",
    ": u",
    ":u",
    "n/a",
    "na",
    "n.a.",
    "#n/a",
    "nd",
    "n.d.",
    "s.d.",
    "nan",
    "null",
    "not available",
    "non disponible",
    "não disponível",
];

const NOT_APPLICABLE: [&str; 6] = [
    ":z",
    ": z",
    "not applicable",
    "sans objet",
    "não se aplica",
    "(z)",
];

const BELOW: [&str; 14] = [
    "<",
    "&lt;",
    "fewer than",
    "less than",
    "under",
    "below",
    "moins de",
    "inférieur à",
    "menos de",
    "menos que",
    "inferior a",
    "menor que",
    "weniger als",
    "unter",
];

const AT_MOST: [&str; 13] = [
    "<=",
    "=<",
    "≤",
    "⩽",
    "&le;",
    "up to",
    "at most",
    "no more than",
    "au plus",
    "jusqu'à",
    "no máximo",
    "até",
    "höchstens",
];

const AT_MOST_AFTER: [&str; 7] = [
    "or fewer",
    "or less",
    "ou moins",
    "ou menos",
    "o menos",
    "oder weniger",
    "and under",
];

const ABOVE: [&str; 6] = [">", "&gt;", "more than", "plus de", "mais de", "over"];

const AT_LEAST: [&str; 7] = [">=", "≥", "⩾", "&ge;", "at least", "au moins", "pelo menos"];

const AT_LEAST_AFTER: [&str; 5] = ["+", "or more", "ou plus", "ou mais", "and over"];

/// Reads the text of one place.
#[must_use]
pub fn printed(text: &str, layout: &Layout) -> Printed {
    let text = folded(text);
    if text.is_empty() {
        return Printed::Absent(Absence::NotInSource);
    }
    let own = layout.masks.iter().any(|mask| folded(mask) == text);
    if own || MASKS.contains(&text.as_str()) {
        return Printed::Masked {
            lower: None,
            upper: None,
        };
    }
    if UNKNOWN.contains(&text.as_str()) {
        return Printed::Absent(Absence::Unknown);
    }
    if NOT_APPLICABLE.contains(&text.as_str()) {
        return Printed::Absent(Absence::NotApplicable);
    }
    if text == "-" || text == "--" {
        return match layout.dash {
            Dash::Unsaid => Printed::Dash,
            Dash::Zero => Printed::Count(0),
            Dash::Absent => Printed::Absent(Absence::Unknown),
            Dash::Masked => Printed::Masked {
                lower: None,
                upper: None,
            },
        };
    }
    match number(&text, layout.thousands) {
        Ok(count) => Printed::Count(count),
        Err(wrong) => bounded(&text, layout.thousands).unwrap_or(Printed::Wrong(wrong)),
    }
}

/// Whether the text of a place reads as a count, hidden or not.
#[must_use]
pub(super) fn is_count(text: &str, layout: &Layout) -> bool {
    matches!(
        printed(text, layout),
        Printed::Count(_) | Printed::Masked { .. }
    )
}

/// The text in small letters, with every space and dash made a plain one.
fn folded(text: &str) -> String {
    let plain: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(|character| match character {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            '\u{2019}' | '\u{2018}' => '\'',
            '\u{200b}' | '\u{feff}' => ' ',
            space if space.is_whitespace() => ' ',
            other => other,
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A whole number, with marks between groups of three digits or without.
fn number(text: &str, thousands: Option<char>) -> Result<u64, Wrong> {
    if let Some(rest) = text.strip_prefix('-') {
        // A minus in front of a number is a number below zero; of anything else, no number.
        return Err(match number(rest.trim_start(), thousands) {
            Ok(_) => Wrong::Negative,
            Err(_) => Wrong::Unreadable,
        });
    }
    let is_mark = |character: char| matches!(character, ',' | '.' | ' ' | '\'');
    let allowed = |character: char| character.is_ascii_digit() || is_mark(character);
    if !text.starts_with(|c: char| c.is_ascii_digit())
        || !text.ends_with(|c: char| c.is_ascii_digit())
        || !text.chars().all(allowed)
    {
        return Err(Wrong::Unreadable);
    }
    let Some(last) = text.rfind(is_mark) else {
        return digits(text);
    };
    let (front, back) = (&text[..last], &text[last + 1..]);
    let mark = text[last..].chars().next().unwrap_or(' ');
    let alike = front.chars().filter(|&c| is_mark(c)).all(|c| c == mark);
    if alike && is_grouped(text, mark) {
        return match thousands {
            Some(said) if said == mark => digits(text),
            Some(_) if matches!(mark, ',' | '.') => Err(Wrong::Fraction),
            Some(_) => Err(Wrong::Unreadable),
            None if mark == '.' && !front.contains('.') => Err(Wrong::Ambiguous),
            None => digits(text),
        };
    }
    let whole_front = front.chars().all(|c| c.is_ascii_digit())
        || front
            .chars()
            .find(|&c| is_mark(c))
            .is_some_and(|first| first != mark && is_grouped(front, first));
    let is_fraction = matches!(mark, ',' | '.') && thousands != Some(mark) && whole_front;
    match is_fraction {
        true if back.bytes().all(|digit| digit == b'0') => digits(front),
        true => Err(Wrong::Fraction),
        false => Err(Wrong::Unreadable),
    }
}

/// Whether the mark stands between groups of three digits, and nothing else stands there.
fn is_grouped(text: &str, mark: char) -> bool {
    let mut groups = text.split(mark);
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let first = groups.next().unwrap_or_default();
    is_digits(first) && first.len() <= 3 && groups.all(|group| group.len() == 3 && is_digits(group))
}

fn digits(text: &str) -> Result<u64, Wrong> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let count: u64 = digits.parse().map_err(|_| Wrong::TooLarge)?;
    if count > COUNT_MAX {
        return Err(Wrong::TooLarge);
    }
    Ok(count)
}

/// A mask that prints bounds; none where the text is no such mask.
fn bounded(text: &str, thousands: Option<char>) -> Option<Printed> {
    let read = |text: &str| number(text.trim(), thousands).ok();
    let after = |signs: &[&str]| {
        // The longest sign first, so that `<=` is not read as `<`.
        let fits = signs.iter().filter_map(|sign| text.strip_prefix(*sign));
        fits.min_by_key(|rest| rest.len()).and_then(read)
    };
    let before = |signs: &[&str]| {
        let mut fits = signs.iter().filter_map(|sign| text.strip_suffix(*sign));
        fits.find_map(read)
    };
    let masked = |lower, upper| Some(Printed::Masked { lower, upper });
    if let Some(most) = after(&AT_MOST).or_else(|| before(&AT_MOST_AFTER)) {
        return masked(None, Some(most));
    }
    if let Some(bound) = after(&BELOW) {
        return match bound.checked_sub(1) {
            Some(most) => masked(None, Some(most)),
            None => Some(Printed::Wrong(Wrong::BoundsCrossed)),
        };
    }
    if let Some(least) = after(&AT_LEAST).or_else(|| before(&AT_LEAST_AFTER)) {
        return masked(Some(least), None);
    }
    if let Some(bound) = after(&ABOVE) {
        return masked(Some(bound + 1), None);
    }
    let (lower, upper) = range(text, thousands)?;
    if lower > upper {
        return Some(Printed::Wrong(Wrong::BoundsCrossed));
    }
    masked(Some(lower), Some(upper))
}

/// `1-4`, `1 to 4`, `[1;4]`, `1..4`, `1 à 4`, `1 a 4`.
fn range(text: &str, thousands: Option<char>) -> Option<(u64, u64)> {
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .or_else(|| {
            text.strip_prefix('(')
                .and_then(|rest| rest.strip_suffix(')'))
        })
        .unwrap_or(text);
    for between in ["..", "-", " to ", " à ", " a ", " até ", " bis ", ";"] {
        if let Some((lower, upper)) = inner.split_once(between) {
            let read = |text: &str| number(text.trim(), thousands).ok();
            if let (Some(lower), Some(upper)) = (read(lower), read(upper)) {
                return Some((lower, upper));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Printed {
        printed(text, &Layout::default())
    }

    const fn masked(lower: Option<u64>, upper: Option<u64>) -> Printed {
        Printed::Masked { lower, upper }
    }

    #[test]
    fn counts_with_the_marks_of_many_offices() {
        for (text, count) in [
            ("0", 0),
            (" 12 ", 12),
            ("1,234", 1234),
            ("1 234", 1234),
            ("1\u{a0}234", 1234),
            ("1\u{202f}234\u{2009}567", 1_234_567),
            ("1'234", 1234),
            ("1’234", 1234),
            ("1.234.567", 1_234_567),
            ("12.0", 12),
            ("12,00", 12),
            ("1,234.0", 1234),
            ("1.234,00", 1234),
        ] {
            assert_eq!(read(text), Printed::Count(count), "{text}");
        }
    }

    #[test]
    fn what_is_no_count_is_told_apart() {
        for (text, wrong) in [
            ("-3", Wrong::Negative),
            ("−3", Wrong::Negative),
            ("12.5", Wrong::Fraction),
            ("1,5", Wrong::Fraction),
            ("1,234.5", Wrong::Fraction),
            ("1.234", Wrong::Ambiguous),
            ("1,23,456", Wrong::Unreadable),
            ("1234,567", Wrong::Fraction),
            ("a few", Wrong::Unreadable),
            ("12*", Wrong::Unreadable),
            ("2024-01-04", Wrong::Unreadable),
            ("99999999999999999999", Wrong::TooLarge),
            ("<0", Wrong::BoundsCrossed),
            ("4-1", Wrong::BoundsCrossed),
            ("+5", Wrong::Unreadable),
        ] {
            assert_eq!(read(text), Printed::Wrong(wrong), "{text}");
        }
    }

    #[test]
    fn a_mark_between_thousands_is_read_as_it_is_said() {
        let german = Layout {
            thousands: Some('.'),
            ..Layout::default()
        };
        assert_eq!(printed("1.234", &german), Printed::Count(1234));
        assert_eq!(printed("1,234", &german), Printed::Wrong(Wrong::Fraction));
        assert_eq!(printed("< 1.000", &german), masked(None, Some(999)));
    }

    #[test]
    fn masks_as_offices_print_them() {
        for text in [
            "<5",
            "< 5",
            "＜5".replace('＜', "<").as_str(),
            "fewer than 5",
            "Less than 5",
            "moins de 5",
            "menos de 5",
            "≤4",
            "<= 4",
            "4 or fewer",
            "4 ou moins",
            "4 ou menos",
            "até 4",
        ] {
            assert_eq!(read(text), masked(None, Some(4)), "{text}");
        }
        for text in [
            "1-4", "1–4", "1 — 4", "1 to 4", "[1;4]", "1..4", "1 à 4", "(1-4)",
        ] {
            assert_eq!(read(text), masked(Some(1), Some(4)), "{text}");
        }
        for text in [
            "*", "**", "x", "X", "c", "C", "s", "(c)", ": c", "np", "(D)",
        ] {
            assert_eq!(read(text), masked(None, None), "{text}");
        }
        assert_eq!(read(">100"), masked(Some(101), None));
        assert_eq!(read("100+"), masked(Some(100), None));
    }

    #[test]
    fn a_sign_of_the_office_is_a_mask_when_it_is_said() {
        assert_eq!(read("§"), Printed::Wrong(Wrong::Unreadable));
        let layout = Layout {
            masks: vec!["§".into(), "-99".into()],
            ..Layout::default()
        };
        assert_eq!(printed("§", &layout), masked(None, None));
        assert_eq!(printed("-99", &layout), masked(None, None));
    }

    #[test]
    fn no_value_is_not_zero_and_no_mask() {
        assert_eq!(read(""), Printed::Absent(Absence::NotInSource));
        assert_eq!(read("\u{a0}"), Printed::Absent(Absence::NotInSource));
        for text in ["..", "…", ":", "n/a"] {
            assert_eq!(read(text), Printed::Absent(Absence::Unknown), "{text}");
        }
        assert_eq!(read(":z"), Printed::Absent(Absence::NotApplicable));
    }

    #[test]
    fn a_dash_means_what_the_office_says() {
        assert_eq!(read("-"), Printed::Dash);
        assert_eq!(read("–"), Printed::Dash);
        let says = |dash| Layout {
            dash,
            ..Layout::default()
        };
        assert_eq!(printed("–", &says(Dash::Zero)), Printed::Count(0));
        assert_eq!(printed("-", &says(Dash::Masked)), masked(None, None));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,24}") {
            let _ = read(&text);
        }

        #[test]
        fn near_misses_do_not_panic(text in "[0-9<>=≤*xcs:,.;'\u{a0} –+()\\[\\]-]{0,12}") {
            let _ = read(&text);
        }

        #[test]
        fn every_count_survives_its_groups(count in 0_u64..COUNT_MAX, mark in "[, ' ]") {
            let digits = count.to_string();
            let mut grouped = String::new();
            for (at, digit) in digits.chars().enumerate() {
                if at > 0 && (digits.len() - at).is_multiple_of(3) {
                    grouped.push_str(&mark);
                }
                grouped.push(digit);
            }
            prop_assert_eq!(read(&grouped), Printed::Count(count));
        }
    }
}
