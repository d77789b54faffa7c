//! The code of a dimension that is called a total.

use crate::intake::fold;

/// Words that name a total by themselves, folded: English, French, Portuguese, Spanish, German,
/// Italian, Dutch. Words that can also name a part (`general`, `any`) are not here.
const WORDS: [&str; 46] = [
    "total",
    "totals",
    "grand total",
    "overall",
    "overall total",
    "sum",
    "all",
    "all persons",
    "all ages",
    "all sexes",
    "all forms",
    "all states",
    "all districts",
    "all regions",
    "all years",
    "all countries",
    "all victims",
    "both sexes",
    "total général",
    "total general",
    "ensemble",
    "tous",
    "toutes",
    "tous âges",
    "tous ages",
    "les deux sexes",
    "deux sexes",
    "total geral",
    "todos",
    "todas",
    "todas as idades",
    "ambos os sexos",
    "ambos sexos",
    "conjunto",
    "soma",
    "suma",
    "insgesamt",
    "gesamt",
    "summe",
    "alle",
    "zusammen",
    "totale",
    "tutti",
    "totaal",
    "totais",
    "σ",
];

/// Words that name a total as they are spelled: the total of SDMX.
const EXACT: [&str; 1] = ["_T"];

/// Beginnings of names that can be a total or a subtotal.
const BEGINNINGS: [&str; 4] = ["total ", "all ", "ensemble ", "sub total"];

/// Which code of a dimension is its total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Total {
    /// None is called one.
    None,
    /// This one; whether further names look like subtotals.
    One {
        /// The code.
        code: String,
        /// Names that look like subtotals.
        subtotals: Vec<String>,
    },
    /// Several are.
    Several(Vec<String>),
    /// None is called a total, several look like subtotals.
    Unclear(Vec<String>),
}

/// Looks through the codes of a dimension; `more` are words of the office's own.
pub(super) fn find(codes: &[String], more: &[String]) -> Total {
    let more: Vec<String> = more.iter().map(|word| fold(word)).collect();
    let is_total = |code: &&String| {
        let folded = fold(code);
        EXACT.contains(&code.as_str())
            || WORDS.contains(&folded.as_str())
            || (!folded.is_empty() && more.contains(&folded))
    };
    let looks = |code: &&String| {
        let folded = fold(code);
        BEGINNINGS.iter().any(|word| folded.starts_with(word)) || folded.ends_with(" total")
    };
    let named: Vec<&String> = codes.iter().filter(is_total).collect();
    let similar: Vec<String> = codes
        .iter()
        .filter(|code| looks(code) && !is_total(code))
        .cloned()
        .collect();
    match (named.as_slice(), similar.as_slice()) {
        ([], []) => Total::None,
        ([], [one]) => Total::One {
            code: one.clone(),
            subtotals: Vec::new(),
        },
        ([], several) => Total::Unclear(several.to_vec()),
        ([one], _) => Total::One {
            code: (*one).clone(),
            subtotals: similar,
        },
        (several, _) => Total::Several(several.iter().map(|&code| code.clone()).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn among(codes: &[&str]) -> Total {
        let codes: Vec<String> = codes.iter().map(|&code| code.to_owned()).collect();
        find(&codes, &[])
    }

    fn one(code: &str) -> Total {
        Total::One {
            code: code.to_owned(),
            subtotals: Vec::new(),
        }
    }

    #[test]
    fn totals_are_known_by_name_in_several_languages() {
        for name in [
            "Total",
            "TOTAL",
            "All",
            "Ensemble",
            "Tous",
            "Total général",
            "Todos",
            "Insgesamt",
            "Gesamt",
            "Σ",
            "_T",
            "Total victims",
            "Both sexes",
        ] {
            assert_eq!(among(&["women", "men", name]), one(name), "{name}");
        }
    }

    #[test]
    fn parts_are_no_totals() {
        assert_eq!(
            among(&["T", "t", "allied", "totally", "Tousse"]),
            Total::None
        );
        assert_eq!(among(&[]), Total::None);
    }

    #[test]
    fn two_totals_are_not_decided_here() {
        let two = among(&["Total", "All", "men"]);
        assert_eq!(two, Total::Several(vec!["Total".into(), "All".into()]));
        let parts = among(&["Total women", "girls", "Total men", "boys"]);
        let unclear = vec!["Total women".to_owned(), "Total men".to_owned()];
        assert_eq!(parts, Total::Unclear(unclear));
    }

    #[test]
    fn a_subtotal_beside_a_total_is_named() {
        let Total::One { code, subtotals } = among(&["Total", "Total women", "girls"]) else {
            panic!("one total");
        };
        assert_eq!((code.as_str(), subtotals.len()), ("Total", 1));
    }

    #[test]
    fn an_office_may_have_a_word_of_its_own() {
        let codes = ["Jumla".to_owned(), "a".to_owned()];
        assert_eq!(find(&codes, &["jumla".to_owned()]), one("Jumla"));
        assert_eq!(find(&codes, &[String::new()]), Total::None);
    }
}
