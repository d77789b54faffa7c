//! A table that was made for this project, carried with it: these tests never skip. Its true
//! number of persons is 5,000.

use analyse::estimate::bic::rank;
use analyse::estimate::decomposable::{Settings, average};
use analyse::estimate::profile::Profile;
use analyse::estimate::stepwise::stepwise;
use analyse::estimate::{CaptureTable, Fitter, InOrder, Model, Status};

use crate::reference::{absolute, relative};

const TABLE: &str = "\
A,B,C,D,E,count\n\
1,0,0,0,0,441\n\
0,1,0,0,0,262\n\
0,0,1,0,0,182\n\
0,0,0,1,0,404\n\
0,0,0,0,1,105\n\
1,1,0,0,0,89\n\
1,0,1,0,0,17\n\
1,0,0,1,0,56\n\
1,0,0,0,1,17\n\
0,1,1,0,0,13\n\
0,1,0,1,0,33\n\
0,1,0,0,1,15\n\
0,0,1,1,0,9\n\
0,0,1,0,1,7\n\
0,0,0,1,1,13\n\
1,1,1,0,0,5\n\
1,1,0,1,0,14\n\
1,1,0,0,1,3\n\
1,0,1,1,0,2\n\
1,0,1,0,1,2\n\
1,0,0,1,1,1\n\
0,1,0,1,1,2\n";

fn table() -> CaptureTable {
    CaptureTable::from_csv(TABLE).expect("a table")
}

#[test]
fn a_model() {
    let fit = Fitter::new(table().counts()).fit(Model::main_effects(5).terms());
    let fit = fit.expect("an estimate");
    relative(fit.estimate(), 4_361.110_708_213_42, 1e-8, "persons");
    absolute(fit.deviance, 73.386_613_997_209_6, 1e-7, "deviance");
    absolute(fit.aic(), 191.044_435_042_167, 1e-7, "AIC");
    absolute(fit.bic(), 223.646_434_283_164, 1e-7, "BIC");
    relative(
        fit.standard_error(),
        197.048_039_064_353,
        1e-6,
        "standard error",
    );
}

#[test]
fn a_choice() {
    let found = stepwise(&mut Fitter::new(table().counts()), 0.02);
    relative(found.estimate, 4_875.611_237_782_57, 1e-8, "persons");
    let added: Vec<String> = found
        .added
        .iter()
        .map(|pair| analyse::estimate::model::term_name(*pair))
        .collect();
    assert_eq!(added, ["12", "34"]);
    for (p, wanted) in found
        .p_values
        .iter()
        .zip([1.06595013697494e-07, 0.001_813_929_669_781_86])
    {
        relative(*p, wanted, 1e-6, "p-value");
    }
}

#[test]
fn a_ranking() {
    let found = rank(table().counts(), 2, &InOrder).expect("not too many");
    assert_eq!((found.enumerated, found.ranked.len()), (1024, 1024));
    assert_eq!(found.ranked[0].model(5).to_string(), "[12,34,5]");
    relative(
        found.ranked[0].estimate,
        4_875.611_237_782_21,
        1e-8,
        "persons",
    );
    absolute(found.ranked[0].bic, 179.757_951_170_544, 1e-7, "BIC");
}

#[test]
fn an_average() {
    let table = table();
    let found = average(&table, Settings::usual(&table), &InOrder).expect("few lists");
    relative(found.mean(), 4_884.834_658_341_37, 1e-9, "mean");
    assert_eq!(
        [0.025, 0.5, 0.975].map(|p| found.quantile(p)),
        [4349, 4868, 5517]
    );
}

#[test]
fn a_profile() {
    let table = table();
    let mut fitter = Fitter::new(table.counts());
    let model = Model::main_effects(5);
    let fit = fitter.fit(model.terms()).expect("an estimate");
    let mut profile = Profile::new(&mut fitter, model.terms(), fit.estimate()).expect("a profile");
    relative(profile.estimate, 4_358.289_134_420_84, 1e-5, "persons");
    let (lower, upper) = profile.limits(0.95);
    relative(lower, 3_999.176_783_211_34, 1e-5, "lower");
    relative(upper.expect("a limit"), 4_774.316_692_409_9, 1e-5, "upper");
}

/// Sparse tables of the same making: counts by history code from 1, a model, and its status (0 ok,
/// 1 does not exist, 2 not identifiable, 3 both).
const SPARSE: &str = "\
3 26 0 22 0 0 9 35 3 0 0 7 1 0 0;[1,2,3,4];0\n\
3 26 0 22 0 0 9 35 3 0 0 7 1 0 0;[12,14,23,24,34];1\n\
3 26 0 22 0 0 9 35 3 0 0 7 1 0 0;[123,124,134];3\n\
5 36 8 26 7 5 2 38 0 8 0 0 0 2 0;[1,2,3,4];0\n\
5 36 8 26 7 5 2 38 0 8 0 0 0 2 0;[123,24,34];1\n\
6 35 0 26 9 6 9;[1,2,3];0\n\
6 35 0 26 9 6 9;[13,23];1\n\
23 5 7 3 0 6 0;[1,2,3];0\n\
23 5 7 3 0 6 0;[12,23];1\n\
23 5 7 3 0 6 0;[12,13,23];2\n\
9 22 0 4 0 0 0 19 0 0 7 0 0 0 0;[1,2,3,4];0\n\
9 22 0 4 0 0 0 19 0 0 7 0 0 0 0;[12,14,3];1\n\
9 22 0 4 0 0 0 19 0 0 7 0 0 0 0;[124,134,23];3\n\
6 2 0 31 0 0 0 39 9 0 0 2 7 0 6;[1,2,3,4];0\n\
6 2 0 31 0 0 0 39 9 0 0 2 7 0 6;[12,14,34];1\n\
32 34 0 32 0 0 0 33 0 6 8 0 0 2 0;[124,234,13];3\n\
24 3 0 12 0 0 1 2 0 0 0 0 5 0 0;[123,124,134,234];3\n\
32 24 0 0 4 2 5 28 1 0 0 0 0 0 0;[123,124,134,234];3\n\
24 3 0 10 0 0 0 11 0 2 3 4 0 8 0;[124,134,234];3\n\
27 30 0 3 0 8 0;[12,13,23];2\n\
36 14 5 38 5 4 4 24 0 0 0 0 0 0 0;[123,134,234];2\n\
23 2 0 7 0 7 0;[12,13,23];2\n\
4 17 1 38 7 0 0;[12,13,23];2\n\
9 22 4 22 0 8 0;[12,13,23];2\n\
";

#[test]
fn statuses() {
    let mut seen = 0;
    for line in SPARSE.lines() {
        let fields: Vec<&str> = line.split(';').collect();
        let own = fields[0]
            .split(' ')
            .map(|count| count.parse().expect("a count"));
        let counts: Vec<u64> = std::iter::once(0).chain(own).collect();
        let model = Model::parse(fields[1], counts.len().ilog2() as usize).expect("a model");
        let status = match fields[2] {
            "0" => Status::Ok,
            "1" => Status::DoesNotExist,
            "2" => Status::NotIdentifiable,
            _ => Status::Both,
        };
        assert_eq!(Fitter::new(&counts).status(model.terms()), status, "{line}");
        seen += 1;
    }
    assert_eq!(seen, 24);
}
