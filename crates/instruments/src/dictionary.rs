//! What a form asks, as a table: for those who read its data.

use crate::kind;
use crate::model::{Element, Form, Kind};
use crate::table::Cell;

/// A question, as its data are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands in a record.
    pub path: String,
    /// The word of its type.
    pub type_name: String,
    /// What it means, where the form says so.
    pub concept: String,
    /// How far its answer may travel; empty where the form does not say.
    pub class: String,
    /// What is asked, in the form's first language.
    pub label: String,
    /// The values that may be chosen.
    pub values: String,
    /// When it is asked.
    pub relevant: String,
    /// Whether an answer is needed.
    pub required: String,
    /// What holds of its answer.
    pub constraint: String,
    /// How it is computed.
    pub calculation: String,
}

impl Entry {
    /// The headers of the table.
    pub const HEADERS: [&'static str; 10] = [
        "path",
        "type",
        "concept",
        "class",
        "label",
        "values",
        "relevant",
        "required",
        "constraint",
        "calculation",
    ];

    /// The cells of the table.
    #[must_use]
    pub fn cells(&self) -> [&str; 10] {
        [
            &self.path,
            &self.type_name,
            &self.concept,
            &self.class,
            &self.label,
            &self.values,
            &self.relevant,
            &self.required,
            &self.constraint,
            &self.calculation,
        ]
    }
}

/// Every question of a form, in order.
#[must_use]
pub fn dictionary(form: &Form) -> Vec<Entry> {
    let mut entries = Vec::new();
    add(form, &form.root, "", &mut entries);
    entries
}

/// The table in Markdown.
#[must_use]
pub fn markdown(entries: &[Entry]) -> String {
    let line = |cells: [&str; 10]| {
        let cells = cells.map(|cell| cell.replace('|', "\\|").replace('\n', " "));
        format!("| {} |\n", cells.join(" | "))
    };
    let mut out = line(Entry::HEADERS);
    out.push_str(&"|---".repeat(Entry::HEADERS.len()));
    out.push_str("|\n");
    for entry in entries {
        out.push_str(&line(entry.cells()));
    }
    out
}

fn add(form: &Form, element: &Element, above: &str, entries: &mut Vec<Entry>) {
    let path = format!("{above}/{}", element.name);
    if element.kind == Kind::Question && element.row.is_some() {
        entries.push(entry(form, element, &path));
    }
    for child in &element.children {
        add(form, child, &path, entries);
    }
}

fn entry(form: &Form, element: &Element, path: &str) -> Entry {
    let rule = |key: &str| {
        let own = element
            .bind
            .as_ref()
            .and_then(|bind| bind.get(key))
            .map(Cell::flat);
        own.unwrap_or_default()
    };
    let type_name = match (&element.itemset, kind::question_type(&element.type_name)) {
        (Some(list), Some(_)) => format!("{} {list}", element.type_name),
        _ => element.type_name.clone(),
    };
    let values = element
        .itemset
        .as_deref()
        .and_then(|list| form.list(list))
        .map(|list| {
            let names: Vec<&str> = list
                .choices
                .iter()
                .map(|choice| choice.name.as_str())
                .collect();
            names.join(", ")
        });
    Entry {
        path: path.to_owned(),
        type_name,
        concept: rule("palermo:concept"),
        class: rule("palermo:class"),
        label: label(form, element),
        values: values.unwrap_or_default(),
        relevant: rule("relevant"),
        required: rule("required"),
        constraint: rule("constraint"),
        calculation: rule("calculate"),
    }
}

fn label(form: &Form, element: &Element) -> String {
    match &element.label {
        Some(Cell::Text(text)) => text.trim().to_owned(),
        Some(Cell::Map(labels)) => {
            let first = labels.get(&form.settings.default_language);
            let first = first.or_else(|| labels.iter().next().map(|(_, cell)| cell));
            first.map(Cell::flat).unwrap_or_default()
        }
        None => String::new(),
    }
}
