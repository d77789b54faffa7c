//! A map as its file spells it, read and written: TOML.

use std::collections::BTreeMap;
use std::fmt::Write;

use evidence::cases::map::{Map, MapColumn};
use evidence::cases::propose::{Proposal, Proposed, Sure};
use serde::Deserialize;
use terms::finding::{Finding, Severity};

/// Longest map that is read, in bytes.
pub const MAP_BYTES_MAX: usize = 4 << 20;

const ALLOWED: &str = "[record] with form, version, source, role, key, sheet, header_row, \
                       rows_are_cases; [constants]; [[column]] with name, concept, list, values, \
                       blank, absent, date, separator, class, optional";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    record: Record,
    #[serde(default)]
    constants: BTreeMap<String, Scalar>,
    #[serde(default)]
    column: Vec<Column>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    form: String,
    version: Option<Scalar>,
    source: Option<String>,
    role: Option<Role>,
    key: Option<Key>,
    sheet: Option<String>,
    header_row: Option<u64>,
    #[serde(default)]
    rows_are_cases: bool,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Role {
    Said(String),
    Column {
        column: String,
        values: BTreeMap<String, String>,
    },
}

/// One name, or the columns, each by one name or by several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Key {
    One(String),
    Columns(Vec<Texts>),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Texts {
    One(String),
    Several(Vec<String>),
}

impl From<Texts> for Vec<String> {
    fn from(texts: Texts) -> Self {
        match texts {
            Texts::One(text) => vec![text],
            Texts::Several(texts) => texts,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(i64),
    Day(toml::value::Datetime),
}

impl Scalar {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.to_string(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    name: Texts,
    concept: Option<String>,
    list: Option<String>,
    #[serde(default)]
    values: BTreeMap<String, Texts>,
    blank: Option<Texts>,
    #[serde(default)]
    absent: BTreeMap<String, String>,
    date: Option<String>,
    separator: Option<String>,
    class: Option<String>,
    #[serde(default)]
    optional: bool,
}

/// Reads a map and finds what is wrong with it. `file` names it.
///
/// # Errors
/// What is wrong, one finding each.
pub fn map(text: &str, file: &str) -> Result<Map, Vec<Finding>> {
    let refused = |code| Finding::of_file(file, code, Severity::Error);
    if text.len() > MAP_BYTES_MAX {
        return Err(vec![refused("map_too_long").allowed("at most 4 MiB")]);
    }
    let text = text.trim_start_matches('\u{feff}');
    let written: Written = toml::from_str(text).map_err(|error| {
        let mut finding = refused("map_unreadable")
            .found(error.message())
            .allowed(ALLOWED);
        if let Some(before) = error.span().and_then(|span| text.get(..span.start)) {
            finding = finding.at_row(before.matches('\n').count() as u64 + 1);
        }
        vec![finding]
    })?;
    let map = understood(written);
    let faults = map.faults(file);
    if faults.is_empty() {
        Ok(map)
    } else {
        Err(faults)
    }
}

fn understood(written: Written) -> Map {
    let Record {
        form,
        version,
        source,
        role,
        key,
        sheet,
        header_row,
        rows_are_cases,
    } = written.record;
    let (role, role_column) = match role {
        None => (None, None),
        Some(Role::Said(role)) => (Some(role), None),
        Some(Role::Column { column, values }) => (None, Some((column, values))),
    };
    let key = match key {
        None => Vec::new(),
        Some(Key::One(name)) => vec![vec![name]],
        Some(Key::Columns(columns)) => columns.into_iter().map(Into::into).collect(),
    };
    let constants = written.constants.into_iter();
    Map {
        form,
        version: version.map_or_else(|| "1".to_owned(), Scalar::text),
        source,
        role,
        role_column,
        key,
        sheet,
        header_row,
        rows_are_cases,
        constants: constants
            .map(|(concept, said)| (concept, said.text()))
            .collect(),
        columns: written.column.into_iter().map(column).collect(),
    }
}

fn column(written: Column) -> MapColumn {
    let values = written.values.into_iter();
    MapColumn {
        names: written.name.into(),
        concept: written.concept,
        list: written.list,
        values: values.map(|(value, codes)| (value, codes.into())).collect(),
        blank: written.blank.map_or_else(Vec::new, Into::into),
        absent: written.absent,
        date: written.date,
        separator: written.separator,
        class: written.class,
        optional: written.optional,
    }
}

/// Writes what is proposed as a map with comments. `file` is the name of the list.
#[must_use]
pub fn proposed(proposed: &Proposed, file: &str) -> String {
    let mut text = String::new();
    let sheet = match &proposed.sheet {
        Some(sheet) => format!(", sheet {}", in_comment(sheet)),
        None => String::new(),
    };
    let (file_name, row, rows) = (in_comment(file), proposed.header_row, proposed.rows);
    let heading = format!(
        "# Proposed for {file_name}{sheet}: header at row {row}, {rows} rows looked at.\n\
         # Read each part before the map is used. What is unsure is a comment: take away the # of \
         what is right.\n# Columns that no part names are kept as typed, sealed, bound to nothing."
    );
    line(&mut text, &heading);
    for warning in &proposed.warnings {
        line(&mut text, &format!("#\n# WARNING: {warning}"));
    }
    write_record(&mut text, proposed, file);
    let is_key = |name: &String| proposed.key.as_ref().is_some_and(|(key, _)| key == name);
    let mut unknown = Vec::new();
    for proposal in &proposed.columns {
        match &proposal.concept {
            Some(concept) => write_column(&mut text, proposal, concept),
            None if is_key(&proposal.column) => {}
            None => unknown.push(in_comment(&proposal.column)),
        }
    }
    if !unknown.is_empty() {
        let unknown = unknown.join(" | ");
        line(
            &mut text,
            &format!("\n# Neither name nor values are known: {unknown}"),
        );
    }
    text
}

fn write_record(text: &mut String, proposed: &Proposed, file: &str) {
    let stem = file.split('.').next().filter(|stem| !stem.is_empty());
    let stem = quoted(stem.unwrap_or("cases"));
    let key = match &proposed.key {
        Some((key, Sure::Certain)) => {
            let key = quoted(key);
            format!("key = [{key}]  # certain: its name, and a value of its own in each row")
        }
        Some((key, _)) => {
            let key = quoted(key);
            format!("# key = [{key}]  # unsure: each row has a value of its own there")
        }
        None => "# key = [\"\"]  # no column has a value of its own in each row".to_owned(),
    };
    let lines = [
        "\n[record]".to_owned(),
        format!("form = {stem}  # the name of the list"),
        "version = \"1\"".to_owned(),
        format!("source = {stem}  # the system or series in which the key numbers the records"),
        "role = \"victim\"  # or suspect, migrant, witness, relative".to_owned(),
        key,
    ];
    for said in lines {
        line(text, &said);
    }
    if let Some(sheet) = &proposed.sheet {
        line(text, &format!("sheet = {}", quoted(sheet)));
    }
    line(text, &format!("header_row = {}", proposed.header_row));
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

fn write_column(text: &mut String, proposal: &Proposal, concept: &str) {
    let mark = if proposal.sure == Sure::Unsure {
        "# "
    } else {
        ""
    };
    let _ = write!(
        text,
        "\n# {}: {}",
        proposal.sure.code(),
        in_comment(&proposal.why)
    );
    if !proposal.others.is_empty() {
        let _ = write!(text, "; or {}", proposal.others.join(", "));
    }
    text.push('\n');
    let mut put = |said: &str| line(text, &format!("{mark}{said}"));
    put("[[column]]");
    put(&format!("name = {}", quoted(&proposal.column)));
    put(&format!("concept = {}", quoted(concept)));
    if let Some(list) = &proposal.list {
        put(&format!("list = {}", quoted(list)));
    }
    if let Some(date) = &proposal.date {
        put(&format!("date = {}", quoted(date)));
    }
    if !proposal.blank.is_empty() {
        let blank: Vec<_> = proposal.blank.iter().map(|value| quoted(value)).collect();
        put(&format!("blank = [{}]", blank.join(", ")));
    }
    for (value, code) in &proposal.values {
        put(&format!("values.{} = {}", quoted(value), quoted(code)));
    }
    for (value, near, rows) in &proposal.unknown {
        let code = near.as_deref().unwrap_or_default();
        let (value, code) = (quoted(value), quoted(code));
        line(
            text,
            &format!("# values.{value} = {code}  # unsure: {rows} rows; not known"),
        );
    }
    if proposal.unknown_unwritten > 0 {
        let found = proposal.unknown_unwritten;
        line(
            text,
            &format!(
                "# {found} further values are not known; each is in too few rows to be written here"
            ),
        );
    }
}

/// A text on one line of a comment.
fn in_comment(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

/// A text as TOML writes one.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(letter);
            }
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
