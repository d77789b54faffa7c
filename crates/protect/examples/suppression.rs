//! What complementary suppression loses on a hierarchical table: `suppression CELLS.csv HIER.json`.
//!
//! Cells as `dimension,...,count` with their totals; the hierarchies as JSON, for each dimension
//! each total with its parts. Counts of 1 to 4 are sensitive, zeros are printed. Prints one line:
//! cells, sensitive ones, those masked besides, their counts, those left exposed, seconds.

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::time::Instant;

use protect::suppress::{Need, Problem, complementary};
use terms::cell::Cell;
use terms::hierarchy::Hierarchy;
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension, Table};

type Sums = HashMap<String, HashMap<String, Vec<String>>>;

fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<String> = std::env::args().collect();
    let [_, cells, hierarchies] = given.as_slice() else {
        return Err("usage: suppression CELLS.csv HIER.json".into());
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
