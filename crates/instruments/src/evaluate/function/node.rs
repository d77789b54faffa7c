//! Nodes: how many, where, which are chosen.

use super::{Answered, Call};
use crate::evaluate::EvaluationError;
use crate::evaluate::answer::split_choices;
use crate::evaluate::context::{Scope, State};
use crate::evaluate::parse::{Expression, Path, Start, parse};
use crate::evaluate::value::{Atom, NodeRef, Value, small};

pub(super) fn call(call: &Call<'_>) -> Answered {
    let value: Value = match (call.name, call.count()) {
        ("count", 1) => whole(nodes(call, 0)?.len()).into(),
        ("count-non-empty", 1) => {
            let filled = nodes(call, 0)?
                .iter()
                .filter(|node| is_filled(call, **node))
                .count();
            whole(filled).into()
        }
        ("position", 0) => {
            let here = call.scope.here.map(|node| position(call.state, node));
            whole(
                call.scope
                    .position
                    .map_or(here.unwrap_or(0), |position| position + 1),
            )
            .into()
        }
        ("position", 1) => {
            let first = nodes(call, 0)?.first().copied();
            whole(first.map_or(0, |node| position(call.state, node))).into()
        }
        ("selected" | "is-selected", 2) => {
            let chosen = chosen(call, 0)?;
            let Atom::Text(wanted) = call.atom(1)? else {
                return Err(call.wrong("the second argument is a text in quotation marks"));
            };
            format!(" {chosen} ")
                .contains(&format!(" {} ", wanted.trim()))
                .into()
        }
        ("count-selected", 1) => whole(split_choices(&chosen(call, 0)?).len()).into(),
        ("selected-at", 2) => {
            let choices = split_choices(&chosen(call, 0)?);
            let at = usize::try_from(small(call.number(1)?)).ok();
            at.and_then(|at| choices.get(at))
                .map_or("", String::as_str)
                .into()
        }
        ("once", 1) => {
            let own = call
                .scope
                .here
                .map_or_else(Atom::empty, |node| call.state.node_value(node));
            if own.text(call.state.clock).is_empty() {
                call.arguments[0].clone()
            } else {
                Value::Atom(own)
            }
        }
        ("randomize", 1 | 2) => Value::Nodes(nodes(call, 0)?.to_vec()),
        ("jr:choice-name", 2) => choice_name(call)?.into(),
        ("pulldata", 4) => pulldata(call)?.into(),
        _ => return Ok(None),
    };
    Ok(Some(value))
}

fn whole(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn nodes<'a>(call: &'a Call<'_>, at: usize) -> Result<&'a [NodeRef], EvaluationError> {
    match call.arguments.get(at) {
        Some(Value::Nodes(nodes)) => Ok(nodes),
        _ => Err(call.wrong("a set of nodes is needed")),
    }
}

fn is_filled(call: &Call<'_>, node: NodeRef) -> bool {
    let instance = match node.instance {
        0 => Some(&call.state.record),
        beside => call.state.beside.get(beside - 1).and_then(Option::as_ref),
    };
    instance.is_some_and(|instance| {
        let node = &instance.nodes[node.node];
        !node.children.is_empty() || node.answer.is_some()
    })
}

/// The position among siblings of its name, from 1.
fn position(state: &State<'_>, node: NodeRef) -> usize {
    let instance = match node.instance {
        0 => Some(&state.record),
        beside => state.beside.get(beside - 1).and_then(Option::as_ref),
    };
    instance.map_or(0, |instance| instance.position(node.node) + 1)
}

/// The chosen values of a select, which are text.
fn chosen(call: &Call<'_>, at: usize) -> Result<String, EvaluationError> {
    match call.atom(at)? {
        Atom::Text(text) => Ok(text),
        _ => Err(call.wrong("a select is needed, or a text")),
    }
}

/// A value of an instance of a repeat by its number: a path, then pairs of repeat and number.
pub(super) fn indexed_repeat(
    state: &State<'_>,
    arguments: &[Expression],
    scope: Scope,
) -> Result<Value, EvaluationError> {
    let wrong = |message: &str| EvaluationError::new(format!("indexed-repeat: {message}"));
    if arguments.len() < 3 || arguments.len().is_multiple_of(2) || arguments.len() > 11 {
        return Err(wrong("a path and pairs of repeat and number are needed"));
    }
    let path = |at: usize| match &arguments[at] {
        Expression::Path(path) => absolute(state, path, scope),
        _ => None,
    };
    let Some(target) = path(0) else {
        return Err(wrong("the first argument is a path"));
    };
    let mut fixed: Vec<Option<usize>> = vec![None; target.len()];
    if let Some(here) = scope.here.filter(|here| here.instance == 0) {
        let lineage = state.record.lineage(here.node);
        for (at, (name, node)) in target.iter().zip(&lineage).enumerate() {
            if state.record.nodes[*node].name != *name {
                break;
            }
            fixed[at] = Some(state.record.position(*node));
        }
    }
    for pair in (1..arguments.len()).step_by(2) {
        let Some(repeat) = path(pair) else {
            return Err(wrong("a repeat is named by its path"));
        };
        if repeat.len() >= target.len() || !target.starts_with(&repeat) {
            return Err(wrong("the repeat holds what the first argument names"));
        }
        let number = small(state.atom(&arguments[pair + 1], scope)?.number(state.clock));
        let at = usize::try_from(number.max(1) - 1).unwrap_or(0);
        fixed[repeat.len() - 1] = Some(at);
    }
    let mut found = vec![0];
    for (depth, name) in target.iter().enumerate().skip(1) {
        let mut next = Vec::new();
        for node in found {
            let children = state.record.named(node, name);
            match fixed[depth] {
                Some(at) => next.extend(children.skip(at).take(1)),
                None => next.extend(children),
            }
        }
        found = next;
    }
    let nodes = found
        .into_iter()
        .filter(|node| state.record.is_relevant(*node));
    Ok(Value::Nodes(
        nodes.map(|node| NodeRef { instance: 0, node }).collect(),
    ))
}

/// The names of a path from the record's root on.
fn absolute(state: &State<'_>, path: &Path, scope: Scope) -> Option<Vec<String>> {
    let place = |node: Option<NodeRef>| {
        node.filter(|node| node.instance == 0)
            .map(|node| state.record.nodes[node.node].place)
    };
    let target = state
        .definition
        .target(path, place(scope.here), place(scope.current))?;
    let path = &state.definition.places[target].path;
    Some(path.split('/').skip(1).map(str::to_owned).collect())
}

/// The label of a choice: the value, and the question that offers it.
fn choice_name(call: &Call<'_>) -> Result<String, EvaluationError> {
    let state = call.state;
    let (value, question) = (call.text(0)?, call.text(1)?);
    let Ok(Expression::Path(path)) = parse(question.trim()) else {
        return Err(call.wrong(format!("\u{2018}{question}\u{2019} is no path")));
    };
    let names = absolute(state, &path, call.scope);
    let place = names.and_then(|names| state.definition.place(&format!("/{}", names.join("/"))));
    let Some(place) = place else {
        return Err(call.wrong(format!("there is no question {question}")));
    };
    let control = state.definition.controls.iter().find(|control| {
        control.place == Some(place) && (control.itemset.is_some() || !control.items.is_empty())
    });
    let Some(control) = control else {
        return Ok(String::new());
    };
    let node = match path.start {
        Start::Instance(_) => None,
        _ => state
            .nodes(&path, call.scope)?
            .first()
            .map(|node| node.node),
    };
    let options = state.options(control, node.unwrap_or(0))?;
    Ok(options
        .into_iter()
        .find(|(known, _)| *known == value)
        .map_or_else(String::new, |(_, label)| label))
}

/// A cell of a file: the file, the column wanted, the column searched, the value searched.
fn pulldata(call: &Call<'_>) -> Result<String, EvaluationError> {
    let (file, wanted) = (call.text(0)?, call.text(1)?);
    let (key, value) = (call.text(2)?, call.text(3)?);
    let Some(instance) = call.state.files.get(&file) else {
        return Err(EvaluationError {
            message: format!("the file \u{2018}{file}\u{2019} is not there"),
            kind: crate::evaluate::MissingKind::File,
        });
    };
    let text = |item: usize, column: &str| {
        let cell = instance.named(item, column).next()?;
        instance.nodes[cell]
            .answer
            .as_ref()
            .map(|answer| answer.text(call.state.clock))
    };
    let items = instance
        .nodes
        .first()
        .map_or(&[][..], |root| root.children.as_slice());
    let row = items
        .iter()
        .find(|item| text(**item, &key).unwrap_or_default() == value);
    Ok(row
        .and_then(|item| text(*item, &wanted))
        .unwrap_or_default())
}
