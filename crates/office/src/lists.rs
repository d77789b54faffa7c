//! The node's own lists: how many persons are on none of them.
//!
//! A unit is an open dossier of a role; a list holds it if its records say one of the list's codes
//! for a concept, such as who noticed the person. The capture table that follows is of the unit's
//! grain: it is made at the journal's head, stays [`Confidential`] in memory, is opened under the
//! warrant of the act that stands for the look, and is kept nowhere; the act has a keyed digest of
//! it. What is estimated is what `analyse::estimate` answers of the same table in a file, to the
//! last bit.
//!
//! Whoever asked sees the answer without what would tell a small count ([`ListsSeen`]). What leaves
//! is less ([`ListsEstimate::released`]).

use analyse::estimate::report::{EstimateError, Hidden, MethodResult, Stand, quick};
use analyse::estimate::{CaptureTable, Method, Options, Report, TableError, Workers, report};
use evidence::record::PersonRole;
use protect::capture::{self, Margins, Told};
use protect::release::{self, Estimates, Found, StandsOn, ToParty};
use protect::{Confidential, Released, Warrant};
use terms::source::Source;

use crate::error::OfficeError;

/// Fewest persons on the lists that an estimate is made of: of fewer, hardly anything is left once
/// small counts are hidden, and no method is defended.
pub const PERSONS_MIN: u64 = 20;
/// Longest name of a concept or a code that is typed, in characters.
pub const CODE_MAX: usize = 80;

/// How it is to be estimated.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// As a page does while somebody waits.
    Quick {
        /// Seed of all random numbers.
        seed: u64,
    },
    /// By these methods.
    Chosen {
        /// What they are called together, such as `all`.
        name: String,
        /// The methods.
        methods: Vec<Method>,
        /// Their settings.
        options: Box<Options>,
    },
}

/// What is asked of the node's own lists.
#[derive(Debug)]
pub struct ListsAsked {
    /// The concept whose codes are the lists.
    pub concept: String,
    /// In what role the dossiers are about the persons.
    pub role: PersonRole,
    /// The codes of each list, several where they are merged. None to take each code that holds at
    /// least as many persons as may be told as a list of its own.
    pub lists: Vec<Vec<String>>,
    /// How.
    pub plan: Plan,
    /// Why.
    pub reason: Confidential<String>,
}

/// Why lists cannot be estimated from. It tells no count below what may be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListsUnfit {
    /// A concept or a code that is none.
    #[error("lists_unfit: {0}")]
    Typed(String),
    /// More lists than a table takes.
    #[error(
        "lists_too_many: {found} lists; allowed: at most {most}; name them, with codes that \
             belong together as one list"
    )]
    TooMany {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// Fewer than two lists that hold enough persons.
    #[error(
        "lists_too_few: fewer than two lists hold {least} persons or more; allowed: two to {most} \
             lists"
    )]
    TooFew {
        /// How many persons a list holds at least.
        least: u64,
        /// How many lists there may be.
        most: usize,
    },
    /// A list that was named holds too few persons.
    #[error(
        "list_small: list {list} holds fewer than {least} persons; leave it out, or make it one \
             with another"
    )]
    ListSmall {
        /// Which.
        list: String,
        /// How many persons a list holds at least.
        least: u64,
    },
    /// Too few persons altogether.
    #[error("persons_few: fewer than {PERSONS_MIN} persons are on the lists; nothing is estimated")]
    PersonsFew,
    /// Too few persons on more than one list.
    #[error(
        "overlap_small: fewer than {least} persons are on more than one list; from lists that \
             share so few nothing can be estimated"
    )]
    OverlapSmall {
        /// How many persons are on more than one list at least.
        least: u64,
    },
}

impl ListsUnfit {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Typed(_) => "lists_unfit",
            Self::TooMany { .. } => "lists_too_many",
            Self::TooFew { .. } => "lists_too_few",
            Self::ListSmall { .. } => "list_small",
            Self::PersonsFew => "persons_few",
            Self::OverlapSmall { .. } => "overlap_small",
        }
    }

    /// Whether something of the records follows from it, so that it is kept in the log.
    pub(crate) const fn tells(&self) -> bool {
        !matches!(self, Self::Typed(_))
    }
}

/// Of whom and by what something was estimated; it tells nothing of anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListsBy {
    /// The concept whose codes are the lists.
    pub concept: String,
    /// In what role the dossiers are about the persons.
    pub role: PersonRole,
    /// The codes of each list.
    pub lists: Vec<Vec<String>>,
    /// Codes that were no list of their own, since they hold fewer persons than may be told.
    pub left_out: Vec<String>,
}

impl ListsBy {
    /// The name of a list: its codes.
    #[must_use]
    pub fn name(codes: &[String]) -> String {
        codes.join("+")
    }

    /// Names of the lists.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.lists.iter().map(|codes| Self::name(codes)).collect()
    }
}

/// The node's lists as they were found at the head, not yet estimated from.
#[derive(Debug)]
pub struct Captured {
    pub(crate) by: ListsBy,
    pub(crate) table: Confidential<CaptureTable>,
    pub(crate) plan: Plan,
    /// Of whoever asked: its name, or its number where it has none.
    pub(crate) agency: (String, bool),
    pub(crate) at_ms: i64,
    pub(crate) warrant: Warrant,
}

/// What whoever asked sees.
#[derive(Debug, Clone, PartialEq)]
pub struct ListsSeen {
    /// The counts of the table that may be told.
    pub margins: Margins,
    /// The answer, without what would tell another count.
    pub report: Report,
}

/// What was estimated from the node's own lists.
#[derive(Debug)]
pub struct ListsEstimate {
    /// Of whom and by what.
    pub by: ListsBy,
    /// What whoever asked sees.
    pub seen: Confidential<ListsSeen>,
    /// The act that stands for the look.
    pub warrant: Warrant,
    found: Confidential<Found>,
    agency: (String, bool),
}

impl Captured {
    /// Estimates. It can take long, so it is done outside of the journal's lock, with the caller's
    /// threads.
    ///
    /// # Errors
    /// When a method that was asked for by itself does not run on so many lists.
    pub fn estimated(self, workers: &dyn Workers) -> Result<ListsEstimate, OfficeError> {
        let table = self.table.expose(&self.warrant);
        let margins = capture::margins(table.lists().len(), table.counts());
        let few = margins.few().next().is_some();
        let (methods, options) = match &self.plan {
            Plan::Quick { seed } => quick(table.lists().len(), few, *seed),
            Plan::Chosen {
                methods, options, ..
            } => (methods.clone(), **options),
        };
        let report = report(table, &methods, &options, workers).map_err(unfit)?;
        let seen = report.screened(&hidden(&margins));
        let found = Found {
            source: self.source(),
            population: format!("{} by {}", self.by.role.code(), self.by.concept),
            lists: table.lists().to_vec(),
            counts: table.counts().to_vec(),
            answers: seen.results.iter().map(answer).collect(),
            headline: seen.headline.result,
            caveats: seen
                .caveats
                .iter()
                .map(|one| (one.code.to_owned(), one.sentence.clone()))
                .collect(),
        };
        Ok(ListsEstimate {
            seen: Confidential::seal(ListsSeen {
                margins,
                report: seen,
            }),
            found: Confidential::seal(found),
            by: self.by,
            agency: self.agency,
            warrant: self.warrant,
        })
    }

    fn source(&self) -> Source {
        let day = jiff::Timestamp::from_millisecond(self.at_ms)
            .map_or_else(|_| String::new(), |at| at.strftime("%Y-%m-%d").to_string());
        Source {
            publisher: self.agency.0.clone(),
            title: format!("Estimate of persons on no list, by {}", self.by.concept),
            address: String::new(),
            licence: String::new(),
            attribution: String::new(),
            vintage: format!("{day}, act {}", self.warrant.act()),
            retrieved: None,
            content_sha256: None,
        }
    }
}

impl ListsEstimate {
    /// What may leave, for the agency of whoever asked: estimates with two digits, counts rounded
    /// or hidden.
    #[must_use]
    pub fn released(&self) -> Released<Estimates, ToParty> {
        release::estimates(&self.found, &self.agency.0)
    }

    /// Whether the agency that it is for has a name; else it goes by its number.
    #[must_use]
    pub const fn is_named(&self) -> bool {
        self.agency.1
    }
}

/// What of a report would tell more than the margins do.
fn hidden(margins: &Margins) -> Hidden {
    let uncounted = margins.pairs.iter();
    let uncounted = uncounted.filter(|(_, told)| !matches!(told, Told::Count(_)));
    Hidden {
        few: margins.few().collect(),
        uncounted: uncounted.map(|(places, _)| *places).collect(),
        whole: margins.whole,
        threshold: capture::threshold(),
    }
}

fn answer(result: &MethodResult) -> release::Answer {
    let owned = |(name, value): &(&'static str, String)| ((*name).to_owned(), value.clone());
    let estimator = result
        .settings
        .iter()
        .find(|(name, _)| *name == "estimator");
    release::Answer {
        method: estimator.map_or(result.method, |(_, name)| name).to_owned(),
        settings: result
            .settings
            .iter()
            .filter(|(name, _)| *name != "estimator")
            .map(owned)
            .collect(),
        estimate: result.estimate,
        lower: result.lower,
        upper: result.upper,
        level: result.level,
        stands_on: match result.stand() {
            Stand::Model => StandsOn::Model,
            Stand::Pair(first, second) => StandsOn::Pair(first, second),
            Stand::Frequencies => StandsOn::Frequencies,
        },
    }
}

fn unfit(error: EstimateError) -> OfficeError {
    ListsUnfit::Typed(error.to_string()).into()
}

/// The table of histories, if it may be estimated from.
pub(crate) fn table_of(
    names: Vec<String>,
    histories: &std::collections::BTreeMap<u32, u64>,
) -> Result<CaptureTable, ListsUnfit> {
    let mut counts = vec![0; 1 << names.len()];
    for (history, count) in histories {
        counts[*history as usize] += count;
    }
    let least = capture::threshold();
    if counts.iter().sum::<u64>() < PERSONS_MIN {
        return Err(ListsUnfit::PersonsFew);
    }
    let twice = (0_usize..)
        .zip(&counts)
        .filter(|(code, _)| code.count_ones() > 1);
    if twice.map(|(_, count)| count).sum::<u64>() < least {
        return Err(ListsUnfit::OverlapSmall { least });
    }
    // What is left to refuse tells of no count: the names of the lists.
    CaptureTable::new(names, counts)
        .map_err(|error: TableError| ListsUnfit::Typed(error.to_string()))
}

/// Whether a text that was typed can be a concept or a code: such words stand in the open part of
/// an act, where no name belongs.
pub(crate) fn is_code(text: &str) -> bool {
    let sign = |letter: char| letter.is_alphanumeric() || "._-:/".contains(letter);
    !text.is_empty() && text.chars().count() <= CODE_MAX && text.chars().all(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_spaces_are_no_codes() {
        assert!(is_code("event.detected_by") && is_code("ngo") && is_code("é"));
        for text in ["", "Person One", "a,b", &"x".repeat(CODE_MAX + 1)] {
            assert!(!is_code(text), "{text}");
        }
    }

    #[test]
    fn few_persons_and_small_overlaps_are_refused_without_a_count() {
        let names = || ["a", "b", "c"].map(str::to_owned).to_vec();
        let of = |pairs: &[(u32, u64)]| table_of(names(), &pairs.iter().copied().collect());
        assert_eq!(of(&[(1, 10), (2, 5), (3, 4)]), Err(ListsUnfit::PersonsFew));
        let small = Err(ListsUnfit::OverlapSmall { least: 5 });
        assert_eq!(of(&[(1, 10), (2, 10), (4, 10)]), small);
        assert_eq!(of(&[(1, 10), (2, 10), (4, 10), (3, 4)]), small);
        assert!(of(&[(1, 10), (2, 10), (4, 10), (3, 4), (7, 1)]).is_ok());
    }
}
