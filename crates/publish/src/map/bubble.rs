//! A map of circles whose areas are in proportion to values.

use super::world::map_height;
use super::{WorldMap, frame, globe, place_on_map};
use crate::svg::{Canvas, Drawing, Svg, escape, unit};

/// One circle.
#[derive(Debug, Clone, PartialEq)]
pub struct Bubble {
    /// Longitude of its centre, in degrees east.
    pub lon: f64,
    /// Latitude of its centre, in degrees north.
    pub lat: f64,
    /// The value; the area of the circle is in proportion to it. Nothing is drawn for a value
    /// that is not above zero.
    pub value: f64,
    /// What a pointer that rests on it reads, the value included.
    pub label: String,
}

/// A map of circles whose areas are in proportion to values.
#[derive(Debug, Clone, PartialEq)]
pub struct BubbleMap {
    /// The title, read first.
    pub title: String,
    /// The description, read next.
    pub description: String,
    /// The circles.
    pub bubbles: Vec<Bubble>,
    /// Radius of the largest circle, in units of the map (which is 1000 wide).
    pub max_radius: f64,
}

impl BubbleMap {
    /// Draws the map: the largest circles first, so that none is hidden, and a legend of three
    /// nested circles in the South Pacific.
    #[must_use]
    pub fn svg(&self, map: &WorldMap, drawing: &Drawing<'_>) -> Svg {
        let mut canvas = Canvas::open(
            drawing,
            &frame("figure-map", &self.title, &self.description),
        );
        globe(&mut canvas);
        let land: String = map
            .outlines()
            .map(|(_, path)| path)
            .chain(map.uncoded())
            .collect();
        canvas.put(format_args!("<path class=\"map-ground\" d=\"{land}\"/>"));
        let mut drawn: Vec<&Bubble> = self
            .bubbles
            .iter()
            .filter(|one| one.value > 0.0 && one.value.is_finite())
            .collect();
        drawn.sort_by(|a, b| b.value.total_cmp(&a.value));
        if let Some(largest) = drawn.first() {
            canvas.put(format_args!("<g class=\"map-bubble\">"));
            for bubble in &drawn {
                let (x, y) = place_on_map(bubble.lon, bubble.lat);
                canvas.put(format_args!(
                    "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"><title>{}</title></circle>",
                    unit(x),
                    unit(y),
                    unit(self.radius(bubble.value, largest.value)),
                    escape(&bubble.label)
                ));
            }
            canvas.put(format_args!("</g>"));
            self.legend(&mut canvas, largest.value, drawing);
        }
        canvas.close()
    }

    /// Radius of the circle of a value: its square is in proportion to the value.
    fn radius(&self, value: f64, largest: f64) -> f64 {
        (value / largest).sqrt() * self.max_radius
    }

    /// Circles within one another, on a common foot, each with a line to its value. Values keep
    /// apart by more than the height of text on a telephone, as the style sheet sets it.
    fn legend(&self, canvas: &mut Canvas, largest: f64, drawing: &Drawing<'_>) {
        let foot = map_height() - 55.0;
        let centre = 150.0 + self.max_radius;
        let values = legend_values(largest);
        canvas.put(format_args!("<g class=\"map-legend\">"));
        let mut lowest = f64::INFINITY;
        for value in values.iter().rev() {
            let radius = self.radius(*value, largest);
            let top = foot - 2.0 * radius;
            let level = top.min(lowest - LEGEND_LINE);
            lowest = level;
            let elbow = centre + self.max_radius + 6.0;
            canvas.put(format_args!(
                "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"/><path d=\"M{} {}L{} {}h8\"/>",
                unit(centre),
                unit(foot - radius),
                unit(radius),
                unit(centre),
                unit(top),
                unit(elbow),
                unit(level),
            ));
            let label = (drawing.numbers)(*value);
            canvas.text((elbow + 12.0, level + 5.0), "start", "map-text", &label);
        }
        canvas.put(format_args!("</g>"));
    }
}

/// Least distance of two values of the legend, in units of the map.
const LEGEND_LINE: f64 = 26.0;

/// Up to three round values for a legend, from the largest down: 1, 2 or 5 times a power of ten,
/// at most the largest value, a quarter and a twentieth of it.
fn legend_values(largest: f64) -> Vec<f64> {
    let round = |value: f64| {
        let power = 10_f64.powf(value.log10().floor());
        [5.0, 2.0, 1.0]
            .into_iter()
            .map(|step| step * power)
            .find(|step| *step <= value)
            .unwrap_or(power)
    };
    let top = round(largest);
    let mut values = vec![top, round(top / 4.0), round(top / 20.0)];
    values.dedup();
    values
}
