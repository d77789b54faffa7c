//! Covariates.

use analyse::estimate::strata::{
    Covariate, Criterion, StrataChoice, StratifiedTable, Term, answers,
};
use analyse::estimate::{Fitter, Model, Status};
use serde_json::Value;

use crate::reference::{absolute, json, number, numbers, relative, text};

fn read(file: &str, covariates: &[&str]) -> Option<StratifiedTable> {
    let text = text(&format!("covariates/{file}.csv"))?;
    Some(StratifiedTable::from_csv(&text, covariates).expect("a table"))
}

/// The three covariates of the Scottish table.
const SCOTTISH: [&str; 3] = ["Region", "Gender", "Age"];

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
    let (Some(table), Some(wanted)) = (
        read("spina_eth", &["eth"]),
        json("covariates/spina_eth.json"),
    ) else {
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
    let (Some(table), Some(wanted)) = (
        read("scotpwid", &SCOTTISH),
        json("covariates/scotpwid.json"),
    ) else {
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
    let Some(table) = read("scotpwid", &SCOTTISH) else {
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
    let Some(table) = read("scotpwid", &SCOTTISH) else {
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

/// Three lists by sex, invented.
const INVENTED: &str = "sex,a,b,c,count\nf,1,0,0,60\nf,0,1,0,40\nf,0,0,1,30\nf,1,1,0,12\n\
                        f,1,0,1,9\nf,1,1,1,3\nm,1,0,0,20\nm,0,1,0,22\nm,0,1,1,5\n\
                        m,1,1,0,4\nm,0,0,0,\n";

#[test]
fn a_file_is_read_in_any_order_of_rows_and_columns() {
    let table = StratifiedTable::from_csv(INVENTED, &["sex"]).expect("a table");
    assert_eq!(table.persons(), 205);
    let mut rows: Vec<&str> = INVENTED.lines().skip(1).collect();
    rows.reverse();
    let back = format!("{}\n{}\n", "sex,a,b,c,count", rows.join("\n"));
    assert_eq!(
        StratifiedTable::from_csv(&back, &["sex"]).as_ref(),
        Ok(&table)
    );
    let moved = |line: &str| {
        let (sex, rest) = line.split_once(',').expect("fields");
        format!("{rest},{sex}\n")
    };
    let moved: String = INVENTED.lines().map(moved).collect();
    assert_eq!(StratifiedTable::from_csv(&moved, &["sex"]), Ok(table));
}

#[test]
fn each_choice_answers_and_names_its_model() {
    let table = StratifiedTable::from_csv(INVENTED, &["sex"]).expect("a table");
    let all = StrataChoice::named("all").expect("choices");
    let found = answers(&table, &all).expect("answers");
    let words: Vec<&str> = found.iter().map(|answer| answer.method).collect();
    assert_eq!(words, ["main", "aic", "bic"]);
    for answer in &found {
        let again = StrataChoice::Model(answer.model.clone());
        let again = answers(&table, &[again]).expect("an answer");
        assert_eq!(again[0].model, answer.model);
        let (one, two) = (answer.fit.as_ref().expect("a fit"), again[0].fit.as_ref());
        relative(
            two.expect("a fit").estimate(),
            one.estimate(),
            1e-9,
            &answer.model,
        );
        let (lower, upper) = one.limits(0.95);
        assert!(lower < one.estimate() && one.estimate() < upper);
    }
    assert_eq!(found[0].model, "[1,2,3,a]");
    assert!(StrataChoice::named("stepwise").is_none());
    for name in ["[1b]", "[4]", "[]", "[aa]", "12", "[1,,a]"] {
        let choice = StrataChoice::Model(name.to_owned());
        assert!(answers(&table, &[choice]).is_err(), "{name}");
    }
}

#[test]
fn bad_files_of_strata_are_refused() {
    let cases: [(&str, &[&str], &str); 12] = [
        (INVENTED, &["age"], "strata-column"),
        (INVENTED, &["sex", "sex"], "strata-column"),
        (INVENTED, &["count"], "strata-column"),
        (INVENTED, &[], "strata-too-many"),
        (INVENTED, &["a"], "indicator"),
        ("s,a,b,n\nf,1,0,5\n", &["s"], "header"),
        ("s,a,count\nf,1,5\n", &["s"], "lists-too-few"),
        ("s,a,b,count\nf,1,0,5\n,0,1,4\n", &["s"], "level"),
        ("s,a,b,count\nf,1,0,5\nm,0,1\n", &["s"], "row-length"),
        ("s,a,b,count\nf,1,0,-5\nm,0,1,4\n", &["s"], "count"),
        (
            "s,a,b,count\nf,0,0,5\nm,0,1,4\n",
            &["s"],
            "unobserved-history",
        ),
        ("s,a,b,count\nf,1,0,5\nf,1,1,4\n", &["s"], "covariate"),
    ];
    for (text, covariates, code) in cases {
        let refused = StratifiedTable::from_csv(text, covariates).expect_err(code);
        assert_eq!(refused.code, code);
    }
    let ages: String = (0..1200).map(|age| format!("{age},1,1,3\n")).collect();
    let refused = StratifiedTable::from_csv(&format!("age,a,b,count\n{ages}"), &["age"]);
    assert_eq!(refused.expect_err("too many").code, "strata-too-many");
}
