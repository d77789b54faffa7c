//! A list of cases in a layout of its own, by a map that says what each column means.

mod faults;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use terms::cell::Absence;
use terms::finding::Finding;

use super::column::{Coded, Column, Part, Reading};
use super::plan::{Key, Plan, RoleOf};
use super::sheet::{Row, Sheet};
use super::told::{Saying, Told, Weight};
use super::{Taken, fold, plan, shape};
use crate::concept::{Concept, Concepts, Kind};
use crate::record::{Answer, Class, PersonRole, Value};

/// Rows in which the header is looked for where the map does not say its row.
const HEADER_ROWS_MAX: usize = 30;

/// What a list of cases means, as somebody has said it. Texts are as they were written; what is
/// wrong with them is found by [`Map::faults`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Map {
    /// Name of the form that the records bear.
    pub form: String,
    /// Its version.
    pub version: String,
    /// Name of the system or series of files to which the keys belong; the form's if not given.
    pub source: Option<String>,
    /// In what role every row is about a person; `victim` if neither this nor a column is given.
    pub role: Option<String>,
    /// The column that says it, and what its values mean.
    pub role_column: Option<(String, BTreeMap<String, String>)>,
    /// The columns that number the records; each by one of its names.
    pub key: Vec<Vec<String>>,
    /// The sheet of a workbook; the first that is filled if not given.
    pub sheet: Option<String>,
    /// The header's row, as a spreadsheet counts; looked for by the names if not given.
    pub header_row: Option<u64>,
    /// Rows are cases although they look like counts.
    pub rows_are_cases: bool,
    /// What holds of every row: concept and code, day or number.
    pub constants: Vec<(String, String)>,
    /// What columns mean.
    pub columns: Vec<MapColumn>,
}

/// What one column means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MapColumn {
    /// Its name as printed, and the names that it had in other years.
    pub names: Vec<String>,
    /// The concept to which its answers are bound; none for text that is kept sealed.
    pub concept: Option<String>,
    /// The list in which its values are written, if that is not the concept's.
    pub list: Option<String>,
    /// Value as printed to codes of the concept's list.
    pub values: BTreeMap<String, Vec<String>>,
    /// Values that say nothing.
    pub blank: Vec<String>,
    /// Values that say why there is no answer, with the reason's code.
    pub absent: BTreeMap<String, String>,
    /// How its days are written, such as `%d/%m/%Y`.
    pub date: Option<String>,
    /// What parts several values.
    pub separator: Option<String>,
    /// A class that is stricter than the concept's.
    pub class: Option<String>,
    /// Whether a file without it is read all the same.
    pub optional: bool,
}

impl Map {
    /// What is wrong with the map itself; `file` is its name.
    #[must_use]
    pub fn faults(&self, file: &str) -> Vec<Finding> {
        faults::of(self, file)
    }

    /// Reads a sheet by this map. A map with faults binds only what it says rightly: look at
    /// [`Map::faults`] first.
    #[must_use]
    pub fn read(&self, sheet: &Sheet, file: &str) -> Taken {
        let mut told = Told::of_file(file);
        let refused = |told: Told| Taken {
            sheet: sheet.name.clone(),
            told,
            ..Taken::default()
        };
        let Some(at) = self.header(sheet) else {
            let allowed = match self.header_row {
                Some(row) => format!("a header at row {row}, as the map says"),
                None => "a row that names the columns of the map".to_owned(),
            };
            told.tell(
                Weight::Refused,
                Saying::new("header_missing").allowed(&allowed),
            );
            return refused(told);
        };
        let Some(row) = sheet.row(at) else {
            return refused(told);
        };
        let header: Vec<String> = row.fields().map(|name| name.trim().to_owned()).collect();
        if !self.rows_are_cases
            && let Some(why) = shape::are_counts(sheet, at + 1, &header)
        {
            shape::tell(&mut told, row.number, &why);
            return refused(told);
        }
        let columns = self.columns(&header, row.number, &mut told);
        let key = self.key(&header, row.number, &mut told);
        let role = self.role(&header, row.number, &mut told);
        if told.is_refused() {
            return refused(told);
        }
        let source = self.source.clone().unwrap_or_else(|| self.form.clone());
        let source = match key {
            // What a row says makes it known again in its own file alone.
            Key::Content => file.to_owned(),
            Key::Columns(_) => source,
        };
        let plan = Plan {
            form: self.form.clone(),
            form_version: self.version.clone(),
            source,
            key,
            role,
            columns,
            constants: self.constants.iter().filter_map(constant).collect(),
            header,
            first: at + 1,
        };
        plan::read(plan, sheet, file, told)
    }

    /// The place of the header: the row that the map says, or that which names most of its
    /// columns.
    fn header(&self, sheet: &Sheet) -> Option<usize> {
        if let Some(row) = self.header_row {
            return sheet.rows_from(0).position(|found| found.number == row);
        }
        let named = |row: &Row<'_>| {
            let names: Vec<String> = row.fields().map(fold::header).collect();
            let here = |column: &&MapColumn| place(&column.names, &names).is_some();
            self.columns.iter().filter(here).count()
        };
        let rows = sheet.rows_from(0).take(HEADER_ROWS_MAX).enumerate();
        let counted = rows.map(|(at, row)| (named(&row), std::cmp::Reverse(at)));
        let (most, at) = counted.max()?;
        (most > 0 || self.columns.is_empty()).then_some(at.0)
    }

    fn columns(&self, header: &[String], row: u64, told: &mut Told) -> Vec<Column> {
        let folded: Vec<String> = header.iter().map(|name| fold::header(name)).collect();
        let mut said: BTreeMap<usize, &MapColumn> = BTreeMap::new();
        let mut bound = false;
        for column in &self.columns {
            let Some(at) = place(&column.names, &folded) else {
                missing(column, header, row, told);
                continue;
            };
            bound |= column.concept.is_some();
            let times = folded.iter().filter(|name| **name == folded[at]).count();
            if times > 1 || said.insert(at, column).is_some() {
                let saying = Saying::new("column_twice").at(row).of(&header[at]);
                let saying = saying.allowed("one column of this name, named once in the map");
                told.tell(Weight::Refused, saying);
            }
        }
        if !bound && !told.is_refused() {
            let allowed = "a map that binds at least one column to a concept; nothing of this \
                           file would say anything of a person, a case or an event";
            told.tell(
                Weight::Refused,
                Saying::new("nothing_bound").allowed(allowed),
            );
        }
        let unmapped = header.len() - said.len();
        if unmapped > 0 && !told.is_refused() {
            let found = unmapped.to_string();
            let saying = Saying::new("columns_unmapped").at(row).found(&found);
            let saying = saying.allowed("kept as typed, sealed, bound to nothing");
            told.tell(Weight::Noted, saying);
        }
        let column = |(position, name): (usize, &String)| {
            let said = said.get(&position);
            if name.is_empty() && said.is_none() {
                // A column without a name may hold something all the same.
                return column_of(position, &format!("column {}", position + 1), None);
            }
            column_of(position, name, said.copied())
        };
        header.iter().enumerate().map(column).collect()
    }

    fn key(&self, header: &[String], row: u64, told: &mut Told) -> Key {
        if self.key.is_empty() {
            let allowed = "key = [\"column\"] under [record]; without one a row is known again by \
                           what it says, and a row that was corrected comes in anew";
            told.tell(
                Weight::Noted,
                Saying::new("key_column_absent").allowed(allowed),
            );
            return Key::Content;
        }
        let folded: Vec<String> = header.iter().map(|name| fold::header(name)).collect();
        let mut places = Vec::new();
        for names in &self.key {
            match place(names, &folded) {
                Some(at) => places.push(at),
                None => {
                    let name = names.first().map_or("", String::as_str);
                    let saying = Saying::new("key_column_missing").at(row).of(name);
                    let allowed = beside(name, header);
                    told.tell(Weight::Refused, saying.allowed(&allowed));
                }
            }
        }
        Key::Columns(places)
    }

    fn role(&self, header: &[String], row: u64, told: &mut Told) -> RoleOf {
        let Some((name, values)) = &self.role_column else {
            let role = self.role.as_deref().and_then(PersonRole::of_code);
            return RoleOf::Said(role.unwrap_or(PersonRole::Victim));
        };
        let folded: Vec<String> = header.iter().map(|name| fold::header(name)).collect();
        let values = values
            .iter()
            .filter_map(|(value, role)| Some((fold::value(value), PersonRole::of_code(role)?)));
        if let Some(at) = place(std::slice::from_ref(name), &folded) {
            return RoleOf::Column(at, values.collect());
        }
        let allowed = beside(name, header);
        let saying = Saying::new("map_column_missing").at(row).of(name);
        told.tell(Weight::Refused, saying.allowed(&allowed));
        RoleOf::Said(PersonRole::Unstated)
    }
}

/// The place of the first column that bears one of these names.
fn place(names: &[String], folded: &[String]) -> Option<usize> {
    names.iter().find_map(|name| {
        let name = fold::header(name);
        folded.iter().position(|column| *column == name)
    })
}

fn missing(column: &MapColumn, header: &[String], row: u64, told: &mut Told) {
    let name = column.names.first().map_or("", String::as_str);
    let saying = Saying::new("map_column_missing").at(row).of(name);
    if column.optional {
        let allowed = "the map says that it may be absent";
        return told.tell(Weight::Noted, saying.allowed(allowed));
    }
    let allowed = beside(name, header);
    told.tell(Weight::Refused, saying.allowed(&allowed));
}

/// What is allowed where a column is missing. A header that was taken from the wrong row would hold
/// what cells say, so only a name that is written much like the one looked for is repeated.
fn beside(name: &str, header: &[String]) -> String {
    let looked = fold::header(name);
    let bound = (looked.chars().count() / 3).max(1);
    let near = header
        .iter()
        .map(|column| (strsim::osa_distance(&fold::header(column), &looked), column))
        .filter(|(distance, column)| *distance <= bound && !column.is_empty())
        .min();
    let further = "further names of it in the map, or optional = true";
    match near {
        Some((_, column)) => format!("a column of this name; nearest is “{column}”; {further}"),
        None => format!(
            "a column of this name among the {} of the header; {further}",
            header.len()
        ),
    }
}

fn column_of(position: usize, name: &str, said: Option<&MapColumn>) -> Column {
    let concept = said
        .and_then(|column| column.concept.as_deref())
        .and_then(|concept| Concepts::standard().get(concept));
    let reading = match (concept, said) {
        (Some(concept), Some(said)) => reading(concept, said),
        _ => Reading::Text(None),
    };
    let folded = |texts: &[String]| texts.iter().map(|text| fold::value(text)).collect();
    let absent = said.map_or_else(BTreeMap::new, |said| {
        let known = said
            .absent
            .iter()
            .filter_map(|(value, reason)| Some((fold::value(value), Absence::of_code(reason)?)));
        known.collect()
    });
    Column {
        position,
        header: name.to_owned(),
        question: name.to_owned(),
        part: Part::Person,
        reading,
        blank: said.map_or_else(Vec::new, |said| folded(&said.blank)),
        absent,
        class: said
            .and_then(|said| said.class.as_deref())
            .and_then(Class::of_code),
    }
}

fn reading(concept: &'static Concept, said: &MapColumn) -> Reading {
    match &concept.kind {
        Kind::Text => Reading::Text(Some(concept)),
        Kind::Date => Reading::Date(Some(concept), said.date.clone()),
        Kind::Number => Reading::Number(concept),
        Kind::Coded(_) => {
            let list = said.list.as_deref().and_then(|list| list.parse().ok());
            let Some(mut coded) = Coded::new(Some(concept), list) else {
                return Reading::Text(None);
            };
            coded.separator.clone_from(&said.separator);
            let values = said.values.iter();
            coded.values = values
                .map(|(value, codes)| (fold::value(value), codes.clone()))
                .collect();
            Reading::Coded(coded)
        }
    }
}

/// What holds of every row.
fn constant((concept, said): &(String, String)) -> Option<Answer> {
    let concept = Concepts::standard().get(concept)?;
    let value = match &concept.kind {
        Kind::Coded(_) => concept.coded(said)?,
        Kind::Date => Value::Date(said.parse().ok()?),
        Kind::Number => Value::Number(said.parse().ok()?),
        Kind::Text => return None,
    };
    Some(Answer {
        question: concept.id.clone(),
        concept: Some(concept.id.clone()),
        class: concept.class,
        value,
    })
}
