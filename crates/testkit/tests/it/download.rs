//! The Missing Migrants Project's own download, with invented incidents.

use std::path::{Path, PathBuf};

use analyse::missing_migrants;
use evidence::intake::{Counts, Kind, RowDigests};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use terms::cell::{Absence, Cell};

use super::{TestNode, incidents, options, places, table, tally, write};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/own_download.csv")
}

#[test]
fn the_projects_own_download_is_read_as_it_is() {
    let reading = share::read(&fixture(), Kind::MissingMigrants, &RowDigests::default());
    let reading = reading.unwrap_or_else(|error| panic!("{error}"));
    let expected = [
        "5 Number Dead required_missing",
        "6 Incident Date weekday_disagrees",
        "6 Number of Survivors number_unreadable",
        "7 Year year_disagrees",
        "7 Reported Month month_disagrees",
        "7 Coordinates coordinates_unreadable",
        "7 - parts_exceed_total",
        "8 - duplicate_row",
        "8 - repeated_key",
        "9 - key_disputed",
        "10 - repeated_key_disagrees",
        "11 Incident Date required_missing",
    ];
    let mut found = places(&reading.taken.findings);
    // Invented States are in no list; each is told once.
    found.retain(|place| !place.ends_with("Country of Origin code_unknown"));
    assert_eq!(found, expected);
    let expected = Counts {
        read: 10,
        accepted: 6,
        held: 3,
        unchanged: 1,
    };
    assert_eq!(reading.taken.counts, expected);
    assert_eq!(reading.taken.excluded_rows, [5, 9, 10]);
    let read = incidents(&reading).as_printed();
    let totals: Vec<_> = read
        .iter()
        .map(|one| (one.row, one.dead_and_missing))
        .collect();
    assert_eq!(totals, [(2, 5), (3, 1012), (4, 7), (6, 1), (7, 2), (11, 2)]);
    assert_eq!(
        (read[1].dead, read[1].missing),
        (Err(Absence::Unknown), Ok(1012))
    );
    assert_eq!(
        read[1].location.as_deref(),
        Ok("Between \"Port A\" & Port B")
    );
    assert_eq!(read[2].location.as_deref(), Ok("Well of Xerxes south side"));
    assert_eq!(
        (read[2].survivors, read[2].females),
        (Ok(0), Err(Absence::Unknown))
    );
    assert_eq!(read[3].survivors, Err(Absence::Unknown));
    assert_eq!(read[5].month.to_string(), "2026-04");
}

#[test]
fn its_two_tables_agree() {
    let reading = share::read(&fixture(), Kind::MissingMigrants, &RowDigests::default());
    let reading = reading.unwrap_or_else(|error| panic!("{error}"));
    let tables = missing_migrants::tables(incidents(&reading), &reading.taken.source);
    let tables = tables.expect("counts add");
    let (monthly, mapped) = (tables.monthly.as_printed(), tables.mapped.as_printed());
    assert_eq!(monthly.total(), Ok(Cell::Exact(1029)));
    assert_eq!(mapped.total(), Ok(Cell::Exact(1029)));
    let at = ["2026", "invented-sea-route", "drowning", "N35W015"];
    assert_eq!(mapped.get(&at), Some(&Cell::Exact(1017)));
    let unplaced = mapped.filter(|codes| codes[3] == missing_migrants::UNPLACED);
    assert_eq!(unplaced.total(), Ok(Cell::Exact(3)));
    let both = "drowning-and-harsh-environmental-conditions";
    let at = ["2026", "2026-01", "invented-desert-route", both];
    assert_eq!(monthly.get(&at), Some(&Cell::Exact(7)));
    let unstated = missing_migrants::UNSTATED;
    assert_eq!(
        monthly.get(&["2026", "2026-04", unstated, "sickness"]),
        Some(&Cell::Exact(2))
    );
}

#[test]
fn a_download_imported_twice_changes_nothing() {
    let node = TestNode::new();
    let first = node.import(&fixture(), Kind::MissingMigrants, &options());
    assert_eq!(
        (first.counts.accepted, first.put),
        (6, Some(keep::Put::New))
    );
    let before = node.files();
    let again = node.import(&fixture(), Kind::MissingMigrants, &options());
    assert_eq!(
        (again.counts.unchanged, again.put),
        (10, Some(keep::Put::AlreadyThere))
    );
    assert_eq!(node.files(), before);
}

#[test]
fn an_older_header_is_known_too() {
    let text = "Incident Type;Incident Year;Reported Month;Region of Incident;Website Date;\
        Number of Dead;Minimum Estimated Number of Missing;Total Number of Dead and Missing;\
        Cause of Death;Migration Route;Country of Incident;Location Coordinates\n\
        Split Incident;2019;July;Invented Sea;July 4, 2019;1;2;3;Drowning;North;Mozambique;1, 2\n\
        Other;2019;July;Invented Sea;07/05/2019;1;2;4;Drowning;North;XAA;1, 2\n";
    let folder = tempfile::tempdir().expect("a folder");
    let path = write(folder.path(), "older.csv", text.as_bytes());
    let reading = share::read(&path, Kind::MissingMigrants, &RowDigests::default());
    let reading = reading.unwrap_or_else(|error| panic!("{error}"));
    let found = places(&reading.taken.findings);
    let expected = [
        "3 Total Number of Dead and Missing total_disagrees",
        "3 Incident Type code_unknown",
        "3 Country of Incident code_unknown",
    ];
    assert_eq!(found, expected);
    let read = incidents(&reading).as_printed();
    assert_eq!((read[0].dead_and_missing, read[1].dead_and_missing), (3, 4));
    let country = read[0].country_of_incident.as_ref().expect("it is stated");
    assert_eq!(country.code, "MOZ".parse().ok());
}

const REPORT: [&str; 13] = [
    "Iso3_code",
    "Country",
    "Region",
    "Subregion",
    "Indicator",
    "Dimension",
    "Category",
    "Sex",
    "Age",
    "Year",
    "Unit of measurement",
    "txtVALUE",
    "Source",
];

/// The fields of a cell of the Global Report's table.
fn report_row(code: &'static str, year: &'static str, value: &'static str) -> [&'static str; 13] {
    let (what, total) = ("Persons convicted", "Total");
    [
        code, "", "", "", what, total, total, total, total, year, "Counts", value, "GLOTIP",
    ]
}

/// The same rows as a workbook: another sheet first, and a title above the header.
fn titled_workbook(rows: &[[&'static str; 13]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let first = workbook.add_worksheet();
    first.write(0, 0, "Read me first").expect("a cell");
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "Trafficking in persons").expect("a cell");
    sheet.write(1, 0, "Updated: 2024").expect("a cell");
    for (row, fields) in (2..).zip([&REPORT].into_iter().chain(rows)) {
        for (column, field) in (0..).zip(fields) {
            match field.parse::<f64>() {
                Ok(number) => sheet.write(row, column, number).expect("a cell"),
                Err(_) => sheet.write(row, column, *field).expect("a cell"),
            };
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}

#[test]
fn a_workbook_with_a_title_is_the_same_table() {
    let rows = [
        report_row("MOZ", "2018", "<5"),
        report_row("ZMB", "2019", "1,204"),
        report_row("ZMB", "2020", "several"),
    ];
    let line = |fields: &[&str; 13]| format!("\"{}\"\n", fields.join("\",\""));
    let text: String = [&REPORT].into_iter().chain(&rows).map(line).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let book = write(folder.path(), "report.xlsx", &titled_workbook(&rows));
    let csv = write(folder.path(), "report.csv", text.as_bytes());
    let of_text = share::read(&csv, Kind::GlobalReport, &RowDigests::default());
    let of_text = of_text.unwrap_or_else(|error| panic!("{error}"));
    let expected = ["4 txtVALUE number_unreadable"];
    assert_eq!(places(&of_text.taken.findings), expected);
    // Every row of the workbook is known from the text: the form of a file is no news.
    let of_book = share::read(&book, Kind::GlobalReport, &of_text.taken.digests);
    let of_book = of_book.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(of_book.taken.counts.unchanged, 3);
    let expected = ["6 txtVALUE number_unreadable"];
    assert_eq!(places(&of_book.taken.findings), expected);
    assert_eq!(table(&of_book).len(), table(&of_text).len());
}

#[test]
fn days_in_a_workbook_are_days() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let header = [
        "Incident Date",
        "Number Dead",
        "Cause of Death",
        "Migration route",
    ];
    for (column, name) in (0..).zip(header) {
        sheet.write(4, column, name).expect("a cell");
    }
    let day = ExcelDateTime::from_ymd(2026, 1, 31).expect("a day");
    let format = Format::new().set_num_format("yyyy-mm-dd");
    sheet
        .write_with_format(5, 0, &day, &format)
        .expect("a cell");
    sheet.write(5, 1, 12).expect("a cell");
    sheet.write(5, 2, "Drowning").expect("a cell");
    sheet.write(5, 3, "Invented Sea Route").expect("a cell");
    let bytes = workbook.save_to_buffer().expect("a workbook");
    let folder = tempfile::tempdir().expect("a folder");
    let path = write(folder.path(), "days.xlsx", &bytes);
    let reading = share::read(&path, Kind::MissingMigrants, &RowDigests::default());
    let reading = reading.unwrap_or_else(|error| panic!("{error}"));
    let read = &incidents(&reading).as_printed()[0];
    assert_eq!((read.row, read.dead_and_missing), (6, 12));
    assert_eq!(
        read.date.map(|date| date.to_string()),
        Ok("2026-01-31".into())
    );
    assert_eq!(tally(&reading.taken.findings).len(), 0);
}
