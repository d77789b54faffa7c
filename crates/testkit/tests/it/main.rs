//! From files to the shelf: real publications, an invented download, and files that are broken.

mod broken;
mod download;
mod real;
mod seed;
mod suppression;
mod vault;

use std::alloc::System;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use evidence::foreign::Foreign;
use evidence::incident::Incident;
use evidence::intake::{Kind, Observations};
use keep::{Node, NodeConfig, Role};
use share::{Options, Outcome, Reading};
use terms::finding::Finding;
use terms::table::Table;

/// As in the program: what is freed is wiped.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<System> = zeroizing_alloc::ZeroAlloc(System);

/// A node in a folder of its own, which goes when it is dropped.
struct TestNode {
    node: Node,
    folder: tempfile::TempDir,
}

impl TestNode {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = NodeConfig {
            role: Role::Public,
            name: "Test".into(),
            jurisdiction: None,
        };
        let node = Node::init(folder.path(), &config).expect("a new node");
        Self { node, folder }
    }

    fn import(&self, path: &Path, kind: Kind, options: &Options) -> Outcome {
        let outcome = share::import(self.node.shelf(), path, kind, options);
        outcome.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Every file of the node with its size and the time of its last change.
    fn files(&self) -> BTreeMap<PathBuf, (u64, std::time::SystemTime)> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let entry = entry.expect("an entry");
                let data = entry.metadata().expect("metadata");
                if data.is_dir() {
                    folders.push(entry.path());
                } else {
                    let modified = data.modified().expect("a time");
                    files.insert(entry.path(), (data.len(), modified));
                }
            }
        }
        files
    }

    fn kept(&self, kind: Kind) -> usize {
        use keep::Shelf;
        self.node.shelf().list(kind).expect("a list").len()
    }
}

fn options() -> Options {
    Options {
        dry_run: false,
        keep_good: false,
        imported_at: "2026-01-01T00:00:00Z".into(),
        program: "palermo test".into(),
    }
}

/// How many findings there are of each code.
fn tally(findings: &[Finding]) -> BTreeMap<&'static str, usize> {
    let mut tally = BTreeMap::new();
    for finding in findings {
        *tally.entry(finding.code).or_insert(0) += 1;
    }
    tally
}

/// Where each finding stands, as `row field code`.
fn places(findings: &[Finding]) -> Vec<String> {
    let place = |finding: &Finding| {
        let row = finding
            .row
            .map_or_else(|| "-".to_owned(), |row| row.to_string());
        let field = finding.field.as_deref().unwrap_or("-");
        format!("{row} {field} {}", finding.code)
    };
    findings.iter().map(place).collect()
}

fn incidents(reading: &Reading) -> &Foreign<Vec<Incident>> {
    match &reading.taken.observations {
        Observations::Incidents(incidents) => incidents,
        Observations::Table(_) => panic!("incidents were expected"),
    }
}

fn table(reading: &Reading) -> &Table {
    match &reading.taken.observations {
        Observations::Table(table) => table.as_printed(),
        Observations::Incidents(_) => panic!("a table was expected"),
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("a file of the test");
    path
}
