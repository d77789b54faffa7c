//! `palermo draft`: counted tables before anything is masked.

use std::fs;
use std::io::Write;
use std::path::Path;

use evidence::counts::{CountTable, Layout};
use office::{Answer, Ask, DraftLine, Examined, Power, Under, draft_of};
use protect::release::Proposal;
use serde_json::{Value, json};
use share::counts::Bounds;
use terms::finding::{Finding, Severity};
use terms::id::DraftId;
use terms::table::Table;

use super::release_words::{breach_json, cell_json, codes_json, fate_words, lost_json};
use super::session::{Session, request, unlike};
use super::{moment, say, text_of};
use crate::cli::release::{Bring, CountFile, Draft, Under as Typed};
use crate::cli::vault as cli;
use crate::refusal::Refusal;

/// Findings that are told one by one.
const FINDINGS_MAX: usize = 20;
/// Breaches that are told one by one in words.
const BREACHES_MAX: usize = 20;

/// `palermo draft`.
pub(crate) fn run(command: &Draft, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        Draft::Bring(typed) => bring(typed, out),
        Draft::List(session) => list(session, out),
        Draft::Examine {
            session,
            draft,
            under,
        } => examine(session, draft, under, out),
    }
}

fn bring(typed: &Bring, out: &mut impl Write) -> Result<(), Refusal> {
    let table = read(&typed.file)?;
    let name = match &typed.name {
        Some(name) => name.clone(),
        None => file_name(&typed.file.file),
    };
    let cells = table.table.len();
    let session = Session::open(&typed.session)?;
    let draft = Box::new(draft_of(table));
    let ask = Ask::BringDraft {
        name: name.clone(),
        draft,
    };
    let (answer, by) = session.ask(ask)?;
    session.close()?;
    let Answer::Draft(draft) = answer else {
        return Err(unlike(&answer));
    };
    let answer = json!({ "draft": draft.to_string(), "name": name, "cells": cells });
    let words = format!(
        "{draft}, “{name}”, is in with {cells} cells; its counts are sealed. Another person \
         releases it."
    );
    say(&typed.session, by, answer, words, out)
}

/// A table of counts from a file, whose sums hold.
pub(super) fn read(typed: &CountFile) -> Result<CountTable, Refusal> {
    let layout = match &typed.layout {
        None => Layout::default(),
        Some(path) => {
            let text = fs::read_to_string(path).map_err(|error| {
                let message = format!("cannot read {}: {error}", path.display());
                Refusal::input("file_unreadable", message)
            })?;
            share::counts::layout(&text, &file_name(path)).map_err(|found| refused(&found))?
        }
    };
    for (said, given, what) in [
        (&layout.population, &typed.population, "population"),
        (&layout.vintage, &typed.vintage, "vintage"),
    ] {
        // Tables are held against each other by it, so it is not guessed from the file.
        if said.is_empty() && given.is_none() {
            let message = format!(
                "nobody says the {what} of the table; allowed: `{what}` in the layout, or --{what}"
            );
            return Err(Refusal::input("draft_unfit", message));
        }
    }
    let reading = share::counts::read(&typed.file, &layout, &Bounds::OWN)
        .map_err(|error| Refusal::input(error.code(), error))?;
    let Some(mut table) = reading.taken.table else {
        return Err(refused(&reading.taken.findings));
    };
    if table.sums.inconsistent > 0 {
        let message = format!(
            "{} of {} sums in {} do not hold; allowed: totals that are the sum of their parts",
            table.sums.inconsistent, table.sums.checked, reading.file_name
        );
        return Err(Refusal::input("sums_inconsistent", message));
    }
    if let Some(population) = &typed.population {
        table.population.clone_from(population);
    }
    if let Some(vintage) = &typed.vintage {
        table.vintage.clone_from(vintage);
    }
    Ok(table)
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// A table that cannot be read: every error, and the code of the first.
fn refused(findings: &[Finding]) -> Refusal {
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let shown: Vec<String> = errors
        .clone()
        .take(FINDINGS_MAX)
        .map(Finding::message)
        .collect();
    let first = errors.map(|finding| finding.code).next();
    Refusal::input(first.unwrap_or("table_unreadable"), shown.join("\n"))
}

/// A draft by its number or its name, as whoever then does something of that power sees it.
pub(super) fn find(session: &Session, typed: &str, power: Power) -> Result<DraftId, Refusal> {
    if let Ok(draft) = typed.parse() {
        return Ok(draft);
    }
    let by = session.by(power)?;
    let answer = session.office.request(request(by, Ask::ListDrafts))?;
    let Answer::Drafts(drafts) = answer else {
        return Err(unlike(&answer));
    };
    let found = drafts.iter().find(|draft| draft.name == typed);
    let found = found.ok_or(office::OfficeError::DraftMissing)?;
    Ok(found.draft)
}

fn list(typed: &cli::Session, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let (answer, _) = session.ask(Ask::ListDrafts)?;
    session.close()?;
    let Answer::Drafts(drafts) = answer else {
        return Err(unlike(&answer));
    };
    if typed.vault.json {
        let drafts: Vec<Value> = drafts.iter().map(draft_json).collect();
        writeln!(out, "{}", json!({ "drafts": drafts }))?;
        return Ok(());
    }
    if drafts.is_empty() {
        writeln!(out, "Your agency has no draft.")?;
    }
    for draft in &drafts {
        writeln!(
            out,
            "{}  “{}”, {} cells, {}, {}, brought {}",
            draft.draft,
            draft.name,
            draft.cells,
            draft.population,
            draft.vintage,
            moment(draft.at_ms)
        )?;
    }
    Ok(())
}

fn draft_json(draft: &DraftLine) -> Value {
    json!({
        "draft": draft.draft.to_string(), "name": draft.name, "population": draft.population,
        "vintage": draft.vintage, "cells": draft.cells, "agency": draft.agency.to_string(),
        "brought_by": text_of(draft.brought_by), "act": draft.act, "at_ms": draft.at_ms,
    })
}

/// Under what a draft is released; cells are named by the dimensions of the table.
pub(super) fn under(typed: &Typed) -> Result<Under, Refusal> {
    let cells = |cells: &[String]| cells.iter().map(|cell| parse_cell(cell)).collect();
    let mut under = Under::new(typed.rule, typed.audience.clone());
    let (mask, keep): (Result<Vec<_>, _>, Result<Vec<_>, _>) =
        (cells(&typed.mask), cells(&typed.keep));
    under.wish.mask = mask?.into_iter().map(codes_alone).collect();
    under.wish.keep = keep?.into_iter().map(codes_alone).collect();
    Ok(under)
}

fn codes_alone(cell: Vec<(String, String)>) -> Vec<String> {
    cell.into_iter().map(|(_, code)| code).collect()
}

/// A cell as `dimension=code,dimension=code`.
pub(super) fn parse_cell(text: &str) -> Result<Vec<(String, String)>, Refusal> {
    let part = |part: &str| {
        let (dimension, code) = part.split_once('=')?;
        Some((dimension.trim().to_owned(), code.trim().to_owned()))
    };
    let parts: Option<Vec<_>> = text.split(',').map(part).collect();
    parts.ok_or_else(|| {
        let message = format!("“{text}” names no cell; allowed: dimension=code,dimension=code");
        Refusal::usage("cell_unread", message)
    })
}

/// The codes of a cell in the order of a table's dimensions.
pub(super) fn codes_of(cell: &[(String, String)], table: &Table) -> Result<Vec<String>, Refusal> {
    let dimensions: Vec<&str> = table
        .dimensions()
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    let code = |dimension: &&str| {
        let mut named = cell.iter().filter(|(name, _)| name == dimension);
        named
            .next()
            .filter(|_| named.next().is_none())
            .map(|(_, code)| code.clone())
    };
    let codes: Option<Vec<String>> = dimensions.iter().map(code).collect();
    codes
        .filter(|codes| codes.len() == cell.len())
        .ok_or_else(|| office::OfficeError::CellMissing(dimensions.join(", ")).into())
}

fn examine(
    typed: &cli::Session,
    draft: &str,
    under_typed: &Typed,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let draft = find(&session, draft, Power::ExamineDraft)?;
    let under = under(under_typed)?;
    let ask = Ask::ExamineDraft { draft, under };
    let (answer, by) = session.ask(ask)?;
    session.close()?;
    let Answer::Examined(examined) = answer else {
        return Err(unlike(&answer));
    };
    let proposal = examined.proposal.expose(&examined.warrant);
    let answer = examined_json(&examined, proposal, under_typed);
    let words = examined_words(&examined, proposal);
    say(typed, by, answer, words, out)
}

fn examined_json(examined: &Examined, proposal: &Proposal, typed: &Typed) -> Value {
    let table = &examined.counts.expose(&examined.warrant).table;
    let cells = table.iter().zip(&proposal.fates);
    let cells = cells.map(|((codes, counted), fate)| {
        let printed = proposal.printed.get(&codes);
        let (fate, reason) = fate_words(*fate);
        json!({
            "cell": codes_json(table, &codes), "counted": cell_json(counted),
            "printed": printed.map(cell_json), "fate": fate, "reason": reason,
        })
    });
    json!({
        "draft": examined.draft.draft.to_string(), "name": examined.draft.name,
        "audience": typed.audience.code(), "rule": typed.rule.code,
        "act": examined.warrant.act(), "releasable": proposal.breaches.is_empty(),
        "lost": lost_json(&proposal.lost),
        "breaches": proposal.breaches.iter().map(breach_json).collect::<Vec<_>>(),
        "cells": cells.collect::<Vec<_>>(),
    })
}

fn examined_words(examined: &Examined, proposal: &Proposal) -> String {
    let lost = &proposal.lost;
    let table = &examined.counts.expose(&examined.warrant).table;
    let mut words = format!(
        "{} cells: {} printed, {} masked for their own sake, {} to protect others, {} as wished; \
         {} counted are in masked cells.\n",
        lost.cells, lost.printed, lost.sensitive, lost.protecting, lost.chosen, lost.counts
    );
    for ((codes, counted), fate) in table.iter().zip(&proposal.fates) {
        let (fate, reason) = fate_words(*fate);
        let count = counted
            .exact()
            .map_or("-".to_owned(), |count| count.to_string());
        let reason = reason.map_or(String::new(), |reason| format!(" ({reason})"));
        words.push_str(&format!(
            "  {count:>9}  {}: {fate}{reason}\n",
            codes.join(" / ")
        ));
    }
    for breach in proposal.breaches.iter().take(BREACHES_MAX) {
        words.push_str(&format!(
            "  {} can tell {}: from {} to {}\n",
            breach.attacker,
            breach.codes.join(" / "),
            breach.lower,
            breach
                .upper
                .map_or("any".to_owned(), |upper| upper.to_string())
        ));
    }
    words.push_str(match proposal.breaches.is_empty() {
        true => "It could be released so.\n",
        false => "It could not be released so.\n",
    });
    words.push_str(&format!(
        "The look is act {} of the log.\n",
        examined.warrant.act()
    ));
    words
}
