//! A new node.

use std::fs;

use crate::run::{palermo, text};

fn init(node: &str, role: &str, jurisdiction: &str) -> crate::run::Ran {
    palermo(&[
        "init",
        node,
        "--as",
        role,
        "--name",
        "Office of XA",
        "--jurisdiction",
        jurisdiction,
    ])
}

#[test]
fn a_node_is_made_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let node = folder.path().join("node");
    assert_eq!(init(text(&node), "national", "XXA").code, 0);
    let config = fs::read_to_string(node.join("palermo.toml")).expect("a description");
    assert!(
        config.contains("Office of XA") && config.contains("XXA"),
        "{config}"
    );

    let again = init(text(&node), "national", "XXA");
    assert_eq!(again.code, 1);
    assert!(again.err.contains("node_exists"), "{}", again.err);
    assert_eq!(
        fs::read_to_string(node.join("palermo.toml")).expect("as before"),
        config
    );
}

#[test]
fn a_folder_with_other_things_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("letter.txt"), "mine").expect("written");
    let ran = init(text(folder.path()), "public", "XXA");
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("folder_not_empty"), "{}", ran.err);
    assert_eq!(fs::read_dir(folder.path()).expect("a list").count(), 1);
}

#[test]
fn a_jurisdiction_is_a_state_of_today_or_an_invented_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let node = folder.path().join("node");
    for wrong in ["Malawi", "YUG", "ZZZZ", "QQ1"] {
        let ran = init(text(&node), "national", wrong);
        assert_eq!(ran.code, 2, "{wrong}");
        assert!(ran.err.contains("jurisdiction_unknown"), "{}", ran.err);
        assert!(!node.exists());
    }
    assert_eq!(init(text(&node), "agency", "MWI").code, 0);
}
