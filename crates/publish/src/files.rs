//! Released tables as files: CSV, JSON, and the metadata that describes the CSV to machines.
//!
//! A saved file is soon apart from the page it came from, so each row of the CSV names its
//! release, source and licence. A masked cell has an empty value and its bounds.

use protect::Released;
use serde_json::{Map, Value, json};
use terms::cell::Cell;
use terms::table::{Members, Table};

use crate::provenance::{Provenance, of_table};

/// Columns after the dimensions: the value, its bounds and its kind, then the origin.
const VALUE_COLUMNS: [&str; 4] = ["value", "lower", "upper", "status"];
const ORIGIN_COLUMNS: [&str; 3] = ["release", "source", "licence"];
/// What is said of every row alike, where something is.
const NOTE_COLUMN: &str = "note";

/// The table as CSV (RFC 4180, UTF-8, CRLF), one row per cell: the dimensions, `value`, `lower`,
/// `upper`, `status`, `release`, `source`, `licence`. `status` is the kind of value; for an absent
/// cell it is `absent:` and the reason. Text that a spreadsheet could take for a formula starts
/// with an apostrophe; numbers never do.
///
/// # Panics
/// Never: writing CSV to memory does not fail.
#[must_use]
pub fn csv(released: &Released<Table>) -> String {
    csv_noted(released, None)
}

/// The table as [`csv()`] writes it, with a last column `note` that says the same in each row, such
/// as that the figures are synthetic.
///
/// # Panics
/// Never: writing CSV to memory does not fail.
#[must_use]
pub fn csv_noted(released: &Released<Table>, note: Option<&str>) -> String {
    let table = released.value();
    let mut writer = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let dimensions = table
        .dimensions()
        .iter()
        .map(|one| text_cell(&column(&one.id)));
    let fixed = VALUE_COLUMNS.iter().chain(&ORIGIN_COLUMNS);
    let header: Vec<String> = dimensions
        .chain(fixed.map(|name| (*name).to_owned()))
        .chain(note.map(|_| NOTE_COLUMN.to_owned()))
        .collect();
    writer.write_record(&header).expect("writing to memory");
    let source = released.source();
    let origin = [
        text_cell(released.identifier()),
        text_cell(&format!("{}: {}", source.publisher, source.title)),
        text_cell(&source.licence),
    ];
    for (codes, cell) in table.iter() {
        let numbers = Numbers::of(cell);
        let row = codes
            .into_iter()
            .map(text_cell)
            .chain([numbers.value, numbers.lower, numbers.upper].map(number_cell))
            .chain([status(cell)])
            .chain(origin.iter().cloned())
            .chain(note.map(text_cell));
        writer
            .write_record(row.collect::<Vec<_>>())
            .expect("writing to memory");
    }
    let bytes = writer.into_inner().expect("writing to memory");
    String::from_utf8(bytes).expect("only text was written")
}

/// The table as JSON: `provenance`, `dimensions` and `rows`. A row has one member per dimension
/// under `codes`, then `value`, `lower`, `upper` (numbers or null) and `status`, with `reason` for
/// an absent cell, `unit` for a measure, `base` for a rounded, `scale` for a noised one and `level`
/// for an estimate.
#[must_use]
pub fn json(released: &Released<Table>) -> Value {
    let table = released.value();
    let dimensions: Vec<Value> = table
        .dimensions()
        .iter()
        .map(|one| {
            json!({
                "id": one.id,
                "list": one.list,
                "members": match one.members {
                    Members::Disjoint => "disjoint",
                    Members::Overlapping => "overlapping",
                },
            })
        })
        .collect();
    let rows: Vec<Value> = table
        .iter()
        .map(|(codes, cell)| row(table, &codes, cell))
        .collect();
    json!({
        "table": table.id,
        "provenance": provenance_json(&of_table(released)),
        "dimensions": dimensions,
        "rows": rows,
    })
}

/// Where a value comes from, as JSON.
#[must_use]
pub fn provenance_json(origin: &Provenance) -> Value {
    let limits: Vec<Value> = origin
        .limits
        .iter()
        .map(|limit| json!({"code": limit.code(), "english": limit.english()}))
        .collect();
    json!({
        "release": origin.release,
        "audience": origin.audience,
        "ground": origin.ground,
        "publisher": origin.publisher,
        "title": origin.title,
        "address": origin.address,
        "licence": origin.licence,
        "attribution": origin.attribution,
        "vintage": origin.vintage,
        "retrieved": origin.retrieved,
        "content_sha256": origin.content_sha256,
        "counting": origin.counting.as_ref().map(|rule| json!({
            "unit": rule.unit,
            "reference_date": rule.reference_date,
            "statement": rule.statement,
        })),
        "limits": limits,
    })
}

/// Metadata of the CSV file for machines (W3C, Metadata Vocabulary for Tabular Data, 2015).
/// `url` is the name or address of the CSV file that it describes.
#[must_use]
pub fn csvw(released: &Released<Table>, url: &str) -> Value {
    let table = released.value();
    let source = released.source();
    let mut columns: Vec<Value> = table
        .dimensions()
        .iter()
        .map(|one| {
            json!({
                "name": column(&one.id),
                "titles": column(&one.id),
                "dc:description": format!("Code of the list {}", one.list),
                "datatype": "string",
                "required": true,
            })
        })
        .collect();
    let described = [
        ("value", "number", "The value; empty when masked or absent"),
        ("lower", "number", "Smallest value allowed"),
        ("upper", "number", "Largest value allowed"),
        (
            "status",
            "string",
            "Kind of value; absent is followed by the reason",
        ),
        ("release", "string", "Identifier of the release"),
        ("source", "string", "Publisher and title"),
        ("licence", "string", "Terms of use"),
    ];
    columns.extend(described.map(|(name, datatype, description)| {
        json!({
            "name": name,
            "titles": name,
            "dc:description": description,
            "datatype": datatype,
        })
    }));
    let key: Vec<String> = table
        .dimensions()
        .iter()
        .map(|one| column(&one.id))
        .collect();
    json!({
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": url,
        "dc:title": source.title,
        "dc:publisher": source.publisher,
        "dc:license": source.licence,
        "dc:identifier": released.identifier(),
        "dc:source": source.address,
        "dc:bibliographicCitation": source.attribution,
        "dc:description": table.counting.statement,
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": true},
        "tableSchema": {"columns": columns, "primaryKey": key},
    })
}

/// The numbers of a cell: the value when it is printed, and the bounds.
struct Numbers {
    value: Option<Value>,
    lower: Option<Value>,
    upper: Option<Value>,
}

impl Numbers {
    fn of(cell: &Cell) -> Self {
        let only = |value: Value| Self {
            value: Some(value),
            lower: None,
            upper: None,
        };
        let none = Self {
            value: None,
            lower: None,
            upper: None,
        };
        match cell {
            Cell::Exact(count) => only(json!(count)),
            // Bounds that coincide would tell the count.
            Cell::Masked { lower, upper } if lower >= upper => none,
            Cell::Masked { lower, upper } => Self {
                lower: Some(json!(lower)),
                upper: Some(json!(upper)),
                ..none
            },
            Cell::Rounded { value, .. } => only(json!(value)),
            Cell::Noised { value, .. } => only(json!(value)),
            Cell::Estimate {
                point,
                lower,
                upper,
                ..
            } => Self {
                value: Some(json!(point)),
                lower: Some(json!(lower)),
                upper: Some(json!(upper)),
            },
            Cell::Measure { value, .. } => only(json!(value)),
            Cell::Absent(_) => none,
        }
    }
}

fn row(table: &Table, codes: &[&str], cell: &Cell) -> Value {
    let named: Map<String, Value> = table
        .dimensions()
        .iter()
        .zip(codes)
        .map(|(dimension, code)| (dimension.id.clone(), json!(code)))
        .collect();
    let numbers = Numbers::of(cell);
    let mut row = json!({
        "codes": named,
        "value": numbers.value,
        "lower": numbers.lower,
        "upper": numbers.upper,
        "status": cell.status(),
    });
    let more = match cell {
        Cell::Absent(reason) => Some(("reason", json!(reason.code()))),
        Cell::Measure { unit, .. } => Some(("unit", json!(unit))),
        Cell::Rounded { base, .. } => Some(("base", json!(base))),
        Cell::Noised { scale, .. } => Some(("scale", json!(scale))),
        Cell::Estimate { level, .. } => Some(("level", json!(level))),
        Cell::Exact(_) | Cell::Masked { .. } => None,
    };
    if let Some((name, value)) = more {
        row[name] = value;
    }
    row
}

fn status(cell: &Cell) -> String {
    match cell {
        Cell::Absent(reason) => format!("absent:{}", reason.code()),
        _ => cell.status().to_owned(),
    }
}

fn number_cell(number: Option<Value>) -> String {
    number
        .filter(|value| !value.is_null())
        .map(|value| value.to_string())
        .unwrap_or_default()
}

/// Name of the column of a dimension. A dimension may be called as one of the fixed columns is,
/// such as `status`; its column is then `status_code`.
fn column(dimension: &str) -> String {
    let mut fixed = VALUE_COLUMNS.iter().chain(&ORIGIN_COLUMNS);
    if dimension == NOTE_COLUMN || fixed.any(|name| *name == dimension) {
        format!("{dimension}_code")
    } else {
        dimension.to_owned()
    }
}

/// Guards text against being run as a formula by a spreadsheet (OWASP, CSV injection).
pub(crate) fn text_cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
