//! The commands about dossiers in somebody's care, and about the persons concerned.

use std::path::PathBuf;

use clap::builder::TypedValueParser;
use clap::{Args, Subcommand};
use evidence::record::PersonRole;
use jiff::civil::Date;
use office::{ConsentTo, ExportGround, MatterKind, Outcome, Purpose};
use terms::id::{AgencyId, ConsentId, DossierId, ExportId, GlassId, MatterId, StaffId};

use super::FileLanguage;
use super::vault::{Session, about, codes, purpose};

/// `case`.
#[derive(Debug, Subcommand)]
pub(crate) enum Case {
    /// List the dossiers that one can read, the newest first; nothing nominal
    #[command(after_help = "Example: palermo case list ./node --as caseworker --json")]
    List {
        #[command(flatten)]
        session: Session,
        /// Only dossiers about persons in this role
        #[arg(long, value_name = "ROLE", value_parser = about())]
        about: Option<PersonRole>,
        /// At most so many
        #[arg(long, value_name = "LINES", default_value_t = 100)]
        most: u32,
    },
    /// Put a dossier into somebody's care
    #[command(
        after_help = "Example: palermo case assign ./node --dossier dossier-0123... --staff \
                      staff-0123..."
    )]
    Assign(Caring),
    /// Take a dossier out of somebody's care
    #[command(
        after_help = "Example: palermo case release ./node --dossier dossier-0123... --staff \
                      staff-0123..."
    )]
    Release(Caring),
}

/// Options of `case assign` and `case release`.
#[derive(Debug, Args)]
pub(crate) struct Caring {
    #[command(flatten)]
    pub(crate) session: Session,
    /// Which dossier
    #[arg(long)]
    pub(crate) dossier: DossierId,
    /// Whose care
    #[arg(long)]
    pub(crate) staff: StaffId,
}

/// `glass`.
#[derive(Debug, Subcommand)]
pub(crate) enum Glass {
    /// Open a dossier that is out of reach, in an emergency, for three hours
    #[command(
        after_help = "Those who care for the dossier are told, and so is the person. An agency \
                      that investigates does not open a dossier of a service.\n\n\
                      Example: palermo glass break ./node --dossier dossier-0123... --reason \
                      \"at the hospital, needs her medicine\""
    )]
    Break {
        #[command(flatten)]
        session: Session,
        /// Which dossier
        #[arg(long)]
        dossier: DossierId,
        /// Why; it is sealed with the dossier
        #[arg(long)]
        reason: String,
    },
    /// End an emergency opening before its time: one's own, or of a dossier in one's care
    #[command(after_help = "Example: palermo glass end ./node --glass glass-0123...")]
    End(Opening),
    /// Say that one was told of an emergency opening
    #[command(after_help = "Example: palermo glass seen ./node --glass glass-0123...")]
    Seen(Opening),
    /// List emergency openings: one's own, those to be told of, or all of a dossier
    #[command(after_help = "Example: palermo glass list ./node --dossier dossier-0123... --json")]
    List {
        #[command(flatten)]
        session: Session,
        /// All of this dossier
        #[arg(long)]
        dossier: Option<DossierId>,
    },
}

/// Options of `glass end` and `glass seen`.
#[derive(Debug, Args)]
pub(crate) struct Opening {
    #[command(flatten)]
    pub(crate) session: Session,
    /// Which opening
    #[arg(long)]
    pub(crate) glass: GlassId,
}

/// `consent`.
#[derive(Debug, Subcommand)]
pub(crate) enum Consent {
    /// Record what the person agrees to
    #[command(
        after_help = "Consent to a service, and consent to somebody's being told, are two \
                      things. That somebody agreed to being exploited is never asked.\n\n\
                      Examples:\n  \
                      palermo consent record ./node --dossier dossier-0123... --to service --for \
                      assistance --words \"read to her in Portuguese\"\n  \
                      palermo consent record ./node --dossier dossier-0123... --to disclosure \
                      --for justice --recipient agency-0123... --until 2027-06-30 --words -"
    )]
    Record(RecordConsent),
    /// Record that the person agrees no longer; no reason is needed
    #[command(after_help = "Example: palermo consent withdraw ./node --consent consent-0123...")]
    Withdraw {
        #[command(flatten)]
        session: Session,
        /// Which consent
        #[arg(long)]
        consent: ConsentId,
        /// The person's words, if there are any; sealed. `-` reads a line of standard input
        #[arg(long, default_value = "")]
        words: String,
    },
    /// List what the person has agreed to
    #[command(after_help = "Example: palermo consent list ./node --dossier dossier-0123... --json")]
    List {
        #[command(flatten)]
        session: Session,
        /// Which dossier
        #[arg(long)]
        dossier: DossierId,
    },
}

/// Options of `consent record`.
#[derive(Debug, Args)]
pub(crate) struct RecordConsent {
    #[command(flatten)]
    pub(crate) session: Session,
    /// Which dossier
    #[arg(long)]
    pub(crate) dossier: DossierId,
    /// To what
    #[arg(long, value_parser = consent_to())]
    pub(crate) to: ConsentTo,
    /// For what purpose
    #[arg(long = "for", value_name = "PURPOSE", value_parser = purpose())]
    pub(crate) purpose_of: Purpose,
    /// Who is told, if it is a disclosure
    #[arg(long, value_name = "AGENCY")]
    pub(crate) recipient: Option<AgencyId>,
    /// Last day on which it holds (UTC); until it is withdrawn, if not given
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<Date>,
    /// How it was given: in what language, who explained it; sealed. `-` reads a line of standard
    /// input
    #[arg(long)]
    pub(crate) words: String,
}

/// `export`.
#[derive(Debug, Subcommand)]
pub(crate) enum Export {
    /// Ask to take a dossier out of the node
    #[command(
        after_help = "A consent to that disclosure must be recorded, or the person takes their \
                      own, or a court orders it.\n\n\
                      Examples:\n  \
                      palermo export request ./node --dossier dossier-0123... --ground consent \
                      --recipient agency-0123... --reason \"her lawyer asks\"\n  \
                      palermo export request ./node --dossier dossier-0123... --ground \
                      own-access --reason \"she asked for a copy\""
    )]
    Request(RequestExport),
    /// Approve what another has asked
    #[command(after_help = "Example: palermo export approve ./node --export export-0123...")]
    Approve {
        #[command(flatten)]
        session: Session,
        /// Which request
        #[arg(long)]
        export: ExportId,
    },
    /// Take the dossier out, once, within a day of the approval, just after signing in
    #[command(
        after_help = "The file is JSON, in clear, readable by its owner alone. Whoever holds it \
                      answers for it from then on.\n\n\
                      Example: palermo export take ./node --export export-0123... --sign-in casey \
                      -o /media/stick/dossier.json"
    )]
    Take {
        #[command(flatten)]
        session: Session,
        /// Which request
        #[arg(long)]
        export: ExportId,
        /// File for the dossier; it must not be there
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// List one's own requests that are not taken yet
    #[command(after_help = "Example: palermo export list ./node --json")]
    List(Session),
}

/// Options of `export request`.
#[derive(Debug, Args)]
pub(crate) struct RequestExport {
    #[command(flatten)]
    pub(crate) session: Session,
    /// Which dossier
    #[arg(long)]
    pub(crate) dossier: DossierId,
    /// On what ground
    #[arg(long, value_parser = export_ground())]
    pub(crate) ground: ExportGround,
    /// Who receives it; none if the person takes their own
    #[arg(long, value_name = "AGENCY")]
    pub(crate) recipient: Option<AgencyId>,
    /// Why; it is sealed with the dossier
    #[arg(long)]
    pub(crate) reason: String,
}

/// `matter`.
#[derive(Debug, Subcommand)]
pub(crate) enum Matter {
    /// Note what the person concerned asks for
    #[command(
        after_help = "Example: palermo matter open ./node --dossier dossier-0123... --kind \
                      correction --words -"
    )]
    Open {
        #[command(flatten)]
        session: Session,
        /// Which dossier
        #[arg(long)]
        dossier: DossierId,
        /// What
        #[arg(long, value_parser = matter_kind())]
        kind: MatterKind,
        /// In the person's words; sealed. `-` reads a line of standard input
        #[arg(long)]
        words: String,
    },
    /// Answer it
    #[command(after_help = "Examples:\n  \
                      palermo matter answer ./node --matter matter-0123... --outcome granted \
                      --words \"corrected on the same day\"\n  \
                      palermo matter answer ./node --matter matter-0123... --complaint --outcome \
                      partly --words - --as overseer")]
    Answer {
        #[command(flatten)]
        session: Session,
        /// Which matter
        #[arg(long)]
        matter: MatterId,
        /// It is a complaint, which somebody outside of the agency answers
        #[arg(long)]
        complaint: bool,
        /// How
        #[arg(long, value_parser = outcome())]
        outcome: Outcome,
        /// In what words; sealed. `-` reads a line of standard input
        #[arg(long)]
        words: String,
    },
    /// Read the words of a complaint
    #[command(
        after_help = "Example: palermo matter read ./node --matter matter-0123... --reason \
                      \"to answer it\""
    )]
    Read {
        #[command(flatten)]
        session: Session,
        /// Which matter
        #[arg(long)]
        matter: MatterId,
        /// Why; it is sealed with the dossier
        #[arg(long)]
        reason: String,
    },
    /// List matters: those that one may answer, or all of a dossier
    #[command(after_help = "Example: palermo matter list ./node --json")]
    List {
        #[command(flatten)]
        session: Session,
        /// All of this dossier
        #[arg(long)]
        dossier: Option<DossierId>,
    },
}

/// Options of `access`.
#[derive(Debug, Args)]
pub(crate) struct Access {
    #[command(flatten)]
    pub(crate) session: Session,
    /// Which dossier
    #[arg(long)]
    pub(crate) dossier: DossierId,
    /// How and to whom it is shown; it is sealed with the dossier
    #[arg(long)]
    pub(crate) reason: String,
    /// Language of the print-out
    #[arg(long, value_enum, default_value_t = FileLanguage::En)]
    pub(crate) language: FileLanguage,
    /// File for the print-out; it must not be there. Standard output, if not given
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Options of `log`.
#[derive(Debug, Args)]
pub(crate) struct Log {
    #[command(flatten)]
    pub(crate) session: Session,
    /// Only what is about this dossier, or by or about this person who works here
    #[arg(long, value_name = "ID", value_parser = subject,
          conflicts_with_all = ["own", "mirror"])]
    pub(crate) subject: Option<Subject>,
    /// What one did oneself, and what was done about one
    #[arg(long, conflicts_with = "mirror")]
    pub(crate) own: bool,
    /// What was done about this dossier, by which role of which agency; no numbers of people
    #[arg(long, value_name = "DOSSIER")]
    pub(crate) mirror: Option<DossierId>,
    /// Only after this act
    #[arg(long, value_name = "ACT", default_value_t = 0)]
    pub(crate) after: u64,
    /// At most so many lines
    #[arg(long, value_name = "LINES", default_value_t = 1000)]
    pub(crate) most: u32,
}

/// What lines of the log are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A dossier.
    Dossier(DossierId),
    /// Somebody who works here.
    Staff(StaffId),
}

fn subject(text: &str) -> Result<Subject, String> {
    let staff = text.trim().starts_with(StaffId::KIND);
    let read = if staff {
        text.parse().map(Subject::Staff)
    } else {
        text.parse().map(Subject::Dossier)
    };
    read.map_err(|error| error.to_string())
}

fn consent_to() -> impl TypedValueParser<Value = ConsentTo> {
    codes(ConsentTo::ALL.map(ConsentTo::code), ConsentTo::of_code)
}

fn export_ground() -> impl TypedValueParser<Value = ExportGround> {
    codes(
        ExportGround::ALL.map(ExportGround::code),
        ExportGround::of_code,
    )
}

fn matter_kind() -> impl TypedValueParser<Value = MatterKind> {
    codes(MatterKind::ALL.map(MatterKind::code), MatterKind::of_code)
}

fn outcome() -> impl TypedValueParser<Value = Outcome> {
    codes(Outcome::ALL.map(Outcome::code), Outcome::of_code)
}
