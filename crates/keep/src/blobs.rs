//! Blobs: sealed bytes too large for the journal, named by what they are.
//!
//! ```text
//! blobs/ab/abcdef...   ciphertext, named by its SHA-256 in hexadecimal
//! blobs/staging/       what is being written
//! blobs/lock           held, shared, by everybody who has the blobs open
//! ```
//!
//! Only ciphertext is given here, so a name says nothing of what a blob holds. A blob is durable
//! before any act names it: it is written to `staging/`, flushed, and becomes true by one rename.
//!
//! A blob that no act names is either being brought in or was left by an interrupted import. Which
//! of the two is told by the lock: whoever puts blobs keeps [`Blobs`] open until the act that names
//! them is durable, and [`Blobs::sweep`] removes nothing while anybody else has them open.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use sha2::{Digest, Sha256};

use crate::error::KeepError;
use crate::folder::sync_folder;
use crate::journal::Hash;

const STAGING: &str = "staging";
const LOCK: &str = "lock";
/// How many zeros are written at once over a blob that goes.
const ZEROS: usize = 1 << 16;

/// Distinguishes what one process stages at one time.
static STAGED: AtomicU64 = AtomicU64::new(0);

/// The blobs of a node, or of a backup.
#[derive(Debug)]
pub struct Blobs {
    folder: PathBuf,
    /// Held, shared, as long as this is open.
    lock: File,
    /// What was put here since the opening; read while putting, written while sweeping.
    put: RwLock<BTreeSet<Hash>>,
}

/// The name of a blob.
fn hash_of(sealed: &[u8]) -> Hash {
    Hash(Sha256::digest(sealed).into())
}

impl Blobs {
    /// Opens the blobs in `folder`, or begins them. While somebody sweeps, it waits.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn open(folder: &Path) -> Result<Self, KeepError> {
        let staging = folder.join(STAGING);
        fs::create_dir_all(&staging).map_err(KeepError::disk("create", &staging))?;
        if let Some(parent) = folder.parent().filter(|path| !path.as_os_str().is_empty()) {
            sync_folder(parent)?;
        }
        let path = folder.join(LOCK);
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(KeepError::disk("open", &path))?;
        lock.lock_shared().map_err(KeepError::disk("lock", &path))?;
        Ok(Self {
            folder: folder.to_owned(),
            lock,
            put: RwLock::default(),
        })
    }

    fn place(&self, hash: &Hash) -> (PathBuf, PathBuf) {
        let name = hash.to_string();
        let within = self.folder.join(&name[..2]);
        let path = within.join(name);
        (within, path)
    }

    /// Keeps sealed bytes; they are durable when this returns. What is there already stays, and
    /// what is there but damaged is replaced.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn put(&self, sealed: &[u8]) -> Result<Hash, KeepError> {
        let hash = hash_of(sealed);
        self.note(hash);
        let not_swept = self.put.read().unwrap_or_else(PoisonError::into_inner);
        let (within, path) = self.place(&hash);
        if fs::read(&path).is_ok_and(|kept| kept == sealed) {
            // Whoever put it may have been stopped before it was flushed.
            let file = OpenOptions::new().write(true).open(&path);
            let flushed = file.and_then(|file| file.sync_all());
            flushed.map_err(KeepError::disk("flush", &path))?;
        } else {
            fs::create_dir_all(&within).map_err(KeepError::disk("create", &within))?;
            let staged = self.stage(&hash, sealed)?;
            fs::rename(&staged, &path).map_err(KeepError::disk("move", &staged))?;
        }
        drop(not_swept);
        sync_folder(&within)?;
        sync_folder(&self.folder)?;
        Ok(hash)
    }

    fn note(&self, hash: Hash) {
        let mut put = self.put.write().unwrap_or_else(PoisonError::into_inner);
        put.insert(hash);
    }

    fn stage(&self, hash: &Hash, sealed: &[u8]) -> Result<PathBuf, KeepError> {
        let number = STAGED.fetch_add(1, Ordering::Relaxed);
        let name = format!("{hash}-{}-{number}", std::process::id());
        let path = self.folder.join(STAGING).join(name);
        let mut file = File::create(&path).map_err(KeepError::disk("create", &path))?;
        let written = file.write_all(sealed).and_then(|()| file.sync_all());
        if let Err(error) = written {
            // The next sweep takes what stays behind; the first error is the one to tell.
            let _ = fs::remove_file(&path);
            return Err(KeepError::disk("write", &path)(error));
        }
        Ok(path)
    }

    /// The bytes of a blob.
    ///
    /// # Errors
    /// When there is none of that name, its bytes are not the ones it is named by, or the disk
    /// refuses.
    pub fn get(&self, hash: &Hash) -> Result<Vec<u8>, KeepError> {
        let (_, path) = self.place(hash);
        let sealed = match fs::read(&path) {
            Ok(sealed) => sealed,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(KeepError::BlobMissing(*hash));
            }
            Err(error) => return Err(KeepError::disk("read", &path)(error)),
        };
        if hash_of(&sealed) == *hash {
            Ok(sealed)
        } else {
            Err(KeepError::BlobDamaged { path })
        }
    }

    /// The names of all blobs, in order.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn list(&self) -> Result<Vec<Hash>, KeepError> {
        let mut hashes = Vec::new();
        for folder in entries(&self.folder)? {
            if !folder.is_dir() || folder.ends_with(STAGING) {
                continue;
            }
            // Whatever else lies there (a file of the system's own, say) is no blob.
            let named = |path: &PathBuf| hash_of_name(path.file_name()?.to_str()?);
            hashes.extend(entries(&folder)?.iter().filter_map(named));
        }
        hashes.sort_unstable();
        Ok(hashes)
    }

    /// Destroys a blob: overwrites it, flushes, removes it. It is no error if there is none.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn remove(&self, hash: &Hash) -> Result<(), KeepError> {
        let (within, path) = self.place(hash);
        match overwrite(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(KeepError::disk("overwrite", &path)(error)),
        }
        fs::remove_file(&path).map_err(KeepError::disk("remove", &path))?;
        sync_folder(&within)
    }

    /// Destroys what interrupted writes left, and every blob that is not named and was not put here
    /// since the opening. Answers with how many blobs went; with none if somebody else has the
    /// blobs open, so that what they are bringing in is not taken from under them.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn sweep(&self, is_named: impl Fn(&Hash) -> bool) -> Result<Option<u64>, KeepError> {
        let put = self.put.write().unwrap_or_else(PoisonError::into_inner);
        let path = self.folder.join(LOCK);
        // Not every system turns a shared lock into a sole one, so it is let go in between.
        self.lock
            .unlock()
            .map_err(KeepError::disk("unlock", &path))?;
        let swept = match self.lock.try_lock() {
            Ok(()) => {
                let swept = self.sweep_alone(&put, is_named);
                self.lock
                    .unlock()
                    .map_err(KeepError::disk("unlock", &path))?;
                swept.map(Some)
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(KeepError::disk("lock", &path)(error)),
        };
        self.lock
            .lock_shared()
            .map_err(KeepError::disk("lock", &path))?;
        swept
    }

    fn sweep_alone(
        &self,
        put: &BTreeSet<Hash>,
        is_named: impl Fn(&Hash) -> bool,
    ) -> Result<u64, KeepError> {
        let staging = self.folder.join(STAGING);
        for path in entries(&staging)? {
            overwrite(&path).map_err(KeepError::disk("overwrite", &path))?;
            fs::remove_file(&path).map_err(KeepError::disk("remove", &path))?;
        }
        let mut removed = 0;
        for hash in self.list()? {
            if !put.contains(&hash) && !is_named(&hash) {
                self.remove(&hash)?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Copies every blob to another folder of blobs, durably, and answers with how many were not
    /// there yet. They are copies of their own, no links: a blob that is destroyed here would
    /// otherwise be overwritten there.
    ///
    /// # Errors
    /// When a blob is damaged, or the disk refuses.
    pub fn copy_to(&self, folder: &Path) -> Result<u64, KeepError> {
        let target = Self::open(folder)?;
        let mut copied = 0;
        for hash in self.list()? {
            let sealed = match self.get(&hash) {
                Ok(sealed) => sealed,
                // It was destroyed since it was listed.
                Err(KeepError::BlobMissing(_)) => continue,
                Err(error) => return Err(error),
            };
            if target.get(&hash).is_err() {
                copied += 1;
            }
            target.put(&sealed)?;
        }
        Ok(copied)
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, KeepError> {
    let entries = fs::read_dir(folder).map_err(KeepError::disk("list", folder))?;
    entries
        .map(|entry| Ok(entry.map_err(KeepError::disk("list", folder))?.path()))
        .collect()
}

fn hash_of_name(name: &str) -> Option<Hash> {
    if name.len() != 64 || !name.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, digits) in bytes.iter_mut().zip(name.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    // A name in capitals, or with a sign, would be listed and then not found.
    Some(Hash(bytes)).filter(|hash| hash.to_string() == name)
}

/// Writes zeros over a file, and flushes them.
fn overwrite(path: &Path) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let mut left = file.metadata()?.len();
    file.rewind()?;
    while left > 0 {
        let now = usize::try_from(left).unwrap_or(ZEROS).min(ZEROS);
        file.write_all(&[0; ZEROS][..now])?;
        left -= now as u64;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests;
