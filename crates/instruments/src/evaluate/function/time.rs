//! Days and times, by the clock of whoever answers.

use super::{Answered, Call};
use crate::evaluate::EvaluationError;
use crate::evaluate::moment::{DAY, to_number};
use crate::evaluate::value::{Atom, Value, number_text};

pub(super) fn call(call: &Call<'_>) -> Answered {
    let clock = call.state.clock;
    let atom = match (call.name, call.count()) {
        ("today", 0) => Atom::Moment(clock.day_start(clock.now)),
        ("now", 0) => Atom::Moment(clock.now),
        ("date", 1) => call.atom(0)?.moment(false, clock)?,
        ("date-time", 1) => call.atom(0)?.moment(true, clock)?,
        ("decimal-date-time", 1) => decimal(call, true)?,
        ("decimal-time", 1) => decimal(call, false)?,
        ("format-date" | "format-date-time", 2) => match call.atom(0)?.moment(true, clock)? {
            Atom::Moment(moment) => {
                let format = call.text(1)?;
                let text = clock.format(moment, &format).ok_or_else(|| {
                    call.wrong(format!("the format \u{2018}{format}\u{2019} is not known"))
                })?;
                Atom::Text(text)
            }
            _ => Atom::empty(),
        },
        _ => return Ok(None),
    };
    Ok(Some(Value::Atom(atom)))
}

/// Days since 1970-01-01T00:00Z, or the part of the day alone.
fn decimal(call: &Call<'_>, whole: bool) -> Result<Atom, EvaluationError> {
    let clock = call.state.clock;
    let moment = match call.atom(0)? {
        Atom::Number(number) if number.is_nan() => return Ok(Atom::Number(number)),
        Atom::Number(number) if number.abs() > f64::from(i32::MAX) => {
            return Err(call.wrong(format!("{} days are too far", number_text(number))));
        }
        Atom::Number(number) => {
            let part = if whole {
                number
            } else {
                number - number.floor()
            };
            return Ok(Atom::Number(part));
        }
        Atom::Text(text) if text.is_empty() => return Ok(Atom::Text(text)),
        Atom::Text(text) => clock
            .read_date_time(&text)
            .ok_or_else(|| call.wrong(format!("\u{2018}{text}\u{2019} is no date")))?,
        Atom::Moment(moment) => moment,
        Atom::Boolean(_) => return Err(call.wrong("true and false are no date")),
    };
    if whole {
        return Ok(Atom::Number(to_number(moment) / to_number(DAY)));
    }
    let days = clock.fractional_days(moment);
    Ok(Atom::Number(days - days.floor()))
}
