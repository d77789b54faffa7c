//! What complementary suppression loses on a hierarchical table, and what an attacker still finds:
//! `suppression CELLS.csv HIER.json [--attack]`.
//!
//! Cells as `dimension,...,count` with their totals; the hierarchies as JSON, for each dimension
//! each total with its parts. Counts of 1 to 4 are sensitive, zeros are printed. Prints one line:
//! cells, sensitive ones, those masked besides, their counts, those left exposed, seconds; with
//! `--attack` another: sensitive cells asked for by linear programmes, those that can be shown to
//! be below five, those of which the interval is less than five wide, those not settled, seconds.

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::time::Instant;

use protect::attack::world::{Known, place};
use protect::attack::{Budget, Wanted, World, bounds};
use protect::suppress::{Need, Problem, complementary};
use terms::cell::Cell;
use terms::hierarchy::Hierarchy;
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension, Table};

type Sums = HashMap<String, HashMap<String, Vec<String>>>;

fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<String> = std::env::args().collect();
    let (cells, hierarchies, attacked) = match given.as_slice() {
        [_, cells, hierarchies] => (cells, hierarchies, false),
        [_, cells, hierarchies, flag] if flag == "--attack" => (cells, hierarchies, true),
        _ => return Err("usage: suppression CELLS.csv HIER.json [--attack]".into()),
    };
    let (table, hierarchies) = read(cells, hierarchies)?;
    let mut problem = Problem::of(&table, &hierarchies)?;
    let counts = problem.counts().to_vec();
    let small = |count: i64| (1..5).contains(&count);
    for (cell, &count) in counts.iter().enumerate() {
        if count == 0 {
            problem.fix(cell);
        } else if small(count) {
            problem.protect(Need {
                cell,
                up_to: 5,
                down_to: 0,
                down_needed: false,
                width: 5,
            });
        }
    }
    let begun = Instant::now();
    let pattern = complementary(&problem);
    let masked = counts.iter().zip(&pattern.masked);
    let besides: Vec<i64> = masked
        .filter(|&(&count, &masked)| masked && !small(count))
        .map(|(&count, _)| count)
        .collect();
    writeln!(
        std::io::stdout(),
        "cells {}, sensitive {}, masked besides {}, counts in them {}, exposed {}, {:.1} s",
        counts.len(),
        counts.iter().filter(|&&count| small(count)).count(),
        besides.len(),
        besides.iter().sum::<i64>(),
        pattern.exposed.len(),
        begun.elapsed().as_secs_f64(),
    )?;
    if attacked {
        attack(&table, &hierarchies, &pattern.masked)?;
    }
    Ok(())
}

/// What linear programmes over all sums show of the sensitive cells.
fn attack(table: &Table, hierarchies: &[Hierarchy], masked: &[bool]) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    let mut printed = table.filter(|_| false);
    for ((codes, cell), masked) in table.iter().zip(masked) {
        let hidden = Cell::Masked {
            lower: 0,
            upper: u64::MAX,
        };
        printed.push(&codes, if *masked { hidden } else { cell.clone() })?;
    }
    let mut world = World::new();
    world.add_table("given", "1", &printed, hierarchies);
    let made = world.made();
    let mut small = Vec::new();
    for (codes, cell) in table.iter() {
        if cell.exact().is_some_and(|count| (1..5).contains(&count)) {
            let name = place(printed.dimensions(), hierarchies, &codes);
            let cell = world.find("given", "1", &name).ok_or("no such cell")?;
            match made.known(cell) {
                Known::Unknown(unknown) => small.push(unknown),
                Known::Exactly(_) => return Err("a sensitive cell is printed".into()),
            }
        }
    }
    let found = bounds(&made.system, Wanted::These(&small), Budget::PROGRAMMES)?;
    let (mut below, mut narrow) = (0, 0);
    for &unknown in &small {
        let interval = found.intervals[unknown].ok_or("a contradiction")?;
        let Some(upper) = interval.upper else {
            continue;
        };
        below += usize::from(upper < 5);
        narrow += usize::from(upper - interval.lower.unwrap_or(0) < 5);
    }
    writeln!(
        std::io::stdout(),
        "asked {}, below five {below}, narrower than five {narrow}, not settled {}, {:.1} s",
        small.len(),
        found.unsettled.len(),
        begun.elapsed().as_secs_f64(),
    )?;
    Ok(())
}

fn read(cells: &str, hierarchies: &str) -> Result<(Table, Vec<Hierarchy>), Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(cells)?;
    let header: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let (_, dimensions) = header.split_last().ok_or("no column")?;
    let mut table = empty(dimensions);
    for record in reader.records() {
        let record = record?;
        let codes: Vec<&str> = record.iter().take(dimensions.len()).collect();
        let count = record.get(dimensions.len()).ok_or("no count")?;
        table.push(&codes, Cell::Exact(count.parse()?))?;
    }
    let sums: Sums = serde_json::from_reader(File::open(hierarchies)?)?;
    let hierarchies = dimensions
        .iter()
        .map(|dimension| {
            let sums = sums.get(dimension).ok_or("a dimension without sums")?;
            let mut sums: Vec<(String, Vec<String>)> = sums.clone().into_iter().collect();
            sums.sort_unstable();
            Ok(Hierarchy::new(sums)?)
        })
        .collect::<Result<_, Box<dyn Error>>>()?;
    Ok((table, hierarchies))
}

fn empty(dimensions: &[String]) -> Table {
    let source = Source {
        publisher: String::new(),
        title: String::new(),
        address: String::new(),
        licence: String::new(),
        attribution: String::new(),
        vintage: String::new(),
        retrieved: None,
        content_sha256: None,
    };
    let counting = CountingRule {
        unit: CountedUnit::Incidents,
        reference_date: String::new(),
        statement: String::new(),
    };
    let dimensions = dimensions
        .iter()
        .map(|dimension| Dimension::overlapping(dimension, "given"))
        .collect();
    Table::new("given", dimensions, counting, source, vec![])
}
