//! What others know: what they have published, and which parties see what besides. Every release is
//! held against it.

use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use office::{Answer, Ask, ListedPublication, PartyLine, Power};
use protect::Audience;
use protect::ledger::Publication;

use super::dossiers::Forms;
use super::drafts::{released, told};
use super::table::{FIELDS, Typed, Unfit};
use super::{ask, go, unlike, way};
use crate::page::{Page, html_with};
use crate::problem::{Kind, Problem};
use crate::rules;
use crate::site::Desk;
use crate::visitor::{Handed, Sent, Token, Visitor};

/// Longest list of agreements, in characters.
const SEES_MAX: usize = 2_000;

/// What was typed of a party.
#[derive(Debug, Clone, Default)]
struct Party {
    party: String,
    sees: String,
}

/// What stands in the forms, and why it was refused.
#[derive(Default)]
struct Refused {
    typed: Typed,
    audience: String,
    unfit: Option<Unfit>,
    party: Party,
    party_unfit: Option<String>,
}

#[derive(Template)]
#[template(path = "known.html")]
struct Known {
    page: Page,
    forms: Forms,
    listed: Vec<ListedPublication>,
    parties: Vec<PartyLine>,
    refused: Refused,
}

impl Known {
    fn audience(&self, audience: &Audience) -> String {
        rules::audience(self.page.words, audience)
    }

    fn sees(&self, party: &PartyLine) -> String {
        let sees = party.sees.iter();
        let sees: Vec<String> = sees
            .map(|code| rules::audience_of(self.page.words, code))
            .collect();
        sees.join("; ")
    }

    /// Whom a publication was for: everybody, or the readers of an agreement that is known.
    fn audiences(&self) -> Vec<(String, String)> {
        let mut codes: Vec<&String> = self.parties.iter().flat_map(|one| &one.sees).collect();
        codes.sort();
        codes.dedup();
        let public = Audience::Public.code();
        let codes = std::iter::once(&public).chain(codes);
        codes
            .map(|code| (code.clone(), rules::audience_of(self.page.words, code)))
            .collect()
    }
}

async fn page(
    desk: &Desk,
    uri: &Uri,
    (visitor, token): (Visitor, Token),
    (refused, status): (Refused, StatusCode),
) -> Result<Response, Problem> {
    let known = released(desk, &visitor).await?;
    let template = Known {
        page: desk
            .page(uri, "office", desk.words.say("known-title"))
            .of(&visitor, &token)
            .at("/office/known"),
        forms: Forms::new(token, visitor),
        listed: known.listed,
        parties: known.parties,
        refused,
    };
    html_with(status, &template)
}

/// The page.
pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let empty = (Refused::default(), StatusCode::OK);
    page(&desk, &uri, (visitor, token), empty).await
}

/// Lists what somebody else has published.
pub(crate) async fn publication(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
    sent: Sent,
    handed: Handed,
) -> Result<Response, Problem> {
    let mut fields = FIELDS.to_vec();
    fields.push("audience");
    sent.among(&fields)?;
    let typed = Typed::read(&sent, &handed)?;
    let way = way(&visitor, Power::ListPublication, &sent)?;
    let code = sent.find("audience").unwrap_or("public").to_owned();
    let audience = Audience::of_code(&code);
    let audience = audience.ok_or_else(|| Problem::of(Kind::NotInList, "audience", &code))?;
    let unfit = match typed.counted(&desk, handed).await? {
        Err(unfit) => unfit,
        Ok(counted) => {
            let publication = Publication {
                name: typed.name.clone(),
                audience,
                population: counted.population,
                vintage: counted.vintage,
                table: counted.table,
                hierarchies: counted.hierarchies,
            };
            let asked = Ask::ListPublication(Box::new(publication));
            match ask(&desk, &visitor, way, asked).await {
                Ok(Answer::Publication(_)) => return Ok(go(&desk, "/known")),
                Ok(other) => return Err(unlike(&other)),
                Err(problem) => told(&desk, problem)?,
            }
        }
    };
    let refused = Refused {
        typed,
        audience: code,
        unfit: Some(unfit),
        ..Refused::default()
    };
    let refused = (refused, StatusCode::UNPROCESSABLE_ENTITY);
    page(&desk, &uri, (visitor, token), refused).await
}

/// Says which agreements a party is of.
pub(crate) async fn party(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["party", "sees", "as"])?;
    let way = way(&visitor, Power::SignRelease, &sent)?;
    let party = Party {
        party: sent.need("party")?.trim().to_owned(),
        sees: sent.find("sees").unwrap_or_default().to_owned(),
    };
    if party.sees.chars().count() > SEES_MAX {
        return Err(Problem::of(Kind::TooLong, "sees", "").allowing([SEES_MAX.to_string()]));
    }
    let agreements = party.sees.split([',', ';', '\n']).map(str::trim);
    let agreements = agreements.filter(|code| !code.is_empty());
    let asked = Ask::SetParty {
        party: party.party.clone(),
        sees: agreements
            .map(|code| Audience::Agreement(code.to_owned()))
            .collect(),
    };
    let unfit = match ask(&desk, &visitor, way, asked).await {
        Ok(_) => return Ok(go(&desk, "/known")),
        Err(problem) => told(&desk, problem)?,
    };
    let refused = Refused {
        party,
        party_unfit: Some(unfit.sentence),
        ..Refused::default()
    };
    let refused = (refused, StatusCode::UNPROCESSABLE_ENTITY);
    page(&desk, &uri, (visitor, token), refused).await
}
