//! The estimators against reference values that stand beside the repository.

mod choice;
mod loglinear;
mod ranking;
mod reference;
mod tables;
