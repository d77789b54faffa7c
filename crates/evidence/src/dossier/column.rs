//! The columns of each unit: which there are, and what codes stand in them.

use terms::list::ListReference;

use super::victim::FLOWS;
use super::{Unit, endings, justice};
use crate::concept::{CITIZENSHIP, Concepts, Kind, Of};

/// What stands in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// One code.
    One,
    /// Several codes at once.
    Many,
    /// A month, as `2031-04`.
    Month,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name: a concept, or what was worked out from several.
    pub id: String,
    /// What stands in it.
    pub shape: Shape,
    /// From which list its codes are, as `id@version`; none for months.
    pub list: Option<String>,
}

/// The list of what these rules work out themselves.
const WORKED_OUT: &str = "palermo.dossier@1";

fn one(id: &str, list: &str) -> Column {
    Column {
        id: id.to_owned(),
        shape: Shape::One,
        list: Some(list.to_owned()),
    }
}

fn month(id: &str) -> Column {
    Column {
        id: id.to_owned(),
        shape: Shape::Month,
        list: None,
    }
}

/// The columns of a unit: those of coded concepts by name, then those that are worked out.
#[must_use]
pub fn columns(unit: Unit) -> Vec<Column> {
    let mut columns = Vec::new();
    for concept in Concepts::standard().iter() {
        let Kind::Coded(ListReference { id, version }) = &concept.kind else {
            continue;
        };
        if !is_of(unit, concept.of, &concept.id) {
            continue;
        }
        // Places are too many to hold several at once: a person with two citizenships is counted
        // under the one that was said first.
        let several = concept.many && id != CITIZENSHIP;
        columns.push(Column {
            id: concept.id.clone(),
            shape: if several { Shape::Many } else { Shape::One },
            list: Some(format!("{id}@{version}")),
        });
    }
    columns.extend(worked_out(unit));
    columns
}

/// Whether a concept can be a column of a unit.
fn is_of(unit: Unit, of: Of, concept: &str) -> bool {
    match unit {
        Unit::Victim | Unit::Migrant => matches!(of, Of::Person | Of::Service),
        Unit::Accused => {
            matches!(of, Of::Accused | Of::Person)
                || matches!(concept, "justice.offence" | "compensation.step")
        }
        Unit::Case => matches!(of, Of::Case | Of::Compensation),
        Unit::Event => matches!(of, Of::Event | Of::Leg),
        Unit::Service => matches!(concept, "person.sex" | "person.citizenship"),
    }
}

fn worked_out(unit: Unit) -> Vec<Column> {
    let age = "palermo.age_group@1";
    let form = "palermo.exploitation@1";
    match unit {
        Unit::Victim | Unit::Migrant => vec![
            one("victim.age_group", age),
            one("victim.age_group_exploited", age),
            month("victim.detected"),
            one("victim.detection", WORKED_OUT),
            one("victim.elements", WORKED_OUT),
            one("victim.flow", WORKED_OUT),
            one("victim.form", form),
            one("victim.identification", "palermo.identification_status@1"),
            month("victim.identified"),
        ],
        Unit::Accused => vec![
            month("accused.acquitted"),
            month("accused.appealed"),
            month("accused.arrested"),
            month("accused.charged"),
            month("accused.convicted"),
            one("accused.ending", WORKED_OUT),
            month("accused.in_contact"),
            month("accused.investigated"),
            one("accused.prison", WORKED_OUT),
            month("accused.prosecuted"),
            month("accused.reported"),
        ],
        Unit::Case => vec![
            month("case.decided"),
            month("case.investigated"),
            month("case.prosecuted"),
            month("case.reported"),
        ],
        Unit::Event => vec![month("event.month")],
        Unit::Service => vec![
            month("service.month"),
            one("service.rendered", "palermo.service@1"),
            one("victim.age_group", age),
            one("victim.form", form),
        ],
    }
}

/// The column of months by which a unit is counted unless another is asked for.
#[must_use]
pub const fn usual_month(unit: Unit) -> &'static str {
    match unit {
        Unit::Victim | Unit::Migrant => "victim.detected",
        Unit::Accused => "accused.in_contact",
        Unit::Case => "case.reported",
        Unit::Event => "event.month",
        Unit::Service => "service.month",
    }
}

/// The codes that these rules themselves put into a column; none where they come from a list.
#[must_use]
pub fn own_codes(column: &str) -> Option<Vec<&'static str>> {
    match column {
        "victim.detection" => Some(vec!["on_territory", "repatriated"]),
        "victim.elements" => Some(vec!["recorded", "not_all"]),
        "victim.flow" => Some(FLOWS.to_vec()),
        "accused.ending" => Some(endings().to_vec()),
        "accused.prison" => Some(justice::PRISON_BANDS.to_vec()),
        _ => None,
    }
}
