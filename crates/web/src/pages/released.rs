//! A release of the node's own, for anybody: charts, the table as printed, what it means, the rule
//! that it went through, and whether it was withdrawn. The node may be locked.

use askama::Template;
use axum::http::Uri;
use axum::response::Response;
use office::PublicRelease;

use crate::drawn::{Extent, Naming, draw_named};
use crate::fields::Fields;
use crate::figures::book::{self, Form, Said};
use crate::figures::chart::{self, Drawn};
use crate::figures::flows::{self, Flows};
use crate::figures::names::Names;
use crate::figures::trend::{self, Trend};
use crate::figures::{self, Figure};
use crate::office::moment;
use crate::page::{Page, html};
use crate::problem::Problem;
use crate::rules;
use crate::site::Desk;

#[derive(Template)]
#[template(path = "released.html")]
struct Released {
    page: Page,
    release: PublicRelease,
    title: String,
    period: Option<String>,
    completeness: Option<String>,
    bars: Option<Drawn>,
    trend: Option<Trend>,
    flows: Option<Flows>,
    table: String,
    note: Option<String>,
    masked: bool,
    facts: Vec<Said>,
}

impl Released {
    fn moment(&self, ms: &i64) -> String {
        moment(ms)
    }

    fn file(&self, ending: &str) -> String {
        let release = self.release.released.identifier();
        self.page.to(&format!("/explain/{release}.{ending}"))
    }
}

/// The public release of an identifier, if the node has signed one, and the form of the file that
/// is asked for.
pub(crate) async fn find(
    desk: &Desk,
    name: &str,
) -> Result<Option<(Figure, Option<Form>)>, Problem> {
    let (release, form) = book::form(name);
    let all = figures::all(desk).await?;
    let found = all.into_iter().find(|one| one.identifier() == release);
    Ok(found.map(|figure| (figure, form)))
}

/// Its page, or its file.
pub(crate) fn show(
    desk: &Desk,
    uri: &Uri,
    (figure, form): (Figure, Option<Form>),
) -> Result<Response, Problem> {
    Fields::read(uri, &[])?;
    let page = desk.page(uri, "figures", desk.words.say("explain-title"));
    if let Some(form) = form {
        return book::file(&page, &figure, form);
    }
    let (table, note) = table(&page, &figure);
    html(&Released {
        title: figure.title(&page),
        period: figure.period(),
        completeness: figure.completeness(&page),
        bars: chart::bars(&page, &figure).and_then(|bars| bars.draw(&page, "bars")),
        trend: trend::of(&page, &figure, "years"),
        flows: flows::of(&page, &figure, "flows"),
        table,
        note,
        masked: figure.is_masked(),
        facts: book::facts(&page, &figure),
        release: figure.release,
        page,
    })
}

/// The table as printed, years across where it has some, or why it is not drawn.
fn table(page: &Page, figure: &Figure) -> (String, Option<String>) {
    let words = page.words;
    let names = Names::of(page, figure.told.as_ref());
    let naming = Naming {
        dimension: &|dimension| names.dimension(dimension),
        code: &|dimension, code| names.code(dimension, code),
        across: figure.across(),
    };
    let cell = |_: usize, cell: &terms::cell::Cell| rules::seen(words, cell);
    match draw_named(words, figure.table(), "bench-drawn-caption", &naming, cell) {
        Some((drawn, Extent::Whole)) => (drawn.render().unwrap_or_default(), None),
        _ => (String::new(), Some(words.say("figures-too-large"))),
    }
}
