//! Codes of an authenticator app.

use std::fmt;

use rand_core::CryptoRng;
use totp_rs::{Algorithm, Builder, Secret, Totp};
use zeroize::Zeroizing;

/// Bytes of a fresh secret: the length of SHA-1's output, as RFC 4226, section 4, R6 recommends.
const SECRET: usize = 20;
/// Most bytes of a secret from elsewhere: SHA-1's block; beyond it HMAC hashes the key first.
const SECRET_MAX: usize = 64;
/// Seconds of a step (RFC 6238, section 5.2).
const STEP_SECONDS: u64 = 30;
const DIGITS: u8 = 6;

/// The secret that a person's authenticator app shares with the node: time-based one-time
/// passwords of RFC 6238 with HMAC-SHA-1, six digits and steps of 30 seconds, the one setting that
/// every app knows. (That SHA-1 collides does not matter to HMAC: RFC 6238, section 1.2 and
/// RFC 4226, appendix B.2.)
///
/// It opens an account as a password does, and unlike a password it cannot be kept as a hash: it
/// is kept sealed. Wiped when dropped; the debug form shows nothing.
pub struct TotpSecret(Totp);

/// Bytes are no secret. What was found is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("totp_unread: a TOTP secret has 20 to 64 bytes")]
pub struct TotpUnread;

impl TotpSecret {
    /// A fresh secret of 20 bytes (ASVS 5.0.0, 6.5.3).
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut bytes: Box<[u8]> = Box::new([0; SECRET]);
        rng.fill_bytes(&mut bytes);
        Self::of(bytes)
    }

    /// The secret from [`TotpSecret::to_bytes`].
    ///
    /// # Errors
    ///
    /// [`TotpUnread`] when there are fewer than 20 bytes or more than 64.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TotpUnread> {
        if !(SECRET..=SECRET_MAX).contains(&bytes.len()) {
            return Err(TotpUnread);
        }
        Ok(Self::of(bytes.into()))
    }

    fn of(bytes: Box<[u8]>) -> Self {
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_skew(0)
            .with_step_duration(STEP_SECONDS)
            .with_secret(Secret::new(bytes))
            .build()
            .expect("six digits, 30 seconds and 20 bytes or more are within the RFC");
        Self(totp)
    }

    /// The secret bytes, to be sealed.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.secret().as_bytes().to_vec())
    }

    /// The secret in base 32 (RFC 4648, section 6) without padding: what a person types who has no
    /// camera at hand.
    #[must_use]
    pub fn base32(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.secret().to_base32())
    }

    /// The address that apps read, from a QR code or a link: `otpauth://totp/...` (the Key Uri
    /// Format of Google Authenticator's wiki, draft-linuxgemini-otpauth-uri). It holds the secret.
    ///
    /// `issuer` and `account` are shown beside the code. Neither may hold a colon, which sets them
    /// apart; one is written as a hyphen.
    #[must_use]
    pub fn uri(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        let secret = self.base32();
        let names = 2 * issuer.len() + account.len();
        let mut uri = Zeroizing::new(String::with_capacity(128 + secret.len() + 3 * names));
        uri.push_str("otpauth://totp/");
        push_encoded(&mut uri, issuer);
        uri.push(':');
        push_encoded(&mut uri, account);
        uri.push_str("?secret=");
        uri.push_str(&secret);
        uri.push_str("&issuer=");
        push_encoded(&mut uri, issuer);
        uri.push_str("&algorithm=SHA1&digits=6&period=30");
        uri
    }

    /// The step that a code belongs to, when it is one of this secret and later than `last_step`:
    /// the present step of 30 seconds, the one before (the person was slow) or the one after (the
    /// phone is fast), as RFC 6238, section 5.2 recommends. White space in the code is ignored.
    ///
    /// The caller keeps the answer and passes it as `last_step` from then on, so that no code is
    /// taken twice (NIST SP 800-63B-4, 3.1.4.2; ASVS 5.0.0, 6.5.1). `at_seconds` are Unix seconds
    /// of the node's own clock (6.5.8). All three steps are computed whatever the answer.
    #[must_use]
    pub fn verify(&self, code: &str, at_seconds: u64, last_step: Option<u64>) -> Option<u64> {
        // Longer than any code with spaces between its digits.
        if code.len() > 64 {
            return None;
        }
        let mut digits = Zeroizing::new(String::with_capacity(code.len()));
        digits.extend(code.chars().filter(|c| !c.is_whitespace()));
        let present = at_seconds / STEP_SECONDS;
        // The last of the steps that fit: were two to have the same code, taking the first would
        // leave the code good for another time.
        (present.saturating_sub(1)..=present + 1)
            .filter(|step| {
                let start = step.checked_mul(STEP_SECONDS);
                start.is_some_and(|start| self.0.check(&digits, start).is_some())
            })
            .filter(|&step| last_step.is_none_or(|last| step > last))
            .max()
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret")
    }
}

/// Percent-encodes all but the unreserved characters (RFC 3986, sections 2.1 and 2.3).
fn push_encoded(uri: &mut String, text: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        let byte = if byte == b':' { b'-' } else { byte };
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push('%');
            uri.push(char::from(DIGITS[usize::from(byte >> 4)]));
            uri.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}
