//! Working out an expression: paths to nodes, operators, and the way to the functions.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use regex::Regex;

use super::definition::{Control, Definition, Part, Words};
use super::function;
use super::instance::Instance;
use super::moment::Clock;
use super::parse::{Expression, Operator, Path, Start, Step};
use super::value::{Atom, NodeRef, Value};
use super::{EvaluationError, MissingKind};
use crate::limits;

/// Everything that expressions read.
#[derive(Debug)]
pub(crate) struct State<'d> {
    pub(crate) definition: &'d Definition,
    pub(crate) record: Instance,
    /// The instances beside the record, in the form's order; none where a file is missing.
    pub(crate) beside: Vec<Option<Instance>>,
    /// Files by name, for `pulldata`.
    pub(crate) files: HashMap<String, Instance>,
    pub(crate) clock: Clock,
    pub(crate) language: Option<String>,
    /// What the device says of itself, by name.
    pub(crate) properties: HashMap<String, String>,
    pub(crate) patterns: RefCell<HashMap<String, Regex>>,
    pub(crate) random: Cell<u64>,
    depth: Cell<usize>,
    /// How many nodes have been looked at since somebody last did something.
    looked_at: Cell<usize>,
}

/// Where an expression stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scope {
    /// The node that `.` means.
    pub(crate) here: Option<NodeRef>,
    /// The node that `current()` means.
    pub(crate) current: Option<NodeRef>,
    /// The position among the nodes that a condition is asked of.
    pub(crate) position: Option<usize>,
}

impl Scope {
    /// An expression of a node of the record.
    pub(crate) fn of(node: usize) -> Self {
        let node = Some(NodeRef { instance: 0, node });
        Self {
            here: node,
            current: node,
            position: None,
        }
    }
}

/// A number that nothing depends on: a generator that is seeded from outside.
pub(crate) fn next_random(state: &Cell<u64>) -> u64 {
    // xorshift64* (Vigna 2016).
    let mut x = state.get().max(1);
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    state.set(x);
    x.wrapping_mul(0x2545_f491_4f6c_dd1d)
}

type Result<T> = std::result::Result<T, EvaluationError>;

impl<'d> State<'d> {
    pub(crate) fn new(definition: &'d Definition, clock: Clock, seed: u64) -> Self {
        Self {
            definition,
            record: definition.record.clone(),
            beside: definition
                .beside
                .iter()
                .map(|beside| beside.instance.clone())
                .collect(),
            files: HashMap::new(),
            clock,
            language: definition
                .default_language
                .clone()
                .or_else(|| definition.languages.first().cloned()),
            properties: HashMap::new(),
            patterns: RefCell::default(),
            random: Cell::new(seed),
            depth: Cell::new(0),
            looked_at: Cell::new(0),
        }
    }

    /// Counts nodes that are looked at.
    pub(crate) fn charge(&self, nodes: usize) {
        self.looked_at
            .set(self.looked_at.get().saturating_add(nodes));
    }

    /// Begins to count anew.
    pub(crate) fn rest(&self) {
        self.looked_at.set(0);
    }

    /// Whether more has been looked at than a form can need.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.looked_at.get() > limits::LOOKED_AT_MAX
    }

    fn instance(&self, number: usize) -> Option<&Instance> {
        match number {
            0 => Some(&self.record),
            beside => self.beside.get(beside - 1)?.as_ref(),
        }
    }

    /// Works out an expression.
    pub(crate) fn value(&self, expression: &Expression, scope: Scope) -> Result<Value> {
        match expression {
            Expression::Number(number) => Ok((*number).into()),
            Expression::Text(text) => Ok(text.as_str().into()),
            Expression::Negative(inner) => {
                let number = self.atom(inner, scope)?.number(self.clock);
                Ok((-number).into())
            }
            Expression::Binary(operator, left, right) => {
                self.binary(*operator, left, right, scope).map(Value::Atom)
            }
            Expression::Call(name, arguments) => {
                if self.depth.get() > limits::EXPRESSION_DEPTH_MAX {
                    return Err(EvaluationError::new("the expression is nested too deep"));
                }
                self.depth.set(self.depth.get() + 1);
                let result = function::call(self, name, arguments, scope);
                self.depth.set(self.depth.get() - 1);
                result
            }
            Expression::Path(path) => self.nodes(path, scope).map(Value::Nodes),
        }
    }

    /// Works out an expression that is to be one value.
    pub(crate) fn atom(&self, expression: &Expression, scope: Scope) -> Result<Atom> {
        let value = self.value(expression, scope)?;
        self.unpack(value)
    }

    /// The one value of a set of nodes.
    pub(crate) fn unpack(&self, value: Value) -> Result<Atom> {
        match value {
            Value::Atom(atom) => Ok(atom),
            Value::Nodes(nodes) => match nodes.as_slice() {
                [] => Ok(Atom::empty()),
                [node] => Ok(self.node_value(*node)),
                several => Err(EvaluationError::new(format!(
                    "{} nodes stand where one value is needed",
                    several.len()
                ))),
            },
        }
    }

    /// What stands in a node; nothing where it does not count.
    pub(crate) fn node_value(&self, node: NodeRef) -> Atom {
        let Some(instance) = self.instance(node.instance) else {
            return Atom::empty();
        };
        let answer = instance.nodes[node.node].answer.as_ref();
        match answer {
            Some(answer) if node.instance != 0 || instance.is_relevant(node.node) => answer.atom(),
            _ => Atom::empty(),
        }
    }

    fn binary(
        &self,
        operator: Operator,
        left: &Expression,
        right: &Expression,
        scope: Scope,
    ) -> Result<Atom> {
        let left = self.atom(left, scope);
        match operator {
            Operator::And if !left.clone()?.truth() => return Ok(Atom::Boolean(false)),
            Operator::Or if left.clone()?.truth() => return Ok(Atom::Boolean(true)),
            Operator::Union => return Err(EvaluationError::new("| is not supported")),
            _ => {}
        }
        let (left, right) = (left?, self.atom(right, scope)?);
        let (a, b) = (left.number(self.clock), right.number(self.clock));
        Ok(match operator {
            Operator::And | Operator::Or => Atom::Boolean(right.truth()),
            Operator::Equal => Atom::Boolean(left.equals(&right, self.clock)),
            Operator::NotEqual => Atom::Boolean(!left.equals(&right, self.clock)),
            Operator::Less => Atom::Boolean(a < b),
            Operator::LessOrEqual => Atom::Boolean(a <= b),
            Operator::Greater => Atom::Boolean(a > b),
            Operator::GreaterOrEqual => Atom::Boolean(a >= b),
            Operator::Add => Atom::Number(a + b),
            Operator::Subtract => Atom::Number(a - b),
            Operator::Multiply => Atom::Number(a * b),
            Operator::Divide => Atom::Number(a / b),
            Operator::Modulo => Atom::Number(a % b),
            Operator::Union => Atom::empty(),
        })
    }

    /// The nodes that a path leads to. Those of the record that do not count are left out.
    pub(crate) fn nodes(&self, path: &Path, scope: Scope) -> Result<Vec<NodeRef>> {
        let mut nodes = self.all_nodes(path, scope)?;
        nodes.retain(|node| node.instance != 0 || self.record.is_relevant(node.node));
        Ok(nodes)
    }

    fn all_nodes(&self, path: &Path, scope: Scope) -> Result<Vec<NodeRef>> {
        let (number, start) = match &path.start {
            Start::Root => (0, None),
            Start::Instance(id) => (self.instance_number(id)?, None),
            Start::Here => self.start(scope.here, path.up)?,
            Start::Current => self.start(scope.current, path.up)?,
        };
        let Some(instance) = self.instance(number) else {
            return Err(self.missing(number));
        };
        if let Some(start) = start {
            return self.down(number, instance, vec![start], &path.steps, &[], scope);
        }
        let Some((first, rest)) = path.steps.split_first() else {
            return Ok(Vec::new());
        };
        if instance
            .nodes
            .first()
            .is_none_or(|root| root.name != first.name && first.name != "*")
        {
            return Ok(Vec::new());
        }
        // An absolute path is read from where the expression stands: as far as it goes the same
        // way, it means the same instances of repeats.
        let mut fixed = Vec::new();
        if let Some(here) = scope.here.filter(|here| here.instance == number) {
            let lineage = instance.lineage(here.node);
            let same = rest.iter().zip(&lineage[1..]);
            for (step, node) in same {
                if instance.nodes[*node].name != step.name {
                    break;
                }
                let above = instance.nodes[*node].parent;
                self.charge(above.map_or(0, |above| instance.nodes[above].children.len()));
                let position = step.predicates.is_empty().then(|| instance.position(*node));
                fixed.push(position);
            }
        }
        self.down(number, instance, vec![0], rest, &fixed, scope)
    }

    fn start(&self, node: Option<NodeRef>, up: usize) -> Result<(usize, Option<usize>)> {
        let Some(node) = node else {
            return Err(EvaluationError::new("the path begins nowhere"));
        };
        let Some(instance) = self.instance(node.instance) else {
            return Err(self.missing(node.instance));
        };
        let mut at = node.node;
        for _ in 0..up {
            match instance.nodes[at].parent {
                Some(parent) => at = parent,
                None => return Err(EvaluationError::new("the path leads above the root")),
            }
        }
        Ok((node.instance, Some(at)))
    }

    fn instance_number(&self, id: &str) -> Result<usize> {
        let known = self
            .definition
            .beside
            .iter()
            .position(|beside| beside.id == id);
        match known {
            Some(at) => Ok(at + 1),
            None => Err(EvaluationError::new(format!(
                "the form has no instance \u{2018}{id}\u{2019}"
            ))),
        }
    }

    fn missing(&self, number: usize) -> EvaluationError {
        let beside = self.definition.beside.get(number.wrapping_sub(1));
        let id = beside.map_or("", |beside| beside.id.as_str());
        EvaluationError {
            message: format!("the file of \u{2018}{id}\u{2019} is not there"),
            kind: MissingKind::File,
        }
    }

    fn down(
        &self,
        number: usize,
        instance: &Instance,
        from: Vec<usize>,
        steps: &[Step],
        fixed: &[Option<usize>],
        scope: Scope,
    ) -> Result<Vec<NodeRef>> {
        let mut nodes = from;
        for (depth, step) in steps.iter().enumerate() {
            let mut next = Vec::new();
            for node in nodes {
                let mut found: Vec<usize> = instance.named(node, &step.name).collect();
                self.charge(instance.nodes[node].children.len());
                let name = |id: usize| &instance.nodes[id].name;
                if step.name == "*" && found.windows(2).any(|two| name(two[0]) != name(two[1])) {
                    return Err(EvaluationError::new(
                        "* stands for children of several names",
                    ));
                }
                if let Some(Some(position)) = fixed.get(depth) {
                    found = found.into_iter().skip(*position).take(1).collect();
                }
                for (round, predicate) in step.predicates.iter().enumerate() {
                    found = self.filter(number, instance, found, predicate, round == 0, scope)?;
                }
                next.extend(found);
            }
            nodes = next;
        }
        Ok(nodes
            .into_iter()
            .map(|node| NodeRef {
                instance: number,
                node,
            })
            .collect())
    }

    fn filter(
        &self,
        number: usize,
        instance: &Instance,
        nodes: Vec<usize>,
        predicate: &Expression,
        first: bool,
        scope: Scope,
    ) -> Result<Vec<usize>> {
        let mut kept = Vec::new();
        for (at, node) in nodes.into_iter().enumerate() {
            let here = NodeRef {
                instance: number,
                node,
            };
            let position = if first { instance.position(node) } else { at };
            let inner = Scope {
                here: Some(here),
                current: scope.current.or(scope.here),
                position: Some(position),
            };
            // Only truth decides: a number is no position here.
            if let Value::Atom(Atom::Boolean(true)) = self.value(predicate, inner)? {
                kept.push(node);
            }
        }
        Ok(kept)
    }

    /// The words in the language that is shown.
    pub(crate) fn words(&self, words: &Words, scope: Scope) -> Result<String> {
        match &words.id {
            Some(id) => self.text(id, scope),
            None => self.parts(&words.parts, scope),
        }
    }

    /// The text of that id in the language that is shown.
    pub(crate) fn text(&self, id: &str, scope: Scope) -> Result<String> {
        let language = self.language.clone().unwrap_or_default();
        match self.definition.texts.get(&(language, id.to_owned())) {
            Some(parts) => self.parts(parts, scope),
            None => Ok(format!("[itext:{id}]")),
        }
    }

    fn parts(&self, parts: &[Part], scope: Scope) -> Result<String> {
        let mut out = String::new();
        for part in parts {
            match part {
                Part::Plain(text) => out.push_str(text),
                Part::Unread(_) => {}
                Part::Computed(expression) => {
                    out.push_str(&self.atom(expression, scope)?.text(self.clock));
                }
            }
        }
        Ok(out)
    }

    /// The choices that a control offers at a node: value and label.
    pub(crate) fn options(&self, control: &Control, node: usize) -> Result<Vec<(String, String)>> {
        let scope = Scope::of(node);
        let mut options = Vec::new();
        for (value, label) in &control.items {
            let label = label
                .as_ref()
                .map(|label| self.words(label, scope))
                .transpose()?;
            options.push((value.clone(), label.unwrap_or_default()));
        }
        if let Some(itemset) = &control.itemset {
            for item in self.nodes(&itemset.nodes, scope)? {
                let scope = Scope {
                    here: Some(item),
                    ..scope
                };
                let value = self.atom(&itemset.value, scope)?.text(self.clock);
                let label = match &itemset.label {
                    Some(label) => self.atom(label, scope)?.text(self.clock),
                    None => String::new(),
                };
                options.push((value, label));
            }
        }
        Ok(options)
    }

    /// The values that a control offers at a node, labels aside.
    pub(crate) fn option_values(&self, control: &Control, node: usize) -> Result<Vec<String>> {
        let scope = Scope::of(node);
        let mut values: Vec<String> = control
            .items
            .iter()
            .map(|(value, _)| value.clone())
            .collect();
        if let Some(itemset) = &control.itemset {
            for item in self.nodes(&itemset.nodes, scope)? {
                let scope = Scope {
                    here: Some(item),
                    ..scope
                };
                values.push(self.atom(&itemset.value, scope)?.text(self.clock));
            }
        }
        Ok(values)
    }
}
