//! The released side.
//!
//! There are four grounds: a table that its own publisher has printed, the public record of what
//! States have done, and a counted table to which a disclosure rule was applied and which whoever
//! sees it has been found unable to work back ([`release`]); and estimates from a node's own lists
//! ([`estimates`]).

use std::marker::PhantomData;

use evidence::foreign::Foreign;
use sha2::{Digest, Sha256};
use terms::source::Source;
use terms::table::Table;

mod estimate;
mod gate;
mod plan;
mod reason;
mod rounding;
mod shown;
mod trial;

#[cfg(test)]
mod tried;

pub use estimate::{Answer, Estimates, Found, StandsOn, estimates, tellable};
pub use gate::{
    AnyRelease, Breach, BreachKind, Fate, Lost, NotAsReleased, Party, Proposal, Reason, Recalled,
    Refused, Setting, Wish, propose, recalled, release,
};

/// For anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToPublic;

/// For the parties of an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToAgreement;

/// For one party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToParty;

/// Whom a release is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Anybody.
    Public,
    /// The parties of one agreement, named by its code.
    Agreement(String),
    /// One party, named by its code.
    Party(String),
}

impl Audience {
    /// The stable code: `public`, `agreement:CODE` or `party:CODE`.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Public => "public".to_owned(),
            Self::Agreement(code) => format!("agreement:{code}"),
            Self::Party(code) => format!("party:{code}"),
        }
    }
}

/// Why a value may be shown to its audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Its own publisher has printed it; it is shown as printed, masks included.
    Foreign,
    /// It is an act of a State or another party, on public record with a depositary.
    PublicRecord,
    /// It was counted from a node's own records and has passed a disclosure rule.
    Counted,
    /// It was estimated from a node's own lists: two digits, counts rounded or hidden.
    Estimated,
}

impl Ground {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Foreign => "foreign",
            Self::PublicRecord => "public-record",
            Self::Counted => "counted",
            Self::Estimated => "estimated",
        }
    }
}

/// A value that may be shown to its audience. Only this module makes one.
///
/// ```compile_fail
/// let forged = protect::Released { value: 7, audience: protect::Audience::Public };
/// ```
#[derive(Debug, Clone)]
pub struct Released<T, A = ToPublic> {
    value: T,
    audience: Audience,
    ground: Ground,
    source: Source,
    identifier: String,
    to: PhantomData<A>,
}

impl<T, A> Released<T, A> {
    /// The value.
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// Whom it is for.
    pub const fn audience(&self) -> &Audience {
        &self.audience
    }

    /// Why it may be shown.
    pub const fn ground(&self) -> Ground {
        self.ground
    }

    /// Where it comes from.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// The release's own identifier: the first sixteen hexadecimal digits of a SHA-256 over what
    /// was released, to whom and from which source. The same content has the same identifier on
    /// every node.
    pub fn identifier(&self) -> &str {
        &self.identifier
    }
}

impl<A: Clone> Released<Table, A> {
    /// A part of a released table: fewer rows, same cells. It keeps the release's identifier,
    /// since nothing in it was not released.
    #[must_use]
    pub fn filter(&self, wanted: impl FnMut(&[&str]) -> bool) -> Self {
        Self {
            value: self.value.filter(wanted),
            ..self.clone_without_value()
        }
    }

    /// The part of a released table under one code of a dimension; see [`Table::at`].
    ///
    /// # Errors
    /// When there is no such dimension.
    pub fn at(&self, dimension: &str, code: &str) -> Result<Self, terms::table::TableError> {
        Ok(Self {
            value: self.value.at(dimension, code)?,
            ..self.clone_without_value()
        })
    }

    /// A released table summed to fewer dimensions. Sums only widen what is not known, so they
    /// need no further release.
    ///
    /// # Errors
    /// As for [`Table::sum_to`].
    pub fn sum_to(&self, kept: &[&str]) -> Result<Self, terms::table::TableError> {
        Ok(Self {
            value: self.value.sum_to(kept)?,
            ..self.clone_without_value()
        })
    }

    fn clone_without_value(&self) -> Self {
        Self {
            value: self.value.filter(|_| false),
            audience: self.audience.clone(),
            ground: self.ground,
            source: self.source.clone(),
            identifier: self.identifier.clone(),
            to: PhantomData,
        }
    }
}

/// Releases a table of another publisher to the public, as printed.
#[must_use]
pub fn foreign(table: Foreign<Table>) -> Released<Table> {
    let table = table.into_printed();
    let source = table.source.clone();
    let identifier = identify(&Audience::Public, &source, Ground::Foreign, |hash| {
        hash_table(hash, &table);
    });
    Released {
        value: table,
        audience: Audience::Public,
        ground: Ground::Foreign,
        source,
        identifier,
        to: PhantomData,
    }
}

/// Releases what is on public record, with the record's source. `name` says what it is, such as
/// `treaty-status/TIP/2013-09-04`; it takes the value's place in the identifier, so it must name
/// the value completely for one state of the record (the source's vintage and hash are in it too).
#[must_use]
pub fn public_record<T>(value: T, source: Source, name: &str) -> Released<T> {
    let identifier = identify(&Audience::Public, &source, Ground::PublicRecord, |hash| {
        hash.update(name.as_bytes())
    });
    Released {
        value,
        audience: Audience::Public,
        ground: Ground::PublicRecord,
        source,
        identifier,
        to: PhantomData,
    }
}

fn hash_table(hash: &mut Sha256, table: &Table) {
    hash.update(table.id.as_bytes());
    for (codes, cell) in table.iter() {
        hash.update([0x1e]);
        for code in codes {
            hash.update(code.as_bytes());
            hash.update([0x1f]);
        }
        hash.update(format!("{cell:?}").as_bytes());
    }
}

fn identify(
    audience: &Audience,
    source: &Source,
    ground: Ground,
    content: impl FnOnce(&mut Sha256),
) -> String {
    let mut hash = Sha256::new();
    hash.update(audience.code().as_bytes());
    hash.update([0x1d]);
    hash.update(ground.code().as_bytes());
    for part in [&source.publisher, &source.title, &source.vintage] {
        hash.update([0x1d]);
        hash.update(part.as_bytes());
    }
    hash.update([0x1d]);
    hash.update(
        source
            .content_sha256
            .as_deref()
            .unwrap_or_default()
            .as_bytes(),
    );
    content(&mut hash);
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use terms::cell::Cell;
    use terms::table::{CountedUnit, CountingRule, Dimension};

    fn source(vintage: &str) -> Source {
        Source {
            publisher: "Statistical Office of XA".into(),
            title: "Invented table".into(),
            address: String::new(),
            licence: "CC0".into(),
            attribution: String::new(),
            vintage: vintage.into(),
            retrieved: None,
            content_sha256: None,
        }
    }

    fn table(vintage: &str, cell: Cell) -> Foreign<Table> {
        let counting = CountingRule {
            unit: CountedUnit::Incidents,
            reference_date: "date of the incident".into(),
            statement: "Each incident once.".into(),
        };
        let dimensions = vec![Dimension::disjoint("year", "period")];
        let mut table = Table::new("invented", dimensions, counting, source(vintage), vec![]);
        table.push(&["2020"], cell).expect("one row");
        table
            .push(&["2021"], Cell::Masked { lower: 0, upper: 4 })
            .expect("another row");
        Foreign::published(table)
    }

    #[test]
    fn a_release_names_its_audience_and_ground() {
        let released = foreign(table("2026", Cell::Exact(3)));
        assert_eq!(released.audience().code(), "public");
        assert_eq!(released.ground().code(), "foreign");
        assert_eq!(released.identifier().len(), 16);
    }

    #[test]
    fn the_identifier_follows_the_content() {
        let first = foreign(table("2026", Cell::Exact(3)));
        let same = foreign(table("2026", Cell::Exact(3)));
        let other_cell = foreign(table("2026", Cell::Exact(4)));
        let other_vintage = foreign(table("2027", Cell::Exact(3)));
        assert_eq!(first.identifier(), same.identifier());
        assert_ne!(first.identifier(), other_cell.identifier());
        assert_ne!(first.identifier(), other_vintage.identifier());
    }

    #[test]
    fn a_mask_survives_every_view_of_a_release() {
        let released = foreign(table("2026", Cell::Exact(3)));
        let part = released.filter(|codes| codes[0] == "2021");
        let masked = Some(&Cell::Masked { lower: 0, upper: 4 });
        assert_eq!(part.value().get(&["2021"]), masked);
        let summed = released.sum_to(&[]).expect("years exclude each other");
        assert_eq!(
            summed.value().get(&[]),
            Some(&Cell::Masked { lower: 3, upper: 7 })
        );
    }
}
