//! From acts to what the journal stores, and back.

use keep::act::{Act, Closed, Deed, Inside};
use keep::journal::SealedAct;
use keep::keyring::Keyring;
use protect::vault::{open, seal};
use rand_core::CryptoRng;
use terms::id::NodeId;
use zeroize::Zeroizing;

use crate::error::OfficeError;

/// Before an act that is sealed with the journal's key.
const ACT: u8 = 1;
/// Before a deposit, which is sealed to the node's public key.
const DEPOSIT: u8 = 2;

/// What a stored act turns out to be.
#[derive(Debug)]
pub(crate) enum Opened {
    /// An act, and its closed part if its key is still there and it was asked for.
    Act(Box<Act>, Option<Inside>),
    /// Something that was handed in, as it is sealed.
    Deposit(Vec<u8>),
}

/// What is sealed for one node opens at no other.
fn context(label: &str, node: NodeId) -> Vec<u8> {
    let mut context = label.as_bytes().to_vec();
    context.push(0);
    context.extend_from_slice(&node.0);
    context
}

fn act_context(node: NodeId) -> Vec<u8> {
    context("palermo/act/1", node)
}

fn closed_context(node: NodeId, key: u64) -> Vec<u8> {
    let mut context = context("palermo/closed/1", node);
    context.extend_from_slice(&key.to_be_bytes());
    context
}

/// What a deposit is sealed for.
#[must_use]
pub(crate) fn deposit_context(node: NodeId) -> Vec<u8> {
    context("palermo/deposit/1", node)
}

pub(crate) fn close(
    keyring: &Keyring,
    key: u64,
    inside: &Inside,
    rng: &mut impl CryptoRng,
) -> Result<Closed, OfficeError> {
    let plain = Zeroizing::new(inside.encode());
    let secret = keyring
        .dossier_key(key)?
        .ok_or(OfficeError::DossierErased)?;
    let sealed = seal(secret, &closed_context(keyring.node(), key), &plain, rng);
    Ok(Closed {
        key,
        sealed: sealed.into(),
    })
}

/// The closed part, if its key is still there.
pub(crate) fn disclose(
    keyring: &Keyring,
    number: u64,
    closed: &Closed,
) -> Result<Option<Inside>, OfficeError> {
    let Some(key) = keyring.dossier_key(closed.key)? else {
        // A key that another process has just made must not read as destroyed.
        if closed.key >= keyring.first_unmade()? {
            return Err(OfficeError::KeyringOlder);
        }
        return Ok(None);
    };
    let context = closed_context(keyring.node(), closed.key);
    let plain =
        open(key, &context, &closed.sealed).map_err(|_| OfficeError::Unopened { act: number })?;
    Ok(Some(Inside::decode(&plain)?))
}

pub(crate) fn seal_act(
    keyring: &Keyring,
    act: &Act,
    rng: &mut impl CryptoRng,
) -> Result<SealedAct, OfficeError> {
    let plain = Zeroizing::new(act.encode());
    let sealed = seal(
        keyring.journal_key()?,
        &act_context(keyring.node()),
        &plain,
        rng,
    );
    let mut stored = Vec::with_capacity(1 + sealed.len());
    stored.push(ACT);
    stored.extend_from_slice(&sealed);
    Ok(stored)
}

pub(crate) fn deposit_act(sealed: &[u8]) -> SealedAct {
    let mut stored = Vec::with_capacity(1 + sealed.len());
    stored.push(DEPOSIT);
    stored.extend_from_slice(sealed);
    stored
}

/// Opens a stored act with the journal's key; its closed part only where the views need it.
pub(crate) fn open_act(
    keyring: &Keyring,
    number: u64,
    stored: &[u8],
) -> Result<Opened, OfficeError> {
    let unopened = OfficeError::Unopened { act: number };
    match stored {
        [ACT, sealed @ ..] => {
            let context = act_context(keyring.node());
            let plain = open(keyring.journal_key()?, &context, sealed).map_err(|_| unopened)?;
            let act = Act::decode(&plain)?;
            let inside = match (&act.deed, &act.closed) {
                (Deed::RecordEntered(_), Some(closed)) => disclose(keyring, number, closed)?,
                _ => None,
            };
            Ok(Opened::Act(Box::new(act), inside))
        }
        [DEPOSIT, sealed @ ..] => Ok(Opened::Deposit(sealed.to_vec())),
        _ => Err(unopened),
    }
}
