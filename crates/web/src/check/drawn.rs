//! The table itself, with marks in words and shapes beside the cells that do not hide.

use std::collections::{HashMap, HashSet};

use protect::check::{Exposed, Exposure};
use terms::cell::Cell;

use super::Tried;
use crate::cells;
use crate::drawn::{Drawn, DrawnCell, Extent, draw};
use crate::words::{Words, count, text};

/// A table of a size that can be drawn, and whether rows were left out.
pub(super) fn drawn(words: &Words, tried: &Tried) -> Option<(Drawn, bool)> {
    let marks = Marks::of(tried);
    let cell = |number: usize, cell: &Cell| {
        let printed = print(words, cell, marks.small_below);
        let (shape, class, mark) = marks.at(words, number);
        let class = match class {
            "" => printed.class,
            class => class,
        };
        DrawnCell {
            text: printed.text,
            class,
            shape,
            mark,
        }
    };
    let (drawn, extent) = draw(words, &tried.counted.table, "check-drawn-caption", cell)?;
    Some((drawn, extent == Extent::Marked))
}

/// A cell as the office prints it. Where a mask reaches further than the small counts, its bounds
/// are taken from the totals, and a sign says more clearly what the office prints.
fn print(words: &Words, cell: &Cell, small_below: u64) -> cells::Printed {
    let mut printed = cells::print(words, cell);
    if matches!(cell, Cell::Masked { upper, .. } if *upper >= small_below) {
        "*".clone_into(&mut printed.text);
    }
    printed
}

/// Which cells have a mark.
struct Marks<'a> {
    small_below: u64,
    exposed: HashMap<usize, &'a Exposed>,
    besides: HashSet<usize>,
}

impl<'a> Marks<'a> {
    fn of(tried: &'a Tried) -> Self {
        let proposed = tried.proposal.iter().flat_map(|one| &one.cells);
        Self {
            small_below: tried.small_below,
            exposed: tried
                .report
                .exposed
                .iter()
                .map(|one| (one.cell, one))
                .collect(),
            besides: proposed.copied().collect(),
        }
    }

    /// The shape, the class and the words of a cell's mark; nothing where it has none.
    fn at(&self, words: &Words, cell: usize) -> (&'static str, &'static str, String) {
        if let Some(exposed) = self.exposed.get(&cell) {
            let key = match exposed.exposure {
                Exposure::Exactly => "check-mark-exactly",
                Exposure::Small => "check-mark-small",
                Exposure::Narrow => "check-mark-narrow",
            };
            let mark = said(words, key, exposed);
            return match exposed.exposure {
                Exposure::Exactly => (EXACTLY, "n exposed", mark),
                Exposure::Small => (SMALL, "n exposed", mark),
                Exposure::Narrow => (NARROW, "n exposed", mark),
            };
        }
        match self.besides.contains(&cell) {
            true => (BESIDES, "n besides", words.say("check-mark-besides")),
            false => ("", "", String::new()),
        }
    }
}

/// The shapes of the marks; each stands beside its words.
pub(super) const EXACTLY: &str = "◆";
pub(super) const SMALL: &str = "▼";
pub(super) const NARROW: &str = "◇";
pub(super) const BESIDES: &str = "✚";

/// A sentence about an exposed cell, with its codes and its bounds.
pub(super) fn said(words: &Words, key: &str, exposed: &Exposed) -> String {
    let bound = |bound: i64| count(u64::try_from(bound).unwrap_or(0));
    let mut variables = vec![("lower", bound(exposed.lower))];
    if let Some(upper) = exposed.upper {
        variables.push(("upper", bound(upper)));
    }
    variables.push(("cell", text(exposed.codes.join(" · "))));
    words.say_with(key, &variables)
}
