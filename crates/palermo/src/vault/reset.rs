//! `palermo user reset`: one person asks, another confirms, and each is shown half of a code.

use std::io::Write;

use jiff::Timestamp;
use office::{Answer, Ask};
use protect::Confidential;
use terms::id::{ResetId, StaffId};

use super::notices::notices;
use super::session::{Session, open, unlike};
use super::{moment, say, text_of};
use crate::cli::people::{RecoverUser, ResetUser};
use crate::refusal::Refusal;
use crate::secret;

/// `palermo user reset`.
pub(super) fn run(typed: &ResetUser, out: &mut impl Write) -> Result<(), Refusal> {
    match (typed.confirm, typed.staff, &typed.reason) {
        (Some(reset), _, _) => confirm(typed, reset, out),
        (None, Some(staff), Some(reason)) => request(typed, staff, reason, out),
        _ => list(typed, out),
    }
}

fn request(
    typed: &ResetUser,
    staff: StaffId,
    reason: &str,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let session = Session::open(&typed.session)?;
    let reason = Confidential::seal(reason.to_owned());
    let (answer, by) = session.ask(Ask::RequestReset { staff, reason })?;
    session.close()?;
    let Answer::Reset(reset, half) = answer else {
        return Err(unlike(&answer));
    };
    let answer = serde_json::json!({
        "reset": reset.to_string(), "staff": staff.to_string(), "first_half": half.as_str(),
        "state": "waiting",
    });
    let words = format!(
        "{reset} waits for a second person:\n  palermo user reset {} --confirm {reset}\n\
         First half of the code, shown this once, to be told to the person of the account:\n\n  \
         {}\n\n",
        typed.session.vault.node.display(),
        *half
    );
    say(&typed.session, by, answer, words, out)
}

fn confirm(typed: &ResetUser, reset: ResetId, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(&typed.session)?;
    let (answer, by) = session.ask(Ask::ConfirmReset { reset })?;
    session.close()?;
    let Answer::ResetConfirmed(staff, half) = answer else {
        return Err(unlike(&answer));
    };
    let answer = serde_json::json!({
        "reset": reset.to_string(), "staff": staff.to_string(), "second_half": half.as_str(),
        "state": "confirmed",
    });
    let words = format!(
        "{reset} is confirmed: what {staff} signed in with is good no longer.\n\
         Second half of the code, shown this once, to be told to the person of the account:\n\n  \
         {}\n\nThey sign in for the first time again, with the first half and then this one.",
        *half
    );
    say(&typed.session, by, answer, words, out)
}

/// `palermo user recover`.
pub(super) fn recover(typed: &RecoverUser, out: &mut impl Write) -> Result<(), Refusal> {
    let shares = secret::shares(&typed.shares)?;
    let office = open(&typed.vault)?;
    let code = office.recover_administrator(&shares, typed.staff, Timestamp::now());
    office.close()?;
    let code = code?.whole();
    if typed.vault.json {
        let answer = serde_json::json!({
            "staff": typed.staff.to_string(), "code": code.as_str(),
        });
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    writeln!(
        out,
        "What {} signed in with is good no longer. One-time code, shown this once:\n\n  {}\n\n\
         They sign in for the first time again with it.",
        typed.staff, *code
    )?;
    Ok(())
}

fn list(typed: &ResetUser, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(&typed.session)?;
    let (found, _) = notices(&session)?;
    session.close()?;
    if typed.session.vault.json {
        let waiting = found.resets.iter().map(|reset| {
            serde_json::json!({
                "reset": reset.reset.to_string(), "staff": reset.staff.to_string(),
                "requested_by": text_of(reset.requested_by), "at_ms": reset.at_ms,
            })
        });
        let answer = serde_json::json!({ "waiting": waiting.collect::<Vec<_>>() });
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    if found.resets.is_empty() {
        writeln!(out, "No reset waits for your confirmation.")?;
    }
    for reset in &found.resets {
        let by = reset
            .requested_by
            .map(|staff| format!(", asked by {staff}"));
        writeln!(
            out,
            "{}  {}  {}{}",
            reset.reset,
            moment(reset.at_ms),
            reset.staff,
            by.unwrap_or_default()
        )?;
    }
    Ok(())
}
