//! What records say that can be counted, by dossier, in the order in which dossiers were opened.
//!
//! The columns are made of it: a run of dossiers ([`SEGMENT_DOSSIERS`]) at a time, and again only
//! when something of the run has changed, which `segment` tells.

use std::collections::BTreeMap;

use evidence::dossier::{Said, said};
use evidence::record::{PersonRole, Record, Value};
use jiff::civil::Date;
use minicbor::{Decode, Encode};
use rusqlite::types::{FromSqlError, ValueRef};
use rusqlite::{OptionalExtension, params};
use terms::cell::Absence;
use terms::id::{AgencyId, DossierId};

use super::{ViewError, Views};

/// How many dossiers are changed and kept together.
pub const SEGMENT_DOSSIERS: u64 = 1 << 17;

/// One dossier, and what its records say, in the order of entry.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Its place among all dossiers, from 1.
    pub ordinal: u64,
    /// The dossier.
    pub dossier: DossierId,
    /// In what role it is about a person.
    pub role: PersonRole,
    /// Whose it is.
    pub custodian: AgencyId,
    /// What each of its records says; corrected ones are left out.
    pub records: Vec<Vec<Said>>,
}

/// A thing said, as it is stored: group, concept, value.
#[derive(Encode, Decode)]
struct Stored(#[n(0)] String, #[n(1)] String, #[n(2)] StoredValue);

#[derive(Encode, Decode)]
enum StoredValue {
    /// List, version, code.
    #[n(0)]
    Coded(#[n(0)] String, #[n(1)] String, #[n(2)] String),
    /// As `2031-04-05`.
    #[n(1)]
    Date(#[n(0)] String),
    #[n(2)]
    Number(#[n(0)] i64),
    /// The code of the reason.
    #[n(3)]
    Absent(#[n(0)] String),
}

/// What a record says, as it is stored.
pub(super) fn encode(record: &Record) -> Vec<u8> {
    let stored = |said: Said| {
        let value = match said.value {
            Value::Coded {
                list,
                version,
                code,
            } => StoredValue::Coded(list, version, code),
            Value::Date(day) => StoredValue::Date(day.to_string()),
            Value::Number(number) => StoredValue::Number(number),
            Value::Absent(absence) => StoredValue::Absent(absence.code().to_owned()),
            Value::Text(_) => return None,
        };
        Some(Stored(said.group, said.concept, value))
    };
    let all: Vec<Stored> = said(record).filter_map(stored).collect();
    minicbor::to_vec(all).expect("writing to memory does not fail")
}

/// What [`encode`] wrote.
pub(super) fn decode(stored: ValueRef<'_>) -> Result<Vec<Said>, rusqlite::Error> {
    let invalid = || rusqlite::Error::from(FromSqlError::InvalidType);
    let bytes = stored.as_blob().map_err(|_| invalid())?;
    let all: Vec<Stored> = minicbor::decode(bytes).map_err(|_| invalid())?;
    all.into_iter()
        .map(|Stored(group, concept, value)| {
            let value = match value {
                StoredValue::Coded(list, version, code) => Some(Value::Coded {
                    list,
                    version,
                    code,
                }),
                StoredValue::Date(day) => day.parse::<Date>().ok().map(Value::Date),
                StoredValue::Number(number) => Some(Value::Number(number)),
                StoredValue::Absent(code) => Absence::of_code(&code).map(Value::Absent),
            };
            Ok(Said {
                group,
                concept,
                value: value.ok_or_else(invalid)?,
            })
        })
        .collect()
}

impl Views {
    /// Gives a dossier its place among all.
    pub(super) fn subject_opened(
        &self,
        dossier: [u8; 16],
        role: &str,
        custodian: Option<[u8; 16]>,
    ) -> Result<u64, ViewError> {
        // Values, not a selection: of one row SQLite keeps no journal of the statement, whose end
        // costs the more the more an import has changed.
        self.run(
            "INSERT INTO subject (dossier, role, custodian)
             VALUES (?1, ?2, coalesce(?3, (SELECT value FROM meta WHERE name = 'agency')))",
            params![dossier, role, custodian],
        )?;
        Ok(self.connection.last_insert_rowid().cast_unsigned())
    }

    /// The place of a dossier among all.
    pub(super) fn ordinal(&self, dossier: [u8; 16]) -> Result<u64, ViewError> {
        let statement = "SELECT ordinal FROM dossier WHERE dossier = ?1";
        let found = self
            .connection
            .prepare_cached(statement)?
            .query_row([dossier], |row| row.get(0))
            .optional()?;
        Ok(found.unwrap_or_default())
    }

    /// Keeps what a record says; the answer is its number.
    pub(super) fn record_said(
        &self,
        ordinal: u64,
        act: u64,
        coded: Option<Vec<u8>>,
    ) -> Result<u64, ViewError> {
        self.run(
            "INSERT INTO said (ordinal, entered_act, coded) VALUES (?1, ?2, ?3)",
            params![ordinal, act, coded],
        )?;
        let number = self.connection.last_insert_rowid().cast_unsigned();
        self.touch(ordinal, act)?;
        Ok(number)
    }

    /// Something of a dossier has changed that can be counted.
    pub(super) fn touch(&self, ordinal: u64, act: u64) -> Result<(), ViewError> {
        let touched = (ordinal / SEGMENT_DOSSIERS, act);
        if self.touched.get() == Some(touched) {
            return Ok(());
        }
        self.run(
            "INSERT INTO segment (segment, last_act) VALUES (?1, ?2)
             ON CONFLICT (segment) DO UPDATE SET last_act = max(last_act, excluded.last_act)",
            params![touched.0, touched.1],
        )?;
        self.touched.set(Some(touched));
        Ok(())
    }

    /// Every segment, with the last act that changed it.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn segments(&self) -> Result<BTreeMap<u64, u64>, ViewError> {
        let statement = "SELECT segment, last_act FROM segment";
        let mut statement = self.connection.prepare_cached(statement)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Hands over the dossiers of a segment that say anything, one after another, as they stand.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn subjects_of(&self, segment: u64, take: impl FnMut(Subject)) -> Result<(), ViewError> {
        let from = segment * SEGMENT_DOSSIERS;
        self.subjects((from, from + SEGMENT_DOSSIERS - 1), u64::MAX >> 1, take)
    }

    /// Hands over every dossier that said anything at act `up_to_act`, one after another, as it
    /// stood then. Of dossiers that were closed since nothing is left.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn subjects_at(&self, up_to_act: u64, take: impl FnMut(Subject)) -> Result<(), ViewError> {
        self.subjects((0, u64::MAX >> 1), up_to_act, take)
    }

    fn subjects(
        &self,
        (from, to): (u64, u64),
        up_to_act: u64,
        mut take: impl FnMut(Subject),
    ) -> Result<(), ViewError> {
        let statement = "SELECT subject.ordinal, dossier, role, custodian, coded
                         FROM subject JOIN said USING (ordinal)
                         WHERE subject.ordinal BETWEEN ?1 AND ?2 AND coded IS NOT NULL
                           AND entered_act <= ?3
                           AND (replaced_act IS NULL OR replaced_act > ?3)
                         ORDER BY subject.ordinal, said.number";
        let mut statement = self.connection.prepare_cached(statement)?;
        let mut rows = statement.query(params![from, to, up_to_act])?;
        let mut under_way: Option<Subject> = None;
        while let Some(row) = rows.next()? {
            let ordinal: u64 = row.get(0)?;
            let said = decode(row.get_ref(4)?)?;
            match &mut under_way {
                Some(subject) if subject.ordinal == ordinal => subject.records.push(said),
                _ => {
                    let role: String = row.get(2)?;
                    let role = PersonRole::of_code(&role)
                        .ok_or_else(|| rusqlite::Error::from(FromSqlError::InvalidType))?;
                    let next = Subject {
                        ordinal,
                        dossier: DossierId(row.get(1)?),
                        role,
                        custodian: AgencyId(row.get(3)?),
                        records: vec![said],
                    };
                    if let Some(whole) = under_way.replace(next) {
                        take(whole);
                    }
                }
            }
        }
        if let Some(whole) = under_way {
            take(whole);
        }
        Ok(())
    }

    /// Hands over one dossier, by its place among all, as it stood at act `up_to_act`; nothing if
    /// it said nothing then.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn subject_at(
        &self,
        ordinal: u64,
        up_to_act: u64,
        take: impl FnMut(Subject),
    ) -> Result<(), ViewError> {
        self.subjects((ordinal, ordinal), up_to_act, take)
    }

    /// The places of dossiers that say something else than at act `up_to_act`, or said nothing
    /// then; each with whether it said anything then.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn changed_since(&self, up_to_act: u64) -> Result<BTreeMap<u64, bool>, ViewError> {
        let statement = "SELECT ordinal, min(entered_act) <= ?3 FROM said
                         WHERE ordinal BETWEEN ?1 AND ?2 GROUP BY ordinal
                         HAVING max(max(entered_act, coalesce(replaced_act, 0))) > ?3";
        let mut statement = self.connection.prepare_cached(statement)?;
        let mut changed = BTreeMap::new();
        for (segment, last_act) in self.segments()? {
            if last_act <= up_to_act {
                continue;
            }
            let from = segment * SEGMENT_DOSSIERS;
            let span = params![from, from + SEGMENT_DOSSIERS - 1, up_to_act];
            let rows = statement.query_map(span, |row| Ok((row.get(0)?, row.get(1)?)))?;
            for row in rows {
                let (ordinal, was) = row?;
                changed.insert(ordinal, was);
            }
        }
        Ok(changed)
    }

    /// The dossier at a place among all.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn dossier_at(&self, ordinal: u64) -> Result<Option<DossierId>, ViewError> {
        let statement = "SELECT dossier FROM subject WHERE ordinal = ?1";
        let mut statement = self.connection.prepare_cached(statement)?;
        let found = statement.query_row([ordinal], |row| row.get(0));
        Ok(found.optional()?.map(DossierId))
    }

    /// How many dossiers that had been opened by act `up_to_act` were erased after act `since`; of
    /// one agency, or of all.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn dossiers_erased_since(
        &self,
        up_to_act: u64,
        since: u64,
        of: Option<AgencyId>,
    ) -> Result<u64, ViewError> {
        let statement = "SELECT count(*) FROM dossier
                         WHERE state > 0 AND opened_act <= ?1 AND erased_act > ?2
                           AND (?3 IS NULL OR custodian = ?3)";
        let count = self
            .connection
            .prepare_cached(statement)?
            .query_row(params![up_to_act, since, of.map(|of| of.0)], |row| {
                row.get(0)
            })?;
        Ok(count)
    }
}
