//! The edge: files of other publishers in, by row.
//!
//! [`read`] opens a file as a stream of rows, whatever its form (delimited text, gzip of it, a
//! workbook of Excel or OpenDocument), hashes what it reads, and hands each row to
//! [`evidence::intake`], which knows what it means. [`import`] is the whole way from a file to the
//! shelf of a node: nothing is written unless everything that is wanted can be.
//!
//! [`counts`] reads a table of counts as an office prints it, for the attacker; it goes to no
//! shelf.
//!
//! [`cases`] reads lists of cases, whose rows become records of persons; what comes of them is for
//! the office alone.

pub mod cases;
pub mod counts;
mod digesting;
mod error;
mod import;
mod reading;
mod records;
mod text;
mod workbook;

pub use error::ShareError;
pub use import::{ImportError, Options, Outcome, import, latest};
pub use reading::{Reading, read, read_from, read_report};
