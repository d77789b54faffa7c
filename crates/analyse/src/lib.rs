//! From counted tables to profiles.
//!
//! Incidents become tables ([`missing_migrants`]); tables become first profiles, each figure with
//! its definition ([`profile`]); what is counted of a node's own dossiers is said in
//! [`tabulation`], whether two years may be compared in [`trend`]; and a table can be written as
//! text and read again, which is how the tables that come with the program are carried ([`plain`],
//! [`seed`]).

pub mod estimate;
pub mod labels;
pub mod missing_migrants;
pub mod plain;
pub mod profile;
pub mod seed;
pub mod tabulation;
pub mod trend;
