//! The command line of the house's chores: `cargo xtask tidy`.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::env;
use std::process::ExitCode;

use xtask::command::{self, Failure, Result};
use xtask::tidy;

const HELP: &str = "Chores of the house.

Usage: cargo xtask <CHORE>

  tidy                     hold the repository to its rules; exit 1 when one is broken

Example: cargo xtask tidy
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
