//! What a row of a published file means.
//!
//! A file comes in as a header and rows of text. [`Intake`] knows the kinds of publication, reads
//! each row, finds what is wrong with it, and tells apart the rows that are accepted, held, or
//! known already. Nothing here knows CSV from a workbook.

mod digest;
mod frontex;
mod global_report;
mod header;
mod missing_migrants;
mod repeats;
mod report_rows;
mod row;
pub mod text;
mod words;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use terms::cell::{Absence, Cell};
use terms::finding::{Finding, Severity};
use terms::source::Source;
use terms::table::Table;

use crate::foreign::Foreign;
use crate::incident::Incident;

pub use digest::RowDigests;
pub(crate) use header::fold;
use header::{Field, Header};
pub use report_rows::{ReportRow, ReportRows};
use row::Row;

/// A kind of publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Incidents of the Missing Migrants Project of the International Organization for Migration.
    MissingMigrants,
    /// Monthly detections of irregular border crossing published by Frontex.
    Frontex,
    /// The public table of the Global Report on Trafficking in Persons.
    GlobalReport,
}

/// A word that names no kind of publication.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "kind_unknown: “{found}” is no kind of publication; allowed: {}",
    Kind::names()
)]
pub struct UnknownKind {
    /// The word that was given.
    pub found: String,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::MissingMigrants, Self::Frontex, Self::GlobalReport];

    /// The stable code, as it is typed and as folders are named.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::MissingMigrants => "missing-migrants",
            Self::Frontex => "frontex",
            Self::GlobalReport => "glotip",
        }
    }

    fn names() -> String {
        Self::ALL.map(Self::code).join(", ")
    }

    fn fields(self) -> &'static [Field] {
        match self {
            Self::MissingMigrants => &missing_migrants::FIELDS,
            Self::Frontex => &frontex::FIELDS,
            Self::GlobalReport => &global_report::FIELDS,
        }
    }

    /// Whether these are the names of the columns of such a publication: the way to find the
    /// header below a title, or the delimiter of a text file.
    #[must_use]
    pub fn recognises(self, names: &[&str]) -> bool {
        Header::missing(self.fields(), names).is_empty()
    }

    /// Where publications of this kind come from; the edition is not known before a file is read.
    #[must_use]
    pub fn source(self) -> Source {
        match self {
            Self::MissingMigrants => missing_migrants::source(),
            Self::Frontex => frontex::source(),
            Self::GlobalReport => global_report::source(),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.code() == text)
            .ok_or_else(|| UnknownKind {
                found: text.to_owned(),
            })
    }
}

/// What the rows of a file came to. `accepted + held + unchanged` is `read`, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Rows below the header; blank ones are not rows.
    pub read: u64,
    /// Rows that enter figures.
    pub accepted: u64,
    /// Rows that are kept as printed and enter no figure until someone decides.
    pub held: u64,
    /// Rows that say nothing new: exact repeats within the file where a repeat can mean nothing
    /// else, and rows of an earlier file of the same kind.
    pub unchanged: u64,
}

/// What a file of one kind says.
#[derive(Debug, Clone)]
pub enum Observations {
    /// Incidents, one for each row that is not held.
    Incidents(Foreign<Vec<Incident>>),
    /// A counted table.
    Table(Box<Foreign<Table>>),
}

/// What reading a file came to.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Counts of rows.
    pub counts: Counts,
    /// Everything found, in the order of the rows.
    pub findings: Vec<Finding>,
    /// Where it comes from, with the edition and the hash.
    pub source: Source,
    /// What it says; the whole file, also where rows were known before.
    pub observations: Observations,
    /// Rows that stand in the file and in no table, as a spreadsheet counts them.
    pub excluded_rows: Vec<u64>,
    /// The rows of this file, to be known again.
    pub digests: RowDigests,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Accepted,
    Held,
    Unchanged,
}

#[derive(Debug)]
struct Status {
    row: u64,
    verdict: Verdict,
    /// Whether the row enters a table, new or not.
    counted: bool,
}

#[derive(Debug)]
enum Desk {
    Incidents(Box<missing_migrants::Desk>),
    Detections(Box<frontex::Desk>),
    Report(Box<global_report::Desk>),
}

/// What a desk says of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It enters figures.
    Counted,
    /// It is kept as printed.
    Held,
}

/// Reads the rows of one file of one kind.
#[derive(Debug)]
pub struct Intake<'p> {
    file: String,
    header: Header,
    previous: &'p RowDigests,
    digests: RowDigests,
    statuses: Vec<Status>,
    findings: Vec<Finding>,
    desk: Desk,
}

impl<'p> Intake<'p> {
    /// Begins with the header, which stands at `row`. `previous` holds the rows of earlier files
    /// of the same kind.
    ///
    /// # Errors
    /// The findings, when a column is missing without which no row can be read.
    pub fn open(
        kind: Kind,
        file: &str,
        row: u64,
        names: &[&str],
        previous: &'p RowDigests,
    ) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let header = Header::read(kind.fields(), file, row, names, &mut findings);
        if findings.iter().any(|f| f.severity == Severity::Error) {
            return Err(findings);
        }
        let desk = match kind {
            Kind::MissingMigrants => {
                Desk::Incidents(Box::new(missing_migrants::Desk::new(&header)))
            }
            Kind::Frontex => Desk::Detections(Box::default()),
            Kind::GlobalReport => Desk::Report(Box::default()),
        };
        Ok(Self {
            file: file.to_owned(),
            header,
            previous,
            digests: RowDigests::default(),
            statuses: Vec::new(),
            findings,
            desk,
        })
    }

    /// Reads one row, which stands at `number` as a spreadsheet counts. `undecodable` names the
    /// first field whose bytes are not text, if the edge found one; what stands in for them is
    /// never used.
    pub fn row(&mut self, number: u64, fields: &[Cow<'_, str>], undecodable: Option<usize>) {
        if fields.iter().all(|field| field.trim().is_empty()) {
            return;
        }
        let row = Row {
            file: &self.file,
            number,
            ordinal: self.statuses.len(),
            header: &self.header,
            fields,
        };
        let digest = digest::of_row(&self.header, fields);
        let occurrence = self.digests.note(digest);
        let repeated = occurrence > 1;
        if repeated {
            let severity = Severity::Notice;
            self.findings
                .push(row.finding("duplicate_row", severity).allowed(
                    if self.desk.repeats_are_copies() {
                        "each row once; the copy is not counted"
                    } else {
                        "rows without an identifier may be alike and yet two incidents; both count"
                    },
                ));
        }
        let copy = repeated && self.desk.repeats_are_copies();
        let readable = row.check_shape(undecodable, &mut self.findings);
        let taken = if readable {
            self.desk.row(&row, digest, copy, &mut self.findings)
        } else {
            Use::Held
        };
        let earlier = self.previous.count(digest);
        let known = if self.desk.repeats_are_copies() {
            copy || earlier > 0
        } else {
            occurrence <= earlier
        };
        let verdict = match taken {
            _ if known => Verdict::Unchanged,
            Use::Counted => Verdict::Accepted,
            Use::Held => Verdict::Held,
        };
        let counted = taken == Use::Counted;
        self.statuses.push(Status {
            row: number,
            verdict,
            counted,
        });
    }

    /// Adds what the edge has found about the whole file or one of its rows.
    pub fn note(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Ends the file. `content_sha256` is the hash of what was read.
    #[must_use]
    pub fn finish(self, content_sha256: &str) -> Taken {
        let Self {
            file,
            mut findings,
            mut statuses,
            desk,
            digests,
            ..
        } = self;
        let (observations, source, late) = desk.finish(&file, content_sha256, &mut findings);
        for ordinal in late {
            let status = &mut statuses[ordinal];
            status.counted = false;
            if status.verdict == Verdict::Accepted {
                status.verdict = Verdict::Held;
            }
        }
        findings.sort_by_key(|finding| finding.row.unwrap_or(0));
        let mut counts = Counts::default();
        let mut excluded_rows = Vec::new();
        for status in &statuses {
            counts.read += 1;
            match status.verdict {
                Verdict::Accepted => counts.accepted += 1,
                Verdict::Held => counts.held += 1,
                Verdict::Unchanged => counts.unchanged += 1,
            }
            if !status.counted {
                excluded_rows.push(status.row);
            }
        }
        Taken {
            counts,
            findings,
            source,
            observations,
            excluded_rows,
            digests,
        }
    }
}

impl Desk {
    /// Whether a row that repeats another exactly can only be its copy. Where rows carry no
    /// identifier, two incidents of one day and place can look alike.
    fn repeats_are_copies(&self) -> bool {
        match self {
            Self::Incidents(desk) => desk.has_identifiers(),
            Self::Detections(_) | Self::Report(_) => true,
        }
    }

    fn row(&mut self, row: &Row<'_>, digest: u128, copy: bool, into: &mut Vec<Finding>) -> Use {
        match self {
            Self::Incidents(desk) => desk.row(row, digest, copy, into),
            Self::Detections(desk) => desk.row(row, into),
            Self::Report(desk) => desk.row(row, into),
        }
    }

    fn finish(
        self,
        file: &str,
        content_sha256: &str,
        findings: &mut Vec<Finding>,
    ) -> (Observations, Source, Vec<usize>) {
        let (observations, source, late) = match self {
            Self::Incidents(desk) => {
                let (incidents, source, late) = desk.finish(file, findings);
                (
                    Observations::Incidents(Foreign::published(incidents)),
                    source,
                    late,
                )
            }
            Self::Detections(desk) => {
                let (table, late) = desk.finish(file, content_sha256, findings);
                let source = table.source.clone();
                (
                    Observations::Table(Box::new(Foreign::published(table))),
                    source,
                    late,
                )
            }
            Self::Report(desk) => {
                let (table, late) = desk.finish(file, content_sha256, findings);
                let source = table.source.clone();
                (
                    Observations::Table(Box::new(Foreign::published(table))),
                    source,
                    late,
                )
            }
        };
        let content_sha256 = Some(content_sha256.to_owned());
        (
            observations,
            Source {
                content_sha256,
                ..source
            },
            late,
        )
    }
}

/// The cell of a key: what was printed, or that the source disputes itself.
fn cell_of<K, V>(entry: &repeats::Entry<K, V>, cell: impl Fn(&V) -> Cell) -> Cell {
    if entry.disputed {
        Cell::Absent(Absence::Disputed)
    } else {
        cell(&entry.value)
    }
}

#[cfg(test)]
mod tests;
