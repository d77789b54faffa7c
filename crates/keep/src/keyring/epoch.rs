//! One epoch of a keyring: its key, the node's own keys, and the keys of dossiers.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use minicbor::bytes::ByteArray;
use protect::vault::{
    self, DepositSecret, Dossier, Fingerprint, HeadSecret, Journal, Key, Root, open, seal,
};
use rand_core::CryptoRng;
use terms::id::{DossierId, NodeId};
use zeroize::Zeroizing;

use super::{BLOCK_KEYS, Erased, KeyringError};
use crate::error::KeepError;
use crate::folder::{sync_folder, write_durably};

const EPOCH_FILE: &str = "epoch";
const NODE_FILE: &str = "node";
const ERASED_FILE: &str = "erased";
/// Behind the name of a block that is being made.
const STAGED: &str = ".new";
/// A key that is there, before its 32 bytes.
const THERE: u8 = 1;
/// A key that is destroyed, before 32 zeros.
const DESTROYED: u8 = 0;
const KEY_BYTES: usize = 33;

#[derive(Debug)]
pub(super) struct NodeKeys {
    pub(super) journal: Key<Journal>,
    pub(super) fingerprint: Key<Fingerprint>,
    pub(super) deposit: DepositSecret,
    pub(super) head: HeadSecret,
}

type Block = Vec<Option<Key<Dossier>>>;

#[derive(Debug)]
pub(super) struct Epoch {
    key: Key<vault::Epoch>,
    pub(super) node: NodeKeys,
    blocks: Vec<Block>,
    pub(super) erased: Vec<Erased>,
}

fn folder_of(keyring: &Path, epoch: u32) -> PathBuf {
    keyring.join(format!("epoch-{epoch:06}"))
}

fn block_name(block: usize) -> String {
    format!("{block:06}")
}

/// What a file of the keyring is sealed for: this node, this epoch, this file.
fn context(node: NodeId, epoch: u32, file: &str) -> Vec<u8> {
    let mut context = b"palermo/keyring/1\0".to_vec();
    context.extend_from_slice(&node.0);
    context.extend_from_slice(&epoch.to_be_bytes());
    context.extend_from_slice(file.as_bytes());
    context
}

fn read(path: &Path) -> Result<Vec<u8>, KeyringError> {
    Ok(fs::read(path).map_err(KeepError::disk("read", path))?)
}

fn malformed(path: &Path, reason: &str) -> KeyringError {
    KeyringError::Malformed {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}

/// Opens a file with the epoch's key. That key has itself been opened, so the passphrase is right
/// and it is the file that is not.
fn open_file(
    key: &Key<vault::Epoch>,
    context: &[u8],
    path: &Path,
) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
    open(key, context, &read(path)?)
        .map_err(|_| malformed(path, "it is damaged: the epoch's key does not open it"))
}

fn copy_of<U>(key: &Key<U>) -> Key<U> {
    Key::from_bytes(Zeroizing::new(*key.expose_bytes()))
}

impl NodeKeys {
    fn random(rng: &mut impl CryptoRng) -> Self {
        Self {
            journal: Key::random(rng),
            fingerprint: Key::random(rng),
            deposit: DepositSecret::random(rng),
            head: HeadSecret::random(rng),
        }
    }

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(128));
        bytes.extend_from_slice(self.journal.expose_bytes());
        bytes.extend_from_slice(self.fingerprint.expose_bytes());
        bytes.extend_from_slice(&*self.deposit.expose_bytes());
        bytes.extend_from_slice(&*self.head.expose_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let part = |index: usize| bytes.get(index * 32..(index + 1) * 32);
        let key = |index: usize| -> Option<Zeroizing<[u8; 32]>> {
            Some(Zeroizing::new(part(index)?.try_into().ok()?))
        };
        (bytes.len() == 128).then_some(())?;
        Some(Self {
            journal: Key::from_bytes(key(0)?),
            fingerprint: Key::from_bytes(key(1)?),
            deposit: DepositSecret::from_bytes(part(2)?).ok()?,
            head: HeadSecret::from_bytes(part(3)?).ok()?,
        })
    }
}

fn block_to_bytes(block: &Block) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(block.len() * KEY_BYTES));
    for key in block {
        match key {
            Some(key) => {
                bytes.push(THERE);
                bytes.extend_from_slice(key.expose_bytes());
            }
            None => bytes.extend_from_slice(&[DESTROYED; KEY_BYTES]),
        }
    }
    bytes
}

fn block_from_bytes(bytes: &[u8]) -> Option<Block> {
    let (keys, rest) = bytes.as_chunks::<KEY_BYTES>();
    if !rest.is_empty() || keys.len() as u64 != BLOCK_KEYS {
        return None;
    }
    let key = |bytes: &[u8; KEY_BYTES]| match bytes {
        [THERE, key @ ..] => Some(Key::from_bytes(Zeroizing::new(*key))),
        _ => None,
    };
    Some(keys.iter().map(key).collect())
}

type ErasedRow = (ByteArray<16>, Vec<u64>, Vec<ByteArray<32>>);

fn erased_to_bytes(erased: &[Erased]) -> Vec<u8> {
    let row = |erased: &Erased| -> ErasedRow {
        let marks = erased.marks.iter().map(|mark| (*mark).into()).collect();
        (erased.dossier.0.into(), erased.keys.clone(), marks)
    };
    let rows: Vec<ErasedRow> = erased.iter().map(row).collect();
    minicbor::to_vec(rows).expect("writing to memory does not fail")
}

fn erased_from_bytes(bytes: &[u8]) -> Option<Vec<Erased>> {
    let rows: Vec<ErasedRow> = minicbor::decode(bytes).ok()?;
    let erased = |(dossier, keys, marks): ErasedRow| Erased {
        dossier: DossierId(dossier.into()),
        keys,
        marks: marks.into_iter().map(Into::into).collect(),
    };
    Some(rows.into_iter().map(erased).collect())
}

impl Epoch {
    /// The key of the columns' index in this epoch.
    pub(super) fn columns(&self) -> Key<vault::Columns> {
        self.key.derive("columns")
    }

    pub(super) fn first(rng: &mut impl CryptoRng) -> Self {
        Self {
            key: Key::random(rng),
            node: NodeKeys::random(rng),
            blocks: Vec::new(),
            erased: Vec::new(),
        }
    }

    /// The next epoch: a new key, no key of those erased, and another secret for deposits, so that
    /// what was handed in before and has been taken in since opens no more.
    pub(super) fn without(&self, erased: &[Erased], rng: &mut impl CryptoRng) -> Self {
        let goes = |number: u64| erased.iter().any(|erased| erased.keys.contains(&number));
        let firsts = (0..).map(|block| block * BLOCK_KEYS);
        let blocks = firsts.zip(&self.blocks);
        let kept = |(first, block): (u64, &Block)| {
            (first..)
                .zip(block)
                .map(|(number, key)| key.as_ref().filter(|_| !goes(number)).map(copy_of))
                .collect()
        };
        let mut all = self.erased.clone();
        for one in erased {
            if !all.iter().any(|known| known.dossier == one.dossier) {
                all.push(one.clone());
            }
        }
        Self {
            key: Key::random(rng),
            node: NodeKeys {
                journal: copy_of(&self.node.journal),
                fingerprint: copy_of(&self.node.fingerprint),
                deposit: DepositSecret::random(rng),
                head: HeadSecret::from_bytes(&*self.node.head.expose_bytes())
                    .expect("these are the bytes of a secret"),
            },
            blocks: blocks.map(kept).collect(),
            erased: all,
        }
    }

    #[cfg(test)]
    pub(super) fn key_bytes(&self) -> &[u8; 32] {
        self.key.expose_bytes()
    }

    /// Tries this epoch's key on a block of any epoch.
    #[cfg(test)]
    pub(super) fn read_block_of(
        &self,
        path: &Path,
        node: NodeId,
        number: u32,
        name: &str,
    ) -> Result<(), KeyringError> {
        self.read_block(path, &context(node, number, name))
            .map(|_| ())
    }

    pub(super) fn blocks(&self) -> u64 {
        self.blocks.len() as u64
    }

    pub(super) fn key(&self, number: u64) -> Option<&Key<Dossier>> {
        let block = usize::try_from(number / BLOCK_KEYS).ok()?;
        let within = usize::try_from(number % BLOCK_KEYS).ok()?;
        self.blocks.get(block)?.get(within)?.as_ref()
    }

    /// Writes the whole epoch to a folder of its own, durably, the folder's name included.
    pub(super) fn write(
        &self,
        keyring: &Path,
        node: NodeId,
        number: u32,
        root: &Key<Root>,
        rng: &mut impl CryptoRng,
    ) -> Result<(), KeyringError> {
        let folder = folder_of(keyring, number);
        if folder.exists() {
            // What an interrupted change of epochs left, or an interrupted saving.
            destroy_folder(&folder)?;
        }
        fs::create_dir(&folder).map_err(KeepError::disk("create", &folder))?;
        let of = |file: &str| context(node, number, file);
        let epoch = seal(root, &of(EPOCH_FILE), self.key.expose_bytes(), rng);
        write_durably(&folder.join(EPOCH_FILE), &epoch)?;
        let keys = seal(&self.key, &of(NODE_FILE), &self.node.to_bytes(), rng);
        write_durably(&folder.join(NODE_FILE), &keys)?;
        let erased = erased_to_bytes(&self.erased);
        let erased = seal(&self.key, &of(ERASED_FILE), &erased, rng);
        write_durably(&folder.join(ERASED_FILE), &erased)?;
        for (index, block) in self.blocks.iter().enumerate() {
            let name = block_name(index);
            let sealed = seal(&self.key, &of(&name), &block_to_bytes(block), rng);
            write_durably(&folder.join(name), &sealed)?;
        }
        sync_folder(&folder)?;
        Ok(sync_folder(keyring)?)
    }

    /// Makes one more block. If another process has just made it, that one is taken.
    pub(super) fn add_block(
        &mut self,
        keyring: &Path,
        node: NodeId,
        number: u32,
        rng: &mut impl CryptoRng,
    ) -> Result<(), KeyringError> {
        let folder = folder_of(keyring, number);
        let name = block_name(self.blocks.len());
        let path = folder.join(&name);
        let block: Block = (0..BLOCK_KEYS).map(|_| Some(Key::random(rng))).collect();
        let context = context(node, number, &name);
        let sealed = seal(&self.key, &context, &block_to_bytes(&block), rng);
        let staged = folder.join(format!("{name}{STAGED}"));
        // It may be a second name of a block, left by a crash; to write into it would be the end of
        // that block.
        match fs::remove_file(&staged) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(KeepError::disk("remove", &staged)(error).into());
            }
            _ => {}
        }
        write_durably(&staged, &sealed)?;
        // A hard link refuses to replace a file that is there, which a rename does not.
        let block = match fs::hard_link(&staged, &path) {
            Ok(()) => block,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                self.read_block(&path, &context)?
            }
            Err(error) => return Err(KeepError::disk("link", &path)(error).into()),
        };
        fs::remove_file(&staged).map_err(KeepError::disk("remove", &staged))?;
        sync_folder(&folder)?;
        self.blocks.push(block);
        Ok(())
    }

    fn read_block(&self, path: &Path, context: &[u8]) -> Result<Block, KeyringError> {
        let bytes = open_file(&self.key, context, path)?;
        block_from_bytes(&bytes).ok_or_else(|| malformed(path, "it is no block of keys"))
    }

    pub(super) fn read(
        keyring: &Path,
        node: NodeId,
        number: u32,
        root: &Key<Root>,
    ) -> Result<Self, KeyringError> {
        let folder = folder_of(keyring, number);
        let of = |file: &str| context(node, number, file);
        let malformed =
            |file: &str| malformed(&folder.join(file), "it has not the length that it should");
        let key = open(root, &of(EPOCH_FILE), &read(&folder.join(EPOCH_FILE))?)?;
        let key = Zeroizing::new(key[..].try_into().map_err(|_| malformed(EPOCH_FILE))?);
        let key: Key<vault::Epoch> = Key::from_bytes(key);
        let keys = open_file(&key, &of(NODE_FILE), &folder.join(NODE_FILE))?;
        let erased = open_file(&key, &of(ERASED_FILE), &folder.join(ERASED_FILE))?;
        let mut epoch = Self {
            key,
            node: NodeKeys::from_bytes(&keys).ok_or_else(|| malformed(NODE_FILE))?,
            blocks: Vec::new(),
            erased: erased_from_bytes(&erased).ok_or_else(|| malformed(ERASED_FILE))?,
        };
        epoch.read_new_blocks(keyring, node, number)?;
        epoch.refuse_gap(&folder)?;
        Ok(epoch)
    }

    /// A block behind one that is missing: were it passed over, its numbers would be given out
    /// again.
    fn refuse_gap(&self, folder: &Path) -> Result<(), KeyringError> {
        for entry in fs::read_dir(folder).map_err(KeepError::disk("list", folder))? {
            let name = entry.map_err(KeepError::disk("list", folder))?.file_name();
            let number = name.to_str().and_then(|name| name.parse::<u64>().ok());
            // The next one may have been made since these were read; one behind it may not.
            if number.is_some_and(|number| number > self.blocks()) {
                let missing = folder.join(block_name(self.blocks.len()));
                return Err(malformed(
                    &missing,
                    "it is missing, and a later block is there",
                ));
            }
        }
        Ok(())
    }

    /// Reads the blocks that are there and not known yet.
    pub(super) fn read_new_blocks(
        &mut self,
        keyring: &Path,
        node: NodeId,
        number: u32,
    ) -> Result<(), KeyringError> {
        let folder = folder_of(keyring, number);
        loop {
            let name = block_name(self.blocks.len());
            let path = folder.join(&name);
            if !path.exists() {
                return Ok(());
            }
            let block = self.read_block(&path, &context(node, number, &name))?;
            self.blocks.push(block);
        }
    }
}

/// Whether keys of dossiers lie there. A keyring that was not made to the end has none.
pub(super) fn holds_keys(keyring: &Path) -> bool {
    let entries = fs::read_dir(keyring).into_iter().flatten().flatten();
    entries
        .into_iter()
        .any(|entry| entry.path().join(block_name(0)).exists())
}

/// Copies an epoch as it is, sealed, durably. Within an epoch a file never changes, so what is
/// there and right is not touched: an interrupted saving leaves an earlier one whole.
pub(super) fn copy(from: &Path, to: &Path, epoch: u32) -> Result<(), KeyringError> {
    let (source, target) = (folder_of(from, epoch), folder_of(to, epoch));
    fs::create_dir_all(&target).map_err(KeepError::disk("create", &target))?;
    for entry in fs::read_dir(&source).map_err(KeepError::disk("list", &source))? {
        let name = entry.map_err(KeepError::disk("list", &source))?.file_name();
        if Path::new(&name).extension().is_none() {
            let (bytes, path) = (read(&source.join(&name))?, target.join(&name));
            if !fs::read(&path).is_ok_and(|there| there == bytes) {
                write_durably(&path, &bytes)?;
            }
        }
    }
    sync_folder(&target)?;
    Ok(sync_folder(to)?)
}

/// Destroys every epoch but the current one: overwrites its files, flushes, removes. In the current
/// one, what was left of the making of a block goes.
pub(super) fn sweep(keyring: &Path, current: u32) -> Result<(), KeyringError> {
    let kept = folder_of(keyring, current);
    let mut changed = false;
    for entry in fs::read_dir(keyring).map_err(KeepError::disk("list", keyring))? {
        let path = entry.map_err(KeepError::disk("list", keyring))?.path();
        if path.is_dir() && path != kept {
            destroy_folder(&path)?;
            changed = true;
        }
    }
    for entry in fs::read_dir(&kept).map_err(KeepError::disk("list", &kept))? {
        let path = entry.map_err(KeepError::disk("list", &kept))?.path();
        if path.to_string_lossy().ends_with(STAGED) {
            // Not overwritten: it may be a second name of a block.
            fs::remove_file(&path).map_err(KeepError::disk("remove", &path))?;
        }
    }
    if changed {
        sync_folder(keyring)?;
    }
    Ok(())
}

fn destroy_folder(folder: &Path) -> Result<(), KeepError> {
    for entry in fs::read_dir(folder).map_err(KeepError::disk("list", folder))? {
        let path = entry.map_err(KeepError::disk("list", folder))?.path();
        let length = fs::metadata(&path)
            .map_err(KeepError::disk("read", &path))?
            .len();
        let mut file: File = OpenOptions::new()
            .write(true)
            .open(&path)
            .map_err(KeepError::disk("open", &path))?;
        let zeros = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
        file.write_all(&zeros)
            .map_err(KeepError::disk("overwrite", &path))?;
        file.sync_all().map_err(KeepError::disk("flush", &path))?;
        fs::remove_file(&path).map_err(KeepError::disk("remove", &path))?;
    }
    fs::remove_dir(folder).map_err(KeepError::disk("remove", folder))
}
