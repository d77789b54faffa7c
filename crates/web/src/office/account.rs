//! One's own account: credentials, sessions, what one did, and an alarm.

use askama::Template;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use office::door::session_id;
use office::{Account, Answer, Ask, LogLine, Power};
use protect::credential::Password;
use terms::id::{CredentialId, SessionId, StaffId};

use super::entry::{Asked, in_turn, passkeys, unfit};
use super::{act_key, ask, first_way, go, id, refusal, unlike, with_office};
use crate::fields::Fields;
use crate::gate::see_other;
use crate::leaving;
use crate::outer;
use crate::page::{Page, html, html_with};
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::visitor::{self, Sent, Token, Visitor};

/// Lines of one's own log on one page.
const LINES: u32 = 50;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    page: Page,
    token: String,
    account: Account,
    here: SessionId,
    passkeys: bool,
}

impl AccountPage {
    /// Whether a credential can be given up: passkeys can, password and device stay.
    fn may_go(kind: &str) -> bool {
        kind == office::door::CredentialKind::Passkey.code()
    }
}

/// Asks in the visitor's own matter.
async fn own(desk: &Desk, visitor: &Visitor, asked: Ask) -> Result<Answer, Problem> {
    let way = first_way(visitor, Power::Own)?;
    ask(desk, visitor, way, asked).await
}

/// To where somebody shows again who they are, and back to a page of their account.
fn through_confirming(desk: &Desk, back: &str) -> Response {
    let home = format!("/{}/office", desk.words.language().code());
    see_other(&format!("{home}/confirm?next={home}{back}"))
}

/// What somebody has to sign in with, and where they are signed in.
pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    Fields::read(&uri, &[])?;
    let account = match own(&desk, &visitor, Ask::ReadOwnAccount).await? {
        Answer::Account(account) => *account,
        other => return Err(unlike(&other)),
    };
    html(&AccountPage {
        page: desk
            .page(&uri, "office", desk.words.say("account-title"))
            .of(&visitor, &token),
        token: token.0,
        account,
        here: session_id(visitor.session),
        passkeys: desk.hall.passkeys.is_some(),
    })
}

/// Asks the browser for a new passkey.
pub(crate) async fn passkey(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&[])?;
    if !visitor.seat.fresh {
        return Ok(through_confirming(&desk, "/account"));
    }
    let passkeys = passkeys(&desk)?;
    let session = session_id(visitor.session);
    let begun = with_office(&desk, move |office, at| {
        office.begin_registration(&passkeys, session, at)
    });
    let (options, begun) = begun.await?;
    let now = desk.hall.now();
    desk.hall.registering.put(visitor.session, begun, now);
    let asked = Asked {
        page: desk
            .page(&uri, "office", desk.words.say("account-passkey-title"))
            .of(&visitor, &token)
            .at("/office/account"),
        token: token.0,
        options,
        answer: "/office/account/passkey/answer",
        otherwise: "/office/account",
        making: true,
    };
    html(&asked).map(outer::scripted)
}

/// Takes the new passkey.
pub(crate) async fn passkey_answer(
    State(desk): State<Desk>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["answer"])?;
    let passkeys = passkeys(&desk)?;
    let answer = sent.need("answer")?;
    let now = desk.hall.now();
    let begun = desk.hall.registering.take(visitor.session, now);
    let begun = begun.ok_or_else(|| Problem::new(Kind::Refused("passkey_refused")))?;
    let made = passkeys.finish_registration(begun, answer);
    let passkey = made.map_err(|error| refusal::problem(&error.into()))?;
    own(&desk, &visitor, Ask::AddPasskey { passkey }).await?;
    Ok(go(&desk, "/account"))
}

/// Gives a passkey up.
pub(crate) async fn end_credential(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&[])?;
    let credential: CredentialId = id("credential", &number)?;
    if !visitor.seat.fresh {
        return Ok(through_confirming(&desk, "/account"));
    }
    own(&desk, &visitor, Ask::EndCredential { credential }).await?;
    Ok(go(&desk, "/account"))
}

#[derive(Template)]
#[template(path = "account_password.html")]
struct PasswordPage {
    page: Page,
    token: String,
    /// What is wrong with the password: a code of the office.
    unfit: Option<String>,
}

impl PasswordPage {
    fn new(desk: &Desk, uri: &axum::http::Uri, visitor: &Visitor, token: Token) -> Self {
        Self {
            page: desk
                .page(uri, "office", desk.words.say("account-password-title"))
                .of(visitor, &token),
            token: token.0,
            unfit: None,
        }
    }
}

/// The page for another password, once it is sure who it is.
pub(crate) async fn password_page(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    Fields::read(&uri, &[])?;
    if !visitor.seat.fresh {
        return Ok(through_confirming(&desk, "/account/password"));
    }
    html(&PasswordPage::new(&desk, &uri, &visitor, token))
}

/// Puts another password in the place of the old one; other sessions end.
pub(crate) async fn password(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["password"])?;
    if !visitor.seat.fresh {
        return Ok(through_confirming(&desk, "/account/password"));
    }
    let password = Password::new(sent.need("password")?);
    let unfit = unfit(&desk, &password, &[]);
    if unfit.is_some() {
        let page = PasswordPage::new(&desk, &uri, &visitor, token);
        return html_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &PasswordPage { unfit, ..page },
        );
    }
    let made = in_turn(&desk, move |office, _| office.fit_verifier(&password)).await?;
    let verifier = made.map_err(|error| refusal::problem(&error))?;
    own(&desk, &visitor, Ask::SetPassword { verifier }).await?;
    Ok(go(&desk, "/account"))
}

/// Ends one of one's sessions.
pub(crate) async fn end_session(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&[])?;
    let session: SessionId = id("session", &number)?;
    let ended = Ask::EndSessions {
        session: Some(session),
    };
    match own(&desk, &visitor, ended).await {
        // It had ended meanwhile, or was never one's own: there is nothing to end.
        Err(problem) if problem.kind == Kind::SignInNeeded => {}
        other => drop(other?),
    }
    if session == session_id(visitor.session) {
        return Ok(leaving::signed_out(&desk));
    }
    Ok(go(&desk, "/account"))
}

/// Ends all of one's sessions, this one with them.
pub(crate) async fn end_sessions(
    State(desk): State<Desk>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&[])?;
    own(&desk, &visitor, Ask::EndSessions { session: None }).await?;
    Ok(leaving::signed_out(&desk))
}

#[derive(Template)]
#[template(path = "account_shut.html")]
struct Shut {
    page: Page,
}

/// Somebody else is in the account: it is shut at once, and what happens next is said.
pub(crate) async fn report(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&[])?;
    own(&desk, &visitor, Ask::ReportOwn).await?;
    let mut response = html(&Shut {
        page: desk
            .page(&uri, "office", desk.words.say("account-shut-title"))
            .at("/office/sign-in"),
    })?;
    let cookie = visitor::end();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

#[derive(Template)]
#[template(path = "account_log.html")]
struct Log {
    page: Page,
    own: StaffId,
    lines: Vec<LogLine>,
    /// Before which act the next page begins.
    older: Option<u64>,
}

impl Log {
    /// What was done, in words.
    fn what(&self, line: &LogLine) -> String {
        self.page.t(act_key(&line.kind))
    }

    fn is_own(&self, line: &LogLine) -> bool {
        line.actor == Some(self.own)
    }
}

/// What one did, and what was done about one, the newest first.
pub(crate) async fn log(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let fields = Fields::read(&uri, &["before"])?;
    let before = match fields.get("before") {
        None => i64::MAX.unsigned_abs(),
        Some(text) => before(text)?,
    };
    let asked = Ask::ReadOwnLog {
        before,
        most: LINES,
    };
    let lines = match own(&desk, &visitor, asked).await? {
        Answer::Log(lines) => lines,
        other => return Err(unlike(&other)),
    };
    let full = lines.len() >= LINES as usize;
    let older = lines.last().filter(|_| full).map(|line| line.act);
    html(&Log {
        page: desk
            .page(&uri, "office", desk.words.say("account-log-title"))
            .of(&visitor, &token),
        own: StaffId(visitor.seat.person),
        lines,
        older,
    })
}

/// The number of an act in an address.
fn before(text: &str) -> Result<u64, Problem> {
    let number = text
        .parse()
        .ok()
        .filter(|number| i64::try_from(*number).is_ok());
    number.ok_or_else(|| Problem::of(Kind::NotInList, "before", text))
}
