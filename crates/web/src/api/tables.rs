//! Other public tables that the node has imported.

use std::sync::Arc;

use ::terms::language::Language;
use axum::Json;
use axum::extract::{OriginalUri, State};

use super::Named;
use crate::fields::Fields;
use crate::problem::{Kind, Problem};
use crate::site::Site;
use crate::wire::{ErrorBody, Provenance, TableLines, TableList, TableSummary, dimensions};
use crate::words::Words;
use crate::{cells, explore, pages};

/// The public tables that the node has imported.
#[utoipa::path(
    get,
    path = "/api/v1/tables",
    tag = "tables",
    responses(
        (status = 200, description = "The tables", body = TableList),
        (status = 400, description = "A field is not known", body = ErrorBody),
    )
)]
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Json<TableList>, Problem> {
    Fields::read(&uri, &[])?;
    let tables = site.tables.iter().map(|released| TableSummary {
        id: released.value().id.clone(),
        cells: released.value().len(),
        dimensions: dimensions(released.value()),
        provenance: Provenance::of_table(released),
    });
    Ok(Json(TableList {
        tables: tables.collect(),
    }))
}

/// The cells of a table, as printed by its publisher.
///
/// Each dimension of the table is a field that holds it to one code. A sum over a dimension whose
/// codes overlap is refused, because it would count somebody twice.
#[utoipa::path(
    get,
    path = "/api/v1/tables/{table}",
    tag = "tables",
    params(
        ("table" = String, Path, description = "Name of the table"),
        ("by" = Option<String>, Query, description = "Dimensions to show, separated by commas; \
            without it, every dimension that is not held to one code"),
    ),
    responses(
        (status = 200, description = "The cells", body = TableLines),
        (status = 400, description = "A field cannot be read", body = ErrorBody),
        (status = 404, description = "There is no such table", body = ErrorBody),
        (status = 422, description = "The sum was refused", body = ErrorBody),
    )
)]
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
    Named(id): Named,
) -> Result<Json<TableLines>, Problem> {
    let table = pages::find_table(&site, &id)?;
    let selection = explore::of_program(table.value(), &uri)?;
    let part = selection.answer(table).map_err(|error| {
        let reason = cells::refusal(Words::of(Language::En), &error);
        Problem::of(Kind::SumRefused, "by", &reason)
    })?;
    Ok(Json(TableLines::new(&part, selection.held)))
}
