//! The attacker beside the longest way: every whole-numbered table, one after the other.

use proptest::prelude::*;

use super::bounds::{Bounds, Budget, How, Wanted, bounds};
use super::system::{System, Unknown};

/// Whole numbers to the end, however long it takes.
const THOROUGH: Budget = Budget {
    programmes: 1_000_000,
    whole_unknowns_max: 100,
    nodes_each: 100_000,
    nodes: 10_000_000,
};

/// Every assignment that agrees with the system; each unknown has two ends.
fn every_table(system: &System) -> Vec<Vec<i64>> {
    let mut tables: Vec<Vec<i64>> = vec![Vec::new()];
    for unknown in system.unknowns() {
        let (lower, upper) = (unknown.lower.unwrap(), unknown.upper.unwrap());
        let longer = tables.iter().flat_map(|table| {
            (lower..=upper).map(move |value| {
                let mut longer = table.clone();
                longer.push(value);
                longer
            })
        });
        tables = longer.collect();
    }
    tables.retain(|table| system.agrees(table));
    tables
}

fn all(system: &System, budget: Budget) -> Bounds {
    bounds(system, Wanted::Every, budget).expect("small numbers")
}

/// Unknowns of small intervals, and sums of them of which most come from one true table.
fn system() -> impl Strategy<Value = System> {
    let unknown = (-1_i64..3, 0_i64..5, 0_i64..5);
    let unknowns = proptest::collection::vec(unknown, 1..7);
    let row = proptest::collection::vec(-2_i64..3, 6);
    let wrong = prop_oneof![9 => Just(0_i64), 1 => Just(1_i64)];
    let rows = proptest::collection::vec((row, wrong), 0..5);
    (unknowns, rows).prop_map(|(unknowns, rows)| {
        let mut system = System::new();
        let mut truth = Vec::new();
        for &(lower, width, at) in &unknowns {
            system.unknown(Unknown::within(lower, lower + width));
            truth.push(lower + at.min(width));
        }
        for (row, wrong) in rows {
            let terms: Vec<(usize, i64)> =
                (0..truth.len()).zip(row).filter(|&(_, c)| c != 0).collect();
            let sum: i64 = terms.iter().map(|&(at, c)| c * truth[at]).sum();
            system.equation(terms, sum + wrong);
        }
        system
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn intervals_are_those_of_every_whole_numbered_table(system in system()) {
        let tables = every_table(&system);
        let found = all(&system, THOROUGH);
        if tables.is_empty() {
            prop_assert!(!found.contradictory.is_empty() || !found.broken_sums.is_empty());
            return Ok(());
        }
        prop_assert!(found.contradictory.is_empty() && found.broken_sums.is_empty());
        prop_assert!(found.unsettled.is_empty());
        for (at, interval) in found.intervals.iter().enumerate() {
            let interval = interval.expect("nothing contradicts itself");
            let least = tables.iter().map(|table| table[at]).min();
            let most = tables.iter().map(|table| table[at]).max();
            prop_assert_eq!((interval.lower, interval.upper), (least, most), "unknown {}", at);
            prop_assert!(interval.is_exact(), "unknown {}: {:?}", at, interval);
        }
    }

    #[test]
    fn programmes_alone_never_say_too_much(system in system()) {
        let tables = every_table(&system);
        let found = all(&system, Budget::PROGRAMMES);
        if tables.is_empty() {
            return Ok(());
        }
        prop_assert!(found.contradictory.is_empty() && found.broken_sums.is_empty());
        for (at, interval) in found.intervals.iter().enumerate() {
            let interval = interval.expect("nothing contradicts itself");
            let least = tables.iter().map(|table| table[at]).min();
            let most = tables.iter().map(|table| table[at]).max();
            prop_assert!(interval.lower <= least && most <= interval.upper, "unknown {}", at);
            if let Some((seen_least, seen_most)) = interval.seen {
                prop_assert!(Some(seen_least) >= least && Some(seen_most) <= most);
            }
        }
    }

    #[test]
    fn without_a_budget_what_is_said_still_holds(system in system(), programmes in 0_u64..4) {
        let tables = every_table(&system);
        let budget = Budget { programmes, ..Budget::PROGRAMMES };
        let found = all(&system, budget);
        prop_assert!(found.spent.programmes <= programmes);
        for table in &tables {
            for (value, interval) in table.iter().zip(&found.intervals) {
                let interval = interval.expect("nothing contradicts itself");
                prop_assert!(interval.lower <= Some(*value) && Some(*value) <= interval.upper);
            }
        }
    }
}

/// Two rows of three, with totals of rows and columns: the masked corner follows from all of them
/// together, and from no one sum.
#[test]
fn a_programme_finds_what_no_subtraction_finds() {
    let mut system = System::new();
    let mut cell = || system.unknown(Unknown::COUNT);
    let cells = [[cell(), cell(), cell()], [cell(), cell(), cell()]];
    for (row, total) in cells.iter().zip([6, 4]) {
        system.equation(row.iter().map(|&at| (at, 1)), total);
    }
    for (column, total) in [(0, 2), (1, 3)] {
        system.equation(cells.iter().map(|row| (row[column], 1)), total);
    }
    let found = all(&system, Budget::USUAL);
    let corner = |row: usize| found.intervals[cells[row][2]].expect("sound");
    assert_eq!((corner(0).lower, corner(0).upper), (Some(1), Some(5)));
    assert_eq!((corner(1).lower, corner(1).upper), (Some(0), Some(4)));
    assert_eq!(corner(0).by, How::Programme);

    // Two masked cells that hang together through three others: x + y = 5 and x - y = 1.
    let mut system = System::new();
    let mut number = || system.unknown(Unknown::COUNT);
    let (x, y, z) = (number(), number(), number());
    system.equation([(x, 1), (y, 1), (z, 1)], 8);
    system.equation([(x, 1), (y, 1), (z, 2)], 11);
    system.equation([(x, 1), (y, -1)], 1);
    let found = all(&system, Budget::PROGRAMMES);
    for (at, value) in [(x, 3), (y, 2), (z, 3)] {
        let interval = found.intervals[at].expect("sound");
        assert_eq!(
            (interval.fixed(), interval.by),
            (Some(value), How::Programme)
        );
    }
}

#[test]
fn a_contradiction_is_set_apart_and_the_rest_is_bounded() {
    let mut system = System::new();
    let mut cell = || system.unknown(Unknown::within(0, 4));
    let (a, b, c, d) = (cell(), cell(), cell(), cell());
    system.equation([(a, 1), (b, 1)], 9);
    system.equation([(c, 1), (d, 1)], 8);
    let found = all(&system, Budget::USUAL);
    assert_eq!(found.contradictory.len(), 1);
    assert_eq!(found.contradictory[0].unknowns, [a, b]);
    assert_eq!((found.intervals[a], found.intervals[b]), (None, None));
    let interval = found.intervals[c].expect("sound");
    assert_eq!((interval.fixed(), interval.by), (Some(4), How::Subtraction));
}

#[test]
fn sums_that_push_each_other_up_for_ever_are_a_contradiction() {
    let mut system = System::new();
    let (x, y) = (
        system.unknown(Unknown::COUNT),
        system.unknown(Unknown::COUNT),
    );
    let z = system.unknown(Unknown::COUNT);
    system.equation([(x, 1), (y, -1)], 1);
    system.equation([(x, 1), (y, -1), (z, 1)], 0);
    let found = all(&system, Budget::USUAL);
    assert_eq!(found.contradictory.len(), 1);
}

#[test]
fn a_difference_does_not_join_two_vintages() {
    let mut system = System::new();
    let masked = |system: &mut System| {
        let (a, b) = (
            system.unknown(Unknown::within(0, 4)),
            system.unknown(Unknown::within(0, 4)),
        );
        system.equation([(a, 1), (b, 1)], 5);
        a
    };
    let (old, new) = (masked(&mut system), masked(&mut system));
    let difference = system.unknown(Unknown::NUMBER);
    system.equation([(new, 1), (old, -1), (difference, -1)], 0);
    let found = bounds(&system, Wanted::These(&[difference]), Budget::USUAL).expect("small");
    let interval = found.intervals[difference].expect("sound");
    assert_eq!((interval.lower, interval.upper), (Some(-3), Some(3)));
    assert!(interval.is_exact());

    // Of one block, the two ends of a difference are asked for together.
    let mut system = System::new();
    let mut cell = || system.unknown(Unknown::within(0, 4));
    let (a, b, c) = (cell(), cell(), cell());
    system.equation([(a, 1), (b, -1), (c, 1)], 4);
    system.equation([(a, 1), (b, -1), (c, -1)], 0);
    let difference = system.unknown(Unknown::NUMBER);
    system.equation([(a, 1), (b, -1), (difference, -1)], 0);
    let found = bounds(&system, Wanted::These(&[difference]), Budget::USUAL).expect("small");
    let interval = found.intervals[difference].expect("sound");
    assert_eq!(interval.fixed(), Some(2));
}

#[test]
fn numbers_beyond_the_arithmetic_are_refused() {
    let mut system = System::new();
    let x = system.unknown(Unknown::within(0, i64::MAX));
    assert!(bounds(&system, Wanted::Every, Budget::USUAL).is_err());
    let mut small = System::new();
    let y = small.unknown(Unknown::COUNT);
    small.equation([(y, i64::MIN)], 0);
    assert!(bounds(&small, Wanted::Every, Budget::USUAL).is_err());
    assert_eq!((x, y), (0, 0));
}
