//! What acts about drafts, releases and publications do to the views.

use rusqlite::params;

use super::ask_release::Making;
use super::{ViewError, Views};
use crate::act::schema::{DraftBrought, PartySet, ReleaseSigned, TableCounted};
use crate::act::{Act, Deed};

impl Views {
    /// Takes in an act about releases; false if it is about something else. Looks stand in the log
    /// alone.
    pub(super) fn apply_release(&self, number: u64, act: &Act) -> Result<bool, ViewError> {
        match &act.deed {
            Deed::DraftBrought(brought) => self.draft_brought(number, act, brought),
            Deed::TableCounted(counted) => self.table_counted(number, counted),
            Deed::ReleaseSigned(signed) => self.release_signed(number, act, signed),
            Deed::ReleaseWithdrawn(withdrawn) => self.run(
                "UPDATE release SET withdrawn_act = ?2, withdrawn_ms = ?3, reason = ?4
                 WHERE release = ?1 AND withdrawn_act IS NULL",
                params![withdrawn.release, number, act.at_ms, withdrawn.reason],
            ),
            Deed::PublicationListed(listed) => self.run(
                "INSERT INTO publication (publication, content, listed_act, at_ms)
                 VALUES (?1, ?2, ?3, ?4)",
                params![
                    listed.publication.0,
                    listed.content.as_slice(),
                    number,
                    act.at_ms
                ],
            ),
            Deed::PartySet(set) => self.party_set(set),
            _ => return Ok(false),
        }?;
        Ok(true)
    }

    fn table_counted(&self, number: u64, counted: &TableCounted) -> Result<(), ViewError> {
        let Some(draft) = counted.draft else {
            return Ok(());
        };
        self.run(
            "INSERT INTO counting (draft, counted_act, line, up_to_act, rules, agency)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                draft.0,
                number,
                counted.line,
                counted.up_to_act,
                counted.rules,
                counted.agency.map(|agency| agency.0)
            ],
        )
    }

    fn draft_brought(
        &self,
        number: u64,
        act: &Act,
        brought: &DraftBrought,
    ) -> Result<(), ViewError> {
        self.run(
            "INSERT INTO draft (draft, name, population, vintage, cells, agency, key, brought_by,
                                brought_act, at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                brought.draft.0,
                brought.name,
                brought.population,
                brought.vintage,
                brought.cells,
                brought.agency.0,
                brought.key,
                act.actor.map(|actor| actor.0),
                number,
                act.at_ms
            ],
        )?;
        self.keys_used(brought.key + 1)
    }

    fn release_signed(
        &self,
        number: u64,
        act: &Act,
        signed: &ReleaseSigned,
    ) -> Result<(), ViewError> {
        let setting = Making {
            mask: signed.mask.clone(),
            keep: signed.keep.clone(),
            parties: signed.parties.clone(),
        };
        self.run(
            "INSERT INTO release (release, draft, audience, rule, setting, supersedes, content,
                                  signed_by, signed_act, at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                signed.release,
                signed.draft.0,
                signed.audience,
                signed.rule,
                minicbor::to_vec(&setting).expect("writing to memory does not fail"),
                signed.supersedes,
                signed.content.as_slice(),
                act.actor.map(|actor| actor.0),
                number,
                act.at_ms
            ],
        )
    }

    fn party_set(&self, set: &PartySet) -> Result<(), ViewError> {
        if set.sees.is_empty() {
            return self.run("DELETE FROM party WHERE party = ?1", params![set.party]);
        }
        self.run(
            "INSERT OR REPLACE INTO party (party, sees) VALUES (?1, ?2)",
            params![
                set.party,
                minicbor::to_vec(&set.sees).expect("writing to memory does not fail")
            ],
        )
    }
}
