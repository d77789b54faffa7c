//! The fields of the standard: names, labels, types, and to which concept each is bound.

use std::collections::HashMap;
use std::sync::OnceLock;

use terms::list::ListReference;

use super::super::column::{Coded, Part};
use super::super::fold;
use crate::concept::{Concept, Concepts};

const FILE: &str = include_str!("../../../../../codelists/htcds_fields.csv");

/// A name that a toolkit of the standard writes otherwise, beyond case and underscores.
const MISSPELT: [(&str, &str); 1] = [(
    "vic_TraffickinStatusDecisionMakingOrg",
    "vic_TraffickingStatusDecisionMakingOrg",
)];

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    One,
    Many,
    Date,
    Number,
    Checkbox,
    Text,
}

/// One field.
#[derive(Debug)]
pub(in super::super) struct Field {
    /// Its name with prefix, such as `prs_FirstName`.
    pub(in super::super) name: &'static str,
    pub(in super::super) label: &'static str,
    pub(super) takes: Type,
    list: Option<ListReference>,
    pub(in super::super) concept: Option<&'static Concept>,
    pub(super) part: Part,
    pub(super) core: bool,
    pub(super) deprecated: bool,
}

impl Field {
    /// How its codes are read; none if it takes none.
    pub(super) fn coded(&self) -> Option<Coded> {
        if !matches!(self.takes, Type::One | Type::Many) {
            return None;
        }
        let mut coded = Coded::new(self.concept, self.list.clone())?;
        coded.one = self.takes == Type::One;
        Some(coded)
    }
}

/// Every field, by name and by label.
#[derive(Debug)]
pub(in super::super) struct Fields {
    pub(in super::super) fields: Vec<Field>,
    names: HashMap<String, usize>,
    /// None where two fields bear the label.
    labels: HashMap<String, Option<usize>>,
}

impl Fields {
    /// The fields of version 2.0.
    pub(in super::super) fn standard() -> &'static Self {
        static FIELDS: OnceLock<Fields> = OnceLock::new();
        FIELDS.get_or_init(Self::build)
    }

    fn build() -> Self {
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .from_reader(FILE.as_bytes());
        let rows = reader.records().map_while(Result::ok);
        let mut fields = Vec::new();
        for row in rows {
            // The file is part of the program: its words live as long.
            let row: &'static csv::StringRecord = Box::leak(Box::new(row));
            fields.extend(field(row));
        }
        let mut names = HashMap::new();
        let mut labels: HashMap<String, Option<usize>> = HashMap::new();
        for (at, field) in fields.iter().enumerate() {
            names.insert(fold::header(field.name), at);
            if !field.label.is_empty() {
                let label = labels.entry(fold::header(field.label));
                label.and_modify(|held| *held = None).or_insert(Some(at));
            }
        }
        Self {
            fields,
            names,
            labels,
        }
    }

    /// A field by its exact name.
    pub(super) fn get(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// A field by its name, however it is written, and whether a letter is missing.
    pub(in super::super) fn by_name(&self, text: &str) -> Option<(&Field, bool)> {
        // Fields of one's own bear this ending in one of the toolkits.
        let text = text.strip_suffix("__c").unwrap_or(text);
        let folded = fold::header(text);
        if let Some(at) = self.names.get(&folded) {
            return Some((&self.fields[*at], false));
        }
        let (_, right) = MISSPELT
            .iter()
            .find(|(wrong, _)| fold::header(wrong) == folded)?;
        self.get(right).map(|field| (field, true))
    }

    /// A field by its label; an error where several bear it.
    pub(in super::super) fn by_label(&self, text: &str) -> Option<Result<&Field, ()>> {
        let found = self.labels.get(&fold::header(text))?;
        Some(found.map(|at| &self.fields[at]).ok_or(()))
    }
}

fn field(row: &'static csv::StringRecord) -> Option<Field> {
    let text = |at: usize| row.get(at).unwrap_or_default();
    let takes = match text(2) {
        "one" => Type::One,
        "many" => Type::Many,
        "date" => Type::Date,
        "number" => Type::Number,
        "checkbox" => Type::Checkbox,
        "text" => Type::Text,
        _ => return None,
    };
    let part = match text(5) {
        "victim" => Part::Victim,
        "suspect" => Part::Suspect,
        "person" => Part::Person,
        "case" => Part::Case,
        _ => return None,
    };
    Some(Field {
        name: text(0),
        label: text(1),
        takes,
        list: text(3).parse().ok(),
        concept: Concepts::standard().get(text(4)),
        part,
        core: text(6) == "core",
        deprecated: text(7) == "deprecated",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_file_is_a_field_whose_list_and_concept_are_carried() {
        let rows = FILE.lines().filter(|line| !line.starts_with('#')).count() - 1;
        let fields = &Fields::standard().fields;
        assert_eq!(fields.len(), rows);
        for field in fields {
            let codes = matches!(field.takes, Type::One | Type::Many);
            assert_eq!(field.coded().is_some(), codes, "{}", field.name);
            let row = FILE
                .lines()
                .find(|line| line.starts_with(&format!("{},", field.name)));
            let bound = row.and_then(|row| row.split(',').nth_back(3));
            assert_eq!(
                bound.is_some_and(|id| !id.is_empty()),
                field.concept.is_some(),
                "{row:?}"
            );
        }
        assert_eq!(fields.iter().filter(|field| field.core).count(), 40);
    }

    #[test]
    fn a_label_of_several_fields_names_none_of_them() {
        let fields = Fields::standard();
        assert!(matches!(fields.by_label("Type"), Some(Err(()))));
        let second = fields
            .by_label("second name")
            .expect("a label")
            .expect("of one field");
        assert_eq!(second.name, "prs_SecondName");
        let (field, misspelt) = fields.by_name("prs_Second_Name").expect("a field");
        assert_eq!((field.name, misspelt), ("prs_SecondName", false));
    }
}
