//! `palermo explain`: what a cell of a release says, and for those who may, what stands behind it.

use std::io::Write;

use keep::Node;
use office::{
    Answer, Ask, Explained, OfficeError, PublicRelease, ReleaseLine, Shown, Traced, Withdrawn,
    published,
};
use protect::Ground;
use protect::release::AnyRelease;
use protect::rule::Rule;
use serde_json::{Value, json};
use terms::cell::Cell;
use terms::table::Table;

use super::draft::{codes_of, parse_cell};
use super::moment;
use super::release_words::{
    cell_json, codes_json, fate_words, mask_words, printed_words, rule_words,
};
use super::session::{By, Session, unlike};
use crate::cli::release::Explain;
use crate::refusal::Refusal;

/// A release, whichever way it was read.
struct Known<'a> {
    release: &'a str,
    table: &'a Table,
    audience: String,
    ground: Ground,
    rule: &'static Rule,
    population: &'a str,
    vintage: &'a str,
    act: u64,
    at_ms: i64,
    supersedes: Option<&'a str>,
    superseded_by: Option<&'a str>,
    withdrawn: Option<&'a Withdrawn>,
}

/// `palermo explain`.
pub(crate) fn run(typed: &Explain, out: &mut impl Write) -> Result<(), Refusal> {
    let cell = parse_cell(&typed.cell)?;
    let acting = &typed.session.acting;
    let named = acting.actor.is_some()
        || acting.signing_in.name.is_some()
        || acting.signing_in.session.is_some();
    if typed.behind || named {
        return behind(typed, &cell, out);
    }
    let node = &typed.session.vault.node;
    Node::open(node)?;
    let releases = published(node)?;
    let found = releases
        .iter()
        .find(|one| one.released.identifier() == typed.release);
    let found = found.ok_or_else(|| {
        let message = format!(
            "{} is no public release of this node; others are explained with --behind",
            typed.release
        );
        Refusal::input("release_missing", message)
    })?;
    let known = of_public(found);
    let codes = codes_of(&cell, known.table)?;
    tell(typed, &known, &codes, None, out)
}

fn behind(typed: &Explain, cell: &[(String, String)], out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(&typed.session)?;
    let release = typed.release.clone();
    let (answer, _) = session.ask(Ask::ReadRelease { release })?;
    let Answer::Release(shown) = answer else {
        return Err(unlike(&answer));
    };
    let known = of_shown(&shown)?;
    let codes = codes_of(cell, known.table)?;
    let ask = Ask::ExplainRelease {
        release: typed.release.clone(),
        cell: codes.clone(),
    };
    let (answer, by) = session.ask(ask)?;
    session.close()?;
    let Answer::Explained(explained) = answer else {
        return Err(unlike(&answer));
    };
    tell(typed, &known, &codes, Some((&explained, by)), out)
}

fn of_public(found: &PublicRelease) -> Known<'_> {
    Known {
        release: found.released.identifier(),
        table: found.released.value(),
        audience: found.released.audience().code(),
        ground: found.released.ground(),
        rule: found.rule,
        population: &found.population,
        vintage: &found.vintage,
        act: found.act,
        at_ms: found.at_ms,
        supersedes: found.supersedes.as_deref(),
        superseded_by: found.superseded_by.as_deref(),
        withdrawn: found.withdrawn.as_ref(),
    }
}

fn of_shown(shown: &Shown) -> Result<Known<'_>, Refusal> {
    let line: &ReleaseLine = &shown.line;
    let (table, ground) = match &shown.released {
        AnyRelease::Public(released) => (released.value(), released.ground()),
        AnyRelease::Agreement(released) => (released.value(), released.ground()),
        AnyRelease::Party(released) => (released.value(), released.ground()),
    };
    let damaged = || OfficeError::ReleaseDamaged(line.release.clone());
    Ok(Known {
        release: &line.release,
        table,
        audience: line.audience.clone(),
        ground,
        rule: Rule::of_code(&line.rule).ok_or_else(damaged)?,
        population: &shown.population,
        vintage: &shown.vintage,
        act: line.act,
        at_ms: line.at_ms,
        supersedes: line.supersedes.as_deref(),
        superseded_by: line.superseded_by.as_deref(),
        withdrawn: line.withdrawn.as_ref(),
    })
}

fn tell(
    typed: &Explain,
    known: &Known<'_>,
    codes: &[String],
    behind: Option<(&Explained, By)>,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let Some(cell) = known.table.get(&codes) else {
        let dimensions = known.table.dimensions().iter().map(|one| one.id.as_str());
        let dimensions: Vec<&str> = dimensions.collect();
        return Err(OfficeError::CellMissing(dimensions.join(", ")).into());
    };
    if typed.session.vault.json {
        let mut answer = answer(known, &codes, cell);
        if let Some((explained, by)) = behind {
            answer["behind"] = behind_json(explained);
            by.put(&mut answer);
        }
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    words(known, &codes, cell, out)?;
    if let Some((explained, by)) = behind {
        let found = explained.behind.expose(&explained.warrant);
        let counted = found.counted.exact();
        let counted = counted.map_or("nothing".to_owned(), |count| count.to_string());
        let (fate, reason) = fate_words(found.fate);
        let reason = reason.map_or(String::new(), |reason| format!(", {reason}"));
        writeln!(
            out,
            "Behind it: {counted} counted; {fate}{reason}. The look is act {} of the log. By {}.",
            explained.warrant.act(),
            by.words()
        )?;
        if let Some(counting) = &explained.counting {
            writeln!(
                out,
                "It was counted of this node's dossiers as they stood after act {}, by act {}: {}.",
                counting.up_to_act, counting.act, counting.line
            )?;
        }
        if let Some(traced) = &explained.traced {
            traced_words(traced.expose(&explained.warrant), out)?;
        }
    }
    Ok(())
}

/// Where what was counted lies, in words.
fn traced_words(traced: &Traced, out: &mut impl Write) -> Result<(), Refusal> {
    for (agency, count) in &traced.agencies {
        let agency = match agency.as_str() {
            "" => "the node's own agency",
            named => named,
        };
        writeln!(out, "  {count} of {agency}")?;
    }
    if traced.own > 0 {
        let named = traced.dossiers.len() as u64;
        let first = if named < traced.own {
            format!("the first {named} of {}", traced.own)
        } else {
            traced.own.to_string()
        };
        writeln!(out, "In dossiers of your agency, {first}:")?;
    }
    for dossier in &traced.dossiers {
        writeln!(out, "  {dossier}")?;
    }
    if traced.erased > 0 {
        writeln!(
            out,
            "Erased since: {}. Whether they were counted here nobody can say any more.",
            traced.erased
        )?;
    }
    Ok(())
}

fn traced_json(traced: &Traced) -> Value {
    let agencies = traced.agencies.iter();
    let agencies: Vec<Value> = agencies
        .map(|(agency, count)| json!({ "agency": agency, "counted": count }))
        .collect();
    let dossiers = traced.dossiers.iter().map(ToString::to_string);
    json!({
        "agencies": agencies, "dossiers": dossiers.collect::<Vec<_>>(),
        "dossiers_of_own_agency": traced.own, "erased_since": traced.erased,
    })
}

fn behind_json(explained: &Explained) -> Value {
    let found = explained.behind.expose(&explained.warrant);
    let (fate, reason) = fate_words(found.fate);
    let counting = explained.counting.as_ref().map(|counting| {
        json!({
            "tabulation": counting.line, "up_to_act": counting.up_to_act, "act": counting.act,
            "rules": counting.rules, "agency": counting.agency.map(|agency| agency.to_string()),
        })
    });
    let traced = explained.traced.as_ref();
    let traced = traced.map(|traced| traced_json(traced.expose(&explained.warrant)));
    json!({
        "counted": cell_json(&found.counted), "fate": fate, "reason": reason,
        "tabulated": counting, "traced": traced, "act": explained.warrant.act(),
    })
}

fn answer(known: &Known<'_>, codes: &[&str], cell: &Cell) -> Value {
    let (source, counting) = (&known.table.source, &known.table.counting);
    let withdrawn = known.withdrawn.map(|withdrawn| {
        json!({
            "act": withdrawn.act, "at_ms": withdrawn.at_ms, "reason": withdrawn.reason,
        })
    });
    json!({
        "release": known.release, "cell": codes_json(known.table, codes),
        "printed": cell_json(cell), "mask": mask_words(cell), "audience": known.audience,
        "ground": known.ground.code(), "rule": known.rule.code,
        "rule_words": rule_words(known.rule), "population": known.population,
        "vintage": known.vintage,
        "counting": {
            "unit": counting.unit.code(), "reference_date": counting.reference_date,
            "statement": counting.statement,
        },
        "source": {
            "publisher": source.publisher, "title": source.title, "address": source.address,
            "licence": source.licence, "vintage": source.vintage,
        },
        "act": known.act, "at_ms": known.at_ms, "at": moment(known.at_ms),
        "supersedes": known.supersedes, "superseded_by": known.superseded_by,
        "withdrawn": withdrawn, "behind": null,
    })
}

fn words(
    known: &Known<'_>,
    codes: &[&str],
    cell: &Cell,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let (source, counting) = (&known.table.source, &known.table.counting);
    // An office that does not name itself in the layout is not named.
    let from = match source.publisher.as_str() {
        "" => source.title.clone(),
        publisher => format!("{publisher}: {}", source.title),
    };
    writeln!(out, "{}: {}.", codes.join(" / "), printed_words(cell))?;
    writeln!(
        out,
        "Counts {}, as of {}. {}",
        known.population, known.vintage, counting.statement
    )?;
    writeln!(
        out,
        "Release {} to {}, act {} of the journal, {}; {from}.",
        known.release,
        known.audience,
        known.act,
        moment(known.at_ms),
    )?;
    writeln!(out, "Rule {}: {}", known.rule.code, rule_words(known.rule))?;
    if let Some(withdrawn) = known.withdrawn {
        writeln!(
            out,
            "It was withdrawn {}: {}",
            moment(withdrawn.at_ms),
            withdrawn.reason
        )?;
    }
    if let Some(newer) = known.superseded_by {
        writeln!(out, "{newer} has taken its place.")?;
    }
    Ok(())
}
