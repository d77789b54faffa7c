//! What whoever keeps a node running has to know of it: numbers, places and dates, nothing nominal.

use std::path::Path;

use evidence::record::PersonRole;
use jiff::{SignedDuration, Timestamp};
use keep::journal::Store;
use keep::views::{BackupNoted, Erasure, Retention, SavedKeyring, Staff, Views};
use protect::vault::Signature;

use crate::desk::{Desk, Task};
use crate::error::OfficeError;
use crate::node::{Office, Status};

/// How a node stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// What can be said of a locked node too.
    pub status: Status,
    /// The last head that the node has signed; none if it never has.
    pub signed: Option<SignedState>,
    /// What only an unlocked node knows.
    pub inside: Option<Inside>,
}

/// The last head that was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedState {
    /// Its batch.
    pub batch: u64,
    /// Whether the signature is the node's own, over the batch that is there.
    pub holds: bool,
}

/// What only an unlocked node knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    /// Dossiers that can be read.
    pub dossiers: u64,
    /// Dossiers that are erased, or about to be.
    pub erased: u64,
    /// Deposits that nobody has opened.
    pub deposits_waiting: u64,
    /// Erasures that wait for a second person.
    pub erasures_waiting: u64,
    /// Erasures that are confirmed and whose key still has to go.
    pub erasures_unfinished: u64,
    /// How long dossiers are kept, by role, with how many are due.
    pub retention: Vec<(Retention, u64)>,
    /// Where the keyring was saved.
    pub keyrings: Vec<SavedKeyring>,
    /// The last backup that is noted.
    pub backup: Option<BackupNoted>,
}

/// A backup that was made while nobody had given the passphrase, so that the journal does not yet
/// know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupUnnoted<'a> {
    /// When it was made.
    pub at: Timestamp,
    /// Its last batch.
    pub batch: u64,
    /// Its folder.
    pub folder: &'a Path,
    /// Where the keyring was saved with it.
    pub keyring: &'a Path,
    /// The epoch of that keyring.
    pub epoch: u32,
}

impl Office {
    /// Everybody who works here, or did. Names are sealed and not among it.
    ///
    /// # Errors
    /// When the node is locked, or a room below refuses.
    pub fn staff(&self) -> Result<Vec<Staff>, OfficeError> {
        self.at_head(|desk, _| Ok(desk.views()?.all_staff()?))
    }

    /// Erasures that wait for a second person.
    ///
    /// # Errors
    /// When the node is locked, or a room below refuses.
    pub fn erasures_waiting(&self) -> Result<Vec<Erasure>, OfficeError> {
        self.at_head(|desk, _| Ok(desk.views()?.erasures_waiting()?))
    }

    /// How the node stands at that time.
    ///
    /// # Errors
    /// When a room below refuses.
    pub fn survey(&self, at: Timestamp) -> Result<Survey, OfficeError> {
        let status = self.status()?;
        let (signed, inside) = self.at_head(move |desk, store| {
            let signed = desk.signed_state(store)?;
            let inside = match &desk.views {
                Some(views) => Some(look_inside(views, at)?),
                None => None,
            };
            Ok((signed, inside))
        })?;
        Ok(Survey {
            status,
            signed,
            inside,
        })
    }

    /// Notes a backup of which the journal does not know, so that erasures reach its keyring.
    ///
    /// # Errors
    /// When the node is locked, or a room below refuses.
    pub fn note_backup(&self, unnoted: &BackupUnnoted<'_>) -> Result<(), OfficeError> {
        let place = unnoted.folder.display().to_string();
        let batch = unnoted.batch;
        self.task(unnoted.at, Task::NoteBackup { batch, place })?;
        let place = unnoted.keyring.display().to_string();
        let epoch = Some(unnoted.epoch);
        self.task(unnoted.at, Task::NoteKeyringSaved { place, epoch })
    }
}

impl Desk {
    fn signed_state(&self, store: &mut dyn Store) -> Result<Option<SignedState>, OfficeError> {
        let Some(last) = store.signed()?.pop() else {
            return Ok(None);
        };
        let batches = match last.batch {
            0 => Vec::new(),
            batch => store.batches(batch - 1, 1)?,
        };
        let is_there = batches
            .first()
            .is_some_and(|batch| batch.number == last.batch && batch.hash() == last.hash);
        let message = keep::journal::SignedHead::message(last.batch, last.hash);
        let public = self.keyring.head_public();
        let is_own = Signature::from_bytes(&last.signature)
            .is_ok_and(|signature| public.verify(&message, &signature));
        Ok(Some(SignedState {
            batch: last.batch,
            holds: is_there && is_own,
        }))
    }
}

fn look_inside(views: &Views, at: Timestamp) -> Result<Inside, OfficeError> {
    let (dossiers, erased) = views.dossier_numbers()?;
    let mut retention = Vec::new();
    for kept in views.retention()? {
        let due = match kept.days {
            Some(days) => past(views, kept.role, days, at)?,
            None => 0,
        };
        retention.push((kept, due));
    }
    Ok(Inside {
        dossiers,
        erased,
        deposits_waiting: views.deposits_waiting()?.len() as u64,
        erasures_waiting: views.erasures_waiting()?.len() as u64,
        erasures_unfinished: views.erasures_unfinished()?.len() as u64,
        retention,
        keyrings: views.saved_keyrings()?,
        backup: views.last_backup()?,
    })
}

/// How many dossiers of a role had their last record more than so many days ago.
fn past(views: &Views, role: PersonRole, days: u32, at: Timestamp) -> Result<u64, OfficeError> {
    let span = SignedDuration::from_hours(24 * i64::from(days));
    // A span that reaches back before all time: nothing is so old.
    let Ok(limit) = at.checked_sub(span) else {
        return Ok(0);
    };
    let due = views.dossiers_older(role, limit.as_millisecond())?;
    Ok(due.len() as u64)
}
