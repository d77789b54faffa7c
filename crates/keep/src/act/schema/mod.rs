//! The kinds of act, each version as it is stored.
//!
//! Numbers of kinds and fields are never used again for something else. To change a kind: copy its
//! struct to `NameV1`, keep that as it is, write `From<NameV1>`, raise the version in [`Deed`], and
//! add a sample of the new version to the corpus.

use evidence::record::PersonRole;
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use terms::id::{
    AgencyId, DossierId, ErasureId, FigureId, HoldId, ImportId, NodeId, RecordId, StaffId,
};

use super::{ActError, wire};

mod care;
mod lists;
mod people;
mod release;

pub use care::{
    AccessGiven, CaseAssigned, CaseReleased, ConsentRecorded, ConsentWithdrawn, ExportApproved,
    ExportRequested, ExportTaken, GlassBroken, GlassEnded, GlassSeen, MatterAnswered, MatterOpened,
};
pub use lists::ListsEstimated;
pub use people::{
    AccountSuspended, AgencySet, CodeIssued, CredentialEnded, CredentialSet, RequestRefused,
    ResetConfirmed, ResetRequested, SessionConfirmed, SessionOpened, SessionsEnded, SignInRefused,
    StaffAdded, StaffAddedV1, StaffChanged, StaffEnded, StaffNameRead,
};
pub use release::{
    DraftBrought, DraftExamined, PartySet, PublicationListed, ReleaseExplained, ReleaseSigned,
    ReleaseWithdrawn, TableCounted,
};

/// The node begins.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct NodeFounded {
    /// The node.
    #[cbor(n(0), with = "wire::id")]
    pub node: NodeId,
    /// The agency that runs it, custodian of what is entered here.
    #[cbor(n(1), with = "wire::id")]
    pub agency: AgencyId,
}

/// The node goes on from a backup, in a new life.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct NodeRestored {
    /// Last batch of the backup.
    #[n(0)]
    pub batch: u64,
    /// Epoch of the keyring that it goes on with.
    #[n(1)]
    pub epoch: u32,
    /// Number of the first key that no life before can have given out.
    #[n(2)]
    pub first_key: u64,
}

/// A dossier is opened: one person in one role with one custodian.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DossierOpened {
    /// The dossier.
    #[cbor(n(0), with = "wire::id")]
    pub dossier: DossierId,
    /// In what role it is about the person.
    #[cbor(n(1), with = "wire::code")]
    pub role: PersonRole,
    /// Number of the key that everything about the person is sealed under.
    #[n(2)]
    pub key: u64,
    /// The agency that has custody; none for the node's own. A hub's node may hold dossiers of a
    /// shelter that has no node.
    #[cbor(n(3), with = "wire::maybe_id")]
    pub custodian: Option<AgencyId>,
    /// In whose care it comes; none for whoever works in that agency.
    #[cbor(n(4), with = "wire::maybe_id")]
    pub carer: Option<StaffId>,
}

/// A dossier is opened, version 2: in nobody's care.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DossierOpenedV2 {
    /// The dossier.
    #[cbor(n(0), with = "wire::id")]
    pub dossier: DossierId,
    /// In what role it is about the person.
    #[cbor(n(1), with = "wire::code")]
    pub role: PersonRole,
    /// Number of the key that everything about the person is sealed under.
    #[n(2)]
    pub key: u64,
    /// The agency that has custody; none for the node's own. A hub's node may hold dossiers of a
    /// shelter that has no node.
    #[cbor(n(3), with = "wire::maybe_id")]
    pub custodian: Option<AgencyId>,
}

impl From<DossierOpenedV2> for DossierOpened {
    fn from(was: DossierOpenedV2) -> Self {
        Self {
            dossier: was.dossier,
            role: was.role,
            key: was.key,
            custodian: was.custodian,
            carer: None,
        }
    }
}

/// A dossier is opened, version 1: the custodian is the node's own agency.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DossierOpenedV1 {
    /// The dossier.
    #[cbor(n(0), with = "wire::id")]
    pub dossier: DossierId,
    /// In what role it is about the person.
    #[cbor(n(1), with = "wire::code")]
    pub role: PersonRole,
    /// Number of the key that everything about the person is sealed under.
    #[n(2)]
    pub key: u64,
}

impl From<DossierOpenedV1> for DossierOpened {
    fn from(was: DossierOpenedV1) -> Self {
        Self {
            dossier: was.dossier,
            role: was.role,
            key: was.key,
            custodian: None,
            carer: None,
        }
    }
}

/// A record is entered into a dossier. Closed: the record.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct RecordEntered {
    /// The dossier.
    #[cbor(n(0), with = "wire::id")]
    pub dossier: DossierId,
    /// The record.
    #[cbor(n(1), with = "wire::id")]
    pub record: RecordId,
    /// The record that it corrects.
    #[cbor(n(2), with = "wire::maybe_id")]
    pub replaces: Option<RecordId>,
    /// Keyed digests by which the same record of the same source is known again.
    #[n(3)]
    pub marks: Vec<ByteArray<32>>,
}

/// Somebody read a dossier. Closed: the reason.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DossierRead {
    /// The dossier.
    #[cbor(n(0), with = "wire::id")]
    pub dossier: DossierId,
}

/// Somebody searched by name. Closed: the words and the reason, under a key of the search's own,
/// which goes when a dossier that was found is erased: the words may name the person.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct NamesSearched {
    /// Number of the key; none where the words are under the searcher's own, as in version 1.
    #[n(0)]
    pub key: Option<u64>,
    /// How many dossiers were found.
    #[n(1)]
    pub count: u64,
    /// The dossiers that were found; none in version 1, which did not say.
    #[cbor(n(2), with = "wire::ids")]
    pub found: Vec<DossierId>,
}

/// Somebody searched by name, version 1: the words are under the searcher's own key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct NamesSearchedV1 {
    /// How many dossiers were found.
    #[n(0)]
    pub found: u64,
}

impl From<NamesSearchedV1> for NamesSearched {
    fn from(was: NamesSearchedV1) -> Self {
        Self {
            key: None,
            count: was.found,
            found: Vec::new(),
        }
    }
}

/// A deposit was opened and taken in. What was entered from it stands in the acts that follow.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DepositTaken {
    /// Number of the act that is the deposit.
    #[n(0)]
    pub deposit: u64,
    /// The record that it became; none if it could not be read and is kept as it came.
    #[cbor(n(1), with = "wire::maybe_id")]
    pub record: Option<RecordId>,
}

/// A dossier must be kept, whoever asks. Closed: the reason.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct HoldPlaced {
    /// The hold.
    #[cbor(n(0), with = "wire::id")]
    pub hold: HoldId,
    /// The dossier.
    #[cbor(n(1), with = "wire::id")]
    pub dossier: DossierId,
}

/// A hold ends. Closed: the reason.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct HoldLifted {
    /// The hold.
    #[cbor(n(0), with = "wire::id")]
    pub hold: HoldId,
    /// The dossier.
    #[cbor(n(1), with = "wire::id")]
    pub dossier: DossierId,
}

/// Somebody asks that a dossier be erased. Closed: the reason.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ErasureRequested {
    /// The request.
    #[cbor(n(0), with = "wire::id")]
    pub erasure: ErasureId,
    /// The dossier.
    #[cbor(n(1), with = "wire::id")]
    pub dossier: DossierId,
    /// The ground, as a code of `office`.
    #[n(2)]
    pub ground: String,
}

/// A second person confirms: from here on nobody reads the dossier, and its key will be destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ErasureConfirmed {
    /// The request.
    #[cbor(n(0), with = "wire::id")]
    pub erasure: ErasureId,
    /// The dossier.
    #[cbor(n(1), with = "wire::id")]
    pub dossier: DossierId,
}

/// The key is destroyed: the tombstone.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ErasureDone {
    /// The dossier.
    #[cbor(n(0), with = "wire::id")]
    pub dossier: DossierId,
    /// First epoch of the keyring that is without the key.
    #[n(1)]
    pub epoch: u32,
}

/// The keyring was saved, or saved again over an older one.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct KeyringSaved {
    /// Its epoch.
    #[n(0)]
    pub epoch: u32,
    /// Where, as the one who saved it named the place.
    #[n(1)]
    pub place: String,
}

/// The journal and its blobs were copied.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct BackupMade {
    /// Last batch in it.
    #[n(0)]
    pub batch: u64,
    /// Where, as the one who made it named the place.
    #[n(1)]
    pub place: String,
}

/// A count of records was kept so that it can be counted again. It is sealed with the journal's key
/// like every open part.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct FigureKept {
    /// The figure.
    #[cbor(n(0), with = "wire::id")]
    pub figure: FigureId,
    /// The last act that was counted.
    #[n(1)]
    pub up_to_act: u64,
    /// The concepts that it is counted by.
    #[n(2)]
    pub concepts: Vec<String>,
    /// Codes, one for each concept, and the count; in order of the codes.
    #[n(3)]
    pub cells: Vec<(Vec<String>, u64)>,
}

/// How long records of a role are kept.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct RetentionSet {
    /// The role of the person.
    #[cbor(n(0), with = "wire::code")]
    pub role: PersonRole,
    /// Days after the last record; none to keep until somebody decides.
    #[n(1)]
    pub days: Option<u32>,
}

/// A file of records is brought in: the staged blobs become true by this one act.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct RecordsImported {
    /// The import.
    #[cbor(n(0), with = "wire::id")]
    pub import: ImportId,
    /// The blobs, by hash of their ciphertext, in order; each holds acts, one after the other.
    #[n(1)]
    pub chunks: Vec<ByteArray<32>>,
    /// How many acts they hold.
    #[n(2)]
    pub acts: u64,
    /// Key of the blobs, sealed with the journal's key as everything here.
    #[n(3)]
    pub key: ByteVec,
}

/// An agency keeps a map: how the columns of a list of cases that it gets are read.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct MapKept {
    /// Whose.
    #[cbor(n(0), with = "wire::id")]
    pub agency: AgencyId,
    /// What it is called; it takes the place of one that was called so.
    #[n(1)]
    pub name: String,
    /// The map as its file spells it: columns, concepts and codes. None throws it away.
    #[n(2)]
    pub text: Option<String>,
}

/// Keys are put aside for a file of records that is being staged.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ImportBegun {
    /// The import.
    #[cbor(n(0), with = "wire::id")]
    pub import: ImportId,
    /// Number of the first key.
    #[n(1)]
    pub first_key: u64,
    /// How many.
    #[n(2)]
    pub keys: u64,
}

macro_rules! deeds {
    ($($kind:literal $version:literal $name:ident $(($($old:literal $was:ident),*))?;)*) => {
        /// What was done, in today's form.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each variant is the struct of its name")]
        pub enum Deed {
            $($name($name),)*
        }

        impl Deed {
            /// Every kind that ever was, with each of its versions.
            pub const VERSIONS: &'static [(u16, u16, &'static str)] = &[
                $($($(($kind, $old, stringify!($name)),)*)? ($kind, $version, stringify!($name)),)*
            ];

            /// The name of the kind.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => stringify!($name),)*
                }
            }

            /// Kind, version and bytes.
            pub(super) fn encode(&self) -> (u16, u16, Vec<u8>) {
                match self {
                    $(Self::$name(deed) => ($kind, $version, wire::to_vec(deed)),)*
                }
            }

            /// Reads any version.
            pub(super) fn decode(kind: u16, version: u16, body: &[u8]) -> Result<Self, ActError> {
                match (kind, version) {
                    $(
                        $($(($kind, $old) => {
                            let was: $was = wire::from_slice(kind, body)?;
                            Ok(Self::$name(was.into()))
                        })*)?
                        ($kind, $version) => Ok(Self::$name(wire::from_slice(kind, body)?)),
                    )*
                    _ => Err(ActError::Unknown { kind, version }),
                }
            }
        }

        $(impl From<$name> for Deed {
            fn from(deed: $name) -> Self {
                Self::$name(deed)
            }
        })*
    };
}

deeds! {
    1 1 NodeFounded;
    2 1 NodeRestored;
    3 2 StaffAdded (1 StaffAddedV1);
    4 1 StaffEnded;
    5 3 DossierOpened (1 DossierOpenedV1, 2 DossierOpenedV2);
    6 1 RecordEntered;
    7 1 DossierRead;
    8 2 NamesSearched (1 NamesSearchedV1);
    9 1 DepositTaken;
    10 1 HoldPlaced;
    11 1 HoldLifted;
    12 1 ErasureRequested;
    13 1 ErasureConfirmed;
    14 1 ErasureDone;
    15 1 KeyringSaved;
    16 1 BackupMade;
    17 1 FigureKept;
    18 1 RetentionSet;
    19 1 RecordsImported;
    20 1 ImportBegun;
    21 1 AgencySet;
    22 1 StaffChanged;
    23 1 CodeIssued;
    24 1 CredentialSet;
    25 1 CredentialEnded;
    26 1 SessionOpened;
    27 1 SessionConfirmed;
    28 1 SessionsEnded;
    29 1 SignInRefused;
    30 1 AccountSuspended;
    31 1 ResetRequested;
    32 1 ResetConfirmed;
    33 1 StaffNameRead;
    34 1 RequestRefused;
    35 1 CaseAssigned;
    36 1 CaseReleased;
    37 1 GlassBroken;
    38 1 GlassEnded;
    39 1 GlassSeen;
    40 1 ConsentRecorded;
    41 1 ConsentWithdrawn;
    42 1 ExportRequested;
    43 1 ExportApproved;
    44 1 ExportTaken;
    45 1 MatterOpened;
    46 1 MatterAnswered;
    47 1 AccessGiven;
    48 1 DraftBrought;
    49 1 DraftExamined;
    50 1 ReleaseSigned;
    51 1 ReleaseWithdrawn;
    52 1 ReleaseExplained;
    53 1 PublicationListed;
    54 1 PartySet;
    56 1 TableCounted;
    60 1 ListsEstimated;
    61 1 MapKept;
}
