//! What is said of a table that was tried.

use askama::Template;
use protect::check::{Exposed, Exposure, Report};
use terms::finding::Finding;
use terms::hierarchy::Hierarchy;

use super::drawn::{BESIDES, EXACTLY, NARROW, SMALL, drawn, said};
use super::{CountedTable, Tried};
use crate::words::{Words, count, text};

/// Remarks on a table that are shown.
const NOTICES_MAX: usize = 12;
/// Exposed cells that are explained one by one.
const REASONS_MAX: usize = 60;
/// Other hidden cells of a sum that are named.
const NAMED_MAX: usize = 4;

/// One remark on a file.
pub(crate) struct Remark {
    pub(crate) place: String,
    pub(crate) sentence: String,
    pub(crate) found: String,
}

/// A shape with what it means.
struct Key {
    shape: &'static str,
    class: &'static str,
    words: String,
}

/// A sentence with a count; some ask for a look.
struct Fact {
    warned: bool,
    sentence: String,
}

/// Why a cell does not hide.
struct Reason {
    shape: &'static str,
    what: String,
    why: String,
}

/// What to mask besides.
struct Besides {
    sentence: String,
    cost: String,
    cells: Vec<String>,
}

/// The answer below its heading.
#[derive(Template)]
#[template(path = "check_parts.html")]
pub(crate) struct Parts {
    words: &'static Words,
    headline: String,
    facts: Vec<Fact>,
    read: String,
    notices: Vec<Remark>,
    notices_more: Option<String>,
    table: String,
    table_note: Option<String>,
    keys: Vec<Key>,
    reasons: Vec<Reason>,
    reasons_more: Option<String>,
    besides: Option<Besides>,
    too_large: bool,
}

impl Parts {
    /// What is said of a table.
    pub(crate) fn new(words: &'static Words, tried: &Tried) -> Self {
        let report = &tried.report;
        let (table, table_note) = match drawn(words, tried) {
            None => (String::new(), Some(words.say("check-drawn-not"))),
            Some((drawn, part)) => (
                drawn.render().unwrap_or_default(),
                part.then(|| words.say("check-drawn-part")),
            ),
        };
        let notices = &tried.counted.findings;
        let more = |total: usize, shown: usize, key: &str| {
            let left = total.checked_sub(shown).filter(|&left| left > 0)?;
            Some(words.say_with(key, &[("count", count(left as u64))]))
        };
        Self {
            words,
            headline: headline(words, report),
            facts: facts(words, tried),
            read: read(words, &tried.counted),
            notices: remarks(words, notices, NOTICES_MAX),
            notices_more: more(notices.len(), NOTICES_MAX, "check-notices-more"),
            table,
            table_note,
            keys: keys(words, tried),
            reasons: report
                .exposed
                .iter()
                .take(REASONS_MAX)
                .map(|exposed| reason(words, exposed))
                .collect(),
            reasons_more: more(report.exposed.len(), REASONS_MAX, "check-why-more"),
            besides: besides(words, tried),
            too_large: tried.proposal.is_none() && !report.exposed.is_empty(),
        }
    }

    fn t(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// What was found in a file, in the reader's words.
pub(crate) fn remarks(words: &Words, findings: &[Finding], most: usize) -> Vec<Remark> {
    let remark = |finding: &Finding| {
        let row = finding
            .row
            .map(|row| words.say_with("check-refused-row", &[("row", text(row.to_string()))]));
        let field = finding
            .field
            .as_deref()
            .map(|field| words.say_with("check-refused-field", &[("field", text(field))]));
        let place: Vec<String> = row.into_iter().chain(field).collect();
        let key = format!("check-finding-{}", finding.code.replace('_', "-"));
        let found = match finding.found.as_str() {
            "" => String::new(),
            found => words.say_with("check-refused-found", &[("found", text(found))]),
        };
        Remark {
            place: place.join(", "),
            sentence: words.find(&key, None).unwrap_or_else(|| finding.message()),
            found,
        }
    };
    findings.iter().take(most).map(remark).collect()
}

fn headline(words: &Words, report: &Report) -> String {
    let hidden = ("hidden", count(report.hidden));
    match (report.hidden, report.exactly()) {
        (0, _) => words.say("check-headline-nothing-hidden"),
        (_, 0) if report.inconsistent_cells > 0 => words.say("check-headline-contradiction"),
        (_, 0) => words.say_with("check-headline-none", &[hidden]),
        (_, 1) => words.say_with("check-headline-one", &[hidden]),
        (_, all) => words.say_with("check-headline", &[hidden, ("count", count(all))]),
    }
}

/// Sentences with counts; those that ask for a look are marked.
fn facts(words: &Words, tried: &Tried) -> Vec<Fact> {
    let report = &tried.report;
    if report.hidden == 0 {
        return vec![Fact {
            warned: false,
            sentence: words.say("check-nothing-hidden"),
        }];
    }
    let mut facts = Vec::new();
    for (key, cells) in [
        ("check-small-worked-out", report.exactly_small),
        ("check-shown-small", report.shown_small),
        ("check-narrow", report.narrow),
        ("check-unsettled", report.unsettled),
        ("check-sums-wrong", report.inconsistent_sums),
        ("check-contradiction", report.inconsistent_cells),
    ] {
        if cells > 0 {
            let variables = [("count", count(cells)), ("below", count(tried.small_below))];
            facts.push(Fact {
                warned: true,
                sentence: words.say_with(key, &variables),
            });
        }
    }
    let given_away = report.exposed.len() as u64 + report.inconsistent_cells;
    let holds = report.hidden.saturating_sub(given_away);
    facts.push(Fact {
        warned: false,
        sentence: words.say_with("check-holds", &[("count", count(holds))]),
    });
    facts
}

fn read(words: &Words, counted: &CountedTable) -> String {
    let dimensions = counted.table.dimensions().iter();
    let wholes = counted.hierarchies.iter().map(Hierarchy::whole);
    let totals: Vec<String> = dimensions
        .zip(wholes)
        .map(|(dimension, whole)| {
            let name = ("dimension", text(dimension.id.as_str()));
            match whole {
                Some(total) => words.say_with("check-total-of", &[name, ("total", text(total))]),
                None => words.say_with("check-total-none", &[name]),
            }
        })
        .collect();
    let variables = [
        ("cells", count(counted.table.len() as u64)),
        ("totals", text(totals.join("; "))),
    ];
    words.say_with("check-read", &variables)
}

fn keys(words: &Words, tried: &Tried) -> Vec<Key> {
    let report = &tried.report;
    let has = |exposure| report.exposed.iter().any(|one| one.exposure == exposure);
    let proposed = tried.proposal.as_ref();
    [
        (EXACTLY, "check-key-exactly", has(Exposure::Exactly)),
        (SMALL, "check-key-small", has(Exposure::Small)),
        (NARROW, "check-key-narrow", has(Exposure::Narrow)),
        (
            BESIDES,
            "check-key-besides",
            proposed.is_some_and(|one| !one.cells.is_empty()),
        ),
        (
            "",
            "check-key-masked",
            report.hidden > report.exposed.len() as u64 + report.inconsistent_cells,
        ),
    ]
    .into_iter()
    .filter(|(.., shown)| *shown)
    .map(|(shape, key, _)| Key {
        shape,
        class: if shape.is_empty() {
            "swatch masked"
        } else {
            ""
        },
        words: words.say(key),
    })
    .collect()
}

fn reason(words: &Words, exposed: &Exposed) -> Reason {
    let (shape, key) = match exposed.exposure {
        Exposure::Exactly => (EXACTLY, "check-why-cell"),
        Exposure::Small => (SMALL, "check-why-cell-between"),
        Exposure::Narrow => (NARROW, "check-why-cell-between"),
    };
    let why = match &exposed.sum {
        None => words.say("check-why-several"),
        Some(sum) => {
            let mut variables = vec![
                ("dimension", text(sum.dimension.as_str())),
                ("total", text(sum.total.join(" · "))),
            ];
            if sum.hidden.is_empty() {
                words.say_with("check-why-sum", &variables)
            } else {
                let named = sum.hidden.iter().take(NAMED_MAX);
                let mut named: Vec<String> = named.map(|codes| codes.join(" · ")).collect();
                if sum.hidden.len() > NAMED_MAX {
                    named.push("…".to_owned());
                }
                variables.push(("hidden", text(named.join("; "))));
                words.say_with("check-why-sum-hidden", &variables)
            }
        }
    };
    Reason {
        shape,
        what: said(words, key, exposed),
        why,
    }
}

fn besides(words: &Words, tried: &Tried) -> Option<Besides> {
    let proposal = tried.proposal.as_ref()?;
    let left = proposal.report.exposed.len() as u64;
    let sentence = match (proposal.cells.len(), left) {
        (0, _) => words.say("check-propose-none"),
        (_, 0) => words.say("check-propose"),
        (_, left) => words.say_with("check-propose-left", &[("count", count(left))]),
    };
    let cost = match proposal.cells.len() {
        0 => String::new(),
        cells => words.say_with(
            "check-propose-cost",
            &[
                ("cells", count(cells as u64)),
                ("lost", count(proposal.counts_lost)),
                ("printed", count(proposal.counts_printed)),
            ],
        ),
    };
    let cells = proposal.codes.iter().map(|codes| codes.join(" · "));
    Some(Besides {
        sentence,
        cost,
        cells: cells.collect(),
    })
}
