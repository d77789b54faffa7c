//! `palermo release`: tables for the public, an agreement or a party.

use std::io::Write;

use office::{Answer, Ask, Power, ReleaseLine, Releases, Signed};
use protect::Audience;
use protect::ledger::Publication;
use protect::release::AnyRelease;
use serde_json::{Value, json};

use super::draft::{find, read, under};
use super::export::Output;
use super::session::{Session, unlike};
use super::{moment, say, text_of};
use crate::cli::release::{CountFile, Release, Released, Sign};
use crate::cli::vault as cli;
use crate::refusal::Refusal;

/// `palermo release`.
pub(crate) fn run(typed: &Release, out: &mut impl Write) -> Result<(), Refusal> {
    match typed {
        Release::Sign(typed) => sign(typed, out),
        Release::Of(command) => with_releases(command, out),
    }
}

fn with_releases(command: &Released, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        Released::List(session) => list(session, out),
        Released::Withdraw {
            session,
            release,
            reason,
        } => withdraw(session, release, reason, out),
        Released::Publication {
            session,
            file,
            name,
            audience,
        } => publication(session, file, (name, audience), out),
        Released::Party {
            session,
            party,
            sees,
        } => set_party(session, (party, sees), out),
    }
}

fn set_party(
    typed: &cli::Session,
    (party, sees): (&str, &[Audience]),
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let ask = Ask::SetParty {
        party: party.to_owned(),
        sees: sees.to_vec(),
    };
    let (_, by) = session.ask(ask)?;
    session.close()?;
    let sees: Vec<String> = sees.iter().map(Audience::code).collect();
    let words = match sees.is_empty() {
        true => format!("{party} is of no agreement any more."),
        false => format!("{party} is of {}.", sees.join(", ")),
    };
    let answer = json!({ "party": party, "sees": sees });
    say(typed, by, answer, words, out)
}

fn sign(typed: &Sign, out: &mut impl Write) -> Result<(), Refusal> {
    if typed.output.is_some() && typed.under.audience != Audience::Public {
        let message = "--output writes what is public; this audience is another";
        return Err(Refusal::usage("output_unfit", message));
    }
    let session = Session::open(&typed.session)?;
    let draft = find(&session, &typed.draft, Power::SignRelease)?;
    // Whether there is a place for the file is known before anything is released.
    let kept = typed.output.as_deref().map(Output::new).transpose()?;
    let ask = Ask::SignRelease {
        draft,
        under: under(&typed.under)?,
        supersedes: typed.supersedes.clone(),
    };
    let (answer, by) = session.ask(ask)?;
    session.close()?;
    let Answer::Signed(signed) = answer else {
        return Err(unlike(&answer));
    };
    if let (Some(kept), AnyRelease::Public(released)) = (kept, &signed.released) {
        kept.fill(publish::files::csv(released).as_bytes())?;
    }
    let lost = *signed.lost.expose(&signed.warrant);
    let mut answer = signed_json(&signed, lost);
    answer["file"] = json!(typed.output.as_ref().map(|path| path.display().to_string()));
    let words = format!(
        "{} is released to {} under {}: {} cells, {} of them masked, with {lost} counted in them. \
         It is act {} of the log.",
        signed.line.release,
        signed.line.audience,
        signed.line.rule,
        signed.cells,
        signed.masked,
        signed.line.act
    );
    say(&typed.session, by, answer, words, out)
}

fn signed_json(signed: &Signed, lost: u64) -> Value {
    json!({
        "release": signed.line.release, "draft": signed.line.draft.to_string(),
        "audience": signed.line.audience, "rule": signed.line.rule, "cells": signed.cells,
        "masked": signed.masked, "lost": lost, "act": signed.line.act,
        "at_ms": signed.line.at_ms, "supersedes": signed.line.supersedes,
    })
}

fn list(typed: &cli::Session, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let (answer, _) = session.ask(Ask::ListReleases)?;
    session.close()?;
    let Answer::Releases(found) = answer else {
        return Err(unlike(&answer));
    };
    if typed.vault.json {
        writeln!(out, "{}", list_json(&found))?;
        return Ok(());
    }
    if found.releases.is_empty() {
        writeln!(out, "Nothing was released.")?;
    }
    for line in &found.releases {
        let state = match (&line.withdrawn, &line.superseded_by) {
            (Some(withdrawn), _) => {
                format!(
                    ", withdrawn {}: {}",
                    moment(withdrawn.at_ms),
                    withdrawn.reason
                )
            }
            (None, Some(by)) => format!(", superseded by {by}"),
            (None, None) => String::new(),
        };
        writeln!(
            out,
            "{}  {}  to {}, under {}{state}",
            line.release,
            moment(line.at_ms),
            line.audience,
            line.rule
        )?;
    }
    for listed in &found.listed {
        let (name, audience) = (&listed.content.name, listed.content.audience.code());
        writeln!(
            out,
            "{}  of others: “{name}”, to {audience}",
            listed.publication
        )?;
    }
    for party in &found.parties {
        writeln!(out, "{} is of {}", party.party, party.sees.join(", "))?;
    }
    Ok(())
}

fn list_json(found: &Releases) -> Value {
    let listed = found.listed.iter().map(|listed| {
        json!({
            "publication": listed.publication.to_string(), "name": listed.content.name,
            "audience": listed.content.audience.code(), "act": listed.act,
            "population": listed.content.population, "vintage": listed.content.vintage,
            "cells": listed.content.table.len(),
        })
    });
    let parties = found
        .parties
        .iter()
        .map(|party| json!({ "party": party.party, "sees": party.sees }));
    json!({
        "releases": found.releases.iter().map(line_json).collect::<Vec<_>>(),
        "listed": listed.collect::<Vec<_>>(), "parties": parties.collect::<Vec<_>>(),
    })
}

fn line_json(line: &ReleaseLine) -> Value {
    let withdrawn = line.withdrawn.as_ref().map(|withdrawn| {
        json!({
            "act": withdrawn.act, "at_ms": withdrawn.at_ms, "reason": withdrawn.reason,
        })
    });
    json!({
        "release": line.release, "draft": line.draft.to_string(), "audience": line.audience,
        "rule": line.rule, "act": line.act, "at_ms": line.at_ms,
        "signed_by": text_of(line.signed_by), "supersedes": line.supersedes,
        "superseded_by": line.superseded_by, "withdrawn": withdrawn,
    })
}

fn withdraw(
    typed: &cli::Session,
    release: &str,
    reason: &str,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let ask = Ask::WithdrawRelease {
        release: release.to_owned(),
        reason: reason.to_owned(),
    };
    let (_, by) = session.ask(ask)?;
    session.close()?;
    let answer = json!({ "release": release, "state": "withdrawn", "reason": reason });
    let words = format!(
        "{release} is withdrawn. Whoever has seen it has seen it: later releases are held against \
         it."
    );
    say(typed, by, answer, words, out)
}

fn publication(
    typed: &cli::Session,
    file: &CountFile,
    (name, audience): (&str, &Audience),
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let read = read(file)?;
    let publication = Publication {
        name: name.to_owned(),
        audience: audience.clone(),
        population: read.population,
        vintage: read.vintage,
        table: read.table,
        hierarchies: read.hierarchies,
    };
    let cells = publication.table.len();
    let session = Session::open(typed)?;
    let (answer, by) = session.ask(Ask::ListPublication(Box::new(publication)))?;
    session.close()?;
    let Answer::Publication(publication) = answer else {
        return Err(unlike(&answer));
    };
    let answer = json!({
        "publication": publication.to_string(), "name": name, "audience": audience.code(),
        "cells": cells,
    });
    let words = format!("{publication}, “{name}”, is listed; releases are held against it.");
    say(typed, by, answer, words, out)
}
