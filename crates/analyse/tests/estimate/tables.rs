//! Capture tables: what is read, what is refused, what a merger gives.

use analyse::estimate::CaptureTable;

use crate::reference::table;

fn refused(text: &str) -> String {
    CaptureTable::from_csv(text)
        .expect_err("a refusal")
        .to_string()
}

#[test]
fn each_kind_of_bad_input_has_its_own_refusal() {
    let many: Vec<String> = (1..=20).map(|list| format!("L{list}")).collect();
    let twenty = format!("{},count\n{}5\n", many.join(","), "1,".repeat(20));
    let cases = [
        ("A,B,count\n1,0,5\n0,1,7\n", "no-overlap"),
        ("A,count\n1,5\n", "lists-too-few"),
        (
            "A,B,count\n1,0,5\n1,1,-2\n",
            "count: row 3, column `count`, found `-2`",
        ),
        (
            "A,B,count\n1,0,5.5\n1,1,2\n",
            "count: row 2, column `count`, found `5.5`",
        ),
        (
            "A,B,count\n1,0,\n1,1,2\n",
            "count: row 2, column `count`, found ``",
        ),
        (
            "A,B,count\n1,0,+3\n1,1,2\n",
            "count: row 2, column `count`, found `+3`",
        ),
        (twenty.as_str(), "lists-too-many"),
        (
            "A,B,C,count\n1,0,0,5\n1,1,0,2\n0,1,0,4\n",
            "empty-list: column `C`",
        ),
        ("A,B,n\n1,0,5\n1,1,2\n", "header: row 1, column `n`"),
        ("count,A,B\n5,1,0\n", "header"),
        ("A,A,count\n1,0,5\n1,1,2\n", "list-name"),
        ("A,B,count\n1,1,5\n", "one-history"),
        ("A,B,count\n", "one-history"),
        ("", "header"),
        (
            "A,B,count\n0,0,5\n1,1,5\n1,0,1\n",
            "unobserved-history: row 2",
        ),
        (
            "A,B,count\n2,0,5\n1,1,5\n",
            "indicator: row 2, column `A`, found `2`",
        ),
        ("A,B,count\n1,0\n", "row-length: row 2, found 2 fields"),
        ("A,B,count\n1,0,999999999999\n1,1,1\n", "count: row 2"),
    ];
    for (text, wanted) in cases {
        let found = refused(text);
        assert!(found.starts_with(wanted), "{found} against {wanted}");
    }
}

#[test]
fn rows_in_any_order_and_repeated_make_the_same_table() {
    let first = CaptureTable::from_csv("A,B,count\n1,0,5\n0,1,3\n1,1,2\n").expect("a table");
    let second = "\u{feff}A,B,count\r\n1,1,1\r\n0,1,3\r\n1,0,5\r\n1,1,1\r\n0,0,0\r\n";
    assert_eq!(CaptureTable::from_csv(second).expect("a table"), first);
    assert_eq!(first.persons(), 10);
    assert_eq!(first.list_totals(), [7, 5]);
}

#[test]
fn merged_lists_are_as_if_given_merged() {
    let cases: [(&str, &[&str], &str); 4] = [
        ("ukdat6", &["NCA", "PF"], "ukdat5"),
        ("ned6", &["I", "O"], "ned5"),
        ("neworl8_v185", &["B", "E", "F", "G"], "neworl5_v185"),
        ("neworl8_v186", &["G", "B", "E", "F"], "neworl5_v186"),
    ];
    for (fine, members, coarse) in cases {
        let (Some(fine), Some(coarse)) = (table(fine), table(coarse)) else {
            return;
        };
        assert_eq!(fine.merge(members).expect("a merger"), coarse);
    }
}

#[test]
fn dropping_and_naming() {
    let text = "B,A,C,count\n1,0,0,5\n0,1,0,3\n1,1,0,2\n0,0,1,4\n1,0,1,1\n";
    let table = CaptureTable::from_csv(text).expect("a table");
    let fewer = table.without("C").expect("two lists");
    let wanted = CaptureTable::from_csv("B,A,count\n1,0,6\n0,1,3\n1,1,2\n").expect("a table");
    assert_eq!(fewer, wanted);
    assert!(table.without("D").is_err());
    assert!(table.merge(&["A"]).is_err());
    assert_eq!(table.empty_pairs(), [(1, 2)]);
    let (sorted, places) = table.by_name();
    assert_eq!(sorted.lists(), ["A", "B", "C"]);
    assert_eq!(places, [1, 0, 2]);
    let moved =
        CaptureTable::from_csv("A,C,B,count\n0,0,1,5\n1,0,0,3\n1,0,1,2\n0,1,0,4\n0,1,1,1\n");
    assert_eq!(moved.expect("a table").by_name().0, sorted);
}
