//! What hangs together: unknowns that are bound to each other by sums.
//!
//! A **component** of the whole system holds every unknown that is joined to another by a sum,
//! except those whose value is given. Where a component contradicts itself anything would follow,
//! so it is set apart whole. Of a sound component, the unknowns that propagation has fixed become
//! constants, and what is left falls into **blocks**, each of which can be bounded by itself.

use std::collections::HashMap;

use super::propagate::{Contradiction, Propagated};
use super::system::{System, Unknown};

/// A part of the system that can be bounded by itself.
#[derive(Debug, Clone)]
pub struct Block {
    /// The component of the whole system that it is part of.
    pub component: usize,
    /// The numbers that its unknowns have in the whole system, in the order of its own.
    pub unknowns: Vec<usize>,
    /// The sums over its own unknowns. The intervals are those of the propagation.
    pub system: System,
}

/// What a system falls into.
#[derive(Debug, Clone)]
pub struct Components {
    /// The component of each unknown; none for an unknown that is given or stands in no sum.
    pub component_of: Vec<Option<usize>>,
    /// How many components there are.
    pub count: usize,
    /// The components that contradict themselves, by number, in order.
    pub contradictory: Vec<usize>,
    /// Sums that are contradicted by what is given alone and bind no component.
    pub broken_sums: Vec<usize>,
    /// The blocks of the components that do not contradict themselves, as far as propagation says.
    pub blocks: Vec<Block>,
}

/// Groups that are joined pair by pair.
struct Joined(Vec<usize>);

impl Joined {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        // The smaller number stands for the group, so that groups come in the order of unknowns.
        self.0[one.max(other)] = one.min(other);
    }
}

/// The number of the group of each unknown that stands in a sum and is not fixed, or is left
/// without a value, and how many groups there are. Groups are numbered in the order of their first
/// unknowns.
fn groups(system: &System, unknowns: &[Unknown]) -> (Vec<Option<usize>>, usize) {
    let mut joined = Joined::new(unknowns.len());
    let mut bound: Vec<bool> = unknowns.iter().map(|unknown| unknown.is_empty()).collect();
    for equation in system.equations() {
        let mut first = None;
        for &(at, _) in &equation.terms {
            if unknowns[at].fixed().is_some() {
                continue;
            }
            bound[at] = true;
            match first {
                None => first = Some(at),
                Some(first) => joined.join(first, at),
            }
        }
    }
    let mut numbers = HashMap::new();
    let mut of = vec![None; unknowns.len()];
    for at in 0..unknowns.len() {
        if bound[at] {
            let next = numbers.len();
            of[at] = Some(*numbers.entry(joined.root(at)).or_insert(next));
        }
    }
    (of, numbers.len())
}

/// What a system falls into after propagation.
#[must_use]
pub fn components(system: &System, propagated: &Propagated) -> Components {
    let (component_of, count) = groups(system, system.unknowns());
    let mut contradicted = vec![false; count];
    let mut broken_sums = Vec::new();
    for contradiction in &propagated.contradictions {
        let component = match *contradiction {
            Contradiction::Unknown(at) => component_of[at],
            Contradiction::Equation(at) => {
                let terms = &system.equations()[at].terms;
                let component = terms.iter().find_map(|&(at, _)| component_of[at]);
                if component.is_none() {
                    broken_sums.push(at);
                }
                component
            }
        };
        if let Some(component) = component {
            contradicted[component] = true;
        }
    }
    let sound = |at: usize| component_of[at].is_none_or(|component| !contradicted[component]);
    let blocks = blocks(system, propagated, &component_of, sound);
    Components {
        contradictory: (0..count).filter(|&at| contradicted[at]).collect(),
        component_of,
        count,
        broken_sums,
        blocks,
    }
}

fn blocks(
    system: &System,
    propagated: &Propagated,
    component_of: &[Option<usize>],
    sound: impl Fn(usize) -> bool,
) -> Vec<Block> {
    let known = &propagated.unknowns;
    let (block_of, count) = groups(system, known);
    let mut blocks: Vec<Option<Block>> = vec![None; count];
    let mut own = vec![usize::MAX; known.len()];
    for at in 0..known.len() {
        let (Some(block), Some(component)) = (block_of[at], component_of[at]) else {
            continue;
        };
        if !sound(at) {
            continue;
        }
        let block = blocks[block].get_or_insert_with(|| Block {
            component,
            unknowns: Vec::new(),
            system: System::new(),
        });
        block.unknowns.push(at);
        own[at] = block.system.unknown(known[at]);
    }
    for equation in system.equations() {
        let mut constant = i128::from(equation.constant);
        let mut left = Vec::with_capacity(equation.terms.len());
        for &(at, coefficient) in &equation.terms {
            match known[at].fixed() {
                Some(value) => constant -= i128::from(coefficient) * i128::from(value),
                None => left.push((at, coefficient)),
            }
        }
        let Some(&(first, _)) = left.first() else {
            continue;
        };
        // A constant beyond every number is left out with its sum: intervals only widen by it.
        let Ok(constant) = i64::try_from(constant) else {
            continue;
        };
        if let Some(block) = block_of[first].and_then(|block| blocks[block].as_mut()) {
            let terms = left.iter().map(|&(at, coefficient)| (own[at], coefficient));
            block.system.equation(terms, constant);
        }
    }
    blocks.into_iter().flatten().collect()
}
