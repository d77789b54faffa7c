//! The pages, under the two letters of their language.

mod about;
mod estimate;
mod explain;
mod home;
mod migrants;
mod migrants_figures;
mod states;
mod tables;
mod treaties;
mod treaty;
mod treaty_figures;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::site::Desk;

pub(crate) use states::find as find_state;
pub(crate) use tables::find as find_table;

/// The pages of one language.
pub(crate) fn router(desk: Desk) -> Router {
    let at = |path: &str| format!("/{}{path}", desk.words.language().code());
    Router::new()
        .route(&at("/"), get(home::show))
        .route(&at("/treaties"), get(treaties::show))
        .route(&at("/treaties/{treaty}"), get(treaty::show))
        .route(&at("/states"), get(states::list))
        .route(&at("/states/{place}"), get(states::show))
        .route(&at("/missing-migrants"), get(migrants::show))
        .route(&at("/missing-migrants.csv"), get(migrants::csv))
        .route(&at("/missing-migrants.json"), get(migrants::json))
        .route(
            &at("/estimate"),
            get(estimate::show)
                .post(estimate::answer)
                .layer(DefaultBodyLimit::max(estimate::FORM_BYTES_MAX)),
        )
        .route(&at("/tables"), get(tables::list))
        .route(&at("/tables/{table}"), get(tables::show))
        .route(&at("/explain/{release}"), get(explain::show))
        .route(&at("/about"), get(about::show))
        .with_state(desk)
}

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
