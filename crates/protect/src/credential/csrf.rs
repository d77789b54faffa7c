//! Forms that a session was shown.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{SessionToken, hex};

const LABEL: &[u8] = b"palermo/csrf/1";

/// Shows that a form was made for the session that sends it: HMAC-SHA256 (RFC 2104) over
/// `palermo/csrf/1`, keyed with the [`SessionToken`]. Another origin can make a browser send the
/// cookie, but cannot read what the cookie makes of this text (ASVS 5.0.0, 3.5.1). It needs no
/// keeping, ends with the session, and gives nothing of it away.
///
/// It is the same on every page of a session. That compressed pages betray a repeated secret
/// (BREACH) takes requests that carry the cookie from another origin, which `SameSite=Strict`
/// does not send.
pub struct CsrfToken(Zeroizing<[u8; 32]>);

impl CsrfToken {
    /// The token of a session.
    #[must_use]
    pub fn of(session: &SessionToken) -> Self {
        Self(Zeroizing::new(mac(session).finalize().into_bytes().into()))
    }

    /// The text for the form: 64 hexadecimal digits.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        hex::write(&self.0)
    }

    /// Whether a form brought back the token of the session. Compared in constant time.
    #[must_use]
    pub fn verify(session: &SessionToken, sent: &str) -> bool {
        hex::read(sent).is_some_and(|sent| mac(session).verify_slice(sent.as_slice()).is_ok())
    }
}

impl fmt::Debug for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfToken")
    }
}

fn mac(session: &SessionToken) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(session.expose_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(LABEL);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::testing::TestRng;

    #[test]
    fn a_known_session_has_a_known_token() {
        // Python: hmac.new(bytes(32), b"palermo/csrf/1", "sha256").hexdigest()
        let session = SessionToken::from_text(&"0".repeat(64)).unwrap();
        let text = CsrfToken::of(&session).to_text();
        assert_eq!(
            *text,
            "5a63acf78100cab42ade7531ff7970f4c173fd0d1a844ddb882f7f9e471ab6a8"
        );
        assert!(CsrfToken::verify(&session, &text));
    }

    #[test]
    fn only_the_token_of_this_session_holds() {
        let mut rng = TestRng::new(1);
        let mine = SessionToken::random(&mut rng);
        let other = SessionToken::random(&mut rng);
        let text = CsrfToken::of(&mine).to_text();
        assert!(CsrfToken::verify(&mine, &text));
        assert!(!CsrfToken::verify(&other, &text));
        assert!(!CsrfToken::verify(&mine, &mine.to_text()));
        for wrong in ["", "0", &text[..62], &text.to_uppercase(), &"0".repeat(64)] {
            assert!(!CsrfToken::verify(&mine, wrong), "{wrong}");
        }
        for at in 0..64 {
            let mut changed = text.to_string();
            let digit = if &text[at..=at] == "0" { "1" } else { "0" };
            changed.replace_range(at..=at, digit);
            assert!(!CsrfToken::verify(&mine, &changed), "{at}");
        }
    }

    #[test]
    fn the_debug_form_shows_nothing() {
        let session = SessionToken::random(&mut TestRng::new(2));
        assert_eq!(format!("{:?}", CsrfToken::of(&session)), "CsrfToken");
    }
}
