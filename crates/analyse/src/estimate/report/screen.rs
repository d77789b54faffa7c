//! A report from which small counts do not follow: what is shown of a node's own lists.
//!
//! Which counts may be told is not this room's to say; it says which sentences and answers would
//! tell those that may not. An estimate that stands on a model stays as it is.

use super::{Caveat, Change, Check, MethodResult, Report, Sensitivity, Status, headline};

/// Which counts of the table behind a report are not told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hidden {
    /// Pairs of lists (places, the smaller first) of which only that they share few or nobody.
    pub few: Vec<(usize, usize)>,
    /// Pairs of lists whose overlap is not told as a number; those of `few` are among them.
    pub uncounted: Vec<(usize, usize)>,
    /// Whether no count needs to be hidden at all.
    pub whole: bool,
    /// Below it a count is few.
    pub threshold: u64,
}

/// On what of the table an answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// On the whole of it, through a model.
    Model,
    /// On two lists and their overlap, by their places.
    Pair(usize, usize),
    /// On how many persons are on one list and on two.
    Frequencies,
}

/// Name of the detail that says why an answer is withheld.
pub const WITHHELD: &str = "withheld";

/// Details that say nothing of single counts.
const DETAILS: [&str; 6] = [
    "interval",
    "lower",
    "upper",
    "warning",
    "replicates_without_estimate",
    WITHHELD,
];

impl MethodResult {
    /// On what the answer stands.
    #[must_use]
    pub fn stand(&self) -> Stand {
        let setting = |key: &str| {
            let found = self.settings.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| value.as_str())
        };
        let digits = |pair: &str| {
            let places: Vec<usize> = pair
                .bytes()
                .map(|digit| usize::from(digit - b'1'))
                .collect();
            <[usize; 2]>::try_from(places).ok()
        };
        match (setting("pair").and_then(digits), setting("estimator")) {
            (Some([first, second]), _) => Stand::Pair(first, second),
            (None, Some(_)) => Stand::Frequencies,
            (None, None) => Stand::Model,
        }
    }

    /// Whether the answer is withheld, since a small count would follow from it.
    #[must_use]
    pub fn is_withheld(&self) -> bool {
        self.detail.iter().any(|(key, _)| *key == WITHHELD)
    }

    /// Whether the model was named and holds a term of both lists of a pair.
    fn names(&self, (first, second): (usize, usize)) -> bool {
        let has = |term: &str, place: usize| term.contains(&(place + 1).to_string());
        let model = self.model.as_deref().unwrap_or_default();
        let mut terms = model.trim_matches(['[', ']']).split(',');
        self.method == "model" && terms.any(|term| has(term, first) && has(term, second))
    }

    fn screened(&self, hidden: &Hidden) -> Self {
        let mut screened = self.clone();
        if hidden.whole {
            return screened;
        }
        (screened.aic, screened.bic) = (None, None);
        screened.detail.retain(|(key, _)| DETAILS.contains(key));
        let why = match self.stand() {
            Stand::Pair(first, second) if hidden.uncounted.contains(&(first, second)) => {
                Some("the overlap of the two lists, which is not told, would follow from it")
            }
            Stand::Frequencies => Some("counts that are not told would follow from it"),
            Stand::Model if hidden.few.iter().any(|pair| self.names(*pair)) => {
                Some("whether it has an estimate would tell whether two lists share anybody")
            }
            _ if self.status != Status::Ok => {
                Some("whether it has an estimate would tell which lists share nobody")
            }
            _ => None,
        };
        if let Some(why) = why {
            screened.status = Status::Ok;
            (screened.estimate, screened.lower, screened.upper) = (None, None, None);
            screened.detail = vec![(WITHHELD, why.to_owned())];
        }
        screened
    }
}

impl Report {
    /// The report without what would tell the hidden counts. Totals of lists and empty pairs are
    /// left out, since whoever asks has them as they may be told.
    #[must_use]
    pub fn screened(&self, hidden: &Hidden) -> Self {
        let results: Vec<MethodResult> = self
            .results
            .iter()
            .map(|result| result.screened(hidden))
            .collect();
        let sparse = !hidden.few.is_empty();
        let moves = self.sensitivity.iter();
        Self {
            persons: self.persons,
            lists: self.lists.clone(),
            list_totals: Vec::new(),
            empty_pairs: Vec::new(),
            checks: self.screened_checks(hidden),
            headline: headline::headline(self.lists.len(), sparse, &results),
            sensitivity: moves
                .filter_map(|row| screened_move(row, self.lists.len(), hidden))
                .collect(),
            caveats: self.screened_caveats(hidden),
            not_run: self.not_run.clone(),
            results,
        }
    }

    fn screened_checks(&self, hidden: &Hidden) -> Vec<Check> {
        let own = self.checks.iter().filter_map(|check| {
            let mut check = check.clone();
            match check.code {
                "empty-pairs" => return None,
                "small-overlaps" => {
                    check.code = "few-shared";
                    check.passed = hidden.few.is_empty();
                    check.sentence = format!(
                        "{} pairs of lists share nobody or fewer than {}.",
                        hidden.few.len(),
                        hidden.threshold
                    );
                }
                // It has an estimate where all pairs share somebody.
                "all-pairs" if !hidden.few.is_empty() => return None,
                "seen-once" if !hidden.whole => {
                    check.sentence = match check.passed {
                        true => "At least one person in twenty is on more than one list.",
                        false => "Fewer than one person in twenty is on more than one list.",
                    }
                    .to_owned();
                }
                _ => {}
            }
            Some(check)
        });
        own.collect()
    }

    fn screened_caveats(&self, hidden: &Hidden) -> Vec<Caveat> {
        let own = self.caveats.iter().filter(|one| one.code != "empty-pairs");
        let mut caveats: Vec<Caveat> = own.cloned().collect();
        let mut say = |code, sentence: String| caveats.push(Caveat { code, sentence });
        if !hidden.few.is_empty() {
            say(
                "few-shared",
                format!(
                    "Lists that share nobody, or fewer than {}, say little about how they depend \
                     on each other (Chan, Silverman and Vincent 2021).",
                    hidden.threshold
                ),
            );
        }
        say(
            "dossier-a-person",
            "A dossier is taken for one person. A person with two dossiers is counted twice, and \
             what the two lists share is missed: the estimate is then too high."
                .to_owned(),
        );
        say(
            "lists-on-record",
            "A list is what records say, such as who noticed a person; it is no register of its \
             own. Where a record names only the first who noticed, lists share fewer persons \
             than they met: the estimate is then too high."
                .to_owned(),
        );
        caveats
    }
}

/// How the choice moves, where that tells no hidden count. Of three lists, two are left when one is
/// left out or two are merged, and the estimate is then their overlap in other words.
fn screened_move(row: &Sensitivity, lists: usize, hidden: &Hidden) -> Option<Sensitivity> {
    if hidden.whole {
        return Some(row.clone());
    }
    let of_threshold = matches!(row.change, Change::Threshold(_));
    let told = of_threshold || lists > 3;
    (told && row.refusal.is_none() && row.estimate.is_some()).then(|| Sensitivity {
        // Whoever is on one list alone follows from how many are left.
        persons: if of_threshold { row.persons } else { 0 },
        ..row.clone()
    })
}
