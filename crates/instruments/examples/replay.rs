//! Fills in forms by a script, one request a line, for tests beside the oracles.

use std::io::{BufRead, Write, stdin, stdout};

#[path = "../../palermo/src/form/replay.rs"]
mod replay;

fn main() -> std::io::Result<()> {
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let line = line?;
        if !line.trim().is_empty() {
            let now = jiff::Timestamp::now().as_millisecond();
            writeln!(out, "{}", replay::answer(&line, now))?;
        }
    }
    Ok(())
}
