//! `palermo init`: a new node in an empty folder.

use std::io::Write;

use keep::{Node, NodeConfig, Role};
use terms::place::{PlaceCode, Places};

use crate::cli::{Init, NodeRole};
use crate::refusal::Refusal;
use crate::{secret, vault};

pub(crate) fn run(init: &Init, out: &mut impl Write) -> Result<(), Refusal> {
    let role = role(init.role);
    let config = NodeConfig {
        role,
        name: init.name.clone(),
        jurisdiction: jurisdiction(role, init.jurisdiction.as_deref())?,
    };
    // An unfit passphrase is refused before anything is made.
    let passphrase = match role {
        Role::Public => None,
        _ => secret::founding(&init.secret)?,
    };
    // The folder first: interrupted after it, `palermo vault` goes on.
    let node = Node::init(&init.node, &config)?;
    let founded = match &passphrase {
        Some(passphrase) => Some(vault::found(node.path(), &init.founding, passphrase)?),
        None => None,
    };
    let jurisdiction = config.jurisdiction.as_ref().map(PlaceCode::as_str);
    if init.json {
        let mut line = serde_json::json!({
            "node": node.path().display().to_string(), "role": role.code(),
            "name": config.name, "jurisdiction": jurisdiction, "vault": false,
        });
        if let Some(founded) = &founded {
            vault::put_founded(founded, &init.founding, &mut line);
        }
        writeln!(out, "{line}")?;
        return Ok(());
    }
    let place = jurisdiction
        .map(|code| format!(", {code}"))
        .unwrap_or_default();
    writeln!(
        out,
        "A new {role} node, “{}”{place}, is in {}.",
        config.name,
        node.path().display()
    )?;
    match (&founded, role) {
        (Some(founded), _) => {
            vault::print_founded(node.path(), founded, &init.founding, out)?;
        }
        (None, Role::Public) => writeln!(out, "It takes published tables.")?,
        (None, _) => writeln!(
            out,
            "It takes published tables. No passphrase was at hand, so it has no vault and keeps \
             no records of persons;\nmake the vault with: palermo vault {}",
            node.path().display()
        )?,
    }
    Ok(())
}

const fn role(typed: NodeRole) -> Role {
    match typed {
        NodeRole::Agency => Role::Agency,
        NodeRole::National => Role::National,
        NodeRole::Regional => Role::Regional,
        NodeRole::Global => Role::Global,
        NodeRole::Public => Role::Public,
    }
}

fn jurisdiction(role: Role, typed: Option<&str>) -> Result<Option<PlaceCode>, Refusal> {
    let allowed = "allowed: an ISO 3166-1 alpha-3 code such as MWI, or XXA to XXZ for an invented \
                   State";
    let Some(typed) = typed else {
        if matches!(role, Role::Agency | Role::National) {
            let message =
                format!("an {role} node stands under one State: give --jurisdiction; {allowed}");
            return Err(Refusal::usage("jurisdiction_missing", message));
        }
        return Ok(None);
    };
    let unknown = || {
        let message = format!("--jurisdiction “{typed}” is no State or area; {allowed}");
        Refusal::usage("jurisdiction_unknown", message)
    };
    let code: PlaceCode = typed.parse().map_err(|_| unknown())?;
    let invented = code.is_user_assigned();
    let known = Places::standard()
        .get(code)
        .is_some_and(|place| place.valid_to.is_none());
    if invented || known {
        Ok(Some(code))
    } else {
        Err(unknown())
    }
}
