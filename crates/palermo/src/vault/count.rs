//! `palermo count` and `palermo retention`.

use std::io::Write;

use jiff::Timestamp;
use office::{Answer, Ask};

use super::session::{Session, open, unlike};
use crate::cli::vault as cli;
use crate::refusal::Refusal;

/// `palermo count`: keeps a count. Its cells stay sealed: a small one points at a person, and what
/// may be shown is for a release to decide.
pub(crate) fn count(typed: &cli::Count, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(&typed.session)?;
    let concepts = typed.by.clone();
    let (answer, by) = session.ask(Ask::KeepFigure { concepts })?;
    session.close()?;
    let Answer::Figure(figure, _) = answer else {
        return Err(unlike(&answer));
    };
    if typed.session.vault.json {
        let mut answer = serde_json::json!({
            "figure": figure.to_string(), "by": typed.by, "released": false,
        });
        by.put(&mut answer);
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    writeln!(
        out,
        "{figure} is kept, by {}. Its numbers are not printed: a small one points at a person, so \
         they\nstay sealed until they are released. `palermo verify` counts it again. By {}.",
        typed.by.join(", "),
        by.words()
    )?;
    Ok(())
}

/// `palermo retention`: says how long dossiers are kept, or lists what was said.
pub(crate) fn retention(typed: &cli::Retention, out: &mut impl Write) -> Result<(), Refusal> {
    let Some(role) = typed.about else {
        return list(&typed.session.vault, out);
    };
    let session = Session::open(&typed.session)?;
    let days = typed.days;
    let (_, by) = session.ask(Ask::SetRetention { role, days })?;
    session.close()?;
    if typed.session.vault.json {
        let mut answer = serde_json::json!({ "about": role.code(), "days": days });
        by.put(&mut answer);
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    writeln!(out, "{}. By {}.", sentence(role.code(), days), by.words())?;
    Ok(())
}

fn sentence(role: &str, days: Option<u32>) -> String {
    match days {
        Some(days) => {
            format!("Dossiers about a {role} are due {days} days after their last record")
        }
        None => format!("Dossiers about a {role} are kept until somebody decides"),
    }
}

fn list(vault: &cli::Vault, out: &mut impl Write) -> Result<(), Refusal> {
    let office = open(vault)?;
    let survey = office.survey(Timestamp::now())?;
    office.close()?;
    let kept = survey.inside.map(|inside| inside.retention);
    let kept = kept.unwrap_or_default();
    if vault.json {
        let lines = kept.iter().map(|(kept, due)| {
            serde_json::json!({ "about": kept.role.code(), "days": kept.days, "due": due })
        });
        let answer = serde_json::json!({ "retention": lines.collect::<Vec<_>>() });
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    if kept.is_empty() {
        writeln!(
            out,
            "Nothing is said: dossiers are kept until somebody decides."
        )?;
    }
    for (kept, due) in &kept {
        writeln!(out, "{}; {due} due.", sentence(kept.role.code(), kept.days))?;
    }
    Ok(())
}
