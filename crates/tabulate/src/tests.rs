//! Counted by the engine and counted by hand: the same.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, UInt16Array, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::encryption::encrypt::FileEncryptionProperties;
use parquet::file::properties::WriterProperties;
use proptest::prelude::*;

use super::*;

/// Groups of codes: one alone, two together, the last of all, and two that overlap.
const GROUPS: [u64; 5] = [1, 0b110, 1 << 63, 0b1100, 1 << 15];

/// Groups of one code each.
const ALONE: [u64; 4] = [0b10, 1, 1 << 63, 1 << 15];

/// A row: two codes, a month, a set.
type Row = (u16, u16, u16, u64);

fn column(name: &str, kind: DataType) -> Field {
    Field::new(name, kind, false)
}

/// A file of rows. Every other one is laid out in order, in parts of a few rows.
fn write(folder: &Path, number: u8, rows: &[Row]) -> File {
    let is_ordered = number % 2 == 1;
    let mut rows = rows.to_vec();
    if is_ordered {
        rows.sort_unstable();
    }
    let path = folder.join(format!("rows {number}.parquet"));
    let key = [number + 1; 32];
    let schema = Arc::new(Schema::new(vec![
        column("a.code", DataType::UInt16),
        column("set", DataType::UInt64),
        column("b", DataType::UInt16),
        column("month", DataType::UInt16),
    ]));
    let codes = |of: &dyn Fn(&Row) -> u16| -> ArrayRef {
        Arc::new(UInt16Array::from_iter_values(rows.iter().map(of)))
    };
    let sets: ArrayRef = Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.3)));
    let columns = vec![
        codes(&|row| row.0),
        sets,
        codes(&|row| row.1),
        codes(&|row| row.2),
    ];
    let batch = RecordBatch::try_new(schema.clone(), columns).expect("a batch");
    let encryption = FileEncryptionProperties::builder(key.to_vec())
        .build()
        .expect("a key");
    let properties = WriterProperties::builder()
        .with_file_encryption_properties(encryption)
        .set_max_row_group_row_count(is_ordered.then_some(19))
        .build();
    let file = fs::File::create(&path).expect("a file");
    let mut writer = ArrowWriter::try_new(file, schema, Some(properties)).expect("a writer");
    writer.write(&batch).expect("rows");
    writer.close().expect("a footer");
    File {
        path,
        key: Zeroizing::new(key),
    }
}

fn sealed(folder: &Path, rows: &[Row]) -> Sealed {
    let runs = rows.chunks(rows.len().div_ceil(3).max(1));
    Sealed {
        files: (0..)
            .zip(runs)
            .map(|(number, run)| write(folder, number, run))
            .collect(),
        columns: vec![
            ("a.code".to_owned(), Width::One),
            ("set".to_owned(), Width::Set),
            ("b".to_owned(), Width::One),
            ("month".to_owned(), Width::One),
        ],
    }
}

fn by(name: &str) -> By {
    let column = name.to_owned();
    match name {
        "set" => By::EachOf {
            column,
            groups: GROUPS.to_vec(),
        },
        "alone" => By::EachOf {
            column: "set".to_owned(),
            groups: ALONE.to_vec(),
        },
        "month" => By::Month {
            column,
            from: 24_310,
            to: 24_400,
        },
        "year" => By::Year {
            column: "month".to_owned(),
            from: 2026,
            to: 2033,
        },
        _ => By::Code { column, codes: 9 },
    }
}

/// What a row stands under, by hand.
fn keys(row: &Row, plan: &Plan) -> Vec<Vec<u16>> {
    let mut keys = vec![vec![]];
    for by in &plan.by {
        let here: Vec<u16> = match by {
            By::Code { column, .. } if column == "a.code" => vec![row.0],
            By::Code { .. } => vec![row.1],
            By::Month { from, to, .. } if (*from..=*to).contains(&row.2) => vec![row.2],
            By::Month { .. } => vec![],
            By::Year { .. } if row.2 == 0 => vec![],
            By::Year { from, to, .. } => {
                let year = (row.2 - 1) / 12;
                if (*from..=*to).contains(&year) {
                    vec![year]
                } else {
                    vec![]
                }
            }
            By::EachOf { groups, .. } => {
                let groups = (1..).zip(groups);
                let met: Vec<u16> = groups
                    .filter(|(_, bits)| row.3 & **bits != 0)
                    .map(|(group, _)| group)
                    .collect();
                if met.is_empty() { vec![0] } else { met }
            }
        };
        let longer = keys
            .iter()
            .flat_map(|key: &Vec<u16>| here.iter().map(|code| [key.clone(), vec![*code]].concat()));
        keys = longer.collect();
    }
    keys
}

fn is_wanted(row: &Row, plan: &Plan) -> bool {
    plan.of.iter().all(|condition| match condition {
        Condition::OneOf { column, codes } if column == "b" => codes.contains(&row.1),
        Condition::OneOf { codes, .. } => codes.contains(&row.0),
        Condition::AnyOf { bits, .. } => row.3 & bits != 0,
        Condition::NoneOf { bits, .. } => row.3 & bits == 0,
        Condition::Between { from, to, .. } => (*from..=*to).contains(&row.2),
    })
}

fn by_hand(rows: &[Row], plan: &Plan) -> Counted {
    let mut counted = Counted::new();
    for row in rows.iter().filter(|row| is_wanted(row, plan)) {
        for key in keys(row, plan) {
            *counted.entry(key).or_default() += 1;
        }
    }
    counted
}

fn any_row() -> impl Strategy<Value = Row> {
    let month = prop_oneof![Just(0_u16), 24_300_u16..24_420];
    let set = prop_oneof![
        Just(0_u64),
        0_u64..16,
        Just(1 << 63),
        any::<u64>().prop_map(|a| a & 0x8001)
    ];
    (0_u16..9, 0_u16..9, month, set)
}

/// Rows, some of them many times over.
fn any_rows() -> impl Strategy<Value = Vec<Row>> {
    let times = prop_oneof![3 => Just(1_usize), 1 => 2_usize..60];
    let runs = prop::collection::vec((any_row(), times), 1..60);
    runs.prop_map(|runs| {
        let repeated = runs.into_iter();
        repeated
            .flat_map(|(row, times)| std::iter::repeat_n(row, times))
            .collect()
    })
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let names =
        prop::sample::subsequence(vec!["a.code", "b", "set", "alone", "month", "year"], 0..=4);
    let of = prop_oneof![
        prop::collection::vec(0_u16..9, 0..4).prop_map(|codes| Condition::OneOf {
            column: "b".to_owned(),
            codes
        }),
        (1_u64..20).prop_map(|bits| Condition::AnyOf {
            column: "set".to_owned(),
            bits
        }),
        (1_u64..20).prop_map(|bits| Condition::NoneOf {
            column: "set".to_owned(),
            bits
        }),
        (24_300_u16..24_400, 0_u16..60).prop_map(|(from, more)| Condition::Between {
            column: "month".to_owned(),
            from,
            to: from + more
        }),
    ];
    (names.prop_shuffle(), prop::collection::vec(of, 0..3)).prop_map(|(names, of)| Plan {
        by: names.into_iter().map(by).collect(),
        of,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_engine_counts_as_by_hand(
        rows in any_rows(),
        plans in prop::collection::vec(any_plan(), 1..6),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let sealed = sealed(folder.path(), &rows);
        for plan in plans {
            let counted = count(&sealed, &plan).expect("a count");
            prop_assert_eq!(counted, by_hand(&rows, &plan), "{:?}", plan);
            let mut found = find(&sealed, &plan.of, ("a.code", "set")).expect("rows");
            let fitting = rows.iter().filter(|row| is_wanted(row, &plan));
            let mut fitting: Vec<Found> = fitting.map(|row| (row.0, row.3)).collect();
            found.sort_unstable();
            fitting.sort_unstable();
            prop_assert_eq!(found, fitting, "{:?}", plan);
        }
    }
}

#[test]
fn a_column_that_is_alike_in_a_file_counts_as_any_other() {
    let folder = tempfile::tempdir().expect("a folder");
    // Three files: in each one column is alike, and one lies outside of the period as a whole.
    let rows: Vec<Row> = (0..9_u16)
        .map(|row| (row / 3, row % 3, 24_310 + 40 * (row / 3), u64::from(row)))
        .collect();
    let sealed = sealed(folder.path(), &rows);
    for of in [
        vec![],
        vec![(24_310, 24_349)],
        vec![(24_310, 24_350)],
        vec![(1, 2)],
    ] {
        let between = |(from, to)| Condition::Between {
            column: "month".to_owned(),
            from,
            to,
        };
        let of: Vec<Condition> = of.into_iter().map(between).collect();
        for names in [
            &["a.code"][..],
            &["a.code", "month"],
            &["b", "year"],
            &["a.code", "alone"],
            &[],
        ] {
            let plan = Plan {
                by: names.iter().copied().map(by).collect(),
                of: of.clone(),
            };
            let counted = count(&sealed, &plan).expect("a count");
            assert_eq!(counted, by_hand(&rows, &plan), "{plan:?}");
        }
    }
}

#[test]
fn no_files_count_nothing() {
    let sealed = Sealed {
        files: vec![],
        columns: vec![("b".to_owned(), Width::One)],
    };
    let plan = Plan {
        by: vec![by("b")],
        of: vec![],
    };
    assert!(count(&sealed, &plan).expect("a count").is_empty());
}

#[test]
fn a_column_that_is_not_there_or_is_another_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let sealed = sealed(folder.path(), &[(1, 1, 24_300, 1)]);
    for by in [
        By::EachOf {
            column: "b".to_owned(),
            groups: vec![1],
        },
        By::Code {
            column: "set".to_owned(),
            codes: 3,
        },
        By::Month {
            column: "A.code".to_owned(),
            from: 1,
            to: 2,
        },
    ] {
        let plan = Plan {
            by: vec![by],
            of: vec![],
        };
        let refused = count(&sealed, &plan).expect_err("refused");
        assert_eq!(refused.code(), "tabulate_column");
    }
    for named in [("set", "set"), ("b", "month"), ("nowhere", "set")] {
        let refused = find(&sealed, &[], named).expect_err("refused");
        assert_eq!(refused.code(), "tabulate_column");
    }
    let month = By::Month {
        column: "month".to_owned(),
        from: 0,
        to: u16::MAX,
    };
    let plan = Plan {
        by: vec![month; 5],
        of: vec![],
    };
    assert_eq!(
        count(&sealed, &plan).expect_err("refused").code(),
        "tabulate_large"
    );
}

#[test]
fn a_wrong_key_and_a_damaged_file_are_refused_without_a_panic() {
    let folder = tempfile::tempdir().expect("a folder");
    // Several rows a file, so that no column is alike in it and need not be opened.
    let rows: Vec<Row> = (0..60).map(|row| (row % 3, row % 7, 24_300, 1)).collect();
    let mut sealed = sealed(folder.path(), &rows);
    let plan = Plan {
        by: vec![by("b")],
        of: vec![],
    };
    let right = std::mem::replace(&mut sealed.files[0].key, Zeroizing::new([7; 32]));
    assert_eq!(
        count(&sealed, &plan).expect_err("refused").code(),
        "tabulate_refused"
    );
    sealed.files[0].key = right;
    assert!(count(&sealed, &plan).is_ok());
    // Whatever byte is changed: refused, or not read at all; never another count.
    let whole = count(&sealed, &plan).expect("a count");
    let bytes = fs::read(&sealed.files[0].path).expect("bytes");
    let mut refused = 0;
    for place in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1;
        fs::write(&sealed.files[0].path, damaged).expect("written");
        match count(&sealed, &plan) {
            Ok(counted) => assert_eq!(counted, whole, "{place}"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > bytes.len() / 2, "{refused} of {}", bytes.len());
}
