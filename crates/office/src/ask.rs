//! What can be asked for, and what is answered.

use evidence::record::{PersonRole, Record};
use jiff::Timestamp;
use keep::views::{Counted, Dossier, LogLine};
use protect::{Confidential, Warrant};
use terms::id::{DossierId, ErasureId, FigureId, HoldId, ImportId, RecordId, StaffId};

use crate::authority::{Power, Purpose, Role};
use crate::import::Staged;

/// On what ground a dossier is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ground {
    /// The person withdrew consent.
    ConsentWithdrawn,
    /// The person objects.
    Objection,
    /// It was entered unlawfully, or about the wrong person.
    Unlawful,
    /// It is kept for no purpose any more; the retention schedule.
    NoLongerNeeded,
    /// A court or an authority has ordered it.
    Ordered,
}

impl Ground {
    /// Every ground.
    pub const ALL: [Self; 5] = [
        Self::ConsentWithdrawn,
        Self::Objection,
        Self::Unlawful,
        Self::NoLongerNeeded,
        Self::Ordered,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ConsentWithdrawn => "consent-withdrawn",
            Self::Objection => "objection",
            Self::Unlawful => "unlawful",
            Self::NoLongerNeeded => "no-longer-needed",
            Self::Ordered => "ordered",
        }
    }

    /// The ground of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ground| ground.code() == code)
    }
}

/// Who asks for what, in which role, for which purpose, when.
#[derive(Debug)]
pub struct Request {
    /// Who.
    pub actor: StaffId,
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
    AddStaff {
        /// Their name; it is sealed under a key of their own.
        name: Confidential<String>,
        /// In what roles.
        roles: Vec<Role>,
    },
    /// Let somebody work here no longer.
    EndStaff {
        /// Who.
        staff: StaffId,
    },
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
            Self::AddStaff { .. } | Self::EndStaff { .. } => Power::ManageStaff,
            Self::EnterRecord { .. } | Self::TakeDeposits => Power::Enter,
            Self::BeginImport { .. } | Self::FinishImport(_) => Power::Import,
            Self::ListDossiers { .. } | Self::ReadDossier { .. } => Power::Read,
            Self::SearchNames { .. } => Power::Search,
            Self::PlaceHold { .. } | Self::LiftHold { .. } => Power::Hold,
            Self::RequestErasure { .. } => Power::RequestErasure,
            Self::ConfirmErasure { .. } => Power::ConfirmErasure,
            Self::KeepFigure { .. } => Power::Count,
            Self::SetRetention { .. } => Power::Retain,
            Self::ReadLog { .. } => Power::ReadLog,
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
    /// Somebody was added.
    Staff(StaffId),
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
