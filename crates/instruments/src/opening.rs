//! Whether the engine in the field opens a form. A compiler may write what `JavaRosa` then refuses:
//! rules in a circle, a group with nothing in it, choices without a word. Each is found here, with
//! its row, before a telephone finds it. ODK Validate 1.20 is the reference.

use std::collections::{HashMap, HashSet};

use roxmltree::{Document, Node};

use crate::evaluate::{
    Attachments, Clock, Definition, MissingKind, Session, portable, unread_outputs,
};
use crate::finding::{Findings, Place};
use crate::model::{Element, Form};

/// A moment at which the form is tried: no rule of a blank form should depend on it.
const TRIED: Clock = Clock {
    now: 1_782_813_600_000,
    ahead_minutes: 0,
};

/// What stands for words that are computed.
const COMPUTED: &str = "...";

/// Opens a form as a telephone would, and says what stands against it.
pub(crate) fn open(form: &Form, xml: &str, findings: &mut Findings) {
    let Ok(document) = Document::parse(xml) else {
        return;
    };
    match Definition::read(xml) {
        Err(error) => {
            let message = format!("the engine in the field does not open the form: {error}");
            findings.error(Place::file(), "form-not-opened", message);
        }
        Ok(definition) => opened(form, &definition, &document, findings),
    }
    groups(form, &document, findings);
    repeats(form, &document, findings);
    let texts = Texts::of(&document);
    texts.refuse_alone(form, &document, findings);
    choices(form, &texts, findings);
}

fn is(node: &Node<'_, '_>, name: &str) -> bool {
    node.tag_name().name() == name
}

fn all<'a, 'i>(
    document: &'a Document<'i>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    document.descendants().filter(move |node| is(node, name))
}

fn opened(form: &Form, definition: &Definition, document: &Document<'_>, findings: &mut Findings) {
    for (path, message) in portable(definition) {
        let message = format!("{path}: {message}");
        findings.warn(place_of(form, &path), "not-portable", message);
    }
    for reason in unread_outputs(definition) {
        let message = format!("nothing is shown in its place: {reason}");
        findings.warn(Place::sheet("survey"), "text-not-computed", message);
    }
    let none = Attachments::new();
    let mut session = Session::begin(definition, &none, HashMap::new(), TRIED, 1);
    // What is fine with one instance of a repeat may not be with two.
    for repeat in all(document, "repeat").filter_map(|repeat| repeat.attribute("nodeset")) {
        // A repeat that does not count now, or says how many it has, stays as it is.
        let _ = session.add(repeat);
    }
    let mut told = HashSet::new();
    for (path, error) in session.errors() {
        if error.kind == MissingKind::Nothing && told.insert(path) {
            let message = format!("{path}: {error}; the engine in the field stops there");
            findings.error(place_of(form, path), "rule-fails", message);
        }
    }
}

/// The row of the question or group that a path ends at.
fn place_of(form: &Form, path: &str) -> Place {
    let name = path.rsplit('/').next().unwrap_or_default();
    let name = name.split('[').next().unwrap_or_default();
    row_of(&form.root, name).map_or_else(|| Place::sheet("survey"), Place::survey)
}

fn row_of(element: &Element, name: &str) -> Option<u32> {
    if element.name == name {
        return element.row;
    }
    let mut children = element.children.iter();
    children.find_map(|child| row_of(child, name))
}

/// Groups with nothing in them.
fn groups(form: &Form, document: &Document<'_>, findings: &mut Findings) {
    let is_word = |node: &Node<'_, '_>| is(node, "label") || is(node, "hint");
    for group in all(document, "group") {
        let mut inside = group.children().filter(Node::is_element);
        if inside.all(|node| is_word(&node)) {
            let path = group.attribute("ref").unwrap_or_default();
            let message = format!("{path} shows nothing; a group has a question that is asked");
            findings.error(place_of(form, path), "group-empty", message);
        }
    }
}

/// Repeats without a place of their own, and choices from answers that are not repeated.
fn repeats(form: &Form, document: &Document<'_>, findings: &mut Findings) {
    let paths = all(document, "repeat").filter_map(|repeat| repeat.attribute("nodeset"));
    let paths: HashSet<&str> = paths.collect();
    for path in &paths {
        if path.matches('/').count() < 2 {
            let message = format!("{path} is the whole record; a flat form has no repeats");
            findings.error(Place::sheet("survey"), "repeat-in-flat-form", message);
        }
    }
    for itemset in all(document, "itemset") {
        let nodes = itemset.attribute("nodeset").unwrap_or_default();
        let nodes = nodes.strip_prefix("randomize(").unwrap_or(nodes).trim();
        let path = nodes.split(['[', ',', ')']).next().unwrap_or_default();
        if path.starts_with('/') && !paths.contains(path) {
            let asked = itemset.parent().and_then(|parent| parent.attribute("ref"));
            let message = format!(
                "choices come from {path}; answers of a question right inside a repeat are allowed"
            );
            let place = place_of(form, asked.unwrap_or_default()).column("type");
            findings.error(place, "select-of-answers-not-repeated", message);
        }
    }
}

/// The texts of the language in which a form opens: by id and form, what is written.
#[derive(Default)]
struct Texts<'a> {
    of_default: HashMap<(&'a str, &'a str), &'a str>,
}

/// Ids and forms of a translation, with what is written.
fn texts_of<'a>(translation: Node<'a, '_>) -> impl Iterator<Item = ((&'a str, &'a str), &'a str)> {
    let texts = translation.children().filter(|text| is(text, "text"));
    texts.flat_map(|text| {
        let id = text.attribute("id").unwrap_or_default();
        let values = text.children().filter(|value| is(value, "value"));
        values.map(move |value| {
            let form = value.attribute("form").unwrap_or_default();
            let computed = value.first_element_child().map(|_| COMPUTED);
            let written = computed.or_else(|| value.text());
            ((id, form), written.unwrap_or_default())
        })
    })
}

impl<'a> Texts<'a> {
    fn of(document: &'a Document<'_>) -> Self {
        let marked = all(document, "translation").find(|known| known.has_attribute("default"));
        let default = marked.or_else(|| all(document, "translation").next());
        Self {
            of_default: default.into_iter().flat_map(texts_of).collect(),
        }
    }

    /// Texts that another language has and the default one has not.
    fn refuse_alone(&self, form: &Form, document: &Document<'_>, findings: &mut Findings) {
        let mut told = HashSet::new();
        for ((id, kind), _) in all(document, "translation").flat_map(texts_of) {
            if !self.of_default.contains_key(&(id, kind)) && told.insert((id, kind)) {
                let message = format!(
                    "{id} has its {kind} in another language and not in the one the form opens in"
                );
                let path = id.split(':').next().unwrap_or_default();
                findings.error(place_of(form, path), "default-language-lacks", message);
            }
        }
    }

    fn is_mute(&self, id: &str) -> bool {
        let words = self.of_default.get(&(id, ""));
        let blank = words.is_none_or(|words| words.trim().is_empty());
        blank && !self.of_default.contains_key(&(id, "image"))
    }
}

/// Choices of lists in use that have neither a label nor a picture in the language in which the
/// form opens.
fn choices(form: &Form, texts: &Texts<'_>, findings: &mut Findings) {
    let mut used = HashSet::new();
    lists(&form.root, &mut used);
    let in_use = form.lists.iter();
    for list in in_use.filter(|list| used.contains(list.name.as_str())) {
        for (at, choice) in list.choices.iter().enumerate() {
            let mute = match &choice.label {
                _ if list.is_translated() => texts.is_mute(&format!("{}-{at}", list.name)),
                Some(label) => label.words().trim().is_empty(),
                None => true,
            };
            if mute {
                let message = format!(
                    "\u{2018}{}\u{2019} of the list \u{2018}{}\u{2019} has neither label nor image \
                     in the language the form opens in",
                    choice.name, list.name
                );
                findings.error(Place::sheet("choices"), "choice-shows-nothing", message);
            }
        }
    }
}

fn lists<'a>(element: &'a Element, used: &mut HashSet<&'a str>) {
    used.extend(element.list_name.as_deref());
    used.extend(element.itemset.as_deref());
    for child in &element.children {
        lists(child, used);
    }
}
