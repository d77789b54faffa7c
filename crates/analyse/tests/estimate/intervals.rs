//! Bootstrap intervals against the reference: draw by draw with its own random numbers, and with
//! ours within what chance allows.

use std::cmp::Reverse;

use analyse::estimate::bic::rank;
use analyse::estimate::bootstrap::{
    Correction, Resampling, acceleration, bootstrap, jackknife, replicates,
};
use analyse::estimate::special::normal_quantile;
use analyse::estimate::stepwise::stepwise;
use analyse::estimate::{CaptureTable, Fitter, InOrder};
use serde_json::Value;

use crate::draws::Draws;
use crate::ranking::RANKINGS;
use crate::reference::{TABLES, Threads, absolute, counts, json, number, relative, table};

/// Among more models than these, each replicate takes too long for a quick test.
const MODELS_FEW: usize = 60;

fn usual(fitter: &mut Fitter) -> f64 {
    stepwise(fitter, 0.02).estimate
}

/// The observed histories in the order of their codes.
fn by_code(counts: &[u64]) -> Vec<usize> {
    (1..counts.len()).filter(|cell| counts[*cell] > 0).collect()
}

/// Tables of the reference's seed.
pub(crate) fn drawn(counts: &[u64], order: &[usize], seed: &Value, number: usize) -> Vec<Vec<u64>> {
    let seed = seed.as_u64().and_then(|seed| u32::try_from(seed).ok());
    let mut draws = Draws::new(seed.expect("a seed"));
    (0..number).map(|_| draws.table(counts, order)).collect()
}

/// Estimates of tables, one half of them on a thread of its own.
pub(crate) fn estimates(
    tables: &[Vec<u64>],
    choice: &(dyn Fn(&mut Fitter) -> f64 + Sync),
) -> Vec<f64> {
    let each = |tables: &[Vec<u64>]| -> Vec<f64> {
        let own = tables.iter();
        own.map(|counts| choice(&mut Fitter::new(counts))).collect()
    };
    let (first, second) = tables.split_at(tables.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| each(second));
        let mut values = each(first);
        values.extend(other.join().expect("estimates"));
        values
    })
}

fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let size = values.len() as f64;
    let mean = values.iter().sum::<f64>() / size;
    let squares = values.iter().map(|value| (value - mean).powi(2));
    (mean, (squares.sum::<f64>() / (size - 1.0)).sqrt())
}

fn each_table(check: impl Fn(&str, &CaptureTable, &Value)) {
    for name in TABLES.iter().filter(|name| **name != "artificial3") {
        let (Some(table), Some(wanted)) = (table(name), json(&format!("stepwise/{name}.json")))
        else {
            return;
        };
        check(name, &table, &wanted["bca_p0.02"]);
    }
}

#[test]
fn the_random_numbers_are_those_of_the_reference() {
    each_table(|name, table, wanted| {
        let order = by_code(table.counts());
        let vectors = wanted["resample_test_vectors"].as_array().expect("vectors");
        let found = drawn(table.counts(), &order, &Value::from(7), vectors.len());
        for (found, wanted) in found.iter().zip(vectors) {
            assert_eq!(found, &counts(&wanted["counts"]), "{name}");
        }
    });
}

/// A correction against all that is recorded of it, `point` being the estimate.
///
/// On small tables some replicates are the estimate itself but for rounding. The reference lets
/// rounding say whether they lie below; here they do not. Its share lies between those with none
/// and with all of them, and its limits follow from its share.
fn held(found: &Correction, point: f64, wanted: &Value, what: &str) {
    let bias = number(&wanted["z0"]);
    let share = |least: f64| {
        let below = found.sorted.iter().filter(|value| **value < least).count();
        normal_quantile(below as f64 / found.sorted.len() as f64)
    };
    let (none, all) = (share(point * (1.0 - 1e-9)), share(point * (1.0 + 1e-9)));
    absolute(found.bias, none, 0.0, what);
    assert!(
        none - 1e-9 <= bias && bias <= all + 1e-9,
        "{what}: {bias}, {none} to {all}"
    );
    let found = Correction {
        bias,
        ..found.clone()
    };
    for (p, wanted) in wanted["bca"].as_object().expect("limits") {
        let level = p.parse().expect("a level");
        let what = format!("{what}, at {p}");
        relative(found.quantile(level), number(wanted), 1e-6, &what);
    }
    if let Some(wanted) = wanted["boot_median"].as_f64() {
        let size = found.sorted.len();
        let middle = f64::midpoint(found.sorted[size / 2 - 1], found.sorted[size / 2]);
        relative(middle, wanted, 1e-6, what);
    }
}

#[test]
fn stepwise_intervals_with_the_draws_of_the_reference() {
    each_table(|name, table, wanted| {
        let seeds = wanted["bca_seeds"].as_array().expect("seeds");
        stepwise_intervals(name, table, seeds);
    });
}

#[test]
#[ignore = "ten thousand replicates of each table: half a minute of two processors"]
fn long_stepwise_intervals_with_the_draws_of_the_reference() {
    each_table(|name, table, wanted| {
        stepwise_intervals(name, table, std::slice::from_ref(&wanted["bca_big"]));
    });
}

/// All that is recorded of runs with given seeds.
fn stepwise_intervals(name: &str, table: &CaptureTable, runs: &[Value]) {
    let order = by_code(table.counts());
    let point = usual(&mut Fitter::new(table.counts()));
    let values = jackknife(table.counts(), &InOrder, usual);
    let weighted: Vec<(u64, f64)> = values.iter().map(|(_, w, v)| (*w, *v)).collect();
    for wanted in runs {
        let what = format!("{name}, seed {}", wanted["seed"]);
        let number_of = wanted["nboot"]
            .as_u64()
            .and_then(|b| usize::try_from(b).ok());
        let number_of = number_of.expect("replicates");
        let tables = drawn(table.counts(), &order, &wanted["seed"], number_of);
        let values = estimates(&tables, &usual);
        let found = Correction::new(point, &values, acceleration(&weighted));
        held(&found, point, wanted, &what);
        let (mean, deviation) = mean_and_deviation(&values);
        relative(mean, number(&wanted["boot_mean"]), 1e-6, &what);
        relative(deviation, number(&wanted["boot_sd"]), 1e-6, &what);
    }
}

/// The observed histories by the number of their lists, those of the first lists first: the order
/// in which the reference draws where all models are ranked.
pub(crate) fn fewest_lists_first(counts: &[u64]) -> Vec<usize> {
    let mut order = by_code(counts);
    // Among as many lists, the history that leads with an earlier list comes first.
    order.sort_by_key(|code| (code.count_ones(), Reverse(code.reverse_bits())));
    order
}

/// The intervals of all rankings, each replicate choosing among so many of the best models;
/// `whole` for those among all models where they are more than [`MODELS_FEW`].
fn ranked_intervals(whole: bool) -> usize {
    let mut compared = 0;
    for (name, order) in RANKINGS {
        let (Some(table), Some(wanted)) =
            (table(name), json(&format!("bic/{name}.order{order}.json")))
        else {
            return compared;
        };
        let Some(runs) = wanted["bootstrap"]["by_ntop"].as_array() else {
            continue;
        };
        let counts = table.counts();
        let ranking = rank(counts, order, &Threads(2)).expect("not too many");
        let seed = &wanted["bootstrap"]["seed"];
        let tables = drawn(counts, &fewest_lists_first(counts), seed, 1000);
        for wanted in runs {
            let top = wanted["ntop"].as_str().and_then(|top| top.parse().ok());
            let top = top.unwrap_or(usize::MAX).min(ranking.ranked.len());
            if (top > MODELS_FEW) != whole {
                continue;
            }
            let what = format!("{name} of order {order}, {top} best");
            let choice = ranking.choice(top);
            let point = ranking.ranked[0].estimate;
            let values = jackknife(counts, &Threads(2), &choice);
            let weighted: Vec<(u64, f64)> = values.iter().map(|(_, w, v)| (*w, *v)).collect();
            let acceleration = acceleration(&weighted);
            relative(acceleration, number(&wanted["ahat"]), 1e-6, &what);
            let values = estimates(&tables, &choice);
            held(
                &Correction::new(point, &values, acceleration),
                point,
                wanted,
                &what,
            );
            compared += 1;
        }
    }
    compared
}

#[test]
fn ranked_intervals_with_the_draws_of_the_reference() {
    let compared = ranked_intervals(false);
    assert!(compared == 0 || compared > 90, "{compared} runs compared");
}

#[test]
#[ignore = "all models in each replicate: a minute of two processors"]
fn ranked_intervals_among_all_models_with_the_draws_of_the_reference() {
    ranked_intervals(true);
}

/// Of 1,000 replicates, in how many the chosen model was among the 1, 5, 10, 50 and 100 best of the
/// first ranking (Silverman, Chan and Vincent 2024, Table 4).
fn ranks_of_the_chosen(name: &str, order: usize, printed: [usize; 5]) {
    let Some(table) = table(name) else { return };
    let ranking = rank(table.counts(), order, &Threads(2)).expect("not too many");
    let seed = Value::from(1234);
    let tables = drawn(
        table.counts(),
        &fewest_lists_first(table.counts()),
        &seed,
        1000,
    );
    let choice = ranking.chosen(usize::MAX);
    let place = |fitter: &mut Fitter| choice(fitter).map_or(f64::NAN, |(place, _)| place as f64);
    let places = estimates(&tables, &place);
    let among = |top: usize| places.iter().filter(|place| **place < top as f64).count();
    assert_eq!(
        [1, 5, 10, 50, 100].map(among),
        printed,
        "{name} of order {order}"
    );
}

#[test]
fn published_ranks_of_the_chosen_model() {
    ranks_of_the_chosen("kosovo4", 3, [375, 929, 997, 1000, 1000]);
}

#[test]
#[ignore = "all models in each replicate: a minute of two processors"]
fn published_ranks_of_the_chosen_model_among_many() {
    ranks_of_the_chosen("ukdat5", 2, [216, 583, 739, 930, 954]);
    ranks_of_the_chosen("ukdat5", 4, [156, 622, 732, 898, 943]);
    ranks_of_the_chosen("neworl5_v186", 2, [357, 622, 698, 915, 958]);
    ranks_of_the_chosen("neworl5_v186", 4, [357, 621, 697, 913, 956]);
}

/// Limits with our own random numbers against a recorded run, as chance allows.
///
/// A recorded limit is the quantile of the recorded replicates at a probability `q` that follows
/// from the recorded `z0` and acceleration. The share of our replicates below it is a binomial
/// share with that probability, itself known within the error of the recorded run; so the two
/// differ by at most `z sqrt(q (1 - q) (1/B + 1/B'))`, whatever the distribution of the estimates.
/// With `z = 4.5` one comparison in 150,000 fails by chance.
fn within_chance(found: &Correction, wanted: &Value, replicates: f64, what: &str) -> usize {
    let own = found.sorted.len() as f64;
    let recorded = Correction {
        bias: number(&wanted["z0"]),
        ..found.clone()
    };
    let limits = wanted["bca"].as_object().expect("limits");
    for (p, limit) in limits {
        let (q, limit) = (
            recorded.adjusted(p.parse().expect("a level")),
            number(limit),
        );
        let error = (q * (1.0 - q) * (1.0 / own + 1.0 / replicates)).sqrt();
        // The quantile lies between two replicates.
        let slack = 4.5 * error + 1.0 / own.min(replicates);
        let share =
            |limit: f64| found.sorted.iter().filter(|value| **value < limit).count() as f64 / own;
        let (below, not_above) = (share(limit * (1.0 - 1e-9)), share(limit * (1.0 + 1e-9)));
        assert!(
            below - slack <= q && q <= not_above + slack,
            "{what}, at {p}: {q}, {below} to {not_above} within {slack}"
        );
    }
    limits.len()
}

#[test]
fn intervals_with_own_draws() {
    let resampling = Resampling {
        replicates: 1000,
        seed: 20_261_122,
    };
    let mut compared = 0;
    for name in TABLES.iter().filter(|name| **name != "artificial3") {
        let (Some(table), Some(wanted)) = (table(name), json(&format!("stepwise/{name}.json")))
        else {
            return;
        };
        let found = bootstrap(table.counts(), resampling, &Threads(2), usual);
        let wanted = &wanted["bca_p0.02"]["bca_big"];
        compared += within_chance(&found, wanted, number(&wanted["nboot"]), name);
    }
    for (name, order, top) in [("kosovo4", 3, 20), ("hiv4", 3, 20), ("spina3", 2, 8)] {
        let (Some(table), Some(wanted)) =
            (table(name), json(&format!("bic/{name}.order{order}.json")))
        else {
            return;
        };
        let ranking = rank(table.counts(), order, &Threads(2)).expect("not too many");
        let found = bootstrap(table.counts(), resampling, &Threads(2), ranking.choice(top));
        let runs = wanted["bootstrap"]["by_ntop"].as_array().expect("runs");
        compared += within_chance(&found, &runs[4], 1000.0, name);
    }
    assert_eq!(compared, 16 * 8 + 3 * 4);
}

/// A table too large for person by person is resampled history by history: the same numbers on
/// average, of the same spread, always as many persons.
#[test]
fn large_tables_are_resampled_with_their_moments() {
    let counts = [0_u64, 600_000_000, 399_000_000, 1_000_000];
    let resampling = Resampling {
        replicates: 4000,
        seed: 11,
    };
    let persons: u64 = counts.iter().sum();
    let both = |fitter: &mut Fitter| {
        assert!((fitter.persons() - persons as f64).abs() < 0.5);
        // Two lists: persons on both are n1 n2 / N.
        let estimate = fitter.fit(&[0, 1, 2]).expect("a fit").estimate();
        1.0 / estimate
    };
    let found = replicates(&counts, resampling, &Threads(2), both);
    let (mean, deviation) = mean_and_deviation(&found);
    let wanted = both(&mut Fitter::new(&counts));
    // The number on both lists has the largest relative error, one in a thousand.
    assert!((mean / wanted - 1.0).abs() < 5e-5, "{mean} {wanted}");
    assert!((deviation / wanted - 1e-3).abs() < 1e-4, "{deviation}");
}
