//! Reading the project's own list files: CSV with `#` comments and a header.

use std::collections::HashMap;
use std::str::FromStr;

use crate::language::{Language, Names};
use crate::place::{PlaceCode, RegionCode};

/// A fault in a list file: where it stands, what was found and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("terms.list_file: {file}, row {row}, field {field}: {problem}")]
pub struct ListFileError {
    /// The file's name in the `codelists` folder.
    pub file: String,
    /// The row, counted from 1 after the header; 0 is the header.
    pub row: usize,
    /// The column's name.
    pub field: String,
    /// What was found and what is allowed.
    pub problem: String,
}

/// One row of a list file.
pub(crate) struct Row {
    file: String,
    number: usize,
    fields: HashMap<String, String>,
}

/// All rows of a list file.
pub(crate) fn read(file: &str, text: &str) -> Result<Vec<Row>, ListFileError> {
    let fault = |row: usize, error: &csv::Error| ListFileError {
        file: file.to_owned(),
        row,
        field: "(row)".to_owned(),
        problem: error.to_string(),
    };
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .cloned()
        .map_err(|error| fault(0, &error))?;
    let named = |(index, result): (usize, Result<csv::StringRecord, csv::Error>)| {
        let record = result.map_err(|error| fault(index + 1, &error))?;
        let pairs = header.iter().zip(record.iter());
        let fields = pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Ok(Row {
            file: file.to_owned(),
            number: index + 1,
            fields,
        })
    };
    reader.records().enumerate().map(named).collect()
}

impl Row {
    /// A field's text; a column that the file does not have is blank.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    /// A field's text, or `None` when blank.
    pub(crate) fn optional(&self, field: &str) -> Option<String> {
        Some(self.text(field).to_owned()).filter(|text| !text.is_empty())
    }

    /// A field's text, which must not be blank.
    pub(crate) fn required(&self, field: &str) -> Result<String, ListFileError> {
        self.optional(field)
            .ok_or_else(|| self.fault(field, "must not be blank"))
    }

    /// The fault of a field, with what it held.
    pub(crate) fn fault(&self, field: &str, problem: &str) -> ListFileError {
        ListFileError {
            file: self.file.clone(),
            row: self.number,
            field: field.to_owned(),
            problem: format!("{:?}: {problem}", self.text(field)),
        }
    }

    /// A field read as a value; a blank field is `None`.
    pub(crate) fn value<T: FromStr>(
        &self,
        field: &str,
        expected: &str,
    ) -> Result<Option<T>, ListFileError> {
        match self.text(field) {
            "" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|_| self.fault(field, expected)),
        }
    }

    /// A place code; a blank field is `None`.
    pub(crate) fn code(&self, field: &str) -> Result<Option<PlaceCode>, ListFileError> {
        self.value(field, "not three capital letters")
    }

    /// A place code that must be there.
    pub(crate) fn required_code(&self, field: &str) -> Result<PlaceCode, ListFileError> {
        self.code(field)?
            .ok_or_else(|| self.fault(field, "must not be blank"))
    }

    /// An M49 region; a blank field is `None`.
    pub(crate) fn region(&self, field: &str) -> Result<Option<RegionCode>, ListFileError> {
        Ok(self.value(field, "not an M49 number")?.map(RegionCode))
    }

    /// Names from the columns that bear a language's code; the English one must be there.
    pub(crate) fn names(&self) -> Result<Names, ListFileError> {
        self.required(Language::En.code())?;
        Ok(Names::new(
            Language::ALL.map(|language| self.text(language.code()).to_owned()),
        ))
    }
}
