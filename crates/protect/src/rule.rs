//! Disclosure rules as data: what of a counted table may be shown.

/// What becomes of a table so that nothing small can be worked back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Sensitive cells are masked, and as few others as it takes to protect them.
    Suppress,
    /// Every cell is moved to a neighbouring multiple of the base, totals together with their
    /// parts, so that the table still adds up (controlled rounding).
    Round {
        /// The base, 3 or 5.
        base: u64,
    },
    /// Everything is printed as it was signed.
    AsSigned,
}

/// A rule. What it asks for is held against the attacker before anything is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The stable code, with its version.
    pub code: &'static str,
    /// What becomes of the table.
    pub method: Method,
    /// Counts below it are small.
    pub threshold: u64,
    /// Whether zero belongs to the class of the small: a zero says that nobody of a group is in a
    /// class, so it is hidden with the small counts.
    pub zero_is_small: bool,
    /// Where fewer than so many people live, the larger threshold holds.
    pub inhabitants_below: u64,
    /// The threshold there.
    pub threshold_few_inhabitants: u64,
    /// At least so many events stand behind a printed count.
    pub events_min: u64,
    /// At least so many sources (agencies) stand behind a printed count.
    pub sources_min: u64,
    /// At least so many parties stand behind a printed total of parties.
    pub contributors_min: u64,
    /// Whether a group may not stand wholly in one class of a sensitive dimension: a cell that
    /// equals its total says of everybody in the group what they are.
    pub group_disclosure: bool,
}

/// Every rule.
///
/// Thresholds: below 5 for victims, 10 where few people live, three events, two sources, three
/// parties: the house's own rule, in the range of what offices use (OECD Glossary of Statistical
/// Terms, "threshold rule": 3 or 5; Office for National Statistics, Longitudinal Study: 10).
pub const RULES: [Rule; 5] = [
    Rule {
        code: "victims@1",
        method: Method::Suppress,
        threshold: 5,
        zero_is_small: true,
        inhabitants_below: 1_000,
        threshold_few_inhabitants: 10,
        events_min: 3,
        sources_min: 2,
        contributors_min: 3,
        group_disclosure: true,
    },
    Rule {
        code: "small-counts@1",
        method: Method::Suppress,
        threshold: 5,
        zero_is_small: false,
        inhabitants_below: 0,
        threshold_few_inhabitants: 0,
        events_min: 0,
        sources_min: 0,
        contributors_min: 3,
        group_disclosure: false,
    },
    Rule {
        code: "rounded-3@1",
        method: Method::Round { base: 3 },
        threshold: 3,
        zero_is_small: true,
        inhabitants_below: 0,
        threshold_few_inhabitants: 0,
        events_min: 0,
        sources_min: 0,
        contributors_min: 3,
        group_disclosure: false,
    },
    Rule {
        code: "rounded-5@1",
        method: Method::Round { base: 5 },
        threshold: 5,
        zero_is_small: true,
        inhabitants_below: 0,
        threshold_few_inhabitants: 0,
        events_min: 0,
        sources_min: 0,
        contributors_min: 3,
        group_disclosure: false,
    },
    Rule {
        code: "totals-as-signed@1",
        method: Method::AsSigned,
        threshold: 0,
        zero_is_small: false,
        inhabitants_below: 0,
        threshold_few_inhabitants: 0,
        events_min: 0,
        sources_min: 0,
        contributors_min: 0,
        group_disclosure: false,
    },
];

impl Rule {
    /// The rule of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.code == code)
    }
}
