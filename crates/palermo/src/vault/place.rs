//! Where the processes that serve a node are to be found.
//!
//! Each writes a file of its own, `NODE/run/control-<number>.json`, which its own user alone can
//! read, and holds it locked as long as it lives. The system lets the lock go with the process,
//! however that ends: a file that nobody holds is of a process that was killed, and is removed.
//! Neither a port nor the number of a process could tell, since another process may have it by
//! then.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

const FOLDER: &str = "run";
const PREFIX: &str = "control-";
const SUFFIX: &str = ".json";
/// Longest file that is read, in bytes; one has about 200.
const FILE_BYTES_MAX: u64 = 16 * 1024;

/// What a process says of itself.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Place {
    /// Its number, for whoever has to look for it.
    pub(super) process: u32,
    /// The port of the loopback that it listens on.
    pub(super) port: u16,
    /// What shows that a command comes from somebody who can read this.
    pub(super) token: String,
    /// The key that commands are sealed to, in hexadecimal.
    pub(super) public: String,
}

/// The file of this process. It goes when this is dropped.
pub(super) struct Kept {
    path: PathBuf,
    /// Locked, so that others see that this process lives.
    file: File,
}

impl Kept {
    /// Writes the file of a process that serves a node. `number` is one that no other has.
    pub(super) fn new(node: &Path, number: &str, place: &Place) -> io::Result<Self> {
        let folder = node.join(FOLDER);
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{PREFIX}{number}{SUFFIX}"));
        let file = create_private(&path)?;
        // If writing fails, dropping it leaves nothing behind.
        let kept = Self { path, file };
        // Locked before anything stands in it: whoever finds it empty leaves it alone. Shared,
        // because elsewhere a sole lock keeps others from reading.
        kept.file.lock_shared()?;
        let text = serde_json::json!(place).to_string();
        (&kept.file).write_all(text.as_bytes())?;
        kept.file.sync_all()?;
        Ok(kept)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // If it stays, nobody holds it, and the next to look removes it.
        let _ = fs::remove_file(&self.path);
    }
}

/// The file of a process that lives.
pub(super) struct Living {
    path: PathBuf,
    pub(super) place: Place,
}

impl Living {
    /// Whether the process has ended since; its file is then removed.
    pub(super) fn has_ended(&self) -> bool {
        match File::open(&self.path) {
            Ok(file) => is_left(&self.path, &file),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        }
    }

    /// How it is called where it has to be named.
    pub(super) fn name(&self) -> String {
        format!("process {}", self.place.process)
    }
}

/// The processes that serve a node now, or why one cannot be found. What killed ones have left is
/// removed.
pub(super) fn living(node: &Path) -> Result<Vec<Result<Living, Refusal>>, Refusal> {
    let entries = match fs::read_dir(node.join(FOLDER)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths.into_iter().filter_map(look).collect())
}

/// None if the file is of no process.
fn look(path: PathBuf) -> Option<Result<Living, Refusal>> {
    let unreadable = |what: &str| {
        let message = format!("{}: {what}", path.display());
        Some(Err(Refusal::input("control_unreadable", message)))
    };
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => return unreadable(&error.to_string()),
    };
    if is_left(&path, &file) {
        return None;
    }
    let mut text = String::new();
    match file.take(FILE_BYTES_MAX).read_to_string(&mut text) {
        // It begins just now, and hears nobody yet.
        Ok(0) => return None,
        Ok(_) => {}
        Err(error) => return unreadable(&error.to_string()),
    }
    match serde_json::from_str(&text) {
        Ok(place) => Some(Ok(Living { path, place })),
        Err(error) => unreadable(&error.to_string()),
    }
}

/// Whether nobody holds a file; it is then removed. An empty one is about to be held.
fn is_left(path: &Path, file: &File) -> bool {
    match file.try_lock() {
        Ok(()) => {}
        // Where locks do not work at all, nothing is removed.
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => return false,
    }
    if file.metadata().map_or(true, |found| found.len() == 0) {
        // Whoever began it waits for the lock.
        let _ = file.unlock();
        return false;
    }
    // What cannot be removed is found again, and is of no process then either.
    let _ = fs::remove_file(path);
    true
}

/// Makes a file that its owner alone can read, which must not be there yet.
#[cfg(unix)]
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    options.write(true).create_new(true).mode(0o600);
    options.open(path)
}

/// Elsewhere the folder of the node has to be its owner's alone.
#[cfg(not(unix))]
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    File::create_new(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Kept, Place, living};

    fn place(process: u32) -> Place {
        Place {
            process,
            port: 1,
            token: "token".to_owned(),
            public: "00".to_owned(),
        }
    }

    #[test]
    fn a_file_that_nobody_holds_is_removed_and_one_that_begins_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let node = folder.path();
        assert_eq!(living(node).expect("found").len(), 0, "nobody ever served");
        let kept = Kept::new(node, "a", &place(7)).expect("written");
        let run = node.join("run");
        let left = run.join("control-b.json");
        fs::copy(run.join("control-a.json"), &left).expect("copied");
        let begun = run.join("control-c.json");
        fs::write(&begun, "").expect("written");
        let other = run.join("backups.json");
        fs::write(&other, "[]").expect("written");

        let found = living(node).expect("found");
        let found: Vec<_> = found.into_iter().map(|one| one.expect("read")).collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name(), "process 7");
        assert!(!found[0].has_ended());
        assert!(!left.exists(), "nobody holds it");
        assert!(begun.exists() && other.exists());

        drop(kept);
        assert!(found[0].has_ended());
        assert_eq!(living(node).expect("found").len(), 0);
    }
}
