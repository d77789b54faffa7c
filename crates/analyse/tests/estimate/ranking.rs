//! All hierarchical models by BIC.

use analyse::estimate::bic::rank;
use serde_json::Value;

use crate::reference::{Threads, absolute, json, number, relative, table};

/// Tables and largest orders of the recorded rankings.
pub(crate) const RANKINGS: [(&str, usize); 17] = [
    ("diabetes4", 3),
    ("hav3", 2),
    ("hiv4", 3),
    ("kosovo4", 2),
    ("kosovo4", 3),
    ("lesbian4", 3),
    ("my5", 2),
    ("ned5", 2),
    ("ned6", 2),
    ("neworl5_v185", 2),
    ("neworl5_v186", 2),
    ("neworl5_v186", 4),
    ("spina3", 2),
    ("synth5", 2),
    ("ukdat5", 2),
    ("ukdat5", 4),
    ("ukdat6", 2),
];

fn count(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|count| usize::try_from(count).ok())
}

#[test]
fn rankings() {
    for (name, order) in RANKINGS {
        let (Some(table), Some(wanted)) =
            (table(name), json(&format!("bic/{name}.order{order}.json")))
        else {
            return;
        };
        let found = rank(table.counts(), order, &Threads(2)).expect("not too many");
        let models = count(&wanted["n_models_enumerated"]).or(count(&wanted["n_models"]));
        assert_eq!(Some(found.enumerated), models, "{name}");
        let admissible = count(&wanted["n_models_admissible"]).or(count(&wanted["n_admissible"]));
        assert_eq!(
            Some(found.ranked.len()),
            admissible,
            "{name} of order {order}"
        );
        let top = wanted
            .get("top30")
            .or(wanted.get("top30_BIC"))
            .expect("a ranking");
        let top = top.as_array().expect("models");
        for (index, wanted) in top.iter().enumerate() {
            let own = &found.ranked[index];
            let what = format!("{name} of order {order}, rank {index}");
            absolute(own.bic, number(&wanted["BIC"]), 1e-6, &what);
            let gap = |other: Option<&Value>| {
                other.is_none_or(|o| (number(&o["BIC"]) - number(&wanted["BIC"])).abs() > 1e-6)
            };
            if gap(top.get(index + 1)) && (index == 0 || gap(top.get(index - 1))) {
                let model = own.model(found.lists).to_string();
                assert_eq!(Some(model.as_str()), wanted["model"].as_str(), "{what}");
                relative(own.estimate, number(&wanted["N"]), 1e-8, &what);
            }
        }
        if let Some(average) = wanted["bic_weight_average_N"].as_f64() {
            relative(found.weighted_estimate(), average, 1e-6, name);
        }
    }
}

#[test]
fn too_many_models_are_refused() {
    let counts = vec![1; 1 << 8];
    assert!(rank(&counts, 2, &Threads(1)).is_err());
}
