//! `palermo consent` and `palermo matter`: what persons concerned agree to and ask for.

use std::io::Write;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use keep::views;
use office::{Answer, Ask, MatterKind, Outcome};
use protect::Confidential;
use serde_json::Value;
use terms::id::{ConsentId, DossierId, MatterId};

use super::care::mirror;
use super::notices::notices;
use super::session::{Session, unlike};
use super::{day_after, moment, say, text_of};
use crate::cli::care::{Consent, Matter, RecordConsent};
use crate::cli::vault as cli;
use crate::refusal::Refusal;
use crate::secret;

fn sealed(typed: &str, question: &str) -> Result<Confidential<String>, Refusal> {
    Ok(Confidential::seal(
        secret::words(typed, question)?.to_string(),
    ))
}

/// `palermo consent`.
pub(crate) fn consent(command: &Consent, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        Consent::Record(typed) => record(typed, out),
        Consent::Withdraw {
            session,
            consent,
            words,
        } => withdraw(session, *consent, words, out),
        Consent::List { session, dossier } => list_consents(session, *dossier, out),
    }
}

/// The end of a day.
fn end_of(day: Date) -> Result<Timestamp, Refusal> {
    let next = day
        .tomorrow()
        .and_then(|next| next.to_zoned(TimeZone::UTC))
        .map(|next| next.timestamp());
    next.map_err(|error| Refusal::usage("until_unfit", format!("--until {day}: {error}")))
}

fn record(typed: &RecordConsent, out: &mut impl Write) -> Result<(), Refusal> {
    let words = sealed(&typed.words, "How it was given")?;
    let until = typed.until.map(end_of).transpose()?;
    let session = Session::open(&typed.session)?;
    let (answer, by) = session.ask(Ask::RecordConsent {
        dossier: typed.dossier,
        to: typed.to,
        purpose: typed.purpose_of,
        recipient: typed.recipient,
        until,
        words,
    })?;
    session.close()?;
    let Answer::Consent(consent) = answer else {
        return Err(unlike(&answer));
    };
    let answer = serde_json::json!({
        "consent": consent.to_string(), "dossier": typed.dossier.to_string(),
        "to": typed.to.code(), "for": typed.purpose_of.code(),
        "recipient": text_of(typed.recipient), "until": text_of(typed.until),
    });
    let words = format!(
        "{consent} is recorded. It can be withdrawn at any time: palermo consent withdraw {} \
         --consent {consent}\n",
        typed.session.vault.node.display()
    );
    say(&typed.session, by, answer, words, out)
}

fn withdraw(
    typed: &cli::Session,
    consent: ConsentId,
    words: &str,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let words = sealed(words, "The person's words")?;
    let session = Session::open(typed)?;
    let (_, by) = session.ask(Ask::WithdrawConsent { consent, words })?;
    session.close()?;
    let answer = serde_json::json!({ "consent": consent.to_string(), "state": "withdrawn" });
    say(typed, by, answer, format!("{consent} is withdrawn."), out)
}

fn list_consents(
    typed: &cli::Session,
    dossier: DossierId,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let found = mirror(&session, dossier)?.consents;
    session.close()?;
    if typed.vault.json {
        let consents = found.iter().map(|one| {
            serde_json::json!({
                "consent": one.consent.to_string(), "to": one.subject, "for": one.purpose,
                "recipient": text_of(one.recipient), "at_ms": one.at_ms,
                "until_ms": one.until_ms, "withdrawn": one.withdrawn,
            })
        });
        let consents: Vec<_> = consents.collect();
        writeln!(out, "{}", serde_json::json!({ "consents": consents }))?;
        return Ok(());
    }
    if found.is_empty() {
        writeln!(out, "Nothing was agreed to.")?;
    }
    for one in &found {
        let to = one.recipient.map(|agency| format!(" to {agency}"));
        let until = one
            .until_ms
            .map(|until| format!(", until {}", moment(until)));
        let withdrawn = if one.withdrawn { ", withdrawn" } else { "" };
        writeln!(
            out,
            "{}  {}  {}{}, for {}{}{withdrawn}",
            one.consent,
            moment(one.at_ms),
            one.subject,
            to.unwrap_or_default(),
            one.purpose,
            until.unwrap_or_default()
        )?;
    }
    Ok(())
}

/// `palermo matter`.
pub(crate) fn matter(command: &Matter, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        Matter::Open {
            session,
            dossier,
            kind,
            words,
        } => open(session, (*dossier, *kind, words), out),
        Matter::Answer {
            session,
            matter,
            complaint,
            outcome,
            words,
        } => answer(session, (*matter, *complaint, *outcome, words), out),
        Matter::Read {
            session,
            matter,
            reason,
        } => read(session, *matter, reason, out),
        Matter::List { session, dossier } => list_matters(session, *dossier, out),
    }
}

fn open(
    typed: &cli::Session,
    (dossier, kind, words): (DossierId, MatterKind, &str),
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let words = sealed(words, "The person's words")?;
    let session = Session::open(typed)?;
    let (answer, by) = session.ask(Ask::OpenMatter {
        dossier,
        kind,
        words,
    })?;
    session.close()?;
    let Answer::Matter(matter) = answer else {
        return Err(unlike(&answer));
    };
    let answer = serde_json::json!({
        "matter": matter.to_string(), "dossier": dossier.to_string(), "kind": kind.code(),
    });
    let answered_by = match kind {
        MatterKind::Complaint => "an overseer",
        _ => "a coordinator",
    };
    let words = format!("{matter} is noted; {answered_by} answers it within 30 days.");
    say(typed, by, answer, words, out)
}

fn answer(
    typed: &cli::Session,
    (matter, complaint, outcome, words): (MatterId, bool, Outcome, &str),
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let words = sealed(words, "In what words")?;
    let session = Session::open(typed)?;
    let ask = if complaint {
        Ask::AnswerComplaint {
            matter,
            outcome,
            words,
        }
    } else {
        Ask::AnswerMatter {
            matter,
            outcome,
            words,
        }
    };
    let (_, by) = session.ask(ask)?;
    session.close()?;
    let answer = serde_json::json!({ "matter": matter.to_string(), "outcome": outcome.code() });
    let words = format!("{matter} is answered: {}.", outcome.code());
    say(typed, by, answer, words, out)
}

fn read(
    typed: &cli::Session,
    matter: MatterId,
    reason: &str,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let reason = Confidential::seal(reason.to_owned());
    let (answer, by) = session.ask(Ask::ReadComplaint { matter, reason })?;
    session.close()?;
    let Answer::Words(words, warrant) = answer else {
        return Err(unlike(&answer));
    };
    let (words, act) = (words.expose(&warrant), warrant.act());
    let answer = serde_json::json!({
        "matter": matter.to_string(), "words": words, "act": act,
    });
    let words = format!("{words}\nThis look is act {act} of the log.");
    say(typed, by, answer, words, out)
}

fn list_matters(
    typed: &cli::Session,
    dossier: Option<DossierId>,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let found = match dossier {
        Some(dossier) => mirror(&session, dossier)?.matters,
        None => notices(&session)?.0.matters,
    };
    session.close()?;
    if typed.vault.json {
        let matters: Vec<_> = found.iter().map(matter_json).collect();
        writeln!(out, "{}", serde_json::json!({ "matters": matters }))?;
        return Ok(());
    }
    if found.is_empty() {
        writeln!(out, "No matter.")?;
    }
    for matter in &found {
        writeln!(out, "{}", matter_line(matter))?;
    }
    Ok(())
}

pub(super) fn matter_json(matter: &views::Matter) -> Value {
    serde_json::json!({
        "matter": matter.matter.to_string(), "dossier": matter.dossier.to_string(),
        "kind": matter.kind, "at_ms": matter.at_ms, "due_ms": matter.due_ms,
        "outcome": matter.outcome,
    })
}

pub(super) fn matter_line(matter: &views::Matter) -> String {
    let state = match &matter.outcome {
        Some(outcome) => format!("answered: {outcome}"),
        None => format!("to be answered by {}", day_after(matter.due_ms, 0)),
    };
    format!(
        "{}  {}  {}  {}, {state}",
        matter.matter,
        moment(matter.at_ms),
        matter.dossier,
        matter.kind
    )
}
