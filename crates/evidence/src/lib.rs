//! What was observed, by whom, and how it is known.
//!
//! This room holds evidence of two grains. The micro grain is one filled form about one person
//! ([`record`]); it stays where it was entered. The macro grain is tables that somebody else has
//! published. They are kept as printed, with source, licence and vintage, under the class
//! *foreign*, and never mixed with what a node has counted itself. It knows nothing of files: rows
//! come in as fields of text ([`intake`], and [`cases`] for cases held elsewhere), and a published
//! file is known by what it is, not by where it lies ([`publication`]).

pub mod cases;
pub mod concept;
pub mod counts;
pub mod dossier;
pub mod foreign;
pub mod incident;
pub mod intake;
pub mod publication;
pub mod record;
