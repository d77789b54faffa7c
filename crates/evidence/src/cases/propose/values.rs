//! What the values of a column look like.

use std::collections::BTreeMap;

use super::super::column::Coded;
use super::super::sheet::Sheet;
use super::super::{cell, day, fold, pieces};

/// Different values of one column that are looked at.
const DIFFERENT_MAX: usize = 400;
/// A value that fewer rows hold is written into no map: it may say who somebody is.
pub(super) const ROWS_OF_A_VALUE_MIN: u64 = 3;
/// A column with more different values than this holds no categories.
const CATEGORIES_MAX: usize = 40;

/// The values of one column in the sample.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// Each value with the number of rows that hold it.
    pub(super) different: BTreeMap<String, u64>,
    /// Rows in which something stands.
    pub(super) filled: u64,
    /// Rows of the sample.
    pub(super) rows: u64,
    /// Whether there were too many different values to keep.
    pub(super) many: bool,
}

impl Values {
    /// The values of the column at this place, in the rows of the sample.
    pub(super) fn of(sheet: &Sheet, from: usize, at: usize, rows_max: usize) -> Self {
        let mut values = Self::default();
        for row in sheet.rows_from(from).take(rows_max) {
            values.rows += 1;
            let text = row.field(at).trim();
            if text.is_empty() {
                continue;
            }
            values.filled += 1;
            if let Some(count) = values.different.get_mut(text) {
                *count += 1;
            } else if values.different.len() < DIFFERENT_MAX {
                values.different.insert(text.to_owned(), 1);
            } else {
                values.many = true;
            }
        }
        values
    }

    /// Whether every row has a value of its own.
    pub(super) fn are_own(&self) -> bool {
        self.rows > 1 && self.filled == self.rows && self.different.values().all(|rows| *rows == 1)
    }

    /// How many of the rows hold a value that fits, of a hundred; none if none is filled.
    pub(super) fn share(&self, fits: impl Fn(&str) -> bool) -> Option<u64> {
        let rows: u64 = self.different.values().sum();
        let good = self.different.iter().filter(|(value, _)| fits(value));
        let good: u64 = good.map(|(_, rows)| rows).sum();
        (rows > 0).then(|| good * 100 / rows)
    }

    /// The share of rows whose values are all known to these codes.
    pub(super) fn known(&self, coded: &Coded) -> Option<u64> {
        self.share(|value| {
            let parted = pieces::of(
                value,
                None,
                |piece| coded.knows(piece),
                |piece| coded.is_code(piece),
            );
            !parted.pieces.is_empty() && parted.pieces.iter().all(|piece| coded.knows(piece))
        })
    }

    /// Whether the column says yes or no.
    pub(super) fn are_flags(&self) -> bool {
        let folded = |value: &String| fold::value(value);
        !self.many
            && !self.different.is_empty()
            && self.different.len() <= 4
            && self
                .different
                .keys()
                .map(folded)
                .all(|value| cell::is_yes(&value) || cell::is_no(&value))
            && self
                .different
                .keys()
                .map(folded)
                .any(|value| cell::is_yes(&value))
    }

    /// Values that may be written down: categories that several rows hold.
    pub(super) fn categories(&self) -> impl Iterator<Item = (&str, u64)> {
        let categories = !self.many && self.different.len() <= CATEGORIES_MAX;
        let held = move |(_, rows): &(&String, &u64)| categories && **rows >= ROWS_OF_A_VALUE_MIN;
        let different = self.different.iter().filter(held);
        different.map(|(value, rows)| (value.as_str(), *rows))
    }

    /// How days are written: the share that is read without a format, and the one format that fits
    /// the rest.
    pub(super) fn days(&self) -> Days {
        let evident = self.share(|value| day::read(value, None).is_ok());
        if evident == Some(100) {
            return Days::Plain;
        }
        let fitting: Vec<&'static str> = FORMATS
            .into_iter()
            .filter(|format| {
                self.share(|value| day::read(value, Some(format)).is_ok()) == Some(100)
            })
            .collect();
        match fitting.as_slice() {
            [] if evident.is_some_and(|share| share >= 80) => Days::Plain,
            [] => Days::None,
            [format] => Days::Format(format),
            several => Days::Several(several.to_vec()),
        }
    }
}

/// How the days of a column are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Days {
    /// They are no days.
    None,
    /// They are read as they are.
    Plain,
    /// This format alone fits all.
    Format(&'static str),
    /// Several fit all.
    Several(Vec<&'static str>),
}

/// Formats that are tried.
const FORMATS: [&str; 9] = [
    "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%Y/%m/%d",
    "%Y%m%d",
];
