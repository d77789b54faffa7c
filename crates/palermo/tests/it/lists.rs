//! Hidden populations from a node's own lists, as people type it.

use serde_json::{Value, json};

use crate::run::{palermo, text};
use crate::shelter::{Shelter, holds};

const BY: &str = "event.detected_by";
const LISTS: [&str; 3] = ["ngo", "police", "self"];
/// Invented persons by history: ngo, police, both, self, ngo and self, police and self, all.
const COUNTS: [usize; 7] = [17, 14, 7, 13, 6, 3, 0];

fn records() -> Value {
    let mut records = Vec::new();
    for (history, count) in (1_usize..).zip(COUNTS) {
        for _ in 0..count {
            let number = records.len();
            let name = json!({"question": "q1", "concept": "name",
                              "text": format!("Zofia Person{number}")});
            let codes = LISTS.iter().enumerate();
            let codes = codes.filter(|(at, _)| history & 1 << at != 0);
            let codes = codes.map(|(_, code)| {
                let code = json!({"list": "detected_by", "version": "1", "code": code});
                json!({"question": "q2", "concept": BY, "code": code})
            });
            records.push(json!({
                "form": "intake", "version": "1",
                "source": {"source": "shelter list", "number": number.to_string()},
                "answers": std::iter::once(name).chain(codes).collect::<Vec<_>>(),
            }));
        }
    }
    records.into()
}

fn table() -> String {
    let mut table = format!("{},count\n", LISTS.join(","));
    for (history, count) in (1_usize..).zip(COUNTS) {
        let on = (0..3).map(|at| (history >> at & 1).to_string());
        table.push_str(&format!("{},{count}\n", on.collect::<Vec<_>>().join(",")));
    }
    table
}

fn filled() -> Shelter {
    let shelter = Shelter::new();
    let file = shelter.write("records.json", &records().to_string());
    let actor = ["--actor", &shelter.caseworker];
    shelter.on(&["record", "enter"], &[&[text(&file)][..], &actor].concat());
    shelter
}

/// `estimate` on the node; the method and more after it.
fn estimate(shelter: &Shelter, more: &[&str]) -> Vec<String> {
    let node = shelter.node();
    let mut words = vec!["estimate", "--node", text(&node), "--lists-by", BY];
    words.extend(["--role", "victim", "--reason", "yearly report"]);
    words.extend(["--actor", &shelter.coordinator, "--bootstrap", "200"]);
    words.extend(more);
    words.into_iter().map(str::to_owned).collect()
}

#[test]
fn the_node_and_a_file_answer_alike_and_small_counts_are_null() {
    let shelter = filled();
    let words = estimate(&shelter, &["--method", "stepwise", "--threads", "1"]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let own = shelter.json(&words);
    let file = shelter.write("table.csv", &table());
    let of_file = [
        "estimate",
        text(&file),
        "--bootstrap",
        "200",
        "--method",
        "stepwise",
        "--json",
    ];
    let of_file = palermo(&of_file);
    let of_file: Value = serde_json::from_str(&of_file.out).expect("JSON");
    for field in [
        "method", "settings", "status", "estimate", "lower", "upper", "level", "model",
    ] {
        assert_eq!(
            own["results"][0][field], of_file["results"][0][field],
            "{field}"
        );
    }
    assert_eq!(
        (&own["n"], &own["lists"]),
        (&of_file["n"], &of_file["lists"])
    );
    assert!(own["results"][0]["estimate"].is_number(), "{own}");
    assert_eq!(own["results"][0]["aic"], Value::Null);
    assert_eq!(own["empty_pairs"], Value::Null);
    let few = own["pairs"].as_array().expect("pairs").iter();
    let few: Vec<&Value> = few.filter(|pair| pair["few"] == true).collect();
    assert_eq!(few.len(), 1);
    assert_eq!(few[0]["lists"], json!(["police", "self"]));
    assert_eq!(few[0]["persons"], Value::Null);
    assert_eq!(own["role"], "coordinator");
    assert_eq!(own["purpose"], "statistics");
    assert!(
        !holds(&shelter.node(), BY.as_bytes()),
        "nothing lies in clear"
    );
    assert!(!holds(&shelter.node(), b"yearly report"));
}

#[test]
fn what_may_leave_is_written_once_and_the_rest_is_told() {
    let shelter = filled();
    let out = shelter.path("estimate.csv");
    let words = estimate(&shelter, &["--released", text(&out), "--language", "pt"]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ran = shelter.run(&words);
    assert_eq!(ran.code, 0, "{}", ran.all());
    for said in [
        "menos de 5, ou ninguém",
        "60 pessoas",
        "Não se mostra",
        "act ",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    let file = std::fs::read_to_string(&out).expect("written");
    assert!(file.starts_with("what,name,value,"), "{file}");
    assert!(
        file.contains("persons,victim by event.detected_by,60,,,,,rounded"),
        "{file}"
    );
    assert!(file.contains("pair,police & self,,,,,,masked"), "{file}");
    assert!(!file.contains("exact"), "{file}");
    let again = shelter.run(&words);
    assert_ne!(again.code, 0, "a file that is there is left alone");
}

#[test]
fn what_is_missing_or_too_little_is_refused() {
    let shelter = filled();
    let node = shelter.node();
    let ran = palermo(&["estimate", "--node", text(&node), "--lists-by", BY]);
    assert_eq!(ran.code, 2, "{}", ran.all());
    assert!(ran.err.contains("--reason"), "{}", ran.all());
    let ran = palermo(&["estimate"]);
    assert_eq!(ran.code, 2, "{}", ran.all());
    let words = estimate(&shelter, &["--list", "police", "--list", "nobody"]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ran = shelter.run(&words);
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert!(ran.err.contains("[list_small]"), "{}", ran.all());
    let mut words = estimate(&shelter, &[]);
    let at = words.iter().position(|word| *word == shelter.coordinator);
    words[at.expect("an actor")].clone_from(&shelter.overseer);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ran = shelter.run(&words);
    assert!(ran.err.contains("[not_allowed]"), "{}", ran.all());
}
