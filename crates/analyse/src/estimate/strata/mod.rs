//! Covariates: lists that reach men and women, regions or ages unequally.
//!
//! Definition. The counts by history and by stratum (a combination of covariate levels) are
//! Poisson with a log-linear mean in the lists, the covariates and chosen interactions, treatment
//! contrasts with the first level as the reference. Each stratum has its own hidden cell,
//! `d_s = exp(x_s b)`, and `N_s = n_s + d_s`; `se(ln d_s) = sqrt(x_s' V x_s)`; the variance of the
//! total is `sum d_s + sum_st d_s d_t x_s' V x_t` by the delta method. Lists that interact with
//! covariates take out differences between persons that are observed, which is why official
//! estimates use them (UNODC; van der Heijden and Cruyff).
//!
//! Limits. A term whose sufficient statistic is 0 is at minus infinity, as without covariates. A
//! table can be on another boundary (all persons of one stratum on one list, say); then no estimate
//! exists and that is the answer: coarsen the covariate.

mod answer;
mod file;

use super::existence::{Checker, Status};
use super::fit::{cholesky, solve};
use super::special::{ln_factorial, normal_quantile};
use super::table::{CaptureTable, TableError, pairs};

pub use answer::{StrataAnswer, StrataChoice, answers};

/// A covariate and its levels; the first is the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covariate {
    /// Its name.
    pub name: String,
    /// Names of its levels.
    pub levels: Vec<String>,
}

/// Counts by history within each stratum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StratifiedTable {
    lists: Vec<String>,
    covariates: Vec<Covariate>,
    /// One line of `2^lists` counts for each stratum; the level of the first covariate changes
    /// fastest.
    strata: Vec<Vec<u64>>,
}

/// A term: which lists and which covariates stand together in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Term {
    /// Lists, as a code.
    pub lists: usize,
    /// Covariates, as a bit mask of their places.
    pub covariates: usize,
}

/// The estimate of one stratum.
#[derive(Debug, Clone, PartialEq)]
pub struct Stratum {
    /// Levels of the covariates, in their order.
    pub levels: Vec<String>,
    /// Persons seen.
    pub persons: u64,
    /// Estimated hidden part.
    pub hidden: f64,
    /// Standard error of the logarithm of the hidden part.
    pub error_ln_hidden: f64,
}

impl Stratum {
    /// Estimated number of persons.
    #[must_use]
    pub fn estimate(&self) -> f64 {
        self.persons as f64 + self.hidden
    }

    /// Limits on the logarithm of the hidden part at a level such as 0.95.
    #[must_use]
    pub fn limits(&self, level: f64) -> (f64, f64) {
        let width = normal_quantile(f64::midpoint(1.0, level)) * self.error_ln_hidden;
        let at = |shift: f64| self.persons as f64 + self.hidden * shift.exp();
        (at(-width), at(width))
    }
}

/// A model fitted to all strata together.
#[derive(Debug, Clone, PartialEq)]
pub struct StratifiedFit {
    /// Estimates by stratum.
    pub strata: Vec<Stratum>,
    /// Standard error of the total.
    pub error_total: f64,
    /// Deviance.
    pub deviance: f64,
    /// Log-likelihood.
    pub log_likelihood: f64,
    /// All parameters, those at minus infinity included.
    pub parameters: usize,
}

impl StratifiedFit {
    /// Persons seen in all strata.
    #[must_use]
    pub fn persons(&self) -> u64 {
        self.strata.iter().map(|stratum| stratum.persons).sum()
    }

    /// Estimated number of persons in all strata.
    #[must_use]
    pub fn estimate(&self) -> f64 {
        self.strata.iter().map(Stratum::estimate).sum()
    }

    /// Akaike's criterion.
    #[must_use]
    pub fn aic(&self) -> f64 {
        2.0 * self.parameters as f64 - 2.0 * self.log_likelihood
    }

    /// Schwarz's criterion with persons as the observations.
    #[must_use]
    pub fn bic(&self) -> f64 {
        self.parameters as f64 * (self.persons() as f64).ln() - 2.0 * self.log_likelihood
    }
}

/// By which criterion terms are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criterion {
    /// Akaike's.
    Aic,
    /// Schwarz's, over persons.
    Bic,
}

impl StratifiedTable {
    /// A table from its lists, its covariates and one line of `2^lists` counts for each stratum,
    /// the level of the first covariate changing fastest.
    ///
    /// # Errors
    /// [`TableError`] where the strata added up are no [`CaptureTable`], where a covariate has
    /// fewer than two levels (`covariate`), and where lines are missing or too short (`length`).
    pub fn new(
        lists: Vec<String>,
        covariates: Vec<Covariate>,
        strata: Vec<Vec<u64>>,
    ) -> Result<Self, TableError> {
        let refusal = |code, field: &str, found: String, allowed: String| TableError {
            code,
            row: None,
            field: field.to_owned(),
            found,
            allowed,
        };
        if let Some(covariate) = covariates
            .iter()
            .find(|covariate| covariate.levels.len() < 2)
        {
            let found = format!("{} level(s)", covariate.levels.len());
            return Err(refusal(
                "covariate",
                &covariate.name,
                found,
                "two or more".into(),
            ));
        }
        let wanted: usize = covariates.iter().map(|c| c.levels.len()).product();
        let cells = 1_usize << lists.len().min(16);
        if strata.len() != wanted || strata.iter().any(|line| line.len() != cells) {
            let allowed = format!("{wanted} strata of {cells} counts");
            return Err(refusal(
                "length",
                "",
                format!("{} strata", strata.len()),
                allowed,
            ));
        }
        let table = Self {
            lists,
            covariates,
            strata,
        };
        table.total()?;
        Ok(table)
    }

    /// The table without its covariates.
    ///
    /// # Errors
    /// As [`CaptureTable::new`].
    pub fn total(&self) -> Result<CaptureTable, TableError> {
        let mut counts = vec![0_u64; 1 << self.lists.len().min(16)];
        for line in &self.strata {
            for (sum, own) in counts.iter_mut().zip(line) {
                *sum = sum.saturating_add(*own);
            }
        }
        CaptureTable::new(self.lists.clone(), counts)
    }

    /// One stratum as a table of its own, for separate estimates; the model in which everything
    /// is crossed with the strata gives the same.
    ///
    /// # Errors
    /// As [`CaptureTable::new`]: a small stratum is often no table that can be estimated.
    pub fn stratum(&self, place: usize) -> Result<CaptureTable, TableError> {
        let line = self.strata.get(place).cloned().unwrap_or_default();
        CaptureTable::new(self.lists.clone(), line)
    }

    /// Number of strata.
    #[must_use]
    pub fn strata(&self) -> usize {
        self.strata.len()
    }

    /// The intercept, each list and each covariate.
    #[must_use]
    pub fn main_effects(&self) -> Vec<Term> {
        let lists = (0..self.lists.len()).map(|list| Term {
            lists: 1 << list,
            covariates: 0,
        });
        let own = (0..self.covariates.len()).map(|place| Term {
            lists: 0,
            covariates: 1 << place,
        });
        let intercept = Term {
            lists: 0,
            covariates: 0,
        };
        std::iter::once(intercept).chain(lists).chain(own).collect()
    }

    /// Adds a term and everything within it to a model.
    pub fn add(&self, model: &mut Vec<Term>, term: Term) {
        for lists in (0..=term.lists).filter(|code| code & !term.lists == 0) {
            for covariates in (0..=term.covariates).filter(|mask| mask & !term.covariates == 0) {
                let part = Term { lists, covariates };
                if !model.contains(&part) {
                    model.push(part);
                }
            }
        }
    }

    /// Level of each covariate in a stratum.
    fn levels(&self, stratum: usize) -> Vec<usize> {
        let mut rest = stratum;
        let sizes = self
            .covariates
            .iter()
            .map(|covariate| covariate.levels.len());
        sizes
            .map(|size| {
                let level = rest % size;
                rest /= size;
                level
            })
            .collect()
    }

    /// Columns of the design: a set of lists and a level for each covariate, 0 where it is not in.
    fn columns(&self, model: &[Term]) -> Vec<(usize, Vec<usize>)> {
        let mut columns = Vec::new();
        for term in model {
            let mut own = vec![(term.lists, vec![0; self.covariates.len()])];
            for (place, covariate) in self.covariates.iter().enumerate() {
                if term.covariates & 1 << place != 0 {
                    let wider = own.iter().flat_map(|(lists, levels)| {
                        (1..covariate.levels.len()).map(move |level| {
                            let mut levels = levels.clone();
                            levels[place] = level;
                            (*lists, levels)
                        })
                    });
                    own = wider.collect();
                }
            }
            columns.extend(own);
        }
        columns
    }

    /// Fits a model to all strata together.
    ///
    /// # Errors
    /// The [`Status`] that says why there is no estimate.
    pub fn fit(&self, model: &[Term]) -> Result<StratifiedFit, Status> {
        let design = Design::new(self, model);
        let status = design.status();
        if status != Status::Ok {
            return Err(status);
        }
        let solution = design.solve().ok_or(Status::DoesNotExist)?;
        Ok(self.read(&design, &solution))
    }

    fn read(&self, design: &Design, solution: &Solution) -> StratifiedFit {
        let hidden: Vec<(Vec<f64>, f64)> = (0..self.strata.len())
            .map(|stratum| {
                let row = design.row(0, &self.levels(stratum));
                let linear: f64 = row.iter().zip(&solution.beta).map(|(x, b)| x * b).sum();
                (
                    row,
                    if design.possible(0, &self.levels(stratum)) {
                        linear.exp()
                    } else {
                        0.0
                    },
                )
            })
            .collect();
        let spread = |a: &[f64], b: &[f64]| -> f64 {
            let mut solved = b.to_vec();
            solve(&solution.factor, b.len(), &mut solved);
            a.iter().zip(&solved).map(|(a, b)| a * b).sum()
        };
        let mut variance = 0.0;
        for (own, d) in &hidden {
            variance += d;
            variance += hidden
                .iter()
                .map(|(x, e)| d * e * spread(own, x))
                .sum::<f64>();
        }
        let strata = hidden.iter().enumerate().map(|(stratum, (row, hidden))| {
            let levels = self.levels(stratum).into_iter().zip(&self.covariates);
            Stratum {
                levels: levels
                    .map(|(level, own)| own.levels[level].clone())
                    .collect(),
                persons: self.strata[stratum].iter().sum(),
                hidden: *hidden,
                error_ln_hidden: spread(row, row).sqrt(),
            }
        });
        StratifiedFit {
            strata: strata.collect(),
            error_total: variance.sqrt(),
            deviance: solution.deviance,
            log_likelihood: solution.log_likelihood,
            parameters: design.parameters,
        }
    }

    /// Adds two-way terms (two lists, a list and a covariate, two covariates) one at a time, each
    /// time the one with the lowest criterion, while it falls.
    ///
    /// # Errors
    /// The [`Status`] of the model of main effects where that has no estimate.
    pub fn forward(&self, criterion: Criterion) -> Result<(Vec<Term>, StratifiedFit), Status> {
        let value = |fit: &StratifiedFit| match criterion {
            Criterion::Aic => fit.aic(),
            Criterion::Bic => fit.bic(),
        };
        let (lists, covariates) = (self.lists.len(), self.covariates.len());
        let mut left: Vec<Term> = pairs(lists + covariates)
            .into_iter()
            .map(|(i, j)| 1_usize << i | 1 << j)
            .map(|both| Term {
                lists: both & ((1 << lists) - 1),
                covariates: both >> lists,
            })
            .collect();
        let mut model = self.main_effects();
        let mut fit = self.fit(&model)?;
        loop {
            let candidates = left.iter().filter_map(|term| {
                let mut wider = model.clone();
                self.add(&mut wider, *term);
                self.fit(&wider).ok().map(|fit| (*term, fit))
            });
            let best = candidates.min_by(|a, b| value(&a.1).total_cmp(&value(&b.1)));
            match best {
                Some((term, found)) if value(&found) < value(&fit) => {
                    self.add(&mut model, term);
                    left.retain(|other| *other != term);
                    fit = found;
                }
                _ => return Ok((model, fit)),
            }
        }
    }
}

/// The design of a model on a table, after the boundary step.
struct Design {
    columns: Vec<(usize, Vec<usize>)>,
    boundary: Vec<(usize, Vec<usize>)>,
    parameters: usize,
    rows: Vec<f64>,
    counts: Vec<f64>,
}

/// A fitted design.
struct Solution {
    beta: Vec<f64>,
    factor: Vec<f64>,
    deviance: f64,
    log_likelihood: f64,
}

/// Whether a column is 1 for a history in a stratum.
fn holds(column: &(usize, Vec<usize>), code: usize, levels: &[usize]) -> bool {
    let mut own = column.1.iter().zip(levels);
    code & column.0 == column.0 && own.all(|(wanted, level)| *wanted == 0 || wanted == level)
}

impl Design {
    fn new(table: &StratifiedTable, model: &[Term]) -> Self {
        let all = table.columns(model);
        let parameters = all.len();
        let cells: Vec<(usize, Vec<usize>, u64)> = table
            .strata
            .iter()
            .enumerate()
            .flat_map(|(stratum, line)| {
                let levels = table.levels(stratum);
                let own = line.iter().enumerate().skip(1);
                own.map(move |(code, count)| (code, levels.clone(), *count))
            })
            .collect();
        let statistic = |column: &(usize, Vec<usize>)| -> u64 {
            let within = cells
                .iter()
                .filter(|(code, levels, _)| holds(column, *code, levels));
            within.map(|(_, _, count)| count).sum()
        };
        let (columns, boundary): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|column| statistic(column) > 0);
        let mut design = Self {
            columns,
            boundary,
            parameters,
            rows: Vec::new(),
            counts: Vec::new(),
        };
        for (code, levels, count) in &cells {
            if design.possible(*code, levels) {
                let row = design.row(*code, levels);
                design.rows.extend(row);
                design.counts.push(*count as f64);
            }
        }
        design
    }

    /// Whether a history in a stratum holds no term at minus infinity.
    fn possible(&self, code: usize, levels: &[usize]) -> bool {
        !self
            .boundary
            .iter()
            .any(|column| holds(column, code, levels))
    }

    fn row(&self, code: usize, levels: &[usize]) -> Vec<f64> {
        let own = self.columns.iter();
        own.map(|column| f64::from(u8::from(holds(column, code, levels))))
            .collect()
    }

    fn status(&self) -> Status {
        let observed: Vec<bool> = self.counts.iter().map(|count| *count > 0.0).collect();
        Checker::default().status_of_rows(&self.rows, self.columns.len(), &observed)
    }

    /// Iteratively reweighted least squares from `y + 0.1`.
    fn solve(&self) -> Option<Solution> {
        let width = self.columns.len();
        let mut means: Vec<f64> = self.counts.iter().map(|count| count + 0.1).collect();
        let mut before = f64::INFINITY;
        for _ in 0..200 {
            let mut factor = vec![0.0; width * width];
            let mut beta = vec![0.0; width];
            for ((row, count), mean) in self.rows.chunks_exact(width).zip(&self.counts).zip(&means)
            {
                let working = mean * mean.ln() + count - mean;
                for (place, x) in row.iter().enumerate().filter(|(_, x)| **x != 0.0) {
                    beta[place] += working;
                    for (own, y) in factor[place * width..].iter_mut().zip(&row[..=place]) {
                        *own += mean * x * y;
                    }
                }
            }
            if !cholesky(&mut factor, width) {
                return None;
            }
            solve(&factor, width, &mut beta);
            let (mut deviance, mut log_likelihood) = (0.0, 0.0);
            let rows = self.rows.chunks_exact(width).zip(&self.counts);
            for ((row, count), mean) in rows.zip(&mut means) {
                let linear: f64 = row.iter().zip(&beta).map(|(x, b)| x * b).sum();
                *mean = linear.exp();
                log_likelihood += count * linear - *mean - ln_factorial(*count);
                let ratio = if *count > 0.0 {
                    count * (count.ln() - linear)
                } else {
                    0.0
                };
                deviance += 2.0 * (ratio - (count - *mean));
            }
            let change: f64 = (deviance - before).abs() / (deviance.abs() + 0.1);
            before = deviance;
            if change < 1e-14 {
                return Some(Solution {
                    beta,
                    factor,
                    deviance,
                    log_likelihood,
                });
            }
        }
        None
    }
}
