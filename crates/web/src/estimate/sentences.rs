//! What the engine says by code, in the reader's language.

use analyse::estimate::existence::Status;
use analyse::estimate::report::Check;
use analyse::estimate::{CaptureTable, Fitter, Model, Report, TableError};

use crate::words::{Words, count, text};

/// Persons on two lists below which a pair says little; the engine's check uses the same.
const OVERLAP_SMALL: u64 = 5;

/// Names of pairs of lists.
fn pairs(words: &Words, report: &Report) -> String {
    let pairs = report.empty_pairs.iter().map(|(first, second)| {
        let names = [
            ("first", text(first.as_str())),
            ("second", text(second.as_str())),
        ];
        words.say_with("estimate-pair", &names)
    });
    pairs.collect::<Vec<_>>().join("; ")
}

/// A check as a sentence.
pub(super) fn check(words: &Words, table: &CaptureTable, report: &Report, of: &Check) -> String {
    let lists = table.lists().len();
    match of.code {
        "three-lists" => words.say_with(
            "estimate-check-three-lists",
            &[("lists", count(lists as u64))],
        ),
        "empty-pairs" if of.passed => words.say("estimate-check-pairs-share"),
        "empty-pairs" => words.say_with(
            "estimate-check-empty-pairs",
            &[("pairs", text(pairs(words, report)))],
        ),
        "small-overlaps" => {
            let small = |code: usize| {
                code.count_ones() == 2 && (1..OVERLAP_SMALL).contains(&table.together(code))
            };
            let found = (0..1_usize << lists).filter(|code| small(*code)).count();
            let variables = [
                ("count", count(found as u64)),
                ("most", count(OVERLAP_SMALL - 1)),
            ];
            words.say_with("estimate-check-small-overlaps", &variables)
        }
        "independent-lists" | "all-pairs" => {
            let (name, model) = if of.code == "all-pairs" {
                ("estimate-model-all-pairs", Model::all_pairs(lists))
            } else {
                ("estimate-model-independent", Model::main_effects(lists))
            };
            let found = Fitter::new(table.counts()).status(model.terms());
            let model = ("model", text(words.say(name)));
            words.say_with(
                "estimate-check-model",
                &[model, ("answer", text(status(words, found)))],
            )
        }
        "seen-once" => {
            let once: u64 = (0..lists).map(|list| table.counts()[1 << list]).sum();
            let variables = [("once", count(once)), ("all", count(report.persons))];
            words.say_with("estimate-check-seen-once", &variables)
        }
        // A check that no message knows is told in the engine's own words.
        _ => of.sentence.clone(),
    }
}

/// Whether a model has an estimate, and why not.
pub(super) fn status(words: &Words, status: Status) -> String {
    words.say(match status {
        Status::Ok => "estimate-status-ok",
        Status::DoesNotExist => "estimate-status-does-not-exist",
        Status::NotIdentifiable => "estimate-status-not-identifiable",
        Status::Both => "estimate-status-both",
    })
}

/// What must be said beside the numbers.
pub(super) fn caveats(words: &Words, report: &Report) -> Vec<String> {
    let caveats = report.caveats.iter().map(|caveat| {
        if caveat.code == "methods-differ" {
            let modelled = report.results.iter().filter(|one| one.method != "simple");
            let found: Vec<f64> = modelled.filter_map(|one| one.estimate).collect();
            let low = found.iter().copied().fold(f64::INFINITY, f64::min);
            let high = found.iter().copied().fold(0.0, f64::max);
            let variables = [
                ("low", text(persons(words, low))),
                ("high", text(persons(words, high))),
            ];
            return words.say_with("estimate-caveat-methods-differ", &variables);
        }
        let key = format!("estimate-caveat-{}", caveat.code);
        words
            .find(&key, None)
            .unwrap_or_else(|| caveat.sentence.clone())
    });
    caveats.collect()
}

/// Why the defended method is defended.
pub(super) fn why(words: &Words, report: &Report) -> String {
    words.say(match report.headline.method {
        Some("bic") => "estimate-why-bic",
        Some(_) => "estimate-why-stepwise",
        None => "estimate-why-two-lists",
    })
}

/// The name of a method.
pub(super) fn method(words: &Words, code: &str) -> String {
    let key = format!("estimate-method-{code}");
    words.find(&key, None).unwrap_or_else(|| code.to_owned())
}

/// A number of persons. Digits after the point would pretend to a precision that is not there.
pub(super) fn persons(words: &Words, value: f64) -> String {
    words.decimal(value.round() + 0.0)
}

/// Why a table was refused: row, field, what was found and what is allowed.
pub(crate) fn refusal(words: &Words, error: &TableError) -> String {
    let variables = [
        ("row", count(error.row.unwrap_or(0) as u64)),
        ("field", text(error.field.as_str())),
        ("found", text(error.found.trim_matches('`'))),
    ];
    let key = format!("estimate-refused-{}", error.code);
    let variables = variables.into_iter().collect();
    words
        .find(&key, Some(&variables))
        .unwrap_or_else(|| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::LANGUAGES;

    #[test]
    fn every_refusal_is_said_in_every_language() {
        let many = format!("{}count\n", "x,".repeat(3));
        let twenty: Vec<String> = (0..20).map(|list| format!("l{list}")).collect();
        let texts = [
            "a,b,count\n1,0,5\n0,1,4\n",
            "a,count\n1,5\n",
            "a,b,count\n1,0,-5\n",
            "a,b,c,count\n1,0,0,5\n0,1,0,4\n1,1,0,2\n",
            "a,b,persons\n1,0,5\n",
            "a,b,count\n1,1,2\n",
            "",
            "a,b,count\n1,yes,5\n",
            "a,b,count\n1,5\n",
            "a,b,count\n0,0,5\n",
            "a,b,count\n1,0,900000000\n1,0,900000000\n",
            &many,
            &format!("{},count\n", twenty.join(",")),
        ];
        for table in texts {
            let error = CaptureTable::from_csv(table).expect_err(table);
            for language in LANGUAGES {
                let words = Words::of(language);
                let said = refusal(words, &error);
                assert_ne!(said, error.to_string(), "{language} {}", error.code);
                if let Some(row) = error.row.filter(|row| *row > 1) {
                    assert!(said.contains(&row.to_string()), "{language}: {said}");
                }
                assert!(said.contains(&error.field), "{language}: {said}");
            }
        }
    }

    #[test]
    fn every_method_has_its_name() {
        for found in analyse::estimate::Method::named("all").expect("all") {
            for language in LANGUAGES {
                let code = found.word();
                assert_ne!(method(Words::of(language), code), code, "{language}");
            }
        }
    }

    #[test]
    fn every_check_and_caveat_of_a_sparse_table_is_translated() {
        let text = "a,b,c,count\n1,0,0,30\n0,1,0,20\n0,0,1,10\n1,1,0,4\n";
        let table = CaptureTable::from_csv(text).expect("a table");
        let report = super::super::quick(&table).expect("an answer");
        for language in LANGUAGES {
            let words = Words::of(language);
            for own in &report.checks {
                let said = check(words, &table, &report, own);
                assert!(!said.contains('⟦'), "{said}");
            }
            for (own, said) in report.caveats.iter().zip(caveats(words, &report)) {
                assert!(
                    language == LANGUAGES[0] || said != own.sentence,
                    "{language}: {said}"
                );
            }
        }
    }
}
