//! A locked node: what still works, and unlocking it with its passphrase.

use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use office::OfficeError;

use super::entry::is_unlocked;
use super::{go, refusal, with_office};
use crate::fields::Fields;
use crate::limits::Client;
use crate::page::{Page, html, html_with};
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::visitor::{Sent, Token, Visitor};

/// By what name attempts to unlock are counted. Nobody signs in by it.
const COUNTED_AS: &str = "unlock the node from ";

#[derive(Template)]
#[template(path = "locked.html")]
struct Locked {
    page: Page,
    token: String,
    unlocked: bool,
    /// Whether it can be unlocked from here.
    here: bool,
    refused: bool,
}

impl Locked {
    fn new(desk: &Desk, uri: &Uri, token: Token) -> Self {
        Self {
            page: desk.page(uri, "office", desk.words.say("locked-title")),
            token: token.0,
            unlocked: false,
            here: desk.site.unlock.is_some(),
            refused: false,
        }
    }
}

/// How the node stands, and the way to unlock it.
pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    token: Token,
) -> Result<Response, Problem> {
    Fields::read(&uri, &[])?;
    let unlocked = is_unlocked(&desk).await?;
    let mut page = Locked::new(&desk, &uri, token);
    if unlocked {
        page.page.title = desk.words.say("locked-open-title");
    }
    html(&Locked { unlocked, ..page })
}

/// Unlocks the node: one attempt at a time, so many from one address. A node that is unlocked
/// tries no passphrase.
pub(crate) async fn unlock(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    client: Client,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["passphrase"])?;
    let passphrase = sent.need("passphrase")?.to_owned();
    // Counted apart for each address: nobody elsewhere keeps out whoever has the passphrase.
    let name = format!("{COUNTED_AS}{}", client.0);
    desk.hall.attempt(client, name.as_bytes())?;
    if is_unlocked(&desk).await? {
        return Ok(go(&desk, "/sign-in"));
    }
    let unlocked = in_its_turn(&desk, passphrase).await?;
    match unlocked {
        Ok(()) => Ok(go(&desk, "/sign-in")),
        Err(error) if error.code() == "keyring_unopened" => {
            let page = Locked::new(&desk, &uri, token);
            let refused = true;
            html_with(StatusCode::UNAUTHORIZED, &Locked { refused, ..page })
        }
        Err(error) => Err(refusal::problem(&error)),
    }
}

async fn in_its_turn(desk: &Desk, passphrase: String) -> Result<Result<(), OfficeError>, Problem> {
    let (site, hall) = (desk.site.clone(), desk.hall.clone());
    let tried = tokio::task::spawn_blocking(move || {
        let _turn = hall.unlocking.take()?;
        Some(site.unlock.as_ref().map(|unlock| unlock(&passphrase)))
    });
    let tried = tried.await.map_err(|_| Problem::new(Kind::Internal))?;
    let tried = tried.ok_or_else(|| Problem::new(Kind::Unavailable))?;
    tried.ok_or_else(|| Problem::new(Kind::NoSigningIn))
}

/// Locks the node: every key is forgotten, and whoever is signed in waits outside.
pub(crate) async fn lock(
    State(desk): State<Desk>,
    _: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&[])?;
    with_office(&desk, |office, _| office.lock()).await?;
    desk.hall.forget();
    Ok(go(&desk, "/locked"))
}
