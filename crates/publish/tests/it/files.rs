//! Released tables as files.

use std::collections::BTreeMap;

use publish::{files, provenance};
use serde_json::Value;
use terms::table::CountedUnit;
use testkit::InventedTable;

use crate::samples::{every_kind, short};

#[test]
fn a_file_looks_like_this() {
    insta::assert_snapshot!("csv", files::csv(&every_kind()).replace("\r\n", "\n"));
    let json = serde_json::to_string_pretty(&files::json(&every_kind())).expect("json");
    insta::assert_snapshot!("json", json);
    let csvw = files::csvw(&every_kind(), "every-kind.csv");
    insta::assert_snapshot!("csvw", serde_json::to_string_pretty(&csvw).expect("json"));
}

fn rows() -> Vec<BTreeMap<String, String>> {
    let text = files::csv(&every_kind());
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("a file that any reader of CSV reads")
}

#[test]
fn what_is_written_can_be_read_back() {
    let released = every_kind();
    let rows = rows();
    assert_eq!(rows.len(), released.value().len());
    for (row, (codes, cell)) in rows.iter().zip(released.value().iter()) {
        assert_eq!(row["place"].trim_start_matches('\''), codes[0]);
        assert_eq!(row["year"], codes[1]);
        assert_eq!(row["status"].split(':').next(), Some(cell.status()));
        if let Some(count) = cell.exact() {
            assert_eq!(row["value"], count.to_string());
        }
        assert_eq!(row["release"], released.identifier());
        assert_eq!(row["licence"], "CC0 1.0");
    }
}

#[test]
fn a_masked_cell_has_bounds_and_no_value() {
    for row in rows().iter().filter(|row| row["status"] == "masked") {
        assert_eq!(row["value"], "", "{row:?}");
        match row["place"].as_str() {
            "XB" => assert_eq!((row["lower"].as_str(), row["upper"].as_str()), ("0", "4")),
            // Bounds that coincide would tell the count.
            _ => assert_eq!((row["lower"].as_str(), row["upper"].as_str()), ("", "")),
        }
    }
    let json = files::json(&every_kind());
    let masked: Vec<&Value> = json["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .filter(|row| row["status"] == "masked")
        .collect();
    assert_eq!(masked.len(), 2);
    assert!(masked.iter().all(|row| row["value"].is_null()));
    assert!(masked[1]["lower"].is_null() && masked[1]["upper"].is_null());
    for (codes, cell) in every_kind().value().iter() {
        if cell.status() == "masked" {
            let printed = short(cell);
            assert!(
                printed.parse::<u64>().is_err(),
                "{codes:?} prints {printed}"
            );
        }
    }
}

#[test]
fn a_spreadsheet_runs_nothing_and_numbers_stay_numbers() {
    let rows = rows();
    assert!(rows.iter().any(|row| row["place"] == "'=HYPERLINK(\"x\")"));
    let noised = rows
        .iter()
        .find(|row| row["status"] == "noised")
        .expect("one");
    assert_eq!(noised["value"], "-2");
    for row in &rows {
        for (name, text) in row {
            let number = text.parse::<f64>().is_ok();
            let runs = text.starts_with(['=', '+', '-', '@', '\t']);
            assert!(number || !runs, "{name}: {text}");
        }
    }
}

#[test]
fn a_file_keeps_its_origin() {
    let released = every_kind();
    let origin = provenance(&released);
    let json = files::json(&released);
    assert_eq!(json["provenance"]["release"], origin.release);
    assert_eq!(json["provenance"]["audience"], "public");
    assert_eq!(json["provenance"]["limits"][0]["code"], "minimum-count");
    let columns = files::csvw(&released, "x.csv")["tableSchema"]["columns"].clone();
    let names: Vec<&str> = columns
        .as_array()
        .expect("columns")
        .iter()
        .filter_map(|column| column["name"].as_str())
        .collect();
    let text = files::csv(&released);
    assert_eq!(text.lines().next(), Some(names.join(",").as_str()));
}

#[test]
fn no_two_columns_have_one_name() {
    let table = InventedTable::by("t", CountedUnit::Incidents, &["status", "year"])
        .count(&["charged", "2025"], 12)
        .build();
    let source = testkit::invented_source("2026");
    let released = protect::release::public_record(table, source, "invented/status");
    let text = files::csv(&released);
    assert!(text.starts_with("status_code,year,value,"), "{text}");
    let schema = files::csvw(&released, "t.csv")["tableSchema"].clone();
    assert_eq!(schema["primaryKey"][0], "status_code");
}
