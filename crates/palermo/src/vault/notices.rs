//! `palermo notices`: what waits for somebody.

use std::io::Write;

use office::{Answer, Ask, Notices};
use serde_json::Value;

use super::care::{glass_json, glass_line};
use super::export::{export_json, export_line};
use super::rights::{matter_json, matter_line};
use super::session::{By, Session, unlike};
use super::{moment, text_of};
use crate::cli::vault as cli;
use crate::refusal::Refusal;

/// What waits for whoever acts.
pub(super) fn notices(session: &Session) -> Result<(Box<Notices>, By), Refusal> {
    match session.ask(Ask::ListNotices)? {
        (Answer::Notices(notices), by) => Ok((notices, by)),
        (other, _) => Err(unlike(&other)),
    }
}

/// `palermo notices`.
pub(crate) fn run(typed: &cli::Session, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let (found, by) = notices(&session)?;
    session.close()?;
    if typed.vault.json {
        let mut answer = json(&found);
        by.put(&mut answer);
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    let groups = groups(&found);
    for (title, lines) in &groups {
        if lines.is_empty() {
            continue;
        }
        writeln!(out, "{title}:")?;
        for line in lines {
            writeln!(out, "  {line}")?;
        }
    }
    if found.deposits > 0 {
        let node = typed.vault.node.display();
        let count = found.deposits;
        writeln!(
            out,
            "Deposits to take in: {count} (palermo record take {node})"
        )?;
    }
    if found.deposits == 0 && groups.iter().all(|(_, lines)| lines.is_empty()) {
        writeln!(out, "Nothing waits for you.")?;
    }
    Ok(())
}

fn groups(found: &Notices) -> [(&'static str, Vec<String>); 6] {
    let erasures = found.erasures.iter();
    let resets = found.resets.iter();
    [
        (
            "Emergency openings to be told of",
            found.glasses.iter().map(glass_line).collect(),
        ),
        (
            "Your own emergency openings",
            found.own_glasses.iter().map(glass_line).collect(),
        ),
        (
            "Erasures to confirm",
            erasures
                .map(|one| format!("{}  {}  {}", one.erasure, one.dossier, one.ground))
                .collect(),
        ),
        (
            "Resets to confirm",
            resets
                .map(|one| format!("{}  {}  {}", one.reset, moment(one.at_ms), one.staff))
                .collect(),
        ),
        ("Exports", found.exports.iter().map(export_line).collect()),
        (
            "Matters to answer",
            found.matters.iter().map(matter_line).collect(),
        ),
    ]
}

fn json(found: &Notices) -> Value {
    let erasures = found.erasures.iter().map(|one| {
        serde_json::json!({
            "erasure": one.erasure.to_string(), "dossier": one.dossier.to_string(),
            "ground": one.ground, "requested_by": text_of(one.requested_by),
        })
    });
    let resets = found.resets.iter().map(|one| {
        serde_json::json!({
            "reset": one.reset.to_string(), "staff": one.staff.to_string(),
            "requested_by": text_of(one.requested_by), "at_ms": one.at_ms,
        })
    });
    serde_json::json!({
        "glasses": found.glasses.iter().map(glass_json).collect::<Vec<_>>(),
        "own_glasses": found.own_glasses.iter().map(glass_json).collect::<Vec<_>>(),
        "erasures": erasures.collect::<Vec<_>>(),
        "resets": resets.collect::<Vec<_>>(),
        "exports": found.exports.iter().map(export_json).collect::<Vec<_>>(),
        "matters": found.matters.iter().map(matter_json).collect::<Vec<_>>(),
        "deposits": found.deposits,
    })
}
