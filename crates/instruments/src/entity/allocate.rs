//! Which group or repeat an entity's record stands in: the innermost that holds all that is saved
//! to it, so that each repeat makes its own, and no two entities share one.

use std::collections::HashMap;

use crate::finding::{Findings, Place};

/// A group, a repeat or the form, by number; the form is 0.
pub(crate) type Container = usize;

#[derive(Debug)]
struct Known {
    parent: Option<Container>,
    row: Option<u32>,
    name: String,
    /// Whether answers inside are told from answers outside: repeats and the form.
    bounds: bool,
}

/// The groups and repeats of a form.
#[derive(Debug)]
pub(crate) struct Containers {
    known: Vec<Known>,
}

impl Containers {
    /// The form alone.
    pub(crate) fn new() -> Self {
        Self {
            known: vec![Known {
                parent: None,
                row: None,
                name: "survey".to_owned(),
                bounds: true,
            }],
        }
    }

    /// Takes in a group or a repeat.
    pub(crate) fn add(
        &mut self,
        parent: Container,
        row: u32,
        name: &str,
        is_repeat: bool,
    ) -> Container {
        self.known.push(Known {
            parent: Some(parent),
            row: Some(row),
            name: name.to_owned(),
            bounds: is_repeat,
        });
        self.known.len() - 1
    }

    /// The row where it begins; none for the form.
    pub(super) fn row(&self, container: Container) -> Option<u32> {
        self.known[container].row
    }

    /// From the form down to the container.
    fn path(&self, container: Container) -> Vec<Container> {
        let mut path = vec![container];
        let mut current = container;
        while let Some(parent) = self.known[current].parent {
            path.push(parent);
            current = parent;
        }
        path.reverse();
        path
    }

    fn written(&self, container: Container) -> String {
        let path = self.path(container);
        let names: Vec<&str> = path
            .iter()
            .map(|at| self.known[*at].name.as_str())
            .collect();
        format!("/{}", names.join("/"))
    }

    /// The innermost repeat, or the form.
    fn scope(&self, container: Container) -> Container {
        let mut current = container;
        while !self.known[current].bounds {
            match self.known[current].parent {
                Some(parent) => current = parent,
                None => break,
            }
        }
        current
    }

    /// How many repeats hold it, itself among them.
    pub(super) fn repeats_above(&self, container: Container) -> usize {
        self.path(container)
            .iter()
            .skip(1)
            .filter(|at| self.known[**at].bounds)
            .count()
    }

    /// How many groups stand between it and its repeat, itself among them.
    fn groups_in_scope(&self, container: Container) -> usize {
        self.path(container)
            .iter()
            .rev()
            .take_while(|at| !self.known[**at].bounds)
            .count()
    }

    fn holds(&self, outer: Container, inner: Container) -> bool {
        self.path(inner).contains(&outer)
    }
}

/// A question that refers to an entity, by `save_to` or from the sheet `entities`.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) container: Container,
    pub(super) row: u32,
    pub(super) property: Option<String>,
    pub(super) question: String,
}

/// All that refers to one entity.
#[derive(Debug)]
pub(super) struct References {
    pub(super) list: String,
    pub(super) row: u32,
    pub(super) sources: Vec<Source>,
}

/// What an entity asks for.
struct Request {
    list: String,
    row: u32,
    scope: Container,
    wanted: Container,
    saved_in: Vec<Container>,
}

/// Where each entity stands; nothing when that cannot be.
pub(super) fn allocate(
    lists: &[(String, u32)],
    references: &[References],
    containers: &Containers,
    findings: &mut Findings,
) -> Option<Vec<(Container, String)>> {
    let mut scopes: Vec<(Container, Vec<Request>)> = Vec::new();
    let mut ask =
        |request: Request| match scopes.iter_mut().find(|(scope, _)| *scope == request.scope) {
            Some((_, requests)) => requests.push(request),
            None => scopes.push((request.scope, vec![request])),
        };
    let mut refused = false;
    for references in references {
        match request(references, containers, findings) {
            Some(request) => ask(request),
            None => refused = true,
        }
    }
    if refused {
        return None;
    }
    for (list, row) in lists {
        if !references.iter().any(|references| references.list == *list) {
            ask(Request {
                list: list.clone(),
                row: *row,
                scope: 0,
                wanted: 0,
                saved_in: Vec::new(),
            });
        }
    }
    if let [(0, requests)] = scopes.as_slice()
        && let [request] = requests.as_slice()
    {
        return Some(vec![(0, request.list.clone())]);
    }
    assign(scopes, containers, findings)
}

fn assign(
    scopes: Vec<(Container, Vec<Request>)>,
    containers: &Containers,
    findings: &mut Findings,
) -> Option<Vec<(Container, String)>> {
    let mut placed: Vec<(Container, String)> = Vec::new();
    let mut reserved: HashMap<Container, (String, u32)> = HashMap::new();
    for (scope, mut requests) in scopes {
        requests.sort_by_key(|request| request.row);
        for request in requests {
            let path = containers.path(request.wanted);
            let top = containers.path(scope).len();
            let mut conflict = None;
            let mut found = None;
            for depth in (top..=path.len()).rev() {
                let Some(&at) = path.get(depth - 1) else {
                    continue;
                };
                let Some(other) = reserved.get(&at) else {
                    found = Some(at);
                    break;
                };
                let first = request.saved_in.first().and_then(|at| reserved.get(at));
                if let Some(saved) = first {
                    conflict = Some(saved.clone());
                    break;
                }
                conflict = Some(other.clone());
            }
            let Some(at) = found else {
                let Some((_, other)) = conflict else {
                    // Saved to further out than its own cells reach: no record holds both.
                    let message = format!(
                        "\u{2018}{}\u{2019} is saved to outside {}, where its cells have their \
                         questions; a calculate carries a value from one to the other",
                        request.list,
                        containers.written(scope)
                    );
                    let place = super::place(request.row, "list_name");
                    findings.error(place, "entity-scope", message);
                    return None;
                };
                let message = format!(
                    "no group or repeat is left in {} for \u{2018}{}\u{2019}: the entity of row \
                     {other} stands there",
                    containers.written(scope),
                    request.list
                );
                findings.error(
                    super::place(request.row, "list_name"),
                    "entity-no-place",
                    message,
                );
                return None;
            };
            let mark = (request.list.clone(), request.row);
            reserved.insert(at, mark.clone());
            for lineage in &request.saved_in {
                for step in containers.path(*lineage) {
                    if containers.holds(at, step) {
                        reserved.insert(step, mark.clone());
                    }
                }
            }
            placed.push((at, request.list));
        }
    }
    Some(placed)
}

/// What the references to one entity ask for.
fn request(
    references: &References,
    containers: &Containers,
    findings: &mut Findings,
) -> Option<Request> {
    let sources = &references.sources;
    let depth = |container: Container| containers.repeats_above(containers.scope(container));
    let groups = |container: Container| containers.groups_in_scope(container);
    // The first of the deepest counts, as in reading order.
    let mut deepest = sources.first()?;
    for source in sources {
        if depth(source.container) > depth(deepest.container) {
            deepest = source;
        }
    }
    let scope = containers.scope(deepest.container);
    let within = |source: &&Source| containers.scope(source.container) == scope;
    let inner = |mut best: Option<usize>, source: &Source| {
        let count = groups(source.container);
        if best.is_none_or(|best| count > best) {
            best = Some(count);
        }
        best
    };
    let most = sources.iter().filter(within).fold(None, inner);
    let wanted_any = sources
        .iter()
        .filter(within)
        .find(|source| Some(groups(source.container)) == most)
        .map_or(deepest.container, |source| source.container);
    let mut saved_in: Vec<Container> = Vec::new();
    for source in sources.iter().filter(|source| source.property.is_some()) {
        if !saved_in.contains(&source.container) {
            saved_in.push(source.container);
        }
    }
    let saved = deepest_saved(sources, scope, containers);
    let wanted = match saved {
        None => wanted_any,
        Some(saved) => common(saved, &saved_in, containers),
    };
    let request = Request {
        list: references.list.clone(),
        row: references.row,
        scope,
        wanted,
        saved_in,
    };
    agree(references, deepest, &request, containers, findings).then_some(request)
}

/// The saved answer in the most groups of the deepest scope, or else the first saved one.
fn deepest_saved(
    sources: &[Source],
    scope: Container,
    containers: &Containers,
) -> Option<Container> {
    let mut best: Option<Container> = None;
    for source in sources.iter().filter(|source| source.property.is_some()) {
        let deeper = match best {
            None => true,
            Some(best) => {
                let in_scope = containers.scope(source.container) == scope;
                let was_in_scope = containers.scope(best) == scope;
                in_scope
                    && (!was_in_scope
                        || containers.groups_in_scope(source.container)
                            > containers.groups_in_scope(best))
            }
        };
        if deeper {
            best = Some(source.container);
        }
    }
    best
}

/// The innermost container that holds all that is saved, but not outside the deepest scope.
fn common(saved: Container, saved_in: &[Container], containers: &Containers) -> Container {
    let [first, rest @ ..] = saved_in else {
        return saved;
    };
    if rest.is_empty() {
        return *first;
    }
    let mut path = containers.path(*first);
    for other in rest {
        let other = containers.path(*other);
        let same = path.iter().zip(&other).take_while(|(a, b)| a == b).count();
        path.truncate(same);
    }
    let shared = path.last().copied().unwrap_or(0);
    let scope = containers.scope(saved);
    let rank = |at: Container| (containers.repeats_above(at), containers.groups_in_scope(at));
    if rank(shared) > rank(scope) {
        shared
    } else {
        scope
    }
}

/// Whether every reference can be answered from where the entity stands.
fn agree(
    references: &References,
    deepest: &Source,
    request: &Request,
    containers: &Containers,
    findings: &mut Findings,
) -> bool {
    let wanted_scope = containers.scope(request.wanted);
    for source in &references.sources {
        let scope = containers.scope(source.container);
        let outside = !containers.holds(scope, request.scope);
        let elsewhere = source.property.is_some() && wanted_scope != scope;
        if !outside && !elsewhere {
            continue;
        }
        let message = format!(
            "\u{2018}{}\u{2019} is referred to from {} and from {}, which no single record can \
             answer; a calculate carries a value from one to the other",
            references.list,
            containers.written(deepest.container),
            containers.written(source.container),
        );
        let place = if source.property.is_some() {
            Place::survey(source.row).column("save_to")
        } else {
            super::place(references.row, "list_name")
        };
        let message = if source.question.is_empty() {
            message
        } else {
            format!("{message} (question \u{2018}{}\u{2019})", source.question)
        };
        findings.error(place, "entity-scope", message);
        return false;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form, a group in it, a repeat in it, and a group and a repeat in the repeat.
    fn form() -> (Containers, [Container; 5]) {
        let mut containers = Containers::new();
        let group = containers.add(0, 2, "g", false);
        let repeat = containers.add(0, 5, "r", true);
        let inner = containers.add(repeat, 6, "rg", false);
        let nested = containers.add(repeat, 9, "rr", true);
        (containers, [0, group, repeat, inner, nested])
    }

    fn references(list: &str, row: u32, saved: &[Container], read: &[Container]) -> References {
        let source = |container: &Container, property: Option<&str>| Source {
            container: *container,
            row: 20,
            property: property.map(str::to_owned),
            question: "q".to_owned(),
        };
        let saved = saved.iter().map(|at| source(at, Some("p")));
        let read = read.iter().map(|at| source(at, None));
        References {
            list: list.to_owned(),
            row,
            sources: saved.chain(read).collect(),
        }
    }

    fn placed(references: &[References]) -> Result<Vec<(Container, String)>, Vec<&'static str>> {
        let (containers, _) = form();
        let mut findings = Findings::new();
        let lists: Vec<(String, u32)> = references
            .iter()
            .map(|references| (references.list.clone(), references.row))
            .collect();
        allocate(&lists, references, &containers, &mut findings).ok_or_else(|| {
            findings
                .into_list()
                .iter()
                .map(|finding| finding.code)
                .collect()
        })
    }

    #[test]
    fn an_entity_stands_in_the_innermost_that_holds_what_is_saved() {
        let (_, [top, group, repeat, inner, nested]) = form();
        let alone = |saved: &[Container]| placed(&[references("e", 2, saved, &[])]);
        assert_eq!(
            alone(&[group]),
            Ok(vec![(top, "e".to_owned())]),
            "one in the form: the form"
        );
        assert_eq!(alone(&[inner]), Ok(vec![(inner, "e".to_owned())]));
        assert_eq!(alone(&[inner, repeat]), Ok(vec![(repeat, "e".to_owned())]));
        assert_eq!(alone(&[nested]), Ok(vec![(nested, "e".to_owned())]));
    }

    #[test]
    fn no_record_answers_for_two_repeats() {
        let (_, [top, _, repeat, _, nested]) = form();
        assert_eq!(
            placed(&[references("e", 2, &[top, repeat], &[])]),
            Err(vec!["entity-scope"])
        );
        assert_eq!(
            placed(&[references("e", 2, &[repeat, nested], &[])]),
            Err(vec!["entity-scope"])
        );
        let outer = placed(&[references("e", 2, &[repeat], &[top])]);
        assert_eq!(
            outer,
            Ok(vec![(repeat, "e".to_owned())]),
            "what is only read may be further out"
        );
    }

    #[test]
    fn two_entities_do_not_share_a_place() {
        let (_, [top, group, repeat, ..]) = form();
        let two = [
            references("a", 2, &[repeat], &[]),
            references("b", 3, &[group], &[]),
        ];
        let both = vec![(repeat, "a".to_owned()), (group, "b".to_owned())];
        assert_eq!(placed(&two), Ok(both));
        let crowd = [
            references("a", 2, &[top], &[]),
            references("b", 3, &[top], &[]),
        ];
        assert_eq!(placed(&crowd), Err(vec!["entity-no-place"]));
    }
}
