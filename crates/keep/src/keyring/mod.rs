//! The keyring: the keys of a node, apart from its journal and with a backup of its own.
//!
//! ```text
//! keyring/lock.json            node, public keys, the root key under the passphrase, current epoch
//! keyring/epoch-000001/epoch   the epoch's key, sealed under the root key
//! keyring/epoch-000001/node    journal key, deposit and head secrets, fingerprint key
//! keyring/epoch-000001/erased  dossiers whose keys are destroyed
//! keyring/epoch-000001/000000  keys of dossiers, 1,024 to a block
//! ```
//!
//! Everything but `lock.json` is sealed; `lock.json` may be seen. The root key opens by the
//! passphrase, or by recovery shares; it is on no disk.
//!
//! Keys of dossiers are made ahead, a block at a time, and are durable before any act can name one.
//! To destroy a key a whole new epoch is written without it, under a new epoch key; `lock.json`
//! turns to it by one rename; then the old epoch is overwritten and removed. What a disk may still
//! hold of single files of the old epoch (worn flash cells, say) opens only with the old epoch's
//! key, which stands sealed in the file `epoch` of the old epoch alone.
//!
//! **The limit.** The root key stays the same through all epochs, or no recovery share would fit
//! any more. So a *whole* copy of an old epoch, its file `epoch` included, that somebody has kept
//! opens with the passphrase, or with the shares, and holds the destroyed keys. An erasure is
//! complete when every such copy is gone: every place where the keyring is saved is therefore
//! listed, is written over by saving again ([`Keyring::save_to`] destroys the older epoch there),
//! and counts as not yet erased until that is done. A copy of a keyring's folder made in any other
//! way is outside of what this program can reach; so backups of the node leave the keyring out.
//!
//! Several processes may have one keyring open. Whoever turns the epoch, makes keys or sweeps holds
//! the file `writing`, and first comes to what the others have made.

mod epoch;
mod lock;

use std::fs::File;
use std::path::{Path, PathBuf};

use protect::vault::{
    Columns, Cost, DepositPublic, DepositSecret, Dossier, Fingerprint, HeadPublic, HeadSecret,
    Journal, Key, Passphrase, Root, Share, ShareError, Slot, Unopened, Views, join, split,
    wipe_stack,
};
use rand_core::CryptoRng;
use terms::id::{DossierId, NodeId};

use crate::error::KeepError;
use crate::folder::make_folder;

use epoch::Epoch;
use lock::Lock;

/// The file that whoever writes holds locked.
const WRITING: &str = "writing";

/// Keys in one block.
pub const BLOCK_KEYS: u64 = 1_024;

/// A keyring that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// There is none.
    #[error("keyring_missing: {} holds no keyring", .0.display())]
    Missing(PathBuf),
    /// There is one already.
    #[error("keyring_exists: {} holds a keyring already", .0.display())]
    Exists(PathBuf),
    /// The passphrase, or what is kept, is not right; which of them is not said.
    #[error("keyring_unopened: the passphrase does not open this keyring")]
    Unopened,
    /// The shares do not open it.
    #[error(transparent)]
    Shares(#[from] ShareError),
    /// It is locked.
    #[error("node_locked: the node is locked; unlock it first")]
    Locked,
    /// A file of it is not of the form it should have.
    #[error("keyring_malformed: {}: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong; it holds no key.
        reason: String,
    },
    /// What lies there is of a later epoch; writing over it would bring destroyed keys back.
    #[error(
        "keyring_newer: {} holds epoch {there} of this keyring; this one is at {here}",
        place.display()
    )]
    Newer {
        /// The folder.
        place: PathBuf,
        /// The epoch that is there.
        there: u32,
        /// The epoch that was to be saved.
        here: u32,
    },
    /// The disk refuses.
    #[error(transparent)]
    Disk(#[from] KeepError),
}

impl KeyringError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "keyring_missing",
            Self::Exists(_) => "keyring_exists",
            Self::Unopened => "keyring_unopened",
            Self::Shares(error) => error.code(),
            Self::Locked => "node_locked",
            Self::Malformed { .. } => "keyring_malformed",
            Self::Newer { .. } => "keyring_newer",
            Self::Disk(error) => error.code(),
        }
    }
}

impl From<Unopened> for KeyringError {
    fn from(_: Unopened) -> Self {
        Self::Unopened
    }
}

/// A dossier whose key is destroyed, with what keeps its sources from bringing the person back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The dossier.
    pub dossier: DossierId,
    /// Numbers of the keys that go: its own, and those of searches that found it.
    pub keys: Vec<u64>,
    /// Keyed digests of its sources.
    pub marks: Vec<[u8; 32]>,
}

/// A node's keyring, locked or not.
#[derive(Debug)]
pub struct Keyring {
    folder: PathBuf,
    lock: Lock,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    root: Key<Root>,
    views: Key<Views>,
    epoch: Epoch,
}

/// Lets one process at a time write to a keyring, for as long as the answer is held.
fn alone(folder: &Path) -> Result<File, KeyringError> {
    let path = folder.join(WRITING);
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    let file = options
        .open(&path)
        .map_err(KeepError::disk("open", &path))?;
    file.lock().map_err(KeepError::disk("lock", &path))?;
    Ok(file)
}

impl Keyring {
    /// Makes a keyring and the recovery shares, any `threshold` of which open it. The shares are
    /// nowhere else: whoever calls this shows them once.
    ///
    /// # Errors
    /// When there is one already, the numbers of shares are unfit, or the disk refuses.
    pub fn create(
        folder: &Path,
        node: NodeId,
        passphrase: &Passphrase,
        cost: Cost,
        (threshold, count): (u8, u8),
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, Vec<Share>), KeyringError> {
        // Without its `lock.json` a keyring still opens by recovery shares: it is not written over.
        if lock::is_there(folder) || epoch::holds_keys(folder) {
            return Err(KeyringError::Exists(folder.to_owned()));
        }
        let root = Key::random(rng);
        let shares = split(&root, threshold, count, rng)?;
        make_folder(folder)?;
        let epoch = Epoch::first(rng);
        let lock = Lock {
            node,
            deposit: epoch.node.deposit.public(),
            head: epoch.node.head.public(),
            slot: Slot::make(passphrase, &root, cost, rng),
            epoch: 1,
            shares: (threshold, count),
        };
        epoch.write(folder, node, lock.epoch, &root, rng)?;
        lock.write(folder)?;
        let open = Some(Open::new(root, epoch));
        let folder = folder.to_owned();
        Ok((Self { folder, lock, open }, shares))
    }

    /// Opens a keyring, locked.
    ///
    /// # Errors
    /// When there is none, or `lock.json` cannot be used.
    pub fn open(folder: &Path) -> Result<Self, KeyringError> {
        Ok(Self {
            folder: folder.to_owned(),
            lock: Lock::read(folder)?,
            open: None,
        })
    }

    /// Unlocks it with the passphrase. What an interrupted change of epochs left behind is swept
    /// away.
    ///
    /// # Errors
    /// When the passphrase is not right, or a file cannot be used.
    pub fn unlock(&mut self, passphrase: &Passphrase) -> Result<(), KeyringError> {
        // Another process may have changed the passphrase.
        self.lock = Lock::read(&self.folder)?;
        let unlocked = match self.lock.slot.open(passphrase) {
            Ok(root) => self.unlock_with_root(root),
            Err(error) => Err(error.into()),
        };
        wipe_stack();
        unlocked
    }

    /// Unlocks it with recovery shares.
    ///
    /// # Errors
    /// When the shares are too few or not of this keyring, or a file cannot be used.
    pub fn unlock_with_shares(&mut self, shares: &[Share]) -> Result<(), KeyringError> {
        let unlocked = match join(shares) {
            Ok(root) => self.unlock_with_root(root),
            Err(error) => Err(error.into()),
        };
        wipe_stack();
        unlocked
    }

    fn unlock_with_root(&mut self, root: Key<Root>) -> Result<(), KeyringError> {
        // A keyring on a medium that cannot be written to is read, and not swept.
        let alone = alone(&self.folder);
        let lock = Lock::read(&self.folder)?;
        let epoch = Epoch::read(&self.folder, lock.node, lock.epoch, &root)?;
        let inside = (epoch.node.deposit.public(), epoch.node.head.public());
        if inside != (lock.deposit, lock.head) {
            // Whoever can write to the disk could have had deposits sealed to a key of theirs.
            return Err(KeyringError::Malformed {
                path: self.folder.clone(),
                reason: "lock.json shows other public keys than those inside; deposits made since \
                         it was changed may be sealed to somebody else"
                    .to_owned(),
            });
        }
        self.lock = lock;
        self.open = Some(Open::new(root, epoch));
        match alone {
            Ok(_held) => {
                lock::sweep(&self.folder)?;
                epoch::sweep(&self.folder, self.lock.epoch)
            }
            Err(_) => Ok(()),
        }
    }

    /// Comes to what another process has made of the keyring: another passphrase, another epoch,
    /// more keys. A locked one stays locked. It is called under the journal's lock, where no epoch
    /// turns.
    ///
    /// # Errors
    /// When a file cannot be used.
    pub fn follow(&mut self) -> Result<(), KeyringError> {
        let lock = Lock::read(&self.folder)?;
        if let Some(open) = &mut self.open {
            if lock.epoch == self.lock.epoch {
                open.epoch
                    .read_new_blocks(&self.folder, lock.node, lock.epoch)?;
            } else {
                open.epoch = Epoch::read(&self.folder, lock.node, lock.epoch, &open.root)?;
            }
        }
        self.lock = lock;
        Ok(())
    }

    /// Forgets every key.
    pub fn lock(&mut self) {
        self.open = None;
        wipe_stack();
    }

    /// Whether it is unlocked.
    #[must_use]
    pub const fn is_unlocked(&self) -> bool {
        self.open.is_some()
    }

    /// Puts another passphrase in the place of the old one. The recovery shares stay as they are.
    ///
    /// # Errors
    /// When it is locked, or the disk refuses.
    pub fn change_passphrase(
        &mut self,
        passphrase: &Passphrase,
        cost: Cost,
        rng: &mut impl CryptoRng,
    ) -> Result<(), KeyringError> {
        self.opened()?;
        let _held = alone(&self.folder)?;
        self.follow()?;
        let mut lock = self.lock.clone();
        lock.slot = Slot::make(passphrase, &self.opened()?.root, cost, rng);
        lock.write(&self.folder)?;
        self.lock = lock;
        Ok(())
    }

    /// The node that it belongs to.
    #[must_use]
    pub const fn node(&self) -> NodeId {
        self.lock.node
    }

    /// The current epoch, counted from 1; one more for each time that keys were destroyed.
    #[must_use]
    pub const fn epoch(&self) -> u32 {
        self.lock.epoch
    }

    /// How many recovery shares open it, and how many there are.
    #[must_use]
    pub const fn shares(&self) -> (u8, u8) {
        self.lock.shares
    }

    /// The key that deposits are sealed to.
    #[must_use]
    pub const fn deposit_public(&self) -> DepositPublic {
        self.lock.deposit
    }

    /// The key that signed heads are checked with.
    #[must_use]
    pub const fn head_public(&self) -> HeadPublic {
        self.lock.head
    }

    fn opened(&self) -> Result<&Open, KeyringError> {
        self.open.as_ref().ok_or(KeyringError::Locked)
    }

    /// The key of acts' open parts.
    ///
    /// # Errors
    /// When it is locked.
    pub fn journal_key(&self) -> Result<&Key<Journal>, KeyringError> {
        Ok(&self.opened()?.epoch.node.journal)
    }

    /// The key of the views' pages.
    ///
    /// # Errors
    /// When it is locked.
    pub fn views_key(&self) -> Result<&Key<Views>, KeyringError> {
        Ok(&self.opened()?.views)
    }

    /// The key of the columns' index. It belongs to the epoch: after an erasure what lay on the
    /// disk before opens no more.
    ///
    /// # Errors
    /// When it is locked.
    pub fn columns_key(&self) -> Result<Key<Columns>, KeyringError> {
        Ok(self.opened()?.epoch.columns())
    }

    /// The key of sources' digests.
    ///
    /// # Errors
    /// When it is locked.
    pub fn fingerprint_key(&self) -> Result<&Key<Fingerprint>, KeyringError> {
        Ok(&self.opened()?.epoch.node.fingerprint)
    }

    /// What opens deposits.
    ///
    /// # Errors
    /// When it is locked.
    pub fn deposit_secret(&self) -> Result<&DepositSecret, KeyringError> {
        Ok(&self.opened()?.epoch.node.deposit)
    }

    /// What signs heads.
    ///
    /// # Errors
    /// When it is locked.
    pub fn head_secret(&self) -> Result<&HeadSecret, KeyringError> {
        Ok(&self.opened()?.epoch.node.head)
    }

    /// The key of that number; none if it is destroyed or was never made.
    ///
    /// # Errors
    /// When it is locked.
    pub fn dossier_key(&self, number: u64) -> Result<Option<&Key<Dossier>>, KeyringError> {
        Ok(self.opened()?.epoch.key(number))
    }

    /// The number of the first key of the first block that is not made yet.
    ///
    /// # Errors
    /// When it is locked.
    pub fn first_unmade(&self) -> Result<u64, KeyringError> {
        Ok(self.opened()?.epoch.blocks() * BLOCK_KEYS)
    }

    /// Makes sure that the key of that number is there, and durable: makes the blocks up to it.
    ///
    /// # Errors
    /// When it is locked, or the disk refuses.
    pub fn provide(&mut self, number: u64, rng: &mut impl CryptoRng) -> Result<(), KeyringError> {
        if number < self.first_unmade()? {
            return Ok(());
        }
        let _held = alone(&self.folder)?;
        self.follow()?;
        let (node, number_of_epoch) = (self.lock.node, self.lock.epoch);
        let open = self.open.as_mut().ok_or(KeyringError::Locked)?;
        while number >= open.epoch.blocks() * BLOCK_KEYS {
            open.epoch
                .add_block(&self.folder, node, number_of_epoch, rng)?;
        }
        Ok(())
    }

    /// Destroys keys: turns to a new epoch without them, and with another key for deposits; so
    /// every deposit must have been taken in before. Answers with the new epoch.
    ///
    /// # Errors
    /// When it is locked, or the disk refuses; the old epoch is then still whole, or the new one
    /// is.
    pub fn destroy(
        &mut self,
        erased: &[Erased],
        rng: &mut impl CryptoRng,
    ) -> Result<u32, KeyringError> {
        self.opened()?;
        let _held = alone(&self.folder)?;
        self.follow()?;
        let open = self.open.as_mut().ok_or(KeyringError::Locked)?;
        let next = open.epoch.without(erased, rng);
        let number = self.lock.epoch + 1;
        next.write(&self.folder, self.lock.node, number, &open.root, rng)?;
        let mut lock = self.lock.clone();
        lock.epoch = number;
        lock.deposit = next.node.deposit.public();
        lock.write(&self.folder)?;
        self.lock = lock;
        open.epoch = next;
        epoch::sweep(&self.folder, number)?;
        Ok(number)
    }

    /// The dossiers whose keys are destroyed.
    ///
    /// # Errors
    /// When it is locked.
    pub fn erased(&self) -> Result<&[Erased], KeyringError> {
        Ok(&self.opened()?.epoch.erased)
    }

    /// Saves the keyring to another folder, as it is, sealed. An older epoch that lies there is
    /// destroyed once the current one is safe. It needs no unlocking.
    ///
    /// # Errors
    /// When the folder holds another node's keyring or a later epoch of this one, or the disk
    /// refuses.
    pub fn save_to(&self, place: &Path) -> Result<(), KeyringError> {
        // No epoch turns while it is copied. A keyring that cannot be written to cannot turn.
        let _held = alone(&self.folder);
        let lock = Lock::read(&self.folder)?;
        if lock::is_there(place) {
            let there = Lock::read(place)?;
            if there.node != lock.node {
                return Err(KeyringError::Exists(place.to_owned()));
            }
            if there.epoch > lock.epoch {
                return Err(KeyringError::Newer {
                    place: place.to_owned(),
                    there: there.epoch,
                    here: lock.epoch,
                });
            }
        }
        make_folder(place)?;
        epoch::copy(&self.folder, place, lock.epoch)?;
        lock.write(place)?;
        epoch::sweep(place, lock.epoch)
    }

    /// Puts a saved keyring into a node that has none.
    ///
    /// # Errors
    /// When there is one already, none is saved there, or the disk refuses.
    pub fn install(saved: &Path, folder: &Path) -> Result<Self, KeyringError> {
        if lock::is_there(folder) {
            return Err(KeyringError::Exists(folder.to_owned()));
        }
        let keyring = Self::open(saved)?;
        keyring.save_to(folder)?;
        Self::open(folder)
    }
}

impl Open {
    fn new(root: Key<Root>, epoch: Epoch) -> Self {
        Self {
            root,
            views: epoch.node.journal.derive("pages"),
            epoch,
        }
    }
}

#[cfg(test)]
mod tests;
