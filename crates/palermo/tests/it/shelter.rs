//! A node with a vault and the people who work with it, for the stories.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::run::{Ran, palermo_in, text};

pub(crate) const PASSPHRASE: &str = "four plain words here";

/// One record of an invented person.
pub(crate) const RECORD: &str = r#"{"form":"intake","version":"1",
  "source":{"source":"shelter list","number":"17"},
  "answers":[
    {"question":"q1","concept":"name","text":"Zofia Person"},
    {"question":"q2","concept":"sex","code":{"list":"sex","version":"1","code":"f"}},
    {"question":"q3","concept":"place","code":{"list":"places","version":"1","code":"XXA"}},
    {"question":"q4","text":"was promised work at the mill"}]}"#;

pub(crate) struct Shelter {
    pub(crate) folder: TempDir,
    pub(crate) shares: Vec<String>,
    pub(crate) caseworker: String,
    pub(crate) coordinator: String,
    pub(crate) overseer: String,
}

impl Shelter {
    /// A node with its people, one role each.
    pub(crate) fn new() -> Self {
        let mut shelter = Self {
            folder: tempfile::tempdir().expect("a folder"),
            shares: Vec::new(),
            caseworker: String::new(),
            coordinator: String::new(),
            overseer: String::new(),
        };
        let made = shelter.json(&[
            "init",
            text(&shelter.node()),
            "--as",
            "agency",
            "--name",
            "Shelter of XA",
            "--jurisdiction",
            "XXA",
            "--administrator",
            "Ada Ministrator",
        ]);
        let shares = made["shares"].as_array().expect("shares").iter();
        shelter.shares = shares
            .map(|share| share.as_str().expect("a text").to_owned())
            .collect();
        shelter.caseworker = shelter.add("Casey Worker", "caseworker,data-manager");
        shelter.coordinator = shelter.add("Cora Dinator", "coordinator");
        shelter.overseer = shelter.add("Ove Seer", "overseer");
        shelter
    }

    fn add(&self, name: &str, roles: &str) -> String {
        let added = self.on(&["user", "add"], &["--name", name, "--role", roles]);
        added["staff"].as_str().expect("a number").to_owned()
    }

    pub(crate) fn node(&self) -> PathBuf {
        self.folder.path().join("node")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the program with the passphrase in the environment.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.reading(arguments, b"")
    }

    pub(crate) fn reading(&self, arguments: &[&str], input: &[u8]) -> Ran {
        palermo_in(&[("PALERMO_PASSPHRASE", PASSPHRASE)], arguments, input)
    }

    /// Runs a command with `--json`, which must go well.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let mut arguments = arguments.to_vec();
        arguments.push("--json");
        let ran = self.run(&arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.all());
        serde_json::from_str(&ran.out).expect("one answer of JSON")
    }

    /// A command on the node, with `--json`, which must go well.
    pub(crate) fn on(&self, command: &[&str], options: &[&str]) -> Value {
        let node = self.node();
        let mut arguments = command.to_vec();
        arguments.push(text(&node));
        arguments.extend(options);
        self.json(&arguments)
    }

    /// A command on the node, which must be refused with this code.
    pub(crate) fn refused(&self, command: &[&str], options: &[&str], code: &str) -> Ran {
        let node = self.node();
        let mut arguments = command.to_vec();
        arguments.push(text(&node));
        arguments.extend(options);
        let ran = self.run(&arguments);
        assert_ne!(ran.code, 0, "{}", ran.all());
        assert!(ran.err.contains(&format!("[{code}]")), "{}", ran.all());
        ran
    }

    /// Enters a record from a file and answers with its dossier.
    pub(crate) fn enter(&self, record: &str) -> String {
        let file = self.write("record.json", record);
        let entered = self.on(&["record", "enter"], &[text(&file)]);
        let dossier = &entered["entered"][0]["dossier"];
        dossier.as_str().expect("a dossier").to_owned()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let file = self.path(name);
        std::fs::write(&file, text).expect("written");
        file
    }

    /// Asks for the erasure of a dossier and answers with the request.
    pub(crate) fn ask_erasure(&self, dossier: &str) -> String {
        let asked = self.on(
            &["erase"],
            &[
                "--dossier",
                dossier,
                "--ground",
                "consent-withdrawn",
                "--reason",
                "she asked for it",
                "--actor",
                &self.caseworker,
            ],
        );
        asked["erasure"].as_str().expect("a request").to_owned()
    }

    pub(crate) fn find(&self, name: &str) -> usize {
        self.find_in(&self.node(), name)
    }

    pub(crate) fn find_in(&self, node: &Path, name: &str) -> usize {
        let command = ["record", "find", text(node), "--name", name];
        let options = ["--reason", "she called", "--actor", &self.caseworker];
        let found = self.json(&[&command[..], &options].concat());
        found["found"].as_array().expect("a list").len()
    }

    pub(crate) fn read(&self, dossier: &str) -> Value {
        self.read_in(&self.node(), dossier)
    }

    pub(crate) fn read_in(&self, node: &Path, dossier: &str) -> Value {
        let command = ["record", "read", text(node), dossier];
        let options = ["--reason", "appointment", "--actor", &self.caseworker];
        self.json(&[&command[..], &options].concat())
    }
}

/// Whether any file under a folder holds these bytes.
pub(crate) fn holds(folder: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).expect("a folder").any(|entry| {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            return holds(&path, bytes);
        }
        let content = std::fs::read(&path).expect("a file");
        content.windows(bytes.len()).any(|window| window == bytes)
    })
}
