//! A record that was filled in before, taken up again or checked.

use std::collections::HashMap;

use super::answer::Answer;
use super::definition::read_xml;
use super::instance::{Id, Instance};
use super::session::{NotPossible, Session, Unsent, impossible};
use crate::limits;

impl Session<'_> {
    /// Puts a record that was sent in the place of the empty one.
    pub(super) fn populate(
        &mut self,
        text: &str,
        unsent: Unsent,
    ) -> Result<Vec<String>, NotPossible> {
        self.unsent = unsent;
        let document = read_xml(text).map_err(|error| NotPossible {
            message: error.message,
        })?;
        let sent = Instance::of_xml(document.root_element());
        let Some(root) = self.state.record.nodes.first() else {
            return impossible("the form has no record");
        };
        if sent.nodes[0].name != root.name {
            return impossible(format!(
                "the record\u{2019}s root is {}",
                sent.nodes[0].name
            ));
        }
        let mut unknown = Vec::new();
        self.populate_node(0, &sent, 0, &mut unknown);
        Ok(unknown)
    }

    fn populate_node(&mut self, node: Id, sent: &Instance, from: Id, unknown: &mut Vec<String>) {
        let definition = self.state.definition;
        let place = self.state.record.nodes[node].place;
        let sent_node = &sent.nodes[from];
        let data_type = definition.places[place].data_type;
        let text = sent_node
            .answer
            .as_ref()
            .map(|answer| answer.text(self.state.clock));
        if sent_node.children.is_empty() {
            let clock = self.state.clock;
            let answer = text.and_then(|text| Answer::read(text.trim(), data_type, clock));
            self.state.record.nodes[node].answer = answer;
        }
        for attribute in &sent_node.attributes {
            let name = &sent.nodes[*attribute].name;
            let own = self.state.record.named(node, name).next();
            if let Some(own) = own {
                self.state.record.nodes[own]
                    .answer
                    .clone_from(&sent.nodes[*attribute].answer);
            }
        }
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for child in &sent_node.children {
            let name = sent.nodes[*child].name.as_str();
            let count = seen.entry(name).or_default();
            let position = *count;
            *count += 1;
            let own = self.state.record.named(node, name).nth(position);
            let own = own.or_else(|| self.graft_sent(node, place, name, position));
            match own {
                Some(own) => self.populate_node(own, sent, *child, unknown),
                None => unknown.push(sent.path(*child)),
            }
        }
        self.drop_unsent(node, place, &seen);
    }

    /// A further instance of a repeat that a sent record has.
    fn graft_sent(&mut self, node: Id, place: usize, name: &str, position: usize) -> Option<Id> {
        let definition = self.state.definition;
        let children = &definition.places[place].children;
        let child = *children
            .iter()
            .find(|child| definition.places[**child].name == name)?;
        if !definition.places[child].is_repeat || position >= limits::REPEATS_MAX {
            return None;
        }
        let (root, template) = definition.places[child].template.as_ref()?;
        let siblings = self.state.record.nodes[node].children.clone();
        let last = siblings
            .iter()
            .rposition(|sibling| self.state.record.nodes[*sibling].name == name);
        let at = last.map_or_else(|| self.template_position(child, &siblings), |last| last + 1);
        Some(self.state.record.graft(template, *root, node, at))
    }

    /// Instances of repeats that the sent record has not; questions that it left out are empty.
    fn drop_unsent(&mut self, node: Id, place: usize, seen: &HashMap<&str, usize>) {
        let definition = self.state.definition;
        for child in &definition.places[place].children {
            let name = definition.places[*child].name.as_str();
            let sent = seen.get(name).copied().unwrap_or(0);
            let own: Vec<Id> = self.state.record.named(node, name).collect();
            if definition.places[*child].is_repeat {
                let dropped = own.get(sent..).unwrap_or_default().to_vec();
                self.state.record.nodes[node]
                    .children
                    .retain(|id| !dropped.contains(id));
            } else if sent == 0 && !name.starts_with('@') && self.unsent == Unsent::Empty {
                let gone: Vec<Id> = own.iter().flat_map(|own| self.below(*own)).collect();
                for gone in gone {
                    self.state.record.nodes[gone].answer = None;
                }
            }
        }
    }
}
