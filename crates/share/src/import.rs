//! From a file to the shelf of a node.

use std::fs::File;
use std::path::Path;

use evidence::intake::{Counts, Kind, RowDigests};
use evidence::publication::{Publication, Put, Shelf};
use terms::finding::{Finding, Severity};
use terms::source::Source;

use crate::error::ShareError;
use crate::reading::{Reading, file_name, read, read_from};

/// How to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Read and report, and write nothing.
    pub dry_run: bool,
    /// Take the file although rows of it cannot be used; they are held.
    pub keep_good: bool,
    /// The time of the import, from whoever has a clock; ISO 8601 in universal time, so that
    /// texts sort as times do.
    pub imported_at: String,
    /// Version of the program.
    pub program: String,
}

/// What an import came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Kind of publication.
    pub kind: Kind,
    /// Name of the file.
    pub file_name: String,
    /// Counts of rows. Of a refused file no row is accepted: all that are not known already are
    /// held.
    pub counts: Counts,
    /// Everything found.
    pub findings: Vec<Finding>,
    /// Whether the file was refused. Then nothing was written.
    pub refused: bool,
    /// What became of it on the shelf; none when it was refused or the run was dry.
    pub put: Option<Put>,
    /// Where it comes from; none when the file as a whole could not be read.
    pub source: Option<Source>,
}

/// Why an import could not be carried out. What is wrong with the file is no such error: it is a
/// refused [`Outcome`] with findings.
#[derive(Debug, thiserror::Error)]
pub enum ImportError<E: std::error::Error + 'static> {
    /// The shelf fails.
    #[error(transparent)]
    Shelf(E),
    /// What lies on the shelf cannot be read again as what it was.
    #[error(
        "shelf_differs: the kept file {file} ({content_sha256}) does not read as it did: {reason}"
    )]
    ShelfDiffers {
        /// Name of the file when it came.
        file: String,
        /// Under which it is kept.
        content_sha256: String,
        /// What happened.
        reason: String,
    },
}

/// Imports a file: reads it, compares it with what the shelf holds, and puts it there, wholly or
/// not at all. The same content twice changes nothing.
///
/// # Errors
/// When the shelf fails; see [`ImportError`].
pub fn import<S: Shelf>(
    shelf: &S,
    path: &Path,
    kind: Kind,
    options: &Options,
) -> Result<Outcome, ImportError<S::Error>> {
    let held = shelf.list(kind).map_err(ImportError::Shelf)?;
    let mut previous = RowDigests::default();
    for publication in &held {
        previous.join(&reread(shelf, publication)?.taken.digests);
    }
    let reading = match read(path, kind, &previous) {
        Ok(reading) => reading,
        Err(error) => return Ok(refused(kind, path, error.findings())),
    };
    let is_held = held
        .iter()
        .any(|one| one.content_sha256() == reading.content_sha256);
    if !is_held && !is_good_enough(&reading, options) {
        return Ok(refused_rows(reading));
    }
    let put = match options.dry_run {
        true => None,
        false if is_held => Some(Put::AlreadyThere),
        false => match put(shelf, path, &reading, options)? {
            Ok(put) => Some(put),
            Err(error) => return Ok(refused(kind, path, error.findings())),
        },
    };
    Ok(Outcome {
        kind,
        file_name: reading.file_name,
        counts: reading.taken.counts,
        findings: reading.taken.findings,
        refused: false,
        put,
        source: Some(reading.taken.source),
    })
}

/// The publication of a kind that was taken last, read again from its original bytes; none when
/// the shelf has none. Findings and counts are those of the file alone.
///
/// # Errors
/// When the shelf fails; see [`ImportError`].
pub fn latest<S: Shelf>(
    shelf: &S,
    kind: Kind,
) -> Result<Option<(Publication, Reading)>, ImportError<S::Error>> {
    let mut held = shelf.list(kind).map_err(ImportError::Shelf)?;
    let Some(publication) = held.pop() else {
        return Ok(None);
    };
    let reading = reread(shelf, &publication)?;
    Ok(Some((publication, reading)))
}

fn reread<S: Shelf>(
    shelf: &S,
    publication: &Publication,
) -> Result<Reading, ImportError<S::Error>> {
    let differs = |reason: String| ImportError::ShelfDiffers {
        file: publication.file_name.clone(),
        content_sha256: publication.content_sha256().to_owned(),
        reason,
    };
    let opened = shelf.open(publication.kind, publication.content_sha256());
    let original = opened.map_err(ImportError::Shelf)?;
    let none = RowDigests::default();
    let reading = read_from(original, &publication.file_name, publication.kind, &none)
        .map_err(|error| differs(error.to_string()))?;
    if reading.content_sha256 != publication.content_sha256() {
        return Err(differs("its content has another hash".to_owned()));
    }
    Ok(reading)
}

fn is_good_enough(reading: &Reading, options: &Options) -> bool {
    let is_error = |finding: &Finding| finding.severity == Severity::Error;
    let sound = !reading.taken.findings.iter().any(is_error);
    let some_good = reading.taken.counts.held < reading.taken.counts.read;
    sound || (options.keep_good && some_good)
}

type PutResult<E> = Result<Result<Put, ShareError>, ImportError<E>>;

fn put<S: Shelf>(
    shelf: &S,
    path: &Path,
    reading: &Reading,
    options: &Options,
) -> PutResult<S::Error> {
    let publication = Publication {
        kind: reading.kind,
        file_name: reading.file_name.clone(),
        source: reading.taken.source.clone(),
        file_sha256: reading.file_sha256.clone(),
        counts: reading.taken.counts,
        excluded_rows: reading.taken.excluded_rows.clone(),
        imported_at: options.imported_at.clone(),
        program: options.program.clone(),
    };
    let mut original = match File::open(path) {
        Ok(original) => original,
        Err(source) => {
            let file = reading.file_name.clone();
            return Ok(Err(ShareError::Unreadable { file, source }));
        }
    };
    let put = shelf.put(&publication, &mut original);
    put.map(Ok).map_err(ImportError::Shelf)
}

fn refused(kind: Kind, path: &Path, findings: Vec<Finding>) -> Outcome {
    Outcome {
        kind,
        file_name: file_name(path),
        counts: Counts::default(),
        findings,
        refused: true,
        put: None,
        source: None,
    }
}

fn refused_rows(reading: Reading) -> Outcome {
    let read = reading.taken.counts;
    Outcome {
        kind: reading.kind,
        file_name: reading.file_name,
        counts: Counts {
            accepted: 0,
            held: read.held + read.accepted,
            ..read
        },
        findings: reading.taken.findings,
        refused: true,
        put: None,
        source: Some(reading.taken.source),
    }
}
