//! Entities: records that a form makes or changes and that other forms read, declared in the sheet
//! `entities` and filled from the column `save_to`
//! (<https://getodk.github.io/xforms-spec/entities>).

mod allocate;

use crate::expression::{is_name, references};
use crate::finding::{Findings, Place, hint};
use crate::model::{Action, Deed, Element, EntitiesVersion, Event, Kind};
use crate::settings::{NAME_RULE, NO_LANGUAGE};
use crate::sheet::header::{Aliases, Columns, group};
use crate::sheet::{Workbook, row_number};
use crate::table::{Cell, Table};

pub(crate) use allocate::{Container, Containers};
use allocate::{References, Source};

const ALIASES: Aliases = &[("list_name", &["dataset"])];
const KNOWN: &[&str] = &[
    "dataset",
    "entity_id",
    "create_if",
    "update_if",
    "repeat",
    "label",
];
/// Names that the specification keeps for itself begin so.
const RESERVED: &str = "__";

/// An entity of the sheet `entities`.
#[derive(Debug)]
struct Declaration {
    list: String,
    row: u32,
    record: Element,
    /// The questions that its cells refer to.
    questions: Vec<String>,
}

/// The entities of a form and what refers to them.
#[derive(Debug, Default)]
pub(crate) struct Entities {
    declarations: Vec<Declaration>,
    references: Vec<References>,
}

impl Entities {
    /// Reads the sheet `entities`.
    pub(crate) fn read(workbook: &Workbook<'_>, findings: &mut Findings) -> Self {
        let mut entities = Self::default();
        let Some(sheet) = workbook.filled("entities") else {
            if let Some(near) = workbook.misspelled("entities") {
                let message = format!("no sheet entities was found, but {near}");
                findings.warn(Place::file(), "sheet-misspelled", message);
            }
            return entities;
        };
        let columns = Columns {
            sheet: "entities",
            known: KNOWN,
            aliases: ALIASES,
            required: &[],
        };
        let grouped = group(sheet, &columns, NO_LANGUAGE, false, findings);
        for (index, row) in grouped.rows.iter().enumerate() {
            let number = row_number(index);
            let Some(declaration) = declare(row, number, findings) else {
                continue;
            };
            if entities.position(&declaration.list).is_some() {
                let message = format!("found \u{2018}{}\u{2019} again", declaration.list);
                findings.error(place(number, "list_name"), "entity-twice", message);
                continue;
            }
            entities.declarations.push(declaration);
        }
        entities
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.declarations.is_empty()
    }

    /// Whether there is an entity of that name.
    pub(crate) fn has(&self, list: &str) -> bool {
        self.position(list).is_some()
    }

    fn position(&self, list: &str) -> Option<usize> {
        self.declarations
            .iter()
            .position(|declaration| declaration.list == list)
    }

    fn refer(&mut self, at: usize, source: Source) {
        let list = &self.declarations[at].list;
        match self
            .references
            .iter_mut()
            .find(|references| references.list == *list)
        {
            Some(references) => references.sources.push(source),
            None => self.references.push(References {
                list: list.clone(),
                row: self.declarations[at].row,
                sources: vec![source],
            }),
        }
    }

    /// Notes that the sheet `entities` refers to the question of this row, where it does.
    pub(crate) fn note_question(&mut self, container: Container, row: u32, name: &str) {
        for at in 0..self.declarations.len() {
            if self.declarations[at]
                .questions
                .iter()
                .any(|known| known == name)
            {
                let source = Source {
                    container,
                    row,
                    property: None,
                    question: name.to_owned(),
                };
                self.refer(at, source);
            }
        }
    }

    /// Reads a cell `save_to`. Gives the property that the answer is saved as.
    pub(crate) fn save(
        &mut self,
        container: Container,
        row: u32,
        saved: &str,
        is_question: bool,
        findings: &mut Findings,
    ) -> Option<String> {
        let place = Place::survey(row).column("save_to");
        let mut refuse = |code, message: String| {
            findings.error(place.clone(), code, message);
            None
        };
        if self.is_empty() {
            let message = "an answer is saved to an entity; the sheet entities declares none";
            return refuse("entities-missing", message.to_owned());
        }
        let parts: Vec<&str> = saved.split('#').collect();
        let (list, property) = match parts.as_slice() {
            [property] if self.declarations.len() == 1 => {
                (self.declarations[0].list.clone(), *property)
            }
            [property] => {
                let message = format!(
                    "found \u{2018}{property}\u{2019}; with several entities, list#property is \
                     allowed"
                );
                return refuse("save-to-without-list", message);
            }
            [list, property] => ((*list).to_owned(), *property),
            _ => {
                let message = format!("found \u{2018}{saved}\u{2019}; one # at most is allowed");
                return refuse("save-to-malformed", message);
            }
        };
        let Some(at) = self.position(&list) else {
            let known = self
                .declarations
                .iter()
                .map(|declaration| declaration.list.as_str());
            let message = format!(
                "the sheet entities has no \u{2018}{list}\u{2019}{}",
                hint(&list, known)
            );
            return refuse("entity-unknown", message);
        };
        if let Err((code, message)) = self.may_save(&list, property, is_question) {
            return refuse(code, message);
        }
        let source = Source {
            container,
            row,
            property: Some(property.to_owned()),
            question: String::new(),
        };
        self.refer(at, source);
        Some(property.to_owned())
    }

    fn may_save(
        &self,
        list: &str,
        property: &str,
        is_question: bool,
    ) -> Result<(), (&'static str, String)> {
        if property.is_empty() {
            return Err((
                "name-not-allowed",
                format!("a property needs a name; {NAME_RULE}"),
            ));
        }
        if !is_question {
            let message = "a group or a repeat is not saved; its questions are";
            return Err(("save-to-of-group", message.to_owned()));
        }
        if matches!(property.to_lowercase().as_str(), "name" | "label") {
            let message = format!("\u{2018}{property}\u{2019} is kept for the entity itself");
            return Err(("name-reserved", message));
        }
        if property.starts_with(RESERVED) {
            let message = format!("found \u{2018}{property}\u{2019}; {RESERVED} is reserved");
            return Err(("name-reserved", message));
        }
        if !is_name(property) {
            let message = format!("found \u{2018}{property}\u{2019}; {NAME_RULE}");
            return Err(("name-not-allowed", message));
        }
        let saved = self
            .references
            .iter()
            .filter(|references| references.list == list);
        for source in saved.flat_map(|references| &references.sources) {
            if source.property.as_deref() == Some(property) {
                let message = format!(
                    "row {} saves \u{2018}{property}\u{2019} already",
                    source.row
                );
                return Err(("save-to-twice", message));
            }
        }
        Ok(())
    }

    /// Puts the entities' records where their references allow, into the form's groups.
    pub(crate) fn place(
        self,
        root: &mut Element,
        containers: &Containers,
        findings: &mut Findings,
    ) -> Option<EntitiesVersion> {
        if self.is_empty() {
            return None;
        }
        let lists: Vec<(String, u32)> = self
            .declarations
            .iter()
            .map(|declaration| (declaration.list.clone(), declaration.row))
            .collect();
        let places = allocate::allocate(&lists, &self.references, containers, findings)?;
        let mut version = EntitiesVersion::V2024;
        if self.declarations.len() > 1 {
            version = EntitiesVersion::V2025;
        }
        for mut declaration in self.declarations {
            let at = places.iter().find(|(_, list)| *list == declaration.list);
            let Some((container, _)) = at else { continue };
            if containers.repeats_above(*container) > 0 {
                version = EntitiesVersion::V2025;
                renew_in_repeats(&mut declaration.record);
            }
            if let Some(section) = find(root, containers.row(*container)) {
                section
                    .children
                    .push(Element::meta(vec![declaration.record]));
            }
        }
        Some(version)
    }
}

fn find(element: &mut Element, row: Option<u32>) -> Option<&mut Element> {
    if element.kind == Kind::Survey && row.is_none() {
        return Some(element);
    }
    if element.row == row && matches!(element.kind, Kind::Group | Kind::Repeat) {
        return Some(element);
    }
    element
        .children
        .iter_mut()
        .find_map(|child| find(child, row))
}

/// In a repeat each instance makes an entity of its own.
fn renew_in_repeats(record: &mut Element) {
    for attribute in &mut record.children {
        if attribute.name == "id"
            && let [first] = attribute.actions.as_slice()
        {
            let mut again = first.clone();
            again.event = Event::NewRepeat;
            attribute.actions.push(again);
        }
    }
}

fn place(row: u32, column: &str) -> Place {
    Place::sheet("entities").row(row).column(column)
}

/// What is wrong with one row of the sheet `entities`.
struct Refusals<'f> {
    row: u32,
    any: bool,
    findings: &'f mut Findings,
}

impl Refusals<'_> {
    fn add(&mut self, column: &str, code: &'static str, message: String) {
        self.any = true;
        self.findings.error(place(self.row, column), code, message);
    }

    /// Columns that an entity does not have.
    fn columns(&mut self, row: &Table) {
        for (key, _) in row.iter() {
            if !KNOWN.contains(&key) {
                let message = format!(
                    "found the column \u{2018}{key}\u{2019}; allowed are {}{}",
                    WRITTEN.join(", "),
                    hint(key, WRITTEN)
                );
                self.add(key, "column-unknown", message);
            }
        }
    }

    fn list(&mut self, list: &str) {
        if list.is_empty() {
            let message = "an entity's list needs a name".to_owned();
            self.add("list_name", "name-missing", message);
        } else if list.starts_with(RESERVED) {
            let message = format!("found \u{2018}{list}\u{2019}; {RESERVED} is reserved");
            self.add("list_name", "name-reserved", message);
        } else if list.contains('.') || !is_name(list) {
            let message = format!("found \u{2018}{list}\u{2019}; {NAME_RULE}, here without points");
            self.add("list_name", "name-not-allowed", message);
        }
    }
}

/// The columns of the sheet as they are written.
const WRITTEN: [&str; 5] = ["list_name", "label", "create_if", "update_if", "entity_id"];

fn declare(row: &Table, number: u32, findings: &mut Findings) -> Option<Declaration> {
    let mut refusals = Refusals {
        row: number,
        any: false,
        findings,
    };
    refusals.columns(row);
    let text = |key: &str| row.get(key).map(Cell::flat);
    let list = text("dataset").unwrap_or_default();
    let (id, create, update) = (text("entity_id"), text("create_if"), text("update_if"));
    let label = text("label");
    refusals.list(&list);
    if id.is_none() && update.is_some() {
        let message = "update_if needs an entity_id that says which entity is changed";
        refusals.add("entity_id", "entity-id-missing", message.to_owned());
    }
    if id.is_some() && create.is_some() && update.is_none() {
        let message = "entity_id with create_if needs an update_if";
        refusals.add("update_if", "entity-update-missing", message.to_owned());
    }
    if id.is_none() && label.is_none() {
        let message = "an entity that is made needs a label";
        refusals.add("label", "entity-label-missing", message.to_owned());
    }
    let mut questions: Vec<String> = Vec::new();
    for (column, cell) in [
        ("entity_id", &id),
        ("create_if", &create),
        ("update_if", &update),
        ("label", &label),
    ] {
        let Some(cell) = cell else { continue };
        match references(cell) {
            Ok(found) => questions.extend(found.iter().map(|found| found.name.to_owned())),
            Err(_) => refusals.add(column, "reference-malformed", malformed(cell)),
        }
    }
    if refusals.any {
        return None;
    }
    questions.sort_unstable();
    questions.dedup();
    let (id, create, update) = (id.as_deref(), create.as_deref(), update.as_deref());
    let record = record(&list, id, create, update, label);
    Some(Declaration {
        list,
        row: number,
        record,
        questions,
    })
}

pub(crate) fn malformed(cell: &str) -> String {
    format!("found \u{2018}{cell}\u{2019}; a reference is ${{, a question's name and }}")
}

fn attribute(name: &str, value: &str) -> Element {
    let mut attribute = Element::new(Kind::Attribute, "attribute", name);
    value.clone_into(&mut attribute.value);
    attribute
}

fn computed(mut element: Element, expression: &str) -> Element {
    let bind = element.bind_mut();
    bind.set("calculate", expression);
    bind.set("readonly", "true()");
    bind.set("type", "string");
    element
}

/// The record's element: attributes first, then its label.
fn record(
    list: &str,
    id: Option<&str>,
    create: Option<&str>,
    update: Option<&str>,
    label: Option<String>,
) -> Element {
    let mut record = Element::new(Kind::Entity, "entity", "entity");
    let children = &mut record.children;
    children.push(attribute("dataset", list));
    let mut identity = attribute("id", "");
    identity.bind_mut().set("readonly", "true()");
    identity.bind_mut().set("type", "string");
    if id.is_none() || create.is_some() {
        let mark = attribute("create", "1");
        children.push(match create {
            Some(condition) => computed(mark, condition),
            None => mark,
        });
        if id.is_none() {
            let mut first = Action::new(Deed::SetValue, Event::FirstLoad);
            first.value = Some("uuid()".to_owned());
            identity.actions.push(first);
        }
    }
    if let Some(id) = id {
        let mark = attribute("update", "1");
        children.push(match update {
            Some(condition) => computed(mark, condition),
            None => mark,
        });
        identity.bind_mut().set("calculate", id);
        for (name, property) in [
            ("baseVersion", "__version"),
            ("trunkVersion", "__trunkVersion"),
            ("branchId", "__branchId"),
        ] {
            let expression = format!("instance('{list}')/root/item[name={id}]/{property}");
            children.push(computed(attribute(name, ""), &expression));
        }
    }
    children.push(identity);
    if let Some(label) = label {
        let element = Element::new(Kind::EntityLabel, "label", "label");
        children.push(computed(element, &label));
    }
    record
}
