//! A small tree of XML and how it is written, with or without line breaks.

use std::fmt::Write as _;

use crate::expression::is_name;

/// What stands inside an element.
#[derive(Clone, Debug)]
pub(super) enum Child {
    /// An element.
    Element(Xml),
    /// Text, not escaped yet.
    Text(String),
}

/// An element.
#[derive(Clone, Debug)]
pub(super) struct Xml {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Child>,
}

impl Xml {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            attributes: Vec::new(),
            children: Vec::new(),
        }
    }

    /// Sets an attribute, in its old place when it is there.
    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.attributes.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.attributes.push((name.to_owned(), value)),
        }
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    pub(super) fn text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Child::Text(text.into()));
        self
    }

    pub(super) fn holding(mut self, children: Vec<Child>) -> Self {
        self.children.extend(children);
        self
    }

    pub(super) fn push(&mut self, element: Xml) {
        self.children.push(Child::Element(element));
    }

    /// Names of elements and attributes that no XML may have: their prefix is not declared, or they
    /// are no names.
    pub(super) fn bad_names(&self) -> Vec<String> {
        let declared = self
            .attributes
            .iter()
            .filter_map(|(name, _)| name.strip_prefix("xmlns:"));
        let declared: Vec<&str> = declared.collect();
        let mut bad = Vec::new();
        self.collect_bad_names(&declared, &mut bad);
        bad
    }

    fn collect_bad_names(&self, declared: &[&str], bad: &mut Vec<String>) {
        let attributes = self.attributes.iter().map(|(name, _)| name);
        for name in std::iter::once(&self.name).chain(attributes) {
            let known = match name.split_once(':') {
                Some(("xml" | "xmlns", _)) => true,
                Some((prefix, _)) => declared.contains(&prefix),
                None => true,
            };
            if !(known && is_name(name)) && !bad.contains(name) {
                bad.push(name.clone());
            }
        }
        for child in &self.children {
            if let Child::Element(element) = child {
                element.collect_bad_names(declared, bad);
            }
        }
    }

    /// The whole document. Pretty output breaks lines where no text would change by it.
    pub(super) fn document(&self, pretty: bool) -> String {
        let mut out = String::from("<?xml version=\"1.0\"?>");
        if pretty {
            out.push('\n');
        }
        self.write(&mut out, 0, pretty);
        out
    }

    fn write(&self, out: &mut String, depth: usize, pretty: bool) {
        if pretty {
            let _ = write!(out, "{:1$}", "", 2 * depth);
        }
        let _ = write!(out, "<{}", self.name);
        for (name, value) in &self.attributes {
            let _ = write!(out, " {name}=\"");
            escape(out, value, true);
            out.push('"');
        }
        if self.children.is_empty() {
            out.push_str("/>");
        } else {
            out.push('>');
            self.write_children(out, depth, pretty);
            let _ = write!(out, "</{}>", self.name);
        }
        if pretty {
            out.push('\n');
        }
    }

    fn write_children(&self, out: &mut String, depth: usize, pretty: bool) {
        let mixed = self
            .children
            .iter()
            .any(|child| matches!(child, Child::Text(_)));
        if !mixed {
            if pretty {
                out.push('\n');
            }
            for child in &self.children {
                if let Child::Element(element) = child {
                    element.write(out, depth + 1, pretty);
                }
            }
            if pretty {
                let _ = write!(out, "{:1$}", "", 2 * depth);
            }
            return;
        }
        // A space on either side of mixed text, as the field's tools write it.
        let several = self.children.len() > 1;
        for (at, child) in self.children.iter().enumerate() {
            match child {
                Child::Text(text) => {
                    if several && at == 0 {
                        out.push(' ');
                    }
                    escape(out, text, false);
                }
                Child::Element(element) => element.write(out, 0, false),
            }
        }
        if several {
            out.push(' ');
        }
    }
}

fn escape(out: &mut String, text: &str, attribute: bool) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

/// Text with the characters that XML keeps for itself written out.
pub(super) fn escaped(text: &str, attribute: bool) -> String {
    let mut out = String::with_capacity(text.len());
    escape(&mut out, text, attribute);
    out
}

/// The opposite of [`escaped`].
pub(super) fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}
