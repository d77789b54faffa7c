//! Stories of dossiers, and what they come to.

use jiff::civil::date;
use terms::cell::Absence;

use super::*;
use crate::concept::Concepts;
use crate::record::{Answer, Class};

/// What one record says: `group/question`-less triples of group, concept and what was said.
fn record(said: &[(&str, &str, &str)]) -> Vec<Said> {
    said.iter()
        .map(|(group, concept, text)| Said {
            group: (*group).to_owned(),
            concept: (*concept).to_owned(),
            value: value(concept, text),
        })
        .collect()
}

fn value(concept: &str, text: &str) -> Value {
    if text == "refused" {
        return Value::Absent(Absence::Refused);
    }
    if let Ok(day) = text.parse() {
        return Value::Date(day);
    }
    if let Ok(number) = text.parse() {
        return Value::Number(number);
    }
    let known = Concepts::standard().get(concept).expect("a concept");
    known
        .coded(text)
        .unwrap_or_else(|| panic!("{text} is no code of {concept}"))
}

fn one(rows: &[(Unit, Row)], unit: Unit) -> Row {
    let mut of = rows.iter().filter(|(of, _)| *of == unit);
    let row = of
        .next()
        .unwrap_or_else(|| panic!("a row of {}", unit.code()));
    assert!(of.next().is_none(), "one row of {}", unit.code());
    row.1.clone()
}

fn code<'a>(row: &'a Row, column: &str) -> Option<&'a str> {
    row.get(column)
        .and_then(|codes| codes.first())
        .map(String::as_str)
}

#[test]
fn a_girl_is_taken_in_identified_and_helped() {
    let records = [
        record(&[
            ("", "event.date_recorded", "2031-02-10"),
            ("person", "person.sex", "F"),
            ("person", "person.age_group", "unknown"),
            ("person", "person.age_presumed", "yes"),
            ("person", "person.citizenship", "XAB"),
            ("situation", "event.date_detected", "2031-01-28"),
            ("situation", "tip.exploitation", "forced_labour"),
            ("situation", "tip.exploitation", "sexual_exploitation"),
            ("situation", "tip.act", "recruitment"),
            ("situation", "tip.country_detected", "XAA"),
        ]),
        record(&[
            ("", "event.date_recorded", "2031-03-02"),
            ("", "identification.status", "identified"),
            ("", "identification.date", "2031-03-01"),
            ("", "identification.by", "referral_mechanism"),
        ]),
        record(&[
            ("", "event.date_recorded", "2031-04-05"),
            ("", "service.received", "shelter"),
            ("", "service.received", "medical"),
        ]),
        record(&[
            ("", "event.date_recorded", "2031-04-20"),
            ("", "service.received", "shelter"),
            ("", "person.education", "refused"),
        ]),
    ];
    let rows = rows(PersonRole::Victim, &records);
    let victim = one(&rows, Unit::Victim);
    assert_eq!(code(&victim, "victim.detected"), Some("2031-01"));
    // In doubt about her age, and presumed to be a child: no means is asked for.
    assert_eq!(code(&victim, "victim.age_group"), Some("child"));
    assert_eq!(code(&victim, "victim.elements"), Some("recorded"));
    // Two forms, none named as the main one: each is kept, the main one is `mixed`.
    assert_eq!(code(&victim, "victim.form"), Some("mixed"));
    assert_eq!(victim["tip.exploitation"].len(), 2);
    assert_eq!(code(&victim, "victim.identification"), Some("identified"));
    assert_eq!(code(&victim, "victim.identified"), Some("2031-03"));
    assert_eq!(code(&victim, "victim.detection"), Some("on_territory"));
    assert_eq!(code(&victim, "person.education"), Some("absent.refused"));
    // Shelter in one month is one service, however often it is written down.
    let mut services: Vec<_> = rows
        .iter()
        .filter(|(unit, _)| *unit == Unit::Service)
        .map(|(_, row)| (code(row, "service.rendered"), code(row, "service.month")))
        .collect();
    services.sort();
    assert_eq!(
        services,
        [
            (Some("medical"), Some("2031-04")),
            (Some("shelter"), Some("2031-04"))
        ]
    );
}

#[test]
fn a_later_word_holds_and_a_reason_for_silence_does_not_unsay() {
    let records = [
        record(&[("", "person.sex", "M"), ("", "person.citizenship", "XAA")]),
        record(&[
            ("", "person.sex", "F"),
            ("", "person.citizenship", "refused"),
        ]),
    ];
    let victim = one(&rows(PersonRole::Victim, &records), Unit::Victim);
    assert_eq!(code(&victim, "person.sex"), Some("F"));
    assert_eq!(victim["person.citizenship"], ["XAA"]);
}

#[test]
fn an_adult_needs_a_means_and_a_national_comes_home() {
    let said = [
        ("", "person.age_years", "31"),
        ("", "person.citizenship", "XAA"),
        ("", "tip.country_repatriated_from", "XAB"),
        ("", "tip.act", "transfer"),
        ("", "tip.purpose", "servitude"),
    ];
    let victim = one(&rows(PersonRole::Victim, &[record(&said)]), Unit::Victim);
    assert_eq!(code(&victim, "victim.elements"), Some("not_all"));
    assert_eq!(code(&victim, "victim.age_group"), Some("adult"));
    assert_eq!(code(&victim, "victim.detection"), Some("repatriated"));
    assert_eq!(code(&victim, "victim.identification"), Some("presumed"));
}

#[test]
fn flows_go_by_regions_and_stay_unknown_without_them() {
    for (origin, found, flow) in [
        ("MWI", "MWI", "domestic"),
        ("MWI", "ZMB", "same_subregion"),
        ("FRA", "POL", "same_region"),
        ("NPL", "BRA", "transregional"),
        ("XAB", "XAA", "unknown"),
        ("stateless", "MWI", "unknown"),
    ] {
        let said = [
            ("", "person.citizenship", origin),
            ("", "tip.country_detected", found),
        ];
        let victim = one(&rows(PersonRole::Victim, &[record(&said)]), Unit::Victim);
        assert_eq!(code(&victim, "victim.flow"), Some(flow), "{origin} {found}");
    }
}

fn step(turn: usize, name: &str, day: &str, outcome: Option<&str>) -> Vec<Said> {
    let group = format!("step[{turn}]");
    let mut said = vec![
        (group.as_str(), "justice.step", name),
        (group.as_str(), "justice.step_date", day),
    ];
    said.extend(outcome.map(|outcome| (group.as_str(), "justice.step_outcome", outcome)));
    record(&said)
}

#[test]
fn an_accused_person_is_in_contact_prosecuted_and_convicted_in_three_years() {
    let mut told = record(&[("person", "person.sex", "M")]);
    told.extend(step(1, "arrest", "2030-11-03", None));
    told.extend(step(2, "charge", "2030-12-20", None));
    told.extend(step(
        3,
        "decision_to_prosecute",
        "2031-02-01",
        Some("prosecuted"),
    ));
    let mut verdict = step(1, "verdict", "2032-05-05", Some("convicted"));
    verdict.push(Said {
        group: "step[1]".to_owned(),
        concept: "justice.prison_months".to_owned(),
        value: Value::Number(84),
    });
    let records = [told, verdict.clone()];
    let row = one(&rows(PersonRole::Suspect, &records), Unit::Accused);
    assert_eq!(code(&row, "accused.sex"), Some("M"));
    assert_eq!(code(&row, "accused.in_contact"), Some("2030-11"));
    assert_eq!(code(&row, "accused.prosecuted"), Some("2031-02"));
    assert_eq!(code(&row, "accused.convicted"), Some("2032-05"));
    assert_eq!(code(&row, "accused.ending"), Some("convicted"));
    assert_eq!(code(&row, "accused.prison"), Some("60-119"));
    // Overturned: the verdict of that year stays a fact, the person is acquitted.
    let appeal = step(1, "appeal", "2033-01-01", Some("overturned"));
    let records = [records[0].clone(), verdict, appeal];
    let row = one(&rows(PersonRole::Suspect, &records), Unit::Accused);
    assert_eq!(code(&row, "accused.convicted"), Some("2032-05"));
    assert_eq!(code(&row, "accused.ending"), Some("acquitted"));
    assert_eq!(code(&row, "accused.prison"), None);
}

#[test]
fn whoever_is_not_prosecuted_is_not_counted_as_prosecuted() {
    let mut told = step(1, "charge", "2030-12-20", None);
    told.extend(step(
        2,
        "decision_to_prosecute",
        "2031-02-01",
        Some("not_prosecuted"),
    ));
    let row = one(&rows(PersonRole::Suspect, &[told]), Unit::Accused);
    assert_eq!(code(&row, "accused.prosecuted"), None);
    assert_eq!(code(&row, "accused.charged"), Some("2030-12"));
    assert_eq!(code(&row, "accused.ending"), Some("not_prosecuted"));
    // Where no decision is recorded, the charge stands for it.
    let told = step(1, "charge", "2030-12-20", None);
    let row = one(&rows(PersonRole::Suspect, &[told]), Unit::Accused);
    assert_eq!(code(&row, "accused.prosecuted"), Some("2030-12"));
}

#[test]
fn a_case_tells_of_each_accused_person_apart() {
    let reported = record(&[
        ("", "event.date_recorded", "2030-05-02"),
        ("", "justice.offence", "trafficking"),
        ("", "justice.stage", "reported"),
        ("", "justice.stage_date", "2030-05-01"),
        ("accused[1]", "accused.sex", "M"),
        ("accused[1]", "justice.outcome", "pending"),
        ("accused[2]", "accused.sex", "F"),
        ("accused[2]", "justice.outcome", "pending"),
    ]);
    let decided = record(&[
        ("", "event.date_recorded", "2031-06-02"),
        ("", "justice.stage", "decision"),
        ("", "justice.stage_date", "2031-06-01"),
        ("accused[1]", "accused.sex", "M"),
        ("accused[1]", "justice.outcome", "convicted"),
        ("accused[1]", "justice.prison_months", "6"),
        ("accused[2]", "accused.sex", "F"),
        ("accused[2]", "justice.outcome", "acquitted"),
    ]);
    let rows = rows(PersonRole::Case, &[reported, decided]);
    let case = one(&rows, Unit::Case);
    assert_eq!(code(&case, "case.reported"), Some("2030-05"));
    assert_eq!(code(&case, "case.decided"), Some("2031-06"));
    let accused: Vec<_> = rows
        .iter()
        .filter(|(unit, _)| *unit == Unit::Accused)
        .map(|(_, row)| {
            let columns = [
                "accused.sex",
                "accused.ending",
                "accused.convicted",
                "accused.prison",
            ];
            columns.map(|column| code(row, column))
        })
        .collect();
    assert_eq!(
        accused,
        [
            [Some("M"), Some("convicted"), Some("2031-06"), Some("1-11")],
            [Some("F"), Some("acquitted"), None, None],
        ]
    );
}

#[test]
fn nothing_nominal_and_no_text_is_said() {
    let answer = |question: &str, concept: &str, class, value| Answer {
        question: question.to_owned(),
        concept: Some(concept.to_owned()),
        class,
        value,
    };
    let text = Value::Text("Person One".to_owned());
    let born = Value::Date(date(2014, 1, 1));
    let born_again = born.clone();
    let record = Record {
        form: "intake".to_owned(),
        form_version: "1".to_owned(),
        source: None,
        answers: vec![
            answer("name", "name", Class::Nominal, text.clone()),
            answer("name2", "person.sex", Class::Shareable, text),
            answer("born", "person.birth_date", Class::Nominal, born),
            // A form that says too little of a question is not believed.
            answer("born2", "person.birth_date", Class::Restricted, born_again),
            answer(
                "a/b[2]/sex",
                "person.sex",
                Class::Shareable,
                value("person.sex", "F"),
            ),
        ],
        findings: vec![],
    };
    let said: Vec<Said> = said(&record).collect();
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].group, "a/b[2]");
    // Of whom there is no record there is no row, lest the erased be counted; a record that says
    // nothing that can be counted is still about somebody.
    assert!(rows(PersonRole::Victim, &[]).is_empty());
    assert_eq!(rows(PersonRole::Victim, &[vec![], vec![]]).len(), 1);
    assert!(rows(PersonRole::Witness, &[said]).is_empty());
}

#[test]
fn each_row_stays_inside_the_columns_of_its_unit() {
    let everything: Vec<Said> = Concepts::standard()
        .iter()
        .filter_map(|concept| {
            let value = match &concept.kind {
                crate::concept::Kind::Coded(list) => {
                    let list = terms::list::CodeLists::standard().get(list);
                    let code = list.map_or("XAA", |list| list.codes()[0].code.as_str());
                    concept.coded(code)?
                }
                crate::concept::Kind::Date => Value::Date(date(2031, 1, 1)),
                crate::concept::Kind::Number => Value::Number(3),
                crate::concept::Kind::Text => return None,
            };
            Some(Said {
                group: String::new(),
                concept: concept.id.clone(),
                value,
            })
        })
        .collect();
    for role in PersonRole::ALL {
        for (unit, row) in rows(role, std::slice::from_ref(&everything)) {
            let known = column::columns(unit);
            // What a form says of something else than the unit is kept and not counted there.
            let is_concept = |id: &str| Concepts::standard().get(id).is_some();
            let stray: Vec<&String> = row
                .keys()
                .filter(|id| !known.iter().any(|column| column.id == **id))
                .filter(|id| !is_concept(id))
                .collect();
            assert!(stray.is_empty(), "{}: {stray:?}", unit.code());
        }
    }
}
