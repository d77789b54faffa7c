//! Drafts, releases and what they are held against.

use analyse::tabulation::Told;
use analyse::tabulation::told::years_sentence;
use keep::act::Inside;
use keep::act::schema::{
    DraftBrought, DraftExamined, PartySet, PublicationListed, ReleaseExplained, ReleaseSigned,
    ReleaseWithdrawn,
};
use keep::act::tables::{decode_draft, decode_publication, encode_draft, encode_publication};
use keep::journal::Store;
use keep::released::{self, Artefact};
use keep::views::{DraftLine, ReleaseLine};
use protect::draft::Draft as Counts;
use protect::ledger::{Ledger, Publication};
use protect::{Audience, Confidential, Warrant};
use terms::cell::Cell;
use terms::id::{DraftId, PublicationId};
use terms::table::Table;

use super::{Acting, Decided, given};
use crate::ask::{Answer, Ask};
use crate::authority::{Power, may};
use crate::desk::{Desk, Draft};
use crate::error::OfficeError;
use crate::release::{
    Against, ListedPublication, Opened, Releases, Shown, Signed, Under, identifier_of, parties_of,
    read_back, table_of, under_of,
};
use crate::seal::{Opened as OpenedAct, disclose, open_act};

/// Cells of a draft at most: more than any table that is read by people, and few enough to be held
/// against an attacker.
const CELLS_MAX: usize = 100_000;
/// Characters of a name at most.
const NAME_MAX: usize = 200;
/// Characters of a party's or an agreement's code at most.
const CODE_MAX: usize = 40;

impl Desk {
    pub(super) fn act_on_releases(
        &mut self,
        acting: &Acting,
        ask: Ask,
        warrant: Warrant,
        store: &mut dyn Store,
    ) -> Decided {
        match ask {
            Ask::BringDraft { name, draft } => {
                self.bring_draft(acting, name, &draft.into_exposed(&warrant))
            }
            Ask::ListDrafts => {
                let drafts = self.views()?.drafts(acting.staff.agency)?;
                Ok((Vec::new(), Answer::Drafts(drafts)))
            }
            Ask::ExamineDraft { draft, under } => {
                self.examine_draft(acting, draft, under, warrant, store)
            }
            Ask::SignRelease {
                draft,
                under,
                supersedes,
            } => self.sign_release(acting, draft, (under, supersedes), warrant, store),
            Ask::WithdrawRelease { release, reason } => {
                self.withdraw_release(acting, release, reason)
            }
            Ask::ReadRelease { release } => {
                let shown = self.shown(self.release_of(&release)?)?;
                Ok((Vec::new(), Answer::Release(Box::new(shown))))
            }
            Ask::ExplainRelease { release, cell } => {
                self.explain_release(acting, (release, cell), warrant, store)
            }
            Ask::ListPublication(publication) => self.list_publication(&publication),
            Ask::SetParty { party, sees } => set_party(party, &sees),
            // The last of them: what was released.
            _ => Ok((
                Vec::new(),
                Answer::Releases(Box::new(Releases {
                    releases: self.views()?.releases()?,
                    listed: self.listed()?,
                    parties: self.views()?.parties()?,
                })),
            )),
        }
    }

    pub(crate) fn bring_draft(
        &mut self,
        acting: &Acting,
        name: String,
        counts: &Counts,
    ) -> Decided {
        fit_name(&name).map_err(OfficeError::DraftUnfit)?;
        fit_draft(counts).map_err(OfficeError::DraftUnfit)?;
        let agency = acting.staff.agency;
        let drafts = self.views()?.drafts(agency)?;
        if drafts.iter().any(|known| known.name == name) {
            return Err(OfficeError::DraftNameTaken);
        }
        let key = self.keys(1)?;
        let draft = DraftId(self.id());
        let brought = DraftBrought {
            draft,
            key,
            agency,
            name,
            population: counts.population.clone(),
            vintage: counts.vintage.clone(),
            cells: counts.table.len() as u64,
        };
        let inside = Inside::Draft(encode_draft(counts));
        Ok((
            vec![Draft::closed(brought, key, inside)],
            Answer::Draft(draft),
        ))
    }

    /// A draft of the agency of whoever acts.
    fn draft_in_reach(&self, acting: &Acting, draft: DraftId) -> Result<DraftLine, OfficeError> {
        let line = self.views()?.draft(draft)?;
        let line = line.ok_or(OfficeError::DraftMissing)?;
        if line.agency == acting.staff.agency {
            Ok(line)
        } else {
            Err(OfficeError::DraftMissing.hidden(None))
        }
    }

    /// The counts of a draft; none if their key is destroyed.
    pub(crate) fn counts_of(
        &self,
        line: &DraftLine,
        store: &mut dyn Store,
    ) -> Result<Option<Counts>, OfficeError> {
        let number = line.act;
        let stored = store.act(number)?.unwrap_or_default();
        let OpenedAct::Act(act, _) = open_act(&self.keyring, number, &stored)? else {
            return Err(OfficeError::Unopened { act: number });
        };
        let closed = act.closed.as_ref();
        let closed = closed.ok_or(OfficeError::Unopened { act: number })?;
        match disclose(&self.keyring, number, closed)? {
            Some(Inside::Draft(bytes)) => Ok(Some(decode_draft(&bytes)?)),
            Some(_) => Err(OfficeError::Unopened { act: number }),
            None => Ok(None),
        }
    }

    /// Everything that was shown before an act.
    fn ledger_before(&self, act: u64) -> Result<Ledger, OfficeError> {
        let mut ledger = Ledger::new();
        for (release, content) in self.views()?.shown_before(act)? {
            let mut publication = decode_publication(&content)?;
            if let Some(release) = release {
                publication.name = release;
            }
            ledger.add(publication);
        }
        Ok(ledger)
    }

    /// What a draft is held against at the head, before the act of a warrant.
    fn against(&self, under: Under, warrant: &Warrant) -> Result<Against, OfficeError> {
        let parties = self.views()?.parties()?;
        let kept = parties
            .iter()
            .map(|line| (line.party.as_str(), line.sees.as_slice()));
        Ok(Against {
            ledger: self.ledger_before(warrant.act())?,
            parties: parties_of(kept),
            under,
        })
    }

    /// What a release was held against when it was signed; none when its rule or audience is of a
    /// later program.
    fn against_then(&self, line: &ReleaseLine) -> Result<Option<Against>, OfficeError> {
        let found = self.views()?.release_content(&line.release)?;
        let (_, making) = found.ok_or(OfficeError::ReleaseMissing)?;
        let Some(under) = under_of(line, &making) else {
            return Ok(None);
        };
        let kept = making
            .parties
            .iter()
            .map(|(party, sees)| (party.as_str(), sees.as_slice()));
        Ok(Some(Against {
            ledger: self.ledger_before(line.act)?,
            parties: parties_of(kept),
            under,
        }))
    }

    fn examine_draft(
        &self,
        acting: &Acting,
        draft: DraftId,
        under: Under,
        warrant: Warrant,
        store: &mut dyn Store,
    ) -> Decided {
        let line = self.draft_in_reach(acting, draft)?;
        self.audience_known(&under.audience)?;
        let counts = self.counts_of(&line, store)?;
        let counts = counts.ok_or(OfficeError::DraftMissing)?;
        fit_wish(&counts.table, &under)?;
        let examined = DraftExamined {
            draft,
            audience: under.audience.code(),
            rule: under.rule.code.to_owned(),
        };
        let opened = Opened {
            draft: line,
            counts: Confidential::seal(counts),
            against: self.against(under, &warrant)?,
            cell: None,
            counting: None,
            traced: None,
            warrant,
        };
        let drafts = vec![Draft::open(examined)];
        Ok((drafts, Answer::Opened(Box::new(opened))))
    }

    fn sign_release(
        &self,
        acting: &Acting,
        draft: DraftId,
        (under, supersedes): (Under, Option<String>),
        warrant: Warrant,
        store: &mut dyn Store,
    ) -> Decided {
        let line = self.draft_in_reach(acting, draft)?;
        if line.brought_by == Some(acting.staff.staff) {
            return Err(OfficeError::SecondPerson);
        }
        self.audience_known(&under.audience)?;
        let superseded = supersedes.as_deref().map(|old| self.release_of(old));
        if let Some(superseded) = superseded.transpose()?
            && superseded.audience != under.audience.code()
        {
            return Err(OfficeError::ReleaseMissing);
        }
        let counts = self.counts_of(&line, store)?;
        let counts = counts.ok_or(OfficeError::DraftMissing)?;
        fit_wish(&counts.table, &under)?;
        let (hierarchies, whole) = (counts.hierarchies.clone(), counts.table.clone());
        let sources: Vec<Option<u64>> = counts.behind.iter().map(|one| one.sources).collect();
        let against = self.against(under, &warrant)?;
        let told = may(acting.role, acting.purpose, Power::ExamineDraft);
        let released = against.release(counts, &warrant);
        let released = released.map_err(|(code, breaches)| OfficeError::ReleaseRefused {
            code,
            breaches: told.then_some(breaches),
        })?;
        let release = identifier_of(&released).to_owned();
        if self.views()?.release(&release)?.is_some() {
            return Err(OfficeError::ReleaseKnown(release));
        }
        let mut table = table_of(&released).clone();
        tell_years(&mut table, &whole, &sources);
        let publication = Publication {
            name: line.name.clone(),
            audience: against.under.audience.clone(),
            population: line.population.clone(),
            vintage: line.vintage.clone(),
            table,
            hierarchies,
        };
        let parties = self.views()?.parties()?.into_iter();
        let under = against.under;
        let act = ReleaseSigned {
            release,
            draft,
            audience: under.audience.code(),
            rule: under.rule.code.to_owned(),
            mask: under.wish.mask,
            keep: under.wish.keep,
            parties: parties.map(|line| (line.party, line.sees)).collect(),
            supersedes,
            content: encode_publication(&publication).into(),
        };
        let (masked, lost) = lost(&whole, table_of(&released));
        let signed = Signed {
            line: line_of(&act, acting, warrant.act()),
            cells: whole.len() as u64,
            masked,
            lost: Confidential::seal(lost),
            released,
            warrant,
        };
        Ok((vec![Draft::open(act)], Answer::Signed(Box::new(signed))))
    }

    fn withdraw_release(&self, acting: &Acting, release: String, reason: String) -> Decided {
        let line = self.release_of(&release)?;
        let draft = self.draft_in_reach(acting, line.draft);
        draft.map_err(|_| OfficeError::ReleaseMissing.hidden(None))?;
        if line.withdrawn.is_some() {
            return Err(OfficeError::ReleaseWithdrawn);
        }
        let reason = given(reason)?;
        let withdrawn = ReleaseWithdrawn { release, reason };
        Ok((vec![Draft::open(withdrawn)], Answer::Done))
    }

    fn release_of(&self, release: &str) -> Result<ReleaseLine, OfficeError> {
        let found = self.views()?.release(release)?;
        found.ok_or(OfficeError::ReleaseMissing)
    }

    /// A release as its audience sees it.
    fn shown(&self, line: ReleaseLine) -> Result<Shown, OfficeError> {
        let found = self.views()?.release_content(&line.release)?;
        let (content, _) = found.ok_or(OfficeError::ReleaseMissing)?;
        let (released, publication) = read_back(&line.release, &line.rule, &content)?;
        Ok(Shown {
            line,
            population: publication.population,
            vintage: publication.vintage,
            hierarchies: publication.hierarchies,
            released,
        })
    }

    fn explain_release(
        &mut self,
        acting: &Acting,
        (release, cell): (String, Vec<String>),
        warrant: Warrant,
        store: &mut dyn Store,
    ) -> Decided {
        let line = self.release_of(&release)?;
        let draft = self.draft_in_reach(acting, line.draft)?;
        let against = self.against_then(&line)?;
        let shown = self.shown(line)?;
        let table = table_of(&shown.released);
        let codes: Vec<&str> = cell.iter().map(String::as_str).collect();
        if table.get(&codes).is_none() {
            return Err(no_such_cell(table));
        }
        let counts = self.counts_of(&draft, store)?;
        let counts = counts.ok_or(OfficeError::DraftMissing)?;
        let explained = ReleaseExplained {
            release: release.clone(),
            cell: cell.clone(),
        };
        let counting = self.views()?.counting(draft.draft)?;
        let asking = acting.staff.agency;
        let traced = match &counting {
            Some(counting) => self.trace(counting, &cell, asking)?,
            None => None,
        };
        let opened = Opened {
            draft,
            counts: Confidential::seal(counts),
            against: against.ok_or(OfficeError::ReleaseDamaged(release))?,
            counting,
            traced: traced.map(Confidential::seal),
            cell: Some((shown, cell)),
            warrant,
        };
        let drafts = vec![Draft::open(explained)];
        Ok((drafts, Answer::Opened(Box::new(opened))))
    }

    fn listed(&self) -> Result<Vec<ListedPublication>, OfficeError> {
        let listed = self.views()?.listed()?;
        let read = |line: keep::views::ListedLine| {
            Ok(ListedPublication {
                publication: line.publication,
                act: line.act,
                at_ms: line.at_ms,
                content: decode_publication(&line.content)?,
            })
        };
        listed.into_iter().map(read).collect()
    }

    fn list_publication(&mut self, publication: &Publication) -> Decided {
        fit_name(&publication.name).map_err(OfficeError::LedgerUnfit)?;
        let (table, hierarchies) = (&publication.table, &publication.hierarchies);
        let of = (&publication.population, &publication.vintage);
        fit_shape(table, hierarchies.len(), of).map_err(OfficeError::LedgerUnfit)?;
        fit_audience(&publication.audience)?;
        let id = PublicationId(self.id());
        let listed = PublicationListed {
            publication: id,
            content: encode_publication(publication).into(),
        };
        Ok((vec![Draft::open(listed)], Answer::Publication(id)))
    }

    /// Somebody must be of an audience, or nobody knows whom a release is for.
    fn audience_known(&self, audience: &Audience) -> Result<(), OfficeError> {
        let parties = self.views()?.parties()?;
        let code = audience.code();
        let known = match audience {
            Audience::Public => true,
            Audience::Agreement(_) => parties.iter().any(|party| party.sees.contains(&code)),
            Audience::Party(of) => parties.iter().any(|party| party.party == *of),
        };
        if known {
            Ok(())
        } else {
            Err(OfficeError::AudienceUnknown(code))
        }
    }

    /// Puts every public release into the node's folder, as the journal has it.
    pub(crate) fn put_artefacts(&self) -> Result<(), OfficeError> {
        for line in self.views()?.releases()? {
            if line.audience != Audience::Public.code() {
                continue;
            }
            let found = self.views()?.release_content(&line.release)?;
            let Some((content, _)) = found else {
                continue;
            };
            let artefact = Artefact {
                release: line.release.clone(),
                rule: line.rule,
                act: line.act,
                at_ms: line.at_ms,
                supersedes: line.supersedes,
                superseded_by: line.superseded_by,
                withdrawn: line
                    .withdrawn
                    .map(|withdrawn| (withdrawn.act, withdrawn.at_ms, withdrawn.reason)),
                content: content.into(),
            };
            let secret = self.keyring.head_secret()?;
            let sign = |message: &[u8]| secret.sign(message).to_bytes();
            let encoded = artefact.encode();
            released::put(&self.released_folder, &line.release, &encoded, sign)?;
        }
        Ok(())
    }

    /// What it takes to make a release again: what is stored of it, and the draft with what it was
    /// held against, where the draft can still be opened.
    pub(crate) fn to_remake(
        &self,
        line: &ReleaseLine,
        store: &mut dyn Store,
    ) -> Result<(Shown, Option<(Counts, Against)>), OfficeError> {
        let shown = self.shown(line.clone())?;
        let Some(draft) = self.views()?.draft(line.draft)? else {
            return Ok((shown, None));
        };
        let counts = self.counts_of(&draft, store)?;
        let against = self.against_then(line)?;
        Ok((shown, counts.zip(against)))
    }
}

fn no_such_cell(table: &Table) -> OfficeError {
    let dimensions = table.dimensions().iter().map(|one| one.id.as_str());
    OfficeError::CellMissing(dimensions.collect::<Vec<_>>().join(", "))
}

/// Whether every cell that is wished for is there: a wish that is not would go unheard.
fn fit_wish(table: &Table, under: &Under) -> Result<(), OfficeError> {
    let mut cells = under.wish.mask.iter().chain(&under.wish.keep);
    let is_there = |cell: &Vec<String>| {
        let codes: Vec<&str> = cell.iter().map(String::as_str).collect();
        table.get(&codes).is_some()
    };
    match cells.all(is_there) {
        true => Ok(()),
        false => Err(no_such_cell(table)),
    }
}

/// A release that is about to be written.
fn line_of(signed: &ReleaseSigned, acting: &Acting, act: u64) -> ReleaseLine {
    ReleaseLine {
        release: signed.release.clone(),
        draft: signed.draft,
        audience: signed.audience.clone(),
        rule: signed.rule.clone(),
        supersedes: signed.supersedes.clone(),
        superseded_by: None,
        signed_by: Some(acting.staff.staff),
        act,
        at_ms: acting.at_ms,
        withdrawn: None,
    }
}

/// How many cells are masked, and their counts added up.
fn lost(whole: &Table, printed: &Table) -> (u64, u64) {
    let (mut masked, mut lost) = (0, 0_u64);
    for (codes, cell) in whole.iter() {
        if let Some(Cell::Masked { .. }) = printed.get(&codes) {
            masked += 1;
            lost = lost.saturating_add(cell.exact().unwrap_or_default());
        }
    }
    (masked, lost)
}

/// Says beside a table that was counted here behind which of its printed years all agencies stand
/// that have such records.
/// It is said now and not when it was counted, since only now it is known which years are printed.
fn tell_years(printed: &mut Table, whole: &Table, sources: &[Option<u64>]) {
    let Some(told) = Told::of(printed) else {
        return;
    };
    let same_order = whole.iter().map(|(codes, _)| codes);
    let same_order = same_order.eq(printed.iter().map(|(codes, _)| codes));
    let sources: Option<Vec<u64>> = sources.iter().copied().collect();
    if let (true, Some(sources)) = (same_order, sources) {
        let sentence = years_sentence(printed, &sources, told.received);
        printed.counting.statement.push_str(&sentence);
    }
}

fn set_party(party: String, sees: &[Audience]) -> Decided {
    fit_code(&party)?;
    for audience in sees {
        fit_audience(audience)?;
        if !matches!(audience, Audience::Agreement(_)) {
            return Err(OfficeError::LedgerUnfit(format!(
                "a party is of agreements, not of “{}”; what is public it sees anyway",
                audience.code()
            )));
        }
    }
    let mut sees: Vec<String> = sees.iter().map(Audience::code).collect();
    sees.sort_unstable();
    sees.dedup();
    Ok((vec![Draft::open(PartySet { party, sees })], Answer::Done))
}

fn fit_audience(audience: &Audience) -> Result<(), OfficeError> {
    match audience {
        Audience::Public => Ok(()),
        Audience::Agreement(code) | Audience::Party(code) => fit_code(code),
    }
}

fn fit_code(code: &str) -> Result<(), OfficeError> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if (1..=CODE_MAX).contains(&code.len()) && code.bytes().all(fits) {
        return Ok(());
    }
    Err(OfficeError::LedgerUnfit(format!(
        "“{code}” is no code of a party or an agreement; allowed: 1 to {CODE_MAX} letters, digits, \
         dots, hyphens"
    )))
}

pub(crate) fn fit_name(name: &str) -> Result<(), String> {
    let length = name.chars().count();
    if name.trim().is_empty() || length > NAME_MAX || name.chars().any(char::is_control) {
        return Err(format!(
            "the name has {length} characters; allowed: 1 to {NAME_MAX}, in one line"
        ));
    }
    Ok(())
}

/// Whether a table has cells, one hierarchy for each dimension, and says whom it counts when.
fn fit_shape(
    table: &Table,
    hierarchies: usize,
    (population, vintage): (&String, &String),
) -> Result<(), String> {
    if table.is_empty() || table.len() > CELLS_MAX {
        return Err(format!(
            "the table has {} cells; allowed: 1 to {CELLS_MAX}",
            table.len()
        ));
    }
    let dimensions = table.dimensions().len();
    if hierarchies != dimensions {
        return Err(format!(
            "it says of {hierarchies} dimensions how their codes add up; allowed: of each of its \
             {dimensions}"
        ));
    }
    for (field, text) in [("population", population), ("vintage", vintage)] {
        if text.trim().is_empty() {
            return Err(format!(
                "the {field} is blank; say whom it counts, and as of when"
            ));
        }
    }
    Ok(())
}

/// Whether a draft can be one: exact counts, and what stands behind each or behind none.
pub(crate) fn fit_draft(draft: &Counts) -> Result<(), String> {
    let of = (&draft.population, &draft.vintage);
    fit_shape(&draft.table, draft.hierarchies.len(), of)?;
    let (cells, behind) = (draft.table.len(), draft.behind.len());
    if behind != 0 && behind != cells {
        return Err(format!(
            "it says of {behind} cells what stands behind them; allowed: of none, or of all {cells}"
        ));
    }
    if let Some(party) = &draft.party_dimension
        && draft.table.codes(party).is_err()
    {
        return Err(format!("it has no dimension “{party}” of parties"));
    }
    let unfit = draft
        .table
        .iter()
        .find(|(_, cell)| !matches!(cell, Cell::Exact(_) | Cell::Absent(_)));
    match unfit {
        // Not the value: it may be a count about persons.
        Some((codes, cell)) => Err(format!(
            "the cell at {} is {}; allowed: an exact count, or absent with a reason",
            codes.join(" / "),
            cell.status()
        )),
        None => Ok(()),
    }
}
