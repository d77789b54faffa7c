//! The status of a treaty as a request asks for it: the day, and maybe a region or a group.
//! Pages and API read it here, so that they cannot differ.

use std::collections::BTreeSet;

use jiff::civil::Date;
use law::{Record, Status, Treaty};
use protect::Released;
use terms::group::{RegionLevel, Regions};
use terms::language::Language;
use terms::place::{PlaceCode, PlaceKind};

use crate::fields::{Fields, query};
use crate::problem::{Kind, Problem};
use crate::site::Site;

/// The fields that a request for a status may have.
pub(crate) const FIELDS: [&str; 2] = ["on", "group"];

/// A region or a group to which a status is restricted.
pub(crate) struct Scope {
    /// M49 number, or the group's code.
    pub(crate) code: String,
    /// Its name.
    pub(crate) name: String,
    /// The places in it on the day.
    pub(crate) places: BTreeSet<PlaceCode>,
    /// What a reader must know of its list of members; English.
    pub(crate) note: String,
}

/// What was asked, and the answer.
pub(crate) struct Asked {
    pub(crate) treaty: Treaty,
    pub(crate) on: Date,
    /// Whether the day was ours to choose.
    pub(crate) by_default: bool,
    pub(crate) scope: Option<Scope>,
    /// The status of the whole world, released.
    pub(crate) world: Released<Status>,
    /// The status that was asked for.
    pub(crate) status: Status,
}

impl Asked {
    /// Reads a request and answers it.
    pub(crate) fn read(
        site: &Site,
        treaty: Treaty,
        fields: &Fields,
        language: Language,
    ) -> Result<Self, Problem> {
        let today = (site.today)();
        let given = fields.date("on")?;
        if let Some(day) = given.filter(|day| *day > today) {
            return Err(Problem::of(Kind::DateOutside, "on", &day.to_string())
                .allowing([format!("≤ {today}")]));
        }
        let on = given.unwrap_or_else(|| default_day(site, treaty));
        let code = fields.one_of("group", scope_codes(site))?;
        let scope = code.and_then(|code| scope(site, &code, on, language));
        let world = released(treaty, on);
        let status = match &scope {
            Some(scope) => world.value().among(&scope.places),
            None => world.value().clone(),
        };
        Ok(Self {
            treaty,
            on,
            by_default: given.is_none(),
            scope,
            world,
            status,
        })
    }

    /// The request as a query string that will mean the same tomorrow.
    pub(crate) fn query(&self) -> String {
        let on = self.on.to_string();
        let mut pairs = vec![("on", on.as_str())];
        if let Some(scope) = &self.scope {
            pairs.push(("group", scope.code.as_str()));
        }
        query(&pairs)
    }

    /// The same, for the page that explains a figure.
    pub(crate) fn explain_query(&self) -> String {
        let rest = self.query();
        format!(
            "?treaty={}&{}",
            self.treaty.code(),
            rest.trim_start_matches('?')
        )
    }
}

/// The status of the world on a day, with its source, released as public record.
pub(crate) fn released(treaty: Treaty, on: Date) -> Released<Status> {
    let record = Record::standard();
    let name = format!("treaty-status/{}/{on}", treaty.code());
    protect::release::public_record(record.status(treaty, on), record.source(treaty), &name)
}

/// The day that is shown when none is asked for: today, but not after the record ends.
pub(crate) fn default_day(site: &Site, treaty: Treaty) -> Date {
    let ends = Record::standard().instrument(treaty).record_ends;
    (site.today)().min(ends)
}

/// The treaty of a code.
pub(crate) fn treaty(code: &str) -> Result<Treaty, Problem> {
    let known = Treaty::ALL.map(Treaty::code);
    code.parse()
        .map_err(|_| Problem::of(Kind::NotFound, "treaty", code).allowing(known))
}

/// The codes of every region and group that a status can be restricted to.
pub(crate) fn scope_codes(site: &Site) -> Vec<String> {
    let regions = Regions::standard().iter();
    let regions = regions.filter(|region| region.level != RegionLevel::World);
    let groups = site.groups.iter().filter(|group| group.has_known_members());
    regions
        .map(|region| region.code.to_string())
        .chain(groups.map(|group| group.code.clone()))
        .collect()
}

/// A region or group on a day.
pub(crate) fn scope(site: &Site, code: &str, on: Date, language: Language) -> Option<Scope> {
    if let Some(group) = site.groups.get(code) {
        return Some(Scope {
            code: code.to_owned(),
            name: group.name(language).to_owned(),
            places: site.groups.members_on(code, on)?,
            note: group.note.clone(),
        });
    }
    let regions = Regions::standard();
    let region = regions
        .iter()
        .find(|region| region.code.to_string() == code)?;
    let held = site.places.iter().filter(|place| region.holds(place));
    Some(Scope {
        code: code.to_owned(),
        name: region.name(language).to_owned(),
        places: held.map(|place| place.code).collect(),
        note: String::new(),
    })
}

/// The States of the list that exist on a day.
pub(crate) fn states_on(site: &Site, on: Date) -> impl Iterator<Item = &terms::place::Place> {
    site.places
        .iter()
        .filter(move |place| place.kind == PlaceKind::State && place.is_valid_on(on))
}
