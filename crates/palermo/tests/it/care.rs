//! Dossiers in somebody's care, emergencies, and the persons concerned, as people type it.

use std::fs;

use serde_json::{Value, json};

use crate::run::text;
use crate::shelter::{RECORD, Shelter};
use crate::signing::Person;

fn member<'a>(answer: &'a Value, key: &str) -> &'a str {
    answer[key].as_str().expect("a text")
}

/// A second agency, and somebody who works for it.
fn neighbour(shelter: &Shelter, kind: &str) -> (String, String) {
    let add = ["--name", "The neighbour", "--kind", kind];
    let agency = member(&shelter.on(&["agency", "add"], &add), "agency").to_owned();
    let add = [
        "--name",
        "Nell",
        "--role",
        "caseworker",
        "--agency",
        &agency,
    ];
    let staff = member(&shelter.on(&["user", "add"], &add), "staff").to_owned();
    (agency, staff)
}

#[test]
fn a_dossier_is_in_somebodys_care_and_out_of_anothers_reach() {
    let shelter = Shelter::new();
    let dossier = shelter.enter(RECORD);
    let add = ["--name", "Kim", "--role", "caseworker"];
    let kim = member(&shelter.on(&["user", "add"], &add), "staff").to_owned();
    let read = [&dossier[..], "--reason", "x", "--actor", &kim];
    shelter.refused(&["record", "read"], &read, "dossier_missing");
    let care = ["--dossier", &dossier, "--staff", &kim];
    let assigned = shelter.on(&["case", "assign"], &care);
    assert_eq!(assigned["state"], "assigned");
    shelter.on(&["record", "read"], &read);
    let listed = shelter.on(&["case", "list"], &["--actor", &kim]);
    assert_eq!(listed["dossiers"][0]["dossier"], dossier);
    shelter.on(&["case", "release"], &care);
    shelter.refused(&["record", "read"], &read, "dossier_missing");
    let none = shelter.on(&["case", "list"], &["--actor", &kim]);
    assert_eq!(none["dossiers"], json!([]));
}

#[test]
fn broken_glass_is_told_of_seen_and_ended() {
    let shelter = Shelter::new();
    let dossier = shelter.enter(RECORD);
    let (agency, nell) = neighbour(&shelter, "services");
    let read = [&dossier[..], "--reason", "x", "--actor", &nell];
    shelter.refused(&["record", "read"], &read, "dossier_missing");
    let broken = [
        "--dossier",
        &dossier,
        "--reason",
        "at the hospital",
        "--actor",
        &nell,
    ];
    let broken = shelter.on(&["glass", "break"], &broken);
    let glass = member(&broken, "glass").to_owned();
    shelter.on(&["record", "read"], &read);

    // Those who care for it are told.
    let carer = ["--actor", &shelter.caseworker[..]];
    let told = shelter.on(&["notices"], &carer);
    assert_eq!(told["glasses"][0]["glass"], glass);
    let seen = [&["--glass", &glass, "--as", "caseworker"], &carer[..]].concat();
    shelter.on(&["glass", "seen"], &seen);
    let told = shelter.on(&["notices"], &carer);
    assert_eq!(told["glasses"], json!([]));
    // The mirror names role and agency, and no number of anybody.
    let node = shelter.node();
    let mirror = ["log", text(&node), "--mirror", &dossier, "--json"];
    let mirror = shelter.run(&[&mirror[..], &carer].concat());
    assert!(!mirror.out.contains("staff-"), "{}", mirror.out);
    let lines = mirror.json_lines();
    let opened = lines.iter().find(|line| line["kind"] == "glass_broken");
    let opened = opened.expect("the emergency");
    assert_eq!(
        (&opened["agency"], &opened["role"]),
        (&json!(agency), &json!("caseworker"))
    );
    assert_eq!(opened["agency_name"], "The neighbour");

    shelter.on(&["glass", "end"], &["--glass", &glass, "--actor", &nell]);
    shelter.refused(&["record", "read"], &read, "dossier_missing");
    let all = [
        "--dossier",
        &dossier,
        "--as",
        "caseworker",
        "--actor",
        &shelter.caseworker,
    ];
    let all = shelter.on(&["glass", "list"], &all);
    assert_eq!(
        (&all["glasses"][0]["ended"], &all["glasses"][0]["seen"]),
        (&json!(true), &json!(true))
    );
}

#[test]
fn an_investigating_agency_breaks_no_glass_of_a_service() {
    let shelter = Shelter::new();
    let dossier = shelter.enter(RECORD);
    let (_, officer) = neighbour(&shelter, "law-enforcement");
    let broken = [
        "--dossier",
        &dossier,
        "--reason",
        "a case",
        "--actor",
        &officer,
    ];
    shelter.refused(&["glass", "break"], &broken, "glass_refused");
    let listed = shelter.on(&["agency", "list"], &[]);
    let listed = listed["agencies"].as_array().expect("a list");
    let kinds: Vec<_> = listed.iter().map(|one| one["kind"].as_str()).collect();
    assert!(
        kinds.contains(&Some("law-enforcement")) && kinds.contains(&None),
        "{kinds:?}"
    );
    let own = listed
        .iter()
        .find(|one| one["kind"].is_null())
        .expect("the node's own");
    let named = ["--name", "Shelter of XA", "--kind", "services"];
    let named = [&["--agency", member(own, "agency")], &named[..]].concat();
    assert_eq!(
        shelter.on(&["agency", "set"], &named)["name"],
        "Shelter of XA"
    );
}

/// Whether a file is its owner's alone, where the system can tell.
fn is_private(path: &std::path::Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let found = fs::metadata(path).expect("a file");
        found.permissions().mode() & 0o077 == 0
    }
    #[cfg(not(unix))]
    path.exists()
}

#[test]
fn a_dossier_leaves_once_with_consent_two_persons_and_a_fresh_sign_in() {
    let shelter = Shelter::new();
    let (agency, _) = neighbour(&shelter, "services");
    let casey = Person::new(&shelter, "casey", &["--role", "caseworker"]);
    let session = casey.session(&shelter);
    let by = ["--session", text(&session)];
    let file = shelter.write("record.json", RECORD);
    let entered = shelter.on(&["record", "enter"], &[&[text(&file)], &by[..]].concat());
    let dossier = member(&entered["entered"][0], "dossier").to_owned();

    let to = ["--dossier", &dossier, "--recipient", &agency];
    let request = ["--ground", "consent", "--reason", "her lawyer asks"];
    let request = [&to[..], &request, &by].concat();
    shelter.refused(&["export", "request"], &request, "consent_missing");
    let consent = ["--to", "disclosure", "--for", "assistance"];
    let more = ["--words", "in French", "--until", "2999-12-31"];
    let consent = [&to[..], &consent, &more, &by].concat();
    let consent = member(&shelter.on(&["consent", "record"], &consent), "consent").to_owned();
    let asked = shelter.on(&["export", "request"], &request);
    let export = ["--export", member(&asked, "export")];
    let output = shelter.path("out.json");
    let take = [&export[..], &["-o", text(&output)], &by].concat();
    shelter.refused(&["export", "take"], &take, "export_missing");
    assert!(!output.exists(), "a refusal leaves no file");

    let approve = [&export[..], &["--actor", &shelter.coordinator]].concat();
    shelter.on(&["export", "approve"], &approve);
    fs::write(&output, "mine").expect("written");
    shelter.refused(&["export", "take"], &take, "output_unfit");
    assert_eq!(fs::read_to_string(&output).expect("as before"), "mine");
    fs::remove_file(&output).expect("removed");
    let taken = shelter.on(&["export", "take"], &take);
    assert_eq!(taken["records"], 1);
    assert!(is_private(&output));
    let content = fs::read_to_string(&output).expect("a file");
    let content: Value = serde_json::from_str(&content).expect("JSON");
    assert_eq!(content["records"][0]["answers"][0]["text"], "Zofia Person");
    assert_eq!(content["recipient"], agency);
    fs::remove_file(&output).expect("removed");
    shelter.refused(&["export", "take"], &take, "export_missing");

    let consents = shelter.on(
        &["consent", "list"],
        &[&["--dossier", &dossier], &by[..]].concat(),
    );
    assert_eq!(consents["consents"][0]["until_ms"], 32_503_680_000_000_i64);
    shelter.on(
        &["consent", "withdraw"],
        &[&["--consent", &consent], &by[..]].concat(),
    );
    shelter.refused(&["export", "request"], &request, "consent_missing");
}

#[test]
fn the_console_takes_no_dossier_out() {
    let shelter = Shelter::new();
    let dossier = shelter.enter(RECORD);
    let by = ["--actor", &shelter.caseworker[..]];
    let request = [
        "--dossier",
        &dossier,
        "--ground",
        "own-access",
        "--reason",
        "a copy",
    ];
    let asked = shelter.on(&["export", "request"], &[&request[..], &by].concat());
    let export = ["--export", member(&asked, "export")];
    let approve = [&export[..], &["--purpose", "data-subject"]].concat();
    shelter.refused(
        &["export", "approve"],
        &[&approve[..], &by].concat(),
        "not_allowed",
    );
    shelter.on(&["export", "approve"], &approve);
    let output = shelter.path("out.json");
    let take = [&export[..], &["-o", text(&output)], &by].concat();
    let refused = shelter.refused(&["export", "take"], &take, "confirm_needed");
    assert!(refused.err.contains("--sign-in"), "{}", refused.err);
    assert!(!output.exists());
    let listed = shelter.on(&["export", "list"], &by);
    assert_eq!(listed["exports"][0]["ground"], "own-access");
}

#[test]
fn what_a_person_asks_for_is_noted_and_answered() {
    let shelter = Shelter::new();
    let dossier = shelter.enter(RECORD);
    let carer = ["--actor", &shelter.caseworker[..]];
    let open = |kind: &str| {
        let open = ["--dossier", &dossier, "--kind", kind, "--words", "please"];
        let opened = shelter.on(&["matter", "open"], &[&open[..], &carer].concat());
        member(&opened, "matter").to_owned()
    };
    let (correction, complaint) = (open("correction"), open("complaint"));
    let by = ["--actor", &shelter.coordinator[..]];
    let waiting = shelter.on(&["matter", "list"], &by);
    let waiting = waiting["matters"].as_array().expect("a list");
    assert_eq!(waiting.len(), 1, "a complaint goes to somebody outside");
    let answer = |matter: &str| {
        [
            "--matter",
            matter,
            "--outcome",
            "granted",
            "--words",
            "done",
        ]
        .map(str::to_owned)
    };
    let typed = answer(&correction);
    let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
    assert_eq!(
        shelter.on(&["matter", "answer"], &typed)["outcome"],
        "granted"
    );
    shelter.refused(&["matter", "answer"], &typed, "matter_missing");
    let typed = answer(&complaint);
    let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
    shelter.refused(&["matter", "answer"], &typed, "matter_missing");
    let read = ["--matter", &complaint, "--reason", "to answer it"];
    assert_eq!(shelter.on(&["matter", "read"], &read)["words"], "please");
    shelter.on(
        &["matter", "answer"],
        &[&typed[..], &["--complaint"]].concat(),
    );
    let all = ["--dossier", &dossier, "--as", "caseworker"];
    let all = shelter.on(&["matter", "list"], &[&all[..], &carer].concat());
    let outcomes: Vec<_> = all["matters"].as_array().expect("a list").iter().collect();
    assert!(
        outcomes.iter().all(|matter| matter["outcome"] == "granted"),
        "{outcomes:?}"
    );
}

#[test]
fn a_person_is_given_what_is_held_in_their_language() {
    let shelter = Shelter::new();
    let dossier = shelter.enter(RECORD);
    let consent = [
        "--dossier",
        &dossier,
        "--to",
        "service",
        "--for",
        "assistance",
    ];
    let consent = [
        &consent[..],
        &["--words", "read to her", "--as", "caseworker"],
    ]
    .concat();
    let by = ["--actor", &shelter.caseworker[..]];
    shelter.on(&["consent", "record"], &[&consent[..], &by].concat());
    let node = shelter.node();
    let print = |language: &str| {
        let access = [
            "access",
            text(&node),
            "--dossier",
            &dossier,
            "--reason",
            "read to her",
        ];
        let ran = shelter.run(&[&access[..], &["--language", language], &by].concat());
        assert_eq!(ran.code, 0, "{}", ran.all());
        ran.out
    };
    let filters = vec![
        ("dossier-[0-9a-f]{32}", "dossier-ID"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "TIME"),
        (r"\d{4}-\d\d-\d\d", "DAY"),
    ];
    insta::with_settings!({filters => filters}, {
        insta::assert_snapshot!("access_en", print("en"));
        insta::assert_snapshot!("access_pt", print("pt"));
    });
    let fr = print("fr");
    assert!(fr.starts_with("Informations personnelles\n"), "{fr}");
    assert!(!fr.contains("staff-"), "{fr}");
    let file = shelter.path("print.txt");
    let access = [
        "--dossier",
        &dossier,
        "--reason",
        "printed",
        "-o",
        text(&file),
    ];
    let done = shelter.on(&["access"], &[&access[..], &by].concat());
    assert_eq!(done["language"], "en");
    assert!(is_private(&file));
    assert!(
        fs::read_to_string(&file)
            .expect("a file")
            .contains("Zofia Person")
    );
    shelter.refused(&["access"], &[&access[..], &by].concat(), "output_unfit");
}
