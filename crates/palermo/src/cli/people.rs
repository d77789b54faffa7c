//! The commands about those who work with a node.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use office::{AgencyKind, Role};
use terms::id::{AgencyId, ResetId, StaffId};

use super::vault::{Factors, Secret, Session, Vault, codes, role};

/// `user`.
#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Let somebody work with the node
    // Here `--sign-in` is the name of whoever is added; whoever adds them signs in by another word.
    #[command(
        mut_arg("acting_sign_in", |arg| arg.long("acting-sign-in")),
        after_help = "With --sign-in a one-time code is printed once. The person opens the pages \
                      of the node, chooses to sign in for the first time and gives name and code, \
                      or runs `palermo user enrol`. Without it they act at the console, by the \
                      number that is printed.\n\n\
                      Examples:\n  \
                      palermo user add ./node --name - --role caseworker --sign-in casey\n  \
                      palermo user add ./node --name - --role coordinator \
                      --supervisor staff-0123... --acting-sign-in administrator"
    )]
    Add(AddUser),
    /// List who works with the node: numbers, roles, agencies; names are sealed
    #[command(after_help = "Example: palermo user list ./node --json")]
    List(Session),
    /// Give somebody other roles, or another supervisor
    #[command(after_help = "What is not given stays as it is.\n\n\
                      Example: palermo user change ./node staff-0123... --role \
                      caseworker,coordinator --supervisor staff-4567...")]
    Change {
        #[command(flatten)]
        session: Session,
        /// Who
        staff: StaffId,
        /// Their roles from now on
        #[arg(long, value_name = "ROLE", value_delimiter = ',', value_parser = role())]
        role: Vec<Role>,
        /// To whom they answer from now on
        #[arg(long, value_name = "STAFF")]
        supervisor: Option<StaffId>,
        /// They answer to nobody from now on
        #[arg(long, conflicts_with = "supervisor")]
        no_supervisor: bool,
    },
    /// Let somebody work with the node no longer; their sessions die at once
    #[command(
        visible_alias = "end",
        after_help = "Example: palermo user disable ./node staff-0123..."
    )]
    Disable {
        #[command(flatten)]
        session: Session,
        /// Who
        staff: StaffId,
    },
    /// Shut an account that may be in the wrong hands, until it is reset
    #[command(after_help = "Without a number it is one's own.\n\n\
                      Examples:\n  \
                      palermo user suspend ./node staff-0123...\n  \
                      palermo user suspend ./node --sign-in casey")]
    Suspend {
        #[command(flatten)]
        session: Session,
        /// Whose; one's own, if not given
        staff: Option<StaffId>,
    },
    /// See the name of somebody who works here: for their supervisor and for an overseer
    #[command(
        after_help = "Example: palermo user name ./node staff-0123... --reason \"complaint 7\""
    )]
    Name {
        #[command(flatten)]
        session: Session,
        /// Whose
        staff: StaffId,
        /// Why; it is sealed
        #[arg(long)]
        reason: String,
    },
    /// Set somebody's password and device anew: one person asks, another confirms
    #[command(
        after_help = "Each of the two is shown one half of a one-time code and tells it to \
                      the person, who signs in with both halves, the first half first.\n\n\
                      Examples:\n  \
                      palermo user reset ./node staff-0123... --reason \"lost the telephone\"\n  \
                      palermo user reset ./node --list\n  \
                      palermo user reset ./node --confirm reset-0123... --sign-in cora"
    )]
    Reset(ResetUser),
    /// Set an administrator's password and device anew with recovery shares
    #[command(
        after_help = "Those who hold the shares are the second person. What the administrator \
                      signed in with is good no longer; the code that is printed is good for seven \
                      days.\n\n\
                      Example: palermo user recover ./node staff-0123... --share -"
    )]
    Recover(RecoverUser),
    /// Set one's password and device at this terminal, with a one-time code
    #[command(
        after_help = "For a node without a browser. The secret of the device is printed, as \
                      an address (otpauth) and in letters; then the code that the device shows is \
                      asked for, at the terminal or as a line of standard input.\n\n\
                      Example: palermo user enrol ./node --sign-in casey --json"
    )]
    Enrol(Enrol),
}

/// Options of `user add`.
#[derive(Debug, Args)]
pub(crate) struct AddUser {
    #[command(flatten)]
    pub(crate) session: Session,
    /// Their name; it is sealed. `-` reads it from standard input, out of the shell's history
    #[arg(long)]
    pub(crate) name: String,
    /// Their roles
    #[arg(long, value_name = "ROLE", value_delimiter = ',', required = true, value_parser = role())]
    pub(crate) role: Vec<Role>,
    /// Their agency; the node's own, if not given
    #[arg(long, value_name = "AGENCY")]
    pub(crate) agency: Option<AgencyId>,
    /// To whom they answer: who may see their name
    #[arg(long, value_name = "STAFF")]
    pub(crate) supervisor: Option<StaffId>,
    /// Name that they sign in with: 3 to 40 letters, digits, dots, hyphens
    #[arg(long = "sign-in", value_name = "NAME")]
    pub(crate) sign_in: Option<String>,
}

/// Options of `user reset`.
#[derive(Debug, Args)]
pub(crate) struct ResetUser {
    #[command(flatten)]
    pub(crate) session: Session,
    /// Whose
    #[arg(requires = "reason", required_unless_present_any = ["confirm", "list"])]
    pub(crate) staff: Option<StaffId>,
    /// Why; it is sealed
    #[arg(long, requires = "staff")]
    pub(crate) reason: Option<String>,
    /// Confirm what another has asked
    #[arg(long, value_name = "RESET", conflicts_with_all = ["staff", "list"])]
    pub(crate) confirm: Option<ResetId>,
    /// List the requests that wait for one's confirmation
    #[arg(long, conflicts_with = "staff")]
    pub(crate) list: bool,
}

/// Options of `user enrol`.
#[derive(Debug, Args)]
pub(crate) struct Enrol {
    #[command(flatten)]
    pub(crate) vault: Vault,
    /// Name that one signs in with; else PALERMO_SIGN_IN
    #[arg(long = "sign-in", value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// File whose first line is the one-time code; else PALERMO_ONE_TIME_CODE, else it is asked for
    #[arg(long, value_name = "FILE")]
    pub(crate) one_time_code_file: Option<PathBuf>,
    /// File whose first line is the new password; else PALERMO_PASSWORD, else it is asked for twice
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
}

/// `session`.
#[derive(Debug, Subcommand)]
pub(crate) enum Signing {
    /// Sign in for several commands, by a file that holds the session
    #[command(
        after_help = "A device's code is good once, so that one command in 30 seconds can \
                      be run with --sign-in; a session serves many. Whoever has the file is \
                      signed in: it is made for its owner's eyes alone, and ends after 15 minutes \
                      or with `palermo session end`.\n\n\
                      Example: palermo session open ./node --sign-in casey -o ./session"
    )]
    Open {
        #[command(flatten)]
        vault: Vault,
        /// Name that one signs in with; else PALERMO_SIGN_IN
        #[arg(long = "sign-in", value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        factors: Factors,
        /// File for the session; it must not be there
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// End a session and remove its file
    #[command(after_help = "Example: palermo session end ./node --session ./session")]
    End {
        #[command(flatten)]
        vault: Vault,
        /// File of the session; else PALERMO_SESSION
        #[arg(long, value_name = "FILE")]
        session: Option<PathBuf>,
    },
}

/// `role`.
#[derive(Debug, Subcommand)]
pub(crate) enum Roles {
    /// List who may do what, for what purposes, and how far
    #[command(
        after_help = "The table is part of the program. With a passphrase at hand it is \
                      also counted how many people have each role.\n\n\
                      Example: palermo role list ./node --json"
    )]
    List {
        /// Folder of the node
        node: PathBuf,
        #[command(flatten)]
        secret: Secret,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// `agency`.
#[derive(Debug, Subcommand)]
pub(crate) enum Agency {
    /// Say that there is an agency
    #[command(
        after_help = "Example: palermo agency add ./node --name \"Police of XA\" --kind \
                      law-enforcement"
    )]
    Add {
        #[command(flatten)]
        session: Session,
        /// What it is called
        #[arg(long)]
        name: String,
        /// What it does
        #[arg(long, value_parser = kind())]
        kind: AgencyKind,
    },
    /// List agencies, with how many work for each
    #[command(after_help = "Example: palermo agency list ./node --json")]
    List(Session),
    /// Name an agency anew, the node's own too
    #[command(
        after_help = "Example: palermo agency set ./node --agency agency-0123... --name \
                      \"Shelter of XA\" --kind services"
    )]
    Set {
        #[command(flatten)]
        session: Session,
        /// Which
        #[arg(long)]
        agency: AgencyId,
        /// What it is called
        #[arg(long)]
        name: String,
        /// What it does
        #[arg(long, value_parser = kind())]
        kind: AgencyKind,
    },
}

fn kind() -> impl clap::builder::TypedValueParser<Value = AgencyKind> {
    codes(AgencyKind::ALL.map(AgencyKind::code), AgencyKind::of_code)
}

/// Options of `user recover`.
#[derive(Debug, Args)]
pub(crate) struct RecoverUser {
    #[command(flatten)]
    pub(crate) vault: Vault,
    /// Which administrator
    pub(crate) staff: StaffId,
    /// A recovery share, once for each; `-` reads shares from standard input, one a line
    #[arg(long = "share", value_name = "SHARE", required = true)]
    pub(crate) shares: Vec<String>,
}
