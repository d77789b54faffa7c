//! Counted tables that something is to be released of: the list, and how one is brought in.

use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use office::{Answer, Ask, DraftLine, Power, ReleaseLine};

use super::dossiers::Forms;
use super::table::{FIELDS, Typed, Unfit, unfit_as_draft};
use super::{ask, first_way, go, unlike, way};
use crate::page::{Page, html_with};
use crate::problem::{Kind, Problem};
use crate::rules::audience_of;
use crate::site::Desk;
use crate::visitor::{Handed, Sent, Token, Visitor};

pub(crate) use super::table::FORM_BYTES_MAX;

#[derive(Template)]
#[template(path = "drafts.html")]
struct Drafts {
    page: Page,
    forms: Forms,
    drafts: Vec<DraftLine>,
    releases: Vec<ReleaseLine>,
    typed: Typed,
    unfit: Option<Unfit>,
}

impl Drafts {
    /// Where a draft stands, a sentence for each release of it.
    fn states(&self, draft: &DraftLine) -> Vec<String> {
        let of_draft = self.releases.iter().filter(|one| one.draft == draft.draft);
        let state = |release: &ReleaseLine| {
            let audience = audience_of(self.page.words, &release.audience);
            let key = match release.withdrawn {
                None => "drafts-released",
                Some(_) => "drafts-withdrawn",
            };
            self.page.with(key, "audience", audience)
        };
        of_draft.map(state).collect()
    }
}

/// The drafts of the visitor's agency, the newest first.
pub(super) async fn drafts(desk: &Desk, visitor: &Visitor) -> Result<Vec<DraftLine>, Problem> {
    let way = first_way(visitor, Power::ExamineDraft)?;
    match ask(desk, visitor, way, Ask::ListDrafts).await? {
        Answer::Drafts(mut drafts) => {
            drafts.sort_by_key(|draft| std::cmp::Reverse(draft.act));
            Ok(drafts)
        }
        other => Err(unlike(&other)),
    }
}

/// What the node has released, and what it knows of others.
pub(super) async fn released(desk: &Desk, visitor: &Visitor) -> Result<office::Releases, Problem> {
    let way = first_way(visitor, Power::SeeReleases)?;
    match ask(desk, visitor, way, Ask::ListReleases).await? {
        Answer::Releases(releases) => Ok(*releases),
        other => Err(unlike(&other)),
    }
}

async fn page(
    desk: &Desk,
    uri: &Uri,
    (visitor, token): (Visitor, Token),
    (typed, unfit, status): (Typed, Option<Unfit>, StatusCode),
) -> Result<Response, Problem> {
    let drafts = drafts(desk, &visitor).await?;
    let releases = released(desk, &visitor).await?.releases;
    let template = Drafts {
        page: desk
            .page(uri, "office", desk.words.say("drafts-title"))
            .of(&visitor, &token),
        forms: Forms::new(token, visitor),
        drafts,
        releases,
        typed,
        unfit,
    };
    html_with(status, &template)
}

/// The list, with a form to bring one in.
pub(crate) async fn list(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let empty = (Typed::default(), None, StatusCode::OK);
    page(&desk, &uri, (visitor, token), empty).await
}

/// Brings a table in. It is read whole before the office is asked, and what was typed stands there
/// again when it is refused.
pub(crate) async fn bring(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
    sent: Sent,
    handed: Handed,
) -> Result<Response, Problem> {
    sent.among(&FIELDS)?;
    let typed = Typed::read(&sent, &handed)?;
    let way = way(&visitor, Power::BringDraft, &sent)?;
    let unfit = match typed.counted(&desk, handed).await? {
        Err(unfit) => unfit,
        Ok(counted) => match unfit_as_draft(desk.words, &counted) {
            Some(unfit) => unfit,
            None => {
                let name = typed.name.clone();
                let draft = Box::new(counted.into_draft());
                match ask(&desk, &visitor, way, Ask::BringDraft { name, draft }).await {
                    Ok(Answer::Draft(draft)) => return Ok(go(&desk, &format!("/drafts/{draft}"))),
                    Ok(other) => return Err(unlike(&other)),
                    Err(problem) => told(&desk, problem)?,
                }
            }
        },
    };
    let refused = (typed, Some(unfit), StatusCode::UNPROCESSABLE_ENTITY);
    page(&desk, &uri, (visitor, token), refused).await
}

/// A refusal that whoever typed can mend, as words beside the form; any other stays what it is.
pub(super) fn told(desk: &Desk, problem: Problem) -> Result<Unfit, Problem> {
    match problem.kind {
        Kind::Refused("draft_name_taken" | "draft_unfit" | "ledger_unfit") => {
            Ok(Unfit::because(problem.sentence(desk.words)))
        }
        _ => Err(problem),
    }
}
