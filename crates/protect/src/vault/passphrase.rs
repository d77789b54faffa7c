//! Passphrases.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Fewest characters. ASVS 5.0.0, 6.2.1 asks for 8 at least and recommends 15; a node's folder can
/// be stolen and guessed at without any server to slow it down, so the floor is higher here.
const CHARACTERS_MIN: usize = 12;
/// Most characters. ASVS 5.0.0, 6.2.9 asks that 64 at least be allowed; without a limit, a text of
/// gigabytes would be normalised.
const CHARACTERS_MAX: usize = 1024;
/// Most bytes that a character can grow to by normalisation: three times its own, in UTF-8
/// (Unicode Standard Annex #15, "Normalization Forms", and its FAQ on expansion factors).
const GROWTH: usize = 3;

/// A passphrase, in Unicode's normalisation form C, without white space at its ends.
///
/// Normalised, so that the same letters typed on two systems are the same bytes; NIST
/// SP 800-63B-4, section 3.1.1.2 asks for it and allows the white space to go. Beyond that it is
/// taken exactly as typed (ASVS 5.0.0, 6.2.8), and any character counts: there are no rules of
/// composition (6.2.5). Whether a passphrase is a well-known one is for the caller to check.
///
/// Wiped when dropped; the debug form shows nothing.
pub struct Passphrase(Zeroizing<String>);

/// Why a passphrase is refused. What was typed is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseUnfit {
    /// Too few characters.
    #[error("passphrase_short: the passphrase has {found} characters; at least {allowed}")]
    Short {
        /// How many it has.
        found: usize,
        /// The fewest allowed.
        allowed: usize,
    },
    /// Too many characters.
    #[error("passphrase_long: the passphrase has more than {allowed} characters")]
    Long {
        /// The most allowed.
        allowed: usize,
    },
}

impl PassphraseUnfit {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Short { .. } => "passphrase_short",
            Self::Long { .. } => "passphrase_long",
        }
    }
}

impl Passphrase {
    /// A passphrase from what was typed: 12 to 1,024 characters (Unicode scalar values after
    /// normalisation), not counting white space at the ends.
    ///
    /// # Errors
    ///
    /// [`PassphraseUnfit`] when it is shorter or longer.
    pub fn new(text: &str) -> Result<Self, PassphraseUnfit> {
        let text = text.trim();
        let long = PassphraseUnfit::Long {
            allowed: CHARACTERS_MAX,
        };
        // No character composes from more than 12 bytes, so this is too long in any form.
        if text.len() > CHARACTERS_MAX * 4 * GROWTH {
            return Err(long);
        }
        // The full capacity first: were the text to grow, its start would stay behind.
        let mut normal = Zeroizing::new(String::with_capacity(text.len() * GROWTH));
        normal.extend(text.nfc());
        let found = normal.chars().count();
        if found < CHARACTERS_MIN {
            return Err(PassphraseUnfit::Short {
                found,
                allowed: CHARACTERS_MIN,
            });
        }
        if found > CHARACTERS_MAX {
            return Err(long);
        }
        Ok(Self(normal))
    }

    /// The bytes to be stretched.
    pub(super) fn expose_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        Passphrase::new(text).unwrap().expose_bytes().to_vec()
    }

    #[test]
    fn twelve_characters_are_enough_and_eleven_are_not() {
        assert!(Passphrase::new("twelve chars").is_ok());
        let unfit = Passphrase::new("  eleven chr \n").unwrap_err();
        assert_eq!(
            unfit.to_string(),
            "passphrase_short: the passphrase has 10 characters; at least 12"
        );
        assert!(Passphrase::new("").is_err());
        assert!(Passphrase::new(&" ".repeat(40)).is_err());
        assert!(Passphrase::new("密码密码密码密码密码密码").is_ok());
    }

    #[test]
    fn a_very_long_text_is_refused_without_being_read() {
        assert!(Passphrase::new(&"a".repeat(1_024)).is_ok());
        assert!(Passphrase::new(&"\u{10348}".repeat(1_024)).is_ok());
        for length in [1_025, 5_000_000] {
            let unfit = Passphrase::new(&"a".repeat(length)).unwrap_err();
            assert_eq!(unfit.code(), "passphrase_long");
        }
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same() {
        assert_eq!(
            bytes("re\u{301}fugie\u{301} a\u{300} Zoug"),
            bytes("réfugié à Zoug")
        );
        assert_ne!(bytes("RÉFUGIÉ À ZOUG"), bytes("réfugié à Zoug"), "case");
        assert_eq!(bytes("\tréfugié à Zoug\r\n"), bytes("réfugié à Zoug"));
        assert_ne!(bytes("réfugié  à Zoug"), bytes("réfugié à Zoug"), "inside");
    }

    #[test]
    fn the_debug_form_shows_nothing() {
        let passphrase = Passphrase::new("correct horse battery").unwrap();
        assert_eq!(format!("{passphrase:?}"), "Passphrase");
        let unfit = Passphrase::new("horse").unwrap_err();
        assert!(!format!("{unfit:?} {unfit}").contains("horse"));
    }

    proptest! {
        #[test]
        fn normalising_never_outgrows_its_buffer(text in "\\PC{12,60}") {
            let grown: String = text.nfc().collect();
            prop_assert!(grown.len() <= text.len() * GROWTH);
        }
    }
}
