//! Texts by language. Every text that one language has, each has: a hyphen stands where a
//! translation is missing.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{Display, Write as _};
use std::rc::Rc;

use super::Writer;
use super::reference::may_have_outputs;
use super::tree::Id;
use super::xml::{Page, Xml};
use crate::expression::has_reference;
use crate::model::{Choice, ChoiceList, Element, Kind};
use crate::table::{Cell, Table};

/// What stands where a translation is missing.
const MISSING: &str = "-";

/// One form of a text: the words themselves, guidance, a picture.
struct Part<'a> {
    form: &'a str,
    text: Cow<'a, str>,
    /// The element whose references are meant.
    context: Option<Id>,
}

/// The forms of one text. Most have one.
#[derive(Default)]
struct Parts<'a> {
    first: Option<Part<'a>>,
    more: Vec<Part<'a>>,
}

impl<'a> Parts<'a> {
    fn iter(&self) -> impl Iterator<Item = &Part<'a>> {
        self.first.iter().chain(&self.more)
    }

    /// Puts a part in, in the place of the one of the same form.
    fn set(&mut self, part: Part<'a>) {
        let mut parts = self.first.iter_mut().chain(&mut self.more);
        match parts.find(|known| known.form == part.form) {
            Some(known) => *known = part,
            None => self.add(part),
        }
    }

    fn add(&mut self, part: Part<'a>) {
        if self.first.is_none() {
            self.first = Some(part);
        } else {
            self.more.push(part);
        }
    }
}

/// A text's number among all texts.
type Number = usize;

/// The texts of one language, in the order in which it has them.
struct Language<'a> {
    name: &'a str,
    texts: Vec<(Number, Parts<'a>)>,
    /// By number, where the text stands above.
    at: Vec<Option<usize>>,
}

impl<'a> Language<'a> {
    fn parts(&mut self, number: Number) -> &mut Parts<'a> {
        if self.at.len() <= number {
            self.at.resize(number + 1, None);
        }
        let at = *self.at[number].get_or_insert_with(|| {
            self.texts.push((number, Parts::default()));
            self.texts.len() - 1
        });
        &mut self.texts[at].1
    }
}

struct Texts<'a> {
    languages: Vec<Language<'a>>,
    names: Vec<Rc<str>>,
    numbers: HashMap<Rc<str>, Number>,
    /// Where names are put together.
    name: String,
}

impl<'a> Texts<'a> {
    /// No texts yet, and room for so many.
    fn with_capacity(texts: usize) -> Self {
        Self {
            languages: Vec::new(),
            names: Vec::with_capacity(texts),
            numbers: HashMap::with_capacity(texts),
            name: String::new(),
        }
    }

    /// The number of the text whose name has these parts.
    fn number(&mut self, of: &str, between: char, part: impl Display) -> Number {
        self.name.clear();
        self.name.push_str(of);
        self.name.push(between);
        // Writing to a string does not fail.
        let _ = write!(self.name, "{part}");
        if let Some(number) = self.numbers.get(self.name.as_str()) {
            return *number;
        }
        let name: Rc<str> = self.name.as_str().into();
        self.names.push(Rc::clone(&name));
        let number = self.names.len() - 1;
        self.numbers.insert(name, number);
        number
    }

    fn set(&mut self, language: &'a str, number: Number, part: Part<'a>) {
        let known = self
            .languages
            .iter()
            .position(|known| known.name == language);
        let at = known.unwrap_or_else(|| {
            self.languages.push(Language {
                name: language,
                texts: Vec::with_capacity(self.names.capacity()),
                at: Vec::with_capacity(self.names.capacity()),
            });
            self.languages.len() - 1
        });
        self.languages[at].parts(number).set(part);
    }

    /// Gives each language what another has.
    fn complete(&mut self) {
        let mut order: Vec<Number> = Vec::new();
        let mut forms: Vec<Vec<&'a str>> = vec![Vec::new(); self.names.len()];
        for (number, parts) in self.languages.iter().flat_map(|language| &language.texts) {
            let known = &mut forms[*number];
            if known.is_empty() {
                order.push(*number);
            }
            for part in parts.iter() {
                if !known.contains(&part.form) {
                    known.push(part.form);
                }
            }
        }
        for language in &mut self.languages {
            for number in &order {
                let parts = language.parts(*number);
                for form in &forms[*number] {
                    if !parts.iter().any(|part| part.form == *form) {
                        parts.add(Part {
                            form,
                            text: Cow::Borrowed(MISSING),
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
    pub(super) fn itext(&self, page: &mut Page) {
        let translated = |list: &&ChoiceList| self.translated_lists.contains(list.name.as_str());
        let lists = self.form.lists.iter().filter(translated);
        let choices: usize = lists.clone().map(|list| list.choices.len()).sum();
        let mut texts = Texts::with_capacity(choices + self.tree.nodes.len());
        for list in lists {
            for (at, choice) in list.choices.iter().enumerate() {
                let number = texts.number(&list.name, '-', at);
                self.choice_texts(choice, number, &mut texts);
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
            return;
        }
        texts.complete();
        page.begin(&Xml::new("itext"));
        let Texts {
            languages, names, ..
        } = texts;
        for language in languages {
            self.translation(language, &names, page);
        }
        page.end();
    }

    fn default_language(&self) -> &str {
        &self.form.settings.default_language
    }

    fn choice_texts<'s>(&'s self, choice: &'s Choice, number: Number, texts: &mut Texts<'s>) {
        let part = |form, text| Part {
            form,
            text,
            context: None,
        };
        match &choice.label {
            Some(Cell::Text(text)) => {
                let part = part("long", Cow::Borrowed(text.as_str()));
                texts.set(self.default_language(), number, part);
            }
            Some(Cell::Map(labels)) => {
                for (language, cell) in labels.iter() {
                    match cell {
                        Cell::Text(text) => {
                            let part = part("long", Cow::Borrowed(text.as_str()));
                            texts.set(language, number, part);
                        }
                        Cell::Map(inner) => {
                            for (inner_language, cell) in inner.iter() {
                                texts.set(inner_language, number, part(language, cell.words()));
                            }
                        }
                    }
                }
            }
            None => {}
        }
        for (form, cell) in choice.media.iter().flat_map(Table::iter) {
            self.forms(number, form, cell, None, texts);
        }
    }

    /// A cell's words, in each language that it has.
    fn forms<'s>(
        &'s self,
        number: Number,
        form: &'s str,
        cell: &'s Cell,
        context: Option<Id>,
        texts: &mut Texts<'s>,
    ) {
        let part = |text| Part {
            form,
            text,
            context,
        };
        match cell {
            Cell::Text(text) => {
                let part = part(Cow::Borrowed(text.as_str()));
                texts.set(self.default_language(), number, part);
            }
            Cell::Map(by_language) => {
                for (language, cell) in by_language.iter() {
                    texts.set(language, number, part(cell.words()));
                }
            }
        }
    }

    fn element_texts<'s>(&'s self, id: Id, texts: &mut Texts<'s>) {
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

    fn put<'s>(&'s self, id: Id, part: &str, form: &'s str, cell: &'s Cell, texts: &mut Texts<'s>) {
        let number = texts.number(self.tree.path(id), ':', part);
        self.forms(number, form, cell, Some(id), texts);
    }

    fn element_media<'s>(&'s self, id: Id, texts: &mut Texts<'s>) {
        let element: &Element = self.tree.element(id);
        for (form, cell) in element.media.iter().flat_map(Table::iter) {
            let number = texts.number(self.tree.path(id), ':', "label");
            self.forms(number, form, cell, None, texts);
        }
    }

    fn translation(&self, language: Language<'_>, names: &[Rc<str>], page: &mut Page) {
        let mut xml = Xml::new("translation").with("lang", language.name);
        if language.name == self.default_language() {
            xml.set("default", "true()");
        }
        page.begin(&xml);
        for (number, parts) in language.texts {
            let id: &str = &names[number];
            let is_hint = id.split_once(':').is_some_and(|(_, part)| part == "hint");
            let parts = parts.first.into_iter().chain(parts.more);
            let mut values = parts.filter_map(|part| self.value(part, is_hint));
            let Some(first) = values.next() else {
                page.add(&Xml::new("text").with("id", id));
                continue;
            };
            page.begin_with("text", "id", id);
            self.add_value(first, page);
            for value in values {
                self.add_value(value, page);
            }
            page.end();
        }
        page.end();
    }

    fn value<'s>(&self, part: Part<'s>, is_hint: bool) -> Option<Value<'s>> {
        let form = match part.form {
            "guidance" if is_hint => Some("guidance"),
            _ if is_hint => None,
            "long" => None,
            _ if part.text == MISSING => return None,
            form => {
                let folder = if matches!(form, "image" | "big-image") {
                    "images"
                } else {
                    form
                };
                let text = Cow::Owned(format!("jr://{folder}/{}", part.text));
                return Some(Value {
                    form: Some(form),
                    text,
                    context: part.context,
                });
            }
        };
        Some(Value {
            form,
            text: part.text,
            context: part.context,
        })
    }

    fn add_value(&self, value: Value<'_>, page: &mut Page) {
        let Value {
            form,
            text,
            context,
        } = value;
        if !may_have_outputs(&text) {
            page.add_text("value", form.map(|form| ("form", form)), &text);
            return;
        }
        let mut xml = Xml::new("value");
        if let Some(form) = form {
            xml.set("form", form);
        }
        page.add(&xml.holding(self.with_outputs(text, context)));
    }
}

/// A text as it is written: under which form, and with which words.
struct Value<'a> {
    form: Option<&'a str>,
    text: Cow<'a, str>,
    context: Option<Id>,
}
