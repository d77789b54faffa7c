//! Lists of cases into a node's vault: `palermo import --as htcds` and `--as table`.

pub(crate) mod map;
mod report;

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use protect::Confidential;
use share::ShareError;
use share::cases::{Map, Taken};
use terms::finding::Finding;
use zeroize::Zeroizing;

use self::report::Report;
use crate::cli::{Import, ImportKind};
use crate::refusal::Refusal;
use crate::vault;

/// Brings in a list of cases, wholly or not at all.
pub(crate) fn import(import: &Import, out: &mut impl Write) -> Result<(), Refusal> {
    let is_table = import.kind == ImportKind::Table;
    if import.keep_good {
        let message = "--keep-good is for published tables: a list of cases is taken wholly or not \
                       at all, and what cannot be read stays in it as it was typed";
        return Err(Refusal::usage("option_unfit", message));
    }
    let (name, bytes) = bytes(&import.file)?;
    let read = match (&import.map, is_table) {
        (Some(map), true) => share::cases::table(&bytes, &name, &read_map(map)?),
        (None, false) => share::cases::htcds(&bytes, &name, import.series.as_deref()),
        (None, true) => {
            let message = "--as table needs --map MAP.toml, which says what the columns mean; \
                           `palermo map propose FILE -o MAP.toml` proposes one";
            return Err(Refusal::usage("map_needed", message));
        }
        (Some(_), false) => {
            let message = "--map is for --as table: what the columns of htcds mean is known";
            return Err(Refusal::usage("option_unfit", message));
        }
    };
    drop(bytes);
    let json = import.vault.json;
    let mut taken = whole(read, &name, json, out)?;
    if import.dry_run {
        return Report::of(&name, &taken).print(json, out);
    }
    let cases = std::mem::take(&mut taken.cases);
    let mut report = Report::of(&name, &taken);
    report.count(&cases);
    let sealed = cases
        .into_iter()
        .map(|case| (case.role, Confidential::seal(case.record)));
    let brought = vault::bring(&import.session(), sealed.collect())?;
    report.brought = Some(brought);
    report.print(json, out)
}

/// What was read, unless it is refused: then what was found is printed.
fn whole(
    read: Result<Taken, ShareError>,
    name: &str,
    json: bool,
    out: &mut impl Write,
) -> Result<Taken, Refusal> {
    let taken = match read {
        Ok(taken) => taken,
        Err(error) => {
            let findings = error.findings();
            report::print_findings(&findings, json, out)?;
            return Err(refused(name, &findings));
        }
    };
    if !taken.told.is_refused() {
        return Ok(taken);
    }
    Report::of(name, &taken).print(json, out)?;
    out.flush()?;
    let refusals = taken
        .told
        .tallies()
        .filter(|tally| tally.finding.severity == terms::finding::Severity::Error);
    let findings: Vec<Finding> = refusals.map(|tally| tally.finding.clone()).collect();
    Err(refused(name, &findings))
}

/// The first finding for which a file is refused, with its code.
fn refused(name: &str, findings: &[Finding]) -> Refusal {
    let Some(first) = findings.first() else {
        return Refusal::input(
            "file_refused",
            format!("{name} is refused; nothing was taken"),
        );
    };
    let more = match findings.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    Refusal::input(first.code, format!("{first}{more}; nothing was taken"))
}

/// The bytes of a file, wiped after use, and its name without its folder.
fn bytes(file: &Path) -> Result<(String, Zeroizing<Vec<u8>>), Refusal> {
    let name = file.file_name().unwrap_or(file.as_os_str());
    let name = name.to_string_lossy().into_owned();
    let mut bytes = Zeroizing::new(Vec::new());
    let opened = fs::File::open(file).and_then(|mut file| file.read_to_end(&mut bytes));
    opened.map_err(|error| Refusal::input("file_unreadable", format!("{name}: {error}")))?;
    Ok((name, bytes))
}

/// A map from its file.
fn read_map(file: &Path) -> Result<Map, Refusal> {
    let (name, bytes) = bytes(file)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Refusal::input("map_unreadable", format!("{name}: it is no text in UTF-8")))?;
    share::cases::map(text, &name).map_err(|findings| refused(&name, &findings))
}
