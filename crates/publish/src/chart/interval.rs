//! Estimates with their intervals, one under another: methods, settings, parts of a table.

use super::scale::{Sizes, every, hatching, nice_ticks};
use crate::svg::{Canvas, Drawing, Frame, Svg, Width, escape, unit};

/// How many times the largest estimate the axis may reach; a limit beyond runs off the field.
const REACH: f64 = 2.5;

/// What is known of one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Estimated {
    /// An estimate, with the limits that it has.
    Interval {
        /// Lower limit; absent where there is none.
        lower: Option<f64>,
        /// The estimate.
        point: f64,
        /// Upper limit; absent where there is none.
        upper: Option<f64>,
    },
    /// A count that was withheld: somewhere between the two, and nothing says where.
    Within {
        /// The smallest count allowed.
        lower: f64,
        /// The largest count allowed.
        upper: f64,
    },
    /// No estimate: the label says why.
    Absent,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct IntervalRow {
    /// Its name.
    pub name: String,
    /// The estimate, or that there is none.
    pub estimated: Estimated,
    /// What is printed at it: the numbers, or why there are none.
    pub label: String,
}

/// Estimates as points with their intervals as lines. The axis starts at zero, always; a limit far
/// beyond every estimate is drawn as an arrow at the edge.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IntervalChart {
    /// The title, read first.
    pub title: String,
    /// The description, read next.
    pub description: String,
    /// The rows, from top to bottom.
    pub rows: Vec<IntervalRow>,
    /// A value that is marked across all rows, such as what was counted, and its name.
    pub mark: Option<(f64, String)>,
}

/// Where the lines stand, and the largest tick.
struct Field {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    largest: f64,
    beside: bool,
}

impl Field {
    fn x(&self, value: f64) -> f64 {
        self.left + self.width * (value / self.largest).clamp(0.0, 1.0)
    }
}

impl IntervalChart {
    /// Draws the chart.
    #[must_use]
    pub fn svg(&self, drawing: &Drawing<'_>) -> Svg {
        let sizes = Sizes::of(drawing);
        let text = sizes.text;
        let field = self.field(drawing, &sizes);
        let foot = field.top + field.height;
        let mut canvas = Canvas::open(
            drawing,
            &Frame {
                class: sizes.class,
                view: [0.0, 0.0, sizes.width, foot + text * 1.7],
                title: &self.title,
                description: &self.description,
                mirrors: true,
            },
        );
        if self
            .rows
            .iter()
            .any(|row| matches!(row.estimated, Estimated::Within { .. }))
        {
            hatching(&mut canvas, 1);
        }
        self.grid(&mut canvas, &field, &sizes, drawing);
        #[expect(clippy::cast_precision_loss, reason = "a chart has few rows")]
        let row_height = field.height / self.rows.len().max(1) as f64;
        for (at, row) in self.rows.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a chart has few rows")]
            let top = field.top + row_height * at as f64;
            self.row(&mut canvas, &field, &sizes, (row, top));
        }
        canvas.close()
    }

    /// The largest value that the axis must reach.
    fn largest(&self) -> f64 {
        let mut point_max = self.mark.as_ref().map_or(0.0, |(value, _)| *value);
        let mut upper_max = 0.0_f64;
        for row in &self.rows {
            match row.estimated {
                Estimated::Interval { point, upper, .. } => {
                    point_max = point_max.max(point);
                    upper_max = upper_max.max(upper.unwrap_or(point));
                }
                // Where there is no point, the whole range must be seen.
                Estimated::Within { upper, .. } => point_max = point_max.max(upper),
                Estimated::Absent => {}
            }
        }
        upper_max.clamp(point_max, REACH * point_max)
    }

    fn field(&self, drawing: &Drawing<'_>, sizes: &Sizes) -> Field {
        let longest = |text: &dyn Fn(&IntervalRow) -> &str| {
            let lengths = self.rows.iter().map(|row| sizes.length(text(row)));
            lengths.fold(0.0, f64::max)
        };
        let number = |row: &IntervalRow| row.estimated != Estimated::Absent;
        let names = longest(&|row| &row.name);
        let labels = longest(&|row| if number(row) { &row.label } else { "" });
        let gap = sizes.text * 0.7;
        let room = sizes.width - names - labels - 2.0 * gap;
        // Names and numbers stand beside the lines where there is room, otherwise above them.
        let beside = drawing.width == Width::Wide && room >= sizes.width * 0.3;
        let ticks = nice_ticks(self.largest(), 4);
        let largest = ticks.last().copied().unwrap_or(1.0);
        let last_tick = sizes.length(&(drawing.numbers)(largest)) / 2.0;
        let row = sizes.text * if beside { 1.75 } else { 2.7 };
        let left = if beside { names + gap } else { 0.0 };
        let width = if beside {
            room.min(sizes.width - left - last_tick)
        } else {
            sizes.width - last_tick
        };
        let top = if self.mark.is_some() {
            sizes.text * 1.5
        } else {
            0.0
        };
        #[expect(clippy::cast_precision_loss, reason = "a chart has few rows")]
        let height = row * self.rows.len() as f64 + sizes.text * 0.4;
        Field {
            left,
            top,
            width,
            height,
            largest,
            beside,
        }
    }

    fn grid(&self, canvas: &mut Canvas, field: &Field, sizes: &Sizes, drawing: &Drawing<'_>) {
        let foot = field.top + field.height;
        let ticks = nice_ticks(self.largest(), 4);
        let labels = ticks
            .iter()
            .map(|tick| sizes.length(&(drawing.numbers)(*tick)));
        let longest = labels.fold(0.0, f64::max) + sizes.text * 0.6;
        let apart = ticks
            .get(1)
            .map_or(field.width, |tick| field.x(*tick) - field.left);
        let step = every(longest, apart);
        for (index, tick) in ticks.iter().enumerate() {
            let x = field.x(*tick);
            let class = if index == 0 {
                "chart-axis"
            } else {
                "chart-grid"
            };
            canvas.segment((x, field.top), (x, foot), class);
            if index % step != 0 {
                continue;
            }
            let anchor = if index == 0 { "start" } else { "middle" };
            let label = (drawing.numbers)(*tick);
            let at = (x, foot + sizes.text * 1.2);
            canvas.text(at, anchor, "chart-text chart-tick", &label);
        }
        if let Some((value, name)) = &self.mark {
            let x = field.x(*value);
            canvas.segment((x, field.top), (x, foot), "chart-event");
            let name = sizes.fit(name, sizes.width - x);
            canvas.text((x, sizes.text), "start", "chart-text", &name);
        }
    }

    fn row(
        &self,
        canvas: &mut Canvas,
        field: &Field,
        sizes: &Sizes,
        (row, top): (&IntervalRow, f64),
    ) {
        let text = sizes.text;
        let base = top + text * 1.25;
        let gap = text * 0.7;
        let absent = row.estimated == Estimated::Absent;
        let class = if absent {
            "chart-text chart-absent"
        } else {
            "chart-text"
        };
        if field.beside {
            canvas.text((field.left - gap, base), "end", "chart-text", &row.name);
        } else {
            let label = if absent {
                0.0
            } else {
                sizes.length(&row.label) + gap
            };
            let name = sizes.fit(&row.name, sizes.width - label);
            canvas.text((0.0, base), "start", "chart-text", &name);
        }
        let middle = if field.beside {
            base - text * 0.36
        } else {
            base + text * 0.8
        };
        if absent {
            let at = (field.left + gap * 0.5, middle + text * 0.36);
            let label = sizes.fit(&row.label, sizes.width - field.left - gap);
            canvas.text(at, "start", class, &label);
            return;
        }
        canvas.text((sizes.width, base), "end", class, &row.label);
        line(canvas, field, sizes, (row, middle));
    }
}

/// The interval and its point; limits that are not there end in dots.
fn line(canvas: &mut Canvas, field: &Field, sizes: &Sizes, (row, y): (&IntervalRow, f64)) {
    let (lower, point, upper) = match row.estimated {
        Estimated::Interval {
            lower,
            point,
            upper,
        } => (lower, point, upper),
        Estimated::Within { lower, upper } => {
            return within(canvas, field, sizes, (row, y), (lower, upper));
        }
        Estimated::Absent => return,
    };
    let (x, tick) = (field.x(point), sizes.text * 0.28);
    let stub = sizes.text * 1.2;
    let limits = lower.is_some() || upper.is_some();
    if let Some(lower) = lower {
        let end = field.x(lower);
        canvas.segment((end, y), (x, y), "chart-interval");
        canvas.segment((end, y - tick), (end, y + tick), "chart-interval");
    } else if limits {
        canvas.segment(((x - stub).max(field.left), y), (x, y), "chart-open");
    }
    if let Some(upper) = upper {
        let end = field.x(upper);
        canvas.segment((x, y), (end, y), "chart-interval");
        if upper > field.largest {
            canvas.segment((end - tick, y - tick), (end, y), "chart-interval");
            canvas.segment((end - tick, y + tick), (end, y), "chart-interval");
        } else {
            canvas.segment((end, y - tick), (end, y + tick), "chart-interval");
        }
    } else if limits {
        let end = (x + stub).min(field.left + field.width);
        canvas.segment((x, y), (end, y), "chart-open");
    }
    canvas.put(format_args!(
        "<circle class=\"chart-point\" cx=\"{}\" cy=\"{}\" r=\"{}\"><title>{}: {}</title></circle>",
        unit(canvas.x(x)),
        unit(y),
        unit(sizes.text * 0.32),
        escape(&row.name),
        escape(&row.label)
    ));
}

/// A range without a point, hatched as withheld values are everywhere.
fn within(
    canvas: &mut Canvas,
    field: &Field,
    sizes: &Sizes,
    (row, y): (&IntervalRow, f64),
    (lower, upper): (f64, f64),
) {
    let (from, to) = (field.x(lower), field.x(upper));
    let half = sizes.text * 0.3;
    let paint = format!("class=\"chart-masked\" fill=\"url(#{})\"", canvas.id("h0"));
    let place = [from, y - half, to - from, 2.0 * half];
    let title = format!("{}: {}", row.name, row.label);
    canvas.rect(place, &paint, Some(&title));
}
