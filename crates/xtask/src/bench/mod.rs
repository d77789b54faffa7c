//! `cargo xtask bench`: whole commands of the built binary, timed from start to exit, beside the
//! tools that a data manager would use for the same work, in the same run on the same machine.
//!
//! The comparison is of commands, not of algorithms: an import checks, stores and reports
//! findings, where the peer reads and groups; the peer pays for starting Python. Both are said in
//! the printed table.

pub mod journal;
pub mod peer;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{
    Failure, Result, median, product, refuse_rest, root, run, seconds, shown_seconds, take_flag,
    take_number, take_option,
};
use crate::shared;
use peer::Peer;

/// How often the labels are repeated in one call of the resolver.
const LABEL_REPEATS: usize = 20;

/// One line of the printed table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What was done, and on how much.
    pub work: String,
    /// Median seconds of our command.
    pub ours: f64,
    /// Median seconds of the peer's whole command, and of its work without start-up.
    pub peer: Option<(f64, f64)>,
}

/// Runs the benchmark and returns the Markdown text; `--runs N` sets the repetitions (default 7),
/// `--write PATH` also writes the text there, `--journal` measures the journal and the vault
/// instead of whole commands.
///
/// # Errors
/// When the binary cannot be built or refuses what the contract of its commands promises.
pub fn main(mut arguments: Vec<String>) -> Result<String> {
    let runs = take_number(&mut arguments, "--runs", 7)?.max(1);
    let write = take_option(&mut arguments, "--write")?;
    let of_journal = take_flag(&mut arguments, "--journal");
    refuse_rest(&arguments)?;
    let text = if of_journal {
        journal::page(runs)?
    } else {
        commands(runs)?
    };
    if let Some(path) = write {
        fs::write(root().join(path), &text)?;
    }
    Ok(text)
}

/// Whole commands beside their peers.
fn commands(runs: u32) -> Result<String> {
    let binary = product()?;
    let (peer, peer_name) = match Peer::prepare() {
        Ok(peer) => {
            let name = peer.versions()?;
            (Some(peer), name)
        }
        Err(why) => (None, format!("not run: {why}")),
    };
    let folder = tempfile::tempdir()?;
    let bench = Bench {
        binary,
        peer,
        runs,
        folder: folder.path().to_owned(),
    };
    let mut rows = vec![bench.law_status()?];
    match shared::folder() {
        Some(shared) => {
            for file in &shared::PUBLIC_FILES {
                rows.extend(bench.import(&shared, file)?);
            }
            rows.push(bench.resolve(&shared)?);
        }
        None => rows.push(bench.resolve_names()?),
    }
    Ok(document(&rows, runs, &peer_name))
}

struct Bench {
    binary: PathBuf,
    peer: Option<Peer>,
    runs: u32,
    folder: PathBuf,
}

impl Bench {
    fn palermo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).current_dir(&self.folder);
        command
    }

    /// The median of all runs, after one that is not counted and warms the caches.
    fn timed(&self, mut once: impl FnMut() -> Result<f64>) -> Result<f64> {
        once()?;
        let measured: Result<Vec<f64>> = (0..self.runs).map(|_| once()).collect();
        median(&measured?).ok_or_else(|| Failure("no run".to_owned()))
    }

    fn peer_timed(&self, arguments: &[&str]) -> Result<Option<(f64, f64)>> {
        let Some(peer) = &self.peer else {
            return Ok(None);
        };
        let mut inner = Vec::new();
        let whole = self.timed(|| {
            let (whole, work) = peer.timed(arguments)?;
            inner.push(work);
            Ok(whole)
        })?;
        Ok(Some((whole, median(&inner).unwrap_or(whole))))
    }

    fn law_status(&self) -> Result<Row> {
        let arguments = [
            "law",
            "status",
            "--treaty",
            "TIP",
            "--on",
            "2015-04-14",
            "--json",
        ];
        let ours = self.timed(|| seconds(&mut self.palermo(&arguments), None))?;
        Ok(Row {
            work: "`law status`, one treaty on one date".to_owned(),
            ours,
            peer: None,
        })
    }

    /// A first import into an empty node, and the same file once more into the same node.
    fn import(&self, shared: &Path, file: &shared::PublicFile) -> Result<[Row; 2]> {
        let (csv, count) = shared::unpack(shared, file, &self.folder)?;
        let csv = csv.to_string_lossy().into_owned();
        let node = self.folder.join("node");
        let node_name = node.to_string_lossy().into_owned();
        let import = [
            "import",
            &node_name,
            &csv,
            "--as",
            file.kind,
            "--keep-good",
            "--json",
        ];
        let first = self.timed(|| {
            if node.exists() {
                fs::remove_dir_all(&node)?;
            }
            run(&mut self.palermo(&init(&node_name)), None)?;
            seconds(&mut self.palermo(&import), None)
        })?;
        let again = self.timed(|| seconds(&mut self.palermo(&import), None))?;
        let peer = self.peer_timed(&["group", &csv, file.kind])?;
        let kind = file.kind;
        Ok([
            Row {
                work: format!("`import --as {kind}`, {count} rows, first"),
                ours: first,
                peer,
            },
            Row {
                work: format!("`import --as {kind}`, {count} rows, again"),
                ours: again,
                peer,
            },
        ])
    }

    fn resolve(&self, shared: &Path) -> Result<Row> {
        self.resolve_labels(&shared::labels(shared)?, "real labels")
    }

    /// Without the shared folder: names that every list of countries knows.
    fn resolve_names(&self) -> Result<Row> {
        let names = [
            "Italy", "France", "Brazil", "Viet Nam", "Bolivia", "Nigerian", "unknown",
        ];
        self.resolve_labels(&names.map(str::to_owned), "plain labels")
    }

    fn resolve_labels(&self, labels: &[String], what: &str) -> Result<Row> {
        let labels: Vec<String> = labels
            .iter()
            .map(|label| label.replace('\n', " "))
            .collect();
        let text = format!("{}\n", labels.join("\n")).repeat(LABEL_REPEATS);
        let path = self.folder.join("labels.txt");
        fs::write(&path, &text)?;
        let arguments = ["terms", "resolve", "--list", "citizenship", "--json"];
        let mut command = self.palermo(&arguments);
        let answers = run(&mut command, Some(text.as_bytes()))?.stdout;
        let (asked, answered) = (labels.len() * LABEL_REPEATS, count_lines(&answers));
        if asked != answered {
            return Err(Failure(format!(
                "{asked} labels asked, {answered} answered"
            )));
        }
        let once = || seconds(&mut self.palermo(&arguments), Some(text.as_bytes()));
        let ours = self.timed(once)?;
        let peer = self.peer_timed(&["resolve", &path.to_string_lossy()])?;
        let count = labels.len();
        Ok(Row {
            work: format!("`terms resolve`, {count} {what} x {LABEL_REPEATS}"),
            ours,
            peer,
        })
    }
}

/// The arguments that lay out a node for public tables, of an invented State.
#[must_use]
pub fn init(node: &str) -> [&str; 8] {
    [
        "init",
        node,
        "--as",
        "public",
        "--name",
        "Bench",
        "--jurisdiction",
        "XXA",
    ]
}

fn count_lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

/// The Markdown page: what was measured and how, then the table.
#[must_use]
pub fn document(rows: &[Row], runs: u32, peer: &str) -> String {
    let mut text = format!(
        "# Benchmarks\n\nMeasured by `cargo xtask bench --write docs/benchmarks.md`: medians of \
         {runs} runs after one that is not counted, each a whole command from start to exit, on \
         this machine ({} threads). \
         Peers ran in the same run: {peer}. An import checks every field, stores the table by its \
         hash and reports findings; the peer reads the same file, looks for repeats and sums. \
         \"work\" is the peer without the start of Python and its imports; a ratio above 1 means \
         that the peer took longer.\n\n\
         | command | palermo | peer, whole | ratio | peer, work | ratio |\n\
         |---|---:|---:|---:|---:|---:|\n",
        std::thread::available_parallelism().map_or(1, usize::from)
    );
    for row in rows {
        let cells = row.peer.map_or_else(
            || "- | - | - | -".to_owned(),
            |(whole, work)| {
                let (times, inner) = (whole / row.ours, work / row.ours);
                let (whole, work) = (shown_seconds(whole), shown_seconds(work));
                format!("{whole} | {times:.1} | {work} | {inner:.1}")
            },
        );
        text.push_str(&format!(
            "| {} | {} | {cells} |\n",
            row.work,
            shown_seconds(row.ours)
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_states_times_and_ratios() {
        let rows = [
            Row {
                work: "a".to_owned(),
                ours: 0.5,
                peer: Some((2.0, 0.25)),
            },
            Row {
                work: "b".to_owned(),
                ours: 0.0123,
                peer: None,
            },
        ];
        let text = document(&rows, 7, "pandas 3");
        assert!(
            text.contains("| a | 500.0 ms | 2.00 s | 4.0 | 250.0 ms | 0.5 |\n"),
            "{text}"
        );
        assert!(text.contains("| b | 12.3 ms | - | - | - | - |\n"), "{text}");
    }
}
