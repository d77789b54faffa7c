//! What is wrong with a map, before any file is read by it.

use terms::cell::Absence;
use terms::finding::{Finding, Severity};
use terms::list::{CodeLists, ListReference};

use super::super::day;
use super::super::vocabulary::Vocabulary;
use super::{Map, MapColumn, constant};
use crate::concept::{CITIZENSHIP, Concept, Concepts, Kind};
use crate::record::{Class, PersonRole};

struct Faults<'a> {
    file: &'a str,
    found: Vec<Finding>,
}

impl Faults<'_> {
    fn tell(&mut self, code: &'static str, field: &str, found: &str, allowed: &str) {
        let finding = Finding::of_file(self.file, code, Severity::Error).in_field(field);
        self.found.push(finding.found(found).allowed(allowed));
    }
}

pub(super) fn of(map: &Map, file: &str) -> Vec<Finding> {
    let mut faults = Faults {
        file,
        found: Vec::new(),
    };
    if map.form.trim().is_empty() {
        faults.tell("map_value", "record.form", "", "a name for the form");
    }
    let roles = PersonRole::ALL.map(PersonRole::code).join(", ");
    let given = map.role.iter();
    let by_column = map
        .role_column
        .iter()
        .flat_map(|(_, values)| values.values());
    for role in given.chain(by_column) {
        if PersonRole::of_code(role).is_none() {
            faults.tell("map_value", "record.role", role, &roles);
        }
    }
    for (concept, said) in &map.constants {
        let field = format!("constants.{concept}");
        match Concepts::standard().get(concept) {
            None => unknown_concept(&mut faults, &field, concept),
            Some(known) if constant(&(concept.clone(), said.clone())).is_none() => {
                faults.tell("map_value_unknown", &field, said, &allowed(known, said));
            }
            Some(_) => {}
        }
    }
    for (at, column) in map.columns.iter().enumerate() {
        let name = column.names.first().cloned();
        let field = match name {
            Some(name) if !name.trim().is_empty() => format!("column {name}"),
            _ => {
                let field = format!("column {}", at + 1);
                faults.tell("map_value", &field, "", "name, as the file prints it");
                field
            }
        };
        of_column(&mut faults, &field, column);
    }
    faults.found
}

fn unknown_concept(faults: &mut Faults<'_>, field: &str, found: &str) {
    let near = Concepts::standard()
        .iter()
        .map(|concept| (strsim::osa_distance(&concept.id, found), concept))
        .filter(|(distance, concept)| *distance <= concept.id.chars().count() / 3)
        .min_by_key(|(distance, _)| *distance);
    let allowed = match near {
        Some((_, concept)) => format!("a concept of concepts.csv; nearest is {}", concept.id),
        None => "a concept of concepts.csv, such as person.sex".to_owned(),
    };
    faults.tell("map_concept_unknown", field, found, &allowed);
}

/// What a concept allows, with the nearest to what was said.
fn allowed(concept: &Concept, said: &str) -> String {
    match &concept.kind {
        Kind::Coded(list) => {
            let near = Vocabulary::of(list)
                .and_then(|words| words.read(said).or_else(|| words.nearest(said)));
            match near {
                Some(near) => format!("a code of {list}; nearest is {near}"),
                None => format!("a code of {list}"),
            }
        }
        Kind::Date => "a day as YYYY-MM-DD".to_owned(),
        Kind::Number => "a whole number".to_owned(),
        Kind::Text => "nothing: text says something of one person".to_owned(),
    }
}

fn of_column(faults: &mut Faults<'_>, field: &str, column: &MapColumn) {
    let concept = column.concept.as_deref();
    let known = concept.and_then(|concept| Concepts::standard().get(concept));
    if let (Some(concept), None) = (concept, known) {
        unknown_concept(faults, field, concept);
    }
    if let Some(list) = &column.list {
        let carried = list
            .parse::<ListReference>()
            .ok()
            .filter(|list| list.id == CITIZENSHIP || CodeLists::standard().get(list).is_some());
        if carried.is_none() {
            faults.tell(
                "map_list_unknown",
                field,
                list,
                "a list as `palermo terms lists` shows",
            );
        }
    }
    for reason in column.absent.values() {
        if Absence::of_code(reason).is_none() {
            let reasons = Absence::ALL.map(Absence::code).join(", ");
            faults.tell("map_value", field, reason, &reasons);
        }
    }
    if let Some(format) = column
        .date
        .as_deref()
        .filter(|format| !day::is_format(format))
    {
        let allowed = "day, month and year, such as %d/%m/%Y, %d %B %Y, %d.%m.%y";
        faults.tell("map_date_format", field, format, allowed);
    }
    let class = column.class.as_deref();
    let stricter = class.and_then(Class::of_code);
    if let (Some(class), None) = (class, stricter) {
        let classes = Class::ALL.map(Class::code).join(", ");
        faults.tell("map_value", field, class, &classes);
    }
    if let (Some(class), Some(concept)) = (stricter, known)
        && class > concept.class
    {
        let allowed = format!(
            "{} or stricter, as {} says",
            concept.class.code(),
            concept.id
        );
        faults.tell("map_class_wider", field, class.code(), &allowed);
    }
    let Some(concept) = known else {
        if !column.values.is_empty() && column.concept.is_none() {
            faults.tell("map_value", field, "values", "a concept beside values");
        }
        return;
    };
    if !matches!(concept.kind, Kind::Coded(_)) && !column.values.is_empty() {
        let allowed = format!("no values: {} takes no codes", concept.id);
        faults.tell("map_value", field, "values", &allowed);
        return;
    }
    for code in column
        .values
        .values()
        .flatten()
        .filter(|code| !concept.allows(code))
    {
        faults.tell("map_value_unknown", field, code, &allowed(concept, code));
    }
}
