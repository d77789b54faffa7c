//! The attack on what would be printed, by everybody who would see it.

use std::collections::{HashMap, HashSet};

use terms::cell::{Absence, Cell};
use terms::table::Table;

use super::Audience;
use super::gate::{Breach, BreachKind, Setting};
use super::plan::breach;
use super::reason::signed;
use super::shown::shown;
use crate::attack::world::{Known, Made, place};
use crate::attack::{Bounds, Budget, Wanted, World, bounds};
use crate::draft::Draft;
use crate::ledger::Publication;
use crate::rule::RULES;
use crate::suppress::Need;

/// Somebody who sees a release.
#[derive(Debug, Clone)]
pub(super) struct Attacker {
    /// `public`, the code of a party, or two codes with a plus sign between.
    pub(super) name: String,
    /// What they see besides what is public.
    pub(super) sees: Vec<Audience>,
    /// Cells of the draft whose counts they know: their own.
    pub(super) own: HashSet<usize>,
}

/// Everybody who would see the release: the public, each party, each pair of parties.
pub(super) fn attackers(draft: &Draft, setting: &Setting<'_>) -> Vec<Attacker> {
    let mut all = Vec::new();
    let public = *setting.audience == Audience::Public;
    if public {
        all.push(Attacker {
            name: "public".to_owned(),
            sees: Vec::new(),
            own: HashSet::new(),
        });
    }
    let parties: Vec<Attacker> = setting
        .parties
        .iter()
        .map(|party| Attacker {
            name: party.code.clone(),
            sees: party.sees.clone(),
            own: own(draft, &party.code),
        })
        .collect();
    let admitted = |attacker: &Attacker| {
        public
            || attacker.sees.contains(setting.audience)
            || *setting.audience == Audience::Party(attacker.name.clone())
    };
    for (at, one) in parties.iter().enumerate() {
        if admitted(one) {
            all.push(one.clone());
        }
        for other in &parties[at + 1..] {
            if admitted(one) || admitted(other) {
                all.push(Attacker {
                    name: format!("{}+{}", one.name, other.name),
                    sees: one.sees.iter().chain(&other.sees).cloned().collect(),
                    own: one.own.union(&other.own).copied().collect(),
                });
            }
        }
    }
    if all.is_empty() {
        // Nobody is known to be of the audience: whoever it is sees at least what is public.
        all.push(Attacker {
            name: setting.audience.code(),
            sees: vec![setting.audience.clone()],
            own: HashSet::new(),
        });
    }
    all
}

/// The cells of a draft that a party knows: those under its code.
fn own(draft: &Draft, party: &str) -> HashSet<usize> {
    let dimensions = draft.table.dimensions();
    let at = draft
        .party_dimension
        .as_ref()
        .and_then(|wanted| dimensions.iter().position(|found| found.id == *wanted));
    let Some(at) = at else {
        return HashSet::new();
    };
    let rows = draft.table.iter().enumerate();
    rows.filter(|(_, (codes, _))| codes[at] == party)
        .map(|(row, _)| row)
        .collect()
}

/// Which cells of the draft somebody who will see the release has been shown, exactly, for the same
/// state of the records.
pub(super) fn shown_before(draft: &Draft, setting: &Setting<'_>) -> Vec<bool> {
    let mut seen: HashSet<Name> = HashSet::new();
    let sees: Vec<Audience> = attackers(draft, setting)
        .into_iter()
        .flat_map(|attacker| attacker.sees)
        .collect();
    for publication in setting.ledger.seen_by(&sees) {
        if publication.population != draft.population || publication.vintage != draft.vintage {
            continue;
        }
        for (codes, cell) in publication.table.iter() {
            if cell.exact().is_some() {
                seen.insert(name(&publication.table, &publication.hierarchies, &codes));
            }
        }
    }
    let rows = draft.table.iter();
    rows.map(|(codes, _)| {
        !seen.is_empty() && seen.contains(&name(&draft.table, &draft.hierarchies, &codes))
    })
    .collect()
}

fn name(table: &Table, hierarchies: &[terms::hierarchy::Hierarchy], codes: &[&str]) -> Name {
    let mut name: Name = place(table.dimensions(), hierarchies, codes)
        .into_iter()
        .map(|(dimension, code)| (dimension.to_owned(), code.to_owned()))
        .collect();
    name.sort_unstable();
    name
}

/// What of the printed table could be worked back beyond what the needs allow. `witnesses` are
/// tables, as they differ from the counts, that are said to agree with what is printed; each is
/// tried.
pub(super) fn attack(
    draft: &Draft,
    setting: &Setting<'_>,
    printed: &Table,
    needs: &[Need],
    witnesses: &[Vec<(usize, i64)>],
) -> Vec<Breach> {
    let candidate = Publication {
        name: String::new(),
        audience: setting.audience.clone(),
        population: draft.population.clone(),
        vintage: draft.vintage.clone(),
        table: printed.clone(),
        hierarchies: draft.hierarchies.clone(),
    };
    let rows: HashMap<Name, usize> = draft
        .table
        .iter()
        .enumerate()
        .map(|(row, (codes, _))| (name(&draft.table, &draft.hierarchies, &codes), row))
        .collect();
    let mut worlds: Vec<(Vec<Audience>, World)> = Vec::new();
    let mut breaches = Vec::new();
    for attacker in attackers(draft, setting) {
        let known = worlds.iter().position(|(sees, _)| *sees == attacker.sees);
        let at = known.unwrap_or_else(|| {
            let mut world = World::of(setting.ledger.seen_by(&attacker.sees));
            world.add(&candidate);
            worlds.push((attacker.sees.clone(), world));
            worlds.len() - 1
        });
        let trial = Trial {
            draft,
            rows: &rows,
            setting,
            attacker: &attacker,
            candidate: &candidate,
            witnesses,
        };
        trial.run(worlds[at].1.clone(), needs, &mut breaches);
    }
    breaches
}

/// A cell that an earlier release hid: it can still be `beyond` or more, and its interval is still
/// so wide.
struct Hidden {
    cell: usize,
    codes: Vec<String>,
    width: i64,
    beyond: i64,
}

/// A cell by its codes, each with its dimension.
type Name = Vec<(String, String)>;

struct Trial<'a> {
    draft: &'a Draft,
    /// The rows of the draft.
    rows: &'a HashMap<Name, usize>,
    setting: &'a Setting<'a>,
    attacker: &'a Attacker,
    candidate: &'a Publication,
    witnesses: &'a [Vec<(usize, i64)>],
}

/// An interval that an attacker can prove; no upper end when none is known.
#[derive(Clone, Copy)]
struct Proved {
    lower: i64,
    upper: Option<i64>,
    settled: bool,
}

impl Trial<'_> {
    fn run(&self, mut world: World, needs: &[Need], breaches: &mut Vec<Breach>) {
        let rows: Vec<(Vec<&str>, Option<u64>)> = self
            .draft
            .table
            .iter()
            .map(|(codes, cell)| (codes, cell.exact()))
            .collect();
        let cells: Vec<Option<usize>> = rows
            .iter()
            .map(|(codes, _)| self.find(&world, self.candidate, codes))
            .collect();
        for &row in &self.attacker.own {
            if let (Some(cell), Some(count)) = (cells[row], rows[row].1) {
                world.know(cell, count);
            }
        }
        let earlier = self.earlier(&world);
        let pairs = self.vintages(&world, &rows);
        let made = world.made();
        let counts: Vec<Option<u64>> = rows.iter().map(|(_, count)| *count).collect();
        let shown = shown(&made, &cells, &counts, self.witnesses);
        let open: Vec<&Need> = needs
            .iter()
            .filter(|need| !self.attacker.own.contains(&need.cell))
            .filter(|need| !shown.get(&need.cell).is_some_and(|&ends| need.is_met(ends)))
            .collect();
        let wanted: HashSet<usize> = open
            .iter()
            .filter_map(|need| cells[need.cell])
            .chain(earlier.iter().map(|hidden| hidden.cell))
            .chain(pairs.iter().flat_map(|(_, one, other)| [*one, *other]))
            .filter_map(|cell| match made.known(cell) {
                Known::Unknown(unknown) => Some(unknown),
                Known::Exactly(_) => None,
            })
            .collect();
        let mut wanted: Vec<usize> = wanted.into_iter().collect();
        wanted.sort_unstable();
        let Ok(found) = bounds(&made.system, Wanted::These(&wanted), Budget::USUAL) else {
            breaches.push(breach(&self.attacker.name, &[], BreachKind::Unproven));
            return;
        };
        let proved = |cell: usize| proved(&made, &found, cell);
        for need in open {
            let Some(cell) = cells[need.cell] else {
                continue;
            };
            self.judge(need, proved(cell), &rows[need.cell].0, breaches);
        }
        for hidden in &earlier {
            self.judge_earlier(hidden, proved(hidden.cell), breaches);
        }
        for (row, later, before) in pairs {
            let own = self.attacker.own.contains(&row);
            if !own {
                self.judge_difference((proved(later), proved(before)), &rows[row].0, breaches);
            }
        }
    }

    fn find(&self, world: &World, of: &Publication, codes: &[&str]) -> Option<usize> {
        let place = place(of.table.dimensions(), &of.hierarchies, codes);
        world.find(&of.population, &of.vintage, &place)
    }

    fn found(&self, kind: BreachKind, proved: Proved, codes: &[&str]) -> Breach {
        Breach {
            attacker: self.attacker.name.clone(),
            codes: codes.iter().map(|code| (*code).to_owned()).collect(),
            kind: if proved.settled {
                kind
            } else {
                BreachKind::Unproven
            },
            lower: proved.lower,
            upper: proved.upper,
        }
    }

    fn judge(&self, need: &Need, proved: Proved, codes: &[&str], breaches: &mut Vec<Breach>) {
        let wide = proved
            .upper
            .is_none_or(|upper| upper - proved.lower >= need.width && upper >= need.up_to);
        let low = !need.down_needed || proved.lower <= need.down_to;
        if !(wide && low && proved.settled) {
            breaches.push(self.found(BreachKind::Count, proved, codes));
        }
    }

    /// What earlier releases about the same state of the records hid.
    fn earlier(&self, world: &World) -> Vec<Hidden> {
        let mut found = Vec::new();
        for publication in self.setting.ledger.seen_by(&self.attacker.sees) {
            if publication.population != self.draft.population
                || publication.vintage != self.draft.vintage
            {
                continue;
            }
            for (codes, cell) in publication.table.iter() {
                let (width, beyond) = match cell {
                    Cell::Masked { .. } | Cell::Absent(Absence::Refused) => {
                        let threshold = self.threshold_of(publication, &codes);
                        (threshold, threshold)
                    }
                    Cell::Rounded { base, .. } => (signed(*base) - 1, 0),
                    _ => continue,
                };
                if let Some(cell) = self.find(world, publication, &codes) {
                    found.push(Hidden {
                        cell,
                        codes: codes.iter().map(|code| (*code).to_owned()).collect(),
                        width,
                        beyond,
                    });
                }
            }
        }
        found
    }

    /// Below what an earlier mask may have hidden a count. A mask does not say by which rule it was
    /// made, so it is the strictest of all: a later release under a laxer rule opens nothing.
    fn threshold_of(&self, publication: &Publication, codes: &[&str]) -> i64 {
        let usual = RULES.iter().map(|rule| rule.threshold).max();
        let wanted = name(&publication.table, &publication.hierarchies, codes);
        let row = self.rows.get(&wanted).copied();
        let behind = row.and_then(|row| self.draft.behind.get(row));
        let inhabitants = behind.and_then(|behind| behind.inhabitants);
        let few = RULES
            .iter()
            .filter(|rule| inhabitants.is_some_and(|found| found < rule.inhabitants_below))
            .map(|rule| rule.threshold_few_inhabitants);
        signed(few.chain(usual).max().unwrap_or(0))
    }

    /// What was hidden once must not be shown to be small, nor exactly, by a later release.
    fn judge_earlier(&self, hidden: &Hidden, proved: Proved, breaches: &mut Vec<Breach>) {
        let open = proved
            .upper
            .is_some_and(|upper| upper < hidden.beyond || upper - proved.lower < hidden.width);
        if open || !proved.settled {
            let codes: Vec<&str> = hidden.codes.iter().map(String::as_str).collect();
            breaches.push(self.found(BreachKind::Earlier, proved, &codes));
        }
    }

    /// Cells of the draft that were shown for another state of the records: row, cell, that cell.
    fn vintages(
        &self,
        world: &World,
        rows: &[(Vec<&str>, Option<u64>)],
    ) -> Vec<(usize, usize, usize)> {
        let mut vintages: HashMap<&str, ()> = HashMap::new();
        for publication in self.setting.ledger.seen_by(&self.attacker.sees) {
            let other = publication.vintage != self.draft.vintage;
            if other && publication.population == self.draft.population {
                vintages.insert(&publication.vintage, ());
            }
        }
        let mut pairs = Vec::new();
        for (row, (codes, _)) in rows.iter().enumerate() {
            let table = &self.draft.table;
            let place = place(table.dimensions(), &self.draft.hierarchies, codes);
            let population = &self.draft.population;
            let Some(own) = world.find(population, &self.draft.vintage, &place) else {
                continue;
            };
            for vintage in vintages.keys() {
                if let Some(before) = world.find(population, vintage, &place) {
                    pairs.push((row, own, before));
                }
            }
        }
        pairs
    }

    /// What lies between two vintages must not be shown to be little and not nothing.
    fn judge_difference(
        &self,
        (later, before): (Proved, Proved),
        codes: &[&str],
        breaches: &mut Vec<Breach>,
    ) {
        let threshold = signed(self.setting.rule.threshold);
        let (Some(upper), Some(before_upper)) = (later.upper, before.upper) else {
            return;
        };
        let (least, most) = (later.lower - before_upper, upper - before.lower);
        let grew = least > 0 && most < threshold;
        let shrank = most < 0 && least > -threshold;
        if grew || shrank {
            let proved = Proved {
                lower: least,
                upper: Some(most),
                settled: true,
            };
            breaches.push(self.found(BreachKind::Difference, proved, codes));
        }
    }
}

fn proved(made: &Made, found: &Bounds, cell: usize) -> Proved {
    let unknown = match made.known(cell) {
        Known::Exactly(count) => {
            return Proved {
                lower: count,
                upper: Some(count),
                settled: true,
            };
        }
        Known::Unknown(unknown) => unknown,
    };
    match found.intervals[unknown] {
        Some(interval) => Proved {
            lower: interval.lower.unwrap_or(0),
            upper: interval.upper,
            settled: !found.unsettled.contains(&unknown),
        },
        // What contradicts itself is not known to be safe.
        None => Proved {
            lower: 0,
            upper: None,
            settled: false,
        },
    }
}
