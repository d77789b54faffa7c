//! The sheet `settings`.

use crate::expression::is_name;
use crate::finding::{Findings, Place};
use crate::model::Settings;
use crate::sheet::header::{Aliases, Columns, group};
use crate::sheet::{Sheet, Workbook};
use crate::table::{Cell, Table};

/// The language of texts that name none.
pub(crate) const NO_LANGUAGE: &str = "default";
/// The root of a record, and the form's id, when nothing names them.
const NAME: &str = "data";

const ALIASES: Aliases = &[
    ("form_title", &["title"]),
    ("set_form_title", &["title"]),
    ("form_id", &["id_string"]),
    ("set_form_id", &["id_string"]),
    ("prefix", &["prefix"]),
];

const KNOWN: &[&str] = &[
    "add_none_option",
    "allow_choice_duplicates",
    "attribute",
    "auto_delete",
    "auto_send",
    "bind",
    "children",
    "choices",
    "clean_text_values",
    "client_editable",
    "control",
    "default_language",
    "delimiter",
    "entity_version",
    "file_name",
    "flat",
    "hint",
    "id_string",
    "instance",
    "instance_name",
    "instance_xmlns",
    "label",
    "media",
    "name",
    "namespaces",
    "omit_instanceID",
    "parent",
    "prefix",
    "public_key",
    "sms_allow_media",
    "sms_date_format",
    "sms_datetime_format",
    "sms_field",
    "sms_keyword",
    "sms_response",
    "sms_separator",
    "style",
    "submission_url",
    "title",
    "type",
    "version",
];

/// A type of a row of the sheet `survey` that is a setting, and the setting.
pub(crate) fn setting_of_type(name: &str) -> Option<&'static str> {
    match name {
        "form_title" | "set_form_title" => Some("title"),
        "form_id" | "set_form_id" => Some("id_string"),
        "prefix" => Some("prefix"),
        _ => None,
    }
}

/// Yes or no in the spellings that a manager writes.
pub(crate) fn yes_no(text: &str) -> Option<bool> {
    match text {
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "true()" => Some(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "false()" => Some(false),
        _ => None,
    }
}

/// What the sheet says, and the row as it stands for what belongs to the root element.
pub(crate) fn read(workbook: &Workbook<'_>, findings: &mut Findings) -> (Settings, Table) {
    let row = match workbook.filled("settings") {
        Some(sheet) => first_row(sheet, findings),
        None => {
            if let Some(near) = workbook.misspelled("settings") {
                let message = format!("no sheet settings was found, but {near}");
                findings.warn(Place::file(), "sheet-misspelled", message);
            }
            Table::new()
        }
    };
    let text = |key: &str| row.get(key).map(Cell::flat);
    let truth = |key: &str| row.text(key).and_then(yes_no);
    if let Some(name) = text("name")
        && !is_name(&name)
    {
        let place = Place::sheet("settings").row(2).column("name");
        let message = format!("found \u{2018}{name}\u{2019}; {NAME_RULE}");
        findings.error(place, "name-not-allowed", message);
    }
    let id = text("id_string")
        .or_else(|| workbook.stem.clone())
        .unwrap_or_else(|| NAME.to_owned());
    if id == "None" {
        let place = Place::sheet("settings").row(2).column("form_id");
        findings.error(place, "form-id-empty", "the form needs an id");
    }
    let settings = Settings {
        name: text("name").unwrap_or_else(|| NAME.to_owned()),
        title: text("title").unwrap_or_else(|| id.clone()),
        id,
        version: text("version"),
        default_language: text("default_language").unwrap_or_else(|| NO_LANGUAGE.to_owned()),
        style: text("style"),
        namespaces: text("namespaces"),
        instance_xmlns: text("instance_xmlns"),
        attributes: row.map("attribute").cloned().unwrap_or_default(),
        submission_url: text("submission_url"),
        public_key: text("public_key"),
        auto_send: text("auto_send"),
        auto_delete: text("auto_delete"),
        client_editable: truth("client_editable").unwrap_or(false),
        instance_name: text("instance_name"),
        instance_id: text("instance_id"),
        omit_instance_id: truth("omit_instanceID").unwrap_or(false),
        allow_choice_duplicates: truth("allow_choice_duplicates").unwrap_or(false),
        clean_text_values: truth("clean_text_values").unwrap_or(true),
        add_none_option: truth("add_none_option").unwrap_or(false),
        flat: row.has("flat"),
        prefix: text("prefix"),
        delimiter: text("delimiter"),
    };
    if settings.omit_instance_id && settings.public_key.is_some() {
        let place = Place::sheet("settings").row(2).column("omit_instanceID");
        let message = "a form with a public_key needs the instanceID of its records";
        findings.error(place, "instance-id-needed", message);
    }
    (settings, row)
}

/// What names may look like.
pub(crate) const NAME_RULE: &str = "a name begins with a letter or an underscore and goes on with \
                                    letters, digits, underscores, hyphens and points";

fn first_row(sheet: &Sheet<'_>, findings: &mut Findings) -> Table {
    let mut sheet = sheet.clone();
    let both = ["form_id", "id_string"];
    if both
        .iter()
        .all(|name| sheet.header.iter().any(|header| header == name))
    {
        let place = Place::sheet("settings").row(1).column("id_string");
        let message = "form_id and id_string are both there; form_id is taken";
        findings.warn(place, "form-id-twice", message);
        if let Some(at) = sheet.header.iter().position(|header| header == "id_string") {
            sheet.leave_out(at);
        }
    }
    let columns = Columns {
        sheet: "settings",
        known: KNOWN,
        aliases: ALIASES,
        required: &[],
    };
    let grouped = group(&sheet, &columns, NO_LANGUAGE, false, findings);
    grouped.rows.into_iter().next().unwrap_or_default()
}
