//! The command line of the house's chores: `cargo xtask tidy | bench | soak`.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::env;
use std::process::ExitCode;

use xtask::command::{self, Failure, Result};
use xtask::{bench, soak, tidy};

const HELP: &str = "Chores of the house.

Usage: cargo xtask <CHORE>

  tidy                     hold the repository to its rules; exit 1 when one is broken
  bench [--runs N] [--write PATH]
                           time whole commands beside pandas and country_converter
  bench --journal [--runs N] [--write PATH]
                           time the journal and the vault beside plain inserts
  soak [--cases N] [--spoil SECONDS] [--rounds N] [--requests N]
                           long property tests, then a loop of imports and page requests

Example: cargo xtask bench --write docs/benchmarks.md
";

fn main() -> ExitCode {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let chore = if arguments.is_empty() {
        String::new()
    } else {
        arguments.remove(0)
    };
    let done = match chore.as_str() {
        "tidy" => tidy(&arguments),
        "bench" => bench::main(arguments).map(|text| print!("{text}")),
        "soak" => soak::main(arguments, |line| println!("{line}")),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask {chore}: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn tidy(arguments: &[String]) -> Result<()> {
    command::refuse_rest(arguments)?;
    let report = tidy::run(&command::root())?;
    for note in &report.notes {
        println!("{note}");
    }
    for finding in &report.findings {
        println!("{finding}");
    }
    match report.findings.len() {
        0 => Ok(()),
        count => Err(Failure(format!("{count} findings"))),
    }
}
