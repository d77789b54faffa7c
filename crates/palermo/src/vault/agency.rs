//! `palermo agency`: who keeps dossiers, and who may be told.

use std::collections::BTreeMap;
use std::io::Write;

use office::{AgencyKind, Answer, Ask};
use terms::id::AgencyId;

use super::people::people;
use super::say;
use super::session::{Session, unlike};
use crate::cli::people::Agency;
use crate::cli::vault as cli;
use crate::refusal::Refusal;

/// `palermo agency`.
pub(crate) fn run(command: &Agency, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        Agency::Add {
            session,
            name,
            kind,
        } => set(session, None, (name, *kind), out),
        Agency::Set {
            session,
            agency,
            name,
            kind,
        } => set(session, Some(*agency), (name, *kind), out),
        Agency::List(session) => list(session, out),
    }
}

fn set(
    typed: &cli::Session,
    agency: Option<AgencyId>,
    (name, kind): (&str, AgencyKind),
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let (answer, by) = session.ask(Ask::SetAgency {
        agency,
        name: name.to_owned(),
        kind,
    })?;
    session.close()?;
    let Answer::Agency(agency) = answer else {
        return Err(unlike(&answer));
    };
    let answer = serde_json::json!({
        "agency": agency.to_string(), "name": name.trim(), "kind": kind.code(),
    });
    let words = format!("{agency} is “{}”, {}.", name.trim(), kind.code());
    say(typed, by, answer, words, out)
}

fn list(typed: &cli::Session, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let (staff, agencies) = people(&session)?;
    session.close()?;
    // One that nobody has named is known by who works for it.
    let mut known: BTreeMap<AgencyId, (Option<&str>, Option<&str>, usize)> = BTreeMap::new();
    for agency in &agencies {
        known.insert(agency.agency, (Some(&agency.name), Some(&agency.kind), 0));
    }
    for person in staff.iter().filter(|person| person.active) {
        known.entry(person.agency).or_default().2 += 1;
    }
    if typed.vault.json {
        let agencies = known.iter().map(|(agency, (name, kind, people))| {
            serde_json::json!({
                "agency": agency.to_string(), "name": name, "kind": kind, "people": people,
            })
        });
        let answer = serde_json::json!({ "agencies": agencies.collect::<Vec<_>>() });
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    for (agency, (name, kind, people)) in &known {
        let name = name.unwrap_or("not named yet");
        let kind = kind.unwrap_or("kind not said: guarded as services");
        writeln!(out, "{agency}  {name}, {kind}; people: {people}")?;
    }
    Ok(())
}
