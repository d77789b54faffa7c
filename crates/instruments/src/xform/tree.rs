//! The form's elements by number, with their paths.

use std::collections::HashMap;

use crate::model::{Element, Form, Kind};

/// An element's number, in the order of the form.
pub(super) type Id = usize;

pub(super) struct Node<'a> {
    pub(super) element: &'a Element,
    pub(super) parent: Option<Id>,
    pub(super) children: Vec<Id>,
    /// The path from the record's root.
    pub(super) path: String,
}

/// A name that several elements have, or one.
enum Named {
    One(Id),
    Several,
}

pub(super) struct Tree<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    names: HashMap<&'a str, Named>,
}

/// Why a name leads to no element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    Nowhere,
    Ambiguous,
}

impl<'a> Tree<'a> {
    pub(super) fn of(form: &'a Form) -> Self {
        let rows = form.root.children.len();
        let mut tree = Self {
            nodes: Vec::with_capacity(rows),
            names: HashMap::with_capacity(rows),
        };
        tree.add(&form.root, None);
        tree
    }

    fn add(&mut self, element: &'a Element, parent: Option<Id>) -> Id {
        let id = self.nodes.len();
        let above = parent.map_or("", |parent| self.nodes[parent].path.as_str());
        let mut path = String::with_capacity(above.len() + 2 + element.name.len());
        path.push_str(above);
        if element.kind == Kind::Attribute {
            path.push_str("/@");
            path.push_str(&element.name);
        } else if !element.flat {
            path.push('/');
            path.push_str(&element.name);
        }
        self.nodes.push(Node {
            element,
            parent,
            children: Vec::with_capacity(element.children.len()),
            path,
        });
        if element.kind.is_section() || element.kind == Kind::Question {
            self.names
                .entry(&element.name)
                .and_modify(|named| *named = Named::Several)
                .or_insert(Named::One(id));
        }
        for child in &element.children {
            let child = self.add(child, Some(id));
            self.nodes[id].children.push(child);
        }
        id
    }

    pub(super) fn element(&self, id: Id) -> &'a Element {
        self.nodes[id].element
    }

    pub(super) fn path(&self, id: Id) -> &str {
        &self.nodes[id].path
    }

    pub(super) fn by_name(&self, name: &str) -> Result<Id, Lost> {
        match self.names.get(name) {
            Some(Named::One(id)) => Ok(*id),
            Some(Named::Several) => Err(Lost::Ambiguous),
            None => Err(Lost::Nowhere),
        }
    }

    /// What holds the element, from the nearest outwards, with the number of steps.
    pub(super) fn ancestors(&self, id: Id) -> impl Iterator<Item = (Id, usize)> + '_ {
        let mut current = self.nodes[id].parent;
        let mut steps = 0;
        std::iter::from_fn(move || {
            let id = current?;
            current = self.nodes[id].parent;
            steps += 1;
            Some((id, steps))
        })
    }

    /// The nearest repeat that holds the element.
    pub(super) fn repeat_of(&self, id: Id) -> Option<Id> {
        self.ancestors(id)
            .map(|(id, _)| id)
            .find(|id| self.element(*id).kind == Kind::Repeat)
    }

    /// The nearest group or repeat that holds both, and the steps to it from the first.
    pub(super) fn common(&self, source: Id, target: Id, repeats_only: bool) -> Option<(Id, usize)> {
        let fits = |id: Id| match self.element(id).kind {
            Kind::Repeat => true,
            Kind::Group => !repeats_only,
            _ => false,
        };
        let above: Vec<Id> = self.ancestors(target).map(|(id, _)| id).collect();
        self.ancestors(source)
            .find(|(id, _)| fits(*id) && above.contains(id))
    }

    /// The path from below one element to another that it holds.
    pub(super) fn path_below(&self, id: Id, above: Option<Id>) -> String {
        let mut names = vec![self.element(id).name.as_str()];
        for (ancestor, _) in self.ancestors(id) {
            if Some(ancestor) == above {
                break;
            }
            if !self.element(ancestor).flat {
                names.push(&self.element(ancestor).name);
            }
        }
        names.reverse();
        format!("/{}", names.join("/"))
    }
}
