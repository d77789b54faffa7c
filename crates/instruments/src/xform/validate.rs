//! What can only be checked once the whole form stands, generated elements included.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::Writer;
use super::tree::Id;
use crate::expression::is_name;
use crate::finding::Place;
use crate::kind::{self, Control};
use crate::model::{Element, Kind};
use crate::settings::NAME_RULE;
use crate::survey::{FILE_ENDS, without_end};

static SEARCH: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the pattern is written here and tested")]
    Regex::new(r"search\(.*?\)").expect("a pattern that compiles")
});

impl<'a> Writer<'a> {
    /// The place of an element, for findings.
    pub(super) fn place(&self, id: Id) -> Place {
        let row = self.tree.element(id).row;
        row.map_or_else(|| Place::sheet("survey"), Place::survey)
    }

    pub(super) fn refuse(&self, id: Id, column: &str, code: &'static str, message: String) {
        let place = self.place(id).column(column);
        self.findings.borrow_mut().error(place, code, message);
    }

    /// Names once more: those that the compiler made may clash with those that were written.
    pub(super) fn validate(&self) {
        let mut repeats = HashSet::new();
        for (id, node) in self.tree.nodes.iter().enumerate() {
            let element = node.element;
            if element.kind != Kind::Attribute && !is_name(&element.name) {
                let message = format!("found \u{2018}{}\u{2019}; {NAME_RULE}", element.name);
                self.refuse(id, "name", "name-not-allowed", message);
            }
            if element.kind == Kind::Repeat
                && (element.name == self.form.settings.name || !repeats.insert(&element.name))
            {
                let message = format!("\u{2018}{}\u{2019} is the name of another", element.name);
                self.refuse(id, "name", "repeat-name-twice", message);
            }
            if element.kind == Kind::Entity {
                continue;
            }
            let mut names = HashSet::new();
            for child in &node.children {
                let name = &self.tree.element(*child).name;
                if !names.insert(name.as_str()) {
                    let message = format!(
                        "\u{2018}{name}\u{2019} is there twice in one group, once made by the \
                         compiler"
                    );
                    self.refuse(*child, "name", "name-twice", message);
                }
            }
        }
    }

    /// Selects whose choices a search in a file brings have them in the body.
    pub(super) fn find_searches(&mut self) {
        let mut others: Vec<(Option<&str>, &str)> = Vec::new();
        let mut searching: Vec<(Id, Option<&str>)> = Vec::new();
        for id in 0..self.tree.nodes.len() {
            let element: &'a Element = self.tree.element(id);
            if !is_select(element) {
                continue;
            }
            let list = element.list_name.as_deref();
            let appearance = element
                .control
                .as_ref()
                .and_then(|map| map.text("appearance"));
            if !appearance.is_some_and(|word| word.len() > 7 && SEARCH.is_match(word)) {
                others.push((list, &element.name));
                continue;
            }
            let source = element.itemset.as_deref().unwrap_or_default();
            if FILE_ENDS.contains(&without_end(source).1) {
                let message = "a select from a file has no search(); one of them is allowed";
                self.refuse(id, "appearance", "search-in-file", message.to_owned());
                continue;
            }
            match self.form.list(source) {
                Some(list) => {
                    self.searched_lists.insert(&list.name);
                }
                None => {
                    let message = "search() needs a list of the sheet choices".to_owned();
                    self.refuse(id, "appearance", "search-without-list", message);
                }
            }
            self.searches.insert(id);
            searching.push((id, list));
        }
        for (id, list) in searching {
            let same: Vec<&str> = others
                .iter()
                .filter(|(other, _)| *other == list)
                .map(|(_, name)| *name)
                .collect();
            if !same.is_empty() {
                let message = format!(
                    "search() has the list \u{2018}{}\u{2019} to itself, but {} has it too",
                    list.unwrap_or_default(),
                    same.join(", ")
                );
                self.refuse(id, "appearance", "search-shares-list", message);
            }
        }
    }
}

/// Whether a question is a select of one or several, or a rank.
pub(super) fn is_select(element: &Element) -> bool {
    element.kind == Kind::Question
        && kind::question_type(&element.type_name).is_some_and(|known| {
            matches!(
                known.control,
                Control::Select | Control::SelectOne | Control::Rank
            )
        })
}
