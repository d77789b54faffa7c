//! `palermo unlock` and `palermo lock`.

use std::io::Write;
use std::path::Path;

use office::{Office, has_vault};
use protect::vault::{Cost, Passphrase};
use zeroize::Zeroizing;

use super::control::{Command, Standing, tell};
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
    fn command(&self) -> Command {
        match self {
            Self::Passphrase(typed) => Command::Unlock {
                passphrase: typed.to_string(),
            },
            Self::Shares(shares, typed) => Command::Recover {
                shares: shares.to_vec(),
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

/// `palermo unlock`.
pub(crate) fn unlock(typed: &Unlock, out: &mut impl Write) -> Result<(), Refusal> {
    let node = &typed.vault.node;
    let office = Office::open(node, random)?;
    let shares = secret::shares(&typed.shares.shares)?;
    let recovers = !shares.is_empty();
    let with = if recovers {
        let shares = shares.iter().map(ToString::to_string).collect();
        let shares = Zeroizing::new(shares);
        With::Shares(shares, secret::replacing_as_typed(&typed.shares)?)
    } else {
        With::Passphrase(secret::needed_as_typed(&typed.vault.secret)?)
    };
    if let Some(standing) = tell(node, &with.command())? {
        office.close()?;
        return print(typed, &standing, (true, recovers), out);
    }
    with.open(&office)?;
    mend(&office, node)?;
    let status = office.status()?;
    let standing = Standing {
        unlocked: status.unlocked,
        deposits_waiting: status.deposits_waiting,
    };
    office.close()?;
    print(typed, &standing, (false, recovers), out)
}

fn print(
    typed: &Unlock,
    standing: &Standing,
    (served, recovers): (bool, bool),
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let waiting = standing.deposits_waiting.unwrap_or_default();
    if typed.vault.json {
        let answer = serde_json::json!({
            "opens": true, "served": served, "unlocked": served && standing.unlocked,
            "passphrase_replaced": recovers, "deposits_waiting": waiting,
        });
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    let node = typed.vault.node.display();
    if served {
        writeln!(out, "{node} is unlocked in the process that serves it.")?;
    } else {
        writeln!(
            out,
            "{node} opens. No process serves it, so nothing stays unlocked: each command asks \
             again."
        )?;
    }
    if recovers {
        writeln!(
            out,
            "The new passphrase is in the place of the lost one. The recovery shares stay good."
        )?;
    }
    if waiting > 0 {
        writeln!(
            out,
            "{waiting} deposits wait to be taken in: palermo record take {node}"
        )?;
    }
    Ok(())
}

/// `palermo lock`.
pub(crate) fn lock(node: &Path, json: bool, out: &mut impl Write) -> Result<(), Refusal> {
    if !has_vault(node) {
        return Err(office::OfficeError::NoVault.into());
    }
    let served = tell(node, &Command::Lock)?.is_some();
    if json {
        let answer = serde_json::json!({ "served": served, "unlocked": false });
        writeln!(out, "{answer}")?;
    } else if served {
        writeln!(
            out,
            "{} is locked; it goes on taking what is handed in.",
            node.display()
        )?;
    } else {
        writeln!(
            out,
            "No process serves {}: it is locked as it lies.",
            node.display()
        )?;
    }
    Ok(())
}
