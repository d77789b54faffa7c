//! Who is at a door: the address under which people sign in, the session's cookie, the token that
//! each form carries.
//!
//! A session is 32 random bytes in a cookie, and nothing else is in it; whether it holds, and whose
//! it is, [`Sessions`] reads at the journal's head with each request. The token of a form is an
//! HMAC of the session, so that every server process of a node makes the same one. Before there
//! is a session, a cookie of random bytes stands in for it: its prefix keeps every other host,
//! subdomains included, from putting one of its own in its place.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use getrandom::SysRng;
use office::{Office, OfficeError, Power, Purpose, Role, authority};
use protect::credential::{CsrfToken, SessionId, SessionToken, TotpSecret};
use rand_core::UnwrapErr;

use crate::problem::{Kind, Problem};

/// Name of the session's cookie. The prefix makes a browser refuse it from any other host, from
/// a path of its own, and without `Secure`.
const SESSION: &str = "__Host-palermo";
/// Name of the cookie that stands in for a session before there is one.
const GUEST: &str = "__Host-palermo-guest";
/// Name of the form's field that carries the token.
pub(crate) const TOKEN_FIELD: &str = "csrf";

/// The address of the node as its people's browsers write it, such as `https://node.example` or
/// `http://localhost:8080`. Without TLS only the machine's own names will do: a session must not
/// cross a wire in the clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicOrigin {
    written: String,
    host: String,
    secure: bool,
}

/// A text that is no address to sign in at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{found}” is not an address to sign in at; allowed: https://HOST or https://HOST:PORT in \
     lower case, or http://localhost:PORT on this machine alone"
)]
pub struct NotAnOrigin {
    /// What was given.
    pub found: String,
}

impl PublicOrigin {
    /// As a browser writes it in `Origin`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The host, without scheme and port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is reached by TLS.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.secure
    }
}

impl fmt::Display for PublicOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written)
    }
}

impl FromStr for PublicOrigin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let refused = || NotAnOrigin {
            found: text.chars().take(120).collect(),
        };
        let (scheme, rest) = text.split_once("://").ok_or_else(refused)?;
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let parsed: Authority = authority.parse().map_err(|_| refused())?;
        let host = parsed.host();
        let plain = !authority.contains('@') && authority == authority.to_ascii_lowercase();
        if !plain || host.is_empty() {
            return Err(refused());
        }
        let secure = match scheme {
            "https" => true,
            "http" if is_own_machine(host) => false,
            _ => return Err(refused()),
        };
        // A browser leaves out the port that the scheme implies.
        let implied = if secure { ":443" } else { ":80" };
        let authority = authority.strip_suffix(implied).unwrap_or(authority);
        Ok(Self {
            written: format!("{scheme}://{authority}"),
            host: host.to_owned(),
            secure,
        })
    }
}

fn is_own_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let address: Result<std::net::IpAddr, _> = address.parse();
    host == "localhost"
        || host.ends_with(".localhost")
        || address.is_ok_and(|address| address.is_loopback())
}

/// What the office says of a session that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Number of the person.
    pub person: [u8; 16],
    /// In which roles they may act.
    pub roles: Vec<Role>,
    /// Whether they have shown who they are within the last minutes, as nominal exports and changes
    /// of factors ask for.
    pub fresh: bool,
}

impl Seat {
    /// Whether one of the roles has this power for some purpose.
    #[must_use]
    pub fn may(&self, power: Power) -> bool {
        self.roles.iter().any(|role| {
            Purpose::ALL
                .into_iter()
                .any(|purpose| authority::may(*role, purpose, power))
        })
    }
}

/// Where sessions are looked up, at the journal's head, with each request.
pub trait Sessions: Send + Sync {
    /// Who holds a session; none if it ended, was ended, or never was, if the person is
    /// disabled, or if the node is locked. The lookup counts as use: it puts off the idle end.
    ///
    /// # Errors
    /// What the office says when it cannot tell.
    fn seat(&self, session: SessionId) -> Result<Option<Seat>, OfficeError>;
}

/// The office itself, with a clock.
pub struct OfficeSessions {
    /// The door of the node.
    pub office: Arc<Office>,
    /// Gives the time.
    pub now: crate::site::Now,
}

impl Sessions for OfficeSessions {
    fn seat(&self, session: SessionId) -> Result<Option<Seat>, OfficeError> {
        let session = office::door::session_id(session);
        match self.office.visitor(session, (self.now)()) {
            Ok(visitor) => Ok(Some(Seat {
                person: visitor.staff.staff.0,
                roles: visitor.roles,
                fresh: visitor.fresh,
            })),
            // A node that is locked has let everybody go.
            Err(OfficeError::SessionEnded | OfficeError::Locked) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Who came through a door that needs a session. Handlers take it as an argument.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// Who it is, as read at the journal's head with this request.
    pub(crate) seat: Seat,
    /// Their session, to name it in what is asked of the office.
    pub(crate) session: SessionId,
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let visitor = parts.extensions.get::<Arc<Self>>();
        // A handler that asks for a visitor behind a door that needs none.
        visitor
            .map(|visitor| (**visitor).clone())
            .ok_or_else(|| Problem::new(Kind::SignInNeeded))
    }
}

/// The token for the forms of this page, behind any door but a public one.
#[derive(Debug, Clone)]
pub(crate) struct Token(pub(crate) String);

impl<S: Sync> FromRequestParts<S> for Token {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let token = parts.extensions.get::<Self>();
        token.cloned().ok_or_else(|| Problem::new(Kind::Internal))
    }
}

/// Which browser a request comes from, behind any door but a public one: the digest of its
/// session, or of what stands in for one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Browser(pub(crate) SessionId);

impl<S: Sync> FromRequestParts<S> for Browser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let browser = parts.extensions.get::<Self>();
        browser.copied().ok_or_else(|| Problem::new(Kind::Internal))
    }
}

/// The fields of a form that came through a door, its token checked and taken off.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sent(pub(crate) Vec<(String, String)>);

impl Sent {
    /// Refuses fields that the form does not have, and fields that are sent twice.
    ///
    /// # Errors
    /// `unknown_field` or `repeated_field`.
    pub(crate) fn among(&self, known: &[&str]) -> Result<(), Problem> {
        for (at, (name, _)) in self.0.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                let allowed = known.iter().copied();
                return Err(Problem::of(Kind::UnknownField, name, "").allowing(allowed));
            }
            if self.0[..at].iter().any(|(before, _)| before == name) {
                return Err(Problem::of(Kind::RepeatedField, name, ""));
            }
        }
        Ok(())
    }

    /// A field that may be missing; one that is empty counts as missing.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(given, _)| given == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// A field that must be there and not be empty.
    ///
    /// # Errors
    /// `missing_field`.
    pub(crate) fn need(&self, name: &str) -> Result<&str, Problem> {
        let found = self.find(name);
        found.ok_or_else(|| Problem::of(Kind::MissingField, name, ""))
    }
}

impl<S: Sync> FromRequestParts<S> for Sent {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let sent = parts.extensions.remove::<Self>();
        sent.ok_or_else(|| Problem::new(Kind::Internal))
    }
}

/// A file that came with a form, behind a door that takes one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Handed {
    /// What it was called where it came from; cut if it is long.
    pub(crate) name: String,
    /// What is in it; empty when none was chosen.
    pub(crate) bytes: Vec<u8>,
}

impl<S: Sync> FromRequestParts<S> for Handed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let handed = parts.extensions.remove::<Self>();
        handed.ok_or_else(|| Problem::new(Kind::Internal))
    }
}

/// The token for the forms of a session, or of what stands in for one.
pub(crate) fn token(session: &SessionToken) -> Token {
    Token(CsrfToken::of(session).to_text().to_string())
}

/// A fresh session, or what stands in for one.
pub(crate) fn fresh() -> SessionToken {
    SessionToken::random(&mut UnwrapErr(SysRng))
}

/// A fresh secret for a device that shows codes.
pub(crate) fn fresh_totp() -> TotpSecret {
    TotpSecret::random(&mut UnwrapErr(SysRng))
}

/// The session that a request names.
pub(crate) fn session(asked: &HeaderMap) -> Option<SessionToken> {
    cookie(asked, SESSION)
}

/// The stand-in that a request names.
pub(crate) fn guest(asked: &HeaderMap) -> Option<SessionToken> {
    cookie(asked, GUEST)
}

fn cookie(asked: &HeaderMap, name: &str) -> Option<SessionToken> {
    let all = asked.get_all(header::COOKIE).iter();
    let all = all.filter_map(|value| value.to_str().ok());
    let mut pairs = all
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(given, _)| *given == name)?;
    SessionToken::from_text(value).ok()
}

/// `Set-Cookie` that begins a session. It goes when the browser is closed, or earlier when the
/// session ends.
pub(crate) fn begin(session: &SessionToken) -> HeaderValue {
    set(SESSION, &session.to_text(), "")
}

/// `Set-Cookie` that takes the session's cookie away.
pub(crate) fn end() -> HeaderValue {
    set(SESSION, "", "; Max-Age=0")
}

/// `Set-Cookie` of the stand-in.
pub(crate) fn greet(guest: &SessionToken) -> HeaderValue {
    set(GUEST, &guest.to_text(), "")
}

fn set(name: &str, value: &str, more: &str) -> HeaderValue {
    let cookie = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict{more}");
    HeaderValue::from_str(&cookie).expect("a name and hexadecimal digits")
}

/// A place on the office's own pages to go to after signing in, and nothing else: a path in a
/// language of ours, without query, that no browser reads as another host.
pub(crate) fn next(given: &str) -> Option<&str> {
    let rest = crate::outer::language_of(given).and_then(|language| {
        let home = format!("/{}/office", language.code());
        given.strip_prefix(&home).map(str::to_owned)
    })?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/-_.~".contains(letter);
    let whole = rest.is_empty() || rest.starts_with('/');
    let fits = given.len() <= 300 && rest.chars().all(plain) && !rest.contains("//");
    let still = !rest.split('/').any(|part| part == "." || part == "..");
    (whole && fits && still).then_some(given)
}

/// The address of the sign-in page that leads on to a page of the office.
pub(crate) fn sign_in_for(language: &str, page: &str) -> String {
    format!("/{language}/office/sign-in?next={page}")
}

/// The address of the sign-in page that leads back to where somebody wanted to go.
pub(crate) fn sign_in_at(uri: &Uri) -> String {
    let language = crate::outer::language_of(uri.path()).unwrap_or(crate::words::LANGUAGES[0]);
    let page = format!("/{}/office/sign-in", language.code());
    match next(uri.path()) {
        Some(next) => format!("{page}?next={next}"),
        None => page,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_https_or_this_machine() {
        for (text, written) in [
            ("https://node.example", "https://node.example"),
            ("https://node.example:443/", "https://node.example"),
            ("https://node.example:8443", "https://node.example:8443"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            let origin: PublicOrigin = text.parse().expect(text);
            assert_eq!(origin.as_str(), written);
        }
        for text in [
            "",
            "node.example",
            "http://node.example",
            "http://localhost.example",
            "http://192.168.1.4:8080",
            "ftp://localhost",
            "https://Node.example",
            "https://node.example/office",
            "https://a@node.example",
            "https://",
        ] {
            assert!(text.parse::<PublicOrigin>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_cookie_is_read_back_and_nothing_else_is() {
        let ticket = SessionToken::from_text(&"ab".repeat(32)).expect("a token");
        let sent = begin(&ticket);
        let sent = sent.to_str().expect("text");
        for part in ["; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"] {
            assert!(sent.contains(part), "{sent}");
        }
        assert!(!sent.contains("Max-Age") && !sent.contains("Domain"));
        let pair = sent.split(';').next().expect("a pair");
        let asked = |value: &str| {
            let value = HeaderValue::from_str(value).expect("a header");
            HeaderMap::from_iter([(header::COOKIE, value)])
        };
        let id = |asked: HeaderMap| session(&asked).map(|session| session.id());
        assert_eq!(id(asked(pair)), Some(ticket.id()));
        assert_eq!(id(asked(&format!("a=b; {pair}; c=d"))), Some(ticket.id()));
        assert!(guest(&asked(pair)).is_none());
        let other = [
            "__Host-palermo=".to_owned(),
            format!("__Host-palermo={}", "+a".repeat(32)),
            format!("__Host-palermo={}", "é".repeat(32)),
            format!("palermo={}", "ab".repeat(32)),
        ];
        for other in other {
            let value = HeaderValue::from_bytes(other.as_bytes()).expect("a header");
            let asked = HeaderMap::from_iter([(header::COOKIE, value)]);
            assert!(session(&asked).is_none(), "{other}");
        }
    }

    #[test]
    fn one_is_led_back_to_the_office_alone() {
        for good in ["/en/office", "/fr/office/dossiers/12", "/pt/office/"] {
            assert_eq!(next(good), Some(good));
        }
        for bad in [
            "",
            "/",
            "//evil.example",
            "https://evil.example",
            "/en/officer",
            "/en/treaties",
            "/de/office",
            "//en/office/x",
            "/en/office//evil.example",
            "/en/office/../../evil",
            "/en/office/\\evil",
            "/en/office/?a=b",
            "/en/office/%0d%0a",
            "en/office",
        ] {
            assert_eq!(next(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_form_has_its_fields_once() {
        let sent = |pairs: &[(&str, &str)]| {
            let own = pairs.iter();
            Sent(own.map(|(a, b)| ((*a).into(), (*b).into())).collect())
        };
        let form = sent(&[("name", "a"), ("code", "")]);
        assert_eq!(form.among(&["name", "code"]), Ok(()));
        assert_eq!(form.need("name"), Ok("a"));
        let missing = form.need("code").expect_err("it is empty");
        assert_eq!(missing.kind, Kind::MissingField);
        let unknown = form.among(&["name"]).expect_err("code is not known");
        assert_eq!(unknown.kind, Kind::UnknownField);
        let twice = sent(&[("a", "1"), ("a", "2")]).among(&["a"]);
        assert_eq!(twice.expect_err("twice").kind, Kind::RepeatedField);
    }
}
