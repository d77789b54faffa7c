//! What each thing that is asked for becomes.

use evidence::record::{PersonRole, Record};
use keep::act::Inside;
use keep::act::schema::{
    BackupMade, DossierOpened, DossierRead, ErasureConfirmed, ErasureDone, ErasureRequested,
    FigureKept, HoldLifted, HoldPlaced, ImportBegun, KeyringSaved, NamesSearched, NodeRestored,
    RecordsImported, RetentionSet, StaffAdded, StaffEnded,
};
use keep::journal::Store;
use keep::keyring::Erased;
use keep::views::{Dossier, DossierState, Staff};
use protect::{Confidential, Warrant};
use rand_core::Rng;
use terms::id::{DossierId, ErasureId, FigureId, HoldId, ImportId, RecordId, StaffId};

use crate::ask::{Answer, Ask, Ground, ReadDossier, Request};
use crate::authority::{Role, may};
use crate::desk::{By, Desk, Draft, Task, plain_name};
use crate::error::OfficeError;
use crate::seal::{Opened, disclose, open_act};

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
    fn keys(&mut self, count: u64) -> Result<u64, OfficeError> {
        let first = self.views()?.next_key()?;
        if count > 0 {
            self.keyring.provide(first + count - 1, &mut self.rng)?;
        }
        Ok(first)
    }

    /// Whether the person who asks works here, in that role, and may.
    fn authorise(&self, request: &Request) -> Result<(), OfficeError> {
        let staff = self
            .views()?
            .staff(request.actor)?
            .filter(|staff| staff.active)
            .ok_or(OfficeError::ActorUnknown)?;
        let role = request.role;
        if !staff.roles.iter().any(|code| code == role.code()) {
            return Err(OfficeError::RoleMissing { role: role.code() });
        }
        let power = request.ask.power();
        if !may(role, request.purpose, power) {
            return Err(OfficeError::NotAllowed {
                role: role.code(),
                power: power.code(),
                purpose: request.purpose.code(),
            });
        }
        Ok(())
    }

    pub(crate) fn request(
        &mut self,
        request: Request,
        first_act: u64,
        store: &mut dyn Store,
    ) -> Result<(By, Vec<Draft>, Answer), OfficeError> {
        self.authorise(&request)?;
        let by = By {
            at_ms: request.at.as_millisecond(),
            actor: Some(request.actor),
            role: request.role.code(),
            purpose: request.purpose.code(),
        };
        let warrant = Warrant::issue(first_act);
        let (drafts, answer) = match request.ask {
            Ask::AddStaff { name, roles } => self.add_staff(name.into_exposed(&warrant), &roles),
            Ask::EndStaff { staff } => self.end_staff(staff),
            Ask::EnterRecord {
                dossier,
                role,
                replaces,
                record,
            } => self.enter(dossier, role, replaces, record.into_exposed(&warrant)),
            Ask::BeginImport { persons } => self.begin_import(persons),
            Ask::FinishImport(staged) => {
                let imported: RecordsImported = staged.into();
                Ok((vec![Draft::open(imported)], Answer::Done))
            }
            Ask::TakeDeposits => self.take_deposits(store),
            Ask::ListDossiers { role, most } => {
                let found = self.views()?.newest_dossiers(role, most)?;
                Ok((Vec::new(), Answer::Dossiers(found)))
            }
            Ask::ReadDossier { dossier, reason } => {
                self.read(dossier, reason.into_exposed(&warrant), warrant, store)
            }
            Ask::SearchNames { words, reason } => {
                let words = words.into_exposed(&warrant);
                let reason = reason.into_exposed(&warrant);
                self.search(&words, &reason, store)
            }
            Ask::PlaceHold { dossier, reason } => {
                self.place_hold(dossier, reason.into_exposed(&warrant))
            }
            Ask::LiftHold { hold, reason } => self.lift_hold(hold, reason.into_exposed(&warrant)),
            Ask::RequestErasure {
                dossier,
                ground,
                reason,
            } => self.request_erasure(dossier, ground, reason.into_exposed(&warrant)),
            Ask::ConfirmErasure { erasure } => self.confirm_erasure(request.actor, erasure),
            Ask::KeepFigure { concepts } => self.keep_figure(concepts, first_act),
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
        }?;
        Ok((by, drafts, answer))
    }

    pub(crate) fn task(&mut self, task: Task, store: &mut dyn Store) -> Decided {
        match task {
            Task::Found(founded, name) => {
                if self.views()?.node()?.is_some() {
                    return Err(OfficeError::LastAdministrator);
                }
                let (mut drafts, answer) = self.add_staff(name, &[Role::Administrator])?;
                drafts.insert(0, Draft::open(*founded));
                Ok((drafts, answer))
            }
            Task::Restore { batch } => self.restored(batch),
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

    fn add_staff(&mut self, name: String, roles: &[Role]) -> Decided {
        let key = self.keys(1)?;
        let staff = StaffId(self.id());
        let added = StaffAdded {
            staff,
            roles: roles.iter().map(|role| role.code().to_owned()).collect(),
            key,
        };
        let draft = Draft::closed(added, key, Inside::Words(name));
        Ok((vec![draft], Answer::Staff(staff)))
    }

    fn end_staff(&self, staff: StaffId) -> Decided {
        let administers = |staff: &Staff| {
            let code = Role::Administrator.code();
            staff.active && staff.roles.iter().any(|role| role == code)
        };
        let all = self.views()?.all_staff()?;
        if !all.iter().any(|one| one.staff == staff && one.active) {
            return Err(OfficeError::ActorUnknown);
        }
        if !all.iter().any(|one| one.staff != staff && administers(one)) {
            return Err(OfficeError::LastAdministrator);
        }
        Ok((vec![Draft::open(StaffEnded { staff })], Answer::Done))
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
            Some(dossier) => (dossier, self.open_dossier(dossier)?.key),
            None => {
                let key = self.keys(1)?;
                let dossier = DossierId(self.id());
                drafts.push(Draft::open(DossierOpened {
                    dossier,
                    role,
                    key,
                    custodian: None,
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

    fn begin_import(&mut self, persons: u64) -> Decided {
        let first_key = self.keys(persons)?;
        let import = ImportId(self.id());
        let begun = ImportBegun {
            import,
            first_key,
            keys: persons,
        };
        let answer = Answer::Import { import, first_key };
        Ok((vec![Draft::open(begun)], answer))
    }

    fn read(
        &mut self,
        dossier: DossierId,
        reason: String,
        warrant: Warrant,
        store: &mut dyn Store,
    ) -> Decided {
        let found = self.open_dossier(dossier)?;
        let reason = given(reason)?;
        let mut records = Vec::new();
        for place in self.views()?.records(dossier)? {
            if let Some(record) = self.record_at(&place, store)? {
                records.push((place.record, place.replaced, Confidential::seal(record)));
            }
        }
        let draft = Draft::closed(DossierRead { dossier }, found.key, Inside::Words(reason));
        let answer = Answer::Dossier(ReadDossier {
            dossier,
            role: found.role,
            records,
            warrant,
        });
        Ok((vec![draft], answer))
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

    fn search(&mut self, words: &str, reason: &str, store: &mut dyn Store) -> Decided {
        let reason = given(reason.to_owned())?;
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
        // The words may name whoever was found: they go when one of those is erased.
        let key = self.keys(1)?;
        let searched = NamesSearched {
            key: Some(key),
            count: found.len() as u64,
            found: found.clone(),
        };
        let words = Inside::Words(format!("{words}\n{reason}"));
        Ok((
            vec![Draft::closed(searched, key, words)],
            Answer::Found(found),
        ))
    }

    fn place_hold(&mut self, dossier: DossierId, reason: String) -> Decided {
        let found = self.open_dossier(dossier)?;
        let reason = given(reason)?;
        let hold = HoldId(self.id());
        let placed = HoldPlaced { hold, dossier };
        let draft = Draft::closed(placed, found.key, Inside::Words(reason));
        Ok((vec![draft], Answer::Hold(hold)))
    }

    fn lift_hold(&self, hold: HoldId, reason: String) -> Decided {
        let dossier = self.views()?.hold(hold)?.ok_or(OfficeError::HoldMissing)?;
        let found = self.open_dossier(dossier)?;
        let reason = given(reason)?;
        let lifted = HoldLifted { hold, dossier };
        let draft = Draft::closed(lifted, found.key, Inside::Words(reason));
        Ok((vec![draft], Answer::Done))
    }

    fn request_erasure(&mut self, dossier: DossierId, ground: Ground, reason: String) -> Decided {
        let found = self.open_dossier(dossier)?;
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

    fn confirm_erasure(&self, actor: StaffId, erasure: ErasureId) -> Decided {
        let request = self.views()?.erasure(erasure)?;
        let request = request
            .filter(|request| !request.confirmed)
            .ok_or(OfficeError::ErasureMissing)?;
        if request.requested_by == Some(actor) {
            return Err(OfficeError::SecondPerson);
        }
        self.open_dossier(request.dossier)?;
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
        let epoch = self.keyring.destroy(&erased?, &mut self.rng)?;
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
fn given(reason: String) -> Result<String, OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::ReasonMissing);
    }
    Ok(reason)
}
