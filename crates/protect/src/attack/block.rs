//! One block, bounded by linear programmes.

use std::collections::HashMap;

use super::bounds::{Budget, How, Spent};
use super::programme::{Answer, End, Programmes};
use super::system::{System, Terms, Unknown};

/// Blocks up to this size are known again when the same one comes a second time.
const KNOWN_UNKNOWNS_MAX: usize = 24;
/// How many programmes at most drive many unknowns at once to one end, before each is asked for.
const SWEEPS_MAX: u32 = 16;

/// What is left of a budget, and what was spent.
#[derive(Debug)]
pub(super) struct Purse {
    budget: Budget,
    pub(super) spent: Spent,
}

impl Purse {
    pub(super) fn new(budget: Budget) -> Self {
        Self {
            budget,
            spent: Spent::default(),
        }
    }

    fn pay_programme(&mut self) -> bool {
        let affordable = self.spent.programmes < self.budget.programmes;
        self.spent.programmes += u64::from(affordable);
        affordable
    }

    /// How many nodes the next search may have.
    fn nodes(&self) -> u64 {
        let left = self.budget.nodes.saturating_sub(self.spent.nodes);
        left.min(self.budget.nodes_each)
    }
}

/// A sum of unknowns of a block, of which the interval is wanted.
#[derive(Debug, Clone)]
pub(super) struct Target {
    terms: Terms,
    proved: Unknown,
    by: How,
    /// The furthest values in tables that programmes found, fractions among them.
    reached: Option<(f64, f64)>,
    /// The furthest values in whole-numbered tables.
    seen: Option<(i64, i64)>,
    /// Whether each end was asked for by a programme of its own, and answered.
    answered: [bool; 2],
}

impl Target {
    pub(super) fn new(system: &System, terms: Terms) -> Self {
        let mut proved = Unknown::within(0, 0);
        for &(at, coefficient) in &terms {
            let Unknown { lower, upper } = system.unknowns()[at];
            let (smallest, largest) = if coefficient > 0 {
                (lower, upper)
            } else {
                (upper, lower)
            };
            let plus = |sum: Option<i64>, bound: Option<i64>| {
                sum?.checked_add(bound?.checked_mul(coefficient)?)
            };
            proved.lower = plus(proved.lower, smallest);
            proved.upper = plus(proved.upper, largest);
        }
        Self {
            terms,
            proved,
            by: How::Subtraction,
            reached: None,
            seen: None,
            answered: [false; 2],
        }
    }

    /// The interval that is proved.
    pub(super) const fn interval(&self) -> Unknown {
        self.proved
    }

    /// By what it is known.
    pub(super) const fn by(&self) -> How {
        self.by
    }

    /// The furthest values in whole-numbered tables.
    pub(super) const fn seen(&self) -> Option<(i64, i64)> {
        self.seen
    }

    /// Whether nothing narrower can be shown by programmes.
    pub(super) fn is_settled(&self) -> bool {
        End::BOTH.iter().all(|&end| !self.is_open(end, 1e-6))
    }

    const fn bound(&self, end: End) -> Option<i64> {
        match end {
            End::Lower => self.proved.lower,
            End::Upper => self.proved.upper,
        }
    }

    /// Whether no table has been seen at this end, and no programme has answered for it.
    fn is_open(&self, end: End, margin: f64) -> bool {
        if self.answered[end as usize] {
            return false;
        }
        let (Some(bound), Some((least, most))) = (self.bound(end), self.reached) else {
            return true;
        };
        #[allow(clippy::cast_precision_loss)] // numbers of a system are at most 2^44
        let bound = bound as f64;
        match end {
            End::Lower => least > bound + margin,
            End::Upper => most < bound - margin,
        }
    }

    /// Whether a whole-numbered table has reached this end.
    fn is_seen(&self, end: End) -> bool {
        let seen = self.seen.map(|(least, most)| match end {
            End::Lower => least,
            End::Upper => most,
        });
        seen.is_some() && seen == self.bound(end)
    }

    fn tighten(&mut self, end: End, bound: i64, by: How) {
        let (own, closer) = match end {
            End::Lower => (&mut self.proved.lower, bound),
            End::Upper => (&mut self.proved.upper, bound),
        };
        let is_closer = own.is_none_or(|own| match end {
            End::Lower => closer > own,
            End::Upper => closer < own,
        });
        if is_closer {
            *own = Some(closer);
            self.by = self.by.max(by);
        }
    }

    #[allow(clippy::cast_precision_loss)] // coefficients are whole numbers of at most 2^40
    fn note(&mut self, table: &[f64], whole: Option<&[i64]>) {
        let terms = self.terms.iter();
        let value: f64 = terms.map(|&(at, c)| c as f64 * table[at]).sum();
        let (least, most) = self.reached.unwrap_or((value, value));
        self.reached = Some((least.min(value), most.max(value)));
        let Some(whole) = whole else {
            return;
        };
        let sum = |value: i64, &(at, coefficient): &(usize, i64)| {
            value.checked_add(coefficient.checked_mul(whole[at])?)
        };
        if let Some(value) = self.terms.iter().try_fold(0, sum) {
            let (least, most) = self.seen.unwrap_or((value, value));
            self.seen = Some((least.min(value), most.max(value)));
        }
    }
}

/// Blocks that were solved, to be known again: much of a published table looks alike.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<Question, Option<Vec<Target>>>);

/// A block, and what is wanted of it.
type Question = (System, Vec<Terms>);

/// Bounds a block. False when it contradicts itself.
pub(super) fn solve(
    system: &System,
    targets: &mut Vec<Target>,
    purse: &mut Purse,
    known: &mut Known,
) -> bool {
    if system.unknowns().len() > KNOWN_UNKNOWNS_MAX {
        return Solver::new(system, targets, purse).run();
    }
    let terms = targets.iter().map(|target| target.terms.clone()).collect();
    let key = (system.clone(), terms);
    if let Some(before) = known.0.get(&key) {
        return match before {
            Some(before) => {
                targets.clone_from(before);
                true
            }
            None => false,
        };
    }
    let sound = Solver::new(system, targets, purse).run();
    known.0.insert(key, sound.then(|| targets.clone()));
    sound
}

struct Solver<'a> {
    system: &'a System,
    programmes: Programmes<'a>,
    targets: &'a mut [Target],
    purse: &'a mut Purse,
}

/// A block that contradicts itself.
struct Contradicted;

impl<'a> Solver<'a> {
    fn new(system: &'a System, targets: &'a mut [Target], purse: &'a mut Purse) -> Self {
        Self {
            system,
            programmes: Programmes::new(system),
            targets,
            purse,
        }
    }

    fn run(mut self) -> bool {
        let done = self.sweep().and_then(|()| self.each());
        done.and_then(|()| self.whole()).is_ok()
    }

    fn note(&mut self, table: &[f64]) {
        let whole = self.programmes.whole(table);
        for target in &mut *self.targets {
            target.note(table, whole.as_deref());
        }
    }

    fn open(&self, end: End) -> Vec<usize> {
        let margin = self.programmes.margin;
        let targets = self.targets.iter().enumerate();
        targets
            .filter(|(_, target)| target.bound(end).is_some() && target.is_open(end, margin))
            .map(|(at, _)| at)
            .collect()
    }

    /// Drives all open ends of one side outwards at once, as long as that closes many of them.
    fn sweep(&mut self) -> Result<(), Contradicted> {
        for end in [End::Upper, End::Lower] {
            let mut open = self.open(end);
            for _ in 0..SWEEPS_MAX {
                if open.len() < 2 || !self.purse.pay_programme() {
                    break;
                }
                let mut terms = HashMap::new();
                for &(at, coefficient) in open.iter().flat_map(|&at| &self.targets[at].terms) {
                    *terms.entry(at).or_default() += coefficient;
                }
                let mut terms: Terms = terms.into_iter().collect();
                terms.sort_unstable();
                match self.programmes.extreme(&terms, end) {
                    Answer::Reached { table, .. } => self.note(&table),
                    Answer::Contradiction => return Err(Contradicted),
                    Answer::Endless | Answer::None => break,
                }
                let left = self.open(end);
                let few = (open.len() - left.len()) * 12 < open.len();
                open = left;
                if few {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Asks for each end that is still open.
    fn each(&mut self) -> Result<(), Contradicted> {
        for at in 0..self.targets.len() {
            for end in End::BOTH {
                if !self.targets[at].is_open(end, self.programmes.margin) {
                    continue;
                }
                if !self.purse.pay_programme() {
                    return Ok(());
                }
                let answer = self.programmes.extreme(&self.targets[at].terms, end);
                match answer {
                    Answer::Reached { value, table } => {
                        self.note(&table);
                        let bound = match end {
                            End::Lower => self.programmes.at_least(value),
                            End::Upper => self.programmes.at_most(value),
                        };
                        let target = &mut self.targets[at];
                        target.tighten(end, bound, How::Programme);
                        target.answered[end as usize] = true;
                        if target.proved.is_empty() {
                            return Err(Contradicted);
                        }
                    }
                    Answer::Endless => {
                        let target = &mut self.targets[at];
                        target.answered[end as usize] = target.bound(end).is_none();
                    }
                    Answer::Contradiction => return Err(Contradicted),
                    Answer::None => {}
                }
            }
        }
        Ok(())
    }

    /// Searches whole-numbered tables for the ends that none has reached, where that is cheap.
    fn whole(&mut self) -> Result<(), Contradicted> {
        let small = self.system.unknowns().len() <= self.purse.budget.whole_unknowns_max;
        if !small || !self.programmes.searchable() {
            return Ok(());
        }
        for at in 0..self.targets.len() {
            for end in End::BOTH {
                let nodes = self.purse.nodes();
                if nodes == 0 {
                    return Ok(());
                }
                let Some(bound) = self.targets[at].bound(end) else {
                    continue;
                };
                if self.targets[at].is_seen(end) {
                    continue;
                }
                let terms = self.targets[at].terms.clone();
                let found = self.programmes.search(&terms, end, nodes);
                self.purse.spent.nodes += found.nodes;
                if found.contradiction {
                    return Err(Contradicted);
                }
                if let Some(table) = &found.table {
                    #[allow(clippy::cast_precision_loss)] // bounds of 32 bits
                    let floats: Vec<f64> = table.iter().map(|&value| value as f64).collect();
                    self.note(&floats);
                }
                let limit = found.limit.map(|limit| match end {
                    End::Lower => self.programmes.at_least(limit).max(bound),
                    End::Upper => self.programmes.at_most(limit).min(bound),
                });
                if let Some(limit) = limit {
                    self.targets[at].tighten(end, limit, How::WholeNumbers);
                    if self.targets[at].proved.is_empty() {
                        return Err(Contradicted);
                    }
                }
            }
        }
        Ok(())
    }
}
