//! `palermo verify` and `palermo rebuild`.

use std::io::Write;
use std::time::Instant;

use keep::journal::JournalError;
use office::{Office, OfficeError, Verification};

use super::session::{mend, open, random};
use crate::cli::vault::Vault;
use crate::refusal::Refusal;
use crate::secret;

/// `palermo verify`.
pub(crate) fn verify(vault: &Vault, out: &mut impl Write) -> Result<(), Refusal> {
    let office = Office::open(&vault.node, random)?;
    let passphrase = secret::if_wanted(&vault.secret, "only the chain is checked")?;
    if let Some(passphrase) = &passphrase {
        match office.unlock(passphrase) {
            Ok(()) => mend(&office, &vault.node)?,
            // The chain itself is looked at below, and says where it is broken.
            Err(
                OfficeError::Journal(JournalError::Broken { .. }) | OfficeError::Unopened { .. },
            ) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let unlocked = office.status()?.unlocked;
    let incarnation = office.status()?.incarnation;
    let found = office.verify()?;
    if found.broken.is_none() && passphrase.is_some() && !unlocked {
        let message = "the chain holds, and yet the journal does not open with this node's key";
        return Err(Refusal::input("act_unopened", message));
    }
    office.close()?;
    if vault.json {
        let mut answer = in_json(&found);
        answer["incarnation"] = incarnation.into();
        writeln!(out, "{answer}")?;
    } else {
        in_words(&found, out)?;
    }
    failed(&found).map_or(Ok(()), |message| {
        Err(Refusal::input("verification_failed", message))
    })
}

/// What was found, with the words that scripts rely on.
pub(super) fn in_json(found: &Verification) -> serde_json::Value {
    let figures = found.figures.map(|figures| {
        serde_json::json!({
            "recomputed": figures.recomputed, "up_to_erasures": figures.up_to_erasures,
            "failed": figures.failed,
        })
    });
    let tables = found.tables.map(|tables| {
        serde_json::json!({
            "recomputed": tables.recomputed, "up_to_erasures": tables.up_to_erasures,
            "failed": tables.failed,
        })
    });
    let releases = found.releases.map(|releases| {
        serde_json::json!({
            "recomputed": releases.recomputed, "stored": releases.stored,
            "failed": releases.failed,
        })
    });
    serde_json::json!({
        "acts": found.acts, "batches": found.batches,
        "chain": if found.broken.is_some() { "broken" } else { "ok" },
        "views": found.views_agree.map(|agree| if agree { "ok" } else { "differ" }),
        "figures": figures, "tables": tables, "releases": releases,
        "signed_heads": found.signed_heads,
    })
}

pub(super) fn in_words(found: &Verification, out: &mut impl Write) -> Result<(), Refusal> {
    writeln!(out, "{} acts in {} batches.", found.acts, found.batches)?;
    match &found.broken {
        None => writeln!(
            out,
            "Chain: each batch follows the one before; {} signed heads hold.",
            found.signed_heads
        )?,
        Some(error) => writeln!(out, "Chain: BROKEN. {error}")?,
    }
    match found.views_agree {
        Some(true) => writeln!(out, "Views: as the journal has them.")?,
        Some(false) => writeln!(
            out,
            "Views: they DIFFER from the journal; make them anew with `palermo rebuild`."
        )?,
        None => writeln!(out, "Views: not looked at; that needs the passphrase.")?,
    }
    if let Some(figures) = found.figures {
        writeln!(
            out,
            "Figures: {} counted again with the same result, {} with fewer by what was erased, {} \
             failed.",
            figures.recomputed, figures.up_to_erasures, figures.failed
        )?;
    }
    if let Some(tables) = found.tables {
        writeln!(
            out,
            "Tables counted here: {} counted again with the same result, {} up to the erasures \
             since, {} failed.",
            tables.recomputed, tables.up_to_erasures, tables.failed
        )?;
    }
    if let Some(releases) = found.releases {
        writeln!(
            out,
            "Releases: {} made again with the same result, {} as they were signed (their draft is \
             gone), {} failed.",
            releases.recomputed, releases.stored, releases.failed
        )?;
    }
    Ok(())
}

/// What does not hold, if anything does not.
pub(super) fn failed(found: &Verification) -> Option<String> {
    if let Some(error) = &found.broken {
        return Some(error.to_string().replacen("journal_broken: ", "", 1));
    }
    if found.views_agree == Some(false) {
        return Some("the views differ from the journal".to_owned());
    }
    let failed = found.figures.map_or(0, |figures| figures.failed);
    if failed > 0 {
        return Some(format!("{failed} figures cannot be counted again"));
    }
    let failed = found.tables.map_or(0, |tables| tables.failed);
    if failed > 0 {
        return Some(format!("{failed} tables cannot be counted again"));
    }
    let failed = found.releases.map_or(0, |releases| releases.failed);
    (failed > 0).then(|| format!("{failed} releases are not as they were signed"))
}

/// `palermo rebuild`.
pub(crate) fn rebuild(vault: &Vault, out: &mut impl Write) -> Result<(), Refusal> {
    let office = open(vault)?;
    let begun = Instant::now();
    let acts = office.rebuild()?;
    let seconds = begun.elapsed().as_secs_f64();
    office.close()?;
    // Acts are far fewer than a double can count.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a rate to read, not to count with"
    )]
    let rate = acts as f64 / seconds.max(1e-9);
    if vault.json {
        let answer = serde_json::json!({
            "acts": acts, "seconds": seconds, "acts_per_second": rate.round(),
        });
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    writeln!(
        out,
        "The views are made anew from {acts} acts in {seconds:.2} s, {rate:.0} acts a second."
    )?;
    Ok(())
}
