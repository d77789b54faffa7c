//! `${name}` becomes a path: absolute, or relative where source and target stand in one repeat, so
//! that each instance of a repeat reads its own answers.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::Writer;
use super::tree::{Id, Lost};
use super::xml::{Child, Xml, escaped, unescaped};
use crate::expression::{Found, Token, first_references, words};
use crate::finding::Place;
use crate::sheet::any_byte;

fn pattern(pattern: &str) -> Regex {
    #[expect(
        clippy::expect_used,
        reason = "the patterns are written here and tested"
    )]
    Regex::new(pattern).expect("a pattern that compiles")
}

static PREDICATE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\[([^]]+)\]"));
static INSTANCE: LazyLock<Regex> = LazyLock::new(|| pattern(r"instance\([^)]+.+"));
static INDEXED_REPEAT: LazyLock<Regex> = LazyLock::new(|| pattern(r"indexed-repeat\([^)]+\)"));

/// The record saved before this one.
pub(super) const LAST_SAVED: &str = "__last-saved";

/// How references of a text are written.
#[derive(Clone, Copy, Default)]
pub(super) struct Manner {
    /// Whether a relative path begins at `current()`, as in predicates.
    pub(super) current: bool,
    /// Whether the path leads over the parent of the repeat, so that a predicate can follow.
    pub(super) over_parent: bool,
}

impl Writer<'_> {
    /// The text with a path for each reference.
    pub(super) fn with_paths<'t>(
        &self,
        text: impl Into<Cow<'t, str>>,
        context: Option<Id>,
        manner: Manner,
    ) -> Cow<'t, str> {
        let text = text.into();
        if !any_byte(&text, |byte| byte == b'$') || !text.contains("${") {
            return text;
        }
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for found in first_references(&text) {
            out.push_str(&text[done..found.start]);
            out.push_str(&self.path_of(&text, &found, context, manner));
            done = found.end;
        }
        out.push_str(&text[done..]);
        Cow::Owned(out)
    }

    /// The path that stands for one reference of the text.
    fn path_of(
        &self,
        text: &str,
        found: &Found<'_>,
        context: Option<Id>,
        manner: Manner,
    ) -> String {
        let name = found.reference.name;
        let last_saved = found.reference.last_saved;
        let target = match self.tree.by_name(name) {
            Ok(target) => target,
            Err(lost) => {
                self.lost(name, lost, context);
                return String::new();
            }
        };
        if let Some(context) = context
            && !last_saved
            && may_be_relative(text, found)
        {
            let current = manner.current || in_predicate_of_instance(text, found);
            let manner = Manner { current, ..manner };
            if let Some(path) = self.relative(context, target, name, manner) {
                return path;
            }
        }
        let path = self.tree.path(target);
        if last_saved {
            format!(" instance('{LAST_SAVED}'){path} ")
        } else {
            format!(" {path} ")
        }
    }

    fn lost(&self, name: &str, lost: Lost, context: Option<Id>) {
        let row = context.and_then(|context| self.tree.element(context).row);
        let place = row.map_or_else(|| Place::sheet("survey"), Place::survey);
        let message = match lost {
            Lost::Nowhere => format!("no question is called \u{2018}{name}\u{2019}"),
            Lost::Ambiguous => format!("several questions are called \u{2018}{name}\u{2019}"),
        };
        let code = match lost {
            Lost::Nowhere => "reference-unknown",
            Lost::Ambiguous => "reference-ambiguous",
        };
        self.findings.borrow_mut().error(place, code, message);
    }

    fn relative(&self, source: Id, target: Id, name: &str, manner: Manner) -> Option<String> {
        let tree = &self.tree;
        let (repeat, to_repeat) = tree.common(source, target, true)?;
        let over_parent = manner.over_parent
            && tree.repeat_of(target) == Some(repeat)
            && (tree.repeat_of(repeat).is_none() || tree.repeat_of(source) != Some(repeat));
        let (steps, path) = if over_parent {
            let above = tree.nodes[repeat].parent;
            (to_repeat + 1, tree.path_below(target, above))
        } else {
            let (shared, steps) = tree.common(source, target, false)?;
            (steps, tree.path_below(target, Some(shared)))
        };
        let path = if path.ends_with(name) {
            path
        } else {
            format!("/{name}")
        };
        let start = if manner.current { " current()/" } else { " " };
        let up = vec![".."; steps].join("/");
        Some(format!("{start}{up}{path} "))
    }

    /// The text as it is shown: each reference, and each look into an instance, is an `output`.
    pub(super) fn with_outputs<'t>(
        &self,
        text: impl Into<Cow<'t, str>>,
        context: Option<Id>,
    ) -> Vec<Child<'t>> {
        let text = text.into();
        if !may_have_outputs(&text) {
            return vec![Child::Text(text)];
        }
        let has_instance = text.contains("instance(");
        let original = escaped(&text, false);
        let mut value = original.clone();
        if has_instance {
            value = self.instances_as_outputs(&original, context);
        }
        let mut out = String::with_capacity(value.len());
        let mut done = 0;
        for found in first_references(&value) {
            out.push_str(&value[done..found.start]);
            let path = self.path_of(&value, &found, context, Manner::default());
            out.push_str(&format!("<output value=\"{path}\"/>"));
            done = found.end;
        }
        out.push_str(&value[done..]);
        if out == original {
            return vec![Child::Text(text)];
        }
        outputs(&out)
    }

    fn instances_as_outputs(&self, text: &str, context: Option<Id>) -> String {
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for (start, end) in instance_bounds(text) {
            let inner = &text[start..end];
            let value = self.with_paths(inner, context, Manner::default());
            out.push_str(&text[done..start]);
            out.push_str(&format!("<output value=\"{}\"/>", escaped(&value, true)));
            done = end;
        }
        out.push_str(&text[done..]);
        out
    }
}

/// Whether a text that is shown has a reference or looks into an instance.
pub(super) fn may_have_outputs(text: &str) -> bool {
    let begins = |byte| matches!(byte, b'$' | b'(');
    any_byte(text, begins) && (text.contains("${") || text.contains("instance("))
}

/// Splits text at its `output` elements. Nothing else in it begins with `<`.
fn outputs(text: &str) -> Vec<Child<'static>> {
    const BEGIN: &str = "<output value=\"";
    const END: &str = "\"/>";
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut children = Vec::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(BEGIN) {
        if at > 0 {
            children.push(Child::Text(unescaped(&rest[..at]).into()));
        }
        rest = &rest[at + BEGIN.len()..];
        let end = rest.find(END).unwrap_or(rest.len());
        // A line break in an attribute is a space to whoever reads it.
        let value = unescaped(&rest[..end]).replace(['\n', '\t'], " ");
        children.push(Child::Element(Xml::new("output").with("value", value)));
        rest = rest.get(end + END.len()..).unwrap_or_default();
    }
    if !rest.is_empty() {
        children.push(Child::Text(unescaped(rest).into()));
    }
    children
}

/// Whether a reference may be written relative to its place: always, but for those arguments of
/// `indexed-repeat` that name whole sets of nodes.
fn may_be_relative(text: &str, found: &Found<'_>) -> bool {
    if !text.contains("indexed-repeat(") {
        return true;
    }
    let calls: Vec<_> = INDEXED_REPEAT.find_iter(text).collect();
    let mut at = 0;
    while let Some(call) = calls.get(at) {
        if found.end > call.end() {
            // The call after this one is passed over with it.
            if calls.get(at + 1).is_none() {
                return true;
            }
            at += 2;
            continue;
        }
        if found.end < call.start() || found.start > call.end() {
            return true;
        }
        let inside = call.as_str();
        let arguments = inside
            .find('(')
            .map_or("", |open| &inside[open + 1..inside.len() - 1]);
        let written = format!("${{{}}}", found.reference.name);
        let position = arguments
            .split(',')
            .enumerate()
            .filter(|(_, argument)| argument.contains(&written))
            .map(|(position, _)| position)
            .last();
        return position.is_some_and(|position| !matches!(position, 0 | 1 | 3 | 5));
    }
    false
}

fn in_predicate_of_instance(text: &str, found: &Found<'_>) -> bool {
    INSTANCE.is_match(text)
        && PREDICATE
            .find_iter(text)
            .any(|predicate| found.start >= predicate.start() && found.end <= predicate.end())
}

/// Where the text looks into an instance: `instance('list')/root/item[...]/label`. Space ends a
/// path, but not inside a predicate.
fn instance_bounds(text: &str) -> Vec<(usize, usize)> {
    let mut bounds = Vec::new();
    let mut inside = false;
    let mut in_path = false;
    let mut in_predicate = false;
    let mut last: Option<(Token, &str, usize)> = None;
    for word in words(text) {
        let mut part = false;
        if !inside && word.token == Token::Call && word.text == "instance(" {
            inside = true;
            part = true;
            bounds.push(word.start);
        } else if inside && let Some((token, before, _)) = last {
            match word.token {
                Token::Literal if token == Token::Call && before == "instance(" => part = true,
                Token::ParenthesisEnd if token == Token::Literal => part = true,
                Token::Slash if matches!(token, Token::ParenthesisEnd | Token::PredicateEnd) => {
                    part = true;
                    in_path = true;
                }
                Token::Space if in_path => in_path = false,
                Token::PredicateBegin if in_path => {
                    part = true;
                    in_path = false;
                    in_predicate = true;
                }
                _ if in_path => part = true,
                Token::PredicateEnd if in_predicate => {
                    part = true;
                    in_predicate = false;
                }
                _ if in_predicate => part = true,
                _ => {}
            }
        }
        if part {
            last = Some((word.token, word.text, word.end()));
        } else if inside {
            inside = false;
            bounds.extend(last.map(|(_, _, end)| end));
        }
    }
    bounds.extend(last.map(|(_, _, end)| end));
    bounds
        .chunks_exact(2)
        .map(|pair| (pair[0], pair[1]))
        .collect()
}
