//! The one place where what a room refuses becomes words and an exit code for a person at a
//! terminal.

use std::fmt::{self, Display};
use std::io;
use std::process::ExitCode;

/// A refused command: a stable code and a message that says what was found and what is allowed.
#[derive(Debug)]
pub(crate) struct Refusal {
    code: String,
    message: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Input,
    Usage,
    BrokenPipe,
}

/// Endings of files that commands read or write.
const FILE_ENDINGS: [&str; 12] = [
    "csv", "gz", "html", "json", "key", "keyring", "ods", "toml", "tsv", "txt", "xls", "xlsx",
];

impl Refusal {
    /// Input that cannot be taken; exit code 1.
    pub(crate) fn input(code: &'static str, message: impl Display) -> Self {
        Self::new(code, &message.to_string(), Kind::Input)
    }

    /// A command used the wrong way; exit code 2.
    pub(crate) fn usage(code: &'static str, message: impl Display) -> Self {
        Self::new(code, &message.to_string(), Kind::Usage)
    }

    /// What another process of the program has refused.
    pub(crate) fn answered(code: &str, message: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: message.to_owned(),
            kind: Kind::Input,
        }
    }

    /// The stable code.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// What was found and what is allowed.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// A room that has a code of its own writes it before its message, as `node_exists: ...`; that
    /// code is the one that is shown, once.
    fn new(code: &str, message: &str, kind: Kind) -> Self {
        let is_code = |text: &str| {
            let lower = text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || b"._".contains(&byte));
            // A message may begin with the name of a file, which is no code.
            let ending = text.rsplit('.').next().unwrap_or_default();
            lower && text.contains(['.', '_']) && !FILE_ENDINGS.contains(&ending)
        };
        let (code, message) = match message.split_once(": ") {
            Some((own, rest)) if is_code(own) => (own, rest),
            _ => (code, message),
        };
        Self {
            code: code.to_owned(),
            message: message.to_owned(),
            kind,
        }
    }

    /// Whether nobody reads the output any more.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.kind == Kind::BrokenPipe
    }

    /// The exit code of the program.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(if self.kind == Kind::Usage { 2 } else { 1 })
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "palermo: {} [{}]", self.message, self.code)
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::BrokenPipe => Kind::BrokenPipe,
            _ => Kind::Input,
        };
        Self::new("io", &error.to_string(), kind)
    }
}

impl From<keep::KeepError> for Refusal {
    fn from(error: keep::KeepError) -> Self {
        Self::input(error.code(), error)
    }
}
