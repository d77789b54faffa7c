//! Expressions that JavaRosa was asked, and what it answered.

use std::collections::HashMap;

use instruments::evaluate::{Attachments, Clock, Definition, Session};
use serde_json::Value;

const CLOCK: Clock = Clock {
    now: 1_782_813_600_000,
    ahead_minutes: 0,
};

/// Differences from JavaRosa that are meant, each with its reason. There are none.
const MEANT: [(&str, &str); 0] = [];

fn answer(form: &str, expression: &str) -> String {
    let escaped = expression
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;");
    let form = form.replace("calculate=\"/data/s\"", &format!("calculate=\"{escaped}\""));
    let definition = match Definition::read(&form) {
        Ok(definition) => definition,
        Err(error) => return format!("ERR {error}"),
    };
    let properties = HashMap::from([("deviceid".to_owned(), "oracle:device".to_owned())]);
    let mut session = Session::begin(&definition, &Attachments::new(), properties, CLOCK, 1);
    if let Some((path, error)) = session.errors().first() {
        return format!("ERR {path}: {error}");
    }
    let node = session
        .nodes()
        .into_iter()
        .find(|node| node.path == "/data/out[1]");
    node.and_then(|node| node.value).unwrap_or_default()
}

#[test]
fn every_expression_comes_to_what_javarosa_says() {
    let files = [
        "xforms/battery_form_example.xml",
        "xforms/xpath_battery.json",
    ]
    .map(testkit::shared);
    let [Some(form), Some(battery)] = files else {
        return;
    };
    let form = std::fs::read_to_string(form).expect("the form");
    let battery = std::fs::read_to_string(battery).expect("the battery");
    let battery: Vec<Value> = serde_json::from_str(&battery).expect("JSON");
    let mut differing = Vec::new();
    for case in &battery {
        let text = |key: &str| case[key].as_str().unwrap_or_default();
        let (expression, wanted) = (text("expr"), text("javarosa"));
        let found = answer(&form, expression);
        let both_fail = found.starts_with("ERR") && wanted.starts_with("ERR");
        let meant = MEANT.iter().any(|(known, _)| *known == expression);
        if found != wanted && !both_fail && !meant {
            differing.push(format!("{expression}: {found}, not {wanted}"));
        }
    }
    assert_eq!(battery.len(), 106);
    assert!(differing.is_empty(), "{differing:#?}");
}
