use proptest::prelude::*;
use terms::cell::{Absence, Cell};

use super::*;

fn rows(text: &str) -> Vec<Row> {
    (1..)
        .zip(text.lines())
        .map(|(number, line)| Row {
            number,
            fields: line.split('|').map(str::to_owned).collect(),
            undecodable: None,
        })
        .collect()
}

fn taken(text: &str, layout: &Layout) -> Taken {
    read("draft.csv", &rows(text), layout, "")
}

fn plain(text: &str) -> CountTable {
    let taken = taken(text, &Layout::default());
    taken
        .table
        .unwrap_or_else(|| panic!("{:?}", taken.findings))
}

fn codes(taken: &Taken) -> Vec<&'static str> {
    taken.findings.iter().map(|finding| finding.code).collect()
}

const LONG: &str = "district|form|count
Total|Total|40
Total|labour|25
Total|other|15
north|Total|22
north|labour|20
north|other|<5
south|Total|18
south|labour|<10
south|other|<14";

const CROSS: &str = "district|labour|other|Total
north|20|*|22
south|*|*|18
Total|25|15|40";

const UNDER_FIVE: Cell = Cell::Masked { lower: 0, upper: 4 };

#[test]
fn a_long_table_is_read_with_its_masks_and_totals() {
    let read = plain(LONG);
    assert_eq!(read.form, Form::Long);
    assert_eq!(read.table.len(), 9);
    assert_eq!(read.table.get(&["north", "other"]), Some(&UNDER_FIVE));
    assert_eq!(read.table.get(&["Total", "Total"]), Some(&Cell::Exact(40)));
    let totals: Vec<_> = read.totals().collect();
    assert_eq!(totals, [Some("Total"), Some("Total")]);
    assert_eq!(
        (read.sums.checked, read.sums.inconsistent, read.sums.open),
        (6, 0, 0)
    );
    assert!(read.behind.is_empty());
    assert_eq!(read.population, "draft.csv");
}

#[test]
fn a_cross_table_is_read_and_a_star_reaches_to_the_smallest_total_over_it() {
    let read = plain(CROSS);
    assert_eq!(read.form, Form::Cross);
    let names: Vec<_> = read
        .table
        .dimensions()
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    assert_eq!(names, ["district", "column"]);
    let star = Cell::Masked {
        lower: 0,
        upper: 15,
    };
    assert_eq!(read.table.get(&["north", "other"]), Some(&star));
    assert_eq!(read.table.get(&["south", "other"]), Some(&star));
    let wider = Cell::Masked {
        lower: 0,
        upper: 18,
    };
    assert_eq!(read.table.get(&["south", "labour"]), Some(&wider));
    assert_eq!(read.bounds_from_totals, 3);
}

#[test]
fn a_star_without_a_total_over_it_asks_below_what_it_hides() {
    let table = "district|labour|other\nnorth|20|*\nsouth|7|9";
    let refused = taken(table, &Layout::default());
    assert!(refused.table.is_none());
    assert_eq!(codes(&refused), ["mask_without_bound"]);
    assert_eq!(refused.findings[0].row, Some(2));
    let said = Layout {
        below: Some(5),
        ..Layout::default()
    };
    let read = taken(table, &said).table.expect("a table");
    assert_eq!(read.table.get(&["north", "other"]), Some(&UNDER_FIVE));
}

#[test]
fn title_rows_above_and_notes_below_are_not_cells() {
    let read = taken(
        "Victims detected in XXA||\n||\ndistrict|form|count\nnorth|labour|20\n* fewer than five||",
        &Layout::default(),
    );
    assert_eq!(codes(&read), ["row_of_words"]);
    assert_eq!(read.table.expect("a table").table.len(), 1);
}

#[test]
fn a_row_without_counts_within_the_table_is_not_passed_over() {
    let read = taken("form|count\nlabour|3\nother|\nTotal|3", &Layout::default());
    assert_eq!(codes(&read), ["row_without_counts"]);
    assert!(read.table.is_none());
}

#[test]
fn a_header_of_merged_cells_is_refused_in_words() {
    let merged = "district|women||men|\nnorth|1|2|3|4";
    let read = taken(merged, &Layout::default());
    assert!(read.table.is_none());
    assert_eq!(codes(&read), ["header_merged"]);
    let words = read.findings[0].message();
    assert!(words.contains("row 1, field “column 3”"), "{words}");
    let below = "state|district|count\nXXA|north|3\n|south|4";
    assert_eq!(codes(&taken(below, &Layout::default())), ["code_missing"]);
}

#[test]
fn counts_below_zero_or_with_a_fraction_are_refused() {
    let read = taken(
        "form|count\nlabour|-3\nother|2.5\nboth|1.234",
        &Layout::default(),
    );
    assert!(read.table.is_none());
    assert_eq!(
        codes(&read),
        ["count_negative", "count_fraction", "count_ambiguous"]
    );
    assert_eq!(read.findings[1].field.as_deref(), Some("count"));
    assert_eq!(read.findings[1].found, "2.5");
}

#[test]
fn a_cell_twice_is_a_copy_or_a_contradiction() {
    let copy = taken("form|count\nlabour|3\nlabour|3", &Layout::default());
    assert_eq!(codes(&copy), ["cell_repeated"]);
    assert!(copy.table.is_some());
    let contradiction = taken("form|count\nlabour|3\nlabour|4", &Layout::default());
    assert_eq!(codes(&contradiction), ["cell_repeated"]);
    assert!(contradiction.table.is_none());
}

#[test]
fn sums_that_do_not_add_up_are_counted_and_named() {
    let wrong = LONG.replace("Total|labour|25", "Total|labour|35");
    let read = taken(&wrong, &Layout::default());
    assert_eq!(
        codes(&read),
        ["sums_not_adding", "sum_not_adding", "sum_not_adding"]
    );
    assert_eq!(read.findings[0].found, "2 of 6 sums");
    assert_eq!(read.findings[1].found, "Total / Total");
    let table = read.table.expect("the attacker sets contradictions apart");
    assert_eq!(table.sums.inconsistent, 2);
}

#[test]
fn a_layout_says_how_codes_add_up_below_a_total() {
    let table = "age|count\nTotal|30\nchild|12\n0-11|5\n12-17|7\nadult|18";
    let flat = taken(table, &Layout::default());
    assert!(codes(&flat).contains(&"sums_not_adding"));
    let sums = |total: &str, parts: &[&str]| {
        let parts = parts.iter().map(|&part| part.to_owned()).collect();
        (total.to_owned(), parts)
    };
    let ages = vec![
        sums("Total", &["child", "adult"]),
        sums("child", &["0-11", "12-17"]),
    ];
    let layout = Layout {
        hierarchies: vec![("Age".into(), ages.clone())],
        ..Layout::default()
    };
    let read = taken(table, &layout);
    assert_eq!(codes(&read), Vec::<&str>::new());
    assert_eq!(read.table.expect("a table").sums.checked, 2);
    let other = taken(&table.replace("adult", "grown"), &layout);
    assert!(other.table.is_none());
    assert_eq!(
        codes(&other),
        ["code_not_in_hierarchy", "code_not_in_table"]
    );
    let unknown = Layout {
        hierarchies: vec![("sex".into(), ages)],
        ..Layout::default()
    };
    assert_eq!(codes(&taken(table, &unknown)), ["dimension_unknown"]);
}

#[test]
fn two_codes_that_are_called_totals_need_a_layout() {
    let read = taken("form|count\nTotal|3\nAll|3\nlabour|3", &Layout::default());
    assert_eq!(codes(&read), ["totals_several"]);
    assert!(read.table.is_none());
}

#[test]
fn what_stands_behind_a_cell_is_kept_beside_it() {
    let table = "form|events|sources|count|note\nlabour|4|2|30|a\nother||1|<5|b";
    let layout = Layout {
        dimensions: vec!["form".into()],
        ..Layout::default()
    };
    let read = taken(table, &layout);
    assert_eq!(codes(&read), ["column_ignored"]);
    let behind = read.table.expect("a table").behind;
    assert_eq!((behind[0].events, behind[0].sources), (Some(4), Some(2)));
    assert_eq!((behind[1].events, behind[1].sources), (None, Some(1)));
}

#[test]
fn a_column_called_total_is_a_count_or_a_code_by_what_stands_beside_it() {
    assert_eq!(plain("form|total\nlabour|3").form, Form::Long);
    assert_eq!(
        plain("form|year|total\nlabour|2020|3\nother|2021|4").form,
        Form::Long
    );
    assert_eq!(
        plain("form|women|men|total\nlabour|1|2|3").form,
        Form::Cross
    );
    assert_eq!(plain("district|2020|2021\nnorth|1|2").form, Form::Cross);
}

#[test]
fn printed_zeros_beside_masks_are_pointed_at() {
    let table = "form|count\nlabour|0\nother|<5";
    assert_eq!(codes(&taken(table, &Layout::default())), ["zeros_printed"]);
    let said = Layout {
        mask_lower: Some(1),
        ..Layout::default()
    };
    let read = taken(table, &said);
    assert_eq!(codes(&read), Vec::<&str>::new());
    let one_to_four = Cell::Masked { lower: 1, upper: 4 };
    let table = read.table.expect("a table").table;
    assert_eq!(table.get(&["other"]), Some(&one_to_four));
}

#[test]
fn a_rounded_table_is_rounded_throughout() {
    let rounded = Layout {
        rounded: Some(5),
        ..Layout::default()
    };
    let sound = taken("form|count\nTotal|15\nlabour|10\nother|10", &rounded);
    assert_eq!(codes(&sound), Vec::<&str>::new());
    let cell = Cell::Rounded { base: 5, value: 10 };
    let table = sound.table.expect("a table").table;
    assert_eq!(table.get(&["other"]), Some(&cell));
    let other = taken("form|count\nTotal|15\nlabour|11", &rounded);
    assert_eq!(codes(&other), ["count_not_rounded"]);
    let nothing = Layout {
        rounded: Some(0),
        ..Layout::default()
    };
    assert_eq!(
        codes(&taken("form|count\nlabour|11", &nothing)),
        ["count_not_rounded"]
    );
}

#[test]
fn a_dash_has_no_value_until_it_is_said_and_an_empty_cell_has_none() {
    let read = taken(
        "form|year|count\nlabour|2020|–\nother|2020|\nthird|2020|..",
        &Layout::default(),
    );
    assert_eq!(codes(&read), ["dash_unclear"]);
    let table = read.table.expect("a table").table;
    assert_eq!(
        table.get(&["labour", "2020"]),
        Some(&Cell::Absent(Absence::Unknown))
    );
    assert_eq!(
        table.get(&["other", "2020"]),
        Some(&Cell::Absent(Absence::NotInSource))
    );
    assert_eq!(
        table.get(&["third", "2020"]),
        Some(&Cell::Absent(Absence::Unknown))
    );
}

#[test]
fn findings_repeat_no_count_that_could_be_read() {
    let wrong = LONG.replace("Total|labour|25", "Total|labour|7351");
    let told: String = taken(&wrong, &Layout::default())
        .findings
        .iter()
        .map(Finding::message)
        .collect();
    assert!(!told.contains("7351"), "{told}");
}

#[test]
fn many_findings_are_counted_and_the_table_is_still_refused() {
    let mut text = "form|count\n".to_owned();
    for at in 0..FINDINGS_MAX + 10 {
        text.push_str(&format!("f{at}|–\n"));
    }
    text.push_str("last|x1\n");
    let read = taken(&text, &Layout::default());
    assert!(read.table.is_none());
    assert_eq!(read.findings.len(), FINDINGS_MAX + 1);
    assert_eq!(
        read.findings.last().map(|one| one.found.as_str()),
        Some("11 more")
    );
}

fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{0,5}",
        "[<>*xcs:.–-]{0,2}[0-9]{0,3}",
        Just("Total".to_owned()),
        Just("count".to_owned()),
        "\\PC{0,6}",
    ]
}

proptest! {
    #[test]
    fn any_rows_give_a_table_or_findings(
        fields in prop::collection::vec(prop::collection::vec(field(), 0..5), 0..12),
        below in prop::option::of(0_u64..7),
        rounded in prop::option::of(0_u64..6),
        header_row in prop::option::of(0_u64..14),
    ) {
        let rows: Vec<Row> = (1..)
            .zip(fields)
            .map(|(number, fields)| Row { number, fields, undecodable: None })
            .collect();
        let layout = Layout { below, rounded, header_row, ..Layout::default() };
        let taken = read("any.csv", &rows, &layout, "");
        match taken.table {
            Some(table) => {
                prop_assert_eq!(table.hierarchies.len(), table.table.dimensions().len());
                for (_, cell) in table.table.iter() {
                    if let Some((lower, upper)) = cell.bounds() {
                        prop_assert!(lower <= upper);
                    }
                }
            }
            None => prop_assert!(
                taken.findings.iter().any(|finding| finding.severity == Severity::Error)
            ),
        }
    }

    #[test]
    fn a_sound_table_adds_up_whatever_is_masked(
        counts in prop::collection::vec(prop::collection::vec(0_u64..40, 3), 2..5),
        hidden in prop::collection::vec(any::<bool>(), 40),
    ) {
        let mut hidden = hidden.into_iter().cycle();
        let mut print = |count: u64| match hidden.next() {
            Some(true) if count < 5 => "<5".to_owned(),
            Some(true) => "*".to_owned(),
            _ => count.to_string(),
        };
        let mut text = "d|a|b|c|Total\n".to_owned();
        for (at, row) in counts.iter().enumerate() {
            let cells: Vec<String> = row.iter().map(|&count| print(count)).collect();
            text.push_str(&format!("r{at}|{}|{}\n", cells.join("|"), row.iter().sum::<u64>()));
        }
        let sums: Vec<u64> = (0..3).map(|at| counts.iter().map(|row| row[at]).sum()).collect();
        let all: u64 = sums.iter().sum();
        text.push_str(&format!("Total|{}|{}|{}|{all}\n", sums[0], sums[1], sums[2]));
        let read = plain(&text);
        prop_assert_eq!(read.sums.inconsistent, 0);
        for (at, row) in counts.iter().enumerate() {
            for (code, &count) in ["a", "b", "c"].iter().zip(row) {
                let cell = read.table.get(&[&format!("r{at}"), code]).expect("a cell");
                let (lower, upper) = cell.bounds().expect("a count");
                prop_assert!(lower <= count && count <= upper);
            }
        }
    }
}
