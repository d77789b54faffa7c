//! The outlines of the world, read once and kept as finished paths.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use geojson::{Feature, GeometryValue};
use serde_json::Value;
use terms::place::PlaceCode;

use super::projection::equal_earth;
use super::relative_path;

/// Units across the map, from the antimeridian to the antimeridian.
pub(crate) const MAP_WIDTH: f64 = 1000.0;
/// Width of the map over its height.
const ASPECT: f64 = 2.054_58;

/// Why a map cannot be used. The code is `map_unreadable` or `map_feature_unusable`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// The file as a whole cannot be read.
    #[error("map_unreadable: the map is not a GeoJSON FeatureCollection: {0}")]
    Unreadable(String),
    /// One feature cannot be used.
    #[error("map_feature_unusable: feature {number}{name}: {problem}")]
    Feature {
        /// Number of the feature in the file, from 1.
        number: usize,
        /// Its code or name in brackets, if it has one.
        name: String,
        /// What is wrong, and what is allowed.
        problem: String,
    },
}

/// The outlines of the world and the points of places that are too small to have one.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldMap {
    outlines: BTreeMap<PlaceCode, String>,
    uncoded: Vec<String>,
    points: BTreeMap<PlaceCode, (f64, f64)>,
}

impl WorldMap {
    /// The map in `geography/world.geojson`, of which `geography/SOURCES.md` says the origin.
    ///
    /// # Panics
    /// Never: a test reads the file.
    pub fn standard() -> &'static Self {
        static MAP: OnceLock<WorldMap> = OnceLock::new();
        MAP.get_or_init(|| {
            Self::from_geojson(include_str!("../../../../geography/world.geojson"))
                .expect("a test reads the map")
        })
    }

    /// Reads a map. Each feature has a `code` (ISO 3166-1 alpha-3) or, if it is drawn and never
    /// counted, a `name`; and a Polygon, MultiPolygon or Point in degrees of longitude and
    /// latitude, cut at the antimeridian. A place may have an outline, a point, or both.
    ///
    /// # Errors
    /// When the text is not a FeatureCollection, or names the first feature that cannot be used.
    pub fn from_geojson(text: &str) -> Result<Self, MapError> {
        let unreadable = |problem: &str| MapError::Unreadable(problem.to_owned());
        let json: Value =
            serde_json::from_str(text).map_err(|error| unreadable(&error.to_string()))?;
        if json["type"] != "FeatureCollection" {
            return Err(unreadable("its type must be “FeatureCollection”"));
        }
        let features = json["features"]
            .as_array()
            .ok_or_else(|| unreadable("it needs a list “features”"))?;
        let mut map = Self {
            outlines: BTreeMap::new(),
            uncoded: Vec::new(),
            points: BTreeMap::new(),
        };
        for (index, feature) in features.iter().enumerate() {
            map.read(feature).map_err(|problem| MapError::Feature {
                number: index + 1,
                name: label(feature),
                problem,
            })?;
        }
        if map.outlines.is_empty() {
            return Err(unreadable("no feature has a code and an outline"));
        }
        Ok(map)
    }

    fn read(&mut self, json: &Value) -> Result<(), String> {
        let code = place_code(&json["properties"])?;
        let feature =
            serde_json::from_value::<Feature>(json.clone()).map_err(|error| error.to_string())?;
        let geometry = feature.geometry.ok_or("it has no geometry")?;
        let polygons = match geometry.value {
            GeometryValue::Point { coordinates } => {
                let code = code.ok_or("a point needs a code")?;
                let at = position(&coordinates)?;
                return match self.points.insert(code, at) {
                    None => Ok(()),
                    Some(_) => Err("the place already has a point".to_owned()),
                };
            }
            GeometryValue::Polygon { coordinates } => vec![coordinates],
            GeometryValue::MultiPolygon { coordinates } => coordinates,
            _ => return Err("allowed: Polygon, MultiPolygon, Point".to_owned()),
        };
        let mut path = String::new();
        for ring in polygons.iter().flatten() {
            let points: Vec<(f64, f64)> = ring
                .iter()
                .map(|at| position(at).map(|(x, y)| place_on_map(x, y)))
                .collect::<Result<_, _>>()?;
            path.push_str(&relative_path(&points, OUTLINE_GRID));
            path.push('z');
        }
        match code {
            Some(code) if self.outlines.contains_key(&code) => {
                return Err("the place already has an outline".to_owned());
            }
            Some(code) => drop(self.outlines.insert(code, path)),
            None => self.uncoded.push(path),
        }
        Ok(())
    }

    /// The outline of a place as the data of a path, if it has one.
    #[must_use]
    pub fn outline(&self, code: PlaceCode) -> Option<&str> {
        self.outlines.get(&code).map(String::as_str)
    }

    /// Longitude and latitude of the point of a place, if it has one.
    #[must_use]
    pub fn point(&self, code: PlaceCode) -> Option<(f64, f64)> {
        self.points.get(&code).copied()
    }

    /// Whether the place can be shown on this map.
    #[must_use]
    pub fn shows(&self, code: PlaceCode) -> bool {
        self.outlines.contains_key(&code) || self.points.contains_key(&code)
    }

    pub(crate) fn outlines(&self) -> impl Iterator<Item = (PlaceCode, &str)> {
        self.outlines
            .iter()
            .map(|(code, path)| (*code, path.as_str()))
    }

    pub(crate) fn uncoded(&self) -> impl Iterator<Item = &str> {
        self.uncoded.iter().map(String::as_str)
    }
}

/// Where a longitude and latitude in degrees stand on the map, in its units.
#[must_use]
pub fn place_on_map(longitude: f64, latitude: f64) -> (f64, f64) {
    let (east, north) = equal_earth(longitude, latitude);
    let scale = MAP_WIDTH / 2.0 / equal_earth(180.0, 0.0).0;
    (
        MAP_WIDTH / 2.0 + east * scale,
        map_height() / 2.0 - north * scale,
    )
}

/// Height of the map, in its units.
pub(crate) const fn map_height() -> f64 {
    MAP_WIDTH / ASPECT
}

/// Outlines are drawn on a grid of this many lines per unit: a unit is a third of a degree at the
/// equator, and the outlines themselves are not finer.
const OUTLINE_GRID: f64 = 1.0;

fn place_code(properties: &Value) -> Result<Option<PlaceCode>, String> {
    match (&properties["code"], &properties["name"]) {
        (Value::String(code), _) => code
            .parse()
            .map(Some)
            .map_err(|_| format!("“{code}” is not a code; allowed: three capital letters")),
        (Value::Null, Value::String(_)) => Ok(None),
        (Value::Null, _) => Err("it needs a property “code”, or “name” if never counted".into()),
        (other, _) => Err(format!(
            "its code is {other}; allowed: three capital letters"
        )),
    }
}

fn position(at: &geojson::Position) -> Result<(f64, f64), String> {
    let [longitude, latitude, ..] = at.as_slice() else {
        return Err("a position needs a longitude and a latitude".to_owned());
    };
    if longitude.abs() <= 180.0 && latitude.abs() <= 90.0 {
        Ok((*longitude, *latitude))
    } else {
        Err(format!(
            "position {longitude}, {latitude}; allowed: longitude -180 to 180, latitude -90 to 90"
        ))
    }
}

fn label(feature: &Value) -> String {
    ["code", "name"]
        .iter()
        .find_map(|key| feature["properties"][key].as_str())
        .map(|name| format!(" ({})", name.chars().take(40).collect::<String>()))
        .unwrap_or_default()
}
