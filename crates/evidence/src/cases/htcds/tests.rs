//! The defects of the standard's toolkits, one by one, and what a row means.

use super::*;
use crate::cases::{AS_FOUND, Taken};
use crate::record::{Answer, Class, PersonRole, Record, Value};

fn sheet(rows: &[&[&str]]) -> Sheet {
    let mut sheet = Sheet::new(None);
    for (at, row) in rows.iter().enumerate() {
        sheet.push(at as u64 + 1, row.iter().copied());
    }
    sheet
}

fn taken(rows: &[&[&str]]) -> Taken {
    read(&sheet(rows), "cases.csv", None)
}

/// One row below a header, with two fields that make it one.
fn one(header: &[&str], row: &[&str]) -> (Record, Taken) {
    let header = [&["prs_FirstName", "prs_Gender", "cas_Status"], header].concat();
    let row = [&["Person One", "Feminine", "Active"], row].concat();
    let taken = taken(&[&header, &row]);
    assert_eq!(taken.cases.len(), 1, "{:?}", taken.told);
    (taken.cases[0].record.clone(), taken)
}

fn codes(taken: &Taken) -> Vec<&'static str> {
    taken
        .told
        .tallies()
        .map(|tally| tally.finding.code)
        .collect()
}

fn tells(taken: &Taken, code: &str, field: &str) -> bool {
    let of = |tally: &crate::cases::Tally| {
        tally.finding.code == code && tally.finding.field.as_deref() == Some(field)
    };
    taken.told.tallies().any(of)
}

fn bound<'a>(record: &'a Record, concept: &str) -> Vec<&'a str> {
    let of = |answer: &&'a Answer| answer.concept.as_deref() == Some(concept);
    let said = record.answers.iter().filter(of);
    said.map(|answer| match &answer.value {
        Value::Text(text) => text.as_str(),
        Value::Coded { code, .. } => code.as_str(),
        other => panic!("{other:?}"),
    })
    .collect()
}

fn answer<'a>(record: &'a Record, question: &str) -> &'a Answer {
    let of = |answer: &&Answer| answer.question == question;
    record.answers.iter().find(of).expect(question)
}

fn as_found(record: &Record) -> &str {
    match &answer(record, AS_FOUND).value {
        Value::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn defect_1_names_with_an_underscore() {
    let rows: [&[&str]; 2] = [
        &["prs_First_Name", "prs_Second_Name", "prs_Gender"],
        &["Anna", "Xample", "Feminine"],
    ];
    let taken = taken(&rows);
    let record = &taken.cases[0].record;
    assert_eq!(bound(record, "name"), ["Anna", "Xample"]);
    assert_eq!(
        answer(record, "prs_SecondName").value,
        Value::Text("Xample".into())
    );
    assert!(tells(&taken, "header_spelled_otherwise", "prs_First_Name"));
    assert!(tells(&taken, "header_spelled_otherwise", "prs_Second_Name"));
}

#[test]
fn defect_2_methods_of_control_with_underscores() {
    let (record, taken) = one(&["vic_Methods_of_Control"], &["DebtBondage FalsePromises"]);
    assert_eq!(
        bound(&record, "tip.means_of_control"),
        ["DebtBondage", "FalsePromises"]
    );
    assert!(tells(
        &taken,
        "header_spelled_otherwise",
        "vic_Methods_of_Control"
    ));
    assert!(as_found(&record).contains("vic_Methods_of_Control: DebtBondage FalsePromises"));
}

#[test]
fn defect_3_several_industries_where_the_standard_takes_one() {
    let (record, taken) = one(
        &["vic_ForcedLabourIndustry"],
        &["F_Construction C_Manufacturing"],
    );
    assert_eq!(
        bound(&record, "tip.industry"),
        ["F_Construction", "C_Manufacturing"]
    );
    assert!(tells(
        &taken,
        "several_in_one_choice",
        "vic_ForcedLabourIndustry"
    ));
}

#[test]
fn defect_4_one_citizenship_where_the_standard_takes_several() {
    let header: &[&str] = &["prs_First_Name", "prs_Gender", "prs_Citizenship"];
    let form = taken(&[header, &["Anna", "Feminine", "ZM"]]);
    assert_eq!(bound(&form.cases[0].record, "person.citizenship"), ["ZMB"]);
    assert!(tells(&form, "citizenship_asked_once", "prs_Citizenship"));
    let (record, other) = one(&["prs_Citizenship"], &["Zambian; MW"]);
    assert_eq!(bound(&record, "person.citizenship"), ["ZMB", "MWI"]);
    assert!(!codes(&other).contains(&"citizenship_asked_once"));
}

#[test]
fn defect_5_the_form_asks_for_the_second_name_as_title() {
    let header: &[&str] = &["prs_First_Name", "prs_Gender", "prs_Title"];
    let form = taken(&[header, &["Anna", "Feminine", "Xample"]]);
    assert_eq!(bound(&form.cases[0].record, "name"), ["Anna", "Xample"]);
    assert!(tells(&form, "title_asked_as_second_name", "prs_Title"));
    let (record, _) = one(&["prs_Title"], &["Director"]);
    assert_eq!(bound(&record, "name"), ["Person One"]);
}

#[test]
fn defect_6_a_reason_that_was_asked_as_text() {
    let field = "cas_ReasonForIncomingReferral";
    let header: &[&str] = &["prs_First_Name", "prs_Gender", field];
    let form = taken(&[header, &["Anna", "Feminine", "Other"]]);
    assert_eq!(bound(&form.cases[0].record, "case.referral_in"), ["Other"]);
    assert!(tells(&form, "reason_asked_as_text", field));
    let (record, _) = one(&[field], &["additional services required"]);
    assert_eq!(
        bound(&record, "case.referral_in"),
        ["AdditionalServicesRequired"]
    );
    let (record, taken) = one(&[field], &["she asked to come"]);
    assert_eq!(bound(&record, "case.referral_in"), [""; 0]);
    let kept = answer(&record, field);
    assert_eq!(
        (kept.class, &kept.value),
        (Class::Nominal, &Value::Text("she asked to come".into()))
    );
    assert!(tells(&taken, "value_unknown", field));
}

#[test]
fn defect_7_core_fields_that_the_form_lacks() {
    let (_, taken) = one(&[], &[]);
    let absent = taken
        .told
        .tallies()
        .find(|tally| tally.finding.code == "core_fields_absent");
    let absent = &absent.expect("told").finding.allowed;
    assert!(absent.contains("cas_ReasonForOutgoingReferral"), "{absent}");
    let whole: Vec<&str> = Fields::standard()
        .fields
        .iter()
        .map(|field| field.name)
        .collect();
    let rows = sheet(&[&whole, &["Shelter of XA"]]);
    assert!(!codes(&read(&rows, "f", None)).contains(&"core_fields_absent"));
}

#[test]
fn defect_8_address_labels_that_stand_over_the_wrong_names() {
    let names: &[&str] = &[
        "prs_FirstName",
        "prs_Gender",
        "cas_Status",
        "prs_MailingCity",
        "prs_MailingCountry",
        "prs_MailingState",
        "prs_MailingStreet",
        "prs_MailingPostalCode",
    ];
    let labels: &[&str] = &[
        "First Name",
        "Gender",
        "Status",
        "Mailing Street",
        "Mailing City",
        "Mailing State/Province",
        "Zip",
        "Mailing Country",
    ];
    let row: &[&str] = &[
        "Anna", "Feminine", "Active", "Quay 7", "Port XA", "North", "0007", "XA",
    ];
    for rows in [[labels, names, row], [names, labels, row]] {
        let taken = taken(&rows);
        let record = &taken.cases[0].record;
        for (question, typed) in [
            ("prs_MailingStreet", "Quay 7"),
            ("prs_MailingCity", "Port XA"),
            ("prs_MailingState", "North"),
            ("prs_MailingPostalCode", "0007"),
            ("prs_MailingCountry", "XA"),
        ] {
            assert_eq!(
                answer(record, question).value,
                Value::Text(typed.into()),
                "{question}"
            );
        }
        let shifted = codes(&taken)
            .iter()
            .filter(|code| **code == "address_header_shifted")
            .count();
        assert_eq!(shifted, 4);
    }
}

#[test]
fn defect_9_a_letter_is_missing_in_the_name() {
    let field = "vic_TraffickinStatusDecisionMakingOrg";
    let (record, taken) = one(&[field], &["Police"]);
    assert_eq!(bound(&record, "identification.by"), ["law_enforcement"]);
    assert!(tells(&taken, "header_misspelt", field));
}

#[test]
fn defect_10_a_label_without_a_name() {
    let names: &[&str] = &["prs_FirstName", "prs_Gender", "cas_Status", ""];
    let labels: &[&str] = &[
        "First Name",
        "Gender",
        "Status",
        "Reason for Outgoing Referral",
    ];
    let taken = taken(&[labels, names, &["Anna", "Feminine", "Active", "Other"]]);
    assert_eq!(
        bound(&taken.cases[0].record, "case.referral_out"),
        ["Other"]
    );
    assert!(tells(
        &taken,
        "header_name_blank",
        "Reason for Outgoing Referral"
    ));
}

#[test]
fn defect_11_labels_that_hold_what_parts_them() {
    let typed = "Construction;Water supply; sewerage, waste management and remediation;Wholesale \
                 and retail trade; repair of motor vehicles and motorcycles";
    let (record, taken) = one(&["vic_ForcedLabourIndustry"], &[typed]);
    let industries = [
        "F_Construction",
        "E_WaterSupplySewerageWasteManagement",
        "G_WholesaleAndRetailTradeRepairOfMotorVehicles",
    ];
    assert_eq!(bound(&record, "tip.industry"), industries);
    assert!(tells(
        &taken,
        "label_holds_separator",
        "vic_ForcedLabourIndustry"
    ));
}

#[test]
fn defect_12_blanks_behind_a_value() {
    let (record, taken) = one(&["vic_MethodsOfControl"], &["DebtBondage ;Other"]);
    assert_eq!(
        bound(&record, "tip.means_of_control"),
        ["DebtBondage", "Other"]
    );
    assert!(tells(
        &taken,
        "value_blanks_removed",
        "vic_MethodsOfControl"
    ));
}

#[test]
fn a_form_in_groups_with_a_column_for_each_choice() {
    let header: &[&str] = &[
        "person/prs_First_Name",
        "person/prs_Gender",
        "victim/vic_Methods_of_Control",
        "victim/vic_Methods_of_Control/DebtBondage",
        "victim/vic_Methods_of_Control/Threatens children/family",
        "victim/vic_TypeOfExploitation/ForcedLabour",
        "victim/vic_TypeOfExploitation/Other",
        "meta/instanceID",
    ];
    let row: &[&str] = &[
        "Anna",
        "Feminine",
        "DebtBondage",
        "1",
        "0",
        "TRUE",
        "",
        "uuid:7",
    ];
    let taken = taken(&[header, row]);
    let record = &taken.cases[0].record;
    assert_eq!(bound(record, "tip.means_of_control"), ["DebtBondage"]);
    assert_eq!(bound(record, "tip.exploitation"), ["forced_labour"]);
    assert!(tells(&taken, "header_in_group", "person/prs_Gender"));
    let source = record.source.as_ref().expect("a source");
    assert_eq!(
        (source.source.as_str(), source.number.as_str()),
        ("htcds submission", "uuid:7")
    );
}

#[test]
fn what_the_own_list_cannot_hold_is_kept_beside_it() {
    let (record, taken) = one(
        &[
            "vic_TraffickingStatusDecisionMakingOrg",
            "vic_TypeOfExploitation",
        ],
        &["Court or prosecution", "Servitude"],
    );
    assert_eq!(bound(&record, "person.sex"), ["F"]);
    assert_eq!(bound(&record, "tip.exploitation"), ["slavery_similar"]);
    assert_eq!(bound(&record, "identification.by"), [""; 0]);
    let found = answer(&record, "prs_Gender");
    assert!(matches!(&found.value, Value::Coded { list, code, .. }
        if list == "htcds.prs_Gender" && code == "Feminine"));
    assert_eq!((found.class, &found.concept), (Class::Restricted, &None));
    assert!(tells(
        &taken,
        "value_without_target",
        "vic_TraffickingStatusDecisionMakingOrg"
    ));
    assert!(
        record
            .findings
            .iter()
            .any(|finding| finding.contains("gender was recorded, not sex"))
    );
}

#[test]
fn agreement_is_never_taken_as_a_fact() {
    let fields = ["con_Consent", "vic_AgreementToManagePersonalData"];
    let (record, taken) = one(&fields, &["true", "1"]);
    for field in fields {
        let kept = answer(&record, field);
        assert_eq!(
            (kept.class, &kept.concept),
            (Class::Nominal, &None),
            "{field}"
        );
        assert!(tells(&taken, "agreement_not_taken", field));
    }
    assert!(
        record
            .coded()
            .all(|(concept, ..)| !concept.starts_with("consent"))
    );
}

#[test]
fn ages_and_days_come_with_what_follows_from_them() {
    let header = [
        "prs_Birthdate",
        "vic_AgeWhenTrafficked",
        "hte_Type",
        "hte_Country",
    ];
    let (record, _) = one(&header, &["2014-05-06", "15.0", "Recruitment", "Malawi"]);
    let birth = answer(&record, "prs_Birthdate");
    assert_eq!(birth.class, Class::Nominal);
    assert_eq!(birth.concept.as_deref(), Some("person.birth_date"));
    assert_eq!(
        answer(&record, "vic_AgeWhenTrafficked").value,
        Value::Number(15)
    );
    assert_eq!(bound(&record, "tip.age_group_exploited"), ["child"]);
    assert_eq!(bound(&record, "tip.country_recruited"), ["MWI"]);
    let (record, taken) = one(&header[..2], &["04/05/2014", "150"]);
    assert_eq!(
        answer(&record, "prs_Birthdate").value,
        Value::Text("04/05/2014".into())
    );
    assert!(tells(&taken, "date_ambiguous", "prs_Birthdate"));
    assert!(tells(&taken, "age_out_of_range", "vic_AgeWhenTrafficked"));
}

#[test]
fn a_row_is_about_a_victim_a_suspect_or_both_apart() {
    let header: &[&str] = &[
        "prs_FirstName",
        "vic_TypeOfExploitation",
        "per_RoleInProcess",
        "cas_Status",
    ];
    let rows: [&[&str]; 4] = [
        header,
        &["Anna", "ForcedBegging", "", "Active"],
        &["Boris", "", "Recruiter Or Intermediary", "Active"],
        &["Clara", "SexualExploitation", "Smuggler|Abuser", "Closed"],
    ];
    let taken = taken(&rows);
    let roles: Vec<_> = taken
        .cases
        .iter()
        .map(|case| (case.row, case.role))
        .collect();
    let (victim, suspect) = (PersonRole::Victim, PersonRole::Suspect);
    assert_eq!(
        roles,
        [(2, victim), (3, suspect), (4, victim), (4, suspect)]
    );
    let (hers, other) = (&taken.cases[2].record, &taken.cases[3].record);
    assert_eq!(bound(hers, "perpetrator.role"), [""; 0]);
    assert_eq!(bound(other, "perpetrator.role"), ["Smuggler", "Abuser"]);
    assert_eq!(
        (
            bound(other, "tip.exploitation"),
            bound(other, "case.status")
        ),
        (vec![], vec![])
    );
    assert_eq!(
        (bound(hers, "name"), bound(other, "name")),
        (vec!["Clara"], vec!["Clara"])
    );
    assert!(codes(&taken).contains(&"row_of_two_roles"));
    assert_ne!(hers.source, other.source);
}

#[test]
fn a_row_is_known_again_by_its_number_or_by_what_it_says() {
    let header: &[&str] = &["Case Number", "prs_FirstName", "prs_Gender", "cas_Status"];
    let rows: [&[&str]; 3] = [
        header,
        &["17", "A", "Feminine", "Active"],
        &["18", "B", "", ""],
    ];
    let numbered = read(&sheet(&rows), "may.csv", Some("Shelter of XA"));
    let source = numbered.cases[1].record.source.clone().expect("a source");
    assert_eq!(
        (source.source.as_str(), source.number.as_str()),
        ("Shelter of XA", "18")
    );
    // A case of two persons has one number twice.
    let rows: [&[&str]; 3] = [
        header,
        &["17", "A", "Feminine", "Active"],
        &["17", "B", "", ""],
    ];
    let apart = read(&sheet(&rows), "may.csv", None);
    assert_eq!(apart.cases.len(), 2);
    assert_ne!(apart.cases[0].record.source, apart.cases[1].record.source);
    assert!(codes(&apart).contains(&"key_column_passed_over"));
    let header: &[&str] = &["prs_Title", "prs_Gender", "cas_Status"];
    let same: &[&str] = &["", "Feminine", "Active"];
    let twins = taken(&[header, same, same]);
    assert_eq!(twins.cases.len(), 2);
    assert_ne!(twins.cases[0].record.source, twins.cases[1].record.source);
}

#[test]
fn nothing_of_a_cell_is_told() {
    let header = [
        "prs_MaritalStatus",
        "Remarks",
        "prs_Birthdate",
        "prs_Citizenship",
    ];
    let (record, taken) = one(&header, &["Secretive", "Hidden", "Concealed", "Unsaidland"]);
    let told: Vec<String> = taken
        .told
        .tallies()
        .map(|tally| tally.finding.message())
        .collect();
    let told = told.join("\n");
    for typed in [
        "Person One",
        "Secretive",
        "Hidden",
        "Concealed",
        "Unsaidland",
    ] {
        assert!(!told.contains(typed), "{typed} in {told}");
        let kept = |answer: &Answer| answer.value == Value::Text(typed.into());
        assert!(record.answers.iter().any(kept), "{typed}");
    }
    assert!(
        record
            .findings
            .iter()
            .any(|finding| finding.contains("Secretive"))
    );
    insta::assert_snapshot!(told);
}

#[test]
fn a_sheet_without_fields_of_the_standard_is_refused_without_its_words() {
    let taken = taken(&[&["Anna", "Xample", "17"], &["Boris", "Sample", "18"]]);
    assert!(taken.told.is_refused());
    assert_eq!(codes(&taken), ["header_missing"]);
    let told = taken.told.tallies().next().expect("told").finding.message();
    assert!(!told.contains("Anna"), "{told}");
}
