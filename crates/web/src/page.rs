//! What every page has in common: its language, its address in the other languages, its words.

use std::borrow::Borrow;
use std::sync::Arc;

use askama::Template;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use fluent_bundle::FluentValue;
use office::{PersonRole, Power};
use terms::language::Language;
use terms::place::PlaceCode;

use crate::assets::Assets;
use crate::problem::{Kind, Problem};
use crate::site::{Desk, Site};
use crate::visitor::{Token, Visitor};
use crate::words::{LANGUAGES, Words, count, text};

/// One page: what its template may ask.
pub(crate) struct Page {
    pub(crate) site: Arc<Site>,
    pub(crate) words: &'static Words,
    pub(crate) title: String,
    /// On pages of those who are signed in.
    pub(crate) bar: Option<Bar>,
    section: &'static str,
    path: String,
    query: String,
    /// Whether figures of other sources stand on it, which are real whatever the node is.
    is_of_others: bool,
}

/// What stands over the pages of somebody who is signed in.
pub(crate) struct Bar {
    /// The token of its form.
    pub(crate) token: String,
    /// Their roles, in words.
    pub(crate) roles: String,
    /// Where they may go.
    pub(crate) entries: Vec<Entry>,
}

/// An entry of a menu.
pub(crate) struct Entry {
    pub(crate) href: String,
    pub(crate) label: String,
    pub(crate) language: &'static str,
    pub(crate) current: bool,
}

impl Page {
    pub(crate) fn new(desk: &Desk, uri: &Uri, section: &'static str, title: String) -> Self {
        let path = uri.path();
        let own = format!("/{}", desk.words.language().code());
        let rest = path.strip_prefix(&own).filter(|rest| rest.starts_with('/'));
        Self {
            site: Arc::clone(&desk.site),
            words: desk.words,
            title,
            bar: None,
            section,
            path: rest.unwrap_or("/").to_owned(),
            is_of_others: is_public_evidence(rest.unwrap_or("/")),
            query: uri
                .query()
                .map(|query| format!("?{query}"))
                .unwrap_or_default(),
        }
    }

    /// A page of somebody who is signed in.
    pub(crate) fn of(mut self, visitor: &Visitor, token: &Token) -> Self {
        let may = |power| visitor.seat.may(power);
        let ways = [
            (true, "", "office-home"),
            (may(Power::Read), "/dossiers", "office-dossiers"),
            (may(Power::Enter), "/forms", "office-forms"),
            (may(Power::BreakGlass), "/emergency", "office-emergency"),
            (may(Power::Import), "/import", "office-import"),
            (may(Power::Tabulate), "/tabulate", "office-tabulate"),
            (may(Power::ExamineDraft), "/drafts", "office-drafts"),
            (may(Power::SeeReleases), "/releases", "office-releases"),
            (may(Power::EstimateLists), "/lists", "office-lists"),
            (may(Power::SeeReleases), "/known", "office-known"),
            (may(Power::ManageStaff), "/people", "office-people"),
            (may(Power::ManageStaff), "/agencies", "office-agencies"),
            (may(Power::Keys), "/keys", "office-keys"),
            (may(Power::ReadLog), "/log", "office-log"),
            (true, "/account", "office-account"),
        ];
        let here = self.path.clone();
        let entries = ways.into_iter().filter(|(may, ..)| *may);
        let entries = entries.map(|(_, path, key)| {
            let path = format!("/office{path}");
            Entry {
                href: self.to(&path),
                label: self.t(key),
                language: self.lang(),
                current: path == here || (path != "/office" && is_below(&here, &path)),
            }
        });
        let roles = visitor.seat.roles.iter();
        let roles: Vec<String> = roles.map(|role| self.role(role.code())).collect();
        self.bar = Some(Bar {
            token: token.0.clone(),
            roles: roles.join(", "),
            entries: entries.collect(),
        });
        self
    }

    /// The page's address in the other languages, where its own answers a form alone.
    pub(crate) fn at(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self.query.clear();
        self
    }

    /// A page on which figures of other sources stand, although its address does not tell.
    pub(crate) fn of_others(mut self) -> Self {
        self.is_of_others = true;
        self
    }

    /// Whether it stands among the pages of those who work here.
    pub(crate) fn in_office(&self) -> bool {
        self.path == "/office" || self.path.starts_with("/office/")
    }

    /// A role of somebody who acts, in words; also those of the node and of its door.
    pub(crate) fn role(&self, code: impl AsRef<str>) -> String {
        self.t(format!("role-{}", code.as_ref()))
    }

    /// A purpose in words.
    pub(crate) fn purpose(&self, code: impl AsRef<str>) -> String {
        self.t(format!("purpose-{}", code.as_ref()))
    }

    /// In what role a dossier is about somebody, in words.
    pub(crate) fn about(&self, role: &PersonRole) -> String {
        self.t(format!("about-{}", role.code()))
    }

    /// A message.
    pub(crate) fn t(&self, key: impl AsRef<str>) -> String {
        self.words.say(key.as_ref())
    }

    /// A message with one variable that is text.
    pub(crate) fn with(&self, key: &str, name: &str, value: impl Into<String>) -> String {
        self.words.say_with(key, &[(name, text(value.into()))])
    }

    /// A message with one variable that is a count.
    pub(crate) fn counted(&self, key: &str, value: usize) -> String {
        self.words.say_with(key, &[("count", count(value as u64))])
    }

    /// A message with variables.
    pub(crate) fn say(&self, key: &str, variables: &[(&str, FluentValue<'_>)]) -> String {
        self.words.say_with(key, variables)
    }

    /// A count in the language's digits.
    pub(crate) fn number(&self, value: usize) -> String {
        self.words.number(value as u64)
    }

    /// A count that a store or another room gives, in the language's digits.
    pub(crate) fn figure(&self, value: impl Borrow<u64>) -> String {
        self.words.number(*value.borrow())
    }

    /// A message with one variable that is such a count.
    pub(crate) fn of_figure(&self, key: &str, value: impl Borrow<u64>) -> String {
        self.words
            .say_with(key, &[("count", count(*value.borrow()))])
    }

    pub(crate) fn language(&self) -> Language {
        self.words.language()
    }

    pub(crate) fn lang(&self) -> &'static str {
        self.language().code()
    }

    pub(crate) fn direction(&self) -> &'static str {
        if self.language().is_right_to_left() {
            "rtl"
        } else {
            "ltr"
        }
    }

    /// The address of a page in this language; the path starts with a slash.
    pub(crate) fn to(&self, path: &str) -> String {
        format!("/{}{path}", self.lang())
    }

    /// The name of a place.
    pub(crate) fn place(&self, code: PlaceCode) -> String {
        let place = self.site.places.get(code);
        place.map_or_else(
            || code.to_string(),
            |place| place.name(self.language()).to_owned(),
        )
    }

    /// The address of this page without its query.
    pub(crate) fn bare(&self) -> String {
        self.to(&self.path)
    }

    pub(crate) fn style(&self) -> &'static str {
        &Assets::get().style.path
    }

    pub(crate) fn icon(&self) -> &'static str {
        &Assets::get().icon.path
    }

    /// The script of passkeys; the page goes out by `outer::scripted`.
    pub(crate) fn passkey_script(&self) -> &'static str {
        &Assets::get().passkey.path
    }

    /// What a node of an invented State says over everything else; none at any other node.
    pub(crate) fn synthetic(&self) -> Option<String> {
        let key = match self.is_of_others {
            true => "synthetic-beside",
            false => "synthetic-own",
        };
        self.site.synthetic.then(|| self.t(key))
    }

    /// The ways into the site; what is empty is not offered.
    pub(crate) fn menu(&self) -> Vec<Entry> {
        let mut menu = vec![
            ("treaties", "/treaties", "nav-treaties"),
            ("states", "/states", "nav-states"),
            ("migrants", "/missing-migrants", "nav-migrants"),
            ("estimate", "/estimate", "nav-estimate"),
        ];
        if self.site.counts.is_some() {
            menu.push(("check", "/check", "nav-check"));
        }
        if self.site.released.is_some() {
            menu.push(("figures", "/profile", "nav-figures"));
        }
        if !self.site.tables.is_empty() {
            menu.push(("tables", "/tables", "nav-tables"));
        }
        menu.push(("about", "/about", "nav-about"));
        menu.into_iter()
            .map(|(section, path, key)| Entry {
                href: self.to(path),
                label: self.t(key),
                language: self.lang(),
                current: section == self.section,
            })
            .collect()
    }

    /// This very page, query included, in each language.
    pub(crate) fn tongues(&self) -> Vec<Entry> {
        LANGUAGES
            .map(|language| Entry {
                href: format!("/{}{}{}", language.code(), self.path, self.query),
                label: language.own_name().to_owned(),
                language: language.code(),
                current: language == self.language(),
            })
            .into_iter()
            .collect()
    }
}

/// Pages on which figures of real States stand, whatever the node is. A page that is not named here
/// is taken for the node's own.
const PUBLIC_EVIDENCE: [&str; 7] = [
    "/treaties",
    "/states",
    "/missing-migrants",
    "/estimate",
    "/check",
    "/tables",
    "/about",
];

fn is_public_evidence(path: &str) -> bool {
    let is_of = |root: &&str| path == *root || is_below(path, root);
    path == "/" || PUBLIC_EVIDENCE.iter().any(is_of)
}

/// Whether an address is one of those below another.
fn is_below(here: &str, path: &str) -> bool {
    here.strip_prefix(path)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// Writes a page, or says that it could not be written.
pub(crate) fn html(template: &impl Template) -> Result<Response, Problem> {
    html_with(StatusCode::OK, template)
}

/// Writes a page under a status other than 200.
pub(crate) fn html_with(status: StatusCode, template: &impl Template) -> Result<Response, Problem> {
    let body = template.render().map_err(|error| {
        tracing::error!(%error, "a page could not be written");
        Problem::new(Kind::Internal)
    })?;
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    Ok((status, kind, body).into_response())
}
