//! Sessions.

use std::fmt;

use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::hex;

/// The secret of one signed-in browser: 32 random bytes, twice what ASVS 5.0.0, 7.2.3 asks for. It
/// means nothing by itself (7.2.2); what it stands for is looked up under its [`SessionId`] with
/// each request.
///
/// A new one is made whenever somebody proves who they are (7.2.4).
pub struct SessionToken(Box<Zeroizing<[u8; 32]>>);

/// A text is no session token. What was found is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("session_token_misspelt: a session token is 64 digits 0-9 and a-f")]
pub struct TokenMisspelt;

/// What a node keeps of a session token: its SHA-256. Who reads it cannot make the token of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId([u8; 32]);

impl SessionToken {
    /// A fresh token.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Box::new(Zeroizing::new([0; 32]));
        rng.fill_bytes(bytes.as_mut_slice());
        Self(bytes)
    }

    /// The text for the cookie: 64 hexadecimal digits, which need no quoting anywhere.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        hex::write(&self.0)
    }

    /// The token from [`SessionToken::to_text`]. That it is well spelt says nothing about whether
    /// there is such a session.
    ///
    /// # Errors
    ///
    /// [`TokenMisspelt`] for any other text.
    pub fn from_text(text: &str) -> Result<Self, TokenMisspelt> {
        let bytes = hex::read(text).ok_or(TokenMisspelt)?;
        Ok(Self(Box::new(bytes)))
    }

    /// What the node keeps.
    #[must_use]
    pub fn id(&self) -> SessionId {
        SessionId(Sha256::digest(self.expose_bytes()).into())
    }

    /// The secret bytes.
    pub(super) fn expose_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken")
    }
}

impl SessionId {
    /// The identifier from its bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({})", *hex::write(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::testing::{TestRng, unhex};

    #[test]
    fn the_id_is_sha_256_of_the_bytes() {
        // FIPS 180-4; the digest of 32 zero bytes.
        let token = SessionToken::from_text(&"0".repeat(64)).unwrap();
        let expected = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925";
        assert_eq!(token.id().to_bytes().as_slice(), unhex(expected));
        assert_eq!(
            format!("{:?}", token.id()),
            format!("SessionId({expected})")
        );
        assert_eq!(SessionId::from_bytes(token.id().to_bytes()), token.id());
    }

    #[test]
    fn a_token_comes_back_from_its_text_and_no_two_are_alike() {
        let mut rng = TestRng::new(1);
        let tokens: Vec<_> = (0..100).map(|_| SessionToken::random(&mut rng)).collect();
        let ids: std::collections::BTreeSet<_> = tokens.iter().map(SessionToken::id).collect();
        assert_eq!(ids.len(), 100);
        for token in tokens {
            let text = token.to_text();
            assert_eq!(SessionToken::from_text(&text).unwrap().id(), token.id());
            let short = SessionToken::from_text(&text[1..]).unwrap_err();
            assert!(short.to_string().starts_with("session_token_misspelt: "));
        }
    }

    #[test]
    fn the_debug_form_shows_nothing() {
        let token = SessionToken::random(&mut TestRng::new(2));
        assert_eq!(format!("{token:?}"), "SessionToken");
    }
}
