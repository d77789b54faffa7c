//! The public tables that come with the program.
//!
//! They are made from the publisher's incidents by [`crate::missing_migrants`], and by nothing
//! else; `seed/SOURCES.md` says of which edition, and under which licence.

use evidence::foreign::Foreign;
use jiff::civil::date;
use terms::source::Source;
use terms::table::Table;

use crate::missing_migrants::{RouteAndCause, Tables};
use crate::plain::{self, PlainError};

const MONTHLY: &str = include_str!("../../../seed/missing_migrants_monthly.csv");
const MAPPED: &str = include_str!("../../../seed/missing_migrants_map.csv");
const LABELS: &str = include_str!("../../../seed/missing_migrants_labels.csv");

/// Dead and missing of the Missing Migrants Project: by month, and by place. Sums of both agree.
#[must_use]
pub fn missing_migrants() -> (Foreign<Table>, Foreign<Table>) {
    let table = |text| plain::read(text).expect("a test reads each embedded table");
    (
        Foreign::published(table(MONTHLY)),
        Foreign::published(table(MAPPED)),
    )
}

/// The labels of the routes and causes in [`missing_migrants`], as the source prints them.
#[must_use]
pub fn missing_migrants_labels() -> RouteAndCause {
    let list = |name| plain::read_labels(LABELS, name).expect("a test reads the embedded labels");
    RouteAndCause {
        routes: list("route"),
        causes: list("cause"),
    }
}

/// The source of the seed: that of the incidents, with the edition spelled out as
/// `seed/SOURCES.md` has it.
#[must_use]
pub fn source(incidents: Source) -> Source {
    Source {
        vintage: "incidents of 2014-01 to 2025-04, from the extract of the public package \
                  iom/gdidata, revision c9e4cc6 of 2025-06-19; counted by Palermo"
            .to_owned(),
        retrieved: Some(date(2025, 6, 19)),
        ..incidents
    }
}

/// The files of `seed/` that these tables make, each with its name and content.
///
/// # Errors
/// When a table cannot be written as text.
pub fn files(tables: &Tables) -> Result<[(&'static str, String); 3], PlainError> {
    let lists = [
        ("cause", &tables.labels.causes),
        ("route", &tables.labels.routes),
    ];
    Ok([
        (
            "missing_migrants_monthly.csv",
            plain::write(tables.monthly.as_printed())?,
        ),
        (
            "missing_migrants_map.csv",
            plain::write(tables.mapped.as_printed())?,
        ),
        ("missing_migrants_labels.csv", plain::write_labels(&lists)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile;
    use terms::cell::Cell;

    #[test]
    fn the_embedded_tables_agree_with_each_other() {
        let (monthly, mapped) = missing_migrants();
        let (monthly, mapped) = (monthly.as_printed(), mapped.as_printed());
        assert_eq!(monthly.total(), Ok(Cell::Exact(75_068)));
        let kept = ["year", "route", "cause"];
        let by_place = mapped.sum_to(&kept).expect("disjoint");
        let by_month = monthly.sum_to(&kept).expect("disjoint");
        assert_eq!(by_month.len(), by_place.len());
        for (codes, cell) in by_month.iter() {
            assert_eq!(by_place.get(&codes), Some(cell), "{codes:?}");
        }
    }

    #[test]
    fn every_embedded_code_has_its_label() {
        let (monthly, mapped) = missing_migrants();
        let labels = missing_migrants_labels();
        for table in [monthly.as_printed(), mapped.as_printed()] {
            for dimension in ["route", "cause"] {
                for code in table.codes(dimension).expect("a dimension") {
                    assert!(
                        labels.label(dimension, code).is_some(),
                        "{dimension} {code}"
                    );
                }
            }
        }
        assert_eq!(
            labels.label("route", "central-mediterranean-route"),
            Some("Central Mediterranean Route")
        );
        assert_eq!(
            labels.label("cause", "drowning-and-violence"),
            Some("Drowning,Violence")
        );
    }

    #[test]
    fn the_embedded_tables_make_a_profile() {
        let (monthly, _) = missing_migrants();
        let shares = profile::shares(monthly.as_printed(), "route").expect("disjoint and exact");
        let sum: f64 = shares.parts.iter().map(|part| part.share).sum();
        assert!((sum - 1.0).abs() < 1e-12);
        assert_eq!(shares.parts[0].code, "central-mediterranean-route");
    }
}
