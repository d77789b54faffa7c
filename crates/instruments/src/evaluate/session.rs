//! A record while it is filled in: answers go in, rules are worked out again.

use std::collections::{HashMap, HashSet};

use super::EvaluationError;
use super::answer::{Answer, DataType};
use super::context::{Scope, State};
use super::definition::{Control, Decides, Definition, Rule, SetValue, read_xml};
use super::instance::{Id, Instance};
use super::moment::Clock;
use super::value::Atom;
use crate::limits;

/// Files that come with a form, by name.
pub type Attachments = HashMap<String, String>;

/// A node of the record as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeState {
    /// Its path with positions.
    pub path: String,
    /// What stands in it; none of a section.
    pub value: Option<String>,
    /// Whether it counts.
    pub relevant: bool,
    /// Whether an answer is needed.
    pub required: bool,
    /// Whether it may not be changed.
    pub readonly: bool,
    /// What a person reads above it, in the language that is shown.
    pub label: Option<String>,
    /// The values that may be chosen.
    pub options: Option<Vec<String>>,
    /// What is wrong with the answer: `required` or `constraint`.
    pub invalid: Option<&'static str>,
}

/// An answer that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The node's path.
    pub path: String,
    /// `required` or `constraint`.
    pub condition: &'static str,
    /// What the form says about it, in the language that is shown.
    pub message: Option<String>,
}

/// A step that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotPossible {
    /// Why.
    pub message: String,
}

impl std::fmt::Display for NotPossible {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for NotPossible {}

pub(super) fn impossible<T>(message: impl Into<String>) -> Result<T, NotPossible> {
    Err(NotPossible {
        message: message.into(),
    })
}

/// A record while it is filled in.
#[derive(Debug)]
pub struct Session<'d> {
    pub(super) state: State<'d>,
    errors: Vec<(String, EvaluationError)>,
    /// Rules by the place whose change sets them off.
    triggered: HashMap<usize, Vec<usize>>,
    /// How deep values set off each other.
    chain: usize,
    /// Most instances that one repeat is given here.
    pub(crate) repeats_max: usize,
    pub(super) unsent: Unsent,
}

/// What stands in a question that a sent record has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unsent {
    /// What the form has there from the beginning: a record is taken up again.
    AsInTheForm,
    /// Nothing: a record is checked.
    Empty,
}

/// Most errors that are kept.
const ERRORS_MAX: usize = 1_000;
/// Deepest chain of values that set each other off.
const CHAIN_MAX: usize = 32;

impl<'d> Session<'d> {
    /// Begins a new record. `seed` is what random numbers come from.
    #[must_use]
    pub fn begin(
        definition: &'d Definition,
        attachments: &Attachments,
        properties: HashMap<String, String>,
        clock: Clock,
        seed: u64,
    ) -> Self {
        let mut session = Self::prepared(definition, attachments, properties, clock, seed);
        session.preload(0);
        session.act("odk-instance-first-load");
        session.act("odk-instance-load");
        session.work_out_all();
        session.fill_counted_repeats();
        session
    }

    /// Takes up a record that was filled in before.
    ///
    /// # Errors
    ///
    /// When the text is no well-formed XML or its root is another form's.
    pub fn restore(
        definition: &'d Definition,
        attachments: &Attachments,
        properties: HashMap<String, String>,
        clock: Clock,
        record: &str,
    ) -> Result<Self, NotPossible> {
        let mut session = Self::prepared(definition, attachments, properties, clock, 1);
        session.populate(record, Unsent::AsInTheForm)?;
        session.act("odk-instance-load");
        session.work_out_all();
        session.fill_counted_repeats();
        Ok(session)
    }

    pub(super) fn prepared(
        definition: &'d Definition,
        attachments: &Attachments,
        properties: HashMap<String, String>,
        clock: Clock,
        seed: u64,
    ) -> Self {
        let mut state = State::new(definition, clock, seed);
        state.properties = properties;
        for (name, text) in attachments {
            if let Some(instance) = read_attachment(name, text) {
                let stem = name
                    .rsplit_once('.')
                    .map_or(name.as_str(), |(stem, _)| stem);
                state.files.insert(stem.to_owned(), instance);
            }
        }
        for (at, beside) in definition.beside.iter().enumerate() {
            let Some(source) = &beside.source else {
                continue;
            };
            let file = source.rsplit('/').next().unwrap_or_default();
            let text = attachments.get(file);
            state.beside[at] = text.and_then(|text| read_attachment(file, text));
        }
        for node in &mut state.record.nodes {
            node.answer = node.answer.take().map(|answer| answer.today(clock));
        }
        let mut triggered: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, rule) in definition.rules.iter().enumerate() {
            for place in &rule.triggers {
                triggered.entry(*place).or_default().push(at);
            }
        }
        Self {
            state,
            errors: Vec::new(),
            triggered,
            chain: 0,
            repeats_max: limits::REPEATS_MAX,
            unsent: Unsent::AsInTheForm,
        }
    }

    /// Expressions that failed, with the node that they belong to.
    #[must_use]
    pub fn errors(&self) -> &[(String, EvaluationError)] {
        &self.errors
    }

    pub(super) fn fail(&mut self, node: Id, error: EvaluationError) {
        if self.errors.len() < ERRORS_MAX {
            let path = self.state.record.path(node);
            self.errors.push((path, error));
        }
    }

    /// Shows another language.
    ///
    /// # Errors
    ///
    /// When the form has no such language.
    pub fn show_language(&mut self, language: &str) -> Result<(), NotPossible> {
        if !self
            .state
            .definition
            .languages
            .iter()
            .any(|known| known == language)
        {
            return impossible(format!(
                "the form has no language \u{2018}{language}\u{2019}"
            ));
        }
        self.state.language = Some(language.to_owned());
        Ok(())
    }

    /// Fills in what the device knows by itself.
    fn preload(&mut self, from: Id) {
        let nodes = self.below(from);
        for node in nodes {
            let place = &self.state.definition.places[self.state.record.nodes[node].place];
            let Some((kind, parameter)) = &place.preload else {
                continue;
            };
            let clock = self.state.clock;
            let answer = match (kind.as_str(), parameter.as_str()) {
                ("timestamp", "start") => Some(Answer::DateTime(clock.now)),
                ("date", "today") => Some(Answer::Date(clock.day_start(clock.now))),
                ("property", name) => self
                    .state
                    .properties
                    .get(name)
                    .filter(|value| !value.is_empty())
                    .map(|value| Answer::Text(value.clone())),
                ("uid", _) => {
                    let call = super::parse::Expression::Call("uuid".to_owned(), Vec::new());
                    let uuid = self.state.atom(&call, Scope::of(node)).ok();
                    uuid.map(|uuid| Answer::Text(format!("uuid:{}", uuid.text(clock))))
                }
                _ => None,
            };
            if answer.is_some() {
                self.state.record.nodes[node].answer = answer;
            }
        }
    }

    /// The node and all that it holds, attributes included.
    pub(super) fn below(&self, from: Id) -> Vec<Id> {
        let mut nodes = vec![from];
        let mut at = 0;
        while let Some(node) = nodes.get(at).copied() {
            let node = &self.state.record.nodes[node];
            nodes.extend(node.attributes.iter().chain(&node.children));
            at += 1;
        }
        nodes
    }

    /// The nodes of a place, in order.
    fn nodes_of(&self, place: usize) -> Vec<Id> {
        let places = &self.state.definition.places;
        let mut lineage = vec![place];
        while let Some(parent) = places[lineage[lineage.len() - 1]].parent {
            lineage.push(parent);
        }
        let mut nodes = vec![0];
        for step in lineage.iter().rev().skip(1) {
            let name = &places[*step].name;
            nodes = nodes
                .into_iter()
                .flat_map(|node| self.state.record.named(node, name).collect::<Vec<_>>())
                .collect();
        }
        nodes
    }

    fn act(&mut self, event: &str) {
        let actions: Vec<SetValue> = self
            .state
            .definition
            .actions
            .iter()
            .filter(|action| action.events.iter().any(|known| known == event))
            .cloned()
            .collect();
        for action in actions {
            for node in self.nodes_of(action.place) {
                self.set_value(&action, node);
            }
        }
    }

    fn set_value(&mut self, action: &SetValue, node: Id) {
        if !action.sets {
            return;
        }
        let value = match &action.value {
            Some(expression) => match self.state.atom(expression, Scope::of(node)) {
                Ok(value) => value,
                Err(error) => return self.fail(node, error),
            },
            None => Atom::Text(action.text.clone()),
        };
        let data_type = self.data_type(node);
        if !Answer::takes(&value, data_type, self.state.clock) {
            let text = value.text(self.state.clock);
            let message = format!(
                "\u{2018}{text}\u{2019} is set, which is no {}",
                data_type.word()
            );
            self.fail(node, EvaluationError::new(message));
        }
        let answer = Answer::of_value(value, data_type, self.state.clock);
        self.answered(node, answer);
    }

    /// Stores an answer, works out what depends on it, and does what is done when it changes.
    fn answered(&mut self, node: Id, answer: Option<Answer>) {
        let place = self.state.record.nodes[node].place;
        let changed = self.store(node, answer);
        self.work_out_after(&[place]);
        let Some(control) = self.control_of(place).filter(|_| changed) else {
            return;
        };
        // Values that set each other off come to rest, or are left.
        if self.chain >= CHAIN_MAX {
            return;
        }
        self.chain += 1;
        for action in control.actions.clone() {
            if action
                .events
                .iter()
                .any(|event| event == "xforms-value-changed")
            {
                match self.beside(node, action.place).as_slice() {
                    [] => {}
                    [target] => self.set_value(&action, *target),
                    // The engine in the field stops here: no single instance is meant.
                    several => {
                        let message = format!("{} instances stand where one is set", several.len());
                        self.fail(several[0], EvaluationError::new(message));
                    }
                }
            }
        }
        self.chain -= 1;
    }

    fn data_type(&self, node: Id) -> DataType {
        self.state.definition.places[self.state.record.nodes[node].place].data_type
    }

    fn store(&mut self, node: Id, answer: Option<Answer>) -> bool {
        let old = &mut self.state.record.nodes[node].answer;
        let changed = *old != answer;
        *old = answer;
        changed
    }

    /// Works out every rule, in the order in which they depend on each other.
    pub(super) fn work_out_all(&mut self) {
        for at in 0..self.state.definition.rules.len() {
            self.work_out(at);
        }
    }

    /// Works out the rules that the places set off, and those that these set off in turn.
    fn work_out_after(&mut self, places: &[usize]) {
        let definition = self.state.definition;
        let mut wanted: HashSet<usize> = HashSet::new();
        let mut changed: Vec<usize> = places.to_vec();
        while let Some(place) = changed.pop() {
            for rule in self.triggered.get(&place).into_iter().flatten() {
                if wanted.insert(*rule) {
                    let rule = &definition.rules[*rule];
                    if matches!(rule.decides, Decides::Calculation | Decides::Relevance) {
                        changed.extend(definition.reach(rule));
                    }
                }
            }
        }
        let mut wanted: Vec<usize> = wanted.into_iter().collect();
        wanted.sort_unstable();
        for rule in wanted {
            self.work_out(rule);
        }
    }

    pub(super) fn work_out(&mut self, at: usize) {
        let definition = self.state.definition;
        let rule: &Rule = &definition.rules[at];
        let nodes = self.nodes_of(rule.place);
        self.state.charge(nodes.len());
        for node in nodes {
            if self.state.is_exhausted() {
                self.tire();
                return;
            }
            match self.state.atom(&rule.expression, Scope::of(node)) {
                Ok(value) => self.apply(rule, node, value),
                Err(error) => self.fail(node, error),
            }
        }
    }

    /// Says once that the rest was not worked out.
    fn tire(&mut self) {
        const MESSAGE: &str = "the form asks for too much work; not everything was worked out";
        if self
            .errors
            .iter()
            .all(|(_, error)| error.message != MESSAGE)
        {
            self.errors.truncate(ERRORS_MAX - 1);
            self.fail(0, EvaluationError::new(MESSAGE));
        }
    }

    fn apply(&mut self, rule: &Rule, node: Id, value: Atom) {
        let data_type = self.data_type(node);
        let clock = self.state.clock;
        let node = &mut self.state.record.nodes[node];
        match rule.decides {
            Decides::Relevance => node.relevant = value.truth(),
            Decides::Requirement => node.required = value.truth(),
            Decides::Permission => node.enabled = !value.truth(),
            Decides::Calculation => node.answer = Answer::of_value(value, data_type, clock),
        }
    }

    /// Adds instances to repeats that say how many they have.
    fn fill_counted_repeats(&mut self) {
        let definition = self.state.definition;
        let mut added = 0;
        loop {
            let mut changed = false;
            for control in &definition.controls {
                let (Some(place), Some(count)) = (control.place, control.count) else {
                    continue;
                };
                changed |= self.fill_counted(place, count, &mut added);
            }
            if !changed || added > self.repeats_max {
                return;
            }
        }
    }

    fn fill_counted(&mut self, place: usize, count: usize, added: &mut usize) -> bool {
        let definition = self.state.definition;
        let Some(parent) = definition.places[place].parent else {
            return false;
        };
        let mut changed = false;
        for section in self.nodes_of(parent) {
            if !self.state.record.is_relevant(section) {
                continue;
            }
            let wanted = self.count_for(section, count);
            let name = &definition.places[place].name;
            let own: Vec<Id> = self.state.record.named(section, name).collect();
            let counts = match own.first() {
                Some(_) => own
                    .iter()
                    .all(|node| self.state.record.nodes[*node].relevant),
                None => self.would_count(place, section),
            };
            if !counts {
                continue;
            }
            // Where something is set in a new instance it may read those before it.
            let at_once = self.acts_in(place);
            let mut have = own.len();
            let mut places = Vec::new();
            while have < wanted && *added <= self.repeats_max && !self.state.is_exhausted() {
                places = self.grow(place, section);
                if at_once {
                    self.settle(&places);
                }
                have += 1;
                *added += 1;
                changed = true;
            }
            if !at_once {
                self.settle(&places);
            }
        }
        changed
    }

    /// Whether something is set in new instances of a repeat.
    fn acts_in(&self, repeat: usize) -> bool {
        let definition = self.state.definition;
        let within = |mut place: usize| loop {
            if place == repeat {
                return true;
            }
            match definition.places[place].parent {
                Some(parent) => place = parent,
                None => return false,
            }
        };
        let in_body = definition
            .controls
            .iter()
            .flat_map(|control| &control.actions);
        let mut actions = in_body.chain(&definition.actions);
        actions.any(|action| {
            action.events.iter().any(|event| event == "odk-new-repeat") && within(action.place)
        })
    }

    /// Whether an instance of a repeat that has none would count.
    fn would_count(&mut self, place: usize, section: Id) -> bool {
        let definition = self.state.definition;
        let rule = definition
            .rules
            .iter()
            .find(|rule| rule.place == place && rule.decides == Decides::Relevance);
        let (Some(rule), Some((root, template))) = (rule, &definition.places[place].template)
        else {
            return true;
        };
        let node = self
            .state
            .record
            .graft(template, *root, section, usize::MAX);
        let value = self.state.atom(&rule.expression, Scope::of(node));
        self.state.record.nodes[section]
            .children
            .retain(|child| *child != node);
        value.is_ok_and(|value| value.truth())
    }

    /// How many instances a repeat of this section is to have.
    fn count_for(&self, section: Id, count: usize) -> usize {
        let record = &self.state.record;
        let lineage = record.lineage(section);
        let node = self.nodes_of(count).into_iter().find(|node| {
            let own = record.lineage(*node);
            let shared = own.iter().zip(&lineage);
            shared
                .take_while(|(a, b)| record.nodes[**a].name == record.nodes[**b].name)
                .all(|(a, b)| a == b)
        });
        let number = node.map(|node| {
            let answer = record.nodes[node].answer.as_ref();
            answer.map_or(0.0, |answer| answer.atom().number(self.state.clock))
        });
        let number = number.filter(|number| number.is_finite()).unwrap_or(0.0);
        usize::try_from(super::value::truncated(number))
            .unwrap_or(0)
            .min(self.repeats_max)
    }

    /// Adds an instance of a repeat under a section, and says of which places it has nodes.
    fn grow(&mut self, place: usize, section: Id) -> Vec<usize> {
        let definition = self.state.definition;
        let Some((root, template)) = &definition.places[place].template else {
            return Vec::new();
        };
        let name = &definition.places[place].name;
        let siblings = self.state.record.nodes[section].children.clone();
        let last = siblings
            .iter()
            .rposition(|child| self.state.record.nodes[*child].name == *name);
        let at = last.map_or_else(|| self.template_position(place, &siblings), |last| last + 1);
        let node = self.state.record.graft(template, *root, section, at);
        for inner in self.below(node) {
            let answer = &mut self.state.record.nodes[inner].answer;
            *answer = answer.take().map(|answer| answer.today(self.state.clock));
        }
        self.preload(node);
        self.act_in(node);
        let below = self.below(node);
        let places = below.iter();
        let places = places.map(|node| self.state.record.nodes[*node].place);
        places.collect()
    }

    /// Works out what new instances have, and what follows from them.
    fn settle(&mut self, places: &[usize]) {
        let definition = self.state.definition;
        for at in 0..definition.rules.len() {
            if places.contains(&definition.rules[at].place) {
                self.work_out(at);
            }
        }
        self.work_out_after(places);
    }

    /// Where the first instance of a repeat stands among the section's children.
    pub(super) fn template_position(&self, place: usize, siblings: &[Id]) -> usize {
        let places = &self.state.definition.places;
        let Some(parent) = places[place].parent else {
            return siblings.len();
        };
        let order = &places[parent].children;
        let rank = |place: usize| order.iter().position(|known| *known == place);
        let own = rank(place);
        siblings
            .iter()
            .position(|child| rank(self.state.record.nodes[*child].place) > own)
            .unwrap_or(siblings.len())
    }

    /// What is set when an instance of a repeat is new.
    fn act_in(&mut self, node: Id) {
        let definition = self.state.definition;
        let inside = self.below(node);
        let in_body = definition
            .controls
            .iter()
            .flat_map(|control| &control.actions);
        let actions: Vec<SetValue> = in_body
            .chain(&definition.actions)
            .filter(|action| action.events.iter().any(|event| event == "odk-new-repeat"))
            .cloned()
            .collect();
        for action in actions {
            for inner in &inside {
                if self.state.record.nodes[*inner].place == action.place {
                    self.set_value(&action, *inner);
                }
            }
        }
    }

    /// The node that a path with or without positions means: where none is said, the first.
    pub(super) fn find(&self, path: &str) -> Option<Id> {
        let mut steps = path.split('/').skip(1);
        let root = steps.next()?;
        if bare(root).0 != self.state.record.nodes.first()?.name {
            return None;
        }
        let mut node = 0;
        for step in steps {
            let (name, position) = bare(step);
            node = self.state.record.named(node, name).nth(position)?;
        }
        Some(node)
    }

    pub(super) fn control_of(&self, place: usize) -> Option<&'d Control> {
        let controls = &self.state.definition.controls;
        controls.iter().find(|control| {
            control.place == Some(place) && !matches!(control.tag.as_str(), "group" | "repeat")
        })
    }

    /// Answers a question.
    ///
    /// # Errors
    ///
    /// When there is no such question, or it does not count.
    pub fn set(&mut self, path: &str, text: &str) -> Result<(), NotPossible> {
        self.state.rest();
        let Some(node) = self.find(path) else {
            return impossible(format!("there is no question {path}"));
        };
        let place = self.state.record.nodes[node].place;
        let Some(control) = self.control_of(place) else {
            return impossible(format!("{path} is not asked"));
        };
        if !self.state.record.is_relevant(node) {
            return impossible(format!("{path} does not count now"));
        }
        let answer = if control.tag == "select" {
            Answer::read(text, DataType::Choices, self.state.clock)
        } else {
            Answer::read(text, self.data_type(node), self.state.clock)
        };
        self.answered(node, answer);
        self.fill_counted_repeats();
        Ok(())
    }

    /// The nodes of a place in the instances of repeats that the node stands in.
    fn beside(&self, node: Id, place: usize) -> Vec<Id> {
        let record = &self.state.record;
        let lineage = record.lineage(node);
        let mut targets = self.nodes_of(place);
        targets.retain(|target| {
            let own = record.lineage(*target);
            own.iter()
                .zip(&lineage)
                .take_while(|(a, b)| record.nodes[**a].name == record.nodes[**b].name)
                .all(|(a, b)| a == b)
        });
        targets
    }

    /// Adds an instance to a repeat.
    ///
    /// # Errors
    ///
    /// When there is no such repeat, or it says itself how many it has.
    pub fn add(&mut self, path: &str) -> Result<(), NotPossible> {
        self.state.rest();
        let bare_path: Vec<&str> = path.split('/').map(|step| bare(step).0).collect();
        let place = self.state.definition.place(&bare_path.join("/"));
        let repeats = &self.state.definition.controls;
        let control = repeats
            .iter()
            .find(|control| control.tag == "repeat" && control.place == place);
        let (Some(place), Some(control)) = (place, control) else {
            return impossible(format!("there is no repeat {path}"));
        };
        if control.count.is_some() {
            return impossible(format!("{path} says itself how many it has"));
        }
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        match self.find(parent) {
            Some(section) if self.state.record.is_relevant(section) => {
                if self.state.record.nodes.len() > self.repeats_max * 100 {
                    return impossible("the record is too large");
                }
                let name = &self.state.definition.places[place].name;
                let own: Vec<Id> = self.state.record.named(section, name).collect();
                let irrelevant = |node: &Id| !self.state.record.nodes[*node].relevant;
                if own.iter().any(irrelevant) || !self.would_count(place, section) {
                    return impossible(format!("{path} does not count now"));
                }
                let places = self.grow(place, section);
                self.settle(&places);
                self.fill_counted_repeats();
                Ok(())
            }
            _ => impossible(format!("there is no place for {path}")),
        }
    }

    /// Takes an instance of a repeat away, counted from 0.
    ///
    /// # Errors
    ///
    /// When there is no such instance.
    pub fn remove(&mut self, path: &str, position: usize) -> Result<(), NotPossible> {
        self.state.rest();
        let (parent, name) = path.rsplit_once('/').unwrap_or_default();
        let section = self.find(parent);
        let node = section
            .and_then(|section| self.state.record.named(section, bare(name).0).nth(position));
        let (Some(section), Some(node)) = (section, node) else {
            return impossible(format!("there is no instance {position} of {path}"));
        };
        let places: Vec<usize> = self
            .below(node)
            .iter()
            .map(|node| self.state.record.nodes[*node].place)
            .collect();
        self.state.record.nodes[section]
            .children
            .retain(|child| *child != node);
        self.work_out_after(&places);
        Ok(())
    }
}

/// A step without its position, and the position counted from 0.
fn bare(step: &str) -> (&str, usize) {
    match step.split_once('[') {
        Some((name, rest)) => {
            let position = rest.trim_end_matches(']').parse::<usize>().unwrap_or(1);
            (name, position.saturating_sub(1))
        }
        None => (step, 0),
    }
}

fn read_attachment(name: &str, text: &str) -> Option<Instance> {
    match name.rsplit_once('.').map_or("", |(_, end)| end) {
        "csv" => Instance::of_csv(text),
        "xml" => read_xml(text)
            .ok()
            .map(|document| Instance::of_xml(document.root_element())),
        _ => None,
    }
}
