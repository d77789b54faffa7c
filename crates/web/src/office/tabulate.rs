//! Counting dossiers at a page: a figure that is defined, or a line of one's own, over a period.
//!
//! What is counted becomes a draft. Its counts stand on no page: the bench shows what would be
//! printed of them, and another person releases it.

use analyse::tabulation::definition::{Definition, definition, definitions};
use analyse::tabulation::{Tabulation, TabulationError};
use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use office::{Answer, Ask, Power};

use super::dossiers::Forms;
use super::{ask, go, unlike, way};
use crate::fields::Fields;
use crate::page::{Page, html_with};
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::visitor::{Sent, Token, Visitor};

/// The choice of a line of one's own, in place of a figure.
const OWN: &str = "own";
/// Longest line that is read, in characters.
const LINE_MAX: usize = 600;

/// What was typed.
#[derive(Debug, Clone, Default)]
struct Typed {
    figure: String,
    from: String,
    to: String,
    line: String,
    name: String,
}

#[derive(Template)]
#[template(path = "tabulate.html")]
struct Counting {
    page: Page,
    forms: Forms,
    typed: Typed,
    refused: Option<String>,
}

impl Counting {
    fn figures(&self) -> &'static [Definition] {
        definitions()
    }

    fn title(&self, figure: &Definition) -> String {
        figure.title(self.page.language()).to_owned()
    }

    fn is_chosen(&self, code: &str) -> bool {
        self.typed.figure == code
    }

    /// What a figure counts, as the line that would be counted.
    fn line(&self, figure: &Definition) -> String {
        let line = figure.over("2020..2024").map(|line| line.to_string());
        let line = line.unwrap_or_default();
        line.split(" over ").next().unwrap_or_default().to_owned()
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
    let year = (desk.site.today)().year();
    let typed = Typed {
        figure: definitions()
            .first()
            .map(|first| first.id.clone())
            .unwrap_or_default(),
        from: (year - 5).to_string(),
        to: (year - 1).to_string(),
        ..Typed::default()
    };
    form(&desk, &uri, (visitor, token), (typed, None, StatusCode::OK))
}

fn form(
    desk: &Desk,
    uri: &Uri,
    (visitor, token): (Visitor, Token),
    (typed, refused, status): (Typed, Option<String>, StatusCode),
) -> Result<Response, Problem> {
    let template = Counting {
        page: desk
            .page(uri, "office", desk.words.say("tabulate-title"))
            .of(&visitor, &token),
        forms: Forms::new(token, visitor),
        typed,
        refused,
    };
    html_with(status, &template)
}

/// Counts, and keeps what was counted as a draft. The look is an act.
pub(crate) async fn answer(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["figure", "from", "to", "line", "name", "as"])?;
    let text = |field: &str| sent.find(field).unwrap_or_default().trim().to_owned();
    let typed = Typed {
        figure: sent.need("figure")?.to_owned(),
        from: text("from"),
        to: text("to"),
        line: text("line"),
        name: text("name"),
    };
    let way = way(&visitor, Power::Tabulate, &sent)?;
    let kept = match wanted(&desk, &typed)? {
        Err(refused) => Err(refused),
        Ok((tabulation, name)) => {
            let counted = Ask::Tabulate {
                tabulation: Box::new(tabulation),
                keep: Some(name),
            };
            match ask(&desk, &visitor, way, counted).await {
                Ok(Answer::Tabulated(tabulated)) => Ok(tabulated.draft),
                Ok(other) => return Err(unlike(&other)),
                Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
                    Err(problem.sentence(desk.words))
                }
                Err(problem) => match problem.kind {
                    Kind::Refused("draft_name_taken") => Err(problem.sentence(desk.words)),
                    _ => return Err(problem),
                },
            }
        }
    };
    match kept {
        Ok(Some(draft)) => Ok(go(&desk, &format!("/drafts/{draft}"))),
        Ok(None) => Ok(go(&desk, "/drafts")),
        Err(refused) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            form(
                &desk,
                &uri,
                (visitor, token),
                (typed, Some(refused), status),
            )
        }
    }
}

/// What is to be counted, and what it is called; or what is wrong with what was typed.
fn wanted(desk: &Desk, typed: &Typed) -> Result<Result<(Tabulation, String), String>, Problem> {
    let refused = |error: TabulationError| {
        let code = error.code();
        let said = error.to_string();
        let said = said.strip_prefix(code).unwrap_or(&said);
        desk.words.say_with(
            "tabulate-refused",
            &[("said", crate::words::text(said.trim_start_matches(": ")))],
        )
    };
    if typed.line.chars().count() > LINE_MAX {
        return Err(Problem::of(Kind::TooLong, "line", "").allowing([LINE_MAX.to_string()]));
    }
    let (tabulation, title) = if typed.figure == OWN {
        (typed.line.parse::<Tabulation>(), String::new())
    } else {
        let unknown = || {
            let known = definitions().iter().map(|one| one.id.clone());
            Problem::of(Kind::NotInList, "figure", &typed.figure).allowing(known)
        };
        let figure = definition(&typed.figure).ok_or_else(unknown)?;
        let period = match typed.to.is_empty() || typed.to == typed.from {
            true => typed.from.clone(),
            false => format!("{}..{}", typed.from, typed.to),
        };
        let title = format!("{}, {period}", figure.title(desk.words.language()));
        (figure.over(&period), title)
    };
    Ok(match tabulation {
        Err(error) => Err(refused(error)),
        Ok(tabulation) => {
            let name = match (typed.name.is_empty(), title.is_empty()) {
                (false, _) => typed.name.clone(),
                (true, false) => title,
                (true, true) => tabulation.to_string().chars().take(120).collect(),
            };
            Ok((tabulation, name))
        }
    })
}
