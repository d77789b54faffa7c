//! The embedded places against the real files that stand beside the repository.

use std::collections::BTreeSet;

use terms::language::Language;
use terms::place::{PlaceCode, PlaceKind, Places};

type Row = std::collections::HashMap<String, String>;

fn rows(file: &str) -> Option<Vec<Row>> {
    let path = testkit::shared(file)?;
    let mut reader = csv::Reader::from_path(path).expect("a readable file");
    Some(
        reader
            .deserialize()
            .map(|row| row.expect("a well-formed row"))
            .collect(),
    )
}

/// Names that differ from the source, each mended for a reason that its row's note states.
const MENDED: [(&str, Language); 11] = [
    ("ALA", Language::Ru),
    ("ATA", Language::Ru),
    ("ATF", Language::Ar),
    ("CCK", Language::Ru),
    ("CIV", Language::En),
    ("CXR", Language::Ru),
    ("CYM", Language::Ru),
    ("FLK", Language::En),
    ("IOT", Language::Ar),
    ("NLD", Language::Ar),
    ("UMI", Language::Ar),
];

#[test]
fn codes_regions_and_names_are_those_of_the_source() {
    let Some(rows) = rows("codelists/countries_iso3166_m49.csv") else {
        return;
    };
    let places = Places::standard();
    let mut differing = Vec::new();
    for row in &rows {
        let code: PlaceCode = row["iso3"].parse().expect("a place code");
        let place = places
            .get(code)
            .unwrap_or_else(|| panic!("{code} is missing"));
        assert_eq!(place.alpha2.as_deref(), Some(row["iso2"].as_str()));
        assert_eq!(place.m49, row["m49"].parse().ok());
        let region = |field: &str| row[field].parse::<u16>().ok();
        assert_eq!(place.region.map(|region| region.0), region("region_code"));
        assert_eq!(
            place.subregion.map(|region| region.0),
            region("subregion_code")
        );
        assert_eq!(
            place.intermediate.map(|region| region.0),
            region("intermediate_code")
        );
        for language in Language::ALL.into_iter().filter(|l| *l != Language::Pt) {
            if place.name(language) != row[&format!("name_{language}")].trim() {
                let note = place.note.as_deref().unwrap_or_default();
                assert!(
                    note.contains(&format!("{language} name mended")),
                    "{code}: {note}"
                );
                differing.push((code.to_string(), language));
            }
        }
    }
    let expected = MENDED.map(|(code, language)| (code.to_owned(), language));
    assert_eq!(
        differing.into_iter().collect::<BTreeSet<_>>(),
        BTreeSet::from(expected)
    );
}

#[test]
fn every_party_to_the_treaties_is_a_state_or_the_union() {
    let Some(rows) = rows("treaty/treaty_actions.csv") else {
        return;
    };
    let places = Places::standard();
    for row in &rows {
        let place = match row["iso3"].as_str() {
            "EU" => places.get(PlaceCode::EUROPEAN_UNION),
            code => places.get(code.parse().expect("a place code")),
        };
        let place = place.unwrap_or_else(|| panic!("{} is missing", row["iso3"]));
        let party = [PlaceKind::State, PlaceKind::Organisation].contains(&place.kind);
        assert!(
            party,
            "{} acted towards a treaty and is a {:?}",
            place.code, place.kind
        );
    }
}

#[test]
fn only_the_grouped_small_reporters_of_the_global_report_are_no_places() {
    let Some(rows) = rows("codelists/glotip_dataset_countries_regions.csv") else {
        return;
    };
    let listed = |code: &&str| {
        let parsed: Result<PlaceCode, _> = code.parse();
        parsed
            .ok()
            .and_then(|code| Places::standard().get(code))
            .is_some()
    };
    let codes: BTreeSet<&str> = rows.iter().map(|row| row["Iso3_code"].as_str()).collect();
    let others: Vec<&str> = codes.into_iter().filter(|code| !listed(code)).collect();
    for code in &others {
        assert!(
            [
                "",
                "Aruba/Curacao",
                "CAR",
                "CAS",
                "EEU",
                "MCA",
                "MCN",
                "SAF",
                "SAM"
            ]
            .contains(code),
            "{code:?} is no place and no known group"
        );
    }
}
