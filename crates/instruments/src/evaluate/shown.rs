//! What a record shows: its nodes, what breaks a rule, and the record as XML.

use super::context::Scope;
use super::instance::{Id, Node};
use super::session::{NodeState, Session, Violation};

impl Session<'_> {
    /// What is wrong with the answer of a node.
    fn fault(&mut self, node: Id) -> Option<&'static str> {
        let own = &self.state.record.nodes[node];
        if !own.children.is_empty() || !self.state.record.is_relevant(node) {
            return None;
        }
        if own.answer.is_none() {
            return own.required.then_some("required");
        }
        let constraint = self.state.definition.places[own.place]
            .constraint
            .as_ref()?;
        match self.state.atom(constraint, Scope::of(node)) {
            Ok(value) if value.truth() => None,
            Ok(_) => Some("constraint"),
            Err(error) => {
                self.fail(node, error);
                None
            }
        }
    }

    /// The answers that break a rule, in order.
    pub fn violations(&mut self) -> Vec<Violation> {
        let mut violations = Vec::new();
        for node in self.state.record.walk() {
            let Some(condition) = self.fault(node) else {
                continue;
            };
            let place = &self.state.definition.places[self.state.record.nodes[node].place];
            let message = if condition == "required" {
                place.required_message.as_ref()
            } else {
                place.constraint_message.as_ref()
            };
            let message = message.map(|message| self.message(message, node));
            violations.push(Violation {
                path: self.state.record.path(node),
                condition,
                message,
            });
        }
        violations
    }

    fn message(&self, message: &str, node: Id) -> String {
        let id = message
            .strip_prefix("jr:itext('")
            .and_then(|rest| rest.strip_suffix("')"));
        match id {
            Some(id) => self.state.text(id, Scope::of(node)).unwrap_or_default(),
            None => message.to_owned(),
        }
    }

    /// Every node of the record, in order.
    pub fn nodes(&mut self) -> Vec<NodeState> {
        let order = self.state.record.walk();
        order
            .into_iter()
            .map(|node| self.node_state(node))
            .collect()
    }

    fn node_state(&mut self, node: Id) -> NodeState {
        let invalid = self.fault(node);
        let record = &self.state.record;
        let own: &Node = &record.nodes[node];
        let is_leaf = own.children.is_empty();
        let definition = self.state.definition;
        let control = definition
            .controls
            .iter()
            .find(|control| control.place == Some(own.place));
        let scope = Scope::of(node);
        let label = control
            .and_then(|control| control.label.as_ref())
            .and_then(|label| self.state.words(label, scope).ok());
        let options = control
            .filter(|control| control.itemset.is_some() || !control.items.is_empty())
            .and_then(|control| self.state.option_values(control, node).ok());
        let text = own
            .answer
            .as_ref()
            .map(|answer| answer.text(self.state.clock));
        NodeState {
            path: record.path(node),
            value: is_leaf.then(|| text.unwrap_or_default()),
            relevant: record.is_relevant(node),
            required: own.required,
            readonly: !record.is_enabled(node),
            label: label.filter(|label| !label.is_empty()),
            options,
            invalid,
        }
    }

    /// What may be chosen at a question: values, and words in the language that is shown.
    pub fn choices(&mut self, path: &str) -> Vec<(String, String)> {
        let Some(node) = self.find(path) else {
            return Vec::new();
        };
        let Some(control) = self.control_of(self.state.record.nodes[node].place) else {
            return Vec::new();
        };
        match self.state.options(control, node) {
            Ok(options) => options,
            Err(error) => {
                self.fail(node, error);
                Vec::new()
            }
        }
    }

    /// How many turns a repeat has: `/data/accused`, within another turn `/data/accused[2]/step`.
    #[must_use]
    pub fn turns(&self, repeat: &str) -> usize {
        let Some((parent, name)) = repeat.rsplit_once('/') else {
            return 0;
        };
        let section = self.find(parent);
        section.map_or(0, |section| self.state.record.named(section, name).count())
    }

    /// Whether a repeat says itself how many turns it has.
    #[must_use]
    pub fn is_counted(&self, repeat: &str) -> bool {
        let steps = repeat.split('/').map(|step| step.split('[').next());
        let bare: Vec<&str> = steps.map(Option::unwrap_or_default).collect();
        let place = self.state.definition.place(&bare.join("/"));
        let controls = &self.state.definition.controls;
        place.is_some()
            && controls
                .iter()
                .any(|control| control.place == place && control.count.is_some())
    }

    /// The record as XML, without what does not count.
    #[must_use]
    pub fn xml(&self) -> String {
        let mut out = String::from("<?xml version='1.0' ?>");
        self.write(0, &mut out);
        out
    }

    fn write(&self, node: Id, out: &mut String) {
        let record = &self.state.record;
        let own = &record.nodes[node];
        if !own.relevant {
            return;
        }
        let places = &self.state.definition.places;
        let qualified = |place: usize, name: &str| match &places[place].prefix {
            Some(prefix) => format!("{prefix}:{name}"),
            None => name.to_owned(),
        };
        let name = &qualified(own.place, &own.name);
        out.push('<');
        out.push_str(name);
        if own.parent.is_none() {
            for (prefix, address) in &self.state.definition.namespaces {
                out.push_str(&format!(" xmlns:{prefix}=\"{address}\""));
            }
        }
        for attribute in &own.attributes {
            let attribute = &record.nodes[*attribute];
            let text = attribute
                .answer
                .as_ref()
                .map(|answer| answer.text(self.state.clock));
            let text = escape(&text.unwrap_or_default());
            let name = qualified(attribute.place, &attribute.name[1..]);
            out.push_str(&format!(" {name}=\"{text}\""));
        }
        let text = own
            .answer
            .as_ref()
            .map(|answer| answer.text(self.state.clock));
        let text = text.filter(|_| own.children.is_empty()).unwrap_or_default();
        if own.children.is_empty() && text.is_empty() {
            out.push_str(" />");
            return;
        }
        out.push('>');
        out.push_str(&escape(&text));
        for child in &own.children {
            self.write(*child, out);
        }
        out.push_str(&format!("</{name}>"));
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
