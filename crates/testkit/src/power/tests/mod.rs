//! Small real programs are cut: the careful ones lose nothing, each classic mistake is seen.

#![cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]

mod database;
mod programs;
mod recording;

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{Plan, Recorder, Report, Settings};
use programs::{Look, PROGRAM, ROOT};

/// This test binary again, as the named program of [`programs`], working in `root`.
fn program(name: &str, root: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("the test binary"));
    let test = "power::tests::programs::runs_as_a_program";
    command.args([
        test,
        "--exact",
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ]);
    command.env(PROGRAM, name).env(ROOT, root);
    command
}

/// What the programs acknowledged; the test harness prints lines of its own.
fn acknowledged(lines: &[String]) -> Vec<&str> {
    let said = lines.iter().filter_map(|line| line.strip_prefix("ack "));
    said.collect()
}

fn trial(name: &str, plan: &Plan, look: Look) -> Report {
    let recorder = Recorder::compile().expect("a C compiler");
    let folder = TempDir::new().expect("a folder");
    let report = recorder.trial(
        &mut program(name, folder.path()),
        folder.path(),
        plan,
        &mut |folder, lines| look(folder, &acknowledged(lines)),
    );
    let report = report.expect(name);
    assert!(report.operations > 5 && report.acknowledged > 0, "{report}");
    report
}

fn every_cut(kill: bool, strict_names: bool) -> Plan {
    let settings = Settings {
        strict_names,
        ..Settings::default()
    };
    Plan {
        cuts: 1000,
        seeds: 20,
        settings,
        kill,
        ..Plan::default()
    }
}

#[test]
fn a_careful_writer_loses_nothing_at_any_cut() {
    for (kill, strict_names) in [(true, true), (false, true), (false, false)] {
        let report = trial("careful", &every_cut(kill, strict_names), programs::whole);
        assert_eq!(report.losses, [], "{report}");
        assert_eq!(report.cuts, report.operations + 1);
    }
}

#[test]
fn a_rename_before_the_sync_of_the_file_is_seen() {
    for strict_names in [true, false] {
        let plan = every_cut(false, strict_names);
        let report = trial("without_file_sync", &plan, programs::whole);
        let seen = |what: &str| {
            let mut losses = report.losses.iter();
            losses.any(|loss| loss.message.contains(what))
        };
        assert!(seen("empty") && seen("torn"), "{report}");
    }
}

#[test]
fn a_name_without_the_sync_of_its_folder_is_seen() {
    for name in ["without_folder_sync", "created_and_synced"] {
        let report = trial(name, &every_cut(true, true), programs::whole);
        let absent = |loss: &super::Loss| loss.message.contains("absent");
        assert!(report.losses.iter().any(absent), "{report}");
    }
    // A journal of metadata makes a new file's name durable with the file, yet no later rename.
    let report = trial(
        "created_and_synced",
        &every_cut(false, false),
        programs::whole,
    );
    assert_eq!(report.losses, [], "{report}");
    let report = trial(
        "without_folder_sync",
        &every_cut(false, false),
        programs::whole,
    );
    assert!(!report.losses.is_empty(), "{report}");
}

#[test]
fn an_append_without_sync_is_seen() {
    let report = trial(
        "append_with_sync",
        &every_cut(false, true),
        programs::appended,
    );
    assert_eq!(report.losses, [], "{report}");
    let report = trial(
        "append_synchronous",
        &every_cut(false, true),
        programs::appended,
    );
    assert_eq!(report.losses, [], "{report}");
    let report = trial(
        "append_without_sync",
        &every_cut(false, true),
        programs::appended,
    );
    assert!(!report.losses.is_empty(), "{report}");
}

#[test]
fn a_write_in_place_is_seen_torn() {
    let report = trial("in_place", &every_cut(true, true), programs::whole);
    let torn = |loss: &super::Loss| loss.message.contains("torn");
    assert!(report.losses.iter().any(torn), "{report}");
}

#[test]
fn a_file_in_a_folder_that_is_not_durable_goes_with_it() {
    let report = trial("nested_careful", &every_cut(false, true), programs::whole);
    assert_eq!(report.losses, [], "{report}");
    let report = trial("nested_careless", &every_cut(false, true), programs::whole);
    assert!(!report.losses.is_empty(), "{report}");
}

#[test]
fn threads_are_recorded_in_one_order() {
    let plan = Plan {
        cuts: 60,
        ..every_cut(true, true)
    };
    let report = trial("threads", &plan, programs::whole);
    assert_eq!(report.losses, [], "{report}");
}
