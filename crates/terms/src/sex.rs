//! Sex as a statistic records it.

use std::fmt;
use std::str::FromStr;

use crate::language::Language;

/// Sex of a person or of a group in a table.
///
/// The codes are those of SDMX's cross-domain list (`F`, `M`, `_O`, `_U`, `_T`). Gender identity
/// is another concept; lists of gender reach this one by a crosswalk that says what is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Recorded as neither female nor male.
    Other,
    /// Not known or not recorded.
    Unknown,
    /// All sexes together: a total, never the sex of one person.
    Total,
}

/// A text that is no sex code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("terms.sex: {found:?} is not one of F, M, _O, _U, _T or their English names")]
pub struct InvalidSex {
    /// The text that was given.
    pub found: String,
}

impl Sex {
    /// All codes, the total last.
    pub const ALL: [Sex; 5] = [Sex::Female, Sex::Male, Sex::Other, Sex::Unknown, Sex::Total];

    /// The SDMX code.
    pub const fn code(self) -> &'static str {
        match self {
            Sex::Female => "F",
            Sex::Male => "M",
            Sex::Other => "_O",
            Sex::Unknown => "_U",
            Sex::Total => "_T",
        }
    }

    /// The label in a language.
    pub const fn name(self, language: Language) -> &'static str {
        let labels = match self {
            Sex::Female => [
                "Female",
                "Femmes",
                "Mulheres",
                "Mujeres",
                "إناث",
                "Женский",
                "女",
            ],
            Sex::Male => [
                "Male",
                "Hommes",
                "Homens",
                "Hombres",
                "ذكور",
                "Мужской",
                "男",
            ],
            Sex::Other => ["Other", "Autre", "Outro", "Otro", "آخر", "Другой", "其他"],
            Sex::Unknown => [
                "Unknown",
                "Inconnu",
                "Desconhecido",
                "Desconocido",
                "غير معروف",
                "Неизвестно",
                "未知",
            ],
            Sex::Total => [
                "Total",
                "Total",
                "Total",
                "Total",
                "المجموع",
                "Всего",
                "合计",
            ],
        };
        labels[language.index()]
    }

    /// Whether the code stands for all sexes together.
    pub const fn is_total(self) -> bool {
        matches!(self, Sex::Total)
    }
}

impl fmt::Display for Sex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.code())
    }
}

impl FromStr for Sex {
    type Err = InvalidSex;

    /// Reads a code, or the English name in any case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Sex::ALL
            .into_iter()
            .find(|sex| sex.code() == text || sex.name(Language::En).eq_ignore_ascii_case(text))
            .ok_or_else(|| InvalidSex {
                found: text.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_read_back() {
        for sex in Sex::ALL {
            assert_eq!(sex.code().parse(), Ok(sex));
            assert_eq!(sex.name(Language::En).to_uppercase().parse(), Ok(sex));
            for language in Language::ALL {
                assert!(!sex.name(language).is_empty());
            }
        }
    }

    #[test]
    fn gender_terms_are_not_taken_for_sex() {
        for text in ["Woman", "Transgender", "", "f", "T"] {
            assert!(text.parse::<Sex>().is_err(), "{text:?} was read");
        }
    }
}
