//! Published tables into a node, from the terminal.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::Value;
use tempfile::TempDir;

use crate::run::{Ran, palermo, text};

/// A public node of an invented State, in a folder that goes with the test.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        let made = palermo(&[
            "init",
            text(&desk.node()),
            "--as",
            "public",
            "--name",
            "Reading room of XA",
            "--jurisdiction",
            "XXA",
        ]);
        assert_eq!(made.code, 0, "{}", made.err);
        desk
    }

    fn node(&self) -> PathBuf {
        self.folder.path().join("node")
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).expect("written");
        path
    }

    fn import(&self, file: &Path, kind: &str, options: &[&str]) -> Ran {
        let node = self.node();
        let mut arguments = vec!["import", text(&node), text(file), "--as", kind];
        arguments.extend(options);
        palermo(&arguments)
    }

    fn report(&self, file: &Path, kind: &str, options: &[&str]) -> Value {
        let mut all = vec!["--json"];
        all.extend(options);
        let ran = self.import(file, kind, &all);
        ran.json_lines().remove(0)
    }

    /// Every file of the node with its time and content, to show that nothing changed.
    fn state(&self) -> BTreeMap<PathBuf, (SystemTime, Vec<u8>)> {
        let mut state = BTreeMap::new();
        let mut folders = vec![self.node()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let entry = entry.expect("an entry");
                let kind = entry.file_type().expect("a type");
                if kind.is_dir() {
                    folders.push(entry.path());
                } else {
                    let time = entry.metadata().and_then(|m| m.modified()).expect("a time");
                    state.insert(entry.path(), (time, fs::read(entry.path()).expect("bytes")));
                }
            }
        }
        state
    }
}

fn codes(report: &Value) -> BTreeMap<String, usize> {
    let mut codes = BTreeMap::new();
    for finding in report["findings"].as_array().expect("findings") {
        *codes
            .entry(finding["code"].as_str().expect("a code").to_owned())
            .or_default() += 1;
    }
    codes
}

const DETECTIONS: &str = "route,type,nat,t,n\n\
    Route of XA,Sea,AFG,2020-01-01,41\n\
    Route of XA,Sea,AFG,2020-02-01,a few\n\
    Route of XA,Land,AFG,2020-02-01,7\n";

#[test]
fn a_bad_row_refuses_the_whole_file_and_names_itself() {
    let desk = Desk::new();
    let file = desk.file("detections.csv", DETECTIONS);
    let before = desk.state();
    let ran = desk.import(&file, "frontex", &[]);
    assert_eq!(ran.code, 1);
    assert_eq!(desk.state(), before, "a refused file leaves no trace");
    insta::assert_snapshot!(ran.all());
}

#[test]
fn the_good_rows_can_be_taken_and_the_bad_one_is_held() {
    let desk = Desk::new();
    let file = desk.file("detections.csv", DETECTIONS);
    let report = desk.report(&file, "frontex", &["--keep-good"]);
    assert_eq!(
        (&report["read"], &report["accepted"], &report["held"]),
        (&3.into(), &2.into(), &1.into())
    );
    let listed = palermo(&["tables", text(&desk.node()), "--json"]).json_lines();
    assert_eq!(listed[0]["kind"], "frontex");
    assert_eq!(listed[0]["held"], 1);
}

#[test]
fn a_dry_run_reports_and_writes_nothing() {
    let desk = Desk::new();
    let good = DETECTIONS.replace("a few", "3");
    let file = desk.file("detections.csv", &good);
    let before = desk.state();
    let report = desk.report(&file, "frontex", &["--dry-run"]);
    assert_eq!(report["accepted"], 3);
    assert_eq!(desk.state(), before);
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let desk = Desk::new();
    let file = desk.file("detections.csv", &DETECTIONS.replace("a few", "3"));
    assert_eq!(desk.report(&file, "frontex", &[])["accepted"], 3);
    let after_first = desk.state();
    let second = desk.report(&file, "frontex", &[]);
    assert_eq!(
        (&second["accepted"], &second["unchanged"]),
        (&0.into(), &3.into())
    );
    assert_eq!(desk.state(), after_first);
}

#[test]
fn a_missing_file_and_a_missing_node_are_named() {
    let desk = Desk::new();
    let missing = desk.folder.path().join("no-such.csv");
    let ran = desk.import(&missing, "frontex", &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.all().contains("no-such.csv"), "{}", ran.all());
    let ran = palermo(&["import", "no-such-node", "x.csv", "--as", "glotip"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("node_missing"), "{}", ran.err);
}

#[test]
fn the_real_global_report_copy_twice() {
    let Some(file) = testkit::shared("glotip/data_glotip_2024-05_copy.csv.gz") else {
        return;
    };
    let desk = Desk::new();
    let first = desk.report(&file, "glotip", &[]);
    let codes = codes(&first);
    assert_eq!(first["read"], 46_556);
    assert_eq!(codes["duplicate_row"], 255);
    assert_eq!(codes["repeated_key"] + codes["repeated_key_disagrees"], 524);
    assert_eq!(codes["repeated_key_disagrees"], 303);
    let sum = ["accepted", "held", "unchanged"].map(|key| first[key].as_u64().expect("a count"));
    assert_eq!(sum.iter().sum::<u64>(), 46_556);
    let after_first = desk.state();
    let second = desk.report(&file, "glotip", &[]);
    assert_eq!(second["accepted"], 0);
    assert_eq!(desk.state(), after_first);
}

#[test]
fn the_real_missing_migrants_extract_twice() {
    let Some(file) = testkit::shared("smuggling/iom_mmp.csv.gz") else {
        return;
    };
    let desk = Desk::new();
    let first = desk.report(&file, "missing-migrants", &[]);
    assert_eq!(first["read"], 19_669);
    let after_first = desk.state();
    let second = desk.report(&file, "missing-migrants", &[]);
    assert_eq!(
        (&second["accepted"], &second["unchanged"]),
        (&0.into(), &19_669.into())
    );
    assert_eq!(desk.state(), after_first);
}
