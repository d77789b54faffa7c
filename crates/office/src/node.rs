//! The office of one node: founding, opening, unlocking, asking.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use jiff::Timestamp;
use keep::KeepError;
use keep::act::schema::NodeFounded;
use keep::act::{Deposited, encode_deposit};
use keep::blobs::Blobs;
use keep::journal::{Incarnation, Sequencer, SignedHead, SqliteJournal, Store};
use keep::keyring::Keyring;
use protect::Confidential;
use protect::credential::{OneTimeCode, PasswordVerifier};
use protect::vault::{Cost, DepositPublic, Passphrase, Share};
use rand_core::{CryptoRng, Rng};
use terms::id::{AgencyId, NodeId, StaffId};

use crate::ask::{Answer, Ask, Request};
use crate::desk::{Desk, KEY_MARK_BYTES, Proposal, Random, Task};
use crate::error::OfficeError;
use crate::seal::deposit_context;

/// Where the parts of a vault lie in a node's folder.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    pub(crate) node: PathBuf,
}

impl Folders {
    pub(crate) fn of(node: &Path) -> Self {
        Self {
            node: node.to_owned(),
        }
    }

    pub(crate) fn journal_folder(&self) -> PathBuf {
        self.node.join("journal")
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.journal_folder().join("journal.sqlite")
    }

    pub(crate) fn keyring(&self) -> PathBuf {
        self.node.join("keyring")
    }

    pub(crate) fn views(&self) -> PathBuf {
        self.node.join("views")
    }

    pub(crate) fn columns(&self) -> PathBuf {
        self.node.join("columns")
    }

    pub(crate) fn blobs(&self) -> PathBuf {
        self.node.join("blobs")
    }

    pub(crate) fn released(&self) -> PathBuf {
        self.node.join(keep::released::FOLDER)
    }

    /// An empty file that lies there while a vault is being made.
    fn founding(&self) -> PathBuf {
        self.node.join("founding")
    }

    /// Makes room for a new vault. What an interrupted founding left is no vault: it was never
    /// answered, nobody has its shares, and nothing can have been entered since.
    fn begin_founding(&self) -> Result<(), OfficeError> {
        let parts = [
            self.keyring(),
            self.journal_folder(),
            self.views(),
            self.blobs(),
        ];
        if self.founding().exists() {
            for part in &parts {
                keep::remove_folder(part)?;
            }
            keep::flush_folder(&self.node)?;
        } else if let Some(there) = parts.into_iter().find(|part| part.exists()) {
            // A journal without its keyring, say: it is not written over.
            return Err(KeepError::FolderNotEmpty(there).into());
        }
        Ok(keep::write_file(&self.founding(), b"")?)
    }
}

/// What a vault is founded with.
#[derive(Debug)]
pub struct Founding<'a> {
    /// What unlocks it.
    pub passphrase: &'a Passphrase,
    /// How dear it is to try a passphrase.
    pub cost: Cost,
    /// How many recovery shares unlock it, and how many are made.
    pub shares: (u8, u8),
    /// Name of the first administrator.
    pub administrator: Confidential<String>,
    /// The name that they sign in with; none for one who acts at the console alone.
    pub sign_in: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A vault that was just founded.
#[derive(Debug)]
pub struct Founded {
    /// The recovery shares; they are nowhere else.
    pub shares: Vec<Share>,
    /// The node.
    pub node: NodeId,
    /// The first administrator.
    pub administrator: StaffId,
    /// The code with which they set their password and second factor, if they sign in.
    pub code: Option<OneTimeCode>,
}

/// What can be said of a node without opening anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The node.
    pub node: NodeId,
    /// Whether it is unlocked here.
    pub unlocked: bool,
    /// How many acts it has.
    pub acts: u64,
    /// In how many batches.
    pub batches: u64,
    /// Which life it is in.
    pub incarnation: u32,
    /// Epoch of the keyring.
    pub epoch: u32,
    /// Recovery shares: needed and made.
    pub shares: (u8, u8),
    /// Deposits that wait to be opened; none while it is locked.
    pub deposits_waiting: Option<u64>,
}

/// The door of one node. It may be used from many threads.
#[derive(Debug)]
pub struct Office {
    pub(crate) folders: Folders,
    sequencer: Sequencer<Desk>,
    /// Random numbers for what is done outside the sequencer.
    pub(crate) rng: Mutex<RandomSource>,
    /// How dear it is to try a password.
    pub(crate) cost: Cost,
    /// What a password is tried against where there is nobody of that name.
    pub(crate) dummy: PasswordVerifier,
}

/// Hides the source from the debug form.
pub(crate) struct RandomSource(pub(crate) Random);

impl std::fmt::Debug for RandomSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RandomSource")
    }
}

impl Office {
    /// Makes the vault of a node: keyring, journal, the first acts. The node stays unlocked. A
    /// founding that is interrupted leaves no vault, and founding again starts over.
    ///
    /// # Errors
    /// When there is one already, or a part of one, or a room below refuses.
    pub fn found(
        node_folder: &Path,
        founding: Founding<'_>,
        rng: &mut (impl CryptoRng + ?Sized),
        random: impl Fn() -> Random,
    ) -> Result<(Self, Founded), OfficeError> {
        let folders = Folders::of(node_folder);
        folders.begin_founding()?;
        let mut rng = rng;
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        let node = NodeId(id);
        rng.fill_bytes(&mut id);
        let agency = AgencyId(id);
        let (keyring, shares) = Keyring::create(
            &folders.keyring(),
            node,
            founding.passphrase,
            founding.cost,
            founding.shares,
            &mut rng,
        )?;
        drop(keyring);
        let office = Self::open_parts(folders, random)?;
        office.unlock(founding.passphrase)?;
        let founded = Box::new(NodeFounded { node, agency });
        let at_ms = founding.at.as_millisecond();
        let (name, sign_in) = (founding.administrator, founding.sign_in);
        let task = Task::Found(founded, name, sign_in, at_ms);
        let answer = office.sequencer.propose(Proposal::Node { at_ms, task })?;
        let (administrator, code) = match answer {
            Answer::Staff(administrator) => (administrator, None),
            Answer::Enrolment(administrator, code) => (administrator, Some(code)),
            _ => return Err(OfficeError::ActorUnknown),
        };
        // From here on it is a vault.
        keep::remove_file(&office.folders.founding())?;
        let founded = Founded {
            shares,
            node,
            administrator,
            code,
        };
        Ok((office, founded))
    }

    /// Opens the office of a node that has a vault. It is locked.
    ///
    /// # Errors
    /// [`OfficeError::NoVault`] when it has none; else when a room below refuses.
    pub fn open(node_folder: &Path, random: impl Fn() -> Random) -> Result<Self, OfficeError> {
        if !has_vault(node_folder) {
            return Err(OfficeError::NoVault);
        }
        Self::open_parts(Folders::of(node_folder), random)
    }

    fn open_parts(folders: Folders, random: impl Fn() -> Random) -> Result<Self, OfficeError> {
        let keyring = Keyring::open(&folders.keyring())?;
        keep::make_folder(&folders.journal_folder())?;
        let mut journal = SqliteJournal::open(&folders.journal())?;
        keep::flush_folder(&folders.journal_folder())?;
        let mut rng = random();
        let incarnation = match journal.head()?.incarnation {
            Some(incarnation) => incarnation,
            None => new_life(1, &mut rng),
        };
        Self::start(folders, keyring, journal, incarnation, (rng, random()))
    }

    pub(crate) fn start(
        folders: Folders,
        keyring: Keyring,
        journal: SqliteJournal,
        incarnation: Incarnation,
        (rng, other): (Random, Random),
    ) -> Result<Self, OfficeError> {
        let desk = Desk {
            keyring,
            blobs: Blobs::open(&folders.blobs())?,
            views_folder: folders.views(),
            released_folder: folders.released(),
            views: None,
            columns_folder: folders.columns(),
            columns: None,
            rng,
            names: None,
            seen: std::collections::BTreeMap::new(),
        };
        let sequencer = Sequencer::start(Box::new(journal), desk, incarnation)?;
        let mut other = other;
        let dummy = PasswordVerifier::dummy(Cost::STANDARD, &mut other);
        Ok(Self {
            folders,
            sequencer,
            rng: Mutex::new(RandomSource(other)),
            cost: Cost::STANDARD,
            dummy,
        })
    }

    /// Unlocks the node. Erasures that a crash has left unfinished wait for
    /// [`Office::finish_erasures`], which whoever unlocks calls next.
    ///
    /// # Errors
    /// When the passphrase is not right, or a room below refuses.
    pub fn unlock(&self, passphrase: &Passphrase) -> Result<(), OfficeError> {
        // The derivation is dear on purpose: it is done here, so that deposits go on meanwhile.
        let mut keyring = Keyring::open(&self.folders.keyring())?;
        keyring.unlock(passphrase)?;
        self.unlocked(keyring)
    }

    /// Unlocks the node with recovery shares and puts another passphrase in the place of the lost
    /// one.
    ///
    /// # Errors
    /// When the shares do not open it, or a room below refuses.
    pub fn recover(
        &self,
        shares: &[Share],
        passphrase: &Passphrase,
        cost: Cost,
    ) -> Result<(), OfficeError> {
        let mut keyring = Keyring::open(&self.folders.keyring())?;
        keyring.unlock_with_shares(shares)?;
        {
            let mut rng = self.rng.lock().unwrap_or_else(|error| error.into_inner());
            keyring.change_passphrase(passphrase, cost, &mut rng.0)?;
        }
        self.unlocked(keyring)
    }

    fn unlocked(&self, keyring: Keyring) -> Result<(), OfficeError> {
        self.ask(move |desk, store| {
            desk.keyring = keyring;
            let opened = desk.open_views(store).and_then(|()| desk.put_artefacts());
            if opened.is_err() {
                desk.lock()?;
            }
            opened
        })?
    }

    /// Forgets every key.
    ///
    /// # Errors
    /// When a room below refuses; the keys are forgotten all the same.
    pub fn lock(&self) -> Result<(), OfficeError> {
        self.ask(|desk, _| desk.lock())?
    }

    /// Signs the head, closes the views well, and stops.
    ///
    /// # Errors
    /// When a room below refuses; nothing that was answered is lost by it.
    pub fn close(self) -> Result<(), OfficeError> {
        self.ask(|desk, store| {
            if desk.keyring.is_unlocked() {
                sign_head(desk, store)?;
            }
            desk.lock()
        })?
    }

    /// Has something decided and, when this returns, durable.
    ///
    /// # Errors
    /// When it is refused, with a stable code.
    pub fn request(&self, request: Request) -> Result<Answer, OfficeError> {
        let erases = matches!(request.ask, Ask::ConfirmErasure { .. });
        let releases = matches!(
            request.ask,
            Ask::SignRelease { .. } | Ask::WithdrawRelease { .. }
        );
        let at = request.at;
        let answer = self.propose(Proposal::Request(request))?;
        if let Answer::Refused(refusal) = answer {
            return Err(refusal);
        }
        if erases {
            self.finish_erasures(at)?;
        }
        if releases {
            self.ask(|desk, _| desk.put_artefacts())??;
        }
        match answer {
            // Outside of the journal's lock: it can take long.
            Answer::Opened(opened) => opened.held_against(),
            other => Ok(other),
        }
    }

    pub(crate) fn propose(&self, proposal: Proposal) -> Result<Answer, OfficeError> {
        self.sequencer.propose(proposal)
    }

    /// How dear it is to try a password set from here on; for tests, where many are.
    pub fn set_password_cost(&mut self, cost: Cost) {
        self.cost = cost;
        let mut rng = self.rng.lock().unwrap_or_else(|error| error.into_inner());
        self.dummy = PasswordVerifier::dummy(cost, &mut rng.0);
    }

    /// Destroys the keys of every dossier whose erasure is confirmed. It is done with the
    /// confirmation, and again after a crash in between.
    ///
    /// # Errors
    /// When the node is locked, or a room below refuses.
    pub fn finish_erasures(&self, at: Timestamp) -> Result<(), OfficeError> {
        let at_ms = at.as_millisecond();
        loop {
            let task = Task::FinishErasures;
            let answer = self.sequencer.propose(Proposal::Node { at_ms, task })?;
            // Deposits were waiting and are taken in now; keys go in the next turn.
            if !matches!(answer, Answer::Deposits(_)) {
                return Ok(());
            }
        }
    }

    /// What the node does by itself.
    pub(crate) fn task(&self, at: Timestamp, task: Task) -> Result<(), OfficeError> {
        let at_ms = at.as_millisecond();
        self.sequencer.propose(Proposal::Node { at_ms, task })?;
        Ok(())
    }

    /// Takes what was sealed to the node's key, by anybody, also while the node is locked. When
    /// this returns it is durable.
    ///
    /// # Errors
    /// When it is too long or short, or sealed to a key that the node has no more.
    pub fn deposit(&self, sealed: Vec<u8>) -> Result<(), OfficeError> {
        self.sequencer.propose(Proposal::Deposit(sealed))?;
        Ok(())
    }

    /// What deposits are sealed to.
    ///
    /// # Errors
    /// When the writer has stopped.
    pub fn deposit_key(&self) -> Result<DepositKey, OfficeError> {
        self.ask(|desk, _| {
            desk.keyring.follow()?;
            Ok(DepositKey {
                node: desk.keyring.node(),
                public: desk.keyring.deposit_public(),
            })
        })?
    }

    /// How the node stands.
    ///
    /// # Errors
    /// When a room below refuses.
    pub fn status(&self) -> Result<Status, OfficeError> {
        self.at_head(|desk, store| {
            let head = store.head()?;
            let deposits_waiting = match &desk.views {
                Some(views) => Some(views.deposits_waiting()?.len() as u64),
                None => None,
            };
            Ok(Status {
                node: desk.keyring.node(),
                unlocked: desk.keyring.is_unlocked(),
                acts: head.acts,
                batches: head.batch,
                incarnation: head.incarnation.map_or(0, |life| life.number),
                epoch: desk.keyring.epoch(),
                shares: desk.keyring.shares(),
                deposits_waiting,
            })
        })
    }

    /// As [`Self::ask`], after coming to what other processes have written meanwhile. A locked node
    /// stays where it is.
    pub(crate) fn at_head<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Desk, &mut dyn Store) -> Result<T, OfficeError> + Send + 'static,
    ) -> Result<T, OfficeError> {
        self.ask(|desk, store| {
            desk.keyring.follow()?;
            if desk.views.is_some() {
                desk.catch_up(store)?;
            }
            question(desk, store)
        })?
    }

    pub(crate) fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Desk, &mut dyn Store) -> T + Send + 'static,
    ) -> Result<T, OfficeError> {
        self.sequencer.ask(question)
    }
}

/// What somebody who hands something in needs: it can be copied to any device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepositKey {
    /// The node.
    pub node: NodeId,
    /// Its key for deposits.
    pub public: DepositPublic,
}

impl DepositKey {
    /// Seals a deposit, on the device of whoever hands it in.
    #[must_use]
    pub fn seal(&self, deposited: &Deposited, rng: &mut (impl CryptoRng + ?Sized)) -> Vec<u8> {
        let mut rng = rng;
        let plain = zeroize::Zeroizing::new(encode_deposit(deposited));
        let mut bytes = self.public.to_bytes()[..KEY_MARK_BYTES].to_vec();
        let sealed = self
            .public
            .seal(&deposit_context(self.node), &plain, &mut rng);
        bytes.extend_from_slice(&sealed);
        bytes
    }
}

/// Whether a node's folder has a vault; one that was not founded to the end is none.
#[must_use]
pub fn has_vault(node_folder: &Path) -> bool {
    let folders = Folders::of(node_folder);
    folders.keyring().join("lock.json").exists() && !folders.founding().exists()
}

pub(crate) fn new_life(number: u32, rng: &mut (impl Rng + ?Sized)) -> Incarnation {
    let mut id = [0; 16];
    rng.fill_bytes(&mut id);
    Incarnation { number, id }
}

/// Signs the head as it is now.
pub(crate) fn sign_head(desk: &Desk, store: &mut dyn Store) -> Result<(), OfficeError> {
    let head = store.head()?;
    if head.batch == 0 {
        return Ok(());
    }
    let message = SignedHead::message(head.batch, head.hash);
    let signature = desk.keyring.head_secret()?.sign(&message).to_bytes();
    store.sign(&SignedHead {
        batch: head.batch,
        hash: head.hash,
        signature,
    })?;
    Ok(())
}
