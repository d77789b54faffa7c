//! Ages and age bands, and what is lost between two lists of bands.

use std::fmt;
use std::str::FromStr;

/// Age in completed years from which a person is an adult: Article 3 (d) of the Trafficking in
/// Persons Protocol calls any person under eighteen a child.
pub const ADULT_FROM_YEARS: u8 = 18;

/// The age of a person, as exactly as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Age {
    /// Completed years.
    Years(u8),
    /// Between two ages.
    Band(AgeBand),
    /// Under eighteen, and no more is known.
    Child,
    /// Eighteen or over, and no more is known.
    Adult,
    /// Not known.
    Unknown,
}

/// Ages from one number of completed years to another, both included; without an upper limit
/// the band is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgeBand {
    from: u8,
    to: Option<u8>,
}

/// A text or a pair of numbers that is no age.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AgeError {
    /// The text has none of the known forms.
    #[error(
        "terms.age.text: {found:?} is not an age; allowed are 17, 9-17, 48+, child, adult, unknown"
    )]
    Text {
        /// The text that was given.
        found: String,
    },
    /// The upper limit is below the lower.
    #[error("terms.age.order: a band from {from} to {to} years holds no age")]
    Order {
        /// Lower limit given, in years.
        from: u8,
        /// Upper limit given, in years.
        to: u8,
    },
    /// Two bands of one list share an age, or the list is not in ascending order.
    #[error("terms.age.overlap: the band {second} does not lie wholly above {first}")]
    Overlap {
        /// The earlier band.
        first: AgeBand,
        /// The band that follows it in the list.
        second: AgeBand,
    },
}

impl AgeBand {
    /// A band; both limits belong to it.
    ///
    /// # Errors
    /// [`AgeError::Order`] when the upper limit is below the lower.
    pub fn new(from: u8, to: Option<u8>) -> Result<AgeBand, AgeError> {
        match to {
            Some(to) if to < from => Err(AgeError::Order { from, to }),
            _ => Ok(AgeBand { from, to }),
        }
    }

    /// Lower limit, in completed years.
    pub const fn from(self) -> u8 {
        self.from
    }

    /// Upper limit, in completed years, which belongs to the band; `None` when open.
    pub const fn to(self) -> Option<u8> {
        self.to
    }

    /// Whether an age falls into the band.
    pub fn contains(self, years: u8) -> bool {
        self.from <= years && self.to.is_none_or(|to| years <= to)
    }

    /// Whether all ages of another band fall into this one.
    pub fn covers(self, other: AgeBand) -> bool {
        self.from <= other.from
            && match (self.to, other.to) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(mine), Some(others)) => others <= mine,
            }
    }

    /// Whether the two bands share an age.
    pub fn overlaps(self, other: AgeBand) -> bool {
        self.to.is_none_or(|to| other.from <= to) && other.to.is_none_or(|to| self.from <= to)
    }

    /// Whether the band holds both children and adults, so that it can be counted as neither.
    pub fn straddles_adulthood(self) -> bool {
        self.from < ADULT_FROM_YEARS && self.contains(ADULT_FROM_YEARS)
    }
}

impl fmt::Display for AgeBand {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to {
            Some(to) => write!(formatter, "{}-{to}", self.from),
            None => write!(formatter, "{}+", self.from),
        }
    }
}

impl FromStr for AgeBand {
    type Err = AgeError;

    /// Reads `9-17`, `48+` and the forms in which releases write the same: two hyphens, an en or
    /// em dash, `0 to 17 years`, `18 years or over`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = || AgeError::Text {
            found: text.to_owned(),
        };
        let years = |part: &str| {
            let part = part.trim();
            let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            digits
                .then(|| part.parse::<u8>().ok())
                .flatten()
                .ok_or_else(fault)
        };
        let plain = text.trim();
        let plain = plain.strip_suffix("years").unwrap_or(plain);
        if let Some(from) = plain
            .strip_suffix('+')
            .or_else(|| plain.strip_suffix("years or over"))
        {
            return AgeBand::new(years(from)?, None);
        }
        ["--", "—", "–", "-", " to "]
            .iter()
            .find_map(|separator| plain.split_once(separator))
            .ok_or_else(fault)
            .and_then(|(from, to)| AgeBand::new(years(from)?, Some(years(to)?)))
    }
}

impl Age {
    /// Whether the person is a child; `None` when that is not known, also for a band that holds
    /// both children and adults.
    pub fn is_child(self) -> Option<bool> {
        match self {
            Age::Years(years) => Some(years < ADULT_FROM_YEARS),
            Age::Band(band) if band.straddles_adulthood() => None,
            Age::Band(band) => Some(band.from < ADULT_FROM_YEARS),
            Age::Child => Some(true),
            Age::Adult => Some(false),
            Age::Unknown => None,
        }
    }

    /// The narrowest band that is known to hold the age; `None` when it is unknown.
    pub fn band(self) -> Option<AgeBand> {
        match self {
            Age::Years(years) => Some(AgeBand {
                from: years,
                to: Some(years),
            }),
            Age::Band(band) => Some(band),
            Age::Child => Some(AgeBand {
                from: 0,
                to: Some(ADULT_FROM_YEARS - 1),
            }),
            Age::Adult => Some(AgeBand {
                from: ADULT_FROM_YEARS,
                to: None,
            }),
            Age::Unknown => None,
        }
    }
}

impl fmt::Display for Age {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Age::Years(years) => write!(formatter, "{years}"),
            Age::Band(band) => write!(formatter, "{band}"),
            Age::Child => formatter.write_str("child"),
            Age::Adult => formatter.write_str("adult"),
            Age::Unknown => formatter.write_str("unknown"),
        }
    }
}

impl FromStr for Age {
    type Err = AgeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = text.trim();
        match plain.to_ascii_lowercase().as_str() {
            "child" => Ok(Age::Child),
            "adult" => Ok(Age::Adult),
            "unknown" => Ok(Age::Unknown),
            digits if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                let years = digits.parse();
                years.map(Age::Years).map_err(|_| AgeError::Text {
                    found: text.to_owned(),
                })
            }
            _ => plain.parse().map(Age::Band),
        }
    }
}

/// A list of age bands in ascending order that share no age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeBands(Vec<AgeBand>);

/// A band brought to another list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BandTranslation {
    /// The band of the other list that holds all ages of the first; `None` when no one band does.
    pub to: Option<AgeBand>,
    /// What is lost, in English; empty only when the two bands are the same.
    pub lost: Vec<String>,
}

impl AgeBands {
    /// A list of bands.
    ///
    /// # Errors
    /// [`AgeError::Overlap`] when a band does not lie wholly above the one before it.
    pub fn new(bands: impl IntoIterator<Item = AgeBand>) -> Result<AgeBands, AgeError> {
        let bands: Vec<AgeBand> = bands.into_iter().collect();
        for pair in bands.windows(2) {
            if pair[0].to.is_none_or(|to| to >= pair[1].from) {
                return Err(AgeError::Overlap {
                    first: pair[0],
                    second: pair[1],
                });
            }
        }
        Ok(AgeBands(bands))
    }

    /// Children and adults: 0-17 and 18+.
    pub fn child_and_adult() -> AgeBands {
        AgeBands(vec![
            AgeBand {
                from: 0,
                to: Some(ADULT_FROM_YEARS - 1),
            },
            AgeBand {
                from: ADULT_FROM_YEARS,
                to: None,
            },
        ])
    }

    /// The bands in ascending order.
    pub fn bands(&self) -> &[AgeBand] {
        &self.0
    }

    /// The band that holds an age.
    pub fn band_of(&self, years: u8) -> Option<AgeBand> {
        self.0.iter().copied().find(|band| band.contains(years))
    }

    /// The band of this list that holds all ages of another band, with what is lost on the way.
    /// A band that lies across a limit of this list is never split by guess: it finds nothing,
    /// and the loss says which limits it lies across.
    pub fn translate(&self, band: AgeBand) -> BandTranslation {
        if let Some(to) = self.0.iter().copied().find(|own| own.covers(band)) {
            let lost = if to == band {
                Vec::new()
            } else {
                vec![format!(
                    "the age within {to}: {band} is known and {to} is kept"
                )]
            };
            return BandTranslation { to: Some(to), lost };
        }
        let shared: Vec<String> = self
            .0
            .iter()
            .filter(|own| own.overlaps(band))
            .map(ToString::to_string)
            .collect();
        let mut lost = vec![match shared.len() {
            0 => format!("the band {band}: no band of the list holds any of its ages"),
            1 => format!(
                "the band {band}: the list's {} holds only part of it",
                shared[0]
            ),
            _ => format!("the band {band}: it lies across {}", shared.join(" and ")),
        }];
        if band.straddles_adulthood() {
            lost.push(format!("whether child or adult: {band} holds both"));
        }
        BandTranslation { to: None, lost }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn band(text: &str) -> AgeBand {
        text.parse().expect(text)
    }

    #[test]
    fn a_band_is_read_in_all_forms_that_releases_use() {
        for text in [
            "9-17",
            "09--17",
            "9—17",
            "9–17",
            "9 to 17 years",
            " 9 - 17 ",
        ] {
            assert_eq!(band(text).to_string(), "9-17", "{text}");
        }
        assert_eq!(band("18 years or over"), band("18+"));
        for text in [
            "",
            "-",
            "17-9",
            "9-",
            "-9",
            "300+",
            "nine",
            "9-17-20",
            "18+ or so",
        ] {
            assert!(text.parse::<AgeBand>().is_err(), "{text:?} was read");
        }
    }

    #[test]
    fn a_child_is_under_eighteen_and_doubt_stays_doubt() {
        let is_child = |text: &str| text.parse::<Age>().expect(text).is_child();
        assert_eq!(is_child("17"), Some(true));
        assert_eq!(is_child("18"), Some(false));
        assert_eq!(is_child("9-17"), Some(true));
        assert_eq!(is_child("18+"), Some(false));
        assert_eq!(is_child("15-24"), None);
        assert_eq!(is_child("0+"), None);
        assert_eq!(is_child("Adult"), Some(false));
        assert_eq!(is_child("unknown"), None);
        assert!("-3".parse::<Age>().is_err() && "256".parse::<Age>().is_err());
    }

    #[test]
    fn a_band_across_a_limit_is_a_loss_and_not_a_guess() {
        let list = AgeBands::child_and_adult();
        let kept = list.translate(band("18-20"));
        assert_eq!(kept.to, Some(band("18+")));
        assert_eq!(kept.lost.len(), 1);
        assert_eq!(
            list.translate(band("0-17")),
            BandTranslation {
                to: Some(band("0-17")),
                lost: Vec::new(),
            }
        );
        let across = list.translate(band("15-24"));
        assert_eq!(across.to, None);
        assert_eq!(
            across.lost,
            [
                "the band 15-24: it lies across 0-17 and 18+",
                "whether child or adult: 15-24 holds both",
            ]
        );
    }

    #[test]
    fn a_list_refuses_bands_that_share_an_age() {
        let bands = |texts: &[&str]| AgeBands::new(texts.iter().map(|text| band(text)));
        assert!(bands(&["0-8", "9-17", "18+"]).is_ok());
        assert!(bands(&["0-9", "9-17"]).is_err());
        assert!(bands(&["18+", "20-30"]).is_err());
        assert!(bands(&["9-17", "0-8"]).is_err());
    }

    fn any_band() -> impl Strategy<Value = AgeBand> {
        (any::<u8>(), proptest::option::of(any::<u8>())).prop_map(|(a, b)| match b {
            Some(b) => AgeBand {
                from: a.min(b),
                to: Some(a.max(b)),
            },
            None => AgeBand { from: a, to: None },
        })
    }

    proptest! {
        #[test]
        fn text_is_read_back(band in any_band()) {
            prop_assert_eq!(band.to_string().parse::<AgeBand>(), Ok(band));
            prop_assert_eq!(Age::Band(band).to_string().parse::<Age>(), Ok(Age::Band(band)));
        }

        #[test]
        fn translation_keeps_all_ages_or_says_why_not(band in any_band()) {
            let result = AgeBands::child_and_adult().translate(band);
            match result.to {
                Some(to) => prop_assert!(to.covers(band) && (to == band) == result.lost.is_empty()),
                None => prop_assert!(!result.lost.is_empty() && band.straddles_adulthood()),
            }
        }

        #[test]
        fn covering_is_containing_every_age(a in any_band(), b in any_band()) {
            let each = (0..=u8::MAX).all(|years| !b.contains(years) || a.contains(years));
            let open = b.to().is_none() && a.to().is_some();
            prop_assert_eq!(a.covers(b), each && !open);
        }
    }
}
