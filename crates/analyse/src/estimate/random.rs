//! Random numbers that are the same on every machine and at any number of threads.
//!
//! xoshiro256++ (Blackman and Vigna 2018), started by SplitMix64 from a seed and the number of a
//! stream: replicate or chain `i` draws from stream `i`, whichever thread runs it. The
//! distributions name their method where they stand.

use super::special::{ln_factorial, whole};

/// One stream of random numbers.
#[derive(Debug, Clone)]
pub struct Random {
    state: [u64; 4],
    spare: Option<f64>,
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Random {
    /// Stream number `stream` of a seed.
    #[must_use]
    pub fn stream(seed: u64, stream: u64) -> Self {
        let mut mixed = stream;
        let mut start = seed ^ split_mix(&mut mixed);
        let state = std::array::from_fn(|_| split_mix(&mut start));
        Self { state, spare: None }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (c, d) = (c ^ a, d ^ b);
        let shifted = b << 17;
        let (b, a) = (b ^ c, a ^ d);
        self.state = [a, b, c ^ shifted, d.rotate_left(45)];
        result
    }

    /// A whole number below `bound` (which is above 0), each equally likely (Lemire 2019).
    pub fn below(&mut self, bound: u32) -> usize {
        loop {
            let product = u64::from(bound) * (self.bits() >> 32);
            let low = product & 0xffff_ffff;
            // Only products with a small low half are drawn too often.
            if low >= u64::from(bound) || low >= u64::from(bound.wrapping_neg() % bound) {
                return whole((product >> 32) as f64);
            }
        }
    }

    /// Uniform between 0 and 1, neither of them included.
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    /// Standard normal (Marsaglia's polar method).
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let (x, y) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let square = x * x + y * y;
            if square < 1.0 && square > 0.0 {
                let scale = (-2.0 * square.ln() / square).sqrt();
                self.spare = Some(y * scale);
                return x * scale;
            }
        }
    }

    /// Standard exponential.
    pub fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }

    /// Gamma with shape at least 1 and rate 1 (Marsaglia and Tsang 2000).
    fn gamma_from_one(&mut self, shape: f64) -> f64 {
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v <= 0.0 {
                continue;
            }
            let u = self.uniform();
            if u < 1.0 - 0.0331 * x.powi(4) || u.ln() < 0.5 * x * x + d * (1.0 - v + v.ln()) {
                return d * v;
            }
        }
    }

    /// Gamma with rate 1; may be 0 where the shape is tiny ([`Random::ln_gamma`] never is).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape >= 1.0 {
            self.gamma_from_one(shape)
        } else {
            self.ln_gamma(shape).exp()
        }
    }

    /// Logarithm of a gamma variable with rate 1, which does not vanish for small shapes:
    /// G(a) = G(a + 1) U^(1/a).
    pub fn ln_gamma(&mut self, shape: f64) -> f64 {
        if shape >= 1.0 {
            return self.gamma_from_one(shape).ln();
        }
        let power = self.uniform().ln() / shape;
        self.gamma_from_one(shape + 1.0).ln() + power
    }

    /// Beta variable with both shapes at least 1.
    pub fn beta(&mut self, first: f64, second: f64) -> f64 {
        let x = self.gamma(first);
        x / (x + self.gamma(second))
    }

    /// Number of successes of `trials` with probability `p` each: inversion for small means,
    /// transformed rejection beyond (Hormann 1993, BTRS).
    pub fn binomial(&mut self, trials: f64, p: f64) -> f64 {
        if trials <= 0.0 || p <= 0.0 {
            return 0.0;
        }
        if p >= 1.0 {
            return trials;
        }
        if p > 0.5 {
            return trials - self.binomial(trials, 1.0 - p);
        }
        if trials * p < 10.0 {
            self.binomial_by_inversion(trials, p)
        } else {
            self.binomial_by_rejection(trials, p)
        }
    }

    fn binomial_by_inversion(&mut self, trials: f64, p: f64) -> f64 {
        let ratio = p / (1.0 - p);
        let start = (trials * (-p).ln_1p()).exp();
        loop {
            let (mut mass, mut k) = (start, 0.0);
            let mut left = self.uniform();
            while left > mass && k < trials {
                left -= mass;
                k += 1.0;
                mass *= ratio * (trials - k + 1.0) / k;
                // Beyond any mass that a double can tell from none: rounding, drawn again.
                if mass < 1e-300 {
                    break;
                }
            }
            if left <= mass {
                return k;
            }
        }
    }

    fn binomial_by_rejection(&mut self, trials: f64, p: f64) -> f64 {
        let deviation = (trials * p * (1.0 - p)).sqrt();
        let b = 1.15 + 2.53 * deviation;
        let a = -0.0873 + 0.0248 * b + 0.01 * p;
        let centre = trials * p + 0.5;
        let quick = 0.92 - 4.2 / b;
        let alpha = (2.83 + 5.1 / b) * deviation;
        let ln_ratio = (p / (1.0 - p)).ln();
        let mode = ((trials + 1.0) * p).floor();
        let height = ln_factorial(mode) + ln_factorial(trials - mode);
        loop {
            let u = self.uniform() - 0.5;
            let v = self.uniform();
            let distance = 0.5 - u.abs();
            let k = ((2.0 * a / distance + b) * u + centre).floor();
            if distance >= 0.07 && v <= quick {
                return k;
            }
            if k < 0.0 || k > trials {
                continue;
            }
            let left = (v * alpha / (a / (distance * distance) + b)).ln();
            let right = height - ln_factorial(k) - ln_factorial(trials - k) + (k - mode) * ln_ratio;
            if left <= right {
                return k;
            }
        }
    }

    /// Poisson variable: products of uniforms for small means, transformed rejection beyond
    /// (Hormann 1993, PTRS).
    pub fn poisson(&mut self, mean: f64) -> f64 {
        if mean < 10.0 {
            let limit = (-mean).exp();
            let (mut product, mut k) = (self.uniform(), 0.0);
            while product > limit {
                product *= self.uniform();
                k += 1.0;
            }
            return k;
        }
        let ln_mean = mean.ln();
        let b = 0.931 + 2.53 * mean.sqrt();
        let a = -0.059 + 0.024_83 * b;
        let alpha = 1.1239 + 1.1328 / (b - 3.4);
        let quick = 0.9277 - 3.6224 / (b - 2.0);
        loop {
            let u = self.uniform() - 0.5;
            let v = self.uniform();
            let distance = 0.5 - u.abs();
            let k = ((2.0 * a / distance + b) * u + mean + 0.43).floor();
            if distance >= 0.07 && v <= quick {
                return k;
            }
            if k < 0.0 || (distance < 0.013 && v > distance) {
                continue;
            }
            let left = (v * alpha / (a / (distance * distance) + b)).ln();
            if left <= k * ln_mean - mean - ln_factorial(k) {
                return k;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance of many draws against the wanted ones, within five standard errors.
    fn check(wanted: (f64, f64), mut draw: impl FnMut(&mut Random) -> f64) {
        let mut random = Random::stream(7, 3);
        let draws: Vec<f64> = (0..200_000).map(|_| draw(&mut random)).collect();
        let size = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / size;
        let power = |p: i32| draws.iter().map(|x| (x - mean).powi(p)).sum::<f64>() / size;
        let (variance, fourth) = (power(2), power(4));
        let (m, v) = wanted;
        assert!(
            (mean - m).abs() < 5.0 * (v / size).sqrt(),
            "mean {mean}, wanted {m}"
        );
        let error = ((fourth - variance * variance) / size).sqrt();
        assert!(
            (variance - v).abs() < 5.0 * error,
            "variance {variance}, wanted {v}"
        );
    }

    #[test]
    fn distributions_have_their_moments() {
        check((0.5, 1.0 / 12.0), Random::uniform);
        check((0.0, 1.0), Random::normal);
        check((1.0, 1.0), Random::exponential);
        for shape in [0.3, 1.0, 4.5, 200.0] {
            check((shape, shape), |random| random.gamma(shape));
        }
        check((0.4, 0.04), |random| random.beta(2.0, 3.0));
        for (trials, p) in [(7.0, 0.2), (40.0, 0.9), (1000.0, 0.3), (5000.0, 0.001)] {
            let variance = trials * p * (1.0 - p);
            check((trials * p, variance), |random| random.binomial(trials, p));
        }
        for mean in [0.2, 9.0, 12.0, 5000.0] {
            check((mean, mean), |random| random.poisson(mean));
        }
        check((2.5, 35.0 / 12.0), |random| random.below(6) as f64);
    }

    #[test]
    fn streams_differ_and_repeat() {
        let bits = |seed, stream| Random::stream(seed, stream).bits();
        assert_eq!(bits(1, 2), bits(1, 2));
        assert_ne!(bits(1, 2), bits(1, 3));
        assert_ne!(bits(1, 2), bits(2, 2));
        assert_ne!(bits(1, 0), bits(0, 1));
    }
}
