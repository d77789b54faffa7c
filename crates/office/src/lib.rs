//! The only door of a node.
//!
//! Every change, and every read of nominal data, is an *act*: asked for by a person in a role for a
//! purpose ([`Request`]), decided at the journal's head under its lock ([`authority`]), and durable
//! in the journal before it is answered. [`Ask`] reads like a contents page of what the system can
//! do.
//!
//! A node is locked until somebody gives the passphrase. A locked node takes deposits, which are
//! sealed to its public key, and nothing else; whoever holds its disk and its memory holds
//! ciphertext.
//!
//! Erasure goes so: one person asks, on a ground; another confirms; from then on nobody reads the
//! dossier and its unit rows are gone; then the keyring turns to an epoch without the key, and a
//! tombstone stays. What a crash leaves between is
//! finished by [`Office::finish_erasures`], which whoever unlocks a node calls.

mod answer;
pub mod ask;
pub mod authority;
mod backup;
pub mod cases;
mod decide;
mod deposits;
mod desk;
pub mod door;
mod error;
pub mod filled;
mod follow;
mod import;
pub mod limits;
pub mod lists;
mod node;
pub mod passkey;
mod release;
mod seal;
mod survey;
mod tabulate;
mod trace;
mod verify;

pub use ask::{
    Access, Account, Answer, Ask, ConsentTo, ExportGround, Ground, Keys, MatterKind, Mirror,
    NewStaff, Notices, Outcome, ReadDossier, Request, TakenIn, Visitor, Who,
};
pub use authority::{AgencyKind, GRANTS, Grant, Power, Purpose, Reach, Role};
// What answers are made of.
pub use evidence::concept::Concepts;
pub use evidence::record::{Answer as Said, Class, PersonRole, Record, UNFINISHED, Value};
pub use keep::views::{
    Agency, Consent, Counting, Credential, Dossier, DossierState, DraftLine, Erasure, Export,
    Glass, LogLine, MapLine, Matter, MirrorLine, PartyLine, ReleaseLine, Reset, Session, Staff,
    Withdrawn,
};

pub use backup::{BackupMade, Opening, RENEWAL_DAYS, Restored};
pub use desk::Random;
pub use error::{CountingError, OfficeError};
pub use import::{Imported, Staged};
pub use lists::{Captured, ListsAsked, ListsBy, ListsEstimate, ListsSeen, ListsUnfit, Plan};
pub use node::{DepositKey, Founded, Founding, Office, Status, has_vault};
pub use release::{
    Behind, Examined, Explained, ListedPublication, PublicRelease, Releases, Shown, Signed, Under,
    draft_of, published,
};
pub use survey::{BackupUnnoted, Inside, SignedState, Survey};
pub use tabulate::Tabulated;
pub use trace::{DOSSIERS_NAMED, Traced};
pub use verify::{Figures, Remade, Verification};
