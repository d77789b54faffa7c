//! What can be asked of the views about drafts, releases and publications.

use minicbor::{Decode, Encode};
use rusqlite::types::FromSqlError;
use rusqlite::{Row, params};
use terms::id::{AgencyId, DraftId, PublicationId, StaffId};

use super::{ViewError, Views};

/// A counted table that was brought in, without its counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftLine {
    /// Which.
    pub draft: DraftId,
    /// What it is called.
    pub name: String,
    /// Whom it counts.
    pub population: String,
    /// Of which state of the records.
    pub vintage: String,
    /// How many cells it has.
    pub cells: u64,
    /// The agency that works with it.
    pub agency: AgencyId,
    /// Who brought it.
    pub brought_by: Option<StaffId>,
    /// The act that brought it; the counts are closed in it.
    pub act: u64,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

/// How a draft was counted of this node's own dossiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counting {
    /// The draft.
    pub draft: DraftId,
    /// The act that counted it.
    pub act: u64,
    /// What was counted, in the line of text in which it is said.
    pub line: String,
    /// As the records stood after this act.
    pub up_to_act: u64,
    /// The version of the rules by which records become rows.
    pub rules: u32,
    /// Whose dossiers alone; none for those of every agency.
    pub agency: Option<AgencyId>,
}

/// That a release was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// By which act.
    pub act: u64,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Why, in words for all who have it.
    pub reason: String,
}

/// A release, without its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseLine {
    /// Which.
    pub release: String,
    /// Of which draft.
    pub draft: DraftId,
    /// To which audience, by its code.
    pub audience: String,
    /// Under which rule, by its code.
    pub rule: String,
    /// The release that it took the place of.
    pub supersedes: Option<String>,
    /// The release that has taken its place.
    pub superseded_by: Option<String>,
    /// Who signed it.
    pub signed_by: Option<StaffId>,
    /// The act that signed it.
    pub act: u64,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Whether and why it was withdrawn.
    pub withdrawn: Option<Withdrawn>,
}

/// What a release was made under, besides rule, audience and ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct Making {
    /// Cells that were to be masked besides.
    #[n(0)]
    pub mask: Vec<Vec<String>>,
    /// Cells that were to be kept.
    #[n(1)]
    pub keep: Vec<Vec<String>>,
    /// Parties with the codes of the audiences that they were of.
    #[n(2)]
    pub parties: Vec<(String, Vec<String>)>,
}

/// A publication of somebody else, as it was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedLine {
    /// Which.
    pub publication: PublicationId,
    /// It, as [`crate::act::tables::decode_publication`] reads it.
    pub content: Vec<u8>,
    /// The act that listed it.
    pub act: u64,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

/// What a party sees besides what is public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyLine {
    /// Its code.
    pub party: String,
    /// Codes of the audiences that it is of.
    pub sees: Vec<String>,
}

const DRAFT: &str = "draft, name, population, vintage, cells, agency, brought_by, brought_act,
                     at_ms";
const RELEASE: &str = "r.release, r.draft, r.audience, r.rule, r.supersedes,
                       (SELECT l.release FROM release l WHERE l.supersedes = r.release
                        ORDER BY l.signed_act DESC LIMIT 1),
                       r.signed_by, r.signed_act, r.at_ms, r.withdrawn_act, r.withdrawn_ms,
                       r.reason";

fn read_draft(row: &Row<'_>) -> rusqlite::Result<DraftLine> {
    let by: Option<[u8; 16]> = row.get(6)?;
    Ok(DraftLine {
        draft: DraftId(row.get(0)?),
        name: row.get(1)?,
        population: row.get(2)?,
        vintage: row.get(3)?,
        cells: row.get(4)?,
        agency: AgencyId(row.get(5)?),
        brought_by: by.map(StaffId),
        act: row.get(7)?,
        at_ms: row.get(8)?,
    })
}

fn read_release(row: &Row<'_>) -> rusqlite::Result<ReleaseLine> {
    let by: Option<[u8; 16]> = row.get(6)?;
    let withdrawn: Option<u64> = row.get(9)?;
    let withdrawn = withdrawn
        .map(|act| -> rusqlite::Result<Withdrawn> {
            Ok(Withdrawn {
                act,
                at_ms: row.get(10)?,
                reason: row.get(11)?,
            })
        })
        .transpose()?;
    Ok(ReleaseLine {
        release: row.get(0)?,
        draft: DraftId(row.get(1)?),
        audience: row.get(2)?,
        rule: row.get(3)?,
        supersedes: row.get(4)?,
        superseded_by: row.get(5)?,
        signed_by: by.map(StaffId),
        act: row.get(7)?,
        at_ms: row.get(8)?,
        withdrawn,
    })
}

fn malformed<E>(_: E) -> rusqlite::Error {
    FromSqlError::InvalidType.into()
}

/// Something that was shown: the identifier of the release, none for a listed publication, and its
/// content.
pub type ShownBefore = (Option<String>, Vec<u8>);

impl Views {
    /// Drafts of an agency, the newest first.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn drafts(&self, agency: AgencyId) -> Result<Vec<DraftLine>, ViewError> {
        let statement =
            format!("SELECT {DRAFT} FROM draft WHERE agency = ?1 ORDER BY brought_act DESC, draft");
        self.all(&statement, [agency.0], read_draft)
    }

    /// A draft.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn draft(&self, draft: DraftId) -> Result<Option<DraftLine>, ViewError> {
        let statement = format!("SELECT {DRAFT} FROM draft WHERE draft = ?1");
        self.one(&statement, [draft.0], read_draft)
    }

    /// Every draft that was counted here, the oldest first.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn countings(&self) -> Result<Vec<Counting>, ViewError> {
        let statement = "SELECT draft, counted_act, line, up_to_act, rules, agency FROM counting
                         ORDER BY counted_act, draft";
        self.all(statement, [], |row| {
            let agency: Option<[u8; 16]> = row.get(5)?;
            Ok(Counting {
                draft: DraftId(row.get(0)?),
                act: row.get(1)?,
                line: row.get(2)?,
                up_to_act: row.get(3)?,
                rules: row.get(4)?,
                agency: agency.map(AgencyId),
            })
        })
    }

    /// How a draft was counted; none if it was brought in as a table.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn counting(&self, draft: DraftId) -> Result<Option<Counting>, ViewError> {
        let all = self.countings()?;
        Ok(all.into_iter().find(|counting| counting.draft == draft))
    }

    /// Every release, withdrawn ones included, the newest first.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn releases(&self) -> Result<Vec<ReleaseLine>, ViewError> {
        let statement =
            format!("SELECT {RELEASE} FROM release r ORDER BY r.signed_act DESC, r.release");
        self.all(&statement, [], read_release)
    }

    /// A release.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn release(&self, release: &str) -> Result<Option<ReleaseLine>, ViewError> {
        let statement = format!("SELECT {RELEASE} FROM release r WHERE r.release = ?1");
        self.one(&statement, [release], read_release)
    }

    /// What was released, as [`crate::act::tables::decode_publication`] reads it, and what it was
    /// made under.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn release_content(&self, release: &str) -> Result<Option<(Vec<u8>, Making)>, ViewError> {
        let statement = "SELECT content, setting FROM release WHERE release = ?1";
        self.one(statement, [release], |row| {
            let setting: Vec<u8> = row.get(1)?;
            let setting = minicbor::decode(&setting).map_err(malformed)?;
            Ok((row.get(0)?, setting))
        })
    }

    /// Everything that was shown before an act, in the order in which it was: releases, withdrawn
    /// ones included, with their identifiers, and listed publications.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn shown_before(&self, act: u64) -> Result<Vec<ShownBefore>, ViewError> {
        let statement = "SELECT release, content, signed_act AS shown_act FROM release
                         WHERE signed_act < ?1
                         UNION ALL
                         SELECT NULL, content, listed_act FROM publication WHERE listed_act < ?1
                         ORDER BY shown_act, release";
        self.all(statement, params![act], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    }

    /// Publications of others, the newest first.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn listed(&self) -> Result<Vec<ListedLine>, ViewError> {
        let statement = "SELECT publication, content, listed_act, at_ms FROM publication
                         ORDER BY listed_act DESC, publication";
        self.all(statement, [], |row| {
            Ok(ListedLine {
                publication: PublicationId(row.get(0)?),
                content: row.get(1)?,
                act: row.get(2)?,
                at_ms: row.get(3)?,
            })
        })
    }

    /// The parties and what they see.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn parties(&self) -> Result<Vec<PartyLine>, ViewError> {
        let statement = "SELECT party, sees FROM party ORDER BY party";
        self.all(statement, [], |row| {
            let sees: Vec<u8> = row.get(1)?;
            Ok(PartyLine {
                party: row.get(0)?,
                sees: minicbor::decode(&sees).map_err(malformed)?,
            })
        })
    }
}
