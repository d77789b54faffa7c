//! What is told of a node's own lists: the report without small counts, and what may leave of it.

use analyse::estimate::report::{Check, MethodResult};
use office::ListsSeen;
use protect::Released;
use protect::capture::{Margins, Told, threshold};
use protect::release::{Answer, Estimates, ToParty};
use terms::cell::Cell;

use super::sentences::{self, method, persons, status};
use super::{figures, parts};
use crate::grid::{Column, Grid, GridCell};
use crate::words::{Words, count, text};

/// A count, or the class in which it is told.
fn told(words: &Words, told: Told) -> GridCell {
    let least = ("least", count(threshold()));
    match told {
        Told::Count(count) => GridCell::number(words.number(count)),
        Told::Few => GridCell {
            class: "n warned",
            ..GridCell::text(words.say_with("lists-few", &[least]))
        },
        Told::Enough => GridCell::number(words.say_with("lists-enough", &[least])),
    }
}

/// Persons by pair of lists, as far as they may be told; the diagonal is each list.
pub(super) fn pairs(words: &Words, lists: &[String], margins: &Margins) -> Grid {
    let mut columns = vec![Column::text(words.say("estimate-column-list"))];
    columns.extend(lists.iter().map(Column::number));
    let mut grid = Grid::new("pairs", words.say("estimate-pairs-caption"), columns);
    for (row, name) in lists.iter().enumerate() {
        let mut cells = vec![GridCell::text(name)];
        for column in 0..lists.len() {
            let own = match row == column {
                true => margins.totals.get(row).copied(),
                false => margins.pair(row, column),
            };
            cells.extend(own.map(|own| told(words, own)));
        }
        grid.rows.push(cells);
    }
    grid
}

/// A check as a sentence that tells no small count.
pub(super) fn check(words: &Words, seen: &ListsSeen, of: &Check) -> String {
    let lists = ("lists", count(seen.report.lists.len() as u64));
    match of.code {
        "three-lists" => words.say_with("estimate-check-three-lists", &[lists]),
        "few-shared" => {
            let few = count(seen.margins.few().count() as u64);
            let variables = [("count", few), ("least", count(threshold()))];
            words.say_with("lists-check-few", &variables)
        }
        "independent-lists" | "all-pairs" => {
            let name = match of.code {
                "all-pairs" => "estimate-model-all-pairs",
                _ => "estimate-model-independent",
            };
            let answer = match of.passed {
                true => status(words, analyse::estimate::Status::Ok),
                false => words.say("estimate-none"),
            };
            let model = ("model", text(words.say(name)));
            words.say_with("estimate-check-model", &[model, ("answer", text(answer))])
        }
        "seen-once" => words.say(match of.passed {
            true => "lists-check-twice",
            false => "lists-check-once",
        }),
        _ => of.sentence.clone(),
    }
}

/// Why the defended method is defended.
pub(super) fn why(words: &Words, seen: &ListsSeen) -> String {
    match seen.report.headline.method {
        Some("stepwise") => words.say_with("lists-why-stepwise", &[("least", count(threshold()))]),
        _ => sentences::why(words, &seen.report),
    }
}

/// Answers that are not shown, by name; empty where there are none.
pub(super) fn withheld(words: &Words, seen: &ListsSeen) -> String {
    let withheld = seen.report.results.iter().filter(|one| one.is_withheld());
    let mut names: Vec<String> = withheld.map(|one| figures::name(words, one)).collect();
    names.dedup();
    match names.is_empty() {
        true => String::new(),
        false => {
            let names = ("methods", text(names.join(", ")));
            words.say_with("lists-withheld", &[names])
        }
    }
}

/// Whether an answer is shown.
pub(super) fn is_shown(result: &MethodResult) -> bool {
    !result.is_withheld()
}

/// A released count.
fn cell(words: &Words, cell: &Cell) -> String {
    match cell {
        Cell::Rounded { value, .. } => words.say_with("lists-about", &[("count", count(*value))]),
        _ => words.say("lists-not-told"),
    }
}

/// What may leave, as tables: estimates, then counts.
pub(crate) fn leaving(words: &Words, released: &Released<Estimates, ToParty>) -> [Grid; 2] {
    let value = released.value();
    let columns = vec![
        Column::text(words.say("estimate-column-method")),
        Column::number(words.say("estimate-column-estimate")),
        Column::number(words.say("estimate-column-lower")),
        Column::number(words.say("estimate-column-upper")),
        Column::text(words.say("estimate-column-settings")),
    ];
    let level = value.answers.first().map_or(0.95, |answer| answer.level);
    let level = ("level", text(figures::percent(words, level)));
    let caption = words.say_with("lists-leaving-caption", &[level]);
    let mut estimates = Grid::new("leaving", caption, columns);
    for (at, answer) in value.answers.iter().enumerate() {
        estimates
            .rows
            .push(row(words, answer, value.headline == Some(at)));
    }
    let columns = vec![
        Column::text(words.say("lists-column-counted")),
        Column::number(words.say("lists-column-persons")),
    ];
    let mut counts = Grid::new("counted", words.say("lists-counts-caption"), columns);
    let mut put = |name: String, of: &Cell| {
        let cells = vec![GridCell::text(name), GridCell::number(cell(words, of))];
        counts.rows.push(cells);
    };
    put(words.say("lists-on-any"), &value.persons);
    for (list, total) in value.lists.iter().zip(&value.totals) {
        put(list.clone(), total);
    }
    for ((first, second), shared) in &value.pairs {
        let names = [
            ("first", text(value.lists[*first].as_str())),
            ("second", text(value.lists[*second].as_str())),
        ];
        put(words.say_with("estimate-pair", &names), shared);
    }
    [estimates, counts]
}

fn row(words: &Words, answer: &Answer, defended: bool) -> Vec<GridCell> {
    let number = |value: Option<f64>, none: &str| {
        GridCell::number(value.map_or_else(|| none.to_owned(), |value| persons(words, value)))
    };
    let mut name = method(words, &answer.method);
    if let Some((_, pair)) = answer.settings.iter().find(|(name, _)| name == "pair") {
        name = format!("{name} {pair}");
    }
    if defended {
        let name_of = ("method", text(name.as_str()));
        name = words.say_with("lists-defended", &[name_of]);
    }
    let settings = answer.settings.iter().filter(|(name, _)| name != "pair");
    let settings: Vec<String> = settings
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    vec![
        GridCell::text(name),
        number(answer.estimate, &words.say("estimate-none")),
        number(answer.lower, "–"),
        number(answer.upper, "–"),
        GridCell {
            class: "keep",
            ..GridCell::text(settings.join(", "))
        },
    ]
}

/// What must be said beside the numbers.
pub(crate) fn caveats(words: &Words, seen: &ListsSeen) -> Vec<String> {
    sentences::caveats(words, &seen.report)
}

/// The headline of what may leave: the estimate, the interval and the method, or none.
pub(crate) fn headline(
    words: &Words,
    released: &Released<Estimates, ToParty>,
) -> Option<[String; 2]> {
    let value = released.value();
    let answer = &value.answers[value.headline?];
    let (estimate, lower, upper) = (answer.estimate?, answer.lower?, answer.upper?);
    Some(parts::interval(
        words,
        (estimate, lower, upper),
        (answer.level, &answer.method),
    ))
}
