//! An estimate as text, for a statistician and a minister: what was seen and checked, the one
//! number that is defended and why, then every method, and what must be said beside them.

use std::fmt::Write;

use analyse::estimate::Report;
use analyse::estimate::report::{Change, Check, MethodResult, Sensitivity};

/// Columns of the text.
const WIDTH: usize = 96;

/// The whole report.
pub(super) fn text(file: &str, found: &Report) -> String {
    let mut text = String::new();
    let lists = found.lists.len();
    put(
        &mut text,
        &format!("Persons on no list, estimated from {lists} lists: {file}"),
    );
    seen(&mut text, found);
    heading(&mut text, "Checked first");
    for Check {
        passed, sentence, ..
    } in &found.checks
    {
        wrap(
            &mut text,
            if *passed { "  ok     " } else { "  look   " },
            sentence,
        );
    }
    heading(&mut text, "Headline");
    headline(&mut text, found);
    heading(&mut text, "Methods side by side");
    methods(&mut text, found);
    heading(&mut text, "How the stepwise choice moves");
    sensitivity(&mut text, &found.sensitivity);
    heading(&mut text, "To be said beside every number");
    for caveat in &found.caveats {
        wrap(&mut text, "  - ", &caveat.sentence);
    }
    text
}

fn seen(text: &mut String, found: &Report) {
    heading(text, "Seen");
    let whole = format!(
        "  {:>9}  persons on at least one list",
        number(found.persons)
    );
    put(text, &whole);
    for (list, total) in found.lists.iter().zip(&found.list_totals) {
        put(text, &format!("  {:>9}  on {list}", number(*total)));
    }
}

fn headline(text: &mut String, found: &Report) {
    let headline = &found.headline;
    let defended = headline.method;
    let run = found
        .results
        .iter()
        .find(|one| Some(one.method) == defended);
    match (headline.result, defended, run.and_then(|one| one.estimate)) {
        (Some(place), _, _) => {
            let result = &found.results[place];
            let estimate = result.estimate.unwrap_or_default();
            let line = format!(
                "About {} persons in all, {} interval {}, by `{}`.",
                rounded(estimate),
                percent(result.level),
                interval(result),
                result.method
            );
            wrap(text, "  ", &line);
            let hidden = rounded((estimate - found.persons as f64).max(0.0));
            put(text, &format!("  Of them about {hidden} are on no list."));
        }
        (None, Some(method), None) if run.is_none() => {
            put(
                text,
                &format!("  None: `{method}` is the method defended here, and was not run."),
            );
        }
        (None, Some(method), Some(estimate)) => {
            let line = format!(
                "None: `{method}` is the method defended here; it gives about {}, but not both \
                 limits. More replicates, such as --bootstrap 10000, may find them.",
                rounded(estimate)
            );
            wrap(text, "  ", &line);
        }
        _ => put(text, "  None: no number is defended on this table."),
    }
    wrap(text, "  Why: ", &headline.why);
}

fn methods(text: &mut String, found: &Report) {
    let names: Vec<String> = found.results.iter().map(name).collect();
    let width = names.iter().map(String::len).max().unwrap_or(0).max(6);
    let model = if found.results.iter().any(|one| one.model.is_some()) {
        "model"
    } else {
        ""
    };
    let head = format!(
        "  {:<width$}  {:>10}  {:>23}  {model}",
        "method", "estimate", "interval"
    );
    put(text, head.trim_end());
    for (result, name) in found.results.iter().zip(&names) {
        let Some(estimate) = result.estimate else {
            let found = format!("  {name:<width$}  ");
            wrap(text, &found, reason(result));
            continue;
        };
        let row = format!(
            "  {name:<width$}  {:>10}  {:>23}  {}",
            rounded(estimate),
            interval(result),
            result.model.as_deref().unwrap_or_default()
        );
        put(text, row.trim_end());
        for (key, sentence) in &result.detail {
            if matches!(*key, "lower" | "upper" | "warning") {
                let indent = " ".repeat(width + 4);
                wrap(text, &indent, &format!("{key}: {}", readable(sentence)));
            }
        }
    }
    for (method, reason) in &found.not_run {
        wrap(
            text,
            &format!("  {method:<width$}  "),
            &format!("not run: {reason}"),
        );
    }
    notes(text, found);
}

/// What kind of interval each method has, and the settings that give it again.
fn notes(text: &mut String, found: &Report) {
    put(text, "");
    let mut said: Vec<&str> = Vec::new();
    for result in &found.results {
        let kind = result.detail.iter().find(|(key, _)| *key == "interval");
        if said.contains(&result.method) || result.estimate.is_none() {
            continue;
        }
        said.push(result.method);
        let settings: Vec<String> = result
            .settings
            .iter()
            .filter(|(name, _)| !matches!(*name, "estimator" | "pair"))
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        let mut note = kind.map_or_else(String::new, |(_, kind)| kind.clone());
        if !settings.is_empty() {
            note = format!("{note} ({})", settings.join(", "));
        }
        let level = percent(result.level);
        wrap(text, &format!("  {} ({level}): ", result.method), &note);
    }
    let lists = found.lists.iter().enumerate();
    let places: Vec<String> = lists
        .map(|(place, list)| format!("{} {list}", place + 1))
        .collect();
    wrap(
        text,
        "  In the names of models and pairs: ",
        &places.join(", "),
    );
}

fn sensitivity(text: &mut String, rows: &[Sensitivity]) {
    put(
        text,
        &format!("  {:<36}  {:>10}  {:>9}", "change", "estimate", "seen"),
    );
    for row in rows {
        let change = match &row.change {
            Change::Without(list) => format!("without {list}"),
            Change::Merged(first, second) => format!("{first} and {second} as one list"),
            Change::Threshold(threshold) => format!("threshold {threshold}"),
        };
        let answer = match (&row.refusal, row.estimate) {
            (Some(refusal), _) => format!("no table left: {refusal}"),
            (None, Some(estimate)) => {
                let line = format!(
                    "  {change:<36}  {:>10}  {:>9}",
                    rounded(estimate),
                    number(row.persons)
                );
                put(text, &line);
                continue;
            }
            (None, None) => row.status.reason().to_owned(),
        };
        wrap(text, &format!("  {change:<36}  "), &answer);
    }
}

/// The method with what tells its rows apart.
fn name(result: &MethodResult) -> String {
    let setting = |key: &str| {
        let found = result.settings.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| format!(" {value}"))
    };
    let estimator = setting("estimator").unwrap_or_default();
    let pair = setting("pair").unwrap_or_default();
    format!("{}{estimator}{pair}", result.method)
}

fn reason(result: &MethodResult) -> &str {
    let own = result.detail.iter().find(|(key, _)| *key == "reason");
    own.map_or_else(|| result.status.reason(), |(_, reason)| reason)
}

fn interval(result: &MethodResult) -> String {
    interval_of(result.lower, result.upper)
}

/// Two limits, as far as there are any.
pub(super) fn interval_of(lower: Option<f64>, upper: Option<f64>) -> String {
    let limit = |limit: Option<f64>| limit.map_or_else(|| "none".to_owned(), rounded);
    match (lower, upper) {
        (None, None) => "no interval".to_owned(),
        (lower, upper) => format!("{} to {}", limit(lower), limit(upper)),
    }
}

fn percent(level: f64) -> String {
    let percent = (level * 1e4).round() / 100.0;
    format!("{percent} %")
}

pub(super) fn rounded(value: f64) -> String {
    // Digits after the point would pretend to a precision that no estimate of persons has.
    grouped(&format!("{value:.0}"))
}

/// A sentence whose numbers have no more digits than a reader can use.
fn readable(sentence: &str) -> String {
    let word = |word: &str| match word.parse::<f64>() {
        Ok(value) if value.abs() >= 100.0 => rounded(value),
        _ => word.to_owned(),
    };
    sentence.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn number(count: u64) -> String {
    grouped(&count.to_string())
}

/// Groups of three digits; a sign stays in front.
fn grouped(digits: &str) -> String {
    let (sign, digits) = digits
        .strip_prefix('-')
        .map_or(("", digits), |rest| ("-", rest));
    let mut grouped = sign.to_owned();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn heading(text: &mut String, words: &str) {
    put(text, "");
    put(text, words);
}

fn put(text: &mut String, line: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{line}");
}

/// Words after `first`, in lines of at most [`WIDTH`] columns, all as far in as the first.
pub(super) fn wrap(text: &mut String, first: &str, sentence: &str) {
    let indent = first.chars().count().min(WIDTH / 2);
    let mut line = first.to_owned();
    let mut empty = true;
    for word in sentence.split_whitespace() {
        let room = line.chars().count() + 1 + word.chars().count() <= WIDTH;
        if !empty && !room {
            put(text, line.trim_end());
            line = " ".repeat(indent);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    put(text, line.trim_end());
}

#[cfg(test)]
mod tests {
    use super::{grouped, readable, wrap};

    #[test]
    fn digits_stand_in_groups_of_three() {
        let written = ["0", "999", "1000", "1234567", "-120", "-12056"].map(grouped);
        assert_eq!(
            written,
            ["0", "999", "1,000", "1,234,567", "-120", "-12,056"]
        );
        assert_eq!(readable("below about 9216.8"), "below about 9,217");
        assert_eq!(readable("of 0.02"), "of 0.02");
    }

    #[test]
    fn long_sentences_hang_under_their_first_word() {
        let mut text = String::new();
        wrap(&mut text, "  - ", &"word ".repeat(30));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("  - word") && lines[1].starts_with("    word"));
        assert!(lines.iter().all(|line| line.len() <= super::WIDTH));
    }
}
