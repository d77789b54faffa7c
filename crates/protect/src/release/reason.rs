//! Which cells of a draft are sensitive, and what each needs.

use terms::cell::Cell;

use super::gate::{Reason, Setting};
use crate::attack::world::place;
use crate::draft::{Behind, Draft};
use crate::rule::{Method, Rule};
use crate::suppress::Need;

/// Why each cell is sensitive, if it is, and what it needs; in the order of the table's cells.
pub(super) fn reasons(draft: &Draft, setting: &Setting<'_>) -> Vec<Option<(Reason, Need)>> {
    let rule = setting.rule;
    if rule.method == Method::AsSigned {
        return vec![None; draft.table.len()];
    }
    let counts: Vec<Option<u64>> = draft.table.iter().map(|(_, cell)| cell.exact()).collect();
    let mut found: Vec<Option<(Reason, Need)>> = counts
        .iter()
        .enumerate()
        .map(|(cell, count)| {
            let behind = draft.behind.get(cell).copied().unwrap_or_default();
            own_reason(rule, cell, (*count)?, behind)
        })
        .collect();
    if rule.group_disclosure {
        for (total, part) in whole_groups(draft, &counts) {
            let count = signed(counts[part].unwrap_or_default());
            let need = Need {
                cell: part,
                up_to: count,
                down_to: (count - signed(rule.threshold)).max(0),
                down_needed: true,
                width: 0,
            };
            if total != part && found[part].is_none() {
                found[part] = Some((Reason::GroupDisclosure, need));
            }
        }
    }
    for (cell, need) in differences(draft, setting) {
        if found[cell].is_none() {
            found[cell] = Some((Reason::Difference, need));
        }
    }
    found
}

fn own_reason(rule: &Rule, cell: usize, count: u64, behind: Behind) -> Option<(Reason, Need)> {
    if count == 0 && !rule.zero_is_small {
        return None;
    }
    let few = |found: Option<u64>, least: u64| found.is_some_and(|found| found < least);
    let small = |threshold: u64| Need {
        cell,
        up_to: signed(threshold),
        down_to: 0,
        down_needed: false,
        width: signed(threshold),
    };
    let wide = Need {
        cell,
        up_to: signed(count),
        down_to: signed(count.saturating_sub(rule.threshold)),
        down_needed: false,
        width: signed(rule.threshold),
    };
    let few_people = few(behind.inhabitants, rule.inhabitants_below);
    if few_people && count < rule.threshold_few_inhabitants {
        let need = small(rule.threshold_few_inhabitants);
        let reason = if count < rule.threshold {
            Reason::Small
        } else {
            Reason::FewInhabitants
        };
        return Some((reason, need));
    }
    if count < rule.threshold {
        return Some((Reason::Small, small(rule.threshold)));
    }
    let reason = if few(behind.events, rule.events_min) {
        Reason::FewEvents
    } else if few(behind.sources, rule.sources_min) {
        Reason::FewSources
    } else if few(behind.contributors, rule.contributors_min) {
        Reason::FewContributors
    } else {
        return None;
    };
    Some((reason, wide))
}

/// Totals of which one part is everybody, with that part.
fn whole_groups(draft: &Draft, counts: &[Option<u64>]) -> Vec<(usize, usize)> {
    let Ok(sums) = crate::suppress::sums(&draft.table, &draft.hierarchies) else {
        return Vec::new();
    };
    let alone = |(total, parts): (usize, Vec<usize>)| {
        let everybody = counts[total].filter(|&count| count > 0)?;
        let part = parts
            .iter()
            .copied()
            .find(|&part| counts[part] == Some(everybody))?;
        (parts.len() > 1).then_some((total, part))
    };
    sums.into_iter().filter_map(alone).collect()
}

/// Cells whose count differs a little from what was printed of another vintage. Each must be able
/// not to differ at all.
fn differences(draft: &Draft, setting: &Setting<'_>) -> Vec<(usize, Need)> {
    let mut found = Vec::new();
    let others = || {
        setting.ledger.publications().iter().filter(|publication| {
            publication.population == draft.population && publication.vintage != draft.vintage
        })
    };
    if others().next().is_none() {
        return found;
    }
    let mut printed = std::collections::HashMap::new();
    for publication in others() {
        for (codes, cell) in publication.table.iter() {
            if let Cell::Exact(count) = cell {
                let dimensions = publication.table.dimensions();
                let mut name = place(dimensions, &publication.hierarchies, &codes);
                name.sort_unstable();
                let name: Vec<(String, String)> = owned(&name);
                printed.entry(name).or_insert_with(Vec::new).push(*count);
            }
        }
    }
    for (cell, (codes, value)) in draft.table.iter().enumerate() {
        let mut name = place(draft.table.dimensions(), &draft.hierarchies, &codes);
        name.sort_unstable();
        let Some(count) = value.exact() else { continue };
        for &before in printed.get(&owned(&name)).into_iter().flatten() {
            let off = count.abs_diff(before);
            if (1..setting.rule.threshold).contains(&off) {
                found.push((
                    cell,
                    Need {
                        cell,
                        up_to: signed(before.max(count)),
                        down_to: signed(before.min(count)),
                        down_needed: true,
                        width: 0,
                    },
                ));
            }
        }
    }
    found
}

fn owned(name: &[(&str, &str)]) -> Vec<(String, String)> {
    name.iter()
        .map(|(dimension, code)| ((*dimension).to_owned(), (*code).to_owned()))
        .collect()
}

pub(super) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
