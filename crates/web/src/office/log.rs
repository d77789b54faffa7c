//! The log, for the overseer: what was done and what was refused, the newest first.

use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::http::Uri;
use axum::response::Response;
use office::{Answer, Ask, LogLine, Power};
use terms::id::DossierId;

use super::dossiers::Forms;
use super::{act_key, ask, first_way, id, unlike, way, with_office};
use crate::fields::Fields;
use crate::page::{Page, html};
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::visitor::{Sent, Token, Visitor};

/// Lines on a page.
const LINES: usize = 100;
/// Lines that are fetched at a time where those of one dossier are looked for.
const FETCHED: u32 = 1_000;

#[derive(Template)]
#[template(path = "log.html")]
struct Log {
    page: Page,
    forms: Forms,
    /// The newest first.
    lines: Vec<LogLine>,
    /// Only those of one dossier.
    dossier: Option<DossierId>,
    /// Before which act the next page goes on.
    earlier: Option<u64>,
    /// Whether this is not the newest page.
    later: bool,
}

impl Log {
    fn what(&self, line: &LogLine) -> String {
        self.page.t(act_key(&line.kind))
    }

    /// Why something was refused, in words; by its code where there are none.
    fn why(&self, cause: &str) -> String {
        let key = format!("why-{}", cause.replace('_', "-"));
        let said = self.page.words.find(&key, None);
        said.unwrap_or_else(|| cause.to_owned())
    }
}

async fn lines(
    desk: &Desk,
    visitor: &Visitor,
    way: super::As,
    (dossier, after): (Option<DossierId>, u64),
    most: u32,
) -> Result<Vec<LogLine>, Problem> {
    let asked = Ask::ReadLog {
        dossier,
        after,
        most,
    };
    match ask(desk, visitor, way, asked).await? {
        Answer::Log(lines) => Ok(lines),
        other => Err(unlike(&other)),
    }
}

/// Acts are numbered from 1 without a gap, so that a page is a span of numbers.
pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    let fields = Fields::read(&uri, &["before"])?;
    let before = fields.get("before").map(number).transpose()?;
    let head = with_office(&desk, |office, _| office.status()).await?.acts;
    let end = before.unwrap_or(u64::MAX).min(head.saturating_add(1));
    let after = end.saturating_sub(1).saturating_sub(LINES as u64);
    let most = u32::try_from(end.saturating_sub(1) - after).unwrap_or(0);
    let way = first_way(&visitor, Power::ReadLog)?;
    let mut found = lines(&desk, &visitor, way, (None, after), most).await?;
    found.reverse();
    let log = (found, None, (after > 0).then_some(after + 1));
    page(&desk, &uri, (visitor, token), log, end <= head)
}

/// The lines of one dossier. Its number comes in a form, so that it stands in no address.
pub(crate) async fn find(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["subject", "before", "as"])?;
    let dossier: DossierId = id("subject", sent.need("subject")?)?;
    let before = sent.find("before").map(number).transpose()?;
    let way = way(&visitor, Power::ReadLog, &sent)?;
    let end = before.unwrap_or(u64::MAX);
    let mut all: Vec<LogLine> = Vec::new();
    loop {
        let after = all.last().map_or(0, |line| line.act);
        let next = lines(&desk, &visitor, way, (Some(dossier), after), FETCHED).await?;
        let last = next.len() < FETCHED as usize;
        all.extend(next.into_iter().filter(|line| line.act < end));
        if last || all.last().is_none_or(|line| line.act <= after) {
            break;
        }
    }
    let from = all.len().saturating_sub(LINES);
    let mut found = all.split_off(from);
    let earlier = found.first().filter(|_| from > 0).map(|line| line.act);
    found.reverse();
    let log = (found, Some(dossier), earlier);
    page(&desk, &uri, (visitor, token), log, before.is_some())
}

fn number(text: &str) -> Result<u64, Problem> {
    let number = text.parse();
    number.map_err(|_| Problem::of(Kind::NotInList, "before", text))
}

fn page(
    desk: &Desk,
    uri: &Uri,
    (visitor, token): (Visitor, Token),
    (lines, dossier, earlier): (Vec<LogLine>, Option<DossierId>, Option<u64>),
    later: bool,
) -> Result<Response, Problem> {
    html(&Log {
        page: desk
            .page(uri, "office", desk.words.say("oversight-title"))
            .of(&visitor, &token),
        forms: Forms::new(token, visitor),
        lines,
        dossier,
        earlier,
        later,
    })
}
