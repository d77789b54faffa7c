//! The random numbers of the reference, so that its bootstrap is held draw by draw and not only
//! within Monte Carlo error.
//!
//! Written from the published definitions: Matsumoto and Nishimura (1998), MT19937, with the seed
//! spread by the congruential generator `69069 s + 1`; binomial variates by inversion where the
//! mean is below 30 and otherwise by BTPE (Kachitvichyanukul and Schmeiser 1988, CACM 31:216);
//! multinomial counts one category after another, each binomial given those before. That the
//! numbers are those of the reference is itself tested, on whole resampled tables.

/// MT19937 with 32-bit numbers taken to the open unit interval.
pub(crate) struct Draws {
    state: Vec<u32>,
    next: usize,
}

const SIZE: usize = 624;
const SHIFT: usize = 397;

impl Draws {
    pub(crate) fn new(seed: u32) -> Self {
        let mut value = seed;
        let mut step = || {
            value = value.wrapping_mul(69_069).wrapping_add(1);
            value
        };
        // Fifty numbers are thrown away, and one more stands where the place in the state is kept.
        for _ in 0..=50 {
            step();
        }
        Self {
            state: (0..SIZE).map(|_| step()).collect(),
            next: SIZE,
        }
    }

    fn turn(&mut self) {
        for place in 0..SIZE {
            let joined =
                (self.state[place] & 0x8000_0000) | (self.state[(place + 1) % SIZE] & 0x7fff_ffff);
            let odd = if joined & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[place] = self.state[(place + SHIFT) % SIZE] ^ (joined >> 1) ^ odd;
        }
        self.next = 0;
    }

    pub(crate) fn unit(&mut self) -> f64 {
        if self.next == SIZE {
            self.turn();
        }
        let mut bits = self.state[self.next];
        self.next += 1;
        bits ^= bits >> 11;
        bits ^= (bits << 7) & 0x9d2c_5680;
        bits ^= (bits << 15) & 0xefc6_0000;
        bits ^= bits >> 18;
        let value = f64::from(bits) * 2.328_306_436_538_696_3e-10;
        let least = 0.5 * 2.328_306_437_080_797e-10;
        value.clamp(least, 1.0 - least)
    }

    /// One table of as many persons, drawn from the observed histories in the order given.
    ///
    /// The mode of a binomial is the whole part of `(n + 1) p`, which here is often exactly whole:
    /// its last bit decides, so that shares are added and divided as exactly as the reference does.
    pub(crate) fn table(&mut self, counts: &[u64], order: &[usize]) -> Vec<u64> {
        let mut left: u64 = counts.iter().sum();
        let persons = left as f64;
        let share = |cell: &usize| counts[*cell] as f64 / persons;
        let mut rest = Extended::default();
        for cell in order {
            rest = rest.plus(share(cell));
        }
        let mut drawn = vec![0; counts.len()];
        for cell in order {
            let p = rest.under(share(cell));
            drawn[*cell] = if p < 1.0 {
                self.binomial(left, p)
            } else {
                left
            };
            left -= drawn[*cell];
            if left == 0 {
                break;
            }
            rest = rest.less(share(cell));
        }
        drawn
    }

    fn binomial(&mut self, trials: u64, p: f64) -> u64 {
        let small = p.min(1.0 - p);
        let found = if trials as f64 * small < 30.0 {
            self.by_inversion(trials, small)
        } else {
            self.by_btpe(trials, small)
        };
        if p > 0.5 { trials - found } else { found }
    }

    fn by_inversion(&mut self, trials: u64, p: f64) -> u64 {
        let q = 1.0 - p;
        let odds = p / q;
        let scale = odds * (trials as f64 + 1.0);
        let none = q.powf(trials as f64);
        loop {
            let mut left = self.unit();
            let mut mass = none;
            // The sum is given up, and a new number taken, beyond 110.
            for found in 0..=110_u64 {
                if left < mass {
                    return found;
                }
                left -= mass;
                mass *= scale / (found as f64 + 1.0) - odds;
            }
        }
    }

    /// The names are those of the paper.
    fn by_btpe(&mut self, trials: u64, p: f64) -> u64 {
        let n = trials as f64;
        let q = 1.0 - p;
        let fm = n * p + p;
        let m = fm.floor();
        let npq = n * p * q;
        let p1 = (2.195 * npq.sqrt() - 4.6 * q).trunc() + 0.5;
        let xm = m + 0.5;
        let (xl, xr) = (xm - p1, xm + p1);
        let c = 0.134 + 20.5 / (15.3 + m);
        let tail = |a: f64| a * (1.0 + 0.5 * a);
        let left = tail((fm - xl) / (fm - xl * p));
        let right = tail((xr - fm) / (xr * q));
        let p2 = p1 * (1.0 + c + c);
        let p3 = p2 + c / left;
        let p4 = p3 + c / right;
        loop {
            let u = self.unit() * p4;
            let mut v = self.unit();
            let y = if u <= p1 {
                return whole((xm - p1 * v + u).trunc());
            } else if u <= p2 {
                let x = xl + (u - p1) / c;
                v = v * c + 1.0 - (xm - x).abs() / p1;
                if v > 1.0 || v <= 0.0 {
                    continue;
                }
                x.trunc()
            } else if u > p3 {
                let y = (xr - v.ln() / right).trunc();
                if y > n {
                    continue;
                }
                v *= (u - p3) * right;
                y
            } else {
                let y = (xl + v.ln() / left).trunc();
                if y < 0.0 {
                    continue;
                }
                v *= (u - p2) * left;
                y
            };
            if accepted(
                v,
                y,
                &Shape {
                    n,
                    p,
                    q,
                    m,
                    npq,
                    xm,
                },
            ) {
                return whole(y);
            }
        }
    }
}

/// A number from 0 to 1 in the extended format of 64 significant bits in which the reference adds
/// shares, as a multiple of `2^-SCALE`.
#[derive(Clone, Copy, Default)]
struct Extended(i128);

/// Small enough that the last bit of every share of a table is a whole multiple.
const SCALE: i32 = 110;

/// `value` to so many significant bits, halves to the even neighbour; `more` says that something
/// smaller than its last bit was cut off.
fn rounded(value: i128, bits: u32, more: bool) -> i128 {
    let length = 128 - value.leading_zeros();
    let Some(cut) = length.checked_sub(bits).filter(|cut| *cut > 0) else {
        return value;
    };
    let (kept, rest, half) = (value >> cut, value & ((1 << cut) - 1), 1_i128 << (cut - 1));
    let up = rest > half || (rest == half && (more || kept & 1 == 1));
    (kept + i128::from(up)) << cut
}

impl Extended {
    fn of(share: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole by the choice of the scale"
        )]
        Self((share * 2_f64.powi(SCALE)) as i128)
    }

    fn plus(self, share: f64) -> Self {
        Self(rounded(self.0 + Self::of(share).0, 64, false))
    }

    fn less(self, share: f64) -> Self {
        Self(rounded(self.0 - Self::of(share).0, 64, false))
    }

    /// A share divided by this: to 64 bits, then to a double.
    fn under(self, share: f64) -> f64 {
        // Both to 64 bits, so that the long division has room and digits enough.
        let part = |value: i128| {
            let length = 128 - value.leading_zeros().cast_signed();
            let moved = 64 - length;
            let value = if moved < 0 {
                value >> -moved
            } else {
                value << moved
            };
            (value, moved)
        };
        let ((above, up), (below, down)) = (part(Self::of(share).0), part(self.0));
        let (quotient, left) = ((above << 60) / below, (above << 60) % below);
        let (next, left) = ((left << 56) / below, (left << 56) % below);
        let exact = (quotient << 56) + next;
        let long = rounded(exact, 64, left != 0);
        let double = rounded(long, 53, false);
        double as f64 * 2_f64.powi(down - up - 116)
    }
}

/// What the acceptance of BTPE needs to know.
struct Shape {
    n: f64,
    p: f64,
    q: f64,
    m: f64,
    npq: f64,
    xm: f64,
}

fn accepted(v: f64, y: f64, shape: &Shape) -> bool {
    let Shape {
        n,
        p,
        q,
        m,
        npq,
        xm,
    } = *shape;
    let k = (y - m).abs();
    if k <= 20.0 || k >= npq / 2.0 - 1.0 {
        let odds = p / q;
        let scale = odds * (n + 1.0);
        let mut f = 1.0;
        let mut i = m.min(y);
        while i < m.max(y) {
            i += 1.0;
            if y > m {
                f *= scale / i - odds;
            } else {
                f /= scale / i - odds;
            }
        }
        return v <= f;
    }
    let near = (k / npq) * ((k * (k / 3.0 + 0.625) + 1.0 / 6.0) / npq + 0.5);
    let normal = -k * k / (2.0 * npq);
    let height = v.ln();
    if height < normal - near {
        return true;
    }
    if height > normal + near {
        return false;
    }
    let stirling = |x: f64| {
        let s = x * x;
        (13_860.0 - (462.0 - (132.0 - (99.0 - 140.0 / s) / s) / s) / s) / x / 166_320.0
    };
    let (x1, f1) = (y + 1.0, m + 1.0);
    let (z, w) = (n + 1.0 - m, n - y + 1.0);
    height
        <= xm * (f1 / x1).ln()
            + (n - m + 0.5) * (z / w).ln()
            + (y - m) * (w * p / (x1 * q)).ln()
            + stirling(f1)
            + stirling(z)
            + stirling(x1)
            + stirling(w)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole and not below 0"
)]
fn whole(value: f64) -> u64 {
    value as u64
}
