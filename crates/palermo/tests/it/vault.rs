//! The vault of a node, from the first day to a restore, as people type it.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::run::{Ran, palermo, palermo_in, text};
use crate::shelter::{PASSPHRASE, RECORD, Shelter, holds};

#[test]
fn a_record_is_entered_found_read_and_corrected() {
    let shelter = Shelter::new();
    let dossier = shelter.enter(RECORD);
    assert_eq!(shelter.find("zofia"), 1);
    assert_eq!(shelter.find("PERSON Zofía"), 1);
    assert_eq!(shelter.find("nobody"), 0);
    let node = shelter.node();
    let find = [
        "record",
        "find",
        text(&node),
        "--name",
        "-",
        "--reason",
        "she called",
    ];
    let find = [&find[..], &["--actor", &shelter.caseworker, "--json"]].concat();
    let found = shelter.reading(&find, b"Zofia\n");
    assert_eq!(
        found.json_lines()[0]["found"].as_array().map(Vec::len),
        Some(1)
    );
    let read = shelter.read(&dossier);
    assert_eq!(read["records"][0]["answers"][0]["text"], "Zofia Person");
    assert_eq!(
        (&read["role"], &read["purpose"]),
        (&json!("caseworker"), &json!("assistance"))
    );

    let first = read["records"][0]["record"].as_str().expect("a record");
    let corrected = shelter.write("other.json", &RECORD.replace("Zofia", "Sofia"));
    let options = [text(&corrected), "--dossier", &dossier, "--replaces", first];
    shelter.on(&["record", "enter"], &options);
    let read = shelter.read(&dossier);
    assert_eq!(read["records"][0]["replaced"], true);
    assert_eq!(read["records"][1]["answers"][0]["text"], "Sofia Person");

    let again = shelter.write("again.json", RECORD);
    shelter.refused(&["record", "enter"], &[text(&again)], "record_known");
    assert!(!holds(&shelter.node(), b"Sofia"), "nothing lies in clear");
    assert!(!holds(&shelter.node(), b"Casey"), "nor who works here");
}

#[test]
fn what_is_typed_wrongly_is_kept_and_said() {
    let shelter = Shelter::new();
    let file = shelter.write(
        "typos.json",
        r#"[{"form":"intake","version":"1","answers":[
             {"question":"q1","concept":"name","text":"Person Two"},
             {"question":"q2","date":"31.2.2020"}, {"question":"q3","absent":"dunno"}]},
            {"form":"intake"}]"#,
    );
    let ran = shelter.run(&["record", "enter", text(&shelter.node()), text(&file)]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let folder = text(shelter.folder.path()).to_owned();
    insta::with_settings!({filters => vec![
        (folder.as_str(), "FOLDER"),
        ("(record|dossier|staff)-[0-9a-f]{32}", "$1-ID"),
    ]}, { insta::assert_snapshot!(ran.all()) });
    let broken = shelter.write("broken.json", "[{\"form\": ");
    shelter.refused(&["record", "enter"], &[text(&broken)], "records_no_json");
    let handed = shelter.on(&["record", "enter"], &[text(&broken), "--deposit"]);
    assert_eq!(
        handed["deposited"], 1,
        "what cannot be read is handed in as it is"
    );
}

#[test]
fn a_hold_stops_an_erasure_and_one_person_makes_none() {
    let shelter = Shelter::new();
    let dossier = shelter.enter(RECORD);
    let place = ["--dossier", &dossier, "--reason", "court order"];
    let hold = shelter.on(&["hold", "place"], &place);
    let hold = hold["hold"].as_str().expect("a hold");
    let erasure = shelter.ask_erasure(&dossier);
    let confirm = ["--confirm", &erasure, "--actor", &shelter.overseer];
    shelter.refused(&["erase"], &confirm, "legal_hold");
    let lift = ["--hold", hold, "--reason", "case over"];
    shelter.on(&["hold", "lift"], &lift);
    shelter.refused(&["hold", "lift"], &lift, "hold_missing");
    let own = ["--confirm", &erasure, "--actor", &shelter.caseworker];
    shelter.refused(&["erase"], &own, "not_allowed");
    let other = shelter.enter(&RECORD.replace("17", "18"));
    let asked = [
        "--dossier",
        &other,
        "--ground",
        "objection",
        "--reason",
        "x",
        "--actor",
    ];
    let asked = shelter.on(&["erase"], &[&asked[..], &[&shelter.coordinator]].concat());
    let asked = asked["erasure"].as_str().expect("a request");
    let alone = ["--confirm", asked, "--actor", &shelter.coordinator];
    shelter.refused(&["erase"], &alone, "second_person");
    let waiting = shelter.on(&["erase"], &["--list"]);
    assert_eq!(waiting["waiting"][0]["ground"], "consent-withdrawn");
    assert_eq!(waiting["waiting"][1]["ground"], "objection");
    shelter.on(&["erase"], &confirm);
    shelter.refused(&["erase"], &confirm, "erasure_missing");
}

#[test]
fn what_is_erased_is_gone_here_and_in_the_backup_from_before() {
    let shelter = Shelter::new();
    let dossier = shelter.enter(RECORD);
    let kept = shelter.enter(&RECORD.replace("17", "18").replace("Zofia", "Kontrol"));
    let by = ["--by", "sex,place", "--actor", &shelter.caseworker];
    let counted = shelter.on(&["count"], &by);
    let figure = counted["figure"].as_str().expect("a figure");
    assert!(figure.starts_with("figure-"), "{counted}");
    let (backup, far) = (shelter.path("before"), shelter.path("far"));
    shelter.on(&["backup"], &["-o", text(&backup)]);
    shelter.on(&["backup"], &["-o", text(&far)]);
    let far_keys = shelter.path("far.keyring");
    fs::rename(&far_keys, shelter.path("elsewhere")).expect("taken away");

    let erasure = shelter.ask_erasure(&dossier);
    let confirm = ["--confirm", &erasure, "--actor", &shelter.overseer];
    let done = shelter.on(&["erase"], &confirm);
    assert_eq!(done["state"], "erased");
    assert_eq!(done["renewed"], 1);
    let out_of_reach = &done["out_of_reach"];
    assert_eq!(out_of_reach.as_array().map(Vec::len), Some(1));
    assert_eq!(out_of_reach[0]["place"], text(&far_keys));
    let seen = shelter.run(&["doctor", text(&shelter.node())]);
    assert!(seen.out.contains("far.keyring"), "{}", seen.out);

    let gone = [
        &dossier[..],
        "--reason",
        "x",
        "--actor",
        &shelter.caseworker,
    ];
    shelter.refused(&["record", "read"], &gone, "dossier_erased");
    assert_eq!(shelter.find("zofia"), 0);
    let again = shelter.write("again.json", RECORD);
    shelter.refused(&["record", "enter"], &[text(&again)], "source_erased");
    let figures = &shelter.on(&["verify"], &[])["figures"];
    let expected = json!({"recomputed":0,"up_to_erasures":1,"failed":0});
    assert_eq!(*figures, expected);
    let node = shelter.node();
    let lines = shelter.run(&["log", text(&node), "--subject", &dossier, "--json"]);
    let lines = lines.json_lines();
    assert!(lines.iter().any(|line| line["kind"] == "erasure_done"));

    // The backup from before, with the keyring that was renewed: a control person, and no other.
    let restored = shelter.path("restored");
    shelter.json(&["restore", text(&backup), text(&restored)]);
    assert_eq!(shelter.find_in(&restored, "zofia"), 0);
    assert_eq!(shelter.find_in(&restored, "kontrol"), 1);
    let read = shelter.read_in(&restored, &kept);
    assert_eq!(read["records"].as_array().map(Vec::len), Some(1));
}

#[test]
fn verify_says_what_scripts_rely_on() {
    let shelter = Shelter::new();
    shelter.enter(RECORD);
    shelter.on(&["count"], &["--by", "sex", "--actor", &shelter.caseworker]);
    let verified = shelter.on(&["verify"], &[]);
    let keys: Vec<&str> = verified
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys[..5], ["acts", "batches", "chain", "views", "figures"]);
    assert_eq!(
        (&verified["chain"], &verified["views"]),
        (&json!("ok"), &json!("ok"))
    );
    assert_eq!(
        verified["figures"],
        json!({"recomputed":1,"up_to_erasures":0,"failed":0})
    );
    let outside = palermo(&["verify", text(&shelter.node()), "--json"]);
    let outside = &outside.json_lines()[0];
    assert_eq!(
        (&outside["views"], &outside["figures"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(outside["chain"], "ok");
    let rebuilt = shelter.on(&["rebuild"], &[]);
    assert_eq!(rebuilt["acts"], verified["acts"]);

    // One byte of one act.
    let journal = shelter.node().join("journal").join("journal.sqlite");
    let connection = fs::read(&journal).expect("a journal");
    let mut changed = connection.clone();
    let last = changed.len() - 100;
    changed[last] ^= 1;
    fs::write(&journal, &changed).expect("written");
    let broken = shelter.run(&["verify", text(&shelter.node()), "--json"]);
    assert_eq!(broken.code, 1, "{}", broken.all());
}

/// Backs the node up without a passphrase.
fn back_up_locked(shelter: &Shelter, backup: &Path, keys: &Path) -> Ran {
    let node = shelter.node();
    let command = ["backup", text(&node), "-o", text(backup)];
    palermo(&[&command[..], &["--keyring", text(keys), "--json"]].concat())
}

#[test]
fn a_backup_becomes_a_node_and_the_drill_says_so_beforehand() {
    let shelter = Shelter::new();
    let dossier = shelter.enter(RECORD);
    let (backup, keys) = (shelter.path("stick"), shelter.path("other-stick"));
    let made = back_up_locked(&shelter, &backup, &keys);
    assert_eq!(made.code, 0, "{}", made.err);
    assert_eq!(made.json_lines()[0]["locked"], true);
    let again = back_up_locked(&shelter, &backup, &keys);
    assert!(again.err.contains("backup_unfit"), "{}", again.err);
    assert!(!holds(&backup, b"Zofia") && !holds(&keys, b"Zofia"));

    let there = || fs::read_dir(shelter.folder.path()).expect("a list").count();
    let before = there();
    let from = ["restore", text(&backup), "--keyring", text(&keys)];
    let drilled = shelter.json(&[&from[..], &["--drill"]].concat());
    assert_eq!(drilled["chain"], "ok");
    assert_eq!(drilled["drill"], true);
    let shares = [
        "--drill",
        "--share",
        &shelter.shares[0],
        "--share",
        &shelter.shares[2],
    ];
    assert_eq!(shelter.json(&[&from[..], &shares].concat())["views"], "ok");
    let restored = shelter.path("restored");
    let restore = [&from[..], &[text(&restored)]].concat();
    let wrong = palermo_in(
        &[("PALERMO_PASSPHRASE", "four other words here")],
        &restore,
        b"",
    );
    assert!(wrong.err.contains("keyring_unopened"), "{}", wrong.err);
    assert_eq!(
        before,
        there(),
        "neither a drill nor a failed restore leaves anything"
    );

    assert_eq!(shelter.json(&restore)["incarnation"], 2);
    let read = shelter.read_in(&restored, &dossier);
    assert_eq!(read["records"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_backup_of_a_locked_node_is_reached_by_later_erasures() {
    let shelter = Shelter::new();
    let dossier = shelter.enter(RECORD);
    let (backup, keys) = (shelter.path("stick"), shelter.path("other-stick"));
    let made = back_up_locked(&shelter, &backup, &keys);
    assert_eq!(made.code, 0, "{}", made.err);
    let unseen = palermo(&["doctor", text(&shelter.node())]);
    assert!(unseen.out.contains("last backup"), "{}", unseen.out);
    let erasure = shelter.ask_erasure(&dossier);
    let confirm = ["--confirm", &erasure, "--actor", &shelter.overseer];
    let done = shelter.on(&["erase"], &confirm);
    assert_eq!(
        (&done["renewed"], &done["out_of_reach"]),
        (&json!(1), &json!([]))
    );
}

#[test]
fn two_of_three_shares_replace_a_lost_passphrase() {
    let shelter = Shelter::new();
    let dossier = shelter.enter(RECORD);
    let node = shelter.node();
    let new = [("PALERMO_NEW_PASSPHRASE", "quite another set of words")];
    let shares = format!("{}\n\n{}\n", shelter.shares[1], shelter.shares[2]);
    let unlock = ["unlock", text(&node), "--share", "-", "--json"];
    let one = palermo_in(&new, &unlock, shelter.shares[0].as_bytes());
    assert!(one.err.contains("share_few"), "{}", one.err);
    let mut typo = shares.clone().into_bytes();
    typo[3] = if typo[3] == b'7' { b'8' } else { b'7' };
    let mistyped = palermo_in(&new, &unlock, &typo);
    assert_eq!(mistyped.code, 1);
    assert!(mistyped.err.contains("share 1: "), "{}", mistyped.err);
    let nothing = palermo_in(&[], &unlock, shares.as_bytes());
    assert!(
        nothing.err.contains("passphrase_missing"),
        "{}",
        nothing.err
    );
    let opened = palermo_in(&new, &unlock, shares.as_bytes());
    assert_eq!(opened.code, 0, "{}", opened.err);
    assert_eq!(opened.json_lines()[0]["passphrase_replaced"], true);

    let options = [
        &dossier[..],
        "--reason",
        "x",
        "--actor",
        &shelter.caseworker,
    ];
    shelter.refused(&["record", "read"], &options, "keyring_unopened");
    let read = [
        "record",
        "read",
        text(&node),
        &dossier,
        "--reason",
        "x",
        "--actor",
    ];
    let read = [&read[..], &[&shelter.caseworker]].concat();
    let opened = palermo_in(&[("PALERMO_PASSPHRASE", new[0].1)], &read, b"");
    assert_eq!(opened.code, 0, "{}", opened.err);
}

#[test]
fn who_may_not_is_refused_and_told_who_may() {
    let shelter = Shelter::new();
    let file = shelter.write("record.json", RECORD);
    let node = shelter.node();
    let as_overseer = [
        "record",
        "enter",
        text(&node),
        text(&file),
        "--actor",
        &shelter.overseer,
    ];
    let refused = shelter.run(&as_overseer);
    insta::with_settings!({filters => vec![("staff-[0-9a-f]{32}", "staff-ID")]}, {
        insta::assert_snapshot!(refused.all());
    });
    let unknown = [
        "--name",
        "x",
        "--reason",
        "y",
        "--actor",
        "staff-00000000000000000000000000000000",
    ];
    shelter.refused(&["record", "find"], &unknown, "actor_unknown");
    let forced = [
        text(&file),
        "--actor",
        &shelter.caseworker,
        "--as",
        "coordinator",
        "--purpose",
        "justice",
    ];
    shelter.refused(&["record", "enter"], &forced, "role_missing");
    let nobody = [
        "erase",
        text(&node),
        "--dossier",
        "dossier-00000000000000000000000000000000",
        "--ground",
        "objection",
        "--reason",
        "x",
    ];
    let several = shelter.run(&nobody);
    assert!(several.err.contains("actor_missing"), "{}", several.err);
    assert_eq!(several.code, 2);
    shelter.on(&["user", "end"], &[&shelter.overseer]);
    shelter.refused(&["log"], &[], "not_allowed");
    let staff = shelter.on(&["user", "list"], &[]);
    let ended: Vec<_> = staff["staff"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|person| person["active"] == false)
        .collect();
    assert_eq!(ended.len(), 1);
}

#[test]
fn many_records_come_in_at_once_and_not_twice() {
    let shelter = Shelter::new();
    let lines: Vec<String> = (0..40)
        .map(|n| RECORD.replace("17", &format!("1-{n}")).replace('\n', " "))
        .collect();
    let file = shelter.write("caseload.jsonl", &lines.join("\n"));
    let taken = shelter.on(&["record", "import"], &[text(&file)]);
    assert_eq!((&taken["taken"], &taken["known"]), (&json!(40), &json!(0)));
    let again = shelter.on(&["record", "import"], &[text(&file)]);
    assert_eq!((&again["taken"], &again["known"]), (&json!(0), &json!(40)));
    assert_eq!(shelter.find("zofia person"), 40);
    shelter.on(&["retention"], &["--about", "victim", "--days", "0"]);
    let kept = shelter.on(&["retention"], &[]);
    assert_eq!(kept["retention"][0]["due"], 40);
}

#[test]
fn a_passphrase_comes_from_a_file_or_the_environment_and_is_never_guessed() {
    let shelter = Shelter::new();
    let node = shelter.node();
    let file = shelter.write("passphrase", &format!("{PASSPHRASE}\nanother line\n"));
    let by_file = palermo(&[
        "user",
        "list",
        text(&node),
        "--passphrase-file",
        text(&file),
    ]);
    assert_eq!(by_file.code, 0, "{}", by_file.err);
    assert!(
        palermo(&["user", "list", text(&node)])
            .err
            .contains("[passphrase_missing]")
    );
    let wrong = [("PALERMO_PASSPHRASE", "not the right words")];
    let wrong = palermo_in(&wrong, &["user", "list", text(&node)], b"");
    assert_eq!(wrong.code, 1);
    insta::assert_snapshot!(wrong.all());
    let short = [("PALERMO_PASSPHRASE", "short")];
    let other = shelter.path("other");
    let short = palermo_in(
        &short,
        &["init", text(&other), "--as", "regional", "--name", "R"],
        b"",
    );
    assert!(short.err.contains("[passphrase_short]") && !short.err.contains("\"short\""));
    assert!(!other.exists(), "an unfit passphrase makes no node");

    let plain = palermo(&[
        "init",
        text(&other),
        "--as",
        "regional",
        "--name",
        "R",
        "--json",
    ]);
    assert_eq!(plain.json_lines()[0]["vault"], false);
    assert!(
        palermo(&["verify", text(&other)])
            .err
            .contains("[vault_missing]")
    );
    let vault = shelter.json(&["vault", text(&other), "--shares", "3/5"]);
    assert_eq!(vault["shares"].as_array().map(Vec::len), Some(5));
    let twice = shelter.run(&["vault", text(&other)]);
    assert!(twice.err.contains("[vault_exists]"), "{}", twice.err);
}

#[test]
fn the_doctor_sees_it_on_one_screen() {
    let shelter = Shelter::new();
    let dossier = shelter.enter(RECORD);
    shelter.ask_erasure(&dossier);
    let file = shelter.write("more.json", &RECORD.replace("17", "19"));
    shelter.on(&["record", "enter"], &[text(&file), "--deposit"]);
    shelter.on(&["backup"], &["-o", text(&shelter.path("stick"))]);
    let folder = text(shelter.folder.path()).to_owned();
    insta::with_settings!({filters => vec![
        (folder.as_str(), "FOLDER"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "TIME"),
        (r"\d+\.\d GiB", "N GiB"),
        (r"(?m)^(ok|warn|fail)  ( +)free disk", "STATE   ${2}free disk"),
    ]}, {
        insta::assert_snapshot!(shelter.run(&["doctor", text(&shelter.node())]).out);
        insta::assert_snapshot!(palermo(&["doctor", text(&shelter.node())]).out);
    });
    let seen = shelter.on(&["doctor"], &[]);
    assert_eq!(seen["state"], "warn");
}
