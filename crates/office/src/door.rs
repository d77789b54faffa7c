//! The door itself: signing in, first and second factor, codes, sessions.
//!
//! What is dear or waits for a person is done outside of the journal's lock: deriving a password
//! (argon2id) above all. What was found then is checked again at the journal's head before anything
//! becomes true: that the person still works here, that their credentials are still those that were
//! verified, that a code was not used meanwhile. So a session opens only on what holds at that
//! moment, on every server process of the node.
//!
//! A name that nobody has goes the same way, with a verifier that fits nothing, and leaves the same
//! kind of act; whoever tries learns nothing from the answer or from how long it takes (ASVS 5.0.0,
//! 6.3.8).
//!
//! Sessions end after 15 minutes in which nothing was asked, and after 12 hours at the latest
//! (7.3.1, 7.3.2); whatever must be sure of the person asks again after 5 minutes (7.5.1, 7.5.3).

use std::time::Duration;

use jiff::Timestamp;
use keep::keyring::Keyring;
use keep::views::Staff;
use protect::credential::{OneTimeCode, Password, PasswordVerifier, SessionToken, TotpSecret};
use protect::vault::Share;
use terms::id::{CredentialId, SessionId, StaffId};

use crate::ask::{Answer, Visitor, Who};
use crate::authority::words::words;
use crate::desk::Proposal;
use crate::error::OfficeError;
use crate::node::Office;
use crate::passkey::{Passkeys, Registration, SignInChallenge, StoredPasskey};

/// A session in which nothing was asked for so long has ended.
pub const IDLE: Duration = Duration::from_secs(15 * 60);
/// A session ends after so long, whatever is done in it.
pub const ABSOLUTE: Duration = Duration::from_secs(12 * 3_600);
/// For so long after signing in or confirming nobody asks again whether it is they.
pub const FRESH: Duration = Duration::from_secs(5 * 60);
/// How long a one-time code holds.
pub const CODE: Duration = Duration::from_secs(7 * 24 * 3_600);

words! {
    /// What somebody shows that it is they.
    CredentialKind {
        /// A password, verified with argon2id.
        Password = "password",
        /// A device that shows a new code every 30 seconds (RFC 6238).
        Totp = "totp",
        /// A passkey (WebAuthn) that verifies its user: both factors in one.
        Passkey = "passkey",
    }
}

/// The session of a token, as the journal knows it.
#[must_use]
pub fn session_of(token: &SessionToken) -> SessionId {
    session_id(token.id())
}

/// A second factor, and how far it has come.
pub(crate) type Factor = (CredentialId, Option<u64>);

/// What the door asks of the desk, under the journal's lock.
#[derive(Debug)]
pub(crate) enum Task {
    /// What is known of whoever signs in by a name, or is signed in.
    Find(Whom),
    /// Opens a session.
    Open {
        staff: StaffId,
        /// Every credential that was verified.
        verified: Vec<CredentialId>,
        /// The second factor among them, and how far it has come.
        factor: Factor,
        session: SessionId,
    },
    /// Shows again that it is they.
    Confirm {
        session: SessionId,
        verified: Vec<CredentialId>,
        factor: Factor,
    },
    /// Sets the first credentials, with a one-time code.
    Enrol {
        staff: StaffId,
        code_act: u64,
        verifier: PasswordVerifier,
        totp: TotpSecret,
        step: u64,
        session: SessionId,
    },
    /// Notes a refusal.
    Refuse {
        staff: Option<StaffId>,
        cause: &'static str,
    },
    /// Ends a session at its holder's wish.
    SignOut(SessionId),
    /// Who is looking.
    Look(SessionId),
}

/// Whom the door wants to know about.
#[derive(Debug)]
pub(crate) enum Whom {
    /// Whoever signs in by that name.
    Named(String),
    /// Whoever is signed in.
    SignedIn(SessionId),
}

/// What is known of somebody who may be let in. It goes no further than the office.
#[derive(Debug, Default)]
pub struct Found {
    /// None when nobody signs in by that name.
    pub(crate) staff: Option<Staff>,
    pub(crate) password: Option<(CredentialId, PasswordVerifier)>,
    pub(crate) totp: Option<(CredentialId, TotpSecret, Option<u64>)>,
    pub(crate) passkeys: Vec<(CredentialId, StoredPasskey)>,
    /// A one-time code that holds: the act that issued it, and its digest.
    pub(crate) code: Option<(u64, [u8; 32])>,
    /// A digest of the name that nobody else can compute.
    pub(crate) name: [u8; 32],
}

/// Why somebody was not let in, for the log.
const UNKNOWN: &str = "unknown";
const SHUT: &str = "suspended";
const PASSWORD: &str = "password";
const SECOND: &str = "second_factor";
const CODE_UNFIT: &str = "code";

/// A passkey's signing in that was begun: kept by whoever began it, for one use.
#[derive(Debug)]
pub struct PasskeyBegun {
    challenge: SignInChallenge,
    found: Found,
}

impl Office {
    /// Lets somebody in by name, password and the code that their device shows.
    ///
    /// # Errors
    /// [`OfficeError::SignInRefused`] whatever does not fit; else when a room below refuses.
    pub fn sign_in(
        &self,
        name: &str,
        password: &Password,
        code: &str,
        at: Timestamp,
    ) -> Result<SessionToken, OfficeError> {
        let found = self.find(Whom::Named(name.to_owned()), at)?;
        let fits = self.both_factors(&found, password, code, at);
        let (verified, factor) = self.or_refused(&found, fits, at)?;
        self.open_session(&found, verified, factor, at)
    }

    /// Shows again, in a session, that it is they.
    ///
    /// # Errors
    /// As [`Office::sign_in`], and when the session has ended.
    pub fn confirm(
        &self,
        session: SessionId,
        password: &Password,
        code: &str,
        at: Timestamp,
    ) -> Result<(), OfficeError> {
        let found = self.find(Whom::SignedIn(session), at)?;
        let fits = self.both_factors(&found, password, code, at);
        let (verified, factor) = self.or_refused(&found, fits, at)?;
        let task = Task::Confirm {
            session,
            verified,
            factor,
        };
        self.become_true(task, &found, SECOND, at)
    }

    /// Begins to let somebody in by a passkey: the options for the browser, and what
    /// [`Office::finish_passkey`] wants back. A name that nobody has is given options too.
    ///
    /// # Errors
    /// When the node is locked, or a room below refuses.
    pub fn begin_passkey(
        &self,
        passkeys: &Passkeys,
        name: &str,
        at: Timestamp,
    ) -> Result<(String, PasskeyBegun), OfficeError> {
        let found = self.find(Whom::Named(name.to_owned()), at)?;
        Self::challenge(passkeys, found)
    }

    /// As [`Office::begin_passkey`], for somebody who is signed in and shows again that it is they.
    ///
    /// # Errors
    /// When the session has ended, or a room below refuses.
    pub fn begin_confirming(
        &self,
        passkeys: &Passkeys,
        session: SessionId,
        at: Timestamp,
    ) -> Result<(String, PasskeyBegun), OfficeError> {
        let found = self.find(Whom::SignedIn(session), at)?;
        Self::challenge(passkeys, found)
    }

    fn challenge(passkeys: &Passkeys, found: Found) -> Result<(String, PasskeyBegun), OfficeError> {
        let known: Vec<StoredPasskey> = found
            .passkeys
            .iter()
            .map(|(_, stored)| stored.clone())
            .collect();
        let (options, challenge) = if known.is_empty() {
            passkeys.begin_sign_in_unknown(found.name)?
        } else {
            passkeys.begin_sign_in(&known)?
        };
        Ok((options, PasskeyBegun { challenge, found }))
    }

    /// Lets somebody in by what their passkey has answered.
    ///
    /// # Errors
    /// As [`Office::sign_in`].
    pub fn finish_passkey(
        &self,
        passkeys: &Passkeys,
        begun: PasskeyBegun,
        response: &str,
        at: Timestamp,
    ) -> Result<SessionToken, OfficeError> {
        let PasskeyBegun { challenge, found } = begun;
        let fits = passkey_fits(passkeys, challenge, &found, response);
        let credential = self.or_refused(&found, fits, at)?;
        self.open_session(&found, vec![credential], (credential, None), at)
    }

    /// Shows again, in a session, that it is they, by what their passkey has answered.
    ///
    /// # Errors
    /// As [`Office::confirm`].
    pub fn finish_confirming(
        &self,
        passkeys: &Passkeys,
        session: SessionId,
        begun: PasskeyBegun,
        response: &str,
        at: Timestamp,
    ) -> Result<(), OfficeError> {
        let PasskeyBegun { challenge, found } = begun;
        let fits = passkey_fits(passkeys, challenge, &found, response);
        let credential = self.or_refused(&found, fits, at)?;
        let task = Task::Confirm {
            session,
            verified: vec![credential],
            factor: (credential, None),
        };
        self.become_true(task, &found, SECOND, at)
    }

    /// Begins to make a passkey for somebody who is signed in; the browser's answer goes, through
    /// [`Passkeys::finish_registration`], to [`crate::Ask::AddPasskey`].
    ///
    /// # Errors
    /// When the session has ended, or a room below refuses.
    pub fn begin_registration(
        &self,
        passkeys: &Passkeys,
        session: SessionId,
        at: Timestamp,
    ) -> Result<(String, Registration), OfficeError> {
        let found = self.find(Whom::SignedIn(session), at)?;
        let staff = found.staff.as_ref().ok_or(OfficeError::SessionEnded)?.staff;
        let known: Vec<StoredPasskey> = found
            .passkeys
            .iter()
            .map(|(_, stored)| stored.clone())
            .collect();
        // The sign-in name is kept as a digest alone; the authenticator shows this in its place.
        let label = staff.to_string();
        Ok(passkeys.begin_registration(staff.0, &label, &known)?)
    }

    /// Sets somebody's first credentials, or those after a reset, with a one-time code, and lets
    /// them in: a password and a device that shows codes.
    ///
    /// # Errors
    /// [`OfficeError::SignInRefused`] when name, code or the device's code do not fit;
    /// [`OfficeError::PasswordUnfit`]; else when a room below refuses.
    pub fn enrol(
        &self,
        (name, code): (&str, &str),
        password: &Password,
        totp: (TotpSecret, &str),
        at: Timestamp,
    ) -> Result<SessionToken, OfficeError> {
        let found = self.find(Whom::Named(name.to_owned()), at)?;
        let code_act = code_fits(&found, code);
        let (staff, code_act) = self.or_refused(&found, code_act, at)?;
        // Whoever has the code may be told what is wrong with the rest.
        password.check(&[name])?;
        let (totp, shown) = totp;
        let step = totp.verify(shown, seconds(at), None).ok_or(SECOND);
        let step = self.or_refused(&found, step, at)?;
        let verifier = self.verifier(password);
        let token = self.token();
        let task = Task::Enrol {
            staff,
            code_act,
            verifier,
            totp,
            step,
            session: session_of(&token),
        };
        self.become_true(task, &found, CODE_UNFIT, at)?;
        Ok(token)
    }

    /// Whether a name and a one-time code fit, before anything is asked for. A refusal is noted.
    ///
    /// # Errors
    /// As [`Office::enrol`].
    pub fn code_fits(&self, name: &str, code: &str, at: Timestamp) -> Result<(), OfficeError> {
        let found = self.find(Whom::Named(name.to_owned()), at)?;
        self.or_refused(&found, code_fits(&found, code), at)
            .map(drop)
    }

    /// Sets an administrator's credentials anew with recovery shares, when nobody is left who could
    /// ask and confirm in the ordinary way: those who hold the shares are the second person. The
    /// node must be unlocked; the answer is the one-time code.
    ///
    /// # Errors
    /// When the shares do not open the node, or nobody of that number is an administrator who signs
    /// in; else when a room below refuses.
    pub fn recover_administrator(
        &self,
        shares: &[Share],
        staff: StaffId,
        at: Timestamp,
    ) -> Result<OneTimeCode, OfficeError> {
        let mut keyring = Keyring::open(&self.folders.keyring())?;
        keyring.unlock_with_shares(shares)?;
        keyring.lock();
        let at_ms = at.as_millisecond();
        let task = crate::desk::Task::RecoverAdministrator { staff, at_ms };
        match self.propose(Proposal::Node { at_ms, task })? {
            Answer::Enrolment(_, code) => Ok(code),
            _ => Err(OfficeError::StaffMissing),
        }
    }

    /// Who is looking; the session goes on from here.
    ///
    /// # Errors
    /// [`OfficeError::SessionEnded`] when it has ended or the person may work here no longer.
    pub fn visitor(&self, session: SessionId, at: Timestamp) -> Result<Visitor, OfficeError> {
        match self.door(Task::Look(session), at)? {
            Answer::Visitor(visitor) => Ok(*visitor),
            _ => Err(OfficeError::SessionEnded),
        }
    }

    /// Ends a session. One that has ended already is no error.
    ///
    /// # Errors
    /// When a room below refuses.
    pub fn sign_out(&self, session: SessionId, at: Timestamp) -> Result<(), OfficeError> {
        self.door(Task::SignOut(session), at).map(drop)
    }

    /// What a password is verified with from now on. It is dear on purpose.
    ///
    /// # Errors
    /// [`OfficeError::PasswordUnfit`].
    pub fn fit_verifier(&self, password: &Password) -> Result<PasswordVerifier, OfficeError> {
        password.check(&[])?;
        Ok(self.verifier(password))
    }

    fn verifier(&self, password: &Password) -> PasswordVerifier {
        let mut rng = self.rng.lock().unwrap_or_else(|error| error.into_inner());
        let mut rng = &mut rng.0;
        PasswordVerifier::make(password, self.cost, &mut rng)
    }

    fn token(&self) -> SessionToken {
        let mut rng = self.rng.lock().unwrap_or_else(|error| error.into_inner());
        let mut rng = &mut rng.0;
        SessionToken::random(&mut rng)
    }

    /// Verifies password and code. The password is derived whether the name is known or not.
    fn both_factors(
        &self,
        found: &Found,
        password: &Password,
        code: &str,
        at: Timestamp,
    ) -> Result<(Vec<CredentialId>, Factor), &'static str> {
        let right = match &found.password {
            Some((_, verifier)) => verifier.verify(password),
            None => {
                // It fits nothing; what it takes is what matters.
                let _ = self.dummy.verify(password);
                false
            }
        };
        let staff = found.staff.as_ref().ok_or(UNKNOWN)?;
        let (Some((one, _)), true) = (&found.password, right) else {
            return Err(PASSWORD);
        };
        if staff.suspended || !staff.active {
            return Err(SHUT);
        }
        let (other, secret, last) = found.totp.as_ref().ok_or(SECOND)?;
        let step = secret.verify(code, seconds(at), *last).ok_or(SECOND)?;
        Ok((vec![*one, *other], (*other, Some(step))))
    }

    /// What fits, or the one refusal that says nothing, after the cause was noted.
    fn or_refused<T>(
        &self,
        found: &Found,
        fits: Result<T, &'static str>,
        at: Timestamp,
    ) -> Result<T, OfficeError> {
        fits.or_else(|cause| {
            let staff = found.staff.as_ref().map(|staff| staff.staff);
            self.door(Task::Refuse { staff, cause }, at)?;
            Err(OfficeError::SignInRefused)
        })
    }

    fn open_session(
        &self,
        found: &Found,
        verified: Vec<CredentialId>,
        factor: Factor,
        at: Timestamp,
    ) -> Result<SessionToken, OfficeError> {
        let staff = found.staff.as_ref().ok_or(OfficeError::SignInRefused)?;
        let token = self.token();
        let task = Task::Open {
            staff: staff.staff,
            verified,
            factor,
            session: session_of(&token),
        };
        self.become_true(task, found, SECOND, at)?;
        Ok(token)
    }

    /// Has something become true that was verified a moment ago. If it holds no longer, because
    /// another used the same code meanwhile, say, that is noted as any other refusal is.
    fn become_true(
        &self,
        task: Task,
        found: &Found,
        cause: &'static str,
        at: Timestamp,
    ) -> Result<(), OfficeError> {
        match self.door(task, at) {
            Err(OfficeError::SignInRefused) => self.or_refused(found, Err(cause), at),
            other => other.map(drop),
        }
    }

    fn find(&self, whom: Whom, at: Timestamp) -> Result<Found, OfficeError> {
        match self.door(Task::Find(whom), at)? {
            Answer::Door(found) => Ok(*found),
            _ => Err(OfficeError::SessionEnded),
        }
    }

    fn door(&self, task: Task, at: Timestamp) -> Result<Answer, OfficeError> {
        let at_ms = at.as_millisecond();
        self.propose(Proposal::Door { at_ms, task })
    }
}

fn passkey_fits(
    passkeys: &Passkeys,
    challenge: SignInChallenge,
    found: &Found,
    response: &str,
) -> Result<CredentialId, &'static str> {
    let known: Vec<StoredPasskey> = found
        .passkeys
        .iter()
        .map(|(_, stored)| stored.clone())
        .collect();
    let verified = passkeys.finish_sign_in(challenge, response, &known);
    let staff = found.staff.as_ref().ok_or(UNKNOWN)?;
    let (at, _) = verified.map_err(|_| SECOND)?;
    if staff.suspended || !staff.active {
        return Err(SHUT);
    }
    let (credential, _) = found.passkeys.get(at).ok_or(SECOND)?;
    Ok(*credential)
}

/// The person and the act of the code, if the code is theirs.
fn code_fits(found: &Found, typed: &str) -> Result<(StaffId, u64), &'static str> {
    let typed = OneTimeCode::parse(typed).ok();
    // Compared whether there is one or not.
    let digest = found.code.as_ref().map_or([0; 32], |(_, digest)| *digest);
    let holds = typed.is_some_and(|typed| typed.holds(&digest));
    let staff = found.staff.as_ref().ok_or(UNKNOWN)?;
    let (act, _) = found.code.as_ref().filter(|_| holds).ok_or(CODE_UNFIT)?;
    if !staff.active {
        return Err(SHUT);
    }
    Ok((staff.staff, *act))
}

fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_second()).unwrap_or_default()
}

impl Who {
    /// Whoever has that token.
    #[must_use]
    pub fn signed_in(token: &SessionToken) -> Self {
        Self::Session(session_of(token))
    }
}

/// The session of a token's digest, as the journal knows it.
#[must_use]
pub fn session_id(digest: protect::credential::SessionId) -> SessionId {
    let mut half = [0; 16];
    half.copy_from_slice(&digest.to_bytes()[..16]);
    SessionId(half)
}
