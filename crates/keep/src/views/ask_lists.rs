//! Which lists hold whom: the coded answers of dossiers, read as lists that overlap.
//!
//! A unit is a dossier; a list holds it if one of its records that was not replaced says one of the
//! list's codes for the concept. What is counted is of the unit's grain: whoever asks seals it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use evidence::record::{PersonRole, Value};
use rusqlite::params;
use terms::id::StaffId;

use super::{ViewError, Views};

/// Most lists that are told apart in one question.
pub const LISTS_MAX: usize = 20;

/// How many dossiers were on exactly which lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captures {
    /// The codes of each list, in the order asked for, or by code where none was asked for.
    pub lists: Vec<Vec<String>>,
    /// Dossiers by history: bit `j` is set where list `j` holds the dossier. No history is empty.
    pub histories: BTreeMap<u32, u64>,
}

/// There are more codes than lists that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyLists {
    /// How many there are.
    pub found: usize,
}

impl Views {
    /// The capture histories of the open dossiers of a role, by one concept: each of `lists` holds
    /// whoever has one of its codes; with none, each code that occurs is a list of its own. A
    /// dossier that is on no list is not counted.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn captures(
        &self,
        concept: &str,
        role: PersonRole,
        lists: &[Vec<String>],
    ) -> Result<Result<Captures, TooManyLists>, ViewError> {
        if lists.len() > LISTS_MAX {
            let found = lists.len();
            return Ok(Err(TooManyLists { found }));
        }
        let said = self.codes_of(concept, role)?;
        let lists = match lists {
            [] => {
                let codes: BTreeSet<&String> = said.values().flatten().collect();
                codes.into_iter().map(|code| vec![code.clone()]).collect()
            }
            asked => asked.to_vec(),
        };
        if lists.len() > LISTS_MAX {
            let found = lists.len();
            return Ok(Err(TooManyLists { found }));
        }
        let mut histories = BTreeMap::new();
        for codes in said.values() {
            let holds = |list: &Vec<String>| list.iter().any(|code| codes.contains(code));
            let of_list = |(at, list)| u32::from(holds(list)) << at;
            let history: u32 = lists.iter().enumerate().map(of_list).sum();
            if history > 0 {
                *histories.entry(history).or_default() += 1;
            }
        }
        Ok(Ok(Captures { lists, histories }))
    }

    /// The codes that the records of each open dossier say for a concept.
    fn codes_of(
        &self,
        concept: &str,
        role: PersonRole,
    ) -> Result<HashMap<[u8; 16], BTreeSet<String>>, ViewError> {
        let statement = "SELECT dossier, coded FROM said JOIN subject USING (ordinal)
                         WHERE role = ?1 AND coded IS NOT NULL AND replaced_act IS NULL";
        let mut statement = self.connection.prepare_cached(statement)?;
        let mut rows = statement.query([role.code()])?;
        let mut said: HashMap<[u8; 16], BTreeSet<String>> = HashMap::new();
        while let Some(row) = rows.next()? {
            let dossier = row.get(0)?;
            let told = super::said::decode(row.get_ref(1)?)?;
            let own = told.into_iter().filter(|one| one.concept == concept);
            let codes = said.entry(dossier).or_default();
            codes.extend(own.filter_map(|one| match one.value {
                Value::Coded { code, .. } => Some(code),
                _ => None,
            }));
        }
        Ok(said)
    }

    /// How often somebody has had lists estimated since a time.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn lists_estimated_since(&self, staff: StaffId, since_ms: i64) -> Result<u64, ViewError> {
        // No index knows the kind; what is counted after it reads every dossier of a role anyway.
        let statement = "SELECT count(*) FROM act
                         WHERE kind = 'ListsEstimated' AND actor = ?1 AND at_ms > ?2";
        let count = self.one(statement, params![staff.0, since_ms], |row| row.get(0))?;
        Ok(count.unwrap_or_default())
    }
}
