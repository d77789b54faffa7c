//! Lists of cases that are held elsewhere.
//!
//! Pure functions from the bytes of a file to records, proposals and previews: nothing is written,
//! and what the records hold is for the office alone. [`htcds`] reads the layout of IOM's standard,
//! [`table`] a layout of its own by a map ([`map`]), [`propose`] makes a map that somebody looks
//! over. What each column means is said in [`evidence::cases`].

mod sheet;
#[cfg(test)]
mod tests;
mod written;

pub use evidence::cases::map::{Map, MapColumn};
pub use evidence::cases::preview::{Shown, ShownCase, bound, preview};
pub use evidence::cases::propose::{Proposal, Proposed, Sure};
pub use evidence::cases::{Case, Taken, Tally, Told, Weight};
pub use written::{MAP_BYTES_MAX, map, proposed};

use evidence::cases::{Sheet, htcds as standard, propose as proposals};
use terms::finding::{Finding, Severity};

use crate::error::ShareError;

/// Reads a file in the layout of HTCDS 2.0. `series` names the system or series of files to which
/// its numbers belong. A file that is refused has that in what is told, and no case of it may be
/// used.
///
/// # Errors
/// When the file as a whole cannot be read.
pub fn htcds(bytes: &[u8], name: &str, series: Option<&str>) -> Result<Taken, ShareError> {
    let sheets = sheet::sheets(bytes, name)?;
    let at = sheets.iter().position(standard::recognises).unwrap_or(0);
    let mut taken = standard::read(&sheets[at], name, series);
    taken.left(&others(&sheets, at));
    Ok(taken)
}

/// Reads a file by a map.
///
/// # Errors
/// When the file as a whole cannot be read, or has no such sheet.
pub fn table(bytes: &[u8], name: &str, map: &Map) -> Result<Taken, ShareError> {
    let sheets = sheet::sheets(bytes, name)?;
    let at = match &map.sheet {
        None => 0,
        Some(said) => sheets
            .iter()
            .position(|sheet| sheet.name.as_ref() == Some(said))
            .ok_or_else(|| no_sheet(name, said))?,
    };
    let mut taken = map.read(&sheets[at], name);
    taken.left(&others(&sheets, at));
    Ok(taken)
}

/// Proposes a map for a file, of its first filled sheet or of the one that is named.
///
/// # Errors
/// When the file cannot be read, has no such sheet, or no row that can name columns.
pub fn propose(bytes: &[u8], name: &str, wanted: Option<&str>) -> Result<Proposed, ShareError> {
    let sheets = sheet::sheets(bytes, name)?;
    let sheet = match wanted {
        None => &sheets[0],
        Some(wanted) => sheets
            .iter()
            .find(|sheet| sheet.name.as_deref() == Some(wanted))
            .ok_or_else(|| no_sheet(name, wanted))?,
    };
    proposals::propose(sheet).ok_or_else(|| {
        let finding = Finding::of_file(name, "header_missing", Severity::Error);
        let allowed =
            "a row of names above the cases, each its own, none of them a figure or a day";
        ShareError::Header {
            file: name.to_owned(),
            findings: vec![finding.allowed(allowed)],
        }
    })
}

fn others(sheets: &[Sheet], read: usize) -> Vec<String> {
    let others = sheets.iter().enumerate().filter(|(at, _)| *at != read);
    others.filter_map(|(_, sheet)| sheet.name.clone()).collect()
}

fn no_sheet(file: &str, wanted: &str) -> ShareError {
    let finding = Finding::of_file(file, "sheet_missing", Severity::Error);
    ShareError::Header {
        file: file.to_owned(),
        findings: vec![finding.found(wanted).allowed("a filled sheet of this name")],
    }
}
