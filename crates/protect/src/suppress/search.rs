//! The search for a pattern.

use std::cmp::Reverse;

use super::Pattern;
use super::problem::{Need, Problem};
use super::witness::{Change, Field, float, whole};

/// A programme looks at the whole of a table with so many cells that can change, or fewer.
const WHOLE_CELLS_MAX: usize = 2_000;
/// Of a larger table it looks at so many cells first, and at the whole where that does not do.
const NEAR_CELLS_MAX: usize = 1_000;
/// In tables with so many cells that can change, or fewer, the pattern is worked over.
const WORKED_OVER_CELLS_MAX: usize = 1_000;
/// How many masked cells are looked at to take a mask away.
const PRINTING_CELLS_MAX: usize = 800;
/// What a unit of change of a masked cell costs, so that witnesses stay short.
const MASKED_PRICE: f64 = 0.01;
/// No price is higher: the solver's arithmetic would suffer.
const PRICE_MAX: f64 = 10_000.0;

/// What has been shown of a sensitive cell.
#[derive(Debug, Clone, Copy)]
struct Shown {
    /// The smallest and the largest count in a witness.
    low: i64,
    high: i64,
    /// The witnesses; none where the count itself is the smallest or the largest.
    low_by: Option<usize>,
    high_by: Option<usize>,
}

/// Finds a pattern; see the room.
pub(super) fn pattern(problem: &Problem) -> Pattern {
    let mut search = Search::begin(problem, None);
    search.protect_each();
    if search.changeable() <= WORKED_OVER_CELLS_MAX {
        // Once more with the masks that the first way found, and no others: what they were not
        // needed for once the later ones were there falls away.
        let mut again = Search::begin(problem, Some(search.masked.clone()));
        again.protect_each();
        if again.exposed.len() == search.exposed.len() {
            search = again;
        }
        search.print_what_can_be();
    }
    search.exposed.sort_unstable();
    let witnesses = search.witnesses.iter().filter_map(Change::whole);
    Pattern {
        witnesses: witnesses.collect(),
        masked: search.masked,
        exposed: search.exposed,
    }
}

struct Search<'a> {
    problem: &'a Problem,
    field: Field<'a>,
    /// Which cells may be masked.
    allowed: Vec<bool>,
    masked: Vec<bool>,
    needs: Vec<Need>,
    /// For each cell the number of its need.
    need_of: Vec<Option<usize>>,
    shown: Vec<Shown>,
    witnesses: Vec<Change>,
    exposed: Vec<usize>,
}

impl<'a> Search<'a> {
    /// Begins with the sensitive cells masked. Those with the smallest counts are protected first:
    /// they need the most, and what is masked for them serves the others.
    fn begin(problem: &'a Problem, allowed: Option<Vec<bool>>) -> Self {
        let counts = problem.counts();
        let mut needs = problem.needs().to_vec();
        needs.sort_by_key(|need| (counts[need.cell], need.cell));
        let mut need_of = vec![None; counts.len()];
        for (number, need) in needs.iter().enumerate() {
            need_of[need.cell] = Some(number);
        }
        let shown = |need: &Need| Shown {
            low: counts[need.cell],
            high: counts[need.cell],
            low_by: None,
            high_by: None,
        };
        Self {
            field: Field::of(problem),
            allowed: allowed.unwrap_or_else(|| vec![true; counts.len()]),
            masked: (0..counts.len())
                .map(|cell| problem.is_sensitive(cell) && !problem.fixed()[cell])
                .collect(),
            shown: needs.iter().map(shown).collect(),
            problem,
            needs,
            need_of,
            witnesses: Vec::new(),
            exposed: Vec::new(),
        }
    }

    fn may_change(&self, cell: usize) -> bool {
        self.allowed[cell] && !self.problem.fixed()[cell]
    }

    fn changeable(&self) -> usize {
        self.all().len()
    }

    /// Whether what was shown of a sensitive cell is what it needs.
    fn is_protected(&self, number: usize) -> bool {
        let shown = &self.shown[number];
        self.needs[number].is_met((shown.low, shown.high))
    }

    /// Keeps a witness, for all sensitive cells that it changes.
    fn keep(&mut self, change: Change) {
        let witness = self.witnesses.len();
        for &(cell, by) in change.cells() {
            let Some(number) = self.need_of[cell] else {
                continue;
            };
            let value = float(self.problem.counts()[cell]) + by;
            let shown = &mut self.shown[number];
            // Fractions are rounded inwards: only so much is shown.
            let (most, least) = (whole((value + 1e-6).floor()), whole((value - 1e-6).ceil()));
            if most > shown.high {
                (shown.high, shown.high_by) = (most, Some(witness));
            }
            if least < shown.low {
                (shown.low, shown.low_by) = (least, Some(witness));
            }
        }
        self.witnesses.push(change);
    }

    /// Protects each sensitive cell that is not yet, masking what is cheapest.
    fn protect_each(&mut self) {
        for number in 0..self.needs.len() {
            if !self.is_protected(number) && !self.protect(number) {
                self.exposed.push(self.needs[number].cell);
            }
        }
    }

    fn protect(&mut self, number: usize) -> bool {
        let whole = self.changeable() <= WHOLE_CELLS_MAX;
        let cells = if whole { self.all() } else { self.near(number) };
        let mut changes = self.cheapest(number, &cells);
        if changes.is_none() && !whole {
            changes = self.cheapest(number, &self.all());
        }
        for change in changes.iter().flatten() {
            for &(cell, _) in change.cells() {
                self.masked[cell] = true;
            }
        }
        let found = changes.is_some();
        for change in changes.into_iter().flatten() {
            self.keep(change);
        }
        found
    }

    /// The cells that may change.
    fn all(&self) -> Vec<usize> {
        let all = 0..self.masked.len();
        all.filter(|&cell| self.may_change(cell)).collect()
    }

    /// Those of them that are near a sensitive cell.
    fn near(&self, number: usize) -> Vec<usize> {
        let lattice = self.problem.lattice();
        let cell = self.needs[number].cell;
        lattice.around(cell, NEAR_CELLS_MAX, |cell| self.rank(cell))
    }

    /// What it costs that a cell changes, for those that may: the smaller, the nearer.
    fn rank(&self, cell: usize) -> Option<(u64, Reverse<i64>)> {
        let price = if self.masked[cell] {
            0
        } else {
            self.problem.cost(cell)
        };
        let rank = (price, Reverse(self.problem.counts()[cell]));
        self.may_change(cell).then_some(rank)
    }

    /// The witnesses that protect a sensitive cell for the least, by one of two ways: up alone, or
    /// up and down.
    fn cheapest(&self, number: usize, cells: &[usize]) -> Option<Vec<Change>> {
        let (need, shown) = (self.needs[number], self.shown[number]);
        let mut best: Option<(Vec<Change>, f64)> = None;
        if !need.down_needed || shown.low <= need.down_to {
            let high = need.up_to.max(shown.low + need.width);
            best = self.reach(number, cells, (shown.low, high));
        }
        let up = shown.high.max(need.up_to);
        let low = (up - need.width).max(0).min(shown.low);
        let low = if need.down_needed {
            low.min(need.down_to)
        } else {
            low
        };
        if low < shown.low {
            let high = need.up_to.max(low + need.width);
            let both = self.reach(number, cells, (low, high));
            let cost = best.as_ref().map_or(f64::INFINITY, |(_, cost)| *cost);
            best = both.filter(|(_, other)| *other < cost).or(best);
        }
        best.map(|(changes, _)| changes)
    }

    /// Witnesses in which a sensitive cell is so small and so large, with what they cost.
    fn reach(
        &self,
        number: usize,
        cells: &[usize],
        (low, high): (i64, i64),
    ) -> Option<(Vec<Change>, f64)> {
        let (cell, shown) = (self.needs[number].cell, self.shown[number]);
        let price = |at: usize| {
            if self.masked[at] {
                MASKED_PRICE
            } else {
                price_of(self.problem.cost(at))
            }
        };
        let (mut changes, mut cost) = (Vec::new(), 0.0);
        for target in [low, high] {
            if (shown.low..=shown.high).contains(&target) {
                continue;
            }
            let amount = target - self.problem.counts()[cell];
            let (change, more) = self.field.cheapest(cells, price, (cell, amount))?;
            changes.push(change);
            cost += more;
        }
        Some((changes, cost))
    }

    /// Prints what need not be masked, the dearest first.
    fn print_what_can_be(&mut self) {
        let mut order: Vec<usize> = (0..self.masked.len())
            .filter(|&cell| self.masked[cell] && !self.problem.is_sensitive(cell))
            .collect();
        order.sort_by_key(|&cell| (Reverse(self.problem.cost(cell)), cell));
        for cell in order {
            self.try_to_print(cell);
        }
    }

    /// Prints a cell if all sensitive cells are still protected then, by masks that stay.
    fn try_to_print(&mut self, cell: usize) {
        let before = (self.shown.clone(), self.witnesses.len());
        let changes = |by: Option<usize>, witnesses: &[Change]| {
            by.is_some_and(|witness| witnesses[witness].changes(cell))
        };
        for (need, shown) in self.needs.iter().zip(&mut self.shown) {
            let count = self.problem.counts()[need.cell];
            if changes(shown.low_by, &self.witnesses) {
                (shown.low, shown.low_by) = (count, None);
            }
            if changes(shown.high_by, &self.witnesses) {
                (shown.high, shown.high_by) = (count, None);
            }
        }
        self.masked[cell] = false;
        if !self.prove_all() {
            self.masked[cell] = true;
            self.shown = before.0;
            self.witnesses.truncate(before.1);
        }
    }

    /// Whether the masks that there are protect every sensitive cell that can be protected.
    fn prove_all(&mut self) -> bool {
        for number in 0..self.needs.len() {
            let cell = self.needs[number].cell;
            if self.is_protected(number) || self.exposed.contains(&cell) {
                continue;
            }
            let lattice = self.problem.lattice();
            let cells = lattice.around(cell, PRINTING_CELLS_MAX, |cell| {
                self.rank(cell).filter(|_| self.masked[cell])
            });
            let Some(changes) = self.cheapest(number, &cells) else {
                return false;
            };
            for change in changes {
                self.keep(change);
            }
        }
        true
    }
}

fn price_of(cost: u64) -> f64 {
    u32::try_from(cost).map_or(PRICE_MAX, |cost| f64::from(cost).min(PRICE_MAX))
}
