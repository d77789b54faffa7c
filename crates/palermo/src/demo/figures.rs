//! The standard figures of the invented node: counted by one person, released by another.

use analyse::tabulation::Tabulation;
use analyse::tabulation::definition::{Definition, definitions};
use evidence::dossier::Unit;
use office::{Answer, Ask, Office, Role, Under};
use protect::Audience;
use protect::rule::Rule;
use terms::language::Language;

use super::ask;
use super::people::Hall;
use crate::refusal::Refusal;
use crate::synthetic::YEARS;
use crate::vault::unlike;

/// A figure that was released.
pub(super) struct Shown {
    pub(super) figure: &'static str,
    pub(super) title: String,
    pub(super) rule: &'static str,
    pub(super) release: String,
    pub(super) cells: u64,
    pub(super) masked: u64,
}

/// Under which rule a figure goes out: small counts of persons are hidden; national totals of the
/// justice chain, which count cases, are printed as they were signed.
const fn rule_of(unit: Unit) -> &'static str {
    match unit {
        Unit::Case => "totals-as-signed@1",
        Unit::Accused => "small-counts@1",
        _ => "victims@1",
    }
}

/// Every figure whose definition is carried.
pub(super) fn release(office: &Office, hall: &Hall) -> Result<Vec<Shown>, Refusal> {
    definitions()
        .iter()
        .map(|definition| one(office, hall, definition))
        .collect()
}

/// A table of more dimensions than these covers the last years alone: what must be masked in it is
/// sought by linear programmes, whose time grows with its cells much faster than they do.
const DIMENSIONS_OF_ALL_YEARS: usize = 3;
const LAST_YEARS: u64 = 3;

fn tabulation(definition: &Definition) -> Result<Tabulation, Refusal> {
    let over = |from: u64| {
        let tabulation = definition.over(&format!("{from}..{}", YEARS.1));
        tabulation.map_err(|error| Refusal::input(error.code(), error))
    };
    let all = over(YEARS.0)?;
    match all.by.len() > DIMENSIONS_OF_ALL_YEARS {
        true => over(YEARS.1 - LAST_YEARS + 1),
        false => Ok(all),
    }
}

fn one(office: &Office, hall: &Hall, definition: &'static Definition) -> Result<Shown, Refusal> {
    let tabulation = tabulation(definition)?;
    let unit = tabulation.unit;
    let title = definition.title(Language::En).to_owned();
    let counted = Ask::Tabulate {
        tabulation: Box::new(tabulation),
        keep: Some(title.clone()),
    };
    let counted = ask(office, hall.of("statistics")?, Role::DataManager, counted)?;
    let Answer::Tabulated(tabulated) = counted else {
        return Err(unlike(&counted));
    };
    let draft = tabulated
        .draft
        .ok_or_else(|| Refusal::input("draft_missing", "the counts were not kept"))?;
    let rule = Rule::of_code(rule_of(unit))
        .ok_or_else(|| Refusal::input("rule_unknown", rule_of(unit)))?;
    let signed = Ask::SignRelease {
        draft,
        under: Under::new(rule, Audience::Public),
        supersedes: None,
    };
    let signed = ask(office, hall.of("coordinator")?, Role::Coordinator, signed)?;
    let Answer::Signed(signed) = signed else {
        return Err(unlike(&signed));
    };
    Ok(Shown {
        figure: &definition.id,
        title,
        rule: rule.code,
        release: signed.line.release.clone(),
        cells: signed.cells,
        masked: signed.masked,
    })
}
