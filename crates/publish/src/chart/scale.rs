//! From values to units of a drawing: round ticks, and how much room text needs.

use crate::svg::{Canvas, Drawing, Width, unit};

/// Values for an axis that starts at zero and reaches `largest`: steps of 1, 2 or 5 times a power
/// of ten, about `wanted` of them, the last at or above `largest`. Counts have no steps below one.
///
/// P. S. Heckbert, "Nice numbers for graph labels", Graphics Gems (1990), pp. 61-63.
#[must_use]
pub fn nice_ticks(largest: f64, wanted: usize) -> Vec<f64> {
    let largest = if largest.is_finite() && largest > 0.0 {
        largest
    } else {
        1.0
    };
    let wanted = u32::try_from(wanted.clamp(2, 20)).unwrap_or(20);
    let step = nice(largest / f64::from(wanted)).max(if largest >= 1.0 { 1.0 } else { 0.0 });
    let mut ticks = Vec::new();
    let mut index = 0_u32;
    loop {
        let tick = f64::from(index) * step;
        ticks.push(tick);
        // A hair of tolerance: 0.3 is not above 3 times 0.1 in binary.
        if tick >= largest * (1.0 - 1e-9) || index > 200 {
            return ticks;
        }
        index += 1;
    }
}

/// The nearest of 1, 2, 5 and 10 times the power of ten, with Heckbert's limits for rounding.
fn nice(range: f64) -> f64 {
    let power = 10_f64.powf(range.log10().floor());
    let fraction = range / power;
    let rounded = match fraction {
        f if f < 1.5 => 1.0,
        f if f < 3.0 => 2.0,
        f if f < 7.0 => 5.0,
        _ => 10.0,
    };
    rounded * power
}

/// Sizes of a chart at its width.
pub(super) struct Sizes {
    /// Units across.
    pub width: f64,
    /// Height of text; the style sheet sets the same for `chart-wide` and `chart-narrow`.
    pub text: f64,
    /// Class of the root.
    pub class: &'static str,
}

impl Sizes {
    pub(super) const fn of(drawing: &Drawing<'_>) -> Self {
        match drawing.width {
            Width::Wide => Self {
                width: 720.0,
                text: 16.0,
                class: "figure-chart chart-wide",
            },
            Width::Narrow => Self {
                width: 360.0,
                text: 14.0,
                class: "figure-chart chart-narrow",
            },
        }
    }

    /// About how wide a text is. Widths of letters are not known here; six tenths of the height is
    /// wide for Latin letters, and Chinese ones are a full height wide.
    pub(super) fn length(&self, text: &str) -> f64 {
        text.chars()
            .map(|letter| match letter {
                '\u{2e80}'.. => self.text,
                ' ' | '.' | ',' | '\u{202f}' | 'i' | 'l' | 'j' | 't' | 'f' => 0.36 * self.text,
                'm' | 'w' | 'M' | 'W' => 0.92 * self.text,
                _ => 0.6 * self.text,
            })
            .sum()
    }

    /// The text, cut with an ellipsis when it is longer than the room.
    pub(super) fn fit(&self, text: &str, room: f64) -> String {
        if self.length(text) <= room {
            return text.to_owned();
        }
        let mut kept = String::new();
        for letter in text.chars() {
            kept.push(letter);
            if self.length(&kept) + self.text > room {
                break;
            }
        }
        kept.truncate(kept.trim_end().len());
        kept.push('…');
        kept
    }
}

/// Draws the names of the series in rows; returns the height that they took. A single series is
/// named by the title and has no legend.
pub(super) fn legend(
    canvas: &mut Canvas,
    sizes: &Sizes,
    names: &[&str],
    sample: impl Fn(&mut Canvas, usize, [f64; 4]),
) -> f64 {
    if names.len() < 2 {
        return 0.0;
    }
    let row = sizes.text * 1.6;
    let (mut x, mut y) = (0.0, 0.0);
    for (index, name) in names.iter().enumerate() {
        let name = sizes.fit(name, sizes.width - 2.0 * row);
        let room = row + sizes.length(&name) + sizes.text;
        if x > 0.0 && x + room > sizes.width {
            x = 0.0;
            y += row;
        }
        let side = sizes.text;
        sample(canvas, index, [x, y + 2.0, side * 1.2, side]);
        canvas.text((x + row, y + sizes.text), "start", "chart-text", &name);
        x += room;
    }
    y + row + sizes.text * 0.5
}

/// Defines the hatching of withheld values for each series.
pub(super) fn hatching(canvas: &mut Canvas, series: usize) {
    canvas.put(format_args!("<defs>"));
    for index in 0..series.min(super::SERIES_CLASSES) {
        let id = canvas.id(&format!("h{index}"));
        canvas.put(format_args!(
            "<pattern id=\"{id}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
             <path class=\"hatch hatch-{index}\" d=\"M-1 1l2-2M0 6l6-6M5 7l2-2\"/></pattern>"
        ));
    }
    canvas.put(format_args!("</defs>"));
}

/// The data of a path through points, mirrored when the drawing is.
pub(super) fn through(canvas: &Canvas, points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        path.push_str(&format!("{command}{} {}", unit(canvas.x(*x)), unit(*y)));
    }
    path
}

/// Every how many categories one is named, so that names do not touch.
pub(super) fn every(longest: f64, room: f64) -> usize {
    for step in [1, 2, 3, 4, 6, 12, 24, 60] {
        #[expect(clippy::cast_precision_loss, reason = "at most 60")]
        if longest <= room * step as f64 {
            return step;
        }
    }
    120
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ticks_are_round() {
        assert_eq!(nice_ticks(97.0, 5), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(nice_ticks(3.0, 5), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(nice_ticks(0.0, 5).first(), Some(&0.0));
        assert_eq!(nice_ticks(f64::NAN, 5).first(), Some(&0.0));
    }

    proptest! {
        #[test]
        fn ticks_start_at_zero_and_reach_the_largest(
            largest in 1e-3..1e12_f64, wanted in 2_usize..10
        ) {
            let ticks = nice_ticks(largest, wanted);
            prop_assert_eq!(ticks[0], 0.0);
            prop_assert!(*ticks.last().expect("not empty") >= largest * (1.0 - 1e-9));
            prop_assert!(ticks.len() <= 2 * wanted + 2, "{:?}", ticks);
        }
    }
}
