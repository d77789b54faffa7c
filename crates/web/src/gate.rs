//! What is asked at a door before its handler runs.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Form, FromRequest, Multipart, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method as Verb, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use protect::credential::{CsrfToken, SessionId, SessionToken};

use crate::doors::{Door, Method, Needs};
use crate::office::questionnaires;
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::visitor::{self, Browser, Handed, PublicOrigin, Seat, Sent, TOKEN_FIELD, Visitor};

/// A door and the desk behind it.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) door: &'static Door,
    pub(crate) desk: Desk,
}

/// Lets a request through, or answers in the handler's place.
pub(crate) async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    gate.desk.hall.tidy();
    let answer = match gate.door.needs {
        Needs::Public => gate.public(request, next).await,
        Needs::SignIn => gate.sign_in(request, next).await,
        Needs::Session | Needs::Power(_) => gate.session(request, next).await,
    };
    answer.unwrap_or_else(IntoResponse::into_response)
}

impl Gate {
    async fn public(&self, request: Request, next: Next) -> Result<Response, Problem> {
        let origin = self.desk.site.origin.as_ref();
        if self.door.method == Method::Post && is_foreign(request.headers(), origin) {
            return Err(Problem::new(Kind::CrossSite));
        }
        Ok(next.run(request).await)
    }

    async fn sign_in(&self, request: Request, next: Next) -> Result<Response, Problem> {
        self.open_for_people()?;
        let known = visitor::guest(request.headers());
        let is_new = known.is_none();
        let guest = known.unwrap_or_else(visitor::fresh);
        let request = self.checked(request, &guest).await?;
        let mut response = next.run(request).await;
        if is_new {
            let cookie = visitor::greet(&guest);
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }

    async fn session(&self, request: Request, next: Next) -> Result<Response, Problem> {
        self.open_for_people()?;
        let Some(session) = visitor::session(request.headers()) else {
            return self.turn_away(&request, false);
        };
        let Some(seat) = self.seat(session.id()).await? else {
            return match self.door.keeps_what_was_sent {
                true => self.keep(request, &session).await,
                false => self.turn_away(&request, true),
            };
        };
        if let Needs::Power(power) = self.door.needs
            && !seat.may(power)
        {
            return Err(Problem::new(Kind::Forbidden));
        }
        let mut request = self.checked(request, &session).await?;
        let session = session.id();
        request
            .extensions_mut()
            .insert(Arc::new(Visitor { seat, session }));
        Ok(next.run(request).await)
    }

    /// People sign in where the node has an office and says under which address.
    fn open_for_people(&self) -> Result<(), Problem> {
        let site = &self.desk.site;
        match site.origin.is_some() && site.sessions.is_some() {
            true => Ok(()),
            false => Err(Problem::new(Kind::NoSigningIn)),
        }
    }

    /// Asks at the journal's head, away from the threads that serve others.
    async fn seat(&self, session: SessionId) -> Result<Option<Seat>, Problem> {
        let Some(sessions) = self.desk.site.sessions.clone() else {
            return Ok(None);
        };
        let asked = tokio::task::spawn_blocking(move || sessions.seat(session)).await;
        let answer = asked.map_err(|_| Problem::new(Kind::Internal))?;
        answer.map_err(|error| {
            tracing::error!(code = error.code(), "a session could not be looked up");
            Problem::new(Kind::Unavailable)
        })
    }

    /// Who only wanted to look is led to the sign-in page; what was sent is refused. `stale`: there
    /// was a session, and it holds no more.
    fn turn_away(&self, request: &Request, stale: bool) -> Result<Response, Problem> {
        let looking = matches!(*request.method(), Verb::GET | Verb::HEAD);
        let mut response = if looking && !self.door.path.starts_with("/api/") {
            see_other(&visitor::sign_in_at(request.uri()))
        } else {
            Problem::new(Kind::SignInNeeded).into_response()
        };
        if stale {
            let cookie = visitor::end();
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }

    /// Keeps a form that took longer to fill in than a session lasts, and leads to the sign-in
    /// page, which leads on to it.
    async fn keep(&self, request: Request, session: &SessionToken) -> Result<Response, Problem> {
        let uri = request.uri().clone();
        let away = self.turn_away(&request, true);
        // What does not come from a page of ours is kept for nobody.
        let Ok(mut request) = self.checked(request, session).await else {
            return away;
        };
        let Sent(fields) = request.extensions_mut().remove().unwrap_or_default();
        let mut response = see_other(&questionnaires::keep(&self.desk, &uri, fields));
        response
            .headers_mut()
            .append(header::SET_COOKIE, visitor::end());
        Ok(response)
    }

    /// Checks what is sent: where it comes from and its token. The form's fields are read here and
    /// handed on as [`Sent`].
    async fn checked(&self, mut request: Request, held: &SessionToken) -> Result<Request, Problem> {
        let token = visitor::token(held);
        request.extensions_mut().insert(Browser(held.id()));
        if self.door.method == Method::Get {
            request.extensions_mut().insert(token);
            return Ok(request);
        }
        let headers = request.headers();
        let unsaid = headers.get("sec-fetch-site").is_none() && is_null_origin(headers);
        if unsaid || is_foreign(headers, self.desk.site.origin.as_ref()) {
            return Err(Problem::new(Kind::CrossSite));
        }
        let (parts, body) = request.into_parts();
        let too_long = |_| {
            let most = self.door.body_bytes_max.to_string();
            Problem::of(Kind::FormTooLong, "", "").allowing([most])
        };
        let bytes = to_bytes(body, self.door.body_bytes_max).await;
        let bytes = bytes.map_err(too_long)?;
        let (mut fields, handed) = match self.door.takes_file && is_in_parts(&parts.headers) {
            true => read_parts(&parts.headers, bytes.into()).await?,
            false => (read(&parts.headers, bytes.into()).await?, Handed::default()),
        };
        let mut given = fields.extract_if(.., |(name, _)| name == TOKEN_FIELD);
        let (first, second) = (given.next(), given.next());
        drop(given);
        let right = match (first, second) {
            (Some((_, first)), None) => CsrfToken::verify(held, &first),
            _ => false,
        };
        if !right {
            return Err(Problem::new(Kind::FormToken));
        }
        let mut request = Request::from_parts(parts, Body::empty());
        request.extensions_mut().insert(token);
        request.extensions_mut().insert(Sent(fields));
        if self.door.takes_file {
            request.extensions_mut().insert(handed);
        }
        Ok(request)
    }
}

/// Name of the form's field that carries a file.
const FILE_FIELD: &str = "file";
/// Longest name of a file that is kept, in characters.
const FILE_NAME_MAX: usize = 80;
/// Most parts of a form.
const PARTS_MAX: usize = 40;

fn is_in_parts(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"))
}

/// The fields of a form that carries a file, and the file.
async fn read_parts(
    headers: &HeaderMap,
    body: Body,
) -> Result<(Vec<(String, String)>, Handed), Problem> {
    let unread = || {
        let form = "multipart/form-data";
        Problem::of(Kind::MediaType, "content-type", "").allowing([form])
    };
    let mut form = Multipart::from_request(form(headers, body), &())
        .await
        .map_err(|_| unread())?;
    let (mut fields, mut handed): (Vec<(String, String)>, Option<Handed>) = (Vec::new(), None);
    while let Some(part) = form.next_field().await.map_err(|_| unread())? {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name: Option<String> = part
            .file_name()
            .map(|name| name.chars().take(FILE_NAME_MAX).collect());
        let bytes = part.bytes().await.map_err(|_| unread())?.to_vec();
        if name == FILE_FIELD {
            if handed.is_some() {
                return Err(Problem::of(Kind::RepeatedField, &name, ""));
            }
            let name = file_name.unwrap_or_default();
            handed = Some(Handed { name, bytes });
            continue;
        }
        if fields.len() >= PARTS_MAX {
            return Err(Problem::of(Kind::UnknownField, &name, ""));
        }
        let text = String::from_utf8(bytes)
            .map_err(|_| Problem::of(Kind::NotInList, &name, "").allowing(["UTF-8"]))?;
        fields.push((name, text));
    }
    Ok((fields, handed.unwrap_or_default()))
}

/// A request that carries nothing but a form.
fn form(headers: &HeaderMap, body: Body) -> Request {
    let mut form = Request::new(body);
    *form.method_mut() = Verb::POST;
    if let Some(kind) = headers.get(header::CONTENT_TYPE) {
        form.headers_mut()
            .insert(header::CONTENT_TYPE, kind.clone());
    }
    form
}

/// A form's fields.
async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<(String, String)>, Problem> {
    let read = Form::<Vec<(String, String)>>::from_request(form(headers, body), &()).await;
    let Form(fields) = read.map_err(|_| {
        let kind = headers.get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let form = "application/x-www-form-urlencoded";
        Problem::of(Kind::MediaType, "content-type", kind).allowing([form])
    })?;
    Ok(fields)
}

/// Whether a browser says that another site's page sends this.
fn is_foreign(headers: &HeaderMap, own: Option<&PublicOrigin>) -> bool {
    let said = |name: &str| headers.get(name).map(HeaderValue::as_bytes);
    match said("sec-fetch-site") {
        Some(b"same-origin" | b"none") => {}
        Some(_) => return true,
        None => {}
    }
    match (said("origin"), own) {
        (Some(b"null") | None, _) | (_, None) => false,
        (Some(origin), Some(own)) => origin != own.as_str().as_bytes(),
    }
}

fn is_null_origin(headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN);
    origin.is_some_and(|origin| origin.as_bytes() == b"null")
}

/// 303: to be fetched anew by GET.
pub(crate) fn see_other(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(value) = HeaderValue::from_str(to) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}
