//! The public table of the Global Report on Trafficking in Persons.
//!
//! One row is a cell: an area, an indicator, a dimension with its category, sex, age, year, and a
//! value printed as text: a number, or `<5` for everything under five, zero included. The same
//! victims stand under several dimensions, and totals stand among their parts, so sums over those
//! are refused by the table itself.

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

pub(super) const AREA: usize = 0;
pub(super) const COUNTRY: usize = 1;
pub(super) const INDICATOR: usize = 4;
pub(super) const DIMENSION: usize = 5;
pub(super) const CATEGORY: usize = 6;
pub(super) const SEX: usize = 7;
pub(super) const AGE: usize = 8;
pub(super) const YEAR: usize = 9;
const UNIT: usize = 10;
pub(super) const VALUE: usize = 11;

const fn field(name: &'static str, aliases: &'static [&'static str], need: Need) -> Field {
    Field {
        name,
        aliases,
        need,
    }
}

/// The columns.
pub(super) const FIELDS: [Field; 13] = [
    field("Iso3_code", &["iso3", "iso3 code"], Need::Required),
    field("Country", &["area"], Need::Optional),
    field("Region", &[], Need::Optional),
    field("Subregion", &["sub region"], Need::Optional),
    field("Indicator", &[], Need::Required),
    field("Dimension", &[], Need::Required),
    field("Category", &[], Need::Required),
    field("Sex", &[], Need::Required),
    field("Age", &[], Need::Required),
    field("Year", &[], Need::Required),
    field("Unit of measurement", &["unit"], Need::Optional),
    field("txtVALUE", &["value"], Need::Required),
    field("Source", &[], Need::Optional),
];

/// The source's own words, where the list is closed.
const KNOWN: [(usize, &[&str]); 4] = [
    (
        INDICATOR,
        &[
            "Detected trafficking victims",
            "Persons convicted",
            "Persons prosecuted",
            "Persons brought into formal contact",
            "Offences of trafficking in persons",
        ],
    ),
    (
        DIMENSION,
        &[
            "Total",
            "by form of exploitation",
            "by citizenship",
            "by country of repatriation",
        ],
    ),
    (SEX, &["Total", "Female", "Male", "Other", "Unknown"]),
    (
        AGE,
        &["Total", "18 years or over", "0 to 17 years", "Unknown"],
    ),
];

/// The category of a cell that the source prints without one.
const UNSTATED: &str = "unstated";

/// From here on a count is taken for two numbers that ran together: no area reports a million
/// victims, persons or offences of trafficking in one year.
const COUNT_IMPLAUSIBLE_FROM: u64 = 1_000_000;

/// Where such publications come from.
pub(super) fn source() -> Source {
    Source {
        publisher: "United Nations Office on Drugs and Crime".to_owned(),
        title: "Trafficking in persons (data set of the Global Report on Trafficking in Persons)"
            .to_owned(),
        address: "https://dataunodc.un.org/dp-trafficking-persons".to_owned(),
        licence: "Not stated in the file; the publisher's terms apply".to_owned(),
        attribution: "UNODC, Global Report on Trafficking in Persons".to_owned(),
        vintage: String::new(),
        retrieved: None,
        content_sha256: None,
    }
}

/// Reads the rows.
#[derive(Debug, Default)]
pub(super) struct Desk {
    words: Words,
    areas: Words,
    rows: Repeats<[u32; 7], Printed>,
    /// Labels outside a closed list that have been told of.
    strange: Words,
}

/// A value as the table prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Printed {
    Count(u64),
    Under(u64),
}

impl Printed {
    pub(super) fn read(text: &str) -> Option<Self> {
        match text.strip_prefix('<') {
            Some(limit) => text::whole_number(limit)
                .filter(|&limit| limit > 0)
                .map(Self::Under),
            None => text::whole_number(text).map(Self::Count),
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Count(count) => count.to_string(),
            Self::Under(limit) => format!("<{limit}"),
        }
    }

    pub(super) fn cell(&self) -> Cell {
        match self {
            Self::Count(count) => Cell::Exact(*count),
            Self::Under(limit) => Cell::Masked {
                lower: 0,
                upper: limit - 1,
            },
        }
    }
}

impl Desk {
    /// Reads one row.
    pub(super) fn row(&mut self, row: &Row<'_>, into: &mut Vec<Finding>) -> Use {
        let area = self.area(row, into);
        let value = printed(row, into);
        let year = year(row, into);
        let mut complete = true;
        for field in [INDICATOR, DIMENSION, SEX, AGE] {
            if row.text(field).is_empty() {
                let finding = row.finding_in(field, "required_missing", Severity::Error);
                into.push(finding.allowed("a value; without it the row has no place"));
                complete = false;
            }
        }
        self.tell_strange_words(row, into);
        let (Some(area), Some(value), Some(year), true) = (area, value, year, complete) else {
            return Use::Held;
        };
        let mut category = row.text(CATEGORY);
        if category.is_empty() {
            let finding = row.finding_in(CATEGORY, "category_missing", Severity::Notice);
            into.push(finding.allowed("a category; the cell stands under “unstated”"));
            category = UNSTATED;
        }
        let category = self.words.note(category).0;
        let mut word = |field| self.words.note(row.text(field)).0;
        let key = [
            area,
            word(INDICATOR),
            word(DIMENSION),
            category,
            word(SEX),
            word(AGE),
            year,
        ];
        self.rows.note(key, value, row, Printed::show, into);
        Use::Counted
    }

    /// The area: its code as printed, or the country's name where there is no code.
    fn area(&mut self, row: &Row<'_>, into: &mut Vec<Finding>) -> Option<u32> {
        let code = row.text(AREA);
        if code.is_empty() {
            let country = row.text(COUNTRY);
            if country.is_empty() {
                let finding = row.finding_in(AREA, "required_missing", Severity::Error);
                into.push(finding.allowed("a code or a name of the area"));
                return None;
            }
            into.push(
                row.finding_in(AREA, "place_code_missing", Severity::Notice)
                    .found(country)
                    .allowed("a code of ISO 3166-1; the name stands in its place"),
            );
            return Some(self.areas.note(country).0);
        }
        let place = code.parse::<PlaceCode>().ok();
        if place.is_none_or(|place| Places::standard().get(place).is_none()) {
            let finding = row.finding_in(AREA, "area_not_iso", Severity::Notice);
            into.push(finding.allowed("a code of ISO 3166-1; a group of areas is kept as printed"));
        }
        Some(self.areas.note(code).0)
    }

    fn tell_strange_words(&mut self, row: &Row<'_>, into: &mut Vec<Finding>) {
        for (field, known) in KNOWN {
            let word = row.text(field);
            if word.is_empty() || known.contains(&word) {
                continue;
            }
            if self.strange.note(&format!("{field}:{word}")).1 {
                let finding = row.finding_in(field, "code_unknown", Severity::Notice);
                let allowed = format!("{}; others are kept as printed", known.join(", "));
                into.push(finding.allowed(&allowed));
            }
        }
    }

    /// Ends the file: the table, and the rows that are held after all.
    pub(super) fn finish(
        self,
        file: &str,
        content_sha256: &str,
        into: &mut Vec<Finding>,
    ) -> (Table, Vec<usize>) {
        let (entries, late) = self.rows.finish(file, Printed::show, into);
        let years = entries.iter().map(|entry| entry.key[6]);
        let span = years.clone().min().zip(years.max());
        let source = Source {
            vintage: match span {
                Some((first, last)) => format!("years {first} to {last}, file {file}"),
                None => format!("file {file}"),
            },
            content_sha256: Some(content_sha256.to_owned()),
            ..source()
        };
        let mut table = empty_table(source, !late.is_empty());
        for entry in entries {
            let [area, indicator, dimension, category, sex, age, year] = entry.key;
            let year = year.to_string();
            let codes = [
                self.areas.text(area),
                self.words.text(indicator),
                self.words.text(dimension),
                self.words.text(category),
                self.words.text(sex),
                self.words.text(age),
                &year,
            ];
            let cell = super::cell_of(&entry, Printed::cell);
            table.push(&codes, cell).expect("each key once");
        }
        (table, late)
    }
}

/// The value, if it can be used; a finding otherwise.
fn printed(row: &Row<'_>, into: &mut Vec<Finding>) -> Option<Printed> {
    let unit = row.text(UNIT);
    if !unit.is_empty() && unit != "Counts" {
        let finding = row.finding_in(UNIT, "unit_unknown", Severity::Held);
        into.push(finding.allowed("Counts"));
        return None;
    }
    let text = row.text(VALUE);
    if text.is_empty() {
        let finding = row.finding_in(VALUE, "required_missing", Severity::Held);
        into.push(finding.allowed("a number or <5; a blank is not a zero"));
        return None;
    }
    match Printed::read(text) {
        Some(Printed::Count(count)) if count >= COUNT_IMPLAUSIBLE_FROM => {
            let finding = row.finding_in(VALUE, "number_implausible", Severity::Held);
            into.push(finding.allowed("a count under 1,000,000"));
            None
        }
        Some(value) => Some(value),
        None => {
            let finding = row.finding_in(VALUE, "number_unreadable", Severity::Error);
            into.push(finding.allowed("a whole number with or without commas, or <5"));
            None
        }
    }
}

fn year(row: &Row<'_>, into: &mut Vec<Finding>) -> Option<u32> {
    let year = text::whole_number(row.text(YEAR)).filter(|year| (1900..=2200).contains(year));
    if year.is_none() {
        let finding = row.finding_in(YEAR, "date_unreadable", Severity::Error);
        into.push(finding.allowed("a year of four digits"));
    }
    year.and_then(|year| u32::try_from(year).ok())
}

fn empty_table(source: Source, disputed: bool) -> Table {
    let counting = CountingRule {
        unit: CountedUnit::AsIndicated,
        reference_date: "year of the record, as the State reported it".to_owned(),
        statement: "As reported by States to the Global Report on Trafficking in Persons; what is \
                    counted is said by the indicator, and the same victims stand under several \
                    dimensions."
            .to_owned(),
    };
    let dimensions = vec![
        Dimension::disjoint("area", "iso3166-1@as-printed"),
        Dimension::overlapping("indicator", "global-report-indicators@as-printed"),
        Dimension::overlapping("dimension", "global-report-dimensions@as-printed"),
        Dimension::overlapping("category", "global-report-categories@as-printed"),
        Dimension::overlapping("sex", "global-report-sex@as-printed"),
        Dimension::overlapping("age", "global-report-age@as-printed"),
        Dimension::disjoint("year", "iso8601-year"),
    ];
    let mut limits = vec![Limit::DetectedOnly, Limit::SmallCountsMasked];
    if disputed {
        limits.push(Limit::SourceDisagrees);
    }
    Table::new("global-report", dimensions, counting, source, limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn under_five_is_a_mask_and_not_a_number() {
        let masked = Printed::read("<5").expect("the publisher's mask");
        assert_eq!(masked.cell(), Cell::Masked { lower: 0, upper: 4 });
        assert_eq!(Printed::read("0").map(|v| v.cell()), Some(Cell::Exact(0)));
        assert_eq!(
            Printed::read("1,234").map(|v| v.cell()),
            Some(Cell::Exact(1234))
        );
        for text in ["<0", "<", "", ">5", "5-9", "..", "< five"] {
            assert_eq!(Printed::read(text), None, "{text}");
        }
    }
}
