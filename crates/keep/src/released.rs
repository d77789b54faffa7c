//! Public releases in the node's folder, in clear: `released/RELEASE`, one file each.
//!
//! They are public, so a locked node shows them. A file begins with the node's signature over the
//! rest: whoever reads it without the journal's key sees that this node has released it. The
//! journal stays the truth: the files are made anew from it whenever the node is unlocked.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use crate::act::{ActError, wire};
use crate::error::KeepError;
use crate::folder::{make_folder, sync_folder, write_durably};

/// Name of the folder.
pub const FOLDER: &str = "released";
/// Length of a signature.
pub const SIGNATURE_BYTES: usize = 64;
/// Stands for "release" in messages, where no kind is known.
const NO_KIND: u16 = 0;
/// What is being written, before it is there.
const STAGED: &str = ".staged";

/// What is said of a release to anybody.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Artefact {
    /// The release.
    #[n(0)]
    pub release: String,
    /// Under which rule, by its code.
    #[n(1)]
    pub rule: String,
    /// The act that signed it.
    #[n(2)]
    pub act: u64,
    /// When, in milliseconds since 1970-01-01 UTC.
    #[n(3)]
    pub at_ms: i64,
    /// The release that it took the place of.
    #[n(4)]
    pub supersedes: Option<String>,
    /// The release that has taken its place.
    #[n(5)]
    pub superseded_by: Option<String>,
    /// By which act, when (in milliseconds since 1970-01-01 UTC) and why it was withdrawn.
    #[n(6)]
    pub withdrawn: Option<(u64, i64, String)>,
    /// What was released, as [`crate::act::tables::decode_publication`] reads it.
    #[n(7)]
    pub content: ByteVec,
}

/// The variant's number is the version.
#[derive(Encode, Decode)]
enum Stored {
    #[n(1)]
    V1(#[n(0)] Artefact),
}

impl Artefact {
    /// Its bytes, which the node signs.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        wire::to_vec(&Stored::V1(self.clone()))
    }

    /// Reads what [`Self::encode`] wrote, of any version.
    ///
    /// # Errors
    /// When it is of a later program, or malformed.
    pub fn decode(bytes: &[u8]) -> Result<Self, ActError> {
        let Stored::V1(artefact) = wire::from_slice(NO_KIND, bytes)?;
        Ok(artefact)
    }

    /// What the node signs.
    #[must_use]
    pub fn message(encoded: &[u8]) -> Vec<u8> {
        let mut message = b"palermo/released/1\0".to_vec();
        message.extend_from_slice(encoded);
        message
    }
}

/// Whether a name could be a release's.
fn is_name(name: &str) -> bool {
    (8..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Puts a release into the folder, durably, unless it stands there so already.
///
/// # Errors
/// When the disk refuses.
pub fn put(
    folder: &Path,
    release: &str,
    encoded: &[u8],
    sign: impl FnOnce(&[u8]) -> [u8; 64],
) -> Result<(), KeepError> {
    let path = folder.join(release);
    let there = fs::read(&path).ok();
    if there.is_some_and(|there| there.get(SIGNATURE_BYTES..) == Some(encoded)) {
        return Ok(());
    }
    make_folder(folder)?;
    let mut bytes = sign(&Artefact::message(encoded)).to_vec();
    bytes.extend_from_slice(encoded);
    let staged = folder.join(format!("{STAGED}-{}-{release}", std::process::id()));
    write_durably(&staged, &bytes)?;
    fs::rename(&staged, &path).map_err(KeepError::disk("move", &staged))?;
    sync_folder(folder)
}

/// A release as it lies in the folder: its name, its content, the signature over it.
pub type Lying = (String, Vec<u8>, [u8; SIGNATURE_BYTES]);

/// Every release in the folder, with the signature over it, in the order of their names.
///
/// # Errors
/// When the disk refuses.
pub fn all(folder: &Path) -> Result<Vec<Lying>, KeepError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(KeepError::disk("list", folder)(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let name = entry.map_err(KeepError::disk("list", folder))?.file_name();
        // Whatever else lies there (a file of the system's own, say) is no release.
        let Some(name) = name.to_str().filter(|name| is_name(name)) else {
            continue;
        };
        let path = folder.join(name);
        let bytes = fs::read(&path).map_err(KeepError::disk("read", &path))?;
        let Some((signature, encoded)) = bytes.split_first_chunk::<SIGNATURE_BYTES>() else {
            continue;
        };
        found.push((name.to_owned(), encoded.to_vec(), *signature));
    }
    found.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artefact() -> Artefact {
        Artefact {
            release: "0123456789abcdef".to_owned(),
            rule: "victims@1".to_owned(),
            act: 12,
            at_ms: 1_790_000_000_000,
            supersedes: None,
            superseded_by: Some("fedcba9876543210".to_owned()),
            withdrawn: Some((14, 1_790_000_000_001, "counted twice".to_owned())),
            content: vec![1, 2, 3].into(),
        }
    }

    #[test]
    fn a_release_reads_back_with_its_signature_and_what_is_no_release_is_passed_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let released = folder.path().join(FOLDER);
        assert_eq!(all(&released).expect("none").len(), 0);
        let encoded = artefact().encode();
        for _ in 0..2 {
            put(&released, "0123456789abcdef", &encoded, |message| {
                assert!(message.ends_with(&encoded));
                [7; 64]
            })
            .expect("put");
        }
        fs::write(released.join("notes.txt"), "a note").expect("written");
        fs::write(released.join("00112233"), "cut off").expect("written");
        let found = all(&released).expect("read");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].2, [7; 64]);
        assert_eq!(Artefact::decode(&found[0].1), Ok(artefact()));
    }

    #[test]
    fn a_release_that_is_cut_off_is_malformed() {
        let encoded = artefact().encode();
        for end in 0..encoded.len() {
            assert!(Artefact::decode(&encoded[..end]).is_err(), "{end}");
        }
    }
}
