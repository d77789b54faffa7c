//! Hands spoiled input to one parser of questionnaires, led by what of the code it reaches.
//!
//! The parser is named by `PALERMO_PARSER`: markdown, csv, workbook, expression, form or record.

#![no_main]

mod parser;

use std::sync::LazyLock;

use parser::Parser;

static PARSER: LazyLock<Parser> = LazyLock::new(|| {
    let name = std::env::var("PALERMO_PARSER").unwrap_or_default();
    Parser::of_name(&name).unwrap_or_else(|| panic!("no parser {name:?}"))
});

libfuzzer_sys::fuzz_target!(
    init: {
        // A panic that the room itself catches is its own affair: the default hook ends the run.
        drop(std::panic::take_hook());
        LazyLock::force(&PARSER);
    },
    |bytes: &[u8]| PARSER.read(bytes)
);
