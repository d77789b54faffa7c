//! Who works here: adding, changing, shutting, ending, setting anew; names, which are sealed.

use askama::Template;
use axum::extract::{OriginalUri, Path, State};
use axum::http::Uri;
use axum::response::Response;
use office::{Agency, Answer, Ask, NewStaff, Power, Role, Staff};
use protect::Confidential;
use terms::id::{AgencyId, ResetId, StaffId};

use super::dossiers::Forms;
use super::{ask, day, first_way, go, id, sealed, unlike, way};
use crate::page::{Page, html};
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::visitor::{Sent, Token, Visitor};

/// Fields of the roles, one for each, so that each stands in a form once.
const ROLE_FIELDS: [&str; 5] = [
    "role-caseworker",
    "role-data-manager",
    "role-coordinator",
    "role-administrator",
    "role-overseer",
];

/// The roles that a form ticks.
fn roles(sent: &Sent) -> Result<Vec<Role>, Problem> {
    let ticked = Role::ALL.into_iter().zip(ROLE_FIELDS);
    let ticked = ticked.filter(|(_, field)| sent.find(field) == Some("yes"));
    let roles: Vec<Role> = ticked.map(|(role, _)| role).collect();
    if roles.is_empty() {
        return Err(Problem::of(Kind::MissingField, "role", "").allowing(ROLE_FIELDS));
    }
    Ok(roles)
}

/// Fields that a form has besides those of the roles.
fn with_roles(sent: &Sent, others: &[&'static str]) -> Result<(), Problem> {
    sent.among(&[others, &ROLE_FIELDS].concat())
}

/// What is for good is asked twice.
fn sure(sent: &Sent) -> Result<(), Problem> {
    match sent.find("sure") {
        Some("yes") => Ok(()),
        _ => Err(Problem::of(Kind::MissingField, "sure", "").allowing(["yes"])),
    }
}

fn supervisor(sent: &Sent) -> Result<Option<StaffId>, Problem> {
    let given = sent.find("supervisor");
    given.map(|text| id("supervisor", text)).transpose()
}

/// An agency by its name; the node's own may have none yet.
pub(super) fn agency_of(page: &Page, agencies: &[Agency], agency: AgencyId) -> String {
    let named = agencies.iter().find(|one| one.agency == agency);
    named.map_or_else(|| page.t("office-own-agency"), |one| one.name.clone())
}

/// Who works here, and what agencies there are.
pub(super) async fn listed(
    desk: &Desk,
    visitor: &Visitor,
) -> Result<(Vec<Staff>, Vec<Agency>), Problem> {
    let way = first_way(visitor, Power::ManageStaff)?;
    match ask(desk, visitor, way, Ask::ListStaff).await? {
        Answer::People(people, agencies) => Ok((people, agencies)),
        other => Err(unlike(&other)),
    }
}

/// How somebody stands, in words.
fn standing(page: &Page, staff: &Staff) -> String {
    page.t(match (staff.active, staff.suspended, staff.signs_in) {
        (false, ..) => "people-state-ended",
        (true, true, _) => "people-state-suspended",
        (true, false, true) => "people-state-active",
        (true, false, false) => "people-state-console",
    })
}

fn role_words(page: &Page, staff: &Staff) -> String {
    let roles: Vec<String> = staff.roles.iter().map(|code| page.role(code)).collect();
    roles.join(", ")
}

#[derive(Template)]
#[template(path = "people.html")]
struct People {
    page: Page,
    forms: Forms,
    people: Vec<Staff>,
    agencies: Vec<Agency>,
    roles: [Role; 5],
}

impl People {
    fn agency(&self, staff: &Staff) -> String {
        agency_of(&self.page, &self.agencies, staff.agency)
    }
    fn state(&self, staff: &Staff) -> String {
        standing(&self.page, staff)
    }
    fn roles_of(&self, staff: &Staff) -> String {
        role_words(&self.page, staff)
    }
}

/// Everybody, by number; names are sealed and stand here nowhere.
pub(crate) async fn list(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let (people, agencies) = listed(&desk, &visitor).await?;
    html(&People {
        page: desk
            .page(&uri, "office", desk.words.say("people-title"))
            .of(&visitor, &token),
        forms: Forms::new(token, visitor),
        people,
        agencies,
        roles: Role::ALL,
    })
}

#[derive(Template)]
#[template(path = "code.html")]
struct Code {
    page: Page,
    staff: StaffId,
    code: String,
    /// What to do with it, one sentence each.
    told: Vec<String>,
    until: String,
    /// Where it is used, as it is typed.
    address: String,
}

/// A code or a half of one, on a sheet whose title says nothing; it stands nowhere else, so that
/// this page is its only copy.
fn code_page(
    desk: &Desk,
    (uri, visitor, token): (&Uri, &Visitor, &Token),
    staff: StaffId,
    code: &str,
    told: &[&str],
) -> Result<Response, Problem> {
    let page = desk
        .page(uri, "office", desk.words.say("code-title"))
        .of(visitor, token)
        .at("/office");
    let holds_ms = i64::try_from(office::door::CODE.as_millis()).unwrap_or(i64::MAX);
    let now_ms = (desk.site.now)().as_millisecond();
    let origin = desk.site.origin.as_ref();
    let origin = origin.map_or("", crate::visitor::PublicOrigin::as_str);
    html(&Code {
        told: told.iter().map(|key| page.t(key)).collect(),
        address: format!("{origin}{}", page.to("/office/first")),
        until: day(now_ms.saturating_add(holds_ms)),
        code: code.to_owned(),
        staff,
        page,
    })
}

/// Lets somebody work here; the answer shows their one-time code, once.
pub(crate) async fn add(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    with_roles(&sent, &["name", "sign-in", "agency", "supervisor", "as"])?;
    let agency = sent.find("agency").map(|text| id("agency", text));
    let new = NewStaff {
        name: sealed(&sent, "name")?,
        sign_in: Some(sent.need("sign-in")?.to_owned()),
        roles: roles(&sent)?,
        agency: agency.transpose()?,
        supervisor: supervisor(&sent)?,
    };
    let way = way(&visitor, Power::ManageStaff, &sent)?;
    let answer = ask(&desk, &visitor, way, Ask::AddStaff(new)).await?;
    let Answer::Enrolment(staff, code) = answer else {
        return Err(unlike(&answer));
    };
    let whole = code.whole();
    let told = ["code-first-hand", "code-first-use", "code-lost"];
    code_page(&desk, (&uri, &visitor, &token), staff, &whole, &told)
}

#[derive(Template)]
#[template(path = "person.html")]
struct Person {
    page: Page,
    forms: Forms,
    one: Staff,
    others: Vec<Staff>,
    agencies: Vec<Agency>,
    roles: [Role; 5],
}

impl Person {
    fn has(&self, role: &Role) -> bool {
        self.one.roles.iter().any(|code| code == role.code())
    }
    fn agency(&self) -> String {
        agency_of(&self.page, &self.agencies, self.one.agency)
    }
    fn state(&self) -> String {
        standing(&self.page, &self.one)
    }
    fn roles_of(&self, staff: &Staff) -> String {
        role_words(&self.page, staff)
    }
    fn answers_to(&self, other: &Staff) -> bool {
        self.one.supervisor == Some(other.staff)
    }
}

/// One of them, by number.
pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(number): Path<String>,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let staff: StaffId = id("staff", &number)?;
    let (mut people, agencies) = listed(&desk, &visitor).await?;
    let at = people.iter().position(|one| one.staff == staff);
    let at = at.ok_or_else(|| Problem::new(Kind::Refused("staff_missing")))?;
    let one = people.remove(at);
    people.retain(|one| one.active);
    html(&Person {
        page: desk
            .page(&uri, "office", desk.words.say("person-title"))
            .of(&visitor, &token),
        forms: Forms::new(token, visitor),
        one,
        others: people,
        agencies,
        roles: Role::ALL,
    })
}

/// To the page of somebody.
fn to_person(desk: &Desk, staff: StaffId) -> Response {
    go(desk, &format!("/people/{staff}"))
}

/// Gives somebody other roles, or another supervisor.
pub(crate) async fn change(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    with_roles(&sent, &["supervisor", "as"])?;
    let staff: StaffId = id("staff", &number)?;
    let asked = Ask::ChangeStaff {
        staff,
        roles: roles(&sent)?,
        supervisor: supervisor(&sent)?,
    };
    let way = way(&visitor, Power::ManageStaff, &sent)?;
    ask(&desk, &visitor, way, asked).await?;
    Ok(to_person(&desk, staff))
}

/// Ends an account. It is for good, so it is asked twice.
pub(crate) async fn end(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["sure", "as"])?;
    let staff: StaffId = id("staff", &number)?;
    sure(&sent)?;
    let way = way(&visitor, Power::ManageStaff, &sent)?;
    ask(&desk, &visitor, way, Ask::EndStaff { staff }).await?;
    Ok(to_person(&desk, staff))
}

/// Shuts an account at once, from the page of its holder.
pub(crate) async fn suspend(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["as"])?;
    let staff: StaffId = id("staff", &number)?;
    let way = way(&visitor, Power::Suspend, &sent)?;
    ask(&desk, &visitor, way, Ask::Suspend { staff }).await?;
    if visitor.seat.may(Power::ManageStaff) {
        return Ok(to_person(&desk, staff));
    }
    Ok(go(&desk, ""))
}

/// Asks that somebody's credentials be set anew; the answer shows half of the code, once.
pub(crate) async fn reset(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(number): Path<String>,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["reason", "as"])?;
    let staff: StaffId = id("staff", &number)?;
    let reason = sealed(&sent, "reason")?;
    let way = way(&visitor, Power::RequestReset, &sent)?;
    let answer = ask(&desk, &visitor, way, Ask::RequestReset { staff, reason }).await?;
    let Answer::Reset(_, half) = answer else {
        return Err(unlike(&answer));
    };
    let told = ["code-half-first", "code-half-who", "code-half-hand"];
    code_page(&desk, (&uri, &visitor, &token), staff, &half, &told)
}

/// Confirms another's request; the answer shows the other half, once.
pub(crate) async fn confirm_reset(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(number): Path<String>,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["as"])?;
    let reset: ResetId = id("reset", &number)?;
    let way = way(&visitor, Power::ConfirmReset, &sent)?;
    let answer = ask(&desk, &visitor, way, Ask::ConfirmReset { reset }).await?;
    let Answer::ResetConfirmed(staff, half) = answer else {
        return Err(unlike(&answer));
    };
    let told = ["code-half-second", "code-half-hand", "code-half-use"];
    code_page(&desk, (&uri, &visitor, &token), staff, &half, &told)
}

#[derive(Template)]
#[template(path = "names.html")]
struct Names {
    page: Page,
    forms: Forms,
    /// Whose name, and the name: shown once.
    found: Option<(StaffId, String)>,
}

fn names_page(
    desk: &Desk,
    uri: &Uri,
    (visitor, token): (Visitor, Token),
    found: Option<(StaffId, String)>,
) -> Result<Response, Problem> {
    html(&Names {
        page: desk
            .page(uri, "office", desk.words.say("names-title"))
            .of(&visitor, &token),
        forms: Forms::new(token, visitor),
        found,
    })
}

/// The form in which a name is looked up.
pub(crate) async fn names(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    names_page(&desk, &uri, (visitor, token), None)
}

/// Looks a name up; the look is an act, with its reason.
pub(crate) async fn name(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["staff", "reason", "as"])?;
    let staff: StaffId = id("staff", sent.need("staff")?)?;
    let reason: Confidential<String> = sealed(&sent, "reason")?;
    let way = way(&visitor, Power::ReadName, &sent)?;
    let answer = ask(&desk, &visitor, way, Ask::ReadStaffName { staff, reason }).await?;
    let Answer::Name(name, warrant) = answer else {
        return Err(unlike(&answer));
    };
    let found = (staff, name.into_exposed(&warrant));
    names_page(&desk, &uri, (visitor, token), Some(found))
}

#[derive(Template)]
#[template(path = "suspend.html")]
struct Suspend {
    page: Page,
    forms: Forms,
    /// Whose account was shut just now.
    done: Option<StaffId>,
}

fn suspend_page(
    desk: &Desk,
    uri: &Uri,
    (visitor, token): (Visitor, Token),
    done: Option<StaffId>,
) -> Result<Response, Problem> {
    html(&Suspend {
        page: desk
            .page(uri, "office", desk.words.say("suspend-title"))
            .of(&visitor, &token),
        forms: Forms::new(token, visitor),
        done,
    })
}

/// The form in which an account is shut by its holder's number.
pub(crate) async fn suspending(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    suspend_page(&desk, &uri, (visitor, token), None)
}

/// Shuts an account by its holder's number, and says so.
pub(crate) async fn suspend_by_number(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["staff", "as"])?;
    let staff: StaffId = id("staff", sent.need("staff")?)?;
    let way = way(&visitor, Power::Suspend, &sent)?;
    ask(&desk, &visitor, way, Ask::Suspend { staff }).await?;
    suspend_page(&desk, &uri, (visitor, token), Some(staff))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_has_its_field() {
        for (role, field) in Role::ALL.into_iter().zip(ROLE_FIELDS) {
            assert_eq!(field, format!("role-{}", role.code()));
        }
        let ticked = Sent(vec![
            ("role-overseer".into(), "yes".into()),
            ("role-caseworker".into(), "yes".into()),
            ("role-administrator".into(), "no".into()),
        ]);
        assert_eq!(roles(&ticked), Ok(vec![Role::Caseworker, Role::Overseer]));
        assert!(roles(&Sent::default()).is_err());
    }
}
