//! Whether a difference between two years may be called a rise or a fall.
//!
//! **Definition.** A change is told of two years only when the same agencies stand behind both,
//! which is known when all do that have such records in the period, and when every pair of counts
//! that the printed cells allow differs in the same direction. Else nothing is told, with the
//! reason.
//!
//! It is the panel principle of statistics of several reporters: only those who reported for both
//! periods are compared. The Global Report on Trafficking in Persons 2022 tells changes against the
//! year before (its fall in detections from 2019 to 2020), and the metadata of SDG indicator 16.2.2
//! warns that trends follow reporting and detection; the formula of the Report's index is not in
//! print, so none is copied here. A rise or fall is of what was recorded, not of the crime.

use terms::cell::Cell;

/// What may be said of two years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Every count that the second year can have is larger than every one of the first.
    Rise,
    /// Every count that the second year can have is smaller than every one of the first.
    Fall,
    /// Both are printed, and are equal.
    Same,
    /// Nothing, and why.
    NotTold(NotTold),
}

/// Why nothing is said of two years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotTold {
    /// One of the years has no count.
    NoCount,
    /// Not all agencies that have such records stand behind one of the years, or it is not known.
    Completeness,
    /// The difference can lie within what a mask hides, or within what rounding moved.
    WithinMasks,
}

impl NotTold {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::NoCount, Self::Completeness, Self::WithinMasks];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoCount => "no-count",
            Self::Completeness => "completeness",
            Self::WithinMasks => "within-masks",
        }
    }
}

/// One year: its printed cell, and whether all agencies that have such records in the period stand
/// behind it, if that is told.
#[derive(Debug, Clone, Copy)]
pub struct YearOf<'a> {
    /// The printed cell.
    pub cell: &'a Cell,
    /// Whether all agencies stand behind it; none where it is not told.
    pub all_agencies: Option<bool>,
}

/// What may be said of a year against an earlier one.
#[must_use]
pub fn change(earlier: YearOf<'_>, later: YearOf<'_>) -> Change {
    let (Some(before), Some(after)) = (range(earlier.cell), range(later.cell)) else {
        return Change::NotTold(NotTold::NoCount);
    };
    // A mask comes first: of a masked year it is never told who stands behind it.
    let apart = before.1 < after.0 || after.1 < before.0;
    let both_printed = before.0 == before.1 && after.0 == after.1;
    if !apart && !both_printed {
        return Change::NotTold(NotTold::WithinMasks);
    }
    if earlier.all_agencies != Some(true) || later.all_agencies != Some(true) {
        return Change::NotTold(NotTold::Completeness);
    }
    match before.0.cmp(&after.0) {
        std::cmp::Ordering::Less => Change::Rise,
        std::cmp::Ordering::Equal => Change::Same,
        std::cmp::Ordering::Greater => Change::Fall,
    }
}

/// The counts that a printed cell allows.
fn range(cell: &Cell) -> Option<(u64, u64)> {
    match cell {
        // Controlled rounding moves a count by less than the base.
        Cell::Rounded { base, value } => {
            let by = base.saturating_sub(1);
            Some((value.saturating_sub(by), value.saturating_add(by)))
        }
        _ => cell.bounds(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use terms::cell::Absence;

    fn told(earlier: (&Cell, Option<bool>), later: (&Cell, Option<bool>)) -> Change {
        let year = |(cell, all_agencies)| YearOf { cell, all_agencies };
        change(year(earlier), year(later))
    }

    const ALL: Option<bool> = Some(true);

    #[test]
    fn two_printed_years_behind_which_all_stand_are_compared() {
        let (low, high) = (Cell::Exact(40), Cell::Exact(55));
        assert_eq!(told((&low, ALL), (&high, ALL)), Change::Rise);
        assert_eq!(told((&high, ALL), (&low, ALL)), Change::Fall);
        assert_eq!(told((&low, ALL), (&low, ALL)), Change::Same);
    }

    #[test]
    fn years_of_other_agencies_are_not_compared() {
        let (low, high) = (Cell::Exact(40), Cell::Exact(55));
        let refused = Change::NotTold(NotTold::Completeness);
        assert_eq!(told((&low, ALL), (&high, Some(false))), refused);
        assert_eq!(told((&low, None), (&high, ALL)), refused);
        // As many agencies, but not all: they need not be the same.
        assert_eq!(told((&low, Some(false)), (&high, Some(false))), refused);
    }

    #[test]
    fn a_difference_within_a_mask_or_a_rounding_is_none() {
        let masked = Cell::Masked {
            lower: 0,
            upper: 50,
        };
        let refused = Change::NotTold(NotTold::WithinMasks);
        assert_eq!(told((&masked, None), (&Cell::Exact(45), ALL)), refused);
        let rounded = |value| Cell::Rounded { base: 5, value };
        assert_eq!(told((&rounded(40), ALL), (&rounded(45), ALL)), refused);
        assert_eq!(told((&rounded(40), ALL), (&rounded(50), ALL)), Change::Rise);
        let absent = Cell::Absent(Absence::NotYet);
        let none = Change::NotTold(NotTold::NoCount);
        assert_eq!(told((&absent, ALL), (&Cell::Exact(45), ALL)), none);
    }

    proptest! {
        /// Whatever was counted under the masks, a change that is told holds of it.
        #[test]
        fn what_is_told_holds_of_every_count_under_the_masks(
            (low, width, at) in (0_u64..50, 0_u64..20, 0_u64..20),
            (other, other_width, other_at) in (0_u64..50, 0_u64..20, 0_u64..20),
        ) {
            let cell = |lower, width| match width {
                0 => Cell::Exact(lower),
                width => Cell::Masked { lower, upper: lower + width },
            };
            let (before, after) = (low + at.min(width), other + other_at.min(other_width));
            match told((&cell(low, width), ALL), (&cell(other, other_width), ALL)) {
                Change::Rise => prop_assert!(before < after),
                Change::Fall => prop_assert!(before > after),
                Change::Same => prop_assert_eq!(before, after),
                Change::NotTold(_) => {}
            }
        }
    }
}
