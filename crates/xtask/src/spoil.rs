//! Spoiled input for the parsers of questionnaires, led by what of their code it reaches: libFuzzer
//! around `attack/instruments/fuzz`, which stands outside of the workspace. The compiler's own
//! flags instrument the code, so that the pinned compiler serves; libFuzzer needs a C++ compiler.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{Failure, Result, root, run};

/// The parsers, as the program calls them.
const PARSERS: [&str; 6] = [
    "expression",
    "form",
    "record",
    "workbook",
    "csv",
    "markdown",
];

/// What makes the compiler note which edges are taken and what is compared.
const INSTRUMENTED: [&str; 6] = [
    "--cfg fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Most memory that a parser may take for one input, and longest time.
const MEMORY_MIB_MAX: u32 = 1024;
const SECONDS_MAX: u32 = 20;
/// Longest input that is made.
const BYTES_MAX: u32 = 64 << 10;

/// Hands spoiled input to each parser for so many seconds, from the kept corpus on. An input that
/// panics, takes too long or too much memory ends the run and is named.
///
/// # Errors
/// When the program is not built, or at the first such input.
pub fn main(seconds: u32, seed: u32, say: &impl Fn(String)) -> Result<()> {
    let folder = built().join("spoiled");
    let program = build(&folder)?;
    for parser in PARSERS {
        let corpus = folder.join("corpus").join(parser);
        fs::create_dir_all(&corpus)?;
        let mut command = Command::new(&program);
        command.env("PALERMO_PARSER", parser).arg(&corpus);
        command.arg(root().join("crates/instruments/corpus").join(parser));
        command.arg(format!("-dict={}", home().join("words.dict").display()));
        command.arg(format!("-artifact_prefix={}/{parser}-", folder.display()));
        command.arg(format!("-max_total_time={seconds}"));
        command.arg(format!("-seed={seed}"));
        command.arg(format!("-max_len={BYTES_MAX}"));
        command.arg(format!("-timeout={SECONDS_MAX}"));
        command.arg(format!("-rss_limit_mb={MEMORY_MIB_MAX}"));
        command.arg("-print_final_stats=1");
        let told = command.output()?;
        let words = String::from_utf8_lossy(&told.stderr);
        if !told.status.success() {
            let tail: Vec<&str> = words.lines().rev().take(30).collect();
            let tail: Vec<&str> = tail.into_iter().rev().collect();
            let message = format!("{parser} ended with {}: {}", told.status, tail.join("\n"));
            return Err(Failure(message));
        }
        say(format!(
            "{parser}: {} inputs, {} kept, slowest {} s, {} MiB at most",
            told_of(&words, "number_of_executed_units"),
            told_of(&words, "new_units_added"),
            told_of(&words, "slowest_unit_time_sec"),
            told_of(&words, "peak_rss_mb"),
        ));
    }
    Ok(())
}

/// Where the program's source stands.
fn home() -> PathBuf {
    root().join("attack/instruments/fuzz")
}

fn built() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Builds the program, with the crates that the house itself is built with.
fn build(folder: &Path) -> Result<PathBuf> {
    let lock = home().join("Cargo.lock");
    fs::copy(root().join("Cargo.lock"), lock)?;
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let about = run(Command::new(rustc).arg("-vV"), None)?;
    let about = String::from_utf8_lossy(&about.stdout).into_owned();
    let machine = about.lines().find_map(|line| line.strip_prefix("host: "));
    let machine = machine.ok_or_else(|| Failure("rustc does not say its host".to_owned()))?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // With a target named, what runs while building is not instrumented.
    command.args(["build", "--release", "--quiet", "--target", machine]);
    command.env("RUSTFLAGS", INSTRUMENTED.join(" "));
    command.env("CARGO_TARGET_DIR", folder);
    run(command.current_dir(home()), None)?;
    let name = format!("instruments-fuzz{}", env::consts::EXE_SUFFIX);
    Ok(folder.join(machine).join("release").join(name))
}

/// One of the numbers that libFuzzer tells at its end.
fn told_of<'a>(words: &'a str, name: &str) -> &'a str {
    let key = format!("stat::{name}:");
    let line = words.lines().find_map(|line| line.strip_prefix(&key));
    line.map_or("?", str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_what_is_told() {
        let words = "Done 7 runs\nstat::number_of_executed_units: 7\nstat::peak_rss_mb:   42\n";
        assert_eq!(told_of(words, "number_of_executed_units"), "7");
        assert_eq!(told_of(words, "peak_rss_mb"), "42");
        assert_eq!(told_of(words, "slowest_unit_time_sec"), "?");
    }

    #[test]
    fn every_parser_has_a_corpus_and_words() {
        for parser in PARSERS {
            let folder = root().join("crates/instruments/corpus").join(parser);
            assert!(folder.is_dir(), "{}", folder.display());
        }
        assert!(home().join("words.dict").is_file());
    }
}
