//! Every command explains itself, with an example.

use crate::run::palermo;

const COMMANDS: [&[&str]; 74] = [
    &["demo"],
    &["code"],
    &["serve"],
    &["init"],
    &["import"],
    &["map", "propose"],
    &["map", "check"],
    &["tables"],
    &["estimate"],
    &["attack"],
    &["form", "check"],
    &["form", "dictionary"],
    &["form", "convert"],
    &["form", "replay"],
    &["form", "choices"],
    &["law", "status"],
    &["law", "parties"],
    &["terms", "resolve"],
    &["terms", "translate"],
    &["terms", "lists"],
    &["vault"],
    &["user", "add"],
    &["user", "list"],
    &["user", "change"],
    &["user", "disable"],
    &["user", "end"],
    &["user", "suspend"],
    &["user", "name"],
    &["user", "reset"],
    &["user", "enrol"],
    &["role", "list"],
    &["agency", "add"],
    &["agency", "list"],
    &["agency", "set"],
    &["session", "open"],
    &["session", "end"],
    &["case", "list"],
    &["case", "assign"],
    &["case", "release"],
    &["glass", "break"],
    &["glass", "end"],
    &["glass", "seen"],
    &["glass", "list"],
    &["consent", "record"],
    &["consent", "withdraw"],
    &["consent", "list"],
    &["export", "request"],
    &["export", "approve"],
    &["export", "take"],
    &["export", "list"],
    &["matter", "open"],
    &["matter", "answer"],
    &["matter", "read"],
    &["matter", "list"],
    &["access"],
    &["notices"],
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
fn the_help_of_the_door() {
    for command in [
        &["user", "--help"][..],
        &["user", "add", "--help"],
        &["user", "enrol", "--help"],
        &["export", "take", "--help"],
        &["log", "--help"],
    ] {
        let name = format!("help_{}", command[..command.len() - 1].join("_"));
        insta::assert_snapshot!(name, palermo(command).all());
    }
}

#[test]
fn a_typo_is_answered_with_the_nearest_word() {
    insta::assert_snapshot!(palermo(&["imprt", "x"]).all());
    insta::assert_snapshot!(palermo(&["user", "add", "x", "--role", "casworker"]).all());
}
