//! Statuses against certificates found by brute force: every pattern of zeros of three lists, and
//! every model of pairs.

use analyse::estimate::{Fitter, Model, Status};

/// Directions that are searched: each entry from -2 to 2.
const STEPS: [i64; 5] = [-2, -1, 0, 1, 2];

/// Finite terms and possible histories after the boundary step, from its definition.
fn boundary_step(terms: &[usize], counts: &[u64]) -> (Vec<usize>, Vec<usize>) {
    let sum = |term: usize| -> u64 {
        let within = (1..counts.len()).filter(|cell| cell & term == term);
        within.map(|cell| counts[cell]).sum()
    };
    let finite: Vec<usize> = terms.iter().copied().filter(|t| sum(*t) > 0).collect();
    let lost: Vec<usize> = terms.iter().copied().filter(|t| sum(*t) == 0).collect();
    let kept = (1..counts.len()).filter(|cell| lost.iter().all(|term| cell & term != *term));
    (finite, kept.collect())
}

/// Whether some direction is 0 on the observed histories, nowhere negative, and not 0 everywhere
/// (then no estimate exists); and whether some direction other than 0 is 0 everywhere (then it is
/// not the only one).
fn directions(finite: &[usize], kept: &[usize], counts: &[u64]) -> (bool, bool) {
    let (mut rising, mut flat) = (false, false);
    let mut entries = vec![0_usize; finite.len()];
    loop {
        let value = |cell: usize| -> i64 {
            let own = finite.iter().zip(&entries);
            let own = own.filter(|(term, _)| cell & **term == **term);
            own.map(|(_, entry)| STEPS[*entry]).sum()
        };
        let mut values = kept.iter().map(|cell| (value(*cell), counts[*cell] > 0));
        if values.all(|(value, seen)| value >= 0 && (value == 0 || !seen)) {
            let rises = kept.iter().any(|cell| value(*cell) > 0);
            rising |= rises;
            flat |= !rises && entries.iter().any(|entry| STEPS[*entry] != 0);
        }
        let Some(place) = entries.iter().position(|entry| *entry + 1 < STEPS.len()) else {
            return (rising, flat);
        };
        entries[place] += 1;
        entries[..place].fill(0);
    }
}

#[test]
fn every_pattern_of_zeros_of_three_lists() {
    let pairs = [0b011, 0b101, 0b110];
    let mut seen = [0_usize; 4];
    for pattern in 1_usize..128 {
        let count = |cell: usize| {
            if pattern >> cell & 1 == 1 {
                3 + cell as u64
            } else {
                0
            }
        };
        let counts: Vec<u64> = std::iter::once(0).chain((0..7).map(count)).collect();
        for chosen in 0_usize..8 {
            let own = pairs
                .iter()
                .enumerate()
                .filter(|(place, _)| chosen >> place & 1 == 1);
            let own: Vec<usize> = own.map(|(_, pair)| *pair).collect();
            let model = Model::with_interactions(3, &own);
            let (finite, kept) = boundary_step(model.terms(), &counts);
            let (rising, flat) = directions(&finite, &kept, &counts);
            let wanted = match (rising, flat) {
                (false, false) => Status::Ok,
                (true, false) => Status::DoesNotExist,
                (false, true) => Status::NotIdentifiable,
                (true, true) => Status::Both,
            };
            let mut fitter = Fitter::new(&counts);
            let what = format!("{counts:?} {model}");
            assert_eq!(fitter.status(model.terms()), wanted, "{what}");
            seen[wanted as usize] += 1;
            if wanted != Status::Ok {
                continue;
            }
            // The fit is its own certificate: positive means with the same sufficient statistics.
            let fit = fitter.fit(model.terms()).expect("a fit");
            for term in &finite {
                let within = kept.iter().filter(|cell| *cell & term == *term);
                let (mut mean, mut found) = (0.0, 0.0);
                for cell in within {
                    let own = fit.coefficients.iter().filter(|(t, ..)| cell & t == *t);
                    mean += own.map(|(_, value, _)| value).sum::<f64>().exp();
                    found += counts[*cell] as f64;
                }
                assert!(
                    (mean / found - 1.0).abs() < 1e-6,
                    "{what}: {mean} for {found}"
                );
            }
        }
    }
    assert!(seen.iter().take(3).all(|times| *times > 0), "{seen:?}");
}
