//! `palermo restore`: a node from a backup, or the drill that it would work.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use office::{Office, Opening, Restored};
use protect::vault::{Cost, Passphrase};
use rand_core::Rng;

use super::backup::beside;
use super::session::{mend, random, source};
use super::verify::{failed, in_json, in_words};
use crate::cli::vault::Restore;
use crate::refusal::Refusal;
use crate::secret;

/// `palermo restore`.
pub(crate) fn run(typed: &Restore, out: &mut impl Write) -> Result<(), Refusal> {
    let keyring = match &typed.keyring {
        Some(keyring) => keyring.clone(),
        None => beside(&typed.backup),
    };
    let restored = match &typed.node {
        Some(node) => restore(typed, &keyring, node).inspect_err(|_| {
            // A copy of the keyring that no erasure knows of must not stay behind. The first error
            // is the one to tell.
            let _ = keep::remove_folder(&node.with_extension("restoring"));
        })?,
        None => drill(typed, &keyring)?,
    };
    if typed.json {
        let mut answer = in_json(&restored.verified);
        answer["incarnation"] = restored.incarnation.into();
        answer["backup_batches"] = restored.head.batch.into();
        answer["drill"] = typed.drill.into();
        writeln!(out, "{answer}")?;
    } else {
        match &typed.node {
            Some(node) => writeln!(
                out,
                "{} goes on from the backup at batch {}, in its life number {}.",
                node.display(),
                restored.head.batch,
                restored.incarnation
            )?,
            None => writeln!(
                out,
                "The drill went well: the backup at batch {} opens and becomes a node; everything \
                 made for it is\nremoved again.",
                restored.head.batch
            )?,
        }
        in_words(&restored.verified, out)?;
    }
    failed(&restored.verified).map_or(Ok(()), |message| {
        Err(Refusal::input("verification_failed", message))
    })
}

fn restore(typed: &Restore, keyring: &Path, node: &Path) -> Result<Restored, Refusal> {
    let shares = secret::shares(&typed.shares.shares)?;
    let at = Timestamp::now();
    if shares.is_empty() {
        let passphrase = secret::needed(&typed.secret)?;
        let opening = Opening::Passphrase(&passphrase);
        let restored = Office::restore(&typed.backup, keyring, node, &opening, at, random)?;
        finish(node, &passphrase)?;
        return Ok(restored);
    }
    // A drill's copy is thrown away, and its passphrase with it.
    let passphrase = if typed.drill {
        throwaway()?
    } else {
        secret::replacing(&typed.shares)?
    };
    let opening = Opening::Shares(&shares, &passphrase, Cost::STANDARD);
    let restored = Office::restore(&typed.backup, keyring, node, &opening, at, random)?;
    finish(node, &passphrase)?;
    Ok(restored)
}

/// Erasures that were confirmed before the backup and not finished in it are finished now.
fn finish(node: &Path, passphrase: &Passphrase) -> Result<(), Refusal> {
    let office = Office::open(node, random)?;
    office.unlock(passphrase)?;
    mend(&office, node)?;
    Ok(office.close()?)
}

fn throwaway() -> Result<Passphrase, Refusal> {
    let mut bytes = [0; 32];
    source().fill_bytes(&mut bytes);
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Passphrase::new(&text).map_err(|error| Refusal::input(error.code(), error))
}

/// A folder that is removed whatever happens.
struct Passing(PathBuf);

impl Drop for Passing {
    fn drop(&mut self) {
        // What cannot be removed is sealed, and named like what it is.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn drill(typed: &Restore, keyring: &Path) -> Result<Restored, Refusal> {
    let backup = std::path::absolute(&typed.backup)?;
    let beside = backup.parent().unwrap_or(&backup);
    let folder = Passing(beside.join(format!(".palermo-drill-{}", std::process::id())));
    fs::create_dir_all(&folder.0)?;
    restore(typed, keyring, &folder.0.join("node"))
}
