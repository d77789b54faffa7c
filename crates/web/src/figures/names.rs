//! What dimensions, codes and units are called in the reader's language.

use analyse::tabulation::{NOT_SAID, TOTAL, Told, column_of, label};
use terms::list::CodeLists;
use terms::place::{PlaceCode, special_citizenships};
use terms::table::Dimension;

use crate::page::Page;
use crate::site::slug;

/// Lists whose codes are places.
const PLACES: [&str; 2] = ["iso3166", "palermo.citizenship"];
/// Lists that print in English alone, or that have no file: what their codes are called stands in
/// the messages.
const IN_MESSAGES: [&str; 2] = ["glotip.", "palermo.dossier"];

/// The names of one table.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    page: &'a Page,
    told: Option<&'a Told>,
}

impl<'a> Names<'a> {
    pub(crate) const fn of(page: &'a Page, told: Option<&'a Told>) -> Self {
        Self { page, told }
    }

    /// What a dimension is called.
    pub(crate) fn dimension(&self, dimension: &Dimension) -> String {
        self.column(&dimension.id)
    }

    /// What a column is called: by the pages' own word, else by the concept that it holds, else by
    /// its own name.
    pub(crate) fn column(&self, name: &str) -> String {
        let key = format!("figures-dimension-{}", slug(name));
        if let Some(own) = self.page.words.find(&key, None) {
            return own;
        }
        let unit = self.told.map(|told| told.tabulation.unit);
        let concept = unit.and_then(|unit| label(unit, name, self.page.language()));
        concept.unwrap_or(name).to_owned()
    }

    /// What a code is called.
    pub(crate) fn code(&self, dimension: &Dimension, code: &str) -> String {
        if self.told.is_none() && !is_of(&dimension.list, &PLACES) {
            return code.to_owned();
        }
        self.code_of(&dimension.list, code)
    }

    /// What a code of a list is called.
    pub(crate) fn code_of(&self, list: &str, code: &str) -> String {
        match code {
            TOTAL => return self.page.t("figures-total"),
            NOT_SAID => return self.page.t("figures-not-said"),
            _ => {}
        }
        if is_of(list, &PLACES) {
            return self.place(code);
        }
        let own = format!("figures-code-{}", slug(code));
        let own = self.page.words.find(&own, None);
        if let (true, Some(own)) = (is_of(list, &IN_MESSAGES), own) {
            return own;
        }
        let found = CodeLists::standard().find(list).ok().flatten();
        let found = found.and_then(|list| list.get(code));
        found.map_or_else(
            || code.to_owned(),
            |code| code.label(self.page.language()).to_owned(),
        )
    }

    fn place(&self, code: &str) -> String {
        let special = special_citizenships().iter().find(|one| one.code == code);
        if let Some(special) = special {
            return special.names.get(self.page.language()).to_owned();
        }
        match code.parse::<PlaceCode>() {
            Ok(place) => self.page.place(place),
            Err(_) => code.to_owned(),
        }
    }

    /// What one count stands for.
    pub(crate) fn unit(&self, code: &str) -> String {
        let key = format!("figures-unit-{code}");
        self.page
            .words
            .find(&key, None)
            .unwrap_or_else(|| code.to_owned())
    }

    /// Which day decides on the period.
    pub(crate) fn day(&self, reference: &str) -> String {
        let key = format!("figures-day-{}", slug(reference));
        let own = self.page.words.find(&key, None);
        own.unwrap_or_else(|| self.column(reference))
    }

    /// Which records are counted, one line for each condition; empty for all.
    pub(crate) fn conditions(&self) -> Vec<String> {
        let Some(told) = self.told else {
            return Vec::new();
        };
        let condition = |condition: &analyse::tabulation::Condition| {
            let column = column_of(told.tabulation.unit, &condition.name).ok();
            let list = column.and_then(|column| column.list).unwrap_or_default();
            let codes: Vec<String> = condition
                .codes
                .iter()
                .map(|code| self.code_of(&list, code))
                .collect();
            format!("{}: {}", self.column(&condition.name), codes.join(" / "))
        };
        told.tabulation.of.iter().map(condition).collect()
    }
}

/// Whether a list is of one of these families.
pub(crate) fn is_of(list: &str, families: &[&str]) -> bool {
    families.iter().any(|family| list.starts_with(family))
}

/// Whether the codes of a dimension are places.
pub(crate) fn is_place(dimension: &Dimension) -> bool {
    is_of(&dimension.list, &PLACES)
}
