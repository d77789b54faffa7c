//! Where things are kept: the node's folder behind a small seam.
//!
//! A node is one folder: `palermo.toml` says what it is, `foreign/KIND/SHA-256/` holds each
//! published file as it came with a manifest beside it, `released/` what the node itself has
//! released to the public. Both are public already and lie there in clear. A write is staged, is
//! flushed to the disk, and becomes true by one rename, so that a file is there wholly or not at
//! all.

pub mod act;
pub mod blobs;
pub mod columns;
mod error;
mod folder;
pub mod journal;
pub mod keyring;
mod manifest;
mod memory;
mod node;
pub mod released;
pub mod views;

pub use error::KeepError;
pub use evidence::publication::{Publication, Put, Shelf};
pub use folder::{
    FolderShelf, copy_public, flush_folder, make_folder, move_folder, remove_file, remove_folder,
    write_file,
};
pub use memory::MemoryShelf;
pub use node::{Node, NodeConfig, Role, UnknownRole};

#[cfg(test)]
mod tests;
