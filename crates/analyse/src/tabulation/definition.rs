//! Figures whose definitions are carried as data: the tables of the Global Report, and a return of
//! the Southern African region as reconstructed. Each is a tabulation that lacks only its period.

use std::sync::OnceLock;

use evidence::dossier::Unit;
use serde::Deserialize;
use terms::language::Language;

use super::{Tabulation, TabulationError};

const FILES: [(&str, &str); 2] = [
    (
        "global_report",
        include_str!("../../../../indicators/global_report.toml"),
    ),
    ("sadc", include_str!("../../../../indicators/sadc.toml")),
];

/// One figure as a file of definitions says it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    en: String,
    fr: String,
    pt: String,
    unit: String,
    by: Vec<String>,
    #[serde(default)]
    of: Vec<String>,
    reference: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    figure: Vec<Written>,
}

/// One figure.
#[derive(Debug, Clone)]
pub struct Definition {
    /// Its name, such as `gr-victims-form`.
    pub id: String,
    /// The series that it is of.
    pub series: &'static str,
    written: Written,
}

impl Definition {
    /// What it is called.
    #[must_use]
    pub fn title(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.written.fr,
            Language::Pt => &self.written.pt,
            _ => &self.written.en,
        }
    }

    /// The tabulation of a period, such as `2020..2024`.
    ///
    /// # Errors
    /// When the period cannot be read.
    pub fn over(&self, period: &str) -> Result<Tabulation, TabulationError> {
        let unit = Unit::of_code(&self.written.unit).unwrap_or(Unit::Victim);
        let written = &self.written;
        Tabulation::of_parts(
            unit,
            &written.by,
            &written.of,
            period,
            Some(&written.reference),
        )
    }

    /// Whether a tabulation is this one, over whatever period.
    #[must_use]
    pub fn is_of(&self, tabulation: &Tabulation) -> bool {
        let month = |month| super::text::month(month);
        let period = format!("{}..{}", month(tabulation.from), month(tabulation.to));
        self.over(&period).is_ok_and(|own| own == *tabulation)
    }
}

/// Every definition that is carried, in the order of its file.
///
/// # Panics
/// Never: a test reads the embedded files.
#[must_use]
pub fn definitions() -> &'static [Definition] {
    static DEFINITIONS: OnceLock<Vec<Definition>> = OnceLock::new();
    DEFINITIONS.get_or_init(|| {
        let read = |(series, text): (&'static str, &str)| {
            let file: File = toml::from_str(text).expect("the embedded definitions are sound");
            file.figure.into_iter().map(move |written| Definition {
                id: written.id.clone(),
                series,
                written,
            })
        };
        FILES.into_iter().flat_map(read).collect()
    })
}

/// A definition by its name.
#[must_use]
pub fn definition(id: &str) -> Option<&'static Definition> {
    definitions().iter().find(|definition| definition.id == id)
}

/// The definition of which a tabulation is one period; none if it was asked for freely.
#[must_use]
pub fn definition_of(tabulation: &Tabulation) -> Option<&'static Definition> {
    definitions()
        .iter()
        .find(|definition| definition.is_of(tabulation))
}
