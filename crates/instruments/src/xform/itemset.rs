//! Where a select's choices come from.

use super::Writer;
use super::reference::Manner;
use super::tree::Id;
use super::xml::Xml;
use crate::expression::has_reference;
use crate::finding::Place;
use crate::model::{Choice, Element};
use crate::survey::{FILE_ENDS, without_end};
use crate::table::Cell;

struct Itemset {
    nodes: String,
    value: String,
    label: String,
    filter: Option<String>,
}

impl Itemset {
    fn list(name: &str, value: &str, label: &str) -> Self {
        Self {
            nodes: format!("instance('{name}')/root/item"),
            value: value.to_owned(),
            label: label.to_owned(),
            filter: None,
        }
    }

    fn xml(self) -> Xml<'static> {
        let mut xml = Xml::new("itemset").with("nodeset", self.nodes);
        xml.push(Xml::new("value").with("ref", self.value));
        xml.push(Xml::new("label").with("ref", self.label));
        xml
    }
}

impl Writer<'_> {
    pub(super) fn choices<'s>(&'s self, id: Id, xml: &mut Xml<'s>) {
        let element = self.tree.element(id);
        let Some(source) = element.itemset.as_deref() else {
            return;
        };
        if self.searches.contains(&id) {
            self.searched_choices(element, source, xml);
            return;
        }
        let itemset = from_file(element, source)
            .or_else(|| self.of_answers(id, source))
            .unwrap_or_else(|| self.of_list(source));
        xml.push(self.narrowed(itemset, id).xml());
    }

    fn of_list(&self, source: &str) -> Itemset {
        let label = if self.translated_lists.contains(source) {
            "jr:itext(itextId)"
        } else {
            "label"
        };
        Itemset::list(source, "name", label)
    }

    /// Choices that are earlier answers in a repeat.
    fn of_answers(&self, id: Id, source: &str) -> Option<Itemset> {
        if !has_reference(source) {
            return None;
        }
        let manner = Manner {
            current: false,
            over_parent: true,
        };
        let path = self.with_paths(source, Some(id), manner);
        let (nodes, last) = path.trim().rsplit_once('/').unwrap_or(("", path.trim()));
        Some(Itemset {
            nodes: nodes.to_owned(),
            value: last.to_owned(),
            label: last.to_owned(),
            filter: Some(format!("./{last} != ''")),
        })
    }

    /// The itemset with its filter, in random order when asked for.
    fn narrowed(&self, mut itemset: Itemset, id: Id) -> Itemset {
        let element = self.tree.element(id);
        let from_answers = element.itemset.as_deref().is_some_and(has_reference);
        if let Some(filter) = &element.choice_filter {
            let manner = Manner {
                current: true,
                over_parent: from_answers,
            };
            let mut filter = self.with_paths(filter, Some(id), manner).into_owned();
            if from_answers {
                filter = filter
                    .replace(&format!("current()/{}", itemset.nodes), ".")
                    .replace(&itemset.nodes, ".");
            }
            itemset.filter = Some(filter);
        }
        if let Some(filter) = itemset.filter.take().filter(|filter| !filter.is_empty()) {
            itemset.nodes = format!("{}[{filter}]", itemset.nodes);
        }
        if element.parameter("randomize") == Some("true") {
            itemset.nodes = match element.parameter("seed") {
                Some(seed) => {
                    let seed = self.with_paths(seed, Some(id), Manner::default());
                    format!("randomize({}, {})", itemset.nodes, seed.trim())
                }
                None => format!("randomize({})", itemset.nodes),
            };
        }
        itemset
    }

    /// A search takes its columns from the sheet choices: the name's and the label's.
    fn refuse_unlabelled(&self, choice: &Choice) {
        let message = "search() needs a label, the column of the file that is shown";
        let place = Place::sheet("choices");
        let place = choice.row.map_or(place.clone(), |row| place.row(row));
        let place = place.column("label");
        let mut findings = self.findings.borrow_mut();
        findings.error(place, "choice-label-missing", message);
    }

    fn searched_choices<'s>(&'s self, element: &Element, source: &str, xml: &mut Xml<'s>) {
        let Some(list) = self.form.list(source) else {
            return;
        };
        let translated = self.translated_lists.contains(source);
        for (number, choice) in list.choices.iter().enumerate() {
            let mut label = Xml::new("label");
            if translated {
                label.set("ref", format!("jr:itext('{source}-{number}')"));
            } else if element.label.is_some() {
                match &choice.label {
                    Some(Cell::Text(text)) => {
                        label = label.holding(self.with_outputs(text, None));
                    }
                    Some(Cell::Map(_)) => {}
                    None => self.refuse_unlabelled(choice),
                }
            }
            let mut item = Xml::new("item");
            item.push(label);
            item.push(Xml::new("value").text(choice.name.as_str()));
            xml.push(item);
        }
    }

    /// The labels of a scale's ticks.
    pub(super) fn ticks<'s>(&'s self, id: Id, xml: &mut Xml<'s>) {
        if let Some(source) = self.tree.element(id).itemset.as_deref() {
            xml.push(self.of_list(source).xml());
        }
    }

    /// The shapes that a place, a line or an area is drawn beside.
    pub(super) fn reference_geometry<'s>(&'s self, id: Id, xml: &mut Xml<'s>) {
        let element = self.tree.element(id);
        let Some(source) = element.itemset.as_deref() else {
            return;
        };
        let itemset = if let Some(itemset) = from_file(element, source) {
            itemset
        } else if has_reference(source) {
            let manner = Manner {
                current: false,
                over_parent: true,
            };
            let path = self.with_paths(source, Some(id), manner);
            Itemset {
                nodes: path.trim().to_owned(),
                value: "geometry".to_owned(),
                label: "geometry".to_owned(),
                filter: Some("./geometry != ''".to_owned()),
            }
        } else {
            self.of_list(source)
        };
        xml.push(self.narrowed(itemset, id).xml());
    }
}

/// Choices from a file, whose columns may have other names.
fn from_file(element: &Element, source: &str) -> Option<Itemset> {
    let (name, end) = without_end(source);
    if !FILE_ENDS.contains(&end) {
        return None;
    }
    let (value, label) = if end == ".geojson" {
        ("id", "title")
    } else {
        ("name", "label")
    };
    let value = element.parameter("value").unwrap_or(value);
    let label = element.parameter("label").unwrap_or(label);
    Some(Itemset::list(name, value, label))
}
