//! A layout from its file: TOML, or JSON; JSON may also hold the sums alone.

use std::collections::BTreeMap;

use evidence::counts::{Dash, Form, Layout};
use serde::Deserialize;
use serde_json::{Map, Value};
use terms::finding::{Finding, Severity};

/// Longest layout that is read, in bytes.
pub const LAYOUT_BYTES_MAX: usize = 4 << 20;

const ALLOWED: &str = "form, sheet, header_row, count, dimensions, events, sources, contributors, \
                       inhabitants, rows, columns, hierarchies, totals, masks, mask_lower, below, \
                       dash, thousands, rounded, population, vintage, party_dimension, title, \
                       publisher, reference_date, statement";

/// A layout as its file spells it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    form: Option<String>,
    sheet: Option<String>,
    header_row: Option<u64>,
    count: Option<String>,
    dimensions: Vec<String>,
    events: Option<String>,
    sources: Option<String>,
    contributors: Option<String>,
    inhabitants: Option<String>,
    rows: Option<String>,
    columns: Option<String>,
    hierarchies: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    totals: Vec<String>,
    masks: Vec<String>,
    mask_lower: Option<u64>,
    below: Option<u64>,
    dash: Option<String>,
    thousands: Option<String>,
    rounded: Option<u64>,
    population: String,
    vintage: String,
    party_dimension: Option<String>,
    title: String,
    publisher: String,
    reference_date: String,
    statement: String,
}

/// Reads a layout. Text that begins with a brace is JSON, other text TOML. JSON whose values are
/// all maps of totals to parts holds the sums alone, by dimension.
///
/// # Errors
/// What is wrong with it, one finding each.
pub fn layout(text: &str, file: &str) -> Result<Layout, Vec<Finding>> {
    let refused = |code, found: &str, allowed: &str| {
        let finding = Finding::of_file(file, code, Severity::Error);
        vec![finding.found(found).allowed(allowed)]
    };
    if text.len() > LAYOUT_BYTES_MAX {
        return Err(refused("layout_too_long", "", "at most 4 MiB"));
    }
    let text = text.trim_start_matches('\u{feff}');
    let unread = |reason: String| refused("layout_unreadable", &reason, ALLOWED);
    let written: Written = if text.trim_start().starts_with('{') {
        let value: Value = serde_json::from_str(text).map_err(|error| unread(error.to_string()))?;
        let value = match value {
            Value::Object(map) if is_sums_alone(&map) => {
                let mut whole = Map::new();
                whole.insert("hierarchies".to_owned(), Value::Object(map));
                Value::Object(whole)
            }
            value => value,
        };
        serde_json::from_value(value).map_err(|error| unread(error.to_string()))?
    } else {
        toml::from_str(text).map_err(|error| unread(error.message().to_owned()))?
    };
    understood(written).map_err(|(field, found, allowed)| {
        let mut findings = refused("layout_value", &found, allowed);
        findings[0].field = Some(field.to_owned());
        findings
    })
}

/// Whether a map holds nothing but dimensions with their sums. A layout with the key `hierarchies`
/// looks one level deeper and is not mistaken for it.
fn is_sums_alone(map: &Map<String, Value>) -> bool {
    let is_parts = |value: &Value| value.is_array();
    let is_sums = |value: &Value| {
        value
            .as_object()
            .is_some_and(|sums| !sums.is_empty() && sums.values().all(is_parts))
    };
    !map.is_empty() && map.values().all(is_sums)
}

type Misunderstood = (&'static str, String, &'static str);

fn understood(written: Written) -> Result<Layout, Misunderstood> {
    let form = match written.form {
        Some(code) => match Form::of_code(&code) {
            Some(form) => Some(form),
            None => return Err(("form", code, "long, cross")),
        },
        None => None,
    };
    let dash = match written.dash {
        Some(code) => match Dash::of_code(&code) {
            Some(dash) => dash,
            None => return Err(("dash", code, "zero, absent, masked")),
        },
        None => Dash::default(),
    };
    let thousands = match written.thousands {
        Some(mark) => Some(thousands(&mark).ok_or((
            "thousands",
            mark,
            "a comma, a point, a space, an apostrophe",
        ))?),
        None => None,
    };
    let positive = |field, number: Option<u64>| match number {
        Some(0) => Err((field, "0".to_owned(), "1 or more")),
        number => Ok(number),
    };
    let sums = written.hierarchies.into_iter();
    Ok(Layout {
        form,
        sheet: written.sheet,
        header_row: written.header_row,
        count: written.count,
        dimensions: written.dimensions,
        events: written.events,
        sources: written.sources,
        contributors: written.contributors,
        inhabitants: written.inhabitants,
        rows: written.rows,
        columns: written.columns,
        hierarchies: sums
            .map(|(dimension, sums)| (dimension, sums.into_iter().collect()))
            .collect(),
        total_words: written.totals,
        masks: written.masks,
        mask_lower: written.mask_lower,
        below: positive("below", written.below)?,
        dash,
        thousands,
        rounded: positive("rounded", written.rounded)?,
        population: written.population,
        vintage: written.vintage,
        party_dimension: written.party_dimension,
        title: written.title,
        publisher: written.publisher,
        reference_date: written.reference_date,
        statement: written.statement,
    })
}

/// The mark between thousands as the reader of counts knows it: every kind of space is one, and so
/// is every apostrophe.
fn thousands(text: &str) -> Option<char> {
    let mut marks = text.chars();
    let mark = match marks.next()? {
        '’' => '\'',
        space if space.is_whitespace() => ' ',
        other => other,
    };
    (marks.next().is_none() && matches!(mark, ',' | '.' | ' ' | '\'')).then_some(mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_layout_in_toml() {
        let text = "
population = \"victims detected in XXA\"
vintage = \"2026-03-31\"
below = 5
mask_lower = 1
dash = \"zero\"
thousands = \"\u{202f}\"
masks = [\"§\"]
party_dimension = \"state\"

[hierarchies.age]
Total = [\"child\", \"adult\"]
child = [\"0-11\", \"12-17\"]
";
        let read = layout(text, "layout.toml").expect("a layout");
        assert_eq!((read.below, read.mask_lower), (Some(5), Some(1)));
        assert_eq!((read.dash, read.thousands), (Dash::Zero, Some(' ')));
        assert_eq!(read.hierarchies[0].0, "age");
        assert_eq!(read.hierarchies[0].1.len(), 2);
        assert_eq!(read.population, "victims detected in XXA");
    }

    #[test]
    fn sums_alone_in_json() {
        let text = r#"{"form": {"Total": ["labour", "other"]}, "sex": {"Total": ["F", "M"]}}"#;
        let read = layout(text, "hier.json").expect("a layout");
        assert_eq!(read.hierarchies.len(), 2);
        let whole = r#"{"below": 5, "hierarchies": {"sex": {"Total": ["F", "M"]}}}"#;
        let read = layout(whole, "layout.json").expect("a layout");
        assert_eq!((read.below, read.hierarchies.len()), (Some(5), 1));
    }

    #[test]
    fn what_a_layout_may_not_say_is_named() {
        for (text, code, words) in [
            ("belov = 5", "layout_unreadable", "belov"),
            ("dash = \"nought\"", "layout_value", "nought"),
            ("form = \"wide\"", "layout_value", "long, cross"),
            ("thousands = \"..\"", "layout_value", "a comma"),
            ("below = 0", "layout_value", "1 or more"),
            ("below = -3", "layout_unreadable", ""),
            ("{", "layout_unreadable", ""),
        ] {
            let findings = layout(text, "layout").expect_err(text);
            assert_eq!(findings[0].code, code, "{text}");
            assert!(
                findings[0].message().contains(words),
                "{text}: {}",
                findings[0]
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_a_layout_or_findings(text in "\\PC{0,60}") {
            if let Err(findings) = layout(&text, "any") {
                prop_assert!(!findings.is_empty());
            }
            let _ = layout(&format!("{{{text}"), "any");
        }
    }
}
