//! The forms of a people's name: gender and number by the regular rules of each language.
//!
//! `demonyms.csv` gives one form (masculine singular) and, where a language is irregular, the
//! further forms marked with `!`, which are taken as they stand. The rules are the school rules of
//! the languages; they may make a form that nobody writes, which harms nothing, since a form is
//! only ever compared with what was written.

/// The languages of the columns of `demonyms.csv`, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    En,
    Fr,
    Es,
    Pt,
    It,
    De,
    Ro,
    Ru,
}

impl Tongue {
    pub(super) const ALL: [Tongue; 8] = [
        Tongue::En,
        Tongue::Fr,
        Tongue::Es,
        Tongue::Pt,
        Tongue::It,
        Tongue::De,
        Tongue::Ro,
        Tongue::Ru,
    ];

    /// Whether the language writes adjectives of nationality with a capital, so that the letter's
    /// size cannot tell them from a State's name in another language ("Swiss", "Filipina").
    pub(super) fn writes_peoples_large(self) -> bool {
        self == Tongue::En
    }

    /// All forms of a word as written in the list.
    pub(super) fn forms(self, written: &str) -> Vec<String> {
        if let Some(irregular) = written.strip_prefix('!') {
            return vec![irregular.to_owned()];
        }
        match self {
            Tongue::En => english(written),
            Tongue::Fr => by_ending(written, FRENCH, &["", "e", "s", "es"]),
            Tongue::Es => by_ending(written, SPANISH, &["", "s"]),
            Tongue::Pt => by_ending(written, PORTUGUESE, &["", "s"]),
            Tongue::It => by_ending(written, ITALIAN, &[""]),
            Tongue::De => german(written),
            Tongue::Ro => by_ending(written, ROMANIAN, &["", "ă", "i", "e"]),
            Tongue::Ru => by_ending(written, RUSSIAN, &["", "ка", "ы"]),
        }
    }
}

/// An ending, and the endings that take its place; the first rule that fits is used.
type Rules = &'static [(&'static str, &'static [&'static str])];

const FRENCH: Rules = &[
    ("ien", &["ien", "ienne", "iens", "iennes"]),
    ("éen", &["éen", "éenne", "éens", "éennes"]),
    ("yen", &["yen", "yenne", "yens", "yennes"]),
    ("on", &["on", "onne", "ons", "onnes"]),
    ("ais", &["ais", "aise", "aises"]),
    ("ois", &["ois", "oise", "oises"]),
    ("ec", &["ec", "ecque", "ecs", "ecques"]),
    ("c", &["c", "que", "cs", "ques"]),
    ("e", &["e", "es"]),
    ("u", &["u", "ue", "us", "ues"]),
];

const SPANISH: Rules = &[
    ("o", &["o", "a", "os", "as"]),
    ("és", &["és", "esa", "eses", "esas"]),
    ("án", &["án", "ana", "anes", "anas"]),
    ("ón", &["ón", "ona", "ones", "onas"]),
    ("ol", &["ol", "ola", "oles", "olas"]),
    ("ar", &["ar", "ares"]),
    ("í", &["í", "íes", "ís"]),
    ("ú", &["ú", "úes", "ús"]),
];

const PORTUGUESE: Rules = &[
    ("ês", &["ês", "esa", "eses", "esas"]),
    ("ão", &["ão", "ã", "ãos", "ãs", "ães", "ões"]),
    ("eu", &["eu", "eia", "eus", "eias"]),
    ("ol", &["ol", "ola", "óis", "olas"]),
    ("o", &["o", "a", "os", "as"]),
];

const ITALIAN: Rules = &[
    ("co", &["co", "ca", "ci", "chi", "che"]),
    ("go", &["go", "ga", "ghi", "gi", "ghe"]),
    ("io", &["io", "ia", "i", "ie"]),
    ("o", &["o", "a", "i", "e"]),
    ("ese", &["ese", "esi"]),
    ("e", &["e", "i"]),
    ("a", &["a", "i", "e"]),
];

const ROMANIAN: Rules = &[
    (
        "ean",
        &["ean", "eană", "eni", "ene", "eanul", "eancă", "ence"],
    ),
    ("ian", &["ian", "iană", "ieni", "iene", "iancă", "ience"]),
    ("țian", &["țian", "țiană", "țieni", "țiene"]),
    ("ez", &["ez", "eză", "ezi", "eze"]),
];

const RUSSIAN: Rules = &[
    ("ский", &["ский", "ская", "ское", "ские"]),
    ("кий", &["кий", "кая", "кое", "кие"]),
    ("иец", &["иец", "ийка", "ийцы"]),
    ("аец", &["аец", "айка", "айцы"]),
    ("еец", &["еец", "ейка", "ейцы"]),
    ("лец", &["лец", "лька", "льцы"]),
    ("ец", &["ец", "ка", "цы"]),
    ("янин", &["янин", "янка", "яне"]),
];

fn by_ending(written: &str, rules: Rules, regular: &[&str]) -> Vec<String> {
    let rule = rules
        .iter()
        .find_map(|(ending, forms)| Some((written.strip_suffix(ending)?, *forms)));
    let (stem, endings) = rule.unwrap_or((written, regular));
    endings
        .iter()
        .map(|ending| format!("{stem}{ending}"))
        .collect()
}

fn english(written: &str) -> Vec<String> {
    let mut forms = vec![written.to_owned()];
    let invariable = ["ese", "s", "sh", "ch"];
    if !invariable.iter().any(|ending| written.ends_with(ending)) {
        forms.push(format!("{written}s"));
    }
    if written.ends_with("sh") && written.len() > 4 {
        forms.push(format!("{written}man"));
    }
    forms
}

fn german(written: &str) -> Vec<String> {
    let endings: (&str, &[&str]) = if written.ends_with("sch") {
        (written, &["", "e", "er", "es", "en"])
    } else if let Some(stem) = written.strip_suffix('e') {
        (stem, &["e", "en", "in", "innen"])
    } else if written.ends_with("er") {
        (written, &["", "in", "innen", "n"])
    } else {
        (written, &["", "en", "in", "innen", "s"])
    };
    let (stem, endings) = endings;
    endings
        .iter()
        .map(|ending| format!("{stem}{ending}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_follow_gender_and_number() {
        let holds = |tongue: Tongue, written: &str, expected: &[&str]| {
            let forms = tongue.forms(written);
            for form in expected {
                assert!(
                    forms.iter().any(|f| f == form),
                    "{written}: {form} not in {forms:?}"
                );
            }
        };
        holds(Tongue::En, "Malian", &["Malian", "Malians"]);
        holds(
            Tongue::Fr,
            "malien",
            &["malien", "malienne", "maliens", "maliennes"],
        );
        holds(Tongue::Fr, "turc", &["turc", "turque", "turcs", "turques"]);
        holds(
            Tongue::Es,
            "hondureño",
            &["hondureño", "hondureña", "hondureños", "hondureñas"],
        );
        holds(Tongue::Es, "alemán", &["alemana", "alemanes"]);
        holds(Tongue::Pt, "português", &["portuguesa", "portugueses"]);
        holds(
            Tongue::It,
            "marocchino",
            &["marocchina", "marocchini", "marocchine"],
        );
        holds(Tongue::It, "turco", &["turca", "turchi", "turche"]);
        holds(
            Tongue::De,
            "Rumäne",
            &["Rumäne", "Rumänen", "Rumänin", "Rumäninnen"],
        );
        holds(Tongue::De, "türkisch", &["türkische", "türkischer"]);
        holds(Tongue::Ru, "австриец", &["австрийка", "австрийцы"]);
        holds(Tongue::Ru, "непалец", &["непалька", "непальцы"]);
        holds(Tongue::Ro, "moldovean", &["moldoveni", "moldovene"]);
    }

    #[test]
    fn a_marked_form_is_taken_as_it_stands() {
        assert_eq!(Tongue::Fr.forms("!grecque"), ["grecque"]);
    }
}
