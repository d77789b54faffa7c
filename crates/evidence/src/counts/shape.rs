//! Where the header stands, and what each column is.

use terms::finding::{Finding, Severity};

use super::Row;
use super::layout::{Form, Layout};
use super::printed::is_count;
use crate::intake::fold;

/// Rows in which a header is looked for, below a title.
pub const HEADER_ROWS_MAX: usize = 30;
/// Rows below a header that are looked at to tell a long table from a cross-table.
const LOOKED_AT: usize = 20;

/// Usual names of the column with the count, folded.
const COUNT_NAMES: [&str; 24] = [
    "count",
    "counts",
    "value",
    "values",
    "n",
    "number",
    "number of persons",
    "number of victims",
    "persons",
    "victims",
    "cases",
    "obs value",
    "freq count",
    "nombre",
    "effectif",
    "effectifs",
    "valeur",
    "número",
    "numero",
    "contagem",
    "quantidade",
    "valor",
    "anzahl",
    "frequency",
];

/// Names that are a count column in a long table and a code in a cross-table.
const COUNT_OR_TOTAL: [&str; 3] = ["total", "totals", "all"];

const EVENTS: [&str; 4] = ["events", "évènements", "événements", "eventos"];
const SOURCES: [&str; 4] = ["sources", "agencies", "fontes", "fuentes"];
const CONTRIBUTORS: [&str; 4] = ["contributors", "contributeurs", "contribuintes", "parties"];
const INHABITANTS: [&str; 3] = ["inhabitants", "habitants", "habitantes"];

/// What a column of a long table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Codes of the dimension of this number.
    Dimension(usize),
    /// The count.
    Count,
    /// How many events.
    Events,
    /// How many sources.
    Sources,
    /// How many parties.
    Contributors,
    /// How many inhabitants.
    Inhabitants,
    /// Not read.
    Ignored,
}

/// The header of a table.
#[derive(Debug)]
pub(super) struct Header {
    /// Position among the rows.
    pub(super) at: usize,
    /// Form of the table.
    pub(super) form: Form,
    /// Names of the columns, as the file spells them.
    pub(super) names: Vec<String>,
    /// Names of the dimensions.
    pub(super) dimensions: Vec<String>,
    /// What each column is; of a cross-table it is not asked.
    pub(super) roles: Vec<Role>,
}

/// Where the header stands and in which form the table is; none where there is no table of counts.
pub(super) fn find(rows: &[Row], layout: &Layout) -> Option<(usize, Form)> {
    if let Some(number) = layout.header_row {
        let at = rows.iter().position(|row| row.number == number)?;
        let long = is_long(rows, at, layout);
        let seen = if long { Form::Long } else { Form::Cross };
        return Some((at, layout.form.unwrap_or(seen)));
    }
    let wants = |form| layout.form.is_none_or(|said| said == form);
    (0..rows.len().min(HEADER_ROWS_MAX)).find_map(|at| {
        if wants(Form::Long) && is_long(rows, at, layout) {
            return Some((at, Form::Long));
        }
        (wants(Form::Cross) && is_cross(rows, at, layout)).then_some((at, Form::Cross))
    })
}

fn is_long(rows: &[Row], at: usize, layout: &Layout) -> bool {
    rows[at].filled() >= 2 && count_column(rows, at, layout).is_some()
}

fn count_column(rows: &[Row], at: usize, layout: &Layout) -> Option<usize> {
    let names: Vec<String> = rows[at].fields.iter().map(|name| fold(name)).collect();
    if let Some(said) = &layout.count {
        let said = fold(said);
        return names.iter().position(|name| *name == said);
    }
    let usual = |name: &String| COUNT_NAMES.contains(&name.as_str());
    if let Some(column) = names.iter().rposition(usual) {
        return Some(column);
    }
    let last = names.iter().rposition(|name| !name.is_empty())?;
    let can_be = COUNT_OR_TOTAL.contains(&names[last].as_str());
    // A cross-table ends with a total, too: then other columns hold counts.
    let below = || rows[at + 1..].iter().take(LOOKED_AT);
    let holds_counts = |column: usize| {
        let texts = || below().filter_map(|row| row.fields.get(column));
        let is_year = |text: &String| {
            let year = text.trim().parse::<u64>();
            year.is_ok_and(|year| (1900..2100).contains(&year))
        };
        texts().any(|text| is_count(text, layout)) && !texts().all(is_year)
    };
    let alone = || last <= 1 || !(1..last).any(holds_counts);
    (can_be && last > 0 && alone() && holds_counts(last)).then_some(last)
}

fn is_cross(rows: &[Row], at: usize, layout: &Layout) -> bool {
    let names = rows[at].fields.iter().skip(1);
    let width = names.clone().filter(|name| !name.trim().is_empty()).count();
    let Some(below) = rows.get(at + 1) else {
        return false;
    };
    let mut cells = below.fields.iter().skip(1);
    width >= 2 && cells.any(|text| is_count(text, layout))
}

/// Reads the header.
///
/// # Errors
/// The findings, when no row below it can be read.
pub(super) fn header(
    file: &str,
    rows: &[Row],
    layout: &Layout,
    findings: &mut Vec<Finding>,
) -> Option<Header> {
    let wanted = "a header: for one row a cell, a column “count” beside the dimensions; for a \
                  cross-table, the codes of one dimension above, those of another at the left";
    let Some((at, form)) = find(rows, layout) else {
        findings.push(Finding::of_file(file, "header_missing", Severity::Error).allowed(wanted));
        return None;
    };
    let row = &rows[at];
    let width = row.fields.iter().rposition(|name| !name.trim().is_empty());
    let width = width.map_or(0, |last| last + 1);
    let names: Vec<String> = row.fields[..width].iter().map(|name| tidy(name)).collect();
    let finding = |code, severity| Finding::of_file(file, code, severity).at_row(row.number);
    let before = findings.len();
    for (column, name) in names.iter().enumerate() {
        if name.is_empty() && (column > 0 || form == Form::Long) {
            findings.push(
                finding("header_merged", Severity::Error)
                    .in_field(&format!("column {}", column + 1))
                    .allowed(
                        "one row with a name for each column; where cells of the header are \
                         merged, or it has two rows, write one row for each cell instead",
                    ),
            );
        } else if !name.is_empty() && names[..column].iter().any(|other| other == name) {
            findings.push(
                finding("header_repeated", Severity::Error)
                    .in_field(name)
                    .allowed("each name once"),
            );
        }
    }
    let (dimensions, roles) = match form {
        Form::Cross => (cross_dimensions(&names, layout), Vec::new()),
        Form::Long => {
            let count = count_column(rows, at, layout);
            long_roles(&names, count, layout, &finding, findings)
        }
    };
    let sound = |found: &Finding| found.severity != Severity::Error;
    findings[before..].iter().all(sound).then_some(Header {
        at,
        form,
        names,
        dimensions,
        roles,
    })
}

/// A name without line breaks and surplus space.
pub(super) fn tidy(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}');
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cross_dimensions(names: &[String], layout: &Layout) -> Vec<String> {
    let corner = names.first().map_or("", String::as_str);
    // `district \ form` names both.
    let (left, above) = match corner.split_once('\\') {
        Some((left, above)) => (left.trim(), above.trim()),
        None => (corner, ""),
    };
    let or = |text: &str, other: &str| match text {
        "" => other.to_owned(),
        text => text.to_owned(),
    };
    let rows = layout.rows.clone().unwrap_or_else(|| or(left, "row"));
    let columns = layout
        .columns
        .clone()
        .unwrap_or_else(|| or(above, "column"));
    vec![rows, columns]
}

/// What each column of a long table is. What is said and not there is missing.
fn long_roles(
    names: &[String],
    count: Option<usize>,
    layout: &Layout,
    finding: &dyn Fn(&'static str, Severity) -> Finding,
    findings: &mut Vec<Finding>,
) -> (Vec<String>, Vec<Role>) {
    let mut roles = vec![None; names.len()];
    let mut missing = Vec::new();
    match count {
        Some(count) => roles[count] = Some(Role::Count),
        None => missing.push(layout.count.clone().unwrap_or_else(|| "count".to_owned())),
    }
    behind_roles(names, layout, &mut roles, &mut missing);
    let mut dimensions = Vec::new();
    for said in &layout.dimensions {
        match column_named(names, said) {
            Some(column) => {
                roles[column] = Some(Role::Dimension(dimensions.len()));
                dimensions.push(names[column].clone());
            }
            None => missing.push(said.clone()),
        }
    }
    for (column, role) in roles.iter_mut().enumerate() {
        if role.is_some() {
            continue;
        }
        if layout.dimensions.is_empty() {
            *role = Some(Role::Dimension(dimensions.len()));
            dimensions.push(names[column].clone());
        } else {
            findings.push(
                finding("column_ignored", Severity::Notice)
                    .in_field(&names[column])
                    .allowed("any further column; it is not read"),
            );
        }
    }
    if dimensions.is_empty() && missing.is_empty() {
        missing.push("a dimension".to_owned());
    }
    for name in missing {
        findings.push(
            finding("column_missing", Severity::Error)
                .in_field(&name)
                .found(&names.join(", "))
                .allowed("a column of this name"),
        );
    }
    let roles = roles.into_iter().map(|role| role.unwrap_or(Role::Ignored));
    (dimensions, roles.collect())
}

fn column_named(names: &[String], said: &str) -> Option<usize> {
    names.iter().position(|name| fold(name) == fold(said))
}

/// The columns that say what stands behind a cell.
fn behind_roles(
    names: &[String],
    layout: &Layout,
    roles: &mut [Option<Role>],
    missing: &mut Vec<String>,
) {
    let behind: [(&Option<String>, &[&str], Role); 4] = [
        (&layout.events, &EVENTS, Role::Events),
        (&layout.sources, &SOURCES, Role::Sources),
        (&layout.contributors, &CONTRIBUTORS, Role::Contributors),
        (&layout.inhabitants, &INHABITANTS, Role::Inhabitants),
    ];
    let is_dimension = |name: &str| layout.dimensions.iter().any(|one| fold(one) == fold(name));
    for (said, usual, role) in behind {
        let column = match said {
            Some(said) => {
                let column = column_named(names, said);
                if column.is_none() {
                    missing.push(said.clone());
                }
                column
            }
            None => names
                .iter()
                .position(|name| usual.contains(&fold(name).as_str()) && !is_dimension(name)),
        };
        if let Some(column) = column.filter(|&column| roles[column].is_none()) {
            roles[column] = Some(role);
        }
    }
}
