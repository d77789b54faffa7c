//! Rules and types of the record's nodes, and what is done on events.

use super::Writer;
use super::reference::Manner;
use super::tree::Id;
use super::xml::Xml;
use crate::expression::{has_reference, is_dynamic};
use crate::kind;
use crate::model::{Action, Deed, Element, Event, Kind};
use crate::table::{Cell, Table};

/// Rules in which yes and no may be written as words.
const RULES: [&str; 5] = [
    "readonly",
    "required",
    "relevant",
    "constraint",
    "calculate",
];

/// A word for yes or no as a rule.
fn rule(word: &str) -> &str {
    match word {
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" => "true()",
        "no" | "No" | "NO" | "false" | "False" | "FALSE" => "false()",
        other => other,
    }
}

/// The attributes of an element's `bind`: those of its type, then its own.
pub(super) fn bind_of(element: &Element) -> Option<Table> {
    let of_type = (element.kind == Kind::Question)
        .then(|| kind::question_type(&element.type_name))
        .flatten()
        .and_then(|known| known.bind);
    if of_type.is_none() && element.bind.is_none() {
        return None;
    }
    let mut bind = Table::new();
    for (key, value) in of_type.into_iter().flatten() {
        bind.set(key, *value);
    }
    for (key, value) in element.bind.iter().flat_map(Table::iter) {
        bind.set(key, value.clone());
    }
    Some(bind)
}

impl Writer<'_> {
    pub(super) fn binds(&self, model: &mut Xml) {
        for (id, node) in self.tree.nodes.iter().enumerate() {
            if let Some(bind) = self.bind(id) {
                model.push(bind);
            }
            if matches!(node.element.kind, Kind::Question | Kind::Attribute) {
                for action in self.actions(id, false) {
                    model.push(action);
                }
            }
        }
    }

    fn bind(&self, id: Id) -> Option<Xml> {
        let element = self.tree.element(id);
        if element.flat || element.kind == Kind::External {
            return None;
        }
        let bind = bind_of(element)?;
        let path = self.tree.path(id);
        let mut xml = Xml::new("bind").with("nodeset", path);
        for (key, cell) in bind.iter() {
            if key == "calculate" && !element.trigger.is_empty() {
                continue;
            }
            let message = match (key, cell) {
                ("jr:constraintMsg" | "jr:requiredMsg", Cell::Text(text)) => has_reference(text),
                ("jr:constraintMsg" | "jr:requiredMsg" | "jr:noAppErrorString", Cell::Map(_)) => {
                    true
                }
                _ => false,
            };
            if message {
                xml.set(key, format!("jr:itext('{path}:{key}')"));
                continue;
            }
            let text = cell.flat();
            let text = if RULES.contains(&key) {
                rule(&text)
            } else {
                &text
            };
            xml.set(key, self.with_paths(text, Some(id), Manner::default()));
        }
        Some(xml)
    }

    /// What is done for an element: in the model, or in the repeat that holds it.
    pub(super) fn actions(&self, id: Id, in_repeat: bool) -> Vec<Xml> {
        let element = self.tree.element(id);
        let chosen = element
            .actions
            .iter()
            .filter(|action| (action.event == Event::NewRepeat) == in_repeat);
        chosen
            .map(|action| self.action(id, element, action))
            .collect()
    }

    fn action(&self, id: Id, element: &Element, action: &Action) -> Xml {
        let mut xml = Xml::new(action.deed.tag())
            .with("ref", self.tree.path(id))
            .with("event", action.event.name());
        if let Some(quality) = &action.quality {
            xml.set("odk:quality", quality.as_str());
        }
        if action.deed != Deed::SetValue {
            return xml;
        }
        let value = match &element.default {
            Some(default) if is_dynamic(default, &element.type_name) => {
                Some(self.with_paths(default, Some(id), Manner::default()))
            }
            Some(default) => Some(default.clone()),
            None => action.value.clone(),
        };
        if let Some(value) = value {
            xml.set("value", value);
        }
        xml
    }
}
