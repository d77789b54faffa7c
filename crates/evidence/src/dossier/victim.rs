//! What a dossier says of a victim, or of a smuggled migrant.

use terms::place::{PlaceCode, Places};

use super::elements::{Elements, Law, Minor};
use super::gather::{ABSENT, Gathered, month_of};
use super::{Row, Unit};
use crate::record::Value;

/// A person becomes an adult at eighteen (Trafficking in Persons Protocol, article 3 (d)).
const ADULT_FROM_YEARS: i64 = 18;

/// The row of a dossier.
pub(super) fn row(gathered: &Gathered<'_>) -> Row {
    let mut row = gathered.columns();
    let mut set = |column: &str, code: String| row.insert(column.to_owned(), vec![code]);
    let detected = gathered.first_day("event.date_detected");
    let entered = gathered.first_day("event.date_recorded");
    if let Some(day) = detected.or(entered) {
        set("victim.detected", month_of(day));
    }
    let minor = minor(gathered, "person.age_group", "person.age_years", true);
    set("victim.age_group", age_group(minor).to_owned());
    let exploited = exploited_age(gathered);
    set(
        "victim.age_group_exploited",
        age_group(exploited).to_owned(),
    );
    if let Some(main) = main_form(gathered) {
        set("victim.form", main);
    }
    set("victim.detection", detection(gathered).to_owned());
    if let Some(flow) = flow(gathered) {
        set("victim.flow", flow.to_owned());
    }
    let elements = elements(gathered, exploited);
    let recorded = if elements.are_recorded() {
        "recorded"
    } else {
        "not_all"
    };
    set("victim.elements", recorded.to_owned());
    let (status, identified) = identification(gathered);
    set("victim.identification", status);
    if let Some(month) = identified {
        set("victim.identified", month);
    }
    row
}

const fn age_group(minor: Minor) -> &'static str {
    match minor {
        Minor::Yes => "child",
        Minor::No => "adult",
        Minor::Unknown => "unknown",
    }
}

/// Child or adult, by years where they are known, else by what was said; while it is in doubt,
/// whoever is presumed to be a child is one.
fn minor(gathered: &Gathered<'_>, group: &str, years: &str, presumed: bool) -> Minor {
    if let Some(years) = gathered.last_number(years) {
        return if years < ADULT_FROM_YEARS {
            Minor::Yes
        } else {
            Minor::No
        };
    }
    match gathered.last(group).as_deref() {
        Some("child") => Minor::Yes,
        Some("adult") => Minor::No,
        _ if presumed && gathered.last("person.age_presumed").as_deref() == Some("yes") => {
            Minor::Yes
        }
        _ => Minor::Unknown,
    }
}

/// Child or adult when exploitation began. Who was a child when detected was one before.
fn exploited_age(gathered: &Gathered<'_>) -> Minor {
    match minor(
        gathered,
        "tip.age_group_exploited",
        "tip.age_exploited_years",
        false,
    ) {
        Minor::Unknown => match minor(gathered, "person.age_group", "person.age_years", true) {
            Minor::Yes => Minor::Yes,
            Minor::No | Minor::Unknown => Minor::Unknown,
        },
        known => known,
    }
}

/// The main form of exploitation: the one that was named so, else the only one, else `mixed`.
fn main_form(gathered: &Gathered<'_>) -> Option<String> {
    if let Some(main) = gathered.last("tip.exploitation_main") {
        return Some(main);
    }
    let forms = gathered.all("tip.exploitation");
    match forms.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        _ => Some("mixed".to_owned()),
    }
}

/// Whether the victim was detected on the territory, or is an own national who was repatriated.
fn detection(gathered: &Gathered<'_>) -> &'static str {
    match gathered.last("tip.country_repatriated_from") {
        Some(code) if !code.starts_with(ABSENT) => "repatriated",
        _ => "on_territory",
    }
}

/// How far apart citizenship, as a proxy of origin, and the country of detection are.
fn flow(gathered: &Gathered<'_>) -> Option<&'static str> {
    let origin = gathered.all("person.citizenship").first()?.clone();
    let abroad = gathered.last("tip.country_repatriated_from");
    let found = abroad.or_else(|| gathered.last("tip.country_detected"))?;
    if origin == found {
        return Some("domestic");
    }
    let region = |code: &str| {
        let place = Places::standard().get(code.parse::<PlaceCode>().ok()?)?;
        Some((place.region?, place.subregion?))
    };
    let (Some(origin), Some(found)) = (region(&origin), region(&found)) else {
        return Some("unknown");
    };
    Some(match (origin.0 == found.0, origin.1 == found.1) {
        (_, true) => "same_subregion",
        (true, false) => "same_region",
        (false, false) => "transregional",
    })
}

/// The codes of [`flow`].
pub(super) const FLOWS: [&str; 5] = [
    "domestic",
    "same_subregion",
    "same_region",
    "transregional",
    "unknown",
];

/// The three elements as recorded, under the Protocol.
fn elements(gathered: &Gathered<'_>, minor: Minor) -> Elements {
    let there = |concept: &str| {
        let codes = gathered.all(concept);
        codes.iter().any(|code| !code.starts_with(ABSENT))
    };
    let exploitation = there("tip.purpose") || there("tip.exploitation");
    let means = there("tip.means") || there("tip.means_of_control");
    Elements::under(
        &Law::protocol(),
        minor,
        there("tip.act"),
        means,
        exploitation,
    )
}

/// The last decision on who the person is, and the month of the first formal identification.
/// Without a decision somebody who has a dossier as a victim is presumed to be one.
fn identification(gathered: &Gathered<'_>) -> (String, Option<String>) {
    let mut decided: Vec<_> = gathered
        .told("identification.status")
        .iter()
        .filter_map(|told| {
            let Value::Coded { code, .. } = told.value else {
                return None;
            };
            let day = gathered.day_in("identification.date", told.record, told.group);
            let day =
                day.or_else(|| gathered.day_in("event.date_recorded", told.record, told.group));
            Some((day, told.record, code.clone()))
        })
        .collect();
    decided.sort();
    let first = decided.iter().find(|(_, _, code)| code == "identified");
    let month = first.and_then(|(day, _, _)| day.map(month_of));
    let status = decided.last().map(|(_, _, code)| code.clone());
    (status.unwrap_or_else(|| "presumed".to_owned()), month)
}

/// The services that were rendered to the person: a row for each kind that a record tells, once a
/// month. `victim` is the person's own row.
pub(super) fn services(gathered: &Gathered<'_>, victim: &Row) -> Vec<(Unit, Row)> {
    let mut seen: Vec<(String, Option<String>)> = Vec::new();
    let told = ["service.kind", "service.received"].into_iter();
    for told in told.flat_map(|concept| gathered.told(concept)) {
        let Value::Coded { code, .. } = told.value else {
            continue;
        };
        let day = gathered.day_in("service.date", told.record, told.group);
        let day = day.or_else(|| gathered.day_in("event.date_recorded", told.record, told.group));
        let service = (code.clone(), day.map(month_of));
        if code != "none" && !seen.contains(&service) {
            seen.push(service);
        }
    }
    let of_person = [
        "person.sex",
        "victim.age_group",
        "victim.form",
        "person.citizenship",
    ];
    seen.into_iter()
        .map(|(kind, month)| {
            let mut row = Row::new();
            row.insert("service.rendered".to_owned(), vec![kind]);
            if let Some(month) = month {
                row.insert("service.month".to_owned(), vec![month]);
            }
            for column in of_person {
                if let Some(codes) = victim.get(column) {
                    row.insert(column.to_owned(), codes.clone());
                }
            }
            (Unit::Service, row)
        })
        .collect()
}
