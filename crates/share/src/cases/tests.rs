//! The three toolkits of the standard as files, broken files, and what no text can do.

use std::collections::BTreeMap;

use evidence::cases::AS_FOUND;
use evidence::record::{PersonRole, Record, Value};
use proptest::prelude::*;
use rust_xlsxwriter::{Formula, Workbook};

use super::*;

fn codes(told: &Told) -> Vec<&'static str> {
    told.tallies().map(|tally| tally.finding.code).collect()
}

/// Everything that was told, one line for each kind of finding.
fn lines(taken: &Taken) -> String {
    let line = |tally: &Tally| {
        let times = if tally.count > 1 {
            format!(" ({} times)", tally.count)
        } else {
            String::new()
        };
        format!("{}: {}{times}", tally.weight.code(), tally.finding)
    };
    taken
        .told
        .tallies()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

fn values(record: &Record) -> BTreeMap<&str, Vec<String>> {
    let mut values: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for answer in &record.answers {
        let Some(concept) = &answer.concept else {
            continue;
        };
        values
            .entry(concept)
            .or_default()
            .push(match &answer.value {
                Value::Text(text) => text.clone(),
                Value::Coded { code, .. } => code.clone(),
                Value::Number(number) => number.to_string(),
                Value::Date(date) => date.to_string(),
                Value::Absent(absence) => absence.code().to_owned(),
            });
    }
    values
}

fn workbook(sheets: &[(&str, &[Vec<&str>])]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*name).expect("a name");
        for (row, cells) in rows.iter().enumerate() {
            for (column, text) in cells.iter().enumerate() {
                let (row, column) = (
                    u32::try_from(row).expect("few"),
                    u16::try_from(column).expect("few"),
                );
                if !text.is_empty() {
                    sheet.write(row, column, *text).expect("a cell");
                }
            }
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}

/// Names and labels of the standard's fields, as it ships them.
fn fields() -> Option<Vec<(String, String)>> {
    let path = std::env::var_os("PALERMO_SHARED").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        std::path::PathBuf::from,
    );
    let path = path.join("data/codelists/htcds_v2_fields.csv");
    let mut reader = csv::Reader::from_path(path).ok()?;
    let rows = reader.records().map(|row| row.expect("a row"));
    let named = rows.filter(|row| !row[6].trim().is_empty());
    Some(
        named
            .map(|row| (row[6].trim().to_owned(), row[5].trim().to_owned()))
            .collect(),
    )
}

/// What somebody types into a field of the standard; plainly invented.
fn typed(field: &str) -> &'static str {
    match field {
        "prs_FirstName" => "Anna",
        "prs_SecondName" => "Xample",
        "prs_Birthdate" => "1999-12-31",
        "prs_Gender" => "Feminine",
        "prs_Citizenship" => "Zambia;Malawi",
        "prs_MailingCity" => "Port XA",
        "vic_TraffickingStatus" => "Possible victim of trafficking",
        "vic_TraffickingStatusDecisionMakingOrg" => "NGO",
        "vic_AgeWhenTrafficked" => "17",
        "vic_MethodsOfControl" => "DebtBondage ;Withholds documents",
        "vic_TypeOfExploitation" => "Forced labour;Forced begging",
        "vic_ForcedLabourIndustry" => "Water supply; sewerage, waste management and remediation",
        "cas_Status" => "FollowUp",
        "con_Consent" => "true",
        _ => "",
    }
}

#[test]
fn a_text_with_every_name_of_the_standard() {
    let Some(fields) = fields() else {
        return;
    };
    let mut text = csv::Writer::from_writer(Vec::new());
    text.write_record(fields.iter().map(|(name, _)| name))
        .expect("a header");
    text.write_record(fields.iter().map(|(name, _)| typed(name)))
        .expect("a row");
    let text = text.into_inner().expect("in memory");
    let taken = htcds(&text, "standard.csv", None).expect("read");
    assert_eq!((taken.rows, taken.cases.len()), (1, 1));
    assert!(!codes(&taken.told).contains(&"core_fields_absent"));
    assert!(
        !codes(&taken.told).contains(&"column_unknown"),
        "{}",
        lines(&taken)
    );
    insta::assert_debug_snapshot!(values(&taken.cases[0].record));
}

#[test]
fn the_toolkit_of_excel() {
    let Some(fields) = fields() else {
        return;
    };
    // As it is shipped: labels above names, four of the address over the wrong ones, a letter
    // missing, a name blank.
    let label = |name: &str, label: &str| match name {
        "prs_MailingCity" => "Mailing Street".to_owned(),
        "prs_MailingCountry" => "Mailing City".to_owned(),
        "prs_MailingStreet" => "Zip".to_owned(),
        "prs_MailingPostalCode" => "Mailing Country".to_owned(),
        _ => label.to_owned(),
    };
    let name = |name: &str| match name {
        "vic_TraffickingStatusDecisionMakingOrg" => {
            "vic_TraffickinStatusDecisionMakingOrg".to_owned()
        }
        "cas_ReasonForOutgoingReferral" => String::new(),
        _ => name.to_owned(),
    };
    let persons = ["prs_", "vic_", "cas_", "con_"];
    let fields: Vec<_> = fields
        .into_iter()
        .filter(|(name, _)| persons.iter().any(|prefix| name.starts_with(prefix)))
        .collect();
    let labels: Vec<String> = fields
        .iter()
        .map(|(name, shown)| label(name, shown))
        .collect();
    let names: Vec<String> = fields.iter().map(|(own, _)| name(own)).collect();
    let row: Vec<&str> = fields.iter().map(|(name, _)| typed(name)).collect();
    let rows = [
        labels.iter().map(String::as_str).collect(),
        names.iter().map(String::as_str).collect(),
        row.clone(),
        row,
    ];
    let notes = [vec!["Read me first"]];
    let bytes = workbook(&[("Read me", &notes), ("Cases", &rows)]);
    let taken = htcds(&bytes, "toolkit.xlsx", None).expect("read");
    assert_eq!((taken.sheet.as_deref(), taken.rows), (Some("Cases"), 2));
    let record = &taken.cases[1].record;
    assert!(values(record)["identification.by"].contains(&"ngo".to_owned()));
    let street = record
        .answers
        .iter()
        .find(|answer| answer.question == "prs_MailingStreet");
    assert_eq!(
        street.map(|answer| &answer.value),
        Some(&Value::Text("Port XA".into()))
    );
    insta::assert_snapshot!(lines(&taken));
}

#[test]
fn submissions_of_the_form_as_text_and_as_workbook() {
    let header = [
        "start",
        "person/prs_First_Name",
        "person/prs_Second_Name",
        "person/prs_Title",
        "person/prs_Gender",
        "person/prs_Citizenship",
        "victim/vic_Methods_of_Control",
        "victim/vic_TypeOfExploitation/ForcedLabour",
        "victim/vic_TypeOfExploitation/ForcedBegging",
        "victim/vic_ForcedLabourIndustry",
        "case/cas_ReasonForIncomingReferral",
        "_uuid",
    ];
    let one = [
        "2031-05-01T08:00:00",
        "Anna",
        "",
        "Xample",
        "Feminine",
        "ZM",
        "DebtBondage PhysicalAbuse",
        "1",
        "0",
        "F_Construction C_Manufacturing",
        "Additional Services Required",
        "u-1",
    ];
    let two = [
        "2031-05-02T08:00:00",
        "Boris",
        "Sample",
        "",
        "Masculine",
        "MW",
        "",
        "0",
        "1",
        "",
        "he was brought",
        "u-2",
    ];
    let rows = [header.to_vec(), one.to_vec(), two.to_vec()];
    let text = rows
        .iter()
        .map(|row| row.join(","))
        .collect::<Vec<_>>()
        .join("\n");
    let from_text = htcds(text.as_bytes(), "submissions.csv", None).expect("read");
    let from_book = htcds(&workbook(&[("data", &rows)]), "submissions.xlsx", None).expect("read");
    let same = |taken: &Taken| {
        let cases = taken.cases.iter();
        cases
            .map(|case| (values_owned(&case.record), case.record.source.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(same(&from_text), same(&from_book));
    insta::assert_snapshot!(lines(&from_text));
    insta::assert_debug_snapshot!(values(&from_text.cases[0].record));
}

fn values_owned(record: &Record) -> Vec<(String, Vec<String>)> {
    let values = values(record).into_iter();
    values
        .map(|(concept, said)| (concept.to_owned(), said))
        .collect()
}

const MAP: &str = r#"
[record]
form = "shelter list"
version = 2
key = "No"
role = { column = "Role", values = { "VoT" = "victim", "Trafficker" = "suspect" } }

[constants]
"tip.country_detected" = "XXB"

[[column]]
name = ["Gender", "Sex"]
concept = "person.sex"

[[column]]
name = "Forms"
concept = "tip.exploitation"
separator = "+"
values = { "Sex Exploitation" = "sexual_exploitation", "All" = ["forced_labour", "forced_begging"] }
blank = ["0", "n/a"]
"#;

#[test]
fn a_map_is_read_from_its_file_and_reads_a_list() {
    let map = map(MAP, "map.toml").expect("a map");
    assert_eq!((map.version.as_str(), map.columns.len()), ("2", 2));
    let text = "No;Role;Sex;Forms\n1;VoT;Female;Sex Exploitation+forced begging\n\
                2;Trafficker;Male;n/a\n3;VoT;female;All\n";
    let taken = table(text.as_bytes(), "list.csv", &map).expect("read");
    assert!(!taken.told.is_refused(), "{}", lines(&taken));
    let roles: Vec<_> = taken.cases.iter().map(|case| case.role).collect();
    assert_eq!(
        roles,
        [PersonRole::Victim, PersonRole::Suspect, PersonRole::Victim]
    );
    insta::assert_debug_snapshot!(
        taken
            .cases
            .iter()
            .map(|case| values(&case.record))
            .collect::<Vec<_>>()
    );
}

#[test]
fn a_map_that_cannot_be_read_says_where() {
    let said = |text: &str| {
        let faults = map(text, "map.toml").expect_err("a fault");
        faults
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    };
    let all = [
        "[record]\nform = \"x\"\n\n[[column]]\nname = \"Sex\"\nconcept = \"person.sexx\"\n",
        "[record]\nform = \"x\"\n[[column]]\nname = \"Sex\"\nconcpt = \"person.sex\"\n",
        "[record]\nform = \n",
        "[[column]]\nname = \"Sex\"\n",
    ];
    insta::assert_snapshot!(all.map(said).join("\n\n"));
}

#[test]
fn what_is_proposed_is_a_map_when_it_is_written() {
    let mut text = "Case No,Surname,Sex,Nationality,Form of \"exploitation\",Notes\n".to_owned();
    for at in 0..30 {
        let sex = ["Female", "Male"][at % 2];
        let form = [
            "Forced labour",
            "Sex Exploitation",
            "\"Forced labour; Forced begging\"",
        ][at % 3];
        text.push_str(&format!(
            "XA-{at},Person {at},{sex},Zambian,{form},said {at}\n"
        ));
    }
    let proposal = propose(text.as_bytes(), "list.csv", None).expect("a header");
    let written = proposed(&proposal, "list.csv");
    insta::assert_snapshot!(written);
    let map = map(&written, "map.toml").expect("what is written can be read");
    let taken = table(text.as_bytes(), "list.csv", &map).expect("read");
    assert!(!taken.told.is_refused(), "{}", lines(&taken));
    assert_eq!(taken.cases.len(), 30);
    assert_eq!(
        values(&taken.cases[0].record)["person.citizenship"],
        ["ZMB"]
    );
    let shown = preview(&taken.cases, 5);
    let shown = format!("{shown:?}");
    assert!(shown.contains("ZMB") && !shown.contains("Person") && !shown.contains("said"));
    assert_eq!(bound(&taken.cases)[&Some("person.sex".to_owned())], 30);
}

/// What a file is refused with: each finding as a sentence.
fn refused(bytes: &[u8], name: &str) -> String {
    match htcds(bytes, name, None) {
        Err(error) => error
            .findings()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n"),
        Ok(taken) => {
            assert!(taken.told.is_refused());
            let refused = taken
                .told
                .tallies()
                .filter(|tally| tally.weight == Weight::Refused);
            refused
                .map(|tally| tally.finding.to_string())
                .collect::<Vec<_>>()
                .join("\n")
        }
    }
}

#[test]
fn broken_files_are_refused_clearly() {
    let header = "prs_FirstName,prs_Gender,cas_Status\n";
    let whole = workbook(&[(
        "Cases",
        &[vec!["prs_FirstName", "prs_Gender", "cas_Status"]],
    )]);
    let mut formula = Workbook::new();
    let sheet = formula.add_worksheet();
    for (column, name) in (0..).zip(["prs_FirstName", "prs_Gender", "cas_Status"]) {
        sheet.write(0, column, name).expect("a cell");
    }
    sheet
        .write_formula(1, 1, Formula::new("1/0").set_result("#DIV/0!"))
        .expect("a cell");
    let formula = formula.save_to_buffer().expect("a workbook");
    let huge = format!("{header}{},Feminine,Active\n", "x".repeat(40_000));
    let twice = format!("{header}A,Feminine,Active\n{header}");
    let said = [
        (
            "truncated.xlsx",
            refused(&whole[..whole.len() / 2], "truncated.xlsx"),
        ),
        (
            "no header",
            refused(b"Anna,Xample,1999\nBoris,Sample,2001\n", "list.csv"),
        ),
        (
            "latin 1",
            refused(
                format!("{header}Zo")
                    .as_bytes()
                    .iter()
                    .copied()
                    .chain(*b"\xeb,Feminine,\n")
                    .collect::<Vec<u8>>()
                    .as_slice(),
                "list.csv",
            ),
        ),
        ("utf-16", refused(b"\xff\xfep\0r\0s\0", "list.csv")),
        ("huge cell", refused(huge.as_bytes(), "list.csv")),
        ("formula", refused(&formula, "list.xlsx")),
        (
            "formula in text",
            refused(format!("{header}A,#REF!,Active\n").as_bytes(), "list.csv"),
        ),
        ("two headers", refused(twice.as_bytes(), "list.csv")),
        ("no rows", refused(&whole, "list.xlsx")),
        (
            "empty sheet",
            refused(&workbook(&[("Cases", &[])]), "list.xlsx"),
        ),
        ("empty", refused(b"", "list.csv")),
        (
            "quote",
            refused(
                format!("{header}\"A,Feminine,Active\n").as_bytes(),
                "list.csv",
            ),
        ),
        ("no text", refused(b"\x00\x01\x02\x03", "list.csv")),
    ];
    let said: Vec<String> = said
        .iter()
        .map(|(what, said)| format!("{what}: {said}"))
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

/// Every text that stands in the answers.
fn texts(record: &Record) -> Vec<String> {
    let said = record.answers.iter().map(|answer| match &answer.value {
        Value::Text(text) => text.clone(),
        Value::Coded { code, .. } => code.clone(),
        Value::Number(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Absent(_) => String::new(),
    });
    said.collect()
}

/// A cell as people fill it: codes, labels, lists of them, days, and whatever else.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,12}",
        "(DebtBondage|Forced labour|Other|Zambian|ZM)([;| ,] ?(Other|F_Construction|x)){0,3}",
        "(1|0|true|no|17|150|1[0-9]/0[0-9]/1990|1990-0[1-9]-1[0-9])",
        "Water supply; sewerage, waste management and remediation ?;? ?[a-z]{0,3}",
    ]
}

const HEADER: [&str; 9] = [
    "prs_FirstName",
    "prs_Gender",
    "prs_Citizenship",
    "prs_Birthdate",
    "vic_MethodsOfControl",
    "vic_TypeOfExploitation",
    "vic_MethodsOfControl/DebtBondage",
    "vic_AgeWhenTrafficked",
    "Remarks",
];

/// Rows of so many cells.
fn rows(width: usize) -> impl Strategy<Value = Vec<Vec<String>>> {
    prop::collection::vec(prop::collection::vec(cell(), width), 1..6)
}

const TEXTS: &str = "(prs_FirstName|prs_Gender|Type|cas_Status|[\\PC\n\",;]{0,8}){0,40}";

const BORN: &str = r#"
[record]
form = "list"
[[column]]
name = "Sex"
concept = "person.sex"
blank = ["0"]
[[column]]
name = "Born"
concept = "person.birth_date"
date = "%d/%m/%Y"
"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nothing_that_was_typed_is_lost(rows in rows(11)) {
        let mut text = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        text.write_record(HEADER).expect("a header");
        for row in &rows {
            text.write_record(row).expect("a row");
        }
        let text = text.into_inner().expect("in memory");
        let Ok(taken) = htcds(&text, "list.csv", None) else {
            return Ok(());
        };
        prop_assume!(!taken.told.is_refused());
        for row in rows.iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty())) {
            let whole = |case: &Case| {
                let texts = texts(&case.record);
                row.iter().all(|cell| {
                    cell.trim().is_empty() || texts.iter().any(|text| text.contains(cell.as_str()))
                })
            };
            prop_assert!(taken.cases.iter().any(whole), "{row:?}");
        }
        for tally in taken.told.tallies() {
            prop_assert!(tally.finding.found.is_empty() || tally.finding.row == Some(1));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in TEXTS) {
        let _ = htcds(text.as_bytes(), "list.csv", None);
        let _ = propose(text.as_bytes(), "list.csv", None).map(|proposal| {
            map(&proposed(&proposal, "list.csv"), "map.toml").expect("what is written is a map")
        });
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = htcds(&bytes, "list", None);
    }

    #[test]
    fn a_list_by_a_map_loses_nothing_either(rows in rows(4)) {
        let map = map(BORN, "map.toml").expect("a map");
        let mut text = csv::Writer::from_writer(Vec::new());
        text.write_record(["Sex", "Born", "Own", "Other"]).expect("a header");
        for row in &rows {
            text.write_record(row).expect("a row");
        }
        let text = text.into_inner().expect("in memory");
        let Ok(taken) = table(&text, "list.csv", &map) else {
            return Ok(());
        };
        prop_assume!(!taken.told.is_refused());
        let filled = rows.iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty()));
        for (row, case) in filled.zip(&taken.cases) {
            let texts = texts(&case.record);
            for cell in row.iter().filter(|cell| !cell.trim().is_empty()) {
                let held = texts.iter().any(|text| text.contains(cell.as_str()));
                prop_assert!(held, "{cell:?} {texts:?}");
            }
            prop_assert!(case.record.answers.iter().any(|answer| answer.question == AS_FOUND));
        }
    }
}
