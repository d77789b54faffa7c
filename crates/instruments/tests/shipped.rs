//! The instruments that are shipped: each compiles without a finding, has its dictionary beside it,
//! a record that holds and one that does not.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use instruments::dictionary::{dictionary, markdown};
use instruments::evaluate::{Attachments, Clock, Definition, check};
use instruments::{Compiled, Format, Options};

/// The clock of the examples: 30 June 2026, 10:00 UTC.
const CLOCK: Clock = Clock {
    now: 1_782_813_600_000,
    ahead_minutes: 0,
};

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../instruments");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root)
        .expect("the folder of instruments")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(folders.len() >= 14, "fewer instruments than were shipped");
    folders
}

fn compiled(folder: &Path) -> Compiled {
    let bytes = std::fs::read(folder.join("form.md")).expect("the form");
    let options = Options {
        stem: None,
        pretty: false,
        public_key: Some("c3ludGhldGlj"),
    };
    instruments::check(&bytes, Format::Markdown, &options)
}

/// Compares with a file, or writes it when `PALERMO_WRITE` asks for it.
fn same_as(file: &Path, text: &str) {
    if std::env::var_os("PALERMO_WRITE").is_some() {
        std::fs::write(file, text).expect("a file that can be written");
    }
    let known = std::fs::read_to_string(file).unwrap_or_default();
    assert_eq!(known, text, "{} is not what it was", file.display());
}

#[test]
fn each_instrument_compiles_without_a_finding() {
    for folder in folders() {
        let compiled = compiled(&folder);
        assert!(
            compiled.is_ok(),
            "{}: {:?}",
            folder.display(),
            compiled.findings
        );
        assert_eq!(compiled.findings, [], "{}", folder.display());
    }
}

#[test]
fn each_instrument_speaks_three_languages_with_no_text_missing() {
    for folder in folders() {
        let compiled = compiled(&folder);
        let xml = compiled.xml.expect("an XForm");
        let definition = Definition::read(&xml).expect("a form that can be filled in");
        let languages = ["English (en)", "Fran\u{e7}ais (fr)", "Portugu\u{ea}s (pt)"];
        assert_eq!(definition.languages(), languages, "{}", folder.display());
        assert!(!xml.contains("<value>-</value>"), "{}", folder.display());
    }
}

#[test]
fn each_dictionary_is_what_the_form_asks() {
    for folder in folders() {
        let form = compiled(&folder).form.expect("a form");
        same_as(&folder.join("dictionary.md"), &markdown(&dictionary(&form)));
    }
}

fn findings(folder: &Path, example: &str) -> String {
    let xml = compiled(folder).xml.expect("an XForm");
    let definition = Definition::read(&xml).expect("a form");
    let record = std::fs::read_to_string(folder.join("examples").join(example)).expect("a record");
    let mut out = String::new();
    for finding in check(&definition, &record, &Attachments::new(), CLOCK) {
        let (path, code) = (&finding.path, finding.code);
        writeln!(
            out,
            "{path}\t{code}\t{}\t{}",
            finding.found, finding.expected
        )
        .expect("text");
    }
    out
}

#[test]
fn the_valid_record_of_each_instrument_holds() {
    for folder in folders() {
        assert_eq!(findings(&folder, "valid.xml"), "", "{}", folder.display());
    }
}

#[test]
fn what_is_wrong_with_the_invalid_record_is_found() {
    for folder in folders() {
        let found = findings(&folder, "invalid.xml");
        assert!(
            found.contains("unknown-field"),
            "{}: {found}",
            folder.display()
        );
        same_as(&folder.join("examples/invalid.txt"), &found);
    }
}

/// The outcomes of the screening: nobody is told that they are no victim.
#[test]
fn the_screening_never_says_that_somebody_is_no_victim() {
    let folder = folders()
        .into_iter()
        .find(|folder| folder.ends_with("screening"));
    let form = compiled(&folder.expect("the screening"))
        .form
        .expect("a form");
    let entries = dictionary(&form);
    let outcome = entries
        .iter()
        .find(|entry| entry.path.ends_with("/outcome"))
        .expect("outcome");
    assert!(
        outcome.calculation.contains("'refer', 'open'"),
        "{}",
        outcome.calculation
    );
    let first = &entries[2];
    assert!(
        first.path.ends_with("/fear_of_return"),
        "fear of return comes first"
    );
    for entry in &entries {
        assert!(
            !entry.label.to_lowercase().contains("not a victim"),
            "{}",
            entry.label
        );
    }
}
