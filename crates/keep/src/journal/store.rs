//! What every back end of the journal must do.

use super::batch::{Batch, Hash, Head, SealedAct};
use super::error::JournalError;

/// A head that the node has signed while it was unlocked; peers keep copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHead {
    /// Number of the batch.
    pub batch: u64,
    /// Its hash.
    pub hash: Hash,
    /// Ed25519 signature over [`SignedHead::message`].
    pub signature: [u8; 64],
}

impl SignedHead {
    /// What is signed: number and hash.
    #[must_use]
    pub fn message(batch: u64, hash: Hash) -> Vec<u8> {
        let mut message = batch.to_be_bytes().to_vec();
        message.extend_from_slice(&hash.0);
        message
    }
}

/// A place that keeps batches.
///
/// Writing goes `begin`, any number of `append`, `commit`; from `begin` on no other process can
/// write, so what was decided on the head still holds when the batch lands behind it. Reading
/// is possible at any time and sees only what is committed, or what this connection has appended.
pub trait Store: Send {
    /// Takes the writer's lock and answers with the head.
    ///
    /// # Errors
    /// When the back end refuses.
    fn begin(&mut self) -> Result<Head, JournalError>;

    /// Puts a batch behind the head. It must be called after `begin`.
    ///
    /// # Errors
    /// When the batch does not follow the head, or the back end refuses.
    fn append(&mut self, batch: &Batch) -> Result<(), JournalError>;

    /// Makes what was appended durable and lets the lock go.
    ///
    /// # Errors
    /// When the back end refuses; it is then unknown whether the batch is kept.
    fn commit(&mut self) -> Result<(), JournalError>;

    /// Forgets what was appended and lets the lock go.
    ///
    /// # Errors
    /// When the back end refuses.
    fn abandon(&mut self) -> Result<(), JournalError>;

    /// The head.
    ///
    /// # Errors
    /// When the back end refuses.
    fn head(&mut self) -> Result<Head, JournalError>;

    /// Batches behind number `after`, in order, with at most about `acts_max` acts in all (one
    /// batch at least, if there is any).
    ///
    /// # Errors
    /// When the back end refuses, or what it keeps has not the form of a batch.
    fn batches(&mut self, after: u64, acts_max: u64) -> Result<Vec<Batch>, JournalError>;

    /// One act by its number.
    ///
    /// # Errors
    /// When the back end refuses.
    fn act(&mut self, number: u64) -> Result<Option<SealedAct>, JournalError>;

    /// Keeps a signed head.
    ///
    /// # Errors
    /// When the back end refuses.
    fn sign(&mut self, head: &SignedHead) -> Result<(), JournalError>;

    /// All signed heads, by batch.
    ///
    /// # Errors
    /// When the back end refuses.
    fn signed(&mut self) -> Result<Vec<SignedHead>, JournalError>;
}
