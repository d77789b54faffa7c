//! Unknowns that a sum only defines.
//!
//! The difference of two vintages, or a total that nobody prints and nothing else speaks of, stands
//! in one sum, and whatever the other terms of the sum come to is allowed for it. Such a sum binds
//! nothing: it says what the unknown is. It is taken out, so that it does not join what is
//! otherwise apart, and the unknown is worked out from the other terms.

use std::collections::HashMap;

use super::propagate::NUMBER_MAX;
use super::system::{Equation, System, Terms, Unknown};

/// A system without the sums that only define an unknown.
#[derive(Debug)]
pub(super) struct Reduced {
    /// The same unknowns, and the sums that bind.
    pub(super) system: System,
    definitions: HashMap<usize, Form>,
}

/// A number that is worked out from unknowns: a constant and terms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Form {
    pub(super) terms: Terms,
    pub(super) constant: i64,
}

/// Takes out the sums that only define an unknown.
pub(super) fn reduced(system: &System) -> Reduced {
    let standing = system.standing();
    let mut stands = Vec::with_capacity(system.unknowns().len());
    stands.extend((0..system.unknowns().len()).map(|at| standing.of(at).len()));
    let mut taken_out = vec![false; system.equations().len()];
    let mut definitions = HashMap::new();
    let mut waiting: Vec<usize> = (0..system.equations().len()).rev().collect();
    while let Some(sum) = waiting.pop() {
        let equation = &system.equations()[sum];
        if taken_out[sum] {
            continue;
        }
        let mut alone = equation.terms.iter().filter(|&&(at, _)| stands[at] == 1);
        let Some(&(defined, _)) = alone.find(|&&(at, _)| only_defined(system, equation, at)) else {
            continue;
        };
        taken_out[sum] = true;
        definitions.insert(defined, form(equation, defined));
        for &(at, _) in &equation.terms {
            stands[at] -= 1;
            if stands[at] == 1 {
                waiting.extend(standing.of(at).iter().filter(|&&other| !taken_out[other]));
            }
        }
    }
    Reduced {
        system: system.with_equations(|at| !taken_out[at]),
        definitions,
    }
}

/// Whether everything that the other terms can come to is allowed for the unknown.
fn only_defined(system: &System, equation: &Equation, defined: usize) -> bool {
    let Some(&(_, own)) = equation.terms.iter().find(|&&(at, _)| at == defined) else {
        return false;
    };
    if own.abs() != 1 {
        return false;
    }
    let form = form(equation, defined);
    let (mut low, mut high) = (
        Some(i128::from(form.constant)),
        Some(i128::from(form.constant)),
    );
    for &(at, coefficient) in &form.terms {
        let Unknown { lower, upper } = system.unknowns()[at];
        let (smallest, largest) = if coefficient > 0 {
            (lower, upper)
        } else {
            (upper, lower)
        };
        let plus = |sum: Option<i128>, bound: Option<i64>| {
            Some(sum? + i128::from(coefficient) * i128::from(bound?))
        };
        low = plus(low, smallest);
        high = plus(high, largest);
    }
    let Unknown { lower, upper } = system.unknowns()[defined];
    lower.is_none_or(|lower| low.is_some_and(|low| i128::from(lower) <= low))
        && upper.is_none_or(|upper| high.is_some_and(|high| high <= i128::from(upper)))
}

/// The unknown in terms of the others, where its own coefficient is 1 or -1.
fn form(equation: &Equation, defined: usize) -> Form {
    let own = equation.terms.iter().find(|&&(at, _)| at == defined);
    let sign = own.map_or(1, |&(_, own)| own.signum());
    let others = equation.terms.iter().filter(|&&(at, _)| at != defined);
    Form {
        terms: others
            .map(|&(at, coefficient)| (at, -sign * coefficient))
            .collect(),
        constant: sign * equation.constant,
    }
}

impl Reduced {
    /// Whether the unknown is one that a sum only defines.
    pub(super) fn defines(&self, unknown: usize) -> bool {
        self.definitions.contains_key(&unknown)
    }

    /// Leaves only the sums that hang together with these unknowns: no other can say anything of
    /// them. Given values do not hang together with anything.
    pub(super) fn keep_near(&mut self, wanted: &[usize]) {
        let standing = self.system.standing();
        let mut near = vec![false; self.system.equations().len()];
        let mut met = vec![false; self.system.unknowns().len()];
        let forms = wanted.iter().filter_map(|&at| self.form(at));
        let mut waiting: Vec<usize> = forms
            .flat_map(|form| form.terms)
            .map(|term| term.0)
            .collect();
        while let Some(at) = waiting.pop() {
            if std::mem::replace(&mut met[at], true) || self.system.unknowns()[at].fixed().is_some()
            {
                continue;
            }
            for &sum in standing.of(at) {
                if !std::mem::replace(&mut near[sum], true) {
                    let terms = &self.system.equations()[sum].terms;
                    waiting.extend(terms.iter().map(|term| term.0));
                }
            }
        }
        self.system = self.system.with_equations(|at| near[at]);
    }

    /// The unknown in terms of those that are left. None where the numbers grow out of bounds.
    pub(super) fn form(&self, unknown: usize) -> Option<Form> {
        let mut left: HashMap<usize, i64> = HashMap::new();
        let mut constant = 0_i64;
        let mut waiting = vec![(unknown, 1_i64)];
        while let Some((at, factor)) = waiting.pop() {
            let Some(form) = self.definitions.get(&at) else {
                let coefficient = left.entry(at).or_default();
                *coefficient = coefficient.checked_add(factor)?;
                continue;
            };
            constant = constant.checked_add(factor.checked_mul(form.constant)?)?;
            for &(term, coefficient) in &form.terms {
                waiting.push((term, factor.checked_mul(coefficient)?));
            }
        }
        let mut terms: Terms = left.into_iter().filter(|&(_, c)| c != 0).collect();
        terms.sort_unstable();
        let small = |number: i64| number.abs() <= NUMBER_MAX;
        let fits = small(constant) && terms.iter().all(|&(_, coefficient)| small(coefficient));
        fits.then_some(Form { terms, constant })
    }
}
