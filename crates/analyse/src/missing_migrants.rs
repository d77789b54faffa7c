//! Dead and missing by time, route, cause and place.
//!
//! Two tables are made of the same incidents, so that their sums agree: one by month, one by place.
//! Each incident counts once, with its dead and missing together, in the month of its date.

use std::collections::BTreeMap;

use evidence::foreign::Foreign;
use evidence::incident::{Incident, Position};
use terms::cell::Cell;
use terms::limit::Limit;
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension, Table, TableError};

use crate::labels::{Labels, slug};

/// Side of a place on the map, in degrees of latitude and of longitude.
pub const PLACE_DEGREES: f64 = 5.0;
/// The place of incidents that have no position.
pub const UNPLACED: &str = "unplaced";
/// The code of a route or cause that the source does not state.
pub const UNSTATED: &str = "unstated";

/// The causes of the source. A label can hold several, with commas between them, and some hold
/// commas themselves, so that they can only be told apart by name.
const CAUSES: [(&str, &str); 7] = [
    ("Accidental death", "accidental-death"),
    ("Drowning", "drowning"),
    (
        "Harsh environmental conditions / lack of adequate shelter, food, water",
        "harsh-environmental-conditions",
    ),
    ("Mixed or unknown", "mixed-or-unknown"),
    (
        "Sickness / lack of access to adequate healthcare",
        "sickness",
    ),
    (
        "Vehicle accident / death linked to hazardous transport",
        "vehicle-accident",
    ),
    ("Violence", "violence"),
];

/// Routes and causes that occur, with the source's labels.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RouteAndCause {
    /// Migration routes.
    pub routes: Labels,
    /// Causes of death; several causes of one incident are one code.
    pub causes: Labels,
}

impl RouteAndCause {
    /// The label of a code of the dimension `route` or `cause`.
    #[must_use]
    pub fn label(&self, dimension: &str, code: &str) -> Option<&str> {
        match dimension {
            "route" => self.routes.label(code),
            "cause" => self.causes.label(code),
            _ => None,
        }
    }
}

/// The two tables of the same incidents, and the labels of their codes.
#[derive(Debug, Clone)]
pub struct Tables {
    /// By year, month, route and cause.
    pub monthly: Foreign<Table>,
    /// By year, route, cause and place.
    pub mapped: Foreign<Table>,
    /// The labels of routes and causes.
    pub labels: RouteAndCause,
}

/// Both tables of a file of incidents.
///
/// # Errors
/// When a count is larger than any that can be kept.
pub fn tables(incidents: &Foreign<Vec<Incident>>, source: &Source) -> Result<Tables, TableError> {
    Ok(Tables {
        monthly: monthly(incidents, source)?,
        mapped: mapped(incidents, source)?,
        labels: labels(incidents),
    })
}

/// Dead and missing by `year`, `month` (such as `2023-07`), `route` and `cause`.
///
/// # Errors
/// When a count is larger than any that can be kept.
pub fn monthly(
    incidents: &Foreign<Vec<Incident>>,
    source: &Source,
) -> Result<Foreign<Table>, TableError> {
    let dimensions = vec![
        Dimension::disjoint("year", "iso8601-year"),
        Dimension::disjoint("month", "iso8601-month"),
        Dimension::disjoint("route", "missing-migrants-routes@as-printed"),
        Dimension::disjoint("cause", "missing-migrants-causes@as-printed"),
    ];
    let statement = "Each incident once, its dead and missing together, under the month of its \
                     date, its route and its cause or causes, as the source states them.";
    let limits = limits(incidents.as_printed(), false);
    let key = |one: &Incident, route: &str, cause: &str| {
        let month = one.month;
        vec![
            format!("{:04}", month.year),
            month.to_string(),
            route.to_owned(),
            cause.to_owned(),
        ]
    };
    let table = Table::new(
        "missing-migrants",
        dimensions,
        counting(statement),
        source.clone(),
        limits,
    );
    count(incidents, table, key)
}

/// Dead and missing by `year`, `route`, `cause` and `place` (see [`place_of`]).
///
/// # Errors
/// When a count is larger than any that can be kept.
pub fn mapped(
    incidents: &Foreign<Vec<Incident>>,
    source: &Source,
) -> Result<Foreign<Table>, TableError> {
    let dimensions = vec![
        Dimension::disjoint("year", "iso8601-year"),
        Dimension::disjoint("route", "missing-migrants-routes@as-printed"),
        Dimension::disjoint("cause", "missing-migrants-causes@as-printed"),
        Dimension::disjoint("place", "graticule-5-degrees@1"),
    ];
    let statement = "Each incident once, its dead and missing together, under the year of its \
                     date, its route, its cause or causes, and the cell of five by five degrees \
                     in which its approximate position lies.";
    let limits = limits(incidents.as_printed(), true);
    let key = |one: &Incident, route: &str, cause: &str| {
        let place = one.position.map_or_else(|_| UNPLACED.to_owned(), place_of);
        vec![
            format!("{:04}", one.month.year),
            route.to_owned(),
            cause.to_owned(),
            place,
        ]
    };
    let table = Table::new(
        "missing-migrants-map",
        dimensions,
        counting(statement),
        source.clone(),
        limits,
    );
    count(incidents, table, key)
}

/// The labels of the routes and causes of these incidents.
#[must_use]
pub fn labels(incidents: &Foreign<Vec<Incident>>) -> RouteAndCause {
    let mut labels = RouteAndCause::default();
    for (route, cause) in stated(incidents) {
        code_route(&mut labels, route);
        code_cause(&mut labels, cause);
    }
    labels
}

/// The cell of five by five degrees in which a position lies, named by its south-west corner,
/// such as `N35E010` or `S05W010`. The pole and the meridian of 180° belong to the last cell and
/// to the first.
#[must_use]
pub fn place_of(position: Position) -> String {
    let south = (position.latitude / PLACE_DEGREES).floor() * PLACE_DEGREES;
    let west = (position.longitude / PLACE_DEGREES).floor() * PLACE_DEGREES;
    let south = south.min(90.0 - PLACE_DEGREES);
    let west = if west >= 180.0 { -180.0 } else { west };
    let side = |degrees: f64, positive, negative| if degrees < 0.0 { negative } else { positive };
    format!(
        "{}{:02}{}{:03}",
        side(south, 'N', 'S'),
        south.abs(),
        side(west, 'E', 'W'),
        west.abs()
    )
}

/// The south-west corner of a place, as [`place_of`] names it: degrees north, degrees east. None
/// for [`UNPLACED`] and for any other text.
#[must_use]
pub fn corner_of(place: &str) -> Option<Position> {
    if place.len() != 7 || !place.is_ascii() {
        return None;
    }
    let (north, east) = place.split_at(3);
    let latitude = signed(north, 'N', 'S')?;
    let longitude = signed(east, 'E', 'W')?;
    let position = Position::new(latitude, longitude)?;
    (place_of(position) == place).then_some(position)
}

fn signed(text: &str, positive: char, negative: char) -> Option<f64> {
    let digits = &text[1..];
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let degrees: f64 = digits.parse().ok()?;
    match text.chars().next() {
        Some(side) if side == positive => Some(degrees),
        Some(side) if side == negative => Some(-degrees),
        _ => None,
    }
}

fn counting(statement: &str) -> CountingRule {
    CountingRule {
        unit: CountedUnit::DeadAndMissing,
        reference_date: "date of the incident".to_owned(),
        statement: statement.to_owned(),
    }
}

fn limits(incidents: &[Incident], on_map: bool) -> Vec<Limit> {
    let mut limits = vec![Limit::MinimumCount, Limit::DeadIncludeMissing];
    if on_map {
        limits.push(Limit::PlacesApproximate);
    }
    let last = incidents.iter().map(|incident| incident.month).max();
    if last.is_some_and(|last| last.month < 12) {
        limits.push(Limit::LastYearIncomplete);
    }
    limits
}

/// Counts incidents into a table whose rows then stand in the order of their codes, so that the
/// same incidents make the same table in whatever order they come.
fn count(
    incidents: &Foreign<Vec<Incident>>,
    mut table: Table,
    key: impl Fn(&Incident, &str, &str) -> Vec<String>,
) -> Result<Foreign<Table>, TableError> {
    let mut labels = self::labels(incidents);
    let mut cells: BTreeMap<Vec<String>, Cell> = BTreeMap::new();
    for (incident, (route, cause)) in incidents.as_printed().iter().zip(stated(incidents)) {
        let route = code_route(&mut labels, route);
        let cause = code_cause(&mut labels, cause);
        let count = Cell::Exact(incident.dead_and_missing);
        let cell = cells.entry(key(incident, &route, &cause));
        let cell = cell.or_insert(Cell::Exact(0));
        *cell = cell.plus(&count)?;
    }
    for (codes, cell) in cells {
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        table.push(&codes, cell)?;
    }
    Ok(Foreign::published(table))
}

/// The routes and causes of the incidents as the source states them.
fn stated(
    incidents: &Foreign<Vec<Incident>>,
) -> impl Iterator<Item = (Option<&str>, Option<&str>)> {
    let incidents = incidents.as_printed().iter();
    incidents.map(|one| {
        let route = one.route.as_deref().ok();
        (route, one.cause.as_deref().ok())
    })
}

fn code_route(labels: &mut RouteAndCause, label: Option<&str>) -> String {
    match label {
        Some(label) => labels.routes.note(&slug(label), label),
        None => labels.routes.note(UNSTATED, ""),
    }
}

fn code_cause(labels: &mut RouteAndCause, label: Option<&str>) -> String {
    match label {
        Some(label) => {
            let code = known_causes(label).unwrap_or_else(|| slug(label));
            labels.causes.note(&code, label)
        }
        None => labels.causes.note(UNSTATED, ""),
    }
}

/// The code of a label that is made of known causes alone.
fn known_causes(label: &str) -> Option<String> {
    let mut codes = Vec::new();
    let mut rest = label;
    loop {
        let (cause, code) = CAUSES.iter().find(|(cause, _)| rest.starts_with(cause))?;
        codes.push(*code);
        rest = rest[cause.len()..].trim_start();
        if rest.is_empty() {
            return Some(codes.join("-and-"));
        }
        rest = rest.strip_prefix(',')?.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn causes_are_told_apart_by_name() {
        let harsh = "Harsh environmental conditions / lack of adequate shelter, food, water";
        let sickness = "Sickness / lack of access to adequate healthcare";
        for (label, code) in [
            ("Drowning", Some("drowning")),
            (harsh, Some("harsh-environmental-conditions")),
            (
                &format!("{harsh},{sickness}"),
                Some("harsh-environmental-conditions-and-sickness"),
            ),
            ("Drowning, Violence", Some("drowning-and-violence")),
            ("Drowning and more", None),
            ("Something else", None),
            ("", None),
        ] {
            assert_eq!(known_causes(label).as_deref(), code, "{label}");
        }
    }

    #[test]
    fn places_are_named_by_their_south_west_corner() {
        for (latitude, longitude, place) in [
            (36.2, 11.9, "N35E010"),
            (0.0, 0.0, "N00E000"),
            (-0.1, -0.1, "S05W005"),
            (-18.25, 36.5, "S20E035"),
            (90.0, 180.0, "N85W180"),
            (-90.0, -180.0, "S90W180"),
        ] {
            let position = Position::new(latitude, longitude).expect("on the globe");
            assert_eq!(place_of(position), place);
        }
        assert_eq!(corner_of("S20E035"), Position::new(-20.0, 35.0));
        for text in [
            UNPLACED, "N36E010", "X35E010", "N95E010", "N3éE01", "N+5E010", "",
        ] {
            assert_eq!(corner_of(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_position_lies_in_its_place(
            latitude in -90.0..=90.0_f64,
            longitude in -180.0..180.0_f64,
        ) {
            let position = Position::new(latitude, longitude).expect("on the globe");
            let corner = corner_of(&place_of(position)).expect("a place has its corner");
            prop_assert!((0.0..=5.0).contains(&(latitude - corner.latitude)));
            prop_assert!((0.0..5.0).contains(&(longitude - corner.longitude)));
        }
    }
}
