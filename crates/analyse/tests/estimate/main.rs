//! The estimators against reference values that stand beside the repository.

mod bayes;
mod choice;
mod loglinear;
mod ranking;
mod reference;
mod strata;
mod tables;
