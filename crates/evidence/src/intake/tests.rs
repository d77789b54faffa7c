use super::*;
use proptest::prelude::*;
use terms::cell::Absence;

fn take(kind: Kind, header: &[&str], rows: &[&[&str]], previous: &RowDigests) -> Taken {
    let mut intake = Intake::open(kind, "f.csv", 1, header, previous).expect("a header");
    for (at, fields) in rows.iter().enumerate() {
        let fields: Vec<_> = fields.iter().map(|text| Cow::Borrowed(*text)).collect();
        intake.row(at as u64 + 2, &fields, None);
    }
    intake.finish("00")
}

fn codes(taken: &Taken) -> Vec<(u64, &'static str)> {
    let at = |f: &Finding| (f.row.unwrap_or(0), f.code);
    taken.findings.iter().map(at).collect()
}

fn incidents(taken: &Taken) -> &[Incident] {
    match &taken.observations {
        Observations::Incidents(incidents) => incidents.as_printed(),
        Observations::Table(_) => panic!("incidents were expected"),
    }
}

fn table(taken: &Taken) -> &Table {
    match &taken.observations {
        Observations::Table(table) => table.as_printed(),
        Observations::Incidents(_) => panic!("a table was expected"),
    }
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

fn cell<'a>(code: &'a str, year: &'a str, value: &'a str) -> Vec<&'a str> {
    vec![
        code,
        "Xanadu",
        "",
        "",
        "Persons convicted",
        "Total",
        "Total",
        "Total",
        "Total",
        year,
        "Counts",
        value,
        "GLOTIP",
    ]
}

#[test]
fn a_key_printed_with_two_values_is_held_whole() {
    let rows = [
        cell("XAA", "2018", "7"),
        cell("XAA", "2018", "9"),
        cell("XAA", "2018", "7"),
        cell("XAA", "2019", "<5"),
        cell("XAA", "2019", "<5"),
        cell("XAA", "2020", "1,204"),
    ];
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let taken = take(Kind::GlobalReport, &REPORT, &rows, &RowDigests::default());
    let expected = Counts {
        read: 6,
        accepted: 2,
        held: 2,
        unchanged: 2,
    };
    assert_eq!(taken.counts, expected);
    let told: Vec<_> = codes(&taken)
        .into_iter()
        .filter(|(_, code)| *code != "area_not_iso")
        .collect();
    assert_eq!(
        told,
        [
            (2, "key_disputed"),
            (3, "repeated_key_disagrees"),
            (4, "duplicate_row"),
            (4, "repeated_key"),
            (6, "duplicate_row"),
            (6, "repeated_key"),
        ]
    );
    assert_eq!(taken.excluded_rows, [2, 3, 4]);
    let at = |year| {
        let place = [
            "XAA",
            "Persons convicted",
            "Total",
            "Total",
            "Total",
            "Total",
            year,
        ];
        table(&taken).get(&place).cloned()
    };
    assert_eq!(at("2018"), Some(Cell::Absent(Absence::Disputed)));
    assert_eq!(at("2019"), Some(Cell::Masked { lower: 0, upper: 4 }));
    assert_eq!(at("2020"), Some(Cell::Exact(1204)));
    assert_eq!(at("2021"), None);
}

#[test]
fn sums_over_the_report_are_refused() {
    let row = cell("XAA", "2018", "7");
    let taken = take(Kind::GlobalReport, &REPORT, &[&row], &RowDigests::default());
    for kept in [
        vec!["year"],
        vec!["year", "indicator", "dimension", "category", "sex"],
    ] {
        assert!(table(&taken).sum_to(&kept).is_err(), "{kept:?}");
    }
}

#[test]
fn values_that_are_no_counts_are_held_or_refused() {
    for (value, code, severity) in [
        ("", "required_missing", Severity::Held),
        ("about 7", "number_unreadable", Severity::Error),
        ("6,112,019", "number_implausible", Severity::Held),
    ] {
        let row = cell("MOZ", "2018", value);
        let taken = take(Kind::GlobalReport, &REPORT, &[&row], &RowDigests::default());
        let found = &taken.findings[0];
        assert_eq!((found.code, found.severity), (code, severity), "{value}");
        assert_eq!(found.field.as_deref(), Some("txtVALUE"));
        assert_eq!((taken.counts.held, table(&taken).len()), (1, 0));
    }
}

#[test]
fn an_area_without_a_code_goes_by_its_name() {
    let row = cell("", "2018", "7");
    let taken = take(Kind::GlobalReport, &REPORT, &[&row], &RowDigests::default());
    assert_eq!(codes(&taken), [(2, "place_code_missing")]);
    assert_eq!(
        table(&taken).codes("area").expect("a dimension"),
        ["Xanadu"]
    );
}

#[test]
fn rows_known_from_an_earlier_file_are_unchanged() {
    let rows = [cell("MOZ", "2018", "7"), cell("MOZ", "2019", "8")];
    let first = take(
        Kind::GlobalReport,
        &REPORT,
        &[&rows[0]],
        &RowDigests::default(),
    );
    let both = take(
        Kind::GlobalReport,
        &REPORT,
        &[&rows[0], &rows[1]],
        &first.digests,
    );
    assert_eq!((both.counts.accepted, both.counts.unchanged), (1, 1));
    assert_eq!(
        table(&both).len(),
        2,
        "a file is read whole, known rows too"
    );
    let again = take(
        Kind::GlobalReport,
        &REPORT,
        &[&rows[1], &rows[0]],
        &both.digests,
    );
    assert_eq!(again.counts.unchanged, 2);
}

#[test]
fn a_header_without_its_columns_is_refused() {
    let none = RowDigests::default();
    let refused = Intake::open(Kind::Frontex, "f.csv", 1, &["route", "n"], &none);
    let findings = refused.expect_err("three columns are missing");
    let codes: Vec<_> = findings.iter().map(|f| f.code).collect();
    assert_eq!(codes, ["header_missing"; 3]);
    assert!(!Kind::MissingMigrants.recognises(&["Incident Date", "Cause of Death", "route"]));
    assert!(Kind::MissingMigrants.recognises(&["T", "DEAD", "Cause", "\u{feff}route"]));
}

const EXTRACT: [&str; 12] = [
    "t", "m", "type", "route", "geo", "dead", "cause", "surv", "nat", "location", "lon", "lat",
];

fn incident<'a>(date: &'a str, dead: &'a str) -> Vec<&'a str> {
    vec![
        date,
        "2023-07-01",
        "Incident",
        "North Sea Route",
        "MOZ",
        dead,
        "Drowning",
        "",
        "ZMB,UNK",
        "At sea",
        "36.5",
        "-18.25",
    ]
}

#[test]
fn incidents_without_identifiers_may_be_alike() {
    let row = incident("2023-07-04", "2");
    let rows: [&[&str]; 3] = [&row, &row, &row];
    let first = take(
        Kind::MissingMigrants,
        &EXTRACT,
        &rows[..2],
        &RowDigests::default(),
    );
    assert_eq!((first.counts.accepted, first.counts.unchanged), (2, 0));
    assert_eq!(codes(&first), [(3, "duplicate_row")]);
    assert_eq!(incidents(&first).len(), 2);
    let more = take(Kind::MissingMigrants, &EXTRACT, &rows, &first.digests);
    assert_eq!((more.counts.accepted, more.counts.unchanged), (1, 2));
}

#[test]
fn blanks_are_absent_and_never_zero() {
    let row = incident("2023-07-04", "2");
    let taken = take(
        Kind::MissingMigrants,
        &EXTRACT,
        &[&row],
        &RowDigests::default(),
    );
    let read = &incidents(&taken)[0];
    assert_eq!(read.survivors, Err(Absence::Unknown));
    assert_eq!(read.females, Err(Absence::NotInSource));
    assert_eq!(read.month.to_string(), "2023-07");
    let origins: Vec<_> = read.countries_of_origin.iter().map(|c| c.code).collect();
    assert_eq!(origins, ["ZMB".parse().ok(), None]);
    assert_eq!(taken.findings, []);
    let blank = incident("2023-07-04", "");
    let taken = take(
        Kind::MissingMigrants,
        &EXTRACT,
        &[&blank],
        &RowDigests::default(),
    );
    assert_eq!(codes(&taken), [(2, "required_missing")]);
    assert_eq!((taken.counts.held, incidents(&taken).len()), (1, 0));
}

#[test]
fn dates_and_places_are_checked() {
    let mut odd = incident("2023-08-04", "2");
    odd[10] = "361";
    let late = incident("yesterday", "2");
    let rows: [&[&str]; 2] = [&odd, &late];
    let taken = take(
        Kind::MissingMigrants,
        &EXTRACT,
        &rows,
        &RowDigests::default(),
    );
    assert_eq!(
        codes(&taken),
        [
            (2, "month_disagrees"),
            (2, "coordinates_unreadable"),
            (3, "date_unreadable")
        ]
    );
    assert_eq!((taken.counts.accepted, taken.counts.held), (1, 1));
}

#[test]
fn detections_make_a_table_that_adds_up() {
    let header = ["route", "type", "nat", "t", "n"];
    let rows: [&[&str]; 4] = [
        &["North", "Sea", "MOZ", "2024-01-01", "40"],
        &["North", "Land", "OOO", "2024-01-01", "2"],
        &["South", "Sea", "MOZ", "2024-02-01", "1,000"],
        &["South", "Sea", "QQ", "2024-02-01", "5"],
    ];
    let taken = take(Kind::Frontex, &header, &rows, &RowDigests::default());
    assert_eq!(codes(&taken), [(3, "code_special"), (5, "code_unknown")]);
    let by_year = table(&taken)
        .sum_to(&["year"])
        .expect("all dimensions are disjoint");
    assert_eq!(by_year.get(&["2024"]), Some(&Cell::Exact(1047)));
    assert_eq!(taken.source.vintage, "2024-01 to 2024-02, file f.csv");
}

/// Rows of few values, so that repeats and disputes are frequent.
fn some_rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    let field = prop_oneof![
        3 => prop::sample::select(vec![
            "2018", "2019", "7", "<5", "MOZ", "Total", "Counts", "2023-07-04", "Sea", "", "1,200",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ];
    prop::collection::vec(prop::collection::vec(field, 4..14), 0..12)
}

proptest! {
    #[test]
    fn any_rows_are_counted_once_and_known_again(kind in 0..3_usize, rows in some_rows()) {
        let kind = Kind::ALL[kind];
        let header: Vec<&str> = match kind {
            Kind::MissingMigrants => EXTRACT.to_vec(),
            Kind::Frontex => vec!["route", "type", "nat", "t", "n"],
            Kind::GlobalReport => REPORT.to_vec(),
        };
        let width = header.len();
        let fitted: Vec<Vec<&str>> = rows
            .iter()
            .map(|row| (0..width).map(|at| row.get(at).map_or("7", String::as_str)).collect())
            .chain(rows.iter().map(|row| row.iter().map(String::as_str).collect()))
            .collect();
        let fitted: Vec<&[&str]> = fitted.iter().map(Vec::as_slice).collect();
        let first = take(kind, &header, &fitted, &RowDigests::default());
        let sum = first.counts.accepted + first.counts.held + first.counts.unchanged;
        prop_assert_eq!(sum, first.counts.read);
        let again = take(kind, &header, &fitted, &first.digests);
        prop_assert_eq!(again.counts.unchanged, again.counts.read);
        prop_assert_eq!(again.counts.read, first.counts.read);
    }
}
