//! The API, under `/api/v1`: the same answers as the pages, for programs.

pub(crate) mod deposits;
pub(crate) mod migrants;
pub(crate) mod openapi;
pub(crate) mod states;
pub(crate) mod tables;
pub(crate) mod terms;
pub(crate) mod treaties;

use ::terms::language::Language;
use axum::Json;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::problem::{Kind, Problem};
use crate::wire::{ErrorBody, ErrorLine};
use crate::words::Words;

/// The part of an address that names what is asked for. One that is not UTF-8 names nothing, and is
/// refused in the API's own shape.
pub(crate) struct Named(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(name)) => Ok(Self(name)),
            Err(_) => Err(Problem::of(Kind::NotFound, "", parts.uri.path())),
        }
    }
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
    use utoipa::OpenApi;

    use super::*;

    #[test]
    fn every_route_is_described_and_every_description_is_a_route() {
        let document = openapi::Document::openapi();
        let mut described: Vec<&str> = document.paths.paths.keys().map(String::as_str).collect();
        let mut routed: Vec<&str> = crate::DOORS.iter().map(|door| door.path).collect();
        routed.retain(|path| path.starts_with("/api/"));
        described.sort_unstable();
        routed.sort_unstable();
        assert_eq!(described, routed);
    }
}
