//! What an audience has been shown.

use terms::hierarchy::Hierarchy;
use terms::table::Table;

use crate::release::Audience;

/// A table as its audience has it: a release of this node, or a listed publication of another.
#[derive(Debug, Clone)]
pub struct Publication {
    /// What names it: the release's identifier, or the title of another publisher's table.
    pub name: String,
    /// Whom it was shown to.
    pub audience: Audience,
    /// Whom it counts; see [`crate::draft::Draft::population`].
    pub population: String,
    /// Of which state of the records; see [`crate::draft::Draft::vintage`].
    pub vintage: String,
    /// The table as printed.
    pub table: Table,
    /// How the codes of each dimension add up.
    pub hierarchies: Vec<Hierarchy>,
}

/// Everything that was shown, in the order in which it was. What was withdrawn stays in it: whoever
/// has seen it has seen it.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    publications: Vec<Publication>,
}

impl Ledger {
    /// Nothing was shown.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            publications: Vec::new(),
        }
    }

    /// Adds what was shown.
    pub fn add(&mut self, publication: Publication) {
        self.publications.push(publication);
    }

    /// Everything that was shown.
    #[must_use]
    pub fn publications(&self) -> &[Publication] {
        &self.publications
    }

    /// What somebody sees who is of these audiences. What is public, everybody sees.
    pub fn seen_by<'a>(
        &'a self,
        audiences: &'a [Audience],
    ) -> impl Iterator<Item = &'a Publication> {
        self.publications.iter().filter(move |publication| {
            publication.audience == Audience::Public || audiences.contains(&publication.audience)
        })
    }
}
