//! From a questionnaire that was filled in to a record, and back.
//!
//! A question that is bound to a concept answers with a code of the concept's list, as far as the
//! list knows it; a value of any other list is kept as a code of the form's own, which nothing
//! counts. What could not be used is in the record as it was typed, and a finding says so. The
//! class of an answer is the form's; an answer without one is nominal.

use evidence::concept::Concepts;
use evidence::record::{Answer, Class, PersonRole, Record, UNFINISHED, Value};
use instruments::fill::{AnswerKind, Answered, Filled, Instrument, Typed};
use jiff::civil::Date;

/// In what role a dossier is about somebody, or that it is about a case or an event, as the
/// questionnaire says it.
#[must_use]
pub fn role(instrument: &Instrument) -> PersonRole {
    let about = instrument.about().and_then(PersonRole::of_code);
    about.unwrap_or(PersonRole::Unstated)
}

/// The record of a questionnaire. One that is not finished waits: it is kept, and counted nowhere.
#[must_use]
pub fn record(instrument: &Instrument, filled: &Filled, finished: bool) -> Record {
    let mut findings: Vec<String> = Vec::new();
    if !finished {
        findings.push(UNFINISHED.to_owned());
    }
    findings.extend(filled.faults.iter().map(|fault| {
        let code = fault.kind.code();
        match &fault.message {
            Some(message) => format!("{}: {code}: {message}", fault.question),
            None => format!("{}: {code}", fault.question),
        }
    }));
    let answered = filled.answered.iter();
    Record {
        form: instrument.id().to_owned(),
        form_version: instrument.version().to_owned(),
        source: None,
        answers: answered.map(|one| answer(instrument, one)).collect(),
        findings,
    }
}

fn answer(instrument: &Instrument, answered: &Answered) -> Answer {
    let text = || Value::Text(answered.value.clone());
    let value = match answered.kind {
        AnswerKind::Choice => coded(instrument, answered),
        AnswerKind::Whole => answered
            .value
            .parse()
            .map_or_else(|_| text(), Value::Number),
        AnswerKind::Date => {
            let day = answered.value.parse::<Date>();
            day.map_or_else(|_| text(), Value::Date)
        }
        // What is computed is text to the form; a whole number among it can be counted.
        AnswerKind::Text if is_number(answered) => answered
            .value
            .parse()
            .map_or_else(|_| text(), Value::Number),
        AnswerKind::Text => text(),
    };
    let class = answered.class.as_deref().and_then(Class::of_code);
    let class = match value {
        // What was typed freely is nominal, whatever the question is.
        Value::Text(_) => Class::Nominal,
        _ => class.unwrap_or(Class::Nominal),
    };
    Answer {
        question: answered.question.clone(),
        concept: answered.concept.clone(),
        class,
        value,
    }
}

fn is_number(answered: &Answered) -> bool {
    let concept = answered.concept.as_deref();
    let concept = concept.and_then(|concept| Concepts::standard().get(concept));
    concept.is_some_and(|concept| concept.kind == evidence::concept::Kind::Number)
}

fn coded(instrument: &Instrument, answered: &Answered) -> Value {
    let concept = answered.concept.as_deref();
    let concept = concept.and_then(|concept| Concepts::standard().get(concept));
    let known = concept.and_then(|concept| concept.coded(&answered.value));
    known.unwrap_or_else(|| Value::Coded {
        list: format!(
            "{}.{}",
            instrument.id(),
            answered.list.as_deref().unwrap_or("choices")
        ),
        version: instrument.version().to_owned(),
        code: answered.value.clone(),
    })
}

/// What a record of this questionnaire says, to be gone on with. None if it is of another.
#[must_use]
pub fn typed(instrument: &Instrument, record: &Record) -> Option<Typed> {
    if record.form != instrument.id() || record.form_version != instrument.version() {
        return None;
    }
    let answers = record.answers.iter().filter_map(|answer| {
        let text = match &answer.value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Date(day) => day.to_string(),
            Value::Coded { code, .. } => code.clone(),
            Value::Absent(_) => return None,
        };
        Some((answer.question.as_str(), text))
    });
    Some(instrument.typed(answers))
}

#[cfg(test)]
mod tests {
    use evidence::dossier::{Unit, rows, said};
    use instruments::carried::carried;
    use instruments::evaluate::Clock;

    use super::*;

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

    fn filled(id: &str, answers: &[(&str, &str)]) -> Record {
        let answers = answers
            .iter()
            .map(|(question, text)| (*question, (*text).to_owned()));
        let typed = form(id).typed(answers);
        record(form(id), &form(id).fill(&typed, "en", CLOCK), true)
    }

    fn intake() -> Record {
        filled(
            "intake",
            &[
                ("case_code", "XA-17"),
                ("date_recorded", "2026-06-01"),
                ("consent_record", "yes"),
                ("person/pseudonym", "Synthetic One"),
                ("person/sex", "F"),
                ("person/age_group", "unknown"),
                ("person/age_presumed", "yes"),
                ("person/citizenship", "XXA"),
                ("situation/detected_by", "ngo"),
                ("situation/date_detected", "2026-05-20"),
                ("situation/country_detected", "XAA"),
                ("situation/exploitation", "forced_labour"),
                ("situation/exploitation", "forced_begging"),
                ("situation/act", "harbouring"),
                ("situation/needs", "shelter"),
            ],
        )
    }

    #[test]
    fn an_intake_comes_to_a_victim_as_the_global_report_counts_them() {
        let record = intake();
        assert_eq!(record.findings, Vec::<String>::new());
        assert_eq!(role(form("intake")), PersonRole::Victim);
        let rows = rows(PersonRole::Victim, &[said(&record).collect()]);
        let (unit, row) = &rows[0];
        assert_eq!(*unit, Unit::Victim);
        insta::assert_debug_snapshot!(row);
    }

    #[test]
    fn a_charge_comes_to_an_accused_person_who_is_charged_and_no_more() {
        let record = filled(
            "justice_chain",
            &[
                ("case_code", "XA-9"),
                ("date_recorded", "2026-06-01"),
                ("offence", "trafficking"),
                ("stage", "investigation"),
                ("stage_date", "2026-03-01"),
                ("n_accused", "1"),
                ("accused[1]/accused_sex", "M"),
                ("accused[1]/accused_age_group", "adult"),
                ("accused[1]/outcome", "pending"),
                ("accused[1]/steps[1]/step", "arrest"),
                ("accused[1]/steps[1]/step_date", "2026-03-20"),
                ("accused[1]/steps[2]/step", "charge"),
                ("accused[1]/steps[2]/step_date", "2026-04-02"),
            ],
        );
        assert_eq!(record.findings, Vec::<String>::new());
        let rows = rows(PersonRole::Case, &[said(&record).collect()]);
        insta::assert_debug_snapshot!(rows);
    }

    #[test]
    fn what_cannot_be_used_is_kept_nominal_with_a_finding() {
        let mut answers = vec![
            ("consent_record", "yes"),
            ("person/age_years", "sixteen or so"),
        ];
        answers.push(("situation/exploitation", "something else"));
        let record = filled("intake", &answers);
        let kept: Vec<(&str, Class, &Value)> = record
            .answers
            .iter()
            .map(|answer| (answer.question.as_str(), answer.class, &answer.value))
            .collect();
        let text = |text: &str| Value::Text(text.to_owned());
        assert!(kept.contains(&("person/age_years", Class::Nominal, &text("sixteen or so"))));
        let others = text("something else");
        assert!(kept.contains(&("situation/exploitation", Class::Nominal, &others)));
        insta::assert_snapshot!(record.findings.join("\n"));
        // What was typed as text says nothing that is counted.
        assert!(said(&record).all(|said| said.concept == "consent.record"));
    }

    #[test]
    fn a_record_is_gone_on_with_as_it_was() {
        let record = intake();
        let typed = typed(form("intake"), &record).expect("the same form");
        let again = super::record(
            form("intake"),
            &form("intake").fill(&typed, "en", CLOCK),
            true,
        );
        assert_eq!(again, record);
        assert!(super::typed(form("follow_up"), &record).is_none());
    }

    #[test]
    fn a_record_that_is_not_finished_says_so() {
        let nothing = form("intake").fill(&Typed::default(), "en", CLOCK);
        assert!(record(form("intake"), &nothing, false).is_unfinished());
        assert!(!record(form("intake"), &nothing, true).is_unfinished());
    }
}
