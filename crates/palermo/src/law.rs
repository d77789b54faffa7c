//! `palermo law`: who is bound by a treaty on a date, from the record that is built in.

use std::io::Write;

use jiff::civil::Date;
use law::{Record, Status, Treaty};
use serde::Serialize;
use terms::language::Language;
use terms::place::Places;

use crate::cli::Law;
use crate::refusal::Refusal;

/// What `law status` answers, in the order in which it is printed.
#[derive(Serialize)]
struct StatusLine<'a> {
    treaty: &'a str,
    on: String,
    parties: usize,
    states: usize,
    signatories: usize,
    note: String,
}

/// One party, as `law parties` lists it.
#[derive(Serialize)]
struct PartyLine<'a> {
    party: &'a str,
    name: &'a str,
    act: &'a str,
    deposited: String,
    in_force_from: String,
}

pub(crate) fn run(command: &Law, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        Law::Status { treaty, on, json } => status(&ask(treaty, *on)?, *json, out),
        Law::Parties { treaty, on, json } => parties(&ask(treaty, *on)?, *json, out),
    }
}

fn ask(treaty: &str, on: Date) -> Result<Status, Refusal> {
    let treaty: Treaty = treaty
        .parse()
        .map_err(|error| Refusal::usage("treaty_unknown", error))?;
    Ok(Record::standard().status(treaty, on))
}

fn status(status: &Status, json: bool, out: &mut impl Write) -> Result<(), Refusal> {
    let line = StatusLine {
        treaty: status.treaty.code(),
        on: status.on.to_string(),
        parties: status.parties.len(),
        states: status.states(),
        signatories: status.signatories.len(),
        note: status.note(),
    };
    if json {
        writeln!(out, "{}", serde_json::json!(line))?;
        return Ok(());
    }
    let title = Record::standard()
        .instrument(status.treaty)
        .title(Language::En);
    writeln!(out, "{title}")?;
    writeln!(out, "on {}", line.on)?;
    writeln!(out, "  parties      {:>4}", line.parties)?;
    writeln!(out, "  of them States {:>2}", line.states)?;
    writeln!(out, "  signatories  {:>4}", line.signatories)?;
    writeln!(out, "\n{}", line.note)?;
    Ok(())
}

fn parties(status: &Status, json: bool, out: &mut impl Write) -> Result<(), Refusal> {
    for party in &status.parties {
        let place = Places::standard().get(party.place);
        let line = PartyLine {
            party: party.place.as_str(),
            name: place.map_or("", |place| place.name(Language::En)),
            act: party.act.code(),
            deposited: party.deposited.to_string(),
            in_force_from: party.in_force_from.to_string(),
        };
        if json {
            writeln!(out, "{}", serde_json::json!(line))?;
        } else {
            writeln!(
                out,
                "{}  {}  {:<12}  {}",
                line.party, line.deposited, line.act, line.name
            )?;
        }
    }
    if !json {
        writeln!(
            out,
            "\n{} parties on {}. {}",
            status.parties.len(),
            status.on,
            status.note()
        )?;
    }
    Ok(())
}
