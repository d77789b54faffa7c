//! What a person who works at a node signs in with.
//!
//! One noun, one file, and nothing invented: each part is a published construction, named with its
//! source where it is defined. NIST is SP 800-63B-4, ASVS is OWASP's Application Security
//! Verification Standard 5.0.0; the numbers are those of their sections and items.
//!
//! | part | what | source |
//! |---|---|---|
//! | [`Password`] | what is typed, and whether it may be chosen | NIST 3.1.1.2; ASVS 6.2 |
//! | [`PasswordVerifier`] | what is kept of it: Argon2id, as a PHC string | RFC 9106; ASVS 11.4.2 |
//! | [`TotpSecret`] | codes of an authenticator app | RFC 6238; NIST 3.1.4; ASVS 6.5 |
//! | [`OneTimeCode`] | the first sign-in and resets, in two halves | ASVS 6.4 |
//! | [`SessionToken`] | a signed-in browser | NIST 5.1; ASVS 7.2 |
//! | [`CsrfToken`] | a form that the session was shown | ASVS 3.5.1; RFC 2104 |
//!
//! The module is pure: it keeps nothing, reads nothing, has no clock, and takes its random numbers
//! from the caller as a [`rand_core::CryptoRng`]. How often somebody may try, how long a code or a
//! session holds, and where any of this is kept is the caller's business.
//!
//! Secrets are wiped when they are dropped (zeroize) and their debug forms show nothing. What is
//! compared with a secret is compared in time that does not depend on it.

mod common;
mod csrf;
mod hex;
mod one_time;
mod password;
mod session;
mod totp;
mod verifier;

pub use csrf::CsrfToken;
pub use one_time::{OneTimeCode, OneTimeMisspelt};
pub use password::{Password, PasswordUnfit};
pub use session::{SessionId, SessionToken, TokenMisspelt};
pub use totp::{TotpSecret, TotpUnread};
pub use verifier::{PasswordVerifier, VerifierUnread};

/// What one try at a password costs: the vault's [`Cost`], whose `STANDARD`
/// is the second recommended option of RFC 9106 and above OWASP's least settings. One try at it
/// takes 64 MiB and some 0.15 seconds of one core: whoever answers many at once lets them wait for
/// each other.
pub use crate::vault::Cost;
