//! `cargo xtask soak`: what is too long for the gate. Property tests with many more cases, a vault
//! whose power is cut a thousand times, then a node that is filled and asked over and over while
//! its answers, its size and its memory are watched. All traffic stays on this machine's loopback
//! address and is bounded in count.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::bench::init;
use crate::command::{Failure, Result, product, refuse_rest, root, run, take_flag, take_number};
use crate::shared::{self, PublicFile};
use crate::spoil;
use crate::tidy::repository::Repository;
use crate::tidy::rust::{Kind, RustFile};

/// Pages asked in turn.
const PAGES: [&str; 6] = [
    "/en/",
    "/fr/",
    "/pt/",
    "/en/treaties",
    "/en/missing-migrants",
    "/en/about",
];

/// The long test that cuts the power of a vault; it prints its seeds and what came of them.
const KILLS: &str = "vault::kills::soak_nothing_acknowledged_is_lost_or_doubled";

/// Runs all parts. `--cases` sets the cases of each property test (default 100,000), `--kills` how
/// often the power of a vault is cut (default 1,000) and `--seed` the first seed of that (default
/// 100), `--spoil` for how many seconds each parser of questionnaires is handed spoiled input
/// (default 600; with `--only-spoil` nothing else is done), `--rounds` the imports (default 20),
/// `--requests` the page requests (default 2,000).
///
/// # Errors
/// At the first test that fails or answer that is not as before.
pub fn main(mut arguments: Vec<String>, say: impl Fn(String)) -> Result<()> {
    let cases = take_number(&mut arguments, "--cases", 100_000)?;
    let kills = take_number(&mut arguments, "--kills", 1_000)?;
    let seed = take_number(&mut arguments, "--seed", 100)?;
    let spoil = take_number(&mut arguments, "--spoil", 600)?;
    let rounds = take_number(&mut arguments, "--rounds", 20)?;
    let requests = take_number(&mut arguments, "--requests", 2_000)?;
    let only_spoil = take_flag(&mut arguments, "--only-spoil");
    refuse_rest(&arguments)?;
    if only_spoil {
        return spoil::main(spoil, seed, &say);
    }
    property_tests(cases, &say)?;
    power_cuts(kills, seed, &say)?;
    spoil::main(spoil, seed, &say)?;
    let binary = product()?;
    match shared::folder() {
        Some(shared) => {
            for file in &shared::PUBLIC_FILES {
                imports(&binary, &shared, file, rounds, &say)?;
            }
        }
        None => say("imports skipped: no shared folder of public files".to_owned()),
    }
    serve(&binary, requests, &say)
}

/// Names of the long tests in a file: functions inside `proptest! { }`, and those that begin with
/// `soak_`.
#[must_use]
pub fn long_tests(file: &RustFile) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut depth_inside: Option<usize> = None;
    let mut depth = 0_usize;
    for (index, token) in file.tokens.iter().enumerate() {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        let next = |ahead: usize| file.tokens.get(index + ahead).map_or("", |next| &next.text);
        if token.text == "proptest" && next(1) == "!" {
            depth_inside = Some(depth);
        } else if token.kind != Kind::Literal && token.text == "fn" {
            // Only functions right inside the macro's braces are tests, not helpers further in.
            let in_macro = depth_inside.is_some_and(|outside| depth == outside + 1);
            if in_macro || next(1).starts_with("soak_") {
                names.insert(next(1).to_owned());
            }
        } else if token.text == "}" && depth_inside == Some(depth) {
            depth_inside = None;
        }
    }
    names
}

fn property_tests(cases: u32, say: &impl Fn(String)) -> Result<()> {
    let repository = Repository::load(&root())?;
    let files = repository
        .rust
        .iter()
        .filter(|file| file.room() != Some("xtask"));
    let names: BTreeSet<String> = files.flat_map(long_tests).collect();
    if names.is_empty() {
        return Err(Failure(
            "no property test found in the workspace".to_owned(),
        ));
    }
    say(format!("{} long tests, {cases} cases each", names.len()));
    let start = Instant::now();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args([
        "test",
        "--release",
        "--locked",
        "--workspace",
        "--",
        "--include-ignored",
    ]);
    // The cuts have a part of their own.
    let kills = KILLS.rsplit("::").next().unwrap_or(KILLS);
    command
        .args(&names)
        .args(["--skip", kills])
        .env("PROPTEST_CASES", cases.to_string())
        .current_dir(root());
    let status = command.status()?;
    if !status.success() {
        return Err(Failure(format!("the long tests ended with {status}")));
    }
    say(format!(
        "long tests passed in {:.0} s",
        start.elapsed().as_secs_f64()
    ));
    Ok(())
}

/// Cuts the power of a vault at work, again and again, and looks for what was acknowledged.
fn power_cuts(kills: u32, seed: u32, say: &impl Fn(String)) -> Result<()> {
    say(format!("{kills} power cuts, from seed {seed} on"));
    let start = Instant::now();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["test", "--release", "--locked", "-p", "testkit"]);
    command.args(["--test", "it", "--", "--ignored", "--exact", "--nocapture"]);
    command
        .arg(KILLS)
        .env("PALERMO_KILLS", kills.to_string())
        .env("PALERMO_SEED", seed.to_string())
        .current_dir(root());
    let status = command.status()?;
    if !status.success() {
        return Err(Failure(format!("the power cuts ended with {status}")));
    }
    say(format!(
        "power cuts survived in {:.0} s",
        start.elapsed().as_secs_f64()
    ));
    Ok(())
}

/// Imports one file again and again into one node: after the first time nothing may change.
fn imports(
    binary: &Path,
    shared: &Path,
    file: &PublicFile,
    rounds: u32,
    say: &impl Fn(String),
) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (csv, _) = shared::unpack(shared, file, folder.path())?;
    let node = folder.path().join("node");
    let name = node.to_string_lossy().into_owned();
    run(Command::new(binary).args(init(&name)), None)?;
    let import = || -> Result<Value> {
        let mut command = Command::new(binary);
        command
            .arg("import")
            .arg(&node)
            .arg(&csv)
            .args(["--as", file.kind]);
        let output = run(command.args(["--keep-good", "--json"]), None)?;
        let said = serde_json::from_slice(&output.stdout);
        said.map_err(|error| Failure(format!("the answer of import: {error}")))
    };
    let first = import()?;
    let size = bytes_under(&node)?;
    for round in 1..=rounds {
        let again = import()?;
        same_again(&first, &again)
            .map_err(|why| Failure(format!("{}, round {round}: {why}", file.kind)))?;
        let now = bytes_under(&node)?;
        if now != size {
            let why = format!(
                "{}, round {round}: the node grew from {size} to {now}",
                file.kind
            );
            return Err(Failure(why));
        }
    }
    say(format!(
        "{}: {rounds} more imports changed nothing; node {size} bytes",
        file.kind
    ));
    Ok(())
}

/// What a second import must say after the first.
fn same_again(first: &Value, again: &Value) -> std::result::Result<(), String> {
    let number = |answer: &Value, key: &str| answer.get(key).and_then(Value::as_u64);
    if number(first, "read").is_none_or(|read| read == 0) {
        return Err("the first import read nothing".to_owned());
    }
    if number(first, "read") != number(again, "read") {
        return Err("another number of rows was read".to_owned());
    }
    let (accepted, unchanged) = (number(again, "accepted"), number(again, "unchanged"));
    if accepted != Some(0) || unchanged != number(again, "read") {
        return Err(format!(
            "not known again: {accepted:?} accepted, {unchanged:?} unchanged"
        ));
    }
    if first.get("findings") != again.get("findings") {
        return Err("the findings differ".to_owned());
    }
    Ok(())
}

fn bytes_under(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        bytes += if about.is_dir() {
            bytes_under(&entry.path())?
        } else {
            about.len()
        };
    }
    Ok(bytes)
}

/// A demo that is stopped when it goes out of scope.
struct Demo {
    child: Child,
    address: SocketAddr,
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended by itself; either way nothing of it stays behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Demo {
    fn start(binary: &Path) -> Result<Self> {
        let mut child = Command::new(binary)
            .args(["demo", "--public-only", "--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = child
            .stdout
            .take()
            .ok_or_else(|| Failure("no output".to_owned()))?;
        let mut lines = BufReader::new(output).lines();
        let address = lines
            .by_ref()
            .find_map(|line| line.ok().as_deref().and_then(address_in));
        // The rest of its output is read and dropped, or it would block on a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        match address {
            Some(address) => Ok(Self { child, address }),
            None => {
                let _ = child.kill();
                Err(Failure(format!(
                    "demo ended ({}) without an address",
                    child.wait()?
                )))
            }
        }
    }

    fn get(&self, page: &str) -> Result<(u16, usize)> {
        let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(5))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let host = self.address;
        write!(
            stream,
            "GET {page} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let head = String::from_utf8_lossy(&answer[..answer.len().min(64)]).into_owned();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| Failure(format!("{page}: no status in {head:?}")))?;
        Ok((status, answer.len()))
    }

    /// Resident memory in KiB, where the system tells it.
    fn memory_kib(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    }
}

/// The address in a line such as `Palermo: http://127.0.0.1:40001/`.
fn address_in(line: &str) -> Option<SocketAddr> {
    let rest = line.split("http://").nth(1)?;
    rest.split(['/', ' ']).next()?.parse().ok()
}

fn serve(binary: &Path, requests: u32, say: &impl Fn(String)) -> Result<()> {
    let demo = Demo::start(binary)?;
    if !demo.address.ip().is_loopback() {
        return Err(Failure(format!(
            "demo listens on {}, not on loopback",
            demo.address
        )));
    }
    let warm = requests / 4;
    let (mut after_warming, mut bytes) = (None, 0);
    let start = Instant::now();
    for (number, page) in (0..requests).zip(PAGES.iter().cycle()) {
        let (status, length) = demo.get(page)?;
        if status != 200 {
            return Err(Failure(format!(
                "{page}: status {status} at request {number}"
            )));
        }
        bytes += length;
        if number == warm {
            after_warming = demo.memory_kib();
        }
    }
    let spent = start.elapsed().as_secs_f64();
    let memory = demo.memory_kib();
    say(format!(
        "{requests} pages in {spent:.1} s, {bytes} bytes, memory {memory:?} KiB"
    ));
    match (after_warming, memory) {
        (Some(before), Some(now)) if now > before + before / 2 => {
            Err(Failure(format!("memory grew from {before} to {now} KiB")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn property_tests_and_long_tests_are_found_by_name() {
        let text = "
            fn helper() {}
            proptest! {
                #![proptest_config(c())]
                #[test]
                fn first(x in 0..3) { fn inner() {} inner(); }
                #[test]
                fn second(x in 0..3) {}
            }
            #[test] fn plain() {}
            #[test] #[ignore] fn soak_rounds() {}";
        let file = RustFile::parse("crates/law/src/a.rs", text).unwrap();
        let names: Vec<String> = long_tests(&file).into_iter().collect();
        assert_eq!(names, ["first", "second", "soak_rounds"]);
    }

    /// A filter that names no test would pass without a cut.
    #[test]
    fn the_test_that_cuts_the_power_is_there() {
        let path = "crates/testkit/tests/it/vault/kills.rs";
        let text = fs::read_to_string(root().join(path)).unwrap();
        let file = RustFile::parse(path, &text).unwrap();
        let name = KILLS.rsplit("::").next().unwrap();
        assert!(long_tests(&file).contains(name));
    }

    #[test]
    fn a_second_import_that_changes_something_is_refused() {
        let answer = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let first = answer(r#"{"read":3,"accepted":2,"held":1,"unchanged":0,"findings":[1]}"#);
        let good = answer(r#"{"read":3,"accepted":0,"held":0,"unchanged":3,"findings":[1]}"#);
        assert_eq!(same_again(&first, &good), Ok(()));
        for bad in [
            r#"{"read":2,"accepted":0,"held":0,"unchanged":2,"findings":[1]}"#,
            r#"{"read":3,"accepted":1,"held":0,"unchanged":2,"findings":[1]}"#,
            r#"{"read":3,"accepted":0,"held":1,"unchanged":2,"findings":[1]}"#,
            r#"{"read":3,"accepted":0,"held":0,"unchanged":3,"findings":[]}"#,
        ] {
            assert!(same_again(&first, &answer(bad)).is_err(), "{bad}");
        }
        let nothing = answer(r#"{"read":0,"accepted":0,"unchanged":0,"findings":[]}"#);
        assert!(same_again(&nothing, &nothing).is_err());
    }

    #[test]
    fn the_address_is_read_from_a_line() {
        let found = address_in("Palermo demo: http://127.0.0.1:40001/ (stop with Ctrl-C)");
        assert_eq!(found, "127.0.0.1:40001".parse().ok());
        assert_eq!(address_in("building"), None);
    }
}
