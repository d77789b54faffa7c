//! What the doors let through, tried on a table of the tests' own.

use super::*;
use crate::visitor::{PublicOrigin, Seat, Sent, Sessions, Token, Visitor, token};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::IntoResponse;
use office::{OfficeError, Role};
use protect::credential::{SessionId, SessionToken};
use tower::ServiceExt;

use Needs::{Session, SignIn};

const READ: Needs = Needs::Power(Power::Read);

doors! { TRIED, tried_ways:
    page Get "/{language}/office/sign-in", SignIn => give_token;
    page Post "/{language}/office/sign-in", SignIn => take;
    page Get "/{language}/office/own", Session => greet;
    page Post "/{language}/office/own", Session, within 200 => take;
    page Get "/{language}/office/dossiers/{number}", READ => greet;
    page Post "/{language}/office/dossiers/{number}", READ => take;
    page Post "/{language}/handed-in", Public => taken;
}

async fn give_token(Token(token): Token) -> String {
    token
}

async fn take(sent: Sent) -> String {
    format!("taken {:?}", sent.0)
}

async fn taken() -> &'static str {
    "taken"
}

async fn greet(visitor: Visitor) -> String {
    visitor.seat.roles.iter().map(|role| role.code()).collect()
}

/// One caseworker, one administrator, and a session that ended.
struct Invented;

impl Sessions for Invented {
    fn seat(&self, session: SessionId) -> Result<Option<Seat>, OfficeError> {
        let seat = |role| Seat {
            person: [7; 16],
            roles: vec![role],
            fresh: true,
        };
        Ok(match session {
            _ if session == held(1).id() => Some(seat(Role::Caseworker)),
            _ if session == held(2).id() => Some(seat(Role::Administrator)),
            _ => None,
        })
    }
}

fn held(person: u8) -> SessionToken {
    SessionToken::from_text(&format!("{person:02x}").repeat(32)).expect("a token")
}

fn desk(origin: Option<&str>) -> Desk {
    let origin = origin.map(|origin| origin.parse::<PublicOrigin>().expect("an origin"));
    Desk {
        site: Arc::new(Site::for_test(origin, Some(Arc::new(Invented)))),
        words: Words::of(LANGUAGES[0]),
        hall: Arc::new(Hall::open(None)),
    }
}

struct Told {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Told {
    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// Asks the whole house with the doors of this test. `person`: the first byte of the session.
async fn ask(desk: &Desk, request: Request<Body>) -> Told {
    let router = dressed(through(TRIED.iter().zip(tried_ways()), desk), desk.clone());
    let answer = router.oneshot(request).await.expect("an answer");
    let (parts, body) = answer.into_parts();
    let bytes = to_bytes(body, 1 << 20).await.expect("a body");
    Told {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8(bytes.to_vec()).expect("text"),
    }
}

fn request(verb: &str, path: &str, person: Option<u8>, more: &[(&str, &str)]) -> Request<Body> {
    sending(verb, path, person, more, "")
}

fn sending(
    verb: &str,
    path: &str,
    person: Option<u8>,
    more: &[(&str, &str)],
    body: &str,
) -> Request<Body> {
    let mut request = Request::builder().method(verb).uri(path);
    if verb == "POST" {
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    if let Some(person) = person {
        let set = crate::visitor::begin(&held(person));
        let pair = set.to_str().expect("text").split(';').next().expect("one");
        request = request.header("cookie", pair);
    }
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    let body = Body::from(body.to_owned());
    request.body(body).expect("a request")
}

fn form(person: u8) -> String {
    format!("csrf={}&reason=care", token(&held(person)).0)
}

const HERE: &str = "http://localhost:8080";

#[test]
fn every_page_stands_in_every_language_and_nothing_stands_twice() {
    let mut seen = Vec::new();
    for (door, way) in DOORS.iter().zip(ways()) {
        let page = door.path.starts_with("/{language}/");
        assert_eq!(page, matches!(way, Way::Page(_)), "{}", door.path);
        assert!(!seen.contains(&(door.method, door.path)), "{}", door.path);
        seen.push((door.method, door.path));
    }
    assert!(seen.len() > 20);
}

#[test]
fn what_is_sent_without_a_session_is_agreed_on_by_name() {
    let open = DOORS.iter().filter(|door| {
        door.method == Method::Post && matches!(door.needs, Needs::Public | Needs::SignIn)
    });
    let open: Vec<_> = open
        .map(|door| format!("{} {}", door.path, door.needs.code()))
        .collect();
    assert_eq!(
        open,
        [
            "/{language}/estimate public",
            "/{language}/check public",
            "/{language}/office/sign-in sign_in",
            "/{language}/office/sign-in/passkey sign_in",
            "/{language}/office/sign-in/passkey/answer sign_in",
            "/{language}/office/first sign_in",
            "/{language}/office/first/set sign_in",
            "/{language}/office/locked sign_in",
            "/api/v1/deposits public",
        ]
    );
    for door in DOORS.iter().filter(|door| door.path.contains("/office")) {
        let leave = door.path == "/{language}/office/leave";
        assert!(leave || door.needs != Needs::Public, "{}", door.path);
    }
}

#[tokio::test]
async fn who_has_no_session_is_led_to_sign_in_and_what_they_send_is_refused() {
    let desk = desk(Some(HERE));
    let looked = ask(&desk, request("GET", "/fr/office/own?find=x", None, &[])).await;
    assert_eq!(looked.status, StatusCode::SEE_OTHER);
    let to = "/fr/office/sign-in?next=/fr/office/own";
    assert_eq!(looked.header("location"), to);
    for person in [None, Some(9)] {
        let sent = sending("POST", "/en/office/own", person, &[], &form(9));
        let sent = ask(&desk, sent).await;
        assert_eq!(sent.status, StatusCode::UNAUTHORIZED);
        // A session that holds no more is taken from the browser.
        let taken = sent.header("set-cookie").contains("Max-Age=0");
        assert_eq!(taken, person.is_some());
    }
}

#[tokio::test]
async fn a_session_opens_what_its_roles_have_power_over() {
    let desk = desk(Some(HERE));
    for (path, person, status) in [
        ("/en/office/own", 1, StatusCode::OK),
        ("/en/office/own", 2, StatusCode::OK),
        ("/pt/office/dossiers/7", 1, StatusCode::OK),
        ("/pt/office/dossiers/7", 2, StatusCode::FORBIDDEN),
    ] {
        for verb in ["GET", "HEAD"] {
            let told = ask(&desk, request(verb, path, Some(person), &[])).await;
            assert_eq!(told.status, status, "{verb} {path} {person}");
            assert_eq!(told.header("cache-control"), "no-store");
            assert!(told.headers.get("etag").is_none());
        }
        let told = ask(
            &desk,
            sending("POST", path, Some(person), &[], &form(person)),
        )
        .await;
        assert_eq!(told.status, status, "POST {path} {person}");
    }
    let told = ask(&desk, request("GET", "/en/office/own", Some(1), &[])).await;
    assert_eq!(told.text, "caseworker");
}

#[tokio::test]
async fn nothing_is_taken_without_the_token_of_its_session() {
    let desk = desk(Some(HERE));
    for (body, code) in [
        (String::new(), "form_token"),
        ("reason=care".into(), "form_token"),
        ("csrf=&reason=care".into(), "form_token"),
        (form(2), "form_token"),
        (format!("{}&csrf=x", form(1)), "form_token"),
        (format!("csrf=x&{}", form(1)), "form_token"),
        (
            format!("{}&more={}", form(1), "x".repeat(300)),
            "form_too_long",
        ),
    ] {
        let sent = sending("POST", "/en/office/own", Some(1), &[], &body);
        let told = ask(&desk, sent).await;
        let status = match code {
            "form_token" => StatusCode::FORBIDDEN,
            _ => StatusCode::PAYLOAD_TOO_LARGE,
        };
        assert_eq!(told.status, status, "{body}");
        assert!(!told.text.contains("taken"), "{body}");
    }
    let told = ask(
        &desk,
        sending("POST", "/en/office/own", Some(1), &[], &form(1)),
    )
    .await;
    assert_eq!(told.text, "taken [(\"reason\", \"care\")]");
    let mut other = sending("POST", "/en/office/own", Some(1), &[], &form(1));
    let kind = "text/plain".parse().expect("a kind");
    other.headers_mut().insert("content-type", kind);
    let told = ask(&desk, other).await;
    assert_eq!(told.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn what_another_site_sends_is_refused() {
    let desk = desk(Some(HERE));
    for (headers, taken) in [
        (vec![("origin", HERE)], true),
        (vec![("sec-fetch-site", "same-origin")], true),
        (
            vec![("sec-fetch-site", "same-origin"), ("origin", "null")],
            true,
        ),
        (vec![("origin", "null")], false),
        (vec![("origin", "https://evil.example")], false),
        (vec![("origin", "http://localhost:8081")], false),
        (vec![("sec-fetch-site", "cross-site")], false),
        (vec![("sec-fetch-site", "same-site")], false),
        (
            vec![("sec-fetch-site", "cross-site"), ("origin", HERE)],
            false,
        ),
    ] {
        let sent = sending("POST", "/en/office/own", Some(1), &headers, &form(1));
        let told = ask(&desk, sent).await;
        assert_eq!(told.text.contains("taken"), taken, "{headers:?}");
        let sent = sending("POST", "/en/handed-in", None, &headers, "");
        let told = ask(&desk, sent).await;
        // Public pages send no referrer, so that older browsers name no origin.
        let open = taken || headers == [("origin", "null")];
        assert_eq!(told.text == "taken", open, "{headers:?}");
    }
}

#[tokio::test]
async fn before_a_session_a_form_is_bound_to_the_browser_it_was_given_to() {
    let desk = desk(Some(HERE));
    let page = ask(&desk, request("GET", "/en/office/sign-in", None, &[])).await;
    let cookie = page.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-palermo-guest="));
    let pair = cookie.split(';').next().expect("a pair");
    let body = format!("csrf={}&name=a", page.text);
    let path = "/en/office/sign-in";
    let sent = sending("POST", path, None, &[("cookie", pair)], &body);
    assert_eq!(ask(&desk, sent).await.status, StatusCode::OK);
    // Without the cookie, or with another browser's.
    let sent = sending("POST", path, None, &[], &body);
    assert_eq!(ask(&desk, sent).await.status, StatusCode::FORBIDDEN);
    let foreign = format!("__Host-palermo-guest={}", "ab".repeat(32));
    let sent = sending("POST", path, None, &[("cookie", &foreign)], &body);
    assert_eq!(ask(&desk, sent).await.status, StatusCode::FORBIDDEN);
    let again = ask(&desk, request("GET", path, None, &[("cookie", pair)])).await;
    assert!(again.headers.get("set-cookie").is_none());
    assert_eq!(again.text, page.text);
}

#[tokio::test]
async fn nobody_signs_in_where_no_address_is_given() {
    let desk = desk(None);
    for path in ["/en/office/sign-in", "/en/office/own"] {
        let told = ask(&desk, request("GET", path, Some(1), &[])).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND, "{path}");
        assert!(told.text.contains("Nobody signs in"), "{path}");
    }
}

#[tokio::test]
async fn leaving_needs_nothing_and_clears_what_the_browser_kept() {
    let desk = desk(None);
    let router = dressed(through(DOORS.iter().zip(ways()), &desk), desk.clone());
    for person in [None, Some(1)] {
        let asked = request("GET", "/pt/office/leave", person, &[]);
        let answer = router.clone().oneshot(asked).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()["location"], "/pt/");
        assert_eq!(answer.headers()["clear-site-data"], "\"cache\"");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert!(answer.headers().get("set-cookie").is_none());
    }
    let out = crate::leaving::signed_out(&desk);
    let cleared = out.headers()["clear-site-data"].to_str().expect("text");
    assert!(cleared.contains("storage") && cleared.contains("cache"));
    let cookie = out.headers()["set-cookie"].to_str().expect("text");
    assert!(cookie.starts_with("__Host-palermo=;") && cookie.contains("Max-Age=0"));
}

#[tokio::test]
async fn the_script_of_passkeys_runs_where_it_is_served_for_and_nowhere_else() {
    let page = || async { crate::outer::scripted(axum::response::Html("x").into_response()) };
    let desk = desk(None);
    for (path, allowed) in [("/en/office/x", true), ("/en/x", false)] {
        let router = Router::new().route(path, get(page));
        let router = dressed(router, desk.clone());
        let asked = request("GET", path, None, &[]);
        let answer = router.oneshot(asked).await.expect("an answer");
        let policy = answer.headers()["content-security-policy"].to_str();
        let policy = policy.expect("text");
        assert_eq!(policy.contains("script-src 'self';"), allowed, "{policy}");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    }
    let script = &assets::Assets::get().passkey;
    assert!(script.body().len() < 3_000);
    assert!(!script.body().contains("http") && !script.body().contains("innerHTML"));
}

#[tokio::test]
async fn a_browser_that_came_by_tls_comes_so_again() {
    for (origin, strict) in [(HERE, false), ("https://node.example", true)] {
        let desk = desk(Some(origin));
        for path in ["/en/office/sign-in", "/nowhere"] {
            let told = ask(&desk, request("GET", path, None, &[])).await;
            let held = told.headers.contains_key("strict-transport-security");
            assert_eq!(held, strict, "{origin} {path}");
        }
    }
}
