//! What of a capture table may be told: of how many persons were on exactly which lists.
//!
//! A capture table is of the unit's grain. Beside an estimate a reader needs of it how many persons
//! there are, how many are on each list, and whether two lists share enough of them. Those are told
//! here, and no more: a count below the threshold is told as its class, an empty one like any other
//! of the class; and what is told is held against the house's own attacker ([`crate::attack`]),
//! so that no count that is not told follows from those that are. Where one does, the smallest
//! overlap that is told as a number is told as a class instead, and so on; in the end the totals of
//! the lists.
//!
//! The attacker adds and subtracts. What follows from an estimate, which is a function of the whole
//! table, is no matter of sums: [`crate::release::estimates`] rounds it before it leaves.

use terms::cell::Cell;

use crate::attack::{Budget, Interval, System, Unknown, Wanted, bounds};
use crate::rule::Rule;

/// The rule whose threshold holds: everybody on a list is taken for a victim.
pub const RULE: &str = "victims@1";

/// Most lists of a table whose overlaps are told as numbers; of more lists they are told as
/// classes, since what follows from them is then too much to look at.
pub const LISTS_COUNTED_MAX: usize = 5;

/// Counts below it are told as one class.
#[must_use]
pub fn threshold() -> u64 {
    Rule::of_code(RULE).map_or(5, |rule| rule.threshold)
}

/// What is told of one count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The count.
    Count(u64),
    /// That it is below the threshold; it may be empty.
    Few,
    /// That it is not below the threshold; the number would tell another.
    Enough,
}

impl Told {
    /// The count, where it is told.
    #[must_use]
    pub const fn count(self) -> Option<u64> {
        match self {
            Self::Count(count) => Some(count),
            Self::Few | Self::Enough => None,
        }
    }
}

/// What is told of a capture table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Margins {
    /// Persons on at least one list.
    pub persons: u64,
    /// Persons on each list.
    pub totals: Vec<Told>,
    /// Persons on both of two lists, by their places, the first before the second.
    pub pairs: Vec<((usize, usize), Told)>,
    /// Whether no group of the table is below the threshold, however it is cut: then nothing of it
    /// needs to be hidden.
    pub whole: bool,
}

impl Margins {
    /// What is told of two lists.
    #[must_use]
    pub fn pair(&self, first: usize, second: usize) -> Option<Told> {
        let wanted = (first.min(second), first.max(second));
        let found = self.pairs.iter().find(|(places, _)| *places == wanted);
        found.map(|(_, told)| *told)
    }

    /// Pairs of lists of which it is told that they share few or nobody.
    pub fn few(&self) -> impl Iterator<Item = (usize, usize)> {
        let few = self.pairs.iter().filter(|(_, told)| *told == Told::Few);
        few.map(|(places, _)| *places)
    }
}

/// What may be told of a table of `lists` lists, its counts by history: bit `j` of a history's
/// place is set where list `j` holds the person; the first count, of those on no list, is 0.
///
/// # Panics
/// When there are not `2^lists` counts.
#[must_use]
pub fn margins(lists: usize, counts: &[u64]) -> Margins {
    assert_eq!(counts.len(), 1 << lists, "one count for each history");
    let table = Table { lists, counts };
    let groups = table.groups();
    let small: Vec<&Group> = groups
        .iter()
        .filter(|group| table.count(**group) < threshold())
        .collect();
    let told = |group: Group, as_number: bool| match table.count(group) {
        count if count < threshold() => Told::Few,
        count if as_number => Told::Count(count),
        _ => Told::Enough,
    };
    let by_number = small.is_empty() || lists <= LISTS_COUNTED_MAX;
    let mut margins = Margins {
        persons: counts.iter().sum(),
        totals: (0..lists)
            .map(|list| told(Group::on(1 << list), true))
            .collect(),
        pairs: pairs(lists)
            .map(|(first, second)| {
                let group = Group::on(1 << first | 1 << second);
                ((first, second), told(group, by_number))
            })
            .collect(),
        whole: small.is_empty(),
    };
    if lists <= LISTS_COUNTED_MAX {
        while !table.holds(&margins, &small) && hide_one(&mut margins) {}
    } else if table.too_full(&margins) {
        while hide_one(&mut margins) {}
    }
    margins
}

/// Pairs of lists by their places.
fn pairs(lists: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..lists).flat_map(move |first| (first + 1..lists).map(move |second| (first, second)))
}

/// Tells the smallest number that is told as a class: of a pair, or else of a list. False when
/// there is none any more.
fn hide_one(margins: &mut Margins) -> bool {
    let pairs = margins.pairs.iter_mut().map(|(_, told)| told);
    let smallest = |told: &&mut Told| told.count();
    let numbers = pairs.filter(|told| told.count().is_some());
    let found = numbers.min_by_key(smallest);
    let found = found.or_else(|| {
        let totals = margins.totals.iter_mut();
        totals
            .filter(|told| told.count().is_some())
            .min_by_key(smallest)
    });
    match found {
        Some(told) => {
            *told = Told::Enough;
            true
        }
        None => false,
    }
}

/// Whoever is on all lists of `on` and on none of `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Group {
    on: usize,
    off: usize,
}

impl Group {
    const fn on(on: usize) -> Self {
        Self { on, off: 0 }
    }

    const fn holds(self, history: usize) -> bool {
        history & self.on == self.on && history & self.off == 0
    }
}

struct Table<'a> {
    lists: usize,
    counts: &'a [u64],
}

impl Table<'_> {
    fn histories(&self) -> impl Iterator<Item = usize> {
        1..self.counts.len()
    }

    fn count(&self, group: Group) -> u64 {
        let own = self.histories().filter(|history| group.holds(*history));
        own.map(|history| self.counts[history]).sum()
    }

    /// Every group that lists cut: on, off or either, for each of them; without whoever is on no
    /// list at all, who is in no table.
    fn groups(&self) -> Vec<Group> {
        let mut groups = vec![Group::on(0)];
        for list in 0..self.lists {
            let bit = 1 << list;
            groups = groups
                .into_iter()
                .flat_map(|group| {
                    let on = Group {
                        on: group.on | bit,
                        ..group
                    };
                    let off = Group {
                        off: group.off | bit,
                        ..group
                    };
                    [group, on, off]
                })
                .collect();
        }
        let all_off = self.counts.len() - 1;
        groups.retain(|group| group.off != all_off);
        groups
    }

    /// Whether an attacker who adds and subtracts learns of no small group more than that it may
    /// be anything from nobody to the threshold.
    fn holds(&self, margins: &Margins, small: &[&Group]) -> bool {
        let (system, wanted) = self.system(margins, small);
        let Ok(found) = bounds(&system, Wanted::These(&wanted), Budget::PROGRAMMES) else {
            return false;
        };
        if !found.contradictory.is_empty() || !found.unsettled.is_empty() {
            return false;
        }
        let most = i64::try_from(threshold()).unwrap_or(i64::MAX) - 1;
        let wide = |interval: &Interval| {
            interval.lower.is_some_and(|lower| lower <= 0)
                && interval.upper.is_none_or(|upper| upper >= most)
        };
        wanted
            .iter()
            .all(|at| found.intervals[*at].as_ref().is_some_and(wide))
    }

    /// What an attacker sees, with the unknowns that stand for small groups.
    fn system(&self, margins: &Margins, small: &[&Group]) -> (System, Vec<usize>) {
        let mut system = System::new();
        let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let persons = signed(margins.persons);
        let histories: Vec<usize> = self
            .histories()
            .map(|_| system.unknown(Unknown::within(0, persons)))
            .collect();
        let sum = |group: Group| -> Vec<(usize, i64)> {
            let own = self.histories().filter(|history| group.holds(*history));
            own.map(|history| (histories[history - 1], 1)).collect()
        };
        system.equation(sum(Group::on(0)), persons);
        let totals = (0..)
            .zip(&margins.totals)
            .map(|(list, told)| (Group::on(1 << list), *told));
        let pairs = margins
            .pairs
            .iter()
            .map(|((first, second), told)| (Group::on(1 << first | 1 << second), *told));
        let least = signed(threshold());
        let mut known = Vec::new();
        for (group, told) in totals.chain(pairs) {
            let class = match told {
                Told::Count(count) => {
                    system.equation(sum(group), signed(count));
                    continue;
                }
                Told::Few => Unknown::within(0, least - 1),
                Told::Enough => Unknown::within(least, persons.max(least)),
            };
            let own = system.unknown(class);
            known.push((group, own));
            let terms = sum(group).into_iter().chain([(own, -1)]);
            system.equation(terms.collect::<Vec<_>>(), 0);
        }
        let mut wanted = Vec::new();
        for group in small {
            let own = known
                .iter()
                .find(|(of, _)| of == *group)
                .map(|(_, own)| *own);
            let terms = sum(**group);
            let own = own.unwrap_or_else(|| match terms.as_slice() {
                [(history, _)] => *history,
                _ => {
                    let own = system.unknown(Unknown::within(0, persons));
                    let terms = terms.iter().copied().chain([(own, -1)]);
                    system.equation(terms.collect::<Vec<_>>(), 0);
                    own
                }
            });
            wanted.push(own);
        }
        (system, wanted)
    }

    /// Whether, where overlaps are told as classes, the totals alone tell of a small group: hardly
    /// anybody is missing from a list.
    fn too_full(&self, margins: &Margins) -> bool {
        let missing = |told: &Told| told.count().map(|count| margins.persons - count);
        let few = |missing: u64| missing < threshold();
        margins.totals.iter().filter_map(missing).any(few)
    }
}

/// A count as a cell of a released table: the number moved to a multiple of the threshold, or its
/// being hidden, which looks the same whether it is small or protects another.
pub(crate) fn released(told: Told, persons: u64) -> Cell {
    let base = threshold();
    match told {
        Told::Count(count) => rounded(count, base),
        Told::Few | Told::Enough => Cell::Masked {
            lower: 0,
            upper: persons.div_ceil(base) * base,
        },
    }
}

/// A count moved to the nearest multiple of a base.
pub(crate) const fn rounded(count: u64, base: u64) -> Cell {
    let value = (count + base / 2) / base * base;
    Cell::Rounded { base, value }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Three lists: 1, 2, 12, 3, 13, 23, 123.
    fn three(counts: [u64; 7]) -> Margins {
        let mut all = vec![0];
        all.extend(counts);
        margins(3, &all)
    }

    fn told(margins: &Margins) -> Vec<Told> {
        margins.pairs.iter().map(|(_, told)| *told).collect()
    }

    #[test]
    fn a_table_without_small_groups_is_told_whole() {
        let margins = three([60, 50, 12, 40, 11, 9, 7]);
        assert!(margins.whole);
        assert_eq!(margins.persons, 189);
        assert_eq!(margins.totals, [90, 78, 67].map(Told::Count));
        assert_eq!(told(&margins), [19, 18, 16].map(Told::Count));
    }

    #[test]
    fn few_and_nobody_are_one_class() {
        for shared in [0, 1, 4] {
            let margins = three([30, 20, shared, 25, 9, 8, 0]);
            assert_eq!(margins.pair(1, 0), Some(Told::Few), "{shared}");
            assert!(!margins.whole);
            assert_eq!(margins.few().collect::<Vec<_>>(), [(0, 1)]);
        }
    }

    #[test]
    fn what_three_overlaps_tell_of_all_three_is_not_told() {
        // Persons, totals and pairs add up to those on all three lists, who are two.
        let margins = three([30, 20, 12, 25, 15, 18, 2]);
        assert!(told(&margins).iter().all(|told| *told != Told::Few));
        assert!(told(&margins).contains(&Told::Enough));
    }

    #[test]
    fn hardly_anybody_off_a_list_is_not_told() {
        let margins = three([30, 1, 12, 1, 15, 0, 9]);
        // All but two are on the first list.
        assert_eq!(margins.persons, 68);
        assert_eq!(margins.totals[0], Told::Enough);
    }

    #[test]
    fn many_lists_are_told_in_classes() {
        let lists = 7;
        let counts: Vec<u64> = (0..1_u64 << lists)
            .map(|code| u64::from(code > 0) * 6)
            .collect();
        let mut some = counts.clone();
        some[3] = 1;
        let classes = margins(lists, &some);
        assert!(classes.pairs.iter().all(|(_, told)| *told == Told::Enough));
        assert!(classes.totals.iter().all(|told| told.count().is_some()));
        let whole = margins(lists, &counts);
        assert!(whole.whole && whole.pairs.iter().all(|(_, told)| told.count().is_some()));
    }

    #[test]
    fn what_leaves_is_rounded_or_hidden_alike() {
        let cells = [Told::Few, Told::Enough].map(|told| released(told, 61));
        assert_eq!(cells[0], cells[1]);
        assert_eq!(
            cells[0],
            Cell::Masked {
                lower: 0,
                upper: 65
            }
        );
        let values = [5, 7, 8, 12, 13].map(|count| released(Told::Count(count), 61));
        let base = threshold();
        assert_eq!(
            values,
            [5, 5, 10, 10, 15].map(|value| Cell::Rounded { base, value })
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        /// By trying every table of three lists near the true one: for each small group there is a
        /// table that agrees with all that is told, in which the group has another count.
        #[test]
        fn no_small_group_is_the_only_one(counts in prop::array::uniform7(0_u64..9)) {
            let margins = three(counts);
            let table = |counts: [u64; 7]| {
                let mut all = vec![0];
                all.extend(counts);
                all
            };
            let truth = table(counts);
            let truth = Table { lists: 3, counts: &truth };
            let agrees = |table: &Table<'_>| {
                let total = |list: usize| table.count(Group::on(1 << list));
                let fits = |told: Told, count: u64| match told {
                    Told::Count(own) => own == count,
                    Told::Few => count < threshold(),
                    Told::Enough => count >= threshold(),
                };
                table.count(Group::on(0)) == margins.persons
                    && (0..3).all(|list| fits(margins.totals[list], total(list)))
                    && margins.pairs.iter().all(|((first, second), told)| {
                        fits(*told, table.count(Group::on(1 << first | 1 << second)))
                    })
            };
            let mut others = vec![Vec::new()];
            for own in counts {
                others = others.into_iter().flat_map(|so_far: Vec<u64>| {
                    (own.saturating_sub(2)..=own + 2).map(move |count| {
                        let mut longer = so_far.clone();
                        longer.push(count);
                        longer
                    })
                }).collect();
            }
            let mut open: Vec<Group> = truth.groups();
            open.retain(|group| truth.count(*group) < threshold());
            for other in others {
                let other = table(other.try_into().expect("seven"));
                let other = Table { lists: 3, counts: &other };
                if agrees(&other) {
                    open.retain(|group| truth.count(*group) == other.count(*group));
                }
                if open.is_empty() {
                    break;
                }
            }
            prop_assert!(open.is_empty(), "{open:?} of {counts:?}: {margins:?}");
        }
    }
}
