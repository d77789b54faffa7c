//! The command line of `attack`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Options of `attack`.
#[derive(Debug, Args)]
pub(crate) struct Attack {
    /// File to read: .csv, .tsv, the same with .gz, .xlsx, .xls, .ods
    pub(crate) file: PathBuf,
    /// What kind of table it is
    #[arg(long = "as", value_name = "KIND")]
    pub(crate) kind: AttackKind,
    /// What a table does not say itself: how codes add up, what signs mean (.toml or .json)
    #[arg(long, value_name = "FILE")]
    pub(crate) layout: Option<PathBuf>,
    /// Masks without a number hide counts below this; to be said only where they hide nothing else
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub(crate) below: Option<u64>,
    /// The rule that says which counts are small
    #[arg(long, value_name = "CODE", default_value = "victims@1")]
    pub(crate) rule: String,
    /// Say which cells to mask besides, and what that costs
    #[arg(long)]
    pub(crate) propose: bool,
    /// List which cells do not hide, with what can be proved of them: for a draft of one's own, at
    /// one's own machine
    #[arg(long)]
    pub(crate) cells: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// The kinds of table that are attacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AttackKind {
    /// The public table of the Global Report on Trafficking in Persons
    Glotip,
    /// A table of counts with masks, long or crossed, of any office
    Table,
}
