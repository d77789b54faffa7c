use proptest::prelude::*;
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension};

use super::*;

fn empty(dimensions: &[&str]) -> Table {
    let counting = CountingRule {
        unit: CountedUnit::AsIndicated,
        reference_date: "not said".into(),
        statement: "Each victim once.".into(),
    };
    let source = Source {
        publisher: "Statistical Office of XA".into(),
        title: "Invented draft".into(),
        address: String::new(),
        licence: String::new(),
        attribution: String::new(),
        vintage: String::new(),
        retrieved: None,
        content_sha256: None,
    };
    let dimensions = dimensions
        .iter()
        .map(|id| Dimension::overlapping(id, "own"));
    Table::new("draft", dimensions.collect(), counting, source, vec![])
}

/// `<5` as 0 to 4, `*` as a mask that says nothing, `~10` as a count rounded to base 5.
fn cell(text: &str) -> Cell {
    match text {
        "<5" => Cell::Masked { lower: 0, upper: 4 },
        "*" => Cell::Masked {
            lower: 0,
            upper: u64::MAX,
        },
        rounded if rounded.starts_with('~') => Cell::Rounded {
            base: 5,
            value: rounded[1..].parse().expect("a count"),
        },
        count => Cell::Exact(count.parse().expect("a count")),
    }
}

/// A cross-table of districts `a`, `b`, ... with the total last, and forms `x`, `y`, ... with the
/// total last.
fn cross(rows: &[&str]) -> (Table, Vec<Hierarchy>) {
    let mut table = empty(&["district", "form"]);
    let fields: Vec<Vec<&str>> = rows.iter().map(|row| row.split(' ').collect()).collect();
    let name = |at: usize, of: usize, first: char| match at + 1 == of {
        true => "Total".to_owned(),
        false => char::from(first as u8 + u8::try_from(at).expect("few")).to_string(),
    };
    let parts = |of: usize, first: char| {
        let names: Vec<String> = (0..of - 1).map(|at| name(at, of, first)).collect();
        Hierarchy::flat("Total", names).expect("a total with parts")
    };
    for (at, row) in fields.iter().enumerate() {
        for (column, text) in row.iter().enumerate() {
            let codes = [name(at, fields.len(), 'a'), name(column, row.len(), 'x')];
            let codes = [codes[0].as_str(), codes[1].as_str()];
            table.push(&codes, cell(text)).expect("each once");
        }
    }
    let hierarchies = vec![parts(fields.len(), 'a'), parts(fields[0].len(), 'x')];
    (table, hierarchies)
}

fn question<'a>(table: &'a Table, hierarchies: &'a [Hierarchy]) -> Question<'a> {
    let rule = Rule::of_code("victims@1").expect("a rule");
    Question::by(rule, table, hierarchies)
}

fn checked(rows: &[&str]) -> Report {
    let (table, hierarchies) = cross(rows);
    check(&question(&table, &hierarchies)).expect("small counts")
}

#[test]
fn a_mask_alone_in_its_sum_is_worked_out_and_the_sum_is_named() {
    let report = checked(&["20 <5 22", "10 8 18", "30 10 40"]);
    assert_eq!((report.cells, report.hidden), (9, 1));
    assert_eq!((report.by_subtraction, report.by_programme), (1, 0));
    assert_eq!((report.exactly(), report.exactly_small), (1, 1));
    let exposed = &report.exposed[0];
    assert_eq!(exposed.codes, ["a", "y"]);
    assert_eq!((exposed.lower, exposed.upper), (2, Some(2)));
    assert_eq!(exposed.exposure, Exposure::Exactly);
    let sum = exposed.sum.as_ref().expect("one sum is enough");
    assert!(sum.hidden.is_empty());
    assert_eq!(report.widths.one, 1);
}

#[test]
fn masks_in_a_rectangle_hide_as_far_as_their_totals_let_them() {
    let report = checked(&["* * 30", "* * 20", "32 18 50"]);
    assert_eq!((report.hidden, report.exactly()), (4, 0));
    assert!(report.exposed.is_empty(), "{:?}", report.exposed);
    assert_eq!(report.widths.ten_to_nineteen, 4);
}

#[test]
fn a_mask_that_says_nothing_and_is_shown_to_be_small_is_exposed() {
    let report = checked(&["* * 40 43", "* * 9 29", "11 12 49 72"]);
    let small: Vec<_> = report.exposed.iter().map(|one| one.exposure).collect();
    assert_eq!(small, [Exposure::Small, Exposure::Small]);
    assert_eq!((report.shown_small, report.exactly()), (2, 0));
    let bounds = (report.exposed[0].lower, report.exposed[0].upper);
    assert_eq!(bounds, (0, Some(3)));
}

#[test]
fn what_a_mask_says_itself_is_not_counted_as_given_away() {
    let report = checked(&["<5 <5 40 45", "<5 <5 30 34", "5 4 70 79"]);
    assert_eq!(report.shown_small, 0);
    assert!(
        report
            .exposed
            .iter()
            .all(|one| one.exposure == Exposure::Narrow)
    );
    assert_eq!(report.narrow, 4, "{:?}", report.exposed);
}

#[test]
fn what_had_to_be_worked_out_first_is_named() {
    let report = checked(&["20 * * 30", "10 * 5 20", "30 8 12 50"]);
    assert_eq!((report.hidden, report.exactly()), (3, 3));
    let first = report.exposed.iter().find(|one| one.codes == ["b", "y"]);
    let first = first.and_then(|one| one.sum.as_ref()).expect("a sum");
    assert!(first.hidden.is_empty() && first.total == ["b", "Total"]);
    let last = report.exposed.iter().find(|one| one.codes == ["a", "y"]);
    let last = last.and_then(|one| one.sum.as_ref()).expect("a sum");
    assert_eq!(last.hidden.len(), 1, "{last:?}");
}

#[test]
fn contradictions_are_counted_and_nothing_is_said_of_them() {
    let report = checked(&["20 <5 90", "10 8 18", "30 10 40"]);
    assert!(report.inconsistent_components + report.inconsistent_sums > 0);
    assert_eq!(report.inconsistent_cells, 1);
    assert!(report.exposed.is_empty());
}

#[test]
fn a_rounded_cell_keeps_as_many_counts_as_the_base_has() {
    // 0 + 0 printed beside a total of 10: both must be close to their upper ends.
    let report = checked(&["~0 ~0 ~10", "~0 ~0 ~10"]);
    assert_eq!(report.hidden, 6);
    assert!(
        report
            .exposed
            .iter()
            .any(|one| one.exposure == Exposure::Narrow)
    );
    assert!(
        report
            .exposed
            .iter()
            .all(|one| one.exposure != Exposure::Small)
    );
}

#[test]
fn what_is_proposed_has_been_tried() {
    let (table, hierarchies) = cross(&["20 <5 22", "10 8 18", "30 10 40"]);
    let question = question(&table, &hierarchies);
    let report = check(&question).expect("small counts");
    let proposal = propose(&question, &report, 100).expect("small counts");
    assert!(
        proposal.report.exposed.is_empty(),
        "{:?}",
        proposal.report.exposed
    );
    assert_eq!(proposal.cells.len(), 3, "a rectangle: {:?}", proposal.codes);
    let counts: u64 = proposal
        .codes
        .iter()
        .map(|codes| {
            let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
            table
                .get(&codes)
                .and_then(Cell::exact)
                .expect("it was printed")
        })
        .sum();
    assert_eq!(proposal.counts_lost, counts);
    let again = Question {
        table: &proposal.table,
        ..question
    };
    assert!(check(&again).expect("small counts").exposed.is_empty());
}

#[test]
fn nothing_is_proposed_where_nothing_is_exposed() {
    let (table, hierarchies) = cross(&["* * 30", "* * 20", "32 18 50"]);
    let question = question(&table, &hierarchies);
    let report = check(&question).expect("small counts");
    let proposal = propose(&question, &report, 10).expect("small counts");
    assert_eq!((proposal.cells.len(), proposal.counts_lost), (0, 0));
}

/// The counts with the totals of the rows and of the columns.
fn added_up(counts: &[Vec<u64>]) -> Vec<Vec<u64>> {
    let mut rows: Vec<Vec<u64>> = counts.to_vec();
    for row in &mut rows {
        row.push(row.iter().sum());
    }
    let width = rows[0].len();
    let sums = (0..width).map(|at| rows.iter().map(|row| row[at]).sum());
    let sums = sums.collect();
    rows.push(sums);
    rows
}

fn printed(rows: &[Vec<u64>], masked: &[Vec<bool>]) -> Vec<String> {
    let is_masked = |row: usize, column: usize| {
        masked
            .get(row)
            .and_then(|row| row.get(column))
            .is_some_and(|masked| *masked)
    };
    rows.iter()
        .enumerate()
        .map(|(row, counts)| {
            let texts =
                counts
                    .iter()
                    .enumerate()
                    .map(|(column, count)| match is_masked(row, column) {
                        true if *count < 5 => "<5".to_owned(),
                        true => "*".to_owned(),
                        false => count.to_string(),
                    });
            texts.collect::<Vec<_>>().join(" ")
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn the_truth_is_never_outside_what_is_said(
        counts in prop::collection::vec(prop::collection::vec(0_u64..12, 3), 2..4),
        masked in prop::collection::vec(prop::collection::vec(any::<bool>(), 3), 4),
    ) {
        let counts = added_up(&counts);
        let rows = printed(&counts, &masked);
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let (table, hierarchies) = cross(&rows);
        let question = question(&table, &hierarchies);
        let report = check(&question).expect("small counts");
        prop_assert_eq!(report.inconsistent_components + report.inconsistent_sums, 0);
        for exposed in &report.exposed {
            let (row, column) = (exposed.cell / 4, exposed.cell % 4);
            let truth = i64::try_from(counts[row][column]).expect("small");
            prop_assert!(exposed.lower <= truth);
            prop_assert!(exposed.upper.is_none_or(|upper| truth <= upper));
        }
        let proposal = propose(&question, &report, 60).expect("small counts");
        prop_assert!(proposal.report.exposed.len() <= report.exposed.len() + proposal.cells.len());
        for cell in &proposal.cells {
            prop_assert!(table.iter().nth(*cell).is_some_and(|(_, cell)| cell.exact().is_some()));
        }
    }
}
