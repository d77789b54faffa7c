//! “Where this number comes from”: what a page says of every figure.

use askama::Template;
use protect::Released;
use publish::Provenance;
use terms::limit::Limit;
use terms::table::Table;

use crate::page::Page;
use crate::words::{Words, text};

/// The origin of a figure, ready to be printed.
#[derive(Template)]
#[template(path = "origin.html")]
pub(crate) struct Origin {
    summary: String,
    /// What stands between the summary and the figure: French wants a space before it.
    colon: String,
    limits_label: String,
    again_label: String,
    explain_label: String,
    /// What the figure is, for those who hear the summary apart from the page.
    subject: String,
    /// Whether everybody sees what the figure is.
    named: bool,
    /// Label and value, in the order of print.
    pub(crate) facts: Vec<Fact>,
    /// What the figure cannot say.
    pub(crate) limits: Vec<String>,
    /// Address of the page that explains this figure alone.
    pub(crate) explain: String,
    /// Address at which a program gets the same figure.
    pub(crate) again: String,
}

/// One line of an origin.
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) value: String,
    /// The language of the value, where it is not that of the page.
    pub(crate) language: Option<&'static str>,
    /// Whether the value is a code, to be printed as one.
    pub(crate) code: bool,
}

impl Origin {
    /// The origin of a table. `query` is the part of the table that the figure shows, with its
    /// question mark; `again` is the address in the API.
    pub(crate) fn of_table(
        page: &Page,
        released: &Released<Table>,
        query: &str,
        again: String,
    ) -> Self {
        let provenance = publish::provenance::of_table(released);
        Self::new(page, &provenance, query, again)
    }

    /// The origin of what is not a table. `rule` says how it was counted, `limits` what it
    /// cannot say.
    pub(crate) fn of_record<T>(
        page: &Page,
        released: &Released<T>,
        rule: (&str, &str),
        limits: &[Limit],
        query: &str,
        again: String,
    ) -> Self {
        let provenance = publish::provenance(released);
        let mut origin = Self::new(page, &provenance, query, again);
        let counting = [("origin-counting", rule.0), ("origin-reference", rule.1)];
        let at = origin.facts.len() - 1;
        for (offset, (label, value)) in counting.into_iter().enumerate() {
            origin
                .facts
                .insert(at + offset, fact(page, label, value.to_owned()));
        }
        origin.limits = sentences(page.words, limits);
        origin
    }

    /// Says which figure of the page it belongs to.
    pub(crate) fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    /// Says so to everybody, where several origins stand together.
    pub(crate) fn named(self, subject: impl Into<String>) -> Self {
        Self {
            named: true,
            ..self.about(subject)
        }
    }

    fn new(page: &Page, provenance: &Provenance, query: &str, again: String) -> Self {
        let mut facts = vec![
            foreign(page, "origin-publisher", &provenance.publisher),
            foreign(page, "origin-title", &provenance.title),
            foreign(page, "origin-address", &provenance.address),
            foreign(page, "origin-licence", &provenance.licence),
            foreign(page, "origin-attribution", &provenance.attribution),
            foreign(page, "origin-vintage", &provenance.vintage),
        ];
        if let Some(day) = &provenance.retrieved {
            facts.push(fact(page, "origin-retrieved", day.clone()));
        }
        facts.push(fact(
            page,
            "origin-ground",
            words_of(page, "ground", provenance.ground),
        ));
        facts.push(fact(
            page,
            "origin-audience",
            audience(page, &provenance.audience),
        ));
        if let Some(rule) = &provenance.counting {
            let unit = words_of(page, "unit", rule.unit);
            facts.push(fact(page, "origin-unit", unit));
            facts.push(foreign(page, "origin-counting", &rule.statement));
            facts.push(foreign(page, "origin-reference", &rule.reference_date));
        }
        if let Some(hash) = &provenance.content_sha256 {
            facts.push(code(page, "origin-hash", hash));
        }
        facts.push(code(page, "origin-release", &provenance.release));
        facts.retain(|fact| !fact.value.is_empty());
        Self {
            summary: page.t("origin-summary"),
            colon: page.t("origin-colon") + " ",
            limits_label: page.t("origin-limits"),
            again_label: page.t("origin-again"),
            explain_label: page.t("origin-explain"),
            subject: String::new(),
            named: false,
            facts,
            limits: sentences(page.words, &provenance.limits),
            explain: page.to(&format!("/explain/{}{query}", provenance.release)),
            again,
        }
    }
}

/// Limits as sentences.
pub(crate) fn sentences(words: &Words, limits: &[Limit]) -> Vec<String> {
    let sentence = |limit: &Limit| {
        let key = format!("limit-{}", limit.code());
        words
            .find(&key, None)
            .unwrap_or_else(|| limit.english().to_owned())
    };
    limits.iter().map(sentence).collect()
}

fn fact(page: &Page, label: &str, value: String) -> Fact {
    Fact {
        label: page.t(label),
        value,
        language: None,
        code: false,
    }
}

/// Words of the source, which come in English whatever the page's language.
fn foreign(page: &Page, label: &str, value: &str) -> Fact {
    Fact {
        language: (page.lang() != "en").then_some("en"),
        ..fact(page, label, value.to_owned())
    }
}

fn code(page: &Page, label: &str, value: &str) -> Fact {
    Fact {
        code: true,
        ..fact(page, label, value.to_owned())
    }
}

fn words_of(page: &Page, family: &str, code: &str) -> String {
    let key = format!("{family}-{code}");
    page.words
        .find(&key, None)
        .unwrap_or_else(|| code.to_owned())
}

fn audience(page: &Page, code: &str) -> String {
    match code.split_once(':') {
        None => page.t("origin-public"),
        Some((_, name)) => page.say("origin-restricted", &[("name", text(name))]),
    }
}
