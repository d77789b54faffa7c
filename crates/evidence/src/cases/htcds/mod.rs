//! Cases in the layout of the Human Trafficking Case Data Standard 2.0 (IOM, 24 December 2021).
//!
//! The standard ships three toolkits that do not agree with it or with each other; what they write
//! otherwise is mended and told (`docs/methods/import.md` has the table). Files may name fields by
//! name, by label or by both, in groups, with a column for each choice.

mod fields;
mod header;
#[cfg(test)]
mod tests;

pub(super) use fields::Fields;

use std::collections::{BTreeMap, HashSet};

use self::fields::{Field, Type};
use self::header::{Header, Named};
use super::column::{Column, Part, Reading};
use super::plan::{Key, Plan, RoleOf};
use super::sheet::Sheet;
use super::told::{Saying, Told, Weight};
use super::{Taken, fold, plan};
use crate::concept::Concepts;

/// Name of the form of the records.
pub const FORM: &str = "htcds";
/// Version of the standard.
pub const VERSION: &str = "2.0";

/// Folded names of columns that number submissions over all files, the surest first.
const UNIVERSAL_KEYS: [&str; 3] = ["instanceid", "uuid", "key"];
/// Folded names of columns that number persons or cases in one series of files.
const SERIES_KEYS: [&str; 22] = [
    "prsid",
    "prsnumber",
    "prspersonnumber",
    "personid",
    "personnumber",
    "personno",
    "clientid",
    "clientnumber",
    "clientno",
    "beneficiaryid",
    "victimid",
    "victimnumber",
    "casid",
    "casnumber",
    "cascasenumber",
    "caseid",
    "casenumber",
    "caseno",
    "casereference",
    "caseref",
    "filenumber",
    "id",
];

/// Whether a sheet is in this layout.
#[must_use]
pub fn recognises(sheet: &Sheet) -> bool {
    header::find(sheet, &mut Told::default()).is_some()
}

/// Reads a sheet. `series` names the system or series of files to which numbers of persons and
/// cases belong; without it they are those of this file.
#[must_use]
pub fn read(sheet: &Sheet, file: &str, series: Option<&str>) -> Taken {
    let mut told = Told::of_file(file);
    let Some(header) = header::find(sheet, &mut told) else {
        let allowed = "a row that names fields of HTCDS 2.0, such as prs_Gender or Type of \
                       Exploitation, among the first 30; a list in a layout of its own comes in \
                       with --as table --map MAP.toml";
        told.tell(
            Weight::Refused,
            Saying::new("header_missing").allowed(allowed),
        );
        return Taken {
            sheet: sheet.name.clone(),
            told,
            ..Taken::default()
        };
    };
    let columns: Vec<Column> = header
        .columns
        .iter()
        .enumerate()
        .filter(|(_, (printed, _))| !printed.is_empty())
        .map(|(position, (printed, named))| column(position, printed, named))
        .collect();
    tell_of_header(&header, &mut told);
    let names: Vec<String> = header
        .columns
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    let (key, universal) = key(&names, sheet, header.first, &mut told);
    let source = match (universal, series) {
        (true, _) => "htcds submission",
        (false, Some(series)) => series,
        (false, None) => file,
    };
    let plan = Plan {
        form: FORM.to_owned(),
        form_version: VERSION.to_owned(),
        source: source.to_owned(),
        key,
        role: RoleOf::Filled,
        columns,
        constants: Vec::new(),
        header: names,
        first: header.first,
    };
    plan::read(plan, sheet, file, told)
}

fn column(position: usize, printed: &str, named: &Named) -> Column {
    let (question, part, reading) = match named {
        Named::Unknown => (printed, Part::Case, Reading::Text(None)),
        Named::Field(field) => (field.name, field.part, reading(field)),
        Named::Choice(field, code) => match field.coded() {
            Some(coded) => (field.name, field.part, Reading::Choice(coded, code.clone())),
            None => (printed, field.part, Reading::Text(None)),
        },
    };
    Column {
        position,
        header: printed.to_owned(),
        question: question.to_owned(),
        part,
        reading,
        blank: Vec::new(),
        absent: BTreeMap::new(),
        class: None,
    }
}

fn reading(field: &Field) -> Reading {
    if let Some(coded) = field.coded() {
        return Reading::Coded(coded);
    }
    let is_agreement = field.name.starts_with("con_") || field.name.contains("Agreement");
    match field.takes {
        Type::Checkbox if is_agreement => Reading::Agreement,
        Type::Date => Reading::Date(field.concept, None),
        Type::Number => match field.concept {
            Some(concept) => Reading::Number(concept),
            None => Reading::Text(None),
        },
        _ => Reading::Text(field.concept),
    }
}

/// What the header alone tells: what cannot be in the file.
fn tell_of_header(header: &Header, told: &mut Told) {
    let here: HashSet<&str> = header
        .columns
        .iter()
        .filter_map(|(_, named)| match named {
            Named::Field(field) | Named::Choice(field, _) => Some(field.name),
            Named::Unknown => None,
        })
        .collect();
    let fields = &Fields::standard().fields;
    let absent: Vec<&str> = fields
        .iter()
        .filter(|field| field.core && !field.deprecated && !here.contains(field.name))
        .map(|field| field.name)
        .collect();
    if !absent.is_empty() {
        let allowed = format!(
            "the core fields of the standard; absent are {}; what a file does not ask is not \
             known to be so",
            absent.join(", ")
        );
        let saying = Saying::new("core_fields_absent").allowed(&allowed);
        told.tell(Weight::Noted, saying);
    }
    for field in fields
        .iter()
        .filter(|field| field.deprecated && here.contains(field.name))
    {
        let saying = Saying::new("field_deprecated").of(field.name);
        told.tell(
            Weight::Noted,
            saying.allowed("kept; the standard has given it up"),
        );
    }
    let reason = "cas_ReasonForIncomingReferral";
    if header.is_form && here.contains(reason) {
        let saying = Saying::new("reason_asked_as_text").of(reason);
        let saying = saying.allowed(
            "one of three reasons: the form takes any text, of which those \
                                     three are read and others kept as typed",
        );
        told.tell(Weight::Mended, saying);
    }
    if header.is_form && here.contains("prs_Citizenship") {
        let saying = Saying::new("citizenship_asked_once").of("prs_Citizenship");
        let saying = saying.allowed(
            "each citizenship: the form takes one, so further ones are \
                                     not in the file",
        );
        told.tell(Weight::Noted, saying);
    }
}

/// The column that numbers the records, and whether it does so over all files.
fn key(names: &[String], sheet: &Sheet, first: usize, told: &mut Told) -> (Key, bool) {
    let folded: Vec<String> = names
        .iter()
        .map(|name| {
            let last = name.rsplit(['/', ':', '.', '-']).next().unwrap_or(name);
            fold::header(last)
        })
        .collect();
    let universal = UNIVERSAL_KEYS.iter().map(|key| (*key, true));
    let series = SERIES_KEYS.iter().map(|key| (*key, false));
    for (key, universal) in universal.chain(series) {
        let Some(at) = folded.iter().position(|name| name == key) else {
            continue;
        };
        let mut seen = HashSet::new();
        let whole = sheet
            .rows_from(first)
            .map(|row| row.field(at).trim())
            .all(|number| !number.is_empty() && seen.insert(number));
        if whole {
            return (Key::Columns(vec![at]), universal);
        }
        let saying = Saying::new("key_column_passed_over").of(&names[at]);
        let saying = saying.allowed("a number of its own in each row");
        told.tell(Weight::Noted, saying);
    }
    let allowed = "a column with each record’s own number; without one a row is known again by \
                   what it says, and a row that was corrected comes in anew";
    told.tell(
        Weight::Noted,
        Saying::new("key_column_absent").allowed(allowed),
    );
    (Key::Content, false)
}

/// The concept to which a field of the standard is bound, by the field's name or label.
pub(super) fn concept_of(header: &str) -> Option<(&'static str, &'static crate::concept::Concept)> {
    let fields = Fields::standard();
    let field = match fields.by_name(header) {
        Some((field, _)) => field,
        None => fields.by_label(header)?.ok()?,
    };
    let concept = field.concept.map(|concept| concept.id.as_str())?;
    Some((field.name, Concepts::standard().get(concept)?))
}

/// Whether a folded name is that of a column that numbers submissions, persons or cases.
pub(super) fn is_key(folded: &str) -> bool {
    UNIVERSAL_KEYS.contains(&folded) || SERIES_KEYS.contains(&folded)
}

/// The field of the standard that is bound to a concept.
pub(super) fn field_of(
    concept: &'static crate::concept::Concept,
) -> Option<(&'static str, &'static crate::concept::Concept)> {
    let fields = &Fields::standard().fields;
    let field = fields
        .iter()
        .find(|field| field.concept.is_some_and(|bound| bound.id == concept.id))?;
    Some((field.name, concept))
}
