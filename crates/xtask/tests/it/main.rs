//! The repository held to its own rules.

use std::path::Path;

/// The gate: every rule of `cargo xtask tidy` over the files and the history as they are.
#[test]
fn the_repository_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let report = xtask::tidy::run(&root).expect("the repository can be read");
    let findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    assert!(
        findings.is_empty(),
        "{} findings:\n{}",
        findings.len(),
        findings.join("\n")
    );
}
