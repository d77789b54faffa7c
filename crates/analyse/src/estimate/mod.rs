//! How many persons no list has seen: multiple systems estimation.
//!
//! Several lists (police, shelters, inspectors, the public) each hold part of a hidden population.
//! From how they overlap, and under assumptions that each method states, the number of persons on
//! no list is estimated. Each file here holds one method beside its definition, formula, source
//! and limits; nothing here reads files, clocks or ambient randomness: seeds and worker threads
//! are handed in, and a result is the same at any number of threads.
//!
//! Capture tables are unit-level: they stay within the node that holds them, and only estimates
//! are released.

pub mod aic;
pub mod bic;
pub mod bootstrap;
pub mod decomposable;
pub mod existence;
pub mod fit;
pub mod latent;
pub mod model;
pub mod profile;
pub mod random;
pub mod report;
pub mod simple;
pub mod special;
pub mod stepwise;
pub mod strata;
pub mod table;
pub mod threshold;
pub mod workers;

pub use existence::Status;
pub use fit::{Fit, Fitter};
pub use model::Model;
pub use report::{Method, Options, Report, report};
pub use table::{CaptureTable, TableError};
pub use workers::{InOrder, Workers};
