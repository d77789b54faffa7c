//! Groups, repeats and loops: where they begin and end.

use std::collections::HashSet;

use super::{Reader, Row};
use crate::entity::Container;
use crate::expression::is_reference;
use crate::finding::{Findings, Place, hint};
use crate::limits;
use crate::model::{Choice, Element, Kind};
use crate::table::{Cell, Table};

/// A group, a repeat or the form itself, while its rows are read.
pub(super) struct Open {
    pub(super) element: Element,
    pub(super) word: &'static str,
    pub(super) names: HashSet<String>,
    pub(super) names_in_small_letters: HashSet<String>,
    pub(super) container: Container,
    row: u32,
    /// The choices that a loop goes through.
    columns: Option<Vec<Choice>>,
}

impl Open {
    pub(super) fn form(element: Element, rows: usize) -> Self {
        Self {
            element,
            word: "",
            names: HashSet::with_capacity(rows),
            names_in_small_letters: HashSet::with_capacity(rows),
            container: 0,
            row: 0,
            columns: None,
        }
    }
}

/// A group whose selects stand under each other as a table.
pub(super) enum TableList {
    /// No select yet.
    Begun,
    /// The list that all its selects have.
    Of(String),
}

/// The beginning of a group, a repeat or a loop.
pub(super) struct Begin {
    word: &'static str,
    list: Option<String>,
}

const WORDS: [(&str, &str); 5] = [
    ("group", "group"),
    ("lgroup", "repeat"),
    ("repeat", "repeat"),
    ("loop", "loop"),
    ("looped group", "repeat"),
];

fn after<'a>(type_name: &'a str, word: &str) -> Option<&'a str> {
    let rest = type_name.strip_prefix(word)?;
    let mut characters = rest.chars();
    let first = characters.next()?;
    (first == '_' || first.is_whitespace()).then_some(characters.as_str())
}

/// Reads `begin group`, `begin_repeat` and the like.
pub(super) fn begin(type_name: &str) -> Option<Begin> {
    let rest = after(type_name, "begin")?;
    for (written, word) in WORDS {
        let Some(tail) = rest.strip_prefix(written) else {
            continue;
        };
        if tail.is_empty() {
            return Some(Begin { word, list: None });
        }
        let Some(tail) = tail.strip_prefix(' ') else {
            continue;
        };
        let lists = [tail.strip_prefix("over "), Some(tail)];
        for list in lists.into_iter().flatten() {
            if !list.is_empty() && !list.contains(char::is_whitespace) {
                let list = Some(list.to_owned());
                return Some(Begin { word, list });
            }
        }
    }
    None
}

/// Reads `end group`, `end_repeat` and the like.
pub(super) fn end(type_name: &str) -> Option<&'static str> {
    let rest = after(type_name, "end")?;
    WORDS
        .iter()
        .find(|(written, _)| *written == rest)
        .map(|(_, word)| *word)
}

impl Reader<'_> {
    pub(super) fn begin(&mut self, mut row: Row, name: String, begin: Begin) {
        let number = row.number;
        let place = Place::survey(number);
        if self.stack.len() > limits::DEPTH_MAX {
            let message = format!("groups are nested at most {} deep", limits::DEPTH_MAX);
            self.findings
                .error(place.column("type"), "nested-too-deep", message);
            return;
        }
        let is_repeat = begin.word == "repeat";
        if is_repeat {
            self.check_repeat(&row, &name);
        }
        let kind = if is_repeat { Kind::Repeat } else { Kind::Group };
        begin.word.clone_into(&mut row.type_name);
        let mut element = self.element(&mut row, kind, &name);
        let columns = (begin.word == "loop").then(|| self.loop_choices(number, begin.list));
        self.count(&mut element);
        self.table_list(&mut element, row.appearance.as_deref(), number);
        if let Some(intent) = row.cells.get("intent").map(Cell::flat) {
            element.control_mut().set("intent", intent);
        }
        let parent = self.stack.last().map_or(0, |open| open.container);
        let container = self.containers.add(parent, number, &name, is_repeat);
        self.stack.push(Open {
            element,
            word: begin.word,
            names: HashSet::new(),
            names_in_small_letters: HashSet::new(),
            container,
            row: number,
            columns: columns.flatten(),
        });
    }

    fn check_repeat(&mut self, row: &Row, name: &str) {
        let place = Place::survey(row.number);
        if name == self.settings.name {
            let message = format!("\u{2018}{name}\u{2019} is the name of the form's root");
            self.findings.error(
                place.clone().column("name"),
                "repeat-named-as-form",
                message,
            );
        } else if !name.is_empty() && !self.repeat_names.insert(name.to_owned()) {
            let message = format!("another repeat is called \u{2018}{name}\u{2019}");
            self.findings
                .error(place.clone().column("name"), "repeat-name-twice", message);
        }
        if !row.cells.has("label") && !row.cells.has("media") {
            let message = "a repeat should have a label";
            self.findings
                .warn(place.column("label"), "repeat-label-missing", message);
        }
    }

    fn loop_choices(&mut self, number: u32, list: Option<String>) -> Option<Vec<Choice>> {
        let place = Place::survey(number).column("type");
        let Some(list) = list else {
            let message = "a loop goes over a list: begin loop over list";
            self.findings.error(place, "loop-without-list", message);
            return None;
        };
        match self.choices.list(&list) {
            Some(list) => Some(list.choices.clone()),
            None => {
                let message = format!("no list \u{2018}{list}\u{2019} is in the sheet choices");
                self.findings.error(place, "list-unknown", message);
                None
            }
        }
    }

    /// How often a repeat is there: a question, or a calculation that is made one.
    fn count(&mut self, element: &mut Element) {
        let Some(control) = &mut element.control else {
            return;
        };
        let Some(count) = control.get("jr:count").map(Cell::flat) else {
            return;
        };
        if is_reference(&count) {
            return;
        }
        let name = format!("{}_count", element.name);
        control.set("jr:count", format!("${{{name}}}"));
        let mut counted = Element::new(Kind::Question, "calculate", &name);
        counted.row = element.row;
        counted.bind_mut().set("readonly", "true()");
        counted.bind_mut().set("calculate", count);
        self.push(counted);
    }

    fn table_list(&mut self, element: &mut Element, appearance: Option<&str>, number: u32) {
        let Some(appearance) = appearance else { return };
        let words: Vec<&str> = appearance.split_whitespace().collect();
        if !words.contains(&"table-list") {
            return;
        }
        self.table_list = Some(TableList::Begun);
        let others: String = words
            .iter()
            .filter(|word| **word != "table-list")
            .map(|word| format!(" {word}"))
            .collect();
        element
            .control_mut()
            .set("appearance", format!("field-list{others}"));
        if element.label.is_some() || element.hint.is_some() {
            let name = format!("generated_table_list_label_{number}");
            let mut note = Element::new(Kind::Question, "note", &name);
            note.row = Some(number);
            note.label = element.label.take();
            note.hint = element.hint.take();
            element.children.push(note);
        }
    }

    pub(super) fn end(&mut self, number: u32, word: &'static str, name: Option<&str>) {
        let place = Place::survey(number).column("type");
        let open = self.stack.last().filter(|_| self.stack.len() > 1);
        let open_word = open.map_or("", |open| open.word);
        if open_word != word {
            let name = name.map_or_else(String::new, |name| format!(" \u{2018}{name}\u{2019}"));
            let message = if open_word.is_empty() {
                format!("end_{word}{name} ends nothing: no begin_{word} is open")
            } else {
                let row = open.map_or(0, |open| open.row);
                format!("end_{word}{name} is here, but begin_{open_word} of row {row} is open")
            };
            self.findings.error(place, "end-unmatched", message);
            return;
        }
        self.close();
    }

    fn close(&mut self) {
        self.table_list = None;
        let Some(open) = self.stack.pop() else { return };
        let element = match open.columns {
            Some(columns) => looped(open.element, &columns, self.findings),
            None => open.element,
        };
        self.push(element);
    }

    /// What is left open at the sheet's end.
    pub(super) fn close_open(&mut self) {
        while self.stack.len() > 1 {
            if let Some(open) = self.stack.last() {
                let message = format!(
                    "begin_{} \u{2018}{}\u{2019} has no end_{}",
                    open.word, open.element.name, open.word
                );
                let place = Place::survey(open.row).column("type");
                self.findings.error(place, "begin-unmatched", message);
            }
            self.close();
        }
    }
}

/// A loop is a group that holds a group for each choice, with the choice's words in the texts.
fn looped(mut element: Element, columns: &[Choice], findings: &mut Findings) -> Element {
    let template = std::mem::take(&mut element.children);
    for choice in columns.iter().filter(|choice| choice.name != "none") {
        let mut group = Element::new(Kind::Group, "group", &choice.name);
        group.row = element.row;
        group.label.clone_from(&choice.label);
        group.media.clone_from(&choice.media);
        for child in &template {
            let mut child = child.clone();
            let texts = [&mut child.label, &mut child.hint, &mut child.guidance_hint];
            for cell in texts.into_iter().flatten() {
                fill(cell, choice, findings);
            }
            for table in [&mut child.bind, &mut child.control].into_iter().flatten() {
                fill_table(table, choice, findings);
            }
            if let Some(name) = filled(&child.name, choice, None) {
                child.name = name;
            }
            group.children.push(child);
        }
        element.children.push(group);
    }
    element
}

fn fill(cell: &mut Cell, choice: &Choice, findings: &mut Findings) {
    match cell {
        Cell::Text(text) => fill_text(text, choice, None, findings),
        Cell::Map(map) => fill_table(map, choice, findings),
    }
}

fn fill_table(table: &mut Table, choice: &Choice, findings: &mut Findings) {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    for key in keys {
        if let Some(Cell::Text(text)) = table.get_mut(&key) {
            fill_text(text, choice, Some(&key), findings);
        }
    }
}

fn fill_text(text: &mut String, choice: &Choice, language: Option<&str>, findings: &mut Findings) {
    match filled(text, choice, language) {
        Some(filled) => *text = filled,
        None => {
            let message = format!(
                "found \u{2018}{text}\u{2019} in a loop; %(name)s, %(label)s and %% are allowed{}",
                hint(text, [])
            );
            findings.error(Place::sheet("survey"), "loop-text", message);
        }
    }
}

/// The text with the choice's name and label in it.
fn filled(text: &str, choice: &Choice, language: Option<&str>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
        } else if let Some(after) = rest.strip_prefix("(name)s") {
            out.push_str(&choice.name);
            rest = after;
        } else {
            rest = rest.strip_prefix("(label)s")?;
            match choice.label.as_ref()? {
                Cell::Text(label) => out.push_str(label),
                map @ Cell::Map(labels) => match language.and_then(|key| labels.text(key)) {
                    Some(label) => out.push_str(label),
                    None => out.push_str(&map.flat()),
                },
            }
        }
    }
    out.push_str(rest);
    Some(out)
}
