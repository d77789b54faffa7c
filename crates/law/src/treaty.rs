//! The three instruments by name.

use std::fmt;
use std::str::FromStr;

/// An instrument of which the record is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Treaty {
    /// United Nations Convention against Transnational Organized Crime.
    Untoc,
    /// Protocol to Prevent, Suppress and Punish Trafficking in Persons, Especially Women and
    /// Children.
    Tip,
    /// Protocol against the Smuggling of Migrants by Land, Sea and Air.
    Som,
}

/// A text that names none of the three instruments.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "law.treaty.unknown: {found:?} is not a treaty of the record; allowed: UNTOC (the Convention), \
     TIP (trafficking in persons), SOM (smuggling of migrants)"
)]
pub struct UnknownTreaty {
    /// The text that was given.
    pub found: String,
}

impl Treaty {
    /// All of them, the Convention first.
    pub const ALL: [Treaty; 3] = [Treaty::Untoc, Treaty::Tip, Treaty::Som];

    /// The code by which the field calls it: `UNTOC`, `TIP` or `SOM`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Treaty::Untoc => "UNTOC",
            Treaty::Tip => "TIP",
            Treaty::Som => "SOM",
        }
    }

    /// Whether it is a Protocol to the Convention.
    #[must_use]
    pub const fn is_protocol(self) -> bool {
        !matches!(self, Treaty::Untoc)
    }
}

impl FromStr for Treaty {
    type Err = UnknownTreaty;

    /// Reads a code in capital or small letters, with or without blanks around it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Treaty::ALL
            .into_iter()
            .find(|treaty| treaty.code().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| UnknownTreaty {
                found: text.to_owned(),
            })
    }
}

impl fmt::Display for Treaty {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_text::wrapped;

    #[test]
    fn a_code_is_read_in_any_case() {
        for treaty in Treaty::ALL {
            assert_eq!(treaty.code().parse(), Ok(treaty));
            assert_eq!(treaty.code().to_lowercase().parse(), Ok(treaty));
        }
        assert_eq!(" Tip ".parse(), Ok(Treaty::Tip));
    }

    #[test]
    fn an_unknown_code_is_answered_with_those_allowed() {
        let refused = "UNCAC".parse::<Treaty>().expect_err("another convention");
        insta::assert_snapshot!(wrapped(&refused.to_string()), @r#"
        law.treaty.unknown: "UNCAC" is not a treaty of the record; allowed: UNTOC (the
        Convention), TIP (trafficking in persons), SOM (smuggling of migrants)
        "#);
    }
}
