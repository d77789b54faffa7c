//! Published files in the node's folder.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use evidence::intake::Kind;
use evidence::publication::{Publication, Put, Shelf};
use sha2::{Digest, Sha256};

use crate::error::KeepError;
use crate::manifest;

const FOREIGN: &str = "foreign";
const STAGING: &str = "staging";
const LOCK: &str = "lock";
const ORIGINAL: &str = "original";
const MANIFEST: &str = "manifest.json";

/// The shelf in a node's folder: `foreign/KIND/SHA-256/{original, manifest.json}`.
#[derive(Debug, Clone)]
pub struct FolderShelf {
    root: PathBuf,
}

impl FolderShelf {
    /// The shelf of the node in this folder. What an interrupted write left behind is swept away,
    /// unless somebody is writing now, or the folder cannot be written to.
    ///
    /// # Errors
    /// When what was left behind cannot be removed.
    pub(crate) fn open(root: &Path) -> Result<Self, KeepError> {
        let shelf = Self {
            root: root.to_owned(),
        };
        if let Ok(lock) = shelf.lock_file() {
            match lock.try_lock() {
                Ok(()) => shelf.sweep()?,
                Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
            }
        }
        Ok(shelf)
    }

    fn lock_file(&self) -> Result<File, KeepError> {
        let path = self.root.join(LOCK);
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        options.open(&path).map_err(KeepError::disk("open", &path))
    }

    fn sweep(&self) -> Result<(), KeepError> {
        let staging = self.root.join(STAGING);
        let entries = match fs::read_dir(&staging) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(KeepError::disk("list", &staging)(error)),
        };
        for entry in entries {
            let path = entry.map_err(KeepError::disk("list", &staging))?.path();
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            removed.map_err(KeepError::disk("remove", &path))?;
        }
        Ok(())
    }

    fn place(&self, kind: Kind, content_sha256: &str) -> Result<PathBuf, KeepError> {
        // The hash becomes the name of a folder, so nothing else may stand in its place.
        let is_hash = content_sha256.len() == 64
            && content_sha256
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_hash {
            Ok(self
                .root
                .join(FOREIGN)
                .join(kind.code())
                .join(content_sha256))
        } else {
            Err(missing(kind, content_sha256))
        }
    }

    fn stage(
        &self,
        folder: &Path,
        publication: &Publication,
        original: &mut dyn Read,
    ) -> Result<(), KeepError> {
        fs::create_dir_all(folder).map_err(KeepError::disk("create", folder))?;
        let copied = copy(original, &folder.join(ORIGINAL), &publication.file_name)?;
        if copied != publication.file_sha256 {
            let file = publication.file_name.clone();
            return Err(KeepError::FileChanged { file });
        }
        let path = folder.join(MANIFEST);
        let text = manifest::write(publication);
        write_durably(&path, text.as_bytes())?;
        sync_folder(folder)
    }
}

fn missing(kind: Kind, content_sha256: &str) -> KeepError {
    KeepError::PublicationMissing {
        kind: kind.code(),
        content_sha256: content_sha256.to_owned(),
    }
}

impl Shelf for FolderShelf {
    type Error = KeepError;

    fn put(&self, publication: &Publication, original: &mut dyn Read) -> Result<Put, KeepError> {
        let place = self.place(publication.kind, publication.content_sha256())?;
        let lock = self.lock_file()?;
        lock.lock()
            .map_err(KeepError::disk("lock", &self.root.join(LOCK)))?;
        if place.exists() {
            return Ok(Put::AlreadyThere);
        }
        self.sweep()?;
        let staged = self.root.join(STAGING).join(publication.content_sha256());
        if let Err(error) = self.stage(&staged, publication, original) {
            // The next opening sweeps what stays behind; the first error is the one to tell.
            let _ = fs::remove_dir_all(&staged);
            return Err(error);
        }
        let shelf = self.root.join(FOREIGN).join(publication.kind.code());
        fs::create_dir_all(&shelf).map_err(KeepError::disk("create", &shelf))?;
        fs::rename(&staged, &place).map_err(KeepError::disk("move", &staged))?;
        for folder in [&shelf, &self.root.join(FOREIGN), &self.root] {
            sync_folder(folder)?;
        }
        Ok(Put::New)
    }

    fn list(&self, kind: Kind) -> Result<Vec<Publication>, KeepError> {
        let shelf = self.root.join(FOREIGN).join(kind.code());
        let entries = match fs::read_dir(&shelf) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(KeepError::disk("list", &shelf)(error)),
        };
        let mut publications = Vec::new();
        for entry in entries {
            let name = entry.map_err(KeepError::disk("list", &shelf))?.file_name();
            // Whatever else lies there (a file of the system's own, say) is no publication.
            let Ok(place) = self.place(kind, &name.to_string_lossy()) else {
                continue;
            };
            let path = place.join(MANIFEST);
            let text = fs::read_to_string(&path).map_err(KeepError::disk("read", &path))?;
            let publication = manifest::read(&text, &path)?;
            let reason = if publication.kind != kind {
                format!("it says {}", publication.kind)
            } else if Some(publication.content_sha256()) != name.to_str() {
                format!("it says {}", publication.content_sha256())
            } else {
                publications.push(publication);
                continue;
            };
            return Err(KeepError::Manifest { path, reason });
        }
        publications.sort_by(|a, b| {
            let key =
                |one: &Publication| (one.imported_at.clone(), one.content_sha256().to_owned());
            key(a).cmp(&key(b))
        });
        Ok(publications)
    }

    fn open(&self, kind: Kind, content_sha256: &str) -> Result<Box<dyn Read>, KeepError> {
        let path = self.place(kind, content_sha256)?.join(ORIGINAL);
        match File::open(&path) {
            Ok(file) => Ok(Box::new(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(missing(kind, content_sha256))
            }
            Err(error) => Err(KeepError::disk("open", &path)(error)),
        }
    }
}

/// Copies to a new file, flushes it to the disk, and gives the SHA-256 of what was copied.
fn copy(original: &mut dyn Read, path: &Path, name: &str) -> Result<String, KeepError> {
    let mut file = File::create_new(path).map_err(KeepError::disk("create", path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = match original.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(source) => {
                let file = name.to_owned();
                return Err(KeepError::Original { file, source });
            }
        };
        hash.update(&buffer[..read]);
        file.write_all(&buffer[..read])
            .map_err(KeepError::disk("write", path))?;
    }
    file.sync_all().map_err(KeepError::disk("flush", path))?;
    Ok(hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// Writes a new file and flushes it to the disk.
pub(crate) fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), KeepError> {
    let mut file = File::create(path).map_err(KeepError::disk("create", path))?;
    file.write_all(bytes)
        .map_err(KeepError::disk("write", path))?;
    file.sync_all().map_err(KeepError::disk("flush", path))
}

/// Makes a folder, with those above it that are missing, and flushes the name of each. The name of
/// one that is there is flushed too: whoever made it may have been stopped before that.
///
/// # Errors
/// When the disk refuses.
pub fn make_folder(path: &Path) -> Result<(), KeepError> {
    let parent = above(path);
    if !path.is_dir() {
        if !parent.is_dir() {
            make_folder(parent)?;
        }
        match fs::create_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
            made => made.map_err(KeepError::disk("create", path))?,
        }
    }
    sync_folder(parent)
}

/// Writes a file and flushes it to the disk, its name included.
///
/// # Errors
/// When the disk refuses.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), KeepError> {
    write_durably(path, bytes)?;
    sync_folder(above(path))
}

/// Removes a file, and flushes that its name is gone.
///
/// # Errors
/// When the disk refuses.
pub fn remove_file(path: &Path) -> Result<(), KeepError> {
    fs::remove_file(path).map_err(KeepError::disk("remove", path))?;
    sync_folder(above(path))
}

/// The folder that a path lies in.
fn above(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Removes a folder with everything in it, if it is there.
///
/// # Errors
/// When the disk refuses.
pub fn remove_folder(path: &Path) -> Result<(), KeepError> {
    match fs::remove_dir_all(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(KeepError::disk("remove", path)(error)),
    }
}

/// Gives a folder another name, in the place of an empty one if that is there, and flushes the
/// name.
///
/// # Errors
/// When the disk refuses.
pub fn move_folder(from: &Path, to: &Path) -> Result<(), KeepError> {
    if to.is_dir() {
        fs::remove_dir(to).map_err(KeepError::disk("remove", to))?;
    }
    fs::rename(from, to).map_err(KeepError::disk("move", from))?;
    match to.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_folder(parent),
        _ => sync_folder(Path::new(".")),
    }
}

/// Copies what of a node's folder is public: its description, the published files, its own
/// releases, and its own names and outlines of places.
///
/// # Errors
/// When the disk refuses.
pub fn copy_public(from: &Path, to: &Path) -> Result<(), KeepError> {
    for name in ["palermo.toml", "foreign", "released", "places"] {
        let source = from.join(name);
        if source.exists() {
            copy_tree(&source, &to.join(name))?;
        }
    }
    sync_folder(to)
}

fn copy_tree(from: &Path, to: &Path) -> Result<(), KeepError> {
    if from.is_dir() {
        fs::create_dir_all(to).map_err(KeepError::disk("create", to))?;
        for entry in fs::read_dir(from).map_err(KeepError::disk("list", from))? {
            let name = entry.map_err(KeepError::disk("list", from))?.file_name();
            copy_tree(&from.join(&name), &to.join(&name))?;
        }
        return sync_folder(to);
    }
    fs::copy(from, to).map_err(KeepError::disk("copy", from))?;
    let copied = File::open(to).map_err(KeepError::disk("open", to))?;
    copied.sync_all().map_err(KeepError::disk("flush", to))
}

/// Flushes the names in a folder to the disk.
///
/// # Errors
/// When the disk refuses.
pub fn flush_folder(path: &Path) -> Result<(), KeepError> {
    sync_folder(path)
}

/// Flushes the names in a folder to the disk.
#[cfg(unix)]
pub(crate) fn sync_folder(path: &Path) -> Result<(), KeepError> {
    let folder = File::open(path).map_err(KeepError::disk("open", path))?;
    folder.sync_all().map_err(KeepError::disk("flush", path))
}

/// Elsewhere a folder cannot be opened as a file; its names are the file system's own to flush.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_path: &Path) -> Result<(), KeepError> {
    Ok(())
}
