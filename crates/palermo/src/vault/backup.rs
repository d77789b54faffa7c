//! `palermo backup`.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use office::Office;

use super::session::{random, unlock_and_mend};
use super::unnoted::{self, Unnoted};
use crate::cli::vault::Backup;
use crate::refusal::Refusal;
use crate::secret;

/// How often somebody who waits is told how far it is.
const PROGRESS: Duration = Duration::from_secs(2);

/// `palermo backup`.
pub(crate) fn run(typed: &Backup, out: &mut impl Write) -> Result<(), Refusal> {
    let node = &typed.vault.node;
    let office = Office::open(node, random)?;
    if let Some(passphrase) = secret::at_hand(&typed.vault.secret)? {
        unlock_and_mend(&office, node, &passphrase)?;
    }
    let keyring = match &typed.keyring {
        Some(keyring) => keyring.clone(),
        None => beside(&typed.output),
    };
    // Where it is must still be true when somebody reads it from another folder.
    let (folder, keyring) = (
        std::path::absolute(&typed.output)?,
        std::path::absolute(keyring)?,
    );
    if keyring.starts_with(&folder) {
        let message = format!(
            "--keyring {} lies within the backup; allowed: a place apart from it",
            keyring.display()
        );
        return Err(Refusal::usage("keyring_within", message));
    }
    let before = office.status()?;
    let at = Timestamp::now();
    let journal = node.join("journal").join("journal.sqlite");
    let made = telling(
        (&journal, &folder.join("journal").join("journal.sqlite")),
        || office.back_up(&folder, &keyring, at),
    )?;
    if !before.unlocked {
        let unnoted = Unnoted {
            at_ms: at.as_millisecond(),
            batch: made.head.batch,
            folder: folder.clone(),
            keyring: keyring.clone(),
            epoch: before.epoch,
        };
        unnoted::add(node, unnoted)?;
    }
    office.close()?;
    if typed.vault.json {
        let answer = serde_json::json!({
            "backup": folder.display().to_string(), "keyring": keyring.display().to_string(),
            "acts": made.head.acts, "batches": made.head.batch, "blobs": made.blobs,
            "locked": !before.unlocked,
        });
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    writeln!(
        out,
        "{} acts in {} batches and {} blobs are in {}.\nThe keyring is in {}.\n\
         Keep the two apart, on two sticks in two places: the backup alone opens for nobody, and \
         the keyring\nholds no record. Both and the passphrase make the node again: palermo \
         restore. Try it: add --drill.",
        made.head.acts,
        made.head.batch,
        made.blobs,
        folder.display(),
        keyring.display()
    )?;
    Ok(())
}

/// Where the keyring of a backup is looked for: beside it, named like it.
pub(super) fn beside(backup: &Path) -> PathBuf {
    let mut name = backup.as_os_str().to_owned();
    // A slash at the end would put it inside.
    let text = name.to_string_lossy().into_owned();
    if let Some(trimmed) = text.strip_suffix(['/', '\\']) {
        name = trimmed.into();
    }
    name.push(".keyring");
    name.into()
}

/// Does something long; at a terminal, tells how much is copied meanwhile.
fn telling<T>((from, to): (&Path, &Path), long: impl FnOnce() -> T) -> T {
    if !io::stderr().is_terminal() {
        return long();
    }
    let (from, to) = (from.to_owned(), to.to_owned());
    let (done, ended) = channel::<()>();
    let teller = thread::spawn(move || {
        let size = |path: &Path| fs::metadata(path).map_or(0, |file| file.len());
        while ended.recv_timeout(PROGRESS) == Err(RecvTimeoutError::Timeout) {
            let (copied, whole) = (size(&to) >> 20, size(&from) >> 20);
            let _ = writeln!(io::stderr(), "{copied} MiB of {whole} MiB of the journal");
        }
    });
    let result = long();
    drop(done);
    // It only tells; whatever befell it, the work is done.
    let _ = teller.join();
    result
}
