//! Why a file cannot be read at all.

use std::io;

use terms::finding::{Finding, Severity};

/// Why a file cannot be read at all. Each has a stable code and names the file.
#[derive(Debug, thiserror::Error)]
pub enum ShareError {
    /// The file cannot be opened, or the disk fails while it is read.
    #[error("file_unreadable: {file}: {source}")]
    Unreadable {
        /// Name of the file.
        file: String,
        /// What the system says.
        source: io::Error,
    },
    /// There is nothing in the file.
    #[error("file_empty: {file} holds nothing")]
    Empty {
        /// Name of the file.
        file: String,
    },
    /// The file is compressed and ends too early or is damaged.
    #[error("compressed_broken: {file}: the compressed file is damaged or cut short ({reason})")]
    CompressedBroken {
        /// Name of the file.
        file: String,
        /// What the decoder says.
        reason: String,
    },
    /// The text is in an encoding that is not read.
    #[error("encoding_unsupported: {file} is {found}; allowed: UTF-8")]
    EncodingUnsupported {
        /// Name of the file.
        file: String,
        /// The encoding that was recognised.
        found: &'static str,
    },
    /// The bytes are neither text nor a file form that is read.
    #[error(
        "form_unknown: {file} is no text and no workbook; allowed: CSV or TSV, also with gzip, \
         XLSX, XLS, ODS"
    )]
    FormUnknown {
        /// Name of the file.
        file: String,
    },
    /// The workbook cannot be opened.
    #[error("workbook_unreadable: {file}: {reason}")]
    WorkbookUnreadable {
        /// Name of the file.
        file: String,
        /// What the reader says.
        reason: String,
    },
    /// A quotation mark opens and the text ends before it closes, or a record grows beyond
    /// measure.
    #[error("quote_unclosed: {file}, row {row}: a quoted field that begins here does not end")]
    QuoteUnclosed {
        /// Name of the file.
        file: String,
        /// Row at which the record begins, as a spreadsheet counts.
        row: u64,
    },
    /// The file is larger than what is read.
    #[error("file_too_large: {file} is larger than {limit_bytes} bytes")]
    TooLarge {
        /// Name of the file.
        file: String,
        /// Largest size that is read.
        limit_bytes: u64,
    },
    /// The file has more fields than are read.
    #[error("fields_too_many: {file} has more than {limit_fields} fields")]
    TooMany {
        /// Name of the file.
        file: String,
        /// Most fields that are read.
        limit_fields: u64,
    },
    /// No row of the file is the header of such a publication.
    #[error("header_missing: {file}: no row names the columns of such a publication")]
    Header {
        /// Name of the file.
        file: String,
        /// What is missing, one finding each.
        findings: Vec<Finding>,
    },
    /// Single cells cannot be taken, and no other is then.
    #[error("cells_refused: {file}: cells of it cannot be taken")]
    Cells {
        /// Name of the file.
        file: String,
        /// Which, one finding each.
        findings: Vec<Finding>,
    },
    /// There is a header and no row below it.
    #[error("rows_missing: {file} has a header and no rows")]
    NoRows {
        /// Name of the file.
        file: String,
    },
}

impl ShareError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "file_unreadable",
            Self::Empty { .. } => "file_empty",
            Self::CompressedBroken { .. } => "compressed_broken",
            Self::EncodingUnsupported { .. } => "encoding_unsupported",
            Self::FormUnknown { .. } => "form_unknown",
            Self::WorkbookUnreadable { .. } => "workbook_unreadable",
            Self::QuoteUnclosed { .. } => "quote_unclosed",
            Self::TooLarge { .. } => "file_too_large",
            Self::TooMany { .. } => "fields_too_many",
            Self::Header { .. } => "header_missing",
            Self::Cells { .. } => "cells_refused",
            Self::NoRows { .. } => "rows_missing",
        }
    }

    /// The error as findings, so that a refused file is reported as any other.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let of = |file: &str| Finding::of_file(file, self.code(), Severity::Error);
        let forms = "CSV or TSV, also with gzip, XLSX, XLS, ODS";
        let finding = match self {
            Self::Header { findings, .. } | Self::Cells { findings, .. } => {
                return findings.clone();
            }
            Self::Unreadable { file, source } => of(file).found(&source.to_string()),
            Self::Empty { file } | Self::NoRows { file } => {
                of(file).allowed("a header and at least one row")
            }
            Self::CompressedBroken { file, reason } => {
                of(file).found(reason).allowed("a whole gzip file")
            }
            Self::EncodingUnsupported { file, found } => of(file).found(found).allowed("UTF-8"),
            Self::FormUnknown { file } => of(file).allowed(forms),
            Self::WorkbookUnreadable { file, reason } => of(file).found(reason).allowed(forms),
            Self::QuoteUnclosed { file, row } => {
                let finding = of(file).at_row(*row);
                finding.allowed("a closing quotation mark for each that opens a field")
            }
            Self::TooLarge { file, limit_bytes } => {
                of(file).allowed(&format!("at most {limit_bytes} bytes"))
            }
            Self::TooMany { file, limit_fields } => {
                of(file).allowed(&format!("at most {limit_fields} fields"))
            }
        };
        vec![finding]
    }
}
