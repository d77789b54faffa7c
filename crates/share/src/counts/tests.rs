use std::io::Write;

use evidence::counts::{CountTable, Form};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook};
use terms::cell::Cell;

use super::*;

const DRAFT: &str = "district,form,count\nTotal,Total,40\nTotal,labour,25\nTotal,other,15\n\
                     north,Total,22\nnorth,labour,20\nnorth,other,<5\n\
                     south,Total,18\nsouth,labour,*\nsouth,other,*\n";

fn read_bytes(bytes: &[u8]) -> Result<CountReading, ShareError> {
    read_from(bytes, "draft", &Layout::default(), &Bounds::ANYBODY)
}

fn table(bytes: &[u8]) -> CountTable {
    let reading = read_bytes(bytes).expect("a file");
    let findings = reading.taken.findings;
    reading
        .taken
        .table
        .unwrap_or_else(|| panic!("{findings:?}"))
}

fn same(one: &CountTable, other: &CountTable) {
    let cells = |table: &CountTable| {
        let cells = table
            .table
            .iter()
            .map(|(codes, cell)| (codes.join("/"), cell.clone()));
        cells.collect::<Vec<_>>()
    };
    assert_eq!(cells(one), cells(other));
    assert_eq!(one.hierarchies, other.hierarchies);
}

fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(&mut workbook);
    workbook.save_to_buffer().expect("a workbook")
}

fn draft_workbook() -> Vec<u8> {
    workbook(|workbook| {
        workbook.add_worksheet().set_name("Notes").expect("a name");
        let sheet = workbook.add_worksheet();
        sheet.set_name("Draft").expect("a name");
        sheet
            .merge_range(0, 0, 0, 2, "Victims detected in XXA", &Format::new())
            .expect("a title");
        for (row, line) in (2..).zip(DRAFT.lines()) {
            for (column, field) in (0..).zip(line.split(',')) {
                match field.parse::<f64>() {
                    Ok(count) => sheet.write_number(row, column, count),
                    Err(_) => sheet.write_string(row, column, field),
                }
                .expect("a cell");
            }
        }
    })
}

#[test]
fn a_table_is_the_same_as_text_with_any_mark_compressed_or_in_a_workbook() {
    let plain = table(DRAFT.as_bytes());
    assert_eq!((plain.form, plain.table.len()), (Form::Long, 9));
    for mark in [";", "\t", "|"] {
        same(&plain, &table(DRAFT.replace(',', mark).as_bytes()));
    }
    same(
        &plain,
        &table(format!("\u{feff}{}", DRAFT.replace('\n', "\r\n")).as_bytes()),
    );
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(DRAFT.as_bytes()).expect("memory");
    same(&plain, &table(&gzip.finish().expect("memory")));
    let reading = read_bytes(&draft_workbook()).expect("a workbook");
    assert_eq!(reading.sheet.as_deref(), Some("Draft"));
    same(&plain, &reading.taken.table.expect("a table"));
}

#[test]
fn a_cross_table_that_begins_in_the_middle_of_a_sheet_is_read() {
    let bytes = workbook(|workbook| {
        let sheet = workbook.add_worksheet();
        let rows = [
            ["district", "labour", "other"],
            ["north", "20", "<5"],
            ["south", "9", "7"],
        ];
        for (row, line) in (4..).zip(rows) {
            for (column, field) in (3..).zip(line) {
                sheet.write_string(row, column, field).expect("a cell");
            }
        }
    });
    let read = table(&bytes);
    assert_eq!(read.form, Form::Cross);
    let under_five = Cell::Masked { lower: 0, upper: 4 };
    assert_eq!(read.table.get(&["north", "other"]), Some(&under_five));
}

#[test]
fn a_count_that_a_spreadsheet_has_made_a_day_is_refused() {
    let bytes = workbook(|workbook| {
        let sheet = workbook.add_worksheet();
        for (column, name) in (0..).zip(["form", "count"]) {
            sheet.write_string(0, column, name).expect("a cell");
        }
        sheet.write_string(1, 0, "labour").expect("a cell");
        let day = Format::new().set_num_format("d-mmm");
        sheet
            .write_number_with_format(1, 1, 45_295.0, &day)
            .expect("a cell");
    });
    let taken = read_bytes(&bytes).expect("a workbook").taken;
    assert!(taken.table.is_none());
    let codes: Vec<_> = taken.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["count_unreadable"]);
    assert_eq!(taken.findings[0].row, Some(2));
}

#[test]
fn merged_cells_in_a_header_are_refused_in_words() {
    let bytes = workbook(|workbook| {
        let sheet = workbook.add_worksheet();
        let plain = Format::new();
        sheet.write_string(0, 0, "district").expect("a cell");
        sheet
            .merge_range(0, 1, 0, 2, "women", &plain)
            .expect("a head");
        sheet
            .merge_range(0, 3, 0, 4, "men", &plain)
            .expect("a head");
        sheet.write_string(1, 0, "north").expect("a cell");
        for column in 1..5 {
            sheet.write_number(1, column, 7.0).expect("a cell");
        }
    });
    let taken = read_bytes(&bytes).expect("a workbook").taken;
    assert!(taken.table.is_none());
    assert!(
        taken
            .findings
            .iter()
            .any(|finding| finding.code == "header_merged")
    );
}

#[test]
fn two_cells_in_far_corners_do_not_fill_the_memory() {
    let bytes = workbook(|workbook| {
        let sheet = workbook.add_worksheet();
        sheet.write_string(0, 0, "form").expect("a cell");
        for row in 0..20 {
            sheet
                .write_number(1_048_555 + row, 16_383, 1.0)
                .expect("a cell");
        }
    });
    let code = read_bytes(&bytes).map(|_| ()).expect_err("too wide").code();
    assert_eq!(code, "fields_too_many");
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let huge = workbook(|workbook| {
        let sheet = workbook.add_worksheet();
        let long = "a".repeat(32_000);
        for row in 0..200 {
            sheet
                .write_string(row, 0, format!("{row}{long}"))
                .expect("a cell");
        }
    });
    assert!(huge.len() < (192 << 10), "{}", huge.len());
    assert_eq!(
        read_bytes(&huge).map(|_| ()).expect_err("huge").code(),
        "file_too_large"
    );
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&vec![b'a'; 5 << 20]).expect("memory");
    let gzip = gzip.finish().expect("memory");
    assert_eq!(
        read_bytes(&gzip).map(|_| ()).expect_err("huge").code(),
        "file_too_large"
    );
}

#[test]
fn files_that_are_no_tables_are_refused_by_name() {
    for (bytes, code) in [
        (&b""[..], "file_empty"),
        (b"\xff\xfea\0", "encoding_unsupported"),
        (b"a,b\n\"open", "quote_unclosed"),
        (b"PK\x03\x04rubbish", "workbook_unreadable"),
        (b"\x1f\x8brubbish", "compressed_broken"),
        (b"a\0b", "form_unknown"),
    ] {
        let error = read_bytes(bytes).map(|_| ()).expect_err(code);
        assert_eq!((error.code(), error.findings()[0].code), (code, code));
    }
    let taken = read_bytes(b"Dear colleague,\nplease find below\n")
        .expect("a text")
        .taken;
    assert_eq!(taken.findings[0].code, "header_missing");
    let latin = read_bytes(b"form,count\nTotal g\xe9n\xe9ral,4\n")
        .expect("a text")
        .taken;
    assert_eq!(latin.findings[0].code, "not_utf8");
}

#[test]
fn the_invented_tables_are_read_with_their_sums() {
    let shared = std::env::var("PALERMO_SHARED").unwrap_or_else(|_| "../../../shared".into());
    let folder = Path::new(&shared).join("data/sdc");
    if !folder.is_dir() {
        eprintln!("skipped: the invented tables are not here");
        return;
    }
    for (name, cells, dimensions) in [("t1", 803, 2), ("t2", 2310, 4), ("t4", 17_787, 4)] {
        let sums = folder.join(format!("{name}_hier.json"));
        let sums = std::fs::read_to_string(sums).expect("the sums");
        let layout = layout(&sums, "sums").expect("a layout");
        let path = folder.join(format!("{name}_cells.csv"));
        let reading = read(&path, &layout, &Bounds::OWN).expect("a file");
        assert_eq!(reading.taken.findings, [], "{name}");
        let table = reading.taken.table.expect("a table");
        assert_eq!(table.table.len(), cells, "{name}");
        assert_eq!(table.table.dimensions().len(), dimensions, "{name}");
        assert_eq!((table.sums.inconsistent, table.sums.open), (0, 0), "{name}");
        assert!(table.sums.checked > 0, "{name}");
        let totals = table.totals().filter(|total| *total == Some("Total"));
        assert_eq!(totals.count(), dimensions, "{name}");
    }
}

proptest! {
    #[test]
    fn any_bytes_give_a_table_or_findings(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        match read_bytes(&bytes) {
            Ok(read) => prop_assert!(read.taken.table.is_some() || !read.taken.findings.is_empty()),
            Err(error) => prop_assert!(!error.findings().is_empty()),
        }
    }

    #[test]
    fn a_damaged_workbook_gives_a_table_or_findings(
        at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let mut bytes = draft_workbook();
        for (at, byte) in at {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        match read_bytes(&bytes) {
            Ok(read) => prop_assert!(read.taken.table.is_some() || !read.taken.findings.is_empty()),
            Err(error) => prop_assert!(!error.findings().is_empty()),
        }
    }
}
