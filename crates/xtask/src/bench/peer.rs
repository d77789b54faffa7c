//! The peers: pandas and country_converter in a virtual environment of their own.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use crate::command::{Failure, Result, cache_folder, run};

/// The script that does the peers' work.
const SCRIPT: &str = include_str!("peer.py");

/// What is installed into the environment; country_converter 1.3 does not start with pandas 3.
const PACKAGES: [&str; 2] = ["pandas>=2.3,<3", "country_converter"];

/// A Python with the peers' packages.
pub struct Peer {
    python: PathBuf,
    script: PathBuf,
}

impl Peer {
    /// Finds or makes the environment under the cache folder.
    ///
    /// # Errors
    /// When there is no `python3`, no `venv`, or the packages cannot be installed.
    pub fn prepare() -> Result<Self> {
        let folder = cache_folder().join("bench");
        fs::create_dir_all(&folder)?;
        let script = folder.join("peer.py");
        fs::write(&script, SCRIPT)?;
        let python = folder.join("venv/bin/python");
        let peer = Self { python, script };
        if peer.versions().is_err() {
            run(
                Command::new("python3")
                    .args(["-m", "venv"])
                    .arg(folder.join("venv")),
                None,
            )?;
            let mut install = Command::new(&peer.python);
            install.args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ]);
            run(install.args(PACKAGES), None)?;
        }
        Ok(peer)
    }

    /// The packages' versions, in words.
    ///
    /// # Errors
    /// When one of them is not installed.
    pub fn versions(&self) -> Result<String> {
        let output = run(&mut self.command(&["versions"]), None)?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Seconds of the whole command, and of the work as the script measured it.
    ///
    /// # Errors
    /// When the script fails or does not print its measure.
    pub fn timed(&self, arguments: &[&str]) -> Result<(f64, f64)> {
        let start = Instant::now();
        let output = run(&mut self.command(arguments), None)?;
        let whole = start.elapsed().as_secs_f64();
        let said: serde_json::Value = serde_json::from_slice(&output.stdout)
            .map_err(|error| Failure(format!("the peer's answer: {error}")))?;
        let work = said.get("seconds").and_then(serde_json::Value::as_f64);
        work.map(|work| (whole, work))
            .ok_or_else(|| Failure("the peer gave no time".to_owned()))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.python);
        // Settings made for older kernels would slow the peer down and flatter us.
        command
            .env_remove("OPENBLAS_CORETYPE")
            .env_remove("OPENBLAS_L2_SIZE");
        command.arg(&self.script).args(arguments);
        command
    }
}
