//! The column `parameters`: `key=value` pairs.

use crate::finding::{Findings, Place, hint};

/// Pairs in order; a later one of the same key takes the earlier one's value away.
pub(super) type Parameters = Vec<(String, String)>;

/// The value of a key.
pub(super) fn get<'a>(parameters: &'a Parameters, key: &str) -> Option<&'a str> {
    parameters
        .iter()
        .find(|(name, _)| name == key)
        .map(|(_, value)| value.as_str())
}

/// Takes a pair away.
pub(super) fn take(parameters: &mut Parameters, key: &str) -> Option<String> {
    let at = parameters.iter().position(|(name, _)| name == key)?;
    Some(parameters.remove(at).1)
}

/// Reads the pairs. Keys are in small letters; so are values, but for those that name a column of
/// a file that somebody else made.
pub(super) fn read(text: &str, row: u32, findings: &mut Findings) -> Option<Parameters> {
    let mut parameters = Parameters::new();
    let mut refuse = || {
        let message = format!("found \u{2018}{text}\u{2019}; pairs key=value are allowed");
        findings.error(place(row), "parameters-unreadable", message);
    };
    let mut words = Vec::new();
    for part in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')) {
        let mut rest = part;
        while let Some(at) = rest.find('=') {
            if at > 0 {
                words.push(&rest[..at]);
            }
            words.push("=");
            rest = &rest[at + 1..];
        }
        if !rest.is_empty() {
            words.push(rest);
        }
    }
    for triple in words.chunks(3) {
        match triple {
            [key, "=", value] if *key != "=" && *value != "=" => {
                let key = key.to_lowercase();
                let value = if matches!(key.as_str(), "label" | "value") {
                    (*value).to_owned()
                } else {
                    value.to_lowercase()
                };
                match parameters.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, old)) => *old = value,
                    None => parameters.push((key, value)),
                }
            }
            _ => {
                refuse();
                return None;
            }
        }
    }
    Some(parameters)
}

/// Refuses keys that the question's type does not take.
pub(super) fn accept(
    parameters: &Parameters,
    allowed: &[&str],
    row: u32,
    findings: &mut Findings,
) -> bool {
    let mut accepted = true;
    for (key, _) in parameters {
        if !allowed.contains(&key.as_str()) {
            let message = format!(
                "found \u{2018}{key}\u{2019}; this type takes {}{}",
                allowed.join(", "),
                hint(key, allowed.iter().copied())
            );
            findings.error(place(row), "parameter-unknown", message);
            accepted = false;
        }
    }
    accepted
}

/// Refuses a value.
pub(super) fn refuse(key: &str, found: &str, allowed: &str, row: u32, findings: &mut Findings) {
    let message = format!("{key}: found \u{2018}{found}\u{2019}; {allowed}");
    findings.error(place(row), "parameter-value", message);
}

/// A whole number as the field's tools read one: digits with an optional sign, in which single
/// underscores may stand between digits.
pub(super) fn whole(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let parts: Vec<&str> = digits.split('_').collect();
    if parts
        .iter()
        .any(|part| part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    let value: i64 = parts.concat().parse().unwrap_or(i64::MAX);
    Some(if text.starts_with('-') { -value } else { value })
}

/// Whether the text is a number, with a point or an exponent.
pub(super) fn is_number(text: &str) -> bool {
    let text = text.trim().replace('_', "");
    !text.is_empty() && text.parse::<f64>().is_ok()
}

pub(super) fn place(row: u32) -> Place {
    Place::survey(row).column("parameters")
}
