//! One row of a file, with its place in it.

use std::borrow::Cow;

use terms::finding::{Finding, Severity};

use super::header::Header;

/// One row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) file: &'a str,
    /// As a spreadsheet counts it.
    pub(super) number: u64,
    /// Position among the rows that were read, from 0.
    pub(super) ordinal: usize,
    pub(super) header: &'a Header,
    pub(super) fields: &'a [Cow<'a, str>],
}

impl<'a> Row<'a> {
    /// The text of a field, without surrounding space; empty where it is blank or has no column.
    pub(super) fn text(&self, field: usize) -> &'a str {
        let column = self.header.column(field);
        column
            .and_then(|at| self.fields.get(at))
            .map_or("", |text| text.trim())
    }

    /// Whether the file has a column for the field.
    pub(super) fn has(&self, field: usize) -> bool {
        self.header.column(field).is_some()
    }

    /// A finding about this row.
    pub(super) fn finding(&self, code: &'static str, severity: Severity) -> Finding {
        Finding::of_file(self.file, code, severity).at_row(self.number)
    }

    /// A finding about one field of this row, with what stands in it.
    pub(super) fn finding_in(
        &self,
        field: usize,
        code: &'static str,
        severity: Severity,
    ) -> Finding {
        let finding = self.finding(code, severity).found(self.text(field));
        match self.header.column(field) {
            Some(column) => finding.in_field(self.header.name(column)),
            None => finding,
        }
    }

    /// Whether the row has the header's width and is text throughout.
    pub(super) fn check_shape(&self, undecodable: Option<usize>, into: &mut Vec<Finding>) -> bool {
        let mut sound = true;
        if let Some(column) = undecodable {
            let found = self.fields.get(column).map_or("", |text| text.as_ref());
            into.push(
                self.finding("not_utf8", Severity::Error)
                    .in_field(self.header.name(column))
                    .found(found)
                    .allowed("text in UTF-8; save the file again in that encoding"),
            );
            sound = false;
        }
        let width = self.header.width();
        let surplus = self.fields.iter().skip(width);
        let too_long = surplus.clone().any(|field| !field.trim().is_empty());
        if self.fields.len() < width || too_long {
            into.push(
                self.finding("row_width", Severity::Error)
                    .found(&format!("{} fields", self.fields.len()))
                    .allowed(&format!("{width} fields, as in the header")),
            );
            sound = false;
        }
        sound
    }
}
