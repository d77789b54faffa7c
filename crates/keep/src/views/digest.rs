//! One digest over all views, to tell whether two of them say the same.

use rusqlite::types::ValueRef;
use sha2::{Digest, Sha256};

use super::{ViewError, Views};
use crate::journal::Hash;

/// Every table with the columns that give its rows an order.
const TABLES: [(&str, &str); 33] = [
    ("act", "number"),
    ("agency", "agency"),
    ("staff", "staff"),
    ("code", "act"),
    ("credential", "credential"),
    ("session", "session"),
    ("reset", "reset"),
    ("caseload", "dossier, staff"),
    ("glass", "glass"),
    ("consent", "consent"),
    ("export", "export"),
    ("matter", "matter"),
    ("dossier", "dossier"),
    ("record", "record"),
    ("subject", "ordinal"),
    ("said", "number"),
    ("segment", "segment"),
    ("mark", "mark"),
    ("search", "act, dossier"),
    ("deposit", "act"),
    ("hold", "hold"),
    ("erasure", "erasure"),
    ("saved_keyring", "place"),
    ("backup", "act"),
    ("figure", "figure"),
    ("retention", "role"),
    ("import", "import"),
    ("map", "agency, name"),
    ("draft", "draft"),
    ("counting", "draft"),
    ("release", "release"),
    ("publication", "publication"),
    ("party", "party"),
];

impl Views {
    /// SHA-256 over all rows of all tables, each value with its type and length. What the views say
    /// of themselves (format, whether they were closed well) is left out.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn digest(&self) -> Result<Hash, ViewError> {
        let mut hasher = Sha256::new();
        hasher.update(b"palermo/views/1\0");
        let statement = "SELECT name, value FROM meta
                         WHERE name IN ('node', 'agency', 'batch', 'hash', 'next_key')
                         ORDER BY name";
        self.add(&mut hasher, statement)?;
        for (table, order) in TABLES {
            hasher.update(table.as_bytes());
            hasher.update([0]);
            self.add(
                &mut hasher,
                &format!("SELECT * FROM {table} ORDER BY {order}"),
            )?;
        }
        Ok(Hash(hasher.finalize().into()))
    }

    fn add(&self, hasher: &mut Sha256, statement: &str) -> Result<(), ViewError> {
        let mut statement = self.connection.prepare(statement)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                let (kind, bytes): (u8, &[u8]) = match row.get_ref(column)? {
                    ValueRef::Null => (0, &[]),
                    ValueRef::Integer(number) => {
                        hasher.update([1]);
                        hasher.update(number.to_be_bytes());
                        continue;
                    }
                    ValueRef::Real(number) => {
                        hasher.update([2]);
                        hasher.update(number.to_bits().to_be_bytes());
                        continue;
                    }
                    ValueRef::Text(bytes) => (3, bytes),
                    ValueRef::Blob(bytes) => (4, bytes),
                };
                hasher.update([kind]);
                hasher.update((bytes.len() as u64).to_be_bytes());
                hasher.update(bytes);
            }
            hasher.update([255]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table that is not in the digest would be a view that may silently differ.
    #[test]
    fn every_table_is_in_the_digest() {
        let views = Views::in_memory().expect("views");
        let statement = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
        let mut statement = views.connection.prepare(statement).expect("statement");
        let names: Result<Vec<String>, _> = statement
            .query_map([], |row| row.get(0))
            .expect("rows")
            .collect();
        let mut known: Vec<_> = TABLES.iter().map(|(table, _)| *table).collect();
        known.push("meta");
        known.sort_unstable();
        assert_eq!(names.expect("names"), known);
    }
}
