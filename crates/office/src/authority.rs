//! Who may do what, for what purpose, and how far.
//!
//! The whole of it is one table, [`GRANTS`]: a role, a kind of act, the purposes for which it is
//! allowed, and how far it reaches. It is read at the journal's head, together with whether the
//! person still works here, is signed in, and has the dossier in reach. No purpose "immigration
//! enforcement" exists, and no act searches persons by citizenship, status or place.

pub(crate) mod words;

pub use words::{AgencyKind, Power, Purpose, Reach, Role};

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// In what role.
    pub role: Role,
    /// What.
    pub power: Power,
    /// For what purposes.
    pub purposes: &'static [Purpose],
    /// How far.
    pub reach: Reach,
}

const fn grant(role: Role, power: Power, purposes: &'static [Purpose], reach: Reach) -> Grant {
    Grant {
        role,
        power,
        purposes,
        reach,
    }
}

use Power as P;
use Purpose::{Administration, Assistance, DataSubject, Justice, Oversight, Statistics};
use Reach::{Agency, Care, Node};
use Role::{Administrator, Caseworker, Coordinator, DataManager, Overseer};

/// The table. What is not in it is not allowed.
pub const GRANTS: &[Grant] = &[
    grant(Caseworker, P::Enter, &[Assistance, Justice], Care),
    grant(
        Caseworker,
        P::Read,
        &[Assistance, Justice, DataSubject],
        Care,
    ),
    grant(
        Caseworker,
        P::Search,
        &[Assistance, Justice, DataSubject],
        Care,
    ),
    grant(Caseworker, P::BreakGlass, &[Assistance], Node),
    grant(Caseworker, P::Mirror, &[Assistance, DataSubject], Care),
    grant(Caseworker, P::Consent, &[Assistance, DataSubject], Care),
    grant(
        Caseworker,
        P::Export,
        &[Assistance, Justice, DataSubject],
        Care,
    ),
    grant(Caseworker, P::Matter, &[DataSubject], Care),
    grant(Caseworker, P::Access, &[DataSubject], Care),
    grant(Caseworker, P::RequestErasure, &[DataSubject], Care),
    grant(DataManager, P::Enter, &[Assistance, Statistics], Agency),
    grant(DataManager, P::Import, &[Assistance, Statistics], Agency),
    grant(DataManager, P::Count, &[Assistance, Statistics], Node),
    grant(DataManager, P::Tabulate, &[Statistics], Node),
    grant(DataManager, P::EstimateLists, &[Statistics], Node),
    grant(DataManager, P::BringDraft, &[Statistics], Agency),
    grant(DataManager, P::ExamineDraft, &[Statistics], Agency),
    grant(DataManager, P::ListPublication, &[Statistics], Node),
    grant(DataManager, P::SeeReleases, &[Statistics], Node),
    grant(Coordinator, P::Read, &[Assistance, DataSubject], Agency),
    grant(Coordinator, P::Search, &[Assistance, DataSubject], Agency),
    grant(Coordinator, P::Assign, &[Assistance], Agency),
    grant(Coordinator, P::BreakGlass, &[Assistance], Node),
    grant(Coordinator, P::Mirror, &[Assistance, DataSubject], Agency),
    grant(Coordinator, P::Consent, &[Assistance, DataSubject], Agency),
    grant(
        Coordinator,
        P::Export,
        &[Assistance, Justice, DataSubject],
        Agency,
    ),
    grant(
        Coordinator,
        P::ApproveExport,
        &[Assistance, Justice, DataSubject],
        Agency,
    ),
    grant(Coordinator, P::Matter, &[DataSubject], Agency),
    grant(Coordinator, P::AnswerMatter, &[DataSubject], Agency),
    grant(Coordinator, P::Access, &[DataSubject], Agency),
    grant(Coordinator, P::Hold, &[Justice, DataSubject], Agency),
    grant(Coordinator, P::RequestErasure, &[DataSubject], Agency),
    grant(Coordinator, P::ConfirmErasure, &[DataSubject], Agency),
    grant(Coordinator, P::Count, &[Statistics], Node),
    grant(Coordinator, P::Tabulate, &[Statistics], Node),
    grant(Coordinator, P::EstimateLists, &[Statistics], Node),
    grant(Coordinator, P::ExamineDraft, &[Statistics], Agency),
    grant(Coordinator, P::SignRelease, &[Statistics], Agency),
    grant(Coordinator, P::ListPublication, &[Statistics], Node),
    grant(Coordinator, P::SeeReleases, &[Statistics], Node),
    grant(Coordinator, P::Retain, &[DataSubject, Administration], Node),
    grant(Coordinator, P::ReadName, &[Administration], Agency),
    grant(Coordinator, P::Suspend, &[Administration], Agency),
    grant(Coordinator, P::ConfirmReset, &[Administration], Agency),
    grant(Administrator, P::ManageStaff, &[Administration], Node),
    grant(Administrator, P::Suspend, &[Administration], Node),
    grant(Administrator, P::RequestReset, &[Administration], Node),
    grant(Administrator, P::ConfirmReset, &[Administration], Node),
    grant(Administrator, P::Keys, &[Administration], Node),
    grant(Administrator, P::RequestErasure, &[DataSubject], Agency),
    grant(Overseer, P::ReadLog, &[Oversight], Node),
    grant(Overseer, P::SeeReleases, &[Oversight], Node),
    grant(Overseer, P::ReadName, &[Oversight], Node),
    grant(Overseer, P::Suspend, &[Oversight], Node),
    grant(Overseer, P::ConfirmReset, &[Oversight], Node),
    grant(Overseer, P::AnswerComplaint, &[Oversight], Node),
    grant(Overseer, P::ConfirmErasure, &[DataSubject], Node),
    grant(Caseworker, P::Own, &Purpose::ALL, Node),
    grant(DataManager, P::Own, &Purpose::ALL, Node),
    grant(Coordinator, P::Own, &Purpose::ALL, Node),
    grant(Administrator, P::Own, &Purpose::ALL, Node),
    grant(Overseer, P::Own, &Purpose::ALL, Node),
];

/// The line of the table by which somebody in this role may do this for this purpose.
#[must_use]
pub fn granted(role: Role, purpose: Purpose, power: Power) -> Option<&'static Grant> {
    GRANTS.iter().find(|grant| {
        grant.role == role && grant.power == power && grant.purposes.contains(&purpose)
    })
}

/// Whether somebody in this role may do this for this purpose, to something in reach.
#[must_use]
pub fn may(role: Role, purpose: Purpose, power: Power) -> bool {
    granted(role, purpose, power).is_some()
}

#[cfg(test)]
mod tests;
