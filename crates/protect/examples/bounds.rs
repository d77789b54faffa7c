//! What the attacker proves of printed tables, for another solver to be held against.
//!
//! Reads one question a line on standard input, as JSON, and answers each with a line of JSON:
//! `attack/bounds.py` asks. A question holds tables of one population, by vintage, and of which
//! cells the difference between two vintages is wanted. `whole` asks for whole-numbered tables too.

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::time::Instant;

use protect::attack::world::{Known, Made, place};
use protect::attack::{Bounds, Budget, Wanted, World, bounds};
use serde_json::{Value, json};
use terms::cell::Cell;
use terms::hierarchy::Hierarchy;
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension, Table};

type Done<T> = Result<T, Box<dyn Error>>;

const POPULATION: &str = "victims in XXA";

struct Printed {
    vintage: String,
    table: Table,
    hierarchies: Vec<Hierarchy>,
}

fn main() -> Done<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let answer = answer(&serde_json::from_str(&line?)?)?;
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn answer(question: &Value) -> Done<Value> {
    let begun = Instant::now();
    let tables = list(&question["tables"])?.iter().map(printed);
    let tables: Vec<Printed> = tables.collect::<Done<_>>()?;
    let mut world = World::new();
    for printed in &tables {
        let Printed {
            vintage,
            table,
            hierarchies,
        } = printed;
        world.add_table(POPULATION, vintage, table, hierarchies);
    }
    let mut made = world.made();
    let mut differences = Vec::new();
    for asked in list(&question["differences"]).unwrap_or_default() {
        differences.push(difference(asked, &tables, &world, &mut made)?);
    }
    let budget = if question["whole"].as_bool().unwrap_or(false) {
        Budget {
            nodes: 1_000_000,
            nodes_each: 10_000,
            ..Budget::USUAL
        }
    } else {
        Budget::PROGRAMMES
    };
    let found = bounds(&made.system, Wanted::Every, budget)?;
    let differences: Vec<Value> = differences.iter().map(|&at| shown(at, &found)).collect();
    let mut cells = Vec::new();
    for Printed {
        vintage,
        table,
        hierarchies,
    } in &tables
    {
        let mut of_table = Vec::new();
        for (codes, _) in table.iter() {
            let name = place(table.dimensions(), hierarchies, &codes);
            let cell = world
                .find(POPULATION, vintage, &name)
                .ok_or("a printed cell")?;
            of_table.push(shown(made.known(cell), &found));
        }
        cells.push(of_table);
    }
    Ok(json!({
        "cells": cells,
        "differences": differences,
        "contradictory": found.contradictory.len(),
        "unknowns": made.system.unknowns().len(),
        "unsettled": found.unsettled.len(),
        "programmes": found.spent.programmes,
        "seconds": begun.elapsed().as_secs_f64(),
    }))
}

/// The ends of an interval and by what it is known; null in a contradiction.
fn shown(known: Known, found: &Bounds) -> Value {
    match known {
        Known::Exactly(count) => json!([count, count, "printed"]),
        Known::Unknown(at) => found.intervals[at].map_or(Value::Null, |interval| {
            json!([interval.lower, interval.upper, interval.by.code()])
        }),
    }
}

fn list(value: &Value) -> Done<&[Value]> {
    Ok(value.as_array().ok_or("a list")?)
}

fn word(value: &Value) -> Done<&str> {
    Ok(value.as_str().ok_or("a word")?)
}

fn number(value: &Value) -> Done<u64> {
    Ok(value.as_u64().ok_or("a count")?)
}

fn words(value: &Value) -> Done<Vec<&str>> {
    list(value)?.iter().map(word).collect()
}

fn difference(asked: &Value, tables: &[Printed], world: &World, made: &mut Made) -> Done<Known> {
    let codes = words(&asked["codes"])?;
    let mut cells = Vec::new();
    for vintage in [word(&asked["earlier"])?, word(&asked["later"])?] {
        let printed = tables.iter().find(|printed| printed.vintage == vintage);
        let printed = printed.ok_or("a vintage of the question")?;
        let name = place(printed.table.dimensions(), &printed.hierarchies, &codes);
        cells.push(world.find(POPULATION, vintage, &name).ok_or("a cell")?);
    }
    let grows_only = asked["grows"].as_bool().unwrap_or(false);
    Ok(made.difference(cells[0], cells[1], grows_only))
}

fn printed(asked: &Value) -> Done<Printed> {
    let dimensions = words(&asked["dimensions"])?.into_iter();
    let dimensions = dimensions.map(|id| Dimension::overlapping(id, "invented@1"));
    let counting = CountingRule {
        unit: CountedUnit::Incidents,
        reference_date: "date of the incident".into(),
        statement: "Each incident once.".into(),
    };
    let source = Source {
        publisher: "Statistical Office of XXA".into(),
        title: "Invented table".into(),
        address: String::new(),
        licence: "CC0".into(),
        attribution: String::new(),
        vintage: word(&asked["vintage"])?.to_owned(),
        retrieved: None,
        content_sha256: None,
    };
    let mut table = Table::new("invented", dimensions.collect(), counting, source, vec![]);
    for cell in list(&asked["cells"])? {
        let of = |at: usize| number(&cell[at]);
        let value = match word(&cell[1])? {
            "exact" => Cell::Exact(of(2)?),
            "masked" => Cell::Masked {
                lower: of(2)?,
                upper: cell[3].as_u64().unwrap_or(u64::MAX),
            },
            "rounded" => Cell::Rounded {
                base: of(2)?,
                value: of(3)?,
            },
            other => return Err(format!("“{other}” is no kind of cell").into()),
        };
        table.push(&words(&cell[0])?, value)?;
    }
    let hierarchies = list(&asked["hierarchies"])?.iter().map(hierarchy);
    Ok(Printed {
        vintage: word(&asked["vintage"])?.to_owned(),
        table,
        hierarchies: hierarchies.collect::<Done<_>>()?,
    })
}

fn hierarchy(asked: &Value) -> Done<Hierarchy> {
    let mut sums = Vec::new();
    for sum in list(asked)? {
        let parts = words(&sum[1])?.into_iter().map(str::to_owned);
        sums.push((word(&sum[0])?.to_owned(), parts.collect()));
    }
    Ok(Hierarchy::new(sums)?)
}
