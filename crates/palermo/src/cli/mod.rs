//! The command line, defined once: its help, its parsing and its documentation.

pub(crate) mod attack;
pub(crate) mod care;
pub(crate) mod form;
pub(crate) mod lists;
pub(crate) mod map;
mod origin;
pub(crate) mod people;
pub(crate) mod release;
pub(crate) mod vault;

use std::net::SocketAddr;
use std::path::PathBuf;

use ::terms::id::StaffId;
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use office::{Purpose, Role};

use self::attack::Attack;
use self::care::{Access, Case, Consent, Export, Glass, Log, Matter};
use self::lists::OwnLists;
pub(crate) use self::origin::Origin;
use self::people::{Agency, Roles, Signing, User};
use self::release::{Draft, Explain, Release};
use self::vault::{
    Acting, Backup, Count, Erase, Founding, Hold, Record, Restore, Retention, Secret, Session,
    SigningIn, Tabulate, Unlock, Vault,
};

/// Options of `synthetic`.
#[derive(Debug, Args)]
pub(crate) struct Synthetic {
    /// Folder to write to, which is not there yet
    pub(crate) folder: PathBuf,
    /// How many records in all, about
    #[arg(long, value_name = "NUMBER", default_value_t = 5_000)]
    pub(crate) cases: u64,
    /// The same seed gives the same records
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// What was typed.
#[derive(Debug, Parser)]
#[command(
    name = "palermo",
    version,
    about = "The open evidence system for the Palermo Protocols",
    long_about = "The open evidence system for the Palermo Protocols on trafficking in persons and \
                  the smuggling of migrants. One program is every node, from a shelter's laptop to \
                  a regional secretariat. It is no publication of the United Nations.",
    after_help = "Exit codes: 0 done, 1 input refused, 2 wrong usage.",
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show Palermo in the browser: a node of an invented State with synthetic cases, agencies and
    /// people to sign in as, beside the real public figures of real States
    #[command(
        after_help = "The node is made in a temporary folder, which goes with the program, and \
                      everything of it is marked as synthetic.\n\n\
                      Examples:\n  \
                      palermo demo --listen 127.0.0.1:8080\n  \
                      palermo demo --keep ./xa\n  \
                      palermo demo --public-only"
    )]
    Demo(Demo),
    /// Say which six digits an authenticator app would show now: for the people of the demo
    #[command(
        after_help = "An argument can be read by others on the machine; with - the secret is asked \
                      for, or read from standard input.\n\n\
                      Example: palermo code GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    )]
    Code {
        /// The secret in letters, its otpauth:// address, or -
        secret: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the public pages of a node, and take what is handed in to its vault
    #[command(
        after_help = "A node with a vault starts locked: it takes what is sealed to its key \
                            and opens nothing. Unlock it with `palermo unlock NODE` from another \
                            terminal. Several processes may serve one node: unlocking and \
                            locking reach them all.\n\n\
                            Examples:\n  \
                            palermo serve ./node --listen 0.0.0.0:8080\n  \
                            palermo serve ./node --origin https://node.example"
    )]
    Serve {
        /// Folder of the node
        node: PathBuf,
        #[command(flatten)]
        listen: Listen,
        #[allow(
            rustdoc::bare_urls,
            reason = "the help shows the address as it is typed"
        )]
        /// Where people find the node if it stands behind a proxy, such as https://node.example;
        /// if not given, http://localhost:PORT on an address of the loopback, else none
        #[arg(long, value_name = "URL")]
        origin: Option<Origin>,
        #[command(flatten)]
        secret: Secret,
    },
    /// Make a new node in an empty folder
    #[command(
        after_help = "Every role but `public` gets a vault, if a passphrase is at hand: from \
                      --passphrase-file, from PALERMO_PASSPHRASE, or typed at the terminal. The \
                      recovery shares are printed once.\n\n\
                      Example: palermo init ./node --as national --name \"XA Statistics\" \
                      --jurisdiction XXA"
    )]
    Init(Init),
    /// Make the vault of a node that has none, so that it can keep records
    #[command(after_help = "The recovery shares are printed once.\n\n\
                            Example: palermo vault ./node --shares 2/3")]
    Vault {
        #[command(flatten)]
        vault: Vault,
        #[command(flatten)]
        founding: Founding,
    },
    /// Who works with a node, in which roles
    #[command(subcommand)]
    User(User),
    /// Who may do what, for what purposes
    #[command(subcommand)]
    Role(Roles),
    /// Agencies: who keeps dossiers, and who may be told
    #[command(subcommand)]
    Agency(Agency),
    /// Sign in for several commands
    #[command(subcommand)]
    Session(Signing),
    /// Records of persons: enter, bring in, read, find
    #[command(subcommand)]
    Record(Record),
    /// In whose care dossiers are
    #[command(subcommand)]
    Case(Case),
    /// Emergencies: break the glass before a dossier that is out of reach
    #[command(subcommand)]
    Glass(Glass),
    /// What persons concerned agree to
    #[command(subcommand)]
    Consent(Consent),
    /// Take a dossier out of the node: one person asks, another approves
    #[command(subcommand)]
    Export(Export),
    /// What persons concerned ask for: correction, objection, complaint
    #[command(subcommand)]
    Matter(Matter),
    /// Print for the person concerned what is held of them and who saw it
    #[command(
        after_help = "The title says nothing of what the node is for; the file is readable by \
                      its owner alone.\n\n\
                      Example: palermo access ./node --dossier dossier-0123... --reason \
                      \"printed for her\" --language pt -o ./print.txt"
    )]
    Access(Access),
    /// What waits for one
    #[command(after_help = "Example: palermo notices ./node --actor staff-0123... --json")]
    Notices(Session),
    /// Legal holds: a dossier that must not be erased
    #[command(subcommand)]
    Hold(Hold),
    /// Erase a dossier: one person asks, another confirms
    #[command(after_help = "Examples:\n  \
                      palermo erase ./node --dossier dossier-0123... --ground consent-withdrawn \
                      --reason \"she asked\"\n  \
                      palermo erase ./node --list\n  \
                      palermo erase ./node --confirm erasure-0123... --actor staff-0123... --json")]
    Erase(Erase),
    /// Count records and keep the count sealed, so that it can be counted again
    #[command(
        after_help = "Counts of records are data about persons until they are released, so \
                            none is printed.\n\n\
                            Example: palermo count ./node --by sex,place --json"
    )]
    Count(Count),
    /// Write records of persons who do not exist, of an invented State, to try a node with
    #[command(after_help = "Example: palermo synthetic ./synthetic --cases 5000\n\
                      then, for each agency:\n  palermo record import ./node \
                      ./synthetic/shelter/victim.jsonl --about victim")]
    Synthetic(Synthetic),
    /// Count dossiers into a table by what is known of them; the look is an act in the log
    #[command(
        after_help = "Units: victim, migrant, accused, case, event, service. Names of rows, \
                      columns and conditions are those of the unit; a wrong one is answered with \
                      the right ones.\n\n\
                      Examples:\n  palermo tabulate ./node --rows form --columns sex,age \
                      --where status=identified --period 2020..2024 --json\n  \
                      palermo tabulate ./node --figure gr-victims-form --period 2020..2024 \
                      --keep \"victims 2024\""
    )]
    Tabulate(Box<Tabulate>),
    /// Counted tables before anything is masked: bring one in, see what a rule would print
    #[command(subcommand)]
    Draft(Draft),
    /// Release a table that another has brought, to the public, an agreement or a party
    #[command(
        after_help = "A release is decided against everything that was shown before it. Whoever \
                      brought the draft cannot release it.\n\n\
                      Examples:\n  \
                      palermo release ./node \"victims 2030\" --audience public --json\n  \
                      palermo release ./node draft-0123... --audience agreement:harbour \
                      --rule victims@1\n  \
                      palermo release list ./node\n  \
                      palermo release withdraw ./node 0123456789abcdef --reason \"counted twice\""
    )]
    Release(Release),
    /// What a cell of a release says, where it comes from, and what its mask means
    #[command(
        after_help = "What is public is explained to anybody, also while the node is locked. \
                      Whoever may is told with --behind what was counted and why it is masked; \
                      that is an act in the log.\n\n\
                      Example: palermo explain ./node 0123456789abcdef sex=male,age=all --json"
    )]
    Explain(Box<Explain>),
    /// How long dossiers are kept
    #[command(after_help = "Example: palermo retention ./node --about victim --days 3650")]
    Retention(Retention),
    /// Read who did what, when: an overseer all of it, others their own, or a dossier's mirror
    #[command(after_help = "Examples:\n  \
                            palermo log ./node --subject dossier-0123... --json\n  \
                            palermo log ./node --own --sign-in casey\n  \
                            palermo log ./node --mirror dossier-0123... --sign-in casey")]
    Log(Log),
    /// Copy a node's journal to one folder and its keyring to another, while it runs
    #[command(
        after_help = "A locked node can be backed up too: no passphrase is asked for.\n\n\
                            Example: palermo backup ./node -o /media/one/node --keyring \
                            /media/two/node.keyring"
    )]
    Backup(Backup),
    /// Make a node from a backup, or try whether that would work
    #[command(after_help = "Examples:\n  \
                            palermo restore /media/one/node ./node --keyring \
                            /media/two/node.keyring\n  \
                            palermo restore /media/one/node --drill --json\n  \
                            palermo restore /media/one/node ./node --share - < shares.txt")]
    Restore(Restore),
    /// Check that everything is as it was written
    #[command(
        after_help = "Without the passphrase only the chain of the journal is checked.\n\n\
                            Example: palermo verify ./node --json"
    )]
    Verify(Vault),
    /// Make the views anew from the journal
    #[command(after_help = "Example: palermo rebuild ./node")]
    Rebuild(Vault),
    /// Unlock a node that is being served; or try the passphrase, or replace a lost one by shares
    #[command(after_help = "Examples:\n  \
                            palermo unlock ./node\n  \
                            palermo unlock ./node --share - --json < shares.txt")]
    Unlock(Unlock),
    /// Lock a node that is being served
    #[command(after_help = "Example: palermo lock ./node")]
    Lock {
        /// Folder of the node
        node: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// How a node stands, on one screen, with what to do
    #[command(after_help = "Example: palermo doctor ./node --json")]
    Doctor(Vault),
    /// Bring a published table into a node, as printed; or a list of cases, as sealed records
    #[command(
        after_help = "A list of cases is taken wholly or not at all, and twice changes nothing. It \
                      asks for the passphrase, and is an act of whoever may bring records in.\n\n\
                      Examples:\n  \
                      palermo import ./node deaths.csv --as missing-migrants --dry-run\n  \
                      palermo import ./node data_glotip.xlsx --as glotip --json\n  \
                      palermo import ./node cases.xlsx --as htcds --series \"Shelter of XA\"\n  \
                      palermo import ./node cases.csv --as table --map map.toml --json"
    )]
    Import(Box<Import>),
    /// What the columns of a list of cases mean: propose a map, try one
    #[command(subcommand)]
    Map(map::Map),
    /// List the published tables that a node keeps
    #[command(after_help = "Example: palermo tables ./node --json")]
    Tables {
        /// Folder of the node
        node: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Estimate how many persons are on no list, from how several lists overlap
    #[command(
        after_help = "The file holds one column of 0 and 1 for each list, then `count`:\n  \
                      police,shelter,ngo,count\n  1,0,0,54\n  1,1,0,7\n\n\
                      Examples:\n  \
                      palermo estimate lists.csv\n  \
                      palermo estimate lists.csv --method stepwise --bootstrap 1000 --seed 7 \
                      --json\n  \
                      palermo estimate lists.csv --method model:[12,3] --json\n  \
                      palermo estimate lists.csv --strata sex,age --method bic\n  \
                      palermo estimate lists.csv --html estimate.html --language fr\n  \
                      palermo estimate --node ./node --lists-by event.detected_by --role victim \
                      --reason \"yearly report\"\n\n\
                      The table is unit-level data: it stays in the file, nothing of it is kept, \
                      and only estimates should leave. With --node the table is made from the \
                      node's records and never printed; small counts are hidden."
    )]
    Estimate(Estimate),
    /// Attack a printed table: how many masked cells can be worked back from what is printed
    #[command(
        after_help = "Only counts of cells are printed, never what stands in one; with --cells \
                      an office sees its own draft.\n\n\
                      Examples:\n  \
                      palermo attack data_glotip.csv.gz --as glotip --json\n  \
                      palermo attack draft.xlsx --as table --propose\n  \
                      palermo attack draft.csv --as table --layout layout.toml --cells --json"
    )]
    Attack(Attack),
    /// Questionnaires: check, describe, convert, fill in by a script
    #[command(subcommand)]
    Form(form::Form),
    /// Treaties: who is bound on a date
    #[command(subcommand)]
    Law(Law),
    /// The words that all share: names of places to codes
    #[command(subcommand)]
    Terms(Terms),
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[command(flatten)]
    pub(crate) listen: Listen,
    /// Make the node in this folder, which is new or empty, and leave it there
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keep: Option<PathBuf>,
    /// Show the real public figures alone, without a node
    #[arg(long, conflicts_with = "keep")]
    pub(crate) public_only: bool,
    /// How many synthetic cases there are, about
    #[arg(long, value_name = "NUMBER", default_value_t = 5_000, hide = true)]
    pub(crate) cases: u64,
}

/// Where to listen.
#[derive(Debug, Args)]
pub(crate) struct Listen {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8017")]
    pub(crate) listen: SocketAddr,
    /// Print the address as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of `init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Folder of the node; made if it is not there
    pub(crate) node: PathBuf,
    /// What the node is for
    #[arg(long = "as", value_name = "ROLE")]
    pub(crate) role: NodeRole,
    /// Name of whoever runs the node
    #[arg(long)]
    pub(crate) name: String,
    /// State or area, as ISO 3166-1 alpha-3 (XXA to XXZ for invented ones); needed for an agency
    /// and a national node
    #[arg(long, value_name = "ISO3")]
    pub(crate) jurisdiction: Option<String>,
    #[command(flatten)]
    pub(crate) founding: Founding,
    #[command(flatten)]
    pub(crate) secret: Secret,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a node is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NodeRole {
    /// One agency or shelter
    Agency,
    /// The national hub of a State
    National,
    /// A regional secretariat
    Regional,
    /// The global collection
    Global,
    /// A public site without records of its own
    Public,
}

/// Options of `import`.
#[derive(Debug, Args)]
pub(crate) struct Import {
    #[command(flatten)]
    pub(crate) vault: Vault,
    /// File to read: .csv, .tsv, the same with .gz, .xlsx, .xls, .ods
    pub(crate) file: PathBuf,
    /// What it is
    #[arg(long = "as", value_name = "KIND")]
    pub(crate) kind: ImportKind,
    /// Read and report, write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Of a published table: take the good rows even if others cannot be read; those are kept aside
    #[arg(long)]
    pub(crate) keep_good: bool,
    /// Of a table of cases: the map that says what its columns mean
    #[arg(long, value_name = "MAP.toml")]
    pub(crate) map: Option<PathBuf>,
    /// Of cases as htcds: the system or series of files in which their numbers stand; else the
    /// file's name
    #[arg(long, value_name = "NAME")]
    pub(crate) series: Option<String>,
    #[command(flatten)]
    pub(crate) bringing: Bringing,
}

/// Who brings in cases; `--as` says here what they are.
#[derive(Debug, Args)]
pub(crate) struct Bringing {
    /// Of cases: who acts at the console, without signing in; else PALERMO_ACTOR, else the only one
    /// here who may
    #[arg(long, value_name = "STAFF")]
    pub(crate) actor: Option<StaffId>,
    #[command(flatten)]
    pub(crate) signing_in: SigningIn,
    /// Of cases: in which of their roles; the first that may, if not given
    #[arg(id = "acting_role", long = "role", value_name = "ROLE", value_parser = vault::role())]
    pub(crate) role: Option<Role>,
    /// Of cases: for what purpose; the first that is allowed, if not given
    #[arg(long, value_name = "PURPOSE", value_parser = vault::purpose())]
    pub(crate) purpose: Option<Purpose>,
}

impl Import {
    /// Who acts in which node, as other commands of a vault say it.
    pub(crate) fn session(&self) -> Session {
        Session {
            vault: self.vault.clone(),
            acting: Acting {
                actor: self.bringing.actor,
                signing_in: self.bringing.signing_in.clone(),
                role: self.bringing.role,
                purpose: self.bringing.purpose,
            },
        }
    }
}

/// What can be brought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportKind {
    /// Missing Migrants Project of IOM: incidents
    MissingMigrants,
    /// Frontex: monthly detections of irregular border crossings
    Frontex,
    /// Global Report on Trafficking in Persons of UNODC: public table
    Glotip,
    /// Cases in the layout of HTCDS 2.0 (IOM), by any of its toolkits: sealed records
    Htcds,
    /// Cases in a layout of their own, by a map: sealed records
    Table,
}

/// Options of `estimate`.
#[derive(Debug, Args)]
pub(crate) struct Estimate {
    /// Capture table: .csv with one column of 0 and 1 for each list, then `count`
    #[arg(required_unless_present = "node")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) own: OwnLists,
    // Not a doc comment: the brackets of a model would be read as a link.
    #[arg(
        long,
        value_name = "NAME",
        default_value = "all",
        help = "main, stepwise, aic, bic, dga, lcmcr, bayes-threshold, simple, a model such as \
                model:[12,3], or all"
    )]
    pub(crate) method: String,
    #[arg(
        long,
        value_name = "COLUMN",
        help = "Columns that are no lists but covariates, such as sex: one model for all strata \
                together, with main, aic, bic or a model such as model:[12,1a] (covariates a, b, \
                .. in this order)",
        value_delimiter = ',',
        conflicts_with = "html"
    )]
    pub(crate) strata: Vec<String>,
    /// Level of all intervals
    #[arg(long, default_value_t = 0.95)]
    pub(crate) level: f64,
    /// P-value below which the stepwise choice takes a pair of lists; 0.02 if not given
    #[arg(long)]
    pub(crate) threshold: Option<f64>,
    /// Bootstrap replicates; 0 gives intervals that take the chosen model as given
    #[arg(long, value_name = "B", default_value_t = 1000)]
    pub(crate) bootstrap: usize,
    /// Seed of all random numbers; the same seed gives the same answer
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Most lists in one term, for bic
    #[arg(long, value_name = "M")]
    pub(crate) max_order: Option<usize>,
    /// Prior weight of a cell, for dga; 2^-lists if not given
    #[arg(long, value_name = "D")]
    pub(crate) delta: Option<f64>,
    /// Prior of the number of persons, for dga
    #[arg(long, value_enum, default_value_t = Prior::Inverse)]
    pub(crate) prior: Prior,
    /// Most latent classes, for lcmcr
    #[arg(long, value_name = "C", default_value_t = 10)]
    pub(crate) classes: usize,
    /// Threads; all processors if not given. The answer is the same at any number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    /// Write one page to keep, with drawings, to a file that is not yet there
    #[arg(long, value_name = "OUT", conflicts_with = "json")]
    pub(crate) html: Option<PathBuf>,
    /// Language of the text or of that page
    #[arg(
        long,
        value_enum,
        default_value_t = FileLanguage::En,
        conflicts_with_all = ["json", "strata"]
    )]
    pub(crate) language: FileLanguage,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Languages of a page to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileLanguage {
    /// English
    En,
    /// French
    Fr,
    /// Portuguese
    Pt,
}

/// Priors of the number of persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Prior {
    /// In proportion to 1/N
    Inverse,
    /// Each number equally likely
    Uniform,
}

/// Commands about law.
#[derive(Debug, Subcommand)]
pub(crate) enum Law {
    /// How many are bound by a treaty on a date, without a node and without a network
    #[command(after_help = "Example: palermo law status --treaty TIP --on 2013-09-04 --json")]
    Status {
        /// UNTOC, TIP or SOM
        #[arg(long)]
        treaty: String,
        /// Date as YYYY-MM-DD
        #[arg(long, value_name = "DATE")]
        on: Date,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List the parties to a treaty on a date
    #[command(after_help = "Example: palermo law parties --treaty SOM --on 2019-06-30")]
    Parties {
        /// UNTOC, TIP or SOM
        #[arg(long)]
        treaty: String,
        /// Date as YYYY-MM-DD
        #[arg(long, value_name = "DATE")]
        on: Date,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Commands about terms.
#[derive(Debug, Subcommand)]
pub(crate) enum Terms {
    /// Read names of places, one a line, and say which code each stands for, or why none
    #[command(after_help = "Example: printf 'Burmese\\nCongo\\n' | \
                            palermo terms resolve --list citizenship --json")]
    Resolve {
        /// The list to resolve into
        #[arg(long, value_name = "LIST")]
        list: ResolveList,
        /// Print JSON, one object a line
        #[arg(long)]
        json: bool,
    },
    /// Read codes, one a line, and bring them to another list, saying what is lost on the way
    #[command(after_help = "Example: echo ForcedBegging | \
                            palermo terms translate --crosswalk htcds_to_exploitation --json")]
    Translate {
        /// Name of the crosswalk; a wrong name lists those that exist
        #[arg(long, value_name = "NAME")]
        crosswalk: String,
        /// Print JSON, one object a line
        #[arg(long)]
        json: bool,
    },
    /// Show the code lists that are built in, or the codes of one
    #[command(after_help = "Example: palermo terms lists palermo.purpose@1 --json")]
    Lists {
        /// One list, as id@version
        list: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// The lists that text can be resolved into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ResolveList {
    /// Citizenship and country: ISO 3166-1 alpha-3
    Citizenship,
}
