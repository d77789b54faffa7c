//! The program `palermo`: the command line, the configuration and the wiring of the rooms.
//!
//! Each command is one module; what a room refuses becomes words and an exit code in `refusal`.
//! This is the only place that knows every room, the clock and the terminal.

mod attack;
mod cases;
mod cli;
mod demo;
mod estimate;
mod form;
mod import;
mod init;
mod law;
mod refusal;
mod secret;
mod serve;
mod site;
mod synthetic;
mod terms;
mod vault;

use std::alloc::System;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use zeroizing_alloc::ZeroAlloc;

use crate::cli::{Cli, Command};
use crate::refusal::Refusal;

/// Freed memory is wiped, so that a memory image of a locked node holds no remains of what passed
/// through while it was unlocked.
#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);

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
        Command::Demo(typed) => demo::run(typed, out),
        Command::Code { secret, json } => demo::code(secret, *json, out),
        Command::Serve {
            node,
            listen,
            origin,
            secret,
        } => serve::node(node, (listen, origin.as_ref(), secret), out),
        Command::Init(init) => init::run(init, out),
        Command::Vault { vault, founding } => vault::vault(vault, founding, out),
        Command::User(command) => vault::user(command, out),
        Command::Role(command) => vault::role(command, out),
        Command::Agency(command) => vault::agency(command, out),
        Command::Session(command) => vault::session(command, out),
        Command::Record(command) => vault::record(command, out),
        Command::Case(command) => vault::case(command, out),
        Command::Glass(command) => vault::glass(command, out),
        Command::Consent(command) => vault::consent(command, out),
        Command::Export(command) => vault::export(command, out),
        Command::Matter(command) => vault::matter(command, out),
        Command::Access(access) => vault::access(access, out),
        Command::Notices(session) => vault::notices(session, out),
        Command::Hold(command) => vault::hold(command, out),
        Command::Erase(erase) => vault::erase(erase, out),
        Command::Count(count) => vault::count(count, out),
        Command::Synthetic(typed) => synthetic::run(typed, out),
        Command::Tabulate(typed) => vault::tabulate(typed, out),
        Command::Draft(command) => vault::draft(command, out),
        Command::Release(release) => vault::release(release, out),
        Command::Explain(explain) => vault::explain(explain, out),
        Command::Retention(retention) => vault::retention(retention, out),
        Command::Log(log) => vault::log(log, out),
        Command::Backup(backup) => vault::backup(backup, out),
        Command::Restore(restore) => vault::restore(restore, out),
        Command::Verify(vault) => vault::verify(vault, out),
        Command::Rebuild(vault) => vault::rebuild(vault, out),
        Command::Unlock(unlock) => vault::unlock(unlock, out),
        Command::Lock { node, json } => vault::lock(node, *json, out),
        Command::Doctor(vault) => vault::doctor(vault, out),
        Command::Import(import) => import::run(import, out),
        Command::Map(command) => cases::map::run(command, out),
        Command::Tables { node, json } => import::tables(node, *json, out),
        Command::Estimate(estimate) => estimate::run(estimate, out),
        Command::Attack(attack) => attack::run(attack, out),
        Command::Form(command) => form::run(command, out),
        Command::Law(command) => law::run(command, out),
        Command::Terms(command) => terms::run(command, out),
    }
}
