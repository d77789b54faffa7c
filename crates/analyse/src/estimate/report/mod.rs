//! All methods on one table, side by side, with what must be said beside them.
//!
//! Different methods give very different numbers on the same table, so that one number alone is
//! wrong by design. A [`Report`] holds the checks of the table, each method's answer ("not
//! estimable" with its reason is one), how the answer moves when a list is left out, when two are
//! merged and when the threshold moves, the one method that is defended for the situation, and
//! the caveats with their critics.
//!
//! Everything runs on the lists in the order of their names ([`CaptureTable::by_name`]) and is told
//! in the order given, so that no order of columns or rows and no number of threads changes it.

mod headline;
mod methods;
mod quick;
mod screen;
mod words;

use super::bic::TooManyModels;
use super::bootstrap::Resampling;
use super::decomposable::SizePrior;
use super::existence::Status;
use super::latent;
use super::model::ModelError;
use super::stepwise;
use super::table::CaptureTable;
use super::workers::Workers;

pub use headline::Headline;
pub use quick::quick;
pub use screen::{Hidden, Stand, WITHHELD};
pub use words::{Caveat, Check};

/// Greatest number of bootstrap replicates.
pub const REPLICATES_MAX: usize = 100_000;
/// Greatest number of latent classes.
pub const CLASSES_MAX: usize = 50;

/// What a method may be told; what is left out takes the value that its authors advise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Level of all intervals.
    pub level: f64,
    /// Threshold of the stepwise choice.
    pub threshold: f64,
    /// Bootstrap replicates and their seed, which is the seed of the samplers too; with no
    /// replicates the interval takes the chosen model as given.
    pub resampling: Resampling,
    /// Largest number of lists in one term, for the ranking of all models.
    pub order_max: Option<usize>,
    /// Prior weight of a cell, for decomposable graphs.
    pub delta: Option<f64>,
    /// Prior of the number of persons, for decomposable graphs.
    pub prior: SizePrior,
    /// Classes and chains of the latent-class sampler; its seed is that of `resampling`.
    pub latent: latent::Settings,
}

impl Options {
    /// Level 0.95, threshold 0.02, 1,000 replicates, ten classes.
    #[must_use]
    pub fn usual(seed: u64) -> Self {
        Self {
            level: 0.95,
            threshold: stepwise::THRESHOLD_USUAL,
            resampling: Resampling {
                replicates: 1000,
                seed,
            },
            order_max: None,
            delta: None,
            prior: SizePrior::Inverse,
            latent: latent::Settings::usual(seed),
        }
    }
}

/// A method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// Independent lists.
    Main,
    /// [`super::stepwise`].
    Stepwise,
    /// [`super::aic`].
    Aic,
    /// [`super::bic`].
    Bic,
    /// [`super::decomposable`].
    Graphs,
    /// [`super::latent`].
    LatentClasses,
    /// [`super::threshold`].
    BayesianThreshold,
    /// [`super::simple`].
    Simple,
    /// One model by its name.
    Model(String),
}

impl Method {
    /// The methods of a name of the command: `main`, `stepwise`, `aic`, `bic`, `dga`, `lcmcr`,
    /// `bayes-threshold`, `simple`, `model:[12,3]`, or `all` for every one but the last.
    ///
    /// # Errors
    /// [`EstimateError::Method`] for any other name.
    pub fn named(name: &str) -> Result<Vec<Self>, EstimateError> {
        if let Some(model) = name.strip_prefix("model:") {
            return Ok(vec![Self::Model(model.to_owned())]);
        }
        if name == "all" {
            return Ok(Self::all().to_vec());
        }
        let found = Self::all().into_iter().find(|method| method.word() == name);
        found
            .map(|method| vec![method])
            .ok_or_else(|| EstimateError::Method {
                found: name.to_owned(),
            })
    }

    /// Every method but a model of one's own.
    fn all() -> [Self; 8] {
        [
            Self::Main,
            Self::Stepwise,
            Self::Aic,
            Self::Bic,
            Self::Graphs,
            Self::LatentClasses,
            Self::BayesianThreshold,
            Self::Simple,
        ]
    }

    /// The word of the command.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Stepwise => "stepwise",
            Self::Aic => "aic",
            Self::Bic => "bic",
            Self::Graphs => "dga",
            Self::LatentClasses => "lcmcr",
            Self::BayesianThreshold => "bayes-threshold",
            Self::Simple => "simple",
            Self::Model(_) => "model",
        }
    }
}

/// One method's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodResult {
    /// The word of the command.
    pub method: &'static str,
    /// Settings that gave the answer, the seed included: name and value.
    pub settings: Vec<(&'static str, String)>,
    /// Whether there is an estimate.
    pub status: Status,
    /// Estimated number of persons, seen and hidden.
    pub estimate: Option<f64>,
    /// Lower limit; absent where there is none, `detail` saying why.
    pub lower: Option<f64>,
    /// Upper limit; absent where there is none, `detail` saying why.
    pub upper: Option<f64>,
    /// Level of the interval.
    pub level: f64,
    /// The model, such as `[12,3]`, where the answer stands on one.
    pub model: Option<String>,
    /// AIC of the model.
    pub aic: Option<f64>,
    /// BIC of the model over persons.
    pub bic: Option<f64>,
    /// What else a reader of the numbers needs: name and value or sentence.
    pub detail: Vec<(&'static str, String)>,
}

/// The answer of the stepwise choice on a changed table.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    /// What was changed.
    pub change: Change,
    /// Persons in the changed table; 0 where it cannot be estimated at all.
    pub persons: u64,
    /// Whether there is an estimate.
    pub status: Status,
    /// The estimate, the model as given, without an interval.
    pub estimate: Option<f64>,
    /// Why there is no table left, where there is none.
    pub refusal: Option<String>,
}

/// A change of the table or of the choice.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// This list was left out.
    Without(String),
    /// These two lists were made one.
    Merged(String, String),
    /// The threshold was this.
    Threshold(f64),
}

/// All of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Persons on at least one list.
    pub persons: u64,
    /// Names of the lists, in the order given.
    pub lists: Vec<String>,
    /// Persons on each list.
    pub list_totals: Vec<u64>,
    /// Names of the pairs of lists that share nobody.
    pub empty_pairs: Vec<(String, String)>,
    /// Checks of the table before any estimate.
    pub checks: Vec<Check>,
    /// The methods' answers.
    pub results: Vec<MethodResult>,
    /// Methods of `all` that do not run on this table, and why.
    pub not_run: Vec<(&'static str, String)>,
    /// How the stepwise choice moves.
    pub sensitivity: Vec<Sensitivity>,
    /// The method that is defended here.
    pub headline: Headline,
    /// What must be said beside the numbers.
    pub caveats: Vec<Caveat>,
}

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EstimateError {
    /// No such method.
    #[error(
        "method: found `{found}`, allowed main, stepwise, aic, bic, dga, lcmcr, bayes-threshold, \
         simple, model:[12,3], all"
    )]
    Method {
        /// The name.
        found: String,
    },
    /// A model that cannot be read.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Too many models to rank.
    #[error(transparent)]
    Models(#[from] TooManyModels),
    /// Too many lists for a method.
    #[error("lists-too-many: method {method}, found {found} lists, allowed at most {allowed}")]
    Lists {
        /// The method's word.
        method: &'static str,
        /// Lists of the table.
        found: usize,
        /// Most lists of the method.
        allowed: usize,
    },
    /// Too many persons for a method.
    #[error("persons-too-many: method {method}, found {found} persons, allowed at most {allowed}")]
    Persons {
        /// The method's word.
        method: &'static str,
        /// Persons of the table.
        found: u64,
        /// Most persons of the method.
        allowed: u64,
    },
    /// A setting outside its range.
    #[error("setting: `{field}`, found {found}, allowed {allowed}")]
    Setting {
        /// The setting.
        field: &'static str,
        /// Its value.
        found: String,
        /// Its range.
        allowed: String,
    },
}

/// Runs methods on a table and puts everything beside them.
///
/// # Errors
/// [`EstimateError`] for a model that cannot be read, a setting outside its range, or a method
/// asked for by itself that does not run on so many lists.
pub fn report(
    table: &CaptureTable,
    methods: &[Method],
    options: &Options,
    workers: &dyn Workers,
) -> Result<Report, EstimateError> {
    check_options(options, table.lists().len())?;
    let (sorted, places) = table.by_name();
    let run = methods::Run {
        table: &sorted,
        places: &places,
        options,
        workers,
    };
    let mut results = Vec::new();
    let mut not_run = Vec::new();
    for method in methods {
        match run.method(method) {
            Ok(own) => results.extend(own),
            Err(EstimateError::Models(refusal)) if methods.len() > 1 => {
                not_run.push((method.word(), refusal.to_string()));
            }
            Err(refusal @ (EstimateError::Lists { .. } | EstimateError::Persons { .. }))
                if methods.len() > 1 =>
            {
                not_run.push((method.word(), refusal.to_string()));
            }
            Err(refusal) => return Err(refusal),
        }
    }
    let name = |list: usize| table.lists()[list].clone();
    let empty_pairs = table.empty_pairs().into_iter();
    let sparse = !table.empty_pairs().is_empty();
    let headline = headline::headline(table.lists().len(), sparse, &results);
    Ok(Report {
        persons: table.persons(),
        lists: table.lists().to_vec(),
        list_totals: table.list_totals(),
        empty_pairs: empty_pairs.map(|(i, j)| (name(i), name(j))).collect(),
        checks: words::checks(table),
        sensitivity: headline::sensitivity(table, options.threshold),
        caveats: words::caveats(table, &results),
        headline,
        results,
        not_run,
    })
}

fn check_options(options: &Options, lists: usize) -> Result<(), EstimateError> {
    let refusal = |field, found: String, allowed: &str| EstimateError::Setting {
        field,
        found,
        allowed: allowed.to_owned(),
    };
    let inside = |value: f64| value > 0.0 && value < 1.0;
    if !inside(options.level) {
        return Err(refusal(
            "level",
            options.level.to_string(),
            "above 0 and below 1",
        ));
    }
    if !(0.0..=1.0).contains(&options.threshold) {
        return Err(refusal(
            "threshold",
            options.threshold.to_string(),
            "0 to 1",
        ));
    }
    let replicates = options.resampling.replicates;
    if replicates > REPLICATES_MAX {
        let allowed = format!("0 to {REPLICATES_MAX}");
        return Err(refusal("bootstrap", replicates.to_string(), &allowed));
    }
    if let Some(order) = options
        .order_max
        .filter(|order| !(1..=lists).contains(order))
    {
        let allowed = format!("1 to {lists}, the number of lists");
        return Err(refusal("max-order", order.to_string(), &allowed));
    }
    if let Some(delta) = options
        .delta
        .filter(|delta| !(*delta > 0.0 && delta.is_finite()))
    {
        return Err(refusal("delta", delta.to_string(), "above 0"));
    }
    let latent = options.latent;
    if !(1..=CLASSES_MAX).contains(&latent.classes) {
        let allowed = format!("1 to {CLASSES_MAX}");
        return Err(refusal("classes", latent.classes.to_string(), &allowed));
    }
    if latent.chains == 0 || latent.samples == 0 {
        let found = format!("{} chains of {} samples", latent.chains, latent.samples);
        return Err(refusal("chains", found, "one or more of each"));
    }
    Ok(())
}
