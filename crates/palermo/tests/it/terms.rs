//! Names to codes, from the terminal.

use crate::run::{palermo, palermo_reading};

#[test]
fn each_line_is_answered_once_and_in_order() {
    let labels = "Burmese\nCongo\n\nFormer Yugoslavia\nMoroco\n3 maliens\r\nMalawi";
    let ran = palermo_reading(
        &["terms", "resolve", "--list", "citizenship", "--json"],
        labels.as_bytes(),
    );
    insta::assert_snapshot!(ran.all());
}

#[test]
fn a_person_reads_words() {
    let labels = "Burmese\nCongo\nFormer Yugoslavia\nMoroco\nNationals\n";
    let ran = palermo_reading(
        &["terms", "resolve", "--list", "citizenship"],
        labels.as_bytes(),
    );
    insta::assert_snapshot!(ran.all());
}

#[test]
fn bytes_that_are_no_text_are_damage_and_no_fault() {
    let ran = palermo_reading(
        &["terms", "resolve", "--list", "citizenship", "--json"],
        b"M\xc9XICO\nKenya\n",
    );
    let lines = ran.json_lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["code"], "MEX");
    assert_eq!(lines[1]["code"], "KEN");
}

#[test]
fn a_code_is_brought_to_another_list_and_what_is_lost_is_said() {
    let command = ["terms", "translate", "--crosswalk", "htcds_to_exploitation"];
    let ran = palermo_reading(&command, b"ForcedBegging\nNoSuchCode\n");
    insta::assert_snapshot!(ran.all());
    assert_eq!(
        palermo(&["terms", "translate", "--crosswalk", "no_such"]).code,
        2
    );
}

#[test]
fn lists_can_be_looked_at() {
    insta::assert_snapshot!(palermo(&["terms", "lists", "palermo.sex@1"]).all());
    assert_eq!(palermo(&["terms", "lists", "no.such@1"]).code, 2);
    let all = palermo(&["terms", "lists", "--json"]).json_lines();
    assert!(
        all.iter()
            .any(|list| list["list"] == "htcds.vic_TypeOfExploitation@2.0")
    );
}
