//! Passkeys (WebAuthn, level 3): begun here, answered by an authenticator, checked here.
//!
//! The checking is that of `webauthn-rs`; this file says what a node asks of a passkey. It must
//! verify its user, by a finger, a face or a PIN, so that one is both factors at once. Which make
//! it is of is not asked. What a browser is shown for a name that nobody has looks like what it
//! is shown for one that somebody has.
//!
//! [`Registration`] and [`SignInChallenge`] are held by the caller, in memory, for five minutes and
//! for one use: finishing takes them away.

use std::fmt;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use webauthn_rs::prelude::{
    CredentialID, Passkey, PasskeyAuthentication, PasskeyRegistration, Url, Uuid, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// How long the caller keeps what was begun, in seconds.
pub const CEREMONY_SECONDS: u64 = 300;

/// Longest answer of a browser that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 32 * 1024;

/// Lengths that credentials of common makes have, in bytes; a stand-in has one of them.
const STAND_IN_BYTES: [usize; 4] = [16, 20, 32, 64];

/// Why a passkey does not do. What an authenticator sent is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// The node's address has no name that a passkey could be bound to.
    #[error("passkey_origin: passkeys need https and a name of the host, or http://localhost")]
    Origin,
    /// The answer of the browser, or the text that was kept, is not one.
    #[error("passkey_unread: that is not what a browser answers for a passkey")]
    Unread,
    /// The answer is not by a passkey that was asked for, or not for this question.
    #[error("passkey_refused: the passkey did not answer what was asked")]
    Refused,
    /// Its counter went back: there may be a copy of it.
    #[error("passkey_copied: the passkey counts behind itself, there may be a copy of it")]
    Copied,
}

impl PasskeyError {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Origin => "passkey_origin",
            Self::Unread => "passkey_unread",
            Self::Refused => "passkey_refused",
            Self::Copied => "passkey_copied",
        }
    }

    fn of(error: &WebauthnError) -> Self {
        match error {
            WebauthnError::CredentialPossibleCompromise => Self::Copied,
            _ => Self::Refused,
        }
    }
}

/// A passkey as the node keeps it: the public key, the counter, what it is called. It opens nothing
/// by itself, but it says which authenticator somebody owns, so it is sealed like the rest.
#[derive(Clone)]
pub struct StoredPasskey {
    key: Passkey,
    text: String,
}

impl StoredPasskey {
    fn new(key: Passkey) -> Result<Self, PasskeyError> {
        let text = serde_json::to_string(&key).map_err(|_| PasskeyError::Unread)?;
        Ok(Self { key, text })
    }

    /// As a text to keep.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.text.clone()
    }

    /// From [`StoredPasskey::to_text`].
    ///
    /// # Errors
    /// `passkey_unread` for any other text.
    pub fn from_text(text: &str) -> Result<Self, PasskeyError> {
        let key = serde_json::from_str(text).map_err(|_| PasskeyError::Unread)?;
        Self::new(key)
    }
}

impl fmt::Debug for StoredPasskey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("StoredPasskey")
    }
}

/// A registration that was begun; for one use.
pub struct Registration(PasskeyRegistration);

/// A signing in that was begun; for one use.
pub struct SignInChallenge(PasskeyAuthentication);

impl fmt::Debug for Registration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Registration")
    }
}

impl fmt::Debug for SignInChallenge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SignInChallenge")
    }
}

/// The passkeys of one node.
#[derive(Debug, Clone)]
pub struct Passkeys(Webauthn);

impl Passkeys {
    /// Passkeys for a node that is found at this origin, such as `https://node.example` or
    /// `http://localhost:8080`. They are bound to its host: a node that moves to another name asks
    /// its people for new ones.
    ///
    /// # Errors
    /// `passkey_origin`, if it is no origin, has an IP address for its host, or no TLS where a
    /// browser needs it.
    pub fn new(origin: &str) -> Result<Self, PasskeyError> {
        let origin = Url::parse(origin).map_err(|_| PasskeyError::Origin)?;
        let host = origin.domain().ok_or(PasskeyError::Origin)?;
        let own = host == "localhost" || host.ends_with(".localhost");
        if origin.scheme() != "https" && !(origin.scheme() == "http" && own) {
            return Err(PasskeyError::Origin);
        }
        let builder = WebauthnBuilder::new(host, &origin).map_err(|_| PasskeyError::Origin)?;
        let built = builder.rp_name("Palermo").build();
        built.map(Self).map_err(|_| PasskeyError::Origin)
    }

    /// Begins to register a passkey for somebody: the options for `navigator.credentials.create`
    /// as JSON, and what [`Passkeys::finish_registration`] wants back. An authenticator that holds
    /// one of `known` is not asked for a second.
    ///
    /// # Errors
    /// `passkey_refused`, if the options cannot be made.
    pub fn begin_registration(
        &self,
        staff: [u8; 16],
        sign_in_name: &str,
        known: &[StoredPasskey],
    ) -> Result<(String, Registration), PasskeyError> {
        let held = known.iter().map(|known| known.key.cred_id().clone());
        let begun = self.0.start_passkey_registration(
            Uuid::from_bytes(staff),
            sign_in_name,
            sign_in_name,
            Some(held.collect()),
        );
        let (options, state) = begun.map_err(|error| PasskeyError::of(&error))?;
        let options = serde_json::to_string(&options.public_key);
        let options = options.map_err(|_| PasskeyError::Refused)?;
        Ok((options, Registration(state)))
    }

    /// The passkey that the browser's answer brings.
    ///
    /// # Errors
    /// `passkey_unread` or `passkey_refused`.
    pub fn finish_registration(
        &self,
        begun: Registration,
        answer: &str,
    ) -> Result<StoredPasskey, PasskeyError> {
        let answer = serde_json::from_str(short(answer)?).map_err(|_| PasskeyError::Unread)?;
        let made = self.0.finish_passkey_registration(&answer, &begun.0);
        let made = made.map_err(|error| PasskeyError::of(&error))?;
        StoredPasskey::new(made)
    }

    /// Begins to let somebody in by one of the passkeys they have: the options for
    /// `navigator.credentials.get` as JSON, and what [`Passkeys::finish_sign_in`] wants back. For
    /// somebody who has none, [`Passkeys::begin_sign_in_unknown`].
    ///
    /// # Errors
    /// `passkey_refused`, if the options cannot be made.
    pub fn begin_sign_in(
        &self,
        known: &[StoredPasskey],
    ) -> Result<(String, SignInChallenge), PasskeyError> {
        let ids = known.iter().map(|known| known.key.cred_id().clone());
        self.begin(known, ids.collect())
    }

    /// The same for a name that nobody has, or whose owner has no passkey: credentials that stand
    /// in, always the same for a name, and a challenge that nothing answers. `name_digest` is a
    /// digest under a key of the node, so that nobody outside can make the stand-ins.
    ///
    /// # Errors
    /// `passkey_refused`, if the options cannot be made.
    pub fn begin_sign_in_unknown(
        &self,
        name_digest: [u8; 32],
    ) -> Result<(String, SignInChallenge), PasskeyError> {
        self.begin(&[], stand_ins(name_digest))
    }

    fn begin(
        &self,
        known: &[StoredPasskey],
        ids: Vec<CredentialID>,
    ) -> Result<(String, SignInChallenge), PasskeyError> {
        let known: Vec<Passkey> = known.iter().map(|known| known.key.clone()).collect();
        let begun = self.0.start_passkey_authentication(&known);
        let (options, state) = begun.map_err(|error| PasskeyError::of(&error))?;
        let failed = |_| PasskeyError::Refused;
        let mut options = serde_json::to_value(&options.public_key).map_err(failed)?;
        // How each is reached (`transports`) is left out: a stand-in has nowhere to have it from.
        let allowed = ids
            .iter()
            .map(|id| json!({ "type": "public-key", "id": base64url(id) }));
        options["allowCredentials"] = Value::Array(allowed.collect());
        Ok((options.to_string(), SignInChallenge(state)))
    }

    /// Which of `known` has answered, by its place, and the passkey as it is to be kept from now
    /// on: its counter has moved. `known` are those that the sign-in was begun with.
    ///
    /// # Errors
    /// `passkey_unread`, `passkey_refused` or `passkey_copied`.
    pub fn finish_sign_in(
        &self,
        begun: SignInChallenge,
        answer: &str,
        known: &[StoredPasskey],
    ) -> Result<(usize, StoredPasskey), PasskeyError> {
        let answer = serde_json::from_str(short(answer)?).map_err(|_| PasskeyError::Unread)?;
        let checked = self.0.finish_passkey_authentication(&answer, &begun.0);
        let checked = checked.map_err(|error| PasskeyError::of(&error))?;
        if !checked.user_verified() {
            return Err(PasskeyError::Refused);
        }
        let own = |known: &&StoredPasskey| known.key.cred_id() == checked.cred_id();
        let place = known.iter().position(|known| own(&known));
        let place = place.ok_or(PasskeyError::Refused)?;
        let mut kept = known[place].key.clone();
        if kept.update_credential(&checked).is_none() {
            return Err(PasskeyError::Refused);
        }
        Ok((place, StoredPasskey::new(kept)?))
    }
}

/// An answer, if it is not too long to be one.
fn short(answer: &str) -> Result<&str, PasskeyError> {
    let fits = answer.len() <= ANSWER_BYTES_MAX;
    fits.then_some(answer).ok_or(PasskeyError::Unread)
}

/// Base64 with the alphabet for addresses, without padding (RFC 4648, section 5).
fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = three
            .iter()
            .fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for at in 0..=three.len() {
            text.push(char::from(LETTERS[bits >> (18 - 6 * at) & 63]));
        }
    }
    text
}

/// One or two credentials that nobody has.
fn stand_ins(name_digest: [u8; 32]) -> Vec<CredentialID> {
    let drawn = |what: u8| {
        let mut digest = Sha256::new();
        digest.update(b"palermo/passkey-stand-in/1");
        digest.update(name_digest);
        digest.update([what]);
        digest.finalize()
    };
    let shape = drawn(0);
    // Most people have one.
    let count = if shape[0] < 64 { 2 } else { 1 };
    let stand_in = |which: u8| {
        let most = [drawn(2 * which + 1), drawn(2 * which + 2)].concat();
        let bytes = STAND_IN_BYTES[usize::from(shape[1 + usize::from(which)]) % 4];
        most[..bytes].to_vec()
    };
    (0..count).map(stand_in).collect()
}

#[cfg(test)]
#[path = "passkey_tests.rs"]
mod tests;
