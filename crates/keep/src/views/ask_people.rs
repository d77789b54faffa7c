//! What can be asked of the views about the people who work here.

use rusqlite::types::FromSqlError;
use rusqlite::{Row, params};
use terms::id::{AgencyId, CredentialId, ResetId, SessionId, StaffId};

use super::{ViewError, Views};

/// How the columns of a list of cases are read that an agency gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapLine {
    /// What it is called.
    pub name: String,
    /// The map as its file spells it.
    pub text: String,
    /// The act that kept it.
    pub kept_act: u64,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

/// An agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    /// Which.
    pub agency: AgencyId,
    /// What it is called.
    pub name: String,
    /// What it does, as a code of `office`.
    pub kind: String,
}

/// Somebody who works here, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Who.
    pub staff: StaffId,
    /// In what roles, as codes of `office`.
    pub roles: Vec<String>,
    /// Number of the key of the person's name and credentials.
    pub key: u64,
    /// Of which agency.
    pub agency: AgencyId,
    /// To whom they answer.
    pub supervisor: Option<StaffId>,
    /// Whether they can sign in by a name.
    pub signs_in: bool,
    /// The act that added the person; the name is closed in it.
    pub added_act: u64,
    /// Whether the person may still act.
    pub active: bool,
    /// Whether the account takes nobody in until it is reset.
    pub suspended: bool,
}

/// A one-time code that still holds; its digest stands in the act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The act that issued it.
    pub act: u64,
    /// Until when it holds, in milliseconds since 1970-01-01 UTC.
    pub until_ms: i64,
}

/// A credential that holds; what it is verified with stands in the act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Which.
    pub credential: CredentialId,
    /// Of what kind, as a code of `office`.
    pub kind: String,
    /// The act that set it.
    pub set_act: u64,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// How far it has come; it takes nothing earlier again.
    pub step: Option<u64>,
}

/// Somebody who is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Which.
    pub session: SessionId,
    /// Who.
    pub staff: StaffId,
    /// Since when, in milliseconds since 1970-01-01 UTC.
    pub opened_ms: i64,
    /// When they last showed that it is they, in milliseconds since 1970-01-01 UTC.
    pub fresh_ms: i64,
}

/// A request to set credentials anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reset {
    /// Which.
    pub reset: ResetId,
    /// Whose.
    pub staff: StaffId,
    /// Who asked.
    pub requested_by: Option<StaffId>,
    /// The act of the request; half of the code is closed in it.
    pub requested_act: u64,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Whether a second person has confirmed, this or a later one.
    pub confirmed: bool,
}

const STAFF: &str = "staff, roles, key, agency, supervisor, sign_in IS NOT NULL, added_act,
                     ended_act IS NULL, suspended_act IS NOT NULL";

fn read_agency(row: &Row<'_>) -> rusqlite::Result<Agency> {
    Ok(Agency {
        agency: AgencyId(row.get(0)?),
        name: row.get(1)?,
        kind: row.get(2)?,
    })
}

fn read_staff(row: &Row<'_>) -> rusqlite::Result<Staff> {
    let roles: String = row.get(1)?;
    let supervisor: Option<[u8; 16]> = row.get(4)?;
    Ok(Staff {
        staff: StaffId(row.get(0)?),
        roles: roles.split_whitespace().map(str::to_owned).collect(),
        key: row.get(2)?,
        agency: AgencyId(row.get(3)?),
        supervisor: supervisor.map(StaffId),
        signs_in: row.get(5)?,
        added_act: row.get(6)?,
        active: row.get(7)?,
        suspended: row.get(8)?,
    })
}

fn read_credential(row: &Row<'_>) -> rusqlite::Result<Credential> {
    Ok(Credential {
        credential: CredentialId(row.get(0)?),
        kind: row.get(1)?,
        set_act: row.get(2)?,
        at_ms: row.get(3)?,
        step: row.get(4)?,
    })
}

fn read_session(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        session: SessionId(row.get(0)?),
        staff: StaffId(row.get(1)?),
        opened_ms: row.get(2)?,
        fresh_ms: row.get(3)?,
    })
}

fn read_reset(row: &Row<'_>) -> rusqlite::Result<Reset> {
    let by: Option<[u8; 16]> = row.get(2)?;
    Ok(Reset {
        reset: ResetId(row.get(0)?),
        staff: StaffId(row.get(1)?),
        requested_by: by.map(StaffId),
        requested_act: row.get(3)?,
        at_ms: row.get(4)?,
        confirmed: row.get(5)?,
    })
}

impl Views {
    /// Every agency that was named, by name.
    ///
    /// # Errors
    /// When SQLite refuses, as for every question here.
    pub fn agencies(&self) -> Result<Vec<Agency>, ViewError> {
        let statement = "SELECT agency, name, kind FROM agency ORDER BY name, agency";
        self.all(statement, [], read_agency)
    }

    /// An agency that was named.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn agency(&self, agency: AgencyId) -> Result<Option<Agency>, ViewError> {
        let statement = "SELECT agency, name, kind FROM agency WHERE agency = ?1";
        self.one(statement, [agency.0], read_agency)
    }

    /// The maps that an agency keeps, by name.
    ///
    /// # Errors
    /// When SQLite refuses, as for every question here.
    pub fn maps(&self, agency: AgencyId) -> Result<Vec<MapLine>, ViewError> {
        let statement = "SELECT name, text, kept_act, at_ms FROM map WHERE agency = ?1
                         ORDER BY name";
        self.all(statement, [agency.0], |row| {
            Ok(MapLine {
                name: row.get(0)?,
                text: row.get(1)?,
                kept_act: row.get(2)?,
                at_ms: row.get(3)?,
            })
        })
    }

    /// The agency that runs the node.
    ///
    /// # Errors
    /// When SQLite refuses, or before the node is founded.
    pub fn own_agency(&self) -> Result<AgencyId, ViewError> {
        let node = self.node()?;
        let (_, agency) = node.ok_or_else(|| rusqlite::Error::from(FromSqlError::InvalidType))?;
        Ok(agency)
    }

    /// Somebody who works here.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn staff(&self, staff: StaffId) -> Result<Option<Staff>, ViewError> {
        let statement = format!("SELECT {STAFF} FROM staff WHERE staff = ?1");
        self.one(&statement, [staff.0], read_staff)
    }

    /// Whoever signs in by the name of that keyed digest.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn staff_by_sign_in(&self, digest: &[u8; 32]) -> Result<Option<Staff>, ViewError> {
        let statement = format!("SELECT {STAFF} FROM staff WHERE sign_in = ?1");
        self.one(&statement, [digest], read_staff)
    }

    /// Everybody who works here, or did, in the order in which they were added.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn all_staff(&self) -> Result<Vec<Staff>, ViewError> {
        let statement = format!("SELECT {STAFF} FROM staff ORDER BY added_act, staff");
        self.all(&statement, [], read_staff)
    }

    /// The one-time code of a person that is not used; it may be out of time.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn code(&self, staff: StaffId) -> Result<Option<Code>, ViewError> {
        let statement = "SELECT act, until_ms FROM code WHERE staff = ?1 AND used_act IS NULL
                         ORDER BY act DESC LIMIT 1";
        self.one(statement, [staff.0], |row| {
            Ok(Code {
                act: row.get(0)?,
                until_ms: row.get(1)?,
            })
        })
    }

    /// The credentials of a person that hold, in the order in which they were set.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn credentials(&self, staff: StaffId) -> Result<Vec<Credential>, ViewError> {
        let statement = "SELECT credential, kind, set_act, at_ms, step FROM credential
                         WHERE staff = ?1 AND ended_act IS NULL ORDER BY set_act, credential";
        self.all(statement, [staff.0], read_credential)
    }

    /// Whether somebody has ever set credentials, whatever became of them.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn has_signed_in(&self, staff: StaffId) -> Result<bool, ViewError> {
        let statement = "SELECT 1 FROM credential WHERE staff = ?1 LIMIT 1";
        let found: Option<i64> = self.one(statement, [staff.0], |row| row.get(0))?;
        Ok(found.is_some())
    }

    /// A session that has not ended.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn session(&self, session: SessionId) -> Result<Option<Session>, ViewError> {
        let statement = "SELECT session, staff, opened_ms, fresh_ms FROM session
                         WHERE session = ?1 AND ended_act IS NULL";
        self.one(statement, [session.0], read_session)
    }

    /// The sessions of a person that have not ended, opened after a time; the newest first.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn sessions(&self, staff: StaffId, after_ms: i64) -> Result<Vec<Session>, ViewError> {
        let statement = "SELECT session, staff, opened_ms, fresh_ms FROM session
                         WHERE staff = ?1 AND ended_act IS NULL AND opened_ms > ?2
                         ORDER BY opened_ms DESC";
        self.all(statement, params![staff.0, after_ms], read_session)
    }

    /// A request to set credentials anew.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn reset(&self, reset: ResetId) -> Result<Option<Reset>, ViewError> {
        let statement = "SELECT reset, staff, requested_by, requested_act, at_ms,
                                confirmed_act IS NOT NULL FROM reset WHERE reset = ?1";
        self.one(statement, [reset.0], read_reset)
    }

    /// Requests to set credentials anew that nobody has confirmed, asked for after a time.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn resets_waiting(&self, after_ms: i64) -> Result<Vec<Reset>, ViewError> {
        let statement = "SELECT reset, staff, requested_by, requested_act, at_ms,
                                confirmed_act IS NOT NULL FROM reset
                         WHERE confirmed_act IS NULL AND at_ms > ?1 ORDER BY requested_act";
        self.all(statement, [after_ms], read_reset)
    }
}
