//! A table of counts is brought in, released by another, explained and withdrawn, as people type
//! it.

use std::fs;

use serde_json::{Value, json};

use crate::run::{palermo_in, text};
use crate::shelter::Shelter;

const TABLE: &str = "district,form,count\n\
                     Total,Total,160\nTotal,labour,90\nTotal,other,70\n\
                     north,Total,83\nnorth,labour,50\nnorth,other,33\n\
                     south,Total,77\nsouth,labour,40\nsouth,other,37\n";
const LAYOUT: &str = "population = \"victims detected in XXA\"\nvintage = \"2030\"\n";

fn member<'a>(answer: &'a Value, key: &str) -> &'a str {
    answer[key].as_str().expect("a text")
}

/// A table in which two small counts stand beside each other, brought in under a name.
fn brought(shelter: &Shelter, name: &str) -> String {
    let small = TABLE
        .replace("north,labour,50", "north,labour,80")
        .replace("north,other,33", "north,other,3")
        .replace("south,labour,40", "south,labour,10")
        .replace("south,other,37", "south,other,67");
    let (table, layout) = (
        shelter.write("table.csv", &small),
        shelter.write("layout.toml", LAYOUT),
    );
    let bring = [text(&table), "--layout", text(&layout), "--name", name];
    let brought = shelter.on(&["draft", "bring"], &bring);
    assert_eq!(
        (&brought["cells"], &brought["name"]),
        (&json!(9), &json!(name))
    );
    assert_eq!(brought["role"], "data-manager");
    member(&brought, "draft").to_owned()
}

#[test]
fn a_draft_is_brought_examined_and_released_by_another() {
    let shelter = Shelter::new();
    let draft = brought(&shelter, "victims 2030");
    let manager = ["--actor", &shelter.caseworker[..]];
    let listed = shelter.on(&["draft", "list"], &manager);
    assert_eq!(listed["drafts"][0]["draft"], draft);
    assert_eq!(listed["drafts"][0]["population"], "victims detected in XXA");

    let examine = [&["victims 2030"], &manager[..]].concat();
    let examined = shelter.on(&["draft", "examine"], &examine);
    assert_eq!(examined["releasable"], true);
    assert_eq!(examined["cells"].as_array().expect("cells").len(), 9);
    let of_north = examined["cells"].as_array().expect("cells").iter();
    let mut of_north = of_north.filter(|one| one["cell"]["form"] == "other");
    let small = of_north.find(|one| one["cell"]["district"] == "north");
    let small = small.expect("a cell");
    assert_eq!(
        (&small["fate"], &small["reason"]),
        (&json!("sensitive"), &json!("small"))
    );
    assert_eq!(small["counted"]["value"], 3);

    let output = shelter.path("out.csv");
    let sign = [&draft[..], "--output", text(&output)];
    let signed = shelter.on(&["release"], &sign);
    assert_eq!(
        (&signed["audience"], &signed["rule"]),
        (&json!("public"), &json!("victims@1"))
    );
    assert_eq!(signed["cells"], 9);
    assert!(signed["masked"].as_u64() >= Some(1), "{signed}");
    assert!(signed["lost"].as_u64() >= Some(3), "{signed}");
    assert_eq!(signed["role"], "coordinator");
    let release = member(&signed, "release").to_owned();
    let csv = fs::read_to_string(&output).expect("written");
    assert!(csv.contains(&release), "{csv}");
    assert!(csv.contains("north,other,,0,"), "{csv}");

    // The same person does not do both, and nothing is released twice.
    let again = shelter.refused(&["release"], &[&draft], "release_known");
    assert_eq!(again.code, 1);
    let mine = [&draft[..], "--actor", &shelter.caseworker];
    shelter.refused(&["release"], &mine, "not_allowed");
    let verified = shelter.on(&["verify"], &[]);
    let expected = json!({ "recomputed": 1, "stored": 0, "failed": 0 });
    assert_eq!(verified["releases"], expected);
}

#[test]
fn a_cell_is_explained_to_anybody_and_what_stands_behind_it_to_those_who_may() {
    let shelter = Shelter::new();
    let draft = brought(&shelter, "victims 2030");
    let signed = shelter.on(&["release"], &[&draft]);
    let release = member(&signed, "release").to_owned();
    let node = shelter.node();
    let cell = "form=other, district=north";
    // Without a passphrase: the node is locked.
    let explain = ["explain", text(&node), &release, cell, "--json"];
    let ran = palermo_in(&[], &explain, b"");
    assert_eq!(ran.code, 0, "{}", ran.all());
    let told: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(told["printed"]["status"], "masked");
    assert_eq!(
        told["cell"],
        json!({ "district": "north", "form": "other" })
    );
    assert_eq!(
        (&told["ground"], &told["act"]),
        (&json!("counted"), &signed["act"])
    );
    assert_eq!(told["population"], "victims detected in XXA");
    assert_eq!(told["behind"], Value::Null);
    assert!(member(&told, "rule_words").starts_with("Counts below 5 are masked, zero among"));
    let ran = palermo_in(&[], &explain[..4], b"");
    assert!(
        ran.out.contains("which of the two is not told"),
        "{}",
        ran.all()
    );

    let manager = [&release[..], cell, "--actor", &shelter.caseworker];
    let told = shelter.on(&["explain"], &manager);
    assert_eq!(told["behind"]["counted"]["value"], 3);
    assert_eq!(told["behind"]["reason"], "small");
    assert!(told["behind"]["act"].as_u64() > signed["act"].as_u64());
    let overseer = [&release[..], cell, "--actor", &shelter.overseer];
    shelter.refused(&["explain"], &overseer, "not_allowed");
    let log = ["log", text(&node), "--actor", &shelter.overseer, "--json"];
    let log = shelter.run(&log);
    assert!(log.out.contains("\"release_explained\""), "{}", log.all());

    shelter.refused(&["explain"], &[&release, "form=other"], "cell_missing");
    shelter.refused(&["explain"], &[&release, "form:other"], "cell_unread");
    shelter.refused(&["explain"], &["0123456789abcdef", cell], "release_missing");
}

#[test]
fn a_release_is_withdrawn_and_another_takes_its_place() {
    let shelter = Shelter::new();
    let draft = brought(&shelter, "wrong");
    let release = shelter.on(&["release"], &[&draft]);
    let release = member(&release, "release").to_owned();
    let withdraw = [&release[..], "--reason", "one office had counted twice"];
    let withdrawn = shelter.on(&["release", "withdraw"], &withdraw);
    assert_eq!(withdrawn["state"], "withdrawn");
    shelter.refused(&["release", "withdraw"], &withdraw, "release_withdrawn");

    let table = shelter.write("right.csv", TABLE);
    let bring = [
        text(&table),
        "--population",
        "victims detected in XXA",
        "--vintage",
        "2030, corrected",
    ];
    let right = shelter.on(&["draft", "bring"], &bring);
    assert_eq!(right["name"], "right.csv");
    let newer = shelter.on(&["release"], &["right.csv", "--supersedes", &release]);
    let listed = shelter.on(&["release", "list"], &["--actor", &shelter.overseer]);
    let first = &listed["releases"][1];
    assert_eq!(first["superseded_by"], newer["release"]);
    assert_eq!(first["withdrawn"]["reason"], "one office had counted twice");
    let told = shelter.on(&["explain"], &[&release, "form=Total,district=Total"]);
    assert_eq!(told["withdrawn"]["reason"], "one office had counted twice");
    assert_eq!(told["printed"], json!({ "status": "exact", "value": 160 }));
}

#[test]
fn what_others_have_published_stands_against_a_release() {
    let shelter = Shelter::new();
    let draft = brought(&shelter, "victims 2030");
    let (table, layout) = (shelter.path("table.csv"), shelter.path("layout.toml"));
    let coordinator = ["--actor", &shelter.coordinator[..]];
    let list = [
        text(&table),
        "--layout",
        text(&layout),
        "--name",
        "Yearbook of XA",
    ];
    let listed = [&list, &coordinator[..]].concat();
    let listed = shelter.on(&["release", "publication"], &listed);
    assert_eq!(listed["audience"], "public");
    let refused = shelter.refused(&["release"], &[&draft], "release_unsafe");
    assert_eq!(refused.code, 1);
    assert!(refused.out.is_empty(), "{}", refused.out);
    let harbour = [&["XXB", "--sees", "agreement:harbour"], &coordinator[..]].concat();
    let said = shelter.on(&["release", "party"], &harbour);
    assert_eq!(said["sees"], json!(["agreement:harbour"]));
    let listed = shelter.on(&["release", "list"], &coordinator);
    assert_eq!(listed["releases"], json!([]));
    assert_eq!(listed["listed"][0]["name"], "Yearbook of XA");
    assert_eq!(listed["parties"][0]["party"], "XXB");
    shelter.refused(
        &["release"],
        &[&draft, "--audience", "agreement:plain"],
        "audience_unknown",
    );
}

#[test]
fn a_table_that_does_not_add_up_is_no_draft() {
    let shelter = Shelter::new();
    let layout = shelter.write("layout.toml", LAYOUT);
    let wrong = TABLE.replace("Total,Total,160", "Total,Total,161");
    let table = shelter.write("wrong.csv", &wrong);
    let bring = [text(&table), "--layout", text(&layout)];
    let refused = shelter.refused(&["draft", "bring"], &bring, "sums_inconsistent");
    assert!(!refused.err.contains("161"), "{}", refused.err);
    let masked = TABLE.replace("north,other,33", "north,other,<5");
    let table = shelter.write("masked.csv", &masked);
    let bring = [text(&table), "--layout", text(&layout)];
    shelter.refused(&["draft", "bring"], &bring, "sums_inconsistent");
    let table = shelter.write("nobody.csv", TABLE);
    shelter.refused(&["draft", "bring"], &[text(&table)], "draft_unfit");
}
