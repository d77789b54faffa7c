//! Fixed models and their statuses.

use analyse::estimate::model::{Model, term_name};
use analyse::estimate::table::pairs;
use analyse::estimate::{Fitter, Status};
use serde_json::Value;

use crate::reference::{TABLES, absolute, counts, json, number, relative, table, words};

fn status(code: &Value) -> Status {
    match code.as_u64() {
        Some(0) => Status::Ok,
        Some(1) => Status::DoesNotExist,
        Some(2) => Status::NotIdentifiable,
        Some(3) => Status::Both,
        _ => panic!("a status: {code}"),
    }
}

fn check_model(fitter: &mut Fitter, lists: usize, name: &str, wanted: &Value) {
    let model = Model::parse(name, lists).expect("a model");
    assert_eq!(model.to_string(), name);
    let fit = match fitter.fit(model.terms()) {
        Ok(fit) => fit,
        Err(found) => {
            assert_eq!(found, status(&wanted["status"]), "{name}");
            return;
        }
    };
    assert_eq!(status(&wanted["status"]), Status::Ok, "{name}");
    relative(fit.estimate(), number(&wanted["Nhat"]), 1e-8, name);
    absolute(fit.deviance, number(&wanted["deviance"]), 1e-7, name);
    absolute(fit.log_likelihood, number(&wanted["loglik"]), 1e-7, name);
    absolute(fit.aic(), number(&wanted["aic"]), 1e-7, name);
    absolute(fit.bic(), number(&wanted["bic_n"]), 1e-7, name);
    absolute(fit.bic_cells(), number(&wanted["bic_cells"]), 1e-7, name);
    let error = number(&wanted["se_N_rcapture"]);
    relative(fit.standard_error(), error, 1e-6, name);
    for (p, limit) in wanted["wald_log_ci"].as_object().expect("limits") {
        let p: f64 = p.parse().expect("a level");
        relative(fit.wald_limit(p), number(limit), 1e-6, name);
    }
    assert_eq!(Some(fit.cells as u64), wanted["n_cells"].as_u64(), "{name}");
    assert_eq!(
        Some(fit.residual_degrees() as u64),
        wanted["df_residual"].as_u64()
    );
    let boundary: Vec<String> = fit.boundary.iter().map(|term| term_name(*term)).collect();
    let mut wanted_boundary = words(&wanted["neg_inf_effects"]);
    let mut boundary = boundary;
    boundary.sort();
    wanted_boundary.sort();
    assert_eq!(boundary, wanted_boundary, "{name}");
    for (term, value, error) in &fit.coefficients {
        let key = if *term == 0 {
            "0".to_owned()
        } else {
            term_name(*term)
        };
        absolute(*value, number(&wanted["coef"][&key]), 1e-7, name);
        relative(*error, number(&wanted["se"][&key]), 1e-6, name);
    }
}

#[test]
fn fixed_models() {
    let mut seen = 0;
    for name in TABLES {
        let (Some(table), Some(wanted)) = (table(name), json(&format!("loglinear/{name}.json")))
        else {
            return;
        };
        let mut fitter = Fitter::new(table.counts());
        for (model, wanted) in wanted["models"].as_object().expect("models") {
            check_model(&mut fitter, table.lists().len(), model, wanted);
            seen += 1;
        }
    }
    assert!(seen >= 300, "{seen} models");
}

#[test]
fn statuses_of_two_list_models() {
    let mut seen = 0;
    for name in TABLES {
        let (Some(table), Some(wanted)) = (table(name), json(&format!("existence/{name}.json")))
        else {
            return;
        };
        let lists = table.lists().len();
        let mut fitter = Fitter::new(table.counts());
        let pairs = pairs(lists);
        let all: Vec<u64> = match wanted["masks"].as_array() {
            Some(masks) => masks
                .iter()
                .map(|mask| mask.as_u64().expect("a mask"))
                .collect(),
            None => (0..1 << pairs.len()).collect(),
        };
        let codes = wanted["status_string"].as_str().map_or_else(
            || wanted["status"].as_array().expect("statuses").clone(),
            |text| {
                let digits = text.chars().map(|c| c.to_digit(10));
                digits
                    .map(|digit| Value::from(digit.expect("a digit")))
                    .collect()
            },
        );
        assert_eq!(all.len(), codes.len());
        for (mask, wanted) in all.iter().zip(&codes) {
            let chosen = pairs.iter().enumerate().filter(|(q, _)| mask & 1 << q != 0);
            let terms: Vec<usize> = chosen.map(|(_, (i, j))| 1 << i | 1 << j).collect();
            let model = Model::with_interactions(lists, &terms);
            assert_eq!(
                fitter.status(model.terms()),
                status(wanted),
                "{name} {model}"
            );
            seen += 1;
        }
    }
    assert!(seen > 10_000, "{seen} codes");
}

#[test]
fn statuses_and_estimates_of_sparse_tables() {
    let Some(wanted) = json("existence/random_sparse.json") else {
        return;
    };
    for table in wanted["tables"].as_array().expect("tables") {
        let lists = usize::try_from(table["K"].as_u64().expect("lists")).expect("few");
        let mut fitter = Fitter::new(&counts(&table["counts"]));
        let models = words(&table["models"]);
        for (index, name) in models.iter().enumerate() {
            let model = Model::parse(name, lists).expect("a model");
            let status = status(&table["status"][index]);
            assert_eq!(fitter.status(model.terms()), status, "{name}");
            if status == Status::Ok {
                let fit = fitter.fit(model.terms()).expect("an estimate");
                relative(fit.estimate(), number(&table["Nhat"][index]), 1e-8, name);
            }
        }
    }
}
