//! What was observed, by whom, and how it is known.
//!
//! This room holds evidence of the macro grain: tables that somebody else has published. They are
//! kept as printed, with source, licence and vintage, under the class *foreign*, and never mixed
//! with what a node has counted itself. It knows nothing of files: rows come in as fields of text
//! ([`intake`]), and a published file is known by what it is, not by where it lies
//! ([`publication`]).

pub mod foreign;
pub mod incident;
pub mod intake;
pub mod publication;
