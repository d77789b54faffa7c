//! The empty record, and the instances beside it: lists of choices, files, the record saved last.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;

use super::Writer;
use super::reference::{LAST_SAVED, Manner};
use super::tree::Id;
use super::validate::is_select;
use super::xml::{Page, Xml};
use crate::expression::{has_last_saved, is_dynamic};
use crate::finding::Place;
use crate::model::{ChoiceList, Element, Kind};
use crate::survey::{FILE_ENDS, without_end};
use crate::table::{Cell, Table};

static PULLDATA: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the pattern is written here and tested")]
    Regex::new(r"pulldata\s*\(\s*(.*?),").expect("a pattern that compiles")
});

/// Attributes of a `bind` in which files may be looked into.
const LOOKED_IN: [&str; 5] = [
    "calculate",
    "constraint",
    "readonly",
    "required",
    "relevant",
];

/// An instance beside the record.
struct Beside<'a> {
    name: Cow<'a, str>,
    source: Option<String>,
    /// The choices that it holds; none when its source does.
    list: Option<&'a ChoiceList>,
    /// Whether a row brings it and nothing else.
    of_row: Option<Id>,
}

impl Writer<'_> {
    /// The empty record.
    pub(super) fn record(&self) -> Xml<'_> {
        let settings = &self.form.settings;
        let mut record = self.section(0, false);
        for (key, value) in settings.attributes.iter() {
            record.set(key, value.words());
        }
        record.set("id", settings.id.as_str());
        let more = [
            ("xmlns", &settings.instance_xmlns),
            ("version", &settings.version),
            ("odk:prefix", &settings.prefix),
            ("odk:delimiter", &settings.delimiter),
        ];
        for (key, value) in more {
            if let Some(value) = value {
                record.set(key, value.as_str());
            }
        }
        record
    }

    fn attributes<'s>(&'s self, xml: &mut Xml<'s>, attributes: Option<&'s Table>, context: Id) {
        for (key, value) in attributes.into_iter().flat_map(Table::iter) {
            let value = self.with_paths(value.words(), Some(context), Manner::default());
            xml.set(key, value);
        }
    }

    /// A section with what it holds. Each repeat stands there twice, first as the template for new
    /// ones; inside an instance of a repeat no templates are needed.
    fn section(&self, id: Id, inside_repeat: bool) -> Xml<'_> {
        let element = self.tree.element(id);
        let mut xml = Xml::new(element.name.as_str());
        self.attributes(&mut xml, element.instance.as_ref(), id);
        let mut inside = inside_repeat;
        for child in self.tree.nodes[id].children.iter().copied() {
            let kind = self.tree.element(child).kind;
            if self.tree.element(child).flat {
                self.flat(child, &mut xml);
                continue;
            }
            match kind {
                Kind::External => continue,
                Kind::Attribute => {
                    let attribute = self.tree.element(child);
                    xml.set(attribute.name.as_str(), attribute.value.as_str());
                    continue;
                }
                Kind::Repeat if !inside => {
                    xml.push(self.template(child));
                    inside = true;
                    xml.push(self.section(child, inside));
                    inside = false;
                    continue;
                }
                _ => {}
            }
            xml.push(self.place_of(child, inside));
        }
        xml
    }

    fn place_of(&self, id: Id, inside_repeat: bool) -> Xml<'_> {
        let element = self.tree.element(id);
        match element.kind {
            Kind::Question => self.answer(id),
            Kind::EntityLabel => Xml::new(element.name.as_str()),
            _ => self.section(id, inside_repeat),
        }
    }

    fn template(&self, id: Id) -> Xml<'_> {
        let mut xml = Xml::new(self.tree.element(id).name.as_str()).with("jr:template", "");
        for child in &self.tree.nodes[id].children {
            match self.tree.element(*child).kind {
                Kind::Repeat => xml.push(self.template(*child)),
                Kind::External => {}
                _ => xml.push(self.place_of(*child, false)),
            }
        }
        xml
    }

    /// What a flat group holds stands in its place.
    fn flat<'s>(&'s self, id: Id, xml: &mut Xml<'s>) {
        for child in &self.tree.nodes[id].children {
            if self.tree.element(*child).flat {
                self.flat(*child, xml);
            } else if self.tree.element(*child).kind != Kind::External {
                xml.push(self.place_of(*child, false));
            }
        }
    }

    fn answer(&self, id: Id) -> Xml<'_> {
        let element = self.tree.element(id);
        let mut xml = Xml::new(element.name.as_str());
        if let Some(default) = &element.default
            && !is_dynamic(default, &element.type_name)
        {
            xml = xml.text(default.as_str());
        }
        self.attributes(&mut xml, element.instance.as_ref(), id);
        xml
    }

    /// Writes the instances beside the record, each once.
    pub(super) fn instances(&self, page: &mut Page) {
        for beside in self.each_instance_once() {
            match (beside.list, beside.source) {
                (Some(list), _) => self.list(list, page),
                (None, source) => {
                    let xml = Xml::new("instance").with("id", beside.name);
                    page.add(&xml.with("src", source.unwrap_or_default()));
                }
            }
        }
    }

    fn each_instance_once(&self) -> Vec<Beside<'_>> {
        let mut kept: Vec<Beside<'_>> = Vec::new();
        for beside in self.all_instances() {
            match kept.iter().find(|known| known.name == beside.name) {
                None => kept.push(beside),
                Some(known) if known.of_row.is_some() && beside.of_row.is_some() => {
                    let message = format!(
                        "another row brings data called \u{2018}{}\u{2019}",
                        beside.name
                    );
                    let id = beside.of_row.unwrap_or_default();
                    self.refuse(id, "name", "instance-twice", message);
                }
                Some(known) if known.source != beside.source => {
                    let from = |source: &Option<String>| {
                        source
                            .clone()
                            .unwrap_or_else(|| "the sheet choices".to_owned())
                    };
                    let message = format!(
                        "\u{2018}{}\u{2019} comes from {} and from {}; one name has one source",
                        beside.name,
                        from(&known.source),
                        from(&beside.source)
                    );
                    let place = Place::sheet("survey");
                    self.findings
                        .borrow_mut()
                        .error(place, "instance-two-sources", message);
                }
                Some(_) => {}
            }
        }
        kept
    }

    fn all_instances(&self) -> Vec<Beside<'_>> {
        let mut all = Vec::new();
        let mut last_saved = false;
        for (id, node) in self.tree.nodes.iter().enumerate() {
            let element = node.element;
            if element.kind == Kind::Question || element.kind.is_section() {
                pulled(element, &mut all);
            }
            if is_select(element) && !self.searches.contains(&id) {
                all.extend(from_file(element));
            }
            if element.kind == Kind::External {
                let end = element.type_name.split('-').next().unwrap_or_default();
                let scheme = if end == "csv" { "file-csv" } else { "file" };
                let source = format!("jr://{scheme}/{}.{end}", element.name);
                all.push(beside(element.name.as_str().into(), source, Some(id)));
            }
            last_saved =
                last_saved || (element.kind == Kind::Question && reads_last_saved(element));
        }
        if last_saved {
            all.push(beside(
                LAST_SAVED.into(),
                "jr://instance/last-saved".to_owned(),
                None,
            ));
        }
        for list in &self.form.lists {
            if !self.searched_lists.contains(list.name.as_str()) {
                all.push(Beside {
                    name: list.name.as_str().into(),
                    source: None,
                    list: Some(list),
                    of_row: None,
                });
            }
        }
        all
    }

    fn list(&self, list: &ChoiceList, page: &mut Page) {
        let translated = self.translated_lists.contains(list.name.as_str());
        page.begin(&Xml::new("instance").with("id", list.name.as_str()));
        page.begin(&Xml::new("root"));
        let mut id = String::new();
        for (number, choice) in list.choices.iter().enumerate() {
            page.begin(&Xml::new("item"));
            if translated {
                id.clear();
                // Writing to a string does not fail.
                let _ = write!(id, "{}-{number}", list.name);
                page.add_text("itextId", None, &id);
            }
            page.add_text("name", None, &choice.name);
            if let Some(Cell::Text(label)) = choice.label.as_ref().filter(|_| !translated) {
                page.add_text("label", None, label);
            }
            for (key, value) in choice.extra.iter() {
                page.add_text(key, None, &value.words());
            }
            if let Some(option) = &choice.sms_option {
                page.add_text("sms_option", None, option);
            }
            page.end();
        }
        page.end();
        page.end();
    }
}

fn beside(name: Cow<'_, str>, source: String, of_row: Option<Id>) -> Beside<'_> {
    Beside {
        name,
        source: Some(source),
        list: None,
        of_row,
    }
}

/// Files that `pulldata` looks into.
fn pulled(element: &Element, all: &mut Vec<Beside<'_>>) {
    let bind = element.bind.as_ref();
    let rules = LOOKED_IN
        .iter()
        .filter_map(|key| bind?.get(key).map(Cell::words));
    let others = [&element.choice_filter, &element.default];
    let others = others.into_iter().flatten();
    let others = others.map(|text| Cow::Borrowed(text.as_str()));
    for text in rules
        .chain(others)
        .filter(|text| text.contains("pulldata("))
    {
        for call in PULLDATA.captures_iter(&text) {
            let name = call[1].replace(['\'', '"'], "");
            let name = name.trim();
            let source = format!("jr://file-csv/{name}.csv");
            all.push(beside(name.to_owned().into(), source, None));
        }
    }
}

/// The file that choices come from.
fn from_file(element: &Element) -> Option<Beside<'_>> {
    let file = element.itemset.as_deref()?;
    let (name, end) = without_end(file);
    if !FILE_ENDS.contains(&end) {
        return None;
    }
    let scheme = if end == ".csv" { "file-csv" } else { "file" };
    Some(beside(name.into(), format!("jr://{scheme}/{file}"), None))
}

fn reads_last_saved(element: &Element) -> bool {
    let looks = |text: &str| text.chars().count() > 14 && has_last_saved(text);
    let texts = [&element.default, &element.choice_filter];
    texts.into_iter().flatten().any(|text| looks(text))
        || LOOKED_IN
            .iter()
            .any(|key| element.bind_text(key).is_some_and(looks))
}
