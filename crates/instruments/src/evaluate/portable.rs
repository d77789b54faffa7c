//! Where engines would not agree: the portable profile is what `JavaRosa` and the web engine of ODK
//! answer alike, by a battery of expressions that both were asked.

use std::collections::BTreeSet;

use super::definition::{Decides, Definition, Part};
use super::parse::{Expression, Operator, Path, Start};

/// Functions that one of the engines lacks, or answers otherwise.
const NOT_SHARED: [&str; 13] = [
    "floor",
    "ceiling",
    "substring",
    "last",
    "name",
    "local-name",
    "lang",
    "is-selected",
    "version",
    "property",
    "extract-signed",
    "depend",
    "enclosed-area",
];

/// What is not portable in a form: a place, and why.
pub(crate) fn portable(definition: &Definition) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for rule in &definition.rules {
        let mut messages = Vec::new();
        look(&rule.expression, &mut messages);
        if rule.decides == Decides::Calculation && is_truth(&rule.expression) {
            messages
                .push("a truth that is stored is 1 in one engine and true in the other".to_owned());
        }
        let path = &definition.places[rule.place].path;
        found.extend(messages.into_iter().map(|message| (path.clone(), message)));
    }
    for place in &definition.places {
        let Some(constraint) = &place.constraint else {
            continue;
        };
        let mut messages = Vec::new();
        look(constraint, &mut messages);
        found.extend(
            messages
                .into_iter()
                .map(|message| (place.path.clone(), message)),
        );
    }
    found
}

/// What stands in a text as an expression and is none, each once.
pub(crate) fn unread_outputs(definition: &Definition) -> BTreeSet<&str> {
    let labels = definition.controls.iter().flat_map(|control| {
        let items = control.items.iter().filter_map(|(_, label)| label.as_ref());
        control.label.iter().chain(items)
    });
    let parts = labels.flat_map(|words| &words.parts);
    let parts = parts.chain(definition.texts.values().flatten());
    parts
        .filter_map(|part| match part {
            Part::Unread(reason) => Some(reason.as_str()),
            _ => None,
        })
        .collect()
}

fn is_truth(expression: &Expression) -> bool {
    match expression {
        Expression::Binary(operator, ..) => matches!(
            operator,
            Operator::Or
                | Operator::And
                | Operator::Equal
                | Operator::NotEqual
                | Operator::Less
                | Operator::LessOrEqual
                | Operator::Greater
                | Operator::GreaterOrEqual
        ),
        Expression::Call(name, _) => matches!(
            name.as_str(),
            "true"
                | "false"
                | "not"
                | "boolean"
                | "selected"
                | "contains"
                | "starts-with"
                | "ends-with"
                | "regex"
                | "checklist"
                | "weighted-checklist"
                | "boolean-from-string"
        ),
        _ => false,
    }
}

fn look(expression: &Expression, found: &mut Vec<String>) {
    match expression {
        Expression::Number(_) | Expression::Text(_) => {}
        Expression::Negative(inner) => look(inner, found),
        Expression::Binary(operator, left, right) => {
            if *operator == Operator::Union {
                found.push("| is answered by neither engine".to_owned());
            }
            let ordered = matches!(
                operator,
                Operator::Less
                    | Operator::LessOrEqual
                    | Operator::Greater
                    | Operator::GreaterOrEqual
            );
            if ordered && [left, right].iter().any(|side| is_day(side)) {
                let message =
                    "a day in quotation marks is compared as no number; date() makes it a day";
                found.push(message.to_owned());
            }
            look(left, found);
            look(right, found);
        }
        Expression::Call(name, arguments) => call(name, arguments, found),
        Expression::Path(path) => steps(path, found),
    }
}

fn is_day(expression: &Expression) -> bool {
    match expression {
        Expression::Text(text) => {
            text.len() >= 8 && text.split('-').count() == 3 && text.starts_with(char::is_numeric)
        }
        _ => false,
    }
}

fn call(name: &str, arguments: &[Expression], found: &mut Vec<String>) {
    if NOT_SHARED.contains(&name) {
        found.push(format!("{name}() is not answered by every engine"));
    }
    if matches!(name, "sum" | "max" | "min")
        && let [Expression::Path(path)] = arguments
        && path
            .steps
            .last()
            .is_none_or(|step| step.predicates.is_empty())
        && !matches!(path.start, Start::Instance(_))
    {
        let message = format!("{name}() over blanks differs; [. != ''] leaves them out");
        found.push(message);
    }
    if name == "regex"
        && let Some(Expression::Text(pattern)) = arguments.get(1)
        && !(pattern.starts_with('^') && pattern.ends_with('$'))
    {
        found
            .push("a pattern without ^ and $ is for the whole text in one engine alone".to_owned());
    }
    for argument in arguments {
        look(argument, found);
    }
}

fn steps(path: &Path, found: &mut Vec<String>) {
    for step in &path.steps {
        if step.name == "*" {
            found.push("* is not answered by every engine".to_owned());
        }
        for predicate in &step.predicates {
            if let Expression::Number(_) = predicate {
                found.push("[2] selects nothing in one engine; [position() = 2] does".to_owned());
            }
            look(predicate, found);
        }
    }
}
