//! Lists of cases that are held elsewhere come into a shelter's node.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::run::{palermo, text};
use crate::shelter::{Shelter, holds};

/// A list as a partner exports it from the form of the standard; plainly invented.
const SUBMISSIONS: &str = "\
prs_First_Name,prs_Second_Name,prs_Gender,prs_Citizenship,vic_Methods_of_Control,\
vic_TypeOfExploitation,per_RoleInProcess,con_Consent,Remarks,_uuid
Anna,Xample,Feminine,ZM,DebtBondage Other,ForcedLabour,,yes,met at the quay,u-1
Boris,Sample,Masculine,Malawian,,,Smuggler,,,u-2
Clara,Instance,Transgender Feminine,Nowhereland,chains,ForcedBegging,Recruiter Or Intermediary,,,u-3
";

const LIST: &str = "\
No;Surname;Sex;Nationality;Forms;Referred
1;Amber;Female;Zambian;Sex Exploitation;03/04/2031
2;Birch;Male;Malawian;Forced labour;13/04/2031
3;Cedar;Female;Zambian;Sex Exploitation;23/04/2031
4;Dune;Male;Zambian;Sex Exploitation;24/04/2031
";

fn map(shelter: &Shelter) -> std::path::PathBuf {
    let text = "[record]\nform = \"partner list\"\nversion = 1\nkey = \"No\"\n\
                [[column]]\nname = \"Surname\"\nconcept = \"name\"\n\
                [[column]]\nname = [\"Gender\", \"Sex\"]\nconcept = \"person.sex\"\n\
                [[column]]\nname = \"Nationality\"\nconcept = \"person.citizenship\"\n\
                [[column]]\nname = \"Forms\"\nconcept = \"tip.exploitation\"\n\
                values.\"Sex Exploitation\" = \"sexual_exploitation\"\n\
                [[column]]\nname = \"Referred\"\nconcept = \"event.date_detected\"\n\
                date = \"%d/%m/%Y\"\n";
    shelter.write("map.toml", text)
}

fn dossier_of(shelter: &Shelter, name: &str) -> Value {
    let node = shelter.node();
    let found = shelter.json(&[
        "record",
        "find",
        text(&node),
        "--name",
        name,
        "--reason",
        "arrived",
        "--actor",
        &shelter.coordinator,
    ]);
    let dossier = found["found"][0].as_str().expect("one dossier").to_owned();
    shelter.json(&[
        "record",
        "read",
        text(&node),
        &dossier,
        "--reason",
        "arrived",
        "--actor",
        &shelter.coordinator,
    ])
}

fn codes(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("a list").iter();
    findings
        .map(|finding| finding["code"].as_str().expect("a code"))
        .collect()
}

fn bytes_in(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).expect("a folder");
    let sizes = entries.map(|entry| {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            bytes_in(&path)
        } else {
            fs::metadata(&path).expect("a file").len()
        }
    });
    sizes.sum()
}

#[test]
fn submissions_of_the_standard_come_in_once_and_are_read_back() {
    let shelter = Shelter::new();
    let file = shelter.write("submissions.csv", SUBMISSIONS);
    let dry = shelter.on(&["import"], &[text(&file), "--as", "htcds", "--dry-run"]);
    assert_eq!((&dry["cases"], &dry["taken"]), (&4.into(), &Value::Null));
    let came = shelter.on(&["import"], &[text(&file), "--as", "htcds"]);
    assert_eq!(
        (&came["rows"], &came["cases"], &came["taken"]),
        (&3.into(), &4.into(), &4.into())
    );
    for code in [
        "header_spelled_otherwise",
        "citizenship_asked_once",
        "value_unknown",
        "column_unknown",
        "agreement_not_taken",
        "row_of_two_roles",
        "crosswalk_loses",
    ] {
        assert!(codes(&came).contains(&code), "{code} in {came}");
    }
    let said = came.to_string();
    for typed in ["Anna", "Xample", "quay", "Nowhereland", "chains", "u-1"] {
        assert!(!said.contains(typed), "{typed} in {said}");
    }
    let again = shelter.on(&["import"], &[text(&file), "--as", "htcds"]);
    assert_eq!((&again["taken"], &again["known"]), (&0.into(), &4.into()));
    let read = dossier_of(&shelter, "anna");
    assert_eq!(read["about"], "victim");
    let record = &read["records"][0];
    assert_eq!(record["source"]["number"], "u-1");
    let answers = record["answers"].as_array().expect("answers");
    let answer = |question: &str| {
        let of = answers
            .iter()
            .filter(|answer| answer["question"] == question);
        of.cloned().collect::<Vec<_>>()
    };
    assert_eq!(answer("Remarks")[0]["text"], "met at the quay");
    assert_eq!(answer("con_Consent")[0]["class"], "nominal");
    assert_eq!(answer("vic_MethodsOfControl")[1]["code"]["code"], "Other");
    assert_eq!(dossier_of(&shelter, "boris")["about"], "suspect");
    assert!(!holds(&shelter.node(), b"Xample"), "nothing lies in clear");
    assert!(!holds(&shelter.node(), b"quay"));
}

#[test]
fn a_list_comes_in_by_the_map_that_was_proposed_and_looked_over() {
    let shelter = Shelter::new();
    let mut list = LIST.to_owned();
    for at in 5..40 {
        list.push_str(&format!(
            "{at};Person{at};Female;Zambian;Forced labour;{}/05/2031\n",
            at % 18 + 11
        ));
    }
    let file = shelter.write("list.csv", &list);
    let proposal = shelter.path("proposed.toml");
    let ran = palermo(&["map", "propose", text(&file), "-o", text(&proposal)]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let written = fs::read_to_string(&proposal).expect("written");
    insta::assert_snapshot!(written);
    let again = palermo(&["map", "propose", text(&file), "-o", text(&proposal)]);
    assert!(again.err.contains("[file_exists]"), "{}", again.err);
    let checked = palermo(&["map", "check", text(&file), "--map", text(&proposal)]);
    let folder = text(shelter.folder.path()).to_owned();
    insta::with_settings!({filters => vec![(folder.as_str(), "FOLDER")]}, {
        insta::assert_snapshot!(checked.all());
    });
    for name in ["Amber", "Person7"] {
        assert!(!checked.out.contains(name), "{}", checked.out);
    }
    let options = [text(&file), "--as", "table", "--map", text(&proposal)];
    assert_eq!(shelter.on(&["import"], &options)["taken"], 39);
    assert_eq!(shelter.on(&["import"], &options)["known"], 39);
    // A month later the list has a case more.
    list.push_str("40;Elm;Female;Zambian;Forced labour;01/06/2031\n");
    fs::write(&file, &list).expect("written");
    let later = shelter.on(&["import"], &options);
    assert_eq!((&later["taken"], &later["known"]), (&1.into(), &39.into()));
    let read = dossier_of(&shelter, "elm");
    assert_eq!(read["records"][0]["form"], "list");
}

#[test]
fn what_is_refused_leaves_nothing() {
    let shelter = Shelter::new();
    let map = map(&shelter);
    let whole = shelter.write("list.csv", LIST);
    let options = [text(&whole), "--as", "table", "--map", text(&map)];
    assert_eq!(shelter.on(&["import"], &options)["taken"], 4);
    let before = bytes_in(&shelter.node().join("blobs"));
    let refused = |name: &str, content: &str, code: &str| {
        let file = shelter.write(name, content);
        let options = [text(&file), "--as", "table", "--map", text(&map)];
        let ran = shelter.refused(&["import"], &options, code);
        assert_eq!(ran.code, 1);
        assert!(ran.err.contains(name), "{}", ran.err);
        for typed in ["Zorro", "Ymir"] {
            assert!(!ran.all().contains(typed), "{}", ran.all());
        }
        assert_eq!(bytes_in(&shelter.node().join("blobs")), before);
    };
    let header = "No;Surname;Sex;Nationality;Forms;Referred\n";
    let row = "7;Zorro;Male;Zambian;Forced labour;01/01/2031\n";
    refused(
        "twice.csv",
        &format!("{header}{row}7;Ymir;Male;;;\n"),
        "key_repeated",
    );
    refused(
        "blank.csv",
        &format!("{header}{row};Ymir;Male;;;\n"),
        "key_blank",
    );
    refused(
        "error.csv",
        &format!("{header}{row}8;#REF!;Male;;;\n"),
        "formula_error",
    );
    refused(
        "wrong.csv",
        "Zorro;Ymir;3\nZorro;Ymir;4\n",
        "header_missing",
    );
    refused(
        "columns.csv",
        "No;Surname;Sexx\n7;Zorro;Male\n",
        "map_column_missing",
    );
    refused(
        "key.csv",
        &format!("{header}{row}").replace("No;", "Nr;"),
        "key_column_missing",
    );
    refused("empty.csv", "", "file_empty");
}

#[test]
fn what_is_asked_wrongly_is_refused_with_the_nearest() {
    let shelter = Shelter::new();
    let map = map(&shelter);
    let whole = shelter.write("list.csv", LIST);
    let misspelt = shelter.write(
        "misspelt.toml",
        "[record]\nform = \"x\"\n[[column]]\nname = \"Sex\"\n\
         concept = \"person.sexx\"\n",
    );
    let options = [text(&whole), "--as", "table", "--map", text(&misspelt)];
    let ran = shelter.refused(&["import"], &options, "map_concept_unknown");
    assert!(ran.err.contains("nearest is person.sex"), "{}", ran.err);
    shelter.refused(&["import"], &[text(&whole), "--as", "table"], "map_needed");
    let htcds = [text(&whole), "--as", "htcds", "--keep-good"];
    shelter.refused(&["import"], &htcds, "option_unfit");
    // Whoever may not bring records in brings in none.
    let options = [
        text(&whole),
        "--as",
        "table",
        "--map",
        text(&map),
        "--actor",
        &shelter.overseer,
    ];
    let ran = shelter.run(&[&["import", text(&shelter.node())][..], &options].concat());
    assert_eq!(ran.code, 1, "{}", ran.all());
    assert_eq!(shelter.find("amber"), 0);
}

#[test]
fn real_tables_that_hold_no_cases_are_refused_with_a_reason() {
    let said = |file: &str, columns: &str| {
        let path = testkit::shared(file)?;
        let folder = tempfile::tempdir().expect("a folder");
        let map = folder.path().join("map.toml");
        fs::write(&map, format!("[record]\nform = \"x\"\n{columns}")).expect("written");
        let ran = palermo(&["map", "check", text(&path), "--map", text(&map)]);
        assert_eq!(ran.code, 1, "{}", ran.all());
        Some(ran.err)
    };
    let nationality = "[[column]]\nconcept = \"person.citizenship\"\n\
                       name = [\"Country of Origin\", \"Nationality/ Country of Origin\"]\n";
    let form = "[[column]]\nname = \"Claimed exploitation Type\"\nconcept = \"tip.exploitation\"\n";
    let shared = [
        said("uk_nrm/2013_referrals_all.csv", nationality),
        said("uk_nrm/2014_referrals_all.csv", nationality),
        said("uk_nrm/2013_exploitation_type.csv", form),
        said("uk_nrm/2014_exploitation_type.csv", form),
    ];
    for refused in shared.into_iter().flatten() {
        assert!(refused.contains("[rows_are_counts]"), "{refused}");
        assert!(refused.contains("palermo draft bring"), "{refused}");
    }
    let grants = said(
        "law_policy/funding_clean.csv",
        "[[column]]\nname = \"country\"\n",
    );
    if let Some(refused) = grants {
        assert!(refused.contains("[nothing_bound]"), "{refused}");
        let path = testkit::shared("law_policy/funding_clean.csv").expect("it was there");
        let proposed = palermo(&["map", "propose", text(&path), "--json"]);
        let warnings = &proposed.json_lines()[0]["warnings"];
        assert!(
            warnings.to_string().contains("no list of cases"),
            "{warnings}"
        );
    }
}

#[test]
fn ninety_thousand_real_rows_are_read_by_a_map() {
    let Some(path) = testkit::shared("ctdc/madiforman_final_data.csv.gz") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let map = folder.path().join("map.toml");
    fs::write(&map, CTDC).expect("written");
    let ran = palermo(&["map", "check", text(&path), "--map", text(&map), "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let report = &ran.json_lines()[0];
    assert_eq!(
        (&report["rows"], &report["cases"]),
        (&91_043.into(), &91_043.into())
    );
    assert_eq!(report["held"], 0, "{report}");
    assert_eq!(report["bound"]["person.sex"], 70_724);
    assert_eq!(report["bound"]["tip.exploitation"], 90_978);
}

/// What the columns of a release of CTDC mean here.
pub(crate) const CTDC: &str = include_str!("../maps/ctdc_2025.toml");
