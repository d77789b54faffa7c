//! Codes for the first sign-in and for resets.

use std::fmt;

use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::vault::{ALPHABET, digit, is_between};

/// Symbols of a half, 5 bits each.
const HALF: usize = 10;
const SYMBOLS: usize = 2 * HALF;
/// Symbols between hyphens.
const GROUP: usize = 5;
const LABEL: &[u8] = b"palermo/one-time-code/1";

/// A code by which a person signs in once to set a password and a second factor (ASVS 5.0.0,
/// 6.4.1): 20 symbols, 100 bits. An administrator is shown one half and a second person the other;
/// each half has 50 bits, and neither of the two can use the code (6.4.6).
///
/// The symbols are those of Douglas Crockford's base 32 (crockford.com/base32.html), which has
/// neither I, L, O nor U. Wiped when dropped; the debug form shows nothing.
pub struct OneTimeCode(Box<Zeroizing<[u8; SYMBOLS]>>);

/// A text is no one-time code. What was found is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("one_time_code_misspelt: a one-time code is 20 letters and digits, in two halves of 10")]
pub struct OneTimeMisspelt;

impl OneTimeCode {
    /// A fresh code.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut values = Box::new(Zeroizing::new([0; SYMBOLS]));
        rng.fill_bytes(values.as_mut_slice());
        for value in values.iter_mut() {
            *value &= 31;
        }
        Self(values)
    }

    /// The two halves, each for one person, as `ABCDE-FGHJK`.
    #[must_use]
    pub fn halves(&self) -> (Zeroizing<String>, Zeroizing<String>) {
        let (first, second) = self.0.split_at(HALF);
        (written(first), written(second))
    }

    /// The whole code, the first half first, as `ABCDE-FGHJK-MNPQR-STVWX`.
    #[must_use]
    pub fn whole(&self) -> Zeroizing<String> {
        written(self.0.as_slice())
    }

    /// The code from both halves as somebody typed them, the first half first: hyphens and white
    /// space do not matter, nor does case, O is read as 0, and I and L as 1.
    ///
    /// # Errors
    ///
    /// [`OneTimeMisspelt`] for another character and for more or fewer than 20 symbols.
    pub fn parse(typed: &str) -> Result<Self, OneTimeMisspelt> {
        let mut values = Box::new(Zeroizing::new([0; SYMBOLS]));
        let mut symbols = typed.chars().filter(|&c| !is_between(c));
        for value in values.iter_mut() {
            *value = symbols.next().and_then(digit).ok_or(OneTimeMisspelt)?;
        }
        match symbols.next() {
            None => Ok(Self(values)),
            Some(_) => Err(OneTimeMisspelt),
        }
    }

    /// What is kept of the code: SHA-256 over `palermo/one-time-code/1` and its 20 symbols. The
    /// code is random and has 100 bits, so that guessing it back from this is out of reach for the
    /// days that it lives; ASVS 5.0.0, 6.5.2 would ask for 112 bits of a code that lives longer.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix(LABEL);
        for &value in self.0.iter() {
            hash.update([ALPHABET[usize::from(value)]]);
        }
        hash.finalize().into()
    }

    /// Whether a digest that was kept is this code's. Compared in constant time.
    #[must_use]
    pub fn holds(&self, digest: &[u8; 32]) -> bool {
        self.digest().ct_eq(digest).into()
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCode")
    }
}

fn written(values: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(values.len() * 2));
    for (at, &value) in values.iter().enumerate() {
        if at > 0 && at % GROUP == 0 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[usize::from(value)]));
    }
    text
}
