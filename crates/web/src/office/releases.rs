//! What was released: the list, each release as its audience sees it, why a cell is masked, and how
//! one is withdrawn.

use askama::Template;
use axum::extract::{OriginalUri, Path, State};
use axum::response::Response;
use office::{Answer, Ask, DraftLine, Power, ReleaseLine, Shown, Traced};
use protect::Audience;
use protect::release::{AnyRelease, Fate};
use protect::rule::Rule;
use terms::id::StaffId;
use terms::table::Table;

use super::dossiers::Forms;
use super::drafts::{drafts, released};
use super::{WORDS_MAX, ask, first_way, go, unlike, way};
use crate::cells;
use crate::drawn::{Extent, draw};
use crate::page::{Page, html};
use crate::problem::{Kind, Problem};
use crate::rules::{self, Mark};
use crate::site::Desk;
use crate::visitor::{Sent, Token, Visitor};

/// Codes of a dimension that are offered for choice; where there are more, one is typed.
const OFFERED_MAX: usize = 300;
/// Names of the fields that name a cell: one for each dimension that a table may have.
const CELL_FIELDS: [&str; 8] = [
    "code-1", "code-2", "code-3", "code-4", "code-5", "code-6", "code-7", "code-8",
];

#[derive(Template)]
#[template(path = "releases.html")]
struct List {
    page: Page,
    forms: Forms,
    releases: Vec<ReleaseLine>,
    /// Drafts of the visitor's agency, whose names they may see.
    drafts: Vec<DraftLine>,
}

impl List {
    fn name(&self, release: &ReleaseLine) -> Option<&str> {
        let draft = self.drafts.iter().find(|one| one.draft == release.draft);
        draft.map(|draft| draft.name.as_str())
    }

    fn audience(&self, release: &ReleaseLine) -> String {
        rules::audience_of(self.page.words, &release.audience)
    }

    fn rule(&self, release: &ReleaseLine) -> String {
        rules::title_of(self.page.words, &release.rule)
    }
}

/// Releases, withdrawn ones included, the newest first.
pub(crate) async fn list(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let releases = released(&desk, &visitor).await?.releases;
    let drafts = match visitor.seat.may(Power::ExamineDraft) {
        true => drafts(&desk, &visitor).await?,
        false => Vec::new(),
    };
    html(&List {
        page: desk
            .page(&uri, "office", desk.words.say("releases-title"))
            .of(&visitor, &token),
        forms: Forms::new(token, visitor),
        releases,
        drafts,
    })
}

/// A cell that was asked about.
struct Why {
    /// What was counted, up to which act of the journal.
    counted: Option<(String, u64)>,
    cell: String,
    printed: String,
    mark: Option<Mark>,
    told: String,
    /// What was counted in a cell that is printed, if it was counted here.
    traced: Option<Traced>,
    act: u64,
}

#[derive(Template)]
#[template(path = "release.html")]
struct One {
    page: Page,
    forms: Forms,
    shown: Shown,
    table: String,
    note: Option<String>,
    /// Each dimension with its codes.
    dimensions: Vec<(String, Vec<String>)>,
    /// Whether the draft is of the visitor's agency: only then are they told why.
    explains: bool,
    /// Whether it is the visitor who has just signed, or signed it before.
    own: bool,
    why: Option<Why>,
}

impl One {
    fn public(&self) -> bool {
        self.shown.line.audience == Audience::Public.code()
    }

    fn audience(&self) -> String {
        rules::audience_of(self.page.words, &self.shown.line.audience)
    }

    fn rule(&self) -> String {
        rules::title_of(self.page.words, &self.shown.line.rule)
    }

    fn rule_told(&self) -> String {
        let rule = Rule::of_code(&self.shown.line.rule);
        rule.map(|rule| rules::told(self.page.words, rule))
            .unwrap_or_default()
    }

    fn is_offered(&self, codes: &[String]) -> bool {
        codes.len() <= OFFERED_MAX
    }

    fn field(&self, at: &usize) -> &'static str {
        CELL_FIELDS.get(*at).copied().unwrap_or_default()
    }

    fn source(&self) -> &terms::source::Source {
        &table_of(&self.shown).source
    }
}

fn table_of(shown: &Shown) -> &Table {
    match &shown.released {
        AnyRelease::Public(released) => released.value(),
        AnyRelease::Agreement(released) => released.value(),
        AnyRelease::Party(released) => released.value(),
    }
}

async fn read(desk: &Desk, visitor: &Visitor, release: &str) -> Result<Shown, Problem> {
    let way = first_way(visitor, Power::SeeReleases)?;
    let release = release.to_owned();
    match ask(desk, visitor, way, Ask::ReadRelease { release }).await? {
        Answer::Release(shown) => Ok(*shown),
        other => Err(unlike(&other)),
    }
}

async fn one(
    desk: &Desk,
    page: Page,
    (visitor, token): (Visitor, Token),
    (shown, why): (Shown, Option<Why>),
) -> Result<Response, Problem> {
    let words = desk.words;
    let explains = visitor.seat.may(Power::ExamineDraft)
        && drafts(desk, &visitor)
            .await?
            .iter()
            .any(|draft| draft.draft == shown.line.draft);
    let table = table_of(&shown);
    let cell = |_: usize, cell: &terms::cell::Cell| rules::seen(words, cell);
    let (drawn, note) = match draw(words, table, "bench-drawn-caption", cell) {
        Some((drawn, Extent::Whole)) => (drawn.render().unwrap_or_default(), None),
        _ => (String::new(), Some(words.say("release-drawn-not"))),
    };
    let codes = |id: &String| {
        let codes = table.codes(id).unwrap_or_default();
        (id.clone(), codes.to_vec())
    };
    let dimensions = table.dimensions().iter().map(|one| codes(&one.id));
    let dimensions = dimensions.take(CELL_FIELDS.len()).collect();
    html(&One {
        page: page.of(&visitor, &token),
        own: shown.line.signed_by == Some(StaffId(visitor.seat.person)),
        forms: Forms::new(token, visitor),
        table: drawn,
        note,
        dimensions,
        explains,
        shown,
        why,
    })
}

/// A release as its audience sees it.
pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(release): Path<String>,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let shown = read(&desk, &visitor, &release).await?;
    let page = desk.page(&uri, "office", desk.words.say("release-title"));
    one(&desk, page, (visitor, token), (shown, None)).await
}

/// Why a cell is printed or masked. The look is an act; what was counted stays behind the mask.
pub(crate) async fn explain(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(release): Path<String>,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    let mut known = CELL_FIELDS.to_vec();
    known.push("as");
    sent.among(&known)?;
    let way = way(&visitor, Power::ExamineDraft, &sent)?;
    let shown = read(&desk, &visitor, &release).await?;
    let dimensions = table_of(&shown).dimensions().len();
    let fields = CELL_FIELDS.iter().take(dimensions);
    let cell: Result<Vec<String>, Problem> = fields
        .map(|field| Ok(sent.need(field)?.trim().to_owned()))
        .collect();
    let asked = Ask::ExplainRelease {
        release: release.clone(),
        cell: cell?,
    };
    let explained = match ask(&desk, &visitor, way, asked).await? {
        Answer::Explained(explained) => explained,
        other => return Err(unlike(&other)),
    };
    let fate: Fate = explained.behind.expose(&explained.warrant).fate;
    let mark = Mark::of(fate);
    let rule = Rule::of_code(&explained.line.rule);
    let told = match (mark, rule) {
        (Some(mark), Some(rule)) => mark.told(desk.words, rule),
        _ => desk.words.say("release-why-printed"),
    };
    let counting = explained.counting.as_ref();
    let why = Why {
        counted: counting.map(|one| (one.line.clone(), one.up_to_act)),
        cell: explained.codes.join(" · "),
        printed: cells::print(desk.words, &explained.printed).text,
        mark,
        told,
        // Beside a masked cell it would say what the mask hides.
        traced: explained
            .traced
            .filter(|_| mark.is_none())
            .map(|traced| traced.expose(&explained.warrant).clone()),
        act: explained.warrant.act(),
    };
    let page = desk.page(&uri, "office", desk.words.say("release-title"));
    let page = page.at(&format!("/office/releases/{release}"));
    one(&desk, page, (visitor, token), (shown, Some(why))).await
}

/// Withdraws a release, with a reason that stands beside it for all who have it.
pub(crate) async fn withdraw(
    State(desk): State<Desk>,
    Path(release): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["reason", "sure", "as"])?;
    let reason = sent.need("reason")?.trim().to_owned();
    if reason.is_empty() {
        return Err(Problem::of(Kind::MissingField, "reason", ""));
    }
    if reason.chars().count() > WORDS_MAX {
        return Err(Problem::of(Kind::TooLong, "reason", "").allowing([WORDS_MAX.to_string()]));
    }
    sent.need("sure")?;
    let way = way(&visitor, Power::SignRelease, &sent)?;
    let back = format!("/releases/{release}");
    ask(
        &desk,
        &visitor,
        way,
        Ask::WithdrawRelease { release, reason },
    )
    .await?;
    Ok(go(&desk, &back))
}
