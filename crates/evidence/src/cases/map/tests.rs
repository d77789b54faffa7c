//! What a map can say, and what it is refused for.

use super::*;
use crate::cases::AS_FOUND;
use crate::record::Record;

fn sheet(rows: &[&[&str]]) -> Sheet {
    let mut sheet = Sheet::new(None);
    for (at, row) in rows.iter().enumerate() {
        sheet.push(at as u64 + 1, row.iter().copied());
    }
    sheet
}

fn column(names: &[&str], concept: &str) -> MapColumn {
    MapColumn {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        concept: Some(concept.to_owned()),
        ..MapColumn::default()
    }
}

fn map(columns: Vec<MapColumn>) -> Map {
    Map {
        form: "shelter list".into(),
        version: "1".into(),
        key: vec![vec!["No".into()]],
        columns,
        ..Map::default()
    }
}

fn refusals(taken: &Taken) -> Vec<(&'static str, String, String)> {
    let refused = taken
        .told
        .tallies()
        .filter(|tally| tally.weight == Weight::Refused);
    refused
        .map(|tally| {
            let finding = &tally.finding;
            (
                finding.code,
                finding.field.clone().unwrap_or_default(),
                finding.allowed.clone(),
            )
        })
        .collect()
}

fn said(record: &Record, question: &str) -> Vec<Value> {
    let of = |answer: &&Answer| answer.question == question;
    record
        .answers
        .iter()
        .filter(of)
        .map(|answer| answer.value.clone())
        .collect()
}

fn coded(concept: &str, code: &str) -> Value {
    let concept = Concepts::standard().get(concept).expect(concept);
    concept.coded(code).expect(code)
}

/// A map that says something of every kind.
fn of_every_kind() -> Map {
    let mut exploitation = column(&["Exploitation", "Type"], "tip.exploitation");
    exploitation.values = BTreeMap::from([
        (
            "Sex Exploitation".into(),
            vec!["sexual_exploitation".into()],
        ),
        (
            "Both".into(),
            vec!["sexual_exploitation".into(), "forced_labour".into()],
        ),
    ]);
    exploitation.separator = Some(" + ".into());
    let mut detected = column(&["Found on"], "event.date_detected");
    detected.date = Some("%d/%m/%Y".into());
    let mut debt = column(&["Debt"], "tip.means_of_control");
    debt.values = BTreeMap::from([("1".into(), vec!["DebtBondage".into()])]);
    debt.blank = vec!["0".into()];
    let mut age = column(&["Age"], "person.age_years");
    age.absent = BTreeMap::from([("would not say".into(), "refused".into())]);
    age.class = Some("nominal".into());
    let mut gender = column(&["Gender"], "person.sex");
    gender.list = Some("htcds.prs_Gender@2.0".into());
    let mut map = map(vec![exploitation, detected, debt, age, gender]);
    map.constants = vec![("tip.country_detected".into(), "XXB".into())];
    map
}

#[test]
fn a_map_says_what_each_column_means() {
    let map = of_every_kind();
    assert_eq!(map.faults("map.toml"), []);
    let rows = sheet(&[
        &["Cases of 2031"],
        &["No", "type", "Found on", "Debt", "Age", "Gender", "Remarks"],
        &[
            "1",
            "Sex Exploitation + forced begging",
            "03/04/2031",
            "1",
            "17",
            "Masculine",
            "tall",
        ],
        &[
            "2",
            "both",
            "2031-04-05",
            "0",
            "Would not say",
            "Female",
            "",
        ],
    ]);
    let taken = map.read(&rows, "cases.csv");
    assert_eq!(refusals(&taken), []);
    let [first, second] = [&taken.cases[0].record, &taken.cases[1].record];
    let forms = |record: &Record| said(record, "type");
    assert_eq!(
        forms(first),
        ["sexual_exploitation", "forced_begging"].map(|code| coded("tip.exploitation", code))
    );
    assert_eq!(
        forms(second),
        ["sexual_exploitation", "forced_labour"].map(|code| coded("tip.exploitation", code))
    );
    assert_eq!(
        said(first, "Found on"),
        [Value::Date(jiff::civil::date(2031, 4, 3))]
    );
    assert_eq!(
        said(first, "Debt"),
        [coded("tip.means_of_control", "DebtBondage")]
    );
    assert_eq!(said(second, "Debt"), []);
    assert_eq!(
        said(first, "Age"),
        [Value::Number(17), coded("person.age_group", "child")]
    );
    assert_eq!(said(second, "Age"), [Value::Absent(Absence::Refused)]);
    assert!(said(first, "Gender").contains(&coded("person.sex", "M")));
    assert_eq!(said(second, "Gender"), [coded("person.sex", "F")]);
    assert_eq!(said(first, "Remarks"), [Value::Text("tall".into())]);
    assert_eq!(
        said(first, "tip.country_detected"),
        [coded("tip.country_detected", "XXB")]
    );
    let found = "cases.csv, row 4\ntype: both\nDebt: 0\nAge: Would not say\nGender: Female";
    assert_eq!(said(second, AS_FOUND), [Value::Text(found.into())]);
    let source = first
        .source
        .as_ref()
        .map(|key| (key.source.as_str(), key.number.as_str()));
    assert_eq!(source, Some(("shelter list", "1")));
}

#[test]
fn a_class_is_stricter_where_the_map_says_so() {
    let map = of_every_kind();
    let header: &[&str] = &["No", "Type", "Found on", "Debt", "Age", "Gender"];
    let rows = sheet(&[header, &["1", "", "", "", "17", "M"]]);
    let taken = map.read(&rows, "cases.csv");
    let first = &taken.cases[0].record;
    let of = |question: &str| {
        let mut answers = first.answers.iter();
        answers.find(|answer| answer.question == question)
    };
    assert_eq!(of("Age").map(|answer| answer.class), Some(Class::Nominal));
    assert_eq!(
        of("Gender").map(|answer| answer.class),
        Some(Class::Shareable)
    );
}

#[test]
fn a_role_comes_from_a_column() {
    let mut map = map(vec![column(&["Sex"], "person.sex")]);
    map.role_column = Some((
        "Role".into(),
        BTreeMap::from([
            ("VoT".into(), "victim".into()),
            ("Trafficker".into(), "suspect".into()),
        ]),
    ));
    let rows = sheet(&[
        &["No", "Sex", "Role"],
        &["1", "F", "vot"],
        &["2", "M", "trafficker"],
    ]);
    let roles: Vec<_> = map
        .read(&rows, "f")
        .cases
        .iter()
        .map(|case| case.role)
        .collect();
    assert_eq!(roles, [PersonRole::Victim, PersonRole::Suspect]);
    let rows = sheet(&[&["No", "Sex", "Role"], &["1", "F", "Person One"]]);
    let refused = refusals(&map.read(&rows, "f"));
    assert_eq!(
        (refused[0].0, refused[0].1.as_str()),
        ("role_unknown", "Role")
    );
    assert!(!refused[0].2.contains("Person One"));
}

#[test]
fn a_file_that_does_not_fit_the_map_is_refused() {
    let whole = map(vec![column(&["Sex"], "person.sex")]);
    let of = |map: &Map, rows: &[&[&str]]| refusals(&map.read(&sheet(rows), "f"));
    let header: &[&str] = &["No", "Sex"];
    let missing = of(&whole, &[&["No", "Sexe", "Age"], &["1", "F", "20"]]);
    assert_eq!(missing[0].0, "header_missing", "{missing:?}");
    let mut two = whole.clone();
    two.columns.push(column(&["Agee"], "person.age_years"));
    let missing = of(&two, &[&["No", "Sex", "Age"], &["1", "F", "20"]]);
    assert_eq!(
        (missing[0].0, missing[0].1.as_str()),
        ("map_column_missing", "Agee")
    );
    assert!(missing[0].2.contains("“Age”"), "{missing:?}");
    two.columns[1].optional = true;
    assert_eq!(of(&two, &[header, &["1", "F"]]), []);
    let key = of(&whole, &[&["Nr", "Sex"], &["1", "F"]]);
    assert_eq!((key[0].0, key[0].1.as_str()), ("key_column_missing", "No"));
    let blank = of(&whole, &[header, &["", "F"]]);
    assert_eq!(blank[0].0, "key_blank");
    let twice = of(&whole, &[header, &["1", "F"], &["1", "M"]]);
    assert_eq!(twice[0].0, "key_repeated");
    assert_eq!(of(&whole, &[header, &["1", "F"], &["1", "F"]]), []);
    assert_eq!(
        of(&whole, &[header, &["1", "F"], header])[0].0,
        "header_repeated"
    );
    assert_eq!(of(&whole, &[header])[0].0, "rows_missing");
    assert_eq!(
        of(&whole, &[&["No", "Sex", "Sex"], &["1", "F", "M"]])[0].0,
        "column_twice"
    );
    let mut unbound = whole.clone();
    unbound.columns[0].concept = None;
    assert_eq!(of(&unbound, &[header, &["1", "F"]])[0].0, "nothing_bound");
    let counts: [&[&str]; 4] = [
        &["No", "Sex", "Total"],
        &["10", "F", "10"],
        &["20", "M", "20"],
        &["30", "F", "30"],
    ];
    assert_eq!(of(&whole, &counts)[0].0, "rows_are_counts");
    let mut cases = whole;
    cases.rows_are_cases = true;
    assert_eq!(of(&cases, &counts), []);
}

#[test]
fn faults_of_a_map_name_the_nearest() {
    let mut sex = column(&["Sex"], "person.sexe");
    sex.list = Some("htcds.gender@9".into());
    sex.date = Some("dd/mm/yyyy".into());
    sex.class = Some("secret".into());
    let mut form = column(&["Form"], "tip.exploitation");
    form.values = BTreeMap::from([("x".into(), vec!["sexual_explotation".into()])]);
    form.class = Some("public".into());
    let mut map = map(vec![sex, form, MapColumn::default()]);
    map.role = Some("victims".into());
    map.constants = vec![
        ("tip.country_detected".into(), "Zambbia".into()),
        ("name".into(), "Anna".into()),
    ];
    let faults = map.faults("map.toml");
    let faults: Vec<String> = faults.iter().map(|fault| fault.message()).collect();
    insta::assert_snapshot!(faults.join("\n"));
}
