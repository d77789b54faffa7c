//! Types with settings of their own: text, pictures, sound, places, the audit log.

use super::parameter::{self, Parameters};
use crate::finding::{Findings, Place};
use crate::model::{Action, Deed, Element, Event};
use crate::settings::yes_no;

const WHOLE: &str = "a whole number is allowed";
const NUMBER: &str = "a number is allowed";
const TRUTH: &str = "true or false is allowed";

/// `rows` of a text.
pub(super) fn text(
    element: &mut Element,
    row: u32,
    parameters: &Parameters,
    findings: &mut Findings,
) {
    parameter::accept(parameters, &["rows"], row, findings);
    if let Some(rows) = parameter::get(parameters, "rows") {
        if parameter::whole(rows).is_none() {
            parameter::refuse("rows", rows, WHOLE, row, findings);
        }
        element.control_mut().set("rows", rows);
    }
}

/// `max-pixels` and `app` of a picture, and its default.
pub(super) fn picture(
    element: &mut Element,
    row: u32,
    parameters: &Parameters,
    appearance: Option<&str>,
    findings: &mut Findings,
) {
    if let Some(default) = &mut element.default
        && !default.contains("jr://images/")
    {
        default.insert_str(0, "jr://images/");
    }
    parameter::accept(parameters, &["app", "max-pixels"], row, findings);
    if let Some(pixels) = parameter::get(parameters, "max-pixels") {
        if parameter::whole(pixels).is_none() {
            parameter::refuse("max-pixels", pixels, WHOLE, row, findings);
        }
        element.bind_mut().set("orx:max-pixels", pixels);
    } else {
        let message = "a picture without max-pixels costs those who send it more than they need";
        findings.warn(
            Place::survey(row).column("parameters"),
            "picture-unbounded",
            message,
        );
    }
    if let Some(app) = parameter::get(parameters, "app")
        && appearance.is_none_or(|appearance| appearance == "annotate")
    {
        if !is_android_package(app) {
            let allowed = "words of letters, digits and underscores that begin with a letter, \
                           joined by points, are allowed";
            parameter::refuse("app", app, allowed, row, findings);
        }
        element.control_mut().set("intent", app);
    }
}

fn is_android_package(name: &str) -> bool {
    name.contains('.')
        && name.split('.').all(|part| {
            !part.is_empty()
                && !part.starts_with('_')
                && !part.starts_with(|c: char| c.is_numeric())
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        })
}

/// `quality` of sound.
pub(super) fn sound(
    element: &mut Element,
    row: u32,
    parameters: &Parameters,
    findings: &mut Findings,
) {
    parameter::accept(parameters, &["quality"], row, findings);
    let Some(quality) = parameter::get(parameters, "quality") else {
        return;
    };
    if !matches!(quality, "voice-only" | "low" | "normal" | "external") {
        let allowed = "voice-only, low, normal or external is allowed";
        parameter::refuse("quality", quality, allowed, row, findings);
    }
    element.bind_mut().set("odk:quality", quality);
}

/// Sound that is recorded while the form is open.
pub(super) fn background_sound(
    element: &mut Element,
    row: u32,
    parameters: &Parameters,
    findings: &mut Findings,
) {
    parameter::accept(parameters, &["quality"], row, findings);
    let mut action = Action::new(Deed::RecordAudio, Event::Load);
    if let Some(quality) = parameter::get(parameters, "quality") {
        if !matches!(quality, "voice-only" | "low" | "normal") {
            let allowed = "voice-only, low or normal is allowed";
            parameter::refuse("quality", quality, allowed, row, findings);
        }
        action.quality = Some(quality.to_owned());
    }
    element.actions.push(action);
}

/// Accuracy and reference geometry of a place, a line or an area. Gives the reference geometry.
pub(super) fn place(
    element: &mut Element,
    row: u32,
    parameters: &Parameters,
    findings: &mut Findings,
) -> Option<String> {
    element.control_mut();
    if element.type_name == "geopoint" {
        let allowed = [
            "allow-mock-accuracy",
            "capture-accuracy",
            "reference-geometry",
            "warning-accuracy",
        ];
        parameter::accept(parameters, &allowed, row, findings);
        let thresholds = [
            ("capture-accuracy", "accuracyThreshold"),
            ("warning-accuracy", "unacceptableAccuracyThreshold"),
        ];
        for (key, attribute) in thresholds {
            if let Some(value) = parameter::get(parameters, key) {
                if !parameter::is_number(value) {
                    parameter::refuse(key, value, NUMBER, row, findings);
                }
                element.control_mut().set(attribute, value);
            }
        }
    } else {
        let allowed = ["allow-mock-accuracy", "incremental", "reference-geometry"];
        parameter::accept(parameters, &allowed, row, findings);
        if let Some(value) = parameter::get(parameters, "incremental") {
            if yes_no(value) != Some(true) {
                parameter::refuse("incremental", value, "true is allowed", row, findings);
            }
            element.control_mut().set("incremental", "true");
        }
    }
    if let Some(value) = parameter::get(parameters, "allow-mock-accuracy") {
        if !matches!(value, "true" | "false") {
            parameter::refuse("allow-mock-accuracy", value, TRUTH, row, findings);
        }
        element.bind_mut().set("odk:allow-mock-accuracy", value);
    }
    let reference = parameter::get(parameters, "reference-geometry").map(str::to_owned);
    if reference.is_some() {
        element.itemset.clone_from(&reference);
    }
    reference
}

const PRIORITIES: [&str; 4] = ["no-power", "low-power", "balanced", "high-accuracy"];
const LOCATION: [&str; 3] = [
    "location-priority",
    "location-min-interval",
    "location-max-age",
];

/// The log of what was done on the device.
pub(super) fn audit(
    element: &mut Element,
    row: u32,
    parameters: &Parameters,
    findings: &mut Findings,
) {
    let allowed = [
        "identify-user",
        "location-max-age",
        "location-min-interval",
        "location-priority",
        "track-changes",
        "track-changes-reasons",
    ];
    parameter::accept(parameters, &allowed, row, findings);
    for key in ["track-changes", "track-changes-reasons", "identify-user"] {
        let Some(value) = parameter::get(parameters, key) else {
            continue;
        };
        let fits = match key {
            "track-changes-reasons" => value == "on-form-edit",
            _ => matches!(value, "true" | "false"),
        };
        if !fits {
            let allowed = if key == "track-changes-reasons" {
                "on-form-edit is allowed"
            } else {
                TRUTH
            };
            parameter::refuse(key, value, allowed, row, findings);
        }
        element.bind_mut().set(format!("odk:{key}"), value);
    }
    let given = LOCATION
        .iter()
        .filter(|key| parameter::get(parameters, key).is_some())
        .count();
    if given > 0 {
        audit_location(element, row, parameters, findings);
    }
}

fn audit_location(
    element: &mut Element,
    row: u32,
    parameters: &Parameters,
    findings: &mut Findings,
) {
    let values: Vec<&str> = LOCATION
        .iter()
        .filter_map(|key| parameter::get(parameters, key))
        .collect();
    let &[priority, interval, age] = values.as_slice() else {
        let message = format!(
            "places in the audit log need all of {}",
            LOCATION.join(", ")
        );
        findings.error(parameter::place(row), "audit-location-incomplete", message);
        return;
    };
    if !PRIORITIES.contains(&priority) {
        let allowed = format!("{} is allowed", PRIORITIES.join(", "));
        parameter::refuse(LOCATION[0], priority, &allowed, row, findings);
    }
    let whole = |key: &str, value: &str, findings: &mut Findings| {
        let number = parameter::whole(value).filter(|number| *number >= 0);
        if number.is_none() {
            parameter::refuse(
                key,
                value,
                "a whole number from 0 is allowed",
                row,
                findings,
            );
        }
        number
    };
    let shortest = whole(LOCATION[1], interval, findings);
    let oldest = whole(LOCATION[2], age, findings);
    if let (Some(shortest), Some(oldest)) = (shortest, oldest)
        && oldest < shortest
    {
        let allowed = format!("at least the {} ({shortest}) is allowed", LOCATION[1]);
        parameter::refuse(LOCATION[2], age, &allowed, row, findings);
    }
    element.bind_mut().set("odk:location-max-age", age);
    element
        .bind_mut()
        .set("odk:location-min-interval", interval);
    element.bind_mut().set("odk:location-priority", priority);
}
