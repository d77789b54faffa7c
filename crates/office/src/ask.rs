//! What can be asked for.

use analyse::tabulation::Tabulation;
use evidence::record::{PersonRole, Record};
use jiff::Timestamp;
use protect::credential::PasswordVerifier;
use protect::draft::Draft;
use protect::ledger::Publication;
use protect::{Audience, Confidential};
use terms::id::{
    AgencyId, ConsentId, CredentialId, DossierId, DraftId, ErasureId, ExportId, GlassId, HoldId,
    MatterId, RecordId, ResetId, SessionId, StaffId,
};

pub use crate::answer::{
    Access, Account, Answer, Keys, Mirror, Notices, ReadDossier, TakenIn, Visitor,
};
use crate::authority::words::words;
use crate::authority::{AgencyKind, Power, Purpose, Role};
use crate::import::Staged;
use crate::lists::ListsAsked;
use crate::passkey::StoredPasskey;
use crate::release::Under;

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
    /// Count dossiers into a table. Somebody of the node's own agency counts those of every agency,
    /// anybody else those of their own.
    Tabulate {
        /// What is counted.
        tabulation: Box<Tabulation>,
        /// What the draft is called that keeps the counts; none keeps nothing.
        keep: Option<String>,
    },
    /// List the maps that one's agency keeps: how the columns of a list of cases are read.
    ListMaps,
    /// Keep a map under a name, in the place of one that is called so; none throws it away.
    KeepMap {
        /// What it is called.
        name: String,
        /// The map as its file spells it.
        text: Option<String>,
    },
    /// Have it estimated how many persons are on none of the node's own lists.
    EstimateLists(Box<ListsAsked>),
    /// Bring in a counted table that something is to be released of.
    BringDraft {
        /// What it is called: nobody else's table of the agency is.
        name: String,
        /// The counts.
        draft: Box<Confidential<Draft>>,
    },
    /// List the drafts of one's agency, without their counts.
    ListDrafts,
    /// See the counts of a draft, and what of them would be printed.
    ExamineDraft {
        /// Which.
        draft: DraftId,
        /// Under what.
        under: Under,
    },
    /// Release a draft that another has brought.
    SignRelease {
        /// Which.
        draft: DraftId,
        /// Under what.
        under: Under,
        /// The release that it takes the place of, if it corrects one.
        supersedes: Option<String>,
    },
    /// Withdraw a release. It stays in the ledger: whoever has seen it has seen it.
    WithdrawRelease {
        /// Which.
        release: String,
        /// Why, in words that stand beside the release for all who have it.
        reason: String,
    },
    /// List what was released, to whom, what others have published, and who sees what.
    ListReleases,
    /// See a release as its audience does.
    ReadRelease {
        /// Which.
        release: String,
    },
    /// See the count behind a cell of a release, and why it is printed or masked.
    ExplainRelease {
        /// Which.
        release: String,
        /// The cell, by its codes in the order of the table's dimensions.
        cell: Vec<String>,
    },
    /// List what somebody else has published, so that releases are held against it.
    ListPublication(Box<Publication>),
    /// Say which agreements a party is of; one of none is no party any more.
    SetParty {
        /// The party, by its code.
        party: String,
        /// What it sees besides what is public.
        sees: Vec<Audience>,
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
            Self::BeginImport { .. }
            | Self::FinishImport(_)
            | Self::ListMaps
            | Self::KeepMap { .. } => Power::Import,
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
            Self::Tabulate { .. } => Power::Tabulate,
            Self::EstimateLists(_) => Power::EstimateLists,
            Self::BringDraft { .. } => Power::BringDraft,
            Self::ListDrafts | Self::ExamineDraft { .. } | Self::ExplainRelease { .. } => {
                Power::ExamineDraft
            }
            Self::SignRelease { .. } | Self::WithdrawRelease { .. } | Self::SetParty { .. } => {
                Power::SignRelease
            }
            Self::ListPublication(_) => Power::ListPublication,
            Self::ListReleases | Self::ReadRelease { .. } => Power::SeeReleases,
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
