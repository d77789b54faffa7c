//! From a row's cells to an element.

use crate::finding::{Findings, Place};
use crate::kind;
use crate::model::{Element, Kind, Settings};
use crate::table::{Cell, Table};

/// Groups of columns (`bind::type`) need their second word.
pub(super) fn parts_are_maps(cells: &Table, number: u32, findings: &mut Findings) -> bool {
    let mut fits = true;
    for column in ["bind", "control", "instance"] {
        if cells.text(column).is_some() {
            let message = format!("the column {column} needs a second word: {column}::name");
            let place = Place::survey(number).column(column);
            findings.error(place, "column-without-part", message);
            fits = false;
        }
    }
    let messages = ["jr:constraintMsg", "jr:requiredMsg", "jr:noAppErrorString"];
    let of_bind = messages.map(|key| (key, cells.map("bind").and_then(|bind| bind.map(key))));
    let of_media = ["image", "big-image", "audio", "video"]
        .map(|key| (key, cells.map("media").and_then(|media| media.map(key))));
    let texts = ["label", "hint", "guidance_hint"].map(|key| (key, cells.map(key)));
    for (column, map) in texts.into_iter().chain(of_bind).chain(of_media) {
        let nested = map.is_some_and(|map| map.iter().any(|(_, cell)| cell.map().is_some()));
        if nested {
            let message = format!("the column {column} has a language and nothing beyond it");
            let place = Place::survey(number).column(column);
            findings.error(place, "column-too-deep", message);
            fits = false;
        }
    }
    if let Some(media) = cells.map("media") {
        for (key, _) in media.iter() {
            if !matches!(key, "image" | "big-image" | "audio" | "video") {
                let message = format!("found {key}; {}", crate::choices::MEDIA_RULE);
                let place = Place::survey(number).column("media");
                findings.error(place, "media-not-allowed", message);
                fits = false;
            }
        }
    }
    fits
}

/// The root element: what the sheet `settings` says of it.
pub(super) fn root(settings: &Settings, mut row: Table) -> Element {
    let mut root = Element::new(Kind::Survey, "survey", &settings.name);
    let mut map = |key: &str| match row.take(key) {
        Some(Cell::Map(map)) => Some(map),
        _ => None,
    };
    root.bind = map("bind");
    root.instance = map("instance");
    root.media = map("media");
    root
}

/// Takes an element's parts from a row.
pub(super) fn element(cells: &mut Table, kind: Kind, type_name: &str, name: &str) -> Element {
    let mut element = Element::new(kind, type_name, name);
    let mut map = |key: &str| match cells.take(key) {
        Some(Cell::Map(map)) => Some(map),
        _ => None,
    };
    element.media = map("media");
    element.bind = map("bind");
    element.control = map("control");
    element.instance = map("instance");
    element.label = cells.take("label");
    element.hint = cells.take("hint");
    if kind == Kind::Question {
        element.guidance_hint = cells.take("guidance_hint");
        element.default = cells.take("default").map(Cell::into_flat);
        element.choice_filter = cells.take("choice_filter").map(Cell::into_flat);
        element.query = cells.take("query").map(Cell::into_flat);
        if element.hint.is_none()
            && let Some(hint) = kind::question_type(type_name).and_then(|known| known.hint)
        {
            element.hint = Some(hint.into());
        }
    }
    label_for_choices(&mut element);
    element
}

/// What only labels the choices of its neighbours has a blank label of its own.
pub(super) fn label_for_choices(element: &mut Element) {
    let appearance = element
        .control
        .as_ref()
        .and_then(|control| control.text("appearance"));
    if appearance == Some("label") && element.label.is_none() {
        element.label = Some(" ".into());
    }
}

/// Makes records flat: groups leave the paths, their relevance goes to what they hold.
pub(super) fn flatten(element: &mut Element, relevant_above: &str) {
    for child in &mut element.children {
        let own = child.bind_text("relevant").unwrap_or_default();
        let relevant = match (relevant_above, own) {
            ("", own) => own.to_owned(),
            (above, "") => above.to_owned(),
            (above, own) => format!("{above} and ({own})"),
        };
        if !child.children.is_empty() {
            child.flat = true;
            flatten(child, &relevant);
        } else if !relevant.is_empty() {
            child.bind_mut().set("relevant", relevant);
        }
    }
}
