//! What is kept of a password.

use std::fmt;

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
        Zeroizing::new(format!("${ALGORITHM}$v={VERSION}${costs}${salt}${hash}"))
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
