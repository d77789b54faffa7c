//! The description of the API for machines.

use axum::Json;
use axum::extract::OriginalUri;
use utoipa::OpenApi;

use super::{deposits, migrants, states, tables, terms, treaties};
use crate::fields::Fields;
use crate::problem::Problem;
use crate::wire::ErrorBody;

/// The OpenAPI document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Palermo",
        description = "Public evidence around the Palermo Protocols. Every answer says where its \
            numbers come from and what they cannot say. Refusals have a stable `code`, the \
            `field`, what was `found` and what is `allowed`. Not a service of the United Nations.",
        license(name = "MIT OR Apache-2.0")
    ),
    paths(
        treaties::status,
        treaties::actions,
        states::show,
        migrants::show,
        terms::resolve,
        tables::list,
        tables::show,
        deposits::key,
        deposits::take,
        show,
    )
)]
pub(crate) struct Document;

/// This document.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "document",
    responses(
        (status = 200, description = "The OpenAPI document", body = Object,
            content_type = "application/json"),
        (status = 400, description = "A field is not known", body = ErrorBody),
    )
)]
pub(crate) async fn show(
    OriginalUri(uri): OriginalUri,
) -> Result<Json<utoipa::openapi::OpenApi>, Problem> {
    Fields::read(&uri, &[])?;
    Ok(Json(Document::openapi()))
}
