//! The names of the columns, and which field each stands for.

use terms::finding::{Finding, Severity};

/// Whether rows can be read without a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// No row can be read without it.
    Required,
    /// At least one field of this group is needed.
    OneOf(&'static str),
    /// It is read where it is there.
    Optional,
}

/// A field of a kind of publication.
#[derive(Debug)]
pub(super) struct Field {
    /// The column's usual name.
    pub(super) name: &'static str,
    /// Names in other editions, folded by [`fold`].
    pub(super) aliases: &'static [&'static str],
    /// Whether it is needed.
    pub(super) need: Need,
}

impl Field {
    fn is_named(&self, folded: &str) -> bool {
        fold(self.name) == folded || self.aliases.contains(&folded)
    }
}

/// A name without case, marks and surplus spaces, so that `Number of Dead`, `number_of_dead` and
/// a name behind a byte order mark are one.
pub(crate) fn fold(name: &str) -> String {
    let spaced: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .flat_map(char::to_lowercase)
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The header of one file.
#[derive(Debug)]
pub(super) struct Header {
    names: Vec<String>,
    /// For each field its column.
    columns: Vec<Option<usize>>,
    /// Every named column by its folded name, in the order of the names.
    named: Vec<(String, usize)>,
}

impl Header {
    /// Reads a header. Findings of weight [`Severity::Error`] say that no row can be read.
    pub(super) fn read(
        fields: &[Field],
        file: &str,
        row: u64,
        names: &[&str],
        findings: &mut Vec<Finding>,
    ) -> Self {
        let finding = |code, severity| Finding::of_file(file, code, severity).at_row(row);
        for missing in Self::missing(fields, names) {
            findings.push(
                finding("header_missing", Severity::Error)
                    .found(&names.join(", "))
                    .allowed(&missing),
            );
        }
        let mut columns = vec![None; fields.len()];
        let mut named = Vec::new();
        for (column, name) in names.iter().enumerate() {
            let folded = fold(name);
            if folded.is_empty() {
                continue;
            }
            match fields.iter().position(|field| field.is_named(&folded)) {
                Some(at) if columns[at].is_none() => columns[at] = Some(column),
                Some(_) => findings.push(
                    finding("header_repeated", Severity::Notice)
                        .in_field(name)
                        .allowed("each column once; the first is read"),
                ),
                None => findings.push(
                    finding("header_unknown", Severity::Notice)
                        .in_field(name)
                        .allowed("any further column; it is kept in the file and not read"),
                ),
            }
            named.push((folded, column));
        }
        named.sort();
        // A workbook's last columns can be named nowhere and hold nothing; they are no columns.
        let width = names.iter().rposition(|name| !name.trim().is_empty());
        let names = names[..width.map_or(0, |last| last + 1)].iter();
        Self {
            names: names.map(|name| name.trim().to_owned()).collect(),
            columns,
            named,
        }
    }

    /// What is needed and missing, as sentences of what is allowed.
    pub(super) fn missing(fields: &[Field], names: &[&str]) -> Vec<String> {
        let folded: Vec<String> = names.iter().map(|name| fold(name)).collect();
        let present = |field: &Field| folded.iter().any(|name| field.is_named(name));
        let mut missing = Vec::new();
        let mut groups: Vec<&str> = Vec::new();
        for field in fields {
            match field.need {
                Need::Required if !present(field) => {
                    missing.push(format!("a column “{}”", field.name));
                }
                Need::OneOf(group) if !groups.contains(&group) => {
                    groups.push(group);
                    let of_group = |f: &&Field| f.need == Need::OneOf(group);
                    if !fields.iter().filter(of_group).any(present) {
                        let all: Vec<_> = fields.iter().filter(of_group).map(|f| f.name).collect();
                        missing.push(format!("one of the columns “{}”", all.join("”, “")));
                    }
                }
                _ => {}
            }
        }
        missing
    }

    /// The column of a field, if the file has it.
    pub(super) fn column(&self, field: usize) -> Option<usize> {
        self.columns.get(field).copied().flatten()
    }

    /// The name of a column as the file spells it.
    pub(super) fn name(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }

    /// Number of columns.
    pub(super) fn width(&self) -> usize {
        self.names.len()
    }

    /// Every named column by its folded name, in the order of the names.
    pub(super) fn named_columns(&self) -> &[(String, usize)] {
        &self.named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_together() {
        for name in [
            "Number of Dead",
            " number_of  dead ",
            "\u{feff}NUMBER OF DEAD",
        ] {
            assert_eq!(fold(name), "number of dead");
        }
        assert_eq!(fold("Iso3_code"), "iso3 code");
    }
}
