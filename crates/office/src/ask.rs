//! What can be asked for, and what is answered.

use evidence::record::{PersonRole, Record};
use jiff::Timestamp;
use keep::views::{
    Agency, Consent, Counted, Dossier, Erasure, Export, Glass, LogLine, Matter, MirrorLine, Reset,
    SavedKeyring, Session, Staff,
};
use protect::credential::{OneTimeCode, PasswordVerifier};
use protect::{Confidential, Warrant};
use terms::id::{
    AgencyId, ConsentId, CredentialId, DossierId, ErasureId, ExportId, FigureId, GlassId, HoldId,
    ImportId, MatterId, RecordId, ResetId, SessionId, StaffId,
};
use zeroize::Zeroizing;

use crate::authority::words::words;
use crate::authority::{AgencyKind, Power, Purpose, Role};
use crate::desk::By;
use crate::error::OfficeError;
use crate::import::Staged;
use crate::passkey::StoredPasskey;

words! {
    /// On what ground a dossier is erased.
    Ground {
        /// The person withdrew consent.
        ConsentWithdrawn = "consent-withdrawn",
        /// The person objects.
        Objection = "objection",
        /// It was entered unlawfully, or about the wrong person.
        Unlawful = "unlawful",
        /// It is kept for no purpose any more; the retention schedule.
        NoLongerNeeded = "no-longer-needed",
        /// A court or an authority has ordered it.
        Ordered = "ordered",
    }
}

words! {
    /// What a person agrees to. That somebody consented to being exploited is irrelevant in law
    /// (Trafficking Protocol, article 3 (b)) and is asked nowhere.
    ConsentTo {
        /// To a service.
        Service = "service",
        /// To somebody else's being told.
        Disclosure = "disclosure",
    }
}

words! {
    /// On what ground a dossier leaves the node.
    ExportGround {
        /// The person agreed that this recipient is told, for this purpose; it is looked up when
        /// the export is asked for and again when it is taken.
        Consent = "consent",
        /// The person concerned takes their own.
        OwnAccess = "own-access",
        /// A court or a law demands it; for justice alone.
        LegalOrder = "legal-order",
    }
}

words! {
    /// What a person concerned asks for.
    MatterKind {
        /// To see what is held.
        Access = "access",
        /// That it be corrected.
        Correction = "correction",
        /// That it be used no longer, or not in a certain way.
        Objection = "objection",
        /// That somebody outside look at how they were treated.
        Complaint = "complaint",
    }
}

words! {
    /// How a matter was answered.
    Outcome {
        /// As it was asked.
        Granted = "granted",
        /// In part.
        Partly = "partly",
        /// Not; the words say why, and where to turn to.
        Refused = "refused",
    }
}

/// Who asks: somebody at the console, as whoever has the passphrase says, or somebody signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// At the console. It is refused for a person who has credentials to sign in with.
    Console(StaffId),
    /// Signed in.
    Session(SessionId),
}

/// Who asks for what, in which role, for which purpose, when.
#[derive(Debug)]
pub struct Request {
    /// Who.
    pub who: Who,
    /// In which of their roles.
    pub role: Role,
    /// For what purpose.
    pub purpose: Purpose,
    /// When.
    pub at: Timestamp,
    /// What.
    pub ask: Ask,
}

/// Everything that can be asked for.
#[derive(Debug)]
pub enum Ask {
    /// Let somebody work here.
    AddStaff(NewStaff),
    /// Give somebody other roles, or another supervisor.
    ChangeStaff {
        /// Who.
        staff: StaffId,
        /// In what roles from now on.
        roles: Vec<Role>,
        /// To whom they answer from now on.
        supervisor: Option<StaffId>,
    },
    /// Let somebody work here no longer.
    EndStaff {
        /// Who.
        staff: StaffId,
    },
    /// List who works here, with roles and agencies; names are sealed.
    ListStaff,
    /// See the name of somebody who works here.
    ReadStaffName {
        /// Who.
        staff: StaffId,
        /// Why.
        reason: Confidential<String>,
    },
    /// Name an agency, or name it anew.
    SetAgency {
        /// Which; none for a new one.
        agency: Option<AgencyId>,
        /// What it is called.
        name: String,
        /// What it does.
        kind: AgencyKind,
    },
    /// Shut an account that may be in the wrong hands, until it is reset.
    Suspend {
        /// Whose.
        staff: StaffId,
    },
    /// Ask that somebody's credentials be set anew; half of a code is the answer.
    RequestReset {
        /// Whose.
        staff: StaffId,
        /// Why.
        reason: Confidential<String>,
    },
    /// Confirm another's request; the other half of the code is the answer.
    ConfirmReset {
        /// The request.
        reset: ResetId,
    },
    /// See where keys, backups and erasures stand.
    ReadKeys,
    /// Shut one's own account at once: somebody else may be in it.
    ReportOwn,
    /// Put another password in the place of one's own.
    SetPassword {
        /// What it is verified with.
        verifier: PasswordVerifier,
    },
    /// Add a passkey to one's own account.
    AddPasskey {
        /// The passkey, as the browser has made it.
        passkey: StoredPasskey,
    },
    /// Give a credential of one's own up; a password and a second factor must stay.
    EndCredential {
        /// Which.
        credential: CredentialId,
    },
    /// End one's own sessions: one, or all.
    EndSessions {
        /// Which; none for all.
        session: Option<SessionId>,
    },
    /// See one's own account: credentials, sessions.
    ReadOwnAccount,
    /// Read what one did, and what was done about one.
    ReadOwnLog {
        /// Only before this act.
        before: u64,
        /// At most so many lines.
        most: u32,
    },
    /// See what waits for one.
    ListNotices,
    /// Enter a record, into a dossier or into a new one.
    EnterRecord {
        /// The dossier; none for a new one.
        dossier: Option<DossierId>,
        /// In what role a new dossier is about the person.
        role: PersonRole,
        /// The record that it corrects.
        replaces: Option<RecordId>,
        /// The record.
        record: Confidential<Record>,
    },
    /// Put keys aside for a file of records.
    BeginImport {
        /// How many persons there are.
        persons: u64,
    },
    /// Make a staged file of records true.
    FinishImport(Staged),
    /// Open what was handed in while the node was locked.
    TakeDeposits,
    /// List dossiers that can be read, the newest first: identifiers, roles and dates, nothing
    /// nominal.
    ListDossiers {
        /// Of one role only.
        role: Option<PersonRole>,
        /// At most so many.
        most: u32,
    },
    /// Read a dossier.
    ReadDossier {
        /// The dossier.
        dossier: DossierId,
        /// Why.
        reason: Confidential<String>,
    },
    /// Find dossiers by name.
    SearchNames {
        /// The words.
        words: Confidential<String>,
        /// Why.
        reason: Confidential<String>,
    },
    /// Put a dossier into somebody's care.
    Assign {
        /// The dossier.
        dossier: DossierId,
        /// Into whose.
        staff: StaffId,
    },
    /// Take a dossier out of somebody's care.
    Release {
        /// The dossier.
        dossier: DossierId,
        /// Out of whose.
        staff: StaffId,
    },
    /// Open a dossier that is out of reach, in an emergency, for three hours.
    BreakGlass {
        /// The dossier.
        dossier: DossierId,
        /// Why.
        reason: Confidential<String>,
    },
    /// End an emergency opening before its time: one's own, or one of a dossier in one's care.
    EndGlass {
        /// The opening.
        glass: GlassId,
    },
    /// Say that one was told of an emergency opening.
    SeeGlass {
        /// The opening.
        glass: GlassId,
    },
    /// See who cares for a dossier, who saw it, what was agreed and what was asked.
    ReadMirror {
        /// The dossier.
        dossier: DossierId,
    },
    /// Record what the person agrees to.
    RecordConsent {
        /// The dossier.
        dossier: DossierId,
        /// To what.
        to: ConsentTo,
        /// For what purpose.
        purpose: Purpose,
        /// Who is told; none for a service.
        recipient: Option<AgencyId>,
        /// Until when; none until it is withdrawn.
        until: Option<Timestamp>,
        /// How it was given: in what language, by whom it was explained, what was said.
        words: Confidential<String>,
    },
    /// Record that the person agrees no longer.
    WithdrawConsent {
        /// Which consent.
        consent: ConsentId,
        /// The person's words.
        words: Confidential<String>,
    },
    /// Ask to take a dossier out of the node.
    RequestExport {
        /// The dossier.
        dossier: DossierId,
        /// For whom; none for the person concerned.
        recipient: Option<AgencyId>,
        /// On what ground.
        ground: ExportGround,
        /// Why.
        reason: Confidential<String>,
    },
    /// Approve another's request.
    ApproveExport {
        /// The request.
        export: ExportId,
    },
    /// Take the dossier out, once, within a day of the approval.
    TakeExport {
        /// The request.
        export: ExportId,
    },
    /// List requests to take dossiers out that are not taken yet.
    ListExports,
    /// Note what the person concerned asks for.
    OpenMatter {
        /// The dossier.
        dossier: DossierId,
        /// What.
        kind: MatterKind,
        /// In the person's words.
        words: Confidential<String>,
    },
    /// Answer it.
    AnswerMatter {
        /// The matter; a complaint is answered by [`Ask::AnswerComplaint`].
        matter: MatterId,
        /// How.
        outcome: Outcome,
        /// In what words.
        words: Confidential<String>,
    },
    /// Answer a complaint, from outside of the agency.
    AnswerComplaint {
        /// The matter.
        matter: MatterId,
        /// How.
        outcome: Outcome,
        /// In what words.
        words: Confidential<String>,
    },
    /// Read the words of a complaint.
    ReadComplaint {
        /// The matter.
        matter: MatterId,
        /// Why.
        reason: Confidential<String>,
    },
    /// Show or read to the person concerned what is held and who saw it.
    GiveAccess {
        /// The dossier.
        dossier: DossierId,
        /// How and to whom: read aloud, printed, in what language.
        reason: Confidential<String>,
    },
    /// Keep a dossier whoever asks.
    PlaceHold {
        /// The dossier.
        dossier: DossierId,
        /// Why.
        reason: Confidential<String>,
    },
    /// End a hold.
    LiftHold {
        /// The hold.
        hold: HoldId,
        /// Why.
        reason: Confidential<String>,
    },
    /// Ask that a dossier be erased.
    RequestErasure {
        /// The dossier.
        dossier: DossierId,
        /// On what ground.
        ground: Ground,
        /// Why.
        reason: Confidential<String>,
    },
    /// Confirm what another has asked; the dossier is closed at once.
    ConfirmErasure {
        /// The request.
        erasure: ErasureId,
    },
    /// Count records and keep the count.
    KeepFigure {
        /// By which concepts.
        concepts: Vec<String>,
    },
    /// Say how long dossiers of a role are kept.
    SetRetention {
        /// The role.
        role: PersonRole,
        /// Days after the last record; none to keep until somebody decides.
        days: Option<u32>,
    },
    /// Read the log.
    ReadLog {
        /// About one dossier only.
        dossier: Option<DossierId>,
        /// Only after this act.
        after: u64,
        /// At most so many lines.
        most: u32,
    },
}

impl Ask {
    /// What the authority table calls it.
    #[must_use]
    pub const fn power(&self) -> Power {
        match self {
            Self::AddStaff(_)
            | Self::ChangeStaff { .. }
            | Self::EndStaff { .. }
            | Self::ListStaff
            | Self::SetAgency { .. } => Power::ManageStaff,
            Self::ReadStaffName { .. } => Power::ReadName,
            Self::Suspend { .. } => Power::Suspend,
            Self::RequestReset { .. } => Power::RequestReset,
            Self::ConfirmReset { .. } => Power::ConfirmReset,
            Self::ReadKeys => Power::Keys,
            Self::ReportOwn
            | Self::SetPassword { .. }
            | Self::AddPasskey { .. }
            | Self::EndCredential { .. }
            | Self::EndSessions { .. }
            | Self::ReadOwnAccount
            | Self::ReadOwnLog { .. }
            | Self::ListNotices => Power::Own,
            Self::EnterRecord { .. } | Self::TakeDeposits => Power::Enter,
            Self::BeginImport { .. } | Self::FinishImport(_) => Power::Import,
            Self::ListDossiers { .. } | Self::ReadDossier { .. } => Power::Read,
            Self::SearchNames { .. } => Power::Search,
            Self::Assign { .. } | Self::Release { .. } => Power::Assign,
            Self::BreakGlass { .. } => Power::BreakGlass,
            Self::EndGlass { .. } | Self::SeeGlass { .. } | Self::ReadMirror { .. } => {
                Power::Mirror
            }
            Self::RecordConsent { .. } | Self::WithdrawConsent { .. } => Power::Consent,
            Self::RequestExport { .. } | Self::TakeExport { .. } | Self::ListExports => {
                Power::Export
            }
            Self::ApproveExport { .. } => Power::ApproveExport,
            Self::OpenMatter { .. } => Power::Matter,
            Self::AnswerMatter { .. } => Power::AnswerMatter,
            Self::AnswerComplaint { .. } | Self::ReadComplaint { .. } => Power::AnswerComplaint,
            Self::GiveAccess { .. } => Power::Access,
            Self::PlaceHold { .. } | Self::LiftHold { .. } => Power::Hold,
            Self::RequestErasure { .. } => Power::RequestErasure,
            Self::ConfirmErasure { .. } => Power::ConfirmErasure,
            Self::KeepFigure { .. } => Power::Count,
            Self::SetRetention { .. } => Power::Retain,
            Self::ReadLog { .. } => Power::ReadLog,
        }
    }
}

impl Ask {
    /// The dossier that is named, if one is.
    pub(crate) const fn dossier(&self) -> Option<DossierId> {
        match self {
            Self::EnterRecord { dossier, .. } | Self::ReadLog { dossier, .. } => *dossier,
            Self::ReadDossier { dossier, .. }
            | Self::Assign { dossier, .. }
            | Self::Release { dossier, .. }
            | Self::BreakGlass { dossier, .. }
            | Self::ReadMirror { dossier }
            | Self::RecordConsent { dossier, .. }
            | Self::RequestExport { dossier, .. }
            | Self::OpenMatter { dossier, .. }
            | Self::GiveAccess { dossier, .. }
            | Self::PlaceHold { dossier, .. }
            | Self::RequestErasure { dossier, .. } => Some(*dossier),
            _ => None,
        }
    }
}

/// Somebody who is to work here.
#[derive(Debug)]
pub struct NewStaff {
    /// Their name; it is sealed under a key of their own.
    pub name: Confidential<String>,
    /// In what roles.
    pub roles: Vec<Role>,
    /// Of which agency; none for the node's own.
    pub agency: Option<AgencyId>,
    /// To whom they answer: who may see their name.
    pub supervisor: Option<StaffId>,
    /// The name that they sign in with: 3 to 40 letters, digits, dots, hyphens. None for somebody
    /// who acts at the console alone.
    pub sign_in: Option<String>,
}

impl NewStaff {
    /// Somebody of the node's own agency who acts at the console.
    #[must_use]
    pub fn at_console(name: Confidential<String>, roles: Vec<Role>) -> Self {
        Self {
            name,
            roles,
            agency: None,
            supervisor: None,
            sign_in: None,
        }
    }
}

/// A dossier as it was read.
#[derive(Debug)]
pub struct ReadDossier {
    /// The dossier.
    pub dossier: DossierId,
    /// In what role it is about the person.
    pub role: PersonRole,
    /// Its records, in the order in which they were entered, with those that were corrected.
    pub records: Vec<(RecordId, bool, Confidential<Record>)>,
    /// The act that stands for this look.
    pub warrant: Warrant,
}

/// What the person concerned is shown.
#[derive(Debug)]
pub struct Access {
    /// What is held.
    pub read: ReadDossier,
    /// Who saw, changed or received it: roles and agencies.
    pub mirror: Mirror,
}

/// Who cares for a dossier, who saw it, what was agreed and what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    /// In whose care it is.
    pub carers: Vec<StaffId>,
    /// Who saw or changed it, the oldest first.
    pub lines: Vec<MirrorLine>,
    /// Emergency openings, the newest first.
    pub glasses: Vec<Glass>,
    /// What the person agreed to.
    pub consents: Vec<Consent>,
    /// What the person asked for.
    pub matters: Vec<Matter>,
    /// Legal holds that are not lifted.
    pub holds: Vec<HoldId>,
    /// Every agency that is named in it, and the others of the node.
    pub agencies: Vec<Agency>,
}

/// What waits for somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notices {
    /// Emergency openings of dossiers in their care, of which they were not told yet.
    pub glasses: Vec<Glass>,
    /// Their own emergency openings that still hold.
    pub own_glasses: Vec<Glass>,
    /// Erasures that they may confirm.
    pub erasures: Vec<Erasure>,
    /// Resets that they may confirm.
    pub resets: Vec<Reset>,
    /// Exports that they asked for, or may approve.
    pub exports: Vec<Export>,
    /// Matters that they may answer, the most pressing first.
    pub matters: Vec<Matter>,
    /// Deposits that nobody has opened.
    pub deposits: u64,
}

/// One's own account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub staff: Staff,
    /// Credentials, without what they are verified with.
    pub credentials: Vec<keep::views::Credential>,
    /// Sessions that have not ended.
    pub sessions: Vec<Session>,
}

/// Where keys, backups and erasures stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// Epoch of the keyring.
    pub epoch: u32,
    /// Recovery shares: needed and made.
    pub shares: (u8, u8),
    /// Where the keyring was saved.
    pub keyrings: Vec<SavedKeyring>,
    /// The last backup that is noted.
    pub backup: Option<keep::views::BackupNoted>,
    /// Erasures that wait for a second person.
    pub erasures_waiting: u64,
    /// Erasures that are confirmed and whose key still has to go.
    pub erasures_unfinished: u64,
    /// Deposits that nobody has opened.
    pub deposits_waiting: u64,
}

/// Who is looking: what is read at the journal's head for each page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// The session.
    pub session: Session,
    /// Who.
    pub staff: Staff,
    /// In what roles.
    pub roles: Vec<Role>,
    /// Of which agency, if it was named.
    pub agency: Option<Agency>,
    /// Whether they showed within the last minutes that it is they.
    pub fresh: bool,
}

/// What became of deposits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TakenIn {
    /// Records that were entered.
    pub taken: u64,
    /// Records that were here already, word for word.
    pub repeated: u64,
    /// Deposits that are no records; kept as they came, each in a dossier.
    pub unread: u64,
    /// Records whose source was erased here; they do not come back.
    pub erased: u64,
    /// Deposits that open with no key of this node: nobody can read them.
    pub sealed: u64,
    /// Deposits that stay for the next turn, because an earlier one is of the same source.
    pub left: u64,
}

/// What is answered, once it is durable.
#[derive(Debug)]
pub enum Answer {
    /// Done, with nothing to tell.
    Done,
    /// Somebody was added, who acts at the console.
    Staff(StaffId),
    /// Somebody was added, and sets their credentials with this code.
    Enrolment(StaffId, OneTimeCode),
    /// Who works here, and what agencies there are.
    People(Vec<Staff>, Vec<Agency>),
    /// A name, to be seen once.
    Name(Confidential<String>, Warrant),
    /// An agency was named.
    Agency(AgencyId),
    /// A reset was asked for: half of the code.
    Reset(ResetId, Zeroizing<String>),
    /// A reset was confirmed: the other half.
    ResetConfirmed(StaffId, Zeroizing<String>),
    /// Where keys stand.
    Keys(Box<Keys>),
    /// One's own account.
    Account(Box<Account>),
    /// What waits.
    Notices(Box<Notices>),
    /// An emergency opening.
    Glass(GlassId),
    /// Who saw a dossier.
    Mirror(Box<Mirror>),
    /// A consent was recorded.
    Consent(ConsentId),
    /// An export was asked for.
    Export(ExportId),
    /// Exports that are not taken.
    Exports(Vec<Export>),
    /// A matter was opened.
    Matter(MatterId),
    /// Words that were sealed, to be seen once.
    Words(Confidential<String>, Warrant),
    /// What the person concerned is shown, to be seen once.
    Access(Box<Access>),
    /// Who is looking.
    Visitor(Box<Visitor>),
    /// It was refused, and the refusal stands in the log.
    Refused(OfficeError),
    /// What the door itself wanted to know; it goes no further than the office.
    Door(Box<crate::door::Found>),
    /// A record was entered.
    Record {
        /// The dossier.
        dossier: DossierId,
        /// The record.
        record: RecordId,
    },
    /// Keys are put aside.
    Import {
        /// The import.
        import: ImportId,
        /// The number of the first key.
        first_key: u64,
        /// Who brings it in.
        by: By,
        /// Who has custody of what comes in; none for the node's own agency.
        custodian: Option<AgencyId>,
    },
    /// Deposits were opened.
    Deposits(TakenIn),
    /// Dossiers, without what is in them.
    Dossiers(Vec<Dossier>),
    /// A dossier, to be seen once.
    Dossier(ReadDossier),
    /// Dossiers that bear the name.
    Found(Vec<DossierId>),
    /// A hold was placed.
    Hold(HoldId),
    /// An erasure was asked for.
    Erasure(ErasureId),
    /// A count was kept. It is of the unit's grain until it is released.
    Figure(FigureId, Confidential<Counted>),
    /// The log.
    Log(Vec<LogLine>),
}
