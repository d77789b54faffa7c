//! `palermo import` and `palermo tables`: published tables into a node, as printed.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use evidence::intake::Kind;
use evidence::publication::{Publication, Put, Shelf};
use jiff::Timestamp;
use keep::Node;
use serde::Serialize;
use share::{Options, Outcome};
use terms::finding::Finding;

use crate::cases;
use crate::cli::{Import, ImportKind};
use crate::refusal::Refusal;

/// How many findings of one code a person is shown; the rest is counted.
const FINDINGS_SHOWN_MAX: usize = 3;

/// What `import --json` answers.
#[derive(Serialize)]
struct Report<'a> {
    read: u64,
    accepted: u64,
    held: u64,
    unchanged: u64,
    refused: bool,
    findings: Vec<FindingLine<'a>>,
}

#[derive(Serialize)]
struct FindingLine<'a> {
    file: &'a str,
    row: Option<u64>,
    field: Option<&'a str>,
    code: &'a str,
    severity: &'a str,
    found: &'a str,
    allowed: &'a str,
    message: String,
}

pub(crate) fn run(import: &Import, out: &mut impl Write) -> Result<(), Refusal> {
    let Some(kind) = kind(import.kind) else {
        return cases::import(import, out);
    };
    if import.map.is_some() || import.series.is_some() {
        let message = "--map and --series are for cases, as table or as htcds";
        return Err(Refusal::usage("option_unfit", message));
    }
    let node = Node::open(&import.vault.node)?;
    let options = Options {
        dry_run: import.dry_run,
        keep_good: import.keep_good,
        imported_at: Timestamp::now().to_string(),
        program: format!("palermo {}", env!("CARGO_PKG_VERSION")),
    };
    let outcome = share::import(node.shelf(), &import.file, kind, &options)
        .map_err(|error| Refusal::input("import_failed", error))?;
    if import.vault.json {
        writeln!(out, "{}", serde_json::json!(report(&outcome)))?;
    } else {
        in_words(&outcome, import.dry_run, out)?;
    }
    if outcome.refused {
        out.flush()?;
        return Err(Refusal::input("file_refused", refused(&outcome)));
    }
    Ok(())
}

/// The kind of publication; none where it is a list of cases.
const fn kind(typed: ImportKind) -> Option<Kind> {
    match typed {
        ImportKind::MissingMigrants => Some(Kind::MissingMigrants),
        ImportKind::Frontex => Some(Kind::Frontex),
        ImportKind::Glotip => Some(Kind::GlobalReport),
        ImportKind::Htcds | ImportKind::Table => None,
    }
}

fn report(outcome: &Outcome) -> Report<'_> {
    let counts = outcome.counts;
    Report {
        read: counts.read,
        accepted: counts.accepted,
        held: counts.held,
        unchanged: counts.unchanged,
        refused: outcome.refused,
        findings: outcome.findings.iter().map(finding_line).collect(),
    }
}

fn finding_line(finding: &Finding) -> FindingLine<'_> {
    FindingLine {
        file: &finding.file,
        row: finding.row,
        field: finding.field.as_deref(),
        code: finding.code,
        severity: finding.severity.code(),
        found: &finding.found,
        allowed: &finding.allowed,
        message: finding.message(),
    }
}

fn refused(outcome: &Outcome) -> String {
    format!(
        "{} is refused and nothing was written; mend the rows named above, or take the good rows \
         with --keep-good where some rows are good",
        outcome.file_name
    )
}

fn in_words(outcome: &Outcome, dry_run: bool, out: &mut impl Write) -> Result<(), Refusal> {
    let counts = outcome.counts;
    writeln!(out, "{} as {}", outcome.file_name, outcome.kind)?;
    writeln!(out, "  read       {:>9}", counts.read)?;
    writeln!(out, "  accepted   {:>9}", counts.accepted)?;
    writeln!(out, "  held       {:>9}", counts.held)?;
    writeln!(out, "  unchanged  {:>9}", counts.unchanged)?;
    let mut by_code: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &outcome.findings {
        by_code.entry(finding.code).or_default().push(finding);
    }
    for (code, findings) in &by_code {
        let severity = findings[0].severity.code();
        writeln!(out, "\n{code}: {} ({severity})", findings.len())?;
        for finding in findings.iter().take(FINDINGS_SHOWN_MAX) {
            writeln!(out, "  {finding}")?;
        }
        if findings.len() > FINDINGS_SHOWN_MAX {
            writeln!(out, "  … --json lists them all")?;
        }
    }
    if outcome.refused {
        return Ok(());
    }
    let done = match outcome.put {
        Some(Put::New) => "The file is on the node's shelf, as it came.",
        Some(Put::AlreadyThere) => "The node has this file already; nothing was changed.",
        None if dry_run => "A dry run: nothing was written.",
        None => "Nothing was written.",
    };
    writeln!(out, "\n{done}")?;
    Ok(())
}

/// Lists what is on the shelf of a node.
pub(crate) fn tables(node: &Path, json: bool, out: &mut impl Write) -> Result<(), Refusal> {
    let node = Node::open(node)?;
    let mut none = true;
    for kind in Kind::ALL {
        for publication in node.shelf().list(kind)? {
            none = false;
            table_line(&publication, json, out)?;
        }
    }
    if none && !json {
        writeln!(
            out,
            "No published table is kept here yet; `palermo import` brings one in."
        )?;
    }
    Ok(())
}

fn table_line(publication: &Publication, json: bool, out: &mut impl Write) -> Result<(), Refusal> {
    let source = &publication.source;
    let counts = publication.counts;
    if json {
        let line = serde_json::json!({
            "kind": publication.kind.code(), "file": publication.file_name,
            "content_sha256": publication.content_sha256(), "imported_at": publication.imported_at,
            "publisher": source.publisher, "title": source.title, "licence": source.licence,
            "vintage": source.vintage, "read": counts.read, "accepted": counts.accepted,
            "held": counts.held, "unchanged": counts.unchanged,
        });
        writeln!(out, "{line}")?;
    } else {
        writeln!(out, "{}  {}", publication.kind, publication.file_name)?;
        writeln!(
            out,
            "  {}: {}, {}",
            source.publisher, source.title, source.vintage
        )?;
        writeln!(
            out,
            "  {} rows, {} held, content {}",
            counts.read,
            counts.held,
            publication.content_sha256()
        )?;
    }
    Ok(())
}
