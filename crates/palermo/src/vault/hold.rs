//! `palermo hold`: dossiers that must not be erased.

use std::io::Write;

use office::{Answer, Ask};
use protect::Confidential;

use super::session::{Session, unlike};
use crate::cli::vault as cli;
use crate::refusal::Refusal;

/// `palermo hold`.
pub(crate) fn run(command: &cli::Hold, out: &mut impl Write) -> Result<(), Refusal> {
    let (typed, ask) = match command {
        cli::Hold::Place {
            session,
            dossier,
            reason,
        } => {
            let reason = Confidential::seal(reason.clone());
            let dossier = *dossier;
            (session, Ask::PlaceHold { dossier, reason })
        }
        cli::Hold::Lift {
            session,
            hold,
            reason,
        } => {
            let reason = Confidential::seal(reason.clone());
            (
                session,
                Ask::LiftHold {
                    hold: *hold,
                    reason,
                },
            )
        }
    };
    let session = Session::open(typed)?;
    let (answer, by) = session.ask(ask)?;
    session.close()?;
    let (done, hold) = match (answer, command) {
        (Answer::Hold(hold), _) => ("placed", hold),
        (Answer::Done, cli::Hold::Lift { hold, .. }) => ("lifted", *hold),
        (other, _) => return Err(unlike(&other)),
    };
    if typed.vault.json {
        let mut answer = serde_json::json!({ "hold": hold.to_string(), "state": done });
        by.put(&mut answer);
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    writeln!(out, "{hold} is {done}. By {}.", by.words())?;
    Ok(())
}
