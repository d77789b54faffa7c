//! The rows of one sheet or text, held closely.

/// One sheet of a workbook, or a text: its filled rows as fields, with the number of each row as a
/// spreadsheet counts it. Fields of a row stand one after the other in one text, so that a million
/// of them cost little more than what they say.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// The sheet's name; none for a text.
    pub name: Option<String>,
    numbers: Vec<u64>,
    text: String,
    field_ends: Vec<usize>,
    row_ends: Vec<usize>,
}

impl Sheet {
    /// A sheet without rows.
    #[must_use]
    pub fn new(name: Option<&str>) -> Self {
        Self {
            name: name.map(str::to_owned),
            ..Self::default()
        }
    }

    /// Adds a row; a row in which nothing stands is left out.
    pub fn push<'a>(&mut self, number: u64, fields: impl IntoIterator<Item = &'a str>) {
        let (text, ends) = (self.text.len(), self.field_ends.len());
        let mut filled = ends;
        for field in fields {
            self.text.push_str(field);
            self.field_ends.push(self.text.len());
            if !field.trim().is_empty() {
                filled = self.field_ends.len();
            }
        }
        if filled == ends {
            self.text.truncate(text);
            self.field_ends.truncate(ends);
            return;
        }
        // Blank fields at the end of a row say nothing.
        self.field_ends.truncate(filled);
        let end = self.field_ends.last().copied().unwrap_or(text);
        self.text.truncate(end);
        self.numbers.push(number);
        self.row_ends.push(filled);
    }

    /// How many rows are filled.
    #[must_use]
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether no row is filled.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// A filled row by its place: its number, and its fields.
    #[must_use]
    pub fn row(&self, at: usize) -> Option<Row<'_>> {
        let number = *self.numbers.get(at)?;
        let first = at.checked_sub(1).map_or(0, |before| self.row_ends[before]);
        let ends = &self.field_ends[first..self.row_ends[at]];
        let start = first.checked_sub(1).map_or(0, |end| self.field_ends[end]);
        Some(Row {
            number,
            text: &self.text,
            start,
            ends,
        })
    }

    /// The filled rows from a place on.
    pub fn rows_from(&self, at: usize) -> impl Iterator<Item = Row<'_>> {
        (at..self.len()).filter_map(|at| self.row(at))
    }
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Its number, as a spreadsheet counts.
    pub number: u64,
    text: &'a str,
    start: usize,
    ends: &'a [usize],
}

impl<'a> Row<'a> {
    /// How many fields it has, blank ones at the end left out.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.ends.len()
    }

    /// A field; blank beyond the last.
    #[must_use]
    pub fn field(&self, at: usize) -> &'a str {
        let Some(end) = self.ends.get(at) else {
            return "";
        };
        let start = at
            .checked_sub(1)
            .map_or(self.start, |before| self.ends[before]);
        &self.text[start..*end]
    }

    /// The fields.
    pub fn fields(&self) -> impl Iterator<Item = &'a str> + use<'a, '_> {
        (0..self.width()).map(|at| self.field(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were_put() {
        let mut sheet = Sheet::new(Some("Cases"));
        sheet.push(1, ["a", "", "b"]);
        sheet.push(2, ["", " "]);
        sheet.push(5, ["é", "x", ""]);
        assert_eq!(sheet.len(), 2);
        let rows: Vec<_> = sheet.rows_from(0).collect();
        assert_eq!((rows[0].number, rows[1].number), (1, 5));
        assert_eq!(rows[0].fields().collect::<Vec<_>>(), ["a", "", "b"]);
        assert_eq!(rows[1].fields().collect::<Vec<_>>(), ["é", "x"]);
        assert_eq!(rows[1].field(7), "");
    }
}
