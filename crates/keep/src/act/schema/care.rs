//! Acts about who cares for a dossier, who may see it, and what the person concerned has a right
//! to.

use minicbor::{Decode, Encode};
use terms::id::{AgencyId, ConsentId, DossierId, ExportId, GlassId, MatterId, StaffId};

use crate::act::wire;

/// A dossier comes into somebody's care.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct CaseAssigned {
    /// The dossier.
    #[cbor(n(0), with = "wire::id")]
    pub dossier: DossierId,
    /// Into whose.
    #[cbor(n(1), with = "wire::id")]
    pub staff: StaffId,
}

/// A dossier is no longer in somebody's care.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct CaseReleased {
    /// The dossier.
    #[cbor(n(0), with = "wire::id")]
    pub dossier: DossierId,
    /// In whose it was.
    #[cbor(n(1), with = "wire::id")]
    pub staff: StaffId,
}

/// Somebody opens, in an emergency, a dossier that is out of their reach. Closed: the reason.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct GlassBroken {
    /// The opening.
    #[cbor(n(0), with = "wire::id")]
    pub glass: GlassId,
    /// The dossier.
    #[cbor(n(1), with = "wire::id")]
    pub dossier: DossierId,
    /// Until when, in milliseconds since 1970-01-01 UTC.
    #[n(2)]
    pub until_ms: i64,
}

/// An emergency opening ends before its time.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct GlassEnded {
    /// The opening.
    #[cbor(n(0), with = "wire::id")]
    pub glass: GlassId,
    /// The dossier.
    #[cbor(n(1), with = "wire::id")]
    pub dossier: DossierId,
}

/// Somebody who has the dossier in their care was told of an emergency opening.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct GlassSeen {
    /// The opening.
    #[cbor(n(0), with = "wire::id")]
    pub glass: GlassId,
    /// The dossier.
    #[cbor(n(1), with = "wire::id")]
    pub dossier: DossierId,
}

/// The person agreed to something. Closed: how, in what language, and what was said.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ConsentRecorded {
    /// The consent.
    #[cbor(n(0), with = "wire::id")]
    pub consent: ConsentId,
    /// The dossier.
    #[cbor(n(1), with = "wire::id")]
    pub dossier: DossierId,
    /// To what, as a code of `office`: a service, or disclosure.
    #[n(2)]
    pub subject: String,
    /// For what purpose, as a code of `office`.
    #[n(3)]
    pub purpose: String,
    /// To whom; none where nobody receives anything.
    #[cbor(n(4), with = "wire::maybe_id")]
    pub recipient: Option<AgencyId>,
    /// Until when, in milliseconds since 1970-01-01 UTC; none until it is withdrawn.
    #[n(5)]
    pub until_ms: Option<i64>,
}

/// The person no longer agrees. Closed: the words.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ConsentWithdrawn {
    /// The consent.
    #[cbor(n(0), with = "wire::id")]
    pub consent: ConsentId,
    /// The dossier.
    #[cbor(n(1), with = "wire::id")]
    pub dossier: DossierId,
}

/// Somebody asks to take a dossier out of the node. Closed: the reason.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ExportRequested {
    /// The request.
    #[cbor(n(0), with = "wire::id")]
    pub export: ExportId,
    /// The dossier.
    #[cbor(n(1), with = "wire::id")]
    pub dossier: DossierId,
    /// For whom; none for the person concerned.
    #[cbor(n(2), with = "wire::maybe_id")]
    pub recipient: Option<AgencyId>,
    /// On what ground, as a code of `office`.
    #[n(3)]
    pub ground: String,
}

/// A second person approves an export.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ExportApproved {
    /// The request.
    #[cbor(n(0), with = "wire::id")]
    pub export: ExportId,
    /// The dossier.
    #[cbor(n(1), with = "wire::id")]
    pub dossier: DossierId,
}

/// An export is taken, once.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ExportTaken {
    /// The request.
    #[cbor(n(0), with = "wire::id")]
    pub export: ExportId,
    /// The dossier.
    #[cbor(n(1), with = "wire::id")]
    pub dossier: DossierId,
}

/// The person concerned asks for something that must be answered in time. Closed: the words.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct MatterOpened {
    /// The matter.
    #[cbor(n(0), with = "wire::id")]
    pub matter: MatterId,
    /// The dossier.
    #[cbor(n(1), with = "wire::id")]
    pub dossier: DossierId,
    /// Of what kind, as a code of `office`.
    #[n(2)]
    pub kind: String,
    /// By when it must be answered, in milliseconds since 1970-01-01 UTC.
    #[n(3)]
    pub due_ms: i64,
}

/// A matter is answered. Closed: the words.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct MatterAnswered {
    /// The matter.
    #[cbor(n(0), with = "wire::id")]
    pub matter: MatterId,
    /// The dossier.
    #[cbor(n(1), with = "wire::id")]
    pub dossier: DossierId,
    /// With what outcome, as a code of `office`.
    #[n(2)]
    pub outcome: String,
}

/// The person concerned was shown or read what is held and who saw it. Closed: how.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct AccessGiven {
    /// The dossier.
    #[cbor(n(0), with = "wire::id")]
    pub dossier: DossierId,
}
