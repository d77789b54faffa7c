//! Agencies: what they are called, and what they do.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use office::{Agency, AgencyKind, Ask, Power};
use terms::id::AgencyId;

use super::dossiers::Forms;
use super::people::listed;
use super::{ask, code, go, id, way};
use crate::page::{Page, html};
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::visitor::{Sent, Token, Visitor};

/// Longest name of an agency, in characters; as in the office.
const NAME_MAX: usize = 200;

#[derive(Template)]
#[template(path = "agencies.html")]
struct Agencies {
    page: Page,
    forms: Forms,
    agencies: Vec<Agency>,
    /// Agencies of people who work here that nobody has named: the node's own, until it is.
    unnamed: BTreeSet<AgencyId>,
    kinds: [AgencyKind; 5],
}

/// The agencies, with a form to name one.
pub(crate) async fn list(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let (people, agencies) = listed(&desk, &visitor).await?;
    let named = |agency: &AgencyId| agencies.iter().any(|one| one.agency == *agency);
    let of_people = people.iter().map(|one| one.agency);
    let unnamed = of_people.filter(|agency| !named(agency)).collect();
    html(&Agencies {
        page: desk
            .page(&uri, "office", desk.words.say("agencies-title"))
            .of(&visitor, &token),
        forms: Forms::new(token, visitor),
        agencies,
        unnamed,
        kinds: AgencyKind::ALL,
    })
}

/// Names an agency, or names it anew.
pub(crate) async fn set(
    State(desk): State<Desk>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["agency", "name", "kind", "as"])?;
    let agency = sent.find("agency").map(|text| id("agency", text));
    let name = sent.need("name")?.trim().to_owned();
    if name.is_empty() {
        return Err(Problem::of(Kind::MissingField, "name", ""));
    }
    if name.chars().count() > NAME_MAX {
        return Err(Problem::of(Kind::TooLong, "name", "").allowing([NAME_MAX.to_string()]));
    }
    let asked = Ask::SetAgency {
        agency: agency.transpose()?,
        name,
        kind: code(&sent, "kind", AgencyKind::of_code)?,
    };
    let way = way(&visitor, Power::ManageStaff, &sent)?;
    ask(&desk, &visitor, way, asked).await?;
    Ok(go(&desk, "/agencies"))
}
