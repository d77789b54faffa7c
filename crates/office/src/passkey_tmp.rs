//! tmp
/// tmp
#[derive(Debug, Clone)]
pub struct StoredPasskey(String);
impl StoredPasskey {
    /// tmp
    pub fn to_text(&self) -> String {
        self.0.clone()
    }
    /// tmp
    pub fn from_text(text: &str) -> Result<Self, PasskeyError> {
        Ok(Self(text.to_owned()))
    }
}
/// tmp
#[derive(Debug, thiserror::Error)]
#[error("passkey_unfit")]
pub struct PasskeyError;
impl PasskeyError {
    /// tmp
    pub const fn code(&self) -> &'static str {
        "passkey_unfit"
    }
}
/// tmp
#[derive(Debug)]
pub struct Passkeys;
/// tmp
#[derive(Debug)]
pub struct Registration;
/// tmp
#[derive(Debug)]
pub struct SignInChallenge;
#[allow(missing_docs, clippy::all)]
impl Passkeys {
    pub fn begin_sign_in(
        &self,
        _k: &[StoredPasskey],
    ) -> Result<(String, SignInChallenge), PasskeyError> {
        Err(PasskeyError)
    }
    pub fn begin_sign_in_unknown(
        &self,
        _k: [u8; 32],
    ) -> Result<(String, SignInChallenge), PasskeyError> {
        Err(PasskeyError)
    }
    pub fn finish_sign_in(
        &self,
        _c: SignInChallenge,
        _r: &str,
        _k: &[StoredPasskey],
    ) -> Result<(usize, StoredPasskey), PasskeyError> {
        Err(PasskeyError)
    }
    pub fn begin_registration(
        &self,
        _s: [u8; 16],
        _l: &str,
        _k: &[StoredPasskey],
    ) -> Result<(String, Registration), PasskeyError> {
        Err(PasskeyError)
    }
}
