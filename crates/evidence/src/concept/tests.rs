use super::*;

fn answer(concept: &str, class: Class, value: Value) -> Answer {
    Answer {
        question: "q".to_owned(),
        concept: Some(concept.to_owned()),
        class,
        value,
    }
}

#[test]
fn each_concept_is_sound() {
    for concept in Concepts::standard().iter() {
        let id = &concept.id;
        for language in [Language::En, Language::Fr, Language::Pt] {
            assert!(!concept.label(language).is_empty(), "{id}");
        }
        assert!(!concept.source.is_empty(), "{id}");
        match &concept.kind {
            Kind::Coded(list) if list.id == CITIZENSHIP => {
                assert_eq!(list.version, CITIZENSHIP_VERSION, "{id}");
            }
            Kind::Coded(list) => {
                assert!(CodeLists::standard().get(list).is_some(), "{id}: {list}");
            }
            Kind::Text => assert_eq!(concept.class, Class::Nominal, "{id}"),
            Kind::Date | Kind::Number => {}
        }
    }
}

/// Each question of a shipped form that is about one person, case or event and is bound is bound
/// to a concept of the register, with the same list.
#[test]
fn forms_that_are_carried_are_bound_to_concepts_that_are_listed() {
    let forms = [
        include_str!("../../../../instruments/intake/form.md"),
        include_str!("../../../../instruments/follow_up/form.md"),
        include_str!("../../../../instruments/justice_chain/form.md"),
        include_str!("../../../../instruments/smuggling_event/form.md"),
    ];
    let mut bound = 0;
    for form in forms {
        let rows = form.lines().filter(|line| line.starts_with("| |"));
        let cells = rows.map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
        for row in cells {
            let named =
                |cell: &&&str| cell.contains('.') && Concepts::standard().get(cell).is_some();
            bound += row.iter().filter(named).count();
            let looks = row.iter().rev().take(3).find(|cell| {
                let family = cell.split_once('.').map(|(family, _)| family);
                matches!(
                    family,
                    Some("person" | "event" | "tip" | "justice" | "service" | "som")
                )
            });
            if let Some(concept) = looks {
                assert!(
                    Concepts::standard().get(concept).is_some(),
                    "{concept} is not listed"
                );
            }
        }
    }
    assert!(bound > 30, "{bound}");
}

#[test]
fn a_fault_in_the_file_names_row_and_field() {
    let head = "concept,of,kind,list,many,class,en,fr,pt,source\n";
    let of = |row: &str| Concepts::parse(&format!("{head}{row}\n")).expect_err("a fault");
    assert_eq!(of("a,nobody,text,,no,nominal,,,,x").field, "of");
    assert_eq!(of("a,person,coded,,no,nominal,,,,x").field, "list");
    assert_eq!(of("a,person,date,b@1,no,nominal,,,,x").field, "kind");
    assert_eq!(of("a,person,text,,perhaps,nominal,,,,x").field, "many");
    assert_eq!(of("a,person,text,,no,secret,,,,x").field, "class");
    let twice = of("a,person,text,,no,nominal,,,,x\na,person,text,,no,nominal,,,,x");
    assert_eq!((twice.row, twice.field), (2, "concept"));
}

#[test]
fn a_code_typed_as_text_becomes_the_code_and_nothing_else_does() {
    let typed = |text: &str| {
        let text = Value::Text(text.to_owned());
        bind(answer("person.citizenship", Class::Nominal, text))
    };
    for (text, code) in [
        ("MWI", "MWI"),
        (" XXA ", "stateless"),
        ("XXX", "unknown"),
        ("XAA", "XAA"),
    ] {
        let bound = typed(text);
        assert_eq!(bound.class, Class::Restricted);
        let expected = Concepts::standard()
            .get("person.citizenship")
            .and_then(|concept| concept.coded(code));
        assert_eq!(Some(bound.value), expected, "{text}");
    }
    for text in ["Malawi", "mwi", "M", "ZZZZ", "QQ"] {
        let bound = typed(text);
        assert_eq!(bound.class, Class::Nominal);
        assert_eq!(bound.value, Value::Text(text.to_owned()));
    }
    let unknown = answer("no.such", Class::Public, Value::Text("F".to_owned()));
    assert_eq!(bind(unknown.clone()), unknown);
}

#[test]
fn no_answer_travels_further_than_its_concept() {
    let wide = answer("tip.age_exploited_years", Class::Public, Value::Number(15));
    assert_eq!(bind(wide).class, Class::Restricted);
    let narrow = answer("person.sex", Class::Nominal, Value::Number(1));
    assert_eq!(bind(narrow).class, Class::Nominal);
}
