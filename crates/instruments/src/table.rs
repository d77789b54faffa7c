//! A row's cells once their headers are grouped: `label::French (fr)` becomes the entry
//! `French (fr)` of the map `label`.

use std::borrow::Cow;
use std::sync::Arc;

/// A cell: text, or a map by language or attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// What was written.
    Text(String),
    /// What was written under headers that share their first word.
    Map(Table),
}

impl Cell {
    /// The text, when it is text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Map(_) => None,
        }
    }

    /// The map, when it is one.
    #[must_use]
    pub fn map(&self) -> Option<&Table> {
        match self {
            Self::Text(_) => None,
            Self::Map(map) => Some(map),
        }
    }

    /// The cell as one string. A map where text is expected (`bind::esri::field`) is written as the
    /// field's tools write it, in the notation of a Python dictionary.
    #[must_use]
    pub fn words(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Map(map) => {
                let entries: Vec<String> = map
                    .iter()
                    .map(|(key, cell)| match cell {
                        Self::Text(text) => format!("{}: {}", quoted(key), quoted(text)),
                        Self::Map(_) => format!("{}: {}", quoted(key), cell.flat()),
                    })
                    .collect();
                Cow::Owned(format!("{{{}}}", entries.join(", ")))
            }
        }
    }
}

fn quoted(text: &str) -> String {
    if text.contains('\'') && !text.contains('"') {
        return format!("\"{text}\"");
    }
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

impl Cell {
    /// The cell as one string of its own.
    #[must_use]
    pub fn flat(&self) -> String {
        self.words().into_owned()
    }

    /// The cell as one string, taken out.
    #[must_use]
    pub fn into_flat(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Map(_) => self.flat(),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// An ordered map from header words to cells. Rows have few cells: a list serves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    entries: Vec<(Arc<str>, Cell)>,
}

impl Table {
    /// No entries.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No entries, and room for some.
    #[must_use]
    pub fn with_capacity(entries: usize) -> Self {
        Self {
            entries: Vec::with_capacity(entries),
        }
    }

    /// The cell under a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Cell> {
        self.entries
            .iter()
            .find(|(name, _)| **name == *key)
            .map(|(_, cell)| cell)
    }

    /// The cell under a key, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Cell> {
        self.entries
            .iter_mut()
            .find(|(name, _)| **name == *key)
            .map(|(_, cell)| cell)
    }

    /// The text under a key.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Cell::text)
    }

    /// The map under a key.
    #[must_use]
    pub fn map(&self, key: &str) -> Option<&Table> {
        self.get(key).and_then(Cell::map)
    }

    /// Whether there is such a key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Puts a cell under a key, in its old place when the key is there already.
    pub fn set(&mut self, key: impl AsRef<str> + Into<Arc<str>>, cell: impl Into<Cell>) {
        let cell = cell.into();
        match self.get_mut(key.as_ref()) {
            Some(old) => *old = cell,
            None => self.entries.push((key.into(), cell)),
        }
    }

    /// Takes a cell away.
    pub fn take(&mut self, key: &str) -> Option<Cell> {
        let at = self.entries.iter().position(|(name, _)| **name == *key)?;
        Some(self.entries.remove(at).1)
    }

    /// The map under a key, made when it is missing or is text.
    pub fn map_mut(&mut self, key: &str) -> &mut Table {
        if self.map(key).is_none() {
            self.set(key, Cell::Map(Table::new()));
        }
        match self.get_mut(key) {
            Some(Cell::Map(map)) => map,
            _ => unreachable!("the map was just made"),
        }
    }

    /// Keys and cells in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Cell)> {
        self.entries.iter().map(|(key, cell)| (&**key, cell))
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// Joins two cells under one key. A text beside a map is the map's entry in the default language,
/// unless the map has one.
#[must_use]
pub fn merge(first: Option<Cell>, second: Option<Cell>, default_language: &str) -> Option<Cell> {
    let (first, second) = match (first, second) {
        (None, other) | (other, None) => return other,
        (Some(first), Some(second)) => (first, second),
    };
    let as_map = |cell: Cell| match cell {
        Cell::Map(map) => map,
        text @ Cell::Text(_) => {
            let mut map = Table::new();
            map.set(default_language, text);
            map
        }
    };
    if first.map().is_none() && second.map().is_some_and(|map| map.has(default_language)) {
        return Some(second);
    }
    if first.map().is_none()
        && let Cell::Text(text) = &second
    {
        // Two texts for one key. The field's tools look for the language's name in the second,
        // and otherwise put the first a level deeper, where it is refused later.
        if text.contains(default_language) {
            return Some(second);
        }
        return Some(Cell::Map(as_map(first)));
    }
    let first = as_map(first);
    if second.map().is_none() && first.has(default_language) {
        return Some(Cell::Map(first));
    }
    let mut second = as_map(second);
    let mut joined = Table::new();
    for (key, cell) in first.entries {
        let other = second.take(&key);
        if let Some(cell) = merge(Some(cell), other, default_language) {
            joined.set(key, cell);
        }
    }
    for (key, cell) in second.entries {
        joined.set(key, cell);
    }
    Some(Cell::Map(joined))
}
