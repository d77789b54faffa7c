//! The report: everything side by side, the same in any order of lists, rows and threads.

use analyse::estimate::bootstrap::Resampling;
use analyse::estimate::report::{Change, EstimateError, Method, Options, Report};
use analyse::estimate::{CaptureTable, InOrder, Model, Status, Workers, latent, report};
use proptest::prelude::*;

use crate::reference::{Threads, relative, table};

/// Chains short enough for a test of what surrounds them.
const CHAINS: latent::Settings = latent::Settings {
    classes: 6,
    burn_in: 600,
    samples: 500,
    thinning: 2,
    chains: 2,
    seed: 0,
};

fn quick(seed: u64, replicates: usize) -> Options {
    Options {
        resampling: Resampling { replicates, seed },
        latent: CHAINS,
        ..Options::usual(seed)
    }
}

fn run(table: &CaptureTable, method: &str, options: &Options, workers: &dyn Workers) -> Report {
    let methods = Method::named(method).expect("a method");
    report(table, &methods, options, workers).expect("a report")
}

/// The same table with its lists in another order: list `j` moves to place `places[j]`.
fn moved(table: &CaptureTable, places: &[usize]) -> CaptureTable {
    let mut lists = vec![String::new(); places.len()];
    for (list, place) in places.iter().enumerate() {
        lists[*place].clone_from(&table.lists()[list]);
    }
    let mut counts = vec![0; table.counts().len()];
    for (code, count) in table.counts().iter().enumerate() {
        counts[analyse::estimate::model::move_code(code, places)] = *count;
    }
    CaptureTable::new(lists, counts).expect("a table")
}

#[test]
fn all_methods_on_the_british_table() {
    let Some(table) = table("ukdat5") else { return };
    let found = run(&table, "all", &quick(1, 200), &Threads(2));
    assert_eq!(found.persons, 2744);
    assert_eq!(found.empty_pairs, [("LA".to_owned(), "GP".to_owned())]);
    assert!(found.not_run.is_empty());
    let estimate = |method: &str| {
        let own = found.results.iter().find(|result| result.method == method);
        own.and_then(|result| result.estimate).expect("an estimate")
    };
    relative(estimate("main"), 13_444.131, 1e-6, "main");
    relative(estimate("stepwise"), 11_312.990, 1e-6, "stepwise");
    relative(estimate("aic"), 11_303.871, 1e-6, "aic");
    relative(estimate("bic"), 25_311.291, 1e-6, "bic");
    relative(estimate("dga"), 22_990.0, 1e-12, "dga");
    relative(
        estimate("bayes-threshold"),
        12_400.0,
        0.03,
        "bayes-threshold",
    );
    assert_eq!(found.headline.method, Some("stepwise"));
    for result in &found.results {
        assert_eq!(result.status, Status::Ok, "{}", result.method);
        let (Some(lower), Some(upper)) = (result.lower, result.upper) else {
            let told = |key: &str| result.detail.iter().any(|(own, _)| *own == key);
            assert!(
                told("lower") || told("upper") || told("interval"),
                "{}",
                result.method
            );
            continue;
        };
        let estimate = result.estimate.expect("an estimate");
        assert!(lower <= estimate && estimate <= upper, "{}", result.method);
    }
    let codes: Vec<&str> = found.caveats.iter().map(|caveat| caveat.code).collect();
    for code in [
        "assumptions",
        "unreliable-in-practice",
        "empty-pairs",
        "methods-differ",
    ] {
        assert!(codes.contains(&code), "{code}");
    }
    // Eight thresholds, five lists, ten pairs.
    assert_eq!(found.sensitivity.len(), 8 + 5 + 10);
    let without =
        |row: &&analyse::estimate::report::Sensitivity| row.change == Change::Without("GO".into());
    assert!(
        found
            .sensitivity
            .iter()
            .find(without)
            .expect("a row")
            .estimate
            .is_some()
    );
}

#[test]
fn a_model_without_an_estimate_says_why() {
    let Some(table) = table("artificial3") else {
        return;
    };
    for (model, status) in [
        ("model:[12,3]", Status::DoesNotExist),
        ("model:[12,13,23]", Status::NotIdentifiable),
        ("model:[13,2]", Status::Ok),
    ] {
        let found = run(&table, model, &quick(1, 0), &InOrder);
        let result = &found.results[0];
        assert_eq!(result.status, status);
        assert_eq!(result.estimate.is_some(), status == Status::Ok);
        assert_eq!(result.model.as_deref(), model.strip_prefix("model:"));
        let reason = result
            .detail
            .iter()
            .any(|(key, text)| *key == "reason" && !text.is_empty());
        assert_eq!(reason, status != Status::Ok);
    }
}

#[test]
fn a_limit_beyond_the_replicates_is_not_printed() {
    let Some(table) = table("neworl8_v185") else {
        return;
    };
    let found = run(&table, "stepwise", &quick(3, 1000), &Threads(2));
    let result = &found.results[0];
    assert_eq!(result.lower, None);
    let why = result
        .detail
        .iter()
        .find(|(key, _)| *key == "lower")
        .expect("a reason");
    assert!(
        why.1
            .starts_with("beyond the resolution of 1000 replicates"),
        "{}",
        why.1
    );
    assert_eq!(found.headline.result, None);
    // The published interval of independent lists is the Wald one.
    let main = run(&table, "main", &quick(3, 0), &InOrder);
    relative(
        main.results[0].lower.expect("a limit"),
        644.88,
        1e-5,
        "lower",
    );
    relative(
        main.results[0].upper.expect("a limit"),
        1617.54,
        1e-5,
        "upper",
    );
}

#[test]
fn two_lists_come_with_a_warning() {
    let table = CaptureTable::from_csv("A,B,count\n1,0,50\n0,1,40\n1,1,10\n").expect("a table");
    let found = run(&table, "all", &quick(1, 50), &InOrder);
    assert_eq!(found.headline.method, None);
    assert!(
        found
            .caveats
            .iter()
            .any(|caveat| caveat.code == "two-lists")
    );
    assert!(!found.checks[0].passed);
    let main = &found.results[0];
    relative(
        main.estimate.expect("an estimate"),
        300.0,
        1e-9,
        "Lincoln-Petersen",
    );
}

#[test]
fn many_lists_name_the_methods_that_do_not_run() {
    let Some(table) = table("neworl8_v186") else {
        return;
    };
    let found = run(&table, "all", &quick(1, 20), &Threads(2));
    let names: Vec<&str> = found.not_run.iter().map(|(method, _)| *method).collect();
    assert_eq!(names, ["dga"]);
    let bic = found
        .results
        .iter()
        .find(|result| result.method == "bic")
        .expect("a walk");
    relative(
        bic.estimate.expect("an estimate"),
        1110.4881,
        1e-6,
        "downhill",
    );
    let alone = report(&table, &[Method::Graphs], &quick(1, 20), &InOrder);
    assert!(matches!(
        alone,
        Err(EstimateError::Lists {
            found: 8,
            allowed: 5,
            ..
        })
    ));
}

#[test]
fn requests_outside_the_ranges_are_refused() {
    let table = CaptureTable::from_csv("A,B,count\n1,0,50\n0,1,40\n1,1,10\n").expect("a table");
    let usual = quick(1, 10);
    let cases = [
        Options {
            level: 1.0,
            ..usual
        },
        Options {
            threshold: -0.1,
            ..usual
        },
        Options {
            threshold: f64::NAN,
            ..usual
        },
        Options {
            order_max: Some(3),
            ..usual
        },
        Options {
            delta: Some(0.0),
            ..usual
        },
        Options {
            latent: latent::Settings {
                classes: 0,
                ..CHAINS
            },
            ..usual
        },
        Options {
            resampling: Resampling {
                replicates: 1_000_000,
                seed: 1,
            },
            ..usual
        },
    ];
    for options in cases {
        let refused = report(&table, &[Method::Main], &options, &InOrder);
        assert!(
            matches!(refused, Err(EstimateError::Setting { .. })),
            "{options:?}"
        );
    }
    assert!(Method::named("magic").is_err());
    for name in ["12,3", "[12,4]", "[]", "[11,2]", "[1,,2]", "[1;2]"] {
        let method = Method::Model(name.to_owned());
        let refused = report(&table, &[method], &usual, &InOrder);
        assert!(matches!(refused, Err(EstimateError::Model(_))), "{name}");
    }
}

#[test]
fn the_order_of_lists_and_the_number_of_threads_change_nothing() {
    for (name, places) in [
        ("ukdat5", vec![3, 0, 4, 1, 2]),
        ("kosovo4", vec![2, 3, 1, 0]),
    ] {
        let Some(table) = table(name) else { return };
        let other = moved(&table, &places);
        let options = quick(17, 40);
        let one = run(&table, "all", &options, &InOrder);
        assert_eq!(run(&table, "all", &options, &Threads(3)), one);
        let two = run(&other, "all", &options, &Threads(2));
        let lists = table.lists().len();
        let modelled =
            |result: &&analyse::estimate::report::MethodResult| result.method != "simple";
        let pairs = one
            .results
            .iter()
            .filter(modelled)
            .zip(two.results.iter().filter(modelled));
        for (first, second) in pairs {
            assert_eq!(first.estimate, second.estimate, "{name} {}", first.method);
            assert_eq!((first.lower, first.upper), (second.lower, second.upper));
            let model = first.model.as_deref().map(|model| {
                Model::parse(model, lists)
                    .expect("a model")
                    .moved(&places)
                    .to_string()
            });
            assert_eq!(model, second.model, "{name} {}", first.method);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any table of four lists, rows shuffled and lists moved: the same estimates to the last bit.
    #[test]
    fn any_table_in_any_order(
        counts in proptest::collection::vec(prop_oneof![2 => Just(0_u64), 3 => 1_u64..60], 15),
        order in Just((0..15_usize).collect::<Vec<_>>()).prop_shuffle(),
        places in Just(vec![0_usize, 1, 2, 3]).prop_shuffle(),
    ) {
        let names = ["D", "A", "C", "B"];
        let row = |code: usize| {
            let digits = (0..4).map(|list| if (code + 1) & 1 << list != 0 { "1" } else { "0" });
            format!("{},{}\n", digits.collect::<Vec<_>>().join(","), counts[code])
        };
        let header = format!("{},count\n", names.join(","));
        let straight: String = (0..15).map(row).collect();
        let shuffled: String = order.iter().map(|code| row(*code)).collect();
        let first = CaptureTable::from_csv(&format!("{header}{straight}"));
        let second = CaptureTable::from_csv(&format!("{header}{shuffled}"));
        prop_assert_eq!(&first, &second);
        let Ok(table) = first else { return Ok(()) };
        let options = quick(5, 0);
        for method in ["main", "stepwise", "aic", "bic"] {
            let one = run(&table, method, &options, &InOrder);
            let two = run(&moved(&table, &places), method, &options, &Threads(2));
            prop_assert_eq!(one.results[0].estimate, two.results[0].estimate);
            prop_assert_eq!(one.results[0].status, two.results[0].status);
            prop_assert_eq!(one.persons, two.persons);
        }
    }

    /// Every method, with its replicates, grids and chains: lists moved and threads added change
    /// no bit of any answer.
    #[test]
    fn every_method_in_any_order(
        counts in proptest::collection::vec(prop_oneof![1 => Just(0_u64), 3 => 1_u64..40], 15),
        places in Just(vec![0_usize, 1, 2, 3]).prop_shuffle(),
        seed in any::<u64>(),
    ) {
        let names = ["D", "A", "C", "B"].map(str::to_owned).to_vec();
        let cells = std::iter::once(0).chain(counts).collect();
        let Ok(table) = CaptureTable::new(names, cells) else { return Ok(()) };
        let mut options = quick(seed, 20);
        options.latent.samples = 20;
        let one = run(&table, "all", &options, &InOrder);
        prop_assert_eq!(&run(&table, "all", &options, &Threads(3)), &one);
        let two = run(&moved(&table, &places), "all", &options, &Threads(2));
        let numbers = |report: &Report| {
            let own = report.results.iter().filter(|result| result.method != "simple");
            own.map(|r| (r.method, r.status, r.estimate, r.lower, r.upper, r.aic, r.bic))
                .collect::<Vec<_>>()
        };
        prop_assert_eq!(numbers(&two), numbers(&one));
        prop_assert_eq!(two.headline, one.headline);
    }

    /// Lists merged here, and lists given as one: the same report.
    #[test]
    fn merged_lists_are_answered_as_if_given_merged(
        counts in proptest::collection::vec(prop_oneof![1 => Just(0_u64), 3 => 1_u64..40], 15),
        pair in prop_oneof![Just((0, 1)), Just((0, 2)), Just((1, 3)), Just((2, 3))],
    ) {
        let names = ["A", "B", "C", "D"].map(str::to_owned).to_vec();
        let cells: Vec<u64> = std::iter::once(0).chain(counts).collect();
        let Ok(table) = CaptureTable::new(names.clone(), cells.clone()) else { return Ok(()) };
        let (first, second) = pair;
        let Ok(merged) = table.merge(&[&names[first], &names[second]]) else { return Ok(()) };
        // Written out as a file of three lists, each person on the new list who was on either.
        let others: Vec<usize> = (0..4).filter(|list| *list != first && *list != second).collect();
        let mut file = format!("{0}{1},{2},{3},count\n", names[first], names[second],
            names[others[0]], names[others[1]]);
        for (code, count) in cells.iter().enumerate().skip(1) {
            let on = |list: usize| code >> list & 1;
            let either = on(first) | on(second);
            file.push_str(&format!("{either},{},{},{count}\n", on(others[0]), on(others[1])));
        }
        let given = CaptureTable::from_csv(&file).expect("a table");
        let options = quick(3, 20);
        for method in ["main", "stepwise", "aic", "bic", "dga", "bayes-threshold"] {
            let one = run(&merged, method, &options, &InOrder);
            let two = run(&given, method, &options, &InOrder);
            let numbers = |report: &Report| {
                let own = &report.results[0];
                (own.status, own.estimate, own.lower, own.upper)
            };
            prop_assert_eq!(numbers(&one), numbers(&two), "{}", method);
        }
    }

    /// Every method answers any table, with an estimate or with a reason, and always comes back.
    #[test]
    fn any_table_is_answered(
        lists in 3_usize..6,
        counts in proptest::collection::vec(prop_oneof![4 => Just(0_u64), 3 => 1_u64..20], 31),
    ) {
        let names: Vec<String> = (0..lists).map(|list| format!("L{list}")).collect();
        let cells = std::iter::once(0).chain(counts).take(1 << lists).collect();
        let Ok(table) = CaptureTable::new(names, cells) else { return Ok(()) };
        let methods: Vec<Method> = Method::named("all").expect("methods");
        let slow = |method: &&Method| !matches!(method, Method::LatentClasses);
        let methods: Vec<Method> = methods.iter().filter(slow).cloned().collect();
        let options = Options { order_max: Some(2), ..quick(5, 12) };
        let found = report(&table, &methods, &options, &Threads(2)).expect("a report");
        for result in &found.results {
            prop_assert_eq!(result.estimate.is_some(), result.status == Status::Ok);
            let told = result.detail.iter().any(|(key, _)| *key == "reason");
            prop_assert_eq!(told, result.status != Status::Ok);
            if let Some(estimate) = result.estimate {
                prop_assert!(estimate >= 0.0 && !estimate.is_nan(), "{}", result.method);
            }
        }
        let settings = latent::Settings {
            classes: 4, burn_in: 50, samples: 50, thinning: 1, chains: 2, seed: 1,
        };
        for chain in latent::sample(&table, settings, &InOrder).persons {
            prop_assert!(chain.iter().all(|n| *n >= table.persons() as f64 && n.is_finite()));
        }
    }

    /// Reading never panics, whatever the text.
    #[test]
    fn any_text_is_read_or_refused(text in "[A-C01,count\n\"-]{0,80}") {
        let _ = CaptureTable::from_csv(&text);
    }
}
