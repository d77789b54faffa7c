//! Coming in and going: signing in, the first time, showing again that it is you, signing out.
//!
//! Whoever tries is counted by name and by where they come from before anything is looked up, and
//! is told one thing whatever did not fit. Every session is a fresh token; the one that a browser
//! had before ends.

use std::sync::Arc;

use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::Response;
use jiff::Timestamp;
use office::door::{PasskeyBegun, session_id};
use office::passkey::Passkeys;
use office::{Office, OfficeError};
use protect::credential::{Password, PasswordUnfit, SessionToken, TotpSecret};

use super::{refusal, with_office};
use crate::fields::Fields;
use crate::gate::see_other;
use crate::leaving;
use crate::limits::Client;
use crate::outer;
use crate::page::{Page, html, html_with};
use crate::problem::{Kind, Problem};
use crate::qr;
use crate::site::Desk;
use crate::visitor::{self, Browser, Sent, Token, Visitor};

/// A passkey's signing in that waits for the browser's answer, and where it leads.
pub(crate) struct Entering {
    begun: PasskeyBegun,
    next: Option<String>,
}

/// Somebody whose one-time code fits and who has yet to choose.
pub(crate) struct First {
    name: String,
    code: String,
    secret: TotpSecret,
}

/// Asks the office when the turn for it has come; what it refuses is the caller's to answer.
pub(super) async fn in_turn<T: Send + 'static>(
    desk: &Desk,
    question: impl FnOnce(&Office, Timestamp) -> Result<T, OfficeError> + Send + 'static,
) -> Result<Result<T, OfficeError>, Problem> {
    let hall = Arc::clone(&desk.hall);
    let answer = with_office(desk, move |office, at| {
        Ok(hall.turns.take().map(|_turn| question(office, at)))
    });
    answer.await?.ok_or_else(|| Problem::new(Kind::Unavailable))
}

/// Whether the node is unlocked here.
pub(super) async fn is_unlocked(desk: &Desk) -> Result<bool, Problem> {
    with_office(desk, |office, _| {
        office.status().map(|status| status.unlocked)
    })
    .await
}

/// The passkeys of this node.
pub(super) fn passkeys(desk: &Desk) -> Result<Passkeys, Problem> {
    let passkeys = desk.hall.passkeys.clone();
    passkeys.ok_or_else(|| Problem::new(Kind::Refused("passkey_origin")))
}

/// What was typed as a name, in the one spelling by which attempts are counted.
fn counted_as(name: &str) -> Vec<u8> {
    name.trim().to_lowercase().into_bytes()
}

/// Where somebody wanted to go, if it is a page of the office.
fn next_of(sent: &Sent) -> Option<String> {
    sent.find("next").and_then(visitor::next).map(str::to_owned)
}

#[derive(Template)]
#[template(path = "entry.html")]
struct SignIn {
    page: Page,
    token: String,
    next: Option<String>,
    locked: bool,
    refused: bool,
    passkeys: bool,
}

impl SignIn {
    fn new(desk: &Desk, uri: &Uri, token: Token, next: Option<String>) -> Self {
        Self {
            page: desk
                .page(uri, "office", desk.words.say("entry-title"))
                .at("/office/sign-in"),
            token: token.0,
            next,
            locked: false,
            refused: false,
            passkeys: desk.hall.passkeys.is_some(),
        }
    }

    /// The one answer to whatever did not fit. Nothing that was typed is in it.
    fn refused(self) -> Result<Response, Problem> {
        let refused = Self {
            refused: true,
            ..self
        };
        html_with(StatusCode::UNAUTHORIZED, &refused)
    }
}

/// The page to sign in at.
pub(crate) async fn sign_in_page(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    token: Token,
) -> Result<Response, Problem> {
    let fields = Fields::read(&uri, &["next"])?;
    let next = fields.get("next").and_then(visitor::next);
    let page = SignIn::new(&desk, &uri, token, next.map(str::to_owned));
    let locked = !is_unlocked(&desk).await?;
    html(&SignIn { locked, ..page })
}

/// Signs in by name, password and the device's code.
pub(crate) async fn sign_in(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    client: Client,
    headers: HeaderMap,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["name", "password", "code", "next"])?;
    let name = sent.need("name")?.to_owned();
    let password = Password::new(sent.need("password")?);
    let code = sent.need("code")?.to_owned();
    desk.hall.attempt(client, &counted_as(&name))?;
    let next = next_of(&sent);
    let asked = in_turn(&desk, move |office, at| {
        office.sign_in(&name, &password, &code, at)
    });
    let page = SignIn::new(&desk, &uri, token, next);
    come_in(&desk, &headers, page, asked.await?).await
}

/// Asks the browser for a passkey. A name that nobody has is asked for one as well.
pub(crate) async fn passkey(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    client: Client,
    Browser(browser): Browser,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["name", "next"])?;
    let passkeys = passkeys(&desk)?;
    let name = sent.need("name")?.to_owned();
    desk.hall.attempt(client, &counted_as(&name))?;
    let begun = with_office(&desk, move |office, at| {
        office.begin_passkey(&passkeys, &name, at)
    });
    let (options, begun) = begun.await?;
    let next = next_of(&sent);
    let entering = Entering { begun, next };
    desk.hall.entering.put(browser, entering, desk.hall.now());
    let asked = Asked {
        page: desk
            .page(&uri, "office", desk.words.say("entry-passkey-title"))
            .at("/office/sign-in"),
        token: token.0,
        options,
        answer: "/office/sign-in/passkey/answer",
        otherwise: "/office/sign-in",
        making: false,
    };
    html(&asked).map(outer::scripted)
}

/// Signs in by what the passkey has answered.
pub(crate) async fn passkey_answer(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Browser(browser): Browser,
    headers: HeaderMap,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["answer"])?;
    let passkeys = passkeys(&desk)?;
    let answer = sent.need("answer")?.to_owned();
    let Some(entering) = desk.hall.entering.take(browser, desk.hall.now()) else {
        return SignIn::new(&desk, &uri, token, None).refused();
    };
    let Entering { begun, next } = entering;
    let asked = with_office(&desk, move |office, at| {
        Ok(office.finish_passkey(&passkeys, begun, &answer, at))
    });
    let page = SignIn::new(&desk, &uri, token, next);
    come_in(&desk, &headers, page, asked.await?).await
}

/// Whoever was let in goes on with a fresh session; whoever was not is told one thing.
async fn come_in(
    desk: &Desk,
    headers: &HeaderMap,
    page: SignIn,
    asked: Result<SessionToken, OfficeError>,
) -> Result<Response, Problem> {
    match asked {
        Ok(session) => {
            let next = page.next.as_deref();
            Ok(admitted(desk, headers, &session, next).await)
        }
        Err(OfficeError::SignInRefused) => page.refused(),
        Err(error) => Err(refusal::problem(&error)),
    }
}

/// On with a fresh session. The one that the browser had before is over.
async fn admitted(
    desk: &Desk,
    headers: &HeaderMap,
    session: &SessionToken,
    next: Option<&str>,
) -> Response {
    if let Some(old) = visitor::session(headers) {
        let old = session_id(old.id());
        let ended = with_office(desk, move |office, at| office.sign_out(old, at)).await;
        if ended.is_err() {
            tracing::error!("a session that was left behind could not be ended");
        }
    }
    let home = format!("/{}/office", desk.words.language().code());
    let mut response = see_other(next.unwrap_or(&home));
    let cookie = visitor::begin(session);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// Asks a browser for a passkey: to sign in, to show again who it is, or a new one.
#[derive(Template)]
#[template(path = "entry_passkey.html")]
pub(super) struct Asked {
    pub(super) page: Page,
    pub(super) token: String,
    pub(super) options: String,
    /// Where the answer goes.
    pub(super) answer: &'static str,
    /// Where to go without a passkey.
    pub(super) otherwise: &'static str,
    /// Whether a new one is made.
    pub(super) making: bool,
}

/// Signs out. The session ends at the node first.
pub(crate) async fn sign_out(
    State(desk): State<Desk>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&[])?;
    let session = session_id(visitor.session);
    with_office(&desk, move |office, at| office.sign_out(session, at)).await?;
    Ok(leaving::signed_out(&desk))
}

#[derive(Template)]
#[template(path = "first.html")]
struct FirstPage {
    page: Page,
    token: String,
    locked: bool,
    refused: bool,
}

impl FirstPage {
    fn new(desk: &Desk, uri: &Uri, token: Token) -> Self {
        Self {
            page: desk
                .page(uri, "office", desk.words.say("first-title"))
                .at("/office/first"),
            token: token.0,
            locked: false,
            refused: false,
        }
    }

    fn refused(self) -> Result<Response, Problem> {
        let refused = Self {
            refused: true,
            ..self
        };
        html_with(StatusCode::UNAUTHORIZED, &refused)
    }
}

/// The page for those who have a one-time code.
pub(crate) async fn first_page(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    token: Token,
) -> Result<Response, Problem> {
    Fields::read(&uri, &[])?;
    let page = FirstPage::new(&desk, &uri, token);
    let locked = !is_unlocked(&desk).await?;
    html(&FirstPage { locked, ..page })
}

/// Takes the one-time code, and shows what the device is to be set up with.
pub(crate) async fn first(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    client: Client,
    Browser(browser): Browser,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["name", "code"])?;
    let name = sent.need("name")?.trim().to_owned();
    let code = sent.need("code")?.to_owned();
    desk.hall.attempt(client, &counted_as(&name))?;
    let (who, typed) = (name.clone(), code.clone());
    let fits = with_office(&desk, move |office, at| {
        Ok(office.code_fits(&who, &typed, at))
    });
    match fits.await? {
        Ok(()) => {}
        Err(OfficeError::SignInRefused) => {
            return FirstPage::new(&desk, &uri, token).refused();
        }
        Err(error) => return Err(refusal::problem(&error)),
    }
    let secret = visitor::fresh_totp();
    let first = First { name, code, secret };
    let page = SetUp::new(&desk, &uri, token, &first);
    desk.hall.first.put(browser, first, desk.hall.now());
    html(&page)
}

#[derive(Template)]
#[template(path = "first_set.html")]
struct SetUp {
    page: Page,
    token: String,
    /// For password managers; the form does not send it.
    name: String,
    /// The drawing of what stands in `address`; none if it is too long for one.
    qr: Option<String>,
    /// The secret in letters, in groups of four.
    letters: String,
    /// The secret as an address that an app on the same device opens.
    address: String,
    /// What is wrong with the password: a code of the office.
    unfit: Option<String>,
    /// Whether the device's code was not right.
    mistaken: bool,
}

impl SetUp {
    fn new(desk: &Desk, uri: &Uri, token: Token, first: &First) -> Self {
        let issuer = format!("Palermo {}", desk.site.node_name);
        let address = first.secret.uri(&issuer, &first.name).to_string();
        Self {
            page: desk
                .page(uri, "office", desk.words.say("first-set-title"))
                .at("/office/first"),
            token: token.0,
            name: first.name.clone(),
            qr: qr::qr_svg(&address),
            letters: in_fours(&first.secret.base32()),
            address,
            unfit: None,
            mistaken: false,
        }
    }
}

/// Letters in groups of four, easier to type.
fn in_fours(letters: &str) -> String {
    let letters: Vec<char> = letters.chars().collect();
    let groups = letters.chunks(4).map(String::from_iter);
    groups.collect::<Vec<_>>().join(" ")
}

/// Sets password and device, and lets the person in.
pub(crate) async fn first_set(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Browser(browser): Browser,
    headers: HeaderMap,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["password", "code"])?;
    let password = Password::new(sent.need("password")?);
    let shown = sent.need("code")?.to_owned();
    let now = desk.hall.now();
    let Some(first) = desk.hall.first.take(browser, now) else {
        // It took too long, or another page was opened meanwhile: from the start.
        return FirstPage::new(&desk, &uri, token).refused();
    };
    let unfit = unfit(&desk, &password, &[&first.name]);
    let seconds = u64::try_from((desk.site.now)().as_second()).unwrap_or_default();
    let mistaken = first.secret.verify(&shown, seconds, None).is_none();
    if unfit.is_some() || mistaken {
        let page = SetUp::new(&desk, &uri, token, &first);
        desk.hall.first.put(browser, first, now);
        let page = SetUp {
            unfit,
            mistaken,
            ..page
        };
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let First { name, code, secret } = first;
    let asked = in_turn(&desk, move |office, at| {
        office.enrol((&name, &code), &password, (secret, &shown), at)
    });
    match asked.await? {
        Ok(session) => Ok(admitted(&desk, &headers, &session, None).await),
        Err(OfficeError::SignInRefused) => FirstPage::new(&desk, &uri, token).refused(),
        Err(error) => Err(refusal::problem(&error)),
    }
}

/// What is wrong with a password that somebody chooses, as a code of the office.
pub(super) fn unfit(desk: &Desk, password: &Password, about: &[&str]) -> Option<String> {
    let mut about = about.to_vec();
    about.push(&desk.site.node_name);
    let checked = password.check(&about).map_err(PasswordUnfit::code);
    checked.err().map(|code| code.replace('_', "-"))
}

#[derive(Template)]
#[template(path = "confirm.html")]
struct Confirm {
    page: Page,
    token: String,
    next: Option<String>,
    refused: bool,
    passkeys: bool,
}

impl Confirm {
    fn new(
        desk: &Desk,
        uri: &Uri,
        (visitor, token): (&Visitor, Token),
        next: Option<String>,
    ) -> Self {
        Self {
            page: desk
                .page(uri, "office", desk.words.say("confirm-title"))
                .of(visitor, &token)
                .at("/office/confirm"),
            token: token.0,
            next,
            refused: false,
            passkeys: desk.hall.passkeys.is_some(),
        }
    }

    fn answered(self, desk: &Desk, asked: Result<(), OfficeError>) -> Result<Response, Problem> {
        match asked {
            Ok(()) => {
                let home = format!("/{}/office", desk.words.language().code());
                Ok(see_other(self.next.as_deref().unwrap_or(&home)))
            }
            Err(OfficeError::SignInRefused) => self.refused(),
            Err(error) => Err(refusal::problem(&error)),
        }
    }

    fn refused(self) -> Result<Response, Problem> {
        let refused = Self {
            refused: true,
            ..self
        };
        html_with(StatusCode::UNAUTHORIZED, &refused)
    }
}

/// Asks again who it is, before what must be sure of it.
pub(crate) async fn confirm_page(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let fields = Fields::read(&uri, &["next"])?;
    let next = fields.get("next").and_then(visitor::next);
    let next = next.map(str::to_owned);
    html(&Confirm::new(&desk, &uri, (&visitor, token), next))
}

/// Shows again who it is, by password and the device's code.
pub(crate) async fn confirm(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    client: Client,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["password", "code", "next"])?;
    let password = Password::new(sent.need("password")?);
    let code = sent.need("code")?.to_owned();
    desk.hall.attempt(client, &visitor.seat.person)?;
    let session = session_id(visitor.session);
    let asked = in_turn(&desk, move |office, at| {
        office.confirm(session, &password, &code, at)
    });
    let page = Confirm::new(&desk, &uri, (&visitor, token), next_of(&sent));
    page.answered(&desk, asked.await?)
}

/// Asks the browser for the passkey of whoever is signed in.
pub(crate) async fn confirm_passkey(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    client: Client,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["next"])?;
    let passkeys = passkeys(&desk)?;
    desk.hall.attempt(client, &visitor.seat.person)?;
    let session = session_id(visitor.session);
    let begun = with_office(&desk, move |office, at| {
        office.begin_confirming(&passkeys, session, at)
    });
    let (options, begun) = begun.await?;
    let next = next_of(&sent);
    let entering = Entering { begun, next };
    let now = desk.hall.now();
    desk.hall.entering.put(visitor.session, entering, now);
    let asked = Asked {
        page: desk
            .page(&uri, "office", desk.words.say("confirm-title"))
            .of(&visitor, &token)
            .at("/office/confirm"),
        token: token.0,
        options,
        answer: "/office/confirm/passkey/answer",
        otherwise: "/office/confirm",
        making: false,
    };
    html(&asked).map(outer::scripted)
}

/// Shows again who it is, by what the passkey has answered.
pub(crate) async fn confirm_answer(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["answer"])?;
    let passkeys = passkeys(&desk)?;
    let answer = sent.need("answer")?.to_owned();
    let now = desk.hall.now();
    let Some(entering) = desk.hall.entering.take(visitor.session, now) else {
        return Confirm::new(&desk, &uri, (&visitor, token), None).refused();
    };
    let Entering { begun, next } = entering;
    let session = session_id(visitor.session);
    let asked = with_office(&desk, move |office, at| {
        Ok(office.finish_confirming(&passkeys, session, begun, &answer, at))
    });
    let page = Confirm::new(&desk, &uri, (&visitor, token), next);
    page.answered(&desk, asked.await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_at_a_name_are_counted_together_however_it_is_spelt() {
        assert_eq!(counted_as(" Ada.B "), counted_as("ada.b"));
        assert_ne!(counted_as("ada.b"), counted_as("ada-b"));
    }

    #[test]
    fn letters_to_type_stand_in_groups() {
        assert_eq!(in_fours("ABCDEFGHIJ"), "ABCD EFGH IJ");
        assert_eq!(in_fours(""), "");
    }
}
