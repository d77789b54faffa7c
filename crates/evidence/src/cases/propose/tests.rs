//! What is proposed, how surely, and what is never written down.

use super::*;

fn sheet(rows: &[Vec<String>]) -> Sheet {
    let mut sheet = Sheet::new(None);
    for (at, row) in rows.iter().enumerate() {
        sheet.push(at as u64 + 1, row.iter().map(String::as_str));
    }
    sheet
}

/// A list of a shelter of XA with forty cases, plainly invented.
fn list(header: &[&str]) -> Sheet {
    let mut rows = vec![
        header
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>(),
    ];
    for at in 0..40 {
        let cells = [
            format!("XA-{at:03}"),
            format!("Person {at}"),
            ["Female", "Male"][at % 2].to_owned(),
            ["Zambian", "Malawian", "Nigerian"][at % 3].to_owned(),
            ["Sexual exploitation", "Forced labour", "Sex Exploitation"][at % 3].to_owned(),
            format!("{:02}/{:02}/2031", at % 28 + 1, at % 12 + 1),
            (12 + at).to_string(),
            ["1", "0"][at % 2].to_owned(),
            ["red", "blue"][at % 2].to_owned(),
        ];
        rows.push(cells.to_vec());
    }
    sheet(&rows)
}

const ENGLISH: [&str; 9] = [
    "Case No",
    "Surname",
    "Sex",
    "Nationality",
    "Type of exploitation",
    "Date of referral",
    "Age",
    "Debt bondage",
    "Colour",
];

fn summary(proposed: &Proposed) -> Vec<String> {
    let columns = proposed.columns.iter();
    columns
        .map(|proposal| {
            let concept = proposal.concept.as_deref().unwrap_or("-");
            format!(
                "{}: {concept} ({}) {}",
                proposal.column,
                proposal.sure.code(),
                proposal.why
            )
        })
        .collect()
}

#[test]
fn columns_are_recognised_by_name_and_values() {
    let proposed = propose(&list(&ENGLISH)).expect("a header");
    assert_eq!(proposed.key, Some(("Case No".to_owned(), Sure::Certain)));
    assert_eq!(proposed.warnings, [""; 0]);
    insta::assert_snapshot!(summary(&proposed).join("\n"));
    let date = &proposed.columns[5];
    assert_eq!(date.date.as_deref(), Some("%d/%m/%Y"));
    let form = &proposed.columns[4];
    let near = Some("sexual_exploitation".to_owned());
    assert_eq!(form.unknown, [("Sex Exploitation".to_owned(), near, 13)]);
    let debt = &proposed.columns[7];
    assert_eq!(debt.values, [("1".to_owned(), "DebtBondage".to_owned())]);
}

#[test]
fn names_are_known_in_french_and_portuguese() {
    let french = [
        "N° de dossier",
        "Nom",
        "Sexe",
        "Nationalité",
        "Forme d’exploitation",
        "Date de signalement",
        "Âge",
        "Dettes",
        "Couleur",
    ];
    let portuguese = [
        "Número do processo",
        "Apelido",
        "Sexo",
        "Nacionalidade",
        "Forma de exploração",
        "Data da deteção",
        "Idade",
        "Dívidas",
        "Cor",
    ];
    for header in [french, portuguese] {
        let proposed = propose(&list(&header)).expect("a header");
        let concepts: Vec<_> = proposed.columns[1..7]
            .iter()
            .map(|proposal| (proposal.concept.as_deref(), proposal.sure < Sure::Unsure))
            .collect();
        let expected = [
            "name",
            "person.sex",
            "person.citizenship",
            "tip.exploitation",
            "event.date_detected",
            "person.age_years",
        ];
        assert_eq!(concepts, expected.map(|concept| (Some(concept), true)));
        assert!(proposed.key.is_some_and(|(_, sure)| sure == Sure::Certain));
    }
}

#[test]
fn what_few_rows_say_is_never_written_down() {
    let mut rows = vec![vec!["No".to_owned(), "Sex".to_owned(), "Notes".to_owned()]];
    for at in 0..20 {
        let sex = if at == 7 {
            "Anna Xample of Port XA"
        } else {
            "F"
        };
        rows.push(vec![at.to_string(), sex.to_owned(), format!("note {at}")]);
    }
    let proposed = propose(&sheet(&rows)).expect("a header");
    let sex = &proposed.columns[1];
    assert_eq!((sex.unknown.len(), sex.unknown_unwritten), (0, 1));
    assert!(!format!("{proposed:?}").contains("Anna"));
    assert!(!format!("{proposed:?}").contains("note 3"));
}

#[test]
fn nothing_is_proposed_for_days_that_can_be_read_two_ways() {
    let mut rows = vec![vec!["No".to_owned(), "Date of birth".to_owned()]];
    for at in 1..12 {
        rows.push(vec![
            at.to_string(),
            format!("{at:02}/0{}/1990", at % 9 + 1),
        ]);
    }
    let proposed = propose(&sheet(&rows)).expect("a header");
    let born = &proposed.columns[1];
    assert_eq!((born.sure, &born.date), (Sure::Unsure, &None));
    assert!(born.why.contains("not certain"), "{}", born.why);
}

#[test]
fn tables_of_counts_and_lists_of_no_persons_are_said_to_be_so() {
    let text = |rows: &[&[&str]]| -> Vec<Vec<String>> {
        let owned = |row: &&[&str]| row.iter().map(|cell| (*cell).to_owned()).collect();
        rows.iter().map(owned).collect()
    };
    let counts = text(&[
        &["Country of Origin", "Female", "Male", "Total"],
        &["Zambia", "2", "3", "5"],
        &["Malawi", "1", "1", "2"],
        &["Nigeria", "4", "0", "4"],
    ]);
    let warnings = propose(&sheet(&counts)).expect("a header").warnings;
    assert!(warnings[0].contains("counts"), "{warnings:?}");
    let grants = text(&[
        &["grant", "recipient"],
        &["one", "Office X"],
        &["two", "Office Y"],
    ]);
    let warnings = propose(&sheet(&grants)).expect("a header").warnings;
    assert!(warnings[0].contains("no list of cases"), "{warnings:?}");
}

#[test]
fn a_row_of_figures_is_no_header() {
    let rows = vec![
        vec!["1".to_owned(), "Anna".to_owned()],
        vec!["2".to_owned(), "Boris".to_owned()],
    ];
    assert_eq!(propose(&sheet(&rows)), None);
}

#[test]
fn a_column_of_one_choice_is_known_by_its_name() {
    let header = [
        "No",
        "isForcedLabour",
        "isSexualExploit",
        "Other",
        "Called on",
    ];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    for at in 1..20 {
        let flag = (at % 2).to_string();
        let day = format!("2031-05-{at:02}");
        rows.push(vec![at.to_string(), flag.clone(), flag.clone(), flag, day]);
    }
    let proposed = propose(&sheet(&rows)).expect("a header");
    let said: Vec<_> = proposed.columns[1..]
        .iter()
        .map(|proposal| (proposal.concept.as_deref(), proposal.sure))
        .collect();
    let exploitation = Some("tip.exploitation");
    let expected = [
        (exploitation, Sure::Likely),
        (exploitation, Sure::Unsure),
        (None, Sure::Unsure),
        (Some("event.date_detected"), Sure::Unsure),
    ];
    assert_eq!(said, expected);
    assert_eq!(
        proposed.columns[2].values,
        [("1".to_owned(), "sexual_exploitation".to_owned())]
    );
}
