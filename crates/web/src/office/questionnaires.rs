//! Questionnaires, filled in at a page: a new dossier, or a record more in one.
//!
//! A page holds the whole form and works without script: its button for going on sends what was
//! typed and gets the form back, worked out for it. Nothing is kept on the way but by whoever asks
//! for it, sealed in the journal as a record that is not finished. Whoever was away for so long
//! that their session has ended signs in again and finds what they had typed: it waits in memory
//! for a while, under a number that only their browser was told.

use askama::Template;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use instruments::carried::carried;
use instruments::evaluate::Clock;
use instruments::fill::{
    Asks, Choice, Fault, FaultKind, Filled, Instrument, Item, Question, Typed,
};
use office::{Answer, Ask, PersonRole, Power, filled};
use protect::Confidential;
use protect::credential::SessionToken;
use terms::id::{DossierId, RecordId};

use super::dossiers::Forms;
use super::{ask, go, id, unlike, way};
use crate::fields::Fields;
use crate::page::{Page, html, html_with};
use crate::pages::estimate::unkept;
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::visitor::{self, Sent, Token, Visitor};

/// Longest form that is read, in bytes: what somebody told may be long.
pub(crate) const FORM_BYTES_MAX: usize = 256 * 1024;
/// Templates pass what they name by reference.
const ROLES: [PersonRole; 8] = PersonRole::ALL;
/// Choices that are shown beside each other; more are folded into a list.
const BESIDE_MAX: usize = 6;

/// What a browser had sent when its session was over.
pub(crate) struct Kept {
    path: String,
    fields: Vec<(String, String)>,
}

/// Where a record goes.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// Into which dossier; none for a new one.
    dossier: Option<DossierId>,
    /// In place of which record.
    replaces: Option<RecordId>,
}

/// A questionnaire as it is shown: which, for what, what was typed, and what it comes to.
type Shown = (&'static Instrument, Place, (Typed, Filled));

/// How a page came to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    /// Nothing is to be said.
    Nothing,
    /// It was kept, unfinished, at this time.
    Kept(String),
    /// What was typed before the session ended is there again.
    Back,
    /// It was to be handed in, and something is wrong.
    Wrong,
}

impl Said {
    fn is_wrong(&self) -> bool {
        *self == Self::Wrong
    }
}

#[derive(Template)]
#[template(path = "questionnaires.html")]
struct List {
    page: Page,
    forms: Forms,
}

impl List {
    fn instruments(&self) -> &'static [Instrument] {
        carried()
    }
}

#[derive(Template)]
#[template(path = "questionnaire.html")]
struct Sheet {
    page: Page,
    forms: Forms,
    instrument: &'static Instrument,
    place: Place,
    filled: Filled,
    turns: Vec<(String, usize)>,
    said: Said,
}

impl Sheet {
    fn title(&self) -> String {
        title(&self.page, self.instrument)
    }

    /// Where the form is sent.
    fn action(&self) -> String {
        address(&self.page, self.place.dossier, self.instrument.id())
    }

    /// What is said of a question. What is missing is told when somebody hands the form in.
    fn fault<'s>(&self, question: &'s Question) -> Option<&'s Fault> {
        let fault = question.fault.as_ref()?;
        let told = fault.kind != FaultKind::Required || self.said == Said::Wrong;
        told.then_some(fault)
    }

    fn faults(&self) -> Vec<&Fault> {
        let faults = self.filled.faults.iter();
        faults
            .filter(|fault| fault.kind != FaultKind::Required || self.said == Said::Wrong)
            .collect()
    }

    fn words(&self, fault: &Fault) -> String {
        let said = self.page.t(format!("fault-{}", fault.kind.code()));
        match &fault.message {
            Some(message) => format!("{said} {message}"),
            None => said,
        }
    }

    fn is_beside(&self, question: &Question, choices: &[Choice]) -> bool {
        question.required && choices.len() <= BESIDE_MAX
    }

    /// A browser shows nothing in a field for days if what stands there is none.
    fn is_day(&self, typed: &str) -> bool {
        typed.is_empty() || typed.parse::<jiff::civil::Date>().is_ok()
    }

    /// What a button for turns says: `accused[2]`.
    fn turn(&self, repeat: &str, number: &usize) -> String {
        format!("drop:{repeat}[{number}]")
    }
}

/// A name for a place in the page.
fn anchor(path: &str) -> String {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter
        } else {
            '-'
        }
    };
    path.chars().map(plain).collect::<String>()
}

/// What a questionnaire is called.
pub(crate) fn title(page: &Page, instrument: &Instrument) -> String {
    page.t(format!("form-{}", instrument.id().replace('_', "-")))
}

/// What its records are about.
pub(crate) fn role(instrument: &Instrument) -> &'static PersonRole {
    let role = filled::role(instrument);
    let mut all = ROLES.iter();
    all.find(|one| **one == role)
        .unwrap_or(&PersonRole::Unstated)
}

fn address(page: &Page, dossier: Option<DossierId>, form: &str) -> String {
    match dossier {
        Some(dossier) => page.to(&format!("/office/dossiers/{dossier}/forms/{form}")),
        None => page.to(&format!("/office/forms/{form}")),
    }
}

/// The questionnaires that can be filled in for a new dossier.
pub(crate) async fn list(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    Fields::read(&uri, &[])?;
    html(&List {
        page: desk
            .page(&uri, "office", desk.words.say("forms-title"))
            .of(&visitor, &token),
        forms: Forms::new(token, visitor),
    })
}

/// One of them, empty.
pub(crate) async fn blank(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(form): Path<String>,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    Fields::read(&uri, &[])?;
    let shown = blank_of(&desk, instrument(&form)?, Place::default());
    sheet(&desk, &uri, (visitor, token), shown, Said::Nothing)
}

/// One of them, empty, for a dossier that is there.
pub(crate) async fn blank_in(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path((dossier, form)): Path<(String, String)>,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    Fields::read(&uri, &[])?;
    let (instrument, dossier) = (instrument(&form)?, id("dossier", &dossier)?);
    in_reach(&desk, &visitor, instrument, dossier).await?;
    let place = Place {
        dossier: Some(dossier),
        replaces: None,
    };
    let shown = blank_of(&desk, instrument, place);
    sheet(&desk, &uri, (visitor, token), shown, Said::Nothing)
}

/// Refuses a dossier that is not there or out of reach, and one about something else. Whoever sees
/// no dossier by its cover adds to none.
async fn in_reach(
    desk: &Desk,
    visitor: &Visitor,
    instrument: &Instrument,
    dossier: DossierId,
) -> Result<(), Problem> {
    if !visitor.seat.may(Power::Mirror) {
        return Err(Problem::of(Kind::NotFound, "dossier", ""));
    }
    let mirror = super::dossiers::mirror_of(desk, visitor, dossier).await?;
    match mirror.role == filled::role(instrument) {
        true => Ok(()),
        false => Err(Problem::of(Kind::NotFound, "form", instrument.id())),
    }
}

/// A questionnaire in which nothing is typed yet.
fn blank_of(desk: &Desk, instrument: &'static Instrument, place: Place) -> Shown {
    let typed = Typed::default();
    let filled = instrument.fill(&typed, desk.words.language().code(), clock(desk));
    (instrument, place, (typed, filled))
}

/// What was typed before a session ended.
pub(crate) async fn kept(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(number): Path<String>,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let gone = || Problem::of(Kind::NotFound, "kept", "");
    let number = SessionToken::from_text(&number).map_err(|_| gone())?;
    let kept = desk.hall.kept.take(number.id(), desk.hall.now());
    let Kept { path, fields } = kept.ok_or_else(gone)?;
    let mut steps = path.split('/').rev();
    let form = steps.next().unwrap_or_default();
    let dossier = steps.nth(1).filter(|_| path.contains("/dossiers/"));
    let dossier = dossier.map(|dossier| id("dossier", dossier)).transpose()?;
    let sent = Sending::read(&Sent(fields))?;
    let place = Place {
        dossier,
        replaces: sent.replaces,
    };
    let instrument = instrument(form)?;
    let (language, clock) = (desk.words.language().code(), clock(&desk));
    let worked = tokio::task::spawn_blocking(move || {
        let filled = instrument.fill(&sent.typed, language, clock);
        (sent.typed, filled)
    });
    let worked = worked.await.map_err(|_| Problem::new(Kind::Internal))?;
    let shown = (instrument, place, worked);
    sheet(&desk, &uri, (visitor, token), shown, Said::Back)
}

/// Keeps what a browser has sent after its session was over; the answer is the address to sign in
/// at, which leads on to what was kept.
pub(crate) fn keep(desk: &Desk, uri: &Uri, fields: Vec<(String, String)>) -> String {
    let number = visitor::fresh();
    let kept = Kept {
        path: uri.path().to_owned(),
        fields,
    };
    desk.hall.kept.put(number.id(), kept, desk.hall.now());
    let language = desk.words.language().code();
    let page = format!("/{language}/office/kept/{}", *number.to_text());
    visitor::sign_in_for(language, &page)
}

fn instrument(form: &str) -> Result<&'static Instrument, Problem> {
    let mut all = carried().iter();
    let found = all.find(|one| one.id() == form);
    found.ok_or_else(|| {
        let allowed = carried().iter().map(|one| one.id().to_owned());
        Problem::of(Kind::NotFound, "form", form).allowing(allowed)
    })
}

/// What a form of these pages sends.
struct Sending {
    typed: Typed,
    step: String,
    replaces: Option<RecordId>,
}

impl Sending {
    fn read(sent: &Sent) -> Result<Self, Problem> {
        let mut reading = Self {
            typed: Typed::default(),
            step: "look".to_owned(),
            replaces: None,
        };
        for (name, value) in &sent.0 {
            match name.as_str() {
                "as" => {}
                "step" => reading.step.clone_from(value),
                "replaces" => reading.replaces = Some(id("replaces", value)?),
                path if path.starts_with('/') => reading.typed.answer(path, value),
                path if path.starts_with("#/") => {
                    let turns = value.parse();
                    let turns = turns.map_err(|_| Problem::of(Kind::NotInList, "turns", ""))?;
                    reading.typed.turn_count(&path[1..], turns);
                }
                other => return Err(Problem::of(Kind::UnknownField, other, "")),
            }
        }
        Ok(reading)
    }

    /// Adds or takes away a turn, if that was pressed.
    fn turn(&mut self, instrument: &Instrument, clock: Clock) {
        let now = |filled: &Filled, repeat: &str| {
            let items = filled.items.iter();
            let mut now = items.filter_map(|item| match item {
                Item::Add {
                    repeat: own, now, ..
                } if own == repeat => Some(*now),
                _ => None,
            });
            now.next()
        };
        if let Some(repeat) = self.step.strip_prefix("add:") {
            let filled = instrument.fill(&self.typed, "en", clock);
            if let Some(now) = now(&filled, repeat) {
                self.typed.add_turn(repeat, now);
            }
        } else if let Some(turn) = self.step.strip_prefix("drop:") {
            let filled = instrument.fill(&self.typed, "en", clock);
            let parts = turn
                .strip_suffix(']')
                .and_then(|turn| turn.rsplit_once('['));
            if let Some((repeat, number)) = parts
                && let (Some(now), Ok(number)) = (now(&filled, repeat), number.parse())
            {
                self.typed.drop_turn(repeat, number, now);
            }
        }
    }
}

/// Goes on with a form for a new dossier, keeps it, or hands it in.
pub(crate) async fn answer(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(form): Path<String>,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    answered(&desk, &uri, (visitor, token), (&form, None), &sent).await
}

/// The same for a dossier that is there.
pub(crate) async fn answer_in(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path((dossier, form)): Path<(String, String)>,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    let number = id("dossier", &dossier)?;
    in_reach(&desk, &visitor, instrument(&form)?, number).await?;
    let dossier = Some(number);
    answered(&desk, &uri, (visitor, token), (&form, dossier), &sent).await
}

async fn answered(
    desk: &Desk,
    uri: &Uri,
    (visitor, token): (Visitor, Token),
    (form, dossier): (&str, Option<DossierId>),
    sent: &Sent,
) -> Result<Response, Problem> {
    let instrument = instrument(form)?;
    let clock = clock(desk);
    let mut sending = Sending::read(sent)?;
    let language = desk.words.language().code();
    let worked = tokio::task::spawn_blocking(move || {
        sending.turn(instrument, clock);
        let filled = instrument.fill(&sending.typed, language, clock);
        (sending, filled)
    });
    let (sending, filled) = worked.await.map_err(|_| Problem::new(Kind::Internal))?;
    let mut place = Place {
        dossier,
        replaces: sending.replaces,
    };
    let finished = match sending.step.as_str() {
        "keep" => false,
        "enter" if filled.faults.is_empty() => true,
        "anyway" => true,
        "enter" => {
            let shown = (instrument, place, (sending.typed, filled));
            return sheet(desk, uri, (visitor, token), shown, Said::Wrong);
        }
        step if step == "look" || step.starts_with("add:") || step.starts_with("drop:") => {
            let shown = (instrument, place, (sending.typed, filled));
            return sheet(desk, uri, (visitor, token), shown, Said::Nothing);
        }
        _ => {
            let allowed = ["look", "keep", "enter", "anyway", "add:", "drop:"];
            return Err(Problem::of(Kind::NotInList, "step", "").allowing(allowed));
        }
    };
    let way = way(&visitor, Power::Enter, sent)?;
    let entered = Ask::EnterRecord {
        dossier,
        role: filled::role(instrument),
        replaces: place.replaces,
        record: Confidential::seal(filled::record(instrument, &filled, finished)),
    };
    let (dossier, record) = match ask(desk, &visitor, way, entered).await? {
        Answer::Record { dossier, record } => (dossier, record),
        other => return Err(unlike(&other)),
    };
    if finished {
        let to_cover = visitor.seat.may(Power::Mirror);
        return Ok(match to_cover {
            true => go(desk, &format!("/dossiers/{dossier}/entered")),
            false => go(desk, "/forms"),
        });
    }
    // It goes on where it is; kept again, it takes the place of what was kept.
    place.dossier = Some(dossier);
    place.replaces = Some(record);
    let at = super::moment((desk.site.now)().as_millisecond());
    let shown = (instrument, place, (sending.typed, filled));
    sheet(desk, uri, (visitor, token), shown, Said::Kept(at))
}

/// The day and the hour of the node: UTC, as everywhere on its pages.
fn clock(desk: &Desk) -> Clock {
    Clock {
        now: (desk.site.now)().as_millisecond(),
        ahead_minutes: 0,
    }
}

fn sheet(
    desk: &Desk,
    uri: &Uri,
    (visitor, token): (Visitor, Token),
    (instrument, place, (typed, filled)): Shown,
    said: Said,
) -> Result<Response, Problem> {
    let page = desk
        .page(uri, "office", desk.words.say("forms-title"))
        .of(&visitor, &token);
    // In another language the form is empty: what was typed stands in no address.
    let page = page.at(&match place.dossier {
        Some(dossier) => format!("/office/dossiers/{dossier}/forms/{}", instrument.id()),
        None => format!("/office/forms/{}", instrument.id()),
    });
    let status = match said {
        Said::Wrong => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let turns = typed.turns().map(|(path, count)| (path.to_owned(), count));
    unkept(html_with(
        status,
        &Sheet {
            turns: turns.collect(),
            forms: Forms::new(token, visitor),
            page,
            instrument,
            place,
            filled,
            said,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_page_has_a_plain_name() {
        assert_eq!(anchor("/data/accused[2]/steps"), "-data-accused-2--steps");
    }
}
