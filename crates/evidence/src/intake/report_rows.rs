//! The rows of the Global Report's table one by one, as printed: nothing is held back or disputed.
//!
//! Whoever asks what can be worked back from a printed table needs what every reader has: each row,
//! a value that is most likely a misprint among them, and of repeated keys the first.

use std::borrow::Cow;

use terms::cell::Cell;
use terms::finding::{Finding, Severity};

use super::global_report::{
    AGE, AREA, CATEGORY, COUNTRY, DIMENSION, FIELDS, INDICATOR, Printed, SEX, VALUE, YEAR,
};
use super::header::Header;
use super::row::Row;

/// One row as printed.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportRow {
    /// The code of the area; its name where the row has no code.
    pub area: String,
    /// What is counted.
    pub indicator: String,
    /// By what it is broken down.
    pub dimension: String,
    /// Under what of it; may be empty.
    pub category: String,
    /// The sex as printed, `Total` for all.
    pub sex: String,
    /// The age as printed, `Total` for all.
    pub age: String,
    /// The year as printed.
    pub year: String,
    /// A count, or a mask such as `<5`.
    pub value: Cell,
}

/// Reads the rows of one file.
#[derive(Debug)]
pub struct ReportRows {
    file: String,
    header: Header,
    read: u64,
    unreadable: u64,
    rows: Vec<ReportRow>,
}

impl ReportRows {
    /// Begins with the header, which stands at `row`.
    ///
    /// # Errors
    /// The findings, when a column is missing without which no row can be read.
    pub fn open(file: &str, row: u64, names: &[&str]) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let header = Header::read(&FIELDS, file, row, names, &mut findings);
        if findings.iter().any(|f| f.severity == Severity::Error) {
            return Err(findings);
        }
        Ok(Self {
            file: file.to_owned(),
            header,
            read: 0,
            unreadable: 0,
            rows: Vec::new(),
        })
    }

    /// Reads one row, which stands at `number` as a spreadsheet counts. A blank row is none; a row
    /// whose value is neither a count nor a mask is counted as unreadable.
    pub fn row(&mut self, number: u64, fields: &[Cow<'_, str>]) {
        if fields.iter().all(|field| field.trim().is_empty()) {
            return;
        }
        self.read += 1;
        let row = Row {
            file: &self.file,
            number,
            ordinal: 0,
            header: &self.header,
            fields,
        };
        let Some(value) = Printed::read(row.text(VALUE)) else {
            self.unreadable += 1;
            return;
        };
        let text = |field| row.text(field).to_owned();
        let area = match row.text(AREA) {
            "" => text(COUNTRY),
            code => code.to_owned(),
        };
        let printed = ReportRow {
            area,
            indicator: text(INDICATOR),
            dimension: text(DIMENSION),
            category: text(CATEGORY),
            sex: text(SEX),
            age: text(AGE),
            year: text(YEAR),
            value: value.cell(),
        };
        self.rows.push(printed);
    }

    /// How many rows were read, those with an unreadable value among them.
    #[must_use]
    pub const fn read(&self) -> u64 {
        self.read
    }

    /// How many rows have a value that is neither a count nor a mask.
    #[must_use]
    pub const fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// The rows whose value can be read, in the order in which they came.
    #[must_use]
    pub fn rows(&self) -> &[ReportRow] {
        &self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 8] = [
        "Iso3_code",
        "Indicator",
        "Dimension",
        "Category",
        "Sex",
        "Age",
        "Year",
        "txtVALUE",
    ];

    #[test]
    fn rows_come_as_printed_repeats_and_misprints_among_them() {
        let mut rows = ReportRows::open("invented.csv", 1, &NAMES).expect("every column");
        for value in ["<5", "1,234", "6,112,019", "a few", "<5"] {
            let fields = [
                "XXA", "Victims", "Total", "", "Total", "Total", "2020", value,
            ];
            rows.row(2, &fields.map(Cow::from));
        }
        rows.row(7, &[Cow::from(""), Cow::from(" ")]);
        let values: Vec<&Cell> = rows.rows().iter().map(|row| &row.value).collect();
        let mask = Cell::Masked { lower: 0, upper: 4 };
        assert_eq!(
            values,
            [&mask, &Cell::Exact(1_234), &Cell::Exact(6_112_019), &mask]
        );
        assert_eq!((rows.read(), rows.unreadable()), (5, 1));
    }

    #[test]
    fn a_file_without_its_columns_is_refused() {
        let findings = ReportRows::open("invented.csv", 1, &NAMES[..7]).expect_err("no value");
        assert_eq!(findings[0].code, "header_missing");
    }
}
