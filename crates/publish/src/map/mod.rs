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
const GRATICULE_STEP: usize = 30;

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
    let mut sphere = meridian(-180, 5);
    sphere.extend(meridian(180, 5).into_iter().rev());
    canvas.put(format_args!(
        "<path class=\"map-sphere\" d=\"{}z\"/>",
        relative_path(&sphere, 10.0)
    ));
    let mut lines = String::new();
    for longitude in (-150..180).step_by(GRATICULE_STEP) {
        lines.push_str(&relative_path(&meridian(longitude, 10), 10.0));
    }
    for latitude in (-60..90).step_by(GRATICULE_STEP) {
        let parallel = [-180.0, 180.0].map(|edge| place_on_map(edge, f64::from(latitude)));
        lines.push_str(&relative_path(&parallel, 10.0));
    }
    canvas.put(format_args!(
        "<path class=\"map-graticule\" d=\"{lines}\"/>"
    ));
}

fn meridian(longitude: i32, step: usize) -> Vec<(f64, f64)> {
    (-90..=90)
        .step_by(step)
        .map(|latitude| place_on_map(f64::from(longitude), f64::from(latitude)))
        .collect()
}

/// Points as path data: a start and relative steps, on a grid of `grid` lines per unit. Points
/// that fall on the one before are dropped.
fn relative_path(points: &[(f64, f64)], grid: f64) -> String {
    let mut path = String::new();
    let mut last: Option<(f64, f64)> = None;
    for &(x, y) in points {
        let snapped = ((x * grid).round() / grid, (y * grid).round() / grid);
        match last {
            None => path.push_str(&format!("M{} {}l", unit(snapped.0), unit(snapped.1))),
            Some(before) if before == snapped => continue,
            Some(before) => {
                for step in [snapped.0 - before.0, snapped.1 - before.1] {
                    let text = unit(step);
                    if !path.ends_with('l') && !text.starts_with('-') {
                        path.push(' ');
                    }
                    path.push_str(&text);
                }
            }
        }
        last = Some(snapped);
    }
    path
}
