//! A list of cases that is held elsewhere, brought in at a page: by the layout of IOM's case
//! standard, or by a map, which is proposed, looked over, tried and then used.
//!
//! The file waits in memory between two pages, for a quarter of an hour and for the session that
//! sent it; nothing of a cell stands on a page but what is coded and not nominal. What is not bound
//! is kept sealed. The map goes back and forth as text; an agency keeps those that it uses again.

use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use office::cases::{By, CasesRead, MAP_BYTES_MAX, Proposed, Tally, Weight, propose, read};
use office::{Answer, Ask, Imported, MapLine, Power, Request, Who};
use terms::finding::Finding;

use super::dossiers::Forms;
use super::{As, ask, first_way, refusal, unlike, way};
use crate::fields::Fields;
use crate::page::{Page, html_with};
use crate::pages::estimate::unkept;
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::visitor::{Browser, Handed, Sent, Token, Visitor};

/// Longest form with a file that is read, in bytes.
pub(crate) const FORM_BYTES_MAX: usize = 16 * 1024 * 1024;
/// How the columns of a list are read.
const KINDS: [&str; 2] = ["htcds", "map"];

/// Longest name of a map that is read, in bytes.
const NAME_BYTES_MAX: usize = 1_000;

/// What the page has to say of a file.
#[derive(Default)]
struct Came {
    /// The file's name.
    name: String,
    proposed: Option<Proposed>,
    read: Option<CasesRead>,
    brought: Option<Imported>,
    /// Why it could not be read.
    refused: Vec<Finding>,
}

#[derive(Template)]
#[template(path = "import.html")]
struct Importing {
    page: Page,
    forms: Forms,
    shown: Shown,
    /// Maps of the agency, by name.
    kept: Vec<MapLine>,
}

/// What the page shows besides.
#[derive(Default)]
struct Shown {
    kind: String,
    map: String,
    /// What the map is called.
    name: String,
    came: Came,
    /// Whether a file waits here.
    waits: bool,
    /// What was done with a map, by the key of its message, or why it was not.
    mapped: Option<Result<&'static str, String>>,
}

impl Importing {
    fn is(&self, kind: &str) -> bool {
        self.shown.kind == kind
    }

    /// What was told of the file, by what was done about it.
    fn told(&self) -> Vec<(Weight, Vec<&Tally>)> {
        let Some(read) = &self.shown.came.read else {
            return Vec::new();
        };
        let all = [Weight::Refused, Weight::Held, Weight::Mended, Weight::Noted];
        let of = |weight: Weight| {
            let tallies = read.told.tallies();
            (
                weight,
                tallies.filter(|tally| tally.weight == weight).collect(),
            )
        };
        let told = all.into_iter().map(of);
        told.filter(|(_, tallies): &(_, Vec<&Tally>)| !tallies.is_empty())
            .collect()
    }

    /// What a concept is called.
    fn concept(&self, id: &str) -> String {
        let concept = office::Concepts::standard().get(id);
        concept.map_or_else(
            || id.to_owned(),
            |concept| concept.label(self.page.language()).to_owned(),
        )
    }

    /// Whether it can be brought in as it was read.
    fn can_bring(&self) -> bool {
        let read = self.shown.came.read.as_ref();
        self.shown.waits
            && read.is_some_and(|read| !read.told.is_refused() && !read.records.is_empty())
    }

    /// The map as an address that holds it, to be saved.
    fn map_file(&self) -> String {
        super::lists::address_of(&self.shown.map)
    }
}

/// The form.
pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    Fields::read(&uri, &[])?;
    let empty = Shown {
        kind: KINDS[0].to_owned(),
        ..Shown::default()
    };
    form(&desk, &uri, (visitor, token), empty).await
}

/// The maps of the visitor's agency.
async fn kept(desk: &Desk, visitor: &Visitor) -> Result<Vec<MapLine>, Problem> {
    let way = first_way(visitor, Power::Import)?;
    match ask(desk, visitor, way, Ask::ListMaps).await? {
        Answer::Maps(maps) => Ok(maps),
        other => Err(unlike(&other)),
    }
}

async fn form(
    desk: &Desk,
    uri: &Uri,
    (visitor, token): (Visitor, Token),
    shown: Shown,
) -> Result<Response, Problem> {
    let kept = kept(desk, &visitor).await?;
    let came = &shown.came;
    let refused = came
        .read
        .as_ref()
        .is_some_and(|read| read.told.is_refused());
    let unmapped = matches!(shown.mapped, Some(Err(_)));
    let status = match refused || unmapped || !came.refused.is_empty() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let page = desk
        .page(uri, "office", desk.words.say("import-title"))
        .of(&visitor, &token)
        .at("/office/import");
    let template = Importing {
        page,
        forms: Forms::new(token, visitor),
        shown,
        kept,
    };
    unkept(html_with(status, &template))
}

/// Looks a file over, proposes a map for it, or brings it in.
pub(crate) async fn answer(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    (Browser(browser), visitor): (Browser, Visitor),
    token: Token,
    sent: Sent,
    handed: Handed,
) -> Result<Response, Problem> {
    sent.among(&["kind", "map", "name", "kept", "step", "as"])?;
    let kind = super::code(&sent, "kind", |text| {
        KINDS.into_iter().find(|one| *one == text)
    })?;
    let map = sent.find("map").unwrap_or_default().to_owned();
    if map.len() > MAP_BYTES_MAX {
        return Err(Problem::of(Kind::TooLong, "map", "").allowing([MAP_BYTES_MAX.to_string()]));
    }
    let step = super::code(&sent, "step", |text| {
        ["look", "propose", "bring", "use", "keep", "forget"]
            .into_iter()
            .find(|one| *one == text)
    })?;
    let name = sent.find("name").unwrap_or_default().to_owned();
    if name.len() > NAME_BYTES_MAX {
        return Err(Problem::of(Kind::TooLong, "name", "").allowing([NAME_BYTES_MAX.to_string()]));
    }
    let way = way(&visitor, Power::Import, &sent)?;
    let now = desk.hall.now();
    let file = match handed.bytes.is_empty() {
        false => Some(handed),
        true => desk.hall.lists.take(browser, now),
    };
    let shown = Shown {
        kind: kind.to_owned(),
        map,
        name,
        ..Shown::default()
    };
    if matches!(step, "use" | "keep" | "forget") {
        let mut shown = with_map(&desk, (&visitor, way), (step, &sent), shown).await?;
        shown.waits = file.is_some();
        if let Some(file) = file {
            shown.came.name.clone_from(&file.name);
            desk.hall.lists.put(browser, file, now);
        }
        return form(&desk, &uri, (visitor, token), shown).await;
    }
    let Some(file) = file else {
        return Err(Problem::of(Kind::MissingField, "file", ""));
    };
    let by = match kind {
        "map" if shown.map.trim().is_empty() || step == "propose" => None,
        "map" => Some(By::Map(shown.map.clone())),
        _ => Some(By::Standard),
    };
    let bringing = step == "bring" && by.is_some();
    let (came, proposed, file) = came(&desk, &visitor, (way, bringing), (file, by)).await?;
    let waits = came.brought.is_none();
    if waits {
        desk.hall.lists.put(browser, file, now);
    }
    let shown = Shown {
        map: proposed.unwrap_or(shown.map),
        came,
        waits,
        ..shown
    };
    form(&desk, &uri, (visitor, token), shown).await
}

/// Takes a map that the agency keeps, keeps the one that was typed, or throws one away.
async fn with_map(
    desk: &Desk,
    (visitor, way): (&Visitor, As),
    (step, sent): (&str, &Sent),
    mut shown: Shown,
) -> Result<Shown, Problem> {
    let chosen = sent.find("kept").unwrap_or_default().to_owned();
    if step == "use" {
        let maps = kept(desk, visitor).await?;
        let map = maps.into_iter().find(|map| map.name == chosen);
        let map = map.ok_or_else(|| Problem::of(Kind::Refused("map_missing"), "kept", ""))?;
        shown.kind = KINDS[1].to_owned();
        shown.name = map.name;
        shown.map = map.text;
        shown.mapped = Some(Ok("import-map-used"));
        return Ok(shown);
    }
    let (asked, done) = match step {
        "keep" => {
            let (name, text) = (shown.name.clone(), Some(shown.map.clone()));
            (Ask::KeepMap { name, text }, "import-map-kept")
        }
        _ => {
            let (name, text) = (chosen, None);
            (Ask::KeepMap { name, text }, "import-map-forgotten")
        }
    };
    shown.mapped = match ask(desk, visitor, way, asked).await {
        Ok(Answer::Done) => Some(Ok(done)),
        Ok(other) => return Err(unlike(&other)),
        Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            Some(Err(problem.sentence(desk.words)))
        }
        Err(problem) => return Err(problem),
    };
    Ok(shown)
}

/// What a file comes to; away from the threads that serve others.
async fn came(
    desk: &Desk,
    visitor: &Visitor,
    (way, bringing): (As, bool),
    (file, by): (Handed, Option<By>),
) -> Result<(Came, Option<String>, Handed), Problem> {
    let site = std::sync::Arc::clone(&desk.site);
    let who = Who::Session(office::door::session_id(visitor.session));
    let done = tokio::task::spawn_blocking(move || {
        let mut came = Came {
            name: file.name.clone(),
            ..Came::default()
        };
        let Some(by) = by else {
            let mut text = None;
            match propose(&file.bytes, &file.name) {
                Ok((proposed, map)) => {
                    came.proposed = Some(proposed);
                    text = Some(map);
                }
                Err(findings) => came.refused = findings,
            }
            return Ok((came, text, file));
        };
        let mut found = match read(&file.bytes, &file.name, &by) {
            Ok(found) => found,
            Err(findings) => {
                came.refused = findings;
                return Ok((came, None, file));
            }
        };
        if bringing && !found.told.is_refused() {
            let office = site.office.as_ref();
            let office = office.ok_or_else(|| Problem::new(Kind::VaultMissing))?;
            let template = Request {
                who,
                role: way.role,
                purpose: way.purpose,
                at: (site.now)(),
                // Passed over: it says who does it, when and why.
                ask: Ask::TakeDeposits,
            };
            let records = std::mem::take(&mut found.records);
            let brought = office.import_roles(&template, records);
            came.brought = Some(brought.map_err(|error| refusal::problem(&error))?);
        }
        came.read = Some(found);
        Ok((came, None, file))
    });
    done.await.map_err(|_| Problem::new(Kind::Internal))?
}
