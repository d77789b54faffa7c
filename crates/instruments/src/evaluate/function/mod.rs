//! The functions of the ODK specification, as JavaRosa answers them
//! (<https://getodk.github.io/xforms-spec/#xpath-functions>).

mod digest;
mod node;
mod number;
mod place;
mod text;
mod time;

use super::EvaluationError;
use super::context::{Scope, State};
use super::parse::Expression;
use super::value::{Atom, Value};

type Result = std::result::Result<Value, EvaluationError>;

/// A call whose arguments are worked out.
struct Call<'a> {
    name: &'a str,
    state: &'a State<'a>,
    scope: Scope,
    arguments: Vec<Value>,
}

/// Calls a function.
pub(super) fn call(
    state: &State<'_>,
    name: &str,
    arguments: &[Expression],
    scope: Scope,
) -> Result {
    // These look at their arguments one by one, or at the paths themselves.
    match (name, arguments) {
        ("if", [condition, then, otherwise]) => {
            let truth = state.atom(condition, scope)?.truth();
            return state.value(if truth { then } else { otherwise }, scope);
        }
        ("coalesce", [first, second]) => {
            let value = state.value(first, scope)?;
            let nothing = state.unpack(value.clone())?.is_nothing();
            return if nothing {
                state.value(second, scope)
            } else {
                Ok(value)
            };
        }
        ("indexed-repeat", _) => return node::indexed_repeat(state, arguments, scope),
        _ => {}
    }
    let values = arguments
        .iter()
        .map(|argument| state.value(argument, scope));
    let call = Call {
        name,
        state,
        scope,
        arguments: values.collect::<std::result::Result<_, _>>()?,
    };
    let families = [
        logic,
        number::call,
        text::call,
        time::call,
        node::call,
        place::call,
        digest::call,
    ];
    for family in families {
        if let Some(value) = family(&call)? {
            return Ok(value);
        }
    }
    Err(EvaluationError::new(format!(
        "there is no function {name} with {} arguments",
        arguments.len()
    )))
}

type Answered = std::result::Result<Option<Value>, EvaluationError>;

impl Call<'_> {
    fn count(&self) -> usize {
        self.arguments.len()
    }

    fn atom(&self, at: usize) -> std::result::Result<Atom, EvaluationError> {
        match self.arguments.get(at) {
            Some(value) => self.state.unpack(value.clone()),
            None => Ok(Atom::empty()),
        }
    }

    fn text(&self, at: usize) -> std::result::Result<String, EvaluationError> {
        Ok(self.atom(at)?.text(self.state.clock))
    }

    fn number(&self, at: usize) -> std::result::Result<f64, EvaluationError> {
        Ok(self.atom(at)?.number(self.state.clock))
    }

    /// The values from an argument on; those of the nodes, when it is the only one and a set.
    fn list(&self, from: usize) -> std::result::Result<Vec<Atom>, EvaluationError> {
        if let [Value::Nodes(nodes)] = &self.arguments[from.min(self.count())..] {
            return Ok(nodes
                .iter()
                .map(|node| self.state.node_value(*node))
                .collect());
        }
        (from..self.count()).map(|at| self.atom(at)).collect()
    }

    fn wrong(&self, message: impl std::fmt::Display) -> EvaluationError {
        EvaluationError::new(format!("{}: {message}", self.name))
    }
}

fn logic(call: &Call<'_>) -> Answered {
    let clock = call.state.clock;
    let truth = match (call.name, call.count()) {
        ("true", 0) => true,
        ("false", 0) => false,
        ("boolean", 1) => call.atom(0)?.truth(),
        ("not", 1) => !call.atom(0)?.truth(),
        ("boolean-from-string", 1) => {
            let text = call.text(0)?;
            text.eq_ignore_ascii_case("true") || text == "1"
        }
        ("checklist", 2..) => {
            let (least, most) = (call.number(0)?, call.number(1)?);
            let found = call.list(2)?.iter().filter(|atom| atom.truth()).count();
            let found = f64::from(u32::try_from(found).unwrap_or(u32::MAX));
            (least < 0.0 || found >= least.trunc()) && (most < 0.0 || found <= most.trunc())
        }
        ("weighted-checklist", count) if count >= 2 && count.is_multiple_of(2) => {
            let (least, most) = (call.number(0)?, call.number(1)?);
            let (flags, weights) = weighted(call)?;
            let sum: f64 = flags
                .iter()
                .zip(&weights)
                .filter(|(flag, _)| flag.truth())
                .map(|(_, weight)| weight.number(clock))
                .sum();
            sum >= least && sum <= most
        }
        ("depend", 1..) => return Ok(call.arguments.first().cloned()),
        _ => return Ok(None),
    };
    Ok(Some(truth.into()))
}

type Pair = (Vec<Atom>, Vec<Atom>);

fn weighted(call: &Call<'_>) -> std::result::Result<Pair, EvaluationError> {
    if let [_, _, Value::Nodes(flags), Value::Nodes(weights)] = call.arguments.as_slice() {
        if flags.len() != weights.len() {
            return Err(call.wrong("as many weights as conditions are needed"));
        }
        let values = |nodes: &[super::value::NodeRef]| {
            nodes
                .iter()
                .map(|node| call.state.node_value(*node))
                .collect()
        };
        return Ok((values(flags), values(weights)));
    }
    let every = |from: usize| {
        (from..call.count())
            .step_by(2)
            .map(|at| call.atom(at))
            .collect::<std::result::Result<_, _>>()
    };
    Ok((every(2)?, every(3)?))
}
