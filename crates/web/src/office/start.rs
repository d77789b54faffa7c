//! The first page of somebody who is signed in: what waits for them.

use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use office::{Answer, Ask, Export, Glass, Matter, MatterKind, Notices, Power, Purpose};
use terms::id::StaffId;

use super::dossiers::Forms;
use super::{As, ask, first_way, unlike, ways};
use crate::page::{Page, html};
use crate::problem::Problem;
use crate::site::Desk;
use crate::visitor::{Token, Visitor};

/// Milliseconds of a day.
const DAY_MS: i64 = 24 * 3_600 * 1_000;

#[derive(Template)]
#[template(path = "start.html")]
struct Start {
    page: Page,
    forms: Forms,
    waits: Notices,
    own: StaffId,
    now_ms: i64,
    /// In which ways exports may be taken, and approved.
    takes: Vec<As>,
    approves: Vec<As>,
}

impl Start {
    fn is_open(&self, glass: &Glass) -> bool {
        !glass.ended && self.now_ms < glass.until_ms
    }

    fn nothing(&self) -> bool {
        self.waits == Notices::default()
    }

    fn is_own(&self, export: &Export) -> bool {
        export.requested_by == Some(self.own)
    }

    /// How an export is taken or approved: for the purpose for which it was asked, or not at all.
    fn way_for(&self, export: &Export) -> Option<String> {
        let ways = if self.is_own(export) {
            &self.takes
        } else {
            &self.approves
        };
        let purpose = Purpose::of_code(&export.purpose)?;
        let way = ways.iter().find(|way| way.purpose == purpose)?;
        Some(way.value())
    }

    fn is_complaint(&self, matter: &Matter) -> bool {
        matter.kind == MatterKind::Complaint.code()
    }

    /// How long there is to answer, in whole days.
    fn left(&self, matter: &Matter) -> String {
        let days = (matter.due_ms - self.now_ms).div_euclid(DAY_MS);
        let whole = usize::try_from(days.unsigned_abs()).unwrap_or(usize::MAX);
        match days {
            0.. => self.page.counted("start-days-left", whole),
            _ => self.page.counted("start-days-over", whole),
        }
    }
}

/// What waits, by what any of one's roles may do about it.
pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let way = first_way(&visitor, Power::Own)?;
    let answer = ask(&desk, &visitor, way, Ask::ListNotices).await?;
    let Answer::Notices(waits) = answer else {
        return Err(unlike(&answer));
    };
    html(&Start {
        page: desk
            .page(&uri, "office", desk.words.say("start-title"))
            .of(&visitor, &token),
        waits: *waits,
        own: StaffId(visitor.seat.person),
        now_ms: (desk.site.now)().as_millisecond(),
        takes: ways(&visitor, Power::Export),
        approves: ways(&visitor, Power::ApproveExport),
        forms: Forms::new(token, visitor),
    })
}
