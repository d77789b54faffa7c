//! Walks the chain from its first batch.

use super::batch::Head;
use super::error::JournalError;
use super::store::Store;

/// How many acts are read at a time.
const ACTS_MAX: u64 = 10_000;

/// What a walk found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// The head at the end of the walk.
    pub head: Head,
    /// How many signed heads were met on the way, each with the hash that the chain has there.
    pub signed_heads: u64,
}

/// Recomputes every hash from the acts as stored, and looks at each signed head with `is_signed`
/// (message, signature).
///
/// # Errors
/// [`JournalError::Broken`] with the first batch that is not as it was written, or when a signed
/// head is not of this chain, or its signature is not the node's.
pub fn verify(
    store: &mut dyn Store,
    is_signed: impl Fn(&[u8], &[u8; 64]) -> bool,
) -> Result<Verified, JournalError> {
    let signed = store.signed()?;
    let mut signed = signed.iter().peekable();
    let mut head = Head::EMPTY;
    let mut signed_heads = 0;
    loop {
        let batches = store.batches(head.batch, ACTS_MAX)?;
        if batches.is_empty() {
            let kept = store.head()?;
            if kept.batch > head.batch {
                // Another process has written since the page was read.
                continue;
            }
            if kept != head {
                return Err(JournalError::Broken {
                    batch: kept.batch,
                    what: "the hash kept with it is not the hash of its acts".to_owned(),
                });
            }
            break;
        }
        for batch in &batches {
            if batch.previous != head.hash && batch.number == head.batch + 1 && head.batch > 0 {
                // What the later batch says of the one before it was true when it was written.
                return Err(JournalError::Broken {
                    batch: head.batch,
                    what: format!("batch {} names another hash for it", batch.number),
                });
            }
            head = head.follow(batch)?;
            while let Some(mark) = signed.next_if(|mark| mark.batch == head.batch) {
                let message = super::SignedHead::message(mark.batch, mark.hash);
                if mark.hash != head.hash || !is_signed(&message, &mark.signature) {
                    return Err(JournalError::Broken {
                        batch: mark.batch,
                        what: "the node has signed another".to_owned(),
                    });
                }
                signed_heads += 1;
            }
        }
    }
    if let Some(mark) = signed.next() {
        return Err(JournalError::Broken {
            batch: mark.batch,
            what: "the node has signed it, and it is not there".to_owned(),
        });
    }
    Ok(Verified { head, signed_heads })
}
