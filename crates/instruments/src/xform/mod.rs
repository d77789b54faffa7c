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
use xml::{Page, Xml};

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
    let mut page = Page::new(pretty, writer.tree.nodes.len());
    writer.document(&mut page);
    let written = page.finish();
    *findings = writer.findings.take();
    for name in written.as_ref().err().into_iter().flatten() {
        let message = match name.split_once(':') {
            Some((prefix, _)) => format!(
                "found \u{2018}{name}\u{2019}; the setting namespaces declares {prefix}=\"...\""
            ),
            None => format!("\u{2018}{name}\u{2019} is no name in XML; {NAME_RULE}"),
        };
        findings.error(Place::file(), "name-not-declared", message);
    }
    written.ok().filter(|_| !findings.refused())
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

    fn document(&self, page: &mut Page) {
        let form = self.form;
        let mut html = Xml::new("h:html");
        for (name, value) in NAMESPACES {
            html.set(name, value);
        }
        self.more_namespaces(&mut html);
        page.begin(&html);
        page.begin(&Xml::new("h:head"));
        page.add(&Xml::new("h:title").text(form.settings.title.as_str()));
        self.model(page);
        page.end();
        let mut body = Xml::new("h:body");
        if let Some(style) = &form.settings.style {
            body.set("class", style.as_str());
        }
        let controls = self.tree.nodes[0].children.iter();
        let mut controls = controls.filter_map(|id| self.control(*id)).peekable();
        if controls.peek().is_none() {
            page.add(&body);
        } else {
            page.begin(&body);
            controls.for_each(|control| page.add(&control));
            page.end();
        }
        page.end();
    }

    fn more_namespaces(&self, html: &mut Xml<'_>) {
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
                html.set(name, address);
            }
        }
    }

    fn model(&self, page: &mut Page) {
        let mut model = Xml::new("model").with("odk:xforms-version", XFORMS_VERSION);
        if let Some(version) = self.form.entities {
            model.set("entities:entities-version", version.number());
        }
        page.begin(&model);
        if let Some(submission) = self.submission() {
            page.add(&submission);
        }
        self.itext(page);
        page.begin(&Xml::new("instance"));
        page.add(&self.record());
        page.end();
        self.instances(page);
        self.binds(page);
        page.end();
    }

    fn submission(&self) -> Option<Xml<'_>> {
        let settings = &self.form.settings;
        let url = settings.submission_url.as_deref();
        let attributes = [
            ("action", url),
            ("method", url.map(|_| "post")),
            ("base64RsaPublicKey", settings.public_key.as_deref()),
            ("orx:auto-send", settings.auto_send.as_deref()),
            ("orx:auto-delete", settings.auto_delete.as_deref()),
            (
                "odk:client-editable",
                settings.client_editable.then_some("true"),
            ),
        ];
        let mut submission = Xml::new("submission");
        let mut any = false;
        for (name, value) in attributes {
            if let Some(value) = value {
                any = true;
                submission.set(name, value);
            }
        }
        any.then_some(submission)
    }
}
