//! Where a figure comes from.

use jiff::civil::Date;

/// The publication or collection that a table was taken from. It travels with the table into every
/// page and file, so that no number stands without its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Who published it.
    pub publisher: String,
    /// What it is called.
    pub title: String,
    /// Where the publisher keeps it; an address, never followed by the program.
    pub address: String,
    /// The terms it may be used under, such as `CC BY 4.0`.
    pub licence: String,
    /// The words with which the publisher asks to be named.
    pub attribution: String,
    /// Which edition this is, as the publisher or the copy says.
    pub vintage: String,
    /// The day on which the copy was taken, if known.
    pub retrieved: Option<Date>,
    /// SHA-256 of the bytes that were read, in lower-case hexadecimal, if a file was read.
    pub content_sha256: Option<String>,
}
