use std::collections::BTreeMap;

use proptest::prelude::*;
use terms::cell::Cell;
use terms::language::Language;

use super::definition::{definition, definitions};
use super::*;

fn parts(
    unit: Unit,
    by: &[&str],
    of: &[&str],
    period: &str,
) -> Result<Tabulation, TabulationError> {
    let owned = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    Tabulation::of_parts(unit, &owned(by), &owned(of), period, None)
}

fn source() -> terms::source::Source {
    testkit::invented_source("act 7")
}

fn place(codes: &[&str]) -> Place {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

fn agency(number: u8, rows: u64) -> BTreeMap<[u8; 16], u64> {
    BTreeMap::from([([number; 16], rows)])
}

#[test]
fn a_tabulation_is_written_as_a_line_and_read_again() {
    let line = "victim by year,form:glotip.form@2024-05,sex of status=identified|presumed \
                over 2020-01..2024-12 on detected";
    let tabulation: Tabulation = line.parse().expect("a tabulation");
    assert_eq!(tabulation.to_string(), line);
    let of_parts = parts(
        Unit::Victim,
        &["year", "form:glotip.form@2024-05", "sex"],
        &["status=identified|presumed"],
        "2020..2024",
    );
    assert_eq!(of_parts.expect("a tabulation"), tabulation);
    assert_eq!(
        tabulation.population(),
        "victim by detected of status=identified|presumed"
    );
}

#[test]
fn what_is_not_there_is_refused_with_what_is() {
    let refused = |by: &[&str], of: &[&str], period: &str| {
        let refused = parts(Unit::Victim, by, of, period).expect_err("refused");
        format!("{}: {refused}", refused.code())
    };
    let all = [
        refused(&["colour"], &[], "2024"),
        refused(&["sex", "sex"], &[], "2024"),
        refused(&["forms", "means"], &[], "2024"),
        refused(&["form:palermo.sex@1"], &[], "2024"),
        refused(&["sex"], &["sex=W"], "2024"),
        refused(&["sex"], &["sex"], "2024"),
        refused(&["sex"], &["citizenship=Malawi"], "2024"),
        refused(&["sex"], &[], "2024..2020"),
        refused(&["sex"], &[], "last year"),
        refused(&["sex"], &["sex=F over 2020 on x"], "2024"),
    ];
    insta::assert_snapshot!(all.join("\n"));
    let other = "victim by sex over 2024 on form".parse::<Tabulation>();
    assert_eq!(other.expect_err("refused").code(), "tabulation_column");
}

#[test]
fn every_definition_is_sound_in_three_languages() {
    for definition in definitions() {
        let tabulation = definition.over("2020..2024").expect("sound");
        tabulation.wanted().expect("sound");
        let again: Tabulation = tabulation.to_string().parse().expect("read again");
        assert_eq!(again, tabulation);
        for language in [Language::En, Language::Fr, Language::Pt] {
            assert!(!definition.title(language).is_empty());
        }
    }
    assert!(definition("gr-victims-form").is_some());
    assert!(definition("gr-nothing").is_none());
}

#[test]
fn a_table_has_every_place_its_totals_and_who_stands_behind_it() {
    let tabulation = parts(
        Unit::Victim,
        &["form:glotip.form@2024-05", "sex"],
        &[],
        "2024",
    );
    let wanted = tabulation.expect("sound").wanted().expect("sound");
    let counts = BTreeMap::from([
        (place(&["domestic_servitude", "F"]), agency(1, 3)),
        (place(&["forced_labour", "F"]), agency(2, 4)),
        (place(&["mixed", ""]), agency(1, 1)),
        (place(&["", "absent.refused"]), agency(1, 2)),
    ]);
    let counted = wanted.table("table", &Laid { counts }, source(), (2, 3));
    let get = |codes: &[&str]| counted.table.get(codes).cloned();
    // Both own forms are forced labour in the list of the Global Report.
    assert_eq!(get(&["Forced labour", "F"]), Some(Cell::Exact(7)));
    assert_eq!(get(&["Forced labour", "M"]), Some(Cell::Exact(0)));
    assert_eq!(
        get(&["Other forms of exploitation", "_U"]),
        Some(Cell::Exact(1))
    );
    assert_eq!(get(&["not_said", "_U"]), Some(Cell::Exact(2)));
    assert_eq!(get(&["total", "total"]), Some(Cell::Exact(10)));
    assert_eq!(get(&["total", "_U"]), Some(Cell::Exact(3)));
    let row = counted
        .table
        .iter()
        .position(|(codes, _)| codes == ["Forced labour", "F"]);
    assert_eq!(row.map(|row| counted.sources[row]), Some(2));
    assert_eq!(counted.hierarchies[0].whole(), Some("total"));
    assert!(counted.table.counting.statement.contains("2 of 3 agencies"));
}

#[test]
fn forms_that_a_person_has_several_of_have_no_total() {
    let tabulation = parts(Unit::Victim, &["forms", "sex"], &[], "2024").expect("sound");
    let wanted = tabulation.wanted().expect("sound");
    let counts = BTreeMap::from([
        (place(&["forced_labour", "F"]), agency(1, 3)),
        (place(&["sexual_exploitation", "F"]), agency(1, 3)),
    ]);
    let counted = wanted.table("table", &Laid { counts }, source(), (1, 1));
    assert_eq!(counted.table.get(&["total", "F"]), None);
    assert_eq!(
        counted.table.get(&["forced_labour", "total"]).cloned(),
        Some(Cell::Exact(3))
    );
    assert!(counted.hierarchies[0].sums().is_empty());
    assert!(counted.table.counting.statement.contains("do not add up"));
}

proptest! {
    #[test]
    fn no_line_makes_a_reader_panic(line in "[a-z=|,.: 0-9-]{0,80}") {
        let _ = line.parse::<Tabulation>();
        let line = format!("victim by {line} over 2024 on detected");
        let _ = line.parse::<Tabulation>();
    }

    #[test]
    fn totals_are_the_sums_of_their_parts(
        rows in prop::collection::vec((0..4_usize, 0..3_usize, 1..50_u64), 0..20),
    ) {
        let forms = ["forced_labour", "surrogacy", "sexual_exploitation", ""];
        let sexes = ["F", "M", ""];
        let tabulation = parts(Unit::Victim, &["form", "sex"], &[], "2024").expect("sound");
        let wanted = tabulation.wanted().expect("sound");
        let mut laid = Laid::default();
        let mut all = 0;
        for (form, sex, count) in rows {
            let cell = laid.counts.entry(place(&[forms[form], sexes[sex]])).or_default();
            *cell.entry([1; 16]).or_default() += count;
            all += count;
        }
        let counted = wanted.table("table", &laid, source(), (1, 1));
        prop_assert_eq!(counted.table.get(&["total", "total"]).cloned(), Some(Cell::Exact(all)));
        let inner: u64 = counted.table.iter()
            .filter(|(codes, _)| codes.iter().all(|code| *code != "total"))
            .map(|(_, cell)| match cell { Cell::Exact(count) => *count, _ => 0 })
            .sum();
        prop_assert_eq!(inner, all);
    }
}
