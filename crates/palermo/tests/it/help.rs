//! Every command explains itself, with an example.

use crate::run::palermo;

const COMMANDS: [&[&str]; 11] = [
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
}

#[test]
fn a_typo_is_answered_with_the_nearest_word() {
    insta::assert_snapshot!(palermo(&["imprt", "x"]).all());
}
