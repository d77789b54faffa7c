//! The bench: what would be printed of a draft under a rule, what is lost, what could be worked
//! back; and the signature of a second person.
//!
//! No page of it prints a count that a mask hides. Why a cell is masked is told by its reason.

use std::sync::Arc;

use askama::Template;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use office::{
    Answer, Ask, DraftLine, Examined, PartyLine, Power, ReleaseLine, Request, Under, Who,
};
use protect::Audience;
use protect::rule::{RULES, Rule};
use terms::id::{DraftId, StaffId};

use super::dossiers::Forms;
use super::drafts::{drafts, released};
use super::outcome::{Outcome, Summary};
use super::{As, ask, code, go, id, refusal, unlike, way};
use crate::page::{Page, html, html_with};
use crate::problem::{Kind, Problem};
use crate::rules;
use crate::site::Desk;
use crate::visitor::{Sent, Token, Visitor};

/// Cells of a draft that is examined or signed from a page at most: larger ones take minutes, and
/// are worked on at the command line.
const CELLS_MAX: u64 = 5_000;
/// Cells of a draft of which all rules are compared at most.
const COMPARED_CELLS_MAX: u64 = 2_500;
/// Longest list of cells to mask or to keep, in characters.
const WISH_MAX: usize = 20_000;
/// What stands between the codes of a cell.
const BETWEEN: &str = " · ";

/// What was chosen, kept so that it stands there again.
#[derive(Debug, Clone, Default)]
struct Chosen {
    rule: String,
    audience: String,
    mask: String,
    keep: String,
}

impl Chosen {
    fn read(sent: &Sent) -> Result<Self, Problem> {
        let wish = |name: &str| {
            let text = sent.find(name).unwrap_or_default();
            match text.chars().count() > WISH_MAX {
                true => Err(Problem::of(Kind::TooLong, name, "").allowing([WISH_MAX.to_string()])),
                false => Ok(text.to_owned()),
            }
        };
        Ok(Self {
            rule: sent.find("rule").unwrap_or_default().to_owned(),
            audience: sent.need("audience")?.to_owned(),
            mask: wish("mask")?,
            keep: wish("keep")?,
        })
    }

    fn under(&self, rule: &'static Rule) -> Result<Under, Problem> {
        let audience = Audience::of_code(&self.audience)
            .ok_or_else(|| Problem::of(Kind::NotInList, "audience", &self.audience))?;
        let mut under = Under::new(rule, audience);
        under.wish.mask = cells(&self.mask);
        under.wish.keep = cells(&self.keep);
        Ok(under)
    }
}

/// Cells that were typed, one a line, their codes in the order of the table's dimensions.
fn cells(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let cell = |line: &str| {
        let between = if line.contains('·') { '·' } else { '/' };
        let codes = line.split(between);
        codes.map(|code| code.trim().to_owned()).collect()
    };
    lines.map(cell).collect()
}

/// What every page of one draft knows.
struct Case {
    draft: DraftLine,
    /// Whether whoever looks has brought it.
    own: bool,
    parties: Vec<PartyLine>,
    /// Every release of the node.
    releases: Vec<ReleaseLine>,
}

impl Case {
    async fn open(desk: &Desk, visitor: &Visitor, number: &str) -> Result<Self, Problem> {
        let wanted: DraftId =
            id("draft", number).map_err(|_| Problem::new(Kind::Refused("draft_missing")))?;
        let drafts = drafts(desk, visitor).await?;
        let draft = drafts.into_iter().find(|one| one.draft == wanted);
        let draft = draft.ok_or_else(|| Problem::new(Kind::Refused("draft_missing")))?;
        let known = released(desk, visitor).await?;
        Ok(Self {
            own: draft.brought_by == Some(StaffId(visitor.seat.person)),
            draft,
            parties: known.parties,
            releases: known.releases,
        })
    }

    /// Whom something can be released to, by code: there must be somebody.
    fn audiences(&self) -> Vec<String> {
        let mut found = vec![Audience::Public.code()];
        for party in &self.parties {
            found.push(Audience::Party(party.party.clone()).code());
            found.extend(party.sees.iter().cloned());
        }
        // Agreements before parties, each once; `public` is first in any order of codes but this.
        found[1..].sort();
        found.dedup();
        found
    }

    fn is_too_large(&self) -> bool {
        self.draft.cells > CELLS_MAX
    }
}

#[derive(Template)]
#[template(path = "draft.html")]
struct Cover {
    page: Page,
    forms: Forms,
    case: Case,
    chosen: Chosen,
    /// Whether whoever signs has shown lately who they are.
    fresh: bool,
    refused: Option<String>,
}

impl Cover {
    fn rules(&self) -> &'static [Rule] {
        &RULES
    }

    fn is_chosen(&self, rule: &Rule, first: &bool) -> bool {
        match self.chosen.rule.as_str() {
            "" => *first,
            code => code == rule.code,
        }
    }

    fn is_comparable(&self) -> bool {
        self.case.draft.cells <= COMPARED_CELLS_MAX
    }

    fn of_draft(&self) -> impl Iterator<Item = &ReleaseLine> {
        let draft = self.case.draft.draft;
        self.case
            .releases
            .iter()
            .filter(move |one| one.draft == draft)
    }

    fn title(&self, rule: &Rule) -> String {
        rules::title(self.page.words, rule)
    }

    fn told(&self, rule: &Rule) -> String {
        rules::told(self.page.words, rule)
    }

    fn audience(&self, code: &str) -> String {
        rules::audience_of(self.page.words, code)
    }

    fn between(&self) -> &'static str {
        BETWEEN
    }
}

fn page(desk: &Desk, uri: &Uri, key: &str, who: (&Visitor, &Token), case: &Case) -> Page {
    desk.page(uri, "office", desk.words.say(key))
        .of(who.0, who.1)
        .at(&format!("/office/drafts/{}", case.draft.draft))
}

/// One draft, with the choice of a rule and an audience.
pub(crate) async fn cover(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(number): Path<String>,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let case = Case::open(&desk, &visitor, &number).await?;
    let told = (Chosen::default(), None, StatusCode::OK);
    covered(&desk, &uri, (visitor, token), case, told)
}

fn covered(
    desk: &Desk,
    uri: &Uri,
    (visitor, token): (Visitor, Token),
    case: Case,
    (chosen, refused, status): (Chosen, Option<String>, StatusCode),
) -> Result<Response, Problem> {
    let template = Cover {
        page: page(desk, uri, "bench-title", (&visitor, &token), &case),
        fresh: visitor.seat.fresh,
        forms: Forms::new(token, visitor),
        case,
        chosen,
        refused,
    };
    html_with(status, &template)
}

/// What is refused because of what was chosen stands beside the choice; anything else is a page of
/// its own.
fn beside(
    desk: &Desk,
    uri: &Uri,
    who: (Visitor, Token),
    case: Case,
    (chosen, problem): (Chosen, Problem),
) -> Result<Response, Problem> {
    let sentence = match problem.kind {
        Kind::Refused("second_person") => desk.words.say("bench-own"),
        Kind::Refused(
            "audience_unknown" | "cell_missing" | "release_unsafe" | "release_known"
            | "release_missing",
        ) => problem.sentence(desk.words),
        _ => return Err(problem),
    };
    let told = (chosen, Some(sentence), problem.status());
    covered(desk, uri, who, case, told)
}

/// Asks the office to hold a draft against its audience, when it is this page's turn.
async fn examined(
    desk: &Desk,
    visitor: &Visitor,
    way: As,
    (draft, under): (DraftId, Under),
) -> Result<Box<Examined>, Problem> {
    let (site, hall) = (Arc::clone(&desk.site), Arc::clone(&desk.hall));
    let who = Who::Session(office::door::session_id(visitor.session));
    let asked = tokio::task::spawn_blocking(move || {
        let turn = hall.examining.take();
        turn.as_ref().ok_or_else(|| Problem::new(Kind::Busy))?;
        let office = site.office.as_ref();
        let office = office.ok_or_else(|| Problem::new(Kind::VaultMissing))?;
        let request = Request {
            who,
            role: way.role,
            purpose: way.purpose,
            at: (site.now)(),
            ask: Ask::ExamineDraft { draft, under },
        };
        let answer = office.request(request);
        answer.map_err(|error| refusal::problem(&error))
    });
    match asked.await.map_err(|_| Problem::new(Kind::Internal))?? {
        Answer::Examined(examined) => Ok(examined),
        other => Err(unlike(&other)),
    }
}

#[derive(Template)]
#[template(path = "examined.html")]
struct Answered {
    page: Page,
    forms: Forms,
    case: Case,
    chosen: Chosen,
    rule: &'static Rule,
    outcome: Outcome,
    fresh: bool,
    act: u64,
}

impl Answered {
    /// Releases to the same audience that this one may take the place of.
    fn replaceable(&self) -> impl Iterator<Item = &ReleaseLine> {
        let audience = &self.chosen.audience;
        let releases = self.case.releases.iter();
        releases.filter(move |one| one.audience == *audience && one.superseded_by.is_none())
    }

    fn title(&self) -> String {
        rules::title(self.page.words, self.rule)
    }

    fn told(&self) -> String {
        rules::told(self.page.words, self.rule)
    }

    fn audience(&self) -> String {
        rules::audience_of(self.page.words, &self.chosen.audience)
    }
}

fn too_large() -> Problem {
    Problem::new(Kind::Refused("draft_too_large"))
}

/// What would be printed. The look is an act.
pub(crate) async fn examine(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(number): Path<String>,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["rule", "audience", "mask", "keep", "as"])?;
    let chosen = Chosen::read(&sent)?;
    let rule = code(&sent, "rule", Rule::of_code)?;
    let way = way(&visitor, Power::ExamineDraft, &sent)?;
    let under = chosen.under(rule)?;
    let case = Case::open(&desk, &visitor, &number).await?;
    if case.is_too_large() {
        return Err(too_large());
    }
    let wanted = (case.draft.draft, under);
    let examined = match examined(&desk, &visitor, way, wanted).await {
        Ok(examined) => examined,
        Err(problem) => {
            return beside(&desk, &uri, (visitor, token), case, (chosen, problem));
        }
    };
    let act = examined.warrant.act();
    html(&Answered {
        page: page(&desk, &uri, "bench-answer-title", (&visitor, &token), &case),
        fresh: visitor.seat.fresh,
        forms: Forms::new(token, visitor),
        case,
        chosen,
        rule,
        outcome: Outcome::of(desk.words, rule, &examined),
        act,
    })
}

/// A rule with what it would cost.
struct Row {
    rule: &'static Rule,
    summary: Summary,
}

#[derive(Template)]
#[template(path = "compared.html")]
struct Compared {
    page: Page,
    forms: Forms,
    case: Case,
    chosen: Chosen,
    rows: Vec<Row>,
}

impl Compared {
    fn title(&self, rule: &Rule) -> String {
        rules::title(self.page.words, rule)
    }

    fn audience(&self) -> String {
        rules::audience_of(self.page.words, &self.chosen.audience)
    }
}

/// What is lost under each rule; each is a look of its own.
pub(crate) async fn compare(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(number): Path<String>,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    // The form is the one in which a rule is chosen; all of them are tried.
    sent.among(&["rule", "audience", "mask", "keep", "as"])?;
    let chosen = Chosen::read(&sent)?;
    let way = way(&visitor, Power::ExamineDraft, &sent)?;
    let case = Case::open(&desk, &visitor, &number).await?;
    if case.draft.cells > COMPARED_CELLS_MAX {
        return Err(too_large());
    }
    let mut rows = Vec::new();
    for rule in &RULES {
        let wanted = (case.draft.draft, chosen.under(rule)?);
        match examined(&desk, &visitor, way, wanted).await {
            Ok(examined) => rows.push(Row {
                rule,
                summary: Summary::of(desk.words, rule, &examined),
            }),
            Err(problem) => {
                return beside(&desk, &uri, (visitor, token), case, (chosen, problem));
            }
        }
    }
    html(&Compared {
        page: page(
            &desk,
            &uri,
            "bench-compare-title",
            (&visitor, &token),
            &case,
        ),
        forms: Forms::new(token, visitor),
        case,
        chosen,
        rows,
    })
}

/// Releases a draft that another has brought. Whoever is not sure to be the one who signed in shows
/// it again first: what is released cannot be taken back.
pub(crate) async fn sign(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(number): Path<String>,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    let fields = [
        "rule",
        "audience",
        "mask",
        "keep",
        "supersedes",
        "sure",
        "as",
    ];
    sent.among(&fields)?;
    let chosen = Chosen::read(&sent)?;
    let rule = code(&sent, "rule", Rule::of_code)?;
    sent.need("sure")?;
    let way = way(&visitor, Power::SignRelease, &sent)?;
    let under = chosen.under(rule)?;
    let case = Case::open(&desk, &visitor, &number).await?;
    if case.is_too_large() {
        return Err(too_large());
    }
    if !case.own && !visitor.seat.fresh {
        return Err(Problem::new(Kind::Refused("confirm_needed")));
    }
    let asked = Ask::SignRelease {
        draft: case.draft.draft,
        under,
        supersedes: sent.find("supersedes").map(str::to_owned),
    };
    match ask(&desk, &visitor, way, asked).await {
        Ok(Answer::Signed(signed)) => Ok(go(&desk, &format!("/releases/{}", signed.line.release))),
        Ok(other) => Err(unlike(&other)),
        Err(problem) => beside(&desk, &uri, (visitor, token), case, (chosen, problem)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_typed_one_a_line_with_either_sign_between_codes() {
        let typed = "north · other\r\n\n south/ labour \n1/2 · x\nall";
        assert_eq!(
            cells(typed),
            [
                vec!["north", "other"],
                vec!["south", "labour"],
                vec!["1/2", "x"],
                vec!["all"],
            ]
        );
    }
}
