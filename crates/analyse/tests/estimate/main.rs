//! The estimators against reference values that stand beside the repository.

mod loglinear;
mod reference;
mod tables;
