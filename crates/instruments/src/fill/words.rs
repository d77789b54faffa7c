//! What a form calls its questions and choices, without a record.

use super::Instrument;
use crate::model::Element;
use crate::table::Cell;

impl Instrument {
    /// What a question says, by what it is called in a record.
    #[must_use]
    pub fn label(&self, question: &str, language: &str) -> Option<String> {
        self.words(self.element(question)?.label.as_ref()?, language)
    }

    /// What a choice of a question says.
    #[must_use]
    pub fn choice(&self, question: &str, value: &str, language: &str) -> Option<String> {
        let list = self
            .form
            .list(self.element(question)?.itemset.as_deref()?)?;
        let choice = list.choices.iter().find(|choice| choice.name == value)?;
        self.words(choice.label.as_ref()?, language)
    }

    fn element(&self, question: &str) -> Option<&Element> {
        let mut element = &self.form.root;
        for step in question.split('/') {
            let name = step.split_once('[').map_or(step, |(name, _)| name);
            element = element.children.iter().find(|child| child.name == name)?;
        }
        Some(element)
    }

    /// Words in a language; in the form's own where it has them in no other.
    fn words(&self, cell: &Cell, language: &str) -> Option<String> {
        let spoken = format!("({language})");
        match cell {
            Cell::Text(text) => Some(text.clone()),
            Cell::Map(map) => {
                let own = map.iter().find(|(name, _)| name.ends_with(&spoken));
                let words = own.map(|(_, cell)| cell);
                let words = words.or_else(|| map.get(&self.form.settings.default_language));
                words.map(Cell::flat)
            }
        }
    }
}
