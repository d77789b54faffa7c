//! Releases: what is asked and answered about them, and what anybody may read of them.
//!
//! A draft is held against its audience outside of the journal's lock where it is only looked at;
//! a release is decided at the head, against everything that was shown before it.

use std::path::Path;

use evidence::counts::CountTable;
use keep::act::tables::decode_publication;
use keep::keyring::Keyring;
use keep::released::{Artefact, FOLDER};
use keep::views::{Counting, DraftLine, Making, PartyLine, ReleaseLine, Withdrawn};
use protect::draft::Draft;
use protect::ledger::{Ledger, Publication};
use protect::release::{
    AnyRelease, Fate, Party, Proposal, Recalled, Setting, Wish, propose, recalled, release,
};
use protect::rule::Rule;
use protect::vault::Signature;
use protect::{Audience, Confidential, Released, Warrant};
use terms::cell::Cell;
use terms::hierarchy::Hierarchy;
use terms::id::PublicationId;
use terms::table::Table;

use crate::ask::Answer;
use crate::error::OfficeError;
use crate::node::Folders;
use crate::trace::Traced;

/// Under what a draft is to be released.
#[derive(Debug, Clone)]
pub struct Under {
    /// Which rule says what may be shown.
    pub rule: &'static Rule,
    /// To whom.
    pub audience: Audience,
    /// What is wanted besides.
    pub wish: Wish,
}

impl Under {
    /// Under a rule, for an audience, with nothing wanted besides.
    #[must_use]
    pub fn new(rule: &'static Rule, audience: Audience) -> Self {
        Self {
            rule,
            audience,
            wish: Wish::default(),
        }
    }
}

/// A table of a file as a draft. What a file says of sums that cannot hold is the reader's to look
/// at before.
#[must_use]
pub fn draft_of(read: CountTable) -> Confidential<Draft> {
    let behind = |one: evidence::counts::Behind| protect::draft::Behind {
        events: one.events,
        sources: one.sources,
        contributors: one.contributors,
        inhabitants: one.inhabitants,
    };
    Confidential::seal(Draft {
        table: read.table,
        hierarchies: read.hierarchies,
        population: read.population,
        vintage: read.vintage,
        party_dimension: read.party_dimension,
        behind: read.behind.into_iter().map(behind).collect(),
    })
}

/// What of a draft would be printed, and why.
#[derive(Debug)]
pub struct Examined {
    /// The draft, without its counts.
    pub draft: DraftLine,
    /// The draft itself.
    pub counts: Confidential<Draft>,
    /// What would be printed, what becomes of each cell, what is lost, what could be worked back.
    pub proposal: Confidential<Proposal>,
    /// The act that stands for the look.
    pub warrant: Warrant,
}

/// A table that was just released.
#[derive(Debug)]
pub struct Signed {
    /// The release.
    pub line: ReleaseLine,
    /// What its audience sees.
    pub released: AnyRelease,
    /// How many cells the table has.
    pub cells: u64,
    /// How many of them are masked.
    pub masked: u64,
    /// The counts in masked cells, added up.
    pub lost: Confidential<u64>,
    /// The act that signed it.
    pub warrant: Warrant,
}

/// What was released, what others have published, and who sees what.
#[derive(Debug)]
pub struct Releases {
    /// Releases, withdrawn ones included, the newest first.
    pub releases: Vec<ReleaseLine>,
    /// Publications of others, the newest first.
    pub listed: Vec<ListedPublication>,
    /// Parties and what they see besides what is public.
    pub parties: Vec<PartyLine>,
}

/// What somebody else has published.
#[derive(Debug, Clone)]
pub struct ListedPublication {
    /// Which.
    pub publication: PublicationId,
    /// The act that listed it.
    pub act: u64,
    /// When it was listed, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// What it says.
    pub content: Publication,
}

/// A release as its audience sees it.
#[derive(Debug)]
pub struct Shown {
    /// The release.
    pub line: ReleaseLine,
    /// Whom it counts.
    pub population: String,
    /// Of which state of the records.
    pub vintage: String,
    /// How the codes of each dimension add up.
    pub hierarchies: Vec<Hierarchy>,
    /// The table.
    pub released: AnyRelease,
}

/// What stands behind a cell of a release.
#[derive(Debug)]
pub struct Explained {
    /// The release.
    pub line: ReleaseLine,
    /// The cell, by its codes.
    pub codes: Vec<String>,
    /// What is printed.
    pub printed: Cell,
    /// What stands behind it.
    pub behind: Confidential<Behind>,
    /// How the draft was counted, if it was counted of this node's own dossiers.
    pub counting: Option<Counting>,
    /// What was counted in the cell, if it can be told.
    pub traced: Option<Confidential<Traced>>,
    /// The act that stands for the look.
    pub warrant: Warrant,
}

/// The count of a cell, and why it is printed or masked.
#[derive(Debug, Clone)]
pub struct Behind {
    /// What was counted.
    pub counted: Cell,
    /// What became of it.
    pub fate: Fate,
}

/// A release to the public, as it lies in the node's folder for anybody to read.
#[derive(Debug, Clone)]
pub struct PublicRelease {
    /// The table.
    pub released: Released<Table>,
    /// The rule.
    pub rule: &'static Rule,
    /// Whom it counts.
    pub population: String,
    /// Of which state of the records.
    pub vintage: String,
    /// How the codes of each dimension add up.
    pub hierarchies: Vec<Hierarchy>,
    /// The act of the journal that signed it.
    pub act: u64,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// The release that it took the place of.
    pub supersedes: Option<String>,
    /// The release that has taken its place.
    pub superseded_by: Option<String>,
    /// Whether and why it was withdrawn.
    pub withdrawn: Option<Withdrawn>,
}

/// What a draft is held against, as it was found at a head of the journal.
#[derive(Debug)]
pub(crate) struct Against {
    pub(crate) under: Under,
    pub(crate) ledger: Ledger,
    pub(crate) parties: Vec<Party>,
}

impl Against {
    fn setting(&self) -> Setting<'_> {
        Setting {
            rule: self.under.rule,
            audience: &self.under.audience,
            ledger: &self.ledger,
            parties: &self.parties,
            wish: &self.under.wish,
        }
    }

    pub(crate) fn propose(&self, draft: &Confidential<Draft>) -> Confidential<Proposal> {
        propose(draft, &self.setting())
    }

    /// Releases a draft, or says with which code it is not and how many findings stand against it.
    pub(crate) fn release(
        &self,
        draft: Draft,
        warrant: &Warrant,
    ) -> Result<AnyRelease, (&'static str, usize)> {
        let released = release(Confidential::seal(draft), &self.setting());
        released.map_err(|refused| {
            let detail = refused.detail.expose(warrant);
            (refused.code, detail.breaches.len())
        })
    }
}

/// A draft that was opened at the head, and what it is held against.
#[derive(Debug)]
pub struct Opened {
    pub(crate) draft: DraftLine,
    pub(crate) counts: Confidential<Draft>,
    pub(crate) against: Against,
    /// The release and the cell of it that are to be explained; none for a draft that is examined.
    pub(crate) cell: Option<(Shown, Vec<String>)>,
    /// How the draft was counted, if it was counted here.
    pub(crate) counting: Option<Counting>,
    /// What was counted in the cell.
    pub(crate) traced: Option<Confidential<Traced>>,
    pub(crate) warrant: Warrant,
}

impl Opened {
    /// What becomes of each cell. It can take long, so it is done outside of the journal's lock.
    pub(crate) fn held_against(self) -> Result<Answer, OfficeError> {
        let proposal = self.against.propose(&self.counts);
        let Some((shown, codes)) = self.cell else {
            return Ok(Answer::Examined(Box::new(Examined {
                draft: self.draft,
                counts: self.counts,
                proposal,
                warrant: self.warrant,
            })));
        };
        let table = &self.counts.expose(&self.warrant).table;
        let wanted: Vec<&str> = codes.iter().map(String::as_str).collect();
        let row = table.iter().position(|(codes, _)| codes == wanted);
        let fate = row.and_then(|row| proposal.expose(&self.warrant).fates.get(row).copied());
        let printed = table_of(&shown.released).get(&wanted).cloned();
        let counted = table.get(&wanted).cloned();
        let (Some(fate), Some(counted), Some(printed)) = (fate, counted, printed) else {
            return Err(OfficeError::ReleaseDamaged(shown.line.release));
        };
        Ok(Answer::Explained(Box::new(Explained {
            line: shown.line,
            codes,
            printed,
            behind: Confidential::seal(Behind { counted, fate }),
            counting: self.counting,
            traced: self.traced,
            warrant: self.warrant,
        })))
    }
}

/// The table of a release.
pub(crate) const fn table_of(released: &AnyRelease) -> &Table {
    match released {
        AnyRelease::Public(released) => released.value(),
        AnyRelease::Agreement(released) => released.value(),
        AnyRelease::Party(released) => released.value(),
    }
}

/// The identifier of a release.
pub(crate) fn identifier_of(released: &AnyRelease) -> &str {
    match released {
        AnyRelease::Public(released) => released.identifier(),
        AnyRelease::Agreement(released) => released.identifier(),
        AnyRelease::Party(released) => released.identifier(),
    }
}

/// A release as it is stored, read back: it must be what its identifier names.
pub(crate) fn read_back(
    identifier: &str,
    rule: &str,
    content: &[u8],
) -> Result<(AnyRelease, Publication), OfficeError> {
    let damaged = || OfficeError::ReleaseDamaged(identifier.to_owned());
    let publication = decode_publication(content)?;
    let released = recalled(Recalled {
        identifier: identifier.to_owned(),
        audience: publication.audience.clone(),
        rule: Rule::of_code(rule).ok_or_else(damaged)?,
        population: publication.population.clone(),
        vintage: publication.vintage.clone(),
        table: publication.table.clone(),
        hierarchies: publication.hierarchies.clone(),
    });
    Ok((released.map_err(|_| damaged())?, publication))
}

/// What a release was made under, from the codes that were kept.
pub(crate) fn under_of(line: &ReleaseLine, making: &Making) -> Option<Under> {
    Some(Under {
        rule: Rule::of_code(&line.rule)?,
        audience: Audience::of_code(&line.audience)?,
        wish: Wish {
            mask: making.mask.clone(),
            keep: making.keep.clone(),
        },
    })
}

/// Parties, from the codes that were kept. A party is always of its own audience.
pub(crate) fn parties_of<'a>(
    kept: impl IntoIterator<Item = (&'a str, &'a [String])>,
) -> Vec<Party> {
    let party = |(code, sees): (&str, &[String])| {
        let mut sees: Vec<Audience> = sees
            .iter()
            .filter_map(|code| Audience::of_code(code))
            .collect();
        let own = Audience::Party(code.to_owned());
        if !sees.contains(&own) {
            sees.push(own);
        }
        Party {
            code: code.to_owned(),
            sees,
        }
    };
    kept.into_iter().map(party).collect()
}

/// What a node has released to the public, withdrawn releases included, in the order in which they
/// were signed. It needs no key: the node may be locked. What the node has not signed, or what is
/// not what its name says, is left out.
///
/// # Errors
/// When the node has no vault, or the disk refuses.
pub fn published(node_folder: &Path) -> Result<Vec<PublicRelease>, OfficeError> {
    let public = Keyring::open(&Folders::of(node_folder).keyring())?.head_public();
    let mut found = Vec::new();
    for (name, encoded, signature) in keep::released::all(&node_folder.join(FOLDER))? {
        let message = Artefact::message(&encoded);
        let signed = Signature::from_bytes(&signature)
            .is_ok_and(|signature| public.verify(&message, &signature));
        if !signed {
            continue;
        }
        if let Some(release) = public_release(&name, &encoded) {
            found.push(release);
        }
    }
    found.sort_by_key(|release| release.act);
    Ok(found)
}

fn public_release(name: &str, encoded: &[u8]) -> Option<PublicRelease> {
    let artefact = Artefact::decode(encoded).ok()?;
    if artefact.release != name {
        return None;
    }
    let (released, publication) = read_back(name, &artefact.rule, &artefact.content).ok()?;
    let AnyRelease::Public(released) = released else {
        return None;
    };
    Some(PublicRelease {
        released,
        rule: Rule::of_code(&artefact.rule)?,
        population: publication.population,
        vintage: publication.vintage,
        hierarchies: publication.hierarchies,
        act: artefact.act,
        at_ms: artefact.at_ms,
        supersedes: artefact.supersedes,
        superseded_by: artefact.superseded_by,
        withdrawn: artefact
            .withdrawn
            .map(|(act, at_ms, reason)| Withdrawn { act, at_ms, reason }),
    })
}
