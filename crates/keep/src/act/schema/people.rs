//! Acts about the people who work at a node: agencies, staff, credentials, sessions.

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use terms::id::{AgencyId, CredentialId, ResetId, SessionId, StaffId};

use crate::act::wire;

/// Somebody may work here. Closed: the name, under the person's own key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct StaffAdded {
    /// Who.
    #[cbor(n(0), with = "wire::id")]
    pub staff: StaffId,
    /// In what roles, as codes of `office`.
    #[n(1)]
    pub roles: Vec<String>,
    /// Number of the key that the name and the credentials are sealed under.
    #[n(2)]
    pub key: u64,
    /// Of which agency; none for the node's own.
    #[cbor(n(3), with = "wire::maybe_id")]
    pub agency: Option<AgencyId>,
    /// To whom they answer: who may see their name.
    #[cbor(n(4), with = "wire::maybe_id")]
    pub supervisor: Option<StaffId>,
    /// Keyed digest of the name that they sign in with; none for somebody who acts at the console.
    #[n(5)]
    pub sign_in: Option<ByteArray<32>>,
}

/// Somebody may work here, version 1: of the node's own agency, at the console.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct StaffAddedV1 {
    /// Who.
    #[cbor(n(0), with = "wire::id")]
    pub staff: StaffId,
    /// In what roles, as codes of `office`.
    #[n(1)]
    pub roles: Vec<String>,
    /// Number of the key that the name is sealed under.
    #[n(2)]
    pub key: u64,
}

impl From<StaffAddedV1> for StaffAdded {
    fn from(was: StaffAddedV1) -> Self {
        Self {
            staff: was.staff,
            roles: was.roles,
            key: was.key,
            agency: None,
            supervisor: None,
            sign_in: None,
        }
    }
}

/// Somebody has other roles, or answers to somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct StaffChanged {
    /// Who.
    #[cbor(n(0), with = "wire::id")]
    pub staff: StaffId,
    /// In what roles from now on, as codes of `office`.
    #[n(1)]
    pub roles: Vec<String>,
    /// To whom they answer from now on.
    #[cbor(n(2), with = "wire::maybe_id")]
    pub supervisor: Option<StaffId>,
}

/// Somebody may no longer work here.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct StaffEnded {
    /// Who.
    #[cbor(n(0), with = "wire::id")]
    pub staff: StaffId,
}

/// An agency is named, or named anew.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct AgencySet {
    /// Which.
    #[cbor(n(0), with = "wire::id")]
    pub agency: AgencyId,
    /// What it is called.
    #[n(1)]
    pub name: String,
    /// What it does, as a code of `office`.
    #[n(2)]
    pub kind: String,
}

/// A one-time code was made, with which somebody sets their credentials. Closed: its digest, under
/// the person's own key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct CodeIssued {
    /// For whom.
    #[cbor(n(0), with = "wire::id")]
    pub staff: StaffId,
    /// Until when it holds, in milliseconds since 1970-01-01 UTC.
    #[n(1)]
    pub until_ms: i64,
}

/// Somebody has a credential, in the place of the one of that kind where only one can be. Closed:
/// what it is verified with, under the person's own key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct CredentialSet {
    /// The credential.
    #[cbor(n(0), with = "wire::id")]
    pub credential: CredentialId,
    /// Whose.
    #[cbor(n(1), with = "wire::id")]
    pub staff: StaffId,
    /// Of what kind, as a code of `office`.
    #[n(2)]
    pub kind: String,
}

/// A credential no longer holds.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct CredentialEnded {
    /// The credential.
    #[cbor(n(0), with = "wire::id")]
    pub credential: CredentialId,
    /// Whose.
    #[cbor(n(1), with = "wire::id")]
    pub staff: StaffId,
}

/// Somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SessionOpened {
    /// The session: the first half of the digest of its token.
    #[cbor(n(0), with = "wire::id")]
    pub session: SessionId,
    /// Who.
    #[cbor(n(1), with = "wire::id")]
    pub staff: StaffId,
    /// The second factor, or the passkey that is both.
    #[cbor(n(2), with = "wire::id")]
    pub credential: CredentialId,
    /// How far that factor has come: it takes nothing earlier again.
    #[n(3)]
    pub step: Option<u64>,
}

/// Somebody who is signed in has shown again that it is they.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SessionConfirmed {
    /// The session.
    #[cbor(n(0), with = "wire::id")]
    pub session: SessionId,
    /// The second factor, or the passkey that is both.
    #[cbor(n(1), with = "wire::id")]
    pub credential: CredentialId,
    /// How far that factor has come.
    #[n(2)]
    pub step: Option<u64>,
}

/// A session ends, or all of somebody's.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SessionsEnded {
    /// Whose.
    #[cbor(n(0), with = "wire::id")]
    pub staff: StaffId,
    /// Which; none for all.
    #[cbor(n(1), with = "wire::maybe_id")]
    pub session: Option<SessionId>,
}

/// Somebody tried to sign in and was refused.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SignInRefused {
    /// As whom, if there is such a person.
    #[cbor(n(0), with = "wire::maybe_id")]
    pub staff: Option<StaffId>,
    /// Why, as a code of `office`; whoever tried is not told.
    #[n(1)]
    pub cause: String,
}

/// An account takes nobody in until it is reset: it may be in the wrong hands.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct AccountSuspended {
    /// Whose.
    #[cbor(n(0), with = "wire::id")]
    pub staff: StaffId,
}

/// Somebody asks that another set their credentials anew. Closed: why, and the code that will do
/// it, of which the second half is not yet shown to anybody; under the person's own key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ResetRequested {
    /// The request.
    #[cbor(n(0), with = "wire::id")]
    pub reset: ResetId,
    /// Whose.
    #[cbor(n(1), with = "wire::id")]
    pub staff: StaffId,
}

/// A second person confirms: every credential and session of the person ends.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ResetConfirmed {
    /// The request.
    #[cbor(n(0), with = "wire::id")]
    pub reset: ResetId,
    /// Whose.
    #[cbor(n(1), with = "wire::id")]
    pub staff: StaffId,
}

/// Somebody saw the name of one who works here. Closed: why, under that person's own key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct StaffNameRead {
    /// Whose.
    #[cbor(n(0), with = "wire::id")]
    pub staff: StaffId,
}

/// Something was asked for and refused.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct RequestRefused {
    /// What was asked for, as a code of `office`.
    #[n(0)]
    pub power: String,
    /// Why not, as a code of `office`; it may say more than whoever asked was told.
    #[n(1)]
    pub cause: String,
    /// About which dossier; none where there is no such dossier.
    #[cbor(n(2), with = "wire::maybe_id")]
    pub dossier: Option<terms::id::DossierId>,
}
