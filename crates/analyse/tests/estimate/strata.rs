//! Covariates.

use analyse::estimate::strata::{Covariate, Criterion, StratifiedTable, Term};
use analyse::estimate::{Fitter, Model, Status};
use serde_json::Value;

use crate::reference::{absolute, json, number, numbers, relative, text};

/// Reads a reference table: count first (NA where nobody can be seen), lists as un and obs, then
/// covariates whose levels stand in the order of the file.
fn read(file: &str, lists: usize) -> Option<StratifiedTable> {
    let text = text(&format!("covariates/{file}.csv"))?.replace('"', "");
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    let covariates: Vec<Covariate> = (lists + 1..header.len())
        .map(|column| {
            let mut levels: Vec<String> = Vec::new();
            for row in &rows {
                if !levels.iter().any(|level| level == row[column]) {
                    levels.push(row[column].to_owned());
                }
            }
            Covariate {
                name: header[column].to_owned(),
                levels,
            }
        })
        .collect();
    let strata: usize = covariates
        .iter()
        .map(|covariate| covariate.levels.len())
        .product();
    let mut counts = vec![vec![0; 1 << lists]; strata];
    for row in &rows {
        let code: usize = (0..lists)
            .filter(|list| row[list + 1] == "obs")
            .map(|l| 1 << l)
            .sum();
        let (mut stratum, mut step) = (0, 1);
        for (covariate, level) in covariates.iter().zip(&row[lists + 1..]) {
            let place = covariate.levels.iter().position(|own| own == level);
            stratum += step * place.expect("a level");
            step *= covariate.levels.len();
        }
        if code != 0 {
            counts[stratum][code] = row[0].parse().expect("a count");
        }
    }
    let names = header[1..=lists]
        .iter()
        .map(|name| (*name).to_owned())
        .collect();
    Some(StratifiedTable::new(names, covariates, counts).expect("a table"))
}

fn check(table: &StratifiedTable, wanted: &Value, terms: &[(usize, usize)], what: &str) {
    let mut model = table.main_effects();
    for (lists, covariates) in terms {
        table.add(
            &mut model,
            Term {
                lists: *lists,
                covariates: *covariates,
            },
        );
    }
    let found = table.fit(&model).expect("an estimate");
    relative(found.estimate(), number(&wanted["Nhat_total"]), 1e-8, what);
    relative(
        found.error_total,
        number(&wanted["delta_se_total"]),
        1e-6,
        what,
    );
    absolute(found.deviance, number(&wanted["deviance"]), 1e-7, what);
    absolute(found.log_likelihood, number(&wanted["loglik"]), 1e-7, what);
    absolute(found.aic(), number(&wanted["aic"]), 1e-7, what);
    absolute(found.bic(), number(&wanted["bic_n"]), 1e-7, what);
    for wanted in wanted["strata"].as_array().expect("strata") {
        let name = wanted["stratum"].as_str().expect("a name");
        let own = found.strata.iter().find(|own| own.levels.join("/") == name);
        let own = own.expect("the stratum");
        relative(own.estimate(), number(&wanted["Nhat"]), 1e-7, name);
        relative(
            own.error_ln_hidden,
            number(&wanted["se_log_dark"]),
            1e-6,
            name,
        );
        let limits = numbers(&wanted["ci95_log"]);
        relative(own.limits(0.95).0, limits[0], 1e-6, name);
        relative(own.limits(0.95).1, limits[1], 1e-6, name);
    }
}

#[test]
fn one_covariate() {
    let (Some(table), Some(wanted)) = (read("spina_eth", 3), json("covariates/spina_eth.json"))
    else {
        return;
    };
    let fits = &wanted["fits"];
    check(&table, &fits["main"], &[], "main");
    check(&table, &fits["pair23"], &[(0b110, 0)], "pair23");
    check(
        &table,
        &fits["all2"],
        &[(0b011, 0), (0b101, 0), (0b110, 0)],
        "all2",
    );
    // Everybody of the third group is on the first list: plain software prints a parameter of
    // -36 with an error of six million; here that is no estimate.
    let mut model = table.main_effects();
    for (lists, covariates) in [(0b110, 0), (0b001, 1), (0b010, 1)] {
        table.add(&mut model, Term { lists, covariates });
    }
    assert_eq!(table.fit(&model), Err(Status::DoesNotExist));
}

#[test]
fn three_covariates() {
    let (Some(table), Some(wanted)) = (read("scotpwid", 4), json("covariates/scotpwid.json"))
    else {
        return;
    };
    let fits = &wanted["fits"];
    check(&table, &fits["main"], &[], "main");
    let crossed: Vec<(usize, usize)> = (0..4)
        .flat_map(|list| (0..3).map(move |c| (1 << list, 1 << c)))
        .collect();
    check(&table, &fits["list_by_cov"], &crossed, "list_by_cov");
    let full = [crossed, vec![(0, 0b111)]].concat();
    check(&table, &fits["covfull"], &full, "covfull");
}

#[test]
fn all_crossed_is_each_stratum_on_its_own() {
    let Some(table) = read("scotpwid", 4) else {
        return;
    };
    let mut model = table.main_effects();
    for list in 0..4 {
        table.add(
            &mut model,
            Term {
                lists: 1 << list,
                covariates: 0b111,
            },
        );
    }
    let found = table.fit(&model).expect("an estimate");
    for (place, stratum) in found.strata.iter().enumerate() {
        let own = table.stratum(place).expect("a table");
        let fit = Fitter::new(own.counts()).fit(Model::main_effects(4).terms());
        let fit = fit.expect("an estimate");
        relative(stratum.estimate(), fit.estimate(), 1e-8, "stratum");
    }
}

#[test]
fn forward_choice_lowers_the_criterion() {
    let Some(table) = read("scotpwid", 4) else {
        return;
    };
    let main = table.fit(&table.main_effects()).expect("an estimate");
    let (model, by_bic) = table.forward(Criterion::Bic).expect("an estimate");
    assert!(by_bic.bic() < main.bic() && model.len() > 8);
    let (wider, by_aic) = table.forward(Criterion::Aic).expect("an estimate");
    assert!(by_aic.aic() <= by_bic.aic() && wider.len() >= model.len());
}

#[test]
fn bad_strata_are_refused() {
    let names = || vec!["A".to_owned(), "B".to_owned()];
    let sex = |levels: &[&str]| Covariate {
        name: "sex".into(),
        levels: levels.iter().map(|level| (*level).to_owned()).collect(),
    };
    let refused = |covariates, strata| {
        let refusal = StratifiedTable::new(names(), covariates, strata);
        refusal.expect_err("a refusal").code
    };
    assert_eq!(
        refused(vec![sex(&["f"])], vec![vec![0, 1, 1, 1]]),
        "covariate"
    );
    assert_eq!(
        refused(vec![sex(&["f", "m"])], vec![vec![0, 1, 1, 1]]),
        "length"
    );
    let apart = vec![vec![0, 1, 1, 0], vec![0, 1, 1, 0]];
    assert_eq!(refused(vec![sex(&["f", "m"])], apart), "no-overlap");
}
