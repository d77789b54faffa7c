//! The dead and the missing as a request asks for them: by route, year and cause. Pages and API
//! read it here, so that they cannot differ.

use protect::Released;
use terms::cell::Cell;
use terms::table::{Table, TableError};

use crate::fields::{Fields, query};
use crate::problem::{Kind, Problem};
use crate::site::Site;

/// The filters of a request.
pub(crate) const FILTERS: [&str; 3] = ["route", "year", "cause"];

/// The dimensions by which figures can be counted.
pub(crate) const BY: [&str; 5] = ["year", "month", "route", "cause", "place"];

/// The place of incidents whose coordinates are not known.
pub(crate) const UNPLACED: &str = "unplaced";

/// What was asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) route: Option<String>,
    pub(crate) year: Option<String>,
    pub(crate) cause: Option<String>,
}

impl Asked {
    /// Reads the filters of a request.
    pub(crate) fn read(site: &Site, fields: &Fields) -> Result<Self, Problem> {
        let one = |name: &str| fields.one_of(name, codes(site, name));
        Ok(Self {
            route: one("route")?,
            year: one("year")?,
            cause: one("cause")?,
        })
    }

    /// The chosen code of a filter.
    pub(crate) fn chosen(&self, filter: &str) -> Option<&str> {
        match filter {
            "route" => self.route.as_deref(),
            "year" => self.year.as_deref(),
            _ => self.cause.as_deref(),
        }
    }

    /// The filters as a query string, with more fields after them.
    pub(crate) fn query(&self, more: &[(&str, &str)]) -> String {
        let mut pairs: Vec<(&str, &str)> = FILTERS
            .into_iter()
            .filter_map(|name| Some((name, self.chosen(name)?)))
            .collect();
        pairs.extend(more);
        query(&pairs)
    }

    /// The table that holds these dimensions, filtered and summed to them.
    pub(crate) fn table(&self, site: &Site, by: &[&str]) -> Result<Released<Table>, TableError> {
        let whole = if by.contains(&"place") {
            &site.missing_migrants_map
        } else {
            &site.missing_migrants
        };
        let part = self.part(whole)?;
        part.sum_to(by)
    }

    /// The part of a table that the filters leave, with all its dimensions.
    pub(crate) fn part(&self, whole: &Released<Table>) -> Result<Released<Table>, TableError> {
        let mut part = whole.clone();
        for filter in FILTERS {
            if let Some(code) = self.chosen(filter) {
                part = part.at(filter, code)?;
            }
        }
        Ok(part)
    }

    /// The same, for the words beside a figure; the whole table if it cannot be filtered.
    pub(crate) fn part_or_whole(&self, whole: &Released<Table>) -> Released<Table> {
        self.part(whole).unwrap_or_else(|_| whole.clone())
    }

    /// The sum of everything that was asked for.
    pub(crate) fn total(&self, site: &Site) -> Result<Cell, TableError> {
        self.table(site, &[])?.value().total()
    }
}

/// The dimensions named by a field such as `by=year,route`; `year` when it is not given.
pub(crate) fn dimensions(fields: &Fields) -> Result<Vec<&'static str>, Problem> {
    let Some(given) = fields.get("by") else {
        return Ok(vec!["year"]);
    };
    let refused = || {
        let allowed = BY.map(str::to_owned).into_iter();
        Problem::of(Kind::NotInList, "by", given).allowing(allowed.chain(["year,route".to_owned()]))
    };
    let mut by = Vec::new();
    for name in given.split(',') {
        let known = BY.into_iter().find(|known| *known == name.trim());
        let known = known
            .filter(|known| !by.contains(known))
            .ok_or_else(refused)?;
        by.push(known);
    }
    if by.contains(&"place") && by.contains(&"month") {
        return Err(refused());
    }
    Ok(by)
}

/// The codes of a dimension, in their order: years and months upwards, others by their number of
/// dead and missing, the largest first.
pub(crate) fn codes(site: &Site, dimension: &str) -> Vec<String> {
    let table = site.missing_migrants.value();
    let mut codes = table
        .codes(dimension)
        .map(<[String]>::to_vec)
        .unwrap_or_default();
    if dimension == "year" || dimension == "month" {
        codes.sort();
        return codes;
    }
    if let Ok(summed) = table.sum_to(&[dimension]) {
        let size = |code: &String| summed.get(&[code]).and_then(Cell::bounds).unwrap_or((0, 0));
        codes.sort_by_key(|code| (std::cmp::Reverse(size(code)), code.clone()));
    }
    codes
}

/// The centre of a five-degree cell named by its south-west corner, such as `N35E010`:
/// longitude and latitude in degrees.
pub(crate) fn centre(cell: &str) -> Option<(f64, f64)> {
    if cell.len() != 7 || !cell.is_ascii() {
        return None;
    }
    let degrees = |text: &str, positive: &str, negative: &str| -> Option<f64> {
        let (side, number) = text.split_at(1);
        let number: f64 = number.parse().ok()?;
        match side {
            _ if side == positive => Some(number),
            _ if side == negative => Some(-number),
            _ => None,
        }
    };
    let (north, east) = cell.split_at(3);
    Some((
        degrees(east, "E", "W")? + 2.5,
        degrees(north, "N", "S")? + 2.5,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_found_by_its_corner() {
        assert_eq!(centre("N35E010"), Some((12.5, 37.5)));
        assert_eq!(centre("S05W120"), Some((-117.5, -2.5)));
        assert_eq!(centre(UNPLACED), None);
        assert_eq!(centre("N3éE010"), None);
        assert_eq!(centre("X35E010"), None);
    }
}
