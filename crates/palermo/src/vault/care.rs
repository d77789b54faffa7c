//! `palermo case` and `palermo glass`: in whose care dossiers are, and emergencies.

use std::io::Write;

use evidence::record::PersonRole;
use keep::views;
use office::{Answer, Ask, Mirror};
use protect::Confidential;
use serde_json::Value;
use terms::id::DossierId;

use super::notices::notices;
use super::session::{Session, unlike};
use super::{moment, say, text_of};
use crate::cli::care::{Caring, Case, Glass, Opening};
use crate::cli::vault as cli;
use crate::refusal::Refusal;

/// `palermo case`.
pub(crate) fn case(command: &Case, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        Case::List {
            session,
            about,
            most,
        } => list_cases(session, (*about, *most), out),
        Case::Assign(typed) => {
            let (dossier, staff) = (typed.dossier, typed.staff);
            care(typed, Ask::Assign { dossier, staff }, "assigned", out)
        }
        Case::Release(typed) => {
            let (dossier, staff) = (typed.dossier, typed.staff);
            care(typed, Ask::Release { dossier, staff }, "released", out)
        }
    }
}

fn care(typed: &Caring, ask: Ask, done: &str, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(&typed.session)?;
    let (_, by) = session.ask(ask)?;
    session.close()?;
    let answer = serde_json::json!({
        "dossier": typed.dossier.to_string(), "staff": typed.staff.to_string(), "state": done,
    });
    let words = match done {
        "assigned" => format!("{} is in the care of {}.", typed.dossier, typed.staff),
        _ => format!(
            "{} is in the care of {} no longer.",
            typed.dossier, typed.staff
        ),
    };
    say(&typed.session, by, answer, words, out)
}

fn list_cases(
    typed: &cli::Session,
    (role, most): (Option<PersonRole>, u32),
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let (answer, by) = session.ask(Ask::ListDossiers { role, most })?;
    session.close()?;
    let Answer::Dossiers(found) = answer else {
        return Err(unlike(&answer));
    };
    if typed.vault.json {
        let dossiers = found.iter().map(|one| {
            serde_json::json!({
                "dossier": one.dossier.to_string(), "about": one.role.code(),
                "agency": one.custodian.to_string(), "last_ms": one.last_ms,
            })
        });
        let mut answer = serde_json::json!({ "dossiers": dossiers.collect::<Vec<_>>() });
        by.put(&mut answer);
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    for one in &found {
        let (last, about) = (moment(one.last_ms), one.role.code());
        writeln!(out, "{}  {last}  about a {about}", one.dossier)?;
    }
    writeln!(out, "{} listed. By {}.", found.len(), by.words())?;
    Ok(())
}

/// Who cares for a dossier, who saw it, what was agreed and what was asked.
pub(super) fn mirror(session: &Session, dossier: DossierId) -> Result<Box<Mirror>, Refusal> {
    match session.ask(Ask::ReadMirror { dossier })? {
        (Answer::Mirror(mirror), _) => Ok(mirror),
        (other, _) => Err(unlike(&other)),
    }
}

/// `palermo glass`.
pub(crate) fn glass(command: &Glass, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        Glass::Break {
            session,
            dossier,
            reason,
        } => break_glass(session, *dossier, reason, out),
        Glass::End(typed) => {
            let glass = typed.glass;
            opening(typed, Ask::EndGlass { glass }, "ended", out)
        }
        Glass::Seen(typed) => {
            let glass = typed.glass;
            opening(typed, Ask::SeeGlass { glass }, "seen", out)
        }
        Glass::List { session, dossier } => list_glasses(session, *dossier, out),
    }
}

fn break_glass(
    typed: &cli::Session,
    dossier: DossierId,
    reason: &str,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let reason = Confidential::seal(reason.to_owned());
    let (answer, by) = session.ask(Ask::BreakGlass { dossier, reason })?;
    session.close()?;
    let Answer::Glass(glass) = answer else {
        return Err(unlike(&answer));
    };
    let answer = serde_json::json!({
        "glass": glass.to_string(), "dossier": dossier.to_string(), "state": "open",
    });
    let node = typed.vault.node.display();
    let words = format!(
        "{glass}: {dossier} can be read for three hours. Those who care for it are told.\n\
         When it is no longer needed: palermo glass end {node} --glass {glass}\n"
    );
    say(typed, by, answer, words, out)
}

fn opening(typed: &Opening, ask: Ask, done: &str, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(&typed.session)?;
    let (_, by) = session.ask(ask)?;
    session.close()?;
    let answer = serde_json::json!({ "glass": typed.glass.to_string(), "state": done });
    say(
        &typed.session,
        by,
        answer,
        format!("{} is {done}.", typed.glass),
        out,
    )
}

fn list_glasses(
    typed: &cli::Session,
    dossier: Option<DossierId>,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let found = match dossier {
        Some(dossier) => mirror(&session, dossier)?.glasses,
        None => {
            let (waiting, _) = notices(&session)?;
            let mut found = waiting.own_glasses.clone();
            let others = waiting.glasses.iter();
            let others = others.filter(|one| found.iter().all(|own| own.glass != one.glass));
            let others: Vec<views::Glass> = others.cloned().collect();
            found.extend(others);
            found
        }
    };
    session.close()?;
    if typed.vault.json {
        let glasses: Vec<_> = found.iter().map(glass_json).collect();
        writeln!(out, "{}", serde_json::json!({ "glasses": glasses }))?;
        return Ok(());
    }
    if found.is_empty() {
        writeln!(out, "No emergency opening.")?;
    }
    for glass in &found {
        writeln!(out, "{}", glass_line(glass))?;
    }
    Ok(())
}

pub(super) fn glass_json(glass: &views::Glass) -> Value {
    serde_json::json!({
        "glass": glass.glass.to_string(), "dossier": glass.dossier.to_string(),
        "staff": text_of(glass.staff), "at_ms": glass.at_ms, "until_ms": glass.until_ms,
        "ended": glass.ended, "seen": glass.seen,
    })
}

pub(super) fn glass_line(glass: &views::Glass) -> String {
    let (at, until) = (moment(glass.at_ms), moment(glass.until_ms));
    let by = text_of(glass.staff).unwrap_or_else(|| "nobody".to_owned());
    let ended = if glass.ended { ", ended" } else { "" };
    let seen = if glass.seen { ", seen" } else { "" };
    format!(
        "{}  {at} to {until}  {} by {by}{ended}{seen}",
        glass.glass, glass.dossier
    )
}
