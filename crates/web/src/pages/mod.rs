//! The public pages, under the two letters of their language.

pub(crate) mod about;
pub(crate) mod check;
pub(crate) mod estimate;
pub(crate) mod explain;
pub(crate) mod home;
pub(crate) mod migrants;
mod migrants_figures;
pub(crate) mod profile;
mod released;
pub(crate) mod states;
pub(crate) mod tables;
pub(crate) mod treaties;
pub(crate) mod treaty;
mod treaty_figures;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

pub(crate) use states::find as find_state;
pub(crate) use tables::find as find_table;

/// A file to be saved under a name of letters, digits, dots and hyphens.
pub(crate) fn csv_file(name: &str, body: String) -> Response {
    let mut response = ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], body).into_response();
    let name: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        .collect();
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// Splits the ending from the last part of an address: `TIP.csv` is `TIP` and `csv`.
pub(crate) fn ending(name: &str) -> (&str, Format) {
    if let Some(stem) = name.strip_suffix(".csv") {
        (stem, Format::Csv)
    } else if let Some(stem) = name.strip_suffix(".json") {
        (stem, Format::Json)
    } else {
        (name, Format::Page)
    }
}

/// In what form an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A page.
    Page,
    /// A file for a spreadsheet.
    Csv,
    /// A file for a program.
    Json,
}
