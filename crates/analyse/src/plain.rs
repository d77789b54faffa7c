//! A table as text, with everything that belongs to it.
//!
//! The form is CSV below a head of `# key: value` lines: what the table is, how it was counted,
//! where it comes from, what it cannot say, and for each dimension its list and whether its codes
//! exclude each other. The last column is the cell: a count, `0..4` for a masked one, or
//! `absent:` and the reason.

use std::collections::BTreeMap;

use terms::cell::{Absence, Cell};
use terms::limit::Limit;
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension, Members, Table, TableError};

use crate::labels::Labels;

/// Why a text is no table, or a table has no such text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlainError {
    /// A value of this kind is not written.
    #[error("a cell that is {0} has no plain form; allowed: exact, masked, absent")]
    Cell(&'static str),
    /// A text that would break the head of the file.
    #[error("the {0} holds a line break")]
    LineBreak(&'static str),
    /// The head lacks a line or has one that cannot be read.
    #[error("head: {0}")]
    Head(String),
    /// A line of the body cannot be read.
    #[error("line {line}: {reason}")]
    Line {
        /// Line of the text, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
}

const ABSENCES: [Absence; 8] = [
    Absence::NotCollected,
    Absence::NotAsked,
    Absence::Refused,
    Absence::Unknown,
    Absence::NotApplicable,
    Absence::NotInSource,
    Absence::Disputed,
    Absence::NotYet,
];

const UNITS: [CountedUnit; 4] = [
    CountedUnit::DeadAndMissing,
    CountedUnit::Incidents,
    CountedUnit::Detections,
    CountedUnit::AsIndicated,
];

/// Writes a table as text. The same table makes the same text.
///
/// # Errors
/// When a cell is neither a count nor masked nor absent, or a description holds a line break.
pub fn write(table: &Table) -> Result<String, PlainError> {
    let mut text = String::new();
    for (key, value) in head(table) {
        if value.contains(['\n', '\r']) {
            return Err(PlainError::LineBreak(key));
        }
        text.push_str(&format!("# {key}: {value}\n"));
    }
    let mut rows = csv::WriterBuilder::new().from_writer(Vec::new());
    let names = table.dimensions().iter().map(|one| one.id.as_str());
    write_row(&mut rows, names.chain(["value"]));
    for (codes, cell) in table.iter() {
        let value = cell_text(cell)?;
        write_row(&mut rows, codes.into_iter().chain([value.as_str()]));
    }
    let rows = rows.into_inner().expect("writing to memory does not fail");
    text.push_str(&String::from_utf8(rows).expect("rows of text are text"));
    Ok(text)
}

fn write_row<'a>(rows: &mut csv::Writer<Vec<u8>>, row: impl Iterator<Item = &'a str>) {
    rows.write_record(row).expect("rows of one width in memory");
}

fn head(table: &Table) -> Vec<(&'static str, String)> {
    let source = &table.source;
    let limits: Vec<&str> = table.limits.iter().map(|limit| limit.code()).collect();
    let mut head = vec![
        ("table", table.id.clone()),
        ("unit", table.counting.unit.code().to_owned()),
        ("reference-date", table.counting.reference_date.clone()),
        ("statement", table.counting.statement.clone()),
        ("publisher", source.publisher.clone()),
        ("title", source.title.clone()),
        ("address", source.address.clone()),
        ("licence", source.licence.clone()),
        ("attribution", source.attribution.clone()),
        ("vintage", source.vintage.clone()),
        ("limits", limits.join(" ")),
    ];
    if let Some(day) = source.retrieved {
        head.push(("retrieved", day.to_string()));
    }
    if let Some(hash) = &source.content_sha256 {
        head.push(("content-sha256", hash.clone()));
    }
    for dimension in table.dimensions() {
        let members = match dimension.members {
            Members::Disjoint => "disjoint",
            Members::Overlapping => "overlapping",
        };
        let line = format!("{} {} {members}", dimension.id, dimension.list);
        head.push(("dimension", line));
    }
    head
}

fn cell_text(cell: &Cell) -> Result<String, PlainError> {
    match cell {
        Cell::Exact(count) => Ok(count.to_string()),
        Cell::Masked { lower, upper } => Ok(format!("{lower}..{upper}")),
        Cell::Absent(why) => Ok(format!("absent:{why}")),
        other => Err(PlainError::Cell(other.status())),
    }
}

fn read_cell(text: &str) -> Option<Cell> {
    if let Some(why) = text.strip_prefix("absent:") {
        let why = ABSENCES.into_iter().find(|absence| absence.code() == why);
        return why.map(Cell::Absent);
    }
    if let Some((lower, upper)) = text.split_once("..") {
        let (lower, upper) = (lower.parse().ok()?, upper.parse().ok()?);
        return (lower <= upper).then_some(Cell::Masked { lower, upper });
    }
    text.parse().ok().map(Cell::Exact)
}

/// Reads a table that [`write()`] has written.
///
/// # Errors
/// When the head is not complete or a line is not a row of the table.
pub fn read(text: &str) -> Result<Table, PlainError> {
    let mut head: BTreeMap<&str, &str> = BTreeMap::new();
    let mut dimensions = Vec::new();
    let mut body = text;
    while let Some(rest) = body.strip_prefix("# ") {
        let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
        let line = line.trim_end_matches('\r');
        let (key, value) = line
            .split_once(": ")
            .or_else(|| line.strip_suffix(':').map(|key| (key, "")))
            .ok_or_else(|| PlainError::Head(format!("“{line}” is no key with a value")))?;
        if key == "dimension" {
            dimensions.push(read_dimension(value)?);
        } else if head.insert(key, value).is_some() {
            return Err(PlainError::Head(format!("{key} stands twice")));
        }
        body = below;
    }
    let mut table = empty_table(&head, dimensions)?;
    let head_lines = text[..text.len() - body.len()].lines().count() as u64;
    read_rows(body, head_lines, &mut table)?;
    Ok(table)
}

fn read_dimension(value: &str) -> Result<Dimension, PlainError> {
    let words: Vec<&str> = value.split(' ').collect();
    match words.as_slice() {
        [id, list, "disjoint"] => Ok(Dimension::disjoint(id, list)),
        [id, list, "overlapping"] => Ok(Dimension::overlapping(id, list)),
        _ => Err(PlainError::Head(format!("“{value}” is no dimension"))),
    }
}

fn empty_table(
    head: &BTreeMap<&str, &str>,
    dimensions: Vec<Dimension>,
) -> Result<Table, PlainError> {
    let text = |key: &str| {
        let value = head.get(key).map(|value| (*value).to_owned());
        value.ok_or_else(|| PlainError::Head(format!("{key} is missing")))
    };
    let strange = |key: &str, value: &str| PlainError::Head(format!("{key}: “{value}”"));
    let unit = text("unit")?;
    let unit = UNITS.into_iter().find(|one| one.code() == unit);
    let mut limits = Vec::new();
    for code in text("limits")?.split_whitespace() {
        let limit = Limit::ALL.into_iter().find(|limit| limit.code() == code);
        limits.push(limit.ok_or_else(|| strange("limits", code))?);
    }
    let retrieved = head.get("retrieved").map(|day| day.parse());
    let source = Source {
        publisher: text("publisher")?,
        title: text("title")?,
        address: text("address")?,
        licence: text("licence")?,
        attribution: text("attribution")?,
        vintage: text("vintage")?,
        retrieved: retrieved
            .transpose()
            .map_err(|error| PlainError::Head(format!("retrieved: {error}")))?,
        content_sha256: head.get("content-sha256").map(|hash| (*hash).to_owned()),
    };
    let counting = CountingRule {
        unit: unit.ok_or_else(|| strange("unit", head["unit"]))?,
        reference_date: text("reference-date")?,
        statement: text("statement")?,
    };
    Ok(Table::new(
        &text("table")?,
        dimensions,
        counting,
        source,
        limits,
    ))
}

fn read_rows(body: &str, head_lines: u64, table: &mut Table) -> Result<(), PlainError> {
    let refuse = |line, reason: String| PlainError::Line {
        line: head_lines + line,
        reason,
    };
    let mut rows = csv::ReaderBuilder::new().from_reader(body.as_bytes());
    let names = rows
        .headers()
        .map_err(|error| refuse(1, error.to_string()))?;
    let expected = table.dimensions().iter().map(|one| one.id.as_str());
    if !names.iter().eq(expected.chain(["value"])) {
        return Err(refuse(
            1,
            "the columns are not the dimensions and the value".to_owned(),
        ));
    }
    for row in rows.records() {
        let row = row.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            refuse(line, error.to_string())
        })?;
        let line = row.position().map_or(0, csv::Position::line);
        let fields: Vec<&str> = row.iter().collect();
        let Some((value, codes)) = fields.split_last() else {
            return Err(refuse(line, "the line is blank".to_owned()));
        };
        let cell = read_cell(value);
        let cell = cell.ok_or_else(|| refuse(line, format!("“{value}” is no cell")))?;
        let pushed = table.push(codes, cell);
        pushed.map_err(|error: TableError| refuse(line, error.to_string()))?;
    }
    Ok(())
}

/// Writes code lists as CSV: list, code, label.
#[must_use]
pub fn write_labels(lists: &[(&str, &Labels)]) -> String {
    let mut rows = csv::WriterBuilder::new().from_writer(Vec::new());
    write_row(&mut rows, ["list", "code", "label"].into_iter());
    for (list, labels) in lists {
        for (code, label) in labels.iter() {
            write_row(&mut rows, [*list, code, label].into_iter());
        }
    }
    let rows = rows.into_inner().expect("writing to memory does not fail");
    String::from_utf8(rows).expect("rows of text are text")
}

/// Reads the code list of one name that [`write_labels`] has written.
///
/// # Errors
/// When a line is not a list, a code and a label.
pub fn read_labels(text: &str, wanted: &str) -> Result<Labels, PlainError> {
    let mut labels = Labels::default();
    let mut rows = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    for row in rows.records() {
        let row = row.map_err(|error| PlainError::Line {
            line: error.position().map_or(0, csv::Position::line),
            reason: error.to_string(),
        })?;
        let fields: Vec<&str> = row.iter().collect();
        match fields.as_slice() {
            [list, code, label] if *list == wanted => {
                labels.note(code, label);
            }
            [_, _, _] => {}
            _ => {
                return Err(PlainError::Line {
                    line: row.position().map_or(0, csv::Position::line),
                    reason: "a line is a list, a code and a label".to_owned(),
                });
            }
        }
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn source() -> Source {
        Source {
            publisher: "Statistical Office of XA".into(),
            title: "Invented: a table".into(),
            address: String::new(),
            licence: "CC0".into(),
            attribution: "Source: invented".into(),
            vintage: "2026".into(),
            retrieved: Some(jiff::civil::date(2026, 1, 2)),
            content_sha256: Some("00".into()),
        }
    }

    fn table(cells: &[(String, String, Cell)]) -> Table {
        let counting = CountingRule {
            unit: CountedUnit::AsIndicated,
            reference_date: "year".into(),
            statement: "As printed: once.".into(),
        };
        let dimensions = vec![
            Dimension::disjoint("year", "iso8601-year"),
            Dimension::overlapping("form", "forms@1"),
        ];
        let limits = vec![Limit::SmallCountsMasked, Limit::DetectedOnly];
        let mut table = Table::new("invented", dimensions, counting, source(), limits);
        for (year, form, cell) in cells {
            let _ = table.push(&[year, form], cell.clone());
        }
        table
    }

    fn same(a: &Table, b: &Table) -> bool {
        let of = |table: &Table| {
            let cells = table
                .iter()
                .map(|(codes, cell)| format!("{codes:?} {cell:?}"));
            cells.collect::<Vec<_>>()
        };
        of(a) == of(b)
            && (&a.id, &a.source, &a.limits, &a.counting)
                == (&b.id, &b.source, &b.limits, &b.counting)
            && a.dimensions() == b.dimensions()
    }

    #[test]
    fn a_text_that_is_no_table_is_told() {
        let good = write(&table(&[("2020".into(), "a".into(), Cell::Exact(1))])).expect("text");
        assert!(read(&good).is_ok());
        for (from, to, reason) in [
            ("# unit: as-indicated\n", "", "head: unit is missing"),
            ("as-indicated", "sheep", "head: unit: “sheep”"),
            (
                "detected-only",
                "none-at-all",
                "head: limits: “none-at-all”",
            ),
            (" overlapping", "", "head: “form forms@1” is no dimension"),
            ("2020,a,1", "2020,a,-1", "line 17: “-1” is no cell"),
            (
                "2020,a,1",
                "2020,a,1\n2020,a,2",
                "line 18: the table already has a cell at 2020 / a",
            ),
            (
                "year,form,value",
                "year,value",
                "line 16: the columns are not the dimensions and the value",
            ),
        ] {
            let refused = read(&good.replace(from, to)).map(|table| table.len());
            assert_eq!(refused.map_err(|e| e.to_string()), Err(reason.to_owned()));
        }
        let estimate = Cell::Measure {
            value: 1.5,
            unit: "m".into(),
        };
        let refused = write(&table(&[("2020".into(), "a".into(), estimate)]));
        assert_eq!(refused, Err(PlainError::Cell("measure")));
    }

    fn cell() -> impl Strategy<Value = Cell> {
        prop_oneof![
            any::<u64>().prop_map(Cell::Exact),
            (any::<u32>(), any::<u32>()).prop_map(|(a, b)| Cell::Masked {
                lower: a.min(b).into(),
                upper: a.max(b).into(),
            }),
            prop::sample::select(ABSENCES.to_vec()).prop_map(Cell::Absent),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            cells in prop::collection::vec(("\\PC{1,6}|[,\"\n#]{1,3}", "\\PC{0,6}", cell()), 0..8)
        ) {
            let table = table(&cells);
            let text = write(&table).expect("counts, masks and absences");
            let again = read(&text).expect("what was written");
            prop_assert!(same(&table, &again), "{text}");
            prop_assert_eq!(write(&again).expect("as before"), text);
        }

        #[test]
        fn no_text_makes_it_panic(text in "(# [a-z]{1,8}:? ?\\PC{0,8}\n){0,4}\\PC{0,40}") {
            let _ = read(&text);
            let _ = read_labels(&text, "route");
        }
    }
}
