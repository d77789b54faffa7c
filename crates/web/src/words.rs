//! The messages of the pages, and how numbers are written, in each language.
//!
//! Messages are Fluent files (`messages/LANGUAGE/*.ftl`), embedded. A test holds the three
//! languages to the same keys and the same variables, and refuses a key that no page uses.

use std::borrow::Cow;
use std::sync::OnceLock;

use fixed_decimal::Decimal;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use icu_decimal::DecimalFormatter;
use icu_decimal::options::DecimalFormatterOptions;
use terms::language::Language;

/// The languages in which pages are written.
pub const LANGUAGES: [Language; 3] = [Language::En, Language::Fr, Language::Pt];

/// The embedded message files of one language, as name and text.
pub(crate) type Files = &'static [(&'static str, &'static str)];

macro_rules! files {
    ($language:literal) => {
        &[
            files!($language, "common"),
            files!($language, "home"),
            files!($language, "treaties"),
            files!($language, "states"),
            files!($language, "migrants"),
            files!($language, "estimate"),
            files!($language, "lists"),
            files!($language, "check"),
            files!($language, "tables"),
            files!($language, "origin"),
            files!($language, "about"),
            files!($language, "problem"),
            files!($language, "refusal"),
            files!($language, "office"),
            files!($language, "dossier"),
            files!($language, "questionnaire"),
            files!($language, "tabulate"),
            files!($language, "import"),
            files!($language, "people"),
            files!($language, "entry"),
            files!($language, "release"),
            files!($language, "figures"),
            files!($language, "synthetic"),
        ]
    };
    ($language:literal, $name:literal) => {
        (
            $name,
            include_str!(concat!("../messages/", $language, "/", $name, ".ftl")),
        )
    };
}

/// The message files of a language in which pages are written; English for any other.
pub(crate) const fn files(language: Language) -> Files {
    match language {
        Language::Fr => files!("fr"),
        Language::Pt => files!("pt"),
        _ => files!("en"),
    }
}

/// Message keys that are put together from a code: `limit-` and the code of the limit, and so on.
/// Each has a fallback, or a test that all of its codes are there.
#[cfg(test)]
pub(crate) const FAMILIES: [&str; 42] = [
    "limit-",
    "route-",
    "cause-",
    "absent-",
    "act-",
    "ground-",
    "unit-",
    "refused-",
    "problem-",
    "estimate-caveat-",
    "estimate-method-",
    "estimate-refused-",
    "check-finding-",
    "role-",
    "purpose-",
    "about-",
    "deed-",
    "matter-",
    "outcome-",
    "consent-to-",
    "export-ground-",
    "erasure-ground-",
    "power-",
    "reach-",
    "agency-kind-",
    "why-",
    "credential-",
    "rule-title-",
    "rule-told-",
    "fate-mark-",
    "fate-told-",
    "breach-",
    "bench-unfit-",
    "figures-code-",
    "figures-dimension-",
    "figures-unit-",
    "figures-day-",
    "figures-change-",
    "figures-chain-",
    "form-",
    "fault-",
    "import-",
];

/// The messages of one language.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// The messages of a language; English when pages are not written in it.
    #[must_use]
    pub fn of(language: Language) -> &'static Self {
        static WORDS: OnceLock<[Words; 3]> = OnceLock::new();
        let at = LANGUAGES.iter().position(|known| *known == language);
        &WORDS.get_or_init(|| LANGUAGES.map(Self::read))[at.unwrap_or(0)]
    }

    fn read(language: Language) -> Self {
        let tag = language.code().parse().expect("a language code is a tag");
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::Fr => |value, _| shown(value, Language::Fr),
            Language::Pt => |value, _| shown(value, Language::Pt),
            _ => |value, _| shown(value, Language::En),
        }));
        for (_, text) in files(language) {
            let resource = FluentResource::try_new((*text).to_owned());
            let resource = resource.expect("a test reads the embedded messages");
            bundle
                .add_resource(resource)
                .expect("a test finds a key that stands twice");
        }
        Self { language, bundle }
    }

    /// The language.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// A message without variables. An unknown key comes back between white brackets, which a
    /// test looks for on every page.
    #[must_use]
    pub fn say(&self, key: &str) -> String {
        self.find(key, None).unwrap_or_else(|| format!("⟦{key}⟧"))
    }

    /// A message with variables; numbers are written in the language's way.
    #[must_use]
    pub fn say_with(&self, key: &str, variables: &[(&str, FluentValue<'_>)]) -> String {
        let variables: FluentArgs<'_> = variables.iter().cloned().collect();
        self.find(key, Some(&variables))
            .unwrap_or_else(|| format!("⟦{key}⟧"))
    }

    /// A message that may be missing.
    #[must_use]
    pub fn find(&self, key: &str, variables: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, variables, &mut errors)
            .into_owned();
        if errors.is_empty() { Some(text) } else { None }
    }

    /// A count, with the language's group separators.
    #[must_use]
    pub fn number(&self, count: u64) -> String {
        number(count, self.language)
    }

    /// A place of decimals is kept as given; used for measures and estimates.
    #[must_use]
    pub fn decimal(&self, value: f64) -> String {
        let text = format!("{value}");
        match (self.language, text.parse::<Decimal>()) {
            (language, Ok(decimal)) => write_decimal(&decimal, language),
            (_, Err(_)) => text,
        }
    }
}

fn shown(value: &FluentValue<'_>, language: Language) -> Option<String> {
    match value {
        FluentValue::Number(number) => {
            let text = number.as_string();
            let decimal: Decimal = text.parse().ok()?;
            Some(write_decimal(&decimal, language))
        }
        _ => None,
    }
}

fn number(count: u64, language: Language) -> String {
    write_decimal(&Decimal::from(count), language)
}

thread_local! {
    static FORMATTERS: [DecimalFormatter; 3] = LANGUAGES.map(|language| {
        // Portuguese names of places are European, and so are the numbers beside them.
        let tag = if language == Language::Pt { "pt-PT" } else { language.code() };
        let locale: icu_locale_core::Locale = tag.parse().expect("a tag is a locale");
        DecimalFormatter::try_new(locale.into(), DecimalFormatterOptions::default())
            .expect("the embedded data hold every language")
    });
}

fn write_decimal(decimal: &Decimal, language: Language) -> String {
    let at = LANGUAGES.iter().position(|known| *known == language);
    FORMATTERS.with(|formatters| formatters[at.unwrap_or(0)].format(decimal).to_string())
}

/// A variable of a message that is a count.
#[must_use]
pub(crate) fn count<'a>(value: u64) -> FluentValue<'a> {
    // Fluent keeps numbers as 64-bit floats; every count of a public table is far below 2^53.
    #[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
    let number = value as f64;
    FluentValue::from(number)
}

/// A variable of a message that is text.
#[must_use]
pub(crate) fn text<'a>(value: impl Into<Cow<'a, str>>) -> FluentValue<'a> {
    FluentValue::String(value.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fluent_bundle::FluentMessage;
    use std::collections::{BTreeMap, BTreeSet};

    /// Keys and the variables each message names, read from the text of the files.
    fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut keys = BTreeMap::new();
        let mut current = String::new();
        for line in files(language).iter().flat_map(|(_, text)| text.lines()) {
            if line.starts_with(|first: char| first.is_ascii_lowercase()) {
                let (key, _) = line.split_once(" =").expect("a message has ` =`");
                current = key.to_owned();
                let twice = keys.insert(current.clone(), BTreeSet::new());
                assert!(twice.is_none(), "{language}: {key} stands twice");
            }
            for part in line.split('$').skip(1) {
                let end = part.find(|next: char| !next.is_ascii_lowercase() && next != '-');
                let variable = &part[..end.unwrap_or(part.len())];
                keys.entry(current.clone())
                    .or_default()
                    .insert(variable.to_owned());
            }
        }
        keys
    }

    #[test]
    fn every_language_has_the_same_keys_and_variables() {
        let english = keys(Language::En);
        assert!(english.len() > 100);
        for language in LANGUAGES {
            let other = keys(language);
            for key in english.keys() {
                assert!(other.contains_key(key), "{language} lacks {key}");
            }
            for (key, variables) in &other {
                assert_eq!(Some(variables), english.get(key), "{language}: {key}");
            }
        }
    }

    #[test]
    fn every_message_is_read_by_fluent() {
        for language in LANGUAGES {
            let words = Words::of(language);
            for key in keys(language).keys() {
                let value = words
                    .bundle
                    .get_message(key)
                    .and_then(|m: FluentMessage<'_>| m.value());
                assert!(value.is_some(), "{language}: {key} has no value");
            }
        }
    }

    #[test]
    fn no_key_is_unused() {
        let used = sources();
        for key in keys(Language::En).keys() {
            let family = FAMILIES.iter().any(|prefix| key.starts_with(prefix));
            assert!(
                family || used.contains(&format!("\"{key}\"")),
                "{key} is on no page"
            );
        }
    }

    #[test]
    fn every_limit_and_absence_is_translated() {
        for limit in terms::limit::Limit::ALL {
            for language in LANGUAGES {
                let key = format!("limit-{}", limit.code());
                assert!(Words::of(language).find(&key, None).is_some(), "{key}");
            }
        }
    }

    /// All templates and sources of this room, in one text.
    fn sources() -> String {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut text = String::new();
        let mut folders = vec![root.join("src"), root.join("templates")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder of this room") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    text.push_str(&std::fs::read_to_string(&path).expect("a text"));
                }
            }
        }
        text
    }

    #[test]
    fn numbers_are_written_as_each_language_writes_them() {
        let written = LANGUAGES.map(|language| Words::of(language).number(1_234_567));
        assert_eq!(
            written,
            [
                "1,234,567",
                "1\u{202f}234\u{202f}567",
                "1\u{a0}234\u{a0}567"
            ]
        );
        assert_eq!(Words::of(Language::Pt).decimal(0.5), "0,5");
    }
}
