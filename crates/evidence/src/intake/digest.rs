//! Rows known again by a digest of what they say.

use std::borrow::Cow;
use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::header::Header;

/// The rows of earlier files, each by a digest, with how often it stands in one file.
///
/// The digest is of the named values of a row, blanks left out, in the order of the names: the
/// order of the columns and the file's format do not matter. The rows are public, so a plain
/// digest hides nothing that should be hidden.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowDigests {
    rows: HashMap<u128, u64>,
}

impl RowDigests {
    /// How often a row stands in the file where it stands most often.
    pub(super) fn count(&self, digest: u128) -> u64 {
        self.rows.get(&digest).copied().unwrap_or(0)
    }

    /// Notes a row and says how often it has come by now.
    pub(super) fn note(&mut self, digest: u128) -> u64 {
        let times = self.rows.entry(digest).or_insert(0);
        *times += 1;
        *times
    }

    /// Joins the rows of another file. A row counts as often as in the file where it stands most
    /// often, since each file is an edition of the whole.
    pub fn join(&mut self, other: &Self) {
        for (&digest, &times) in &other.rows {
            let known = self.rows.entry(digest).or_insert(0);
            *known = times.max(*known);
        }
    }

    /// Number of different rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no row is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// The digest of one row: the first sixteen bytes of a SHA-256.
pub(super) fn of_row(header: &Header, fields: &[Cow<'_, str>]) -> u128 {
    let mut hash = Sha256::new();
    let mut text = String::with_capacity(256);
    for (name, column) in header.named_columns() {
        let value = fields.get(*column).map_or("", |field| field.trim());
        if !value.is_empty() {
            text.push_str(name);
            text.push('\u{1f}');
            text.push_str(value);
            text.push('\u{1e}');
        }
    }
    // Fields beyond the header have no name; without them two different broken rows look alike.
    for value in fields.iter().skip(header.width()) {
        text.push('\u{1d}');
        text.push_str(value);
    }
    hash.update(text.as_bytes());
    let bytes = hash.finalize();
    let mut first = [0_u8; 16];
    first.copy_from_slice(&bytes[..16]);
    u128::from_be_bytes(first)
}
