//! Texts that come again and again, kept once.

use std::collections::HashMap;

/// A list of texts, each with its number.
#[derive(Debug, Default)]
pub(super) struct Words {
    texts: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Words {
    /// The number of a text, and whether it came for the first time.
    pub(super) fn note(&mut self, text: &str) -> (u32, bool) {
        if let Some(&number) = self.numbers.get(text) {
            return (number, false);
        }
        let number = u32::try_from(self.texts.len()).expect("fewer than 2^32 texts");
        self.texts.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        (number, true)
    }

    /// The text of a number that [`Words::note`] gave.
    pub(super) fn text(&self, number: u32) -> &str {
        &self.texts[number as usize]
    }
}
