//! Comma-separated values: the sheet's name in the first column, its header and rows in the
//! columns after it.

use std::borrow::Cow;

use super::{SHEETS, Sheet, Workbook, put};
use crate::finding::hint;

/// Fewest commas that make a file a table at all.
const COMMAS_MIN: usize = 4;
/// Where the commas are looked for.
const SNIFFED_CHARACTERS: usize = 5_000;

pub(super) fn read(text: &str) -> Result<Workbook<'static>, String> {
    let commas = text
        .chars()
        .take(SNIFFED_CHARACTERS)
        .filter(|c| *c == ',')
        .take(COMMAS_MIN)
        .count();
    if commas < COMMAS_MIN {
        return Err("no table of comma-separated values was found in the file".to_owned());
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut workbook = Workbook::default();
    let mut current: Option<String> = None;
    let mut header: Option<Vec<usize>> = None;
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|error| error.to_string())?;
        let mut fields = record.iter().map(str::trim);
        let first = fields.next().unwrap_or_default();
        let content: Vec<&str> = fields.collect();
        if !first.is_empty() {
            let name = begin(&mut workbook, first)?;
            current = Some(name);
            header = None;
        }
        if content.iter().all(|field| field.is_empty()) {
            continue;
        }
        let Some(name) = &current else {
            return Err(format!(
                "record {}: a row before any sheet's name",
                index + 1
            ));
        };
        let at = workbook.sheets.iter().position(|(known, _)| known == name);
        let Some(at) = at else { continue };
        let sheet = &mut workbook.sheets[at].1;
        match &header {
            None => {
                sheet.header.clear();
                let columns = content.iter().map(|name| sheet.add_header(name));
                header = Some(columns.collect());
            }
            Some(columns) => {
                let mut row = Vec::new();
                for (column, value) in columns.iter().zip(&content) {
                    if !value.is_empty() {
                        let value = Cow::Owned((*value).to_owned());
                        put(&mut row, Some(*column), value);
                    }
                }
                sheet.rows.push(row);
            }
        }
    }
    Ok(workbook)
}

fn begin(workbook: &mut Workbook<'_>, written: &str) -> Result<String, String> {
    let name = written.to_lowercase();
    if !SHEETS.contains(&name.as_str()) {
        return Err(format!(
            "found the sheet \u{2018}{written}\u{2019}; a CSV file may have {}{}",
            SHEETS.join(", "),
            hint(&name, SHEETS)
        ));
    }
    workbook.names.push(written.to_owned());
    if written != name || workbook.sheet(&name).is_none() {
        workbook.put(&name, Sheet::default());
    }
    Ok(name)
}
