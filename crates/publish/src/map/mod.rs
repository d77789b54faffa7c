//! Maps of the world, drawn on the server.
//!
//! A map carries no words beside its title and description, so that it can stand at any width;
//! the legend of a choropleth is a list in the page ([`Choropleth::legend`]). Boundaries are
//! those of the file that is drawn, and say nothing on the status of a territory; the page must
//! print the notice that goes with its file.

mod bubble;
mod choropleth;
mod projection;
mod world;

pub use bubble::{Bubble, BubbleMap};
pub use choropleth::{Choropleth, LegendEntry, MapClass, PlaceMark, SYMBOLS};
pub use projection::equal_earth;
pub use world::{MapError, WorldMap, place_on_map};

use crate::svg::{Canvas, Frame, unit};
use world::{MAP_WIDTH, map_height};

/// Room around the map for the line of the sphere, in units of the map.
const MARGIN: f64 = 2.0;
/// Degrees between the lines of the graticule.
const GRATICULE_STEP: i32 = 30;

fn frame<'a>(class: &'a str, title: &'a str, description: &'a str) -> Frame<'a> {
    Frame {
        class,
        view: [
            -MARGIN,
            -MARGIN,
            MAP_WIDTH + 2.0 * MARGIN,
            map_height() + 2.0 * MARGIN,
        ],
        title,
        description,
        mirrors: false,
    }
}

/// Draws the outline of the sphere and the graticule.
fn globe(canvas: &mut Canvas) {
    let mut sphere = meridian(-180);
    sphere.extend(meridian(180).into_iter().rev());
    canvas.put(format_args!(
        "<path class=\"map-sphere\" d=\"{}z\"/>",
        line(&sphere)
    ));
    let mut lines = String::new();
    for longitude in (-180 + GRATICULE_STEP..180).step_by(30) {
        lines.push_str(&line(&meridian(longitude)));
    }
    for latitude in (-90 + GRATICULE_STEP..90).step_by(30) {
        let parallel = [-180.0, 180.0].map(|edge| place_on_map(edge, f64::from(latitude)));
        lines.push_str(&line(&parallel));
    }
    canvas.put(format_args!(
        "<path class=\"map-graticule\" d=\"{lines}\"/>"
    ));
}

fn meridian(longitude: i32) -> Vec<(f64, f64)> {
    (-90..=90)
        .step_by(10)
        .map(|latitude| place_on_map(f64::from(longitude), f64::from(latitude)))
        .collect()
}

fn line(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        path.push_str(&format!("{command}{} {}", unit(*x), unit(*y)));
    }
    path
}
