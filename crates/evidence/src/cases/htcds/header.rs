//! The header of a file in the standard's layout, and what its toolkits write otherwise.

use std::collections::HashSet;

use super::super::fold;
use super::super::sheet::{Row, Sheet};
use super::super::told::{Saying, Told, Weight};
use super::fields::{Field, Fields};

/// Rows in which the header is looked for.
pub(super) const HEADER_ROWS_MAX: usize = 30;
/// A header names at least so many fields of the standard.
const FIELDS_MIN: usize = 3;
/// What stands between the groups of a form and the name of a question.
const GROUP_MARKS: [char; 4] = ['/', ':', '.', '-'];

/// What a column is.
#[derive(Debug, Clone)]
pub(super) enum Named {
    /// A field.
    Field(&'static Field),
    /// One choice of a field: the code.
    Choice(&'static Field, String),
    /// Nothing of the standard.
    Unknown,
}

/// The header of a sheet.
#[derive(Debug)]
pub(super) struct Header {
    /// Each column's name as printed, and what it is.
    pub(super) columns: Vec<(String, Named)>,
    /// Place of the first row below it.
    pub(super) first: usize,
    /// Whether the names are those of the standard's form for telephones.
    pub(super) is_form: bool,
}

/// How one name was understood.
struct Understood {
    named: Named,
    /// Written otherwise than the standard does.
    spelled: bool,
    misspelt: bool,
    grouped: bool,
    by_label: bool,
    /// Several fields bear the label.
    ambiguous: bool,
}

/// Finds the header; none where no row names enough fields.
pub(super) fn find(sheet: &Sheet, told: &mut Told) -> Option<Header> {
    let rows: Vec<Row<'_>> = sheet.rows_from(0).take(HEADER_ROWS_MAX).collect();
    let known = |row: &Row<'_>| {
        let names = row.fields().map(understand);
        names
            .filter(|name| !matches!(name.named, Named::Unknown))
            .count()
    };
    let at = rows.iter().position(|row| known(row) >= FIELDS_MIN)?;
    let below = rows.get(at + 1).filter(|row| known(row) >= FIELDS_MIN);
    let (names, labels, first) = match below {
        // Labels stand above or below the names.
        Some(below) if by_label(&rows[at]) => (below, Some(&rows[at]), at + 2),
        Some(below) => (&rows[at], Some(below), at + 2),
        None => (&rows[at], None, at + 1),
    };
    let row = names.number;
    let width = names.width().max(labels.map_or(0, Row::width));
    let mut header = Header {
        columns: Vec::with_capacity(width),
        first,
        is_form: names.fields().any(is_of_form),
    };
    let mut seen = HashSet::new();
    for at in 0..width {
        let label = labels.map_or("", |row| row.field(at)).trim();
        let printed = match (names.field(at).trim(), label) {
            ("", label) => label,
            (name, _) => name,
        };
        let named = column((names.field(at).trim(), label), row, header.is_form, told);
        let twice = match &named {
            Named::Field(field) => !seen.insert(field.name.to_owned()),
            Named::Choice(field, code) => !seen.insert(format!("{} {code}", field.name)),
            Named::Unknown => false,
        };
        // Names of persons may stand in several columns; of other fields the second is kept aside.
        let is_name = matches!(&named, Named::Field(field)
            if field.concept.is_some_and(|concept| concept.id == "name"));
        if twice && !is_name {
            let saying = Saying::new("column_twice").at(row).of(printed);
            told.tell(
                Weight::Held,
                saying.allowed("one column for each field; the first was read"),
            );
            header.columns.push((printed.to_owned(), Named::Unknown));
        } else {
            header.columns.push((printed.to_owned(), named));
        }
    }
    Some(header)
}

/// Names that only the form for telephones writes.
fn is_of_form(name: &str) -> bool {
    let own = [
        "prs_First_Name",
        "prs_Second_Name",
        "vic_Methods_of_Control",
    ];
    own.into_iter()
        .any(|own| name.trim().ends_with(own) || name.contains(&format!("{own}/")))
}

/// Whether a row holds labels rather than names.
fn by_label(row: &Row<'_>) -> bool {
    let understood = row.fields().map(understand);
    let (mut labels, mut names) = (0, 0);
    for name in understood {
        match (name.by_label || name.ambiguous, &name.named) {
            (true, _) => labels += 1,
            (false, Named::Unknown) => {}
            (false, _) => names += 1,
        }
    }
    labels > names
}

fn nothing() -> Understood {
    Understood {
        named: Named::Unknown,
        spelled: false,
        misspelt: false,
        grouped: false,
        by_label: false,
        ambiguous: false,
    }
}

fn understand(text: &str) -> Understood {
    let text = text.trim();
    if text.is_empty() {
        return nothing();
    }
    let fields = Fields::standard();
    if let Some((field, misspelt)) = fields.by_name(text) {
        return Understood {
            named: Named::Field(field),
            spelled: !misspelt && text.strip_suffix("__c").unwrap_or(text) != field.name,
            misspelt,
            ..nothing()
        };
    }
    match fields.by_label(text) {
        Some(Ok(field)) => {
            return Understood {
                named: Named::Field(field),
                by_label: true,
                ..nothing()
            };
        }
        Some(Err(())) => {
            return Understood {
                ambiguous: true,
                ..nothing()
            };
        }
        None => {}
    }
    in_group(text, fields).unwrap_or_else(nothing)
}

/// A name behind the names of its groups, or before that of a choice.
fn in_group(text: &str, fields: &'static Fields) -> Option<Understood> {
    for (at, mark) in text.rmatch_indices(GROUP_MARKS) {
        let (groups, name) = (&text[..at], &text[at + mark.len()..]);
        if name.contains('_')
            && let Some((field, misspelt)) = fields.by_name(name)
        {
            return Some(Understood {
                named: Named::Field(field),
                spelled: !misspelt && name != field.name,
                misspelt,
                grouped: true,
                ..nothing()
            });
        }
        let before = understand(groups);
        if let Named::Field(field) = before.named
            && let Some(coded) = field.coded()
            && let Some(code) = coded.words.read(name)
        {
            return Some(Understood {
                named: Named::Choice(field, code),
                ..before
            });
        }
    }
    None
}

/// What a column is, by its name and its label, and tells what was mended.
fn column((name, label): (&str, &str), row: u64, is_form: bool, told: &mut Told) -> Named {
    let printed = if name.is_empty() { label } else { name };
    if printed.is_empty() {
        return Named::Unknown;
    }
    let understood = understand(printed);
    let standard = match &understood.named {
        Named::Field(field) | Named::Choice(field, _) => field.name,
        Named::Unknown => "",
    };
    let mut mended = |code, allowed: &str| {
        let saying = Saying::new(code).at(row).of(printed).allowed(allowed);
        told.tell(Weight::Mended, saying);
    };
    if name.is_empty() && !standard.is_empty() {
        mended(
            "header_name_blank",
            &format!("{standard}, as the label says"),
        );
    }
    if understood.misspelt {
        mended("header_misspelt", standard);
    }
    if understood.spelled {
        mended("header_spelled_otherwise", standard);
    }
    if understood.grouped {
        mended("header_in_group", standard);
    }
    if understood.ambiguous {
        let saying = Saying::new("label_ambiguous").at(row).of(printed);
        let saying = saying.allowed("the field’s name: several fields bear this label");
        told.tell(Weight::Held, saying);
        return Named::Unknown;
    }
    if let Named::Field(field) = understood.named {
        return by_both((field, label), (row, printed), is_form, told);
    }
    if matches!(understood.named, Named::Unknown) && !is_of_the_file(printed) {
        let saying = Saying::new("column_unknown").at(row).of(printed);
        let saying = saying.allowed("a field of HTCDS 2.0; kept as typed, bound to nothing");
        told.tell(Weight::Held, saying);
    }
    understood.named
}

/// Where name and label do not agree, whoever typed has read the label.
fn by_both(
    (field, label): (&'static Field, &str),
    (row, printed): (u64, &str),
    is_form: bool,
    told: &mut Told,
) -> Named {
    let fields = Fields::standard();
    let mut mended = |code, allowed: &str| {
        let saying = Saying::new(code).at(row).of(printed).allowed(allowed);
        told.tell(Weight::Mended, saying);
    };
    let labelled = match label {
        "" => None,
        // Short for the label of one of the fields of the address.
        short if fold::header(short) == "zip" => fields.get("prs_MailingPostalCode"),
        label => fields.by_label(label).and_then(Result::ok),
    };
    if let Some(other) = labelled.filter(|other| other.name != field.name) {
        let is_address = |name: &str| name.starts_with("prs_Mailing");
        let code = if is_address(field.name) && is_address(other.name) {
            "address_header_shifted"
        } else {
            "header_pair_disagrees"
        };
        mended(
            code,
            &format!("{}, as the label above the column says", other.name),
        );
        return Named::Field(other);
    }
    // The form asks for the second name under this name, so what stands here may be one.
    if is_form
        && field.name == "prs_Title"
        && let Some(second) = fields.get("prs_SecondName")
    {
        mended(
            "title_asked_as_second_name",
            "prs_SecondName, as the form asks",
        );
        return Named::Field(second);
    }
    Named::Field(field)
}

/// What programs that collect forms write beside the answers.
fn is_of_the_file(name: &str) -> bool {
    let last = name.rsplit(GROUP_MARKS).next().unwrap_or(name);
    let known = [
        "start",
        "end",
        "today",
        "deviceid",
        "SubmissionDate",
        "instanceID",
        "instanceName",
        "KEY",
        "formdef_version",
        "__version__",
        "_id",
        "_uuid",
        "_submission_time",
        "_index",
        "_validation_status",
        "_notes",
        "_status",
        "_submitted_by",
        "_tags",
        "__id",
    ];
    known.iter().any(|known| known.eq_ignore_ascii_case(last))
}
