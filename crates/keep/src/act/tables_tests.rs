use super::*;

/// A table with a cell of each kind, absent for each reason.
fn every_cell() -> Table {
    let counting = CountingRule {
        unit: CountedUnit::Incidents,
        reference_date: "date of the first contact".into(),
        statement: "Each victim once.".into(),
    };
    let source = Source {
        publisher: "Statistical Office of XA".into(),
        title: "Invented table".into(),
        address: "https://xa.invalid/table".into(),
        licence: "CC0".into(),
        attribution: "XA".into(),
        vintage: "2026-06-30".into(),
        retrieved: Some(Date::new(2026, 7, 1).expect("a day")),
        content_sha256: Some("ab".repeat(32)),
    };
    let dimensions = vec![
        Dimension::disjoint("sex", "sex@1"),
        Dimension::overlapping("form", "forms@1"),
    ];
    let limits = vec![Limit::DetectedOnly];
    let mut table = Table::new("invented", dimensions, counting, source, limits);
    let cells = [
        Cell::Exact(17),
        Cell::Masked { lower: 0, upper: 9 },
        Cell::Rounded { base: 3, value: 12 },
        Cell::Noised {
            value: -2,
            scale: 1.5,
        },
        Cell::Estimate {
            point: 40.5,
            lower: 30.0,
            upper: 60.0,
            level: 0.95,
        },
        Cell::Measure {
            value: 0.25,
            unit: "share".into(),
        },
    ];
    let absent = Absence::ALL.into_iter().map(Cell::Absent);
    for (number, cell) in cells.into_iter().chain(absent).enumerate() {
        table
            .push(&["female", &format!("form-{number}")], cell)
            .expect("rows differ");
    }
    table
}

fn hierarchies() -> Vec<Hierarchy> {
    vec![
        Hierarchy::flat("all", ["female", "male"]).expect("a tree"),
        Hierarchy::none(),
    ]
}

#[test]
fn a_draft_reads_back_as_it_was_written() {
    let draft = Draft {
        table: every_cell(),
        hierarchies: hierarchies(),
        population: "victims detected in XXA".into(),
        vintage: "2026-06-30".into(),
        party_dimension: Some("form".into()),
        behind: vec![Behind {
            events: Some(4),
            sources: None,
            contributors: Some(3),
            inhabitants: Some(900),
        }],
    };
    let bytes = encode_draft(&draft);
    let read = decode_draft(&bytes).expect("reads");
    assert_eq!(encode_draft(&read), bytes);
    assert_eq!(read.hierarchies, draft.hierarchies);
    assert_eq!(read.behind, draft.behind);
    assert_eq!(read.party_dimension, draft.party_dimension);
    let cells: Vec<_> = read.table.iter().collect();
    assert_eq!(cells, draft.table.iter().collect::<Vec<_>>());
    assert_eq!(read.table.source, draft.table.source);
    assert_eq!(read.table.limits, draft.table.limits);
}

#[test]
fn a_publication_keeps_its_audience() {
    for audience in [
        Audience::Public,
        Audience::Agreement("harbour".into()),
        Audience::Party("XXB".into()),
    ] {
        let publication = Publication {
            name: "a release".into(),
            audience: audience.clone(),
            population: "victims detected in XXA".into(),
            vintage: "2026-06-30".into(),
            table: every_cell(),
            hierarchies: hierarchies(),
        };
        let bytes = encode_publication(&publication);
        let read = decode_publication(&bytes).expect("reads");
        assert_eq!(read.audience, audience);
        assert_eq!(encode_publication(&read), bytes);
    }
}

#[test]
fn a_stored_table_that_is_cut_off_is_malformed_and_tells_nothing() {
    let draft = Draft {
        table: every_cell(),
        hierarchies: hierarchies(),
        population: "victims detected in XXA".into(),
        vintage: "2026-06-30".into(),
        party_dimension: None,
        behind: Vec::new(),
    };
    let bytes = encode_draft(&draft);
    for end in 0..bytes.len() {
        let error = decode_draft(&bytes[..end]).expect_err("cut off");
        assert!(error.to_string().starts_with("act_malformed: "));
        assert!(!error.to_string().contains("17"), "{error}");
    }
}
