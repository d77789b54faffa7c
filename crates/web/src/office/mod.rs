//! The pages of those who work at the node, under `/{language}/office`.
//!
//! Each handler asks the office, and writes what it answers; nothing is decided here. Who asks, in
//! which role and for what purpose stands in each form as one field, `as`, whose choices are those
//! that the table of authority grants; the office looks again, at the journal's head.

pub(crate) mod account;
pub(crate) mod agencies;
pub(crate) mod bench;
pub(crate) mod dossiers;
pub(crate) mod drafts;
pub(crate) mod entry;
pub(crate) mod import;
pub(crate) mod keys;
pub(crate) mod known;
pub(crate) mod lists;
pub(crate) mod locked;
pub(crate) mod log;
pub(crate) mod outcome;
pub(crate) mod people;
pub(crate) mod questionnaires;
pub(crate) mod records;
pub(crate) mod refusal;
pub(crate) mod releases;
pub(crate) mod rights;
pub(crate) mod roles;
pub(crate) mod start;
pub(crate) mod table;
pub(crate) mod tabulate;

use std::borrow::Borrow;
use std::str::FromStr;

use axum::response::Response;
use jiff::Timestamp;
use office::authority::granted;
use office::{Answer, Ask, Office, OfficeError, Power, Purpose, Request, Role, Who};
use protect::Confidential;

use crate::gate::see_other;
use crate::page::Page;
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::visitor::{Sent, Visitor};

/// Longest text that is taken in a field, in characters.
pub(crate) const WORDS_MAX: usize = 4_000;

/// Asks the office, which waits for the disk, away from the threads that serve others.
pub(crate) async fn with_office<T: Send + 'static>(
    desk: &Desk,
    question: impl FnOnce(&Office, Timestamp) -> Result<T, OfficeError> + Send + 'static,
) -> Result<T, Problem> {
    let site = std::sync::Arc::clone(&desk.site);
    let asked = tokio::task::spawn_blocking(move || {
        let office = site.office.as_ref().ok_or(OfficeError::NoVault)?;
        question(office, (site.now)())
    });
    let answer = asked.await.map_err(|_| Problem::new(Kind::Internal))?;
    answer.map_err(|error| refusal::problem(&error))
}

/// In which role, for what purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct As {
    pub(crate) role: Role,
    pub(crate) purpose: Purpose,
}

impl As {
    /// As a form's field has it.
    pub(crate) fn value(self) -> String {
        format!("{}.{}", self.role.code(), self.purpose.code())
    }

    /// As people read it.
    pub(crate) fn label(self, page: &Page) -> String {
        let role = page.t(format!("role-{}", self.role.code()));
        let purpose = page.t(format!("purpose-{}", self.purpose.code()));
        format!("{role}: {purpose}")
    }

    /// From a form's field.
    fn read(text: &str) -> Option<Self> {
        let (role, purpose) = text.split_once('.')?;
        Some(Self {
            role: Role::of_code(role)?,
            purpose: Purpose::of_code(purpose)?,
        })
    }
}

/// The roles and purposes in which somebody may do this, the first grant first.
pub(crate) fn ways(visitor: &Visitor, power: Power) -> Vec<As> {
    let roles = visitor.seat.roles.iter();
    roles
        .flat_map(|role| {
            Purpose::ALL.map(|purpose| As {
                role: *role,
                purpose,
            })
        })
        .filter(|way| granted(way.role, way.purpose, power).is_some())
        .collect()
}

/// The first way in which somebody may do this.
pub(crate) fn first_way(visitor: &Visitor, power: Power) -> Result<As, Problem> {
    let first = ways(visitor, power).into_iter().next();
    first.ok_or_else(|| Problem::new(Kind::Forbidden))
}

/// The way that a form names, or the only one that there is.
pub(crate) fn way(visitor: &Visitor, power: Power, sent: &Sent) -> Result<As, Problem> {
    match sent.find("as") {
        None => first_way(visitor, power),
        Some(text) => {
            let allowed = ways(visitor, power);
            let way = As::read(text).filter(|way| allowed.contains(way));
            way.ok_or_else(|| {
                let allowed = allowed.into_iter().map(As::value);
                Problem::of(Kind::NotInList, "as", text).allowing(allowed)
            })
        }
    }
}

/// Asks in the visitor's name.
pub(crate) async fn ask(
    desk: &Desk,
    visitor: &Visitor,
    way: As,
    ask: Ask,
) -> Result<Answer, Problem> {
    let who = Who::Session(office::door::session_id(visitor.session));
    with_office(desk, move |office, at| {
        office.request(Request {
            who,
            role: way.role,
            purpose: way.purpose,
            at,
            ask,
        })
    })
    .await
}

/// An answer that the office never gives to what was asked.
pub(crate) fn unlike(_: &Answer) -> Problem {
    // Not what it answered: that may be half of a code, or somebody's number.
    tracing::error!("the office answered something else");
    Problem::new(Kind::Internal)
}

/// Words that must be there, sealed from here on.
pub(crate) fn sealed(sent: &Sent, field: &str) -> Result<Confidential<String>, Problem> {
    let words = sent.need(field)?.trim();
    if words.is_empty() {
        return Err(Problem::of(Kind::MissingField, field, ""));
    }
    if words.chars().count() > WORDS_MAX {
        // What was typed is not repeated: it may name somebody.
        return Err(Problem::of(Kind::TooLong, field, "").allowing([WORDS_MAX.to_string()]));
    }
    Ok(Confidential::seal(words.to_owned()))
}

/// An identifier in a form's field or an address.
pub(crate) fn id<T: FromStr>(field: &str, text: &str) -> Result<T, Problem> {
    text.trim()
        .parse()
        .map_err(|_| Problem::of(Kind::NotInList, field, ""))
}

/// A code of a closed list in a form's field.
pub(crate) fn code<T>(
    sent: &Sent,
    field: &str,
    of_code: impl Fn(&str) -> Option<T>,
) -> Result<T, Problem> {
    let text = sent.need(field)?;
    of_code(text).ok_or_else(|| Problem::of(Kind::NotInList, field, text))
}

/// To another page of the office.
pub(crate) fn go(desk: &Desk, path: &str) -> Response {
    see_other(&format!("/{}/office{path}", desk.words.language().code()))
}

/// A moment as people read it.
pub(crate) fn moment(ms: impl Borrow<i64>) -> String {
    Timestamp::from_millisecond(*ms.borrow()).map_or_else(
        |_| "-".to_owned(),
        |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

/// A day as people read it.
pub(crate) fn day(ms: impl Borrow<i64>) -> String {
    Timestamp::from_millisecond(*ms.borrow())
        .map_or_else(|_| "-".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
}

/// The kind of an act as the key of its message: `deed-dossier-read`.
pub(crate) fn act_key(kind: &str) -> String {
    let mut key = "deed".to_owned();
    for letter in kind.chars() {
        if letter.is_ascii_uppercase() {
            key.push('-');
        }
        key.push(letter.to_ascii_lowercase());
    }
    key
}
