//! What is answered.

use evidence::record::{PersonRole, Record};
use keep::views::{
    Agency, Consent, Counted, Dossier, DraftLine, Erasure, Export, Glass, LogLine, MapLine, Matter,
    MirrorLine, Reset, SavedKeyring, Session, Staff,
};
use protect::credential::OneTimeCode;
use protect::{Confidential, Warrant};
use terms::id::{
    AgencyId, ConsentId, DossierId, DraftId, ErasureId, ExportId, FigureId, GlassId, HoldId,
    ImportId, MatterId, PublicationId, RecordId, ResetId, StaffId,
};
use zeroize::Zeroizing;

use crate::authority::Role;
use crate::desk::By;
use crate::error::OfficeError;
use crate::lists::Captured;
use crate::release::{Examined, Explained, Opened, Releases, Shown, Signed};

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
    /// In what role it is about the person, or that it is about a case or an event.
    pub role: PersonRole,
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
    /// A table was counted.
    Tabulated(Box<crate::tabulate::Tabulated>),
    /// The node's own lists, to be estimated from by whoever asked.
    Captured(Box<Captured>),
    /// A draft was brought in.
    Draft(DraftId),
    /// Drafts, without their counts.
    Drafts(Vec<DraftLine>),
    /// Maps of one's agency, by name.
    Maps(Vec<MapLine>),
    /// What of a draft would be printed, to be seen once.
    Examined(Box<Examined>),
    /// A table was released.
    Signed(Box<Signed>),
    /// What was released.
    Releases(Box<Releases>),
    /// A release as its audience sees it.
    Release(Box<Shown>),
    /// What stands behind a cell of a release, to be seen once.
    Explained(Box<Explained>),
    /// A draft that was opened at the head, with what it is held against; it goes no further than
    /// the office.
    Opened(Box<Opened>),
    /// A publication was listed.
    Publication(PublicationId),
    /// The log.
    Log(Vec<LogLine>),
}
