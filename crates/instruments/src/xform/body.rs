//! What a person sees: controls, groups, repeats.

use super::Writer;
use super::bind::is_calculated;
use super::reference::Manner;
use super::tree::Id;
use super::xml::Xml;
use crate::kind::{self, Control};
use crate::model::{Deed, Element, Event, Kind};
use crate::table::{Cell, Table};

impl Element {
    /// Whether the label is looked up in the translations.
    pub(super) fn label_is_translated(&self) -> bool {
        matches!(self.label, Some(Cell::Map(_))) || self.has_media()
    }

    pub(super) fn has_media(&self) -> bool {
        self.media.as_ref().is_some_and(|media| !media.is_empty())
    }
}

impl Writer<'_> {
    pub(super) fn control(&self, id: Id) -> Option<Xml<'_>> {
        match self.tree.element(id).kind {
            Kind::Group => self.group(id),
            Kind::Repeat => Some(self.repeat(id)),
            Kind::Question => self.question(id),
            _ => None,
        }
    }

    fn controls<'s>(&'s self, id: Id, into: &mut Xml<'s>) {
        for child in &self.tree.nodes[id].children {
            if let Some(control) = self.control(*child) {
                into.push(control);
            }
        }
    }

    fn set_control<'s>(&'s self, xml: &mut Xml<'s>, id: Id, control: Option<&'s Table>) {
        for (key, value) in control.into_iter().flat_map(Table::iter) {
            let value = self.with_paths(value.words(), Some(id), Manner::default());
            xml.set(key, value);
        }
    }

    fn group(&self, id: Id) -> Option<Xml<'_>> {
        let element = self.tree.element(id);
        if element.bodyless {
            return None;
        }
        let mut group = Xml::new("group");
        self.set_control(&mut group, id, element.control.as_ref());
        let control = element.control.as_ref();
        if let Some(appearance) = control.and_then(|map| map.get("appearance")) {
            group.set("appearance", appearance.words());
        }
        if !element.flat {
            group.set("ref", self.tree.path(id));
        }
        if element.label.is_some() {
            group.push(self.label(id));
        }
        self.controls(id, &mut group);
        Some(group)
    }

    fn repeat(&self, id: Id) -> Xml<'_> {
        let element = self.tree.element(id);
        let path = self.tree.path(id);
        let mut repeat = Xml::new("repeat").with("nodeset", path);
        self.set_control(&mut repeat, id, element.control.as_ref());
        self.controls(id, &mut repeat);
        for inner in id + 1..self.tree.nodes.len() {
            let kind = self.tree.element(inner).kind;
            if matches!(kind, Kind::Question | Kind::Attribute)
                && self.tree.repeat_of(inner) == Some(id)
            {
                for action in self.actions(inner, true) {
                    repeat.push(action);
                }
            }
        }
        let mut group = Xml::new("group").with("ref", path);
        group.push(self.label(id));
        group.push(repeat);
        group
    }

    fn label(&self, id: Id) -> Xml<'_> {
        let element = self.tree.element(id);
        let label = Xml::new("label");
        if element.label_is_translated() {
            return label.with("ref", format!("jr:itext('{}:label')", self.tree.path(id)));
        }
        match element.label.as_ref().and_then(Cell::text) {
            Some(text) => label.holding(self.with_outputs(text, Some(id))),
            None => label,
        }
    }

    fn hint(&self, id: Id) -> Xml<'_> {
        let element = self.tree.element(id);
        let hint = Xml::new("hint");
        match &element.hint {
            Some(Cell::Text(text)) if element.guidance_hint.is_none() => {
                hint.holding(self.with_outputs(text, Some(id)))
            }
            _ => hint.with("ref", format!("jr:itext('{}:hint')", self.tree.path(id))),
        }
    }

    fn question(&self, id: Id) -> Option<Xml<'_>> {
        let element = self.tree.element(id);
        let computed = is_calculated(element) || !element.trigger.is_empty();
        let silent = element.label.is_none() && element.hint.is_none();
        if element.type_name == "calculate" || (computed && silent) {
            self.refuse_unseen_trigger(id);
            return None;
        }
        let question_type = kind::question_type(&element.type_name)?;
        let tag = question_type.control.tag()?;
        let mut xml = Xml::new(tag).with("ref", self.tree.path(id));
        self.label_and_hint(id, &mut xml);
        if let Some(media_type) = question_type.media_type {
            xml.set("mediatype", media_type);
        }
        self.set_control(&mut xml, id, element.control.as_ref());
        self.particulars(id, question_type.control, &mut xml);
        self.triggered_actions(id, &mut xml);
        Some(xml)
    }

    fn particulars<'s>(&'s self, id: Id, control: Control, xml: &mut Xml<'s>) {
        let element = self.tree.element(id);
        match control {
            Control::Select | Control::SelectOne | Control::Rank => self.choices(id, xml),
            Control::Range => self.ticks(id, xml),
            Control::Upload => {
                for tag in &element.tags {
                    let mut label = Xml::new("label");
                    if let Some(Cell::Text(text)) = &tag.label {
                        label = label.holding(self.with_outputs(text, None));
                    } else if let Some(Cell::Map(_)) = &tag.label {
                        label.set("ref", format!("jr:itext('/{}:label')", tag.name));
                    }
                    let mut tag = Xml::new("tag").with("key", tag.name.as_str());
                    tag.push(label);
                    xml.push(tag);
                }
            }
            Control::Input => {
                if let Some(list) = &element.query {
                    let manner = Manner {
                        current: true,
                        over_parent: false,
                    };
                    let filter = element.choice_filter.as_deref();
                    let query = match filter {
                        Some(filter) => {
                            let filter = self.with_paths(filter, Some(id), manner);
                            format!("instance('{list}')/root/item[{filter}]")
                        }
                        None => format!("instance('{list}')/root/item"),
                    };
                    xml.set("query", query);
                }
                if matches!(
                    element.type_name.as_str(),
                    "geopoint" | "geotrace" | "geoshape"
                ) {
                    self.reference_geometry(id, xml);
                }
            }
            _ => {}
        }
    }

    fn label_and_hint<'s>(&'s self, id: Id, xml: &mut Xml<'s>) {
        let element = self.tree.element(id);
        let labelled = element.label.is_some() || element.has_media();
        let helped = element.hint.is_some() || element.guidance_hint.is_some();
        if labelled || helped {
            xml.push(self.label(id));
        }
        if helped {
            xml.push(self.hint(id));
        }
        // Guidance alone may be folded away: it is no question.
        if !labelled && element.hint.is_none() {
            let message = format!("\u{2018}{}\u{2019} has no label and no hint", element.name);
            self.refuse(id, "label", "label-missing", message);
        }
        let media = element.media.as_ref();
        if media.is_some_and(|media| media.has("big-image") && !media.has("image")) {
            let message = "a big-image goes with an image".to_owned();
            self.refuse(id, "big-image", "big-image-alone", message);
        }
    }

    /// What nobody answers cannot set off a calculation.
    fn refuse_unseen_trigger(&self, id: Id) {
        let element = self.tree.element(id);
        for target in self
            .triggered
            .get(element.name.as_str())
            .into_iter()
            .flatten()
        {
            if self.tree.element(*target).type_name == "background-geopoint" {
                continue;
            }
            let message = format!(
                "\u{2018}{}\u{2019} is not asked, so it cannot be the trigger of another",
                element.name
            );
            self.refuse(*target, "trigger", "trigger-not-asked", message);
        }
    }

    fn triggered_actions<'s>(&'s self, id: Id, xml: &mut Xml<'s>) {
        let name = self.tree.element(id).name.as_str();
        let targets = self.triggered.get(name).map_or(&[][..], Vec::as_slice);
        let is_place = |target: Id| self.tree.element(target).type_name == "background-geopoint";
        for target in targets.iter().copied().filter(|target| !is_place(*target)) {
            let mut set = self.on_change(Deed::SetValue, target);
            let calculation = self.tree.element(target).bind.as_ref();
            if let Some(value) = calculation.and_then(|bind| bind.get("calculate")) {
                let value = self.with_paths(value.words(), Some(id), Manner::default());
                if !value.is_empty() {
                    set.set("value", value);
                }
            }
            xml.push(set);
        }
        for target in targets.iter().copied().filter(|target| is_place(*target)) {
            xml.push(self.on_change(Deed::SetGeopoint, target));
        }
    }

    fn on_change(&self, deed: Deed, target: Id) -> Xml<'_> {
        let name = &self.tree.element(target).name;
        if self.tree.by_name(name).is_err() {
            let message = format!("several questions are called \u{2018}{name}\u{2019}");
            self.refuse(target, "name", "reference-ambiguous", message);
        }
        Xml::new(deed.tag())
            .with("ref", self.tree.path(target))
            .with("event", Event::ValueChanged.name())
    }
}
