//! The words that the table of authority is written in. Each is a closed list with stable codes.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$line:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$line])* $variant,)*
        }

        impl $name {
            /// Every one of them.
            pub const ALL: [Self; [$(Self::$variant),*].len()] = [$(Self::$variant),*];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// What a code means.
            #[must_use]
            pub fn of_code(code: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.code() == code)
            }
        }
    };
}

pub(crate) use words;

words! {
    /// In what role somebody acts.
    Role {
        /// Officer or shelter worker: enters and reads dossiers of those in their care.
        Caseworker = "caseworker",
        /// Data manager: imports, counts, looks after quality; reads no narrative.
        DataManager = "data-manager",
        /// Coordinator of an agency: assigns dossiers, decides on erasures, holds and exports.
        Coordinator = "coordinator",
        /// Administrator: people and keys; reads nothing nominal.
        Administrator = "administrator",
        /// Overseer outside the ministry: reads the log, hears complaints, confirms erasures.
        Overseer = "overseer",
    }
}

words! {
    /// For what purpose somebody acts.
    Purpose {
        /// To assist and protect a person.
        Assistance = "assistance",
        /// To investigate or prosecute an offence, with a legal ground.
        Justice = "justice",
        /// To count, without looking at anybody.
        Statistics = "statistics",
        /// To answer a person about their own data: access, correction, erasure.
        DataSubject = "data-subject",
        /// To keep the node running.
        Administration = "administration",
        /// To watch over those who use it.
        Oversight = "oversight",
    }
}

words! {
    /// What can be asked for, as the authority table knows it.
    Power {
        /// Say who works here, in what roles, and what agencies there are.
        ManageStaff = "manage_staff",
        /// See the name of somebody who works here.
        ReadName = "read_name",
        /// Shut an account that may be in the wrong hands.
        Suspend = "suspend",
        /// Ask that somebody's credentials be set anew.
        RequestReset = "request_reset",
        /// Confirm another's request for it.
        ConfirmReset = "confirm_reset",
        /// See where keys and backups are.
        Keys = "keys",
        /// Open a dossier, enter a record, take deposits in.
        Enter = "enter",
        /// Bring a file of records in.
        Import = "import",
        /// Read a dossier.
        Read = "read",
        /// Search by name.
        Search = "search",
        /// Say in whose care a dossier is.
        Assign = "assign",
        /// Open a dossier that is out of reach, in an emergency.
        BreakGlass = "break_glass",
        /// See who read or received a dossier, and end an emergency opening.
        Mirror = "mirror",
        /// Record what the person agrees to, or agrees to no longer.
        Consent = "consent",
        /// Take a dossier out of the node.
        Export = "export",
        /// Approve another's request for it.
        ApproveExport = "approve_export",
        /// Note what the person concerned asks for.
        Matter = "matter",
        /// Answer it.
        AnswerMatter = "answer_matter",
        /// Answer a complaint.
        AnswerComplaint = "answer_complaint",
        /// Show the person concerned what is held and who saw it.
        Access = "access",
        /// Place or lift a legal hold.
        Hold = "hold",
        /// Ask for an erasure.
        RequestErasure = "request_erasure",
        /// Confirm another's request, which destroys the key.
        ConfirmErasure = "confirm_erasure",
        /// Keep a count.
        Count = "count",
        /// Count dossiers into a table, see the counts, and keep it as a draft.
        Tabulate = "tabulate",
        /// Have it estimated how many persons are on none of the node's own lists.
        EstimateLists = "estimate_lists",
        /// Bring in a counted table that something is to be released of.
        BringDraft = "bring_draft",
        /// See its counts, what a rule would print of them, and why.
        ExamineDraft = "examine_draft",
        /// Release a table that another has brought, withdraw a release, say who sees what.
        SignRelease = "sign_release",
        /// List what others have published, so that releases are held against it.
        ListPublication = "list_publication",
        /// See what was released to whom.
        SeeReleases = "see_releases",
        /// Say how long dossiers are kept.
        Retain = "retain",
        /// Read the log.
        ReadLog = "read_log",
        /// What everybody may about themselves: their account, their own log, what waits for them.
        Own = "own",
    }
}

words! {
    /// How far a power reaches.
    Reach {
        /// Dossiers of the person's own agency that are in their care, or in nobody's.
        Care = "care",
        /// Whatever is of the person's own agency.
        Agency = "agency",
        /// The whole node.
        Node = "node",
    }
}

words! {
    /// What an agency does.
    AgencyKind {
        /// Shelter, counselling, health, child protection: services, which never depend on
        /// cooperation with anybody.
        Services = "services",
        /// Police, border, labour inspection.
        LawEnforcement = "law-enforcement",
        /// Prosecution and courts.
        Justice = "justice",
        /// A ministry, a national committee, a secretariat.
        Coordination = "coordination",
        /// An ombudsman, a data protection authority, a national rapporteur.
        Oversight = "oversight",
    }
}
