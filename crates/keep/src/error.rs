//! What can go wrong with what is kept.

use std::io;
use std::path::{Path, PathBuf};

use crate::journal::Hash;

/// What can go wrong with what is kept. Each has a stable code and names the place.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The disk refuses.
    #[error("disk: cannot {act} {}: {source}", path.display())]
    Disk {
        /// What was tried.
        act: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is a node already.
    #[error("node_exists: {} is a node already", .0.display())]
    NodeExists(PathBuf),
    /// A node needs an empty folder.
    #[error("folder_not_empty: {} holds other things; allowed: an empty folder", .0.display())]
    FolderNotEmpty(PathBuf),
    /// There is no node.
    #[error("node_missing: {} is no node: it holds no palermo.toml", .0.display())]
    NodeMissing(PathBuf),
    /// The node's own description cannot be used.
    #[error("node_config: {}: {reason}", path.display())]
    NodeConfig {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The file changed while it was taken.
    #[error("file_changed: {file} has other bytes than when it was read; nothing was kept")]
    FileChanged {
        /// Name of the file.
        file: String,
    },
    /// The original cannot be read while it is copied.
    #[error("file_unreadable: {file}: {source}; nothing was kept")]
    Original {
        /// Name of the file.
        file: String,
        /// What the system says.
        source: io::Error,
    },
    /// A manifest cannot be used.
    #[error("manifest: {}: {reason}", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// There is no such publication.
    #[error("publication_missing: no {kind} with content {content_sha256:?} is kept")]
    PublicationMissing {
        /// Kind of publication.
        kind: &'static str,
        /// The hash that was asked for.
        content_sha256: String,
    },
    /// There is no such blob.
    #[error("blob_missing: no blob {0} is kept")]
    BlobMissing(Hash),
    /// A blob's bytes are not the ones it is named by.
    #[error("blob_damaged: {} has other bytes than its name says", path.display())]
    BlobDamaged {
        /// The file.
        path: PathBuf,
    },
}

impl KeepError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Disk { .. } => "disk",
            Self::NodeExists(_) => "node_exists",
            Self::FolderNotEmpty(_) => "folder_not_empty",
            Self::NodeMissing(_) => "node_missing",
            Self::NodeConfig { .. } => "node_config",
            Self::FileChanged { .. } => "file_changed",
            Self::Original { .. } => "file_unreadable",
            Self::Manifest { .. } => "manifest",
            Self::PublicationMissing { .. } => "publication_missing",
            Self::BlobMissing(_) => "blob_missing",
            Self::BlobDamaged { .. } => "blob_damaged",
        }
    }

    /// Says what was tried where the disk refused.
    pub(crate) fn disk(act: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Disk {
            act,
            path: path.to_owned(),
            source,
        }
    }
}
