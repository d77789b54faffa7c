//! Time of the estimators on the tables that published software was timed on. The tables stand
//! beside the repository; without them there is nothing to time.

use analyse::estimate::bootstrap::{Resampling, bootstrap};
use analyse::estimate::stepwise::stepwise;
use analyse::estimate::{CaptureTable, Fitter, InOrder, Model, bic, decomposable, latent};
use divan::Bencher;

fn main() {
    divan::main();
}

fn table(name: &str) -> Option<CaptureTable> {
    let path = testkit::shared(&format!("mse/datasets/{name}.csv"))?;
    let text = std::fs::read_to_string(path).ok()?;
    CaptureTable::from_csv(&text).ok()
}

fn usual(fitter: &mut Fitter) -> f64 {
    stepwise(fitter, 0.02).estimate
}

#[divan::bench]
fn fit_main_effects_six_lists(bencher: Bencher<'_, '_>) {
    let Some(table) = table("ukdat6") else { return };
    let mut fitter = Fitter::new(table.counts());
    let model = Model::main_effects(6);
    bencher.bench_local(|| fitter.fit(model.terms()));
}

#[divan::bench]
fn stepwise_six_lists(bencher: Bencher<'_, '_>) {
    let Some(table) = table("ukdat6") else { return };
    bencher.bench_local(|| usual(&mut Fitter::new(table.counts())));
}

#[divan::bench]
fn stepwise_eight_lists(bencher: Bencher<'_, '_>) {
    let Some(table) = table("neworl8_v185") else {
        return;
    };
    bencher.bench_local(|| usual(&mut Fitter::new(table.counts())));
}

#[divan::bench(args = ["ukdat5", "ukdat6"], sample_count = 10)]
fn bootstrap_1000(bencher: Bencher<'_, '_>, name: &str) {
    let Some(table) = table(name) else { return };
    let resampling = Resampling {
        replicates: 1000,
        seed: 1,
    };
    bencher.bench_local(|| bootstrap(table.counts(), resampling, &InOrder, usual));
}

#[divan::bench(args = [2, 4], sample_count = 10)]
fn all_models_five_lists(bencher: Bencher<'_, '_>, order: usize) {
    let Some(table) = table("ukdat5") else { return };
    bencher.bench_local(|| bic::rank(table.counts(), order, &InOrder));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn all_two_list_models_six_lists(bencher: Bencher<'_, '_>) {
    let Some(table) = table("ukdat6") else { return };
    bencher.bench_local(|| bic::rank(table.counts(), 2, &InOrder));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn graphs_five_lists(bencher: Bencher<'_, '_>) {
    let Some(table) = table("ukdat5") else { return };
    let mut settings = decomposable::Settings::usual(&table);
    settings.hidden_max = 54_880;
    bencher.bench_local(|| decomposable::average(&table, settings, &InOrder));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn latent_classes_20000_sweeps(bencher: Bencher<'_, '_>) {
    let Some(table) = table("ukdat5") else { return };
    let settings = latent::Settings {
        classes: 10,
        burn_in: 0,
        samples: 20_000,
        thinning: 1,
        chains: 1,
        seed: 1,
    };
    bencher.bench_local(|| latent::sample(&table, settings, &InOrder));
}
