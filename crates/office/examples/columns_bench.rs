//! Lays synthetic victims into sealed columns as a node does, without a journal, and measures how
//! long they take to be counted: for more persons than there is time to bring in.
//! `attack/columns/bench.py --laid` runs it beside another engine on the same rows in clear.
//!
//! `columns_bench FOLDER PERSONS CLEAR.csv` lays them and writes the rows in clear;
//! `columns_bench FOLDER --rounds N` counts, in the plans that the office makes of the tables of
//! `bench.py`. It prints one line of JSON.

#![allow(clippy::print_stdout, reason = "what it prints is its result")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use evidence::dossier::column::Shape;
use evidence::dossier::{Row, Unit};
use keep::columns::{AGENCY, Columns, SealedUnit};
use keep::views::SEGMENT_DOSSIERS;
use protect::vault;
use rand_core::UnwrapErr;
use serde_json::json;
use tabulate::{By, Condition, Plan, Sealed, Width};
use terms::id::AgencyId;
use zeroize::Zeroizing;

type Failure = Box<dyn std::error::Error>;

/// The first and the last year.
const YEARS: (u16, u16) = (2019, 2024);
const SEXES: [&str; 4] = ["F", "M", "_O", "_U"];
const AGES: [&str; 3] = ["child", "adult", "unknown"];
const PLACES: [&str; 7] = ["XAA", "XAB", "XAC", "XAD", "XAE", "stateless", "unknown"];
const FORMS: [&str; 9] = [
    "sexual_exploitation",
    "forced_labour",
    "domestic_servitude",
    "forced_begging",
    "forced_criminality",
    "forced_marriage",
    "organ_removal",
    "child_soldiering",
    "slavery_similar",
];

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [folder, rounds, number] if rounds == "--rounds" => count(folder.as_ref(), number.parse()?),
        [folder, persons, clear] => lay(folder.as_ref(), persons.parse()?, clear.as_ref()),
        _ => Err("columns_bench FOLDER PERSONS CLEAR.csv, or FOLDER --rounds N".into()),
    }
}

/// The columns, under a key that lies beside them: nothing here is anybody's.
fn open(folder: &Path) -> Result<(Columns, vault::Key<vault::Columns>), Failure> {
    let file = folder.join("key");
    let mut bytes = Zeroizing::new([0; 32]);
    if file.exists() {
        bytes.copy_from_slice(&fs::read(&file)?);
    } else {
        fs::create_dir_all(folder)?;
        getrandom::fill(&mut *bytes)?;
        fs::write(&file, *bytes)?;
    }
    let key = vault::Key::from_bytes(bytes);
    let columns = Columns::open(&folder.join("columns"), &key, &mut rng())?;
    Ok((columns, key))
}

fn rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// One of several, the first ones more often.
fn pick<'a>(of: &[&'a str], dice: &mut u64) -> &'a str {
    let all = of.len() as u64;
    let (one, other) = (*dice % all, *dice / all % all);
    *dice /= all * all;
    let place = usize::try_from(one.min(other)).unwrap_or_default();
    of.get(place).copied().unwrap_or_default()
}

/// What a person's records come to, and the same in clear.
fn victim(ordinal: u64) -> (Row, String) {
    let mut dice = mixed(ordinal);
    let (sex, age) = (pick(&SEXES, &mut dice), pick(&AGES, &mut dice));
    let place = pick(&PLACES, &mut dice);
    let mut dice = mixed(ordinal ^ 0x5555_5555);
    let mut forms = vec![pick(&FORMS, &mut dice)];
    let other = pick(&FORMS, &mut dice);
    if dice.is_multiple_of(8) && !forms.contains(&other) {
        forms.push(other);
    }
    let months = u64::from(YEARS.1 - YEARS.0 + 1) * 12;
    let month = mixed(ordinal ^ 0xaaaa_aaaa) % months;
    let (year, month) = (u64::from(YEARS.0) + month / 12, month % 12 + 1);
    let form = if forms.len() > 1 { "mixed" } else { forms[0] };
    let status = if dice.is_multiple_of(3) {
        "presumed"
    } else {
        "identified"
    };
    let detection = if dice.is_multiple_of(11) {
        "repatriated"
    } else {
        "on_territory"
    };
    let clear = format!("{year},{sex},{age},{place},{form},{}\n", forms.join(";"));
    let mut row = Row::new();
    for (column, code) in [
        ("person.sex", sex),
        ("victim.age_group", age),
        ("person.citizenship", place),
        ("victim.form", form),
        ("victim.identification", status),
        ("victim.detection", detection),
        ("victim.elements", "recorded"),
    ] {
        row.insert(column.to_owned(), vec![code.to_owned()]);
    }
    let forms = forms.into_iter().map(str::to_owned).collect();
    row.insert("tip.exploitation".to_owned(), forms);
    row.insert(
        "victim.detected".to_owned(),
        vec![format!("{year}-{month:02}")],
    );
    (row, clear)
}

fn lay(folder: &Path, persons: u64, clear: &Path) -> Result<(), Failure> {
    let (mut columns, key) = open(folder)?;
    let mut written = BufWriter::new(File::create(clear)?);
    writeln!(written, "year,sex,age,citizenship,form,forms")?;
    let began = Instant::now();
    let mut laid = 0;
    for segment in 0..=persons / SEGMENT_DOSSIERS {
        let from = (segment * SEGMENT_DOSSIERS).max(1);
        let to = ((segment + 1) * SEGMENT_DOSSIERS - 1).min(persons);
        let mut failed = None;
        let rows = (from..=to).map(|ordinal| {
            let (row, line) = victim(ordinal);
            if let Err(error) = written.write_all(line.as_bytes()) {
                failed.get_or_insert(error);
            }
            let agency = AgencyId([u8::try_from(ordinal % 4).unwrap_or_default() + 1; 16]);
            (ordinal, agency, Unit::Victim, row)
        });
        laid += columns.lay_run(segment, rows, &mut rng())?;
        if let Some(error) = failed {
            return Err(error.into());
        }
    }
    columns.save(&key, &mut rng())?;
    written.flush()?;
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({ "laid": laid, "seconds": seconds, "most_mib": most_mib()? })
    );
    Ok(())
}

/// As the office tells the counting room of the files of a unit.
fn sealed(unit: &SealedUnit) -> Sealed {
    let files = unit.files.iter().map(|file| tabulate::File {
        path: file.path.clone(),
        key: file.key.clone(),
    });
    let columns = unit.columns.iter().map(|laid| {
        let width = match laid.column.shape {
            Shape::Many => Width::Set,
            Shape::One | Shape::Month => Width::One,
        };
        (laid.column.id.clone(), width)
    });
    let agency = (AGENCY.to_owned(), Width::One);
    Sealed {
        files: files.collect(),
        columns: std::iter::once(agency).chain(columns).collect(),
    }
}

fn codes<'a>(unit: &'a SealedUnit, column: &str) -> &'a [String] {
    let found = unit.columns.iter().find(|laid| laid.column.id == column);
    found.map_or(&[], |laid| &laid.codes)
}

/// A table: by which columns, over which years.
fn plan(unit: &SealedUnit, by: &[&str], (from, to): (u16, u16)) -> Plan {
    let dimension = |column: &&str| match *column {
        "year" => By::Year {
            column: "victim.detected".to_owned(),
            from,
            to,
        },
        "tip.exploitation" => By::EachOf {
            column: "tip.exploitation".to_owned(),
            groups: (0..codes(unit, column).len()).map(|bit| 1 << bit).collect(),
        },
        column => By::Code {
            column: column.to_owned(),
            codes: u16::try_from(codes(unit, column).len()).unwrap_or(u16::MAX),
        },
    };
    let agency = By::Code {
        column: AGENCY.to_owned(),
        codes: u16::try_from(unit.agencies.len()).unwrap_or(u16::MAX),
    };
    Plan {
        by: by.iter().map(dimension).chain([agency]).collect(),
        of: vec![Condition::Between {
            column: "victim.detected".to_owned(),
            from: from * 12 + 1,
            to: to * 12 + 12,
        }],
    }
}

fn count(folder: &Path, rounds: usize) -> Result<(), Failure> {
    let (columns, _) = open(folder)?;
    let unit = columns.unit(Unit::Victim);
    let sealed = sealed(&unit);
    // The tables of `bench.py`, in its order.
    let tables: [(&[&str], (u16, u16)); 5] = [
        (&["person.sex"], YEARS),
        (&["victim.form"], (2021, 2022)),
        (&["person.sex", "victim.age_group", "year"], YEARS),
        (
            &["person.citizenship", "victim.form", "person.sex", "year"],
            YEARS,
        ),
        (&["tip.exploitation", "person.sex"], YEARS),
    ];
    let mut answers = Vec::new();
    for (by, years) in tables {
        let plan = plan(&unit, by, years);
        let mut took = Vec::new();
        let mut counted = tabulate::count(&sealed, &plan)?;
        for _ in 0..rounds {
            let began = Instant::now();
            counted = tabulate::count(&sealed, &plan)?;
            took.push(began.elapsed().as_secs_f64() * 1_000.0);
        }
        answers.push(json!({ "ms": took, "cells": cells(&unit, by, &counted) }));
    }
    println!("{}", json!({ "answers": answers, "most_mib": most_mib()? }));
    Ok(())
}

/// The counts under codes, those of all agencies together.
fn cells(unit: &SealedUnit, by: &[&str], counted: &tabulate::Counted) -> BTreeMap<String, u64> {
    let mut cells = BTreeMap::new();
    for (key, rows) in counted {
        let words: Vec<String> = by
            .iter()
            .zip(key)
            .map(|(column, number)| match *column {
                "year" => number.to_string(),
                column => {
                    let place = usize::from(*number).checked_sub(1);
                    let code = place.and_then(|place| codes(unit, column).get(place));
                    code.cloned().unwrap_or_else(|| "not_said".to_owned())
                }
            })
            .collect();
        *cells.entry(words.join("|")).or_default() += rows;
    }
    cells
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
