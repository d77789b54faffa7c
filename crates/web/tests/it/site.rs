//! A small site: the real record of treaties, and invented counts of an invented register.

use std::collections::BTreeMap;
use std::io::Read;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use jiff::civil::Date;
use protect::Released;
use publish::WorldMap;
use terms::cell::{Absence, Cell};
use terms::group::Groups;
use terms::limit::Limit;
use terms::place::Places;
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension, Table};
use tower::ServiceExt;
use web::{CountedTable, ReadCounts, Site, app};

/// The day on which every test takes place.
pub(crate) const TODAY: Date = Date::constant(2026, 11, 22);

fn source(title: &str) -> Source {
    Source {
        publisher: "Register of XA".into(),
        title: title.into(),
        address: "https://register.example".into(),
        licence: "CC BY 4.0".into(),
        attribution: "Register of XA, invented".into(),
        vintage: "2026".into(),
        retrieved: Some(Date::constant(2026, 11, 1)),
        content_sha256: Some("00ff".repeat(16)),
    }
}

fn rule(unit: CountedUnit) -> CountingRule {
    CountingRule {
        unit,
        reference_date: "day of the incident".into(),
        statement: "Each person once, under the route and cause of the incident.".into(),
    }
}

fn release(table: Table) -> Released<Table> {
    // This room does not know the class `foreign`; a public table of the seed lends it.
    let (seed, _) = analyse::seed::missing_migrants();
    protect::release::foreign(seed.map(|_| table))
}

/// Incidents of the invented register: month, route, cause, place, number.
const INCIDENTS: [(&str, &str, &str, &str, u64); 7] = [
    (
        "2024-01",
        "central-mediterranean",
        "drowning",
        "N35E010",
        1200,
    ),
    (
        "2024-02",
        "central-mediterranean",
        "drowning",
        "N30E010",
        35,
    ),
    ("2024-05", "western-mediterranean", "violence", "N35W005", 4),
    (
        "2025-01",
        "central-mediterranean",
        "violence",
        "N35E010",
        20,
    ),
    ("2025-03", "new-route", "new-cause", "S05E035", 7),
    (
        "2025-07",
        "western-mediterranean",
        "drowning",
        "unplaced",
        60,
    ),
    (
        "2026-02",
        "central-mediterranean",
        "drowning",
        "N35E010",
        11,
    ),
];

fn migrants() -> Released<Table> {
    let dimensions = ["year", "month", "route", "cause"];
    let dimensions = dimensions.map(|id| Dimension::disjoint(id, "register@2026"));
    let limits = vec![Limit::MinimumCount, Limit::DeadIncludeMissing];
    let counting = rule(CountedUnit::DeadAndMissing);
    let source = source("Invented deaths");
    let mut table = Table::new(
        "missing-migrants",
        dimensions.into(),
        counting,
        source,
        limits,
    );
    for (month, route, cause, _, number) in INCIDENTS {
        let codes = [&month[..4], month, route, cause];
        table
            .push(&codes, Cell::Exact(number))
            .expect("rows differ");
    }
    release(table)
}

fn places() -> Released<Table> {
    let dimensions = ["year", "route", "cause", "place"];
    let dimensions = dimensions.map(|id| Dimension::disjoint(id, "register@2026"));
    let limits = vec![Limit::PlacesApproximate];
    let counting = rule(CountedUnit::DeadAndMissing);
    let source = source("Invented deaths by place");
    let mut table = Table::new(
        "missing-migrants-map",
        dimensions.into(),
        counting,
        source,
        limits,
    );
    for (month, route, cause, place, number) in INCIDENTS {
        let codes = [&month[..4], route, cause, place];
        table
            .push(&codes, Cell::Exact(number))
            .expect("rows differ");
    }
    release(table)
}

/// A table with a masked, an absent and a disputed cell, and dimensions that overlap.
fn masked() -> Released<Table> {
    let dimensions = vec![
        Dimension::disjoint("area", "iso3166-1@2026"),
        Dimension::overlapping("category", "categories@1"),
        Dimension::disjoint("year", "period"),
    ];
    let limits = vec![Limit::SmallCountsMasked, Limit::SourceDisagrees];
    let counting = rule(CountedUnit::AsIndicated);
    let source = source("Invented victims");
    let mut table = Table::new("global-report", dimensions, counting, source, limits);
    let masked = Cell::Masked { lower: 0, upper: 4 };
    for (codes, cell) in [
        (["XXA", "all", "2020"], Cell::Exact(41)),
        (["XXA", "all", "2021"], masked.clone()),
        (["XXB", "all", "2020"], Cell::Absent(Absence::Disputed)),
        (["XXB", "all", "2021"], Cell::Exact(0)),
        (["XXA", "labour", "2020"], masked.clone()),
        (["XXA", "labour", "2021"], masked),
    ] {
        table.push(&codes, cell).expect("rows differ");
    }
    release(table)
}

/// How tables are read that are sent: as the program reads them.
fn counts() -> ReadCounts {
    Box::new(|bytes, name, said| {
        let sent = testkit::counts::Sent {
            below: said.below,
            zeros_printed: said.zeros_printed,
            dash: said.dash,
            total_words: &said.total_words,
            layout: &said.layout,
        };
        let (read, findings) = sent.read(bytes, name)?;
        Ok(CountedTable {
            table: read.table,
            hierarchies: read.hierarchies,
            population: read.population,
            vintage: read.vintage,
            party_dimension: read.party_dimension,
            behind: Vec::new(),
            sums_inconsistent: read.sums.inconsistent,
            findings,
        })
    })
}

/// The site, with or without imported tables.
pub(crate) fn site(tables: bool) -> Site {
    let labels = [
        ("central-mediterranean", "Central Mediterranean Route"),
        ("western-mediterranean", "Western Mediterranean Route"),
        ("new-route", "A route that no message knows"),
        ("drowning", "Drowning"),
        ("violence", "Violence"),
    ];
    let labels = labels.map(|(code, label)| (code.to_owned(), label.to_owned()));
    Site {
        node_name: "Test node".into(),
        synthetic: false,
        places: Places::standard().clone(),
        groups: Groups::standard().clone(),
        map: WorldMap::standard().clone(),
        missing_migrants: migrants(),
        missing_migrants_map: places(),
        labels: BTreeMap::from(labels),
        tables: if tables { vec![masked()] } else { Vec::new() },
        released: None,
        counts: Some(counts()),
        office: None,
        origin: None,
        sessions: None,
        unlock: None,
        today: Box::new(|| TODAY),
        now: Box::new(|| jiff::Timestamp::UNIX_EPOCH),
    }
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).expect("an answer is text")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).expect("an answer is JSON")
    }
}

/// Asks a router, with headers.
pub(crate) async fn ask(router: Router, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    let response = router.oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 1 << 24).await.expect("a body").to_vec();
    Answer {
        status: parts.status,
        headers: parts.headers,
        bytes,
    }
}

/// Sends a form of one field, as a browser does.
pub(crate) async fn send(path: &str, field: &str, value: &str) -> Answer {
    let encoded: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let request = Request::builder()
        .method("POST")
        .uri(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(format!("{field}={encoded}")))
        .expect("a request");
    let response = app(site(true)).oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 1 << 24).await.expect("a body").to_vec();
    Answer {
        status: parts.status,
        headers: parts.headers,
        bytes,
    }
}

/// Sends a form with a file, as a browser does: each field by name, file name (empty for none) and
/// content.
pub(crate) async fn send_parts(path: &str, parts: &[(&str, &str, &[u8])]) -> Answer {
    const BETWEEN: &str = "between-the-parts-of-a-form";
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = match *file {
            "" => String::new(),
            file => format!("; filename=\"{file}\""),
        };
        let head =
            format!("--{BETWEEN}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BETWEEN}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={BETWEEN}");
    let request = Request::builder()
        .method("POST")
        .uri(path)
        .header("content-type", kind)
        .body(Body::from(body))
        .expect("a request");
    let response = app(site(true)).oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 1 << 24).await.expect("a body").to_vec();
    Answer {
        status: parts.status,
        headers: parts.headers,
        bytes,
    }
}

/// Asks the small site with imported tables.
pub(crate) async fn get(path: &str) -> Answer {
    ask(app(site(true)), path, &[]).await
}

/// Size of an answer as a browser gets it, compressed, in bytes.
pub(crate) async fn weight(path: &str) -> usize {
    let answer = ask(app(site(true)), path, &[("accept-encoding", "gzip")]).await;
    assert_eq!(
        answer.header(header::CONTENT_ENCODING.as_str()),
        "gzip",
        "{path}"
    );
    let mut text = String::new();
    let mut decoder = flate2::read::GzDecoder::new(answer.bytes.as_slice());
    decoder.read_to_string(&mut text).expect("gzip");
    assert!(text.len() > answer.bytes.len());
    answer.bytes.len()
}
