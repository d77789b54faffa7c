//! A tabulation as one line of text, and read again from it.
//!
//! ```text
//! victim by form:glotip.form@2024-05,sex of status=identified over 2020-01..2024-12 on detected
//! ```

use std::fmt;
use std::str::FromStr;

use evidence::dossier::Unit;
use evidence::dossier::column::usual_month;

use super::name::short;
use super::{Condition, Dimension, Month, Tabulation, TabulationError};

/// A month as it is written: `2031-04`.
pub(super) fn month(month: Month) -> String {
    let month = month.saturating_sub(1);
    format!("{:04}-{:02}", month / 12, month % 12 + 1)
}

/// A month that was written by [`month`].
pub(super) fn read(text: &str) -> Option<Month> {
    text.contains('-').then(|| read_month(text, true)).flatten()
}

/// A month, or the first or last of a year.
fn read_month(text: &str, is_last: bool) -> Option<Month> {
    let (year, month) = match text.split_once('-') {
        Some((year, month)) => (year, month.parse().ok()?),
        None => (text, if is_last { 12 } else { 1 }),
    };
    let year: u16 = year.parse().ok()?;
    let is_sound = (1..=12).contains(&month) && (1900..=5000).contains(&year);
    is_sound.then(|| year * 12 + month)
}

/// A period: a year, a month, or two of them with two dots between, both included.
///
/// # Errors
/// When it is none.
pub(super) fn read_period(text: &str) -> Result<(Month, Month), TabulationError> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let read = read_month(from.trim(), false).zip(read_month(to.trim(), true));
    read.ok_or_else(|| TabulationError::Text {
        part: "period",
        found: text.to_owned(),
        allowed: "2024, 2024-03, 2020..2024, 2020-07..2024-06".to_owned(),
    })
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match &self.list {
            Some(list) => write!(f, ":{list}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Dimension {
    type Err = TabulationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, list) = match text.trim().split_once(':') {
            Some((name, list)) => (name, Some(list.to_owned())),
            None => (text.trim(), None),
        };
        word(name, "dimension")?;
        Ok(Self {
            name: name.to_owned(),
            list,
        })
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name, self.codes.join("|"))
    }
}

impl FromStr for Condition {
    type Err = TabulationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, codes) = text.split_once('=').ok_or_else(|| TabulationError::Text {
            part: "condition",
            found: text.to_owned(),
            allowed: "name=code, or name=code|code".to_owned(),
        })?;
        word(name.trim(), "condition")?;
        let codes: Vec<String> = codes
            .split('|')
            .map(|code| code.trim().to_owned())
            .collect();
        for code in &codes {
            word(code, "code of a condition")?;
        }
        Ok(Self {
            name: name.trim().to_owned(),
            codes,
        })
    }
}

/// A name or a code: what can stand in the line without being taken for something else.
fn word(text: &str, part: &'static str) -> Result<(), TabulationError> {
    let fits = |character: char| character.is_alphanumeric() || "_.-+<".contains(character);
    if !text.is_empty() && text.chars().all(fits) {
        return Ok(());
    }
    Err(TabulationError::Text {
        part,
        found: text.to_owned(),
        allowed: "letters, digits, and the signs _ . - +".to_owned(),
    })
}

impl fmt::Display for Tabulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by: Vec<String> = self.by.iter().map(ToString::to_string).collect();
        write!(f, "{} by {}", self.unit.code(), by.join(","))?;
        if !self.of.is_empty() {
            let of: Vec<String> = self.of.iter().map(ToString::to_string).collect();
            write!(f, " of {}", of.join(" "))?;
        }
        write!(f, " over {}..{}", month(self.from), month(self.to))?;
        write!(f, " on {}", self.reference)
    }
}

impl FromStr for Tabulation {
    type Err = TabulationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = |part| TabulationError::Text {
            part,
            found: text.to_owned(),
            allowed: "UNIT by NAME,.. of NAME=CODE .. over PERIOD on NAME".to_owned(),
        };
        let (unit, rest) = text.split_once(" by ").ok_or_else(|| fault("by"))?;
        let unit = Unit::of_code(unit.trim()).ok_or_else(|| fault("unit"))?;
        let (rest, reference) = rest.rsplit_once(" on ").ok_or_else(|| fault("on"))?;
        let (rest, period) = rest.rsplit_once(" over ").ok_or_else(|| fault("over"))?;
        let (by, of) = rest.split_once(" of ").unwrap_or((rest, ""));
        let by = by.split(',').filter(|name| !name.trim().is_empty());
        let (from, to) = read_period(period)?;
        let tabulation = Self {
            unit,
            by: by.map(str::parse).collect::<Result<_, _>>()?,
            of: of
                .split_whitespace()
                .map(str::parse)
                .collect::<Result<_, _>>()?,
            reference: reference.trim().to_owned(),
            from,
            to,
        };
        tabulation.check()?;
        Ok(tabulation)
    }
}

impl Tabulation {
    /// A tabulation from its parts, as they are typed.
    ///
    /// # Errors
    /// When a part cannot be read, or names what is not there.
    pub fn of_parts(
        unit: Unit,
        by: &[String],
        of: &[String],
        period: &str,
        reference: Option<&str>,
    ) -> Result<Self, TabulationError> {
        let (from, to) = read_period(period)?;
        let usual = short(usual_month(unit));
        let tabulation = Self {
            unit,
            by: by
                .iter()
                .map(|name| name.parse())
                .collect::<Result<_, _>>()?,
            of: of.iter().map(|one| one.parse()).collect::<Result<_, _>>()?,
            reference: reference.unwrap_or(usual).to_owned(),
            from,
            to,
        };
        tabulation.check()?;
        Ok(tabulation)
    }
}
