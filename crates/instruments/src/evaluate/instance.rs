//! Trees of nodes: the record, and the instances beside it.

use super::answer::Answer;

/// A node's number in its instance.
pub(crate) type Id = usize;

/// A node.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Its name; an attribute's begins with `@`.
    pub(crate) name: String,
    pub(crate) parent: Option<Id>,
    pub(crate) children: Vec<Id>,
    pub(crate) attributes: Vec<Id>,
    pub(crate) answer: Option<Answer>,
    /// The place in the form that it belongs to; of the record's nodes alone.
    pub(crate) place: usize,
    /// Whether its own rule lets it count.
    pub(crate) relevant: bool,
    pub(crate) enabled: bool,
    pub(crate) required: bool,
}

impl Node {
    pub(crate) fn new(name: &str, parent: Option<Id>, place: usize) -> Self {
        Self {
            name: name.to_owned(),
            parent,
            children: Vec::new(),
            attributes: Vec::new(),
            answer: None,
            place,
            relevant: true,
            enabled: true,
            required: false,
        }
    }
}

/// A tree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Instance {
    pub(crate) nodes: Vec<Node>,
}

impl Instance {
    /// Puts a node into the tree.
    pub(crate) fn add(&mut self, node: Node) -> Id {
        let id = self.nodes.len();
        let parent = node.parent;
        let is_attribute = node.name.starts_with('@');
        self.nodes.push(node);
        if let Some(parent) = parent {
            if is_attribute {
                self.nodes[parent].attributes.push(id);
            } else {
                self.nodes[parent].children.push(id);
            }
        }
        id
    }

    /// A child that holds text.
    pub(crate) fn add_text(&mut self, parent: Id, name: &str, text: &str) {
        let mut node = Node::new(name, Some(parent), 0);
        node.answer = (!text.is_empty()).then(|| Answer::Text(text.to_owned()));
        self.add(node);
    }

    /// The children, or the attribute, of that name.
    pub(crate) fn named<'a>(&'a self, id: Id, name: &'a str) -> impl Iterator<Item = Id> + 'a {
        let node = &self.nodes[id];
        let among = if name.starts_with('@') {
            &node.attributes
        } else {
            &node.children
        };
        among
            .iter()
            .copied()
            .filter(move |child| name == "*" || self.nodes[*child].name == name)
    }

    /// How many siblings of its name stand before the node.
    pub(crate) fn position(&self, id: Id) -> usize {
        let node = &self.nodes[id];
        let Some(parent) = node.parent else { return 0 };
        self.named(parent, &node.name)
            .position(|sibling| sibling == id)
            .unwrap_or(0)
    }

    /// Whether the node and all that hold it count.
    pub(crate) fn is_relevant(&self, id: Id) -> bool {
        let mut current = Some(id);
        while let Some(id) = current {
            if !self.nodes[id].relevant {
                return false;
            }
            current = self.nodes[id].parent;
        }
        true
    }

    /// Whether the node, and all that hold it, may be changed.
    pub(crate) fn is_enabled(&self, id: Id) -> bool {
        let mut current = Some(id);
        while let Some(id) = current {
            if !self.nodes[id].enabled {
                return false;
            }
            current = self.nodes[id].parent;
        }
        true
    }

    /// From the root down to the node.
    pub(crate) fn lineage(&self, id: Id) -> Vec<Id> {
        let mut lineage = vec![id];
        let mut current = id;
        while let Some(parent) = self.nodes[current].parent {
            lineage.push(parent);
            current = parent;
        }
        lineage.reverse();
        lineage
    }

    /// The node's path with its position at each step but the first: `/data/person[2]/age[1]`.
    pub(crate) fn path(&self, id: Id) -> String {
        let mut path = String::new();
        for (depth, step) in self.lineage(id).into_iter().enumerate() {
            path.push('/');
            path.push_str(&self.nodes[step].name);
            if depth > 0 {
                path.push_str(&format!("[{}]", self.position(step) + 1));
            }
        }
        path
    }

    /// Copies a subtree of another instance under a node, at a position among its children.
    pub(crate) fn graft(&mut self, from: &Instance, root: Id, under: Id, at: usize) -> Id {
        let copied = self.copy(from, root, under);
        let children = &mut self.nodes[under].children;
        if let Some(last) = children.pop() {
            let at = at.min(children.len());
            children.insert(at, last);
        }
        copied
    }

    fn copy(&mut self, from: &Instance, root: Id, under: Id) -> Id {
        let mut node = from.nodes[root].clone();
        let children = std::mem::take(&mut node.children);
        let attributes = std::mem::take(&mut node.attributes);
        node.parent = Some(under);
        let id = self.add(node);
        for child in attributes.into_iter().chain(children) {
            self.copy(from, child, id);
        }
        id
    }

    /// Every node that holds nothing but itself, and every section, from the root on.
    pub(crate) fn walk(&self) -> Vec<Id> {
        let mut order = Vec::with_capacity(self.nodes.len());
        let mut stack = vec![0];
        while let Some(id) = stack.pop() {
            if id >= self.nodes.len() {
                continue;
            }
            order.push(id);
            stack.extend(self.nodes[id].children.iter().rev());
        }
        order
    }

    /// Rows of a CSV file as `root/item` with an element for each column.
    pub(crate) fn of_csv(text: &str) -> Option<Self> {
        let first = text.lines().next().unwrap_or_default();
        let separator = if first.contains(';') && !first.contains(',') {
            b';'
        } else {
            b','
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let header = reader.headers().ok()?.clone();
        let mut instance = Self::default();
        let root = instance.add(Node::new("root", None, 0));
        for record in reader.records() {
            let record = record.ok()?;
            let item = instance.add(Node::new("item", Some(root), 0));
            for (name, value) in header.iter().zip(record.iter()) {
                instance.add_text(item, name, value);
            }
        }
        Some(instance)
    }

    /// An XML document as it stands, without its namespaces.
    pub(crate) fn of_xml(root: roxmltree::Node<'_, '_>) -> Self {
        let mut instance = Self::default();
        instance.add_xml(root, None);
        instance
    }

    fn add_xml(&mut self, element: roxmltree::Node<'_, '_>, parent: Option<Id>) {
        let mut stack = vec![(element, parent)];
        while let Some((element, parent)) = stack.pop() {
            let id = self.add(Node::new(element.tag_name().name(), parent, 0));
            for attribute in element.attributes() {
                self.add_text(id, &format!("@{}", attribute.name()), attribute.value());
            }
            let children: Vec<_> = element
                .children()
                .filter(roxmltree::Node::is_element)
                .collect();
            if children.is_empty() {
                let text = element.text().unwrap_or_default();
                if !text.is_empty() {
                    self.nodes[id].answer = Some(Answer::Text(text.to_owned()));
                }
            }
            // The last pushed comes out first: children are put in reversed and stay in order.
            stack.extend(children.into_iter().rev().map(|child| (child, Some(id))));
        }
    }
}
