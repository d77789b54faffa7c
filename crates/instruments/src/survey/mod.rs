//! The sheet `survey`: row by row, from the words of a data manager to the typed form.

mod check;
mod control;
mod media;
mod parameter;
mod range;
mod row;
mod select;

pub(crate) use select::{FILE_ENDS, without_end};

use std::collections::{HashMap, HashSet};

use crate::choices::{self, Choices};
use crate::entity::{Containers, Entities};
use crate::expression::is_name;
use crate::finding::{Findings, Place};
use crate::kind::{self, Control};
use crate::model::{Action, Deed, Element, Event, Form, Kind, Settings, Tag};
use crate::settings::{self, NAME_RULE};
use crate::sheet::header::{Aliases, Columns, Grouped, group};
use crate::sheet::{Workbook, row_number};
use crate::table::{Cell, Table};
use crate::translation::Languages;
use control::{Open, TableList};
use parameter::Parameters;

const ALIASES: Aliases = &[
    ("sms_field", &["sms_field"]),
    ("sms_option", &["sms_option"]),
    ("sms_separator", &["sms_separator"]),
    ("sms_allow_media", &["sms_allow_media"]),
    ("sms_date_format", &["sms_date_format"]),
    ("sms_datetime_format", &["sms_datetime_format"]),
    ("sms_response", &["sms_response"]),
    ("compact_tag", &["instance", "odk:tag"]),
    ("read_only", &["bind", "readonly"]),
    ("readonly", &["bind", "readonly"]),
    ("relevant", &["bind", "relevant"]),
    ("caption", &["label"]),
    ("appearance", &["control", "appearance"]),
    ("relevance", &["bind", "relevant"]),
    ("required", &["bind", "required"]),
    ("constraint", &["bind", "constraint"]),
    ("constraining_message", &["bind", "jr:constraintMsg"]),
    ("constraint_message", &["bind", "jr:constraintMsg"]),
    ("calculation", &["bind", "calculate"]),
    ("calculate", &["bind", "calculate"]),
    ("command", &["type"]),
    ("tag", &["name"]),
    ("value", &["name"]),
    ("image", &["media", "image"]),
    ("big-image", &["media", "big-image"]),
    ("audio", &["media", "audio"]),
    ("video", &["media", "video"]),
    ("count", &["control", "jr:count"]),
    ("repeat_count", &["control", "jr:count"]),
    ("jr:count", &["control", "jr:count"]),
    ("autoplay", &["control", "autoplay"]),
    ("rows", &["control", "rows"]),
    ("noapperrorstring", &["bind", "jr:noAppErrorString"]),
    ("no_app_error_string", &["bind", "jr:noAppErrorString"]),
    ("requiredmsg", &["bind", "jr:requiredMsg"]),
    ("required_message", &["bind", "jr:requiredMsg"]),
    ("body", &["control"]),
    ("save_to", &["bind", "entities:saveto"]),
];

const KNOWN: &[&str] = &[
    "name",
    "label",
    "parent",
    "extra_data",
    "actions",
    "default",
    "guidance_hint",
    "instance",
    "query",
    "sms_field",
    "trigger",
    "bind",
    "choice_filter",
    "control",
    "hint",
    "media",
    "parameters",
    "type",
    "choices",
    "itemset",
    "list_name",
];

/// What is gathered while the rows are read.
struct Reader<'a> {
    workbook: &'a Workbook<'a>,
    settings: Settings,
    choices: Choices,
    external: Option<Vec<String>>,
    tags: Option<Vec<(String, Vec<Tag>)>>,
    entities: Entities,
    containers: Containers,
    findings: &'a mut Findings,
    stack: Vec<Open>,
    table_list: Option<TableList>,
    meta: Vec<Element>,
    question_names: HashSet<String>,
    element_names: HashMap<String, u32>,
    trigger_references: Vec<(String, u32)>,
    place_references: Vec<(String, u32)>,
    instances: HashSet<String>,
    repeat_names: HashSet<String>,
    lists_with_none: HashSet<String>,
    or_other: bool,
    external_asked: bool,
}

/// A row with what every type needs of it.
struct Row {
    number: u32,
    type_name: String,
    appearance: Option<String>,
    parameters: Parameters,
    cells: Table,
}

/// Reads the whole workbook into a form. The form is of use only when nothing is refused.
pub(crate) fn read(workbook: &Workbook<'_>, findings: &mut Findings) -> Option<Form> {
    if workbook
        .sheet("survey")
        .is_none_or(crate::sheet::Sheet::is_empty)
    {
        let near = workbook.misspelled("survey");
        let near = near.map_or_else(String::new, |near| format!("; found {near}"));
        let message = format!("a sheet named survey is needed{near}");
        findings.error(Place::file(), "sheet-missing", message);
        return None;
    }
    let (settings, root) = settings::read(workbook, findings);
    let external = choices::external_lists(workbook, &settings.default_language, findings);
    let choices = choices::read(workbook, &settings, findings);
    let entities = Entities::read(workbook, findings);
    let sheet = survey_sheet(workbook, &settings, findings)?;
    let in_survey = Languages::of_survey(&sheet.headers);
    let in_choices = Languages::of_choices(&choices.headers);
    in_survey.warn_missing("survey", findings);
    in_choices.warn_missing("choices", findings);
    let tags = choices::tags(workbook, findings);
    let mut reader = Reader {
        workbook,
        stack: vec![Open::form(row::root(&settings, root), sheet.rows.len())],
        settings,
        choices,
        external,
        tags,
        entities,
        containers: Containers::new(),
        findings,
        table_list: None,
        meta: Vec::new(),
        question_names: HashSet::with_capacity(sheet.rows.len()),
        element_names: HashMap::with_capacity(sheet.rows.len()),
        trigger_references: Vec::new(),
        place_references: Vec::new(),
        instances: HashSet::new(),
        repeat_names: HashSet::new(),
        lists_with_none: HashSet::new(),
        or_other: false,
        external_asked: false,
    };
    let (headers, choice_headers) = (sheet.headers, reader.choices.headers.clone());
    for (index, cells) in sheet.rows.into_iter().enumerate() {
        reader.row(row_number(index), cells);
    }
    if reader.or_other && !(in_survey.none_named() && in_choices.none_named()) {
        let message = "or_other brings a choice and a question that are not translated";
        reader
            .findings
            .warn(Place::sheet("survey"), "or-other-untranslated", message);
    }
    reader.check_triggers();
    reader.check_places();
    reader.close_open();
    reader.count_generated_names();
    check::references(
        workbook,
        &headers,
        &choice_headers,
        &reader.element_names,
        reader.findings,
    );
    reader.finish()
}

fn survey_sheet(
    workbook: &Workbook<'_>,
    settings: &Settings,
    findings: &mut Findings,
) -> Option<Grouped> {
    let columns = Columns {
        sheet: "survey",
        known: KNOWN,
        aliases: ALIASES,
        required: &["type"],
    };
    let sheet = workbook.sheet("survey")?;
    let tidy = settings.clean_text_values;
    let grouped = group(sheet, &columns, &settings.default_language, tidy, findings);
    (!findings.refused() || grouped.headers.iter().any(|words| words[0] == "type"))
        .then_some(grouped)
}

impl Reader<'_> {
    fn row(&mut self, number: u32, mut cells: Table) {
        let place = Place::survey(number);
        if let Some(disabled) = cells.take("disabled") {
            let message = "the column disabled is old; a relevant that is false does the same";
            self.findings
                .warn(place.clone().column("disabled"), "column-old", message);
            if settings::yes_no(&disabled.flat()) == Some(true) {
                return;
            }
        }
        if cells.is_empty() {
            return;
        }
        let Some(type_name) = cells.take("type").map(Cell::into_flat) else {
            if cells.has("name") || cells.has("label") {
                let place = place.column("type");
                self.findings
                    .error(place, "type-missing", "a question needs a type");
            } else {
                self.findings
                    .warn(place, "row-skipped", "a row without type, name or label");
            }
            return;
        };
        let type_name = match kind::usual_name(&type_name) {
            usual if usual == type_name => type_name,
            usual => usual.to_owned(),
        };
        if !row::parts_are_maps(&cells, number, self.findings) {
            return;
        }
        let parameters = match cells.get("parameters").map(Cell::flat) {
            Some(text) => parameter::read(&text, number, self.findings),
            None => Some(Parameters::new()),
        };
        let appearance = cells
            .map("control")
            .and_then(|control| control.get("appearance"));
        let row = Row {
            number,
            appearance: appearance.map(Cell::flat),
            type_name,
            parameters: parameters.unwrap_or_default(),
            cells,
        };
        self.typed_row(row);
    }

    fn typed_row(&mut self, mut row: Row) {
        let number = row.number;
        if row.type_name == "audit" {
            self.audit(row);
            return;
        }
        if matches!(row.type_name.as_str(), "subscriberid" | "simserial") {
            let message = format!("{} is no longer told by most devices", row.type_name);
            self.findings
                .warn(Place::survey(number).column("type"), "type-old", message);
        }
        if let Some(setting) = settings::setting_of_type(&row.type_name) {
            let value = row
                .cells
                .get("name")
                .map_or_else(|| "None".to_owned(), Cell::flat);
            match setting {
                "title" => self.settings.title = value,
                "id_string" => self.settings.id = value,
                _ => self.settings.prefix = Some(value),
            }
            return;
        }
        let begins = control::begin(&row.type_name);
        let ends = control::end(&row.type_name);
        let name = if ends.is_some() {
            None
        } else {
            self.name(&mut row)
        };
        self.entity_references(
            &mut row,
            name.as_deref(),
            begins.is_some() || ends.is_some(),
        );
        if let Some(end) = ends {
            self.end(
                number,
                end,
                row.cells.get("name").map(Cell::flat).as_deref(),
            );
            return;
        }
        if let Some(begin) = begins {
            self.begin(row, name.unwrap_or_default(), begin);
            return;
        }
        let Some(name) = name else { return };
        self.question(row, name);
    }

    fn audit(&mut self, mut row: Row) {
        let named = row.cells.get("name").map(Cell::flat);
        if let Some(name) = named
            && name != "audit"
        {
            let place = Place::survey(row.number).column("name");
            let message = format!("found \u{2018}{name}\u{2019}; the log is called audit");
            self.findings.error(place, "audit-name", message);
        }
        row.cells.set("name", "audit");
        let mut element = self.element(&mut row, Kind::Question, "audit");
        let number = row.number;
        media::audit(&mut element, number, &row.parameters, self.findings);
        self.meta.push(element);
    }

    /// The row's name, checked; a note may go without.
    fn name(&mut self, row: &mut Row) -> Option<String> {
        let number = row.number;
        let place = || Place::survey(number).column("name");
        let name = match row.cells.get("name") {
            Some(cell) => cell.flat(),
            None if row.type_name == "note" => format!("generated_note_name_{}", row.number),
            None => {
                let message = "a question or a group needs a name";
                self.findings.error(place(), "name-missing", message);
                return None;
            }
        };
        if !is_name(&name) {
            let message = format!("found \u{2018}{name}\u{2019}; {NAME_RULE}");
            self.findings.error(place(), "name-not-allowed", message);
            return None;
        }
        *self.element_names.entry(name.clone()).or_default() += 1;
        if name == "meta" {
            let message = "\u{2018}meta\u{2019} is kept for what a record says of itself";
            self.findings.error(place(), "name-reserved", message);
            return None;
        }
        let open = self.stack.last_mut()?;
        if !open.names.insert(name.clone()) {
            let message = format!(
                "found \u{2018}{name}\u{2019} again; in one group or repeat each name is there once"
            );
            self.findings.error(place(), "name-twice", message);
            return Some(name);
        }
        if !open.names_in_small_letters.insert(name.to_lowercase()) {
            let message = format!(
                "\u{2018}{name}\u{2019} differs from another name in capitals alone, which some \
                 tools do not tell apart"
            );
            self.findings.warn(place(), "name-alike", message);
        }
        Some(name)
    }

    fn entity_references(&mut self, row: &mut Row, name: Option<&str>, is_section: bool) {
        let Some(open) = self.stack.last() else {
            return;
        };
        let container = open.container;
        let saved = row
            .cells
            .map("bind")
            .and_then(|bind| bind.get("entities:saveto"));
        if let Some(saved) = saved.map(Cell::flat) {
            let property =
                self.entities
                    .save(container, row.number, &saved, !is_section, self.findings);
            if let Some(property) = property {
                row.cells.map_mut("bind").set("entities:saveto", property);
            }
        }
        if let Some(name) = name {
            self.entities.note_question(container, row.number, name);
        }
    }

    /// Makes the element of a row and takes the row's cells.
    fn element(&mut self, row: &mut Row, kind: Kind, name: &str) -> Element {
        let type_name = row.type_name.clone();
        let mut element = row::element(&mut row.cells, kind, &type_name, name);
        element.row = Some(row.number);
        if kind == Kind::Question {
            self.default(&mut element);
            self.trigger(&mut element, &row.cells);
        }
        element
    }

    fn default(&mut self, element: &mut Element) {
        let Some(default) = &element.default else {
            return;
        };
        if crate::expression::is_dynamic(default, &element.type_name) {
            element.dynamic_default = true;
            element
                .actions
                .push(Action::new(Deed::SetValue, Event::FirstLoad));
            if self
                .stack
                .iter()
                .any(|open| open.element.kind == Kind::Repeat)
            {
                element
                    .actions
                    .push(Action::new(Deed::SetValue, Event::NewRepeat));
            }
        }
    }

    fn question(&mut self, mut row: Row, name: String) {
        self.question_names.insert(name.clone());
        if kind::EXTERNAL_TYPES.contains(&row.type_name.as_str()) {
            self.instances
                .insert(select::without_end(&name).0.to_owned());
            let element = self.element(&mut row, Kind::External, &name);
            let in_repeat = self
                .stack
                .last()
                .is_some_and(|open| open.element.kind == Kind::Repeat);
            if in_repeat || (self.settings.flat && self.stack.len() > 1) {
                let message = "a file of data belongs to the form: outside the repeat is allowed";
                let place = Place::survey(row.number).column("type");
                self.findings.error(place, "data-in-repeat", message);
            }
            self.push(element);
            return;
        }
        if let Some(select) = select::parse(&row.type_name) {
            self.select(row, &name, &select);
            return;
        }
        if matches!(row.type_name.as_str(), "group" | "repeat") {
            let kind = if row.type_name == "group" {
                Kind::Group
            } else {
                Kind::Repeat
            };
            let element = self.element(&mut row, kind, &name);
            self.push(element);
            return;
        }
        if let Some(list) = select::osm_list(&row.type_name) {
            self.osm(row, &name, &list);
            return;
        }
        let number = row.number;
        let Some(question_type) = kind::question_type(&row.type_name) else {
            self.unknown_type(number, &row.type_name);
            return;
        };
        let mut element = self.element(&mut row, Kind::Question, &name);
        if row.type_name == "calculate"
            && element
                .bind
                .as_ref()
                .is_none_or(|bind| !bind.has("calculate"))
            && !element.dynamic_default
        {
            let place = Place::survey(number).column("calculation");
            self.findings.error(
                place,
                "calculation-missing",
                "a calculate needs a calculation",
            );
        }
        self.particulars(&mut element, &row);
        if question_type.control != Control::None {
            row::label_for_choices(&mut element);
        }
        self.push(element);
    }

    fn particulars(&mut self, element: &mut Element, row: &Row) {
        let (number, parameters) = (row.number, &row.parameters);
        match row.type_name.as_str() {
            "range" => {
                let appearance = row.appearance.as_deref();
                let parameters = parameters.clone();
                range::range(
                    element,
                    number,
                    parameters,
                    appearance,
                    &self.choices,
                    self.findings,
                );
            }
            "text" => media::text(element, number, parameters, self.findings),
            "photo" => {
                let appearance = row.appearance.as_deref();
                media::picture(element, number, parameters, appearance, self.findings);
            }
            "audio" => media::sound(element, number, parameters, self.findings),
            "background-audio" => {
                media::background_sound(element, number, parameters, self.findings);
            }
            "geopoint" | "geotrace" | "geoshape" => {
                if let Some(reference) = media::place(element, number, parameters, self.findings) {
                    self.place_references.push((reference, number));
                }
            }
            "start-geopoint" => {
                element
                    .actions
                    .push(Action::new(Deed::SetGeopoint, Event::FirstLoad));
            }
            "background-geopoint" => {
                let place = Place::survey(number);
                if element.trigger.is_empty() {
                    let message = "a background-geopoint needs a trigger";
                    self.findings.error(
                        place.clone().column("trigger"),
                        "trigger-missing",
                        message,
                    );
                }
                if element
                    .bind
                    .as_ref()
                    .is_some_and(|bind| bind.has("calculate"))
                {
                    let message = "a background-geopoint has no calculation";
                    let place = place.column("calculation");
                    self.findings
                        .error(place, "calculation-not-allowed", message);
                }
            }
            _ => {}
        }
    }

    fn unknown_type(&mut self, number: u32, type_name: &str) {
        let word = type_name.split(' ').next().unwrap_or(type_name);
        let message = format!(
            "found the type \u{2018}{type_name}\u{2019}{}",
            crate::finding::hint(word, kind::USUAL_TYPES)
        );
        let place = Place::survey(number).column("type");
        self.findings.error(place, "type-unknown", message);
    }

    fn push(&mut self, element: Element) {
        if let Some(open) = self.stack.last_mut() {
            open.element.children.push(element);
        }
    }

    fn count_generated_names(&mut self) {
        if !self.settings.omit_instance_id {
            *self
                .element_names
                .entry("instanceID".to_owned())
                .or_default() += 1;
        }
    }

    fn finish(mut self) -> Option<Form> {
        let mut root = self.stack.pop()?.element;
        if self.settings.flat {
            row::flatten(&mut root, "");
        }
        let mut meta = std::mem::take(&mut self.meta);
        if !self.settings.omit_instance_id {
            let mut id = Element::new(Kind::Question, "calculate", "instanceID");
            let preload = self.settings.instance_id.as_deref().unwrap_or("uid");
            id.bind_mut().set("readonly", "true()");
            id.bind_mut().set("jr:preload", preload);
            meta.push(id);
        }
        if let Some(expression) = &self.settings.instance_name {
            let mut name = Element::new(Kind::Question, "calculate", "instanceName");
            name.bind_mut().set("calculate", expression.as_str());
            meta.push(name);
        }
        let entities = self
            .entities
            .place(&mut root, &self.containers, self.findings);
        if !meta.is_empty() {
            let known = root
                .children
                .iter_mut()
                .find(|child| child.name == "meta" && child.bodyless);
            match known {
                Some(known) => known.children.extend(meta),
                None => root.children.push(Element::meta(meta)),
            }
        }
        let itemsets = self
            .workbook
            .sheet("external_choices")
            .filter(|_| self.external_asked)
            .and_then(choices::itemsets);
        Some(Form {
            settings: self.settings,
            lists: self.choices.lists,
            root,
            entities,
            itemsets,
        })
    }
}
