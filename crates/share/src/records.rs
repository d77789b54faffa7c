//! Delimited text as records.
//!
//! RFC 4180 with what files in the wild need: any delimiter, either line ending, quotation marks
//! inside a field taken as they are. Two things are done here that a general reader does not do:
//! rows are counted as a spreadsheet counts them (a blank line is a row, a quoted field with line
//! breaks is in one row), and a quotation mark that never closes is told, instead of the rest of
//! the file becoming one field.

use std::io::{self, BufRead, Read};

/// Longest record in bytes. A longer one is a quotation mark that never closes.
const RECORD_BYTES_MAX: u64 = 1 << 20;

/// Why there is no further record.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The input fails.
    Io(io::Error),
    /// The record that begins at this row does not end.
    Unclosed(u64),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Records of a text.
#[derive(Debug)]
pub(crate) struct Records<R> {
    input: R,
    delimiter: u8,
    row: u64,
    line: Vec<u8>,
    record: Record,
}

/// One record: its fields as bytes, with quotation marks taken off.
#[derive(Debug, Default)]
pub(crate) struct Record {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Record {
    /// The fields.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| &self.bytes[start..end])
    }

    fn end_field(&mut self) {
        self.ends.push(self.bytes.len());
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    QuoteInQuoted,
}

impl<R: BufRead> Records<R> {
    /// Records of `input` with this delimiter.
    pub(crate) fn new(input: R, delimiter: u8) -> Self {
        Self {
            input,
            delimiter,
            row: 0,
            line: Vec::new(),
            record: Record::default(),
        }
    }

    /// The next record and its row; none at the end.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, &Record)>, Fault> {
        loop {
            if !self.read_line()? {
                return Ok(None);
            }
            self.row += 1;
            if !content(&self.line).0.is_empty() {
                break;
            }
        }
        self.record.bytes.clear();
        self.record.ends.clear();
        let mut state = State::FieldStart;
        let mut length = 0;
        loop {
            let (text, ending) = content(&self.line);
            state = split(text, self.delimiter, state, &mut self.record);
            if state != State::Quoted {
                break;
            }
            self.record.bytes.extend_from_slice(ending);
            length += self.line.len() as u64;
            if length > RECORD_BYTES_MAX || !self.read_line()? {
                return Err(Fault::Unclosed(self.row));
            }
        }
        self.record.end_field();
        Ok(Some((self.row, &self.record)))
    }

    fn read_line(&mut self) -> Result<bool, Fault> {
        self.line.clear();
        let mut limited = self.input.by_ref().take(RECORD_BYTES_MAX);
        let read = limited.read_until(b'\n', &mut self.line)?;
        if read as u64 == RECORD_BYTES_MAX && self.line.last() != Some(&b'\n') {
            return Err(Fault::Unclosed(self.row + 1));
        }
        Ok(read > 0)
    }
}

/// A line without its ending, and the ending.
fn content(line: &[u8]) -> (&[u8], &[u8]) {
    let ending = match line {
        [.., b'\r', b'\n'] => 2,
        [.., b'\n' | b'\r'] => 1,
        _ => 0,
    };
    line.split_at(line.len() - ending)
}

/// Splits one line into the record and says in which state it ends.
fn split(line: &[u8], delimiter: u8, mut state: State, record: &mut Record) -> State {
    for &byte in line {
        state = match (state, byte) {
            (State::FieldStart, b'"') => State::Quoted,
            (State::Quoted, b'"') => State::QuoteInQuoted,
            (State::QuoteInQuoted, b'"') => {
                record.bytes.push(b'"');
                State::Quoted
            }
            (State::Quoted, _) => {
                record.bytes.push(byte);
                State::Quoted
            }
            _ if byte == delimiter => {
                record.end_field();
                State::FieldStart
            }
            _ => {
                record.bytes.push(byte);
                State::Plain
            }
        };
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Rows = Vec<(u64, Vec<String>)>;

    fn all(text: &[u8], delimiter: u8) -> Result<Rows, Fault> {
        let mut records = Records::new(text, delimiter);
        let mut rows = Vec::new();
        while let Some((row, record)) = records.next()? {
            let text = |field| String::from_utf8_lossy(field).into_owned();
            rows.push((row, record.fields().map(text).collect()));
        }
        Ok(rows)
    }

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        all(text.as_bytes(), b',').expect("sound text")
    }

    fn row(number: u64, fields: &[&str]) -> (u64, Vec<String>) {
        (
            number,
            fields.iter().map(|&field| field.to_owned()).collect(),
        )
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_does() {
        let text = "a,b\r\n\r\n\"one\r\ntwo\",2\r\n3,4";
        let expected = [
            row(1, &["a", "b"]),
            row(3, &["one\r\ntwo", "2"]),
            row(4, &["3", "4"]),
        ];
        assert_eq!(rows(text), expected);
    }

    #[test]
    fn quotation_marks() {
        let text = "\"a, \"\"b\"\"\",c\"d\"e,\"f\"g\n,\"\"\n";
        let expected = [row(1, &["a, \"b\"", "c\"d\"e", "fg"]), row(2, &["", ""])];
        assert_eq!(rows(text), expected);
    }

    #[test]
    fn a_mark_that_never_closes_is_told_with_its_row() {
        let open = "a\nb\n\"c\nd\n";
        assert!(matches!(
            all(open.as_bytes(), b','),
            Err(Fault::Unclosed(3))
        ));
        let long = format!("a\n\"{}", "line\n".repeat(400_000));
        assert!(matches!(
            all(long.as_bytes(), b','),
            Err(Fault::Unclosed(2))
        ));
        let endless = vec![b'x'; 3 << 20];
        assert!(matches!(all(&endless, b','), Err(Fault::Unclosed(1))));
    }

    proptest! {
        #[test]
        fn records_are_those_of_an_independent_reader(
            text in "([a-c ,\"]{0,6}|\"[a-c,\n]{0,6}\"){0,4}\
                (\n([a-c ,\"]{0,6}|\"[a-c,\n]{0,4}\")){0,6}"
        ) {
            let ours = all(text.as_bytes(), b',');
            prop_assume!(ours.is_ok());
            let ours: Vec<_> = ours.expect("assumed").into_iter().map(|(_, row)| row).collect();
            let mut builder = csv::ReaderBuilder::new();
            builder.has_headers(false).flexible(true);
            let theirs: Vec<Vec<String>> = builder
                .from_reader(text.as_bytes())
                .records()
                .map(|record| record.expect("text").iter().map(str::to_owned).collect())
                .collect();
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = all(&bytes, b';');
        }
    }
}
