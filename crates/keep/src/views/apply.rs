//! What each act does to the views.
//!
//! The same act gives the same rows, whether it is seen when it is done or when the views are
//! made again. An act whose closed part cannot be opened any more gives what it would have left
//! after the erasure.

use evidence::record::Record;
use rusqlite::params;

use terms::id::{DossierId, StaffId};

use super::{Newest, ViewError, Views, said};
use crate::act::schema::{
    BackupMade, DepositTaken, DossierOpened, ErasureConfirmed, ErasureDone, ErasureRequested,
    FigureKept, HoldLifted, HoldPlaced, KeyringSaved, MapKept, NamesSearched, RecordEntered,
    RecordsImported, RetentionSet,
};
use crate::act::{Act, Deed, Inside};

/// Where an act lies inside an import's blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkPlace {
    /// The blob.
    pub chunk: [u8; 32],
    /// Where its bytes begin.
    pub position: u64,
    /// How many there are.
    pub length: u64,
}

impl Views {
    /// Takes in one act.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn apply(
        &self,
        number: u64,
        act: &Act,
        inside: Option<&Inside>,
        place: Option<ChunkPlace>,
    ) -> Result<(), ViewError> {
        if place.is_none() {
            self.log(number, act)?;
        }
        if self.apply_people(number, act)?
            || self.apply_care(number, act)?
            || self.apply_release(number, act)?
        {
            return Ok(());
        }
        match &act.deed {
            Deed::NodeFounded(founded) => {
                self.set("node", founded.node.0)?;
                self.set("agency", founded.agency.0)
            }
            Deed::NamesSearched(searched) => self.names_searched(number, searched),
            Deed::NodeRestored(restored) => self.keys_used(restored.first_key),
            Deed::ImportBegun(begun) => self.keys_used(begun.first_key + begun.keys),
            Deed::DossierOpened(opened) => self.dossier_opened(number, act.at_ms, opened),
            Deed::RecordEntered(entered) => {
                let record = match inside {
                    Some(Inside::Record(record)) => Some(record),
                    _ => None,
                };
                self.record_entered((number, act.at_ms), entered, record, place)
            }
            Deed::DepositTaken(taken) => self.deposit_taken(number, taken),
            Deed::HoldPlaced(placed) => self.hold_placed(number, placed),
            Deed::HoldLifted(lifted) => self.hold_lifted(number, lifted),
            Deed::ErasureRequested(requested) => self.erasure_requested(number, act, requested),
            Deed::ErasureConfirmed(confirmed) => self.erasure_confirmed(number, confirmed),
            Deed::ErasureDone(done) => self.erasure_done(number, done),
            Deed::KeyringSaved(saved) => self.keyring_saved(act.at_ms, saved),
            Deed::BackupMade(made) => self.backup_made(number, made),
            Deed::FigureKept(kept) => self.figure_kept(number, kept),
            Deed::RetentionSet(set) => self.retention_set(set),
            Deed::RecordsImported(imported) => self.records_imported(number, imported),
            Deed::MapKept(kept) => self.map_kept((number, act.at_ms), kept),
            // Reads and refusals stand in the log; the others were taken in above.
            _ => Ok(()),
        }
    }

    /// Takes in a deposit, which nobody has opened yet.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn apply_deposit(&self, number: u64) -> Result<(), ViewError> {
        self.run("INSERT INTO deposit (act) VALUES (?1)", params![number])
    }

    pub(super) fn run(
        &self,
        statement: &str,
        values: impl rusqlite::Params,
    ) -> Result<(), ViewError> {
        self.connection.prepare_cached(statement)?.execute(values)?;
        Ok(())
    }

    fn log(&self, number: u64, act: &Act) -> Result<(), ViewError> {
        let (dossier, subject, cause) = about(&act.deed);
        self.run(
            "INSERT INTO act VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                number,
                act.deed.name(),
                act.at_ms,
                act.actor.map(|actor| actor.0),
                act.role,
                act.purpose,
                dossier.map(|dossier| dossier.0),
                subject.map(|subject| subject.0),
                act.session.map(|session| session.0),
                cause
            ],
        )
    }

    /// A key number is given out once: the next one is not below any that an act puts aside.
    pub(super) fn keys_used(&self, next: u64) -> Result<(), ViewError> {
        if let Some(so_far) = self.whole.get() {
            self.whole.set(Some(so_far.max(next)));
            return Ok(());
        }
        self.run(
            "INSERT INTO meta (name, value) VALUES ('next_key', ?1)
             ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
            params![next],
        )
    }

    fn dossier_opened(
        &self,
        number: u64,
        at_ms: i64,
        opened: &DossierOpened,
    ) -> Result<(), ViewError> {
        let (dossier, role) = (opened.dossier.0, opened.role.code());
        let custodian = opened.custodian.map(|agency| agency.0);
        let ordinal = self.subject_opened(dossier, role, custodian)?;
        self.run(
            "INSERT INTO dossier (dossier, role, custodian, key, opened_act, last_ms, ordinal)
             VALUES (?1, ?2, coalesce(?6, (SELECT value FROM meta WHERE name = 'agency')), ?3, ?4,
                     ?5, ?7)",
            params![dossier, role, opened.key, number, at_ms, custodian, ordinal],
        )?;
        if let Some(carer) = opened.carer {
            self.run(
                "INSERT INTO caseload (dossier, staff) VALUES (?1, ?2)",
                params![opened.dossier.0, carer.0],
            )?;
        }
        self.opened.set(Some(Newest {
            dossier,
            at_ms,
            ordinal,
        }));
        self.keys_used(opened.key + 1)
    }

    fn record_entered(
        &self,
        (number, at_ms): (u64, i64),
        entered: &RecordEntered,
        record: Option<&Record>,
        place: Option<ChunkPlace>,
    ) -> Result<(), ViewError> {
        let dossier = entered.dossier.0;
        let newest = self.opened.get().filter(|newest| newest.dossier == dossier);
        let closed = newest.is_none() && self.is_closed(dossier)?;
        // Without its key nothing is known but that there was a record; one that is not finished
        // is kept and says nothing yet.
        let coded = record.filter(|record| !closed && !record.is_unfinished());
        let coded = coded.map(said::encode);
        let ordinal = match newest {
            Some(newest) => newest.ordinal,
            None => self.ordinal(dossier)?,
        };
        let said = self.record_said(ordinal, number, coded)?;
        self.run(
            "INSERT INTO record (record, dossier, entered_act, chunk, position, length, said)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                entered.record.0,
                dossier,
                number,
                place.map(|place| place.chunk),
                place.map(|place| place.position),
                place.map(|place| place.length),
                said
            ],
        )?;
        if let Some(replaced) = entered.replaces {
            self.run(
                "UPDATE record SET replaced_act = ?2 WHERE record = ?1",
                params![replaced.0, number],
            )?;
            self.run(
                "UPDATE said SET replaced_act = ?2
                 WHERE number = (SELECT said FROM record WHERE record = ?1)",
                params![replaced.0, number],
            )?;
        }
        for mark in &entered.marks {
            self.run(
                "INSERT OR IGNORE INTO mark (mark, dossier) VALUES (?1, ?2)",
                params![**mark, dossier],
            )?;
        }
        if newest.is_some_and(|newest| newest.at_ms >= at_ms) {
            // Most records come with their dossier, which then says so already.
            return Ok(());
        }
        self.run(
            "UPDATE dossier SET last_ms = max(last_ms, ?2) WHERE dossier = ?1",
            params![dossier, at_ms],
        )
    }

    fn names_searched(&self, number: u64, searched: &NamesSearched) -> Result<(), ViewError> {
        let Some(key) = searched.key else {
            return Ok(());
        };
        for dossier in &searched.found {
            self.run(
                "INSERT INTO search (act, dossier, key) VALUES (?1, ?2, ?3)",
                params![number, dossier.0, key],
            )?;
        }
        self.keys_used(key + 1)
    }

    fn deposit_taken(&self, number: u64, taken: &DepositTaken) -> Result<(), ViewError> {
        self.run(
            "UPDATE deposit SET taken_act = ?2, record = ?3 WHERE act = ?1",
            params![taken.deposit, number, taken.record.map(|record| record.0)],
        )
    }

    fn hold_placed(&self, number: u64, placed: &HoldPlaced) -> Result<(), ViewError> {
        self.run(
            "INSERT INTO hold (hold, dossier, placed_act) VALUES (?1, ?2, ?3)",
            params![placed.hold.0, placed.dossier.0, number],
        )
    }

    fn hold_lifted(&self, number: u64, lifted: &HoldLifted) -> Result<(), ViewError> {
        self.run(
            "UPDATE hold SET lifted_act = ?2 WHERE hold = ?1",
            params![lifted.hold.0, number],
        )
    }

    fn erasure_requested(
        &self,
        number: u64,
        act: &Act,
        requested: &ErasureRequested,
    ) -> Result<(), ViewError> {
        self.run(
            "INSERT INTO erasure (erasure, dossier, ground, requested_by, requested_act)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                requested.erasure.0,
                requested.dossier.0,
                requested.ground,
                act.actor.map(|actor| actor.0),
                number
            ],
        )
    }

    /// The unit rows go at once; the marks stay.
    fn erasure_confirmed(
        &self,
        number: u64,
        confirmed: &ErasureConfirmed,
    ) -> Result<(), ViewError> {
        self.run(
            "UPDATE erasure SET confirmed_act = ?2 WHERE erasure = ?1",
            params![confirmed.erasure.0, number],
        )?;
        self.close_dossier(number, confirmed.dossier.0)
    }

    fn erasure_done(&self, number: u64, done: &ErasureDone) -> Result<(), ViewError> {
        self.close_dossier(number, done.dossier.0)?;
        self.run(
            "UPDATE dossier SET state = 2, epoch = ?2 WHERE dossier = ?1",
            params![done.dossier.0, done.epoch],
        )
    }

    fn close_dossier(&self, number: u64, dossier: [u8; 16]) -> Result<(), ViewError> {
        self.run(
            "UPDATE dossier SET state = max(state, 1), erased_act = coalesce(erased_act, ?2)
             WHERE dossier = ?1",
            params![dossier, number],
        )?;
        if self
            .opened
            .get()
            .is_some_and(|last| last.dossier == dossier)
        {
            self.opened.set(None);
        }
        self.touch(self.ordinal(dossier)?, number)?;
        if self.whole.get().is_some() {
            // Records of a dossier are found by an index that is made at the end, and so is this.
            return Ok(());
        }
        self.run(
            "UPDATE said SET coded = NULL
             WHERE ordinal = (SELECT ordinal FROM dossier WHERE dossier = ?1)",
            params![dossier],
        )?;
        self.care_ends(dossier)
    }

    /// What [`Self::close_dossier`] does to records and care, for every dossier that is closed.
    pub(super) fn empty_closed_dossiers(&self) -> Result<(), ViewError> {
        self.run(
            "UPDATE said SET coded = NULL
             WHERE ordinal IN (SELECT ordinal FROM dossier WHERE state > 0)",
            [],
        )?;
        self.care_of_closed_ends()
    }

    fn keyring_saved(&self, at_ms: i64, saved: &KeyringSaved) -> Result<(), ViewError> {
        self.run(
            "INSERT OR REPLACE INTO saved_keyring (place, epoch, at_ms) VALUES (?1, ?2, ?3)",
            params![saved.place, saved.epoch, at_ms],
        )
    }

    fn backup_made(&self, number: u64, made: &BackupMade) -> Result<(), ViewError> {
        self.run(
            "INSERT INTO backup (act, batch, place) VALUES (?1, ?2, ?3)",
            params![number, made.batch, made.place],
        )
    }

    fn figure_kept(&self, number: u64, kept: &FigureKept) -> Result<(), ViewError> {
        let memory = "writing to memory does not fail";
        self.run(
            "INSERT INTO figure (figure, kept_act, up_to_act, concepts, cells)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                kept.figure.0,
                number,
                kept.up_to_act,
                minicbor::to_vec(&kept.concepts).expect(memory),
                minicbor::to_vec(&kept.cells).expect(memory)
            ],
        )
    }

    fn retention_set(&self, set: &RetentionSet) -> Result<(), ViewError> {
        self.run(
            "INSERT OR REPLACE INTO retention (role, days) VALUES (?1, ?2)",
            params![set.role.code(), set.days],
        )
    }

    fn map_kept(&self, (number, at_ms): (u64, i64), kept: &MapKept) -> Result<(), ViewError> {
        let Some(text) = &kept.text else {
            return self.run(
                "DELETE FROM map WHERE agency = ?1 AND name = ?2",
                params![kept.agency.0, kept.name],
            );
        };
        self.run(
            "INSERT OR REPLACE INTO map (agency, name, text, kept_act, at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![kept.agency.0, kept.name, text, number, at_ms],
        )
    }

    fn records_imported(&self, number: u64, imported: &RecordsImported) -> Result<(), ViewError> {
        self.run(
            "INSERT INTO import (import, act, chunks, acts) VALUES (?1, ?2, ?3, ?4)",
            params![
                imported.import.0,
                number,
                imported.chunks.len(),
                imported.acts
            ],
        )
    }
}

/// Which dossier an act is about, which of those who work here, and why something was refused.
fn about(deed: &Deed) -> (Option<DossierId>, Option<StaffId>, Option<&str>) {
    let dossier = |dossier| (Some(dossier), None, None);
    let staff = |staff| (None, Some(staff), None);
    match deed {
        Deed::DossierOpened(DossierOpened { dossier: of, .. })
        | Deed::RecordEntered(RecordEntered { dossier: of, .. })
        | Deed::HoldPlaced(HoldPlaced { dossier: of, .. })
        | Deed::HoldLifted(HoldLifted { dossier: of, .. })
        | Deed::ErasureRequested(ErasureRequested { dossier: of, .. })
        | Deed::ErasureConfirmed(ErasureConfirmed { dossier: of, .. })
        | Deed::ErasureDone(ErasureDone { dossier: of, .. }) => dossier(*of),
        Deed::DossierRead(read) => dossier(read.dossier),
        Deed::GlassBroken(glass) => dossier(glass.dossier),
        Deed::GlassEnded(glass) => dossier(glass.dossier),
        Deed::GlassSeen(glass) => dossier(glass.dossier),
        Deed::ConsentRecorded(consent) => dossier(consent.dossier),
        Deed::ConsentWithdrawn(consent) => dossier(consent.dossier),
        Deed::ExportRequested(export) => dossier(export.dossier),
        Deed::ExportApproved(export) => dossier(export.dossier),
        Deed::ExportTaken(export) => dossier(export.dossier),
        Deed::MatterOpened(matter) => dossier(matter.dossier),
        Deed::MatterAnswered(matter) => dossier(matter.dossier),
        Deed::AccessGiven(access) => dossier(access.dossier),
        Deed::CaseAssigned(case) => (Some(case.dossier), Some(case.staff), None),
        Deed::CaseReleased(case) => (Some(case.dossier), Some(case.staff), None),
        Deed::RequestRefused(refused) => (refused.dossier, None, Some(&refused.cause)),
        Deed::SignInRefused(refused) => (None, refused.staff, Some(&refused.cause)),
        Deed::StaffAdded(added) => staff(added.staff),
        Deed::StaffChanged(changed) => staff(changed.staff),
        Deed::StaffEnded(ended) => staff(ended.staff),
        Deed::CodeIssued(code) => staff(code.staff),
        Deed::CredentialSet(set) => staff(set.staff),
        Deed::CredentialEnded(ended) => staff(ended.staff),
        Deed::SessionOpened(opened) => staff(opened.staff),
        Deed::SessionsEnded(ended) => staff(ended.staff),
        Deed::AccountSuspended(suspended) => staff(suspended.staff),
        Deed::ResetRequested(reset) => staff(reset.staff),
        Deed::ResetConfirmed(reset) => staff(reset.staff),
        Deed::StaffNameRead(read) => staff(read.staff),
        _ => (None, None, None),
    }
}
