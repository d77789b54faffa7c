//! `palermo attack`: how many masked cells of a printed table can be worked back.
//!
//! Only counts of cells are printed, never what stands in one.

mod table;

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use protect::attack::{AttackError, ReportAttack, attack_report};
use serde::Serialize;
use share::ShareError;

use crate::cli::attack::{Attack, AttackKind};
use crate::refusal::Refusal;

pub(crate) use table::read_sent;

/// What `attack --as glotip --json` answers, in the order in which it is printed.
#[derive(Serialize)]
struct Answer {
    rows: u64,
    masked_cells: usize,
    derivable_by_subtraction: usize,
    derivable_by_bounds: usize,
    checked_sums: usize,
    inconsistent_sums: usize,
    inconsistent_components: usize,
    seconds: f64,
}

pub(crate) fn run(asked: &Attack, out: &mut impl Write) -> Result<(), Refusal> {
    match asked.kind {
        AttackKind::Table => table::run(asked, out),
        AttackKind::Glotip => {
            let own = asked.layout.is_some() || asked.below.is_some();
            if own || asked.propose || asked.cells {
                let message = "--layout, --below, --propose and --cells go with --as table";
                return Err(Refusal::usage("option_unfit", message));
            }
            report(asked, out)
        }
    }
}

fn report(asked: &Attack, out: &mut impl Write) -> Result<(), Refusal> {
    let begun = Instant::now();
    let rows = share::read_report(&asked.file).map_err(|error| unread(&error))?;
    let found = attack_report(rows.rows()).map_err(|error| refused(&asked.file, &error))?;
    let seconds = begun.elapsed().as_secs_f64();
    if asked.json {
        let answer = answer(rows.read(), &found, seconds);
        writeln!(out, "{}", serde_json::json!(answer))?;
        return Ok(());
    }
    let name = asked.file.file_name().unwrap_or_default().to_string_lossy();
    writeln!(
        out,
        "{name}: what can be worked back from what is printed\n"
    )?;
    let lines = [
        (rows.read(), "rows"),
        (
            rows.unreadable(),
            "rows whose value is no count and no mask: left out",
        ),
        (count(found.masked_cells), "cells are masked"),
        (
            count(found.derivable_by_subtraction),
            "of them follow by subtraction from printed totals",
        ),
        (
            count(found.derivable_by_bounds),
            "more follow from all sums together (linear programmes)",
        ),
        (count(found.checked_sums), "sums have every cell printed"),
        (count(found.inconsistent_sums), "of them do not add up"),
        (
            count(found.inconsistent_components),
            "groups of masked cells contradict their sums: not bounded",
        ),
    ];
    for (number, words) in lines {
        writeln!(out, "{number:>9}  {words}")?;
    }
    let seconds = format!("{seconds:.1}");
    writeln!(
        out,
        "\nNo value is shown, here or anywhere. Some sums of the source do not add up, so some of\n\
         the values that somebody would work back are wrong; the source cannot tell which.\n\
         It took {seconds} s."
    )?;
    Ok(())
}

fn count(cells: usize) -> u64 {
    u64::try_from(cells).unwrap_or(u64::MAX)
}

fn answer(rows: u64, found: &ReportAttack, seconds: f64) -> Answer {
    Answer {
        rows,
        masked_cells: found.masked_cells,
        derivable_by_subtraction: found.derivable_by_subtraction,
        derivable_by_bounds: found.derivable_by_bounds,
        checked_sums: found.checked_sums,
        inconsistent_sums: found.inconsistent_sums,
        inconsistent_components: found.inconsistent_components,
        seconds: (seconds * 1000.0).round() / 1000.0,
    }
}

/// A file that cannot be read; where columns are missing, each is named.
fn unread(error: &ShareError) -> Refusal {
    match error {
        ShareError::Header { findings, .. } => {
            let findings: Vec<String> = findings.iter().map(|finding| finding.message()).collect();
            Refusal::input(error.code(), findings.join("; "))
        }
        _ => Refusal::input(error.code(), error),
    }
}

fn refused(path: &Path, error: &AttackError) -> Refusal {
    let text = error.to_string();
    let (code, message) = text.split_once(": ").unwrap_or(("", &text));
    let code = match code {
        "attack_coefficient_too_large" => "attack_coefficient_too_large",
        _ => "attack_number_too_large",
    };
    Refusal::input(code, format!("{}: {message}", path.display()))
}
