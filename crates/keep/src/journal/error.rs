//! What can go wrong with a journal.

/// A journal that cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// The database or the disk refuses.
    #[error("journal_refused: the journal cannot {what}: {reason}")]
    Refused {
        /// What was tried, as a verb.
        what: &'static str,
        /// What the database says; it never sees an act in clear.
        reason: String,
    },
    /// A batch does not follow the one before it, or was changed after it was written.
    #[error("journal_broken: batch {batch} of the journal is not as it was written: {what}")]
    Broken {
        /// Number of the batch.
        batch: u64,
        /// What does not hold.
        what: String,
    },
    /// An earlier failure left it unknown whether a batch is durable; nothing is taken until the
    /// journal is opened again.
    #[error("journal_stopped: the journal stopped after a failed write; open the node again")]
    Stopped,
    /// The journal was written by a later version of the program.
    #[error("journal_format: the journal's format is {found}; this program reads {allowed}")]
    Format {
        /// What the journal says.
        found: i64,
        /// What is known here.
        allowed: i64,
    },
}

impl JournalError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "journal_refused",
            Self::Broken { .. } => "journal_broken",
            Self::Stopped => "journal_stopped",
            Self::Format { .. } => "journal_format",
        }
    }

    /// Makes a refusal from what a database says.
    pub(super) fn refused<E: std::fmt::Display>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |error| Self::Refused {
            what,
            reason: error.to_string(),
        }
    }
}
