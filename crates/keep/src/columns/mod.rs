//! The columns: what dossiers come to, laid out so that millions of them are counted in a moment.
//!
//! For each unit (victims, accused persons, cases, ...) and each run of dossiers there is one
//! Parquet file, encrypted whole, footer included (Parquet modular encryption, AES-256-GCM), under
//! a key of its own. The keys lie in the index, which is sealed under a key that belongs to the
//! keyring's epoch: after an erasure the files that held the erased person are gone, and neither
//! they nor an older index can be opened again, wherever a copy lies.
//!
//! Columns are made of the views, and made again of them whenever a run has changed; nothing is
//! lost when they are thrown away. They say nothing of what a number means: that is
//! [`evidence::dossier`].

mod index;
mod lay;

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use evidence::dossier::{RULES, Row, Unit, column};
use protect::vault;
use rand_core::CryptoRng;
use terms::id::AgencyId;

use crate::KeepError;
use crate::views::{ViewError, Views};
use index::{Index, Laid, Run};
use lay::Sheet;

const INDEX: &str = "index";
const LOCK: &str = "lock";
/// Ties the sealed index to what it is. Its number rises when files are laid out otherwise: what
/// was laid before is then laid anew.
const CONTEXT: &[u8] = b"palermo/columns/index/2";

/// Columns that cannot be made or read. Nothing is lost by it: they can be made again.
#[derive(Debug, thiserror::Error)]
pub enum ColumnError {
    /// The disk refuses.
    #[error(transparent)]
    Disk(#[from] KeepError),
    /// The views refuse.
    #[error(transparent)]
    Views(#[from] ViewError),
    /// Parquet refuses.
    #[error("columns_refused: the columns cannot be written: {0}")]
    Refused(#[from] parquet::errors::ParquetError),
    /// A column cannot hold that many codes.
    #[error("columns_full: the column {column} holds {codes} codes; allowed: up to {allowed}")]
    Full {
        /// Which.
        column: String,
        /// How many there would be.
        codes: usize,
        /// How many there can be.
        allowed: usize,
    },
}

impl ColumnError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Disk(_) | Self::Refused(_) => "columns_refused",
            Self::Views(error) => error.code(),
            Self::Full { .. } => "columns_full",
        }
    }
}

/// A sealed file of columns, and what opens it.
#[derive(Clone)]
pub struct SealedFile {
    /// Where it lies.
    pub path: PathBuf,
    /// How many rows it has.
    pub rows: u64,
    /// What opens it.
    pub key: zeroize::Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for SealedFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealedFile")
            .field("path", &self.path)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

/// One column as it lies in the files.
#[derive(Debug, Clone)]
pub struct LaidColumn {
    /// What it is.
    pub column: column::Column,
    /// Its codes; code `n` is written as `n + 1` or, where several hold at once, as bit `n`. None
    /// for months, which are written as twelve times the year, plus the month, from 1.
    pub codes: Vec<String>,
}

/// All rows of a unit, sealed.
#[derive(Debug, Clone)]
pub struct SealedUnit {
    /// Which.
    pub unit: Unit,
    /// Its files.
    pub files: Vec<SealedFile>,
    /// Its columns, in the files' order. Before them stand [`AGENCY`] and [`ORDINAL`].
    pub columns: Vec<LaidColumn>,
    /// Agencies; agency `n` is written as `n + 1`.
    pub agencies: Vec<AgencyId>,
}

/// The column that says whose a dossier is.
pub const AGENCY: &str = "agency";
/// The column that says which dossier it is: its place among all.
pub const ORDINAL: &str = "ordinal";

/// What bringing the columns up to the views took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Runs of dossiers that were laid out anew.
    pub segments: u64,
    /// Rows that were written.
    pub rows: u64,
}

/// The columns of an unlocked node.
#[derive(Debug)]
pub struct Columns {
    folder: PathBuf,
    index: Index,
    /// Held as long as the folder is used: two processes never write one set of columns.
    _lock: File,
    /// A set of this process alone goes with it.
    alone: bool,
}

impl Columns {
    /// Opens the columns in `folder`, or begins empty ones when there are none, when they were made
    /// by other rules, or when the index cannot be opened. If another process uses them, a set of
    /// this process's own is begun, which goes with it.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn open(
        folder: &Path,
        key: &vault::Key<vault::Columns>,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Self, ColumnError> {
        crate::make_folder(folder)?;
        if let Some(lock) = lock(folder)? {
            let index = read_index(folder, key).unwrap_or_default();
            let columns = Self {
                folder: folder.to_owned(),
                index,
                _lock: lock,
                alone: false,
            };
            columns.sweep()?;
            return Ok(columns);
        }
        let own = folder.join(format!("own-{}", name(rng)));
        crate::make_folder(&own)?;
        let lock = lock(&own)?.ok_or_else(|| {
            let taken = std::io::Error::from(std::io::ErrorKind::WouldBlock);
            KeepError::disk("lock", &own)(taken)
        })?;
        Ok(Self {
            folder: own,
            index: Index::default(),
            _lock: lock,
            alone: true,
        })
    }

    /// Brings the columns up to the views: runs of dossiers that have changed are laid out anew.
    ///
    /// # Errors
    /// When the views or the disk refuse; what was laid out before stays usable.
    pub fn refresh(
        &mut self,
        views: &Views,
        key: &vault::Key<vault::Columns>,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Refreshed, ColumnError> {
        let now = views.segments()?;
        let stale: Vec<u64> = self
            .index
            .runs
            .keys()
            .copied()
            .filter(|segment| !now.contains_key(segment))
            .collect();
        let changed: Vec<(u64, u64)> = now
            .into_iter()
            .filter(|(segment, last_act)| {
                let run = self.index.runs.get(segment);
                run.is_none_or(|run| run.last_act != *last_act)
            })
            .collect();
        let mut refreshed = Refreshed::default();
        if stale.is_empty() && changed.is_empty() {
            return Ok(refreshed);
        }
        for (segment, last_act) in changed {
            let laid = lay::lay(views, segment, &mut self.index)?;
            refreshed.rows += self.take(segment, last_act, laid, rng)?;
            refreshed.segments += 1;
        }
        for segment in stale {
            self.index.runs.remove(&segment);
        }
        self.save(key, rng)?;
        self.sweep()?;
        Ok(refreshed)
    }

    /// Lays down rows as one run that come from elsewhere than the views: whose dossier, its place
    /// among all, the unit, the row. What is measured with millions of rows is laid so.
    ///
    /// # Errors
    /// When a column cannot hold them, or the disk refuses.
    pub fn lay_run(
        &mut self,
        segment: u64,
        rows: impl Iterator<Item = (u64, AgencyId, Unit, Row)>,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<u64, ColumnError> {
        let mut sheets = lay::Sheets::new(&mut self.index);
        for (ordinal, custodian, unit, row) in rows {
            sheets.push((ordinal, custodian), unit, &row);
        }
        let laid = sheets.finish()?;
        self.take(segment, 0, laid, rng)
    }

    /// Writes the rows of a run and notes where they are; answers with how many there are.
    fn take(
        &mut self,
        segment: u64,
        last_act: u64,
        laid: Vec<(Unit, Sheet)>,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<u64, ColumnError> {
        let mut run = Run {
            last_act,
            files: BTreeMap::new(),
        };
        let mut rows = 0;
        for (unit, sheet) in laid {
            let file = self.write(unit, segment, &sheet, rng)?;
            rows += file.rows;
            run.files.insert(unit.code().to_owned(), file);
        }
        self.index.runs.insert(segment, run);
        Ok(rows)
    }

    /// The sealed rows of a unit.
    #[must_use]
    pub fn unit(&self, unit: Unit) -> SealedUnit {
        let files = self
            .index
            .runs
            .values()
            .filter_map(|run| run.files.get(unit.code()));
        let file = |laid: &Laid| SealedFile {
            path: self.folder.join(&laid.name),
            rows: laid.rows,
            key: zeroize::Zeroizing::new(laid.key),
        };
        let columns = column::columns(unit).into_iter().map(|column| LaidColumn {
            codes: self.index.codes(unit, &column.id).to_vec(),
            column,
        });
        SealedUnit {
            unit,
            files: files.map(file).collect(),
            columns: columns.collect(),
            agencies: self.index.agencies.iter().copied().map(AgencyId).collect(),
        }
    }

    /// Throws the runs away that have changed, before the epoch turns: what is left of an erased
    /// person in a file goes now, and the key of the file with the index.
    ///
    /// # Errors
    /// When the views or the disk refuse.
    pub fn drop_changed(&mut self, views: &Views) -> Result<(), ColumnError> {
        let now = views.segments()?;
        self.index
            .runs
            .retain(|segment, run| now.get(segment) == Some(&run.last_act));
        Ok(self.sweep()?)
    }

    /// Seals the index under the key of the epoch that has begun.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn save(
        &self,
        key: &vault::Key<vault::Columns>,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(), ColumnError> {
        let plain = zeroize::Zeroizing::new(self.index.encode());
        let sealed = vault::seal(key, CONTEXT, &plain, &mut &mut *rng);
        let next = self.folder.join("index.next");
        crate::write_file(&next, &sealed)?;
        let place = self.folder.join(INDEX);
        fs::rename(&next, &place).map_err(KeepError::disk("rename", &next))?;
        Ok(crate::flush_folder(&self.folder)?)
    }

    fn write(
        &self,
        unit: Unit,
        segment: u64,
        sheet: &Sheet,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Laid, ColumnError> {
        let mut key = [0; 32];
        rng.fill_bytes(&mut key);
        let name = format!("{}-{segment}-{}.parquet", unit.code(), name(rng));
        let path = self.folder.join(&name);
        lay::write(&path, sheet, &key)?;
        Ok(Laid {
            name,
            rows: sheet.batch.num_rows() as u64,
            key,
        })
    }

    /// Removes files that the index does not name.
    fn sweep(&self) -> Result<(), KeepError> {
        let files = self.index.runs.values().flat_map(|run| run.files.values());
        let named: std::collections::BTreeSet<&str> =
            files.map(|file| file.name.as_str()).collect();
        let entries = fs::read_dir(&self.folder).map_err(KeepError::disk("list", &self.folder))?;
        for entry in entries {
            let path = entry.map_err(KeepError::disk("list", &self.folder))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.ends_with(".parquet") && !named.contains(name.as_ref()) {
                crate::remove_file(&path)?;
            }
            // A set of another process that is gone.
            if name.starts_with("own-") && lock(&path)?.is_some() {
                crate::remove_folder(&path)?;
            }
        }
        Ok(())
    }
}

impl Drop for Columns {
    fn drop(&mut self) {
        if self.alone {
            // Whatever stays is sealed, and the next process removes it.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// The lock of a folder, if nobody has it.
fn lock(folder: &Path) -> Result<Option<File>, KeepError> {
    let path = folder.join(LOCK);
    let file = File::create(&path).map_err(KeepError::disk("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(KeepError::disk("lock", &path)(error)),
    }
}

/// The index, if there is one that this key opens and that these rules made.
fn read_index(folder: &Path, key: &vault::Key<vault::Columns>) -> Option<Index> {
    let sealed = fs::read(folder.join(INDEX)).ok()?;
    let plain = vault::open(key, CONTEXT, &sealed).ok()?;
    let index = Index::decode(&plain)?;
    let whole = index
        .runs
        .values()
        .flat_map(|run| run.files.values())
        .all(|file| folder.join(&file.name).is_file());
    (index.rules == RULES && whole).then_some(index)
}

/// A name that nothing else has.
fn name(rng: &mut (impl CryptoRng + ?Sized)) -> String {
    let mut bytes = [0_u8; 8];
    rng.fill_bytes(&mut bytes);
    format!("{:016x}", u64::from_be_bytes(bytes))
}

#[cfg(test)]
mod tests;
