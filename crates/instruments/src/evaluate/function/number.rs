//! Numbers.

use super::{Answered, Call};
use crate::evaluate::context::next_random;
use crate::evaluate::value::{Value, small, truncated};

/// Most decimals that are rounded to.
const DECIMALS_MAX: i32 = 30;

pub(super) fn call(call: &Call<'_>) -> Answered {
    // A moment that was worked out keeps its part of the day; one that stands in a node does not.
    let precise = |at: usize| match &call.arguments[at] {
        Value::Atom(atom) => Ok(atom.precise_number(call.state.clock)),
        Value::Nodes(_) => call.number(at),
    };
    let number = match (call.name, call.count()) {
        ("number", 1) => call.number(0)?,
        ("int", 1) => int(call.number(0)?),
        ("round", 1) => round(call.number(0)?, 0),
        ("round", 2) => round(call.number(0)?, small(call.number(1)?)),
        ("abs", 1) => precise(0)?.abs(),
        ("pow", 2) => precise(0)?.powf(precise(1)?),
        ("sqrt", 1) => precise(0)?.sqrt(),
        ("exp", 1) => precise(0)?.exp(),
        ("exp10", 1) => 10_f64.powf(precise(0)?),
        ("log", 1) => precise(0)?.ln(),
        ("log10", 1) => precise(0)?.log10(),
        ("pi", 0) => std::f64::consts::PI,
        ("sin", 1) => precise(0)?.sin(),
        ("cos", 1) => precise(0)?.cos(),
        ("tan", 1) => precise(0)?.tan(),
        ("asin", 1) => precise(0)?.asin(),
        ("acos", 1) => precise(0)?.acos(),
        ("atan", 1) => precise(0)?.atan(),
        ("atan2", 2) => precise(0)?.atan2(precise(1)?),
        ("random", 0) => {
            let bits = next_random(&call.state.random) >> 32;
            f64::from(u32::try_from(bits).unwrap_or_default()) / 4_294_967_296.0
        }
        ("sum", 1) => {
            let Value::Nodes(_) = &call.arguments[0] else {
                return Err(call.wrong("a set of nodes is needed"));
            };
            numbers(call)?.into_iter().sum::<f64>() + 0.0
        }
        ("max", 1..) => extreme(call, f64::max)?,
        ("min", 1..) => extreme(call, f64::min)?,
        _ => return Ok(None),
    };
    Ok(Some(number.into()))
}

/// The numbers among the arguments; what is none is passed over.
fn numbers(call: &Call<'_>) -> Result<Vec<f64>, crate::evaluate::EvaluationError> {
    let clock = call.state.clock;
    let values = call.list(0)?;
    Ok(values
        .iter()
        .map(|atom| atom.number(clock))
        .filter(|number| !number.is_nan())
        .collect())
}

fn extreme(
    call: &Call<'_>,
    better: fn(f64, f64) -> f64,
) -> Result<f64, crate::evaluate::EvaluationError> {
    let found = numbers(call)?
        .into_iter()
        .reduce(better)
        .unwrap_or(f64::NAN);
    // JavaRosa begins its search for the largest at the smallest positive number: among negative
    // numbers it finds that one.
    if call.name == "max" && found <= 0.0 {
        return Ok(f64::from_bits(1));
    }
    Ok(found)
}

fn int(number: f64) -> f64 {
    if number.is_finite() && number.abs() < 9.2e18 {
        let whole = crate::evaluate::moment::to_number(truncated(number));
        return if whole == 0.0 && number.is_sign_negative() {
            -0.0
        } else {
            whole
        };
    }
    number
}

/// Rounds to decimals: halves away from zero above it, towards zero below it. To tens and hundreds
/// when `decimals` is negative.
fn round(number: f64, decimals: i32) -> f64 {
    if !number.is_finite() {
        return number;
    }
    if decimals.abs() > DECIMALS_MAX {
        return f64::NAN;
    }
    if decimals < 0 {
        let scale = 10_f64.powi(-decimals);
        let scaled = number / scale;
        return crate::evaluate::moment::to_number(truncated(scaled + 0.5)) * scale;
    }
    round_digits(number, usize::try_from(decimals).unwrap_or(0))
}

/// Rounds the shortest decimal digits of a number, not its binary value.
fn round_digits(number: f64, decimals: usize) -> f64 {
    let text = format!("{:.*}", 0, 0.0);
    let plain = format!("{}", number.abs());
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    if fraction.len() <= decimals {
        return number;
    }
    let (kept, cut) = fraction.split_at(decimals);
    let first = cut.bytes().next().unwrap_or(b'0');
    let exactly_half = first == b'5' && cut[1..].bytes().all(|digit| digit == b'0');
    let up = if number < 0.0 {
        first >= b'5' && !exactly_half
    } else {
        first >= b'5'
    };
    let mut digits: Vec<u8> = whole.bytes().chain(kept.bytes()).collect();
    if up {
        let mut at = digits.len();
        loop {
            if at == 0 {
                digits.insert(0, b'1');
                break;
            }
            at -= 1;
            if digits[at] == b'9' {
                digits[at] = b'0';
            } else {
                digits[at] += 1;
                break;
            }
        }
    }
    let point = digits.len() - decimals;
    let written = String::from_utf8(digits).unwrap_or(text);
    let written = format!("{}.{}0", &written[..point], &written[point..]);
    let rounded: f64 = written.parse().unwrap_or(f64::NAN);
    if number < 0.0 { -rounded } else { rounded }
}

#[cfg(test)]
mod tests {
    use super::round;

    #[test]
    fn halves_go_up_above_zero_and_towards_zero_below() {
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} is not {b}");
        close(round(1.5, 0), 2.0);
        close(round(-1.5, 0), -1.0);
        close(round(1.005, 2), 1.01);
        close(round(-1.255, 2), -1.25);
        close(round(999.999, 2), 1000.0);
        close(round(1234.5, -2), 1200.0);
        close(round(1250.0, -2), 1300.0);
    }
}
