//! The journal in the node's folder: one SQLite file that holds nothing but sealed acts.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use super::batch::{Batch, Hash, Head, Incarnation, SealedAct};
use super::error::JournalError;
use super::store::{SignedHead, Store};

/// The journal's format, kept in the file's `user_version`.
const FORMAT: i64 = 1;
/// How long a writer waits for another process that is writing.
const WAIT: Duration = Duration::from_secs(30);
/// How much a write-ahead log may grow before its pages go to the file, in pages.
const CHECKPOINT_PAGES: u32 = 2_000;

const SCHEMA: &str = "
CREATE TABLE batch (
    number INTEGER PRIMARY KEY,
    previous BLOB NOT NULL,
    incarnation INTEGER NOT NULL,
    incarnation_id BLOB NOT NULL,
    first_act INTEGER NOT NULL,
    count INTEGER NOT NULL,
    hash BLOB NOT NULL
);
CREATE TABLE act (number INTEGER PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE signed_head (batch INTEGER PRIMARY KEY, hash BLOB NOT NULL, signature BLOB NOT NULL);
CREATE TRIGGER batch_stays BEFORE UPDATE ON batch
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER batch_is_kept BEFORE DELETE ON batch
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER act_stays BEFORE UPDATE ON act
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER act_is_kept BEFORE DELETE ON act
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER signed_head_stays BEFORE UPDATE ON signed_head
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER signed_head_is_kept BEFORE DELETE ON signed_head
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
";

/// A journal in one SQLite file.
///
/// Write-ahead log with `synchronous=FULL`: one flush for each commit, after which the batch is
/// there whatever happens to the power.
pub struct SqliteJournal {
    connection: Connection,
    path: PathBuf,
}

impl std::fmt::Debug for SqliteJournal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteJournal")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl SqliteJournal {
    /// Opens the journal in `path`, or makes an empty one.
    ///
    /// # Errors
    /// When SQLite refuses, or the file is of a later format.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Self::open_with(path, OpenFlags::default())
    }

    /// Opens a journal that must be there already.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_existing(path: &Path) -> Result<Self, JournalError> {
        Self::open_with(path, OpenFlags::default() & !OpenFlags::SQLITE_OPEN_CREATE)
    }

    fn open_with(path: &Path, flags: OpenFlags) -> Result<Self, JournalError> {
        let refused = JournalError::refused::<rusqlite::Error>;
        let connection = Connection::open_with_flags(path, flags).map_err(refused("be opened"))?;
        connection
            .busy_timeout(WAIT)
            .map_err(refused("be opened"))?;
        // The pragmas answer with rows, which `execute_batch` passes over.
        connection
            .execute_batch(&format!(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA fullfsync=ON;
                 PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES};"
            ))
            .map_err(refused("be opened"))?;
        let mut journal = Self {
            connection,
            path: path.to_owned(),
        };
        journal.prepare()?;
        Ok(journal)
    }

    /// Makes the tables of a new journal. One that is made already is opened without its lock, so
    /// that nobody waits for a writer only to read.
    fn prepare(&mut self) -> Result<(), JournalError> {
        if self.format()? == FORMAT {
            return Ok(());
        }
        self.run("BEGIN IMMEDIATE", "be opened")?;
        match self.format()? {
            0 => {
                let made = format!("{SCHEMA} PRAGMA user_version={FORMAT};");
                self.run(&made, "be made")?;
                self.run("COMMIT", "be made")
            }
            FORMAT => self.run("ROLLBACK", "be opened"),
            found => Err(JournalError::Format {
                found,
                allowed: FORMAT,
            }),
        }
    }

    fn format(&self) -> Result<i64, JournalError> {
        self.connection
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .map_err(JournalError::refused("be opened"))
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a copy of what is committed now to a new file, while others go on writing.
    ///
    /// # Errors
    /// When SQLite or the disk refuses.
    pub fn copy_to(&self, path: &Path) -> Result<(), JournalError> {
        let refused = JournalError::refused::<rusqlite::Error>;
        let mut copy = Connection::open(path).map_err(refused("be copied"))?;
        copy.execute_batch("PRAGMA synchronous=FULL;")
            .map_err(refused("be copied"))?;
        let backup = rusqlite::backup::Backup::new(&self.connection, &mut copy)
            .map_err(refused("be copied"))?;
        backup
            .run_to_completion(4_000, Duration::ZERO, None)
            .map_err(refused("be copied"))?;
        drop(backup);
        // The copy is one file, without a log beside it.
        copy.execute_batch("PRAGMA journal_mode=DELETE;")
            .map_err(refused("be copied"))
    }

    fn run(&self, statement: &str, what: &'static str) -> Result<(), JournalError> {
        self.connection
            .execute_batch(statement)
            .map_err(JournalError::refused(what))
    }

    /// Gives each batch its acts. Those of all are read at once: most batches have one.
    fn fill(&self, headers: Vec<(Batch, u64)>) -> Result<Vec<Batch>, JournalError> {
        let refused = || JournalError::refused::<rusqlite::Error>("be read");
        let (Some((first, _)), Some((last, count))) = (headers.first(), headers.last()) else {
            return Ok(Vec::new());
        };
        let (first, last) = (first.first_act, last.first_act.saturating_add(*count));
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT number, sealed FROM act WHERE number >= ?1 AND number < ?2 ORDER BY number",
            )
            .map_err(refused())?;
        let mut acts = statement
            .query_map(params![signed(first), signed(last)], |row| {
                Ok((row.get::<_, u64>(0)?, row.get::<_, SealedAct>(1)?))
            })
            .map_err(refused())?
            .peekable();
        let mut batches = Vec::with_capacity(headers.len());
        for (mut batch, count) in headers {
            let end = batch.first_act.saturating_add(count);
            // An error is taken here too, and ends the reading.
            while let Some(act) = acts.next_if(|act| act.as_ref().map_or(true, |act| act.0 < end)) {
                batch.acts.push(act.map_err(refused())?.1);
            }
            batches.push(batch);
        }
        Ok(batches)
    }
}

/// SQLite's integers are signed; a journal of 2^63 acts is beyond any disk.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn hash_at(row: &Row<'_>, index: usize) -> rusqlite::Result<Hash> {
    let bytes: [u8; 32] = row.get(index)?;
    Ok(Hash(bytes))
}

/// A batch without its acts, and how many those are.
fn read_header(row: &Row<'_>) -> rusqlite::Result<(Batch, u64)> {
    let batch = Batch {
        number: row.get(0)?,
        previous: hash_at(row, 1)?,
        incarnation: Incarnation {
            number: row.get(2)?,
            id: row.get(3)?,
        },
        first_act: row.get(4)?,
        acts: Vec::new(),
    };
    Ok((batch, row.get(5)?))
}

impl Store for SqliteJournal {
    fn begin(&mut self) -> Result<Head, JournalError> {
        self.run("BEGIN IMMEDIATE", "be locked")?;
        self.head()
    }

    fn append(&mut self, batch: &Batch) -> Result<(), JournalError> {
        let refused = JournalError::refused::<rusqlite::Error>;
        if self.connection.is_autocommit() {
            return Err(JournalError::Refused {
                what: "be written",
                reason: "nobody holds the writer's lock".to_owned(),
            });
        }
        let head = self.head()?.follow(batch)?;
        let mut insert = self
            .connection
            .prepare_cached("INSERT INTO act (number, sealed) VALUES (?1, ?2)")
            .map_err(refused("be written"))?;
        for (number, act) in (batch.first_act..).zip(&batch.acts) {
            insert
                .execute(params![signed(number), act])
                .map_err(refused("be written"))?;
        }
        let mut insert = self
            .connection
            .prepare_cached("INSERT INTO batch VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
            .map_err(refused("be written"))?;
        insert
            .execute(params![
                signed(batch.number),
                batch.previous.0,
                batch.incarnation.number,
                batch.incarnation.id,
                signed(batch.first_act),
                signed(batch.acts.len() as u64),
                head.hash.0,
            ])
            .map_err(refused("be written"))?;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), JournalError> {
        self.run("COMMIT", "be written")
    }

    fn abandon(&mut self) -> Result<(), JournalError> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.run("ROLLBACK", "be let go")
    }

    fn head(&mut self) -> Result<Head, JournalError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT number, previous, incarnation, incarnation_id, first_act, count, hash
                 FROM batch ORDER BY number DESC LIMIT 1",
            )
            .map_err(JournalError::refused("be read"))?;
        let last = statement
            .query_row([], |row| Ok((read_header(row)?, hash_at(row, 6)?)))
            .optional()
            .map_err(JournalError::refused("be read"))?;
        Ok(last.map_or(Head::EMPTY, |((batch, count), hash)| Head {
            batch: batch.number,
            acts: batch.first_act.saturating_add(count).saturating_sub(1),
            hash,
            incarnation: Some(batch.incarnation),
        }))
    }

    fn batches(&mut self, after: u64, acts_max: u64) -> Result<Vec<Batch>, JournalError> {
        let refused = || JournalError::refused::<rusqlite::Error>("be read");
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT number, previous, incarnation, incarnation_id, first_act, count
                 FROM batch WHERE number > ?1 ORDER BY number",
            )
            .map_err(refused())?;
        let headers = statement
            .query_map(params![signed(after)], read_header)
            .map_err(refused())?;
        let mut found: Vec<(Batch, u64)> = Vec::new();
        let mut acts = 0;
        for header in headers {
            let (batch, count) = header.map_err(refused())?;
            acts = u64::saturating_add(acts, count);
            if acts > acts_max && !found.is_empty() {
                break;
            }
            found.push((batch, count));
        }
        self.fill(found)
    }

    fn act(&mut self, number: u64) -> Result<Option<SealedAct>, JournalError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT sealed FROM act WHERE number = ?1")
            .map_err(JournalError::refused("be read"))?;
        statement
            .query_row([signed(number)], |row| row.get(0))
            .optional()
            .map_err(JournalError::refused("be read"))
    }

    fn sign(&mut self, head: &SignedHead) -> Result<(), JournalError> {
        let mut statement = self
            .connection
            .prepare_cached("INSERT OR IGNORE INTO signed_head VALUES (?1, ?2, ?3)")
            .map_err(JournalError::refused("be signed"))?;
        statement
            .execute(params![signed(head.batch), head.hash.0, head.signature])
            .map_err(JournalError::refused("be signed"))?;
        Ok(())
    }

    fn signed(&mut self) -> Result<Vec<SignedHead>, JournalError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT batch, hash, signature FROM signed_head ORDER BY batch")
            .map_err(JournalError::refused("be read"))?;
        let read = |row: &Row<'_>| {
            Ok(SignedHead {
                batch: row.get(0)?,
                hash: hash_at(row, 1)?,
                signature: row.get(2)?,
            })
        };
        statement
            .query_map([], read)
            .and_then(Iterator::collect)
            .map_err(JournalError::refused("be read"))
    }
}
