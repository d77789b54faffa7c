//! Texts by language. Every text that one language has, each has: a hyphen stands where a
//! translation is missing.

use std::collections::HashMap;

use super::Writer;
use super::tree::Id;
use super::xml::Xml;
use crate::expression::has_reference;
use crate::model::{Choice, Element, Kind};
use crate::table::{Cell, Table};

/// What stands where a translation is missing.
const MISSING: &str = "-";

/// One form of a text: the words themselves, guidance, a picture.
struct Part {
    form: String,
    text: String,
    /// The element whose references are meant.
    context: Option<Id>,
}

#[derive(Default)]
struct Language {
    texts: Vec<(String, Vec<Part>)>,
    index: HashMap<String, usize>,
}

impl Language {
    fn parts(&mut self, id: &str) -> &mut Vec<Part> {
        let at = *self.index.entry(id.to_owned()).or_insert_with(|| {
            self.texts.push((id.to_owned(), Vec::new()));
            self.texts.len() - 1
        });
        &mut self.texts[at].1
    }

    fn set(&mut self, id: &str, form: &str, text: &str, context: Option<Id>) {
        let parts = self.parts(id);
        let part = Part {
            form: form.to_owned(),
            text: text.to_owned(),
            context,
        };
        match parts.iter_mut().find(|known| known.form == form) {
            Some(known) => *known = part,
            None => parts.push(part),
        }
    }
}

#[derive(Default)]
struct Texts {
    languages: Vec<(String, Language)>,
}

impl Texts {
    fn language(&mut self, name: &str) -> &mut Language {
        let at = self.languages.iter().position(|(known, _)| known == name);
        let at = at.unwrap_or_else(|| {
            self.languages.push((name.to_owned(), Language::default()));
            self.languages.len() - 1
        });
        &mut self.languages[at].1
    }

    /// Gives each language what another has.
    fn complete(&mut self) {
        let mut order: Vec<(String, Vec<String>)> = Vec::new();
        let mut index: HashMap<String, usize> = HashMap::new();
        for (_, language) in &self.languages {
            for (id, parts) in &language.texts {
                let at = *index.entry(id.clone()).or_insert_with(|| {
                    order.push((id.clone(), Vec::new()));
                    order.len() - 1
                });
                for part in parts {
                    if !order[at].1.contains(&part.form) {
                        order[at].1.push(part.form.clone());
                    }
                }
            }
        }
        for (_, language) in &mut self.languages {
            for (id, forms) in &order {
                let parts = language.parts(id);
                for form in forms {
                    if !parts.iter().any(|part| part.form == *form) {
                        parts.push(Part {
                            form: form.clone(),
                            text: MISSING.to_owned(),
                            context: None,
                        });
                    }
                }
            }
        }
    }
}

impl Writer<'_> {
    /// The texts by language; none when the form has no text that needs it.
    pub(super) fn itext(&self) -> Option<Xml> {
        let mut texts = Texts::default();
        for list in &self.form.lists {
            if !self.translated_lists.contains(list.name.as_str()) {
                continue;
            }
            for (number, choice) in list.choices.iter().enumerate() {
                self.choice_texts(choice, &format!("{}-{number}", list.name), &mut texts);
            }
        }
        let nodes = self.tree.nodes.iter().enumerate();
        let shown: Vec<Id> = nodes
            .filter(|(_, node)| {
                node.element.kind == Kind::Question || node.element.kind.is_section()
            })
            .map(|(id, _)| id)
            .collect();
        for id in &shown {
            self.element_texts(*id, &mut texts);
        }
        for id in &shown {
            self.element_media(*id, &mut texts);
        }
        if texts.languages.is_empty() {
            return None;
        }
        texts.complete();
        let mut itext = Xml::new("itext");
        for (name, language) in &texts.languages {
            itext.push(self.translation(name, language));
        }
        Some(itext)
    }

    fn default_language(&self) -> &str {
        &self.form.settings.default_language
    }

    fn choice_texts(&self, choice: &Choice, id: &str, texts: &mut Texts) {
        match &choice.label {
            Some(Cell::Text(text)) => {
                texts
                    .language(self.default_language())
                    .set(id, "long", text, None);
            }
            Some(Cell::Map(labels)) => {
                for (language, cell) in labels.iter() {
                    match cell {
                        Cell::Text(text) => texts.language(language).set(id, "long", text, None),
                        Cell::Map(inner) => {
                            for (inner_language, cell) in inner.iter() {
                                let text = cell.flat();
                                texts
                                    .language(inner_language)
                                    .set(id, language, &text, None);
                            }
                        }
                    }
                }
            }
            None => {}
        }
        for (form, cell) in choice.media.iter().flat_map(Table::iter) {
            self.media_texts(id, form, cell, texts);
        }
    }

    fn media_texts(&self, id: &str, form: &str, cell: &Cell, texts: &mut Texts) {
        match cell {
            Cell::Text(text) => texts
                .language(self.default_language())
                .set(id, form, text, None),
            Cell::Map(by_language) => {
                for (language, cell) in by_language.iter() {
                    texts.language(language).set(id, form, &cell.flat(), None);
                }
            }
        }
    }

    fn element_texts(&self, id: Id, texts: &mut Texts) {
        let element = self.tree.element(id);
        let bind = element.bind.as_ref();
        for key in ["jr:constraintMsg", "jr:requiredMsg", "jr:noAppErrorString"] {
            let Some(cell) = bind.and_then(|bind| bind.get(key)) else {
                continue;
            };
            let translated = match cell {
                Cell::Map(_) => true,
                Cell::Text(text) => key != "jr:noAppErrorString" && has_reference(text),
            };
            if translated {
                self.put(id, key, "long", cell, texts);
            }
        }
        if let Some(label) = &element.label
            && element.label_is_translated()
        {
            self.put(id, "label", "long", label, texts);
        }
        if let Some(hint) = &element.hint
            && (hint.map().is_some() || element.guidance_hint.is_some())
        {
            self.put(id, "hint", "long", hint, texts);
        }
        if let Some(guidance) = &element.guidance_hint {
            self.put(id, "hint", "guidance", guidance, texts);
        }
    }

    fn put(&self, id: Id, part: &str, form: &str, cell: &Cell, texts: &mut Texts) {
        let path = format!("{}:{part}", self.tree.path(id));
        match cell {
            Cell::Text(text) => {
                texts
                    .language(self.default_language())
                    .set(&path, form, text, Some(id));
            }
            Cell::Map(by_language) => {
                for (language, cell) in by_language.iter() {
                    texts
                        .language(language)
                        .set(&path, form, &cell.flat(), Some(id));
                }
            }
        }
    }

    fn element_media(&self, id: Id, texts: &mut Texts) {
        let element: &Element = self.tree.element(id);
        let path = format!("{}:label", self.tree.path(id));
        for (form, cell) in element.media.iter().flat_map(Table::iter) {
            self.media_texts(&path, form, cell, texts);
        }
    }

    fn translation(&self, name: &str, language: &Language) -> Xml {
        let mut xml = Xml::new("translation").with("lang", name);
        if name == self.default_language() {
            xml.set("default", "true()");
        }
        for (id, parts) in &language.texts {
            let is_hint = id.split_once(':').is_some_and(|(_, part)| part == "hint");
            let mut text = Xml::new("text").with("id", id.as_str());
            for part in parts {
                if let Some(value) = self.value(part, is_hint) {
                    text.push(value);
                }
            }
            xml.push(text);
        }
        xml
    }

    fn value(&self, part: &Part, is_hint: bool) -> Option<Xml> {
        let plain = |value: Xml| value.holding(self.with_outputs(&part.text, part.context));
        let value = Xml::new("value");
        match part.form.as_str() {
            "guidance" if is_hint => Some(plain(value.with("form", "guidance"))),
            _ if is_hint => Some(plain(value)),
            "long" => Some(plain(value)),
            _ if part.text == MISSING => None,
            form => {
                let folder = if matches!(form, "image" | "big-image") {
                    "images"
                } else {
                    form
                };
                let file = format!("jr://{folder}/{}", part.text);
                let children = self.with_outputs(&file, part.context);
                Some(value.with("form", form).holding(children))
            }
        }
    }
}
