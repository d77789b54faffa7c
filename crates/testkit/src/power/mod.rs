//! The power goes: does what was acknowledged survive?
//!
//! A program is run under a recorder that writes down every operation on one folder. It is killed
//! before a chosen operation, or recorded once and cut afterwards. A model of a disk that loses
//! what was not synced then makes a folder as it may be found when the power is back, and a check
//! looks there for everything that the program acknowledged: each whole line that it printed.
//!
//! Assumed of a disk: it writes sectors of 512 bytes whole, never harms a sector that it does not
//! write, keeps what was synced, and changes names one after the other. Not assumed: that the sync
//! of a file makes its name durable, that a rename waits for the data, that data arrives in order.
//!
//! Not modelled: lost or lying syncs, failing operations (a full disk, an I/O error), decay of
//! stored bytes, changes of permissions, owners, times and extended attributes, locks, several
//! processes in one folder. A sync through `opendir` and `dirfd` is not seen, which errs towards
//! losing more. What changes the folder without being seen (a writable shared mapping, a raw
//! system call, the C library's own `fopen`) is found by comparing the folder with the record,
//! and fails the run.
//!
//! Runs on 64-bit Linux with glibc and a C compiler; elsewhere [`Recorder::compile`] says so.
//!
//! ```no_run
//! use testkit::power::{Plan, Recorder};
//! # fn main() -> Result<(), String> {
//! let recorder = Recorder::compile()?;
//! let mut program = std::process::Command::new("/usr/bin/program");
//! program.arg("/tmp/node");
//! let root = std::path::Path::new("/tmp/node");
//! let report = recorder.trial(&mut program, root, &Plan::default(), &mut |folder, lines| {
//!     let missing = lines.iter().find(|line| !folder.join(line).exists());
//!     missing.map_or(Ok(()), |line| Err(format!("{line} is lost")))
//! })?;
//! assert!(report.losses.is_empty(), "{report}");
//! # Ok(())
//! # }
//! ```

mod content;
pub mod disk;
pub mod log;
mod run;

pub use disk::{Disk, Settings};
pub use log::Log;
pub use run::{Check, Loss, Plan, Recorder, Report, Run};

#[cfg(test)]
mod tests;
