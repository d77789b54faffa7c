//! Headers: other names of the same column, and groups (`label::French (fr)`,
//! `bind::palermo:class`).

use std::sync::Arc;

use super::{Sheet, any_byte, row_number};
use crate::finding::{Findings, Place};
use crate::table::{Cell, Table, merge};

/// What a column's other names stand for: one word, or a word in a group.
pub(crate) type Aliases = &'static [(&'static str, &'static [&'static str])];

/// What a sheet may have for columns.
pub(crate) struct Columns {
    /// The sheet's name.
    pub(crate) sheet: &'static str,
    /// Columns known by their own name.
    pub(crate) known: &'static [&'static str],
    /// Other names.
    pub(crate) aliases: Aliases,
    /// Columns that must be there.
    pub(crate) required: &'static [&'static str],
}

/// A sheet whose headers are understood.
#[derive(Debug, Default)]
pub(crate) struct Grouped {
    /// The distinct headers, split.
    pub(crate) headers: Vec<Vec<String>>,
    /// The rows, one for each row of the sheet.
    pub(crate) rows: Vec<Table>,
}

impl Columns {
    fn alias(&self, name: &str) -> Option<&'static [&'static str]> {
        self.aliases
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, words)| *words)
    }

    /// Splits a header, and says whether its word is the header itself.
    fn split(&self, header: &str, double_colon: bool) -> (bool, Vec<String>) {
        if self.known.contains(&header) && self.alias(header).is_none() {
            return (true, vec![header.to_owned()]);
        }
        let snake = snake_case(header);
        if self.known.contains(&snake.as_str()) && self.alias(&snake).is_none() {
            return (snake == header, vec![snake]);
        }
        let mut words: Vec<String> = if double_colon || header.contains("::") {
            header
                .split("::")
                .map(|word| word.trim().to_owned())
                .collect()
        } else {
            namespaced(
                header
                    .split(':')
                    .map(|word| word.trim().to_owned())
                    .collect(),
            )
        };
        let first = snake_case(&words[0]);
        if let Some(alias) = self.alias(&first) {
            let same = *alias == [header];
            words.splice(0..1, alias.iter().map(|&word| word.to_owned()));
            return (same, words);
        }
        if self.known.contains(&first.as_str()) {
            let same = first == header;
            words[0] = first;
            return (same, words);
        }
        (true, words)
    }
}

/// `jr`, `count` is one word with a namespace when single colons split the header.
fn namespaced(mut words: Vec<String>) -> Vec<String> {
    if let Some(at) = words.iter().position(|word| word == "jr")
        && at + 1 < words.len()
    {
        let name = words.remove(at + 1);
        words[at] = format!("jr:{name}");
    }
    words
}

fn snake_case(name: &str) -> String {
    name.split_whitespace()
        .collect::<Vec<_>>()
        .join("_")
        .to_lowercase()
}

/// Understands a sheet's headers and groups its cells. `tidy_space` collapses runs of spaces.
pub(crate) fn group(
    sheet: &Sheet<'_>,
    columns: &Columns,
    default_language: &str,
    tidy_space: bool,
    findings: &mut Findings,
) -> Grouped {
    let double_colon = sheet.header.iter().any(|header| header.contains("::"));
    let mut keys: Vec<Vec<Arc<str>>> = Vec::with_capacity(sheet.header.len());
    let mut grouped = Grouped::default();
    let mut owners: Vec<&str> = Vec::new();
    for header in &sheet.header {
        let (same, words) = columns.split(header, double_colon);
        let known = grouped.headers.iter().position(|known| *known == words);
        if let Some(at) = known {
            if !same {
                let message = format!(
                    "\u{2018}{}\u{2019} and \u{2018}{header}\u{2019} are names of the same column; \
                     one of them is allowed",
                    owners[at]
                );
                let place = Place::sheet(columns.sheet).row(1).column(header);
                findings.error(place, "header-twice", message);
            }
            owners[at] = header;
        } else {
            grouped.headers.push(words.clone());
            owners.push(header);
        }
        keys.push(words.into_iter().map(Arc::from).collect());
    }
    grouped.rows.reserve_exact(sheet.rows.len());
    for (index, row) in sheet.rows.iter().enumerate() {
        let mut table = Table::with_capacity(row.len());
        for (column, value) in row {
            let value = clean(value, tidy_space);
            let Some(words) = column.and_then(|column| keys.get(column)) else {
                let message = format!("found \u{2018}{value}\u{2019} in a column without a header");
                let place = Place::sheet(columns.sheet).row(row_number(index));
                findings.error(place, "header-missing", message);
                continue;
            };
            store(&mut table, words, value, default_language);
        }
        grouped.rows.push(table);
    }
    require(columns, &grouped, findings);
    grouped
}

fn require(columns: &Columns, grouped: &Grouped, findings: &mut Findings) {
    if grouped.rows.is_empty() && columns.sheet != "survey" {
        return;
    }
    for wanted in columns.required {
        if !grouped.headers.iter().any(|words| words[0] == *wanted) {
            let found: Vec<&str> = grouped
                .headers
                .iter()
                .map(|words| words[0].as_str())
                .collect();
            let message = format!(
                "the column \u{2018}{wanted}\u{2019} is needed; found {}{}",
                found.join(", "),
                crate::finding::hint(wanted, found.iter().copied())
            );
            findings.error(
                Place::sheet(columns.sheet).row(1),
                "column-missing",
                message,
            );
        }
    }
}

fn store(table: &mut Table, words: &[Arc<str>], value: String, default_language: &str) {
    let Some((first, rest)) = words.split_first() else {
        return;
    };
    if rest.is_empty() {
        table.set(Arc::clone(first), value);
        return;
    }
    if let ([word], Some(Cell::Map(map))) = (rest, table.get_mut(first))
        && !map.has(word)
    {
        map.set(Arc::clone(word), value);
        return;
    }
    let mut cell = Cell::Text(value);
    for word in rest.iter().rev() {
        let mut map = Table::new();
        map.set(Arc::clone(word), cell);
        cell = Cell::Map(map);
    }
    let joined = merge(table.get(first).cloned(), Some(cell), default_language);
    if let Some(joined) = joined {
        table.set(Arc::clone(first), joined);
    }
}

/// Plain quotation marks for typographic ones; runs of spaces become one when `tidy_space`.
pub(crate) fn clean(value: &str, tidy_space: bool) -> String {
    let value = if tidy_space { value.trim() } else { value };
    // All four marks begin with this byte.
    let untidy = tidy_space && value.contains("  ");
    if !untidy && !any_byte(value, |byte| byte == 0xe2) {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\u{2018}' | '\u{2019}' => out.push('\''),
            '\u{201c}' | '\u{201d}' => out.push('"'),
            ' ' if tidy_space && out.ends_with(' ') => {}
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Format, Workbook};

    const COLUMNS: Columns = Columns {
        sheet: "survey",
        known: &["name", "label", "type", "bind"],
        aliases: &[("caption", &["label"]), ("relevant", &["bind", "relevant"])],
        required: &["type"],
    };

    fn grouped(table: &str) -> (Grouped, Vec<&'static str>) {
        let mut findings = Findings::new();
        let form = format!("| survey |\n{table}");
        let workbook = Workbook::read(form.as_bytes(), Format::Markdown, None, &mut findings);
        let workbook = workbook.expect("a workbook");
        let sheet = workbook.sheet("survey").expect("the sheet");
        let grouped = group(sheet, &COLUMNS, "default", true, &mut findings);
        let codes = findings
            .into_list()
            .iter()
            .map(|finding| finding.code)
            .collect();
        (grouped, codes)
    }

    #[test]
    fn headers_are_read_whatever_their_spelling() {
        let (grouped, codes) =
            grouped("| | Type | NAME | Caption :: French (fr) | relevant | my note |\n");
        let words: Vec<String> = grouped
            .headers
            .iter()
            .map(|words| words.join("/"))
            .collect();
        assert_eq!(
            words,
            [
                "type",
                "name",
                "label/French (fr)",
                "bind/relevant",
                "my note"
            ]
        );
        assert!(codes.is_empty(), "{codes:?}");
    }

    #[test]
    fn a_label_without_a_language_joins_those_that_have_one() {
        let (grouped, _) = grouped(
            "| | type | label | label::fr | relevant |\n\
             | | text | Who | Qui | 1 |\n\
             | | text | | Qui | |\n",
        );
        let label = grouped.rows[0].map("label").expect("a map");
        assert_eq!(
            (label.text("default"), label.text("fr")),
            (Some("Who"), Some("Qui"))
        );
        let bind = grouped.rows[0].map("bind").expect("a map");
        assert_eq!(bind.text("relevant"), Some("1"));
        let label = grouped.rows[1].map("label").expect("a map");
        assert_eq!((label.len(), label.text("fr")), (1, Some("Qui")));
    }

    #[test]
    fn two_names_of_one_column_and_a_column_that_is_missing_are_refused() {
        let (_, codes) = grouped("| | type | label | caption |\n| | text | A | B |\n");
        assert_eq!(codes, ["header-twice"]);
        let (_, codes) = grouped("| | name |\n| | a |\n");
        assert_eq!(codes, ["column-missing"]);
    }

    #[test]
    fn typographic_marks_and_runs_of_spaces_become_plain() {
        assert_eq!(
            clean(" \u{2018}a\u{2019}  \u{201c}b\u{201d} ", true),
            "'a' \"b\""
        );
        assert_eq!(clean(" \u{2018}a\u{2019}  b ", false), " 'a'  b ");
        assert_eq!(clean("\u{20ac} 5", true), "\u{20ac} 5");
    }
}
