//! What whole-numbered tables show: whoever attacks cannot rule them out, so what they show needs
//! no further proof.
//!
//! Each table is held against the attacker's own unknowns and sums, not against those by which it
//! was found.

use std::collections::HashMap;

use crate::attack::world::{Known, Made};

/// For each row of a draft the smallest and the largest count in tables that agree with all that an
/// attacker sees: the counts themselves, and the counts with each of the changes. Nothing where the
/// attacker sees unknowns that are no cells of the draft: what those can be is not known here.
///
/// `cells` are the rows in the attacker's world, `counts` their counts.
pub(super) fn shown(
    made: &Made,
    cells: &[Option<usize>],
    counts: &[Option<u64>],
    changes: &[Vec<(usize, i64)>],
) -> HashMap<usize, (i64, i64)> {
    let mut at_row = vec![None; cells.len()];
    let mut counted = vec![None; made.system.unknowns().len()];
    for (row, cell) in cells.iter().enumerate() {
        if let Some(Known::Unknown(unknown)) = cell.map(|cell| made.known(cell)) {
            at_row[row] = Some(unknown);
            counted[unknown] = counts[row].and_then(|count| i64::try_from(count).ok());
        }
    }
    let Some(truth) = counted.into_iter().collect::<Option<Vec<i64>>>() else {
        return HashMap::new();
    };
    if !made.system.agrees(&truth) {
        return HashMap::new();
    }
    let rows = at_row.iter().enumerate();
    let mut shown: HashMap<usize, (i64, i64)> = rows
        .filter_map(|(row, unknown)| unknown.map(|unknown| (row, (truth[unknown], truth[unknown]))))
        .collect();
    for change in changes {
        let mut table = truth.clone();
        let moved = change.iter().all(|&(row, by)| {
            at_row[row].is_some_and(|unknown| {
                table[unknown] += by;
                true
            })
        });
        if !moved || !made.system.agrees(&table) {
            continue;
        }
        for &(row, _) in change {
            if let (Some(unknown), Some((least, most))) = (at_row[row], shown.get_mut(&row)) {
                *least = table[unknown].min(*least);
                *most = table[unknown].max(*most);
            }
        }
    }
    shown
}
