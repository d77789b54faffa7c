//! A form as it is filled in: the places of a record, their rules in the order in which they are
//! worked out, controls, choices and texts, read from an `XForm`.

use std::collections::{HashMap, HashSet};

use roxmltree::{Document, Node as Xml, ParsingOptions};

use super::answer::{Answer, DataType};
use super::instance::{Instance, Node};
use super::moment::Clock;
use super::parse::{Expression, Path, Start, parse};
use crate::limits;

/// A form that cannot be read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// What was found.
    pub message: String,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Unreadable {}

pub(super) fn unreadable<T>(message: impl Into<String>) -> Result<T, Unreadable> {
    Err(Unreadable {
        message: message.into(),
    })
}

/// A place of a record: a node of the form, of which a record may have many.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) name: String,
    /// The prefix of its namespace in the form, where it has one.
    pub(crate) prefix: Option<String>,
    /// The path without positions.
    pub(crate) path: String,
    pub(crate) parent: Option<usize>,
    pub(crate) children: Vec<usize>,
    pub(crate) data_type: DataType,
    pub(crate) is_repeat: bool,
    pub(crate) constraint: Option<Expression>,
    pub(crate) constraint_message: Option<String>,
    pub(crate) required_message: Option<String>,
    pub(crate) preload: Option<(String, String)>,
    /// A fresh instance of a repeat: a tree and the root in it.
    pub(crate) template: Option<(usize, Instance)>,
    pub(crate) calculated: bool,
}

/// What a rule decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decides {
    Relevance,
    Requirement,
    Permission,
    Calculation,
}

/// A rule of a place.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) place: usize,
    pub(crate) decides: Decides,
    pub(crate) expression: Expression,
    pub(crate) triggers: Vec<usize>,
}

/// What sets a value, and when.
#[derive(Clone, Debug)]
pub(crate) struct SetValue {
    pub(crate) place: usize,
    pub(crate) events: Vec<String>,
    pub(crate) value: Option<Expression>,
    pub(crate) text: String,
    /// Whether a value is set at all: places of a device are not known here.
    pub(crate) sets: bool,
}

/// What a person reads: plain words, or the id of a text in the translations.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    pub(crate) id: Option<String>,
    pub(crate) parts: Vec<Part>,
}

/// A part of a text.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    Plain(String),
    Computed(Expression),
    /// What is no expression, with the reason: nothing is shown in its place.
    Unread(String),
}

/// Choices that come from nodes.
#[derive(Clone, Debug)]
pub(crate) struct Itemset {
    pub(crate) nodes: Path,
    pub(crate) value: Expression,
    pub(crate) label: Option<Expression>,
}

/// A control of the body.
#[derive(Clone, Debug)]
pub(crate) struct Control {
    pub(crate) tag: String,
    pub(crate) place: Option<usize>,
    pub(crate) label: Option<Words>,
    pub(crate) items: Vec<(String, Option<Words>)>,
    pub(crate) itemset: Option<Itemset>,
    pub(crate) count: Option<usize>,
    pub(crate) actions: Vec<SetValue>,
}

/// An instance beside the record, as the form declares it.
#[derive(Clone, Debug)]
pub(crate) struct Beside {
    pub(crate) id: String,
    pub(crate) source: Option<String>,
    pub(crate) instance: Option<Instance>,
}

/// A form.
#[derive(Clone, Debug)]
pub struct Definition {
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) places: Vec<Place>,
    pub(crate) record: Instance,
    pub(crate) beside: Vec<Beside>,
    /// In the order in which they are worked out.
    pub(crate) rules: Vec<Rule>,
    pub(crate) controls: Vec<Control>,
    pub(crate) actions: Vec<SetValue>,
    pub(crate) languages: Vec<String>,
    pub(crate) default_language: Option<String>,
    /// Texts by language and id.
    pub(crate) texts: HashMap<(String, String), Vec<Part>>,
    by_path: HashMap<String, usize>,
    /// Prefixes that records use, with their namespaces.
    pub(crate) namespaces: Vec<(String, String)>,
}

/// Reads XML without a document type, within the limits.
pub(super) fn read_xml(text: &str) -> Result<Document<'_>, Unreadable> {
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: limits::NODES_MAX,
        ..ParsingOptions::default()
    };
    if too_deep(text) {
        return unreadable("the elements are nested too deep");
    }
    Document::parse_with_options(text, options).map_err(|error| Unreadable {
        message: format!("the text is no well-formed XML: {error}"),
    })
}

/// Counts how deep elements are nested, roughly, before anything is built.
fn too_deep(text: &str) -> bool {
    let mut depth = 0_usize;
    for part in text.split('<').skip(1) {
        if part.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !part.starts_with(['?', '!']) {
            let end = part.find('>').unwrap_or(part.len());
            if !part[..end].ends_with('/') {
                depth += 1;
            }
        }
        if depth > 8 * limits::DEPTH_MAX {
            return true;
        }
    }
    false
}

fn element<'a, 'i>(parent: Xml<'a, 'i>, name: &str) -> Option<Xml<'a, 'i>> {
    parent
        .children()
        .find(|child| child.tag_name().name() == name)
}

fn expression(text: &str, whose: &str) -> Result<Expression, Unreadable> {
    parse(text).or_else(|error| unreadable(format!("{whose}: \u{2018}{text}\u{2019}: {error}")))
}

/// Where no place is meant yet.
const NOWHERE: usize = 0;

impl Definition {
    /// Reads an `XForm`.
    ///
    /// # Errors
    ///
    /// When it is no well-formed XML, has no model with a record, an expression that cannot be
    /// read, or rules that go round in a circle.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let document = read_xml(text)?;
        let html = document.root_element();
        let Some(head) = element(html, "head") else {
            return unreadable("the form has no head");
        };
        let Some(model) = element(head, "model") else {
            return unreadable("the form has no model");
        };
        let title = element(head, "title")
            .and_then(|title| title.text())
            .unwrap_or_default();
        let instances: Vec<Xml<'_, '_>> = model
            .children()
            .filter(|child| child.tag_name().name() == "instance")
            .collect();
        let record = instances
            .first()
            .and_then(|first| first.first_element_child());
        let Some(record) = record else {
            return unreadable("the form has no record");
        };
        let mut definition = Self {
            title: title.to_owned(),
            version: record.attribute("version").unwrap_or_default().to_owned(),
            places: Vec::new(),
            record: Instance::default(),
            beside: instances[1..].iter().map(|xml| beside(*xml)).collect(),
            rules: Vec::new(),
            controls: Vec::new(),
            actions: Vec::new(),
            languages: Vec::new(),
            default_language: None,
            texts: HashMap::new(),
            by_path: HashMap::new(),
            namespaces: Vec::new(),
        };
        definition.add_place(record, None);
        if let Some(itext) = element(model, "itext") {
            definition.read_texts(itext);
        }
        definition.read_binds(model)?;
        if let Some(body) = element(html, "body") {
            definition.read_body(body)?;
        }
        definition.build_record(record);
        definition.order_rules()?;
        Ok(definition)
    }

    /// The place of that path, written without positions.
    pub(crate) fn place(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// The form's languages in order.
    #[must_use]
    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// The form's title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    fn add_place(&mut self, xml: Xml<'_, '_>, parent: Option<usize>) -> usize {
        let name = xml.tag_name().name();
        let id = self.known_or_new(name, parent);
        self.places[id].prefix = self.prefix(xml, xml.tag_name().namespace());
        if xml.attribute((JAVAROSA, "template")).is_some() {
            self.places[id].is_repeat = true;
        }
        for attribute in xml.attributes() {
            if attribute.namespace() != Some(JAVAROSA) {
                let known = self.known_or_new(&format!("@{}", attribute.name()), Some(id));
                self.places[known].prefix = self.prefix(xml, attribute.namespace());
            }
        }
        for child in xml.children().filter(Xml::is_element) {
            self.add_place(child, Some(id));
        }
        id
    }

    /// The prefix of a namespace; none for the form's own. The record's root declares it.
    fn prefix(&mut self, xml: Xml<'_, '_>, address: Option<&str>) -> Option<String> {
        let address = address.filter(|address| *address != XFORMS)?;
        let prefix = xml
            .lookup_prefix(address)
            .filter(|prefix| !prefix.is_empty())?;
        if !self.namespaces.iter().any(|(known, _)| known == prefix) {
            self.namespaces
                .push((prefix.to_owned(), address.to_owned()));
        }
        Some(prefix.to_owned())
    }

    fn known_or_new(&mut self, name: &str, parent: Option<usize>) -> usize {
        let above = parent.map_or("", |parent| self.places[parent].path.as_str());
        let path = format!("{above}/{name}");
        if let Some(known) = self.by_path.get(&path) {
            return *known;
        }
        let id = self.places.len();
        self.by_path.insert(path.clone(), id);
        self.places.push(Place {
            name: name.to_owned(),
            prefix: None,
            path,
            parent,
            children: Vec::new(),
            data_type: DataType::Text,
            is_repeat: false,
            constraint: None,
            constraint_message: None,
            required_message: None,
            preload: None,
            template: None,
            calculated: false,
        });
        if let Some(parent) = parent {
            self.places[parent].children.push(id);
        }
        id
    }

    fn read_texts(&mut self, itext: Xml<'_, '_>) {
        for translation in itext.children().filter(Xml::is_element) {
            let language = translation.attribute("lang").unwrap_or_default().to_owned();
            if translation.has_attribute("default") {
                self.default_language = Some(language.clone());
            }
            self.languages.push(language.clone());
            for text in translation.children().filter(Xml::is_element) {
                let id = text.attribute("id").unwrap_or_default().to_owned();
                let value = text.children().find(|value| {
                    value.tag_name().name() == "value" && !value.has_attribute("form")
                });
                if let Some(value) = value {
                    self.texts.insert((language.clone(), id), parts(value));
                }
            }
        }
    }

    fn read_binds(&mut self, model: Xml<'_, '_>) -> Result<(), Unreadable> {
        for xml in model.children().filter(Xml::is_element) {
            match xml.tag_name().name() {
                "bind" => self.read_bind(xml)?,
                "setvalue" | "setgeopoint" | "recordaudio" => {
                    let action = self.set_value(xml)?;
                    self.actions.extend(action);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn read_bind(&mut self, xml: Xml<'_, '_>) -> Result<(), Unreadable> {
        let path = xml.attribute("nodeset").unwrap_or_default();
        let Some(id) = self.place(path) else {
            return unreadable(format!("a bind names {path}, which the record has not"));
        };
        if let Some(name) = xml.attribute("type") {
            self.places[id].data_type = DataType::of_bind(name);
        }
        let rules = [
            ("relevant", Decides::Relevance),
            ("required", Decides::Requirement),
            ("readonly", Decides::Permission),
            ("calculate", Decides::Calculation),
        ];
        for (attribute, decides) in rules {
            let Some(text) = xml.attribute(attribute) else {
                continue;
            };
            let expression = expression(text, path)?;
            self.places[id].calculated |= decides == Decides::Calculation;
            self.rules.push(Rule {
                place: id,
                decides,
                expression,
                triggers: Vec::new(),
            });
        }
        let place = &mut self.places[id];
        if let Some(text) = xml.attribute("constraint") {
            place.constraint = Some(expression(text, path)?);
        }
        let javarosa = |name: &str| xml.attribute((JAVAROSA, name)).map(str::to_owned);
        place.constraint_message = javarosa("constraintMsg");
        place.required_message = javarosa("requiredMsg");
        place.preload =
            javarosa("preload").map(|kind| (kind, javarosa("preloadParams").unwrap_or_default()));
        Ok(())
    }

    fn set_value(&self, xml: Xml<'_, '_>) -> Result<Option<SetValue>, Unreadable> {
        let path = xml.attribute("ref").unwrap_or_default();
        let Some(place) = self.place(path) else {
            return unreadable(format!("an action names {path}, which the record has not"));
        };
        let event = xml.attribute("event").unwrap_or_default();
        let value = xml
            .attribute("value")
            .map(|text| expression(text, path))
            .transpose()?;
        Ok(Some(SetValue {
            place,
            events: event.split_whitespace().map(str::to_owned).collect(),
            value,
            text: xml.text().unwrap_or_default().to_owned(),
            sets: xml.tag_name().name() == "setvalue",
        }))
    }

    fn read_body(&mut self, xml: Xml<'_, '_>) -> Result<(), Unreadable> {
        for child in xml.children().filter(Xml::is_element) {
            let tag = child.tag_name().name();
            let holds = matches!(tag, "group" | "repeat");
            let asks = matches!(
                tag,
                "input" | "select" | "select1" | "rank" | "upload" | "trigger" | "range"
            );
            if holds || asks {
                self.read_control(child, tag)?;
            }
            if holds {
                self.read_body(child)?;
            }
        }
        Ok(())
    }

    fn read_control(&mut self, xml: Xml<'_, '_>, tag: &str) -> Result<(), Unreadable> {
        let path = xml.attribute("nodeset").or_else(|| xml.attribute("ref"));
        let place = match path {
            Some(path) => match self.place(path) {
                Some(place) => Some(place),
                None => {
                    return unreadable(format!("a {tag} names {path}, which the record has not"));
                }
            },
            None => None,
        };
        let mut control = Control {
            tag: tag.to_owned(),
            place,
            label: element(xml, "label").map(words),
            items: Vec::new(),
            itemset: None,
            count: xml.attribute((JAVAROSA, "count")).and_then(|path| {
                self.place(path.trim())
                    .or_else(|| self.relative(place, path))
            }),
            actions: Vec::new(),
        };
        for child in xml.children().filter(Xml::is_element) {
            match child.tag_name().name() {
                "item" => {
                    let value = element(child, "value").and_then(|value| value.text());
                    let label = element(child, "label").map(words);
                    control
                        .items
                        .push((value.unwrap_or_default().to_owned(), label));
                }
                "itemset" => control.itemset = Some(itemset(child)?),
                "setvalue" | "setgeopoint" => control.actions.extend(self.set_value(child)?),
                _ => {}
            }
        }
        if let Some(place) = place {
            let place = &mut self.places[place];
            place.is_repeat |= tag == "repeat";
            match tag {
                "select1" if place.data_type == DataType::Text => {
                    place.data_type = DataType::Choice;
                }
                "select" | "rank" if place.data_type == DataType::Text => {
                    place.data_type = DataType::Choices;
                }
                _ => {}
            }
        }
        self.controls.push(control);
        Ok(())
    }

    /// The place that a relative path leads to from another place.
    fn relative(&self, from: Option<usize>, path: &str) -> Option<usize> {
        match parse(path.trim()).ok()? {
            Expression::Path(path) => self.target(&path, from, from),
            _ => None,
        }
    }

    /// The place that a path leads to, predicates aside.
    pub(crate) fn target(
        &self,
        path: &Path,
        here: Option<usize>,
        current: Option<usize>,
    ) -> Option<usize> {
        let (mut at, steps) = match path.start {
            Start::Instance(_) => return None,
            Start::Root => {
                let (first, rest) = path.steps.split_first()?;
                if self.places.first()?.name != first.name {
                    return None;
                }
                (0, rest)
            }
            Start::Here => (here?, path.steps.as_slice()),
            Start::Current => (current?, path.steps.as_slice()),
        };
        for _ in 0..path.up {
            at = self.places[at].parent?;
        }
        for step in steps {
            let children = &self.places[at].children;
            at = *children
                .iter()
                .find(|child| self.places[**child].name == step.name)?;
        }
        Some(at)
    }

    /// Fills the record and the templates of repeats with what the form has from the beginning.
    fn build_record(&mut self, xml: Xml<'_, '_>) {
        let mut record = Instance::default();
        self.add_node(xml, None, &mut record, 0);
        // A repeat without a template is like its first instance.
        for id in 0..self.places.len() {
            if !self.places[id].is_repeat || self.places[id].template.is_some() {
                continue;
            }
            let first = record
                .walk()
                .into_iter()
                .find(|node| record.nodes[*node].place == id);
            if let Some(first) = first {
                let mut template = Instance::default();
                template.add(Node::new("", None, NOWHERE));
                let root = template.graft(&record, first, 0, usize::MAX);
                self.places[id].template = Some((root, template));
            }
        }
        self.record = record;
    }

    fn add_node(
        &mut self,
        xml: Xml<'_, '_>,
        parent: Option<usize>,
        into: &mut Instance,
        above: usize,
    ) {
        let name = xml.tag_name().name();
        let path = match parent {
            None => format!("/{name}"),
            Some(_) => format!("{}/{name}", self.places[above].path),
        };
        let Some(place) = self.place(&path) else {
            return;
        };
        if xml.attribute((JAVAROSA, "template")).is_some() {
            let mut template = Instance::default();
            template.add(Node::new("", None, NOWHERE));
            self.fill(xml, Some(0), &mut template, place);
            if self.places[place].template.is_none() {
                self.places[place].template = Some((1, template));
            }
            return;
        }
        self.fill(xml, parent, into, place);
    }

    fn fill(&mut self, xml: Xml<'_, '_>, parent: Option<usize>, into: &mut Instance, place: usize) {
        let id = into.add(Node::new(xml.tag_name().name(), parent, place));
        for attribute in xml.attributes() {
            let name = format!("@{}", attribute.name());
            let path = format!("{}/{name}", self.places[place].path);
            if let Some(attribute_place) = self.place(&path) {
                let mut node = Node::new(&name, Some(id), attribute_place);
                let value = attribute.value();
                node.answer = (!value.is_empty()).then(|| Answer::Text(value.to_owned()));
                into.add(node);
            }
        }
        let children: Vec<Xml<'_, '_>> = xml.children().filter(Xml::is_element).collect();
        if children.is_empty() {
            let text = xml.text().unwrap_or_default();
            into.nodes[id].answer = Answer::read(text, self.places[place].data_type, EPOCH);
        }
        for child in children {
            self.add_node(child, Some(id), into, place);
        }
    }

    /// Orders the rules so that each comes after those that it depends on. Whether an answer is
    /// required or may be changed counts as something that others depend on: JavaRosa holds such a
    /// circle against a form as well.
    fn order_rules(&mut self) -> Result<(), Unreadable> {
        for at in 0..self.rules.len() {
            let rule = &self.rules[at];
            let mut found = HashSet::new();
            self.collect(
                &rule.expression,
                Some(rule.place),
                Some(rule.place),
                &mut found,
            );
            let mut triggers: Vec<usize> = found.into_iter().collect();
            triggers.sort_unstable();
            self.rules[at].triggers = triggers;
        }
        let mut waiting: Vec<Rule> = std::mem::take(&mut self.rules);
        let mut ordered = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let changed: HashSet<usize> =
                waiting.iter().flat_map(|rule| self.reach(rule)).collect();
            let (ready, rest): (Vec<Rule>, Vec<Rule>) = waiting
                .into_iter()
                .partition(|rule| !rule.triggers.iter().any(|place| changed.contains(place)));
            if ready.is_empty() {
                let names: Vec<&str> = rest
                    .iter()
                    .map(|rule| self.places[rule.place].path.as_str())
                    .collect();
                let message = format!("rules go round in a circle: {}", names.join(", "));
                return unreadable(message);
            }
            ordered.extend(ready);
            waiting = rest;
        }
        self.rules = ordered;
        Ok(())
    }

    /// The places that a rule changes: relevance reaches all that a section holds.
    pub(crate) fn reach(&self, rule: &Rule) -> Vec<usize> {
        let mut reached = vec![rule.place];
        if rule.decides == Decides::Relevance {
            let mut at = 0;
            while let Some(place) = reached.get(at).copied() {
                reached.extend(&self.places[place].children);
                at += 1;
            }
        }
        reached
    }

    /// The places that an expression reads.
    pub(crate) fn collect(
        &self,
        expression: &Expression,
        here: Option<usize>,
        current: Option<usize>,
        found: &mut HashSet<usize>,
    ) {
        match expression {
            Expression::Number(_) | Expression::Text(_) => {}
            Expression::Negative(inner) => self.collect(inner, here, current, found),
            Expression::Binary(_, left, right) => {
                self.collect(left, here, current, found);
                self.collect(right, here, current, found);
            }
            Expression::Call(_, arguments) => {
                for argument in arguments {
                    self.collect(argument, here, current, found);
                }
            }
            Expression::Path(path) => {
                found.extend(self.target(path, here, current));
                for (at, step) in path.steps.iter().enumerate() {
                    let mut upto = path.clone();
                    upto.steps.truncate(at + 1);
                    let place = self.target(&upto, here, current);
                    for predicate in &step.predicates {
                        self.collect(predicate, place, current, found);
                    }
                }
            }
        }
    }
}

/// The namespace of forms.
const XFORMS: &str = "http://www.w3.org/2002/xforms";
/// The namespace of JavaRosa's attributes.
pub(super) const JAVAROSA: &str = "http://openrosa.org/javarosa";

/// Defaults are read without a clock: only times of day would need one.
const EPOCH: Clock = Clock {
    now: 0,
    ahead_minutes: 0,
};

fn beside(xml: Xml<'_, '_>) -> Beside {
    Beside {
        id: xml.attribute("id").unwrap_or_default().to_owned(),
        source: xml.attribute("src").map(str::to_owned),
        instance: xml.first_element_child().map(Instance::of_xml),
    }
}

fn parts(xml: Xml<'_, '_>) -> Vec<Part> {
    let mut parts = Vec::new();
    for child in xml.children() {
        if child.is_text() {
            parts.push(Part::Plain(child.text().unwrap_or_default().to_owned()));
        } else if child.tag_name().name() == "output" {
            let text = child.attribute("value").or_else(|| child.attribute("ref"));
            let read = expression(text.unwrap_or_default(), "output");
            parts.push(read.map_or_else(|error| Part::Unread(error.message), Part::Computed));
        }
    }
    if let Some(Part::Plain(first)) = parts.first_mut() {
        *first = first.trim_start().to_owned();
    }
    if let Some(Part::Plain(last)) = parts.last_mut() {
        last.truncate(last.trim_end().len());
    }
    parts
}

fn words(xml: Xml<'_, '_>) -> Words {
    let id = xml
        .attribute("ref")
        .and_then(|text| text.strip_prefix("jr:itext('"))
        .and_then(|text| text.strip_suffix("')"));
    Words {
        id: id.map(str::to_owned),
        parts: parts(xml),
    }
}

fn itemset(xml: Xml<'_, '_>) -> Result<Itemset, Unreadable> {
    let nodes = expression(xml.attribute("nodeset").unwrap_or_default(), "itemset")?;
    let reference = |name: &str| element(xml, name).and_then(|part| part.attribute("ref"));
    let value = expression(reference("value").unwrap_or("."), "itemset")?;
    let label = reference("label")
        .map(|text| expression(text, "itemset"))
        .transpose()?;
    // The order of choices is the engine's business: a random one offers the same.
    let nodes = match nodes {
        Expression::Path(path) => path,
        Expression::Call(name, mut arguments) if name == "randomize" && !arguments.is_empty() => {
            match arguments.swap_remove(0) {
                Expression::Path(path) => path,
                _ => return unreadable("randomize takes nodes"),
            }
        }
        _ => return unreadable("choices come from nodes"),
    };
    Ok(Itemset {
        nodes,
        value,
        label,
    })
}
