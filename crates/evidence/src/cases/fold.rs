//! One form for all writings of the same value or header.

use terms::resolve::folded;

/// A value or label for comparison: case, accents, blanks and punctuation aside. Numbers that
/// stand apart stay apart: `9-17`, `9–17` and `9 to 17` are not `917`.
pub(super) fn value(text: &str) -> String {
    let spaced = folded(text);
    let mut value = String::with_capacity(spaced.len());
    for word in spaced.split(' ') {
        let ends = value.ends_with(|letter: char| letter.is_ascii_digit());
        if ends && word.starts_with(|letter: char| letter.is_ascii_digit()) {
            value.push('-');
        }
        value.push_str(word);
    }
    // A text of signs alone, such as `-` or `?`, is told apart by its signs.
    if value.is_empty() {
        text.trim().clone_into(&mut value);
    }
    value
}

/// The name of a column for comparison.
pub(super) fn header(text: &str) -> String {
    value(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_one_value_fall_together_and_numbers_do_not() {
        for other in ["Debt bondage ", "DEBT_BONDAGE", "debt-bondage"] {
            assert_eq!(value(other), value("DebtBondage"), "{other}");
        }
        assert_eq!(value("9–17"), value("9-17"));
        assert_ne!(value("9-17"), value("917"));
        assert_eq!(value("Féminin"), value("feminin"));
        assert_ne!(value("-"), value("?"));
    }
}
