//! Reading the reference values; tests that need them are skipped, and say so, where they are not.

use std::sync::atomic::{AtomicUsize, Ordering};

use analyse::estimate::{CaptureTable, Workers};
use serde_json::Value;

/// Tables with reference values for fixed models.
pub(crate) const TABLES: [&str; 17] = [
    "artificial3",
    "diabetes4",
    "hav3",
    "hiv4",
    "kosovo4",
    "lesbian4",
    "my5",
    "ned5",
    "ned6",
    "neworl5_v185",
    "neworl5_v186",
    "neworl8_v185",
    "neworl8_v186",
    "spina3",
    "synth5",
    "ukdat5",
    "ukdat6",
];

pub(crate) fn text(file: &str) -> Option<String> {
    let path = testkit::shared(&format!("mse/{file}"))?;
    Some(std::fs::read_to_string(path).expect("a readable file"))
}

pub(crate) fn json(file: &str) -> Option<Value> {
    text(file).map(|text| serde_json::from_str(&text).expect("JSON"))
}

pub(crate) fn table(name: &str) -> Option<CaptureTable> {
    let text = text(&format!("datasets/{name}.csv"))?;
    Some(CaptureTable::from_csv(&text).expect("a capture table"))
}

pub(crate) fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("a number: {value}"))
}

pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .expect("an array")
        .iter()
        .map(number)
        .collect()
}

pub(crate) fn counts(value: &Value) -> Vec<u64> {
    let own = value.as_array().expect("an array").iter();
    std::iter::once(0)
        .chain(own.map(|count| count.as_u64().expect("a count")))
        .collect()
}

pub(crate) fn words(value: &Value) -> Vec<String> {
    match value {
        Value::String(word) => vec![word.clone()],
        Value::Array(words) => words
            .iter()
            .map(|word| word.as_str().expect("a word").to_owned())
            .collect(),
        _ => Vec::new(),
    }
}

#[track_caller]
pub(crate) fn relative(found: f64, wanted: f64, tolerance: f64, what: &str) {
    let error = (found - wanted).abs() / wanted.abs().max(1e-300);
    assert!(error <= tolerance, "{what}: {found} against {wanted}");
}

#[track_caller]
pub(crate) fn absolute(found: f64, wanted: f64, tolerance: f64, what: &str) {
    let error = (found - wanted).abs();
    assert!(error <= tolerance, "{what}: {found} against {wanted}");
}

/// Threads of the test, as an edge of the program would hand them in.
pub(crate) struct Threads(pub(crate) usize);

impl Workers for Threads {
    fn run(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..self.0 {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= tasks {
                            break;
                        }
                        task(number);
                    }
                });
            }
        });
    }
}
