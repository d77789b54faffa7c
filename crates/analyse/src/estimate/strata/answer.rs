//! What is answered on a stratified table: one model for all strata together, and what it gives for
//! each stratum and in all.

use super::super::existence::Status;
use super::super::model::ModelError;
use super::super::special::normal_quantile;
use super::super::table::pairs;
use super::{Criterion, StratifiedFit, StratifiedTable, Stratum, Term};

/// How the model of a stratified table is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StrataChoice {
    /// Lists and covariates independent of each other.
    Main,
    /// Two-way terms taken in while the criterion falls.
    Forward(Criterion),
    /// A model by its name: lists by digits, covariates by letters, such as `[23,1a]`.
    Model(String),
}

impl StrataChoice {
    /// The choices of a name of the command: `main`, `aic`, `bic`, `model:[23,1a]`, or `all` for
    /// the first three. Nothing for a method that knows no strata.
    #[must_use]
    pub fn named(name: &str) -> Option<Vec<Self>> {
        let aic = Self::Forward(Criterion::Aic);
        let bic = Self::Forward(Criterion::Bic);
        Some(match name {
            "main" => vec![Self::Main],
            "aic" => vec![aic],
            "bic" => vec![bic],
            "all" => vec![Self::Main, aic, bic],
            _ => vec![Self::Model(name.strip_prefix("model:")?.to_owned())],
        })
    }

    /// The word of the command.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Forward(Criterion::Aic) => "aic",
            Self::Forward(Criterion::Bic) => "bic",
            Self::Model(_) => "model",
        }
    }
}

/// One choice's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct StrataAnswer {
    /// The word of the command.
    pub method: &'static str,
    /// Whether there is an estimate.
    pub status: Status,
    /// The model's name.
    pub model: String,
    /// The fit where there is one.
    pub fit: Option<StratifiedFit>,
}

impl StratifiedFit {
    /// Limits of the total at a level such as 0.95, normal on the logarithm of the hidden part.
    #[must_use]
    pub fn limits(&self, level: f64) -> (f64, f64) {
        let hidden: f64 = self.strata.iter().map(|stratum| stratum.hidden).sum();
        let persons = self.persons() as f64;
        if hidden <= 0.0 {
            return (persons, persons);
        }
        let width = normal_quantile(f64::midpoint(1.0, level)) * self.error_total / hidden;
        let at = |shift: f64| persons + hidden * shift.exp();
        (at(-width), at(width))
    }

    /// The estimates by stratum.
    #[must_use]
    pub fn strata(&self) -> &[Stratum] {
        &self.strata
    }
}

/// Answers each choice on a table.
///
/// # Errors
/// [`ModelError`] for a model's name that cannot be read.
pub fn answers(
    table: &StratifiedTable,
    choices: &[StrataChoice],
) -> Result<Vec<StrataAnswer>, ModelError> {
    choices.iter().map(|choice| table.answer(choice)).collect()
}

impl StratifiedTable {
    fn answer(&self, choice: &StrataChoice) -> Result<StrataAnswer, ModelError> {
        let terms = match choice {
            StrataChoice::Main | StrataChoice::Forward(_) => self.main_effects(),
            StrataChoice::Model(name) => self.parse(name)?,
        };
        let found = match choice {
            StrataChoice::Forward(criterion) => self.forward(*criterion),
            _ => self.fit(&terms).map(|fit| (terms.clone(), fit)),
        };
        let (status, terms, fit) = match found {
            Ok((terms, fit)) => (Status::Ok, terms, Some(fit)),
            Err(status) => (status, terms, None),
        };
        Ok(StrataAnswer {
            method: choice.word(),
            status,
            model: self.name(&terms),
            fit,
        })
    }

    /// The letter of a covariate.
    fn letter(place: usize) -> char {
        let place = u8::try_from(place).unwrap_or_default();
        char::from(b'a' + place)
    }

    /// Reads a model's name such as `[23,1a]`; what is not named is in as a main effect.
    fn parse(&self, name: &str) -> Result<Vec<Term>, ModelError> {
        let (lists, covariates) = (self.lists.len(), self.covariates.len());
        let last = Self::letter(covariates.saturating_sub(1));
        let wrong = || ModelError {
            found: name.to_owned(),
            allowed: format!(
                "terms such as [12,1a] over the lists 1 to {lists} and the covariates a to {last}"
            ),
        };
        let inside = name.trim().strip_prefix('[');
        let inside = inside.and_then(|text| text.strip_suffix(']'));
        let mut model = self.main_effects();
        for text in inside.ok_or_else(wrong)?.split(',').map(str::trim) {
            let mut term = Term {
                lists: 0,
                covariates: 0,
            };
            for sign in text.chars() {
                let list = (0..lists).find(|list| sign.to_string() == (list + 1).to_string());
                let covariate = (0..covariates).find(|place| sign == Self::letter(*place));
                let (own, bit) = match (list, covariate) {
                    (Some(list), _) => (&mut term.lists, 1 << list),
                    (_, Some(place)) => (&mut term.covariates, 1 << place),
                    _ => return Err(wrong()),
                };
                if *own & bit != 0 {
                    return Err(wrong());
                }
                *own |= bit;
            }
            if text.is_empty() {
                return Err(wrong());
            }
            self.add(&mut model, term);
        }
        Ok(model)
    }

    /// A model's name by its largest terms.
    fn name(&self, model: &[Term]) -> String {
        let within = |term: &Term| {
            let wider = |other: &Term| {
                other != term
                    && other.lists & term.lists == term.lists
                    && other.covariates & term.covariates == term.covariates
            };
            model.iter().any(wider)
        };
        let name = |term: &Term| {
            let lists = (0..self.lists.len()).filter(|list| term.lists & 1 << list != 0);
            let own = (0..self.covariates.len()).filter(|c| term.covariates & 1 << c != 0);
            let digits: String = lists.map(|list| (list + 1).to_string()).collect();
            digits + &own.map(Self::letter).collect::<String>()
        };
        let mut names: Vec<String> = model.iter().filter(|t| !within(t)).map(name).collect();
        names.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        format!("[{}]", names.join(","))
    }

    /// Names of the covariates, in the order of their letters.
    pub fn covariates(&self) -> impl Iterator<Item = &str> {
        self.covariates
            .iter()
            .map(|covariate| covariate.name.as_str())
    }

    /// Pairs of lists (names) that share nobody in any stratum.
    #[must_use]
    pub fn empty_pairs(&self) -> Vec<(String, String)> {
        let shared = |both: usize| {
            let cells = self.strata.iter().flat_map(|line| line.iter().enumerate());
            let mut cells = cells.filter(|(code, _)| code & both == both);
            cells.any(|(_, count)| *count > 0)
        };
        let all = pairs(self.lists.len()).into_iter();
        let empty = all.filter(|(i, j)| !shared(1 << i | 1 << j));
        empty
            .map(|(i, j)| (self.lists[i].clone(), self.lists[j].clone()))
            .collect()
    }

    /// Names of the lists.
    #[must_use]
    pub fn lists(&self) -> &[String] {
        &self.lists
    }

    /// Persons on at least one list.
    #[must_use]
    pub fn persons(&self) -> u64 {
        self.strata.iter().flatten().sum()
    }
}
