//! The interval of each unknown: what an attacker can prove of it.
//!
//! Sums that only define an unknown are taken out, intervals are narrowed along the others, and
//! what is left falls into blocks. In a block, each end that is wanted is asked for by a linear
//! programme. Every table that a programme finds is a witness for every unknown: an end that some
//! table has reached needs no programme of its own. A bound that falls between whole numbers is
//! rounded to the whole number that still contains it, with a margin for the arithmetic of
//! programmes, so that no interval is narrower than what was proved.

use std::collections::HashMap;

use super::block::{self, Target};
use super::component::{Components, components};
use super::defined::{Form, Reduced, reduced};
use super::propagate::{AttackError, Propagated, check, propagate};
use super::system::{System, Terms, Unknown};

/// By what an interval is known, from the simplest to the hardest means that it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// It is what was given; no sum narrows it.
    Given,
    /// Adding and subtracting along the sums.
    Subtraction,
    /// A linear programme over everything that hangs together.
    Programme,
    /// A search among whole-numbered tables.
    WholeNumbers,
}

impl How {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Subtraction => "subtraction",
            Self::Programme => "linear_programme",
            Self::WholeNumbers => "whole_numbers",
        }
    }
}

/// What can be proved of one unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// It is at least this; none when it has no lower end.
    pub lower: Option<i64>,
    /// It is at most this; none when it has no upper end.
    pub upper: Option<i64>,
    /// By what it is known.
    pub by: How,
    /// The smallest and the largest value seen in whole-numbered tables that agree with every sum
    /// of what hangs together with it. None when no such table was seen.
    pub seen: Option<(i64, i64)>,
}

impl Interval {
    /// The one value that it can have.
    #[must_use]
    pub fn fixed(&self) -> Option<i64> {
        self.lower.filter(|_| self.lower == self.upper)
    }

    /// Whether both ends are reached by whole-numbered tables, so that nothing narrower is true.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        let seen = self.seen.map(|(least, most)| (Some(least), Some(most)));
        seen == Some((self.lower, self.upper))
    }
}

/// Of which unknowns the interval is wanted.
#[derive(Debug, Clone, Copy)]
pub enum Wanted<'a> {
    /// Of every one.
    Every,
    /// Of these, by number.
    These(&'a [usize]),
}

/// How much work may be done. It is counted, not timed, so that the same question has the same
/// answer on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// How many linear programmes.
    pub programmes: u64,
    /// Whole numbers are searched in blocks of at most so many unknowns; 0 for none.
    pub whole_unknowns_max: usize,
    /// How many nodes of such searches, one by one.
    pub nodes_each: u64,
    /// How many nodes of such searches in all.
    pub nodes: u64,
}

impl Budget {
    /// Linear programmes for tables of some ten thousand cells, and whole numbers where that is
    /// cheap.
    pub const USUAL: Self = Self {
        programmes: 50_000,
        whole_unknowns_max: 40,
        nodes_each: 200,
        nodes: 100_000,
    };

    /// Linear programmes alone.
    pub const PROGRAMMES: Self = Self {
        whole_unknowns_max: 0,
        nodes: 0,
        ..Self::USUAL
    };
}

impl Default for Budget {
    fn default() -> Self {
        Self::USUAL
    }
}

/// What was spent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Linear programmes.
    pub programmes: u64,
    /// Nodes of searches among whole-numbered tables.
    pub nodes: u64,
}

/// A component that contradicts itself: no table agrees with its sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradictory {
    /// Its unknowns, by number.
    pub unknowns: Vec<usize>,
}

/// What can be proved of a system.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// The interval of each unknown, by its number. Of what was not wanted, it is as narrow as
    /// subtraction makes it where it hangs together with what was, and else what was given. None in
    /// a component that contradicts itself.
    pub intervals: Vec<Option<Interval>>,
    /// The components that contradict themselves, as far as was asked: nobody looks at a component
    /// of which nothing is wanted.
    pub contradictory: Vec<Contradictory>,
    /// Sums of given values alone that do not hold, by number.
    pub broken_sums: Vec<usize>,
    /// Unknowns that were wanted and whose interval could not be settled within the budget. What is
    /// said of them holds, and may be wider than what can be proved.
    pub unsettled: Vec<usize>,
    /// What was spent.
    pub spent: Spent,
}

/// What can be proved of the unknowns that are wanted.
///
/// # Errors
/// When a number of the system is too large to be worked with.
///
/// # Panics
/// When an unknown is wanted that is not there.
pub fn bounds(system: &System, wanted: Wanted<'_>, budget: Budget) -> Result<Bounds, AttackError> {
    check(system)?;
    let mut reduced = reduced(system);
    if let Wanted::These(these) = wanted {
        reduced.keep_near(these);
    }
    let propagated = propagate(&reduced.system)?;
    let components = components(&reduced.system, &propagated);
    let mut work = Work::new(system, &reduced, &propagated, &components, budget);
    let wanted: Vec<usize> = match wanted {
        Wanted::Every => (0..system.unknowns().len()).collect(),
        Wanted::These(these) => these.to_vec(),
    };
    work.ask(&wanted);
    work.solve();
    Ok(work.finish(&wanted))
}

/// Where an unknown of the whole system stands: its block, and its number there.
type Place = Option<(usize, usize)>;

struct Work<'a> {
    system: &'a System,
    reduced: &'a Reduced,
    propagated: &'a Propagated,
    components: &'a Components,
    places: Vec<Place>,
    forms: HashMap<usize, Option<Form>>,
    /// What is wanted of each block.
    targets: Vec<Vec<Target>>,
    /// Which target is this sum of unknowns of that block.
    numbers: HashMap<(usize, Terms), usize>,
    contradicted: Vec<bool>,
    purse: block::Purse,
}

impl<'a> Work<'a> {
    fn new(
        system: &'a System,
        reduced: &'a Reduced,
        propagated: &'a Propagated,
        components: &'a Components,
        budget: Budget,
    ) -> Self {
        let mut places = vec![None; system.unknowns().len()];
        for (number, block) in components.blocks.iter().enumerate() {
            for (own, &at) in block.unknowns.iter().enumerate() {
                places[at] = Some((number, own));
            }
        }
        let mut contradicted = vec![false; components.count];
        for &component in &components.contradictory {
            contradicted[component] = true;
        }
        Self {
            system,
            reduced,
            propagated,
            components,
            places,
            forms: HashMap::new(),
            targets: vec![Vec::new(); components.blocks.len()],
            numbers: HashMap::new(),
            contradicted,
            purse: block::Purse::new(budget),
        }
    }

    /// The unknown as a constant and terms over unknowns that no sum defines.
    fn form(&mut self, at: usize) -> Option<Form> {
        if !self.reduced.defines(at) {
            return Some(Form {
                terms: vec![(at, 1)],
                constant: 0,
            });
        }
        let reduced = self.reduced;
        let form = self.forms.entry(at);
        form.or_insert_with(|| reduced.form(at)).clone()
    }

    /// The terms of a form, put together by the block in which they stand; and what the terms that
    /// stand in none come to.
    fn parts(&self, form: &Form) -> (Vec<(usize, Terms)>, Terms) {
        let mut parts: Vec<(usize, Terms)> = Vec::new();
        let mut outside = Vec::new();
        for &(at, coefficient) in &form.terms {
            let Some((block, own)) = self.places[at] else {
                outside.push((at, coefficient));
                continue;
            };
            match parts.iter_mut().find(|part| part.0 == block) {
                Some(part) => part.1.push((own, coefficient)),
                None => parts.push((block, vec![(own, coefficient)])),
            }
        }
        (parts, outside)
    }

    fn ask(&mut self, wanted: &[usize]) {
        for &at in wanted {
            let Some(form) = self.form(at) else {
                continue;
            };
            for (block, terms) in self.parts(&form).0 {
                let system = &self.components.blocks[block].system;
                let targets = &mut self.targets[block];
                self.numbers
                    .entry((block, terms))
                    .or_insert_with_key(|key| {
                        targets.push(Target::new(system, key.1.clone()));
                        targets.len() - 1
                    });
            }
        }
    }

    fn solve(&mut self) {
        let mut known = block::Known::default();
        for (number, block) in self.components.blocks.iter().enumerate() {
            let targets = &mut self.targets[number];
            if targets.is_empty() || self.contradicted[block.component] {
                continue;
            }
            if !block::solve(&block.system, targets, &mut self.purse, &mut known) {
                self.contradicted[block.component] = true;
            }
        }
    }

    fn is_contradicted(&self, at: usize) -> bool {
        self.components.component_of[at].is_some_and(|component| self.contradicted[component])
    }

    /// The interval of a form, and whether it is settled. None when a term contradicts itself.
    fn interval(&self, at: usize, form: &Form) -> Option<(Interval, bool)> {
        let given = self.system.unknowns()[at];
        if form.terms.iter().any(|&(at, _)| self.is_contradicted(at)) {
            return None;
        }
        let (parts, outside) = self.parts(form);
        let mut total = Sum::new(form.constant);
        let mut settled = true;
        for (at, coefficient) in outside {
            let known = self.propagated.unknowns[at];
            let by = how(self.system.unknowns()[at], known);
            let seen = known.lower.zip(known.upper);
            total.add(known, coefficient, by, seen);
        }
        for (block, terms) in parts {
            let target = self.numbers.get(&(block, terms));
            let target = target.map(|&number| &self.targets[block][number])?;
            settled &= target.is_settled();
            total.add(target.interval(), 1, target.by(), target.seen());
        }
        if self.reduced.defines(at) {
            total.by = total.by.max(How::Subtraction);
        } else if total.by == How::Subtraction {
            total.by = how(given, total.interval);
        }
        let interval = Interval {
            lower: total.interval.lower,
            upper: total.interval.upper,
            by: total.by,
            seen: total.seen,
        };
        Some((interval, settled))
    }

    fn finish(mut self, wanted: &[usize]) -> Bounds {
        let mut intervals: Vec<Option<Interval>> = (0..self.system.unknowns().len())
            .map(|at| self.narrowed(at))
            .collect();
        let mut unsettled = Vec::new();
        for &at in wanted {
            let Some(form) = self.form(at) else {
                unsettled.push(at);
                continue;
            };
            let found = self.interval(at, &form);
            intervals[at] = found.map(|(interval, _)| interval);
            if found.is_some_and(|(_, settled)| !settled) {
                unsettled.push(at);
            }
        }
        let mut contradictory: Vec<Contradictory> = Vec::new();
        let mut number_of = HashMap::new();
        for at in 0..self.system.unknowns().len() {
            if let Some(component) = self.components.component_of[at]
                && self.contradicted[component]
            {
                let next = contradictory.len();
                let number = *number_of.entry(component).or_insert(next);
                if number == next {
                    contradictory.push(Contradictory {
                        unknowns: Vec::new(),
                    });
                }
                contradictory[number].unknowns.push(at);
            }
        }
        Bounds {
            intervals,
            contradictory,
            broken_sums: self.components.broken_sums.clone(),
            unsettled,
            spent: self.purse.spent,
        }
    }

    /// What subtraction alone says of an unknown.
    fn narrowed(&self, at: usize) -> Option<Interval> {
        let known = self.propagated.unknowns[at];
        (!self.is_contradicted(at) && !known.is_empty()).then(|| Interval {
            lower: known.lower,
            upper: known.upper,
            by: how(self.system.unknowns()[at], known),
            seen: None,
        })
    }
}

/// By what an interval is known that propagation has left.
fn how(given: Unknown, known: Unknown) -> How {
    if given == known {
        How::Given
    } else {
        How::Subtraction
    }
}

/// Intervals added up: of terms that do not hang together, so that each is free of the others.
struct Sum {
    interval: Unknown,
    by: How,
    seen: Option<(i64, i64)>,
}

impl Sum {
    const fn new(constant: i64) -> Self {
        Self {
            interval: Unknown::within(constant, constant),
            by: How::Given,
            seen: Some((constant, constant)),
        }
    }

    fn add(&mut self, other: Unknown, coefficient: i64, by: How, seen: Option<(i64, i64)>) {
        let times = |bound: Option<i64>| bound.and_then(|bound| bound.checked_mul(coefficient));
        let (lower, upper) = if coefficient > 0 {
            (times(other.lower), times(other.upper))
        } else {
            (times(other.upper), times(other.lower))
        };
        let plus = |one: Option<i64>, other: Option<i64>| one?.checked_add(other?);
        self.interval.lower = plus(self.interval.lower, lower);
        self.interval.upper = plus(self.interval.upper, upper);
        self.by = self.by.max(by);
        self.seen = self.seen.zip(seen).and_then(|(own, other)| {
            let (one, two) = (
                other.0.checked_mul(coefficient)?,
                other.1.checked_mul(coefficient)?,
            );
            let (least, most) = (one.min(two), one.max(two));
            Some((own.0.checked_add(least)?, own.1.checked_add(most)?))
        });
    }
}
