//! The API, under `/api/v1`: the same answers as the pages, for programs.

pub(crate) mod deposits;
pub(crate) mod migrants;
pub(crate) mod openapi;
pub(crate) mod states;
pub(crate) mod tables;
pub(crate) mod terms;
pub(crate) mod treaties;

use std::sync::Arc;

use ::terms::language::Language;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};

use crate::problem::Problem;
use crate::site::Site;
use crate::wire::{ErrorBody, ErrorLine};
use crate::words::Words;

type Shared = Arc<Site>;

/// Every route with its handler. The OpenAPI document must describe each; a test compares them.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<Shared>)> {
    vec![
        ("/api/v1/treaties/{treaty}/status", get(treaties::status)),
        ("/api/v1/treaties/{treaty}/actions", get(treaties::actions)),
        ("/api/v1/states/{code}", get(states::show)),
        ("/api/v1/missing-migrants", get(migrants::show)),
        ("/api/v1/terms/resolve", get(terms::resolve)),
        ("/api/v1/tables", get(tables::list)),
        ("/api/v1/tables/{table}", get(tables::show)),
        ("/api/v1/deposit-key", get(deposits::key)),
        ("/api/v1/deposits", post(deposits::take)),
        ("/api/v1/openapi.json", get(openapi::show)),
    ]
}

/// The API as a router.
pub(crate) fn router(site: Shared) -> Router {
    let mut router = Router::new();
    for (path, handler) in routes() {
        router = router.route(path, handler);
    }
    router.with_state(site)
}

/// A refusal as JSON.
pub(crate) fn problem(problem: &Problem) -> Response {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let body = ErrorBody {
        error: ErrorLine {
            code: problem.kind.code().to_owned(),
            message: problem.sentence(Words::of(Language::En)),
            field: given(&problem.field),
            found: given(&problem.found),
            allowed: problem.allowed.clone(),
        },
    };
    let mut response = (problem.status(), Json(body)).into_response();
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use utoipa::OpenApi;

    #[test]
    fn every_route_is_described_and_every_description_is_a_route() {
        let document = openapi::Document::openapi();
        let mut described: Vec<&str> = document.paths.paths.keys().map(String::as_str).collect();
        let mut routed: Vec<&str> = routes().into_iter().map(|(path, _)| path).collect();
        described.sort_unstable();
        routed.sort_unstable();
        assert_eq!(described, routed);
    }
}
