//! The fields of a query: each is known, given once, and read or refused by name.

use axum::extract::Query;
use axum::http::Uri;
use jiff::civil::Date;

use crate::problem::{Kind, Problem};

/// The fields of one request. A blank field, as a form sends it, is one that was not given.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads the query of an address. A name that the page does not know is refused: a filter
    /// that is silently ignored would put a wrong heading over a figure.
    pub(crate) fn read(uri: &Uri, known: &[&str]) -> Result<Self, Problem> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| Problem::of(Kind::UnknownField, "", uri.query().unwrap_or_default()))?;
        let mut kept: Vec<(String, String)> = Vec::with_capacity(pairs.len());
        for (name, value) in pairs {
            if !known.contains(&name.as_str()) {
                return Err(
                    Problem::of(Kind::UnknownField, &clip(&name), &value).allowing(known.to_vec())
                );
            }
            if kept.iter().any(|(other, _)| *other == name) {
                return Err(Problem::of(Kind::RepeatedField, &name, &value));
            }
            if !value.trim().is_empty() {
                kept.push((name, value.trim().to_owned()));
            }
        }
        Ok(Self(kept))
    }

    /// A field's text, if it was given.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A field that is a day.
    pub(crate) fn date(&self, name: &str) -> Result<Option<Date>, Problem> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let shape = value.len() == 10 && value.as_bytes()[4] == b'-' && value.as_bytes()[7] == b'-';
        match value.parse::<Date>() {
            Ok(date) if shape => Ok(Some(date)),
            _ => Err(Problem::of(Kind::NotADate, name, value).allowing(["YYYY-MM-DD"])),
        }
    }

    /// A field that is one of a list.
    pub(crate) fn one_of(
        &self,
        name: &str,
        allowed: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Option<String>, Problem> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let allowed: Vec<String> = allowed.into_iter().map(Into::into).collect();
        if allowed.iter().any(|known| known == value) {
            return Ok(Some(value.to_owned()));
        }
        Err(Problem::of(Kind::NotInList, name, value).allowing(allowed))
    }

    /// The fields as a query string, with some set or, where the value is blank, left out.
    pub(crate) fn with(&self, changes: &[(&str, &str)]) -> String {
        let mut pairs: Vec<(&str, &str)> = self
            .0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name))
            .collect();
        pairs.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        query(&pairs)
    }
}

fn clip(name: &str) -> String {
    name.chars().take(40).collect()
}

/// A query string with its question mark, or nothing when there is no field.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        text.push(if text.is_empty() { '?' } else { '&' });
        text.push_str(&encode(name));
        text.push('=');
        text.push_str(&encode(value));
    }
    text
}

/// Percent-encodes everything but letters, digits and `-._~`, as RFC 3986 has it.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for &byte in text.as_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &'static str) -> Result<Fields, Problem> {
        Fields::read(&Uri::from_static(address), &["on", "group"])
    }

    #[test]
    fn an_unknown_field_is_named() {
        let problem = read("/?colour=red").expect_err("colour is not known");
        assert_eq!(problem.kind, Kind::UnknownField);
        assert_eq!(problem.field, "colour");
        assert_eq!(problem.allowed, ["on", "group"]);
    }

    #[test]
    fn a_repeated_field_is_refused_and_a_blank_one_is_absent() {
        let twice = read("/?on=2013-09-04&on=2014-02-04").expect_err("given twice");
        assert_eq!(twice.kind, Kind::RepeatedField);
        assert_eq!(read("/?on=&group=+").expect("blank").get("group"), None);
    }

    #[test]
    fn a_date_has_ten_characters() {
        for address in [
            "/?on=2013-9-4",
            "/?on=20130904",
            "/?on=2013-02-30",
            "/?on=today",
        ] {
            let problem = read(address).expect("one field").date("on");
            assert_eq!(problem.expect_err(address).kind, Kind::NotADate);
        }
        let date = read("/?on=2013-09-04").expect("one field").date("on");
        assert_eq!(date, Ok(Some(Date::constant(2013, 9, 4))));
    }

    #[test]
    fn a_query_is_written_so_that_it_reads_back() {
        let fields = read("/?group=a%26b%20c").expect("one field");
        assert_eq!(
            fields.with(&[("on", "2013-09-04")]),
            "?group=a%26b%20c&on=2013-09-04"
        );
        assert_eq!(fields.with(&[("group", "")]), "");
    }
}
