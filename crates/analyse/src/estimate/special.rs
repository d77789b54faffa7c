//! The special functions that the estimators share, each with its formula and its accuracy.

/// Half of ln(2 pi).
const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_7;

/// ln Gamma(x) for x > 0: Stirling's series from 12 upwards, the recurrence
/// Gamma(x + 1) = x Gamma(x) below (Abramowitz and Stegun 6.1.15 and 6.1.41). The error is about
/// one unit in the last place, absolute below 12.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    let (mut shifted, mut product) = (x, 1.0);
    while shifted < 12.0 {
        product *= shifted;
        shifted += 1.0;
    }
    let inverse = 1.0 / shifted;
    let square = inverse * inverse;
    let mut series = -3617.0 / 122_400.0;
    for coefficient in [
        1.0 / 156.0,
        -691.0 / 360_360.0,
        1.0 / 1188.0,
        -1.0 / 1680.0,
        1.0 / 1260.0,
        -1.0 / 360.0,
        1.0 / 12.0,
    ] {
        series = series * square + coefficient;
    }
    let stirling = (shifted - 0.5) * shifted.ln() - shifted + HALF_LN_TWO_PI + series * inverse;
    if product == 1.0 {
        stirling
    } else {
        stirling - product.ln()
    }
}

/// ln(n!) of a count that may be continuous.
#[must_use]
pub fn ln_factorial(n: f64) -> f64 {
    ln_gamma(n + 1.0)
}

/// Upper tail of the standard normal distribution, relative error below 1e-13: a series around 0,
/// a continued fraction beyond (Abramowitz and Stegun 26.2.11 and 26.2.14).
#[must_use]
pub fn normal_upper(z: f64) -> f64 {
    if z.is_nan() {
        return f64::NAN;
    }
    if z < 0.0 {
        return 1.0 - normal_upper(-z);
    }
    let density = (-0.5 * z * z - HALF_LN_TWO_PI).exp();
    if z < 3.0 {
        let (mut term, mut sum, mut odd) = (z, z, 1.0);
        while term > sum * 1e-18 {
            odd += 2.0;
            term *= z * z / odd;
            sum += term;
        }
        return 0.5 - density * sum;
    }
    let mut fraction = z;
    for step in (1..=90_u32).rev() {
        fraction = z + f64::from(step) / fraction;
    }
    density / fraction
}

/// Distribution function of the standard normal distribution.
#[must_use]
pub fn normal_cdf(z: f64) -> f64 {
    if z < 0.0 {
        normal_upper(-z)
    } else {
        1.0 - normal_upper(z)
    }
}

/// Quantile of the standard normal distribution: infinite at 0 and 1. A start from Abramowitz and
/// Stegun 26.2.23, then Halley's steps on the distribution function.
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    if p.is_nan() || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    if p == 1.0 {
        return f64::INFINITY;
    }
    if p > 0.5 {
        return -lower_quantile(1.0 - p);
    }
    lower_quantile(p)
}

fn lower_quantile(p: f64) -> f64 {
    let t = (-2.0 * p.ln()).sqrt();
    let top = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let bottom = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let mut z = top / bottom - t;
    for _ in 0..4 {
        let error = normal_cdf(z) - p;
        let step = error / (-0.5 * z * z - HALF_LN_TWO_PI).exp();
        z -= step / (1.0 + 0.5 * z * step);
    }
    z
}

/// The smaller of P(X <= count) and P(X >= count) for X ~ Poisson(mean), or nothing as soon as it
/// is known to reach `limit`. The terms are added outwards from the count, so that small tails
/// keep their relative accuracy.
#[must_use]
pub fn poisson_tail_below(count: f64, mean: f64, limit: f64) -> Option<f64> {
    if mean <= 0.0 {
        let tail = if count > 0.0 { 0.0 } else { 1.0 };
        return (tail < limit).then_some(tail);
    }
    if count <= mean - 1.0 {
        return lower_tail(count, mean, limit);
    }
    if count >= mean + 1.0 {
        return upper_tail(count, mean, limit);
    }
    let lower = lower_tail(count, mean, limit);
    let upper = upper_tail(count, mean, limit);
    match (lower, upper) {
        (Some(lower), Some(upper)) => Some(lower.min(upper)),
        (one, other) => one.or(other),
    }
}

fn poisson_mass(count: f64, mean: f64) -> f64 {
    (count * mean.ln() - mean - ln_factorial(count)).exp()
}

fn lower_tail(count: f64, mean: f64, limit: f64) -> Option<f64> {
    let mut term = poisson_mass(count, mean);
    let (mut sum, mut k) = (term, count);
    while sum < limit && k > 0.0 && term > sum * 1e-17 {
        term *= k / mean;
        sum += term;
        k -= 1.0;
    }
    (sum < limit).then_some(sum)
}

fn upper_tail(count: f64, mean: f64, limit: f64) -> Option<f64> {
    let mut term = poisson_mass(count, mean);
    let (mut sum, mut k) = (term, count);
    while sum < limit && (k < mean || term > sum * 1e-17) {
        k += 1.0;
        term *= mean / k;
        sum += term;
    }
    (sum < limit).then_some(sum)
}

/// The whole part of a number that is known to be small and not negative.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "callers hand in numbers of cells or replicates, which fit"
)]
pub fn whole(x: f64) -> usize {
    x as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, wanted: f64, tolerance: f64) {
        let error = (found - wanted).abs() / wanted.abs().max(1.0);
        assert!(error < tolerance, "{found} against {wanted}");
    }

    #[test]
    fn ln_gamma_of_known_values() {
        near(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln(), 1e-14);
        near(ln_gamma(1.0), 0.0, 1e-14);
        near(ln_gamma(10.0), 362_880_f64.ln(), 1e-14);
        near(ln_factorial(100.0), 363.739_375_555_563_5, 1e-15);
        assert!(ln_gamma(0.0).is_nan() && ln_gamma(-1.0).is_nan());
    }

    #[test]
    fn ln_gamma_follows_its_recurrence() {
        for step in 1..2000_u32 {
            let x = f64::from(step) * 0.037;
            near(ln_gamma(x + 1.0) - ln_gamma(x), x.ln(), 3e-14);
        }
    }

    #[test]
    fn normal_quantile_and_distribution_are_inverse() {
        near(normal_quantile(0.975), 1.959_963_984_540_054, 1e-14);
        near(normal_cdf(-3.0), 1.349_898_031_630_094_6e-3, 1e-16);
        near(normal_upper(6.0) * 1e9, 0.986_587_645_037_698_1, 1e-12);
        for step in 1..1000_u32 {
            let p = f64::from(step) / 1000.0;
            near(normal_cdf(normal_quantile(p)), p, 1e-14);
        }
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
    }

    #[test]
    fn poisson_tails_are_sums_of_the_masses() {
        for (count, mean) in [(0_u32, 0.3), (3, 9.5), (12, 4.25), (5, 5.5), (5, 4.9)] {
            let below: f64 = (0..=count).map(|k| poisson_mass(k.into(), mean)).sum();
            let last = poisson_mass(count.into(), mean);
            let wanted = below.min(1.0 - below + last);
            let found = poisson_tail_below(count.into(), mean, 2.0).expect("below 2");
            near(found, wanted, 1e-13);
            assert_eq!(poisson_tail_below(count.into(), mean, found * 0.99), None);
        }
        assert_eq!(poisson_tail_below(0.0, 0.0, 0.5), None);
    }
}
