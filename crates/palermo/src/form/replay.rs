//! Forms filled in by a script: one request a line in, one answer a line out, in the words that
//! the oracles on `JavaRosa` and `xforms-engine` share.

use std::collections::HashMap;
use std::path::Path;

use instruments::evaluate::{Attachments, Clock, Definition, NodeState, Session, Violation};
use serde_json::{Value, json};

/// Answers a request. What goes wrong is an answer too.
pub(crate) fn answer(line: &str, now: i64) -> Value {
    let request: Value = match serde_json::from_str(line) {
        Ok(request) => request,
        Err(error) => return json!({"ok": false, "error": error.to_string(), "id": null}),
    };
    let id = request.get("id").cloned().unwrap_or(Value::Null);
    match run(&request, now) {
        Ok(mut answer) => {
            if let Value::Object(map) = &mut answer {
                map.insert("ok".to_owned(), Value::Bool(true));
                map.insert("id".to_owned(), id);
            }
            answer
        }
        Err(error) => json!({"ok": false, "error": error, "id": id}),
    }
}

/// A text, or what stands in the file of that name.
fn text_of(value: &str) -> Result<String, String> {
    if value.trim_start().starts_with('<') {
        return Ok(value.to_owned());
    }
    std::fs::read_to_string(value).map_err(|error| format!("{value}: {error}"))
}

/// Files beside the form: those of a folder, and those that the request names.
fn attachments(request: &Value) -> Attachments {
    let mut attachments = HashMap::new();
    if let Some(folder) = request.get("dir").and_then(Value::as_str)
        && let Ok(entries) = std::fs::read_dir(folder)
    {
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if let Ok(text) = std::fs::read_to_string(entry.path()) {
                attachments.insert(name, text);
            }
        }
    }
    let named = request.get("attachments").and_then(Value::as_object);
    for (name, value) in named.into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        let text = if Path::new(value).is_file() {
            std::fs::read_to_string(value).unwrap_or_default()
        } else {
            value.to_owned()
        };
        attachments.insert(name.clone(), text);
    }
    attachments
}

fn clock(request: &Value, now: i64) -> Clock {
    let asked = request.get("now").and_then(Value::as_str);
    let asked = asked.and_then(|text| text.parse::<jiff::Timestamp>().ok());
    Clock {
        now: asked.map_or(now, jiff::Timestamp::as_millisecond),
        ahead_minutes: 0,
    }
}

fn run(request: &Value, now: i64) -> Result<Value, String> {
    let form = request
        .get("form")
        .and_then(Value::as_str)
        .ok_or("the request names no form")?;
    let definition = Definition::read(&text_of(form)?).map_err(|error| error.to_string())?;
    let properties = HashMap::from([
        ("deviceid".to_owned(), "oracle:device".to_owned()),
        ("username".to_owned(), "oracle".to_owned()),
    ]);
    let (files, clock) = (attachments(request), clock(request, now));
    let mut session = match request.get("instance").and_then(Value::as_str) {
        Some(record) => {
            let record = text_of(record)?;
            Session::restore(&definition, &files, properties, clock, &record)
                .map_err(|error| error.to_string())?
        }
        None => Session::begin(&definition, &files, properties, clock, 1),
    };
    let steps = request.get("steps").and_then(Value::as_array);
    for step in steps.into_iter().flatten() {
        take(&mut session, step)?;
        stop_at_errors(&session)?;
    }
    stop_at_errors(&session)?;
    let violations: Vec<Value> = session.violations().iter().map(violation).collect();
    let nodes: Vec<Value> = session.nodes().iter().map(node).collect();
    stop_at_errors(&session)?;
    let languages = definition.languages().to_vec();
    Ok(json!({
        "violations": violations,
        "nodes": nodes,
        "xml": session.xml(),
        "languages": languages,
    }))
}

/// An expression that fails stops the oracles: here it is told in the same way.
fn stop_at_errors(session: &Session<'_>) -> Result<(), String> {
    match session.errors().first() {
        Some((path, error)) => Err(format!("{path}: {error}")),
        None => Ok(()),
    }
}

fn take(session: &mut Session<'_>, step: &Value) -> Result<(), String> {
    let word = |at: usize| step.get(at).and_then(Value::as_str).unwrap_or_default();
    let done = match word(0) {
        "set" => session.set(word(1), &entered(step.get(2))),
        "add" => session.add(word(1)),
        "remove" => {
            let at = step.get(2).and_then(Value::as_u64).unwrap_or(0);
            session.remove(word(1), usize::try_from(at).unwrap_or(usize::MAX))
        }
        "lang" => session.show_language(word(1)),
        other => return Err(format!("there is no step {other}")),
    };
    done.map_err(|error| error.to_string())
}

fn entered(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let parts: Vec<String> = parts.iter().map(|part| entered(Some(part))).collect();
            parts.join(" ")
        }
        Some(other) => other.to_string(),
    }
}

fn violation(violation: &Violation) -> Value {
    json!({
        "ref": violation.path,
        "condition": violation.condition,
        "message": violation.message,
    })
}

fn node(state: &NodeState) -> Value {
    let mut node = json!({"ref": state.path, "relevant": state.relevant});
    let Value::Object(map) = &mut node else {
        return node;
    };
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), value);
        }
    };
    put("required", state.required.then_some(Value::Bool(true)));
    put("readonly", state.readonly.then_some(Value::Bool(true)));
    put("value", state.value.clone().map(Value::String));
    put("label", state.label.clone().map(Value::String));
    put("options", state.options.clone().map(Value::from));
    put("invalid", state.invalid.map(Value::from));
    node
}
