//! `palermo init`: a new node in an empty folder.

use std::io::Write;

use keep::{Node, NodeConfig, Role};
use terms::place::{PlaceCode, Places};

use crate::cli::{Init, NodeRole};
use crate::refusal::Refusal;

pub(crate) fn run(init: &Init, out: &mut impl Write) -> Result<(), Refusal> {
    let role = role(init.role);
    let config = NodeConfig {
        role,
        name: init.name.clone(),
        jurisdiction: jurisdiction(role, init.jurisdiction.as_deref())?,
    };
    let node = Node::init(&init.node, &config)?;
    let jurisdiction = config.jurisdiction.as_ref().map(PlaceCode::as_str);
    if init.json {
        let line = serde_json::json!({
            "node": node.path().display().to_string(), "role": role.code(),
            "name": config.name, "jurisdiction": jurisdiction,
        });
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
    writeln!(
        out,
        "It takes published tables; records of persons cannot be entered yet."
    )?;
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
