//! What names of columns mean.

use terms::language::Language;

use super::super::{fold, htcds};
use crate::concept::{Concept, Concepts};

/// Words that offices write above columns, besides labels of concepts and fields of the standard.
const WORDS: [(&str, &[&str]); 21] = [
    (
        "name",
        &[
            "surname",
            "last name",
            "given name",
            "full name",
            "prénom",
            "nom de famille",
            "apelido",
            "sobrenome",
            "nome completo",
            "alias",
        ],
    ),
    (
        "person.birth_date",
        &[
            "dob",
            "birth date",
            "born",
            "né le",
            "née le",
            "data nascimento",
        ],
    ),
    ("person.sex", &["gender", "genre", "género", "gênero"]),
    (
        "person.age_years",
        &["age", "âge", "idade", "age at detection", "age at referral"],
    ),
    (
        "person.age_group",
        &[
            "age group",
            "adult or child",
            "minor or adult",
            "majeur ou mineur",
            "classe d’âge",
            "grupo etário",
            "maior ou menor",
        ],
    ),
    (
        "person.citizenship",
        &[
            "nationality",
            "nationalité",
            "nacionalidade",
            "country of citizenship",
            "country of origin",
            "pays d’origine",
            "país de origem",
            "pays de nationalité",
        ],
    ),
    (
        "person.residence",
        &["country of residence", "residence", "residência"],
    ),
    (
        "person.education",
        &["education", "school level", "instruction", "escolaridade"],
    ),
    (
        "person.marital_status",
        &["civil status", "situation matrimoniale", "situação civil"],
    ),
    (
        "event.date_recorded",
        &[
            "date of entry",
            "date entered",
            "recorded on",
            "date d’enregistrement",
            "data do registo",
        ],
    ),
    (
        "event.date_detected",
        &[
            "date of referral",
            "referral date",
            "date detected",
            "date identified",
            "date of rescue",
            "date de signalement",
            "data de sinalização",
        ],
    ),
    (
        "tip.exploitation",
        &[
            "exploitation",
            "exploitation type",
            "type of exploitation",
            "form of exploitation",
            "claimed exploitation type",
            "type d’exploitation",
            "tipo de exploração",
            "exploração",
            "purpose of trafficking",
        ],
    ),
    ("tip.means", &["means used", "moyens", "meios"]),
    (
        "tip.means_of_control",
        &["control", "methods of control", "means of control"],
    ),
    (
        "tip.recruitment",
        &[
            "recruitment",
            "how recruited",
            "recrutement",
            "recrutamento",
        ],
    ),
    ("tip.country_recruited", &["country of recruitment"]),
    (
        "tip.country_exploited",
        &[
            "exploited in",
            "country of exploitation",
            "destination",
            "country of destination",
        ],
    ),
    (
        "tip.age_exploited_years",
        &[
            "age when exploited",
            "age at exploitation",
            "age when trafficked",
        ],
    ),
    (
        "identification.status",
        &[
            "victim status",
            "nrm status",
            "identification",
            "statut",
            "estatuto",
        ],
    ),
    (
        "case.status",
        &["case status", "status of case", "état du dossier"],
    ),
    (
        "perpetrator.role",
        &["role of suspect", "role in trafficking"],
    ),
];

/// Words above columns that number records.
const KEYS: [&str; 24] = [
    "no",
    "nr",
    "number",
    "id",
    "ref",
    "reference",
    "case no",
    "case number",
    "case id",
    "case ref",
    "case reference",
    "file number",
    "file no",
    "client id",
    "client number",
    "person id",
    "person number",
    "victim id",
    "numéro de dossier",
    "n° de dossier",
    "numéro",
    "número do processo",
    "nº do processo",
    "número",
];

/// How a name was understood.
#[derive(Debug, Clone)]
pub(super) enum Named {
    /// It is the name of this concept; why.
    Same(&'static Concept, String),
    /// It is written like the name of this concept, or holds it.
    Like(&'static Concept, String),
}

/// The concepts that a name may stand for, the surest first.
pub(super) fn concepts(header: &str) -> Vec<Named> {
    let folded = fold::header(header);
    if folded.is_empty() {
        return Vec::new();
    }
    let all = Concepts::standard();
    let mut found: Vec<Named> = Vec::new();
    let mut add = |concept: &'static Concept, why: String, same: bool| {
        let id = |named: &Named| match named {
            Named::Same(concept, _) | Named::Like(concept, _) => concept.id.clone(),
        };
        if !found.iter().any(|named| id(named) == concept.id) {
            found.push(if same {
                Named::Same(concept, why)
            } else {
                Named::Like(concept, why)
            });
        }
    };
    if let Some((field, concept)) = htcds::concept_of(header) {
        add(concept, format!("it is the field {field} of HTCDS"), true);
    }
    for concept in all.iter() {
        if fold::header(&concept.id) == folded {
            add(concept, "it is the concept’s own name".to_owned(), true);
        }
        for language in [Language::En, Language::Fr, Language::Pt] {
            if fold::header(concept.label(language)) == folded {
                add(
                    concept,
                    format!("the concept is called so ({language})"),
                    true,
                );
            }
        }
    }
    for (id, words) in WORDS {
        if let Some(word) = words.iter().find(|word| fold::header(word) == folded)
            && let Some(concept) = all.get(id)
        {
            add(
                concept,
                format!("“{word}” is written so above such columns"),
                true,
            );
        }
    }
    // A name within the name is a hint and no more.
    const HINT_LETTERS_MIN: usize = 5;
    for (id, words) in WORDS {
        let hint = words.iter().find(|word| {
            let word = fold::header(word);
            word.chars().count() >= HINT_LETTERS_MIN && folded.contains(&word)
        });
        if let (Some(word), Some(concept)) = (hint, all.get(id)) {
            add(concept, format!("the name holds “{word}”"), false);
        }
    }
    found
}

/// Whether a name is that of a column that numbers records.
pub(super) fn is_key(header: &str) -> bool {
    let folded = fold::header(header);
    let last = header.rsplit(['/', '.', ':']).next().unwrap_or(header);
    let folded_last = fold::header(last);
    KEYS.iter().any(|key| fold::header(key) == folded)
        || htcds::is_key(&folded)
        || htcds::is_key(&folded_last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_to_a_concept_that_is_listed() {
        for (id, words) in WORDS {
            assert!(Concepts::standard().get(id).is_some(), "{id}");
            assert!(!words.is_empty(), "{id}");
        }
    }
}
