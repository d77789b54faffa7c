//! The commands of a node's vault.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use evidence::dossier::Unit;
use evidence::record::PersonRole;
use office::{Ground, Purpose, Role};
use terms::id::{DossierId, ErasureId, HoldId, RecordId, StaffId};

/// Where the passphrase comes from.
#[derive(Debug, Clone, Args)]
pub(crate) struct Secret {
    /// File whose first line is the passphrase; else PALERMO_PASSPHRASE, else it is asked for
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// Who acts.
#[derive(Debug, Clone, Args)]
pub(crate) struct Acting {
    /// Who acts at the console, without signing in: only somebody who has set no password; else
    /// PALERMO_ACTOR, else the only one here who may
    #[arg(long, value_name = "STAFF")]
    pub(crate) actor: Option<StaffId>,
    #[command(flatten)]
    pub(crate) signing_in: SigningIn,
    /// In which of their roles; the first that may, if not given
    #[arg(id = "acting_role", long = "as", value_name = "ROLE", value_parser = role())]
    pub(crate) role: Option<Role>,
    /// For what purpose; the first that is allowed, if not given
    #[arg(long, value_name = "PURPOSE", value_parser = purpose())]
    pub(crate) purpose: Option<Purpose>,
}

/// How somebody signs in for one command, or says that they did.
#[derive(Debug, Clone, Args)]
pub(crate) struct SigningIn {
    /// Act signed in, by this name; else PALERMO_SIGN_IN. The session ends with the command
    #[arg(id = "acting_sign_in", long = "sign-in", value_name = "NAME",
          conflicts_with_all = ["actor", "session"])]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) factors: Factors,
    /// Act in the session that `palermo session open` has put into this file; else
    /// PALERMO_SESSION
    #[arg(long, value_name = "FILE", conflicts_with = "actor")]
    pub(crate) session: Option<PathBuf>,
}

/// What somebody shows that it is they.
#[derive(Debug, Clone, Args)]
pub(crate) struct Factors {
    /// File whose first line is their password; else PALERMO_PASSWORD, else it is asked for
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Code that their device shows, good once; else PALERMO_CODE, else it is asked for
    #[arg(long, value_name = "CODE")]
    pub(crate) code: Option<String>,
}

/// A node, its passphrase, and how to print.
#[derive(Debug, Clone, Args)]
pub(crate) struct Vault {
    /// Folder of the node
    pub(crate) node: PathBuf,
    #[command(flatten)]
    pub(crate) secret: Secret,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What most commands of a vault need: the node and who acts in it.
#[derive(Debug, Clone, Args)]
pub(crate) struct Session {
    #[command(flatten)]
    pub(crate) vault: Vault,
    #[command(flatten)]
    pub(crate) acting: Acting,
}

/// What a vault is founded with.
#[derive(Debug, Clone, Args)]
pub(crate) struct Founding {
    /// Recovery shares: how many open the node, of how many that are made
    #[arg(long, value_name = "K/N", default_value = "2/3", value_parser = shares)]
    pub(crate) shares: (u8, u8),
    /// Name of the first administrator
    #[arg(long, value_name = "NAME", default_value = "Administrator")]
    pub(crate) administrator: String,
    /// Name that they sign in with; a one-time code for it is printed
    #[arg(long, value_name = "NAME", default_value = "administrator")]
    pub(crate) sign_in: String,
    /// No name to sign in with: they act at the console alone
    #[arg(long, conflicts_with = "sign_in")]
    pub(crate) no_sign_in: bool,
}

/// `record`.
#[derive(Debug, Subcommand)]
pub(crate) enum Record {
    /// Enter records from a JSON file, each into a dossier of its own or into one that is named
    #[command(
        after_help = "The file holds one record or a list; `-` reads standard input:\n  \
        {\"form\": \"intake\", \"version\": \"1\",\n   \
         \"source\": {\"source\": \"shelter list\", \"number\": \"17\"},\n   \
         \"answers\": [\n     \
           {\"question\": \"q1\", \"concept\": \"name\", \"text\": \"Person One\"},\n     \
           {\"question\": \"q2\", \"concept\": \"sex\",\n      \
            \"code\": {\"list\": \"sex\", \"version\": \"1\", \"code\": \"f\"}},\n     \
           {\"question\": \"q3\", \"absent\": \"refused\"}]}\n\
        An answer has one of text, number, date, code, absent. What cannot be used is kept as it \
        was typed, with a finding.\n\n\
        Examples:\n  \
        palermo record enter ./node intake.json --about victim\n  \
        palermo record enter ./node intake.json --deposit"
    )]
    Enter(Enter),
    /// Bring in a file of many records, each in a dossier of its own; all of it or nothing
    #[command(
        after_help = "The file holds a list of records, or one record a line.\n\n\
                            Example: palermo record import ./node caseload.json --json"
    )]
    Import {
        #[command(flatten)]
        session: Session,
        /// File of records; `-` is standard input
        file: PathBuf,
        /// In what role the dossiers are about the persons
        #[arg(long, value_name = "ROLE", default_value = "victim", value_parser = about())]
        about: PersonRole,
    },
    /// Open what was handed in while the node was locked
    #[command(after_help = "Example: palermo record take ./node")]
    Take(Session),
    /// Read a dossier; the look is an act in the log
    #[command(
        after_help = "Example: palermo record read ./node dossier-0123... --reason \"appointment\""
    )]
    Read {
        #[command(flatten)]
        session: Session,
        /// Which dossier
        dossier: DossierId,
        /// Why; it is sealed with the dossier
        #[arg(long)]
        reason: String,
    },
    /// Find dossiers by name; the search is an act in the log
    #[command(
        after_help = "Example: palermo record find ./node --name - --reason \"she \
                      called\""
    )]
    Find {
        #[command(flatten)]
        session: Session,
        /// Words of the name, in any order, with or without accents; `-` reads them from standard
        /// input, out of the shell's history
        #[arg(long)]
        name: String,
        /// Why; it is sealed
        #[arg(long)]
        reason: String,
    },
}

/// Options of `record enter`.
#[derive(Debug, Args)]
pub(crate) struct Enter {
    #[command(flatten)]
    pub(crate) session: Session,
    /// File of one record or a list; `-` is standard input
    pub(crate) file: PathBuf,
    /// Enter into this dossier instead of a new one
    #[arg(long, value_name = "DOSSIER")]
    pub(crate) dossier: Option<DossierId>,
    /// In what role a new dossier is about the person
    #[arg(long, value_name = "ROLE", default_value = "victim", value_parser = about())]
    pub(crate) about: PersonRole,
    /// The record that this one corrects
    #[arg(long, value_name = "RECORD", requires = "dossier")]
    pub(crate) replaces: Option<RecordId>,
    /// Seal to the node's key and hand in; needs no passphrase, also while the node is locked
    #[arg(long, conflicts_with_all = ["dossier", "replaces", "actor", "acting_sign_in", "session",
                                       "acting_role", "purpose"])]
    pub(crate) deposit: bool,
}

/// `hold`.
#[derive(Debug, Subcommand)]
pub(crate) enum Hold {
    /// Keep a dossier whoever asks for its erasure
    #[command(
        after_help = "Example: palermo hold place ./node --dossier dossier-0123... --reason \
                      \"court order\""
    )]
    Place {
        #[command(flatten)]
        session: Session,
        /// Which dossier
        #[arg(long)]
        dossier: DossierId,
        /// Why; it is sealed with the dossier
        #[arg(long)]
        reason: String,
    },
    /// End a hold
    #[command(
        after_help = "Example: palermo hold lift ./node --hold hold-0123... --reason \"case over\""
    )]
    Lift {
        #[command(flatten)]
        session: Session,
        /// Which hold
        #[arg(long)]
        hold: HoldId,
        /// Why; it is sealed with the dossier
        #[arg(long)]
        reason: String,
    },
}

/// Options of `erase`.
#[derive(Debug, Args)]
pub(crate) struct Erase {
    #[command(flatten)]
    pub(crate) session: Session,
    /// Ask that this dossier be erased
    #[arg(long, requires_all = ["ground", "reason"],
          required_unless_present_any = ["confirm", "list"])]
    pub(crate) dossier: Option<DossierId>,
    /// On what ground
    #[arg(long, value_parser = ground(), requires = "dossier")]
    pub(crate) ground: Option<Ground>,
    /// Why; it is sealed with the dossier and goes with it
    #[arg(long, requires = "dossier")]
    pub(crate) reason: Option<String>,
    /// Confirm what another has asked: the key is destroyed, for good
    #[arg(long, value_name = "ERASURE", conflicts_with_all = ["dossier", "list"])]
    pub(crate) confirm: Option<ErasureId>,
    /// List the requests that wait for a second person
    #[arg(long, conflicts_with = "dossier")]
    pub(crate) list: bool,
}

/// Options of `count`.
#[derive(Debug, Args)]
pub(crate) struct Count {
    #[command(flatten)]
    pub(crate) session: Session,
    /// Concepts to count by
    #[arg(long, value_name = "CONCEPT", value_delimiter = ',', required = true)]
    pub(crate) by: Vec<String>,
}

/// Options of `tabulate`.
#[derive(Debug, Args)]
pub(crate) struct Tabulate {
    #[command(flatten)]
    pub(crate) session: Session,
    /// A figure whose definition is carried, such as gr-victims-form
    #[arg(long, value_name = "ID",
          conflicts_with_all = ["rows", "columns", "conditions", "unit", "reference"])]
    pub(crate) figure: Option<String>,
    /// What one count stands for
    #[arg(long, value_name = "UNIT", default_value = "victim", value_parser = unit)]
    pub(crate) unit: Unit,
    /// By what, down the table: names, each with :LIST to be told in another list
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) rows: Vec<String>,
    /// By what, across the table
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// Of which: name=code, or name=code|code; several hold together
    #[arg(long = "where", value_name = "CONDITION")]
    pub(crate) conditions: Vec<String>,
    /// Over which years or months, both ends included: 2024, 2020..2024, 2020-07..2021-06
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: String,
    /// The month that decides on the period; the unit's usual one if not given
    #[arg(long, value_name = "NAME")]
    pub(crate) reference: Option<String>,
    /// Keep the counts as a draft of this name, to be released
    #[arg(long, value_name = "NAME")]
    pub(crate) keep: Option<String>,
}

fn unit(text: &str) -> Result<Unit, String> {
    Unit::of_code(text).ok_or_else(|| format!("allowed: {}", Unit::ALL.map(Unit::code).join(", ")))
}

/// Options of `retention`.
#[derive(Debug, Args)]
pub(crate) struct Retention {
    #[command(flatten)]
    pub(crate) session: Session,
    /// Set it for dossiers about persons in this role
    #[arg(long, value_name = "ROLE", value_parser = about())]
    pub(crate) about: Option<PersonRole>,
    /// Days after the last record; none given: kept until somebody decides
    #[arg(long, requires = "about")]
    pub(crate) days: Option<u32>,
}

/// Options of `backup`.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    pub(crate) vault: Vault,
    /// Folder of the backup; new or empty
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,
    /// Where the keyring is saved; DIR.keyring if not given
    #[arg(long, value_name = "KDIR")]
    pub(crate) keyring: Option<PathBuf>,
}

/// Recovery shares instead of the passphrase.
#[derive(Debug, Clone, Args)]
pub(crate) struct Shares {
    /// A recovery share, once for each; `-` reads shares from standard input, one a line
    #[arg(long = "share", value_name = "SHARE")]
    pub(crate) shares: Vec<String>,
    /// With shares: file whose first line is the new passphrase; else PALERMO_NEW_PASSPHRASE, else
    /// it is asked for
    #[arg(long, value_name = "FILE", requires = "shares")]
    pub(crate) new_passphrase_file: Option<PathBuf>,
}

/// Options of `restore`.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// Folder of the backup
    pub(crate) backup: PathBuf,
    /// Folder of the node to be made; new or empty
    #[arg(required_unless_present = "drill", conflicts_with = "drill")]
    pub(crate) node: Option<PathBuf>,
    /// Where the keyring was saved; DIR.keyring if not given
    #[arg(long, value_name = "KDIR")]
    pub(crate) keyring: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) shares: Shares,
    /// Restore beside the backup, verify, report, and remove it again
    #[arg(long)]
    pub(crate) drill: bool,
    #[command(flatten)]
    pub(crate) secret: Secret,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `unlock`.
#[derive(Debug, Args)]
pub(crate) struct Unlock {
    #[command(flatten)]
    pub(crate) vault: Vault,
    #[command(flatten)]
    pub(crate) shares: Shares,
}

pub(super) fn codes<T: Clone + Send + Sync + 'static>(
    codes: impl IntoIterator<Item = &'static str>,
    of_code: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(codes)
        .try_map(move |code| of_code(&code).ok_or("it is not in the list"))
}

pub(super) fn role() -> impl TypedValueParser<Value = Role> {
    codes(Role::ALL.map(Role::code), Role::of_code)
}

pub(super) fn purpose() -> impl TypedValueParser<Value = Purpose> {
    codes(Purpose::ALL.map(Purpose::code), Purpose::of_code)
}

pub(super) fn about() -> impl TypedValueParser<Value = PersonRole> {
    codes(PersonRole::ALL.map(PersonRole::code), PersonRole::of_code)
}

fn ground() -> impl TypedValueParser<Value = Ground> {
    codes(Ground::ALL.map(Ground::code), Ground::of_code)
}

fn shares(text: &str) -> Result<(u8, u8), String> {
    let parsed = text
        .split_once('/')
        .and_then(|(needed, made)| Some((needed.trim().parse().ok()?, made.trim().parse().ok()?)));
    parsed
        .filter(|(needed, made)| (2..=16).contains(made) && (2..=*made).contains(needed))
        .ok_or_else(|| {
            "allowed: K/N, such as 2/3, with N from 2 to 16 and K from 2 to N".to_owned()
        })
}
