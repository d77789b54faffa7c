//! Where a number comes from, in plain strings, for the line under a figure and for files.

use protect::Released;
use terms::limit::Limit;
use terms::table::Table;

/// Where a released value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Identifier of the release.
    pub release: String,
    /// Whom it is for: `public`, `agreement:CODE` or `party:CODE`.
    pub audience: String,
    /// Why it may be shown: the code of the ground.
    pub ground: &'static str,
    /// Who published it.
    pub publisher: String,
    /// What it is called.
    pub title: String,
    /// Where the publisher keeps it; may be empty.
    pub address: String,
    /// The terms it may be used under.
    pub licence: String,
    /// The words with which the publisher asks to be named; may be empty.
    pub attribution: String,
    /// Which edition it is.
    pub vintage: String,
    /// The day on which the copy was taken (ISO 8601), if known.
    pub retrieved: Option<String>,
    /// SHA-256 of the file that was read, in hexadecimal, if a file was read.
    pub content_sha256: Option<String>,
    /// How it was counted; only tables are counted.
    pub counting: Option<Counting>,
    /// What it cannot say; only tables have limits.
    pub limits: Vec<Limit>,
}

/// The counting rule of a table, in plain strings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counting {
    /// Code of what one count stands for.
    pub unit: &'static str,
    /// Which day decides on the period.
    pub reference_date: String,
    /// How a number came to be, in one sentence.
    pub statement: String,
}

/// Where any released value comes from.
#[must_use]
pub fn provenance<T>(released: &Released<T>) -> Provenance {
    let source = released.source();
    Provenance {
        release: released.identifier().to_owned(),
        audience: released.audience().code(),
        ground: released.ground().code(),
        publisher: source.publisher.clone(),
        title: source.title.clone(),
        address: source.address.clone(),
        licence: source.licence.clone(),
        attribution: source.attribution.clone(),
        vintage: source.vintage.clone(),
        retrieved: source.retrieved.map(|day| day.to_string()),
        content_sha256: source.content_sha256.clone(),
        counting: None,
        limits: Vec::new(),
    }
}

/// Where a released table comes from, with its counting rule and its limits.
#[must_use]
pub fn of_table(released: &Released<Table>) -> Provenance {
    let table = released.value();
    Provenance {
        counting: Some(Counting {
            unit: table.counting.unit.code(),
            reference_date: table.counting.reference_date.clone(),
            statement: table.counting.statement.clone(),
        }),
        limits: table.limits.clone(),
        ..provenance(released)
    }
}
