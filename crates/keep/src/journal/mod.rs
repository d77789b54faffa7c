//! The journal: the truth of a node, append-only.
//!
//! An *act* is what somebody did, already sealed: here it is bytes that nobody can read without the
//! node's key. Acts come in *batches*. A batch carries the hash of the one before it, the root of a
//! Merkle tree over its acts, their count, and the incarnation of the node that wrote it; so the
//! last hash stands for everything before it, and one [`Sequencer`] makes the acts of all who wait
//! durable with one flush.
//!
//! Hashes are over what is stored, which is ciphertext: after an erasure the chain still verifies,
//! and no hash can be tried against a guessed name.
//!
//! A [`Store`] keeps batches: [`SqliteJournal`] in the node's folder, [`PostgresJournal`] where
//! several servers share a node. Both are held to one conformance suite (`crates/keep/tests`).
//! Acknowledged means durable: [`Store::commit`] returns after the flush, never before.

mod batch;
mod error;
mod postgres;
mod sequencer;
mod sqlite;
mod store;
mod verify;

pub use batch::{Batch, Hash, Head, Incarnation, SealedAct};
pub use error::JournalError;
pub use postgres::PostgresJournal;
pub use sequencer::{Deciding, Sequencer};
pub use sqlite::SqliteJournal;
pub use store::{SignedHead, Store};
pub use verify::{Verified, verify};
