//! Flows: from where to where, for a table that crosses two dimensions of places.
//!
//! A flow is told for the whole period, and drawn only where its count is printed and reaches a
//! threshold, which stands beside the chart: few records make no flow, and a masked count is none
//! that could be drawn.

use terms::cell::Cell;

use super::Figure;
use super::chart::{Bars, Drawn};
use super::names::{Names, is_place};
use crate::page::Page;
use crate::words::{count, text};

/// Records that a flow has at least to be drawn, whatever the rule of the release: the threshold of
/// the strict rule.
const RECORDS_MIN: u64 = 5;
/// Dimensions that say from where somebody came.
const ORIGINS: [&str; 3] = ["citizenship", "country_recruited", "birth_country"];

/// Flows that are drawn.
pub(crate) struct Flows {
    pub(crate) drawn: Option<Drawn>,
    /// What is drawn, and what is not.
    pub(crate) told: String,
}

/// The flows of a figure; none where it does not cross an origin with a destination.
pub(crate) fn of(page: &Page, figure: &Figure, prefix: &str) -> Option<Flows> {
    let dimensions = figure.table().dimensions();
    let places = figure.others().into_iter();
    let places: Vec<usize> = places.filter(|at| is_place(&dimensions[*at])).collect();
    let [one, other] = places[..] else {
        return None;
    };
    let is_origin = |at: usize| ORIGINS.contains(&dimensions[at].id.as_str());
    let (origin, destination) = match (is_origin(one), is_origin(other)) {
        (true, false) => (one, other),
        (false, true) => (other, one),
        _ => return None,
    };
    let names = Names::of(page, figure.told.as_ref());
    let name = |at: usize, code: &str| names.code(&dimensions[at], code);
    let (mut rows, mut hidden) = (Vec::new(), 0);
    for from in figure.codes(origin) {
        for to in figure.codes(destination) {
            if from == to || !is_code_of_place(from) || !is_code_of_place(to) {
                continue;
            }
            match figure.cell(&[(origin, from), (destination, to)])? {
                Cell::Exact(records) if *records >= RECORDS_MIN => {
                    let name = format!("{} → {}", name(origin, from), name(destination, to));
                    rows.push((name, Cell::Exact(*records)));
                }
                Cell::Exact(_) => {}
                _ => hidden += 1,
            }
        }
    }
    rows.sort_by_key(|(name, cell)| (std::cmp::Reverse(cell.exact()), name.clone()));
    rows.truncate(FLOWS_MAX);
    let told = page.say(
        "figures-flows-told",
        &[
            ("threshold", count(RECORDS_MIN)),
            ("period", text(figure.period().unwrap_or_default())),
            ("hidden", count(hidden)),
        ],
    );
    let drawn = Bars::new(page.t("figures-flows"), rows).draw(page, prefix);
    Some(Flows { drawn, told })
}

/// Most flows that are drawn.
const FLOWS_MAX: usize = 25;

/// Whether a code is a place, and not that a place is unknown.
fn is_code_of_place(code: &str) -> bool {
    code.parse::<terms::place::PlaceCode>().is_ok()
}
