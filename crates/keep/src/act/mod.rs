//! Acts: what somebody did, as the journal keeps it.
//!
//! An act has an open part, which whoever holds the journal's key may see, and a closed part, which
//! is sealed again under the key of one dossier (or of one person who works here). Everything
//! nominal and all free text is in the closed part: when that key is destroyed, the act stays, with
//! its number, kind, time and actor, as a tombstone, and says nothing of the person any more.
//!
//! Every kind of act has a version. A version is never edited; when a kind changes, the old form
//! stays in [`schema`] with a pure function that lifts it to the new one, and a sample of every
//! version is kept in `tests/corpus`, which must rebuild to the same digest for ever.
//!
//! The form is CBOR (RFC 8949), in arrays with numbered fields.

#[cfg(test)]
mod corpus;
mod record;
#[cfg(test)]
pub(crate) mod samples;
pub mod schema;
pub mod tables;
pub(crate) mod wire;

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use terms::id::{SessionId, StaffId};

pub use record::{Deposited, decode_deposit, encode_deposit};
pub use schema::Deed;

/// A stored act that is not of a form that this program knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// The kind and version are of a later program.
    #[error("act_unknown: act of kind {kind}, version {version}, is not known to this program")]
    Unknown {
        /// Number of the kind.
        kind: u16,
        /// Its version.
        version: u16,
    },
    /// The bytes are not of the form that kind and version have.
    #[error("act_malformed: an act of kind {kind} is not of its form: {reason}")]
    Malformed {
        /// Number of the kind; 0 for the frame itself.
        kind: u16,
        /// What does not fit; it never holds the content.
        reason: String,
    },
}

/// The closed part as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Closed {
    /// Number of the key in the keyring.
    #[n(0)]
    pub key: u64,
    /// Envelope under that key.
    #[n(1)]
    pub sealed: ByteVec,
}

/// An act, opened with the journal's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Who; none for what the node did by itself.
    pub actor: Option<StaffId>,
    /// In which session they were signed in; none for what was done at the console, by whoever has
    /// the passphrase, or by the node.
    pub session: Option<SessionId>,
    /// In what role, as a code of `office`.
    pub role: String,
    /// For what purpose, as a code of `office`.
    pub purpose: String,
    /// What was done.
    pub deed: Deed,
    /// What only the dossier's key opens.
    pub closed: Option<Closed>,
}

#[derive(Encode, Decode)]
struct Frame {
    #[n(0)]
    kind: u16,
    #[n(1)]
    version: u16,
    #[n(2)]
    at_ms: i64,
    #[cbor(n(3), with = "wire::maybe_id")]
    actor: Option<StaffId>,
    #[n(4)]
    role: String,
    #[n(5)]
    purpose: String,
    #[n(6)]
    body: ByteVec,
    #[n(7)]
    closed: Option<Closed>,
    #[cbor(n(8), with = "wire::added_id", has_nil)]
    session: Option<SessionId>,
}

impl Act {
    /// The act's bytes, not yet sealed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let (kind, version, body) = self.deed.encode();
        let frame = Frame {
            kind,
            version,
            at_ms: self.at_ms,
            actor: self.actor,
            role: self.role.clone(),
            purpose: self.purpose.clone(),
            body: body.into(),
            closed: self.closed.clone(),
            session: self.session,
        };
        wire::to_vec(&frame)
    }

    /// Reads an act of any version that ever was, lifted to today's form.
    ///
    /// # Errors
    /// When it is of a later program, or malformed.
    pub fn decode(bytes: &[u8]) -> Result<Self, ActError> {
        let frame: Frame = wire::from_slice(0, bytes)?;
        Ok(Self {
            at_ms: frame.at_ms,
            actor: frame.actor,
            session: frame.session,
            role: frame.role,
            purpose: frame.purpose,
            deed: Deed::decode(frame.kind, frame.version, &frame.body)?,
            closed: frame.closed,
        })
    }
}

/// What an act's closed part says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inside {
    /// Words: a reason, a name, what was searched for.
    Words(String),
    /// A record.
    Record(evidence::record::Record),
    /// A counted table before anything is masked, as [`tables::encode_draft`] writes it.
    Draft(Vec<u8>),
}

impl Inside {
    /// Its bytes, not yet sealed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        record::encode_inside(self)
    }

    /// Reads what [`Self::encode`] wrote, of any version.
    ///
    /// # Errors
    /// When it is of a later program, or malformed.
    pub fn decode(bytes: &[u8]) -> Result<Self, ActError> {
        record::decode_inside(bytes)
    }
}
