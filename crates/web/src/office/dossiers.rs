//! Dossiers: listing, finding, the cover, reading, care, emergencies, holds, erasure.

use askama::Template;
use axum::extract::{OriginalUri, Path, State};
use axum::http::Uri;
use axum::response::Response;
use instruments::carried::carried;
use instruments::fill::Instrument;
use jiff::Timestamp;
use office::{
    Answer, Ask, ConsentTo, Dossier, ExportGround, Glass, Ground, MatterKind, Mirror, MirrorLine,
    Outcome, PersonRole, Power, Purpose, filled,
};
use terms::id::{AgencyId, DossierId, ErasureId, GlassId, HoldId, StaffId};

use super::records::{Sheet, sheets};
use super::{As, act_key, ask, code, first_way, go, id, sealed, unlike, way, ways};
use crate::page::{Page, html};
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::visitor::{Sent, Token, Visitor};

/// Dossiers that are listed at a time.
const LIST_MAX: u32 = 200;

/// What every form of these pages needs.
pub(crate) struct Forms {
    pub(crate) token: String,
    visitor: Visitor,
}

impl Forms {
    pub(crate) fn new(token: Token, visitor: Visitor) -> Self {
        let token = token.0;
        Self { token, visitor }
    }

    /// The choices of the field `as` for a power, by its code.
    pub(crate) fn ways(&self, power: &str) -> Vec<As> {
        let power = Power::of_code(power);
        power
            .map(|power| ways(&self.visitor, power))
            .unwrap_or_default()
    }

    /// Whether somebody may do this at all.
    pub(crate) fn may(&self, power: &str) -> bool {
        !self.ways(power).is_empty()
    }
}

#[derive(Template)]
#[template(path = "dossiers.html")]
struct List {
    page: Page,
    forms: Forms,
    dossiers: Vec<Dossier>,
    /// What a search has found; none before one.
    found: Option<Vec<DossierId>>,
}

/// The dossiers in reach, without what is in them.
pub(crate) async fn list(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let way = first_way(&visitor, Power::Read)?;
    let asked = Ask::ListDossiers {
        role: None,
        most: LIST_MAX,
    };
    let dossiers = match ask(&desk, &visitor, way, asked).await? {
        Answer::Dossiers(dossiers) => dossiers,
        other => return Err(unlike(&other)),
    };
    html(&List {
        page: desk
            .page(&uri, "office", desk.words.say("dossiers-title"))
            .of(&visitor, &token)
            .at("/office/dossiers"),
        forms: Forms::new(token, visitor),
        dossiers,
        found: None,
    })
}

/// Finds dossiers by name. What was searched for is sealed in the journal and is not shown again.
pub(crate) async fn search(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["name", "reason", "as"])?;
    let asked = Ask::SearchNames {
        words: sealed(&sent, "name")?,
        reason: sealed(&sent, "reason")?,
    };
    let way = way(&visitor, Power::Search, &sent)?;
    let found = match ask(&desk, &visitor, way, asked).await? {
        Answer::Found(found) => found,
        other => return Err(unlike(&other)),
    };
    html(&List {
        page: desk
            .page(&uri, "office", desk.words.say("dossiers-title"))
            .of(&visitor, &token)
            .at("/office/dossiers"),
        forms: Forms::new(token, visitor),
        dossiers: Vec::new(),
        found: Some(found),
    })
}

#[derive(Template)]
#[template(path = "dossier.html")]
struct Cover {
    page: Page,
    forms: Forms,
    dossier: DossierId,
    mirror: Mirror,
    now_ms: i64,
    /// Whether a record was entered just now.
    entered: bool,
    consents_to: [ConsentTo; 2],
    purposes: [Purpose; 6],
    matters: [MatterKind; 4],
    outcomes: [Outcome; 3],
    grounds: [ExportGround; 3],
    erasures: [Ground; 5],
}

impl Cover {
    /// The name of an agency.
    fn agency(&self, agency: Option<&AgencyId>) -> String {
        agency_name(&self.page, &self.mirror, agency)
    }

    /// The questionnaires that are about what this dossier is about.
    fn instruments(&self) -> Vec<&'static Instrument> {
        let all = carried().iter();
        all.filter(|one| filled::role(one) == self.mirror.role)
            .collect()
    }

    fn is_open(&self, glass: &Glass) -> bool {
        !glass.ended && self.now_ms < glass.until_ms
    }
}

/// An agency by its name; by its number if it has none; the node itself if there is none.
pub(crate) fn agency_name(page: &Page, mirror: &Mirror, agency: Option<&AgencyId>) -> String {
    let Some(agency) = agency else {
        return page.t("office-the-node");
    };
    let named = mirror.agencies.iter().find(|one| one.agency == *agency);
    named.map_or_else(|| page.t("office-own-agency"), |one| one.name.clone())
}

/// What is known of a dossier without looking into it: who cares for it, who saw it, what the
/// person agreed to and asked for.
pub(crate) async fn cover(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(number): Path<String>,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    covered_page(&desk, &uri, &number, (visitor, token), false).await
}

/// The same, right after a record was entered.
pub(crate) async fn entered(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(number): Path<String>,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    covered_page(&desk, &uri, &number, (visitor, token), true).await
}

async fn covered_page(
    desk: &Desk,
    uri: &Uri,
    number: &str,
    (visitor, token): (Visitor, Token),
    entered: bool,
) -> Result<Response, Problem> {
    let dossier: DossierId = id("dossier", number)?;
    let mirror = mirror_of(desk, &visitor, dossier).await?;
    html(&Cover {
        page: desk
            .page(uri, "office", desk.words.say("dossier-title"))
            .of(&visitor, &token)
            .at(&format!("/office/dossiers/{dossier}")),
        entered,
        forms: Forms::new(token, visitor),
        dossier,
        mirror,
        now_ms: (desk.site.now)().as_millisecond(),
        consents_to: ConsentTo::ALL,
        purposes: Purpose::ALL,
        matters: MatterKind::ALL,
        outcomes: Outcome::ALL,
        grounds: ExportGround::ALL,
        erasures: Ground::ALL,
    })
}

pub(super) async fn mirror_of(
    desk: &Desk,
    visitor: &Visitor,
    dossier: DossierId,
) -> Result<Mirror, Problem> {
    let way = first_way(visitor, Power::Mirror)?;
    match ask(desk, visitor, way, Ask::ReadMirror { dossier }).await? {
        Answer::Mirror(mirror) => Ok(*mirror),
        other => Err(unlike(&other)),
    }
}

#[derive(Template)]
#[template(path = "dossier_read.html")]
struct Opened {
    page: Page,
    forms: Forms,
    dossier: DossierId,
    about: PersonRole,
    sheets: Vec<Sheet>,
}

/// Reads a dossier; the look is an act, with its reason.
pub(crate) async fn read(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(number): Path<String>,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["reason", "as"])?;
    let dossier: DossierId = id("dossier", &number)?;
    let reason = sealed(&sent, "reason")?;
    let way = way(&visitor, Power::Read, &sent)?;
    let answer = ask(&desk, &visitor, way, Ask::ReadDossier { dossier, reason }).await?;
    let Answer::Dossier(read) = answer else {
        return Err(unlike(&answer));
    };
    // The title says nothing: it stands in the history of whatever machine this is read on.
    let page = desk
        .page(&uri, "office", desk.words.say("dossier-title"))
        .of(&visitor, &token)
        .at(&format!("/office/dossiers/{dossier}"));
    html(&Opened {
        about: read.role,
        sheets: sheets(&page, read),
        page,
        forms: Forms::new(token, visitor),
        dossier,
    })
}

#[derive(Template)]
#[template(path = "glass.html")]
struct Emergency {
    page: Page,
    forms: Forms,
    open: Vec<Glass>,
}

/// Emergencies: the form, and what one has open.
pub(crate) async fn emergency(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let way = first_way(&visitor, Power::Own)?;
    let answer = ask(&desk, &visitor, way, Ask::ListNotices).await?;
    let Answer::Notices(notices) = answer else {
        return Err(unlike(&answer));
    };
    html(&Emergency {
        page: desk
            .page(&uri, "office", desk.words.say("glass-title"))
            .of(&visitor, &token),
        forms: Forms::new(token, visitor),
        open: notices.own_glasses,
    })
}

/// Opens a dossier that is out of reach.
pub(crate) async fn break_glass(
    State(desk): State<Desk>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["dossier", "reason", "as"])?;
    let dossier = id("dossier", sent.need("dossier")?)?;
    let reason = sealed(&sent, "reason")?;
    let way = way(&visitor, Power::BreakGlass, &sent)?;
    ask(&desk, &visitor, way, Ask::BreakGlass { dossier, reason }).await?;
    Ok(go(&desk, "/emergency"))
}

/// Ends an emergency opening.
pub(crate) async fn end_glass(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["as"])?;
    let glass: GlassId = id("glass", &number)?;
    let way = way(&visitor, Power::Mirror, &sent)?;
    ask(&desk, &visitor, way, Ask::EndGlass { glass }).await?;
    Ok(go(&desk, ""))
}

/// Says that one was told of an emergency opening.
pub(crate) async fn see_glass(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["as"])?;
    let glass: GlassId = id("glass", &number)?;
    let way = way(&visitor, Power::Mirror, &sent)?;
    ask(&desk, &visitor, way, Ask::SeeGlass { glass }).await?;
    Ok(go(&desk, ""))
}

/// Back to the cover of a dossier.
pub(super) fn covered(desk: &Desk, dossier: DossierId) -> Response {
    go(desk, &format!("/dossiers/{dossier}"))
}

/// Puts a dossier into somebody's care.
pub(crate) async fn assign(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["staff", "as"])?;
    let dossier: DossierId = id("dossier", &number)?;
    let staff: StaffId = id("staff", sent.need("staff")?)?;
    let way = way(&visitor, Power::Assign, &sent)?;
    ask(&desk, &visitor, way, Ask::Assign { dossier, staff }).await?;
    Ok(covered(&desk, dossier))
}

/// Takes a dossier out of somebody's care.
pub(crate) async fn release(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["staff", "as"])?;
    let dossier: DossierId = id("dossier", &number)?;
    let staff: StaffId = id("staff", sent.need("staff")?)?;
    let way = way(&visitor, Power::Assign, &sent)?;
    ask(&desk, &visitor, way, Ask::Release { dossier, staff }).await?;
    Ok(covered(&desk, dossier))
}

/// Places a legal hold.
pub(crate) async fn hold(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["reason", "as"])?;
    let dossier: DossierId = id("dossier", &number)?;
    let reason = sealed(&sent, "reason")?;
    let way = way(&visitor, Power::Hold, &sent)?;
    ask(&desk, &visitor, way, Ask::PlaceHold { dossier, reason }).await?;
    Ok(covered(&desk, dossier))
}

/// Lifts one.
pub(crate) async fn lift(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["reason", "dossier", "as"])?;
    let hold: HoldId = id("hold", &number)?;
    let dossier: DossierId = id("dossier", sent.need("dossier")?)?;
    let reason = sealed(&sent, "reason")?;
    let way = way(&visitor, Power::Hold, &sent)?;
    ask(&desk, &visitor, way, Ask::LiftHold { hold, reason }).await?;
    Ok(covered(&desk, dossier))
}

/// Asks that a dossier be erased.
pub(crate) async fn erase(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["ground", "reason", "as"])?;
    let dossier: DossierId = id("dossier", &number)?;
    let asked = Ask::RequestErasure {
        dossier,
        ground: code(&sent, "ground", Ground::of_code)?,
        reason: sealed(&sent, "reason")?,
    };
    let way = way(&visitor, Power::RequestErasure, &sent)?;
    ask(&desk, &visitor, way, asked).await?;
    Ok(go(&desk, ""))
}

/// Confirms what another has asked. It is for good, so it is asked twice.
pub(crate) async fn confirm_erasure(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["sure", "as"])?;
    let erasure: ErasureId = id("erasure", &number)?;
    if sent.find("sure") != Some("yes") {
        return Err(Problem::of(Kind::MissingField, "sure", "").allowing(["yes"]));
    }
    let way = way(&visitor, Power::ConfirmErasure, &sent)?;
    ask(&desk, &visitor, way, Ask::ConfirmErasure { erasure }).await?;
    Ok(go(&desk, ""))
}

/// Opens what was handed in while the node was locked.
pub(crate) async fn take_deposits(
    State(desk): State<Desk>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["as"])?;
    let way = way(&visitor, Power::Enter, &sent)?;
    ask(&desk, &visitor, way, Ask::TakeDeposits).await?;
    Ok(go(&desk, "/dossiers"))
}

/// A day in a form, as the moment at which it ends.
pub(super) fn end_of_day(text: &str) -> Result<Timestamp, Problem> {
    let day: Result<jiff::civil::Date, _> = text.parse();
    let not_a_date = || Problem::of(Kind::NotADate, "until", text).allowing(["YYYY-MM-DD"]);
    let day = day.map_err(|_| not_a_date())?;
    let next = day.tomorrow().map_err(|_| not_a_date())?;
    let at = next.to_zoned(jiff::tz::TimeZone::UTC);
    at.map(|at| at.timestamp()).map_err(|_| not_a_date())
}

/// A line of the log on paper: what, in the language of the page.
pub(crate) fn line_words(page: &Page, line: &MirrorLine) -> String {
    page.t(act_key(&line.kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consent_until_a_day_holds_on_that_day() {
        let until = end_of_day("2031-02-28").expect("a day");
        assert_eq!(until.to_string(), "2031-03-01T00:00:00Z");
        assert!(end_of_day("28.2.2031").is_err());
    }
}
