//! What acts about the people who work here do to the views.

use rusqlite::params;

use super::{ViewError, Views};
use crate::act::schema::{
    AgencySet, CredentialSet, SessionConfirmed, SessionOpened, SessionsEnded, StaffAdded,
};
use crate::act::{Act, Deed};

impl Views {
    /// Takes in an act about people; false if it is about something else.
    pub(super) fn apply_people(&self, number: u64, act: &Act) -> Result<bool, ViewError> {
        match &act.deed {
            Deed::AgencySet(set) => self.agency_set(set),
            Deed::StaffAdded(added) => self.staff_added(number, added),
            Deed::StaffChanged(changed) => self.run(
                "UPDATE staff SET roles = ?2, supervisor = ?3 WHERE staff = ?1",
                params![
                    changed.staff.0,
                    changed.roles.join(" "),
                    changed.supervisor.map(|staff| staff.0)
                ],
            ),
            Deed::StaffEnded(ended) => {
                self.run(
                    "UPDATE staff SET ended_act = ?2 WHERE staff = ?1",
                    params![ended.staff.0, number],
                )?;
                self.run(
                    "DELETE FROM caseload WHERE staff = ?1",
                    params![ended.staff.0],
                )?;
                self.sessions_of_end(number, ended.staff.0)
            }
            Deed::CodeIssued(issued) => {
                self.codes_end(number, issued.staff.0)?;
                self.run(
                    "INSERT INTO code (act, staff, until_ms) VALUES (?1, ?2, ?3)",
                    params![number, issued.staff.0, issued.until_ms],
                )
            }
            Deed::CredentialSet(set) => self.credential_set(number, act.at_ms, set),
            Deed::CredentialEnded(ended) => self.run(
                "UPDATE credential SET ended_act = ?2 WHERE credential = ?1",
                params![ended.credential.0, number],
            ),
            Deed::SessionOpened(opened) => self.session_opened(act.at_ms, opened),
            Deed::SessionConfirmed(confirmed) => self.session_confirmed(act.at_ms, confirmed),
            Deed::SessionsEnded(ended) => self.sessions_ended(number, ended),
            Deed::AccountSuspended(suspended) => {
                self.run(
                    "UPDATE staff SET suspended_act = ?2 WHERE staff = ?1",
                    params![suspended.staff.0, number],
                )?;
                self.codes_end(number, suspended.staff.0)?;
                self.sessions_of_end(number, suspended.staff.0)
            }
            Deed::ResetRequested(reset) => self.run(
                "INSERT INTO reset (reset, staff, requested_by, requested_act, at_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    reset.reset.0,
                    reset.staff.0,
                    act.actor.map(|actor| actor.0),
                    number,
                    act.at_ms
                ],
            ),
            Deed::ResetConfirmed(reset) => self.reset_confirmed(number, reset),
            _ => return Ok(false),
        }?;
        Ok(true)
    }

    fn agency_set(&self, set: &AgencySet) -> Result<(), ViewError> {
        self.run(
            "INSERT OR REPLACE INTO agency (agency, name, kind) VALUES (?1, ?2, ?3)",
            params![set.agency.0, set.name, set.kind],
        )
    }

    fn staff_added(&self, number: u64, added: &StaffAdded) -> Result<(), ViewError> {
        self.run(
            "INSERT INTO staff (staff, roles, key, agency, supervisor, sign_in, added_act)
             SELECT ?1, ?2, ?3, coalesce(?4, (SELECT value FROM meta WHERE name = 'agency'),
                    zeroblob(16)),
                    ?5, ?6, ?7",
            params![
                added.staff.0,
                added.roles.join(" "),
                added.key,
                added.agency.map(|agency| agency.0),
                added.supervisor.map(|staff| staff.0),
                added.sign_in.as_ref().map(|digest| **digest),
                number
            ],
        )?;
        self.keys_used(added.key + 1)
    }

    fn codes_end(&self, number: u64, staff: [u8; 16]) -> Result<(), ViewError> {
        self.run(
            "UPDATE code SET used_act = ?2 WHERE staff = ?1 AND used_act IS NULL",
            params![staff, number],
        )
    }

    fn sessions_of_end(&self, number: u64, staff: [u8; 16]) -> Result<(), ViewError> {
        self.run(
            "UPDATE session SET ended_act = ?2 WHERE staff = ?1 AND ended_act IS NULL",
            params![staff, number],
        )
    }

    /// A person has one password and one device, and any number of passkeys. Whatever is set uses
    /// up the one-time code, if there was one.
    fn credential_set(
        &self,
        number: u64,
        at_ms: i64,
        set: &CredentialSet,
    ) -> Result<(), ViewError> {
        self.run(
            "UPDATE credential SET ended_act = ?3
             WHERE staff = ?1 AND kind = ?2 AND kind <> 'passkey' AND ended_act IS NULL",
            params![set.staff.0, set.kind, number],
        )?;
        self.run(
            "INSERT OR REPLACE INTO credential (credential, staff, kind, set_act, at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![set.credential.0, set.staff.0, set.kind, number, at_ms],
        )?;
        self.codes_end(number, set.staff.0)
    }

    fn session_opened(&self, at_ms: i64, opened: &SessionOpened) -> Result<(), ViewError> {
        self.run(
            "INSERT OR REPLACE INTO session (session, staff, opened_ms, fresh_ms)
             VALUES (?1, ?2, ?3, ?3)",
            params![opened.session.0, opened.staff.0, at_ms],
        )?;
        self.step(opened.credential.0, opened.step)
    }

    fn session_confirmed(&self, at_ms: i64, confirmed: &SessionConfirmed) -> Result<(), ViewError> {
        self.run(
            "UPDATE session SET fresh_ms = ?2 WHERE session = ?1",
            params![confirmed.session.0, at_ms],
        )?;
        self.step(confirmed.credential.0, confirmed.step)
    }

    fn step(&self, credential: [u8; 16], step: Option<u64>) -> Result<(), ViewError> {
        self.run(
            "UPDATE credential SET step = coalesce(?2, step) WHERE credential = ?1",
            params![credential, step],
        )
    }

    fn sessions_ended(&self, number: u64, ended: &SessionsEnded) -> Result<(), ViewError> {
        match ended.session {
            None => self.sessions_of_end(number, ended.staff.0),
            Some(session) => self.run(
                "UPDATE session SET ended_act = ?2 WHERE session = ?1 AND ended_act IS NULL",
                params![session.0, number],
            ),
        }
    }

    fn reset_confirmed(
        &self,
        number: u64,
        reset: &crate::act::schema::ResetConfirmed,
    ) -> Result<(), ViewError> {
        let staff = reset.staff.0;
        self.run(
            "UPDATE reset SET confirmed_act = ?2 WHERE staff = ?1 AND confirmed_act IS NULL",
            params![staff, number],
        )?;
        self.run(
            "UPDATE credential SET ended_act = ?2 WHERE staff = ?1 AND ended_act IS NULL",
            params![staff, number],
        )?;
        self.run(
            "UPDATE staff SET suspended_act = NULL WHERE staff = ?1",
            params![staff],
        )?;
        self.codes_end(number, staff)?;
        self.sessions_of_end(number, staff)
    }
}
