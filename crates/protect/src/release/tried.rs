//! Releases tried: single tables by counting through, sequences against the ledger.

use std::cell::Cell as Count;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use terms::cell::Cell;
use terms::hierarchy::Hierarchy;
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension, Table};

use super::gate::{BreachKind, Fate, Party, Setting, Wish, proposal_of};
use super::{Audience, release};
use crate::attack::world::{Known, place};
use crate::attack::{Budget, Wanted, World, bounds};
use crate::draft::Draft;
use crate::ledger::{Ledger, Publication};
use crate::rule::{Method, RULES, Rule};
use crate::seal::Confidential;

const PARTIES: [&str; 4] = ["XXA", "XXB", "XXC", "XXD"];
const FORMS: [&str; 3] = ["labour", "sexual", "other"];
const SEXES: [&str; 2] = ["female", "male"];

fn empty(id: &str, dimensions: &[&str]) -> Table {
    let source = Source {
        publisher: "Statistical Office of XA".into(),
        title: "Invented table".into(),
        address: String::new(),
        licence: "CC0".into(),
        attribution: String::new(),
        vintage: "2026".into(),
        retrieved: None,
        content_sha256: None,
    };
    let counting = CountingRule {
        unit: CountedUnit::AsIndicated,
        reference_date: "date of the count".into(),
        statement: "Each record once.".into(),
    };
    let dimensions = dimensions
        .iter()
        .map(|dimension| Dimension::overlapping(dimension, "invented@1"))
        .collect();
    Table::new(id, dimensions, counting, source, vec![])
}

/// A table of two dimensions with its totals.
fn cross(
    id: &str,
    (rows, row_codes): (&str, &[&str]),
    (columns, column_codes): (&str, &[&str]),
    count: impl Fn(usize, usize) -> u64,
) -> (Table, Vec<Hierarchy>) {
    let mut table = empty(id, &[rows, columns]);
    let both = |at: Option<usize>, all: usize| at.map_or(0..all, |at| at..at + 1);
    let positions = |all: usize| std::iter::once(None).chain((0..all).map(Some));
    for row in positions(row_codes.len()) {
        for column in positions(column_codes.len()) {
            let sum = both(row, row_codes.len())
                .flat_map(|row| both(column, column_codes.len()).map(move |column| (row, column)))
                .map(|(row, column)| count(row, column))
                .sum();
            let codes = [
                row.map_or("all", |row| row_codes[row]),
                column.map_or("all", |column| column_codes[column]),
            ];
            table.push(&codes, Cell::Exact(sum)).expect("a new place");
        }
    }
    let flat = |codes: &[&str]| Hierarchy::flat("all", codes.to_vec()).expect("parts");
    (table, vec![flat(row_codes), flat(column_codes)])
}

fn draft((table, hierarchies): (Table, Vec<Hierarchy>), vintage: &str) -> Draft {
    Draft {
        table,
        hierarchies,
        population: "invented".into(),
        vintage: vintage.into(),
        party_dimension: Some("party".into()),
        behind: vec![],
    }
}

fn parties() -> Vec<Party> {
    PARTIES
        .iter()
        .map(|code| Party {
            code: (*code).to_owned(),
            sees: vec![Audience::Agreement("region".into())],
        })
        .collect()
}

fn rule(code: &str) -> &'static Rule {
    Rule::of_code(code).expect("a rule")
}

/// Counts of the leaves, and for each cell of the cross-table the smallest and largest count in any
/// table of whole numbers that agrees with what is printed. By counting through.
fn counted_through(
    printed: &Table,
    (rows, columns): (&[&str], &[&str]),
    all: u64,
) -> Vec<(u64, u64)> {
    let most = match printed.get(&["all", "all"]) {
        Some(Cell::Exact(count)) => *count,
        Some(Cell::Rounded { base, value }) => value + base - 1,
        // Where the count of everybody is masked there is no end: far enough beyond it.
        _ => all + 10,
    };
    let mut leaves = vec![0; rows.len() * columns.len()];
    let mut ends = vec![(u64::MAX, 0); printed.len()];
    fill(printed, (rows, columns), most, 0, &mut leaves, &mut ends);
    ends
}

fn fill(
    printed: &Table,
    (rows, columns): (&[&str], &[&str]),
    left: u64,
    at: usize,
    leaves: &mut Vec<u64>,
    ends: &mut [(u64, u64)],
) {
    if at == leaves.len() {
        let sum = |row: &str, column: &str| -> u64 {
            (0..leaves.len())
                .filter(|leaf| row == "all" || rows[leaf / columns.len()] == row)
                .filter(|leaf| column == "all" || columns[leaf % columns.len()] == column)
                .map(|leaf| leaves[leaf])
                .sum()
        };
        let counts: Vec<u64> = printed
            .iter()
            .map(|(codes, _)| sum(codes[0], codes[1]))
            .collect();
        let agrees = printed
            .iter()
            .zip(&counts)
            .all(|((_, cell), count)| match cell {
                Cell::Exact(exact) => exact == count,
                Cell::Masked { lower, upper } => (lower..=upper).contains(&count),
                Cell::Rounded { base, value } => count.abs_diff(*value) < *base,
                _ => true,
            });
        if agrees {
            for (end, count) in ends.iter_mut().zip(&counts) {
                *end = (end.0.min(*count), end.1.max(*count));
            }
        }
        return;
    }
    let codes = [rows[at / columns.len()], columns[at % columns.len()]];
    let (least, most) = match printed.get(&codes) {
        Some(Cell::Exact(exact)) => (*exact, *exact),
        Some(Cell::Rounded { base, value }) => (value.saturating_sub(base - 1), value + base - 1),
        _ => (0, left),
    };
    for count in least..=most.min(left.max(least)) {
        leaves[at] = count;
        fill(
            printed,
            (rows, columns),
            left.saturating_sub(count),
            at + 1,
            leaves,
            ends,
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Nothing beyond the rule, by counting through every table.
    #[test]
    fn what_is_released_cannot_be_worked_back(
        counts in prop::collection::vec(prop_oneof![3 => 0_u64..5, 1 => 5_u64..9], 6),
        rule in prop::sample::select(&["victims@1", "small-counts@1"][..]),
    ) {
        let rule = self::rule(rule);
        let table = cross("invented", ("form", &FORMS), ("sex", &SEXES), |row, column| {
            counts[row * 2 + column]
        });
        let draft = draft(table, "1");
        let ledger = Ledger::new();
        let wish = Wish::default();
        let setting = Setting {
            rule, audience: &Audience::Public, ledger: &ledger, parties: &[], wish: &wish,
        };
        let proposal = proposal_of(&draft, &setting);
        if proposal.breaches.is_empty() {
            let ends = counted_through(&proposal.printed, (&FORMS, &SEXES), counts.iter().sum());
            for ((cell, fate), (least, most)) in draft.table.iter().zip(&proposal.fates).zip(ends) {
                let count = cell.1.exact().expect("a count");
                let small = count < rule.threshold && (count > 0 || rule.zero_is_small);
                if small {
                    prop_assert!(matches!(fate, Fate::Sensitive(_)));
                    prop_assert!(most >= rule.threshold, "{:?} {least} {most}", cell.0);
                    prop_assert!(most - least >= rule.threshold, "{:?} {least} {most}", cell.0);
                }
            }
        }
    }

    /// A rounded table adds up, lies beside the counts, and leaves as many counts as the base has.
    #[test]
    fn what_is_rounded_cannot_be_worked_back(
        counts in prop::collection::vec(0_u64..9, 4),
        base in prop::sample::select(&[3_u64, 5][..]),
    ) {
        let rule = self::rule(if base == 3 { "rounded-3@1" } else { "rounded-5@1" });
        let table = cross("invented", ("form", &FORMS[..2]), ("sex", &SEXES), |row, column| {
            counts[row * 2 + column]
        });
        let draft = draft(table, "1");
        let ledger = Ledger::new();
        let wish = Wish::default();
        let setting = Setting {
            rule, audience: &Audience::Public, ledger: &ledger, parties: &[], wish: &wish,
        };
        let proposal = proposal_of(&draft, &setting);
        prop_assert!(!proposal.breaches.iter().any(|breach| breach.kind == BreachKind::NoRounding));
        for ((_, count), (_, printed)) in draft.table.iter().zip(proposal.printed.iter()) {
            let count = count.exact().expect("a count");
            let Cell::Rounded { value, .. } = printed else { panic!("not rounded") };
            prop_assert!(count.abs_diff(*value) < base && value % base == 0);
        }
        if proposal.breaches.is_empty() {
            let all = counts.iter().sum();
            for (least, most) in counted_through(&proposal.printed, (&FORMS[..2], &SEXES), all) {
                prop_assert!(most - least >= base - 1);
            }
        }
    }
}

/// A person of the invented population.
#[derive(Debug, Clone, Copy)]
struct Person(usize, usize, usize);

#[derive(Debug, Clone)]
struct Step {
    /// Which table: parties by form, or forms by sex.
    by_party: bool,
    public: bool,
    rule: usize,
    /// How many persons come, and how many go, before the next.
    come: usize,
    go: usize,
}

fn step() -> impl Strategy<Value = Step> {
    (
        any::<bool>(),
        any::<bool>(),
        0..4_usize,
        0..12_usize,
        0..3_usize,
    )
        .prop_map(|(by_party, public, rule, come, go)| Step {
            by_party,
            public,
            rule,
            come,
            go,
        })
}

fn table_of(persons: &[Person], by_party: bool) -> (Table, Vec<Hierarchy>) {
    let count = |wanted: &dyn Fn(&Person) -> bool| {
        u64::try_from(persons.iter().filter(|person| wanted(person)).count()).expect("few")
    };
    if by_party {
        cross(
            "by-party",
            ("party", &PARTIES),
            ("form", &FORMS),
            |row, column| count(&|person| person.0 == row && person.1 == column),
        )
    } else {
        cross(
            "by-sex",
            ("form", &FORMS),
            ("sex", &SEXES),
            |row, column| count(&|person| person.1 == row && person.2 == column),
        )
    }
}

/// What was released, with the truth.
struct Shown {
    draft: Draft,
    rule: &'static Rule,
    fates: Vec<Fate>,
}

/// What somebody who sees these audiences and knows the counts of these parties can prove, at the
/// end, of each sensitive cell that was released: within the rule, or not.
fn provable(shown: &[Shown], ledger: &Ledger, sees: &[Audience], own: &[&str]) -> Vec<String> {
    let mut world = World::of(ledger.seen_by(sees));
    let named = |world: &World, draft: &Draft, codes: &[&str]| {
        let place = place(draft.table.dimensions(), &draft.hierarchies, codes);
        world.find(&draft.population, &draft.vintage, &place)
    };
    let owns = |draft: &Draft, codes: &[&str]| {
        draft.table.dimensions()[0].id == "party" && own.contains(&codes[0])
    };
    for release in shown {
        for (codes, cell) in release.draft.table.iter() {
            if owns(&release.draft, &codes)
                && let Some(at) = named(&world, &release.draft, &codes)
            {
                world.know(at, cell.exact().expect("a count"));
            }
        }
    }
    let made = world.made();
    let all = bounds(&made.system, Wanted::Every, Budget::USUAL).expect("small numbers");
    let mut found = Vec::new();
    for release in shown {
        for ((codes, cell), fate) in release.draft.table.iter().zip(&release.fates) {
            let count = cell.exact().expect("a count");
            if !matches!(fate, Fate::Sensitive(super::Reason::Small))
                || owns(&release.draft, &codes)
            {
                continue;
            }
            let Some(at) = named(&world, &release.draft, &codes) else {
                continue;
            };
            let (least, most) = match made.known(at) {
                Known::Exactly(exact) => (exact, Some(exact)),
                Known::Unknown(unknown) => {
                    let interval = all.intervals[unknown].expect("no contradiction");
                    (interval.lower.unwrap_or(0), interval.upper)
                }
            };
            let threshold = i64::try_from(release.rule.threshold).expect("small");
            if most.is_some_and(|most| most < threshold || most - least < threshold) {
                found.push(format!("{own:?} {codes:?} {count} in {least}..{most:?}"));
            }
        }
    }
    found
}

/// What becomes of a sequence: how many releases there were, and of how many rules.
fn sequence(people: &[(usize, usize, usize)], steps: &[Step]) -> (Vec<Shown>, Ledger) {
    let mut persons: Vec<Person> = people.iter().map(|&(a, b, c)| Person(a, b, c)).collect();
    let parties = parties();
    let (mut ledger, mut shown) = (Ledger::new(), Vec::new());
    let mut vintage = 0;
    for (number, step) in steps.iter().enumerate() {
        let draft = draft(table_of(&persons, step.by_party), &vintage.to_string());
        let audience = if step.public {
            Audience::Public
        } else {
            Audience::Agreement("region".into())
        };
        let wish = Wish::default();
        let setting = Setting {
            rule: &RULES[step.rule],
            audience: &audience,
            ledger: &ledger,
            parties: &parties,
            wish: &wish,
        };
        let proposal = proposal_of(&draft, &setting);
        if let Ok(released) = release(Confidential::seal(draft.clone()), &setting) {
            assert_eq!(proposal.breaches, vec![], "what is released was safe");
            ledger.add(Publication {
                name: format!("release {number}"),
                audience: audience.clone(),
                population: draft.population.clone(),
                vintage: draft.vintage.clone(),
                table: released.table().clone(),
                hierarchies: draft.hierarchies.clone(),
            });
            shown.push(Shown {
                draft,
                rule: &RULES[step.rule],
                fates: proposal.fates,
            });
        }
        persons.drain(..step.go.min(persons.len()));
        for come in 0..step.come {
            persons.push(Person(come % 4, (come + number) % 3, come % 2));
        }
        if step.come + step.go > 0 {
            vintage += 1;
        }
    }
    (shown, ledger)
}

/// Vintages, withdrawals, two audiences, several rules: at the end, whoever attacks with everything
/// they have seen, alone or in pairs, proves nothing beyond the rule.
#[test]
fn no_sequence_of_releases_tells_more_than_the_rules_allow() {
    let mut runner = TestRunner::new(ProptestConfig::with_cases(24));
    let people = prop::collection::vec((0..4_usize, 0..3_usize, 0..2_usize), 30..90);
    let steps = prop::collection::vec(step(), 1..5);
    let (released, tried) = (Count::new(0), Count::new(0));
    let outcome = runner.run(&(people, steps), |(people, steps)| {
        let (shown, ledger) = sequence(&people, &steps);
        released.set(released.get() + shown.len());
        tried.set(tried.get() + steps.len());
        let suppressed: Vec<Shown> = shown
            .into_iter()
            .filter(|shown| shown.rule.method == Method::Suppress)
            .collect();
        let region = [Audience::Agreement("region".into())];
        let none = Vec::<String>::new();
        prop_assert_eq!(&provable(&suppressed, &ledger, &[], &[]), &none);
        for (at, one) in PARTIES.iter().enumerate() {
            prop_assert_eq!(&provable(&suppressed, &ledger, &region, &[one]), &none);
            for other in &PARTIES[at + 1..] {
                let pair = [*one, *other];
                prop_assert_eq!(&provable(&suppressed, &ledger, &region, &pair), &none);
            }
        }
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
    // Refusing everything would be safe too, and useless.
    let share = released.get() * 100 / tried.get().max(1);
    assert!(
        share >= 20,
        "{} of {} released",
        released.get(),
        tried.get()
    );
}

fn safe_table() -> Draft {
    let counts = [[9, 4, 12], [8, 2, 11], [17, 3, 10], [20, 6, 14]];
    draft(
        cross(
            "by-party",
            ("party", &PARTIES),
            ("form", &FORMS),
            |row, column| counts[row][column],
        ),
        "1",
    )
}

#[test]
fn a_planted_unsafe_release_is_refused() {
    let draft = safe_table();
    let wish = Wish::default();
    let mut ledger = Ledger::new();
    // Somebody else has printed the whole table of the same records.
    ledger.add(Publication {
        name: "planted".into(),
        audience: Audience::Public,
        population: draft.population.clone(),
        vintage: draft.vintage.clone(),
        table: draft.table.clone(),
        hierarchies: draft.hierarchies.clone(),
    });
    let setting = Setting {
        rule: rule("small-counts@1"),
        audience: &Audience::Public,
        ledger: &ledger,
        parties: &[],
        wish: &wish,
    };
    let refused = release(Confidential::seal(draft), &setting).expect_err("refused");
    assert_eq!(refused.code, "release_unsafe");
    assert!(format!("{:?}", refused.detail).ends_with("Confidential"));
}

#[test]
fn masks_of_the_small_alone_are_seen_through() {
    let draft = safe_table();
    let mut printed = draft.table.filter(|_| false);
    for (codes, cell) in draft.table.iter() {
        let small = cell.exact().is_some_and(|count| (1..5).contains(&count));
        let shown = if small {
            Cell::Masked {
                lower: 0,
                upper: 13,
            }
        } else {
            cell.clone()
        };
        printed.push(&codes, shown).expect("a new place");
    }
    let wish = Wish::default();
    let ledger = Ledger::new();
    let setting = Setting {
        rule: rule("small-counts@1"),
        audience: &Audience::Public,
        ledger: &ledger,
        parties: &[],
        wish: &wish,
    };
    let reasons = super::reason::reasons(&draft, &setting);
    let needs: Vec<_> = reasons.iter().flatten().map(|(_, need)| *need).collect();
    let breaches = super::trial::attack(&draft, &setting, &printed, &needs, &[]);
    assert_eq!(breaches.len(), 3, "{breaches:?}");
    assert!(
        breaches
            .iter()
            .all(|breach| breach.kind == BreachKind::Count)
    );
    // Witnesses that do not add up, or change what is printed, convince nobody.
    let lies: Vec<Vec<(usize, i64)>> = (0..draft.table.len())
        .flat_map(|cell| [vec![(cell, 9)], vec![(cell, -1)], vec![(0, 9), (cell, 9)]])
        .collect();
    let told = super::trial::attack(&draft, &setting, &printed, &needs, &lies);
    assert_eq!(told, breaches);
}

#[test]
fn a_party_and_a_pair_cannot_work_back_a_third() {
    let draft = safe_table();
    let wish = Wish::default();
    let ledger = Ledger::new();
    let parties = parties();
    let audience = Audience::Agreement("region".into());
    let setting = Setting {
        rule: rule("small-counts@1"),
        audience: &audience,
        ledger: &ledger,
        parties: &parties,
        wish: &wish,
    };
    let proposal = proposal_of(&draft, &setting);
    let alone = Setting {
        parties: &[],
        ..setting
    };
    let outsider = proposal_of(&draft, &alone);
    // What protects against the public alone does not protect against a party that knows its own.
    let reasons = super::reason::reasons(&draft, &setting);
    let needs: Vec<_> = reasons.iter().flatten().map(|(_, need)| *need).collect();
    assert!(!super::trial::attack(&draft, &setting, &outsider.printed, &needs, &[]).is_empty());
    assert_eq!(
        proposal.breaches,
        vec![],
        "masks enough against parties and pairs"
    );
    assert!(proposal.lost.protecting > outsider.lost.protecting);
}

#[test]
fn a_little_more_since_the_last_time_is_not_told() {
    let before = safe_table();
    let wish = Wish::default();
    let mut ledger = Ledger::new();
    let setting = Setting {
        rule: rule("small-counts@1"),
        audience: &Audience::Public,
        ledger: &ledger.clone(),
        parties: &[],
        wish: &wish,
    };
    let first = proposal_of(&before, &setting);
    assert_eq!(first.breaches, vec![]);
    ledger.add(Publication {
        name: "first".into(),
        audience: Audience::Public,
        population: before.population.clone(),
        vintage: before.vintage.clone(),
        table: first.printed,
        hierarchies: before.hierarchies.clone(),
    });
    let counts = [[9, 4, 12], [8, 2, 11], [17, 3, 10], [22, 6, 14]];
    let later = draft(
        cross(
            "by-party",
            ("party", &PARTIES),
            ("form", &FORMS),
            |row, column| counts[row][column],
        ),
        "2",
    );
    let setting = Setting {
        ledger: &ledger,
        ..setting
    };
    let second = proposal_of(&later, &setting);
    let all = later.table.row(&["all", "all"]).expect("the whole");
    assert_eq!(
        second.fates[all],
        Fate::Sensitive(super::Reason::Difference)
    );
}

/// Whatever the first release hid stays hidden when the same counts are released as signed.
#[test]
fn a_laxer_rule_opens_nothing_that_a_stricter_one_hid() {
    let draft = safe_table();
    let wish = Wish::default();
    for first in RULES.iter().filter(|rule| rule.method != Method::AsSigned) {
        let setting = Setting {
            rule: first,
            audience: &Audience::Public,
            ledger: &Ledger::new(),
            parties: &[],
            wish: &wish,
        };
        let printed = proposal_of(&draft, &setting).printed;
        let mut ledger = Ledger::new();
        ledger.add(Publication {
            name: "first".into(),
            audience: Audience::Public,
            population: draft.population.clone(),
            vintage: draft.vintage.clone(),
            table: printed,
            hierarchies: draft.hierarchies.clone(),
        });
        let again = Setting {
            rule: rule("totals-as-signed@1"),
            ledger: &ledger,
            ..setting
        };
        let refused = release(Confidential::seal(draft.clone()), &again);
        assert!(refused.is_err(), "after {}", first.code);
    }
}
