//! Where keys, backups and erasures stand. Nothing secret is in it.

use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use office::{Answer, Ask, Keys, Power};

use super::{ask, first_way, unlike};
use crate::page::{Page, html};
use crate::problem::Problem;
use crate::site::Desk;
use crate::visitor::{Token, Visitor};

/// What whoever keeps the node runs, each with the key of what it does.
const COMMANDS: [(&str, &str); 4] = [
    (
        "palermo backup NODE --output DIR --keyring KDIR",
        "keys-run-backup",
    ),
    (
        "palermo restore DIR --keyring KDIR --drill",
        "keys-run-drill",
    ),
    ("palermo verify NODE", "keys-run-verify"),
    (
        "palermo restore DIR NODE --keyring KDIR",
        "keys-run-restore",
    ),
];

#[derive(Template)]
#[template(path = "keys.html")]
struct Standing {
    page: Page,
    keys: Keys,
    commands: [(&'static str, &'static str); 4],
}

impl Standing {
    fn shares(&self) -> String {
        let (needed, made) = self.keys.shares;
        let count = |number: u8| crate::words::count(u64::from(number));
        let variables = [("needed", count(needed)), ("made", count(made))];
        self.page.say("keys-shares-of", &variables)
    }

    fn waiting(&self, number: &u64) -> String {
        self.page.words.number(*number)
    }
}

/// Epoch, shares, saved keyrings, the last backup, and what waits.
pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let way = first_way(&visitor, Power::Keys)?;
    let answer = ask(&desk, &visitor, way, Ask::ReadKeys).await?;
    let Answer::Keys(keys) = answer else {
        return Err(unlike(&answer));
    };
    html(&Standing {
        page: desk
            .page(&uri, "office", desk.words.say("keys-title"))
            .of(&visitor, &token),
        keys: *keys,
        commands: COMMANDS,
    })
}
