//! Runs a program under the recorder, cuts it, and hands what is left to a check.

use std::fmt;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::content::Chance;
use super::disk::{Disk, Settings, names_in};
use super::log::{Log, whole_lines};

/// The recorder, compiled into a temporary folder that goes with it.
#[derive(Debug)]
pub struct Recorder {
    folder: TempDir,
    /// How long a program may run before it is killed and the run fails.
    pub time_limit: Duration,
}

/// What a program did and said before it ended or was killed.
#[derive(Clone, Debug)]
pub struct Run {
    /// The whole lines that it had written to its standard output.
    pub acknowledged: Vec<String>,
    /// Whether it died at the cut; else it had ended before.
    pub killed: bool,
    /// What it did.
    pub log: Log,
    /// What it wrote to its standard error.
    pub errors: String,
    start: Disk,
}

/// Looks in a folder, as it is found when the power is back, for what the lines acknowledged, and
/// says what is wrong with it.
pub type Check<'a> = dyn FnMut(&Path, &[String]) -> Result<(), String> + 'a;

/// Which cuts to try, and how many disks for each.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many cuts, chosen at random among the operations and the end of the program; every one
    /// of them where there are no more than this.
    pub cuts: usize,
    /// How many disks to try for each cut.
    pub seeds: u64,
    /// Chooses the cuts and the disks; another number tries others.
    pub seed: u64,
    /// How harsh the disk is.
    pub settings: Settings,
    /// `true` runs the program anew for each cut and kills it there. `false` runs it once and cuts
    /// the record: far quicker, as true for what it did, and blind to what a program does
    /// differently from run to run.
    pub kill: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            cuts: 100,
            seeds: 20,
            seed: 1,
            settings: Settings::default(),
            kill: true,
        }
    }
}

/// A cut after which the check failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The operation before which the power went.
    pub cut: u64,
    /// The seed of the disk.
    pub seed: u64,
    /// What the check said.
    pub message: String,
}

/// What a trial found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Operations of the program in one run.
    pub operations: u64,
    /// Cuts tried.
    pub cuts: u64,
    /// Disks checked.
    pub disks: u64,
    /// Lines that were acknowledged, over all cuts: with none, a trial shows little.
    pub acknowledged: u64,
    /// Where the check failed.
    pub losses: Vec<Loss>,
}

impl fmt::Display for Report {
    fn fmt(&self, form: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            form,
            "{} operations, {} cuts, {} disks, {} acknowledged lines, {} losses",
            self.operations,
            self.cuts,
            self.disks,
            self.acknowledged,
            self.losses.len()
        )?;
        for loss in self.losses.iter().take(10) {
            let Loss { cut, seed, message } = loss;
            write!(
                form,
                "\n  cut before operation {cut}, seed {seed}: {message}"
            )?;
        }
        Ok(())
    }
}

impl Recorder {
    /// Compiles the recorder with `cc` (or what the environment's `CC` names).
    ///
    /// # Errors
    /// On another system than 64-bit Linux with glibc, and where there is no C compiler.
    pub fn compile() -> Result<Self, String> {
        if !cfg!(all(
            target_os = "linux",
            target_env = "gnu",
            target_pointer_width = "64"
        )) {
            return Err("cutting the power needs 64-bit Linux with glibc".into());
        }
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        let source = folder.path().join("recorder.c");
        fs::write(&source, include_str!("recorder.c")).map_err(|error| error.to_string())?;
        let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
        let mut command = Command::new(&compiler);
        command.args([
            "-D_GNU_SOURCE",
            "-U_FORTIFY_SOURCE",
            "-O1",
            "-fPIC",
            "-shared",
        ]);
        command.args(["-pthread", "-Wall", "-o"]);
        command.arg(folder.path().join("recorder.so")).arg(&source);
        let output = command
            .output()
            .map_err(|error| format!("the C compiler {}: {error}", compiler.display()))?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        Ok(Self {
            folder,
            time_limit: Duration::from_secs(60),
        })
    }

    /// How many operations the program does in `root`: one more than the last useful cut.
    ///
    /// # Errors
    /// As [`Recorder::run`].
    pub fn operations(&self, command: &mut Command, root: &Path) -> Result<u64, String> {
        Ok(self.run(command, root, 0)?.log.operations())
    }

    /// Runs the program, which works in the folder `root`, and kills it before operation `cut`
    /// (from 1; 0 lets it end). Afterwards `root` is put back as it was, so that runs can follow
    /// each other. The command must be the program itself and no shell that starts it.
    ///
    /// # Errors
    /// When the program does not start, fails, or runs too long, and when its operations could not
    /// be recorded truly.
    pub fn run(&self, command: &mut Command, root: &Path, cut: u64) -> Result<Run, String> {
        let start = Disk::read(root)?;
        let place = TempDir::new().map_err(|error| error.to_string())?;
        let file = place.path().join("log");
        let ended = self.start(command, root, &file, cut);
        let ended = ended.and_then(|child| finish(child, self.time_limit));
        let run = ended.and_then(|ended| judge(&ended, &file, root, &start));
        empty(root)?;
        start.intact(root)?;
        run
    }

    fn start(
        &self,
        command: &mut Command,
        root: &Path,
        log: &Path,
        cut: u64,
    ) -> Result<Child, String> {
        command
            .env("LD_PRELOAD", self.library())
            .env("PALERMO_POWER_ROOT", root)
            .env("PALERMO_POWER_LOG", log)
            .env("PALERMO_POWER_CUT", cut.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", command.get_program().display()))
    }

    fn library(&self) -> PathBuf {
        self.folder.path().join("recorder.so")
    }

    /// Cuts the program as the plan says and hands each folder that may be left, with the lines
    /// acknowledged before the cut, to `check`. The report lists where the check failed.
    ///
    /// # Errors
    /// As [`Recorder::run`], and when a folder cannot be made.
    pub fn trial(
        &self,
        command: &mut Command,
        root: &Path,
        plan: &Plan,
        check: &mut Check<'_>,
    ) -> Result<Report, String> {
        let whole = self.run(command, root, 0)?;
        let mut report = Report {
            operations: whole.log.operations(),
            ..Report::default()
        };
        for cut in cuts(report.operations, plan) {
            let run = if plan.kill {
                self.run(command, root, cut)?
            } else {
                whole.cut_before(cut)?
            };
            report.cuts += 1;
            report.acknowledged += u64::try_from(run.acknowledged.len()).unwrap_or(0);
            let disk = run.replayed(&plan.settings)?;
            for number in 0..plan.seeds {
                let seed = seed_of(plan.seed, cut, number);
                let folder = disk.after_cut(seed)?;
                report.disks += 1;
                if let Err(message) = check(folder.path(), &run.acknowledged) {
                    report.losses.push(Loss { cut, seed, message });
                }
            }
        }
        Ok(report)
    }
}

impl Run {
    /// The disk when the power went, from which many folders can be made.
    ///
    /// # Errors
    /// As [`Disk::replay`].
    pub fn replayed(&self, settings: &Settings) -> Result<Disk, String> {
        let mut disk = self.start.clone().with(settings);
        disk.replay(&self.log)?;
        Ok(disk)
    }

    /// A folder as it may be found when the power is back.
    ///
    /// # Errors
    /// As [`Disk::replay`] and [`Disk::after_cut`].
    pub fn disk(&self, seed: u64, settings: &Settings) -> Result<TempDir, String> {
        self.replayed(settings)?.after_cut(seed)
    }

    /// The same run, cut before operation `cut` (from 1): what was done and said until then.
    ///
    /// # Errors
    /// When the program printed by another way than write(2), so that the record does not hold it.
    pub fn cut_before(&self, cut: u64) -> Result<Self, String> {
        if self.log.lines() != self.acknowledged {
            return Err("the record does not hold what the program printed".into());
        }
        let log = self.log.before(cut);
        Ok(Self {
            acknowledged: log.lines(),
            killed: log.is_cut(),
            log,
            errors: self.errors.clone(),
            start: self.start.clone(),
        })
    }
}

/// The seed of one disk of a trial.
fn seed_of(seed: u64, cut: u64, number: u64) -> u64 {
    let mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ cut.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed.wrapping_add(number)
}

/// The cuts of a plan, from 1 to one past the last operation (the program had ended), in order.
fn cuts(operations: u64, plan: &Plan) -> Vec<u64> {
    let mut all: Vec<u64> = (1..=operations + 1).collect();
    let mut chance = Chance::of(plan.seed, 0);
    while all.len() > plan.cuts {
        all.remove(chance.below(all.len()));
    }
    all
}

struct Ended {
    status: ExitStatus,
    output: Vec<u8>,
    errors: String,
}

fn reader(stream: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What was read before an error is what was said.
            let _ = stream.read_to_end(&mut bytes);
        }
        bytes
    })
}

fn finish(mut child: Child, limit: Duration) -> Result<Ended, String> {
    let (output, errors) = (reader(child.stdout.take()), reader(child.stderr.take()));
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        if begun.elapsed() > limit {
            child.kill().map_err(|error| error.to_string())?;
            child.wait().map_err(|error| error.to_string())?;
            return Err(format!(
                "the program ran for more than {} s",
                limit.as_secs()
            ));
        }
        std::thread::sleep(Duration::from_micros(300));
    };
    let read = |handle: JoinHandle<Vec<u8>>| handle.join().unwrap_or_default();
    Ok(Ended {
        status,
        output: read(output),
        errors: String::from_utf8_lossy(&read(errors)).into_owned(),
    })
}

/// Reads the record and holds it against the folder that the program left.
fn judge(ended: &Ended, file: &Path, root: &Path, start: &Disk) -> Result<Run, String> {
    let log = Log::read(file)?;
    let killed = log.is_cut();
    if killed != was_killed(ended.status) || !(killed || ended.status.success()) {
        return Err(format!(
            "the program failed: {}\n{}",
            ended.status, ended.errors
        ));
    }
    let mut disk = start.clone();
    disk.replay(&log)?;
    disk.compare(root)?;
    Ok(Run {
        acknowledged: whole_lines(&ended.output),
        killed,
        log,
        errors: ended.errors.clone(),
        start: start.clone(),
    })
}

#[cfg(unix)]
fn was_killed(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(9)
}

#[cfg(not(unix))]
fn was_killed(_: ExitStatus) -> bool {
    false
}

/// Removes what is in a folder, and not the folder.
fn empty(folder: &Path) -> Result<(), String> {
    for name in names_in(folder)? {
        let path = folder.join(name);
        let about = fs::symlink_metadata(&path).map_err(|error| error.to_string())?;
        let removed = if about.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        removed.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}
