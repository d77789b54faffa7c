//! What a dossier says of a case, with the persons who are accused in it, or of an event.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::gather::{Gathered, code_of, month_of};
use super::{Row, Unit, justice};
use crate::record::Value;

/// The turns of a repeat of accused persons begin so.
const ACCUSED: &str = "accused[";

/// The row of the case, and one for each person accused in it.
pub(super) fn rows(gathered: &Gathered<'_>) -> Vec<(Unit, Row)> {
    let mut row = gathered.columns();
    row.retain(|concept, _| !concept.starts_with("accused."));
    let mut set = |column: &str, day: Option<Date>| {
        if let Some(day) = day {
            row.insert(column.to_owned(), vec![month_of(day)]);
        }
    };
    set(
        "case.reported",
        reached(gathered, &["reported"], &["report"]),
    );
    set(
        "case.investigated",
        reached(gathered, &["investigation"], &["investigation"]),
    );
    let prosecuted = ["decision_to_prosecute", "charge"];
    set(
        "case.prosecuted",
        reached(gathered, &["prosecution"], &prosecuted),
    );
    set(
        "case.decided",
        reached(gathered, &["decision"], &["verdict"]),
    );
    if !row.contains_key("case.reported")
        && let Some(day) = gathered.first_day("event.date_recorded")
    {
        // A case that was never said to be reported was known when it was first written down.
        row.insert("case.reported".to_owned(), vec![month_of(day)]);
    }
    let mut rows = vec![(Unit::Case, row.clone())];
    for group in accused(gathered) {
        rows.push((Unit::Accused, person(gathered, &group, &row)));
    }
    rows
}

/// The first day on which a stage was reached, or a step of the case itself taken.
fn reached(gathered: &Gathered<'_>, stages: &[&str], steps: &[&str]) -> Option<Date> {
    let fits = |value: &Value, wanted: &[&str]| {
        code_of(value).is_some_and(|code| wanted.contains(&code.as_str()))
    };
    let by_stage = gathered
        .told("justice.stage")
        .iter()
        .filter(|told| fits(told.value, stages))
        .filter_map(|told| gathered.day_in("justice.stage_date", told.record, told.group));
    let by_step = gathered
        .told("justice.step")
        .iter()
        .filter(|told| fits(told.value, steps))
        .filter_map(|told| gathered.day_in("justice.step_date", told.record, told.group));
    by_stage.chain(by_step).min()
}

/// The turns of the repeat of accused persons, in their order.
fn accused(gathered: &Gathered<'_>) -> BTreeSet<String> {
    let concepts = [
        "accused.sex",
        "accused.age_group",
        "justice.outcome",
        "justice.step",
    ];
    let told = concepts.iter().flat_map(|concept| gathered.told(concept));
    told.filter_map(|told| {
        let from = told.group.find(ACCUSED)?;
        let length = told.group[from..].find(']')? + 1;
        Some(told.group[..from + length].to_owned())
    })
    .collect()
}

/// The row of one accused person.
fn person(gathered: &Gathered<'_>, group: &str, case: &Row) -> Row {
    let mut row = Row::new();
    let last = |concept: &str| {
        let told = gathered.told(concept).iter().rev();
        told.filter(|told| told.group == group)
            .find_map(|told| code_of(told.value))
    };
    for concept in ["accused.sex", "accused.age_group", "accused.citizenship"] {
        if let Some(code) = last(concept) {
            row.insert(concept.to_owned(), vec![code]);
        }
    }
    if let Some(offence) = case.get("justice.offence") {
        row.insert("justice.offence".to_owned(), offence.clone());
    }
    let outcome = last("justice.outcome");
    let mut steps = justice::steps_within(gathered, group);
    if steps.is_empty() {
        steps = stages(gathered, group, outcome.as_deref());
    }
    justice::chain(&steps, outcome.as_deref(), &mut row);
    row
}

/// Where a form asks for the stage of the case and the outcome of each person, the stages are the
/// person's steps; the verdict has the day of the first record that tells its outcome.
fn stages(gathered: &Gathered<'_>, group: &str, outcome: Option<&str>) -> Vec<justice::Step> {
    let mut steps = Vec::new();
    for told in gathered.told("justice.stage") {
        let day = gathered.day_in("justice.stage_date", told.record, told.group);
        let step = match code_of(told.value).as_deref() {
            Some("reported") => "report",
            Some("investigation") => "investigation",
            Some("prosecution" | "trial") => "decision_to_prosecute",
            Some("appeal") => "appeal",
            _ => continue,
        };
        let step = step.to_owned();
        if !steps.iter().any(|known: &justice::Step| known.step == step) {
            steps.push(justice::Step {
                day,
                step,
                outcome: None,
                prison_months: None,
            });
        }
    }
    let told = gathered.told("justice.outcome").iter();
    let verdict = told.filter(|told| told.group == group).find_map(|told| {
        let code = code_of(told.value)?;
        let is_verdict = code == "convicted" || code == "acquitted";
        is_verdict.then(|| gathered.day_in("justice.stage_date", told.record, ""))
    });
    if let Some(day) = verdict {
        let months = gathered.told("justice.prison_months").iter().rev();
        let prison_months =
            months
                .filter(|told| told.group == group)
                .find_map(|told| match told.value {
                    Value::Number(months) => Some(*months),
                    _ => None,
                });
        steps.push(justice::Step {
            day,
            step: "verdict".to_owned(),
            outcome: outcome.map(str::to_owned),
            prison_months,
        });
    }
    steps.sort_by_key(|step| step.day);
    steps
}

/// The row of an event.
pub(super) fn event(gathered: &Gathered<'_>) -> Row {
    let mut row = gathered.columns();
    let day = gathered.first_day("event.date");
    if let Some(day) = day.or_else(|| gathered.first_day("event.date_recorded")) {
        row.insert("event.month".to_owned(), vec![month_of(day)]);
    }
    row
}
