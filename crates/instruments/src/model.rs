//! The typed form: what a workbook says once it is understood, before it is written as XML.

use crate::table::{Cell, Table};

/// What an element of a form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The form itself.
    Survey,
    /// A group of questions.
    Group,
    /// A group that can be answered many times.
    Repeat,
    /// A question or a value that is computed or collected.
    Question,
    /// A file of data that belongs to the form.
    External,
    /// The record of an entity that the form makes or changes.
    Entity,
    /// An attribute of an entity's record.
    Attribute,
    /// The label of an entity's record.
    EntityLabel,
}

impl Kind {
    /// Whether it holds other elements that have paths of their own.
    #[must_use]
    pub fn is_section(self) -> bool {
        matches!(
            self,
            Self::Survey | Self::Group | Self::Repeat | Self::Entity
        )
    }
}

/// When an action is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// When a new record is begun.
    FirstLoad,
    /// Whenever the record is opened.
    Load,
    /// When a repeat is added.
    NewRepeat,
    /// When an answer changes.
    ValueChanged,
}

impl Event {
    /// The event's name in an `XForm`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstLoad => "odk-instance-first-load",
            Self::Load => "odk-instance-load",
            Self::NewRepeat => "odk-new-repeat",
            Self::ValueChanged => "xforms-value-changed",
        }
    }
}

/// What an action does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Sets a value.
    SetValue,
    /// Sets the place where the device is.
    SetGeopoint,
    /// Records sound.
    RecordAudio,
}

impl Deed {
    /// The element's name in an `XForm`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::SetValue => "setvalue",
            Self::SetGeopoint => "odk:setgeopoint",
            Self::RecordAudio => "odk:recordaudio",
        }
    }
}

/// Something that is done on an event.
#[derive(Clone, Debug)]
pub struct Action {
    /// What.
    pub deed: Deed,
    /// When.
    pub event: Event,
    /// The value that is set, when the element's default does not say it.
    pub value: Option<String>,
    /// How good a recording is wanted.
    pub quality: Option<String>,
}

impl Action {
    pub(crate) fn new(deed: Deed, event: Event) -> Self {
        Self {
            deed,
            event,
            value: None,
            quality: None,
        }
    }
}

/// A tag of `OpenStreetMap` that an `osm` question offers.
#[derive(Clone, Debug)]
pub struct Tag {
    /// The tag's key.
    pub name: String,
    /// What a person reads.
    pub label: Option<Cell>,
}

/// A question, group, repeat or whatever else has a place in the form.
#[derive(Clone, Debug)]
pub struct Element {
    /// What it is.
    pub kind: Kind,
    /// The word of its type.
    pub type_name: String,
    /// Its name: the last step of its path.
    pub name: String,
    /// The row of the sheet `survey` that it comes from.
    pub row: Option<u32>,
    /// What is asked, by language when there are several.
    pub label: Option<Cell>,
    /// A line of help.
    pub hint: Option<Cell>,
    /// A longer help that may be folded away.
    pub guidance_hint: Option<Cell>,
    /// Pictures, sound and films that go with the label.
    pub media: Option<Table>,
    /// Rules and types: the attributes of its `bind`.
    pub bind: Option<Table>,
    /// Attributes of its control.
    pub control: Option<Table>,
    /// Attributes of its place in the record.
    pub instance: Option<Table>,
    /// A first value.
    pub default: Option<String>,
    /// Whether the first value is computed.
    pub dynamic_default: bool,
    /// Which choices are offered.
    pub choice_filter: Option<String>,
    /// The questions on whose change it is computed.
    pub trigger: Vec<String>,
    /// The list, file or question that choices come from.
    pub itemset: Option<String>,
    /// The list by its name, for findings.
    pub list_name: Option<String>,
    /// The external list that is asked.
    pub query: Option<String>,
    /// Further settings of the question.
    pub parameters: Vec<(String, String)>,
    /// What is done on events.
    pub actions: Vec<Action>,
    /// Whether its place in the record is left out, for flat records.
    pub flat: bool,
    /// Whether it has no part in the body.
    pub bodyless: bool,
    /// A value that stands from the beginning (attributes of entities).
    pub value: String,
    /// Tags of an `osm` question.
    pub tags: Vec<Tag>,
    /// The elements that it holds.
    pub children: Vec<Element>,
}

impl Element {
    pub(crate) fn new(kind: Kind, type_name: &str, name: &str) -> Self {
        Self {
            kind,
            type_name: type_name.to_owned(),
            name: name.to_owned(),
            row: None,
            label: None,
            hint: None,
            guidance_hint: None,
            media: None,
            bind: None,
            control: None,
            instance: None,
            default: None,
            dynamic_default: false,
            choice_filter: None,
            trigger: Vec::new(),
            itemset: None,
            list_name: None,
            query: None,
            parameters: Vec::new(),
            actions: Vec::new(),
            flat: false,
            bodyless: false,
            value: String::new(),
            tags: Vec::new(),
            children: Vec::new(),
        }
    }

    /// The group `meta` of a form or of a repeat.
    pub(crate) fn meta(children: Vec<Element>) -> Self {
        let mut meta = Self::new(Kind::Group, "group", "meta");
        meta.bodyless = true;
        meta.children = children;
        meta
    }

    /// The attributes of its `bind`, made when there are none.
    pub(crate) fn bind_mut(&mut self) -> &mut Table {
        self.bind.get_or_insert_default()
    }

    /// The attributes of its control, made when there are none.
    pub(crate) fn control_mut(&mut self) -> &mut Table {
        self.control.get_or_insert_default()
    }

    /// An attribute of its `bind`.
    #[must_use]
    pub fn bind_text(&self, key: &str) -> Option<&str> {
        self.bind.as_ref().and_then(|bind| bind.text(key))
    }

    /// A further setting of the question.
    #[must_use]
    pub fn parameter(&self, key: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }
}

/// A choice of a list.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The value that is recorded.
    pub name: String,
    /// What a person reads, by language when there are several.
    pub label: Option<Cell>,
    /// Pictures, sound and films that go with the label.
    pub media: Option<Table>,
    /// A short word for text messages.
    pub sms_option: Option<String>,
    /// Further columns, for filters.
    pub extra: Table,
    /// The row of the sheet `choices`.
    pub row: Option<u32>,
}

/// A list of choices.
#[derive(Clone, Debug)]
pub struct ChoiceList {
    /// Its name.
    pub name: String,
    /// Its choices in order.
    pub choices: Vec<Choice>,
}

impl ChoiceList {
    /// Whether the labels stand in the translations rather than beside the values.
    #[must_use]
    pub fn is_translated(&self) -> bool {
        self.choices.iter().any(|choice| {
            choice.media.as_ref().is_some_and(|media| !media.is_empty())
                || match &choice.label {
                    Some(Cell::Map(_)) => true,
                    Some(Cell::Text(text)) => crate::expression::has_reference(text),
                    None => false,
                }
        })
    }
}

/// Which release of the entities specification a form needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntitiesVersion {
    /// One entity, in the form itself.
    V2024,
    /// Several, or in repeats.
    V2025,
}

impl EntitiesVersion {
    /// The version's number.
    #[must_use]
    pub fn number(self) -> &'static str {
        match self {
            Self::V2024 => "2024.1.0",
            Self::V2025 => "2025.1.0",
        }
    }
}

/// What the sheet `settings` says.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The root element of a record.
    pub name: String,
    /// What a person reads above the form.
    pub title: String,
    /// The form's id.
    pub id: String,
    /// The form's version.
    pub version: Option<String>,
    /// The language that is shown first; `default` when none is named.
    pub default_language: String,
    /// The style of the body (`pages`, `theme-grid`).
    pub style: Option<String>,
    /// Further namespaces.
    pub namespaces: Option<String>,
    /// The namespace of a record.
    pub instance_xmlns: Option<String>,
    /// Further attributes of a record's root.
    pub attributes: Table,
    /// Where records are sent.
    pub submission_url: Option<String>,
    /// The key that records are sealed to.
    pub public_key: Option<String>,
    /// Whether records are sent without being asked for.
    pub auto_send: Option<String>,
    /// Whether records are deleted once sent.
    pub auto_delete: Option<String>,
    /// Whether a client may change a sent record.
    pub client_editable: bool,
    /// What a record is called.
    pub instance_name: Option<String>,
    /// What `instanceID` is filled with.
    pub instance_id: Option<String>,
    /// Whether records have no id.
    pub omit_instance_id: bool,
    /// Whether a choice may have the name of another.
    pub allow_choice_duplicates: bool,
    /// Whether runs of spaces in the sheet `survey` are collapsed.
    pub clean_text_values: bool,
    /// Whether each select of several gets the choice `none`.
    pub add_none_option: bool,
    /// Whether records are flat.
    pub flat: bool,
    /// Prefix of the short form for text messages.
    pub prefix: Option<String>,
    /// Delimiter of the short form for text messages.
    pub delimiter: Option<String>,
}

/// A form that can be written as XML.
#[derive(Clone, Debug)]
pub struct Form {
    /// What the sheet `settings` says.
    pub settings: Settings,
    /// The lists of choices.
    pub lists: Vec<ChoiceList>,
    /// The form's elements.
    pub root: Element,
    /// Which entities specification is used, when any is.
    pub entities: Option<EntitiesVersion>,
    /// The sheet `external_choices` as a file `itemsets.csv`, when the form asks such a list.
    pub itemsets: Option<String>,
}

impl Form {
    /// The list of that name.
    #[must_use]
    pub fn list(&self, name: &str) -> Option<&ChoiceList> {
        self.lists.iter().find(|list| list.name == name)
    }
}
