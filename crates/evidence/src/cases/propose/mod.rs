//! A map proposed from the header of a list and a sample of its rows.
//!
//! Names of columns are held against labels of concepts, fields of HTCDS and words that offices
//! write; values against codes and labels of lists. Each proposal says how sure it is and why.
//! What is unsure is written as a comment, for somebody to decide.
//!
//! A value goes into a proposal only where at least three rows of the sample hold it and the column
//! holds few different ones: what one row alone says may say who somebody is.

mod names;
#[cfg(test)]
mod tests;
mod values;

use super::column::Coded;
use super::sheet::{Row, Sheet};
use super::{fold, shape};
use crate::concept::{CITIZENSHIP, Concept, Concepts, Kind, Of};

use self::names::Named;
use self::values::{Days, Values};

/// Rows of the sample.
const ROWS_MAX: usize = 2_000;
/// Rows in which the header is looked for.
const HEADER_ROWS_MAX: usize = 30;
/// Shares of known values, of a hundred, from which on a named column is certain, or likely.
const CERTAIN_SHARE: u64 = 90;
const LIKELY_SHARE: u64 = 50;
/// Share from which on values alone make a proposal.
const VALUES_SHARE: u64 = 95;
/// Share from which on values alone are worth a comment.
const HINT_SHARE: u64 = 75;

/// How sure a proposal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sure {
    /// Name and values say the same.
    Certain,
    /// The name or the values say it, and nothing speaks against it.
    Likely,
    /// To be decided by somebody.
    Unsure,
}

impl Sure {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Unsure => "unsure",
        }
    }
}

/// What is proposed for one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The column's name as printed.
    pub column: String,
    /// The concept; none where nothing is proposed.
    pub concept: Option<String>,
    /// How sure.
    pub sure: Sure,
    /// Why.
    pub why: String,
    /// The list in which the values are written, if that is not the concept's.
    pub list: Option<String>,
    /// Values and their codes, where neither code nor label says it.
    pub values: Vec<(String, String)>,
    /// Values that say nothing.
    pub blank: Vec<String>,
    /// Values that are not known, with the nearest code and the rows that hold them.
    pub unknown: Vec<(String, Option<String>, u64)>,
    /// How many further values are not known and not written down.
    pub unknown_unwritten: usize,
    /// How days are written.
    pub date: Option<String>,
    /// Other concepts that may be meant.
    pub others: Vec<String>,
}

/// What is proposed for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// The sheet; none for a text.
    pub sheet: Option<String>,
    /// The row of the header.
    pub header_row: u64,
    /// Rows of the sample.
    pub rows: u64,
    /// The column that numbers the records, and how sure.
    pub key: Option<(String, Sure)>,
    /// What speaks against reading the rows as cases.
    pub warnings: Vec<String>,
    /// Each column.
    pub columns: Vec<Proposal>,
}

/// Proposes a map for a sheet; none where no row can be a header.
#[must_use]
pub fn propose(sheet: &Sheet) -> Option<Proposed> {
    let at = header(sheet)?;
    let row = sheet.row(at)?;
    let header: Vec<String> = row.fields().map(|name| name.trim().to_owned()).collect();
    let mut columns = Vec::new();
    let mut key: Option<(String, Sure)> = None;
    let mut rows = 0;
    for (place, name) in header
        .iter()
        .enumerate()
        .filter(|(_, name)| !name.is_empty())
    {
        let values = Values::of(sheet, at + 1, place, ROWS_MAX);
        rows = values.rows;
        if values.are_own() {
            let sure = if names::is_key(name) {
                Sure::Certain
            } else {
                Sure::Unsure
            };
            if key.as_ref().is_none_or(|(_, held)| sure < *held) {
                key = Some((name.clone(), sure));
            }
        }
        columns.push(column(name, &values));
    }
    let mut proposed = Proposed {
        sheet: sheet.name.clone(),
        header_row: row.number,
        rows,
        key,
        warnings: Vec::new(),
        columns,
    };
    proposed.warn(sheet, at, &header);
    Some(proposed)
}

impl Proposed {
    fn warn(&mut self, sheet: &Sheet, at: usize, header: &[String]) {
        if shape::are_counts(sheet, at + 1, header).is_some() {
            self.warnings.push(
                "The rows look like counts and not like cases: `palermo draft bring` takes a table \
                 of counts."
                    .to_owned(),
            );
        }
        let of_person = |proposal: &Proposal| {
            proposal.sure < Sure::Unsure
                && proposal.concept.as_deref().is_some_and(|id| {
                    Concepts::standard()
                        .get(id)
                        .is_some_and(|concept| concept.of == Of::Person && id != "name")
                })
        };
        if !self.columns.iter().any(of_person) {
            self.warnings.push(
                "No column was recognised as saying something of a person: this may be no list of \
                 cases."
                    .to_owned(),
            );
        }
    }
}

/// The first row that can name columns: nearly as wide as the widest, without figures or days.
fn header(sheet: &Sheet) -> Option<usize> {
    let filled = |row: &Row<'_>| {
        row.fields()
            .filter(|field| !field.trim().is_empty())
            .count()
    };
    let rows = || sheet.rows_from(0).take(HEADER_ROWS_MAX);
    let widest = rows().map(|row| filled(&row)).max()?;
    let names = |row: &Row<'_>| {
        let mut seen = std::collections::HashSet::new();
        row.fields()
            .filter(|field| !field.trim().is_empty())
            .all(|field| {
                let text = field.trim();
                let figure = text
                    .replace([',', '.', '-'], "")
                    .bytes()
                    .all(|byte| byte.is_ascii_digit());
                let is_year = text.len() == 4 && figure;
                (!figure || is_year)
                    && super::day::read(text, None).is_err()
                    && seen.insert(fold::header(text))
            })
    };
    rows().position(|row| filled(&row) * 10 >= widest * 6 && names(&row))
}

fn column(name: &str, values: &Values) -> Proposal {
    let named = names::concepts(name);
    let mut offers: Vec<Proposal> = named
        .iter()
        .filter_map(|named| match named {
            Named::Same(concept, why) => of_concept(name, concept, why, true, values),
            Named::Like(concept, why) => of_concept(name, concept, why, false, values),
        })
        .collect();
    if !offers.iter().any(|offer| offer.sure < Sure::Unsure) {
        offers.extend(flag(name, values));
    }
    if offers.is_empty() {
        offers.extend(by_values(name, values));
    }
    offers.sort_by_key(|offer| offer.sure);
    let mut offers = offers.into_iter();
    let Some(mut best) = offers.next() else {
        return nothing(
            name,
            "neither its name nor its values are known; kept as typed, sealed",
        );
    };
    best.others = offers.filter_map(|offer| offer.concept).collect();
    best
}

fn nothing(name: &str, why: &str) -> Proposal {
    Proposal {
        column: name.to_owned(),
        concept: None,
        sure: Sure::Unsure,
        why: why.to_owned(),
        list: None,
        values: Vec::new(),
        blank: Vec::new(),
        unknown: Vec::new(),
        unknown_unwritten: 0,
        date: None,
        others: Vec::new(),
    }
}

/// What the values say of a column that may be bound to this concept.
fn of_concept(
    name: &str,
    concept: &'static Concept,
    why: &str,
    same: bool,
    values: &Values,
) -> Option<Proposal> {
    let mut proposal = nothing(name, why);
    proposal.concept = Some(concept.id.clone());
    let share = match &concept.kind {
        Kind::Text => values.share(|_| true),
        Kind::Number => values.share(|value| {
            let whole = value.strip_suffix(".0").unwrap_or(value);
            !whole.is_empty() && whole.len() < 10 && whole.bytes().all(|byte| byte.is_ascii_digit())
        }),
        Kind::Date => days(&mut proposal, values),
        Kind::Coded(_) => coded(&mut proposal, concept, name, values),
    };
    let Some(share) = share else {
        // Nothing stands in the column: its name alone says what it is.
        proposal.sure = if same { Sure::Likely } else { Sure::Unsure };
        proposal.why = format!("{why}; no value in {} rows", values.rows);
        return Some(proposal);
    };
    proposal.why = format!("{why}; {share} of 100 values fit");
    proposal.sure = match (same, share) {
        _ if proposal.date.as_deref() == Some("") => Sure::Unsure,
        (true, CERTAIN_SHARE..) => Sure::Certain,
        (true, LIKELY_SHARE..) | (false, VALUES_SHARE..) => Sure::Likely,
        _ => Sure::Unsure,
    };
    if proposal.date.as_deref() == Some("") {
        proposal.date = None;
        proposal.why =
            format!("{why}; which figure is the day is not certain in any row: say date");
    }
    // A hint of the name with values that say otherwise is no proposal.
    (same || share >= LIKELY_SHARE).then_some(proposal)
}

fn days(proposal: &mut Proposal, values: &Values) -> Option<u64> {
    if values.filled == 0 {
        return None;
    }
    match values.days() {
        Days::None => Some(0),
        Days::Plain => Some(100),
        Days::Format(format) => {
            proposal.date = Some(format.to_owned());
            Some(100)
        }
        Days::Several(_) => {
            // Told by the caller; a format is never chosen where two fit.
            proposal.date = Some(String::new());
            Some(100)
        }
    }
}

fn coded(
    proposal: &mut Proposal,
    concept: &'static Concept,
    name: &str,
    values: &Values,
) -> Option<u64> {
    let own = Coded::new(Some(concept), None)?;
    let mut share = values.known(&own);
    let mut best = own;
    // Values of a field of the standard may be the standard's.
    if let Some((list, coded)) = htcds_values(name, concept)
        && values.known(&coded) > share
    {
        share = values.known(&coded);
        proposal.list = Some(list);
        best = coded;
    }
    let unknown = |value: &str| {
        let parted = super::pieces::of(
            value,
            None,
            |piece| best.knows(piece),
            |piece| best.is_code(piece),
        );
        !parted.pieces.iter().all(|piece| best.knows(piece))
    };
    let written: Vec<_> = values
        .categories()
        .filter(|(value, _)| unknown(value))
        .collect();
    let all = values
        .different
        .keys()
        .filter(|value| unknown(value))
        .count();
    proposal.unknown_unwritten = all - written.len();
    proposal.unknown = written
        .into_iter()
        .map(|(value, rows)| (value.to_owned(), best.words.nearest(value), rows))
        .collect();
    share
}

/// The list of the standard's field that is bound to a concept, where the column bears its name.
fn htcds_values(name: &str, concept: &'static Concept) -> Option<(String, Coded)> {
    let (field, bound) =
        super::htcds::concept_of(name).or_else(|| super::htcds::field_of(concept))?;
    if bound.id != concept.id {
        return None;
    }
    let list: terms::list::ListReference = format!("htcds.{field}@2.0").parse().ok()?;
    let coded = Coded::new(Some(concept), Some(list.clone()))?;
    Some((list.to_string(), coded))
}

/// A column of yes and no whose name is that of one code.
fn flag(name: &str, values: &Values) -> Option<Proposal> {
    if !values.are_flags() {
        return None;
    }
    let trimmed = ["is", "has", "means", "type of", "type"]
        .into_iter()
        .find_map(|prefix| {
            let rest = name.get(..prefix.len())?.eq_ignore_ascii_case(prefix);
            rest.then(|| name[prefix.len()..].trim())
        })
        .unwrap_or(name);
    let mut found: Vec<(&Concept, String)> = Vec::new();
    let mut begun = Vec::new();
    for concept in Concepts::standard()
        .iter()
        .filter(|concept| concept.many && concept.of == Of::Person)
    {
        let Some(coded) =
            Coded::new(Some(concept), None).filter(|coded| coded.list.id != CITIZENSHIP)
        else {
            continue;
        };
        let words = &coded.words;
        let whole = words.read(name).or_else(|| words.read(trimmed));
        if let Some(code) = whole.filter(|code| !code.eq_ignore_ascii_case("other")) {
            found.push((concept, code));
        } else if let Some(code) = words.beginning(trimmed) {
            begun.push((concept, code.to_owned()));
        }
    }
    let (why, sure) = match found.len() {
        0 => ("begins the code", Sure::Unsure),
        1 => ("is the code", Sure::Likely),
        _ => ("is the code", Sure::Unsure),
    };
    found.append(&mut begun);
    let (concept, code) = found.first()?;
    let mut proposal = nothing(name, "");
    proposal.concept = Some(concept.id.clone());
    let others = found[1..].iter().map(|(concept, _)| concept.id.clone());
    proposal.others = others.collect();
    proposal.sure = sure;
    proposal.why = format!("a column of yes and no whose name {why} {code}");
    for value in values.different.keys() {
        if super::cell::is_yes(&fold::value(value)) {
            proposal.values.push((value.clone(), code.clone()));
        } else {
            proposal.blank.push(value.clone());
        }
    }
    Some(proposal)
}

/// Proposals from values alone.
fn by_values(name: &str, values: &Values) -> Vec<Proposal> {
    let mut found = Vec::new();
    if values.different.len() < 2 || values.are_flags() {
        return found;
    }
    if let Some(concept) = Concepts::standard().get("event.date_detected")
        && !matches!(values.days(), Days::None)
    {
        let why = "its name is not known; its values are days, of which event is not";
        let days = of_concept(name, concept, why, true, values).into_iter();
        found.extend(days.map(|proposal| Proposal {
            sure: Sure::Unsure,
            ..proposal
        }));
        return found;
    }
    for concept in Concepts::standard()
        .iter()
        .filter(|concept| concept.of == Of::Person)
    {
        let Kind::Coded(list) = &concept.kind else {
            continue;
        };
        if list.id == "palermo.yes_no_unknown" {
            continue;
        }
        let Some(coded) = Coded::new(Some(concept), None) else {
            continue;
        };
        let share = values.known(&coded);
        if share.is_some_and(|share| share >= HINT_SHARE) {
            let mut proposal = nothing(name, "");
            proposal.concept = Some(concept.id.clone());
            proposal.sure = match share {
                Some(VALUES_SHARE..) => Sure::Likely,
                _ => Sure::Unsure,
            };
            proposal.why = format!(
                "its name is not known; {} of 100 values are those of {list}",
                share.unwrap_or_default()
            );
            found.push(proposal);
        }
    }
    if found.len() > 1 {
        for proposal in &mut found {
            proposal.sure = Sure::Unsure;
        }
    }
    found
}
