//! Whether the rows of a sheet are counts and no cases.

use super::fold;
use super::sheet::Sheet;
use super::told::{Saying, Told, Weight};

/// Rows that are looked at.
const ROWS_MAX: usize = 500;
/// Rows from which on a sum that comes out is no accident.
const ROWS_MIN: usize = 3;

/// Folded names of columns of totals.
const TOTALS: [&str; 6] = [
    "total",
    "totals",
    "grandtotal",
    "totaux",
    "totais",
    "ensemble",
];
/// Folded names of columns that hold how many there are.
const COUNTS: [&str; 14] = [
    "count",
    "counts",
    "number",
    "n",
    "victims",
    "persons",
    "numberofvictims",
    "numberofpersons",
    "numberofcases",
    "referrals",
    "nombre",
    "nombredevictimes",
    "numero",
    "numerodevitimas",
];

/// Why rows are taken for counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    /// This column is the sum of the other figures of its row.
    Sum(String),
    /// This column says how many there are.
    Count(String),
    /// This row is a total.
    Total(u64),
}

/// Whether the rows from `first` on are counts.
pub(super) fn are_counts(sheet: &Sheet, first: usize, header: &[String]) -> Option<Why> {
    let rows: Vec<Vec<Option<u64>>> = sheet
        .rows_from(first)
        .take(ROWS_MAX)
        .map(|row| (0..header.len()).map(|at| figure(row.field(at))).collect())
        .collect();
    if rows.is_empty() {
        return None;
    }
    let mostly = |good: usize| good * 5 >= rows.len() * 4;
    let figures: Vec<usize> = (0..header.len())
        .filter(|at| mostly(rows.iter().filter(|row| row[*at].is_some()).count()))
        .collect();
    for (at, name) in header
        .iter()
        .enumerate()
        .filter(|(at, _)| figures.contains(at))
    {
        let name_folded = fold::header(name);
        let more = rows.iter().filter_map(|row| row[at]).any(|count| count > 1);
        let sum = |row: &&Vec<Option<u64>>| {
            let others = figures.iter().filter(|other| **other != at);
            let sum: u64 = others.filter_map(|other| row[*other]).sum();
            row[at] == Some(sum)
        };
        let sums = rows.iter().filter(sum).count();
        if TOTALS.contains(&name_folded.as_str()) && more && figures.len() > 1 {
            let comes_out = rows.len() >= ROWS_MIN && mostly(sums);
            if comes_out {
                return Some(Why::Sum(name.clone()));
            }
        }
        if COUNTS.contains(&name_folded.as_str()) && more {
            return Some(Why::Count(name.clone()));
        }
    }
    let more = |row: &[Option<u64>]| row.iter().flatten().any(|count| *count > 1);
    let total = sheet
        .rows_from(first)
        .take(ROWS_MAX)
        .zip(&rows)
        .find(|(row, figures)| {
            let label = row.fields().find(|field| !field.trim().is_empty());
            label.is_some_and(|label| TOTALS.contains(&fold::header(label).as_str()))
                && more(figures)
        });
    total.map(|(row, _)| Why::Total(row.number))
}

fn figure(text: &str) -> Option<u64> {
    let text = text.trim().replace([',', '\u{a0}'], "");
    let figures = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| figures)
}

pub(super) fn tell(told: &mut Told, header_row: u64, why: &Why) {
    let allowed = "a row for each case; a table of counts comes in with `palermo draft bring`, and \
                   is tried with `palermo attack FILE --as table`. If the rows are cases all the \
                   same, say rows_are_cases = true under [record]";
    let saying = Saying::new("rows_are_counts");
    let saying = match why {
        Why::Sum(name) => saying
            .at(header_row)
            .of(name)
            .found("the sum of the figures beside it"),
        Why::Count(name) => saying.at(header_row).of(name).found("how many there are"),
        Why::Total(row) => saying.at(*row).found("a total"),
    };
    told.tell(Weight::Refused, saying.allowed(allowed));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &[&[&str]]) -> (Sheet, Vec<String>) {
        let mut sheet = Sheet::new(None);
        for (at, row) in rows.iter().enumerate() {
            sheet.push(at as u64 + 1, row.iter().copied());
        }
        let header = rows[0].iter().map(|name| (*name).to_owned()).collect();
        (sheet, header)
    }

    #[test]
    fn counts_are_known_by_their_sums_their_names_or_their_total() {
        let rows: [&[&str]; 4] = [
            &["Country", "Female", "Male", "Total", "Change"],
            &["XA", "1,232", "36", "1,268", "109%"],
            &["XB", "160", "26", "186", "-9%"],
            &["XC", "81", "100", "181", "N/A"],
        ];
        let (whole, header) = sheet(&rows);
        assert_eq!(
            are_counts(&whole, 1, &header),
            Some(Why::Sum("Total".into()))
        );
        let (counted, header) = sheet(&[&["Sex", "Count"], &["F", "12"], &["M", "0"]]);
        assert_eq!(
            are_counts(&counted, 1, &header),
            Some(Why::Count("Count".into()))
        );
        let (totalled, header) = sheet(&[&["Sex", "2031"], &["F", "1"], &["Total", "7"]]);
        assert_eq!(are_counts(&totalled, 1, &header), Some(Why::Total(3)));
    }

    #[test]
    fn cases_with_flags_and_ages_are_no_counts() {
        let rows: [&[&str]; 4] = [
            &["No", "Sex", "Age", "Debt bondage"],
            &["17", "F", "23", "1"],
            &["18", "M", "31", "0"],
            &["19", "F", "12", "1"],
        ];
        let (cases, header) = sheet(&rows);
        assert_eq!(are_counts(&cases, 1, &header), None);
    }
}
