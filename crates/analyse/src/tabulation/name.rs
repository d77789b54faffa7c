//! Short names of columns.

use evidence::concept::{CITIZENSHIP, Concepts, is_citizenship};
use evidence::dossier::Unit;
use evidence::dossier::column::{Column, Shape, columns, own_codes};
use terms::language::Language;
use terms::list::CodeLists;

use super::TabulationError;

/// What is short for what, where the last part of a column's name would not do.
const SHORT: [(&str, &str); 10] = [
    ("age", "victim.age_group"),
    ("age", "accused.age_group"),
    ("form", "victim.form"),
    ("forms", "tip.exploitation"),
    ("citizenship", "accused.citizenship"),
    ("sex", "accused.sex"),
    ("status", "victim.identification"),
    ("status", "case.status"),
    ("offence", "justice.offence"),
    ("service", "service.rendered"),
];

/// A column of a unit by its short name or its full one.
///
/// # Errors
/// When there is none of that name.
pub fn column_of(unit: Unit, name: &str) -> Result<Column, TabulationError> {
    let known = columns(unit);
    let find = |id: &str| known.iter().find(|column| column.id == id);
    let by_short = SHORT
        .iter()
        .filter(|(short, _)| *short == name)
        .find_map(|(_, id)| find(id));
    let own = format!("{}.{name}", unit.code());
    let by_last = || {
        let last = |column: &&Column| {
            column
                .id
                .rsplit_once('.')
                .is_some_and(|(_, last)| last == name)
        };
        known.iter().find(last)
    };
    let found = by_short
        .or_else(|| find(name))
        .or_else(|| find(&own))
        .or_else(by_last);
    found.cloned().ok_or_else(|| TabulationError::Column {
        found: name.to_owned(),
        unit: unit.code(),
        allowed: names(&known),
    })
}

/// The short name of a column.
#[must_use]
pub fn short(id: &str) -> &str {
    if let Some((short, _)) = SHORT.iter().find(|(_, long)| *long == id) {
        return short;
    }
    id.rsplit_once('.').map_or(id, |(_, last)| last)
}

/// What a column is called, by its short name: the label of the concept that it holds. None where
/// there is no such column, or where it was worked out from several concepts.
#[must_use]
pub fn label(unit: Unit, name: &str, language: Language) -> Option<&'static str> {
    let column = column_of(unit, name).ok()?;
    let concept = Concepts::standard().get(&column.id)?;
    Some(concept.label(language))
}

fn names(columns: &[Column]) -> String {
    let mut names: Vec<&str> = columns.iter().map(|column| short(&column.id)).collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}

/// Every code that can stand in a column, where it is known beforehand: not for places and months.
#[must_use]
pub fn codes(column: &Column) -> Option<Vec<String>> {
    if let Some(own) = own_codes(&column.id) {
        return Some(own.into_iter().map(str::to_owned).collect());
    }
    let reference = column.list.as_deref()?.parse().ok()?;
    let list = CodeLists::standard().get(&reference)?;
    let codes = list.codes().iter().map(|code| code.code.clone());
    // What stands for all of them is no code of somebody.
    Some(
        codes
            .filter(|code| code != "total" && code != "_T")
            .collect(),
    )
}

/// Whether a code can stand in a column.
pub(super) fn fits(column: &Column, name: &str, code: &str) -> Result<(), TabulationError> {
    let is_place = column
        .list
        .as_deref()
        .is_some_and(|list| list.starts_with(CITIZENSHIP));
    let (fits, allowed) = match codes(column) {
        _ if code == super::laid::NOT_SAID => (true, String::new()),
        Some(codes) => (codes.iter().any(|known| known == code), codes.join(", ")),
        None if is_place => (
            is_citizenship(code),
            "ISO 3166-1 alpha-3, stateless, unknown".to_owned(),
        ),
        None => (
            column.shape != Shape::Month,
            "codes; a month is a period".to_owned(),
        ),
    };
    if fits {
        return Ok(());
    }
    Err(TabulationError::Code {
        name: name.to_owned(),
        found: code.to_owned(),
        allowed,
    })
}
