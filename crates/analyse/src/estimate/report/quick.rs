//! What answers while somebody waits at a page.

use super::{Method, Options, Resampling};

/// The methods that answer within about a second, and options with as many replicates as that
/// allows; all models by BIC only where they are few enough and the method is defended. `sparse`
/// says whether some lists share nobody, or too few to be told.
#[must_use]
pub fn quick(lists: usize, sparse: bool, seed: u64) -> (Vec<Method>, Options) {
    let by_bic = (3..=5).contains(&lists) && !sparse;
    let mut methods = vec![Method::Main, Method::Stepwise, Method::Aic];
    if by_bic {
        methods.push(Method::Bic);
    }
    if lists <= 5 {
        methods.push(Method::Graphs);
    }
    methods.extend([Method::BayesianThreshold, Method::Simple]);
    let replicates = match (by_bic, lists) {
        (true, ..=3) => 2000,
        (true, 4) => 1000,
        (true, _) => 500,
        (false, ..=6) => 10_000,
        (false, 7) => 1000,
        (false, 8) => 500,
        (false, _) => 200,
    };
    let options = Options {
        resampling: Resampling { replicates, seed },
        ..Options::usual(seed)
    };
    (methods, options)
}
