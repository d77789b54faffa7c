//! From the typed form to an ODK `XForm` (<https://getodk.github.io/xforms-spec/>), as pyxform 4.5
//! writes it.

mod bind;
mod body;
mod instance;
mod itemset;
mod itext;
mod reference;
mod tree;
mod validate;
mod xml;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};

use crate::finding::{Findings, Place};
use crate::model::Form;
use crate::settings::NAME_RULE;
use tree::{Id, Tree};
use xml::Xml;

/// The release of the ODK `XForms` specification that the output keeps to.
const XFORMS_VERSION: &str = "1.0.0";

const NAMESPACES: [(&str, &str); 7] = [
    ("xmlns", "http://www.w3.org/2002/xforms"),
    ("xmlns:h", "http://www.w3.org/1999/xhtml"),
    ("xmlns:ev", "http://www.w3.org/2001/xml-events"),
    ("xmlns:xsd", "http://www.w3.org/2001/XMLSchema"),
    ("xmlns:jr", "http://openrosa.org/javarosa"),
    ("xmlns:orx", "http://openrosa.org/xforms"),
    ("xmlns:odk", "http://www.opendatakit.org/xforms"),
];

/// What is needed while a form is written.
struct Writer<'a> {
    form: &'a Form,
    tree: Tree<'a>,
    findings: RefCell<Findings>,
    /// Selects whose choices a search in a file brings, and the lists that they have.
    searches: HashSet<Id>,
    searched_lists: HashSet<&'a str>,
    /// Lists whose labels stand in the translations.
    translated_lists: HashSet<&'a str>,
    /// What is set when a question's answer changes: by the question's name, in order.
    triggered: BTreeMap<&'a str, Vec<Id>>,
}

/// Writes the form. Nothing comes out when a finding refuses it.
pub(crate) fn write(form: &Form, pretty: bool, findings: &mut Findings) -> Option<String> {
    let tree = Tree::of(form);
    let mut writer = Writer {
        form,
        tree,
        findings: RefCell::new(std::mem::take(findings)),
        searches: HashSet::new(),
        searched_lists: HashSet::new(),
        translated_lists: HashSet::new(),
        triggered: BTreeMap::new(),
    };
    writer.prepare();
    let document = writer.document();
    *findings = writer.findings.into_inner();
    for name in document.bad_names() {
        let message = match name.split_once(':') {
            Some((prefix, _)) => format!(
                "found \u{2018}{name}\u{2019}; the setting namespaces declares {prefix}=\"...\""
            ),
            None => format!("\u{2018}{name}\u{2019} is no name in XML; {NAME_RULE}"),
        };
        findings.error(Place::file(), "name-not-declared", message);
    }
    (!findings.refused()).then(|| document.document(pretty))
}

impl<'a> Writer<'a> {
    fn prepare(&mut self) {
        self.validate();
        for list in self.form.lists.iter().filter(|list| list.is_translated()) {
            self.translated_lists.insert(&list.name);
        }
        for id in 0..self.tree.nodes.len() {
            let element: &'a crate::model::Element = self.tree.element(id);
            for name in &element.trigger {
                self.triggered.entry(name).or_default().push(id);
            }
        }
        self.find_searches();
    }

    fn document(&self) -> Xml {
        let form = self.form;
        let mut html = Xml::new("h:html");
        for (name, value) in NAMESPACES {
            html.set(name, value);
        }
        self.more_namespaces(&mut html);
        let mut head = Xml::new("h:head");
        head.push(Xml::new("h:title").text(form.settings.title.as_str()));
        head.push(self.model());
        html.push(head);
        let mut body = Xml::new("h:body");
        if let Some(style) = &form.settings.style {
            body.set("class", style.as_str());
        }
        for child in &self.tree.nodes[0].children {
            if let Some(control) = self.control(*child) {
                body.push(control);
            }
        }
        html.push(body);
        html
    }

    fn more_namespaces(&self, html: &mut Xml) {
        let mut more: Vec<(String, String)> = Vec::new();
        let own = self.form.settings.namespaces.as_deref().unwrap_or_default();
        for pair in own.split_whitespace() {
            let parts: Vec<&str> = pair.split('=').collect();
            if let [prefix, address] = parts.as_slice()
                && !prefix.is_empty()
            {
                more.push((format!("xmlns:{prefix}"), address.replace(['"', '\''], "")));
            }
        }
        if self.form.entities.is_some() {
            let address = "http://www.opendatakit.org/xforms/entities";
            more.push(("xmlns:entities".to_owned(), address.to_owned()));
        }
        for (name, address) in more {
            if NAMESPACES.iter().all(|(known, _)| *known != name) {
                html.set(&name, address);
            }
        }
    }

    fn model(&self) -> Xml {
        let mut model = Xml::new("model").with("odk:xforms-version", XFORMS_VERSION);
        if let Some(version) = self.form.entities {
            model.set("entities:entities-version", version.number());
        }
        if let Some(submission) = self.submission() {
            model.push(submission);
        }
        if let Some(itext) = self.itext() {
            model.push(itext);
        }
        let mut instance = Xml::new("instance");
        instance.push(self.record());
        model.push(instance);
        for instance in self.instances() {
            model.push(instance);
        }
        self.binds(&mut model);
        model
    }

    fn submission(&self) -> Option<Xml> {
        let settings = &self.form.settings;
        let mut submission = Xml::new("submission");
        let mut any = false;
        let mut set = |name: &str, value: &Option<String>| {
            if let Some(value) = value {
                any = true;
                submission.set(name, value.as_str());
            }
        };
        set("action", &settings.submission_url);
        set(
            "method",
            &settings.submission_url.as_ref().map(|_| "post".to_owned()),
        );
        set("base64RsaPublicKey", &settings.public_key);
        set("orx:auto-send", &settings.auto_send);
        set("orx:auto-delete", &settings.auto_delete);
        set(
            "odk:client-editable",
            &settings.client_editable.then(|| "true".to_owned()),
        );
        any.then_some(submission)
    }
}
