//! Incidents of the Missing Migrants Project, in three layouts.
//!
//! The project's own download has had several headers over the years; an extract made of it has
//! twelve short ones. A column is known by any of its names. In the download the dead and the
//! missing are two numbers, either of which may be blank; in the extract they are one.

use std::collections::HashMap;

use jiff::civil::Date;
use terms::cell::Absence;
use terms::finding::{Finding, Severity};
use terms::language::Language;
use terms::place::{PlaceCode, Places};
use terms::source::Source;

use super::Use;
use super::header::{Field, Header, Need};
use super::repeats::Repeats;
use super::row::Row;
use super::text;
use super::words::Words;
use crate::incident::{Country, Incident, IncidentKind, Month, Position, Stated};

const MAIN_ID: usize = 0;
const INCIDENT_ID: usize = 1;
const KIND: usize = 2;
const REGION: usize = 3;
const DATE: usize = 4;
const YEAR: usize = 5;
const MONTH: usize = 6;
const DEAD: usize = 7;
const MISSING: usize = 8;
const TOTAL: usize = 9;
const SURVIVORS: usize = 10;
const FEMALES: usize = 11;
const MALES: usize = 12;
const CHILDREN: usize = 13;
const REGION_OF_ORIGIN: usize = 14;
const CAUSE: usize = 15;
const COUNTRY_OF_ORIGIN: usize = 16;
const COUNTRY_OF_INCIDENT: usize = 17;
const LOCATION: usize = 18;
const INFORMATION_SOURCE: usize = 19;
const COORDINATES: usize = 20;
const LONGITUDE: usize = 21;
const LATITUDE: usize = 22;
const ROUTE: usize = 23;
const GROUPING: usize = 25;
const QUALITY: usize = 26;

const fn field(name: &'static str, aliases: &'static [&'static str], need: Need) -> Field {
    Field {
        name,
        aliases,
        need,
    }
}

const fn optional(name: &'static str, aliases: &'static [&'static str]) -> Field {
    field(name, aliases, Need::Optional)
}

const COUNT: Need = Need::OneOf("count");

/// The columns, each with its names in other editions and in the extract.
pub(super) const FIELDS: [Field; 27] = [
    optional("Main ID", &["web id", "mainid"]),
    optional("Incident ID", &["incidentid"]),
    optional("Incident Type", &["type"]),
    optional("Region", &["region of incident", "incident region"]),
    field(
        "Incident Date",
        &["website date", "reported date", "date", "t"],
        Need::Required,
    ),
    optional("Year", &["incident year", "reported year"]),
    optional("Reported Month", &["month", "m"]),
    field("Number Dead", &["number of dead", "no dead"], COUNT),
    field(
        "Minimum Estimated Number of Missing",
        &[
            "minimum number of missing",
            "number missing",
            "number of missing",
        ],
        COUNT,
    ),
    field(
        "Total Number of Dead and Missing",
        &[
            "total dead and missing",
            "total number of dead missing",
            "dead",
        ],
        COUNT,
    ),
    optional(
        "Number of Survivors",
        &["number survivors", "survivors", "surv"],
    ),
    optional("Number of Females", &["number females", "females"]),
    optional("Number of Males", &["number males", "males"]),
    optional("Number of Children", &["number children", "children"]),
    optional("Region of Origin", &[]),
    field(
        "Cause of Death",
        &["reported cause of death", "cause"],
        Need::Required,
    ),
    optional("Country of Origin", &["countries of origin", "nat"]),
    optional("Country of Incident", &["country of death", "geo"]),
    optional(
        "Location of death",
        &["location of incident", "location description", "location"],
    ),
    optional("Information Source", &["source", "information sources"]),
    optional("Coordinates", &["location coordinates"]),
    optional("Longitude", &["lon", "long", "x"]),
    optional("Latitude", &["lat", "y"]),
    field(
        "Migration route",
        &["migrant route", "route"],
        Need::Required,
    ),
    optional("URL", &["link", "links", "article title"]),
    optional(
        "UNSD Geographical Grouping",
        &["un geographical grouping", "geographical grouping"],
    ),
    optional("Source Quality", &["source reliability"]),
];

/// Where such publications come from.
pub(super) fn source() -> Source {
    Source {
        publisher: "International Organization for Migration".to_owned(),
        title: "Missing Migrants Project".to_owned(),
        address: "https://missingmigrants.iom.int/downloads".to_owned(),
        licence: "CC BY 4.0".to_owned(),
        attribution: "IOM Missing Migrants Project, missingmigrants.iom.int, CC BY 4.0".to_owned(),
        vintage: String::new(),
        retrieved: None,
        content_sha256: None,
    }
}

/// Reads the rows.
#[derive(Debug)]
pub(super) struct Desk {
    has_identifiers: bool,
    incidents: Vec<(usize, Incident)>,
    rows: Repeats<(String, String), u128>,
    codes_by_name: HashMap<String, PlaceCode>,
    /// Words outside a list that have been told of.
    strange: Words,
}

impl Desk {
    /// A desk for a file with this header.
    pub(super) fn new(header: &Header) -> Self {
        let places = Places::standard().iter();
        let named = places.map(|place| (place.name(Language::En).to_lowercase(), place.code));
        Self {
            has_identifiers: header
                .column(MAIN_ID)
                .or(header.column(INCIDENT_ID))
                .is_some(),
            incidents: Vec::new(),
            rows: Repeats::default(),
            codes_by_name: named.collect(),
            strange: Words::default(),
        }
    }

    /// Whether rows carry the source's identifier.
    pub(super) const fn has_identifiers(&self) -> bool {
        self.has_identifiers
    }

    /// Reads one row.
    pub(super) fn row(
        &mut self,
        row: &Row<'_>,
        digest: u128,
        copy: bool,
        into: &mut Vec<Finding>,
    ) -> Use {
        let (when, total) = (when(row, into), total(row, into));
        let (Some((date, month)), Some((dead, missing, dead_and_missing))) = (when, total) else {
            return Use::Held;
        };
        let incident = Incident {
            row: row.number,
            main_id: words(row, MAIN_ID),
            incident_id: words(row, INCIDENT_ID),
            kind: self.kind(row, into),
            date,
            month,
            route: words(row, ROUTE),
            region: words(row, REGION),
            grouping: words(row, GROUPING),
            country_of_incident: self.country_of_incident(row, into),
            region_of_origin: words(row, REGION_OF_ORIGIN),
            countries_of_origin: self.countries_of_origin(row, into),
            dead,
            missing,
            dead_and_missing,
            survivors: side_number(row, SURVIVORS, into),
            females: side_number(row, FEMALES, into),
            males: side_number(row, MALES, into),
            children: side_number(row, CHILDREN, into),
            cause: words(row, CAUSE),
            location: words(row, LOCATION),
            position: position(row, into),
            information_source: words(row, INFORMATION_SOURCE),
            source_quality: words(row, QUALITY),
        };
        check_parts(row, &incident, into);
        if self.has_identifiers {
            let identifier = |stated: &Stated<String>| stated.clone().unwrap_or_default();
            let key = (
                identifier(&incident.main_id),
                identifier(&incident.incident_id),
            );
            if key.0.is_empty() && key.1.is_empty() {
                let finding = row.finding("identifier_missing", Severity::Notice);
                into.push(finding.allowed("the source's identifier of the incident"));
            } else {
                let show = |_: &u128| "another content".to_owned();
                self.rows.note(key, digest, row, show, into);
            }
        }
        if !copy {
            self.incidents.push((row.ordinal, incident));
        }
        Use::Counted
    }

    /// Ends the file: the incidents that are not held, and the rows that are held after all.
    pub(super) fn finish(
        self,
        file: &str,
        into: &mut Vec<Finding>,
    ) -> (Vec<Incident>, Source, Vec<usize>) {
        let (_, late) = self.rows.finish(file, |_| "one content".to_owned(), into);
        let held: std::collections::HashSet<usize> = late.iter().copied().collect();
        let kept = self.incidents.into_iter();
        let incidents: Vec<Incident> = kept
            .filter(|(ordinal, _)| !held.contains(ordinal))
            .map(|(_, incident)| incident)
            .collect();
        let months = incidents.iter().map(|incident| incident.month);
        let span = months.clone().min().zip(months.max());
        let source = Source {
            vintage: match span {
                Some((first, last)) => format!("incidents of {first} to {last}, file {file}"),
                None => format!("file {file}"),
            },
            ..source()
        };
        (incidents, source, late)
    }

    fn kind(&mut self, row: &Row<'_>, into: &mut Vec<Finding>) -> Stated<IncidentKind> {
        let printed = words(row, KIND)?;
        match printed.to_lowercase().as_str() {
            "incident" => Ok(IncidentKind::Incident),
            "split incident" => Ok(IncidentKind::Split),
            "cumulative incident" => Ok(IncidentKind::Cumulative),
            "incident,split incident" | "incident, split incident" => {
                Ok(IncidentKind::IncidentAndSplit)
            }
            _ => {
                self.tell(
                    row,
                    KIND,
                    &printed,
                    "incident, split or cumulative incident",
                    into,
                );
                Err(Absence::Unknown)
            }
        }
    }

    fn country_of_incident(&mut self, row: &Row<'_>, into: &mut Vec<Finding>) -> Stated<Country> {
        let printed = words(row, COUNTRY_OF_INCIDENT)?;
        Ok(self.country(row, COUNTRY_OF_INCIDENT, &printed, into))
    }

    /// The countries of origin: one text, or several with commas or semicolons between them.
    fn countries_of_origin(&mut self, row: &Row<'_>, into: &mut Vec<Finding>) -> Vec<Country> {
        let Ok(printed) = words(row, COUNTRY_OF_ORIGIN) else {
            return Vec::new();
        };
        // A name may hold a comma itself; then the whole text is a name.
        if self.code(&printed).is_some() {
            return vec![self.country(row, COUNTRY_OF_ORIGIN, &printed, into)];
        }
        let parts = printed.split([';', ',']).map(str::trim);
        let mut countries = Vec::new();
        for part in parts.filter(|part| !part.is_empty()) {
            countries.push(self.country(row, COUNTRY_OF_ORIGIN, part, into));
        }
        countries
    }

    fn code(&self, printed: &str) -> Option<PlaceCode> {
        let listed = |code: &PlaceCode| Places::standard().get(*code).is_some();
        let coded = printed.parse::<PlaceCode>().ok().filter(listed);
        coded.or_else(|| self.codes_by_name.get(&printed.to_lowercase()).copied())
    }

    fn country(
        &mut self,
        row: &Row<'_>,
        field: usize,
        printed: &str,
        into: &mut Vec<Finding>,
    ) -> Country {
        let code = self.code(printed);
        let says_unknown = ["UNK", "Unknown", "unknown"].contains(&printed);
        if code.is_none() && !says_unknown {
            self.tell(
                row,
                field,
                printed,
                "a code or an English name of ISO 3166-1",
                into,
            );
        }
        Country {
            printed: printed.to_owned(),
            code,
        }
    }

    /// Tells of a word outside a list where it stands first.
    fn tell(
        &mut self,
        row: &Row<'_>,
        field: usize,
        word: &str,
        allowed: &str,
        into: &mut Vec<Finding>,
    ) {
        if self.strange.note(&format!("{field}:{word}")).1 {
            let finding = row.finding_in(field, "code_unknown", Severity::Notice);
            into.push(
                finding
                    .found(word)
                    .allowed(&format!("{allowed}; others are kept as printed")),
            );
        }
    }
}

/// Why a field that is blank or unreadable has no value.
fn absence(row: &Row<'_>, field: usize) -> Absence {
    if row.has(field) {
        Absence::Unknown
    } else {
        Absence::NotInSource
    }
}

fn words(row: &Row<'_>, field: usize) -> Stated<String> {
    let words = text::plain(row.text(field));
    if words.is_empty() {
        Err(absence(row, field))
    } else {
        Ok(words)
    }
}

/// A number that enters no figure: unreadable is unknown, and told.
fn side_number(row: &Row<'_>, field: usize, into: &mut Vec<Finding>) -> Stated<u64> {
    let printed = row.text(field);
    if printed.is_empty() {
        return Err(absence(row, field));
    }
    text::whole_number(printed).ok_or_else(|| {
        let finding = row.finding_in(field, "number_unreadable", Severity::Notice);
        into.push(finding.allowed("a whole number, 0 or more; this one is taken as unknown"));
        Absence::Unknown
    })
}

/// The day and the month; none when the row has no usable time.
fn when(row: &Row<'_>, into: &mut Vec<Finding>) -> Option<(Stated<Date>, Month)> {
    let printed = row.text(DATE);
    if printed.is_empty() {
        return month_without_day(row, into).map(|month| (Err(Absence::Unknown), month));
    }
    let Some(day) = text::day(printed) else {
        let finding = row.finding_in(DATE, "date_unreadable", Severity::Error);
        into.push(finding.allowed("a day as Thu, 01/31/2026 - 12:00 (month first) or 2026-01-31"));
        return None;
    };
    let date = day.date;
    if day.weekday_claimed.is_some() {
        let finding = row.finding_in(DATE, "weekday_disagrees", Severity::Notice);
        let weekday = date.strftime("%A");
        into.push(finding.allowed(&format!("{weekday}, which {date} is; the date is used")));
    }
    let month = Month {
        year: date.year(),
        month: date.month(),
    };
    check_month(row, month, into);
    Some((Ok(date), month))
}

fn month_without_day(row: &Row<'_>, into: &mut Vec<Finding>) -> Option<Month> {
    let year = text::whole_number(row.text(YEAR)).and_then(|year| i16::try_from(year).ok());
    let month = stated_month(row)
        .zip(year)
        .map(|(month, year)| Month { year, month });
    let severity = if month.is_some() {
        Severity::Notice
    } else {
        Severity::Error
    };
    let finding = row.finding_in(DATE, "required_missing", severity);
    into.push(finding.allowed("a day; without it, the stated year and month are used"));
    month
}

/// The month that a column of its own states, as a name, a number or the month's first day.
fn stated_month(row: &Row<'_>) -> Option<i8> {
    let printed = row.text(MONTH);
    text::month_of_name(printed).or_else(|| text::day(printed).map(|day| day.date.month()))
}

/// Compares the date with the year and month that the source prints beside it.
fn check_month(row: &Row<'_>, month: Month, into: &mut Vec<Finding>) {
    let year = row.text(YEAR);
    if !year.is_empty() && text::whole_number(year) != u64::try_from(month.year).ok() {
        let finding = row.finding_in(YEAR, "year_disagrees", Severity::Notice);
        into.push(finding.allowed(&format!(
            "{}, the year of the date, which is used",
            month.year
        )));
    }
    if !row.text(MONTH).is_empty() && stated_month(row) != Some(month.month) {
        let finding = row.finding_in(MONTH, "month_disagrees", Severity::Notice);
        into.push(finding.allowed(&format!("the month of the date, {month}, which is used")));
    }
}

type Counted = (Stated<u64>, Stated<u64>, u64);

/// The dead, the missing, and both together; none when the row has no usable number.
fn total(row: &Row<'_>, into: &mut Vec<Finding>) -> Option<Counted> {
    let mut readable = true;
    let mut number = |field| -> Stated<u64> {
        let printed = row.text(field);
        if printed.is_empty() {
            return Err(absence(row, field));
        }
        text::whole_number(printed).ok_or_else(|| {
            let finding = row.finding_in(field, "number_unreadable", Severity::Error);
            into.push(finding.allowed("a whole number, 0 or more, with or without commas"));
            readable = false;
            Absence::Unknown
        })
    };
    let (dead, missing, printed) = (number(DEAD), number(MISSING), number(TOTAL));
    if !readable {
        return None;
    }
    let parts = match (dead, missing) {
        (Ok(dead), Ok(missing)) => dead.checked_add(missing),
        (Ok(one), Err(_)) | (Err(_), Ok(one)) => Some(one),
        (Err(_), Err(_)) => None,
    };
    if let (Ok(total), Some(parts)) = (printed, parts)
        && total != parts
    {
        let finding = row.finding_in(TOTAL, "total_disagrees", Severity::Notice);
        let allowed = format!("{parts}, the sum of the dead and the missing; the total is used");
        into.push(finding.allowed(&allowed));
    }
    match printed.ok().or(parts) {
        Some(total) => Some((dead, missing, total)),
        None => {
            let stated = [TOTAL, DEAD, MISSING]
                .into_iter()
                .find(|&field| row.has(field));
            let field = stated.unwrap_or(DEAD);
            let finding = row.finding_in(field, "required_missing", Severity::Held);
            into.push(finding.allowed("a number of dead or of missing; a blank is not a zero"));
            None
        }
    }
}

/// Compares the parts by sex and age with the total. The source does not say whether children are
/// also counted among females and males, so this is only told.
fn check_parts(row: &Row<'_>, incident: &Incident, into: &mut Vec<Finding>) {
    let parts = [incident.females, incident.males, incident.children];
    let sum = parts.into_iter().flatten().fold(0_u64, u64::saturating_add);
    if sum > incident.dead_and_missing {
        into.push(
            row.finding("parts_exceed_total", Severity::Notice)
                .found(&format!("females, males and children: {sum}"))
                .allowed(&format!(
                    "{} at most, the dead and missing",
                    incident.dead_and_missing
                )),
        );
    }
}

fn position(row: &Row<'_>, into: &mut Vec<Finding>) -> Stated<Position> {
    let (field, printed, position) = if row.has(COORDINATES) {
        let printed = row.text(COORDINATES);
        (COORDINATES, printed.to_owned(), text::position(printed))
    } else {
        let (latitude, longitude) = (row.text(LATITUDE), row.text(LONGITUDE));
        let blank = latitude.is_empty() && longitude.is_empty();
        let printed = if blank {
            String::new()
        } else {
            format!("{latitude}, {longitude}")
        };
        let position = text::position(&printed);
        (LATITUDE, printed, position)
    };
    if printed.is_empty() {
        return Err(absence(row, field));
    }
    position.ok_or_else(|| {
        let finding = row.finding_in(field, "coordinates_unreadable", Severity::Notice);
        into.push(finding.found(&printed).allowed(
            "degrees north, degrees east, within the globe; the incident has no place on the map",
        ));
        Absence::Unknown
    })
}
