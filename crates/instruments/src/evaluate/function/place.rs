//! Places on the earth: distances by the law of cosines on a sphere, areas on a plane that touches
//! it, as in JavaRosa's `GeoUtils`.

use super::{Answered, Call};
use crate::evaluate::EvaluationError;
use crate::evaluate::answer::points;
use crate::evaluate::value::Value;

/// Radius of the earth at the equator, in metres.
const RADIUS_METRES: f64 = 6_378_100.0;

type Point = [f64; 4];

pub(super) fn call(call: &Call<'_>) -> Answered {
    let value: Value = match (call.name, call.count()) {
        ("area" | "enclosed-area", 1) => area_square_metres(&coordinates(call)?).into(),
        ("distance", 1) => distance_metres(&coordinates(call)?).into(),
        ("geofence", 2) => {
            let point = points(&call.text(0)?);
            let shape = points(&call.text(1)?);
            match (point, shape) {
                (Some(point), Some(shape)) => holds(&shape, point[0]).into(),
                _ => return Err(call.wrong("a place and an area are needed")),
            }
        }
        _ => return Ok(None),
    };
    Ok(Some(value))
}

fn coordinates(call: &Call<'_>) -> Result<Vec<Point>, EvaluationError> {
    let Value::Nodes(nodes) = &call.arguments[0] else {
        return Err(call.wrong("a question is needed"));
    };
    let mut all = Vec::new();
    for node in nodes {
        let text = call.state.node_value(*node).text(call.state.clock);
        if text.is_empty() && nodes.len() == 1 {
            return Ok(all);
        }
        match points(&text) {
            Some(points) if nodes.len() == 1 => all.extend(points),
            Some(points) => all.extend(points.first()),
            None => return Err(call.wrong(format!("\u{2018}{text}\u{2019} is no place"))),
        }
    }
    Ok(all)
}

fn distance_metres(points: &[Point]) -> f64 {
    points
        .windows(2)
        .map(|pair| between(pair[0], pair[1]))
        .sum()
}

fn between(a: Point, b: Point) -> f64 {
    let (first, second) = (a[0].to_radians(), b[0].to_radians());
    let turn = (a[1] - b[1]).to_radians();
    (first.sin() * second.sin() + first.cos() * second.cos() * turn.cos()).acos() * RADIUS_METRES
}

fn area_square_metres(points: &[Point]) -> f64 {
    let [reference, rest @ ..] = points else {
        return 0.0;
    };
    if rest.len() < 2 {
        return 0.0;
    }
    let round = 2.0 * RADIUS_METRES * std::f64::consts::PI;
    let flat: Vec<(f64, f64)> = rest
        .iter()
        .map(|point| {
            let x = (point[1] - reference[1]) * round * point[0].to_radians().cos() / 360.0;
            let y = (point[0] - reference[0]) * round / 360.0;
            (x, y)
        })
        .collect();
    let parts = flat
        .windows(2)
        .map(|pair| (pair[0].1 * pair[1].0 - pair[0].0 * pair[1].1) / 2.0);
    parts.sum::<f64>().abs()
}

/// Whether an area holds a point: how often a ray from it crosses the edge.
fn holds(shape: &[Point], point: Point) -> bool {
    let (x, y) = (point[1], point[0]);
    let mut inside = false;
    for pair in shape.windows(2) {
        let ([y1, x1, ..], [y2, x2, ..]) = (pair[0], pair[1]);
        if (y2 > y) != (y1 > y) && x < (x1 - x2) * (y - y2) / (y1 - y2) + x2 {
            inside = !inside;
        }
    }
    inside
}
