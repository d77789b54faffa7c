//! From a counted table to a release: a rule is applied, the attacker is asked, and what cannot be
//! worked back is released to its audience.

use std::marker::PhantomData;

use sha2::Sha256;
use terms::hierarchy::Hierarchy;
use terms::table::Table;

use super::plan::proposal;
use super::{Audience, Ground, Released, ToAgreement, ToParty, ToPublic, hash_table, identify};
use crate::draft::Draft;
use crate::ledger::Ledger;
use crate::rule::Rule;
use crate::seal::Confidential;

/// An insider who sees agreements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its code, as in the draft's dimension of parties.
    pub code: String,
    /// What it sees besides what is public.
    pub sees: Vec<Audience>,
}

/// What the one who releases wants besides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// Cells to mask besides, by their codes.
    pub mask: Vec<Vec<String>>,
    /// Cells to keep if it can be.
    pub keep: Vec<Vec<String>>,
}

/// Under what a table is released.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The rule.
    pub rule: &'static Rule,
    /// To whom.
    pub audience: &'a Audience,
    /// What was shown before.
    pub ledger: &'a Ledger,
    /// Who sees what.
    pub parties: &'a [Party],
    /// What is wanted besides.
    pub wish: &'a Wish,
}

/// What would be printed.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The table as it would be printed.
    pub printed: Table,
    /// What becomes of each cell, in the order of the table's cells.
    pub fates: Vec<Fate>,
    /// What is lost by it.
    pub lost: Lost,
    /// What an attacker can work back; with none, it could be released.
    pub breaches: Vec<Breach>,
}

/// What becomes of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is printed.
    Printed,
    /// It is masked for its own sake.
    Sensitive(Reason),
    /// It is masked to protect another.
    Protecting,
    /// It is masked because somebody wants it so.
    Chosen,
}

/// Why a cell is sensitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Its count is small.
    Small,
    /// Few people live where it was counted, and its count is small for that.
    FewInhabitants,
    /// Few events stand behind it.
    FewEvents,
    /// Few sources stand behind it.
    FewSources,
    /// Few parties stand behind it.
    FewContributors,
    /// It says of everybody of a group what they are.
    GroupDisclosure,
    /// Its difference from what was shown before is small.
    Difference,
}

/// What a release costs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lost {
    /// Cells of the table.
    pub cells: u64,
    /// Printed.
    pub printed: u64,
    /// Masked for their own sake.
    pub sensitive: u64,
    /// Masked to protect others.
    pub protecting: u64,
    /// Masked because somebody wants it so.
    pub chosen: u64,
    /// The counts in masked cells, added up.
    pub counts: u64,
}

/// Something that an attacker can work back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// Who.
    pub attacker: String,
    /// Of which cell.
    pub codes: Vec<String>,
    /// What.
    pub kind: BreachKind,
    /// It is at least this.
    pub lower: i64,
    /// It is at most this.
    pub upper: Option<i64>,
}

/// What is worked back, or why it is not known that nothing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BreachKind {
    /// A count is known more closely than the rule allows.
    Count,
    /// What was entered, corrected or erased between two vintages is known to be little.
    Difference,
    /// A mask of an earlier release would be opened.
    Earlier,
    /// The cell has been printed before.
    Shown,
    /// Nothing was shown within the budget of the attack; it counts as worked back.
    Unproven,
    /// A total of the draft is not the sum of its parts.
    DoesNotAddUp,
    /// No rounding of the whole table adds up.
    NoRounding,
}

impl BreachKind {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Difference => "difference",
            Self::Earlier => "earlier",
            Self::Shown => "shown",
            Self::Unproven => "unproven",
            Self::DoesNotAddUp => "does-not-add-up",
            Self::NoRounding => "no-rounding",
        }
    }
}

/// A release that was refused.
#[derive(Debug)]
pub struct Refused {
    /// The stable code; it tells nothing of the counts.
    pub code: &'static str,
    /// What would have been printed, and what could be worked back.
    pub detail: Confidential<Proposal>,
}

/// A release to whichever audience.
#[derive(Debug, Clone)]
pub enum AnyRelease {
    /// To anybody.
    Public(Released<Table>),
    /// To the parties of an agreement.
    Agreement(Released<Table, ToAgreement>),
    /// To one party.
    Party(Released<Table, ToParty>),
}

/// What is known of a stored release.
#[derive(Debug, Clone)]
pub struct Recalled {
    /// The identifier that the act of the journal names.
    pub identifier: String,
    /// To whom.
    pub audience: Audience,
    /// The rule.
    pub rule: &'static Rule,
    /// Whom it counts.
    pub population: String,
    /// Of which state of the records.
    pub vintage: String,
    /// The table as printed.
    pub table: Table,
    /// How the codes of each dimension add up.
    pub hierarchies: Vec<Hierarchy>,
}

/// A stored release whose content is not what its identifier names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("release_damaged: what is stored is not what was released under that identifier")]
pub struct NotAsReleased;

/// What would be printed under a rule.
#[must_use]
pub fn propose(draft: &Confidential<Draft>, setting: &Setting<'_>) -> Confidential<Proposal> {
    Confidential::seal(proposal(draft.within(), setting))
}

/// What would be printed, for the tests of this room.
#[cfg(test)]
pub(super) fn proposal_of(draft: &Draft, setting: &Setting<'_>) -> Proposal {
    proposal(draft, setting)
}

/// Releases a draft to its audience.
///
/// # Errors
/// When something of it could be worked back.
pub fn release(
    draft: Confidential<Draft>,
    setting: &Setting<'_>,
) -> Result<AnyRelease, Box<Refused>> {
    let draft = draft.within();
    let proposal = proposal(draft, setting);
    if !proposal.breaches.is_empty() {
        return Err(Box::new(Refused {
            code: "release_unsafe",
            detail: Confidential::seal(proposal),
        }));
    }
    let of = (draft.population.as_str(), draft.vintage.as_str());
    Ok(released(
        proposal.printed,
        setting.audience,
        setting.rule,
        of,
    ))
}

/// A stored release, read back.
///
/// # Errors
/// When its content does not hash to the identifier.
pub fn recalled(stored: Recalled) -> Result<AnyRelease, NotAsReleased> {
    let of = (stored.population.as_str(), stored.vintage.as_str());
    let any = released(stored.table, &stored.audience, stored.rule, of);
    if any.identifier() == stored.identifier {
        Ok(any)
    } else {
        Err(NotAsReleased)
    }
}

impl AnyRelease {
    /// Its identifier.
    #[must_use]
    pub fn identifier(&self) -> &str {
        match self {
            Self::Public(released) => released.identifier(),
            Self::Agreement(released) => released.identifier(),
            Self::Party(released) => released.identifier(),
        }
    }

    /// The table as printed.
    #[must_use]
    pub const fn table(&self) -> &Table {
        match self {
            Self::Public(released) => released.value(),
            Self::Agreement(released) => released.value(),
            Self::Party(released) => released.value(),
        }
    }
}

fn released(
    table: Table,
    audience: &Audience,
    rule: &Rule,
    (population, vintage): (&str, &str),
) -> AnyRelease {
    let source = table.source.clone();
    let identifier = identify(audience, &source, Ground::Counted, |hash: &mut Sha256| {
        use sha2::Digest;
        for part in [rule.code, population, vintage] {
            hash.update([0x1d]);
            hash.update(part.as_bytes());
        }
        hash_table(hash, &table);
    });
    fn of<A>(table: Table, audience: &Audience, identifier: String) -> Released<Table, A> {
        Released {
            source: table.source.clone(),
            value: table,
            audience: audience.clone(),
            ground: Ground::Counted,
            identifier,
            to: PhantomData,
        }
    }
    match audience {
        Audience::Public => AnyRelease::Public(of::<ToPublic>(table, audience, identifier)),
        Audience::Agreement(_) => {
            AnyRelease::Agreement(of::<ToAgreement>(table, audience, identifier))
        }
        Audience::Party(_) => AnyRelease::Party(of::<ToParty>(table, audience, identifier)),
    }
}

impl Audience {
    /// What a code means.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        let named = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        match code.split_once(':') {
            None => (code == "public").then_some(Self::Public),
            Some(("agreement", name)) => named(name).map(Self::Agreement),
            Some(("party", name)) => named(name).map(Self::Party),
            Some(_) => None,
        }
    }
}
