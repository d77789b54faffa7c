//! Inputs that once led somewhere new in a long run: they are answered as the long run asks.

use std::path::Path;

use parser::Parser;

#[path = "../../../attack/instruments/fuzz/src/parser.rs"]
mod parser;

#[test]
fn every_kept_input_is_read_or_refused() {
    for name in [
        "markdown",
        "csv",
        "workbook",
        "expression",
        "form",
        "record",
    ] {
        let parser = Parser::of_name(name).expect("a parser");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("corpus")
            .join(name);
        let entries: Vec<_> = std::fs::read_dir(folder).expect("the corpus").collect();
        assert!(entries.len() >= 5, "{name} has lost its corpus");
        for entry in entries {
            parser.read(&std::fs::read(entry.expect("an entry").path()).expect("an input"));
        }
    }
}
