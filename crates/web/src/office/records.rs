//! Records as they are shown to whoever reads them, in the words of their questionnaires.

use instruments::carried::carried;
use instruments::fill::{FaultKind, Instrument};
use office::{Concepts, PersonRole, ReadDossier, Record, Said, UNFINISHED, Value, filled};
use terms::id::RecordId;
use terms::list::CodeLists;

use super::questionnaires;
use crate::page::Page;

/// One answer of a record, as it is shown.
pub(crate) struct Shown {
    pub(crate) question: String,
    pub(crate) value: String,
    /// Why there is none.
    pub(crate) absent: bool,
}

/// One record, as it is shown.
pub(crate) struct Sheet {
    pub(crate) form: String,
    pub(crate) replaced: bool,
    pub(crate) unfinished: bool,
    pub(crate) answers: Vec<Shown>,
    pub(crate) findings: Vec<String>,
    /// How it is gone on with; none if its questionnaire is not carried here.
    pub(crate) again: Option<Again>,
}

/// A record as the fields of a form, to be corrected or gone on with.
pub(crate) struct Again {
    pub(crate) record: RecordId,
    pub(crate) form: &'static str,
    pub(crate) fields: Vec<(String, String)>,
    /// Whether the next record begins where this one ends, as steps of a case do.
    pub(crate) goes_on: bool,
}

/// What an answer says, in the words of its questionnaire, or else of its concept and list.
fn answered(page: &Page, form: Option<&Instrument>, answer: Said) -> Shown {
    let (language, question) = (page.lang(), &answer.question);
    let concept = answer.concept.as_deref();
    let concept = concept.and_then(|id| Concepts::standard().get(id));
    let asked = form.and_then(|form| form.label(question, language));
    let asked = asked.or_else(|| Some(concept?.label(page.language()).to_owned()));
    let chosen = |code: &str| form.and_then(|form| form.choice(question, code, language));
    let listed = |list: &str, version: &str, code: &str| {
        let reference = format!("{list}@{version}").parse().ok()?;
        let entry = CodeLists::standard().get(&reference)?.get(code)?;
        Some(entry.label(page.language()).to_owned())
    };
    Shown {
        absent: matches!(answer.value, Value::Absent(_)),
        question: match (asked, turn_of(question)) {
            (Some(asked), Some(turn)) => format!("{asked} ({turn})"),
            (Some(asked), None) => asked,
            (None, _) => answer.concept.clone().unwrap_or_else(|| question.clone()),
        },
        value: match answer.value {
            Value::Text(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Date(date) => date.to_string(),
            Value::Coded {
                list,
                version,
                code,
            } => {
                let words = chosen(&code).or_else(|| listed(&list, &version, &code));
                words.unwrap_or(code)
            }
            Value::Absent(absence) => {
                page.t(format!("absent-{}", absence.code().replace('_', "-")))
            }
        },
    }
}

/// The turns of repeats that a question lies in: `2` or `2.1`.
fn turn_of(question: &str) -> Option<String> {
    let turns = question.split('[').skip(1);
    let turns: Vec<&str> = turns.filter_map(|part| part.split(']').next()).collect();
    (!turns.is_empty()).then(|| turns.join("."))
}

/// A finding in the words of the page, where it is one of a questionnaire.
fn found(page: &Page, form: Option<&Instrument>, finding: String) -> String {
    if finding == UNFINISHED {
        return page.t("dossier-unfinished");
    }
    let parts = finding.split_once(": ").and_then(|(question, rest)| {
        let (code, more) = rest.split_once(": ").unwrap_or((rest, ""));
        let kind = FaultKind::of_code(code)?;
        let label = form?.label(question, page.lang())?;
        Some((label, page.t(format!("fault-{}", kind.code())), more))
    });
    match parts {
        Some((label, said, "")) => format!("{label}: {said}"),
        Some((label, said, more)) => format!("{label}: {said} {more}"),
        None => finding,
    }
}

fn shown(page: &Page, number: RecordId, record: Record, replaced: bool) -> Sheet {
    let form = carried().iter().find(|form| form.id() == record.form);
    let again = form.and_then(|form| {
        let typed = filled::typed(form, &record)?;
        let turns = typed
            .turns()
            .map(|(path, turns)| (format!("#{path}"), turns.to_string()));
        let answers = typed.answers();
        let answers = answers.map(|(path, text)| (path.to_owned(), text.to_owned()));
        Some(Again {
            record: number,
            form: form.id(),
            goes_on: filled::role(form) == PersonRole::Case,
            fields: answers.chain(turns).collect(),
        })
    });
    let unfinished = record.is_unfinished();
    let answers = record.answers.into_iter();
    let findings = record.findings.into_iter();
    Sheet {
        answers: answers.map(|answer| answered(page, form, answer)).collect(),
        findings: findings.map(|one| found(page, form, one)).collect(),
        form: match form {
            Some(form) => questionnaires::title(page, form),
            None => format!("{} {}", record.form, record.form_version),
        },
        replaced,
        unfinished,
        again: again.filter(|_| !replaced),
    }
}

/// What was read, opened to be shown once.
pub(crate) fn sheets(page: &Page, read: ReadDossier) -> Vec<Sheet> {
    let warrant = read.warrant;
    let records = read.records.into_iter();
    records
        .map(|(number, replaced, record)| {
            shown(page, number, record.into_exposed(&warrant), replaced)
        })
        .collect()
}
