//! The justice chain of one accused person: report, investigation, arrest, charge, decision to
//! prosecute, verdict, sentence, appeal, each with its day.
//!
//! To be accused, charged, convicted and acquitted are four things and never one. What a person is
//! counted under comes from the days of the steps, so that the same person is in formal contact in
//! one year, prosecuted in the next and convicted in a third.

use jiff::civil::Date;

use super::Row;
use super::gather::{Gathered, code_of, day_of, month_of};
use crate::record::Value;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// When; a step without a day comes before those with one.
    pub day: Option<Date>,
    /// Which: a code of `palermo.justice_step`.
    pub step: String,
    /// With what outcome: a code of `palermo.justice_outcome`.
    pub outcome: Option<String>,
    /// Months of prison, where it says so.
    pub prison_months: Option<i64>,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Charge {
    /// Something is alleged; nobody has charged the person.
    Alleged,
    /// Charged; no decision to prosecute yet.
    Charged,
    /// Prosecuted; no verdict yet.
    Prosecuted,
}

/// What became of an accused person, as of the last step that is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It is under way.
    Open(Charge),
    /// No prosecution.
    NotProsecuted,
    /// Dropped on the way.
    Dropped,
    /// Found guilty, and not overturned.
    Convicted,
    /// Found not guilty, or the conviction was overturned.
    Acquitted,
}

impl Ending {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open(Charge::Alleged) => "alleged",
            Self::Open(Charge::Charged) => "charged",
            Self::Open(Charge::Prosecuted) => "prosecuted",
            Self::NotProsecuted => "not_prosecuted",
            Self::Dropped => "dropped",
            Self::Convicted => "convicted",
            Self::Acquitted => "acquitted",
        }
    }
}

/// The codes of [`Ending`], in their order.
#[must_use]
pub const fn endings() -> [&'static str; 7] {
    [
        Ending::Open(Charge::Alleged).code(),
        Ending::Open(Charge::Charged).code(),
        Ending::Open(Charge::Prosecuted).code(),
        Ending::NotProsecuted.code(),
        Ending::Dropped.code(),
        Ending::Convicted.code(),
        Ending::Acquitted.code(),
    ]
}

/// The steps whose group begins with `within`, in the order of their days. The same step of the
/// same day, told by several records, is one; the last word on its outcome holds.
pub(super) fn steps_within(gathered: &Gathered<'_>, within: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let belongs = |group: &str| {
        within.is_empty() && !group.starts_with("accused[")
            || !within.is_empty() && (group == within || group.starts_with(&format!("{within}/")))
    };
    for told in gathered.told("justice.step") {
        if !belongs(told.group) {
            continue;
        }
        let Some(step) = code_of(told.value) else {
            continue;
        };
        let beside = |concept: &str| {
            let all = gathered.told(concept).iter();
            all.rev()
                .find(|other| other.record == told.record && other.group == told.group)
                .map(|other| other.value)
        };
        let outcome = beside("justice.step_outcome").and_then(code_of);
        let prison_months = beside("justice.prison_months").and_then(number_of);
        let day = beside("justice.step_date").and_then(day_of);
        let known = steps
            .iter_mut()
            .find(|one| one.step == step && one.day == day);
        match known {
            Some(one) => {
                one.outcome = outcome.or_else(|| one.outcome.take());
                one.prison_months = prison_months.or(one.prison_months);
            }
            None => steps.push(Step {
                day,
                step,
                outcome,
                prison_months,
            }),
        }
    }
    // Steps of one day keep the order in which they were told.
    steps.sort_by_key(|step| step.day);
    steps
}

const fn number_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

fn is(outcome: Option<&str>, wanted: &str) -> bool {
    outcome == Some(wanted)
}

/// What became of somebody, step by step. `outcome` is what the record says as a whole, where steps
/// say nothing.
fn ending(steps: &[Step], outcome: Option<&str>) -> Ending {
    let mut now = Ending::Open(Charge::Alleged);
    for step in steps {
        let outcome = step.outcome.as_deref();
        now = match (step.step.as_str(), outcome) {
            (_, Some("dropped")) => Ending::Dropped,
            ("decision_to_prosecute", Some("not_prosecuted")) => Ending::NotProsecuted,
            ("decision_to_prosecute", _) => Ending::Open(Charge::Prosecuted),
            ("charge", _) if now == Ending::Open(Charge::Alleged) => Ending::Open(Charge::Charged),
            ("verdict" | "sentence", Some("convicted")) => Ending::Convicted,
            ("verdict", Some("acquitted")) => Ending::Acquitted,
            ("appeal", Some("convicted")) => Ending::Convicted,
            ("appeal", Some("acquitted")) => Ending::Acquitted,
            ("appeal", Some("overturned")) => match now {
                Ending::Convicted => Ending::Acquitted,
                Ending::Acquitted => Ending::Convicted,
                other => other,
            },
            _ => now,
        };
    }
    match outcome {
        Some("convicted") => Ending::Convicted,
        Some("acquitted") => Ending::Acquitted,
        Some("dropped") => Ending::Dropped,
        _ => now,
    }
}

/// Under which band a sentence falls, in months.
fn prison_band(months: i64) -> &'static str {
    match months {
        ..=0 => "none",
        1..=11 => "1-11",
        12..=59 => "12-59",
        60..=119 => "60-119",
        _ => "120+",
    }
}

/// The bands of [`prison_band`].
pub(super) const PRISON_BANDS: [&str; 5] = ["none", "1-11", "12-59", "60-119", "120+"];

/// The columns that come from steps.
pub(super) fn chain(steps: &[Step], outcome: Option<&str>, row: &mut Row) {
    let first = |wanted: &[&str], fits: &dyn Fn(Option<&str>) -> bool| {
        steps
            .iter()
            .filter(|step| wanted.contains(&step.step.as_str()))
            .find(|step| fits(step.outcome.as_deref()) && step.day.is_some())
            .and_then(|step| step.day)
    };
    let any = |_: Option<&str>| true;
    let mut set = |column: &str, day: Option<Date>| {
        if let Some(day) = day {
            row.insert(column.to_owned(), vec![month_of(day)]);
        }
    };
    set("accused.reported", first(&["report"], &any));
    set("accused.investigated", first(&["investigation"], &any));
    set("accused.arrested", first(&["arrest"], &any));
    set("accused.charged", first(&["charge"], &any));
    // Suspected, arrested or cautioned, as the questionnaire of the Global Report asks.
    let contact = first(&["investigation", "arrest", "charge"], &any);
    set("accused.in_contact", contact);
    let goes_on = |outcome: Option<&str>| !is(outcome, "not_prosecuted");
    let decided = first(&["decision_to_prosecute"], &goes_on);
    // Where no decision is recorded, the charge stands for it.
    let decisions = steps
        .iter()
        .any(|step| step.step == "decision_to_prosecute");
    let charged = first(&["charge"], &any).filter(|_| !decisions);
    set("accused.prosecuted", decided.or(charged));
    let guilty = |outcome: Option<&str>| is(outcome, "convicted");
    set("accused.convicted", first(&["verdict"], &guilty));
    let innocent = |outcome: Option<&str>| is(outcome, "acquitted");
    set("accused.acquitted", first(&["verdict"], &innocent));
    set("accused.appealed", first(&["appeal"], &any));
    let ending = ending(steps, outcome);
    row.insert("accused.ending".to_owned(), vec![ending.code().to_owned()]);
    let months = steps.iter().rev().find_map(|step| step.prison_months);
    if let Some(months) = months.filter(|_| ending == Ending::Convicted) {
        row.insert(
            "accused.prison".to_owned(),
            vec![prison_band(months).to_owned()],
        );
    }
}

/// The row of a suspect's dossier.
pub(super) fn suspect(gathered: &Gathered<'_>) -> Row {
    let mut row = gathered.columns();
    // In a dossier of their own a suspect is the person whom it is about.
    for (from, to) in [
        ("person.sex", "accused.sex"),
        ("person.age_group", "accused.age_group"),
        ("person.citizenship", "accused.citizenship"),
    ] {
        if let (Some(codes), false) = (row.get(from).cloned(), row.contains_key(to)) {
            row.insert(to.to_owned(), codes);
        }
    }
    let steps = steps_within(gathered, "");
    let outcome = gathered.last("justice.outcome");
    chain(&steps, outcome.as_deref(), &mut row);
    row
}
