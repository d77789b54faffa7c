//! What a form may do to the people it is about, and whether the engines open it alike.
//!
//! A form says of each question what it means (`bind::palermo:concept`) and how far its answer may
//! travel (`bind::palermo:class`), and of itself which way its records go
//! (`attribute::palermo:channel` in the settings). A question without a class is kept, sealed, and
//! never leaves; the lint tells its author so.

use crate::finding::{Findings, Place};
use crate::model::{Element, Form, Kind};
use crate::opening;
use crate::table::Cell;

/// Which way a form's records go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Coded and counted; never nominal, never free text but where it is marked as narrative.
    Statistics,
    /// The record of a person or an event at one office.
    Case,
    /// One person, sealed to one receiver.
    Referral,
    /// A report by an office or a State, written to be shared.
    Narrative,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 4] = [
        Self::Statistics,
        Self::Case,
        Self::Referral,
        Self::Narrative,
    ];

    /// The word in the settings.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Statistics => "statistics",
            Self::Case => "case",
            Self::Referral => "referral",
            Self::Narrative => "narrative",
        }
    }

    /// The channel that a form's settings name.
    #[must_use]
    pub fn of(form: &Form) -> Option<Self> {
        let word = form.settings.attributes.get(CHANNEL).map(Cell::flat)?;
        Self::ALL.into_iter().find(|channel| channel.word() == word)
    }
}

const CHANNEL: &str = "palermo:channel";
const CLASS: &str = "palermo:class";
const CONCEPT: &str = "palermo:concept";

/// How far an answer may travel: the classes of a record, and text that was written to be shared.
const CLASSES: [&str; 5] = ["nominal", "restricted", "shareable", "public", "narrative"];

/// What a device tells of itself or of whoever holds it.
const TELLTALE: [&str; 12] = [
    "deviceid",
    "phonenumber",
    "simserial",
    "subscriberid",
    "username",
    "email",
    "imei",
    "uri:deviceid",
    "uri:phonenumber",
    "uri:username",
    "uri:email",
    "start-geopoint",
];

/// Types whose answers can say who somebody is.
const IDENTIFYING: [&str; 14] = [
    "text",
    "string",
    "image",
    "photo",
    "audio",
    "video",
    "file",
    "barcode",
    "geopoint",
    "geotrace",
    "geoshape",
    "background-audio",
    "background-geopoint",
    "location",
];

/// The column that says the class.
const CLASS_COLUMN: &str = "bind::palermo:class";

/// Looks a form over. `node_key` is the key that the node seals its records with, where it is
/// known.
pub(crate) fn lint(form: &Form, xml: &str, node_key: Option<&str>, findings: &mut Findings) {
    let channel = Channel::of(form);
    if channel.is_none() {
        let found = form.settings.attributes.get(CHANNEL).map(Cell::flat);
        let words: Vec<&str> = Channel::ALL.iter().map(|channel| channel.word()).collect();
        let found = found.map_or_else(
            || "nothing".to_owned(),
            |found| format!("\u{2018}{found}\u{2019}"),
        );
        let message = format!(
            "attribute::{CHANNEL} says which way the records go: found {found}; {} are allowed",
            words.join(", ")
        );
        findings.warn(Place::sheet("settings").row(2), "channel-missing", message);
    }
    let mut nominal = None;
    elements(&form.root, &mut |element| {
        question(element, channel, &mut nominal, findings)
    });
    if let Some(row) = nominal {
        sealed(form, row, node_key, findings);
    }
    opening::open(form, xml, findings);
}

fn elements(element: &Element, look: &mut impl FnMut(&Element)) {
    look(element);
    for child in &element.children {
        elements(child, look);
    }
}

/// Whether the row asks or keeps something that can be about a person.
fn is_answer(element: &Element) -> bool {
    element.kind == Kind::Question
        && element.row.is_some()
        && !matches!(
            element.type_name.as_str(),
            "note" | "audit" | "start" | "end" | "today"
        )
        && !element
            .name
            .starts_with("reserved_name_for_field_list_labels_")
        && !element.name.starts_with("generated_")
        && !is_generated_count(element)
}

/// The number of instances that the compiler keeps for a repeat: it says nothing of its own.
fn is_generated_count(element: &Element) -> bool {
    element.type_name == "calculate"
        && element.name.ends_with("_count")
        && element.bind_text("readonly") == Some("true()")
}

fn question(
    element: &Element,
    channel: Option<Channel>,
    nominal: &mut Option<u32>,
    findings: &mut Findings,
) {
    let Some(row) = element.row else { return };
    telltale(element, row, findings);
    if !is_answer(element) {
        return;
    }
    if element.bind_text(CLASS) == Some("nominal") {
        nominal.get_or_insert(row);
    }
    classified(element, row, findings);
    openness(element, row, channel, findings);
}

/// What says who holds the device, and where they were.
fn telltale(element: &Element, row: u32, findings: &mut Findings) {
    let place = Place::survey(row);
    if TELLTALE.contains(&element.type_name.as_str()) {
        let message = format!(
            "{} tells who holds the device; a form about persons goes without it",
            element.type_name
        );
        findings.warn(place.clone().column("type"), "device-metadata", message);
    }
    if element.type_name == "audit" && element.bind_text("odk:location-priority").is_some() {
        let message = "the audit log would say where the officer and the person were";
        findings.warn(place.column("parameters"), "audit-location", message);
    }
}

/// Whether a question says how closely its answers are held, and what they count as.
fn classified(element: &Element, row: u32, findings: &mut Findings) {
    let place = |column| Place::survey(row).column(column);
    let named = format!("\u{2018}{}\u{2019}", element.name);
    match element.bind_text(CLASS) {
        None => {
            let message = format!("{named} has no {CLASS}: it is kept, sealed, and never leaves");
            findings.warn(place(CLASS_COLUMN), "class-missing", message);
        }
        Some(found) if !CLASSES.contains(&found) => {
            let message = format!(
                "found \u{2018}{found}\u{2019}; {} are allowed{}",
                CLASSES.join(", "),
                crate::finding::hint(found, CLASSES)
            );
            findings.error(place(CLASS_COLUMN), "class-unknown", message);
        }
        Some("shareable" | "restricted") if element.bind_text(CONCEPT).is_none() => {
            let message = format!("{named} has no {CONCEPT}: it is counted nowhere");
            findings.warn(place("bind::palermo:concept"), "concept-missing", message);
        }
        Some(_) => {}
    }
}

/// Whether an answer that can say who somebody is lies open.
fn openness(element: &Element, row: u32, channel: Option<Channel>, findings: &mut Findings) {
    let place = |column| Place::survey(row).column(column);
    let class = element.bind_text(CLASS);
    let named = format!("\u{2018}{}\u{2019}", element.name);
    let identifying = IDENTIFYING.contains(&element.type_name.as_str());
    if identifying && matches!(class, Some("restricted" | "shareable" | "public")) {
        let message = format!(
            "{named} is a {}, which can say who somebody is: nominal or narrative is allowed",
            element.type_name
        );
        findings.warn(place(CLASS_COLUMN), "class-too-open", message);
    }
    if channel != Some(Channel::Statistics) {
        return;
    }
    if class == Some("nominal") {
        let message = format!("{named} is nominal, and statistics never are");
        findings.error(place(CLASS_COLUMN), "nominal-in-statistics", message);
    } else if identifying && class != Some("narrative") {
        let message = format!(
            "{named} is free text or the like; in statistics it is marked narrative or is not"
        );
        findings.error(place("type"), "text-in-statistics", message);
    }
}

/// Nominal answers lie on the device only until they are sent, and sealed to the node.
fn sealed(form: &Form, row: u32, node_key: Option<&str>, findings: &mut Findings) {
    let place = || Place::sheet("settings").row(2);
    let key = form.settings.public_key.as_deref();
    match (key, node_key) {
        (None, _) => {
            let message = format!(
                "row {row} of survey is nominal: records are sealed with the public_key of the node"
            );
            findings.warn(place().column("public_key"), "nominal-unsealed", message);
        }
        (Some(key), Some(own)) if key != own => {
            let message = "the public_key is not this node\u{2019}s";
            findings.error(place().column("public_key"), "key-of-another", message);
        }
        _ => {}
    }
    if form.settings.auto_delete.as_deref() != Some("true") {
        let message =
            format!("row {row} of survey is nominal: auto_delete is true, so that devices forget");
        findings.warn(
            place().column("auto_delete"),
            "nominal-not-deleted",
            message,
        );
    }
}
