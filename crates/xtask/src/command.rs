//! Running other programs, timing them, and finding what they need.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Why a chore could not be done, in words.
#[derive(Debug)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

/// What a chore gives back.
pub type Result<T> = std::result::Result<T, Failure>;

/// The repository's root: Cargo says where this crate is, also after the folder has moved.
#[must_use]
pub fn root() -> PathBuf {
    let here = env::var_os("CARGO_MANIFEST_DIR")
        .unwrap_or_else(|| OsString::from(env!("CARGO_MANIFEST_DIR")));
    let here = Path::new(&here).join("../..");
    here.canonicalize().unwrap_or(here)
}

/// The folder for what may be thrown away: `$XDG_CACHE_HOME/palermo` or `~/.cache/palermo`.
#[must_use]
pub fn cache_folder() -> PathBuf {
    let home = || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cache");
    env::var_os("XDG_CACHE_HOME")
        .map_or_else(home, PathBuf::from)
        .join("palermo")
}

/// The product's binary: `PALERMO_BIN`, or built now with the release profile.
///
/// # Errors
/// When the build fails.
pub fn product() -> Result<PathBuf> {
    if let Some(given) = env::var_os("PALERMO_BIN") {
        return Ok(PathBuf::from(given));
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut build = Command::new(cargo);
    build
        .args(["build", "--release", "--locked", "--package", "palermo"])
        .current_dir(root());
    let status = build.status()?;
    if !status.success() {
        return Err(Failure(format!("the build of palermo ended with {status}")));
    }
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target
        .join("release")
        .join(format!("palermo{}", env::consts::EXE_SUFFIX)))
}

/// Runs a command with `input` on its standard input and returns what it said.
///
/// # Errors
/// When it does not start or ends with a failure; the message holds its first words.
pub fn run(command: &mut Command, input: Option<&[u8]>) -> Result<Output> {
    let shown = format!("{command:?}");
    let stdin = if input.is_some() {
        Stdio::piped()
    } else {
        Stdio::null()
    };
    let mut child = command
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| Failure(format!("{shown}: {error}")))?;
    // Written from a second thread: a child that answers while it reads would block us both.
    let writer = child
        .stdin
        .take()
        .zip(input.map(<[u8]>::to_vec))
        .map(|(mut pipe, bytes)| std::thread::spawn(move || pipe.write_all(&bytes)));
    let output = child.wait_with_output()?;
    if let Some(writer) = writer {
        // A child that refused its input says so by its exit code, read below.
        let _ = writer.join();
    }
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said: String = said.trim().chars().take(400).collect();
    Err(Failure(format!(
        "{shown} ended with {}: {said}",
        output.status
    )))
}

/// Wall-clock seconds of one run from start to exit.
///
/// # Errors
/// As [`run`].
pub fn seconds(command: &mut Command, input: Option<&[u8]>) -> Result<f64> {
    let start = Instant::now();
    run(command, input)?;
    Ok(start.elapsed().as_secs_f64())
}

/// The middle of the measured values; the mean of the two middle ones when their number is even.
/// `None` without values.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        length if length % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

/// The value after `--name`, taken out of `arguments`.
///
/// # Errors
/// When the name stands last, with nothing after it.
pub fn take_option(arguments: &mut Vec<String>, name: &str) -> Result<Option<String>> {
    let Some(place) = arguments.iter().position(|argument| argument == name) else {
        return Ok(None);
    };
    if place + 1 == arguments.len() {
        return Err(Failure(format!("{name} needs a value")));
    }
    arguments.remove(place);
    Ok(Some(arguments.remove(place)))
}

/// Whether `--name` is there; it is taken out of `arguments`.
#[must_use]
pub fn take_flag(arguments: &mut Vec<String>, name: &str) -> bool {
    let before = arguments.len();
    arguments.retain(|argument| argument != name);
    arguments.len() < before
}

/// The number after `--name`, or `otherwise`.
///
/// # Errors
/// When the value is missing or no number.
pub fn take_number(arguments: &mut Vec<String>, name: &str, otherwise: u32) -> Result<u32> {
    let Some(value) = take_option(arguments, name)? else {
        return Ok(otherwise);
    };
    let parsed = value.parse::<u32>();
    parsed.map_err(|_| Failure(format!("{name} is `{value}`; allowed: a whole number")))
}

/// Refuses what no option took.
///
/// # Errors
/// When an argument is left.
pub fn refuse_rest(arguments: &[String]) -> Result<()> {
    match arguments.first() {
        None => Ok(()),
        Some(argument) => Err(Failure(format!("unknown argument `{argument}`"))),
    }
}

/// Seconds for a person: three significant places.
#[must_use]
pub fn shown_seconds(seconds: f64) -> String {
    if seconds < 1.0 {
        format!("{:.1} ms", seconds * 1e3)
    } else {
        format!("{seconds:.2} s")
    }
}

/// Waits until `ready` answers or `limit` has passed.
#[must_use]
pub fn wait_for<T>(limit: Duration, mut ready: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = ready() {
            return Some(answer);
        }
        if start.elapsed() > limit {
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn options_are_taken_and_the_rest_refused() {
        let mut arguments: Vec<String> =
            ["--runs", "3", "--write", "a.md"].map(str::to_owned).into();
        assert_eq!(take_number(&mut arguments, "--runs", 7).unwrap(), 3);
        assert_eq!(take_number(&mut arguments, "--rounds", 7).unwrap(), 7);
        assert_eq!(
            take_option(&mut arguments, "--write").unwrap().as_deref(),
            Some("a.md")
        );
        assert!(refuse_rest(&arguments).is_ok());
        assert!(refuse_rest(&["x".to_owned()]).is_err());
        assert!(take_option(&mut vec!["--write".to_owned()], "--write").is_err());
        let mut words = vec!["--runs".to_owned(), "few".to_owned()];
        assert!(take_number(&mut words, "--runs", 7).is_err());
    }

    #[test]
    fn a_program_is_fed_read_and_its_failure_told() {
        let input = "line\n".repeat(100_000);
        let output = run(&mut Command::new("cat"), Some(input.as_bytes())).unwrap();
        assert_eq!(output.stdout.len(), input.len());
        let failed = run(
            Command::new("sh").args(["-c", "echo why >&2; exit 3"]),
            None,
        );
        let message = failed.unwrap_err().to_string();
        assert!(
            message.contains("why") && message.contains('3'),
            "{message}"
        );
    }

    #[test]
    fn waiting_ends_with_the_answer_or_the_limit() {
        let mut asked = 0;
        let answer = wait_for(Duration::from_secs(5), || {
            asked += 1;
            (asked == 3).then_some(asked)
        });
        assert_eq!(answer, Some(3));
        assert_eq!(wait_for(Duration::from_millis(1), || None::<u8>), None);
    }
}
