//! What the door asks of the desk, at the journal's head.

use keep::act::Inside;
use keep::act::schema::{
    CodeIssued, CredentialSet, SessionConfirmed, SessionOpened, SessionsEnded, SignInRefused,
};
use keep::journal::Store;
use keep::views::Staff;
use protect::credential::{OneTimeCode, PasswordVerifier, TotpSecret};
use terms::id::{CredentialId, SessionId, StaffId};

use super::Decided;
use super::reach::ms;
use crate::ask::{Answer, Visitor, Who};
use crate::authority::Role;
use crate::desk::{Desk, Draft};
use crate::door::{CODE, CredentialKind, FRESH, Found, Task, Whom};
use crate::error::OfficeError;
use crate::passkey::StoredPasskey;
use crate::seal::{Opened, disclose, open_act};

/// Shortest and longest sign-in name, in characters.
const NAME_LENGTH: std::ops::RangeInclusive<usize> = 3..=40;

/// One spelling of a sign-in name.
///
/// # Errors
/// When it cannot be one.
pub(crate) fn sign_in_name(typed: &str) -> Result<String, OfficeError> {
    let name: String = typed.trim().to_lowercase();
    let fits = NAME_LENGTH.contains(&name.chars().count())
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || ".-_".contains(letter));
    if fits {
        Ok(name)
    } else {
        Err(OfficeError::SignInNameUnfit)
    }
}

impl Desk {
    /// A digest of a sign-in name under a key of the node.
    pub(crate) fn name_digest(&self, name: &str) -> Result<[u8; 32], OfficeError> {
        let key = self.keyring.fingerprint_key()?;
        let parts = [name.as_bytes()];
        Ok(protect::vault::fingerprint(key, "sign-in", &parts))
    }

    pub(crate) fn door(&mut self, task: Task, at_ms: i64, store: &mut dyn Store) -> Decided {
        match task {
            Task::Find(whom) => Ok((
                Vec::new(),
                Answer::Door(Box::new(self.find(whom, at_ms, store)?)),
            )),
            Task::Open {
                staff,
                verified,
                factor: (credential, step),
                session,
            } => {
                self.still(staff, &verified, (credential, step))?;
                self.seen.insert(session, at_ms);
                let opened = SessionOpened {
                    session,
                    staff,
                    credential,
                    step,
                };
                Ok((vec![Draft::open(opened)], Answer::Done))
            }
            Task::Confirm {
                session,
                verified,
                factor: (credential, step),
            } => {
                let present = self.acting(Who::Session(session), at_ms)?;
                self.still(present.staff.staff, &verified, (credential, step))?;
                let confirmed = SessionConfirmed {
                    session,
                    credential,
                    step,
                };
                Ok((vec![Draft::open(confirmed)], Answer::Done))
            }
            Task::Enrol {
                staff,
                code_act,
                verifier,
                totp,
                step,
                session,
            } => self.enrol(staff, code_act, (&verifier, &totp, step), session, at_ms),
            Task::Refuse { staff, cause } => {
                let cause = cause.to_owned();
                let refused = SignInRefused { staff, cause };
                Ok((vec![Draft::open(refused)], Answer::Done))
            }
            Task::SignOut(session) => self.sign_out(session),
            Task::Look(session) => self.look(session, at_ms),
        }
    }

    fn look(&mut self, session: SessionId, at_ms: i64) -> Decided {
        let present = self.acting(Who::Session(session), at_ms)?;
        let session = present.session.ok_or(OfficeError::SessionEnded)?;
        let roles = present.staff.roles.iter();
        let visitor = Visitor {
            roles: roles.filter_map(|code| Role::of_code(code)).collect(),
            agency: self.views()?.agency(present.staff.agency)?,
            fresh: at_ms - session.fresh_ms < ms(FRESH),
            staff: present.staff,
            session,
        };
        Ok((Vec::new(), Answer::Visitor(Box::new(visitor))))
    }

    fn sign_out(&mut self, session: SessionId) -> Decided {
        self.seen.remove(&session);
        let Some(found) = self.views()?.session(session)? else {
            return Ok((Vec::new(), Answer::Done));
        };
        let ended = SessionsEnded {
            staff: found.staff,
            session: Some(session),
        };
        Ok((vec![Draft::open(ended)], Answer::Done))
    }

    /// Whether what was verified a moment ago still holds: the person works here, the credentials
    /// are theirs, and the device's code was not used meanwhile.
    fn still(
        &self,
        staff: StaffId,
        verified: &[CredentialId],
        (factor, step): (CredentialId, Option<u64>),
    ) -> Result<(), OfficeError> {
        let found = self.views()?.staff(staff)?;
        let here = found.is_some_and(|staff| staff.active && !staff.suspended);
        let credentials = self.views()?.credentials(staff)?;
        let held = verified
            .iter()
            .all(|one| credentials.iter().any(|held| held.credential == *one));
        let unused = credentials
            .iter()
            .filter(|held| held.credential == factor)
            .all(|held| match (step, held.step) {
                (Some(step), Some(last)) => step > last,
                _ => true,
            });
        if here && held && unused {
            Ok(())
        } else {
            Err(OfficeError::SignInRefused)
        }
    }

    fn find(
        &mut self,
        whom: Whom,
        at_ms: i64,
        store: &mut dyn Store,
    ) -> Result<Found, OfficeError> {
        let mut found = Found::default();
        let staff = match whom {
            Whom::Named(typed) => {
                // What cannot be a name is nobody's, and is not told from one.
                let name = sign_in_name(&typed).unwrap_or(typed);
                found.name = self.name_digest(&name)?;
                self.views()?.staff_by_sign_in(&found.name)?
            }
            Whom::SignedIn(session) => {
                let present = self.acting(Who::Session(session), at_ms)?;
                found.name = self.name_digest(&present.staff.staff.to_string())?;
                Some(present.staff)
            }
        };
        let Some(staff) = staff else {
            return Ok(found);
        };
        for held in self.views()?.credentials(staff.staff)? {
            let text = self.closed_words(held.set_act, store)?;
            match CredentialKind::of_code(&held.kind) {
                Some(CredentialKind::Password) => {
                    let verifier = PasswordVerifier::from_text(&text).ok();
                    found.password = verifier.map(|verifier| (held.credential, verifier));
                }
                Some(CredentialKind::Totp) => {
                    let secret = from_hex(&text).and_then(|raw| TotpSecret::from_bytes(&raw).ok());
                    found.totp = secret.map(|secret| (held.credential, secret, held.step));
                }
                Some(CredentialKind::Passkey) => {
                    let stored = StoredPasskey::from_text(&text)?;
                    found.passkeys.push((held.credential, stored));
                }
                None => {}
            }
        }
        let code = self.views()?.code(staff.staff)?;
        if let Some(code) = code.filter(|code| at_ms < code.until_ms && !staff.suspended) {
            let text = self.closed_words(code.act, store)?;
            let digest = from_hex(&text).and_then(|raw| <[u8; 32]>::try_from(&raw[..]).ok());
            found.code = digest.map(|digest| (code.act, digest));
        }
        found.staff = Some(staff);
        Ok(found)
    }

    /// The closed words of an act.
    pub(crate) fn closed_words(
        &self,
        number: u64,
        store: &mut dyn Store,
    ) -> Result<zeroize::Zeroizing<String>, OfficeError> {
        let unopened = || OfficeError::Unopened { act: number };
        let stored = store.act(number)?.ok_or_else(unopened)?;
        let Opened::Act(act, _) = open_act(&self.keyring, number, &stored)? else {
            return Err(unopened());
        };
        let closed = act.closed.as_ref().ok_or_else(unopened)?;
        match disclose(&self.keyring, number, closed)? {
            Some(Inside::Words(words)) => Ok(words.into()),
            _ => Err(unopened()),
        }
    }

    fn enrol(
        &mut self,
        staff: StaffId,
        code_act: u64,
        (verifier, totp, step): (&PasswordVerifier, &TotpSecret, u64),
        session: SessionId,
        at_ms: i64,
    ) -> Decided {
        let found = self.views()?.staff(staff)?;
        let found = found.filter(|staff| staff.active && !staff.suspended);
        let found = found.ok_or(OfficeError::SignInRefused)?;
        let code = self.views()?.code(staff)?;
        // Two that come at once with one code: the second finds it used.
        if code.is_none_or(|code| code.act != code_act || at_ms >= code.until_ms) {
            return Err(OfficeError::SignInRefused);
        }
        let password = verifier.to_text().to_string();
        let secret = hex(&totp.to_bytes());
        let first = self.credential(&found, CredentialKind::Password, password);
        let second = self.credential(&found, CredentialKind::Totp, secret);
        let opened = Draft::open(SessionOpened {
            session,
            staff,
            credential: second.0,
            step: Some(step),
        });
        self.seen.insert(session, at_ms);
        Ok((vec![first.1, second.1, opened], Answer::Done))
    }

    /// Drafts the act by which somebody has a credential.
    pub(crate) fn credential(
        &mut self,
        staff: &Staff,
        kind: CredentialKind,
        text: String,
    ) -> (CredentialId, Draft) {
        let credential = CredentialId(self.id());
        let set = CredentialSet {
            credential,
            staff: staff.staff,
            kind: kind.code().to_owned(),
        };
        (
            credential,
            Draft::closed(set, staff.key, Inside::Words(text)),
        )
    }

    /// Drafts a one-time code for somebody whose things are sealed under that key.
    pub(crate) fn code_issued(staff: StaffId, key: u64, code: &OneTimeCode, at_ms: i64) -> Draft {
        let issued = CodeIssued {
            staff,
            until_ms: at_ms + ms(CODE),
        };
        Draft::closed(issued, key, Inside::Words(hex(&code.digest())))
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn from_hex(text: &str) -> Option<zeroize::Zeroizing<Vec<u8>>> {
    let digits: Vec<u32> = text
        .chars()
        .map(|one| one.to_digit(16))
        .collect::<Option<_>>()?;
    let bytes = digits.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    });
    bytes.collect::<Option<Vec<u8>>>().map(Into::into)
}
