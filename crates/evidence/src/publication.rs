//! A published file that was taken over, and the seam behind which such files are kept.
//!
//! The room that reads files and the room that keeps them do not know each other; both know this
//! trait.

use std::io::Read;

use terms::source::Source;

use crate::intake::Counts;
use crate::intake::Kind;

/// What is known of one published file. Two files with the same content are one publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// What kind of publication it is.
    pub kind: Kind,
    /// Name of the file as it came, without its folder.
    pub file_name: String,
    /// Where it comes from; its `content_sha256` names the publication.
    pub source: Source,
    /// SHA-256 of the file's bytes as they came, compression included, in lower-case hexadecimal.
    pub file_sha256: String,
    /// What the rows came to when the file was taken.
    pub counts: Counts,
    /// Rows that stand in the file and in no table, as a spreadsheet counts them.
    pub excluded_rows: Vec<u64>,
    /// When it was taken, as whoever has a clock says; ISO 8601.
    pub imported_at: String,
    /// Version of the program that took it.
    pub program: String,
}

impl Publication {
    /// SHA-256 of the content, by which the publication is known.
    #[must_use]
    pub fn content_sha256(&self) -> &str {
        self.source.content_sha256.as_deref().unwrap_or_default()
    }
}

/// What became of a publication that was put on the shelf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is on the shelf now.
    New,
    /// It was there already; nothing was changed.
    AlreadyThere,
}

/// Where published files are kept, in clear: they are public already.
pub trait Shelf {
    /// What can go wrong.
    type Error: std::error::Error + 'static;

    /// Puts a publication and its original bytes on the shelf, wholly or not at all.
    ///
    /// # Errors
    /// When the bytes cannot be read or kept, or are not those of `file_sha256`.
    fn put(&self, publication: &Publication, original: &mut dyn Read) -> Result<Put, Self::Error>;

    /// The publications of one kind, in the order in which they were taken.
    ///
    /// # Errors
    /// When the shelf cannot be read.
    fn list(&self, kind: Kind) -> Result<Vec<Publication>, Self::Error>;

    /// The original bytes of a publication.
    ///
    /// # Errors
    /// When there is no such publication, or it cannot be read.
    fn open(&self, kind: Kind, content_sha256: &str) -> Result<Box<dyn Read>, Self::Error>;
}
