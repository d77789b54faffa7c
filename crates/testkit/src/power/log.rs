//! The recorder's log: what a program did to a folder, in the order in which it was done.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A file that an operation is about: by the handle of an open descriptor, or by its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Number of an opening; copies of a descriptor share it.
    Handle(u64),
    /// Path from the watched folder.
    Path(PathBuf),
}

/// One thing that a program did. Paths lead from the watched folder and hold no links and no dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A file or folder that was there was opened; its content may have been cut to nothing.
    Open {
        /// What was opened.
        path: PathBuf,
        /// The handle that later actions name.
        handle: u64,
        /// Whether O_TRUNC took a content away.
        truncated: bool,
    },
    /// A file was made and opened.
    Create {
        /// The new name.
        path: PathBuf,
        /// The handle that later actions name.
        handle: u64,
        /// Permission bits.
        mode: u32,
    },
    /// A file without a name was made (O_TMPFILE).
    Temporary {
        /// The handle that later actions name.
        handle: u64,
        /// Permission bits.
        mode: u32,
    },
    /// Bytes were written.
    Write {
        /// Into which file.
        handle: u64,
        /// Where they begin, in bytes.
        offset: usize,
        /// The bytes.
        data: Vec<u8>,
        /// Whether they were durable on return (O_SYNC, O_DSYNC, RWF_DSYNC).
        synchronous: bool,
    },
    /// A file was made this long.
    SetSize {
        /// Which file.
        target: Target,
        /// Bytes.
        length: usize,
    },
    /// A file was made at least this long.
    Allocate {
        /// Which file.
        handle: u64,
        /// Bytes.
        end: usize,
    },
    /// Bytes within a file became zeros.
    Zero {
        /// Which file.
        handle: u64,
        /// Where they begin, in bytes.
        offset: usize,
        /// How many.
        length: usize,
    },
    /// fsync or fdatasync of a file or folder.
    Sync {
        /// Which file or folder.
        handle: u64,
    },
    /// sync or syncfs.
    SyncAll,
    /// A name was moved, over another where there was one.
    Rename {
        /// The old name.
        from: PathBuf,
        /// The new name.
        to: PathBuf,
    },
    /// Two names changed places.
    Exchange {
        /// The one.
        from: PathBuf,
        /// The other.
        to: PathBuf,
    },
    /// A name of a file was removed.
    Unlink {
        /// The name.
        path: PathBuf,
    },
    /// A folder was made.
    MakeFolder {
        /// Its name.
        path: PathBuf,
        /// Permission bits.
        mode: u32,
    },
    /// An empty folder was removed.
    RemoveFolder {
        /// Its name.
        path: PathBuf,
    },
    /// A file was given one more name.
    Link {
        /// The file.
        from: Target,
        /// The new name.
        to: PathBuf,
    },
    /// A symbolic link was made.
    Symlink {
        /// Its name.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// Bytes were written to the standard output.
    Print {
        /// The bytes.
        data: Vec<u8>,
    },
    /// The program died here, before the operation of this number.
    Cut,
}

/// One record of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// How many operations the program had begun, this one included. Openings that change nothing
    /// and printing do not count.
    pub operation: u64,
    /// What was done.
    pub action: Action,
}

/// What a program did, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The records.
    pub entries: Vec<Entry>,
}

impl Log {
    /// Reads the recorder's file.
    ///
    /// # Errors
    /// When the recorder was not loaded into the program, gave up, or left a broken record.
    pub fn read(file: &Path) -> Result<Self, String> {
        let bytes = std::fs::read(file).unwrap_or_default();
        let mut reader = Reader { rest: &bytes };
        let mut log = Self::default();
        let mut started = false;
        while let Some(record) = reader.record()? {
            match record.kind {
                1 => started = true,
                20 => {
                    let message = String::from_utf8_lossy(record.data);
                    return Err(format!("the recorder gave up: {message}"));
                }
                _ => log.entries.push(Entry {
                    operation: record.operation,
                    action: record.action()?,
                }),
            }
        }
        if started {
            return Ok(log);
        }
        Err(
            "the program did not load the recorder: it is linked statically, or not for glibc"
                .into(),
        )
    }

    /// How many operations the program began.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.operation)
    }

    /// Whether the program died at the operation that was chosen.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        matches!(self.entries.last(), Some(last) if last.action == Action::Cut)
    }

    /// What was done before operation `cut` was begun. 0 leaves everything.
    #[must_use]
    pub fn before(&self, cut: u64) -> Self {
        let mut entries = self.entries.clone();
        // Openings and printing carry the number of the operation before them.
        if let Some(end) = entries
            .iter()
            .position(|entry| cut > 0 && entry.operation >= cut)
        {
            entries.truncate(end);
            entries.push(Entry {
                operation: cut,
                action: Action::Cut,
            });
        }
        Self { entries }
    }

    /// The whole lines that the program printed, each ended by a line feed.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut text = Vec::new();
        for entry in &self.entries {
            if let Action::Print { data } = &entry.action {
                text.extend_from_slice(data);
            }
        }
        whole_lines(&text)
    }

    /// How many operations of each kind there were, for a reader of reports.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        for entry in &self.entries {
            *counts.entry(entry.action.name()).or_insert(0) += 1;
        }
        counts
    }
}

impl Action {
    /// The word for this kind of action.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Create { .. } => "create",
            Self::Temporary { .. } => "temporary",
            Self::Write { .. } => "write",
            Self::SetSize { .. } => "set size",
            Self::Allocate { .. } => "allocate",
            Self::Zero { .. } => "zero",
            Self::Sync { .. } => "sync",
            Self::SyncAll => "sync all",
            Self::Rename { .. } => "rename",
            Self::Exchange { .. } => "exchange",
            Self::Unlink { .. } => "unlink",
            Self::MakeFolder { .. } => "make folder",
            Self::RemoveFolder { .. } => "remove folder",
            Self::Link { .. } => "link",
            Self::Symlink { .. } => "symlink",
            Self::Print { .. } => "print",
            Self::Cut => "cut",
        }
    }
}

/// Lines that were ended; what follows the last line feed was never said in full.
pub(super) fn whole_lines(bytes: &[u8]) -> Vec<String> {
    let end = bytes.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
    let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
    text.lines().map(str::to_owned).collect()
}

/// A record as `recorder.c` writes it: `struct record`, then the paths, then the data.
struct Record<'a> {
    kind: u8,
    flags: u8,
    operation: u64,
    handle: u64,
    offset: u64,
    length: u64,
    path: PathBuf,
    second: PathBuf,
    data: &'a [u8],
}

struct Reader<'a> {
    rest: &'a [u8],
}

/// A record broken off: the log's disk is full, or the recorder and this reader differ.
const BROKEN: &str = "the log of operations is broken";

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self.rest.split_at_checked(bytes).ok_or(BROKEN)?;
        self.rest = rest;
        Ok(taken)
    }

    fn small(&mut self) -> Result<u16, String> {
        let bytes = self.take(2)?.try_into().map_err(|_| BROKEN)?;
        Ok(u16::from_ne_bytes(bytes))
    }

    fn large(&mut self) -> Result<u64, String> {
        let bytes = self.take(8)?.try_into().map_err(|_| BROKEN)?;
        Ok(u64::from_ne_bytes(bytes))
    }

    fn record(&mut self) -> Result<Option<Record<'a>>, String> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let kind = self.take(1)?[0];
        let flags = self.take(1)?[0];
        let (path_bytes, second_bytes, _) = (self.small()?, self.small()?, self.small()?);
        let (operation, handle) = (self.large()?, self.large()?);
        let (offset, length, data_bytes) = (self.large()?, self.large()?, self.large()?);
        let path = path_of(self.take(path_bytes.into())?);
        let second = path_of(self.take(second_bytes.into())?);
        Ok(Some(Record {
            kind,
            flags,
            operation,
            handle,
            offset,
            length,
            path,
            second,
            data: self.take(size(data_bytes)?)?,
        }))
    }
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

fn size(value: u64) -> Result<usize, String> {
    usize::try_from(value).map_err(|_| BROKEN.to_owned())
}

impl Record<'_> {
    fn action(self) -> Result<Action, String> {
        let (path, handle) = (self.path, self.handle);
        let mode = u32::try_from(self.length).unwrap_or(0o600);
        let (offset, length) = (size(self.offset)?, size(self.length)?);
        let data = self.data.to_vec();
        let (from, to) = (path.clone(), self.second);
        let target = |path: PathBuf| match handle {
            0 => Target::Path(path),
            handle => Target::Handle(handle),
        };
        Ok(match self.kind {
            2 => Action::Open {
                path,
                handle,
                truncated: self.flags & 2 != 0,
            },
            3 => Action::Create { path, handle, mode },
            4 => Action::Temporary { handle, mode },
            5 => Action::Write {
                handle,
                offset,
                data,
                synchronous: self.flags & 1 != 0,
            },
            6 => Action::SetSize {
                target: target(path),
                length,
            },
            7 => Action::Allocate {
                handle,
                end: offset.checked_add(length).ok_or(BROKEN)?,
            },
            8 => Action::Zero {
                handle,
                offset,
                length,
            },
            9 => Action::Sync { handle },
            10 => Action::SyncAll,
            11 => Action::Rename { from, to },
            12 => Action::Exchange { from, to },
            13 => Action::Unlink { path },
            14 => Action::MakeFolder { path, mode },
            15 => Action::RemoveFolder { path },
            16 => Action::Link {
                from: target(from),
                to,
            },
            17 => Action::Symlink { path, target: to },
            18 => Action::Print { data },
            19 => Action::Cut,
            _ => return Err(BROKEN.into()),
        })
    }
}
