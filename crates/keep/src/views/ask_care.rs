//! What can be asked of the views about care, emergencies, consent, exports and matters.

use rusqlite::{Row, params};
use terms::id::{AgencyId, ConsentId, DossierId, ExportId, GlassId, MatterId, StaffId};

use super::{ViewError, Views};

/// An emergency opening of a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glass {
    /// Which.
    pub glass: GlassId,
    /// The dossier.
    pub dossier: DossierId,
    /// By whom.
    pub staff: Option<StaffId>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Until when, in milliseconds since 1970-01-01 UTC.
    pub until_ms: i64,
    /// Whether it was ended before its time.
    pub ended: bool,
    /// Whether somebody who has the dossier in their care was told.
    pub seen: bool,
}

/// That the person agreed to something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Which.
    pub consent: ConsentId,
    /// The dossier.
    pub dossier: DossierId,
    /// To what, as a code of `office`.
    pub subject: String,
    /// For what purpose, as a code of `office`.
    pub purpose: String,
    /// To whom.
    pub recipient: Option<AgencyId>,
    /// Since when, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Until when, in milliseconds since 1970-01-01 UTC; none until it is withdrawn.
    pub until_ms: Option<i64>,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

/// A request to take a dossier out of the node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Which.
    pub export: ExportId,
    /// The dossier.
    pub dossier: DossierId,
    /// For what purpose, as a code of `office`.
    pub purpose: String,
    /// For whom; none for the person concerned.
    pub recipient: Option<AgencyId>,
    /// On what ground, as a code of `office`.
    pub ground: String,
    /// Who asked.
    pub requested_by: Option<StaffId>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub requested_ms: i64,
    /// When a second person approved, in milliseconds since 1970-01-01 UTC.
    pub approved_ms: Option<i64>,
    /// When it was taken, in milliseconds since 1970-01-01 UTC.
    pub taken_ms: Option<i64>,
}

/// Something that a person concerned has asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// Which.
    pub matter: MatterId,
    /// The dossier.
    pub dossier: DossierId,
    /// Of what kind, as a code of `office`.
    pub kind: String,
    /// The act that opened it; the words are closed in it.
    pub opened_act: u64,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// By when it must be answered, in milliseconds since 1970-01-01 UTC.
    pub due_ms: i64,
    /// With what outcome it was answered, as a code of `office`.
    pub outcome: Option<String>,
}

/// A line of the log as the agency and the person concerned see it: the role and the agency of
/// whoever acted, not who it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorLine {
    /// Number of the act.
    pub act: u64,
    /// Its kind.
    pub kind: String,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// In what role.
    pub role: String,
    /// Of which agency; none for the node itself.
    pub agency: Option<AgencyId>,
    /// For what purpose.
    pub purpose: String,
    /// Why it was refused, where it was.
    pub cause: Option<String>,
}

const GLASS: &str = "glass, dossier, staff, at_ms, until_ms, ended_act IS NOT NULL,
                     seen_act IS NOT NULL";
const CONSENT: &str = "consent, dossier, subject, purpose, recipient, at_ms, until_ms,
                       withdrawn_act IS NOT NULL";
const EXPORT: &str = "export, dossier, purpose, recipient, ground, requested_by, requested_ms,
                      approved_ms, taken_ms";
const MATTER: &str = "matter, dossier, kind, opened_act, at_ms, due_ms, outcome";

fn read_glass(row: &Row<'_>) -> rusqlite::Result<Glass> {
    let staff: Option<[u8; 16]> = row.get(2)?;
    Ok(Glass {
        glass: GlassId(row.get(0)?),
        dossier: DossierId(row.get(1)?),
        staff: staff.map(StaffId),
        at_ms: row.get(3)?,
        until_ms: row.get(4)?,
        ended: row.get(5)?,
        seen: row.get(6)?,
    })
}

fn read_consent(row: &Row<'_>) -> rusqlite::Result<Consent> {
    let recipient: Option<[u8; 16]> = row.get(4)?;
    Ok(Consent {
        consent: ConsentId(row.get(0)?),
        dossier: DossierId(row.get(1)?),
        subject: row.get(2)?,
        purpose: row.get(3)?,
        recipient: recipient.map(AgencyId),
        at_ms: row.get(5)?,
        until_ms: row.get(6)?,
        withdrawn: row.get(7)?,
    })
}

fn read_export(row: &Row<'_>) -> rusqlite::Result<Export> {
    let recipient: Option<[u8; 16]> = row.get(3)?;
    let by: Option<[u8; 16]> = row.get(5)?;
    Ok(Export {
        export: ExportId(row.get(0)?),
        dossier: DossierId(row.get(1)?),
        purpose: row.get(2)?,
        recipient: recipient.map(AgencyId),
        ground: row.get(4)?,
        requested_by: by.map(StaffId),
        requested_ms: row.get(6)?,
        approved_ms: row.get(7)?,
        taken_ms: row.get(8)?,
    })
}

fn read_matter(row: &Row<'_>) -> rusqlite::Result<Matter> {
    Ok(Matter {
        matter: MatterId(row.get(0)?),
        dossier: DossierId(row.get(1)?),
        kind: row.get(2)?,
        opened_act: row.get(3)?,
        at_ms: row.get(4)?,
        due_ms: row.get(5)?,
        outcome: row.get(6)?,
    })
}

fn read_mirror(row: &Row<'_>) -> rusqlite::Result<MirrorLine> {
    let agency: Option<[u8; 16]> = row.get(4)?;
    Ok(MirrorLine {
        act: row.get(0)?,
        kind: row.get(1)?,
        at_ms: row.get(2)?,
        role: row.get(3)?,
        agency: agency.map(AgencyId),
        purpose: row.get(5)?,
        cause: row.get(6)?,
    })
}

impl Views {
    /// In whose care a dossier is.
    ///
    /// # Errors
    /// When SQLite refuses, as for every question here.
    pub fn carers(&self, dossier: DossierId) -> Result<Vec<StaffId>, ViewError> {
        let statement = "SELECT staff FROM caseload WHERE dossier = ?1 ORDER BY staff";
        self.all(statement, [dossier.0], |row| Ok(StaffId(row.get(0)?)))
    }

    /// An emergency opening.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn glass(&self, glass: GlassId) -> Result<Option<Glass>, ViewError> {
        let statement = format!("SELECT {GLASS} FROM glass WHERE glass = ?1");
        self.one(&statement, [glass.0], read_glass)
    }

    /// The emergency openings of a dossier, the newest first.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn glasses(&self, dossier: DossierId) -> Result<Vec<Glass>, ViewError> {
        let statement =
            format!("SELECT {GLASS} FROM glass WHERE dossier = ?1 ORDER BY at_ms DESC, glass");
        self.all(&statement, [dossier.0], read_glass)
    }

    /// Emergency openings of an agency's dossiers that nobody there was told of yet; with `carer`,
    /// only those of dossiers in this person's care or in nobody's.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn glasses_unseen(
        &self,
        agency: AgencyId,
        carer: Option<StaffId>,
    ) -> Result<Vec<Glass>, ViewError> {
        let statement = format!(
            "SELECT {GLASS} FROM glass
             WHERE seen_act IS NULL
               AND (SELECT custodian FROM dossier d WHERE d.dossier = glass.dossier) = ?1
               AND (?2 IS NULL
                    OR EXISTS (SELECT 1 FROM caseload c
                               WHERE c.dossier = glass.dossier AND c.staff = ?2)
                    OR NOT EXISTS (SELECT 1 FROM caseload c WHERE c.dossier = glass.dossier))
             ORDER BY at_ms, glass"
        );
        let carer = carer.map(|staff| staff.0);
        self.all(&statement, params![agency.0, carer], read_glass)
    }

    /// Emergency openings by somebody that still hold at a time.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn glasses_of(&self, staff: StaffId, at_ms: i64) -> Result<Vec<Glass>, ViewError> {
        let statement = format!(
            "SELECT {GLASS} FROM glass
             WHERE staff = ?1 AND ended_act IS NULL AND until_ms > ?2 ORDER BY at_ms, glass"
        );
        self.all(&statement, params![staff.0, at_ms], read_glass)
    }

    /// What the person of a dossier has agreed to, in the order in which it was recorded.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn consents(&self, dossier: DossierId) -> Result<Vec<Consent>, ViewError> {
        let statement =
            format!("SELECT {CONSENT} FROM consent WHERE dossier = ?1 ORDER BY at_ms, consent");
        self.all(&statement, [dossier.0], read_consent)
    }

    /// One consent.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn consent(&self, consent: ConsentId) -> Result<Option<Consent>, ViewError> {
        let statement = format!("SELECT {CONSENT} FROM consent WHERE consent = ?1");
        self.one(&statement, [consent.0], read_consent)
    }

    /// One request to take a dossier out.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn export(&self, export: ExportId) -> Result<Option<Export>, ViewError> {
        let statement = format!("SELECT {EXPORT} FROM export WHERE export = ?1");
        self.one(&statement, [export.0], read_export)
    }

    /// Requests about an agency's dossiers that are not taken yet, the oldest first.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn exports_open(&self, agency: AgencyId) -> Result<Vec<Export>, ViewError> {
        let statement = format!(
            "SELECT {EXPORT} FROM export
             WHERE taken_ms IS NULL
               AND (SELECT custodian FROM dossier d WHERE d.dossier = export.dossier) = ?1
             ORDER BY requested_ms, export"
        );
        self.all(&statement, [agency.0], read_export)
    }

    /// One matter.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn matter(&self, matter: MatterId) -> Result<Option<Matter>, ViewError> {
        let statement = format!("SELECT {MATTER} FROM matter WHERE matter = ?1");
        self.one(&statement, [matter.0], read_matter)
    }

    /// What the person of a dossier has asked for, the oldest first.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn matters(&self, dossier: DossierId) -> Result<Vec<Matter>, ViewError> {
        let statement =
            format!("SELECT {MATTER} FROM matter WHERE dossier = ?1 ORDER BY at_ms, matter");
        self.all(&statement, [dossier.0], read_matter)
    }

    /// Matters that are not answered, the most pressing first: of one agency's dossiers, or all.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn matters_open(&self, agency: Option<AgencyId>) -> Result<Vec<Matter>, ViewError> {
        let statement = format!(
            "SELECT {MATTER} FROM matter
             WHERE outcome IS NULL
               AND (?1 IS NULL
                    OR (SELECT custodian FROM dossier d WHERE d.dossier = matter.dossier) = ?1)
             ORDER BY due_ms, matter"
        );
        self.all(
            &statement,
            params![agency.map(|agency| agency.0)],
            read_matter,
        )
    }

    /// Who saw or changed a dossier, the oldest first; searches by name that found it included.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn mirror(&self, dossier: DossierId) -> Result<Vec<MirrorLine>, ViewError> {
        let statement = "SELECT number, kind, at_ms, act.role, staff.agency, purpose, cause
                         FROM act LEFT JOIN staff ON staff.staff = act.actor
                         WHERE act.dossier = ?1
                            OR number IN (SELECT act FROM search WHERE search.dossier = ?1)
                         ORDER BY number";
        self.all(statement, [dossier.0], read_mirror)
    }
}
