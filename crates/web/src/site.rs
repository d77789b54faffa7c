//! What the pages are made from. Everything is handed in: this room opens no file, asks no clock
//! and knows no store.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::Uri;
use jiff::civil::Date;
use office::{Office, OfficeError, PublicRelease};
use protect::Released;
use publish::WorldMap;
use terms::group::Groups;
use terms::place::Places;
use terms::table::Table;

use crate::check::ReadCounts;
use crate::limits::Hall;
use crate::page::Page;
use crate::visitor::{PublicOrigin, Sessions};
use crate::words::Words;

/// Gives today's date; a site does not read a clock by itself.
pub type Today = Box<dyn Fn() -> Date + Send + Sync>;

/// Gives the time.
pub type Now = Box<dyn Fn() -> jiff::Timestamp + Send + Sync>;

/// Unlocks the node with its passphrase, and makes good what was left undone.
pub type Unlock = Box<dyn Fn(&str) -> Result<(), OfficeError> + Send + Sync>;

/// Reads what the node has released to the public, withdrawn releases included, as it stands now;
/// it needs no key.
pub type ReadReleased = Box<dyn Fn() -> Result<Vec<PublicRelease>, OfficeError> + Send + Sync>;

/// Everything that a site shows.
pub struct Site {
    /// What the people who run the node call it.
    pub node_name: String,
    /// Whether the node stands under an invented State: then all that it holds and releases is
    /// invented, and every page says so.
    pub synthetic: bool,
    /// Places, maybe with names of the node's own.
    pub places: Places,
    /// Groups of places, with dates.
    pub groups: Groups,
    /// The outlines that maps are drawn with; a node may bring its own.
    pub map: WorldMap,
    /// Dead and missing by `year`, `month` (`YYYY-MM`), `route` and `cause`.
    pub missing_migrants: Released<Table>,
    /// Dead and missing by `year`, `route`, `cause` and `place`: a cell of five degrees named by
    /// its south-west corner, such as `N35E010`, or `unplaced`.
    pub missing_migrants_map: Released<Table>,
    /// The source's own label for the code of a route or a cause; English.
    pub labels: BTreeMap<String, String>,
    /// Other public tables that the node has imported.
    pub tables: Vec<Released<Table>>,
    /// What the node has released itself; none if it has no vault.
    pub released: Option<ReadReleased>,
    /// How a table of counts that somebody sends is read; none: no page offers to try one.
    pub counts: Option<ReadCounts>,
    /// The door of the node, for what is handed in; none if it has no vault.
    pub office: Option<Arc<Office>>,
    /// Under which address people sign in; none: nobody does.
    pub origin: Option<PublicOrigin>,
    /// Where sessions are looked up; none: nobody signs in.
    pub sessions: Option<Arc<dyn Sessions>>,
    /// How people unlock the node from its pages; none: at its machine alone.
    pub unlock: Option<Unlock>,
    /// Today.
    pub today: Today,
    /// The time, for what people do at the node.
    pub now: Now,
}

impl Site {
    /// The imported table of a name.
    #[must_use]
    pub fn table(&self, id: &str) -> Option<&Released<Table>> {
        self.tables
            .iter()
            .find(|released| released.value().id == id)
    }

    /// What stands across a drawing of the node's own figures: nothing, unless they are synthetic.
    #[must_use]
    pub fn synthetic_mark(&self, words: &Words) -> String {
        match self.synthetic {
            true => words.say("synthetic-mark"),
            false => String::new(),
        }
    }

    /// The label of a code: translated if the pages know it, the source's own if not, and the
    /// code itself as a last resort. `family` is `route` or `cause`. A label that the source has
    /// put together from several (`Drowning,Violence`) is translated part by part.
    #[must_use]
    pub fn label(&self, words: &Words, family: &str, code: &str) -> String {
        let own = self.labels.get(code).map_or(code, String::as_str);
        let translated = |label: &str| words.find(&format!("{family}-{}", slug(label)), None);
        if let Some(whole) = translated(own) {
            return whole;
        }
        let parts: Option<Vec<String>> = parts(own).into_iter().map(translated).collect();
        parts.map_or_else(|| own.to_owned(), |parts| parts.join(" + "))
    }
}

/// The parts of a label: a comma with no space after it stands between two labels.
fn parts(label: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in label.match_indices(',') {
        if label[at + 1..].starts_with(|next: char| !next.is_whitespace()) {
            parts.push(&label[from..at]);
            from = at + 1;
        }
    }
    parts.push(&label[from..]);
    parts
}

/// A label as a message key: lower-case letters and digits, a hyphen for everything else.
pub(crate) fn slug(label: &str) -> String {
    let mut slug = String::with_capacity(label.len());
    for character in label.chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_matches('-').to_owned()
}

/// A site and a language: what a page is written at.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) site: Arc<Site>,
    pub(crate) words: &'static Words,
    pub(crate) hall: Arc<Hall>,
}

impl Desk {
    /// A page at an address. `title` is the message key of its title; it must need no variable.
    pub(crate) fn page(&self, uri: &Uri, section: &'static str, title: String) -> Page {
        Page::new(self, uri, section, title)
    }
}

#[cfg(test)]
impl Site {
    /// A site with nothing on it but its doors.
    pub(crate) fn for_test(
        origin: Option<PublicOrigin>,
        sessions: Option<Arc<dyn Sessions>>,
    ) -> Self {
        let (monthly, mapped) = analyse::seed::missing_migrants();
        Self {
            node_name: "Test node".into(),
            synthetic: false,
            places: Places::standard().clone(),
            groups: Groups::standard().clone(),
            map: WorldMap::standard().clone(),
            missing_migrants: protect::release::foreign(monthly),
            missing_migrants_map: protect::release::foreign(mapped),
            labels: BTreeMap::new(),
            tables: Vec::new(),
            released: None,
            counts: None,
            office: None,
            origin,
            sessions,
            unlock: None,
            today: Box::new(|| jiff::civil::date(2026, 1, 1)),
            now: Box::new(|| jiff::Timestamp::UNIX_EPOCH),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{parts, slug};

    #[test]
    fn a_slug_has_no_double_hyphen() {
        let label = "Vehicle accident / death linked to hazardous transport";
        assert_eq!(
            slug(label),
            "vehicle-accident-death-linked-to-hazardous-transport"
        );
        assert_eq!(slug(" (a) "), "a");
    }

    #[test]
    fn a_label_is_parted_only_between_labels() {
        assert_eq!(parts("Drowning,Violence"), ["Drowning", "Violence"]);
        assert_eq!(
            parts("Lack of shelter, food, water"),
            ["Lack of shelter, food, water"]
        );
        assert_eq!(parts("a, b,c"), ["a, b", "c"]);
        assert_eq!(parts("a,"), ["a,"]);
    }
}
