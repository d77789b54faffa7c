//! Counted tables as they are stored: drafts, which go into closed parts, and publications, which
//! an audience has seen.

use jiff::civil::Date;
use minicbor::{Decode, Encode};
use protect::Audience;
use protect::draft::{Behind, Draft};
use protect::ledger::Publication;
use terms::cell::{Absence, Cell};
use terms::hierarchy::Hierarchy;
use terms::limit::Limit;
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension, Members, Table};

use super::{ActError, wire};

/// Stands for "draft" and "publication" in messages, where no kind is known.
const NO_KIND: u16 = 0;

#[derive(Encode, Decode)]
enum CellWire {
    #[n(0)]
    Exact(#[n(0)] u64),
    #[n(1)]
    Masked(#[n(0)] u64, #[n(1)] u64),
    #[n(2)]
    Rounded(#[n(0)] u64, #[n(1)] u64),
    #[n(3)]
    Noised(#[n(0)] i64, #[n(1)] f64),
    #[n(4)]
    Estimate(#[n(0)] f64, #[n(1)] f64, #[n(2)] f64, #[n(3)] f64),
    #[n(5)]
    Measure(#[n(0)] f64, #[n(1)] String),
    #[n(6)]
    Absent(#[cbor(n(0), with = "wire::code")] Absence),
}

#[derive(Encode, Decode)]
struct SourceWire {
    #[n(0)]
    publisher: String,
    #[n(1)]
    title: String,
    #[n(2)]
    address: String,
    #[n(3)]
    licence: String,
    #[n(4)]
    attribution: String,
    #[n(5)]
    vintage: String,
    /// Year, month, day.
    #[n(6)]
    retrieved: Option<(i16, i8, i8)>,
    #[n(7)]
    content_sha256: Option<String>,
}

#[derive(Encode, Decode)]
struct TableWire {
    #[n(0)]
    id: String,
    /// Identifier, list, whether the codes overlap.
    #[n(1)]
    dimensions: Vec<(String, String, bool)>,
    #[cbor(n(2), with = "wire::code")]
    unit: CountedUnit,
    #[n(3)]
    reference_date: String,
    #[n(4)]
    statement: String,
    #[n(5)]
    source: SourceWire,
    #[n(6)]
    limits: Vec<String>,
    #[n(7)]
    cells: Vec<(Vec<String>, CellWire)>,
}

/// Each total with its parts.
type HierarchyWire = Vec<(String, Vec<String>)>;
/// Events, sources, contributors, inhabitants.
type BehindWire = (Option<u64>, Option<u64>, Option<u64>, Option<u64>);

#[derive(Encode, Decode)]
struct DraftWire {
    #[n(0)]
    table: TableWire,
    #[n(1)]
    hierarchies: Vec<HierarchyWire>,
    #[n(2)]
    population: String,
    #[n(3)]
    vintage: String,
    #[n(4)]
    party_dimension: Option<String>,
    #[n(5)]
    behind: Vec<BehindWire>,
}

#[derive(Encode, Decode)]
struct PublicationWire {
    #[n(0)]
    name: String,
    #[n(1)]
    audience: String,
    #[n(2)]
    population: String,
    #[n(3)]
    vintage: String,
    #[n(4)]
    table: TableWire,
    #[n(5)]
    hierarchies: Vec<HierarchyWire>,
}

/// The variant's number is the version.
#[derive(Encode, Decode)]
enum StoredDraft {
    #[n(1)]
    V1(#[n(0)] DraftWire),
}

/// The variant's number is the version.
#[derive(Encode, Decode)]
enum StoredPublication {
    #[n(1)]
    V1(#[n(0)] PublicationWire),
}

/// The bytes of a draft, not yet sealed.
#[must_use]
pub fn encode_draft(draft: &Draft) -> Vec<u8> {
    let behind = |one: &Behind| (one.events, one.sources, one.contributors, one.inhabitants);
    wire::to_vec(&StoredDraft::V1(DraftWire {
        table: table_to_wire(&draft.table),
        hierarchies: draft.hierarchies.iter().map(hierarchy_to_wire).collect(),
        population: draft.population.clone(),
        vintage: draft.vintage.clone(),
        party_dimension: draft.party_dimension.clone(),
        behind: draft.behind.iter().map(behind).collect(),
    }))
}

/// Reads what [`encode_draft`] wrote, of any version.
///
/// # Errors
/// When it is of a later program, or malformed.
pub fn decode_draft(bytes: &[u8]) -> Result<Draft, ActError> {
    let StoredDraft::V1(draft) = wire::from_slice(NO_KIND, bytes)?;
    let behind = |(events, sources, contributors, inhabitants): BehindWire| Behind {
        events,
        sources,
        contributors,
        inhabitants,
    };
    Ok(Draft {
        table: table_of_wire(draft.table)?,
        hierarchies: hierarchies_of_wire(draft.hierarchies)?,
        population: draft.population,
        vintage: draft.vintage,
        party_dimension: draft.party_dimension,
        behind: draft.behind.into_iter().map(behind).collect(),
    })
}

/// The bytes of what an audience has seen.
#[must_use]
pub fn encode_publication(publication: &Publication) -> Vec<u8> {
    wire::to_vec(&StoredPublication::V1(PublicationWire {
        name: publication.name.clone(),
        audience: publication.audience.code(),
        population: publication.population.clone(),
        vintage: publication.vintage.clone(),
        table: table_to_wire(&publication.table),
        hierarchies: publication
            .hierarchies
            .iter()
            .map(hierarchy_to_wire)
            .collect(),
    }))
}

/// Reads what [`encode_publication`] wrote, of any version.
///
/// # Errors
/// When it is of a later program, or malformed.
pub fn decode_publication(bytes: &[u8]) -> Result<Publication, ActError> {
    let StoredPublication::V1(publication) = wire::from_slice(NO_KIND, bytes)?;
    let audience = Audience::of_code(&publication.audience);
    Ok(Publication {
        name: publication.name,
        audience: audience.ok_or_else(|| malformed("an audience that there is not"))?,
        population: publication.population,
        vintage: publication.vintage,
        table: table_of_wire(publication.table)?,
        hierarchies: hierarchies_of_wire(publication.hierarchies)?,
    })
}

fn malformed(reason: &str) -> ActError {
    ActError::Malformed {
        kind: NO_KIND,
        reason: reason.to_owned(),
    }
}

fn hierarchy_to_wire(hierarchy: &Hierarchy) -> HierarchyWire {
    hierarchy.sums().to_vec()
}

fn hierarchies_of_wire(wire: Vec<HierarchyWire>) -> Result<Vec<Hierarchy>, ActError> {
    let hierarchy = |sums: HierarchyWire| {
        Hierarchy::new(sums).map_err(|_| malformed("totals and parts that are no tree"))
    };
    wire.into_iter().map(hierarchy).collect()
}

fn table_to_wire(table: &Table) -> TableWire {
    let dimension = |one: &Dimension| {
        let overlaps = one.members == Members::Overlapping;
        (one.id.clone(), one.list.clone(), overlaps)
    };
    let row = |(codes, cell): (Vec<&str>, &Cell)| {
        let codes = codes.into_iter().map(str::to_owned).collect();
        (codes, cell_to_wire(cell))
    };
    let source = &table.source;
    TableWire {
        id: table.id.clone(),
        dimensions: table.dimensions().iter().map(dimension).collect(),
        unit: table.counting.unit,
        reference_date: table.counting.reference_date.clone(),
        statement: table.counting.statement.clone(),
        source: SourceWire {
            publisher: source.publisher.clone(),
            title: source.title.clone(),
            address: source.address.clone(),
            licence: source.licence.clone(),
            attribution: source.attribution.clone(),
            vintage: source.vintage.clone(),
            retrieved: source
                .retrieved
                .map(|day| (day.year(), day.month(), day.day())),
            content_sha256: source.content_sha256.clone(),
        },
        limits: table
            .limits
            .iter()
            .map(|limit| limit.code().to_owned())
            .collect(),
        cells: table.iter().map(row).collect(),
    }
}

fn table_of_wire(wire: TableWire) -> Result<Table, ActError> {
    let dimension = |(id, list, overlaps): (String, String, bool)| Dimension {
        id,
        list,
        members: match overlaps {
            true => Members::Overlapping,
            false => Members::Disjoint,
        },
    };
    let limit = |code: &String| {
        let found = Limit::ALL.into_iter().find(|limit| limit.code() == code);
        found.ok_or_else(|| malformed("a limit that is not on the list"))
    };
    let limits: Result<_, ActError> = wire.limits.iter().map(limit).collect();
    let counting = CountingRule {
        unit: wire.unit,
        reference_date: wire.reference_date,
        statement: wire.statement,
    };
    let dimensions = wire.dimensions.into_iter().map(dimension).collect();
    let source = source_of_wire(wire.source)?;
    let mut table = Table::new(&wire.id, dimensions, counting, source, limits?);
    for (codes, cell) in wire.cells {
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        let pushed = table.push(&codes, cell_of_wire(cell));
        pushed.map_err(|_| malformed("a row that does not fit its table"))?;
    }
    Ok(table)
}

fn source_of_wire(wire: SourceWire) -> Result<Source, ActError> {
    let day = |(year, month, day)| {
        Date::new(year, month, day).map_err(|_| malformed("a day that is in no calendar"))
    };
    Ok(Source {
        publisher: wire.publisher,
        title: wire.title,
        address: wire.address,
        licence: wire.licence,
        attribution: wire.attribution,
        vintage: wire.vintage,
        retrieved: wire.retrieved.map(day).transpose()?,
        content_sha256: wire.content_sha256,
    })
}

fn cell_to_wire(cell: &Cell) -> CellWire {
    match cell {
        Cell::Exact(count) => CellWire::Exact(*count),
        Cell::Masked { lower, upper } => CellWire::Masked(*lower, *upper),
        Cell::Rounded { base, value } => CellWire::Rounded(*base, *value),
        Cell::Noised { value, scale } => CellWire::Noised(*value, *scale),
        Cell::Estimate {
            point,
            lower,
            upper,
            level,
        } => CellWire::Estimate(*point, *lower, *upper, *level),
        Cell::Measure { value, unit } => CellWire::Measure(*value, unit.clone()),
        Cell::Absent(absence) => CellWire::Absent(*absence),
    }
}

fn cell_of_wire(wire: CellWire) -> Cell {
    match wire {
        CellWire::Exact(count) => Cell::Exact(count),
        CellWire::Masked(lower, upper) => Cell::Masked { lower, upper },
        CellWire::Rounded(base, value) => Cell::Rounded { base, value },
        CellWire::Noised(value, scale) => Cell::Noised { value, scale },
        CellWire::Estimate(point, lower, upper, level) => Cell::Estimate {
            point,
            lower,
            upper,
            level,
        },
        CellWire::Measure(value, unit) => Cell::Measure { value, unit },
        CellWire::Absent(absence) => Cell::Absent(absence),
    }
}

#[cfg(test)]
#[path = "tables_tests.rs"]
mod tests;
