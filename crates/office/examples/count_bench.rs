//! Measures how long the office of a node takes to count its dossiers, in one process that stays:
//! `attack/columns/bench.py` runs it beside another engine and compares what both counted.
//!
//! `count_bench NODE STAFF ROUNDS`, the passphrase in `PALERMO_PASSPHRASE`, one tabulation a line
//! on standard input. It prints one line of JSON: how long the unlocking took, how long the first
//! count, which brings the columns up to date, and for each tabulation the milliseconds of each
//! round and every cell that is no total.

#![allow(clippy::print_stdout, reason = "what it prints is its result")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::time::Instant;

use analyse::tabulation::{TOTAL, Tabulation};
use jiff::Timestamp;
use office::authority::may;
use office::{Answer, Ask, Office, Power, Purpose, Random, Request, Role, Tabulated, Who};
use protect::vault::Passphrase;
use rand_core::UnwrapErr;
use serde_json::json;
use terms::id::StaffId;

type Failure = Box<dyn std::error::Error>;

fn random() -> Random {
    Box::new(UnwrapErr(getrandom::SysRng))
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [node, staff, rounds] = arguments.as_slice() else {
        return Err("count_bench NODE STAFF ROUNDS".into());
    };
    let (staff, rounds): (StaffId, usize) = (staff.parse()?, rounds.parse()?);
    let passphrase = Passphrase::new(&std::env::var("PALERMO_PASSPHRASE")?)?;
    let mut lines = String::new();
    std::io::stdin().read_to_string(&mut lines)?;
    let wanted: Result<Vec<Tabulation>, _> = lines.lines().map(str::parse).collect();
    let wanted = wanted?;

    let office = Office::open(Path::new(node), random)?;
    let began = Instant::now();
    office.unlock(&passphrase)?;
    let unlock_ms = milliseconds(began);
    let first = wanted.first().ok_or("nothing is asked for")?;
    let began = Instant::now();
    count(&office, staff, first)?;
    let first_ms = milliseconds(began);
    let first_mib = most_mib()?;
    let mut answers = Vec::new();
    for tabulation in &wanted {
        let mut took = Vec::new();
        let mut last = None;
        for _ in 0..rounds {
            let began = Instant::now();
            let tabulated = count(&office, staff, tabulation)?;
            took.push(milliseconds(began));
            last = Some(tabulated);
        }
        let last = last.ok_or("no rounds are asked for")?;
        answers.push(json!({
            "line": last.line, "ms": took, "cells": cells(&last),
        }));
    }
    println!(
        "{}",
        json!({
            "unlock_ms": unlock_ms, "first_ms": first_ms, "first_mib": first_mib,
            "answers": answers, "most_mib": most_mib()?,
        })
    );
    Ok(office.close()?)
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}

fn count(office: &Office, staff: StaffId, of: &Tabulation) -> Result<Tabulated, Failure> {
    let role = Role::DataManager;
    let mut purposes = Purpose::ALL.into_iter();
    let purpose = purposes.find(|purpose| may(role, *purpose, Power::Tabulate));
    let answer = office.request(Request {
        who: Who::Console(staff),
        role,
        purpose: purpose.ok_or("a data manager may not count")?,
        at: Timestamp::now(),
        ask: Ask::Tabulate {
            tabulation: Box::new(of.clone()),
            keep: None,
        },
    })?;
    match answer {
        Answer::Tabulated(tabulated) => Ok(*tabulated),
        _ => Err("the office answered something else".into()),
    }
}

/// Every cell that is filled and no total.
fn cells(tabulated: &Tabulated) -> BTreeMap<String, u64> {
    let counts = tabulated.counts.expose(&tabulated.warrant);
    let filled = counts.table.iter().filter_map(|(codes, cell)| {
        let count = cell.exact().filter(|count| *count > 0)?;
        (!codes.contains(&TOTAL)).then(|| (codes.join("|"), count))
    });
    filled.collect()
}

/// The most memory that this process has held, in MiB.
fn most_mib() -> Result<f64, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next());
    Ok(line.unwrap_or_default().parse::<f64>()? / 1_024.0)
}
