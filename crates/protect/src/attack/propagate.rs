//! Intervals narrowed along the sums until nothing moves.
//!
//! All of it is whole-number arithmetic: what comes out is proved, not measured.

use std::collections::VecDeque;

use super::system::{Equation, Standing, System, Unknown};

/// Largest count, bound or constant that is worked with: about a million million. Beyond it the
/// arithmetic of linear programmes could no longer tell neighbouring whole numbers apart.
pub const NUMBER_MAX: i64 = 1 << 40;
/// Largest coefficient.
pub const COEFFICIENT_MAX: i64 = 1 << 16;
/// Largest bound that propagation keeps; one beyond it says nothing, and is none.
const BOUND_MAX: i128 = 1 << 44;
/// How often one sum is looked at: two sums that contradict each other can push their unknowns up
/// by one for ever. What was narrowed until then holds all the same.
const VISITS_MAX: u32 = 400;

/// Why a system cannot be worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttackError {
    /// A number of the system is too large.
    #[error(
        "attack_number_too_large: found {found}, allowed {} to {}",
        -NUMBER_MAX,
        NUMBER_MAX
    )]
    NumberTooLarge {
        /// The bound or the constant.
        found: i64,
    },
    /// A coefficient of the system is too large.
    #[error(
        "attack_coefficient_too_large: found {found}, allowed {} to {}",
        -COEFFICIENT_MAX,
        COEFFICIENT_MAX
    )]
    CoefficientTooLarge {
        /// The coefficient.
        found: i64,
    },
}

/// Where the sums contradict themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Contradiction {
    /// The unknown of this number is left without a value.
    Unknown(usize),
    /// The sum of this number cannot hold.
    Equation(usize),
}

/// What propagation came to.
#[derive(Debug, Clone)]
pub struct Propagated {
    /// The interval of each unknown, by its number. Where the system contradicts itself intervals
    /// near the contradiction mean nothing; [`super::component`] sets those apart.
    pub unknowns: Vec<Unknown>,
    /// Contradictions met on the way; not every contradiction shows itself here.
    pub contradictions: Vec<Contradiction>,
    /// Whether nothing moves any more. Otherwise it was ended early, and what was narrowed until
    /// then holds.
    pub settled: bool,
}

/// Narrows the interval of each unknown along the sums until nothing moves.
///
/// # Errors
/// When a number of the system is too large to be worked with.
pub fn propagate(system: &System) -> Result<Propagated, AttackError> {
    check(system)?;
    let mut state = State::new(system);
    while let Some(at) = state.queue.pop_front() {
        state.queued[at] = false;
        if state.visits[at] == VISITS_MAX {
            state.settled = false;
            continue;
        }
        state.visits[at] += 1;
        state.narrow(at, &system.equations()[at]);
    }
    state.contradictions.sort_unstable();
    state.contradictions.dedup();
    Ok(Propagated {
        unknowns: state.unknowns,
        contradictions: state.contradictions,
        settled: state.settled,
    })
}

/// Whether every number of the system is one that is worked with.
pub(super) fn check(system: &System) -> Result<(), AttackError> {
    let bounds = system.unknowns().iter().flat_map(|u| [u.lower, u.upper]);
    let constants = system.equations().iter().map(|e| Some(e.constant));
    for found in bounds.chain(constants).flatten() {
        if !(-NUMBER_MAX..=NUMBER_MAX).contains(&found) {
            return Err(AttackError::NumberTooLarge { found });
        }
    }
    for &(_, found) in system.equations().iter().flat_map(|e| &e.terms) {
        if !(-COEFFICIENT_MAX..=COEFFICIENT_MAX).contains(&found) {
            return Err(AttackError::CoefficientTooLarge { found });
        }
    }
    Ok(())
}

struct State {
    unknowns: Vec<Unknown>,
    standing: Standing,
    queue: VecDeque<usize>,
    queued: Vec<bool>,
    visits: Vec<u32>,
    contradictions: Vec<Contradiction>,
    settled: bool,
}

/// The smallest or largest value of a sum: what the bounded terms come to, and how many terms have
/// no bound on that side.
#[derive(Debug, Clone, Copy, Default)]
struct Side {
    sum: i128,
    open: u32,
}

impl Side {
    fn add(&mut self, bound: Option<i128>) {
        match bound {
            Some(bound) => self.sum += bound,
            None => self.open += 1,
        }
    }

    /// The side without one of its terms.
    fn without(self, bound: Option<i128>) -> Option<i128> {
        match bound {
            Some(bound) => (self.open == 0).then(|| self.sum - bound),
            None => (self.open == 1).then_some(self.sum),
        }
    }
}

/// The smallest and the largest value of a term.
fn reach(unknown: Unknown, coefficient: i64) -> (Option<i128>, Option<i128>) {
    let times = |bound: Option<i64>| bound.map(|b| i128::from(b) * i128::from(coefficient));
    if coefficient > 0 {
        (times(unknown.lower), times(unknown.upper))
    } else {
        (times(unknown.upper), times(unknown.lower))
    }
}

/// A bound as it is kept.
fn kept(bound: i128) -> Option<i64> {
    let bound = Some(bound).filter(|bound| bound.abs() <= BOUND_MAX)?;
    i64::try_from(bound).ok()
}

/// Division that rounds down.
fn floor(number: i128, by: i128) -> i128 {
    let quotient = number / by;
    if number % by != 0 && (number < 0) != (by < 0) {
        quotient - 1
    } else {
        quotient
    }
}

/// Division that rounds up.
fn ceil(number: i128, by: i128) -> i128 {
    -floor(-number, by)
}

impl State {
    fn new(system: &System) -> Self {
        let equations = system.equations().len();
        let empty = system.unknowns().iter().enumerate();
        Self {
            unknowns: system.unknowns().to_vec(),
            standing: system.standing(),
            queue: (0..equations).collect(),
            queued: vec![true; equations],
            visits: vec![0; equations],
            contradictions: empty
                .filter(|(_, unknown)| unknown.is_empty())
                .map(|(at, _)| Contradiction::Unknown(at))
                .collect(),
            settled: true,
        }
    }

    fn narrow(&mut self, at: usize, equation: &Equation) {
        let (mut low, mut high) = (Side::default(), Side::default());
        for &(unknown, coefficient) in &equation.terms {
            let unknown = self.unknowns[unknown];
            if unknown.is_empty() {
                return;
            }
            let (smallest, largest) = reach(unknown, coefficient);
            low.add(smallest);
            high.add(largest);
        }
        let constant = i128::from(equation.constant);
        let short = high.open == 0 && high.sum < constant;
        if short || (low.open == 0 && low.sum > constant) {
            self.contradictions.push(Contradiction::Equation(at));
            return;
        }
        if low.open > 1 && high.open > 1 {
            return;
        }
        for &(unknown, coefficient) in &equation.terms {
            let (smallest, largest) = reach(self.unknowns[unknown], coefficient);
            let least = high.without(largest).map(|rest| constant - rest);
            let most = low.without(smallest).map(|rest| constant - rest);
            let by = i128::from(coefficient);
            let (lower, upper) = if coefficient > 0 {
                (least.map(|n| ceil(n, by)), most.map(|n| floor(n, by)))
            } else {
                (most.map(|n| ceil(n, by)), least.map(|n| floor(n, by)))
            };
            let narrower = Unknown {
                lower: lower.and_then(kept),
                upper: upper.and_then(kept),
            };
            self.take((at, coefficient), unknown, narrower);
        }
    }

    /// Takes a narrower interval, and looks again at the other sums in which the unknown stands.
    fn take(&mut self, (sum, coefficient): (usize, i64), at: usize, narrower: Unknown) {
        let known = &mut self.unknowns[at];
        let mut moved = false;
        if narrower.lower > known.lower {
            known.lower = narrower.lower;
            moved = true;
        }
        if let Some(upper) = narrower.upper
            && known.upper.is_none_or(|known| upper < known)
        {
            known.upper = Some(upper);
            moved = true;
        }
        if !moved {
            return;
        }
        if known.is_empty() {
            self.contradictions.push(Contradiction::Unknown(at));
        }
        for &other in self.standing.of(at) {
            // One pass over a sum is enough for it, unless dividing has rounded.
            let again = other != sum || coefficient.abs() != 1;
            if again && !self.queued[other] {
                self.queued[other] = true;
                self.queue.push_back(other);
            }
        }
    }
}
