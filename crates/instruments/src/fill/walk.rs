//! From a form that was worked out to what is shown of it and what was answered.

use std::collections::{BTreeSet, HashMap};

use super::{AnswerKind, Answered, Asks, Choice, Fault, FaultKind, Filled, Item, Question, Typed};
use crate::evaluate::{NodeState, Session};
use crate::kind::{Control, QuestionType, question_type};
use crate::model::{Element, Form, Kind};
use crate::table::Cell;

/// Walks through the form, in its order.
pub(super) fn walk(
    form: &Form,
    session: &mut Session<'_>,
    typed: &Typed,
    language: Option<&str>,
) -> Filled {
    let violations = session.violations().into_iter();
    let messages = violations
        .filter_map(|violation| Some((violation.path, violation.message?)))
        .collect();
    let nodes = session.nodes().into_iter();
    let mut walk = Walk {
        nodes: nodes.map(|node| (node.path.clone(), node)).collect(),
        messages,
        session,
        form,
        typed,
        language: language.unwrap_or(&form.settings.default_language),
        counted: BTreeSet::new(),
        filled: Filled::default(),
    };
    let root = format!("/{}", form.settings.name);
    walk.children(&form.root, &root, "", 1);
    let (counted, mut filled) = (walk.counted, walk.filled);
    let aside = typed.answers().filter(|(path, _)| !counted.contains(*path));
    filled.carried = aside
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .collect();
    filled
}

struct Walk<'w, 'd> {
    form: &'w Form,
    session: &'w mut Session<'d>,
    typed: &'w Typed,
    language: &'w str,
    nodes: HashMap<String, NodeState>,
    /// What the form says of answers that break its rules, by path.
    messages: HashMap<String, String>,
    /// The questions that were asked.
    counted: BTreeSet<String>,
    filled: Filled,
}

impl Walk<'_, '_> {
    /// `path` is the section's with positions, `name` what it is called in a record.
    fn children(&mut self, section: &Element, path: &str, name: &str, depth: usize) {
        for element in &section.children {
            let inner = match name {
                "" => element.name.clone(),
                name => format!("{name}/{}", element.name),
            };
            match element.kind {
                Kind::Group if !element.bodyless => {
                    self.group(
                        element,
                        &format!("{path}/{}[1]", element.name),
                        &inner,
                        depth,
                    );
                }
                Kind::Repeat => {
                    self.repeat(element, &format!("{path}/{}", element.name), &inner, depth);
                }
                Kind::Question if element.row.is_some() => {
                    self.question(element, format!("{path}/{}[1]", element.name), inner);
                }
                _ => {}
            }
        }
    }

    fn counts(&self, path: &str) -> bool {
        self.nodes.get(path).is_some_and(|node| node.relevant)
    }

    fn group(&mut self, element: &Element, path: &str, name: &str, depth: usize) {
        if !self.counts(path) {
            return;
        }
        let label = self.words(element.label.as_ref());
        if let Some(label) = label {
            self.filled.items.push(Item::Section { label, depth });
        }
        self.children(element, path, name, depth + 1);
    }

    fn repeat(&mut self, element: &Element, repeat: &str, name: &str, depth: usize) {
        let of = self.session.turns(repeat);
        let label = self.words(element.label.as_ref()).unwrap_or_default();
        let control = element.control.as_ref();
        let own = control.is_none_or(|control| control.get("jr:count").is_none());
        for number in 1..=of {
            let path = format!("{repeat}[{number}]");
            if !self.counts(&path) {
                continue;
            }
            self.filled.items.push(Item::Turn {
                repeat: repeat.to_owned(),
                label: label.clone(),
                number,
                of,
                can_drop: own,
                depth,
            });
            self.children(element, &path, &format!("{name}[{number}]"), depth + 1);
        }
        // The engine says whether one more would count: that of a section that does not is none.
        let parent = repeat.rsplit_once('/').map_or("", |(parent, _)| parent);
        if own && self.counts(parent) && (of == 0 || self.counts(&format!("{repeat}[{of}]"))) {
            self.filled.items.push(Item::Add {
                repeat: repeat.to_owned(),
                label,
                now: of,
            });
        }
    }

    fn question(&mut self, element: &Element, path: String, name: String) {
        let Some(node) = self.nodes.get(&path).filter(|node| node.relevant).cloned() else {
            return;
        };
        let Some(asked) = question_type(&element.type_name) else {
            return;
        };
        self.counted.insert(path.clone());
        let value = node.value.clone().unwrap_or_default();
        let unseen = matches!(asked.control, Control::None | Control::Action);
        if unseen {
            return self.answer(element, name, &value, AnswerKind::Text);
        }
        if asked.control == Control::Input && element.type_name == "note" {
            if let Some(label) = node.label {
                self.filled.items.push(Item::Note(label));
            }
            return;
        }
        let (asks, kind) = self.asks(element, &asked, &path, &value);
        let typed = self.typed.get(&path).unwrap_or(&value).to_owned();
        let label = node.label.clone().unwrap_or_else(|| element.name.clone());
        let fault = self.fault((&asks, &value, &typed), &node, (&path, &name, &label));
        if let Some(fault) = &fault {
            self.filled.faults.push(fault.clone());
        }
        // What cannot be used is kept as it was typed; the fault says so.
        match fault.as_ref().map(|fault| fault.kind) {
            Some(FaultKind::Unreadable) => self.answer(element, name, &typed, AnswerKind::Text),
            Some(FaultKind::NotOffered) => self.answer(element, name, &value, AnswerKind::Text),
            _ => self.answer(element, name, &value, kind),
        }
        self.filled.items.push(Item::Question(Question {
            hint: self.words(element.hint.as_ref()),
            label,
            asks,
            typed,
            required: node.required,
            readonly: node.readonly,
            fault,
            path,
        }));
    }

    fn asks(
        &mut self,
        element: &Element,
        asked: &QuestionType,
        path: &str,
        value: &str,
    ) -> (Asks, AnswerKind) {
        let chosen: Vec<&str> = value.split(' ').filter(|one| !one.is_empty()).collect();
        let choice = |(value, label): (String, String)| Choice {
            chosen: chosen.contains(&value.as_str()),
            label: match label.is_empty() {
                true => value.clone(),
                false => label,
            },
            value,
        };
        let bind = asked.bind.unwrap_or_default().iter();
        let usual = bind.copied().find(|(name, _)| *name == "type");
        let usual = usual.map_or("", |(_, bound)| bound);
        let bound = element.bind_text("type").unwrap_or(usual);
        match asked.control {
            Control::SelectOne => {
                let choices = self.session.choices(path).into_iter().map(choice);
                (Asks::One(choices.collect()), AnswerKind::Choice)
            }
            Control::Select => {
                let choices = self.session.choices(path).into_iter().map(choice);
                (Asks::Several(choices.collect()), AnswerKind::Choice)
            }
            Control::Trigger => (Asks::Tick, AnswerKind::Text),
            Control::Upload | Control::Rank => (Asks::Device, AnswerKind::Text),
            _ => match bound {
                "int" => (Asks::Whole, AnswerKind::Whole),
                "decimal" => (Asks::Decimal, AnswerKind::Text),
                "date" => (Asks::Date, AnswerKind::Date),
                "time" => (Asks::Time, AnswerKind::Text),
                "dateTime" => (Asks::Moment, AnswerKind::Text),
                "barcode" | "geopoint" | "geotrace" | "geoshape" => {
                    (Asks::Device, AnswerKind::Text)
                }
                _ => {
                    let appearance = element.control.as_ref();
                    let appearance = appearance.and_then(|control| control.text("appearance"));
                    match appearance {
                        Some(words) if words.contains("multiline") => {
                            (Asks::Lines, AnswerKind::Text)
                        }
                        _ => (Asks::Line, AnswerKind::Text),
                    }
                }
            },
        }
    }

    fn fault(
        &self,
        (asks, value, typed): (&Asks, &str, &str),
        node: &NodeState,
        (path, name, label): (&str, &str, &str),
    ) -> Option<Fault> {
        let offered = |choices: &[Choice]| {
            let all = value.split(' ').filter(|one| !one.is_empty());
            let mut all = all.filter(|one| choices.iter().all(|choice| choice.value != *one));
            all.next().is_none()
        };
        let kind = match asks {
            _ if value.is_empty() && !typed.trim().is_empty() => FaultKind::Unreadable,
            Asks::One(choices) | Asks::Several(choices) if !offered(choices) => {
                FaultKind::NotOffered
            }
            _ => match node.invalid? {
                "required" => FaultKind::Required,
                _ => FaultKind::Rule,
            },
        };
        Some(Fault {
            path: path.to_owned(),
            question: name.to_owned(),
            label: label.to_owned(),
            kind,
            message: self.messages.get(path).cloned(),
        })
    }

    fn answer(&mut self, element: &Element, question: String, value: &str, kind: AnswerKind) {
        if value.is_empty() {
            return;
        }
        let list = element
            .itemset
            .clone()
            .filter(|_| kind == AnswerKind::Choice);
        let mut add = |value: &str| {
            self.filled.answered.push(Answered {
                question: question.clone(),
                concept: element.bind_text("palermo:concept").map(str::to_owned),
                class: element.bind_text("palermo:class").map(str::to_owned),
                list: list.clone(),
                kind,
                value: value.to_owned(),
            });
        };
        match kind {
            AnswerKind::Choice => value
                .split(' ')
                .filter(|one| !one.is_empty())
                .for_each(&mut add),
            _ => add(value),
        }
    }

    /// Words in the language that is shown; in the form's own where it has them in no other.
    fn words(&self, cell: Option<&Cell>) -> Option<String> {
        let words = match cell? {
            Cell::Text(text) => text.clone(),
            Cell::Map(map) => {
                let own = map.get(self.language);
                let own = own.or_else(|| map.get(&self.form.settings.default_language));
                own.map(Cell::flat)?
            }
        };
        Some(words).filter(|words| !words.trim().is_empty())
    }
}
