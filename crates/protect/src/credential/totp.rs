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

    /// The secret from [`TotpSecret::base32`], or from the address that [`TotpSecret::uri`] makes
    /// of it: white space, hyphens and the case of letters do not matter.
    ///
    /// # Errors
    ///
    /// [`TotpUnread`] when it is neither, or of a length that [`TotpSecret::from_bytes`] refuses.
    pub fn from_text(text: &str) -> Result<Self, TotpUnread> {
        let parameters = text.split_once('?').map(|(_, parameters)| parameters);
        let letters = match parameters {
            Some(parameters) => parameters
                .split('&')
                .find_map(|one| one.strip_prefix("secret="))
                .ok_or(TotpUnread)?,
            None => text,
        };
        let mut plain = Zeroizing::new(String::with_capacity(letters.len()));
        let kept = letters.chars().filter(|c| !c.is_whitespace() && *c != '-');
        plain.extend(kept.map(|c| c.to_ascii_uppercase()));
        let secret = Secret::try_from_base32(plain.as_str()).map_err(|_| TotpUnread)?;
        Self::from_bytes(secret.as_bytes())
    }

    /// The code that the device shows at a time in Unix seconds.
    #[must_use]
    pub fn code_at(&self, at_seconds: u64) -> Zeroizing<String> {
        Zeroizing::new(self.0.generate(at_seconds).to_string())
    }

    /// For how many seconds more the device shows the same code.
    #[must_use]
    pub const fn seconds_left(at_seconds: u64) -> u64 {
        STEP_SECONDS - at_seconds % STEP_SECONDS
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vault::testing::TestRng;

    fn rfc() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    /// The code of a step.
    fn code(secret: &TotpSecret, step: u64) -> String {
        secret.code_at(step * STEP_SECONDS).to_string()
    }

    #[test]
    fn a_secret_that_was_written_down_shows_the_same_codes() {
        let secret = rfc();
        let (letters, uri) = (secret.base32(), secret.uri("Node of XA", "casey"));
        let spaced = letters.to_lowercase().replacen("gezd", "gezd -", 1);
        for written in [letters.as_str(), uri.as_str(), spaced.as_str()] {
            let read = TotpSecret::from_text(written).expect("a secret");
            assert_eq!(*read.code_at(59), *secret.code_at(59), "{written}");
            assert_eq!(*read.code_at(59), "287082");
        }
        for wrong in [
            "",
            "GEZDGNBV",
            "otpauth://totp/a?issuer=b",
            "0189 0189 0189 0189",
        ] {
            assert!(TotpSecret::from_text(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            (TotpSecret::seconds_left(59), TotpSecret::seconds_left(60)),
            (1, 30)
        );
    }

    #[test]
    fn rfc_6238_appendix_b() {
        // Its codes have eight digits; six are the last six of them (RFC 4226, section 5.3).
        for (at_seconds, eight) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let step = at_seconds / 30;
            assert_eq!(rfc().verify(&eight[2..], at_seconds, None), Some(step));
            assert_eq!(rfc().verify(eight, at_seconds, None), None, "eight digits");
        }
    }

    #[test]
    fn rfc_4226_appendix_d() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (step, code) in (0..).zip(codes) {
            assert_eq!(rfc().verify(code, step * 30, None), Some(step));
        }
    }

    #[test]
    fn one_step_either_side_and_no_more() {
        let secret = rfc();
        let code = code(&secret, 1_000);
        for (at_seconds, expected) in [
            (29_969, None),
            (29_970, Some(1_000)),
            (30_000, Some(1_000)),
            (30_059, Some(1_000)),
            (30_060, None),
        ] {
            assert_eq!(
                secret.verify(&code, at_seconds, None),
                expected,
                "{at_seconds}"
            );
        }
    }

    #[test]
    fn a_code_is_taken_once_and_none_before_it_after() {
        let secret = rfc();
        let step = secret.verify(&code(&secret, 1_000), 30_000, None).unwrap();
        assert_eq!(
            secret.verify(&code(&secret, 1_000), 30_000, Some(step)),
            None
        );
        assert_eq!(secret.verify(&code(&secret, 999), 30_000, Some(step)), None);
        let later = secret.verify(&code(&secret, 1_001), 30_000, Some(step));
        assert_eq!(later, Some(1_001));
        assert_eq!(secret.verify(&code(&secret, 1_001), 30_030, later), None);
    }

    #[test]
    fn a_code_that_two_steps_share_is_taken_once() {
        // Found by search: the RFC's secret gives both steps the same six digits.
        let (one, two) = (910_737, 910_738);
        let secret = rfc();
        let shared = code(&secret, one);
        assert_eq!(shared, code(&secret, two));
        let taken = secret.verify(&shared, one * 30, None);
        assert_eq!(taken, Some(two));
        assert_eq!(secret.verify(&shared, two * 30, taken), None);
    }

    #[test]
    fn spaces_do_not_matter_and_anything_else_does() {
        for right in ["287082", "287 082", " 287082\n", "2 8 7\u{a0}0 8 2"] {
            assert_eq!(rfc().verify(right, 30, None), Some(1), "{right:?}");
        }
        let padded = format!("287082{}", " ".repeat(200));
        let wrong = [
            "", " ", "28708", "2870820", "287083", "+287082", "-87082", "28708٢",
        ];
        for wrong in wrong.into_iter().chain([padded.as_str()]) {
            assert_eq!(rfc().verify(wrong, 30, None), None, "{wrong:?}");
        }
    }

    #[test]
    fn the_ends_of_time_do_not_matter() {
        assert_eq!(rfc().verify("755224", 0, None), Some(0));
        assert_eq!(rfc().verify("755224", 0, Some(0)), None);
        assert_eq!(rfc().verify("000000", u64::MAX, None), None);
        assert_eq!(rfc().verify("755224", 0, Some(u64::MAX)), None);
    }

    #[test]
    fn the_secret_is_written_as_apps_read_it() {
        // RFC 4648 in another implementation: Python's base64.b32encode.
        assert_eq!(*rfc().base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            *rfc().uri("Palermo Zoug", "ana:silva@é"),
            "otpauth://totp/Palermo%20Zoug:ana-silva%40%C3%A9\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Palermo%20Zoug\
             &algorithm=SHA1&digits=6&period=30"
        );
        let hostile = rfc().uri("a&secret=b#", "?\"<>%");
        assert!(hostile.starts_with("otpauth://totp/a%26secret%3Db%23:%3F%22%3C%3E%25?secret=G"));
    }

    #[test]
    fn twenty_to_64_bytes_are_a_secret() {
        for length in [0, 19, 65] {
            let unread = TotpSecret::from_bytes(&vec![7; length]).unwrap_err();
            assert!(unread.to_string().starts_with("totp_unread: "));
        }
        for length in [20, 32, 64] {
            let secret = TotpSecret::from_bytes(&vec![7; length]).unwrap();
            assert_eq!(*secret.to_bytes(), vec![7; length]);
        }
        let mut rng = TestRng::new(1);
        let (one, two) = (TotpSecret::random(&mut rng), TotpSecret::random(&mut rng));
        assert_eq!(one.to_bytes().len(), 20);
        assert_ne!(one.to_bytes(), two.to_bytes());
    }

    #[test]
    fn the_debug_form_shows_nothing() {
        assert_eq!(format!("{:?}", rfc()), "TotpSecret");
    }

    proptest! {
        #[test]
        fn no_step_is_ever_taken_twice(
            seed in any::<u64>(), start in 0_u64..4_000_000_000,
            tries in prop::collection::vec((0_u64..5, 0_u64..40), 1..40),
        ) {
            let secret = TotpSecret::random(&mut TestRng::new(seed));
            let (mut now, mut last) = (start, None);
            for (offset, wait) in tries {
                now += wait;
                let typed = code(&secret, (now / 30 + offset).saturating_sub(2));
                if let Some(step) = secret.verify(&typed, now, last) {
                    prop_assert!(last.is_none_or(|last| step > last));
                    prop_assert!(step.abs_diff(now / 30) <= 1);
                    prop_assert_eq!(code(&secret, step), typed);
                    last = Some(step);
                }
            }
        }

        #[test]
        fn no_text_makes_it_panic(
            typed in "\\PC{0,80}", at in any::<u64>(), last in any::<Option<u64>>(),
        ) {
            let _ = rfc().verify(&typed, at, last);
        }

        #[test]
        fn an_address_holds_nothing_that_would_end_it(
            issuer in "\\PC{0,20}", account in "\\PC{0,20}",
        ) {
            let uri = rfc().uri(&issuer, &account);
            let label = uri.strip_prefix("otpauth://totp/").unwrap();
            prop_assert_eq!(label.matches(['?', '#', '"', '<', ' ']).count(), 1);
            prop_assert_eq!(label.matches(':').count(), 1);
            prop_assert_eq!(label.matches('&').count(), 4);
        }
    }
}
