//! Pages and API for people with a browser and a poor line.
//!
//! Pages are written on the server, in three languages, without script, cookies or anything from
//! another origin. A page takes what is released, asks `publish` for a drawing or a file, and puts
//! beside each number where it comes from. This room reads no clock, file or store: [`app`] makes
//! a router from a [`Site`], and a test calls it without a socket.
//!
//! Addresses: pages stand under `/en/`, `/fr/` and `/pt/`, the API under `/api/v1/`. A query field
//! that is not known or cannot be read is refused by name, on pages as in the API.

mod api;
mod assets;
mod cells;
mod estimate;
mod explore;
mod fields;
mod grid;
mod migrants;
mod origin;
mod outer;
mod page;
mod pages;
mod problem;
mod site;
mod status;
mod wire;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use tower_http::compression::CompressionLayer;

use crate::assets::Assets;
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::words::Words;

pub use crate::estimate::{Threads, estimate_file};
pub use crate::site::{Site, Today};
pub use crate::words::LANGUAGES;

/// The whole site as a router.
pub fn app(site: Site) -> Router {
    let site = Arc::new(site);
    let assets = Assets::get();
    let mut router = Router::new()
        .route("/", get(enter))
        .route(
            &assets.style.path,
            get(|asked: HeaderMap| async move { Assets::get().style.serve(&asked) }),
        )
        .route(
            &assets.icon.path,
            get(|asked: HeaderMap| async move { Assets::get().icon.serve(&asked) }),
        )
        .merge(api::router(Arc::clone(&site)));
    for language in LANGUAGES {
        let words = Words::of(language);
        let desk = Desk {
            site: Arc::clone(&site),
            words,
        };
        router = router.merge(pages::router(desk));
    }
    router
        .fallback(elsewhere)
        .layer(from_fn_with_state(site, outer::problems))
        .layer(from_fn(outer::tag))
        .layer(from_fn(outer::headers))
        .layer(CompressionLayer::new())
}

/// `/`: to the language that the browser asks for.
async fn enter(asked: HeaderMap) -> Response {
    let language = outer::preferred(&asked);
    let mut response = Redirect::temporary(&format!("/{}/", language.code())).into_response();
    let vary = HeaderValue::from_static("accept-language");
    response.headers_mut().insert(header::VARY, vary);
    response
}

/// Any other address: with the slash mended at its end, or not found.
async fn elsewhere(request: Request) -> Response {
    let path = request.uri().path();
    if let Some(language) = outer::language_of(path) {
        let home = format!("/{}", language.code());
        let mended = match path.trim_end_matches('/') {
            _ if path == home => Some(format!("{home}/")),
            trimmed if trimmed != path && trimmed != home => Some(trimmed.to_owned()),
            _ => None,
        };
        // The address must begin with the language itself: `//fr/` would be another host.
        if let Some(mended) = mended.filter(|to| to.starts_with(&format!("{home}/"))) {
            let query = request.uri().query();
            let query = query.map(|query| format!("?{query}")).unwrap_or_default();
            return Redirect::permanent(&format!("{mended}{query}")).into_response();
        }
    }
    Problem::of(Kind::NotFound, "", path).into_response()
}
