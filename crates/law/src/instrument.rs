//! The instruments themselves: titles, registration, final clauses, and where the record ends.

use std::str::FromStr;

use jiff::civil::Date;
use terms::language::Language;
use terms::limit::Limit;

use crate::record::RecordError;
use crate::treaty::Treaty;

/// The name under which faults of the list of instruments are reported.
const FILE: &str = "treaties.toml";

/// When a treaty enters into force, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryIntoForceRule {
    /// The article that says so.
    pub article: String,
    /// How many instruments are needed. That of a regional economic integration organisation is
    /// not counted as additional to those of its member States.
    pub instruments_needed: usize,
    /// The treaty enters into force on this day after the last instrument needed.
    pub days_after_last_needed: i32,
    /// For a party that comes later, it is in force from this day after its own deposit.
    pub days_after_later: i32,
}

/// A party known to be missing from the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The code and the sentence.
    pub limit: Limit,
    /// The last day on which the record is known to be complete.
    pub after: Date,
}

/// One instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrument {
    /// Which one.
    pub treaty: Treaty,
    /// Chapter and number under which the Secretary-General registers its status.
    pub registration: String,
    /// The treaty that a Protocol supplements, and before which it cannot enter into force.
    pub supplements: Option<Treaty>,
    /// The day of adoption.
    pub adopted: Date,
    /// Where it was adopted.
    pub adopted_at: String,
    /// The first day of signature.
    pub opened_for_signature: Date,
    /// Where it was opened for signature.
    pub opened_at: String,
    /// The last day of signature; from then on a State accedes.
    pub closed_for_signature: Date,
    /// The rule of entry into force.
    pub rule: EntryIntoForceRule,
    /// The printed day of entry into force, which the rule gives too.
    pub entered_into_force: Date,
    /// The day on which the record of acts ends.
    pub record_ends: Date,
    /// A known gap of the record.
    pub gap: Option<Gap>,
    title: [String; 3],
    short: [String; 3],
}

impl Instrument {
    /// The official title in English, French or Portuguese; English in other languages.
    #[must_use]
    pub fn title(&self, language: Language) -> &str {
        &self.title[column(language)]
    }

    /// A short name for headings, in the same languages; this project's own wording.
    #[must_use]
    pub fn short(&self, language: Language) -> &str {
        &self.short[column(language)]
    }

    /// How it is cited in English: title, place and day of adoption, registration.
    #[must_use]
    pub fn citation(&self) -> String {
        format!(
            "{}, {}, {}; United Nations Treaty Collection, chapter {}",
            self.title(Language::En),
            self.adopted_at,
            english(self.adopted),
            self.registration
        )
    }
}

/// A day in English words, such as `25 December 2003`.
pub(crate) fn english(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

fn column(language: Language) -> usize {
    match language {
        Language::Fr => 1,
        Language::Pt => 2,
        _ => 0,
    }
}

/// Reads a list of instruments in the layout of `library/treaties/treaties.toml`.
pub(crate) fn parse(text: &str) -> Result<Vec<Instrument>, RecordError> {
    let unreadable = |problem: &str| RecordError::new(FILE, 0, "(file)", problem);
    let file: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| unreadable(error.message()))?;
    let entries = file
        .get("treaty")
        .and_then(toml::Value::as_array)
        .ok_or_else(|| unreadable("no [[treaty]]"))?;
    let entry = |(index, value): (usize, &toml::Value)| {
        let table = value
            .as_table()
            .ok_or_else(|| unreadable("[[treaty]] is not a table"))?;
        Entry {
            number: index + 1,
            table,
            within: "",
        }
        .instrument()
    };
    entries.iter().enumerate().map(entry).collect()
}

#[derive(Clone, Copy)]
struct Entry<'a> {
    number: usize,
    table: &'a toml::Table,
    /// The name of the table inside the entry, with a dot, for messages.
    within: &'static str,
}

impl Entry<'_> {
    fn fault(&self, field: &str, allowed: &str) -> RecordError {
        let found = match self.table.get(field) {
            Some(toml::Value::String(text)) => format!("found {text:?}"),
            Some(toml::Value::Integer(number)) => format!("found {number}"),
            Some(other) => format!("found a value of type {}", other.type_str()),
            None => "not given".to_owned(),
        };
        let field = format!("{}{field}", self.within);
        RecordError::new(
            FILE,
            self.number,
            &field,
            &format!("{found}; allowed: {allowed}"),
        )
    }

    fn text(&self, field: &str) -> Result<String, RecordError> {
        let text = self.table.get(field).and_then(toml::Value::as_str);
        text.filter(|text| !text.trim().is_empty())
            .map(str::to_owned)
            .ok_or_else(|| self.fault(field, "a text"))
    }

    fn value<T: FromStr>(&self, field: &str, allowed: &str) -> Result<T, RecordError> {
        self.text(field)?
            .parse()
            .map_err(|_| self.fault(field, allowed))
    }

    fn date(&self, field: &str) -> Result<Date, RecordError> {
        self.value(field, "a day YYYY-MM-DD")
    }

    fn number<T: TryFrom<i64>>(&self, field: &str) -> Result<T, RecordError> {
        let number = self.table.get(field).and_then(toml::Value::as_integer);
        number
            .filter(|number| *number > 0)
            .and_then(|number| T::try_from(number).ok())
            .ok_or_else(|| self.fault(field, "a whole number from 1"))
    }

    fn treaty(&self, field: &str) -> Result<Treaty, RecordError> {
        self.value(field, &Treaty::ALL.map(Treaty::code).join(", "))
    }

    fn inner(&self, field: &str, within: &'static str) -> Result<Self, RecordError> {
        let table = self.table.get(field).and_then(toml::Value::as_table);
        Ok(Self {
            number: self.number,
            table: table.ok_or_else(|| self.fault(field, "a table"))?,
            within,
        })
    }

    fn names(&self) -> Result<[String; 3], RecordError> {
        Ok([self.text("en")?, self.text("fr")?, self.text("pt")?])
    }

    fn gap(&self) -> Result<Option<Gap>, RecordError> {
        if !self.table.contains_key("gap") {
            return Ok(None);
        }
        let gap = self.inner("gap", "gap.")?;
        let code = gap.text("limit")?;
        let limit = Limit::ALL.into_iter().find(|limit| limit.code() == code);
        Ok(Some(Gap {
            limit: limit.ok_or_else(|| gap.fault("limit", "a code of a limit"))?,
            after: gap.date("after")?,
        }))
    }

    fn instrument(&self) -> Result<Instrument, RecordError> {
        let supplements = match self.table.get("supplements") {
            Some(_) => Some(self.treaty("supplements")?),
            None => None,
        };
        Ok(Instrument {
            treaty: self.treaty("code")?,
            registration: self.text("registration")?,
            supplements,
            adopted: self.date("adopted")?,
            adopted_at: self.text("adopted_at")?,
            opened_for_signature: self.date("opened_for_signature")?,
            opened_at: self.text("opened_at")?,
            closed_for_signature: self.date("closed_for_signature")?,
            rule: EntryIntoForceRule {
                article: self.text("entry_into_force_article")?,
                instruments_needed: self.number("instruments_needed")?,
                days_after_last_needed: self.number("days_after_last_needed")?,
                days_after_later: self.number("days_after_later")?,
            },
            entered_into_force: self.date("entered_into_force")?,
            record_ends: self.date("record_ends")?,
            gap: self.gap()?,
            title: self.inner("title", "title.")?.names()?,
            short: self.inner("short", "short.")?.names()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_text::wrapped;

    const STANDARD: &str = include_str!("../../../library/treaties/treaties.toml");

    fn fault(from: &str, to: &str) -> String {
        assert!(STANDARD.contains(from), "{from} is in the file");
        parse(&STANDARD.replacen(from, to, 1))
            .expect_err("the change is a fault")
            .to_string()
    }

    #[test]
    fn a_fault_names_entry_field_found_and_allowed() {
        let faults = [
            ("code = \"TIP\"", "code = \"ABC\""),
            ("2024-06-14", "June 2024"),
            ("needed = 40", "needed = 0"),
            ("som-party-missing-after-2020", "some-missing"),
            ("registration = \"XVIII-12\"", ""),
            ("[treaty.short]", "[treaty.shorter]"),
        ]
        .map(|(from, to)| wrapped(&fault(from, to)))
        .join("\n");
        insta::assert_snapshot!(faults, @r#"
        law.record: treaties.toml, row 2, field code: found "ABC"; allowed: UNTOC, TIP,
        SOM
        law.record: treaties.toml, row 3, field record_ends: found "June 2024"; allowed:
        a day YYYY-MM-DD
        law.record: treaties.toml, row 1, field instruments_needed: found 0; allowed: a
        whole number from 1
        law.record: treaties.toml, row 3, field gap.limit: found "some-missing";
        allowed: a code of a limit
        law.record: treaties.toml, row 1, field registration: not given; allowed: a text
        law.record: treaties.toml, row 1, field short: not given; allowed: a table
        "#);
        assert!(fault("[[treaty]]", "[[treaty").starts_with("law.record: treaties.toml"));
    }

    #[test]
    fn an_instrument_is_cited() {
        let som = &parse(STANDARD).expect("the embedded file")[2];
        insta::assert_snapshot!(wrapped(&som.citation()), @r"
        Protocol against the Smuggling of Migrants by Land, Sea and Air, supplementing
        the United Nations Convention against Transnational Organized Crime, New York,
        15 November 2000; United Nations Treaty Collection, chapter XVIII-12-b
        ");
        assert!(som.title(Language::Fr).starts_with("Protocole contre"));
        assert!(som.title(Language::Pt).starts_with("Protocolo Adicional"));
        assert_eq!(som.title(Language::Ar), som.title(Language::En));
        assert_eq!(som.short(Language::En), "Smuggling of Migrants Protocol");
    }
}
