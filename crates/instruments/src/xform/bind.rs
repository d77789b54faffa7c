//! Rules and types of the record's nodes, and what is done on events.

use std::borrow::Cow;

use super::Writer;
use super::reference::Manner;
use super::tree::Id;
use super::xml::{Page, Xml};
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
fn rule(word: Cow<'_, str>) -> Cow<'_, str> {
    match word.as_ref() {
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" => Cow::Borrowed("true()"),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" => Cow::Borrowed("false()"),
        _ => word,
    }
}

/// What the type of an element binds it to.
fn of_type(element: &Element) -> Option<&'static [(&'static str, &'static str)]> {
    let question = element.kind == Kind::Question;
    question
        .then(|| kind::question_type(&element.type_name))
        .flatten()
        .and_then(|known| known.bind)
}

/// The attributes of an element's `bind`: those of its type, each with the element's own word for
/// it when there is one, then its own.
fn bind_of(element: &Element) -> Option<Vec<(&str, Bound<'_>)>> {
    let (of_type, own) = (of_type(element), element.bind.as_ref());
    if of_type.is_none() && own.is_none() {
        return None;
    }
    let of_type = of_type.unwrap_or_default();
    let mut bind: Vec<(&str, Bound<'_>)> = of_type
        .iter()
        .map(|(key, word)| {
            let written = own.and_then(|own| own.get(key));
            (*key, written.map_or(Bound::Word(word), Bound::Cell))
        })
        .collect();
    for (key, cell) in own.into_iter().flat_map(Table::iter) {
        if of_type.iter().all(|(known, _)| *known != key) {
            bind.push((key, Bound::Cell(cell)));
        }
    }
    Some(bind)
}

/// Whether an element is calculated, by its type or by a rule.
pub(super) fn is_calculated(element: &Element) -> bool {
    let by_type = of_type(element).unwrap_or_default();
    element
        .bind
        .as_ref()
        .is_some_and(|bind| bind.has("calculate"))
        || by_type.iter().any(|(key, _)| *key == "calculate")
}

/// One attribute of a `bind`.
enum Bound<'a> {
    /// The word of the type.
    Word(&'static str),
    /// What a cell says.
    Cell(&'a Cell),
}

/// Whether a message is looked up in the translations.
fn is_looked_up(key: &str, cell: &Cell) -> bool {
    match (key, cell) {
        ("jr:constraintMsg" | "jr:requiredMsg", Cell::Text(text)) => has_reference(text),
        ("jr:constraintMsg" | "jr:requiredMsg" | "jr:noAppErrorString", Cell::Map(_)) => true,
        _ => false,
    }
}

impl Writer<'_> {
    pub(super) fn binds(&self, page: &mut Page) {
        for (id, node) in self.tree.nodes.iter().enumerate() {
            if let Some(bind) = self.bind(id) {
                page.add(&bind);
            }
            if matches!(node.element.kind, Kind::Question | Kind::Attribute) {
                for action in self.actions(id, false) {
                    page.add(&action);
                }
            }
        }
    }

    fn bind(&self, id: Id) -> Option<Xml<'_>> {
        let element = self.tree.element(id);
        if element.flat || element.kind == Kind::External {
            return None;
        }
        let bind = bind_of(element)?;
        let path = self.tree.path(id);
        let mut xml = Xml::with_room("bind", 1 + bind.len()).with("nodeset", path);
        for (key, bound) in bind {
            if key == "calculate" && !element.trigger.is_empty() {
                continue;
            }
            if let Bound::Cell(cell) = &bound
                && is_looked_up(key, cell)
            {
                xml.set(key, format!("jr:itext('{path}:{key}')"));
                continue;
            }
            let text = match bound {
                Bound::Word(word) => Cow::Borrowed(word),
                Bound::Cell(cell) => cell.words(),
            };
            let text = if RULES.contains(&key) {
                rule(text)
            } else {
                text
            };
            xml.set(key, self.with_paths(text, Some(id), Manner::default()));
        }
        Some(xml)
    }

    /// What is done for an element: in the model, or in the repeat that holds it.
    pub(super) fn actions(&self, id: Id, in_repeat: bool) -> Vec<Xml<'_>> {
        let element = self.tree.element(id);
        let chosen = element
            .actions
            .iter()
            .filter(|action| (action.event == Event::NewRepeat) == in_repeat);
        chosen
            .map(|action| self.action(id, element, action))
            .collect()
    }

    fn action<'s>(&'s self, id: Id, element: &'s Element, action: &'s Action) -> Xml<'s> {
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
            Some(default) => Some(Cow::Borrowed(default.as_str())),
            None => action.value.as_deref().map(Cow::Borrowed),
        };
        if let Some(value) = value {
            xml.set("value", value);
        }
        xml
    }
}
