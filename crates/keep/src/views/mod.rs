//! The views: what the journal comes to, in tables that answer quickly.
//!
//! One SQLite file, encrypted page by page (SQLCipher: AES-256 with an HMAC for each page) under a
//! key that exists only while the node is unlocked; temporary tables stay in memory. Nothing in a
//! view is nominal: names and free text stay in the journal, under the dossier's own key.
//!
//! A view can always be made again from the journal, so it is written without flushes. It says
//! which batch it has come to, and whether it was closed well; if not, or if it cannot be read, it
//! is made anew. Decisions read it only under the journal's lock and after it has come to the head.

mod apply;
mod apply_care;
mod apply_people;
mod apply_release;
mod ask;
mod ask_care;
mod ask_lists;
mod ask_people;
mod ask_release;
mod digest;
mod said;

use std::cell::Cell;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use protect::vault;
use rusqlite::Connection;

use crate::journal::{Hash, Head};

pub use apply::ChunkPlace;
pub use ask::{
    BackupNoted, Counted, DepositWaiting, Dossier, DossierState, Erasure, Figure, LogLine,
    RecordPlace, Retention, SavedKeyring,
};
pub use ask_care::{Consent, Export, Glass, Matter, MirrorLine};
pub use ask_lists::{Captures, LISTS_MAX, TooManyLists};
pub use ask_people::{Agency, Code, Credential, MapLine, Reset, Session, Staff};
pub use ask_release::{
    Counting, DraftLine, ListedLine, Making, PartyLine, ReleaseLine, ShownBefore, Withdrawn,
};
pub use said::{SEGMENT_DOSSIERS, Subject};

const SCHEMA: &str = include_str!("schema.sql");
const INDEXES: &str = include_str!("indexes.sql");
const WITHOUT_INDEXES: &str =
    "DROP INDEX act_by_dossier; DROP INDEX act_by_actor; DROP INDEX record_by_dossier;
    DROP INDEX mark_by_dossier; DROP INDEX search_by_dossier; DROP INDEX said_by_ordinal;";
/// What SQLite keeps of the file in memory, in KiB; more while a whole journal is taken in, since a
/// page that leaves the memory is encrypted each time.
const CACHE_KIB: u32 = 64_000;
const CACHE_WHOLE_KIB: u32 = 128_000;
/// Raised whenever the tables or what goes into them change; an older view is then made anew.
const FORMAT: i64 = 6;
const FILE: &str = "views.sqlite";
const LOCK: &str = "lock";
/// Prepared statements kept; more than there are.
const STATEMENTS: usize = 128;

/// A view that cannot be read or written. Nothing is lost by it: the journal is the truth.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The database refuses.
    #[error("views_refused: the views cannot be used: {0}")]
    Refused(#[from] rusqlite::Error),
    /// The disk refuses.
    #[error("views_refused: the views cannot be used: {}: {source}", path.display())]
    Disk {
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl ViewError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "views_refused"
    }

    fn disk(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Disk { path, source }
    }
}

/// The dossier that was opened last, which the next record is most often about.
#[derive(Debug, Clone, Copy)]
struct Newest {
    dossier: [u8; 16],
    /// When, in milliseconds since 1970-01-01 UTC.
    at_ms: i64,
    /// Its place among all dossiers.
    ordinal: u64,
}

/// The views of an unlocked node.
#[derive(Debug)]
pub struct Views {
    connection: Connection,
    /// Held as long as the file is used: two processes never write one view.
    lock: Option<File>,
    /// While a whole journal is being taken in: the next key so far.
    whole: Cell<Option<u64>>,
    /// The dossier that was opened last.
    opened: Cell<Option<Newest>>,
    /// The segment that was changed last, and by which act.
    touched: Cell<Option<(u64, u64)>>,
}

impl Views {
    /// Opens the views in `folder`, or makes empty ones if there are none, if they were not closed
    /// well, or if they are of another format. If another process uses them, the views are made in
    /// memory.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn open(folder: &Path, key: &vault::Key<vault::Views>) -> Result<Self, ViewError> {
        fs::create_dir_all(folder).map_err(ViewError::disk(folder))?;
        let lock_path = folder.join(LOCK);
        let lock = File::create(&lock_path).map_err(ViewError::disk(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Self::in_memory(),
            Err(TryLockError::Error(source)) => return Err(ViewError::disk(&lock_path)(source)),
        }
        let file = folder.join(FILE);
        if let Ok(mut views) = Self::attach(&file, key, None)
            && views.is_sound()
        {
            views.lock = Some(lock);
            views.mark_in_use()?;
            return Ok(views);
        }
        remove(folder)?;
        let views = Self::attach(&file, key, Some(lock))?;
        views.make()?;
        views.mark_in_use()?;
        Ok(views)
    }

    /// Empty views that are on no disk.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn in_memory() -> Result<Self, ViewError> {
        let views = Self {
            connection: Connection::open_in_memory()?,
            lock: None,
            whole: Cell::new(None),
            opened: Cell::new(None),
            touched: Cell::new(None),
        };
        views
            .connection
            .set_prepared_statement_cache_capacity(STATEMENTS);
        // Or a large sort would go to a file in clear.
        views.connection.execute_batch("PRAGMA temp_store=MEMORY")?;
        views.make()?;
        Ok(views)
    }

    fn attach(
        file: &Path,
        key: &vault::Key<vault::Views>,
        lock: Option<File>,
    ) -> Result<Self, ViewError> {
        let connection = Connection::open(file)?;
        // Otherwise SQLCipher writes to standard error by itself when a key does not fit.
        connection.execute_batch("PRAGMA cipher_log_level = NONE;")?;
        let mut words = zeroize::Zeroizing::new(String::with_capacity(96));
        words.push_str("PRAGMA key = \"x'");
        for byte in key.expose_bytes() {
            words.push(char::from(HEX[usize::from(byte >> 4)]));
            words.push(char::from(HEX[usize::from(byte & 15)]));
        }
        words.push_str("'\";");
        connection.execute_batch(&words)?;
        connection.execute_batch(&format!(
            "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON; PRAGMA journal_mode=WAL;
             PRAGMA synchronous=OFF; PRAGMA cache_size=-{CACHE_KIB};"
        ))?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(Self {
            connection,
            lock,
            whole: Cell::new(None),
            opened: Cell::new(None),
            touched: Cell::new(None),
        })
    }

    /// To be called inside a transaction, on empty views, before a whole journal is taken in: what
    /// only questions need is left out until [`Self::end_whole`].
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn begin_whole(&self) -> Result<(), ViewError> {
        self.connection.execute_batch(WITHOUT_INDEXES)?;
        self.set_cache(CACHE_WHOLE_KIB)?;
        self.whole.set(Some(0));
        Ok(())
    }

    /// Makes what [`Self::begin_whole`] has left out.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn end_whole(&self) -> Result<(), ViewError> {
        self.connection.execute_batch(INDEXES)?;
        self.empty_closed_dossiers()?;
        if let Some(next_key) = self.whole.take().filter(|next_key| *next_key > 0) {
            self.set("next_key", next_key)?;
        }
        self.set_cache(CACHE_KIB)
    }

    fn set_cache(&self, kib: u32) -> Result<(), ViewError> {
        let statement = format!("PRAGMA cache_size=-{kib}");
        Ok(self.connection.execute_batch(&statement)?)
    }

    fn make(&self) -> Result<(), ViewError> {
        self.connection.execute_batch(SCHEMA)?;
        self.connection.execute_batch(INDEXES)?;
        self.set("format", FORMAT)?;
        self.set_head(&Head::EMPTY)
    }

    fn is_sound(&self) -> bool {
        let value = |name: &str| -> Option<i64> {
            let statement = "SELECT value FROM meta WHERE name = ?1";
            self.connection
                .query_row(statement, [name], |row| row.get(0))
                .ok()
        };
        value("format") == Some(FORMAT) && value("closed_well") == Some(1)
    }

    fn set(&self, name: &str, value: impl rusqlite::ToSql) -> Result<(), ViewError> {
        let statement = "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)";
        self.connection
            .prepare_cached(statement)?
            .execute(rusqlite::params![name, value])?;
        Ok(())
    }

    /// From here on the file on the disk is not to be trusted until [`Self::close`].
    fn mark_in_use(&self) -> Result<(), ViewError> {
        self.connection.execute_batch("PRAGMA synchronous=FULL;")?;
        self.set("closed_well", 0)?;
        self.connection
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA synchronous=OFF;")?;
        Ok(())
    }

    /// Flushes everything and says so in the file.
    ///
    /// # Errors
    /// When SQLite refuses; the views are then made anew at the next opening.
    pub fn close(self) -> Result<(), ViewError> {
        if self.lock.is_some() {
            self.connection
                .execute_batch("PRAGMA synchronous=FULL; PRAGMA wal_checkpoint(TRUNCATE);")?;
            self.set("closed_well", 1)?;
            self.connection
                .execute_batch("PRAGMA wal_checkpoint(TRUNCATE);")?;
        }
        Ok(())
    }

    /// Whether they lie in the node's folder and are kept for the next opening.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        self.lock.is_some()
    }

    /// The last batch that is in the views, and its hash.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn head(&self) -> Result<(u64, Hash), ViewError> {
        let statement = "SELECT a.value, b.value FROM meta a, meta b
                         WHERE a.name = 'batch' AND b.name = 'hash'";
        let (batch, hash) = self
            .connection
            .prepare_cached(statement)?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok((batch, Hash(hash)))
    }

    /// Says which batch the views have come to. It belongs in the same transaction as its acts.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn set_head(&self, head: &Head) -> Result<(), ViewError> {
        self.set("batch", head.batch)?;
        self.set("hash", head.hash.0)
    }

    /// Begins a transaction; everything until [`Self::commit`] can be taken back.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn begin(&self) -> Result<(), ViewError> {
        Ok(self.connection.execute_batch("BEGIN IMMEDIATE")?)
    }

    /// Keeps what was done since [`Self::begin`].
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn commit(&self) -> Result<(), ViewError> {
        Ok(self.connection.execute_batch("COMMIT")?)
    }

    /// Sets a mark inside a transaction, in the place of the one before.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn set_mark(&self) -> Result<(), ViewError> {
        // Released first, so that marks do not pile up; there is none the first time.
        let _ = self.connection.execute_batch("RELEASE mark");
        Ok(self.connection.execute_batch("SAVEPOINT mark")?)
    }

    /// Takes back what was done since the mark.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn back_to_mark(&self) -> Result<(), ViewError> {
        self.connection.execute_batch("ROLLBACK TO mark")?;
        self.forget();
        Ok(())
    }

    /// What was taken back is remembered no longer.
    fn forget(&self) {
        self.opened.set(None);
        self.touched.set(None);
    }

    /// Takes back what was done since [`Self::begin`].
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn roll_back(&self) -> Result<(), ViewError> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.connection.execute_batch("ROLLBACK")?;
        self.forget();
        if self.whole.take().is_some() {
            self.set_cache(CACHE_KIB)?;
        }
        Ok(())
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Removes the file of the views and what SQLite puts beside it.
fn remove(folder: &Path) -> Result<(), ViewError> {
    for beside in ["", "-wal", "-shm", "-journal"] {
        let path = folder.join(format!("{FILE}{beside}"));
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(ViewError::disk(&path)(error)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
