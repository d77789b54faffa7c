//! What is kept of a password.

use std::fmt::{self, Write as _};

use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Cost, Password};
use crate::vault::{Key, stretch};

const SALT: usize = 16;
const ALGORITHM: &str = "argon2id";
/// 0x13: the version of RFC 9106.
const VERSION: u32 = 19;

/// A password stretched by Argon2id, version 0x13 (RFC 9106), under its own random salt of 16
/// bytes, to 32 bytes. From it a password can be checked, and guessed only at its cost for each
/// guess (NIST SP 800-63B-4, 3.1.1.2; ASVS 5.0.0, 11.4.2).
///
/// Whoever has it can guess offline: it is kept sealed. The debug form shows the cost alone.
pub struct PasswordVerifier {
    salt: [u8; SALT],
    cost: Cost,
    stretched: Key<SignIn>,
}

/// A text is no verifier that this program made. What was found is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "verifier_unread: not a PHC string of argon2id, v=19, m, t and p within their bounds, a salt \
     of 16 and a hash of 32 bytes"
)]
pub struct VerifierUnread;

/// What the stretched password is for.
enum SignIn {}

impl PasswordVerifier {
    /// The verifier of a password, with a fresh salt. It takes the time and memory of the cost:
    /// not on a thread that answers others.
    ///
    /// # Panics
    ///
    /// When the password has more characters than [`Password::check`] allows, the cost is outside
    /// what [`Cost`] allows, or the memory it asks for is not there.
    #[must_use]
    pub fn make(password: &Password, cost: Cost, rng: &mut impl CryptoRng) -> Self {
        assert!(
            !password.is_long(),
            "a password is checked before it is taken"
        );
        let salt = salt(rng);
        let stretched = stretch(password.expose_bytes(), &salt, cost)
            .expect("the cost is allowed and there is memory for it");
        Self {
            salt,
            cost,
            stretched,
        }
    }

    /// A verifier that no password satisfies: for a name that nobody has, so that refusing it
    /// takes as long (ASVS 5.0.0, 6.3.8). Its hash is 32 random bytes; making it costs nothing.
    #[must_use]
    pub fn dummy(cost: Cost, rng: &mut impl CryptoRng) -> Self {
        Self {
            salt: salt(rng),
            cost,
            stretched: Key::random(rng),
        }
    }

    /// Whether this is the password. Takes the time and memory of the cost whatever the answer,
    /// and compares in constant time. Where the memory is not there, the answer is no.
    #[must_use]
    pub fn verify(&self, password: &Password) -> bool {
        stretch::<SignIn>(password.expose_bytes(), &self.salt, self.cost).is_ok_and(|found| {
            let expected = self.stretched.expose_bytes().as_slice();
            bool::from(found.expose_bytes().ct_eq(expected)) & !password.is_long()
        })
    }

    /// Whether it was made at another cost than this and should be made again, at the next
    /// sign-in, from the password that was just verified.
    #[must_use]
    pub fn needs_remaking(&self, cost: Cost) -> bool {
        self.cost != cost
    }

    /// The verifier as a PHC string, `$argon2id$v=19$m=...,t=...,p=...$salt$hash`
    /// (github.com/P-H-C/phc-string-format), which any implementation of Argon2 reads.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let salt = Salt::new(&self.salt).expect("16 bytes are a salt");
        let hash = Output::new(self.stretched.expose_bytes()).expect("32 bytes are a hash");
        let costs = costs(self.cost);
        // Room for the largest numbers, so that it never moves and leaves a copy behind.
        let mut text = Zeroizing::new(String::with_capacity(160));
        write!(text, "${ALGORITHM}$v={VERSION}${costs}${salt}${hash}")
            .expect("a string takes what is written");
        text
    }

    /// The verifier from [`PasswordVerifier::to_text`].
    ///
    /// # Errors
    ///
    /// [`VerifierUnread`] for another algorithm, version or length, for parameters beyond m, t and
    /// p, and for a cost outside what [`Cost`] allows: it would be paid before it fails.
    pub fn from_text(text: &str) -> Result<Self, VerifierUnread> {
        let parsed = PasswordHash::new(text).map_err(|_| VerifierUnread)?;
        if parsed.algorithm.as_str() != ALGORITHM || parsed.version != Some(VERSION) {
            return Err(VerifierUnread);
        }
        let number = |name: &str| parsed.params.get_decimal(name).ok_or(VerifierUnread);
        let cost = Cost {
            memory_kib: number("m")?,
            passes: number("t")?,
            lanes: number("p")?,
        };
        if cost.checked().is_none() || parsed.params.as_str() != costs(cost) {
            return Err(VerifierUnread);
        }
        let salt = parsed.salt.ok_or(VerifierUnread)?;
        let hash = parsed.hash.ok_or(VerifierUnread)?;
        let mut stretched = Zeroizing::new([0; 32]);
        if hash.as_bytes().len() != stretched.len() {
            return Err(VerifierUnread);
        }
        stretched.copy_from_slice(hash.as_bytes());
        Ok(Self {
            salt: salt.as_ref().try_into().map_err(|_| VerifierUnread)?,
            cost,
            stretched: Key::from_bytes(stretched),
        })
    }
}

impl fmt::Debug for PasswordVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordVerifier")
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}

fn salt(rng: &mut impl CryptoRng) -> [u8; SALT] {
    let mut salt = [0; SALT];
    rng.fill_bytes(&mut salt);
    salt
}

fn costs(cost: Cost) -> String {
    let Cost {
        memory_kib,
        passes,
        lanes,
    } = cost;
    format!("m={memory_kib},t={passes},p={lanes}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vault::testing::TestRng;

    /// As small as Argon2 goes.
    const LEAST: Cost = Cost {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };

    fn made(typed: &str, cost: Cost) -> PasswordVerifier {
        PasswordVerifier::make(&Password::new(typed), cost, &mut TestRng::new(1))
    }

    #[test]
    fn texts_of_the_reference_implementation_are_read_and_verified() {
        // argon2-cffi 25.1 (the C reference implementation), salt 00 01 ... 0f.
        for (typed, text) in [
            (
                "correct horse battery",
                "$argon2id$v=19$m=1024,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$\
                 eUnXP7hFtXAwwAHuKkinNBC/m0/1jhHLjwH9M4s/0gQ",
            ),
            (
                "réfugié à Zoug",
                "$argon2id$v=19$m=256,t=2,p=2$AAECAwQFBgcICQoLDA0ODw$\
                 Rrde21RIsw9gZMl+LOpm0xRubbCInd3L8S14xWy9Iv8",
            ),
            (
                "correct horse battery",
                "$argon2id$v=19$m=65536,t=3,p=4$AAECAwQFBgcICQoLDA0ODw$\
                 WZX8Xdq9t/EPrirXlicMJpgh1wsO+4+2AmKoHxtvDrg",
            ),
        ] {
            let verifier = PasswordVerifier::from_text(text).unwrap();
            assert!(verifier.verify(&Password::new(typed)), "{text}");
            assert!(
                !verifier.verify(&Password::new("correct horse batterY")),
                "{text}"
            );
            assert_eq!(*verifier.to_text(), text);
        }
    }

    #[test]
    fn only_the_password_verifies() {
        let verifier = made("réfugié à Zoug", Cost::TESTS);
        let verifier = PasswordVerifier::from_text(&verifier.to_text()).unwrap();
        assert!(verifier.verify(&Password::new("re\u{301}fugie\u{301} a\u{300} Zoug ")));
        for wrong in ["", "réfugié à zoug", "réfugié à Zou", "réfugié à Zougg"] {
            assert!(!verifier.verify(&Password::new(wrong)), "{wrong}");
        }
    }

    #[test]
    fn a_password_that_was_cut_short_never_verifies() {
        let most = "abc ".repeat(31) + "abcd";
        let verifier = made(&most, LEAST);
        assert!(verifier.verify(&Password::new(&most)));
        assert!(!verifier.verify(&Password::new(&format!("{most}x"))));
        // All that is kept of a longer one is its first 129 characters: not even they suffice.
        let long = Password::new(&format!("{most}xy"));
        let verifier = PasswordVerifier {
            salt: [0; SALT],
            cost: LEAST,
            stretched: stretch(long.expose_bytes(), &[0; SALT], LEAST).unwrap(),
        };
        assert!(!verifier.verify(&long));
        assert!(!verifier.verify(&Password::new(&format!("{most}xz"))));
    }

    #[test]
    #[should_panic(expected = "a password is checked before it is taken")]
    fn no_verifier_is_made_of_a_password_that_is_too_long() {
        let _ = made(&"ab c".repeat(33), LEAST);
    }

    #[test]
    fn two_verifiers_of_the_same_password_differ() {
        let mut rng = TestRng::new(2);
        let password = Password::new("correct horse battery");
        let one = PasswordVerifier::make(&password, LEAST, &mut rng);
        let two = PasswordVerifier::make(&password, LEAST, &mut rng);
        assert_ne!(one.salt, two.salt);
        assert_ne!(one.stretched.expose_bytes(), two.stretched.expose_bytes());
        assert!(one.verify(&password) && two.verify(&password));
    }

    #[test]
    fn a_dummy_costs_the_same_and_lets_nobody_in() {
        let dummy = PasswordVerifier::dummy(Cost::TESTS, &mut TestRng::new(3));
        assert!(!dummy.verify(&Password::new("")));
        assert!(!dummy.verify(&Password::new("correct horse battery")));
        assert!(
            !dummy.needs_remaking(Cost::TESTS),
            "the cost is that of a real one"
        );
    }

    #[test]
    fn another_cost_asks_for_a_new_one() {
        let verifier = made("correct horse battery", LEAST);
        assert!(!verifier.needs_remaking(LEAST));
        assert!(verifier.needs_remaking(Cost::STANDARD));
    }

    #[test]
    fn other_texts_are_refused_before_any_cost_is_paid() {
        let right = made("correct horse battery", LEAST).to_text().to_string();
        assert!(PasswordVerifier::from_text(&right).is_ok());
        for (from, to) in [
            ("$argon2id$", "$argon2i$"),
            ("$argon2id$", "argon2id$"),
            ("v=19", "v=16"),
            ("$v=19", ""),
            ("m=8,", "m=7,"),
            ("m=8,", "m=4194305,"),
            ("m=8,", "m=4294967296,"),
            ("m=8,", "m=08,"),
            ("m=8,", ""),
            ("t=1", "t=0"),
            ("t=1", "t=17"),
            ("p=1", "p=17"),
            ("p=1", "p=1,data=AA"),
            ("p=1", "p=1,p=1"),
            ("m=8,t=1", "t=1,m=8"),
        ] {
            let changed = right.replacen(from, to, 1);
            assert_ne!(changed, right, "{from}");
            let read = PasswordVerifier::from_text(&changed);
            assert_eq!(read.unwrap_err(), VerifierUnread, "{changed}");
        }
        for at in 0..right.len() {
            assert!(PasswordVerifier::from_text(&right[..at]).is_err(), "{at}");
        }
        assert!(PasswordVerifier::from_text(&format!("{right}AAAA")).is_err());
        let unread = PasswordVerifier::from_text("").unwrap_err();
        assert!(unread.to_string().starts_with("verifier_unread: "));
    }

    #[test]
    fn the_debug_form_shows_only_the_cost() {
        assert_eq!(
            format!("{:?}", made("correct horse battery", Cost::TESTS)),
            "PasswordVerifier { cost: Cost { memory_kib: 1024, passes: 1, lanes: 1 }, .. }"
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(
            text in "\\$argon2id\\$v=19\\$m=[0-9]{1,3},t=1,p=1\\$[A-Za-z0-9+/$]{0,70}",
        ) {
            let _ = PasswordVerifier::from_text(&text);
        }

        #[test]
        fn a_verifier_knows_its_password_and_no_other(one in "\\PC{1,40}", two in "\\PC{1,40}") {
            let password = Password::new(&one);
            let verifier = PasswordVerifier::make(&password, LEAST, &mut TestRng::new(4));
            let other = Password::new(&two);
            let same = password.expose_bytes() == other.expose_bytes();
            prop_assert!(verifier.verify(&password));
            prop_assert_eq!(verifier.verify(&other), same);
        }
    }
}
