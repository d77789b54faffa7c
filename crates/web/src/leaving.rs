//! Leaving: in a hurry, with the session still there, or for good.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use crate::gate::see_other;
use crate::site::Desk;
use crate::visitor;

/// "Leave now": what the browser kept of the pages goes, and a page opens that anybody may be seen
/// with. It changes nothing at the node, so that it works by a plain link and with no session.
pub(crate) async fn leave(State(desk): State<Desk>) -> Response {
    clearing(&desk, "\"cache\"")
}

/// After signing out: the cookie goes as well, and whatever else a page could have kept. That the
/// session has ended is the office's doing, before this is answered.
pub(crate) fn signed_out(desk: &Desk) -> Response {
    let mut response = clearing(desk, "\"cache\", \"storage\"");
    let cookie = visitor::end();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

fn clearing(desk: &Desk, what: &'static str) -> Response {
    let mut response = see_other(&format!("/{}/", desk.words.language().code()));
    let what = HeaderValue::from_static(what);
    response.headers_mut().insert("clear-site-data", what);
    response
}
