//! The cells of a table by their codes, before bounds and sums.

use std::collections::HashMap;

use terms::finding::Severity;

use super::layout::{Form, Layout};
use super::printed::{Printed, Wrong, printed};
use super::shape::{Header, Role, tidy};
use super::{Behind, CELLS_MAX, DIMENSIONS_MAX, Findings, Row};
use crate::intake::fold;

/// One cell.
#[derive(Debug)]
pub(super) struct Place {
    /// Row as a spreadsheet counts it.
    pub(super) row: u64,
    /// The code of each dimension by its number.
    pub(super) key: Box<[u32]>,
    /// What stands there.
    pub(super) printed: Printed,
    /// What stands behind it.
    pub(super) behind: Behind,
}

/// The cells of a table.
#[derive(Debug)]
pub(super) struct Grid {
    /// The codes of each dimension, in the order in which they came.
    pub(super) codes: Vec<Vec<String>>,
    numbers: Vec<HashMap<String, u32>>,
    /// The cells, in the order in which they came.
    pub(super) places: Vec<Place>,
    /// Where each cell stands among them.
    pub(super) at: HashMap<Box<[u32]>, usize>,
    /// Whether the file says what stands behind its cells.
    pub(super) has_behind: bool,
}

impl Grid {
    /// Reads the rows below the header.
    pub(super) fn read(
        header: &Header,
        rows: &[Row],
        layout: &Layout,
        findings: &mut Findings<'_>,
    ) -> Self {
        let width = header.dimensions.len();
        let is_behind =
            |role: &Role| !matches!(role, Role::Dimension(_) | Role::Count | Role::Ignored);
        let mut grid = Self {
            codes: vec![Vec::new(); width],
            numbers: vec![HashMap::new(); width],
            places: Vec::new(),
            at: HashMap::new(),
            has_behind: header.roles.iter().any(is_behind),
        };
        if width > DIMENSIONS_MAX {
            findings.push(
                findings
                    .of("dimensions_too_many", Severity::Error)
                    .found(&format!("{width} dimensions"))
                    .allowed("at most 8; say in the layout which columns are dimensions"),
            );
            return grid;
        }
        let last = rows.iter().rposition(|row| row.filled() > 1);
        for (at, row) in rows.iter().enumerate() {
            if row.is_blank() || !is_sound(header, row, Some(at) > last, findings) {
                continue;
            }
            match header.form {
                Form::Long => grid.long_row(header, row, layout, findings),
                Form::Cross => grid.cross_row(header, row, layout, findings),
            }
            if grid.places.len() > CELLS_MAX {
                findings.push(
                    findings
                        .of("cells_too_many", Severity::Error)
                        .allowed(&format!("at most {CELLS_MAX} cells")),
                );
                break;
            }
        }
        grid
    }

    fn long_row(
        &mut self,
        header: &Header,
        row: &Row,
        layout: &Layout,
        findings: &mut Findings<'_>,
    ) {
        let mut codes = vec![String::new(); header.dimensions.len()];
        let mut found = Printed::Absent(terms::cell::Absence::NotInSource);
        let mut behind = Behind::default();
        for (column, role) in header.roles.iter().enumerate() {
            let text = row.fields.get(column).map_or("", String::as_str);
            let name = &header.names[column];
            match role {
                Role::Dimension(at) => codes[*at] = tidy(text),
                Role::Count => found = value(text, row, name, layout, findings),
                Role::Events => behind.events = whole(text, row, name, layout, findings),
                Role::Sources => behind.sources = whole(text, row, name, layout, findings),
                Role::Contributors => {
                    behind.contributors = whole(text, row, name, layout, findings);
                }
                Role::Inhabitants => {
                    behind.inhabitants = whole(text, row, name, layout, findings);
                }
                Role::Ignored => {}
            }
        }
        let mut missing = codes.iter().zip(&header.dimensions);
        if let Some((_, name)) = missing.find(|(code, _)| code.is_empty()) {
            findings.push(
                findings
                    .of("code_missing", Severity::Error)
                    .at_row(row.number)
                    .in_field(name)
                    .allowed("a code in each row; where cells are merged, repeat it in each row"),
            );
            return;
        }
        self.place(&codes, row, found, behind, findings);
    }

    fn cross_row(
        &mut self,
        header: &Header,
        row: &Row,
        layout: &Layout,
        findings: &mut Findings<'_>,
    ) {
        let left = row
            .fields
            .first()
            .map_or_else(String::new, |text| tidy(text));
        if left.is_empty() {
            findings.push(
                findings
                    .of("code_missing", Severity::Error)
                    .at_row(row.number)
                    .in_field(&header.dimensions[0])
                    .allowed("a code in each row; where cells are merged, repeat it in each row"),
            );
            return;
        }
        for (column, above) in header.names.iter().enumerate().skip(1) {
            let text = row.fields.get(column).map_or("", String::as_str);
            let found = value(text, row, above, layout, findings);
            let codes = [left.clone(), above.clone()];
            self.place(&codes, row, found, Behind::default(), findings);
        }
    }

    fn place(
        &mut self,
        codes: &[String],
        row: &Row,
        printed: Printed,
        behind: Behind,
        findings: &mut Findings<'_>,
    ) {
        let key: Box<[u32]> = codes
            .iter()
            .enumerate()
            .map(|(dimension, code)| self.number(dimension, code))
            .collect();
        if let Some(&earlier) = self.at.get(&key) {
            let alike = self.places[earlier].printed == printed;
            let severity = if alike {
                Severity::Notice
            } else {
                Severity::Error
            };
            findings.push(
                findings
                    .of("cell_repeated", severity)
                    .at_row(row.number)
                    .found(&codes.join(" / "))
                    .allowed(if alike {
                        "each cell once; the copy is not read"
                    } else {
                        "each cell once; this one stands twice with different values"
                    }),
            );
            return;
        }
        self.at.insert(key.clone(), self.places.len());
        self.places.push(Place {
            row: row.number,
            key,
            printed,
            behind,
        });
    }

    fn number(&mut self, dimension: usize, code: &str) -> u32 {
        if let Some(&number) = self.numbers[dimension].get(code) {
            return number;
        }
        let list = &mut self.codes[dimension];
        let number = u32::try_from(list.len()).expect("fewer than 2^32 codes");
        list.push(code.to_owned());
        self.numbers[dimension].insert(code.to_owned(), number);
        number
    }

    /// The number of a code of a dimension, if it occurs.
    pub(super) fn number_of(&self, dimension: usize, code: &str) -> Option<u32> {
        self.numbers[dimension].get(code).copied()
    }

    /// The code of one dimension of a cell.
    pub(super) fn code(&self, dimension: usize, number: u32) -> &str {
        &self.codes[dimension][number as usize]
    }

    /// The codes of a cell.
    pub(super) fn codes_of(&self, place: &Place) -> Vec<&str> {
        let codes = place.key.iter().enumerate();
        codes
            .map(|(dimension, &number)| self.code(dimension, number))
            .collect()
    }
}

/// Whether a row has the header's width and is text throughout. A row with a first field and
/// nothing else is a note when it stands below the table; within it, it could be a heading or a
/// code without counts, and the sums would hang on which.
fn is_sound(header: &Header, row: &Row, below: bool, findings: &mut Findings<'_>) -> bool {
    let finding = |code, severity| findings.of(code, severity).at_row(row.number);
    if let Some(column) = row.undecodable {
        let name = header.names.get(column).map_or("", String::as_str);
        let told = finding("not_utf8", Severity::Error)
            .in_field(name)
            .allowed("text in UTF-8; save the file again in that encoding");
        findings.push(told);
        return false;
    }
    let mut filled = row
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| !field.trim().is_empty());
    let first = filled.next().map(|(column, _)| column);
    let last = filled.next_back().map(|(column, _)| column).or(first);
    let width = header.names.len();
    if last.is_some_and(|last| last >= width) {
        let told = finding("row_width", Severity::Error)
            .found(&format!("{} fields", last.map_or(0, |last| last + 1)))
            .allowed(&format!("{width} fields, as in the header"));
        findings.push(told);
        return false;
    }
    if first == Some(0) && last == Some(0) && width > 1 {
        let told = match below {
            true => finding("row_of_words", Severity::Notice)
                .allowed("a note below the table; it is not read"),
            false => finding("row_without_counts", Severity::Error)
                .allowed("a count, a mask, or .. for no value; a heading is no row of a table"),
        };
        findings.push(told);
        return false;
    }
    true
}

fn value(
    text: &str,
    row: &Row,
    name: &str,
    layout: &Layout,
    findings: &mut Findings<'_>,
) -> Printed {
    let found = printed(text, layout);
    let told = match found {
        Printed::Wrong(wrong) => Some((wrong.code(), Severity::Error, wrong.allowed())),
        Printed::Dash => Some((
            "dash_unclear",
            Severity::Notice,
            "a sign that is said; a dash is read as no value: say whether it means zero",
        )),
        Printed::Count(count) => layout
            .rounded
            .is_some_and(|base| base == 0 || count % base != 0)
            .then_some((
                "count_not_rounded",
                Severity::Error,
                "a multiple of the base that the layout says",
            )),
        _ => None,
    };
    if let Some((code, severity, allowed)) = told {
        let finding = findings
            .of(code, severity)
            .at_row(row.number)
            .in_field(name);
        // A sign may be repeated; a count may not.
        let finding = match found {
            Printed::Wrong(Wrong::Unreadable | Wrong::Ambiguous | Wrong::BoundsCrossed)
            | Printed::Wrong(Wrong::Fraction | Wrong::Negative | Wrong::TooLarge) => {
                finding.found(text.trim())
            }
            _ => finding,
        };
        findings.push(finding.allowed(allowed));
    }
    found
}

/// A whole number that stands behind a cell; none where nothing is said.
fn whole(
    text: &str,
    row: &Row,
    name: &str,
    layout: &Layout,
    findings: &mut Findings<'_>,
) -> Option<u64> {
    match printed(text, layout) {
        Printed::Count(count) => Some(count),
        Printed::Absent(_) => None,
        _ => {
            let told = findings
                .of("behind_unreadable", Severity::Error)
                .at_row(row.number)
                .in_field(name)
                .found(text.trim())
                .allowed("a whole number, or nothing");
            findings.push(told);
            None
        }
    }
}

/// The position of a dimension, compared as names of columns are.
pub(super) fn dimension_named(header: &Header, name: &str) -> Option<usize> {
    let name = fold(name);
    header.dimensions.iter().position(|one| fold(one) == name)
}
