//! Selects: one or several of a list, of a file, of earlier answers; ranks; tags of maps.

use super::control::TableList;
use super::{Reader, Row, parameter};
use crate::expression::{has_reference, is_name, is_reference};
use crate::finding::{Place, hint};
use crate::model::{Choice, Element, Kind};
use crate::settings::NAME_RULE;
use crate::table::{Cell, Table};

/// Ends of the names of files that choices come from.
pub(crate) const FILE_ENDS: [&str; 3] = [".xml", ".csv", ".geojson"];

const ONE: &str = "select one";
const SEVERAL: &str = "select all that apply";
const EXTERNAL: &str = "select one external";

/// What a manager may write, in the order of trial, and what it means.
const COMMANDS: [(&str, &str); 15] = [
    ("add select one prompt using", ONE),
    ("add select multiple prompt using", SEVERAL),
    ("select all that apply from", SEVERAL),
    ("select one from", ONE),
    ("select1", ONE),
    ("select_one", ONE),
    ("select one", ONE),
    ("select_multiple", SEVERAL),
    ("select all that apply", SEVERAL),
    ("select_one_external", EXTERNAL),
    ("select_one_from_file", ONE),
    ("select_multiple_from_file", SEVERAL),
    ("select one from file", ONE),
    ("select multiple from file", SEVERAL),
    ("rank", "rank"),
];

/// A select as its type says it.
#[derive(Debug)]
pub(super) struct Select {
    command: &'static str,
    meaning: &'static str,
    list: String,
    or_other: bool,
}

/// Reads `select_one list or_other` and the like.
pub(super) fn parse(type_name: &str) -> Option<Select> {
    for (command, meaning) in COMMANDS {
        let Some(rest) = type_name
            .strip_prefix(command)
            .and_then(|rest| rest.strip_prefix(' '))
        else {
            continue;
        };
        let (list, tail) = match rest.find(char::is_whitespace) {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let or_other = matches!(tail, " or specify other" | " or_other" | " or other");
        if list.is_empty() || (!tail.is_empty() && !or_other) {
            continue;
        }
        return Some(Select {
            command,
            meaning,
            list: list.to_owned(),
            or_other,
        });
    }
    None
}

/// The list of a type like `osm list`.
pub(super) fn osm_list(type_name: &str) -> Option<String> {
    let rest = &type_name[type_name.find("osm ")? + "osm ".len()..];
    let list = rest.split(char::is_whitespace).next().unwrap_or_default();
    (!list.is_empty()).then(|| list.to_owned())
}

/// A file's name without its end, and the end.
pub(crate) fn without_end(name: &str) -> (&str, &str) {
    let file = name.rfind('/').map_or(0, |at| at + 1);
    match name[file..].rfind('.') {
        Some(at) if !name[file..file + at].trim_matches('.').is_empty() => name.split_at(file + at),
        _ => (name, ""),
    }
}

impl Reader<'_> {
    pub(super) fn select(&mut self, mut row: Row, name: &str, select: &Select) {
        let number = row.number;
        let place = Place::survey(number).column("type");
        let (instance, end) = without_end(&select.list);
        let from_file = FILE_ENDS.contains(&end);
        let filter = row.cells.get("choice_filter").map(Cell::flat);
        let external = select.meaning == EXTERNAL;
        if external {
            self.external_select(number, select, filter.is_some());
        } else if !self.instances.contains(instance) {
            self.instances.insert(instance.to_owned());
        }
        if select.command.contains("from") && select.command.ends_with("file") {
            self.check_file_name(number, select);
        }
        let by_reference = has_reference(&select.list);
        let known = self.choices.list(&select.list).is_some();
        if !known && !external && !from_file && !by_reference {
            self.unknown_list(number, &select.list);
            return;
        }
        if select.meaning == SEVERAL && !from_file {
            if by_reference && !known {
                let message = "several of earlier answers cannot be chosen; select_one can";
                self.findings
                    .error(place, "select-several-of-answers", message);
                return;
            }
            self.check_spaces(number, &select.list);
        }
        if select.or_other && !self.add_other(number, select, filter.is_some()) {
            return;
        }
        select.meaning.clone_into(&mut row.type_name);
        let mut element = self.element(&mut row, Kind::Question, name);
        self.check_parameters(&row, select);
        element.parameters = std::mem::take(&mut row.parameters);
        element.itemset = Some(select.list.clone());
        let random = element.parameter("randomize") == Some("true");
        if external && filter.is_some() {
            element.query = Some(select.list.clone());
        } else if known && (filter.is_some() || !(random || from_file || by_reference)) {
            element.list_name = Some(select.list.clone());
        }
        if self.settings.add_none_option && select.meaning == SEVERAL {
            self.add_none(&mut element, select);
        }
        if self.table_list.is_some() {
            self.in_table_list(&mut element, select, filter.is_some());
        }
        super::row::label_for_choices(&mut element);
        self.push(element);
        if select.or_other {
            self.push(other_question(name, number));
        }
    }

    fn external_select(&mut self, number: u32, select: &Select, filtered: bool) {
        self.external_asked = true;
        let place = Place::survey(number).column("type");
        let Some(lists) = &self.external else {
            let near = self.workbook.misspelled("external_choices");
            let near = near.map_or_else(String::new, |near| format!("; found {near}"));
            let message = format!("a sheet external_choices is needed{near}");
            self.findings.error(place, "sheet-missing", message);
            return;
        };
        if !lists.contains(&select.list) {
            let message = format!(
                "no list \u{2018}{}\u{2019} is in the sheet external_choices{}",
                select.list,
                hint(&select.list, lists.iter().map(String::as_str))
            );
            self.findings.error(place, "list-unknown", message);
        } else if !filtered {
            let message = "an external list is asked with a choice_filter";
            let place = Place::survey(number).column("choice_filter");
            if self.choices.list(&select.list).is_none() {
                self.findings.error(place, "choice-filter-missing", message);
            } else {
                self.findings.warn(place, "choice-filter-missing", message);
            }
        }
    }

    fn check_file_name(&mut self, number: u32, select: &Select) {
        let file = select.list.rsplit('/').next().unwrap_or_default();
        let (stem, end) = without_end(file);
        let one_end = without_end(stem).1.is_empty() && !stem.ends_with('.');
        if !FILE_ENDS.contains(&end) || !one_end {
            let message = format!(
                "found the file \u{2018}{}\u{2019}; a name with one end of {} is allowed",
                select.list,
                FILE_ENDS.join(", ")
            );
            let place = Place::survey(number).column("type");
            self.findings.error(place, "file-name", message);
        }
    }

    fn unknown_list(&mut self, number: u32, list: &str) {
        let place = Place::survey(number).column("type");
        if self.choices.lists.is_empty() {
            let near = self.workbook.misspelled("choices");
            let near = near.map_or_else(String::new, |near| format!("; found {near}"));
            let message = format!("a sheet choices with list_name, name and label is needed{near}");
            self.findings.error(place, "sheet-missing", message);
            return;
        }
        let known = self.choices.lists.iter().map(|list| list.name.as_str());
        let message = format!(
            "no list \u{2018}{list}\u{2019} is in the sheet choices{}",
            hint(list, known)
        );
        self.findings.error(place, "list-unknown", message);
    }

    /// Chosen values are joined by spaces: a value with a space would be two.
    fn check_spaces(&mut self, number: u32, list: &str) {
        let Some(list) = self.choices.list(list) else {
            return;
        };
        let Some(choice) = list.choices.iter().find(|choice| choice.name.contains(' ')) else {
            return;
        };
        let place = match choice.row {
            Some(row) => Place::sheet("choices").row(row).column("name"),
            None => Place::survey(number).column("type"),
        };
        let message = format!(
            "found \u{2018}{}\u{2019} in \u{2018}{}\u{2019}, of which several are chosen; a name \
             without spaces is allowed",
            choice.name, list.name
        );
        self.findings
            .error(place, "choice-name-with-space", message);
    }

    /// Adds the choice `other`. Whether the question may have it.
    fn add_other(&mut self, number: u32, select: &Select, filtered: bool) -> bool {
        self.or_other = true;
        let place = Place::survey(number);
        if filtered {
            let place = place.column("choice_filter");
            let message = "or_other and a choice_filter do not go together";
            self.findings.error(place, "or-other-filtered", message);
            return false;
        }
        let Some(list) = self.choices.list_mut(&select.list) else {
            let place = place.column("type");
            let message = "or_other needs a list of the sheet choices";
            self.findings.error(place, "or-other-without-list", message);
            return false;
        };
        if list.choices.iter().any(|choice| choice.name == "other") {
            return true;
        }
        let mut languages: Vec<String> = Vec::new();
        let mut translated = false;
        let mut unlabelled = None;
        for choice in &list.choices {
            match &choice.label {
                Some(Cell::Map(labels)) => {
                    translated = true;
                    for (language, _) in labels.iter() {
                        if !languages.iter().any(|known| known == language) {
                            languages.push(language.to_owned());
                        }
                    }
                }
                Some(Cell::Text(_)) => {}
                None => unlabelled = choice.row,
            }
        }
        if let (true, Some(row)) = (translated, unlabelled) {
            let place = Place::sheet("choices").row(row).column("label");
            let message = "with or_other each choice of a translated list needs a label";
            self.findings.error(place, "choice-label-missing", message);
            return false;
        }
        let label = if translated {
            let mut labels = Table::new();
            for language in languages {
                labels.set(language, "Other");
            }
            Cell::Map(labels)
        } else {
            "Other".into()
        };
        list.choices.push(Choice {
            name: "other".to_owned(),
            label: Some(label),
            media: None,
            sms_option: None,
            extra: Table::new(),
            row: None,
        });
        true
    }

    fn check_parameters(&mut self, row: &Row, select: &Select) {
        let number = row.number;
        let parameters = &row.parameters;
        let from_file = select.command.ends_with("_from_file");
        let allowed: &[&str] = if from_file {
            &["label", "randomize", "seed", "value"]
        } else {
            &["randomize", "seed"]
        };
        parameter::accept(parameters, allowed, number, self.findings);
        if from_file {
            for key in ["value", "label"] {
                if let Some(value) = parameter::get(parameters, key)
                    && !is_name(value)
                {
                    parameter::refuse(key, value, NAME_RULE, number, self.findings);
                }
            }
        }
        let seed = parameter::get(parameters, "seed");
        match parameter::get(parameters, "randomize") {
            Some(random) => {
                if !matches!(random, "true" | "false") {
                    let allowed = "true or false is allowed";
                    parameter::refuse("randomize", random, allowed, number, self.findings);
                }
                if let Some(seed) = seed
                    && !is_reference(seed)
                    && !parameter::is_number(seed)
                {
                    let allowed = "a number or a reference to a question is allowed";
                    parameter::refuse("seed", seed, allowed, number, self.findings);
                }
            }
            None => {
                if let Some(seed) = seed {
                    let allowed = "it needs randomize=true";
                    parameter::refuse("seed", seed, allowed, number, self.findings);
                }
            }
        }
    }

    fn add_none(&mut self, element: &mut Element, select: &Select) {
        let listed = element
            .list_name
            .as_deref()
            .and_then(|list| self.choices.list(list));
        let Some(list) = listed else {
            let place = element
                .row
                .map_or_else(Place::file, Place::survey)
                .column("type");
            let message = "add_none_option needs a list of the sheet choices";
            self.findings.error(place, "list-unknown", message);
            return;
        };
        let named_none = |choice: &Choice| {
            choice.name == "none"
                && choice.label == Some("None".into())
                && choice.media.is_none()
                && choice.extra.is_empty()
        };
        let is_there = list.choices.iter().any(named_none);
        if is_there || !self.lists_with_none.insert(select.list.clone()) {
            return;
        }
        let alone = "(.='none' or not(selected(., 'none')))";
        let bind = element.bind_mut();
        let constraint = match bind.get("constraint").map(Cell::flat) {
            Some(known) => format!("{known} and {alone}"),
            None => alone.to_owned(),
        };
        bind.set("constraint", constraint);
    }

    fn in_table_list(&mut self, element: &mut Element, select: &Select, filtered: bool) {
        let number = element.row.unwrap_or_default();
        let place = Place::survey(number);
        if let Some(TableList::Begun) = self.table_list {
            self.table_list = Some(TableList::Of(select.list.clone()));
            if filtered {
                let place = place.clone().column("choice_filter");
                let message = "a table-list and a choice_filter do not go together";
                self.findings.error(place, "table-list-filtered", message);
            }
            if self.choices.list(&select.list).is_none() {
                let place = place.clone().column("type");
                let message = "a table-list needs a list of the sheet choices";
                self.findings
                    .error(place, "table-list-without-list", message);
            }
            let name = format!("reserved_name_for_field_list_labels_{number}");
            let mut header = Element::new(Kind::Question, select.meaning, &name);
            header.row = Some(number);
            header.control_mut().set("appearance", "label");
            header.label = Some(" ".into());
            header.itemset = Some(select.list.clone());
            self.push(header);
        }
        if let Some(TableList::Of(list)) = &self.table_list
            && *list != select.list
        {
            let message = format!(
                "found the list \u{2018}{}\u{2019}; all selects of this table-list have \
                 \u{2018}{list}\u{2019}",
                select.list
            );
            self.findings
                .error(place.column("type"), "table-list-mixed", message);
        }
        element.control_mut().set("appearance", "list-nolabel");
    }

    pub(super) fn osm(&mut self, mut row: Row, name: &str, list: &str) {
        let place = Place::survey(row.number).column("type");
        "osm".clone_into(&mut row.type_name);
        let mut element = self.element(&mut row, Kind::Question, name);
        if let Some(lists) = &self.tags {
            match lists.iter().find(|(known, _)| known == list) {
                Some((_, tags)) => element.tags.clone_from(tags),
                None => {
                    let known = lists.iter().map(|(known, _)| known.as_str());
                    let message = format!(
                        "no list \u{2018}{list}\u{2019} is in the sheet osm{}",
                        hint(list, known)
                    );
                    self.findings.error(place, "list-unknown", message);
                }
            }
        }
        self.push(element);
    }
}

/// The text that says what `other` is.
fn other_question(name: &str, row: u32) -> Element {
    let mut other = Element::new(Kind::Question, "text", &format!("{name}_other"));
    other.row = Some(row);
    other.label = Some("Specify other.".into());
    other
        .bind_mut()
        .set("relevant", format!("selected(../{name}, 'other')"));
    other
}
