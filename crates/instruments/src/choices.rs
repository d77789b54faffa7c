//! The sheets `choices`, `external_choices` and `osm`: lists by name.

use crate::expression::is_name;
use crate::finding::{Findings, Place};
use crate::model::{Choice, ChoiceList, Settings, Tag};
use crate::settings::{NAME_RULE, NO_LANGUAGE};
use crate::sheet::header::{Aliases, Columns, group};
use crate::sheet::{Sheet, Workbook, row_number};
use crate::table::{Cell, Table};

/// The column that groups choices into lists.
const LIST: &str = "list name";

const ALIASES: Aliases = &[
    ("caption", &["label"]),
    ("list_name", &[LIST]),
    ("value", &["name"]),
    ("image", &["media", "image"]),
    ("big-image", &["media", "big-image"]),
    ("audio", &["media", "audio"]),
    ("video", &["media", "video"]),
];
const KNOWN: &[&str] = &[
    "name",
    "label",
    "parent",
    "extra_data",
    "media",
    "sms_option",
];

/// The lists of the sheet `choices`, and its headers.
#[derive(Debug, Default)]
pub(crate) struct Choices {
    pub(crate) lists: Vec<ChoiceList>,
    pub(crate) headers: Vec<Vec<String>>,
}

impl Choices {
    pub(crate) fn list(&self, name: &str) -> Option<&ChoiceList> {
        self.lists.iter().find(|list| list.name == name)
    }

    pub(crate) fn list_mut(&mut self, name: &str) -> Option<&mut ChoiceList> {
        self.lists.iter_mut().find(|list| list.name == name)
    }
}

/// Reads the sheet `choices`.
pub(crate) fn read(
    workbook: &Workbook<'_>,
    settings: &Settings,
    findings: &mut Findings,
) -> Choices {
    let Some(sheet) = workbook.filled("choices") else {
        return Choices::default();
    };
    let columns = Columns {
        sheet: "choices",
        known: KNOWN,
        aliases: ALIASES,
        required: &["name"],
    };
    let grouped = group(sheet, &columns, &settings.default_language, false, findings);
    let unusable = unusable_headers(&grouped.headers, findings);
    let mut choices = Choices {
        lists: Vec::new(),
        headers: grouped.headers,
    };
    for (index, mut row) in grouped.rows.into_iter().enumerate() {
        let Some(list) = row.take(LIST) else { continue };
        let list = list.into_flat();
        for header in &unusable {
            row.take(header);
        }
        let choice = choice(row, row_number(index), findings);
        match choices.list_mut(&list) {
            Some(known) => known.choices.push(choice),
            None => choices.lists.push(ChoiceList {
                name: list,
                choices: vec![choice],
            }),
        }
    }
    if !settings.allow_choice_duplicates {
        refuse_duplicates(&choices, findings);
    }
    choices
}

/// Headers become elements of XML: one with a space is a note, and is left out.
fn unusable_headers(headers: &[Vec<String>], findings: &mut Findings) -> Vec<String> {
    let mut unusable = Vec::new();
    for words in headers {
        let header = &words[0];
        if header != LIST && (header.is_empty() || header.contains(' ')) {
            let place = Place::sheet("choices").row(1).column(header);
            let message = format!(
                "found the header \u{2018}{header}\u{2019}; one without spaces is needed, the \
                 column is left out"
            );
            findings.warn(place, "header-not-usable", message);
            unusable.push(header.clone());
        }
    }
    unusable
}

fn choice(mut row: Table, number: u32, findings: &mut Findings) -> Choice {
    let place = |column| Place::sheet("choices").row(number).column(column);
    let name = match row.take("name") {
        Some(cell) => cell.into_flat(),
        None => {
            findings.error(
                place("name"),
                "choice-name-missing",
                "a choice needs a name",
            );
            String::new()
        }
    };
    let label = row.take("label");
    if label.is_none() {
        findings.warn(
            place("label"),
            "choice-label-missing",
            "a choice should have a label",
        );
    }
    let media = match row.take("media") {
        Some(Cell::Map(media)) => {
            let by_language = media.iter().filter_map(|(_, cell)| cell.map());
            if by_language
                .flat_map(Table::iter)
                .any(|(_, cell)| cell.map().is_some())
            {
                let message = "a picture, sound or film has a language and nothing beyond it";
                findings.error(place("media"), "column-too-deep", message);
            }
            Some(media)
        }
        Some(Cell::Text(_)) => {
            findings.error(place("media"), "media-not-allowed", MEDIA_RULE);
            None
        }
        None => None,
    };
    let sms_option = row.take("sms_option").map(Cell::into_flat);
    row.take("parent");
    for (key, cell) in row.iter() {
        if cell.map().is_some() {
            let message = format!(
                "the column \u{2018}{key}\u{2019} has parts by language or attribute; a further \
                 column of choices is plain text"
            );
            findings.error(place(key), "column-not-plain", message);
        } else if !is_name(key) && !key.is_empty() {
            let message = format!("found the header \u{2018}{key}\u{2019}; {NAME_RULE}");
            findings.warn(place(key), "header-not-a-name", message);
        }
    }
    Choice {
        name,
        label,
        media,
        sms_option,
        extra: row,
        row: Some(number),
    }
}

pub(crate) const MEDIA_RULE: &str =
    "a picture, sound or film has a column of its own: image, big-image, audio, video";

fn refuse_duplicates(choices: &Choices, findings: &mut Findings) {
    for list in &choices.lists {
        let mut seen = std::collections::HashSet::new();
        for choice in &list.choices {
            if !seen.insert(choice.name.as_str())
                && let Some(row) = choice.row
            {
                let message = format!(
                    "the list \u{2018}{}\u{2019} has a choice \u{2018}{}\u{2019} already; with the \
                     setting allow_choice_duplicates it may be there again",
                    list.name, choice.name
                );
                let place = Place::sheet("choices").row(row).column("name");
                findings.error(place, "choice-name-twice", message);
            }
        }
    }
}

/// The names of the lists of the sheet `external_choices`.
pub(crate) fn external_lists(
    workbook: &Workbook<'_>,
    default_language: &str,
    findings: &mut Findings,
) -> Option<Vec<String>> {
    let sheet = workbook.filled("external_choices")?;
    let columns = Columns {
        sheet: "external_choices",
        known: KNOWN,
        aliases: ALIASES,
        required: &[],
    };
    let grouped = group(sheet, &columns, default_language, false, findings);
    let mut names: Vec<String> = Vec::new();
    for row in &grouped.rows {
        if let Some(name) = row.get(LIST).map(Cell::flat)
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    Some(names)
}

/// The sheet `external_choices` as the file that Collect looks the choices up in.
pub(crate) fn itemsets(sheet: &Sheet<'_>) -> Option<String> {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    writer.write_record(&sheet.header).ok()?;
    for row in &sheet.rows {
        let value = |column: usize| {
            row.iter()
                .find(|(known, _)| *known == Some(column))
                .map_or("", |(_, value)| &**value)
        };
        let columns = 0..sheet.header.len();
        writer.write_record(columns.map(value)).ok()?;
    }
    String::from_utf8(writer.into_inner().ok()?).ok()
}

/// The lists of tags of the sheet `osm`.
pub(crate) fn tags(
    workbook: &Workbook<'_>,
    findings: &mut Findings,
) -> Option<Vec<(String, Vec<Tag>)>> {
    let sheet = workbook.filled("osm")?;
    let columns = Columns {
        sheet: "osm",
        known: KNOWN,
        aliases: ALIASES,
        required: &[],
    };
    let grouped = group(sheet, &columns, NO_LANGUAGE, false, findings);
    let mut lists: Vec<(String, Vec<Tag>)> = Vec::new();
    for (index, mut row) in grouped.rows.into_iter().enumerate() {
        let Some(list) = row.take(LIST).map(Cell::into_flat) else {
            continue;
        };
        let Some(name) = row.take("name").map(Cell::into_flat) else {
            let place = Place::sheet("osm").row(row_number(index)).column("name");
            findings.error(place, "choice-name-missing", "a tag needs a name");
            continue;
        };
        let tag = Tag {
            name,
            label: row.take("label"),
        };
        match lists.iter_mut().find(|(known, _)| *known == list) {
            Some((_, tags)) => tags.push(tag),
            None => lists.push((list, vec![tag])),
        }
    }
    Some(lists)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Format;

    fn choices(rows: &str, settings: &str) -> (Choices, Vec<(&'static str, Option<u32>)>) {
        let form = format!("| survey |\n| | type | name |\n| choices |\n{rows}{settings}");
        let mut findings = Findings::new();
        let workbook = Workbook::read(form.as_bytes(), Format::Markdown, None, &mut findings);
        let workbook = workbook.expect("a workbook");
        let (settings, _) = crate::settings::read(&workbook, &mut findings);
        let choices = read(&workbook, &settings, &mut findings);
        let found = findings.into_list();
        (
            choices,
            found
                .iter()
                .map(|finding| (finding.code, finding.row))
                .collect(),
        )
    }

    #[test]
    fn choices_are_gathered_by_list_wherever_they_stand() {
        let (choices, found) = choices(
            "| | list_name | name | label | colour |\n\
             | | a | 1 | One | red |\n\
             | | b | 1 | Eins | |\n\
             | | a | 2 | Two | |\n",
            "",
        );
        assert_eq!(found, []);
        let names = |list: &str| -> Vec<String> {
            let list = choices.list(list).expect("a list");
            list.choices
                .iter()
                .map(|choice| choice.name.clone())
                .collect()
        };
        assert_eq!(
            (names("a"), names("b")),
            (vec!["1".into(), "2".into()], vec!["1".into()])
        );
        let first = &choices.list("a").expect("a list").choices[0];
        assert_eq!(first.extra.text("colour"), Some("red"));
        assert!(choices.list("c").is_none());
    }

    #[test]
    fn what_is_wrong_with_a_choice_has_its_row() {
        let rows = "| | list_name | name | label | a b |\n\
             | | a | | One | |\n\
             | | a | 2 | | |\n\
             | | a | 2 | Two | x |\n";
        let (_, found) = choices(rows, "");
        for wanted in [
            ("header-not-usable", Some(1)),
            ("choice-name-missing", Some(2)),
            ("choice-label-missing", Some(3)),
            ("choice-name-twice", Some(4)),
        ] {
            assert!(found.contains(&wanted), "{wanted:?} in {found:?}");
        }
        let allowed = "| settings |\n| | allow_choice_duplicates |\n| | yes |\n";
        let (_, found) = choices(rows, allowed);
        assert!(
            found.iter().all(|(code, _)| *code != "choice-name-twice"),
            "{found:?}"
        );
    }
}
