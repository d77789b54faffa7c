//! What an office's own table gives away, before anybody else has it.
//!
//! The attacker of [`crate::attack`] is let loose on one table with masks, as printed, and what it
//! proves of each hidden cell is held against what the mask was to hide. The answer names cells and
//! intervals, so it is for whoever has the table and for nobody else. It knows this table alone:
//! not what else was published, and not what a reader knows besides.

mod propose;
mod why;

use terms::cell::Cell;
use terms::hierarchy::Hierarchy;
use terms::table::Table;

use crate::attack::world::{Known, World, place};
use crate::attack::{AttackError, Budget, How, Wanted, bounds};
use crate::rule::Rule;

pub use propose::{Proposal, propose};
pub use why::Sum;

/// A table as it is to be printed, and what its masks are to hide.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The table.
    pub table: &'a Table,
    /// How the codes of each dimension add up, in the order of the dimensions.
    pub hierarchies: &'a [Hierarchy],
    /// Counts below this are small.
    pub small_below: u64,
    /// Whether zero belongs to the class of the small.
    pub zero_is_small: bool,
    /// How much work may be done.
    pub budget: Budget,
}

impl<'a> Question<'a> {
    /// What a rule asks of a table.
    #[must_use]
    pub const fn by(rule: &Rule, table: &'a Table, hierarchies: &'a [Hierarchy]) -> Self {
        Self {
            table,
            hierarchies,
            small_below: rule.threshold,
            zero_is_small: rule.zero_is_small,
            budget: Budget::USUAL,
        }
    }

    /// How many possible counts a hidden cell must keep: as many as there are small ones, or as the
    /// base of a rounded one.
    fn possible_min(&self, cell: &Cell) -> i64 {
        let counts = match cell {
            Cell::Rounded { base, .. } => *base,
            _ => self
                .small_below
                .saturating_sub(u64::from(!self.zero_is_small)),
        };
        i64::try_from(counts).unwrap_or(i64::MAX)
    }
}

/// What is wrong with a hidden cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exposure {
    /// Its count can be worked out exactly.
    Exactly,
    /// It can be shown to be small, which its mask does not say.
    Small,
    /// Fewer counts are possible than there are small ones, and fewer than its mask says.
    Narrow,
}

impl Exposure {
    /// The stable code: `exactly`, `small` or `narrow`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Exactly => "exactly",
            Self::Small => "small",
            Self::Narrow => "narrow",
        }
    }
}

/// One hidden cell that does not hide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposed {
    /// Its number among the table's cells.
    pub cell: usize,
    /// Its codes.
    pub codes: Vec<String>,
    /// What is wrong with it.
    pub exposure: Exposure,
    /// It is at least this.
    pub lower: i64,
    /// It is at most this; none when nothing says so.
    pub upper: Option<i64>,
    /// By what means that is known.
    pub how: How,
    /// The sum by which it follows; none when it takes several together.
    pub sum: Option<Sum>,
}

/// How many hidden cells have so many possible counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Widths {
    /// One.
    pub one: u64,
    /// Two to four.
    pub two_to_four: u64,
    /// Five to nine.
    pub five_to_nine: u64,
    /// Ten to nineteen.
    pub ten_to_nineteen: u64,
    /// Twenty or more, or without an upper end.
    pub twenty_or_more: u64,
}

impl Widths {
    fn note(&mut self, possible: Option<i64>) {
        *match possible {
            Some(..=1) => &mut self.one,
            Some(2..=4) => &mut self.two_to_four,
            Some(5..=9) => &mut self.five_to_nine,
            Some(10..=19) => &mut self.ten_to_nineteen,
            _ => &mut self.twenty_or_more,
        } += 1;
    }
}

/// What a table gives away.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Cells of the table.
    pub cells: u64,
    /// Cells that are masked or rounded.
    pub hidden: u64,
    /// Hidden cells whose count can be worked out by adding and subtracting.
    pub by_subtraction: u64,
    /// Hidden cells whose count can be worked out by linear programmes and in no simpler way.
    pub by_programme: u64,
    /// Hidden cells whose count can be worked out and is small.
    pub exactly_small: u64,
    /// Hidden cells that can be shown to be small, which their masks do not say, without those
    /// whose count can be worked out.
    pub shown_small: u64,
    /// Hidden cells with fewer possible counts than there are small ones, without those above.
    pub narrow: u64,
    /// How many possible counts the hidden cells have.
    pub widths: Widths,
    /// Sums of which every term is printed.
    pub checked_sums: u64,
    /// Those among them that do not hold.
    pub inconsistent_sums: u64,
    /// Groups of hidden cells of which what is printed contradicts itself.
    pub inconsistent_components: u64,
    /// Hidden cells in such groups; nothing is said of them.
    pub inconsistent_cells: u64,
    /// Hidden cells of which more might be proved than could be tried within the budget.
    pub unsettled: u64,
    /// The cells that do not hide, in the order of the table.
    pub exposed: Vec<Exposed>,
}

impl Report {
    /// Hidden cells whose count can be worked out.
    #[must_use]
    pub const fn exactly(&self) -> u64 {
        self.by_subtraction + self.by_programme
    }
}

/// Tries what a reader of the table can work out of its hidden cells.
///
/// # Errors
/// When a count is too large to be worked with.
pub fn check(question: &Question<'_>) -> Result<Report, AttackError> {
    let table = question.table;
    let mut world = World::new();
    world.add_table("", "", table, question.hierarchies);
    let made = world.made();
    let mut hidden = Vec::new();
    for (cell, (codes, printed)) in table.iter().enumerate() {
        if matches!(printed, Cell::Masked { .. } | Cell::Rounded { .. }) {
            let place = place(table.dimensions(), question.hierarchies, &codes);
            let known = world.find("", "", &place).map(|at| made.known(at));
            hidden.push((cell, codes, printed, known));
        }
    }
    let unknowns: Vec<usize> = hidden
        .iter()
        .filter_map(|(.., known)| match known {
            Some(Known::Unknown(at)) => Some(*at),
            _ => None,
        })
        .collect();
    let found = bounds(&made.system, Wanted::These(&unknowns), question.budget)?;
    let explained = why::Explained::of(table, question.hierarchies);
    let mut report = Report {
        cells: table.len() as u64,
        hidden: hidden.len() as u64,
        checked_sums: made.checked.sums as u64,
        inconsistent_sums: (made.checked.inconsistent + found.broken_sums.len()) as u64,
        inconsistent_components: found.contradictory.len() as u64,
        unsettled: found.unsettled.len() as u64,
        ..Report::default()
    };
    for (cell, codes, printed, known) in hidden {
        let (lower, upper, how) = match known {
            Some(Known::Exactly(count)) => (count, Some(count), How::Given),
            Some(Known::Unknown(at)) => match found.intervals[at] {
                Some(interval) => (interval.lower.unwrap_or(0), interval.upper, interval.by),
                None => {
                    report.inconsistent_cells += 1;
                    continue;
                }
            },
            None => continue,
        };
        report.widths.note(upper.map(|upper| upper - lower + 1));
        let Some(exposure) = exposure(question, printed, lower, upper) else {
            continue;
        };
        report.count(question, exposure, how, lower);
        report.exposed.push(Exposed {
            cell,
            codes: codes.iter().map(|&code| code.to_owned()).collect(),
            exposure,
            lower,
            upper,
            how,
            sum: explained.sum(cell, lower, upper),
        });
    }
    Ok(report)
}

impl Report {
    fn count(&mut self, question: &Question<'_>, exposure: Exposure, how: How, lower: i64) {
        match exposure {
            Exposure::Exactly => {
                *match how {
                    How::Given | How::Subtraction => &mut self.by_subtraction,
                    How::Programme | How::WholeNumbers => &mut self.by_programme,
                } += 1;
                let is_small = u64::try_from(lower).is_ok_and(|count| {
                    count < question.small_below && (count > 0 || question.zero_is_small)
                });
                self.exactly_small += u64::from(is_small);
            }
            Exposure::Small => self.shown_small += 1,
            Exposure::Narrow => self.narrow += 1,
        }
    }
}

/// What is wrong with a hidden cell of which this is known.
fn exposure(
    question: &Question<'_>,
    printed: &Cell,
    lower: i64,
    upper: Option<i64>,
) -> Option<Exposure> {
    let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let upper = upper?;
    let (least, most) = match printed {
        Cell::Masked { lower, upper } => (whole(*lower), whole(*upper)),
        Cell::Rounded { base, value } => {
            let off = base.saturating_sub(1);
            let most = value.saturating_add(off);
            (whole(value.saturating_sub(off)), whole(most))
        }
        _ => return None,
    };
    // A mask of one possible count hides nothing and says so itself.
    if lower == upper {
        return Some(Exposure::Exactly);
    }
    let small_below = whole(question.small_below);
    let is_mask = matches!(printed, Cell::Masked { .. });
    if is_mask && upper < small_below && most >= small_below {
        return Some(Exposure::Small);
    }
    let may_be_small = !is_mask || lower < small_below;
    let narrowed = lower > least || upper < most;
    let few = upper - lower + 1 < question.possible_min(printed);
    (may_be_small && narrowed && few).then_some(Exposure::Narrow)
}

#[cfg(test)]
mod tests;
