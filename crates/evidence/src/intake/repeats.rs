//! Keys that come more than once.

use std::collections::HashMap;
use std::hash::Hash;

use terms::finding::{Finding, Severity};

use super::row::Row;

/// One key with the rows that carry it.
#[derive(Debug)]
pub(super) struct Entry<K, V> {
    pub(super) key: K,
    /// The value that was printed first.
    pub(super) value: V,
    /// Whether another value was printed later.
    pub(super) disputed: bool,
    first_row: u64,
    /// Positions of its rows.
    ordinals: Vec<usize>,
}

/// The keys of a file, in the order in which they came first.
#[derive(Debug)]
pub(super) struct Repeats<K, V> {
    places: HashMap<K, usize>,
    entries: Vec<Entry<K, V>>,
}

impl<K, V> Default for Repeats<K, V> {
    fn default() -> Self {
        Self {
            places: HashMap::new(),
            entries: Vec::new(),
        }
    }
}

impl<K: Eq + Hash + Clone, V: PartialEq> Repeats<K, V> {
    /// Notes a key and its value. A repeat is a finding: `repeated_key` when it prints the value
    /// that was printed first, `repeated_key_disagrees` when it does not; then all rows of the
    /// key are held at the end. `show` writes a value as the file prints it.
    pub(super) fn note(
        &mut self,
        key: K,
        value: V,
        row: &Row<'_>,
        show: impl Fn(&V) -> String,
        into: &mut Vec<Finding>,
    ) {
        let Some(&at) = self.places.get(&key) else {
            self.places.insert(key.clone(), self.entries.len());
            self.entries.push(Entry {
                key,
                value,
                disputed: false,
                first_row: row.number,
                ordinals: vec![row.ordinal],
            });
            return;
        };
        let entry = &mut self.entries[at];
        entry.ordinals.push(row.ordinal);
        if entry.value == value {
            into.push(
                row.finding("repeated_key", Severity::Notice)
                    .found(&show(&value))
                    .allowed(&format!("once; row {} prints the same", entry.first_row)),
            );
        } else {
            entry.disputed = true;
            let first = show(&entry.value);
            into.push(
                row.finding("repeated_key_disagrees", Severity::Held)
                    .found(&show(&value))
                    .allowed(&format!(
                        "one value; row {} prints {first}",
                        entry.first_row
                    )),
            );
        }
    }

    /// Ends the file: the keys, and the positions of all rows whose key is disputed. The first
    /// row of such a key gets its own finding, so that each held row has one.
    pub(super) fn finish(
        self,
        file: &str,
        show: impl Fn(&V) -> String,
        into: &mut Vec<Finding>,
    ) -> (Vec<Entry<K, V>>, Vec<usize>) {
        let mut late = Vec::new();
        for entry in self.entries.iter().filter(|entry| entry.disputed) {
            late.extend(&entry.ordinals);
            into.push(
                Finding::of_file(file, "key_disputed", Severity::Held)
                    .at_row(entry.first_row)
                    .found(&show(&entry.value))
                    .allowed("one value; a later row with the same key prints another"),
            );
        }
        (self.entries, late)
    }
}
