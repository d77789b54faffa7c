//! Runs the built program.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// What a run printed and how it ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Standard output, standard error and exit code as one text, for a snapshot.
    pub(crate) fn all(&self) -> String {
        format!("{}{}exit {}", self.out, self.err, self.code)
    }

    /// Each line of standard output as JSON.
    pub(crate) fn json_lines(&self) -> Vec<serde_json::Value> {
        let lines = self.out.lines();
        lines
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect()
    }
}

/// Runs `palermo` with these arguments.
pub(crate) fn palermo(arguments: &[&str]) -> Ran {
    palermo_reading(arguments, b"")
}

/// Runs `palermo` with these arguments and this standard input.
pub(crate) fn palermo_reading(arguments: &[&str], input: &[u8]) -> Ran {
    palermo_in(&[], arguments, input)
}

/// Starts `palermo`, to be talked to.
pub(crate) fn started(variables: &[(&str, &str)], arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_palermo"));
    for own in [
        "PALERMO_PASSPHRASE",
        "PALERMO_NEW_PASSPHRASE",
        "PALERMO_ACTOR",
        "PALERMO_SIGN_IN",
        "PALERMO_SESSION",
        "PALERMO_PASSWORD",
        "PALERMO_CODE",
        "PALERMO_ONE_TIME_CODE",
    ] {
        command.env_remove(own);
    }
    command
        .args(arguments)
        .env("COLUMNS", "100")
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the built program starts")
}

/// Runs `palermo` with these variables of the environment, arguments and standard input. No other
/// variable of its own is passed on.
pub(crate) fn palermo_in(variables: &[(&str, &str)], arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = started(variables, arguments);
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_owned();
    // Written beside the reading: a long input and a long output would wait for each other.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("the writer ends");
    ran(&output)
}

/// What a process that ended has said.
pub(crate) fn ran(output: &Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout.clone()).expect("UTF-8"),
        err: String::from_utf8(output.stderr.clone()).expect("UTF-8"),
    }
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}
