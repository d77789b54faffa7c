//! A record that was sent, checked again: nothing that a device or a page claims is taken on trust.
//!
//! Findings, never failures: a record from the field is kept whatever it says.

use std::collections::{HashMap, HashSet};

use super::answer::{DataType, split_choices};
use super::definition::{Decides, Definition, read_xml};
use super::instance::{Id, Instance};
use super::moment::Clock;
use super::parse::Expression;
use super::session::{Attachments, Session, Unsent};
use super::{EvaluationError, MissingKind};

/// Functions whose answer nobody can find again.
const NEVER_AGAIN: [&str; 6] = ["now", "random", "uuid", "once", "property", "pulldata"];

/// Something that does not hold of a record that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerFinding {
    /// The node's path.
    pub path: String,
    /// A stable word for the kind of finding.
    pub code: &'static str,
    /// What was found.
    pub found: String,
    /// What was expected, or what the form says.
    pub expected: String,
}

/// Checks a record that was sent against its form: form of values, lists, rules, calculations.
/// `clock` is the submission's own: when it was filled in, and how far from UTC.
#[must_use]
pub fn check(
    definition: &Definition,
    record: &str,
    attachments: &Attachments,
    clock: Clock,
) -> Vec<AnswerFinding> {
    let mut findings = Vec::new();
    let mut add = |path: &str, code, found: String, expected: String| {
        findings.push(AnswerFinding {
            path: path.to_owned(),
            code,
            found,
            expected,
        });
    };
    let document = match read_xml(record) {
        Ok(document) => document,
        Err(error) => {
            add(
                "/",
                "not-well-formed",
                error.message,
                "well-formed XML".to_owned(),
            );
            return findings;
        }
    };
    let sent = Instance::of_xml(document.root_element());
    let mut session = Session::prepared(definition, attachments, HashMap::new(), clock, 1);
    match session.populate(record, Unsent::Empty) {
        Ok(unknown) => {
            for path in unknown {
                add(
                    &path,
                    "unknown-field",
                    path.clone(),
                    "a field of the form".to_owned(),
                );
            }
        }
        Err(error) => {
            add(
                "/",
                "another-form",
                error.message,
                "a record of this form".to_owned(),
            );
            return findings;
        }
    }
    let claimed: HashMap<Id, String> = texts(&session);
    keep_what_cannot_be_found_again(&mut session);
    let mut checker = Checker {
        session,
        findings,
        claimed,
    };
    checker.types(&sent);
    checker.calculations();
    checker.answers();
    checker.errors();
    checker.findings
}

fn texts(session: &Session<'_>) -> HashMap<Id, String> {
    let record = &session.state.record;
    let text = |node: Id| {
        record.nodes[node]
            .answer
            .as_ref()
            .map(|a| a.text(session.state.clock))
    };
    record
        .walk()
        .into_iter()
        .map(|node| (node, text(node).unwrap_or_default()))
        .collect()
}

/// Whether a calculation calls what nobody can find again.
fn is_lost(expression: &Expression, files_are_there: bool) -> bool {
    match expression {
        Expression::Call(name, arguments) => {
            let lost =
                NEVER_AGAIN.contains(&name.as_str()) && !(name == "pulldata" && files_are_there);
            lost || arguments
                .iter()
                .any(|argument| is_lost(argument, files_are_there))
        }
        Expression::Binary(_, left, right) => {
            is_lost(left, files_are_there) || is_lost(right, files_are_there)
        }
        Expression::Negative(inner) => is_lost(inner, files_are_there),
        Expression::Path(path) => path
            .steps
            .iter()
            .flat_map(|step| &step.predicates)
            .any(|predicate| is_lost(predicate, files_are_there)),
        Expression::Number(_) | Expression::Text(_) => false,
    }
}

/// Works out the rules, but leaves what was sent where a calculation cannot be repeated.
fn keep_what_cannot_be_found_again(session: &mut Session<'_>) {
    let definition = session.state.definition;
    let files = !session.state.files.is_empty();
    let lost: HashSet<usize> = definition
        .rules
        .iter()
        .filter(|rule| rule.decides == Decides::Calculation && is_lost(&rule.expression, files))
        .map(|rule| rule.place)
        .collect();
    // Each pass works out everything in order and puts back what cannot be repeated; a calculation
    // that reads such a value is right in the pass after it.
    for _ in 0..=definition.rules.len().min(8) {
        let kept: Vec<(Id, Option<super::answer::Answer>)> = session
            .state
            .record
            .walk()
            .into_iter()
            .filter(|node| lost.contains(&session.state.record.nodes[*node].place))
            .map(|node| (node, session.state.record.nodes[node].answer.clone()))
            .collect();
        let before = texts(session);
        session.work_out_all();
        for (node, answer) in kept {
            session.state.record.nodes[node].answer = answer;
        }
        if texts(session) == before {
            break;
        }
    }
    session.work_out_except(&lost);
}

struct Checker<'d> {
    session: Session<'d>,
    findings: Vec<AnswerFinding>,
    claimed: HashMap<Id, String>,
}

impl Checker<'_> {
    fn add(&mut self, node: Id, code: &'static str, found: &str, expected: &str) {
        self.findings.push(AnswerFinding {
            path: self.session.state.record.path(node),
            code,
            found: found.to_owned(),
            expected: expected.to_owned(),
        });
    }

    /// Values that are not of the type that the form says.
    fn types(&mut self, sent: &Instance) {
        let clock = self.session.state.clock;
        for from in sent.walk() {
            let Some(answer) = &sent.nodes[from].answer else {
                continue;
            };
            let text = answer.text(clock);
            let Some(node) = self.session.find(&sent.path(from)) else {
                continue;
            };
            let place = self.session.state.record.nodes[node].place;
            let data_type = self.session.state.definition.places[place].data_type;
            if super::answer::Answer::read(&text, data_type, clock).is_none() {
                self.add(
                    node,
                    "not-of-its-type",
                    &text,
                    &format!("{data_type:?}").to_lowercase(),
                );
            }
        }
    }

    /// Calculations that come to something else, and answers where none counts.
    fn calculations(&mut self) {
        let definition = self.session.state.definition;
        let files = !self.session.state.files.is_empty();
        let clock = self.session.state.clock;
        for node in self.session.state.record.walk() {
            let own = &self.session.state.record.nodes[node];
            let claimed = self.claimed.get(&node).cloned().unwrap_or_default();
            let relevant = self.session.state.record.is_relevant(node);
            if !relevant {
                if !claimed.is_empty() && own.children.is_empty() {
                    self.add(node, "not-relevant", &claimed, "no answer");
                }
                continue;
            }
            if !definition.places[own.place].calculated {
                continue;
            }
            let place = own.place;
            let found = own
                .answer
                .as_ref()
                .map(|answer| answer.text(clock))
                .unwrap_or_default();
            let rule = definition
                .rules
                .iter()
                .find(|rule| rule.place == place && rule.decides == Decides::Calculation);
            if rule.is_some_and(|rule| is_lost(&rule.expression, files)) {
                self.add(
                    node,
                    "not-recomputable",
                    &claimed,
                    "a value that cannot be found again",
                );
            } else if found != claimed {
                self.add(node, "calculation-differs", &claimed, &found);
            }
        }
    }

    /// Required answers, constraints, and choices that the lists have.
    fn answers(&mut self) {
        for violation in self.session.violations() {
            let found = self
                .session
                .find(&violation.path)
                .and_then(|node| self.claimed.get(&node).cloned())
                .unwrap_or_default();
            self.findings.push(AnswerFinding {
                path: violation.path,
                code: violation.condition,
                found,
                expected: violation.message.unwrap_or_default(),
            });
        }
        for node in self.session.state.record.walk() {
            self.membership(node);
        }
    }

    fn membership(&mut self, node: Id) {
        let own = &self.session.state.record.nodes[node];
        if own.answer.is_none() || !self.session.state.record.is_relevant(node) {
            return;
        }
        let Some(control) = self.session.control_of(own.place) else {
            return;
        };
        if control.itemset.is_none() && control.items.is_empty() {
            return;
        }
        let clock = self.session.state.clock;
        let text = own
            .answer
            .as_ref()
            .map(|answer| answer.text(clock))
            .unwrap_or_default();
        let data_type = self.session.state.definition.places[own.place].data_type;
        let chosen = if data_type == DataType::Choices || control.tag != "select1" {
            split_choices(&text)
        } else {
            vec![text]
        };
        if !matches!(control.tag.as_str(), "select" | "select1" | "rank") {
            return;
        }
        match self.session.state.option_values(control, node) {
            Ok(options) => {
                for value in chosen.iter().filter(|value| !options.contains(value)) {
                    self.add(node, "not-in-list", value, &options.join(" "));
                }
                if control.tag == "rank" && !chosen.is_empty() && chosen.len() != options.len() {
                    self.add(
                        node,
                        "rank-incomplete",
                        &chosen.join(" "),
                        &options.join(" "),
                    );
                }
            }
            Err(error) => self.error(node, &error),
        }
    }

    fn error(&mut self, node: Id, error: &EvaluationError) {
        let code = match error.kind {
            MissingKind::File => "not-recomputable",
            MissingKind::Nothing => "expression-failed",
        };
        self.add(node, code, &error.message, "");
    }

    fn errors(&mut self) {
        let errors = self.session.errors().to_vec();
        let mut seen = HashSet::new();
        for (path, error) in errors {
            if seen.insert((path.clone(), error.message.clone()))
                && let Some(node) = self.session.find(&path)
            {
                self.error(node, &error);
            }
        }
    }
}

impl Session<'_> {
    /// Works out every rule but the calculations of some places.
    fn work_out_except(&mut self, kept: &HashSet<usize>) {
        let definition = self.state.definition;
        for (at, rule) in definition.rules.iter().enumerate() {
            if rule.decides != Decides::Calculation || !kept.contains(&rule.place) {
                self.work_out(at);
            }
        }
    }
}
