//! Real publications, where they are at hand. Sums are compared with a second, plain way through
//! the same files, which shares no code with the first.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::time::Instant;

use analyse::missing_migrants;
use evidence::intake::{Counts, Kind, RowDigests};
use terms::cell::{Absence, Cell};

use super::{TestNode, incidents, options, table, tally};

const REPORT: &str = "glotip/data_glotip_2024-05_copy.csv.gz";
const INCIDENTS: &str = "smuggling/iom_mmp.csv.gz";
const DETECTIONS: &str = "smuggling/frontex.csv.gz";

/// The rows of a compressed CSV file, each by the names of its columns.
fn plain_rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let file = File::open(path).expect("a file");
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let names = reader.headers().expect("a header").clone();
    let rows = reader.records().map(|row| {
        let row = row.expect("a row");
        let pair = |(name, field): (&str, &str)| (name.to_owned(), field.to_owned());
        names.iter().zip(row.iter()).map(pair).collect()
    });
    rows.collect()
}

#[test]
fn the_global_report_twice() {
    let Some(path) = testkit::shared(REPORT) else {
        return;
    };
    let node = TestNode::new();
    let started = Instant::now();
    let first = node.import(&path, Kind::GlobalReport, &options());
    println!("imported in {:?}", started.elapsed());
    let expected = Counts {
        read: 46_556,
        accepted: 45_840,
        held: 461,
        unchanged: 255,
    };
    assert_eq!(first.counts, expected);
    assert!(!first.refused);
    let found = tally(&first.findings);
    let expected = BTreeMap::from([
        ("area_not_iso", 957),
        ("category_missing", 87),
        ("duplicate_row", 255),
        ("key_disputed", 192),
        ("place_code_missing", 26),
        ("repeated_key", 221),
        ("repeated_key_disagrees", 303),
    ]);
    assert_eq!(found, expected);
    let before = node.files();
    let second = node.import(&path, Kind::GlobalReport, &options());
    let expected = Counts {
        read: 46_556,
        unchanged: 46_556,
        ..Counts::default()
    };
    assert_eq!(second.counts, expected);
    assert_eq!(second.put, Some(keep::Put::AlreadyThere));
    assert_eq!(node.files(), before, "the second import changed a file");
}

#[test]
fn the_global_report_as_a_table() {
    let Some(path) = testkit::shared(REPORT) else {
        return;
    };
    let reading = share::read(&path, Kind::GlobalReport, &RowDigests::default());
    let reading = reading.unwrap_or_else(|error| panic!("{error}"));
    let table = table(&reading);
    let mut printed: BTreeMap<[String; 7], Vec<String>> = BTreeMap::new();
    for row in plain_rows(&path) {
        let area = match row["Iso3_code"].as_str() {
            "" => row["Country"].clone(),
            code => code.to_owned(),
        };
        let rest = ["Indicator", "Dimension", "Category", "Sex", "Age", "Year"];
        let [b, c, d, e, f, g] = rest.map(|name| match row[name].as_str() {
            "" => "unstated".to_owned(),
            text => text.to_owned(),
        });
        let key = [area, b, c, d, e, f, g];
        printed
            .entry(key)
            .or_default()
            .push(row["txtVALUE"].clone());
    }
    assert_eq!(table.len(), printed.len());
    let mut masked = 0;
    for (key, values) in &printed {
        let key: Vec<&str> = key.iter().map(String::as_str).collect();
        let cell = table
            .get(&key)
            .unwrap_or_else(|| panic!("no cell at {key:?}"));
        let expected = match values.as_slice() {
            [first, rest @ ..] if rest.iter().any(|other| other != first) => {
                Cell::Absent(Absence::Disputed)
            }
            [first, ..] if first == "<5" => {
                masked += 1;
                Cell::Masked { lower: 0, upper: 4 }
            }
            [first, ..] => Cell::Exact(first.replace(',', "").parse().expect("a number")),
            [] => unreachable!("each key has a value"),
        };
        assert_eq!(cell, &expected, "{key:?}");
    }
    assert!(masked > 22_000, "{masked} masked cells");
    assert!(
        table.sum_to(&["year"]).is_err(),
        "victims would count several times"
    );
}

#[test]
fn missing_migrants_twice_and_summed() {
    let Some(path) = testkit::shared(INCIDENTS) else {
        return;
    };
    let node = TestNode::new();
    let first = node.import(&path, Kind::MissingMigrants, &options());
    let expected = Counts {
        read: 19_669,
        accepted: 19_669,
        ..Counts::default()
    };
    assert_eq!(first.counts, expected);
    assert_eq!(tally(&first.findings).get("duplicate_row"), Some(&708));
    let before = node.files();
    let second = node.import(&path, Kind::MissingMigrants, &options());
    assert_eq!(
        (second.counts.read, second.counts.unchanged),
        (19_669, 19_669)
    );
    assert_eq!(node.files(), before, "the second import changed a file");

    let latest = share::latest(node.node.shelf(), Kind::MissingMigrants);
    let (_, reading) = latest
        .unwrap_or_else(|error| panic!("{error}"))
        .expect("it was kept");
    let tables = missing_migrants::tables(incidents(&reading), &reading.taken.source);
    let tables = tables.expect("counts add");
    let monthly = tables.monthly.as_printed();
    assert_eq!(monthly.total(), Ok(Cell::Exact(75_068)));
    assert_eq!(tables.mapped.as_printed().total(), Ok(Cell::Exact(75_068)));
    let mut plain: BTreeMap<(String, String), u64> = BTreeMap::new();
    for row in plain_rows(&path) {
        let key = (row["route"].clone(), row["t"][..4].to_owned());
        *plain.entry(key).or_default() += row["dead"].parse::<u64>().expect("a number");
    }
    for table in [monthly, tables.mapped.as_printed()] {
        let ours = table.sum_to(&["route", "year"]).expect("disjoint");
        assert_eq!(ours.len(), plain.len());
        for (codes, cell) in ours.iter() {
            let route = tables.labels.label("route", codes[0]).expect("a label");
            let theirs = plain.get(&(route.to_owned(), codes[1].to_owned()));
            assert_eq!(cell.exact().as_ref(), theirs, "{codes:?}");
        }
    }
}

#[test]
fn frontex_detections_add_up() {
    let Some(path) = testkit::shared(DETECTIONS) else {
        return;
    };
    let reading = share::read(&path, Kind::Frontex, &RowDigests::default());
    let reading = reading.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        (reading.taken.counts.read, reading.taken.counts.accepted),
        (34_273, 34_273)
    );
    let special: Vec<_> = reading
        .taken
        .findings
        .iter()
        .map(|f| (f.code, f.found.as_str()))
        .collect();
    let codes = ["OOO", "OOS", "STL"].map(|code| ("code_special", code));
    assert!(
        codes.iter().all(|code| special.contains(code)),
        "{special:?}"
    );
    assert_eq!(special.len(), 3, "{special:?}");
    let table = table(&reading);
    assert_eq!(table.total(), Ok(Cell::Exact(4_966_869)));
    let mut plain: BTreeMap<(String, String), u64> = BTreeMap::new();
    for row in plain_rows(&path) {
        let key = (row["t"][..4].to_owned(), row["route"].clone());
        *plain.entry(key).or_default() += row["n"].parse::<u64>().expect("a number");
    }
    let ours = table.sum_to(&["year", "route"]).expect("disjoint");
    assert_eq!(ours.len(), plain.len());
    for (codes, cell) in ours.iter() {
        let theirs = plain.get(&(codes[0].to_owned(), codes[1].to_owned()));
        assert_eq!(cell.exact().as_ref(), theirs, "{codes:?}");
    }
}

#[test]
fn a_part_first_and_the_whole_after() {
    let Some(path) = testkit::shared(REPORT) else {
        return;
    };
    let mut text = String::new();
    let file = File::open(&path).expect("a file");
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(file), &mut text)
        .expect("text");
    let part: String = text.split_inclusive('\n').take(20_001).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let part = super::write(folder.path(), "part.csv", part.as_bytes());
    let whole = super::write(folder.path(), "whole.csv", text.as_bytes());
    let node = TestNode::new();
    let first = node.import(&part, Kind::GlobalReport, &options());
    assert_eq!(first.counts.read, 20_000);
    let after = node.import(&whole, Kind::GlobalReport, &options());
    let counts = after.counts;
    assert_eq!(counts.accepted + counts.held + counts.unchanged, 46_556);
    assert!(counts.unchanged >= 20_000, "{counts:?}");
    assert_eq!(
        node.kept(Kind::GlobalReport),
        2,
        "two editions stand side by side"
    );
    // The same text in another compression is the same publication.
    let again = node.import(&path, Kind::GlobalReport, &options());
    assert_eq!(again.put, Some(keep::Put::AlreadyThere));
    assert_eq!(again.counts.unchanged, 46_556);
}
