//! Inputs that once led somewhere new in a long run: they are answered, and quickly.

use std::path::Path;

use instruments::evaluate::{Definition, check_expression};
use instruments::{Format, Options, compile};

fn inputs(parser: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(parser);
    let entries = std::fs::read_dir(folder).expect("the corpus");
    let inputs: Vec<Vec<u8>> = entries
        .map(|entry| std::fs::read(entry.expect("an entry").path()).expect("an input"))
        .collect();
    assert!(inputs.len() >= 5, "{parser} has lost its corpus");
    inputs
}

#[test]
fn every_kept_form_is_compiled_or_refused() {
    let formats = [
        ("markdown", Format::Markdown),
        ("csv", Format::Csv),
        ("workbook", Format::Workbook),
    ];
    for (parser, format) in formats {
        for bytes in inputs(parser) {
            let compiled = compile(&bytes, format, &Options::default());
            assert!(compiled.is_ok() || !compiled.findings.is_empty());
        }
    }
}

#[test]
fn every_kept_expression_and_xform_is_read_or_refused() {
    for bytes in inputs("expression") {
        let _ = check_expression(&String::from_utf8_lossy(&bytes));
    }
    for bytes in inputs("form") {
        let _ = Definition::read(&String::from_utf8_lossy(&bytes));
    }
}
