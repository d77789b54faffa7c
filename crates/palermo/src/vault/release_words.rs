//! What drafts and releases are made of, as JSON and in words.

use protect::release::{Breach, Fate, Lost, Reason};
use protect::rule::{Method, Rule};
use serde_json::{Map, Value, json};
use terms::cell::Cell;
use terms::table::Table;

/// Codes by their dimension.
pub(super) fn codes_json(table: &Table, codes: &[&str]) -> Value {
    let named = table.dimensions().iter().zip(codes);
    let named: Map<String, Value> = named
        .map(|(dimension, code)| (dimension.id.clone(), json!(code)))
        .collect();
    Value::Object(named)
}

/// A cell: its kind, and the value or the bounds.
pub(super) fn cell_json(cell: &Cell) -> Value {
    match cell {
        Cell::Exact(count) => json!({ "status": "exact", "value": count }),
        Cell::Masked { lower, upper } => {
            json!({ "status": "masked", "lower": lower, "upper": upper })
        }
        Cell::Rounded { base, value } => {
            json!({ "status": "rounded", "value": value, "base": base })
        }
        Cell::Absent(reason) => json!({ "status": "absent", "reason": reason.code() }),
        other => json!({ "status": other.status() }),
    }
}

/// What becomes of a cell, and why if it is masked for its own sake.
pub(super) const fn fate_words(fate: Fate) -> (&'static str, Option<&'static str>) {
    match fate {
        Fate::Printed => ("printed", None),
        Fate::Sensitive(reason) => ("sensitive", Some(reason_word(reason))),
        Fate::Protecting => ("protecting", None),
        Fate::Chosen => ("chosen", None),
    }
}

const fn reason_word(reason: Reason) -> &'static str {
    match reason {
        Reason::Small => "small",
        Reason::FewInhabitants => "few_inhabitants",
        Reason::FewEvents => "few_events",
        Reason::FewSources => "few_sources",
        Reason::FewContributors => "few_contributors",
        Reason::GroupDisclosure => "group_disclosure",
        Reason::Difference => "difference",
    }
}

pub(super) fn lost_json(lost: &Lost) -> Value {
    json!({
        "cells": lost.cells, "printed": lost.printed, "sensitive": lost.sensitive,
        "protecting": lost.protecting, "chosen": lost.chosen, "counts": lost.counts,
    })
}

pub(super) fn breach_json(breach: &Breach) -> Value {
    json!({
        "attacker": breach.attacker, "cell": breach.codes,
        "kind": breach.kind.code(),
        "lower": breach.lower, "upper": breach.upper,
    })
}

/// What a rule asks for, in words.
pub(super) fn rule_words(rule: &Rule) -> String {
    let mut words = match rule.method {
        Method::AsSigned => return "Everything is printed as it was signed.".to_owned(),
        Method::Round { base } => {
            return format!("Every count is moved to a neighbouring multiple of {base}.");
        }
        Method::Suppress => format!("Counts below {} are masked", rule.threshold),
    };
    words.push_str(match rule.zero_is_small {
        true => ", zero among them",
        false => ", zero is printed",
    });
    if rule.inhabitants_below > 0 {
        words.push_str(&format!(
            "; below {} where fewer than {} people live",
            rule.threshold_few_inhabitants, rule.inhabitants_below
        ));
    }
    for (least, what) in [
        (rule.events_min, "events"),
        (rule.sources_min, "sources"),
        (rule.contributors_min, "parties"),
    ] {
        if least > 0 {
            words.push_str(&format!(
                "; so is what fewer than {least} {what} stand behind"
            ));
        }
    }
    if rule.group_disclosure {
        words.push_str("; and what would say of a whole group what each of them is");
    }
    words.push_str(". Others are masked with them, so that none can be worked back.");
    words
}

/// What is printed in a cell, in words.
pub(super) fn printed_words(cell: &Cell) -> String {
    match cell {
        Cell::Exact(count) => format!("{count}, as it was counted"),
        Cell::Masked { lower, upper } => format!(
            "masked: from {lower} to {upper}, which anybody can work out from the totals over it. \
             A mask hides a small count, or protects another cell; which of the two is not told"
        ),
        Cell::Rounded { base, value } => format!("{value}, moved to a multiple of {base}"),
        Cell::Absent(reason) => format!("nothing: {}", reason.code()),
        other => other.status().to_owned(),
    }
}

/// What a mask means, if the cell is one.
pub(super) const fn mask_words(cell: &Cell) -> Option<&'static str> {
    match cell {
        Cell::Masked { .. } => Some(
            "the bounds are what anybody can work out from the printed totals; a mask hides a \
             small count or protects another cell, and does not say which",
        ),
        _ => None,
    }
}
