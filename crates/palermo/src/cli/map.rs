//! `palermo map`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Map {
    /// Propose what the columns of a list mean, for somebody to look over
    #[command(
        after_help = "Names are held against labels of concepts in English, French and Portuguese, \
                      fields of HTCDS and words that offices write; values against lists. What is \
                      unsure is written as a comment. No value that fewer than three rows hold is \
                      written.\n\n\
                      Examples:\n  \
                      palermo map propose cases.xlsx -o map.toml\n  \
                      palermo map propose cases.xlsx --sheet 2031 --json"
    )]
    Propose(Propose),
    /// Try a map on a list: what would be bound, what was found; nothing is written
    #[command(after_help = "The preview of five rows shows nothing nominal.\n\n\
                      Example: palermo map check cases.xlsx --map map.toml --json")]
    Check(Check),
}

/// Options of `map propose`.
#[derive(Debug, Args)]
pub(crate) struct Propose {
    /// List of cases: .csv, .tsv, the same with .gz, .xlsx, .xls, .ods
    pub(crate) file: PathBuf,
    /// Where the map is written; standard output if not given
    #[arg(short, long, value_name = "MAP.toml")]
    pub(crate) output: Option<PathBuf>,
    /// The sheet of a workbook; the first that is filled if not given
    #[arg(long, value_name = "SHEET")]
    pub(crate) sheet: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `map check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// List of cases: .csv, .tsv, the same with .gz, .xlsx, .xls, .ods
    pub(crate) file: PathBuf,
    /// The map
    #[arg(long, value_name = "MAP.toml")]
    pub(crate) map: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
