//! Printed tables attacked from the terminal. Real values are counted and never shown.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::run::{palermo, text};

const HEADER: &str = "Iso3_code,Country,Indicator,Dimension,Category,Sex,Age,Year,txtVALUE\n";

/// The public file, where it is at hand.
fn public_file() -> Option<PathBuf> {
    testkit::shared("glotip/data_glotip_2024-05_copy.csv.gz")
}

fn attacked(path: &Path) -> Value {
    let ran = palermo(&["attack", text(path), "--as", "glotip", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.json_lines().remove(0)
}

fn figures(answer: &Value) -> [u64; 4] {
    let figure = |name: &str| answer[name].as_u64().expect("a number");
    [
        figure("derivable_by_subtraction"),
        figure("masked_cells"),
        figure("checked_sums"),
        figure("inconsistent_sums"),
    ]
}

#[test]
fn the_public_table_gives_back_more_than_a_sixth_of_its_masked_cells() {
    let Some(path) = public_file() else {
        return;
    };
    let answer = attacked(&path);
    let keys: Vec<&str> = answer
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        keys,
        [
            "rows",
            "masked_cells",
            "derivable_by_subtraction",
            "derivable_by_bounds",
            "checked_sums",
            "inconsistent_sums",
            "inconsistent_components",
            "seconds",
        ]
    );
    assert_eq!(answer["rows"], 46_556);
    assert_eq!(figures(&answer), [3_999, 22_766, 3_983, 612]);

    let ran = palermo(&["attack", text(&path), "--as", "glotip"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("No value is shown"), "{}", ran.out);
}

/// The line of a total over two sexes that holds, and the total. Fields with commas of their own
/// are left out.
fn sum_that_holds(lines: &[&str]) -> Option<(usize, u64)> {
    let mut found: BTreeMap<String, BTreeMap<&str, (usize, Option<u64>)>> = BTreeMap::new();
    for (number, line) in lines.iter().enumerate() {
        let fields: Vec<&str> = line.split(',').collect();
        if let [
            iso,
            _,
            _,
            _,
            indicator,
            dimension,
            category,
            sex,
            age,
            year,
            _,
            value,
            _,
        ] = fields.as_slice()
        {
            let key = [iso, indicator, dimension, category, age, year].map(|field| *field);
            let of_sex = found.entry(key.join("|")).or_default();
            of_sex.entry(*sex).or_insert((number, value.parse().ok()));
        }
    }
    found.values().find_map(|of_sex| {
        let (line, total) = *of_sex.get("Total")?;
        let parts = of_sex.iter().filter(|(sex, _)| **sex != "Total");
        let parts: Vec<u64> = parts.map(|(_, (_, part))| *part).collect::<Option<_>>()?;
        let holds = parts.len() == 2 && Some(parts.iter().sum()) == total;
        total
            .filter(|total| holds && *total > 99)
            .map(|total| (line, total))
    })
}

#[test]
fn one_planted_wrong_value_is_seen_in_the_public_table() {
    let Some(path) = public_file() else {
        return;
    };
    let mut content = String::new();
    let file = fs::File::open(&path).expect("opens");
    let mut decoder = flate2::read::MultiGzDecoder::new(file);
    decoder.read_to_string(&mut content).expect("text");
    // A total over the sexes that is the sum of two printed parts, made one larger.
    let lines: Vec<&str> = content.lines().collect();
    let (line, total) = sum_that_holds(&lines).expect("most sums hold");
    let right = format!(",{total},");
    let wrong = lines[line].replace(&right, &format!(",{},", total + 1));
    assert_ne!(wrong, lines[line]);
    let wrong = content.replacen(lines[line], &wrong, 1);
    let folder = tempfile::tempdir().expect("a folder");
    let planted = folder.path().join("planted.csv");
    let mut file = fs::File::create(&planted).expect("made");
    file.write_all(wrong.as_bytes()).expect("written");
    assert_ne!(figures(&attacked(&planted)), [3_999, 22_766, 3_983, 612]);
}

#[test]
fn an_invented_table_is_attacked_below_a_title_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("invented.csv");
    let row =
        |sex: &str, value: &str| format!("XXA,XA,Victims,Total,Total,{sex},Total,2020,{value}\n");
    let content = [
        "An invented table\n".to_owned(),
        "\n".to_owned(),
        HEADER.to_owned(),
        row("Total", "\"1,203\""),
        row("Female", "\"1,200\""),
        row("Male", "<5"),
        row("Male", "<5"),
        row("Other", "a few"),
    ];
    fs::write(&path, content.concat()).expect("written");
    let mut answer = attacked(&path);
    answer["seconds"] = json!(0);
    let expected = json!({
        "rows": 5,
        "masked_cells": 1,
        "derivable_by_subtraction": 1,
        "derivable_by_bounds": 0,
        "checked_sums": 0,
        "inconsistent_sums": 0,
        "inconsistent_components": 0,
        "seconds": 0,
    });
    assert_eq!(answer, expected);
}

#[test]
fn a_file_that_is_no_such_table_is_refused_by_what_it_lacks() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("other.csv");
    fs::write(&path, HEADER.replace(",txtVALUE", ",number")).expect("written");
    let ran = palermo(&["attack", text(&path), "--as", "glotip"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("txtVALUE") && ran.err.contains("header_missing"),
        "{}",
        ran.err
    );
    let ran = palermo(&[
        "attack",
        text(&folder.path().join("none.csv")),
        "--as",
        "glotip",
    ]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("file_unreadable"), "{}", ran.err);
    let ran = palermo(&["attack", text(&path), "--as", "glotipp"]);
    assert_eq!(ran.code, 2);
}
