//! What acts about care, emergencies, consent, exports and matters do to the views.

use rusqlite::params;

use super::{ViewError, Views};
use crate::act::schema::{ConsentRecorded, ExportRequested, GlassBroken, MatterOpened};
use crate::act::{Act, Deed};

impl Views {
    /// Takes in an act about care; false if it is about something else.
    pub(super) fn apply_care(&self, number: u64, act: &Act) -> Result<bool, ViewError> {
        if let Some(dossier) = hangs_on(&act.deed)
            && self.is_closed(dossier)?
        {
            return Ok(true);
        }
        match &act.deed {
            Deed::CaseAssigned(case) => self.run(
                "INSERT OR IGNORE INTO caseload (dossier, staff) VALUES (?1, ?2)",
                params![case.dossier.0, case.staff.0],
            ),
            Deed::CaseReleased(case) => self.run(
                "DELETE FROM caseload WHERE dossier = ?1 AND staff = ?2",
                params![case.dossier.0, case.staff.0],
            ),
            Deed::GlassBroken(broken) => self.glass_broken(act, broken),
            Deed::GlassEnded(ended) => self.run(
                "UPDATE glass SET ended_act = coalesce(ended_act, ?2) WHERE glass = ?1",
                params![ended.glass.0, number],
            ),
            Deed::GlassSeen(seen) => self.run(
                "UPDATE glass SET seen_act = coalesce(seen_act, ?2) WHERE glass = ?1",
                params![seen.glass.0, number],
            ),
            Deed::ConsentRecorded(recorded) => self.consent_recorded(act.at_ms, recorded),
            Deed::ConsentWithdrawn(withdrawn) => self.run(
                "UPDATE consent SET withdrawn_act = coalesce(withdrawn_act, ?2)
                 WHERE consent = ?1",
                params![withdrawn.consent.0, number],
            ),
            Deed::ExportRequested(requested) => self.export_requested(act, requested),
            Deed::ExportApproved(approved) => self.run(
                "UPDATE export SET approved_ms = ?2 WHERE export = ?1",
                params![approved.export.0, act.at_ms],
            ),
            Deed::ExportTaken(taken) => self.run(
                "UPDATE export SET taken_ms = ?2 WHERE export = ?1",
                params![taken.export.0, act.at_ms],
            ),
            Deed::MatterOpened(opened) => self.matter_opened(number, act.at_ms, opened),
            Deed::MatterAnswered(answered) => self.run(
                "UPDATE matter SET outcome = ?2 WHERE matter = ?1",
                params![answered.matter.0, answered.outcome],
            ),
            _ => return Ok(false),
        }?;
        Ok(true)
    }

    fn glass_broken(&self, act: &Act, broken: &GlassBroken) -> Result<(), ViewError> {
        self.run(
            "INSERT INTO glass (glass, dossier, staff, at_ms, until_ms)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                broken.glass.0,
                broken.dossier.0,
                act.actor.map(|actor| actor.0),
                act.at_ms,
                broken.until_ms
            ],
        )
    }

    fn consent_recorded(&self, at_ms: i64, recorded: &ConsentRecorded) -> Result<(), ViewError> {
        self.run(
            "INSERT INTO consent (consent, dossier, subject, purpose, recipient, at_ms, until_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                recorded.consent.0,
                recorded.dossier.0,
                recorded.subject,
                recorded.purpose,
                recorded.recipient.map(|agency| agency.0),
                at_ms,
                recorded.until_ms
            ],
        )
    }

    fn export_requested(&self, act: &Act, requested: &ExportRequested) -> Result<(), ViewError> {
        self.run(
            "INSERT INTO export (export, dossier, purpose, recipient, ground, requested_by,
                                 requested_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                requested.export.0,
                requested.dossier.0,
                act.purpose,
                requested.recipient.map(|agency| agency.0),
                requested.ground,
                act.actor.map(|actor| actor.0),
                act.at_ms
            ],
        )
    }

    fn matter_opened(
        &self,
        number: u64,
        at_ms: i64,
        opened: &MatterOpened,
    ) -> Result<(), ViewError> {
        self.run(
            "INSERT INTO matter (matter, dossier, kind, opened_act, at_ms, due_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                opened.matter.0,
                opened.dossier.0,
                opened.kind,
                number,
                at_ms,
                opened.due_ms
            ],
        )
    }

    /// Whether a dossier is closed, so that nothing more hangs on it. While a whole journal is
    /// taken in, what is too much goes at its end.
    pub(super) fn is_closed(&self, dossier: [u8; 16]) -> Result<bool, ViewError> {
        if self.whole.get().is_some() {
            return Ok(false);
        }
        let statement = "SELECT 1 FROM dossier WHERE dossier = ?1 AND state > 0";
        let closed: Option<i64> = self.one(statement, [dossier], |row| row.get(0))?;
        Ok(closed.is_some())
    }

    /// Nobody cares any more for a dossier that is closed; what was agreed and asked about it is a
    /// matter of the log.
    pub(super) fn care_ends(&self, dossier: [u8; 16]) -> Result<(), ViewError> {
        for statement in [
            "DELETE FROM caseload WHERE dossier = ?1",
            "DELETE FROM glass WHERE dossier = ?1",
            "DELETE FROM consent WHERE dossier = ?1",
            "DELETE FROM export WHERE dossier = ?1",
            "DELETE FROM matter WHERE dossier = ?1",
        ] {
            self.run(statement, params![dossier])?;
        }
        Ok(())
    }

    /// What [`Self::care_ends`] does, for every dossier that is closed.
    pub(super) fn care_of_closed_ends(&self) -> Result<(), ViewError> {
        for table in ["caseload", "glass", "consent", "export", "matter"] {
            let statement = format!(
                "DELETE FROM {table}
                 WHERE dossier IN (SELECT dossier FROM dossier WHERE state > 0)"
            );
            self.run(&statement, [])?;
        }
        Ok(())
    }
}

/// The dossier on which an act hangs something new.
const fn hangs_on(deed: &Deed) -> Option<[u8; 16]> {
    match deed {
        Deed::CaseAssigned(case) => Some(case.dossier.0),
        Deed::GlassBroken(broken) => Some(broken.dossier.0),
        Deed::ConsentRecorded(recorded) => Some(recorded.dossier.0),
        Deed::ExportRequested(requested) => Some(requested.dossier.0),
        Deed::MatterOpened(opened) => Some(opened.dossier.0),
        _ => None,
    }
}
