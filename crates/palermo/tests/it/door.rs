//! Who may come in and do what, and who can tell: the stories of the door, as people type them.

use std::fs;

use office::{GRANTS, Role};
use serde_json::{Value, json};

use crate::run::{palermo, palermo_in, text};
use crate::shelter::{PASSPHRASE, RECORD, Shelter};
use crate::signing::{PASSWORD, Person, enrol, shown_now};

/// Roles of a story's worker.
const CASEWORKER: [&str; 2] = ["--role", "caseworker"];

fn log(shelter: &Shelter, options: &[&str]) -> Vec<Value> {
    let node = shelter.node();
    let log = ["log", text(&node), "--json"];
    let ran = shelter.run(&[&log[..], options].concat());
    assert_eq!(ran.code, 0, "{}", ran.all());
    ran.json_lines()
}

#[test]
fn a_worker_enrols_acts_signed_in_and_is_shut_out_at_once() {
    let shelter = Shelter::new();
    let casey = Person::new(&shelter, "casey", &CASEWORKER);
    let file = shelter.write("record.json", RECORD);
    let node = shelter.node();
    let enter = ["record", "enter", text(&node), text(&file), "--json"];

    // At the console nobody acts for somebody who signs in.
    let console = [&enter[..], &["--actor", &casey.staff]].concat();
    let console = shelter.run(&console);
    assert_eq!(console.code, 1);
    assert!(
        console.err.contains("[sign_in_needed]"),
        "{}",
        console.all()
    );
    assert!(console.err.contains("--password-file"), "{}", console.all());

    let signed = [&enter[..], &["--sign-in", "casey"]].concat();
    let wrong = casey.run(&signed, "some other password");
    assert!(wrong.err.contains("[sign_in_refused]"), "{}", wrong.all());
    let unknown = [&enter[..], &["--sign-in", "nobody.here"]].concat();
    let unknown = casey.run(&unknown, PASSWORD);
    assert_eq!(unknown.err, wrong.err, "a name that nobody has looks alike");

    let session = casey.session(&shelter);
    let by_session = [&enter[..], &["--session", text(&session)]].concat();
    let entered = shelter.run(&by_session);
    assert_eq!(entered.code, 0, "{}", entered.all());
    assert_eq!(entered.json_lines()[0]["actor"], casey.staff);
    let dossier = &entered.json_lines()[0]["entered"][0]["dossier"];
    let dossier = dossier.as_str().expect("a dossier").to_owned();

    let lines = log(&shelter, &["--subject", &casey.staff]);
    let of = |kind: &str| lines.iter().find(move |line| line["kind"] == kind);
    let entered = of("record_entered").expect("the record");
    assert_eq!(entered["session"], true);
    let refused = of("sign_in_refused").expect("the wrong password");
    assert_eq!(refused["cause"], "password");
    assert_eq!(refused["subject"], casey.staff);

    // Disabled: the open session is dead, and so is the name.
    let disabled = shelter.on(&["user", "disable"], &[&casey.staff]);
    assert_eq!(disabled["state"], "disabled");
    let read = [&dossier, "--reason", "x", "--session", text(&session)];
    shelter.refused(&["record", "read"], &read, "session_ended");
    let again = casey.run(&signed, PASSWORD);
    assert!(again.err.contains("[sign_in_refused]"), "{}", again.all());
}

#[test]
fn one_command_signs_in_acts_and_signs_out() {
    let shelter = Shelter::new();
    let cora = Person::new(&shelter, "cora", &["--role", "coordinator"]);
    let node = shelter.node();
    let password = shelter.write("password", &format!("{PASSWORD}\nnothing else\n"));
    let code = cora.next_code();
    let list = ["case", "list", text(&node), "--sign-in", "cora", "--json"];
    let list = [
        &list[..],
        &["--password-file", text(&password), "--code", &code],
    ]
    .concat();
    let listed = shelter.run(&list);
    assert_eq!(listed.code, 0, "{}", listed.all());
    assert_eq!(listed.json_lines()[0]["dossiers"], json!([]));
    // The device's code was good once.
    let again = shelter.run(&list);
    assert!(again.err.contains("[sign_in_refused]"), "{}", again.all());
    let lines = log(&shelter, &["--subject", &cora.staff]);
    let opened = lines.iter().filter(|line| line["kind"] == "session_opened");
    let ended = lines.iter().filter(|line| line["kind"] == "sessions_ended");
    assert_eq!(
        (opened.count(), ended.count()),
        (2, 2),
        "one of them enrolled"
    );

    let nothing = palermo_in(
        &[("PALERMO_PASSPHRASE", PASSPHRASE)],
        &["case", "list", text(&node), "--sign-in", "cora"],
        b"",
    );
    assert!(
        nothing.err.contains("[password_missing]"),
        "{}",
        nothing.all()
    );
    let both = ["case", "list", text(&node), "--sign-in", "cora", "--actor"];
    let both = shelter.run(&[&both[..], &[&cora.staff]].concat());
    assert_eq!(both.code, 2, "{}", both.all());
}

#[test]
fn a_session_serves_many_commands_until_it_is_ended() {
    let shelter = Shelter::new();
    let cora = Person::new(&shelter, "cora", &["--role", "coordinator"]);
    let session = cora.session(&shelter);
    let token = fs::read_to_string(&session).expect("a token");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&session).expect("a file").permissions().mode();
        assert_eq!(mode & 0o077, 0, "for its owner's eyes alone");
    }
    let by = ["--session", text(&session)];
    shelter.on(&["case", "list"], &by);
    shelter.on(&["notices"], &by);
    let own = log(&shelter, &[&by[..], &["--own"]].concat());
    let kinds: Vec<&str> = own
        .iter()
        .filter_map(|line| line["kind"].as_str())
        .collect();
    assert!(kinds.contains(&"session_opened"), "{kinds:?}");
    let mut acts: Vec<u64> = own.iter().filter_map(|line| line["act"].as_u64()).collect();
    assert_eq!(acts.len(), own.len());
    acts.dedup();
    assert!(acts.is_sorted(), "{acts:?}");
    let ended = shelter.on(&["session", "end"], &by);
    assert_eq!(ended["state"], "ended");
    assert!(!session.exists());
    let kept = shelter.write("kept", &token);
    shelter.refused(
        &["case", "list"],
        &["--session", text(&kept)],
        "session_ended",
    );
    let other = shelter.write("other", "no token");
    shelter.refused(
        &["case", "list"],
        &["--session", text(&other)],
        "session_file",
    );
}

#[test]
fn enrolling_says_what_is_wrong_and_spoils_nothing() {
    let shelter = Shelter::new();
    let add = [
        "--name",
        "Casey",
        "--sign-in",
        "casey",
        "--role",
        "caseworker",
    ];
    let added = shelter.on(&["user", "add"], &add);
    let code = added["code"].as_str().expect("a code");
    let node = shelter.node();
    let enrol_with = |code: &str, password: &str| {
        let variables = [
            ("PALERMO_PASSPHRASE", PASSPHRASE),
            ("PALERMO_PASSWORD", password),
            ("PALERMO_ONE_TIME_CODE", code),
        ];
        palermo_in(
            &variables,
            &["user", "enrol", text(&node), "--sign-in", "casey"],
            b"000\n",
        )
    };
    let wrong = enrol_with("ABCDE-FGHJK-MNPQR-STVWX", PASSWORD);
    assert!(wrong.err.contains("[sign_in_refused]"), "{}", wrong.all());
    let common = enrol_with(code, "Shelter of XA 1");
    assert!(common.err.contains("[password_about]"), "{}", common.all());
    let short = enrol_with(code, "short");
    assert!(short.err.contains("[password_short]"), "{}", short.all());
    let (_, unfit) = enrol(&shelter, ("casey", code), |device| {
        let shown = shown_now(device);
        shown
            .chars()
            .map(|digit| if digit == '0' { '1' } else { '0' })
            .collect()
    });
    assert!(unfit.err.contains("[device_code_unfit]"), "{}", unfit.all());
    let staff = added["staff"].as_str().expect("a number").to_owned();
    Person::enrolled(&shelter, staff, ("casey", code));
    let used = enrol_with(code, PASSWORD);
    assert!(used.err.contains("[sign_in_refused]"), "{}", used.all());

    let taken = ["--name", "X", "--sign-in", "Casey", "--role", "overseer"];
    shelter.refused(&["user", "add"], &taken, "sign_in_name_unfit");
}

#[test]
fn a_reset_takes_two_persons_who_each_know_half() {
    let shelter = Shelter::new();
    let casey = Person::new(&shelter, "casey", &CASEWORKER);
    let asked = [&casey.staff[..], "--reason", "lost the telephone"];
    let asked = shelter.on(&["user", "reset"], &asked);
    let reset = asked["reset"].as_str().expect("a request");
    let first = asked["first_half"].as_str().expect("half of a code");
    // Whoever asked does not confirm.
    let alone = [
        "--confirm",
        reset,
        "--as",
        "administrator",
        "--purpose",
        "administration",
    ];
    shelter.refused(&["user", "reset"], &alone, "second_person");
    let by = ["--actor", &shelter.coordinator];
    let waiting = shelter.on(&["user", "reset"], &[&["--list"], &by[..]].concat());
    assert_eq!(waiting["waiting"][0]["reset"], reset);
    let confirmed = shelter.on(
        &["user", "reset"],
        &[&["--confirm", reset], &by[..]].concat(),
    );
    let second = confirmed["second_half"].as_str().expect("the other half");
    assert_ne!(first, second);
    shelter.refused(
        &["user", "reset"],
        &[&["--confirm", reset], &by[..]].concat(),
        "reset_missing",
    );

    // What was good before is good no longer.
    let node = shelter.node();
    let list = ["case", "list", text(&node), "--sign-in", "casey"];
    let old = casey.run(&list, PASSWORD);
    assert!(old.err.contains("[sign_in_refused]"), "{}", old.all());
    let code = format!("{first}-{second}");
    let anew = Person::enrolled(&shelter, casey.staff.clone(), ("casey", &code));
    let signed = anew.run(&list, PASSWORD);
    assert_eq!(signed.code, 0, "{}", signed.all());
}

#[test]
fn people_are_changed_named_suspended_and_listed() {
    let shelter = Shelter::new();
    let to = ["--supervisor", &shelter.coordinator[..]];
    let changed = [&[&shelter.caseworker[..]], &to[..]].concat();
    let changed = shelter.on(&["user", "change"], &changed);
    assert_eq!(changed["roles"], json!(["caseworker", "data-manager"]));
    assert_eq!(changed["supervisor"], shelter.coordinator);

    let name = [
        &shelter.caseworker[..],
        "--reason",
        "complaint 7",
        "--actor",
    ];
    let by_supervisor = shelter.on(
        &["user", "name"],
        &[&name[..], &[&shelter.coordinator]].concat(),
    );
    assert_eq!(by_supervisor["name"], "Casey Worker");
    let by_overseer = shelter.on(
        &["user", "name"],
        &[&name[..], &[&shelter.overseer]].concat(),
    );
    assert_eq!(by_overseer["name"], "Casey Worker");
    let other = [
        &shelter.overseer[..],
        "--reason",
        "x",
        "--actor",
        &shelter.coordinator,
    ];
    shelter.refused(&["user", "name"], &other, "staff_missing");
    let own = log(&shelter, &["--own", "--actor", &shelter.caseworker]);
    let named = own.iter().filter(|line| line["kind"] == "staff_name_read");
    assert_eq!(named.count(), 2, "whoever is named can tell");

    let by = ["--actor", &shelter.overseer[..]];
    let suspend = [&[&shelter.caseworker[..]], &by[..]].concat();
    shelter.on(&["user", "suspend"], &suspend);
    // Somebody else's is reported by themselves.
    let own = shelter.on(&["user", "suspend"], &["--actor", &shelter.coordinator]);
    assert_eq!(own["suspended"], shelter.coordinator);
    let listed = shelter.on(&["user", "list"], &[]);
    let listed = listed["staff"].as_array().expect("a list");
    let state = |staff: &str| {
        let found = listed.iter().find(|person| person["staff"] == staff);
        found.expect("listed")["state"].clone()
    };
    assert_eq!(state(&shelter.caseworker), "suspended");
    assert_eq!(state(&shelter.coordinator), "suspended");
    assert_eq!(state(&shelter.overseer), "active");
    let read = ["--actor", &shelter.caseworker[..]];
    shelter.refused(&["case", "list"], &read, "sign_in_needed");
}

#[test]
fn the_table_of_roles_is_the_one_that_decides() {
    let shelter = Shelter::new();
    let listed = shelter.on(&["role", "list"], &[]);
    let roles = listed["roles"].as_array().expect("a list");
    assert_eq!(roles.len(), Role::ALL.len());
    let mut found = Vec::new();
    for role in roles {
        for power in role["powers"].as_array().expect("a list") {
            found.push(json!([
                role["role"],
                power["power"],
                power["purposes"],
                power["reach"]
            ]));
        }
    }
    let mut expected: Vec<Value> = GRANTS
        .iter()
        .map(|grant| {
            let purposes: Vec<_> = grant.purposes.iter().map(|one| one.code()).collect();
            json!([
                grant.role.code(),
                grant.power.code(),
                purposes,
                grant.reach.code()
            ])
        })
        .collect();
    let key = |line: &Value| line.to_string();
    found.sort_by_key(key);
    expected.sort_by_key(key);
    assert_eq!(found, expected);
    let caseworkers = roles.iter().find(|role| role["role"] == "caseworker");
    assert_eq!(caseworkers.expect("listed")["people"], 1);

    // Without a passphrase the table is the same and nobody is counted.
    let node = shelter.node();
    let outside = palermo(&["role", "list", text(&node), "--json"]);
    let outside = &outside.json_lines()[0]["roles"];
    assert_eq!(outside[0]["people"], Value::Null);
    assert_eq!(outside[0]["powers"], roles[0]["powers"]);
    insta::assert_snapshot!(palermo(&["role", "list", text(&node)]).all());
    let nowhere = palermo(&["role", "list", text(&shelter.path("nowhere"))]);
    assert_eq!(nowhere.code, 1, "{}", nowhere.all());
}

#[test]
fn a_first_administrator_is_told_a_code_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let make = |name: &str, options: &[&str]| {
        let node = folder.path().join(name);
        let init = [
            "init",
            text(&node),
            "--as",
            "agency",
            "--name",
            "S",
            "--jurisdiction",
            "XXA",
        ];
        palermo_in(
            &[("PALERMO_PASSPHRASE", PASSPHRASE)],
            &[&init[..], options].concat(),
            b"",
        )
    };
    let plain = make("plain", &[]);
    let place = text(folder.path()).to_owned();
    insta::with_settings!({filters => vec![
        (place.as_str(), "FOLDER"),
        ("staff-[0-9a-f]{32}", "staff-ID"),
        (r"(?m)^  [0-9A-Z]{5}(-[0-9A-Z]{5}){3}$", "  CODE"),
        (r"(?m)^  [0-9A-Z-]{30,}( [0-9A-Z-]+)*$", "  SHARE"),
    ]}, { insta::assert_snapshot!(plain.all()) });
    let json = make("json", &["--json", "--sign-in", "ada"]);
    let json = &json.json_lines()[0];
    assert_eq!(json["sign_in"], "ada");
    assert_eq!(json["code"].as_str().map(str::len), Some(23));
    for none in [
        &["--no-sign-in", "--json"][..],
        &["--sign-in", "", "--json"],
    ] {
        let made = make(&format!("none{}", none.len()), none);
        let made = &made.json_lines()[0];
        assert_eq!(
            (&made["code"], &made["vault"]),
            (&Value::Null, &json!(true))
        );
    }
}

/// Nobody is left who could ask and confirm: whoever holds the shares can.
#[test]
fn shares_bring_an_administrator_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let node = folder.path().join("node");
    let variables = [("PALERMO_PASSPHRASE", PASSPHRASE)];
    let init = ["init", text(&node), "--as", "agency", "--name", "S"];
    let more = ["--jurisdiction", "XXA", "--sign-in", "ada", "--json"];
    let made = palermo_in(&variables, &[&init[..], &more].concat(), b"");
    let made = &made.json_lines()[0];
    let shares = made["shares"].as_array().expect("shares");
    let share = |at: usize| shares[at].as_str().expect("a share");
    let staff = made["administrator"].as_str().expect("a number");
    let recover = ["user", "recover", text(&node), staff, "--json"];
    let one = [&recover[..], &["--share", share(0)]].concat();
    let refused = palermo_in(&variables, &one, b"");
    assert!(refused.err.contains("[share_few]"), "{}", refused.all());
    let lines = format!("{}\n{}\n", share(2), share(0));
    let both = [&recover[..], &["--share", "-"]].concat();
    let done = palermo_in(&variables, &both, lines.as_bytes());
    assert_eq!(done.code, 0, "{}", done.all());
    let code = done.json_lines()[0]["code"].clone();
    assert_eq!(code.as_str().map(str::len), Some(23));
    assert_ne!(
        code, made["code"],
        "the code of the founding is good no longer"
    );
}
