//! Questionnaires, from the terminal.

use serde_json::{Value, json};

use crate::run::{palermo, palermo_reading};

fn intake() -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    format!("{root}/../../instruments/intake/form.md")
}

#[test]
fn a_shipped_form_is_converted_and_filled_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().join("intake.xml");
    let output = output.to_str().expect("a path");
    let ran = palermo(&["form", "convert", &intake(), "-o", output, "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.json_lines()[0], json!({"ok": true, "findings": []}));
    let request = json!({
        "id": "one",
        "form": output,
        "steps": [["set", "/data/consent_record", "yes"], ["lang", "Portugu\u{ea}s (pt)"]],
    });
    let ran = palermo_reading(&["form", "replay"], format!("{request}\n{{\n").as_bytes());
    let answers = ran.json_lines();
    assert_eq!(answers[0]["ok"], true, "{answers:?}");
    assert_eq!(answers[0]["id"], "one");
    let nodes = answers[0]["nodes"].as_array().expect("nodes");
    let sex = nodes
        .iter()
        .find(|node| node["ref"] == "/data/person[1]/sex[1]");
    let sex = sex.expect("a question about sex");
    assert_eq!(
        (&sex["relevant"], &sex["label"]),
        (&json!(true), &json!("Sexo"))
    );
    assert_eq!(sex["options"], json!(["F", "M", "_O", "_U"]));
    assert_eq!(answers[1]["ok"], false, "what is no JSON is an answer too");
}

#[test]
fn a_refused_form_says_where_and_leaves_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let form = folder.path().join("form.md");
    let text = "| survey |\n| | type | name | label |\n| | intger | a | A |\n";
    std::fs::write(&form, text).expect("a file");
    let output = folder.path().join("form.xml");
    let paths = [&form, &output].map(|path| path.to_str().expect("a path"));
    let ran = palermo(&["form", "convert", paths[0], "-o", paths[1], "--json"]);
    assert_eq!(ran.code, 1);
    let answer: &Value = &ran.json_lines()[0];
    assert_eq!(answer["ok"], false);
    let finding = &answer["findings"][0];
    assert_eq!(finding["sheet"], "survey");
    assert_eq!(finding["row"], 3 - 1);
    assert_eq!(finding["column"], "type");
    assert_eq!(finding["code"], "type-unknown");
    let message = finding["message"].as_str().expect("a message");
    assert!(message.contains("integer"), "{message}");
    assert!(!output.exists());
    assert_eq!(palermo(&["form", "check", paths[0]]).code, 1);
}

#[test]
fn a_form_is_looked_over_with_the_nodes_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key.pem");
    let pem = "-----BEGIN PUBLIC KEY-----\nc3ludGhl\ndGlj\n-----END PUBLIC KEY-----\n";
    std::fs::write(&key, pem).expect("a file");
    let key = key.to_str().expect("a path");
    let ran = palermo(&["form", "check", &intake(), "--public-key", key]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    let ran = palermo(&["form", "check", &intake()]);
    assert!(ran.out.contains("nominal-unsealed"), "{}", ran.out);
    assert_eq!(ran.code, 0, "a warning refuses nothing");
}

#[test]
fn a_dictionary_and_a_code_list_can_be_read() {
    let ran = palermo(&["form", "dictionary", &intake()]);
    let root = env!("CARGO_MANIFEST_DIR");
    let kept = std::fs::read_to_string(format!("{root}/../../instruments/intake/dictionary.md"));
    assert_eq!(ran.out, kept.expect("the dictionary"));
    let ran = palermo(&["form", "choices", "palermo.age_group@1"]);
    assert!(
        ran.out
            .contains("| | age_group | child | Child (under 18) |"),
        "{}",
        ran.out
    );
    assert_eq!(palermo(&["form", "choices", "no.such@1"]).code, 1);
}
