//! Every command explains itself, with an example.

use crate::run::palermo;

const COMMANDS: [&[&str]; 33] = [
    &["demo"],
    &["serve"],
    &["init"],
    &["import"],
    &["tables"],
    &["estimate"],
    &["law", "status"],
    &["law", "parties"],
    &["terms", "resolve"],
    &["terms", "translate"],
    &["terms", "lists"],
    &["vault"],
    &["user", "add"],
    &["user", "list"],
    &["user", "end"],
    &["record", "enter"],
    &["record", "import"],
    &["record", "take"],
    &["record", "read"],
    &["record", "find"],
    &["hold", "place"],
    &["hold", "lift"],
    &["erase"],
    &["count"],
    &["retention"],
    &["log"],
    &["backup"],
    &["restore"],
    &["verify"],
    &["rebuild"],
    &["unlock"],
    &["lock"],
    &["doctor"],
];

#[test]
fn every_command_has_an_example_and_json() {
    for command in COMMANDS {
        let mut arguments = command.to_vec();
        arguments.push("--help");
        let ran = palermo(&arguments);
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains("Example"), "{command:?}");
        assert!(ran.out.contains("--json"), "{command:?}");
    }
}

#[test]
fn the_help_of_all() {
    insta::assert_snapshot!(palermo(&["--help"]).all());
    insta::assert_snapshot!(palermo(&["import", "--help"]).all());
    insta::assert_snapshot!(palermo(&["record", "enter", "--help"]).all());
    insta::assert_snapshot!(palermo(&["erase", "--help"]).all());
    insta::assert_snapshot!(palermo(&["restore", "--help"]).all());
}

#[test]
fn a_typo_is_answered_with_the_nearest_word() {
    insta::assert_snapshot!(palermo(&["imprt", "x"]).all());
    insta::assert_snapshot!(palermo(&["user", "add", "x", "--role", "casworker"]).all());
}
