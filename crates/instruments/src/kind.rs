//! The types of questions: which control asks them and how their answers are typed.
//!
//! The words are those of the column `type` as pyxform 4.5 takes them, older spellings included.

/// What asks a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Control {
    /// Nothing: the value is computed or collected unseen.
    None,
    /// A field.
    Input,
    /// A file, picture, sound.
    Upload,
    /// A tick.
    Trigger,
    /// One of a list.
    SelectOne,
    /// Some of a list.
    Select,
    /// A list put in order.
    Rank,
    /// A number on a scale.
    Range,
    /// An action of the device without a control.
    Action,
}

impl Control {
    /// The element in the body of an `XForm`, when there is one.
    pub(crate) fn tag(self) -> Option<&'static str> {
        match self {
            Self::None | Self::Action => None,
            Self::Input => Some("input"),
            Self::Upload => Some("upload"),
            Self::Trigger => Some("trigger"),
            Self::SelectOne => Some("select1"),
            Self::Select => Some("select"),
            Self::Rank => Some("odk:rank"),
            Self::Range => Some("range"),
        }
    }
}

/// A type of question.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QuestionType {
    /// What asks it.
    pub(crate) control: Control,
    /// Which files an upload takes.
    pub(crate) media_type: Option<&'static str>,
    /// Attributes of its `bind`; `None` when it has no `bind` of its own.
    pub(crate) bind: Option<&'static [(&'static str, &'static str)]>,
    /// A hint that the type brings.
    pub(crate) hint: Option<&'static str>,
}

type Bind = &'static [(&'static str, &'static str)];

const STRING: Bind = &[("type", "string")];
const INTEGER: Bind = &[("type", "int")];
const DECIMAL: Bind = &[("type", "decimal")];
const DATE: Bind = &[("type", "date")];
const TIME: Bind = &[("type", "time")];
const DATE_TIME: Bind = &[("type", "dateTime")];
const BINARY: Bind = &[("type", "binary")];
const BARCODE: Bind = &[("type", "barcode")];
const GEOPOINT: Bind = &[("type", "geopoint")];
const GEOTRACE: Bind = &[("type", "geotrace")];
const GEOSHAPE: Bind = &[("type", "geoshape")];
const RANK: Bind = &[("type", "odk:rank")];
const NOTE: Bind = &[("readonly", "true()"), ("type", "string")];
const START: Bind = &[
    ("jr:preload", "timestamp"),
    ("type", "dateTime"),
    ("jr:preloadParams", "start"),
];
const END: Bind = &[
    ("jr:preload", "timestamp"),
    ("type", "dateTime"),
    ("jr:preloadParams", "end"),
];
const TODAY: Bind = &[
    ("jr:preload", "date"),
    ("type", "date"),
    ("jr:preloadParams", "today"),
];

macro_rules! property {
    ($name:literal) => {
        &[
            ("jr:preload", "property"),
            ("type", "string"),
            ("jr:preloadParams", $name),
        ]
    };
}

const fn asked(control: Control, bind: Bind) -> QuestionType {
    QuestionType {
        control,
        media_type: None,
        bind: Some(bind),
        hint: None,
    }
}

const fn upload(media_type: &'static str) -> QuestionType {
    QuestionType {
        control: Control::Upload,
        media_type: Some(media_type),
        bind: Some(BINARY),
        hint: None,
    }
}

const fn hinted(bind: Bind, hint: &'static str) -> QuestionType {
    QuestionType {
        control: Control::Input,
        media_type: None,
        bind: Some(bind),
        hint: Some(hint),
    }
}

/// The type of that name.
pub(crate) fn question_type(name: &str) -> Option<QuestionType> {
    let unseen = |bind| asked(Control::None, bind);
    let input = |bind| asked(Control::Input, bind);
    Some(match name {
        "q picture" | "photo" | "q image" | "add image prompt" | "image" => upload("image/*"),
        "add audio prompt" | "q audio" | "audio" => upload("audio/*"),
        "video" | "add video prompt" | "q video" => upload("video/*"),
        "file" | "add file prompt" => upload("application/*"),
        "osm" => upload("osm/*"),
        "add date time prompt"
        | "q date time"
        | "datetime"
        | "dateTime"
        | "add dateTime prompt"
        | "q dateTime"
        | "date time" => input(DATE_TIME),
        "add note prompt" | "q note" | "note" => input(NOTE),
        "calculate" | "q calculate" | "add calculate prompt" | "hidden" => unseen(STRING),
        "acknowledge" | "q acknowledge" | "add acknowledge prompt" => {
            asked(Control::Trigger, STRING)
        }
        "trigger" => QuestionType {
            control: Control::Trigger,
            media_type: None,
            bind: None,
            hint: None,
        },
        "location" | "q geopoint" | "q location" | "geopoint" | "gps" | "add location prompt" => {
            input(GEOPOINT)
        }
        "q geoshape" | "geoshape" => input(GEOSHAPE),
        "q geotrace" | "geotrace" => input(GEOTRACE),
        "text" | "string" | "q string" | "add text prompt" | "select one external" => input(STRING),
        "integer" | "q int" | "int" | "add integer prompt" => input(INTEGER),
        "decimal" | "add decimal prompt" | "q decimal" => input(DECIMAL),
        "barcode" | "q barcode" | "add barcode prompt" => input(BARCODE),
        "add date prompt" | "q date" | "date" => input(DATE),
        "time" => input(TIME),
        "select one" | "select one using" | "q select1" | "add select one prompt using" => {
            asked(Control::SelectOne, STRING)
        }
        "add select multiple prompt using"
        | "select all that apply from"
        | "select all that apply"
        | "select multiple from"
        | "q select"
        | "select multiple using" => asked(Control::Select, STRING),
        "rank" => asked(Control::Rank, RANK),
        "range" => asked(Control::Range, INTEGER),
        "audit" => unseen(BINARY),
        "start-geopoint" => asked(Control::Action, GEOPOINT),
        "background-audio" => asked(Control::Action, BINARY),
        "background-geopoint" => asked(Control::Trigger, GEOPOINT),
        _ => return collected(name).or_else(|| bounded(name)),
    })
}

/// What a device fills in by itself.
fn collected(name: &str) -> Option<QuestionType> {
    let bind: Bind = match name {
        "get start time" | "start" | "start time" => START,
        "get end time" | "end time" | "end" => END,
        "get today" | "today" => TODAY,
        "phonenumber" | "get phone number" => property!("phonenumber"),
        "simserial" | "get sim id" | "sim id" => property!("simserial"),
        "imei" | "device id" | "deviceid" | "get device id" => property!("deviceid"),
        "subscriber id" | "subscriberid" | "get subscriber id" => property!("subscriberid"),
        "uri:subscriberid" => property!("uri:subscriberid"),
        "uri:phonenumber" => property!("uri:phonenumber"),
        "uri:simserial" => property!("uri:simserial"),
        "uri:deviceid" => property!("uri:deviceid"),
        "username" => property!("username"),
        "uri:username" => property!("uri:username"),
        "email" => property!("email"),
        "uri:email" => property!("uri:email"),
        _ => return None,
    };
    Some(asked(Control::None, bind))
}

/// Numbers that bring their bounds.
fn bounded(name: &str) -> Option<QuestionType> {
    Some(match name {
        "number of days in last month" => hinted(
            &[("type", "int"), ("constraint", "0 <= . and . <= 31")],
            "Enter a number 0-31.",
        ),
        "number of days in last six months" => hinted(
            &[("type", "int"), ("constraint", "0 <= . and . <= 183")],
            "Enter a number 0-183.",
        ),
        "number of days in last year" => hinted(
            &[("type", "int"), ("constraint", "0 <= . and . <= 365")],
            "Enter a number 0-365.",
        ),
        "phone number" => hinted(
            &[("type", "string"), ("constraint", r"regex(., '^\d*$')")],
            "Enter numbers only.",
        ),
        "percentage" => asked(
            Control::Input,
            &[("type", "int"), ("constraint", "0 <= . and . <= 100")],
        ),
        _ => return None,
    })
}

/// Types of a row that bring a file of choices or data and ask nothing.
pub(crate) const EXTERNAL_TYPES: [&str; 2] = ["csv-external", "xml-external"];

/// Other words for a type, put in place before anything else is asked.
pub(crate) fn usual_name(name: &str) -> &str {
    match name {
        "imei" => "deviceid",
        "image" | "add image prompt" | "add photo prompt" => "photo",
        "add audio prompt" => "audio",
        "add video prompt" => "video",
        "add file prompt" => "file",
        other => other,
    }
}

/// The words that are offered for a misspelled type.
pub(crate) const USUAL_TYPES: [&str; 44] = [
    "text",
    "integer",
    "decimal",
    "select_one",
    "select_multiple",
    "select_one_from_file",
    "select_multiple_from_file",
    "select_one_external",
    "rank",
    "note",
    "date",
    "time",
    "dateTime",
    "image",
    "audio",
    "video",
    "file",
    "barcode",
    "calculate",
    "acknowledge",
    "hidden",
    "range",
    "geopoint",
    "geotrace",
    "geoshape",
    "start-geopoint",
    "background-geopoint",
    "background-audio",
    "xml-external",
    "csv-external",
    "start",
    "end",
    "today",
    "deviceid",
    "phonenumber",
    "username",
    "email",
    "audit",
    "begin_group",
    "end_group",
    "begin_repeat",
    "end_repeat",
    "begin_loop",
    "end_loop",
];
