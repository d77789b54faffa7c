//! Forms that are carried, filled in at a page.

use instruments::carried::carried;
use instruments::evaluate::Clock;
use instruments::fill::{AnswerKind, Asks, FaultKind, Filled, Instrument, Item, Question, Typed};

/// 30 June 2026, 10:00 UTC.
const CLOCK: Clock = Clock {
    now: 1_782_813_600_000,
    ahead_minutes: 0,
};

fn form(id: &str) -> &'static Instrument {
    let mut all = carried().iter();
    all.find(|one| one.id() == id)
        .expect("a form that is carried")
}

fn typed(answers: &[(&str, &str)]) -> Typed {
    let mut typed = Typed::default();
    for (path, text) in answers {
        typed.answer(path, text);
    }
    typed
}

fn question<'f>(filled: &'f Filled, path: &str) -> Option<&'f Question> {
    filled.items.iter().find_map(|item| match item {
        Item::Question(question) if question.path == path => Some(question),
        _ => None,
    })
}

fn answers(filled: &Filled) -> Vec<(&str, &str)> {
    let answered = filled.answered.iter();
    answered
        .map(|one| (one.question.as_str(), one.value.as_str()))
        .collect()
}

const AGREED: [(&str, &str); 8] = [
    ("/data/case_code[1]", "XA-17"),
    ("/data/date_recorded[1]", "2026-06-01"),
    ("/data/consent_record[1]", "yes"),
    ("/data/person[1]/sex[1]", "F"),
    ("/data/person[1]/age_group[1]", "unknown"),
    ("/data/person[1]/age_presumed[1]", "yes"),
    ("/data/situation[1]/detected_by[1]", "ngo"),
    ("/data/situation[1]/needs[1]", "shelter legal"),
];

#[test]
fn an_intake_shows_what_counts_and_answers_with_what_was_said() {
    let blank = form("intake").fill(&Typed::default(), "pt", CLOCK);
    let first = question(&blank, "/data/case_code[1]").expect("the first question");
    assert_eq!(first.label, "Código do processo");
    assert_eq!(
        first.hint.as_deref(),
        Some("O código da entidade, nunca um nome")
    );
    assert!(first.required);
    // The person comes only when they agree that it is written down.
    assert!(question(&blank, "/data/person[1]/sex[1]").is_none());
    let missing: Vec<&str> = blank
        .faults
        .iter()
        .map(|fault| fault.question.as_str())
        .collect();
    assert_eq!(missing, ["case_code", "date_recorded", "consent_record"]);

    let filled = form("intake").fill(&typed(&AGREED), "en", CLOCK);
    assert_eq!(filled.faults, []);
    assert_eq!(filled.carried, []);
    assert_eq!(
        answers(&filled),
        [
            ("case_code", "XA-17"),
            ("date_recorded", "2026-06-01"),
            ("consent_record", "yes"),
            ("person/sex", "F"),
            ("person/age_group", "unknown"),
            ("person/age_presumed", "yes"),
            ("situation/detected_by", "ngo"),
            ("situation/needs", "shelter"),
            ("situation/needs", "legal"),
        ]
    );
    let sex = &filled.answered[3];
    assert_eq!(sex.concept.as_deref(), Some("person.sex"));
    assert_eq!(sex.class.as_deref(), Some("shareable"));
    assert_eq!(
        (sex.list.as_deref(), sex.kind),
        (Some("sex"), AnswerKind::Choice)
    );
    assert_eq!(filled.answered[1].kind, AnswerKind::Date);
    let needs = question(&filled, "/data/situation[1]/needs[1]").expect("the needs");
    let Asks::Several(choices) = &needs.asks else {
        panic!("{:?}", needs.asks);
    };
    let chosen: Vec<&str> = choices
        .iter()
        .filter(|choice| choice.chosen)
        .map(|choice| choice.label.as_str())
        .collect();
    assert_eq!(chosen, ["Shelter", "Legal advice"]);
}

#[test]
fn who_does_not_agree_is_not_written_down_and_what_was_typed_comes_back_with_a_yes() {
    let mut all = AGREED;
    all[2].1 = "no";
    let refused = form("intake").fill(&typed(&all), "fr", CLOCK);
    let said: Vec<&str> = answers(&refused)
        .iter()
        .map(|(question, _)| *question)
        .collect();
    assert_eq!(said, ["case_code", "date_recorded", "consent_record"]);
    assert_eq!(refused.carried.len(), 5);
    let notes = refused
        .items
        .iter()
        .filter(|item| matches!(item, Item::Note(_)));
    assert_eq!(notes.count(), 1);
    let mut back = typed(&AGREED[..3]);
    for (path, text) in &refused.carried {
        back.answer(path, text);
    }
    let again = form("intake").fill(&back, "fr", CLOCK);
    assert_eq!(again.answered.len(), 9);
}

#[test]
fn what_cannot_be_used_stays_as_it_was_typed_with_a_fault() {
    let mut all = typed(&AGREED);
    all.answer("/data/person[1]/age_years[1]", "about 16");
    all.answer("/data/situation[1]/date_detected[1]", "2031-01-01");
    all.answer("/data/situation[1]/exploitation[1]", "never_heard_of");
    let filled = form("intake").fill(&all, "en", CLOCK);
    let faults: Vec<(&str, FaultKind, Option<&str>)> = filled
        .faults
        .iter()
        .map(|fault| {
            (
                fault.question.as_str(),
                fault.kind,
                fault.message.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        faults,
        [
            ("person/age_years", FaultKind::Unreadable, None),
            (
                "situation/date_detected",
                FaultKind::Rule,
                Some("Not in the future")
            ),
            ("situation/exploitation", FaultKind::NotOffered, None),
        ]
    );
    let years = question(&filled, "/data/person[1]/age_years[1]").expect("the age");
    assert_eq!(years.typed, "about 16");
    // And it is part of the record: nothing that was typed is lost.
    assert!(answers(&filled).contains(&("person/age_years", "about 16")));
    assert!(answers(&filled).contains(&("situation/exploitation", "never_heard_of")));
}

#[test]
fn a_case_has_as_many_accused_as_it_says_and_each_as_many_steps_as_are_added() {
    let mut all = typed(&[
        ("/data/n_accused[1]", "2"),
        ("/data/accused[2]/outcome[1]", "convicted"),
        ("/data/accused[2]/steps[2]/step[1]", "verdict"),
        ("/data/accused[2]/steps[2]/step_date[1]", "2026-02-03"),
        ("/data/accused[2]/steps[1]/step[1]", "charge"),
    ]);
    all.turn_count("/data/accused[2]/steps", 2);
    let filled = form("justice_chain").fill(&all, "en", CLOCK);
    assert!(answers(&filled).contains(&("accused[2]/steps[2]/step", "verdict")));
    assert!(answers(&filled).contains(&("n_convicted", "1")));
    let missing: Vec<&str> = filled
        .faults
        .iter()
        .map(|fault| fault.question.as_str())
        .collect();
    assert!(missing.contains(&"accused[1]/outcome"), "{missing:?}");
    assert!(
        missing.contains(&"accused[2]/steps[1]/step_date"),
        "{missing:?}"
    );
    let turns: Vec<(&str, usize, usize, bool)> = filled
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Turn {
                repeat,
                number,
                of,
                can_drop,
                ..
            } => Some((repeat.as_str(), *number, *of, *can_drop)),
            _ => None,
        })
        .collect();
    assert_eq!(
        turns,
        [
            ("/data/accused", 1, 2, false),
            ("/data/accused[1]/steps", 1, 1, true),
            ("/data/accused", 2, 2, false),
            ("/data/accused[2]/steps", 1, 2, true),
            ("/data/accused[2]/steps", 2, 2, true),
            ("/data/compensations", 1, 1, true),
        ]
    );
    let adds = filled
        .items
        .iter()
        .filter(|item| matches!(item, Item::Add { .. }));
    assert_eq!(adds.count(), 3);
    all.drop_turn("/data/accused[2]/steps", 1, 2);
    let fewer = form("justice_chain").fill(&all, "en", CLOCK);
    assert!(answers(&fewer).contains(&("accused[2]/steps[1]/step", "verdict")));
}

#[test]
fn the_way_from_a_record_back_to_the_form() {
    let chain = form("justice_chain");
    assert_eq!(chain.about(), Some("case"));
    let path = chain.path_of("accused[2]/steps[1]/step");
    assert_eq!(path.as_deref(), Some("/data/accused[2]/steps[1]/step[1]"));
    assert_eq!(chain.path_of("accused[2]/nothing"), None);
    assert_eq!(
        form("intake").path_of("person/sex").as_deref(),
        Some("/data/person[1]/sex[1]")
    );
}

#[test]
fn a_record_is_gone_on_with_from_its_answers() {
    let chain = form("justice_chain");
    let all = typed(&[
        ("/data/case_code[1]", "XA-9"),
        ("/data/n_accused[1]", "2"),
        ("/data/accused[2]/steps[1]/step[1]", "charge"),
        ("/data/accused[2]/steps[3]/step[1]", "verdict"),
        ("/data/accused[2]/steps[3]/step_outcome[1]", "acquitted"),
    ]);
    let mut three = all.clone();
    three.turn_count("/data/accused[2]/steps", 3);
    let first = chain.fill(&three, "en", CLOCK);
    let answered = first.answered.iter();
    let again = chain.typed(answered.map(|one| (one.question.as_str(), one.value.clone())));
    let second = chain.fill(&again, "en", CLOCK);
    assert_eq!(second.items, first.items);
    assert_eq!(second.answered, first.answered);
}

/// Whatever comes back from a page, the form is worked out and nothing that counts is lost.
#[test]
fn what_no_form_asks_for_is_carried_and_breaks_nothing() {
    let mut all = typed(&[
        ("/data", "x"),
        ("/data/person[9]/sex[1]", "F"),
        ("/other/person", "x"),
        ("//[[", "]"),
        ("/data/consent_record[99999999999999999999]", "yes"),
        ("/data/accused[0]", ""),
    ]);
    all.turn_count("/data/accused", usize::MAX);
    all.turn_count("/data/steps[", 3);
    for id in ["intake", "justice_chain"] {
        let filled = form(id).fill(&all, "xx", CLOCK);
        assert!(filled.carried.len() >= 4, "{:?}", filled.carried);
    }
}

#[test]
fn a_page_has_an_end_whatever_is_typed() {
    let mut all = typed(&[("/data/n_accused[1]", "99999")]);
    for turn in 1..=20 {
        all.turn_count(&format!("/data/accused[{turn}]/steps"), 200);
    }
    assert_eq!(all.turns().map(|(_, turns)| turns).sum::<usize>(), 500);
    let filled = form("justice_chain").fill(&all, "en", CLOCK);
    let accused = filled
        .items
        .iter()
        .filter(|item| matches!(item, Item::Turn { repeat, .. } if repeat == "/data/accused"));
    assert_eq!(accused.count(), 500);
    // The form says itself that these are too many.
    assert!(
        filled
            .faults
            .iter()
            .any(|fault| fault.question == "n_accused")
    );
}
