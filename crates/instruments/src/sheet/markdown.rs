//! Markdown tables: the sheet's name stands alone in the first column, its header and rows follow
//! with the first column empty.

use std::borrow::Cow;

use super::{SHEETS, Sheet, Workbook, put};

/// Fewest bars that make a file a table at all.
const BARS_MIN: usize = 5;
/// Where the bars are looked for.
const SNIFFED_CHARACTERS: usize = 5_000;

type Line<'a> = Vec<Option<Cow<'a, str>>>;

pub(super) fn read(text: &str) -> Result<Workbook<'_>, String> {
    let bars = text
        .chars()
        .take(SNIFFED_CHARACTERS)
        .filter(|c| *c == '|')
        .take(BARS_MIN)
        .count();
    if bars < BARS_MIN {
        return Err("no Markdown table was found in the file".to_owned());
    }
    let tables = tables(text)?;
    let alone = tables.len() == 1;
    let mut workbook = Workbook::default();
    for (name, lines) in tables {
        workbook.names.push(name.clone());
        let known = name.to_lowercase();
        let known = if SHEETS.contains(&known.as_str()) {
            known
        } else if alone {
            "survey".to_owned()
        } else {
            continue;
        };
        workbook.put(&known, sheet(&name, lines)?);
    }
    Ok(workbook)
}

fn sheet<'a>(name: &str, lines: Vec<Line<'a>>) -> Result<Sheet<'a>, String> {
    let mut lines = lines.into_iter();
    let Some(header) = lines.next() else {
        return Err(format!("the sheet \u{2018}{name}\u{2019} has no header"));
    };
    let mut sheet = Sheet::default();
    let columns: Vec<Option<usize>> = header
        .iter()
        .map(|cell| {
            let column = sheet.add_header(cell.as_deref().unwrap_or("None"));
            cell.as_ref().map(|_| column)
        })
        .collect();
    sheet.rows.reserve_exact(lines.len());
    for (index, line) in lines.enumerate() {
        let mut row = Vec::with_capacity(line.len());
        for (column, value) in line.into_iter().enumerate() {
            let Some(value) = value else { continue };
            let Some(known) = columns.get(column) else {
                let row = super::row_number(index);
                return Err(format!(
                    "sheet \u{2018}{name}\u{2019}, row {row}: \u{2018}{value}\u{2019} stands in \
                     column {}, the header has {}",
                    column + 1,
                    columns.len()
                ));
            };
            put(&mut row, *known, value);
        }
        sheet.rows.push(row);
    }
    Ok(sheet)
}

/// The tables by name, in the order in which the names were first seen.
fn tables(text: &str) -> Result<Vec<(String, Vec<Line<'_>>)>, String> {
    let mut tables: Vec<(String, Vec<Line<'_>>)> = Vec::new();
    let mut current = None;
    for (number, line) in text.split('\n').enumerate() {
        if line.trim_start().starts_with('#') {
            continue;
        }
        let Some(inner) = between_bars(without_comment(line)) else {
            continue;
        };
        let separator = !inner.is_empty() && inner.chars().all(|c| matches!(c, '|' | '-'));
        let mut cells = split(inner).into_iter().map(cell);
        let name = if separator {
            None
        } else {
            cells.next().flatten()
        };
        if let Some(name) = name {
            let at = tables.iter().position(|(known, _)| *known == name);
            let at = at.unwrap_or_else(|| {
                tables.push((name.into_owned(), Vec::new()));
                tables.len() - 1
            });
            tables[at].1.clear();
            current = Some(at);
        }
        let Some(at) = current else {
            return Err(format!(
                "line {}: a row before any sheet's name",
                number + 1
            ));
        };
        if separator {
            continue;
        }
        let row: Line<'_> = cells.collect();
        if row.iter().any(Option::is_some) {
            tables[at].1.push(row);
        }
    }
    Ok(tables)
}

/// A comment at a line's end: a hash after which no bar follows.
fn without_comment(line: &str) -> &str {
    let from = line.rfind('|').map_or(0, |bar| bar + 1);
    match line[from..].rfind('#') {
        Some(hash) if from + hash + 1 < line.len() => &line[..from + hash],
        _ => line,
    }
}

/// What stands between a line's first and last bar.
fn between_bars(line: &str) -> Option<&str> {
    let inner = line.trim_start().strip_prefix('|')?;
    inner.rfind('|').map(|end| &inner[..end])
}

/// Splits at bars that no backslash precedes.
fn split(inner: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in inner.match_indices('|') {
        if inner[..at].ends_with('\\') {
            continue;
        }
        parts.push(&inner[start..at]);
        start = at + 1;
    }
    parts.push(&inner[start..]);
    parts
}

fn cell(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim();
    if text.contains('\\') {
        return Some(Cow::Owned(text.replace("\\|", "|")));
    }
    (!text.is_empty()).then_some(Cow::Borrowed(text))
}
