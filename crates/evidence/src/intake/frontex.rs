//! Monthly detections of irregular border crossing, as Frontex publishes them.
//!
//! One row is a route, a border (sea or land), a nationality, a month and a number of detections.

use terms::cell::Cell;
use terms::finding::{Finding, Severity};
use terms::limit::Limit;
use terms::place::{PlaceCode, Places};
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension, Table};

use super::Use;
use super::header::{Field, Need};
use super::repeats::Repeats;
use super::row::Row;
use super::text;
use super::words::Words;

const ROUTE: usize = 0;
const BORDER: usize = 1;
const NATIONALITY: usize = 2;
const MONTH: usize = 3;
const DETECTIONS: usize = 4;

/// The columns.
pub(super) const FIELDS: [Field; 5] = [
    Field {
        name: "route",
        aliases: &["migration route", "migratory route"],
        need: Need::Required,
    },
    Field {
        name: "type",
        aliases: &["border", "border type", "bordertype", "type of border"],
        need: Need::Required,
    },
    Field {
        name: "nat",
        aliases: &["nationality", "citizenship"],
        need: Need::Required,
    },
    Field {
        name: "t",
        aliases: &["month", "date", "period"],
        need: Need::Required,
    },
    Field {
        name: "n",
        aliases: &["detections", "number", "count", "value"],
        need: Need::Required,
    },
];

/// Codes of the source that stand for no country, and what they stand for.
const SPECIAL_NATIONALITIES: [(&str, &str); 3] = [
    ("OOO", "nationality not known"),
    ("OOS", "not identified, from Sub-Saharan Africa"),
    ("STL", "stateless"),
];

/// What a nationality code of the source stands for, where it stands for no country.
#[must_use]
pub(super) fn special_nationality(code: &str) -> Option<&'static str> {
    let of = SPECIAL_NATIONALITIES
        .iter()
        .find(|(special, _)| *special == code);
    of.map(|(_, meaning)| *meaning)
}

/// Where such publications come from.
pub(super) fn source() -> Source {
    Source {
        publisher: "European Border and Coast Guard Agency (Frontex)".to_owned(),
        title: "Monthly detections of illegal border-crossing".to_owned(),
        address: "https://www.frontex.europa.eu/what-we-do/monitoring-and-risk-analysis/\
                  migratory-map/"
            .to_owned(),
        licence: "Re-use with the source stated".to_owned(),
        attribution: "Frontex, detections of illegal border-crossing".to_owned(),
        vintage: String::new(),
        retrieved: None,
        content_sha256: None,
    }
}

/// Reads the rows.
#[derive(Debug, Default)]
pub(super) struct Desk {
    words: Words,
    nationalities: Words,
    rows: Repeats<[u32; 4], u64>,
}

impl Desk {
    /// Reads one row.
    pub(super) fn row(&mut self, row: &Row<'_>, into: &mut Vec<Finding>) -> Use {
        let mut sound = true;
        for field in [ROUTE, BORDER, NATIONALITY] {
            if row.text(field).is_empty() {
                let finding = row.finding_in(field, "required_missing", Severity::Error);
                into.push(finding.allowed("a value; without it the row has no place"));
                sound = false;
            }
        }
        let Some(month) = month(row.text(MONTH)) else {
            let finding = row.finding_in(MONTH, "date_unreadable", Severity::Error);
            into.push(finding.allowed("a month as 2026-01, or its first day as 2026-01-01"));
            return Use::Held;
        };
        let Some(detections) = text::whole_number(row.text(DETECTIONS)) else {
            let finding = row.finding_in(DETECTIONS, "number_unreadable", Severity::Error);
            into.push(finding.allowed("a whole number, 0 or more"));
            return Use::Held;
        };
        if !sound {
            return Use::Held;
        }
        let border = row.text(BORDER).to_lowercase();
        let (border_word, new_border) = self.words.note(&border);
        if new_border && !["sea", "land"].contains(&border.as_str()) {
            let finding = row.finding_in(BORDER, "code_unknown", Severity::Notice);
            into.push(finding.allowed("sea or land; other words are kept as printed"));
        }
        let nationality = row.text(NATIONALITY);
        let (nationality_word, new_nationality) = self.nationalities.note(nationality);
        if new_nationality {
            into.extend(nationality_finding(row, nationality));
        }
        let key = [
            self.words.note(&month).0,
            self.words.note(row.text(ROUTE)).0,
            border_word,
            nationality_word,
        ];
        self.rows.note(key, detections, row, u64::to_string, into);
        Use::Counted
    }

    /// Ends the file: the table, and the rows that are held after all.
    pub(super) fn finish(
        self,
        file: &str,
        content_sha256: &str,
        into: &mut Vec<Finding>,
    ) -> (Table, Vec<usize>) {
        let (entries, late) = self.rows.finish(file, u64::to_string, into);
        let months = entries.iter().map(|entry| self.words.text(entry.key[0]));
        let span = months.clone().min().zip(months.max());
        let source = Source {
            vintage: match span {
                Some((first, last)) => format!("{first} to {last}, file {file}"),
                None => format!("file {file}"),
            },
            content_sha256: Some(content_sha256.to_owned()),
            ..source()
        };
        let mut table = empty_table(source);
        for entry in entries {
            let [month, route, border, nationality] = entry.key;
            let month = self.words.text(month);
            let codes = [
                month,
                &month[..4],
                self.words.text(route),
                self.words.text(border),
                self.nationalities.text(nationality),
            ];
            let cell = super::cell_of(&entry, |count| Cell::Exact(*count));
            table.push(&codes, cell).expect("each key once");
        }
        (table, late)
    }
}

fn empty_table(source: Source) -> Table {
    let counting = CountingRule {
        unit: CountedUnit::Detections,
        reference_date: "month of the detection".to_owned(),
        statement: "Detections of crossings of the external border outside border crossing \
                    points, as reported to Frontex by the authorities; one person can be detected \
                    several times."
            .to_owned(),
    };
    let dimensions = vec![
        Dimension::disjoint("month", "iso8601-month"),
        Dimension::disjoint("year", "iso8601-year"),
        Dimension::disjoint("route", "frontex-routes@as-printed"),
        Dimension::disjoint("border", "frontex-borders@as-printed"),
        Dimension::disjoint("nationality", "iso3166-1@as-printed"),
    ];
    let limits = vec![Limit::DetectionsNotPersons, Limit::DetectedOnly];
    Table::new("frontex-detections", dimensions, counting, source, limits)
}

fn month(text: &str) -> Option<String> {
    let date = match text.len() {
        7 => text::day(&format!("{text}-01"))?.date,
        _ => text::day(text)?.date,
    };
    Some(format!("{:04}-{:02}", date.year(), date.month()))
}

fn nationality_finding(row: &Row<'_>, code: &str) -> Option<Finding> {
    if let Some(meaning) = special_nationality(code) {
        let finding = row.finding_in(NATIONALITY, "code_special", Severity::Notice);
        return Some(finding.allowed(&format!("the source's own code: {meaning}")));
    }
    let listed = code.parse::<PlaceCode>().ok();
    let listed = listed.and_then(|code| Places::standard().get(code));
    listed.is_none().then(|| {
        let finding = row.finding_in(NATIONALITY, "code_unknown", Severity::Notice);
        finding.allowed("a code of ISO 3166-1; other codes are kept as printed")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_in_both_forms() {
        assert_eq!(month("2009-01-01").as_deref(), Some("2009-01"));
        assert_eq!(month("2009-01").as_deref(), Some("2009-01"));
        assert_eq!(month("2009"), None);
        assert_eq!(month("éééé-01"), None);
    }
}
