//! What every page has in common: its language, its address in the other languages, its words.

use std::sync::Arc;

use askama::Template;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use fluent_bundle::FluentValue;
use terms::language::Language;
use terms::place::PlaceCode;

use crate::assets::Assets;
use crate::problem::{Kind, Problem};
use crate::site::{Desk, Site};
use crate::words::{LANGUAGES, Words, count, text};

/// One page: what its template may ask.
pub(crate) struct Page {
    pub(crate) site: Arc<Site>,
    pub(crate) words: &'static Words,
    pub(crate) title: String,
    section: &'static str,
    path: String,
    query: String,
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
            section,
            path: rest.unwrap_or("/").to_owned(),
            query: uri
                .query()
                .map(|query| format!("?{query}"))
                .unwrap_or_default(),
        }
    }

    /// A message.
    pub(crate) fn t(&self, key: &str) -> String {
        self.words.say(key)
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
    #[allow(dead_code, reason = "what the pages of signing in call")]
    pub(crate) fn passkey_script(&self) -> &'static str {
        &Assets::get().passkey.path
    }

    /// The ways into the site; what is empty is not offered.
    pub(crate) fn menu(&self) -> Vec<Entry> {
        let mut menu = vec![
            ("treaties", "/treaties", "nav-treaties"),
            ("states", "/states", "nav-states"),
            ("migrants", "/missing-migrants", "nav-migrants"),
            ("estimate", "/estimate", "nav-estimate"),
        ];
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
