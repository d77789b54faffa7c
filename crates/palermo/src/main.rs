//! The program `palermo`: the command line, the configuration and the wiring of the rooms.
//!
//! Each command is one module; what a room refuses becomes words and an exit code in `refusal`.
//! This is the only place that knows every room, the clock and the terminal.

mod cli;
mod estimate;
mod import;
mod init;
mod law;
mod refusal;
mod serve;
mod site;
mod terms;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::refusal::Refusal;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let done = run(&cli.command, &mut out).and_then(|()| Ok(out.flush()?));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // A closed pipe (`palermo ... | head`) is the reader's choice and no fault.
        Err(refusal) if refusal.is_broken_pipe() => ExitCode::SUCCESS,
        Err(refusal) => {
            let _ = writeln!(io::stderr(), "{refusal}");
            refusal.exit_code()
        }
    }
}

fn run(command: &Command, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        Command::Demo(listen) => serve::demo(listen, out),
        Command::Serve { node, listen } => serve::node(node, listen, out),
        Command::Init(init) => init::run(init, out),
        Command::Import(import) => import::run(import, out),
        Command::Tables { node, json } => import::tables(node, *json, out),
        Command::Estimate(estimate) => estimate::run(estimate, out),
        Command::Law(command) => law::run(command, out),
        Command::Terms(command) => terms::run(command, out),
    }
}
