//! `palermo role list`: the table of authority, as people and scripts read it.

use std::io::Write;
use std::path::Path;

use keep::Node;
use keep::views::Staff;
use office::{GRANTS, Grant, Office, Purpose, Role, has_vault};

use super::session::{random, unlock_and_mend};
use crate::cli::people::Roles;
use crate::cli::vault::Secret;
use crate::refusal::Refusal;
use crate::secret;

/// `palermo role`.
pub(crate) fn run(command: &Roles, out: &mut impl Write) -> Result<(), Refusal> {
    let Roles::List { node, secret, json } = command;
    Node::open(node)?;
    let staff = counted(node, secret)?;
    if *json {
        let roles = Role::ALL.map(|role| {
            serde_json::json!({
                "role": role.code(), "people": having(staff.as_deref(), role),
                "powers": powers(role).map(power_json).collect::<Vec<_>>(),
            })
        });
        writeln!(out, "{}", serde_json::json!({ "roles": roles }))?;
        return Ok(());
    }
    for role in Role::ALL {
        let people = match having(staff.as_deref(), role) {
            Some(1) => ", 1 person".to_owned(),
            Some(people) => format!(", {people} people"),
            None => String::new(),
        };
        writeln!(out, "{}{people}", role.code())?;
        for grant in powers(role) {
            let (power, reach) = (grant.power.code(), grant.reach.code());
            let all = grant.purposes.len() == Purpose::ALL.len();
            let purposes = match all {
                true => "any purpose".to_owned(),
                false => purposes(grant).join(", "),
            };
            writeln!(out, "  {power:<17} {reach:<7} {purposes}")?;
        }
    }
    writeln!(
        out,
        "Reach: care = dossiers of one's agency that are in one's care or in nobody's; agency = \
         all of\none's agency; node = everything. What is not listed is not allowed."
    )?;
    Ok(())
}

/// Who works here, if the passphrase is at hand.
fn counted(node: &Path, secret: &Secret) -> Result<Option<Vec<Staff>>, Refusal> {
    let passphrase = match has_vault(node) {
        true => secret::at_hand(secret)?,
        false => None,
    };
    let Some(passphrase) = passphrase else {
        return Ok(None);
    };
    let office = Office::open(node, random)?;
    unlock_and_mend(&office, node, &passphrase)?;
    let staff = office.staff()?;
    office.close()?;
    Ok(Some(staff))
}

fn having(staff: Option<&[Staff]>, role: Role) -> Option<usize> {
    let has = |person: &&Staff| person.active && person.roles.iter().any(|one| one == role.code());
    staff.map(|staff| staff.iter().filter(has).count())
}

fn powers(role: Role) -> impl Iterator<Item = &'static Grant> {
    GRANTS.iter().filter(move |grant| grant.role == role)
}

fn purposes(grant: &Grant) -> Vec<&'static str> {
    grant.purposes.iter().map(|one| one.code()).collect()
}

fn power_json(grant: &Grant) -> serde_json::Value {
    serde_json::json!({
        "power": grant.power.code(), "purposes": purposes(grant), "reach": grant.reach.code(),
    })
}
