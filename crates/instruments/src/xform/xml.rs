//! A small tree of XML and how it is written, with or without line breaks.

use std::borrow::Cow;
use std::ops::Range;

use crate::expression::is_name;
use crate::sheet::any_byte;

/// Room from the start, for a document and for each element of the form.
const DOCUMENT_BYTES: usize = 1 << 14;
const ELEMENT_BYTES: usize = 1 << 9;

/// What stands inside an element.
#[derive(Clone, Debug)]
pub(super) enum Child<'a> {
    /// An element.
    Element(Xml<'a>),
    /// Text, not escaped yet.
    Text(Cow<'a, str>),
}

/// An element.
#[derive(Clone, Debug)]
pub(super) struct Xml<'a> {
    name: Cow<'a, str>,
    attributes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    children: Vec<Child<'a>>,
}

impl<'a> Xml<'a> {
    pub(super) fn new(name: impl Into<Cow<'a, str>>) -> Self {
        Self {
            name: name.into(),
            attributes: Vec::new(),
            children: Vec::new(),
        }
    }

    /// An element that will have so many attributes.
    pub(super) fn with_room(name: &'a str, attributes: usize) -> Self {
        let mut xml = Self::new(name);
        xml.attributes.reserve_exact(attributes);
        xml
    }

    /// Sets an attribute, in its old place when it is there.
    pub(super) fn set(&mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        let (name, value) = (name.into(), value.into());
        match self.attributes.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => {
                if self.attributes.capacity() == 0 {
                    self.attributes.reserve_exact(2);
                }
                self.attributes.push((name, value));
            }
        }
    }

    pub(super) fn with(
        mut self,
        name: impl Into<Cow<'a, str>>,
        value: impl Into<Cow<'a, str>>,
    ) -> Self {
        self.set(name, value);
        self
    }

    pub(super) fn text(mut self, text: impl Into<Cow<'a, str>>) -> Self {
        if self.children.is_empty() {
            self.children.reserve_exact(1);
        }
        self.children.push(Child::Text(text.into()));
        self
    }

    pub(super) fn holding(mut self, children: Vec<Child<'a>>) -> Self {
        if self.children.is_empty() {
            self.children = children;
        } else {
            self.children.extend(children);
        }
        self
    }

    pub(super) fn push(&mut self, element: Xml<'a>) {
        self.children.push(Child::Element(element));
    }

    fn write(&self, page: &mut Page, depth: usize, pretty: bool) {
        if pretty {
            page.indent(depth);
        }
        self.write_tag(page);
        if self.children.is_empty() {
            page.out.push_str("/>");
        } else {
            page.out.push('>');
            self.write_children(page, depth, pretty);
            page.out.push_str("</");
            page.out.push_str(&self.name);
            page.out.push('>');
        }
        if pretty {
            page.out.push('\n');
        }
    }

    fn write_tag(&self, page: &mut Page) {
        page.out.push('<');
        page.name(&self.name);
        for (name, value) in &self.attributes {
            page.attribute(name, value);
        }
    }

    fn write_children(&self, page: &mut Page, depth: usize, pretty: bool) {
        let mixed = self
            .children
            .iter()
            .any(|child| matches!(child, Child::Text(_)));
        if !mixed {
            if pretty {
                page.out.push('\n');
            }
            for child in &self.children {
                if let Child::Element(element) = child {
                    element.write(page, depth + 1, pretty);
                }
            }
            if pretty {
                page.indent(depth);
            }
            return;
        }
        // A space on either side of mixed text, as the field's tools write it.
        let several = self.children.len() > 1;
        for (at, child) in self.children.iter().enumerate() {
            match child {
                Child::Text(text) => {
                    if several && at == 0 {
                        page.out.push(' ');
                    }
                    escape(&mut page.out, text, false);
                }
                Child::Element(element) => element.write(page, 0, false),
            }
        }
        if several {
            page.out.push(' ');
        }
    }
}

/// A document while it is written. Pretty output breaks lines where no text would change by it.
pub(super) struct Page {
    out: String,
    pretty: bool,
    /// Where the names of the elements that are open stand in the output.
    open: Vec<Range<usize>>,
    declared: Vec<String>,
    bad: Vec<String>,
}

impl Page {
    /// An empty document, with room for the bytes that a form of so many elements comes to.
    pub(super) fn new(pretty: bool, elements: usize) -> Self {
        let mut out = String::with_capacity(DOCUMENT_BYTES + ELEMENT_BYTES * elements);
        out.push_str("<?xml version=\"1.0\"?>");
        if pretty {
            out.push('\n');
        }
        Self {
            out,
            pretty,
            open: Vec::new(),
            declared: Vec::new(),
            bad: Vec::new(),
        }
    }

    /// Begins an element, of which `tag` has the name and the attributes. What is added goes into
    /// it until its [`Page::end`].
    pub(super) fn begin(&mut self, tag: &Xml<'_>) {
        let declared = tag.attributes.iter();
        let declared = declared.filter_map(|(name, _)| name.strip_prefix("xmlns:"));
        self.declared.extend(declared.map(str::to_owned));
        let name = self.begin_name(&tag.name);
        for (name, value) in &tag.attributes {
            self.attribute(name, value);
        }
        self.begun(name);
    }

    /// Begins an element that has one attribute.
    pub(super) fn begin_with(&mut self, name: &str, attribute: &str, value: &str) {
        let name = self.begin_name(name);
        self.attribute(attribute, value);
        self.begun(name);
    }

    /// Writes the beginning of a tag, and says where the name stands.
    fn begin_name(&mut self, name: &str) -> Range<usize> {
        if self.pretty {
            self.indent(self.open.len());
        }
        self.out.push('<');
        let start = self.out.len();
        self.name(name);
        start..self.out.len()
    }

    fn begun(&mut self, name: Range<usize>) {
        self.open.push(name);
        self.out.push('>');
        if self.pretty {
            self.out.push('\n');
        }
    }

    /// Adds a whole element.
    pub(super) fn add(&mut self, element: &Xml<'_>) {
        let (depth, pretty) = (self.open.len(), self.pretty);
        element.write(self, depth, pretty);
    }

    /// Adds an element that holds nothing but text.
    pub(super) fn add_text(&mut self, name: &str, attribute: Option<(&str, &str)>, text: &str) {
        if self.pretty {
            self.indent(self.open.len());
        }
        self.out.push('<');
        self.name(name);
        if let Some((name, value)) = attribute {
            self.attribute(name, value);
        }
        self.out.push('>');
        escape(&mut self.out, text, false);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        if self.pretty {
            self.out.push('\n');
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.name(name);
        self.out.push_str("=\"");
        escape(&mut self.out, value, true);
        self.out.push('"');
    }

    /// Ends the element that was begun last.
    pub(super) fn end(&mut self) {
        let Some(name) = self.open.pop() else { return };
        if self.pretty {
            self.indent(self.open.len());
        }
        self.out.push_str("</");
        self.out.extend_from_within(name);
        self.out.push('>');
        if self.pretty {
            self.out.push('\n');
        }
    }

    /// The document.
    ///
    /// # Errors
    /// Names of elements and attributes that no XML may have: their prefix is not declared, or they
    /// are no names.
    pub(super) fn finish(self) -> Result<String, Vec<String>> {
        if self.bad.is_empty() {
            Ok(self.out)
        } else {
            Err(self.bad)
        }
    }

    fn indent(&mut self, depth: usize) {
        self.out.extend(std::iter::repeat_n("  ", depth));
    }

    /// Writes a name, and notes one that no XML may have.
    fn name(&mut self, name: &str) {
        self.out.push_str(name);
        if is_plain(name) {
            return;
        }
        let known = match name.split_once(':') {
            Some(("xml" | "xmlns", _)) => true,
            Some((prefix, _)) => self.declared.iter().any(|known| known == prefix),
            None => true,
        };
        if known && is_name(name) {
            return;
        }
        if !self.bad.iter().any(|other| other == name) {
            self.bad.push(name.to_owned());
        }
    }
}

/// Whether a name is a name at first sight: letters and digits, without a prefix.
fn is_plain(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn escape(out: &mut String, text: &str, attribute: bool) {
    if !any_byte(text, |byte| matches!(byte, b'&' | b'<' | b'>' | b'"')) {
        out.push_str(text);
        return;
    }
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let written = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' if attribute => "&quot;",
            _ => continue,
        };
        out.push_str(&text[done..at]);
        out.push_str(written);
        done = at + 1;
    }
    out.push_str(&text[done..]);
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
