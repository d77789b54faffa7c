//! Acts about counted tables: brought in, looked at, released, withdrawn, explained; and what else
//! an audience has seen.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use terms::id::{AgencyId, DraftId, PublicationId};

use crate::act::wire;

/// A counted table is brought in. Closed: the table, under a key of its own.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DraftBrought {
    /// The draft.
    #[cbor(n(0), with = "wire::id")]
    pub draft: DraftId,
    /// Number of the key that its counts are sealed under.
    #[n(1)]
    pub key: u64,
    /// The agency of whoever brought it, which alone works with it.
    #[cbor(n(2), with = "wire::id")]
    pub agency: AgencyId,
    /// What it is called.
    #[n(3)]
    pub name: String,
    /// Whom it counts.
    #[n(4)]
    pub population: String,
    /// Of which state of the records.
    #[n(5)]
    pub vintage: String,
    /// How many cells it has.
    #[n(6)]
    pub cells: u64,
}

/// Dossiers were counted. If the table was kept as a draft, the draft comes with it; else the
/// counts were seen and are nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct TableCounted {
    /// The draft that keeps the counts.
    #[cbor(n(0), with = "wire::maybe_id")]
    pub draft: Option<DraftId>,
    /// What was counted, in the line of text in which it is said.
    #[n(1)]
    pub line: String,
    /// As the records stood after this act.
    #[n(2)]
    pub up_to_act: u64,
    /// The version of the rules by which records become rows.
    #[n(3)]
    pub rules: u32,
    /// Whose dossiers alone; none for those of every agency.
    #[cbor(n(4), with = "wire::maybe_id")]
    pub agency: Option<AgencyId>,
}

/// Somebody looked at the counts of a draft, and at what of them a rule would print.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DraftExamined {
    /// The draft.
    #[cbor(n(0), with = "wire::id")]
    pub draft: DraftId,
    /// For which audience, by its code.
    #[n(1)]
    pub audience: String,
    /// Under which rule, by its code.
    #[n(2)]
    pub rule: String,
}

/// A table is released to an audience. It says all that the release followed from but the draft and
/// the ledger before it, so that it can be made again.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ReleaseSigned {
    /// The release, by the hash of its content.
    #[n(0)]
    pub release: String,
    /// The draft.
    #[cbor(n(1), with = "wire::id")]
    pub draft: DraftId,
    /// To which audience, by its code.
    #[n(2)]
    pub audience: String,
    /// Under which rule, by its code.
    #[n(3)]
    pub rule: String,
    /// Cells that were to be masked besides, by their codes.
    #[n(4)]
    pub mask: Vec<Vec<String>>,
    /// Cells that were to be kept if it could be.
    #[n(5)]
    pub keep: Vec<Vec<String>>,
    /// Parties with the codes of the audiences that they are of, as they were then.
    #[n(6)]
    pub parties: Vec<(String, Vec<String>)>,
    /// The release that it takes the place of.
    #[n(7)]
    pub supersedes: Option<String>,
    /// What was released, as [`crate::act::tables::encode_publication`] writes it.
    #[n(8)]
    pub content: ByteVec,
}

/// A release is withdrawn. Whoever has seen it has seen it: it stays in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ReleaseWithdrawn {
    /// The release.
    #[n(0)]
    pub release: String,
    /// Why, in words that stand beside the release for all who have it.
    #[n(1)]
    pub reason: String,
}

/// Somebody looked at the count behind a cell of a release, and at why it is printed or masked.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ReleaseExplained {
    /// The release.
    #[n(0)]
    pub release: String,
    /// The cell, by its codes.
    #[n(1)]
    pub cell: Vec<String>,
}

/// What somebody else has published is listed, so that releases are held against it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct PublicationListed {
    /// The publication.
    #[cbor(n(0), with = "wire::id")]
    pub publication: PublicationId,
    /// It, as [`crate::act::tables::encode_publication`] writes it.
    #[n(1)]
    pub content: ByteVec,
}

/// What a party sees besides what is public, from now on.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct PartySet {
    /// The party.
    #[n(0)]
    pub party: String,
    /// Codes of the audiences that it is of; none for one that is a party no more.
    #[n(1)]
    pub sees: Vec<String>,
}
