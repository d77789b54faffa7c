//! Stepwise choice and the intervals that follow from it.

use analyse::estimate::bootstrap::{
    Correction, Limit, Resampling, acceleration, bootstrap, jackknife,
};
use analyse::estimate::model::term_name;
use analyse::estimate::profile::Profile;
use analyse::estimate::stepwise::stepwise;
use analyse::estimate::{CaptureTable, Fitter, InOrder, Model, Status, aic};
use serde_json::Value;

use crate::reference::{
    TABLES, Threads, absolute, counts, json, number, numbers, relative, table, words,
};

/// The estimate of a stepwise choice at the usual threshold.
fn usual(fitter: &mut Fitter) -> f64 {
    stepwise(fitter, 0.02).estimate
}

fn names(codes: &[usize]) -> Vec<String> {
    codes.iter().map(|code| term_name(*code)).collect()
}

fn each_table(check: impl Fn(&str, &CaptureTable, &Value)) {
    for name in TABLES.iter().filter(|name| **name != "artificial3") {
        let (Some(table), Some(wanted)) = (table(name), json(&format!("stepwise/{name}.json")))
        else {
            return;
        };
        check(name, &table, &wanted);
    }
}

#[test]
fn paths_over_thresholds() {
    each_table(|name, table, wanted| {
        let mut fitter = Fitter::new(table.counts());
        for step in wanted["path"].as_array().expect("a path") {
            let found = stepwise(&mut fitter, number(&step["pthresh"]));
            if let Some(all) = step.get("N_SparseMSE") {
                if all.is_number() {
                    relative(found.estimate, number(all), 1e-6, name);
                } else {
                    assert_ne!(found.status, Status::Ok, "{name}");
                }
                continue;
            }
            relative(found.estimate, number(&step["N"]), 1e-8, name);
            assert_eq!(names(&found.added), words(&step["added"]), "{name}");
            for (p, wanted) in found.p_values.iter().zip(numbers(&step["pvalues"])) {
                relative(*p, wanted, 1e-6, name);
            }
        }
    });
}

#[test]
fn jackknife_values_and_acceleration() {
    each_table(|name, table, wanted| {
        let wanted = &wanted["bca_p0.02"];
        let found = jackknife(table.counts(), &InOrder, usual);
        let codes: Vec<f64> = found.iter().map(|(code, ..)| *code as f64).collect();
        assert_eq!(codes, numbers(&wanted["jackknife"]["history_code"]));
        for ((_, _, value), wanted) in found.iter().zip(numbers(&wanted["jackknife"]["N"])) {
            relative(*value, wanted, 1e-6, name);
        }
        let weighted: Vec<(u64, f64)> = found.iter().map(|(_, w, v)| (*w, *v)).collect();
        relative(acceleration(&weighted), number(&wanted["ahat"]), 1e-6, name);
    });
}

#[test]
fn arithmetic_on_given_replicates() {
    each_table(|name, _, wanted| {
        let test = &wanted["bca_p0.02"]["deterministic_bca_test"];
        let replicates = numbers(&test["bootreps"]);
        let correction =
            Correction::new(number(&test["popest"]), &replicates, number(&test["ahat"]));
        let wanted = numbers(&test["expected"]);
        for (p, wanted) in numbers(&test["alpha"]).into_iter().zip(wanted) {
            relative(correction.quantile(p), wanted, 1e-9, name);
        }
    });
}

#[test]
fn given_resampled_tables() {
    each_table(|name, _, wanted| {
        let vectors = wanted["bca_p0.02"]["resample_test_vectors"].as_array();
        for (index, vector) in vectors.expect("vectors").iter().enumerate() {
            let found = stepwise(&mut Fitter::new(&counts(&vector["counts"])), 0.02);
            let what = format!("{name}, vector {index}");
            // Sorted: where two pairs tie to the last digit the reference took either first.
            let (mut added, mut wanted) = (names(&found.added), words(&vector["added"]));
            added.sort();
            wanted.sort();
            assert_eq!(added, wanted, "{what}");
            relative(found.estimate, number(&vector["N"]), 1e-7, &what);
        }
    });
}

#[test]
fn limits_beyond_the_replicates_are_said_to_be_so() {
    let Some(table) = table("neworl8_v185") else {
        return;
    };
    let resampling = Resampling {
        replicates: 1000,
        seed: 1234,
    };
    let found = bootstrap(table.counts(), resampling, &Threads(2), usual);
    assert!(matches!(found.limit(0.025), Limit::BelowResolution(_)));
    assert_eq!(found.limit(0.025).value(), None);
    let all_above = Correction::new(1.0, &[2.0, 3.0, 4.0], 0.0);
    assert_eq!(all_above.limit(0.025), Limit::Undefined);
    let lost = Correction::new(3.0, &[2.0, f64::NAN, 4.0, 3.5, 1.0], f64::NAN);
    assert_eq!(lost.limit(0.5), Limit::Undefined);
    let values: Vec<f64> = (0..1000).map(f64::from).collect();
    let lost: Vec<f64> = values
        .iter()
        .map(|v| if *v > 900.0 { f64::NAN } else { *v })
        .collect();
    let unbounded = Correction::new(500.0, &lost, 0.0);
    assert!(matches!(unbounded.limit(0.975), Limit::AboveResolution(_)));
    assert!(matches!(unbounded.limit(0.5), Limit::At(_)));
}

#[test]
fn threads_and_rows_change_nothing() {
    let Some(table) = table("ukdat5") else { return };
    let resampling = Resampling {
        replicates: 100,
        seed: 9,
    };
    let one = bootstrap(table.counts(), resampling, &InOrder, usual);
    for threads in [1, 2, 3, 7] {
        assert_eq!(
            bootstrap(table.counts(), resampling, &Threads(threads), usual),
            one
        );
    }
    let other = Resampling {
        replicates: 100,
        seed: 10,
    };
    assert_ne!(bootstrap(table.counts(), other, &InOrder, usual), one);
}

#[test]
fn stepwise_by_aic_with_profile_intervals() {
    let Some(wanted) = json("silverman2020_stepwise_aic.json") else {
        return;
    };
    let tables = [
        ("UKdat", "ukdat6"),
        ("UKdat_5", "ukdat5"),
        ("Ned", "ned6"),
        ("Ned_5", "ned5"),
        ("NewOrl_5", "neworl5_v185"),
        ("Kosovo", "kosovo4"),
    ];
    for (key, name) in tables {
        let Some(table) = table(name) else { return };
        let table = if key == "Ned" {
            other_dutch(&table)
        } else {
            table
        };
        for (method, threshold) in [("AIC_p0.001", 0.001), ("AIC_p0.05", 0.05), ("main", 0.0)] {
            let limits = &wanted["results"][key][method]["ci"];
            let mut fitter = Fitter::new(table.counts());
            let (fit, _) = aic::forward(&mut fitter, threshold).expect("an estimate");
            let mut terms: Vec<usize> = fit.coefficients.iter().map(|(term, ..)| *term).collect();
            terms.extend(&fit.boundary);
            let profile = Profile::new(&mut fitter, &terms, fit.estimate());
            let mut profile = profile.expect("a profile");
            let what = format!("{key} {method}");
            // The reference takes Stirling's formula, which tells on the small table, and searches
            // the highest point, where the
            // profile is flat, less closely than the limits.
            let point = number(&limits["point estimate"]);
            relative(profile.estimate, point, 1e-5, &what);
            let close = if key == "NewOrl_5" { 1e-5 } else { 1e-7 };
            let (lower, upper) = profile.limits(0.95);
            let upper = upper.expect("a limit");
            relative(lower, number(&limits["2.5%"]), close, &what);
            relative(upper, number(&limits["97.5%"]), close, &what);
            let (lower, upper) = profile.limits(0.8);
            let upper = upper.expect("a limit");
            relative(lower, number(&limits["10%"]), close, &what);
            relative(upper, number(&limits["90%"]), close, &what);
        }
    }
}

/// The Dutch table of six lists as the reference of the choice by AIC holds it: two persons on O
/// and R (the third and fifth list) stand on O and Z (the third and sixth).
///
/// Found from the recorded limits of independent lists: of all changes by up to five persons of
/// each list total, only two fewer on R and two more on Z give them, to 1e-9; of the observed
/// histories that can carry it, only this one gives the recorded 60,794. The table here gives
/// 60,319 by the same pairs. With five lists, I and O as one, both are one table.
fn other_dutch(table: &CaptureTable) -> CaptureTable {
    let mut counts = table.counts().to_vec();
    counts[0b01_0100] -= 2;
    counts[0b10_0100] += 2;
    CaptureTable::new(table.lists().to_vec(), counts).expect("a table")
}

#[test]
fn profile_intervals() {
    for name in TABLES {
        let Some(table) = table(name) else { return };
        if table.lists().len() > 5 {
            continue;
        }
        let Some(wanted) = json(&format!("rcapture/{name}.json")) else {
            return;
        };
        let mut fitter = Fitter::new(table.counts());
        for (key, wanted) in wanted["exact_profile"].as_object().expect("profiles") {
            let model = Model::parse(key, table.lists().len()).expect("a model");
            fitter.load(table.counts());
            let Ok(fit) = fitter.fit(model.terms()) else {
                // The reference runs its search to a bound; here no estimate is the answer.
                assert_eq!((name, key.as_str()), ("artificial3", "[12,3]"));
                continue;
            };
            let profile = Profile::new(&mut fitter, model.terms(), fit.estimate());
            let mut profile = profile.expect("a profile");
            let what = format!("{name} {key}");
            relative(
                profile.estimate,
                number(&wanted["N_profile_max"]),
                1e-5,
                &what,
            );
            absolute(profile.maximum, number(&wanted["loglik_max"]), 1e-6, &what);
            let (lower, upper) = profile.limits(1.0 - number(&wanted["alpha"]));
            relative(lower, number(&wanted["N_lower"]), 1e-5, &what);
            match wanted["N_upper"].as_f64() {
                Some(wanted) => relative(upper.expect("a limit"), wanted, 1e-5, &what),
                None => assert_eq!(upper, None, "{what}"),
            }
        }
    }
}
