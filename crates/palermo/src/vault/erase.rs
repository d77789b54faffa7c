//! `palermo erase`: one person asks, another confirms, and the key goes.

use std::io::Write;

use jiff::Timestamp;
use keep::views::SavedKeyring;
use office::{Answer, Ask, Ground, RENEWAL_DAYS};
use protect::Confidential;
use terms::id::{DossierId, ErasureId};

use super::day_after;
use super::session::{Session, open, unlike};
use crate::cli::vault as cli;
use crate::refusal::Refusal;

/// `palermo erase`.
pub(crate) fn run(typed: &cli::Erase, out: &mut impl Write) -> Result<(), Refusal> {
    if let Some(erasure) = typed.confirm {
        return confirm(typed, erasure, out);
    }
    match (typed.dossier, typed.ground, &typed.reason) {
        (Some(dossier), Some(ground), Some(reason)) => {
            request(typed, (dossier, ground, reason), out)
        }
        _ => list(&typed.session.vault, out),
    }
}

fn request(
    typed: &cli::Erase,
    (dossier, ground, reason): (DossierId, Ground, &str),
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let session = Session::open(&typed.session)?;
    let (answer, by) = session.ask(Ask::RequestErasure {
        dossier,
        ground,
        reason: Confidential::seal(reason.to_owned()),
    })?;
    session.close()?;
    let Answer::Erasure(erasure) = answer else {
        return Err(unlike(&answer));
    };
    if typed.session.vault.json {
        let mut answer = serde_json::json!({
            "erasure": erasure.to_string(), "dossier": dossier.to_string(),
            "ground": ground.code(), "state": "waiting",
        });
        by.put(&mut answer);
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    writeln!(
        out,
        "{erasure} waits for a second person, a coordinator or an overseer:\n  \
         palermo erase {} --confirm {erasure}\nNothing is destroyed yet. By {}.",
        session_node(typed),
        by.words()
    )?;
    Ok(())
}

fn session_node(typed: &cli::Erase) -> impl std::fmt::Display {
    typed.session.vault.node.display()
}

fn confirm(typed: &cli::Erase, erasure: ErasureId, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(&typed.session)?;
    let (_, by) = session.ask(Ask::ConfirmErasure { erasure })?;
    let outdated = session.office.outdated_keyrings()?.len();
    let out_of_reach = session.office.renew_keyrings(Timestamp::now())?;
    session.close()?;
    let renewed = outdated - out_of_reach.len();
    if typed.session.vault.json {
        let far = out_of_reach.iter().map(|saved| {
            serde_json::json!({
                "place": saved.place, "epoch": saved.epoch, "renew_by": renew_by(saved),
            })
        });
        let mut answer = serde_json::json!({
            "erasure": erasure.to_string(), "state": "erased", "renewed": renewed,
            "out_of_reach": far.collect::<Vec<_>>(),
        });
        by.put(&mut answer);
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    writeln!(
        out,
        "{erasure} is done: the key of the dossier is destroyed here, for good."
    )?;
    if renewed > 0 {
        writeln!(out, "Saved keyrings renewed: {renewed}.")?;
    }
    if !out_of_reach.is_empty() {
        writeln!(
            out,
            "These saved keyrings cannot be reached and still hold it. Renew each with `palermo \
             backup`\ninto the same place, or destroy it:"
        )?;
        for saved in &out_of_reach {
            writeln!(out, "  by {}: {}", renew_by(saved), saved.place)?;
        }
    }
    writeln!(out, "By {}.", by.words())?;
    Ok(())
}

/// Until when a saved keyring must be renewed, counted from today: it is outdated since just now.
fn renew_by(_saved: &SavedKeyring) -> String {
    day_after(Timestamp::now().as_millisecond(), RENEWAL_DAYS)
}

fn list(vault: &cli::Vault, out: &mut impl Write) -> Result<(), Refusal> {
    let office = open(vault)?;
    let waiting = office.erasures_waiting()?;
    office.close()?;
    if vault.json {
        let waiting = waiting.iter().map(|erasure| {
            serde_json::json!({
                "erasure": erasure.erasure.to_string(), "dossier": erasure.dossier.to_string(),
                "ground": erasure.ground,
                "requested_by": erasure.requested_by.map(|staff| staff.to_string()),
            })
        });
        let answer = serde_json::json!({ "waiting": waiting.collect::<Vec<_>>() });
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    if waiting.is_empty() {
        writeln!(out, "No erasure waits for a second person.")?;
    }
    for erasure in &waiting {
        let by = erasure.requested_by.map(|staff| format!(", by {staff}"));
        writeln!(
            out,
            "{}  {}  {}{}",
            erasure.erasure,
            erasure.dossier,
            erasure.ground,
            by.unwrap_or_default()
        )?;
    }
    Ok(())
}
