//! Passwords.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::common;

/// Fewest characters. NIST SP 800-63B-4, 3.1.1.2 and ASVS 5.0.0, 6.2.1 ask for 8 where a second
/// factor is always required, as it is here; two more cost little, and the list of common
/// passwords is long enough at this length (6.2.4 counts only those that the rules allow).
const CHARACTERS_MIN: usize = 10;
/// Most characters. ASVS 5.0.0, 6.2.9 and NIST ask that 64 at least be allowed.
const CHARACTERS_MAX: usize = 128;
/// Longest pattern that counts as repeated, in characters.
const PATTERN_MAX: usize = 10;
/// Fewest characters of a word that a password must not be made of; "al" would be in the way.
const WORD_MIN: usize = 3;
/// The word of the house itself (ASVS 5.0.0, 6.1.2).
const HOUSE: &str = "palermo";

/// A password as somebody typed it, in Unicode's normalisation form C, without white space at its
/// ends: the same letters typed on two systems are the same bytes, as with
/// [`Passphrase`](crate::vault::Passphrase). Otherwise exactly as typed: case, inner white space
/// and every character count (ASVS 5.0.0, 6.2.5 and 6.2.8).
///
/// Wiped when dropped; the debug form shows nothing.
pub struct Password {
    normal: Zeroizing<String>,
    characters: usize,
}

/// Why a password may not be chosen. What was typed is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordUnfit {
    /// Too few characters.
    #[error("password_short: the password has {found} characters; at least {allowed}")]
    Short {
        /// How many it has.
        found: usize,
        /// The fewest allowed.
        allowed: usize,
    },
    /// Too many characters.
    #[error("password_long: the password has more than {allowed} characters")]
    Long {
        /// The most allowed.
        allowed: usize,
    },
    /// Among the passwords that everybody tries first.
    #[error("password_common: the password is in the list of common and breached passwords")]
    Common,
    /// Made of words that whoever knows the account knows.
    #[error("password_about: the password is only the name of the account, node or program")]
    About,
    /// One character or a short pattern, over and over, or characters in their order.
    #[error("password_repeats: the password is a short pattern repeated or a plain sequence")]
    Repeats,
}

impl PasswordUnfit {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Short { .. } => "password_short",
            Self::Long { .. } => "password_long",
            Self::Common => "password_common",
            Self::About => "password_about",
            Self::Repeats => "password_repeats",
        }
    }
}

impl Password {
    /// A password from what was typed, fit or not: to compare it no rule is needed, to choose it
    /// there is [`Password::check`].
    #[must_use]
    pub fn new(typed: &str) -> Self {
        // One more than allowed, so that too long is seen as such; and no text of megabytes is
        // kept. The full capacity first: were the text to grow, its start would stay behind.
        let most = CHARACTERS_MAX + 1;
        let mut normal = Zeroizing::new(String::with_capacity(most * 4));
        normal.extend(typed.trim().nfc().take(most));
        let characters = normal.chars().count();
        Self { normal, characters }
    }

    /// Whether the password may be chosen (NIST SP 800-63B-4, 3.1.1.2; ASVS 5.0.0, 6.2): 10 to 128
    /// characters (Unicode scalar values after normalisation), not in the list of common and
    /// breached passwords, not made only of words in `about`, of their parts and of `palermo`
    /// with digits and punctuation around them, not a pattern of up to ten characters repeated,
    /// not a sequence such as `abcdefghij`. No rule of composition. Case does not matter for any
    /// of these.
    ///
    /// `about`: the sign-in name, the node's name, the person's name.
    ///
    /// # Errors
    ///
    /// [`PasswordUnfit`], the first reason that applies.
    pub fn check(&self, about: &[&str]) -> Result<(), PasswordUnfit> {
        if self.characters < CHARACTERS_MIN {
            return Err(PasswordUnfit::Short {
                found: self.characters,
                allowed: CHARACTERS_MIN,
            });
        }
        if self.is_long() {
            return Err(PasswordUnfit::Long {
                allowed: CHARACTERS_MAX,
            });
        }
        let lower = lower(&self.normal);
        if repeats(&lower) {
            return Err(PasswordUnfit::Repeats);
        }
        if is_made_of(&lower, about) {
            return Err(PasswordUnfit::About);
        }
        if common::is_common(&lower) {
            return Err(PasswordUnfit::Common);
        }
        Ok(())
    }

    /// Whether there are more characters than are allowed, so that not all of them are here.
    pub(super) const fn is_long(&self) -> bool {
        self.characters > CHARACTERS_MAX
    }

    /// The bytes to be stretched.
    pub(super) fn expose_bytes(&self) -> &[u8] {
        self.normal.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// In lower case. No character grows to more than three, nor to more than three times its bytes.
fn lower(text: &str) -> Zeroizing<String> {
    let mut lower = Zeroizing::new(String::with_capacity(text.len() * 3));
    lower.extend(text.chars().flat_map(char::to_lowercase));
    lower
}

/// Whether a text is a pattern of up to [`PATTERN_MAX`] characters at least twice in a row (the
/// last time perhaps cut short), or goes up or down by one character each time.
fn repeats(text: &str) -> bool {
    let characters = Zeroizing::new(text.chars().collect::<Vec<char>>());
    let repeated = (1..=PATTERN_MAX.min(characters.len() / 2)).any(|length| {
        (length..characters.len()).all(|at| characters[at] == characters[at - length])
    });
    let sequence = |step: i64| {
        let numbers = || characters.iter().map(|&c| i64::from(u32::from(c)));
        numbers()
            .skip(1)
            .zip(numbers())
            .all(|(next, this)| next - this == step)
    };
    repeated || sequence(1) || sequence(-1)
}

/// Whether nothing is left of a text in lower case when digits, punctuation, white space and the
/// words are taken away, and there was a word.
fn is_made_of(lower_text: &str, about: &[&str]) -> bool {
    let text = letters(lower_text);
    let words: Vec<Zeroizing<String>> = about
        .iter()
        .chain([&HOUSE])
        .flat_map(|about| {
            let normal = lower(&about.nfc().collect::<String>());
            let parts = normal.split(|c: char| !c.is_alphanumeric());
            parts
                .chain([normal.as_str()])
                .map(letters)
                .collect::<Vec<_>>()
        })
        .filter(|word| word.chars().count() >= WORD_MIN && word.contains(char::is_alphabetic))
        .collect();
    // What can be read up to each byte: digits alone, or a word among them.
    let mut reached = vec![(false, false); text.len() + 1];
    reached[0].0 = true;
    for at in 0..text.len() {
        let (digits, word) = reached[at];
        if !digits && !word {
            continue;
        }
        if text[at..].starts_with(|c: char| c.is_ascii_digit()) {
            let next = &mut reached[at + 1];
            *next = (next.0 | digits, next.1 | word);
        }
        for found in words
            .iter()
            .filter(|found| text[at..].starts_with(found.as_str()))
        {
            reached[at + found.len()].1 = true;
        }
    }
    reached[text.len()].1
}

/// The letters and digits of a text.
fn letters(text: &str) -> Zeroizing<String> {
    let mut letters = Zeroizing::new(String::with_capacity(text.len()));
    letters.extend(text.chars().filter(|c| c.is_alphanumeric()));
    letters
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ABOUT: &[&str] = &["ana.silva", "Porto Novo Node", "Ana Silva"];

    fn code(typed: &str) -> &'static str {
        Password::new(typed)
            .check(ABOUT)
            .map_or_else(PasswordUnfit::code, |()| "fit")
    }

    #[test]
    fn ten_to_128_characters_are_fit_whatever_they_are() {
        for fit in [
            "qwzk tvbrm",
            "correct horse battery staple",
            "zzzzzzzzzz!",
            "密码箱子门窗桌椅灯笼",
            "كلمة سر طويلة جدا",
            "8402957163",
            "        x        y",
        ] {
            assert_eq!(code(fit), "fit", "{fit}");
        }
        let long: String = ('!'..='~').chain('À'..='ā').take(128).collect();
        assert_eq!(long.chars().count(), 128);
        assert_eq!(code(&long), "fit");
        assert_eq!(code(&format!("{long}x")), "password_long");
        assert_eq!(code(&format!(" {long} ")), "fit", "white space at the ends");
        assert_eq!(code(&"x".repeat(5_000_000)), "password_long");
        for short in ["", "  ", "qwzk tvbr", " qwzk tvbr ", "密码箱子"] {
            assert_eq!(code(short), "password_short", "{short}");
        }
    }

    #[test]
    fn what_everybody_guesses_is_refused_in_any_case() {
        for common in [
            "basketball",
            "Basketball",
            "PASSWORD123",
            "1q2w3e4r5t",
            "motdepasse",
        ] {
            assert_eq!(code(common), "password_common", "{common}");
        }
        assert_eq!(code("basketball in June"), "fit", "only whole passwords");
    }

    #[test]
    fn names_with_digits_around_them_are_refused() {
        for about in [
            "palermo2026",
            "Palermo-2026!",
            "2026 palermo 01",
            "palermopalermo1",
            "ana.silva99",
            "AnaSilva1985",
            "silva silva 7",
            "portonovonode",
            "Porto Novo 1",
            "node-palermo-ana",
            "no-de-por-to",
        ] {
            assert_eq!(code(about), "password_about", "{about}");
        }
        for fit in ["palermo and more", "xanasilva99", "silvapalermos"] {
            assert_eq!(code(fit), "fit", "{fit}");
        }
        let fit = Password::new("1124857390").check(&["unit-112", "", "-", "al"]);
        assert_eq!(fit, Ok(()), "digits alone are no name");
        let composed = Password::new("Jose\u{301} 19850412").check(&["jos\u{e9}"]);
        assert_eq!(composed, Err(PasswordUnfit::About));
    }

    #[test]
    fn patterns_and_sequences_are_refused() {
        for repeats in [
            "zzzzzzzzzz",
            "xyxyxyxyxyx",
            "Tr0ub!tR0UB!",
            "qwzktqwzktqwz",
            "abcdefghijkl",
            "9876543210",
            "кккккккккк",
            "1234567890123456789012",
        ] {
            assert_eq!(code(repeats), "password_repeats", "{repeats}");
        }
        assert_eq!(code("abcdefghijxw"), "fit");
    }

    #[test]
    fn the_same_letters_typed_on_two_systems_are_the_same() {
        let bytes = |typed: &str| Password::new(typed).expose_bytes().to_vec();
        assert_eq!(
            bytes("re\u{301}fugie\u{301} a\u{300} Zoug"),
            bytes("réfugié à Zoug")
        );
        assert_eq!(bytes("\tréfugié à Zoug\r\n"), bytes("réfugié à Zoug"));
        assert_ne!(bytes("Réfugié à Zoug"), bytes("réfugié à Zoug"));
        assert_ne!(bytes("réfugié  à Zoug"), bytes("réfugié à Zoug"));
    }

    #[test]
    fn neither_the_debug_form_nor_a_refusal_shows_it() {
        assert_eq!(format!("{:?}", Password::new("correct horse")), "Password");
        let unfit = Password::new("horse").check(&[]).unwrap_err();
        assert_eq!(
            unfit.to_string(),
            "password_short: the password has 5 characters; at least 10"
        );
        for typed in [
            "",
            "zzzzzzzzzz",
            "palermo2026",
            "basketball",
            &"ab c".repeat(99),
        ] {
            let unfit = Password::new(typed).check(&[]).unwrap_err();
            assert!(
                unfit
                    .to_string()
                    .starts_with(&format!("{}: ", unfit.code()))
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_typed_makes_it_panic(typed in "\\PC{0,140}", about in "\\PC{0,20}") {
            let _ = Password::new(&typed).check(&[&about]);
        }

        #[test]
        fn buffers_never_grow(typed in "\\PC{0,200}") {
            let password = Password::new(&typed);
            prop_assert!(password.normal.len() <= (CHARACTERS_MAX + 1) * 4);
            prop_assert!(lower(&password.normal).len() <= password.normal.len() * 3);
        }

        #[test]
        fn a_name_with_digits_is_never_fit(
            name in "[a-z]{3,20}", before in "[0-9]{0,9}", after in "[-0-9 !]{7,20}",
        ) {
            let typed = format!("{before}{name}{after}x").replace('x', "");
            let name = name.replace('x', "");
            prop_assume!(name.len() >= WORD_MIN);
            prop_assert!(Password::new(&typed).check(&[&name]).is_err());
        }
    }
}
