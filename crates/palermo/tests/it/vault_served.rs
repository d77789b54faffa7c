//! A node that is served: locked, taking what is handed in, unlocked from another terminal, by one
//! process or by several.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::run::{palermo, palermo_in, text};
use crate::serve::Server;
use crate::shelter::{RECORD, Shelter};

/// The body of an answer, as JSON.
fn body(answer: &str) -> Value {
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    serde_json::from_str(body).expect("a body of JSON")
}

/// The files by which processes that serve a node are found.
fn control_files(node: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(node.join("run")).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let name = |path: &PathBuf| path.file_name().expect("a name").to_owned();
    paths
        .filter(|path| name(path).to_string_lossy().starts_with("control"))
        .collect()
}

/// Kills a process outright, which can then say nothing any more.
fn cut_off(mut server: Server) {
    server.child.kill().expect("killed");
    server.child.wait().expect("ended");
}

/// Sends a signal by its name.
#[cfg(unix)]
fn signal(server: &Server, name: &str) {
    let pid = server.child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args([&format!("-{name}"), &pid])
        .status();
    assert!(sent.expect("kill is there").success());
}

#[test]
fn a_power_cut_leaves_a_node_that_takes_what_is_handed_in() {
    let shelter = Shelter::new();
    let node = shelter.node();
    let server = Server::start(&["serve", text(&node)]);
    assert_eq!(server.said["vault"], "locked");
    let unlocked = shelter.on(&["unlock"], &[]);
    assert_eq!(
        (&unlocked["served"], &unlocked["unlocked"]),
        (&json!(true), &json!(true))
    );
    // What it has said of itself stays behind, until somebody looks for it.
    cut_off(server);
    assert_eq!(control_files(&node).len(), 1);
    let nobody = shelter.on(&["unlock"], &[]);
    assert_eq!(
        (&nobody["served"], &nobody["opens"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(control_files(&node), Vec::<PathBuf>::new());

    let server = Server::start(&["serve", text(&node)]);
    assert_eq!(
        server.said["vault"], "locked",
        "a node that starts again is locked"
    );
    assert!(
        server.page("/en/").starts_with("HTTP/1.1 200"),
        "its pages are there"
    );

    // By the command line, without a passphrase.
    let file = shelter.write("handed.json", RECORD);
    let handed = palermo(&[
        "record",
        "enter",
        text(&node),
        text(&file),
        "--deposit",
        "--json",
    ]);
    assert_eq!(handed.code, 0, "{}", handed.err);

    // Wrong words first, then the right ones.
    let wrong = [("PALERMO_PASSPHRASE", "four wrong words here")];
    let wrong = palermo_in(&wrong, &["unlock", text(&node)], b"");
    assert!(wrong.err.contains("[keyring_unopened]"), "{}", wrong.all());
    let unlocked = shelter.on(&["unlock"], &[]);
    assert_eq!(unlocked["deposits_waiting"], 1);
    let seen = palermo(&["doctor", text(&node)]);
    assert!(
        seen.out.contains("unlocked, and being served"),
        "{}",
        seen.out
    );
    let taken = shelter.on(&["record", "take"], &[]);
    assert_eq!((&taken["taken"], &taken["unread"]), (&json!(1), &json!(0)));
    assert_eq!(shelter.find("zofia"), 1);

    let locked = palermo(&["lock", text(&node), "--json"]);
    assert_eq!(locked.json_lines()[0]["served"], true);
    let seen = palermo(&["doctor", text(&node)]);
    assert!(
        seen.out.contains("locked, and being served"),
        "{}",
        seen.out
    );
}

/// Seals as somebody's own program would: only what the API says is used.
fn sealed(key: &Value) -> Vec<u8> {
    let hex = |text: &str| -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("a digit"))
            .collect()
    };
    let public = hex(key["public"].as_str().expect("a key"));
    let node: terms::id::NodeId = key["node"]
        .as_str()
        .expect("a node")
        .parse()
        .expect("a number");
    let key = office::DepositKey {
        node,
        public: protect::vault::DepositPublic::from_bytes(&public).expect("a key"),
    };
    let record = evidence::record::Record {
        form: "intake".to_owned(),
        form_version: "1".to_owned(),
        source: None,
        answers: vec![evidence::record::Answer {
            question: "q1".to_owned(),
            concept: Some("name".to_owned()),
            class: evidence::record::Class::Nominal,
            value: evidence::record::Value::Text("Person By Wire".to_owned()),
        }],
        findings: Vec::new(),
    };
    let deposited = keep::act::Deposited::Record {
        at_ms: 0,
        role: evidence::record::PersonRole::Victim,
        record,
    };
    key.seal(&deposited, &mut rand_core::UnwrapErr(getrandom::SysRng))
}

#[test]
fn a_deposit_comes_by_the_wire_while_the_node_is_locked() {
    const KIND: &str = "application/octet-stream";
    let shelter = Shelter::new();
    let server = Server::start(&["serve", text(&shelter.node())]);
    let key = body(&server.page("/api/v1/deposit-key"));
    let deposit = sealed(&key);
    let taken = server.ask("POST", "/api/v1/deposits", KIND, &deposit);
    assert!(taken.starts_with("HTTP/1.1 201"), "{taken}");

    let mut other = deposit.clone();
    other[0] ^= 1;
    for (kind, bytes, status, code) in [
        (KIND, &other, "409", "deposit_key_changed"),
        (KIND, &vec![7; 50], "422", "deposit_unfit"),
        (KIND, &vec![7; (16 << 20) + 1], "413", "deposit_too_long"),
        ("application/json", &deposit, "415", "media_type"),
    ] {
        let refused = server.ask("POST", "/api/v1/deposits", kind, bytes);
        assert!(
            refused.starts_with(&format!("HTTP/1.1 {status}")),
            "{refused}"
        );
        assert_eq!(body(&refused)["error"]["code"], code);
    }
    let read = server.page("/api/v1/deposits");
    assert!(read.starts_with("HTTP/1.1 405"), "{read}");
    assert!(read.contains("POST"), "{read}");

    let taken = shelter.on(&["record", "take"], &[]);
    assert_eq!(taken["taken"], 1);
    assert_eq!(shelter.find("by wire"), 1);
    let public = palermo(&[
        "init",
        text(&shelter.path("p")),
        "--as",
        "public",
        "--name",
        "P",
    ]);
    assert_eq!(public.code, 0);
    let server = Server::start(&["serve", text(&shelter.path("p"))]);
    assert_eq!(server.said["vault"], Value::Null);
    assert!(server.page("/api/v1/deposit-key").contains("vault_missing"));
}

#[cfg(unix)]
#[test]
fn a_server_that_is_stopped_closes_well() {
    use std::os::unix::fs::PermissionsExt;
    let shelter = Shelter::new();
    let node = shelter.node();
    let mut server = Server::start(&["serve", text(&node)]);
    shelter.on(&["unlock"], &[]);
    let controls = control_files(&node);
    let [control] = &controls[..] else {
        panic!("one file for one process: {controls:?}");
    };
    let mode = std::fs::metadata(control)
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600, "its owner alone reads the token");
    signal(&server, "TERM");
    assert!(server.child.wait().expect("it ends").success());
    assert!(!control.exists());
    assert_eq!(shelter.on(&["verify"], &[])["chain"], "ok");
}

/// Whether the memory of a running process holds one of these texts; none if this system does not
/// let a parent look into its child.
#[cfg(target_os = "linux")]
fn memory_holds<'a>(pid: u32, texts: &[&'a str]) -> Option<Vec<&'a str>> {
    use std::io::{Read, Seek, SeekFrom};
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).ok()?;
    let mut memory = std::fs::File::open(format!("/proc/{pid}/mem")).ok()?;
    let mut found = Vec::new();
    let mut looked_at = 0;
    for line in maps.lines() {
        let mut parts = line.split_whitespace();
        let (range, rights) = (parts.next()?, parts.next()?);
        let (from, to) = range.split_once('-')?;
        let from = u64::from_str_radix(from, 16).ok()?;
        let to = u64::from_str_radix(to, 16).ok()?;
        let mut bytes = vec![0; usize::try_from(to - from).ok()?];
        let readable = rights.starts_with("rw")
            && memory.seek(SeekFrom::Start(from)).is_ok()
            && memory.read_exact(&mut bytes).is_ok();
        if readable {
            looked_at += bytes.len();
            let holds = |text: &&&str| {
                let text = text.as_bytes();
                bytes.windows(text.len()).any(|window| window == text)
            };
            found.extend(texts.iter().filter(holds).copied());
        }
    }
    (looked_at > 0).then_some(found)
}

#[cfg(target_os = "linux")]
#[test]
fn the_memory_of_locked_servers_holds_no_remains() {
    let shelter = Shelter::new();
    let node = shelter.node();
    // Long texts: an allocator writes over the beginning of what it takes back, and no more.
    let record = RECORD.replace(
        "the mill",
        "the mill behind the river where nobody ever came by",
    );
    let record = record.replace(
        "Zofia",
        "Zofia Of Many Names And Of More Than Anybody Bears",
    );
    shelter.enter(&record);
    // The second has its views in memory.
    let servers = [(); 2].map(|()| Server::start(&["serve", text(&node)]));
    shelter.on(&["unlock"], &[]);
    let lines: Vec<String> = (0..200)
        .map(|n| record.replace("17", &format!("1-{n}")).replace('\n', " "))
        .collect();
    let file = shelter.write("caseload.jsonl", &lines.join("\n"));
    shelter.on(&["record", "import"], &[text(&file)]);
    // The servers come to the head and open all that was brought in.
    shelter.on(&["unlock"], &[]);
    palermo(&["lock", text(&node)]);
    let texts = [
        "Shelter of XA",
        "More Than Anybody",
        "where nobody ever came by",
        "plain words here",
    ];
    for server in &servers {
        let Some(found) = memory_holds(server.child.id(), &texts) else {
            println!("skipped: this system lets nobody look into another process");
            return;
        };
        assert!(
            found.contains(&"Shelter of XA"),
            "the search finds what is there"
        );
        let remains: Vec<_> = found
            .into_iter()
            .filter(|text| *text != "Shelter of XA")
            .collect();
        assert_eq!(remains, Vec::<&str>::new());
    }
}

#[test]
fn two_processes_serve_one_node() {
    const KIND: &str = "application/octet-stream";
    let shelter = Shelter::new();
    let node = shelter.node();
    let serve = ["serve", text(&node)];
    let (first, second) = (Server::start(&serve), Server::start(&serve));
    assert_eq!(
        (&first.said["vault"], &second.said["vault"]),
        (&json!("locked"), &json!("locked"))
    );
    let unlocked = shelter.on(&["unlock"], &[]);
    assert_eq!(
        (&unlocked["processes"], &unlocked["unlocked"]),
        (&json!(2), &json!(true))
    );
    assert_eq!(unlocked["refused"], json!([]));
    let doctor = || palermo(&["doctor", text(&node)]).out;
    let seen = doctor();
    assert!(seen.contains("unlocked, and served by 2"), "{seen}");

    // Handed in at the one; the other alone is left to be asked, and has counted it.
    let deposit = sealed(&body(&first.page("/api/v1/deposit-key")));
    let taken = first.ask("POST", "/api/v1/deposits", KIND, &deposit);
    assert!(taken.starts_with("HTTP/1.1 201"), "{taken}");
    cut_off(first);
    let seen = doctor();
    assert!(seen.contains("unlocked, and being served"), "{seen}");
    let line = seen.lines().find(|line| line.contains("deposits waiting"));
    assert!(line.is_some_and(|line| line.ends_with(" 1")), "{seen}");
    assert_eq!(control_files(&node).len(), 1);

    // The other works on, and a third can begin, locked until somebody unlocks it.
    assert!(second.page("/en/").starts_with("HTTP/1.1 200"));
    let third = Server::start(&serve);
    assert_eq!(third.said["vault"], "locked");
    let seen = doctor();
    assert!(seen.contains("unlocked in 1 of 2 processes"), "{seen}");
    let deposit = sealed(&body(&third.page("/api/v1/deposit-key")));
    let taken = third.ask("POST", "/api/v1/deposits", KIND, &deposit);
    assert!(taken.starts_with("HTTP/1.1 201"), "{taken}");
    let unlocked = shelter.on(&["unlock"], &[]);
    assert_eq!(
        (&unlocked["processes"], &unlocked["deposits_waiting"]),
        (&json!(2), &json!(2))
    );
    let taken = shelter.on(&["record", "take"], &[]);
    assert_eq!(taken["taken"], 2);
    let seen = doctor();
    let line = seen.lines().find(|line| line.contains("deposits waiting"));
    assert!(line.is_some_and(|line| line.ends_with(" 0")), "{seen}");

    let locked = palermo(&["lock", text(&node)]);
    let words = "is locked in all 2 processes that serve it";
    assert!(locked.out.contains(words), "{}", locked.all());
    let seen = doctor();
    assert!(seen.contains("locked, and served by 2"), "{seen}");
    assert_eq!(shelter.on(&["verify"], &[])["chain"], "ok");
}

#[test]
fn an_erasure_reaches_every_process() {
    const KIND: &str = "application/octet-stream";
    let shelter = Shelter::new();
    let node = shelter.node();
    let servers = [(); 2].map(|()| Server::start(&["serve", text(&node)]));
    shelter.on(&["unlock"], &[]);
    let before = servers[0].page("/api/v1/deposit-key");
    let erasure = shelter.ask_erasure(&shelter.enter(RECORD));
    let confirm = ["--confirm", &erasure, "--actor", &shelter.coordinator];
    shelter.on(&["erase"], &confirm);
    // The epoch has turned: what was sealed to the key before it is refused by both.
    let deposit = sealed(&body(&before));
    for server in &servers {
        let refused = server.ask("POST", "/api/v1/deposits", KIND, &deposit);
        assert_eq!(body(&refused)["error"]["code"], "deposit_key_changed");
        let deposit = sealed(&body(&server.page("/api/v1/deposit-key")));
        let taken = server.ask("POST", "/api/v1/deposits", KIND, &deposit);
        assert!(taken.starts_with("HTTP/1.1 201"), "{taken}");
    }
    let again = shelter.on(&["unlock"], &[]);
    assert_eq!(
        (&again["processes"], &again["deposits_waiting"]),
        (&json!(2), &json!(2))
    );
}

#[cfg(unix)]
#[test]
fn a_process_that_hangs_does_not_keep_the_other_from_being_locked() {
    let shelter = Shelter::new();
    let node = shelter.node();
    let [hung, _well] = [(); 2].map(|()| Server::start(&["serve", text(&node)]));
    shelter.on(&["unlock"], &[]);
    signal(&hung, "STOP");
    let partly = palermo(&["lock", text(&node), "--json"]);
    assert_eq!(partly.code, 1);
    assert!(
        partly.err.contains("[control_unanswered]"),
        "{}",
        partly.err
    );
    let answer = &partly.json_lines()[0];
    assert_eq!(
        (&answer["processes"], &answer["unlocked"]),
        (&json!(1), &Value::Null),
        "nobody can tell of the one that hangs"
    );
    let refused = &answer["refused"][0];
    assert_eq!(refused["code"], "control_unanswered");
    let named = format!("process {}", hung.child.id());
    let message = refused["message"].as_str().expect("a message");
    assert!(message.starts_with(&named), "{message}");

    signal(&hung, "CONT");
    let locked = palermo(&["lock", text(&node), "--json"]);
    assert_eq!(locked.json_lines()[0]["processes"], 2, "{}", locked.all());
}

#[test]
fn a_spoilt_file_does_not_hide_the_process_beside_it() {
    let shelter = Shelter::new();
    let node = shelter.node();
    let _servers = [(); 2].map(|()| Server::start(&["serve", text(&node)]));
    std::fs::write(&control_files(&node)[0], "{").expect("written");
    let partly = shelter.run(&["unlock", text(&node)]);
    assert_eq!(partly.code, 1);
    assert!(
        partly.out.contains("is unlocked in 1 of 2 processes"),
        "{}",
        partly.all()
    );
    assert!(
        partly.err.contains("[control_unreadable]"),
        "{}",
        partly.err
    );
    let seen = palermo(&["doctor", text(&node)]);
    assert!(seen.out.contains("[control_unreadable]"), "{}", seen.out);
    assert!(
        seen.out.contains("unlocked, and being served"),
        "{}",
        seen.out
    );
}

#[test]
fn a_lost_passphrase_is_replaced_once_for_all_processes() {
    let shelter = Shelter::new();
    let node = shelter.node();
    let _servers = [(); 2].map(|()| Server::start(&["serve", text(&node)]));
    let new = [("PALERMO_NEW_PASSPHRASE", "quite another set of words")];
    let shares = format!("{}\n{}\n", shelter.shares[0], shelter.shares[2]);
    let unlock = ["unlock", text(&node), "--share", "-", "--json"];
    let recovered = palermo_in(&new, &unlock, shares.as_bytes());
    assert_eq!(recovered.code, 0, "{}", recovered.err);
    let answer = &recovered.json_lines()[0];
    assert_eq!(
        (&answer["processes"], &answer["unlocked"]),
        (&json!(2), &json!(true))
    );

    // Both say that the old one does not open it, and nothing is printed as done.
    palermo(&["lock", text(&node)]);
    let old = shelter.refused(&["unlock"], &[], "keyring_unopened");
    assert_eq!(old.out, "");
    assert_eq!(old.err.matches("process ").count(), 2, "{}", old.err);
    let right = [("PALERMO_PASSPHRASE", "quite another set of words")];
    let right = palermo_in(&right, &["unlock", text(&node), "--json"], b"");
    assert_eq!(right.json_lines()[0]["processes"], 2, "{}", right.all());
}
