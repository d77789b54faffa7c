//! A form filled in at a page, by a person with a browser and a poor line.
//!
//! Nothing is kept between two pages but what goes back and forth: [`Typed`] holds what was typed,
//! [`Instrument::fill`] works the form out for it and answers with what is to be shown, what was
//! answered, and what is wrong. What was typed and cannot be used stays where it stands, with a
//! fault; what does not count now, since an answer before it has changed, is carried along and
//! counts again when that answer comes back. What counts at the end is what the engine in the
//! field would send: an answer that does not count is no part of the record. So it has to be:
//! somebody who asks that nothing be written down has typed for nothing.

mod typed;
mod walk;
mod words;

use std::collections::HashMap;

pub use typed::Typed;

use crate::evaluate::{Clock, Definition, Session};
use crate::finding::{Finding, Findings, Place};
use crate::model::Form;
use crate::sheet::Format;
use crate::{Options, compile};

/// What a question asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asks {
    /// One line of text.
    Line,
    /// Several lines of text.
    Lines,
    /// A whole number.
    Whole,
    /// A number.
    Decimal,
    /// A day, as YYYY-MM-DD.
    Date,
    /// A time of day.
    Time,
    /// A day and a time.
    Moment,
    /// One of these.
    One(Vec<Choice>),
    /// Some of these.
    Several(Vec<Choice>),
    /// That something was read: a tick.
    Tick,
    /// What a page cannot take: a picture, a place, a code that is scanned.
    Device,
}

/// One of the answers that are offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The value that is recorded.
    pub value: String,
    /// What a person reads.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// In what way an answer is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// There is none, and one is needed.
    Required,
    /// It breaks a rule of the form.
    Rule,
    /// It is none of those that are offered.
    NotOffered,
    /// It is no answer of the kind that is asked for.
    Unreadable,
}

impl FaultKind {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Rule => "rule",
            Self::NotOffered => "not-offered",
            Self::Unreadable => "unreadable",
        }
    }

    /// The kind of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        let all = [
            Self::Required,
            Self::Rule,
            Self::NotOffered,
            Self::Unreadable,
        ];
        all.into_iter().find(|kind| kind.code() == code)
    }
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The question's path.
    pub path: String,
    /// What the question is called in a record.
    pub question: String,
    /// What the question says, in the language that is shown.
    pub label: String,
    /// In what way.
    pub kind: FaultKind,
    /// What the form says of it.
    pub message: Option<String>,
}

/// A question as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its path with positions.
    pub path: String,
    /// What is asked.
    pub label: String,
    /// A line of help.
    pub hint: Option<String>,
    /// What for.
    pub asks: Asks,
    /// What stands in it, as it was typed.
    pub typed: String,
    /// Whether an answer is needed.
    pub required: bool,
    /// Whether it is shown and not asked.
    pub readonly: bool,
    /// What is wrong.
    pub fault: Option<Fault>,
}

/// A part of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A heading: the group's label. `depth` is 1 for a group of the form itself.
    Section {
        /// What it says.
        label: String,
        /// How deep it lies.
        depth: usize,
    },
    /// A turn of a repeat begins.
    Turn {
        /// The repeat's path, without the turn.
        repeat: String,
        /// What is repeated.
        label: String,
        /// Which turn, from 1.
        number: usize,
        /// Of how many.
        of: usize,
        /// Whether it can be taken away.
        can_drop: bool,
        /// How deep it lies.
        depth: usize,
    },
    /// A repeat of which another turn can be added.
    Add {
        /// The repeat's path, without the turn.
        repeat: String,
        /// What is repeated.
        label: String,
        /// How many turns there are.
        now: usize,
    },
    /// Words to be read.
    Note(String),
    /// A question.
    Question(Question),
}

/// What kind of answer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    /// A value of a list.
    Choice,
    /// A whole number.
    Whole,
    /// A day, as YYYY-MM-DD.
    Date,
    /// Anything else, as text.
    Text,
}

/// An answer that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// What the question is called in a record: the path within the form, with the turns of repeats
    /// alone (`accused[2]/sex`).
    pub question: String,
    /// What it means, where the form says so.
    pub concept: Option<String>,
    /// How far it may travel, where the form says so.
    pub class: Option<String>,
    /// The list of the form that the value is of.
    pub list: Option<String>,
    /// What kind of answer it is.
    pub kind: AnswerKind,
    /// The answer. Of several each stands by itself.
    pub value: String,
}

/// A form worked out for what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// What is shown, in order.
    pub items: Vec<Item>,
    /// What was answered and counts.
    pub answered: Vec<Answered>,
    /// What is wrong, in order.
    pub faults: Vec<Fault>,
    /// What was typed and does not count now, by path.
    pub carried: Vec<(String, String)>,
}

/// A form that can be filled in.
#[derive(Debug)]
pub struct Instrument {
    form: Form,
    definition: Definition,
}

impl Instrument {
    /// Reads a form.
    ///
    /// # Errors
    /// What was found wrong with it, if it is refused.
    pub fn read(bytes: &[u8], format: Format) -> Result<Self, Vec<Finding>> {
        let compiled = compile(bytes, format, &Options::default());
        let (Some(form), Some(xml)) = (compiled.form, &compiled.xml) else {
            return Err(compiled.findings);
        };
        let definition = Definition::read(xml).map_err(|unreadable| {
            let mut findings = Findings::new();
            findings.error(Place::file(), "form-not-opened", unreadable.message);
            findings.into_list()
        })?;
        Ok(Self { form, definition })
    }

    /// The form's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.form.settings.id
    }

    /// Its version; empty if it has none.
    #[must_use]
    pub fn version(&self) -> &str {
        self.form.settings.version.as_deref().unwrap_or_default()
    }

    /// What a person reads above it, in the form's own language.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.form.settings.title
    }

    /// What its records are about, where the settings say so (`attribute::palermo:about`).
    #[must_use]
    pub fn about(&self) -> Option<&str> {
        self.form.settings.attributes.text("palermo:about")
    }

    /// What was answered before, to be gone on with: each answer by what its question is called in
    /// a record. What is no question of the form is left out.
    #[must_use]
    pub fn typed<'a>(&self, answers: impl Iterator<Item = (&'a str, String)>) -> Typed {
        let mut typed = Typed::default();
        for (question, text) in answers {
            let Some(path) = self.path_of(question) else {
                continue;
            };
            typed.answer(&path, &text);
            typed.make_room_for(&path);
        }
        typed
    }

    /// The path of a question by what it is called in a record: the way back from
    /// [`Answered::question`]. None if no question of the form is called so.
    #[must_use]
    pub fn path_of(&self, question: &str) -> Option<String> {
        let mut path = format!("/{}", self.form.settings.name);
        let mut bare = path.clone();
        for step in question.split('/') {
            let name = step.split_once('[').map_or(step, |(name, _)| name);
            bare.push('/');
            bare.push_str(name);
            path.push('/');
            path.push_str(step);
            if !step.contains('[') {
                path.push_str("[1]");
            }
        }
        self.definition.place(&bare).map(|_| path)
    }

    /// Works the form out for what was typed. `language` is a code such as `fr`; a form that does
    /// not speak it is shown in its own.
    #[must_use]
    pub fn fill(&self, typed: &Typed, language: &str, clock: Clock) -> Filled {
        let none = HashMap::new();
        let mut session = Session::begin(&self.definition, &none, HashMap::new(), clock, 1);
        session.repeats_max = typed::TURNS_MAX;
        let spoken = format!("({language})");
        let mut languages = self.definition.languages().iter();
        let shown = languages.find(|one| one.ends_with(&spoken) || *one == language);
        if let Some(shown) = shown {
            // It is one of the form's own, so that it cannot be refused.
            let _ = session.show_language(shown);
        }
        settle(&mut session, typed);
        walk::walk(&self.form, &mut session, typed, shown.map(String::as_str))
    }
}

/// Puts in what was typed, until nothing more of it can be: an answer may make others count.
fn settle(session: &mut Session<'_>, typed: &Typed) {
    let mut left: Vec<(&str, &str)> = typed.answers().collect();
    loop {
        let before = left.len();
        let mut changed = false;
        for (repeat, wanted) in typed.turns() {
            changed |= turns(session, repeat, wanted);
        }
        left.retain(|(path, text)| session.set(path, text).is_err());
        if !changed && left.len() == before {
            return;
        }
    }
}

/// Gives a repeat so many turns, unless it says itself how many it has; whether anything has
/// changed.
fn turns(session: &mut Session<'_>, repeat: &str, wanted: usize) -> bool {
    let mut changed = false;
    if session.is_counted(repeat) {
        return changed;
    }
    while session.turns(repeat) < wanted {
        if session.add(repeat).is_err() {
            return changed;
        }
        changed = true;
    }
    while session.turns(repeat) > wanted {
        let last = session.turns(repeat) - 1;
        if session.remove(repeat, last).is_err() {
            return changed;
        }
        changed = true;
    }
    changed
}
