//! The commands about drafts and releases.

use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};
use protect::Audience;
use protect::rule::{RULES, Rule};

use super::vault::Session;

/// `draft`.
#[derive(Debug, Subcommand)]
pub(crate) enum Draft {
    /// Bring a table of counts in; its counts are sealed
    #[command(
        after_help = "A layout says what the table does not: how its codes add up, whom it counts, \
                      as of when.\n\n\
                      Example: palermo draft bring ./node victims.csv --layout victims.toml \
                      --name \"victims 2030\""
    )]
    Bring(Box<Bring>),
    /// List the drafts of one's agency, without their counts
    #[command(after_help = "Example: palermo draft list ./node --json")]
    List(Session),
    /// See the counts and what of them would be printed; the look is an act in the log
    #[command(
        after_help = "Example: palermo draft examine ./node \"victims 2030\" --rule victims@1 \
                      --audience public --json"
    )]
    Examine {
        #[command(flatten)]
        session: Session,
        /// The draft, by its number or its name
        draft: String,
        #[command(flatten)]
        under: Under,
    },
}

/// Options of `draft bring`.
#[derive(Debug, Args)]
pub(crate) struct Bring {
    #[command(flatten)]
    pub(crate) session: Session,
    #[command(flatten)]
    pub(crate) file: CountFile,
    /// What the draft is called; the name of the file if not given
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

/// A table of counts in a file.
#[derive(Debug, Args)]
pub(crate) struct CountFile {
    /// File to read: .csv, .tsv, the same with .gz, .xlsx, .xls, .ods
    pub(crate) file: PathBuf,
    /// What a table does not say itself: how codes add up, whom it counts (.toml or .json)
    #[arg(long, value_name = "FILE")]
    pub(crate) layout: Option<PathBuf>,
    /// Whom it counts, if the layout does not say so
    #[arg(long, value_name = "WORDS")]
    pub(crate) population: Option<String>,
    /// Of which state of the records it is, if the layout does not say so
    #[arg(long, value_name = "WORDS")]
    pub(crate) vintage: Option<String>,
}

/// Under what a draft is released.
#[derive(Debug, Clone, Args)]
pub(crate) struct Under {
    /// The rule that says what may be shown
    #[arg(long, value_name = "CODE", default_value = "victims@1", value_parser = rule)]
    pub(crate) rule: &'static Rule,
    /// To whom: public, agreement:CODE or party:CODE
    #[arg(long, value_name = "AUDIENCE", default_value = "public", value_parser = audience)]
    pub(crate) audience: Audience,
    /// Mask this cell too, as dimension=code,dimension=code
    #[arg(long, value_name = "CELL")]
    pub(crate) mask: Vec<String>,
    /// Keep this cell if it can be, as dimension=code,dimension=code
    #[arg(long, value_name = "CELL")]
    pub(crate) keep: Vec<String>,
}

/// `release`: a draft is released, or something is done with releases.
#[derive(Debug)]
pub(crate) enum Release {
    /// `release NODE DRAFT`.
    Sign(Box<Sign>),
    /// `release list` and the others.
    Of(Box<Released>),
}

impl FromArgMatches for Release {
    fn from_arg_matches(typed: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(match typed.subcommand_name() {
            Some(_) => Self::Of(Box::new(Released::from_arg_matches(typed)?)),
            None => Self::Sign(Box::new(Sign::from_arg_matches(typed)?)),
        })
    }

    fn update_from_arg_matches(&mut self, typed: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(typed)?;
        Ok(())
    }
}

impl Args for Release {
    fn augment_args(command: Command) -> Command {
        Released::augment_subcommands(Sign::augment_args(command))
            .subcommand_required(false)
            .args_conflicts_with_subcommands(true)
            .subcommand_negates_reqs(true)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// What is done with releases.
#[derive(Debug, Subcommand)]
pub(crate) enum Released {
    /// List what was released, to whom, what others have published, and who sees what
    List(Session),
    /// Withdraw a release; it stays in the ledger
    Withdraw {
        #[command(flatten)]
        session: Session,
        /// The release
        release: String,
        /// Why; it stands beside the release for all who have it
        #[arg(long)]
        reason: String,
    },
    /// List what somebody else has published, so that releases are held against it
    Publication {
        #[command(flatten)]
        session: Session,
        #[command(flatten)]
        file: Box<CountFile>,
        /// What it is called
        #[arg(long, value_name = "NAME")]
        name: String,
        /// Who has seen it: public, agreement:CODE or party:CODE
        #[arg(long, value_name = "AUDIENCE", default_value = "public", value_parser = audience)]
        audience: Audience,
    },
    /// Say which agreements a party is of; of none, and it is no party any more
    Party {
        #[command(flatten)]
        session: Session,
        /// The party, by its code
        party: String,
        /// An agreement that it is of, as agreement:CODE
        #[arg(long, value_name = "AGREEMENT", value_parser = audience)]
        sees: Vec<Audience>,
    },
}

/// Options of `release`.
#[derive(Debug, Args)]
pub(crate) struct Sign {
    #[command(flatten)]
    pub(crate) session: Session,
    /// The draft, by its number or its name
    pub(crate) draft: String,
    #[command(flatten)]
    pub(crate) under: Under,
    /// The release that it takes the place of
    #[arg(long, value_name = "RELEASE")]
    pub(crate) supersedes: Option<String>,
    /// Write the table that is released to the public as CSV, to a file that is not yet there
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) session: Session,
    /// The release
    pub(crate) release: String,
    /// The cell, as dimension=code,dimension=code
    pub(crate) cell: String,
    /// Tell also what was counted and why it is printed or masked; assumed for whoever is named
    #[arg(long)]
    pub(crate) behind: bool,
}

fn rule(code: &str) -> Result<&'static Rule, String> {
    Rule::of_code(code).ok_or_else(|| {
        let codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
        format!("allowed: {}", codes.join(", "))
    })
}

fn audience(code: &str) -> Result<Audience, String> {
    Audience::of_code(code)
        .ok_or_else(|| "allowed: public, agreement:CODE or party:CODE".to_owned())
}
