//! `palermo user`: who works with a node.

use std::io::Write;

use office::{Answer, Ask, NewStaff};
use protect::Confidential;

use super::session::{Session, open, unlike};
use crate::cli::vault as cli;
use crate::refusal::Refusal;
use crate::secret;

/// `palermo user`.
pub(crate) fn run(command: &cli::User, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        cli::User::Add {
            session,
            name,
            role,
        } => add(session, name, role, out),
        cli::User::List(vault) => list(vault, out),
        cli::User::End {
            session: typed,
            staff,
        } => {
            let session = Session::open(typed)?;
            let (_, by) = session.ask(Ask::EndStaff { staff: *staff })?;
            session.close()?;
            if typed.vault.json {
                let mut answer = serde_json::json!({ "ended": staff.to_string() });
                by.put(&mut answer);
                writeln!(out, "{answer}")?;
            } else {
                let by = by.words();
                writeln!(out, "{staff} works here no longer. By {by}.")?;
            }
            Ok(())
        }
    }
}

fn add(
    typed: &cli::Session,
    name: &str,
    roles: &[office::Role],
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let name = secret::words(name, "Name")?;
    if name.trim().is_empty() {
        let message = "--name “”: found nothing; allowed: the person's name";
        return Err(Refusal::usage("name_missing", message));
    }
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    let codes: Vec<&str> = roles.iter().map(|role| role.code()).collect();
    let session = Session::open(typed)?;
    let (answer, by) = session.ask(Ask::AddStaff(NewStaff::at_console(
        Confidential::seal(name.to_string()),
        roles.clone(),
    )))?;
    session.close()?;
    let Answer::Staff(staff) = answer else {
        return Err(unlike(&answer));
    };
    if typed.vault.json {
        let mut answer = serde_json::json!({ "staff": staff.to_string(), "roles": codes });
        by.put(&mut answer);
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    writeln!(out, "{staff}, {}", codes.join(", "))?;
    writeln!(
        out,
        "Tell it to the person: it is what they give as --actor. The name is sealed. By {}.",
        by.words()
    )?;
    Ok(())
}

fn list(vault: &cli::Vault, out: &mut impl Write) -> Result<(), Refusal> {
    let office = open(vault)?;
    let staff = office.staff()?;
    office.close()?;
    if vault.json {
        let staff = staff.iter().map(|person| {
            serde_json::json!({
                "staff": person.staff.to_string(), "roles": person.roles, "active": person.active,
            })
        });
        let answer = serde_json::json!({ "staff": staff.collect::<Vec<_>>() });
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    for person in &staff {
        let ended = if person.active { "" } else { ", ended" };
        writeln!(out, "{}  {}{ended}", person.staff, person.roles.join(", "))?;
    }
    Ok(())
}
