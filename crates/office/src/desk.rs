//! Whoever decides at the journal's head: the keyring, the views, and a source of random numbers.

use std::collections::BTreeMap;
use std::path::PathBuf;

use keep::act::{Act, Deed, Inside};
use keep::blobs::Blobs;
use keep::columns::Columns;
use keep::journal::{Deciding, Head, SealedAct, Store};
use keep::keyring::Keyring;
use keep::views::Views;
use protect::Confidential;
use rand_core::CryptoRng;
use terms::id::{DossierId, SessionId, StaffId};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::ask::{Answer, Ask, Request};
use crate::error::OfficeError;
use crate::follow::{Met, head_of, put, walk, walk_import};
use crate::seal::{close, deposit_act, seal_act};

/// Where random numbers come from: the system's, or a seeded source in tests.
pub type Random = Box<dyn CryptoRng + Send>;

/// A deposit is at least a key number, a version, an encapsulated key, a padded length and a tag;
/// at most 16 MiB.
const DEPOSIT_BYTES_MIN: usize = KEY_MARK_BYTES + 1 + 32 + 64 + 16;
const DEPOSIT_BYTES_MAX: usize = 16 << 20;
/// How many bytes of the public key stand before a deposit, so that one that is sealed to an older
/// key is refused while whoever made it still has it in clear.
pub(crate) const KEY_MARK_BYTES: usize = 8;

/// What is decided on.
#[derive(Debug)]
pub(crate) enum Proposal {
    /// Somebody asks.
    Request(Request),
    /// The door asks: somebody signs in, or is looked at.
    Door {
        /// When, in milliseconds since 1970-01-01 UTC.
        at_ms: i64,
        /// What.
        task: crate::door::Task,
    },
    /// Somebody hands in what is sealed to the node's key; nobody has to be known for that.
    Deposit(Vec<u8>),
    /// The node itself does something.
    Node {
        /// When, in milliseconds since 1970-01-01 UTC.
        at_ms: i64,
        /// What.
        task: Task,
    },
}

/// What a node does by itself.
#[derive(Debug)]
pub(crate) enum Task {
    /// The first acts of a node: what it is, and its first administrator, with the name that they
    /// sign in with, and when, in milliseconds since 1970-01-01 UTC.
    Found(
        Box<keep::act::schema::NodeFounded>,
        Confidential<String>,
        Option<String>,
        i64,
    ),
    /// Sets an administrator's credentials anew, for those who hold the recovery shares.
    RecoverAdministrator {
        /// Whose.
        staff: StaffId,
        /// When, in milliseconds since 1970-01-01 UTC.
        at_ms: i64,
    },
    /// It goes on from a backup.
    Restore {
        /// Last batch of the backup.
        batch: u64,
    },
    /// Destroys the keys of dossiers whose erasure is confirmed.
    FinishErasures,
    /// The keyring was saved.
    NoteKeyringSaved {
        /// Where.
        place: String,
        /// In which epoch; none for the current one.
        epoch: Option<u32>,
    },
    /// A backup was made.
    NoteBackup {
        /// Its last batch.
        batch: u64,
        /// Where.
        place: String,
    },
}

/// Names in one spelling, with the dossiers that bear them.
pub(crate) type Names = Vec<(String, DossierId)>;

/// An act that is about to be sealed.
pub(crate) struct Draft {
    pub(crate) deed: Deed,
    /// The closed part and the number of its key.
    pub(crate) inside: Option<(u64, Inside)>,
}

impl Draft {
    pub(crate) fn open(deed: impl Into<Deed>) -> Self {
        Self {
            deed: deed.into(),
            inside: None,
        }
    }

    pub(crate) fn closed(deed: impl Into<Deed>, key: u64, inside: Inside) -> Self {
        Self {
            deed: deed.into(),
            inside: Some((key, inside)),
        }
    }
}

/// Who an act is by. It is made inside the office alone.
#[derive(Debug, Clone, Copy)]
pub struct By {
    pub(crate) at_ms: i64,
    pub(crate) actor: Option<StaffId>,
    pub(crate) session: Option<SessionId>,
    pub(crate) role: &'static str,
    pub(crate) purpose: &'static str,
}

impl By {
    pub(crate) const fn node(at_ms: i64) -> Self {
        Self {
            at_ms,
            actor: None,
            session: None,
            role: "node",
            purpose: "administration",
        }
    }

    /// What the door does for somebody who is not let in yet.
    pub(crate) const fn door(at_ms: i64) -> Self {
        Self {
            role: "door",
            ..Self::node(at_ms)
        }
    }
}

pub(crate) struct Desk {
    pub(crate) keyring: Keyring,
    pub(crate) blobs: Blobs,
    pub(crate) views_folder: PathBuf,
    /// Where public releases lie, to be read while the node is locked too.
    pub(crate) released_folder: PathBuf,
    /// None while the node is locked.
    pub(crate) views: Option<Views>,
    pub(crate) rng: Random,
    pub(crate) columns_folder: PathBuf,
    /// What figures are counted from; opened when something is first counted.
    pub(crate) columns: Option<Columns>,
    /// Names in one spelling, made at the first search; in memory only.
    pub(crate) names: Option<Names>,
    /// When something was last asked in each session, in milliseconds since 1970-01-01 UTC. What
    /// another process has seen is not in it: there a session may end early, never late.
    pub(crate) seen: BTreeMap<SessionId, i64>,
}

impl Desk {
    pub(crate) fn views(&self) -> Result<&Views, OfficeError> {
        self.views.as_ref().ok_or(OfficeError::Locked)
    }

    /// Opens the views of a keyring that was just unlocked, and brings them to the head.
    pub(crate) fn open_views(&mut self, store: &mut dyn Store) -> Result<(), OfficeError> {
        if let Some(views) = self.views.take() {
            // Unlocked twice: the file is let go, or the new views would be in memory only.
            views.close()?;
        }
        // Keys may be made or destroyed meanwhile, since nobody holds the journal's lock here; what
        // was taken in without them is taken in again.
        loop {
            self.keyring.follow()?;
            let keys = self.keys_known()?;
            let views = Views::open(&self.views_folder, self.keyring.views_key()?)?;
            self.views = Some(views);
            self.names = None;
            let caught_up = self.catch_up(store);
            self.keyring.follow()?;
            if keys == self.keys_known()? {
                caught_up?;
                break;
            }
            // Views that are not closed well are made anew when they are opened.
            self.views = None;
        }
        // A key that the journal names and the keyring never made would read as erased.
        if self.views()?.next_key()? > self.keyring.first_unmade()? {
            return Err(OfficeError::KeyringOlder);
        }
        self.sweep_blobs()
    }

    /// What another process changes when it makes or destroys keys: the epoch, and how many keys
    /// there are.
    pub(crate) fn keys_known(&self) -> Result<(u32, u64), OfficeError> {
        Ok((self.keyring.epoch(), self.keyring.first_unmade()?))
    }

    /// Destroys what interrupted imports have left: blobs that no act names.
    fn sweep_blobs(&self) -> Result<(), OfficeError> {
        let named = self.views()?.chunks()?;
        self.blobs.sweep(|hash| named.contains(&hash.0))?;
        Ok(())
    }

    /// Forgets every key and everything that was read with them.
    pub(crate) fn lock(&mut self) -> Result<(), OfficeError> {
        self.keyring.lock();
        self.names = None;
        self.columns = None;
        self.seen.clear();
        if let Some(views) = self.views.take() {
            views.close()?;
        }
        Ok(())
    }

    /// Brings the views to the head in a transaction of their own. Views that do not fit the
    /// journal are made anew.
    pub(crate) fn catch_up(&mut self, store: &mut dyn Store) -> Result<(), OfficeError> {
        let views = self.views()?;
        views.begin()?;
        match self.take_in(store) {
            Ok(()) => Ok(self.views()?.commit()?),
            Err(error) => {
                self.views()?.roll_back()?;
                Err(error)
            }
        }
    }

    fn take_in(&mut self, store: &mut dyn Store) -> Result<(), OfficeError> {
        let mut names = self.names.take();
        let views = self.views()?;
        let head = head_of(views, store)?;
        let whole = head == Head::EMPTY && store.head()? != head;
        if whole {
            views.begin_whole()?;
        }
        walk(head, &self.keyring, &self.blobs, store, &mut |met| {
            note_names(&mut names, &met);
            put(views, &met)
        })?;
        if whole {
            views.end_whole()?;
        }
        self.names = names;
        Ok(())
    }

    /// Seals drafts as acts and puts them into the views.
    fn write(
        &mut self,
        by: By,
        first_act: u64,
        drafts: Vec<Draft>,
    ) -> Result<Vec<SealedAct>, OfficeError> {
        let mut sealed = Vec::with_capacity(drafts.len());
        for (number, draft) in (first_act..).zip(drafts) {
            let closed = match &draft.inside {
                Some((key, inside)) => Some(close(&self.keyring, *key, inside, &mut self.rng)?),
                None => None,
            };
            let act = Act {
                at_ms: by.at_ms,
                actor: by.actor,
                session: by.session,
                role: by.role.to_owned(),
                purpose: by.purpose.to_owned(),
                deed: draft.deed,
                closed,
            };
            let inside = draft.inside.as_ref().map(|(_, inside)| inside);
            if let Deed::RecordsImported(imported) = &act.deed {
                self.take_import(number, imported)?;
            }
            let met = Met::Act(number, &act, inside, None);
            note_names(&mut self.names, &met);
            put(self.views()?, &met)?;
            sealed.push(seal_act(&self.keyring, &act, &mut self.rng)?);
        }
        Ok(sealed)
    }

    fn take_import(
        &mut self,
        number: u64,
        imported: &keep::act::schema::RecordsImported,
    ) -> Result<(), OfficeError> {
        let mut names = self.names.take();
        let views = self.views()?;
        let of = (&self.keyring, &self.blobs);
        walk_import(of, number, imported, &mut |met| {
            note_names(&mut names, &met);
            put(views, &met)
        })?;
        self.names = names;
        Ok(())
    }

    /// Every name in the journal whose key is still there, in one spelling.
    pub(crate) fn gather_names(&self, store: &mut dyn Store) -> Result<Names, OfficeError> {
        let mut names = Some(Names::new());
        walk(Head::EMPTY, &self.keyring, &self.blobs, store, &mut |met| {
            note_names(&mut names, &met);
            Ok(())
        })?;
        Ok(names.unwrap_or_default())
    }

    fn deposit(
        &mut self,
        deposit: &[u8],
        number: u64,
    ) -> Result<(Vec<SealedAct>, Answer), OfficeError> {
        if !(DEPOSIT_BYTES_MIN..=DEPOSIT_BYTES_MAX).contains(&deposit.len()) {
            return Err(OfficeError::DepositUnfit {
                found: deposit.len(),
                allowed: "121 to 16,777,216",
            });
        }
        let (mark, sealed) = deposit.split_at(KEY_MARK_BYTES);
        if mark != &self.keyring.deposit_public().to_bytes()[..KEY_MARK_BYTES] {
            return Err(OfficeError::DepositKeyChanged);
        }
        if let Some(views) = &self.views {
            views.apply_deposit(number)?;
        }
        Ok((vec![deposit_act(sealed)], Answer::Done))
    }
}

impl Deciding for Desk {
    type Proposal = Proposal;
    type Answer = Answer;
    type Refusal = OfficeError;

    fn reads_acts(&self, proposal: &Proposal) -> bool {
        match proposal {
            Proposal::Request(request) => matches!(
                request.ask,
                Ask::ReadDossier { .. }
                    | Ask::SearchNames { .. }
                    | Ask::TakeDeposits
                    | Ask::ReadStaffName { .. }
                    | Ask::ConfirmReset { .. }
                    | Ask::ReadComplaint { .. }
                    | Ask::TakeExport { .. }
                    | Ask::GiveAccess { .. }
                    | Ask::ExamineDraft { .. }
                    | Ask::SignRelease { .. }
                    | Ask::ExplainRelease { .. }
            ),
            Proposal::Door { task, .. } => matches!(task, crate::door::Task::Find(_)),
            Proposal::Node { task, .. } => matches!(task, Task::FinishErasures),
            Proposal::Deposit(_) => false,
        }
    }

    fn begin(&mut self, _head: &Head, store: &mut dyn Store) -> Result<(), OfficeError> {
        // Another process may have changed the passphrase, made keys or destroyed some.
        self.keyring.follow()?;
        if self.views.is_none() {
            return Ok(());
        }
        self.views()?.begin()?;
        self.take_in(store)
    }

    fn decide(
        &mut self,
        proposal: Proposal,
        first_act: u64,
        store: &mut dyn Store,
    ) -> Result<(Vec<SealedAct>, Answer), OfficeError> {
        if let Proposal::Deposit(deposit) = &proposal {
            return self.deposit(deposit, first_act);
        }
        // Until it is written, deciding only reads the views.
        let (by, drafts, answer) = match proposal {
            Proposal::Request(request) => self.request(request, first_act, store)?,
            Proposal::Door { at_ms, task } => {
                let (drafts, answer) = self.door(task, at_ms, store)?;
                (By::door(at_ms), drafts, answer)
            }
            Proposal::Node { at_ms, task } => {
                let (drafts, answer) = self.task(task, store)?;
                (By::node(at_ms), drafts, answer)
            }
            Proposal::Deposit(_) => return Err(OfficeError::Locked),
        };
        self.views()?.set_mark()?;
        let written = self.write(by, first_act, drafts);
        if written.is_err() {
            // What a failed writing has put into the views goes; names are read anew.
            self.views()?.back_to_mark()?;
            self.names = None;
        }
        Ok((written?, answer))
    }

    fn committed(&mut self, head: &Head) {
        let Some(views) = &self.views else {
            return;
        };
        if views.set_head(head).and_then(|()| views.commit()).is_err() {
            // The journal is the truth; the views are made anew at the next unlocking.
            self.abandoned();
        }
    }

    fn abandoned(&mut self) {
        self.names = None;
        if let Some(views) = &self.views {
            // If even this fails, the next batch cannot begin, and says so.
            let _ = views.roll_back();
        }
    }
}

/// One spelling of a name: small letters, no accents.
pub(crate) fn plain_name(name: &str) -> String {
    name.nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .collect()
}

fn note_names(names: &mut Option<Names>, met: &Met<'_>) {
    let (Some(names), Met::Act(_, act, inside, _)) = (names, met) else {
        return;
    };
    match (&act.deed, inside) {
        (Deed::RecordEntered(entered), Some(Inside::Record(record))) => {
            let of = |name| (plain_name(name), entered.dossier);
            names.extend(record.names().map(of));
        }
        (Deed::ErasureConfirmed(confirmed), _) => {
            names.retain(|(_, dossier)| *dossier != confirmed.dossier);
        }
        (Deed::ErasureDone(done), _) => names.retain(|(_, dossier)| *dossier != done.dossier),
        _ => {}
    }
}
