//! Pages and API for people with a browser and a poor line.
//!
//! Pages are written on the server, in three languages, without anything from another origin. The
//! public ones carry neither script nor cookie; those of people who work here have one cookie, for
//! their session, and one script, for passkeys. A page takes what is released, asks `publish` for a
//! drawing or a file, and puts beside each number where it comes from; or it asks the office. This
//! room reads no file or store, and no clock but for how long the process has served, by which
//! attempts are limited: [`app`] makes a router from a [`Site`], and a test calls it without a
//! socket.
//!
//! Every route is a row of one table, [`DOORS`], which says what is needed to get through it.
//!
//! Addresses: pages stand under `/en/`, `/fr/` and `/pt/`, the API under `/api/v1/`. A query field
//! that is not known or cannot be read is refused by name, on pages as in the API.

mod api;
mod assets;
mod cells;
mod check;
mod doors;
mod drawn;
mod estimate;
mod explore;
mod fields;
mod figures;
mod gate;
mod grid;
mod leaving;
mod limits;
mod migrants;
mod office;
mod origin;
mod outer;
mod page;
mod pages;
mod pending;
mod problem;
mod qr;
mod rules;
mod site;
mod status;
mod turns;
mod visitor;
mod wire;
mod words;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::problem::{Kind, Problem};

pub use crate::check::{CountedTable, ReadCounts, SaidOfTable};
pub use crate::doors::{DOORS, Door, Method, Needs, app};
pub use crate::estimate::{Threads, estimate_file, estimate_text, lists_text};
pub use crate::site::{Now, ReadReleased, Site, Today, Unlock};
pub use crate::visitor::{NotAnOrigin, OfficeSessions, PublicOrigin, Seat, Sessions};
pub use crate::words::LANGUAGES;

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
