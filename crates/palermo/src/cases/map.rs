//! `palermo map`: a map is proposed, or tried.

use std::fs;
use std::io::{ErrorKind, Write};

use serde_json::{Value, json};
use share::cases::{Proposal, Proposed};

use super::report::{self, Report};
use super::{bytes, read_map, refused, whole};
use crate::cli::map::{Check, Map, Propose};
use crate::refusal::Refusal;

/// Rows of a preview.
const ROWS_SHOWN: usize = 5;

/// `palermo map`.
pub(crate) fn run(command: &Map, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        Map::Propose(propose) => self::propose(propose, out),
        Map::Check(check) => self::check(check, out),
    }
}

fn propose(typed: &Propose, out: &mut impl Write) -> Result<(), Refusal> {
    let (name, bytes) = bytes(&typed.file)?;
    let proposed = match share::cases::propose(&bytes, &name, typed.sheet.as_deref()) {
        Ok(proposed) => proposed,
        Err(error) => {
            let findings = error.findings();
            report::print_findings(&findings, typed.json, out)?;
            return Err(refused(&name, &findings));
        }
    };
    let text = share::cases::proposed(&proposed, &name);
    if let Some(path) = &typed.output {
        let made = fs::File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
        made.map_err(|error| {
            let code = match error.kind() {
                ErrorKind::AlreadyExists => "file_exists",
                _ => "file_unwritable",
            };
            Refusal::input(code, format!("{}: {error}", path.display()))
        })?;
    }
    if typed.json {
        writeln!(out, "{}", proposed_json(&proposed))?;
        return Ok(());
    }
    let Some(path) = &typed.output else {
        out.write_all(text.as_bytes())?;
        return Ok(());
    };
    for warning in &proposed.warnings {
        writeln!(out, "WARNING: {warning}")?;
    }
    for proposal in &proposed.columns {
        let concept = proposal.concept.as_deref().unwrap_or("kept sealed");
        writeln!(
            out,
            "{:<9} {:<28} {concept}: {}",
            proposal.sure.code(),
            proposal.column,
            proposal.why
        )?;
    }
    writeln!(
        out,
        "\nWritten to {}; look it over, then try it:\n  palermo map check {} --map {}",
        path.display(),
        typed.file.display(),
        path.display()
    )?;
    Ok(())
}

fn proposed_json(proposed: &Proposed) -> Value {
    let key = proposed.key.as_ref();
    json!({
        "sheet": proposed.sheet, "header_row": proposed.header_row, "rows": proposed.rows,
        "key": key.map(|(name, sure)| json!({ "column": name, "sure": sure.code() })),
        "warnings": proposed.warnings,
        "columns": proposed.columns.iter().map(proposal_json).collect::<Vec<_>>(),
    })
}

fn proposal_json(proposal: &Proposal) -> Value {
    let unknown = proposal
        .unknown
        .iter()
        .map(|(value, nearest, rows)| json!({ "value": value, "nearest": nearest, "rows": rows }));
    json!({
        "column": proposal.column, "concept": proposal.concept, "sure": proposal.sure.code(),
        "why": proposal.why, "list": proposal.list, "date": proposal.date,
        "values": proposal.values.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "blank": proposal.blank, "unknown": unknown.collect::<Vec<_>>(),
        "unknown_unwritten": proposal.unknown_unwritten, "others": proposal.others,
    })
}

fn check(typed: &Check, out: &mut impl Write) -> Result<(), Refusal> {
    let map = read_map(&typed.map)?;
    let (name, bytes) = bytes(&typed.file)?;
    let taken = whole(
        share::cases::table(&bytes, &name, &map),
        &name,
        typed.json,
        out,
    )?;
    let mut report = Report::of(&name, &taken);
    report.preview = share::cases::preview(&taken.cases, ROWS_SHOWN);
    report.print(typed.json, out)
}
