//! `palermo user enrol` and `palermo session`: credentials and sessions without a browser.

use std::fs;
use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use keep::Node;
use office::door::session_of;
use protect::credential::TotpSecret;
use zeroize::Zeroizing;

use super::place::create_private;
use super::session::{open, read_token, session_file, sign_in, sign_in_name, source};
use crate::cli::people::{Enrol, Signing};
use crate::cli::vault::{Factors, Vault};
use crate::refusal::Refusal;
use crate::secret;

/// `palermo user enrol`.
pub(super) fn run(typed: &Enrol, out: &mut impl Write) -> Result<(), Refusal> {
    let name = sign_in_name(typed.name.as_deref())?;
    let node_name = Node::open(&typed.vault.node)?.config().name.clone();
    let office = open(&typed.vault)?;
    let code = secret::one_time_code(typed.one_time_code_file.as_deref())?;
    office.code_fits(&name, &code, Timestamp::now())?;
    let password = secret::new_password(typed.password_file.as_deref())?;
    password
        .check(&[&name, &node_name])
        .map_err(|unfit| Refusal::input(unfit.code(), unfit))?;
    let device = TotpSecret::random(&mut source());
    show(&device, (&node_name, &name), typed.vault.json, out)?;
    let shown = secret::answer("Code that the device shows now: ")?;
    let at = Timestamp::now();
    let seconds = u64::try_from(at.as_second()).unwrap_or_default();
    if device.verify(&shown, seconds, None).is_none() {
        let message = "the device's code does not fit; nothing is set, and the one-time code is \
                       still good: add the device again, and look whether its clock is right";
        return Err(Refusal::input("device_code_unfit", message));
    }
    let token = office.enrol((&name, &code), &password, (device, &shown), at)?;
    // Whoever enrols at a terminal does nothing else with it.
    office.sign_out(session_of(&token), Timestamp::now())?;
    office.close()?;
    if typed.vault.json {
        let answer = serde_json::json!({ "enrolled": name.trim() });
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    writeln!(
        out,
        "“{}” signs in with password and device from now on: give --sign-in {} to a command.",
        name.trim(),
        name.trim()
    )?;
    Ok(())
}

/// The secret of a device, before its code is asked for.
fn show(
    device: &TotpSecret,
    (node, name): (&str, &str),
    json: bool,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let (uri, letters) = (device.uri(node, name.trim()), device.base32());
    if json {
        let line = Zeroizing::new(
            serde_json::json!({ "uri": uri.as_str(), "secret": letters.as_str() }).to_string(),
        );
        writeln!(out, "{}", *line)?;
    } else {
        writeln!(
            out,
            "Add this to your authenticator app, as an address or in letters. It is shown this \
             once:\n\n  {}\n\n  {}\n",
            *uri, *letters
        )?;
    }
    // Whoever reads it answers with a code.
    out.flush()?;
    Ok(())
}

/// `palermo session`.
pub(crate) fn session(command: &Signing, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        Signing::Open {
            vault,
            name,
            factors,
            output,
        } => begin(vault, (name.as_deref(), factors), output, out),
        Signing::End { vault, session } => end(vault, session.as_deref(), out),
    }
}

fn begin(
    vault: &Vault,
    (name, factors): (Option<&str>, &Factors),
    file: &Path,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let name = sign_in_name(name)?;
    let office = open(vault)?;
    let token = sign_in(&office, &name, factors)?;
    let unwritten = |error: std::io::Error| {
        let message = format!("{}: {error}", file.display());
        Refusal::input("session_file", message)
    };
    let written = create_private(file).and_then(|mut kept| {
        kept.write_all(token.to_text().as_bytes())?;
        kept.sync_all()
    });
    if let Err(error) = written {
        office.sign_out(session_of(&token), Timestamp::now())?;
        return Err(unwritten(error));
    }
    office.close()?;
    if vault.json {
        let file = file.display().to_string();
        writeln!(out, "{}", serde_json::json!({ "session": file }))?;
        return Ok(());
    }
    writeln!(
        out,
        "Signed in; the session is in {file}, for 15 minutes. Give --session {file} to a command, \
         or set\nPALERMO_SESSION. Then: palermo session end {} --session {file}",
        vault.node.display(),
        file = file.display(),
    )?;
    Ok(())
}

fn end(vault: &Vault, typed: Option<&Path>, out: &mut impl Write) -> Result<(), Refusal> {
    let file = session_file(typed)?;
    let token = read_token(&file)?;
    let office = open(vault)?;
    office.sign_out(session_of(&token), Timestamp::now())?;
    office.close()?;
    fs::remove_file(&file)?;
    if vault.json {
        writeln!(out, "{}", serde_json::json!({ "state": "ended" }))?;
        return Ok(());
    }
    writeln!(out, "Signed out; {} is removed.", file.display())?;
    Ok(())
}
