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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vault::testing::{TestRng, unhex};

    #[test]
    fn the_digest_is_sha_256_of_the_documented_input() {
        // Python: hashlib.sha256(b"palermo/one-time-code/10123456789ABCDEFGHJK").hexdigest()
        let code = OneTimeCode::parse("01234-56789-ABCDE-FGHJK").unwrap();
        let expected = unhex("44205ef694c6ec666289d4be474ebe39596e97e7544b4ce7f43d177cde8ec44e");
        assert_eq!(code.digest().as_slice(), expected);
        assert!(code.holds(&code.digest()));
        let mut other = code.digest();
        other[31] ^= 1;
        assert!(!code.holds(&other));
    }

    #[test]
    fn two_halves_are_the_whole() {
        let code = OneTimeCode::random(&mut TestRng::new(1));
        let (first, second) = code.halves();
        assert_eq!(*code.whole(), format!("{}-{}", *first, *second));
        for half in [&first, &second] {
            assert_eq!(half.len(), 11);
            assert_eq!(half.find('-'), Some(5));
            assert!(OneTimeCode::parse(half).is_err(), "a half opens nothing");
        }
        let swapped = OneTimeCode::parse(&format!("{} {}", *second, *first)).unwrap();
        assert!(!swapped.holds(&code.digest()), "the first half comes first");
    }

    #[test]
    fn every_symbol_comes_as_often_as_any_other() {
        let mut rng = TestRng::new(2);
        let mut counts = [0_u32; 32];
        for _ in 0..3_200 {
            for &value in OneTimeCode::random(&mut rng).0.iter() {
                counts[usize::from(value)] += 1;
            }
        }
        // 2,000 of each are expected; 5 standard deviations are 220.
        assert!(
            counts.iter().all(|count| (1_780..2_220).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn other_texts_are_refused() {
        for wrong in [
            "",
            "01234-56789-ABCDE-FGHJ",
            "01234-56789-ABCDE-FGHJKM",
            "01234-56789-ABCDE-FGHJU",
            "01234_56789_ABCDE_FGHJK",
            "01234-56789-ABCDE-FGHJ\u{212a}",
        ] {
            let misspelt = OneTimeCode::parse(wrong).unwrap_err();
            assert!(
                misspelt.to_string().starts_with("one_time_code_misspelt: "),
                "{wrong}"
            );
        }
    }

    #[test]
    fn the_debug_form_shows_nothing() {
        let code = OneTimeCode::random(&mut TestRng::new(3));
        assert_eq!(format!("{code:?}"), "OneTimeCode");
    }

    proptest! {
        #[test]
        fn hands_that_copy_it_are_forgiven(
            seed in any::<u64>(),
            between in prop::collection::vec("[-\u{2013} \t]{0,2}", 20),
            turns in prop::collection::vec(0_u8..4, 20),
        ) {
            let code = OneTimeCode::random(&mut TestRng::new(seed));
            let symbols = code.whole().replace('-', "");
            let mut typed = String::new();
            for ((symbol, between), turn) in symbols.chars().zip(between).zip(turns) {
                typed.push(match (symbol, turn) {
                    ('0', 1) => 'O',
                    ('0', 2) => 'o',
                    ('1', 1) => 'I',
                    ('1', 2) => 'l',
                    (other, 3) => other.to_ascii_lowercase(),
                    (other, _) => other,
                });
                typed.push_str(&between);
            }
            let read = OneTimeCode::parse(&typed).unwrap();
            prop_assert!(read.holds(&code.digest()));
            prop_assert_eq!(read.whole(), code.whole());
        }

        #[test]
        fn no_text_makes_it_panic(typed in "\\PC{0,60}") {
            let _ = OneTimeCode::parse(&typed);
        }
    }
}
