//! Whatever is handed in, nothing panics.

use std::collections::HashMap;

use instruments::evaluate::{Attachments, Clock, Definition, Session, check, check_expression};
use instruments::{Format, Options, compile};
use proptest::prelude::*;

const CLOCK: Clock = Clock {
    now: 1_782_813_600_000,
    ahead_minutes: 0,
};

const CELLS: [&str; 40] = [
    "text",
    "select_one l",
    "begin group",
    "end group",
    "begin repeat",
    "end repeat",
    "calculate",
    "range",
    "audit",
    "${a}",
    "${",
    "}",
    "a",
    "b",
    "1",
    "",
    "label",
    "name",
    "type",
    "::",
    ":",
    "bind::x",
    "instance('l')/root/item[name=${a}]/label",
    "indexed-repeat(${a}, ${b}, 1)",
    "|",
    "pulldata('f','a','b',${a})",
    "start=1 end=0",
    "survey",
    "choices",
    "settings",
    "é",
    "\u{0}",
    "media::image",
    "l",
    "loop over l",
    "begin loop over l",
    "%(name)s",
    "or_other",
    "form_id",
    "#",
];

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::sample::select(&CELLS[..]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ]
}

fn table() -> impl Strategy<Value = String> {
    let row = proptest::collection::vec(cell(), 1..7);
    proptest::collection::vec(row, 0..12).prop_map(|rows| {
        let mut text = String::from("| survey |\n| | type | name | label | calculation |\n");
        for row in rows {
            text.push_str(&format!("| | {} |\n", row.join(" | ")));
        }
        text.push_str("| choices |\n| | list_name | name | label |\n| | l | a | A |\n");
        text
    })
}

const WORDS: [&str; 44] = [
    "/",
    "//",
    ".",
    "..",
    "/data/a",
    "../a",
    "current()",
    "instance('l')",
    "[",
    "]",
    "(",
    ")",
    ",",
    "+",
    "-",
    "*",
    "div",
    "mod",
    "and",
    "or",
    "=",
    "!=",
    "<",
    ">=",
    "|",
    "'x'",
    "\"",
    "1",
    "2.5",
    "if",
    "count",
    "sum",
    "position",
    "selected",
    "regex",
    "date",
    "'2026-02-30'",
    "concat",
    "@x",
    "::",
    "child",
    "once",
    "substr",
    "round",
];

fn expression() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => proptest::sample::select(&WORDS[..]).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ];
    proptest::collection::vec(word, 0..24).prop_map(|words| words.concat())
}

fn form_with(calculation: &str) -> String {
    let escaped = calculation
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;");
    format!(
        "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\">\
         <h:head><h:title>t</h:title><model><instance><data id=\"d\"><a>1</a><out/></data>\
         </instance><bind nodeset=\"/data/out\" calculate=\"{escaped}\"/></model></h:head>\
         <h:body/></h:html>"
    )
}

/// Tags, some of them closed, with text between them.
const RECORD: &str = r#"(<[a-z]{1,3}( [a-z]="1")?/?>|</[a-z]{1,3}>|[a-z0-9&;]{0,4}){0,30}"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_table_is_compiled_or_refused(text in table()) {
        let compiled = compile(text.as_bytes(), Format::Markdown, &Options::default());
        prop_assert!(compiled.is_ok() || !compiled.findings.is_empty());
        if let Some(xml) = &compiled.xml {
            let _ = Definition::read(xml);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for format in [Format::Markdown, Format::Csv, Format::Workbook] {
            let compiled = compile(&bytes, format, &Options::default());
            prop_assert!(compiled.is_ok() || !compiled.findings.is_empty());
        }
    }

    #[test]
    fn any_expression_is_answered_or_refused(text in expression()) {
        let _ = check_expression(&text);
        if let Ok(definition) = Definition::read(&form_with(&text)) {
            let none = Attachments::new();
            let mut session = Session::begin(&definition, &none, HashMap::new(), CLOCK, 1);
            let _ = session.nodes();
            let _ = session.xml();
        }
    }

    #[test]
    fn any_record_is_checked(text in RECORD) {
        let definition = Definition::read(&form_with("/data/a + 1")).expect("a form");
        let record = format!("<data>{text}</data>");
        let _ = check(&definition, &record, &Attachments::new(), CLOCK);
        let _ = check(&definition, &text, &Attachments::new(), CLOCK);
    }
}

/// Deep nesting is refused by name and takes no stack.
#[test]
fn what_is_nested_too_deep_is_refused() {
    let deep = "(".repeat(100_000);
    assert!(check_expression(&deep).is_err());
    let nested = format!("{}1{}", "not(".repeat(5_000), ")".repeat(5_000));
    assert!(check_expression(&nested).is_err());
    let xml = "<a>".repeat(100_000);
    assert!(Definition::read(&xml).is_err());
    let mut form = String::from("| survey |\n| | type | name | label |\n");
    for level in 0..500 {
        form.push_str(&format!("| | begin group | g{level} | G |\n"));
    }
    let compiled = compile(form.as_bytes(), Format::Markdown, &Options::default());
    assert!(!compiled.is_ok());
    let codes: Vec<&str> = compiled
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect();
    assert!(codes.contains(&"nested-too-deep"));
}

/// A document type could name files or grow without end: none is read.
#[test]
fn a_record_with_a_document_type_is_a_finding() {
    let definition = Definition::read(&form_with("1")).expect("a form");
    let record = "<!DOCTYPE data [<!ENTITY x \"y\">]><data><a>&x;</a></data>";
    let findings = check(&definition, record, &Attachments::new(), CLOCK);
    assert_eq!(findings[0].code, "not-well-formed");
}

#[test]
fn a_repeat_that_asks_for_a_fortune_of_instances_is_given_few_and_soon() {
    // Each instance reads all others, and each reading fails.
    let form = "| survey |\n\
         | | type | name | label | repeat_count | calculation |\n\
         | | calculate | all | | | 1000000000 |\n\
         | | begin repeat | r | R | ${all} | |\n\
         | | integer | n | N | | |\n\
         | | calculate | x | | | sum(/data/r/n) + foo(1) |\n\
         | | end repeat | | | | |\n";
    let compiled = compile(form.as_bytes(), Format::Markdown, &Options::default());
    let definition = Definition::read(&compiled.xml.expect("an XForm")).expect("a definition");
    let none = Attachments::new();
    let session = Session::begin(&definition, &none, HashMap::new(), CLOCK, 1);
    let mut messages = session
        .errors()
        .iter()
        .map(|(_, error)| error.message.as_str());
    assert!(messages.any(|message| message.contains("too much work")));
}
