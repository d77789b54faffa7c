//! What the attacker costs: about ten thousand new cells beside a ledger of so many cells.
//!
//! Prints one line: `attack_cost LEDGER_CELLS [PROGRAMMES]`, with the seconds of each step and the
//! peak of memory (Linux). The tables are invented, the same at each run: citizenship in regions,
//! sex, age, form of exploitation; counts under eight are masked, and every other one of the rest.
//! The ledger is earlier years of the same table, and a table without sex beside each.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::time::Instant;

use protect::attack::world::{Known, place};
use protect::attack::{Budget, Wanted, World, bounds};
use terms::cell::Cell;
use terms::hierarchy::Hierarchy;
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension, Table};

type Done<T> = Result<T, Box<dyn Error>>;

const POPULATION: &str = "victims in XXA";

/// Numbers that look drawn, the same at each run.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// A dimension: its codes, each with the smallest codes that it is made of.
struct Axis {
    id: &'static str,
    hierarchy: Hierarchy,
    codes: Vec<(String, Vec<usize>)>,
    leaves: usize,
}

fn axis(id: &'static str, whole: &str, groups: &[(&str, usize)]) -> Done<Axis> {
    let mut sums = vec![(whole.to_owned(), Vec::new())];
    let mut codes = vec![(whole.to_owned(), Vec::new())];
    let mut leaves = 0;
    for &(group, size) in groups {
        sums[0].1.push(group.to_owned());
        let own: Vec<usize> = (leaves..leaves + size).collect();
        leaves += size;
        codes[0].1.extend(&own);
        codes.push((group.to_owned(), own.clone()));
        if size > 1 {
            let name = |leaf: &usize| format!("{group}-{leaf}");
            sums.push((group.to_owned(), own.iter().map(name).collect()));
            codes.extend(own.iter().map(|leaf| (name(leaf), vec![*leaf])));
        }
    }
    let hierarchy = Hierarchy::new(sums)?;
    Ok(Axis {
        id,
        hierarchy,
        codes,
        leaves,
    })
}

fn axes() -> Done<Vec<Axis>> {
    let regions = [
        ("A", 11),
        ("B", 10),
        ("C", 10),
        ("D", 10),
        ("E", 10),
        ("F", 10),
    ];
    Ok(vec![
        axis("citizenship", "all", &regions)?,
        axis("sex", "all", &[("female", 1), ("male", 1)])?,
        axis("age", "all", &[("minor", 2), ("adult", 2)])?,
        axis("form", "any", &[("labour", 3), ("sexual", 1), ("other", 1)])?,
    ])
}

/// A table over all axes; where `sexes` is not wanted, over those without sex.
fn table(axes: &[Axis], counts: &[u64], sexes: bool, drawn: &mut Drawn) -> Done<Table> {
    let shown: Vec<&Axis> = axes
        .iter()
        .filter(|axis| sexes || axis.id != "sex")
        .collect();
    let dimensions = shown
        .iter()
        .map(|axis| Dimension::overlapping(axis.id, "invented@1"));
    let counting = CountingRule {
        unit: CountedUnit::Incidents,
        reference_date: "date of the incident".into(),
        statement: "Each incident once.".into(),
    };
    let source = Source {
        publisher: "Statistical Office of XXA".into(),
        title: "Invented table".into(),
        address: String::new(),
        licence: "CC0".into(),
        attribution: String::new(),
        vintage: String::new(),
        retrieved: None,
        content_sha256: None,
    };
    let mut table = Table::new("invented", dimensions.collect(), counting, source, vec![]);
    let whole = &axes[1].codes[0];
    for citizenship in &axes[0].codes {
        for sex in if sexes {
            &axes[1].codes[..]
        } else {
            std::slice::from_ref(whole)
        } {
            for age in &axes[2].codes {
                for form in &axes[3].codes {
                    let count = count(axes, counts, [&citizenship.1, &sex.1, &age.1, &form.1]);
                    let cell = if count < 8 || drawn.below(2) == 0 {
                        Cell::Masked {
                            lower: 0,
                            upper: u64::MAX,
                        }
                    } else {
                        Cell::Exact(count)
                    };
                    let mut codes = vec![citizenship.0.as_str()];
                    codes.extend(sexes.then_some(sex.0.as_str()));
                    codes.extend([age.0.as_str(), form.0.as_str()]);
                    table.push(&codes, cell)?;
                }
            }
        }
    }
    Ok(table)
}

fn count(axes: &[Axis], counts: &[u64], of: [&Vec<usize>; 4]) -> u64 {
    let mut sum = 0;
    for a in of[0] {
        for b in of[1] {
            for c in of[2] {
                for d in of[3] {
                    let at = (a * axes[1].leaves + b) * axes[2].leaves + c;
                    sum += counts[at * axes[3].leaves + d];
                }
            }
        }
    }
    sum
}

/// Tables shown before, each with its vintage and whether it is by sex; the cells in them; the new
/// table; its vintage.
type Shown = (Vec<(String, bool, Table)>, usize, Table, i32);

/// Draws a ledger of at least so many cells and a new table.
fn draw(axes: &[Axis], wanted: usize) -> Done<Shown> {
    let leaves: usize = axes.iter().map(|axis| axis.leaves).product();
    let mut drawn = Drawn(7);
    let mut counts: Vec<u64> = (0..leaves)
        .map(|_| drawn.below(60).saturating_sub(40) * drawn.below(4))
        .collect();
    let mut shown = Vec::new();
    let mut ledger = 0;
    let mut year = 1900;
    while ledger < wanted {
        for sexes in [true, false] {
            let printed = table(axes, &counts, sexes, &mut drawn)?;
            ledger += printed.len();
            shown.push((year.to_string(), sexes, printed));
        }
        year += 1;
        for _ in 0..leaves / 10 {
            counts[usize::try_from(drawn.below(leaves as u64))?] += 1;
        }
    }
    let new = table(axes, &counts, true, &mut drawn)?;
    Ok((shown, ledger, new, year))
}

fn main() -> Done<()> {
    let mut arguments = std::env::args().skip(1);
    let wanted: usize = arguments.next().ok_or("the cells of the ledger")?.parse()?;
    let programmes = arguments.next().map_or(Ok(400), |text| text.parse())?;
    let axes = axes()?;
    let (shown, ledger, new, year) = draw(&axes, wanted)?;

    let begun = Instant::now();
    let all: Vec<Hierarchy> = axes.iter().map(|axis| axis.hierarchy.clone()).collect();
    let without_sex = [all[0].clone(), all[2].clone(), all[3].clone()];
    let mut world = World::new();
    for (vintage, sexes, printed) in &shown {
        let hierarchies = if *sexes { &all[..] } else { &without_sex };
        world.add_table(POPULATION, vintage, printed, hierarchies);
    }
    let vintage = year.to_string();
    world.add_table(POPULATION, &vintage, &new, &all);
    let mut made = world.made();
    let built = begun.elapsed().as_secs_f64();

    let earlier = (year - 1).to_string();
    let mut asked = Vec::new();
    for (codes, _) in new.iter() {
        let name = place(new.dimensions(), &all, &codes);
        let cell = world
            .find(POPULATION, &vintage, &name)
            .ok_or("a printed cell")?;
        let before = world
            .find(POPULATION, &earlier, &name)
            .ok_or("a printed cell")?;
        let difference = made.difference(before, cell, false);
        for known in [made.known(cell), difference] {
            if let Known::Unknown(at) = known {
                asked.push(at);
            }
        }
    }
    let budget = Budget {
        programmes,
        ..Budget::PROGRAMMES
    };
    let found = bounds(&made.system, Wanted::These(&asked), budget)?;
    let seconds = begun.elapsed().as_secs_f64();
    writeln!(
        std::io::stdout(),
        "new cells {}, ledger {ledger}, unknowns {}, sums {}, asked {}, worked back {}, \
         contradictions {}, programmes {}, not settled {}, built in {built:.1} s, \
         in all {seconds:.1} s, peak {} MB",
        new.len(),
        made.system.unknowns().len(),
        made.system.equations().len(),
        asked.len(),
        asked
            .iter()
            .filter(|&&at| found.intervals[at].is_some_and(|i| i.fixed().is_some()))
            .count(),
        found.contradictory.len(),
        found.spent.programmes,
        found.unsettled.len(),
        peak_megabytes().unwrap_or(0),
    )?;
    Ok(())
}

/// The most memory that this process has had, as Linux counts it.
fn peak_megabytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024)
}
