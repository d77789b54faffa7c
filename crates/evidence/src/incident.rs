//! One incident in which migrants died or went missing, as the Missing Migrants Project prints it.

use std::fmt;

use jiff::civil::Date;
use terms::cell::Absence;
use terms::place::PlaceCode;

/// A value that the source states, or why it does not: [`Absence::NotInSource`] when the file has
/// no such column, [`Absence::Unknown`] when the column is there and blank or unreadable. A blank
/// is never a zero.
pub type Stated<T> = Result<T, Absence>;

/// How the source groups what happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IncidentKind {
    /// One incident.
    Incident,
    /// One of several rows into which an incident was split.
    Split,
    /// Several incidents of a period, reported together.
    Cumulative,
    /// The source gives both “incident” and “split incident”.
    IncidentAndSplit,
}

/// A country as the source spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country {
    /// The source's own code or name.
    pub printed: String,
    /// The code of the place; none where the source says unknown, or where its text is neither a
    /// listed code nor the English name of a listed place. Nothing is guessed here.
    pub code: Option<PlaceCode>,
}

/// A position in degrees on the WGS 84 ellipsoid, as approximate as the source's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Degrees north, from -90 to 90.
    pub latitude: f64,
    /// Degrees east, from -180 to 180.
    pub longitude: f64,
}

impl Position {
    /// A position, if both numbers are within the globe.
    #[must_use]
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let on_globe = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        on_globe.then_some(Self {
            latitude,
            longitude,
        })
    }
}

/// The month in which the source counts an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Year of the Gregorian calendar.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: i8,
}

impl fmt::Display for Month {
    /// Writes the month as ISO 8601 does, such as `2023-07`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// One incident.
///
/// Locations and addresses of articles can point to one person's death: they stay within the room
/// and its callers for checking, and no table is made of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// Row of the file as a spreadsheet counts it.
    pub row: u64,
    /// The source's identifier of the incident.
    pub main_id: Stated<String>,
    /// The source's identifier of this row of the incident.
    pub incident_id: Stated<String>,
    /// How the source groups what happened.
    pub kind: Stated<IncidentKind>,
    /// Day of the incident, as exactly as the source knows it.
    pub date: Stated<Date>,
    /// Month under which it is counted.
    pub month: Month,
    /// Migration route, in the source's words.
    pub route: Stated<String>,
    /// Region of the incident, in the source's words.
    pub region: Stated<String>,
    /// The United Nations' geographical grouping, in the source's words.
    pub grouping: Stated<String>,
    /// Country of the incident.
    pub country_of_incident: Stated<Country>,
    /// Region of origin of the dead and missing, in the source's words.
    pub region_of_origin: Stated<String>,
    /// Countries of origin of the dead and missing; empty where the source states none.
    pub countries_of_origin: Vec<Country>,
    /// Persons known to have died.
    pub dead: Stated<u64>,
    /// Smallest number of persons missing and presumed dead.
    pub missing: Stated<u64>,
    /// Dead and missing together.
    pub dead_and_missing: u64,
    /// Persons known to have survived.
    pub survivors: Stated<u64>,
    /// Females among the dead and missing.
    pub females: Stated<u64>,
    /// Males among the dead and missing.
    pub males: Stated<u64>,
    /// Children among the dead and missing.
    pub children: Stated<u64>,
    /// Cause of death, in the source's words; several causes stand in one label.
    pub cause: Stated<String>,
    /// Where it happened, in the source's words.
    pub location: Stated<String>,
    /// Where it happened, on the map.
    pub position: Stated<Position>,
    /// Who reported it, in the source's words.
    pub information_source: Stated<String>,
    /// The source's grade of its own source, in its words.
    pub source_quality: Stated<String>,
}
