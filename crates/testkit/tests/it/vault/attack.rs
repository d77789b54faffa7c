//! What an attacker, or an auditor, does with the files of a node and the keys that there are: it
//! goes past the office and opens every envelope itself.

use std::collections::BTreeMap;
use std::path::Path;

use keep::act::schema::RecordsImported;
use keep::act::{Act, Deed, Deposited, Inside, decode_deposit};
use keep::blobs::Blobs;
use keep::journal::{Hash, SqliteJournal, Store};
use keep::keyring::{BLOCK_KEYS, Keyring};
use minicbor::bytes::ByteVec;
use protect::vault::{Blob, Dossier, Key, Share, join, open};
use terms::id::NodeId;
use zeroize::Zeroizing;

/// What a stored act turned out to be.
pub(super) enum Found {
    /// An act of the journal, or one that an import holds.
    Act(Box<Act>),
    /// Something handed in, as it is sealed.
    Deposit(Vec<u8>),
}

fn context(label: &str, node: NodeId) -> Vec<u8> {
    let mut context = label.as_bytes().to_vec();
    context.push(0);
    context.extend_from_slice(&node.0);
    context
}

/// Every act as it is stored.
pub(super) fn stored(journal: &Path) -> Result<Vec<Vec<u8>>, String> {
    let told = |error: keep::journal::JournalError| error.to_string();
    let mut store = SqliteJournal::open_existing(journal).map_err(told)?;
    let mut all = Vec::new();
    let mut after = 0;
    loop {
        let batches = store.batches(after, 10_000).map_err(told)?;
        let Some(last) = batches.last() else {
            return Ok(all);
        };
        after = last.number;
        all.extend(batches.into_iter().flat_map(|batch| batch.acts));
    }
}

fn open_one(keyring: &Keyring, stored: &[u8]) -> Result<Found, String> {
    let told = |error: keep::keyring::KeyringError| error.to_string();
    match stored {
        [1, sealed @ ..] => {
            let key = keyring.journal_key().map_err(told)?;
            let plain = open(key, &context("palermo/act/1", keyring.node()), sealed);
            let plain = plain.map_err(|_| "an act does not open")?;
            let act = Act::decode(&plain).map_err(|error| error.to_string())?;
            Ok(Found::Act(Box::new(act)))
        }
        [2, sealed @ ..] => Ok(Found::Deposit(sealed.to_vec())),
        _ => Err("neither act nor deposit".to_owned()),
    }
}

fn open_import(
    keyring: &Keyring,
    blobs: &Blobs,
    imported: &RecordsImported,
) -> Result<Vec<Found>, String> {
    let mut found = Vec::new();
    let key: [u8; 32] = imported.key[..].try_into().map_err(|_| "no key")?;
    let key: Key<Blob> = Key::from_bytes(Zeroizing::new(key));
    let mut context = b"palermo/import/1\0".to_vec();
    context.extend_from_slice(&imported.import.0);
    for chunk in &imported.chunks {
        let sealed = blobs.get(&Hash(**chunk)).map_err(|e| e.to_string())?;
        let plain = open(&key, &context, &sealed).map_err(|_| "a blob does not open")?;
        let mut decoder = minicbor::Decoder::new(&plain);
        while decoder.position() < plain.len() {
            let stored: ByteVec = decoder.decode().map_err(|error| error.to_string())?;
            found.push(open_one(keyring, &stored)?);
        }
    }
    Ok(found)
}

/// Every act of a journal, with those that imports hold, opened with the journal's key.
pub(super) fn acts(journal: &Path, blobs: &Path, keyring: &Keyring) -> Result<Vec<Found>, String> {
    let blobs = Blobs::open(blobs).map_err(|error| error.to_string())?;
    let mut all = Vec::new();
    for stored in stored(journal)? {
        let found = open_one(keyring, &stored)?;
        if let Found::Act(act) = &found
            && let Deed::RecordsImported(imported) = &act.deed
        {
            all.extend(open_import(keyring, &blobs, imported)?);
        }
        all.push(found);
    }
    Ok(all)
}

/// The blobs that acts name.
pub(super) fn named_blobs(acts: &[Found]) -> Vec<Hash> {
    let mut named = Vec::new();
    for found in acts {
        if let Found::Act(act) = found
            && let Deed::RecordsImported(imported) = &act.deed
        {
            named.extend(imported.chunks.iter().map(|chunk| Hash(**chunk)));
        }
    }
    named
}

fn open_closed(node: NodeId, act: &Act, key: &Key<Dossier>) -> Option<Inside> {
    let closed = act.closed.as_ref()?;
    let mut context = context("palermo/closed/1", node);
    context.extend_from_slice(&closed.key.to_be_bytes());
    let plain = open(key, &context, &closed.sealed).ok()?;
    Inside::decode(&plain).ok()
}

/// The closed part of an act, opened with the key that it names.
pub(super) fn inside(keyring: &Keyring, act: &Act) -> Option<Inside> {
    let key = keyring.dossier_key(act.closed.as_ref()?.key).ok()??;
    open_closed(keyring.node(), act, key)
}

/// The closed part of an act, opened with whatever key of a dossier the keyring holds.
pub(super) fn inside_by_any_key(keyring: &Keyring, act: &Act) -> Option<Inside> {
    let keys = dossier_keys(keyring);
    keys.iter()
        .find_map(|(_, key)| open_closed(keyring.node(), act, key))
}

/// Every key of a dossier, or of somebody who works there, that the keyring holds.
pub(super) fn dossier_keys(keyring: &Keyring) -> BTreeMap<u64, &Key<Dossier>> {
    let last = keyring.first_unmade().expect("it is unlocked");
    let key = |number| {
        let key = keyring.dossier_key(number).expect("it is unlocked")?;
        Some((number, key))
    };
    (0..last).filter_map(key).collect()
}

/// Every secret of 32 bytes that an unlocked keyring gives out.
pub(super) fn secrets(keyring: &Keyring) -> Vec<(String, [u8; 32])> {
    let unlocked = "it is unlocked";
    let mut all = vec![
        (
            "journal key".to_owned(),
            *keyring.journal_key().expect(unlocked).expose_bytes(),
        ),
        (
            "views key".to_owned(),
            *keyring.views_key().expect(unlocked).expose_bytes(),
        ),
        (
            "fingerprint key".to_owned(),
            *keyring.fingerprint_key().expect(unlocked).expose_bytes(),
        ),
        (
            "deposit secret".to_owned(),
            *keyring.deposit_secret().expect(unlocked).expose_bytes(),
        ),
        (
            "head secret".to_owned(),
            *keyring.head_secret().expect(unlocked).expose_bytes(),
        ),
    ];
    let keys = dossier_keys(keyring).into_iter();
    all.extend(keys.map(|(number, key)| (format!("key {number}"), *key.expose_bytes())));
    assert!(all.len() as u64 >= BLOCK_KEYS, "there is a block of keys");
    all
}

/// The two keys that a keyring never gives out: the root key, from the shares, and the epoch's.
pub(super) fn root_and_epoch(
    folder: &Path,
    keyring: &Keyring,
    shares: &[Share],
) -> [(String, [u8; 32]); 2] {
    let root = join(shares).expect("all shares");
    let mut context = b"palermo/keyring/1\0".to_vec();
    context.extend_from_slice(&keyring.node().0);
    context.extend_from_slice(&keyring.epoch().to_be_bytes());
    context.extend_from_slice(b"epoch");
    let file = folder.join(format!("epoch-{:06}/epoch", keyring.epoch()));
    let sealed = std::fs::read(file).expect("an epoch");
    let epoch = open(&root, &context, &sealed).expect("the root key opens it");
    let epoch = epoch[..].try_into().expect("32 bytes");
    [
        ("root key".to_owned(), *root.expose_bytes()),
        ("epoch key".to_owned(), epoch),
    ]
}

/// What was handed in, opened with the keyring's secret for deposits.
pub(super) fn deposited(keyring: &Keyring, sealed: &[u8]) -> Option<Deposited> {
    let context = context("palermo/deposit/1", keyring.node());
    let plain = keyring.deposit_secret().ok()?.open(&context, sealed).ok()?;
    decode_deposit(&plain).ok()
}

/// The keyring of a folder, unlocked.
pub(super) fn keyring(folder: &Path, words: &str) -> Result<Keyring, String> {
    let told = |error: keep::keyring::KeyringError| error.to_string();
    let mut keyring = Keyring::open(folder).map_err(told)?;
    keyring
        .unlock(&super::people::passphrase(words))
        .map_err(told)?;
    Ok(keyring)
}
