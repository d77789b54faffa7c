//! `palermo log`: who did what, for whoever watches over it.

use std::io::Write;

use office::{Answer, Ask};

use super::moment;
use super::session::{Session, unlike};
use crate::cli::vault as cli;
use crate::refusal::Refusal;

/// `palermo log`.
pub(crate) fn run(typed: &cli::Log, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(&typed.session)?;
    let (answer, _) = session.ask(Ask::ReadLog {
        dossier: typed.subject,
        after: typed.after,
        most: typed.most,
    })?;
    session.close()?;
    let Answer::Log(lines) = answer else {
        return Err(unlike(&answer));
    };
    for line in &lines {
        let actor = line.actor.map(|actor| actor.to_string());
        let kind = code(&line.kind);
        let dossier = line.dossier.map(|dossier| dossier.to_string());
        if typed.session.vault.json {
            let answer = serde_json::json!({
                "act": line.act, "kind": kind, "at_ms": line.at_ms, "actor": actor,
                "role": line.role, "purpose": line.purpose, "dossier": dossier,
            });
            writeln!(out, "{answer}")?;
            continue;
        }
        let about = dossier.map(|dossier| format!(", {dossier}"));
        writeln!(
            out,
            "{:>8}  {}  {:<18} {} as {}, for {}{}",
            line.act,
            moment(line.at_ms),
            kind,
            actor.as_deref().unwrap_or("the node"),
            line.role,
            line.purpose,
            about.unwrap_or_default()
        )?;
    }
    let full = u32::try_from(lines.len()).is_ok_and(|found| found == typed.most);
    if let Some(last) = lines.last().filter(|_| full && !typed.session.vault.json) {
        writeln!(out, "There may be more: --after {}", last.act)?;
    }
    Ok(())
}

/// The name of a kind of act as a code, `erasure_done`.
fn code(kind: &str) -> String {
    let mut code = String::with_capacity(kind.len() + 4);
    for letter in kind.chars() {
        if letter.is_ascii_uppercase() && !code.is_empty() {
            code.push('_');
        }
        code.push(letter.to_ascii_lowercase());
    }
    code
}
