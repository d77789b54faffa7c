//! The estimators against reference values that stand beside the repository.

mod bayes;
mod certificates;
mod choice;
mod draws;
mod golden;
mod intervals;
mod loglinear;
mod published;
mod ranking;
mod reference;
mod reports;
mod strata;
mod tables;
