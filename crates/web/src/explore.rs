//! A part of an imported table as a request asks for it: some dimensions shown, some held to one
//! code, the rest summed if that is sound. Pages and API read it here.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use axum::http::Uri;
use protect::Released;
use terms::table::{Members, Table, TableError};

use crate::fields::{Fields, query};
use crate::problem::{Kind, Problem};

/// The value of a field that asks for the sum over a dimension.
pub(crate) const ALL: &str = "*";

/// The value of `columns` that asks for no second dimension.
pub(crate) const NONE: &str = "-";

/// What was asked of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selection {
    /// Dimensions that are shown.
    pub(crate) by: Vec<String>,
    /// Dimensions held to one code, in the order of the table.
    pub(crate) held: Vec<(String, String)>,
}

impl Selection {
    /// The part of the table, with the shown dimensions first and the held ones after them.
    pub(crate) fn answer(&self, table: &Released<Table>) -> Result<Released<Table>, TableError> {
        let dimensions = table.value().dimensions();
        let wanted: Vec<Option<&str>> = dimensions
            .iter()
            .map(|dimension| {
                let held = self.held.iter().find(|(id, _)| *id == dimension.id);
                held.map(|(_, code)| code.as_str())
            })
            .collect();
        let part = table.filter(|codes| {
            let mut pairs = codes.iter().zip(&wanted);
            pairs.all(|(code, want)| want.is_none_or(|want| want == *code))
        });
        let held = self.held.iter().map(|(id, _)| id.as_str());
        let kept: Vec<&str> = self.by.iter().map(String::as_str).chain(held).collect();
        part.sum_to(&kept)
    }

    /// The selection as a query of the API.
    pub(crate) fn query(&self) -> String {
        let by = self.by.join(",");
        let mut pairs = vec![("by", by.as_str())];
        pairs.extend(
            self.held
                .iter()
                .map(|(id, code)| (id.as_str(), code.as_str())),
        );
        query(&pairs).replace("%2C", ",")
    }
}

/// Names of the dimensions of a table.
pub(crate) fn names(table: &Table) -> Vec<String> {
    table
        .dimensions()
        .iter()
        .map(|one| one.id.clone())
        .collect()
}

/// Reads a request of the API: `by` and one field for each dimension that is held. Without `by`,
/// every dimension that is not held is shown.
pub(crate) fn of_program(table: &Table, uri: &Uri) -> Result<Selection, Problem> {
    let names = names(table);
    let mut known = vec!["by"];
    known.extend(names.iter().map(String::as_str));
    let fields = Fields::read(uri, &known)?;
    let held = held(table, &fields)?;
    let is_held = |name: &String| held.iter().any(|(id, _)| id == name);
    let by = match fields.get("by") {
        None => names.into_iter().filter(|name| !is_held(name)).collect(),
        Some(given) => {
            let mut by: Vec<String> = Vec::new();
            for name in given.split(',').map(str::trim) {
                let name = name.to_owned();
                if !names.contains(&name) || by.contains(&name) || is_held(&name) {
                    return Err(Problem::of(Kind::NotInList, "by", given).allowing(names));
                }
                by.push(name);
            }
            by
        }
    };
    Ok(Selection { by, held })
}

fn held(table: &Table, fields: &Fields) -> Result<Vec<(String, String)>, Problem> {
    let mut held = Vec::new();
    for dimension in table.dimensions() {
        let codes = table
            .codes(&dimension.id)
            .map(<[String]>::to_vec)
            .unwrap_or_default();
        let allowed = codes.into_iter().chain([ALL.to_owned()]);
        if let Some(code) = fields.one_of(&dimension.id, allowed)?
            && code != ALL
        {
            held.push((dimension.id.clone(), code));
        }
    }
    Ok(held)
}

/// What a page asks: rows, maybe columns, and the rest.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) rows: String,
    pub(crate) columns: Option<String>,
    pub(crate) selection: Selection,
    /// Dimensions over which the reader asked for a sum, or that are summed without asking.
    pub(crate) summed: Vec<String>,
}

/// Reads a request of a page. What is not given has a default that shows something: years side by
/// side, and for dimensions whose codes overlap, and so cannot be summed, the codes for which the
/// table has most cells.
pub(crate) fn of_page(table: &Table, uri: &Uri) -> Result<View, Problem> {
    let names = names(table);
    let mut known = vec!["rows", "columns"];
    known.extend(names.iter().map(String::as_str));
    let fields = Fields::read(uri, &known)?;
    let default_columns = names.iter().find(|name| *name == "year").cloned();
    let default_columns = default_columns.unwrap_or_else(|| NONE.to_owned());
    let with_none = names.iter().cloned().chain([NONE.to_owned()]);
    let columns = fields
        .one_of("columns", with_none)?
        .unwrap_or(default_columns);
    let first = names.iter().find(|name| **name != columns);
    let first = first.or(names.first()).cloned().unwrap_or_default();
    let rows = fields.one_of("rows", names.clone())?.unwrap_or(first);
    let columns = Some(columns).filter(|name| name != NONE && *name != rows);
    let mut held = held(table, &fields)?;
    held.retain(|(id, _)| *id != rows && Some(id) != columns.as_ref());
    let mut summed = Vec::new();
    let mut open = Vec::new();
    for (at, dimension) in table.dimensions().iter().enumerate() {
        let shown = dimension.id == rows || Some(&dimension.id) == columns.as_ref();
        if shown || held.iter().any(|(id, _)| *id == dimension.id) {
            continue;
        }
        let asked = fields.get(&dimension.id).is_some();
        if dimension.members == Members::Overlapping && !asked {
            open.push(at);
        } else {
            summed.push(dimension.id.clone());
        }
    }
    let fullest = fullest(table, &held, &open);
    held.extend(fullest);
    let by = [Some(rows.clone()), columns.clone()];
    Ok(View {
        rows,
        columns,
        selection: Selection {
            by: by.into_iter().flatten().collect(),
            held,
        },
        summed,
    })
}

/// The codes of some dimensions under which the table has most cells, among the rows that the
/// held codes leave; the first such codes when several have as many.
fn fullest(table: &Table, held: &[(String, String)], open: &[usize]) -> Vec<(String, String)> {
    let dimensions = table.dimensions();
    let wanted: Vec<Option<&str>> = dimensions
        .iter()
        .map(|dimension| {
            let held = held.iter().find(|(id, _)| *id == dimension.id);
            held.map(|(_, code)| code.as_str())
        })
        .collect();
    let mut cells: BTreeMap<Vec<&str>, (usize, Reverse<usize>)> = BTreeMap::new();
    for (row, (codes, _)) in table.iter().enumerate() {
        let mut pairs = codes.iter().zip(&wanted);
        if pairs.all(|(code, want)| want.is_none_or(|want| want == *code)) {
            let codes = open.iter().map(|&at| codes[at]).collect();
            cells.entry(codes).or_insert((0, Reverse(row))).0 += 1;
        }
    }
    let best = cells.into_iter().max_by_key(|(_, size)| *size);
    let codes = best.map(|(codes, _)| codes).unwrap_or_default();
    let ids = open.iter().map(|&at| dimensions[at].id.clone());
    ids.zip(codes.into_iter().map(str::to_owned)).collect()
}
