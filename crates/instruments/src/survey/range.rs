//! A number on a scale.

use super::parameter::{self, Parameters};
use crate::choices::Choices;
use crate::finding::Findings;
use crate::model::Element;

const ALLOWED: [&str; 6] = [
    "end",
    "placeholder",
    "start",
    "step",
    "tick_interval",
    "tick_labelset",
];

/// A decimal number held exactly: its digits as a whole number, and how many stand after the point.
#[derive(Clone, Copy, Debug)]
struct Decimal {
    digits: i128,
    places: u32,
}

/// Most digits of a number on a scale; beyond, it is refused.
const DIGITS_MAX: usize = 18;

impl Decimal {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (text, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty()
            || digits.len() > DIGITS_MAX
            || !digits.bytes().all(|b| b.is_ascii_digit())
            || exponent.abs() > 18
        {
            return None;
        }
        let mut value: i128 = digits.parse().ok()?;
        let mut places = i32::try_from(fraction.len()).ok()? - exponent;
        while places < 0 {
            value *= 10;
            places += 1;
        }
        if text.starts_with('-') {
            value = -value;
        }
        Some(Self {
            digits: value,
            places: places.unsigned_abs(),
        })
    }

    fn is_whole(self) -> bool {
        self.digits % 10_i128.pow(self.places) == 0
    }
}

/// Numbers as multiples of one small unit, so that they are compared exactly.
struct Scale {
    places: u32,
}

impl Scale {
    fn of(numbers: &[Option<Decimal>]) -> Self {
        let places = numbers
            .iter()
            .flatten()
            .map(|number| number.places)
            .max()
            .unwrap_or(0);
        Self { places }
    }

    fn units(&self, number: Decimal) -> i128 {
        number.digits * 10_i128.pow(self.places - number.places)
    }
}

/// Reads the scale. Whatever does not fit is a finding.
pub(super) fn range(
    element: &mut Element,
    row: u32,
    mut parameters: Parameters,
    appearance: Option<&str>,
    choices: &Choices,
    findings: &mut Findings,
) {
    if !parameter::accept(&parameters, &ALLOWED, row, findings) {
        return;
    }
    let ticks = ["tick_interval", "placeholder", "tick_labelset"];
    if appearance.is_some_and(|word| !word.contains("vertical") && !word.contains("no-ticks"))
        && ticks
            .iter()
            .any(|key| parameter::get(&parameters, key).is_some())
    {
        let message = format!(
            "{} need the appearance vertical, no-ticks, both or none",
            ticks.join(", ")
        );
        findings.error(parameter::place(row), "range-appearance", message);
        return;
    }
    complete(&mut parameters);
    let mut refused = false;
    let mut number = |key: &str, findings: &mut Findings| {
        let text = parameter::get(&parameters, key)?;
        let number = Decimal::read(text);
        if number.is_none() {
            refused = true;
            parameter::refuse(key, text, "a number is allowed", row, findings);
        }
        number
    };
    let start = number("start", findings);
    let end = number("end", findings);
    let step = number("step", findings);
    let interval = number("tick_interval", findings);
    let placeholder = number("placeholder", findings);
    let (Some(start), Some(end), Some(step), false) = (start, end, step, refused) else {
        return;
    };
    let labels = parameter::take(&mut parameters, "tick_labelset");
    let bounds = Bounds::new(row, start, end, step, interval, placeholder);
    bounds.check(interval, placeholder, findings);
    if let Some(list) = &labels {
        bounds.check_labels(list, appearance, choices, findings);
    }
    for (key, attribute) in [
        ("tick_interval", "odk:tick-interval"),
        ("placeholder", "odk:placeholder"),
    ] {
        if let Some(value) = parameter::take(&mut parameters, key) {
            parameters.push((attribute.to_owned(), value));
        }
    }
    let numbers = [Some(start), Some(end), Some(step), interval, placeholder];
    if numbers.iter().flatten().any(|number| !number.is_whole()) {
        element.bind_mut().set("type", "decimal");
    }
    for (key, value) in &parameters {
        element.control_mut().set(key.as_str(), value.as_str());
    }
    element.parameters = parameters;
    element.itemset = labels;
}

/// Adds what a scale has when nothing is said.
fn complete(parameters: &mut Parameters) {
    for (key, value) in [("start", "1"), ("end", "10"), ("step", "1")] {
        if parameter::get(parameters, key).is_none() {
            parameters.push((key.to_owned(), value.to_owned()));
        }
    }
}

struct Bounds {
    row: u32,
    scale: Scale,
    start: i128,
    end: i128,
    step: i128,
    interval: Option<i128>,
}

impl Bounds {
    fn new(
        row: u32,
        start: Decimal,
        end: Decimal,
        step: Decimal,
        interval: Option<Decimal>,
        placeholder: Option<Decimal>,
    ) -> Self {
        let scale = Scale::of(&[Some(start), Some(end), Some(step), interval, placeholder]);
        Self {
            row,
            start: scale.units(start),
            end: scale.units(end),
            step: scale.units(step),
            interval: interval.map(|number| scale.units(number)),
            scale,
        }
    }

    fn refuse(&self, key: &str, allowed: &str, findings: &mut Findings) {
        let message = format!("{key}: {allowed}");
        findings.error(parameter::place(self.row), "range-bounds", message);
    }

    fn holds(&self, value: i128) -> bool {
        (self.start.min(self.end)..=self.start.max(self.end)).contains(&value)
    }

    fn check(
        &self,
        interval: Option<Decimal>,
        placeholder: Option<Decimal>,
        findings: &mut Findings,
    ) {
        let width = (self.end - self.start).abs();
        let steps = [("step", Some(self.step)), ("tick_interval", self.interval)];
        for (key, value) in steps {
            match value {
                Some(0) => self.refuse(key, "0 is not allowed", findings),
                Some(value) if value > width => {
                    self.refuse(key, "at most the difference of start and end", findings);
                }
                _ => {}
            }
        }
        if self.step == 0 {
            return;
        }
        if interval.is_some() && self.interval.is_some_and(|value| value % self.step != 0) {
            self.refuse("tick_interval", "a multiple of step is allowed", findings);
        }
        if let Some(placeholder) = placeholder {
            let value = self.scale.units(placeholder);
            if (value - self.start) % self.step != 0 {
                self.refuse(
                    "placeholder",
                    "start and a multiple of step is allowed",
                    findings,
                );
            }
            if !self.holds(value) {
                self.refuse(
                    "placeholder",
                    "a number from start to end is allowed",
                    findings,
                );
            }
        }
    }

    fn check_labels(
        &self,
        list: &str,
        appearance: Option<&str>,
        choices: &Choices,
        findings: &mut Findings,
    ) {
        let key = "tick_labelset";
        let Some(list) = choices.list(list) else {
            self.refuse(key, "a list of the sheet choices is allowed", findings);
            return;
        };
        let no_ticks = appearance.is_some_and(|word| word.contains("no-ticks"));
        let mut ends: Vec<i128> = Vec::new();
        for choice in &list.choices {
            let Some(number) = Decimal::read(&choice.name) else {
                self.refuse(key, "its choices are numbers", findings);
                return;
            };
            // A finer number than the scale is between its steps.
            if number.places > self.scale.places && !number.is_whole() {
                self.refuse(key, "its choices are start and multiples of step", findings);
                return;
            }
            let value = if number.places > self.scale.places {
                number.digits / 10_i128.pow(number.places - self.scale.places)
            } else {
                self.scale.units(number)
            };
            if !self.holds(value) {
                self.refuse(key, "its choices stand from start to end", findings);
                return;
            }
            let step = self.interval.unwrap_or(self.step);
            if step == 0 || (value - self.start) % step != 0 {
                self.refuse(
                    key,
                    "its choices are start and multiples of the ticks",
                    findings,
                );
                return;
            }
            if !ends.contains(&value) {
                ends.push(value);
            }
        }
        let both = ends.contains(&self.start) && ends.contains(&self.end);
        let width = if self.start == self.end { 1 } else { 2 };
        if no_ticks && !(both && ends.len() == width) {
            self.refuse(
                key,
                "without ticks its choices are start and end alone",
                findings,
            );
        }
    }
}
