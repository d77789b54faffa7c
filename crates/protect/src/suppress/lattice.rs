//! Which cells lie near a cell: the codes of each dimension, and what stands above and below them.

use std::collections::HashMap;

use terms::hierarchy::Hierarchy;
use terms::table::Table;

/// The places of a table's cells, by numbers of codes.
#[derive(Debug, Clone)]
pub(super) struct Lattice {
    dimensions: Vec<Codes>,
    /// For each cell the number of its code in each dimension.
    places: Vec<Vec<usize>>,
    /// The cell at a place, by the place's number.
    cell_at: HashMap<usize, usize>,
}

/// The codes of one dimension.
#[derive(Debug, Clone, Default)]
struct Codes {
    /// What the number of a code counts for in the number of a place.
    stride: usize,
    /// For each code the total that it is a part of.
    above: Vec<Option<usize>>,
    /// For each code its parts.
    parts: Vec<Vec<usize>>,
}

impl Lattice {
    /// The places of a table with one hierarchy for each dimension. A code of a hierarchy that
    /// stands nowhere in the table is left out.
    pub(super) fn of(table: &Table, hierarchies: &[Hierarchy]) -> Self {
        let mut numbers: Vec<HashMap<&str, usize>> = vec![HashMap::new(); hierarchies.len()];
        let mut places = Vec::with_capacity(table.len());
        for (codes, _) in table.iter() {
            let place = codes.iter().zip(&mut numbers).map(|(code, numbers)| {
                let next = numbers.len();
                *numbers.entry(code).or_insert(next)
            });
            places.push(place.collect::<Vec<usize>>());
        }
        let mut stride = 1_usize;
        let mut dimensions = Vec::with_capacity(hierarchies.len());
        for (numbers, hierarchy) in numbers.iter().zip(hierarchies) {
            dimensions.push(Codes::of(numbers, hierarchy, stride));
            stride = stride.saturating_mul(numbers.len());
        }
        let mut lattice = Self {
            dimensions,
            places,
            cell_at: HashMap::new(),
        };
        lattice.cell_at = (0..lattice.places.len())
            .map(|cell| (lattice.number(cell), cell))
            .collect();
        lattice
    }

    fn number(&self, cell: usize) -> usize {
        let strides = self.dimensions.iter().map(|codes| codes.stride);
        let place = strides.zip(&self.places[cell]);
        place.map(|(stride, &code)| stride * code).sum()
    }

    /// The cells around one, in their order: in every dimension its own code, the totals above it,
    /// and of each total the best parts; as many parts as keep it within `cells_max` cells, and two
    /// at the least. `rank` says which cells come first, the smallest; those without a rank are
    /// left out.
    pub(super) fn around<R: Ord>(
        &self,
        cell: usize,
        cells_max: usize,
        rank: impl Fn(usize) -> Option<R>,
    ) -> Vec<usize> {
        let parts = self.dimensions.iter().flat_map(|codes| &codes.parts);
        let mut breadth = parts.map(Vec::len).max().unwrap_or(0).max(2);
        loop {
            let cells = self.block(&self.near(cell, breadth, &rank), &rank);
            if cells.len() <= cells_max || breadth <= 2 {
                return cells;
            }
            breadth = (breadth * 3 / 4).max(2);
        }
    }

    /// For each dimension the codes that are near.
    fn near<R: Ord>(
        &self,
        cell: usize,
        breadth: usize,
        rank: &impl Fn(usize) -> Option<R>,
    ) -> Vec<Vec<usize>> {
        let at = self.number(cell);
        let all = self.dimensions.iter().zip(&self.places[cell]);
        all.map(|(codes, &own)| {
            let beside = |code: usize| {
                let number = at - codes.stride * own + codes.stride * code;
                self.cell_at.get(&number).and_then(|&cell| rank(cell))
            };
            codes.near(own, breadth, beside)
        })
        .collect()
    }

    /// The cells whose codes are all among these.
    fn block<R>(&self, codes: &[Vec<usize>], rank: &impl Fn(usize) -> Option<R>) -> Vec<usize> {
        let mut numbers = vec![0_usize];
        for (near, codes) in codes.iter().zip(&self.dimensions) {
            let longer = numbers
                .iter()
                .flat_map(|number| near.iter().map(move |&code| number + codes.stride * code));
            numbers = longer.collect();
        }
        let cells = numbers.iter().filter_map(|number| self.cell_at.get(number));
        let mut cells: Vec<usize> = cells.copied().filter(|&c| rank(c).is_some()).collect();
        cells.sort_unstable();
        cells
    }
}

impl Codes {
    fn of(numbers: &HashMap<&str, usize>, hierarchy: &Hierarchy, stride: usize) -> Self {
        let mut codes = Self {
            stride,
            above: vec![None; numbers.len()],
            parts: vec![Vec::new(); numbers.len()],
        };
        for (total, parts) in hierarchy.sums() {
            let Some(&total) = numbers.get(total.as_str()) else {
                continue;
            };
            let parts = parts.iter().filter_map(|part| numbers.get(part.as_str()));
            codes.parts[total] = parts.copied().collect();
            for &part in &codes.parts[total] {
                codes.above[part] = Some(total);
            }
        }
        codes
    }

    /// A code, what stands above it, and of each total among them the best parts; of parts that are
    /// totals themselves, theirs.
    fn near<R: Ord>(
        &self,
        own: usize,
        breadth: usize,
        rank: impl Fn(usize) -> Option<R>,
    ) -> Vec<usize> {
        let mut near = vec![own];
        while let Some(above) = self.above[near[near.len() - 1]] {
            near.push(above);
        }
        let mut at = 0;
        while at < near.len() {
            let parts = &self.parts[near[at]];
            let (taken, others): (Vec<usize>, Vec<usize>) =
                parts.iter().partition(|&part| near.contains(part));
            let mut others: Vec<(Option<R>, usize)> =
                others.into_iter().map(|part| (rank(part), part)).collect();
            // Those without a rank come last.
            others.sort_by(|(one, _), (other, _)| {
                let none_last = one.is_none().cmp(&other.is_none());
                none_last.then_with(|| one.cmp(other))
            });
            let wanted = breadth.saturating_sub(taken.len());
            near.extend(others.into_iter().take(wanted).map(|(_, part)| part));
            at += 1;
        }
        near
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use terms::cell::Cell;
    use terms::source::Source;
    use terms::table::{CountedUnit, CountingRule, Dimension};

    fn lattice() -> Lattice {
        let source = Source {
            publisher: "Statistical Office of XA".into(),
            title: "Invented table".into(),
            address: String::new(),
            licence: "CC0".into(),
            attribution: String::new(),
            vintage: "2026".into(),
            retrieved: None,
            content_sha256: None,
        };
        let counting = CountingRule {
            unit: CountedUnit::Incidents,
            reference_date: "date of the count".into(),
            statement: "Each record once.".into(),
        };
        let dimensions = ["place", "form"].map(|id| Dimension::overlapping(id, "invented@1"));
        let mut table = Table::new("invented", dimensions.to_vec(), counting, source, vec![]);
        for place in ["all", "north", "east", "south", "west"] {
            for form in ["all", "labour", "domestic", "fishing", "sexual"] {
                table.push(&[place, form], Cell::Exact(1)).expect("new");
            }
        }
        let parts = |codes: &[&str]| codes.iter().map(|&code| code.to_owned()).collect();
        let place = Hierarchy::flat("all", ["north", "east", "south", "west"]).expect("a sum");
        let form = Hierarchy::new([
            ("all".to_owned(), parts(&["labour", "sexual"])),
            ("labour".to_owned(), parts(&["domestic", "fishing"])),
        ]);
        Lattice::of(&table, &[place, form.expect("sums")])
    }

    #[test]
    fn all_is_near_while_there_is_room() {
        let cells = lattice().around(6, 25, Some);
        assert_eq!(cells, (0..25).collect::<Vec<usize>>());
    }

    #[test]
    fn of_each_total_the_best_parts_are_near() {
        // The cell is north, labour; the best beside it is west, since its rank is the smallest.
        let cells = lattice().around(6, 15, |cell| Some(25 - cell));
        let wanted: Vec<usize> = [0, 1, 4].iter().flat_map(|p| p * 5..p * 5 + 5).collect();
        assert_eq!(cells, wanted);
    }

    #[test]
    fn what_has_no_rank_is_not_near() {
        let cells = lattice().around(6, 25, |cell| (cell % 5 != 0).then_some(cell));
        assert_eq!(cells.len(), 20);
        assert!(cells.iter().all(|cell| cell % 5 != 0));
    }
}
