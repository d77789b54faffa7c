//! Files that are broken, each in its own way, and what becomes of them.

use std::io::Write;

use evidence::intake::{Counts, Kind, RowDigests};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use share::{Options, ShareError};

use super::{TestNode, options, places, write};

const GOOD: &str = "route,type,nat,t,n\nNorth,Sea,MOZ,2024-01-01,40\nSouth,Land,ZMB,2024-01-01,2\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn code(name: &str, bytes: &[u8]) -> String {
    match share::read_from(bytes, name, Kind::Frontex, &RowDigests::default()) {
        Ok(reading) => panic!("{name} was read: {:?}", reading.taken.counts),
        Err(error) => {
            let findings = error.findings();
            assert!(!findings.is_empty(), "{name}: nothing to tell");
            assert!(
                findings.iter().all(|finding| finding.file == name),
                "{findings:?}"
            );
            assert_eq!(findings[0].code, error.code());
            assert!(error.to_string().contains(name), "{error}");
            error.code().to_owned()
        }
    }
}

#[test]
fn files_that_cannot_be_read_are_told_apart() {
    let packed = gzip(GOOD.repeat(200).as_bytes());
    let cut = &packed[..packed.len() - 20];
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(GOOD.bytes().flat_map(|b| [b, 0]))
        .collect();
    let cases: [(&str, &[u8], &str); 12] = [
        ("empty.csv", b"", "file_empty"),
        ("blank.csv", b" \r\n\r\n", "file_empty"),
        ("empty.csv.gz", &gzip(b""), "file_empty"),
        ("header.csv", b"route,type,nat,t,n\n", "rows_missing"),
        ("other.csv", b"name,colour\nfox,red\n", "header_missing"),
        (
            "prose.txt",
            "Dear colleagues,\nsee below.\n".as_bytes(),
            "header_missing",
        ),
        ("cut.csv.gz", cut, "compressed_broken"),
        ("utf16.csv", &utf16, "encoding_unsupported"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\r", "form_unknown"),
        (
            "book.xlsx",
            b"PK\x03\x04 and no more",
            "workbook_unreadable",
        ),
        (
            "open.csv",
            b"route,type,nat,t,n\n\"North,Sea,MOZ,2024-01-01,40\n",
            "quote_unclosed",
        ),
        (
            "old.xls",
            b"\xd0\xcf\x11\xe0 and no more",
            "workbook_unreadable",
        ),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(code(name, bytes), expected, "{name}");
    }
    let gone = std::path::Path::new("nowhere/gone.csv");
    let error = share::read(gone, Kind::Frontex, &RowDigests::default()).expect_err("gone");
    assert!(matches!(error, ShareError::Unreadable { .. }));
}

#[test]
fn a_refused_file_leaves_no_trace() {
    let node = TestNode::new();
    let folder = tempfile::tempdir().expect("a folder");
    let before = node.files();
    let bad = GOOD.replace("40", "forty");
    for (name, bytes) in [
        ("number.csv", bad.as_bytes()),
        ("other.csv", b"name,colour\nfox,red\n"),
        ("gone.csv.gz", &gzip(GOOD.as_bytes())[..30]),
    ] {
        let path = write(folder.path(), name, bytes);
        let outcome = node.import(&path, Kind::Frontex, &options());
        assert!(outcome.refused, "{name}");
        assert_eq!((outcome.counts.accepted, outcome.put), (0, None));
        let counts = outcome.counts;
        assert_eq!(
            counts.accepted + counts.held + counts.unchanged,
            counts.read
        );
        assert!(!outcome.findings.is_empty());
        assert_eq!(node.files(), before, "{name} left a trace");
    }
}

#[test]
fn the_good_rows_can_be_kept() {
    let node = TestNode::new();
    let folder = tempfile::tempdir().expect("a folder");
    let rows = "North,Sea,MOZ,2024-02-01,forty\nNorth,Sea\nNorth,S\u{e9}a,MOZ,2024-02-01,5,,\n\
                \nWest,Sea,MOZ,soon,6\n";
    let mut bytes = format!("{GOOD}{rows}").into_bytes();
    bytes.extend_from_slice(b"Oc\xe9an,Sea,MOZ,2024-03-01,7\n");
    let path = write(folder.path(), "mixed.csv", &bytes);
    let keep_good = Options {
        keep_good: true,
        ..options()
    };
    let dry = Options {
        dry_run: true,
        ..keep_good.clone()
    };
    let before = node.files();
    let outcome = node.import(&path, Kind::Frontex, &dry);
    let expected = Counts {
        read: 7,
        accepted: 3,
        held: 4,
        unchanged: 0,
    };
    assert_eq!((outcome.counts, outcome.put), (expected, None));
    assert_eq!(node.files(), before, "a dry run wrote something");
    let outcome = node.import(&path, Kind::Frontex, &keep_good);
    assert_eq!(
        (outcome.counts, outcome.put),
        (expected, Some(keep::Put::New))
    );
    let expected = [
        "4 n number_unreadable",
        "5 - row_width",
        "6 type code_unknown",
        "8 t date_unreadable",
        "9 route not_utf8",
    ];
    assert_eq!(places(&outcome.findings), expected);
    let (publication, reading) = share::latest(node.node.shelf(), Kind::Frontex)
        .unwrap_or_else(|error| panic!("{error}"))
        .expect("it was kept");
    assert_eq!(publication.excluded_rows, [4, 5, 8, 9]);
    assert_eq!(super::table(&reading).len(), 3);
    // What is kept already is no longer refused: nothing would be written.
    let again = node.import(&path, Kind::Frontex, &options());
    assert!(!again.refused);
    assert_eq!(again.counts.unchanged, 7);
}

#[test]
fn a_file_without_one_good_row_is_refused_all_the_same() {
    let node = TestNode::new();
    let folder = tempfile::tempdir().expect("a folder");
    let path = write(
        folder.path(),
        "bad.csv",
        b"route,type,nat,t,n\nNorth,Sea,MOZ,soon,1\n",
    );
    let keep_good = Options {
        keep_good: true,
        ..options()
    };
    let outcome = node.import(&path, Kind::Frontex, &keep_good);
    assert!(outcome.refused);
    assert_eq!(node.kept(Kind::Frontex), 0);
}

#[test]
fn a_kept_file_that_was_changed_is_told() {
    let node = TestNode::new();
    let folder = tempfile::tempdir().expect("a folder");
    let path = write(folder.path(), "good.csv", GOOD.as_bytes());
    node.import(&path, Kind::Frontex, &options());
    let kept = node
        .files()
        .into_keys()
        .find(|path| path.ends_with("original"));
    std::fs::write(kept.expect("the original"), GOOD.replace("40", "41")).expect("written");
    let failed = share::latest(node.node.shelf(), Kind::Frontex).expect_err("it was changed");
    assert!(
        failed.to_string().starts_with("shelf_differs: "),
        "{failed}"
    );
}

/// Some lines of a file of detections, good and bad.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let line = prop::sample::select(vec![
        "North,Sea,MOZ,2024-01-01,1",
        "North,Sea,MOZ,2024-01-01,2",
        "South,Land,ZMB,2024-02-01,3",
        "\"South, east\",Land,ZMB,2024-02-01,\"1,003\"",
        "South,Land,OOO,2024-02-01,0",
        "South,Land,OOO,2024-02-01,many",
        "South,Land",
        "",
        ",,,,",
    ]);
    prop::collection::vec(line.prop_map(str::to_owned), 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_part_imported_twice_is_imported_once(lines in lines(), part in any::<u16>()) {
        let node = TestNode::new();
        let folder = tempfile::tempdir().expect("a folder");
        let keep_good = Options { keep_good: true, ..options() };
        let part: Vec<&str> = lines
            .iter()
            .enumerate()
            .filter(|(at, _)| part >> at & 1 == 1)
            .map(|(_, line)| line.as_str())
            .collect();
        for (name, body) in [("part.csv", part.join("\n")), ("whole.csv", lines.join("\n"))] {
            let text = format!("route,type,nat,t,n\n{body}\n");
            let path = write(folder.path(), name, text.as_bytes());
            let first = node.import(&path, Kind::Frontex, &keep_good);
            let counts = first.counts;
            prop_assert_eq!(counts.accepted + counts.held + counts.unchanged, counts.read);
            let files = node.files();
            let second = node.import(&path, Kind::Frontex, &keep_good);
            prop_assert_eq!(second.refused, first.refused);
            prop_assert_eq!(node.files(), files);
            if !first.refused {
                prop_assert_eq!(second.counts.unchanged, counts.read);
            }
        }
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut framed = b"route,type,nat,t,n\n".to_vec();
        framed.extend_from_slice(&bytes);
        for bytes in [&bytes, &framed, &gzip(&framed)] {
            for kind in Kind::ALL {
                let _ = share::read_from(bytes.as_slice(), "any", kind, &RowDigests::default());
            }
        }
    }
}
