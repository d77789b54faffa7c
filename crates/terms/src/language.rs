//! The seven languages in which names and labels are carried.

use std::fmt;
use std::str::FromStr;

/// A language of names, labels and pages: the six of the United Nations, and Portuguese.
///
/// Portuguese is the European norm (`pt-PT`), which Angola and Mozambique also write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    En,
    /// French.
    Fr,
    /// Portuguese, European norm.
    Pt,
    /// Spanish.
    Es,
    /// Arabic, written from right to left.
    Ar,
    /// Russian.
    Ru,
    /// Chinese, simplified characters.
    Zh,
}

/// A text that names no carried language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("terms.language.unknown: {found:?} is not one of en, fr, pt, es, ar, ru, zh")]
pub struct UnknownLanguage {
    /// The text that was given.
    pub found: String,
}

impl Language {
    /// All languages, in the order in which columns of names stand in the code lists.
    pub const ALL: [Language; 7] = [
        Language::En,
        Language::Fr,
        Language::Pt,
        Language::Es,
        Language::Ar,
        Language::Ru,
        Language::Zh,
    ];

    /// The ISO 639-1 code, in lower case.
    pub const fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Fr => "fr",
            Language::Pt => "pt",
            Language::Es => "es",
            Language::Ar => "ar",
            Language::Ru => "ru",
            Language::Zh => "zh",
        }
    }

    /// The language's name in itself, as a menu of languages shows it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Language::En => "English",
            Language::Fr => "Français",
            Language::Pt => "Português",
            Language::Es => "Español",
            Language::Ar => "العربية",
            Language::Ru => "Русский",
            Language::Zh => "中文",
        }
    }

    /// Whether the language is written from right to left.
    pub const fn is_right_to_left(self) -> bool {
        matches!(self, Language::Ar)
    }

    /// The language of a tag: `pt`, `PT` and `pt-BR` are all Portuguese.
    ///
    /// # Errors
    /// [`UnknownLanguage`] when the primary subtag is none of the seven codes.
    pub fn parse(tag: &str) -> Result<Language, UnknownLanguage> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Language::ALL
            .into_iter()
            .find(|language| language.code().eq_ignore_ascii_case(primary))
            .ok_or_else(|| UnknownLanguage {
                found: tag.to_owned(),
            })
    }

    /// The position of the language in [`Language::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Language::parse(text)
    }
}

/// One text in up to seven languages; an empty text is a gap, filled with English when shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names([String; 7]);

impl Names {
    /// Names in the order of [`Language::ALL`].
    pub fn new(texts: [String; 7]) -> Names {
        Names(texts)
    }

    /// A name known in English only.
    pub fn english(text: impl Into<String>) -> Names {
        let mut names = Names::default();
        names.set(Language::En, text.into());
        names
    }

    /// The name in a language, or the English one where that language has a gap.
    pub fn get(&self, language: Language) -> &str {
        self.own(language).unwrap_or(&self.0[Language::En.index()])
    }

    /// The name in exactly this language; `None` is a gap.
    pub fn own(&self, language: Language) -> Option<&str> {
        Some(self.0[language.index()].as_str()).filter(|text| !text.is_empty())
    }

    /// Replaces the name in one language.
    pub fn set(&mut self, language: Language, text: String) {
        self.0[language.index()] = text;
    }

    /// The languages in which there is no name.
    pub fn gaps(&self) -> Vec<Language> {
        Language::ALL
            .into_iter()
            .filter(|language| self.own(*language).is_none())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_back_whatever_its_case_or_region() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.code()), Ok(language));
            assert_eq!(
                Language::parse(&language.code().to_uppercase()),
                Ok(language)
            );
            assert_eq!(Language::ALL[language.index()], language);
        }
        assert_eq!(Language::parse("pt-BR"), Ok(Language::Pt));
        assert_eq!(Language::parse("zh_Hans"), Ok(Language::Zh));
    }

    #[test]
    fn an_unknown_language_is_named_in_the_error() {
        let error = Language::parse("de").expect_err("German is not carried");
        assert!(error.to_string().contains("\"de\""));
        assert!(Language::parse("").is_err());
    }

    #[test]
    fn only_arabic_runs_from_right_to_left() {
        let right_to_left: Vec<_> = Language::ALL
            .into_iter()
            .filter(|language| language.is_right_to_left())
            .collect();
        assert_eq!(right_to_left, [Language::Ar]);
    }

    #[test]
    fn a_gap_falls_back_to_english() {
        let mut names = Names::english("Trade");
        assert_eq!(names.get(Language::Fr), "Trade");
        assert_eq!(names.own(Language::Fr), None);
        names.set(Language::Fr, "Commerce".to_owned());
        assert_eq!(names.get(Language::Fr), "Commerce");
        assert_eq!(names.gaps().len(), 5);
    }
}
