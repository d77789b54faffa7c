//! `palermo tabulate`: dossiers counted into a table.

use std::io::Write;

use analyse::tabulation::Tabulation;
use analyse::tabulation::definition::{definition, definitions};
use office::{Answer, Ask, Tabulated};
use serde_json::{Value, json};
use terms::table::Table;

use super::release_words::{cell_json, codes_json};
use super::say;
use super::session::{Session, unlike};
use crate::cli::vault as cli;
use crate::refusal::Refusal;

/// Rows of words that are printed; all of them come with `--json`.
const ROWS_MAX: usize = 500;

/// `palermo tabulate`.
pub(crate) fn run(typed: &cli::Tabulate, out: &mut impl Write) -> Result<(), Refusal> {
    let tabulation = tabulation(typed)?;
    let session = Session::open(&typed.session)?;
    let ask = Ask::Tabulate {
        tabulation: Box::new(tabulation),
        keep: typed.keep.clone(),
    };
    let (answer, by) = session.ask(ask)?;
    session.close()?;
    let Answer::Tabulated(tabulated) = answer else {
        return Err(unlike(&answer));
    };
    let answer = in_json(&tabulated, typed.keep.as_deref());
    let words = in_words(&tabulated, typed.keep.as_deref());
    say(&typed.session, by, answer, words, out)
}

fn tabulation(typed: &cli::Tabulate) -> Result<Tabulation, Refusal> {
    let refused = |error: analyse::tabulation::TabulationError| {
        let code = error.code();
        Refusal::input(
            code,
            error.to_string().replacen(&format!("{code}: "), "", 1),
        )
    };
    if let Some(id) = &typed.figure {
        let definition = definition(id).ok_or_else(|| {
            let known: Vec<&str> = definitions().iter().map(|one| one.id.as_str()).collect();
            let message = format!("“{id}” is no figure; allowed: {}", known.join(", "));
            Refusal::usage("figure_unknown", message)
        })?;
        return definition.over(&typed.period).map_err(refused);
    }
    let by = [typed.rows.as_slice(), typed.columns.as_slice()].concat();
    let reference = typed.reference.as_deref();
    Tabulation::of_parts(typed.unit, &by, &typed.conditions, &typed.period, reference)
        .map_err(refused)
}

fn in_json(tabulated: &Tabulated, name: Option<&str>) -> Value {
    let counts = tabulated.counts.expose(&tabulated.warrant);
    let table = &counts.table;
    let dimensions = table.dimensions().iter().zip(&counts.hierarchies);
    let dimensions = dimensions.map(|(dimension, hierarchy)| {
        json!({
            "name": dimension.id, "list": dimension.list,
            "adds_up": !hierarchy.sums().is_empty(), "total": hierarchy.whole(),
        })
    });
    let cells = table
        .iter()
        .zip(&counts.behind)
        .map(|((codes, cell), behind)| {
            json!({
                "cell": codes_json(table, &codes), "counted": cell_json(cell),
                "agencies": behind.sources,
            })
        });
    json!({
        "tabulation": tabulated.line, "up_to_act": tabulated.up_to_act,
        "act": tabulated.warrant.act(), "released": false,
        "draft": tabulated.draft.map(|draft| draft.to_string()), "name": name,
        "population": counts.population, "vintage": counts.vintage,
        "counting": {
            "unit": table.counting.unit.code(),
            "reference_date": table.counting.reference_date,
            "statement": table.counting.statement,
        },
        "dimensions": dimensions.collect::<Vec<_>>(),
        "cells": cells.collect::<Vec<_>>(),
    })
}

fn in_words(tabulated: &Tabulated, name: Option<&str>) -> String {
    let counts = tabulated.counts.expose(&tabulated.warrant);
    let mut words = format!("{}\n", tabulated.line);
    words.push_str(&rows(&counts.table));
    words.push_str(&format!("{}\n", counts.table.counting.statement));
    words.push_str("These are counts before anything is masked: they stay in this office.\n");
    if let (Some(draft), Some(name)) = (tabulated.draft, name) {
        words.push_str(&format!(
            "Kept as “{name}”, {draft}; another person releases it.\n"
        ));
    }
    let act = tabulated.warrant.act();
    words.push_str(&format!("The look is act {act} of the log."));
    words
}

/// The rows that are not nothing.
fn rows(table: &Table) -> String {
    let filled = table.iter().filter_map(|(codes, cell)| {
        let count = cell.exact().filter(|count| *count > 0)?;
        Some(format!("  {count:>9}  {}\n", codes.join(" / ")))
    });
    let mut rows: Vec<String> = filled.collect();
    let more = rows.len().saturating_sub(ROWS_MAX);
    rows.truncate(ROWS_MAX);
    let mut words: String = rows.concat();
    if more > 0 {
        words.push_str(&format!("  and {more} more; all of them with --json\n"));
    }
    words
}
