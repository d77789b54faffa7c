//! `lock.json`: what a keyring shows while it is locked.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use protect::vault::{DepositPublic, HeadPublic, Slot};
use serde::{Deserialize, Serialize};
use terms::id::NodeId;

use super::KeyringError;
use crate::error::KeepError;
use crate::folder::{sync_folder, write_durably};

const FILE: &str = "lock.json";
const STAGED: &str = "lock.json.new";
const FORMAT: u32 = 1;

#[derive(Debug, Clone)]
pub(super) struct Lock {
    pub(super) node: NodeId,
    pub(super) deposit: DepositPublic,
    pub(super) head: HeadPublic,
    pub(super) slot: Slot,
    pub(super) epoch: u32,
    pub(super) shares: (u8, u8),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockText {
    format: u32,
    node: String,
    deposit_public: String,
    head_public: String,
    passphrase_slot: String,
    epoch: u32,
    shares_needed: u8,
    shares_made: u8,
}

/// Removes what an interrupted writing has left.
pub(super) fn sweep(folder: &Path) -> Result<(), KeepError> {
    let staged = folder.join(STAGED);
    match fs::remove_file(&staged) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(KeepError::disk("remove", &staged)(error))
        }
        _ => Ok(()),
    }
}

pub(super) fn is_there(folder: &Path) -> bool {
    folder.join(FILE).exists()
}

impl Lock {
    pub(super) fn read(folder: &Path) -> Result<Self, KeyringError> {
        let path = folder.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(KeyringError::Missing(folder.to_owned()));
            }
            Err(error) => return Err(KeepError::disk("read", &path)(error).into()),
        };
        let malformed = |reason: &str| KeyringError::Malformed {
            path: path.clone(),
            reason: reason.to_owned(),
        };
        let text: LockText =
            serde_json::from_str(&text).map_err(|error| malformed(&error.to_string()))?;
        if text.format != FORMAT {
            return Err(malformed(&format!(
                "its layout is {}, not {FORMAT}",
                text.format
            )));
        }
        let bytes = |field: &str, hex: &str| {
            from_hex(hex).ok_or_else(|| malformed(&format!("{field} is not hexadecimal")))
        };
        let unfit = |field: &'static str| malformed(&format!("{field} is unfit"));
        Ok(Self {
            node: text.node.parse().map_err(|_| unfit("node"))?,
            deposit: DepositPublic::from_bytes(&bytes("deposit_public", &text.deposit_public)?)
                .map_err(|_| unfit("deposit_public"))?,
            head: HeadPublic::from_bytes(&bytes("head_public", &text.head_public)?)
                .map_err(|_| unfit("head_public"))?,
            slot: Slot::from_bytes(&bytes("passphrase_slot", &text.passphrase_slot)?)
                .map_err(|_| unfit("passphrase_slot"))?,
            epoch: text.epoch,
            shares: (text.shares_needed, text.shares_made),
        })
    }

    /// Becomes true by one rename.
    pub(super) fn write(&self, folder: &Path) -> Result<(), KeyringError> {
        let text = LockText {
            format: FORMAT,
            node: self.node.to_string(),
            deposit_public: to_hex(&self.deposit.to_bytes()),
            head_public: to_hex(&self.head.to_bytes()),
            passphrase_slot: to_hex(&self.slot.to_bytes()),
            epoch: self.epoch,
            shares_needed: self.shares.0,
            shares_made: self.shares.1,
        };
        let path: PathBuf = folder.join(FILE);
        let malformed = |error: serde_json::Error| KeyringError::Malformed {
            path: path.clone(),
            reason: error.to_string(),
        };
        let mut text = serde_json::to_string_pretty(&text).map_err(malformed)?;
        text.push('\n');
        let staged = folder.join(STAGED);
        write_durably(&staged, text.as_bytes())?;
        fs::rename(&staged, &path).map_err(KeepError::disk("move", &staged))?;
        Ok(sync_folder(folder)?)
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
        .collect()
}
