//! What a counted table tells of how it was counted, written and read again.
//!
//! The rule of a table is a text that goes with it into every page and file. It is written here,
//! and read again here, so that a released table says by itself which tabulation it is: nobody has
//! to guess it from its shape.

use std::collections::BTreeMap;

use evidence::dossier::RULES;
use terms::cell::Cell;
use terms::table::Table;

use super::definition::{Definition, definition_of};
use super::{TOTAL, Tabulation, YEAR};

const PERSONS: &str = ", not persons: one person can have records at several agencies. ";
const AGENCIES: &str = " agencies of this node have such records.";
const YEARS: &str = " Behind the printed total stand all of these agencies in: ";
const NOT_ALL: &str = "; not all of them in: ";
const NO_YEAR: &str = "no year";

/// How many records for each agency a year's total has at least when it is told whether all of them
/// stand behind it: of few records it would say how many each of them has.
const RECORDS_FOR_EACH_MIN: u64 = 5;

/// What a counted table tells of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What was counted.
    pub tabulation: Tabulation,
    /// How many agencies have such records.
    pub received: u64,
    /// How many agencies there are.
    pub expected: u64,
    /// Whether all agencies that have such records stand behind the printed total of a year, for
    /// the years of which it is told. Behind two years of which it is true stand the same agencies.
    pub years: BTreeMap<String, bool>,
}

/// The rule by which a tabulation was counted, in words. `agencies`: how many have such records,
/// and how many there are.
#[must_use]
pub fn statement(tabulation: &Tabulation, (received, expected): (u64, u64)) -> String {
    let form = tabulation
        .by
        .iter()
        .find_map(|dimension| match dimension.name.as_str() {
            "form" => Some(
                " Each record stands under one main form; several without a main one are mixed.",
            ),
            "forms" => Some(" A record stands under every form that it has: forms do not add up."),
            _ => None,
        });
    format!(
        "Records of {}{PERSONS}{tabulation}. {received} of {expected}{AGENCIES}{} Rules {RULES} \
         make records into rows.",
        tabulation.unit.code(),
        form.unwrap_or_default(),
    )
}

/// The sentence on the years whose total a table prints as counted: behind which of them all the
/// agencies stand that have such records at all, and behind which not. Empty where nothing can be
/// told.
///
/// Nothing is told of a year whose total is masked or rounded, since the number of agencies would
/// say how large it is at least, and nothing of one with few records. What is told is no more than
/// yes or no. `sources` are the agencies behind each cell, in the order of the cells; `received`
/// how many have such records in the period.
#[must_use]
pub fn years_sentence(printed: &Table, sources: &[u64], received: u64) -> String {
    let Some(at) = year_position(printed) else {
        return String::new();
    };
    if received == 0 || sources.len() != printed.len() {
        return String::new();
    }
    let (mut all, mut not_all) = (Vec::new(), Vec::new());
    for ((codes, cell), behind) in printed.iter().zip(sources) {
        let is_total = |(place, code): (usize, &&str)| (place == at) == (*code != TOTAL);
        let Cell::Exact(records) = cell else {
            continue;
        };
        let many = *records >= received.saturating_mul(RECORDS_FOR_EACH_MIN);
        if many && codes.iter().enumerate().all(is_total) {
            let years = if *behind >= received {
                &mut all
            } else {
                &mut not_all
            };
            years.push(codes[at]);
        }
    }
    if all.is_empty() && not_all.is_empty() {
        return String::new();
    }
    let listed = |years: &[&str]| match years {
        [] => NO_YEAR.to_owned(),
        years => years.join(", "),
    };
    format!("{YEARS}{}{NOT_ALL}{}.", listed(&all), listed(&not_all))
}

/// Where the dimension of years stands.
fn year_position(table: &Table) -> Option<usize> {
    let mut dimensions = table.dimensions().iter();
    dimensions.position(|dimension| dimension.id == YEAR)
}

impl Told {
    /// What a table tells of itself; none if it was not counted by a tabulation, or if its
    /// dimensions are not those of the tabulation that it names.
    #[must_use]
    pub fn of(table: &Table) -> Option<Self> {
        let told = Self::read(&table.counting.statement)?;
        let wanted = told.tabulation.wanted().ok()?;
        let mine = table.dimensions().iter().map(|one| (&one.id, &one.list));
        let theirs = wanted.dimensions.iter().map(|one| (&one.name, &one.list));
        mine.eq(theirs).then_some(told)
    }

    fn read(statement: &str) -> Option<Self> {
        let (unit, rest) = statement.strip_prefix("Records of ")?.split_once(PERSONS)?;
        let (told, rest) = rest.split_once(AGENCIES)?;
        let (line, agencies) = told.rsplit_once(". ")?;
        let (received, expected) = agencies.split_once(" of ")?;
        let tabulation: Tabulation = line.parse().ok()?;
        if tabulation.unit.code() != unit {
            return None;
        }
        Some(Self {
            tabulation,
            received: received.parse().ok()?,
            expected: expected.parse().ok()?,
            years: read_years(rest),
        })
    }

    /// The definition of which it is one period; none if it was asked for freely.
    #[must_use]
    pub fn definition(&self) -> Option<&'static Definition> {
        definition_of(&self.tabulation)
    }

    /// The first and the last month, as `2031-04`.
    #[must_use]
    pub fn period(&self) -> (String, String) {
        let month = super::text::month;
        (month(self.tabulation.from), month(self.tabulation.to))
    }
}

fn read_years(rest: &str) -> BTreeMap<String, bool> {
    let found = rest.split_once(YEARS).and_then(|(_, told)| {
        let (all, rest) = told.split_once(NOT_ALL)?;
        Some((all, rest.split_once('.')?.0))
    });
    let Some((all, not_all)) = found else {
        return BTreeMap::new();
    };
    let years = |text: &str, are_all: bool| {
        let years = text.split(", ").filter(|year| *year != NO_YEAR);
        let years: Vec<_> = years.map(|year| (year.to_owned(), are_all)).collect();
        years
    };
    years(all, true)
        .into_iter()
        .chain(years(not_all, false))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::definition::definitions;
    use super::*;
    use terms::source::Source;

    fn source() -> Source {
        Source {
            publisher: "National hub of XA (invented)".into(),
            title: "Invented".into(),
            address: String::new(),
            licence: String::new(),
            attribution: String::new(),
            vintage: "act 9".into(),
            retrieved: None,
            content_sha256: None,
        }
    }

    fn empty(definition: &Definition) -> Table {
        let tabulation = definition.over("2020..2022").expect("a period");
        let wanted = tabulation.wanted().expect("sound");
        let laid = super::super::Laid::default();
        wanted.table("counted", &laid, source(), (3, 5)).table
    }

    #[test]
    fn a_table_tells_of_which_definition_it_is() {
        for definition in definitions() {
            let table = empty(definition);
            let told = Told::of(&table).expect("it tells");
            assert_eq!(told.definition().map(|one| &one.id), Some(&definition.id));
            assert_eq!((told.received, told.expected), (3, 5));
            assert_eq!(told.period(), ("2020-01".into(), "2022-12".into()));
            assert_eq!(told.years, BTreeMap::new());
        }
    }

    #[test]
    fn a_table_of_another_shape_or_of_free_words_tells_nothing() {
        let [victims, form] = ["gr-victims", "gr-victims-form"]
            .map(|id| empty(super::super::definition::definition(id).expect("a definition")));
        let mut other = form.filter(|_| true);
        other.counting = victims.counting;
        assert_eq!(Told::of(&other), None);
        other.counting.statement = "Records of victim, one each.".into();
        assert_eq!(Told::of(&other), None);
    }

    #[test]
    fn a_tabulation_that_was_asked_for_freely_has_no_definition() {
        let line = "victim by year,sex over 2020-01..2022-12 on detected";
        let tabulation: Tabulation = line.parse().expect("a line");
        let told = Told::read(&statement(&tabulation, (1, 1))).expect("it tells");
        assert_eq!(told.tabulation, tabulation);
        assert!(told.definition().is_none());
    }

    #[test]
    fn only_of_a_year_whose_total_is_printed_is_it_told_who_stands_behind_it() {
        let definition = super::super::definition::definition("gr-offences").expect("one");
        let mut table = empty(definition).filter(|_| false);
        let masked = Cell::Masked { lower: 0, upper: 4 };
        for (year, cell) in [
            ("total", Cell::Exact(140)),
            ("2020", Cell::Exact(60)),
            ("2021", masked),
            ("2022", Cell::Exact(70)),
            ("2023", Cell::Exact(9)),
        ] {
            table.push(&[year], cell).expect("years differ");
        }
        let sentence = years_sentence(&table, &[2, 2, 2, 1, 2], 2);
        assert_eq!(
            sentence,
            " Behind the printed total stand all of these agencies in: 2020; \
             not all of them in: 2022."
        );
        table.counting.statement.push_str(&sentence);
        let told = Told::of(&table).expect("it tells");
        let years = BTreeMap::from([("2020".to_owned(), true), ("2022".to_owned(), false)]);
        assert_eq!(told.years, years);
    }
}
