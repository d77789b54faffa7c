//! Backups that were made while the node was locked: the journal cannot be told of them before the
//! next unlocking, and an erasure must not miss their keyrings. Until then they stand in a file of
//! the node's folder, in clear: times, places on disk, epochs; nothing of a record.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use office::{BackupUnnoted, Office};
use serde::{Deserialize, Serialize};

use super::control::write_private;
use crate::refusal::Refusal;

const FILE: &str = "run/backups.json";

/// One backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Unnoted {
    pub(super) at_ms: i64,
    pub(super) batch: u64,
    pub(super) folder: PathBuf,
    pub(super) keyring: PathBuf,
    pub(super) epoch: u32,
}

/// What the journal does not know of yet.
pub(super) fn read(node: &Path) -> Result<Vec<Unnoted>, Refusal> {
    let path = node.join(FILE);
    match fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| {
            let message = format!("{}: {error}", path.display());
            Refusal::input("backups_unreadable", message)
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// Adds one.
pub(super) fn add(node: &Path, unnoted: Unnoted) -> Result<(), Refusal> {
    let mut all = read(node)?;
    all.push(unnoted);
    Ok(write_private(
        &node.join(FILE),
        serde_json::json!(all).to_string().as_bytes(),
    )?)
}

/// Tells the journal of all of them.
pub(super) fn note(office: &Office, node: &Path) -> Result<(), Refusal> {
    let all = read(node)?;
    if all.is_empty() {
        return Ok(());
    }
    for one in &all {
        office.note_backup(&BackupUnnoted {
            at: Timestamp::from_millisecond(one.at_ms).unwrap_or(Timestamp::UNIX_EPOCH),
            batch: one.batch,
            folder: &one.folder,
            keyring: &one.keyring,
            epoch: one.epoch,
        })?;
    }
    Ok(fs::remove_file(node.join(FILE))?)
}
