//! `palermo unlock` and `palermo lock`.

use std::io::Write;
use std::path::Path;

use office::{Office, has_vault};
use protect::vault::{Cost, Passphrase};
use zeroize::Zeroizing;

use super::control::{Command, Standing, Told, tell, tell_in_turn};
use super::session::{mend, random};
use crate::cli::vault::Unlock;
use crate::refusal::Refusal;
use crate::secret::{self, Typed};

/// With what a node is unlocked, as it was typed.
enum With {
    Passphrase(Typed),
    Shares(Zeroizing<Vec<String>>, Typed),
}

impl With {
    /// What the next process is told. One that recovers puts the new passphrase into the keyring
    /// of all: those that come after it are unlocked with that.
    fn command(&self, so_far: &Told) -> Command {
        match self {
            Self::Shares(shares, typed) if so_far.standings.is_empty() => Command::Recover {
                shares: shares.to_vec(),
                passphrase: typed.to_string(),
            },
            Self::Passphrase(typed) | Self::Shares(_, typed) => Command::Unlock {
                passphrase: typed.to_string(),
            },
        }
    }

    fn open(&self, office: &Office) -> Result<(), Refusal> {
        let passphrase =
            |typed: &Typed| -> Result<Passphrase, Refusal> { secret::passphrase(typed) };
        match self {
            Self::Passphrase(typed) => office.unlock(&passphrase(typed)?)?,
            Self::Shares(shares, typed) => {
                let shares = secret::shares_typed(shares)?;
                office.recover(&shares, &passphrase(typed)?, Cost::STANDARD)?;
            }
        }
        Ok(())
    }
}

/// `palermo unlock`: in every process that serves the node.
pub(crate) fn unlock(typed: &Unlock, out: &mut impl Write) -> Result<(), Refusal> {
    let node = &typed.vault.node;
    if !has_vault(node) {
        return Err(office::OfficeError::NoVault.into());
    }
    let shares = secret::shares(&typed.shares.shares)?;
    let recovers = !shares.is_empty();
    let with = if recovers {
        let shares = shares.iter().map(ToString::to_string).collect();
        let shares = Zeroizing::new(shares);
        With::Shares(shares, secret::replacing_as_typed(&typed.shares)?)
    } else {
        With::Passphrase(secret::needed_as_typed(&typed.vault.secret)?)
    };
    // One after the other: each derives a key, which takes much memory on purpose.
    let told = tell_in_turn(node, |so_far| with.command(so_far))?;
    if told.processes() > 0 {
        if !told.standings.is_empty() {
            print(typed, &told, recovers, out)?;
        }
        return told.check();
    }
    let standing = try_out(&with, node)?;
    if typed.vault.json {
        return in_json(&told, Some(&standing), recovers, out);
    }
    let shown = node.display();
    writeln!(
        out,
        "{shown} opens. No process serves it, so nothing stays unlocked: each command asks again."
    )?;
    after(typed, Some(&standing), recovers, out)
}

/// Opens a node that nobody serves, and closes it again.
fn try_out(with: &With, node: &Path) -> Result<Standing, Refusal> {
    let office = Office::open(node, random)?;
    with.open(&office)?;
    mend(&office, node)?;
    let status = office.status()?;
    office.close()?;
    Ok(Standing {
        unlocked: status.unlocked,
        deposits_waiting: status.deposits_waiting,
    })
}

fn print(typed: &Unlock, told: &Told, recovers: bool, out: &mut impl Write) -> Result<(), Refusal> {
    // The last to be unlocked has come furthest.
    let last = told.standings.last();
    if typed.vault.json {
        return in_json(told, last, recovers, out);
    }
    let node = typed.vault.node.display();
    writeln!(out, "{node} is unlocked in {}.", told.words())?;
    after(typed, last, recovers, out)
}

fn in_json(
    told: &Told,
    standing: Option<&Standing>,
    recovers: bool,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let served = told.processes() > 0;
    let all = told.refusals.is_empty() && told.standings.iter().all(|one| one.unlocked);
    let waiting = standing.and_then(|standing| standing.deposits_waiting);
    let mut answer = serde_json::json!({
        "opens": true, "served": served, "unlocked": served && all,
        "passphrase_replaced": recovers, "deposits_waiting": waiting.unwrap_or_default(),
    });
    told.put(&mut answer);
    writeln!(out, "{answer}")?;
    Ok(())
}

/// What somebody who has unlocked a node should know next.
fn after(
    typed: &Unlock,
    standing: Option<&Standing>,
    recovers: bool,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    if recovers {
        writeln!(
            out,
            "The new passphrase is in the place of the lost one. The recovery shares stay good."
        )?;
    }
    let waiting = standing.and_then(|standing| standing.deposits_waiting);
    if let Some(waiting) = waiting.filter(|waiting| *waiting > 0) {
        let node = typed.vault.node.display();
        writeln!(
            out,
            "{waiting} deposits wait to be taken in: palermo record take {node}"
        )?;
    }
    Ok(())
}

/// `palermo lock`: in every process that serves the node.
pub(crate) fn lock(node: &Path, json: bool, out: &mut impl Write) -> Result<(), Refusal> {
    if !has_vault(node) {
        return Err(office::OfficeError::NoVault.into());
    }
    let told = tell(node, &Command::Lock)?;
    let (done, served) = (told.standings.len(), told.processes() > 0);
    if json {
        // Whether one that does not answer is unlocked, nobody can tell.
        let unlocked = told.refusals.is_empty().then_some(false);
        let mut answer = serde_json::json!({ "served": served, "unlocked": unlocked });
        told.put(&mut answer);
        writeln!(out, "{answer}")?;
    } else if !served {
        writeln!(
            out,
            "No process serves {}: it is locked as it lies.",
            node.display()
        )?;
    } else if done > 0 {
        let goes_on = match done {
            1 => "it goes on taking what is handed in",
            _ => "they go on taking what is handed in",
        };
        let node = node.display();
        writeln!(out, "{node} is locked in {}; {goes_on}.", told.words())?;
    }
    told.check()
}
