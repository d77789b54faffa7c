//! What can be asked of the views.

use std::collections::{BTreeMap, BTreeSet};

use evidence::record::{PersonRole, Value};
use rusqlite::types::FromSqlError;
use rusqlite::{OptionalExtension, Row, params};
use terms::id::{
    AgencyId, DossierId, ErasureId, FigureId, HoldId, NodeId, RecordId, SessionId, StaffId,
};

use super::apply::ChunkPlace;
use super::said;
use super::{ViewError, Views};

/// How far an erasure has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DossierState {
    /// It can be read.
    Open,
    /// A second person has confirmed; nobody reads it any more, the key still has to go.
    Confirmed,
    /// The key is destroyed.
    Erased,
}

/// What is known of a dossier without its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// The dossier.
    pub dossier: DossierId,
    /// In what role it is about the person.
    pub role: PersonRole,
    /// Who has custody.
    pub custodian: AgencyId,
    /// Number of its key.
    pub key: u64,
    /// When its last record was entered, in milliseconds since 1970-01-01 UTC.
    pub last_ms: i64,
    /// How far an erasure has come.
    pub state: DossierState,
    /// Whether a record of it is not finished. An erased dossier has none that says anything.
    pub unfinished: bool,
}

/// Where a record's act is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPlace {
    /// The record.
    pub record: RecordId,
    /// Its dossier.
    pub dossier: DossierId,
    /// The act that entered it, or the import that brought it.
    pub entered_act: u64,
    /// Where it lies inside an import.
    pub chunk: Option<ChunkPlace>,
    /// Whether a later record corrects it.
    pub replaced: bool,
}

/// A request to erase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// The request.
    pub erasure: ErasureId,
    /// The dossier.
    pub dossier: DossierId,
    /// The ground, as a code of `office`.
    pub ground: String,
    /// Who asked.
    pub requested_by: Option<StaffId>,
    /// Whether a second person has confirmed.
    pub confirmed: bool,
}

/// A deposit that nobody has opened yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepositWaiting {
    /// Number of the act.
    pub act: u64,
}

/// Where the keyring was saved last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedKeyring {
    /// The place, as it was named.
    pub place: String,
    /// Its epoch there.
    pub epoch: u32,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

/// A backup that was noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupNoted {
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Its last batch.
    pub batch: u64,
    /// Its folder, as it was named.
    pub place: String,
}

/// How long dossiers of a role are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// The role.
    pub role: PersonRole,
    /// Days after the last record; none to keep until somebody decides.
    pub days: Option<u32>,
}

/// Codes, one for each concept asked for, with how many records have them.
pub type Counted = BTreeMap<Vec<String>, u64>;

/// A count that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The figure.
    pub figure: FigureId,
    /// The act that kept it.
    pub kept_act: u64,
    /// The last act that was counted.
    pub up_to_act: u64,
    /// The concepts that it is counted by.
    pub concepts: Vec<String>,
    /// The counts.
    pub cells: Counted,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Number of the act.
    pub act: u64,
    /// Its kind.
    pub kind: String,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Who; none for the node itself.
    pub actor: Option<StaffId>,
    /// In what role.
    pub role: String,
    /// For what purpose.
    pub purpose: String,
    /// About which dossier.
    pub dossier: Option<DossierId>,
    /// About which of those who work here.
    pub subject: Option<StaffId>,
    /// In which session; none at the console, and for the node itself.
    pub session: Option<SessionId>,
    /// Why something was refused.
    pub cause: Option<String>,
}

/// Columns of the log.
const LOG: &str = "number, kind, at_ms, actor, role, purpose, dossier, subject, session, cause";

/// Stands for a concept that a record says nothing of.
const NOT_SAID: &str = "";

fn role(row: &Row<'_>, index: usize) -> rusqlite::Result<PersonRole> {
    let code: String = row.get(index)?;
    PersonRole::of_code(&code).ok_or_else(|| FromSqlError::InvalidType.into())
}

fn read_dossier(row: &Row<'_>) -> rusqlite::Result<Dossier> {
    Ok(Dossier {
        dossier: DossierId(row.get(0)?),
        role: role(row, 1)?,
        custodian: AgencyId(row.get(2)?),
        key: row.get(3)?,
        last_ms: row.get(4)?,
        state: match row.get(5)? {
            0 => DossierState::Open,
            1 => DossierState::Confirmed,
            _ => DossierState::Erased,
        },
        unfinished: row.get(6)?,
    })
}

fn read_place(row: &Row<'_>) -> rusqlite::Result<RecordPlace> {
    let chunk: Option<[u8; 32]> = row.get(3)?;
    let replaced: Option<u64> = row.get(6)?;
    let chunk = chunk
        .map(|chunk| -> rusqlite::Result<ChunkPlace> {
            Ok(ChunkPlace {
                chunk,
                position: row.get(4)?,
                length: row.get(5)?,
            })
        })
        .transpose()?;
    Ok(RecordPlace {
        record: RecordId(row.get(0)?),
        dossier: DossierId(row.get(1)?),
        entered_act: row.get(2)?,
        chunk,
        replaced: replaced.is_some(),
    })
}

fn read_erasure(row: &Row<'_>) -> rusqlite::Result<Erasure> {
    let by: Option<[u8; 16]> = row.get(3)?;
    let confirmed: Option<u64> = row.get(4)?;
    Ok(Erasure {
        erasure: ErasureId(row.get(0)?),
        dossier: DossierId(row.get(1)?),
        ground: row.get(2)?,
        requested_by: by.map(StaffId),
        confirmed: confirmed.is_some(),
    })
}

fn read_figure(row: &Row<'_>) -> rusqlite::Result<Figure> {
    let malformed = |_| rusqlite::Error::from(FromSqlError::InvalidType);
    let concepts: Vec<u8> = row.get(3)?;
    let cells: Vec<u8> = row.get(4)?;
    let cells: Vec<(Vec<String>, u64)> = minicbor::decode(&cells).map_err(malformed)?;
    Ok(Figure {
        figure: FigureId(row.get(0)?),
        kept_act: row.get(1)?,
        up_to_act: row.get(2)?,
        concepts: minicbor::decode(&concepts).map_err(malformed)?,
        cells: cells.into_iter().collect(),
    })
}

fn read_log(row: &Row<'_>) -> rusqlite::Result<LogLine> {
    let actor: Option<[u8; 16]> = row.get(3)?;
    let dossier: Option<[u8; 16]> = row.get(6)?;
    let subject: Option<[u8; 16]> = row.get(7)?;
    let session: Option<[u8; 16]> = row.get(8)?;
    Ok(LogLine {
        act: row.get(0)?,
        kind: row.get(1)?,
        at_ms: row.get(2)?,
        actor: actor.map(StaffId),
        role: row.get(4)?,
        purpose: row.get(5)?,
        dossier: dossier.map(DossierId),
        subject: subject.map(StaffId),
        session: session.map(SessionId),
        cause: row.get(9)?,
    })
}

impl Views {
    pub(super) fn one<T>(
        &self,
        statement: &str,
        values: impl rusqlite::Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, ViewError> {
        let mut statement = self.connection.prepare_cached(statement)?;
        Ok(statement.query_row(values, read).optional()?)
    }

    pub(super) fn all<T>(
        &self,
        statement: &str,
        values: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, ViewError> {
        let mut statement = self.connection.prepare_cached(statement)?;
        Ok(statement
            .query_map(values, read)?
            .collect::<Result<_, _>>()?)
    }

    /// The node and the agency that runs it; none before it is founded.
    ///
    /// # Errors
    /// When SQLite refuses, as for every question here.
    pub fn node(&self) -> Result<Option<(NodeId, AgencyId)>, ViewError> {
        let statement = "SELECT a.value, b.value FROM meta a, meta b
                         WHERE a.name = 'node' AND b.name = 'agency'";
        self.one(statement, [], |row| {
            Ok((NodeId(row.get(0)?), AgencyId(row.get(1)?)))
        })
    }

    /// A dossier.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn dossier(&self, dossier: DossierId) -> Result<Option<Dossier>, ViewError> {
        let statement = "SELECT dossier, role, custodian, key, last_ms, state, EXISTS (
                             SELECT 1 FROM said WHERE said.ordinal = dossier.ordinal
                               AND coded IS NULL AND replaced_act IS NULL)
                         FROM dossier
                         WHERE dossier = ?1";
        self.one(statement, [dossier.0], read_dossier)
    }

    /// Dossiers in the custody of an agency that can be read, of one role or of any, those with the
    /// newest records first. With `carer`, only those in this person's care or in nobody's.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn newest_dossiers(
        &self,
        agency: AgencyId,
        carer: Option<StaffId>,
        role: Option<PersonRole>,
        most: u32,
    ) -> Result<Vec<Dossier>, ViewError> {
        let statement = "SELECT dossier, role, custodian, key, last_ms, state, EXISTS (
                             SELECT 1 FROM said WHERE said.ordinal = dossier.ordinal
                               AND coded IS NULL AND replaced_act IS NULL)
                         FROM dossier
                         WHERE state = 0 AND custodian = ?1 AND (?2 IS NULL OR role = ?2)
                           AND (?3 IS NULL
                                OR EXISTS (SELECT 1 FROM caseload c
                                           WHERE c.dossier = dossier.dossier AND c.staff = ?3)
                                OR NOT EXISTS (SELECT 1 FROM caseload c
                                               WHERE c.dossier = dossier.dossier))
                         ORDER BY last_ms DESC, opened_act DESC, dossier LIMIT ?4";
        let role = role.map(PersonRole::code);
        let carer = carer.map(|staff| staff.0);
        self.all(
            statement,
            params![agency.0, role, carer, most],
            read_dossier,
        )
    }

    /// Dossiers that a second person has confirmed for erasure and whose key is still there.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn erasures_unfinished(&self) -> Result<Vec<Dossier>, ViewError> {
        let statement = "SELECT dossier, role, custodian, key, last_ms, state, EXISTS (
                             SELECT 1 FROM said WHERE said.ordinal = dossier.ordinal
                               AND coded IS NULL AND replaced_act IS NULL)
                         FROM dossier
                         WHERE state = 1 ORDER BY dossier";
        self.all(statement, [], read_dossier)
    }

    /// Dossiers of a role whose last record is from before `last_ms`.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn dossiers_older(
        &self,
        role: PersonRole,
        last_ms: i64,
    ) -> Result<Vec<DossierId>, ViewError> {
        let statement = "SELECT dossier FROM dossier
                         WHERE role = ?1 AND last_ms < ?2 AND state = 0 ORDER BY dossier";
        self.all(statement, params![role.code(), last_ms], |row| {
            Ok(DossierId(row.get(0)?))
        })
    }

    /// How many dossiers there are: open, and erased or about to be.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn dossier_numbers(&self) -> Result<(u64, u64), ViewError> {
        let statement = "SELECT count(*) FILTER (WHERE state = 0),
                                count(*) FILTER (WHERE state > 0) FROM dossier";
        let numbers = self.one(statement, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(numbers.unwrap_or_default())
    }

    /// The number of the first key that no dossier and nobody who works here has.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn next_key(&self) -> Result<u64, ViewError> {
        let statement = "SELECT value FROM meta WHERE name = 'next_key'";
        Ok(self
            .one(statement, [], |row| row.get(0))?
            .unwrap_or_default())
    }

    /// A record.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn record(&self, record: RecordId) -> Result<Option<RecordPlace>, ViewError> {
        let statement = "SELECT record, dossier, entered_act, chunk, position, length, replaced_act
                         FROM record WHERE record = ?1";
        self.one(statement, [record.0], read_place)
    }

    /// The records of a dossier, in the order in which they were entered.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn records(&self, dossier: DossierId) -> Result<Vec<RecordPlace>, ViewError> {
        let statement = "SELECT record, dossier, entered_act, chunk, position, length, replaced_act
                         FROM record WHERE dossier = ?1
                         ORDER BY entered_act, position, record";
        self.all(statement, [dossier.0], read_place)
    }

    /// The names of all blobs that hold a record.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn chunks(&self) -> Result<BTreeSet<[u8; 32]>, ViewError> {
        let statement = "SELECT DISTINCT chunk FROM record WHERE chunk IS NOT NULL";
        let chunks = self.all(statement, [], |row| row.get(0))?;
        Ok(chunks.into_iter().collect())
    }

    /// The dossier that a keyed digest of a source belongs to.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn marked(&self, mark: &[u8; 32]) -> Result<Option<DossierId>, ViewError> {
        let statement = "SELECT dossier FROM mark WHERE mark = ?1";
        self.one(statement, [mark], |row| Ok(DossierId(row.get(0)?)))
    }

    /// The keyed digests of a dossier.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn marks(&self, dossier: DossierId) -> Result<Vec<[u8; 32]>, ViewError> {
        let statement = "SELECT mark FROM mark WHERE dossier = ?1 ORDER BY mark";
        self.all(statement, [dossier.0], |row| row.get(0))
    }

    /// Numbers of the keys of searches that found a dossier.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn search_keys(&self, dossier: DossierId) -> Result<Vec<u64>, ViewError> {
        let statement = "SELECT DISTINCT key FROM search WHERE dossier = ?1 ORDER BY key";
        self.all(statement, [dossier.0], |row| row.get(0))
    }

    /// Deposits that nobody has opened yet, the oldest first.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn deposits_waiting(&self) -> Result<Vec<DepositWaiting>, ViewError> {
        let statement = "SELECT act FROM deposit WHERE taken_act IS NULL ORDER BY act";
        self.all(statement, [], |row| Ok(DepositWaiting { act: row.get(0)? }))
    }

    /// How many holds on a dossier are not lifted.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn holds(&self, dossier: DossierId) -> Result<Vec<HoldId>, ViewError> {
        let statement = "SELECT hold FROM hold WHERE dossier = ?1 AND lifted_act IS NULL
                         ORDER BY placed_act";
        self.all(statement, [dossier.0], |row| Ok(HoldId(row.get(0)?)))
    }

    /// The dossier of a hold that is not lifted.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn hold(&self, hold: HoldId) -> Result<Option<DossierId>, ViewError> {
        let statement = "SELECT dossier FROM hold WHERE hold = ?1 AND lifted_act IS NULL";
        self.one(statement, [hold.0], |row| Ok(DossierId(row.get(0)?)))
    }

    /// A request to erase.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn erasure(&self, erasure: ErasureId) -> Result<Option<Erasure>, ViewError> {
        let statement = "SELECT erasure, dossier, ground, requested_by, confirmed_act FROM erasure
                         WHERE erasure = ?1";
        self.one(statement, [erasure.0], read_erasure)
    }

    /// Requests that nobody has confirmed yet.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn erasures_waiting(&self) -> Result<Vec<Erasure>, ViewError> {
        let statement = "SELECT erasure, dossier, ground, requested_by, confirmed_act FROM erasure
                         WHERE confirmed_act IS NULL ORDER BY requested_act";
        self.all(statement, [], read_erasure)
    }

    /// Where the keyring was saved, each place once.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn saved_keyrings(&self) -> Result<Vec<SavedKeyring>, ViewError> {
        let statement = "SELECT place, epoch, at_ms FROM saved_keyring ORDER BY place";
        self.all(statement, [], |row| {
            Ok(SavedKeyring {
                place: row.get(0)?,
                epoch: row.get(1)?,
                at_ms: row.get(2)?,
            })
        })
    }

    /// The backup that was made last, if any is noted.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn last_backup(&self) -> Result<Option<BackupNoted>, ViewError> {
        let statement = "SELECT at_ms, batch, place FROM backup JOIN act ON act.number = backup.act
                         ORDER BY at_ms DESC, backup.act DESC LIMIT 1";
        self.one(statement, [], |row| {
            Ok(BackupNoted {
                at_ms: row.get(0)?,
                batch: row.get(1)?,
                place: row.get(2)?,
            })
        })
    }

    /// How long dossiers are kept, by role.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn retention(&self) -> Result<Vec<Retention>, ViewError> {
        let statement = "SELECT role, days FROM retention ORDER BY role";
        self.all(statement, [], |row| {
            Ok(Retention {
                role: role(row, 0)?,
                days: row.get(1)?,
            })
        })
    }

    /// The figures that were kept, in order.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn figures(&self) -> Result<Vec<Figure>, ViewError> {
        let statement = "SELECT figure, kept_act, up_to_act, concepts, cells FROM figure
                         ORDER BY kept_act";
        self.all(statement, [], read_figure)
    }

    /// Counts the records as they stood at `up_to_act`, by the codes of the concepts. A record that
    /// says nothing of a concept counts under the empty code; one with several codes of a
    /// concept under the first.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn count(&self, concepts: &[String], up_to_act: u64) -> Result<Counted, ViewError> {
        let statement = "SELECT coded FROM said
                         WHERE entered_act <= ?1 AND coded IS NOT NULL
                           AND (replaced_act IS NULL OR replaced_act > ?1)";
        let mut statement = self.connection.prepare_cached(statement)?;
        let mut rows = statement.query([up_to_act])?;
        let mut counted = Counted::new();
        while let Some(row) = rows.next()? {
            let coded = said::decode(row.get_ref(0)?)?;
            let code_of = |concept: &String| {
                let mut said = coded.iter().filter(|one| one.concept == *concept);
                let found = said.find_map(|one| match &one.value {
                    Value::Coded { code, .. } => Some(code.as_str()),
                    _ => None,
                });
                found.unwrap_or(NOT_SAID).to_owned()
            };
            *counted
                .entry(concepts.iter().map(code_of).collect())
                .or_default() += 1;
        }
        Ok(counted)
    }

    /// How many records that stood at `up_to_act` have been erased since act `kept_act`.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn erased_since(&self, up_to_act: u64, kept_act: u64) -> Result<u64, ViewError> {
        let statement = "SELECT count(*) FROM said JOIN subject USING (ordinal)
                                             JOIN dossier USING (dossier)
                         WHERE entered_act <= ?1 AND coded IS NULL
                           AND (replaced_act IS NULL OR replaced_act > ?1)
                           AND erased_act > ?2";
        let count = self.one(statement, [up_to_act, kept_act], |row| row.get(0))?;
        Ok(count.unwrap_or_default())
    }

    /// The log, the oldest first: all of it, or what is about one dossier.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn log_lines(
        &self,
        dossier: Option<DossierId>,
        after: u64,
        most: u32,
    ) -> Result<Vec<LogLine>, ViewError> {
        let dossier = dossier.map(|dossier| dossier.0);
        let statement = format!(
            "SELECT {LOG} FROM act WHERE number > ?2 AND (?1 IS NULL OR dossier = ?1)
             ORDER BY number LIMIT ?3"
        );
        self.all(&statement, params![dossier, after, most], read_log)
    }

    /// What one person did, or what was done about them, the newest first.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn own_lines(
        &self,
        staff: StaffId,
        before: u64,
        most: u32,
    ) -> Result<Vec<LogLine>, ViewError> {
        let statement = format!(
            "SELECT {LOG} FROM act WHERE number < ?2 AND (actor = ?1 OR subject = ?1)
             ORDER BY number DESC LIMIT ?3"
        );
        self.all(&statement, params![staff.0, before, most], read_log)
    }

    /// How often somebody has done something since a time: a kind that the index knows.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn done_since(&self, staff: StaffId, kind: &str, since_ms: i64) -> Result<u64, ViewError> {
        let statement = "SELECT count(*) FROM act
                         WHERE actor = ?1 AND kind = ?2 AND at_ms > ?3
                           AND kind IN ('DossierRead', 'AccessGiven', 'NamesSearched',
                                        'GlassBroken', 'ExportTaken')";
        let count = self.one(statement, params![staff.0, kind, since_ms], |row| {
            row.get(0)
        })?;
        Ok(count.unwrap_or_default())
    }
}
