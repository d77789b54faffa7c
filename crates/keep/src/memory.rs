//! Published files in memory, for tests and for looking at a file without a node.

use std::io::{Cursor, Read};
use std::sync::{Mutex, PoisonError};

use evidence::intake::Kind;
use evidence::publication::{Publication, Put, Shelf};
use sha2::{Digest, Sha256};

use crate::error::KeepError;

/// A shelf that is gone with the program.
#[derive(Debug, Default)]
pub struct MemoryShelf {
    kept: Mutex<Vec<(Publication, Vec<u8>)>>,
}

impl MemoryShelf {
    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<(Publication, Vec<u8>)>> {
        // Entries are pushed whole, so a panic elsewhere leaves none half done.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf for MemoryShelf {
    type Error = KeepError;

    fn put(&self, publication: &Publication, original: &mut dyn Read) -> Result<Put, KeepError> {
        let mut kept = self.kept();
        let same = |one: &Publication| {
            one.kind == publication.kind && one.content_sha256() == publication.content_sha256()
        };
        if kept.iter().any(|(one, _)| same(one)) {
            return Ok(Put::AlreadyThere);
        }
        let mut bytes = Vec::new();
        let file = publication.file_name.clone();
        if let Err(source) = original.read_to_end(&mut bytes) {
            return Err(KeepError::Original { file, source });
        }
        let hash = Sha256::digest(&bytes);
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        if hash != publication.file_sha256 {
            return Err(KeepError::FileChanged { file });
        }
        kept.push((publication.clone(), bytes));
        Ok(Put::New)
    }

    fn list(&self, kind: Kind) -> Result<Vec<Publication>, KeepError> {
        let kept = self.kept();
        let of_kind = kept
            .iter()
            .map(|(one, _)| one)
            .filter(|one| one.kind == kind);
        let mut list: Vec<Publication> = of_kind.cloned().collect();
        list.sort_by(|a, b| {
            let key =
                |one: &Publication| (one.imported_at.clone(), one.content_sha256().to_owned());
            key(a).cmp(&key(b))
        });
        Ok(list)
    }

    fn open(&self, kind: Kind, content_sha256: &str) -> Result<Box<dyn Read>, KeepError> {
        let kept = self.kept();
        let mut found = kept
            .iter()
            .filter(|(one, _)| one.kind == kind && one.content_sha256() == content_sha256);
        match found.next() {
            Some((_, bytes)) => Ok(Box::new(Cursor::new(bytes.clone()))),
            None => Err(KeepError::PublicationMissing {
                kind: kind.code(),
                content_sha256: content_sha256.to_owned(),
            }),
        }
    }
}
