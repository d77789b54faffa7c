//! A first profile of a table: totals by year, and shares of a whole.
//!
//! Each figure carries its definition. What cannot be said soundly is refused and the reason given:
//! a sum over codes that overlap, a share of a total that is masked or disputed.

use terms::cell::Cell;
use terms::limit::Limit;
use terms::table::{CountedUnit, Table, TableError};

/// What a figure means, in words that are printed beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Stable code, by which the sentence is translated.
    pub code: &'static str,
    /// One plain sentence.
    pub statement: String,
    /// What one count stands for.
    pub unit: CountedUnit,
}

/// Totals by the codes of one dimension.
#[derive(Debug, Clone)]
pub struct Totals {
    /// What they mean.
    pub definition: Definition,
    /// Each code with its total, in the order of the codes.
    pub cells: Vec<(String, Cell)>,
    /// What they cannot say.
    pub limits: Vec<Limit>,
}

/// One part of a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The code.
    pub code: String,
    /// The count of the part.
    pub count: u64,
    /// The part divided by the whole, from 0 to 1.
    pub share: f64,
}

/// The parts of a whole, the largest first; equal ones in the order of their codes.
#[derive(Debug, Clone)]
pub struct Shares {
    /// What they mean.
    pub definition: Definition,
    /// The whole.
    pub whole: u64,
    /// The parts.
    pub parts: Vec<Share>,
    /// What they cannot say.
    pub limits: Vec<Limit>,
}

/// Why a profile is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileRefusal {
    /// The table refuses the sum.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A part is no exact count, so the shares would look more certain than they are.
    #[error("the cell of “{code}” is {status}: a share of it would look exact and is not")]
    NotExact {
        /// The code of the part.
        code: String,
        /// The kind of value that stands there.
        status: &'static str,
    },
    /// The whole is nothing.
    #[error("the whole is 0: there are no shares of it")]
    NothingToShare,
}

/// Totals by the codes of one dimension, such as `year`.
///
/// # Errors
/// When a dimension that would be summed over overlaps, or a cell has no value.
pub fn totals(table: &Table, dimension: &str) -> Result<Totals, ProfileRefusal> {
    let summed = table.sum_to(&[dimension])?;
    let mut cells: Vec<(String, Cell)> = summed
        .iter()
        .map(|(codes, cell)| (codes[0].to_owned(), cell.clone()))
        .collect();
    cells.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(Totals {
        definition: Definition {
            code: "total",
            statement: format!(
                "The sum of all cells of the table with the same {dimension}. {}",
                table.counting.statement
            ),
            unit: table.counting.unit,
        },
        cells,
        limits: table.limits.clone(),
    })
}

/// Shares of the codes of one dimension, such as `route`, in all that the table counts.
///
/// # Errors
/// When a dimension that would be summed over overlaps, the dimension itself overlaps (its parts
/// would add to more than the whole), or a part is not an exact count.
pub fn shares(table: &Table, dimension: &str) -> Result<Shares, ProfileRefusal> {
    let whole = table.total()?;
    let totals = totals(table, dimension)?;
    let whole = exact("the whole", &whole)?;
    if whole == 0 {
        return Err(ProfileRefusal::NothingToShare);
    }
    let mut parts = Vec::with_capacity(totals.cells.len());
    for (code, cell) in totals.cells {
        let count = exact(&code, &cell)?;
        parts.push(Share {
            code,
            count,
            share: ratio(count, whole),
        });
    }
    // The totals stand in the order of the codes, and the sort keeps it among equals.
    parts.sort_by_key(|part| std::cmp::Reverse(part.count));
    Ok(Shares {
        definition: Definition {
            code: "share",
            statement: format!(
                "The count under one {dimension} divided by the count of the whole table. {}",
                table.counting.statement
            ),
            unit: table.counting.unit,
        },
        whole,
        parts,
        limits: table.limits.clone(),
    })
}

fn exact(code: &str, cell: &Cell) -> Result<u64, ProfileRefusal> {
    cell.exact().ok_or_else(|| ProfileRefusal::NotExact {
        code: code.to_owned(),
        status: cell.status(),
    })
}

/// A part of a whole; both are counts of people or events and far below 2^53, where a floating
/// point number is still exact.
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use terms::cell::Absence;
    use terms::source::Source;
    use terms::table::{CountingRule, Dimension};

    fn table(cells: &[([&str; 2], Cell)], forms: Dimension) -> Table {
        let counting = CountingRule {
            unit: CountedUnit::Incidents,
            reference_date: "date of the incident".into(),
            statement: "Each incident once.".into(),
        };
        let source = Source {
            publisher: "Statistical Office of XA".into(),
            title: "Invented table".into(),
            address: String::new(),
            licence: "CC0".into(),
            attribution: String::new(),
            vintage: "2026".into(),
            retrieved: None,
            content_sha256: None,
        };
        let dimensions = vec![Dimension::disjoint("year", "iso8601-year"), forms];
        let limits = vec![Limit::MinimumCount];
        let mut table = Table::new("invented", dimensions, counting, source, limits);
        for (codes, cell) in cells {
            table.push(codes, cell.clone()).expect("each place once");
        }
        table
    }

    #[test]
    fn shares_add_up_and_the_largest_is_first() {
        let cells = [
            (["2021", "b"], Cell::Exact(1)),
            (["2020", "a"], Cell::Exact(2)),
            (["2021", "a"], Cell::Exact(5)),
        ];
        let table = table(&cells, Dimension::disjoint("route", "routes@1"));
        let years = totals(&table, "year").expect("disjoint").cells;
        let expected = [
            ("2020".into(), Cell::Exact(2)),
            ("2021".into(), Cell::Exact(6)),
        ];
        assert_eq!(years, expected);
        let shares = shares(&table, "route").expect("disjoint and exact");
        assert_eq!((shares.whole, shares.parts[0].code.as_str()), (8, "a"));
        assert_eq!(shares.parts[0].share, 0.875);
        assert_eq!(shares.limits, [Limit::MinimumCount]);
    }

    #[test]
    fn what_is_not_sound_is_refused() {
        let overlapping = Dimension::overlapping("form", "forms@1");
        let one = [(["2020", "a"], Cell::Exact(2))];
        let refused = shares(&table(&one, overlapping.clone()), "form");
        let reason = refused.map(|shares| shares.whole);
        let overlaps = TableError::Overlapping("form".into());
        assert_eq!(reason, Err(ProfileRefusal::Table(overlaps.clone())));
        let refused = totals(&table(&one, overlapping), "year").map(|totals| totals.cells);
        assert_eq!(refused, Err(ProfileRefusal::Table(overlaps)));
        let route = || Dimension::disjoint("route", "routes@1");
        let masked = [(["2020", "a"], Cell::Masked { lower: 0, upper: 4 })];
        let refused = shares(&table(&masked, route()), "route").map(|shares| shares.whole);
        let status = "masked";
        let code = "the whole".into();
        assert_eq!(refused, Err(ProfileRefusal::NotExact { code, status }));
        let disputed = [(["2020", "a"], Cell::Absent(Absence::Disputed))];
        let alone = totals(&table(&disputed, route()), "year").map(|totals| totals.cells);
        assert_eq!(
            alone,
            Ok(vec![("2020".into(), Cell::Absent(Absence::Disputed))])
        );
        let beside = [disputed[0].clone(), (["2020", "b"], Cell::Exact(1))];
        assert!(totals(&table(&beside, route()), "year").is_err());
        assert!(shares(&table(&disputed, route()), "route").is_err());
        let none = [(["2020", "a"], Cell::Exact(0))];
        let refused = shares(&table(&none, route()), "route").map(|shares| shares.whole);
        assert_eq!(refused, Err(ProfileRefusal::NothingToShare));
    }
}
