//! Who may do what, for what purpose.
//!
//! The whole of it is one table, [`may`]: a role, a purpose and a kind of act. It is read at the
//! journal's head together with whether the person still works here. No purpose "immigration
//! enforcement" exists, and no act searches persons by citizenship, status or place.

/// In what role somebody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Officer or shelter worker: enters and reads dossiers of those in their care.
    Caseworker,
    /// Data manager: imports, counts, looks after quality; reads no narrative.
    DataManager,
    /// Coordinator: decides on erasures and holds.
    Coordinator,
    /// Administrator: people and keys; reads nothing nominal.
    Administrator,
    /// Overseer outside the ministry: reads the log, confirms erasures.
    Overseer,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::Caseworker,
        Self::DataManager,
        Self::Coordinator,
        Self::Administrator,
        Self::Overseer,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Caseworker => "caseworker",
            Self::DataManager => "data-manager",
            Self::Coordinator => "coordinator",
            Self::Administrator => "administrator",
            Self::Overseer => "overseer",
        }
    }

    /// The role of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// For what purpose somebody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// To assist and protect a person.
    Assistance,
    /// To investigate or prosecute an offence, with a legal ground.
    Justice,
    /// To count, without looking at anybody.
    Statistics,
    /// To answer a person about their own data: access, correction, erasure.
    DataSubject,
    /// To keep the node running.
    Administration,
    /// To watch over those who use it.
    Oversight,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 6] = [
        Self::Assistance,
        Self::Justice,
        Self::Statistics,
        Self::DataSubject,
        Self::Administration,
        Self::Oversight,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Assistance => "assistance",
            Self::Justice => "justice",
            Self::Statistics => "statistics",
            Self::DataSubject => "data-subject",
            Self::Administration => "administration",
            Self::Oversight => "oversight",
        }
    }

    /// The purpose of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

/// What can be asked for, as the authority table knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Power {
    /// Add somebody who works here, or end that.
    ManageStaff,
    /// Open a dossier, enter a record, take deposits in.
    Enter,
    /// Bring a file of records in.
    Import,
    /// Read a dossier.
    Read,
    /// Search by name.
    Search,
    /// Place or lift a legal hold.
    Hold,
    /// Ask for an erasure.
    RequestErasure,
    /// Confirm another's request, which destroys the key.
    ConfirmErasure,
    /// Keep a count.
    Count,
    /// Say how long dossiers are kept.
    Retain,
    /// Read the log.
    ReadLog,
}

impl Power {
    /// Every power.
    pub const ALL: [Self; 11] = [
        Self::ManageStaff,
        Self::Enter,
        Self::Import,
        Self::Read,
        Self::Search,
        Self::Hold,
        Self::RequestErasure,
        Self::ConfirmErasure,
        Self::Count,
        Self::Retain,
        Self::ReadLog,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ManageStaff => "manage_staff",
            Self::Enter => "enter",
            Self::Import => "import",
            Self::Read => "read",
            Self::Search => "search",
            Self::Hold => "hold",
            Self::RequestErasure => "request_erasure",
            Self::ConfirmErasure => "confirm_erasure",
            Self::Count => "count",
            Self::Retain => "retain",
            Self::ReadLog => "read_log",
        }
    }
}

/// Whether somebody in this role may do this for this purpose.
#[must_use]
pub const fn may(role: Role, purpose: Purpose, power: Power) -> bool {
    use Power as P;
    use Purpose as F;
    match role {
        Role::Caseworker => matches!(
            (power, purpose),
            (P::Enter, F::Assistance | F::Justice)
                | (
                    P::Read | P::Search,
                    F::Assistance | F::Justice | F::DataSubject
                )
                | (P::RequestErasure, F::DataSubject)
        ),
        Role::DataManager => matches!(
            (power, purpose),
            (
                P::Enter | P::Import | P::Count,
                F::Statistics | F::Assistance
            )
        ),
        Role::Coordinator => matches!(
            (power, purpose),
            (P::Read | P::Search, F::Assistance | F::DataSubject)
                | (P::Hold, F::Justice | F::DataSubject)
                | (P::RequestErasure | P::ConfirmErasure, F::DataSubject)
                | (P::Retain, F::DataSubject | F::Administration)
                | (P::Count, F::Statistics)
        ),
        Role::Administrator => matches!(
            (power, purpose),
            (P::ManageStaff, F::Administration) | (P::RequestErasure, F::DataSubject)
        ),
        Role::Overseer => matches!(
            (power, purpose),
            (P::ReadLog, F::Oversight) | (P::ConfirmErasure, F::DataSubject)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole table, to be read and agreed on.
    #[test]
    fn the_matrix_is_as_reviewed() {
        let mut lines = Vec::new();
        for role in Role::ALL {
            for power in Power::ALL {
                let purposes: Vec<_> = Purpose::ALL
                    .into_iter()
                    .filter(|purpose| may(role, *purpose, power))
                    .map(Purpose::code)
                    .collect();
                if !purposes.is_empty() {
                    lines.push(format!(
                        "{} {}: {}",
                        role.code(),
                        power.code(),
                        purposes.join(", ")
                    ));
                }
            }
        }
        assert_eq!(lines.join("\n"), MATRIX.trim());
    }

    const MATRIX: &str = "
caseworker enter: assistance, justice
caseworker read: assistance, justice, data-subject
caseworker search: assistance, justice, data-subject
caseworker request_erasure: data-subject
data-manager enter: assistance, statistics
data-manager import: assistance, statistics
data-manager count: assistance, statistics
coordinator read: assistance, data-subject
coordinator search: assistance, data-subject
coordinator hold: justice, data-subject
coordinator request_erasure: data-subject
coordinator confirm_erasure: data-subject
coordinator count: statistics
coordinator retain: data-subject, administration
administrator manage_staff: administration
administrator request_erasure: data-subject
overseer confirm_erasure: data-subject
overseer read_log: oversight
";

    #[test]
    fn nobody_manages_people_and_reads_or_erases_them() {
        for role in Role::ALL {
            let any = |power| {
                Purpose::ALL
                    .into_iter()
                    .any(|purpose| may(role, purpose, power))
            };
            assert!(
                !(any(Power::ConfirmErasure) && any(Power::ManageStaff)),
                "{role:?}"
            );
            assert!(!(any(Power::Read) && any(Power::ManageStaff)), "{role:?}");
            assert!(!(any(Power::Read) && any(Power::ReadLog)), "{role:?}");
        }
    }

    #[test]
    fn no_purpose_is_enforcement() {
        for purpose in Purpose::ALL {
            assert!(!purpose.code().contains("enforce") && !purpose.code().contains("immigra"));
        }
    }

    #[test]
    fn codes_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::of_code(role.code()), Some(role));
        }
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::of_code(purpose.code()), Some(purpose));
        }
    }
}
