//! Text.

use regex::Regex;

use super::{Answered, Call};
use crate::evaluate::EvaluationError;
use crate::evaluate::context::next_random;
use crate::evaluate::value::{Atom, Value, small};

pub(super) fn call(call: &Call<'_>) -> Answered {
    let clock = call.state.clock;
    let join = |separator: &str, atoms: Vec<Atom>| {
        let texts: Vec<String> = atoms.iter().map(|atom| atom.text(clock)).collect();
        texts.join(separator)
    };
    let value: Value = match (call.name, call.count()) {
        ("string", 1) => call.text(0)?.into(),
        ("concat", _) => join("", call.list(0)?).into(),
        ("join", 1..) => join(&call.text(0)?, call.list(1)?).into(),
        ("substr", 2 | 3) => substr(call)?.into(),
        ("substring-before", 2) => {
            let (text, part) = (call.text(0)?, call.text(1)?);
            text.find(&part).map_or("", |at| &text[..at]).into()
        }
        ("substring-after", 2) => {
            let (text, part) = (call.text(0)?, call.text(1)?);
            text.find(&part)
                .map_or("", |at| &text[at + part.len()..])
                .into()
        }
        ("translate", 3) => translate(&call.text(0)?, &call.text(1)?, &call.text(2)?).into(),
        ("contains", 2) => call.text(0)?.contains(&call.text(1)?).into(),
        ("starts-with", 2) => call.text(0)?.starts_with(&call.text(1)?).into(),
        ("ends-with", 2) => call.text(0)?.ends_with(&call.text(1)?).into(),
        ("string-length", 0 | 1) => {
            let length = own_or_first(call)?.encode_utf16().count();
            f64::from(u32::try_from(length).unwrap_or(u32::MAX)).into()
        }
        ("normalize-space", 0 | 1) => {
            let text = own_or_first(call)?;
            text.split_ascii_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .into()
        }
        ("regex", 2) => matches(call, &call.text(0)?, &call.text(1)?)?.into(),
        ("uuid", 0) => uuid(call).into(),
        ("uuid", 1) => random_text(call, small(call.number(0)?)).into(),
        ("version", 0) => call.state.definition.version.as_str().into(),
        ("property", 1) => {
            let name = call.text(0)?;
            let known = call.state.properties.get(&name);
            known.map_or("", String::as_str).into()
        }
        ("extract-signed", 2) => "".into(),
        ("jr:itext", 1) => call.state.text(&call.text(0)?, call.scope)?.into(),
        _ => return Ok(None),
    };
    Ok(Some(value))
}

/// The first argument, or what stands in the node itself.
fn own_or_first(call: &Call<'_>) -> Result<String, EvaluationError> {
    if call.count() == 1 {
        return call.text(0);
    }
    let own = call
        .scope
        .here
        .map_or_else(Atom::empty, |node| call.state.node_value(node));
    Ok(own.text(call.state.clock))
}

/// A part of a text, counted from 0; from the end where a bound is negative.
fn substr(call: &Call<'_>) -> Result<String, EvaluationError> {
    let units: Vec<u16> = call.text(0)?.encode_utf16().collect();
    let length = i32::try_from(units.len()).unwrap_or(i32::MAX);
    let bound = |at: i32| {
        let at = if at < 0 {
            length.saturating_add(at)
        } else {
            at
        };
        usize::try_from(at.clamp(0, length)).unwrap_or(0)
    };
    let start = bound(small(call.number(1)?));
    let end = if call.count() == 3 {
        bound(small(call.number(2)?))
    } else {
        units.len()
    };
    Ok(units
        .get(start..end)
        .map(String::from_utf16_lossy)
        .unwrap_or_default())
}

fn translate(text: &str, from: &str, to: &str) -> String {
    let to: Vec<char> = to.chars().collect();
    text.chars()
        .filter_map(|c| match from.chars().position(|known| known == c) {
            None => Some(c),
            Some(at) => to.get(at).copied(),
        })
        .collect()
}

fn hexadecimal(call: &Call<'_>, length: usize, alphabet: &[u8]) -> String {
    let size = u64::try_from(alphabet.len()).unwrap_or(1);
    (0..length)
        .map(|_| {
            let at = (next_random(&call.state.random) >> 16) % size;
            char::from(alphabet[usize::try_from(at).unwrap_or(0)])
        })
        .collect()
}

/// A version 4 UUID (RFC 9562).
fn uuid(call: &Call<'_>) -> String {
    let digits = hexadecimal(call, 31, b"0123456789abcdef");
    let variant = hexadecimal(call, 1, b"89ab");
    format!(
        "{}-{}-4{}-{variant}{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[12..15],
        &digits[15..18],
        &digits[18..30]
    )
}

fn random_text(call: &Call<'_>, length: i32) -> String {
    let length = usize::try_from(length).unwrap_or(0).min(1_000);
    hexadecimal(call, length, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
}

/// Whether the whole text fits a pattern.
fn matches(call: &Call<'_>, text: &str, pattern: &str) -> Result<bool, EvaluationError> {
    let mut patterns = call.state.patterns.borrow_mut();
    if let Some(known) = patterns.get(pattern) {
        return Ok(known.is_match(text));
    }
    let compiled = compile(pattern).map_err(|reason| call.wrong(reason))?;
    let fits = compiled.is_match(text);
    patterns.insert(pattern.to_owned(), compiled);
    Ok(fits)
}

/// A Java pattern for whole texts. Java's classes of digits, letters and spaces are those of ASCII;
/// what looks around, refers back or holds on to what it took is refused.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    let mut out = String::from("^(?:");
    let mut characters = pattern.chars().peekable();
    let mut in_class = 0_usize;
    while let Some(c) = characters.next() {
        if c == '\\' {
            let Some(next) = characters.next() else {
                return Err("the pattern ends with a backslash".to_owned());
            };
            let mapped = match (next, in_class > 0) {
                ('d', true) => "0-9",
                ('w', true) => "A-Za-z0-9_",
                ('s', true) => " \\t\\n\\x0B\\f\\r",
                ('d', false) => "[0-9]",
                ('w', false) => "[A-Za-z0-9_]",
                ('s', false) => "[ \\t\\n\\x0B\\f\\r]",
                ('D', false) => "[^0-9]",
                ('W', false) => "[^A-Za-z0-9_]",
                ('S', false) => "[^ \\t\\n\\x0B\\f\\r]",
                ('Z' | 'z', false) => "\\z",
                ('1'..='9' | 'k' | 'G' | 'R' | 'X' | 'Q' | 'E' | 'h' | 'H' | 'v' | 'V', _) => {
                    return Err(format!("the pattern has \\{next}, which is not supported"));
                }
                _ => {
                    out.push('\\');
                    out.push(next);
                    continue;
                }
            };
            out.push_str(mapped);
            continue;
        }
        match c {
            '[' => {
                in_class += 1;
                if in_class > 1 && characters.peek() == Some(&':') {
                    out.push('\\');
                }
            }
            ']' => in_class = in_class.saturating_sub(1),
            '+' if in_class == 0
                && out.ends_with(['*', '+', '?', '}'])
                && !out.ends_with("\\+") =>
            {
                return Err(
                    "the pattern holds on to what it took, which is not supported".to_owned(),
                );
            }
            _ => {}
        }
        out.push(c);
    }
    out.push_str(")$");
    let built = regex::RegexBuilder::new(&out).size_limit(1 << 20).build();
    built
        .map_err(|error| format!("the pattern \u{2018}{pattern}\u{2019} is not supported: {error}"))
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn a_pattern_is_for_the_whole_text_and_for_ascii_digits() {
        let fits = |pattern: &str, text: &str| compile(pattern).unwrap().is_match(text);
        assert!(!fits("[0-9]{4}", "a1234"));
        assert!(fits(r"\d+", "12"));
        assert!(!fits(r"\d+", "\u{663}"));
        assert!(fits(r"[\w.]+@\w+", "a.b@c"));
        assert!(fits("a|bc", "bc"));
    }

    #[test]
    fn what_no_kept_crate_can_do_is_refused_by_name() {
        for pattern in ["(?=a)a", r"(a)\1", "a++", "("] {
            assert!(compile(pattern).is_err(), "{pattern}");
        }
    }
}
