//! A disk that loses at a power cut what was not synced: files, folders, and names.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::content::{Chance, Content};
use super::log::{Action, Log, Target};

/// How harsh the disk is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `true` (strict POSIX): only the sync of a folder makes the names in it durable, and those
    /// alone. `false` (a journal of metadata, as ext4 and XFS keep): the sync of a file or folder
    /// makes durable the last change of names that concerns it, and every change before that.
    pub strict_names: bool,
    /// Bytes that the disk writes whole.
    pub sector_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            strict_names: true,
            sector_bytes: 512,
        }
    }
}

type Names = BTreeMap<OsString, usize>;

#[derive(Clone, Debug)]
enum Kind {
    File(Content),
    Folder { durable: Names, current: Names },
    Symlink(PathBuf),
}

#[derive(Clone, Debug)]
struct Node {
    kind: Kind,
    /// Permission bits; those that a file had at its making.
    mode: u32,
}

/// One name in one folder, and what it leads to from now on.
#[derive(Clone, Debug)]
struct Edit {
    folder: usize,
    name: OsString,
    node: Option<usize>,
}

/// Edits that happen together or not at all.
#[derive(Clone, Debug)]
struct Change {
    edits: Vec<Edit>,
    /// The folder whose sync makes them durable: for a move, the one moved to.
    home: usize,
}

/// A folder on a disk, and what a program did to it since.
#[derive(Clone, Debug)]
pub struct Disk {
    nodes: Vec<Node>,
    handles: HashMap<u64, usize>,
    unsettled: Vec<Change>,
    settings: Settings,
}

/// The node of the watched folder.
const ROOT: usize = 0;

/// Names whose content changes without a call (SQLite's index of a write-ahead log).
fn is_mapped(name: &OsString) -> bool {
    name.to_string_lossy().ends_with("-shm")
}

fn told<E: std::fmt::Display>(path: &Path) -> impl FnOnce(E) -> String + '_ {
    move |error| format!("{}: {error}", path.display())
}

impl Disk {
    /// The disk that holds `folder`, all of it durable.
    ///
    /// # Errors
    /// When a file cannot be read, or is none (a pipe, a socket).
    pub fn read(folder: &Path) -> Result<Self, String> {
        let mut disk = Self {
            nodes: Vec::new(),
            handles: HashMap::new(),
            unsettled: Vec::new(),
            settings: Settings::default(),
        };
        disk.read_node(folder)?;
        Ok(disk)
    }

    fn read_node(&mut self, path: &Path) -> Result<usize, String> {
        let about = fs::symlink_metadata(path).map_err(told(path))?;
        let mode = mode_of(&about);
        let number = self.nodes.len();
        if about.is_symlink() {
            let target = fs::read_link(path).map_err(told(path))?;
            return Ok(self.add(Kind::Symlink(target), mode));
        }
        if about.is_file() {
            let bytes = fs::read(path).map_err(told(path))?;
            return Ok(self.add(Kind::File(Content::durable(bytes)), mode));
        }
        if !about.is_dir() {
            return Err(format!("{}: neither file nor folder", path.display()));
        }
        self.add(Kind::empty_folder(), mode);
        let mut names = Names::new();
        for name in names_in(path)? {
            let node = self.read_node(&path.join(&name))?;
            names.insert(name, node);
        }
        self.nodes[number].kind = Kind::Folder {
            durable: names.clone(),
            current: names,
        };
        Ok(number)
    }

    fn add(&mut self, kind: Kind, mode: u32) -> usize {
        self.nodes.push(Node { kind, mode });
        self.nodes.len() - 1
    }

    /// The same disk, more or less harsh.
    #[must_use]
    pub fn with(mut self, settings: &Settings) -> Self {
        self.settings = settings.clone();
        self
    }

    /// Does what a log tells.
    ///
    /// # Errors
    /// When the log names what is not there: it belongs to another folder, or misses operations.
    pub fn replay(&mut self, log: &Log) -> Result<(), String> {
        for (number, entry) in log.entries.iter().enumerate() {
            self.act(&entry.action)
                .map_err(|error| format!("record {number}, {}: {error}", entry.action.name()))?;
        }
        Ok(())
    }

    fn act(&mut self, action: &Action) -> Result<(), String> {
        match action {
            Action::Open { .. } | Action::Create { .. } | Action::Temporary { .. } => {
                self.open(action)?;
            }
            Action::Write {
                handle,
                offset,
                data,
                synchronous,
            } => self
                .content(&Target::Handle(*handle))?
                .write(*offset, data.clone(), *synchronous),
            Action::SetSize { target, length } => self.content(target)?.set_size(*length),
            Action::Allocate { handle, end } => {
                self.content(&Target::Handle(*handle))?.allocate(*end);
            }
            Action::Zero {
                handle,
                offset,
                length,
            } => self
                .content(&Target::Handle(*handle))?
                .zero(*offset, *length),
            Action::Sync { handle } => {
                let node = self.node(&Target::Handle(*handle))?;
                self.sync(node);
            }
            Action::SyncAll => self.sync_all(),
            Action::Print { .. } | Action::Cut => {}
            _ => self.act_on_names(action)?,
        }
        Ok(())
    }

    fn open(&mut self, action: &Action) -> Result<(), String> {
        let (handle, node) = match action {
            Action::Open {
                path,
                handle,
                truncated,
            } => {
                let target = Target::Path(path.clone());
                if *truncated {
                    self.content(&target)?.set_size(0);
                }
                (*handle, self.node(&target)?)
            }
            Action::Create { path, handle, mode } => {
                let node = self.add(Kind::File(Content::default()), *mode);
                self.name(path, Some(node))?;
                (*handle, node)
            }
            Action::Temporary { handle, mode } => {
                (*handle, self.add(Kind::File(Content::default()), *mode))
            }
            _ => return Ok(()),
        };
        self.handles.insert(handle, node);
        Ok(())
    }

    fn act_on_names(&mut self, action: &Action) -> Result<(), String> {
        match action {
            Action::Rename { from, to } => {
                let node = self.find(from)?;
                // Two names of one file: by the standard, nothing happens.
                if self.find(to) == Ok(node) {
                    return Ok(());
                }
                let edits = vec![self.edit(from, None)?, self.edit(to, Some(node))?];
                self.change(edits);
            }
            Action::Exchange { from, to } => {
                let (one, other) = (self.find(from)?, self.find(to)?);
                let edits = vec![self.edit(from, Some(other))?, self.edit(to, Some(one))?];
                self.change(edits);
            }
            Action::Unlink { path } | Action::RemoveFolder { path } => {
                self.find(path)?;
                self.name(path, None)?;
            }
            Action::MakeFolder { path, mode } => {
                let node = self.add(Kind::empty_folder(), *mode);
                self.name(path, Some(node))?;
            }
            Action::Link { from, to } => {
                let node = self.node(from)?;
                self.name(to, Some(node))?;
            }
            Action::Symlink { path, target } => {
                let node = self.add(Kind::Symlink(target.clone()), 0o777);
                self.name(path, Some(node))?;
            }
            _ => {}
        }
        Ok(())
    }

    fn find(&self, path: &Path) -> Result<usize, String> {
        let mut node = ROOT;
        for part in path.components() {
            let next = match &self.nodes[node].kind {
                Kind::Folder { current, .. } => current.get(part.as_os_str()),
                _ => None,
            };
            node = *next.ok_or_else(|| format!("{} is not there", path.display()))?;
        }
        Ok(node)
    }

    fn node(&self, target: &Target) -> Result<usize, String> {
        match target {
            Target::Path(path) => self.find(path),
            Target::Handle(handle) => {
                let node = self.handles.get(handle).copied();
                node.ok_or_else(|| format!("handle {handle} was never opened"))
            }
        }
    }

    fn content(&mut self, target: &Target) -> Result<&mut Content, String> {
        let node = self.node(target)?;
        match &mut self.nodes[node].kind {
            Kind::File(content) => Ok(content),
            _ => Err(format!("{target:?} is no file")),
        }
    }

    fn edit(&self, path: &Path, node: Option<usize>) -> Result<Edit, String> {
        let name = path.file_name().ok_or("a change of the folder itself")?;
        Ok(Edit {
            folder: self.find(path.parent().unwrap_or(Path::new("")))?,
            name: name.to_owned(),
            node,
        })
    }

    fn name(&mut self, path: &Path, node: Option<usize>) -> Result<(), String> {
        let edit = self.edit(path, node)?;
        self.change(vec![edit]);
        Ok(())
    }

    /// Edits names; the last edit's folder is the one whose sync makes the change durable.
    fn change(&mut self, edits: Vec<Edit>) {
        let home = edits.last().map_or(ROOT, |edit| edit.folder);
        for edit in &edits {
            if let Kind::Folder { current, .. } = &mut self.nodes[edit.folder].kind {
                edit.apply(current);
            }
        }
        self.unsettled.push(Change { edits, home });
    }

    fn sync(&mut self, node: usize) {
        let is_file = match &mut self.nodes[node].kind {
            Kind::File(content) => {
                content.sync();
                true
            }
            _ => false,
        };
        if !self.settings.strict_names {
            let concerns = |change: &Change| change.concerns(node);
            let last = self.unsettled.iter().rposition(concerns);
            self.settle(|index, _| Some(index) <= last && last.is_some());
        } else if !is_file {
            // A change also takes with it the earlier ones of the same name, wherever they belong.
            let mut names = BTreeSet::new();
            let mut chosen = BTreeSet::new();
            for (index, change) in self.unsettled.iter().enumerate().rev() {
                if change.home == node || change.keys().any(|key| names.contains(&key)) {
                    names.extend(change.keys());
                    chosen.insert(index);
                }
            }
            self.settle(|index, _| chosen.contains(&index));
        }
    }

    fn sync_all(&mut self) {
        for node in &mut self.nodes {
            if let Kind::File(content) = &mut node.kind {
                content.sync();
            }
        }
        self.settle(|_, _| true);
    }

    /// Makes the chosen changes of names durable.
    fn settle(&mut self, chosen: impl Fn(usize, &Change) -> bool) {
        let waiting = std::mem::take(&mut self.unsettled);
        for (index, change) in waiting.into_iter().enumerate() {
            if !chosen(index, &change) {
                self.unsettled.push(change);
                continue;
            }
            for edit in &change.edits {
                if let Kind::Folder { durable, .. } = &mut self.nodes[edit.folder].kind {
                    edit.apply(durable);
                }
            }
        }
    }

    /// The folder as the disk may hold it after the power went: one of the many that are possible,
    /// chosen by `seed`.
    ///
    /// # Errors
    /// When the temporary folder cannot be written.
    pub fn after_cut(&self, seed: u64) -> Result<TempDir, String> {
        let mut chance = Chance::of(seed, usize::MAX);
        let durable = |node: &Node| match &node.kind {
            Kind::Folder { durable, .. } => durable.clone(),
            _ => Names::new(),
        };
        let mut names: Vec<Names> = self.nodes.iter().map(durable).collect();
        let kept = chance.prefix(self.unsettled.len());
        for edit in self.unsettled[..kept].iter().flat_map(|c| &c.edits) {
            edit.apply(&mut names[edit.folder]);
        }
        let content = |node: usize, content: &Content| {
            content.after_cut(&mut Chance::of(seed, node), self.settings.sector_bytes)
        };
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        self.make(folder.path(), &names, &content)?;
        Ok(folder)
    }

    /// Fills an empty folder with what the program would see, nothing lost.
    ///
    /// # Errors
    /// As [`Disk::after_cut`].
    pub fn intact(&self, folder: &Path) -> Result<(), String> {
        let current = |node: &Node| match &node.kind {
            Kind::Folder { current, .. } => current.clone(),
            _ => Names::new(),
        };
        let names: Vec<Names> = self.nodes.iter().map(current).collect();
        self.make(folder, &names, &|_, content| content.current().to_vec())
    }

    fn make(
        &self,
        folder: &Path,
        names: &[Names],
        content: &dyn Fn(usize, &Content) -> Vec<u8>,
    ) -> Result<(), String> {
        let mut made = BTreeMap::from([(ROOT, folder.to_path_buf())]);
        let mut open = vec![(ROOT, folder.to_path_buf())];
        while let Some((node, path)) = open.pop() {
            for (name, child) in &names[node] {
                let place = path.join(name);
                let kind = &self.nodes[*child].kind;
                if let Some(first) = made.get(child) {
                    // One more name of a file; a folder has one place only.
                    if matches!(kind, Kind::File(_)) {
                        fs::hard_link(first, &place).map_err(told(&place))?;
                    }
                    continue;
                }
                made.insert(*child, place.clone());
                match kind {
                    Kind::File(bytes) => fs::write(&place, content(*child, bytes)),
                    Kind::Folder { .. } => {
                        open.push((*child, place.clone()));
                        fs::create_dir(&place)
                    }
                    Kind::Symlink(target) => symlink(target, &place),
                }
                .map_err(told(&place))?;
                if !matches!(kind, Kind::Symlink(_)) {
                    set_mode(&place, self.nodes[*child].mode).map_err(told(&place))?;
                }
            }
        }
        Ok(())
    }

    /// Whether the folder is what the log says that it is: else the recorder missed something.
    /// The content of names that end in `-shm` is passed over.
    ///
    /// # Errors
    /// Names the first difference.
    pub fn compare(&self, folder: &Path) -> Result<(), String> {
        self.compare_node(ROOT, folder)
    }

    fn compare_node(&self, node: usize, path: &Path) -> Result<(), String> {
        let differs = |what: &str| {
            let path = path.display();
            format!("{path}: {what}; the recorder missed an operation (a mapping, a raw call?)")
        };
        let about = fs::symlink_metadata(path).map_err(told(path))?;
        match &self.nodes[node].kind {
            Kind::File(_) if !about.is_file() => Err(differs("no file")),
            Kind::File(content) => {
                let mapped = path.file_name().is_some_and(|name| is_mapped(&name.into()));
                let bytes = fs::read(path).map_err(told(path))?;
                if mapped || bytes == content.current() {
                    return Ok(());
                }
                Err(differs("other content than recorded"))
            }
            Kind::Symlink(target) if fs::read_link(path).ok().as_ref() == Some(target) => Ok(()),
            Kind::Symlink(_) => Err(differs("other link than recorded")),
            Kind::Folder { current, .. } => {
                let found = names_in(path)?;
                if !found.iter().eq(current.keys()) {
                    let recorded: Vec<_> = current.keys().collect();
                    return Err(differs(&format!("holds {found:?}, recorded {recorded:?}")));
                }
                let mut each = current.iter();
                each.try_for_each(|(name, child)| self.compare_node(*child, &path.join(name)))
            }
        }
    }
}

impl Kind {
    fn empty_folder() -> Self {
        Self::Folder {
            durable: Names::new(),
            current: Names::new(),
        }
    }
}

impl Edit {
    fn apply(&self, names: &mut Names) {
        match self.node {
            Some(node) => names.insert(self.name.clone(), node),
            None => names.remove(&self.name),
        };
    }
}

impl Change {
    fn keys(&self) -> impl Iterator<Item = (usize, OsString)> + '_ {
        let keys = self.edits.iter();
        keys.map(|edit| (edit.folder, edit.name.clone()))
    }

    /// Whether a file or folder was named by it, or a name in a folder.
    fn concerns(&self, node: usize) -> bool {
        let mut edits = self.edits.iter();
        edits.any(|edit| edit.folder == node || edit.node == Some(node))
    }
}

/// The names in a folder, sorted.
pub(super) fn names_in(path: &Path) -> Result<Vec<OsString>, String> {
    let entries = fs::read_dir(path).map_err(told(path))?;
    let names: Result<Vec<OsString>, _> = entries
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect();
    let mut names = names.map_err(told(path))?;
    names.sort();
    Ok(names)
}

#[cfg(unix)]
fn mode_of(about: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o7777
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // The owner keeps access, so that the next run can begin.
    let mode = mode | if path.is_dir() { 0o700 } else { 0o600 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(unix)]
fn symlink(target: &Path, path: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

#[cfg(not(unix))]
fn mode_of(_: &fs::Metadata) -> u32 {
    0
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
