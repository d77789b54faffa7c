//! Hidden populations from the node's own lists: who is asked about, by what, and the answer.
//!
//! The capture table is of the unit's grain and is not in the answer that the office gives: no page
//! has a count that would tell a small one. What may leave stands in a part of its own, which is
//! all that is printed, and as a file beside it; both are made from what was released. Nothing of
//! it is kept: not here, not in a browser.

use std::fmt::Write as _;
use std::sync::Arc;

use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use office::{
    Answer, Ask, ListsAsked, ListsBy, ListsEstimate, PersonRole, Plan, Power, Request, Who,
};

use super::dossiers::Forms;
use super::{As, code, refusal, sealed, unlike, way};
use crate::estimate::{Parts, SEED, THREADS, caveats, headline, leaving};
use crate::grid::Grid;
use crate::page::{Page, html_with};
use crate::pages::estimate::{Turn, unkept};
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::visitor::{Sent, Token, Visitor};
use crate::words::Words;

/// Concepts whose codes are often lists, to choose from; any other can be typed.
const CONCEPTS: [&str; 2] = ["event.detected_by", "identification.by"];
/// Longest text with lists, in characters.
const LISTS_MAX: usize = 4_000;

/// What was typed, kept so that it stands there again; not the reason, which may name somebody.
#[derive(Debug, Clone, Default)]
struct Typed {
    concept: String,
    role: String,
    lists: String,
}

#[derive(Template)]
#[template(path = "lists.html")]
struct Lists {
    page: Page,
    forms: Forms,
    typed: Typed,
    refused: Option<String>,
}

impl Lists {
    fn concepts(&self) -> [&'static str; 2] {
        CONCEPTS
    }

    fn roles(&self) -> Vec<PersonRole> {
        let roles = PersonRole::ALL.into_iter();
        roles.filter(|role| role.is_of_person()).collect()
    }

    fn is_chosen(&self, role: &PersonRole) -> bool {
        role.code() == self.typed.role
    }
}

/// What may leave.
struct Leaves {
    headline: Option<[String; 2]>,
    tables: [Grid; 2],
    caveats: Vec<String>,
    release: String,
    audience: String,
    vintage: String,
    /// The file, as an address that holds it.
    file: String,
}

#[derive(Template)]
#[template(path = "lists_answer.html")]
struct Told {
    page: Page,
    by: ListsBy,
    act: u64,
    parts: String,
    leaves: Leaves,
}

impl Told {
    fn names(&self) -> String {
        self.by.names().join(", ")
    }

    fn left_out(&self) -> String {
        self.by.left_out.join(", ")
    }
}

/// The form.
pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let typed = Typed {
        concept: CONCEPTS[0].to_owned(),
        role: PersonRole::Victim.code().to_owned(),
        lists: String::new(),
    };
    form(&desk, &uri, (visitor, token), (typed, None, StatusCode::OK))
}

fn form(
    desk: &Desk,
    uri: &Uri,
    (visitor, token): (Visitor, Token),
    (typed, refused, status): (Typed, Option<String>, StatusCode),
) -> Result<Response, Problem> {
    let template = Lists {
        page: desk
            .page(uri, "office", desk.words.say("lists-title"))
            .of(&visitor, &token),
        forms: Forms::new(token, visitor),
        typed,
        refused,
    };
    unkept(html_with(status, &template))
}

/// Codes that were typed: a list a line, codes of one list between commas.
fn lists_of(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let codes = |line: &str| -> Vec<String> {
        let codes = line.split([',', ';']).map(str::trim);
        codes
            .filter(|code| !code.is_empty())
            .map(str::to_owned)
            .collect()
    };
    lines.map(codes).filter(|codes| !codes.is_empty()).collect()
}

/// Estimates. The look is an act.
pub(crate) async fn answer(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["concept", "role", "lists", "reason", "as"])?;
    let typed = Typed {
        concept: sent.need("concept")?.trim().to_owned(),
        role: sent.need("role")?.to_owned(),
        lists: sent.find("lists").unwrap_or_default().to_owned(),
    };
    let role = code(&sent, "role", PersonRole::of_code)?;
    let way = way(&visitor, Power::EstimateLists, &sent)?;
    let reason = sealed(&sent, "reason")?;
    if typed.lists.chars().count() > LISTS_MAX {
        let most = LISTS_MAX.to_string();
        return Err(Problem::of(Kind::TooLong, "lists", "").allowing([most]));
    }
    let asked = ListsAsked {
        concept: typed.concept.clone(),
        role,
        lists: lists_of(&typed.lists),
        plan: Plan::Quick { seed: SEED },
        reason,
    };
    match estimated(&desk, &visitor, way, asked).await {
        Ok((by, act, parts, leaves)) => {
            let page = desk
                .page(&uri, "office", desk.words.say("lists-answer-title"))
                .of(&visitor, &token);
            let told = Told {
                page,
                by,
                act,
                parts,
                leaves,
            };
            unkept(html_with(StatusCode::OK, &told))
        }
        Err(problem) => {
            // What is refused because of what was typed stands beside it.
            if problem.status() != StatusCode::UNPROCESSABLE_ENTITY {
                return Err(problem);
            }
            let (sentence, status) = (problem.sentence(desk.words), problem.status());
            form(
                &desk,
                &uri,
                (visitor, token),
                (typed, Some(sentence), status),
            )
        }
    }
}

/// Asks the office, and estimates when it is this page's turn: outside of the journal's lock, and
/// away from the threads that serve others.
async fn estimated(
    desk: &Desk,
    visitor: &Visitor,
    way: As,
    asked: ListsAsked,
) -> Result<(ListsBy, u64, String, Leaves), Problem> {
    let (site, words) = (Arc::clone(&desk.site), desk.words);
    let who = Who::Session(office::door::session_id(visitor.session));
    let turn = Turn::take().ok_or_else(|| Problem::new(Kind::Busy))?;
    let done = tokio::task::spawn_blocking(move || {
        // Held here, so that a reader who goes away does not give it back before the work ends.
        let _turn = turn;
        let office = site.office.as_ref();
        let office = office.ok_or_else(|| Problem::new(Kind::VaultMissing))?;
        let request = Request {
            who,
            role: way.role,
            purpose: way.purpose,
            at: (site.now)(),
            ask: Ask::EstimateLists(Box::new(asked)),
        };
        let refused = |error| refusal::problem(&error);
        let found = match office.request(request).map_err(refused)? {
            Answer::Captured(captured) => captured.estimated(&THREADS).map_err(refused)?,
            other => return Err(unlike(&other)),
        };
        let seen = found.seen.expose(&found.warrant);
        let parts = Parts::own(words, seen, &site.synthetic_mark(words)).render();
        let parts = parts.map_err(|_| Problem::new(Kind::Internal))?;
        let leaves = Leaves::of(words, &found);
        Ok((found.by, found.warrant.act(), parts, leaves))
    });
    done.await.map_err(|_| Problem::new(Kind::Internal))?
}

impl Leaves {
    fn of(words: &Words, found: &ListsEstimate) -> Self {
        let released = found.released();
        let source = released.source();
        Self {
            headline: headline(words, &released),
            tables: leaving(words, &released),
            caveats: caveats(words, found.seen.expose(&found.warrant)),
            release: released.identifier().to_owned(),
            audience: match found.is_named() {
                true => source.publisher.clone(),
                false => words.say("lists-own-agency"),
            },
            vintage: source.vintage.clone(),
            file: address_of(&publish::estimates::csv(&released)),
        }
    }
}

/// A file as an address that holds it: nothing is asked of the node a second time.
pub(super) fn address_of(file: &str) -> String {
    let mut address = String::from("data:text/csv;charset=utf-8,");
    for byte in file.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            address.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_typed_one_a_line() {
        let found = lists_of("police, border\n\n ngo \n,;\nself;other");
        let wanted = [vec!["police", "border"], vec!["ngo"], vec!["self", "other"]];
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_file_in_an_address_has_no_sign_of_markup() {
        let address = address_of("a,\"<b>\"\r\n\u{e9}");
        assert_eq!(
            address,
            "data:text/csv;charset=utf-8,a%2C%22%3Cb%3E%22%0D%0A%C3%A9"
        );
    }
}
