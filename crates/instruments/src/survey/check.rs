//! References: every `${name}` names one row of the sheet `survey`.

use std::collections::HashMap;

use super::Reader;
use crate::entity::malformed;
use crate::expression::{Unreadable, only_reference, references as references_of};
use crate::finding::{Findings, Place, hint};
use crate::model::Element;
use crate::sheet::{Sheet, Workbook, any_byte, row_number};
use crate::table::Table;

impl Reader<'_> {
    /// Reads the questions on whose change this one is computed.
    pub(super) fn trigger(&mut self, element: &mut Element, cells: &Table) {
        let Some(text) = cells.get("trigger").map(crate::table::Cell::flat) else {
            return;
        };
        let row = element.row.unwrap_or_default();
        let place = Place::survey(row).column("trigger");
        if text.chars().count() <= 2 || !text.contains("${") {
            self.findings
                .error(place, "reference-malformed", malformed(&text));
            return;
        }
        for part in text.split(',') {
            match references_of(part).as_deref() {
                Ok([]) => {}
                Ok([one]) => {
                    self.trigger_references.push((one.name.to_owned(), row));
                    element.trigger.push(one.name.to_owned());
                }
                Ok(_) => {
                    let message = format!("found \u{2018}{part}\u{2019}; commas stand between");
                    self.findings
                        .error(place.clone(), "references-without-comma", message);
                }
                Err(Unreadable::Malformed) => {
                    self.findings
                        .error(place.clone(), "reference-malformed", malformed(part));
                }
            }
        }
    }

    pub(super) fn check_triggers(&mut self) {
        for (name, row) in std::mem::take(&mut self.trigger_references) {
            if !self.question_names.contains(&name) {
                let known = self.question_names.iter().map(String::as_str);
                let message = format!(
                    "no question is called \u{2018}{name}\u{2019}{}",
                    hint(&name, known)
                );
                let place = Place::survey(row).column("trigger");
                self.findings.error(place, "reference-unknown", message);
            }
        }
    }

    pub(super) fn check_places(&mut self) {
        for (target, row) in std::mem::take(&mut self.place_references) {
            let known = self.instances.contains(&target)
                || self.choices.list(&target).is_some()
                || self.entities.has(&target)
                || only_reference(&target)
                    .is_some_and(|reference| self.repeat_names.contains(reference.name));
            if !known {
                let message = format!(
                    "reference-geometry: found \u{2018}{target}\u{2019}; a list, an entity's \
                     list, a file's name without its end, or a repeat is allowed"
                );
                let place = super::parameter::place(row);
                self.findings.error(place, "reference-geometry", message);
            }
        }
    }
}

/// Checks all sheets in which questions may be referred to.
pub(super) fn references(
    workbook: &Workbook<'_>,
    survey_headers: &[Vec<String>],
    choice_headers: &[Vec<String>],
    names: &HashMap<String, u32>,
    findings: &mut Findings,
) {
    if let Some(sheet) = workbook.sheet("settings") {
        of_sheet("settings", sheet, names, |_| true, findings);
    }
    if let Some(sheet) = workbook.sheet("entities") {
        let checked = |header: &str| !matches!(header, "list_name" | "list name" | "repeat");
        of_sheet("entities", sheet, names, checked, findings);
    }
    if let Some(sheet) = workbook.sheet("survey") {
        let skipped = columns(sheet, survey_headers, &["type", "name", "trigger"]);
        of_sheet(
            "survey",
            sheet,
            names,
            |header| !skipped.contains(&header),
            findings,
        );
    }
    if let Some(sheet) = workbook.sheet("choices") {
        let translatable = ["label", "image", "big-image", "audio", "video"];
        let limited = columns(sheet, choice_headers, &translatable);
        // Where no column is translatable every column is looked through.
        let checked = |header: &str| limited.is_empty() || limited.contains(&header);
        of_sheet("choices", sheet, names, checked, findings);
    }
}

/// The headers, as written, whose first word is one of these.
fn columns<'a>(sheet: &'a Sheet<'_>, headers: &[Vec<String>], wanted: &[&str]) -> Vec<&'a str> {
    sheet
        .header
        .iter()
        .zip(headers)
        .filter(|(_, words)| wanted.contains(&words[0].as_str()))
        .map(|(header, _)| header.as_str())
        .collect()
}

fn of_sheet(
    name: &str,
    sheet: &Sheet<'_>,
    names: &HashMap<String, u32>,
    checked: impl Fn(&str) -> bool,
    findings: &mut Findings,
) {
    for (index, row) in sheet.rows.iter().enumerate() {
        for field in row {
            let value = &*field.1;
            if !any_byte(value, |byte| byte == b'$') || !value.contains("${") {
                continue;
            }
            let header = sheet.header_of(field).unwrap_or_default();
            if !checked(header) {
                continue;
            }
            let place = || Place::sheet(name).row(row_number(index)).column(header);
            let Ok(found) = references_of(value) else {
                findings.error(place(), "reference-malformed", malformed(value));
                continue;
            };
            for reference in found {
                let wanted = reference.name;
                match names.get(wanted) {
                    Some(1) => {}
                    Some(_) => {
                        let message = format!("several rows are called \u{2018}{wanted}\u{2019}");
                        findings.error(place(), "reference-ambiguous", message);
                    }
                    None => {
                        let message = format!(
                            "no row is called \u{2018}{wanted}\u{2019}{}",
                            hint(wanted, names.keys().map(String::as_str))
                        );
                        findings.error(place(), "reference-unknown", message);
                    }
                }
            }
        }
    }
}
