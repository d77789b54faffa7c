//! Backups that were made while the node was locked: the journal cannot be told of them before the
//! next unlocking, and an erasure must not miss their keyrings. Until then they stand in a file of
//! the node's folder, in clear: times, places on disk, epochs; nothing of a record. Whoever writes
//! the file, or tells the journal of it, holds another locked meanwhile: what one process adds must
//! not go with what another has noted.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use office::{BackupUnnoted, Office};
use serde::{Deserialize, Serialize};

use super::place::create_private;
use crate::refusal::Refusal;

const FILE: &str = "run/backups.json";
const LOCK: &str = "run/backups.lock";

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
    let _held = alone(node)?;
    let mut all = read(node)?;
    all.push(unnoted);
    Ok(write_private(
        &node.join(FILE),
        serde_json::json!(all).to_string().as_bytes(),
    )?)
}

/// Tells the journal of all of them.
pub(super) fn note(office: &Office, node: &Path) -> Result<(), Refusal> {
    if read(node)?.is_empty() {
        return Ok(());
    }
    let _held = alone(node)?;
    let all = read(node)?;
    if all.is_empty() {
        // Another process was first.
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

/// Lets one process at a time write here, for as long as the answer is held.
fn alone(node: &Path) -> io::Result<File> {
    let path = node.join(LOCK);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = File::options();
    let file = options
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    file.lock()?;
    Ok(file)
}

/// Writes a file that its owner alone can read, wholly or not at all.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let staged = path.with_extension("new");
    match fs::remove_file(&staged) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = create_private(&staged)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&staged, path)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::{Unnoted, add, read};

    #[test]
    fn backups_that_are_made_at_once_all_stand_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let node = folder.path();
        thread::scope(|scope| {
            for batch in 0..64 {
                scope.spawn(move || {
                    let unnoted = Unnoted {
                        at_ms: 0,
                        batch,
                        folder: node.join("backup"),
                        keyring: node.join("keyring"),
                        epoch: 1,
                    };
                    add(node, unnoted).expect("added");
                });
            }
        });
        let mut batches: Vec<_> = read(node)
            .expect("read")
            .into_iter()
            .map(|unnoted| unnoted.batch)
            .collect();
        batches.sort_unstable();
        assert_eq!(batches, (0..64).collect::<Vec<_>>());
    }
}
