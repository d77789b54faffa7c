//! Backups, and going on from one.
//!
//! A backup holds the journal, the blobs and the public files, all sealed or public; it holds no
//! key. The keyring is saved apart, in a place that is written over each time, so that an erasure
//! reaches it: after each erasure every saved keyring that can be reached is renewed, and the
//! others are listed until they are ([`Office::outdated_keyrings`]).

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use keep::KeepError;
use keep::blobs::Blobs;
use keep::journal::{Head, SqliteJournal, Store, verify};
use keep::keyring::Keyring;
use keep::views::SavedKeyring;
use protect::vault::{Cost, Passphrase, Share, Signature};

use crate::desk::{Random, Task};
use crate::error::OfficeError;
use crate::node::{Folders, Office, new_life, sign_head};
use crate::verify::Verification;

/// Days within which saved keyrings of an older epoch must be renewed or destroyed.
pub const RENEWAL_DAYS: i64 = 30;

/// A backup that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupMade {
    /// The last batch in it.
    pub head: Head,
    /// How many blobs it holds.
    pub blobs: u64,
    /// Where the keyring was saved.
    pub keyring: PathBuf,
}

/// A node that goes on from a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The head of the backup.
    pub head: Head,
    /// The life that the node is in now.
    pub incarnation: u32,
    /// What a verification found in the new node.
    pub verified: Verification,
}

/// What a node is unlocked with.
#[derive(Debug)]
pub enum Opening<'a> {
    /// The passphrase.
    Passphrase(&'a Passphrase),
    /// Recovery shares, and the passphrase that takes the place of the lost one.
    Shares(&'a [Share], &'a Passphrase, Cost),
}

impl Office {
    /// Copies the journal and the blobs into `folder`, and saves the keyring to `keyring`, while
    /// others go on writing. It opens nothing, so a locked node can be backed up too; an unlocked
    /// one signs its head first and notes in the journal where the copies are, which is what an
    /// erasure goes by.
    ///
    /// # Errors
    /// When the folder holds a backup already, or a room below refuses.
    pub fn back_up(
        &self,
        folder: &Path,
        keyring: &Path,
        at: Timestamp,
    ) -> Result<BackupMade, OfficeError> {
        // The journal notes where copies are: that must still be true from another folder.
        let absolute = |path: &Path| {
            std::path::absolute(path)
                .map_err(|error| OfficeError::BackupUnfit(format!("{}: {error}", path.display())))
        };
        let (folder, keyring) = (&absolute(folder)?, &absolute(keyring)?);
        let target = Folders::of(folder);
        keep::make_folder(&target.journal_folder())?;
        if target.journal().exists() {
            return Err(OfficeError::BackupUnfit(format!(
                "{} holds a backup already",
                folder.display()
            )));
        }
        let unlocked = self.ask(|desk, store| -> Result<bool, OfficeError> {
            if desk.keyring.is_unlocked() {
                sign_head(desk, store)?;
            }
            Ok(desk.keyring.is_unlocked())
        })??;
        let journal = SqliteJournal::open_existing(&self.folders.journal())?;
        // Blobs are durable before the act that names them: copied after the journal, none is
        // missing.
        journal.copy_to(&target.journal())?;
        let blobs = Blobs::open(&self.folders.blobs())?.copy_to(&target.blobs())?;
        keep::copy_public(&self.folders.node, folder)?;
        let mut copy = SqliteJournal::open_existing(&target.journal())?;
        let head = copy.head()?;
        drop(copy);
        keep::flush_folder(&target.journal_folder())?;
        keep::flush_folder(folder)?;
        self.save_keyring(keyring)?;
        if unlocked {
            let place = folder.display().to_string();
            let batch = head.batch;
            self.task(at, Task::NoteBackup { batch, place })?;
            let place = keyring.display().to_string();
            let epoch = None;
            self.task(at, Task::NoteKeyringSaved { place, epoch })?;
        }
        Ok(BackupMade {
            head,
            blobs,
            keyring: keyring.to_owned(),
        })
    }

    /// Saves the keyring to `place`, over an older one.
    ///
    /// # Errors
    /// When the place holds another node's keyring, or the disk refuses.
    pub fn save_keyring(&self, place: &Path) -> Result<(), OfficeError> {
        let place = place.to_owned();
        // Between two batches no epoch turns.
        self.ask(move |desk, _| {
            desk.keyring.follow()?;
            desk.keyring.save_to(&place)
        })??;
        Ok(())
    }

    /// Places where a keyring of an older epoch was saved and not yet renewed.
    ///
    /// # Errors
    /// When the node is locked, or a room below refuses.
    pub fn outdated_keyrings(&self) -> Result<Vec<SavedKeyring>, OfficeError> {
        self.ask(|desk, _| {
            let epoch = desk.keyring.epoch();
            let mut saved = desk.views()?.saved_keyrings()?;
            saved.retain(|saved| saved.epoch < epoch);
            Ok(saved)
        })?
    }

    /// Renews every saved keyring that can be reached from here; the old epoch there is destroyed.
    /// Answers with the places that cannot be reached.
    ///
    /// # Errors
    /// When the node is locked, or a room below refuses.
    pub fn renew_keyrings(&self, at: Timestamp) -> Result<Vec<SavedKeyring>, OfficeError> {
        let mut out_of_reach = Vec::new();
        for saved in self.outdated_keyrings()? {
            let path = PathBuf::from(&saved.place);
            let reached = path.join("lock.json").exists() && self.save_keyring(&path).is_ok();
            if reached {
                let (place, epoch) = (saved.place, None);
                self.task(at, Task::NoteKeyringSaved { place, epoch })?;
            } else {
                out_of_reach.push(saved);
            }
        }
        Ok(out_of_reach)
    }

    /// Goes on from a backup, in a new life: puts journal, blobs and keyring into `node_folder`,
    /// which must have no vault, checks the chain, unlocks, and says so in the journal. Dossiers
    /// that were erased after the backup was made are tombstones again.
    ///
    /// # Errors
    /// When the backup is broken or the keyring is of another node or does not open.
    pub fn restore(
        backup: &Path,
        keyring: &Path,
        node_folder: &Path,
        opening: &Opening<'_>,
        at: Timestamp,
        random: impl Fn() -> Random,
    ) -> Result<Restored, OfficeError> {
        let source = Folders::of(backup);
        if !source.journal().exists() {
            let reason = format!("{} holds no backup", backup.display());
            return Err(OfficeError::BackupUnfit(reason));
        }
        let taken = node_folder.exists()
            && node_folder
                .read_dir()
                .is_ok_and(|mut entries| entries.next().is_some());
        if taken {
            return Err(KeepError::FolderNotEmpty(node_folder.to_owned()).into());
        }
        check(&source, &Keyring::open(keyring)?)?;
        // The node grows up beside its place and takes it by one rename: an interrupted restore is
        // no node.
        let nursery = node_folder.with_extension("restoring");
        keep::remove_folder(&nursery)?;
        let folders = Folders::of(&nursery);
        keep::make_folder(&folders.journal_folder())?;
        SqliteJournal::open_existing(&source.journal())?.copy_to(&folders.journal())?;
        Blobs::open(&source.blobs())?.copy_to(&folders.blobs())?;
        keep::copy_public(backup, &nursery)?;
        let keyring = Keyring::install(keyring, &folders.keyring())?;
        let mut journal = SqliteJournal::open_existing(&folders.journal())?;
        let head = journal.head()?;
        let mut rng = random();
        let life = head.incarnation.map_or(0, |life| life.number) + 1;
        let incarnation = new_life(life, &mut rng);
        let office = Self::start(folders, keyring, journal, incarnation, (rng, random()))?;
        match opening {
            Opening::Passphrase(passphrase) => office.unlock(passphrase)?,
            Opening::Shares(shares, passphrase, cost) => {
                office.recover(shares, passphrase, *cost)?;
            }
        }
        office.task(at, Task::Restore { batch: head.batch })?;
        let verified = office.verify()?;
        office.close()?;
        if let Some(error) = verified.broken {
            return Err(error.into());
        }
        keep::move_folder(&nursery, node_folder)?;
        Ok(Restored {
            head,
            incarnation: life,
            verified,
        })
    }
}

/// Walks the chain of a backup.
fn check(source: &Folders, keyring: &Keyring) -> Result<(), OfficeError> {
    let mut journal = SqliteJournal::open_existing(&source.journal())?;
    let public = keyring.head_public();
    verify(&mut journal, |message, signature| {
        Signature::from_bytes(signature).is_ok_and(|signature| public.verify(message, &signature))
    })?;
    Ok(())
}
