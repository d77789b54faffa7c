//! `cargo xtask bench --journal`: the journal and the vault, measured by a program of the office
//! (its example `journal_bench`) beside plain inserts of the same bytes, and written as a page.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use crate::command::{Failure, Result, median, root, run};

/// How many threads write at once.
const WRITERS: [&str; 3] = ["1", "4", "16"];

/// The contenders of the first table: key, name, and the plain one beside it.
const CONTENDERS: [(&str, &str, Option<&str>); 5] = [
    (
        "office",
        "whole office, journal in SQLite",
        Some("plain_sqlite"),
    ),
    ("raw_sqlite", "journal in SQLite", Some("plain_sqlite")),
    ("plain_sqlite", "plain SQLite", None),
    (
        "raw_postgres",
        "journal in PostgreSQL",
        Some("plain_postgres"),
    ),
    ("plain_postgres", "plain PostgreSQL", None),
];

/// A line of the other tables: what, key, unit, by what it is multiplied, budget.
type Line = (
    &'static str,
    &'static str,
    &'static str,
    f64,
    Option<&'static str>,
);

const LATENCY: [Line; 8] = [
    (
        "one writer, half of them within",
        "latency.1.p50_ms",
        "ms",
        1.0,
        None,
    ),
    (
        "one writer, 99 % within",
        "latency.1.p99_ms",
        "ms",
        1.0,
        Some("< 20 ms"),
    ),
    ("one writer, longest", "latency.1.max_ms", "ms", 1.0, None),
    (
        "among 16 writers, half within",
        "latency.16.p50_ms",
        "ms",
        1.0,
        None,
    ),
    (
        "among 16 writers, 99 % within",
        "latency.16.p99_ms",
        "ms",
        1.0,
        Some("< 20 ms"),
    ),
    (
        "among 16 writers, longest",
        "latency.16.max_ms",
        "ms",
        1.0,
        None,
    ),
    (
        "deposit at a locked node, half within",
        "deposit.p50_ms",
        "ms",
        1.0,
        None,
    ),
    (
        "deposit at a locked node, 99 % within",
        "deposit.p99_ms",
        "ms",
        1.0,
        Some("< 20 ms"),
    ),
];

const SPEED: [Line; 13] = [
    (
        "views made anew on the disk",
        "rebuild.disk.acts_per_s",
        "acts/s",
        1.0,
        Some("> 50,000 acts/s"),
    ),
    (
        "the same, by the time of the thread that writes them",
        "rebuild.disk.acts_per_cpu_s",
        "acts/s",
        1.0,
        None,
    ),
    (
        "views made anew in memory",
        "rebuild.memory.acts_per_s",
        "acts/s",
        1.0,
        Some("> 50,000 acts/s"),
    ),
    (
        "the same, by the time of the thread that writes them",
        "rebuild.memory.acts_per_cpu_s",
        "acts/s",
        1.0,
        None,
    ),
    (
        "views of an import made anew",
        "import.rebuild_acts_per_s",
        "acts/s",
        1.0,
        Some("> 50,000 acts/s"),
    ),
    ("chain alone", "chain.acts_per_s", "acts/s", 1.0, None),
    (
        "verify: chain, views in memory, both compared",
        "verify.acts_per_s",
        "acts/s",
        1.0,
        None,
    ),
    ("import of a file, whole", "import.s", "s", 1.0, None),
    (
        "unlock, views kept, argon2id included",
        "unlock.s",
        "ms",
        1e3,
        None,
    ),
    ("first search by name", "search.first_s", "ms", 1e3, None),
    ("second search", "search.second_s", "ms", 1e3, None),
    (
        "erasure, both persons, key destroyed",
        "large.erasure_s",
        "ms",
        1e3,
        None,
    ),
    (
        "deposits opened",
        "deposit.taken_per_s",
        "deposits/s",
        1.0,
        None,
    ),
];

const SIZE: [Line; 11] = [
    (
        "a record's act in plain CBOR",
        "act.plain_bytes",
        "bytes",
        1.0,
        None,
    ),
    (
        "the same, sealed twice and padded",
        "act.sealed_bytes",
        "bytes",
        1.0,
        None,
    ),
    (
        "journal file, for each act",
        "large.journal_bytes_per_act",
        "bytes",
        1.0,
        None,
    ),
    (
        "views file, for each act",
        "large.views_bytes_per_act",
        "bytes",
        1.0,
        None,
    ),
    (
        "keyring, for each act",
        "large.keyring_bytes_per_act",
        "bytes",
        1.0,
        None,
    ),
    (
        "journal file, whole",
        "large.journal_bytes",
        "MB",
        1e-6,
        None,
    ),
    ("views file, whole", "large.views_bytes", "MB", 1e-6, None),
    ("import: blobs", "import.blobs_bytes", "MB", 1e-6, None),
    ("import: journal", "import.journal_bytes", "MB", 1e-6, None),
    ("import: views", "import.views_bytes", "MB", 1e-6, None),
    ("import: keyring", "import.keyring_bytes", "MB", 1e-6, None),
];

const MEMORY: [Line; 8] = [
    (
        "locked node",
        "locked.rss_mib",
        "MiB",
        1.0,
        Some("< 150 MB idle"),
    ),
    (
        "unlocked node",
        "unlock.rss_mib",
        "MiB",
        1.0,
        Some("< 150 MB idle"),
    ),
    (
        "most while unlocking (argon2id takes 64)",
        "unlock.peak_mib",
        "MiB",
        1.0,
        None,
    ),
    (
        "after searches by name",
        "search.rss_mib",
        "MiB",
        1.0,
        Some("< 150 MB idle"),
    ),
    ("most while searching", "search.peak_mib", "MiB", 1.0, None),
    (
        "most while the views are made anew",
        "rebuild.peak_mib",
        "MiB",
        1.0,
        None,
    ),
    ("most while verifying", "verify.peak_mib", "MiB", 1.0, None),
    (
        "most while importing, the file in memory",
        "import.peak_mib",
        "MiB",
        1.0,
        None,
    ),
];

/// What the program has measured: samples by key, and facts of the machine.
#[derive(Debug, Default)]
pub struct Measured {
    samples: BTreeMap<String, Vec<f64>>,
    facts: BTreeMap<String, String>,
}

impl Measured {
    /// Reads the lines of the program: a key, a tab, a number; facts begin with `# `.
    ///
    /// # Errors
    /// When a line is of another form.
    pub fn read(text: &str) -> Result<Self> {
        let mut measured = Self::default();
        for line in text.lines() {
            let unfit = || Failure(format!("the measuring program says `{line}`"));
            let (key, value) = line.split_once('\t').ok_or_else(unfit)?;
            if let Some(fact) = key.strip_prefix("# ") {
                measured.facts.insert(fact.to_owned(), value.to_owned());
                continue;
            }
            let value = value.parse().map_err(|_| unfit())?;
            measured
                .samples
                .entry(key.to_owned())
                .or_default()
                .push(value);
        }
        Ok(measured)
    }

    /// Median, least and greatest of a key, each times `factor`; a dash without samples.
    fn shown(&self, key: &str, factor: f64) -> String {
        let Some(values) = self.samples.get(key) else {
            return "-".to_owned();
        };
        let middle = shown(median(values).unwrap_or_default() * factor);
        if values.len() == 1 {
            return middle;
        }
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (least, most) = (shown(least * factor), shown(most * factor));
        format!("{middle} ({least} to {most})")
    }

    fn fact(&self, key: &str) -> &str {
        self.facts.get(key).map_or("unknown", String::as_str)
    }
}

/// Builds the measuring program, runs it in a temporary folder, and gives the page. `runs` is how
/// often each figure is measured.
///
/// # Errors
/// When the program cannot be built or fails; PostgreSQL must be installed.
pub fn page(runs: u32) -> Result<String> {
    let program = program()?;
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(program);
    command.arg("--work").arg(folder.path());
    command.arg("--runs").arg(runs.to_string());
    let output = run(&mut command, None)?;
    let measured = Measured::read(&String::from_utf8_lossy(&output.stdout))?;
    Ok(document(&measured, runs))
}

fn program() -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut build = Command::new(cargo);
    build.args(["build", "--release", "--locked", "--package", "office"]);
    build
        .args(["--example", "journal_bench"])
        .current_dir(root());
    let status = build.status()?;
    if !status.success() {
        return Err(Failure(format!(
            "the build of journal_bench ended with {status}"
        )));
    }
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target
        .join("release/examples")
        .join(format!("journal_bench{}", env::consts::EXE_SUFFIX)))
}

/// The Markdown page.
#[must_use]
pub fn document(measured: &Measured, runs: u32) -> String {
    let mut text = head(measured, runs);
    text.push_str(&rates(measured));
    let acts = measured.shown("large.acts", 1.0);
    let batches = measured.shown("large.batches", 1.0);
    let persons = measured.shown("import.persons", 1.0);
    let sections: [(String, &[Line]); 4] = [
        (
            "How long a submission takes until it is durable: a new person with a record (two \
             acts), through the whole office"
                .to_owned(),
            &LATENCY,
        ),
        (
            format!(
                "A node with {acts} acts in {batches} batches (persons entered one by one, one \
                 record in ten corrected, one dossier in twenty read, twenty erased), and an \
                 import of {persons} persons (two acts each)"
            ),
            &SPEED,
        ),
        ("Sizes".to_owned(), &SIZE),
        (
            "Memory, each in a process of its own with that node".to_owned(),
            &MEMORY,
        ),
    ];
    for (title, lines) in sections {
        text.push_str(&table(measured, &title, lines));
    }
    // Each table ends with an empty line; the last needs none.
    text.pop();
    text
}

fn head(measured: &Measured, runs: u32) -> String {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "# Benchmarks of the journal and the vault\n\n\
         Measured by `cargo xtask bench --journal --runs {runs} --write \
         docs/benchmarks-journal.md`: medians of {runs} runs (least to greatest), interleaved, so \
         that a noisy moment falls on all alike. {} with {threads} threads, SQLite {} \
         (SQLCipher build), PostgreSQL {} (fsync {}, synchronous_commit {}, Unix socket). \
         Everything lies on one disk.\n\n\
         The noise of the machine in the same run: writing 4 KiB to the end of a file with \
         `fsync` took {} ms at the median and {} ms at the 99th percentile; the load of one \
         minute, this program included, was {}.\n\n\
         Each write is one record with ten answers, sealed: {} bytes. \"Whole office\" authorises, \
         seals twice, writes the views and commits to the journal; \"journal\" is the sequencer \
         with acts of the same size; \"plain\" inserts the same bytes, one row in one transaction, \
         each writer with a connection of its own (SQLite: write-ahead log, `synchronous=FULL`, a \
         busy timeout; PostgreSQL: a prepared statement).\n\n",
        measured.fact("processor"),
        measured.fact("sqlite"),
        measured.fact("postgres server_version"),
        measured.fact("postgres fsync"),
        measured.fact("postgres synchronous_commit"),
        measured.shown("fsync.p50_ms", 1.0),
        measured.shown("fsync.p99_ms", 1.0),
        measured.shown("load.1min", 1.0),
        measured.shown("act.sealed_bytes", 1.0),
    )
}

/// Durable writes a second, in short windows.
fn rates(measured: &Measured) -> String {
    let mut text = "## Durable writes a second\n\n\
         Many short windows, one contender after the other; a ratio is the median of the ratios of \
         windows that lie close together, and above 1 the plain insert was slower.\n\n\
         | | 1 writer | 4 writers | 16 writers | ratio to plain at 1, 4, 16 |\n\
         |---|---:|---:|---:|---:|\n"
        .to_owned();
    for (key, name, plain) in CONTENDERS {
        let cells: Vec<String> = WRITERS
            .iter()
            .map(|writers| measured.shown(&format!("rate.{key}.{writers}"), 1.0))
            .collect();
        let ratios = plain.map_or_else(|| "-".to_owned(), |plain| ratios(measured, key, plain));
        let _ = writeln!(text, "| {name} | {} | {ratios} |", cells.join(" | "));
    }
    text.push('\n');
    text
}

/// Medians of the ratios of each round, in which both were measured close together.
fn ratios(measured: &Measured, key: &str, plain: &str) -> String {
    let none = Vec::new();
    let of = |key: &str, writers: &str| {
        let key = format!("rate.{key}.{writers}");
        measured.samples.get(&key).unwrap_or(&none)
    };
    let ratio = |writers: &&str| {
        let rounds = of(key, writers).iter().zip(of(plain, writers));
        let ratios: Vec<f64> = rounds.map(|(ours, plain)| ours / plain).collect();
        median(&ratios).map_or_else(|| "-".to_owned(), shown)
    };
    let ratios: Vec<String> = WRITERS.iter().map(ratio).collect();
    ratios.join(", ")
}

fn table(measured: &Measured, title: &str, lines: &[Line]) -> String {
    let mut text = format!("## {title}\n\n| | measured | unit | budget |\n|---|---:|---|---|\n");
    for (name, key, unit, factor, budget) in lines {
        let value = measured.shown(key, *factor);
        let budget = budget.unwrap_or("-");
        let _ = writeln!(text, "| {name} | {value} | {unit} | {budget} |");
    }
    text.push('\n');
    text
}

/// A number for a person: whole with thousands set apart from 100 on, else three places at most.
fn shown(value: f64) -> String {
    if value < 10.0 {
        return format!("{value:.2}");
    }
    if value < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_become_medians_spreads_and_ratios() {
        let lines = "# sqlite\t3\nrate.office.1\t300\nrate.office.1\t100\nrate.office.1\t1200\n\
                     rate.plain_sqlite.1\t200\nrate.plain_sqlite.1\t50\n\
                     rate.plain_sqlite.1\t1200\nlarge.views_bytes\t76000000\n";
        let page = document(&Measured::read(lines).expect("samples"), 3);
        let row = "| whole office, journal in SQLite | 300 (100 to 1,200) | - | - | 1.50, -, - |\n";
        assert!(page.contains(row), "{page}");
        assert!(
            page.contains("| views file, whole | 76.0 | MB | - |\n"),
            "{page}"
        );
        assert!(page.contains("SQLite 3 "), "{page}");
        assert!(Measured::read("no number").is_err());
        assert!(Measured::read("key\tx").is_err());
    }

    #[test]
    fn numbers_are_set_for_a_person() {
        let all = [0.375, 12.34, 123.4, 1_234_567.0].map(shown);
        assert_eq!(all, ["0.38", "12.3", "123", "1,234,567"]);
    }
}
