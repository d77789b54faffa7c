//! The methods that give a distribution, and the simple ones.

use analyse::estimate::decomposable::{self, SizePrior, graphs};
use analyse::estimate::latent::{self, effective_size};
use analyse::estimate::simple::simple;
use analyse::estimate::special::whole;
use analyse::estimate::threshold::{self, bayesian_threshold};
use serde_json::Value;

use crate::reference::{TABLES, Threads, absolute, json, number, numbers, relative, table, words};

#[test]
fn decomposable_graphs_are_counted() {
    for (lists, wanted) in [(2, 2), (3, 8), (4, 61), (5, 822)] {
        assert_eq!(graphs(lists).len(), wanted);
    }
}

#[test]
fn averages_over_decomposable_graphs() {
    for name in TABLES {
        let Some(table) = table(name) else { return };
        if table.lists().len() > 5 {
            continue;
        }
        let Some(wanted) = json(&format!("dga/{name}.json")) else {
            return;
        };
        for wanted in wanted["runs"].as_array().expect("runs") {
            let settings = decomposable::Settings {
                delta: number(&wanted["delta"]),
                hidden_max: whole(number(&wanted["Nmissing_max"])),
                prior: SizePrior::Inverse,
                widen: false,
            };
            let found = decomposable::average(&table, settings, &Threads(2)).expect("few lists");
            check_posterior(name, &found, wanted);
        }
    }
}

fn check_posterior(name: &str, found: &decomposable::Posterior, wanted: &Value) {
    relative(found.mean(), number(&wanted["mean"]), 1e-9, name);
    relative(found.deviation(), number(&wanted["sd"]), 1e-8, name);
    for (key, p) in [
        ("median", 0.5),
        ("q025", 0.025),
        ("q10", 0.1),
        ("q90", 0.9),
        ("q975", 0.975),
    ] {
        assert_eq!(
            Some(found.quantile(p)),
            wanted[key].as_u64(),
            "{name} {key}"
        );
    }
    assert_eq!(Some(found.mode()), wanted["mode"].as_u64(), "{name} mode");
    // Below 1e-21 of the largest term nothing is added up.
    absolute(
        found.end_mass(),
        number(&wanted["post_at_max"]),
        1e-15,
        name,
    );
    for (mass, wanted) in found.mass.iter().zip(numbers(&wanted["pN_first5"])) {
        absolute(*mass, wanted, 1e-9, name);
    }
    for wanted in wanted["top_graphs"].as_array().expect("graphs") {
        let cliques = wanted["cliques"].as_str().expect("cliques");
        let lists = found.graphs[0]
            .0
            .cliques
            .iter()
            .fold(0, |all, clique| all | clique);
        let named = |graph: &decomposable::Graph| {
            let lists = lists.count_ones() as usize;
            let model = analyse::estimate::Model::with_interactions(lists, &graph.cliques);
            let mut own: Vec<String> = model
                .to_string()
                .trim_matches(['[', ']'])
                .split(',')
                .map(str::to_owned)
                .collect();
            let mut other: Vec<String> = cliques
                .trim_matches(['[', ']'])
                .split(',')
                .map(str::to_owned)
                .collect();
            own.sort();
            other.sort();
            own == other
        };
        let own = found
            .graphs
            .iter()
            .find(|(graph, _)| named(graph))
            .expect("the graph");
        absolute(own.1, number(&wanted["prob"]), 1e-9, cliques);
    }
}

#[test]
fn a_short_grid_grows() {
    let Some(table) = table("hav3") else { return };
    let mut settings = decomposable::Settings::usual(&table);
    settings.hidden_max = 100;
    let found = decomposable::average(&table, settings, &Threads(2)).expect("few lists");
    assert!(found.end_mass() <= decomposable::END_MASS_MAX);
    settings.widen = false;
    let found = decomposable::average(&table, settings, &Threads(1)).expect("few lists");
    assert!(found.end_mass() > decomposable::END_MASS_MAX);
    assert_eq!(
        found,
        decomposable::average(&table, settings, &Threads(3)).expect("few lists")
    );
}

/// Medians where all chains of the reference mixed, within four times the Monte Carlo errors of
/// both sides.
#[test]
fn latent_classes() {
    let mut compared = 0;
    for name in TABLES
        .iter()
        .filter(|name| !["artificial3", "ned5", "ned6"].contains(name))
    {
        let (Some(table), Some(wanted)) = (table(name), json(&format!("lcmcr/{name}.json"))) else {
            return;
        };
        let run = &wanted["runs"][0];
        let chains = run["per_chain"].as_array().expect("chains");
        let mixed = chains.iter().all(|chain| number(&chain["ess"]) > 400.0);
        let median = number(&run["pooled"]["0.5"]);
        let spread = number(&run["mc_sd_between_chains"]["0.5"]);
        if !mixed || spread > 0.02 * median {
            continue;
        }
        let settings = latent::Settings {
            classes: 10,
            burn_in: 4000,
            samples: 3000,
            thinning: 10,
            chains: 4,
            seed: 11,
        };
        let found = latent::sample(&table, settings, &Threads(2));
        let size: f64 = found.effective_sizes().iter().sum();
        // The error of a median from the width of the posterior around it.
        let width = found.quantile(0.75) - found.quantile(0.25);
        let own = 0.93 * width / size.sqrt();
        let tolerance = 4.0 * own.hypot(spread);
        absolute(found.quantile(0.5), median, tolerance, name);
        assert!(tolerance < 0.1 * median, "{name}: tolerance {tolerance}");
        compared += 1;
    }
    assert!(compared >= 5, "{compared} tables compared");
}

#[test]
fn latent_chains_are_the_same_at_any_number_of_threads() {
    let Some(table) = table("spina3") else { return };
    let settings = latent::Settings {
        burn_in: 100,
        samples: 50,
        ..latent::Settings::usual(4)
    };
    let one = latent::sample(&table, settings, &Threads(1));
    assert_eq!(latent::sample(&table, settings, &Threads(4)), one);
    assert_ne!(one.persons[0], one.persons[1]);
    assert!(effective_size(&one.persons[0]) > 0.0);
}

#[test]
fn bayesian_thresholds() {
    for name in ["kosovo4", "ned5", "neworl5_v186", "ukdat5", "ukdat6"] {
        let (Some(table), Some(wanted)) = (table(name), json(&format!("bayesthresh/{name}.json")))
        else {
            return;
        };
        for run in wanted["runs"].as_array().expect("runs") {
            let long = run["mcmc"].as_u64().is_some_and(|steps| steps >= 50_000);
            if !long {
                continue;
            }
            let strengths = run["stats"].as_object().expect("strengths");
            let clear = |value: &Value| (number(value).abs() - 2.0).abs() > 0.15;
            let settings = threshold::Settings {
                variance: (run["prior"] == "proper").then(|| number(&run["prior_variance"])),
                order_max: whole(number(&run["maxorder"])),
                ..threshold::Settings::usual(2)
            };
            let found = bayesian_threshold(&table, settings).expect("a posterior");
            let named = |code: &usize| {
                let on = (0..table.lists().len()).filter(|list| code & 1 << list != 0);
                on.map(|list| table.lists()[list].as_str())
                    .collect::<Vec<_>>()
                    .join(":")
            };
            let retained: Vec<String> = found.retained.iter().map(named).collect();
            let what = format!("{name} {}", run["prior"]);
            for (pair, strength) in strengths.iter().filter(|(_, value)| clear(value)) {
                let wanted = words(&run["retained"]).contains(pair);
                assert_eq!(retained.contains(pair), wanted, "{what} {pair} {strength}");
            }
            if strengths.values().all(clear) {
                relative(found.quantile(0.5), number(&run["popest"]), 0.03, &what);
            }
        }
    }
}

#[test]
fn simple_estimators() {
    for name in TABLES {
        let (Some(table), Some(wanted)) = (table(name), json(&format!("simple/{name}.json")))
        else {
            return;
        };
        let found = simple(&table);
        let frequencies: Vec<f64> = found.frequencies.iter().map(|f| *f as f64).collect();
        assert_eq!(frequencies, numbers(&wanted["capture_frequencies"]));
        let close = |own: Option<f64>, wanted: &Value, what: &str| match wanted.as_f64() {
            Some(wanted) => relative(own.expect("an estimate"), wanted, 1e-12, what),
            None => assert_eq!(own, None, "{name} {what}"),
        };
        close(found.chao_lower_bound, &wanted["chao_lower_bound"], "Chao");
        let corrected = &wanted["chao_lower_bound_bias_corrected"];
        close(
            Some(found.chao_bias_corrected),
            corrected,
            "Chao, corrected",
        );
        close(found.zelterman, &wanted["zelterman"], "Zelterman");
        for wanted in wanted["two_list"].as_array().expect("pairs") {
            let named = |pair: (usize, usize)| format!("{}{}", pair.0 + 1, pair.1 + 1);
            let pair = wanted["pair"].as_str().expect("a pair");
            let own = found
                .pairs
                .iter()
                .find(|own| named(own.pair) == pair)
                .expect("the pair");
            assert_eq!(Some(own.both), wanted["m"].as_u64());
            close(own.lincoln_petersen, &wanted["lincoln_petersen"], pair);
            close(Some(own.chapman), &wanted["chapman"], pair);
            close(Some(own.chapman_variance), &wanted["chapman_var"], pair);
            let limits = numbers(&wanted["chapman_ci95_normal"]);
            relative(own.chapman_interval(0.95).0, limits[0], 1e-9, pair);
            relative(own.chapman_interval(0.95).1, limits[1], 1e-9, pair);
        }
    }
}
