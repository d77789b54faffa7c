//! What a figure cannot say.
//!
//! A limit is a closed code with one plain sentence. It travels with the table, is printed where
//! the number is printed, and is translated by its code.

/// One known limit of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Limit {
    /// A register of what was found, not of all that happened.
    MinimumCount,
    /// Detections, not persons: one person can be detected several times.
    DetectionsNotPersons,
    /// What was detected moves with the effort to detect.
    DetectedOnly,
    /// Small counts are printed as `<5` by the publisher, zero included.
    SmallCountsMasked,
    /// Some cells stand several times in the source with different values; they are not used.
    SourceDisagrees,
    /// The dead and the missing are counted together.
    DeadIncludeMissing,
    /// Places are known roughly; positions on the map are rounded on purpose.
    PlacesApproximate,
    /// The last year is not complete.
    LastYearIncomplete,
    /// One party to the Protocol against the Smuggling of Migrants that joined between
    /// 24 December 2020 and October 2022 is missing from the record.
    SomPartyMissingAfter2020,
    /// The record of treaty actions ends on a known day; later actions are not in it.
    RecordEnds,
}

impl Limit {
    /// Every limit, in the order in which they are listed here.
    pub const ALL: [Self; 10] = [
        Self::MinimumCount,
        Self::DetectionsNotPersons,
        Self::DetectedOnly,
        Self::SmallCountsMasked,
        Self::SourceDisagrees,
        Self::DeadIncludeMissing,
        Self::PlacesApproximate,
        Self::LastYearIncomplete,
        Self::SomPartyMissingAfter2020,
        Self::RecordEnds,
    ];

    /// The stable code, by which the sentence is translated.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::MinimumCount => "minimum-count",
            Self::DetectionsNotPersons => "detections-not-persons",
            Self::DetectedOnly => "detected-only",
            Self::SmallCountsMasked => "small-counts-masked",
            Self::SourceDisagrees => "source-disagrees",
            Self::DeadIncludeMissing => "dead-include-missing",
            Self::PlacesApproximate => "places-approximate",
            Self::LastYearIncomplete => "last-year-incomplete",
            Self::SomPartyMissingAfter2020 => "som-party-missing-after-2020",
            Self::RecordEnds => "record-ends",
        }
    }

    /// The sentence in English.
    #[must_use]
    pub const fn english(self) -> &'static str {
        match self {
            Self::MinimumCount => {
                "A minimum: only what was recorded is counted, and much is never recorded."
            }
            Self::DetectionsNotPersons => {
                "Detections, not persons: one person can be detected more than once."
            }
            Self::DetectedOnly => {
                "Only what was detected; a rise or fall may be a change in detection."
            }
            Self::SmallCountsMasked => {
                "The publisher prints counts under five as “<5”; a zero cannot be told from them."
            }
            Self::SourceDisagrees => {
                "Where the source prints different values for one cell, none of them is used."
            }
            Self::DeadIncludeMissing => "The dead and the missing are counted together.",
            Self::PlacesApproximate => {
                "Places are approximate; positions on the map are rounded on purpose."
            }
            Self::LastYearIncomplete => "The last year is not complete.",
            Self::SomPartyMissingAfter2020 => {
                "One party that joined between 24 December 2020 and October 2022 is missing \
                 from the record, so later totals are one too low."
            }
            Self::RecordEnds => {
                "The record of actions ends on the day stated; later actions are not in it."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique() {
        let codes: BTreeSet<_> = Limit::ALL.iter().map(|limit| limit.code()).collect();
        assert_eq!(codes.len(), Limit::ALL.len());
    }
}
