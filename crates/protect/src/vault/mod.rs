//! How bytes are sealed so that only the right hands open them.
//!
//! One noun, one file, and nothing invented: each part is a published construction from a kept
//! crate, named with its source where it is defined.
//!
//! | part | construction | source |
//! |---|---|---|
//! | [`Key`] | 32 random bytes, derived by HKDF-SHA256 | RFC 5869 |
//! | [`seal`], [`open`] | XChaCha20-Poly1305, random nonce | RFC 8439, draft-irtf-cfrg-xchacha-03 |
//! | [`padded_length`] | steps of 64, then Padmé | Nikitin et al., PoPETs 2019(4) |
//! | [`DepositPublic`] | HPKE, base mode, X25519 | RFC 9180 |
//! | [`HeadSecret`] | Ed25519, strict verification | RFC 8032 |
//! | [`Passphrase`], [`Slot`] | Argon2id | RFC 9106 |
//! | [`split`], [`join`] | secret sharing over GF(256) | Shamir, CACM 22(11), 1979 |
//! | [`fingerprint()`] | HMAC-SHA256 | RFC 2104 |
//!
//! The module is pure: it keeps nothing, reads nothing, and takes its random numbers from the
//! caller as a [`rand_core::CryptoRng`]. Numbers in the layouts are big-endian.
//!
//! Secrets are wiped when they are dropped (zeroize). They lie on the heap, so that moving one
//! copies nothing. What the working of a cipher leaves on the stack goes with [`wipe_stack`];
//! registers, and pages that the system swapped out, are beyond the reach of a library.
//!
//! Why something does not open is never said: a wrong key, a wrong context, a changed bit and a
//! missing end are all [`Unopened`].

mod deposit;
mod envelope;
mod fingerprint;
mod head;
mod key;
mod padding;
mod passphrase;
mod share;
mod slot;
mod spelling;
mod stack;
mod unopened;

#[cfg(test)]
mod corpus;
#[cfg(test)]
pub(crate) mod testing;

pub use deposit::{DepositPublic, DepositSecret};
pub use envelope::{open, seal};
pub use fingerprint::fingerprint;
pub use head::{HeadPublic, HeadSecret, Signature};
pub use key::{Blob, Columns, Dossier, Epoch, Fingerprint, Journal, Key, Root, Use, Views};
pub use padding::padded_length;
pub use passphrase::{Passphrase, PassphraseUnfit};
pub use share::{Share, ShareError, join, split};
pub(crate) use slot::stretch;
pub use slot::{Cost, Slot};
pub(crate) use spelling::{ALPHABET, digit, is_between};
pub use stack::wipe_stack;
pub use unopened::Unopened;

/// Writes bytes that anybody may see, in hexadecimal.
fn write_hex(f: &mut std::fmt::Formatter<'_>, name: &str, bytes: &[u8]) -> std::fmt::Result {
    write!(f, "{name}(")?;
    for byte in bytes {
        write!(f, "{byte:02x}")?;
    }
    write!(f, ")")
}
