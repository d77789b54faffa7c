//! Tables of invented States, and what follows from them.

use proptest::prelude::*;
use terms::cell::{Absence, Cell};
use terms::hierarchy::Hierarchy;
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension, Table};

use super::super::bounds::{Bounds, Budget, Interval, Wanted, bounds};
use super::{Known, Made, World, place};

const MASK: Cell = Cell::Masked { lower: 0, upper: 4 };

/// A table of invented counts.
fn table(dimensions: &[&str], cells: &[(&[&str], Cell)]) -> Table {
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
        vintage: "2026".into(),
        retrieved: None,
        content_sha256: None,
    };
    let dimensions = dimensions
        .iter()
        .map(|id| Dimension::overlapping(id, "invented@1"));
    let mut table = Table::new("invented", dimensions.collect(), counting, source, vec![]);
    for (codes, cell) in cells {
        table.push(codes, cell.clone()).expect("each place once");
    }
    table
}

fn flat(total: &str, parts: &[&str]) -> Hierarchy {
    Hierarchy::flat(total, parts.iter().copied()).expect("a total and its parts")
}

fn solved(made: &Made) -> Bounds {
    let budget = Budget {
        nodes_each: 100_000,
        nodes: 10_000_000,
        ..Budget::USUAL
    };
    bounds(&made.system, Wanted::Every, budget).expect("small numbers")
}

/// The interval of a cell of the vintage `2026`.
fn interval(world: &World, place: &[(&str, &str)]) -> Option<(Option<i64>, Option<i64>)> {
    let cell = world.find("victims in XXA", "2026", place).expect("a cell");
    let made = world.made();
    let ends = |interval: Interval| (interval.lower, interval.upper);
    match made.known(cell) {
        Known::Exactly(count) => Some((Some(count), Some(count))),
        Known::Unknown(at) => solved(&made).intervals[at].map(ends),
    }
}

#[test]
fn the_same_margin_of_two_tables_is_one_unknown() {
    let mut world = World::new();
    let by_age = table(
        &["sex", "age"],
        &[
            (&["all", "all"], Cell::Exact(30)),
            (&["female", "all"], MASK),
            (&["male", "all"], MASK),
        ],
    );
    let hierarchies = [flat("all", &["female", "male", "other"]), Hierarchy::none()];
    world.add_table("victims in XXA", "2026", &by_age, &hierarchies);
    let female = [("sex", "female"), ("age", "all")];
    assert_eq!(interval(&world, &female), Some((Some(0), Some(4))));

    // Where `all` is known to be all ages, women of all ages are women, in whatever table.
    let mut world = World::new();
    let ages = flat("all", &["child", "adult"]);
    let hierarchies = [flat("all", &["female", "male"]), ages];
    world.add_table("victims in XXA", "2026", &by_age, &hierarchies);
    let by_form = table(
        &["form", "sex"],
        &[
            (&["labour", "women"], Cell::Exact(20)),
            (&["any", "female"], Cell::Exact(27)),
        ],
    );
    let hierarchies = [flat("any", &["labour", "other"]), Hierarchy::none()];
    world.add_table("victims in XXA", "2026", &by_form, &hierarchies);
    let male = interval(&world, &[("sex", "male")]);
    assert_eq!(male, None, "27 is outside of the mask of the other table");
}

#[test]
fn what_one_table_prints_unmasks_another() {
    let mut world = World::new();
    let sexes = flat("all", &["female", "male"]);
    let by_sex = table(
        &["sex"],
        &[
            (&["all"], Cell::Exact(12)),
            (&["female"], MASK),
            (
                &["male"],
                Cell::Masked {
                    lower: 5,
                    upper: u64::MAX,
                },
            ),
        ],
    );
    world.add_table(
        "victims in XXA",
        "2026",
        &by_sex,
        std::slice::from_ref(&sexes),
    );
    assert_eq!(
        interval(&world, &[("sex", "female")]),
        Some((Some(0), Some(4)))
    );
    let by_form = table(
        &["sex", "form"],
        &[
            (&["male", "labour"], Cell::Exact(6)),
            (&["male", "other"], Cell::Exact(3)),
        ],
    );
    let hierarchies = [sexes, flat("any", &["labour", "other"])];
    world.add_table("victims in XXA", "2026", &by_form, &hierarchies);
    assert_eq!(
        interval(&world, &[("sex", "female")]),
        Some((Some(3), Some(3)))
    );
    // Another population, and another vintage, are other cells.
    world.add_table("victims in XXB", "2026", &by_sex, &[]);
    assert_eq!(
        interval(&world, &[("sex", "female")]),
        Some((Some(3), Some(3)))
    );
    assert_eq!(
        world.find("victims in XXA", "2025", &[("sex", "female")]),
        None
    );
}

#[test]
fn what_a_party_knows_of_itself_unmasks_the_other() {
    let parties = flat("all", &["XXA", "XXB"]);
    let printed = table(
        &["party"],
        &[
            (&["all"], Cell::Exact(7)),
            (&["XXA"], MASK),
            (&["XXB"], MASK),
        ],
    );
    let mut world = World::new();
    world.add_table("victims in XXA", "2026", &printed, &[parties]);
    assert_eq!(
        interval(&world, &[("party", "XXB")]),
        Some((Some(3), Some(4)))
    );
    let own = world.find("victims in XXA", "2026", &[("party", "XXA")]);
    world.know(own.expect("printed"), 4);
    assert_eq!(
        interval(&world, &[("party", "XXB")]),
        Some((Some(3), Some(3)))
    );
}

#[test]
fn printed_sums_are_checked_and_two_counts_of_one_cell_are_a_contradiction() {
    let sexes = flat("all", &["female", "male"]);
    let cells: [(&[&str], Cell); 3] = [
        (&["all"], Cell::Exact(7)),
        (&["female"], Cell::Exact(3)),
        (&["male"], Cell::Exact(5)),
    ];
    let mut world = World::new();
    let printed = table(&["sex"], &cells);
    world.add_table(
        "victims in XXA",
        "2026",
        &printed,
        std::slice::from_ref(&sexes),
    );
    let checked = world.made().checked;
    assert_eq!((checked.sums, checked.inconsistent), (1, 1));

    let other = table(&["sex"], &[(&["male"], Cell::Exact(4)), (&["all"], MASK)]);
    world.add_table("victims in XXA", "2026", &other, &[]);
    assert_eq!(interval(&world, &[("sex", "male")]), None);
    assert_eq!(solved(&world.made()).contradictory.len(), 1);
}

#[test]
fn rounded_and_absent_cells_say_what_they_say() {
    let sexes = flat("all", &["female", "male", "other", "unknown"]);
    let printed = table(
        &["sex"],
        &[
            (&["all"], Cell::Rounded { base: 5, value: 10 }),
            (&["female"], Cell::Exact(12)),
            (&["other"], Cell::Absent(Absence::NotApplicable)),
            (&["unknown"], Cell::Absent(Absence::NotAsked)),
        ],
    );
    let mut world = World::new();
    world.add_table("victims in XXA", "2026", &printed, &[sexes]);
    assert_eq!(interval(&world, &[]), Some((Some(12), Some(14))));
    assert_eq!(
        interval(&world, &[("sex", "other")]),
        Some((Some(0), Some(0)))
    );
    // Nobody prints how many men, and the sum says it all the same.
    assert_eq!(
        interval(&world, &[("sex", "male")]),
        Some((Some(0), Some(2)))
    );
}

#[test]
fn the_difference_of_two_vintages_has_an_interval() {
    let sexes = flat("all", &["female", "male"]);
    let of = |all: u64| {
        table(
            &["sex"],
            &[
                (&["all"], Cell::Exact(all)),
                (&["female"], MASK),
                (&["male"], MASK),
            ],
        )
    };
    let mut world = World::new();
    world.add_table(
        "victims in XXA",
        "2025",
        &of(7),
        std::slice::from_ref(&sexes),
    );
    world.add_table(
        "victims in XXA",
        "2026",
        &of(8),
        std::slice::from_ref(&sexes),
    );
    let cell = |vintage, place: &[(&str, &str)]| {
        let found = world.find("victims in XXA", vintage, place);
        found.expect("printed")
    };
    let female = [("sex", "female")];
    let mut made = world.made();
    assert_eq!(
        made.difference(cell("2025", &[]), cell("2026", &[]), false),
        Known::Exactly(1)
    );
    let difference = made.difference(cell("2025", &female), cell("2026", &female), false);
    let Known::Unknown(at) = difference else {
        panic!("masked in both: {difference:?}");
    };
    assert_eq!(made.cell(at), None);
    let found = solved(&made).intervals[at].expect("sound");
    assert_eq!((found.lower, found.upper), (Some(0), Some(1)));
}

/// What is printed at one place.
#[derive(Debug, Clone, Copy)]
enum Print {
    Exact,
    Mask(u64),
    Round,
    Nothing,
}

/// Places of a table of two sexes and three ages, two of which make one: rows and columns with
/// their totals, each with the leaves that it adds up.
const SEXES: [(&str, &[usize]); 3] = [("all", &[0, 1]), ("female", &[0]), ("male", &[1])];
const AGES: [(&str, &[usize]); 5] = [
    ("all", &[0, 1, 2]),
    ("minor", &[0, 1]),
    ("child", &[0]),
    ("youth", &[1]),
    ("adult", &[2]),
];

fn count(leaves: &[u64], sexes: &[usize], ages: &[usize]) -> u64 {
    let cells = sexes
        .iter()
        .flat_map(|sex| ages.iter().map(move |age| 3 * sex + age));
    cells.map(|at| leaves[at]).sum()
}

/// Every way to spread a count over six cells.
fn spread(count: u64) -> Vec<Vec<u64>> {
    let mut ways: Vec<Vec<u64>> = vec![Vec::new()];
    for cell in 0..6 {
        let longer = ways.iter().flat_map(|way| {
            let left = count - way.iter().sum::<u64>();
            let least = if cell == 5 { left } else { 0 };
            (least..=left).map(move |value| {
                let mut longer = way.clone();
                longer.push(value);
                longer
            })
        });
        ways = longer.collect();
    }
    ways
}

fn agrees(print: Print, truth: u64, value: u64) -> bool {
    match print {
        Print::Exact => value == truth,
        Print::Mask(upper) => value <= upper.max(truth),
        Print::Round => (truth / 3 * 3).abs_diff(value) < 3,
        Print::Nothing => true,
    }
}

fn print() -> impl Strategy<Value = Print> {
    prop_oneof![
        3 => Just(Print::Exact),
        5 => (1_u64..5).prop_map(Print::Mask),
        1 => Just(Print::Round),
        2 => Just(Print::Nothing),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_hierarchical_table_says_what_every_table_that_agrees_with_it_says(
        leaves in proptest::collection::vec(0_u64..3, 6),
        mut prints in proptest::collection::vec(print(), 15),
    ) {
        prints[0] = Print::Exact;
        let places: Vec<_> = SEXES.iter().flat_map(|s| AGES.iter().map(move |a| (s, a))).collect();
        let mut cells: Vec<(Vec<&str>, Cell)> = Vec::new();
        for ((sex, age), print) in places.iter().zip(&prints) {
            let truth = count(&leaves, sex.1, age.1);
            let cell = match *print {
                Print::Exact => Cell::Exact(truth),
                Print::Mask(upper) => Cell::Masked { lower: 0, upper: upper.max(truth) },
                Print::Round => Cell::Rounded { base: 3, value: truth / 3 * 3 },
                Print::Nothing => continue,
            };
            cells.push((vec![sex.0, age.0], cell));
        }
        let cells: Vec<(&[&str], Cell)> =
            cells.iter().map(|(codes, cell)| (&codes[..], cell.clone())).collect();
        let printed = table(&["sex", "age"], &cells);
        let ages = Hierarchy::new([
            ("all".to_owned(), vec!["minor".to_owned(), "adult".to_owned()]),
            ("minor".to_owned(), vec!["child".to_owned(), "youth".to_owned()]),
        ]).expect("a tree");
        let hierarchies = [flat("all", &["female", "male"]), ages];
        let mut world = World::new();
        world.add_table("victims in XXA", "2026", &printed, &hierarchies);
        let made = world.made();
        let found = solved(&made);
        prop_assert_eq!(made.checked.inconsistent, 0);
        prop_assert!(found.contradictory.is_empty());
        let truth = leaves.iter().sum();
        let mut ways = spread(truth);
        ways.retain(|way| places.iter().zip(&prints).all(|((sex, age), print)| {
            let truth = count(&leaves, sex.1, age.1);
            agrees(*print, truth, count(way, sex.1, age.1))
        }));
        for ((sex, age), print) in places.iter().zip(&prints) {
            if matches!(print, Print::Nothing) {
                continue;
            }
            let codes = [sex.0, age.0];
            let name = place(printed.dimensions(), &hierarchies, &codes);
            let cell = world.find("victims in XXA", "2026", &name).expect("printed");
            let ends = match made.known(cell) {
                Known::Exactly(count) => (Some(count), Some(count)),
                Known::Unknown(at) => {
                    let interval = found.intervals[at].expect("sound");
                    (interval.lower, interval.upper)
                }
            };
            let values = ways.iter().map(|way| count(way, sex.1, age.1));
            let whole = |value: u64| i64::try_from(value).expect("small");
            let least = values.clone().min().map(whole);
            prop_assert_eq!(ends, (least, values.max().map(whole)), "{:?}", codes);
        }
    }
}
