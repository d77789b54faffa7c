//! A release as a workbook, read again as a spreadsheet does.

use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx};
use protect::Released;
use publish::{Meaning, Presented, Sheets, workbook};
use terms::cell::Cell;
use terms::table::{CountedUnit, Dimension, Table};
use testkit::InventedTable;

use crate::samples::{UNDER_FIVE, every_kind};

fn cell(presented: &Presented) -> String {
    match presented {
        Presented::Absent(reason) => (*reason).to_owned(),
        other => other.short(publish::svg::plain_number),
    }
}

fn written(released: &Released<Table>) -> Xlsx<Cursor<Vec<u8>>> {
    let meanings = [
        Meaning {
            about: "What it counts".into(),
            code: String::new(),
            said: "Records of victims, not persons.".into(),
        },
        Meaning {
            about: "Place".into(),
            code: "XB".into(),
            said: "Invented State B".into(),
        },
    ];
    let sheets = Sheets {
        figures: "Figures",
        definitions: "Definitions",
        title: "Invented counts",
        notes: &["Synthetic: of an invented State.".to_owned()],
        across: released.value().dimensions().len() - 1,
        value: "Count",
        dimension: &|dimension: &Dimension| format!("By {}", dimension.id),
        code: &|_, code| format!("[{code}]"),
        cell: &cell,
        meanings: &meanings,
        released_at: 1_900_000_000,
    };
    let bytes = workbook(released, &sheets).expect("a workbook");
    let again = workbook(released, &sheets).expect("a workbook");
    assert_eq!(bytes, again, "the same release makes the same file");
    calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("a spreadsheet reads it")
}

fn sheet(book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Range<Data> {
    let sheet = book.worksheet_range(name).expect("the sheet");
    // No formula stands anywhere.
    let formulas = book.worksheet_formula(name).expect("the sheet");
    assert_eq!(formulas.used_cells().count(), 0);
    sheet
}

fn text(range: &Range<Data>) -> String {
    let row = |row: &[Data]| {
        let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
        cells.join(" | ").trim_end_matches([' ', '|']).to_owned()
    };
    range.rows().map(row).collect::<Vec<_>>().join("\n")
}

/// A table of one dimension is written long, of several crossed.
fn tables() -> [Released<Table>; 2] {
    let one = InventedTable::by("single", CountedUnit::Records, &["year"])
        .count(&["2030"], 0)
        .cell(&["2031"], UNDER_FIVE)
        .count(&["2032"], 1_234)
        .build();
    let source = testkit::invented_source("2026");
    let one = protect::release::public_record(one, source, "invented/single");
    [one, every_kind()]
}

#[test]
fn a_workbook_looks_like_this() {
    for (released, name) in tables().iter().zip(["workbook_long", "workbook_crossed"]) {
        let mut book = written(released);
        assert_eq!(book.sheet_names(), ["Figures", "Definitions"]);
        let sheets = ["Figures", "Definitions"].map(|name| text(&sheet(&mut book, name)));
        insta::assert_snapshot!(name, sheets.join("\n---\n"));
    }
}

#[test]
fn what_is_read_back_is_what_was_released_and_a_mask_is_no_number() {
    for released in tables() {
        let mut book = written(&released);
        let range = sheet(&mut book, "Figures");
        let table = released.value();
        let labels = |codes: &[&str]| -> Vec<String> {
            codes.iter().map(|code| format!("[{code}]")).collect()
        };
        let wide = table.dimensions().len();
        let rows: Vec<&[Data]> = range.rows().collect();
        // Three lines stand above: title, note, an empty one; then the headings.
        let heading = rows[if wide == 1 { 3 } else { 4 }];
        for (codes, cell) in table.iter() {
            let labels = labels(&codes);
            let (over, at) = match wide {
                1 => (&labels[..], 1),
                _ => {
                    let is_mine = |data: &Data| data.to_string() == labels[wide - 1];
                    let at = heading.iter().position(is_mine).expect("a column");
                    (&labels[..wide - 1], at)
                }
            };
            let mut found = rows.iter().filter(|row| {
                let names = row.iter().take(over.len()).map(ToString::to_string);
                names.eq(over.iter().cloned())
            });
            let data = &found.next().expect("a row")[at];
            assert!(found.next().is_none(), "one row each");
            match cell {
                Cell::Exact(count) => assert_eq!(data, &Data::Float(*count as f64)),
                Cell::Measure { value, .. } => assert_eq!(data, &Data::Float(*value)),
                other => {
                    let Data::String(text) = data else {
                        panic!("{other:?} is {data:?}");
                    };
                    assert!(text.parse::<f64>().is_err(), "{other:?} reads as {text}");
                }
            }
        }
    }
}
