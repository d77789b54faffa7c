//! Making a vault: at `palermo init`, or later with `palermo vault`.

use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use keep::{Node, Role};
use office::door::CODE;
use office::{Founded, Office, has_vault};
use protect::Confidential;
use protect::credential::OneTimeCode;
use protect::vault::{Cost, Passphrase};
use zeroize::Zeroizing;

use super::session::{random, source};
use crate::cli::vault::{Founding, Vault};
use crate::refusal::Refusal;
use crate::secret;

/// `palermo vault`.
pub(crate) fn run(vault: &Vault, founding: &Founding, out: &mut impl Write) -> Result<(), Refusal> {
    let node = Node::open(&vault.node)?;
    if node.config().role == Role::Public {
        let message = "a public node keeps no records; make a node in another role with \
                       `palermo init`";
        return Err(Refusal::input("vault_unfit", message));
    }
    if has_vault(&vault.node) {
        let message = format!("{} has a vault already", vault.node.display());
        return Err(Refusal::input("vault_exists", message));
    }
    let passphrase = secret::founding(&vault.secret)?.ok_or_else(secret::missing_for_founding)?;
    let founded = found(&vault.node, founding, &passphrase)?;
    if vault.json {
        let mut answer = serde_json::json!({ "node": vault.node.display().to_string() });
        put(&founded, founding, &mut answer);
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    print(&vault.node, &founded, founding, out)
}

/// The name that the first administrator signs in with.
fn sign_in(founding: &Founding) -> Option<&str> {
    let named = !founding.no_sign_in && !founding.sign_in.trim().is_empty();
    named.then_some(founding.sign_in.trim())
}

/// Makes the vault of a node and closes it.
pub(crate) fn found(
    node: &Path,
    founding: &Founding,
    passphrase: &Passphrase,
) -> Result<Founded, Refusal> {
    let founding = office::Founding {
        passphrase,
        cost: Cost::STANDARD,
        shares: founding.shares,
        administrator: Confidential::seal(founding.administrator.clone()),
        sign_in: sign_in(founding).map(str::to_owned),
        at: Timestamp::now(),
    };
    let (office, founded) = Office::found(node, founding, &mut source(), random)?;
    office.close()?;
    Ok(founded)
}

/// Adds what a script wants to know of a new vault.
pub(crate) fn put(founded: &Founded, founding: &Founding, answer: &mut serde_json::Value) {
    let shares = founded.shares.iter().map(ToString::to_string);
    answer["vault"] = true.into();
    answer["administrator"] = founded.administrator.to_string().into();
    answer["shares"] = shares.collect::<Vec<_>>().into();
    if let Some(code) = &founded.code {
        answer["sign_in"] = sign_in(founding).into();
        answer["code"] = code.whole().as_str().into();
    }
}

/// Says what a person has to do with a new vault.
pub(crate) fn print(
    node: &Path,
    founded: &Founded,
    founding: &Founding,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let (needed, made) = founding.shares;
    let node = node.display();
    writeln!(out, "Its vault is made. These are its recovery shares:\n")?;
    for (index, share) in founded.shares.iter().enumerate() {
        let share = Zeroizing::new(share.to_string());
        writeln!(out, "Share {} of {made}:\n  {}\n", index + 1, *share)?;
    }
    writeln!(
        out,
        "They are shown this once and are nowhere else. Print them or write them down, and give\n\
         each to another person, who keeps it away from this machine. Any {needed} of the {made} \
         open the node\nif the passphrase is lost: palermo unlock {node} --share -\n\
         Fewer than {needed} tell nothing. Without passphrase and shares nobody opens the node \
         again.\n"
    )?;
    writeln!(
        out,
        "The administrator is {}. Add the people who work here:\n  \
         palermo user add {node} --name NAME --role caseworker --sign-in NAME",
        founded.administrator
    )?;
    if let (Some(code), Some(name)) = (&founded.code, sign_in(founding)) {
        writeln!(out)?;
        print_code(name, code, out)?;
    }
    Ok(())
}

/// Says what somebody has to do with a one-time code, which is shown this once.
pub(super) fn print_code(
    name: &str,
    code: &OneTimeCode,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let days = CODE.as_secs() / (24 * 3_600);
    writeln!(
        out,
        "One-time code for “{name}”, shown this once, good for {days} days:\n\n  {}\n\n\
         To sign in for the first time: open the pages of the node (palermo serve), choose to sign \
         in for\nthe first time, and give name and code; or run palermo user enrol here. Then \
         password and device\nare set, and nobody acts for them at the console any more.",
        *code.whole()
    )?;
    Ok(())
}
