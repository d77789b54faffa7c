//! What is done to every answer on its way out: headers, problems, the reader's own copy.

use std::sync::Arc;

use askama::Template;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use terms::language::Language;

use crate::api;
use crate::assets::{has, hex};
use crate::page::{Page, html_with};
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::visitor::{self, PublicOrigin};
use crate::words::{LANGUAGES, Words};

/// Largest page that is given an `ETag`, in bytes; anything larger is sent without one.
const TAGGED_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The headers of every answer. No script, nothing from elsewhere, no frame, no referrer.
const HEADERS: [(&str, &str); 7] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

/// The policy of a page that carries the one script there is.
const SCRIPTED_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Marks the answer that may load the script of passkeys.
#[derive(Debug, Clone, Copy)]
struct Scripted;

/// Says of an office page that it carries the script of passkeys, so that its policy allows it.
pub(crate) fn scripted(mut page: Response) -> Response {
    page.extensions_mut().insert(Scripted);
    page
}

/// Sets the headers of every answer; `no-cache` unless the answer says otherwise, which lets a
/// browser keep its copy and makes it ask whether the copy still holds. What answers something
/// that was sent is never kept, refusals included, and nothing of the office's pages is.
pub(crate) async fn headers(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let sent = *request.method() == Method::POST;
    let office = is_office(request.uri().path());
    let left_alone = left_alone(&request);
    let mut response = next.run(request).await;
    let scripted = office && response.extensions().get::<Scripted>().is_some();
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    if let Some(left_alone) = left_alone {
        headers.insert(header::REFRESH, left_alone);
    }
    if office {
        // With `no-referrer` a browser would not say where a form of ours comes from.
        let own = HeaderValue::from_static("same-origin");
        headers.insert(header::REFERRER_POLICY, own);
    }
    if scripted {
        let policy = HeaderValue::from_static(SCRIPTED_POLICY);
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if desk
        .site
        .origin
        .as_ref()
        .is_some_and(PublicOrigin::is_https)
    {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if sent || office {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-cache"));
    response
}

/// Where a page of somebody who is signed in goes when it is left alone for as long as a session
/// may be: what it shows is not for whoever comes by next. It needs no script.
fn left_alone(request: &Request) -> Option<HeaderValue> {
    let path = request.uri().path();
    let language = language_of(path).filter(|_| is_office(path))?;
    visitor::session(request.headers())?;
    let seconds = office::door::IDLE.as_secs();
    let to = format!("{seconds};url=/{}/office/sign-in", language.code());
    HeaderValue::from_str(&to).ok()
}

/// Gives each page an `ETag` from its content, so that a reader on a poor line who opens it again
/// gets a few bytes instead of the page.
pub(crate) async fn tag(request: Request, next: Next) -> Response {
    let asked = request.headers().clone();
    // An answer to HEAD has lost its body by now, and with it what the tag is made of.
    let get = *request.method() == Method::GET && !is_office(request.uri().path());
    let response = next.run(request).await;
    let tagged = response.headers().contains_key(header::ETAG);
    if !get || tagged || response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, TAGGED_BYTES_MAX).await else {
        return Problem::new(Kind::Internal).into_response();
    };
    let etag = format!("W/\"{}\"", hex(&bytes));
    if let Ok(value) = HeaderValue::from_str(&etag) {
        parts.headers.insert(header::ETAG, value);
    }
    if has(&asked, &etag) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    page: Page,
    sentence: String,
    problem: Problem,
    lost: bool,
    /// What would help, as an address and the key of its words.
    help: Option<(String, &'static str)>,
}

/// What helps whoever is refused for want of a session, or of being sure who it is. Both lead back
/// to the page that the form stood on.
fn help(problem: &Problem, uri: &Uri, asked: &HeaderMap) -> Option<(String, &'static str)> {
    let (page, key) = match problem.kind {
        Kind::SignInNeeded => ("sign-in", "entry-title"),
        Kind::Refused("confirm_needed") => ("confirm", "confirm-title"),
        Kind::Refused("node_locked") => ("locked", "locked-title"),
        _ => return None,
    };
    let language = language_of(uri.path())?.code();
    let from = asked
        .get(header::REFERER)
        .and_then(|from| from.to_str().ok());
    let from: Option<Uri> = from.and_then(|from| from.parse().ok());
    let back = from.as_ref().and_then(|from| visitor::next(from.path()));
    let back = back
        .map(|back| format!("?next={back}"))
        .filter(|_| page != "locked");
    let back = back.unwrap_or_default();
    Some((format!("/{language}/office/{page}{back}"), key))
}

/// Writes problems as pages in the language of the address, or as JSON under `/api`.
pub(crate) async fn problems(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let (uri, asked) = (request.uri().clone(), request.headers().clone());
    let method = request.method().clone();
    let response = next.run(request).await;
    let problem = match response.extensions().get::<Arc<Problem>>() {
        Some(problem) => (**problem).clone(),
        None if response.status() == StatusCode::METHOD_NOT_ALLOWED => {
            let allow = response.headers().get(header::ALLOW);
            let allow = allow.and_then(|allow| allow.to_str().ok());
            let allowed = allow.unwrap_or("GET,HEAD").split(',').map(str::trim);
            Problem::of(Kind::Method, "", method.as_str()).allowing(allowed)
        }
        // An address that is not UTF-8 names no page; what axum says of it is not for a reader.
        None if response.status() == StatusCode::BAD_REQUEST => Problem::new(Kind::NotFound),
        None => return response,
    };
    let mut written = if uri.path().starts_with("/api/") {
        api::problem(&problem)
    } else {
        page(desk, &uri, &asked, problem)
    };
    // What the refusal said besides its words.
    for name in [header::ALLOW, header::RETRY_AFTER, header::SET_COOKIE] {
        for value in response.headers().get_all(&name) {
            written.headers_mut().append(&name, value.clone());
        }
    }
    written
}

fn page(desk: Desk, uri: &Uri, asked: &HeaderMap, problem: Problem) -> Response {
    let language = language_of(uri.path()).unwrap_or_else(|| preferred(asked));
    let words = Words::of(language);
    let desk = Desk { words, ..desk };
    let lost = problem.kind == Kind::NotFound;
    let title = words.say(match &problem {
        _ if lost => "problem-title-lost",
        problem if problem.is_denial() => "problem-title-denied",
        _ => "problem-title",
    });
    let status = problem.status();
    let template = ProblemPage {
        page: desk.page(uri, "", title),
        sentence: problem.sentence(words),
        help: help(&problem, uri, asked),
        problem,
        lost,
    };
    html_with(status, &template).unwrap_or_else(|_| status.into_response())
}

/// The language that an address begins with.
pub(crate) fn language_of(path: &str) -> Option<Language> {
    let first = path.trim_start_matches('/').split('/').next()?;
    LANGUAGES
        .into_iter()
        .find(|language| language.code() == first)
}

/// Whether an address is one of the office's pages.
pub(crate) fn is_office(path: &str) -> bool {
    let mut parts = path.trim_start_matches('/').split('/').skip(1);
    language_of(path).is_some() && parts.next() == Some("office")
}

/// The language that the reader's browser asks for, by `Accept-Language` with its weights;
/// English when it asks for none of ours.
pub(crate) fn preferred(asked: &HeaderMap) -> Language {
    let wanted = asked
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut best = (Language::En, 0.0);
    for entry in wanted.split(',') {
        let (tag, parameters) = entry.split_once(';').unwrap_or((entry, ""));
        let weight = parameters.trim().strip_prefix("q=").unwrap_or("1");
        let weight: f64 = weight.parse().unwrap_or(0.0);
        let language = Language::parse(tag).ok();
        if let Some(language) = language.filter(|language| LANGUAGES.contains(language))
            && weight > best.1
        {
            best = (language, weight);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(value: &'static str) -> HeaderMap {
        let value = HeaderValue::from_static(value);
        HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, value)])
    }

    #[test]
    fn the_browser_is_answered_in_the_language_it_prefers() {
        assert_eq!(preferred(&asked("pt-MZ,pt;q=0.9,en;q=0.8")), Language::Pt);
        assert_eq!(preferred(&asked("de, fr;q=0.5, en;q=0.4")), Language::Fr);
        assert_eq!(preferred(&asked("en;q=0.2, fr;q=0.9")), Language::Fr);
        assert_eq!(preferred(&asked("sw")), Language::En);
        assert_eq!(preferred(&asked("fr;q=no")), Language::En);
        assert_eq!(preferred(&HeaderMap::new()), Language::En);
    }

    #[test]
    fn the_address_says_its_language() {
        assert_eq!(language_of("/fr/nowhere"), Some(Language::Fr));
        assert_eq!(language_of("/french"), None);
        assert_eq!(language_of("/"), None);
        assert!(is_office("/pt/office") && is_office("/en/office/dossiers/1"));
        assert!(!is_office("/en/officer") && !is_office("/en/") && !is_office("/office"));
    }
}
