//! What a State or organisation did towards a treaty, and when.

use std::str::FromStr;

use jiff::civil::Date;
use terms::place::PlaceCode;

use crate::record::RecordError;
use crate::treaty::Treaty;

/// The name under which faults of the table of acts are reported.
const FILE: &str = "actions.csv";

/// A kind of act towards a treaty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// Signature; does not bind by itself.
    Signature,
    /// Ratification of what was signed.
    Ratification,
    /// Acceptance of what was signed.
    Acceptance,
    /// Approval of what was signed.
    Approval,
    /// Accession without signature.
    Accession,
    /// Succession of a new State to its predecessor's treaty.
    Succession,
}

impl Act {
    /// All kinds, signature first.
    pub const ALL: [Act; 6] = [
        Act::Signature,
        Act::Ratification,
        Act::Acceptance,
        Act::Approval,
        Act::Accession,
        Act::Succession,
    ];

    /// The stable code, by which its name is translated.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Act::Signature => "signature",
            Act::Ratification => "ratification",
            Act::Acceptance => "acceptance",
            Act::Approval => "approval",
            Act::Accession => "accession",
            Act::Succession => "succession",
        }
    }

    /// Whether it makes a party, as every kind does but signature.
    #[must_use]
    pub const fn makes_a_party(self) -> bool {
        !matches!(self, Act::Signature)
    }
}

/// A publication that tells of an act; `library/SOURCES.md` describes each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Informant {
    /// The status tables of the United Nations Treaty Collection, early 2014.
    TreatyCollection,
    /// The Swiss Confederation's tables of scope, 2024 and 2025.
    Fedlex,
}

impl Informant {
    /// The word in the column `source`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Informant::TreatyCollection => "untc",
            Informant::Fedlex => "fedlex",
        }
    }
}

/// One act of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The instrument concerned.
    pub treaty: Treaty,
    /// Who acted: a State, or `EUE`, the European Union.
    pub party: PlaceCode,
    /// What was done.
    pub act: Act,
    /// The day of signature, or of the deposit of the instrument.
    pub date: Date,
    /// The printed day from which the treaty is in force for the party; none for a signature.
    pub in_force_from: Option<Date>,
    /// Whether the kind of act is certain. The party and the days are.
    pub certain: bool,
    /// Who tells of it.
    pub sources: Vec<Informant>,
    /// What a reader must know of the row, in English.
    pub note: Option<String>,
}

/// Reads a table of acts in the layout of `library/treaties/actions.csv`.
pub(crate) fn parse(text: &str) -> Result<Vec<Action>, RecordError> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let unreadable =
        |row: usize, error: &csv::Error| RecordError::new(FILE, row, "(row)", &error.to_string());
    let header = reader
        .headers()
        .cloned()
        .map_err(|error| unreadable(0, &error))?;
    let mut actions = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|error| unreadable(index + 1, &error))?;
        let row = Row {
            number: index + 1,
            header: &header,
            record: &record,
        };
        actions.push(row.action()?);
    }
    Ok(actions)
}

struct Row<'a> {
    number: usize,
    header: &'a csv::StringRecord,
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    fn text(&self, field: &str) -> &str {
        let column = self.header.iter().position(|name| name == field);
        column
            .and_then(|column| self.record.get(column))
            .map_or("", str::trim)
    }

    fn fault(&self, field: &str, allowed: &str) -> RecordError {
        let problem = format!("found {:?}; allowed: {allowed}", self.text(field));
        RecordError::new(FILE, self.number, field, &problem)
    }

    fn value<T: FromStr>(&self, field: &str, allowed: &str) -> Result<T, RecordError> {
        self.text(field)
            .parse()
            .map_err(|_| self.fault(field, allowed))
    }

    fn action(&self) -> Result<Action, RecordError> {
        let act = Act::ALL
            .into_iter()
            .find(|act| act.code() == self.text("act"))
            .ok_or_else(|| self.fault("act", &Act::ALL.map(Act::code).join(", ")))?;
        let in_force_from = if act.makes_a_party() {
            Some(self.value("in_force_from", "a day YYYY-MM-DD")?)
        } else if self.text("in_force_from").is_empty() {
            None
        } else {
            return Err(self.fault("in_force_from", "blank, for a signature binds nobody"));
        };
        let certain = match self.text("certain") {
            "yes" => true,
            "no" => false,
            _ => return Err(self.fault("certain", "yes, no")),
        };
        Ok(Action {
            treaty: self.value("treaty", &Treaty::ALL.map(Treaty::code).join(", "))?,
            party: self.value("party", "three capital letters")?,
            act,
            date: self.value("date", "a day YYYY-MM-DD")?,
            in_force_from,
            certain,
            sources: self.sources()?,
            note: Some(self.text("note").to_owned()).filter(|note| !note.is_empty()),
        })
    }

    fn sources(&self) -> Result<Vec<Informant>, RecordError> {
        let allowed = "untc, fedlex, or both with a blank between";
        let known = [Informant::TreatyCollection, Informant::Fedlex];
        let sources: Option<Vec<Informant>> = self
            .text("source")
            .split_whitespace()
            .map(|word| known.into_iter().find(|source| source.code() == word))
            .collect();
        sources
            .filter(|sources| !sources.is_empty())
            .ok_or_else(|| self.fault("source", allowed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_text::wrapped;

    const HEADER: &str = "treaty,party,act,date,in_force_from,certain,source,note\n";

    fn fault(row: &str) -> String {
        parse(&format!("{HEADER}{row}\n"))
            .expect_err("the row has a fault")
            .to_string()
    }

    #[test]
    fn a_row_is_read() {
        let row = "SOM,XXA,accession,2018-10-09,2018-11-08,no,untc fedlex,a note";
        let actions = parse(&format!("# a comment\n{HEADER}{row}\n")).expect("a good row");
        assert_eq!(
            actions,
            [Action {
                treaty: Treaty::Som,
                party: "XXA".parse().expect("a code"),
                act: Act::Accession,
                date: jiff::civil::date(2018, 10, 9),
                in_force_from: Some(jiff::civil::date(2018, 11, 8)),
                certain: false,
                sources: vec![Informant::TreatyCollection, Informant::Fedlex],
                note: Some("a note".into()),
            }]
        );
    }

    #[test]
    fn a_fault_names_row_field_found_and_allowed() {
        let faults = [
            "SOM,XXA,joined,2018-10-09,2018-11-08,yes,untc,",
            "SOM,XXA,accession,2018-02-30,2018-11-08,yes,untc,",
            "SOM,XXA,accession,2018-10-09,,yes,untc,",
            "SOM,XXA,signature,2001-01-01,2001-01-31,yes,untc,",
            "ABC,XXA,signature,2001-01-01,,yes,untc,",
            "SOM,xa,signature,2001-01-01,,yes,untc,",
            "SOM,XXA,signature,2001-01-01,,perhaps,untc,",
            "SOM,XXA,signature,2001-01-01,,yes,hearsay,",
            "SOM,XXA,signature",
        ]
        .map(|row| wrapped(&fault(row)))
        .join("\n");
        insta::assert_snapshot!(faults, @r#"
        law.record: actions.csv, row 1, field act: found "joined"; allowed: signature,
        ratification, acceptance, approval, accession, succession
        law.record: actions.csv, row 1, field date: found "2018-02-30"; allowed: a day
        YYYY-MM-DD
        law.record: actions.csv, row 1, field in_force_from: found ""; allowed: a day
        YYYY-MM-DD
        law.record: actions.csv, row 1, field in_force_from: found "2001-01-31";
        allowed: blank, for a signature binds nobody
        law.record: actions.csv, row 1, field treaty: found "ABC"; allowed: UNTOC, TIP,
        SOM
        law.record: actions.csv, row 1, field party: found "xa"; allowed: three capital
        letters
        law.record: actions.csv, row 1, field certain: found "perhaps"; allowed: yes, no
        law.record: actions.csv, row 1, field source: found "hearsay"; allowed: untc,
        fedlex, or both with a blank between
        law.record: actions.csv, row 1, field (row): CSV error: record 1 (line: 2, byte:
        56): found record with 3 fields, but the previous record has 8 fields
        "#);
    }
}
