//! How the codes add up, how far a mask without bounds can go, and which sums cannot hold.

use std::collections::HashSet;

use terms::cell::{Absence, Cell};
use terms::finding::Severity;
use terms::hierarchy::Hierarchy;
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension, Table};

use super::grid::{Grid, Place, dimension_named};
use super::layout::Layout;
use super::printed::Printed;
use super::shape::Header;
use super::total::{Total, find};
use super::{CountTable, Findings, SumCounts};

/// Sums that cannot hold that are told one by one; all are counted.
const SUMS_TOLD_MAX: usize = 20;

/// The totals and parts of one dimension by the numbers of their codes; a part that does not occur
/// is none.
type NumberedSums = Vec<(u32, Vec<Option<u32>>)>;

/// The table of the cells; none where its dimensions are not what the layout says.
pub(super) fn table(
    header: &Header,
    grid: Grid,
    layout: &Layout,
    content_sha256: &str,
    findings: &mut Findings<'_>,
) -> Option<CountTable> {
    if grid.places.is_empty() {
        if findings.sound() {
            let told = findings.of("rows_missing", Severity::Error);
            findings.push(told.allowed("a header and at least one row"));
        }
        return None;
    }
    let hierarchies = hierarchies(header, &grid, layout, findings)?;
    let party_dimension = party(header, layout, findings)?;
    let numbered: Vec<NumberedSums> = hierarchies
        .iter()
        .enumerate()
        .map(|(dimension, hierarchy)| numbered(&grid, dimension, hierarchy))
        .collect();
    let (cells, bounds_from_totals) = resolved(&grid, &numbered, layout, findings);
    let sums = check(&grid, &numbered, &cells, findings);
    say_whether_zeros_are_printed(&grid, &cells, layout, findings);
    let or_file = |text: &str| match text {
        "" => findings.file.to_owned(),
        text => text.to_owned(),
    };
    let dimensions = header.dimensions.iter().zip(&hierarchies);
    let dimensions = dimensions.map(|(name, hierarchy)| match hierarchy.sums() {
        [] => Dimension::disjoint(name, "as printed"),
        _ => Dimension::overlapping(name, "as printed"),
    });
    let mut table = Table::new(
        &or_file(&layout.title),
        dimensions.collect(),
        counting(layout),
        source(findings.file, layout, content_sha256),
        Vec::new(),
    );
    for (place, cell) in grid.places.iter().zip(cells) {
        table
            .push(&grid.codes_of(place), cell)
            .expect("each cell is kept once");
    }
    Some(CountTable {
        table,
        hierarchies,
        behind: match grid.has_behind {
            true => grid.places.iter().map(|place| place.behind).collect(),
            false => Vec::new(),
        },
        population: or_file(&layout.population),
        vintage: or_file(&layout.vintage),
        party_dimension,
        sums,
        bounds_from_totals,
        form: header.form,
    })
}

fn counting(layout: &Layout) -> CountingRule {
    let or = |text: &str, other: &str| match text {
        "" => other.to_owned(),
        text => text.to_owned(),
    };
    CountingRule {
        unit: CountedUnit::AsIndicated,
        reference_date: or(&layout.reference_date, "not said"),
        statement: or(&layout.statement, "Counts as the office prints them."),
    }
}

fn source(file: &str, layout: &Layout, content_sha256: &str) -> Source {
    Source {
        publisher: layout.publisher.clone(),
        title: match layout.title.as_str() {
            "" => file.to_owned(),
            title => title.to_owned(),
        },
        address: String::new(),
        licence: String::new(),
        attribution: String::new(),
        vintage: layout.vintage.clone(),
        retrieved: None,
        content_sha256: Some(content_sha256.to_owned()).filter(|hash| !hash.is_empty()),
    }
}

/// The party dimension as the file spells it; the outer none is a name that is no dimension.
fn party(header: &Header, layout: &Layout, findings: &mut Findings<'_>) -> Option<Option<String>> {
    let Some(name) = &layout.party_dimension else {
        return Some(None);
    };
    let Some(at) = dimension_named(header, name) else {
        unknown_dimension(header, name, findings);
        return None;
    };
    Some(Some(header.dimensions[at].clone()))
}

fn unknown_dimension(header: &Header, name: &str, findings: &mut Findings<'_>) {
    let told = findings
        .of("dimension_unknown", Severity::Error)
        .found(name)
        .allowed(&header.dimensions.join(", "));
    findings.push(told);
}

/// How the codes of each dimension add up: as the layout says, or by the code that is called a
/// total.
fn hierarchies(
    header: &Header,
    grid: &Grid,
    layout: &Layout,
    findings: &mut Findings<'_>,
) -> Option<Vec<Hierarchy>> {
    let mut said = vec![None; header.dimensions.len()];
    let mut sound = true;
    for (name, sums) in &layout.hierarchies {
        match dimension_named(header, name) {
            Some(at) => said[at] = Some(sums),
            None => {
                unknown_dimension(header, name, findings);
                sound = false;
            }
        }
    }
    if !sound {
        return None;
    }
    let mut all = Vec::new();
    for (at, name) in header.dimensions.iter().enumerate() {
        let hierarchy = match said[at] {
            Some(sums) => match Hierarchy::new(sums.iter().cloned()) {
                Ok(hierarchy) => {
                    compare(name, &grid.codes[at], &hierarchy, findings);
                    hierarchy
                }
                Err(error) => {
                    let told = findings
                        .of("hierarchy_unsound", Severity::Error)
                        .in_field(name)
                        .found(&error.to_string())
                        .allowed("each code a part of one total, and no total a part of itself");
                    findings.push(told);
                    return None;
                }
            },
            None => by_name(name, &grid.codes[at], layout, findings),
        };
        all.push(hierarchy);
    }
    Some(all)
}

/// Names the codes that the layout's sums and the table do not share.
fn compare(name: &str, codes: &[String], hierarchy: &Hierarchy, findings: &mut Findings<'_>) {
    let sums = hierarchy.sums().iter();
    let named: HashSet<&str> = sums
        .flat_map(|(total, parts)| std::iter::once(total).chain(parts))
        .map(String::as_str)
        .collect();
    if named.is_empty() {
        return;
    }
    let occurs: HashSet<&str> = codes.iter().map(String::as_str).collect();
    for code in codes.iter().filter(|code| !named.contains(code.as_str())) {
        let told = findings
            .of("code_not_in_hierarchy", Severity::Error)
            .in_field(name)
            .found(code)
            .allowed("a code that the layout names as a total or a part");
        findings.push(told);
    }
    let mut absent: Vec<&str> = named.difference(&occurs).copied().collect();
    absent.sort_unstable();
    for code in absent {
        let told = findings
            .of("code_not_in_table", Severity::Notice)
            .in_field(name)
            .found(code)
            .allowed("a code that occurs; sums over it have a part that is not printed");
        findings.push(told);
    }
}

fn by_name(
    name: &str,
    codes: &[String],
    layout: &Layout,
    findings: &mut Findings<'_>,
) -> Hierarchy {
    let (code, severity, found, allowed) = match find(codes, &layout.total_words) {
        Total::None => return Hierarchy::none(),
        Total::One { code, subtotals } => {
            if !subtotals.is_empty() {
                let told = findings
                    .of("subtotals_likely", Severity::Notice)
                    .in_field(name)
                    .found(&subtotals.join(", "))
                    .allowed("parts of one total; say in the layout what each subtotal holds");
                findings.push(told);
            }
            let parts: Vec<&String> = codes.iter().filter(|part| **part != code).collect();
            return Hierarchy::flat(&code, parts).unwrap_or_default();
        }
        Total::Several(names) => (
            "totals_several",
            Severity::Error,
            names,
            "one total; say in the layout how the codes add up",
        ),
        Total::Unclear(names) => (
            "totals_unclear",
            Severity::Notice,
            names,
            "one total; say in the layout how the codes add up, or no sum of them is looked at",
        ),
    };
    let told = findings
        .of(code, severity)
        .in_field(name)
        .found(&names_of(&found))
        .allowed(allowed);
    findings.push(told);
    Hierarchy::none()
}

fn names_of(names: &[String]) -> String {
    names.join(", ")
}

fn numbered(grid: &Grid, dimension: usize, hierarchy: &Hierarchy) -> NumberedSums {
    let number = |code: &String| grid.number_of(dimension, code);
    hierarchy
        .sums()
        .iter()
        .filter_map(|(total, parts)| Some((number(total)?, parts.iter().map(number).collect())))
        .collect()
}

/// The totals over a code, nearest first, itself included.
fn over(sums: &NumberedSums, code: u32) -> Vec<u32> {
    let mut chain = vec![code];
    let mut at = code;
    // A hierarchy is a tree, so that the chain ends; it is bounded by the number of sums.
    for _ in sums {
        let above = sums.iter().find(|(_, parts)| parts.contains(&Some(at)));
        let Some((total, _)) = above else { break };
        chain.push(*total);
        at = *total;
    }
    chain
}

/// The smallest printed total over a cell, in any direction.
fn smallest_total(grid: &Grid, chains: &[Vec<Vec<u32>>], place: &Place, base: u64) -> Option<u64> {
    let mut keys: Vec<Vec<u32>> = vec![Vec::new()];
    for (dimension, &code) in place.key.iter().enumerate() {
        let chain = &chains[dimension][code as usize];
        let longer = |key: &Vec<u32>| {
            let key = key.clone();
            chain.iter().map(move |&over| {
                let mut key = key.clone();
                key.push(over);
                key
            })
        };
        keys = keys.iter().flat_map(longer).collect();
    }
    keys.iter()
        .filter(|key| key[..] != place.key[..])
        .filter_map(|key| grid.at.get(&key[..]))
        .filter_map(|&at| match grid.places[at].printed {
            Printed::Count(count) => Some(count + base.saturating_sub(1)),
            Printed::Masked { upper, .. } => upper,
            _ => None,
        })
        .min()
}

/// Every cell with its bounds, and how many bounds were taken from the totals.
fn resolved(
    grid: &Grid,
    sums: &[NumberedSums],
    layout: &Layout,
    findings: &mut Findings<'_>,
) -> (Vec<Cell>, u64) {
    let base = layout.rounded.unwrap_or(1);
    let chains: Vec<Vec<Vec<u32>>> = sums
        .iter()
        .zip(&grid.codes)
        .map(|(sums, codes)| (0_u32..).zip(codes).map(|(at, _)| over(sums, at)).collect())
        .collect();
    let mut from_totals = 0;
    let mut unbounded = Vec::new();
    let cells = grid.places.iter().map(|place| match place.printed {
        Printed::Count(value) if layout.rounded.is_some() => Cell::Rounded { base, value },
        Printed::Count(count) => Cell::Exact(count),
        Printed::Absent(why) => Cell::Absent(why),
        Printed::Dash | Printed::Wrong(_) => Cell::Absent(Absence::Unknown),
        Printed::Masked { lower, upper } => {
            let said = layout.below.and_then(|below| below.checked_sub(1));
            let known = upper.or(said.filter(|_| lower.is_none()));
            let upper = known.or_else(|| {
                from_totals += 1;
                let total = smallest_total(grid, &chains, place, base);
                if total.is_none() {
                    unbounded.push(place.row);
                }
                total
            });
            let least = lower.unwrap_or_else(|| layout.mask_lower.unwrap_or(0));
            let upper = upper.unwrap_or(least);
            // A printed upper bound below the layout's lower one wins: it is what readers see.
            let lower = if lower.is_some() {
                least
            } else {
                least.min(upper)
            };
            let upper = upper.max(lower);
            Cell::Masked { lower, upper }
        }
    });
    let cells = cells.collect();
    for row in unbounded {
        let told = findings
            .of("mask_without_bound", Severity::Error)
            .at_row(row)
            .allowed(
                "a total over the cell, or say below which count such a mask hides \
                 (--below 5, or below in the layout)",
            );
        findings.push(told);
    }
    (cells, from_totals)
}

/// The smallest and largest count of a cell; none where it has no value.
fn bounds(cell: &Cell) -> Option<(u64, u64)> {
    match cell {
        Cell::Rounded { base, value } => {
            let reach = base.saturating_sub(1);
            Some((value.saturating_sub(reach), value + reach))
        }
        cell => cell.bounds(),
    }
}

fn check(
    grid: &Grid,
    sums: &[NumberedSums],
    cells: &[Cell],
    findings: &mut Findings<'_>,
) -> SumCounts {
    let mut counts = SumCounts::default();
    for (at, place) in grid.places.iter().enumerate() {
        for (dimension, sums) in sums.iter().enumerate() {
            let own = place.key[dimension];
            let Some((_, parts)) = sums.iter().find(|(total, _)| *total == own) else {
                continue;
            };
            let Some((lower, upper)) = sum(grid, cells, place, dimension, parts) else {
                counts.open += 1;
                continue;
            };
            let Some((least, most)) = bounds(&cells[at]) else {
                counts.open += 1;
                continue;
            };
            counts.checked += 1;
            if lower > most || upper < least {
                counts.inconsistent += 1;
                if counts.inconsistent <= SUMS_TOLD_MAX as u64 {
                    let told = findings
                        .of("sum_not_adding", Severity::Notice)
                        .at_row(place.row)
                        .found(&grid.codes_of(place).join(" / "))
                        .allowed("a total that its parts add up to");
                    findings.push(told);
                }
            }
        }
    }
    if counts.inconsistent > 0 {
        let told = findings
            .of("sums_not_adding", Severity::Notice)
            .found(&format!(
                "{} of {} sums",
                counts.inconsistent, counts.checked
            ))
            .allowed("sums that add up; where parts overlap or are nested, say so in the layout");
        findings.push(told);
    }
    counts
}

/// The bounds of the sum of the parts; none where a part has no value.
fn sum(
    grid: &Grid,
    cells: &[Cell],
    total: &Place,
    dimension: usize,
    parts: &[Option<u32>],
) -> Option<(u64, u64)> {
    let mut key = total.key.clone();
    let (mut lower, mut upper) = (0_u64, 0_u64);
    for part in parts {
        key[dimension] = (*part)?;
        let (least, most) = bounds(&cells[*grid.at.get(&key)?])?;
        lower = lower.checked_add(least)?;
        upper = upper.checked_add(most)?;
    }
    Some((lower, upper))
}

/// A reader of a table with printed zeros takes it that a mask hides no zero.
fn say_whether_zeros_are_printed(
    grid: &Grid,
    cells: &[Cell],
    layout: &Layout,
    findings: &mut Findings<'_>,
) {
    let is_mask = |place: &Place| matches!(place.printed, Printed::Masked { lower: None, .. });
    let masks = grid.places.iter().any(is_mask);
    let zeros = cells.contains(&Cell::Exact(0));
    if masks && zeros && layout.mask_lower.is_none() {
        let told = findings.of("zeros_printed", Severity::Notice).allowed(
            "either hidden zeros or printed ones; where masks hide no zero, readers know it: \
                 say so (mask_lower = 1)",
        );
        findings.push(told);
    }
}
