//! `palermo attack --as table`: an office's own table, tried before it is printed.
//!
//! Counts of cells are printed and nothing that stands in one; with `--cells` the office sees which
//! of its own cells do not hide, at its own terminal, and with `--propose` what to mask besides.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use evidence::counts::{CountTable, Layout};
use protect::check::{Exposed, Proposal, Question, Report, check, propose};
use protect::rule::Rule;
use serde_json::{Map, Value, json};
use share::counts::{Bounds, CountReading};
use terms::finding::{Finding, Severity};
use web::{CountedTable, SaidOfTable};

use crate::cli::attack::Attack;
use crate::refusal::Refusal;

/// How often the attacker is asked for a proposal.
const ASKED_MAX: usize = 400;
/// Remarks that are printed one by one.
const FINDINGS_MAX: usize = 20;

/// A table with everything that was found.
struct Tried {
    reading: CountReading,
    rule: &'static Rule,
    report: Report,
    proposal: Option<Proposal>,
    seconds: f64,
}

pub(super) fn run(asked: &Attack, out: &mut impl Write) -> Result<(), Refusal> {
    let begun = Instant::now();
    let rule = rule(&asked.rule)?;
    let layout = layout(asked)?;
    let mut reading = share::counts::read(&asked.file, &layout, &Bounds::OWN)
        .map_err(|error| Refusal::input(error.code(), error))?;
    let Some(table) = reading.taken.table.take() else {
        return Err(refused(&reading.taken.findings));
    };
    let question = Question {
        zero_is_small: rule.zero_is_small && layout.mask_lower.is_none_or(|lower| lower == 0),
        ..Question::by(rule, &table.table, &table.hierarchies)
    };
    let failed = |error: &dyn std::fmt::Display| {
        let message = format!("{}: {error}", asked.file.display());
        Refusal::input("attack_number_too_large", message)
    };
    let report = check(&question).map_err(|error| failed(&error))?;
    let proposal = match asked.propose {
        true => Some(propose(&question, &report, ASKED_MAX).map_err(|error| failed(&error))?),
        false => None,
    };
    let tried = Tried {
        reading,
        rule,
        report,
        proposal,
        seconds: begun.elapsed().as_secs_f64(),
    };
    if asked.json {
        writeln!(out, "{}", answer(asked, &table, &tried))?;
        return Ok(());
    }
    tell(asked, &table, &tried, out)
}

fn rule(code: &str) -> Result<&'static Rule, Refusal> {
    let codes: Vec<&str> = protect::rule::RULES.iter().map(|rule| rule.code).collect();
    Rule::of_code(code).ok_or_else(|| {
        let message = format!("--rule: found {code}, allowed {}", codes.join(", "));
        Refusal::usage("rule_unknown", message)
    })
}

fn layout(asked: &Attack) -> Result<Layout, Refusal> {
    let mut layout = match &asked.layout {
        None => Layout::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                Refusal::input("file_unreadable", format!("{}: {error}", path.display()))
            })?;
            share::counts::layout(&text, &name(path)).map_err(|findings| refused(&findings))?
        }
    };
    if asked.below.is_some() {
        layout.below = asked.below;
    }
    Ok(layout)
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// A table that cannot be read: every error, and the code of the first.
fn refused(findings: &[Finding]) -> Refusal {
    let mut errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let shown: Vec<String> = errors
        .clone()
        .take(FINDINGS_MAX)
        .map(Finding::message)
        .collect();
    let code = errors.next().map_or("table_unreadable", |first| first.code);
    // The code goes before the words: the name of a file alone could be taken for one.
    Refusal::input(code, format!("{code}: {}", shown.join("\n")))
}

/// What `attack --as table --json` answers, in the order in which it is printed.
fn answer(asked: &Attack, table: &CountTable, tried: &Tried) -> Value {
    let report = &tried.report;
    let widths = report.widths;
    let mut answer = json!({
        "rows": tried.reading.taken.rows_read,
        "cells": report.cells,
        "masked_cells": report.hidden,
        "derivable_by_subtraction": report.by_subtraction,
        "derivable_by_bounds": report.by_programme,
        "derivable_and_small": report.exactly_small,
        "shown_small": report.shown_small,
        "nearly_derivable": report.narrow,
        "possible_counts": {
            "1": widths.one,
            "2-4": widths.two_to_four,
            "5-9": widths.five_to_nine,
            "10-19": widths.ten_to_nineteen,
            "20-": widths.twenty_or_more,
        },
        "checked_sums": report.checked_sums,
        "inconsistent_sums": report.inconsistent_sums,
        "inconsistent_components": report.inconsistent_components,
        "inconsistent_cells": report.inconsistent_cells,
        "unsettled_cells": report.unsettled,
        "rule": tried.rule.code,
        "totals": totals(table),
        "findings": tried.reading.taken.findings.iter().map(finding).collect::<Vec<_>>(),
    });
    if let Some(proposal) = &tried.proposal {
        answer["proposal"] = json!({
            "mask": proposal.codes,
            "cells": proposal.cells.len(),
            "counts_lost": proposal.counts_lost,
            "counts_printed": proposal.counts_printed,
            "still_exposed": proposal.report.exposed.len(),
        });
    }
    if asked.cells {
        answer["exposed"] = report.exposed.iter().map(exposed).collect();
    }
    answer["seconds"] = json!((tried.seconds * 1000.0).round() / 1000.0);
    answer
}

/// The total of each dimension; null where none is known.
fn totals(table: &CountTable) -> Value {
    let dimensions = table.table.dimensions().iter().zip(table.totals());
    let named = dimensions.map(|(dimension, total)| (dimension.id.clone(), json!(total)));
    Value::Object(named.collect::<Map<String, Value>>())
}

fn finding(finding: &Finding) -> Value {
    json!({
        "code": finding.code,
        "severity": finding.severity.code(),
        "row": finding.row,
        "field": finding.field,
        "found": finding.found,
        "allowed": finding.allowed,
    })
}

fn exposed(exposed: &Exposed) -> Value {
    json!({
        "codes": exposed.codes,
        "exposure": exposed.exposure.code(),
        "lower": exposed.lower,
        "upper": exposed.upper,
        "how": exposed.how.code(),
        "sum": exposed.sum.as_ref().map(|sum| json!({
            "dimension": sum.dimension,
            "total": sum.total,
            "hidden": sum.hidden,
        })),
    })
}

fn tell(
    asked: &Attack,
    table: &CountTable,
    tried: &Tried,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let report = &tried.report;
    writeln!(
        out,
        "{}: {} of {} masked cells can be worked out from what is printed\n",
        tried.reading.file_name,
        report.exactly(),
        report.hidden
    )?;
    tell_figures(report, out)?;
    writeln!(out, "\nTotals recognised:")?;
    for (dimension, total) in table.table.dimensions().iter().zip(table.totals()) {
        let total = total.unwrap_or("none; nothing is added up over it");
        writeln!(out, "  {}: {total}", dimension.id)?;
    }
    let findings = &tried.reading.taken.findings;
    for finding in findings.iter().take(FINDINGS_MAX) {
        writeln!(out, "  {}", finding.message())?;
    }
    if let Some(more) = findings
        .len()
        .checked_sub(FINDINGS_MAX)
        .filter(|&more| more > 0)
    {
        writeln!(out, "  {more} further remarks; --json has all")?;
    }
    if asked.cells {
        tell_cells(report, out)?;
    }
    if let Some(proposal) = &tried.proposal {
        tell_proposal(proposal, out)?;
    }
    writeln!(
        out,
        "\nThis knows the table alone: not what else is printed, not what a reader knows besides.\n\
         It took {:.1} s.",
        tried.seconds
    )?;
    Ok(())
}

fn tell_figures(report: &Report, out: &mut impl Write) -> Result<(), Refusal> {
    let widths = report.widths;
    for (number, words) in [
        (report.cells, "cells"),
        (report.hidden, "of them are masked or rounded"),
        (
            report.by_subtraction,
            "follow by subtraction from printed totals",
        ),
        (
            report.by_programme,
            "more follow from all sums together (linear programmes)",
        ),
        (report.exactly_small, "of those that follow are small"),
        (
            report.shown_small,
            "more can be shown to be small, which their masks do not say",
        ),
        (
            report.narrow,
            "more have fewer possible counts than there are small ones",
        ),
        (widths.one, "masked cells have 1 possible count"),
        (widths.two_to_four, "have 2 to 4"),
        (widths.five_to_nine, "have 5 to 9"),
        (widths.ten_to_nineteen, "have 10 to 19"),
        (widths.twenty_or_more, "have 20 or more"),
        (report.checked_sums, "sums have every cell printed"),
        (report.inconsistent_sums, "of them do not add up"),
        (
            report.inconsistent_cells,
            "masked cells hang together with sums that contradict each other: not bounded",
        ),
        (
            report.unsettled,
            "masked cells were not settled within the budget",
        ),
    ] {
        writeln!(out, "{number:>9}  {words}")?;
    }
    Ok(())
}

fn tell_cells(report: &Report, out: &mut impl Write) -> Result<(), Refusal> {
    writeln!(
        out,
        "\nCells that do not hide (for your eyes; keep this as you keep the draft):"
    )?;
    for one in &report.exposed {
        let codes = one.codes.join(" / ");
        match one.upper {
            Some(upper) if upper == one.lower => writeln!(out, "  {codes}: {upper}")?,
            Some(upper) => writeln!(out, "  {codes}: {} to {upper}", one.lower)?,
            None => writeln!(out, "  {codes}: {} or more", one.lower)?,
        }
        match &one.sum {
            None => writeln!(out, "      by several sums together")?,
            Some(sum) => {
                let total = sum.total.join(" / ");
                write!(out, "      by the sum over {} to {total}", sum.dimension)?;
                match sum.hidden.len() {
                    0 => writeln!(out)?,
                    others => writeln!(out, ", with {others} other masked cells bounded first")?,
                }
            }
        }
    }
    Ok(())
}

fn tell_proposal(proposal: &Proposal, out: &mut impl Write) -> Result<(), Refusal> {
    if proposal.cells.is_empty() {
        writeln!(out, "\nNothing to mask besides.")?;
    } else {
        writeln!(out, "\nTo mask besides, without bounds:")?;
    }
    for codes in &proposal.codes {
        writeln!(out, "  {}", codes.join(" / "))?;
    }
    writeln!(
        out,
        "{:>9}  cells, with {} of {} counts printed (totals beside their parts)\n\
         {:>9}  masked cells do not hide even then",
        proposal.cells.len(),
        proposal.counts_lost,
        proposal.counts_printed,
        proposal.report.exposed.len()
    )?;
    Ok(())
}

/// Reads a table that somebody sends to a page, with what they say of it.
pub(crate) fn read_sent(
    bytes: &[u8],
    name: &str,
    said: &SaidOfTable,
) -> Result<CountedTable, Vec<Finding>> {
    let sent = share::counts::Sent {
        below: said.below,
        zeros_printed: said.zeros_printed,
        dash: said.dash,
        total_words: &said.total_words,
        layout: &said.layout,
    };
    let (table, findings) = sent.read(bytes, name)?;
    let behind = |one: evidence::counts::Behind| protect::draft::Behind {
        events: one.events,
        sources: one.sources,
        contributors: one.contributors,
        inhabitants: one.inhabitants,
    };
    Ok(CountedTable {
        table: table.table,
        hierarchies: table.hierarchies,
        population: table.population,
        vintage: table.vintage,
        party_dimension: table.party_dimension,
        behind: table.behind.into_iter().map(behind).collect(),
        sums_inconsistent: table.sums.inconsistent,
        findings,
    })
}
