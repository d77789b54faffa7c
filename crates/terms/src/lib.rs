//! The words that all rooms share.
//!
//! A fact can only travel from a shelter to a published figure if every room calls it by the same
//! name. This crate holds those names: places and groups of places, languages, periods, ages, sex,
//! code lists and their crosswalks, the cell and the table of a statistic, where a figure comes
//! from, and what is wrong with a row. It knows nothing of any other room, and no clock, disk or
//! network: time and files are handed in by whoever has them.

pub mod age;
pub mod basis;
pub mod cell;
pub mod crosswalk;
pub mod finding;
pub mod group;
pub mod hierarchy;
pub mod id;
pub mod language;
pub mod limit;
pub mod list;
pub mod period;
pub mod place;
pub mod resolve;
pub mod sex;
pub mod source;
pub mod table;

mod rows;
