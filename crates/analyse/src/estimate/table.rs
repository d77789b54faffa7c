//! The capture table: how many persons were seen by exactly which lists.
//!
//! A *history* is the set of lists that hold a person. Its code is the sum of `2^j` over the lists
//! that hold the person, the first list being `j = 0`; counts are kept in one flat array by that
//! code, so that sums over histories are sums over bit masks. Code 0 (on no list) is what the
//! estimates are for and never holds a count.

use std::fmt;

/// Most lists in one table. Every history has its own cell, so that cells double with each list,
/// and models are named by one digit a list. Lists beyond this are merged before.
pub const LISTS_MAX: usize = 9;

/// Largest count of one history; beyond it a double no longer tells neighbours apart in sums.
pub const COUNT_MAX: u64 = 1_000_000_000;

/// Name of the column that holds the counts.
pub const COUNT_COLUMN: &str = "count";

/// Why a table was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableError {
    /// Stable code, such as `lists-too-many`.
    pub code: &'static str,
    /// Row of the file, the header being row 1; absent where the whole table is meant.
    pub row: Option<usize>,
    /// Column that is meant; empty where none is.
    pub field: String,
    /// What stands there.
    pub found: String,
    /// What may stand there.
    pub allowed: String,
}

impl TableError {
    pub(super) fn new(
        code: &'static str,
        found: impl Into<String>,
        allowed: impl Into<String>,
    ) -> Self {
        Self {
            code,
            row: None,
            field: String::new(),
            found: found.into(),
            allowed: allowed.into(),
        }
    }

    pub(super) fn at(mut self, row: usize, field: &str) -> Self {
        self.row = Some(row);
        field.clone_into(&mut self.field);
        self
    }

    fn of(mut self, field: &str) -> Self {
        field.clone_into(&mut self.field);
        self
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.code)?;
        if let Some(row) = self.row {
            write!(f, "row {row}, ")?;
        }
        if !self.field.is_empty() {
            write!(f, "column `{}`, ", self.field)?;
        }
        write!(f, "found {}, allowed {}", self.found, self.allowed)
    }
}

impl std::error::Error for TableError {}

/// Counts of persons by capture history, checked when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureTable {
    lists: Vec<String>,
    counts: Vec<u64>,
}

impl CaptureTable {
    /// Reads comma-separated text: one column of 0 and 1 for each list, then `count`. Histories
    /// that are not there count 0; a history that stands twice is added up.
    ///
    /// # Errors
    /// [`TableError`] for text that is no table, and for each thing that [`CaptureTable::new`]
    /// refuses.
    pub fn from_csv(text: &str) -> Result<Self, TableError> {
        let (header, rows) = rows_of(text)?;
        Self::from_fields(&header, &rows)
    }

    /// A table from a header and rows of text fields, as [`CaptureTable::from_csv`] reads them.
    ///
    /// # Errors
    /// [`TableError`], as [`CaptureTable::from_csv`].
    pub fn from_fields<H: AsRef<str>, S: AsRef<str>>(
        header: &[H],
        rows: &[Vec<S>],
    ) -> Result<Self, TableError> {
        let header: Vec<&str> = header.iter().map(AsRef::as_ref).collect();
        let lists = check_header(&header)?;
        let mut counts = vec![0_u64; 1 << lists.len()];
        for (index, row) in rows.iter().enumerate() {
            let fields: Vec<&str> = row.iter().map(AsRef::as_ref).collect();
            let (code, count) = read_row(index + 2, &lists, &fields)?;
            let sum = counts[code].saturating_add(count);
            if sum > COUNT_MAX {
                let allowed = format!("at most {COUNT_MAX} for one history");
                let refusal = TableError::new("count-too-large", sum.to_string(), allowed);
                return Err(refusal.at(index + 2, COUNT_COLUMN));
            }
            counts[code] = sum;
        }
        Self::new(lists, counts)
    }

    /// A table from the names of its lists and the counts by history code (the length is
    /// `2^lists`, the first one 0).
    ///
    /// # Errors
    /// [`TableError`] with code `lists-too-few`, `lists-too-many`, `list-name`, `length`,
    /// `unobserved-history`, `empty-list`, `one-history` or `no-overlap`.
    pub fn new(lists: Vec<String>, counts: Vec<u64>) -> Result<Self, TableError> {
        check_lists(&lists)?;
        if counts.len() != 1 << lists.len() {
            let allowed = format!("{} counts", 1_usize << lists.len());
            return Err(TableError::new("length", counts.len().to_string(), allowed));
        }
        if counts[0] != 0 {
            let allowed = "persons on at least one list";
            return Err(TableError::new(
                "unobserved-history",
                counts[0].to_string(),
                allowed,
            ));
        }
        if let Some(count) = counts.iter().find(|count| **count > COUNT_MAX) {
            let allowed = format!("at most {COUNT_MAX} for one history");
            return Err(TableError::new(
                "count-too-large",
                count.to_string(),
                allowed,
            ));
        }
        let table = Self { lists, counts };
        table.check_content()?;
        Ok(table)
    }

    fn check_content(&self) -> Result<(), TableError> {
        let seen = self.counts.iter().filter(|count| **count > 0).count();
        if seen < 2 {
            let allowed = "at least two histories with a count above 0";
            let found = format!("{seen} histories with a count");
            return Err(TableError::new("one-history", found, allowed));
        }
        for (list, total) in self.list_totals().into_iter().enumerate() {
            if total == 0 {
                let refusal = TableError::new(
                    "empty-list",
                    "nobody on this list",
                    "lists that hold somebody",
                );
                return Err(refusal.of(&self.lists[list]));
            }
        }
        if self.empty_pairs().len() == pairs(self.lists.len()).len() {
            let found = "no person on two lists";
            let allowed = "lists that share persons: without any overlap nothing can be estimated";
            return Err(TableError::new("no-overlap", found, allowed));
        }
        Ok(())
    }

    /// Names of the lists, in the order of the columns.
    #[must_use]
    pub fn lists(&self) -> &[String] {
        &self.lists
    }

    /// Counts of persons by history code; the first is 0.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Persons on at least one list.
    #[must_use]
    pub fn persons(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Persons on each list.
    #[must_use]
    pub fn list_totals(&self) -> Vec<u64> {
        (0..self.lists.len())
            .map(|list| self.together(1 << list))
            .collect()
    }

    /// Persons who are on all lists of `code`, whatever else they are on.
    #[must_use]
    pub fn together(&self, code: usize) -> u64 {
        let cells = self.counts.iter().enumerate();
        cells
            .filter(|(cell, _)| cell & code == code)
            .map(|(_, count)| count)
            .sum()
    }

    /// Pairs of lists (places in [`CaptureTable::lists`]) that share nobody.
    #[must_use]
    pub fn empty_pairs(&self) -> Vec<(usize, usize)> {
        let all = pairs(self.lists.len()).into_iter();
        all.filter(|(first, second)| self.together(1 << first | 1 << second) == 0)
            .collect()
    }

    /// The table in which lists of `members` are one list, standing where the first of them stood
    /// and named by their names put together: a person is on it who was on any of them.
    ///
    /// # Errors
    /// [`TableError`] with code `list-name` for fewer than two or unknown or repeated names, and as
    /// [`CaptureTable::new`] for what is left.
    pub fn merge(&self, members: &[&str]) -> Result<Self, TableError> {
        let places = self.places(members)?;
        if places.len() < 2 {
            return Err(TableError::new(
                "list-name",
                "fewer than two lists",
                "two or more to merge",
            ));
        }
        let merged: usize = places.iter().map(|place| 1 << place).sum();
        let name: String = places.iter().map(|p| self.lists[*p].as_str()).collect();
        let kept: Vec<usize> = (0..self.lists.len())
            .filter(|list| *list == places[0] || merged & 1 << list == 0)
            .collect();
        let lists = kept.iter().map(|list| {
            let own = &self.lists[*list];
            if *list == places[0] { &name } else { own }.clone()
        });
        let masks: Vec<usize> = kept
            .iter()
            .map(|list| {
                if *list == places[0] {
                    merged
                } else {
                    1 << list
                }
            })
            .collect();
        Self::new(lists.collect(), self.recoded(&masks))
    }

    /// The table without one list; persons on no other list fall away.
    ///
    /// # Errors
    /// [`TableError`] with code `list-name` for an unknown name, and as [`CaptureTable::new`] for
    /// what is left.
    pub fn without(&self, list: &str) -> Result<Self, TableError> {
        let place = self.places(&[list])?[0];
        let kept: Vec<usize> = (0..self.lists.len()).filter(|l| *l != place).collect();
        let lists = kept.iter().map(|l| self.lists[*l].clone()).collect();
        let masks: Vec<usize> = kept.iter().map(|list| 1 << list).collect();
        let mut counts = self.recoded(&masks);
        counts[0] = 0;
        Self::new(lists, counts)
    }

    /// The same table with its lists in the order of their names, and for each of its lists the
    /// place that it has here. Work on this order makes results free of the order of columns, to
    /// the last bit and to the last random number.
    #[must_use]
    pub fn by_name(&self) -> (Self, Vec<usize>) {
        let mut order: Vec<usize> = (0..self.lists.len()).collect();
        order.sort_by(|a, b| self.lists[*a].cmp(&self.lists[*b]));
        let masks: Vec<usize> = order.iter().map(|list| 1 << list).collect();
        let lists = order.iter().map(|l| self.lists[*l].clone()).collect();
        let counts = self.recoded(&masks);
        (Self { lists, counts }, order)
    }

    fn places(&self, names: &[&str]) -> Result<Vec<usize>, TableError> {
        let mut places = Vec::new();
        for name in names {
            let place = self.lists.iter().position(|list| list == name);
            match place {
                Some(place) if !places.contains(&place) => places.push(place),
                _ => {
                    let allowed = format!("each of {} at most once", self.lists.join(", "));
                    return Err(TableError::new("list-name", format!("`{name}`"), allowed));
                }
            }
        }
        places.sort_unstable();
        Ok(places)
    }

    /// Counts by new codes: new list `j` holds a person who is on any list of `masks[j]`.
    fn recoded(&self, masks: &[usize]) -> Vec<u64> {
        let mut counts = vec![0; 1 << masks.len()];
        for (code, count) in self.counts.iter().enumerate() {
            let on = |mask: &usize| usize::from(code & mask != 0);
            let new: usize = masks.iter().enumerate().map(|(j, m)| on(m) << j).sum();
            counts[new] += count;
        }
        counts
    }
}

/// All pairs of `lists` lists in the order 12, 13, .., 1K, 23, .. (places from 0).
#[must_use]
pub fn pairs(lists: usize) -> Vec<(usize, usize)> {
    (0..lists)
        .flat_map(|first| (first + 1..lists).map(move |second| (first, second)))
        .collect()
}

/// Header and rows of comma-separated text.
pub(super) fn rows_of(text: &str) -> Result<(Vec<String>, Vec<Vec<String>>), TableError> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let wrong = |error: &csv::Error| {
        let row = error.position().map(csv::Position::line);
        let mut refusal = TableError::new("csv", error.to_string(), "rows as long as the header");
        refusal.row = row.and_then(|row| usize::try_from(row).ok());
        refusal
    };
    let fields = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
    let header = fields(reader.headers().map_err(|error| wrong(&error))?);
    let mut rows = Vec::new();
    for record in reader.records() {
        rows.push(fields(&record.map_err(|error| wrong(&error))?));
    }
    Ok((header, rows))
}

pub(super) fn check_lists(lists: &[String]) -> Result<(), TableError> {
    if lists.len() < 2 {
        let allowed = format!("two to {LISTS_MAX} lists: one list says nothing on who is missing");
        let found = format!("{} list(s)", lists.len());
        return Err(TableError::new("lists-too-few", found, allowed));
    }
    if lists.len() > LISTS_MAX {
        let allowed = format!("two to {LISTS_MAX} lists; merge similar lists first");
        let found = format!("{} lists", lists.len());
        return Err(TableError::new("lists-too-many", found, allowed));
    }
    for (index, list) in lists.iter().enumerate() {
        let repeated = lists[..index].contains(list);
        if list.is_empty() || repeated || list == COUNT_COLUMN {
            let refusal = TableError::new(
                "list-name",
                format!("`{list}`"),
                "a name of its own for each list",
            );
            return Err(refusal.of(list));
        }
    }
    Ok(())
}

fn check_header(header: &[&str]) -> Result<Vec<String>, TableError> {
    let Some((last, lists)) = header.split_last() else {
        return Err(TableError::new(
            "header",
            "nothing",
            "list columns and `count`",
        ));
    };
    if *last != COUNT_COLUMN || header.iter().filter(|f| **f == COUNT_COLUMN).count() != 1 {
        let allowed = "one column for each list, then `count` as the last column";
        let refusal = TableError::new("header", format!("`{}`", header.join(",")), allowed);
        return Err(refusal.at(1, last));
    }
    let lists: Vec<String> = lists.iter().map(|list| (*list).to_owned()).collect();
    check_lists(&lists)?;
    Ok(lists)
}

fn read_row(row: usize, lists: &[String], fields: &[&str]) -> Result<(usize, u64), TableError> {
    if fields.len() != lists.len() + 1 {
        let allowed = format!("{} fields", lists.len() + 1);
        let found = format!("{} fields", fields.len());
        return Err(TableError::new("row-length", found, allowed).at(row, ""));
    }
    let mut code = 0;
    for (list, field) in fields[..lists.len()].iter().enumerate() {
        match *field {
            "0" => {}
            "1" => code |= 1 << list,
            other => {
                let refusal = TableError::new("indicator", format!("`{other}`"), "0 or 1");
                return Err(refusal.at(row, &lists[list]));
            }
        }
    }
    let count = read_count(fields[lists.len()]).map_err(|error| error.at(row, COUNT_COLUMN))?;
    if code == 0 && count > 0 {
        let allowed = "a history with at least one 1: persons on no list cannot be counted";
        return Err(TableError::new("unobserved-history", format!("{count}"), allowed).at(row, ""));
    }
    Ok((code, count))
}

/// A count as it stands in a file.
pub(super) fn read_count(text: &str) -> Result<u64, TableError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let count = text.parse::<u64>().ok().filter(|_| digits);
    count.filter(|count| *count <= COUNT_MAX).ok_or_else(|| {
        let allowed = format!("a whole number from 0 to {COUNT_MAX}");
        TableError::new("count", format!("`{text}`"), allowed)
    })
}
