//! What each thing that is asked for becomes.

mod care;
mod door;
mod lists;
mod maps;
mod people;
mod reach;
pub(crate) mod release;
mod rights;

use evidence::record::{PersonRole, Record};
use keep::act::Inside;
use keep::act::schema::{
    BackupMade, DossierOpened, DossierRead, ErasureConfirmed, ErasureDone, ErasureRequested,
    FigureKept, HoldLifted, HoldPlaced, ImportBegun, KeyringSaved, NamesSearched, NodeRestored,
    RecordsImported, RequestRefused, RetentionSet,
};
use keep::journal::Store;
use keep::keyring::Erased;
use keep::views::{Dossier, DossierState};
use protect::{Confidential, Warrant};
use rand_core::Rng;
use terms::id::{DossierId, ErasureId, FigureId, HoldId, ImportId, RecordId};

use crate::ask::{Answer, Ask, Ground, ReadDossier, Request};
use crate::authority::Reach;
use crate::desk::{By, Desk, Draft, Task, plain_name};
use crate::error::OfficeError;
use crate::import::Staged;
use crate::limits;
use crate::seal::{Opened, disclose, open_act};

pub(crate) use reach::Acting;

pub(crate) type Decided = Result<(Vec<Draft>, Answer), OfficeError>;

/// What is known here of a record's source.
pub(crate) enum Source {
    /// Nothing.
    New,
    /// That dossier has a record of it.
    Here(DossierId),
    /// Its record was erased here, and does not come back.
    Erased,
}

impl Desk {
    /// A random identifier.
    pub(crate) fn id(&mut self) -> [u8; 16] {
        let mut id = [0; 16];
        self.rng.fill_bytes(&mut id);
        id
    }

    /// Puts the next `count` keys aside: makes sure they are durable and answers with the first. A
    /// proposal that needs several asks once, since the views know of them only by its acts.
    pub(crate) fn keys(&mut self, count: u64) -> Result<u64, OfficeError> {
        let first = self.views()?.next_key()?;
        if count > 0 {
            self.keyring.provide(first + count - 1, &mut self.rng)?;
        }
        Ok(first)
    }

    /// Decides on a request. A refusal that says something of whoever asked is an act too, so that
    /// the overseer sees what was tried.
    pub(crate) fn request(
        &mut self,
        request: Request,
        first_act: u64,
        store: &mut dyn Store,
    ) -> Result<(By, Vec<Draft>, Answer), OfficeError> {
        let at_ms = request.at.as_millisecond();
        let present = self.acting(request.who, at_ms)?;
        let by = present.by(&request);
        let power = request.ask.power();
        let about = request.ask.dossier();
        let decided = self
            .authorise(present, &request)
            .and_then(|acting| self.act(&acting, request.ask, first_act, store));
        match decided {
            Ok((drafts, answer)) => Ok((by, drafts, answer)),
            Err(refusal) => {
                let Some(cause) = refusal.cause() else {
                    return Err(refusal);
                };
                let about = match &refusal {
                    OfficeError::Hidden { dossier, .. } => *dossier,
                    _ => about,
                };
                let known = match about {
                    Some(dossier) => self.views()?.dossier(dossier)?.map(|found| found.dossier),
                    None => None,
                };
                let refused = Draft::open(RequestRefused {
                    power: power.code().to_owned(),
                    cause: cause.to_owned(),
                    dossier: known,
                });
                Ok((by, vec![refused], Answer::Refused(refusal)))
            }
        }
    }

    fn act(&mut self, acting: &Acting, ask: Ask, first_act: u64, store: &mut dyn Store) -> Decided {
        let warrant = Warrant::issue(first_act);
        match ask {
            Ask::AddStaff(new) => self.add_staff(new, acting.at_ms, &warrant),
            Ask::ChangeStaff { .. }
            | Ask::EndStaff { .. }
            | Ask::ListStaff
            | Ask::ReadStaffName { .. }
            | Ask::SetAgency { .. }
            | Ask::Suspend { .. }
            | Ask::RequestReset { .. }
            | Ask::ConfirmReset { .. }
            | Ask::ReadKeys => self.act_on_people(acting, ask, warrant, store),
            Ask::ReportOwn
            | Ask::SetPassword { .. }
            | Ask::AddPasskey { .. }
            | Ask::EndCredential { .. }
            | Ask::EndSessions { .. }
            | Ask::ReadOwnAccount
            | Ask::ReadOwnLog { .. }
            | Ask::ListNotices => self.act_on_own(acting, ask),
            Ask::Assign { .. }
            | Ask::Release { .. }
            | Ask::BreakGlass { .. }
            | Ask::EndGlass { .. }
            | Ask::SeeGlass { .. }
            | Ask::ReadMirror { .. } => self.act_on_care(acting, ask, &warrant),
            Ask::RecordConsent { .. }
            | Ask::WithdrawConsent { .. }
            | Ask::OpenMatter { .. }
            | Ask::AnswerMatter { .. }
            | Ask::AnswerComplaint { .. }
            | Ask::ReadComplaint { .. } => self.act_on_rights(acting, ask, warrant, store),
            Ask::RequestExport { .. }
            | Ask::ApproveExport { .. }
            | Ask::TakeExport { .. }
            | Ask::ListExports => self.act_on_exports(acting, ask, warrant, store),
            Ask::BringDraft { .. }
            | Ask::ListDrafts
            | Ask::ExamineDraft { .. }
            | Ask::SignRelease { .. }
            | Ask::WithdrawRelease { .. }
            | Ask::ListReleases
            | Ask::ReadRelease { .. }
            | Ask::ExplainRelease { .. }
            | Ask::ListPublication(_)
            | Ask::SetParty { .. } => self.act_on_releases(acting, ask, warrant, store),
            Ask::GiveAccess { dossier, reason } => self.give_access(
                acting,
                dossier,
                reason.into_exposed(&warrant),
                warrant,
                store,
            ),
            Ask::Tabulate { tabulation, keep } => {
                self.tabulate(acting, &tabulation, keep, (first_act, warrant))
            }
            Ask::KeepFigure { concepts } => self.keep_figure(concepts, first_act),
            Ask::ListMaps => self.list_maps(acting),
            Ask::KeepMap { name, text } => self.keep_map(acting, name, text),
            Ask::EstimateLists(asked) => self.estimate_lists(acting, *asked, warrant),
            _ => self.act_on_records(acting, ask, warrant, store),
        }
    }

    fn act_on_records(
        &mut self,
        acting: &Acting,
        ask: Ask,
        warrant: Warrant,
        store: &mut dyn Store,
    ) -> Decided {
        match ask {
            Ask::EnterRecord {
                dossier,
                role,
                replaces,
                record,
            } => self.enter(
                acting,
                dossier,
                role,
                replaces,
                record.into_exposed(&warrant),
            ),
            Ask::BeginImport { persons } => self.begin_import(acting, persons),
            Ask::FinishImport(staged) => self.finish_import(staged),
            Ask::TakeDeposits => self.take_deposits(store),
            Ask::ListDossiers { role, most } => {
                let carer = (acting.reach == Reach::Care).then_some(acting.staff.staff);
                let views = self.views()?;
                let found = views.newest_dossiers(acting.staff.agency, carer, role, most)?;
                Ok((Vec::new(), Answer::Dossiers(found)))
            }
            Ask::ReadDossier { dossier, reason } => {
                let reason = reason.into_exposed(&warrant);
                self.read(acting, dossier, reason, warrant, store)
            }
            Ask::SearchNames { words, reason } => {
                let words = words.into_exposed(&warrant);
                let reason = reason.into_exposed(&warrant);
                self.search(acting, &words, &reason, store)
            }
            Ask::PlaceHold { dossier, reason } => {
                self.place_hold(acting, dossier, reason.into_exposed(&warrant))
            }
            Ask::LiftHold { hold, reason } => {
                self.lift_hold(acting, hold, reason.into_exposed(&warrant))
            }
            Ask::RequestErasure {
                dossier,
                ground,
                reason,
            } => self.request_erasure(acting, dossier, ground, reason.into_exposed(&warrant)),
            Ask::ConfirmErasure { erasure } => self.confirm_erasure(acting, erasure),
            Ask::SetRetention { role, days } => {
                Ok((vec![Draft::open(RetentionSet { role, days })], Answer::Done))
            }
            Ask::ReadLog {
                dossier,
                after,
                most,
            } => {
                let lines = self.views()?.log_lines(dossier, after, most)?;
                Ok((Vec::new(), Answer::Log(lines)))
            }
            // Everything else was met before.
            _ => Ok((Vec::new(), Answer::Done)),
        }
    }

    pub(crate) fn task(&mut self, task: Task, store: &mut dyn Store) -> Decided {
        match task {
            Task::Found(founded, name, sign_in, at_ms) => {
                self.found(*founded, name, sign_in, at_ms)
            }
            Task::Restore { batch } => self.restored(batch),
            Task::RecoverAdministrator { staff, at_ms } => self.recover_administrator(staff, at_ms),
            Task::FinishErasures => self.finish_erasures(store),
            Task::NoteKeyringSaved { place, epoch } => {
                let epoch = epoch.unwrap_or(self.keyring.epoch());
                let saved = KeyringSaved { epoch, place };
                Ok((vec![Draft::open(saved)], Answer::Done))
            }
            Task::NoteBackup { batch, place } => {
                Ok((vec![Draft::open(BackupMade { batch, place })], Answer::Done))
            }
        }
    }

    /// A dossier that can be read and written.
    pub(crate) fn open_dossier(&self, dossier: DossierId) -> Result<Dossier, OfficeError> {
        let found = self.views()?.dossier(dossier)?;
        let found = found.ok_or(OfficeError::DossierMissing)?;
        match found.state {
            DossierState::Open => Ok(found),
            DossierState::Confirmed | DossierState::Erased => Err(OfficeError::DossierErased),
        }
    }

    /// Keyed digests by which the record of a source is known again.
    pub(crate) fn marks(&self, record: &Record) -> Result<Vec<[u8; 32]>, OfficeError> {
        let Some(source) = &record.source else {
            return Ok(Vec::new());
        };
        let parts = [source.source.as_bytes(), source.number.as_bytes()];
        let key = self.keyring.fingerprint_key()?;
        Ok(vec![protect::vault::fingerprint(key, "source", &parts)])
    }

    /// What is known here of a record's source.
    pub(crate) fn source_of(&self, marks: &[[u8; 32]]) -> Result<Source, OfficeError> {
        for mark in marks {
            if let Some(dossier) = self.views()?.marked(mark)? {
                return match self.open_dossier(dossier) {
                    Ok(_) => Ok(Source::Here(dossier)),
                    Err(OfficeError::DossierErased) => Ok(Source::Erased),
                    Err(error) => Err(error),
                };
            }
            let mut erased = self.keyring.erased()?.iter();
            if erased.any(|erased| erased.marks.contains(mark)) {
                return Ok(Source::Erased);
            }
        }
        Ok(Source::New)
    }

    fn enter(
        &mut self,
        acting: &Acting,
        dossier: Option<DossierId>,
        role: PersonRole,
        replaces: Option<RecordId>,
        record: Record,
    ) -> Decided {
        match self.source_of(&self.marks(&record)?)? {
            Source::Erased => return Err(OfficeError::SourceErased),
            // A correction says again where it comes from.
            Source::Here(known) if replaces.is_none() || dossier != Some(known) => {
                return Err(OfficeError::RecordKnown);
            }
            Source::Here(_) | Source::New => {}
        }
        let mut drafts = Vec::new();
        let (dossier, key) = match dossier {
            Some(dossier) => (dossier, self.in_reach(acting, dossier)?.key),
            None => {
                let key = self.keys(1)?;
                let dossier = DossierId(self.id());
                let agency = acting.staff.agency;
                let custodian = (agency != self.views()?.own_agency()?).then_some(agency);
                // What somebody enters about those in their care is theirs to care for.
                let carer = (acting.reach == Reach::Care).then_some(acting.staff.staff);
                drafts.push(Draft::open(DossierOpened {
                    dossier,
                    role,
                    key,
                    custodian,
                    carer,
                }));
                (dossier, key)
            }
        };
        if let Some(replaced) = replaces {
            let place = self.views()?.record(replaced)?;
            place
                .filter(|place| place.dossier == dossier && !place.replaced)
                .ok_or(OfficeError::RecordMissing)?;
        }
        let id = self.enter_into(dossier, key, replaces, record, &mut drafts)?;
        let answer = Answer::Record {
            dossier,
            record: id,
        };
        Ok((drafts, answer))
    }

    fn begin_import(&mut self, acting: &Acting, persons: u64) -> Decided {
        let first_key = self.keys(persons)?;
        let import = ImportId(self.id());
        let begun = ImportBegun {
            import,
            first_key,
            keys: persons,
        };
        let agency = acting.staff.agency;
        let answer = Answer::Import {
            import,
            first_key,
            by: acting.by(),
            custodian: (agency != self.views()?.own_agency()?).then_some(agency),
        };
        Ok((vec![Draft::open(begun)], answer))
    }

    /// What was staged becomes true, if none of it came in or was erased meanwhile.
    fn finish_import(&self, staged: Staged) -> Decided {
        for mark in &staged.marks {
            if !matches!(self.source_of(std::slice::from_ref(mark))?, Source::New) {
                return Err(OfficeError::ImportUnfit(
                    "some of its records came in, or were erased, while it was read; nothing is \
                     taken: bring it in again"
                        .to_owned(),
                ));
            }
        }
        let imported: RecordsImported = staged.into();
        Ok((vec![Draft::open(imported)], Answer::Done))
    }

    fn read(
        &mut self,
        acting: &Acting,
        dossier: DossierId,
        reason: String,
        warrant: Warrant,
        store: &mut dyn Store,
    ) -> Decided {
        let found = self.in_reach_or_broken(acting, dossier)?;
        let reason = given(reason)?;
        self.within(acting, limits::READS)?;
        let read = self.opened(&found, warrant, store)?;
        let draft = Draft::closed(DossierRead { dossier }, found.key, Inside::Words(reason));
        Ok((vec![draft], Answer::Dossier(read)))
    }

    /// Opens every record of a dossier, under the warrant of the act that stands for the look.
    pub(crate) fn opened(
        &self,
        found: &Dossier,
        warrant: Warrant,
        store: &mut dyn Store,
    ) -> Result<ReadDossier, OfficeError> {
        let dossier = found.dossier;
        let mut records = Vec::new();
        for place in self.views()?.records(dossier)? {
            if let Some(record) = self.record_at(&place, store)? {
                records.push((place.record, place.replaced, Confidential::seal(record)));
            }
        }
        Ok(ReadDossier {
            dossier,
            role: found.role,
            records,
            warrant,
        })
    }

    /// Opens a record where it lies.
    pub(crate) fn record_at(
        &self,
        place: &keep::views::RecordPlace,
        store: &mut dyn Store,
    ) -> Result<Option<Record>, OfficeError> {
        let number = place.entered_act;
        let opened = match &place.chunk {
            Some(chunk) => self.act_in_import(number, chunk, store)?,
            None => {
                let stored = store.act(number)?.unwrap_or_default();
                open_act(&self.keyring, number, &stored)?
            }
        };
        let Opened::Act(act, _) = opened else {
            return Err(OfficeError::Unopened { act: number });
        };
        let Some(closed) = &act.closed else {
            return Ok(None);
        };
        match disclose(&self.keyring, number, closed)? {
            Some(Inside::Record(record)) => Ok(Some(record)),
            _ => Ok(None),
        }
    }

    fn search(
        &mut self,
        acting: &Acting,
        words: &str,
        reason: &str,
        store: &mut dyn Store,
    ) -> Decided {
        let reason = given(reason.to_owned())?;
        self.within(acting, limits::SEARCHES)?;
        let wanted: Vec<String> = words.split_whitespace().map(plain_name).collect();
        if wanted.is_empty() {
            return Err(OfficeError::ReasonMissing);
        }
        if self.names.is_none() {
            self.names = Some(self.gather_names(store)?);
        }
        let bears = |name: &str| wanted.iter().all(|word| name.contains(word.as_str()));
        let names = self.names.iter().flatten();
        let mut found: Vec<DossierId> = names
            .filter(|(name, _)| bears(name))
            .map(|(_, dossier)| *dossier)
            .collect();
        found.sort_unstable();
        found.dedup();
        // Whom others care for is not found, lest a search tell that somebody is known to them.
        let mut near = Vec::with_capacity(found.len());
        for dossier in &found {
            if self.reaches(acting, *dossier)? {
                near.push(*dossier);
            }
        }
        // The words may name whoever bears them, in reach or not: they go when one is erased.
        let key = self.keys(1)?;
        let searched = NamesSearched {
            key: Some(key),
            count: near.len() as u64,
            found,
        };
        let words = Inside::Words(format!("{words}\n{reason}"));
        Ok((
            vec![Draft::closed(searched, key, words)],
            Answer::Found(near),
        ))
    }

    fn place_hold(&mut self, acting: &Acting, dossier: DossierId, reason: String) -> Decided {
        let found = self.in_reach(acting, dossier)?;
        let reason = given(reason)?;
        let hold = HoldId(self.id());
        let placed = HoldPlaced { hold, dossier };
        let draft = Draft::closed(placed, found.key, Inside::Words(reason));
        Ok((vec![draft], Answer::Hold(hold)))
    }

    fn lift_hold(&self, acting: &Acting, hold: HoldId, reason: String) -> Decided {
        let dossier = self.views()?.hold(hold)?.ok_or(OfficeError::HoldMissing)?;
        let found = self.in_reach_or(acting, dossier, OfficeError::HoldMissing)?;
        let reason = given(reason)?;
        let lifted = HoldLifted { hold, dossier };
        let draft = Draft::closed(lifted, found.key, Inside::Words(reason));
        Ok((vec![draft], Answer::Done))
    }

    fn request_erasure(
        &mut self,
        acting: &Acting,
        dossier: DossierId,
        ground: Ground,
        reason: String,
    ) -> Decided {
        let found = self.in_reach(acting, dossier)?;
        let reason = given(reason)?;
        let erasure = ErasureId(self.id());
        let requested = ErasureRequested {
            erasure,
            dossier,
            ground: ground.code().to_owned(),
        };
        let draft = Draft::closed(requested, found.key, Inside::Words(reason));
        Ok((vec![draft], Answer::Erasure(erasure)))
    }

    fn confirm_erasure(&self, acting: &Acting, erasure: ErasureId) -> Decided {
        let request = self.views()?.erasure(erasure)?;
        let request = request
            .filter(|request| !request.confirmed)
            .ok_or(OfficeError::ErasureMissing)?;
        if request.requested_by == Some(acting.staff.staff) {
            return Err(OfficeError::SecondPerson);
        }
        self.in_reach_or(acting, request.dossier, OfficeError::ErasureMissing)?;
        let holds = self.views()?.holds(request.dossier)?.len();
        if holds > 0 {
            return Err(OfficeError::LegalHold { holds });
        }
        let confirmed = ErasureConfirmed {
            erasure,
            dossier: request.dossier,
        };
        Ok((vec![Draft::open(confirmed)], Answer::Done))
    }

    /// Destroys keys under the journal's lock. Deposits are sealed to a key that goes with the
    /// epoch, so those that wait are taken in first, in a batch of their own.
    fn finish_erasures(&mut self, store: &mut dyn Store) -> Decided {
        let unfinished = self.views()?.erasures_unfinished()?;
        if unfinished.is_empty() {
            return Ok((Vec::new(), Answer::Done));
        }
        if !self.views()?.deposits_waiting()?.is_empty() {
            return self.take_deposits(store);
        }
        let views = self.views()?;
        let erased: Result<Vec<Erased>, OfficeError> = unfinished
            .iter()
            .map(|dossier| {
                let mut keys = views.search_keys(dossier.dossier)?;
                keys.push(dossier.key);
                Ok(Erased {
                    dossier: dossier.dossier,
                    keys,
                    marks: views.marks(dossier.dossier)?,
                })
            })
            .collect();
        let erased = erased?;
        self.columns_before_destroying()?;
        let epoch = self.keyring.destroy(&erased, &mut self.rng)?;
        self.columns_after_destroying()?;
        let done = |dossier: &Dossier| {
            Draft::open(ErasureDone {
                dossier: dossier.dossier,
                epoch,
            })
        };
        Ok((unfinished.iter().map(done).collect(), Answer::Done))
    }

    /// The first acts of a new life: that it is one, and the tombstones that the backup is too old
    /// for.
    fn restored(&mut self, batch: u64) -> Decided {
        let first_key = self.keyring.first_unmade()?.max(self.views()?.next_key()?);
        let epoch = self.keyring.epoch();
        let mut drafts = vec![Draft::open(NodeRestored {
            batch,
            epoch,
            first_key,
        })];
        for erased in self.keyring.erased()? {
            let known = self.views()?.dossier(erased.dossier)?;
            if known.is_some_and(|dossier| dossier.state != DossierState::Erased) {
                let dossier = erased.dossier;
                drafts.push(Draft::open(ErasureDone { dossier, epoch }));
            }
        }
        Ok((drafts, Answer::Done))
    }

    fn keep_figure(&mut self, concepts: Vec<String>, first_act: u64) -> Decided {
        // Everything up to the act before this one.
        let up_to_act = first_act - 1;
        let counted = self.views()?.count(&concepts, up_to_act)?;
        let figure = FigureId(self.id());
        let kept = FigureKept {
            figure,
            up_to_act,
            concepts,
            cells: counted.clone().into_iter().collect(),
        };
        Ok((
            vec![Draft::open(kept)],
            Answer::Figure(figure, Confidential::seal(counted)),
        ))
    }
}

/// A reason that says something.
pub(crate) fn given(reason: String) -> Result<String, OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::ReasonMissing);
    }
    Ok(reason)
}
