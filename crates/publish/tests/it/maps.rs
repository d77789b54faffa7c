//! The map that is carried, and maps that another puts in its place.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use publish::map::{MapError, place_on_map};
use publish::{Choropleth, Drawing, WorldMap};
use terms::place::{PlaceKind, Places};

use crate::samples;

fn compressed(text: &str) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory").len()
}

#[test]
fn every_place_of_today_can_be_shown() {
    let map = WorldMap::standard();
    let gone = |code| {
        Places::standard()
            .get(code)
            .is_some_and(|place| place.valid_to.is_some())
    };
    let lost: Vec<String> = Places::standard()
        .iter()
        .filter(|place| !matches!(place.kind, PlaceKind::FormerState | PlaceKind::Organisation))
        .filter(|place| !gone(place.code) && place.code.as_str() != "ATA")
        .filter(|place| !map.shows(place.code))
        .map(|place| place.code.to_string())
        .collect();
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn every_code_of_the_map_is_a_place() {
    let choropleth = samples::regions();
    assert!(choropleth.places.len() > 240, "{}", choropleth.places.len());
    for code in choropleth.places.keys() {
        assert!(WorldMap::standard().shows(*code));
    }
}

#[test]
fn no_edge_runs_across_the_map() {
    // An edge that is longer than a tenth of the map comes from a ring that was not cut.
    for place in Places::standard().iter() {
        let Some(path) = WorldMap::standard().outline(place.code) else {
            continue;
        };
        for ring in path.split('z').filter(|ring| !ring.is_empty()) {
            let relative = ring.split_once('l').map_or("", |(_, rest)| rest);
            for step in steps(relative) {
                assert!(step.abs() < 100.0, "{:?}: {step}", place.code);
            }
        }
    }
}

fn steps(path: &str) -> Vec<f64> {
    path.replace('-', " -")
        .split_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect()
}

#[test]
fn malta_singapore_and_the_seychelles_are_circles() {
    for code in ["MLT", "SGP", "SYC", "TUV", "NRU"] {
        let code = code.parse().expect("a code");
        assert!(WorldMap::standard().outline(code).is_none());
        let only = Choropleth {
            places: samples::regions()
                .places
                .into_iter()
                .filter(|(place, _)| *place == code)
                .collect(),
            ..samples::regions()
        };
        let svg = only.svg(WorldMap::standard(), &Drawing::new("m"));
        assert_eq!(svg.as_str().matches("r=\"4.5\"").count(), 1, "{code}");
    }
}

#[test]
fn the_world_is_small_enough_for_a_poor_line() {
    let drawing = Drawing::new("m");
    let world = WorldMap::standard();
    let drawings = [
        samples::regions().svg(world, &drawing),
        samples::by_subregion().svg(world, &drawing),
        samples::bubbles().svg(world, &drawing),
    ];
    for svg in drawings {
        let (raw, packed) = (svg.as_str().len(), compressed(svg.as_str()));
        println!("{raw} bytes, {packed} compressed");
        assert!(raw <= 60_000, "{raw} bytes");
        assert!(packed <= 22_000, "{packed} bytes compressed");
    }
}

#[test]
fn north_is_up_and_the_map_fills_its_box() {
    let (left, equator) = place_on_map(-180.0, 0.0);
    let (right, _) = place_on_map(180.0, 0.0);
    let (_, north) = place_on_map(0.0, 90.0);
    assert!(left.abs() < 1e-9 && (right - 1000.0).abs() < 1e-9);
    assert!(north.abs() < 0.02 && (equator - 243.36).abs() < 0.02);
}

fn refusal(features: &str) -> String {
    let text = format!("{{\"type\":\"FeatureCollection\",\"features\":[{features}]}}");
    match WorldMap::from_geojson(&text) {
        Err(error) => error.to_string(),
        Ok(_) => "accepted".to_owned(),
    }
}

const SQUARE: &str = r#"{"type":"Feature","properties":{"code":"XXA"},
    "geometry":{"type":"Polygon","coordinates":[[[0,0],[0,9],[9,9],[0,0]]]}}"#;

#[test]
fn another_map_can_take_its_place() {
    let text = format!("{{\"type\":\"FeatureCollection\",\"features\":[{SQUARE}]}}");
    let map = WorldMap::from_geojson(&text).expect("a map of one invented State");
    assert!(map.shows("XXA".parse().expect("a code")));
}

#[test]
fn a_map_that_cannot_be_used_says_where_and_why() {
    let bad_code = SQUARE.replace("XXA", "Atlantis");
    let too_far = SQUARE.replace("[9,9]", "[190,9]");
    let no_code = SQUARE.replace("\"code\":\"XXA\"", "");
    let line = r#"{"type":"Feature","properties":{"code":"XXB"},
        "geometry":{"type":"LineString","coordinates":[[0,0],[1,1]]}}"#;
    let said: Vec<String> = [
        refusal(&bad_code),
        refusal(&format!("{SQUARE},{too_far}")),
        refusal(&no_code),
        refusal(line),
        refusal(&format!("{SQUARE},{SQUARE}")),
        refusal(""),
    ]
    .into();
    insta::assert_snapshot!(said.join("\n"));
    assert!(matches!(
        WorldMap::from_geojson("<svg>"),
        Err(MapError::Unreadable(_))
    ));
    assert!(matches!(
        WorldMap::from_geojson("[]"),
        Err(MapError::Unreadable(_))
    ));
}

proptest::proptest! {
    #[test]
    fn whatever_is_read_never_panics(text in ".{0,200}") {
        let _ = WorldMap::from_geojson(&text);
        let _ = WorldMap::from_geojson(&format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[{text}]}}"
        ));
    }
}
