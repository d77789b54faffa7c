//! Each method's answer in the words of the report.

use super::super::aic;
use super::super::bic::{downhill, order_usual, rank, top_usual};
use super::super::bootstrap::{Correction, Limit, bootstrap};
use super::super::decomposable::{self, SizePrior};
use super::super::existence::Status;
use super::super::fit::{Fit, Fitter};
use super::super::latent;
use super::super::model::{Model, move_code, term_name};
use super::super::profile::Profile;
use super::super::simple::simple;
use super::super::stepwise::{Stepwise, stepwise};
use super::super::table::CaptureTable;
use super::super::threshold::{self, bayesian_threshold};
use super::super::workers::Workers;
use super::{EstimateError, Method, MethodResult, Options};

/// What all methods run on: the table by names of lists, and where each list stood.
pub(super) struct Run<'a> {
    pub(super) table: &'a CaptureTable,
    pub(super) places: &'a [usize],
    pub(super) options: &'a Options,
    pub(super) workers: &'a dyn Workers,
}

type Details = Vec<(&'static str, String)>;

impl Run<'_> {
    pub(super) fn method(&self, method: &Method) -> Result<Vec<MethodResult>, EstimateError> {
        let lists = self.table.lists().len();
        match method {
            Method::Main => Ok(vec![self.fixed(method, &Model::main_effects(lists))]),
            Method::Model(name) => {
                // The name speaks of the lists in the order given.
                let given = Model::parse(name, lists)?;
                let mut back = vec![0; lists];
                for (sorted, place) in self.places.iter().enumerate() {
                    back[*place] = sorted;
                }
                Ok(vec![self.fixed(method, &given.moved(&back))])
            }
            Method::Stepwise => Ok(vec![self.stepwise()]),
            Method::Aic => Ok(vec![self.aic()]),
            Method::Bic => Ok(vec![self.bic()?]),
            Method::Graphs => Ok(vec![self.graphs()?]),
            Method::LatentClasses => Ok(vec![self.latent_classes()]),
            Method::BayesianThreshold => Ok(vec![self.bayesian_threshold()]),
            Method::Simple => Ok(self.simple()),
        }
    }

    /// An answer that is yet empty.
    fn empty(&self, method: &Method, status: Status) -> MethodResult {
        let mut result = MethodResult {
            method: method.word(),
            settings: Vec::new(),
            status,
            estimate: None,
            lower: None,
            upper: None,
            level: self.options.level,
            model: None,
            aic: None,
            bic: None,
            detail: Vec::new(),
        };
        if status != Status::Ok {
            result.detail.push(("reason", status.reason().to_owned()));
        }
        result
    }

    fn tails(&self) -> (f64, f64) {
        let tail = (1.0 - self.options.level) / 2.0;
        (tail, 1.0 - tail)
    }

    /// The name of a model in the order of lists that was given.
    fn name(&self, terms: &[usize]) -> String {
        let model = Model::with_interactions(self.table.lists().len(), terms);
        model.moved(self.places).to_string()
    }

    /// Names of terms in the order of lists that was given, one after another.
    fn names(&self, terms: &[usize]) -> String {
        let own = terms
            .iter()
            .map(|term| term_name(move_code(*term, self.places)));
        own.collect::<Vec<_>>().join(" ")
    }

    fn take_fit(&self, result: &mut MethodResult, terms: &[usize], fit: &Fit) {
        result.estimate = Some(fit.estimate());
        result.model = Some(self.name(terms));
        result.aic = Some(fit.aic());
        result.bic = Some(fit.bic());
        result.detail.push(("deviance", fit.deviance.to_string()));
        result
            .detail
            .push(("degrees_of_freedom", fit.residual_degrees().to_string()));
        result
            .detail
            .push(("standard_error", fit.standard_error().to_string()));
        if !fit.boundary.is_empty() {
            result
                .detail
                .push(("minus_infinity", self.names(&fit.boundary)));
        }
    }

    /// Wald limits of a model that was given, with the profile's beside them.
    fn fixed(&self, method: &Method, model: &Model) -> MethodResult {
        let mut fitter = Fitter::new(self.table.counts());
        let fit = match fitter.fit(model.terms()) {
            Ok(fit) => fit,
            Err(status) => {
                let mut result = self.empty(method, status);
                result.model = Some(self.name(model.terms()));
                return result;
            }
        };
        let mut result = self.empty(method, Status::Ok);
        self.take_fit(&mut result, model.terms(), &fit);
        self.take_wald(&mut result, &fit);
        let profile = self.profile(&mut fitter, model.terms(), fit.estimate());
        if let Some((lower, upper)) = profile {
            result.detail.push(("profile_lower", lower.to_string()));
            result.detail.push(("profile_upper", told(upper)));
        }
        result
    }

    fn take_wald(&self, result: &mut MethodResult, fit: &Fit) {
        let (low, high) = self.tails();
        result.lower = Some(fit.wald_limit(low));
        result.upper = Some(fit.wald_limit(high)).filter(|limit| limit.is_finite());
        let kind = "Wald, on the logarithm of the hidden part; the model as given";
        result.detail.push(("interval", kind.to_owned()));
    }

    fn profile(
        &self,
        fitter: &mut Fitter,
        terms: &[usize],
        estimate: f64,
    ) -> Option<(f64, Option<f64>)> {
        let profile = Profile::new(fitter, terms, estimate);
        profile.map(|mut profile| profile.limits(self.options.level))
    }

    /// Limits of a bootstrap, or why there are none.
    fn take_bootstrap(&self, result: &mut MethodResult, found: &Correction) {
        let (low, high) = self.tails();
        let replicates = found.sorted.len();
        let mut take = |p, key: &'static str| {
            let limit = found.limit(p);
            let lost = match limit {
                Limit::At(_) => None,
                Limit::BelowResolution(near) => Some(format!(
                    "beyond the resolution of {replicates} replicates, somewhere below about {}",
                    told(Some(near))
                )),
                Limit::AboveResolution(near) => Some(format!(
                    "beyond the resolution of {replicates} replicates, somewhere above about {}",
                    told(Some(near))
                )),
                Limit::Undefined => Some("the correction is not defined".to_owned()),
            };
            result.detail.extend(lost.map(|reason| (key, reason)));
            limit.value()
        };
        result.lower = take(low, "lower");
        result.upper = take(high, "upper");
        let without = found
            .sorted
            .iter()
            .filter(|value| value.is_infinite())
            .count();
        let kind = "BCa bootstrap, the model chosen anew in each replicate; exact jackknife";
        result.detail.extend([
            ("interval", kind.to_owned()),
            ("bias_z0", told(Some(found.bias))),
            ("acceleration", told(Some(found.acceleration))),
            ("replicates_without_estimate", without.to_string()),
        ]);
    }

    fn resampling_settings(&self, settings: &mut Details) {
        let resampling = self.options.resampling;
        settings.push(("bootstrap", resampling.replicates.to_string()));
        settings.push(("seed", resampling.seed.to_string()));
    }

    fn stepwise(&self) -> MethodResult {
        let threshold = self.options.threshold;
        let mut fitter = Fitter::new(self.table.counts());
        let Stepwise {
            status,
            added,
            p_values,
            terms,
            ..
        } = stepwise(&mut fitter, threshold);
        let mut result = self.empty(&Method::Stepwise, status);
        result.settings.push(("threshold", threshold.to_string()));
        self.resampling_settings(&mut result.settings);
        result.model = Some(self.name(&terms));
        let fit = (status == Status::Ok)
            .then(|| fitter.fit(&terms).ok())
            .flatten();
        let Some(fit) = fit else { return result };
        self.take_fit(&mut result, &terms, &fit);
        result.detail.push(("added", self.names(&added)));
        let values: Vec<String> = p_values.iter().map(ToString::to_string).collect();
        result.detail.push(("p_values", values.join(" ")));
        if self.options.resampling.replicates == 0 {
            self.take_wald(&mut result, &fit);
            return result;
        }
        let counts = self.table.counts();
        let found = bootstrap(counts, self.options.resampling, self.workers, |fitter| {
            stepwise(fitter, threshold).estimate
        });
        self.take_bootstrap(&mut result, &found);
        result
    }

    fn aic(&self) -> MethodResult {
        let mut fitter = Fitter::new(self.table.counts());
        let (fit, added) = match aic::forward(&mut fitter, aic::THRESHOLD_USUAL) {
            Ok(found) => found,
            Err(status) => return self.empty(&Method::Aic, status),
        };
        let mut result = self.empty(&Method::Aic, Status::Ok);
        result
            .settings
            .push(("threshold", aic::THRESHOLD_USUAL.to_string()));
        let main = Model::main_effects(self.table.lists().len());
        let terms = [main.terms().to_vec(), added.clone()].concat();
        self.take_fit(&mut result, &terms, &fit);
        result.detail.push(("added", self.names(&added)));
        let kind = "multinomial profile likelihood, its highest point the estimate; the chosen \
                    model as given";
        result.detail.push(("interval", kind.to_owned()));
        let profile = Profile::new(&mut fitter, &terms, fit.estimate());
        if let Some(mut profile) = profile {
            // The published estimates of this method are the profile's highest point.
            result
                .detail
                .push(("poisson_estimate", fit.estimate().to_string()));
            result.estimate = Some(profile.estimate);
            let (lower, upper) = profile.limits(self.options.level);
            (result.lower, result.upper) = (Some(lower), upper);
            if upper.is_none() {
                result.detail.push(("upper", told(None)));
            }
        }
        result
    }

    fn bic(&self) -> Result<MethodResult, EstimateError> {
        let lists = self.table.lists().len();
        let usual = order_usual(lists).min(lists - 1).max(1);
        let order = self.options.order_max.unwrap_or(usual);
        let ranking = match rank(self.table.counts(), order, self.workers) {
            Ok(ranking) => ranking,
            Err(refusal) if self.options.order_max.is_some() => return Err(refusal.into()),
            Err(_) => return Ok(self.downhill()),
        };
        let Some(best) = ranking.ranked.first() else {
            return Ok(self.empty(&Method::Bic, Status::DoesNotExist));
        };
        let mut result = self.empty(&Method::Bic, Status::Ok);
        result.settings.push(("max-order", order.to_string()));
        self.resampling_settings(&mut result.settings);
        let terms = best.model(lists).terms().to_vec();
        let fit = Fitter::new(self.table.counts()).fit(&terms);
        if let Ok(fit) = &fit {
            self.take_fit(&mut result, &terms, fit);
        }
        result.detail.extend([
            ("models", ranking.enumerated.to_string()),
            ("models_with_estimate", ranking.ranked.len().to_string()),
            ("weighted_estimate", ranking.weighted_estimate().to_string()),
        ]);
        let next: Vec<String> = ranking
            .ranked
            .iter()
            .skip(1)
            .take(4)
            .map(|model| {
                let name = self.name(model.model(lists).terms());
                format!(
                    "{name} {:.0} (BIC +{:.1})",
                    model.estimate,
                    model.bic - best.bic
                )
            })
            .collect();
        result.detail.push(("next_models", next.join("; ")));
        if self.options.resampling.replicates == 0 {
            if let Ok(fit) = &fit {
                self.take_wald(&mut result, fit);
            }
            return Ok(result);
        }
        let top = top_usual(lists).min(ranking.ranked.len());
        result.settings.push(("top", top.to_string()));
        let choice = ranking.choice(top);
        let counts = self.table.counts();
        let found = bootstrap(counts, self.options.resampling, self.workers, choice);
        self.take_bootstrap(&mut result, &found);
        Ok(result)
    }

    /// Where all models are too many to fit, the walk downhill over models of pairs.
    fn downhill(&self) -> MethodResult {
        let counts = self.table.counts();
        let mut fitter = Fitter::new(counts);
        let (terms, _) = downhill(&mut fitter);
        let fit = match fitter.fit(&terms) {
            Ok(fit) => fit,
            Err(status) => return self.empty(&Method::Bic, status),
        };
        let mut result = self.empty(&Method::Bic, Status::Ok);
        result.settings.push(("max-order", "2".to_owned()));
        result
            .settings
            .push(("search", "downhill from independent lists".to_owned()));
        self.resampling_settings(&mut result.settings);
        self.take_fit(&mut result, &terms, &fit);
        if self.options.resampling.replicates == 0 {
            self.take_wald(&mut result, &fit);
            return result;
        }
        let walk = |fitter: &mut Fitter| downhill(fitter).1;
        let found = bootstrap(counts, self.options.resampling, self.workers, walk);
        self.take_bootstrap(&mut result, &found);
        result
    }

    fn graphs(&self) -> Result<MethodResult, EstimateError> {
        let mut settings = decomposable::Settings::usual(self.table);
        settings.delta = self.options.delta.unwrap_or(settings.delta);
        settings.prior = self.options.prior;
        let persons = self.table.persons();
        if persons > decomposable::PERSONS_MAX {
            return Err(EstimateError::Persons {
                method: Method::Graphs.word(),
                found: persons,
                allowed: decomposable::PERSONS_MAX,
            });
        }
        let Some(found) = decomposable::average(self.table, settings, self.workers) else {
            return Err(EstimateError::Lists {
                method: Method::Graphs.word(),
                found: self.table.lists().len(),
                allowed: decomposable::LISTS_MAX,
            });
        };
        let mut result = self.empty(&Method::Graphs, Status::Ok);
        let prior = match settings.prior {
            SizePrior::Inverse => "1/N",
            SizePrior::Uniform => "uniform",
        };
        result.settings.push(("delta", settings.delta.to_string()));
        result.settings.push(("prior", prior.to_owned()));
        let grid = found.mass.len() - 1;
        result.settings.push(("hidden_max", grid.to_string()));
        let (low, high) = self.tails();
        result.estimate = Some(found.quantile(0.5) as f64);
        result.lower = Some(found.quantile(low) as f64);
        result.upper = Some(found.quantile(high) as f64);
        let likely = found
            .graphs
            .iter()
            .take(5)
            .map(|(graph, p)| format!("{} {p:.3}", self.name(&graph.cliques)));
        result.detail.extend([
            (
                "interval",
                "posterior quantiles, the estimate is the median".to_owned(),
            ),
            ("mean", found.mean().to_string()),
            ("standard_deviation", found.deviation().to_string()),
            ("mode", found.mode().to_string()),
            ("graphs", likely.collect::<Vec<_>>().join("; ")),
            ("mass_at_end_of_grid", found.end_mass().to_string()),
        ]);
        if found.end_mass() > decomposable::END_MASS_MAX {
            result.upper = None;
            result
                .detail
                .push(("upper", "the posterior does not end on the grid".to_owned()));
        }
        Ok(result)
    }

    fn latent_classes(&self) -> MethodResult {
        let seed = self.options.resampling.seed;
        let settings = latent::Settings {
            seed,
            ..self.options.latent
        };
        let found = latent::sample(self.table, settings, self.workers);
        let mut result = self.empty(&Method::LatentClasses, Status::Ok);
        result.settings.extend([
            ("classes", settings.classes.to_string()),
            ("chains", settings.chains.to_string()),
            ("burn-in", settings.burn_in.to_string()),
            ("samples", settings.samples.to_string()),
            ("thinning", settings.thinning.to_string()),
            ("seed", seed.to_string()),
        ]);
        let (low, high) = self.tails();
        result.estimate = Some(found.quantile(0.5));
        result.lower = Some(found.quantile(low));
        result.upper = Some(found.quantile(high));
        let listed = |values: &[f64]| {
            let own = values.iter().map(|value| format!("{value:.0}"));
            own.collect::<Vec<_>>().join(" ")
        };
        let sizes = found.effective_sizes();
        result.detail.extend([
            (
                "interval",
                "posterior quantiles, the estimate is the median".to_owned(),
            ),
            ("medians_of_chains", listed(&found.medians())),
            ("effective_sizes", listed(&sizes)),
        ]);
        let mixed = sizes.iter().all(|size| *size >= latent::EFFECTIVE_SIZE_MIN);
        if !mixed {
            let warning = "the chains mixed badly: rely on neither the estimate nor its limits";
            result.detail.push(("warning", warning.to_owned()));
        }
        result
    }

    fn bayesian_threshold(&self) -> MethodResult {
        let seed = self.options.resampling.seed;
        let settings = threshold::Settings::usual(seed);
        let method = Method::BayesianThreshold;
        let mut result = match bayesian_threshold(self.table, settings) {
            Err(status) => self.empty(&method, status),
            Ok(found) => {
                let mut result = self.empty(&method, Status::Ok);
                let (low, high) = self.tails();
                result.estimate = Some(found.quantile(0.5));
                result.lower = Some(found.quantile(low));
                result.upper = Some(found.quantile(high));
                result.model = Some(self.name(&found.retained));
                let strengths = found.strengths.iter().map(|(term, strength)| {
                    format!("{} {strength:.2}", term_name(move_code(*term, self.places)))
                });
                result
                    .detail
                    .push(("strengths", strengths.collect::<Vec<_>>().join(" ")));
                let kind = "posterior quantiles under the pairs that stayed";
                result.detail.push(("interval", kind.to_owned()));
                result
            }
        };
        result.settings.extend([
            ("threshold", settings.threshold.to_string()),
            ("prior_variance", told(settings.variance)),
            ("samples", settings.samples.to_string()),
            ("seed", seed.to_string()),
        ]);
        result
    }

    /// Chapman for two lists; otherwise the bounds from capture frequencies, then each pair.
    fn simple(&self) -> Vec<MethodResult> {
        let found = simple(self.table);
        let mut results = Vec::new();
        let bound = |name: &str, value: Option<f64>| {
            let mut result = self.empty(&Method::Simple, Status::Ok);
            result.settings.push(("estimator", name.to_owned()));
            result.estimate = value;
            if value.is_none() {
                result.status = Status::DoesNotExist;
                let reason = "Not estimable: nobody is on exactly two lists.";
                result.detail.push(("reason", reason.to_owned()));
            }
            result.detail.push(("interval", "none".to_owned()));
            result
        };
        results.push(bound("chao-lower-bound", found.chao_lower_bound));
        results.push(bound(
            "chao-bias-corrected",
            Some(found.chao_bias_corrected),
        ));
        results.push(bound("zelterman", found.zelterman));
        let mut pairs: Vec<_> = found
            .pairs
            .iter()
            .map(|pair| {
                let places = (self.places[pair.pair.0], self.places[pair.pair.1]);
                ((places.0.min(places.1), places.0.max(places.1)), pair)
            })
            .collect();
        pairs.sort_by_key(|(places, _)| *places);
        for ((first, second), pair) in pairs {
            let mut result = self.empty(&Method::Simple, Status::Ok);
            result.settings.push(("estimator", "chapman".to_owned()));
            result
                .settings
                .push(("pair", format!("{}{}", first + 1, second + 1)));
            let (lower, upper) = pair.chapman_interval(self.options.level);
            result.estimate = Some(pair.chapman);
            (result.lower, result.upper) = (Some(lower), Some(upper));
            result.detail.extend([
                ("interval", "normal".to_owned()),
                ("both", pair.both.to_string()),
                ("lincoln_petersen", told(pair.lincoln_petersen)),
            ]);
            results.push(result);
        }
        results
    }
}

/// A number, or that there is none.
fn told(value: Option<f64>) -> String {
    match value {
        Some(value) if value.is_finite() => value.to_string(),
        _ => "none found".to_owned(),
    }
}
