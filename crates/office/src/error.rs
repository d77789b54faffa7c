//! Why something is not done.

use keep::KeepError;
use keep::act::ActError;
use keep::journal::JournalError;
use keep::keyring::KeyringError;
use keep::views::ViewError;

/// A refusal with a stable code. Its words may be shown: they name no person and no content.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// The node has no vault: it was made for published tables only.
    #[error("vault_missing: this node has no vault, so it keeps no records; see `palermo vault`")]
    NoVault,
    /// Dossiers cannot be counted so.
    #[error(transparent)]
    Counting(#[from] CountingError),
    /// The node is locked.
    #[error("node_locked: the node is locked; unlock it first")]
    Locked,
    /// Whoever asks does not work here, or no longer.
    #[error("actor_unknown: nobody of that number works here")]
    ActorUnknown,
    /// The person has not that role.
    #[error("role_missing: that person does not act as {role} here")]
    RoleMissing {
        /// The role asked for.
        role: &'static str,
    },
    /// The role does not allow it for that purpose.
    #[error("not_allowed: {role} may not {power} for the purpose {purpose}")]
    NotAllowed {
        /// The role.
        role: &'static str,
        /// What was asked for.
        power: &'static str,
        /// The purpose.
        purpose: &'static str,
    },
    /// Whoever asks was signed in and is no more.
    #[error("session_ended: the session has ended; sign in again")]
    SessionEnded,
    /// The person has credentials, so nobody else can act for them at the console.
    #[error("sign_in_needed: this person signs in; give their sign-in name, password and code")]
    SignInNeeded,
    /// Signing in fails. Why is not said.
    #[error("sign_in_refused: the name, the password or the code is not right")]
    SignInRefused,
    /// It is asked again whether it is they.
    #[error("confirm_needed: show again that it is you: password and code, or passkey")]
    ConfirmNeeded,
    /// The sign-in name is taken, or cannot be one.
    #[error(
        "sign_in_name_unfit: a sign-in name has 3 to 40 letters, digits, dots or hyphens, and \
             is nobody else's"
    )]
    SignInNameUnfit,
    /// The password is not fit to be one.
    #[error(transparent)]
    PasswordUnfit(#[from] protect::credential::PasswordUnfit),
    /// The last password or second factor cannot be given up.
    #[error("credential_needed: a password and a second factor must stay")]
    CredentialNeeded,
    /// A passkey does not fit.
    #[error(transparent)]
    Passkey(#[from] crate::passkey::PasskeyError),
    /// One person cannot have these roles together.
    #[error(
        "roles_unfit: an administrator is no caseworker or coordinator, an overseer is nothing \
             else, and everybody has a role; who must be both has two accounts"
    )]
    RolesUnfit,
    /// There is nobody of that number.
    #[error("staff_missing: nobody of that number works here")]
    StaffMissing,
    /// There is no such agency.
    #[error("agency_missing: there is no agency of that number")]
    AgencyMissing,
    /// There is no such request, or it is out of time or confirmed.
    #[error("reset_missing: there is no such request, or it is confirmed or out of time")]
    ResetMissing,
    /// The dossier is out of reach; from outside this looks as if there were none.
    #[error("dossier_missing: there is no such dossier, or it is not in your care")]
    OutOfReach,
    /// What was asked about is there, but out of reach; from outside it seems as if it were not.
    #[error("{seems}")]
    Hidden {
        /// What is said outside.
        seems: Box<OfficeError>,
        /// The dossier that it belongs to, for the log.
        dossier: Option<terms::id::DossierId>,
    },
    /// Law enforcement does not open what a service keeps.
    #[error("glass_refused: an agency that investigates does not open a dossier of a service")]
    GlassRefused,
    /// The dossier can be read without an emergency.
    #[error("glass_needless: the dossier is in your reach; open it in the ordinary way")]
    GlassNeedless,
    /// There is no such emergency opening, or it is over.
    #[error("glass_missing: there is no such emergency opening, or it is over")]
    GlassMissing,
    /// The person has not agreed to it.
    #[error(
        "consent_missing: the person has not agreed that this recipient is told for this \
             purpose, or no longer"
    )]
    ConsentMissing,
    /// There is no such consent, or it was withdrawn.
    #[error("consent_unknown: there is no such consent, or it was withdrawn already")]
    ConsentUnknown,
    /// A consent or an export does not say to whom, or says so where nobody is.
    #[error("recipient_unfit: {0}")]
    RecipientUnfit(&'static str),
    /// There is no such export, or it is not approved, out of time, taken, or another's.
    #[error("export_missing: there is no such export to be taken or approved by you")]
    ExportMissing,
    /// There is no such matter, or it is answered already.
    #[error("matter_missing: there is no such matter, or it is answered already")]
    MatterMissing,
    /// Somebody does more than anybody can need.
    #[error("limit_reached: at most {most} of these in {hours} hour(s); wait, or ask for help")]
    LimitReached {
        /// How many.
        most: u64,
        /// In how many hours.
        hours: u64,
    },
    /// A reason must be given.
    #[error("reason_missing: say why, in a few words; they are sealed with the dossier")]
    ReasonMissing,
    /// There is no such dossier.
    #[error("dossier_missing: there is no such dossier, or it is not in your care")]
    DossierMissing,
    /// The dossier is erased, or about to be.
    #[error("dossier_erased: the dossier is erased")]
    DossierErased,
    /// There is no such record in the dossier, or it was corrected already.
    #[error("record_missing: the dossier has no such record, or it is corrected already")]
    RecordMissing,
    /// There is no such hold, or it is lifted already.
    #[error("hold_missing: there is no such hold, or it is lifted already")]
    HoldMissing,
    /// The same record of the same source is here already.
    #[error("record_known: that record of that source is here already")]
    RecordKnown,
    /// The record's source was erased here; it does not come back.
    #[error("source_erased: that record of that source was erased here and is not taken again")]
    SourceErased,
    /// There is no such request, or it was confirmed already.
    #[error("erasure_missing: there is no such request, or it is confirmed already")]
    ErasureMissing,
    /// One person cannot both ask and confirm.
    #[error("second_person: somebody else than the one who asked must confirm")]
    SecondPerson,
    /// The dossier is under a legal hold.
    #[error("legal_hold: the dossier is under {holds} legal hold(s), which must be lifted first")]
    LegalHold {
        /// How many.
        holds: usize,
    },
    /// A deposit is too short, too long, or of another form.
    #[error("deposit_unfit: a deposit has {allowed} bytes; this one has {found}")]
    DepositUnfit {
        /// How many it has.
        found: usize,
        /// How many it may have.
        allowed: &'static str,
    },
    /// A deposit is sealed to a key that the node has no more.
    #[error(
        "deposit_key_changed: the node has another key for deposits now; seal it again to that"
    )]
    DepositKeyChanged,
    /// The last administrator cannot go.
    #[error("last_administrator: somebody must stay who can add people")]
    LastAdministrator,
    /// Deposits are waiting that must be taken in first; this was done, ask again.
    #[error("deposits_first: deposits were waiting and have been taken in; ask again")]
    DepositsFirst,
    /// A file of records cannot be brought in.
    #[error("import_unfit: {0}")]
    ImportUnfit(String),
    /// A map cannot be kept.
    #[error("map_unfit: {0}")]
    MapUnfit(String),
    /// The agency keeps no map of that name.
    #[error("map_missing: your agency keeps no map of that name")]
    MapMissing,
    /// There is no such draft, or it is of another agency.
    #[error("draft_missing: there is no such draft, or it is of another agency")]
    DraftMissing,
    /// A draft cannot be brought in.
    #[error("draft_unfit: {0}")]
    DraftUnfit(String),
    /// A draft of that name is there.
    #[error("draft_name_taken: your agency has a draft of that name; give this one another")]
    DraftNameTaken,
    /// Nobody is of that audience.
    #[error(
        "audience_unknown: no party is of the audience {0}; say first who is, or release to \
             the public"
    )]
    AudienceUnknown(String),
    /// There is no such release, or it is of another agency.
    #[error("release_missing: there is no such release")]
    ReleaseMissing,
    /// It was released before.
    #[error("release_known: this was released already, as {0}")]
    ReleaseKnown(String),
    /// It was withdrawn before.
    #[error("release_withdrawn: it is withdrawn already")]
    ReleaseWithdrawn,
    /// Something of it could be worked back. How much, whoever may examine it is told.
    #[error(
        "{code}: from what would be printed something could be worked back that must not be, or \
             that it cannot was not shown; nothing is released{}",
        counted(*breaches)
    )]
    ReleaseRefused {
        /// The stable code.
        code: &'static str,
        /// How many cells; none for somebody who may not examine the draft.
        breaches: Option<usize>,
    },
    /// A stored release is not what was released.
    #[error("release_damaged: release {0} is not stored as it was signed")]
    ReleaseDamaged(String),
    /// The table has no such cell.
    #[error("cell_missing: the table has no such cell; give one code for each of: {0}")]
    CellMissing(String),
    /// What is said of a party or of another's publication cannot be.
    #[error("ledger_unfit: {0}")]
    LedgerUnfit(String),
    /// Lists cannot be estimated from.
    #[error(transparent)]
    ListsUnfit(#[from] crate::lists::ListsUnfit),
    /// A backup cannot be used.
    #[error("backup_unfit: {0}")]
    BackupUnfit(String),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The keyring.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The views.
    #[error(transparent)]
    Views(#[from] ViewError),
    /// A stored act.
    #[error(transparent)]
    Act(#[from] ActError),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] KeepError),
    /// The keyring lacks keys that the journal names.
    #[error(
        "keyring_older: the keyring is older than the journal: keys that the journal names are not \
         in it; put a later save of the keyring in its place"
    )]
    KeyringOlder,
    /// An act that does not open with the node's key: the journal is of another node, or damaged.
    #[error("act_unopened: act {act} does not open with this node's key")]
    Unopened {
        /// Its number.
        act: u64,
    },
}

/// The end of a refusal, for whoever may know.
fn counted(breaches: Option<usize>) -> String {
    breaches.map_or_else(String::new, |count| {
        format!(" ({count} findings; examine the draft)")
    })
}

impl OfficeError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoVault => "vault_missing",
            Self::Locked => "node_locked",
            Self::ActorUnknown => "actor_unknown",
            Self::RoleMissing { .. } => "role_missing",
            Self::NotAllowed { .. } => "not_allowed",
            Self::SessionEnded => "session_ended",
            Self::SignInNeeded => "sign_in_needed",
            Self::SignInRefused => "sign_in_refused",
            Self::ConfirmNeeded => "confirm_needed",
            Self::SignInNameUnfit => "sign_in_name_unfit",
            Self::PasswordUnfit(error) => error.code(),
            Self::CredentialNeeded => "credential_needed",
            Self::Passkey(error) => error.code(),
            Self::RolesUnfit => "roles_unfit",
            Self::StaffMissing => "staff_missing",
            Self::AgencyMissing => "agency_missing",
            Self::ResetMissing => "reset_missing",
            Self::Hidden { seems, .. } => seems.code(),
            Self::GlassRefused => "glass_refused",
            Self::GlassNeedless => "glass_needless",
            Self::GlassMissing => "glass_missing",
            Self::ConsentMissing => "consent_missing",
            Self::ConsentUnknown => "consent_unknown",
            Self::RecipientUnfit(_) => "recipient_unfit",
            Self::ExportMissing => "export_missing",
            Self::MatterMissing => "matter_missing",
            Self::LimitReached { .. } => "limit_reached",
            Self::ReasonMissing => "reason_missing",
            Self::OutOfReach | Self::DossierMissing => "dossier_missing",
            Self::DossierErased => "dossier_erased",
            Self::RecordMissing => "record_missing",
            Self::HoldMissing => "hold_missing",
            Self::RecordKnown => "record_known",
            Self::SourceErased => "source_erased",
            Self::ErasureMissing => "erasure_missing",
            Self::SecondPerson => "second_person",
            Self::LegalHold { .. } => "legal_hold",
            Self::DepositUnfit { .. } => "deposit_unfit",
            Self::DepositKeyChanged => "deposit_key_changed",
            Self::LastAdministrator => "last_administrator",
            Self::DepositsFirst => "deposits_first",
            Self::ImportUnfit(_) => "import_unfit",
            Self::MapUnfit(_) => "map_unfit",
            Self::MapMissing => "map_missing",
            Self::DraftMissing
            | Self::DraftUnfit(_)
            | Self::DraftNameTaken
            | Self::AudienceUnknown(_)
            | Self::ReleaseMissing
            | Self::ReleaseKnown(_)
            | Self::ReleaseWithdrawn
            | Self::ReleaseRefused { .. }
            | Self::ReleaseDamaged(_)
            | Self::CellMissing(_)
            | Self::LedgerUnfit(_) => self.code_of_release(),
            Self::ListsUnfit(unfit) => unfit.code(),
            Self::BackupUnfit(_) => "backup_unfit",
            Self::Journal(error) => error.code(),
            Self::Keyring(error) => error.code(),
            Self::Counting(error) => error.code(),
            Self::Views(error) => error.code(),
            Self::Act(ActError::Unknown { .. }) => "act_unknown",
            Self::Act(ActError::Malformed { .. }) => "act_malformed",
            Self::Disk(error) => error.code(),
            Self::KeyringOlder => "keyring_older",
            Self::Unopened { .. } => "act_unopened",
        }
    }

    /// The code of what is wrong with a draft or a release.
    const fn code_of_release(&self) -> &'static str {
        match self {
            Self::DraftMissing => "draft_missing",
            Self::DraftUnfit(_) => "draft_unfit",
            Self::DraftNameTaken => "draft_name_taken",
            Self::AudienceUnknown(_) => "audience_unknown",
            Self::ReleaseMissing => "release_missing",
            Self::ReleaseKnown(_) => "release_known",
            Self::ReleaseWithdrawn => "release_withdrawn",
            Self::ReleaseRefused { code, .. } => code,
            Self::ReleaseDamaged(_) => "release_damaged",
            Self::CellMissing(_) => "cell_missing",
            _ => "ledger_unfit",
        }
    }

    /// Why, as the log keeps it for the overseer: it may say more than whoever asked was told.
    /// None where there is nothing to keep: faults of the machine, and slips that harm nobody.
    #[must_use]
    pub(crate) fn cause(&self) -> Option<&'static str> {
        match self {
            Self::OutOfReach | Self::Hidden { .. } => Some("out_of_reach"),
            Self::DossierMissing => Some("no_such_dossier"),
            Self::ListsUnfit(unfit) if unfit.tells() => Some(unfit.code()),
            Self::RoleMissing { .. }
            | Self::NotAllowed { .. }
            | Self::DossierErased
            | Self::SourceErased
            | Self::SecondPerson
            | Self::LegalHold { .. }
            | Self::LastAdministrator
            | Self::RolesUnfit
            | Self::GlassRefused
            | Self::ConsentMissing
            | Self::ExportMissing
            | Self::ResetMissing
            | Self::ErasureMissing
            | Self::ConfirmNeeded
            | Self::ReleaseRefused { .. }
            | Self::LimitReached { .. } => Some(self.code()),
            _ => None,
        }
    }

    /// As if there were none.
    pub(crate) fn hidden(self, dossier: Option<terms::id::DossierId>) -> Self {
        Self::Hidden {
            seems: Box::new(self),
            dossier,
        }
    }
}

/// Why dossiers are not counted.
#[derive(Debug, thiserror::Error)]
pub enum CountingError {
    /// What is to be counted cannot be.
    #[error(transparent)]
    Tabulation(#[from] analyse::tabulation::TabulationError),
    /// The columns refuse.
    #[error(transparent)]
    Columns(#[from] keep::columns::ColumnError),
    /// The count refuses.
    #[error(transparent)]
    Tabulate(#[from] tabulate::TabulateError),
}

impl CountingError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Tabulation(error) => error.code(),
            Self::Columns(error) => error.code(),
            Self::Tabulate(error) => error.code(),
        }
    }
}

impl From<analyse::tabulation::TabulationError> for OfficeError {
    fn from(error: analyse::tabulation::TabulationError) -> Self {
        Self::Counting(error.into())
    }
}

impl From<keep::columns::ColumnError> for OfficeError {
    fn from(error: keep::columns::ColumnError) -> Self {
        Self::Counting(error.into())
    }
}

impl From<tabulate::TabulateError> for OfficeError {
    fn from(error: tabulate::TabulateError) -> Self {
        Self::Counting(error.into())
    }
}
