//! The evaluator: a form filled in, or a record that was sent, worked out again as `JavaRosa` does,
//! the engine inside ODK Collect.
//!
//! It answers for an `XForm` of the compiler or of anybody else. Where `JavaRosa` stops with an
//! error, an [`EvaluationError`] is kept with the place of the record, and the rest goes on.
//!
//! Semantics: the ODK `XForms` specification (<https://getodk.github.io/xforms-spec/>) and, where it
//! is silent, what `JavaRosa` 5.1 does (<https://github.com/getodk/javarosa>).

mod answer;
mod check;
mod context;
mod definition;
mod function;
mod instance;
mod moment;
mod parse;
mod portable;
mod restore;
mod session;
mod shown;
mod value;

pub use check::{AnswerFinding, check};
pub use definition::{Definition, Unreadable};
pub use moment::Clock;
pub use parse::NotAnExpression;
pub(crate) use portable::{portable, unread_outputs};
pub use session::{Attachments, NodeState, NotPossible, Session, Violation};

/// What an expression lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingKind {
    /// Nothing: the expression itself fails.
    Nothing,
    /// A file that is not there.
    File,
}

/// An expression that could not be worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationError {
    /// What was found.
    pub message: String,
    /// What is lacking.
    pub kind: MissingKind,
}

impl EvaluationError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            kind: MissingKind::Nothing,
        }
    }
}

impl std::fmt::Display for EvaluationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EvaluationError {}

/// Checks that a text is an expression that the evaluator reads.
///
/// # Errors
///
/// When it is none; the error says where.
pub fn check_expression(text: &str) -> Result<(), NotAnExpression> {
    parse::parse(text).map(|_| ())
}
