//! The parts of a report, the same on a page and in a file: what was seen, what was checked, the
//! one number that is defended, every method, how the answer moves, and what must be said.

use analyse::estimate::{CaptureTable, Report};
use askama::Template;
use office::ListsSeen;

use super::{figures, own, sentences};
use crate::grid::Grid;
use crate::words::{Words, count, text};

/// A check, ready to be printed.
pub(crate) struct Checked {
    pub(super) passed: bool,
    pub(super) sentence: String,
}

/// A report, ready to be printed.
#[derive(Template)]
#[template(path = "estimate_parts.html")]
pub(crate) struct Parts {
    words: &'static Words,
    pub(super) seen: String,
    pub(super) pairs: Grid,
    pub(super) checks: Vec<Checked>,
    /// The number that is defended, with its interval and its hidden part.
    pub(super) number: Option<[String; 3]>,
    /// Why there is none, where there is none.
    pub(super) none: String,
    pub(super) why: String,
    pub(super) methods: Grid,
    methods_drawn: [String; 2],
    /// Whether a limit was sought and not found.
    pub(super) open: bool,
    pub(super) key: String,
    pub(super) sensitivity: Grid,
    sensitivity_drawn: [String; 2],
    pub(super) caveats: Vec<String>,
    /// Answers that are not shown, as a sentence; empty where there are none.
    pub(super) withheld: String,
}

impl Parts {
    pub(crate) fn new(words: &'static Words, table: &CaptureTable, report: &Report) -> Self {
        let checks = report.checks.iter().map(|check| Checked {
            passed: check.passed,
            sentence: sentences::check(words, table, report, check),
        });
        let pairs = figures::pairs(words, table);
        let why = sentences::why(words, report);
        Self::of(words, (report, ""), (pairs, checks.collect(), why))
    }

    /// The parts of an estimate from a node's own lists, without what would tell a small count.
    /// `mark` stands across its drawings.
    pub(crate) fn own(words: &'static Words, seen: &ListsSeen, mark: &str) -> Self {
        let checks = seen.report.checks.iter().map(|check| Checked {
            passed: check.passed,
            sentence: own::check(words, seen, check),
        });
        let pairs = own::pairs(words, &seen.report.lists, &seen.margins);
        let told = (pairs, checks.collect(), own::why(words, seen));
        Self {
            withheld: own::withheld(words, seen),
            ..Self::of(words, (&seen.report, mark), told)
        }
    }

    fn of(
        words: &'static Words,
        (report, mark): (&Report, &str),
        (pairs, checks, why): (Grid, Vec<Checked>, String),
    ) -> Self {
        let lists = report.lists.iter().enumerate();
        let key: Vec<String> = lists
            .map(|(at, list)| format!("{} {list}", at + 1))
            .collect();
        Self {
            words,
            seen: words.say_with("estimate-seen", &[("count", count(report.persons))]),
            pairs,
            checks,
            number: number(words, report),
            none: none(words, report),
            why,
            methods: figures::methods(words, report),
            methods_drawn: figures::methods_drawn(words, report, mark),
            open: figures::any_open(report),
            key: words.say_with("estimate-key", &[("lists", text(key.join(", ")))]),
            sensitivity: figures::sensitivity(words, report),
            sensitivity_drawn: figures::sensitivity_drawn(words, report, mark),
            caveats: sentences::caveats(words, report),
            withheld: String::new(),
        }
    }

    pub(super) fn t(&self, key: &str) -> String {
        self.words.say(key)
    }
}

fn number(words: &Words, report: &Report) -> Option<[String; 3]> {
    let result = &report.results[report.headline.result?];
    let (estimate, lower, upper) = (result.estimate?, result.lower?, result.upper?);
    #[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
    let hidden = (estimate - report.persons as f64).max(0.0);
    let hidden = ("count", text(sentences::persons(words, hidden)));
    let [number, told] = interval(
        words,
        (estimate, lower, upper),
        (result.level, result.method),
    );
    Some([
        number,
        told,
        words.say_with("estimate-headline-hidden", &[hidden]),
    ])
}

/// An estimate, and its interval with the method as a sentence.
pub(super) fn interval(
    words: &Words,
    (estimate, lower, upper): (f64, f64, f64),
    (level, method): (f64, &str),
) -> [String; 2] {
    let variables = [
        ("level", text(figures::percent(words, level))),
        ("lower", text(sentences::persons(words, lower))),
        ("upper", text(sentences::persons(words, upper))),
        ("method", text(sentences::method(words, method))),
    ];
    [
        sentences::persons(words, estimate),
        words.say_with("estimate-headline-interval", &variables),
    ]
}

/// Why no number is defended.
fn none(words: &Words, report: &Report) -> String {
    let Some(code) = report.headline.method else {
        return words.say("estimate-headline-none");
    };
    let name = ("method", text(sentences::method(words, code)));
    let Some(result) = report.results.iter().find(|one| one.method == code) else {
        return words.say_with("estimate-headline-not-run", &[name]);
    };
    match result.estimate {
        Some(value) => {
            let value = ("estimate", text(sentences::persons(words, value)));
            words.say_with("estimate-headline-half", &[name, value])
        }
        None => words.say_with("estimate-headline-no-estimate", &[name]),
    }
}
